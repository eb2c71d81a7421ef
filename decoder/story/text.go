package story

import (
	"fmt"
	"math"
	"strings"
)

// plural is "1 probe" or "12 probes".
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	switch {
	case strings.HasSuffix(what, "y") && !strings.HasSuffix(what, "ay"):
		what = what[:len(what)-1] + "ie"
	case strings.HasSuffix(what, "s"), strings.HasSuffix(what, "sh"), strings.HasSuffix(what, "ch"):
		what += "e"
	}
	return fmt.Sprintf("%s %ss", count(n), what)
}

// times is "once", "twice" or "12 times".
func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return plural(n, "time")
}

// count is a number with its thousands apart.
func count(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// list is "a", "a and b", "a, b and c".
func list(parts ...string) string {
	keep := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			keep = append(keep, p)
		}
	}
	switch n := len(keep); n {
	case 0:
		return ""
	case 1:
		return keep[0]
	default:
		return strings.Join(keep[:n-1], ", ") + " and " + keep[n-1]
	}
}

// span is a duration in ns for people.
func span(d int64) string {
	s := float64(d) / 1e9
	switch {
	case d < 0:
		return "0 s"
	case d < second:
		return fmt.Sprintf("%.0f ms", math.Ceil(s*1000))
	case d < 10*second:
		return fmt.Sprintf("%.1f s", s)
	case d < 120*second:
		return fmt.Sprintf("%.0f s", s)
	case d < 2*hour:
		return fmt.Sprintf("%d min %d s", d/(60*second), d/second%60)
	default:
		return fmt.Sprintf("%d h %d min", d/hour, d/(60*second)%60)
	}
}

// volume is a number of bytes for people.
func volume(n uint64) string {
	switch {
	case n < 10_000:
		return plural(int(n), "byte")
	case n < 10_000_000:
		return fmt.Sprintf("%.0f kB", float64(n)/1e3)
	default:
		return fmt.Sprintf("%.0f MB", float64(n)/1e6)
	}
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	if c := s[0]; c >= 'a' && c <= 'z' {
		s = string(c-'a'+'A') + s[1:]
	}
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}

// clock is the time from a to b, never negative.
func clock(a, b int64) int64 {
	switch d := b - a; {
	case b <= a:
		return 0
	case d < 0: // it does not fit
		return math.MaxInt64
	default:
		return d
	}
}

// later is a time some ns after another.
func later(t, d int64) int64 {
	if s := t + d; s >= t {
		return s
	}
	return math.MaxInt64
}

// address is an IPv4 address from its number.
func address(n uint32) string {
	return fmt.Sprintf("%d.%d.%d.%d", n>>24, n>>16&255, n>>8&255, n&255)
}
