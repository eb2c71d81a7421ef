package view

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"somscope/wasm/proto"
)

// A Notation is one way of writing a value.
type Notation struct{ Label, Text string }

// Notations writes the value of a field in the ways that suit it. Whole bytes
// are read from the buffer in both byte orders; other fields have only their
// number, and so have fields in several runs.
func Notations(n *proto.Node, p *proto.Spec, data []byte) []Notation {
	var out []Notation
	from, to := Bytes(n.Range)
	if to > len(data) || from > to {
		return nil
	}
	raw := data[from:to]
	whole := n.Range.Mask == 0 && n.Range.Off%8 == 0 && n.Range.Len%8 == 0 && len(raw) > 0
	bits := int(n.Range.Len)
	if len(n.More) > 0 { // its bits make a number only when they are put together
		whole, bits = false, width(n)
	}
	if n.HasNum && bits <= 64 {
		out = append(out, Notation{"Decimal", Count(n.Num)}, Notation{"Hex", hexWide(n.Num, bits)})
		if bits <= 32 {
			out = append(out, Notation{"Binary", binWide(n.Num, bits)})
		}
	}
	if !whole {
		return out
	}
	if len(raw) >= 2 && len(raw) <= 8 && !isZero(raw) && !isHardware(n.Text) {
		var be, le uint64
		for i, b := range raw {
			be = be<<8 | uint64(b)
			le |= uint64(b) << (8 * i)
		}
		if !n.HasNum {
			out = append(out, Notation{"Hex", hexWide(be, bits)})
		}
		if !n.HasNum || be != n.Num {
			out = append(out, Notation{"Big-endian", Count(be)})
		}
		if le != be && (!n.HasNum || le != n.Num) {
			out = append(out, Notation{"Little-endian", Count(le)})
		}
	}
	if len(raw) == 4 && mayBeAddress(p) {
		s := strconv.Itoa(int(raw[0])) + "." + strconv.Itoa(int(raw[1])) + "." + strconv.Itoa(int(raw[2])) + "." + strconv.Itoa(int(raw[3]))
		if s != n.Text {
			out = append(out, Notation{"As an address", s})
		}
	}
	if t := printable(raw); t != "" && t != n.Text {
		out = append(out, Notation{"As text", t})
	}
	return out
}

func isZero(raw []byte) bool {
	for _, b := range raw {
		if b != 0 {
			return false
		}
	}
	return true
}

// isHardware reports whether a value is written as the address of a network
// card, which is no number: "00:16:e3:19:27:15", perhaps with a remark.
func isHardware(text string) bool {
	if len(text) < 17 {
		return false
	}
	for i := range 17 {
		if (text[i] == ':') != (i%3 == 2) {
			return false
		}
	}
	return true
}

// mayBeAddress reports whether four bytes of a field could be an IPv4 address
// that nobody has recognised: some of Skype's are, and unknown bytes may be.
func mayBeAddress(p *proto.Spec) bool {
	if p.Name == "unknown" {
		return true
	}
	if !p.Skype {
		return false
	}
	for _, w := range [...]string{"crc", "check", "len", "flags", "magic", "count"} {
		if strings.Contains(p.Name, w) {
			return false
		}
	}
	return true
}

// printable is the bytes as text when nearly all of them are, or "".
func printable(raw []byte) string {
	if len(raw) < 2 || len(raw) > 512 || !utf8.Valid(raw) {
		return ""
	}
	for _, c := range raw {
		if c < 0x20 || c == 0x7f {
			return ""
		}
	}
	return "“" + string(raw) + "”"
}

func hexWide(n uint64, bits int) string {
	s := strconv.FormatUint(n, 16)
	for len(s) < (bits+3)/4 {
		s = "0" + s
	}
	return "0x" + s
}

// binWide writes bits in groups of four from the right: 0111 0111.
func binWide(n uint64, bits int) string {
	var out []byte
	for b := bits - 1; b >= 0; b-- {
		out = append(out, '0'+byte(n>>uint(b)&1))
		if b > 0 && b%4 == 0 {
			out = append(out, ' ')
		}
	}
	return string(out)
}

// Applies reports whether a reading speaks of a node.
func Applies(r *proto.Reading, n *proto.Node) bool {
	if len(r.Values) == 0 {
		return true
	}
	if !n.HasNum {
		return false
	}
	for _, v := range r.Values {
		if v == n.Num {
			return true
		}
	}
	return false
}

// A TrustKind is how we know something, for people.
type TrustKind struct{ Mark, Word, Means string }

var trusts = [...]TrustKind{
	{"◆", "Specified", "published by those who defined it"},
	{"●", "Measured", "observed on real traffic, by others or by us"},
	{"◐", "Reversed", "taken from published analysis of the program"},
	{"○", "Inferred", "our own reading of the evidence"},
	{"?", "Unknown", "nobody has said"},
}

// Trust explains a degree of trust; what is out of range is unknown.
func Trust(t uint8) TrustKind {
	if int(t) < len(trusts) {
		return trusts[t]
	}
	return trusts[len(trusts)-1]
}

// ShortSource names a source as one does in running text: "Biondi & Desclaux
// 2006", "RFC 768", or its title when nobody signed it.
func ShortSource(key, title, authors string, year int) string {
	if n, ok := strings.CutPrefix(key, "rfc"); ok {
		return "RFC " + n
	}
	if year == 0 || strings.Contains(authors, " on ") {
		for _, mark := range []string{", ", ": ", " – "} {
			title, _, _ = strings.Cut(title, mark)
		}
		return title
	}
	people := Parts(authors, ',')
	for i, p := range people {
		people[i] = p[strings.LastIndexByte(p, ' ')+1:]
	}
	who := people[0]
	switch {
	case len(people) == 2:
		who += " & " + people[1]
	case len(people) > 2:
		who += " et al."
	}
	return who + " " + strconv.Itoa(year)
}
