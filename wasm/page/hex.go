//go:build js && wasm

package main

import (
	"strconv"

	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// The bytes: a line is three text nodes, fields are highlights over them, the
// cursor is one element that is put where arithmetic says.

var hex struct {
	el, rows, space, cell, cellRow, spots, title, how, buffers node
	pool                                                       pool
	scroll                                                     view.Scroller
	lay                                                        view.Hex
	ch                                                         float64 // width of a column, CSS pixels
	tall, view, rowH                                           float64
	lines, per                                                 int // as last told
	stamp                                                      int32
	lights                                                     []view.Light
	line                                                       []byte
	sayFor                                                     string
	tabs                                                       string // buffers as last drawn
	spotted                                                    bool   // there are frames beside the cursor
}

const hexPad = 12 // CSS pixels left of the offsets

// Columns between offset and bytes, and between bytes and text, as the style
// sheet pads them.
const gapA, gapB = 1.4, 1.6

// Sets of lights: later ones lie above.
const (
	setFields = 0
	setHover  = 1
	setPick   = 2
)

func newHex() {
	h := &hex
	h.el, h.rows, h.space = el("hex"), el("hex-rows"), el("hex-space")
	h.cell, h.cellRow, h.spots = el("hex-cell"), el("hex-cursor-row"), el("hex-spots")
	h.title, h.how, h.buffers = el("hex-title"), el("hex-how"), el("buffers")
	h.pool = pool{layer: h.rows, kind: hexRows, cols: 3}
	h.lay.Per = 16
	subscribeFields(onTree|onNode|onHover|onSize|onReady, func(what topic) {
		if what == onHover {
			lightHover()
			return
		}
		if what&(onTree|onNode) != 0 {
			hexHead()
			data := s.data(s.Buf)
			if len(data) != h.lay.Size {
				h.lay.Size = len(data)
				what |= onTree
			}
		}
		if what&(onSize|onTab|onFile) != 0 {
			measureHex()
		}
		if what&(onSize|onTab|onFile|onTree) != 0 {
			fitHex()
		}
		if s.Byte >= 0 && h.scroll.Show(s.Byte/h.lay.Per) {
			h.scroll.Seen(h.el.scroll(h.scroll.Bar()))
		}
		paintHex()
	})
}

// hexHead names what is shown: the packet, its buffers, where this one is from.
func hexHead() {
	h := &hex
	if s.Tree == nil {
		h.title.text("Bytes")
		h.how.text("")
		(&builder{}).into(h.buffers)
		h.tabs = ""
		return
	}
	h.title.text(title())
	name := treeName()
	if name != h.sayFor {
		h.el.attr("data-for", name)
		h.sayFor = name
	}
	key := strconv.Itoa(int(s.Buf))
	for i := range s.Tree.Buffers {
		key += "/" + s.Tree.Buffers[i].Name
	}
	if key != h.tabs {
		h.tabs = key
		var b builder
		for i := range s.Tree.Buffers {
			on := i == int(s.Buf)
			b.open("button", "buffer").attr("type", "button").attr("role", "tab").attr("id", "buffer-"+strconv.Itoa(i)).attr("data-do", "buf:"+strconv.Itoa(i)).
				attr("aria-selected", strconv.FormatBool(on)).attr("aria-controls", "hex")
			if !on {
				b.attr("tabindex", "-1")
			}
			b.attr("title", s.Tree.Buffers[i].How).text(s.Tree.Buffers[i].Name).close()
		}
		b.into(h.buffers)
	}
	if int(s.Buf) < len(s.Tree.Buffers) {
		how := s.Tree.Buffers[s.Buf].How
		if off := s.Tree.Buffers[s.Buf].FileOff; off >= 0 && how != "" && !hasOffset(how) {
			how += " At " + view.Hex16(int(off)) + " in the file."
		}
		h.how.text(how)
	}
}

// title names the packet or block of the tree, "" when there is none.
func title() string {
	switch {
	case s.Tree == nil:
		return ""
	case s.Tree.Title != "":
		return s.Tree.Title
	case s.Tree.Packet != 0:
		return "Packet " + num(s.Tree.Packet)
	case s.Tree.File != 0:
		return "Piece " + num(s.Tree.Piece)
	}
	return "Block " + num(s.Tree.Block+1)
}

// treeName says what the tree is about, as tests and styles see it.
func treeName() string {
	t := s.Tree
	switch {
	case t.File != 0:
		return "piece:" + num(t.File) + ":" + num(t.Piece)
	case t.Packet != 0:
		return "packet:" + num(t.Packet)
	}
	return "block:" + num(t.Block+1)
}

// measureHex takes the sizes of letters and pane.
func measureHex() {
	h := &hex
	h.ch = paintCh(int32(h.rows))
	b := h.el.box()
	if b.viewW == 0 || h.ch == 0 {
		return
	}
	h.view, h.rowH = b.viewH, h.el.px("--hex-row")
	per := 8
	if s.Mode != view.Narrow {
		per = view.PerLine(s.Mode, int((b.viewW-2*hexPad)/h.ch+.01))
	}
	if per != h.lay.Per {
		first := int(h.scroll.Top/max(h.scroll.RowH, 1)) * h.lay.Per
		h.lay.Per = per
		h.scroll.Resize(h.lay.Lines(), h.rowH, h.view)
		h.scroll.Top = float64(first/per) * h.rowH
	}
}

// fitHex takes the number of lines. Only on narrow screens it reads from the
// document: there the pane is as high as its lines.
func fitHex() {
	h := &hex
	lines := h.lay.Lines()
	before := h.scroll.RowH
	if t := min(float64(lines)*h.rowH, view.MaxTall); t != h.tall || before != h.rowH {
		h.tall = t
		h.space.style("height", view.Fixed(t, 1)+"px")
		if s.Mode == view.Narrow {
			h.view = h.el.box().viewH
		}
		h.scroll.Resize(lines, h.rowH, h.view)
		h.scroll.Seen(h.el.scroll(h.scroll.Bar()))
	}
	h.scroll.Resize(lines, h.rowH, h.view)
	if lines != h.lines || h.lay.Per != h.per {
		h.lines, h.per = lines, h.lay.Per
		h.el.attr("aria-rowcount", strconv.Itoa(lines))
		h.el.attr("aria-colcount", strconv.Itoa(h.lay.Per+2))
	}
}

func hexScrolled() {
	h := &hex
	h.scroll.Moved(h.el.box().scrollTop)
	paintHex()
}

func paintHex() {
	h := &hex
	data := s.data(s.Buf)
	hidden := hiddenBytes(s.Buf)
	first, n := h.scroll.Window()
	h.pool.reset()
	h.stamp++
	for l := first; l < first+n; l++ {
		h.line = h.lay.AppendOffset(h.line[:0], l)
		h.pool.cell(h.line, int32(len(h.line)))
		h.line = h.lay.AppendBytes(h.line[:0], data, l)
		for _, r := range hidden {
			h.lay.Hide(h.line, l, r.From, r.To, false)
		}
		h.pool.cell(h.line, int32(len(h.line)))
		h.line = h.lay.AppendText(h.line[:0], data, l)
		for _, r := range hidden {
			h.lay.Hide(h.line, l, r.From, r.To, true)
		}
		h.pool.cell(h.line, int32(len(h.line)))
		h.pool.row(h.stamp, 0, 0, 0, 0, 0)
	}
	h.pool.paint(first, h.scroll.RowH, h.view, h.scroll.Top)
	lightFields(first, n)
	lightHover()
	lightPick(first, n)
	putCursor()
}

// lightFields marks every field on the visible lines.
func lightFields(first, n int) {
	h := &hex
	h.lights = h.lights[:0]
	own := s.owners(s.Buf)
	from, end := first*h.lay.Per, min((first+n)*h.lay.Per, len(own))
	for from < end {
		to := from + 1
		for to < end && own[to] == own[from] {
			to++
		}
		if own[from] >= 0 {
			h.lights = h.lay.AppendLights(h.lights, mark(&s.Tree.Nodes[own[from]]), from, to, first, n)
		}
		from = to
	}
	light(setFields)
}

func lightHover() {
	h := &hex
	first, n := h.scroll.Window()
	h.lights = h.lights[:0]
	if s.Tree != nil && s.Hover > 0 && s.Hover < len(s.Tree.Nodes) {
		m := int32(view.MarkHere)
		if s.Hover < len(s.Leaf) && !s.Leaf[s.Hover] {
			m = view.MarkNear
		}
		h.lights = lightNode(h.lights, m, &s.Tree.Nodes[s.Hover], first, n)
	}
	light(setHover)
}

func lightPick(first, n int) {
	h := &hex
	h.lights = h.lights[:0]
	if nd := s.node(); nd != nil && s.Node > 0 {
		m := int32(view.MarkPick)
		if s.Node < len(s.Leaf) && !s.Leaf[s.Node] {
			m = view.MarkPart
		}
		h.lights = lightNode(h.lights, m, nd, first, n)
	}
	light(setPick)
}

func lightNode(dst []view.Light, m int32, n *proto.Node, first, lines int) []view.Light {
	for _, x := range view.Spans(n) {
		for _, y := range view.Elsewhere(s.Tree.Buffers, n.Range.Buf, x, s.Buf) {
			dst = hex.lay.AppendLights(dst, m, y.From, y.To, first, lines)
		}
	}
	return dst
}

func light(set int32) {
	paintLights(int32(hex.rows), set, ptr(hex.lights), int32(len(hex.lights)))
}

// putCursor puts the frame round the byte of the cursor and names it for those
// who do not see it.
func putCursor() {
	h := &hex
	putSpots()
	data := s.data(s.Buf)
	if s.Byte < 0 || s.Byte >= len(data) {
		h.cellRow.show(false)
		h.el.unattr("aria-activedescendant")
		return
	}
	line, i := s.Byte/h.lay.Per, s.Byte%h.lay.Per
	y := float64(line)*h.scroll.RowH - h.scroll.Top
	if y <= -h.scroll.RowH || y >= h.view {
		h.cellRow.show(false)
		h.el.unattr("aria-activedescendant")
		return
	}
	h.cell.style("transform", "translate("+px(hexX(i))+","+px(y+1)+")")
	end := i // where colours cannot show the field, the frame goes round all of it
	if n := s.node(); n != nil && paintCanLight() == 0 {
		if _, to := view.Bytes(n.Range); n.Range.Buf == s.Buf {
			end = max(i, min(to-1-line*h.lay.Per, h.lay.Per-1))
		}
	}
	h.cell.style("width", px(hexWide(i, end)))
	name := "byte " + view.Hex16(s.Byte)
	if !hides(s.Buf, view.Span{From: s.Byte, To: s.Byte + 1}) {
		name += ", " + view.HexByte(data[s.Byte])
	}
	if n := s.node(); n != nil {
		name += ", " + spec(n).Label
		if v := valueOf(n); v != "" {
			name += ": " + cut(v, 80)
		}
	}
	h.cell.attr("aria-label", name)
	h.cell.attr("data-byte", strconv.Itoa(s.Byte))
	h.cell.attr("aria-colindex", strconv.Itoa(i+2))
	h.cellRow.attr("aria-rowindex", strconv.Itoa(line+1))
	h.cellRow.show(true)
	h.el.attr("aria-activedescendant", "hex-cell")
}

// hexX is where the frame of byte i of a line begins, CSS pixels.
func hexX(i int) float64 {
	return (float64(hex.lay.Digits())+gapA+float64(hex.lay.Col(i)))*hex.ch - 4
}

// hexWide is how wide a frame round bytes i to end of a line is.
func hexWide(i, end int) float64 {
	return float64(hex.lay.Col(end)+2-hex.lay.Col(i))*hex.ch + 8
}

// putSpots puts a frame round every place of a field that lies in several, as
// the cursor's is round one of them.
func putSpots() {
	h := &hex
	n := s.node()
	if n == nil || len(n.More) == 0 || n.Range.Buf != s.Buf {
		if h.spotted {
			h.spotted = false
			(&builder{}).into(h.spots)
		}
		return
	}
	h.spotted = true
	first, lines := h.scroll.Window()
	h.lights = h.lights[:0]
	for _, x := range view.Spans(n) {
		h.lights = h.lay.AppendLights(h.lights, 0, x.From, x.To, first, lines)
	}
	var b builder
	b.open("svg:svg", "")
	for _, l := range h.lights {
		y := float64(l.Line)*h.scroll.RowH - h.scroll.Top
		if l.From >= view.TextPart || y <= -h.scroll.RowH || y >= h.view {
			continue
		}
		i, end := h.lay.ByteAt(int(l.From)), h.lay.ByteAt(int(l.To)-1)
		b.open("svg:rect", "").attr("x", view.Fixed(hexX(i)+.75, 2)).attr("y", view.Fixed(y+1.75, 2)).
			attr("width", view.Fixed(hexWide(i, end)-1.5, 2)).attr("height", view.Fixed(h.rowH-3.5, 2)).attr("rx", "3").close()
	}
	b.close()
	b.into(h.spots)
}

func px(x float64) string { return view.Fixed(x, 2) + "px" }

// byteAt is the byte under the pointer, in either part of the line; -1 for none.
func byteAt(x, y float64) int {
	h := &hex
	if h.ch == 0 {
		return -1
	}
	b := h.el.box()
	line := h.scroll.RowAt(y - b.top)
	if line < 0 {
		return -1
	}
	col := (x-b.left-hexPad)/h.ch - float64(h.lay.Digits()) - gapA
	i := -1
	if text := col - float64(h.lay.Cols()) - gapB; text >= 0 && text < float64(h.lay.Per) {
		i = int(text)
	} else if col > -.5 {
		i = h.lay.ByteAt(int(col + .5))
	}
	if i < 0 {
		return -1
	}
	if at := line*h.lay.Per + i; at < h.lay.Size {
		return at
	}
	return -1
}

func hexClick(x, y float64) {
	if at := byteAt(x, y); at >= 0 {
		chooseByte(at, true)
	}
}

func hexPoint(x, y float64) {
	at := -1
	if y >= 0 {
		at = byteAt(x, y)
	}
	if i := view.Spelled(s.Tree, s.Leaf, s.Buf, at); at >= 0 && i >= 0 {
		point(i)
		return
	}
	if own := s.owners(s.Buf); at >= 0 && at < len(own) {
		point(int(own[at]))
		return
	}
	point(-1)
}

func hexKey(key string, ctrl bool) bool {
	at, ok := view.StepByte(max(s.Byte, 0), hex.lay, hex.scroll.Fits(), key, ctrl)
	if ok {
		chooseByte(at, false)
	}
	return ok
}
