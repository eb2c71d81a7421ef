package localfile

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
	"somscope/decoder/skype"
)

// Records of .dbb files, up to version 3: slots of one size, each with one record.
//
//	off  len
//	  0    4  "l33l"
//	  4    4  length of what follows that belongs to the record, low byte first
//	  8    4  sequence number, low byte first, over all files of the account
//	 12   ..  0x41 object list; what is left of the slot is that of older records
//
// The size of the slots is in the name, chatmsg256.dbb, less the first eight bytes. Johbuc6 and
// dmytry.com; that a list stands at 12 is our reading of dmytry's dump, whose ids and times fit.

const (
	slotMark   = "l33l"
	sqliteMark = "SQLite format 3\x00"
	slotHead   = 12
	slotFore   = 8 // of these the name's number does not count
)

// slots lists the slots of a file.
type slots struct {
	f      *File
	size   int64 // of a slot, head and all
	byName int64 // what the name says; 0 when it says nothing
	named  string
}

func newSlots(f *File) *slots {
	s := &slots{f: f}
	s.named, s.byName = nameSize(f.name)
	head, _ := f.read(0, 1<<20)
	fits := func(n int64) bool { // marks stand where slots of that size begin
		if n < slotHead || n > f.size {
			return n >= slotHead && bytes.LastIndex(head, []byte(slotMark)) == 0
		}
		hits, all := 0, 0
		for at := n; at+int64(len(slotMark)) <= int64(len(head)) && all < 64; at += n {
			if all++; string(head[at:at+int64(len(slotMark))]) == slotMark {
				hits++
			}
		}
		return 2*hits >= all
	}
	if s.byName > 0 && fits(s.byName+slotFore) {
		s.size = s.byName + slotFore
		return s
	}
	for at, tries := 1, 0; tries < 64; tries++ { // the distance of two marks that others keep, too
		k := bytes.Index(head[min(at, len(head)):], []byte(slotMark))
		if k < 0 {
			break
		}
		if at += k; fits(int64(at)) {
			s.size = int64(at)
			return s
		}
		at++
	}
	if s.size = f.size; s.byName > 0 {
		s.size = s.byName + slotFore
	}
	return s
}

// nameSize reads kind and size of a name like chatmsg256.dbb.
func nameSize(name string) (kind string, size int64) {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name, ok := strings.CutSuffix(strings.ToLower(name), ".dbb")
	digits := strings.TrimLeft(name, "abcdefghijklmnopqrstuvwxyz_")
	if !ok || digits == "" {
		return "", 0
	}
	n, err := strconv.ParseInt(digits, 10, 32)
	if err != nil || n < 16 {
		return "", 0
	}
	return name[:len(name)-len(digits)], n
}

func (s *slots) says() string {
	t := "Records of Skype's up to version 3 (" + s.f.kind.String() + ")"
	if s.named != "" {
		t += ", by its name of the kind " + strconv.Quote(s.named)
	}
	t += ", in slots of " + strconv.FormatInt(s.size, 10) + " bytes"
	switch {
	case s.byName > 0 && s.size != s.byName+slotFore:
		t += ", as the marks stand; by the name they would have " + strconv.FormatInt(s.byName+slotFore, 10)
	case s.byName > 0:
		t += ", as the name says: " + strconv.FormatInt(s.byName, 10) + " for a record, and " + strconv.Itoa(slotFore) + " in front of it"
	default:
		t += ", as the marks stand"
	}
	return t + "."
}

// step lists the slots of the next megabyte.
func (s *slots) step() error {
	f := s.f
	n := max(1, (1<<20)/s.size)
	window, err := f.read(f.at, n*s.size)
	if err != nil {
		return err
	}
	if len(window) == 0 {
		f.done = true
		return nil
	}
	for len(window) > 0 {
		if len(f.recs) >= MaxPieces {
			f.complain(len(f.recs), f.at, "local.dbb", field.ErrLimit, "more than %d slots are not listed", MaxPieces)
			f.add(rec{off: f.at, len: f.size - f.at, up: -1, name: -1, know: -1, kind: Rest, bad: true})
			f.at, f.done = f.size, true
			return nil
		}
		k := min(s.size, int64(len(window)))
		r := rec{off: f.at, len: k, up: -1, name: -1, know: -1, kind: Slot}
		if !bytes.HasPrefix(window, []byte(slotMark)) {
			r.kind, r.bad = Loose, true
			f.complain(len(f.recs), f.at, "local.dbb", field.ErrFormat, "no record begins here")
		} else if k < s.size && f.at+k == f.size {
			r.bad = true
			f.complain(len(f.recs), f.at+k, "local.dbb", field.ErrShort, "the file ends within a slot: %d of %d bytes are there", k, s.size)
		}
		f.add(r)
		f.at += k
		window = window[k:]
	}
	f.done = f.at >= f.size
	return nil
}

// row completes the piece of a slot.
func (s *slots) row(p Piece) (Piece, error) {
	p.Path = "slot " + strconv.Itoa(p.N+1)
	p.Name = p.Path
	p.Spec, p.Private = &specSlot, true
	if p.Kind == Loose {
		p.Spec, p.Value = &specSlotLoose, count(int(p.Len), "byte")
	}
	p.What = p.Spec.Doc
	e, err := s.f.fault(p.N)
	if err != nil {
		return p, err
	}
	p.Fault, p.Bad = e, p.Bad || e != nil
	if p.Kind == Slot {
		d, err := s.f.Dissect(p.N)
		if err != nil {
			return p, err
		}
		p.Value = s.summary(d)
	}
	return p, nil
}

// summary says what is in a record.
func (s *slots) summary(d *field.Dissection) string {
	var out []string
	if n := d.Find(specSlotNumber.Name); n != nil {
		out = append(out, "record "+n.Text())
	}
	var texts []string
	stale := 0
	field.Walk(&d.Root, func(n *field.Node, _ int) bool {
		switch {
		case n.Spec == &specSlotStale || n.Spec == &specSlotOlder:
			stale += n.Range.Len / 8
			return false
		case n.Spec.Name == "skype.object" && len(texts) < 6:
			if t := n.Text(); t != "" {
				texts = append(texts, clip(t, 60))
			}
			return false
		}
		return true
	})
	out = append(out, texts...)
	if stale > 0 {
		out = append(out, count(stale, "byte")+" of older records")
	}
	return clip(strings.Join(out, " · "), 2*shortValue)
}

// tree reads one slot.
func (s *slots) tree(d *dissect.D) {
	length := 0
	d.Group(&specSlotHead, func(d *dissect.D) {
		d.Text(&specSlotMark, len(slotMark))
		length = int(d.LE32(&specSlotLength))
		d.LE32(&specSlotNumber)
	})
	if !d.OK() {
		return
	}
	list := length - (slotHead - slotFore)
	fits := listLength(d.Peek(d.Left()))
	if fits == length && fits != list {
		list = fits
		d.HeadNote("here the length counts from the list on")
	}
	switch {
	case list < 0:
		d.HeadFault(field.ErrFormat, "a record of %s is shorter than its own sequence number", count(length, "byte"))
		list = 0
	case list > d.Left():
		d.HeadFault(field.ErrShort, "the record has %d bytes by its length, the slot has room for %d", list, d.Left())
		if list = d.Left(); fits > 0 {
			list = fits
		}
	}
	if list > 0 {
		d.Within(list, func(d *dissect.D) { skype.ReadList(d, skype.ListChat) })
	}
	s.stale(d)
}

// listLength is how long the object list at the start of b is, or -1.
func listLength(b []byte) int {
	d := dissect.Begin(&specSlotTree, b, len(b), 0, -1)
	skype.ReadList(d, skype.ListChat)
	if !d.OK() {
		return -1
	}
	return d.Pos()
}

// stale reads what is behind a record. An older record in the slot had its list at the same place,
// so its end may still be there, but for the object whose beginning was overwritten.
func (s *slots) stale(d *dissect.D) {
	b := d.Peek(d.Left())
	fill := len(b)
	for fill > 0 && b[fill-1] == 0 {
		fill--
	}
	if fill == 0 {
		d.Rest(&specSlotFill)
		return
	}
	from, end := olderObjects(b, fill)
	if from < 0 {
		if text := readable(b[:fill]); text != "" {
			d.Group(&specSlotOlder, func(d *dissect.D) { cut(d, fill) })
		} else {
			d.Bytes(&specSlotStale, fill)
		}
		d.Rest(&specSlotFill)
		return
	}
	d.Group(&specSlotOlder, func(d *dissect.D) {
		d.HeadNote("read by trial: from here on the bytes are objects of the kind a record has, to the last one")
		cut(d, from)
		d.Within(end-from, func(d *dissect.D) {
			for n := 1; n > 0 && d.Left() > 0; {
				n = skype.ReadObjects(d, skype.ListChat, 64)
			}
		})
	})
	d.Rest(&specSlotFill)
}

// cut reads what is left of an object whose beginning was overwritten: most often the end of a text.
func cut(d *dissect.D, n int) {
	text := readable(d.Peek(n))
	if d.Bytes(&specSlotCut, n); n > 0 && text != "" {
		d.Set(field.Text("…" + text))
	}
}

// readable is a text up to the zero at its end, or "" when b is no text.
func readable(b []byte) string {
	b = bytes.TrimSuffix(b, []byte{0})
	for len(b) > 0 && b[0]&0xc0 == 0x80 { // a character may have lost its beginning, too
		b = b[1:]
	}
	if !utf8.Valid(b) {
		return ""
	}
	for _, r := range string(b) {
		if !unicode.IsPrint(r) && r != '\n' && r != '\r' && r != '\t' {
			return ""
		}
	}
	return clip(string(b), maxText)
}

// Bounds of the search for older objects, in bytes: how far from the record they may begin, and
// how much is read by trial.
const (
	maxCut    = 4096
	trialWork = 1 << 20
)

// olderObjects finds where, in what is behind a record, objects begin that can be read up to the
// zeros at its end, fill being where these begin: the last object may end with some of them. At
// least one must be known from records of chats, by id and type. from is -1 when there are none.
func olderObjects(b []byte, fill int) (from, end int) {
	work := 0
	for at := 0; at < min(fill, maxCut) && work < trialWork; at++ {
		if b[at] > 6 { // no type of an object
			continue
		}
		d := dissect.Begin(&specSlotOlder, b[at:], len(b)-at, 0, -1)
		whole := false
		for {
			if d.Pos()+at >= fill {
				whole = true
				break
			}
			if skype.ReadObjects(d, skype.ListChat, 1) == 0 {
				break
			}
		}
		end = at + d.Pos()
		work += d.Pos() + 16
		if whole && skype.Named(&d.Done().Root, skype.ListChat) > 0 {
			return at, end
		}
	}
	return -1, 0
}

// mayBeLog reports whether a file called a log holds nothing but noise, as an encrypted one would.
func mayBeLog(head []byte, name string) bool {
	if !strings.HasSuffix(strings.ToLower(name), ".log") || len(head) < 512 || bytes.HasPrefix(head, []byte{0x1f, 0x8b}) ||
		binary.LittleEndian.Uint32(head) == 0xfd2fb528 {
		return false
	}
	var n [256]int
	for _, c := range head {
		n[c]++
	}
	want, chi := float64(len(head))/256, 0.0
	for _, k := range n {
		chi += (float64(k) - want) * (float64(k) - want) / want
	}
	return chi > 140 && chi < 400 // 255 ± 23 for noise
}
