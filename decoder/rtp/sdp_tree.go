package rtp

import (
	"bytes"
	"net/netip"
	"strings"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// description reads n bytes of SDP: lines of a letter, an equals sign and a value. What makes
// no sense in them is said at the line. cut says that more would follow.
func description(d *dissect.D, n int, cut bool) {
	d.Within(n, func(d *dissect.D) {
		p := d.Peek(n)
		r := readSDP(p, netip.Addr{}, cut)
		d.Group(&specSDP, func(d *dissect.D) {
			var heads []string
			for i := range r.offers {
				if i == 3 {
					heads = append(heads, "…")
					break
				}
				heads = append(heads, r.offers[i].summary())
			}
			d.Head(field.Text(strings.Join(heads, "; ")))
			for off := 0; off < len(p) && d.OK(); {
				size := lineLen(p[off:])
				sdpLine(d, p[off:off+size])
				wrong := ""
				for _, f := range r.faults {
					if f.off == off && wrong != "" {
						wrong += "; " + lower(f.what)
					} else if f.off == off {
						wrong = lower(f.what)
					}
				}
				if wrong != "" {
					d.Fault(field.ErrFormat, "%s", wrong)
				}
				off += size
			}
		})
	})
}

// lower makes a sentence a clause.
func lower(s string) string {
	s = strings.TrimSuffix(s, ".")
	for _, w := range []string{"The ", "A ", "An ", "No ", "Nothing ", "Payload "} {
		if strings.HasPrefix(s, w) {
			return strings.ToLower(s[:1]) + s[1:]
		}
	}
	return s
}

func sdpLine(d *dissect.D, line []byte) {
	text := strings.TrimRight(string(line), "\r\n")
	if len(text) < 2 || text[1] != '=' {
		d.Bytes(&specSDPOther, len(line))
		if text != "" {
			d.Fault(field.ErrFormat, "a line begins with a letter and an equals sign")
		}
		return
	}
	n := len(line) - 2
	s := sdpSpec(text[0])
	d.Group(s, func(d *dissect.D) {
		d.Text(&specSDPLetter, 2)
		d.Set(field.Text(text[:1]))
		if head := public(text); head != "" {
			d.Head(field.Text(shorten(head, 100)))
		}
		switch text[0] {
		case 'e', 'p':
			rest(d, &specSDPPerson, n)
		case 'k':
			rest(d, &specSDPSecret, n)
		case 'o':
			origin(d, n)
		case 'c':
			connectionParts(d, n)
		case 'm':
			mediumParts(d, n)
		case 'a':
			attributeParts(d, n)
		case 't':
			n -= words(d, &specSDPStart, n)
			rest(d, &specSDPStop, n)
		case 'b':
			n -= upTo(d, &specSDPBandKind, n, ':')
			numeral(d, &specSDPBand, n)
		default:
			rest(d, &specSDPText, n)
		}
	})
}

// public is the value of a line as far as it names nobody and gives no key away.
func public(line string) string {
	value := line[2:]
	switch line[0] {
	case 'e', 'p', 'k':
		return ""
	case 'o':
		_, value, _ = strings.Cut(value, " ")
	case 'a':
		if name, _, _ := strings.Cut(value, ":"); isSecret(name) {
			return name
		}
	}
	return value
}

// isSecret reports whether an attribute is a key or a password.
func isSecret(name string) bool { return name == "crypto" || name == "ice-pwd" || name == "key-mgmt" }

// words is word without the text.
func words(d *dissect.D, s *field.Spec, n int) int {
	size, _ := word(d, s, n)
	return size
}

// numeral is rest with a number as value, where it is one.
func numeral(d *dissect.D, s *field.Spec, n int) {
	v := rest(d, s, n)
	if k, ok := number(v, 1<<30); ok {
		d.Set(field.Uint(uint64(k)))
	}
}

// numeralWord is word with a number as value, where it is one.
func numeralWord(d *dissect.D, s *field.Spec, n int) int {
	size, v := word(d, s, n)
	if k, ok := number(v, 1<<30); ok && size > 0 {
		d.Set(field.Uint(uint64(k)))
	}
	return size
}

// upTo reads up to and with a sign, or to the end of n bytes; the value is without the sign.
func upTo(d *dissect.D, s *field.Spec, n int, sign byte) int {
	b := d.Peek(n)
	size := len(b)
	v := b
	if i := bytes.IndexByte(b, sign); i >= 0 {
		size, v = i+1, b[:i]
	}
	if size == 0 {
		return 0
	}
	d.Text(s, size)
	d.Set(field.Text(strings.TrimRight(string(v), "\r\n")))
	return size
}

// address reads an address, which has the value of one where it is no name.
func address(d *dissect.D, n int) {
	v := rest(d, &specSDPAddr, n)
	host, _, _ := strings.Cut(v, "/")
	if a, err := netip.ParseAddr(host); err == nil && a.Zone() == "" && n > 0 {
		d.Set(field.Addr(a))
		if host != v {
			d.Note("%s", shorten(v, 60))
		}
	}
}

// origin: user, number of the session, its version, and where it was made. (RFC 8866 §5.2)
func origin(d *dissect.D, n int) {
	n -= words(d, &specSDPUser, n)
	n -= words(d, &specSDPSessionID, n)
	n -= words(d, &specSDPSessionVersion, n)
	connectionParts(d, n)
}

func connectionParts(d *dissect.D, n int) {
	n -= words(d, &specSDPNet, n)
	n -= words(d, &specSDPFamily, n)
	address(d, n)
}

// mediumParts: kind, port, protocol, formats. (RFC 8866 §5.14)
func mediumParts(d *dissect.D, n int) {
	n -= words(d, &specSDPKind, n)
	size, v := word(d, &specSDPPort, n)
	if first, _, _ := strings.Cut(v, "/"); size > 0 {
		if port, ok := number(first, 65535); ok && first == v {
			d.Set(field.Uint(uint64(port)))
		}
		if first == "0" {
			d.Note("the medium is refused")
		}
	}
	n -= size
	n -= words(d, &specSDPProto, n)
	for n > 0 && d.OK() {
		n -= numeralWord(d, &specSDPFormat, n)
	}
}

// attributeParts: a name, and behind a colon what belongs to it. (RFC 8866 §6)
func attributeParts(d *dissect.D, n int) {
	from := d.Pos()
	end := from + n
	name := string(d.Peek(n))
	name, _, _ = strings.Cut(strings.TrimRight(name, "\r\n"), ":")
	n -= upTo(d, &specSDPName, n, ':')
	if n = end - d.Pos(); n <= 0 {
		return
	}
	if isSecret(name) {
		rest(d, &specSDPSecret, n)
		return
	}
	switch name {
	case "rtpmap":
		n -= numeralWord(d, &specSDPFormat, n)
		n -= upTo(d, &specSDPCodec, n, '/')
		if bytes.IndexByte(d.Peek(n), '/') < 0 {
			numeral(d, &specSDPClock, n)
			return
		}
		b := bytes.IndexByte(d.Peek(n), '/')
		v := string(d.Peek(b))
		n -= upTo(d, &specSDPClock, n, '/')
		if k, ok := number(v, 1<<30); ok {
			d.Set(field.Uint(uint64(k)))
		}
		numeral(d, &specSDPChannels, n)
	case "fmtp":
		n -= numeralWord(d, &specSDPFormat, n)
		rest(d, &specSDPParams, n)
	case "ptime", "maxptime":
		numeral(d, &specSDPPtime, n)
	case "rtcp":
		n -= numeralWord(d, &specSDPRTCP, n)
		if n > 0 {
			connectionParts(d, n)
		}
	default:
		rest(d, &specSDPValue, n)
	}
}
