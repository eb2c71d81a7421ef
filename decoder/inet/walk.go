package inet

import (
	"net/netip"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Dissect grows the tree of a whole packet: each layer is a group beside the
// others, in the order of the wire, and what is left at the end is named as
// padding or shown as unknown.
//
// The payload of the outermost TCP or UDP header is offered to payload first,
// with d fenced to it; when payload is nil or returns false (having read
// nothing), our own recognisers name it, then gopacket, and what neither knows
// is unknown bytes.
func Dissect(d *dissect.D, link uint16, payload func(d *dissect.D, c *dissect.Context, transport uint8) bool) {
	w := walk{payload: payload}
	w.link(d, link)
	w.rest(d)
}

// A walk is what the layers so far have told the next one. It is passed by
// value, so that what happens within a tunnel stays there.
type walk struct {
	payload  func(d *dissect.D, c *dissect.Context, transport uint8) bool // nil once it was offered, or below a tunnel
	src, dst netip.Addr                                                   // of the innermost IP header
	depth    int                                                          // IP headers so far
	tunnels  int                                                          // times the gopacket border was crossed
	quoted   bool                                                         // within an error message's quote
	unsure   string                                                       // why a transport checksum cannot be checked, or ""
	noLength bool                                                         // the IP header leaves the length open
	part     bool                                                         // the first fragment of several
	route    bool                                                         // a routing header replaces the destination
}

// below is the walk for a packet within the packet.
func (w walk) below() walk {
	return walk{depth: w.depth, tunnels: w.tunnels, quoted: w.quoted, unsure: w.unsure}
}

func (w walk) link(d *dissect.D, link uint16) {
	switch link {
	case LinkEthernet:
		w.ethernet(d)
	case LinkRaw, LinkRawBSD, LinkRawBSD2:
		w.rawIP(d)
	case LinkIPv4:
		w.ipv4(d)
	case LinkIPv6:
		w.ipv6(d)
	case LinkNull, LinkLoop:
		w.null(d, link)
	case LinkSLL:
		w.sll(d)
	case LinkSLL2:
		w.sll2(d)
	case LinkPPP, LinkPPPHDLC:
		w.ppp(d)
	case LinkPPPWithID:
		d.Group(specPPP, func(d *dissect.D) { d.U8(specPPPDirection) })
		w.ppp(d)
	case LinkPPPoE:
		w.pppoe(d)
	default:
		if !w.gopacketLink(d, link) {
			d.Unknown(d.Left())
		}
	}
}

// rest names what a packet leaves of its link layer's bytes. Ethernet names
// its own before this.
func (w walk) rest(d *dissect.D) {
	if d.OK() && d.Left() > 0 {
		d.Rest(specTrailer)
	}
}

// etherType goes on after an EtherType. What the layer does not use is left.
func (w walk) etherType(d *dissect.D, t uint16) {
	if !d.OK() {
		return
	}
	switch t {
	case etherIPv4:
		w.ipv4(d)
	case etherIPv6:
		w.ipv6(d)
	case etherARP, etherRARP:
		w.arp(d)
	case etherVLAN, etherQinQ, etherQinQ91:
		w.vlan(d, t)
	case etherMPLS, etherMPLSMC:
		w.mpls(d)
	case etherPPPoED, etherPPPoES:
		w.pppoe(d)
	default:
		if t <= 1500 {
			w.llcFrame(d, int(t))
			return
		}
		w.gopacketEther(d, t)
		d.Unknown(d.Left())
	}
}

// rawIP chooses the IP version by the first nibble.
func (w walk) rawIP(d *dissect.D) {
	b := d.Peek(1)
	if len(b) == 1 && b[0]>>4 == 6 {
		w.ipv6(d)
		return
	}
	w.ipv4(d)
}

// transport goes on after the IP headers, within a fence around the IP payload.
func (w walk) transport(d *dissect.D, proto uint8) {
	for proto == ipAH && d.OK() {
		next, ok := authentication(d)
		if !ok {
			d.Unknown(d.Left())
			return
		}
		proto = next
	}
	if !d.OK() || d.Left() == 0 && proto != ipTCP && proto != ipUDP {
		return
	}
	switch proto {
	case ipUDP:
		w.udp(d)
	case ipUDPLite:
		w.udpLite(d)
	case ipTCP:
		w.tcp(d)
	case ipICMP:
		w.icmp(d)
	case ipICMPv6:
		w.icmpv6(d)
	case ipIGMP:
		w.igmp(d)
	case ipSCTP:
		w.sctp(d)
	case ipIPv4, ipIPv6:
		in := w.below()
		if proto == ipIPv4 {
			in.ipv4(d)
		} else {
			in.ipv6(d)
		}
	default:
		w.gopacketIP(d, proto)
	}
	d.Unknown(d.Left())
}

// offer hands the transport payload to whoever knows it.
func (w walk) offer(d *dissect.D, transport uint8, src, dst uint16) {
	n := d.Left()
	if n == 0 {
		return
	}
	d.Within(n, func(d *dissect.D) {
		if w.payload != nil {
			c := dissect.Context{Src: netip.AddrPortFrom(w.src, src), Dst: netip.AddrPortFrom(w.dst, dst)}
			if w.payload(d, &c, transport) {
				return
			}
		}
		w.app(d, transport, src, dst)
	})
}

// kept says of a length that the bytes at hand are fewer: it is the capture's
// doing, or the sender's lie.
func (w walk) kept(d *dissect.D, claimed, there int) {
	switch {
	case w.quoted:
		d.Note("the quote holds %d of these bytes", there)
	case d.Cut():
		d.Note("the capture kept %d of these bytes", there)
	default:
		d.Fault(field.ErrShort, "claims %d bytes, %d are there", claimed, there)
	}
}

// arrow is the head of a group that goes from one to another.
func arrow[T interface{ String() string }](src, dst T) field.Value {
	return field.Text(src.String() + " → " + dst.String())
}

func ports(src, dst uint16) field.Value {
	return field.Text(utoa(uint64(src)) + " → " + utoa(uint64(dst)))
}

var specTrailer = &field.Spec{
	Name:  "frame.trailer",
	Label: "Trailer",
	Doc:   "These bytes follow the packet within its frame and belong to no layer above.",
	Show:  field.Raw,
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "somscope"}},
}
