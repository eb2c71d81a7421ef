//go:build js && wasm

package main

import (
	"strconv"

	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// The frame round the panes: header, views, progress, notice, status line,
// splitters, theme.

var frame struct {
	file, views, welcome, resume, work, top, bottom      node
	splitTop                                             node
	progress, progressDone, progressWords, progressText  node
	notice, noticeText, noticeTools                      node
	verdict, memory, place, said, theme, sheet, paneTree node
	main, flowPane                                       node
	tabs, panels                                         [view.Tabs]node
	splits                                               [3]node
	deep, deepText, deepBar, deepClasses, rolePane       node
	hush                                                 int32 // alarm that ends what is said
	doneFor                                              string
	alone                                                bool // the upper panel has all the height
}

func newFrame() {
	f := &frame
	f.file, f.views, f.welcome, f.work, f.top, f.bottom, f.splitTop = el("file"), el("views"), el("welcome"), el("work"), el("top"), el("bottom"), el("split-top")
	f.progress, f.progressDone, f.progressWords, f.progressText = el("progress"), el("progress-done"), el("progress-words"), el("progress-text")
	f.notice, f.noticeText, f.noticeTools = el("notice"), el("notice-text"), el("notice-tools")
	f.verdict, f.memory, f.place, f.said, f.theme, f.sheet, f.paneTree = el("status-verdict"), el("status-memory"), el("status-place"), el("said"), el("theme"), el("sheet-open"), el("pane-tree")
	f.main, f.flowPane, f.resume = el("main"), el("flow-pane"), el("resume")
	for t := range view.Tabs {
		f.tabs[t], f.panels[t] = el("tab-"+t.String()), el("panel-"+t.String())
	}
	f.deep, f.deepText, f.deepBar, f.deepClasses, f.rolePane = el("deep"), el("deep-text"), el("deep-bar"), el("deep-classes"), el("role-pane")
	f.splits = [3]node{f.splitTop, el("split-tree"), el("split-card")}
	subscribe(onFile|onTab|onShelf, func(what topic) {
		if what&(onFile|onTab) != 0 {
			closeSheet()
		}
		paintViews()
	})
	subscribe(onFile|onTab|onPick|onStory|onMedia, func(topic) {
		// Where nothing is chosen there is nothing to show below.
		if now := s.Tab == view.TabStory && s.Packet == 0 || s.Tab == view.TabRoles && s.Role == 0 || s.Tab == view.TabMedia && s.Progress.Deep.Voices == 0 || s.Tab == view.TabProfile; now != f.alone {
			f.alone = now
			f.work.class("alone", now)
			changed(onSize)
		}
	})
	subscribe(onSheet, func(topic) {
		f.paneTree.class("up", s.Sheet)
		f.sheet.attr("aria-expanded", strconv.FormatBool(s.Sheet))
		if s.Sheet {
			tree.el.focus()
		}
	})
	subscribe(onSize, func(topic) { s.Mode = view.ModeFor(f.main.box().width) })
	subscribe(onFile|onProgress|onTab|onPick|onTree|onStory|onShelf, func(topic) { paintStatus() })
	subscribe(onNotice, func(topic) { paintNotice() })
}

// closeSheet lets the fields slide down again, where they lie over the rest.
func closeSheet() {
	if s.Sheet {
		s.Sheet = false
		changed(onSheet)
	}
}

// paintViews shows the drop zone or the panes of the view in front.
func paintViews() {
	f := &frame
	home := !s.full()
	if !home && !s.has(s.Tab) { // the last of its files is gone
		s.Tab = view.TabPackets
		if s.File.Name == "" {
			s.Tab = view.TabProfile
		}
		changed(onTab)
	}
	f.welcome.show(home)
	f.work.show(!home)
	f.views.show(!home)
	if home {
		f.resume.text("Back to " + openName())
		f.resume.show(s.any())
		setTitle("Somscope")
		return
	}
	setTitle(openName() + " · Somscope")
	for i := range f.tabs {
		on := view.Tab(i) == s.Tab
		f.panels[i].show(on)
		f.tabs[i].show(s.has(view.Tab(i)))
		f.tabs[i].attr("aria-selected", strconv.FormatBool(on))
		if on {
			f.tabs[i].unattr("tabindex")
			paintNear(int32(f.tabs[i]))
		} else {
			f.tabs[i].attr("tabindex", "-1")
		}
	}
	f.bottom.show(!s.Tab.Lone())
	f.flowPane.show(s.Tab == view.TabFlows)
	f.rolePane.show(s.Tab == view.TabRoles)
	media.pane.show(s.Tab == view.TabMedia)
	paintCapture(s.File.Name != "")
	f.work.class("fits", s.Tab == view.TabMedia) // the list is no higher than its rows
	changed(onSize)
}

func paintStatus() {
	f := &frame
	p := &s.Progress
	if !s.full() {
		f.file.text("")
		f.file.unattr("title")
		f.verdict.text("")
		f.memory.text("")
		f.place.text("")
	} else {
		t, more := openName(), ""
		if s.File.Name != "" {
			t = s.File.Name + " · " + view.Plural(int(p.Packets), "packet")
			if p.Done && p.Last > p.First {
				t += " · " + view.Lasted(p.Last-p.First)
			}
			if len(s.Shelf) > 0 {
				t += " · " + shelfNames()
			}
			more = s.File.Format + ", " + view.Amount(uint64(max(s.File.Size, 0)))
		}
		f.file.text(t)
		f.file.attr("title", more)
		switch {
		case s.File.Name == "":
			f.verdict.text("")
		case p.SkypeFlows > 0:
			f.verdict.text("Skype: " + view.Count(uint64(p.SkypeFlows)) + " of " + view.Plural(int(p.Flows), "flow") + ", " + view.Plural(int(p.SkypePkts), "packet"))
		case p.Done && p.Deep.Voices > 0:
			f.verdict.text("No Skype, but " + view.Plural(int(p.Deep.Voices), "stream") + " of voice")
		case p.Done:
			f.verdict.text("No Skype recognised in " + view.Plural(int(p.Flows), "flow"))
		default:
			f.verdict.text("")
		}
		if p.Heap > 0 {
			f.memory.text(view.Amount(p.Heap) + " of memory")
		}
		place := ""
		switch {
		case (s.Tab == view.TabPackets || s.Tab == view.TabStory) && s.Packet > 0:
			place = "Packet " + view.Count(uint64(s.Packet)) + " of " + view.Count(uint64(p.Packets))
		case s.Tab == view.TabFlows && s.Flow > 0:
			place = "Flow " + view.Count(uint64(s.Flow)) + " of " + view.Count(uint64(p.Flows))
		case s.Tab == view.TabFile && s.Local > 0:
			if s.Piece > 0 {
				place = "Piece " + view.Count(uint64(s.Piece)) + " of " + view.Count(uint64(s.local().Pieces))
			}
		case s.Tab == view.TabFile && s.Block > 0:
			place = "Block " + view.Count(uint64(s.Block)) + " of " + view.Count(uint64(p.Blocks))
		case s.Tab == view.TabMedia && s.Stream > 0:
			place = "Stream " + view.Count(uint64(s.Stream)) + " of " + view.Count(uint64(p.Deep.Voices))
		}
		f.place.text(place)
	}
	paintDeep(s.File.Name != "" && !s.Home)
	busy := s.File.Name != "" && !p.Done
	f.progress.show(busy)
	f.progressWords.show(busy)
	if busy {
		part := 0.0
		if p.Size > 0 {
			part = min(1, float64(p.Read)/float64(p.Size))
		}
		f.progressDone.style("--part", view.Fixed(part, 4))
		f.progress.attr("aria-valuenow", strconv.Itoa(int(part*100)))
		f.progressText.text(view.Progress(p.Packets, p.Read, p.Millis))
	}
	file := ""
	if s.any() {
		file = "loading"
		if p.Done || s.File.Name == "" {
			file = "done"
		}
	}
	if file != f.doneFor {
		f.doneFor = file
		paintRoot("file", file)
	}
}

// --- sentences ---------------------------------------------------------------

func notify(text string, calm bool) { notifyWith(Notice{Text: text, Calm: calm}) }

func notifyWith(n Notice) {
	s.Notice = n
	changed(onNotice)
}

// alsoNotify adds to what has been said about the file while it was opened.
func alsoNotify(n Notice) {
	if was := s.Notice; opening && was.Text != "" {
		n.Text = was.Text + " " + n.Text
		n.Calm = n.Calm && was.Calm
		n.Tools = append(was.Tools[:len(was.Tools):len(was.Tools)], n.Tools...)
		n.Bare = n.Bare || was.Bare
	}
	notifyWith(n)
}

// bareFrames are codecs whose frames a file may hold with nothing before them.
var bareFrames = [...]struct{ name, title string }{{"pcma", "A-law"}, {"pcmu", "µ-law"}, {"g729", "G.729"}, {"g722", "G.722"}, {"l16", "L16"}, {"ilbc20", "iLBC 20 ms"}, {"ilbc30", "iLBC 30 ms"}}

func paintNotice() {
	f := &frame
	f.notice.class("calm", s.Notice.Calm)
	if s.Notice.Calm {
		f.notice.attr("role", "status")
	} else {
		f.notice.attr("role", "alert")
	}
	f.noticeText.text(s.Notice.Text)
	var b builder
	for _, t := range s.Notice.Tools {
		b.button("button", t.Do, t.Text)
	}
	if s.Notice.Bare {
		b.el("span", "", "Read it as bare frames of")
		likely := view.BareCodec(refusedFile.name) // comes first
		for _, first := range [...]bool{true, false} {
			for _, x := range bareFrames {
				if (x.name == likely) == first {
					b.button("button", "as:"+x.name, x.title)
				}
			}
		}
	}
	b.into(f.noticeTools)
	f.notice.show(s.Notice.Text != "")
}

// say puts a few words into the status line for a moment.
func say(text string) {
	f := &frame
	f.said.text(text)
	cancel(f.hush)
	if text != "" {
		f.hush = after(5000, func() { f.said.text("") })
	}
}

// fault tells of a mistake of the page's own.
func fault(r any) {
	what := "unknown"
	switch v := r.(type) {
	case error:
		what = v.Error()
	case string:
		what = v
	}
	complain("page: " + what)
	s.Log = what
	s.Notice = Notice{Text: "Something in the page itself went wrong (" + what + "). What you see may be out of date; reloading the page helps.", Tools: []Tool{{"copy-log", "Copy the log"}}}
	func() {
		defer func() { recover() }()
		paintNotice()
	}()
}

// --- theme and size of letters --------------------------------------------------

var themes = [...]struct{ word, sign, title string }{
	{"", "◐", "Theme: as the system"},
	{"light", "○", "Theme: light"},
	{"dark", "●", "Theme: dark"},
}

func themeNow() int {
	now := remembered("theme")
	for i, t := range themes {
		if t.word == now {
			return i
		}
	}
	return 0
}

func showTheme() {
	t := themes[themeNow()]
	paintRoot("theme", t.word)
	frame.theme.text(t.sign)
	frame.theme.attr("title", t.title)
}

func nextTheme() {
	t := themes[(themeNow()+1)%len(themes)]
	remember("theme", t.word)
	showTheme()
	say(t.title)
}

var projecting bool // words, data and drawings are larger

func setProjector(on bool) {
	projecting = on
	v := ""
	if on {
		v = "1"
	}
	remember("projector", v)
	paintRoot("projector", v)
	changed(onSize | onJudges)
}

// --- splitters -----------------------------------------------------------------

const splitLo, splitHi = 15, 85

func limits(i int) (lo, hi float64) {
	if i == 0 {
		return splitLo, splitHi
	}
	return splitLo, 60
}

func setSplit(i int, percent float64) {
	lo, hi := limits(i)
	s.Split[i] = min(max(percent, lo), hi)
	names := [3]string{"--split-top", "--split-tree", "--split-card"}
	frame.work.style(names[i], view.Fixed(s.Split[i], 2))
	frame.splits[i].attr("aria-valuenow", strconv.Itoa(int(s.Split[i]+.5)))
	changed(onSize)
}

func keepSplits() {
	t := ""
	for i, p := range s.Split {
		if i > 0 {
			t += " "
		}
		t += strconv.Itoa(int(p*100 + .5)) // hundredths of a percent
	}
	remember("split", t)
}

func recallSplits() {
	t := remembered("split")
	if t == "" && view.ModeFor(frame.main.box().width) == view.Narrow {
		s.Split[0] = 36 // a list is less of a screen there than bytes and words
	}
	at := 0
	for i := range s.Split {
		end := at
		for end < len(t) && t[end] != ' ' {
			end++
		}
		if p, ok := view.ParseNumber(t[min(at, len(t)):end]); ok && p > 0 {
			s.Split[i] = float64(p) / 100
		}
		at = min(end+1, len(t))
		setSplit(i, s.Split[i])
	}
}

func drag(i int, x, y float64) {
	switch i {
	case 0:
		b := frame.work.box()
		setSplit(0, (y-b.top)/b.height*100)
	case 1:
		b := frame.bottom.box()
		p := (x - b.left) / b.width * 100
		if s.Mode == view.Middle {
			p -= 10 // as in the style sheet: the fields get a little more there
		}
		setSplit(1, p)
	case 2:
		b := frame.bottom.box()
		setSplit(2, (b.left+b.width-x)/b.width*100)
	}
}

func splitKey(i int, key string) bool {
	lo, hi := limits(i)
	if i == 2 { // its right side is what is measured
		switch key {
		case "ArrowLeft":
			key = "ArrowRight"
		case "ArrowRight":
			key = "ArrowLeft"
		}
	}
	p, ok := view.Split(s.Split[i], key, i > 0, lo, hi)
	if ok {
		setSplit(i, p)
		keepSplits()
	}
	return ok
}

// --- clock -----------------------------------------------------------------------

var clocks = [...]string{"start", "delta", "utc", "epoch"}

func setClock(word string) {
	for i, w := range clocks {
		if w == word {
			s.Clock = proto.Clock(i)
			remember("clock", w)
			setValue("clock", w)
			for _, l := range lists {
				l.stale()
				l.wide = 8
			}
			changed(onRows | onStory)
		}
	}
}
