package rtp

import (
	"net/netip"

	"somscope/decoder/dissect"
)

// An Offer is one medium that a party says it wants to receive.
type Offer struct {
	Kind  string         // "audio", "video"
	At    netip.AddrPort // where; the address is invalid when SDP names a host
	Proto string         // "RTP/AVP"
	Types []Map
	Ptime int      // ms, 0 unsaid
	RTCP  uint16   // port of RTCP, 0 for the usual one
	Muxed bool     // a=rtcp-mux
	Wrong []string // what makes no sense in it, a sentence each
}

// A Map is one payload type of an Offer.
type Map struct {
	Type     uint8
	Name     string // encoding name, "" when only the number is given
	Clock    int
	Channels int // 0 unsaid
	Fmtp     string
}

// IsSIP reports whether a payload begins like a SIP message.
func IsSIP(p []byte) bool { return false }

// ReadSIP finds the offers in a SIP message, or in SDP alone. It is lenient: what it does not
// understand it passes over. from is where the message came from, in place of an address that
// is missing.
func ReadSIP(p []byte, from netip.Addr) []Offer { return nil }

// DissectSIP explains a SIP message: start line, header lines by their names, and the SDP in
// its body line by line, with the parts of m=, c=, a=rtpmap and a=fmtp as fields of their own.
func DissectSIP(d *dissect.D) {}

// InfoSIP writes the Info column: "INVITE … · offers iLBC, PCMU at 192.0.2.10:6000".
func InfoSIP(p []byte) string { return "" }
