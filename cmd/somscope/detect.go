package main

import (
	"strconv"

	"somscope/decoder"
	"somscope/decoder/detect"
)

// detectors prints what the published detectors make of each conversation.
func detectors(p *printer, c *decoder.Capture, o options) error {
	if int64(o.flow) > int64(c.FlowLen()) {
		p.complain("there is no flow %d, %d were found", o.flow, c.FlowLen())
		return errUsage
	}
	first, last := 0, c.FlowLen()
	if o.flow != 0 {
		first, last = int(o.flow)-1, int(o.flow)
	}
	var part error
	for from := first; from < last; from += page {
		for _, f := range c.FlowRows(from, min(page, last-from), decoder.SinceStart, decoder.FlowOrder{}) {
			list, _, note, err := c.Detect(f.Flow - 1)
			if err != nil {
				p.complain("flow %d: %s", f.Flow, explain(err))
				part = errPart
				continue
			}
			if o.json {
				j := begin(p.line)
				flowHead(&j, &f)
				j.each("says", len(list), func(j *object, i int) {
					r := &list[i]
					j.text("detector", r.Detector.Name)
					j.text("says", r.Says.String())
					j.text("why", r.Why)
					j.packets("packets", r.Packets)
				})
				j.word("note", note)
				p.line = j.end()
				if err := p.end(); err != nil {
					return err
				}
				continue
			}
			if err := p.write(strconv.Itoa(int(f.Flow)), " ", f.Transport, " ", f.A, " ", f.B); err != nil {
				return err
			}
			silent := 0
			for _, r := range list {
				if r.Says == detect.Silent {
					silent++
					continue
				}
				line := "  " + r.Says.String() + ": " + r.Detector.Title + ": " + plain(r.Why)
				if r.Says == detect.No {
					line = "  no:  " + r.Detector.Title + ": " + plain(r.Why)
				}
				if len(r.Packets) > 0 {
					line += inPackets(r.Packets)
				}
				if err := p.write(line); err != nil {
					return err
				}
			}
			if silent > 0 {
				if err := p.write("  ", strconv.Itoa(silent), " have nothing to say"); err != nil {
					return err
				}
			}
			if note != "" {
				if err := p.write("  ", note); err != nil {
					return err
				}
			}
		}
	}
	return part
}
