package field

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestValueText(t *testing.T) {
	enum := Enum{{7, "NAck"}}
	for _, c := range []struct {
		name string
		spec Spec
		v    Value
		bits int
		want string
	}{
		{"number", Spec{}, Uint(1234), 16, "1234"},
		{"negative", Spec{}, Int(-5), 32, "-5"},
		{"hex as wide as the field", Spec{Show: Hex}, Uint(0x15f2), 16, "0x15f2"},
		{"hex pads", Spec{Show: Hex}, Uint(5), 32, "0x00000005"},
		{"hex without bytes of its own", Spec{Show: Hex}, Uint(0x1020304), 0, "0x01020304"},
		{"a small one", Spec{Show: Hex}, Uint(5), 0, "0x05"},
		{"a long one", Spec{Show: Hex}, Uint(0x102030405), 0, "0x0000000102030405"},
		{"both", Spec{Show: DecHex}, Uint(33033), 16, "33033 (0x8109)"},
		{"bits", Spec{Show: Bin}, Uint(5), 4, "0101"},
		{"symbol", Spec{Enum: enum}, Uint(7), 4, "7 NAck"},
		{"no symbol", Spec{Enum: enum}, Uint(8), 4, "8"},
		{"unit", Spec{Unit: "bytes"}, Uint(40), 16, "40 bytes"},
		{"unit of one", Spec{Unit: "bytes"}, Uint(1), 16, "1 byte"},
		{"short unit of one", Spec{Unit: "ms"}, Uint(1), 16, "1 ms"},
		{"flag", Spec{Show: Flag}, Bool(true), 1, "set"},
		{"named flag", Spec{Show: Flag, Enum: Enum{{0, "more follow"}}}, Bool(false), 1, "more follow"},
		{"ipv4", Spec{}, Addr(netip.MustParseAddr("192.0.2.1")), 32, "192.0.2.1"},
		{"ipv6", Spec{}, Addr(netip.MustParseAddr("2001:db8::1")), 128, "2001:db8::1"},
		{"mac", Spec{}, Mac(0x00005e005301), 48, "00:00:5e:00:53:01"},
		{"time", Spec{}, Time(1156534266654692000), 64, "2006-08-25T19:31:06.654692000Z"},
		{"duration", Spec{}, Dur(1500 * time.Millisecond), 64, "1.5 s"},
		{"short duration", Spec{}, Dur(40 * time.Millisecond), 64, "40 ms"},
		{"no duration", Spec{}, Dur(0), 64, "0 s"},
		{"long duration", Spec{}, Dur(-3690500 * time.Millisecond), 64, "-1 h 1 min 30.5 s"},
		{"tiny duration", Spec{}, Dur(61035 * time.Nanosecond), 64, "61.035 µs"},
		{"text", Spec{}, Text("a\xffb"), 24, "a\uFFFDb"},
		{"nothing", Spec{}, Value{}, 24, ""},
	} {
		n := Node{Spec: &c.spec, Range: Range{Len: c.bits}, Value: c.v}
		if got := n.Text(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestReadingAppliesToItsValues(t *testing.T) {
	only := Reading{Values: []uint64{3, 7}}
	if !only.Applies(Uint(7)) || only.Applies(Uint(5)) || only.Applies(Text("7")) {
		t.Error("a reading of 3 and 7 does not keep to them")
	}
	if !(Reading{}).Applies(Value{}) {
		t.Error("a reading without values speaks of the field whatever its value")
	}
}

func TestRangeHas(t *testing.T) {
	r := Range{Off: 16, Len: 8, Mask: 0x8F}
	var got strings.Builder
	for bit := 15; bit < 25; bit++ {
		if r.Has(bit) {
			got.WriteByte('1')
		} else {
			got.WriteByte('0')
		}
	}
	if got.String() != "0100011110" {
		t.Errorf("bits of a masked range: %s", got.String())
	}
}

// whole is a sound tree over three bytes, for tests that then spoil it.
func whole() *Dissection {
	s := &Spec{Name: "s", Label: "S", Doc: "A test."}
	return &Dissection{
		Packet:  1,
		Buffers: []Buffer{{Name: "packet", Data: []byte{1, 2, 3}}},
		Root: Node{Spec: s, Range: Range{Len: 24}, Kids: []Node{
			{Spec: s, Range: Range{Len: 8}},
			{Spec: s, Range: Range{Off: 8, Len: 16}, Kids: []Node{
				{Spec: s, Range: Range{Off: 8, Len: 8, Mask: 0x8F}},
				{Spec: s, Range: Range{Off: 9, Len: 3}},
				{Spec: s, Range: Range{Off: 16, Len: 8}},
			}},
		}},
	}
}

func TestCheckFindsEveryBreach(t *testing.T) {
	if err := whole().Check(); err != nil {
		t.Fatalf("a sound tree: %v", err)
	}
	for _, c := range []struct {
		name  string
		spoil func(d *Dissection)
		want  string
	}{
		{"gap", func(d *Dissection) { d.Root.Kids[1].Kids = d.Root.Kids[1].Kids[:2] }, "not wholly owned"},
		{"gap in bits", func(d *Dissection) { d.Root.Kids[1].Kids[1].Range.Len = 2 }, "not wholly owned"},
		{"overlap", func(d *Dissection) { d.Root.Kids[0].Range.Len = 16 }, "two owners"},
		{"overlap in bits", func(d *Dissection) { d.Root.Kids[1].Kids[0].Range.Mask = 0xFF }, "two owners"},
		{"outside the parent", func(d *Dissection) { d.Root.Kids[1].Kids[0].Range.Off = 0 }, "outside their parent"},
		{"outside the buffer", func(d *Dissection) { d.Root.Range.Len = 32 }, "outside buffer"},
		{"no such buffer", func(d *Dissection) { d.Root.Kids[0].Range.Buf = 4 }, "no buffer"},
		{"buffer nobody reads", func(d *Dissection) { d.Buffers = append(d.Buffers, Buffer{Name: "b", Data: []byte{1}}) }, "not wholly owned"},
		{"bad text", func(d *Dissection) { d.Root.Kids[0].Note = "\xff" }, "UTF-8"},
	} {
		d := whole()
		c.spoil(d)
		if err := d.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: Check = %v, want %q", c.name, err, c.want)
		}
	}
}

func TestErrorSaysWhereAndWhat(t *testing.T) {
	err := error(&Error{Off: 42, In: "ip", What: "length runs past the packet", Err: ErrShort})
	if !errors.Is(err, ErrShort) || err.Error() != "ip: length runs past the packet at offset 42" {
		t.Errorf("%v", err)
	}
}

func TestRedact(t *testing.T) {
	open, private := &Spec{Name: "open"}, &Spec{Name: "private", Private: true}
	d := &Dissection{
		Buffers: []Buffer{{Data: []byte("name=secret"), FileOff: 100}, {Data: []byte("secret"), FileOff: -1}, {Data: []byte("[name=secret]"), FileOff: 99}},
		Root: Node{Spec: open, Range: Range{Len: 88}, Kids: []Node{
			{Spec: open, Range: Range{Len: 40}},
			{Spec: private, Range: Range{Off: 40, Len: 48}, Note: "32 digits"},
			{Spec: private, Range: Range{Buf: 1, Len: 48}},
			{Spec: open, Range: Range{Buf: 2, Len: 104}},
		}},
	}
	if n := d.Redact(); n != 12 || string(d.Buffers[0].Data) != "name=xxxxxx" || string(d.Buffers[1].Data) != "xxxxxx" || string(d.Buffers[2].Data) != "[name=xxxxxx]" {
		t.Errorf("%d bytes, %q, %q", n, d.Buffers[0].Data, d.Buffers[1].Data)
	}
	if got := d.Root.Kids[1].Note; got != "32 digits; its bytes are redacted" {
		t.Errorf("%q", got)
	}
	if err := d.Check(); err != nil {
		t.Error(err)
	}
}

// spelled is a buffer of digits and what they spell, with a blank among them.
func spelled() *Dissection {
	digits, blank, box := &Spec{Name: "digits"}, &Spec{Name: "blank"}, &Spec{Name: "box"}
	open, private := &Spec{Name: "open"}, &Spec{Name: "private", Private: true, Show: IP}
	return &Dissection{
		Buffers: []Buffer{
			{Name: "text", Data: []byte("4142 43C0000201"), FileOff: 20},
			{Name: "bytes", Data: []byte("ABC\xc0\x00\x02\x01"), FileOff: -1, Exact: true, Per: 2, From: []Range{{Off: 0, Len: 32}, {Off: 40, Len: 80}}},
		},
		Root: Node{Spec: box, Range: Range{Len: 120}, Value: Text("at 192.0.2.1:80"), Kids: []Node{
			{Spec: digits, Range: Range{Len: 32}}, {Spec: blank, Range: Range{Off: 32, Len: 8}}, {Spec: digits, Range: Range{Off: 40, Len: 80}},
			{Spec: box, Range: Range{Buf: 1, Len: 56}, Value: Text("192.0.2.1"), Kids: []Node{
				{Spec: open, Range: Range{Buf: 1, Len: 24}},
				{Spec: private, Range: Range{Buf: 1, Off: 24, Len: 32}, Value: Addr(netip.MustParseAddr("192.0.2.1"))},
			}},
		}},
	}
}

func TestSource(t *testing.T) {
	d := spelled()
	if err := d.Check(); err != nil {
		t.Fatal(err)
	}
	b := &d.Buffers[1]
	for i, want := range []int{0, 2, 5, 7, 9, 11, 13} {
		if r, ok := b.Source(i); !ok || r != (Range{Off: 8 * want, Len: 16}) {
			t.Errorf("byte %d: %+v, %v", i, r, ok)
		}
	}
	if _, ok := b.Source(7); ok {
		t.Error("a byte beyond the end has a source")
	}
	one := Buffer{Data: []byte("AB"), From: []Range{{Off: 8, Len: 16}}, Exact: true}
	if r, ok := one.Source(1); !ok || r != (Range{Off: 16, Len: 8}) {
		t.Errorf("%+v, %v", r, ok)
	}
	if one.Exact = false; true {
		if _, ok := one.Source(0); ok {
			t.Error("a source that nobody knows")
		}
	}
	for name, spoil := range map[string]func(b *Buffer){
		"short": func(b *Buffer) { b.From = b.From[:1] }, "per": func(b *Buffer) { b.Per = 3 },
		"loose": func(b *Buffer) { b.Exact = false }, "outside": func(b *Buffer) { b.From[1].Off = 48 },
		"itself": func(b *Buffer) { b.From[0].Buf = 1 },
	} {
		d := spelled()
		spoil(&d.Buffers[1])
		if d.Check() == nil {
			t.Errorf("%s: nothing is wrong", name)
		}
	}
}

// What is private goes wherever it is spelled, shown or summed up.
func TestRedactSpelled(t *testing.T) {
	d := spelled()
	if n := d.Redact(); n != 4 || string(d.Buffers[0].Data) != "4142 43xxxxxxxx" || string(d.Buffers[1].Data) != "ABCxxxx" {
		t.Errorf("%d bytes, %q, %q", n, d.Buffers[0].Data, d.Buffers[1].Data)
	}
	var b strings.Builder
	if Dump(&b, d); strings.Contains(b.String(), "192.0.2.1") || !strings.Contains(b.String(), "at x:80") {
		t.Error(b.String())
	}
	d = spelled() // the other way: the digits are private
	d.Root.Kids[3].Kids[1].Spec = d.Root.Kids[3].Kids[0].Spec
	d.Root.Kids[2].Spec = &Spec{Name: "hidden", Private: true}
	if d.Redact(); string(d.Buffers[1].Data) != "ABxxxxx" || string(d.Buffers[0].Data) != "4142 xxxxxxxxxx" {
		t.Errorf("%q, %q", d.Buffers[0].Data, d.Buffers[1].Data)
	}
	if err := d.Check(); err != nil {
		t.Error(err)
	}
}
