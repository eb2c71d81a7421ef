package decoder

import (
	"somscope/decoder/capfile"
	"somscope/decoder/detect"
	"somscope/decoder/flow"
	"somscope/decoder/index"
	"somscope/decoder/inet"
)

// Bounds of what is read again to ask the published detectors about one flow.
const (
	askedFlow  = 20_000    // packets of the flow itself
	askedOther = 64        // packets of each other flow of the same hosts
	askedFlows = 400       // other flows
	askedScan  = 4_000_000 // packets of the list that are passed over in search of them
)

// Detect asks the published detectors about a flow, counted from 0. It reads the flow's packets
// again, and the beginnings of other flows of the same hosts, because some of the rules want to
// see those. The Book that was asked is returned, too; note says what was left out, or is "".
func (c *Capture) Detect(id uint32) (results []detect.Result, book *detect.Book, note string, err error) {
	book = detect.NewBook()
	if int64(id) >= int64(c.flows.Len()) {
		return nil, book, "", nil
	}
	defer func() { *c.looking = 0 }()
	defer crashed(0, &err)
	f := c.flows.At(id)
	left := map[uint32]int{id: askedFlow}
	for i := range uint32(c.flows.Len()) {
		if i == id || len(left) > askedFlows {
			continue
		}
		if g := c.flows.At(i); related(f, g) {
			left[i] = askedOther
		}
	}
	if len(left) > askedFlows {
		note = "Of the other conversations of these hosts only the first ones were looked at."
	}
	first, last := f.First, f.Last
	for i := range left {
		g := c.flows.At(i)
		first, last = min(first, g.First), max(last, g.Last)
	}
	var offs []int64
	var which []uint32
	for i, n := first, 0; i <= last && n < askedScan && int64(i) < int64(c.packets.Len()); i, n = i+1, n+1 {
		r := c.packets.At(i)
		if r.Flow == index.NoFlow || left[r.Flow] <= 0 {
			continue
		}
		left[r.Flow]--
		offs = append(offs, r.Off)
		which = append(which, i)
		if left[id] == 0 {
			note = "The flow is long: the detectors saw its beginning."
			break
		}
	}
	var s inet.Summary
	err = c.file.Records(offs, func(i int, r *capfile.Record) bool {
		*c.looking = which[i] + 1
		inet.Summarize(&s, r.LinkType, r.Data, int(r.OrigLen))
		if s.Flags&inet.HasPorts == 0 {
			return true
		}
		row := c.packets.At(which[i])
		tcp := uint8(0)
		if s.Transport == flow.TCP && s.SegOff > 0 && s.SegOff+13 < len(r.Data) {
			tcp = r.Data[s.SegOff+13]
		}
		book.Add(row.Flow, c.flows.At(row.Flow).Key, which[i], r.Time, r.NoTime, row.Flags&index.Reverse != 0, tcp,
			r.Data[s.PayOff:s.PayOff+s.PayLen], s.PayWire)
		return true
	})
	if err != nil {
		return nil, book, note, err
	}
	return book.Run(id), book, note, nil
}

// related reports that a rule about f may want to see g: they join the same hosts, or share a
// port of one of them.
func related(f, g *flow.Flow) bool {
	if f.A == g.A && f.B == g.B || f.A == g.B && f.B == g.A {
		return true
	}
	for side := range 2 {
		a, p := f.Side(side)
		for other := range 2 {
			b, q := g.Side(other)
			if a == b && p == q && f.Transport == g.Transport {
				return true
			}
			_, far := g.Side(1 - other)
			if a == b && far == 33033 { // a rule counts what a host sends to that port
				return true
			}
		}
	}
	return false
}
