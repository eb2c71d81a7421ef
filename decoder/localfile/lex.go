package localfile

import (
	"bytes"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/xml"
)

// An item is what the structure of an XML file is made of: a run of text or something in angle
// brackets. Its places are in units.
type item struct {
	kind     itemKind
	off, end int
	name     []byte // of a tag, as it stands in units; good until these change
	slip     bool   // an end tag written <\NAME>
	whole    bool   // it ends as it should
	fused    bool   // another bracket opens within it, and ends it
}

type itemKind uint8

const (
	itemText itemKind = iota
	itemOpen
	itemVoid // <NAME/>
	itemEnd
	itemComment
	itemCDATA
	itemDOCTYPE
	itemPI // <?xml ... ?> and the like
)

// items reads units one item after the other.
type items struct {
	u    []byte
	base int        // of the lexer's first unit
	lex  *xml.Lexer // nil until it is needed
	in   *parse.Input
}

func newItems(u []byte) *items { return &items{u: u} }

// seek makes the item that begins at a unit the next one.
func (it *items) seek(at int) { it.base, it.lex = at, nil }

// pos is where the next item begins.
func (it *items) pos() int {
	if it.lex == nil {
		return it.base
	}
	return it.base + it.in.Offset()
}

// next reads an item. ok is false at the end of the units, and when open is set (more units will
// follow) also for an item that reaches it, unless it is text, of which any part will do.
func (it *items) next(open bool) (x item, ok bool) {
	x.off = it.pos()
	if x.off >= len(it.u) {
		return x, false
	}
	if it.u[x.off] != '<' { // text ends at the next bracket; to look for that is quicker than to read a long one
		n := len(it.u) - x.off
		if i := bytes.IndexByte(it.u[x.off:], '<'); i >= 0 {
			n = i
		}
		if n > 2048 {
			x.kind, x.whole, x.end = itemText, true, x.off+n
			it.seek(x.end)
			return x, true
		}
	} else if done, ok := it.bracket(&x, open); done || !ok {
		return x, ok
	}
	if it.lex == nil {
		it.in = parse.NewInputBytes(it.u[it.base:])
		it.lex = xml.NewLexer(it.in)
	}
	kind, data := it.lex.Next()
	x.end = it.pos()
	switch kind {
	case xml.TextToken:
		x.kind, x.whole = itemText, true
		return x, true
	case xml.CommentToken:
		x.kind, x.whole = itemComment, len(data) >= 7 && bytes.HasSuffix(data, []byte("-->"))
	case xml.CDATAToken:
		x.kind, x.whole = itemCDATA, len(data) >= 12 && bytes.HasSuffix(data, []byte("]]>"))
	case xml.DOCTYPEToken:
		x.kind, x.whole = itemDOCTYPE, data[len(data)-1] == '>'
	case xml.EndTagToken:
		x.kind, x.whole = itemEnd, data[len(data)-1] == '>'
		x.name = it.lex.Text()
	case xml.StartTagToken, xml.StartTagPIToken:
		if kind == xml.StartTagPIToken {
			x.kind = itemPI
		} else {
			x.kind = itemOpen
		}
		x.name = it.lex.Text()
		for !x.fused && !x.whole {
			at := it.pos()
			kind, data := it.lex.Next()
			x.end = it.pos()
			switch kind {
			case xml.AttributeToken:
				head := data[:len(data)-len(it.lex.AttrVal())] // a bracket in quotes is all right
				if i := bytes.IndexByte(head, '<'); i >= 0 {
					it.cut(&x, at+i-x.off)
				}
				continue
			case xml.StartTagCloseToken, xml.StartTagClosePIToken:
				x.whole = true
				continue
			case xml.StartTagCloseVoidToken:
				x.whole = true
				if x.kind == itemOpen {
					x.kind = itemVoid
				}
				continue
			}
			x.end = len(it.u) // white space before the end
			break
		}
		switch {
		case x.kind == itemOpen && x.name[0] == '\\':
			x.kind, x.slip, x.name = itemEnd, true, x.name[1:]
		case x.kind != itemPI && x.name[0] == '!':
			x.kind = itemDOCTYPE
		}
	default: // the lexer stops at a zero only, and there is none
		x.kind, x.whole, x.end = itemText, true, len(it.u)
		return x, true
	}
	if x.end == len(it.u) && open && !x.fused {
		it.seek(x.off)
		return x, false
	}
	return x, true
}

// bracket looks at an item that begins with a bracket before the tokenizer does, which would search
// far for the end of a name: brackets that open nothing are text, and a name ends at the next one.
// done says that the item is read, ok false that more units are needed to tell.
func (it *items) bracket(x *item, open bool) (done, ok bool) {
	b := it.u[x.off+1:]
	if open && len(b) < 2 {
		return false, false
	}
	if !opens(b) {
		x.kind, x.whole = itemText, true
		for x.end = x.off + 1; x.end < len(it.u); x.end++ {
			i := bytes.IndexByte(it.u[x.end:], '<')
			if i < 0 {
				x.end = len(it.u)
				break
			}
			if x.end += i; opens(it.u[x.end+1:]) || x.end+2 >= len(it.u) {
				break
			}
		}
		it.seek(x.end)
		return true, true
	}
	if b[0] == '!' && (bytes.HasPrefix(b, []byte("!--")) || bytes.HasPrefix(b, []byte("![")) || bytes.HasPrefix(b, []byte("!DOCTYPE"))) {
		return false, true
	}
	n := 0
	for n < len(b) && b[n] != '<' && b[n] != '>' && (b[0] == '/' || !space(b[n])) {
		n++
	}
	if n == len(b) || b[n] != '<' {
		return false, true
	}
	name := b[:n]
	switch name[0] {
	case '/':
		x.kind, name = itemEnd, bytes.TrimRight(name[1:], " \t\r\n")
	case '?':
		x.kind, name = itemPI, name[1:]
	case '!':
		x.kind = itemDOCTYPE
	case '\\':
		x.kind, x.slip, name = itemEnd, true, name[1:]
	default:
		x.kind = itemOpen
	}
	x.name = name
	it.cut(x, n+1)
	return true, true
}

// opens reports whether what follows a bracket makes it one that opens something.
func opens(b []byte) bool {
	return likeName(b) || len(b) > 0 && (b[0] == '/' || b[0] == '?')
}

// cut ends an item n units after its start, where another one begins.
func (it *items) cut(x *item, n int) {
	x.whole, x.fused, x.end = false, true, x.off+n
	it.seek(x.end)
}

// likeName reports whether a tag may begin so. More is allowed than in XML, but not what follows a
// bracket that stands for itself.
func likeName(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	c := b[0]
	if c == '\\' || c == '!' {
		return len(b) > 1 && (letter(b[1]) || b[1] == '[' || b[1] == '-')
	}
	return letter(c) || c >= '0' && c <= '9'
}

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':' || c >= 0x80
}

// blank reports whether units are white space only.
func blank(u []byte) bool {
	for _, c := range u {
		if !space(c) {
			return false
		}
	}
	return true
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
