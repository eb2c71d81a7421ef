package sound

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"somscope/decoder/codec"
	"somscope/decoder/internal/golden"
)

// opusPackets are the packets of package codec's golden files, by name.
func opusPackets(tb testing.TB) map[string][]byte {
	tb.Helper()
	all := map[string][]byte{}
	for _, c := range golden.Load(tb, "../codec/testdata") {
		if c.Param("codec") == "opus" && c.Param("wire") == "" {
			all[c.Name] = c.Data
		}
	}
	if len(all) < 15 {
		tb.Fatalf("%d packets", len(all))
	}
	return all
}

func playOpus(tb testing.TB, channels int) *opusDecoder {
	tb.Helper()
	d, err := New(codec.ByID(codec.Opus), codec.Params{Channels: channels})
	if err != nil {
		tb.Fatal(err)
	}
	if d.Rate() != 48000 || d.Channels() != max(channels, 1) {
		tb.Fatalf("%d Hz, %d channels", d.Rate(), d.Channels())
	}
	return d.(*opusDecoder)
}

// Every packet that is one gives as many samples as it lasts, in mono and in stereo; every other
// gives an error.
func TestOpusPackets(t *testing.T) {
	for name, p := range opusPackets(t) {
		_, lasts, why, ok := codec.ByID(codec.Opus).Frames(nil, p, len(p))
		for ch := 1; ch <= 2; ch++ {
			pcm, err := playOpus(t, ch).Decode(nil, p)
			if (err == nil) != ok {
				t.Errorf("%s: %v, and its frames: %s", name, err, why)
				continue
			}
			if want := int(lasts * 48000 / time.Second); ok && len(pcm) != want*ch {
				t.Errorf("%s, %d channels: %d samples, want %d", name, ch, len(pcm), want*ch)
			}
		}
	}
}

// A voiced frame is loud, a quiet one is not, and a mono stream is the same in both channels.
func TestOpusSounds(t *testing.T) {
	packets := opusPackets(t)
	say := func(ch int, name string, n int) []int16 {
		d := playOpus(t, ch)
		var pcm []int16
		for range n {
			var err error
			if pcm, err = d.Decode(pcm, packets[name]); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		return pcm
	}
	voiced, quiet := level(say(1, "opus-voiced", 10)), level(say(1, "opus-quiet", 10))
	if voiced < 500 || quiet > 100 {
		t.Errorf("voiced %.0f, quiet %.0f", voiced, quiet)
	}
	for _, name := range []string{"opus-voiced", "opus-hybrid", "opus-celt", "opus-narrow-60"} {
		one, two := say(1, name, 6), say(2, name, 6)
		for i := range one {
			if l, r := two[2*i], two[2*i+1]; l != r || math.Abs(float64(l)-float64(one[i])) > 1 {
				t.Fatalf("%s: sample %d is %d alone, %d and %d of two channels", name, i, one[i], l, r)
			}
		}
	}
	side := false
	two := say(2, "opus-hybrid-stereo", 20)
	for i := 0; i < len(two); i += 2 {
		side = side || two[i] != two[i+1]
	}
	if !side {
		t.Error("both channels of a stereo stream are the same")
	}
}

// What is lost or was never sent fades out within 60 ms, and then there is silence.
func TestOpusConceals(t *testing.T) {
	p := opusPackets(t)["opus-voiced"]
	for _, ch := range []int{1, 2} {
		d := playOpus(t, ch)
		if pcm := d.Conceal(nil, 480); len(pcm) != 480*ch || level(pcm) != 0 {
			t.Error("before the first packet there is something to repeat")
		}
		var pcm []int16
		for range 10 {
			pcm, _ = d.Decode(pcm, p)
		}
		loud := level(pcm[len(pcm)-960*ch:])
		end := pcm[len(pcm)-ch]
		lost := d.Conceal(nil, 960)
		if l := level(lost); l > 2*loud || l < loud/4 {
			t.Errorf("the first 20 ms: %.0f after %.0f", l, loud)
		}
		if diff, most := math.Abs(float64(lost[0])-float64(end)), steps(pcm, ch); diff > float64(most) {
			t.Errorf("it begins with a click of %.0f, where the voice has %d", diff, most)
		}
		lost, err := d.Decode(nil, []byte{0x48}) // nothing was sent
		if l := level(lost); err != nil || len(lost) != 960*ch || l > loud {
			t.Errorf("the second: %.0f after %.0f, %v", l, loud, err)
		}
		d.Conceal(nil, 960)
		if l := level(d.Conceal(nil, 960)); l != 0 {
			t.Errorf("the fourth: %.0f", l)
		}
		if back, err := d.Decode(nil, p); err != nil || level(back) < loud/4 {
			t.Errorf("it does not come back: %v", err)
		}
	}
}

// Where packets of any mode are lost nothing clicks: no step is larger than those within packets.
func TestOpusNoClick(t *testing.T) {
	for name, p := range opusPackets(t) {
		if _, _, _, ok := codec.ByID(codec.Opus).Frames(nil, p, len(p)); !ok {
			continue
		}
		var out []int16
		c, d := playOpus(t, 2), playOpus(t, 2)
		long, want := 0, 0
		for i := range 40 {
			if i%7 == 5 {
				out = d.Conceal(out, long/2)
				continue
			}
			one, _ := c.Decode(nil, p)
			long, want = len(one), max(want, steps(one, 2))
			out, _ = d.Decode(out, p)
		}
		if got := steps(out, 2); len(out) != 40*long || float64(got) > 1.3*float64(want)+10 {
			t.Errorf("%s: a step of %d, the voice has %d; %d samples of %d", name, got, want, len(out), 40*long)
		}
	}
}

// A packet against the rules is an error that says why, and leaves the decoder in order.
func TestOpusBadPackets(t *testing.T) {
	d := playOpus(t, 1)
	for _, p := range [][]byte{nil, {0x49, 1}, {0x4a}, {0x4a, 252}, {0x4a, 9, 1}, {0x4b}, {0x4b, 0}, {0x4b, 63}, {0x4b, 0x41},
		{0x4b, 0x41, 255}, {0x4b, 0x41, 3, 1}, {0x4b, 2, 1}, {0x4b, 0x83, 1}, {0x4b, 0x82, 4, 1}, make([]byte, 1277), make([]byte, 65507)} {
		pcm, err := d.Decode(nil, p)
		if !errors.Is(err, errOpus) || strings.HasSuffix(err.Error(), ".") || len(pcm) > 960*2 {
			t.Errorf("% x: %d samples, %v", p[:min(len(p), 8)], len(pcm), err)
		}
	}
	if pcm, err := d.Decode(nil, opusPackets(t)["opus-voiced"]); err != nil || level(pcm) == 0 {
		t.Errorf("afterwards: %v", err)
	}
}

// FuzzOpus feeds streams: each packet is a length and so many bytes. What comes out lasts as long
// as what went in, whatever that was.
func FuzzOpus(f *testing.F) {
	var all []byte
	for _, p := range opusPackets(f) {
		f.Add(append([]byte{byte(len(p))}, p...), false)
		if len(p) < 100 {
			all = append(append(all, byte(len(p))), p...)
		}
	}
	f.Add(all, true)
	f.Fuzz(func(t *testing.T, b []byte, stereo bool) {
		ch := 1
		if stereo {
			ch = 2
		}
		d := playOpus(t, ch)
		for range 12 {
			if len(b) == 0 {
				return
			}
			n := min(int(b[0]), len(b)-1)
			p := b[1 : 1+n]
			b = b[1+n:]
			_, lasts, why, ok := codec.ByID(codec.Opus).Frames(nil, p, len(p))
			frames, _, err := opusFrames(p)
			if (err == nil) != ok {
				t.Fatalf("% x: %v, and its frames: %s", p, err, why)
			}
			pcm, err := d.Decode(nil, p)
			if err == nil && !ok {
				t.Fatalf("% x is decoded: %s", p, why)
			}
			if want := int(lasts * 48000 / time.Second); ok && len(pcm) != want*ch {
				t.Fatalf("% x: %d samples of %d frames, want %d (%v)", p, len(pcm), len(frames), want*ch, err)
			}
		}
	})
}

// BenchmarkOpus decodes a second of each kind of stream; x is how many times as fast as it lasts.
func BenchmarkOpus(b *testing.B) {
	packets := opusPackets(b)
	for _, name := range []string{"opus-voiced", "opus-narrow-60", "opus-hybrid", "opus-celt", "opus-stereo"} {
		b.Run(strings.TrimPrefix(name, "opus-"), func(b *testing.B) {
			p := packets[name]
			d := playOpus(b, 1)
			var pcm []int16
			lasts := 0
			b.ReportAllocs()
			for b.Loop() {
				for n := 0; n < 48000; n += len(pcm) {
					var err error
					if pcm, err = d.Decode(pcm[:0], p); err != nil {
						b.Fatal(err)
					}
					lasts += len(pcm)
				}
			}
			b.ReportMetric(float64(lasts)/48000/b.Elapsed().Seconds(), "x")
		})
	}
}
