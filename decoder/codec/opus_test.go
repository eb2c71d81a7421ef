package codec

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"somscope/decoder/field"
	"somscope/decoder/internal/golden"
)

// opusGoldens are the packets of the golden files.
func opusGoldens(tb testing.TB, codec string) []*golden.Case {
	tb.Helper()
	var cases []*golden.Case
	for _, c := range golden.Load(tb, "testdata") {
		if c.Param("codec") == codec {
			cases = append(cases, c)
		}
	}
	if len(cases) < 3 {
		tb.Fatalf("%d golden files of %s", len(cases), codec)
	}
	return cases
}

// Every configuration of RFC 6716's table 2, in its words.
func TestOpusConfigs(t *testing.T) {
	want := strings.Fields(`
		SILK-0-10 SILK-0-20 SILK-0-40 SILK-0-60 SILK-1-10 SILK-1-20 SILK-1-40 SILK-1-60
		SILK-2-10 SILK-2-20 SILK-2-40 SILK-2-60 hybrid-3-10 hybrid-3-20 hybrid-4-10 hybrid-4-20
		CELT-0-2.5 CELT-0-5 CELT-0-10 CELT-0-20 CELT-2-2.5 CELT-2-5 CELT-2-10 CELT-2-20
		CELT-3-2.5 CELT-3-5 CELT-3-10 CELT-3-20 CELT-4-2.5 CELT-4-5 CELT-4-10 CELT-4-20`)
	for i, w := range want {
		w = strings.NewReplacer("-0-", ", narrowband, ", "-1-", ", medium-band, ", "-2-", ", wideband, ", "-3-", ", super-wideband, ", "-4-", ", fullband, ").Replace(w) + " ms"
		if got := specOpusConfig.Enum.Text(uint64(i)); got != w {
			t.Errorf("configuration %d: %q, want %q", i, got, w)
		}
		d := tree(opusCodec, nil, []byte{byte(i << 3), 0x12, 0x34}, 3)
		if got := d.Find("opus.config").Text(); !strings.HasSuffix(got, w) {
			t.Errorf("configuration %d: shown as %q", i, got)
		}
		if (d.Find("opus.vad") != nil) != (i < 16) || (d.Find("opus.celt.head") != nil) != (i >= 12) {
			t.Errorf("configuration %d: flags of SILK or the head of CELT are missing, or too much", i)
		}
	}
}

// Each rule of RFC 6716 §3.4 that is broken is told at its place.
func TestOpusRules(t *testing.T) {
	long := func(head []byte, n int) []byte { return append(head, make([]byte, n)...) }
	for _, c := range []struct {
		name string
		b    []byte
		in   string
		off  int64
		say  string
	}{
		{"R1", nil, "payload", 0, "no bytes"},
		{"R2, one frame", long([]byte{0x48}, 1276), "opus.frame", 1, "1276 bytes"},
		{"R2, two equal", long([]byte{0x49}, 2552), "opus.frame", 1, "1276 bytes"},
		{"R2, the second of two", long([]byte{0x4a, 1}, 1277), "opus.frame", 3, "1276 bytes"},
		{"R2, many equal", long([]byte{0x4b, 2}, 2552), "opus.frame", 2, "1276 bytes"},
		{"R2, the last of many", long([]byte{0x4b, 0x82, 1}, 1277), "opus.frame", 4, "1276 bytes"},
		{"R3", []byte{0x49, 1, 2, 3}, "codec.leftover", 1, "odd number"},
		{"R4, no length", []byte{0x4a}, "opus.toc", 0, "missing (rule R4)"},
		{"R4, half a length", []byte{0x4a, 252}, "opus.len", 1, "second byte"},
		{"R4, too long", []byte{0x4a, 3, 1, 2}, "opus.len", 1, "3 bytes and 2 are left"},
		{"R5, none", []byte{0x4b, 0x80}, "opus.frames", 1, "at least one"},
		{"R5, 140 ms", long([]byte{0x4b, 7}, 14), "opus.frames", 1, "140 ms"},
		{"R5, 49 of the shortest", long([]byte{0xe3, 49}, 98), "opus.frames", 1, "122.5 ms"},
		{"R6, no count", []byte{0x4b}, "opus.toc", 0, "missing (rules R6 and R7)"},
		{"R6, no share", []byte{0x4b, 2, 1, 2, 3}, "codec.leftover", 2, "cannot share 3 bytes"},
		{"R6, padding", []byte{0x4b, 0x41, 9, 1, 2}, "opus.padlen", 2, "9 bytes of padding, and 2 are left"},
		{"R6, padding of many bytes", []byte{0x4b, 0x41, 255, 255, 9, 1, 2}, "opus.padlen", 4, "517 bytes of padding"},
		{"R6, length of padding cut", []byte{0x4b, 0x41, 255}, "opus.padlen", 2, "is cut"},
		{"R7, sum", []byte{0x4b, 0x83, 2, 9, 1, 2, 3}, "opus.len", 3, "the frames have 11 bytes, and 3 are left"},
		{"R7, lengths cut", []byte{0x4b, 0x83, 2}, "opus.len", 2, "missing (rule R7)"},
		{"R7, half a length", []byte{0x4b, 0x83, 2, 253}, "opus.len", 3, "second byte"},
	} {
		d := tree(opusCodec, nil, c.b, len(c.b))
		if err := d.Check(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		errs := d.Errs()
		if len(errs) == 0 || errs[0].In != c.in || errs[0].Off != c.off || !strings.Contains(errs[0].What, c.say) {
			t.Errorf("%s: %v, want %q in %s at %d", c.name, errs, c.say, c.in, c.off)
		}
		if _, _, why, ok := framesOpus(nil, c.b, len(c.b)); ok || why == "" {
			t.Errorf("%s: Frames takes it", c.name)
		}
	}
	// What just fits is no fault.
	for _, b := range [][]byte{
		long([]byte{0x48}, 1275), {0x48}, {0x49}, {0x4a, 0}, {0x4b, 6}, long([]byte{0xe3, 48}, 48), {0x4b, 0xc2, 1, 0, 0},
		long([]byte{0xfa, 255, 255}, 1275+1275), {0x4b, 0x41, 255, 0},
	} {
		if len(b) == 4 && b[2] == 255 {
			b = append(b, make([]byte, 254)...)
		}
		d := tree(opusCodec, nil, b, len(b))
		if errs := d.Errs(); len(errs) > 0 {
			t.Errorf("% x...: %v", b[:min(4, len(b))], errs)
		}
		if _, _, why, ok := framesOpus(nil, b, len(b)); !ok {
			t.Errorf("% x...: %s", b[:min(4, len(b))], why)
		}
	}
}

// The number and length of the frames are told from three bytes where they can be.
func TestOpusFramesFromTheHead(t *testing.T) {
	for _, c := range []struct {
		head   []byte
		n      int
		frames int
		lasts  time.Duration
	}{
		{[]byte{0x48, 1, 2}, 40, 1, 20 * time.Millisecond},
		{[]byte{0x49, 1, 2}, 41, 2, 40 * time.Millisecond},
		{[]byte{0x4a, 20, 2}, 41, 2, 40 * time.Millisecond},
		{[]byte{0x4b, 0x83, 20}, 80, 3, 60 * time.Millisecond},
		{[]byte{0x4b, 0xc3, 255}, 800, 3, 60 * time.Millisecond},
		{[]byte{0xe3, 48, 0}, 98, 48, 120 * time.Millisecond},
		{[]byte{0x18, 0, 0}, 98, 1, 60 * time.Millisecond},
	} {
		frames, lasts, why, ok := framesOpus(nil, c.head, c.n)
		if !ok || frames != c.frames || lasts != c.lasts {
			t.Errorf("% x of %d: %d frames of %v, %q", c.head, c.n, frames, lasts, why)
		}
	}
}

// The range decoder arrives in the last byte of a frame of SILK when it has read the last sign:
// one symbol read wrongly, and it would end anywhere.
func TestSilkIsReadToItsEnd(t *testing.T) {
	seen := 0
	for _, c := range opusGoldens(t, "opus") {
		b := c.Data
		p := opusPacket{opusConfig: opusConfigOf(b[0]), stereo: b[0]&4 != 0}
		if p.mode != opusSILK || b[0]&3 != 0 || len(b) < 3 || c.Param("wire") != "" {
			continue
		}
		r := p.silkReader(b[1:])
		r.header()
		r.layer()
		n, _ := r.redundant(false)
		if left := 8*(len(b)-1-n) - r.tell(); left >= 8 || left < -8 {
			t.Errorf("%s: %d bits are left of %d bytes", c.Name, left, len(b)-1)
		}
		seen++
	}
	if seen < 8 {
		t.Errorf("%d packets only", seen)
	}
}

// Flip each bit: of the fields that own bits exactly one changes, and it is the one that owns it.
// A bit of the first byte, or of a length, changes what the rest is and is looked at by itself.
func TestOpusEachBit(t *testing.T) {
	flags := 0
	for _, c := range opusGoldens(t, "opus") {
		if c.Param("wire") != "" || c.Name == "opus-redundant" || len(tree(opusCodec, nil, c.Data, len(c.Data)).Errs()) > 0 {
			continue
		}
		before := tree(opusCodec, nil, c.Data, len(c.Data))
		old := leaves(before)
		for bit := 0; bit < 8*len(c.Data); bit++ {
			b := bytes.Clone(c.Data)
			b[bit/8] ^= 0x80 >> (bit % 8)
			d := tree(opusCodec, nil, b, len(b))
			if err := d.Check(); err != nil {
				t.Fatalf("%s, bit %d: %v", c.Name, bit, err)
			}
			path := before.At(0, bit)
			owner := path[len(path)-1]
			switch owner.Spec {
			case specOpusVAD, specOpusLBRR:
				now := leaves(d)
				// What is range coded may be told otherwise now, with a redundant frame
				// at the end; all flags must be the same but one.
				diff := 0
				for i, o := range old {
					if o.Spec != specOpusVAD && o.Spec != specOpusLBRR {
						continue
					}
					if now[i].Spec != o.Spec || now[i].Range.Off != o.Range.Off {
						t.Fatalf("%s, bit %d: %s has moved", c.Name, bit, o.Spec.Name)
					}
					if now[i].Value != o.Value {
						diff++
						if o != owner {
							t.Errorf("%s, bit %d: %s at %d has changed", c.Name, bit, o.Spec.Name, o.Range.Off)
						}
					}
				}
				if diff != 1 {
					t.Errorf("%s, bit %d: %d flags have changed", c.Name, bit, diff)
				}
				flags++
			case specCeltFine, specCeltGain:
				for i, n := range leaves(d) {
					if (n.Value != old[i].Value) != (old[i] == owner) {
						t.Errorf("%s, bit %d: %s is %v now, was %v", c.Name, bit, n.Spec.Name, n.Value, old[i].Value)
					}
				}
				flags++
			case specOpusConfig, specOpusStereo, specOpusCode, specOpusVBR, specOpusPadded, specOpusM:
				at := d.At(0, bit)
				if n := at[len(at)-1]; n.Spec != owner.Spec || n.Value == owner.Value {
					t.Errorf("%s, bit %d: %s is %s now with %v", c.Name, bit, owner.Spec.Name, n.Spec.Name, n.Value)
				}
			}
		}
	}
	if flags < 40 {
		t.Errorf("%d flags only", flags)
	}
}

// Copies of a voice are numbered and lie before the frames; the flags name frame and channel.
func TestOpusFlagsHaveNames(t *testing.T) {
	for _, c := range opusGoldens(t, "opus") {
		if c.Name != "opus-stereo-60" {
			continue
		}
		d := tree(opusCodec, nil, c.Data, len(c.Data))
		var vad, lbrr []string
		field.Walk(&d.Root, func(n *field.Node, _ int) bool {
			switch n.Spec {
			case specOpusVAD:
				vad = append(vad, n.Note)
			case specOpusLBRR:
				lbrr = append(lbrr, n.Note)
			}
			return true
		})
		if len(vad) != 6 || vad[4] != "2 of 3, side channel" || len(lbrr) != 2 || lbrr[0] != "middle channel" {
			t.Errorf("%q %q", vad, lbrr)
		}
		return
	}
	t.Error("the golden file is missing")
}

// What the first two symbols of SILK are, for packets of an encoder that was told so.
func TestSILKStart(t *testing.T) {
	for _, c := range []struct {
		name       string
		rate, kind uint64
	}{{"silk-voiced", 16000, 0}, {"silk-unvoiced", 24000, 3}, {"silk-narrow", 8000, 3}} {
		for _, g := range opusGoldens(t, "silk") {
			if g.Name != c.name {
				continue
			}
			if rate, kind := silkStart(g.Data); rate != c.rate || kind != c.kind {
				t.Errorf("%s: %d Hz, type %d", c.name, rate, kind)
			}
		}
	}
	// The bounds of the shares: the rate changes where 16000, 32000 and 48000 parts of 65535 end.
	for _, c := range []struct {
		head []byte
		rate uint64
	}{
		{[]byte{0, 0, 0, 0}, 8000}, {[]byte{0x3e, 0x7f, 0xc1, 0x7f}, 8000}, {[]byte{0x3e, 0x7f, 0xc1, 0x80}, 12000},
		{[]byte{0x7d, 0, 0, 0}, 16000}, {[]byte{0xff, 0xff, 0xff, 0xff}, 24000}, {nil, 8000},
	} {
		if rate, _ := silkStart(c.head); rate != c.rate {
			t.Errorf("% x: %d Hz, want %d", c.head, rate, c.rate)
		}
	}
}

func FuzzOpus(f *testing.F) {
	for _, c := range opusGoldens(f, "opus") {
		f.Add(c.Data, len(c.Data))
	}
	f.Fuzz(func(t *testing.T, b []byte, wire int) {
		wire = max(len(b), min(wire, 1<<16))
		d := tree(opusCodec, nil, b, wire)
		if err := d.Check(); err != nil {
			t.Fatal(err)
		}
		known(t, opusCodec, d)
		if wire > len(b) {
			return
		}
		_, _, why, ok := framesOpus(nil, b, len(b))
		if whole := len(d.Errs()) == 0; whole != ok {
			t.Fatalf("Frames says %v (%s), the tree has %v", ok, why, d.Errs())
		}
		for n := range min(len(b), 8) { // less of it seen: never more faults
			if _, _, why, seen := framesOpus(nil, b[:n], len(b)); ok && !seen {
				t.Fatalf("with %d bytes in view: %s", n, why)
			}
		}
	})
}

func FuzzSILK(f *testing.F) {
	for _, c := range opusGoldens(f, "silk") {
		f.Add(c.Data, len(c.Data))
	}
	f.Fuzz(func(t *testing.T, b []byte, wire int) {
		d := tree(silkCodec, nil, b, max(len(b), min(wire, 1<<16)))
		if err := d.Check(); err != nil {
			t.Fatal(err)
		}
		known(t, silkCodec, d)
		if _, _, _, ok := framesSILK(nil, b, len(b)); ok != (len(b) > 0 && len(b) <= silkMax) {
			t.Fatal(ok)
		}
	})
}
