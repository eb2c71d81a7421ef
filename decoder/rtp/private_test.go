package rtp_test

import (
	"strings"
	"testing"

	"somscope/decoder/field"
	"somscope/decoder/rtp"
)

// What a source description tells of a person is starred out; the program and what kind each
// item is stay readable.
func TestDescriptionIsPrivate(t *testing.T) {
	body := []byte{0, 0, 0, 1}
	for i, text := range []string{"cname@geheim", "name geheim", "mail@geheim", "+49 geheim", "at geheim", "program 1.0", "note geheim", "\x02xygeheim"} {
		body = append(body, byte(i+1), byte(len(text)))
		body = append(body, text...)
	}
	body = append(body, 0)
	for len(body)%4 != 0 {
		body = append(body, 0)
	}
	p := append([]byte{0x81, 202, 0, byte(len(body) / 4)}, body...)
	d := dissectKind("rtcp", p, len(p), nil)
	hold(t, d)
	for _, name := range []string{"cname", "name", "email", "phone", "place", "tool", "note", "private"} {
		x := d.Find("rtcp.sdes." + name)
		if x == nil {
			t.Errorf("no %s", name)
			continue
		}
		if want := name != "tool"; x.Spec.Private != want {
			t.Errorf("%s: private %v", name, x.Spec.Private)
		}
	}
	if d.Redact() == 0 {
		t.Error("nothing is redacted")
	}
	if s := string(d.Buffers[0].Data); strings.Contains(s, "geheim") || !strings.Contains(s, "program 1.0") {
		t.Errorf("%q", s)
	}
}

// Who calls whom stands in no bytes, no value and no row, however it is written; what is asked,
// of which domain, stays.
func TestCallersArePrivate(t *testing.T) {
	for _, c := range []struct{ line, head, says string }{
		{`From: "geheim" <sip:geheim@example.org>;tag=1`, "From", "sip:…@example.org"},
		{`f: geheim <sips:geheim:pw@example.org:5061;lr>`, "f", "sips:…@example.org:5061"},
		{`To: sip:geheim@example.org;tag=geheim`, "To", "sip:…@example.org"},
		{`Contact: <sip:geheim@192.0.2.1>, "<sip:geheim>" <sip:geheim@[2001:db8::1]:5060?Subject=geheim>`, "Contact", "sip:…@[2001:db8::1]:5060"},
		{"Contact:\r\n <sip:geheim;day=1@example.org>", "Contact", "sip:…@example.org"},
		{`P-Asserted-Identity: <tel:+49geheim>`, "P-Asserted-Identity", "tel:…"},
		{`Authorization: Digest username="geheim", realm="example.org"`, "Authorization", "…"},
		{`Route: <sip:geheim@192.0.2.9;lr>`, "Route", "sip:…@192.0.2.9"},
		{`X-Anything: see sip:geheim@example.org`, "X-Anything", "…"},
		{`Contact: *`, "Contact", "*"},
		{`Call-ID: 1@192.0.2.1`, "Call-ID", "1@192.0.2.1"},
		{`Record-Route: <sip:192.0.2.9;lr>`, "Record-Route", "<sip:192.0.2.9;lr>"},
	} {
		p := lines("INVITE sip:geheim@example.org SIP/2.0", c.line, "CSeq: 1 INVITE", "")
		for n := len(p); n > 0; n-- { // however much of it was kept
			d := dissectKind("sip", p[:n], len(p), nil)
			hold(t, d)
			field.Walk(&d.Root, func(x *field.Node, _ int) bool {
				if s := x.Text() + x.Note; strings.Contains(s, "geh") {
					t.Errorf("%s, %d bytes: %s tells it: %s", c.line, n, x.Spec.Name, s)
				}
				return true
			})
			if s := rtp.InfoSIP(p[:n]); strings.Contains(s, "geh") {
				t.Errorf("%s, %d bytes: the row tells it: %s", c.line, n, s)
			}
			if n < len(p) {
				continue
			}
			if got := d.Find("sip.header").Kids[1].Text(); got != c.says {
				t.Errorf("%s: value %q, want %q", c.line, got, c.says)
			}
			if got := d.Find("sip.uri.person").Text(); got != "sip:…@example.org" {
				t.Errorf("URI %q", got)
			}
			d.Redact()
			if s := string(d.Buffers[0].Data); strings.Contains(s, "geheim") || !strings.HasPrefix(s, "INVITE x") || !strings.Contains(s, "\r\n"+c.head+":") {
				t.Errorf("%q", s)
			}
		}
	}
}
