package skype

import (
	"encoding/binary"
	"strconv"

	"somscope/decoder/crc"
)

// False TLS, with login and event servers up to 2.x, and again in 2015:
//
//	+-------+---------+-----------------+---------
//	| 16/17 | 03 01   | length          | contents
//	+-------+---------+-----------------+---------
//
// It has the header of a TLS record and nothing else of it. Ehlert & Petgang 2006; Biondi &
// Desclaux 2006, slides 65-69; skypeopensource; the SkypeIRC capture.

var (
	falseL1   = []byte{0x16, 3, 1, 0, 0}
	falseL2   = []byte{0x17, 3, 1, 0, 0}
	falseList = []byte{0x16, 3, 1, 0, 0xcd, 0x41, 3}
)

const maxRecords = 512

// readFalseTLS reads a conversation with a login or event server.
func readFalseTLS(sides *[2]StreamSide, opener int, _ bool) *Talk {
	c, s := &sides[opener], &sides[1-opener]
	hello, answer := c.begins(falseL1), s.begins(falseL2)
	list := c.begins(falseList) || hello && c.whole(5, len(falseList)) && string(c.Data[5:5+len(falseList)]) == string(falseList)
	if !hello && !list {
		return nil
	}
	t := &Talk{Kind: TalkLogin, Says: "A login server is spoken to in records that look like TLS and are not."}
	port := s.Port
	if port == 12350 {
		t.Kind = TalkEvent
		t.Says = "An event server is spoken to in records that look like TLS and are not."
	}
	switch {
	case list:
		t.Sure = true
		t.Why = "an empty record, then one of 205 bytes with an object list in clear"
		if !hello {
			t.Why = "a record of 205 bytes with an object list in clear"
		}
	case answer:
		t.Sure = true
		t.Why = "an empty handshake record is answered by an empty data record, which TLS never does"
	case c.have(0) > 5 && c.have(5) < 5 || len(c.Data) > 5 && !falseHeader(c.Data[5:]):
		return nil
	case len(s.Data) > 0 && s.have(0) > 0:
		return nil
	default:
		t.Why = "it opens with an empty handshake record, which TLS never does"
		t.Doubt = "nobody answers, so there are five bytes to go by"
	}
	doubt := "which kind of server it is, only the port tells"
	switch port {
	case 33033, 12350:
	default:
		doubt = "what kind of server it is cannot be told: the port is " + strconv.Itoa(int(port))
	}
	if t.Doubt == "" {
		t.Doubt = doubt
	} else {
		t.Doubt += "; " + doubt
	}
	for i := range sides {
		t.falseRecords(&sides[i], i, i == opener)
	}
	return t
}

func falseHeader(b []byte) bool {
	return len(b) >= 5 && (b[0] == 0x16 || b[0] == 0x17) && b[1] == 3 && b[2] == 1
}

// falseRecords marks the records of a side, as long as they follow one another.
func (t *Talk) falseRecords(s *StreamSide, side int, client bool) {
	empty, full := 0, 0
	at := 0
	for n := 0; n < maxRecords && s.whole(at, 5) && falseHeader(s.Data[at:]); n++ {
		body := int(binary.BigEndian.Uint16(s.Data[at+3:]))
		m := Mark{Side: side, At: at, Len: 5 + body, kind: markRecord}
		if body > 1<<14 {
			return
		}
		if m.Len > len(s.Data)-at {
			m.Len = len(s.Data) - at
		}
		switch {
		case body == 0:
			m.kind, m.Name = markEmpty, "L2"
			if client {
				m.Name = "L1"
			}
			m.Text = m.Name + ", an empty record"
			if empty > 0 {
				m.Text += " again"
			}
			empty++
		case s.Data[at] == 0x16:
			m.kind, m.Name = markList, "L3"
			m.Text = "L3, the list with the key of the session, " + count(body, "byte")
		default:
			m.num = full
			full++
			m.Name = "record " + strconv.Itoa(full)
			if full == 1 && client {
				m.Name = "L3, second record"
			} else if full == 1 {
				m.Name = "L4"
			}
			m.Text = m.Name + ", " + count(body, "byte") + " encrypted"
			if m.Len == 5+body && s.whole(at, m.Len) && body > 2 {
				if !falseSum(s.Data[at+5:at+5+body], m.num) {
					m.Text += ", checksum wrong"
				}
			}
		}
		t.mark(m)
		at += 5 + body
	}
}

// falseSum checks the end of an encrypted record: the low 16 bits of Skype's checksum of what is
// before, little endian, XOR the number of the record. That the number is in it is our finding (58
// of 58 records of two captures); skypeopensource tells of the checksum.
func falseSum(body []byte, num int) bool {
	n := len(body) - 2
	return uint16(crc.Sum(body[:n]))^uint16(num) == binary.LittleEndian.Uint16(body[n:])
}

// The hello of port 443. The client's is that of an old TLS client in the form of SSL 2, the
// server's one of TLS 1.0; both have the same bytes every time. Ehlert & Petgang 2006, §5.2.2;
// Adami et al. 2009, §2.3; skypeopensource; 26 and 9 of a capture of 2015.
const (
	falseClient = "\x80\x46\x01\x03\x01\x00\x2d\x00\x00\x00\x10" +
		"\x00\x00\x05\x00\x00\x04\x00\x00\x0a\x00\x00\x09\x00\x00\x64\x00\x00\x62\x00\x00\x08\x00\x00\x03\x00\x00\x06" +
		"\x01\x00\x80\x07\x00\xc0\x03\x00\x80\x06\x00\x40\x02\x00\x80\x04\x00\x80"
	falseServer = "\x16\x03\x01\x00\x4a\x02\x00\x00\x46\x03\x01" +
		"\x40\x1b\xe4\x86" + "\x02\xad\xe0\x29\xe1\x77\x74\xe5\x44\xb9\xc9\x9c\xb4\x31\x31\x5e\x02\xdd\x77\x9d\x15\x4a\x96\x09\xba\x5d\xa8\x70" +
		"\x20\x1c\xa0\xe4\xf6\x4c\x63\x51\xae\x2f\x8e\x4e\xe1\xe6\x76\x6a\x0a\x88\xd5\xd8\xc5\x5c\xae\x98\xc5\xe4\x81\xf2\x2a\x69\xbf\x90\x58" +
		"\x00\x05\x00"
	clientFixed = 56
	clientHello = 72
	serverHello = 79
)

// readFalseHTTPS reads the false hello of port 443 and what comes behind it.
func readFalseHTTPS(sides *[2]StreamSide, opener int, _ bool) *Talk {
	c, s := &sides[opener], &sides[1-opener]
	asked := c.begins([]byte(falseClient))
	answered := s.begins([]byte(falseServer))
	if !asked && !answered {
		return nil
	}
	t := &Talk{Kind: TalkFalseHTTPS, Sure: true, Says: "An obfuscated stream behind a hello that looks like HTTPS and is always the same."}
	bits := 0
	var open [2]*opening
	for i, at := range [2]int{clientHello, serverHello} {
		side := opener
		if i == 1 {
			side = 1 - opener
		}
		if o := readOpening(&sides[side], at); o != nil {
			bits += o.bits
			open[side] = o
		}
	}
	lost := !answered && s.have(0) == 0 && len(s.Gaps) > 0 && s.Gaps[0].At == 0 && s.Gaps[0].Len == serverHello
	switch {
	case asked && answered:
		t.Why = "both hellos have the constant bytes"
	case answered:
		t.Why = "the server's hello has the 79 constant bytes"
		t.Doubt = "the client's hello is not in the capture, or is another one"
	case lost && open[1-opener] != nil && open[1-opener].form == formPadding:
		t.Why = "the client's hello has the 56 constant bytes"
		t.Doubt = "of the answer exactly the 79 bytes of the server's hello are missing in the capture; what follows them is an obfuscated stream"
	case len(s.Data) == 0:
		t.Why = "the client's hello has the 56 constant bytes"
		t.Doubt = "no answer was captured"
	default:
		t.Why = "the client's hello has the 56 constant bytes"
		t.Doubt = "the answer does not begin with the constant bytes of a Skype server"
	}
	if bits >= 32 {
		t.Odds = bits
		t.Why += ", and the padding behind comes out of Skype's generator, which chance does " + onceIn(bits)
	}
	if asked {
		t.mark(Mark{Side: opener, At: 0, Len: min(clientHello, c.have(0)), Name: "client hello", Text: "false client hello of 443", kind: markClientHello})
	}
	if answered {
		t.mark(Mark{Side: 1 - opener, At: 0, Len: serverHello, Name: "server hello", Text: "false server hello of 443, always the same", kind: markServerHello})
	}
	for i, o := range open {
		if o != nil && (o.form != formUnknown || i == opener && asked || i != opener && answered) {
			t.openSide(i, o)
		}
	}
	return t
}
