package ilbc

import "math"

// ScaleLevel is the largest amplitude of the start state that a value of Scale stands for.
func ScaleLevel(v int) float64 { return math.Pow(10, scaleLevels[v]) }

// StateLevel is what a value of State stands for; the largest amplitude counts as 4.5.
func StateLevel(v int) float64 { return stateLevels[v] }

// GainLevel is the gain that a value stands for in stage 1, 2 or 3; before is the gain of the
// stage before. (RFC 3951 §3.6.4.2)
func GainLevel(stage, v int, before float64) float64 {
	before = max(math.Abs(before), 0.1)
	switch stage {
	case 1:
		return gainLevels1[v]
	case 2:
		return before * gainLevels2[v]
	}
	return before * gainLevels3[v]
}

// A Vector is a vector of a codebook in words.
type Vector struct {
	Lag      int  // how many samples before itself it repeats
	Mixed    bool // the lag is shorter than the vector, which goes over into its own repetition
	Filtered bool // it is taken from the filtered half of the codebook
}

// VectorOf says what the number of an index stands for; ok is false for the two numbers for
// which the codebook beside the start state of a frame of 20 ms has no vector.
func (p *Param) VectorOf(m Mode, v int) (_ Vector, ok bool) {
	if p.Kind == ExtraIndex {
		n := stateLen - m.StateSamples()
		half := extraMem - n + 1
		if v >= 2*half {
			return Vector{}, false
		}
		return Vector{Lag: n + v%half, Filtered: v >= half}, true
	}
	if p.Block == 1 && p.Stage > 1 {
		v = longIndex(v)
	}
	const plain = memLen - subLen + 1
	half := plain + subLen/2
	w := Vector{Filtered: v >= half}
	if v %= half; v < plain {
		w.Lag = v + subLen
	} else {
		w.Lag, w.Mixed = v-plain+subLen/2, true
	}
	return w, true
}

// longIndex opens the seven bits of the first sub-block's further stages, whose search leaves
// out half of the codebook.
func longIndex(v int) int {
	switch {
	case v >= 108:
		return v + 128
	case v >= 44:
		return v + 64
	}
	return v
}

// shortIndex closes them again; ok is false for vectors left out.
func shortIndex(v int) (_ int, ok bool) {
	switch {
	case v < 44:
		return v, true
	case v >= 108 && v < 172:
		return v - 64, true
	case v >= 236:
		return v - 128, true
	}
	return 0, false
}

// A codebook is the past of a signal, n samples of it, and the same past, filtered.
type codebook struct {
	n              int
	past, filtered [memLen]float64
}

func (c *codebook) make(past []float64) {
	c.n = copy(c.past[:], past)
	const half = len(expand) / 2
	var wide [half - 1 + memLen + half]float64 // zeros on either side
	copy(wide[half-1:], past)
	for i := range past {
		x := wide[i : i+len(expand)]
		v := 0.0
		for j := range expand {
			v += expand[j] * x[len(expand)-1-j]
		}
		c.filtered[i] = v
	}
}

// size is the number of vectors of n samples.
func (c *codebook) size(n int) int {
	half := c.n - n + 1
	if n == subLen {
		half += n / 2
	}
	return 2 * half
}

// vector writes a vector of the codebook to dst, in its full length. A number beyond the last
// vector, which only a damaged frame has, gives the last one. (RFC 3951 §3.6.3)
func (c *codebook) vector(dst []float64, index int) {
	n := len(dst)
	half := c.size(n) / 2
	index = min(index, 2*half-1)
	mem := c.past[:c.n]
	if index >= half {
		mem = c.filtered[:c.n]
		index -= half
	}
	if plain := len(mem) - n + 1; index >= plain {
		mixed(dst, mem, index-plain+n/2)
		return
	}
	copy(dst, mem[len(mem)-n-index:])
}

// mixed makes a vector of a lag shorter than itself: the last lag samples, of which the last
// five go over into what came before them, and then their beginning again.
func mixed(dst, mem []float64, lag int) {
	last := mem[len(mem)-lag:]
	copy(dst, last)
	for i := range 5 {
		j := lag - 5 + i
		old := 0.2 * float64(i)
		dst[j] = (1-old)*last[j] + old*mem[len(mem)-2*lag+j]
	}
	copy(dst[lag:], last)
}

// build makes a vector out of three of the codebook. (RFC 3951 §4.4)
func build(dst, past []float64, index, gain *[stages]int) {
	var c codebook
	c.make(past)
	clear(dst)
	var v [subLen]float64
	g := 1.0
	for s := range stages {
		g = GainLevel(s+1, gain[s], g)
		c.vector(v[:len(dst)], index[s])
		for i := range dst {
			dst[i] += g * v[i]
		}
	}
}

// startState builds the samples that were sent one by one: the levels, scaled, with the phase
// turned back that the encoder turned to make their peaks lower. (RFC 3951 §4.2)
func startState(out []float64, f *fields, a *poly) {
	n := len(out)
	var x, y [order + 2*stateLen]float64
	unit := ScaleLevel(f.scale) / fullScale
	for k := range n {
		x[order+k] = unit * stateLevels[f.state[n-1-k]]
	}
	allPass(x[:order+2*n], y[:order+2*n], a)
	for k := range n {
		out[k] = y[order+n-1-k] + y[order+2*n-1-k]
	}
}

// A job is a sub-block to be built: where it lies and from which side its past comes.
type job struct {
	sub      int  // number from 0
	backward bool // its past is what follows it, read backwards
}

// jobs lists the sub-blocks outside the start state in the order of their parameters.
func jobs(m Mode, start int) (list [4]job, n int) {
	for s := start + 1; s < m.subs(); s++ {
		list[n] = job{sub: s}
		n++
	}
	for s := start - 2; s >= 0; s-- {
		list[n] = job{sub: s, backward: true}
		n++
	}
	return list, n
}

// Placed says which samples of a frame, from and up to but not including to, are built from a
// codebook: those of sub-block block, counting from 1, or with block 0 those beside the start
// state's own. start and first are the frame's values of Start and Position. backward is true
// when what they are built from is behind them; ok is false when start is no place.
func (m Mode) Placed(start int, first bool, block int) (from, to int, backward, ok bool) {
	if start < 1 || start >= m.subs() {
		return 0, 0, false, false
	}
	if block == 0 {
		from, n := (start-1)*subLen, m.StateSamples()
		if first {
			return from + n, from + stateLen, false, true
		}
		return from, from + stateLen - n, true, true
	}
	list, n := jobs(m, start)
	if block > n {
		return 0, 0, false, false
	}
	j := list[block-1]
	return j.sub * subLen, (j.sub + 1) * subLen, j.backward, true
}

// A coder fills in what the adaptive codebook says: the decoder reads it from the frame, the
// encoder searches it first. out is the vector to build, past what has been built beside it,
// oldest first; both may be reversed. at is the sub-block whose filter weighs the search, job 0
// is the rest of the start state and the others count from 1.
type coder func(out, past []float64, number, at int, backward bool)

// desk is what excite works on; it is kept with the coder so that no frame needs new memory.
type desk struct {
	past [memLen]float64
	out  [subLen]float64
	res  [maxLen]float64 // the excitation, when nobody else holds it
}

// excite builds the excitation of a frame. (RFC 3951 §4.3) The start state's own samples must
// stand in res already.
func excite(m Mode, start int, first bool, res []float64, w *desk, code coder) {
	past, out := &w.past, &w.out
	clear(past[:])
	from := (start - 1) * subLen
	n := m.StateSamples()
	rest := stateLen - n

	// What is left of the two sub-blocks.
	if first {
		copy(past[memLen-n:], res[from:from+n])
		code(res[from+n:from+stateLen], past[memLen-extraMem:], 0, start, false)
	} else {
		for k := range n {
			past[memLen-1-k] = res[from+rest+k]
		}
		code(out[:rest], past[memLen-extraMem:], 0, start-1, true)
		for k := range rest {
			res[from+rest-1-k] = out[k]
		}
	}

	list, count := jobs(m, start)
	for i, j := range list[:count] {
		at := j.sub * subLen
		clear(past[:])
		if j.backward {
			known := min(m.Samples()-at-subLen, memLen)
			for k := range known {
				past[memLen-1-k] = res[at+subLen+k]
			}
			code(out[:], past[:], i+1, j.sub, true)
			for k := range subLen {
				res[at+subLen-1-k] = out[k]
			}
			continue
		}
		known := min(at-from, memLen)
		copy(past[memLen-known:], res[at-known:at])
		code(res[at:at+subLen], past[:], i+1, j.sub, false)
	}
}
