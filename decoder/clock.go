package decoder

import (
	"strconv"
	"time"
)

// A Clock says how times are written.
type Clock uint8

// The numbers are those of the page's messages.
const (
	SinceStart Clock = iota // seconds since the first packet that has a time
	Delta                   // seconds since the packet before
	UTC                     // 2006-08-25 19:31:06.654692000
	Epoch                   // seconds since 1970
)

// span is what the pass learns about time.
type span struct {
	any         bool  // a packet had a time
	first       int64 // of the first packet with a time, ns since 1970
	early, late int64 // the earliest and the latest
	fine        bool  // some time is not a whole microsecond: nine digits are shown, not six
	n           uint32
}

func (s *span) add(t int64) {
	if !s.any {
		*s = span{any: true, first: t, early: t, late: t}
	}
	if t < s.early {
		s.early = t
	}
	if t > s.late {
		s.late = t
	}
	// Division is dear in WebAssembly, and a file has one resolution: after a
	// while one time in 64 is enough to tell.
	if s.n++; (s.n < 256 || s.n&63 == 0) && !s.fine && t%1000 != 0 {
		s.fine = true
	}
}

// append writes t. before is the time of the packet before, for Delta.
func (s *span) append(b []byte, clock Clock, t, before int64) []byte {
	digits := 6
	if s.fine {
		digits = 9
	}
	switch clock {
	case SinceStart:
		return appendSeconds(b, t, s.first, digits)
	case Delta:
		return appendSeconds(b, t, before, digits)
	case UTC:
		return time.Unix(0, t).UTC().AppendFormat(b, "2006-01-02 15:04:05.000000000")
	}
	return appendSeconds(b, t, 0, digits)
}

// appendSeconds writes t-from, both in nanoseconds, as seconds with so many
// digits after the point. The difference of two int64 fits an uint64 and a sign.
func appendSeconds(b []byte, t, from int64, digits int) []byte {
	d := uint64(t) - uint64(from)
	if t < from {
		b = append(b, '-')
		d = -d
	}
	b = strconv.AppendUint(b, d/1e9, 10)
	b = append(b, '.')
	frac := d % 1e9
	for unit := uint64(1e8); digits > 0; digits-- {
		b = append(b, '0'+byte(frac/unit%10))
		unit /= 10
	}
	return b
}

// When writes a point in time, ns since 1970, as a clock does. The clock Delta is read as SinceStart.
func (c *Capture) When(clock Clock, t int64) string {
	if clock == Delta {
		clock = SinceStart
	}
	return string(c.span.append(nil, clock, t, 0))
}
