package decoder

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"somscope/decoder/classify"
	"somscope/decoder/flow"
	"somscope/decoder/index"
	"somscope/decoder/oracle"
	"somscope/decoder/skype"
	"somscope/decoder/story"
)

// deepTell works on the story, a kind of phase at a time, and reports whether it is told.
func (c *Capture) deepTell() (done bool) {
	d := c.deep
	if d.teller == nil {
		d.teller = story.New(c.storyInput())
	}
	if !d.teller.Step() {
		return false
	}
	d.story, d.teller = d.teller.Story(), nil
	d.events, d.flows = nil, nil // the story holds what it needs
	for _, id := range d.tcp {
		if d.talks[id] == nil { // nothing of Skype: nobody will ask for its bytes
			d.streams.Drop(id)
		}
	}
	clear(d.views)
	return true
}

// storyInput is what the story is made of.
func (c *Capture) storyInput() *story.Input {
	d := c.deep
	// In the order of the file. Sorting numbers takes less code and time than sorting events.
	keys := make([]uint64, len(d.events))
	for i := range d.events {
		keys[i] = uint64(d.events[i].Packet)<<32 | uint64(i)
	}
	slices.Sort(keys)
	events := make([]story.Event, len(keys))
	for i, k := range keys {
		events[i] = d.events[uint32(k)]
	}
	d.events = events
	in := &story.Input{Events: d.events, Flows: d.flows}
	if n := c.packets.Len(); n > 0 {
		if row := c.packets.At(uint32(n) - 1); row.Flags&index.NoTime == 0 {
			in.Until = row.Time
		}
	}
	for _, s := range d.left {
		in.Cut += s + " "
	}
	in.Cut = strings.TrimSpace(in.Cut)
	return in
}

// deepFlows gathers the flows that the story is about, some at a time, and reports whether all
// are there.
func (c *Capture) deepFlows() bool {
	d := c.deep
	end := min(d.flowAt+500, uint32(len(d.want)))
	for ; d.flowAt < end; d.flowAt++ {
		switch id := d.flowAt; {
		case d.want[id] == lookTCP && d.tcpFlow[id].dropped:
			continue
		case d.want[id] == lookNot && !d.asked[id]:
			continue
		}
		if len(d.flows) == maxStoryFlows {
			d.left = append(d.left, fmt.Sprintf("The story is about the first %d conversations.", maxStoryFlows))
			d.flowAt = uint32(len(d.want))
			return true
		}
		d.flows = append(d.flows, c.storyFlow(d.flowAt))
	}
	return d.flowAt == uint32(len(d.want))
}

// deepStreams makes events of the TCP conversations, some at a time, and reports whether all
// are done.
func (c *Capture) deepStreams() bool {
	d := c.deep
	for n := 0; n < 50 && d.told < len(d.tcp) && len(d.events) <= maxEvents; n++ {
		c.streamEvents(d.tcp[d.told])
		d.told++
	}
	return d.told == len(d.tcp) || len(d.events) > maxEvents
}

// nameEvent says what a message is, now that it may have been read.
func nameEvent(ev *story.Event, r *oracle.Result) {
	for _, l := range r.Answers {
		ev.Answers = append(ev.Answers, l.Packet)
	}
	ev.Equal, ev.Retransmits = r.Class, r.Retransmits
	if ev.What != story.Command {
		ev.Sure = true // its layout says what it is
		return
	}
	if r.Kind == oracle.Confirmed {
		ev.Sure = true
		n := commandOf(r.Plain)
		ev.What = eventOf(n, r.Plain)
		ev.Name = r.Template
		if ev.What == story.Pong && len(r.Plain) >= 15 {
			b := r.Plain[len(r.Plain)-6:]
			ev.Told = uint32(b[3])<<24 | uint32(b[2])<<16 | uint32(b[1])<<8 | uint32(b[0])
		}
		if ev.What == story.Redirect && len(r.Plain) >= 30 { // five ends, each with its bytes reversed
			for b := r.Plain[len(r.Plain)-30:]; len(b) >= 6; b = b[6:] {
				ev.Others = append(ev.Others, fmt.Sprintf("%d.%d.%d.%d:%d", b[3], b[2], b[1], b[0], uint16(b[5])<<8|uint16(b[4])))
			}
		}
		return
	}
	if r.Class > 0 {
		ev.Name = "one of several equal messages"
	}
}

// eventOf is the event that a command is.
func eventOf(command int, plain []byte) story.What {
	switch command {
	case 12:
		return story.Publish
	case 14:
		return story.Search
	case 15:
		if len(plain) == 7 {
			return story.NotFound
		}
		return story.Found
	case 27:
		return story.Probe
	case 28:
		return story.Accept
	case 29:
		return story.Redirect
	case 35:
		return story.Ping
	case 36:
		return story.Pong
	}
	return story.Command
}

// streamEvents makes events of a TCP conversation: its beginning, its end, and what was
// recognised in it.
func (c *Capture) streamEvents(id uint32) {
	d := c.deep
	v := c.streamView(id)
	if v == nil || d.tcpFlow[id].dropped {
		return
	}
	s := v.stream
	began := uint32(0) // packet of the SYN, plus 1, for the next event
	add := func(packet uint32, side int, what story.What, name string, n int, sure bool) {
		row := c.packets.At(packet)
		ev := story.Event{
			Packet: packet, Time: row.Time, NoTime: row.Flags&index.NoTime != 0,
			Flow: id, Reverse: side == 1, Len: n, What: what, Name: name, Sure: sure,
		}
		if began != 0 {
			ev.Began, ev.BeganAt = began, c.packets.At(began-1).Time
			ev.NoTime = ev.NoTime || c.packets.At(began-1).Flags&index.NoTime != 0
			began = 0
		}
		c.deepEvent(&ev)
	}
	bytes := s.Sides[0].Whole + s.Sides[1].Whole
	switch o := s.Opener; {
	case s.Syn[o] != 0 && s.Syn[1-o] != 0:
		began = s.Syn[o]
		add(s.Syn[1-o]-1, 1-o, story.Connect, "", 0, true)
	case s.Syn[o] != 0 && s.Rst != 0 && bytes == 0:
		began = s.Syn[o]
		add(s.Rst-1, 1-o, story.Refused, "", 0, true)
	case s.Syn[o] != 0 && bytes == 0:
		add(s.Syn[o]-1, o, story.NoAnswer, "", 0, true)
	}
	if t := d.talks[id]; t != nil {
		for _, m := range t.Marks {
			p, ok := v.at(m.Side, m.At)
			if !ok {
				continue
			}
			add(p.Packet, m.Side, markEvent(t, &m), m.Name, m.Len, true)
		}
	}
	for side := range s.Sides {
		if len(d.events) > maxEvents {
			return
		}
		last := uint32(math.MaxUint32)
		for _, p := range s.Sides[side].Pieces {
			if p.Packet == last {
				continue
			}
			last = p.Packet
			add(p.Packet, side, story.Segment, "", p.Len, false)
		}
	}
	if s.Rst != 0 && bytes > 0 {
		add(s.Rst-1, 0, story.Reset, "", 0, true)
	}
	for side, p := range s.Fin {
		if p != 0 {
			add(p-1, side, story.Closed, "", 0, true)
		}
	}
}

// markEvent is the event that a recognised piece of a conversation is.
func markEvent(t *skype.Talk, m *skype.Mark) story.What {
	switch t.Kind {
	case skype.TalkLogin, skype.TalkEvent:
		switch m.Name {
		case "L1", "L2":
			return story.LoginHello
		case "L3":
			return story.LoginKey
		}
		return story.LoginReply
	case skype.TalkFalseHTTPS:
		if m.At == 0 {
			return story.FalseHello
		}
	case skype.TalkUpdate:
		switch m.Name {
		case "installed":
			return story.Installed
		case "getlatestversion":
			return story.Latest
		}
		if m.Side != t.Opener {
			return story.WebAnswer
		}
	}
	return story.Segment
}

// storyFlow is a flow as the story wants it.
func (c *Capture) storyFlow(id uint32) story.Flow {
	d := c.deep
	f := c.flows.At(id)
	x := story.Flow{
		ID:    id,
		PortA: f.PortA, PortB: f.PortB,
		HostA: f.A.Netip().String(), HostB: f.B.Netip().String(),
		TCP:     f.Transport == flow.TCP,
		Class:   c.Class(id).String(),
		Word:    c.verdicts.Word(id),
		Packets: f.Packets,
		First:   f.First, Last: f.Last,
		Start: f.Start, End: f.End,
		Data: d.data[id],
	}
	x.A, x.B = ends(f, false)
	if c.Class(id) == classify.Other {
		x.Word = "no"
	}
	if t := d.talks[id]; t != nil {
		x.Talk = t.Kind.String()
	}
	for _, s := range d.data[id] {
		x.Bytes[0] += uint64(s.Bytes[0])
		x.Bytes[1] += uint64(s.Bytes[1])
	}
	if v := c.streamView(id); v != nil {
		x.Bytes = [2]uint64{uint64(v.stream.Sides[0].Whole), uint64(v.stream.Sides[1].Whole)}
	}
	return x
}
