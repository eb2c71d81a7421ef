package rtp_test

import (
	"testing"

	"somscope/decoder/rtp"
)

// A second byte is a packet type of RTCP or a payload type of RTP with its marker, never both.
// (RFC 5761 §4)
func TestEitherRTPOrRTCP(t *testing.T) {
	p := make([]byte, 12+20)
	p[0] = 0x80
	for b := range 256 {
		p[1] = byte(b)
		h, ok := rtp.Parse(p, len(p))
		if want := b < 192 || b > 223; ok != want {
			t.Errorf("second byte %d: RTP %v", b, ok)
		}
		if ok && (h.Type != uint8(b&0x7f) || h.Marker != (b >= 128)) {
			t.Errorf("second byte %d: %+v", b, h)
		}
		if ok && rtp.IsRTCP(p, len(p)) {
			t.Errorf("second byte %d is RTCP, too", b)
		}
	}
}

// An extension with heads of two bytes is known by the upper twelve bits of its profile; the lower
// four are the application's. (RFC 8285 §4.3)
func TestProfilesOfTwoBytes(t *testing.T) {
	for profile, want := range map[uint16]bool{0x0fff: false, 0x1000: true, 0x1007: true, 0x100f: true, 0x1010: false} {
		p := make([]byte, 12+4+4+20)
		p[0], p[12], p[13], p[15] = 0x90, byte(profile>>8), byte(profile), 1
		p[16], p[17] = 5, 2
		d := dissectKind("rtp", p, len(p), nil)
		hold(t, d)
		if got := d.Find("rtp.ext.long.id") != nil; got != want {
			t.Errorf("profile %04x: elements of two bytes: %v", profile, got)
		}
	}
}
