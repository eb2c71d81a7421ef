package sheet

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

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
	w.dim("Our emulation lets no window fall below -100, so that one window of another size alone does not sink the mean of a whole call; the drawings end at "+belief(beliefFloor)+", and what is lower is drawn there.", field.Cite{Key: "somscope"})

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
	t := newTable("What each window says alone; and “for all”: under the one working point and the one time that do best over all windows, from whose means B is made",
		"Window", "Ends at s", "Packet", "Sizes", "Gaps", "Smaller", "Says alone", "Sizes for all", "Gaps for all", "Sizes fit best")
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
		t.num(belief(float64(s.AllSize)))
		t.num(belief(float64(s.AllGap)))
		t.cell(s.Point)
	}
	w.text(fmt.Sprintf("Of %s %s speak for voice. Over all of them the sizes fit %s best, with a belief of %s, and that in the gaps is %s; %s, so B is %s: %s.",
		count(int64(n), "window"), thousands(int64(yes)), x.Point[dir], belief(size), belief(gap), why, belief(x.B(dir)), verdict(x.B(dir), x.Bound)), bonfiglio)
	if yes > 0 && x.B(dir) <= x.Bound {
		w.against(x, dir)
	}
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

// against says which windows speak against voice where others speak for it: what fits each of
// them best is not what fits all of them best.
func (w *writer) against(x *detect.Bayes, dir int) {
	gaps, sizes := "decide", "are against it, too"
	if x.Size[dir] < x.Gap[dir] {
		gaps, sizes = sizes, gaps
	}
	if x.Gap[dir] <= x.Bound {
		time := func(ms float64) string { return fixed(ms, 0) + " ms" }
		w.pulled(x, dir, "gaps", gaps, "time", time(x.Ms[dir]), func(s *detect.BayesStep) (float32, float32, string) { return s.AllGap, s.Gap, time(s.Ms) })
	}
	if x.Size[dir] <= x.Bound {
		w.pulled(x, dir, "sizes", sizes, "working point", x.Point[dir], func(s *detect.BayesStep) (float32, float32, string) { return s.AllSize, s.Size, s.Point })
	}
}

// maxPulled is how many groups of windows are named.
const maxPulled = 4

// pulled lists the windows that one of the two questions counts against voice; of gives the belief
// under what was chosen for all, that of the window alone, and what fits it best.
func (w *writer) pulled(x *detect.Bayes, dir int, what, does, one, chosen string, of func(s *detect.BayesStep) (all, alone float32, best string)) {
	type group struct {
		best    string // or "", where nothing fits
		windows []int
	}
	var groups []group
	n, fit := 0, 0
	for i := range x.Steps {
		s := &x.Steps[i]
		if int(s.Dir) != dir {
			continue
		}
		n++
		all, alone, best := of(s)
		switch {
		case float64(all) > x.Bound:
			fit++
			continue
		case float64(alone) <= x.Bound:
			best = ""
		}
		at := slices.IndexFunc(groups, func(g group) bool { return g.best == best })
		if at < 0 {
			at, groups = len(groups), append(groups, group{best: best})
		}
		groups[at].windows = append(groups[at].windows, n)
	}
	slices.SortStableFunc(groups, func(a, b group) int { return len(b.windows) - len(a.windows) })
	text := fmt.Sprintf("The %s %s: one %s must do for all windows. %s fits %s of %d", what, does, one, chosen, thousands(int64(fit)), n)
	var parts []string
	for _, g := range groups[:min(len(groups), maxPulled)] {
		part := ranges(g.windows)
		switch {
		case g.best == "" && what == "gaps":
			part += " with no even pace, as in a hold, a pause or a change"
		case g.best == "":
			part += " with sizes of no working point"
		default:
			part += " where " + g.best + " fits best"
		}
		parts = append(parts, part)
	}
	if more := len(groups) - maxPulled; more > 0 {
		parts = append(parts, "others")
	}
	if len(parts) > 0 {
		text += "; against it count " + strings.Join(parts, ", and ")
	}
	w.text(text+".", bonfiglio)
}

// ranges writes growing numbers of windows: "window 3", "9 windows (1 to 8, 12)".
func ranges(list []int) string {
	var parts []string
	for i := 0; i < len(list); {
		j := i
		for j+1 < len(list) && list[j+1] == list[j]+1 {
			j++
		}
		part := strconv.Itoa(list[i])
		if j > i {
			part += " to " + strconv.Itoa(list[j])
		}
		if parts = append(parts, part); len(parts) == 5 && j+1 < len(list) {
			parts = append(parts, "…")
			break
		}
		i = j + 1
	}
	if len(list) == 1 {
		return "window " + parts[0]
	}
	return count(int64(len(list)), "window") + " (" + strings.Join(parts, ", ") + ")"
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
