package decoder

import (
	"fmt"
	"net/netip"

	"somscope/decoder/classify"
	"somscope/decoder/index"
	"somscope/decoder/inet"
	"somscope/decoder/oracle"
	"somscope/decoder/skype"
	"somscope/decoder/story"
)

// Known is what the second look found out about one packet. Packet numbers count from 1.
type Known struct {
	Kind                oracle.Kind
	Class               uint32 // of equal messages, from 1; 0 for none
	Answers, AnsweredBy []uint32
	Retransmits         uint32 // the first transmission of the same message; 0 for none
}

// Known is what is known so far of packet i, counted from 0.
func (c *Capture) Known(i uint32) Known {
	r := c.result(i)
	if r == nil {
		return Known{}
	}
	k := Known{Kind: r.Kind, Class: r.Class, Retransmits: r.Retransmits}
	for _, l := range r.Answers {
		k.Answers = append(k.Answers, l.Packet+1)
	}
	for _, l := range r.AnsweredBy {
		k.AnsweredBy = append(k.AnsweredBy, l.Packet+1)
	}
	return k
}

func (c *Capture) result(i uint32) *oracle.Result {
	if c.deep == nil || c.deep.reader == nil || c.deep.stage < deepRead {
		return nil
	}
	return c.deep.reader.Result(i)
}

// Classes lists the classes of equal messages, largest first. It is nil before all messages
// have been compared.
func (c *Capture) Classes() []oracle.Class {
	if c.deep == nil || c.deep.stage <= deepRead {
		return nil
	}
	d := c.deep
	if d.classes == nil {
		d.classes = d.reader.Classes()
		d.classAt = map[uint32]int{}
		for i := range d.classes {
			d.classAt[d.classes[i].Number] = i
		}
	}
	return d.classes
}

// Story is what happened, or nil before the second look is done.
func (c *Capture) Story() *story.Story {
	if c.deep == nil {
		return nil
	}
	return c.deep.story
}

// Facts gathers what is known about the Skype message in packet i, counted from 0. It is nil
// before the second look has come so far.
func (c *Capture) Facts(i uint32) *skype.Facts {
	r := c.result(i)
	if r == nil {
		return nil
	}
	row := c.packets.At(i)
	if row.Flow == index.NoFlow {
		return nil
	}
	fl := c.flows.At(row.Flow)
	from, to := fl.A, fl.B
	if row.Flags&index.Reverse != 0 {
		from, to = to, from
	}
	f := &skype.Facts{
		From:        c.public(from, i, r, true),
		To:          c.public(to, i, r, false),
		Answers:     links(r.Answers),
		AnsweredBy:  links(r.AnsweredBy),
		Retransmits: r.Retransmits,
		Again:       people(r.Again),
		Resends:     r.Resends,
		ResentBy:    r.ResentBy,
		Token:       r.Token,
		Fragments:   r.Fragments,
		Whole:       r.Whole,
	}
	if r.Kind == oracle.Confirmed || r.Kind == oracle.Inferred {
		f.Text = &skype.Text{
			Plain: r.Plain, Confirmed: r.Kind == oracle.Confirmed,
			Name: r.Template, How: r.How, Tried: r.Tried,
			SolvedAt: r.SolvedAt, SolvedLen: r.SolvedLen,
			Agree: people(r.Agree), Agreeing: r.Agreeing,
		}
	}
	if r.Near > 0 {
		if k, ok := c.deep.reader.Near(r.Near); ok {
			n := &skype.Near{Copies: len(k.Members), HoleAt: k.HoleAt, HoleLen: k.HoleLen, Len: k.Len, How: k.How}
			for _, p := range k.Members {
				if p != i && len(n.Packets) < 8 {
					n.Packets = append(n.Packets, p+1)
				}
			}
			f.Near = n
		}
	}
	if classes := c.Classes(); r.Class > 0 && classes != nil {
		if at, ok := c.deep.classAt[r.Class]; ok {
			k := &classes[at]
			f.Equal = &skype.Equal{Class: k.Number, Copies: len(k.Members), Peers: len(k.Peers), Len: k.Len, RidAt: k.RidAt, How: k.How}
		}
	}
	return f
}

// public says which address goes into the seed for a host, in the message of packet i.
func (c *Capture) public(a inet.Addr, i uint32, r *oracle.Result, sender bool) skype.Public {
	if ip, ok := c.owners[a]; ok {
		x := skype.Public{IP: ip, Known: true, User: true, Doubt: true, How: "as you said"}
		if n, ok := c.refusedBy(r); ok && sender {
			x.How += fmt.Sprintf("; but the answer in packet %d is a NAck, so the sender did not use this address, or it is not his", n+1)
		}
		return x
	}
	p, ok := c.deep.reader.Public(a)
	v4, isV4 := a.V4()
	switch {
	case !ok && isV4 && !private(v4), ok && p.Votes == 0:
		return skype.Public{IP: v4, Known: true, How: "as in the IP header: a public address, and nobody reports another"}
	case !ok:
		return skype.Public{How: "a private address, and no peer reports the public one"}
	}
	x := skype.Public{IP: p.IP, Known: true, Proof: people(p.Proof)}
	x.How = fmt.Sprintf("as %s from %s report", plural(uint64(p.Votes), "answer"), plural(uint64(p.Peers), "peer"))
	if p.Votes == 1 {
		x.How = "as one answer reports"
	}
	if p.Else > 0 {
		x.How += fmt.Sprintf(" (%d say otherwise)", p.Else)
	}
	if isV4 && v4 == p.IP {
		x.How += ", and as the IP header says"
		return x
	}
	first := p.Proof[0]
	if !sender || i >= first {
		return x
	}
	// Nobody had told it by then, so far as the capture goes. What the answer was tells more.
	x.Doubt = true
	later := fmt.Sprintf("it is told so in packet %d only", first+1)
	n, refused := c.refusedBy(r)
	switch {
	case refused:
		x.IP, x.Proof = 0, []uint32{n + 1}
		x.How = fmt.Sprintf("assumed: the answer in packet %d is a NAck, so the receiver could not decrypt it; a client that knows no public address uses 0.0.0.0", n+1)
	case proven(r.AnsweredBy):
		x.How += "; " + later + ", but the receiver could decrypt this message, so the sender knew it already"
	case c.funcOf(first) == 7:
		x.IP, x.Proof = 0, []uint32{first + 1}
		x.How = "assumed: " + later + ", by a NAck, and a client that knows no public address uses 0.0.0.0"
	default:
		x.How += "; " + later + ", and we assume that the sender knew it from before"
	}
	return x
}

// refusedBy is the NAck that answers a message, if one does.
func (c *Capture) refusedBy(r *oracle.Result) (packet uint32, ok bool) {
	for _, l := range r.AnsweredBy {
		if c.funcOf(l.Packet) == 7 {
			return l.Packet, true
		}
	}
	return 0, false
}

func (c *Capture) funcOf(packet uint32) uint8 {
	m, _ := c.Message(packet)
	return m.Func
}

func proven(list []oracle.Link) bool {
	for _, l := range list {
		if l.Doubt == "" {
			return true
		}
	}
	return false
}

// SetPublic says which public address a host has, or with the zero public address that nobody
// says so any more. host is its address in the IP headers.
func (c *Capture) SetPublic(host, public netip.Addr) {
	b := host.As16()
	a := inet.Addr{}
	for i := range 8 {
		a.Hi = a.Hi<<8 | uint64(b[i])
		a.Lo = a.Lo<<8 | uint64(b[8+i])
	}
	if c.owners == nil {
		c.owners = map[inet.Addr]uint32{}
	}
	if public = public.Unmap(); !public.Is4() {
		delete(c.owners, a)
		return
	}
	v := public.As4()
	c.owners[a] = uint32(v[0])<<24 | uint32(v[1])<<16 | uint32(v[2])<<8 | uint32(v[3])
}

// SeedHost is the sender of packet i, counted from 0, as in its IP header, when the packet holds
// a message whose key is made from a seed; else "".
func (c *Capture) SeedHost(i uint32) string {
	if int64(i) >= int64(c.packets.Len()) {
		return ""
	}
	row := c.packets.At(i)
	if row.Flow == index.NoFlow || c.Class(row.Flow) != classify.SkypeUDP || c.result(i) == nil {
		return ""
	}
	f := c.flows.At(row.Flow)
	if row.Flags&index.Reverse != 0 {
		return f.B.Netip().String()
	}
	return f.A.Netip().String()
}

// private reports whether an address is one that others cannot reach.
func private(a uint32) bool {
	x := ip4(a)
	return x.IsPrivate() || x.IsLoopback() || x.IsLinkLocalUnicast() || a>>22 == 100<<2|1 || a == 0
}

func ip4(a uint32) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a)})
}

func links(list []oracle.Link) []skype.Link {
	var out []skype.Link
	for _, l := range list {
		out = append(out, skype.Link{Packet: l.Packet + 1, Proof: l.Proof, Doubt: l.Doubt})
	}
	return out
}

// people counts packets as people do: from 1.
func people(list []uint32) []uint32 {
	var out []uint32
	for _, n := range list {
		out = append(out, n+1)
	}
	return out
}
