package codec

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
	"somscope/decoder/internal/golden"
)

var specTest = &field.Spec{Name: "payload", Label: "Payload", Doc: "The payload of one packet."}

// tree dissects a payload; wire is its length before the capture cut it.
func tree(c *Codec, p *Params, b []byte, wire int) *field.Dissection {
	d := dissect.Begin(specTest, b, wire, 1, -1)
	if c.Dissect != nil {
		c.Dissect(d, p)
	}
	return d.Done()
}

// TestGolden holds pictures of payloads: "codec: NAME", and where they matter "rate: N",
// "channels: N" and "wire: N".
func TestGolden(t *testing.T) {
	golden.RunCases(t, "testdata", func(t *testing.T, c *golden.Case) *field.Dissection {
		x := ByName(c.Param("codec"))
		if x == nil {
			t.Fatalf("no codec %q", c.Param("codec"))
		}
		num := func(key string) int {
			n, _ := strconv.Atoi(c.Param(key))
			return n
		}
		return tree(x, &Params{Rate: num("rate"), Channels: num("channels")}, c.Data, max(num("wire"), len(c.Data)))
	})
}

// Every line of the table is whole, and no name or Spec is given twice.
func TestTable(t *testing.T) {
	names, ids := map[string]bool{}, map[ID]bool{}
	last := None
	for _, c := range Table {
		if names[c.Name] || ids[c.ID] || c.ID <= last || c.ID >= IDs {
			t.Errorf("%s: a name or number twice, or out of order", c.Name)
		}
		names[c.Name], ids[c.ID], last = true, true, c.ID
		if c.Name == "" || c.Name != strings.ToLower(c.Name) || c.Title == "" || !strings.HasSuffix(c.Doc, ".") || c.Kbits == "" || c.Clock == 0 || len(c.Cite) == 0 || c.Frames == nil {
			t.Errorf("%s: something is missing", c.Name)
		}
		if c.Playable == (c.Why != "") || c.Why != "" && !strings.HasSuffix(c.Why, ".") {
			t.Errorf("%s: playable %v, why %q", c.Name, c.Playable, c.Why)
		}
		if (c.Dissect == nil) != (len(c.Specs) == 0) {
			t.Errorf("%s: %d Specs and no use for them, or none", c.Name, len(c.Specs))
		}
		if ByID(c.ID) != c || ByName(c.Name) != c {
			t.Errorf("%s is not found", c.Name)
		}
	}
	if ByID(None) != nil || ByName("") != nil {
		t.Error("a codec without a name is found")
	}
	specs := map[string]bool{}
	for _, s := range Specs {
		if specs[s.Name] {
			t.Errorf("%s is there twice", s.Name)
		}
		specs[s.Name] = true
		if s.Label == "" || !strings.HasSuffix(s.Doc, ".") || len(s.Cite) == 0 {
			t.Errorf("%s lacks a label, a sentence or a source", s.Name)
		}
	}
}

// listed are the Specs that a tree may hold.
var listed = func() map[*field.Spec]bool {
	m := map[*field.Spec]bool{}
	for _, s := range Specs {
		m[s] = true
	}
	return m
}()

// Whatever a tree holds is in the list of Specs.
func known(t *testing.T, c *Codec, d *field.Dissection) {
	t.Helper()
	field.Walk(&d.Root, func(n *field.Node, _ int) bool {
		if n.Spec == specTest || n.Spec == field.Silent || n.Spec == field.SilentBits {
			return true
		}
		if !listed[n.Spec] {
			t.Fatalf("%s: %s is in no list", c.Name, n.Spec.Name)
		}
		return true
	})
}

// Payloads of every length up to 400 and of the longest: a tree that owns all, and Frames and
// Dissect agree on whether they are whole.
func TestLengths(t *testing.T) {
	ramp := make([]byte, 65507)
	for i := range ramp {
		ramp[i] = byte(i*7 + i>>8 + 0x60)
	}
	lengths := []int{65507, 65506, 65500, 4096, 1000, 1001, 1002}
	for n := range 401 {
		lengths = append(lengths, n)
	}
	for _, c := range Table {
		for _, ch := range []int{1, 2} {
			p := &Params{Channels: ch}
			for _, n := range lengths {
				b := ramp[:n]
				frames, lasts, why, ok := c.Frames(p, b[:min(n, 64)], n)
				if ok && (frames < 1 || lasts < 0 || why != "") || !ok && why == "" {
					t.Fatalf("%s, %d bytes: %d frames of %v, %q, %v", c.Name, n, frames, lasts, why, ok)
				}
				if strings.HasSuffix(why, ".") || why != "" && strings.ToLower(why[:1]) != why[:1] && why[0] < 'A' {
					t.Fatalf("%s: %q is no clause", c.Name, why)
				}
				if c.Dissect == nil {
					continue
				}
				d := tree(c, p, b, n)
				if err := d.Check(); err != nil {
					t.Fatalf("%s, %d bytes: %v", c.Name, n, err)
				}
				known(t, c, d)
				if whole := len(d.Errs()) == 0; whole != ok && c.ID != ComfortNoise {
					t.Fatalf("%s, %d bytes of %d channels: Frames says %v (%s), the tree has %v", c.Name, n, ch, ok, why, d.Errs())
				}
			}
		}
	}
}

// A payload that the capture cut does not accuse its sender.
func TestCut(t *testing.T) {
	for _, c := range []*Codec{g729Codec, l16, telephoneEvent} {
		d := tree(c, &Params{}, make([]byte, 15), 20)
		errs := d.Errs()
		if len(errs) != 1 || errs[0].Err != field.ErrSnapped {
			t.Errorf("%s: %v", c.Name, errs)
		}
	}
	d := tree(pcma, nil, nil, 160)
	if errs := d.Errs(); len(errs) != 1 || errs[0].Err != field.ErrSnapped {
		t.Error(errs)
	}
}

// What is left over is accused at its own place.
func TestLeftover(t *testing.T) {
	for _, c := range []struct {
		codec *Codec
		ch, n int
		off   int64
		say   string
	}{
		{g729Codec, 1, 33, 30, "33 bytes are 3 frames of 10 bytes and 3 bytes left over, which is no silence descriptor of 2 bytes either"},
		{g729Codec, 1, 1, 0, "0 frames of 10 bytes and 1 byte left over"},
		{l16, 1, 5, 4, "5 bytes are no whole number of samples of 2 bytes"},
		{l16, 2, 6, 4, "6 bytes do not divide into samples of 2 bytes for 2 channels: 2 bytes left over"},
		{pcmu, 2, 7, 6, "1 byte left over"},
		{telephoneEvent, 1, 11, 8, "3 bytes left over"},
	} {
		d := tree(c.codec, &Params{Channels: c.ch}, make([]byte, c.n), c.n)
		errs := d.Errs()
		if len(errs) != 1 || errs[0].Off != c.off || !strings.Contains(errs[0].What, c.say) || errs[0].Err != field.ErrFormat || errs[0].In != "codec.leftover" {
			t.Errorf("%s, %d bytes: %v", c.codec.Name, c.n, errs)
		}
	}
}

// leaves are the fields of a tree that own bits, with their values.
func leaves(d *field.Dissection) (nodes []*field.Node) {
	field.Walk(&d.Root, func(n *field.Node, _ int) bool {
		if len(n.Kids) == 0 && n.Bits() > 0 {
			nodes = append(nodes, n)
		}
		return true
	})
	return nodes
}

// Flip each bit in turn: exactly one parameter changes, and it is the one that owns the bit.
func TestEachBit(t *testing.T) {
	for _, c := range []struct {
		codec *Codec
		n     int
		bits  []int // of the parameters, in order; nil: not checked
	}{
		{g729Codec, 10, []int{1, 7, 5, 5, 8, 1, 13, 4, 3, 4, 5, 13, 4, 3, 4}},
		{g729Codec, 2, []int{1, 5, 4, 5, 1}},
		{g729Codec, 32, nil},
		{pcma, 3, []int{1, 3, 4, 1, 3, 4, 1, 3, 4}},
		{pcmu, 3, []int{1, 3, 4, 1, 3, 4, 1, 3, 4}},
		{g722, 3, []int{2, 6, 2, 6, 2, 6}},
		{l16, 6, []int{16, 16, 16}},
		{telephoneEvent, 4, []int{8, 1, 1, 6, 16}},
		{comfortNoise, 4, []int{1, 7, 8, 8, 8}},
	} {
		b := make([]byte, c.n)
		for i := range b {
			b[i] = byte(0x5a + 37*i)
		}
		was := leaves(tree(c.codec, nil, b, c.n))
		sum := 0
		for i, n := range was {
			sum += n.Bits()
			if c.bits != nil && (i >= len(c.bits) || n.Bits() != c.bits[i]) {
				t.Errorf("%s, %d bytes: %s has %d bits", c.codec.Name, c.n, n.Spec.Name, n.Bits())
			}
		}
		if sum != 8*c.n {
			t.Errorf("%s: %d bits in %d bytes", c.codec.Name, sum, c.n)
		}
		for bit := range 8 * c.n {
			b[bit/8] ^= 0x80 >> (bit % 8)
			now := leaves(tree(c.codec, nil, b, c.n))
			b[bit/8] ^= 0x80 >> (bit % 8)
			if len(now) != len(was) {
				t.Fatalf("%s: bit %d changes the layout", c.codec.Name, bit)
			}
			changed := 0
			for i := range now {
				if now[i].Value == was[i].Value {
					continue
				}
				changed++
				if !now[i].Has(bit) {
					t.Errorf("%s: bit %d changes %s, which does not own it", c.codec.Name, bit, now[i].Spec.Name)
				}
			}
			if changed != 1 {
				t.Errorf("%s: bit %d changes %d parameters", c.codec.Name, bit, changed)
			}
		}
	}
}

// The two laws against the corners of the tables of G.711, and against themselves: all values
// differ but µ-law's two zeros, and they grow with the byte that is not inverted.
func TestG711(t *testing.T) {
	for _, c := range []struct {
		got, want int16
	}{
		{ALaw(0xD5), 8}, {ALaw(0x55), -8}, {ALaw(0xAA), 32256}, {ALaw(0x2A), -32256}, {ALaw(0xD4), 24}, {ALaw(0xC5), 264},
		{MuLaw(0xFF), 0}, {MuLaw(0x7F), 0}, {MuLaw(0x80), 32124}, {MuLaw(0x00), -32124}, {MuLaw(0xFE), 8}, {MuLaw(0xEF), 132},
	} {
		if c.got != c.want {
			t.Errorf("%d, want %d", c.got, c.want)
		}
	}
	for i := 1; i < 128; i++ {
		b := byte(i)
		if ALaw(0x80|b^0x55) <= ALaw(0x80|(b-1)^0x55) || ALaw(b^0x55) != -ALaw(0x80|b^0x55) {
			t.Errorf("A-law %d", i)
		}
		if MuLaw(^b) <= MuLaw(^(b-1)) || MuLaw(^(0x80|b)) != -MuLaw(^b) {
			t.Errorf("µ-law %d", i)
		}
	}
}

// Pitch and pulses of G.729, against the corners of §4.1.3 and §3.8.
func TestG729Values(t *testing.T) {
	for _, c := range []struct {
		p1, whole, third int
	}{{0, 19, 1}, {1, 20, -1}, {2, 20, 0}, {196, 85, -1}, {197, 85, 0}, {255, 143, 0}} {
		if whole, third := g729Delay1(c.p1); whole != c.whole || third != c.third {
			t.Errorf("P1 %d: %d and %d/3", c.p1, whole, third)
		}
	}
	for p1 := range 256 {
		whole, _ := g729Delay1(p1)
		for p2 := range 32 {
			w, third := g729Delay2(p2, whole)
			if third < -1 || third > 1 || 3*w+third < 3*20-2 || 3*w+third > 3*143+2 {
				t.Errorf("P1 %d, P2 %d: %d and %d/3", p1, p2, w, third)
			}
		}
	}
	if got := g729Pulses(0); got != [4]int{0, 1, 2, 3} {
		t.Error(got)
	}
	if got := g729Pulses(1<<13 - 1); got != [4]int{35, 36, 37, 39} {
		t.Error(got)
	}
	for want, third := range map[string]int{"19 1/3 samples, a pitch of 414 Hz": 1, "18 2/3 samples, a pitch of 429 Hz": -1, "19 samples, a pitch of 421 Hz": 0} {
		if got := delay(19, third); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// iSAC's first symbols: the borders of the thirds, and the shares within one.
func TestISACStart(t *testing.T) {
	for _, c := range []struct {
		head  []byte
		lasts time.Duration
		band  int
	}{
		{nil, 0, 0},
		{[]byte{0x55, 0x54, 0xff, 0xff}, 0, 0},
		{[]byte{0x55, 0x55, 0, 0}, 30 * time.Millisecond, 0},
		{[]byte{0xaa, 0xa9, 0xff, 0xff}, 30 * time.Millisecond, 23},
		{[]byte{0xaa, 0xaa, 0, 0}, 60 * time.Millisecond, 0},
		{[]byte{0xff, 0xff, 0xff, 0xff}, 60 * time.Millisecond, 23},
		{[]byte{0x80, 0x00}, 30 * time.Millisecond, 12},
	} {
		if lasts, band := isacStart(c.head); lasts != c.lasts || band != c.band {
			t.Errorf("% x: %v, %d", c.head, lasts, band)
		}
	}
	seen := [24]int{}
	for i := range 1 << 16 {
		if lasts, band := isacStart([]byte{byte(i >> 8), byte(i)}); lasts == 30*time.Millisecond {
			seen[band]++
		}
	}
	for i, n := range seen {
		if n < 900 || n > 920 { // a 72nd of 65,536
			t.Errorf("rate %d has a share of %d", i, n)
		}
	}
}

func FuzzDissect(f *testing.F) {
	for i, b := range golden.Seeds(f, "testdata") {
		f.Add(uint8(i), uint8(1), b, uint16(0))
	}
	f.Fuzz(func(t *testing.T, which, ch uint8, b []byte, cut uint16) {
		c := Table[int(which)%len(Table)]
		p := &Params{Channels: int(ch % 4), Rate: int(which) * 1000}
		_, lasts, why, ok := c.Frames(p, b[:min(len(b), 64)], len(b))
		if lasts < 0 || ok == (why != "") {
			t.Fatalf("%s: %v, %q, %v", c.Name, lasts, why, ok)
		}
		d := tree(c, p, b, len(b)+int(cut))
		if err := d.Check(); err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		known(t, c, d)
	})
}
