//go:build js && wasm

package main

import (
	"strings"

	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// How the tree of a packet or block comes: it is asked for, and in it the field
// is found that was meant or selected before.

// aim is what shall be selected in the tree that comes next: a field by name, a
// run of bits. The zero Link keeps the field that is selected now.
var aim view.Link

// hope is a field that was aimed at and that the packet does not have yet: the
// second look may bring it. It ends when something else is chosen.
var hope view.Link

// stood is the field that was selected last in a packet, in a block and in a piece of one of
// Skype's own files: a look at the one does not change where the other opens.
var stood [3]struct {
	name string
	nth  int
}

// treeKind is the place of a tree in stood.
func treeKind(t *proto.Tree) int {
	switch {
	case t.Packet != 0:
		return 0
	case t.File != 0:
		return 2
	}
	return 1
}

// refresh asks for what the view in front shows below its list.
func refresh() {
	switch s.Tab {
	case view.TabFlows:
		askForFlow()
	case view.TabRoles:
		askForStory()
	case view.TabMedia:
		media.due = true
		changed(onMedia)
	case view.TabProfile:
		changed(onShelf)
	default:
		if s.Tab == view.TabStory {
			askForStory()
		}
		askForTree(true)
	}
}

// askForTree asks for the tree of the selected packet or block. fresh drops the
// tree of another packet, unless the new one comes at once.
func askForTree(fresh bool) {
	r := &proto.Request{}
	switch {
	case s.Tab == view.TabFile && s.Local != 0 && s.Piece != 0:
		r.Piece = &proto.PieceAsk{File: s.Local, Piece: s.Piece}
		r.Piece.Bare = s.Bare || s.Reveal != 0 && s.Reveal == treeID(&proto.Tree{File: s.Local, Piece: s.Piece})
	case s.Tab == view.TabFile && s.Local == 0 && s.Block != 0:
		r.Block = &proto.Block{Index: s.Block - 1}
	case (s.Tab == view.TabPackets || s.Tab == view.TabStory) && s.Packet != 0:
		r.Dissect = &proto.Dissect{Packet: s.Packet}
	default:
		delete(waiting, newest[askTree]) // whatever comes is not wanted any more
		aim = view.Link{}
		if fresh && s.Tree != nil {
			s.Tree, s.Leaf, s.Owner, s.Node, s.Byte, s.Hover = nil, nil, nil, -1, -1, -1
			changed(onTree | onNode)
		}
		return
	}
	n := s.Packet
	ask(askTree, r, func(r *proto.Reply) {
		switch {
		case r.Tree != nil:
			grown(r.Tree)
		case r.Err != nil:
			s.Log = ""
			notify(sentence(r.Err), false)
			if r.Err.Kind == "crash" {
				s.Trouble[n]++
			}
		}
	})
}

// grown shows a tree, and in it the field of the same name as before.
func grown(t *proto.Tree) {
	if len(t.Nodes) == 0 {
		return
	}
	if hope.N != t.Packet || hope.N == 0 {
		hope = view.Link{}
	} else if aim.At == "" && aim.Bits == "" {
		aim = hope
	}
	if n := s.node(); n != nil {
		at := &stood[treeKind(s.Tree)]
		at.name, at.nth = spec(n).Name, countBefore(s.Tree, s.Node)
	}
	name, nth := aim.At, aim.Nth
	if name == "" && aim.Bits == "" && s.Tree != nil {
		at := &stood[treeKind(t)]
		name, nth = at.name, at.nth
	}
	again := s.Tree != nil && treeID(s.Tree) == treeID(t) && aim.At == "" && aim.Bits == ""
	buf, byt := s.Buf, s.Byte
	s.Tree, s.Leaf, s.Owner = t, view.Leaves(t.Nodes), make([][]int32, len(t.Buffers))
	s.Node, s.Hover, s.Byte = -1, -1, -1
	if int(s.Buf) >= len(t.Buffers) {
		s.Buf = 0
	}
	changed(onTree | onNode)
	if aim.Bits != "" {
		off, n, _ := view.ParseBits(aim.Bits)
		if at := nodeAtBits(t, aim.Buf, off, n); at >= 0 {
			choose(at)
		}
	} else if at := nodeNamed(t, name, nth); at >= 0 {
		choose(at)
	}
	lost := view.Link{}
	if s.Node < 0 {
		if aim.At != "" && s.Progress.Deep.State < 2 {
			lost = aim
			lost.N = t.Packet
		}
		choose(heart(t))
	}
	aim, hope = view.Link{}, lost
	if n := s.node(); again && n != nil && s.Buf == buf && view.Covers(view.Spans(n), byt) {
		s.Byte = byt // the same packet, seen anew: the cursor stays
	}
	s.Trouble[t.Packet] = 0
	later(false)
}

// heart is the node to begin with: the layer of Skype, else the innermost layer.
func heart(t *proto.Tree) int {
	at := 0
	for i := range t.Nodes {
		n := &t.Nodes[i]
		if p := spec(n); p.Layer && p.Skype {
			return i
		} else if p.Layer && n.Range.Buf == 0 && n.Depth == 1 {
			at = i
		}
	}
	if at == 0 && len(t.Nodes) > 1 {
		at = 1
	}
	return at
}

// nodeNamed is the nth node of a name. What is known of a field may change with what the user
// enters: the same field under an assumption is the same field.
func nodeNamed(t *proto.Tree, name string, nth int) int {
	const assumed = ".assumed"
	name = strings.TrimSuffix(name, assumed)
	last := -1
	for i := range t.Nodes {
		if strings.TrimSuffix(spec(&t.Nodes[i]).Name, assumed) == name && name != "" {
			last = i
			if nth--; nth < 0 {
				break
			}
		}
	}
	return last
}

// countBefore is how many nodes of the same name stand before node i.
func countBefore(t *proto.Tree, i int) int {
	n := 0
	for k := range i {
		if t.Nodes[k].Spec == t.Nodes[i].Spec {
			n++
		}
	}
	return n
}

// nodeAtBits is the innermost node that holds a run of bits.
func nodeAtBits(t *proto.Tree, buf uint8, off, n uint32) int {
	at := -1
	for i := range t.Nodes {
		r := t.Nodes[i].Range
		if r.Buf == buf && r.Off <= off && uint64(r.Off)+uint64(r.Len) >= uint64(off)+uint64(n) {
			at = i
		}
	}
	return at
}
