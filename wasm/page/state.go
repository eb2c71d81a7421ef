//go:build js && wasm

package main

import (
	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// State is everything the page knows. Only the functions of this package that
// are named after what the user does change it, and each says what it changed.
type State struct {
	Ready    bool              // the engine has said Hello; false: it is starting
	Version  string            // of the engine; "" before Hello
	Specs    []proto.Spec      // the catalogue of fields; nil before Hello
	Marks    []int32           // colour and line of each Spec, as Specs
	File     File              // what is open; the zero File: nothing is
	Home     bool              // the drop zone is shown although a file is open
	Shelf    []proto.LocalFile // Skype's own files that are open beside it; nil: none
	Local    uint32            // that the tab File is about, from 1; 0: the capture
	Piece    uint32            // of that file, selected, from 1; 0: none
	Profile  *proto.Sheet      // what they all say; nil: not here yet
	Bare     bool              // private values of theirs are shown
	Progress proto.Progress    // how far reading is; zero: nothing was read
	Tab      view.Tab          // zero: Packets
	Clock    proto.Clock       // zero: since start
	Packet   uint32            // selected, from 1; 0: none
	Flow     uint32            // selected, from 1; 0: none
	Block    uint32            // selected, from 1; 0: none
	Tree     *proto.Tree       // shown in tree, hex and card; nil: nothing is
	Leaf     []bool            // which nodes of Tree own their bytes
	Owner    [][]int32         // for each buffer, byte by byte, the node a click means; made when shown
	Node     int               // selected node of Tree; -1: none
	Buf      uint8             // buffer in the hex view
	Byte     int               // cursor in the hex view; -1: none
	Hover    int               // node of Tree under the pointer; -1: none
	Open     map[string]bool   // by Spec name: groups the user has opened (true) or closed (false)
	Info     *proto.FlowInfo   // of the selected flow; nil: not here yet
	Sort     uint8             // column of the flow list; 0: number
	Down     bool              // the flow list is sorted from high to low
	Treats   []view.Treated    // what the user has decided about flows
	Publics  []view.Public     // what the user has said of hosts' public addresses
	Story    *proto.Story      // what happened, and who is what; nil: not here yet
	Phase    uint32            // selected, from 1; 0: none
	Role     uint32            // selected, from 1; 0: none
	Class    uint32            // of equal messages that is shown, from 1; 0: none
	Judges   *proto.DetectInfo // of the selected flow; nil: not here yet
	Stream   uint32            // of voice, selected, from 1; 0: none
	Voice    *proto.Sheet      // of the selected stream; nil: not here yet
	Curve    *proto.Sheet      // how a classifier decides on the selected flow; nil: not here yet
	Codecs   []view.Coded      // what the user has decided about streams
	Goal     *view.Link        // where a link wants to go when there is enough of the file; nil: nowhere
	Wanted   *view.Link        // a link whose file is not here; nil: none
	Notice   Notice            // the zero Notice: none is shown
	Sheet    bool              // narrow: the fields are slid up
	Mode     view.Mode         // zero: wide
	Split    [3]float64        // percent: height of the list, width of the fields, width of the card
	Log      string            // of the last crash, to be copied
	Reveal   uint64            // tree whose private bytes are shown, as treeID says; 0: they are starred out everywhere
	Trouble  map[uint32]int    // crashes by packet, so that one is not asked for again and again
}

// A File is what is open.
type File struct {
	Name   string // as shown; "" for none
	Sample string // its name on the shelf; "" for the user's own
	As     string // codec whose bare frames the user says it holds; "": what its content says
	Size   int64
	Format string // "" until the engine has looked at it
	Hash   string // "" until the engine has looked at it
}

// A Notice is a sentence in the page.
type Notice struct {
	Text  string
	Calm  bool // a hint, not a fault
	Tools []Tool
	Bare  bool // the file that was refused may be read as bare frames
}

// A Tool is a button beside a notice.
type Tool struct{ Do, Text string }

// A topic is a part of the state that panels listen to.
type topic uint32

const (
	onFile     topic = 1 << iota // File, Home
	onProgress                   // Progress
	onTab                        // Tab
	onRows                       // rows of a list have come or changed their meaning
	onPick                       // Packet, Flow or Block
	onTree                       // Tree
	onNode                       // Node, Buf, Byte
	onHover                      // Hover
	onOpen                       // Open
	onFlow                       // Info
	onSize                       // the window, a pane or the letters have another size
	onNotice                     // Notice
	onSheet                      // Sheet
	onReady                      // Ready, Specs
	onStory                      // Story, Phase, Role, Clock
	onJudges                     // Judges
	onMedia                      // Voice, Curve
	onShelf                      // Shelf, Local, Piece, Bare
	onProfile                    // Profile
)

var s = State{
	Node: -1, Byte: -1, Hover: -1,
	Open:    map[string]bool{},
	Trouble: map[uint32]int{},
	Split:   [3]float64{45, 29, 28},
}

type listener struct {
	on   topic
	work func(topic)
}

var (
	listeners []listener // in the order in which panels paint
	dirty     topic      // what has changed since the last flush
	flushing  bool
)

// subscribe has a panel's work called after a change to any of the topics.
func subscribe(on topic, work func(what topic)) { listeners = append(listeners, listener{on, work}) }

// subscribeFields is subscribe for the panels that show a tree. While they are
// hidden they do nothing, and when they are shown again they hear of all that
// they have missed: the tree may be another one, of another file, or gone.
func subscribeFields(on topic, work func(what topic)) {
	missed := topic(0)
	subscribe(on|onTab|onFile, func(what topic) {
		missed |= what
		if s.Tab.Lone() || !s.full() {
			return
		}
		what, missed = missed, 0
		work(what)
	})
}

// changed notes what has changed; the panels hear of it when the event that
// caused it has been dealt with.
func changed(what topic) { dirty |= what }

// flush tells the panels what has changed, until nothing does any more.
func flush() {
	if flushing {
		return
	}
	flushing = true
	defer func() { flushing = false }()
	for rounds := 0; dirty != 0 && rounds < 8; rounds++ {
		what := dirty
		dirty = 0
		for _, l := range listeners {
			if l.on&what != 0 {
				l.work(what)
			}
		}
	}
}

// handle wraps whatever comes from outside: it survives our own mistakes, says
// so in the page, and lets the panels paint afterwards.
//
//go:noinline
func handle(work func()) {
	defer func() {
		if r := recover(); r != nil {
			flushing = false
			fault(r)
		}
	}()
	work()
	flush()
}

func spec(n *proto.Node) *proto.Spec {
	if int(n.Spec) < len(s.Specs) {
		return &s.Specs[n.Spec]
	}
	return &proto.Spec{Name: "unknown", Label: "Unknown", Trust: 4, TrustWord: "unknown"}
}

func mark(n *proto.Node) int32 {
	if int(n.Spec) < len(s.Marks) {
		return s.Marks[n.Spec]
	}
	return view.MarkVoid
}

// any reports whether something is open: a capture, or files of Skype's own.
func (s *State) any() bool { return s.File.Name != "" || len(s.Shelf) > 0 }

// full reports whether something is open and shown.
func (s *State) full() bool { return s.any() && !s.Home }

// has reports whether there is such a view now.
func (s *State) has(t view.Tab) bool { return t.Has(s.File.Name != "", len(s.Shelf) > 0) }

// node gives the selected node, nil when there is none.
func (s *State) node() *proto.Node {
	if s.Tree == nil || s.Node < 0 || s.Node >= len(s.Tree.Nodes) {
		return nil
	}
	return &s.Tree.Nodes[s.Node]
}

// data gives the bytes of a buffer of the tree, nil when there is none.
func (s *State) data(buf uint8) []byte {
	if s.Tree == nil || int(buf) >= len(s.Tree.Buffers) {
		return nil
	}
	return s.Tree.Buffers[buf].Data
}

// owners gives the owner of every byte of a buffer.
func (s *State) owners(buf uint8) []int32 {
	if s.Tree == nil || int(buf) >= len(s.Owner) {
		return nil
	}
	if s.Owner[buf] == nil {
		s.Owner[buf] = view.Owners(s.Tree.Nodes, buf, len(s.Tree.Buffers[buf].Data))
	}
	return s.Owner[buf]
}
