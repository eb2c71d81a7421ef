package chart

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"somscope/wasm/proto"
)

// boundsOf is the rectangle of a shape; of a text its anchor is read from its class.
func boundsOf(s *proto.Shape) box {
	p := s.Points
	f := func(i int) float64 { return float64(p[i]) }
	switch s.Kind {
	case proto.ShapeText:
		a := anchor(9) // none: the sheet would not know
		for _, w := range strings.Fields(s.Class) {
			switch w {
			case "middle":
				a = amid
			case "start":
				a = start
			case "end":
				a = end
			}
		}
		if a > end {
			return box{math.Inf(1), 0, 0, 0}
		}
		return textBox(s.Text, f(0), f(1), a)
	case proto.ShapeRect:
		return box{f(0), f(1), f(0) + f(2), f(1) + f(3)}
	case proto.ShapeDot:
		return box{f(0) - f(2), f(1) - f(2), f(0) + f(2), f(1) + f(2)}
	}
	b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for i := 0; i+1 < len(p); i += 2 {
		b = box{min(b.x1, f(i)), min(b.y1, f(i+1)), max(b.x2, f(i)), max(b.y2, f(i+1))}
	}
	return b
}

// check holds what is promised of every drawing: nothing lies outside, no text over another.
func check(t *testing.T, what string, d *proto.Drawing) {
	t.Helper()
	if d.W < leastWidth || d.H < 60 || d.H > 1200 {
		t.Errorf("%s: %v by %v", what, d.W, d.H)
	}
	const loose = .06 // px, by rounding
	var texts []box
	for i := range d.Shapes {
		s := &d.Shapes[i]
		for _, v := range s.Points {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				t.Fatalf("%s: %+v", what, s)
			}
		}
		switch n := len(s.Points); {
		case s.Kind == proto.ShapeText && n != 2, s.Kind == proto.ShapeRect && n != 4, s.Kind == proto.ShapeDot && n != 3, s.Kind == proto.ShapeLine && n != 4, n%2 == 1 && s.Kind != proto.ShapeDot, n == 0:
			t.Fatalf("%s: %d numbers in %+v", what, n, s)
		}
		b := boundsOf(s)
		if b.x1 < -loose || b.y1 < -loose || b.x2 > float64(d.W)+loose || b.y2 > float64(d.H)+loose || b.x1 > b.x2 || b.y1 > b.y2 {
			t.Errorf("%s: %+v leaves the drawing of %v by %v", what, s, d.W, d.H)
		}
		if s.Kind != proto.ShapeText {
			continue
		}
		if s.Text == "" || s.Class == "" {
			t.Errorf("%s: %+v", what, s)
		}
		b.x1, b.y1, b.x2, b.y2 = b.x1+loose, b.y1+loose, b.x2-loose, b.y2-loose
		for j, o := range texts {
			if b.over(o) {
				t.Errorf("%s: %q lies over text %d", what, s.Text, j)
			}
		}
		texts = append(texts, b)
	}
}

func count(d *proto.Drawing, class string) int {
	n := 0
	for i := range d.Shapes {
		if d.Shapes[i].Class == class || strings.HasPrefix(d.Shapes[i].Class, class+" ") {
			n++
		}
	}
	return n
}

func find(d *proto.Drawing, text string) *proto.Shape {
	for i := range d.Shapes {
		if s := &d.Shapes[i]; s.Kind == proto.ShapeText && s.Text == text {
			return s
		}
	}
	return nil
}

func wave(n int, every, high float64) []Point {
	var out []Point
	for i := range n {
		out = append(out, Point{float64(i) * every, high * (1 + math.Sin(float64(i)/3)) / 2})
	}
	return out
}

// full is a chart with everything in it.
func full() *Time {
	t := &Time{
		Name: "rate", Unit: "bytes/s",
		Series: []Series{{Name: "192.0.2.10:6000 → 198.51.100.7:7078", Points: wave(90, 1, 4000), Wide: 1}, {Name: "back", Points: wave(90, 1, 3000), Wide: 1}},
		Bands:  []Band{{"3 to 16 kB/s", 3000, 16000}, {"2 kB/s, intelligible", 1500, 2000}, {"far", 1e7, 2e7}},
		Limits: []Limit{{"32 kbit/s", 4000}, {"about the same", 4050}, {"deep", -50000}},
	}
	for i := range 90 {
		t.Hits = append(t.Hits, Hit{float64(i), float64(i) + 1, fmt.Sprint(i), fmt.Sprintf("packet:%d", i+1)})
		if i%7 == 0 {
			t.Marks = append(t.Marks, Mark{X: float64(i), Class: "lost", N: 2, Do: "packet:1"}, Mark{X: float64(i) + .01, Class: "lost"}, Mark{X: float64(i), Class: "late"})
		}
	}
	t.Tracks = []Track{
		{"A → B", []Segment{{0, 30, "voice", "iLBC, 30 ms", "voice for 30 s", "packet:1"}, {30, 31, "hold", "hold", "", ""}, {31, 90, "voice", "G.729, 20 ms, 2 blocks a message", "", ""}}},
		{"B → A", []Segment{{0, 90, "voice", "iSAC", "", ""}}},
	}
	return t
}

func widths() []int {
	var out []int
	for w := 280; w <= 1400; w += 37 {
		out = append(out, w)
	}
	return append(out, 0, 1, 239, 1400, 5000, -3)
}

func TestTimeHoldsItsBounds(t *testing.T) {
	for _, w := range widths() {
		d := full().Draw(w)
		check(t, fmt.Sprint(w, " px"), d)
		if count(d, "curve a") < 2 || count(d, "curve b") < 2 || count(d, "band") < 2 || count(d, "limit") < 2 || count(d, "segment") != 4 || count(d, "lost") == 0 || count(d, "late") == 0 || count(d, "hit") < 20 {
			t.Errorf("%d px: something is missing", w)
		}
	}
	d := full().Draw(900)
	for _, s := range []string{"bytes/s", "0", "80", "8,000", "3 to 16 kB/s", "32 kbit/s", "far (above the picture)", "deep (below the picture)", "iLBC, 30 ms", "A → B", "seconds since the first packet"} {
		if find(d, s) == nil {
			t.Errorf("no text %q", s)
		}
	}
	if n := count(d, "lost"); n != 13 {
		t.Errorf("%d marks of loss, want 13: two close ones are one", n)
	}
	for i := range d.Shapes {
		if s := &d.Shapes[i]; s.Class == "lost" && i < 200 && s.Do == "packet:1" {
			if !strings.HasPrefix(s.Text, "3 lost at ") || s.Kind != proto.ShapeLine {
				t.Errorf("%+v", s)
			}
		}
	}
	// A mark whose moment is not known names the time in which it was, and so do several in one.
	vague := Time{Name: "x", Unit: "ms", Series: []Series{{Points: []Point{{0, 1}, {100, 2}}}},
		Marks: []Mark{{X: 10.5, Class: "lost", From: 10, To: 11}, {X: 50.05, Class: "lost", From: 50, To: 50.1}, {X: 50.15, Class: "lost", From: 50.1, To: 50.2}, {X: 90, Class: "late"}}}
	d = vague.Draw(900)
	for _, s := range []string{"1 lost between 10.00 and 11.00 s", "2 lost between 50.00 and 50.20 s", "1 late at 90.00 s"} {
		if !slices.ContainsFunc(d.Shapes, func(x proto.Shape) bool { return x.Text == s }) {
			t.Errorf("no mark %q", s)
		}
	}
	// The wider, the more can be read, and the drawing keeps its shape.
	if a, b := full().Draw(320), full().Draw(1300); a.H >= b.H || len(a.Shapes) > len(b.Shapes) {
		t.Errorf("%v high with %d shapes, and %v with %d", a.H, len(a.Shapes), b.H, len(b.Shapes))
	}
}

func TestTimeOfOddNumbers(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	one := func(p ...Point) *Time { return &Time{Name: "x", Unit: "ms", Series: []Series{{Name: "a", Points: p}}} }
	for name, c := range map[string]*Time{
		"nothing":        {},
		"no point":       one(),
		"one point":      one(Point{5, 3}),
		"all zero":       one(Point{0, 0}, Point{1, 0}),
		"all equal":      one(Point{0, 7}, Point{1, 7}, Point{2, 7}),
		"one time":       one(Point{3, 1}, Point{3, 2}),
		"a gap":          {Series: []Series{{Points: []Point{{0, 1}, {1, 2}, {9, 3}, {10, 2}}, Gap: 2}}},
		"no numbers":     one(Point{nan, 1}, Point{1, nan}, Point{inf, 2}, Point{2, -inf}),
		"some numbers":   one(Point{0, 1}, Point{1, 2}, Point{2, nan}, Point{3, 4}, Point{4, 2}, Point{nan, 5}),
		"huge":           one(Point{0, 1e300}, Point{1e300, -1e300}),
		"tiny":           one(Point{0, 1e-300}, Point{1e-300, 2e-300}),
		"far":            one(Point{1.7e9, 1}, Point{1.7e9 + 1e-6, 2}),
		"below zero":     one(Point{-5, -3}, Point{5, -100}),
		"a fixed range":  {Series: []Series{{Points: []Point{{0, -300}, {1, -2}, {2, 40}}}}, Low: -20, High: 0, Limits: []Limit{{"threshold", -5}}},
		"a wrong range":  {Series: []Series{{Points: []Point{{0, 3}}}}, Low: nan, High: inf, From: inf, To: nan},
		"odd backdrops":  {Series: []Series{{Points: []Point{{0, 3}}}}, Bands: []Band{{"x", nan, 3}, {"y", 5, 2}, {"z", 1, inf}}, Limits: []Limit{{"l", nan}}},
		"odd segments":   {Tracks: []Track{{"a", []Segment{{5, 2, "", "", "", ""}, {nan, 2, "", "", "", ""}, {0, 10, "", "over", "", ""}, {0, 10, "", "over", "", ""}}}}},
		"odd marks":      {Marks: []Mark{{X: nan}, {X: 5, Class: "lost"}, {X: 5, Class: "late"}}, Hits: []Hit{{nan, 3, "", ""}, {5, 4, "", ""}}},
		"long names":     {Unit: strings.Repeat("unit ", 50), Series: []Series{{Name: strings.Repeat("n", 300), Points: []Point{{0, 1}}}, {Name: "b"}}, Bands: []Band{{strings.Repeat("b", 300), 0, 1}}, Tracks: []Track{{strings.Repeat("t", 99), nil}}},
		"seven series":   {Series: make([]Series, 7)},
		"wide steps":     {Series: []Series{{Points: []Point{{0, 1}, {1, 2}, {5, 3}}, Wide: 1}}},
		"an empty track": {Tracks: []Track{{}}},
	} {
		for _, w := range widths() {
			check(t, fmt.Sprint(name, ", ", w, " px"), c.Draw(w))
		}
	}
	if d := one(Point{5, 3}).Draw(500); count(d, "curve a dot") != 1 {
		t.Errorf("a single point is not seen: %+v", d.Shapes)
	}
	if d := one(Point{0, 1}, Point{1, 2}, Point{2, nan}, Point{3, 4}, Point{4, 2}).Draw(500); count(d, "curve a") != 2 {
		t.Errorf("%d pieces of a curve with one gap", count(d, "curve a"))
	}
}

// A name is not struck through by a line.
func TestNamesAreNotCrossed(t *testing.T) {
	for _, w := range widths() {
		for _, d := range []*proto.Drawing{
			full().Draw(w),
			(&Time{Series: []Series{{Points: []Point{{0, 4000}, {9, 100}}}}, Bands: []Band{{"3 to 16 kB/s", 3000, 16000}}, Limits: []Limit{{"32 kbit/s", 4000}, {"5 kB/s", 5000}, {"2 kB/s, the floor", 2000}}}).Draw(w),
			(&Bars{Bins: []Bin{{30, 120, 5, "", ""}}, Lines: []Line{{31, "G.729 20 ms"}, {94, "iSAC 30 ms, 2 blocks"}, {101, "iSAC 30 ms"}, {117, "G.729 30 ms, 3 blocks"}, {119, "iLBC 30 ms, 2 blocks"}}}).Draw(w),
		} {
			names, lines := 0, 0
			for i := range d.Shapes {
				s := &d.Shapes[i]
				if s.Kind != proto.ShapeText || !strings.Contains(s.Class, "band-text") && !strings.Contains(s.Class, "limit-text") && !strings.Contains(s.Class, "legend-text") {
					continue
				}
				names++
				b := boundsOf(s)
				b = box{b.x1 + 1, b.y1 + 2, b.x2 - 1, b.y2 - .5}
				for j := range d.Shapes {
					if l := &d.Shapes[j]; l.Class == "limit" && l.Kind == proto.ShapeLine {
						lines++
						o := boundsOf(l)
						o.x2, o.y2 = o.x2+.01, o.y2+.01
						if b.over(o) {
							t.Errorf("%d px: %q is crossed by %q", w, s.Text, l.Text)
						}
					}
				}
			}
			if names < 4 || lines == 0 {
				t.Errorf("%d px: %d names, %d lines", w, names, lines)
			}
		}
	}
}

// Any chart at all.
func TestTimeByChance(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	some := func() float64 {
		v := (r.Float64() - .3) * math.Pow(10, float64(r.IntN(12)-4))
		if r.IntN(40) == 0 {
			v = []float64{math.NaN(), math.Inf(1), 0}[r.IntN(3)]
		}
		return v
	}
	word := func() string { return strings.Repeat("w", r.IntN(40)) }
	for i := range 400 {
		c := &Time{Unit: word()}
		for range r.IntN(5) {
			s := Series{Name: word(), Gap: float64(r.IntN(3)), Wide: float64(r.IntN(2))}
			at := some()
			for range r.IntN(30) {
				s.Points = append(s.Points, Point{at, some()})
				at += r.Float64()
			}
			c.Series = append(c.Series, s)
		}
		for range r.IntN(4) {
			low := some()
			c.Bands = append(c.Bands, Band{word(), low, low + r.Float64()*100})
			c.Limits = append(c.Limits, Limit{word(), some()})
			c.Marks = append(c.Marks, Mark{X: some(), Class: []string{"lost", "late"}[r.IntN(2)]})
		}
		for range r.IntN(3) {
			k := Track{Name: word()}
			for range r.IntN(6) {
				from := some()
				k.Segments = append(k.Segments, Segment{From: from, To: from + some(), Text: word()})
			}
			c.Tracks = append(c.Tracks, k)
		}
		for range r.IntN(9) {
			from := some()
			c.Hits = append(c.Hits, Hit{from, from + some(), word(), ""})
		}
		check(t, fmt.Sprint("chart ", i), c.Draw(200+r.IntN(1200)))
	}
}

// A long curve is thinned and keeps its peaks.
func TestThin(t *testing.T) {
	var p []Point
	for i := range 200_000 {
		p = append(p, Point{float64(i) / 50, float64(i % 7)})
	}
	p[123_456].Y = 1000
	c := &Time{Series: []Series{{Points: p}}}
	d := c.Draw(800)
	check(t, "long", d)
	least := float32(math.Inf(1))
	for i := range d.Shapes {
		s := &d.Shapes[i]
		if s.Class != "curve a" {
			continue
		}
		if n := len(s.Points); n > 2*4*800 || n < 1000 {
			t.Errorf("%d numbers in a path of 800 px", n)
		}
		for j := 1; j < len(s.Points); j += 2 {
			least = min(least, s.Points[j])
		}
	}
	if least > 60 {
		t.Errorf("the peak is lost: the highest point is at %v px", least)
	}
}

func TestBars(t *testing.T) {
	c := &Bars{Name: "sizes", Unit: "messages", Along: "bytes of a message"}
	for i := range 40 {
		c.Bins = append(c.Bins, Bin{60 + float64(i), 61 + float64(i), float64((i * i) % 37), fmt.Sprint(i), ""})
	}
	c.Lines = []Line{{62, "iLBC, 30 ms"}, {62, "another of the same size"}, {63, "one beside it"}, {64, "and one more of them"}, {64.5, "the fifth"}, {9000, "far away"}, {math.NaN(), "none"}}
	odd := map[string]*Bars{
		"full": c, "nothing": {}, "one": {Bins: []Bin{{5, 5, 3, "", ""}}}, "none counted": {Bins: []Bin{{5, 6, 0, "", ""}}},
		"odd":        {Bins: []Bin{{math.NaN(), 1, 1, "", ""}, {3, 2, 1, "", ""}, {1, 2, math.Inf(1), "", ""}, {1, 2, -4, "", ""}, {0, 65507, 1e12, "", ""}}},
		"lines only": {Lines: []Line{{62, "x"}}}, "long": {Along: strings.Repeat("x", 400), Unit: strings.Repeat("y", 400), Bins: []Bin{{0, 1, 1, "", ""}}, Lines: []Line{{0.5, strings.Repeat("z", 400)}}},
	}
	for name, b := range odd {
		for _, w := range widths() {
			check(t, fmt.Sprint(name, ", ", w, " px"), b.Draw(w))
		}
	}
	d := c.Draw(700)
	bars := 0
	for _, b := range c.Bins {
		if b.N > 0 {
			bars++
		}
	}
	if n := count(d, "bar"); n != bars {
		t.Errorf("%d bars, want %d", n, bars)
	}
	for _, s := range []string{"iLBC, 30 ms: 62", "far away: 9,000 (beside the picture)", "bytes of a message"} {
		if find(d, s) == nil {
			t.Errorf("no text %q", s)
		}
	}
	// A bar that is twice as often is twice as high.
	heights := map[string]float32{}
	for i := range d.Shapes {
		if s := &d.Shapes[i]; s.Class == "bar" {
			heights[s.Text] = s.Points[3]
		}
	}
	if a, b := heights["3"], heights["6"]; a == 0 || math.Abs(float64(b/a)-36./9) > .05 {
		t.Errorf("bars of 9 and 36 are %v and %v high", a, b)
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		n         int
		want      string
	}{
		{0, 90, 9, "0 10 20 30 40 50 60 70 80 90"},
		{0, 4100, 5, "0 1,000 2,000 3,000 4,000"},
		{-20, 0, 4, "-20 -15 -10 -5 0"},
		{0, .012, 6, "0.000 0.002 0.004 0.006 0.008 0.010 0.012"},
		{3.2, 7.9, 5, "4 5 6 7"},
		{0, 2.5e6, 5, "0 500,000 1.0 M 1.5 M 2.0 M 2.5 M"},
		{0, 1, 2, "0.0 0.5 1.0"},
	} {
		step := roundStep(c.high-c.low, c.n)
		var got []string
		for _, v := range ticks(c.low, c.high, step) {
			got = append(got, tickText(v, step))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%v to %v in %d: %s, want %s", c.low, c.high, c.n, s, c.want)
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	c := full()
	for b.Loop() {
		c.Draw(900)
	}
}
