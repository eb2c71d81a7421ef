package rtp

import (
	"bytes"
	"net/netip"
	"strings"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// A sipMessage is where the parts of a SIP message lie. (RFC 3261 §7)
type sipMessage struct {
	bare    bool // SDP alone
	start   int  // length of the start line with its end
	head    int  // where the headers end: behind the empty line, or where the message is cut
	typ     string
	cseq    string
	length  int // what Content-Length says, -1 when it is missing
	lengthT string
	boundAt string // boundary of a multipart body, ""
}

// compact are the short forms of header names, RFC 3261 §7.3.3 and IANA's list.
var compact = field.Enum{{V: 'a', S: "Accept-Contact"}, {V: 'b', S: "Referred-By"}, {V: 'c', S: "Content-Type"}, {V: 'd', S: "Request-Disposition"}, {V: 'e', S: "Content-Encoding"}, {V: 'f', S: "From"},
	{V: 'i', S: "Call-ID"}, {V: 'j', S: "Reject-Contact"}, {V: 'k', S: "Supported"}, {V: 'l', S: "Content-Length"}, {V: 'm', S: "Contact"}, {V: 'n', S: "Identity-Info"}, {V: 'o', S: "Event"},
	{V: 'r', S: "Refer-To"}, {V: 's', S: "Subject"}, {V: 't', S: "To"}, {V: 'u', S: "Allow-Events"}, {V: 'v', S: "Via"}, {V: 'x', S: "Session-Expires"}, {V: 'y', S: "Identity"}}

// longName is the full name of a header.
func longName(name string) string {
	if len(name) == 1 {
		if s := compact.Text(uint64(name[0] | 0x20)); s != "" {
			return s
		}
	}
	return name
}

// IsSIP reports whether a payload begins like a SIP message.
func IsSIP(p []byte) bool {
	if bytes.HasPrefix(p, []byte("SIP/2.0 ")) {
		return true
	}
	n := 0
	for n < len(p) && n < 24 && (p[n] >= 'A' && p[n] <= 'Z' || p[n] == '-' || p[n] == '_') {
		n++
	}
	if n < 3 || n >= len(p) || p[n] != ' ' {
		return false
	}
	p = p[n+1:]
	line := p[:lineLen(p)]
	if bytes.HasSuffix(bytes.TrimRight(line, "\r\n"), []byte(" SIP/2.0")) {
		return true
	}
	return len(line) == len(p) && (bytes.HasPrefix(p, []byte("sip:")) || bytes.HasPrefix(p, []byte("sips:"))) // cut in its first line
}

// isSDP reports whether a text begins like a session description.
func isSDP(p []byte) bool {
	return bytes.HasPrefix(p, []byte("v=")) && lineLen(p) <= 6 && bytes.IndexByte(p, '\n') > 0
}

// headerLen is the length of the first header line with the lines that continue it.
func headerLen(p []byte) int {
	n := lineLen(p)
	for n < len(p) && (p[n] == ' ' || p[n] == '\t') {
		n += lineLen(p[n:])
	}
	return n
}

// isBlank reports whether a line holds nothing.
func isBlank(line []byte) bool { return len(bytes.TrimRight(line, "\r\n")) == 0 }

// scanHeaders walks header lines from off to the empty line, and returns where it ends. The
// slices passed to on hold a header line with its end.
func scanHeaders(p []byte, off int, on func(off int, name, value string)) int {
	for n := 0; off < len(p); n++ {
		size := lineLen(p[off:])
		if isBlank(p[off : off+size]) {
			return off + size
		}
		size = headerLen(p[off:])
		name, value, _ := bytes.Cut(p[off:off+size], []byte(":"))
		if n < maxLines {
			on(off, strings.TrimSpace(string(name)), unfold(value))
		}
		off += size
	}
	return off
}

// unfold is a header's value on one line.
func unfold(v []byte) string { return strings.Join(strings.Fields(string(v)), " ") }

// readHead finds the parts of a message.
func readHead(p []byte) (m sipMessage) {
	m.length = -1
	if isSDP(p) {
		m.bare = true
		return m
	}
	m.start = lineLen(p)
	m.head = scanHeaders(p, m.start, func(_ int, name, value string) {
		switch strings.ToLower(longName(name)) {
		case "content-type":
			m.typ = value
			m.boundAt = boundary(value)
		case "content-length":
			m.lengthT = value
			if n, ok := number(value, 1<<30); ok {
				m.length = n
			}
		case "cseq":
			if _, method, ok := strings.Cut(value, " "); ok {
				m.cseq = method
			}
		}
	})
	return m
}

// boundary finds the words between the parts of a multipart body. (RFC 2046 §5.1.1)
func boundary(typ string) string {
	if !hasPrefixFold(typ, "multipart/") {
		return ""
	}
	for _, s := range strings.Split(typ, ";")[1:] {
		if k, v, ok := strings.Cut(strings.TrimSpace(s), "="); ok && strings.EqualFold(k, "boundary") {
			if v = strings.Trim(v, `"`); len(v) > 0 && len(v) <= 70 {
				return "--" + v
			}
		}
	}
	return ""
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// body is the extent of a message's body within what there is of it.
func (m *sipMessage) body(n int) int {
	if m.length >= 0 && m.length < n {
		return m.length
	}
	return n
}

// descriptions finds the SDP in the body of a message, or the message itself when it is SDP.
// cut says that its last bytes did not come.
func (m *sipMessage) descriptions(p []byte, on func(sdp []byte, cut bool)) {
	if m.bare {
		on(p, false)
		return
	}
	body := p[m.head:]
	short := m.length > len(body)
	body = body[:m.body(len(body))]
	if m.boundAt != "" {
		parts(body, m.boundAt, func(from, to int) {
			typ := ""
			end := scanHeaders(body[:to], from, func(_ int, name, value string) {
				if strings.EqualFold(longName(name), "content-type") {
					typ = value
				}
			})
			if holdsSDP(typ, body[end:to]) {
				on(body[end:to], short && to == len(body))
			}
		})
		return
	}
	if holdsSDP(m.typ, body) {
		on(body, short)
	}
}

// holdsSDP judges a body by its type, and where that is missing by its first line.
func holdsSDP(typ string, body []byte) bool {
	return hasPrefixFold(typ, "application/sdp") || typ == "" && isSDP(body)
}

// parts finds what lies between the boundary lines of a multipart body: from behind such a line
// to before the next one. (RFC 2046 §5.1.1)
func parts(body []byte, bound string, on func(from, to int)) {
	from, n := -1, 0
	for off := 0; off < len(body) && n < maxOffers; {
		size := lineLen(body[off:])
		line := strings.TrimRight(string(body[off:off+size]), "\r\n \t")
		if line == bound || line == bound+"--" {
			if from >= 0 {
				on(from, off)
				n++
			}
			from = off + size
			if line != bound {
				return
			}
		}
		off += size
	}
	if from >= 0 && from <= len(body) {
		on(from, len(body))
	}
}

// ReadSIP finds the offers in a SIP message, or in SDP alone. It is lenient: what it does not
// understand it passes over. from is where the message came from, in place of an address that
// is missing.
func ReadSIP(p []byte, from netip.Addr) (offers []Offer) {
	m := readHead(p)
	m.descriptions(p, func(sdp []byte, cut bool) {
		if len(offers) < maxOffers {
			offers = append(offers, readSDP(sdp, from, cut).offers...)
		}
	})
	return offers
}

// startLine takes a start line apart: method and URI of a request, code and phrase of a status.
func startLine(line string) (request bool, first, second string) {
	line = strings.TrimRight(line, "\r\n")
	a, b, _ := strings.Cut(line, " ")
	if a == "SIP/2.0" {
		code, phrase, _ := strings.Cut(b, " ")
		return false, code, phrase
	}
	uri, _, _ := strings.Cut(b, " ")
	return true, a, uri
}

// InfoSIP writes the Info column: "INVITE sip:…@example.org · offers iLBC, PCMU at
// 192.0.2.10:6000", or "200 OK (INVITE) · answers PCMA at 192.0.2.20:8000". Who is called is not
// named.
func InfoSIP(p []byte) string {
	if !IsSIP(p) {
		return ""
	}
	m := readHead(p)
	request, first, second := startLine(string(p[:m.start]))
	if request {
		second = faceless(second, whole(p[:m.start]))
	}
	s := first + " " + second
	verb := " · offers "
	if !request {
		if m.cseq != "" {
			s += " (" + m.cseq + ")"
		}
		verb = " · answers "
	}
	s = shorten(s, 100)
	for i, o := range ReadSIP(p, netip.Addr{}) {
		if i == 3 {
			return s + " …"
		}
		s += verb + o.summary()
		verb = "; "
	}
	return s
}

// shorten keeps text short and printable.
func shorten(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// summary says what an offer is: "iLBC, PCMU at 192.0.2.10:6000".
func (o *Offer) summary() string {
	var names []string
	for _, t := range o.Types {
		if len(names) == 4 {
			names = append(names, "…")
			break
		}
		name := t.Name
		if name == "" {
			name = typeText(t.Type, "")
		}
		names = append(names, shorten(name, 30))
	}
	s := strings.Join(names, ", ")
	if s == "" {
		s = shorten(o.Kind, 30)
	}
	switch {
	case o.portless:
		return s + " at no port"
	case o.At.Port() == 0:
		return s + ", refused"
	case o.At.Addr().IsValid():
		return s + " at " + o.At.String()
	}
	return s + " at port " + itoa(int(o.At.Port()))
}

// DissectSIP explains a SIP message: start line, header lines by their names, and the SDP in
// its body line by line, with the parts of m=, c=, a=rtpmap and a=fmtp as fields of their own.
func DissectSIP(d *dissect.D) {
	p := d.Peek(d.Left())
	m := readHead(p)
	if m.bare {
		description(d, d.Left(), d.Cut())
		return
	}
	d.Group(&specSIP, func(d *dissect.D) {
		request, first, second := startLine(string(p[:m.start]))
		if request {
			second = faceless(second, whole(p[:m.start]))
		}
		d.Head(field.Text(shorten(first+" "+second, 80)))
		if request {
			requestLine(d, p[:m.start])
		} else {
			statusLine(d, p[:m.start])
		}
		headers(d, m.head-m.start, &m, len(p)-m.head)
		if d.Left() == 0 {
			if !blankEnd(p[:m.head]) {
				d.HeadFault(cause(d), "the message ends within its headers")
			}
			return
		}
		n := m.body(d.Left())
		switch {
		case m.boundAt != "":
			multipart(d, n, m.boundAt, d.Cut() || m.length > n)
		case holdsSDP(m.typ, d.Peek(n)):
			description(d, n, d.Cut() || m.length > n)
		default:
			d.Within(n, func(d *dissect.D) { d.Rest(&specSIPBody) })
		}
		if d.OK() && d.Left() > 0 {
			d.Rest(&specSIPRest)
		}
	})
}

// blankEnd reports whether headers end with an empty line.
func blankEnd(p []byte) bool {
	return bytes.HasSuffix(p, []byte("\r\n\r\n")) || bytes.HasSuffix(p, []byte("\n\n"))
}

// word reads up to and with the next blank, or to the end of n bytes; the value is without blanks.
func word(d *dissect.D, s *field.Spec, n int) (size int, value string) {
	b := d.Peek(n)
	size = len(b)
	if i := bytes.IndexByte(b, ' '); i >= 0 {
		for size = i + 1; size < len(b) && b[size] == ' '; size++ {
		}
	}
	if size == 0 {
		return 0, ""
	}
	value = strings.TrimRight(string(b[:size]), " \r\n\t")
	d.Text(s, size)
	tell(d, s, value)
	return size, value
}

// rest reads n bytes as one text, whose value is without line ends and blanks around it.
func rest(d *dissect.D, s *field.Spec, n int) string {
	if n <= 0 {
		return ""
	}
	v := unfold(d.Peek(n))
	d.Text(s, n)
	tell(d, s, v)
	return v
}

func requestLine(d *dissect.D, line []byte) {
	d.Group(&specRequest, func(d *dissect.D) {
		n := len(line)
		used, _ := word(d, &specMethod, n)
		n -= used
		if v := unfold(d.Peek(n)); namesSomebody(v) || !whole(line) {
			used, _ = word(d, &specPersonURI, n)
			d.Set(field.Text(faceless(v, whole(line))))
		} else {
			used, _ = word(d, &specURI, n)
		}
		n -= used
		v := rest(d, &specSIPVersion, n)
		if n > 0 && v != "SIP/2.0" && bytes.HasSuffix(line, []byte("\n")) {
			d.Fault(field.ErrFormat, "SIP has version 2.0")
		}
	})
}

func statusLine(d *dissect.D, line []byte) {
	d.Group(&specStatus, func(d *dissect.D) {
		n := len(line)
		used, _ := word(d, &specSIPVersion, n)
		n -= used
		used, v := word(d, &specCode, n)
		if code, ok := number(v, 699); ok {
			d.Set(field.Uint(uint64(code)))
		} else if used > 0 {
			d.Fault(field.ErrFormat, "the code is a number from 100 to 699")
		}
		n -= used
		rest(d, &specPhrase, n)
	})
}

// headers reads n bytes of header lines, with the empty line that ends them. body is how many
// bytes follow; m is nil for the headers of a part.
func headers(d *dissect.D, n int, m *sipMessage, body int) {
	end := d.Pos() + n
	for d.OK() && d.Pos() < end {
		left := d.Peek(end - d.Pos())
		size := lineLen(left)
		if isBlank(left[:size]) {
			d.Bytes(&specSIPEnd, size)
			return
		}
		size = headerLen(left)
		line := left[:size]
		name, value, found := bytes.Cut(line, []byte(":"))
		if !found {
			rest(d, &specSIPLine, size)
			d.Fault(field.ErrFormat, "a header has a colon behind its name")
			continue
		}
		long := longName(strings.TrimSpace(string(name)))
		d.Group(&specHeader, func(d *dissect.D) {
			value, spec := unfold(value), &specHeaderValue
			if personal(long, value, whole(line)) {
				value, spec = faceless(value, whole(line)), &specHeaderPerson
			}
			d.Head(field.Text(shorten(long+": "+value, 100)))
			k := len(name) + 1
			d.Text(&specHeaderName, k)
			d.Set(field.Text(strings.TrimSpace(string(name))))
			if short := strings.TrimSpace(string(name)); short != long {
				d.Note("short for %s", long)
			}
			rest(d, spec, size-k)
			if spec.Private {
				d.Set(field.Text(value))
			}
			if m != nil && strings.EqualFold(long, "content-length") {
				switch {
				case m.length < 0:
					d.Fault(field.ErrFormat, "the length is a number")
				case m.length > body && d.Snapped():
					d.Note("the capture kept %d of these bytes", body)
				case m.length > body:
					d.Fault(field.ErrShort, "claims %s, %d follow", plural(m.length, "byte"), body)
				case m.length < body:
					d.Note("%s follow, more than this", plural(body, "byte"))
				}
			}
		})
	}
}

// multipart reads a body of several parts.
func multipart(d *dissect.D, n int, bound string, cut bool) {
	d.Within(n, func(d *dissect.D) {
		from := d.Pos()
		body := d.Peek(n)
		at := func() int { return d.Pos() - from }
		parts(body, bound, func(a, b int) {
			preamble(d, body, at(), a)
			d.Group(&specPart, func(d *dissect.D) {
				typ := ""
				end := scanHeaders(body[:b], a, func(_ int, name, value string) {
					if strings.EqualFold(longName(name), "content-type") {
						typ = value
					}
				})
				d.Head(field.Text(shorten(typ, 60)))
				headers(d, end-a, nil, 0)
				if rest := b - end; rest > 0 && d.OK() {
					if holdsSDP(typ, body[end:b]) {
						description(d, rest, cut && b == len(body))
					} else {
						d.Bytes(&specSIPBody, rest)
					}
				}
			})
		})
		preamble(d, body, at(), len(body))
	})
}

// preamble reads the lines between the parts of a body, from offset a to b: boundaries, and what
// stands before the first and behind the last.
func preamble(d *dissect.D, body []byte, a, b int) {
	for a < b && d.OK() {
		n := lineLen(body[a:b])
		rest(d, &specBoundary, n)
		a += n
	}
}
