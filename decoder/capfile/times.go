package capfile

import "math/bits"

// A clock turns the timestamps of one pcapng interface into nanoseconds since
// 1970. Units finer than a nanosecond are rounded down.
type clock struct {
	mul  uint64 // ns per unit, when easy; 0 when the unit is no whole number of ns
	most uint64 // the largest timestamp for which mul and base stay within 63 bits
	base int64  // ns, if_tsoffset

	resol  uint8 // if_tsresol as the file has it
	offset int64 // if_tsoffset, seconds
}

// defaultResol is the resolution of an interface that names none: microseconds.
const defaultResol = 6

// newClock makes the clock of an interface.
//
// resol: when its top bit is clear, the unit is 10 to the power of -resol
// seconds, otherwise 2 to the power of -(resol without that bit).
// Source: draft-ietf-opsawg-pcapng, section 4.2, if_tsresol and if_tsoffset.
func newClock(resol uint8, offset int64) clock {
	c := clock{resol: resol, offset: offset}
	hi, lo := bits.Mul64(abs(offset), 1e9)
	if hi != 0 || lo > 1<<62 || resol > 9 {
		return c // no shortcut: exact handles it
	}
	c.base = int64(lo)
	if offset < 0 {
		c.base = -c.base
	}
	c.mul = pow10(9 - resol)
	c.most = (1<<62 - 1) / c.mul
	return c
}

func abs(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func pow10(n uint8) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}

// ns converts a timestamp. ok is false when the time lies outside of what 64
// bits of nanoseconds can hold (the years 1677 to 2262).
func (c *clock) ns(t uint64) (ns int64, ok bool) {
	if t <= c.most && c.mul != 0 {
		return int64(t*c.mul) + c.base, true
	}
	return c.exact(t)
}

// exact is ns without the shortcut: seconds and the rest are kept apart, so
// that nothing is lost before the last division.
func (c *clock) exact(t uint64) (ns int64, ok bool) {
	var sec, frac uint64 // frac in ns, below 1e9
	n := c.resol & 0x7f
	switch {
	case c.resol&0x80 != 0 && n < 64:
		sec = t >> n
		hi, lo := bits.Mul64(t&(1<<n-1), 1e9) // frac * 1e9 / 2^n
		if n == 0 {
			frac = 0
		} else {
			frac = hi<<(64-n) | lo>>n
		}
	case c.resol&0x80 != 0: // a whole timestamp is less than a second
		hi, _ := bits.Mul64(t, 1e9)
		frac = hi >> (n - 64)
	case n <= 19:
		p := pow10(n)
		sec = t / p
		if rest := t % p; n <= 9 {
			frac = rest * pow10(9-n)
		} else {
			frac = rest / pow10(n-9)
		}
	case n-9 <= 19: // less than a second, and 10^n does not fit 64 bits
		frac = t / pow10(n-9)
	}
	// The offset is added to the whole seconds, which may be far out of range on
	// their own and come back in.
	const most = (1<<63-1)/1_000_000_000 - 1 // seconds, a little less than what fits
	by := abs(c.offset)
	var s int64
	switch {
	case c.offset < 0 && by > sec:
		if by-sec > most {
			return 0, false
		}
		s = -int64(by - sec)
	case c.offset < 0:
		if sec-by > most {
			return 0, false
		}
		s = int64(sec - by)
	default:
		if sec > most || by > most-sec {
			return 0, false
		}
		s = int64(sec + by)
	}
	return s*1e9 + int64(frac), true
}
