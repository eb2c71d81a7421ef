package view

import (
	"math/bits"
	"strconv"

	"somscope/wasm/proto"
)

// A Bit is one box of a drawn byte.
type Bit struct {
	One bool // its value
	In  bool // it belongs to the field; others are hatched
}

// A Box is a byte whose bits are drawn.
type Box struct {
	At   int    // the byte
	Bits [8]Bit // most significant first
}

// MaxBoxes is the greatest number of bytes that are drawn as boxes.
const MaxBoxes = 8

// Boxes gives the bytes that a field has bits in; nil when it has none, or has
// some in more than MaxBoxes bytes.
func Boxes(n *proto.Node, data []byte) []Box {
	var out []Box
	for _, x := range Spans(n) {
		if len(out)+x.To-x.From > MaxBoxes || x.To > len(data) {
			return nil
		}
		for i := x.From; i < x.To; i++ {
			box := Box{At: i}
			for b := range box.Bits {
				in := false
				for k := range runs(n) {
					in = in || Has(run(n, k), 8*i+b)
				}
				box.Bits[b] = Bit{data[i]>>(7-b)&1 == 1, in}
			}
			out = append(out, box)
		}
	}
	return out
}

// Place says where a field lies: "byte 0x2c, bits 7 and 3–0", "bytes
// 0x2a–0x2b", counted as people count: bit 7 is the most significant of a byte.
// Of a field in several runs it lists the bytes: "bytes 0x2, 0x9–0xa and 0x1f".
func Place(n *proto.Node) string {
	if len(n.More) > 0 {
		var words []string
		all := Spans(n)
		for _, x := range all {
			w := Hex16(x.From)
			if x.To > x.From+1 {
				w += "–" + Hex16(x.To-1)
			}
			words = append(words, w)
		}
		if len(all) == 1 && all[0].To == all[0].From+1 {
			return "byte " + words[0]
		}
		return "bytes " + list(words)
	}
	r := n.Range
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

// Size says how long a field is: "1 byte", "5 bits", "11 bytes", "8 bits in 3
// places".
func Size(n *proto.Node) string {
	r := n.Range
	if r.Mask == 0 && r.Len%8 == 0 && r.Off%8 == 0 && len(n.More) == 0 {
		return Plural(int(r.Len/8), "byte")
	}
	t := Plural(width(n), "bit")
	if len(n.More) > 0 {
		t += " in " + Plural(runs(n), "place")
	}
	return t
}

// width is the number of bits of a field.
func width(n *proto.Node) int {
	sum := 0
	for k := range runs(n) {
		r := run(n, k)
		if r.Mask == 0 {
			sum += int(r.Len)
		} else {
			sum += bits.OnesCount64(r.Mask)
		}
	}
	return sum
}
