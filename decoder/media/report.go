package media

import "math"

// maxSlices is how many slices of time a report has at most: more could not be drawn.
const maxSlices = 600

// Report makes the report. It does not change the meter.
func (m *Meter) Report(c Carrier) *Report {
	r := &Report{Carrier: c, Every: second, Left: m.left}
	var timed, bare [2][]sample
	back := 0
	for i := range m.list {
		if m.list[i].back {
			back++
		}
	}
	timed[0], timed[1] = make([]sample, 0, len(m.list)-back), make([]sample, 0, back)
	for i := range m.list {
		s := &m.list[i]
		d := 0
		if s.back {
			d = 1
		}
		if s.time == noTime {
			bare[d] = append(bare[d], *s)
			r.Untimed++
		} else {
			timed[d] = append(timed[d], *s)
		}
	}
	first, last := int64(math.MaxInt64), int64(-1)
	for d := range timed {
		if l := timed[d]; len(l) > 0 {
			l = sortTimes(l)
			timed[d] = l
			first, last = min(first, l[0].time), max(last, l[len(l)-1].time)
		}
	}
	a := analyst{carrier: c, cut: newCutter(c), priors: newPriors(), points: Points(c)}
	if last >= 0 {
		r.Begin = first
		for (last-first)/r.Every >= maxSlices {
			r.Every *= 2
		}
		n := int((last-first)/r.Every) + 1
		for d := range timed {
			r.Slices[d] = slice(timed[d], first, r.Every, n)
			r.Segments[d] = a.segments(timed[d], d == 1, r)
		}
		early(r)
		for d := range r.Segments {
			for i := range r.Segments[d] {
				a.say(r.Segments[d], i, &a.seen[d][i])
			}
		}
	}
	for d := range bare {
		if len(r.Segments[d]) == 0 && len(bare[d]) > 0 {
			r.Segments[d] = []Segment{a.untimed(bare[d], d == 1)}
		}
	}
	for d := range r.Sizes {
		r.Sizes[d] = m.sizes(d == 1)
	}
	r.Words = a.words(r)
	return r
}

// sizes counts how often messages of each size came in a direction.
func (m *Meter) sizes(back bool) []Count {
	var list []uint16
	for i := range m.list {
		if s := &m.list[i]; s.back == back {
			list = append(list, s.size)
		}
	}
	sortSizes(list)
	var out []Count
	for i, n := range list {
		if i == 0 || n != list[i-1] {
			out = append(out, Count{Bytes: int(n)})
		}
		out[len(out)-1].Messages++
	}
	return out
}

// slice fills the slices of a direction, all but what is missing.
func slice(list []sample, begin, every int64, n int) []Slice {
	out := make([]Slice, n)
	var sizes []uint16
	for at := 0; at < len(list); {
		i := int((list[at].time - begin) / every)
		s := &out[i]
		s.First = list[at].packet
		sizes = sizes[:0]
		gaps, sum := 0, int64(0)
		for ; at < len(list) && int((list[at].time-begin)/every) == i; at++ {
			s.Messages++
			s.Bytes += int(list[at].size)
			s.First = min(s.First, list[at].packet)
			sizes = append(sizes, list[at].size)
			if at > 0 {
				g := list[at].time - list[at-1].time
				sum += min(g, math.MaxInt64/2-sum)
				gaps++
				s.MaxGap = max(s.MaxGap, float64(g)/1e6)
			}
		}
		sortSizes(sizes)
		s.Low, s.Mid, s.High = int(sizes[0]), int(sizes[len(sizes)/2]), int(sizes[len(sizes)-1])
		if gaps > 0 {
			s.Gap = float64(sum) / float64(gaps) / 1e6
		}
	}
	return out
}

// An analyst looks at stretches of messages.
type analyst struct {
	carrier Carrier
	cut     *cutter
	priors  *priors
	points  []Point
	seen    [2][]known // one for each segment of a report
}

// known is what is known of a segment beside what the report says.
type known struct {
	z    sizes
	pace pace
	none float64 // share of "none of these"
	even int     // whole seconds of voice at the same pace
	all  int     // whole seconds of voice
}

// segments are those of a direction, in order of time.
func (a *analyst) segments(list []sample, back bool, r *Report) []Segment {
	d := 0
	if back {
		d = 1
	}
	parts := a.cut.cut(list)
	var out []Segment
	var kept []stretch
	for i := 0; i < len(parts); i++ {
		p := parts[i]
		g, k := a.segment(list[p.from:p.to], p.active, back)
		// Neighbours of a kind that is not voice are one.
		if n := len(out) - 1; n >= 0 && g.Kind == out[n].Kind && g.Kind != Voice && list[p.from].time-out[n].To < 10*second {
			p.from = kept[n].from
			p.active = p.active || kept[n].active
			g, k = a.segment(list[p.from:p.to], p.active, back)
			out[n], kept[n], a.seen[d][n] = g, p, k
			continue
		}
		out, kept, a.seen[d] = append(out, g), append(kept, p), append(a.seen[d], k)
	}
	for i := range kept {
		a.missing(list[kept[i].from:kept[i].to], &out[i], &a.seen[d][i], r.Slices[d], r)
		a.evenness(list[kept[i].from:kept[i].to], &out[i], &a.seen[d][i])
	}
	out, a.seen[d] = pauses(out, a.seen[d], back)
	return out
}

// early marks what lies before the first voice of either direction. A call that has not begun
// cannot be held: three messages a second are then what keeps the way open while it is set up.
func early(r *Report) {
	first := int64(math.MaxInt64)
	for _, list := range r.Segments {
		for i := range list {
			if list[i].Kind == Voice {
				first = min(first, list[i].From)
			}
		}
	}
	if first == math.MaxInt64 {
		return
	}
	for _, list := range r.Segments {
		for i := range list {
			// One direction may begin some moments after the other.
			if g := &list[i]; (g.Kind == Hold || g.Kind == Quiet) && g.From < first && g.To-first < first-g.From {
				g.Kind, g.Early = Quiet, true
			}
		}
	}
}

// pauses puts a quiet segment wherever nothing came for long, and lets quiet and hold reach from
// neighbour to neighbour.
func pauses(list []Segment, seen []known, back bool) ([]Segment, []known) {
	var out []Segment
	var ks []known
	for i := range list {
		if i > 0 {
			a, b := &out[len(out)-1], &list[i]
			soft := func(g *Segment) bool { return g.Kind == Hold || g.Kind == Quiet }
			switch gap := b.From - a.To; {
			case gap > 3*second && a.Kind == Quiet:
				a.To = b.From
			case gap > 3*second && b.Kind == Quiet:
				b.From = a.To
			case gap > 3*second:
				out = append(out, Segment{Back: back, Kind: Quiet, From: a.To, To: b.From, First: 1})
				ks = append(ks, known{})
			case soft(a) && !soft(b):
				a.To = b.From
			case soft(b):
				b.From = a.To
			}
		}
		out, ks = append(out, list[i]), append(ks, seen[i])
	}
	for i := range out {
		if g := &out[i]; g.Kind == Quiet || g.Kind == Hold {
			g.Rate = rate(g.Mean*float64(g.Messages), g.From, g.To)
		}
	}
	return out, ks
}

// rate is bytes a second, 0 when no time passes.
func rate(bytes float64, from, to int64) float64 {
	if to <= from {
		return 0
	}
	return bytes / (float64(to-from) / 1e9)
}

// segment looks at a stretch of messages.
func (a *analyst) segment(list []sample, active, back bool) (Segment, known) {
	g := Segment{Back: back, Kind: Quiet, From: list[0].time, To: list[len(list)-1].time, First: list[0].packet, Messages: len(list)}
	var k known
	var bytes float64
	big := make([]uint16, 0, len(list))
	gaps := make([]float64, 0, len(list))
	before := int64(noTime)
	for i := range list {
		m := &list[i]
		g.First, g.Last = min(g.First, m.packet), max(g.Last, m.packet)
		bytes += float64(m.size)
		if m.size <= a.cut.tiny {
			continue
		}
		big = append(big, m.size)
		if before != noTime {
			gaps = append(gaps, float64(m.time-before)/1e6)
		}
		before = m.time
	}
	g.Rate = rate(bytes, g.From, g.To)
	if !active || len(big) < minFit {
		all := make([]uint16, len(list))
		for i := range list {
			all[i] = list[i].size
		}
		k.z = sizesOf(all)
		k.z.mean = bytes / float64(len(list))
		g.Mean, g.Dev = k.z.mean, k.z.dev
		if span := float64(g.To-g.From) / 1e9; span > 0 && float64(len(list)-1)/span >= holdPace && len(list) >= minFit {
			g.Kind = Hold
		}
		if len(gaps) > 0 {
			g.Gap = middle(gaps)
		}
		return g, k
	}
	k.z, k.pace = sizesOf(big), paceOf(gaps)
	g.Mean, g.Dev, g.Gap, g.GapDev = k.z.mean, k.z.dev, k.pace.ms, k.pace.dev
	rank := a.priors.rank(a.points, &k.z, &k.pace)
	k.none = rank.none
	g.Kind = a.kind(&g, &k)
	g.Fits = a.explain(&rank, &k)
	return g, k
}

// kind tells voice from more than voice.
func (a *analyst) kind(g *Segment, k *known) Kind {
	pace := 0.0
	if k.pace.mean > 0 {
		pace = 1000 / k.pace.mean
	}
	span := float64(g.To-g.From) / 1e9
	if span > 0 {
		pace = max(pace, float64(g.Messages-1)/span)
	}
	full := k.z.mean >= 1000
	switch {
	case pace > 130,
		full,
		k.z.mean > 350 && (!k.pace.clock || k.none > 0.5 && k.z.dev > evenDev), // a clock of equal messages is no file
		k.z.video > 0.1 && k.z.dev > 40:
		return Bulk
	}
	return Voice
}

// untimed looks at messages without a time: only their sizes speak.
func (a *analyst) untimed(list []sample, back bool) Segment {
	g := Segment{Back: back, Kind: Voice, First: list[0].packet, Messages: len(list)}
	big := make([]uint16, 0, len(list))
	for i := range list {
		g.First, g.Last = min(g.First, list[i].packet), max(g.Last, list[i].packet)
		if list[i].size > a.cut.tiny {
			big = append(big, list[i].size)
		}
	}
	if len(big) < minFit {
		g.Kind = Quiet
		g.Says = count(len(list), "message") + " without a time, too few or too small for anything to be said"
		return g
	}
	k := known{z: sizesOf(big)}
	g.Mean, g.Dev = k.z.mean, k.z.dev
	if k.z.mean >= 1000 {
		g.Kind = Bulk
	}
	rank := a.priors.rank(a.points, &k.z, nil)
	k.none = rank.none
	g.Fits = a.explain(&rank, &k)
	g.Says = count(len(list), "message") + " of " + sizeWords(&k.z) + ", none with a time: without their pace most points cannot be told apart"
	return g
}

// missing counts the messages that seem to be lost: of the segment, and in its slices.
func (a *analyst) missing(list []sample, g *Segment, k *known, slices []Slice, r *Report) {
	if g.Kind != Voice || !k.pace.clock || k.pace.ms < 2 {
		return
	}
	ms, sharp := k.pace.ms, k.pace.sharp()
	// Where jitter hides which messages are lost, what the rate lacks is.
	before, lost, debt := int64(noTime), 0, 0.0
	n, at := 0, -1
	for i := range list {
		m := &list[i]
		if m.size <= a.cut.tiny {
			continue
		}
		n++
		if before != noTime {
			gap := float64(m.time-before) / 1e6
			now := int((m.time - r.Begin) / r.Every)
			miss := 0
			switch {
			case gap > 2000:
			case sharp:
				miss = max(int(gap/ms+0.5)-1, 0)
			default:
				if now != at && debt >= 0.5 {
					miss = int(debt + 0.5)
					debt -= float64(miss)
				}
				debt += gap/ms - 1
			}
			at = now
			lost += miss
			if now >= 0 && now < len(slices) {
				slices[now].Missing += miss
			}
		}
		before = m.time
	}
	if !sharp && debt >= 0.5 {
		lost += int(debt + 0.5)
		if at >= 0 && at < len(slices) {
			slices[at].Missing += int(debt + 0.5)
		}
	}
	if n+lost > 0 {
		g.Missing = float64(lost) / float64(n+lost)
	}
}

// evenness counts the whole seconds of voice, and those that hold about as many messages as the
// pace of their segment asks for.
func (a *analyst) evenness(list []sample, g *Segment, k *known) {
	if g.Kind != Voice || k.pace.mean <= 0 {
		return
	}
	want := 1000 / k.pace.mean
	at := 0
	for from := g.From; from+second <= g.To; from += second {
		n := 0
		for at < len(list) && list[at].time < from+second {
			if list[at].size > a.cut.tiny {
				n++
			}
			at++
		}
		k.all++
		if float64(n) > 0.7*want && float64(n) < 1.3*want+1 {
			k.even++
		}
	}
}
