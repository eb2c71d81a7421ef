package flow

import (
	"encoding/binary"
	"math/bits"
)

// Kind is which layout of a Skype datagram the first bytes and the length fit.
// It says nothing about whether Skype made them: one random datagram in sixteen fits one.
type Kind uint8

const (
	Odd      Kind = iota // none
	Command              // function byte exactly 02, 16 bytes or more
	Resend               // function 3, then 01, 20 bytes or more
	Ack                  // function 5, 11 bytes
	NAck                 // function 7, 11 bytes
	Data                 // function d
	Fragment             // function f, inner type 02, bits 6..4 of the index zero
	KindCount
)

// Chance is how many bits of a random datagram a Kind pins down. The length, the one thing
// that random bytes do not choose, is left out.
//
//	Command   8: the whole function byte
//	Resend   13: bit 7, four bits of function, eight of the count
//	Ack       5, NAck 5, Data 5: bit 7 and four bits of function
//	Fragment 16: those, eight of the inner type, three of the index
var Chance = [KindCount]int{0, 8, 13, 5, 5, 5, 16}

// A head is the first 16 bytes of a payload in two words, and what goes with them.
//
//	w0  00 01 02 03 04 05 06 07     w1  08 09 10 11 12 13 14 15
type head struct {
	w0, w1 uint64
	n      int // bytes of payload on the wire
	packet uint32
	ms     int32 // since the Features' base
	dir    uint8
	timed  bool
}

func loadHead(b []byte) head {
	_ = b[LeadSize-1]
	return head{w0: binary.BigEndian.Uint64(b), w1: binary.BigEndian.Uint64(b[8:])}
}

func (p *head) id() uint16        { return uint16(p.w0 >> 48) }
func (p *head) fn() uint8         { return uint8(p.w0 >> 40) }
func (p *head) at3() uint32       { return uint32(p.w0 >> 8) }                   // bytes 3..6
func (p *head) at7() uint32       { return uint32(p.w0)<<24 | uint32(p.w1>>40) } // bytes 7..10
func (p *head) at11() uint32      { return uint32(p.w1 >> 8) }                   // bytes 11..14
func (p *head) at4() uint32       { return uint32(p.w0) }                        // bytes 4..7
func (p *head) at8() uint32       { return uint32(p.w1 >> 32) }                  // bytes 8..11
func (p *head) at12() uint32      { return uint32(p.w1) }                        // bytes 12..15
func (p *head) byte(i uint) uint8 { return uint8(p.w0 >> (56 - 8*i)) }           // i < 8

// Shape is the Kind of a payload. b holds its first bytes, 16 if it has as many;
// n is its length on the wire.
func Shape(b []byte, n int) Kind {
	var full [LeadSize]byte
	copy(full[:], b)
	p := loadHead(full[:])
	p.n = n
	return p.kind()
}

func (p *head) kind() Kind {
	fn := p.fn()
	if fn&0x80 != 0 || p.n < 3 {
		return Odd
	}
	switch fn & 0x0f {
	case 0x02:
		if fn == 0x02 && p.n >= 16 {
			return Command
		}
	case 0x03:
		if p.byte(3) == 1 && p.n >= 20 {
			return Resend
		}
	case 0x05:
		if p.n == 11 {
			return Ack
		}
	case 0x07:
		if p.n == 11 {
			return NAck
		}
	case 0x0d:
		return Data
	case 0x0f:
		if p.byte(6) == 2 && p.byte(5)&0x70 == 0 && p.n >= 16 {
			return Fragment
		}
	}
	return Odd
}

// Foreign is another protocol that the first bytes fit, byte for byte.
type Foreign uint8

const (
	NotForeign Foreign = iota
	STUN               // RFC 8489: top bits 00, the magic cookie at byte 4
	DNS                // RFC 1035: one question or an answer, counts below 256, no reserved bits
	DTLS               // RFC 6347: content type 20-25, version fe fd or fe ff
	QUIC               // RFC 9000 long header of a known version, or Google's "Q0.."
	BER                // ASN.1 as in SNMP and LDAP: 30, the right length, then an integer
	KNX                // KNXnet/IP: 06 10, and the length at byte 4
	RTCP               // RFC 3550: version 2, packet type 200-204, a length that fits
	ForeignCount
)

var foreignNames = [ForeignCount]string{"", "STUN", "DNS", "DTLS", "QUIC", "SNMP or LDAP", "KNXnet/IP", "RTCP"}

func (f Foreign) String() string {
	if int(f) < len(foreignNames) {
		return foreignNames[f]
	}
	return ""
}

func (p *head) foreign() Foreign {
	b0 := uint8(p.w0 >> 56)
	switch {
	case p.at4() == 0x2112a442 && b0 < 0x40:
		return STUN
	case p.w0&0x0000_0040_ff00_ff00 == 0 && p.at8()&0xff00_ff00 == 0 && p.n >= 12 &&
		(p.byte(5) == 1 || p.byte(5) == 0 && p.fn()&0x80 != 0 && p.byte(7) > 0) && p.fn()>>3&15 <= 5:
		return DNS
	case b0 >= 20 && b0 <= 25 && uint16(p.w0>>40)&0xfffd == 0xfefd && p.n >= 13:
		return DTLS
	case b0&0xc0 == 0x80 && uint8(p.w0>>48)-200 <= 4 && 4*int(uint16(p.w0>>32))+4 <= p.n:
		return RTCP
	case b0&0xc0 == 0xc0 && quicVersion(uint32(p.w0>>24)):
		return QUIC
	case b0&0xc1 == 0x01 && uint16(p.w1>>40)&0xffff == 0x5130: // flags, 8-byte connection id, "Q0"
		return QUIC
	case b0 == 0x30 && (p.fn() == 0x02 && int(p.byte(1)) == p.n-2 && p.byte(3) <= 4 ||
		p.byte(1) == 0x82 && int(uint16(p.w0>>32)) == p.n-4 && p.byte(4) == 0x02):
		return BER
	case p.w0>>48 == 0x0610 && int(uint16(p.w0>>16)) == p.n:
		return KNX
	}
	return NotForeign
}

func quicVersion(v uint32) bool {
	return v == 1 || v == 0x6b3343cf || v>>8 == 0xff0000 || v>>16 == 0x5130 || v>>4 == 0xfaceb00
}

// equalBytes counts the bytes in which two words agree.
func equalBytes(a, b uint32) uint32 {
	x := a ^ b
	y := (x & 0x7f7f7f7f) + 0x7f7f7f7f
	return uint32(bits.OnesCount32(^(y | x | 0x7f7f7f7f)))
}

func millis(ns int64) int32 {
	ms := ns / 1e6
	return int32(max(-1<<31, min(1<<31-1, ms)))
}
