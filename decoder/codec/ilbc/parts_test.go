package ilbc

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The high-pass filters take away what is below the voice and leave the rest as it is.
func TestHighPass(t *testing.T) {
	for name, f := range map[string]biquad{"in": highIn, "out": highOut} {
		gain := func(hz float64) float64 {
			var mem [4]float64
			x := make([]float64, 16000)
			for i := range x {
				x[i] = math.Cos(2 * math.Pi * hz * float64(i) / 8000)
			}
			f.run(x, &mem)
			return math.Sqrt(2 * energy(x[8000:]) / 8000)
		}
		for _, c := range []struct{ hz, low, high float64 }{{0.001, 0, 0.02}, {20, 0, 0.2}, {50, 0, 0.5}, {150, 0.6, 1}, {300, 0.85, 1}, {1000, 0.95, 1}, {3500, 0.96, 0.98}} {
			if g := gain(c.hz); g < c.low || g > c.high {
				t.Errorf("%s: %.0f Hz come out as %.3f", name, c.hz, g)
			}
		}
	}
	e := NewEncoder(Mode20)
	in := make([]int16, 160)
	for i := range in {
		in[i] = 8000
	}
	for range 50 {
		e.Encode(nil, in)
	}
	if left := math.Sqrt(energy(e.speech[140:]) / 160); left > 100 {
		t.Errorf("the encoder sees %.1f of a constant", left)
	}
}

// Without the enhancer a decoder is excitation, synthesis and high-pass filter in a row, each
// written out here as its equation.
func TestChain(t *testing.T) {
	for _, m := range modes {
		n := m.Samples()
		in := sing(8 * n)
		e, d := NewEncoder(m), NewDecoder(m)
		d.plain = true
		old := lsfMean
		var speech, out []float64
		for k := range 8 {
			frame := e.Encode(nil, in[k*n:(k+1)*n])
			got := d.Decode(nil, frame)

			var f fields
			f.unpack(m, frame)
			var spectra [2][order]float64
			for i := range m.spectra() {
				spectra[i] = spectrum(f.lsf[3*i:])
				settle(&spectra[i])
			}
			a := filters(m, &old, spectra[:m.spectra()])
			old = spectra[m.spectra()-1]
			res := make([]float64, n)
			var w desk
			excitation(m, &f, &a, res, &w)
			for i, v := range res {
				at := len(speech)
				for j := 1; j <= min(order, at); j++ {
					v -= a[i/subLen][j] * speech[at-j]
				}
				speech = append(speech, v)
				back := func(x []float64, by int) float64 {
					if by > len(x) {
						return 0
					}
					return x[len(x)-by]
				}
				y := 0.93980581*back(speech, 1) - 1.8795834*back(speech, 2) + 0.93980581*back(speech, 3) + 1.9330735*back(out, 1) - 0.93589199*back(out, 2)
				out = append(out, y)
				if clip(y) != got[i] && math.Abs(y-float64(got[i])) > 0.51 {
					t.Fatalf("mode %d, frame %d: sample %d is %d, want %.2f", m, k, i, got[i], y)
				}
			}
		}
	}
}

// A gap of a periodic sound repeats two periods, fainter the longer it lasts: as it was for 40 ms,
// then 0.9, 0.7 and 0.5 of the frame before, then nothing.
func TestFill(t *testing.T) {
	for _, m := range modes {
		n := m.Samples()
		last := make([]float64, n)
		for i := range last {
			last[i] = 3000 * math.Exp(-float64(i%57)/20)
		}
		g := concealer{lag: 56, seed: 777}
		a := poly{1, -0.5}
		g.good(last, &a)
		for lost := 1; lost <= 12; lost++ {
			res := make([]float64, n)
			g.fill(res)
			want := 1.0
			switch gone := lost * n; {
			case gone > 1280:
				want = 0
			case gone > 960:
				want = 0.5
			case gone > 640:
				want = 0.7
			case gone > 320:
				want = 0.9
			}
			if want > 0 && math.Sqrt(energy(last)/float64(n)) < 100 {
				t.Fatalf("mode %d: too faint at %d", m, lost)
			}
			for i, fade := range map[int]float64{0: 1, 33: 1, 79: 1, 80: 0.95, 113: 0.95} {
				if v := last[n+i-114] * want * fade; math.Abs(res[i]-v) > 1e-9 {
					t.Errorf("mode %d, lost frame %d: sample %d is %.1f, want %.1f", m, lost, i, res[i], v)
				}
			}
			last = res
		}
		if g.a != a {
			t.Error("the filter is not kept")
		}
		g.good(last, &a)
		if g.lost != 0 {
			t.Error("a frame that arrives does not end the gap")
		}
	}
}

// A gap of noise is filled with its samples in disorder, not with a buzz.
func TestFillNoise(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 9))
	last := make([]float64, 240)
	for i := range last {
		last[i] = 500 * rng.NormFloat64()
	}
	g := concealer{lag: 100, seed: 777}
	g.good(last, &poly{1})
	g.likes = 0
	res := make([]float64, 240)
	g.fill(res)
	if g.likes > 0.5 {
		t.Errorf("noise counts as %.2f periodic", g.likes)
	}
	if r := math.Sqrt(energy(res) / energy(last)); r < 0.3 || r > 1.3 {
		t.Errorf("noise is filled with %.2f of its level", r)
	}
}

// The enhancer finds a period to a quarter of a sample.
func TestRefine(t *testing.T) {
	var e enhancer
	const period = 57.25
	for i := range e.buf {
		at := 2 * math.Pi * float64(i) / period
		for h := 1.0; h < 22; h++ { // pulses, so that only one place is right
			e.buf[i] += 100 * math.Cos(h*at)
		}
	}
	const center = 400
	for _, c := range []struct{ guess, want float64 }{{center - 57, center - period}, {center - 56, center - period}, {center - 115, center - 2*period}, {center + 58, center + period}} {
		var wave [enhBlock]float64
		at := e.refine(&wave, center, c.guess)
		if math.Abs(at-1-c.want) > 0.26 {
			t.Errorf("near %.0f: %.2f, want %.2f", c.guess, at-1, c.want)
		}
		wrong := 0.0
		for i, v := range wave {
			wrong += (v - e.buf[center+i]) * (v - e.buf[center+i])
		}
		if wrong > 0.02*energy(e.buf[center:center+enhBlock]) {
			t.Errorf("near %.0f: the wave differs by %.1f%% of its energy", c.guess, 100*wrong/energy(e.buf[center:center+enhBlock]))
		}
	}
}

// What was guessed before a frame goes over into that frame's first period, carried backwards.
func TestMend(t *testing.T) {
	for m, ahead := range map[Mode]int{Mode20: 40, Mode30: 80} {
		n := m.Samples()
		shape := func(i int) float64 { return 1000 * math.Cos(2*math.Pi*float64(i)/50) }
		in := make([]float64, n)
		for i := range in {
			in[i] = shape(i)
		}
		var e enhancer
		first := 6 - int(m)
		e.period[first] = 51
		old := e.buf[len(e.buf)-n-ahead : len(e.buf)-n]
		for i := range old {
			old[i] = -shape(i - ahead) // upside down
		}
		was := append([]float64(nil), old...)
		e.mend(in, first, ahead)
		if e.period[first-1] != 50 {
			t.Errorf("mode %d: a period of %.0f", m, e.period[first-1])
		}
		for i := max(0, ahead-50); i < ahead; i++ {
			share := float64(ahead-i) / float64(ahead+1)
			if want := was[i]*share + shape(i-ahead)*(1-share); math.Abs(old[i]-want) > 1e-6 {
				t.Fatalf("mode %d: sample %d is %.1f, want %.1f", m, i, old[i], want)
			}
		}

		// A frame much louder than the guess is let in only near its beginning.
		for i := range old {
			old[i] = shape(i-ahead) / 100
		}
		e.mend(in, first, ahead)
		for i := max(0, ahead-50); i < ahead-10; i++ {
			if limit := math.Abs(shape(i-ahead))/20 + 30; math.Abs(old[i]) > limit {
				t.Fatalf("mode %d: sample %d is %.1f, more than %.1f", m, i, old[i], limit)
			}
		}
	}
}

// The bound on the change, and what is changed within it.
func TestMix(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 1))
	var wave [2*around + 1][enhBlock]float64
	fillWave := func(noise float64) {
		for i := range enhBlock {
			v := 1000 * math.Cos(float64(i)/5)
			for k := range wave {
				wave[k][i] = v + noise*rng.NormFloat64()
			}
		}
	}
	var out [enhBlock]float64
	for _, noise := range []float64{0, 30, 300, 2000} {
		fillWave(noise)
		mix(out[:], &wave)
		own := wave[around][:]
		wrong := 0.0
		for i, v := range out {
			wrong += (v - own[i]) * (v - own[i])
		}
		share := wrong / energy(own)
		if share > change+1e-9 || noise == 0 && share > 1e-12 || noise >= 300 && share < change-1e-6 {
			t.Errorf("noise of %.0f: a share of %.4f changes", noise, share)
		}
		if is := energy(out[:]) / energy(own); math.Abs(is-1) > 1e-9 {
			t.Errorf("noise of %.0f: the energy becomes %.6f", noise, is)
		}
	}
	clear(wave[around][:])
	mix(out[:], &wave)
	if energy(out[:]) > 0 {
		t.Error("silence becomes sound")
	}
}

// The search's first vector is the one that, weighed, explains most; each further stage makes
// what is left smaller.
func TestSearch(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	w := poly{1, -0.6, 0.3, -0.1}
	weigh := func(x []float64) []float64 {
		y := append([]float64(nil), x...)
		for i := range y {
			for k := 1; k <= min(order, i); k++ {
				y[i] -= w[k] * y[i-k]
			}
		}
		return y
	}
	for number := range 3 {
		n, room := subLen, memLen
		if number == 0 {
			n, room = 22, extraMem
		}
		for range 20 {
			x := make([]float64, room+n)
			for i := range x {
				x[i] = 100*rng.NormFloat64() + 300*math.Cos(float64(i)/4)
			}
			var s search
			var index, gain [stages]int
			s.run(x[:room], x[room:], &w, number, &index, &gain)

			y := weigh(x)
			aim := y[room:]
			var c codebook
			c.make(y[:room])
			most, best := 0.0, 0
			v := make([]float64, n)
			for i := range c.size(n) {
				c.vector(v, i)
				dot := 0.0
				for j := range v {
					dot += v[j] * aim[j]
				}
				if e := energy(v); e > 0 && dot > 0 && dot/e < maxGain && dot*dot/e > most {
					most, best = dot*dot/e, i
				}
			}
			if index[0] != best {
				t.Fatalf("block %d: vector %d, want %d", number, index[0], best)
			}
			left := append([]float64(nil), aim...)
			g, was := 1.0, energy(aim)
			for st := range stages {
				g = GainLevel(st+1, gain[st], g)
				c.vector(v, index[st])
				for j := range left {
					left[j] -= g * v[j]
				}
				if st > 0 && number == 1 {
					if _, ok := shortIndex(index[st]); !ok {
						t.Fatalf("stage %d: vector %d has no number", st, index[st])
					}
				}
			}
			if is := energy(left); is > 0.95*was {
				t.Fatalf("block %d: %.0f of %.0f is left", number, is, was)
			}
		}
	}
}

// Samples of the start state are weighed with the filter of the sub-block they lie in.
func TestStateWeighing(t *testing.T) {
	for _, m := range modes {
		n := m.StateSamples()
		for first := range 2 {
			var a, w [maxSubs]poly
			for i := range a {
				a[i][0], w[i][0] = 1, 1
			}
			w[1] = poly{1, -0.9} // the second sub-block's
			target := make([]float64, n)
			for i := range target {
				target[i] = 1000 * math.Cos(float64(i*i)/9)
			}
			f := fields{start: 1, first: first}
			encodeState(&f, target, &a, &w)
			change := subLen
			if first == 0 {
				change = n - subLen
			}
			unit := fullScale / ScaleLevel(f.scale)
			differ := 0
			for k := range n {
				plain := nearestLevel(stateLevels[:], target[(k+n-order)%n]*unit)
				if k < change && f.state[k] != plain {
					t.Errorf("mode %d: sample %d is %d, want %d", m, k, f.state[k], plain)
				}
				if k >= change && f.state[k] != plain {
					differ++
				}
			}
			if differ == 0 {
				t.Errorf("mode %d: the second filter does nothing", m)
			}
		}
	}
}
