package sound

import (
	"math"
	"testing"

	"somscope/decoder/codec"
)

// The samples of G.711 are those of its table, of one channel and of two.
func TestG711(t *testing.T) {
	d := newG711(true, codec.Params{})
	if d.Rate() != 8000 || d.Channels() != 1 {
		t.Errorf("%d Hz, %d channels", d.Rate(), d.Channels())
	}
	got, err := d.Decode([]int16{7}, []byte{0xD5, 0x55, 0xAA})
	if err != nil || !equal(got, 7, 8, -8, 32256) {
		t.Error(got, err)
	}
	d = newG711(false, codec.Params{Rate: 16000, Channels: 2})
	got, err = d.Decode(nil, []byte{0xFF, 0x80, 0x00, 0x7F, 0xEF})
	if err == nil || !equal(got, 0, 32124, -32124, 0) || d.Rate() != 16000 || d.Channels() != 2 {
		t.Error(got, err)
	}
}

func TestL16(t *testing.T) {
	d := newL16(codec.Params{})
	got, err := d.Decode(nil, []byte{0x7F, 0xFF, 0x80, 0x00, 0xFF, 0xFF, 1})
	if err == nil || !equal(got, 32767, -32768, -1) || d.Rate() != 44100 || d.Channels() != 1 {
		t.Error(got, err, d.Rate())
	}
	d = newL16(codec.Params{Rate: 48000, Channels: 3}) // two of three are heard
	got, err = d.Decode(nil, []byte{0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6})
	if err != nil || !equal(got, 1, 2, 4, 5) || d.Rate() != 48000 || d.Channels() != 2 {
		t.Error(got, err)
	}
	if d = newL16(codec.Params{Rate: 4_000_000_000}); d.Rate() != 44100 {
		t.Errorf("%d Hz is believed", d.Rate())
	}
}

func equal(got []int16, want ...int16) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		if got[i] != want[i] {
			return false
		}
	}
	return true
}

// sine is n samples of a tone.
func sine(n, rate int, hz, amp float64) []int16 {
	s := make([]int16, n)
	for i := range s {
		s[i] = int16(amp * math.Sin(2*math.Pi*hz*float64(i)/float64(rate)))
	}
	return s
}

// level is the root mean square of samples.
func level(s []int16) float64 {
	sum := 0.0
	for _, v := range s {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum / float64(max(len(s), 1)))
}

// share is how much of the power of samples lies at a frequency (Goertzel), from 0 to 1.
func share(s []int16, rate int, hz float64) float64 {
	w := 2 * math.Cos(2*math.Pi*hz/float64(rate))
	var a, b, power float64
	for _, v := range s {
		a, b = float64(v)+w*a-b, a
		power += float64(v) * float64(v)
	}
	if power == 0 {
		return 0
	}
	return 2 * (a*a + b*b - w*a*b) / float64(len(s)) / power
}

// A tone comes out of G.722 as loud as it went in, and as the same tone, in either band.
func TestG722Tones(t *testing.T) {
	for _, hz := range []float64{200, 440, 1000, 3000, 5000, 6400} {
		for _, amp := range []float64{300, 3000, 20000} {
			in := sine(16000, 16000, hz, amp)
			d := newG722(codec.Params{})
			var e encoder722
			e.low.det, e.high.det = 32, 8
			code := e.encode(in)
			out, err := d.Decode(nil, code)
			if err != nil || len(out) != 2*len(code) || len(code) != 8000 {
				t.Fatal(len(code), len(out), err)
			}
			out = out[4000:] // once it has found its step
			db := 20 * math.Log10(level(out)/level(in))
			if math.Abs(db) > 1 {
				t.Errorf("%.0f Hz at %.0f: %.2f dB louder", hz, amp, db)
			}
			want := 0.97
			if hz > 4000 {
				want = 0.75 // two bits only
			}
			if s := share(out, 16000, hz); s < want {
				t.Errorf("%.0f Hz at %.0f: a share of %.3f is the tone", hz, amp, s)
			}
		}
	}
}

// Silence in, silence out, but for the hum of the smallest step.
func TestG722Quiet(t *testing.T) {
	d := newG722(codec.Params{})
	if d.Rate() != 16000 || d.Channels() != 1 {
		t.Error(d.Rate(), d.Channels())
	}
	var e encoder722
	e.low.det, e.high.det = 32, 8
	out, _ := d.Decode(nil, e.encode(make([]int16, 3200)))
	for i, v := range out {
		if v < -10 || v > 10 {
			t.Fatalf("sample %d is %d", i, v)
		}
	}
}

// encoder722 is the other half of G.722, for tests only; it shares the predictor and nothing else.
type encoder722 struct {
	low, high g722Band
	x         [24]int32
}

// The decision levels of the low band (table 13).
var q6 = [30]int32{0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919}

func (e *encoder722) encode(in []int16) (out []byte) {
	for i := 0; i+1 < len(in); i += 2 {
		copy(e.x[:], e.x[2:])
		e.x[22], e.x[23] = int32(in[i]), int32(in[i+1])
		var even, odd int32
		for k, c := range g722Mirror {
			odd += e.x[2*k] * c
			even += e.x[2*k+1] * g722Mirror[11-k]
		}
		low, high := clip((even+odd)>>14, 14), clip((even-odd)>>14, 14)
		out = append(out, e.upper(high)<<6|e.lower(low))
	}
	return out
}

func (e *encoder722) lower(v int32) byte {
	b := &e.low
	diff := clip(v-b.s, 15)
	size := diff
	if diff < 0 {
		size = -(diff + 1)
	}
	i := 1
	for i < 30 && size >= q6[i]*b.det>>12 {
		i++
	}
	code := byte(62 - i) // from 61 down to 32
	if diff < 0 {
		code = byte(33 - i) // from 31 down to 4, and 63, 62 for the two smallest
		if i < 3 {
			code = byte(64 - i)
		}
	}
	coarse := code >> 2
	d := b.det * int32(g722Coarse[coarse]) >> 15
	b.scale(int32(g722LowStep[coarse]), 18432, 8)
	b.adapt(d)
	return code
}

func (e *encoder722) upper(v int32) byte {
	b := &e.high
	diff := clip(v-b.s, 15)
	size := diff
	if diff < 0 {
		size = -(diff + 1)
	}
	far := size >= 564*b.det>>12
	var code byte
	switch {
	case diff < 0 && far:
		code = 0
	case diff < 0:
		code = 1
	case far:
		code = 2
	default:
		code = 3
	}
	d := b.det * int32(g722High[code]) >> 15
	b.scale(int32(g722HighStep[code]), 22528, 10)
	b.adapt(d)
	return code
}

// A gap is filled with more of the same tone, fading, and is silent after 60 ms; what comes
// after it is heard as it is.
func TestConceal(t *testing.T) {
	law := map[int16]byte{}
	for i := range 256 {
		law[codec.ALaw(byte(i))] = byte(i)
	}
	near := func(v int16) byte {
		best, at := 1<<20, byte(0)
		for s, b := range law {
			if d := int(s) - int(v); d*d < best*best {
				best, at = d, b
			}
		}
		return at
	}
	d := newG711(true, codec.Params{})
	var b []byte
	for _, v := range sine(800, 8000, 200, 8000) {
		b = append(b, near(v))
	}
	heard, _ := d.Decode(nil, b)
	gap := d.Conceal(nil, 160)
	gap = d.Conceal(gap, 320)
	gap = d.Conceal(gap, 160)
	if len(gap) != 640 {
		t.Fatalf("%d samples", len(gap))
	}
	if db := 20 * math.Log10(level(gap[:80])/level(heard)); math.Abs(db) > 0.5 {
		t.Errorf("the gap begins %.1f dB louder", db)
	}
	if s := share(gap[:160], 8000, 200); s < 0.9 {
		t.Errorf("a share of %.2f of the gap is the tone", s)
	}
	if jump := int(gap[0]) - int(heard[len(heard)-1]); jump > 2500 || jump < -2500 {
		t.Errorf("a jump of %d", jump)
	}
	if level(gap[320:400]) > level(gap[80:160]) || level(gap[480:]) != 0 {
		t.Errorf("it does not fade: %.0f, %.0f", level(gap[320:400]), level(gap[480:]))
	}
	again, _ := d.Decode(nil, b[:160])
	for i := range again[40:] { // 5 ms are faded in
		if again[40+i] != heard[40+i] {
			t.Fatal("what follows a gap is changed")
		}
	}
	if level(d.Conceal(nil, 80)) < 4000 {
		t.Error("the second gap is not filled")
	}
}

// Before anything was heard, a gap is silence; no number of samples does harm.
// steps is the largest step from one sample of a channel to the next.
func steps(s []int16, ch int) (most int) {
	for i := ch; i < len(s); i++ {
		d := int(s[i]) - int(s[i-ch])
		most = max(most, d, -d)
	}
	return most
}

// Where packets are lost nothing clicks: no step is much larger than the largest of the voice, at
// neither end of the gap nor within it, no sample more or less comes out, and what is lost for
// longer than 60 ms is silent.
func TestNoClick(t *testing.T) {
	law := map[int16]byte{}
	for i := range 256 {
		law[codec.MuLaw(byte(i))] = byte(i)
	}
	var near [1 << 16]byte
	for v := math.MinInt16; v <= math.MaxInt16; v++ {
		best := 1 << 20
		for s, b := range law {
			if d := int(s) - v; max(d, -d) < best {
				best, near[v-math.MinInt16] = max(d, -d), b
			}
		}
	}
	for name, x := range map[string]struct {
		make   func() Decoder
		rate   int
		encode func(s []int16) []byte
	}{
		"G.711": {func() Decoder { return newG711(false, codec.Params{}) }, 8000, func(s []int16) []byte {
			var b []byte
			for _, v := range s {
				b = append(b, near[int(v)-math.MinInt16])
			}
			return b
		}},
		"L16": {func() Decoder { return newL16(codec.Params{Rate: 16000}) }, 16000, func(s []int16) []byte {
			var b []byte
			for _, v := range s {
				b = append(b, byte(uint16(v)>>8), byte(v))
			}
			return b
		}},
		"G.722": {func() Decoder { return newG722(codec.Params{}) }, 16000, func(s []int16) []byte {
			var e encoder722
			e.low.det, e.high.det = 32, 8
			return e.encode(s)
		}},
	} {
		for _, hz := range []float64{97, 210, 333, 440, 777} {
			code := x.encode(sine(x.rate*2, x.rate, hz, 12000))
			each := len(code) / 100 // of 20 ms
			var clean, out []int16
			c, d := x.make(), x.make()
			for i := range 100 {
				p := code[i*each : (i+1)*each]
				clean, _ = c.Decode(clean, p)
				if i%13 == 7 || i > 60 && i < 65 { // one by one, and four in a row
					out = d.Conceal(out, x.rate/50)
					continue
				}
				out, _ = d.Decode(out, p)
			}
			from := x.rate / 5 // once the codec has found its step
			if got, want := steps(out[from:], 1), steps(clean[from:], 1); len(out) != len(clean) || float64(got) > 1.3*float64(want)+100 {
				t.Errorf("%s, %.0f Hz: a step of %d, the voice has %d; %d samples of %d", name, hz, got, want, len(out), len(clean))
			}
			if l := level(out[x.rate*64/50+x.rate/1000 : x.rate*65/50]); l > 1 {
				t.Errorf("%s, %.0f Hz: after 60 ms of loss %.0f", name, hz, l)
			}
		}
	}
}

// A voice that dies away is not kept alive.
func TestConcealFalling(t *testing.T) {
	d := newL16(codec.Params{Rate: 16000})
	s := sine(3200, 16000, 150, 12000)
	var b []byte
	for i, v := range s {
		v = int16(float64(v) * math.Exp(-float64(i)/320)) // by a factor e in 20 ms
		s[i] = v
		b = append(b, byte(uint16(v)>>8), byte(v))
	}
	const at = 960
	d.Decode(nil, b[:2*at])
	gap := d.Conceal(nil, 640)
	for i := 0; i < 640; i += 320 {
		if got, want := level(gap[i:i+320]), level(s[at+i:at+i+320]); got > 1.3*want {
			t.Errorf("%d ms of loss: %.0f, and would have been %.0f", i/16, got, want)
		}
	}
}

func TestConcealNothing(t *testing.T) {
	for _, d := range []Decoder{newG711(false, codec.Params{}), newL16(codec.Params{Rate: 16000, Channels: 2}), newG722(codec.Params{})} {
		if s := d.Conceal(nil, 100); len(s) != 100*d.Channels() || level(s) != 0 {
			t.Errorf("%d samples of level %f", len(s), level(s))
		}
		if s := d.Conceal(nil, -3); len(s) != 0 {
			t.Error(s)
		}
		if s, err := d.Decode(nil, nil); len(s) != 0 || err != nil {
			t.Error(s, err)
		}
	}
}

func FuzzPlain(f *testing.F) {
	f.Add(uint8(0), uint8(1), uint16(8000), []byte("\xd5\x55\xff\x00abc"), uint8(160))
	f.Add(uint8(3), uint8(2), uint16(44100), []byte("\xfa\x01\x02\x03"), uint8(80))
	f.Fuzz(func(t *testing.T, which, ch uint8, rate uint16, b []byte, gap uint8) {
		p := codec.Params{Rate: int(rate), Channels: int(ch % 5)}
		var d Decoder
		switch which % 4 {
		case 0:
			d = newG711(true, p)
		case 1:
			d = newG711(false, p)
		case 2:
			d = newL16(p)
		case 3:
			d = newG722(p)
		}
		if d.Channels() < 1 || d.Channels() > 2 || d.Rate() < minRate || d.Rate() > maxRate {
			t.Fatal(d.Channels(), d.Rate())
		}
		var s []int16
		for i := 0; i < len(b); i += 7 {
			n := len(s)
			s, _ = d.Decode(s, b[i:min(i+7, len(b))])
			if (len(s)-n)%d.Channels() != 0 {
				t.Fatalf("%d samples of %d channels", len(s)-n, d.Channels())
			}
			n = len(s)
			if s = d.Conceal(s, int(gap)); len(s)-n != int(gap)*d.Channels() {
				t.Fatalf("a gap of %d samples, not %d", len(s)-n, gap)
			}
		}
	})
}

// Minutes of sound in a second: what one second of speech costs.
func BenchmarkDecode(b *testing.B) {
	for _, c := range []struct {
		name string
		d    Decoder
		n    int
	}{{"pcma", newG711(true, codec.Params{}), 8000}, {"l16", newL16(codec.Params{Rate: 16000}), 32000}, {"g722", newG722(codec.Params{}), 8000}} {
		b.Run(c.name, func(b *testing.B) {
			in := make([]byte, c.n)
			for i := range in {
				in[i] = byte(i * 31)
			}
			var out []int16
			for b.Loop() {
				out, _ = c.d.Decode(out[:0], in)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "x-real-time")
		})
	}
}
