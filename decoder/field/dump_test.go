package field

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
)

// pictured has one of everything a Dump can show.
func pictured() *Dissection {
	long := make([]byte, 40)
	for i := range long {
		long[i] = byte(i)
	}
	data := append([]byte{0x15, 0xf2, 0x77, 'h', 'i', '\n'}, long...)
	root := &Spec{Name: "packet", Label: "Packet", Doc: "All of it."}
	id := &Spec{Name: "skype.udp.id", Label: "Message id", Doc: "It counts.", Show: Hex, Trust: Measured,
		Cite:     []Cite{{"bon", "§3.1"}},
		Readings: []Reading{{Cite: Cite{"seed", ""}, Says: "an \"id\""}, {Cite: Cite{"somscope", ""}, Values: []uint64{7}, Says: "ours", Ours: true}}}
	fn := &Spec{Name: "skype.udp.func", Label: "Function", Doc: "What it is.", Enum: Enum{{7, "NAck"}}}
	rnd := &Spec{Name: "skype.udp.random", Label: "Random bits", Doc: "Ignored.", Show: Bin}
	text := &Spec{Name: "text", Label: "Text", Doc: "Words."}
	return &Dissection{
		Packet: 12,
		Buffers: []Buffer{
			{Name: "packet", Data: data, FileOff: 40},
			{Name: "derived", Data: []byte{0xaa}, FileOff: -1, How: "One byte, turned.", From: []Range{{Off: 24, Len: 8}}, Exact: true},
		},
		Root: Node{Spec: root, Range: Range{Len: 8 * len(data)}, Kids: []Node{
			{Spec: id, Range: Range{Len: 16}, Value: Uint(0x15f2)},
			{Spec: fn, Range: Range{Off: 16, Len: 8, Mask: 0x8F}, Value: Uint(7), Note: "the low four bits"},
			{Spec: rnd, Range: Range{Off: 17, Len: 3}, Value: Uint(7)},
			{Spec: text, Range: Range{Off: 24, Len: 24}, Value: Text("hi\n"),
				Err: &Error{Off: 3, In: "text", What: "a line break", Err: ErrFormat}},
			{Spec: Silent, Range: Range{Off: 48, Len: 320}},
			{Spec: text, Range: Range{Buf: 1, Len: 8}},
		}},
	}
}

const picture = `buffer 0: packet, 46 bytes, at 0x28 in the file
buffer 1: derived, 1 byte, from 0003:1, byte for byte
  - One byte, turned.
0000:46                                 Packet  [packet]
0000:2         15 f2                      Message id: 0x15f2  [skype.udp.id]
0002.0:8b&8f   77                         Function: 7 NAck  [skype.udp.func]
                                            - the low four bits
0002.1:3b      77                         Random bits: 111  [skype.udp.random]
0003:3         68 69 0a                   Text: "hi\n"  [text]
                                            ! text: a line break at offset 3 (not this format)
0006:40        00 01 02 03 04 05 06 07    Unknown  [unknown]
               08 09 0a 0b 0c 0d 0e 0f
               10 11 12 13 14 15 16 17
               18 19 1a 1b 1c 1d 1e 1f
               ... 8 more
1/0000:1       aa                         Text  [text]
`

func TestDumpIsThePicture(t *testing.T) {
	if err := pictured().Check(); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := Dump(&b, pictured()); err != nil {
		t.Fatal(err)
	}
	if b.String() != picture {
		t.Errorf("got\n%s\nwant\n%s", b.String(), picture)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("nobody reads") }

func TestDumpReportsTheWriter(t *testing.T) {
	if err := Dump(brokenPipe{}, pictured()); err == nil {
		t.Error("the writer failed and Dump did not say so")
	}
}

func TestDumpSurvivesBadRanges(t *testing.T) {
	d := pictured()
	d.Root.Kids[0].Range = Range{Buf: 9, Off: 5, Len: 3}
	d.Root.Kids[1].Range = Range{Off: 8000, Len: 16}
	d.Root.Kids[2].Range = Range{Off: -8, Len: 8}
	if err := Dump(&bytes.Buffer{}, d); err != nil {
		t.Fatal(err)
	}
}

type jsonNode struct {
	Name, Label, Text, Trust, Note *string
	Buf, Off, Len                  *int
	Mask                           *uint64
	Value                          *any
	Cite                           []struct{ Key, Where string }
	Readings                       []struct {
		Key, Where, Says string
		Ours, Applies    bool
		Values           []uint64
	}
	Err *struct {
		Off            int64
		In, What, Kind string
	}
	Kids *[]jsonNode
}

func TestJSONSaysTheSame(t *testing.T) {
	b := pictured().AppendJSON(nil)
	if bytes.ContainsAny(b, "\n\r") {
		t.Error("the document has line breaks")
	}
	var doc struct {
		Packet  int
		Buffers []struct {
			Name, Hex, How string
			File_off       int64
			Exact          bool
			Per            int
			From           []struct{ Buf, Off, Len, Mask int }
		}
		Tree jsonNode
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&doc); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	if doc.Packet != 12 || len(doc.Buffers) != 2 || doc.Buffers[0].File_off != 40 || doc.Buffers[1].File_off != -1 ||
		doc.Buffers[1].Hex != "aa" || !doc.Buffers[1].Exact || doc.Buffers[1].From[0].Off != 24 {
		t.Errorf("head of the document: %+v", doc)
	}
	kids := *doc.Tree.Kids
	if len(kids) != 6 {
		t.Fatalf("%d kids", len(kids))
	}
	id, fn, text := kids[0], kids[1], kids[3]
	if *id.Name != "skype.udp.id" || *id.Value != float64(0x15f2) || *id.Text != "0x15f2" || *id.Trust != "measured" || id.Cite[0].Key != "bon" {
		t.Errorf("id: %+v", id)
	}
	if r := id.Readings; len(r) != 2 || !r[0].Applies || r[1].Applies || !r[1].Ours || r[0].Says != `an "id"` {
		t.Errorf("readings: %+v", r)
	}
	if *fn.Mask != 0x8F || *fn.Off != 16 || *fn.Len != 8 || *fn.Note == "" || fn.Err != nil {
		t.Errorf("function: %+v", fn)
	}
	if text.Err == nil || text.Err.Kind != "format" || text.Err.Off != 3 || *text.Value != "hi\n" {
		t.Errorf("text: %+v", text)
	}
	for i, k := range kids {
		if k.Name == nil || k.Label == nil || k.Buf == nil || k.Off == nil || k.Len == nil || k.Mask == nil || k.Text == nil ||
			k.Trust == nil || k.Note == nil || k.Cite == nil || k.Readings == nil || k.Kids == nil {
			t.Errorf("node %d lacks a key: %+v", i, k)
		}
	}
}

func TestJSONValues(t *testing.T) {
	for _, c := range []struct {
		v    Value
		want string
	}{
		{Uint(math.MaxUint64), "18446744073709551615"},
		{Int(-5), "-5"},
		{Bool(true), "true"},
		{Value{}, "null"},
		{Dur(1500000000), "1.5"},
		{Dur(1), "0.000000001"},
		{Mac(1), `"00:00:00:00:00:01"`},
		{Time(0), `"1970-01-01T00:00:00.000000000Z"`},
		{Text("a\"\\\u2028\x7f\t\xff"), `"a\"\\\u2028\u007f\t` + "\uFFFD" + `"`},
	} {
		got := string(appendAny(nil, c.v.Any()))
		if got != c.want || !json.Valid([]byte(got)) {
			t.Errorf("%v: %s, want %s", c.v, got, c.want)
		}
	}
}

func TestErrorKinds(t *testing.T) {
	for err, want := range map[error]string{ErrShort: "short", ErrSnapped: "snapped", ErrFormat: "format",
		ErrUnsupported: "unsupported", ErrChecksum: "checksum", ErrLimit: "limit", nil: "other", errors.New("x"): "other"} {
		if got := (&Error{Err: err}).Kind(); got != want {
			t.Errorf("%v: %q, want %q", err, got, want)
		}
	}
}

func FuzzJSONString(f *testing.F) {
	f.Add("a\"\\\x00\xff\u2028\U0001F600")
	f.Fuzz(func(t *testing.T, s string) {
		b := AppendJSONString(nil, s)
		var got string
		if err := json.Unmarshal(b, &got); err != nil || got != string([]rune(s)) {
			t.Errorf("%q became %s (%v)", s, b, err)
		}
	})
}

// A place of many runs is wider than its column, and its bytes still stand apart.
func TestDumpKeepsPlaceAndBytesApart(t *testing.T) {
	d := &Dissection{Buffers: []Buffer{{Name: "packet", Data: []byte{0x12, 0x34, 0x56}, FileOff: -1}}}
	d.Root = Node{Spec: &Spec{Name: "x", Label: "X"}, Range: Range{Len: 3}, More: []Range{{Off: 8, Len: 2}, {Off: 16, Len: 1}}}
	var out strings.Builder
	if err := Dump(&out, d); err != nil || !strings.Contains(out.String(), "b 12 ") {
		t.Errorf("%v\n%s", err, out.String())
	}
}
