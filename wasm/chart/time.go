package chart

import (
	"math"
	"strconv"

	"somscope/wasm/proto"
)

// A Time is a picture of curves over time. Times are seconds since the file's first packet.
type Time struct {
	Name   string // what it shows, for those who cannot see it
	Unit   string // of the curves: "bytes/s"
	Series []Series
	Bands  []Band
	Limits []Limit
	Marks  []Mark
	Tracks []Track
	Hits   []Hit

	// The range of the vertical axis, when Low < High; otherwise it follows from the curves
	// and begins at 0 where none of them is below. What lies outside is drawn at the edge.
	Low, High float64

	// The range of time, when From < To; otherwise that of the curves, tracks and marks.
	From, To float64
}

// A Series is one curve. At most four can be told apart.
type Series struct {
	Name   string
	Points []Point // in order of time
	Wide   float64 // seconds for which each value holds: drawn as steps; 0: joined by lines
	Gap    float64 // seconds between two points beyond which they are not joined; 0: always joined
}

// A Point is a value. One that is no number is a gap in the curve.
type Point struct{ X, Y float64 }

// A Band is a range to be drawn behind the curves.
type Band struct {
	Name      string
	Low, High float64
}

// A Limit is a line across the curves.
type Limit struct {
	Name string
	Y    float64
}

// A Mark stands below the curves.
type Mark struct {
	X     float64
	N     int    // how many it stands for, 0 for 1
	Class string // "lost", "late"
	Do    string // what a click does, see proto.Tool

	// When no more is known than that it was between two times, X being one of them or between
	// them; else both 0.
	From, To float64
}

// A Track is a row of segments below the axis: those of a direction.
type Track struct {
	Name     string
	Segments []Segment
}

// A Segment is a piece of a track.
type Segment struct {
	From, To float64
	Class    string // "voice", "hold": the class of its shape is "segment " and this
	Text     string // in it, where it fits
	Title    string // under the pointer
	Do       string
}

// A Hit is a piece of time that can be pointed at.
type Hit struct {
	From, To float64
	Text     string
	Do       string
}

const (
	leastHit   = 4.0 // px of a hit
	markGap    = 4.0 // px between two marks; closer ones become one
	markStrip  = 13.0
	trackPitch = 20.0
	trackHigh  = 16.0
	rightAir   = 10.0
	maxPaths   = 400  // pieces of a curve
	maxMarks   = 2000 // marks taken
	behindMost = 2.2  // times the highest value: how far what is behind may press the curves down
)

var classes = [...]string{"curve a", "curve b", "curve c", "curve d"}

// Draw lays the picture out in a width of CSS pixels; 0 is a usual one.
func (t *Time) Draw(width int) *proto.Drawing {
	c := &canvas{w: fitWidth(width)}
	x, y := t.timeScale(), t.valueScale()
	high := math.Round(min(max(c.w*.26, 110), 220)) // px of the curves
	step := roundStep(y.high-y.low, int(high/34))
	if t.Low >= t.High {
		y.low = math.Floor(y.low/step+1e-9) * step
		y.high = math.Ceil(y.high/step-1e-9) * step
	}
	y.from, y.to = high, 0

	// The margin at the left holds the numbers of the axis and the names of the tracks.
	values := ticks(y.low, y.high, step)
	left := 0.0
	for _, v := range values {
		left = max(left, textWide(tickText(v, step)))
	}
	left = min(left, c.w/3)
	for i := range t.Tracks {
		left = max(left, min(textWide(t.Tracks[i].Name), c.w/4))
	}
	left = math.Ceil(left) + 8
	right := c.w - rightAir
	x.from, x.to = left, right

	for _, v := range values {
		at := y.at(v)
		c.line("grid", left, at, right, at)
		c.text(tickText(v, step), "", left-6, at+4, end)
	}
	legend := t.bands(c, y, left, right)
	for i := range t.Series {
		t.curve(c, i, x, y)
	}
	c.line("axis", left, 0, left, high)
	c.line("axis", left, high, right, high)
	bottom := high
	if len(t.Marks) > 0 {
		t.marks(c, x, bottom)
		bottom += markStrip
	}
	t.hits(c, x, high)
	t.timeTicks(c, x, bottom)
	bottom += 26
	for i := range t.Tracks {
		t.track(c, &t.Tracks[i], x, bottom)
		bottom += trackPitch
	}
	c.text("seconds since the first packet", "unit", right, bottom+ascent, end)
	bottom += lineGap

	var head []entry
	if t.Unit != "" {
		head = append(head, entry{text: t.Unit})
	}
	if len(t.Series) > 1 {
		for i := range t.Series {
			head = append(head, entry{text: t.Series[i].Name, class: classes[i%len(classes)]})
		}
	}
	above := c.legend(append(head, legend...), 10)
	return c.done(t.Name, above, bottom)
}

// timeScale is the range of time.
func (t *Time) timeScale() scale {
	low, high := math.Inf(1), math.Inf(-1)
	see := func(v float64) {
		if v, ok := sane(v); ok {
			low, high = min(low, v), max(high, v)
		}
	}
	if t.From < t.To {
		see(t.From)
		see(t.To)
	}
	if !(low < high) {
		for i := range t.Series {
			s := &t.Series[i]
			for _, p := range s.Points {
				if _, ok := sane(p.Y); ok {
					see(p.X)
					see(p.X + s.Wide)
				}
			}
		}
		for i := range t.Tracks {
			for _, s := range t.Tracks[i].Segments {
				see(s.From)
				see(s.To)
			}
		}
		for _, m := range t.Marks {
			see(m.X)
		}
	}
	return spread(low, high)
}

// spread makes a scale of a range that may be empty or a single number.
func spread(low, high float64) scale {
	switch {
	case low > high:
		return scale{low: 0, high: 1}
	case high-low <= math.Abs(high)*1e-12:
		by := max(1, math.Abs(high)*1e-9)
		return scale{low: low, high: high + by}
	}
	return scale{low: low, high: high}
}

// valueScale is the range of the curves, and of what is drawn behind them where that does not
// press them flat.
func (t *Time) valueScale() scale {
	if l, ok := sane(t.Low); ok && t.Low < t.High {
		if h, ok := sane(t.High); ok {
			return scale{low: l, high: h}
		}
	}
	low, high := 0.0, 0.0
	for i := range t.Series {
		for _, p := range t.Series[i].Points {
			if v, ok := sane(p.Y); ok {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	most := high * behindMost
	for _, b := range t.Bands {
		if v, ok := sane(b.High); ok && b.Low <= most {
			high = max(high, min(v, most))
		}
	}
	for _, l := range t.Limits {
		if v, ok := sane(l.Y); ok && v <= most && v >= low-most {
			high, low = max(high, v), min(low, v)
		}
	}
	if high <= low {
		high = low + 1
	}
	return scale{low: low, high: high * 1.02}
}

// bands draws what is behind the curves. What finds no place for its name goes to the legend.
func (t *Time) bands(c *canvas, y scale, left, right float64) []entry {
	var rest []entry
	// A name crosses no limit, not even its own.
	crossed := func(base float64) bool {
		for _, l := range t.Limits {
			if v, ok := sane(l.Y); ok && v >= y.low && v <= y.high {
				if at := y.at(v); at > base-ascent+1 && at < base+descent {
					return true
				}
			}
		}
		return false
	}
	for _, b := range t.Bands {
		low, ok := sane(b.Low)
		high, ok2 := sane(b.High)
		if !ok || !ok2 || high < low {
			continue
		}
		if low >= y.high || high <= y.low {
			rest = append(rest, entry{text: b.Name + outside(low >= y.high), class: "band", area: true})
			continue
		}
		top, foot := y.at(high), y.at(low)
		c.add(proto.Shape{Kind: proto.ShapeRect, Class: "band", Text: b.Name}, left, top, right-left, max(foot-top, 1))
		placed := false
		for _, at := range []float64{top + ascent + 2, (top+foot)/2 + 4, foot - descent - 1} {
			if at-ascent >= top && at+descent <= foot && !placed && !crossed(at) {
				placed = c.name(b.Name, "band-text", at, left, right)
			}
		}
		if !placed {
			rest = append(rest, entry{text: b.Name, class: "band", area: true})
		}
	}
	for _, l := range t.Limits {
		v, ok := sane(l.Y)
		if !ok {
			continue
		}
		if v > y.high || v < y.low {
			rest = append(rest, entry{text: l.Name + outside(v > y.high), class: "limit"})
			continue
		}
		at := y.at(v)
		c.add(proto.Shape{Kind: proto.ShapeLine, Class: "limit", Text: l.Name}, left, at, right, at)
		placed := false
		for _, base := range []float64{at - descent - 1, at + ascent + 2} {
			if base-ascent >= 0 && base+descent <= y.from && !placed && !crossed(base) {
				placed = c.name(l.Name, "limit-text", base, left, right)
			}
		}
		if !placed {
			rest = append(rest, entry{text: l.Name, class: "limit"})
		}
	}
	return rest
}

func outside(above bool) string {
	if above {
		return " (above the picture)"
	}
	return " (below the picture)"
}

// name writes a name at the right or at the left of the curves.
func (c *canvas) name(s, class string, y, left, right float64) bool {
	if textWide(s)+8 > right-left {
		return false
	}
	return c.text(s, class, right-4, y, end) || c.text(s, class, left+4, y, start)
}

// curve draws a series, in pieces where it has gaps.
func (t *Time) curve(c *canvas, i int, x, y scale) {
	s := &t.Series[i]
	class := classes[i%len(classes)]
	var path []float64
	pieces := 0
	flush := func() {
		if len(path) == 0 {
			return
		}
		switch pieces++; {
		case pieces > maxPaths:
		case len(path) == 2:
			c.add(proto.Shape{Kind: proto.ShapeDot, Class: class + " dot"}, path[0], path[1], 2)
		default:
			c.add(proto.Shape{Kind: proto.ShapePath, Class: class}, thin(path)...)
		}
		path = nil
	}
	end := math.Inf(-1) // of the point before
	for _, p := range s.Points {
		px, ok := sane(p.X)
		py, ok2 := sane(p.Y)
		if !ok || !ok2 || px < end && s.Wide == 0 {
			if ok && !ok2 {
				flush()
				end = math.Inf(-1)
			}
			continue
		}
		if px+s.Wide < x.low || px > x.high {
			continue
		}
		switch {
		case s.Wide > 0 && px > end+s.Wide*.5, s.Wide == 0 && s.Gap > 0 && px > end+s.Gap:
			flush()
		}
		path = append(path, x.at(px), y.at(py))
		if s.Wide > 0 {
			path = append(path, x.at(px+s.Wide), y.at(py))
		}
		end = px + s.Wide
	}
	flush()
}

// thin keeps of a long path what can be seen: of each pixel the first and last point and both
// extremes.
func thin(path []float64) []float64 {
	if len(path) < 2000 {
		return path
	}
	var out []float64
	for i := 0; i < len(path); {
		col := math.Floor(path[i])
		lo, hi, j := i, i, i
		for j+2 < len(path) && math.Floor(path[j+2]) == col {
			j += 2
			if path[j+1] < path[lo+1] {
				lo = j
			}
			if path[j+1] > path[hi+1] {
				hi = j
			}
		}
		last := -1
		for _, k := range [...]int{i, min(lo, hi), max(lo, hi), j} {
			if k != last {
				out = append(out, path[k], path[k+1])
				last = k
			}
		}
		i = j + 2
	}
	return out
}

// marks draws what stands below the curves: a stroke for what was lost, a dot for the rest.
func (t *Time) marks(c *canvas, x scale, top float64) {
	type group struct {
		at, from, to float64
		n            int
		do           string
	}
	open := map[string]*group{}
	draw := func(class string, g *group) {
		s := proto.Shape{Class: class, Do: g.do, Text: strconv.Itoa(g.n) + " " + class}
		if from := strconv.FormatFloat(g.from, 'f', 2, 64); g.to > g.from {
			s.Text += " between " + from + " and " + strconv.FormatFloat(g.to, 'f', 2, 64) + " s"
		} else {
			s.Text += " at " + from + " s"
		}
		if class == "lost" {
			s.Kind = proto.ShapeLine
			c.add(s, g.at, top+2, g.at, top+markStrip-1)
			return
		}
		s.Kind = proto.ShapeDot
		c.add(s, g.at, top+markStrip/2, 2.5)
	}
	var order []string
	for _, m := range t.Marks[:min(len(t.Marks), maxMarks)] {
		v, ok := sane(m.X)
		if !ok || v < x.low || v > x.high {
			continue
		}
		at := min(max(x.at(v), x.from+3), x.to)
		from, to := v, v
		if a, ok := sane(m.From); ok && m.To > m.From {
			if b, ok := sane(m.To); ok {
				from, to = a, b
			}
		}
		g := open[m.Class]
		if g == nil {
			order = append(order, m.Class)
		}
		if g != nil && math.Abs(at-g.at) < markGap {
			g.n += max(m.N, 1)
			if g.to > g.from {
				g.to = max(g.to, to)
			}
			continue
		}
		if g != nil {
			draw(m.Class, g)
		}
		open[m.Class] = &group{at, from, to, max(m.N, 1), m.Do}
	}
	for _, class := range order {
		draw(class, open[class])
	}
}

// hits lays transparent areas over the curves. Narrow ones are put together.
func (t *Time) hits(c *canvas, x scale, high float64) {
	var open *Hit
	var from, to float64
	flush := func() {
		if open != nil {
			c.add(proto.Shape{Kind: proto.ShapeRect, Class: "hit", Text: open.Text, Do: open.Do}, from, 0, max(to-from, 1), high)
		}
		open = nil
	}
	for i := range t.Hits {
		h := &t.Hits[i]
		a, ok := sane(h.From)
		b, ok2 := sane(h.To)
		if !ok || !ok2 || b < x.low || a > x.high {
			continue
		}
		p, q := min(x.at(a), x.to-1), x.at(b)
		if open != nil && (to-from >= leastHit || p > to+leastHit) {
			flush()
		}
		if open == nil {
			open, from = h, p
		}
		to = max(q, from)
	}
	flush()
}

// timeTicks writes the axis of time.
func (t *Time) timeTicks(c *canvas, x scale, bottom float64) {
	step := roundStep(x.high-x.low, max(int((x.to-x.from)/76), 1))
	before := ""
	for _, v := range ticks(x.low, x.high, step) {
		at := x.at(v)
		s := tickText(v, step)
		if s == before { // finer than its digits
			continue
		}
		before = s
		c.line("axis", at, bottom, at, bottom+5)
		base := bottom + 9 + ascent
		switch half := textWide(s) / 2; {
		case at+half > c.w:
			c.text(s, "", c.w, base, end)
		case at < half:
			c.text(s, "", 0, base, start)
		default:
			c.text(s, "", at, base, amid)
		}
	}
}

// track draws a row of segments.
func (t *Time) track(c *canvas, k *Track, x scale, top float64) {
	base := top + trackHigh/2 + 4
	c.text(cut(k.Name, x.from-8), "track-text", x.from-6, base, end)
	for _, s := range k.Segments {
		from, ok := sane(s.From)
		to, ok2 := sane(s.To)
		if !ok || !ok2 || to < x.low || from > x.high || to < from {
			continue
		}
		a, b := x.at(from), x.at(to)
		a = min(a, x.to-2)
		b = max(b, a+2)
		class := "segment"
		if s.Class != "" {
			class += " " + s.Class
		}
		c.add(proto.Shape{Kind: proto.ShapeRect, Class: class, Text: s.Title, Do: s.Do}, a, top, b-a, trackHigh)
		c.text(cut(s.Text, b-a-6), "segment-text", (a+b)/2, base, amid)
	}
}
