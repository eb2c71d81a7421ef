package ilbc

import (
	"math"
	"math/rand/v2"
	"testing"
)

func near(a, b, by float64) bool { return math.Abs(a-b) <= by }

// Entries of the tables as RFC 3951 prints them, to its six digits, at both ends and within.
func TestTables(t *testing.T) {
	for _, c := range []struct {
		part, index int
		want        []float64
	}{
		{1, 0, []float64{0.155396, 0.273193, 0.451172}},
		{1, 31, []float64{0.285522, 0.436890, 0.634399}},
		{1, 63, []float64{0.311523, 0.580688, 0.838623}},
		{2, 0, []float64{1.331177, 1.576782, 1.779541}},
		{2, 127, []float64{0.980103, 1.174072, 1.453735}},
		{3, 0, []float64{1.705688, 2.153809, 2.398315, 2.743408}},
		{3, 80, []float64{1.741211, 2.279541, 2.578491, 2.816284}},
		{3, 127, []float64{1.938232, 2.264404, 2.529053, 2.796143}},
	} {
		got := Frequencies(nil, c.part, c.index)
		for i, w := range c.want {
			if len(got) != len(c.want) || !near(got[i], w, 6e-7) {
				t.Errorf("part %d, %d: %v, want %v", c.part, c.index, got, c.want)
			}
		}
	}
	for part, size := range map[int]int{1: 64, 2: 128, 3: 128} {
		seen := map[[4]float64]bool{}
		for i := range size {
			f := Frequencies(nil, part, i)
			var key [4]float64
			copy(key[:], f)
			for j := 1; j < len(f); j++ {
				if f[j] <= f[j-1] {
					t.Errorf("part %d, %d falls: %v", part, i, f)
				}
			}
			if seen[key] || f[0] <= 0 || f[len(f)-1] >= math.Pi {
				t.Errorf("part %d, %d: %v", part, i, f)
			}
			seen[key] = true
		}
	}
	for name, levels := range map[string][]float64{"scale": scaleLevels[:], "state": stateLevels[:], "gain 1": gainLevels1[:], "gain 2": gainLevels2[:], "gain 3": gainLevels3[:]} {
		for i := 1; i < len(levels); i++ {
			if levels[i] <= levels[i-1] {
				t.Errorf("%s falls at %d", name, i)
			}
		}
	}
	sum := 0.0
	for _, c := range expand {
		sum += c
	}
	if !near(sum, 1.315918, 1e-9) {
		t.Errorf("the filter of the codebook adds up to %f", sum)
	}
	for i, row := range quarter {
		sum := 0.0
		for _, c := range row {
			sum += c
		}
		if !near(sum, 1, 0.09) {
			t.Errorf("quarter %d adds up to %f", i, sum)
		}
	}
}

// Most tables were made of fractions of a power of two and printed with six digits: a digit that
// is wrong makes a number that is no such fraction.
func TestTablesAreFractions(t *testing.T) {
	for name, c := range map[string]struct {
		of   float64
		list []float64
	}{
		"mean":     {8192, lsfMean[:]},
		"state":    {8192, stateLevels[:]},
		"gain 1":   {16384, gainLevels1[:]},
		"gain 2":   {16384, gainLevels2[:]},
		"gain 3":   {16384, gainLevels3[:]},
		"expand":   {4096, expand[:]},
		"low pass": {4096, lowPass[:]},
		"quarter":  {4096, append(append(quarter[1][:], quarter[2][:]...), quarter[3][:]...)},
	} {
		for i, v := range c.list {
			if off := v*c.of - math.Round(v*c.of); math.Abs(off) > 1e-6*c.of/2+1e-9 {
				t.Errorf("%s: number %d, %f, is no %.0fth", name, i, v, c.of)
			}
		}
	}
	sum, weighed := 0.0, 0.0
	for i, v := range scaleLevels {
		sum += v
		weighed += float64(i+1) * v
	}
	if !near(sum, 163.934132, 1e-6) || !near(weighed, 6224.765235, 1e-6) {
		t.Errorf("the scale adds up to %f and %f", sum, weighed)
	}
}

// Numbers of the frame become levels. (RFC 3951 §3.6.4.2: each gain scales the next, but never
// by less than a tenth)
func TestLevels(t *testing.T) {
	for _, c := range []struct {
		stage, v     int
		before, want float64
	}{
		{1, 0, 9, 0.037476}, {1, 31, 9, 1.200012},
		{2, 0, 0.5, -0.524994}, {2, 7, 0.5, 0}, {2, 15, 0.5, 0.600006}, {2, 15, 0.037476, 0.1200012},
		{3, 0, -0.5, -0.5}, {3, 1, -0.5, -0.3299865}, {3, 7, 0.01, 0.1},
	} {
		if got := GainLevel(c.stage, c.v, c.before); !near(got, c.want, 1e-9) {
			t.Errorf("stage %d, %d after %f: %f, want %f", c.stage, c.v, c.before, got, c.want)
		}
	}
	if !near(ScaleLevel(0), 10.00196, 1e-4) || !near(ScaleLevel(63), 12640.49, 1) || StateLevel(0) != -3.719849 || StateLevel(7) != 3.983887 {
		t.Error(ScaleLevel(0), ScaleLevel(63), StateLevel(0), StateLevel(7))
	}
}

// The seven bits of the first sub-block's second and third stage open to half of the codebook,
// each number once, and close again.
func TestShortIndex(t *testing.T) {
	seen := map[int]bool{}
	for v := range 128 {
		long := longIndex(v)
		if seen[long] || long < v || long > 255 {
			t.Errorf("%d opens to %d", v, long)
		}
		seen[long] = true
		if back, ok := shortIndex(long); !ok || back != v {
			t.Errorf("%d opens to %d and closes to %d, %v", v, long, back, ok)
		}
	}
	for v := range 256 {
		if _, ok := shortIndex(v); ok != seen[v] {
			t.Errorf("%d: %v", v, ok)
		}
	}
	for v, want := range map[int]int{0: 0, 43: 43, 44: 108, 107: 171, 108: 236, 127: 255} {
		if longIndex(v) != want {
			t.Errorf("%d opens to %d", v, longIndex(v))
		}
	}
}

// The pieces of a codebook over a past whose samples say where they are.
func TestCodebook(t *testing.T) {
	past := make([]float64, memLen)
	for i := range past {
		past[i] = float64(i)
	}
	var c codebook
	c.make(past)
	if c.size(subLen) != 256 {
		t.Fatalf("%d vectors", c.size(subLen))
	}
	p := Param{Kind: Index, Block: 2, Stage: 1}
	v := make([]float64, subLen)
	for index := range 256 {
		c.vector(v, index)
		w, ok := p.VectorOf(Mode30, index)
		if !ok {
			t.Fatalf("no vector %d", index)
		}
		for j, got := range v {
			at := memLen - w.Lag + j
			for at >= memLen {
				at -= w.Lag
			}
			want := float64(at)
			if w.Mixed && j >= w.Lag-5 && j < w.Lag { // goes over into what came before
				old := 0.2 * float64(j-w.Lag+5)
				want -= old * float64(w.Lag)
			}
			if w.Filtered {
				if w.Mixed || at < 3 || at > memLen-5 {
					continue
				}
				// The filter lies 4.5 samples off its middle; on a slope that is a place.
				want = 0
				for k, f := range expand {
					want += f * float64(at+4-k)
				}
			}
			if !near(got, want, 1e-9) {
				t.Fatalf("vector %d (%+v), sample %d: %f, want %f", index, w, j, got, want)
			}
		}
	}
	c.vector(v, 128+108) // filtered, then mixed
	if last := c.filtered[memLen-20:]; v[0] != last[0] || v[14] != last[14] || v[20] != last[0] || v[19] == last[19] {
		t.Error("the filtered half is not mixed as the other is")
	}
	if c.filtered[memLen-1] >= c.filtered[memLen-6] {
		t.Error("what follows the past is not taken as zeros")
	}

	// Beside the start state: 63 or 64 places, twice.
	for m, size := range map[Mode]int{Mode20: 126, Mode30: 128} {
		c.make(past[:extraMem])
		n := stateLen - m.StateSamples()
		if c.size(n) != size {
			t.Errorf("mode %d: %d vectors", m, c.size(n))
		}
		p := Param{Kind: ExtraIndex, Block: 1, Stage: 1}
		for index := range 128 {
			if _, ok := p.VectorOf(m, index); ok != (index < size) {
				t.Errorf("mode %d: vector %d: %v", m, index, ok)
			}
			c.vector(v[:n], index) // must stay within
			if index < size/2 && v[0] != float64(extraMem-n-index) {
				t.Errorf("mode %d: vector %d begins with %f", m, index, v[0])
			}
		}
	}
}

// Three vectors add up with their gains.
func TestBuild(t *testing.T) {
	past := make([]float64, memLen)
	past[memLen-1] = 1
	out := make([]float64, subLen)
	build(out, past, &[stages]int{0, 1, 2}, &[stages]int{31, 0, 7})
	g1 := 1.200012
	g2 := -1.049988 * g1
	g3 := -g2
	for i, v := range out { // only the first vector reaches the last sample of the past
		if want := map[int]float64{39: g1}[i]; !near(v, want, 1e-9) {
			t.Errorf("sample %d is %f, want %f", i, v, want)
		}
	}
	build(out, past, &[stages]int{0, 0, 0}, &[stages]int{31, 0, 7})
	if !near(out[39], g1+g2+g3, 1e-9) {
		t.Errorf("%f, want %f", out[39], g1+g2+g3)
	}
}

// With a filter that does nothing the start state's samples come out as their levels, moved
// around by the order of the filter.
func TestStartStateFlat(t *testing.T) {
	for _, m := range modes {
		n := m.StateSamples()
		f := fields{scale: 40}
		for i := range n {
			f.state[i] = (i*i + 3) % 8
		}
		a := poly{1}
		out := make([]float64, n)
		startState(out, &f, &a)
		for k, v := range out {
			want := ScaleLevel(40) / fullScale * stateLevels[f.state[(k+order)%n]]
			if !near(v, want, 1e-9) {
				t.Fatalf("mode %d: sample %d is %f, want %f", m, k, v, want)
			}
		}
	}
}

// The phase that the encoder turns the decoder turns back.
func TestStartStatePhase(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, m := range modes {
		lsf := spectrum([]int{rng.IntN(64), rng.IntN(128), rng.IntN(128)})
		settle(&lsf)
		a := filters(Mode20, &lsf, [][order]float64{lsf})
		var w [maxSubs]poly
		for i := range w {
			w[i][0] = 1 // errors are not shaped
		}
		n := m.StateSamples()
		target := make([]float64, n)
		for i := range target {
			target[i] = 1000 * rng.NormFloat64()
		}
		f := fields{start: 1, first: 1}
		encodeState(&f, target, &a, &w)
		out := make([]float64, n)
		startState(out, &f, &a[0])
		wrong := 0.0
		for i := range out {
			wrong += (out[i] - target[i]) * (out[i] - target[i])
		}
		if db := 10 * math.Log10(energy(target)/wrong); db < 10 { // three bits a sample
			t.Errorf("mode %d: the start state comes back with %.1f dB", m, db)
		}
	}
}

// Frequencies in equal steps are a flat filter, and every spectrum that can be sent gives a
// filter whose frequencies are found again.
func TestFilter(t *testing.T) {
	var lsf [order]float64
	for i := range lsf {
		lsf[i] = math.Pi * float64(i+1) / (order + 1)
	}
	a := filter(&lsf)
	for i, v := range a {
		if want := map[bool]float64{true: 1}[i == 0]; !near(v, want, 1e-12) {
			t.Errorf("coefficient %d of a flat filter is %g", i, v)
		}
	}
	rng := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		lsf := spectrum([]int{rng.IntN(64), rng.IntN(128), rng.IntN(128)})
		settle(&lsf)
		apart := true // numbers that no encoder puts together may leave two in one place
		for i := range lsf {
			if lsf[i] <= 0 || lsf[i] >= math.Pi || i > 0 && lsf[i] < lsf[i-1] {
				t.Fatalf("not settled: %v", lsf)
			}
			apart = apart && (i == 0 || lsf[i]-lsf[i-1] > 0.01)
		}
		if !apart {
			continue
		}
		keep := lsf
		a := filter(&lsf)
		var back [order]float64
		if !frequencies(&back, &a) {
			t.Fatalf("not all frequencies of %v were found", keep)
		}
		for i := range back {
			if !near(back[i], keep[i], 1e-6) {
				t.Fatalf("%v became %v", keep, back)
			}
		}
	}
}

// Spectra that lie too near to each other are moved apart.
func TestSettle(t *testing.T) {
	lsf := lsfMean
	lsf[1] = lsf[0] + 0.01
	lsf[5] = lsf[4] - 0.2
	lsf[0] = -0.3
	settle(&lsf)
	want := lsfMean
	want[0], want[1] = 0.01, lsfMean[0]+0.01
	want[4], want[5] = lsfMean[4]-0.0195, lsfMean[4]+0.039
	for i := range want {
		if !near(lsf[i], want[i], 1e-9) {
			t.Errorf("%v, want %v", lsf, want)
			break
		}
	}
	steady := lsfMean
	settle(&steady)
	if steady != lsfMean {
		t.Error("a spectrum with room was moved")
	}
}

// Sub-blocks mix the old spectrum and the new ones in fixed parts.
func TestBetween(t *testing.T) {
	var one, two, three [order]float64
	for i := range one {
		one[i] = 0.20 * float64(i+1)
		two[i] = 0.24 * float64(i+1)
		three[i] = 0.27 * float64(i+1)
	}
	mixed := func(a, b *[order]float64, w float64) poly {
		lsf := between(a, b, w)
		return filter(&lsf)
	}
	a := filters(Mode20, &one, [][order]float64{two})
	for i, w := range []float64{0.75, 0.5, 0.25, 0} {
		if a[i] != mixed(&one, &two, w) {
			t.Errorf("20 ms, sub-block %d", i)
		}
	}
	a = filters(Mode30, &one, [][order]float64{two, three})
	if a[0] != mixed(&one, &two, 0.5) {
		t.Error("30 ms, sub-block 0")
	}
	for i, w := range []float64{1, 2.0 / 3, 1.0 / 3, 0, 0} {
		if a[i+1] != mixed(&two, &three, w) {
			t.Errorf("30 ms, sub-block %d", i+1)
		}
	}
}

// The recursion finds the filter that a sound was made with.
func TestPredict(t *testing.T) {
	want := poly{1, -1.2, 0.8, -0.1, 0.2}
	rng := rand.New(rand.NewPCG(8, 8))
	x := make([]float64, 200000)
	for i := order; i < len(x); i++ {
		x[i] = rng.NormFloat64()
		for k := 1; k <= order; k++ {
			x[i] -= want[k] * x[i-k]
		}
	}
	a := predict(x)
	for i := range a {
		if !near(a[i], want[i], 0.03) { // the autocorrelation is smeared on purpose
			t.Errorf("coefficient %d is %.3f, want %.3f", i, a[i], want[i])
		}
	}
	if flat := predict(make([]float64, 240)); flat != (poly{1}) {
		t.Error(flat)
	}
}

// Where the sub-blocks lie, and from which side they are built. (RFC 3951 §3.6)
func TestPlaced(t *testing.T) {
	type place struct {
		from, to int
		backward bool
	}
	for _, c := range []struct {
		mode  Mode
		start int
		first bool
		want  []place
	}{
		{Mode20, 1, true, []place{{57, 80, false}, {80, 120, false}, {120, 160, false}}},
		{Mode20, 3, false, []place{{80, 103, true}, {40, 80, true}, {0, 40, true}}},
		{Mode30, 2, true, []place{{98, 120, false}, {120, 160, false}, {160, 200, false}, {200, 240, false}, {0, 40, true}}},
		{Mode30, 5, false, []place{{160, 182, true}, {120, 160, true}, {80, 120, true}, {40, 80, true}, {0, 40, true}}},
	} {
		for block, w := range c.want {
			from, to, backward, ok := c.mode.Placed(c.start, c.first, block)
			if !ok || (place{from, to, backward}) != w {
				t.Errorf("mode %d, start %d, block %d: %d-%d, %v, %v", c.mode, c.start, block, from, to, backward, ok)
			}
		}
		if _, _, _, ok := c.mode.Placed(c.start, c.first, len(c.want)); ok {
			t.Errorf("mode %d has a block %d", c.mode, len(c.want))
		}
	}
	for m, starts := range map[Mode][]int{Mode20: {0, 4}, Mode30: {0, 6, 7}} {
		for _, s := range starts {
			if _, _, _, ok := m.Placed(s, true, 0); ok {
				t.Errorf("mode %d has a place %d", m, s)
			}
		}
	}
}
