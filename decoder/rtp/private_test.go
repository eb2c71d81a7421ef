package rtp_test

import (
	"strings"
	"testing"
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
