package main

import (
	"strconv"
	"unicode"
	"unicode/utf8"

	"somscope/decoder"
	"somscope/decoder/oracle"
)

// page is how many rows are asked for at a time.
const page = 500

// packets prints the packet list.
func packets(p *printer, c *decoder.Capture, o options) error {
	part := p.deepen(c, o.deep)
	var w columns
	w.floor(digits(uint64(c.Len())), 30, digits(uint64(c.Size())), 4, 4, 3, 21, 21, 9, digits(uint64(c.FlowLen())), 15)
	failed := 0
	for from := 0; from < c.Len(); from += page {
		for _, r := range c.Rows(from, page, decoder.SinceStart) {
			if r.Err != nil {
				if failed++; failed == 1 {
					p.complain("packet %d: %s", r.Packet, explain(r.Err))
				}
			}
			if o.json {
				p.line = appendPacket(p.line, &r, o.deep)
			} else {
				info := left(plain(r.Info))
				known := info
				if o.deep {
					known = left(orDash(knownText(r.Known)))
				}
				cells := []cell{
					right(strconv.FormatUint(uint64(r.Packet), 10)),
					left(orDash(stamp(&r))),
					right(strconv.FormatInt(r.Off, 10)),
					right(strconv.FormatUint(uint64(r.CapLen), 10)),
					right(strconv.FormatUint(uint64(r.Len), 10)),
					right(strconv.FormatUint(uint64(r.Link), 10)),
					left(orDash(r.Src)), left(orDash(r.Dst)), left(orDash(r.Proto)),
					right(orDash(number(r.Flow))), known, info,
				}
				if !o.deep {
					cells = cells[:len(cells)-1]
				}
				p.line = w.append(p.line, cells...)
			}
			if err := p.end(); err != nil {
				return err
			}
		}
	}
	if failed > 0 {
		return errPart
	}
	return part
}

// knownText says in a word what the second look found out about a message, and
// with which packets it goes together.
func knownText(k decoder.Known) string {
	s := k.Kind.String()
	if k.Kind == oracle.Equal {
		s += " " + strconv.FormatUint(uint64(k.Class), 10)
	}
	for _, l := range []struct {
		sign string
		list []uint32
	}{{"<", k.Answers}, {">", k.AnsweredBy}} {
		for i, n := range l.list {
			if i == 0 && s != "" {
				s += " "
			}
			if i > 0 {
				s += ","
				if i == 3 {
					s += "..."
					break
				}
			} else {
				s += l.sign
			}
			s += strconv.FormatUint(uint64(n), 10)
		}
	}
	if k.Retransmits != 0 {
		if s != "" {
			s += " "
		}
		s += "=" + strconv.FormatUint(uint64(k.Retransmits), 10)
	}
	return s
}

// stamp is the time of a packet, or "" when the file gives no time.
func stamp(r *decoder.Summary) string {
	if r.NoTime {
		return ""
	}
	return nineDigits(r.Time)
}

// appendPacket appends a packet as JSON. time is null when the file gives
// none, flow is 0 when the packet belongs to none. deep adds what the second
// look found out, as far as there is something.
func appendPacket(b []byte, r *decoder.Summary, deep bool) []byte {
	j := begin(b)
	j.number("n", int64(r.Packet))
	j.time("time", r.Time, !r.NoTime)
	j.number("off", r.Off)
	j.number("caplen", int64(r.CapLen))
	j.number("len", int64(r.Len))
	j.number("link", int64(r.Link))
	j.text("src", r.Src)
	j.text("dst", r.Dst)
	j.text("proto", r.Proto)
	j.number("flow", int64(r.Flow))
	j.text("info", r.Info)
	if !deep {
		return j.end()
	}
	k := &r.Known
	j.word("oracle", k.Kind.String())
	if k.Kind == oracle.Equal {
		j.number("class", int64(k.Class))
	}
	if len(k.Answers) > 0 {
		j.key("answers")
		j.b = appendNumbers(j.b, k.Answers, 0)
	}
	if len(k.AnsweredBy) > 0 {
		j.key("answered_by")
		j.b = appendNumbers(j.b, k.AnsweredBy, 0)
	}
	if k.Retransmits != 0 {
		j.number("retransmits", int64(k.Retransmits))
	}
	return j.end()
}

// A cell is one text of a line.
type cell struct {
	text  string
	right bool // aligned
}

func left(s string) cell  { return cell{s, false} }
func right(s string) cell { return cell{s, true} }

// columns are the widths of a table's columns. They grow with what is printed,
// so that a long address moves the lines after it but none is cut.
type columns struct{ wide []int }

// floor sets the least widths.
func (w *columns) floor(wide ...int) { w.wide = wide }

// append appends a line: cells padded to their columns, one space apart. The
// last one is not padded.
func (w *columns) append(b []byte, cells ...cell) []byte {
	for i, c := range cells {
		if i >= len(w.wide) {
			w.wide = append(w.wide, 0)
		}
		n := utf8.RuneCountInString(c.text)
		last := i == len(cells)-1
		if n > w.wide[i] && !last {
			w.wide[i] = n
		}
		if i > 0 {
			b = append(b, ' ')
		}
		pad := w.wide[i] - n
		if c.right {
			b = spaces(b, pad)
		}
		b = append(b, c.text...)
		if !c.right && !last {
			b = spaces(b, pad)
		}
	}
	for len(b) > 0 && b[len(b)-1] == ' ' {
		b = b[:len(b)-1]
	}
	return b
}

func spaces(b []byte, n int) []byte {
	for ; n > 0; n-- {
		b = append(b, ' ')
	}
	return b
}

func digits(n uint64) int { return len(strconv.FormatUint(n, 10)) }

func number(n uint32) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(uint64(n), 10)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// plain is s when it may be shown on a terminal as it is, and quoted otherwise.
func plain(s string) string {
	for _, r := range s {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return strconv.Quote(s)
		}
	}
	return s
}
