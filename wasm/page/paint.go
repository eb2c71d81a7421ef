//go:build js && wasm

package main

import (
	"strconv"
	"strings"
	"unsafe"

	"somscope/wasm/view"
)

// What site/js/paint.js offers. A call costs some tens of nanoseconds, where
// syscall/js takes microseconds. Elements are named by handles from el.

//go:wasmimport paint el
func paintEl(id string) int32

//go:wasmimport paint text
func paintText(h int32, s string)

//go:wasmimport paint attr
func paintAttr(h int32, name, value string)

//go:wasmimport paint unattr
func paintUnattr(h int32, name string)

//go:wasmimport paint style
func paintStyle(h int32, name, value string)

//go:wasmimport paint show
func paintShow(h int32, on bool)

//go:wasmimport paint toggle
func paintToggle(h int32, class string, on bool)

//go:wasmimport paint root
func paintRoot(name, value string)

//go:wasmimport paint focus
func paintFocus(h int32)

//go:wasmimport paint modal
func paintModal(h int32, on bool)

//go:wasmimport paint box
func paintBox(h int32, out unsafe.Pointer)

//go:wasmimport paint scroll
func paintScroll(h int32, y float64) float64

//go:wasmimport paint top
func paintTop(h int32)

//go:wasmimport paint px
func paintPx(h int32, name string) float64

//go:wasmimport paint ch
func paintCh(h int32) float64

//go:wasmimport paint active
func paintActive() int32

//go:wasmimport paint adrift
func paintAdrift() int32

//go:wasmimport paint typing
func paintTyping() int32

//go:wasmimport paint build
func paintBuild(h int32, program unsafe.Pointer, n int32)

//go:wasmimport paint rows
func paintRows(h, kind, from, n, pool, base int32, height, shift float64, cols int32, text unsafe.Pointer, textLen int32, ends, meta unsafe.Pointer)

//go:wasmimport paint picks
func paintPicks(h, at int32, has unsafe.Pointer, n int32, show bool)

//go:wasmimport paint near
func paintNear(h int32)

//go:wasmimport paint still
func paintStill() int32

//go:wasmimport paint lights
func paintLights(h, set int32, quads unsafe.Pointer, n int32)

//go:wasmimport paint canLight
func paintCanLight() int32

// A node is an element of the page by its handle.
type node int32

//go:noinline
func el(id string) node {
	h := paintEl(id)
	if h == 0 {
		panic("page: no element " + id)
	}
	return node(h)
}

//go:noinline
func (n node) text(s string) { paintText(int32(n), s) }

//go:noinline
func (n node) attr(name, value string) { paintAttr(int32(n), name, value) }

//go:noinline
func (n node) unattr(name string) { paintUnattr(int32(n), name) }

//go:noinline
func (n node) style(name, v string) { paintStyle(int32(n), name, v) }

//go:noinline
func (n node) show(on bool) { paintShow(int32(n), on) }

//go:noinline
func (n node) class(c string, on bool) { paintToggle(int32(n), c, on) }
func (n node) focus()                  { paintFocus(int32(n)) }
func (n node) modal(on bool)           { paintModal(int32(n), on) }
func (n node) px(name string) float64  { return paintPx(int32(n), name) }

// A box is where an element is and how far it is scrolled, in CSS pixels.
type box struct {
	scrollTop, scrollLeft, viewW, viewH, left, top, width, height float64
}

//go:noinline
func (n node) box() (b box) {
	paintBox(int32(n), unsafe.Pointer(&b))
	return b
}

// scroll sets scrollTop and gives back what became of it.
//
//go:noinline
func (n node) scroll(y float64) float64 { return paintScroll(int32(n), y) }

// Kinds of row pools.
const (
	gridRows = 0
	treeRows = 1
	hexRows  = 2
)

// Flags of a row, as paint.js reads them.
const (
	rowOn     = 1 << 0 // selected
	rowSkype  = 1 << 1
	rowBad    = 1 << 2
	rowLater  = 1 << 3 // its text is not here yet
	rowLit    = 1 << 4 // the pointer is on it, here or in the bytes
	rowKids   = 1 << 5
	rowOpen   = 1 << 6
	rowLayer  = 1 << 7
	rowTrust  = 1 << 8 // bits 9 to 11 hold the trust
	rowLower  = 1 << 12
	rowGo     = 1 << 13 // its value leads elsewhere
	rowLink   = 1 << 14 // to bit 16: how a packet belongs to the selected one
	rowGroup  = 1 << 17 // belongs to the chosen phase
	rowRead   = 1 << 18 // and bit 19: what is known of its text
	rowKnown  = 1 << 20 // an end of the flow stands in a host cache that is open
	trustBits = 9
)

// A pool paints rows of text into a layer: the text of all cells in one run,
// their ends in UTF-16 units, six numbers a row (see rows in paint.js).
type pool struct {
	layer node
	kind  int32
	cols  int32
	size  int32 // slots; grows only
	text  []byte
	ends  []int32
	meta  []int32
	units int32
}

func (p *pool) reset() { p.text, p.ends, p.meta, p.units = p.text[:0], p.ends[:0], p.meta[:0], 0 }

// cell adds a cell of n UTF-16 units.
//
//go:noinline
func (p *pool) cell(s []byte, n int32) {
	p.text = append(p.text, s...)
	p.units += n
	p.ends = append(p.ends, p.units)
}

//go:noinline
func (p *pool) row(stamp, flags, level, pos, size, swatch int32) {
	p.meta = append(p.meta, stamp, flags, level, pos, size, swatch)
}

// paint writes the rows gathered since reset, the first of which is row from,
// when the list stands at top.
func (p *pool) paint(from int, rowH, view, top float64) {
	n := len(p.meta) / 6
	if rowH > 0 {
		p.size = max(p.size, int32(view/rowH)+3, int32(n))
	}
	base := from - from%1000
	paintRows(int32(p.layer), p.kind, int32(from), int32(n), max(p.size, 1), int32(base), rowH, top-float64(base)*rowH, p.cols,
		ptr(p.text), int32(len(p.text)), ptr(p.ends), ptr(p.meta))
}

func ptr[T any](s []T) unsafe.Pointer {
	if len(s) == 0 {
		return nil
	}
	return unsafe.Pointer(&s[0])
}

// A builder writes the small program that paint.js builds elements from. Its
// methods, as those of node, are kept from being copied into their callers: that
// would make the program a tenth larger, and visitors wait for every byte.
type builder struct{ b []byte }

//go:noinline
func (b *builder) word(s string) {
	n := len(s)
	b.b = append(b.b, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
	b.b = append(b.b, s...)
}

// open begins an element; close ends it.
//
//go:noinline
func (b *builder) open(tag, class string) *builder {
	b.b = append(b.b, 1)
	b.word(tag)
	b.word(class)
	return b
}

//go:noinline
func (b *builder) attr(name, value string) *builder {
	b.b = append(b.b, 2)
	b.word(name)
	b.word(value)
	return b
}

//go:noinline
func (b *builder) text(s string) *builder {
	if s != "" {
		b.b = append(b.b, 3)
		b.word(s)
	}
	return b
}

//go:noinline
func (b *builder) close() *builder {
	b.b = append(b.b, 4)
	return b
}

// put adds what a pattern says, which for all but the smallest is less program than as many
// calls: its steps are "<tag.class" that opens an element, ">" that closes one, "@name=value" that
// sets an attribute, and anything else is text. A value or text that is "$" is the next argument.
//
//go:noinline
func (b *builder) put(pattern string, args ...string) *builder {
	take := func(t string) string {
		if t == "$" {
			t, args = args[0], args[1:]
		}
		return t
	}
	for pattern != "" {
		var step string
		step, pattern, _ = strings.Cut(pattern, "|")
		switch step[0] {
		case '<':
			tag, class, _ := strings.Cut(step[1:], ".")
			b.open(tag, class)
		case '>':
			b.close()
		case '@':
			name, value, _ := strings.Cut(step[1:], "=")
			b.attr(name, take(value))
		default:
			b.text(take(step))
		}
	}
	return b
}

// el adds an element that holds only text.
//
//go:noinline
func (b *builder) el(tag, class, text string) *builder {
	return b.open(tag, class).text(text).close()
}

// button adds a button that does something (see act in events.go).
//
//go:noinline
func (b *builder) button(class, do, text string) *builder {
	return b.open("button", class).attr("type", "button").attr("data-do", do).text(text).close()
}

// --- drawings: elements of SVG, whose tags begin with "svg:" ---------------------

// zoom is how much larger drawings are than they were laid out.
func zoom() float64 {
	if projecting {
		return 1.4
	}
	return 1
}

// svg begins a drawing of so many CSS pixels, before zoom; close ends it.
//
//go:noinline
func (b *builder) svg(class string, w, h float64, name string) *builder {
	z := zoom()
	return b.open("svg:svg", class).sizes("width", w*z, "height", h*z).attr("viewBox", "0 0 "+view.Fixed(w, 1)+" "+view.Fixed(h, 1)).attr("role", "group").attr("aria-label", name)
}

//go:noinline
func (b *builder) sizes(name string, v float64, other string, w float64) *builder {
	return b.attr(name, view.Fixed(v, 1)).attr(other, view.Fixed(w, 1))
}

//go:noinline
func (b *builder) line(class string, x1, y1, x2, y2 float64) {
	b.open("svg:line", class).sizes("x1", x1, "y1", y1).sizes("x2", x2, "y2", y2).close()
}

// polyline draws a line through points, x and y in turn.
//
//go:noinline
func (b *builder) polyline(class string, way []float64) {
	t := ""
	for _, v := range way {
		t += view.Fixed(v, 1) + " "
	}
	b.open("svg:polyline", class).attr("points", t).close()
}

//go:noinline
func (b *builder) words(class string, x, y float64, text string) {
	b.open("svg:text", class).sizes("x", x, "y", y).text(text).close()
}

//go:noinline
func (b *builder) rect(x, y, w, h float64) {
	b.open("svg:rect", "").sizes("x", x, "y", y).sizes("width", w, "height", h).attr("rx", "4").close()
}

// spot begins a part of a drawing that can be chosen; i is its number.
//
//go:noinline
func (b *builder) spot(class string, i int, do, name string) {
	b.open("svg:g", class).attr("data-i", strconv.Itoa(i)).attr("data-do", do).attr("role", "button").attr("tabindex", "-1").attr("aria-label", name).
		open("svg:title", "").text(name).close()
}

// into replaces what is in n.
//
//go:noinline
func (b *builder) into(n node) {
	paintBuild(int32(n), ptr(b.b), int32(len(b.b)))
}

//go:wasmimport paint sorted
func paintSorted(col int32, down bool)

// --- alarms ------------------------------------------------------------------

//go:wasmimport paint alarm
func paintAlarm(ms int32) int32

var alarms = map[int32]func(){}

// after has work done in so many milliseconds. Package time can do it too, and
// would bring along its formats, its zones and its settings.
func after(ms int32, work func()) int32 {
	id := paintAlarm(ms)
	alarms[id] = work
	return id
}

// cancel takes back what after was told; an alarm that is over does no harm.
func cancel(id int32) { delete(alarms, id) }

//
//lint:ignore U1000 paint.js calls it
//go:wasmexport rang
func rang(id int32) {
	if work := alarms[id]; work != nil {
		delete(alarms, id)
		handle(work)
	}
}
