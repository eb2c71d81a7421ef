package ilbc

import "math"

// A concealer remembers what it needs to fill a gap: the last excitation and filter.
// (RFC 3951 §4.5)
type concealer struct {
	a     poly
	res   [maxLen]float64
	lag   int     // pitch of the last good frame, samples
	held  int     // lag that a running gap repeats
	likes float64 // how periodic the last good frame was, 0 to 1
	lost  int     // frames in a row
	seed  uint32
}

// good notes a frame that arrived.
func (g *concealer) good(res []float64, a *poly) {
	copy(g.res[:], res)
	g.a = *a
	g.lost = 0
}

// periodic says how much the end of a signal is like itself a lag before: the energy that is
// explained, and the correlation from 0 to 1.
func periodic(res []float64, lag int) (energy, likes float64) {
	n := min(60, len(res)-lag)
	var xy, yy, xx float64
	for i := len(res) - n; i < len(res); i++ {
		x, y := res[i], res[i-lag]
		xy += x * y
		yy += y * y
		xx += x * x
	}
	if yy <= 0 || xx <= 0 {
		return 0, 0
	}
	return xy * xy / yy, math.Abs(xy) / math.Sqrt(xx*yy)
}

// fill makes an excitation out of the last one: its pitch period again and again, mixed with
// the same samples in disorder the less periodic it was, and fainter the longer the gap lasts.
//
// The standard's program tests the length of the gap in an order in which 0.9 is the smallest
// factor ever reached; here the factors fall to 0 as they are meant to, and the faint noise
// that it ends with falls with them.
func (g *concealer) fill(res []float64) {
	n := len(res)
	last := g.res[:n]
	if g.lost == 0 {
		best := -1.0
		for l := g.lag - 3; l <= g.lag+3; l++ {
			if e, likes := periodic(last, l); e > best {
				best, g.held, g.likes = e, l, likes
			}
		}
	}
	g.lost = min(g.lost+1, 100)

	gain := 1.0
	switch gone := g.lost * n; {
	case gone > 4*320:
		gain = 0
	case gone > 3*320:
		gain = 0.5
	case gone > 2*320:
		gain = 0.7
	case gone > 320:
		gain = 0.9
	}
	voiced := min(max((math.Sqrt(g.likes)-0.4)/0.3, 0), 1)
	lag := g.held
	if lag < 80 { // one period over and over would buzz
		lag *= 2
	}

	var noise [maxLen]float64
	energy := 0.0
	for i := range res {
		g.seed = (g.seed*69069 + 1) & 0x7fffffff
		noise[i] = before(noise[:], last, i-50-int(g.seed%70))
		fade := gain
		if i >= 160 {
			fade *= 0.9
		} else if i >= 80 {
			fade *= 0.95
		}
		res[i] = fade * (voiced*before(res, last, i-lag) + (1-voiced)*noise[i])
		energy += res[i] * res[i]
	}
	if math.Sqrt(energy/float64(n)) < 30 { // so faint that its pitch means nothing
		for i := range res {
			res[i] = gain * noise[i]
		}
	}
	copy(g.res[:], res)
}

// before is sample i of now, or of what came before it when i is negative.
func before(now, last []float64, i int) float64 {
	if i < 0 {
		return last[len(last)+i]
	}
	return now[i]
}
