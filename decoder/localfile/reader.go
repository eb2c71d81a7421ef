package localfile

import (
	"bytes"

	"somscope/decoder/field"
)

// A reader lists the pieces of an XML file. It reads a window, takes whole items out of it, and
// carries the rest over into the next; a window grows only while an item is longer than it.
type reader struct {
	f   *File
	raw []byte // bytes of the file from f.at... that are not listed yet, beginning with an item
	pos int64  // where raw begins in the file
	u   []byte // units of raw

	enc   encoding
	room  int   // bytes the window may have now
	from  int64 // where the bytes begin that belong to the next piece
	leaf  leaf
	stack []frame
	tree  *branch
	lost  int   // levels deeper than are followed, 0 when none is
	nuls  int64 // offset of the first zero character of the item, or -1

	skype, config, shared int // elements that speak for it
	root                  string
	text                  bool // the piece listed last is text that may go on
	changed               bool // the encoding has just done so
}

// A frame is an element that is open.
type frame struct {
	name  string // in units, as it stands in the tag
	piece int32
	know  *branch
}

// A leaf is an element that was opened last and has had only text since.
type leaf struct {
	open  bool
	from  int64 // of the piece
	tag   int64 // end of its tag
	text  int64 // end of its text
	words bool  // the text is more than white space
	bad   bool
}

// Windows, in bytes: none is larger, whatever an item claims, and tests make none smaller.
const (
	maxWindow = 4 << 20
	minWindow = 256
)

// startsXML reports whether a file begins like XML, be it behind a little garbage.
func startsXML(head []byte) bool {
	e := guess(head)
	b := bytes.TrimPrefix(head, []byte(e.bom()))
	u := fold(nil, b, e)
	t := bytes.TrimLeft(u, " \t\r\n\x01")
	switch {
	case len(t) > 1 && t[0] == '<' && likeName(t[1:]), bytes.HasPrefix(t, []byte("<?")):
		return true
	case bytes.Contains(u, []byte("<?xml ")), bytes.Contains(u, []byte("<config ")):
		return true
	}
	return false
}

func newReader(f *File, head []byte) *reader {
	x := &reader{f: f, enc: guess(head), tree: plant(), room: max(f.window, minWindow), nuls: -1}
	return x
}

// step reads one window.
func (x *reader) step() error {
	f := x.f
	more, err := f.read(x.pos+int64(len(x.raw)), int64(x.room-len(x.raw)))
	if err != nil {
		return err
	}
	short := len(more) < x.room-len(x.raw)
	x.raw = append(x.raw, more...)
	if short {
		f.size = min(f.size, x.pos+int64(len(x.raw))) // the file is shorter than it said
	}
	mark := 0
	if x.pos == x.from && bytes.HasPrefix(x.raw, []byte(x.enc.bom())) {
		mark = len(x.enc.bom())
	}
	part := x.raw
	open := x.pos+int64(len(x.raw)) < f.size // more will follow
	if at, to := turn(part[mark:], x.enc); at >= 0 {
		if at += mark; at == 0 {
			x.enc = to // it was this one from the start
			return nil
		}
		part = part[:at]
		if x.window(part, mark, false) {
			return nil
		}
		x.flush()
		x.gap(x.pos)
		f.complain(len(f.recs), x.pos, "local.xml", field.ErrFormat, "the encoding changes from %s to %s", x.enc, to)
		x.changed, x.enc, x.text = true, to, false
		return nil
	}
	if open { // a change of encoding shows itself a little later
		part = part[:max(mark, (len(part)-4*sure)&^1)]
	}
	if x.window(part, mark, open) {
		return nil
	}
	if !open {
		x.finish()
	}
	return nil
}

// window lists the items of part, the first bytes of raw, of which the first mark are a byte order
// mark. open says that more will follow. It reports whether listing has ended altogether.
func (x *reader) window(part []byte, mark int, open bool) (ended bool) {
	w := x.enc.width()
	x.u = fold(x.u[:0], part[mark:], x.enc)
	base := x.pos + int64(mark)
	it := newItems(x.u)
	used := 0
	for {
		t, ok := it.next(open)
		if !ok {
			break
		}
		used = t.end
		if i := bytes.IndexByte(x.u[t.off:t.end], zeroUnit); i >= 0 && x.nuls < 0 {
			x.nuls = base + int64((t.off+i)*w)
		}
		if t.kind != itemText && x.enc != utf8Text { // letters beyond ASCII
			at := t.off + 1
			if t.kind == itemEnd || t.kind == itemPI {
				at++
			}
			if n := at + len(t.name); n <= len(x.u) && len(t.name) > 0 {
				t.name = []byte(decode(part[mark+at*w:mark+n*w], x.enc))
			}
		}
		x.item(&t, base+int64(t.off*w), base+int64(t.end*w))
		if len(x.f.recs) >= MaxPieces {
			x.rest()
			return true
		}
	}
	if used == 0 && open && len(x.raw) >= x.room { // one item fills the window
		if x.room < maxWindow {
			x.room *= 2
			return false
		}
		x.flush()
		x.f.complain(len(x.f.recs), base, "local.xml", field.ErrLimit, "a tag, comment or declaration of more than %d bytes is not followed", maxWindow)
		x.piece(Garbage, base+int64(len(x.u)*w), -1, -1, true)
		used = len(x.u)
	}
	n := mark + used*w
	if !open {
		n = len(part)
	}
	x.raw = append(x.raw[:0], x.raw[n:]...)
	x.pos += int64(n)
	x.f.at = x.pos
	if used > 0 {
		x.room = max(x.f.window, minWindow)
	}
	return false
}

// item takes in one item, which lies at [from, to) of the file.
func (x *reader) item(t *item, from, to int64) {
	f := x.f
	if x.lost > 0 { // too deep: only levels are counted
		switch t.kind {
		case itemOpen:
			x.lost++
		case itemEnd:
			x.lost--
		}
		if x.lost == 0 {
			x.piece(Deep, to, -1, -1, true)
		}
		return
	}
	switch t.kind {
	case itemText, itemCDATA:
		bad := !t.whole
		words := t.kind == itemCDATA || !blank(x.u[t.off:t.end])
		if bad {
			f.complain(len(f.recs), from, "local.xml", field.ErrShort, "the CDATA section does not end")
		}
		if x.leaf.open {
			x.leaf.text, x.leaf.words, x.leaf.bad = to, x.leaf.words || words, x.leaf.bad || bad
			return
		}
		if n := len(f.recs); x.text && !bad && f.recs[n-1].off+f.recs[n-1].len == from && from == x.from {
			f.recs[n-1].len += to - from // the text goes on in the next window
			x.from = to
			return
		}
		if words {
			x.piece(Words, to, -1, -1, bad)
			x.text = true
			x.outside(from)
		} else if to-x.from > maxBlank {
			x.piece(Blank, to, -1, -1, false)
		}
	case itemOpen, itemVoid:
		x.flush()
		if !t.whole {
			x.unclosed(t, from)
		}
		if len(x.stack) >= MaxDepth {
			f.complain(len(f.recs), from, "local.xml", field.ErrLimit, "elements nested deeper than %d are not followed", MaxDepth)
			if t.kind == itemOpen {
				x.lost = 1
			} else {
				x.piece(Deep, to, -1, -1, true)
			}
			return
		}
		name := f.keep(t.name)
		b := x.step1(name)
		x.count(b, name, x.u[t.off:t.end])
		if t.kind == itemVoid {
			x.piece(Element, to, f.intern(name), x.know(b, name), !t.whole)
			return
		}
		x.stack = append(x.stack, frame{name, -1, b})
		x.leaf = leaf{open: true, from: x.from, tag: to, text: to, bad: !t.whole}
	case itemEnd:
		x.close(t, from, to)
	default:
		x.flush()
		if !t.whole {
			x.unclosed(t, from)
		}
		kind := [...]PieceKind{itemComment: Comment, itemDOCTYPE: Doctype, itemPI: Declaration}[t.kind]
		if kind == Doctype && bytes.Contains(x.u[t.off:t.end], []byte("<!ENTITY")) {
			at := from + int64(bytes.Index(x.u[t.off:t.end], []byte("<!ENTITY"))*x.enc.width())
			f.complain(len(f.recs), at, "local.xml.doctype", field.ErrUnsupported, "entities are declared; none of them is ever expanded")
			x.piece(kind, to, -1, -1, true)
			return
		}
		x.piece(kind, to, -1, -1, !t.whole)
	}
}

const maxBlank = 4096 // bytes of white space that go with the piece behind them

func (x *reader) unclosed(t *item, from int64) {
	what := "the tag"
	switch t.kind {
	case itemComment:
		what = "the comment"
	case itemDOCTYPE, itemPI:
		what = "the declaration"
	}
	if t.fused {
		x.f.complain(len(x.f.recs), from, "local.xml", field.ErrFormat, "%s is not closed before another bracket opens", what)
	} else {
		x.f.complain(len(x.f.recs), from, "local.xml", field.ErrShort, "%s does not end", what)
	}
}

// outside complains about text that is in no element.
func (x *reader) outside(off int64) {
	if len(x.stack) == 0 {
		n := len(x.f.recs) - 1
		x.f.recs[n].kind, x.f.recs[n].bad = Garbage, true
		x.f.complain(n, off, "local.xml", field.ErrFormat, "text outside of any element")
	}
}

// close takes in an end tag.
func (x *reader) close(t *item, from, to int64) {
	f := x.f
	top := len(x.stack) - 1
	fits := func(i int) bool { return x.stack[i].name == string(t.name) }
	if x.leaf.open && top >= 0 && fits(top) {
		l := x.leaf
		x.leaf = leaf{}
		b, name := x.stack[top].know, x.stack[top].name
		x.stack = x.stack[:top]
		bad := l.bad || !t.whole
		if !t.whole {
			x.unclosed(t, from)
		}
		x.from = l.from
		x.piece(Element, to, f.intern(name), x.know(b, name), bad)
		return
	}
	x.flush()
	at := top
	for at >= 0 && !fits(at) {
		at--
	}
	if at < 0 {
		f.complain(len(f.recs), from, "local.xml", field.ErrFormat, "an end tag of an element that is not open")
		x.piece(Garbage, to, -1, -1, true)
		return
	}
	if at < top {
		f.complain(len(f.recs), from, "local.xml", field.ErrFormat, "the element ends with %s still open in it: taken to end here, too", elements(top-at))
	} else if !t.whole {
		x.unclosed(t, from)
	}
	fr := x.stack[at]
	x.stack = x.stack[:at]
	x.piece(CloseTag, to, f.intern(fr.name), x.know(fr.know, fr.name), at < top || !t.whole)
}

// flush lists a leaf that turned out to be none: other elements follow in it, or nothing.
func (x *reader) flush() {
	if !x.leaf.open {
		return
	}
	l := x.leaf
	x.leaf = leaf{}
	top := &x.stack[len(x.stack)-1]
	fr := *top
	x.stack = x.stack[:len(x.stack)-1]
	x.from = l.from
	n := x.piece(OpenTag, l.tag, x.f.intern(fr.name), x.know(fr.know, fr.name), l.bad)
	fr.piece = int32(n)
	x.stack = append(x.stack, fr)
	if l.words {
		x.piece(Words, l.text, -1, -1, l.bad)
		x.text = true
	} else if l.text-l.tag > maxBlank {
		x.piece(Blank, l.text, -1, -1, false)
	}
}

// piece lists what lies between the last piece and to.
func (x *reader) piece(kind PieceKind, to int64, name int32, know int16, bad bool) int {
	r := rec{off: x.from, len: to - x.from, up: -1, name: name, know: know, kind: kind, enc: x.enc, deep: uint8(len(x.stack)), bad: bad}
	if n := len(x.stack); n > 0 {
		r.up = x.stack[n-1].piece
	}
	if x.changed {
		r.bad, x.changed = true, false
	}
	if x.nuls >= 0 {
		if x.nuls < to {
			x.f.complain(len(x.f.recs), x.nuls, "local.xml", field.ErrFormat, "a zero character, which XML does not know")
			r.bad = true
		}
		x.nuls = -1
	}
	x.from, x.text = to, false
	return x.f.add(r)
}

// gap lists white space that no piece followed.
func (x *reader) gap(to int64) {
	switch {
	case to <= x.from:
	case x.lost > 0:
		x.piece(Deep, to, -1, -1, true)
		x.lost = 0
	default:
		x.piece(Blank, to, -1, -1, false)
	}
}

// finish ends the list at the end of the file.
func (x *reader) finish() {
	f := x.f
	if l := x.leaf; l.open { // cut within an element
		x.leaf = leaf{}
		top := x.stack[len(x.stack)-1]
		x.stack = x.stack[:len(x.stack)-1]
		x.from = l.from
		f.complain(len(f.recs), f.size, "local.xml", field.ErrShort, "the file ends within %s", "an element and "+elements(len(x.stack))+" around it")
		x.piece(Element, l.text, f.intern(top.name), x.know(top.know, top.name), true)
		x.stack = nil
	}
	if n := len(x.stack); n > 0 {
		f.complain(max(len(f.recs)-1, 0), f.size, "local.xml", field.ErrShort, "the file ends within %s", elements(n))
		if len(f.recs) > 0 {
			f.recs[len(f.recs)-1].bad = true
		}
	}
	if f.size-x.from == 1 && x.enc.width() == 2 && x.lost == 0 {
		f.complain(len(f.recs), x.from, "local.xml", field.ErrShort, "half a character at the end")
		x.piece(Garbage, f.size, -1, -1, true)
	}
	x.gap(f.size)
	f.at, f.done = f.size, true
	x.raw, x.u = nil, nil
}

// rest makes one piece of all that follows, because enough are listed.
func (x *reader) rest() {
	f := x.f
	x.leaf, x.stack = leaf{}, nil
	f.complain(len(f.recs), x.from, "local.xml", field.ErrLimit, "only the first %d pieces are listed", MaxPieces)
	x.piece(Rest, f.size, -1, -1, true)
	f.at, f.done = f.size, true
	x.raw, x.u = nil, nil
}

// step1 goes to what is known of an element that opens.
func (x *reader) step1(name string) *branch {
	if len(x.stack) == 0 {
		if x.root == "" {
			x.root = clip(name, 64)
			if name != "config" {
				x.f.program = x.root
			}
		}
		if name == "config" {
			return x.tree
		}
		return nil
	}
	plain, _ := plainName(name)
	return x.stack[len(x.stack)-1].know.step(plain)
}

// know is the entry of an element, or -1.
func (x *reader) know(b *branch, name string) int16 {
	if b != nil && b.entry >= 0 {
		return int16(b.entry)
	}
	if x.root == "config" && len(name) < 64 {
		plain, _ := plainName(name)
		return int16(anywhere(plain))
	}
	return -1
}

// count weighs an element: whose file is this?
func (x *reader) count(b *branch, name string, tag []byte) {
	f := x.f
	if x.root != "config" {
		return
	}
	if len(x.stack) == 0 {
		if bytes.Contains(tag, []byte(" serial=")) && bytes.Contains(tag, []byte(" timestamp=")) {
			x.skype++
		}
	} else if k := x.know(b, name); k >= 0 {
		x.skype++
		switch known[k].in {
		case inConfig:
			x.config++
		case inShared:
			x.shared++
		}
	}
	switch {
	case x.skype == 0:
		f.program = x.root
		return
	case x.config > 0 && x.config >= x.shared:
		f.kind = Config
	case x.shared > 0:
		f.kind = Shared
	default:
		f.kind = OtherSkype
	}
	f.program = ""
}

func elements(n int) string {
	switch n {
	case 0:
		return "no element"
	case 1:
		return "one element"
	}
	return count(n, "element")
}
