package synth

import "math/bits"

// A rangeEncoder packs symbols so that a likely one costs little: each symbol narrows a range in
// proportion to its probability, and the bytes that come out are a number within the last range.
//
// Source: RFC 6716 §5.1.
type rangeEncoder struct {
	out  []byte
	low  uint32 // low end of the range, 31 bits and a carry
	size uint32 // of the range
	held int    // a byte that a carry may still change, -1 for none
	full int    // bytes 0xff after it, which a carry would run through
}

func (e *rangeEncoder) begin() { *e = rangeEncoder{size: 1 << 31, held: -1} }

// code writes the symbol that takes [from, to) of total.
func (e *rangeEncoder) code(from, to, total uint32) {
	unit := e.size / total
	if from > 0 {
		e.low += e.size - unit*(total-from)
		e.size = unit * (to - from)
	} else {
		e.size -= unit * (total - to)
	}
	e.settle()
}

// put writes symbol n of a table of probabilities in 1/256.
func (e *rangeEncoder) put(pdf []byte, n int) {
	from := uint32(0)
	for _, p := range pdf[:n] {
		from += uint32(p)
	}
	e.code(from, from+uint32(pdf[n]), 256)
}

// even writes symbol n of 2, 4 or 8 that are equally likely. They share 256 as a table's would:
// the range is divided by that, and what is lost in the division must be the same.
func (e *rangeEncoder) even(of, n int) {
	each := uint32(256 / of)
	e.code(uint32(n)*each, uint32(n+1)*each, 256)
}

// bit writes a flag that is as likely set as not: a bit of the output as it stands.
func (e *rangeEncoder) bit(set bool) {
	half := e.size >> 1
	if set {
		e.low += e.size - half
		e.size = half
	} else {
		e.size -= half
	}
	e.settle()
}

// settle gives bytes away until the range is wide enough again.
func (e *rangeEncoder) settle() {
	for e.size <= 1<<23 {
		e.give(e.low >> 23)
		e.low = e.low << 8 & 0x7fffffff
		e.size <<= 8
	}
}

// give takes eight bits and a carry.
func (e *rangeEncoder) give(c uint32) {
	if c == 0xff {
		e.full++
		return
	}
	carry := byte(c >> 8)
	if e.held >= 0 {
		e.out = append(e.out, byte(e.held)+carry)
	}
	for ; e.full > 0; e.full-- {
		e.out = append(e.out, 0xff+carry)
	}
	e.held = int(c & 0xff)
}

// end picks the number within the range that needs the fewest bits, and returns the bytes.
func (e *rangeEncoder) end() []byte {
	n := bits.LeadingZeros32(e.size)
	mask := uint32(0x7fffffff) >> n
	last := (e.low + mask) &^ mask
	if last|mask >= e.low+e.size {
		n++
		mask >>= 1
		last = (e.low + mask) &^ mask
	}
	for ; n > 0; n -= 8 {
		e.give(last >> 23)
		last = last << 8 & 0x7fffffff
	}
	if e.held >= 0 || e.full > 0 {
		e.give(0)
	}
	return e.out
}
