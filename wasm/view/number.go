package view

import "strconv"

// Count writes a number with commas: 812,000.
func Count(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Plural counts things: "1 byte", "2 bytes".
func Plural(n int, thing string) string {
	s := Count(uint64(max(n, 0))) + " " + thing
	if n != 1 {
		s += "s"
	}
	return s
}

// Amount writes a number of bytes: 512 bytes, 1.5 kB, 1.1 GB. Powers of 1000.
func Amount(n uint64) string {
	if n < 1000 {
		return Plural(int(n), "byte")
	}
	units := [...]string{"kB", "MB", "GB", "TB", "PB", "EB"}
	x, u := float64(n)/1000, 0
	for x >= 999.5 && u < len(units)-1 {
		x /= 1000
		u++
	}
	d := 0
	if x < 9.95 {
		d = 1
	}
	return Fixed(x, d) + " " + units[u]
}

// Percent writes n of whole as a whole percentage that is 0 or 100 only when
// it is exactly so.
func Percent(n, whole uint64) string {
	if whole == 0 {
		return "0 %"
	}
	p := int(float64(n)/float64(whole)*100 + .5)
	if p == 100 && n < whole {
		p = 99
	}
	if p == 0 && n > 0 {
		p = 1
	}
	return strconv.Itoa(p) + " %"
}

// Lasted writes a duration given in nanoseconds as people say it: 4 min 53 s.
func Lasted(ns int64) string {
	if ns < 0 {
		ns = 0
	}
	switch s := ns / 1e9; {
	case ns < 1e6:
		return strconv.FormatInt(ns/1e3, 10) + " µs"
	case ns < 1e9:
		return strconv.FormatInt(ns/1e6, 10) + " ms"
	case s < 10:
		return Fixed(float64(ns)/1e9, 1) + " s"
	case s < 60:
		return strconv.FormatInt(s, 10) + " s"
	case s < 3600:
		return strconv.FormatInt(s/60, 10) + " min " + strconv.FormatInt(s%60, 10) + " s"
	case s < 86400:
		return strconv.FormatInt(s/3600, 10) + " h " + strconv.FormatInt(s%3600/60, 10) + " min"
	default:
		return strconv.FormatInt(s/86400, 10) + " d " + strconv.FormatInt(s%86400/3600, 10) + " h"
	}
}

// ParseNumber reads digits, and nothing but digits, as a number below 2^32.
// strconv's way would bring all its errors, and their quoting, along.
func ParseNumber(s string) (n uint32, ok bool) {
	x := uint64(0)
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		if x = 10*x + uint64(s[i]-'0'); x > 1<<32-1 {
			return 0, false
		}
	}
	return uint32(x), s != ""
}

// Fixed writes a number with so many decimals, at most six. It is a tenth of the
// size of strconv's way, which gets the last digit of every number right.
func Fixed(x float64, decimals int) string {
	sign := ""
	if x < 0 {
		sign, x = "-", -x
	}
	scale := int64(1)
	for range decimals {
		scale *= 10
	}
	n := int64(x*float64(scale) + .5)
	s := sign + strconv.FormatInt(n/scale, 10)
	if decimals == 0 {
		return s
	}
	f := strconv.FormatInt(n%scale, 10)
	for len(f) < decimals {
		f = "0" + f
	}
	return s + "." + f
}

// Hex16 writes an offset: 0x2c.
func Hex16(n int) string { return "0x" + strconv.FormatInt(int64(n), 16) }

// HexByte writes a byte as two digits.
func HexByte(b byte) string { return string([]byte{hexDigits[b>>4], hexDigits[b&15]}) }

// HexRun writes bytes as pairs of digits with spaces, at most limit of them.
func HexRun(b []byte, limit int) string {
	out := make([]byte, 0, 3*min(len(b), limit)+4)
	for i, c := range b {
		if i == limit {
			out = append(out, " …"...)
			break
		}
		if i > 0 {
			out = append(out, ' ')
		}
		out = append(out, hexDigits[c>>4], hexDigits[c&15])
	}
	return string(out)
}

// Progress says how reading goes: "812,000 packets · 1.1 GB/s".
func Progress(packets uint32, read int64, millis uint32) string {
	s := Count(uint64(packets)) + " packets"
	if packets == 1 {
		s = "1 packet"
	}
	if millis >= 50 && read > 0 {
		s += " · " + Amount(uint64(float64(read)/float64(millis)*1000)) + "/s"
	}
	return s
}
