package localfile

import (
	"bytes"
	"strconv"
	"strings"

	"somscope/decoder/field"
)

// A PieceKind says what a piece is.
type PieceKind uint8

const (
	Whole       PieceKind = iota // a file that is not opened
	Declaration                  // <?xml ... ?>
	Doctype                      // <!DOCTYPE ...>
	Comment                      // <!-- ... -->
	Element                      // an element with its text: opening tag, text, closing tag
	OpenTag                      // the opening tag of an element that holds others
	CloseTag                     // its closing tag
	Words                        // text among elements
	Blank                        // white space that no piece follows, or much of it
	Garbage                      // what is no XML
	Deep                         // elements nested too deep
	Slot                         // a slot of a .dbb file
	Loose                        // bytes of a .dbb file that are in no slot
	Rest                         // what follows when enough pieces are listed
)

var pieceWords = [...]string{"file", "declaration", "doctype", "comment", "element", "open", "close", "text", "white space", "garbage", "deep", "slot", "loose", "rest"}

func (k PieceKind) String() string {
	if int(k) < len(pieceWords) {
		return pieceWords[k]
	}
	return ""
}

// A Piece is a run of bytes of the file, as a row shows it.
type Piece struct {
	N     int // from 0
	Off   int64
	Len   int64
	Kind  PieceKind
	Depth int
	Path  string // of the element, below the root: "Lib/Connection/HostCache"; of a slot "slot 3"
	Name  string // the last part of it
	Value string // its text in short: "35990", "200 supernodes"
	What  string // what is known of it, a sentence

	Spec    *field.Spec  // of what it holds; nil for mere structure
	Private bool         // it names a person, an address or an installation
	Secret  bool         // it holds credentials
	Bad     bool         // something is wrong with it
	Fault   *field.Error // the first thing that is; Off counts from the start of the file
}

// Trust says how far What can be trusted.
func (p *Piece) Trust() field.Trust {
	if p.Spec == nil {
		return field.Specified
	}
	return p.Spec.Trust
}

// Hide is the piece as it may be shown to anybody: names, addresses and credentials are x.
func (p Piece) Hide() Piece {
	if !p.Private {
		return p
	}
	if p.Value != "" {
		p.Value = "x"
	}
	if p.named() {
		if i := strings.LastIndexByte(p.Path, '/'); i >= 0 {
			p.Path = p.Path[:i+1] + "x"
		}
		p.Name = "x"
	}
	return p
}

// named reports whether the piece's own name is that of a person.
func (p *Piece) named() bool { return p.Spec != nil && (p.Spec == specBuddy || p.Spec == specGroup) }

// Specs of elements whose names are private, too.
var (
	specBuddy     = specAt("Lib/CentralStorage/SyncSet/u/*")
	specGroup     = specAt("Lib/CentralStorage/SyncSet/g/*")
	specProbeTime = specAt("Lib/Connection/NatTracker/ProbeResults/*")
)

// specAt is the Spec of a line of the table.
func specAt(path string) *field.Spec { return &known[entryAt(path)].spec }

func entryAt(path string) int {
	for i := range known {
		if known[i].path == path {
			return i
		}
	}
	panic("localfile: no entry " + path)
}

// Piece is row i. Its text is read from the file; where something is known of it, its content is
// looked at, too. The error is that of reading.
func (f *File) Piece(i int) (Piece, error) {
	r := &f.recs[i]
	p := Piece{N: i, Off: r.off, Len: r.len, Kind: r.kind, Depth: int(r.deep), Bad: r.bad}
	switch r.kind {
	case Whole:
		p.What, p.Path, p.Spec = f.Says(), f.kind.String(), wholeSpec(f.kind)
		return p, nil
	case Slot, Loose:
		return f.dbb.row(p)
	}
	p.Path, p.Name = f.path(i)
	if r.know >= 0 {
		e := &known[r.know]
		p.Spec, p.What = &e.spec, e.spec.Doc
		p.Private, p.Secret = e.spec.Private, e.form == asSecret
	} else if r.kind <= CloseTag && r.kind >= Element && f.kind.Skype() {
		p.Spec, p.What = &specElementUnknown, specElementUnknown.Doc
	} else {
		p.Spec = structureSpec(r.kind)
		p.What = p.Spec.Doc
	}
	if r.kind == Element && r.know >= 0 {
		e, err := f.fault(i)
		if err != nil {
			return p, err
		}
		p.Fault, p.Bad = e, p.Bad || e != nil
	}
	if p.Bad && p.Fault == nil {
		for _, x := range f.faults {
			if x.Piece == i {
				p.Fault = x.Err
				break
			}
		}
	}
	var err error
	p.Value, err = f.value(i)
	return p, err
}

// Pieces are rows from up to, but not with, to.
func (f *File) Pieces(from, to int) ([]Piece, error) {
	to = min(to, len(f.recs))
	var list []Piece
	for i := max(from, 0); i < to; i++ {
		p, err := f.Piece(i)
		if err != nil {
			return list, err
		}
		list = append(list, p)
	}
	return list, nil
}

// FileOffset finds the piece that owns a byte of the file, or -1.
func (f *File) FileOffset(off int64) int {
	lo, hi := 0, len(f.recs)
	for lo < hi {
		if m := (lo + hi) / 2; f.recs[m].off+f.recs[m].len <= off {
			lo = m + 1
		} else {
			hi = m
		}
	}
	if lo == len(f.recs) || off < f.recs[lo].off {
		return -1
	}
	return lo
}

// Find finds the first piece with a path, as Piece.Path has it, or -1: the way back from a
// permalink. Closing tags are left out.
func (f *File) Find(path string) int {
	for i := range f.recs {
		switch f.recs[i].kind {
		case Element, OpenTag, Slot:
			if p, _ := f.path(i); p == path {
				return i
			}
		}
	}
	return -1
}

// path is that of a piece, and the last name in it. The root of Skype's settings goes without
// saying.
func (f *File) path(i int) (path, name string) {
	r := &f.recs[i]
	if r.kind == Slot {
		path = "slot " + strconv.Itoa(i+1)
		return path, path
	}
	var parts []string
	at := int32(i)
	if r.name < 0 {
		at = r.up
	}
	for ; at >= 0 && len(parts) <= MaxDepth; at = f.recs[at].up {
		n, _ := plainName(f.names[f.recs[at].name])
		parts = append(parts, n)
	}
	if len(parts) > 0 && r.name >= 0 {
		name = parts[0]
	}
	if f.kind != OtherXML && len(parts) > 1 {
		parts = parts[:len(parts)-1]
	}
	for k := len(parts) - 1; k >= 0; k-- {
		if path != "" {
			path += "/"
		}
		path += strings.ToValidUTF8(parts[k], "\uFFFD")
	}
	return path, strings.ToValidUTF8(name, "\uFFFD")
}

// shortValue is how long a text in a row may be, in bytes.
const shortValue = 120

// value is the text of a piece in short.
func (f *File) value(i int) (string, error) {
	r := &f.recs[i]
	switch r.kind {
	case Element:
		t, err := f.text(i, 4096)
		if err != nil {
			return "", err
		}
		form := asWords
		if r.know >= 0 {
			form = known[r.know].form
		}
		switch form {
		case asSecret:
			return count(hexDigits(t), "hex digit"), nil
		case asTime:
			if v, ok := number(t); ok {
				return v.time(), nil
			}
		case asIP:
			if v, ok := number(t); ok && v >= 0 && v <= 0xffffffff {
				return v.ip().String(), nil
			}
		case asList:
			if r.len > 64<<10 { // more than Skype ever kept
				return count(int(r.len)/r.enc.width(), "character"), nil
			}
			list, _, err := f.listNodes(i)
			if err != nil || len(list) == 0 {
				return clip(t, shortValue), err
			}
			return count(len(list), "supernode"), nil
		case asHex, asMaybe:
			if n := hexDigits(t); n > 32 && len(t) >= n {
				return count(int(r.len)/r.enc.width(), "character"), nil
			}
		}
		return clip(strings.TrimSpace(t), shortValue), nil
	case Words, Comment, Declaration, Doctype, Garbage:
		b, err := f.read(r.off, min(r.len, 1024))
		return clip(strings.TrimSpace(strings.TrimPrefix(decode(b, r.enc), "\uFEFF")), shortValue), err
	case OpenTag:
		return "", nil
	case Blank, Deep, Rest:
		return count(int(r.len), "byte"), nil
	}
	return "", nil
}

// text is the text of an element, entities replaced, at most n bytes of it as they stand in the file.
func (f *File) text(i int, n int64) (string, error) {
	r := &f.recs[i]
	b, err := f.read(r.off, min(r.len, n+4096))
	if err != nil {
		return "", err
	}
	u := fold(nil, b, r.enc)
	lo, hi, ok := inner(u)
	if !ok {
		return "", nil
	}
	w := r.enc.width()
	return plainText(u[lo:hi], b[lo*w:hi*w], r.enc), nil
}

// inner finds the text between the tags of an element's units.
func inner(u []byte) (lo, hi int, ok bool) {
	it := newItems(u)
	for {
		t, more := it.next(false)
		switch {
		case !more:
			return lo, max(hi, lo), ok
		case t.kind == itemVoid:
			return 0, 0, false
		case t.kind == itemOpen && !ok:
			lo, hi, ok = t.end, t.end, true
		case t.kind == itemText || t.kind == itemCDATA:
			if ok {
				hi = t.end
			}
		case t.kind == itemEnd:
			return lo, hi, ok
		}
	}
}

// plainText is a text with its references and CDATA sections undone.
func plainText(u, raw []byte, e encoding) string {
	if !bytes.ContainsAny(u, "&<") {
		return decode(raw, e)
	}
	w := e.width()
	var b strings.Builder
	for _, p := range parts(u) {
		switch p.kind {
		case partRef:
			if s, ok := reference(string(u[p.off:p.end])); ok {
				b.WriteString(s)
				continue
			}
		case partMark:
			continue
		}
		b.WriteString(decode(raw[p.off*w:p.end*w], e))
	}
	return b.String()
}

// A part is a run of the text of an element.
type part struct {
	kind     partKind
	off, end int // units
}

type partKind uint8

const (
	partText partKind = iota
	partRef           // &amp;
	partMark          // <![CDATA[ and ]]>
)

// maxParts bounds how many parts of a text are told apart; what follows is one part.
const maxParts = 4000

// parts cuts text at its references and CDATA sections.
func parts(u []byte) []part {
	var list []part
	add := func(k partKind, off, end int) {
		if end > off {
			list = append(list, part{k, off, end})
		}
	}
	at := 0
	for i := 0; i < len(u) && len(list) < maxParts; {
		switch {
		case u[i] == '&':
			n := i + 1
			for n < len(u) && n < i+32 && (letter(u[n]) || u[n] >= '0' && u[n] <= '9' || u[n] == '#' || u[n] == '.' || u[n] == '-') {
				n++
			}
			if n < len(u) && u[n] == ';' && n > i+1 {
				add(partText, at, i)
				add(partRef, i, n+1)
				i, at = n+1, n+1
				continue
			}
		case u[i] == '<' && bytes.HasPrefix(u[i:], []byte("<![CDATA[")):
			add(partText, at, i)
			add(partMark, i, i+9)
			end := bytes.Index(u[i+9:], []byte("]]>"))
			if end < 0 {
				add(partText, i+9, len(u))
				return list
			}
			end += i + 9
			add(partText, i+9, end)
			add(partMark, end, end+3)
			i, at = end+3, end+3
			continue
		}
		i++
	}
	add(partText, at, len(u))
	return list
}

// reference is what a built-in entity or a number stands for. No other is ever looked up.
func reference(s string) (string, bool) {
	switch s {
	case "&lt;":
		return "<", true
	case "&gt;":
		return ">", true
	case "&amp;":
		return "&", true
	case "&quot;":
		return "\"", true
	case "&apos;":
		return "'", true
	}
	d, base := strings.TrimSuffix(strings.TrimPrefix(s, "&#"), ";"), 10
	if len(d) == len(s)-1 {
		return "", false // no number
	}
	if strings.HasPrefix(d, "x") {
		d, base = d[1:], 16
	}
	n, err := strconv.ParseUint(d, base, 32)
	if err != nil || n == 0 || n > 0x10ffff || n >= 0xd800 && n < 0xe000 {
		return "", false
	}
	return string(rune(n)), true
}

// hexDigits counts those a text holds.
func hexDigits(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if digit(s[i]) >= 0 {
			n++
		}
	}
	return n
}

func count(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return strconv.Itoa(n) + " " + unit + "s"
}
