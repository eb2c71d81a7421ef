package decoder

import (
	"cmp"
	"slices"

	"somscope/decoder/classify"
	"somscope/decoder/flow"
	"somscope/decoder/inet"
)

// A FlowColumn is what the list of flows can be sorted by.
type FlowColumn uint8

// The columns of the list of flows, in its order.
const (
	ByNumber FlowColumn = iota
	ByTransport
	ByA
	ByB
	ByPackets
	ByBytes
	ByStart
	ByClass
	ByScore
	ByWhy
)

// FlowOrder is an order of the list of flows. The zero value is that of the file.
type FlowOrder struct {
	By   FlowColumn
	Down bool // descending
}

// A FlowSummary is one row of the list of flows.
type FlowSummary struct {
	Flow      uint32 // from 1
	Transport string // "UDP"
	A, B      string // A sent the first packet
	Packets   uint64 // both ways
	Bytes     uint64 // of whole frames on the wire
	When      string // its earliest time, as the clock asked for writes it
	Class     classify.Class
	Score     int
	Word      string // of the verdict: "certain", "strong", "weak", "no", or ""
	Looks     string // what it is instead, when that can be told: "STUN"
	Why       string // the strongest evidence in a few words, or ""
	Treated   As     // what the user says
	Skype     bool
}

// FlowLen is the number of flows so far.
func (c *Capture) FlowLen() int { return c.flows.Len() }

// Flow is what the pass knows of a flow, counted from 0. It must exist.
func (c *Capture) Flow(id uint32) *flow.Flow { return c.flows.At(id) }

// FlowEnds writes both ends of a flow, counted from 0: "192.0.2.1:33033".
func (c *Capture) FlowEnds(id uint32) (a, b string) { return ends(c.flows.At(id), false) }

// FlowRows returns rows [from, from+n) of the list of flows in an order.
// The clock Delta means little here and is read as SinceStart.
func (c *Capture) FlowRows(from, n int, clock Clock, order FlowOrder) []FlowSummary {
	ids := c.order(order)
	if from < 0 || n <= 0 || from >= c.flows.Len() {
		return nil
	}
	n = min(n, c.flows.Len()-from)
	rows := make([]FlowSummary, n)
	for i := range rows {
		at := from + i
		if order.Down && ids == nil {
			at = c.flows.Len() - 1 - at
		}
		id := uint32(at)
		if ids != nil {
			id = ids[at]
		}
		rows[i] = c.flowRow(id, clock)
	}
	return rows
}

func (c *Capture) flowRow(id uint32, clock Clock) FlowSummary {
	f := c.flows.At(id)
	v := c.Verdict(id)
	s := FlowSummary{
		Flow:      id + 1,
		Transport: inet.TransportName(f.Transport),
		Packets:   f.Packets[0] + f.Packets[1],
		Bytes:     f.Bytes[0] + f.Bytes[1],
		Class:     c.Class(id),
		Score:     v.Score,
		Word:      v.Word,
		Looks:     v.Looks,
		Treated:   c.treat[id],
	}
	s.Skype = IsSkype(s.Class)
	s.A, s.B = ends(f, false)
	if f.Timed() {
		if clock == Delta {
			clock = SinceStart
		}
		s.When = string(c.span.append(nil, clock, f.Start, 0))
	}
	if len(v.Evidence) > 0 {
		s.Why = v.Evidence[0].Rule.Label
	}
	return s
}

// order returns the flows sorted, or nil when they are in the order of their
// numbers. What was sorted is kept until anything changes.
func (c *Capture) order(o FlowOrder) []uint32 {
	if o.By == ByNumber || o.By > ByWhy {
		return nil
	}
	if ids := c.orders[o]; len(ids) == c.flows.Len() && c.done {
		return ids
	}
	ids := make([]uint32, c.flows.Len())
	for i := range ids {
		ids[i] = uint32(i)
	}
	t := c.flows
	var scores []int
	if o.By == ByScore || o.By == ByWhy {
		if scores = c.verdicts.Scores(); len(scores) < len(ids) { // none yet
			scores = make([]int, len(ids))
		}
	}
	slices.SortFunc(ids, func(x, y uint32) int {
		f, g := t.At(x), t.At(y)
		n := 0
		switch o.By {
		case ByTransport:
			n = cmp.Compare(inet.TransportName(f.Transport), inet.TransportName(g.Transport))
		case ByA:
			n = cmp.Or(compareAddr(f.A, g.A), cmp.Compare(f.PortA, g.PortA))
		case ByB:
			n = cmp.Or(compareAddr(f.B, g.B), cmp.Compare(f.PortB, g.PortB))
		case ByPackets:
			n = cmp.Compare(f.Packets[0]+f.Packets[1], g.Packets[0]+g.Packets[1])
		case ByBytes:
			n = cmp.Compare(f.Bytes[0]+f.Bytes[1], g.Bytes[0]+g.Bytes[1])
		case ByStart:
			n = cmp.Compare(f.Start, g.Start)
		case ByClass:
			n = cmp.Compare(c.Class(x), c.Class(y))
		default:
			n = cmp.Compare(scores[x], scores[y])
		}
		if o.Down {
			n = -n
		}
		return cmp.Or(n, cmp.Compare(x, y))
	})
	if c.orders == nil {
		c.orders = map[FlowOrder][]uint32{}
	}
	c.orders[o] = ids
	return ids
}

func compareAddr(a, b inet.Addr) int {
	return cmp.Or(cmp.Compare(a.Hi, b.Hi), cmp.Compare(a.Lo, b.Lo))
}
