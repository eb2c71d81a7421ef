//go:build js && wasm

package main

import (
	"strconv"

	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// Questions to the engine. An answer nobody waits for any more is dropped: a
// question of a kind that is asked anew (the tree of a packet, a flow) replaces
// the one before, and another file replaces all.

type kind uint8

const (
	askFile kind = iota
	askTree
	askFlow
	askStory
	askJudges
	askClass
	askMedia
	askCurve
	askSound
	askProfile
	askShelf
	askPing
	askRows // any number at a time; the list itself drops what is late
)

type question struct {
	kind kind
	then func(*proto.Reply)
}

var (
	counter  uint32 // of questions; 0 is not used
	waiting  = map[uint32]question{}
	newest   [askRows]uint32 // per kind, the question whose answer counts
	heard    float64         // ms: when the engine last said anything
	pinged   float64         // ms: when it was asked whether it lives; 0: it was not
	reopened bool            // the file was opened again after a crash
)

func ask(k kind, r *proto.Request, then func(*proto.Reply)) {
	counter++
	r.ID = counter
	waiting[counter] = question{k, then}
	if k < askRows {
		delete(waiting, newest[k])
		newest[k] = counter
	}
	post(r)
}

// message takes what the engine says.
func message(b []byte) {
	heard, pinged = now(), 0
	r, err := proto.ParseReply(b)
	if err != nil {
		notify("The decoder said something this page does not understand ("+err.Error()+"). Page and decoder may be of different versions; reload the page.", false)
		return
	}
	q, wanted := waiting[r.ID]
	delete(waiting, r.ID)
	switch {
	case r.Hello != nil:
		hello(r.Hello)
	case r.Crash != nil:
		stumbled(r.Crash)
		if r.ID != 0 && wanted && q.kind == askFile {
			answered()
		}
	case r.Sound != nil:
		sounds(r.Sound)
	case r.ID != 0 && wanted:
		q.then(r)
	case r.Shelf != nil:
		shelfCame(r.Shelf)
	case r.Opened != nil:
		opened(r.Opened)
	case r.Progress != nil:
		progressed(r.Progress)
	case r.ID == 0 && r.Err != nil:
		refused(r.Err)
	}
}

func hello(h *proto.Hello) {
	s.Ready, s.Version, s.Specs = true, h.Version, h.Specs
	s.Marks = view.Marks(h.Specs)
	paintRoot("ready", "engine")
	changed(onReady)
}

// stumbled tells of a fault of the engine's that it survived.
func stumbled(c *proto.Crash) {
	if c.Fatal {
		fell(c.Packet, c.What, c.Log)
		return
	}
	s.Log = c.Log
	notifyWith(Notice{
		Text:  "The decoder stumbled" + overPacket(c.Packet) + " (" + c.What + ") and went on. Everything else still works.",
		Tools: []Tool{{"copy-log", "Copy the log"}},
	})
}

func overPacket(n uint32) string {
	if n == 0 {
		return ""
	}
	return " over packet " + view.Count(uint64(n))
}

// fell starts a new worker after the end of the old one, and opens the file again.
func fell(packet uint32, what, log string) {
	s.Log, s.Ready = log, false
	s.Trouble[packet]++
	closePlayer()
	clear(waiting)
	heard, pinged = now(), 0
	restart()
	text := "The decoder stopped" + overPacket(packet) + " (" + what + "). It was started again"
	files := s.restock()
	switch {
	case s.File.Name == "" && len(files) > 0 && s.Trouble[packet] <= 3:
		g := link()
		s.Goal = &g
		openNext()
		text += " and reads the files anew."
	case s.File.Name != "" && s.Trouble[packet] <= 3:
		reopened = true
		g := link()
		if packet != 0 && packet == g.N {
			g.N, g.At, g.Bits = 0, "", ""
		}
		s.Goal = &g
		s.Tree, s.Packet, s.Node, s.Byte = nil, 0, -1, -1
		begin()
		text += " and reads the file anew."
	default:
		text += "."
	}
	notifyWith(Notice{Text: text, Tools: []Tool{{"copy-log", "Copy the log"}}})
	changed(onTree | onNode | onPick)
}

// Watching: a worker that answers nothing is replaced.
const (
	pingAfter = 4000    // ms
	giveUp    = 12000.0 // ms without a word after a ping
	slowFile  = 90000.0 // the same while a file is read, which may come from far away
)

func watch() {
	defer after(pingAfter, watch)
	if !s.Ready {
		return
	}
	t := now()
	limit := giveUp
	if s.File.Name != "" && !s.Progress.Done {
		limit = slowFile
	}
	switch {
	case pinged != 0 && t-pinged > limit && t-heard > limit:
		fell(s.Packet, "it gave no answer", "")
	case pinged == 0 && t-heard > 3000:
		pinged = t
		ask(askPing, &proto.Request{Rows: &proto.RowsAsk{Table: proto.Packets}}, func(*proto.Reply) {})
	}
}

// --- files -----------------------------------------------------------------

// Files are opened one after the other: only the answer to one tells whether it is a capture,
// which takes the place of the one before, or one of Skype's own files, which joins the others.
var given struct {
	list     []file // that wait
	sent     file   // that was asked for last
	busy     bool   // its answer is not here yet
	captures int    // among those given together
	locals   int
	quiet    bool // they came with a sample, or were open before
	due      bool // the last one is on the shelf, which has not been told yet
}

// take opens what the user has given.
func take(list []file, how string) {
	g := &given
	if !g.busy && len(g.list) == 0 {
		g.captures, g.locals, g.quiet = 0, 0, false
		s.Notice = Notice{}
	}
	g.list = append(g.list, list...)
	openNext()
}

// openNext opens the next of the files that wait. When none is left it tells what has come of
// them, and goes where a link wanted to go in them.
func openNext() {
	g := &given
	if g.busy {
		return
	}
	if len(g.list) > 0 {
		f := g.list[0]
		g.list = g.list[1:]
		if view.LooksLocal(f.name) || g.quiet {
			lay(f)
		} else {
			start(f, "")
		}
		return
	}
	if !g.quiet {
		tellGiven()
	}
	g.captures, g.locals = 0, 0
	reach()
}

// tellGiven says what became of files that were given together.
func tellGiven() {
	g := &given
	n := Notice{Calm: true}
	if g.captures > 1 {
		n.Text = view.Count(uint64(g.captures)) + " captures were given; the last one is open: " + s.File.Name + "."
	}
	if g.locals > 0 && s.File.Name != "" && len(s.Shelf) > 0 {
		if n.Text != "" {
			n.Text += " "
		}
		n.Text += "Beside it are open: " + shelfNames() + "."
		n.Tools = []Tool{{"tab:profile", "What they say"}}
	}
	if n.Text != "" {
		alsoNotify(n)
	}
}

// lay opens a file that is taken for one of Skype's own: what is open stays on the screen until
// the engine has said what it is.
func lay(f file) {
	if s.File.Format != "" {
		former = &place{file{s.File.Name, s.File.Size, blob}, s.File.Sample, link()}
	}
	wish++
	opening = true
	say("Opening " + f.name + " …")
	send(f, "", func(o *proto.Opened) {
		if o.Local == 0 { // it is a capture after all
			if s.Goal == nil {
				s.Goal = s.Wanted
			}
			turn(f, "")
			blank()
		}
		opened(o)
	})
}

// send gives a file to the engine.
func send(f file, as string, then func(*proto.Opened)) {
	given.sent, given.busy = f, true
	outgoing = f.blob
	ask(askFile, &proto.Request{Open: &proto.Open{Name: f.name, As: as}}, func(r *proto.Reply) {
		switch {
		case r.Err != nil:
			refused(r.Err)
		case r.Opened != nil:
			then(r.Opened)
		}
	})
}

// answered says that the engine has dealt with the file that was sent.
func answered() {
	given.busy = false
	openNext()
}

// wish counts what the user has asked to be opened or gone to, so that a sample
// which comes late does not replace what was wanted after it.
var wish uint32

// takeSample opens one of the shelf, unless it is open.
func takeSample(name string, goal view.Link) {
	say("Fetching the sample …")
	wish++
	mine := wish
	sample(name, func(f file, also []file, why string) {
		if mine != wish { // something else was wanted meanwhile
			return
		}
		if why != "" {
			notify(why, false)
			return
		}
		say("")
		clearShelf()
		given.list, given.quiet = also, true
		s.Goal = &goal
		start(f, name)
	})
}

// A place is a file that was open, and where one was in it.
type place struct {
	file  file
	shelf string
	at    view.Link
}

var (
	former  *place // to go back to when the file that is being opened is refused; nil: nowhere
	opening bool   // what is said belongs to the opening of the file
)

// start makes f the file that is open, before the engine has looked at it.
func start(f file, shelf string) {
	if s.File.Format != "" { // the engine took it
		former = &place{file{s.File.Name, s.File.Size, blob}, s.File.Sample, link()}
	}
	opening = true
	wish++
	turn(f, shelf)
	begin()
}

// turn has the page show f, of which nothing is known yet.
func turn(f file, shelf string) {
	blob = f.blob
	closePlayer()
	s.File = File{Name: f.name, Sample: shelf, Size: f.size}
	s.Home = false
	s.Trouble = map[uint32]int{}
	s.Treats, s.Publics, s.Codecs = nil, nil, nil
	reopened = false
	if s.Goal == nil && s.Wanted != nil && shelf == "" { // the file that a link was waiting for
		s.Goal = s.Wanted
	}
	if len(given.list) == 0 && given.captures+given.locals == 0 {
		s.Notice = Notice{}
	}
	s.Packet, s.Flow, s.Block, s.Info, s.Judges = 0, 0, 0, nil, nil
	s.Phase, s.Role, s.Class = 0, 0, 0
	s.Stream, s.Voice, s.Curve, media.curveFor = 0, nil, nil, 0
	if s.Goal != nil {
		s.Tab, s.File.As = s.Goal.Tab, s.Goal.As
	} else {
		s.Tab = view.TabPackets
	}
	s.Tree, s.Leaf, s.Owner, s.Node, s.Byte, s.Buf, s.Hover = nil, nil, nil, -1, -1, 0, -1
	s.Sort, s.Down = 0, false
	pickLocal(0)
	profile.due = true
	closeDialogs()
	changed(onFile | onTab | onPick | onTree | onNode | onFlow | onNotice | onProgress)
}

// begin has the engine read the open file from its start.
func begin() {
	blank()
	send(file{s.File.Name, s.File.Size, blob}, s.File.As, opened)
}

// blank drops what is known of the file that was open before.
func blank() {
	clear(waiting)
	s.Progress = proto.Progress{Size: s.File.Size}
	s.Story = nil
	for _, l := range lists {
		l.forget()
	}
	changed(onProgress | onRows | onStory | onJudges)
}

func opened(o *proto.Opened) {
	if o.Local != 0 {
		joined(o)
		return
	}
	given.captures++
	former = nil
	s.File.Size, s.File.Format, s.File.Hash = o.Size, o.Format, o.Hash
	if w := s.Wanted; w != nil && s.File.Sample == "" {
		if w.Hash != "" && w.Hash != o.Hash {
			alsoNotify(Notice{Text: "This is not the file that the link was made for: its fingerprint is " + o.Hash + ", the link says " + w.Hash + ". Going to the same place in it.", Calm: true})
		}
		s.Wanted = nil
	}
	if !reopened {
		if paintTyping() != 2 {
			focusFront() // it is shown by now: focus waits until Go has returned
		}
		visitNow(!link().SameFile(view.ParseLink(fragment())))
	}
	changed(onFile)
	answered()
}

// refused tells why a file was not opened at all, and goes back to the one that
// was open before.
func refused(p *proto.Problem) {
	defer answered()
	if p.Kind == "crash" {
		notify(sentence(p), false)
		return
	}
	f := given.sent
	bare := (p.Kind == "format" || p.Kind == "unsupported") && s.File.Sample == "" // bytes of sound may look like anything
	refusedFile = f
	if old := former; old != nil {
		text := "“" + f.name + "” was not opened. " + sentence(p) + " “" + old.file.name + "” is open as before."
		s.Goal, s.Wanted = &old.at, nil
		start(old.file, old.shelf)
		given.captures--
		former = nil // nowhere to go if that fails, too
		notifyWith(Notice{Text: text, Tools: []Tool{{"open", "Choose another file"}}, Bare: bare})
		return
	}
	s.File, s.Goal = File{}, nil
	if s.Wanted == nil { // a link that waits for its file goes on waiting
		shown = ""
		if len(s.Shelf) == 0 {
			visit("", false)
		}
	}
	s.Progress = proto.Progress{Done: true}
	for _, l := range lists {
		l.forget()
	}
	notifyWith(Notice{Text: sentence(p), Tools: []Tool{{"open", "Choose another file"}}, Bare: bare})
	changed(onFile | onProgress | onRows)
}

var refusedFile file // the last one that was

// openAs opens the file that was refused once more, as bare frames of a codec.
func openAs(codec string) {
	if refusedFile.name == "" {
		return
	}
	s.Goal = &view.Link{As: codec}
	start(refusedFile, "")
}

// sentence writes a Problem for people, with its offset.
func sentence(p *proto.Problem) string {
	t := p.What
	if p.Off > 0 && !hasOffset(t) {
		t += " (At offset " + view.Count(uint64(p.Off)) + ", 0x" + strconv.FormatInt(p.Off, 16) + ".)"
	}
	if p.Hint != "" {
		t += " " + p.Hint
	}
	return t
}

func hasOffset(t string) bool {
	for i := 0; i+6 <= len(t); i++ {
		if t[i:i+6] == "offset" {
			return true
		}
	}
	return false
}

func progressed(p *proto.Progress) {
	if s.File.Name == "" || given.busy && given.sent.blob.Equal(blob) { // it is about the capture before
		return
	}
	before := s.Progress
	s.Progress = *p
	what := onProgress
	if p.Packets != before.Packets || p.Flows != before.Flows || p.Blocks != before.Blocks || p.Generation != before.Generation || p.Done != before.Done {
		what |= onRows
	}
	if p.Generation != before.Generation {
		for _, l := range lists {
			l.stale()
		}
	}
	changed(what)
	if p.Done && !before.Done {
		if p.Problem != nil {
			tools := []Tool{}
			if p.Packets > 0 {
				tools = append(tools, Tool{"packet:" + strconv.FormatUint(uint64(p.Packets), 10), "Last packet"})
			}
			if p.Blocks > 0 {
				tools = append(tools, Tool{"last-block", "Those bytes"})
			}
			alsoNotify(Notice{Text: sentence(p.Problem), Tools: tools})
		} else if p.Cancelled {
			say("Stopped after " + view.Count(uint64(p.Packets)) + " packets")
		}
		for _, t := range s.Treats {
			treat(t.Flow, t.As, false)
		}
		for _, x := range s.Publics {
			sendPublic(x)
		}
		if s.Tab == view.TabFlows && s.Flow != 0 {
			askForFlow()
		}
		if s.Tree != nil && s.Packet != 0 && p.Generation != before.Generation {
			askForTree(false) // its flow may have become Skype
		}
	}
	if p.Deep.State >= 2 && before.Deep.State < 2 || p.Generation != before.Generation {
		profile.due = true
		changed(onShelf)
	}
	deepened(before.Deep)
	heardOfVoices(&before)
	reach()
}

// reach goes where a link wanted to go, as soon as there is enough of the file.
func reach() {
	g := s.Goal
	if g == nil {
		return
	}
	p := &s.Progress
	if len(g.Treat) > 0 && !p.Done || g.N > p.Packets && !p.Done || (g.Tab != view.TabPackets || len(g.Public) > 0) && !p.Done {
		return
	}
	if !p.Done && p.Packets == 0 || given.busy || len(given.list) > 0 {
		return
	}
	s.Goal = nil
	apply(*g)
}

// apply goes to a place in the open file.
func apply(g view.Link) {
	for _, t := range s.Treats {
		if !decides(g.Treat, t.Flow) { // Back, to before it was decided
			treat(t.Flow, proto.Auto, true)
		}
	}
	for _, t := range g.Treat {
		if !treated(t) {
			treat(t.Flow, t.As, true)
		}
	}
	if g.N > s.Progress.Packets && s.Progress.Done {
		notFound("packet", g.N, int(s.Progress.Packets), "packet")
		g.N, g.At, g.Bits = 0, "", ""
	}
	for _, x := range s.Publics {
		if !says(g.Public, x.Host) {
			setPublic(view.Public{Host: x.Host})
		}
	}
	for _, x := range g.Public {
		setPublic(x)
	}
	applyCodecs(g.Codec)
	s.Tab = g.Tab
	switch g.Tab { // what a link leaves out is not chosen; it says nothing of the other views
	case view.TabPackets, view.TabStory:
		s.Packet, s.Phase = g.N, g.Phase
	case view.TabRoles:
		s.Packet, s.Role = g.N, g.Role
	case view.TabMedia:
		if s.Packet = g.N; s.Stream != g.Stream {
			s.Stream = g.Stream
		}
	case view.TabFlows:
		s.Packet, s.Flow = g.N, 0
		if g.Flow <= s.Progress.Flows {
			s.Flow = g.Flow
		} else {
			notFound("flow", g.Flow, int(s.Progress.Flows), "flow")
		}
	case view.TabFile:
		reachLocal(&g)
		s.Block = 0
		if g.Block <= s.Progress.Blocks {
			s.Block = g.Block
		} else {
			notFound("block", g.Block, int(s.Progress.Blocks), "block")
		}
	}
	aim = g
	changed(onTab | onPick | onStory)
	refresh()
	astray()
	lists[s.Tab].centre()
	if g.Class != s.Class {
		dialogs.class.modal(false)
		if s.Class = 0; g.Class != 0 {
			showClass(g.Class)
		}
	}
}

// notFound says that a link names what this file does not have.
func notFound(what string, n uint32, has int, things string) {
	alsoNotify(Notice{Text: "The link is about " + what + " " + view.Count(uint64(n)) + ", but this file has " + view.Plural(has, things) + "."})
}

func decides(all []view.Treated, flow uint32) bool {
	for _, t := range all {
		if t.Flow == flow {
			return true
		}
	}
	return false
}

func treated(t view.Treated) bool {
	for _, x := range s.Treats {
		if x == t {
			return true
		}
	}
	return false
}

// --- what is looked at --------------------------------------------------------

func askForFlow() {
	if s.Flow == 0 {
		if s.Info != nil {
			s.Info = nil
			changed(onFlow)
		}
		return
	}
	ask(askFlow, &proto.Request{Flow: &proto.FlowAsk{Flow: s.Flow}}, func(r *proto.Reply) {
		if r.Flow != nil {
			s.Info = r.Flow
			changed(onFlow)
			askForJudges()
		} else if r.Err != nil {
			notify(sentence(r.Err), false)
		}
	})
}

// treat overrides the verdict on a flow.
func treat(flow uint32, as proto.As, keep bool) {
	if keep {
		kept := s.Treats[:0:0]
		for _, t := range s.Treats {
			if t.Flow != flow {
				kept = append(kept, t)
			}
		}
		if as != proto.Auto {
			kept = append(kept, view.Treated{Flow: flow, As: as})
		}
		s.Treats = kept
	}
	ask(askRows, &proto.Request{Treat: &proto.Treat{Flow: flow, As: as}}, func(r *proto.Reply) {
		if r.Flow != nil && r.Flow.Flow == s.Flow {
			s.Info = r.Flow
			changed(onFlow)
		} else if r.Err != nil {
			notify(sentence(r.Err), false)
		}
		for _, l := range lists {
			l.stale()
		}
		changed(onRows)
		if !s.Tab.Lone() && s.Tree != nil {
			askForTree(false)
		}
	})
}
