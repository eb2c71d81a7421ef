package sheet

import (
	"fmt"
	"math"
	"strconv"

	"somscope/decoder/detect"
	"somscope/decoder/field"
	"somscope/wasm/chart"
	"somscope/wasm/proto"
)

const (
	beliefWindow = 30    // messages, as the paper has it
	beliefFloor  = -20.0 // below which the drawings do not go
)

var bonfiglio = field.Cite{Key: "bon", Where: "§4.2"}

// Belief writes the sheet of the naive Bayes classifier about a flow, by its number from 1: how
// it came to believe in voice, or not to. x is nil when no direction has enough messages; c are
// the flow's packets.
func Belief(flow uint32, x *detect.Bayes, c *detect.Conversation, note string, env Env) *proto.Sheet {
	w := &writer{&proto.Sheet{Flow: flow, Done: env.Done}, env}
	w.Title = "Flow " + strconv.FormatUint(uint64(flow), 10) + ": naive Bayes"
	var timed [2]int
	if c != nil {
		for i := range c.Packets {
			if p := &c.Packets[i]; !p.NoTime {
				timed[p.Dir&1]++
			}
		}
	}
	if x == nil {
		w.Lead = "The classifier has nothing to say: it needs " + strconv.Itoa(beliefWindow) + " messages with times in one direction."
		w.text(fmt.Sprintf("This flow has %s from A to B and %s from B to A. The classifier of Bonfiglio et al. looks at windows of %d messages of one direction; with fewer of them the mean of the gaps says too little.",
			count(int64(timed[0]), "such message"), count(int64(timed[1]), "such message"), beliefWindow), bonfiglio)
		return w.Sheet
	}
	best := 0
	if x.Windows[0] == 0 || x.Windows[1] > 0 && x.B(1) > x.B(0) {
		best = 1
	}
	if x.B(best) > x.Bound {
		w.Lead = "It says voice: B is " + belief(x.B(best)) + " from " + ways[best] + ", above " + belief(x.Bound) + "."
	} else {
		w.Lead = "It says no voice: B is " + belief(x.B(best)) + " at most, and must be above " + belief(x.Bound) + "."
	}
	w.head("How it decides")
	w.text("Bonfiglio et al. ask two questions of each "+strconv.Itoa(beliefWindow)+" messages of a direction. Are the messages as long as one codec at one rate would make them? And is the mean gap between them the time of its blocks: 10, 20, 30, 40 or 60 ms? Each answer is a belief: the logarithm of how likely such sizes, or such a gap, would be if it were so. 0 and a little below is a good fit; each step down by 1 makes it 2.7 times less likely.",
		bonfiglio)
	w.text("Both beliefs are averaged over all windows of a direction, that in sizes for the one codec that does best over the whole, that in gaps for the one time. Both must hold, so the smaller of the two averages decides: it is called B, and voice is what has a B above "+belief(x.Bound)+". A single good window is not enough, and neither are sizes that fit without the rhythm, as in a file transfer with packets of one length.",
		bonfiglio)
	w.dim("Our emulation lets no window fall below -100, so that one window with another size does not outvote a call; the drawings end at "+belief(beliefFloor)+", and what is lower is drawn there.", field.Cite{Key: "somscope"})

	w.head("What it makes of this flow")
	t := newTable("", "Way", "Windows", "Sizes", "Gaps", "B", "Says", "Sizes fit best")
	for dir := range ways {
		t.cell(ways[dir])
		t.num(thousands(int64(x.Windows[dir])))
		if x.Windows[dir] == 0 {
			t.num("-")
			t.num("-")
			t.num("-")
			t.cell("nothing: " + count(int64(timed[dir]), "message") + ", " + strconv.Itoa(beliefWindow) + " are needed")
			t.cell("-")
			continue
		}
		t.num(belief(x.Size[dir]))
		t.num(belief(x.Gap[dir]))
		t.num(belief(x.B(dir)))
		t.cell(verdict(x.B(dir), x.Bound))
		t.cell(x.Point[dir])
	}
	w.table(t)
	for dir := range ways {
		if x.Windows[dir] > 0 {
			w.direction(x, c, dir)
		}
	}
	if note != "" {
		w.dim(note)
	}
	return w.Sheet
}

// belief writes a logarithm.
func belief(v float64) string {
	if v == math.Trunc(v) {
		return fixed(v, 0)
	}
	return fixed(v, 1)
}

func verdict(b, bound float64) string {
	if b > bound {
		return "voice"
	}
	return "no voice"
}

// direction draws the beliefs of one direction, and writes them as a table.
func (w *writer) direction(x *detect.Bayes, c *detect.Conversation, dir int) {
	w.head(ways[dir])
	size, gap := x.Size[dir], x.Gap[dir]
	why := "both are believed in alike"
	switch {
	case size < gap-.05:
		why = "the sizes are believed in less and decide"
	case gap < size-.05:
		why = "the gaps are believed in less and decide"
	}
	sum, yes := 0.0, 0
	sizes := chart.Series{Name: "belief in sizes"}
	gaps := chart.Series{Name: "belief in gaps"}
	least := chart.Series{Name: "the smaller of both"}
	var hits []chart.Hit
	t := newTable("", "Window", "Ends at s", "Packet", "Sizes", "Gaps", "Smaller", "Says", "Sizes fit best")
	times, first := timesOf(c, dir)
	before := w.env.since(first)
	n := 0
	for i := range x.Steps {
		s := &x.Steps[i]
		if int(s.Dir) != dir {
			continue
		}
		n++
		a, b := float64(s.Size), float64(s.Gap)
		m := min(a, b)
		sum += a
		if m > x.Bound {
			yes++
		}
		at := math.NaN()
		if ns, ok := times[s.Packet]; ok {
			at = w.env.since(ns)
		}
		for _, x := range [...]float64{before, at} { // a step as long as the window
			sizes.Points = append(sizes.Points, chart.Point{X: x, Y: max(a, beliefFloor)})
			gaps.Points = append(gaps.Points, chart.Point{X: x, Y: max(b, beliefFloor)})
			least.Points = append(least.Points, chart.Point{X: x, Y: max(m, beliefFloor)})
		}
		do := packetDo(s.Packet + 1)
		hits = append(hits, chart.Hit{From: before, To: at, Do: do,
			Text: fmt.Sprintf("window %d, to packet %d: sizes %s, gaps %s: %s", n, s.Packet+1, belief(a), belief(b), verdict(m, x.Bound))})
		before = at
		if n > maxWindows {
			continue
		}
		t.num(thousands(int64(n)))
		t.num(seconds(at))
		t.linkNum(thousands(int64(s.Packet)+1), do)
		t.num(belief(a))
		t.num(belief(b))
		t.num(belief(m))
		t.cell(verdict(m, x.Bound))
		t.cell(s.Point)
	}
	w.text(fmt.Sprintf("Of %s %s speak for voice. Over all of them the sizes fit %s best, with a belief of %s, and that in the gaps is %s; %s, so B is %s: %s.",
		count(int64(n), "window"), thousands(int64(yes)), x.Point[dir], belief(size), belief(gap), why, belief(x.B(dir)), verdict(x.B(dir), x.Bound)), bonfiglio)
	if mean := sum / float64(max(n, 1)); mean > size+.5 {
		w.dim("One working point must fit all windows: the best of each window alone would have made the mean belief in sizes " + belief(mean) + ". A call that changes its codec pays for that.")
	}
	top := 1.0
	w.time("Belief of each window from "+ways[dir]+"; above the line both speak for voice.", &chart.Time{
		Unit: "logarithm of likelihood", Series: []chart.Series{sizes, gaps, least}, Hits: hits,
		Low: beliefFloor, High: top, From: w.env.since(first), To: before,
		Bands:  []chart.Band{{Name: "voice", Low: x.Bound, High: top}},
		Limits: []chart.Limit{{Name: "threshold " + belief(x.Bound), Y: x.Bound}},
	}, bonfiglio)
	w.fold("Window by window, " + ways[dir])
	w.table(t)
	if n > maxWindows {
		w.dim("And " + thousands(int64(n-maxWindows)) + " windows more, which are in the drawing.")
	}
}

// maxWindows is how many windows a table lists.
const maxWindows = 200

// timesOf are the times of a direction's packets, by their number from 0, and that of the first.
func timesOf(c *detect.Conversation, dir int) (all map[uint32]int64, first int64) {
	all = map[uint32]int64{}
	if c == nil {
		return all, 0
	}
	for i := range c.Packets {
		if p := &c.Packets[i]; !p.NoTime && int(p.Dir&1) == dir {
			if len(all) == 0 {
				first = p.Time
			}
			all[p.Packet] = p.Time
		}
	}
	return all, first
}
