package localfile

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// An encoding says how the characters of a part of a file are written.
type encoding uint8

const (
	utf8Text encoding = iota // or anything else whose lower half is ASCII
	utf16LE
	utf16BE
)

func (e encoding) String() string {
	return [...]string{"UTF-8", "UTF-16, low byte first", "UTF-16, high byte first"}[e]
}

// width is how many bytes one unit has: what stands for an ASCII character.
func (e encoding) width() int {
	if e == utf8Text {
		return 1
	}
	return 2
}

// bom is the byte order mark of the encoding.
func (e encoding) bom() string { return [...]string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"}[e] }

// Units are what the tokenizer sees: one byte for each unit of the file, so that its offsets lead
// straight back to the file's, whatever the encoding. Only ASCII has a say in the structure of
// XML; other units of UTF-16 become otherUnit, and a zero, at which the tokenizer would stop,
// becomes zeroUnit.
const (
	otherUnit = 0xff
	zeroUnit  = 0x01
)

// fold appends the units of raw to u. A last byte that is half a unit is left out. There is room
// for one more byte behind the result, which the tokenizer wants.
func fold(u, raw []byte, e encoding) []byte {
	n := len(raw) / e.width()
	if cap(u)-len(u) < n+1 {
		u = append(make([]byte, 0, len(u)+n+1), u...)
	}
	if e == utf8Text {
		at := len(u)
		u = append(u, raw...)
		if i := bytes.IndexByte(u[at:], 0); i >= 0 {
			for z := u[at+i:]; len(z) > 0; z = z[1:] {
				if z[0] == 0 {
					z[0] = zeroUnit
				}
			}
		}
		return u
	}
	low, high := 0, 1
	if e == utf16BE {
		low, high = 1, 0
	}
	for i := 0; i+1 < len(raw); i += 2 {
		c := raw[i+low]
		switch {
		case raw[i+high] != 0 || c >= 0x80:
			c = otherUnit
		case c == 0:
			c = zeroUnit
		}
		u = append(u, c)
	}
	return u
}

// decode is raw as text. What is no character becomes U+FFFD.
func decode(raw []byte, e encoding) string {
	if e == utf8Text {
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	units := make([]uint16, 0, len(raw)/2)
	for i := 0; i+1 < len(raw); i += 2 {
		if e == utf16LE {
			units = append(units, uint16(raw[i])|uint16(raw[i+1])<<8)
		} else {
			units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
		}
	}
	return string(utf16.Decode(units))
}

// notText is the offset of the first byte of raw that is no character, or -1.
func notText(raw []byte, e encoding) int {
	if e == utf8Text {
		if utf8.Valid(raw) {
			return -1
		}
		for i := 0; i < len(raw); {
			r, n := utf8.DecodeRune(raw[i:])
			if r == utf8.RuneError && n == 1 {
				return i
			}
			i += n
		}
		return -1
	}
	var high bool // the unit before is the first half of a pair
	i := 0
	for ; i+1 < len(raw); i += 2 {
		h := raw[i+1]
		if e == utf16BE {
			h = raw[i]
		}
		switch {
		case h&0xfc == 0xdc:
			if !high {
				return i
			}
			high = false
		case high:
			return i - 2
		default:
			high = h&0xfc == 0xd8
		}
	}
	if high {
		return i - 2
	}
	return -1
}

// guess tells the encoding by the first bytes of a file: its mark, or which byte of the first
// characters is zero.
func guess(head []byte) encoding {
	for _, e := range []encoding{utf16LE, utf16BE} {
		if bytes.HasPrefix(head, []byte(e.bom())) {
			return e
		}
	}
	if len(head) >= 4 {
		switch {
		case head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0:
			return utf16LE
		case head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0:
			return utf16BE
		}
	}
	return utf8Text
}

// sure is how many units in a row must look like another encoding before it is believed.
const sure = 8

// turn finds where, within raw, the encoding changes, or -1: eight characters of the other kind in
// a row, or its mark. Of UTF-16 that becomes UTF-8 a run of sixteen bytes of ASCII with a tag in
// it is asked for, because any two letters are also one character of UTF-16.
// raw begins at a unit.
func turn(raw []byte, e encoding) (at int, to encoding) {
	if e == utf8Text {
		for i := 0; i < len(raw); {
			j := bytes.IndexByte(raw[i:], 0)
			if j < 0 {
				break
			}
			if i += j; (i == 0 || raw[i-1] == 0) && (i+1 == len(raw) || raw[i+1] == 0) {
				i++ // one of many
				continue
			}
			// A text in UTF-16 has its first zero right behind its first character, or before it.
			// Behind a line of UTF-8 both readings are possible; a tag begins with its bracket.
			switch {
			case i > 0 && wide(raw[i-1:], 0) && (raw[i-1] == '<' || !wide(raw[i:], 1) || raw[i-1] != '>' && raw[i+1] != '<'):
				if i >= 3 && string(raw[i-3:i-1]) == utf16LE.bom() {
					return i - 3, utf16LE
				}
				return i - 1, utf16LE
			case wide(raw[i:], 1):
				if i >= 2 && string(raw[i-2:i]) == utf16BE.bom() {
					return i - 2, utf16BE
				}
				return i, utf16BE
			}
			i++
		}
		return -1, e
	}
	run, tag := 0, false
	for i, c := range raw {
		if c >= 0x20 && c < 0x7f || c == '\n' || c == '\r' || c == '\t' {
			run++
			tag = tag || c == '<'
			if run >= 2*sure && tag {
				from := i + 1 - run
				if k := bytes.IndexByte(raw[from:i+1], '<'); k >= 0 && k%2 == 0 && from%2 != 0 {
					from += k
				}
				if from%2 != 0 { // the byte before it closes a unit of UTF-16
					from++
				}
				if from < len(raw) {
					return from, utf8Text
				}
			}
			continue
		}
		run, tag = 0, false
	}
	return -1, e
}

// wide reports whether b is ASCII in UTF-16; at is the place of the character in each pair.
func wide(b []byte, at int) bool {
	if len(b) < 2*sure {
		return false
	}
	for i := 0; i < 2*sure; i += 2 {
		c := b[i+at]
		if b[i+1-at] != 0 || c < 0x20 && c != '\n' && c != '\r' && c != '\t' || c >= 0x7f {
			return false
		}
	}
	return true
}
