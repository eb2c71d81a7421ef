package rtp_test

import (
	"strconv"
	"testing"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
	"somscope/decoder/internal/golden"
	"somscope/decoder/rtp"
)

var specRoot = &field.Spec{Name: "packet", Label: "Packet", Doc: "A datagram's payload."}

// dissectKind dissects bytes as "rtp", "rtcp" or "sip".
func dissectKind(kind string, data []byte, wire int, m *rtp.Media) *field.Dissection {
	d := dissect.Begin(specRoot, data, wire, 1, -1)
	switch kind {
	case "rtp":
		rtp.DissectRTP(d, m)
	case "rtcp":
		rtp.DissectRTCP(d)
	case "sip":
		rtp.DissectSIP(d)
	}
	return d.Done()
}

// TestGolden holds pictures. The parameter "kind" is rtp, rtcp or sip; "wire" is the length on
// the wire where the capture kept less; "codec" has the payload explained, byte by byte.
func TestGolden(t *testing.T) {
	sample := &field.Spec{Name: "test.sample", Label: "Sample", Doc: "A byte of sound."}
	golden.RunCases(t, "testdata", func(t *testing.T, c *golden.Case) *field.Dissection {
		wire := len(c.Data)
		if s := c.Param("wire"); s != "" {
			var err error
			if wire, err = strconv.Atoi(s); err != nil {
				t.Fatal(err)
			}
		}
		m := &rtp.Media{}
		if s := c.Param("codec"); s != "" {
			m = &rtp.Media{Stream: 7, Codec: s, Why: "SDP in packet 4 says so", Clock: 8000, Lost: 3, Late: true, Again: true,
				Payload: func(d *dissect.D) { d.U8(sample); d.U8(sample) }}
		}
		switch c.Param("kind") {
		case "rtp", "rtcp", "sip":
		default:
			t.Fatalf("%s: no kind", c.Name)
		}
		return dissectKind(c.Param("kind"), c.Data, wire, m)
	})
}
