package main

import (
	"strings"
	"unicode/utf8"

	"somscope/decoder"
	"somscope/wasm/proto"
	"somscope/wasm/sheet"
)

// stream finds the stream that is asked for.
func (p *printer) stream(c *decoder.Capture, o options) (*decoder.Voice, error) {
	v := c.Voice(uint32(min(o.stream, 1<<32-1)))
	if v != nil {
		return v, nil
	}
	switch n := len(c.Voices()); n {
	case 0:
		p.complain("%s", noVoice)
	case 1:
		p.complain("there is no stream %d, one was found", o.stream)
	default:
		p.complain("there is no stream %d, %d were found", o.stream, n)
	}
	return nil, errUsage
}

// report prints all about a stream: what the page shows, without its drawings, whose tables
// stand beside them.
func report(p *printer, c *decoder.Capture, o options) error {
	part := p.deepen(c, true)
	v, err := p.stream(c, o)
	if err != nil {
		return err
	}
	s := sheet.Stream(v, c.VoiceReport(v.Number), sheet.Env{Zero: c.Progress().First, Done: true})
	if o.json {
		p.line = appendSheet(p.line, s)
		if err := p.end(); err != nil {
			return err
		}
		return part
	}
	for _, line := range sheetLines(s) {
		if err := p.write(line); err != nil {
			return err
		}
	}
	return part
}

const wide = 100 // characters of a line of words

// sheetLines writes a sheet for a terminal. A heading of nothing but drawings is left out.
func sheetLines(s *proto.Sheet) []string {
	out := []string{plain(s.Title)}
	out = append(out, wrap(plain(s.Lead), "")...)
	head := ""
	add := func(lines ...string) {
		if head != "" {
			out = append(out, "", head, strings.Repeat("-", min(utf8.RuneCountInString(head), wide)))
			head = ""
		}
		out = append(out, lines...)
	}
	for i := range s.Parts {
		x := &s.Parts[i]
		text := plain(x.Text)
		switch x.Kind {
		case proto.PartHead, proto.PartFold:
			head = text
		case proto.PartText, proto.PartDim:
			add(wrap(text+sourced(x.Cites), "")...)
		case proto.PartFault:
			add(wrap(text+sourced(x.Cites), "! ")...)
		case proto.PartTable:
			if text != "" {
				add(wrap(text+":", "")...)
			}
			add(tableLines(x)...)
		}
	}
	return out
}

// sourced names where one can read about it, in brackets.
func sourced(list []proto.Cite) string {
	if len(list) == 0 {
		return ""
	}
	out := " ["
	for i, c := range list {
		if i > 0 {
			out += ", "
		}
		out += strings.TrimSpace(c.Key + " " + c.Where)
	}
	return out + "]"
}

// wrap breaks words into lines; mark stands before the first, and as much air before the others.
func wrap(text, mark string) []string {
	var out []string
	line, n := mark, utf8.RuneCountInString(mark)
	air := strings.Repeat(" ", n)
	fresh := true
	for _, word := range strings.Fields(text) {
		long := utf8.RuneCountInString(word)
		if !fresh && n+1+long > wide {
			out = append(out, line)
			line, n, fresh = air, len(air), true
		}
		if !fresh {
			line += " "
			n++
		}
		line += word
		n += long
		fresh = false
	}
	return append(out, line)
}

// longCell is how many characters a column of a table may be wide; longer ones stand below their row.
const longCell = 44

// tableLines writes a table, its columns below each other.
func tableLines(x *proto.Part) []string {
	n := len(x.Cols)
	wides := make([]int, n)
	text := func(k *proto.Cell) string {
		if name, ok := strings.CutPrefix(k.Do, "sample:"); ok {
			return "sample " + name
		}
		return plain(k.Text)
	}
	for i := range x.Cells {
		wides[i%n] = max(wides[i%n], utf8.RuneCountInString(text(&x.Cells[i])))
	}
	if n == 2 && wides[1] > longCell { // facts: the second column is words
		var out []string
		for at := 0; at+1 < len(x.Cells); at += 2 {
			label := text(&x.Cells[at])
			label += strings.Repeat(" ", wides[0]-utf8.RuneCountInString(label))
			out = append(out, wrap(text(&x.Cells[at+1]), "  "+label+" ")...)
		}
		return out
	}
	var w columns
	var head []cell
	for i, s := range x.Cols {
		if wides[i] <= longCell || i == 0 {
			head = append(head, cell{s, i < len(x.Cells) && x.Cells[i].Num})
			w.wide = append(w.wide, max(wides[i], utf8.RuneCountInString(s)))
		}
	}
	out := []string{"  " + string(w.append(nil, head...))}
	for at := 0; at+n <= len(x.Cells); at += n {
		var row []cell
		var below []string
		for i := range n {
			k := &x.Cells[at+i]
			switch s := text(k); {
			case wides[i] <= longCell || i == 0:
				row = append(row, cell{s, k.Num})
			case s != "":
				below = append(below, wrap(x.Cols[i]+": "+s, "      ")...)
			}
		}
		out = append(append(out, "  "+string(w.append(nil, row...))), below...)
	}
	return out
}

var partKinds = [...]string{
	proto.PartHead: "head", proto.PartText: "text", proto.PartDim: "note", proto.PartFault: "fault",
	proto.PartTable: "table", proto.PartFold: "head",
}

// appendSheet writes a sheet without what can be clicked only.
func appendSheet(b []byte, s *proto.Sheet) []byte {
	j := begin(b)
	j.number("stream", int64(s.Stream))
	j.number("flow", int64(s.Flow))
	j.text("title", s.Title)
	j.text("lead", s.Lead)
	var parts []*proto.Part
	for i := range s.Parts {
		if k := s.Parts[i].Kind; int(k) < len(partKinds) && partKinds[k] != "" {
			parts = append(parts, &s.Parts[i])
		}
	}
	j.each("parts", len(parts), func(j *object, i int) {
		x := parts[i]
		j.text("kind", partKinds[x.Kind])
		j.word("text", x.Text)
		if len(x.Cites) > 0 {
			var list []string
			for _, c := range x.Cites {
				list = append(list, strings.TrimSpace(c.Key+" "+c.Where))
			}
			j.texts("cite", list)
		}
		if x.Kind != proto.PartTable {
			return
		}
		j.texts("cols", x.Cols)
		n := len(x.Cols)
		j.each("rows", len(x.Cells)/n, func(j *object, row int) {
			var list []string
			for _, k := range x.Cells[row*n : row*n+n] {
				list = append(list, k.Text)
			}
			j.texts("cells", list)
		})
	})
	return j.end()
}
