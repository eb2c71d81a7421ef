package decoder

import (
	"cmp"
	"fmt"
	"slices"

	"somscope/decoder/classify"
	"somscope/decoder/flow"
	"somscope/decoder/inet"
	"somscope/decoder/oracle"
	"somscope/decoder/skype"
	"somscope/decoder/story"
)

// A streamView is a stream as package skype wants it, and the way from packets to its bytes.
type streamView struct {
	stream *flow.Stream
	sides  [2]skype.StreamSide
	order  [2][]int // of Pieces, by packet
}

// maxViews is how many views are kept; more are made again when asked for.
const maxViews = 256

// streamView returns a TCP flow put together, or nil.
func (c *Capture) streamView(id uint32) *streamView {
	d := c.deep
	if d == nil || d.streams == nil {
		return nil
	}
	if v := d.views[id]; v != nil {
		return v
	}
	s := d.streams.Stream(id)
	if s == nil {
		return nil
	}
	v := &streamView{stream: s}
	f := c.flows.At(id)
	for i := range s.Sides {
		from, to := &s.Sides[i], &v.sides[i]
		_, port := f.Side(i)
		*to = skype.StreamSide{Data: from.Data, Start: from.Start, Port: port, Whole: from.Whole}
		for _, g := range from.Gaps {
			to.Gaps = append(to.Gaps, skype.StreamGap(g))
		}
		for k, p := range from.Pieces {
			to.Cuts = append(to.Cuts, p.At)
			v.order[i] = append(v.order[i], k)
		}
		slices.SortStableFunc(v.order[i], func(a, b int) int { return cmp.Compare(from.Pieces[a].Packet, from.Pieces[b].Packet) })
	}
	if d.stage > deepLook {
		if len(d.views) >= maxViews {
			clear(d.views)
		}
		d.views[id] = v
	}
	return v
}

// at returns the packet, from 0, that brought a byte of a side, and when.
func (v *streamView) at(side, off int) (p flow.Piece, ok bool) {
	list := v.stream.Sides[side].Pieces
	i, _ := slices.BinarySearchFunc(list, off+1, func(p flow.Piece, off int) int { return cmp.Compare(p.At, off) })
	if i == 0 {
		return p, false
	}
	if p = list[i-1]; off >= p.At+p.Len {
		return p, false
	}
	return p, true
}

// segment says what is known of the payload of packet i, counted from 0, of a TCP flow.
func (c *Capture) segment(id, i uint32, reverse bool) *skype.Segment {
	talk := c.Talk(id)
	if talk == nil {
		return nil
	}
	v := c.streamView(id)
	if v == nil {
		return nil
	}
	s := &skype.Segment{Talk: talk, Sides: &v.sides}
	if reverse {
		s.Side = 1
	}
	side := &v.stream.Sides[s.Side]
	k, _ := slices.BinarySearchFunc(v.order[s.Side], i, func(k int, packet uint32) int { return cmp.Compare(side.Pieces[k].Packet, packet) })
	for ; k < len(v.order[s.Side]) && side.Pieces[v.order[s.Side][k]].Packet == i; k++ {
		p := side.Pieces[v.order[s.Side][k]]
		s.Places = append(s.Places, skype.SegmentPlace{Payload: p.From, At: p.At, Len: p.Len})
	}
	s.Again = len(s.Places) == 0 && slices.Contains(side.Again, i)
	s.Differs = slices.Contains(side.Differ, i)
	at := s.Side
	s.Packets = func(off int) uint32 {
		if p, ok := v.at(at, off); ok {
			return p.Packet + 1
		}
		return 0
	}
	return s
}

// Talk is what a TCP flow, counted from 0, turned out to be; nil when it is nothing of Skype, or
// not looked at yet.
func (c *Capture) Talk(id uint32) *skype.Talk {
	if c.deep == nil {
		return nil
	}
	return c.deep.talks[id]
}

// Stream is a TCP flow put together, or nil.
func (c *Capture) Stream(id uint32) *flow.Stream {
	if v := c.streamView(id); v != nil {
		return v.stream
	}
	return nil
}

// deepNames gives the messages their names, now that they may have been read, and notes what
// they say of their flows and who said yes to a probe: some messages at a time. It reports
// whether all are done.
func (c *Capture) deepNames() bool {
	d := c.deep
	end := min(d.named+500, len(d.events))
	for ; d.named < end; d.named++ {
		ev := &d.events[d.named]
		if ev.What > story.Fragment || d.want[ev.Flow] != lookUDP {
			continue
		}
		r := d.reader.Result(ev.Packet)
		if r == nil {
			continue
		}
		nameEvent(ev, r)
		c.learnMessage(ev, r)
		if ev.What == story.Accept {
			c.accepted(ev, r)
		}
	}
	return d.named == len(d.events)
}

// accepted notes who said yes to a probe.
func (c *Capture) accepted(ev *story.Event, r *oracle.Result) {
	side := 0
	if ev.Reverse {
		side = 1
	}
	a, port := c.flows.At(ev.Flow).Side(side)
	asked := uint32(0)
	if len(r.Answers) > 0 {
		asked = r.Answers[0].Packet + 1
	}
	end := oracle.End{Addr: a, Port: port}
	if _, ok := c.deep.probed[end]; !ok {
		c.deep.probed[end] = [2]uint32{asked, ev.Packet + 1}
	}
}

// commandOf is the number of the first command of a plaintext, or -1.
func commandOf(plain []byte) int {
	at := 0
	var n uint64
	for field := range 2 {
		n = 0
		for shift := 0; ; shift += 7 {
			if at >= len(plain) || shift > 28 {
				return -1
			}
			b := plain[at]
			at++
			n |= uint64(b&0x7f) << shift
			if b < 0x80 {
				break
			}
		}
		if field == 1 {
			return int(n >> 3)
		}
	}
	return -1
}

// deepTalk reads one stream.
func (c *Capture) deepTalk(id uint32) {
	d := c.deep
	f := c.flows.At(id)
	if opensLikeSkype(f) {
		c.learn(id).Looked = d.tcpFlow[id].dropped
	}
	if d.tcpFlow[id].dropped {
		return
	}
	v := c.streamView(id)
	if v == nil {
		return
	}
	hello, answer := &v.sides[v.stream.Opener], &v.sides[1-v.stream.Opener]
	if opensLikeSkype(f) && hello.Start && len(hello.Data) >= 72 && (!stoppedClock(f, 1-v.stream.Opener) || answer.Start && len(answer.Data) >= 79) {
		c.learn(id).Looked = true
	}
	far, port := f.Side(1 - v.stream.Opener)
	probed, ok := d.probed[oracle.End{Addr: far, Port: port}]
	if talk := skype.ReadTCP(&v.sides, v.stream.Opener, ok); talk != nil && talk.Kind != skype.TalkNone {
		d.talks[id] = talk
		x := c.learn(id)
		x.Talk, x.TalkSure, x.TalkWhy = talk.Kind.String(), talk.Sure, talk.Why
		for _, m := range talk.Marks {
			if p, ok := v.at(m.Side, m.At); ok && len(x.TalkAt) < 8 && !slices.Contains(x.TalkAt, p.Packet) {
				x.TalkAt = append(x.TalkAt, p.Packet)
			}
		}
		if ok {
			x.Probed = probed
		}
	}
}

func (c *Capture) learn(id uint32) *classify.Learned {
	x := c.deep.learned[id]
	if x == nil {
		x = &classify.Learned{}
		c.deep.learned[id] = x
	}
	return x
}

// learnMessage notes what a message says of its flow.
func (c *Capture) learnMessage(ev *story.Event, r *oracle.Result) {
	x := c.learn(ev.Flow)
	switch r.Kind {
	case oracle.Confirmed:
		if x.Read++; x.Read == 1 {
			x.ReadAs = r.Template
		}
		if len(x.ReadAt) < 8 {
			x.ReadAt = append(x.ReadAt, ev.Packet)
		}
	case oracle.Equal:
		x.EqualTo++
		if len(x.EqualAt) < 8 {
			x.EqualAt = append(x.EqualAt, ev.Packet)
		}
	}
	if r.Kind == oracle.Confirmed || r.Kind == oracle.Equal {
		return // it is counted
	}
	for _, l := range r.Answers {
		if l.Doubt == "" {
			x.Linked++
			if len(x.LinkedAt) < 8 {
				x.LinkedAt = append(x.LinkedAt, ev.Packet)
			}
			break
		}
	}
}

// deepJudge tells the rules what was found out, and has the flows judged again.
func (c *Capture) deepJudge() {
	d := c.deep
	c.modern()
	c.verdicts.Learn(d.learned)
	c.recount()
}

// modern weighs the conversations that cannot be read: they are named as Skype's only when the
// same far end also spoke something of Skype that can be told.
func (c *Capture) modern() {
	d := c.deep
	known := map[inet.Addr]uint32{} // far end of a sure conversation: a flow of it plus 1
	for _, id := range d.tcp {
		if t := d.talks[id]; t != nil && t.Kind != skype.TalkModern && t.Sure {
			a, _ := c.flows.At(id).Side(1 - t.Opener)
			if known[a] == 0 {
				known[a] = id + 1
			}
		}
	}
	for _, id := range d.tcp {
		t := d.talks[id]
		if t == nil || t.Kind != skype.TalkModern {
			continue
		}
		a, _ := c.flows.At(id).Side(1 - t.Opener)
		switch {
		case known[a] != 0:
			c.learn(id).ServerSpoke = fmt.Sprintf("the same host speaks %s in flow %d", talkTitles[d.talks[known[a]-1].Kind], known[a])
		case !t.Sure:
			delete(d.talks, id)
			delete(d.learned, id)
		}
	}
}

var talkTitles = [...]string{
	skype.TalkNone:       "nothing known",
	skype.TalkLogin:      "the false TLS of a login server",
	skype.TalkEvent:      "the false TLS of an event server",
	skype.TalkFalseHTTPS: "Skype's false HTTPS",
	skype.TalkSupernode:  "as a supernode",
	skype.TalkPort80:     "Skype on port 80",
	skype.TalkUpdate:     "as the update server",
	skype.TalkModern:     "an unreadable stream",
}
