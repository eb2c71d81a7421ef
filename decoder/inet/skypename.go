package inet

import (
	"bytes"
	"strings"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// skypeNames are the names that programs of the peer-to-peer years asked for. A name proves
// little: browsers ask for most of them, too.
//
// Baset & Schulzrinne 2004, appendix; Desclaux & Kortchinsky 2006, part 2, slide 63; the
// SkypeIRC capture; nDPI.
var skypeNames = [...]struct{ name, what string }{
	{"ui.skype.com", "asked for its update check at each start of the program"},
	{"skype.com", "Skype's domain"},
	{"www.skype.com", "Skype's web site"},
	{"download.skype.com", "where the program was downloaded"},
	{"api.skype.com", "pictures of users, in 6.x"},
	{"skype.tom.com", "TOM-Skype, the Chinese edition"},
	{"skypetools.tom.com", "TOM-Skype's list of forbidden words"},
	{"skypetools1.tom.com", "TOM-Skype's list of forbidden words"},
}

// laterNames end names of the years in which Microsoft ran the servers.
var laterNames = [...]string{
	".config.skype.com", ".apps.skype.com", ".gateway.skype.com", ".skype.net", ".skypeassets.com", ".skypedata.akadns.net", ".skypeassets.akadns.net", ".skype.akadns.net",
	".skype-cr.akadns.net", ".skypeforbusiness.com", ".lync.com", ".skypeecs.com",
}

// SkypeName says what a DNS name was to Skype in its peer-to-peer years; ok is false for others.
// A name that belongs to Skype's later years gives ok false and says so.
func SkypeName(name string) (what string, ok bool) {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	for _, n := range &skypeNames {
		if n.name == name {
			return n.what, true
		}
	}
	for _, end := range &laterNames {
		if strings.HasSuffix(name, end) || name == end[1:] {
			return "a name of Skype's later years, when Microsoft ran the servers: no sign of the peer-to-peer protocol", false
		}
	}
	return "", false
}

var specDNSSkype = &field.Spec{
	Name: "dns.skype", Label: "Skype", Show: field.Words, Trust: field.Measured, Term: "skype-names",
	Cite: []field.Cite{{Key: "bs04", Where: "appendix"}, {Key: "dk", Where: "part 2, slide 63"}, {Key: "cap"}},
	Doc:  "What this name was to Skype in its peer-to-peer years; browsers asked for it, too, so it proves little.",
}

var specDNSSkypeLater = &field.Spec{
	Name: "dns.skype.later", Label: "Skype, later", Show: field.Words, Trust: field.Inferred, Term: "skype-names",
	Cite: []field.Cite{{Key: "ndpi"}, {Key: "somscope"}},
	Doc:  "A name of Skype's, but not of the years in which its users were the network.",
}

// tagSkype adds what a name was to Skype, if anything.
func tagSkype(d *dissect.D, name string) {
	if !d.OK() {
		return
	}
	switch what, ok := SkypeName(name); {
	case ok:
		d.Aside(specDNSSkype, field.Text(what))
	case what != "":
		d.Aside(specDNSSkypeLater, field.Text(what))
	}
}

// redact takes the digits that name a Skype user out of a line of HTTP: they stay in the bytes
// and are not written out.
func redact(line []byte) []byte {
	const hash = "uhash="
	at := bytes.Index(line, []byte(hash))
	if at < 0 {
		return line
	}
	at += len(hash)
	end := at
	for end < len(line) && line[end] != ' ' && line[end] != '&' {
		end++
	}
	if end == at {
		return line
	}
	out := append([]byte{}, line[:at]...)
	out = append(out, "…"...)
	return append(out, redact(line[end:])...)
}

// faceless takes the user out of the request line of SIP: "INVITE sip:…@example.org SIP/2.0".
func faceless(line []byte) []byte {
	from := bytes.Index(line, []byte(" sip"))
	if from < 0 {
		return line
	}
	uri := line[from+1:]
	if i := bytes.IndexByte(uri, ' '); i >= 0 {
		uri = uri[:i]
	}
	i, at := bytes.IndexByte(uri, ':'), bytes.LastIndexByte(uri, '@')
	if i < 0 || at < i {
		return line
	}
	from += 1 + i + 1
	out := append([]byte{}, line[:from]...)
	out = append(out, "…"...)
	return append(out, line[from+at-i-1:]...)
}
