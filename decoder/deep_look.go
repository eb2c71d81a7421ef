package decoder

import (
	"fmt"
	"slices"

	"somscope/decoder/capfile"
	"somscope/decoder/classify"
	"somscope/decoder/flow"
	"somscope/decoder/index"
	"somscope/decoder/inet"
	"somscope/decoder/media"
	"somscope/decoder/oracle"
	"somscope/decoder/rtp"
	"somscope/decoder/skype"
	"somscope/decoder/story"
)

// The first part of the second look: which packets are read again, and what is taken from each.

// deepWant chooses the flows to be looked at again.
func (c *Capture) deepWant() {
	d := c.deep
	d.want = make([]uint8, c.flows.Len())
	d.reader, d.streams = oracle.New(), flow.NewAssembler()
	d.tcpFlow = map[uint32]*tcpFlow{}
	d.talks = map[uint32]*skype.Talk{}
	d.views = map[uint32]*streamView{}
	d.probed = map[oracle.End][2]uint32{}
	d.data = map[uint32][]story.Second{}
	d.asked = map[uint32]bool{}
	d.learned = map[uint32]*classify.Learned{}
	d.meters = map[uint32]*media.Meter{}
	d.tracker = rtp.NewTracker(func(k rtp.Key, pt uint8) int {
		x := c.codecOf(k, pt, d.rtpPacket.Packet)
		return x.pace()
	})
	hosts := map[inet.Addr]uint8{} // bit 0: speaks Skype over UDP; 1: opens such flows
	for id := range uint32(c.flows.Len()) {
		switch c.Class(id) {
		case classify.SkypeUDP:
			d.want[id] = lookUDP
		case classify.SkypeE2O:
			d.want[id] = lookE2O
		default:
			if c.voiceFlow(id) {
				d.want[id] = lookRTP
			}
			continue
		}
		f := c.flows.At(id)
		hosts[f.A] |= 3
		hosts[f.B] |= 1
	}
	for id := range uint32(c.flows.Len()) {
		f := c.flows.At(id)
		switch {
		case f.Transport == flow.UDP && d.want[id] == lookNot && hosts[f.A]&2 != 0 && isTrace(f):
			d.want[id] = lookTrace
		case f.Transport == flow.TCP && c.treat[id] != NotSkype:
			near := hosts[f.A]|hosts[f.B] != 0
			if !near && !opensLikeSkype(f) {
				continue
			}
			if len(d.tcp) >= maxTCPFlows {
				d.left = append(d.left, fmt.Sprintf("TCP conversations beyond the first %d were not put together.", maxTCPFlows))
				return
			}
			d.want[id] = lookTCP
			d.tcp = append(d.tcp, id)
			d.tcpFlow[id] = &tcpFlow{client: near}
		}
	}
}

// opensLikeSkype reports that the first bytes of a TCP flow may be those of a conversation that
// can be told without knowing its hosts.
func opensLikeSkype(f *flow.Flow) bool {
	for side := range 2 {
		n, b := int(f.LeadLen[side]), &f.Lead[side]
		switch {
		case n == 5 && (b[0] == 0x16 || b[0] == 0x17) && b[1] == 3 && b[2] == 1 && b[3]|b[4] == 0:
			return true
		case n >= 5 && b[0] == 0x80 && b[1] == 0x46 && b[2] == 1:
			return true
		case stoppedClock(f, side):
			return true
		case n >= 16 && string(b[:4]) == "GET ":
			return true
		}
	}
	return false
}

// stoppedClock reports that a side may begin with the false ServerHello.
func stoppedClock(f *flow.Flow, side int) bool {
	b := &f.Lead[side]
	return f.LeadLen[side] >= 79 && b[0] == 0x16 && b[5] == 2 && b[11] == 0x40 && b[12] == 0x1b && b[13] == 0xe4 && b[14] == 0x86
}

// isTrace reports that a flow looks like a step of a route measurement.
func isTrace(f *flow.Flow) bool {
	if f.PortB < 33434 || f.PortB > 33600 || f.Packets[1] != 0 {
		return false
	}
	switch f.LeadLen[0] {
	case 36, 422, 1422:
		return true
	}
	return false
}

// deepLook reads a batch of packets again and reports whether there are more.
func (c *Capture) deepLook() bool {
	d := c.deep
	d.offs, d.which = d.offs[:0], d.which[:0]
	for n := 0; n < 20_000 && len(d.offs) < 64; n++ {
		if int(d.next) >= c.packets.Len() || d.looked >= maxLooked {
			break
		}
		r := c.packets.At(d.next)
		d.next++
		name := inet.Proto(r.Proto) == inet.ProtoDNS && d.names < maxNames
		if r.Flow == index.NoFlow || d.want[r.Flow] == lookNot && !name {
			continue
		}
		d.looked++
		d.offs = append(d.offs, r.Off)
		d.which = append(d.which, d.next-1)
	}
	if d.looked >= maxLooked && int(d.next) < c.packets.Len() && len(d.offs) == 0 {
		d.left = append(d.left, fmt.Sprintf("After %d packets the second look ends; those from packet %d on are not in it.", maxLooked, d.next+1))
		return false
	}
	err := c.file.Records(d.offs, func(i int, r *capfile.Record) bool {
		*c.looking = d.which[i] + 1
		c.deepPacket(d.which[i], r)
		return true
	})
	if err != nil {
		d.left = append(d.left, "The file could not be read again: "+err.Error()+".")
		return false
	}
	return int(d.next) < c.packets.Len()
}

// deepPacket looks at one packet again.
func (c *Capture) deepPacket(n uint32, r *capfile.Record) {
	d := c.deep
	row := c.packets.At(n)
	s := &d.sum
	inet.Summarize(s, r.LinkType, r.Data, int(r.OrigLen))
	pay := r.Data[s.PayOff : s.PayOff+s.PayLen]
	ev := story.Event{
		Packet: n, Time: r.Time, NoTime: r.NoTime,
		Flow: row.Flow, Reverse: row.Flags&index.Reverse != 0, Len: s.PayWire,
	}
	f := c.flows.At(row.Flow)
	switch d.want[row.Flow] {
	case lookUDP:
		if s.Flags&inet.HasPorts == 0 {
			return
		}
		if len(pay) >= 3 && pay[2]&0x0f == 0x0d {
			d.meter(n, &row, r, s.PayWire) // those without a frame, too: they are what a hold is made of
			c.deepData(&ev, f, s.PayWire <= 3)
			return
		}
		m, ok := oracle.Parse(pay, s.PayWire)
		if !ok {
			return
		}
		m.Packet, m.Flow, m.Time, m.NoTime = n, row.Flow, r.Time, r.NoTime
		m.Src, m.Dst = oracle.End{Addr: s.Src, Port: s.SrcPort}, oracle.End{Addr: s.Dst, Port: s.DstPort}
		d.reader.Add(m)
		ev.What = kindOf(m.Func)
		ev.Told = m.Told
		c.deepEvent(&ev)
	case lookRTP:
		if s.Flags&inet.HasPorts != 0 {
			c.deepRTP(n, &row, r, pay, s.PayWire)
		}
	case lookE2O:
		if s.PayWire > 4 {
			d.meter(n, &row, r, s.PayWire)
		}
		c.deepData(&ev, f, s.PayWire <= 4)
	case lookTCP:
		c.deepSegment(&ev, f, s, r)
	case lookTrace:
		if f.First == n {
			ev.What = story.Traceroute
			c.deepEvent(&ev)
		}
	default:
		c.deepName(&ev, s, r)
	}
}

func kindOf(fn uint8) story.What {
	switch fn {
	case 3:
		return story.Resend
	case 5:
		return story.Ack
	case 7:
		return story.NAck
	case 0xf:
		return story.Fragment
	}
	return story.Command
}

// deepEvent files an event.
func (c *Capture) deepEvent(ev *story.Event) {
	d := c.deep
	if len(d.events) == maxEvents {
		d.left = append(d.left, fmt.Sprintf("The story is made of the first %d events, up to packet %d.", maxEvents, ev.Packet))
	}
	if len(d.events) <= maxEvents {
		d.events = append(d.events, *ev)
	}
}

// deepData counts a datagram of a call, or a segment, in the second it belongs to.
func (c *Capture) deepData(ev *story.Event, f *flow.Flow, small bool) {
	d := c.deep
	at := int32(0)
	if !ev.NoTime && f.Timed() {
		at = int32(min(max(0, (ev.Time-f.Start)/1e9), 1<<30))
	}
	list := d.data[ev.Flow]
	i := len(list)
	if i == 0 || list[i-1].At != at {
		// Packets may come a little out of order: look back before a new second is begun.
		j := i
		for j > 0 && i-j < 8 && list[j-1].At > at {
			j--
		}
		if j > 0 && list[j-1].At == at {
			i = j
		} else {
			list = slices.Insert(list, j, story.Second{At: at, First: ev.Packet, Last: ev.Packet})
			i = j + 1
		}
	}
	x := &list[i-1]
	x.First, x.Last = min(x.First, ev.Packet), max(x.Last, ev.Packet)
	dir := 0
	if ev.Reverse {
		dir = 1
	}
	switch {
	case small:
		x.Small[dir]++
	default:
		x.Count[dir]++
		x.Bytes[dir] += uint32(ev.Len)
	}
	d.data[ev.Flow] = list
}

// deepSegment looks at a TCP segment.
func (c *Capture) deepSegment(ev *story.Event, f *flow.Flow, s *inet.Summary, r *capfile.Record) {
	d := c.deep
	t := d.tcpFlow[ev.Flow]
	if t.dropped || s.SegOff == 0 || s.SegOff+20 > len(r.Data) {
		return
	}
	if t.segments++; t.segments > maxSegments && r.Data[s.SegOff+13]&5 == 0 { // neither FIN nor RST
		return
	}
	segment := r.Data[s.SegOff : s.PayOff+s.PayLen]
	d.streams.Add(ev.Flow, &f.Key, ev.Packet, ev.Time, ev.NoTime, ev.Reverse, segment, s.PayOff-s.SegOff+s.PayWire)
	if s.PayWire == 0 {
		return
	}
	c.deepData(ev, f, s.PayWire == 4)
	if s.PayWire == 19 {
		list := d.data[ev.Flow]
		for i := len(list) - 1; i >= 0; i-- {
			if x := &list[i]; x.Last == ev.Packet {
				if ev.Reverse {
					x.Nineteen[1]++
				} else {
					x.Nineteen[0]++
				}
				break
			}
		}
	}
	if t.payloads++; t.payloads != openingLen {
		return
	}
	// By now a conversation of Skype has said so. Others are not followed any further.
	if v := c.streamView(ev.Flow); v == nil || skype.ReadTCP(&v.sides, v.stream.Opener, true) == nil {
		t.dropped = true
		delete(d.data, ev.Flow)
		d.streams.Drop(ev.Flow)
	}
	delete(d.views, ev.Flow)
}

// deepName looks for questions and answers about names of Skype.
func (c *Capture) deepName(ev *story.Event, s *inet.Summary, r *capfile.Record) {
	c.deep.names++
	name, answer := inet.DNSName(s, r.Data)
	if name == "" {
		return
	}
	what, ok := inet.SkypeName(name)
	if !ok { // of another name of Skype's the story only says that there are such
		if what != "" && !answer {
			ev.What, ev.Name = story.Question, name
			c.deepEvent(ev)
		}
		return
	}
	ev.What, ev.Name, ev.Sure = story.Question, name, true
	if answer {
		ev.What = story.Answer
	}
	c.deep.asked[ev.Flow] = true
	c.deepEvent(ev)
}
