package dissect

import (
	"testing"

	"somscope/decoder/field"
)

var (
	specVarint = field.Spec{Name: "v", Label: "Number", Doc: "A number.", Trust: field.Specified}
	specMarks  = field.Spec{Name: "v.marks", Label: "Marks", Doc: "Which bytes go on.", Trust: field.Specified}
	specLow    = field.Spec{Name: "v.low", Label: "Low", Doc: "The lowest three bits.", Trust: field.Specified}
	specHigh   = field.Spec{Name: "v.high", Label: "High", Doc: "All others.", Trust: field.Specified}
	specAll    = field.Spec{Name: "all", Label: "All", Doc: "All bytes.", Trust: field.Specified}
)

func TestVarint(t *testing.T) {
	for _, c := range []struct {
		name string
		b    []byte
		want uint64
		left int
		ok   bool
		err  error
		note string
	}{
		{"zero", []byte{0, 9}, 0, 1, true, nil, ""},
		{"one byte", []byte{0x7f}, 127, 0, true, nil, ""},
		{"two bytes", []byte{0xc8, 0x01, 9}, 200, 1, true, nil, ""},
		{"five bytes", []byte{0xb9, 0x81, 0xed, 0xce, 0x04}, 1239105721, 0, true, nil, ""},
		{"32 bits", []byte{0xff, 0xff, 0xff, 0xff, 0x0f}, 1<<32 - 1, 0, true, nil, ""},
		{"33 bits", []byte{0xff, 0xff, 0xff, 0xff, 0x1f}, 1<<33 - 1, 0, true, field.ErrFormat, ""},
		{"six bytes", []byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x01}, 0, 0, false, field.ErrFormat, ""},
		{"open", []byte{0x80, 0x80}, 0, 0, false, field.ErrShort, ""},
		{"nothing", nil, 0, 0, false, field.ErrShort, ""},
		{"long form", []byte{0x85, 0x00}, 5, 0, true, nil, "longer than the number needs"},
		{"long zero", []byte{0x80, 0x00}, 0, 0, true, nil, "longer than the number needs"},
	} {
		for _, split := range []bool{false, true} {
			d := Begin(&specAll, c.b, len(c.b), 1, -1)
			var got uint64
			if split {
				got = d.VarintBits(&specVarint, &specMarks, func(b Bits) {
					low, high := b.Mask(&specLow, 7), b.Mask(&specHigh, (1<<35-1)&^7)
					if c.ok && (low != c.want&7 || high != c.want>>3) {
						t.Errorf("%s: split into %d and %d", c.name, high, low)
					}
				})
			} else {
				got = d.Varint(&specVarint)
			}
			if got != c.want || d.OK() != c.ok || c.ok && d.Left() != c.left {
				t.Errorf("%s: %d, ok %v, %d left; want %d, %v, %d", c.name, got, d.OK(), d.Left(), c.want, c.ok, c.left)
			}
			tree := d.Done()
			if err := tree.Check(); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			if errs := tree.Errs(); (len(errs) > 0) != (c.err != nil) || len(errs) > 0 && (errs[0].Err != c.err || errs[0].Off != 0) {
				t.Errorf("%s: faults %v, want %v at 0", c.name, errs, c.err)
			}
			if n := tree.Find("v"); n != nil && n.Note != c.note {
				t.Errorf("%s: remark %q, want %q", c.name, n.Note, c.note)
			}
		}
	}
}

// The bits of a split varint are those that hold its value, byte by byte.
func TestVarintBits(t *testing.T) {
	d := Begin(&specAll, []byte{0x9a, 0x02}, 2, 1, -1)
	d.VarintBits(&specVarint, &specMarks, func(b Bits) { b.Mask(&specLow, 7) })
	tree := d.Done()
	if err := tree.Check(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]field.Range{
		"v.low": {Off: 5, Len: 3}, "v.marks": {Len: 16, Mask: 0x8080}, field.SilentBits.Name: {Len: 16, Mask: 0x787f},
	} {
		if got := tree.Find(name).Range; got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	if n, _ := tree.Find(field.SilentBits.Name).Value.Num(); n != 35 {
		t.Errorf("the other bits are %d", n)
	}
}

func TestPlaceAndLast(t *testing.T) {
	d := Begin(&specAll, []byte{1, 2, 3}, 3, 1, -1)
	if d.Last() != nil {
		t.Error("a node before the first")
	}
	d.U8(&specVarint)
	if n := d.Last(); n == nil || n.Range.Len != 8 {
		t.Errorf("last is %v", n)
	}
	d.Derive(&specLow, field.Buffer{Data: []byte{9, 8}}, func(d *D) {
		if got := d.Place(0, 2); got != (field.Range{Buf: 1, Len: 16}) {
			t.Errorf("place %+v", got)
		}
	})
	if n := d.Last(); n.Spec != &specLow {
		t.Errorf("last is %s", n.Spec.Name)
	}
	if got := d.Place(1, 3); got != (field.Range{Off: 8, Len: 16}) {
		t.Errorf("place %+v", got)
	}
}
