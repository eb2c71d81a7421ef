package rtp_test

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
	"somscope/decoder/rtp"
)

// packet is an RTP packet with the first two bytes given and n bytes of payload.
func packet(b0, b1 byte, n int) []byte {
	p := make([]byte, 12+n)
	p[0], p[1] = b0, b1
	binary.BigEndian.PutUint16(p[2:], 33340)
	binary.BigEndian.PutUint32(p[4:], 240)
	binary.BigEndian.PutUint32(p[8:], 0xCAFE)
	for i := range p[12:] {
		p[12+i] = byte(i)
	}
	return p
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name     string
		p        []byte
		wire     int
		ok       bool
		from, to int
	}{
		{"plain", packet(0x80, 0, 160), 0, true, 12, 172},
		{"nothing behind the header", packet(0x80, 0, 0), 0, true, 12, 12},
		{"one byte", packet(0x80, 0, 1), 0, true, 12, 13},
		{"as long as a datagram can be", packet(0x80, 0, 65507-12), 0, true, 12, 65507},
		{"eleven bytes", packet(0x80, 0, 0)[:11], 0, false, 0, 0},
		{"version 1", packet(0x40, 0, 20), 0, false, 0, 0},
		{"version 3", packet(0xC0, 0, 20), 0, false, 0, 0},
		{"a sender report", packet(0x80, 200, 20), 0, false, 0, 0},
		{"type 63 with marker", packet(0x80, 191, 20), 0, true, 12, 32},
		{"type 96 with marker", packet(0x80, 224, 20), 0, true, 12, 32},
		{"type 72 without marker", packet(0x80, 72, 20), 0, true, 12, 32},
		{"sources", packet(0x83, 0, 20), 0, true, 24, 32},
		{"more sources than bytes", packet(0x86, 0, 20), 0, false, 0, 0},
		{"padding", append(packet(0xA0, 0, 20), 3), 0, true, 12, 30},
		{"nothing but padding", append(packet(0xA0, 0, 3), 4), 0, true, 12, 12},
		{"padding of more than there is", append(packet(0xA0, 0, 3), 5), 0, false, 0, 0},
		{"padding of none", append(packet(0xA0, 0, 3), 0), 0, false, 0, 0},
		{"snapped in the payload", packet(0xA0, 0, 20), 100, true, 12, 100},
		{"snapped in the list of sources", packet(0x9F, 0, 20), 100, true, 76, 100},
		{"snapped, and more sources than bytes", packet(0x9F, 0, 20), 70, false, 0, 0},
		{"extension", append(packet(0x90, 0, 0), 0xBE, 0xDE, 0, 1, 0, 0, 0, 0, 9), 0, true, 20, 21},
		{"extension of more than there is", append(packet(0x90, 0, 0), 0xBE, 0xDE, 0, 2, 0, 0, 0, 0, 9), 0, false, 0, 0},
		{"a wire length below the bytes", packet(0x80, 0, 20), 5, true, 12, 32},
	} {
		wire := c.wire
		if wire == 0 {
			wire = len(c.p)
		}
		h, ok := rtp.Parse(c.p, wire)
		if ok != c.ok || h.PayOff != c.from || h.PayEnd != c.to {
			t.Errorf("%s: %v, payload %d to %d; want %v, %d to %d", c.name, ok, h.PayOff, h.PayEnd, c.ok, c.from, c.to)
		}
		d := dissectKind("rtp", c.p, max(wire, len(c.p)), nil)
		if err := d.Check(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if ok && max(wire, len(c.p)) == len(c.p) && len(d.Errs()) != 0 {
			t.Errorf("%s: %v", c.name, d.Errs())
		}
	}
}

func TestIsRTCP(t *testing.T) {
	rr := []byte{0x80, 201, 0, 1, 0, 0, 0, 5}
	join := func(all ...[]byte) (p []byte) {
		for _, a := range all {
			p = append(p, a...)
		}
		return p
	}
	pli := []byte{0x81, 206, 0, 2, 0, 0, 0, 5, 0, 0, 0, 6}
	secure := join([]byte{0x80, 201, 0, 1, 0, 0, 0, 5}, make([]byte, 24), []byte{0x80, 0, 0, 9}, make([]byte, 10))
	gcm := join([]byte{0x80, 200, 0, 6, 0, 0, 0, 5}, []byte(strings.Repeat("\xA7", 36)), []byte{0x80, 0, 0, 1})
	for _, c := range []struct {
		name string
		p    []byte
		wire int
		want bool
	}{
		{"a report", rr, 0, true},
		{"two", join(rr, rr), 0, true},
		{"feedback alone (reduced size)", pli, 0, true},
		{"a byte too many", join(rr, []byte{0}), 0, false},
		{"a byte too few", rr[:7], 0, false},
		{"no such type", []byte{0x80, 199, 0, 1, 0, 0, 0, 5}, 0, false},
		{"version 1", []byte{0x40, 201, 0, 1, 0, 0, 0, 5}, 0, false},
		{"a second packet of no type", join(rr, []byte{0x80, 77, 0, 1, 0, 0, 0, 5}), 0, false},
		{"more reports than bytes", []byte{0x82, 201, 0, 1, 0, 0, 0, 5}, 0, false},
		{"three bytes", rr[:3], 0, false},
		{"nothing", nil, 0, false},
		{"cut in the second packet", join(rr, rr)[:11], 16, true},
		{"cut in the first packet", []byte{0x80, 200, 0, 6, 0, 0, 0, 5}, 28, true},
		{"cut, and the length runs past the wire", []byte{0x80, 200, 0, 6, 0, 0, 0, 5}, 20, false},
		{"encrypted", secure, 0, true},
		{"encrypted with AES-GCM", gcm, 0, true},
		{"encrypted, but the flag is not set", join(secure[:32], []byte{0, 0, 0, 9}, make([]byte, 10)), 0, false},
		{"RTP", packet(0x80, 0, 160), 0, false},
	} {
		wire := c.wire
		if wire == 0 {
			wire = len(c.p)
		}
		if got := rtp.IsRTCP(c.p, wire); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestInfo(t *testing.T) {
	p := packet(0x80, 99, 50)
	for _, c := range []struct {
		m    *rtp.Media
		p    []byte
		want string
	}{
		{&rtp.Media{Codec: "iLBC, 30 ms"}, p, "iLBC, 30 ms · seq 33340 · 240 · 50 bytes"},
		{nil, p, "type 99 · seq 33340 · 240 · 50 bytes"},
		{nil, packet(0x80, 0x80, 1), "PCMU · seq 33340 · 240 · 1 byte · marker"},
		{&rtp.Media{Lost: 3, Late: true, Again: true}, packet(0x80, 0x92, 0), "G729 · seq 33340 · 240 · 0 bytes · marker · 3 lost before · late · copy"},
		{nil, p[:5], ""},
	} {
		if got := rtp.InfoRTP(c.p, len(c.p), c.m); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	sr := make([]byte, 52)
	copy(sr, []byte{0x81, 200, 0, 12})
	sr[32], sr[43] = 3, 27
	bye := []byte{0x80, 203, 0, 0}
	for _, c := range []struct{ p, want string }{
		{string(sr) + string(bye), "sender report · lost 1.2 % · jitter 27 ticks · bye"},
		{"\x80\xc9\x00\x01\x00\x00\x00\x05", "receiver report"},
		{"\x81\xce\x00\x02\x00\x00\x00\x05\x00\x00\x00\x06", "picture loss (PLI)"},
		{"\x8f\xce\x00\x03\x00\x00\x00\x05\x00\x00\x00\x06REMB", "estimated bandwidth"},
		{"nothing of it", ""},
	} {
		if got := rtp.InfoRTCP([]byte(c.p), len(c.p)); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// The largest datagram, and one whose capture kept less, have their payload as one field.
func TestLargePayload(t *testing.T) {
	p := packet(0x80, 0, 65507-12)
	d := dissectKind("rtp", p, len(p), nil)
	hold(t, d)
	if n := d.Find("rtp.payload"); n == nil || n.Range.Len != 8*65495 || len(d.Errs()) != 0 {
		t.Errorf("%+v", n)
	}
	d = dissectKind("rtp", p[:40], len(p), &rtp.Media{Payload: func(d *dissect.D) { d.Bytes(specRoot, 100) }})
	if err := d.Check(); err != nil {
		t.Fatal(err)
	}
	if errs := d.Errs(); len(errs) != 1 || !errors.Is(errs[0], field.ErrSnapped) {
		t.Errorf("%v, want one fault of the capture's", errs)
	}
}

// Every name is lower case, described in a sentence and used once.
func TestSpecs(t *testing.T) {
	names := map[string]bool{}
	for _, s := range rtp.Specs {
		if names[s.Name] || s.Name != strings.ToLower(s.Name) || strings.ContainsAny(s.Name, " _") {
			t.Errorf("%s is not a name of its own", s.Name)
		}
		names[s.Name] = true
		if s.Label == "" || !strings.HasSuffix(s.Doc, ".") || len(s.Cite) == 0 {
			t.Errorf("%s lacks a label, a sentence or a source", s.Name)
		}
	}
	if len(names) < 150 {
		t.Errorf("%d fields", len(names))
	}
}
