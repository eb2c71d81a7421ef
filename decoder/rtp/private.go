package rtp

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Who speaks is private: the bytes of a name are shown only when asked for, and until then
// nothing that is written beside them may tell it.

// tell gives the last field its text. A private one says how long that is; "-" stands for nobody.
func tell(d *dissect.D, s *field.Spec, v string) {
	if s.Private && v != "" && v != "-" {
		v = plural(utf8.RuneCountInString(v), "character")
	}
	d.Set(field.Text(v))
}

// whole reports whether a line came to its end, and with it the address in it.
func whole(line []byte) bool { return bytes.HasSuffix(line, []byte("\n")) }

// namesSomebody reports whether an address has a user, not only a host.
func namesSomebody(uri string) bool {
	return strings.Contains(uri, "@") || !hasPrefixFold(uri, "sip:") && !hasPrefixFold(uri, "sips:") && !strings.HasPrefix(uri, "*")
}

// personalHeaders name a user in words, an address or a login. (RFC 3261 §20, RFC 3325 §9, RFC 3892)
var personalHeaders = [...]string{"from", "to", "contact", "reply-to", "authorization", "proxy-authorization", "p-asserted-identity",
	"p-preferred-identity", "remote-party-id", "referred-by", "refer-to", "diversion", "history-info"}

// personal reports whether a header tells of a user: by its name, or since an address with a user
// stands in it, or may have stood where the line was cut. Call-ID and Via name hosts and are none.
func personal(name, value string, whole bool) bool {
	if value == "" || value == "*" {
		return false
	}
	for _, s := range personalHeaders {
		if strings.EqualFold(s, name) {
			return true
		}
	}
	v := strings.ToLower(value)
	return strings.Contains(v, "tel:") || (strings.Contains(v, "@") || !whole) && (strings.Contains(v, "sip:") || strings.Contains(v, "sips:"))
}

// faceless is an address, or a header with one, without the user: "sip:…@example.org". A host
// without a user stays, unless the end is missing: then it may be the beginning of a user.
func faceless(v string, whole bool) string {
	if i := strings.LastIndexByte(v, '<'); i >= 0 {
		v, _, _ = strings.Cut(v[i+1:], ">")
	} else {
		v, _, _ = strings.Cut(v, " ")
	}
	scheme, at, ok := strings.Cut(v, ":")
	switch {
	case v == "*":
		return v
	case !ok:
		return "…"
	case !strings.EqualFold(scheme, "sip") && !strings.EqualFold(scheme, "sips"):
		if !strings.EqualFold(scheme, "tel") {
			return "…"
		}
		return scheme + ":…"
	}
	user := ""
	if i := strings.LastIndexByte(at, '@'); i >= 0 {
		user, at = "…@", at[i+1:]
	} else if !whole {
		return scheme + ":…"
	}
	if i := strings.IndexAny(at, ";?,&\"\t"); i >= 0 {
		at = at[:i]
	}
	return scheme + ":" + user + at
}
