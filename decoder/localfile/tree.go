package localfile

import (
	"bytes"
	"strconv"
	"strings"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// maxText is how long the text of one field may be; its bytes are all there.
const maxText = 4096

// Dissect explains piece i: every byte of it has a field. Of a piece longer than MaxShown bytes the
// beginning is shown. Buffer 0 is the piece as it stands in the file, further ones are what its
// hexadecimal digits spell. The error is that of reading.
func (f *File) Dissect(i int) (*field.Dissection, error) {
	r := &f.recs[i]
	limit := int64(MaxShown)
	if r.kind == Whole || r.kind == Rest || r.kind == Deep {
		limit = 4096
	}
	raw, err := f.read(r.off, min(r.len, limit))
	if err != nil {
		return nil, err
	}
	root := structureSpec(r.kind)
	switch {
	case r.kind == Whole:
		root = wholeSpec(f.kind)
	case r.kind == Element && r.know < 0 && f.kind.Skype():
		root = &specElementUnknown
	}
	d := dissect.Begin(root, raw, len(raw), uint32(i+1), r.off)
	d.BufName(r.kind.String(), "")
	if int64(len(raw)) < r.len {
		d.HeadFault(field.ErrLimit, "%d bytes are too many to show, here are the first %d", r.len, len(raw))
	}
	switch r.kind {
	case Slot:
		f.dbb.tree(d)
	case Loose:
		d.Rest(&specSlotLoose)
	case Whole:
		f.whole(d)
	default:
		if r.name >= 0 && (r.know < 0 || !known[r.know].spec.Private) {
			path, _ := f.path(i)
			d.Head(field.Text(path))
		}
		f.xmlTree(d, i, raw)
	}
	t := d.Done()
	for k := range f.faults {
		if x := &f.faults[k]; x.Piece == i && t.Root.Err == nil {
			e := *x.Err
			e.Off = min(max(e.Off-r.off, 0), int64(len(raw)))
			t.Root.Err = &e
		}
	}
	f.checked[i] = f.first(t, i)
	return t, nil
}

// fault is the first thing wrong with the content of a piece. Large pieces are not looked at.
func (f *File) fault(i int) (*field.Error, error) {
	e, ok := f.checked[i]
	if !ok && f.recs[i].len <= 256<<10 {
		if len(f.checked) >= 1<<16 { // rows come and go
			clear(f.checked)
		}
		if _, err := f.Dissect(i); err != nil {
			return nil, err
		}
		e = f.checked[i]
	}
	return e, nil
}

// first is the first fault of a tree, at its place in the file. What merely may be an object list
// may also be none.
func (f *File) first(t *field.Dissection, i int) *field.Error {
	r := &f.recs[i]
	maybe := r.know < 0 || known[r.know].form == asMaybe
	var found *field.Error
	field.Walk(&t.Root, func(n *field.Node, _ int) bool {
		if found != nil {
			return false
		}
		if n.Err == nil || maybe && r.kind == Element && n.Range.Buf != 0 {
			return true
		}
		e := *n.Err
		e.Off = fileOffset(t, n.Range.Buf, int(e.Off))
		found = &e
		return false
	})
	return found
}

// fileOffset carries the offset of a byte in a buffer back to the file. An offset at the end of
// what digits spell is that behind the last digit.
func fileOffset(t *field.Dissection, buf field.BufID, off int) int64 {
	for {
		b := &t.Buffers[buf]
		if b.FileOff >= 0 || len(b.From) == 0 {
			return max(b.FileOff, 0) + int64(off)
		}
		r, ok := b.Source(off)
		if !ok {
			last := b.From[len(b.From)-1]
			r = field.Range{Buf: last.Buf, Off: last.End()}
		}
		buf, off = r.Buf, r.FirstByte()
	}
}

// whole names a file that is not opened.
func (f *File) whole(d *dissect.D) {
	if f.kind == Database {
		d.Text(&specSQLite, len(sqliteMark))
		d.Rest(&specPages)
		return
	}
	d.Bytes(&specLogBlock, min(128, d.Left()))
	d.Rest(&specLogText)
}

// A cursor reads an XML piece by units. Its d owns the bytes.
type cursor struct {
	f   *File
	d   *dissect.D
	u   []byte // units
	raw []byte
	enc encoding
	at  int // units
}

// take reads n units as one field with a value. Nothing is added for n = 0.
func (c *cursor) take(s *field.Spec, n int, v field.Value) {
	if n <= 0 || !c.d.OK() {
		return
	}
	w := c.enc.width()
	from := c.at
	c.d.Bytes(s, n*w)
	c.d.Set(v)
	c.at += n
	if i := bytes.IndexByte(c.u[from:c.at], zeroUnit); i >= 0 && c.raw[(from+i)*w] == 0 && s != &specGarbage {
		c.wrong(from+i, field.ErrFormat, "a zero character, which XML does not know")
	} else if i := notText(c.raw[from*w:c.at*w], c.enc); i >= 0 && s.Show == field.Words {
		c.wrong(from+i/w, field.ErrFormat, "bytes that are no character in %s", c.enc)
	}
}

// text reads n units as text.
func (c *cursor) text(s *field.Spec, n int) string {
	if n <= 0 {
		return ""
	}
	w := c.enc.width()
	t := clip(decode(c.raw[c.at*w:min(c.at+n, c.at+maxText)*w], c.enc), maxText)
	c.take(s, n, field.Text(t))
	return t
}

// blanks reads white space up to a unit.
func (c *cursor) blanks(to int) {
	n := 0
	for c.at+n < to && space(c.u[c.at+n]) {
		n++
	}
	c.take(&specSpace, n, field.Value{})
}

// wrong marks the field read last as wrong at a unit of the piece.
func (c *cursor) wrong(at int, cause error, format string, args ...any) {
	c.d.Fault(cause, format, args...)
	if n := c.d.Last(); n != nil && n.Err != nil {
		n.Err.Off = int64(at * c.enc.width())
	}
}

func (f *File) xmlTree(d *dissect.D, i int, raw []byte) {
	r := &f.recs[i]
	c := &cursor{f: f, d: d, enc: r.enc}
	if bom := r.enc.bom(); bytes.HasPrefix(raw, []byte(bom)) {
		d.Bytes(&specBOM, len(bom))
		d.Note("%s", r.enc.String())
		raw = raw[len(bom):]
	}
	c.raw, c.u = raw, fold(nil, raw, r.enc)
	switch r.kind {
	case Garbage:
		c.take(&specGarbage, len(c.u), field.Value{})
	case Blank:
		c.blanks(len(c.u))
	case Deep:
		c.take(&specDeep, len(c.u), field.Value{})
	case Rest:
		c.take(&specRest, len(c.u), field.Value{})
	case Words:
		c.blanks(len(c.u))
		c.words(&specWords, len(c.u))
	default:
		c.structure(r, i)
	}
	d.Rest(&specGarbage)
}

// structure reads tags, and the text between them.
func (c *cursor) structure(r *rec, i int) {
	c.blanks(len(c.u))
	it := newItems(c.u)
	it.seek(c.at)
	seen := false
	for c.d.OK() && c.at < len(c.u) {
		t, ok := it.next(false)
		if !ok {
			return
		}
		switch t.kind {
		case itemText, itemCDATA:
			end := t.end
			for { // text may come in several items
				next, ok := it.next(false)
				if !ok {
					break
				}
				if next.kind != itemText && next.kind != itemCDATA {
					it.seek(next.off)
					break
				}
				end = next.end
			}
			if seen {
				c.content(r, i, end)
			} else {
				c.take(&specGarbage, end-c.at, field.Value{})
			}
		case itemOpen, itemVoid:
			c.tag(&specOpen, &t, r)
			seen = true
		case itemEnd:
			c.tag(&specClose, &t, r)
		case itemPI:
			c.declaration(&t)
		case itemComment:
			c.take(&specMark, min(4, t.end-c.at), field.Text("<!--"))
			n := t.end - c.at
			if t.whole {
				n -= 3
			}
			c.text(&specCommentText, n)
			c.take(&specMark, t.end-c.at, field.Text("-->"))
		case itemDOCTYPE:
			c.doctype(&t)
		}
	}
}

func (c *cursor) doctype(t *item) {
	u := c.u[t.off:t.end]
	if i := bytes.Index(u, []byte("<!ENTITY")); i >= 0 {
		c.d.HeadNote("%s declared here; no entity is ever expanded, however many a reference would become", count(bytes.Count(u, []byte("<!ENTITY")), "entity declaration"))
	}
	n := 0
	for n < len(u) && !space(u[n]) && u[n] != '>' && u[n] != '[' {
		n++
	}
	c.text(&specMark, n)
	c.blanks(t.end)
	n = t.end - c.at
	if t.whole {
		n--
	}
	c.text(&specDoctypeText, n)
	c.text(&specMark, t.end-c.at)
}

func (c *cursor) declaration(t *item) {
	c.text(&specMark, min(2, t.end-c.at))
	c.text(&specName, min(len(t.name), t.end-c.at))
	c.attrs(t, -1)
}

// tag reads an opening or closing tag.
func (c *cursor) tag(s *field.Spec, t *item, r *rec) {
	c.d.Group(s, func(d *dissect.D) {
		outer := c.d
		c.d = d
		defer func() { c.d = outer }()
		lead := 1
		if t.kind == itemEnd {
			lead = 2
		}
		c.text(&specMark, lead)
		if t.slip {
			d.Note("a backslash, as the papers print it by mistake; read as a stroke")
		}
		spec, know := &specName, field.Spec{}
		if r.know >= 0 {
			know = known[r.know].spec
		}
		switch know.Name {
		case specBuddy.Name, specGroup.Name:
			spec = &specBuddyName
		case specProbeTime.Name:
			spec = &specProbeName
		}
		n := len(t.name)
		if c.enc != utf8Text || n > t.end-c.at {
			n = nameLen(c.u[c.at:t.end])
		}
		name := c.text(spec, n)
		plain, changed := plainName(name)
		if spec == &specProbeName {
			if v, ok := number(plain); ok && v.when() {
				d.Set(v.asTime())
			}
		} else if changed {
			d.Set(field.Text(plain))
			d.Note("written with an underscore for what may not stand in the name of an element")
		}
		if spec != &specBuddyName {
			d.Head(field.Text(plain))
		}
		c.attrs(t, r.know)
	})
}

// nameLen is how many units a name has.
func nameLen(u []byte) int {
	n := 0
	for n < len(u) && !space(u[n]) && u[n] != '>' && !(n+1 < len(u) && u[n+1] == '>' && (u[n] == '/' || u[n] == '?')) {
		n++
	}
	return n
}

// attrs reads what stands in a tag behind the name, up to its end.
func (c *cursor) attrs(t *item, know int16) {
	for c.d.OK() && c.at < t.end {
		c.blanks(t.end)
		rest := c.u[c.at:t.end]
		switch {
		case len(rest) == 0:
			return
		case t.whole && (string(rest) == ">" || len(rest) == 2 && rest[1] == '>' && (rest[0] == '/' || rest[0] == '?')):
			c.text(&specMark, len(rest))
			return
		case t.kind == itemEnd:
			n := len(rest)
			if t.whole {
				n--
			}
			c.take(&specGarbage, n, field.Value{})
			continue
		}
		c.d.Group(&specAttr, func(d *dissect.D) {
			outer := c.d
			c.d = d
			defer func() { c.d = outer }()
			n := 0
			for n < len(rest) && !space(rest[n]) && rest[n] != '=' && (n == 0 || rest[n] != '>') {
				n++
			}
			if n == 0 { // "=" without a name
				c.take(&specGarbage, 1, field.Value{})
				return
			}
			name := c.text(&specAttrName, n)
			n = 0
			for rest = c.u[c.at:t.end]; n < len(rest) && space(rest[n]); n++ {
			}
			if n == len(rest) || rest[n] != '=' {
				d.Head(field.Text(name))
				return
			}
			c.blanks(t.end)
			c.text(&specMark, 1)
			c.blanks(t.end)
			rest = c.u[c.at:t.end]
			value := ""
			if len(rest) > 0 && (rest[0] == '"' || rest[0] == '\'') {
				c.text(&specMark, 1)
				n = bytes.IndexByte(rest[1:], rest[0])
				if n < 0 {
					n = len(rest) - 1
				}
				value = c.text(&specAttrValue, n)
				c.attrNote(name, value, know)
				c.text(&specMark, min(1, t.end-c.at))
			} else {
				for n = 0; n < len(rest) && !space(rest[n]) && rest[n] != '>'; n++ {
				}
				value = c.text(&specAttrValue, n)
				c.attrNote(name, value, know)
			}
			d.Head(field.Text(name + " = " + clip(value, shortValue)))
		})
	}
}

// attrNote says what is known of an attribute.
func (c *cursor) attrNote(name, value string, know int16) {
	if value == "" {
		return
	}
	switch {
	case know < 0 && name == "encoding":
		wide := strings.HasPrefix(strings.ToUpper(value), "UTF-16")
		if wide != (c.enc != utf8Text) {
			c.d.Note("the bytes are %s all the same", c.enc.String())
		}
	case know == 0 && name == "serial":
		c.d.Note("by its name how often the file was written")
	case know == 0 && name == "timestamp":
		s, _, _ := strings.Cut(value, ".")
		if v, ok := number(s); ok && v.when() {
			c.d.Note("when the file was written: %s", v.time())
		}
	}
}

// A decimal is a number as text has it.
type decimal int64

// number reads a decimal number of at most 18 digits, the whole of s but for white space.
func number(s string) (decimal, bool) {
	s = strings.TrimSpace(s)
	if d := strings.TrimPrefix(s, "-"); len(d) == 0 || len(d) > 18 || d[0] < '0' || d[0] > '9' {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return decimal(n), err == nil
}
