package detect

import (
	"bytes"
	"fmt"

	"somscope/decoder/flow"
)

// The signature of Ehlert and Petgang (2006, §6): the four messages of a long probe over UDP,
// then the first messages of the super node's connection over TCP.

// ehlertProbe finds the four messages and returns their packets.
func ehlertProbe(c *Conversation) (packets []uint32, why string) {
	steps := 0 // how far the best attempt came
	for i := range c.Packets {
		u1 := &c.Packets[i]
		if u1.Len != 18 || !u1.is(0xff, 2) {
			continue
		}
		want, list := 1, []uint32{u1.Packet}
		for j := i + 1; j < min(len(c.Packets), i+16) && want < 4; j++ {
			p := &c.Packets[j]
			answer := p.Dir != u1.Dir
			switch {
			case want == 1 && answer && p.Len == 11 && p.id() == u1.id() && p.is(0x0f, 7),
				want == 2 && !answer && p.Len == u1.Len+5 && p.id() == u1.id() && p.is(0x0f, 3),
				want == 3 && answer && p.Len == 18 && p.is(0xff, 2):
				want++
				list = append(list, p.Packet)
			}
		}
		if want == 4 {
			return list, ""
		}
		steps = max(steps, want)
	}
	switch steps {
	case 0:
		return nil, "there is no request of 18 bytes with function byte 02"
	case 1:
		return nil, "a request of 18 bytes, but no refusal of 11 bytes with its id"
	case 2:
		return nil, "a request and its refusal, but no second request 5 bytes longer"
	}
	return nil, "request, refusal and second request, but no answer of 18 bytes"
}

func ehlertUDP(_ *Book, c *Conversation) (Says, string, []uint32) {
	if len(c.Packets) < 4 {
		return Silent, count(len(c.Packets), "packet") + ", it takes four", nil
	}
	packets, why := ehlertProbe(c)
	if packets == nil {
		return No, why, nil
	}
	return Yes, "18 bytes, refused with 11, again with 23, answered with 18", packets
}

// ehlertTCP looks for a connection to a host that answered such a probe: 22 to 29 bytes, an
// answer of more than 57 bytes but not 339, then 4, 15, 16 or 17 bytes.
func ehlertTCP(b *Book, c *Conversation) (Says, string, []uint32) {
	probed, tried := false, false
	for _, u := range b.Host(c.Key.A) {
		if u.Key.Transport != flow.UDP || u.Key.A != c.Key.B && u.Key.B != c.Key.B {
			continue
		}
		tried = true
		if packets, _ := ehlertProbe(u); packets != nil {
			probed = true
			break
		}
	}
	if !probed {
		if tried {
			return No, "these hosts spoke over UDP, but not in the four messages of its probe", nil
		}
		return No, "these hosts did not speak over UDP before", nil
	}
	list := c.Packets[:min(len(c.Packets), 8)]
	why := "no message of 22 to 29 bytes among the first"
	for i := 0; i < len(list); i++ {
		if n := list[i].Len; n < 22 || n > 29 || list[i].Dir != list[0].Dir {
			continue
		}
		if i+1 >= len(list) || list[i+1].Dir == list[0].Dir {
			why = fmt.Sprintf("no answer to the message of %d bytes", list[i].Len)
			continue
		}
		answer := list[i+1].Len
		if answer == 339 || answer <= 57 {
			why = fmt.Sprintf("the answer has %d bytes, which is a refusal", answer)
			continue
		}
		for _, p := range list[i+2:] {
			if p.Dir != list[0].Dir {
				continue // the answer may come in several segments
			}
			if n := p.Len; n == 4 || n >= 15 && n <= 17 {
				why = fmt.Sprintf("%d bytes, an answer of %d, then %d", list[i].Len, answer, n)
				if c.Closed != 0 {
					why += fmt.Sprintf("; it ends with %s", number(c.Closed-1))
				}
				return Yes, why, []uint32{list[i].Packet, list[i+1].Packet, p.Packet}
			} else {
				why = fmt.Sprintf("the third message has %d bytes, not 4 or 15 to 17", n)
			}
			break
		}
	}
	return No, why, nil
}

// The fixed beginnings of connections to servers and of the fallback to port 443. Ehlert and
// Petgang (§5.2.2) and Adami et al. (§2.3) print them.
var (
	loginAsk    = []byte{0x16, 0x03, 0x01, 0x00, 0x00}
	loginAnswer = []byte{0x17, 0x03, 0x01, 0x00, 0x00}
	loginBody   = []byte{0x16, 0x03, 0x01, 0x00, 0xcd, 0x41, 0x03, 0x00, 0x09, 0x80, 0x40, 0x04, 0x08, 0xc0, 0x01}
	loginReply  = []byte{0x17, 0x03, 0x01, 0x00}

	fakeClient = []byte{
		0x80, 0x46, 0x01, 0x03, 0x01, 0x00, 0x2d, 0x00, 0x00, 0x00, 0x10,
		0x00, 0x00, 0x05, 0x00, 0x00, 0x04, 0x00, 0x00, 0x0a, 0x00, 0x00, 0x09, 0x00, 0x00, 0x64, 0x00, 0x00, 0x62,
		0x00, 0x00, 0x08, 0x00, 0x00, 0x03, 0x00, 0x00, 0x06, 0x01, 0x00, 0x80, 0x07, 0x00, 0xc0, 0x03, 0x00, 0x80,
		0x06, 0x00, 0x40, 0x02, 0x00, 0x80, 0x04, 0x00, 0x80,
	}
	fakeServer = []byte{
		0x16, 0x03, 0x01, 0x00, 0x4a, 0x02, 0x00, 0x00, 0x46, 0x03, 0x01, 0x40, 0x1b, 0xe4, 0x86,
		0x02, 0xad, 0xe0, 0x29, 0xe1, 0x77, 0x74, 0xe5, 0x44, 0xb9, 0xc9, 0x9c, 0xb4, 0x31, 0x31, 0x5e,
		0x02, 0xdd, 0x77, 0x9d, 0x15, 0x4a, 0x96, 0x09, 0xba, 0x5d, 0xa8, 0x70,
		0x20, 0x1c, 0xa0, 0xe4, 0xf6, 0x4c, 0x63, 0x51, 0xae, 0x2f, 0x8e, 0x4e, 0xe1, 0xe6, 0x76, 0x6a, 0x0a,
		0x88, 0xd5, 0xd8, 0xc5, 0x5c, 0xae, 0x98, 0xc5, 0xe4, 0x81, 0xf2, 0x2a, 0x69, 0xbf, 0x90, 0x58,
		0x00, 0x05, 0x00,
	}
)

// An opening is the first two payloads of each side, nil where there is none. The side that
// speaks first is the asking one.
type opening struct {
	asks, answers [2]*Packet
}

func (c *Conversation) open() (o opening) {
	first := c.Packets[0].Dir
	var n [2]int
	for i := range c.Packets[:min(len(c.Packets), 12)] {
		p := &c.Packets[i]
		side, list := 0, &o.asks
		if p.Dir != first {
			side, list = 1, &o.answers
		}
		if n[side] < len(list) {
			list[n[side]] = p
			n[side]++
		}
	}
	return o
}

// A fit is how a payload compares with fixed bytes.
type fit uint8

const (
	absent fit = iota // there is no payload
	differs
	cut // as far as the capture kept it, it fits
	fits
)

// begins compares the beginning of a payload.
func (p *Packet) begins(with []byte) fit {
	switch {
	case p == nil:
		return absent
	case p.Len < len(with) || !bytes.HasPrefix(with, p.Head[:min(len(p.Head), len(with))]):
		return differs
	case len(p.Head) < len(with):
		return cut
	}
	return fits
}

const cutWhy = "the capture kept too little of the first payloads"

// login reports whether a connection begins as with a login server.
func (o *opening) login() (Says, string, []uint32) {
	for i, step := range []struct {
		p             *Packet
		with          []byte
		whole         bool // nothing follows
		absent, other string
	}{
		{o.asks[0], loginAsk, true, "", "it does not begin with 16 03 01 00 00"},
		{o.answers[0], loginAnswer, true, "16 03 01 00 00 is not answered", "the answer to 16 03 01 00 00 is not 17 03 01 00 00"},
		{o.asks[1], loginBody, false, "after the two empty records nothing follows", "after the two empty records the 15 fixed bytes do not follow"},
		{o.answers[1], loginReply, false, "the login is not answered", "the login is not answered with 17 03 01 00"},
	} {
		switch f := step.p.begins(step.with); {
		case f == absent:
			return No, step.absent, nil
		case f == differs || step.whole && step.p.Len != len(step.with):
			return No, step.other, nil
		case f == cut:
			return Silent, cutWhy, nil
		}
		if i == 3 {
			return Yes, "two empty records, the 15 fixed bytes of the login and an answer that begins 17 03 01 00",
				[]uint32{o.asks[0].Packet, o.answers[0].Packet, o.asks[1].Packet, step.p.Packet}
		}
	}
	return No, "", nil
}

// restricted reports whether a connection begins with the false hello of port 443: the client's
// 56 fixed bytes of 72, and the server's 79. asked says that at least the first is there.
func (o *opening) restricted() (says Says, asked bool, why string, packets []uint32) {
	switch f := o.asks[0].begins(fakeClient); {
	case f == differs || o.asks[0].Len != 72:
		return No, false, "the first 56 of 72 bytes are not those of the false hello", nil
	case f == cut:
		return Silent, true, cutWhy, nil
	}
	switch o.answers[0].begins(fakeServer) {
	case absent:
		return No, true, "the false hello is not answered", nil
	case differs:
		return No, true, "the answer to the false hello does not begin with its 79 fixed bytes", nil
	case cut:
		return Silent, true, cutWhy, nil
	}
	return Yes, true, "the false hello, 56 of its 72 bytes fixed, and the answer with 79 fixed bytes", []uint32{o.asks[0].Packet, o.answers[0].Packet}
}

func ehlertHello(_ *Book, c *Conversation) (Says, string, []uint32) {
	o := c.open()
	if says, asked, why, packets := o.restricted(); asked {
		if says == Yes && !c.port(443) {
			return No, "the false hello, but neither port is 443", nil
		}
		return says, why, packets
	}
	return o.login()
}
