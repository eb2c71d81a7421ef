package ilbc

import "math"

// A search finds the three vectors of a codebook, and their gains, that come nearest to a
// target. It keeps the vectors of the codebook in hand.
type search struct {
	vec    [2 * (memLen - subLen + 1 + subLen/2)][subLen]float64
	energy [2 * (memLen - subLen + 1 + subLen/2)]float64
}

// run searches the codebook made of past for target; number is 0 beside the start state and else
// counts sub-blocks. Errors count as the ear hears them: past and target first go through the
// filter w. (RFC 3951 §3.6)
func (s *search) run(past, target []float64, w *poly, number int, index, gain *[stages]int) {
	n := len(target)
	var buf [order + memLen + subLen]float64
	weighed := buf[:order+len(past)+n]
	copy(weighed[order:], past)
	copy(weighed[order+len(past):], target)
	allPole(weighed, w)
	left := weighed[order+len(past):]
	want := energy(left)

	var c codebook
	c.make(weighed[order : order+len(past)])
	count := c.size(n)
	for i := range count {
		v := s.vec[i][:n]
		c.vector(v, i)
		s.energy[i] = energy(v)
	}

	var made [subLen]float64
	var first float64
	g := 1.0
	for st := range stages {
		at, ideal := s.best(left, count, st, number == 1)
		index[st] = at
		gain[st] = nearestGain(st+1, ideal, g)
		g = GainLevel(st+1, gain[st], g)
		if st == 0 {
			first = g
		}
		for i, v := range s.vec[at][:n] {
			left[i] -= g * v
			made[i] += g * v
		}
	}

	// What was made is fainter than what was wanted: raise the first gain, on which the others
	// depend, up to twice itself. (RFC 3951 §3.7)
	have := energy(made[:n])
	for v := gain[0] + 1; v < len(gainLevels1); v++ {
		by := gainLevels1[v] / first
		if by >= 2 || have*by*by >= want {
			break
		}
		gain[0] = v
	}
}

// best is the vector that explains most of what is left, and its gain. Gains of the first stage
// are positive. short says that only half of the codebook has numbers at further stages.
func (s *search) best(left []float64, count, stage int, short bool) (at int, gain float64) {
	most := 0.0
	for i := range count {
		if s.energy[i] <= 0 {
			continue
		}
		if short && stage > 0 {
			if _, ok := shortIndex(i); !ok {
				continue
			}
		}
		dot := 0.0
		v := s.vec[i][:len(left)]
		for j, x := range left {
			dot += x * v[j]
		}
		if stage == 0 && dot <= 0 {
			continue
		}
		if g := dot / s.energy[i]; math.Abs(g) < maxGain && dot*g > most {
			most, at, gain = dot*g, i, g
		}
	}
	return at, gain
}

// nearestGain is the number of the level nearest to a gain.
func nearestGain(stage int, gain, before float64) (v int) {
	best := math.Inf(1)
	for i := range 64 >> stage {
		if off := math.Abs(gain - GainLevel(stage, i, before)); off < best {
			best, v = off, i
		}
	}
	return v
}
