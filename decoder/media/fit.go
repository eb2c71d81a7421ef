package media

import "math"

// How a working point is judged.
//
// The paper gives messages of a point a normal distribution about its size, with a deviation of 1
// byte for codecs of constant rate and 7.5 for others, and gaps one about dT with 1 ms. Three
// things in it are round numbers, and a long call would make certainty out of their errors, so
// they are allowed for here and integrated out:
//
//   - The headers. H is put into each block and SoM before each message; both are guesses, taken
//     to be right to about a byte each. The error is the same for all messages of a segment.
//   - The rate of a codec of variable rate lies between the rates of the table: its mean may be
//     off by 2 kbit/s, a quarter of the step between them (7.5 bytes in 30 ms). Where all messages
//     are equally long nothing varies, and the rate would have to be one of the table.
//   - The deviation of sizes, which is 1 or 7.5 bytes times a factor of about two. So a constant
//     size speaks against a variable rate, and a spread one against a constant rate.
//
// Messages of a call are alike for reasons the model knows nothing of, so that a thousand prove no
// more than one window of the paper: a segment counts as at most 30 messages. Beside the points
// stands "none of these", for which every size and pace is equally likely; without it the least
// bad point would always look certain.
const (
	headerDev   = 1.2 // bytes, of H
	somDev      = 1.0 // bytes, of SoM
	constDev    = 1.0 // bytes, of messages of a constant rate; the paper's
	variableDev = 7.5 // bytes, of messages of a variable rate; the paper's
	evenDev     = 2.5 // bytes; a rate whose messages spread by less does not vary
	rateDev     = 2.0 // kbit/s, of the mean of a variable rate
	gapDev      = 0.6 // ms; the paper's 1 is for a mean, which loss moves as it does not move our pace
	offPace     = 0.002
	paceSpan    = 115.0 // ms over which an unknown pace may lie
	window      = 30    // messages that a segment counts for; the paper's window
	minFit      = 5     // messages of a segment that working points are given for
	maxFits     = 8
)

// sizes is what a run of messages says by its sizes.
type sizes struct {
	n         int // messages that count
	mean, dev float64
	stray     int // messages of other sizes, which are left out
	low, high uint16
	video     float64 // share in the bands that Tstat counts as video
}

// sizesOf looks at sizes, which it sorts.
func sizesOf(list []uint16) sizes {
	var z sizes
	if len(list) == 0 {
		return z
	}
	sortSizes(list)
	video := 0
	for _, x := range list {
		if x >= 400 && x <= 490 || x >= 800 && x <= 980 {
			video++
		}
	}
	z.video = float64(video) / float64(len(list))
	mid := float64(list[len(list)/2])
	// What lies far off the middle is another kind of message, when there is little of it.
	quarter := float64(list[len(list)*3/4]) - float64(list[len(list)/4])
	reach := max(4, 3.5*quarter)
	from, to := 0, len(list)
	for from < to && float64(list[from]) < mid-reach {
		from++
	}
	for to > from && float64(list[to-1]) > mid+reach {
		to--
	}
	if float64(to-from) < 0.85*float64(len(list)) {
		from, to = 0, len(list)
	}
	z.stray = len(list) - (to - from)
	list = list[from:to]
	z.n, z.low, z.high = len(list), list[0], list[len(list)-1]
	var sum, square float64
	for _, x := range list {
		sum += float64(x)
	}
	z.mean = sum / float64(z.n)
	for _, x := range list {
		square += (float64(x) - z.mean) * (float64(x) - z.mean)
	}
	z.dev = math.Sqrt(square / float64(z.n))
	return z
}

// devs are the deviations of sizes that are tried, in bytes, and how likely each is beforehand for
// a constant and for a variable rate.
const nDevs = 20

type priors struct {
	dev [nDevs]float64
	ln  [2][nDevs]float64
}

func newPriors() *priors {
	var p priors
	for i := range p.dev {
		p.dev[i] = 0.4 * math.Pow(1.35, float64(i))
	}
	for v, c := range [2]struct{ mid, factor float64 }{{constDev, 0.6}, {variableDev, 0.9}} {
		all := 0.0
		for i, d := range p.dev {
			z := math.Log(d/c.mid) / c.factor
			p.ln[v][i] = -z * z / 2
			all += math.Exp(p.ln[v][i])
		}
		for i := range p.ln[v] {
			p.ln[v][i] -= math.Log(all)
		}
	}
	return &p
}

func variable(p *Point) int {
	if p.Variable {
		return 1
	}
	return 0
}

// meanDev is how far the mean of a point's messages may lie off its size, in bytes: the error that
// all messages of a segment share. dev is how far their sizes spread.
func (p *Point) meanDev(dev float64) float64 {
	rf := float64(p.RF)
	square := headerDev*headerDev*rf*rf + somDev*somDev
	if p.Variable {
		d := max(variableDev, rateDev*p.Ms/8*rf) * min(1, dev/evenDev)
		square += d * d
	}
	return math.Sqrt(square)
}

func lnNormal(x, dev float64) float64 {
	return -x*x/(2*dev*dev) - math.Log(dev*math.Sqrt(2*math.Pi))
}

// lnSum is the logarithm of a sum of which the logarithms are given.
func lnSum(x []float64) float64 {
	top := math.Inf(-1)
	for _, v := range x {
		top = max(top, v)
	}
	if math.IsInf(top, -1) {
		return top
	}
	sum := 0.0
	for _, v := range x {
		sum += math.Exp(v - top)
	}
	return top + math.Log(sum)
}

// spread is the evidence of the deviation of sizes, for each that it could have, about a mean that
// is free; where the mean lies is another factor.
func (pr *priors) spread(z *sizes) (ln [nDevs]float64) {
	n, is := z.counts(), max(z.dev, 0.29) // whole bytes cannot lie closer
	for i, d := range pr.dev {
		ln[i] = -n/2*math.Log(2*math.Pi*d*d) - n*is*is/(2*d*d) + math.Log(2*math.Pi*d*d/n)/2
	}
	return ln
}

// counts is how many messages a run counts for.
func (z *sizes) counts() float64 { return float64(min(z.n, window)) }

// evidence is the logarithm of how likely sizes and pace are under a point, what is not known of
// it integrated out. t may be nil: nothing is known of the pace.
func (pr *priors) evidence(p *Point, z *sizes, spread *[nDevs]float64, t *pace) float64 {
	n, off := z.counts(), z.mean-p.Size
	var ln [nDevs]float64
	for i, d := range pr.dev {
		shared := p.meanDev(d)
		ln[i] = pr.ln[variable(p)][i] + spread[i] + lnNormal(off, math.Sqrt(shared*shared+d*d/n))
	}
	return lnSum(ln[:]) + paceEvidence(p.Ms, t)
}

func paceEvidence(ms float64, t *pace) float64 {
	switch {
	case t == nil || t.ms == 0:
		return 0
	case !t.clock:
		return math.Log(offPace / paceSpan)
	}
	dev := math.Sqrt(gapDev*gapDev + t.dev*t.dev/float64(t.n) + t.dev*t.dev/100)
	return math.Log((1-offPace)*math.Exp(lnNormal(t.ms-ms, dev)) + offPace/paceSpan)
}

// none is the evidence for "none of these".
func (pr *priors) none(spread *[nDevs]float64, t *pace) float64 {
	var ln [2 * nDevs]float64
	for v := range 2 {
		for i := range pr.dev {
			ln[v*nDevs+i] = pr.ln[v][i] + spread[i] - math.Ln2
		}
	}
	l := lnSum(ln[:]) - math.Log(maxMessage)
	if t != nil && t.ms != 0 {
		l -= math.Log(paceSpan)
	}
	return l
}

// ranking is all points with their evidence, best first.
type ranking struct {
	fits []Fit
	none float64 // share of "none of these"
}

// rank judges all points of a carrier.
func (pr *priors) rank(all []Point, z *sizes, t *pace) ranking {
	r := ranking{fits: make([]Fit, len(all))}
	ln := make([]float64, len(all)+1)
	spread := pr.spread(z)
	for i := range all {
		ln[i] = pr.evidence(&all[i], z, &spread, t)
		r.fits[i].Point = all[i]
	}
	ln[len(all)] = pr.none(&spread, t)
	sum := lnSum(ln)
	for i := range all {
		r.fits[i].Log = ln[i] / z.counts()
		r.fits[i].Share = math.Exp(ln[i] - sum)
	}
	r.none = math.Exp(ln[len(all)] - sum)
	r.sort()
	return r
}

// sort puts the best first; equals stay in the order of the table. There are a hundred, most of
// which are far down: the first few are picked out.
func (r *ranking) sort() {
	const equal = 1e-9
	for k := 0; k < min(len(r.fits), maxFits+4); k++ {
		best := k
		for i := k + 1; i < len(r.fits); i++ {
			if r.fits[i].Log > r.fits[best].Log+equal {
				best = i
			}
		}
		f := r.fits[best]
		copy(r.fits[k+1:best+1], r.fits[k:best])
		r.fits[k] = f
	}
}

// listed is how many points of a ranking are worth naming: never one alone.
func (r *ranking) listed() int {
	n := 0
	for n < min(len(r.fits), maxFits) && (n < 3 || r.fits[n].Share >= 0.002) {
		n++
	}
	return n
}

// FitOne ranks the working points for one message of a size when nothing else is known, best
// first, at most 5: those within 3 sigma. For the tree of a single packet.
func FitOne(c Carrier, size int) []Fit {
	if size <= int(som(c)) {
		return nil // nothing behind the Start of Message
	}
	z := sizes{n: 1, mean: float64(size)}
	r := newPriors().rank(Points(c), &z, nil)
	var out []Fit
	for i := range r.fits[:min(len(r.fits), maxFits+4)] {
		f := &r.fits[i]
		dev := constDev
		if f.Variable {
			dev = variableDev
		}
		off := float64(size) - f.Size
		shared := f.meanDev(dev)
		if math.Abs(off) > 3*math.Sqrt(dev*dev+shared*shared) {
			continue
		}
		f.Why = []string{"one message of " + count(size, "byte") + ", expected " + figure(f.Size, 1)}
		f.Doubt = "a single size says nothing of the pace, without which most points cannot be told apart"
		if out = append(out, *f); len(out) == 5 {
			break
		}
	}
	return out
}
