package ilbc

import "math"

// A Decoder holds the state of one stream. It belongs to one goroutine.
type Decoder struct {
	m     Mode
	plain bool // leaves the enhancer out

	lsf  [order]float64 // last spectrum of the frame before
	a    [maxSubs]poly  // its filters: the enhancer's output lags behind by a sub-block or two
	out  [order]float64 // last samples of the synthesis
	high [4]float64     // memory of the high-pass filter

	enh  enhancer
	gap  concealer
	desk desk
}

// NewDecoder makes a decoder.
func NewDecoder(m Mode) *Decoder {
	d := &Decoder{m: m, lsf: lsfMean}
	for i := range d.a {
		d.a[i][0] = 1
	}
	for i := range d.enh.period {
		d.enh.period[i] = 40
	}
	d.gap.a[0] = 1
	d.gap.seed = 777
	d.gap.lag = 20
	return d
}

// Decode appends the samples of a frame of Mode.Bytes bytes to dst. A frame of another length,
// one whose last bit marks it empty, and one that gives no place for its start state are
// concealed. (RFC 3951 §4)
func (d *Decoder) Decode(dst []int16, frame []byte) []int16 {
	if len(frame) != d.m.Bytes() {
		return d.Conceal(dst)
	}
	var f fields
	f.unpack(d.m, frame)
	if f.empty != 0 || f.start < 1 || f.start >= d.m.subs() {
		return d.Conceal(dst)
	}

	var spectra [2][order]float64
	n := d.m.spectra()
	for i := range n {
		spectra[i] = spectrum(f.lsf[3*i:])
		settle(&spectra[i])
	}
	a := filters(d.m, &d.lsf, spectra[:n])
	d.lsf = spectra[n-1]

	res := d.desk.res[:d.m.Samples()]
	excitation(d.m, &f, &a, res, &d.desk)
	d.gap.good(res, &a[d.m.subs()-1])
	return d.finish(dst, res, &a, false)
}

// excitation builds what drives the filters.
func excitation(m Mode, f *fields, a *[maxSubs]poly, res []float64, w *desk) {
	for s := 1; s < stages; s++ {
		f.index[0][s] = longIndex(f.index[0][s])
	}
	from := (f.start - 1) * subLen
	if f.first == 0 {
		from += stateLen - m.StateSamples()
	}
	startState(res[from:from+m.StateSamples()], f, &a[f.start-1])
	excite(m, f.start, f.first != 0, res, w, func(out, past []float64, number, _ int, _ bool) {
		if number == 0 {
			build(out, past, &f.extraIndex, &f.extraGain)
		} else {
			build(out, past, &f.index[number-1], &f.gain[number-1])
		}
	})
}

// Conceal appends the samples of a frame that was lost.
func (d *Decoder) Conceal(dst []int16) []int16 {
	res := d.desk.res[:d.m.Samples()]
	d.gap.fill(res)
	var a [maxSubs]poly
	for i := range a {
		a[i] = d.gap.a
	}
	return d.finish(dst, res, &a, true)
}

// finish turns an excitation into samples: enhancer, synthesis, high-pass filter.
func (d *Decoder) finish(dst []int16, res []float64, a *[maxSubs]poly, lost bool) []int16 {
	subs := d.m.subs()
	late := 0 // sub-blocks by which the output is behind
	var buf [maxLen]float64
	x := buf[:len(res)]
	if d.plain {
		copy(x, res)
		d.gap.lag = lagOf(res)
	} else {
		d.gap.lag = d.enh.run(x, res, d.m)
		d.enh.lost = lost
		late = d.m.Delay() / subLen
	}
	for i := range subs {
		p := &a[max(i-late, 0)]
		if i < late {
			p = &d.a[subs-late+i]
		}
		synthesize(x[i*subLen:(i+1)*subLen], p, &d.out)
	}
	d.a = *a
	highOut.run(x, &d.high)
	fade(d.out[:])
	fade(d.high[:])
	for _, v := range x {
		dst = append(dst, int16(min(max(math.Round(v), -32768), 32767)))
	}
	return dst
}

// fade makes zeros of what is left of a sound long gone: numbers so small that processors take
// many times as long for them would stay in the filters for the rest of a gap.
func fade(x []float64) {
	for i, v := range x {
		if math.Abs(v) < 1e-30 {
			x[i] = 0
		}
	}
}

// lagOf estimates the pitch at the end of a frame: the lag from 20 to 119 at which its last
// samples look most like those before.
func lagOf(res []float64) int {
	n := min(2*subLen, len(res)-119)
	end := res[len(res)-n:]
	lag, best := 20, -1.0
	for l := 20; l < 120; l++ {
		if c := likeness(end, res[len(res)-n-l:]); c > best {
			lag, best = l, c
		}
	}
	return lag
}

// likeness is how much of x a multiple of y explains, in units of x's energy; 0 when that
// multiple is negative. y is at least as long as x.
func likeness(x, y []float64) float64 {
	var xy, yy float64
	y = y[:len(x)]
	for i, v := range x {
		xy += v * y[i]
		yy += y[i] * y[i]
	}
	if xy <= 0 || yy == 0 {
		return 0
	}
	return xy * xy / yy
}
