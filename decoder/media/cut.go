package media

import (
	"math"
	"math/bits"
)

// How one direction of a call is cut into segments.
//
// Time is laid out in atoms of a second. Where fewer than eight messages come in a second there is
// no voice; the rest is cut where sizes or gaps change: at first each atom stands for itself, and
// neighbours are joined as long as it is likelier that both were drawn from one distribution than
// from two (counts in buckets, with a sparse Dirichlet prior). What is left is joined again where
// the difference is real but of no account. At last each border is moved to the message at which
// it explains most.
const (
	second      = int64(1e9)
	maxAtoms    = 2048 // of an episode; an atom is made longer when there would be more
	maxEpisode  = 64
	maxSegments = 128 // of a direction, unless its episodes alone are more
	voicePace   = 8.0 // messages a second; the slowest voice of the model sends 16.7
	holdPace    = 1.0 // messages a second; three were measured on hold
	maxCuts     = 24  // segments between two pauses
	shortest    = 3   // atoms of a segment that differs only in size and pace
	mergeBound  = 8.0 // how much likelier two distributions must be than one, as a logarithm
)

// Buckets of sizes, a twelfth of an octave wide, and of gaps, a quarter of one.
const (
	sizeBuckets = 92
	gapBuckets  = 44
)

// Each bucket's share of the prior, and the sum of them.
const (
	sizeShare = 0.05
	gapShare  = 0.1
)

func (c *cutter) bucketOfSize(size uint16) int { return int(c.sizeBucket[min(size, 2048)]) }

// bucketOfGap is how many of the edges a gap in ns is not below, less one.
func (c *cutter) bucketOfGap(gap int64) int {
	if gap <= c.gapEdge[0] {
		return 0
	}
	// Four edges an octave: begin at the octave and take the last steps.
	i := 4 * (bits.Len64(uint64(gap)/uint64(c.gapEdge[0])) - 1)
	i = min(i, gapBuckets-1)
	for i+1 < gapBuckets && gap >= c.gapEdge[i+1] {
		i++
	}
	return i
}

// A pile is what a stretch of time holds, in buckets.
type pile struct {
	from, to int // messages
	atoms    int
	size     [sizeBuckets]uint32
	gap      [gapBuckets]uint32
	n        uint32 // messages that are not tiny
	gaps     uint32
}

func (p *pile) add(q *pile) {
	for i, n := range q.size {
		p.size[i] += n
	}
	for i, n := range q.gap {
		p.gap[i] += n
	}
	p.n += q.n
	p.gaps += q.gaps
	p.atoms += q.atoms
	p.to = q.to
}

// A stretch is some messages that belong together, before they are looked at.
type stretch struct {
	from, to int // messages
	active   bool
}

// A cutter cuts one direction of a call.
type cutter struct {
	list []sample // in order of time
	tiny uint16   // messages up to this size are keep-alives
	lnS  [512]float64
	lnG  [512]float64

	sizeBucket [2049]uint8
	gapEdge    [gapBuckets]int64 // ns
}

func newCutter(c Carrier) *cutter {
	x := &cutter{tiny: tinySize(c)}
	for i := range x.lnS {
		x.lnS[i], _ = math.Lgamma(float64(i) + sizeShare)
		x.lnG[i], _ = math.Lgamma(float64(i) + gapShare)
	}
	for i := range x.sizeBucket {
		if x.sizeBucket[i] = uint8(i / 4); i >= 16 {
			x.sizeBucket[i] = uint8(min(4+int(12*math.Log2(float64(i)/16)), sizeBuckets-1))
		}
	}
	for i := range x.gapEdge { // from half a millisecond on
		x.gapEdge[i] = int64(5e5 * math.Pow(2, float64(i)/4))
	}
	return x
}

// tinySize is the largest message that is a keep-alive: a Start of Message and at most a byte.
func tinySize(c Carrier) uint16 { return uint16(som(c)) + 1 }

// cut returns the stretches of a direction in order of time; all messages are in one.
func (c *cutter) cut(list []sample) []stretch {
	c.list = list
	var out []stretch
	if len(list) == 0 {
		return nil
	}
	es := episodes(list)
	for _, e := range es {
		// More segments than can be drawn are seen through longer atoms.
		every := second
		for span := list[e[1]-1].time - list[e[0]].time; span/every >= maxAtoms; {
			every *= 2
		}
		part := c.episode(e[0], e[1], every)
		for len(part) > max(maxSegments/len(es), 8) && every < math.MaxInt64/4 {
			every *= 2
			part = c.episode(e[0], e[1], every)
		}
		out = append(out, part...)
	}
	return out
}

// episodes splits where nothing came for a minute or, when that happens too often, longer: hours
// between two calls must not coarsen the seconds within them.
func episodes(list []sample) [][2]int {
	for gap := 60 * second; ; gap *= 2 {
		var out [][2]int
		from := 0
		for i := 1; i <= len(list); i++ {
			if i == len(list) || list[i].time-list[i-1].time > gap {
				if out = append(out, [2]int{from, i}); len(out) > maxEpisode {
					break
				}
				from = i
			}
		}
		if len(out) <= maxEpisode {
			return out
		}
		if gap > math.MaxInt64/4 {
			return [][2]int{{0, len(list)}}
		}
	}
}

// episode cuts the messages between two long pauses by atoms of so many ns.
func (c *cutter) episode(from, to int, every int64) []stretch {
	begin, span := c.list[from].time, c.list[to-1].time-c.list[from].time
	atoms := make([]pile, int(span/every)+1)
	at := from
	for i := range atoms {
		a := &atoms[i]
		a.from, a.atoms = at, 1
		for at < to && int((c.list[at].time-begin)/every) == i {
			at++
		}
		a.to = at
		c.fill(a, from)
	}
	kinds := active(atoms, float64(every)/1e9, float64(span%every)/float64(every), c.list)
	var out []stretch
	for i := 0; i < len(atoms); {
		j := i
		for j < len(atoms) && kinds[j] == kinds[i] {
			j++
		}
		if kinds[i] {
			for _, p := range c.join(atoms[i:j]) {
				out = append(out, stretch{p.from, p.to, true})
			}
		} else {
			out = append(out, still(atoms[i:j], float64(every)/1e9)...)
		}
		i = j
	}
	for i := 1; i < len(out); i++ {
		c.border(&out[i-1], &out[i], every)
	}
	c.edges(out)
	keep := out[:0]
	for _, s := range out {
		if s.to > s.from {
			keep = append(keep, s)
		}
	}
	return keep
}

// fill counts the messages of a pile; their gaps are those before them, back to first.
func (c *cutter) fill(p *pile, first int) {
	for i := p.from; i < p.to; i++ {
		m := &c.list[i]
		if m.size <= c.tiny {
			continue
		}
		p.size[c.bucketOfSize(m.size)]++
		p.n++
		if i > first {
			p.gap[c.bucketOfGap(m.time-c.list[i-1].time)]++
			p.gaps++
		}
	}
}

// active says of each atom whether there is more in it than hold and quiet. every is the length of
// an atom in seconds and part that of the last one, as a share of it.
func active(atoms []pile, every, part float64, list []sample) []bool {
	n := len(atoms)
	raw := make([]bool, n)
	for i := range atoms {
		raw[i] = float64(atoms[i].to-atoms[i].from) >= voicePace*every
	}
	if n == 1 {
		a := &atoms[0]
		k := a.to - a.from
		span := float64(list[a.to-1].time-list[a.from].time) / 1e9
		raw[0] = k >= minFit && float64(k-1) >= voicePace*span
		return raw
	}
	if part < 0.7 {
		raw[n-1] = raw[n-2]
	}
	// One atom alone is no change.
	out := make([]bool, n)
	for i := range raw {
		a, b := raw[max(i-1, 0)], raw[min(i+1, n-1)]
		if out[i] = raw[i]; a == b && i > 0 && i < n-1 {
			out[i] = a
		}
	}
	return out
}

// still parts what is not active into hold and quiet: by the rate over five atoms.
func still(atoms []pile, every float64) []stretch {
	var out []stretch
	var was bool
	for i := range atoms {
		k := 0
		from, to := max(i-2, 0), min(i+3, len(atoms))
		for j := from; j < to; j++ {
			k += atoms[j].to - atoms[j].from
		}
		hold := float64(k) >= holdPace*every*float64(to-from)
		if i == 0 || hold != was {
			out = append(out, stretch{from: atoms[i].from})
		}
		out[len(out)-1].to = atoms[i].to
		was = hold
	}
	return out
}

func lnGamma(table *[512]float64, n uint32, share float64) float64 {
	if n < uint32(len(table)) {
		return table[n]
	}
	l, _ := math.Lgamma(float64(n) + share)
	return l
}

// ln is the logarithm of how likely the counts of two piles are when they are one. b may be nil.
func (c *cutter) ln(a, b *pile) float64 {
	var l float64
	var n, g uint32 = a.n, a.gaps
	if b == nil {
		for _, k := range a.size {
			if k > 0 {
				l += lnGamma(&c.lnS, k, sizeShare) - c.lnS[0]
			}
		}
		for _, k := range a.gap {
			if k > 0 {
				l += lnGamma(&c.lnG, k, gapShare) - c.lnG[0]
			}
		}
	} else {
		n, g = n+b.n, g+b.gaps
		for i, k := range a.size {
			if k += b.size[i]; k > 0 {
				l += lnGamma(&c.lnS, k, sizeShare) - c.lnS[0]
			}
		}
		for i, k := range a.gap {
			if k += b.gap[i]; k > 0 {
				l += lnGamma(&c.lnG, k, gapShare) - c.lnG[0]
			}
		}
	}
	return l + lnAll(n, sizeBuckets*sizeShare) + lnAll(g, gapBuckets*gapShare)
}

func lnAll(n uint32, share float64) float64 {
	a, _ := math.Lgamma(share)
	b, _ := math.Lgamma(float64(n) + share)
	return a - b
}

// join joins neighbours that are alike.
func (c *cutter) join(atoms []pile) []pile {
	p := append([]pile(nil), atoms...)
	own := make([]float64, len(p))
	for i := range p {
		own[i] = c.ln(&p[i], nil)
	}
	room := make([]float64, len(p))
	for len(p) > 1 {
		gain := room[:len(p)-1] // of joining i and i+1
		best := 0
		for i := range gain {
			gain[i] = c.ln(&p[i], &p[i+1]) - own[i] - own[i+1]
			if gain[i] > gain[best] {
				best = i
			}
		}
		bound := -mergeBound
		if gain[best] <= bound {
			if len(p) <= maxCuts {
				break
			}
			bound = math.Inf(-1) // too many: the least different go on
		}
		// All pairs that are better than their neighbours are joined at once; of equals the last.
		k := 0
		for i := 0; i < len(p); i++ {
			p[k], own[k] = p[i], own[i]
			if i < len(gain) && gain[i] > bound && (i == 0 || gain[i] >= gain[i-1]) && (i+1 == len(gain) || gain[i] > gain[i+1]) {
				p[k].add(&p[i+1])
				own[k] = c.ln(&p[k], nil)
				i++
			}
			k++
		}
		p, own = p[:k], own[:k]
	}
	return c.settle(p)
}

// A look is a pile at a glance.
type look struct {
	z   sizes
	gap float64 // ms, the median
}

func (c *cutter) look(p *pile) look {
	list := make([]uint16, 0, p.to-p.from)
	gaps := make([]float64, 0, p.to-p.from)
	for i := p.from; i < p.to; i++ {
		if m := &c.list[i]; m.size > c.tiny {
			list = append(list, m.size)
			if i > p.from {
				gaps = append(gaps, float64(m.time-c.list[i-1].time)/1e6)
			}
		}
	}
	l := look{z: sizesOf(list)}
	if len(gaps) > 0 {
		l.gap = middle(gaps)
	}
	return l
}

// unlike is how far two looks are apart; 1 and more is a change worth telling.
func unlike(a, b *look) float64 {
	d := math.Abs(a.z.mean-b.z.mean) / max(2.5, 0.7*max(a.z.dev, b.z.dev))
	ratio := (a.gap + 0.1) / (b.gap + 0.1)
	d = max(d, math.Abs(math.Log(ratio))/math.Log(1.25))
	ratio = (a.z.dev + 2) / (b.z.dev + 2)
	return max(d, math.Abs(math.Log(ratio))/math.Log(3))
}

// settle joins what is too short and what differs too little to be told.
func (c *cutter) settle(p []pile) []pile {
	looks := make([]look, len(p))
	for i := range p {
		looks[i] = c.look(&p[i])
	}
	for len(p) > 1 {
		at, how := -1, 1.0
		for i := 1; i < len(p); i++ {
			d := unlike(&looks[i-1], &looks[i])
			if min(p[i-1].atoms, p[i].atoms) < shortest {
				d = 0.999 * d / (1 + d) // the shorter one belongs to one of its neighbours
			}
			if d < how {
				at, how = i, d
			}
		}
		if at < 0 {
			break
		}
		p[at-1].add(&p[at])
		looks[at-1] = c.look(&p[at-1])
		p = append(p[:at], p[at+1:]...)
		looks = append(looks[:at], looks[at+1:]...)
	}
	return p
}

// border moves the border of two neighbours, by at most one and a half atoms, to where both
// explain best what lies about it.
func (c *cutter) border(a, b *stretch, every int64) {
	if a.to <= a.from || b.to <= b.from {
		return
	}
	reach := every + every/2
	edge := c.list[b.from].time
	lo, hi := b.from, b.from
	for lo > a.from+1 && edge-c.list[lo-1].time <= reach {
		lo--
	}
	for hi < b.to && c.list[hi].time-edge <= reach {
		hi++
	}
	var pa, pb pile
	pa.from, pa.to, pb.from, pb.to = a.from, max(lo, a.from+1), min(hi, b.to-1), b.to
	c.fill(&pa, a.from)
	c.fill(&pb, b.from)
	rate := func(p *pile) float64 { // messages a second
		span := float64(c.list[p.to-1].time-c.list[p.from].time) / 1e9
		return max(float64(p.to-p.from), 0.5) / max(span, 0.2)
	}
	ra, rb := rate(&pa), rate(&pb)
	ln := func(p *pile, r float64, m *sample) float64 {
		l := math.Log(r)
		if m.size > c.tiny {
			l += math.Log((float64(p.size[c.bucketOfSize(m.size)]) + sizeShare) / (float64(p.n) + sizeBuckets*sizeShare))
		}
		return l
	}
	// The gain of giving messages lo to k-1 to a, and the time until the last or the next of them.
	var sum float64
	best, at := math.Inf(-1), b.from
	for k := lo; k <= hi && k < b.to; k++ {
		if k > lo {
			m := &c.list[k-1]
			sum += ln(&pa, ra, m) - ln(&pb, rb, m)
		}
		t := c.list[k].time
		if ra > rb && k > a.from {
			t = c.list[k-1].time
		}
		if gain := sum - (ra-rb)*float64(t-c.list[lo].time)/1e9; gain > best {
			best, at = gain, k
		}
	}
	a.to, b.from = at, at
}

// edges gives back to voice what borders on it and is like it: of a stretch in which next to
// nothing comes, the first and the last messages may be all there is, and border leaves it one.
func (c *cutter) edges(list []stretch) {
	for i := range list {
		v := &list[i]
		if !v.active || v.to-v.from < minFit {
			continue
		}
		var sizes [sizeBuckets]bool
		for j := v.from; j < v.to; j++ {
			sizes[c.bucketOfSize(c.list[j].size)] = true
		}
		reach := 3 * (c.list[v.to-1].time - c.list[v.from].time) / int64(v.to-v.from-1)
		like := func(j int, from int64) bool {
			m := &c.list[j]
			b := c.bucketOfSize(m.size)
			near := sizes[b] || b > 0 && sizes[b-1] || b+1 < sizeBuckets && sizes[b+1]
			return m.size > c.tiny && near && max(m.time-from, from-m.time) <= reach
		}
		if i > 0 && !list[i-1].active {
			for b := &list[i-1]; b.to > b.from && like(b.to-1, c.list[v.from].time); {
				b.to, v.from = b.to-1, v.from-1
			}
		}
		if i+1 < len(list) && !list[i+1].active {
			for b := &list[i+1]; b.to > b.from && like(b.from, c.list[v.to-1].time); {
				b.from, v.to = b.from+1, v.to+1
			}
		}
	}
}
