package inet

import (
	"encoding/binary"
	"net/netip"
)

// Addr is an IPv4 or IPv6 address in two words; IPv4 is ::ffff:a.b.c.d.
// It is comparable, so that it can be part of a key.
type Addr struct{ Hi, Lo uint64 }

// Netip is the address in the standard library's form; IPv4 comes out as IPv4.
func (a Addr) Netip() netip.Addr {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], a.Hi)
	binary.BigEndian.PutUint64(b[8:], a.Lo)
	return netip.AddrFrom16(b).Unmap()
}

// V4 reports whether it is an IPv4 address, and returns it as a number.
func (a Addr) V4() (uint32, bool) { return uint32(a.Lo), a.Hi == 0 && a.Lo>>32 == 0xffff }

// SummaryFlags say what Summarize found.
type SummaryFlags uint8

const (
	HasIP    SummaryFlags = 1 << iota // Src, Dst and Transport are set
	HasPorts                          // SrcPort and DstPort are set
	Fragment                          // an IP fragment (the first one has ports)
	Broken                            // a header length does not fit
)

// Summary is what the index pass learns about one packet.
type Summary struct {
	Src, Dst         Addr
	SrcPort, DstPort uint16
	Transport        uint8 // IP protocol number of the outermost IP header, extension headers skipped
	Proto            Proto // the innermost protocol the pass recognises, tunnels included
	Flags            SummaryFlags

	// The payload of the outermost transport, within the packet. For UDP, UDP-Lite,
	// TCP and SCTP it starts after their header; for other transports (ICMP, IP in
	// IP) after the IP headers. A fragment other than the first has none.
	PayOff, PayLen int // as captured
	PayWire        int // its length on the wire, as the headers say
}

// maxTunnels is how many IP headers within each other we follow.
const maxTunnels = 8

// Summarize fills s with what the packet's headers say. link is the LINKTYPE_
// number, wire the packet's length on the wire, which is more than len(data)
// when the capture cut it. It allocates nothing and never looks beyond data.
func Summarize(s *Summary, link uint16, data []byte, wire int) {
	*s = Summary{}
	if wire < len(data) {
		wire = len(data)
	}
	if link == LinkEthernet {
		if len(data) >= 14 {
			if t := be16(data, 12); t == etherIPv4 { // by far the most common
				s.ipv4(data, 14, wire, 0)
			} else {
				s.Proto = ProtoEthernet
				s.etherType(data, 14, wire, t)
			}
			return
		}
		s.Proto = ProtoEthernet
		s.short(14, wire)
		return
	}
	s.otherLink(link, data, wire)
}

func be16(b []byte, i int) uint16 { return binary.BigEndian.Uint16(b[i:]) }
func be32(b []byte, i int) uint32 { return binary.BigEndian.Uint32(b[i:]) }

// short notes that a header of n bytes ended early; it is the sender's fault
// only when the wire had no more either.
func (s *Summary) short(n, wire int) {
	if wire < n {
		s.Flags |= Broken
	}
}

// otherLink is Summarize for anything but Ethernet.
func (s *Summary) otherLink(link uint16, data []byte, wire int) {
	switch link {
	case LinkRaw, LinkRawBSD, LinkRawBSD2, LinkIPv4, LinkIPv6:
		s.rawIP(data, 0, wire, 0)
	case LinkNull, LinkLoop:
		s.Proto = ProtoNull
		if len(data) < 4 {
			s.short(4, wire)
			return
		}
		family, _ := nullFamily(data, link)
		switch {
		case family == afINET:
			s.ipv4(data, 4, wire, 0)
		case isINET6(family):
			s.ipv6(data, 4, wire, 0)
		}
	case LinkSLL:
		s.Proto = ProtoSLL
		if len(data) < 16 {
			s.short(16, wire)
			return
		}
		s.cooked(data, 16, wire, be16(data, 14))
	case LinkSLL2:
		s.Proto = ProtoSLL
		if len(data) < 20 {
			s.short(20, wire)
			return
		}
		s.cooked(data, 20, wire, be16(data, 0))
	case LinkPPP, LinkPPPHDLC:
		s.ppp(data, 0, wire)
	case LinkPPPWithID:
		s.ppp(data, 1, wire)
	case LinkPPPoE:
		s.pppoe(data, 0, wire)
	case LinkDot11, LinkRadiotap, LinkPrism, LinkPPI:
		s.Proto = ProtoWLAN
	case LinkUSB, 189:
		s.Proto = ProtoUSB
	}
}

func (s *Summary) cooked(data []byte, off, wire int, t uint16) {
	if t == 4 { // 802.2 without its own length
		s.llc(data, off, wire)
		return
	}
	if t >= 1536 {
		s.etherType(data, off, wire, t)
	}
}

// etherType goes on after an EtherType, through tags and labels.
func (s *Summary) etherType(data []byte, off, wire int, t uint16) {
	for {
		switch t {
		case etherIPv4:
			s.ipv4(data, off, wire, 0)
			return
		case etherIPv6:
			s.ipv6(data, off, wire, 0)
			return
		case etherARP, etherRARP:
			s.Proto = ProtoARP
			if len(data) < off+8 {
				s.short(off+8, wire)
				return
			}
			n := 8 + 2*(int(data[off+4])+int(data[off+5]))
			s.short(off+n, wire)
			return
		case etherVLAN, etherQinQ, etherQinQ91:
			s.Proto = ProtoVLAN
			if len(data) < off+4 {
				s.short(off+4, wire)
				return
			}
			t = be16(data, off+2)
			off += 4
			continue
		case etherMPLS, etherMPLSMC:
			s.mpls(data, off, wire)
			return
		case etherPPPoES, etherPPPoED: // the code within tells them apart
			s.pppoe(data, off, wire)
			return
		case etherLLDP:
			s.Proto = ProtoLLDP
			return
		case etherEAPOL:
			s.Proto = ProtoEAPOL
			return
		case etherAoE:
			s.Proto = ProtoAoE
			return
		case etherLoop:
			s.Proto = ProtoLoop
			return
		}
		if t <= 1500 { // IEEE 802.3: a length, then 802.2
			if end := off + int(t); end > wire {
				s.Flags |= Broken
			} else {
				wire = end
				if end < len(data) {
					data = data[:end]
				}
			}
			s.llc(data, off, wire)
		}
		return
	}
}

// llc reads an 802.2 header and, within it, SNAP.
func (s *Summary) llc(data []byte, off, wire int) {
	s.Proto = ProtoLLC
	if len(data) < off+3 {
		s.short(off+3, wire)
		return
	}
	switch dsap, ssap := data[off], data[off+1]; {
	case dsap == 0x42 && ssap == 0x42:
		s.Proto = ProtoSTP
	case dsap == 0xAA && ssap == 0xAA && data[off+2] == 3:
		if len(data) < off+8 {
			s.short(off+8, wire)
			return
		}
		oui := uint32(data[off+3])<<16 | uint32(be16(data, off+4))
		if t := be16(data, off+6); oui == 0 && t >= 1536 {
			s.etherType(data, off+8, wire, t)
		}
	}
}

// mpls skips labels; what lies below shows itself by its first nibble.
func (s *Summary) mpls(data []byte, off, wire int) {
	s.Proto = ProtoMPLS
	for {
		if len(data) < off+4 {
			s.short(off+4, wire)
			return
		}
		bottom := data[off+2]&1 != 0
		off += 4
		if bottom {
			break
		}
	}
	if off < len(data) {
		switch data[off] >> 4 {
		case 4:
			s.ipv4(data, off, wire, 0)
		case 6:
			s.ipv6(data, off, wire, 0)
		}
	}
}

func (s *Summary) pppoe(data []byte, off, wire int) {
	s.Proto = ProtoPPPoES
	if len(data) < off+6 {
		s.short(off+6, wire)
		return
	}
	if data[off+1] != 0 { // discovery
		s.Proto = ProtoPPPoED
		return
	}
	end := off + 6 + int(be16(data, off+4))
	if end > wire {
		s.Flags |= Broken
	} else {
		wire = end
		if end < len(data) {
			data = data[:end]
		}
	}
	s.pppProtocol(data, off+6, wire)
}

// ppp reads PPP as it is on a line, with or without address and control.
func (s *Summary) ppp(data []byte, off, wire int) {
	if len(data) >= off+2 && data[off] == 0xFF && data[off+1] == 0x03 {
		off += 2
	} else if len(data) >= off+4 && (data[off] == ciscoUnicast || data[off] == ciscoMulticast) && data[off+1] == 0 {
		s.Proto = ProtoPPP
		s.etherType(data, off+4, wire, be16(data, off+2))
		return
	}
	s.pppProtocol(data, off, wire)
}

func (s *Summary) pppProtocol(data []byte, off, wire int) {
	s.Proto = ProtoPPP
	if len(data) < off+1 {
		s.short(off+1, wire)
		return
	}
	proto := uint16(data[off])
	off++
	if proto&1 == 0 {
		if len(data) < off+1 {
			s.short(off+1, wire)
			return
		}
		proto = proto<<8 | uint16(data[off])
		off++
	}
	switch proto {
	case pppIPv4:
		s.ipv4(data, off, wire, 0)
	case pppIPv6:
		s.ipv6(data, off, wire, 0)
	case pppMPLS, pppMPLSMC:
		s.mpls(data, off, wire)
	}
}

// rawIP chooses the IP version by the first nibble.
func (s *Summary) rawIP(data []byte, off, wire, depth int) {
	if off < len(data) {
		switch data[off] >> 4 {
		case 4:
			s.ipv4(data, off, wire, depth)
			return
		case 6:
			s.ipv6(data, off, wire, depth)
			return
		}
	}
	s.Flags |= Broken
}

// ipv4 reads an IPv4 header at off. Whatever lies beyond its total length is
// the link's padding; a total length of 0 stands for "all of it" (a segment
// that the network card will cut up).
func (s *Summary) ipv4(data []byte, off, wire, depth int) {
	s.Proto = ProtoIPv4
	if len(data)-off < 20 {
		s.short(off+20, wire)
		return
	}
	b := data[off : off+20 : off+20]
	if b[0]>>4 != 4 {
		s.Flags |= Broken
		return
	}
	proto := b[9]
	s.Flags |= HasIP
	s.Transport = proto
	s.Src.Lo = 0xffff<<32 | uint64(binary.BigEndian.Uint32(b[12:]))
	s.Dst.Lo = 0xffff<<32 | uint64(binary.BigEndian.Uint32(b[16:]))
	hdr := int(b[0]&15) * 4
	total := int(binary.BigEndian.Uint16(b[2:]))
	end := off + total
	if total == 0 || end > wire {
		if total != 0 {
			s.Flags |= Broken
		}
		end = wire
	}
	if hdr < 20 || off+hdr > end {
		s.Flags |= Broken
		return
	}
	if end < len(data) {
		data = data[:end]
	}
	if frag := binary.BigEndian.Uint16(b[6:]); frag&0x3FFF != 0 {
		s.Flags |= Fragment
		if frag&0x1FFF != 0 {
			return
		}
	}
	s.transport(data, off+hdr, end, proto, depth, false)
}

// ipv6 reads an IPv6 header at off and its extension headers. A payload length
// of 0 stands for "all of it": a jumbogram, or a segment for the network card.
func (s *Summary) ipv6(data []byte, off, wire, depth int) {
	s.Proto = ProtoIPv6
	if len(data)-off < 40 {
		s.short(off+40, wire)
		return
	}
	b := data[off : off+40 : off+40]
	if b[0]>>4 != 6 {
		s.Flags |= Broken
		return
	}
	next := b[6]
	s.Flags |= HasIP
	s.Transport = next
	s.Src = Addr{binary.BigEndian.Uint64(b[8:]), binary.BigEndian.Uint64(b[16:])}
	s.Dst = Addr{binary.BigEndian.Uint64(b[24:]), binary.BigEndian.Uint64(b[32:])}
	n := int(binary.BigEndian.Uint16(b[4:]))
	off += 40
	end := off + n
	whole := n == 0 && next != ipNone
	if whole || end > wire {
		if !whole {
			s.Flags |= Broken
		}
		end = wire
	}
	if end < len(data) {
		data = data[:end]
	}
	for {
		size := 8
		switch next {
		case ipHopByHop, ipRouting, ipDestOpts, ipMobility:
			if len(data)-off < 2 {
				s.short(off+8, end)
				return
			}
			size = 8 + 8*int(data[off+1])
		case ipAH:
			if len(data)-off < 2 {
				s.short(off+8, end)
				return
			}
			if size = 8 + 4*int(data[off+1]); size < 12 {
				s.Flags |= Broken
				return
			}
		case ipFragment:
			if len(data)-off < 8 {
				s.short(off+8, end)
				return
			}
			if frag := be16(data, off+2); frag&0xFFF9 != 0 {
				s.Flags |= Fragment
				if frag&0xFFF8 != 0 {
					s.Transport = data[off]
					return
				}
			}
		default:
			s.transport(data, off, end, next, depth, whole)
			return
		}
		next = data[off]
		s.Transport = next
		if off+size > end {
			s.Flags |= Broken
			return
		}
		off += size
		if off > len(data) {
			return
		}
	}
}

// transport reads the header at off of what an IP packet carries. The packet
// ends at wire, of which data may hold less. jumbo says that the IP header
// gave no length.
func (s *Summary) transport(data []byte, off, wire int, proto uint8, depth int, jumbo bool) {
	if off > len(data) { // the capture ends within the options
		off = len(data)
	}
	b := data[off:]
	switch proto {
	case ipUDP:
		s.Proto = ProtoUDP
		if len(b) < 8 {
			s.cutPorts(b)
			s.short(off+8, wire)
			return
		}
		s.Flags |= HasPorts
		s.SrcPort = binary.BigEndian.Uint16(b)
		s.DstPort = binary.BigEndian.Uint16(b[2:])
		n := int(binary.BigEndian.Uint16(b[4:]))
		end := off + n
		if n < 8 || end > wire {
			switch {
			case n == 0 && jumbo:
				end = wire
			case n < 8:
				s.Flags |= Broken
				return
			default:
				if s.Flags&Fragment == 0 {
					s.Flags |= Broken
				}
				end = wire
			}
		}
		s.PayOff = off + 8
		s.PayWire = end - s.PayOff
		if n := len(b) - 8; n < s.PayWire {
			s.PayLen = n
		} else {
			s.PayLen = s.PayWire
		}
		if s.PayLen > 0 {
			if p := appUDP(s.SrcPort, s.DstPort, b[8:8+s.PayLen]); p != ProtoNone {
				s.Proto = p
			}
		}
	case ipTCP:
		s.Proto = ProtoTCP
		if len(b) < 20 {
			s.cutPorts(b)
			s.short(off+20, wire)
			return
		}
		s.Flags |= HasPorts
		s.SrcPort = binary.BigEndian.Uint16(b)
		s.DstPort = binary.BigEndian.Uint16(b[2:])
		hdr := int(b[12]>>4) * 4
		if hdr < 20 || off+hdr > wire {
			s.Flags |= Broken
			return
		}
		s.PayOff = off + hdr
		s.PayWire = wire - s.PayOff
		if s.PayOff > len(data) { // the capture ends within the options
			s.PayOff = len(data)
			return
		}
		if s.PayLen = len(b) - hdr; s.PayLen > 0 {
			if p := appTCP(s.SrcPort, s.DstPort, b[hdr:]); p != ProtoNone {
				s.Proto = p
			}
		}
	default:
		s.otherTransport(data, off, wire, proto, depth)
	}
}

// cutPorts takes the ports from a header that ends early.
func (s *Summary) cutPorts(b []byte) {
	if len(b) >= 4 {
		s.Flags |= HasPorts
		s.SrcPort = binary.BigEndian.Uint16(b)
		s.DstPort = binary.BigEndian.Uint16(b[2:])
	}
}

func (s *Summary) otherTransport(data []byte, off, wire int, proto uint8, depth int) {
	if proto == ipAH { // it stands before the transport, over IPv4 as over IPv6
		s.authentication(data, off, wire, depth)
		return
	}
	if p := ipProto(proto); p != ProtoNone {
		s.Proto = p
	}
	b := data[off:]
	hdr, need := 0, 0
	switch proto {
	case ipUDPLite:
		hdr, need = 8, 8
	case ipSCTP:
		hdr, need = 12, 12
	case ipICMP, ipICMPv6, ipIGMP:
		need = 8
		if proto != ipIGMP {
			need = 4
		}
	}
	if hdr > 0 {
		s.cutPorts(b)
	}
	s.short(off+need, wire)
	if len(b) < hdr {
		return
	}
	s.PayOff, s.PayLen, s.PayWire = off+hdr, len(b)-hdr, wire-off-hdr
	if (proto == ipIPv4 || proto == ipIPv6) && depth+1 < maxTunnels {
		var in Summary
		if proto == ipIPv4 {
			in.ipv4(data, off, wire, depth+1)
		} else {
			in.ipv6(data, off, wire, depth+1)
		}
		s.Proto = in.Proto
		s.Flags |= in.Flags & Broken
	}
}

// authentication skips the authentication headers of an IPv4 packet.
func (s *Summary) authentication(data []byte, off, wire, depth int) {
	s.Proto = ProtoAH
	proto := uint8(ipAH)
	for proto == ipAH {
		if len(data)-off < 2 {
			s.short(off+12, wire)
			return
		}
		size := 8 + 4*int(data[off+1])
		if size < 12 || off+size > wire {
			s.Flags |= Broken
			return
		}
		proto = data[off]
		s.Transport = proto
		if off += size; off > len(data) {
			return
		}
	}
	s.transport(data, off, wire, proto, depth, false)
}
