package view

import "somscope/wasm/proto"

// A Home is a span of bytes and the buffer it is in.
type Home struct {
	Buf uint8
	Span
}

// per is how many bytes of its source spell one byte of a buffer, 0 when that cannot be said.
func per(b *proto.Buffer) int {
	if !b.Exact {
		return 0
	}
	return max(int(b.Per), 1)
}

// Sources lists the bytes that a span of a buffer was made from, in the buffer that was its
// source: of a byte that two hexadecimal digits spell, the two digits. It lists nothing where
// bytes do not stem from bytes one by one.
func Sources(all []proto.Buffer, buf uint8, x Span) []Home {
	if int(buf) >= len(all) {
		return nil
	}
	b := &all[buf]
	k := per(b)
	if k == 0 {
		return nil
	}
	from, to := x.From*k, x.To*k
	var out []Home
	at := 0 // bytes of the source before this run
	for _, r := range b.From {
		lo, hi := Bytes(r)
		if a, z := max(from, at), min(to, at+hi-lo); a < z {
			out = append(out, Home{r.Buf, Span{lo + a - at, lo + z - at}})
		}
		at += hi - lo
	}
	return out
}

// Results lists the bytes of a buffer that were made from a span of its source, buffer buf.
func Results(all []proto.Buffer, child, buf uint8, x Span) []Span {
	if int(child) >= len(all) {
		return nil
	}
	b := &all[child]
	k := per(b)
	if k == 0 {
		return nil
	}
	var out []Span
	at := 0
	for _, r := range b.From {
		lo, hi := Bytes(r)
		if a, z := max(x.From, lo), min(x.To, hi); a < z && r.Buf == buf {
			a, z = (a-lo+at)/k, min((z-lo+at+k-1)/k, len(b.Data))
			if n := len(out); n > 0 && out[n-1].To >= a { // two runs that spell one byte
				out[n-1].To = max(out[n-1].To, z)
			} else if a < z {
				out = append(out, Span{a, z})
			}
		}
		at += hi - lo
	}
	return out
}

// Elsewhere lists the spans of buffer to that hold the same as a span of buffer buf: because one
// was made from the other, at once or over buffers between them.
func Elsewhere(all []proto.Buffer, buf uint8, x Span, to uint8) []Span {
	if buf == to {
		return []Span{x}
	}
	var out []Span
	up(all, Home{buf, x}, to, len(all), &out)
	if len(out) == 0 {
		down(all, Home{buf, x}, to, len(all), &out)
	}
	return out
}

func up(all []proto.Buffer, at Home, to uint8, left int, out *[]Span) {
	if left < 0 { // buffers that claim to stem from each other
		return
	}
	for _, p := range Sources(all, at.Buf, at.Span) {
		if p.Buf == to {
			*out = append(*out, p.Span)
		} else {
			up(all, p, to, left-1, out)
		}
	}
}

func down(all []proto.Buffer, at Home, to uint8, left int, out *[]Span) {
	if left < 0 || int(to) >= len(all) {
		return
	}
	seen := [256]bool{}
	for _, r := range all[to].From { // the way is known from its end
		if seen[r.Buf] {
			continue
		}
		seen[r.Buf] = true
		if r.Buf == at.Buf {
			*out = append(*out, Results(all, to, at.Buf, at.Span)...)
			continue
		}
		var mid []Span
		down(all, at, r.Buf, left-1, &mid)
		for _, m := range mid {
			*out = append(*out, Results(all, to, r.Buf, m)...)
		}
	}
}

// Spelled finds the field that byte i of a buffer spells a part of, in a buffer made from it by
// more than one byte a byte; -1 when there is none.
func Spelled(t *proto.Tree, leaf []bool, buf uint8, i int) int {
	for c := range t.Buffers {
		if per(&t.Buffers[c]) < 2 {
			continue
		}
		for _, x := range Results(t.Buffers, uint8(c), buf, Span{i, i + 1}) {
			if all := At(t.Nodes, leaf, uint8(c), x.From); len(all) > 0 {
				return all[0]
			}
		}
	}
	return -1
}
