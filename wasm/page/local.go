//go:build js && wasm

package main

import (
	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// Skype's own files: the shelf they stand on beside the capture, the pieces of each, and the
// page of all that they say together.

var shelfUI struct {
	bar, chips, fileNote, blocks, pieces node
}

var profile struct {
	pane, at node
	wide     uint32 // CSS pixels that the sheet was laid out for
	due      bool   // it is to be asked for when its view is shown
}

// kept are the files on the shelf, in its order, for a new worker.
var kept []file

func newShelf() {
	t := &shelfUI
	t.bar, t.chips, t.fileNote, t.blocks, t.pieces = el("files"), el("chips"), el("file-note"), el("blocks"), el("pieces")
	profile.pane, profile.at = el("profile"), el("profile-sheet")
	subscribe(onShelf|onTab|onFile, func(topic) {
		on := s.full() && len(s.Shelf) > 0 && (s.Tab == view.TabFile || s.Tab == view.TabProfile)
		t.bar.show(on)
		if on {
			paintChips()
		}
		if s.Tab == view.TabFile {
			paintFileNote()
		}
	})
	subscribe(onShelf|onProfile|onTab|onFile|onSize|onReady, func(what topic) {
		if s.Tab == view.TabProfile && s.full() {
			paintProfile(what)
		}
	})
}

// local is the file of the shelf that the tab File is about; of the capture, nothing.
func (s *State) local() *proto.LocalFile {
	if s.Local == 0 || int(s.Local) > len(s.Shelf) {
		return &proto.LocalFile{}
	}
	return &s.Shelf[s.Local-1]
}

// openName names what is open, for the title.
func openName() string {
	if s.File.Name != "" {
		return s.File.Name
	}
	return shelfNames()
}

// shelfNames names the files on the shelf, or counts them.
func shelfNames() string {
	if len(s.Shelf) > 3 {
		return view.Count(uint64(len(s.Shelf))) + " files of Skype’s own"
	}
	t := ""
	for i := range s.Shelf {
		if i > 0 {
			t += ", "
		}
		t += s.Shelf[i].Name
	}
	return t
}

// paintCapture shows or hides what is about a capture only.
func paintCapture(on bool) {
	el("goto-open").show(on)
	el("clock-label").show(on)
}

func paintChips() {
	b := &builder{}
	if s.File.Name != "" {
		chip(b, 0, "capture", s.File.Name, s.File.Format, false)
	}
	for i := range s.Shelf {
		f := &s.Shelf[i]
		chip(b, uint32(i)+1, f.Kind, f.Name, f.Title, f.Problem != nil)
	}
	b.into(shelfUI.chips)
	setChecked("bare", s.Bare)
}

func chip(b *builder, n uint32, kind, name, title string, bad bool) {
	on, class := "false", "<span.chip"
	if s.Tab == view.TabFile && s.Local == n {
		on, class = "true", "<span.chip on"
	}
	if kind += " "; kind == name+" " { // most bear the name of their kind
		kind = ""
	}
	label := name
	if bad {
		label += " ⚠"
	}
	b.put(class+"|<button.chip-name|@type=button|@data-do=$|@aria-pressed=$|@title=$|<b|$|>|$|>|<button.chip-close|@type=button|@data-do=$|@aria-label=$|×|>|>",
		"shelf:"+num(n), on, title, kind, label, "shut:"+num(n), "Close "+name)
}

func paintFileNote() {
	t := &shelfUI
	text := "What the file holds beside its packets; the packets themselves are listed under Packets."
	if s.Local != 0 {
		f := s.local()
		text = f.Title
		if f.Problem != nil {
			text += " ⚠ " + sentence(f.Problem)
		}
	}
	t.fileNote.text(text)
	t.blocks.show(s.Local == 0)
	t.pieces.show(s.Local != 0)
}

// shelfCame takes what there is on the shelf now.
func shelfCame(x *proto.Shelf) {
	first := !s.any()
	s.Shelf = x.Files
	if len(x.Files) == 0 {
		s.Shelf = nil
	}
	restoring := given.busy || len(given.list) > 0
	if int(s.Local) > len(s.Shelf) && !restoring {
		pickLocal(0)
	}
	if s.File.Name == "" {
		if len(s.Shelf) == 0 && !restoring { // nothing is open any more
			s.Tree, s.Leaf, s.Owner, s.Node, s.Byte, s.Profile = nil, nil, nil, -1, -1, nil
			shown = ""
			visit("", false)
		} else {
			s.Progress.Done = true // nothing is to be waited for
			if first && s.Goal == nil && s.Tab != view.TabFile {
				s.Tab = view.TabProfile
			}
			if s.Local == 0 {
				pickLocal(1)
			}
		}
	}
	profile.due = true
	for _, l := range lists {
		l.stale() // flows may be known now
	}
	if s.Story != nil {
		s.Story.Done = false // nor is the story told without them any more
	}
	changed(onShelf | onFile | onTab | onRows | onTree | onNode | onFlow | onStory)
	if s.any() && !s.Home {
		refresh()
	}
	if first && s.any() {
		focusFront()
	}
	if given.due {
		given.due = false
		answered()
	} else {
		reach()
	}
	later(first)
}

// joined takes a file that has come onto the shelf.
func joined(o *proto.Opened) {
	given.locals++
	f := given.sent
	if n := int(o.Local); n <= len(kept) {
		kept[n-1] = f
	} else {
		kept = append(kept, f)
	}
	say("")
	if w := s.Wanted; w != nil && (w.Hash == o.Hash || w.Hash == "" && w.File == o.Name) {
		s.Goal, s.Wanted = w, nil
	}
	if s.File.Name != "" && s.File.Format == "" { // it was taken for a capture, and is none
		old := former
		s.File, s.Progress = File{}, proto.Progress{Done: true}
		if former = nil; old != nil {
			if s.Goal == nil {
				s.Goal = &old.at
			}
			start(old.file, old.shelf)
			given.captures--
			return
		}
		changed(onFile | onProgress | onTab)
	}
	if !given.quiet {
		s.Home = false
	}
	former = nil
	changed(onFile | onShelf)
	if given.due = int(o.Local) > len(s.Shelf); !given.due {
		answered()
	}
}

// restock has the files of the shelf opened anew, by a worker that knows none, and lists them.
func (s *State) restock() []file {
	given.list, given.busy, given.quiet = append(kept[:len(kept):len(kept)], given.list...), false, true
	kept = nil
	return given.list
}

// clearShelf takes all files off the shelf.
func clearShelf() {
	for i := len(s.Shelf); i > 0; i-- {
		post(&proto.Request{ID: next(), Shut: &proto.Shut{File: uint32(i)}})
	}
	s.Shelf, kept = nil, nil
	pickLocal(0)
	s.Profile = nil
	changed(onShelf | onProfile)
}

// shut closes one file: of the shelf, or with 0 the capture.
func shut(n uint32) {
	if s.Notice.Calm { // which told what is open
		act("notice-close")
	}
	if n == 0 {
		shutCapture()
		return
	}
	if int(n) > len(s.Shelf) {
		return
	}
	if int(n) <= len(kept) {
		kept = append(kept[:n-1], kept[n:]...)
	}
	switch {
	case s.Local == n:
		pickLocal(0)
	case s.Local > n:
		s.Local-- // it has moved up
	}
	ask(askShelf, &proto.Request{Shut: &proto.Shut{File: n}}, func(r *proto.Reply) {
		switch {
		case r.Shelf != nil:
			shelfCame(r.Shelf)
		case r.Err != nil:
			notify(sentence(r.Err), false)
		}
		focusFront()
	})
}

// shutCapture closes the capture. The engine cannot be without one that it had; another worker
// can, and reads the files of the shelf anew.
func shutCapture() {
	closePlayer()
	clear(waiting)
	heard, pinged = now(), 0
	s.Ready = false
	restart()
	s.File, s.Goal, former = File{}, nil, nil
	s.Packet, s.Flow, s.Block, s.Stream, s.Info, s.Story = 0, 0, 0, 0, nil, nil
	s.Tree, s.Leaf, s.Owner, s.Node, s.Byte = nil, nil, nil, -1, -1
	s.Progress = proto.Progress{Done: true}
	for _, l := range lists {
		l.forget()
	}
	shown = ""
	s.restock()
	openNext()
	changed(onFile | onTab | onProgress | onTree | onNode | onShelf)
}

// pickLocal has the tab File show one of Skype's own files, or with 0 the capture.
func pickLocal(n uint32) {
	if n == s.Local {
		return
	}
	s.Local, s.Piece = n, 0
	file, other := lists[view.TabFile], lists[view.Tabs]
	if (file.table == proto.Pieces) != (n != 0) {
		lists[view.TabFile], lists[view.Tabs] = other, file
	}
	if l := lists[view.TabFile]; n != 0 {
		l.forget()
	}
	changed(onShelf | onPick | onRows | onTab)
}

// showLocal goes to a file.
func showLocal(n uint32) {
	if int(n) > len(s.Shelf) || n == 0 && s.File.Name == "" {
		return
	}
	s.Tab = view.TabFile
	pickLocal(n)
	if n == 0 && s.Block == 0 && s.Progress.Blocks > 0 {
		s.Block = 1
	}
	changed(onTab | onPick | onShelf)
	refresh()
	later(true)
}

// pickPiece selects a piece of the file that is shown.
func pickPiece(n uint32, push bool) {
	if n == 0 || n > s.local().Pieces {
		return
	}
	s.Piece = n
	changed(onPick)
	askForTree(false)
	later(push)
}

// showPiece goes to a piece of a file from somewhere else.
func showPiece(local, n uint32) {
	if local == 0 || int(local) > len(s.Shelf) {
		return
	}
	s.Tab = view.TabFile
	pickLocal(local)
	changed(onTab | onShelf)
	pickPiece(n, true)
	lists[view.TabFile].centre()
	focusFront()
}

// onTheShelf reports whether a link names one of the files on the shelf.
func onTheShelf(l view.Link) bool {
	for i := range s.Shelf {
		if f := &s.Shelf[i]; l.Sample == "" && l.Hash != "" && l.Hash == f.Hash {
			return true
		}
	}
	return false
}

// reachLocal goes to the file and piece that a link names.
func reachLocal(g *view.Link) {
	if int(g.Local) > len(s.Shelf) {
		alsoNotify(Notice{Text: "The link is about file " + num(g.Local) + " of Skype’s own beside the capture, which is not open. Drop it on this page, too, and follow the link again."})
		g.Local, g.Piece = 0, 0
	}
	if g.Local == 0 && s.File.Name == "" {
		g.Local = 1
	}
	pickLocal(g.Local)
	if s.Piece = g.Piece; g.Piece > s.local().Pieces {
		notFound("piece", g.Piece, int(s.local().Pieces), "piece")
		s.Piece = 0
	}
}

// setBare shows private values of Skype's own files, or stars them out.
func setBare(on bool) {
	if s.Bare == on {
		return
	}
	s.Bare, profile.due = on, true
	if !on {
		s.Profile, s.Reveal = nil, 0
	}
	for _, l := range lists {
		if l.table == proto.Pieces {
			l.drop()
		}
	}
	if s.Tree != nil && s.Tree.File != 0 {
		askForTree(false)
	}
	changed(onShelf | onProfile | onTree | onNode | onRows)
}

// --- what they all say ----------------------------------------------------------------

func paintProfile(what topic) {
	t := &profile
	if what&(onSize|onTab) != 0 {
		if wide := sheetWidth(t.pane); wide > t.wide+24 || wide+24 < t.wide {
			t.due = true
		}
	}
	if t.due && len(s.Shelf) > 0 {
		t.due = false
		t.wide = sheetWidth(t.pane)
		bare := s.Bare
		ask(askProfile, &proto.Request{Profile: &proto.ProfileAsk{Width: t.wide, Bare: bare}}, func(r *proto.Reply) {
			switch {
			case r.Sheet != nil && bare == s.Bare:
				s.Profile = r.Sheet
				changed(onProfile)
			case r.Err != nil:
				notify(sentence(r.Err), false)
			}
		})
	}
	if what&(onProfile|onTab|onFile|onReady) == 0 {
		return
	}
	b := &builder{}
	if s.Profile == nil {
		b.el("p", "dim", "Asking what the files say …").into(t.at)
		t.pane.unattr("data-for")
		return
	}
	names := sheet(b, s.Profile)
	b.into(t.at)
	fillTables(names)
	state := "starred"
	if s.Bare {
		state = "bare"
	}
	t.pane.attr("data-for", state)
}
