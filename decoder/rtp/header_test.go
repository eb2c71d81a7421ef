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
