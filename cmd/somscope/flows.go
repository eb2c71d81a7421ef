package main

import (
	"strconv"

	"somscope/decoder"
)

// flows prints the conversations with what speaks for and against Skype.
func flows(p *printer, c *decoder.Capture, o options) error {
	part := p.deepen(c, !o.quick)
	var w columns
	w.floor(digits(uint64(c.FlowLen())), 4, 21, 21, 3, 5, 9, 3)
	for from := 0; from < c.FlowLen(); from += page {
		for _, f := range c.FlowRows(from, page, decoder.SinceStart, decoder.FlowOrder{}) {
			verdict := c.Verdict(f.Flow - 1)
			evidence := verdict.Evidence
			talk := ""
			if t := c.Talk(f.Flow - 1); t != nil {
				talk = t.Kind.String()
			}
			if o.json {
				j := begin(p.line)
				flowHead(&j, &f)
				j.number("packets", int64(f.Packets))
				j.number("bytes", int64(f.Bytes))
				j.truth("skype", f.Skype)
				j.text("class", f.Class.String())
				j.number("score", int64(f.Score))
				j.text("word", verdict.Word)
				j.word("looks", verdict.Looks)
				j.word("talk", talk)
				j.each("evidence", len(evidence), func(j *object, i int) {
					e := &evidence[i]
					j.text("rule", e.Rule.Name)
					j.truth("for", e.Weight > 0)
					j.number("weight", int64(e.Weight))
					j.text("detail", e.Detail)
					j.packets("packets", e.Packets)
				})
				p.line = j.end()
				if err := p.end(); err != nil {
					return err
				}
				continue
			}
			says := verdict.Word
			for _, more := range []string{talk, verdict.Looks} {
				if more != "" {
					says = orDash(says) + ": " + more
				}
			}
			p.line = w.append(p.line,
				right(strconv.FormatUint(uint64(f.Flow), 10)), left(f.Transport), left(f.A), left(f.B),
				right(strconv.FormatUint(f.Packets, 10)), right(strconv.FormatUint(f.Bytes, 10)),
				left(f.Class.String()), right(strconv.Itoa(f.Score)), left(says))
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
					p.line = append(p.line, inPackets(e.Packets)...)
				}
				if err := p.end(); err != nil {
					return err
				}
			}
		}
	}
	return part
}

// flowHead writes what tells a conversation from others.
func flowHead(j *object, f *decoder.FlowSummary) {
	j.number("flow", int64(f.Flow))
	j.text("transport", f.Transport)
	j.text("a", f.A)
	j.text("b", f.B)
}

// inPackets names packets in brackets, behind what they show: " (packet 3)".
func inPackets(list []uint32) string {
	return " (" + plural(len(list), "packet") + " " + string(appendList(nil, list, len(list))) + ")"
}

// plural is a noun for n things.
func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// appendList appends the first few of a list of packets for people, who count from 1, and dots
// when there are more of them: all is how many, of which the list may hold less.
func appendList(b []byte, list []uint32, all int) []byte {
	const most = 8
	for i, n := range list[:min(len(list), most)] {
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendUint(b, uint64(n)+1, 10)
	}
	if all > min(len(list), most) {
		b = append(b, " …"...)
	}
	return b
}
