package ilbc

import (
	"math/rand/v2"
	"testing"
)

var modes = []Mode{Mode20, Mode30}

// The table of RFC 3951 §3.8: counts, sums of the classes, and each bit owned once.
func TestLayout(t *testing.T) {
	for _, c := range []struct {
		mode    Mode
		params  int
		classes [3]int
		kinds   map[Kind]int // bits
	}{
		{Mode20, 82, [3]int{48, 64, 192}, map[Kind]int{LSF: 20, Start: 2, Position: 1, Scale: 6, State: 171, ExtraIndex: 21, ExtraGain: 12, Index: 46, Gain: 24, Empty: 1}},
		{Mode30, 98, [3]int{64, 96, 240}, map[Kind]int{LSF: 40, Start: 3, Position: 1, Scale: 6, State: 174, ExtraIndex: 21, ExtraGain: 12, Index: 94, Gain: 48, Empty: 1}},
	} {
		list := c.mode.Params()
		var sums [3]int
		kinds := map[Kind]int{}
		owners := make([]int, 8*c.mode.Bytes())
		for i := range list {
			p := &list[i]
			kinds[p.Kind] += p.Bits()
			for class, n := range p.Class {
				sums[class] += n
				for bit := p.At[class]; bit < p.At[class]+n; bit++ {
					owners[bit]++
					if bit < 8*c.mode.ClassBytes(class) || bit >= 8*c.mode.ClassBytes(class+1) {
						t.Errorf("mode %d: bit %d is in no byte of class %d", c.mode, bit, class+1)
					}
				}
			}
		}
		if len(list) != c.params || sums != c.classes {
			t.Errorf("mode %d: %d parameters, %v bits", c.mode, len(list), sums)
		}
		for k, n := range c.kinds {
			if kinds[k] != n {
				t.Errorf("mode %d: %d bits of kind %d, want %d", c.mode, kinds[k], k, n)
			}
		}
		for bit, n := range owners {
			if n != 1 {
				t.Errorf("mode %d: bit %d has %d owners", c.mode, bit, n)
			}
		}
		last := list[len(list)-1]
		if last.Kind != Empty || last.At[2] != 8*c.mode.Bytes()-1 {
			t.Errorf("mode %d: the last bit is %+v", c.mode, last)
		}
	}
}

// Bits of single parameters where the standard's table puts them.
func TestPlaces(t *testing.T) {
	find := func(m Mode, k Kind, block, stage int) *Param {
		list := m.Params()
		for i := range list {
			if p := &list[i]; p.Kind == k && p.Block == block && p.Stage == stage {
				return p
			}
		}
		t.Fatalf("mode %d has no %d %d %d", m, k, block, stage)
		return nil
	}
	for _, c := range []struct {
		mode         Mode
		kind         Kind
		block, stage int
		frame        map[int]byte // bytes that are not zero
		want         int
	}{
		{Mode20, LSF, 1, 1, map[int]byte{0: 0b1000_0100}, 33},
		{Mode20, Start, 1, 1, map[int]byte{2: 0b0000_1000}, 2},
		{Mode20, Position, 1, 1, map[int]byte{2: 0b0000_0010}, 1},
		{Mode20, Scale, 1, 1, map[int]byte{2: 1, 3: 0b0000_1000}, 33},
		{Mode20, ExtraIndex, 1, 1, map[int]byte{3: 0b0000_0100}, 64},
		{Mode20, State, 1, 1, map[int]byte{6: 0x80, 14: 0b0100_0000}, 5},
		{Mode20, State, 1, 2, map[int]byte{6: 0x40, 14: 0b0001_0000}, 5},
		{Mode30, Start, 1, 1, map[int]byte{5: 0b1010_0000}, 5},
		{Mode30, State, 1, 58, map[int]byte{15: 0x40, 34: 0b0001_0000}, 5},
		{Mode30, ExtraIndex, 1, 1, map[int]byte{6: 0b0010_0000, 15: 0b0001_0000, 34: 0b0000_1000}, 64 + 2 + 1},
		{Mode30, Empty, 1, 1, map[int]byte{49: 1}, 1},
	} {
		b := make([]byte, c.mode.Bytes())
		for i, v := range c.frame {
			b[i] = v
		}
		p := find(c.mode, c.kind, c.block, c.stage)
		if got := p.Get(b); got != c.want {
			t.Errorf("mode %d, kind %d, %d.%d lies at %v: %d, want %d", c.mode, c.kind, c.block, c.stage, p.At, got, c.want)
		}
		clear(b)
		p.Put(b, c.want)
		for i, v := range b {
			if v != c.frame[i] {
				t.Errorf("mode %d, kind %d, %d.%d: byte %d is %08b", c.mode, c.kind, c.block, c.stage, i, v)
			}
		}
	}
}

// Random parameters come back from a packed frame, and random frames from their parameters.
func TestPack(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 951))
	for _, m := range modes {
		list := m.Params()
		for range 200 {
			var f, g fields
			for i := range list {
				*f.slot(&list[i]) = rng.IntN(1 << list[i].Bits())
			}
			frame := f.pack(m, []byte{7})
			if len(frame) != 1+m.Bytes() || frame[0] != 7 {
				t.Fatalf("mode %d: %d bytes", m, len(frame))
			}
			g.unpack(m, frame[1:])
			if f != g {
				t.Fatalf("mode %d: %+v became %+v", m, f, g)
			}
			for i := range frame {
				frame[i] = byte(rng.Uint32())
			}
			g.unpack(m, frame[1:])
			if got := g.pack(m, nil); string(got) != string(frame[1:]) {
				t.Fatalf("mode %d: % x became % x", m, frame[1:], got)
			}
		}
	}
}
