package dissect

import "somscope/decoder/field"

// Scatter reads n bytes whose bits belong to many fields, each in runs of its own: split
// names them with the Bag it is given, in any order. Bits that it does not name become
// unknown bits. The fields are children of the open group, in the order in which they were named.
func (d *D) Scatter(n int, split func(b *Bag)) {
	if d.failed || n <= 0 || !d.need(field.Silent, n) || !d.room() {
		return
	}
	b := &Bag{d: d, start: 8 * d.pos, n: 8 * n, taken: make([]bool, 8*n)}
	split(b)
	for i := 0; i < b.n; i++ {
		if b.taken[i] {
			continue
		}
		from := i
		for i < b.n && !b.taken[i] {
			i++
		}
		b.Put(field.SilentBits, Run{from, i - from})
	}
	d.pos += n
}

// A Run is a run of bits within the bytes of a Bag: bit 0 is the most significant of the first.
type Run struct{ Off, Len int }

// A Bag holds bits whose fields are scattered over it. See Scatter.
type Bag struct {
	d        *D
	start, n int // bits
	taken    []bool
}

// Get is the number that runs make, the first of them most significant; bits beyond the bag
// count as 0. It names nothing.
func (b *Bag) Get(runs ...Run) uint64 {
	var v uint64
	for _, r := range runs {
		for i := r.Off; i < r.Off+r.Len; i++ {
			bit := byte(0)
			if at := b.start + i; i >= 0 && i < b.n {
				bit = b.d.data[at/8] >> (7 - at%8) & 1
			}
			v = v<<1 | uint64(bit)
		}
	}
	return v
}

// Put names the bits of some runs as one field, whose value is the number they make, and
// returns it. Runs of no bits are left out. Bits must not be named twice.
func (b *Bag) Put(s *field.Spec, runs ...Run) uint64 {
	if b.d.failed || !b.d.room() {
		return 0
	}
	v := b.Get(runs...)
	n := field.Node{Spec: s, Value: field.Uint(v)}
	if s.Show == field.Flag {
		n.Value = field.Bool(v != 0)
	}
	first := true
	for _, r := range runs {
		if r.Len <= 0 || r.Off < 0 || r.Off+r.Len > b.n {
			continue
		}
		for i := r.Off; i < r.Off+r.Len; i++ {
			b.taken[i] = true
		}
		x := field.Range{Buf: b.d.buf, Off: b.start + r.Off, Len: r.Len}
		if first {
			n.Range, first = x, false
		} else if last := len(n.More) - 1; last >= 0 && n.More[last].End() == x.Off {
			n.More[last].Len += x.Len
		} else if last < 0 && n.Range.End() == x.Off {
			n.Range.Len += x.Len
		} else {
			n.More = append(n.More, x)
		}
	}
	if first {
		return v
	}
	b.d.s.nodes++
	top := b.d.top()
	top.Kids = append(top.Kids, n)
	return v
}

// Note adds a remark about the field just named.
func (b *Bag) Note(format string, args ...any) { b.d.Note(format, args...) }

// Fault marks the field just named as wrong; reading goes on.
func (b *Bag) Fault(err error, format string, args ...any) { b.d.Fault(err, format, args...) }

// Set gives the field just named another value.
func (b *Bag) Set(v field.Value) { b.d.Set(v) }
