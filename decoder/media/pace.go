package media

import "math"

// A pace is what the gaps of a run of messages say of the clock behind them.
type pace struct {
	ms    float64 // a step of the clock; 0: nothing can be said
	dev   float64 // ms, how far gaps lie off a multiple of it
	lost  float64 // share of messages that seem to be missing, 0 to 1
	n     int     // gaps
	mean  float64 // ms, of the gaps that are not pauses
	clock bool    // there is a clock: gaps gather at ms and its multiples
}

// Gaps of more than this many paces are pauses: they say nothing of the pace.
const maxLost = 5

// A bin is some gaps of about the same length.
type bin struct {
	n  float64
	ms float64 // their mean
}

// paceOf finds the pace of gaps in ms. A message that is late makes one gap long and the next one
// short; one that is lost makes a gap of a multiple. So the gaps are taken for a mixture
//
//	gap ~ N(m·ms, dev²), m - 1 messages lost with a chance of p^(m-1)·(1-p), and a few strays
//
// whose ms, dev and p are found by expectation maximisation from several beginnings. The mean
// would be off by the loss, and the mode by the jitter.
func paceOf(gaps []float64) pace {
	var out pace
	if len(gaps) < 4 {
		return out
	}
	mid := middle(gaps)
	var sum, all, n float64
	for _, g := range gaps {
		if g <= 2000 {
			all += g
			n++
		}
	}
	if n == 0 || mid < 0.4*all/n {
		// Most gaps are next to nothing and a few make the mean: bursts.
		out.n = int(n)
		if n > 0 {
			out.mean = all / n
		}
		out.ms, out.dev = out.mean, out.mean
		return out
	}
	limit := max(8*mid, 30)
	for _, g := range gaps {
		if g <= limit {
			sum += g
			out.n++
		}
	}
	out.mean = sum / float64(out.n)
	out.ms, out.dev = out.mean, out.mean
	if out.mean <= 0 {
		return out
	}
	bins := binned(gaps, limit, max(0.25, mid/40))
	best, tried := math.Inf(-1), mixture{}
	for _, from := range [...]mixture{
		{ms: mode(bins, out.mean), dev: 0.1 * out.mean, p: 0.02},
		{ms: out.mean, dev: 0.1 * out.mean, p: 0.01},
		{ms: out.mean, dev: 0.5 * out.mean, p: 0.01},
		{ms: 0.9 * out.mean, dev: 0.4 * out.mean, p: 0.1},
	} {
		m, l := from.climb(bins, float64(out.n))
		if l > best && m.ms > 0.5*out.mean && m.ms < 1.1*out.mean {
			best, tried = l, m
			if m.dev < 0.2*m.ms && m.stray < 0.1 {
				break // a clock that is seen as plainly as this has no rival
			}
		}
	}
	if math.IsInf(best, -1) {
		return out
	}
	out.ms, out.dev = tried.ms, tried.dev
	if out.clock = tried.stray < 0.4; !out.clock {
		out.lost = tried.p
		return out
	}
	// Pace, messages and what is missing must agree: so much time went by, in so many steps.
	switch {
	case out.sharp():
		steps := 0.0
		for _, g := range gaps {
			if g <= limit {
				steps += max(math.Floor(g/out.ms+0.5), 1)
			}
		}
		out.ms = sum / steps
	case out.dev > 0.4*out.ms:
		if ms, ok := wander(gaps, min(limit, 4.5*out.mean)); ok {
			out.ms = ms
		}
	}
	out.ms = min(out.ms, out.mean)
	out.lost = 1 - out.ms/out.mean
	return out
}

// wander finds the pace, in ms, of a stream whose jitter hides the gaps that losses leave. Each
// message that is lost delays all after it by a step, and jitter delays only one; so the time that
// k messages take varies with k by loss alone:
//
//	Var(t[i+k] - t[i]) = k · mean² · p + twice that of the jitter
//
// where p is the share that is lost, and the pace is what p leaves of the mean gap. Gaps beyond
// the limit, in ms, are left out: in them many are lost at once, which the formula takes for more
// than it is. ok is false when there are too few gaps, or when they vary as neither does.
func wander(gaps []float64, limit float64) (ms float64, ok bool) {
	const from, to, least = 4, 24, 250 // messages; jitter reaches over fewer than four
	mean, n := 0.0, 0.0
	for _, g := range gaps {
		if g <= limit {
			mean += g
			n++
		}
	}
	if n < least {
		return 0, false
	}
	mean /= n
	t := make([]float64, 1, len(gaps)+1)
	at := 0.0
	for _, g := range gaps {
		if g <= limit {
			at += g - mean
			t = append(t, at)
		}
	}
	var w, wk, wv, wkk, wkv float64 // sums of the weights, with the distance and with the variance
	for k := from; k <= to; k++ {
		v := 0.0
		for i := k; i < len(t); i++ {
			d := t[i] - t[i-k]
			v += d * d
		}
		v /= float64(len(t) - k)
		x := float64(k)
		u := 1 / (x * x) // the longer, the fewer and the wider
		w, wk, wv, wkk, wkv = w+u, wk+u*x, wv+u*v, wkk+u*x*x, wkv+u*x*v
	}
	p := (w*wkv - wk*wv) / (w*wkk - wk*wk) / (mean * mean)
	return mean * (1 - max(p, 0)), p < 0.3
}

// sharp reports whether single gaps show how many messages are lost in them.
func (p *pace) sharp() bool { return p.clock && p.dev < 0.12*p.ms }

// binned gathers gaps up to a limit in bins of a width, both in ms.
func binned(gaps []float64, limit, width float64) []bin {
	bins := make([]bin, int(limit/width)+1)
	for _, g := range gaps {
		if g <= limit {
			b := &bins[int(g/width)]
			b.n++
			b.ms += g
		}
	}
	keep := bins[:0]
	for _, b := range bins {
		if b.n > 0 {
			keep = append(keep, bin{b.n, b.ms / b.n})
		}
	}
	return keep
}

// mode is where most gaps gather, not too far from the mean.
func mode(bins []bin, mean float64) float64 {
	best, at := 0.0, mean
	width := max(1, 0.08*mean)
	for i := range bins {
		c := bins[i].ms
		if c < 0.55*mean || c > 1.05*mean {
			continue
		}
		n, sum := 0.0, 0.0
		for j := i; j < len(bins) && bins[j].ms < c+width; j++ {
			n += bins[j].n
			sum += bins[j].n * bins[j].ms
		}
		if n > best {
			best, at = n, sum/n
		}
	}
	return at
}

type mixture struct {
	ms, dev, p, stray float64
}

// climb makes the mixture likelier until it hardly changes, and returns it with the logarithm of
// its likelihood. n is the number of gaps.
func (m mixture) climb(bins []bin, n float64) (mixture, float64) {
	l := math.Inf(-1)
	m.stray = 0.02
	for range 30 {
		m.p = min(max(m.p, 0.0005), 0.4)
		m.dev = min(max(m.dev, 0.02+0.002*m.ms), m.ms)
		m.stray = min(max(m.stray, 0.005), 0.6)
		next, l2 := m.step(bins, n)
		if math.IsNaN(l2) || math.IsNaN(next.ms) || next.ms <= 0 {
			return m, math.Inf(-1)
		}
		done := l2-l < 1e-4*n+0.01 && !math.IsInf(l, -1)
		l = l2
		if done {
			break
		}
		m = next
	}
	return m, l
}

func (m mixture) step(bins []bin, n float64) (mixture, float64) {
	var all, weight, top, bottom, square, steps, strays float64
	inv, norm := 1/(2*m.dev*m.dev), 1/(m.dev*math.Sqrt(2*math.Pi))
	folded := m.dev > 0.3*m.ms // so late that messages overtake one another: the gap is that of the other two
	uniform := m.stray / (8 * m.ms)
	for _, b := range bins {
		var like [2 * (maxLost + 1)]float64
		sum, w := uniform, (1-m.stray)*(1-m.p)*norm
		for k := range maxLost + 1 {
			at := float64(k+1) * m.ms
			d := b.ms - at
			if x := d * d * inv; x < 30 {
				like[k] = w * math.Exp(-x)
				sum += like[k]
			}
			if folded && k < 2 {
				d = b.ms + at
				like[maxLost+1+k] = w * math.Exp(-d*d*inv)
				sum += like[maxLost+1+k]
			}
			w *= m.p
		}
		all += b.n * math.Log(sum)
		strays += b.n * uniform / sum
		for k, x := range like {
			if x == 0 {
				continue
			}
			g, times := b.ms, float64(k+1)
			if k > maxLost {
				g, times = -g, float64(k-maxLost)
			}
			x *= b.n / sum
			d := g - times*m.ms
			weight += x
			top += x * g * times
			bottom += x * times * times
			square += x * d * d
			steps += x * times
		}
	}
	if weight < 1e-9 || bottom < 1e-9 {
		return m, math.Inf(-1)
	}
	return mixture{ms: top / bottom, dev: math.Sqrt(square / weight), p: 1 - weight/steps, stray: strays / n}, all
}

// middle is the median of numbers that are not negative, found by counting: to a hundredth, and
// exact where all are the same.
func middle(x []float64) float64 {
	const per, octaves = 32, 40 // buckets an octave, from 2^-20 on
	const first = uint64(1023-20) * per
	var n [per*octaves + 1]int32
	bucket := func(v float64) int {
		// The exponent and the first five bits behind it.
		b := math.Float64bits(v) >> (52 - 5)
		if b <= first {
			return 0
		}
		return int(min(b-first, uint64(len(n)-1)))
	}
	for _, v := range x {
		n[bucket(v)]++
	}
	left, at := int32(len(x)+1)/2, 0
	for at < len(n)-1 && left > n[at] {
		left -= n[at]
		at++
	}
	sum, k := 0.0, 0
	for _, v := range x {
		if bucket(v) == at {
			sum += v
			k++
		}
	}
	if k == 0 {
		return 0
	}
	return sum / float64(k)
}
