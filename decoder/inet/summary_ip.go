package inet

import "encoding/binary"

// The part of Summarize from the IP header upwards. Offsets are within data,
// which may be clipped to the end of the packet; wire is where that end lies on
// the wire.

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
		s.SegOff = off
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
