//go:build js && wasm

package main

import (
	"strconv"

	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// What the published detectors say of a flow, and the statistics that one of
// them goes by, as they grow.

var judges struct {
	box, note, table, rows, chi, plot, words, nibbles, at, now, play node
	step, steps                                                      int
	soon, alarm                                                      int32 // alarms: to ask, and to play on
}

func newJudges() {
	t := &judges
	t.box, t.note, t.table, t.rows = el("judges"), el("judges-note"), el("judges-table"), el("judges-rows")
	t.chi, t.plot, t.words, t.nibbles = el("chi"), el("chi-plot"), el("chi-words"), el("chi-rows")
	t.at, t.now, t.play = el("chi-at"), el("chi-now"), el("chi-play")
	subscribe(onJudges|onTab|onFile|onReady|onPick, func(what topic) {
		if s.Tab == view.TabFlows && s.File.Name != "" && !s.Home {
			paintJudges(what)
		} else {
			stopChi()
		}
	})
}

// askForJudges asks what the detectors say, when the user has stood still on a
// flow: they read all of it again.
func askForJudges() {
	t := &judges
	cancel(t.soon)
	if s.Judges != nil && s.Judges.Flow == s.Flow || !s.Progress.Done {
		return
	}
	s.Judges = nil
	changed(onJudges)
	t.soon = after(150, func() {
		if s.Flow == 0 || s.Tab != view.TabFlows {
			return
		}
		n := s.Flow
		ask(askJudges, &proto.Request{Detect: &proto.DetectAsk{Flow: n}}, func(r *proto.Reply) {
			if r.Err != nil {
				notify(sentence(r.Err), false)
			} else if r.Detect != nil && n == s.Flow {
				s.Judges = r.Detect
				changed(onJudges)
			}
		})
	})
}

func paintJudges(what topic) {
	t := &judges
	j := s.Judges
	t.box.show(s.Flow != 0 && s.Info != nil)
	switch {
	case j == nil && !s.Progress.Done:
		t.note.text("The detectors are asked when the file has been read.")
	case j == nil:
		t.note.text("Asking the detectors; they read the flow again …")
	default:
		t.note.text(j.Note)
	}
	t.table.show(j != nil)
	chi := j != nil && j.Chi != nil && view.ChiColumns(j.Chi, 0, 0) != nil
	t.chi.show(chi)
	if what&(onJudges|onReady) == 0 {
		return
	}
	b := &builder{}
	if j != nil {
		for i := range j.Results {
			r := &j.Results[i]
			year := ""
			if r.Year != 0 {
				year = num(r.Year)
			}
			b.open("tr", "").open("th", "").attr("scope", "row").text(r.Title).close().el("td", "year", year).
				open("td", "").el("span", "sign "+[...]string{"", "against", "for"}[min(r.Says, 2)%3], view.Says(r.Says)).close().
				open("td", "").text(r.Why).text(" ")
			packetLinks(b, r.Packets, len(r.Packets))
			b.open("details", "").el("summary", "", "What it looks at, and where it errs").el("p", "", r.Doc).el("p", "", r.Weakness)
			shortCites(b, r.Cites)
			b.close().close().close()
		}
	}
	b.into(t.rows)
	stopChi()
	if !chi {
		return
	}
	b = &builder{}
	for _, w := range j.Chi.Words {
		b.el("li", "", w)
	}
	b.into(t.words)
	t.steps = len(j.Chi.Steps)
	t.at.attr("max", strconv.Itoa(t.steps-1))
	stepChi(t.steps - 1)
}

// stepChi shows the statistics at a step, from 0.
func stepChi(step int) {
	t := &judges
	if s.Judges == nil || s.Judges.Chi == nil {
		return
	}
	c := s.Judges.Chi
	wide := min((t.box.box().viewW-32)/zoom(), 640)
	cols := view.ChiColumns(c, step, wide)
	if cols == nil {
		return
	}
	t.step = step
	setValue("chi-at", strconv.Itoa(step))
	now := view.Plural(int(c.Steps[step]), "datagram")
	t.at.attr("aria-valuetext", now)
	if step < len(c.Packets) && c.Packets[step] != 0 {
		now += ", up to packet " + view.Count(uint64(c.Packets[step]))
	}
	if c.Steps[step] < c.Least {
		now += " (the test is asked from " + num(c.Least) + " on)"
	}
	t.now.text(now)
	top := view.ChiTop(c)
	b, rows := &builder{}, &builder{}
	b.svg("chi-svg", wide, view.ChiTall, "Statistics of 16 nibbles after "+now)
	for p, word := 0, "1"; p <= top; p, word = p+1, word+"0" {
		y := view.ChiPower(p, top)
		b.line("axis-tick", view.ChiLeft, y, wide, y)
		b.words("axis-text end", view.ChiLeft-6, y+4, word)
	}
	floor := view.ChiTall - view.ChiFoot
	for i, k := range cols {
		class, sign := "chi-bar", ""
		if k.Over {
			class, sign = "chi-bar over", "▲"
		}
		b.open("svg:g", class)
		b.rect(k.X, k.Y, k.W, k.H)
		b.words("axis-text", k.X+k.W/2, floor+14, strconv.Itoa(i+1))
		b.words("axis-text", k.X+k.W/2, k.Y-2, sign)
		b.close()
		over := "below"
		if k.Over {
			over = "▲ above"
		}
		rows.open("tr", "").open("th", "").attr("scope", "row").text(strconv.Itoa(i+1)).close().
			el("td", "", view.NibbleName(i)).el("td", "num", view.Fixed(float64(k.Value), 1)).el("td", "", over).close()
	}
	y := view.ChiY(float64(c.Bound), top)
	b.line("chi-bound", view.ChiLeft, y, wide, y)
	b.words("axis-text end", wide, y-3, "threshold "+view.Fixed(float64(c.Bound), 0))
	b.words("axis-text", (cols[4].X+cols[5].X+cols[5].W)/2, floor+30, "function byte")
	b.line("axis-floor", cols[4].X, floor+18, cols[5].X+cols[5].W, floor+18)
	b.close().into(t.plot)
	rows.into(t.nibbles)
}

// playChi lets the datagrams come one after the other, or stops them.
func playChi() {
	t := &judges
	if t.alarm != 0 {
		stopChi()
		return
	}
	if paintStill() != 0 { // no motion, please: the slider is there
		stepChi((t.step + max(t.steps/10, 1)) % max(t.steps, 1))
		return
	}
	t.play.text("❚❚ Stop")
	if t.step >= t.steps-1 {
		t.step = -1
	}
	playOn()
}

func playOn() {
	t := &judges
	if t.step >= t.steps-1 {
		stopChi()
		return
	}
	stepChi(t.step + 1)
	t.alarm = after(int32(max(20, 6000/max(t.steps, 1))), playOn)
}

func stopChi() {
	t := &judges
	if t.alarm != 0 {
		cancel(t.alarm)
		t.alarm = 0
		t.play.text("▶ Play")
	}
}
