package inet

import (
	"strings"
	"testing"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

func TestSkypeName(t *testing.T) {
	for _, c := range []struct {
		name      string
		ok, later bool
	}{
		{"ui.skype.com", true, false},
		{"UI.Skype.com.", true, false},
		{"skype.com", true, false},
		{"skype.tom.com", true, false},
		{"skypetools1.tom.com", true, false},
		{"b.config.skype.com", false, true},
		{"dsn4.d.skype.net", false, true},
		{"335.0.7.7.3.rst5.r.skype.net", false, true},
		{"pipe.prd.skypedata.akadns.net", false, true},
		{"apps.skypeassets.com", false, true},
		{"skype.net", false, true},
		{"notskype.com", false, false},
		{"ui.skype.com.example.org", false, false},
		{"tom.com", false, false},
		{"", false, false},
		{".", false, false},
	} {
		what, ok := SkypeName(c.name)
		if ok != c.ok || (what != "" && !ok) != c.later {
			t.Errorf("%q: %q %v", c.name, what, ok)
		}
	}
}

func TestSkypeNameInTree(t *testing.T) {
	name := "\x02ui\x05skype\x03com\x00"
	question := "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + name + "\x00\x01\x00\x01"
	answer := "\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00" + name + "\x00\x01\x00\x01" + "\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x01"
	later := "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01r\x05skype\x03net\x00\x00\x01\x00\x01"
	for _, c := range []struct {
		msg          string
		skype, later int
	}{{question, 1, 0}, {answer, 2, 0}, {later, 0, 1}} {
		d := dissect.Begin(specDNS, []byte(c.msg), len(c.msg), 1, -1)
		dns(d, specDNS)
		tree := d.Done()
		if err := tree.Check(); err != nil {
			t.Error(err)
		}
		got := map[*field.Spec]int{}
		field.Walk(&tree.Root, func(n *field.Node, _ int) bool { got[n.Spec]++; return true })
		if got[specDNSSkype] != c.skype || got[specDNSSkypeLater] != c.later {
			t.Errorf("%d and %d tags, want %d and %d", got[specDNSSkype], got[specDNSSkypeLater], c.skype, c.later)
		}
	}
}

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"GET /ui/2/1/en/getlatestversion?ver=1&uhash=0123456789abcdef HTTP/1.1": "GET /ui/2/1/en/getlatestversion?ver=1&uhash=… HTTP/1.1",
		"GET /a?uhash=12&b=3&uhash=45":                                          "GET /a?uhash=…&b=3&uhash=…",
		"GET /a?uhash= HTTP/1.1":                                                "GET /a?uhash= HTTP/1.1",
		"GET / HTTP/1.1":                                                        "GET / HTTP/1.1",
	} {
		if got := string(redact([]byte(in))); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
	msg := "GET /x?uhash=0123456789 HTTP/1.1\r\n\r\n"
	d := dissect.Begin(specHTTP, []byte(msg), len(msg), 1, -1)
	textLines(d, specHTTP, true)
	tree := d.Done()
	field.Walk(&tree.Root, func(n *field.Node, _ int) bool {
		if strings.Contains(n.Text(), "0123") {
			t.Errorf("%s says %q", n.Spec.Name, n.Text())
		}
		return true
	})
	if err := tree.Check(); err != nil {
		t.Error(err)
	}
}

// The row of a call names the domain and not the user.
func TestFaceless(t *testing.T) {
	for in, want := range map[string]string{
		"INVITE sip:bob@example.org SIP/2.0":        "INVITE sip:…@example.org SIP/2.0",
		"INVITE sips:bob:pw@example.org;lr SIP/2.0": "INVITE sips:…@example.org;lr SIP/2.0",
		"REGISTER sip:example.org SIP/2.0":          "REGISTER sip:example.org SIP/2.0",
		"SIP/2.0 200 OK":                            "SIP/2.0 200 OK",
		"INVITE sip":                                "INVITE sip",
		"MESSAGE sip:bob@b@example.org":             "MESSAGE sip:…@example.org",
		"X @ sip: a@b":                              "X @ sip: a@b",
	} {
		if got := string(faceless([]byte(in))); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	udp := append([]byte{0x13, 0xc4, 0x13, 0xc4, 0, 0, 0, 0}, "INVITE sip:geheim@example.org SIP/2.0\r\n\r\n"...)
	udp[5] = byte(len(udp))
	ip := append([]byte{0x45, 0, 0, byte(20 + len(udp)), 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 198, 51, 100, 7}, udp...)
	var s Summary
	Summarize(&s, 101, ip, len(ip))
	if got := Info(&s, ip); s.Proto != ProtoSIP || got != "INVITE sip:…@example.org SIP/2.0" {
		t.Errorf("%v: %s", s.Proto, got)
	}
}
