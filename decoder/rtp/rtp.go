// Package rtp reads RTP and RTCP (RFC 3550, 3551, 5761), the SDP that announces them (RFC 8866),
// and counts what arrived of each stream, what was lost, and how regularly it came.
package rtp

import (
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Specs is every field that the package may emit.
var Specs = []*field.Spec{}

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
	// most the length on the wire, which may be more than was captured.
	PayOff, PayEnd int
}

// Parse reads the header of an RTP packet of wire bytes, of which p were captured. ok is false
// when it cannot be one: another version, an RTCP packet type (RFC 5761 §4), a header or a
// padding that is longer than the packet. It allocates nothing.
func Parse(p []byte, wire int) (h Header, ok bool) { return }

// IsRTCP reports whether the bytes are an RTCP packet: version 2, packet types that exist, and
// lengths that fill the datagram exactly; the first is a report, or one of the others where
// reduced size is allowed (RFC 5506). A packet that the capture cut is judged by what there is.
func IsRTCP(p []byte, wire int) bool { return false }

// A Media is what is known from elsewhere about an RTP packet, for its tree.
type Media struct {
	Stream  uint32             // its number, from 1; 0 when it has none
	Codec   string             // title of its codec: "iLBC, 30 ms"; "" when unknown
	Why     string             // how that is known: "SDP in packet 4 says so", in a clause
	Clock   int                // Hz of the timestamp; 0 unknown
	Lost    int                // packets missing in front of this one
	Late    bool               // it came after one with a higher sequence number
	Again   bool               // it is a copy of one that came before
	Payload func(d *dissect.D) // explains the payload; nil: unknown bytes
}

// DissectRTP explains an RTP packet: header, CSRC list, extension (the one-byte and two-byte
// forms of RFC 8285 among them), payload, padding.
func DissectRTP(d *dissect.D, m *Media) {}

// DissectRTCP explains a compound RTCP packet: SR, RR, SDES, BYE, APP, RTPFB, PSFB, XR and, by
// name and length, any other.
func DissectRTCP(d *dissect.D) {}

// InfoRTP and InfoRTCP write the Info column of the packet list.
func InfoRTP(p []byte, wire int, m *Media) string { return "" }

// InfoRTCP is InfoRTP for RTCP.
func InfoRTCP(p []byte, wire int) string { return "" }
