package main

import (
	"strconv"

	"somscope/decoder"
	"somscope/decoder/story"
)

// tell prints the phases of the story, one after the other.
func tell(p *printer, c *decoder.Capture, o options) error {
	part := p.deepen(c, true)
	s := c.Story()
	if s == nil {
		p.nothing(0)
		return part
	}
	p.nothing(len(s.Phases))
	for i := range s.Phases {
		f := &s.Phases[i]
		if o.json {
			p.line = appendPhase(p.line, f)
			if err := p.end(); err != nil {
				return err
			}
			continue
		}
		when := "-"
		if f.Timed {
			when = nineDigits(f.From)
			if f.To != f.From {
				when += " to " + nineDigits(f.To)[len("2006-01-02T"):]
			}
		}
		if err := p.write(strconv.Itoa(i+1), ". ", plain(f.Title), " (", f.Kind, ", ", f.Confidence, ") ", when); err != nil {
			return err
		}
		if err := p.write("   ", plain(f.Text)); err != nil {
			return err
		}
		if f.Doubt != "" {
			if err := p.write("   ", plain(f.Doubt)); err != nil {
				return err
			}
		}
		line := "   " + strconv.Itoa(f.All) + " " + plural(f.All, "packet") + ": " + string(appendList(nil, f.Packets, f.All))
		for k, cite := range cites(f.Cite) {
			line += [...]string{"; source: ", ", "}[min(k, 1)] + cite
		}
		if err := p.write(line); err != nil {
			return err
		}
	}
	if s.Note != "" && !o.json {
		if err := p.write(plain(s.Note)); err != nil {
			return err
		}
	}
	return part
}

func appendPhase(b []byte, f *story.Phase) []byte {
	j := begin(b)
	j.text("phase", f.Kind)
	j.time("from", f.From, f.Timed)
	j.time("to", f.To, f.Timed)
	j.texts("who", f.Who)
	j.packets("packets", f.Packets)
	j.number("count", int64(f.All))
	j.text("confidence", f.Confidence)
	j.text("text", f.Text)
	j.word("doubt", f.Doubt)
	j.texts("cite", cites(f.Cite))
	return j.end()
}

// roles prints who is what, and why.
func roles(p *printer, c *decoder.Capture, o options) error {
	part := p.deepen(c, true)
	s := c.Story()
	if s == nil {
		p.nothing(0)
		return part
	}
	p.nothing(len(s.Roles))
	for i := range s.Roles {
		r := &s.Roles[i]
		if o.json {
			p.line = appendRole(p.line, r)
			if err := p.end(); err != nil {
				return err
			}
			continue
		}
		host, what := r.Host, r.Kind
		if r.Port != 0 {
			host += " port " + strconv.Itoa(int(r.Port))
		}
		if r.State != "" {
			what += ", " + r.State
		}
		if err := p.write(host, ": ", what, " (", r.Word, ")"); err != nil {
			return err
		}
		if err := p.write("   ", plain(r.Text)); err != nil {
			return err
		}
		for _, y := range r.Why {
			sign := "+ "
			if y.Weak {
				sign = "~ "
			}
			line := "   " + sign + plain(y.Text)
			if len(y.Packets) > 0 {
				line += inPackets(y.Packets)
			}
			if err := p.write(line); err != nil {
				return err
			}
		}
	}
	return part
}

func appendRole(b []byte, r *story.Role) []byte {
	j := begin(b)
	j.text("host", r.Host)
	j.number("port", int64(r.Port))
	j.text("role", r.Kind)
	j.text("state", r.State)
	j.text("confidence", r.Word)
	j.text("text", r.Text)
	j.each("why", len(r.Why), func(j *object, i int) {
		y := &r.Why[i]
		j.text("text", y.Text)
		j.truth("weak", y.Weak)
		j.packets("packets", y.Packets)
		j.texts("cite", cites(y.Cite))
	})
	j.packets("flows", r.Flows)
	j.packets("packets", r.Packets)
	return j.end()
}
