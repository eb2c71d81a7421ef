package main

import (
	"strconv"

	"somscope/decoder"
	"somscope/decoder/field"
)

// blocks prints what the file holds beside packets.
func blocks(p *printer, c *decoder.Capture, o options) error {
	var w columns
	list := c.Blocks()
	w.floor(digits(uint64(len(list))), digits(uint64(c.Size())), 4, 21)
	for i, b := range list {
		if o.json {
			p.line = append(p.line, `{"n":`...)
			p.line = strconv.AppendInt(p.line, int64(i+1), 10)
			p.line = append(p.line, `,"off":`...)
			p.line = strconv.AppendInt(p.line, b.Off, 10)
			p.line = append(p.line, `,"len":`...)
			p.line = strconv.AppendInt(p.line, b.Len, 10)
			p.line = append(p.line, `,"kind":`...)
			p.line = field.AppendJSONString(p.line, b.Kind)
			p.line = append(p.line, `,"text":`...)
			p.line = field.AppendJSONString(p.line, b.Text)
			p.line = append(p.line, `,"bad":`...)
			p.line = strconv.AppendBool(p.line, b.Bad)
			p.line = append(p.line, '}')
		} else {
			sign := ""
			if b.Bad {
				sign = "! "
			}
			p.line = w.append(p.line,
				right(strconv.Itoa(i+1)), right(strconv.FormatInt(b.Off, 10)), right(strconv.FormatInt(b.Len, 10)),
				left(b.Kind), left(sign+plain(b.Text)))
		}
		if err := p.end(); err != nil {
			return err
		}
	}
	return nil
}
