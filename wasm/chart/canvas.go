package chart

import (
	"math"
	"strconv"
	"unicode/utf8"

	"somscope/wasm/proto"
)

// What text measures. The sheet sets it in 12 px; a letter is taken for wider than it is.
const (
	letter  = 7.0  // px a character
	ascent  = 11.0 // px above the line it stands on
	descent = 3.0
	lineGap = 16.0 // px from one line of text to the next
)

// Widths that a drawing may have, px.
const (
	defaultWidth = 640
	leastWidth   = 240
	mostWidth    = 4000
)

func fitWidth(w int) float64 {
	if w <= 0 {
		w = defaultWidth
	}
	return float64(min(max(w, leastWidth), mostWidth))
}

// textWide is how much room a text is given.
func textWide(s string) float64 { return float64(utf8.RuneCountInString(s)) * letter }

// cut shortens a text to a room; "" when not even three letters of it fit.
func cut(s string, room float64) string {
	if textWide(s) <= room {
		return s
	}
	n := int(room/letter) - 1
	if n < 3 {
		return ""
	}
	return string([]rune(s)[:n]) + "…"
}

// An anchor says where of a text its point is.
type anchor uint8

const (
	amid anchor = iota
	start
	end
)

var anchorClass = [...]string{amid: "axis-text middle", start: "axis-text start", end: "axis-text end"}

type box struct{ x1, y1, x2, y2 float64 }

func (a box) over(b box) bool { return a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2 }

// textBox is where a text lies that stands on y.
func textBox(s string, x, y float64, a anchor) box {
	w := textWide(s)
	switch a {
	case amid:
		x -= w / 2
	case end:
		x -= w
	}
	return box{x, y - ascent, x + w, y + descent}
}

// A canvas is a drawing that is being made. Below 0 is room for the legend, which is made last.
type canvas struct {
	w      float64
	shapes []proto.Shape
	texts  []box
}

func (c *canvas) add(s proto.Shape, points ...float64) {
	s.Points = make([]float32, len(points))
	for i, v := range points {
		s.Points[i] = float32(math.Round(v*10) / 10)
	}
	c.shapes = append(c.shapes, s)
}

func (c *canvas) line(class string, x1, y1, x2, y2 float64) {
	c.add(proto.Shape{Kind: proto.ShapeLine, Class: class}, x1, y1, x2, y2)
}

func (c *canvas) rect(class string, x, y, w, h float64) {
	c.add(proto.Shape{Kind: proto.ShapeRect, Class: class}, x, y, w, h)
}

// text writes a text where it lies over no other and does not leave the drawing at its sides;
// otherwise it writes nothing and reports false.
func (c *canvas) text(s, more string, x, y float64, a anchor) bool {
	b := textBox(s, x, y, a)
	if s == "" || b.x1 < 0 || b.x2 > c.w {
		return false
	}
	for _, o := range c.texts {
		if b.over(o) {
			return false
		}
	}
	c.texts = append(c.texts, b)
	class := anchorClass[a]
	if more != "" {
		class += " " + more
	}
	c.add(proto.Shape{Kind: proto.ShapeText, Class: class, Text: s}, x, y)
	return true
}

// done shifts all down by the height of what stands above, and ends the drawing.
func (c *canvas) done(name string, above, height float64) *proto.Drawing {
	above = math.Ceil(above)
	for i := range c.shapes {
		s := &c.shapes[i]
		switch s.Kind {
		case proto.ShapeRect, proto.ShapeDot, proto.ShapeText:
			s.Points[1] += float32(above)
		default:
			for j := 1; j < len(s.Points); j += 2 {
				s.Points[j] += float32(above)
			}
		}
	}
	return &proto.Drawing{Name: name, W: float32(c.w), H: float32(math.Ceil(above + height)), Shapes: c.shapes}
}

// An entry is a line of the legend: a sample and its text.
type entry struct {
	text  string
	class string // of the sample; "" for none
	area  bool   // the sample is a patch, not a line
}

const swatch = 18.0 // px of a sample, 6 of air in it

// legend writes entries in rows that end at the height 0 less gap, and returns how high they are.
func (c *canvas) legend(list []entry, gap float64) float64 {
	type place struct {
		x   float64
		row int
		s   string
	}
	var at []place
	x, row := 0.0, 0
	for _, e := range list {
		room := c.w
		if e.class != "" {
			room -= swatch
		}
		s := cut(e.text, room)
		wide := textWide(s)
		if e.class != "" {
			wide += swatch
		}
		if x > 0 && x+wide > c.w {
			x, row = 0, row+1
		}
		at = append(at, place{x, row, s})
		x += wide + 2*letter
	}
	if len(at) == 0 {
		return gap
	}
	high := float64(row+1)*lineGap + gap
	for i, e := range list {
		p := at[i]
		y := -high + float64(p.row)*lineGap + ascent
		x := p.x
		if e.class != "" {
			if e.area {
				c.rect(e.class+" swatch", x, y-9, swatch-6, 9)
			} else {
				c.line(e.class+" swatch", x, y-4, x+swatch-6, y-4)
			}
			x += swatch
		}
		more := "legend-text"
		if e.class == "" {
			more = "unit"
		}
		c.text(p.s, more, x, y, start)
	}
	return high
}

// A scale carries numbers to pixels.
type scale struct {
	low, high float64 // numbers
	from, to  float64 // px
}

func (s scale) at(v float64) float64 {
	part := (v - s.low) / (s.high - s.low)
	return s.from + (s.to-s.from)*min(max(part, 0), 1)
}

// limitNumber is beyond what is drawn true: sums of such numbers are still finite.
const limitNumber = 1e15

// sane reports whether a number can be drawn, and bounds it.
func sane(v float64) (float64, bool) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, false
	}
	return min(max(v, -limitNumber), limitNumber), true
}

// roundStep is the least of 1, 2 and 5 times a power of ten that divides a span in at most n.
func roundStep(span float64, n int) float64 {
	if !(span > 0) {
		return 1
	}
	least := span / float64(max(n, 1))
	p := math.Pow(10, math.Floor(math.Log10(least)))
	for _, m := range [...]float64{1, 2, 5} {
		if p*m >= least*(1-1e-9) {
			return p * m
		}
	}
	return p * 10
}

// ticks are the multiples of step from low to high.
func ticks(low, high, step float64) []float64 {
	var out []float64
	for k := math.Ceil(low/step - 1e-9); len(out) < 60; k++ {
		v := k * step
		if v > high+step*1e-6 {
			break
		}
		out = append(out, v)
	}
	return out
}

// tickText writes a tick with as many digits as its step needs.
func tickText(v, step float64) string {
	if math.Abs(v) < step/1e6 {
		v = 0
	}
	size := max(math.Abs(v), step)
	unit := ""
	for _, u := range [...]struct {
		from, by float64
		name     string
	}{{1e12, 1e12, " T"}, {1e9, 1e9, " G"}, {1e6, 1e6, " M"}} {
		if size >= u.from {
			v, step, unit = v/u.by, step/u.by, u.name
			break
		}
	}
	decimals := 0
	for s := step; s < 1-1e-9 && decimals < 9; s *= 10 {
		decimals++
	}
	return thousands(strconv.FormatFloat(v, 'f', decimals, 64)) + unit
}

// thousands parts the digits before the point: "12,000.5".
func thousands(s string) string {
	first := 0
	if s != "" && s[0] == '-' {
		first = 1
	}
	whole := len(s)
	for i := range s {
		if s[i] == '.' {
			whole = i
			break
		}
	}
	for i := whole - 3; i > first; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
