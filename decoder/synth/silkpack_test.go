package synth

import (
	"bytes"
	"math"
	"testing"

	"somscope/decoder/codec"
	play "somscope/decoder/sound"
)

// heard decodes packets, 960 samples at 48 kHz each.
func heard(t *testing.T, packets [][]byte) []int16 {
	t.Helper()
	d, err := play.New(&codec.Codec{ID: codec.Opus}, codec.Params{})
	if err != nil {
		t.Fatal(err)
	}
	var pcm []int16
	for i, p := range packets {
		if pcm, err = d.Decode(pcm, p); err != nil {
			t.Fatalf("packet %d, % x: %v", i, p, err)
		}
		if len(pcm) != 960*(i+1) {
			t.Fatalf("%d samples after %d packets", len(pcm), i+1)
		}
	}
	return pcm
}

// said packs the same frame n times.
func said(n int, f silkFrame) []silkFrame {
	frames := make([]silkFrame, n)
	for i := range frames {
		frames[i] = f
	}
	return frames
}

// dB is the level of samples below a full-scale square wave.
func dB(pcm []int16) float64 {
	sum := 1.0
	for _, x := range pcm {
		sum += float64(x) * float64(x)
	}
	return 10 * math.Log10(sum/float64(len(pcm))/32768/32768)
}

// pitchOf finds the pitch of samples at 48 kHz between 50 and 520 Hz by autocorrelation, and how
// alike neighbouring periods are, 1 being the same.
func pitchOf(pcm []int16) (hz, alike float64) {
	const from, to = 48000 / 520, 48000 / 50
	n := len(pcm) - to
	corr := func(lag int) float64 {
		var xy, xx, yy float64
		for i := range n {
			x, y := float64(pcm[i]), float64(pcm[i+lag])
			xy, xx, yy = xy+x*y, xx+x*x, yy+y*y
		}
		return xy / math.Sqrt(xx*yy+1)
	}
	var all [to]float64
	for lag := from; lag < to; lag++ {
		all[lag] = corr(lag)
		alike = max(alike, all[lag])
	}
	for lag := from + 1; lag < to-1; lag++ { // the shortest that is about as good: not its double
		if all[lag] > 0.93*alike && all[lag] >= all[lag-1] && all[lag] >= all[lag+1] {
			return 48000 / float64(lag), alike
		}
	}
	return 0, alike
}

// TestSilkSaysWhatItIsTold: pitch, level and kind of each vowel come out as asked.
func TestSilkSaysWhatItIsTold(t *testing.T) {
	for _, v := range []byte("aeioum") {
		for _, hz := range []int{80, 125, 220, 330, 440} {
			pcm := heard(t, silkVoice(said(20, silkFrame{Pitch: hz, Gain: -20, Vowel: v, Active: true})))
			late := pcm[960*8:]
			got, alike := pitchOf(late[:960*4])
			t.Logf("%c %d Hz: %.1f Hz, alike %.3f, %.1f dB", v, hz, got, alike, dB(late))
			if math.Abs(got-float64(hz)) > 0.015*float64(hz) || alike < 0.9 {
				t.Errorf("%c at %d Hz: heard %.1f Hz, periods alike to %.2f", v, hz, got, alike)
			}
			if l := dB(late); math.Abs(l+20) > 4.5 {
				t.Errorf("%c at %d Hz: %.1f dB", v, hz, l)
			}
		}
	}
	for _, v := range []byte("sfh") {
		pcm := heard(t, silkVoice(said(20, silkFrame{Gain: -30, Vowel: v, Active: true})))
		_, alike := pitchOf(pcm[960*8 : 960*14])
		l := dB(pcm[960*8:])
		t.Logf("%c: alike %.3f, %.1f dB", v, alike, l)
		if alike > 0.6 || math.Abs(l+30) > 4.5 {
			t.Errorf("%c: alike %.2f, %.1f dB", v, alike, l)
		}
	}
	pcm := heard(t, silkVoice(said(20, silkFrame{Gain: -60})))
	if l := dB(pcm[960*8:]); math.Abs(l+60) > 4.5 {
		t.Errorf("a pause: %.1f dB", l)
	}
}

// strength is the share of samples at 48 kHz near a frequency (Goertzel).
func strength(pcm []int16, hz float64) float64 {
	c := 2 * math.Cos(2*math.Pi*hz/48000)
	var a, b float64
	for i, x := range pcm {
		hann := 1 - math.Cos(2*math.Pi*float64(i)/float64(len(pcm)))
		a, b = float64(x)*hann+c*a-b, a
	}
	return a*a + b*b - c*a*b
}

// TestSilkVowelsHaveFormants: in each vowel the harmonics near its formants are stronger than
// those between them.
func TestSilkVowelsHaveFormants(t *testing.T) {
	for _, c := range []struct {
		vowel       byte
		peak, above float64 // Hz
	}{
		{'a', 700, 1700}, {'a', 1100, 1700}, {'a', 2500, 3000},
		{'e', 500, 1200}, {'e', 1900, 1500}, {'e', 2500, 3000},
		{'i', 300, 1200}, {'i', 2300, 1700}, {'i', 3000, 3900},
		{'o', 500, 1600}, {'o', 900, 1600}, {'o', 2500, 3000},
		{'u', 300, 1400}, {'u', 800, 1400}, {'u', 2300, 2900},
		{'m', 300, 1000},
	} {
		pcm := heard(t, silkVoice(said(30, silkFrame{Pitch: 100, Gain: -20, Vowel: c.vowel, Active: true})))[960*10:]
		if rise := 10 * math.Log10(strength(pcm, c.peak)/strength(pcm, c.above)); rise < 4 {
			t.Errorf("%c: %.0f Hz is only %.1f dB above %.0f Hz", c.vowel, c.peak, rise, c.above)
		}
	}
}

// tune is a hummed scale with consonants and pauses in it: all kinds of frames, glides and jumps.
func tune() []silkFrame {
	var f []silkFrame
	f = append(f, said(8, silkFrame{Gain: -60})...)
	for i, hz := range []int{220, 247, 262, 294, 330, 294, 262, 220} {
		f = append(f, said(3, silkFrame{Gain: -32, Vowel: "sfh"[i%3], Active: true})...)
		for k := range 14 {
			f = append(f, silkFrame{Pitch: hz + k%5, Gain: -20, Vowel: "maeiou"[(i+k/7)%6], Active: true})
		}
		f = append(f, said(5, silkFrame{Gain: -62})...)
	}
	for k := range 40 {
		f = append(f, silkFrame{Pitch: 110 + 6*k, Gain: -18, Vowel: 'a', Active: true})
	}
	return append(f, said(8, silkFrame{Gain: -60})...)
}

// TestSilkTune: a whole voice keeps within bounds, is as short as SILK should be, follows its
// glide, and is the same every time.
func TestSilkTune(t *testing.T) {
	frames := tune()
	packets := silkVoice(frames)
	bytesAll, sizes := 0, map[int]bool{}
	for i, p := range packets {
		if p[0] != silkTOC || len(p) < 3 || len(p) > 120 {
			t.Fatalf("packet %d: % x", i, p)
		}
		if active := p[1]&0x80 != 0; active != frames[i].Active || p[1]&0x40 != 0 {
			t.Errorf("packet %d: flags %02x", i, p[1])
		}
		bytesAll += len(p)
		sizes[len(p)] = true
	}
	if rate := 8 * 50 * bytesAll / len(packets); rate < 6000 || rate > 20000 || len(sizes) < 10 {
		t.Errorf("%d bit/s, %d sizes of packets", rate, len(sizes))
	}
	pcm := heard(t, packets)
	for _, x := range pcm {
		if x > 30000 || x < -30000 {
			t.Fatal("it is clipped")
		}
	}
	glide := len(frames) - 8 - 40
	for _, k := range []int{8, 20, 32} {
		at := 960*(glide+k) - 480
		if hz, _ := pitchOf(pcm[at : at+1920]); math.Abs(hz-float64(110+6*k)) > 12 {
			t.Errorf("%d frames up the glide: %.0f Hz, not %d", k, hz, 110+6*k)
		}
	}
	for i, p := range silkVoice(tune()) {
		if !bytes.Equal(p, packets[i]) {
			t.Fatalf("packet %d is another the second time", i)
		}
	}
}

// TestSilkTakesAnything: frames out of bounds still make packets that decode.
func TestSilkTakesAnything(t *testing.T) {
	var frames []silkFrame
	rng := random(7)
	for range 400 {
		frames = append(frames, silkFrame{Pitch: rng.n(3000) - 1000, Gain: rng.n(200) - 150, Vowel: byte(rng.n(256)), Active: rng.n(4) > 0})
	}
	heard(t, silkVoice(frames))
}
