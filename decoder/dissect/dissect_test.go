package dissect_test

import (
	"errors"
	"strings"
	"testing"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

func spec(name string) *field.Spec {
	return &field.Spec{Name: name, Label: strings.ToUpper(name[:1]) + name[1:], Doc: "A test field."}
}

var (
	root  = spec("root")
	group = spec("group")
	a     = spec("a")
	b     = spec("b")
	c     = spec("c")
	flag  = &field.Spec{Name: "flag", Label: "Flag", Doc: "A test flag.", Show: field.Flag}
)

func begin(data ...byte) *dissect.D { return dissect.Begin(root, data, len(data), 1, 0) }

func check(t *testing.T, d *field.Dissection) {
	t.Helper()
	if err := d.Check(); err != nil {
		t.Fatalf("Check: %v", err)
	}
}

func TestReadsNameEveryByte(t *testing.T) {
	d := begin(1, 2, 3, 4, 5, 6, 7, 8, 9)
	if v := d.U16(a); v != 0x0102 {
		t.Errorf("U16 = %#x", v)
	}
	if v := d.LE16(b); v != 0x0403 {
		t.Errorf("LE16 = %#x", v)
	}
	d.Group(group, func(d *dissect.D) { d.U8(c) })
	out := d.Done()
	check(t, out)
	kids := out.Root.Kids
	if len(kids) != 4 || kids[3].Spec != field.Silent || kids[3].Range.Off != 40 || kids[3].Range.Len != 32 {
		t.Errorf("the four bytes nobody read are not one unknown field: %+v", kids)
	}
}

func TestAReadBeyondTheEndKeepsWhatWasRead(t *testing.T) {
	d := begin(1, 2, 3)
	d.Group(group, func(d *dissect.D) {
		d.U16(a)
		d.U32(b)
		d.U8(c) // after a failure nothing is read
	})
	if d.OK() || d.Left() != 0 {
		t.Error("the failure was forgotten")
	}
	out := d.Done()
	check(t, out)
	g := out.Find("group")
	if g.Err == nil || g.Err.Off != 2 || g.Err.In != "b" || !errors.Is(g.Err, field.ErrShort) {
		t.Errorf("fault = %v, want one in b at offset 2 that is ErrShort", g.Err)
	}
	if len(g.Kids) != 1 || out.Find("unknown").Range.Off != 16 {
		t.Error("the byte that is left is not shown")
	}
}

func TestCutByTheCaptureIsNotTheSendersFault(t *testing.T) {
	d := dissect.Begin(root, []byte{1, 2, 3}, 60, 1, 0)
	d.Within(20, func(d *dissect.D) { d.U32(a) })
	out := d.Done()
	check(t, out)
	if !errors.Is(out.Root.Err, field.ErrSnapped) || errors.Is(out.Root.Err, field.ErrShort) {
		t.Errorf("fault = %v, want ErrSnapped", out.Root.Err)
	}

	d = begin(1, 2, 3)
	d.Within(20, func(d *dissect.D) { d.U16(a) })
	if out := d.Done(); !errors.Is(out.Root.Err, field.ErrShort) {
		t.Errorf("fault = %v, want ErrShort", out.Root.Err)
	}
}

func TestWithinFencesAFailureIn(t *testing.T) {
	d := begin(1, 2, 3, 4)
	d.Within(2, func(d *dissect.D) {
		d.Group(group, func(d *dissect.D) { d.U32(a) })
	})
	if v := d.U16(b); v != 0x0304 {
		t.Errorf("the read after the fence = %#x, want 0x0304", v)
	}
	out := d.Done()
	check(t, out)
	if out.Find("group").Err == nil || out.Root.Err != nil {
		t.Error("the fault is not on the group that failed")
	}
}

func TestBitsOfAByte(t *testing.T) {
	d := begin(0x77, 0x77)
	d.Byte(group, func(bits dissect.Bits) { // named in another order than they lie
		if v := bits.Mask(b, 0x0F); v != 7 {
			t.Errorf("low nibble = %d", v)
		}
		bits.Mask(flag, 0x80)
	})
	d.Byte(group, func(bits dissect.Bits) {
		if v := bits.Mask(a, 0x8F); v != 0x07 {
			t.Errorf("masked = %#x", v)
		}
	})
	out := d.Done()
	check(t, out)
	first, second := out.Root.Kids[0], out.Root.Kids[1]
	if got := names(first.Kids); got != "flag unknown.bits b" {
		t.Errorf("order of the bits: %s", got)
	}
	if r := first.Kids[2].Range; r.Off != 4 || r.Len != 4 || r.Mask != 0 {
		t.Errorf("the low nibble lies at %+v", r)
	}
	if r := second.Kids[0].Range; r.Mask != 0x8F || r.Off != 8 || r.Bits() != 5 {
		t.Errorf("bits that are no neighbours lie at %+v", r)
	}
	if at := out.At(0, 8+1); at[len(at)-1].Spec != field.SilentBits {
		t.Errorf("bit 1 belongs to %s", at[len(at)-1].Spec.Name)
	}
	if at := out.At(0, 8); at[len(at)-1].Spec != a {
		t.Errorf("bit 0 belongs to %s", at[len(at)-1].Spec.Name)
	}
}

func names(kids []field.Node) string {
	var s []string
	for _, k := range kids {
		s = append(s, k.Spec.Name)
	}
	return strings.Join(s, " ")
}

func TestBitsOfALittleEndianWord(t *testing.T) {
	d := begin(0x34, 0x12)
	d.Word(group, 2, true, func(bits dissect.Bits) {
		if v := bits.Mask(a, 0xFF00); v != 0x12 {
			t.Errorf("high byte = %#x", v)
		}
		if v := bits.Mask(b, 0x0FF0); v != 0x23 {
			t.Errorf("middle = %#x", v)
		}
	})
	out := d.Done()
	if r := out.Find("a").Range; r.Off != 8 || r.Len != 8 {
		t.Errorf("the high byte of a little-endian word lies at %+v, want the second byte", r)
	}
	if r := out.Find("b").Range; r.Mask != 0xF00F {
		t.Errorf("middle bits lie at %+v, want mask f00f on the wire", r)
	}
	if out.Check() == nil {
		t.Error("Check did not see that two fields own the same bits")
	}
}

func TestDerivedBufferIsOwnedToo(t *testing.T) {
	d := begin(1, 2)
	d.Derive(group, field.Buffer{Name: "record", Data: []byte{9, 8, 7}, FileOff: 24}, func(d *dissect.D) {
		d.U8(a)
	})
	d.U16(b)
	out := d.Done()
	check(t, out)
	if len(out.Buffers) != 2 || out.Find("a").Range.Buf != 1 || out.Find("b").Range.Buf != 0 {
		t.Errorf("buffers are mixed up: %+v", out.Root)
	}
}

func TestGrowthIsBounded(t *testing.T) {
	d := dissect.Begin(root, make([]byte, 1<<20), 1<<20, 1, 0)
	d.Each(group, 1<<20, func(d *dissect.D) { d.U8(a) })
	out := d.Done()
	check(t, out)
	if !errors.Is(out.Root.Err, field.ErrLimit) {
		t.Errorf("fault = %v, want ErrLimit", out.Root.Err)
	}

	var deep func(d *dissect.D)
	deep = func(d *dissect.D) { d.U8(a); d.Group(group, deep) }
	d = dissect.Begin(root, make([]byte, 1000), 1000, 1, 0)
	d.Group(group, deep)
	check(t, d.Done())
}

func TestEachStopsWhenNothingIsRead(t *testing.T) {
	d := begin(1)
	rounds := 0
	d.Each(group, 1000, func(d *dissect.D) { rounds++ })
	if rounds != 1 {
		t.Errorf("%d rounds over nothing", rounds)
	}
}

// FuzzD lets the input decide which reads happen: whatever a dissector does,
// the tree must hold.
func FuzzD(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
	f.Add([]byte{6, 6, 6, 6, 200, 7, 7}, make([]byte, 40))
	f.Fuzz(func(t *testing.T, prog, data []byte) {
		d := dissect.Begin(root, data, len(data)+len(prog)%2, 1, 0)
		var run func(d *dissect.D)
		run = func(d *dissect.D) {
			for len(prog) > 0 {
				op := prog[0]
				prog = prog[1:]
				switch op % 12 {
				case 0:
					d.U8(a)
				case 1:
					d.LE32(b)
				case 2:
					d.Bytes(c, int(op))
				case 3:
					d.Byte(group, func(x dissect.Bits) { x.Mask(a, uint64(op)); x.Mask(b, ^uint64(op)&0xF0&^uint64(op)) })
				case 4:
					d.Word(group, 4, op&16 != 0, func(x dissect.Bits) { x.Mask(a, 0x00FFF000) })
				case 5:
					d.Group(group, run)
				case 6:
					d.Within(int(op)-20, run)
				case 7:
					return
				case 8:
					d.Text(a, int(op)/16)
					d.Note("\xff %d", op)
				case 9:
					d.Derive(group, field.Buffer{Name: "x", Data: data}, run)
				case 10:
					d.Failf(field.ErrFormat, "as asked")
				case 11:
					d.Each(group, int(op), func(d *dissect.D) { d.U16(a) })
				}
			}
		}
		run(d)
		out := d.Done()
		if err := out.Check(); err != nil {
			t.Fatal(err)
		}
		for bit := 0; bit < 8*len(data); bit += 3 {
			if at := out.At(0, bit); len(at) == 0 {
				t.Fatalf("bit %d has no owner", bit)
			}
		}
	})
}

// TestScatter reads two numbers whose bits lie about in two bytes.
func TestScatter(t *testing.T) {
	root := &field.Spec{Name: "root", Label: "Root"}
	a := &field.Spec{Name: "a", Label: "A"}
	b := &field.Spec{Name: "b", Label: "B"}
	d := dissect.Begin(root, []byte{0b10110010, 0b01000001, 7}, 3, 1, -1)
	d.Scatter(2, func(g *dissect.Bag) {
		if v := g.Put(a, dissect.Run{0, 2}, dissect.Run{14, 2}); v != 0b1001 {
			t.Errorf("a is %b", v)
		}
		g.Put(b, dissect.Run{4, 2}, dissect.Run{6, 1}, dissect.Run{20, 9})
		g.Note("one run of three")
	})
	d.Rest(&field.Spec{Name: "c", Label: "C"})
	tree := d.Done()
	if err := tree.Check(); err != nil {
		t.Fatal(err)
	}
	n := tree.Find("a")
	if n.Range.Len != 2 || len(n.More) != 1 || n.More[0].Off != 14 || n.Bits() != 4 || !n.Has(15) || n.Has(3) {
		t.Errorf("a lies at %+v", n)
	}
	if n := tree.Find("b"); n.Range.Len != 3 || len(n.More) != 0 {
		t.Errorf("b lies at %+v", n)
	}
	if n := len(tree.At(0, 15)); n != 2 {
		t.Errorf("bit 15 is in %d nodes", n)
	}
	if got := len(tree.Root.Kids); got != 2+2+1 { // a, b, two silent runs, c
		t.Errorf("%d children", got)
	}
	tree.Find("a").More[0].Off = 2 // now two claim one bit, and one is nobody's
	tree.Find("a").More[0].Off = 4
	if tree.Check() == nil {
		t.Error("a bit with two owners passes")
	}
}
