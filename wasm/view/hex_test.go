package view

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"somscope/wasm/proto"
)

func TestHexLines(t *testing.T) {
	data := make([]byte, 20)
	for i := range data {
		data[i] = byte(0x3e + i)
	}
	data[0] = 0
	for _, c := range []struct {
		per, line               int
		offset, bytes, text     string
		digits, lines, wantCols int
	}{
		{16, 0, "0000", "00 3f 40 41 42 43 44 45  46 47 48 49 4a 4b 4c 4d", ".?@ABCDEFGHIJKLM", 4, 2, 48},
		{16, 1, "0010", "4e 4f 50 51                                     ", "NOPQ", 4, 2, 48},
		{8, 2, "0010", "4e 4f 50 51            ", "NOPQ", 4, 3, 23},
	} {
		h := Hex{c.per, len(data)}
		if h.Lines() != c.lines || h.Digits() != c.digits || h.Cols() != c.wantCols {
			t.Errorf("%d a line: %d lines, %d digits, %d columns", c.per, h.Lines(), h.Digits(), h.Cols())
		}
		if got := string(h.AppendOffset(nil, c.line)); got != c.offset {
			t.Errorf("offset of line %d = %q, want %q", c.line, got, c.offset)
		}
		if got := string(h.AppendBytes(nil, data, c.line)); got != c.bytes {
			t.Errorf("line %d = %q, want %q", c.line, got, c.bytes)
		}
		if got := string(h.AppendText(nil, data, c.line)); got != c.text {
			t.Errorf("text of line %d = %q, want %q", c.line, got, c.text)
		}
	}
	if d := (Hex{16, 70000}).Digits(); d != 5 {
		t.Errorf("70000 bytes: %d digits, want 5", d)
	}
	if n := (Hex{16, 0}).Lines(); n != 0 {
		t.Errorf("empty buffer: %d lines", n)
	}
}

func TestHexColumnsRoundTrip(t *testing.T) {
	for _, per := range []int{8, 16} {
		h := Hex{per, 100}
		for i := range per {
			for d := range 2 {
				if got := h.ByteAt(h.Col(i) + d); got != i {
					t.Errorf("%d a line: column %d gives byte %d, want %d", per, h.Col(i)+d, got, i)
				}
			}
		}
		for col, want := range map[int]int{-1: -1, h.Cols() + 1: -1, 2: 0, h.Cols(): per - 1} {
			if got := h.ByteAt(col); got != want {
				t.Errorf("%d a line: column %d gives byte %d, want %d", per, col, got, want)
			}
		}
	}
	if got := (Hex{16, 100}).ByteAt(24); got != 7 {
		t.Errorf("the gap between the groups gives byte %d, want 7", got)
	}
}

func TestHexLights(t *testing.T) {
	h := Hex{16, 100}
	got := h.AppendLights(nil, 5, 14, 18, 0, 100)
	want := []Light{{5, 0, 43, 48}, {5, 0, TextPart + 14, TextPart + 16}, {5, 1, 0, 5}, {5, 1, TextPart, TextPart + 2}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := h.AppendLights(nil, 5, 0, 100, 2, 1); len(got) != 2 || got[0].Line != 2 || got[0].To != 48 {
		t.Errorf("clipped to line 2: %v", got)
	}
	if got := h.AppendLights(nil, 5, 90, 4000, 0, 100); got[len(got)-1].To != TextPart+4 {
		t.Errorf("past the end: %v", got)
	}
}

func node(depth uint8, buf uint8, off, n uint32, mask uint64) proto.Node {
	return proto.Node{Depth: depth, Range: proto.Range{Buf: buf, Off: off, Len: n, Mask: mask}}
}

// The Skype function byte: bits 7 and 3-0 are the function, bits 6-4 are random.
var maskNodes = []proto.Node{
	node(0, 0, 0, 32, 0),
	node(1, 0, 0, 16, 0),
	node(1, 0, 16, 8, 0x70), // random bits
	node(1, 0, 16, 8, 0x8f), // function
	node(1, 0, 24, 8, 0),
	node(2, 1, 0, 8, 0), // in a derived buffer
}

func TestOwners(t *testing.T) {
	if got, want := Owners(maskNodes, 0, 4), []int32{1, 1, 3, 4}; !slices.Equal(got, want) {
		t.Errorf("owners of buffer 0 = %v, want %v", got, want)
	}
	if got, want := Owners(maskNodes, 1, 2), []int32{5, -1}; !slices.Equal(got, want) {
		t.Errorf("owners of buffer 1 = %v, want %v", got, want)
	}
	leaf := Leaves(maskNodes)
	for i := range maskNodes {
		if leaf[i] != Leaf(maskNodes, i) {
			t.Errorf("node %d: Leaves says %v, Leaf %v", i, leaf[i], Leaf(maskNodes, i))
		}
	}
	if got, want := At(maskNodes, leaf, 0, 2), []int{3, 2}; !slices.Equal(got, want) {
		t.Errorf("at byte 2: %v, want %v", got, want)
	}
}

func TestBoxesAndPlaces(t *testing.T) {
	data := []byte{0x15, 0xf2, 0x77, 0xcb}
	boxes := Boxes(&maskNodes[3], data)
	word := ""
	for _, b := range boxes[0].Bits {
		c := map[bool]string{true: "1", false: "0"}[b.One]
		if !b.In {
			c = "(" + c + ")"
		}
		word += c
	}
	if word != "0(1)(1)(1)0111" {
		t.Errorf("boxes = %s", word)
	}
	for _, c := range []struct {
		r           proto.Range
		place, size string
	}{
		{proto.Range{Off: 352, Len: 8, Mask: 0x8f}, "byte 0x2c, bits 7 and 3–0", "5 bits"},
		{proto.Range{Off: 352, Len: 8, Mask: 0x70}, "byte 0x2c, bits 6–4", "3 bits"},
		{proto.Range{Off: 352, Len: 1}, "byte 0x2c, bit 7", "1 bit"},
		{proto.Range{Off: 336, Len: 16}, "bytes 0x2a–0x2b", "2 bytes"},
		{proto.Range{Off: 336, Len: 8}, "byte 0x2a", "1 byte"},
		{proto.Range{Off: 51, Len: 13}, "bytes 0x6–0x7, 13 bits from bit 4", "13 bits"},
		{proto.Range{Off: 8, Len: 0}, "byte 0x1", "0 bytes"},
	} {
		n := &proto.Node{Range: c.r}
		if got := Place(n); got != c.place {
			t.Errorf("Place(%v) = %q, want %q", c.r, got, c.place)
		}
		if got := Size(n); got != c.size {
			t.Errorf("Size(%v) = %q, want %q", c.r, got, c.size)
		}
	}
	if Boxes(&proto.Node{Range: proto.Range{Len: 80}}, make([]byte, 20)) != nil || Boxes(&proto.Node{Range: proto.Range{Off: 8, Len: 8}}, []byte{1}) != nil {
		t.Error("boxes for ten bytes, or beyond the buffer")
	}
}

func TestHide(t *testing.T) {
	h := Hex{Size: 40, Per: 16}
	data := []byte("0123456789abcdefGHIJKLMNOPQRSTUVwxyz0123")
	line := h.AppendBytes(nil, data, 1)
	h.Hide(line, 1, 14, 18, false)
	if got := string(line); got != "** ** 49 4a 4b 4c 4d 4e  4f 50 51 52 53 54 55 56" {
		t.Errorf("%q", got)
	}
	text := h.AppendText(nil, data, 2)
	h.Hide(text, 2, 36, 99, true)
	if got := string(text); got != "wxyz****" {
		t.Errorf("%q", got)
	}
	h.Hide(text, 0, 36, 99, true) // another line
	h.Hide(nil, 2, 36, 99, false)
}

// Fields of a speech frame: the bits of a number lie in several places, and a
// byte belongs to several numbers.
var scattered = []proto.Node{
	node(0, 0, 0, 32*8, 0),
	{Depth: 1, Range: proto.Range{Off: 16, Len: 2}, More: []proto.Range{{Off: 31 * 8, Len: 3}, {Off: 9*8 + 6, Len: 4}}}, // bytes 2, 31, 9 and 10
	{Depth: 1, Range: proto.Range{Off: 18, Len: 6}},
	{Depth: 1, Range: proto.Range{Off: 9 * 8, Len: 1}, More: []proto.Range{{Off: 9*8 + 2, Len: 1}}}, // byte 9, twice
	{Depth: 1, Range: proto.Range{Off: 40, Len: 8}, More: []proto.Range{{Off: 48, Len: 4}}},
}

func TestScattered(t *testing.T) {
	for i, want := range [][]Span{{{0, 32}}, {{2, 3}, {9, 11}, {31, 32}}, {{2, 3}}, {{9, 10}}, {{5, 7}}} {
		if got := Spans(&scattered[i]); !slices.Equal(got, want) {
			t.Errorf("node %d: spans %v, want %v", i, got, want)
		}
	}
	if Spans(&proto.Node{Range: proto.Range{Off: 8}}) != nil {
		t.Error("a field without bits covers bytes")
	}
	all := Spans(&scattered[1])
	for i := range 34 {
		if got, want := Covers(all, i), i == 2 || i == 9 || i == 10 || i == 31; got != want {
			t.Errorf("byte %d is covered: %v", i, got)
		}
	}
	own := Owners(scattered, 0, 32)
	for _, c := range []struct {
		byte  int
		owner int32
		all   []int
	}{
		{2, 2, []int{2, 1}}, // six bits of one, two of the other
		{9, 1, []int{1, 3}}, // two of each: the first
		{10, 1, []int{1}},
		{31, 1, []int{1}},
		{5, 4, []int{4}},
		{3, -1, nil},
	} {
		if own[c.byte] != c.owner {
			t.Errorf("byte %d belongs to node %d, want %d", c.byte, own[c.byte], c.owner)
		}
		if got := At(scattered, Leaves(scattered), 0, c.byte); !slices.Equal(got, c.all) {
			t.Errorf("at byte %d: nodes %v, want %v", c.byte, got, c.all)
		}
	}
	for i, want := range []string{1: "bytes 0x2, 0x9–0xa and 0x1f", 3: "byte 0x9", 4: "bytes 0x5–0x6"} {
		if got := Place(&scattered[i]); want != "" && got != want {
			t.Errorf("node %d lies at %q, want %q", i, got, want)
		}
	}
	for i, want := range []string{1: "9 bits in 3 places", 3: "2 bits in 2 places", 4: "12 bits in 2 places"} {
		if got := Size(&scattered[i]); want != "" && got != want {
			t.Errorf("node %d has %q, want %q", i, got, want)
		}
	}

	data := make([]byte, 32)
	data[9] = 0xa3
	word := ""
	for _, box := range Boxes(&scattered[1], data) {
		word += " " + strconv.Itoa(box.At) + ":"
		for _, b := range box.Bits {
			word += map[Bit]string{{}: "·", {One: true}: ":", {In: true}: "0", {One: true, In: true}: "1"}[b]
		}
	}
	if want := " 2:00······ 9::·:···11 10:00······ 31:000·····"; word != want {
		t.Errorf("boxes %q, want %q", word, want)
	}
	if Boxes(&scattered[1], data[:31]) != nil {
		t.Error("boxes beyond the buffer")
	}
	n := scattered[1]
	n.Num, n.HasNum = 0x1a5, true
	want := []Notation{{"Decimal", "421"}, {"Hex", "0x1a5"}, {"Binary", "1 1010 0101"}}
	if got := Notations(&n, &proto.Spec{Name: "x"}, data); !slices.Equal(got, want) {
		t.Errorf("notations %v, want %v", got, want)
	}
}

// The runs of a field may come in any order, touch, and hold one another.
func TestSpansJoin(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		n := proto.Node{Range: proto.Range{Off: r.Uint32N(300), Len: r.Uint32N(40)}}
		for range r.IntN(5) {
			n.More = append(n.More, proto.Range{Off: r.Uint32N(300), Len: r.Uint32N(40)})
		}
		all := Spans(&n)
		for i := range 50 {
			if got, want := Covers(all, i), share(&n, i) > 0; got != want {
				t.Fatalf("%+v: byte %d is covered: %v, want %v (%v)", n, i, got, want, all)
			}
		}
		for i, x := range all {
			if x.From >= x.To || i > 0 && x.From <= all[i-1].To {
				t.Fatalf("%+v: %v", n, all)
			}
		}
	}
}
