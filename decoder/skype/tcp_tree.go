package skype

import (
	"bytes"
	"strconv"
	"strings"

	"somscope/decoder/crc"
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// hello reads seed and hello of an obfuscated side.
func (s *Segment) hello(d *dissect.D) {
	o := s.Talk.open[s.Side]
	d.Group(&specHello, func(d *dissect.D) {
		from := d.Pos()
		d.U32(&specTCPSeed)
		d.Note("%s", tcpRoadEnds)
		d.Bytes(&specHelloBytes, 10)
		if o == nil || !d.OK() {
			return
		}
		known := 0
		for _, k := range o.knowH {
			if k == 0xff {
				known++
			}
		}
		d.HeadNote("%d of the 10 bytes behind the seed are known", known)
		spec := &specHelloPlain
		if o.form == formUnknown {
			spec = &specHelloPlainWeak
		}
		d.Derive(spec, field.Buffer{
			Name: "hello, as far as it is known", Data: append([]byte(nil), o.hello[:]...), FileOff: -1, Exact: true,
			From: []field.Range{d.Place(from+4, from+14)}, How: o.helloHow(),
		}, func(d *dissect.D) { o.helloTree(d) })
		if s.Talk.Kind == TalkPort80 && o.n >= 2 {
			d.Aside(&specNibbles, field.Text(s.nibbles(o)))
		}
	})
}

const tcpRoadEnds = "used as it is, without addresses; the function that makes an RC4 key of it is proprietary, and is neither included nor derived again"

func (o *opening) helloHow() string {
	switch o.form {
	case formPadding:
		return "What papers say every hello holds; the bytes that differ follow from the padding behind it, whose text is known, and the keystream that is used twice."
	case formData, formAck:
		return "The hello of a 1.2 client; that the message behind it makes sense with it shows that it is this one."
	}
	return "What papers say every hello holds; the bytes that differ are not known and stand as 0."
}

func (o *opening) helloTree(d *dissect.D) {
	if o.knowH[0] == 0xff && o.knowH[1] == 0xff {
		d.U16(&specHelloNonce)
	} else {
		d.Bytes(&specReuseUnknown, 2)
	}
	d.U32(&specHelloOne)
	if o.knowH[9] == 0xff {
		d.U32(&specHelloLast)
		return
	}
	d.Word(&specHelloLast, 4, false, func(b dissect.Bits) {
		b.Mask(&specBitsKnown, 0xfffffff0)
		b.Mask(&specBitsUnknown, 0xf)
	})
	d.Set(field.Text("1, 3 or 15"))
}

// nibbles says whether the nibbles that Ehlert & Petgang compare are equal.
func (s *Segment) nibbles(o *opening) string {
	b := s.side().Data[o.at:]
	equal := 0
	for i := range 2 {
		if b[4+i]>>4 == b[14+i]>>4 {
			equal++
		}
	}
	if equal == 2 {
		return "the high nibbles of bytes 4 and 5 equal those of bytes 14 and 15"
	}
	return "the high nibbles of bytes 4 and 5 do not equal those of bytes 14 and 15"
}

// first reads what comes right behind the hello.
func (s *Segment) first(d *dissect.D) {
	o := s.Talk.open[s.Side]
	if o == nil {
		d.Bytes(&specTCPObfuscated, d.Left())
		return
	}
	d.Group(&specTCPMessage, func(d *dissect.D) {
		d.Head(field.Text(o.title()))
		from := d.Pos()
		n := min(o.n, d.Left())
		data := append([]byte(nil), d.Peek(n)...)
		d.Bytes(&specTCPFound, n)
		d.Bytes(&specTCPObfuscated, d.Left())
		if n == 0 || !d.OK() {
			return
		}
		place := []field.Range{d.Place(from, from+n)}
		spec, name := &specReuse, "plaintext, found through the keystream that is used twice"
		if o.form == formUnknown {
			spec, name = &specReuseWeak, "plaintext, if this is a hello"
		}
		d.Derive(spec, field.Buffer{Name: name, Data: append([]byte(nil), o.plain[:n]...), FileOff: -1, From: place, Exact: true,
			How: "Byte i behind the hello XOR byte i of the hello as sent XOR byte i of the hello in clear: the keystream is the same and falls out."},
			func(d *dissect.D) {
				if o.bits > 0 {
					d.HeadNote("chance makes this fit %s", onceIn(o.bits))
				}
				o.messageTree(d)
			})
		if o.form == formUnknown {
			return
		}
		k := 0
		for k < n && o.know[k] == 0xff {
			data[k] ^= o.plain[k]
			k++
		}
		if k > 0 {
			d.Derive(&specTCPKeystream, field.Buffer{Name: "keystream", Data: data[:k], FileOff: -1, From: []field.Range{d.Place(from, from+k)}, Exact: true,
				How: "The obfuscated bytes XOR their plaintext: what RC4 made of a key that nobody had to know."},
				func(d *dissect.D) { d.Rest(&specTCPKeystreamBytes) })
		}
	})
}

// messageTree reads the plaintext of the first message, as far as it was found.
func (o *opening) messageTree(d *dissect.D) {
	if o.form == formUnknown || o.form == formPadding && o.body < 0 {
		o.bitTree(d)
		return
	}
	d.Group(&specMsg, func(d *dissect.D) {
		d.Head(field.Text(o.title()))
		d.VarintBits(&specMsgLength, &specMsgMarks, func(b dissect.Bits) {
			b.Mask(&specMsgBody, (1<<35-1)&^1)
			b.Mask(&specMsgKind, 1)
		})
		switch o.form {
		case formAck:
			d.U8(&specMsgType)
			d.U16(&specMsgAck)
		case formPadding:
			d.U8(&specMsgType)
			d.Rest(&specMsgPadding)
			d.Note("each byte is the one before times 205 plus 113, in the lowest eight bits")
		case formData:
			d.U16(&specMsgSeq)
			ReadCommands(d, CommandContext{ID: o.seq, HasID: true, Partial: true})
		}
	})
	if d.OK() && d.Left() > 0 {
		d.Rest(&specReuseKnown)
		d.Note("of the message behind it")
	}
}

// bitTree names bytes by what is known of their bits.
func (o *opening) bitTree(d *dissect.D) {
	n := d.Left()
	for i := 0; i < n; {
		j := i
		for j < n && o.know[j] == o.know[i] {
			j++
		}
		switch o.know[i] {
		case 0xff:
			d.Bytes(&specReuseKnown, j-i)
		case 0:
			d.Bytes(&specReuseUnknown, j-i)
		default:
			j = i + 1
			know := uint64(o.know[i])
			d.Byte(&specReusePartly, func(b dissect.Bits) {
				b.Mask(&specBitsKnown, know)
				b.Mask(&specBitsUnknown, 0xff&^know)
			})
		}
		i = j
	}
}

// record reads a record of false TLS.
func (s *Segment) record(d *dissect.D, m Mark) {
	d.Group(&specFalse, func(d *dissect.D) {
		d.Head(field.Text(m.Name))
		d.U8(&specFalseType)
		d.U16(&specFalseVersion)
		n := int(d.U16(&specFalseLength))
		if !d.OK() {
			return
		}
		switch {
		case m.kind == markEmpty:
			d.Note("empty, which a record of TLS never is")
		case n > d.Left():
			d.Note("of these bytes %d are here", d.Left())
		}
		n = min(n, d.Left())
		switch m.kind {
		case markList:
			d.Within(n, func(d *dissect.D) { ReadList(d, ListLogin1) })
			if b := s.side().Data[m.At:]; len(b) >= m.Len+4 && m.Len >= 3 && bytes.Equal(b[m.Len-3:m.Len+4], floating) {
				d.Aside(&specFloating, field.Text("00 0c 01 17 03 01 00 at byte "+strconv.Itoa(m.Len-3)))
				d.Note("counted from the first byte of this record")
			}
		case markRecord:
			if n <= 2 || m.Len < 5+n {
				d.Rest(&specFalseBody)
				return
			}
			body := d.Peek(n)
			d.Bytes(&specFalseBody, n-2)
			sum := d.LE16(&specFalseSum)
			want := uint16(crc.Sum(body[:n-2]))
			switch {
			case sum == want^uint16(m.num) && m.num == 0:
				d.Note("right")
			case sum == want^uint16(m.num):
				d.Note("right: the sum is %s, XOR %d, for %s with contents came before", hex16(want), m.num, count(m.num, "record"))
			case s.side().whole(m.At, m.Len) && int(s.side().Data[m.At+3])<<8|int(s.side().Data[m.At+4]) == n:
				d.Fault(field.ErrChecksum, "%s is expected", hex16(want^uint16(m.num)))
			}
		}
	})
}

// floating is what Ehlert & Petgang call a floating signature: the last object of the list in
// clear, and the header of the next record.
var floating = []byte{0, 0x0c, 1, 0x17, 3, 1, 0}

// clientHelloTree reads the client's false hello of port 443.
func clientHelloTree(d *dissect.D) {
	d.Group(&specClientHello, func(d *dissect.D) {
		if b := d.Peek(clientFixed); string(b) == falseClient {
			d.HeadNote("the first 56 bytes are those of every Skype client")
		}
		d.Word(&specSSL2Header, 2, false, func(b dissect.Bits) {
			b.Mask(&specSSL2Flag, 0x8000)
			b.Mask(&specSSL2Length, 0x7fff)
		})
		d.U8(&specHelloType)
		d.U16(&specFalseVersion)
		n := int(d.U16(&specCiphersLength))
		d.U16(&specSessionLength)
		d.U16(&specChallengeLength)
		if !d.OK() {
			return
		}
		d.Group(&specCiphers, func(d *dissect.D) {
			d.Head(field.Text(count(n/3, "method")))
			d.Within(min(n, d.Left()), func(d *dissect.D) {
				for d.OK() && d.Left() >= 3 {
					d.Uint(&specOffer, 3, false)
				}
			})
		})
		d.Rest(&specChallenge)
	})
}

// serverHelloTree reads the server's false hello of port 443.
func serverHelloTree(d *dissect.D) {
	d.Group(&specServerHello, func(d *dissect.D) {
		if b := d.Peek(serverHello); string(b) == falseServer {
			d.HeadNote("all 79 bytes are those of every Skype server")
		}
		d.U8(&specFalseType)
		d.U16(&specFalseVersion)
		d.U16(&specRecordLength)
		d.U8(&specHelloType)
		d.Uint(&specHelloLength, 3, false)
		d.U16(&specFalseVersion)
		t := d.U32(&specClock)
		if d.OK() {
			d.Set(field.Time(int64(t) * 1e9))
		}
		d.Bytes(&specServerRandom, 28)
		d.U8(&specSessionLength1)
		d.Bytes(&specSession, 32)
		d.U16(&specChosen)
		d.U8(&specCompression)
	})
}

// requestTree reads an update request.
func requestTree(d *dissect.D) {
	d.Group(&specRequest, func(d *dissect.D) {
		lines, _, _ := head(d.Peek(d.Left()))
		for i, l := range lines {
			if i == 0 {
				requestLine(d, l)
				continue
			}
			headerTree(d, l)
		}
	})
}

// requestLine reads a request line; each part takes the sign behind it along.
func requestLine(d *dissect.D, l []byte) {
	d.Group(&specRequestLine, func(d *dissect.D) {
		take := func(s *field.Spec, until string) string {
			left := l[len(l)-d.Left():]
			n := len(left)
			if until != "" {
				if i := bytes.IndexAny(left, until); i >= 0 {
					n = i + 1
				}
			}
			if n == 0 {
				return ""
			}
			text := strings.TrimRight(string(left[:n]), until+"\r\n")
			d.Text(s, n)
			d.Set(field.Text(text))
			return text
		}
		d.Within(len(l), func(d *dissect.D) {
			take(&specMethod, " ")
			if bytes.HasPrefix(d.Peek(7), []byte("http://")) {
				d.Text(&specScheme, 7)
				take(&specAbsoluteHost, "/ ")
			} else if bytes.HasPrefix(d.Peek(1), []byte("/")) {
				d.Text(&specSlash, 1)
			}
			if bytes.HasPrefix(d.Peek(3), []byte("ui/")) {
				take(&specPathUI, "/")
				if p := take(&specPlatform, "/ "); platformName(p) != "" {
					d.Note("%s", platformName(p))
				}
				take(&specVersion, "/ ")
				take(&specLang, "/ ")
			}
			word := take(&specKeyword, "? ")
			for _, k := range keywords {
				if k.word == word {
					d.Note("%s", k.says)
				}
			}
			left := l[len(l)-d.Left():]
			for len(left) > 0 && d.OK() && l[len(l)-len(left)-1] != ' ' {
				i := bytes.IndexAny(left, "=& ")
				if i < 0 {
					break
				}
				switch name := string(left[:i]); {
				case left[i] != '=':
					take(&specQuery, "& ")
				case name == "uhash" || strings.HasSuffix(name, "_id"):
					n := len(left)
					if j := bytes.IndexAny(left, "& \r"); j >= 0 {
						n = j
					}
					digits := left[i+1 : n]
					what := "bytes"
					if isHex(digits) {
						what = "hex digits"
					}
					d.Bytes(&specUserHash, min(n+1, len(left)))
					d.Set(field.Text(strconv.Itoa(len(digits)) + " " + what + ", redacted"))
				case name == "ver":
					take(&specQueryVersion, "& ")
				default:
					take(&specQuery, "& ")
				}
				left = l[len(l)-d.Left():]
			}
			take(&specProtocol, "")
		})
	})
}

func isHex(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' && c < 'A' || c > 'F' && c < 'a' || c > 'f' {
			return false
		}
	}
	return len(b) > 0
}

func headerTree(d *dissect.D, l []byte) {
	text := strings.TrimRight(string(l), "\r\n")
	name, value, ok := headerOf(l)
	switch {
	case text == "":
		d.Text(&specHeadEnd, len(l))
		d.Set(field.Text(""))
	case !ok:
		d.Text(&specHeader, len(l))
	case name == "host":
		d.Text(&specHost, len(l))
		d.Set(field.Text(value))
	case name == "user-agent":
		d.Text(&specAgent, len(l))
		d.Set(field.Text(value))
	default:
		d.Text(&specHeader, len(l))
		d.Set(field.Text(text))
	}
}

// replyTree reads the answer to an update request.
func replyTree(d *dissect.D) {
	d.Group(&specReply, func(d *dissect.D) {
		lines, _, done := head(d.Peek(d.Left()))
		chunked := false
		for i, l := range lines {
			name, value, _ := headerOf(l)
			chunked = chunked || name == "transfer-encoding" && strings.EqualFold(value, "chunked")
			if i == 0 {
				d.Text(&specStatus, len(l))
				d.Set(field.Text(strings.TrimRight(string(l), "\r\n")))
				continue
			}
			headerTree(d, l)
		}
		if !done || d.Left() == 0 {
			return
		}
		b := d.Peek(d.Left())
		if i := bytes.Index(b, []byte("\r\n")); chunked && i > 0 && i <= 8 {
			d.Text(&specChunk, i+2)
			d.Set(field.Text(string(b[:i])))
			if n, err := strconv.ParseUint(string(b[:i]), 16, 16); err == nil && n > 0 && int(n) <= d.Left() {
				d.Text(&specLatest, int(n))
			}
			d.Rest(&specTCPRest)
			return
		}
		if len(b) <= 64 {
			d.Text(&specLatest, len(b))
			return
		}
		d.Rest(&specTCPRest)
	})
}
