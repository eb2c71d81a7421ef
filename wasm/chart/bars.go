package chart

import (
	"math"

	"somscope/wasm/proto"
)

// Bars is a histogram: how often values came.
type Bars struct {
	Name  string // what it shows, for those who cannot see it
	Unit  string // of the heights: "packets"
	Along string // what stands along the axis: "bytes"
	Bins  []Bin
	Lines []Line // values to be marked
}

// A Bin is how often a value from From to To came.
type Bin struct {
	From, To float64
	N        float64
	Text     string // under the pointer
	Do       string
}

// A Line marks a value.
type Line struct {
	X    float64
	Name string
}

const barRows = 3 // of names above the bars

// Draw lays the histogram out in a width of CSS pixels; 0 is a usual one.
func (t *Bars) Draw(width int) *proto.Drawing {
	c := &canvas{w: fitWidth(width)}
	low, high, most := math.Inf(1), math.Inf(-1), 0.0
	for _, b := range t.Bins {
		from, ok := sane(b.From)
		to, ok2 := sane(b.To)
		n, ok3 := sane(b.N)
		if !ok || !ok2 || !ok3 || to < from || n <= 0 {
			continue
		}
		low, high, most = min(low, from), max(high, to), max(most, n)
	}
	// A line stands beside the bars unless it would press them together.
	room := high - low
	for _, l := range t.Lines {
		if v, ok := sane(l.X); ok && v > low-room && v < high+room {
			low, high = min(low, v), max(high, v)
		}
	}
	x := spread(low, high)
	if air := (x.high - x.low) * .02; low <= high {
		if x.low >= 0 {
			x.low = max(x.low-air, 0)
		} else {
			x.low -= air
		}
		x.high += air
	}
	tall := math.Round(min(max(c.w*.16, 80), 130))
	y := scale{low: 0, high: max(most, 1)}
	step := max(roundStep(y.high, int(tall/34)), 1)
	y.high = math.Ceil(y.high/step-1e-9) * step
	y.from, y.to = tall, 0
	values := ticks(0, y.high, step)
	left := 0.0
	for _, v := range values {
		left = max(left, textWide(tickText(v, step)))
	}
	left = math.Ceil(min(left, c.w/3)) + 8
	right := c.w - rightAir
	x.from, x.to = left, right
	for _, v := range values {
		c.line("grid", left, y.at(v), right, y.at(v))
		c.text(tickText(v, step), "", left-6, y.at(v)+4, end)
	}
	for _, b := range t.Bins {
		from, ok := sane(b.From)
		to, ok2 := sane(b.To)
		n, ok3 := sane(b.N)
		if !ok || !ok2 || !ok3 || to < from || n <= 0 {
			continue
		}
		p := min(x.at(from), right-2)
		q := max(x.at(to), p+2)
		top := min(y.at(n), tall-1)
		c.add(proto.Shape{Kind: proto.ShapeRect, Class: "bar", Text: b.Text, Do: b.Do}, p, top, q-p, tall-top)
	}
	var rest []entry
	crossed := func(from, to float64) bool { // by another line
		for _, l := range t.Lines {
			if v, ok := sane(l.X); ok && v >= x.low && v <= x.high {
				if at := x.at(v); at > from && at < to {
					return true
				}
			}
		}
		return false
	}
	for _, l := range t.Lines {
		v, ok := sane(l.X)
		if !ok {
			continue
		}
		if v < x.low || v > x.high {
			rest = append(rest, entry{text: l.Name + ": " + tickText(v, 1) + " (beside the picture)", class: "limit"})
			continue
		}
		at := x.at(v)
		c.add(proto.Shape{Kind: proto.ShapeLine, Class: "limit", Text: l.Name}, at, 0, at, tall)
		placed := false
		for row := 0; row < barRows && !placed; row++ {
			base := 2 + ascent + float64(row)*lineGap
			wide := textWide(l.Name)
			if at+4+wide <= right && !crossed(at+1, at+4+wide) {
				placed = c.text(l.Name, "limit-text", at+4, base, start)
			}
			if !placed && at-4-wide >= left && !crossed(at-4-wide, at-1) {
				placed = c.text(l.Name, "limit-text", at-4, base, end)
			}
		}
		if !placed {
			rest = append(rest, entry{text: l.Name + ": " + tickText(v, 1), class: "limit"})
		}
	}
	c.line("axis", left, tall, right, tall)
	step = roundStep(x.high-x.low, max(int((right-left)/64), 1))
	before := ""
	for _, v := range ticks(x.low, x.high, step) {
		s := tickText(v, step)
		if s == before {
			continue
		}
		before = s
		at := x.at(v)
		c.line("axis", at, tall, at, tall+5)
		if half := textWide(s) / 2; at+half > c.w {
			c.text(s, "", c.w, tall+9+ascent, end)
		} else {
			c.text(s, "", at, tall+9+ascent, amid)
		}
	}
	c.text(t.Along, "unit", right, tall+26+ascent, end)
	var head []entry
	if t.Unit != "" {
		head = append(head, entry{text: t.Unit})
	}
	above := c.legend(append(head, rest...), 10)
	return c.done(t.Name, above, tall+26+lineGap)
}
