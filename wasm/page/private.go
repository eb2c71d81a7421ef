//go:build js && wasm

package main

import "somscope/wasm/view"

// Bytes that name a person or an installation are starred out until the user asks for them.

// A run is bytes [From, To) of a buffer.
type run struct{ From, To int }

// hiddenBytes are the runs of a buffer that are not shown.
func hiddenBytes(buf uint8) []run {
	if s.Tree == nil || s.Reveal {
		return nil
	}
	var list []run
	for i := range s.Tree.Nodes {
		if n := &s.Tree.Nodes[i]; n.Range.Buf == buf && spec(n).Private {
			from, to := view.Bytes(n.Range)
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

// unveil shows what was starred out, until the page is left.
func unveil() {
	s.Reveal = true
	changed(onTree | onNode)
}
