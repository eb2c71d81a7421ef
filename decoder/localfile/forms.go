package localfile

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"somscope/decoder/codec"
	"somscope/decoder/dissect"
	"somscope/decoder/field"
	"somscope/decoder/skype"
)

// when reports whether the number may be seconds since 1970: up to the year 2106.
func (n decimal) when() bool { return n >= 0 && n <= 0xffffffff }

func (n decimal) asTime() field.Value { return field.Time(int64(n) * int64(time.Second)) }

func (n decimal) time() string {
	return time.Unix(int64(n), 0).UTC().Format("2006-01-02 15:04:05") + " UTC"
}

func (n decimal) ip() netip.Addr {
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}

// content reads the text of an element up to a unit.
func (c *cursor) content(r *rec, i, end int) {
	spec, form := &specWords, asWords
	switch {
	case r.know >= 0:
		spec, form = &known[r.know].spec, known[r.know].form
	case c.f.kind.Skype():
		spec = &specValueUnknown
	}
	u := c.u[c.at:end]
	if blank(u) {
		c.blanks(end)
		return
	}
	for _, x := range u {
		if x == '&' || x == '<' {
			form = asWords
		}
	}
	if form == asWords {
		if r.know < 0 && c.f.kind.Skype() && c.listed(u) {
			c.hex(spec, asMaybe, end)
			return
		}
		c.words(spec, end)
		return
	}
	c.blanks(end)
	to := end
	for to > c.at && space(c.u[to-1]) {
		to--
	}
	switch form {
	case asNumber, asFlag, asTime, asIP:
		c.number(spec, form, to)
	case asNumbers:
		c.numbers(spec, to)
	case asAddr, asAddrs:
		c.addresses(spec, to)
	case asHex, asList, asMaybe:
		c.hex(spec, form, to)
	case asBuddy:
		c.buddy(spec, to)
	case asCodecs:
		c.codecs(spec, to)
	case asSecret:
		n := hexDigits(string(c.u[c.at:to]))
		c.take(spec, to-c.at, field.Text(count(n, "hex digit")))
		c.d.Note("credentials stay as they are, whatever they begin with")
	default:
		c.words(spec, to)
	}
	c.blanks(end)
}

// group reads a group of the piece.
func (c *cursor) group(s *field.Spec, body func(d *dissect.D)) {
	c.d.Group(s, func(d *dissect.D) {
		outer := c.d
		c.d = d
		defer func() { c.d = outer }()
		body(d)
	})
}

// words reads plain text up to a unit, with what stands for other characters named.
func (c *cursor) words(s *field.Spec, to int) {
	u := c.u[c.at:to]
	list := parts(u)
	if len(list) == 0 || len(list) == 1 && list[0].kind == partText {
		for i, x := range u {
			if x == '&' {
				c.text(s, to-c.at)
				c.wrong(to-len(u)+i, field.ErrFormat, "an ampersand that begins no reference")
				return
			}
		}
		c.text(s, to-c.at)
		return
	}
	c.group(s, func(d *dissect.D) {
		var all strings.Builder
		for _, p := range list {
			from, n := c.at, p.end-p.off
			switch p.kind {
			case partText:
				all.WriteString(c.text(&specChars, n))
			case partMark:
				c.text(&specCDATA, n)
			case partRef:
				name := string(u[p.off:p.end])
				if v, ok := reference(name); ok {
					c.take(&specRef, n, field.Text(v))
					all.WriteString(v)
				} else {
					c.text(&specRef, n)
					c.wrong(from, field.ErrUnsupported, "a reference to an entity that is not built in; none is ever expanded")
					all.WriteString(strings.ToValidUTF8(name, "\uFFFD"))
				}
			}
		}
		d.Head(field.Text(clip(all.String(), shortValue)))
	})
}

func (c *cursor) number(s *field.Spec, form form, to int) {
	from := c.at
	text := string(c.u[c.at:to])
	v, ok := number(text)
	switch {
	case !ok:
		c.text(s, to-c.at)
		c.wrong(from+notDigit(text), field.ErrFormat, "a decimal number is expected here")
	case form == asTime && v.when():
		c.take(s, to-c.at, v.asTime())
		c.d.Note("%s", v.time())
	case form == asIP && v >= 0 && v <= 0xffffffff:
		c.take(s, to-c.at, field.Addr(v.ip()))
	case form == asFlag && (v == 0 || v == 1):
		c.take(s, to-c.at, field.Bool(v == 1))
	case v < 0:
		c.take(s, to-c.at, field.Int(int64(v)))
	default:
		c.take(s, to-c.at, field.Uint(uint64(v)))
		if form != asNumber {
			c.d.Note("another kind of number was expected")
		}
	}
}

// notDigit is the place of the first character that is no part of a decimal number.
func notDigit(s string) int {
	for i := 0; i < len(s); i++ {
		if (s[i] < '0' || s[i] > '9') && !(i == 0 && s[i] == '-') {
			return i
		}
	}
	return 0
}

// maxListed bounds how many numbers, addresses or names of one text are told apart.
const maxListed = 2000

func (c *cursor) numbers(s *field.Spec, to int) {
	c.group(s, func(d *dissect.D) {
		n := 0
		for ; c.at < to && d.OK() && n < maxListed; n++ {
			c.blanks(to)
			k := 0
			for c.at+k < to && c.u[c.at+k] != ',' && !space(c.u[c.at+k]) {
				k++
			}
			c.number(&specListed, asNumber, c.at+k)
			c.blanks(to)
			if c.at < to && c.u[c.at] == ',' {
				c.text(&specMark, 1)
			}
		}
		d.Head(field.Text(count(n, "number")))
		c.text(&specWords, to-c.at)
	})
}

func (c *cursor) addresses(s *field.Spec, to int) {
	c.group(s, func(d *dissect.D) {
		n, first := 0, ""
		for ; c.at < to && d.OK() && n < maxListed; n++ {
			c.blanks(to)
			k := 0
			for c.at+k < to && !space(c.u[c.at+k]) {
				k++
			}
			from, text := c.at, string(c.u[c.at:c.at+k])
			a, err := netip.ParseAddrPort(text)
			if err != nil || !a.Addr().Is4() {
				c.text(&specAddrNone, k)
				c.wrong(from, field.ErrFormat, "an address and a port are expected here, as in 192.0.2.1:33033")
			} else {
				c.group(&specAddrGroup, func(d *dissect.D) {
					c.take(&specAddrIP, strings.IndexByte(text, ':'), field.Addr(a.Addr()))
					c.text(&specMark, 1)
					c.take(&specAddrPort, from+k-c.at, field.Uint(uint64(a.Port())))
					d.Head(field.Text(a.String()))
				})
				if first == "" {
					first = a.String()
				}
			}
			c.blanks(to)
		}
		if n > 1 {
			first = strconv.Itoa(n) + " addresses"
		}
		d.Head(field.Text(first))
		c.text(&specWords, to-c.at)
	})
}

// buddy reads eight hexadecimal digits, a colon and a number.
func (c *cursor) buddy(s *field.Spec, to int) {
	c.group(s, func(d *dissect.D) {
		from, w := c.at, c.enc.width()
		n := 0
		for c.at+n < to && digit(c.u[c.at+n]) >= 0 {
			n++
		}
		if n != 8 {
			k := to - c.at
			for j, x := range c.u[c.at:to] {
				if x == ':' {
					k = j
					break
				}
			}
			c.text(&specNotHex, k)
			if k == 0 {
				d.HeadFault(field.ErrFormat, "the number of eight hexadecimal digits is missing")
			} else {
				c.wrong(from+min(n, k-1), field.ErrFormat, "eight hexadecimal digits are expected here, %s", strconv.Itoa(n)+" stand at the beginning")
			}
		} else {
			b, _ := strconv.ParseUint(string(c.u[c.at:c.at+8]), 16, 32)
			place := d.Place(d.Pos(), d.Pos()+8*w)
			c.take(&specBuddyNumber, 8, field.Uint(b))
			d.Derive(&specSpelled, field.Buffer{
				Name: "number", Data: []byte{byte(b >> 24), byte(b >> 16), byte(b >> 8), byte(b)}, FileOff: -1,
				From: []field.Range{place}, Exact: true, Per: 2 * w, How: "Each two hexadecimal digits of the text are one byte.",
			}, func(d *dissect.D) { d.U32(&specBuddyBytes) })
		}
		if c.at == to {
			d.HeadFault(field.ErrShort, "the colon and the small number are missing")
			return
		}
		if c.u[c.at] == ':' {
			c.text(&specMark, 1)
		}
		if c.at < to {
			c.number(&specBuddySmall, asNumber, to)
		} else {
			d.HeadFault(field.ErrShort, "the small number behind the colon is missing")
		}
	})
}

// codecs reads names of codecs. What parts them is written nowhere, so several signs will do.
func (c *cursor) codecs(s *field.Spec, to int) {
	c.group(s, func(d *dissect.D) {
		var all []string
		for n := 0; c.at < to && d.OK() && n < maxListed; n++ {
			k := 0
			for c.at+k < to && parting(c.u[c.at+k]) {
				k++
			}
			c.take(&specMark, k, field.Value{})
			for k = 0; c.at+k < to && !parting(c.u[c.at+k]); k++ {
			}
			if k == 0 {
				continue
			}
			name := c.text(&specCodec, k)
			all = append(all, clip(name, 40))
			switch found, sure := Codecs(name); {
			case len(found) == 0:
				d.Note("no codec of this name is known here")
			case sure:
				d.Note("%s", titles(found))
			default:
				d.Note("perhaps %s", titles(found))
			}
		}
		d.Head(field.Text(clip(strings.Join(all, " "), shortValue)))
		c.text(&specWords, to-c.at)
	})
}

func parting(c byte) bool { return space(c) || c == ',' || c == ';' || c == '|' }

// Codecs are those that a name in DisableCodecs means, by the names that package codec has for
// them; letters of either case, and no other signs, count. When none has the name, those whose
// name begins so are returned, and sure is false.
func Codecs(name string) (found []*codec.Codec, sure bool) {
	bare := func(s string) string {
		return strings.Map(func(r rune) rune {
			switch {
			case r >= 'a' && r <= 'z':
				return r - 'a' + 'A'
			case r >= 'A' && r <= 'Z' || r >= '0' && r <= '9':
				return r
			}
			return -1
		}, s)
	}
	name = bare(clip(name, 40))
	if name == "" {
		return nil, false
	}
	for _, c := range codec.Table {
		for _, d := range c.Disable {
			if bare(d) == name {
				found, sure = append(found, c), true
				break
			}
		}
	}
	if sure {
		return found, true
	}
	for _, c := range codec.Table {
		for _, d := range c.Disable {
			if len(name) >= 3 && strings.HasPrefix(bare(d), name) {
				found = append(found, c)
				break
			}
		}
	}
	return found, false
}

func titles(list []*codec.Codec) string {
	var all []string
	for _, c := range list {
		all = append(all, c.Title)
	}
	return strings.Join(all, " and ")
}

// Digits that may be parted by white space, as somebody who edits the file might do.
const maxRuns = 200

// hex reads hexadecimal digits up to a unit, and what they spell in a buffer of its own.
func (c *cursor) hex(s *field.Spec, form form, to int) {
	digits := &specHexDigits
	if s.Private {
		digits = &specHexSecret
	}
	c.group(s, func(d *dissect.D) {
		w := c.enc.width()
		var from []field.Range
		data := make([]byte, 0, (to-c.at)/2)
		half, odd := 0, false
		for runs := 0; c.at < to && runs < maxRuns; runs++ {
			c.blanks(to)
			k := 0
			for c.at+k < to && digit(c.u[c.at+k]) >= 0 {
				k++
			}
			if k == 0 {
				break
			}
			for _, x := range c.u[c.at : c.at+k] {
				if odd = !odd; odd {
					half = digit(x)
				} else {
					data = append(data, byte(half<<4|digit(x)))
				}
			}
			from = append(from, d.Place(d.Pos(), d.Pos()+k*w))
			if rest := c.at + k; odd && (rest == to || blank(c.u[rest:to]) || digit(c.u[rest]) < 0 && !space(c.u[rest])) { // nothing follows that could be its partner
				last := &from[len(from)-1]
				last.Len -= 8 * w
				c.take(digits, k-1, field.Value{})
				at := c.at
				c.take(&specHalf, 1, field.Value{})
				if c.at == to || blank(c.u[c.at:to]) {
					c.wrong(at, field.ErrShort, "an odd number of digits: the last one is half a byte")
				}
				odd = false
				continue
			}
			c.take(digits, k, field.Value{})
		}
		if odd { // its partner is no digit
			last := &from[len(from)-1]
			last.Len -= 8 * w
		}
		from = trim(from)
		if c.at < to {
			at := c.at
			c.text(&specNotHex, to-c.at)
			c.wrong(at, field.ErrFormat, "no hexadecimal digit; what follows is not read")
		}
		d.Head(field.Text(count(len(data), "byte")))
		if len(data) == 0 {
			return
		}
		d.Derive(&specSpelled, field.Buffer{
			Name: s.Label + ", bytes", Data: data, FileOff: -1, From: from, Exact: true, Per: 2 * w,
			How: "Each two hexadecimal digits of the text are one byte.",
		}, func(d *dissect.D) { spelled(d, form, s.Private) })
	})
}

// trim leaves out runs of nothing.
func trim(list []field.Range) []field.Range {
	out := list[:0]
	for _, r := range list {
		if r.Len > 0 {
			out = append(out, r)
		}
	}
	return out
}

// spelled reads what digits spell.
func spelled(d *dissect.D, form form, private bool) {
	b := d.Peek(12)
	opaque := &specOpaque
	if private {
		opaque = &specOpaqueOwn
	}
	switch {
	case form == asHex, b[0] != 0x41 && b[0] != 0x42:
		if form == asList {
			d.HeadFault(field.ErrFormat, "a list begins with 41 or 42")
		}
		d.Rest(opaque)
		return
	case b[0] == 0x42:
		d.HeadNote("a packed list: named, and left as it is")
	case form == asMaybe:
		d.HeadNote("it begins like an object list and is read as one; nobody says that it must be")
	}
	ctx := skype.NoContext
	if form == asList {
		ctx = hostContext(b)
	}
	skype.ReadList(d, ctx)
	if d.OK() && d.Left() > 0 {
		n := d.Left()
		d.Rest(opaque)
		d.Fault(field.ErrFormat, "%s behind the end of the list", count(n, "byte"))
	}
}

// hostContext tells a host cache from a single entry of one by its first object.
func hostContext(b []byte) skype.ListContext {
	i := 1
	for i < len(b) && b[i] >= 0x80 {
		i++
	}
	if i+1 < len(b) && b[i+1] == 2 {
		return skype.ListHost
	}
	return skype.ListHostCache
}

// listed reports whether a text that nobody has explained spells an object list to its last byte.
func (c *cursor) listed(u []byte) bool {
	if len(u) < 10 || len(u) > 64<<10 || len(u)%2 != 0 || u[0] != '4' || u[1] != '1' {
		return false
	}
	data := make([]byte, len(u)/2)
	for i := range data {
		hi, lo := digit(u[2*i]), digit(u[2*i+1])
		if hi < 0 || lo < 0 {
			return false
		}
		data[i] = byte(hi<<4 | lo)
	}
	if data[1] == 0 {
		return false
	}
	d := dissect.Begin(&specSpelled, data, len(data), 0, -1)
	skype.ReadList(d, skype.NoContext)
	ok := d.OK() && d.Left() == 0
	return ok && len(d.Done().Errs()) == 0
}
