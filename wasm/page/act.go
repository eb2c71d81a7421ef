//go:build js && wasm

package main

import (
	"strings"

	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// What the user does. Each of these changes the state and says so; deliberate
// jumps make a step in the history, walking about replaces the last one.

// act does what a control's data-do says: a word, or a word and a number.
func act(do string) {
	word, arg, _ := strings.Cut(do, ":")
	n, _ := view.ParseNumber(arg)
	switch word {
	case "tab":
		if t, ok := view.TabNamed(arg); ok {
			showTab(t, true)
		}
	case "resume":
		s.Home = false
		changed(onFile)
		visitNow(true)
	case "packet":
		closeDialogs()
		if s.Tab != view.TabStory { // which shows packets, too
			s.Tab = view.TabPackets
			changed(onTab)
			focusFront()
		}
		showPacket(n, true)
		lists[view.TabPackets].centre()
	case "phase":
		showPhase(n)
	case "role":
		showRole(n)
	case "class":
		showClass(n)
	case "marked":
		goMarked(2*int(n) - 1)
	case "unmark":
		s.Phase = 0
		changed(onStory)
		later(false)
		focusFront()
	case "rolesort":
		sortRoles(int(n))
	case "more":
		story.most += 400
		changed(onStory)
	case "public":
		enterPublic()
	case "play":
		playChi()
	case "flow":
		showFlow(n)
	case "stream":
		showStream(n)
	case "piece":
		f, p, _ := strings.Cut(arg, ":")
		local, _ := view.ParseNumber(f)
		p, at, _ := strings.Cut(p, ":")
		n, _ = view.ParseNumber(p)
		showPiece(local, n)
		if at != "" { // a field of it
			name, nth, _ := strings.Cut(at, "~")
			k, _ := view.ParseNumber(nth)
			aim = view.Link{At: name, Nth: int(k)}
		}
	case "shelf":
		showLocal(n)
	case "shut":
		shut(n)
	case "bare":
		setBare(n != 0)
	case "tsort", "tpage", "tsave":
		actTable(word, arg)
	case "listen":
		listenTo(n)
	case "codec":
		no, name, _ := strings.Cut(arg, ":")
		n, _ = view.ParseNumber(no)
		setCodec(view.Coded{Stream: n, Codec: name})
		later(true)
	case "as":
		openAs(arg)
	case "sample":
		closeDialogs()
		visit(view.Link{Sample: arg, Tab: view.TabMedia, Stream: 1}.String(), true) // it is to be heard
		follow()
	case "last-block":
		s.Tab = view.TabFile
		pickLocal(0)
		s.Block = s.Progress.Blocks
		changed(onTab | onPick)
		refresh()
		lists[view.TabFile].centre()
		focusFront()
		later(true)
	case "buf":
		showBuffer(uint8(n))
	case "node":
		if s.Tree != nil && int(n) < len(s.Tree.Nodes) {
			choose(int(n))
		}
	case "sort":
		sortFlows(uint8(n))
	case "samples":
		changed(onReady) // the shelf is drawn into the dialog
		dialogs.samples.modal(true)
	case "help":
		dialogs.help.modal(true)
	case "goto":
		askNumber()
	case "goto-go":
		goToNumber()
	case "close":
		closeDialogs()
	case "share":
		share()
	case "theme":
		nextTheme()
	case "stop":
		post(&proto.Request{ID: next(), Cancel: &proto.Cancel{}})
	case "notice-close":
		s.Notice = Notice{}
		changed(onNotice)
	case "unveil":
		unveil()
	case "copy-raw":
		if t := s.node(); t != nil {
			if raw, hidden := rawBytes(t, 1<<30); !hidden {
				copyText(raw, "Bytes copied")
			}
		}
	case "copy-log":
		copyText(report(), "Log copied")
	case "sheet":
		s.Sheet = !s.Sheet
		changed(onSheet)
	case "skip":
		focusFront()
	}
}

// focusFront gives the keyboard to what the view in front begins with.
func focusFront() { focusPane(view.Front(s.Tab)) }

func next() uint32 { counter++; return counter }

func report() string {
	return "Somscope " + s.Version + "\n" + s.Notice.Text + "\nfile: " + s.File.Format + ", " + view.Amount(uint64(s.File.Size)) + "\n" + s.Log
}

func copyText(text, done string) {
	clip(text, func(ok bool) {
		if ok {
			say(done)
		} else {
			notify("The browser does not let this page use the clipboard.", false)
		}
	})
}

func showTab(t view.Tab, push bool) {
	if s.Tab == t || !s.has(t) {
		return
	}
	s.Tab = t
	switch {
	case t == view.TabFile && s.File.Name == "" && s.Local == 0:
		pickLocal(1)
	case t == view.TabFile && s.Local != 0:
	case t == view.TabFlows && s.Flow == 0 && s.Tree != nil:
		s.Flow = s.Tree.Flow
	case t == view.TabRoles && s.Role == 0 && s.Tree != nil:
		s.Role = roleOf(s.Tree.Flow)
	case t == view.TabMedia && s.Stream == 0 && s.Tree != nil:
		s.Stream = s.Tree.Stream
	case t == view.TabFile && s.Block == 0 && s.Progress.Blocks > 0:
		s.Block = 1
	}
	changed(onTab | onPick)
	refresh()
	lists[t].centre()
	later(push)
}

// showPacket selects a packet.
func showPacket(n uint32, push bool) {
	if n == 0 || n > s.Progress.Packets {
		return
	}
	if n != s.Packet || s.Tree == nil || s.Tree.Packet != n {
		s.Packet = n
		changed(onPick)
		askForTree(false)
	}
	later(push)
}

func showBlock(n uint32, push bool) {
	if n == 0 || n > s.Progress.Blocks {
		return
	}
	s.Block = n
	changed(onPick)
	askForTree(false)
	later(push)
}

func pickFlow(n uint32, push bool) {
	if n == 0 {
		return
	}
	s.Flow = n
	changed(onPick)
	askForFlow()
	later(push)
}

// showFlow goes to a flow from somewhere else.
func showFlow(n uint32) {
	if n == 0 {
		say("This packet belongs to no flow")
		return
	}
	s.Sort, s.Down, s.Flow, s.Tab = 0, false, n, view.TabFlows
	lists[view.TabFlows].stale()
	changed(onTab | onPick | onRows)
	refresh()
	lists[view.TabFlows].centre()
	focusFront()
	later(true)
}

func sortFlows(col uint8) {
	if s.Sort == col {
		s.Down = !s.Down
	} else {
		s.Sort = col
		s.Down = col == 4 || col == 5 || col == 8 // most packets, bytes, score first
	}
	l := lists[view.TabFlows]
	l.stale()
	l.cursor = -1
	l.scroll.Top = 0
	l.put()
	changed(onRows)
}

// choose selects a node of the tree, shows its buffer and its first byte, and
// opens the groups above it.
func choose(i int) {
	if s.Tree == nil || i < 0 || i >= len(s.Tree.Nodes) {
		return
	}
	s.Node = i
	hope = view.Link{}
	n := &s.Tree.Nodes[i]
	from, _ := view.Bytes(n.Range)
	s.Buf, s.Byte = n.Range.Buf, from
	if from >= len(s.data(s.Buf)) {
		s.Byte = len(s.data(s.Buf)) - 1
	}
	reveal(i)
	changed(onNode)
	later(false)
}

// chooseByte puts the cursor on a byte and selects its field. Clicking the same
// byte again goes through the fields that share it.
func chooseByte(at int, again bool) {
	data := s.data(s.Buf)
	if at < 0 || at >= len(data) {
		return
	}
	all := view.At(s.Tree.Nodes, s.Leaf, s.Buf, at)
	pick := -1
	if i := view.Spelled(s.Tree, s.Leaf, s.Buf, at); i >= 0 { // what digits spell comes before the digits
		all = append([]int{i}, all...)
	}
	if len(all) > 0 {
		pick = all[0]
		for k, i := range all {
			if again && s.Byte == at && i == s.Node {
				pick = all[(k+1)%len(all)]
			}
		}
	}
	s.Byte = at
	hope = view.Link{}
	if pick >= 0 {
		s.Node = pick
		reveal(pick)
	}
	changed(onNode)
	later(false)
}

func showBuffer(b uint8) {
	if s.Tree == nil || int(b) >= len(s.Tree.Buffers) || b == s.Buf {
		return
	}
	if n := s.node(); n != nil { // the same bytes, where they come from or where they went
		for _, x := range view.Spans(n) {
			if at := view.Elsewhere(s.Tree.Buffers, n.Range.Buf, x, b); len(at) > 0 && (b == n.Range.Buf || s.Tree.Buffers[n.Range.Buf].Per > 1) {
				s.Buf, s.Byte = b, at[0].From
				changed(onNode)
				return
			}
		}
	}
	if i := view.Spelled(s.Tree, s.Leaf, s.Buf, s.Byte); i >= 0 && s.Tree.Nodes[i].Range.Buf == b {
		choose(i)
		return
	}
	for i := range s.Tree.Nodes {
		if s.Tree.Nodes[i].Range.Buf == b {
			choose(i)
			return
		}
	}
	s.Buf, s.Byte = b, 0
	changed(onNode)
}

// point lights a field in tree and bytes; -1 none.
func point(i int) {
	if s.Hover != i {
		s.Hover = i
		changed(onHover)
	}
}

// --- groups --------------------------------------------------------------------

// isOpen reports whether a group shows its fields. What the user has opened or
// closed stays so from packet to packet; otherwise Skype is open, and so are the
// blocks of a file.
func isOpen(i int) bool {
	n := &s.Tree.Nodes[i]
	p := spec(n)
	if open, said := s.Open[p.Name]; said {
		return open
	}
	return p.Skype || s.Tree.Packet == 0 && n.Depth <= 1 || n.Depth == 0
}

func hasKids(i int) bool {
	return i+1 < len(s.Tree.Nodes) && s.Tree.Nodes[i+1].Depth > s.Tree.Nodes[i].Depth
}

func setOpen(i int, open bool) {
	s.Open[spec(&s.Tree.Nodes[i]).Name] = open
	changed(onOpen)
}

// parent is the node above, -1 for the root.
func parent(i int) int {
	for k := i - 1; k >= 0; k-- {
		if s.Tree.Nodes[k].Depth < s.Tree.Nodes[i].Depth {
			return k
		}
	}
	return -1
}

// reveal opens the groups above a node.
func reveal(i int) {
	for p := parent(i); p > 0; p = parent(p) {
		if !isOpen(p) {
			setOpen(p, true)
		}
	}
}

// --- the address -----------------------------------------------------------------

// link is the state worth sharing.
func link() view.Link {
	l := view.Link{Sample: s.File.Sample, Tab: s.Tab, Treat: s.Treats, Public: s.Publics, Class: s.Class, Codec: s.Codecs, As: s.File.As}
	nameFile(&l)
	switch s.Tab {
	case view.TabFlows:
		l.Flow = s.Flow
	case view.TabFile:
		if l.Local = s.Local; l.Local != 0 {
			l.Piece = s.Piece
		} else {
			l.Block = s.Block
		}
	case view.TabProfile:
	case view.TabRoles:
		l.Role = s.Role
	case view.TabMedia:
		l.Stream = s.Stream
	default:
		l.Phase = s.Phase
	}
	if s.Tab != view.TabFile && s.Tab != view.TabProfile {
		l.N = s.Packet
	}
	if n := s.node(); n != nil && !s.Tab.Lone() && (s.Tab == view.TabFile) == (s.Tree.Packet == 0) {
		l.At, l.Nth = spec(n).Name, countBefore(s.Tree, s.Node)
		if p := spec(n); p.Name == "unknown" || p.Name == "unknown.bits" { // no name to find it by
			l.At, l.Nth, l.Buf, l.Bits = "", 0, n.Range.Buf, view.Bits(n.Range.Off, n.Range.Len)
		}
	}
	return l
}

var (
	visiting bool   // the address will be written when the user stands still
	shown    string // the fragment as last written or followed
)

// later writes the address soon: browsers refuse too many writings, and a held
// arrow key passes a hundred packets.
func later(push bool) {
	if !s.full() || s.Goal != nil {
		return
	}
	if push && shown != "" {
		// The step is made at once, with the place as known now; fields follow.
		visitNow(true)
	}
	if !visiting {
		visiting = true
		after(250, func() {
			visiting = false
			visitNow(false)
		})
	}
}

func visitNow(push bool) {
	if !s.full() || s.Goal != nil && !push {
		return
	}
	l := link()
	if s.Goal != nil {
		l = *s.Goal
		nameFile(&l)
	}
	if l.Sample == "" && l.Hash == "" {
		return // the engine has not looked at it yet
	}
	if t := l.String(); t != shown {
		shown = t
		visit(t, push)
	}
}

// nameFile says which file a link is about: the capture, or where there is none the first of
// Skype's own files.
func nameFile(l *view.Link) {
	switch {
	case l.Sample != "":
	case s.File.Name != "":
		l.File, l.Hash = s.File.Name, s.File.Hash
	case len(s.Shelf) > 0:
		l.File, l.Hash = s.Shelf[0].Name, s.Shelf[0].Hash
	}
}

// follow goes where the address says: at the start, by Back and by links.
func follow() {
	t := fragment()
	if t == shown && t != "" {
		return
	}
	shown = t
	wish++
	l := view.ParseLink(t)
	switch {
	case l.Empty():
		s.Home, s.Wanted = s.any(), nil
		changed(onFile)
	case s.any() && (l.SameFile(link()) || onTheShelf(l)):
		s.Home, opening = false, false
		changed(onFile)
		if s.Notice.Calm {
			s.Notice = Notice{}
			changed(onNotice)
		}
		s.Goal = &l
		reach()
	case l.Sample != "":
		takeSample(l.Sample, l)
	default:
		s.Wanted = &l
		text := "This link is about the file “" + l.File + "”"
		if l.File == "" {
			text = "This link is about a file"
		}
		if l.Hash != "" {
			text += " with the fingerprint " + l.Hash
		}
		notifyWith(Notice{Text: text + ". Drop it on this page, and the page goes to the place that is meant.", Calm: true, Tools: []Tool{{"open", "Choose the file"}}})
	}
}

func share() {
	if !s.any() {
		say("There is nothing to share yet")
		return
	}
	visitNow(false)
	done := "Link copied"
	if s.File.Sample == "" {
		done = "Link copied; it names the file, but does not hold it"
	}
	copyText(address(), done)
}
