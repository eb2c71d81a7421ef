package view

import (
	"strconv"

	"somscope/wasm/proto"
)

// A Bit is one box of a drawn byte.
type Bit struct {
	One bool // its value
	In  bool // it belongs to the field; others are hatched
}

// MaxBoxes is the greatest number of bytes that are drawn as boxes.
const MaxBoxes = 8

// Boxes gives the bytes of a range as boxes, most significant bit first; nil
// when the range is empty or longer than MaxBoxes bytes.
func Boxes(r proto.Range, data []byte) [][8]Bit {
	from, to := Bytes(r)
	if from == to || to-from > MaxBoxes || to > len(data) {
		return nil
	}
	out := make([][8]Bit, to-from)
	for i := from; i < to; i++ {
		for b := range 8 {
			out[i-from][b] = Bit{data[i]>>(7-b)&1 == 1, Has(r, 8*i+b)}
		}
	}
	return out
}

// Place says where a range lies: "byte 0x2c, bits 7 and 3–0", "bytes
// 0x2a–0x2b", counted as people count: bit 7 is the most significant of a byte.
func Place(r proto.Range) string {
	from, to := Bytes(r)
	if to <= from+1 {
		s := "byte " + Hex16(from)
		if r.Len == 0 {
			return s
		}
		if n := bitsIn(r, from); n < 8 {
			s += ", " + bitWords(r, from)
		}
		return s
	}
	s := "bytes " + Hex16(from) + "–" + Hex16(to-1)
	if r.Off%8 != 0 || r.Len%8 != 0 {
		s += ", " + strconv.Itoa(int(r.Len)) + " bits from bit " + strconv.Itoa(7-int(r.Off%8))
	}
	return s
}

// bitWords names the bits of one byte: "bit 7", "bits 7 and 3–0".
func bitWords(r proto.Range, i int) string {
	var runs []string
	n := 0
	for b := 7; b >= 0; {
		if !Has(r, 8*i+7-b) {
			b--
			continue
		}
		hi := b
		for b >= 0 && Has(r, 8*i+7-b) {
			b--
			n++
		}
		run := strconv.Itoa(hi)
		if lo := b + 1; lo < hi {
			run += "–" + strconv.Itoa(lo)
		}
		runs = append(runs, run)
	}
	word := "bits "
	if n == 1 {
		word = "bit "
	}
	return word + list(runs)
}

// list joins words as English does: "a", "a and b", "a, b and c".
func list(words []string) string {
	s := ""
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			s += " and "
		default:
			s += ", "
		}
		s += w
	}
	return s
}

// Size says how long a range is: "1 byte", "5 bits", "11 bytes".
func Size(r proto.Range) string {
	n := int(r.Len)
	if r.Mask != 0 {
		n = 0
		for m := r.Mask; m != 0; m &= m - 1 {
			n++
		}
	}
	if r.Mask == 0 && n%8 == 0 && r.Off%8 == 0 {
		return Plural(n/8, "byte")
	}
	return Plural(n, "bit")
}
