package ilbc

import (
	"math"
	"slices"
)

// How the encoder's filters are made.
const (
	lookBack  = 60     // samples of the past that the analysis sees beside 240
	synthesis = 0.9025 // bandwidth of the filter that is sent
	weighting = 0.4222 // bandwidth of the filter that errors are weighed with
	maxGain   = 1.3    // of a codebook vector
)

// An Encoder holds the state of one stream. It belongs to one goroutine. It makes frames that
// every decoder of RFC 3951 understands, and searches more of the codebooks than the standard's
// program does, so its bits differ from that one's for the same samples.
type Encoder struct {
	m Mode

	high    [4]float64                 // memory of the high-pass filter
	speech  [lookBack + maxLen]float64 // what the analysis sees, the newest last
	ana     [order]float64             // last samples of the frame before
	lsf     [order]float64             // last spectrum of the frame before
	lsfSent [order]float64             // the same as the decoder knows it
	search  search
	desk    desk
}

// NewEncoder makes an encoder.
func NewEncoder(m Mode) *Encoder { return &Encoder{m: m, lsf: lsfMean, lsfSent: lsfMean} }

// Encode appends the frame of Mode.Samples samples to dst. Samples that are missing count as
// zeros, further ones are left out.
func (e *Encoder) Encode(dst []byte, pcm []int16) []byte {
	var buf [maxLen]float64
	x := buf[:e.m.Samples()]
	for i := range min(len(x), len(pcm)) {
		x[i] = float64(pcm[i])
	}
	highIn.run(x, &e.high)

	var f fields
	a, w := e.analyze(&f, x)

	// What the filters leave of the samples.
	var res [maxLen]float64
	var past [order + maxLen]float64
	copy(past[:], e.ana[:])
	copy(past[order:], x)
	copy(e.ana[:], past[len(x):])
	for i := range x {
		p := &a[i/subLen]
		for k := 0; k <= order; k++ {
			res[i] += p[k] * past[order+i-k]
		}
	}

	target := res[:len(x)]
	f.start = loudest(e.m, target)
	n := e.m.StateSamples()
	from := (f.start - 1) * subLen
	if energy(target[from:from+n]) > energy(target[from+stateLen-n:from+stateLen]) {
		f.first = 1
	} else {
		from += stateLen - n
	}
	encodeState(&f, target[from:from+n], &a, &w)

	built := &e.desk.res
	startState(built[from:from+n], &f, &a[f.start-1])
	excite(e.m, f.start, f.first != 0, built[:len(x)], &e.desk, func(out, past []float64, number, at int, backward bool) {
		index, gain := &f.extraIndex, &f.extraGain
		if number > 0 {
			index, gain = &f.index[number-1], &f.gain[number-1]
		}
		var want [subLen]float64
		aim := want[:len(out)]
		begin := at * subLen
		if number == 0 && !backward {
			begin += subLen - len(out)
		}
		copy(aim, target[begin:])
		if backward {
			slices.Reverse(aim)
		}
		e.search.run(past, aim, &w[at], number, index, gain)
		build(out, past, index, gain)
	})
	for st := 1; st < stages; st++ {
		f.index[0][st], _ = shortIndex(f.index[0][st])
	}
	return f.pack(e.m, dst)
}

func energy(x []float64) (e float64) {
	for _, v := range x {
		e += v * v
	}
	return e
}

// analyze finds the filters of all sub-blocks: a are those that the decoder will use, w those
// that errors are weighed with. (RFC 3951 §3.2, §3.4)
func (e *Encoder) analyze(f *fields, x []float64) (a, w [maxSubs]poly) {
	n := len(x)
	copy(e.speech[:], e.speech[n:])
	copy(e.speech[len(e.speech)-n:], x)

	var spectra, sent [2][order]float64
	sets := e.m.spectra()
	last := e.lsf
	for i := range sets {
		var seen [maxLen]float64
		newest := i == sets-1
		if newest {
			copy(seen[:], e.speech[lookBack:])
		} else {
			copy(seen[:], e.speech[:])
		}
		for k := range seen {
			seen[k] *= window(k, newest)
		}
		p := predict(seen[:])
		p = p.widen(synthesis)
		if !frequencies(&spectra[i], &p) {
			spectra[i] = last
		}
		last = spectra[i]
		quantize(f.lsf[3*i:3*i+3], &spectra[i])
		sent[i] = spectrum(f.lsf[3*i:])
		settle(&sent[i])
	}
	a = filters(e.m, &e.lsfSent, sent[:sets])
	w = filters(e.m, &e.lsf, spectra[:sets])
	for i := range w {
		w[i] = w[i].widen(weighting)
	}
	e.lsf, e.lsfSent = spectra[sets-1], sent[sets-1]
	return a, w
}

// window weighs sample k of 240 for the analysis. The newest samples are seen with a window
// that stays high up to its end, since those that follow are not known yet.
func window(k int, newest bool) float64 {
	const long = maxLen - 20
	switch {
	case !newest:
		s := math.Sin(math.Pi * float64(k+1) / (maxLen + 1))
		return s * s
	case k < long:
		s := math.Sin(math.Pi / 2 * float64(k+1) / (long + 1))
		return s * s
	}
	return math.Cos(math.Pi / 2 * float64(k+1-long) / (maxLen - long))
}

// predict finds the filter that foretells each sample best from those before it: the
// autocorrelation, smeared by 60 Hz, solved by Levinson's and Durbin's recursion.
func predict(x []float64) (a poly) {
	var r [order + 1]float64
	for lag := range r {
		for i := lag; i < len(x); i++ {
			r[lag] += x[i] * x[i-lag]
		}
		smear := 2 * math.Pi * 60 / 8000 * float64(lag)
		r[lag] *= math.Exp(-smear * smear / 2)
	}
	r[0] *= 1.0001
	a[0] = 1
	if r[0] < 1e-9 {
		return a
	}
	wrong := r[0]
	for m := 1; m <= order; m++ {
		sum := r[m]
		for i := 1; i < m; i++ {
			sum += a[i] * r[m-i]
		}
		k := -sum / wrong
		b := a
		for i := 1; i < m; i++ {
			b[i] += k * a[m-i]
		}
		b[m] = k
		a = b
		wrong *= 1 - k*k
	}
	return a
}

// frequencies finds the line spectral frequencies of a filter, in radians; ok is false when not
// all of them can be told apart. They are where two polynomials vanish on the unit circle, in
// turns: the sum and the difference of the filter and its mirror.
func frequencies(lsf *[order]float64, a *poly) (ok bool) {
	var p, q [order/2 + 1]float64 // without their zeros at -1 and 1, which are always there
	p[0], q[0] = 1, 1
	for i := 1; i <= order/2; i++ {
		p[i] = a[i] + a[order+1-i] - p[i-1]
		q[i] = a[i] - a[order+1-i] + q[i-1]
	}
	const steps = 400
	found := 0
	poly := &p
	for i := 0; i < steps && found < order; i++ {
		low, high := math.Pi*float64(i)/steps, math.Pi*float64(i+1)/steps
		for found < order {
			at, here := root(poly, low, high)
			if !here {
				break
			}
			lsf[found] = at
			found++
			low = at
			if poly = &p; found%2 == 1 {
				poly = &q
			}
		}
	}
	return found == order
}

// root finds where a symmetric polynomial, given by its first half, vanishes between two angles.
func root(p *[order/2 + 1]float64, low, high float64) (at float64, ok bool) {
	value := func(w float64) float64 {
		v := p[order/2] / 2
		for i := range order / 2 {
			v += p[i] * math.Cos(float64(order/2-i)*w)
		}
		return v
	}
	a, b := value(low), value(high)
	if a*b > 0 || a == 0 {
		return 0, false
	}
	for range 30 {
		mid := (low + high) / 2
		if v := value(mid); a*v <= 0 {
			high = mid
		} else {
			low, a = mid, v
		}
	}
	return high, true
}

// quantize finds the nearest vector in each part of the tables.
func quantize(index []int, lsf *[order]float64) {
	at := 0
	for part, t := range lsfParts {
		best := math.Inf(1)
		for i := range len(t.table) / t.dim {
			d := 0.0
			for j := range t.dim {
				off := lsf[at+j] - float64(t.table[i*t.dim+j])/8192
				d += off * off
			}
			if d < best {
				best, index[part] = d, i
			}
		}
		at += t.dim
	}
}

// loudest is the number, from 1, of the sub-block that with its follower holds the start state:
// the loudest two, those in the middle of the frame preferred. (RFC 3951 §3.5.1)
func loudest(m Mode, res []float64) (start int) {
	prefer := []float64{0.8, 0.9, 1, 0.9, 0.8}
	if m == Mode20 {
		prefer = prefer[1:4]
	}
	best := -1.0
	for i, p := range prefer {
		two := res[i*subLen : i*subLen+stateLen]
		e := 0.0
		for k, v := range two { // the first and the last five count less
			ramp := min(float64(k+1)/6, float64(stateLen-k)/6, 1)
			e += ramp * v * v
		}
		if e *= p; e > best {
			best, start = e, i+1
		}
	}
	return start
}

// encodeState finds the scale and the levels of the start state. (RFC 3951 §3.5.2, §3.5.3)
func encodeState(f *fields, target []float64, a, w *[maxSubs]poly) {
	n := len(target)
	var x, y [order + 2*stateLen]float64
	copy(x[order:], target)
	allPass(x[:order+2*n], y[:order+2*n], &a[f.start-1])
	turned := y[order : order+n]
	top := 10.0
	for k := range turned {
		turned[k] += y[order+n+k]
		top = max(top, math.Abs(turned[k]))
	}
	f.scale = nearestLevel(scaleLevels[:], math.Log10(top))
	unit := fullScale / ScaleLevel(f.scale)

	// Quantize the weighed samples one by one; what was wrong with one is weighed into the next.
	change := subLen // the second filter begins here
	if f.first == 0 {
		change = n - subLen
	}
	var want, got [order + stateLen]float64
	for k := range n {
		p := &w[f.start-1]
		if k >= change {
			p = &w[f.start]
		}
		v, pred := turned[k]*unit, 0.0
		for i := 1; i <= order; i++ {
			v -= p[i] * want[order+k-i]
			pred -= p[i] * got[order+k-i]
		}
		want[order+k] = v
		f.state[k] = nearestLevel(stateLevels[:], v-pred)
		got[order+k] = stateLevels[f.state[k]] + pred
	}
}

// nearestLevel is the number of the nearest of some rising levels.
func nearestLevel(levels []float64, v float64) (index int) {
	for index < len(levels)-1 && v > (levels[index]+levels[index+1])/2 {
		index++
	}
	return index
}
