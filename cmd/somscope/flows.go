package main

import (
	"strconv"

	"somscope/decoder"
	"somscope/decoder/field"
)

// flows prints the conversations with what speaks for and against Skype.
func flows(p *printer, c *decoder.Capture, o options) error {
	var w columns
	w.floor(digits(uint64(c.FlowLen())), 4, 21, 21, 3, 5, 9, 3)
	for from := 0; from < c.FlowLen(); from += page {
		for _, f := range c.FlowRows(from, page, decoder.SinceStart, decoder.FlowOrder{}) {
			verdict := c.Verdict(f.Flow - 1)
			evidence := verdict.Evidence
			if o.json {
				p.line = append(p.line, `{"flow":`...)
				p.line = strconv.AppendUint(p.line, uint64(f.Flow), 10)
				p.line = append(p.line, `,"transport":`...)
				p.line = field.AppendJSONString(p.line, f.Transport)
				p.line = append(p.line, `,"a":`...)
				p.line = field.AppendJSONString(p.line, f.A)
				p.line = append(p.line, `,"b":`...)
				p.line = field.AppendJSONString(p.line, f.B)
				p.line = append(p.line, `,"packets":`...)
				p.line = strconv.AppendUint(p.line, f.Packets, 10)
				p.line = append(p.line, `,"bytes":`...)
				p.line = strconv.AppendUint(p.line, f.Bytes, 10)
				p.line = append(p.line, `,"skype":`...)
				p.line = strconv.AppendBool(p.line, f.Skype)
				p.line = append(p.line, `,"class":`...)
				p.line = field.AppendJSONString(p.line, f.Class.String())
				p.line = append(p.line, `,"score":`...)
				p.line = strconv.AppendInt(p.line, int64(f.Score), 10)
				p.line = append(p.line, `,"evidence":[`...)
				for i, e := range evidence {
					if i > 0 {
						p.line = append(p.line, ',')
					}
					p.line = append(p.line, `{"rule":`...)
					p.line = field.AppendJSONString(p.line, e.Rule.Name)
					p.line = append(p.line, `,"for":`...)
					p.line = strconv.AppendBool(p.line, e.Weight > 0)
					p.line = append(p.line, `,"weight":`...)
					p.line = strconv.AppendInt(p.line, int64(e.Weight), 10)
					p.line = append(p.line, `,"detail":`...)
					p.line = field.AppendJSONString(p.line, e.Detail)
					p.line = append(p.line, `,"packets":`...)
					p.line = appendNumbers(p.line, e.Packets)
					p.line = append(p.line, '}')
				}
				p.line = append(p.line, "]}"...)
				if err := p.end(); err != nil {
					return err
				}
				continue
			}
			p.line = w.append(p.line,
				right(strconv.FormatUint(uint64(f.Flow), 10)), left(f.Transport), left(f.A), left(f.B),
				right(strconv.FormatUint(f.Packets, 10)), right(strconv.FormatUint(f.Bytes, 10)),
				left(f.Class.String()), right(strconv.Itoa(f.Score)), left(verdict.Word))
			if err := p.end(); err != nil {
				return err
			}
			for _, e := range evidence {
				p.line = spaces(p.line, w.wide[0]+1)
				sign := "+ "
				if e.Weight < 0 {
					sign = "- "
				}
				p.line = append(p.line, sign...)
				p.line = append(p.line, e.Rule.Name...)
				p.line = append(p.line, ": "...)
				p.line = append(p.line, plain(e.Detail)...)
				if len(e.Packets) > 0 {
					p.line = append(p.line, " (packets "...)
					p.line = appendList(p.line, e.Packets)
					p.line = append(p.line, ')')
				}
				if err := p.end(); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// appendNumbers appends packets, counted from 0, as a JSON list of numbers from 1.
func appendNumbers(b []byte, list []uint32) []byte {
	b = append(b, '[')
	for i, n := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendUint(b, uint64(n)+1, 10)
	}
	return append(b, ']')
}

// appendList appends the first few of them for people.
func appendList(b []byte, list []uint32) []byte {
	const most = 8
	for i, n := range list {
		if i == most {
			return append(b, " ..."...)
		}
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendUint(b, uint64(n)+1, 10)
	}
	return b
}
