package field

import (
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Value is small and unboxed: one word and at most one string.
// It is made by Uint, Int, Bool, Text, Addr, Mac, Time and Dur; bytes need no
// value, their Range is enough.
type Value struct {
	kind kind
	num  uint64
	str  string
}

type kind uint8

const (
	none kind = iota
	kUint
	kInt
	kBool
	kText
	kAddr4
	kAddr6
	kMac
	kTime
	kDur
)

// Uint is an unsigned number.
func Uint(n uint64) Value { return Value{kind: kUint, num: n} }

// Int is a signed number.
func Int(n int64) Value { return Value{kind: kInt, num: uint64(n)} }

// Bool is a flag.
func Bool(b bool) Value {
	if b {
		return Value{kind: kBool, num: 1}
	}
	return Value{kind: kBool}
}

// Text is a string. Bytes that are not UTF-8 become U+FFFD, so that a tree
// can always be written as JSON.
func Text(s string) Value { return Value{kind: kText, str: strings.ToValidUTF8(s, "\uFFFD")} }

// Addr is an IP address of either family.
func Addr(a netip.Addr) Value {
	a = a.WithZone("")
	if a.Is4() {
		b := a.As4()
		return Value{kind: kAddr4, num: uint64(b[0])<<24 | uint64(b[1])<<16 | uint64(b[2])<<8 | uint64(b[3])}
	}
	b := a.As16()
	return Value{kind: kAddr6, str: string(b[:])}
}

// Mac is a 48-bit hardware address in the low bits of n.
func Mac(n uint64) Value { return Value{kind: kMac, num: n & (1<<48 - 1)} }

// Time is a point in time in nanoseconds since 1970, UTC.
func Time(ns int64) Value { return Value{kind: kTime, num: uint64(ns)} }

// Dur is a duration.
func Dur(d time.Duration) Value { return Value{kind: kDur, num: uint64(d)} }

// IsZero reports whether there is no value.
func (v Value) IsZero() bool { return v.kind == none }

// With is the same number with words that the tree shows behind it: "4 (sample 9)".
func (v Value) With(words string) Value {
	if v.kind == kUint || v.kind == kInt {
		v.str = strings.ToValidUTF8(words, "\uFFFD")
	}
	return v
}

// Num is the value as an unsigned number; ok is false when it is none.
// A negative Int gives its two's complement.
func (v Value) Num() (n uint64, ok bool) {
	switch v.kind {
	case kUint, kInt, kBool, kAddr4, kMac:
		return v.num, true
	}
	return 0, false
}

// IP is the value as an address; ok is false when it is none.
func (v Value) IP() (a netip.Addr, ok bool) {
	switch v.kind {
	case kAddr4:
		return netip.AddrFrom4([4]byte{byte(v.num >> 24), byte(v.num >> 16), byte(v.num >> 8), byte(v.num)}), true
	case kAddr6:
		var b [16]byte
		copy(b[:], v.str)
		return netip.AddrFrom16(b), true
	}
	return netip.Addr{}, false
}

// Nanos is the value as a point in time, in nanoseconds since 1970; ok is false when it is none.
func (v Value) Nanos() (ns int64, ok bool) { return int64(v.num), v.kind == kTime }

// Any is the value as a Go value fit for JSON: a number, a bool, a string, or nil.
// Times are RFC 3339 with nanoseconds, durations seconds.
func (v Value) Any() any {
	switch v.kind {
	case kUint:
		return v.num
	case kInt:
		return int64(v.num)
	case kBool:
		return v.num == 1
	case kText:
		return v.str
	case kAddr4, kAddr6, kMac, kTime:
		return v.text(&Spec{}, 0)
	case kDur:
		return time.Duration(v.num).Seconds()
	}
	return nil
}

// Text is the node's value as the tree shows it: the Enum's symbol and the
// number, the unit, the notation of Spec.Show. It is "" for a bare group.
func (n *Node) Text() string { return n.Value.text(n.Spec, n.Bits()) }

func (v Value) text(s *Spec, bits int) string {
	switch v.kind {
	case kUint, kInt:
		t := number(v, s.Show, bits)
		if v.str != "" {
			return t + " (" + v.str + ")"
		}
		if sym, ok := s.Enum.Name(v.num); ok {
			return t + " " + sym
		}
		if s.Unit != "" {
			if v.num == 1 && strings.HasSuffix(s.Unit, "s") && len(s.Unit) > 3 {
				return t + " " + strings.TrimSuffix(s.Unit, "s")
			}
			return t + " " + s.Unit
		}
		return t
	case kBool:
		if sym, ok := s.Enum.Name(v.num); ok {
			return sym
		}
		if v.num == 1 {
			return "set"
		}
		return "not set"
	case kText:
		return v.str
	case kAddr4, kAddr6:
		a, _ := v.IP()
		return a.String()
	case kMac:
		return mac(v.num)
	case kTime:
		return time.Unix(0, int64(v.num)).UTC().Format("2006-01-02T15:04:05.000000000Z")
	case kDur:
		return span(time.Duration(v.num))
	}
	return ""
}

// span writes a duration with a space before each unit: "40 ms", "1 min 30.5 s".
func span(d time.Duration) string {
	var out []byte
	s := d.String()
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := c > '9'
		if i > 0 && letter != (s[i-1] > '9') {
			out = append(out, ' ')
		}
		if c == 'm' && (i+1 == len(s) || s[i+1] != 's') {
			out = append(out, "min"...)
			continue
		}
		out = append(out, c)
	}
	return string(out)
}

func number(v Value, show Show, bits int) string {
	switch show {
	case Hex:
		return hex(v.num, bits)
	case DecHex:
		return strconv.FormatUint(v.num, 10) + " (" + hex(v.num, bits) + ")"
	case Bin:
		s := strconv.FormatUint(v.num, 2)
		if len(s) < bits {
			s = strings.Repeat("0", bits-len(s)) + s
		}
		return s
	case MAC:
		return mac(v.num)
	case Flag:
		if v.num != 0 {
			return "set"
		}
		return "not set"
	}
	if v.kind == kInt {
		return strconv.FormatInt(int64(v.num), 10)
	}
	return strconv.FormatUint(v.num, 10)
}

func hex(n uint64, bits int) string {
	s := strconv.FormatUint(n, 16)
	w := (bits + 3) / 4
	if bits == 0 { // a field without bytes of its own: 2, 4, 8 or 16 digits
		for w = 2; w < len(s); w *= 2 {
		}
	}
	if len(s) < w && w <= 16 {
		s = strings.Repeat("0", w-len(s)) + s
	}
	return "0x" + s
}

func mac(n uint64) string {
	const digits = "0123456789abcdef"
	b := make([]byte, 0, 17)
	for i := 40; i >= 0; i -= 8 {
		if i < 40 {
			b = append(b, ':')
		}
		b = append(b, digits[n>>uint(i+4)&15], digits[n>>uint(i)&15])
	}
	return string(b)
}
