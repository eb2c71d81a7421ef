//go:build js && wasm

package main

import "somscope/wasm/view"

// Bytes that name a person or an installation are starred out until the user asks for them.

// A run is bytes [From, To) of a buffer.
type run struct{ From, To int }

// hiddenBytes are the runs of a buffer that are not shown. The same bytes of the file may stand in
// several buffers: in the packet, and in its record.
func hiddenBytes(buf uint8) []run {
	t := s.Tree
	if t == nil || int(buf) >= len(t.Buffers) {
		return nil
	}
	if s.Reveal != 0 && s.Reveal == t.Packet {
		return nil
	}
	s.Reveal = 0 // shown for one packet, and not when one comes back to it
	here := &t.Buffers[buf]
	var list []run
	for i := range t.Nodes {
		n := &t.Nodes[i]
		if !spec(n).Private {
			continue
		}
		from, to := view.Bytes(n.Range)
		there := &t.Buffers[n.Range.Buf]
		switch {
		case n.Range.Buf == buf:
		case there.FileOff >= 0 && here.FileOff >= 0:
			by := int(there.FileOff - here.FileOff)
			from, to = max(from+by, 0), min(to+by, len(here.Data))
		default:
			continue
		}
		if from < to {
			list = append(list, run{from, to})
		}
	}
	return list
}

// hides reports whether bytes [from, to) of a buffer hold some that are not shown.
func hides(buf uint8, from, to int) bool {
	for _, r := range hiddenBytes(buf) {
		if r.From < to && from < r.To {
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
