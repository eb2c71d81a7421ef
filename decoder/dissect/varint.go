package dissect

import (
	"fmt"

	"somscope/decoder/field"
)

// A varint holds a number in as many bytes as it needs: seven bits a byte, the lowest first,
// and the highest bit of a byte says that another follows.
//
//	byte 0      byte 1
//	+-+-------+ +-+-------+
//	|1| 6...0 | |0| 13..7 |
//	+-+-------+ +-+-------+

// MaxVarint is how many bytes of a varint are read: enough for 32 bits.
const MaxVarint = 5

// Varint reads a varint of at most 32 bits as one field. A longer one stops reading; one of
// five bytes with more than 32 bits is marked as wrong and given as it is.
func (d *D) Varint(s *field.Spec) uint64 {
	v, n, ok := d.varint(s)
	if !ok {
		return 0
	}
	d.add(s, n, field.Uint(v))
	d.judge(v, n)
	return v
}

// VarintBits reads a varint with sub-fields: split names bits of the value, as for Word, and
// more names the marks that say whether another byte follows.
func (d *D) VarintBits(s, more *field.Spec, split func(b Bits)) uint64 {
	v, n, ok := d.varint(s)
	if !ok || !d.room() {
		return 0
	}
	start := d.pos
	d.push(s)
	d.top().Value = field.Uint(v)
	var taken uint64
	b := Bits{d: d, v: v, start: start, n: n, sevens: true, taken: &taken}
	split(b)
	if rest := (uint64(1)<<uint(7*n) - 1) &^ taken; rest != 0 {
		b.Mask(field.SilentBits, rest)
	}
	b.put(more, 0x8080808080>>uint(8*(MaxVarint-n)), field.Uint(uint64(n)))
	d.pos += n
	sortKids(d.top().Kids)
	d.pop()
	d.judge(v, n)
	return v
}

// varint looks at the varint to come without reading it.
func (d *D) varint(s *field.Spec) (v uint64, n int, ok bool) {
	if d.failed {
		return 0, 0, false
	}
	b := d.Peek(MaxVarint)
	for i, x := range b {
		v |= uint64(x&0x7f) << uint(7*i)
		if x < 0x80 {
			return v, i + 1, true
		}
	}
	if len(b) == MaxVarint {
		d.Fail(&field.Error{Off: int64(d.pos), In: s.Name, Err: field.ErrFormat,
			What: fmt.Sprintf("%s is a number of more than %d bytes", s.Label, MaxVarint)})
		return 0, 0, false
	}
	d.need(s, len(b)+1)
	return 0, 0, false
}

// judge remarks on the varint just read.
func (d *D) judge(v uint64, n int) {
	switch {
	case v > 0xffffffff:
		d.Fault(field.ErrFormat, "the number has more than 32 bits")
	case n > 1 && v>>uint(7*(n-1)) == 0:
		d.Note("longer than the number needs")
	}
}

// spread carries a mask over the value of a varint of n bytes to one over its bytes.
func spread(mask uint64, n int) uint64 {
	var wire uint64
	for i := range n {
		wire |= mask >> uint(7*i) & 0x7f << uint(8*(n-1-i))
	}
	return wire
}

// Last is the node added last, for remarks that need all of it, or nil. It is good until
// the next read.
func (d *D) Last() *field.Node {
	if d.failed {
		return nil
	}
	return d.last()
}

// Place is the range of bytes [from, to) of the buffer being read: where a derived buffer
// comes from.
func (d *D) Place(from, to int) field.Range {
	return field.Range{Buf: d.buf, Off: 8 * from, Len: 8 * (to - from)}
}
