//go:build js && wasm

package main

import (
	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// Bytes that name a person or an installation are starred out until the user asks for them.

// hiddenBytes are the runs of a buffer that are not shown. The same bytes of the file may stand in
// several buffers: in the packet, and in its record.
func hiddenBytes(buf uint8) []view.Span {
	t := s.Tree
	if t == nil || int(buf) >= len(t.Buffers) {
		return nil
	}
	if s.Reveal != 0 && s.Reveal == treeID(t) || s.Bare && t.File != 0 {
		return nil
	}
	s.Reveal = 0 // shown for one packet, and not when one comes back to it
	if hiding.tree == t && hiding.buf == buf {
		return hiding.list
	}
	here := &t.Buffers[buf]
	var list []view.Span
	for i := range t.Nodes {
		n := &t.Nodes[i]
		if !spec(n).Private {
			continue
		}
		there := &t.Buffers[n.Range.Buf]
		for _, x := range view.Spans(n) {
			all := view.Elsewhere(t.Buffers, n.Range.Buf, x, buf)
			if len(all) == 0 && there.FileOff >= 0 && here.FileOff >= 0 {
				by := int(there.FileOff - here.FileOff)
				all = []view.Span{{From: x.From + by, To: x.To + by}}
			}
			for _, x := range all {
				if x = (view.Span{From: max(x.From, 0), To: min(x.To, len(here.Data))}); x.From < x.To {
					list = append(list, x)
				}
			}
		}
	}
	hiding.tree, hiding.buf, hiding.list = t, buf, list
	return list
}

// hiding is what hiddenBytes found last: it is asked for every line that is painted.
var hiding struct {
	tree *proto.Tree
	buf  uint8
	list []view.Span
}

// hides reports whether bytes of a buffer hold some that are not shown.
func hides(buf uint8, x view.Span) bool {
	for _, r := range hiddenBytes(buf) {
		if r.From < x.To && x.From < r.To {
			return true
		}
	}
	return false
}

// masked reports whether the value of a field is not shown: of one of Skype's own files, whose
// values are as telling as their bytes.
func masked(n *proto.Node) bool {
	t := s.Tree
	return t.File != 0 && spec(n).Private && !s.Bare && s.Reveal != treeID(t)
}

// valueOf is what may be shown of a field's value.
func valueOf(n *proto.Node) string {
	if n.Text != "" && masked(n) {
		return "•••"
	}
	return n.Text
}

// unveil shows what was starred out, until another packet is chosen, or stars it out again.
func unveil() {
	switch {
	case s.Tree == nil:
	case s.Reveal == treeID(s.Tree):
		s.Reveal = 0
	default:
		s.Reveal = treeID(s.Tree)
	}
	if s.Tree != nil && s.Tree.File != 0 { // values of a piece stay with the engine, too
		askForTree(false)
	}
	changed(onTree | onNode)
}
