package ilbc

import "math"

// A poly is a filter's polynomial: 1, then order coefficients.
type poly [order + 1]float64

// lsfParts are the tables of the three parts of a spectrum and how many frequencies each has.
var lsfParts = [3]struct {
	table []int16
	dim   int
}{{lsfPart1[:], 3}, {lsfPart2[:], 3}, {lsfPart3[:], 4}}

// Frequencies are the line spectral frequencies, in radians a sample, that a number from a
// frame stands for in part 1, 2 or 3 of a spectrum. Multiply by 4000/π for Hz. They are
// appended to dst.
func Frequencies(dst []float64, part, index int) []float64 {
	t := lsfParts[part-1]
	for _, q := range t.table[index*t.dim : (index+1)*t.dim] {
		dst = append(dst, float64(q)/8192)
	}
	return dst
}

// spectrum is what three numbers stand for. (RFC 3951 §4.1)
func spectrum(index []int) (lsf [order]float64) {
	s := lsf[:0]
	for part := range 3 {
		s = Frequencies(s, part+1, index[part])
	}
	return lsf
}

// settle moves frequencies apart that are closer than 50 Hz, so that the filter made of them
// is stable, and keeps them within the band. (RFC 3951 §3.2.5)
func settle(lsf *[order]float64) {
	const (
		apart = 0.039
		low   = 0.01
		high  = 3.14
	)
	for range 2 {
		for k := range order - 1 {
			switch gap := lsf[k+1] - lsf[k]; {
			case gap < 0:
				lsf[k+1] = lsf[k] + apart/2
			case gap < apart:
				lsf[k] -= apart / 2
				lsf[k+1] += apart / 2
			}
			lsf[k] = min(max(lsf[k], low), high)
		}
	}
}

// between mixes two spectra.
func between(old, young *[order]float64, older float64) (lsf [order]float64) {
	for i := range lsf {
		lsf[i] = older*old[i] + (1-older)*young[i]
	}
	return lsf
}

// filter makes the polynomial of a spectrum: half the sum of a symmetric and an antisymmetric
// polynomial whose zeros lie on the unit circle at every second frequency.
func filter(lsf *[order]float64) (a poly) {
	if lsf[0] <= 0 || lsf[order-1] >= math.Pi { // no spectrum that could have been sent
		low, high := lsf[0], lsf[order-1]
		if low <= 0 {
			low = 2 * math.Pi * 0.022
		}
		if high >= math.Pi {
			high = 2 * math.Pi * 0.499
		}
		for i := range lsf {
			lsf[i] = low + float64(i)*(high-low)/(order-1)
		}
	}
	var p, q [order + 2]float64
	p[0], p[1] = 1, 1
	q[0], q[1] = 1, -1
	for i := range order / 2 {
		zero(&p, 2*i+1, lsf[2*i])
		zero(&q, 2*i+1, lsf[2*i+1])
	}
	for i := range a {
		a[i] = (p[i] + q[i]) / 2
	}
	return a
}

// zero multiplies a polynomial of degree n by 1 - 2 cos(w) x + x².
func zero(p *[order + 2]float64, n int, w float64) {
	c := -2 * math.Cos(w)
	for i := min(n+2, order+1); i > 0; i-- {
		p[i] += c * p[i-1]
		if i > 1 {
			p[i] += p[i-2]
		}
	}
}

// filters are the polynomials of all sub-blocks. old is the last spectrum of the frame before.
func filters(m Mode, old *[order]float64, spectra [][order]float64) (a [maxSubs]poly) {
	for i := range m.subs() {
		var lsf [order]float64
		switch {
		case m == Mode20:
			lsf = between(old, &spectra[0], older20[i])
		case i == 0:
			lsf = between(old, &spectra[0], older30[i])
		default:
			lsf = between(&spectra[0], &spectra[1], older30[i])
		}
		a[i] = filter(&lsf)
	}
	return a
}

// widen moves the zeros of a polynomial towards the middle of the circle.
func (a *poly) widen(by float64) (b poly) {
	b[0] = a[0]
	chirp := by
	for i := 1; i <= order; i++ {
		b[i] = chirp * a[i]
		chirp *= by
	}
	return b
}

// A biquad is a filter of three zeros and two poles.
type biquad struct{ b0, b1, b2, a1, a2 float64 }

// run filters a signal in place; mem is what it remembers of the one before.
func (f *biquad) run(x []float64, mem *[4]float64) {
	x1, x2, y1, y2 := mem[0], mem[1], mem[2], mem[3]
	for i, v := range x {
		y := f.b0*v + f.b1*x1 + f.b2*x2 - f.a1*y1 - f.a2*y2
		x2, x1 = x1, v
		y2, y1 = y1, y
		x[i] = y
	}
	*mem = [4]float64{x1, x2, y1, y2}
}

// synthesize runs a signal in place through 1/A; mem holds the last samples that came out,
// newest last.
func synthesize(x []float64, a *poly, mem *[order]float64) {
	var buf [order + maxLen]float64
	copy(buf[:], mem[:])
	copy(buf[order:], x)
	allPole(buf[:order+len(x)], a)
	copy(x, buf[order:])
	copy(mem[:], buf[len(x):])
}

// allPole runs what comes after the first order samples of x through 1/A, in place.
func allPole(x []float64, a *poly) {
	for n := order; n < len(x); n++ {
		h := x[n-order : n : n]
		v := x[n]
		for k := 1; k <= order; k++ {
			v -= a[k] * h[order-k]
		}
		x[n] = v
	}
}

// allPass runs x, whose first order samples are zeros, through the filter that keeps every
// frequency's strength and turns its phase, A reversed over A.
func allPass(x, out []float64, a *poly) {
	for n := order; n < len(x); n++ {
		v := 0.0
		for k := 0; k <= order; k++ {
			v += a[order-k] * x[n-k]
		}
		out[n] = v
	}
	allPole(out, a)
}
