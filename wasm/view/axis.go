package view

import (
	"strconv"
	"strings"

	"somscope/wasm/proto"
)

// The story's time axis: phases as bars in lanes, and ticks in the chosen clock.
// All measures are CSS pixels.

// A Bar is one phase on the axis.
type Bar struct {
	Phase         int // number in the story, from 0
	X, Y, W, H    float64
	Media, Dashed bool // a band of voice; drawn as not certain
}

// A Lane holds the bars of one sort of phases.
type Lane struct {
	Name string
	Y, H float64
}

// A Tick is a moment that is named below the axis. Its name stands at At: amid
// it, or, where it would leave the drawing, begins or ends there.
type Tick struct {
	X, At  float64
	Text   string
	Anchor string // "", "start", "end"
}

// An Axis is the whole drawing.
type Axis struct {
	Lanes         []Lane
	Bars          []Bar
	Ticks         []Tick
	Left          float64 // of the bars; the lanes' names stand before, or above when it is 0
	Width, Height float64
	Floor         float64 // Y of the line with the ticks
}

const (
	barHigh   = 14
	barPitch  = 18
	barLeast  = 10  // narrower ones could not be pointed at
	axisLeft  = 104 // for the names of lanes
	axisFoot  = 22  // for the ticks
	laneGap   = 8
	laneRows  = 8   // beyond, bars lie over each other
	axisBars  = 600 // drawn; more could not be told apart
	narrowest = 560 // below, the names stand above their lanes
)

// Sorts of phases, each a lane, and the kinds that lie in it, with a space on
// either side of each.
var lanes = [...]struct{ name, kinds string }{
	{"Way in", " first-contact bootstrap long-probe short-probe redirect udp-unanswered tcp-attempts connection-order fallback-443 fallback-80 "},
	{"Supernode", " supernode-found tcp-handshake supernode-refresh supernode-lost session-end modern-stream "},
	{"Login", " login login-failed automatic-login event-server "},
	{"Web", " names installed update-check "},
	{"People", " publication user-search "},
	{"Network", " node-list exchange nat-test udp-ping periodic-ping asked-from-outside network-measurement "},
	{"Call", " call-setup call-setup-1 call-setup-2 call-setup-3 hold resume tear-down conference skypeout skypein "},
	{"Voice", ""},
	{"Files", " file-transfer "},
	{"Else", ""},
}

const laneVoice, laneElse = 7, 9

// laneOf is the lane of a phase.
func laneOf(p *proto.Phase) int {
	if p.Media {
		return laneVoice
	}
	for i := range lanes {
		if strings.Contains(lanes[i].kinds, " "+p.Kind+" ") {
			return i
		}
	}
	return laneElse
}

// LaneOf names the lane of a phase.
func LaneOf(p *proto.Phase) string { return lanes[laneOf(p)].name }

// NewAxis lays out a story in a width. first is the time of the first packet, in
// ns since 1970.
func NewAxis(st *proto.Story, width float64, first int64, clock proto.Clock) Axis {
	a := Axis{Width: width, Left: axisLeft}
	if width < narrowest {
		a.Left = 0
	}
	whole := st.End - st.Begin
	if st.End <= 0 || whole < 0 || width <= a.Left+barLeast { // below 0: it overflows
		return a
	}
	span := float64(max(whole, 1))
	room := width - a.Left - 1
	at := func(t int64) float64 {
		return a.Left + room*min(max((float64(t)-float64(st.Begin))/span, 0), 1)
	}
	var rows [len(lanes)][]float64 // of each lane, where its rows end
	var in [len(lanes)][]int       // of each lane, its bars
	var row []int
	for i := range st.Phases {
		p := &st.Phases[i]
		if !p.Timed || len(a.Bars) == axisBars {
			continue
		}
		x := min(at(p.From), a.Left+room-barLeast)
		b := Bar{Phase: i, X: x, W: max(at(p.To)-x, barLeast), H: barHigh, Media: p.Media, Dashed: p.Confidence == "weak"}
		l, r := laneOf(p), 0
		for r < len(rows[l]) && rows[l][r] > b.X {
			r++
		}
		if r = min(r, laneRows-1); r == len(rows[l]) {
			rows[l] = append(rows[l], 0)
		}
		rows[l][r] = max(rows[l][r], b.X+b.W+2)
		in[l] = append(in[l], len(a.Bars))
		a.Bars, row = append(a.Bars, b), append(row, r)
	}
	y := 4.0
	for l := range in {
		if len(in[l]) == 0 {
			continue
		}
		if a.Left == 0 {
			y += 16
		}
		h := float64(len(rows[l]))*barPitch - barPitch + barHigh
		a.Lanes = append(a.Lanes, Lane{lanes[l].name, y, h})
		for _, i := range in[l] {
			a.Bars[i].Y = y + float64(row[i])*barPitch
		}
		y += h + laneGap
	}
	a.Floor = y
	a.Height = y + axisFoot
	zero := int64(0)
	if clock == proto.SinceStart || clock == proto.Delta {
		zero = first
	}
	step := tickStep(whole, int(room/(92+12*float64(min(clock, 3)/3))))
	t := st.Begin - (st.Begin-zero)%step
	if t < st.Begin {
		t += step
	}
	for ; t <= st.End && len(a.Ticks) < 100; t += step {
		k := Tick{X: at(t), Text: tickText(t-zero, step, clock)}
		k.At = k.X
		switch half := float64(len(k.Text)) * 3.5; {
		case k.X+half > width:
			k.At, k.Anchor = width, "end"
		case k.X < half:
			k.At, k.Anchor = 0, "start"
		}
		a.Ticks = append(a.Ticks, k)
	}
	return a
}

// tickStep is the least round step, in ns, that gives at most n ticks.
func tickStep(span int64, n int) int64 {
	n = max(n, 1)
	steps := [...]int64{1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200, 86400}
	for s := int64(1e6); s < 1e9; s *= 10 {
		for _, m := range [...]int64{1, 2, 5} {
			if span/(s*m) <= int64(n) {
				return s * m
			}
		}
	}
	for _, s := range steps {
		if span/(s*1e9) <= int64(n) {
			return s * 1e9
		}
	}
	return max(span/int64(n)/86400e9, 1) * 86400e9
}

func tickText(t, step int64, clock proto.Clock) string {
	decimals := 0
	for s := step; s < 1e9; s *= 10 {
		decimals++
	}
	if clock != proto.UTC {
		return Fixed(float64(t)/1e9, decimals) + " s"
	}
	if step >= 86400e9 {
		return Date(t)
	}
	s := t / 1e9 % 86400
	text := two(s/3600) + ":" + two(s/60%60) + ":" + two(s%60)
	if f := Fixed(float64(t%1e9)/1e9, decimals); decimals > 0 {
		text += f[1:]
	}
	return text
}

func two(n int64) string { return string([]byte{byte('0' + n/10%10), byte('0' + n%10)}) }

// Date writes a moment, in ns since 1970, as its day in UTC: 2006-08-25.
func Date(ns int64) string {
	// Days are counted from 1 March of year 0, so that leap days come last.
	z := ns/86400e9 + 719468
	era := z / 146097
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d, m, y := doy-(153*mp+2)/5+1, mp+3, yoe+era*400
	if m > 12 {
		m, y = m-12, y+1
	}
	return strconv.FormatInt(y, 10) + "-" + two(m) + "-" + two(d)
}

// AxisWords says which clock the ticks are written in.
func AxisWords(begin int64, clock proto.Clock) string {
	switch clock {
	case proto.UTC:
		return "UTC, from " + Date(begin) + " on"
	case proto.Epoch:
		return "seconds since 1970"
	}
	return "seconds since the first packet"
}

// Confidence marks a degree of belief by a sign and its word; its colour is not
// what tells them apart.
func Confidence(word string) string {
	switch word {
	case "certain":
		return "● certain"
	case "strong":
		return "◐ strong"
	case "weak":
		return "○ weak"
	}
	return word
}

// Beside finds the next (by 1) or the one before (by -1) of an ascending list of
// packets, round the end; where says the place of the result in the list, from 0.
func Beside(list []uint32, now uint32, by int) (packet uint32, where int) {
	n := len(list)
	if n == 0 {
		return 0, -1
	}
	i := 0
	for i < n && list[i] < now {
		i++
	}
	switch {
	case by < 0:
		i--
	case i < n && list[i] == now:
		i++
	}
	i = (i + n) % n
	return list[i], i
}

// Holds reports whether an ascending list of packets holds one.
func Holds(list []uint32, n uint32) bool {
	lo, hi := 0, len(list)
	for lo < hi {
		if m := (lo + hi) / 2; list[m] < n {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo < len(list) && list[lo] == n
}
