package codec

import "math/bits"

// A rangeDecoder takes symbols out of an Opus frame. Each symbol had narrowed a range in
// proportion to its probability; the frame is a number within the last range, so a symbol owns
// no bits but a fraction of some. What lies past the end of the frame counts as zeros.
//
// Source: RFC 6716 §4.1.
type rangeDecoder struct {
	data []byte
	at   int    // next byte
	last uint32 // the byte before it, whose lowest bit has not been used
	gap  uint32 // from the number to the top of the range, less one
	size uint32 // of the range
	used int    // bits put into size so far; see tell
	raw  int    // bits taken from the end of the frame
}

func newRangeDecoder(data []byte) *rangeDecoder {
	r := &rangeDecoder{data: data, size: 128, used: 9}
	r.last = r.next()
	r.gap = 127 - r.last>>1
	r.settle()
	return r
}

func (r *rangeDecoder) next() uint32 {
	if r.at >= len(r.data) {
		return 0
	}
	r.at++
	return uint32(r.data[r.at-1])
}

// settle takes in bytes until the range is wide enough. (§4.1.2.1)
func (r *rangeDecoder) settle() {
	for r.size <= 1<<23 {
		b := r.next()
		r.gap = (r.gap<<8 + 255 - (r.last<<7|b>>1)&255) & 0x7fffffff
		r.last = b
		r.size <<= 8
		r.used += 8
	}
}

// share is where in total equal parts of the range the number lies.
func (r *rangeDecoder) share(total uint32) uint32 {
	return total - min(r.gap/(r.size/total)+1, total)
}

// take narrows the range to the parts from low to high of total.
func (r *rangeDecoder) take(low, high, total uint32) {
	unit := r.size / total
	r.gap -= unit * (total - high)
	if low > 0 {
		r.size = unit * (high - low)
	} else {
		r.size -= unit * (total - high)
	}
	r.settle()
}

// pdf reads a symbol whose probabilities are given in 1/256. They add up to that.
func (r *rangeDecoder) pdf(p []byte) int {
	at, low := r.share(256), uint32(0)
	for i, f := range p {
		high := low + uint32(f)
		if at < high {
			r.take(low, high, 256)
			return i
		}
		low = high
	}
	return 0
}

// even reads one of n values that are equally likely; n divides 256.
func (r *rangeDecoder) even(n int) int {
	each := uint32(256 / n)
	v := r.share(256) / each
	r.take(v*each, (v+1)*each, 256)
	return int(v)
}

// uniform reads one of n values that are equally likely; n is at most 256. (§4.1.5)
func (r *rangeDecoder) uniform(n int) int {
	v := r.share(uint32(n))
	r.take(v, v+1, uint32(n))
	return int(v)
}

// flag reads a flag that is set once in 1<<logp times. (§4.1.3.2)
func (r *rangeDecoder) flag(logp uint) bool {
	part := r.size >> logp
	set := r.gap < part
	if set {
		r.size = part
	} else {
		r.gap -= part
		r.size -= part
	}
	r.settle()
	return set
}

// tail reads n bits from the end of the frame, the last bit being the lowest. (§4.1.4)
func (r *rangeDecoder) tail(n int) int {
	v := 0
	for i := range n {
		at := r.raw + i
		if b := len(r.data) - 1 - at/8; b >= 0 {
			v |= int(r.data[b]>>(at%8)&1) << i
		}
	}
	r.raw += n
	r.used += n
	return v
}

// tell is how many bits have been used, rounded up. (§4.1.6.1)
func (r *rangeDecoder) tell() int { return r.used - bits.Len32(r.size) }
