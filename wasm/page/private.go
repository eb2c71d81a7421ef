//go:build js && wasm

package main

import "somscope/wasm/view"

// Bytes that name a person or an installation are starred out until the user asks for them.

// hiddenBytes are the runs of a buffer that are not shown. The same bytes of the file may stand in
// several buffers: in the packet, and in its record.
func hiddenBytes(buf uint8) []view.Span {
	t := s.Tree
	if t == nil || int(buf) >= len(t.Buffers) {
		return nil
	}
	if s.Reveal != 0 && s.Reveal == t.Packet {
		return nil
	}
	s.Reveal = 0 // shown for one packet, and not when one comes back to it
	here := &t.Buffers[buf]
	var list []view.Span
	for i := range t.Nodes {
		n := &t.Nodes[i]
		if !spec(n).Private {
			continue
		}
		there := &t.Buffers[n.Range.Buf]
		by := 0
		if n.Range.Buf != buf {
			if there.FileOff < 0 || here.FileOff < 0 {
				continue
			}
			by = int(there.FileOff - here.FileOff)
		}
		for _, x := range view.Spans(n) {
			if x = (view.Span{From: max(x.From+by, 0), To: min(x.To+by, len(here.Data))}); x.From < x.To {
				list = append(list, x)
			}
		}
	}
	return list
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

// unveil shows what was starred out, until another packet is chosen, or stars it out again.
func unveil() {
	switch {
	case s.Tree == nil:
	case s.Reveal == s.Tree.Packet:
		s.Reveal = 0
	default:
		s.Reveal = s.Tree.Packet
	}
	changed(onTree | onNode)
}
