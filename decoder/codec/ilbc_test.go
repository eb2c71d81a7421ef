package codec

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"somscope/decoder/codec/ilbc"
	"somscope/decoder/field"
)

var ilbcBoth = []struct {
	codec   *Codec
	mode    ilbc.Mode
	params  int
	classes [3]int // bits
}{
	{ilbc20, ilbc.Mode20, 82, [3]int{48, 64, 192}},
	{ilbc30, ilbc.Mode30, 98, [3]int{64, 96, 240}},
}

// The classes of RFC 3951 table 3.2 add up, each parameter's bits lie in the bytes of their
// class, and the notes say so.
func TestILBCClasses(t *testing.T) {
	for _, c := range ilbcBoth {
		d := tree(c.codec, nil, make([]byte, c.mode.Bytes()), c.mode.Bytes())
		frame := d.Find("ilbc.frame")
		if len(frame.Kids) != c.params {
			t.Fatalf("%s: %d parameters", c.codec.Name, len(frame.Kids))
		}
		var sums [3]int
		for i := range frame.Kids {
			n := &frame.Kids[i]
			var bits [3]int
			for bit := range 8 * c.mode.Bytes() {
				if !n.Has(bit) {
					continue
				}
				for class := 3; class >= 1; class-- {
					if bit >= 8*c.mode.ClassBytes(class-1) {
						bits[class-1]++
						break
					}
				}
			}
			for class, k := range bits {
				sums[class] += k
				said := fmt.Sprintf("class %d: %s", class+1, count(k, "bit"))
				if strings.Contains(n.Note, said) != (k > 0) {
					t.Errorf("%s: %s has %v bits in the classes and says %q", c.codec.Name, n.Spec.Name, bits, n.Note)
				}
			}
			if len(n.More) > 2 {
				t.Errorf("%s: %s lies in %d places", c.codec.Name, n.Spec.Name, 1+len(n.More))
			}
		}
		if sums != c.classes || sums[0]+sums[1]+sums[2] != 8*c.codec.Bytes {
			t.Errorf("%s: %v bits in the classes", c.codec.Name, sums)
		}
	}
}

// Flip each bit of random frames in turn: exactly one parameter changes, and it owns the bit.
func TestILBCEachBit(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 951))
	for _, c := range ilbcBoth {
		for range 3 {
			b := make([]byte, 2*c.mode.Bytes())
			for i := range b {
				b[i] = byte(rng.Uint32())
			}
			was := leaves(tree(c.codec, nil, b, len(b)))
			sum := 0
			for _, n := range was {
				sum += n.Bits()
			}
			if len(was) != 2*c.params || sum != 8*len(b) {
				t.Fatalf("%s: %d parameters of %d bits", c.codec.Name, len(was), sum)
			}
			for bit := range 8 * len(b) {
				b[bit/8] ^= 0x80 >> (bit % 8)
				now := leaves(tree(c.codec, nil, b, len(b)))
				b[bit/8] ^= 0x80 >> (bit % 8)
				changed := 0
				for i := range now {
					if now[i].Value != was[i].Value {
						changed++
						if !now[i].Has(bit) {
							t.Errorf("%s: bit %d changes %s, which does not own it", c.codec.Name, bit, now[i].Spec.Name)
						}
					}
				}
				if changed != 1 {
					t.Errorf("%s: bit %d changes %d parameters", c.codec.Name, bit, changed)
				}
			}
		}
	}
}

// How many frames a payload holds, and what is said of one that holds no whole number.
func TestILBCFrames(t *testing.T) {
	for _, c := range []struct {
		codec  *Codec
		n      int
		frames int
		lasts  time.Duration
		why    string
	}{
		{ilbc20, 38, 1, 20 * time.Millisecond, ""},
		{ilbc20, 114, 3, 60 * time.Millisecond, ""},
		{ilbc30, 50, 1, 30 * time.Millisecond, ""},
		{ilbc30, 950, 19, 570 * time.Millisecond, ""},
		{ilbc20, 950, 25, 500 * time.Millisecond, ""},
		{ilbc30, 0, 0, 0, "the payload has no bytes"},
		{ilbc30, 38, 0, 0, "38 bytes are 0 frames of 50 bytes and 38 bytes left over; but they would be 1 frame of 20 ms"},
		{ilbc20, 100, 0, 0, "100 bytes are 2 frames of 38 bytes and 24 bytes left over; but they would be 2 frames of 30 ms"},
		{ilbc30, 51, 0, 0, "51 bytes are 1 frame of 50 bytes and 1 byte left over"},
	} {
		frames, lasts, why, ok := c.codec.Frames(nil, nil, c.n)
		if frames != c.frames || lasts != c.lasts || ok != (c.why == "") || !strings.HasPrefix(why, c.why) {
			t.Errorf("%s, %d bytes: %d frames of %v, %q, %v", c.codec.Name, c.n, frames, lasts, why, ok)
		}
		if c.why == "" || c.n == 0 {
			continue
		}
		d := tree(c.codec, nil, make([]byte, c.n), c.n)
		size := c.codec.Bytes
		if errs := d.Errs(); len(errs) != 1 || errs[0].What != why || errs[0].Off != int64(c.n/size*size) {
			t.Errorf("%s, %d bytes: %v", c.codec.Name, c.n, errs)
		}
	}
	d := tree(ilbc30, nil, make([]byte, 75), 100)
	if errs := d.Errs(); len(errs) != 1 || errs[0].Err != field.ErrSnapped || errs[0].Off != 50 {
		t.Errorf("a payload that the capture cut: %v", errs)
	}
}

// What values mean depends on others of the same frame: places on the start state, gains on the
// gain before them.
func TestILBCMeanings(t *testing.T) {
	b := make([]byte, 38)
	set := func(k ilbc.Kind, block, stage, v int) {
		for _, p := range ilbc.Mode20.Params() {
			if p.Kind == k && p.Block == block && p.Stage == stage {
				p.Put(b, v)
			}
		}
	}
	set(ilbc.Start, 1, 1, 2)
	set(ilbc.Position, 1, 1, 1)
	set(ilbc.Scale, 1, 1, 63)
	set(ilbc.State, 1, 57, 7)
	set(ilbc.Index, 1, 1, 107)
	set(ilbc.Index, 1, 2, 44)
	set(ilbc.Index, 2, 1, 128+108+19)
	set(ilbc.Gain, 2, 1, 31)
	set(ilbc.Gain, 2, 2, 0)
	set(ilbc.Gain, 2, 3, 7)
	set(ilbc.Empty, 1, 1, 1)
	frame := tree(ilbc20, nil, b, len(b)).Find("ilbc.frame")
	find := func(name string, nth int) *field.Node {
		for i := range frame.Kids {
			if frame.Kids[i].Spec.Name == name {
				if nth--; nth == 0 {
					return &frame.Kids[i]
				}
			}
		}
		t.Fatalf("no %s", name)
		return nil
	}
	for _, c := range []struct {
		name       string
		nth        int
		text, note string
	}{
		{"ilbc.lsf1.1", 1, "0", "198, 348, 574 Hz"},
		{"ilbc.lsf1.3", 1, "0", "2172, 2742, 3054, 3493 Hz"},
		{"ilbc.start", 1, "2 samples 40-119", "class 1: 2 bits"},
		{"ilbc.position", 1, "1 first", "class 1: 1 bit"},
		{"ilbc.scale", 1, "63", "amplitude 12640"},
		{"ilbc.state", 1, "0 (sample 1)", "sample 1 of 57, amplitude -10449;"},
		{"ilbc.state", 57, "7 (sample 57)", "sample 57 of 57, amplitude 11191;"},
		{"ilbc.cb.extra.1", 1, "0", "for samples 97-119, 23 samples back"},
		{"ilbc.cb.1.1", 1, "107", "for samples 120-159, 147 samples back"},
		{"ilbc.cb.1.2", 1, "44", "20 samples back, repeated"},
		{"ilbc.cb.2.1", 1, "255", "for samples 0-39, 39 samples behind, repeated, filtered"},
		{"ilbc.gain.2.1", 1, "31", "gain 1.20"},
		{"ilbc.gain.2.2", 1, "0", "gain -1.26"},
		{"ilbc.gain.2.3", 1, "7", "gain 1.26"},
		{"ilbc.empty", 1, "set", "the frame says that it holds nothing"},
	} {
		n := find(c.name, c.nth)
		if n.Text() != c.text || !strings.HasPrefix(n.Note, c.note) {
			t.Errorf("%s: %q, %q", c.name, n.Text(), n.Note)
		}
	}
	clear(b)
	if n := tree(ilbc20, nil, b, len(b)).Find("ilbc.start"); !strings.Contains(n.Note, "treats the frame as lost") {
		t.Errorf("no place: %q", n.Note)
	}
}

// A payload of more frames than anybody packs is not explained frame by frame.
func TestILBCManyFrames(t *testing.T) {
	d := tree(ilbc20, nil, make([]byte, 38*(ilbcListed+5)), 38*(ilbcListed+5))
	if err := d.Check(); err != nil {
		t.Fatal(err)
	}
	if n := d.Find("ilbc.further"); n == nil || n.Note != "5 frames" || len(d.Errs()) != 0 {
		t.Errorf("%v, %v", n, d.Errs())
	}
}

// Real frames give a place for their start state and are not empty.
func TestRealILBC(t *testing.T) {
	b := real(t, "ilbc30-frames.lbc")
	b = b[len("#!iLBC30\n"):]
	n := len(b) / 50
	for i := range n {
		d := tree(ilbc30, nil, b[50*i:50*i+50], 50)
		if err := d.Check(); err != nil {
			t.Fatal(err)
		}
		if note := d.Find("ilbc.start").Note; note != "class 1: 3 bits" {
			t.Errorf("frame %d: %s", i, note)
		}
		if empty, _ := d.Find("ilbc.empty").Value.Num(); empty != 0 {
			t.Errorf("frame %d is empty", i)
		}
	}
	if n != 142 {
		t.Errorf("%d frames", n)
	}
}
