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

	SegOff int // TCP with a whole header: where that begins, within the packet; else 0
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
