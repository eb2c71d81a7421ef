//go:build js && wasm

package main

import (
	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// A Sheet becomes elements. The engine has laid it out; nothing here knows what
// it is about.

// sheetWidth is how many CSS pixels a drawing may have in a pane, before zoom.
func sheetWidth(pane node) uint32 {
	return uint32(max(min(pane.box().viewW-34, 1248)/zoom(), 240))
}

// plainParts are the kinds that hold nothing but text, in their order.
var plainParts = [...]struct{ tag, class, sign string }{{"h3", "", ""}, {"p", "", ""}, {"p", "dim", ""}, {"p", "card-err", "⚠ "}}

func sheet(b *builder, h *proto.Sheet) []string {
	var keys []string // of its tables that can be sorted
	b.el("h2", "", h.Title)
	if h.Lead != "" {
		b.el("p", "sheet-lead", h.Lead)
	}
	folded := false
	for i := range h.Parts {
		p := &h.Parts[i]
		if folded && (p.Kind == proto.PartHead || p.Kind == proto.PartFold) {
			b.close()
			folded = false
		}
		if int(p.Kind) < len(plainParts) {
			x := &plainParts[p.Kind]
			b.el(x.tag, x.class, x.sign+p.Text)
		}
		switch p.Kind {
		case proto.PartTable:
			if p.Sort {
				keys = append(keys, sortable(b, p, keys))
			} else {
				sheetTable(b, p)
			}
		case proto.PartDraw:
			if p.Draw != nil {
				drawing(b, p.Draw)
			}
			if p.Text != "" {
				b.el("p", "dim", p.Text)
			}
		case proto.PartTools:
			b.open("p", "sheet-tools")
			for _, t := range p.Tools {
				b.button("button", t.Do, t.Text)
			}
			b.close()
		case proto.PartChoice:
			b.open("p", "sheet-tools").open("label", "").text(p.Text+" ").open("select", "").attr("data-choice", "1")
			for k, t := range p.Tools {
				b.open("option", "").attr("value", t.Do)
				if uint32(k) == p.On {
					b.attr("selected", "")
				}
				b.text(t.Text).close()
			}
			b.close().close().close()
		case proto.PartFold:
			folded = true
			name := "fold:" + p.Text
			b.open("details", "fold").attr("data-fold", name)
			if s.Open[name] {
				b.attr("open", "")
			}
			b.el("summary", "", p.Text)
		}
		shortCites(b, p.Cites)
	}
	if folded {
		b.close()
	}
	return keys
}

func sheetTable(b *builder, p *proto.Part) {
	n := len(p.Cols)
	// It may scroll sideways, by keyboard too.
	b.open("div", "sheet-wide").attr("tabindex", "0").attr("role", "group").attr("aria-label", p.Text)
	b.open("table", "table").el("caption", "", p.Text).open("thead", "").open("tr", "")
	for i, h := range p.Cols {
		class := ""
		if i < len(p.Cells) && p.Cells[i].Num {
			class = "num"
		}
		b.open("th", class).attr("scope", "col").text(h).close()
	}
	b.close().close().open("tbody", "")
	for at := 0; n > 0 && at+n <= len(p.Cells); at += n {
		b.open("tr", "")
		for i := range n {
			sheetCell(b, &p.Cells[at+i])
		}
		b.close()
	}
	b.close().close().close()
}

// Marks of a cell: a sign and its word; the style sheet adds a colour.
var cellMarks = [...][2]string{1: {"✓", "good"}, 2: {"✗", "bad"}, 3: {"?", "unsure"}}

func sheetCell(b *builder, c *proto.Cell) {
	class := ""
	if c.Num {
		class = "num"
	}
	b.open("td", class)
	if m := int(c.Mark); m > 0 && m < len(cellMarks) {
		b.open("span", "mark "+cellMarks[m][1]).attr("role", "img").attr("aria-label", cellMarks[m][1]).text(cellMarks[m][0]).close()
	}
	if c.Bar > 0 {
		b.open("svg:svg", "cell-bar").attr("viewBox", "0 0 1000 1").attr("preserveAspectRatio", "none").attr("aria-hidden", "true")
		b.rect(0, 0, float64(min(c.Bar, 1000)), 1)
		b.close().el("span", "", c.Text)
	} else if c.Do != "" {
		b.button("link", c.Do, c.Text)
	} else {
		b.text(c.Text)
	}
	b.close()
}

var shapeTags = [...]string{"line", "polyline", "polygon", "rect", "text", "circle"}

// placesOf names the attributes that the points of a shape go to.
var placesOf = [...][]string{
	proto.ShapeLine: {"x1", "y1", "x2", "y2"},
	proto.ShapeRect: {"x", "y", "width", "height"},
	proto.ShapeText: {"x", "y"},
	proto.ShapeDot:  {"cx", "cy", "r"},
}

func drawing(b *builder, d *proto.Drawing) {
	b.open("div", "sheet-wide").attr("tabindex", "0").attr("role", "group").attr("aria-label", d.Name).svg("draw", float64(d.W), float64(d.H), d.Name)
	reach := "0" // the keyboard comes to the first that can be chosen, arrows lead on
	for i := range d.Shapes {
		x := &d.Shapes[i]
		if int(x.Kind) >= len(shapeTags) {
			continue
		}
		b.open("svg:"+shapeTags[x.Kind], x.Class)
		if x.Kind == proto.ShapePath || x.Kind == proto.ShapeArea {
			b.attr("points", points(x.Points))
		} else {
			for k, name := range placesOf[x.Kind] {
				if k < len(x.Points) {
					b.attr(name, view.Fixed(float64(x.Points[k]), 1))
				}
			}
		}
		if x.Do != "" {
			b.attr("data-do", x.Do).attr("role", "button").attr("tabindex", reach).attr("aria-label", x.Text)
			reach = "-1"
		}
		if x.Kind == proto.ShapeText {
			b.text(x.Text)
		} else if x.Text != "" {
			b.el("svg:title", "", x.Text)
		}
		b.close()
	}
	b.close().close()
}

func points(list []float32) string {
	var t []byte
	for _, v := range list {
		t = append(t, view.Fixed(float64(v), 1)...)
		t = append(t, ' ')
	}
	return string(t)
}

// --- streams of voice -------------------------------------------------------------

var media struct {
	pane, at, none, note, list node
	curve, curveAt             node
	wide                       uint32 // CSS pixels that the sheet was laid out for
	due                        bool   // the sheet is to be asked for when its pane is shown
	unfolded                   bool   // the classifier's page
	curveFor                   uint32 // flow that it was asked for
}

func newMedia() {
	t := &media
	t.pane, t.at, t.none, t.note, t.list = el("media-pane"), el("media"), el("media-none"), el("media-note"), el("streams")
	t.curve, t.curveAt = el("curve"), el("curve-sheet")
	subscribe(onMedia|onTab|onFile|onReady|onPick|onSize|onProgress, func(what topic) {
		switch {
		case s.File.Name == "" || s.Home:
		case s.Tab == view.TabMedia:
			paintMedia(what)
		case s.Tab == view.TabFlows:
			paintCurve(what)
		}
	})
}

func paintMedia(what topic) {
	t := &media
	d := &s.Progress.Deep
	if d.State >= 2 && s.Stream > d.Voices {
		notFound("stream", s.Stream, int(d.Voices), "stream of voice")
		s.Stream = 0
		changed(onPick)
	}
	if s.Stream == 0 && d.Voices > 0 {
		pickStream(1, false)
	}
	t.none.show(d.Voices == 0)
	t.list.show(d.Voices > 0)
	frame.work.style("--rows", num(d.Voices))
	if d.Voices == 0 {
		note := "No stream of voice was found in this file. With one, this would show who speaks and in which codec, what was lost on the way, and let you listen; some of the samples have voice."
		if d.State < 2 {
			note = "Streams of voice are listed here when Somscope has taken its second look (" + deepWords() + ")."
		}
		t.note.text(note)
	}
	if what&onSize != 0 {
		if wide := sheetWidth(t.pane); wide > t.wide+24 || wide+24 < t.wide {
			t.due = true
		}
	}
	if t.due && s.Stream != 0 && s.Stream <= d.Voices {
		t.due = false
		t.wide = sheetWidth(t.pane)
		askVoice(&proto.Request{Media: &proto.MediaAsk{Stream: s.Stream, Width: t.wide}})
	}
	if what&(onMedia|onReady|onTab|onFile) == 0 {
		return
	}
	b := &builder{}
	name := ""
	if s.Voice != nil {
		sheet(b, s.Voice)
		name = "stream:" + num(s.Voice.Stream)
	}
	b.into(t.at)
	t.pane.attr("data-for", name)
}

// askVoice asks for the sheet of a stream, or for one after a change of its codec.
func askVoice(r *proto.Request) {
	ask(askMedia, r, func(r *proto.Reply) {
		switch {
		case r.Sheet != nil && r.Sheet.Stream == s.Stream:
			s.Voice = r.Sheet
			changed(onMedia)
		case r.Err != nil:
			notify(sentence(r.Err), false)
		}
	})
}

func pickStream(n uint32, push bool) {
	if n != s.Stream {
		s.Stream, media.due = n, true
	}
	changed(onPick | onMedia)
	later(push)
}

// showStream goes to a stream from somewhere else.
func showStream(n uint32) {
	if n == 0 {
		return
	}
	s.Tab = view.TabMedia
	changed(onTab)
	pickStream(n, false)
	lists[view.TabMedia].centre()
	focusFront()
	later(true)
}

// heardOfVoices asks anew for what a further look may have changed.
func heardOfVoices(before *proto.Progress) {
	p := &s.Progress
	if p.Deep.Voices != before.Deep.Voices || p.Deep.State != before.Deep.State || p.Generation != before.Generation {
		media.due = true
		changed(onMedia)
	}
	if p.Deep.State >= 2 && before.Deep.State < 2 {
		for _, x := range s.Codecs {
			sendCodec(x)
		}
	}
}

// setCodec notes which codec a stream is to be read with, "" for what the
// evidence says, and tells the engine.
func setCodec(x view.Coded) {
	kept := s.Codecs[:0:0]
	for _, c := range s.Codecs {
		if c.Stream != x.Stream {
			kept = append(kept, c)
		} else if c == x {
			return // it knows
		}
	}
	if x.Codec != "" {
		kept = append(kept, x)
	}
	s.Codecs = kept
	if s.Progress.Deep.State >= 2 { // else when the streams are known
		sendCodec(x)
	}
}

func sendCodec(x view.Coded) {
	ask(askRows, &proto.Request{Codec: &proto.CodecAsk{Stream: x.Stream, Codec: x.Codec, Width: max(media.wide, 240)}}, func(r *proto.Reply) {
		switch {
		case r.Err != nil:
			notify(sentence(r.Err), false)
		case r.Sheet != nil && r.Sheet.Stream == s.Stream:
			s.Voice = r.Sheet
			changed(onMedia)
		}
		lists[view.TabMedia].stale()
		changed(onRows)
		if !s.Tab.Lone() && s.Tree != nil {
			askForTree(false)
		}
	})
}

// applyCodecs makes the choices of a link those that hold.
func applyCodecs(list []view.Coded) {
	for _, x := range s.Codecs {
		kept := false
		for _, y := range list {
			kept = kept || x.Stream == y.Stream
		}
		if !kept {
			setCodec(view.Coded{Stream: x.Stream})
		}
	}
	for _, x := range list {
		setCodec(x)
	}
}

// --- how a classifier decides -----------------------------------------------------

func paintCurve(what topic) {
	t := &media
	t.curve.show(s.Flow != 0 && s.Progress.Done)
	if s.Curve != nil && s.Curve.Flow != s.Flow {
		s.Curve = nil
		what |= onMedia
	}
	if t.unfolded && s.Flow != 0 && t.curveFor != s.Flow && s.Progress.Done {
		t.curveFor = s.Flow
		ask(askCurve, &proto.Request{Curve: &proto.CurveAsk{Flow: s.Flow, Width: sheetWidth(t.curve)}}, func(r *proto.Reply) {
			switch {
			case r.Sheet != nil:
				s.Curve = r.Sheet
				changed(onMedia)
			case r.Err != nil:
				(&builder{}).el("p", "dim", sentence(r.Err)).into(t.curveAt)
			}
		})
	}
	if what&(onMedia|onReady|onTab|onFile) != 0 {
		b := &builder{}
		if s.Curve != nil {
			sheet(b, s.Curve)
		} else {
			b.el("p", "dim", "Asking the classifier …")
		}
		b.into(t.curveAt)
	}
}

// folded hears that something was folded away or unfolded.
func folded(t target) {
	open := t.is("open")
	if t.get("id") == "curve" {
		media.unfolded = open
		changed(onMedia)
	} else if name := t.attr("data-fold"); name != "" {
		s.Open[name] = open
	}
}
