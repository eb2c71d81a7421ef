package rtp

import "encoding/binary"

// headLen is the length of an RTP header without CSRC list and extension, in bytes.
const headLen = 12

// A Header is the header of an RTP packet.
type Header struct {
	Padding   bool
	Extension bool
	Marker    bool
	Type      uint8 // payload type
	CSRCs     int
	Seq       uint16
	Timestamp uint32
	SSRC      uint32

	// The payload is the bytes [PayOff, PayEnd) of the packet, without padding. Both are at
	// most the length on the wire, which may be more than was captured. Where the capture cut
	// the length of the extension, or the count of the padding, both belong to the payload.
	PayOff, PayEnd int
}

// Parse reads the header of an RTP packet of wire bytes, of which p were captured. ok is false
// when it cannot be one: another version, an RTCP packet type (RFC 5761 §4), a header or a
// padding that is longer than the packet. It allocates nothing.
func Parse(p []byte, wire int) (h Header, ok bool) {
	if len(p) < headLen || p[0]>>6 != 2 || isControl(p[1]) {
		return h, false
	}
	wire = max(wire, len(p))
	h = Header{
		Padding:   p[0]&0x20 != 0,
		Extension: p[0]&0x10 != 0,
		Marker:    p[1]&0x80 != 0,
		Type:      p[1] & 0x7F,
		CSRCs:     int(p[0] & 0x0F),
		Seq:       binary.BigEndian.Uint16(p[2:]),
		Timestamp: binary.BigEndian.Uint32(p[4:]),
		SSRC:      binary.BigEndian.Uint32(p[8:]),
		PayEnd:    wire,
	}
	h.PayOff = headLen + 4*h.CSRCs
	if h.Extension {
		h.PayOff += 4
		if h.PayOff <= len(p) {
			h.PayOff += 4 * int(binary.BigEndian.Uint16(p[h.PayOff-2:]))
		}
	}
	if h.PayOff > wire {
		return Header{}, false
	}
	if h.Padding && wire == len(p) {
		n := int(p[wire-1])
		if n == 0 || n > wire-h.PayOff {
			return Header{}, false
		}
		h.PayEnd -= n
	}
	return h, true
}

// ParseDamaged reads the fixed part of the header of a packet that Parse refuses because its
// extension, its list of sources or its padding are longer than it is. All that follows is taken
// for payload.
func ParseDamaged(p []byte, wire int) (h Header, ok bool) {
	if len(p) < headLen {
		return h, false
	}
	var head [headLen]byte
	copy(head[:], p)
	head[0] &= 0xC0
	return Parse(head[:], max(wire, len(p)))
}

// isControl reports whether the second byte of a packet is an RTCP packet type: those values
// are the payload types 64 to 95 with the marker set, which RTP does without. (RFC 5761 §4)
func isControl(b byte) bool { return b >= 192 && b <= 223 }

// IsRTCP reports whether the bytes are an RTCP packet: version 2, packet types that exist, and
// lengths that fill the datagram exactly; the first is a report, or one of the others where
// reduced size is allowed (RFC 5506). A packet that the capture cut is judged by what there is.
// An encrypted one (RFC 3711 §3.4) is told by its first packet, which begins in the clear, and
// by the flag and the small index behind the encrypted bytes.
func IsRTCP(p []byte, wire int) bool {
	plain, secure := controlKind(p, wire)
	return plain || secure >= 0
}

// controlKind tells a plain compound packet from an encrypted one, of which secure is the
// offset of the trailer; -1 when it is none.
func controlKind(p []byte, wire int) (plain bool, secure int) {
	if len(p) < 4 || !controlHead(p) {
		return false, -1
	}
	wire = max(wire, len(p))
	at, n := 0, 0
	for {
		if at == wire {
			return true, -1
		}
		if at+4 > len(p) {
			if wire > len(p) && at <= wire-4 && n > 0 {
				return true, -1 // the rest was not captured
			}
			break
		}
		if !controlHead(p[at:]) {
			break
		}
		size := 4 + 4*int(binary.BigEndian.Uint16(p[at+2:]))
		if at+size > wire || !controlFits(p[at:min(at+size, len(p))], size) {
			break
		}
		at += size
		n++
	}
	if wire > len(p) {
		return false, -1
	}
	return false, secureTrailer(p)
}

// controlHead reports whether bytes begin like an RTCP packet.
func controlHead(p []byte) bool { return p[0]>>6 == 2 && controlType(p[1]) != nil }

// controlFits reports whether a packet is long enough for what its count claims.
func controlFits(p []byte, size int) bool {
	n := int(p[0] & 0x1F)
	switch p[1] {
	case ptSR:
		return size >= 28+24*n
	case ptRR:
		return size >= 8+24*n
	case ptSDES, ptBYE:
		return size >= 4+4*n
	case ptAPP, ptRTPFB, ptPSFB:
		return size >= 12
	case ptXR:
		return size >= 8
	}
	return true
}

// secureTrailer finds the trailer of an encrypted RTCP packet (SRTCP):
//
//	+-+-------------------------------------------------------------+
//	|E|                    Index, counts from 0                     |
//	+-+-------------------------------------------------------------+
//	|  Key identifier (MKI), 0 to 4 bytes  |  Tag, 10 bytes or none
//	+-------------------------------------------------- - - - -
//
// RFC 3711 §3.4; with AES-GCM the tag stands before the index (RFC 7714 §9.2). The flag must be
// set and the index be below 2^20. It returns the offset of the index, or -1.
func secureTrailer(p []byte) int {
	first := 4 + 4*int(binary.BigEndian.Uint16(p[2:]))
	for _, tag := range [...]int{10, 0, 4} {
		for mki := 0; mki <= 4; mki++ {
			at := len(p) - tag - mki - 4
			if at < first || at < 12 {
				continue
			}
			if v := binary.BigEndian.Uint32(p[at:]); v>>20 == 0x800 {
				return at
			}
		}
	}
	return -1
}
