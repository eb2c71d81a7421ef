//go:build js && wasm

package main

import (
	"strconv"

	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// The story: phases on a time axis and, below it, as sentences. A chosen phase
// marks its packets in the list of packets; a chosen packet marks its phases.

var story struct {
	pane, note, axis, axisNote, list, group, groupText node
	drawn                                              *proto.Story // as axis and list show it
	clock                                              proto.Clock
	wide                                               float64
	most, listed                                       int // rows that may be listed, and that are
	told                                               uint32
}

func newStory() {
	t := &story
	t.pane, t.note, t.axis, t.axisNote, t.list = el("story"), el("story-note"), el("axis"), el("axis-note"), el("phases")
	t.group, t.groupText = el("group"), el("group-text")
	subscribe(onStory|onTab|onFile|onPick|onSize|onProgress|onReady, func(what topic) {
		if s.File.Name == "" || s.Home {
			return
		}
		switch s.Tab {
		case view.TabPackets:
			paintGroup()
		case view.TabStory:
			paintStory(what)
		}
	})
}

// askForStory asks for the story unless the whole of it is here.
func askForStory() {
	if s.Story != nil && s.Story.Done || !s.Progress.Done {
		begunPhase()
		astray()
		return
	}
	ask(askStory, &proto.Request{Story: &proto.StoryAsk{}}, func(r *proto.Reply) {
		if r.Story != nil {
			s.Story = r.Story
			changed(onStory)
			begunPhase()
			astray()
		} else if r.Err != nil {
			notify(sentence(r.Err), false)
		}
	})
}

// begunPhase shows the first packet of a phase that a link has named alone.
func begunPhase() {
	if p := phase(s.Phase); p != nil && len(p.Packets) > 0 && s.Tab == view.TabStory && s.Packet == 0 {
		showPacket(p.Packets[0], false)
	}
}

// astray says when a link has named a phase or a role that the whole story does
// not have, and forgets it.
func astray() {
	if s.Story == nil || !s.Story.Done {
		return
	}
	if n := len(s.Story.Phases); int(s.Phase) > n {
		notFound("phase", s.Phase, n, "phase")
		s.Phase = 0
		changed(onStory)
	}
	if n := len(s.Story.Roles); int(s.Role) > n {
		notFound("role", s.Role, n, "role")
		s.Role = 0
		changed(onStory)
	}
}

// deepened takes what the second look has come to since before.
func deepened(before proto.Deep) {
	d := &s.Progress.Deep
	if d.State == before.State && (d.Part == before.Part || s.Tab != view.TabStory && s.Tab != view.TabRoles) {
		return
	}
	if d.State != before.State && s.Story != nil {
		s.Story.Done = false // there is more to tell
	}
	if d.State >= 2 && before.State < 2 { // what is shown may say more now
		switch {
		case s.Tab == view.TabFlows:
			askForFlow()
		case shownPacket() != 0 && s.Packet != 0 && !s.Tab.Lone():
			askForTree(false)
		}
		if s.Class != 0 {
			askForClass()
		}
	}
	if d.State >= 2 && before.State < 2 || d.State == 1 && (s.Tab == view.TabStory || s.Tab == view.TabRoles) {
		askForStory()
	}
}

// paintDeep tells in the status line how far the second look is.
func paintDeep(open bool) {
	f, d := &frame, &s.Progress.Deep
	busy := open && d.State == 1
	f.deep.show(busy)
	if busy {
		f.deepText.text(deepWords())
		f.deepBar.attr("value", num(d.Permille))
	}
	f.deepClasses.show(open && d.Messages > 0 && d.State != 0)
	t := view.Plural(int(d.Confirmed), "message") + " read"
	if d.Inferred > 0 {
		t += " · " + view.Count(uint64(d.Inferred)) + " inferred"
	}
	if d.Equal > 0 {
		t += " · " + view.Count(uint64(d.Equal)) + " proven equal"
	}
	f.deepClasses.text(t)
	f.deepClasses.attr("title", "Of "+view.Plural(int(d.Messages), "obfuscated message")+": text read (✓), inferred (○), proven equal to that of others (=)")
	state := d.State & 3
	if state > 1 && (s.Story == nil || state == 2 && !s.Story.Done) {
		state = 1 // what it found is on its way
	}
	paintRoot("deep", [...]string{"", "running", "done", "stopped"}[state])
}

func deepWords() string {
	d := &s.Progress.Deep
	t := d.Part
	if t == "" {
		t = "reading messages"
	}
	return t + ": " + view.Percent(uint64(d.Permille), 1000)
}

// untold says why there is nothing to tell, or not all of it.
func untold(things string) string {
	d := &s.Progress.Deep
	t := ""
	switch {
	case !s.Progress.Done:
		t = "The file is still being read; the " + things + " after that. "
	case d.State == 1 || s.Story == nil:
		t = "Somscope takes a second look (" + deepWords() + "); this fills in. "
	}
	if s.Story != nil && s.Story.Note != "" {
		t += s.Story.Note + " "
	}
	if d.State >= 2 && d.Note != "" {
		t += d.Note
	}
	return t
}

func paintStory(what topic) {
	t := &story
	st := s.Story
	if st == nil {
		st = &proto.Story{}
	}
	note := untold("story")
	if note == "" && len(st.Phases) == 0 {
		note = "Nothing of Skype was recognised that would make a story."
	}
	t.note.text(note)
	fresh := st != t.drawn && (s.Story != nil || t.drawn != nil && len(t.drawn.Phases) > 0) || what&onReady != 0
	if fresh {
		t.most = 400
	}
	if fresh || t.listed != min(t.most, len(st.Phases)) {
		listPhases(st)
	}
	if wide := t.axis.box().viewW / zoom(); fresh || wide != t.wide || s.Clock != t.clock {
		t.wide, t.clock = wide, s.Clock
		drawAxis(st)
	}
	if fresh {
		t.drawn = st
	}
	var has []int32
	if s.Packet != 0 {
		for i := range st.Phases {
			if view.Holds(st.Phases[i].Packets, s.Packet) {
				has = append(has, int32(i))
			}
		}
	}
	moved := false
	if len(st.Phases) > 0 {
		moved = t.told != s.Phase
		t.told = s.Phase
	}
	for _, h := range [...]node{t.axis, t.list} {
		paintPicks(int32(h), int32(s.Phase)-1, ptr(has), int32(len(has)), h == t.list && (moved || what&onTab != 0))
	}
}

func drawAxis(st *proto.Story) {
	t := &story
	a := view.NewAxis(st, t.wide, s.Progress.First, t.clock)
	b := &builder{}
	words := ""
	if len(a.Bars) > 0 {
		b.svg("axis-svg", a.Width, a.Height, "Time axis")
		for _, k := range a.Ticks {
			b.line("axis-tick", k.X, 0, k.X, a.Floor)
			b.words("axis-text "+k.Anchor, k.At, a.Floor+15, k.Text)
		}
		b.line("axis-floor", a.Left, a.Floor, a.Width, a.Floor)
		for _, l := range a.Lanes {
			y := l.Y + 11
			if a.Left == 0 {
				y = l.Y - 4
			}
			b.words("axis-lane", 0, y, l.Name)
		}
		for _, k := range a.Bars {
			p := &st.Phases[k.Phase]
			class := "bar"
			if k.Media {
				class += " media"
			}
			if k.Dashed {
				class += " weak"
			}
			name := p.Title + ", " + p.When + ", " + p.Confidence
			b.spot(class, k.Phase, "phase:"+strconv.Itoa(k.Phase+1), name)
			b.rect(k.X, k.Y, k.W, k.H)
			b.close()
		}
		b.close()
		words = "Time: " + view.AxisWords(st.Begin, t.clock) + ". Each bar is one of the phases that are told here; choose one to see its packets."
	}
	b.into(t.axis)
	t.axisNote.text(words)
}

func listPhases(st *proto.Story) {
	t := &story
	b := &builder{}
	t.listed = min(t.most, len(st.Phases))
	for i := range st.Phases[:t.listed] {
		p := &st.Phases[i]
		b.open("li", "phase").attr("data-i", strconv.Itoa(i))
		b.el("span", "phase-when", p.When)
		b.open("div", "").open("p", "phase-head").button("link phase-title", "phase:"+strconv.Itoa(i+1), p.Title).text(" ").
			el("span", "conf", view.Confidence(p.Confidence)).el("span", "phase-here", "this packet").close()
		b.el("p", "", p.Text)
		if p.Doubt != "" {
			b.open("p", "phase-doubt").el("b", "", "Doubt: ").text(p.Doubt).close()
		}
		b.open("p", "phase-more")
		packetLinks(b, p.Packets, int(p.All))
		shortCites(b, p.Cites)
		b.close().close().close()
	}
	if more := len(st.Phases) - t.listed; more > 0 {
		b.open("li", "").button("button", "more", "Show "+view.Count(uint64(min(more, 400)))+" more of "+view.Count(uint64(more))).close()
	}
	b.into(t.list)
}

// phase is a phase of the story by its number, from 1; nil when there is none.
func phase(n uint32) *proto.Phase {
	if s.Story == nil || n == 0 || int(n) > len(s.Story.Phases) {
		return nil
	}
	return &s.Story.Phases[n-1]
}

// showPhase selects a phase and, unless the selected packet is one of its, its
// first packet.
func showPhase(n uint32) {
	p := phase(n)
	if p == nil {
		return
	}
	s.Phase = n
	t := &story
	if int(n) > t.most {
		t.most = int(n) + 100
	}
	if s.Tab != view.TabStory {
		s.Tab = view.TabStory
		changed(onTab)
		refresh()
		focusFront()
	}
	changed(onStory | onPick)
	if len(p.Packets) > 0 && !view.Holds(p.Packets, s.Packet) {
		showPacket(p.Packets[0], true)
	} else {
		later(true)
	}
}

// storyKey goes from phase to phase.
func storyKey(key string) bool {
	if s.Story == nil {
		return false
	}
	to, ok := view.Step(int(s.Phase)-1, len(s.Story.Phases), 5, key)
	if ok {
		showPhase(uint32(to) + 1)
	}
	return ok
}

// paintGroup shows the bar above the list of packets when a phase is chosen.
func paintGroup() {
	t := &story
	p := phase(s.Phase)
	t.group.show(p != nil)
	if p == nil {
		return
	}
	text := view.Plural(int(p.All), "packet")
	if n := len(p.Packets); n < int(p.All) {
		text = num(uint32(n)) + " of " + text
	}
	text += " of “" + p.Title + "”"
	if view.Holds(p.Packets, s.Packet) {
		_, i := view.Beside(p.Packets, s.Packet+1, -1)
		text += ", this is number " + strconv.Itoa(i+1)
	}
	t.groupText.text(text)
}

// goMarked goes to the next or the previous packet of the chosen phase.
func goMarked(by int) {
	p := phase(s.Phase)
	if p == nil || len(p.Packets) == 0 || s.Tab.Lone() || s.Tab == view.TabFile {
		return
	}
	n, _ := view.Beside(p.Packets, s.Packet, by)
	showPacket(n, false)
	lists[view.TabPackets].centre()
}

// packetMarks are the flags of a row of the list of packets that come from
// elsewhere: from the chosen phase, the selected packet, the second look.
func packetMarks(m *proto.RowMark) int32 {
	flags := int32(m.Read&3) * rowRead
	if p := phase(s.Phase); p != nil && view.Holds(p.Packets, m.ID) {
		flags |= rowGroup
	}
	if t := s.Tree; t != nil && t.Packet == s.Packet && t.Packet != 0 {
		for i := range t.Links {
			if l := &t.Links[i]; l.Packet == m.ID {
				return flags | view.LinkMark(l.Kind)*rowLink
			}
		}
	}
	return flags
}

// mentions offers the phases and roles that a packet and its flow belong to;
// packet 0 means any of the flow.
func mentions(b *builder, packet, flow uint32) {
	if s.Story == nil {
		return
	}
	n := 0
	for i := range s.Story.Phases {
		p := &s.Story.Phases[i]
		if n < 6 && (packet != 0 && view.Holds(p.Packets, packet) || packet == 0 && has(p.Flows, flow)) {
			b.button("link", "phase:"+strconv.Itoa(i+1), "Story: "+p.Title)
			n++
		}
	}
	n = 0
	for i := range s.Story.Roles {
		r := &s.Story.Roles[i]
		if n < 4 && has(r.Flows, flow) {
			b.button("link", "role:"+strconv.Itoa(i+1), "Role: "+r.Host+", "+r.Kind)
			n++
		}
	}
}

func has(list []uint32, n uint32) bool {
	for _, x := range list {
		if x == n {
			return n != 0
		}
	}
	return false
}
