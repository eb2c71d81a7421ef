package detect

import (
	"fmt"

	"somscope/decoder/inet"
)

// ndpiPackets is how many packets of a UDP flow nDPI's rules looked at. When all that came were
// refused, the answer is No, however few they were.
const ndpiPackets = 4

// ndpi15UDP is the rule of 2015: one of the first four packets has three bytes and function d,
// or 16 bytes and more, function byte 02 and does not begin like SNMP.
func ndpi15UDP(_ *Book, c *Conversation) (Says, string, []uint32) {
	why := ""
	for i := range c.Packets[:min(len(c.Packets), ndpiPackets)] {
		p := &c.Packets[i]
		b2, ok := p.at(2)
		switch {
		case !ok:
			why = fmt.Sprintf("less than 3 bytes of %s are known", number(p.Packet))
		case p.Len == 3 && b2&15 == 0xd:
			return Yes, fmt.Sprintf("%s has 3 bytes and function d", number(p.Packet)), []uint32{p.Packet}
		case p.Len < 16:
			why = fmt.Sprintf("%s has %d bytes, it takes 16", number(p.Packet), p.Len)
		case b2 != 2:
			why = fmt.Sprintf("byte 2 of %s is %02x, not 02", number(p.Packet), b2)
		case p.Head[0] == 0x30:
			why = fmt.Sprintf("byte 0 of %s is 30, as in SNMP", number(p.Packet))
		default:
			return Yes, fmt.Sprintf("byte 2 of %s is 02 and it has %d bytes", number(p.Packet), p.Len), []uint32{p.Packet}
		}
	}
	return No, why, nil
}

// ndpi15TCP is its rule for TCP: after a whole handshake, the third packet has 8 or 3 bytes.
// We read this as the third with payload.
func ndpi15TCP(_ *Book, c *Conversation) (Says, string, []uint32) {
	if c.Syn[0] == 0 || c.Syn[1] == 0 {
		return Silent, "the connection's beginning is not in the file", nil
	}
	if len(c.Packets) < 3 {
		return Silent, count(len(c.Packets), "payload") + ", it looks at the third", nil
	}
	p := &c.Packets[2]
	if p.Len == 8 || p.Len == 3 {
		return Yes, fmt.Sprintf("the third payload, %s, has %d bytes", number(p.Packet), p.Len), []uint32{p.Packet}
	}
	return No, fmt.Sprintf("the third payload, %s, has %d bytes, not 8 or 3", number(p.Packet), p.Len), nil
}

// ndpi23First is what the rule of 2023 says of a first byte: "" when it likes it.
func ndpi23First(b byte) string {
	switch b {
	case 0x30, 0x00, 0x80, 0xc0, 0xc1, 0x01:
		return "is on the list of those of other protocols"
	}
	if b>>6 == 2 || b>>4 == 0 || b>>4 == 7 {
		return ""
	}
	return "begins neither with 10 nor with 0000 nor with 0111 in bits"
}

// ndpi23 is the last rule before Skype was dropped.
func ndpi23(_ *Book, c *Conversation) (Says, string, []uint32) {
	k := &c.Key
	switch {
	case k.PortA == k.PortB:
		return No, fmt.Sprintf("both ports are %d", k.PortA), nil
	case c.port(1119) || c.port(80):
		return No, "ports 1119 and 80 are excepted", nil
	case multicast(k.A) || multicast(k.B):
		return No, "it goes to many", nil
	case c.port(8801):
		return No, "port 8801 is taken for Zoom", nil
	}
	why := ""
	for i := range c.Packets[:min(len(c.Packets), ndpiPackets)] {
		p := &c.Packets[i]
		b2, ok := p.at(2)
		switch {
		case !ok:
			why = fmt.Sprintf("less than 3 bytes of %s are known", number(p.Packet))
		case p.Len == 3 && b2&15 == 0xd:
			return Yes, fmt.Sprintf("%s has 3 bytes and function d", number(p.Packet)), []uint32{p.Packet}
		case p.Len < 16:
			why = fmt.Sprintf("%s has %d bytes, it takes 16", number(p.Packet), p.Len)
		case b2 != 2:
			why = fmt.Sprintf("byte 2 of %s is %02x, not 02", number(p.Packet), b2)
		default:
			odd := ndpi23First(p.Head[0])
			if odd == "" {
				return Yes, fmt.Sprintf("byte 2 of %s is 02, it has %d bytes, and byte 0, %02x, is allowed", number(p.Packet), p.Len, p.Head[0]), []uint32{p.Packet}
			}
			why = fmt.Sprintf("byte 2 of %s is 02, but byte 0, %02x, %s", number(p.Packet), p.Head[0], odd)
		}
	}
	// The second way is the sound one: the same checksum twice. It also takes an address that
	// was known for Microsoft's; that list is not published with the rule and cannot be asked here.
	if x, ok := c.Packets[0].word(7); ok && c.Packets[0].is(0xff, 2) {
		for i := range c.Packets[1:min(len(c.Packets), ndpiPackets)] {
			p := &c.Packets[1+i]
			if y, also := p.word(7); also && x == y && p.is(0xff, 2) {
				return Silent, fmt.Sprintf("%s; but bytes 7 to 10 of %s and %s agree, which is enough for an address on its list of Skype's, which we do not have", why, number(c.Packets[0].Packet), number(p.Packet)), []uint32{c.Packets[0].Packet, p.Packet}
			}
		}
	}
	return No, why, nil
}

func ndpiNow(_ *Book, _ *Conversation) (Says, string, []uint32) {
	return Silent, "there is no rule any more: it was deleted on 12 February 2024, because peer-to-peer Skype is gone", nil
}

// multicast reports whether an address stands for a group or for all.
func multicast(a inet.Addr) bool {
	if v, ok := a.V4(); ok {
		return v>>28 == 14 || v == 0xffffffff
	}
	return a.Hi>>56 == 0xff
}

// private reports whether an address is one behind a NAT, of which nobody outside knows.
func private(a inet.Addr) bool {
	v, ok := a.V4()
	return ok && (v>>24 == 10 || v>>20 == 0xac1 || v>>16 == 0xc0a8 || v>>16 == 0xa9fe || v>>22 == 0x6440>>6)
}
