package detect

import (
	"fmt"
	"math"
)

// The naive Bayes classifier of Bonfiglio et al. (2007, §4.2). It believes in voice when the
// sizes of messages fit one codec at one rate, and their rhythm its frames:
//
//	size = (rate · dT / 8 + 8) · RF + 4     bytes, RF of 1 to 4 blocks a message
//	belief in sizes: mean of ln N(size; that, σ), σ = 1 for constant rates, 7.5 for others
//	belief in gaps:  ln N(mean gap; dT, σ = 1 ms)
//
// each over windows of 30 packets of one direction; B is the smaller of the best belief in
// sizes and that in gaps, averaged over the windows, and -5 and less is no voice.

const (
	bayesWindow    = 30
	bayesThreshold = -5
	bayesHeader    = 8 // H, bytes of each block
	bayesSoM       = 4 // bytes in front of a message
	sigmaConstant  = 1 // bytes
	sigmaVariable  = 7.5
	sigmaGap       = 1 // ms

	// bayesFloor is what a window's belief does not fall below. The paper has none that
	// we know of; without it one window of another size would sink the mean of a whole call.
	bayesFloor = -100
)

// A codec is one codec of the paper's table at one rate.
type codec struct {
	name     string
	kbps     float64
	variable bool
	ms       []float64 // frames of a message
}

var codecs = []codec{
	{"iSAC", 10, true, []float64{30, 60}},
	{"iSAC", 16, true, []float64{30, 60}},
	{"iSAC", 24, true, []float64{30, 60}},
	{"iSAC", 32, true, []float64{30, 60}},
	{"iLBC", 15.2, false, []float64{20, 40}},
	{"iLBC", 400.0 / 30, false, []float64{30, 60}},
	{"G.729", 8, false, []float64{10, 20, 30, 40, 60}},
	{"iPCM-wb", 80, true, []float64{10, 20, 40}},
	{"EG.711", 48, false, []float64{20}},
	{"EG.711", 56, false, []float64{20}},
	{"PCM", 64, false, []float64{10, 20, 30}},
}

// A point is one working point: what a codec's messages look like.
type point struct {
	codec        *codec
	ms           float64
	blocks       int
	size         float64 // bytes
	inv, logNorm float64 // 1/(2σ²) and ln(σ√2π)
}

func (p *point) String() string {
	return fmt.Sprintf("%s at %.4g kbit/s, %.0f ms, %s", p.codec.name, p.codec.kbps, p.ms, count(p.blocks, "block"))
}

// sizes is the belief in the sizes of a window with such a mean, and such a mean of the squares.
func (p *point) sizes(mean, square float64) float64 {
	return max(-(square-2*p.size*mean+p.size*p.size)*p.inv-p.logNorm, bayesFloor)
}

// beliefInGap is the belief in a window's mean gap, when ms was expected.
func beliefInGap(gap, ms float64) float64 {
	return max(-(gap-ms)*(gap-ms)/(2*sigmaGap*sigmaGap)-math.Log(sigmaGap*math.Sqrt(2*math.Pi)), bayesFloor)
}

// points makes the working points, which takes some microseconds: nothing of it waits in memory.
func points() []point {
	var out []point
	for i := range codecs {
		c := &codecs[i]
		sigma := float64(sigmaConstant)
		if c.variable {
			sigma = sigmaVariable
		}
		for _, ms := range c.ms {
			for blocks := 1; blocks <= 4; blocks++ {
				out = append(out, point{
					codec: c, ms: ms, blocks: blocks,
					size:    (c.kbps*ms/8+bayesHeader)*float64(blocks) + bayesSoM,
					inv:     1 / (2 * sigma * sigma),
					logNorm: math.Log(sigma * math.Sqrt(2*math.Pi)),
				})
			}
		}
	}
	return out
}

var gapMeans = []float64{10, 20, 30, 40, 60} // ms

// A BayesStep is the belief in one window of 30 packets of a direction.
type BayesStep struct {
	Packet uint32  // the last of the window; from 0
	Dir    uint8   // 0 from A to B
	Size   float32 // best belief in sizes, not below -100
	Gap    float32 // best belief in gaps; the same
	Point  string  // the working point whose sizes fit best: "PCM at 64 kbit/s, 20 ms, 1 block"
	Ms     float64 // ms, the time that the gaps fit best

	// The beliefs under the one point and the one time that do best over all windows of the
	// direction. Their means are those of Bayes.
	AllSize, AllGap float32
}

// Bayes is what the naive Bayes classifier of Bonfiglio et al. makes of a conversation.
type Bayes struct {
	Flow  uint32
	Steps []BayesStep // of both directions, in the order of the file

	// Per direction: windows, the best working point over all of them, and the belief in its
	// sizes and in its gaps. B of a direction is the smaller of the two.
	Windows [2]int
	Point   [2]string
	Size    [2]float64
	Gap     [2]float64
	Ms      [2]float64 // the best time over all windows
	Bound   float64    // the published threshold, -5
}

// B is the belief in voice of a direction.
func (x *Bayes) B(dir int) float64 { return min(x.Size[dir], x.Gap[dir]) }

// Bayes returns the beliefs of the naive Bayes classifier, or nil when no direction has a
// window of 30 packets with times.
func (b *Book) Bayes(id uint32) *Bayes {
	c := b.byID[id]
	if c == nil {
		return nil
	}
	return c.bayes(true)
}

// A leader is the working point believed in most. Several have the same size; of those the one
// whose frames fit the gaps is named, which changes no belief.
type leader struct {
	point  *point
	belief float64
}

func (l *leader) try(p *point, belief, gap float64) {
	const same = 1e-9
	if belief > l.belief+same || l.point != nil && belief > l.belief-same && math.Abs(p.ms-gap) < math.Abs(l.point.ms-gap) {
		l.point, l.belief = p, belief
	}
}

// window is what is summed up of 30 packets.
type window struct {
	n          int
	sum, sq    float64 // of sizes
	start, end int64
	prior      int64 // time of the packet before the window
	has        bool
}

func (c *Conversation) bayes(steps bool) *Bayes {
	pts := points()
	out := &Bayes{Flow: c.Flow, Bound: bayesThreshold}
	total := [2][]float64{make([]float64, len(pts)), make([]float64, len(pts))}
	gaps := [2][]float64{make([]float64, len(gapMeans)), make([]float64, len(gapMeans))}
	var span [2]float64   // sum of the mean gaps, in ms
	var sums [][3]float64 // of each step: mean size, mean of its square, mean gap
	var win [2]window
	for i := range c.Packets {
		p := &c.Packets[i]
		if p.NoTime {
			continue
		}
		w := &win[p.Dir&1]
		if w.n == 0 {
			if w.start = p.Time; w.has {
				w.start = w.prior
			}
		}
		size := float64(p.Len)
		w.n++
		w.sum += size
		w.sq += size * size
		w.end = p.Time
		if w.n < bayesWindow {
			continue
		}
		dir := int(p.Dir & 1)
		out.Windows[dir]++
		// The gaps of a window are those before its packets, of which the very first has none.
		n := bayesWindow
		if !w.has {
			n--
		}
		gap := float64(w.end-w.start) / 1e6 / float64(n)
		span[dir] += gap
		best := leader{belief: math.Inf(-1)}
		mean, meanSq := w.sum/bayesWindow, w.sq/bayesWindow
		for j := range pts {
			q := &pts[j]
			belief := q.sizes(mean, meanSq)
			total[dir][j] += belief
			best.try(q, belief, gap)
		}
		bestGap, bestMs := math.Inf(-1), 0.0
		for j, m := range gapMeans {
			belief := beliefInGap(gap, m)
			gaps[dir][j] += belief
			if near := math.Abs(gap-m) < math.Abs(gap-bestMs); belief > bestGap || belief == bestGap && near {
				bestGap, bestMs = belief, m
			}
		}
		if steps {
			out.Steps = append(out.Steps, BayesStep{Packet: p.Packet, Dir: p.Dir, Size: float32(best.belief), Gap: float32(bestGap), Point: best.point.String(), Ms: bestMs})
			sums = append(sums, [3]float64{mean, meanSq, gap})
		}
		*w = window{prior: p.Time, has: true}
	}
	for dir := range 2 {
		n := float64(out.Windows[dir])
		out.Size[dir], out.Gap[dir] = math.Inf(-1), math.Inf(-1)
		if n == 0 {
			continue
		}
		best := leader{belief: math.Inf(-1)}
		for j, sum := range total[dir] {
			best.try(&pts[j], sum/n, span[dir]/n)
		}
		out.Size[dir], out.Point[dir] = best.belief, best.point.String()
		for j, sum := range gaps[dir] {
			if sum/n > out.Gap[dir] {
				out.Gap[dir], out.Ms[dir] = sum/n, gapMeans[j]
			}
		}
		for i, x := range sums {
			if s := &out.Steps[i]; int(s.Dir&1) == dir {
				s.AllSize, s.AllGap = float32(best.point.sizes(x[0], x[1])), float32(beliefInGap(x[2], out.Ms[dir]))
			}
		}
	}
	if out.Windows == [2]int{} {
		return nil
	}
	return out
}

func bonNBC(_ *Book, c *Conversation) (Says, string, []uint32) {
	x := c.bayes(false)
	if x == nil {
		return Silent, fmt.Sprintf("no direction has %d packets with a time", bayesWindow), nil
	}
	dir := 0
	if x.Windows[0] == 0 || x.Windows[1] > 0 && x.B(1) > x.B(0) {
		dir = 1
	}
	told := fmt.Sprintf("in %s of %d packets the sizes fit best with %s; the belief in them is %.1f and that in the gaps between packets %.1f, as logarithms", count(x.Windows[dir], "window"), bayesWindow, x.Point[dir], x.Size[dir], x.Gap[dir])
	if x.B(dir) > bayesThreshold {
		return Yes, told + fmt.Sprintf(", and both are above %d", bayesThreshold), nil
	}
	return No, told + fmt.Sprintf(", and both must be above %d", bayesThreshold), nil
}
