package rtp_test

import (
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"

	"somscope/decoder/internal/golden"
	"somscope/decoder/rtp"
)

func lines(s ...string) []byte { return []byte(strings.Join(s, "\r\n") + "\r\n") }

// offer is a description with one medium at an address.
func offer(media ...string) []byte {
	return lines(append([]string{"v=0", "o=- 1 1 IN IP4 192.0.2.10", "s=-", "c=IN IP4 192.0.2.10", "t=0 0"}, media...)...)
}

func TestIsSIP(t *testing.T) {
	for s, want := range map[string]bool{
		"INVITE sip:b@192.0.2.20 SIP/2.0\r\n": true,
		"SIP/2.0 200 OK\r\n":                  true,
		"FROBNICATE sips:b SIP/2.0\n":         true,
		"OPTIONS * SIP/2.0\r\n":               true,
		"INVITE sip:cut-in-the-middle-of":     true,
		"GET / HTTP/1.1\r\n":                  false,
		"INVITE ":                             false,
		"invite sip:b SIP/2.0\r\n":            false,
		"SIP/2.0":                             false,
		"":                                    false,
		"v=0\r\n":                             false,
		"\x80\x00\x00\x01":                    false,
	} {
		if got := rtp.IsSIP([]byte(s)); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestReadSIP(t *testing.T) {
	from := netip.MustParseAddr("198.51.100.7")
	for _, c := range []struct {
		name string
		p    []byte
		want []string // kind, address, types and what else was said
	}{
		{"SDP alone", offer("m=audio 6000 RTP/AVP 97 0", "a=rtpmap:97 iLBC/8000", "a=fmtp:97 mode=30", "a=ptime:30"),
			[]string{"audio 192.0.2.10:6000 RTP/AVP 97=iLBC/8000/mode=30 0 ptime 30"}},
		{"LF only", []byte(strings.ReplaceAll(string(offer("m=audio 6000 RTP/AVP 0")), "\r\n", "\n")), []string{"audio 192.0.2.10:6000 RTP/AVP 0"}},
		{"the packet's own address", lines("v=0", "m=audio 6000 RTP/AVP 0"), []string{"audio 198.51.100.7:6000 RTP/AVP 0 !"}},
		{"a medium's own address", offer("m=audio 6000 RTP/AVP 0", "c=IN IP6 2001:db8::1", "m=video 6002 RTP/AVP 34"),
			[]string{"audio [2001:db8::1]:6000 RTP/AVP 0", "video 192.0.2.10:6002 RTP/AVP 34"}},
		{"a host's name", offer("m=audio 6000 RTP/AVP 0", "c=IN IP4 phone.example.org"), []string{"audio :6000 RTP/AVP 0"}},
		{"refused", offer("m=audio 0 RTP/AVP 99"), []string{"audio 192.0.2.10:0 RTP/AVP 99"}},
		{"RTCP", offer("m=audio 6000 RTP/AVP 0", "a=rtcp:7001 IN IP4 192.0.2.11", "a=rtcp-mux"), []string{"audio 192.0.2.10:6000 RTP/AVP 0 rtcp 7001 muxed"}},
		{"ptime of the session", lines("v=0", "c=IN IP4 192.0.2.10", "a=ptime:20", "m=audio 6000 RTP/AVP 0"), []string{"audio 192.0.2.10:6000 RTP/AVP 0 ptime 20"}},
		{"no medium of RTP", offer("m=application 9 DTLS/SCTP 5000"), []string{"application 192.0.2.10:9 DTLS/SCTP"}},
		{"in SIP, without a type or a length", append(lines("INVITE sip:b@192.0.2.20 SIP/2.0", "CSeq: 1 INVITE", ""), offer("m=audio 6000 RTP/AVP 18")...),
			[]string{"audio 192.0.2.10:6000 RTP/AVP 18"}},
		{"in SIP, of another type", append(lines("MESSAGE sip:b@192.0.2.20 SIP/2.0", "c: text/plain", ""), offer("m=audio 6000 RTP/AVP 18")...), nil},
		{"behind the length", append(lines("INVITE sip:b@192.0.2.20 SIP/2.0", "c: application/sdp", "l: 0", ""), offer("m=audio 6000 RTP/AVP 18")...), nil},
		{"no body", lines("BYE sip:b@192.0.2.20 SIP/2.0", "CSeq: 2 BYE", ""), nil},
		{"nothing", nil, nil},
	} {
		var got []string
		for _, o := range rtp.ReadSIP(c.p, from) {
			got = append(got, word(o))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.want)
		}
	}
}

func word(o rtp.Offer) string {
	s := o.Kind + " "
	if o.At.Addr().IsValid() {
		s += o.At.String()
	} else {
		s += ":" + itoa(o.At.Port())
	}
	s += " " + o.Proto
	for _, m := range o.Types {
		s += " " + itoa(uint16(m.Type))
		if m.Name != "" {
			s += "=" + m.Name + "/" + itoa(uint32(m.Clock))
		}
		if m.Fmtp != "" {
			s += "/" + m.Fmtp
		}
	}
	if o.Ptime > 0 {
		s += " ptime " + itoa(uint16(o.Ptime))
	}
	if o.RTCP > 0 {
		s += " rtcp " + itoa(o.RTCP)
	}
	if o.Muxed {
		s += " muxed"
	}
	if len(o.Wrong) > 0 {
		s += " !"
	}
	return s
}

// Each contradiction has its sentence, and a fault at its line of the tree.
func TestWrongSDP(t *testing.T) {
	for _, c := range []struct {
		lines []string
		says  string
		line  int // of those given, which the fault belongs to
	}{
		{[]string{"m=audio 6000 RTP/AVP"}, "names no payload types", 0},
		{[]string{"m=audio 6000 RTP/AVP 0", "a=rtpmap:97 iLBC/8000"}, "does not list payload type 97", 1},
		{[]string{"m=audio 6000 RTP/AVP 0", "a=fmtp:97 mode=20"}, "does not list payload type 97", 1},
		{[]string{"m=audio 6000 RTP/AVP 97", "a=rtpmap:97 iLBC/0"}, "no clock rate", 1},
		{[]string{"m=audio 6000 RTP/AVP 97", "a=rtpmap:97 iLBC"}, "no clock rate", 1},
		{[]string{"m=audio 6000 RTP/AVP 97", "a=rtpmap:97 /8000"}, "names no codec", 1},
		{[]string{"m=audio 6000 RTP/AVP 97", "a=rtpmap:97 L16/8000/0"}, "no number of channels", 1},
		{[]string{"m=audio 6000 RTP/AVP 97", "a=rtpmap:97 iLBC/8000", "a=rtpmap:97 SILK/8000"}, "A second rtpmap", 2},
		{[]string{"m=audio 6000 RTP/AVP 8", "a=rtpmap:8 PCMU/8000"}, "Payload type 8 is PCMA", 1},
		{[]string{"m=audio 6000 RTP/AVP 98"}, "Nothing says what payload type 98 is", 0},
		{[]string{"m=audio 6000 RTP/AVP 0 0"}, "listed twice", 0},
		{[]string{"m=audio 6000 RTP/AVP 128"}, "no payload type", 0},
		{[]string{"m=audio 70000 RTP/AVP 0"}, "no port", 0},
		{[]string{"m=audio 6000 RTP/AVP 0", "a=ptime:0"}, "0 ms makes no sense", 1},
		{[]string{"m=audio 6000 RTP/AVP 0", "a=ptime:100000"}, "makes no sense", 1},
		{[]string{"m=audio 6000 RTP/AVP 0", "a=ptime:soon"}, "number of milliseconds", 1},
		{[]string{"m=audio 6000 RTP/AVP 0", "a=rtcp:99999"}, "no port for RTCP", 1},
		{[]string{"m=audio 6000 RTP/AVP 0", "c=IN IP4 300.1.1.1"}, "no address", 1},
		{[]string{"m=audio 6000 RTP/AVP 0", "c=IN IP4 2001:db8::1"}, "not of the family", 1},
		{[]string{"m=audio 6000 RTP/AVP 0", "c=IN"}, "three words", 1},
	} {
		p := offer(c.lines...)
		got := rtp.ReadSIP(p, netip.Addr{})
		if len(got) != 1 || len(got[0].Wrong) != 1 || !strings.Contains(got[0].Wrong[0], c.says) || !strings.HasSuffix(got[0].Wrong[0], ".") {
			t.Errorf("%q: %+v, want a sentence that %s", c.lines, got, c.says)
			continue
		}
		d := dissectKind("sip", p, len(p), nil)
		hold(t, d)
		errs := d.Errs()
		at := strings.LastIndex(string(p), "\n"+c.lines[c.line]) + 1
		if len(errs) != 1 || int(errs[0].Off) != at {
			t.Errorf("%q: faults %v, want one at %d", c.lines, errs, at)
		}
	}
	// What is odd but allowed has no fault.
	for _, c := range [][]string{
		{"m=audio 0 RTP/AVP 0"},
		{"m=audio 0 RTP/AVP 99"},
		{"m=audio 6000 RTP/AVP 0 8 18 101", "a=rtpmap:101 telephone-event/8000", "a=ptime:2.5"},
		{"m=image 6000 udptl t38"},
		{"m=audio 6000 RTP/AVP 4", "a=rtpmap:4 g723/8000"},
	} {
		p := offer(c...)
		if got := rtp.ReadSIP(p, netip.Addr{}); len(got) != 1 || len(got[0].Wrong) != 0 {
			t.Errorf("%q: %+v", c, got)
		}
		if errs := dissectKind("sip", p, len(p), nil).Errs(); len(errs) != 0 {
			t.Errorf("%q: %v", c, errs)
		}
	}
}

// What a cut takes away is not held against the sender.
func TestCutBody(t *testing.T) {
	text, err := os.ReadFile("testdata/sip-cut.txt")
	if err != nil {
		t.Fatal(err)
	}
	c, err := golden.Parse("sip-cut", string(text))
	if err != nil {
		t.Fatal(err)
	}
	got := rtp.ReadSIP(c.Data, netip.Addr{})
	if len(got) != 1 || len(got[0].Wrong) != 0 || got[0].Types[0].Name != "" {
		t.Errorf("%+v", got)
	}
}

func TestInfoSIP(t *testing.T) {
	body := offer("m=audio 6000 RTP/AVP 97 0", "a=rtpmap:97 iLBC/8000")
	head := func(first string, more ...string) []byte {
		return append(lines(append([]string{first, "CSeq: 7 INVITE", "Content-Type: application/sdp"}, append(more, "")...)...), body...)
	}
	for _, c := range []struct {
		p    []byte
		want string
	}{
		{head("INVITE sip:b@192.0.2.20 SIP/2.0"), "INVITE sip:…@192.0.2.20 · offers iLBC, PCMU at 192.0.2.10:6000"},
		{head("SIP/2.0 200 OK"), "200 OK (INVITE) · answers iLBC, PCMU at 192.0.2.10:6000"},
		{lines("SIP/2.0 180 Ringing", "CSeq: 7 INVITE", ""), "180 Ringing (INVITE)"},
		{lines("BYE sip:b@192.0.2.20 SIP/2.0", ""), "BYE sip:…@192.0.2.20"},
		{lines("REGISTER sip:example.org SIP/2.0", ""), "REGISTER sip:example.org"},
		{lines("INVITE tel:+15550100 SIP/2.0", ""), "INVITE tel:…"},
		{[]byte("INVITE sip:alice.smi"), "INVITE sip:…"},
		{[]byte("SIP/2.0 200 \x01\xff\r\n"), "200 \uFFFD\uFFFD"},
		{body, ""},
	} {
		if got := rtp.InfoSIP(c.p); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// Names of persons, keys and passwords are private, and stand nowhere else in the tree.
func TestPrivate(t *testing.T) {
	p := lines("v=0", "o=alice 1 1 IN IP4 192.0.2.10", "s=-", "e=alice@example.org", "k=clear:geheim", "c=IN IP4 192.0.2.10", "t=0 0",
		"m=audio 6000 RTP/AVP 0", "a=ice-pwd:geheim", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:geheim")
	d := dissectKind("sip", p, len(p), nil)
	if d.Redact() == 0 {
		t.Fatal("nothing is private")
	}
	if s := string(d.Buffers[0].Data); strings.Contains(s, "alice") || strings.Contains(s, "geheim") {
		t.Errorf("not all is redacted: %s", s)
	}
	if !strings.Contains(string(d.Buffers[0].Data), "a=ice-pwd:x") {
		t.Errorf("more is redacted than the secret: %s", d.Buffers[0].Data)
	}
	// The heads of groups say nothing of what their fields hide.
	for _, n := range []string{"sdp.o", "sdp.e", "sdp.k", "sdp.a"} {
		if x := d.Find(n); x == nil || strings.Contains(x.Text(), "alice") || strings.Contains(x.Text(), "geheim") {
			t.Errorf("%s: %+v", n, x)
		}
	}
}
