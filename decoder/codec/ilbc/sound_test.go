package ilbc

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// sing makes pulses whose pitch wavers, through three formants that move, and a little breath.
func sing(n int) []int16 {
	rng := rand.New(rand.NewPCG(39, 51))
	out := make([]int16, n)
	var y [3][2]float64
	phase := 0.0
	for i := range out {
		at := float64(i) / 8000
		phase += (120 + 30*math.Sin(2*math.Pi*0.7*at)) / 8000
		x := 0.01 * rng.NormFloat64()
		if phase >= 1 {
			phase--
			x++
		}
		for k, f := range [3]float64{500 + 250*math.Sin(2*math.Pi*1.1*at), 1400 + 500*math.Sin(2*math.Pi*0.8*at), 2600} {
			r := math.Exp(-math.Pi * 90 / 8000)
			v := x + 2*r*math.Cos(2*math.Pi*f/8000)*y[k][0] - r*r*y[k][1]
			y[k][1], y[k][0] = y[k][0], v
			x = v * 0.3
		}
		out[i] = clip(x * 90000 * (0.6 + 0.4*math.Sin(2*math.Pi*2*at)))
	}
	return out
}

func clip(v float64) int16 { return int16(min(max(math.Round(v), -32768), 32767)) }

func sweep(n int) []int16 {
	out := make([]int16, n)
	phase := 0.0
	for i := range out {
		phase += (200 + 3000*float64(i)/float64(n)) / 8000
		out[i] = clip(8000 * math.Sin(2*math.Pi*phase))
	}
	return out
}

func tone(n int, hz, high float64) []int16 {
	out := make([]int16, n)
	for i := range out {
		out[i] = clip(high * math.Sin(2*math.Pi*hz*float64(i)/8000))
	}
	return out
}

func hiss(n int, high float64) []int16 {
	rng := rand.New(rand.NewPCG(4, 4))
	out := make([]int16, n)
	for i := range out {
		out[i] = clip(high * rng.NormFloat64())
	}
	return out
}

// through encodes and decodes a signal, and moves it back by the decoder's delay.
func through(m Mode, in []int16) []int16 {
	e, d := NewEncoder(m), NewDecoder(m)
	var out []int16
	for ; len(in) >= m.Samples(); in = in[m.Samples():] {
		out = d.Decode(out, e.Encode(nil, in[:m.Samples()]))
	}
	return out[m.Delay():]
}

func rms(x []int16) float64 {
	s := 0.0
	for _, v := range x {
		s += float64(v) * float64(v)
	}
	return math.Sqrt(s / float64(max(len(x), 1)))
}

// snr is the mean of the signal-to-noise ratio of pieces of 20 ms, in dB, those left out that
// are all but silent.
func snr(in, out []int16) float64 {
	sum, n := 0.0, 0
	for b := 0; b+160 <= min(len(in), len(out)); b += 160 {
		var s, e float64
		for i := b; i < b+160; i++ {
			v := float64(in[i])
			s += v * v
			e += (v - float64(out[i])) * (v - float64(out[i]))
		}
		if s > 160*100 {
			sum += 10 * math.Log10(s/(e+1))
			n++
		}
	}
	return sum / float64(max(n, 1))
}

// bands is the energy of a signal in bands of 250 Hz from 250 to 3500 Hz, in dB.
func bands(x []int16) (db [13]float64) {
	const n = 256
	var power [n / 2]float64
	for at := 0; at+n <= len(x); at += n {
		for k := range power {
			var re, im float64
			for i := range n {
				s, c := math.Sincos(2 * math.Pi * float64(k*i%n) / n)
				w := math.Sin(math.Pi * (float64(i) + 0.5) / n)
				v := float64(x[at+i]) * w * w
				re += v * c
				im += v * s
			}
			power[k] += re*re + im*im
		}
	}
	for b := range db {
		sum := 1.0
		for k := (b + 1) * 8; k < (b+2)*8; k++ {
			sum += power[k]
		}
		db[b] = 10 * math.Log10(sum)
	}
	return db
}

// Level, wave and spectrum of synthetic sounds survive both modes. The bounds are a little wider
// than what is measured, so that a wrong table or filter does not pass.
func TestRoundTrip(t *testing.T) {
	const n = 24000
	for _, c := range []struct {
		name  string
		in    []int16
		wave  [2]float64 // dB of signal to noise at least, for each mode
		level float64    // dB that the level may change
		band  float64    // dB that the strong bands may change on average
	}{
		{"song", sing(n), [2]float64{6.3, 6.2}, 0.7, 1},
		{"sweep", sweep(n), [2]float64{12, 12.4}, 0.9, 1},
		{"tone", tone(n, 1200, 8000), [2]float64{14, 13.5}, 1.1, 1},
		{"hiss", hiss(n, 3000), [2]float64{2.8, 2.3}, 1.2, 1},
		{"faint hiss", hiss(n, 60), [2]float64{2.7, 2.2}, 1.3, 1.2},
	} {
		for i, m := range modes {
			t.Run(fmt.Sprintf("%s/%d", c.name, m.Samples()/8), func(t *testing.T) {
				out := through(m, c.in)
				in := c.in[480:len(out)]
				out = out[480:]
				wave := snr(in, out)
				if wave < c.wave[i] {
					t.Errorf("%.1f dB of signal to noise, want %.1f", wave, c.wave[i])
				}
				level := 20 * math.Log10(rms(out)/rms(in))
				if math.Abs(level) > c.level {
					t.Errorf("the level changes by %.2f dB", level)
				}
				was, is := bands(in), bands(out)
				top, off, strong := 0.0, 0.0, 0
				for _, v := range was {
					top = max(top, v)
				}
				for b := range was {
					if was[b] > top-30 {
						off += math.Abs(is[b] - was[b])
						strong++
					}
				}
				if off /= float64(strong); off > c.band {
					t.Errorf("the spectrum is off by %.2f dB: %.1f became %.1f", off, was, is)
				}
				t.Logf("%.1f dB, level %+.2f dB, spectrum off by %.2f dB in %d bands", wave, level, off, strong)
			})
		}
	}
}

// Silence stays silence, and loud sound stays within the samples' range.
func TestSilence(t *testing.T) {
	for _, m := range modes {
		out := through(m, make([]int16, 8000))
		for i, v := range out {
			if v < -12 || v > 12 {
				t.Fatalf("mode %d: sample %d of silence is %d", m, i, v)
			}
		}
		loud := through(m, tone(8000, 300, 32767))
		if r := rms(loud[480:]); r < 0.85*23170 || r > 1.1*23170 {
			t.Errorf("mode %d: a full tone comes out as %.0f", m, r)
		}
	}
}

// The enhancer makes a noisy, periodic excitation less noisy, keeps its energy, and is late by
// Mode.Delay.
func TestEnhancer(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	const n, period = 4800, 57
	clean, noisy := make([]float64, n), make([]float64, n)
	var shape [period]float64
	for i := range shape {
		shape[i] = 300 * rng.NormFloat64() * math.Exp(-float64(i)/12)
	}
	shape[0] = 2000
	for i := range clean {
		clean[i] = shape[i%period]
		noisy[i] = clean[i] + 60*rng.NormFloat64()
	}
	for _, m := range modes {
		var e enhancer
		for i := range e.period {
			e.period[i] = 40
		}
		out := make([]float64, n)
		lag := 0
		for at := 0; at+m.Samples() <= n; at += m.Samples() {
			lag = e.run(out[at:at+m.Samples()], noisy[at:at+m.Samples()], m)
		}
		if lag%period > 2 && lag%period < period-2 {
			t.Errorf("mode %d: a period of %d is taken for %d", m, period, lag)
		}
		var before, after, was, is float64
		for i := 960; i+m.Delay() < n; i++ {
			o := out[i+m.Delay()]
			before += (noisy[i] - clean[i]) * (noisy[i] - clean[i])
			after += (o - clean[i]) * (o - clean[i])
			was += noisy[i] * noisy[i]
			is += o * o
		}
		if after > 0.6*before {
			t.Errorf("mode %d: noise of %.0f becomes %.0f", m, before, after)
		}
		if is < 0.97*was || is > 1.03*was {
			t.Errorf("mode %d: energy of %.0f becomes %.0f", m, was, is)
		}
		t.Logf("mode %d: noise falls by %.1f dB", m, 10*math.Log10(before/after))
	}
}

// A gap in a steady voice is filled with the voice, and a long one fades to silence; the next
// frame is heard again.
func TestConceal(t *testing.T) {
	for _, m := range modes {
		n := m.Samples()
		in := tone(40*n, 200, 3000)
		for i := range in { // as rich as a voice
			in[i] += clip(1500*math.Sin(2*math.Pi*400*float64(i)/8000) + 800*math.Sin(2*math.Pi*1200*float64(i)/8000))
		}
		e, d, all := NewEncoder(m), NewDecoder(m), NewDecoder(m)
		var out, whole []int16
		for k := range 40 {
			f := e.Encode(nil, in[k*n:(k+1)*n])
			whole = all.Decode(whole, f)
			if k == 20 || k >= 25 && k < 38 {
				out = d.Conceal(out)
			} else {
				out = d.Decode(out, f)
			}
		}
		part := func(k int) []int16 { return out[k*n+m.Delay() : (k+1)*n+m.Delay()] }
		steady := rms(part(18))
		if r := rms(part(20)); r < 0.6*steady || r > 1.3*steady {
			t.Errorf("mode %d: the first frame of a gap has a level of %.0f, before it %.0f", m, r, steady)
		}
		if s := snr(whole[20*n:][m.Delay():][:n], part(20)); s < 5 {
			t.Errorf("mode %d: a gap in a steady voice is filled with %.1f dB of signal to noise", m, s)
		}
		for i, v := range out[36*n : 38*n] {
			if v < -1 || v > 1 {
				t.Fatalf("mode %d: sample %d of a long gap's end is %d", m, i, v)
			}
		}
		falls := rms(part(25))
		for k := 26; k < 37; k++ {
			r := rms(part(k))
			if r > 1.05*falls+1 {
				t.Errorf("mode %d: the level rises in a gap: %.0f after %.0f", m, r, falls)
			}
			falls = r
		}
		if r := rms(out[39*n:]); r < 0.5*steady {
			t.Errorf("mode %d: the sound does not come back: %.0f", m, r)
		}
	}
}

// In a gap without end the filters come to rest.
func TestRest(t *testing.T) {
	for _, m := range modes {
		e, d := NewEncoder(m), NewDecoder(m)
		in := sing(4 * m.Samples())
		for k := range 4 {
			d.Decode(nil, e.Encode(nil, in[k*m.Samples():(k+1)*m.Samples()]))
		}
		for range 1000 {
			d.Conceal(nil)
		}
		if d.out != [order]float64{} || d.high != [4]float64{} {
			t.Errorf("mode %d: %g and %g are left", m, d.out, d.high)
		}
	}
}

// Frames that say they are empty, that give no place for the start state or that have another
// length are concealed, and leave the decoder as a lost frame does.
func TestLost(t *testing.T) {
	for _, m := range modes {
		n := m.Samples()
		in := sing(6 * n)
		var frames [][]byte
		e := NewEncoder(m)
		for k := range 6 {
			frames = append(frames, e.Encode(nil, in[k*n:(k+1)*n]))
		}
		hear := func(third []byte) string {
			d := NewDecoder(m)
			var out []int16
			for k, f := range frames {
				switch {
				case k != 3:
					out = d.Decode(out, f)
				case third == nil:
					out = d.Conceal(out)
				default:
					out = d.Decode(out, third)
				}
			}
			if len(out) != 6*n {
				t.Fatalf("mode %d: %d samples", m, len(out))
			}
			return fmt.Sprint(out)
		}
		lost := hear(nil)
		if lost == hear(frames[3]) {
			t.Fatalf("mode %d: a lost frame sounds as if it were there", m)
		}
		marked := append([]byte(nil), frames[3]...)
		marked[len(marked)-1] |= 1
		var f fields
		f.unpack(m, frames[3])
		f.start = 0
		nowhere := f.pack(m, nil)
		for name, b := range map[string][]byte{"marked empty": marked, "without a place": nowhere, "cut": frames[3][:20], "empty": {}} {
			if hear(b) != lost {
				t.Errorf("mode %d: a frame %s is not concealed", m, name)
			}
		}
	}
}

// A lost frame does no lasting harm: a few frames later both decoders say the same.
func TestRecovery(t *testing.T) {
	for _, m := range modes {
		n := m.Samples()
		in := sing(30 * n)
		e, whole, gap := NewEncoder(m), NewDecoder(m), NewDecoder(m)
		var a, b []int16
		for k := range 30 {
			f := e.Encode(nil, in[k*n:(k+1)*n])
			a = whole.Decode(a, f)
			if k == 10 {
				b = gap.Conceal(b)
			} else {
				b = gap.Decode(b, f)
			}
		}
		if s := snr(a[13*n:], b[13*n:]); s < 20 {
			t.Errorf("mode %d: two frames after a gap the two differ by %.1f dB", m, s)
		}
		if s := snr(a[10*n:11*n], b[10*n:11*n]); s > 20 {
			t.Errorf("mode %d: the gap is not heard (%.1f dB)", m, s)
		}
	}
}

// The encoder takes any samples, and too few of them.
func TestEncodeAnything(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, m := range modes {
		e, d := NewEncoder(m), NewDecoder(m)
		for k := range 60 {
			in := make([]int16, rng.IntN(m.Samples()+20))
			for i := range in {
				switch k % 4 {
				case 0:
					in[i] = int16(rng.Uint32())
				case 1:
					in[i] = []int16{-32768, 32767}[i/8%2]
				case 2:
					in[i] = 32767
				}
			}
			f := e.Encode(nil, in)
			if len(f) != m.Bytes() {
				t.Fatalf("%d bytes", len(f))
			}
			var p fields
			p.unpack(m, f)
			if p.empty != 0 || p.start < 1 || p.start >= m.subs() {
				t.Fatalf("mode %d: a frame that cannot be decoded: %+v", m, p)
			}
			if out := d.Decode(nil, f); len(out) != m.Samples() {
				t.Fatalf("%d samples", len(out))
			}
			sane(t, d)
		}
	}
}

// sane fails when the decoder's state holds a number that is none.
func sane(t *testing.T, d *Decoder) {
	t.Helper()
	sum := 0.0
	for _, row := range [][]float64{d.lsf[:], d.out[:], d.high[:], d.enh.buf[:], d.enh.period[:], d.gap.res[:], d.gap.a[:], {d.gap.likes}} {
		for _, v := range row {
			sum += math.Abs(v)
		}
	}
	if math.IsNaN(sum) || sum > 1e15 {
		t.Fatalf("the decoder holds %g", sum)
	}
	if d.gap.lag < 17 || d.gap.lag > 122 {
		t.Fatalf("a pitch of %d samples", d.gap.lag)
	}
}

// Any bytes decode: b is a row of frames of one mode, and every byte of gaps says before which
// of them frames are lost.
func FuzzDecode(f *testing.F) {
	for _, m := range modes {
		e := NewEncoder(m)
		in := sing(4 * m.Samples())
		var b []byte
		for k := range 4 {
			b = e.Encode(b, in[k*m.Samples():(k+1)*m.Samples()])
		}
		f.Add(m == Mode30, b, []byte{1, 1})
	}
	all := make([]byte, 200)
	for i := range all {
		all[i] = 0xff
	}
	f.Add(true, all, []byte{})
	f.Add(false, all[:190], []byte{0, 2, 2, 2})
	f.Fuzz(func(t *testing.T, long bool, b, gaps []byte) {
		m := Mode20
		if long {
			m = Mode30
		}
		d := NewDecoder(m)
		var out []int16
		for k := 0; len(b) > 0 && k < 50; k++ {
			for _, g := range gaps[:min(len(gaps), 20)] {
				if int(g) == k {
					out = d.Conceal(out[:0])
				}
			}
			n := min(len(b), m.Bytes())
			frame := append([]byte(nil), b[:n]...)
			if n == m.Bytes() && k%2 == 0 {
				frame[n-1] &^= 1 // else half of all frames would be empty
			}
			out = d.Decode(out[:0], frame)
			b = b[n:]
			if len(out) != m.Samples() {
				t.Fatalf("%d samples", len(out))
			}
			sane(t, d)
		}
	})
}

// Decoding a stream asks for no memory.
func TestNoGarbage(t *testing.T) {
	for _, m := range modes {
		f := NewEncoder(m).Encode(nil, sing(m.Samples()))
		d := NewDecoder(m)
		out := make([]int16, 0, m.Samples())
		if n := testing.AllocsPerRun(50, func() { d.Conceal(d.Decode(out, f)[:0]) }); n != 0 {
			t.Errorf("mode %d: %.0f allocations a frame", m, n)
		}
	}
}

// Real frames sound like speech: loud and quiet by turns, never at the end of the range, and
// the enhancer changes them a little only.
func TestReal(t *testing.T) {
	dir := os.Getenv("SOMSCOPE_CAPTURES")
	if dir == "" {
		t.Skip("SOMSCOPE_CAPTURES is not set: the tests on real captures are left out")
	}
	b, err := os.ReadFile(filepath.Join(dir, "codec", "ilbc30-frames.lbc"))
	if err != nil {
		t.Fatal(err)
	}
	b = b[len("#!iLBC30\n"):]
	d, p := NewDecoder(Mode30), NewDecoder(Mode30)
	p.plain = true
	var out, plain []int16
	for ; len(b) >= 50; b = b[50:] {
		out = d.Decode(out, b[:50])
		plain = p.Decode(plain, b[:50])
	}
	if len(out) != 142*240 {
		t.Fatalf("%d samples", len(out))
	}
	if r := rms(out); r < 400 || r > 1800 {
		t.Errorf("a level of %.0f", r)
	}
	quiet, top, turns := 0, 0, 0
	for k := range 142 {
		if rms(out[240*k:240*k+240]) < 30 {
			quiet++
		}
	}
	for i, v := range out {
		top = max(top, int(v), -int(v))
		if i > 0 && (v < 0) != (out[i-1] < 0) {
			turns++
		}
	}
	if quiet < 5 || quiet > 70 || top > 20000 || turns < 2000 || turns > 12000 {
		t.Errorf("%d of 142 frames are quiet, the largest sample is %d, %d crossings of zero", quiet, top, turns)
	}
	s := snr(plain, out[80:])
	if s < 9 || s > 30 {
		t.Errorf("the enhancer changes the sound by %.1f dB", s)
	}
	t.Logf("level %.0f, %d of 142 frames quiet, largest sample %d, %d crossings, enhancer %.1f dB", rms(out), quiet, top, turns, s)
}

// BenchmarkDecode and BenchmarkEncode give the speed as a multiple of the time that the sound
// lasts. The page needs 20 in WebAssembly, so 200 is the least here.
func BenchmarkDecode(b *testing.B) {
	for _, m := range modes {
		b.Run(fmt.Sprintf("%d ms", m.Samples()/8), func(b *testing.B) {
			e, d := NewEncoder(m), NewDecoder(m)
			in := sing(100 * m.Samples())
			var frames []byte
			for k := range 100 {
				frames = e.Encode(frames, in[k*m.Samples():(k+1)*m.Samples()])
			}
			out := make([]int16, 0, m.Samples())
			b.ReportAllocs()
			k := 0
			for b.Loop() {
				out = d.Decode(out[:0], frames[k*m.Bytes():(k+1)*m.Bytes()])
				k = (k + 1) % 100
			}
			b.ReportMetric(float64(b.N*m.Samples())/8000/b.Elapsed().Seconds(), "x_realtime")
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, m := range modes {
		b.Run(fmt.Sprintf("%d ms", m.Samples()/8), func(b *testing.B) {
			e := NewEncoder(m)
			in := sing(100 * m.Samples())
			k := 0
			for b.Loop() {
				e.Encode(nil, in[k*m.Samples():(k+1)*m.Samples()])
				k = (k + 1) % 100
			}
			b.ReportMetric(float64(b.N*m.Samples())/8000/b.Elapsed().Seconds(), "x_realtime")
		})
	}
}
