package main

import (
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"somscope/decoder"
	"somscope/decoder/field"
)

// page is how many rows are asked for at a time.
const page = 500

// packets prints the packet list.
func packets(p *printer, c *decoder.Capture, o options) error {
	var w columns
	w.floor(digits(uint64(c.Len())), 30, digits(uint64(c.Size())), 4, 4, 3, 21, 21, 9, digits(uint64(c.FlowLen())))
	failed := 0
	for from := 0; from < c.Len(); from += page {
		for _, r := range c.Rows(from, page, decoder.SinceStart) {
			if r.Err != nil {
				if failed++; failed == 1 {
					p.complain("packet %d: %s", r.Packet, explain(r.Err))
				}
			}
			if o.json {
				p.line = appendPacket(p.line, &r)
			} else {
				p.line = w.append(p.line,
					right(strconv.FormatUint(uint64(r.Packet), 10)),
					left(orDash(stamp(&r))),
					right(strconv.FormatInt(r.Off, 10)),
					right(strconv.FormatUint(uint64(r.CapLen), 10)),
					right(strconv.FormatUint(uint64(r.Len), 10)),
					right(strconv.FormatUint(uint64(r.Link), 10)),
					left(orDash(r.Src)), left(orDash(r.Dst)), left(orDash(r.Proto)),
					right(orDash(number(r.Flow))),
					left(plain(r.Info)))
			}
			if err := p.end(); err != nil {
				return err
			}
		}
	}
	if failed > 0 {
		return errPart
	}
	return nil
}

// stamp is RFC 3339 with all nine digits, or "" when the file gives no time.
func stamp(r *decoder.Summary) string {
	if r.NoTime {
		return ""
	}
	return time.Unix(0, r.Time).UTC().Format("2006-01-02T15:04:05.000000000Z")
}

// appendPacket appends a packet as JSON. time is null when the file gives
// none, flow is 0 when the packet belongs to none.
func appendPacket(b []byte, r *decoder.Summary) []byte {
	b = append(b, `{"n":`...)
	b = strconv.AppendUint(b, uint64(r.Packet), 10)
	b = append(b, `,"time":`...)
	if r.NoTime {
		b = append(b, "null"...)
	} else {
		b = field.AppendJSONString(b, stamp(r))
	}
	b = append(b, `,"off":`...)
	b = strconv.AppendInt(b, r.Off, 10)
	b = append(b, `,"caplen":`...)
	b = strconv.AppendUint(b, uint64(r.CapLen), 10)
	b = append(b, `,"len":`...)
	b = strconv.AppendUint(b, uint64(r.Len), 10)
	b = append(b, `,"link":`...)
	b = strconv.AppendUint(b, uint64(r.Link), 10)
	b = append(b, `,"src":`...)
	b = field.AppendJSONString(b, r.Src)
	b = append(b, `,"dst":`...)
	b = field.AppendJSONString(b, r.Dst)
	b = append(b, `,"proto":`...)
	b = field.AppendJSONString(b, r.Proto)
	b = append(b, `,"flow":`...)
	b = strconv.AppendUint(b, uint64(r.Flow), 10)
	b = append(b, `,"info":`...)
	b = field.AppendJSONString(b, r.Info)
	return append(b, '}')
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
