package inet

import (
	"net/netip"
	"strings"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// A DNS message: a header, the question, and three lists of records.
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-------------------------------+-+-------+-+-+-+-+-+-+-+-------+
//	|          Identifier           |Q|Opcode |A|T|R|R|Z|A|C| Rcode |
//	|                               |R|       |A|C|D|A| |D|D|       |
//	+-------------------------------+-+-------+-+-+-+-+-+-+-+-------+
//	|           Questions           |            Answers            |
//	+-------------------------------+-------------------------------+
//	|          Authorities          |         Additional            |
//	+-------------------------------+-------------------------------+
//
// RFC 1035 §4.1; the bits AD and CD are of RFC 4035 §3.
func dns(d *dissect.D, s *field.Spec) {
	m := dnsMessage{base: d.Pos(), mdns: s == specMDNS}
	m.end = m.base + d.Left()
	d.Group(s, func(d *dissect.D) {
		d.U16(specDNSID)
		response := false
		var opcode, rcode uint64
		d.Word(specDNSFlags, 2, false, func(b dissect.Bits) {
			response = b.Mask(specDNSResponse, 0x8000) != 0
			opcode = b.Mask(specDNSOpcode, 0x7800)
			b.Mask(specDNSAA, 0x0400)
			b.Mask(specDNSTC, 0x0200)
			b.Mask(specDNSRD, 0x0100)
			b.Mask(specDNSRA, 0x0080)
			b.Mask(specDNSZ, 0x0040)
			b.Mask(specDNSAD, 0x0020)
			b.Mask(specDNSCD, 0x0010)
			rcode = b.Mask(specDNSRcode, 0x000F)
		})
		qd := int(d.U16(specDNSQueries))
		an := int(d.U16(specDNSAnswers))
		ns := int(d.U16(specDNSAuth))
		ar := int(d.U16(specDNSAdd))
		if !d.OK() {
			return
		}
		d.Each(specDNSQuery, qd, m.question)
		d.Each(specDNSRecord, an, m.record)
		d.Each(specDNSAuthority, ns, m.record)
		d.Each(specDNSAdditional, ar, m.record)
		d.Head(field.Text(m.text(response, opcode, rcode)))
	})
}

// A dnsMessage is where a message lies in the buffer, for its pointers, and
// what it says in short.
type dnsMessage struct {
	base, end int
	mdns      bool
	asked     string   // "A ui.skype.com"
	answers   []string // addresses and names, the first few
}

func (m *dnsMessage) text(response bool, opcode, rcode uint64) string {
	if !response {
		if opcode != 0 {
			return dnsOpcodes.Text(opcode) + " " + m.asked
		}
		return m.asked + "?"
	}
	if rcode != 0 {
		return m.asked + ": " + dnsRcodes.Text(rcode)
	}
	if len(m.answers) == 0 {
		return m.asked + ": nothing"
	}
	return m.asked + ": " + strings.Join(m.answers, ", ")
}

func (m *dnsMessage) answer(s string) {
	if len(m.answers) < 4 {
		m.answers = append(m.answers, s)
	}
}

func (m *dnsMessage) question(d *dissect.D) {
	name := m.name(d, specDNSQueryName)
	t := d.U16(specDNSQueryType)
	if m.mdns {
		d.Word(specDNSQueryClassWord, 2, false, func(b dissect.Bits) {
			b.Mask(specDNSUnicast, 0x8000)
			b.Mask(specDNSQueryClass, 0x7FFF)
		})
	} else {
		d.U16(specDNSQueryClass)
	}
	if d.OK() {
		s := dnsTypeText(t) + " " + name
		d.Head(field.Text(s))
		tagSkype(d, name)
		if m.asked == "" {
			m.asked = s
		}
	}
}

func dnsTypeText(t uint16) string {
	if s := dnsTypes.Text(uint64(t)); s != "" {
		return s
	}
	return "TYPE" + utoa(uint64(t))
}

// A resource record:
//
//	+----------------------------- - - - -
//	|  Name
//	+-------------------------------+-------------------------------+
//	|             Type              |             Class             |
//	+-------------------------------+-------------------------------+
//	|                         Time to live                          |
//	+-------------------------------+-------------------------------+
//	|         Data length           |  Data
//	+-------------------------------+------------------ - - - -
//
// RFC 1035 §4.1.3.
func (m *dnsMessage) record(d *dissect.D) {
	name := m.name(d, specDNSRecName)
	t := d.U16(specDNSRecType)
	switch {
	case !d.OK():
		return
	case t == 41:
		m.edns(d)
		return
	case m.mdns:
		d.Word(specDNSRecClassWord, 2, false, func(b dissect.Bits) {
			b.Mask(specDNSFlush, 0x8000)
			b.Mask(specDNSRecClass, 0x7FFF)
		})
	default:
		d.U16(specDNSRecClass)
	}
	d.U32(specDNSRecTTL)
	n := int(d.U16(specDNSRecLen))
	if !d.OK() {
		return
	}
	value := ""
	d.Within(m.room(d, n), func(d *dissect.D) { value = m.rdata(d, t) })
	s := dnsTypeText(t) + " " + name
	if m.asked == "" {
		m.asked = s
	}
	if value != "" {
		s += ": " + value
		m.answer(value)
	}
	d.Head(field.Text(s))
	tagSkype(d, name)
}

// room is how much of n bytes of data there is; what is missing is said at the
// length just read.
func (m *dnsMessage) room(d *dissect.D, n int) int {
	left := d.Left()
	if n <= left {
		return n
	}
	if d.Cut() {
		d.Note("the capture kept %d of these bytes", left)
	} else {
		d.Fault(field.ErrShort, "claims %d bytes, %d are there", n, left)
	}
	return left
}

func (m *dnsMessage) rdata(d *dissect.D, t uint16) string {
	switch n := d.Left(); {
	case t == 1 && n == 4:
		return d.IP4(specDNSA).String()
	case t == 28 && n == 16:
		return d.IP6(specDNSAAAA).String()
	case t == 2:
		return m.name(d, specDNSNS)
	case t == 5:
		return m.name(d, specDNSCNAME)
	case t == 12:
		return m.name(d, specDNSPTR)
	case t == 6:
		first := m.name(d, specDNSSOAName)
		m.name(d, specDNSSOAMail)
		d.U32(specDNSSOASerial)
		d.U32(specDNSSOARefresh)
		d.U32(specDNSSOARetry)
		d.U32(specDNSSOAExpire)
		d.U32(specDNSSOAMinimum)
		return first
	case t == 15:
		d.U16(specDNSMXPref)
		return m.name(d, specDNSMXName)
	case t == 16:
		first := ""
		for d.OK() && d.Left() > 0 {
			n := int(d.U8(specDNSTXTLen))
			s := d.Text(specDNSTXT, m.room(d, n))
			if first == "" {
				first = s
			}
		}
		return first
	case t == 33:
		d.U16(specDNSSRVPriority)
		d.U16(specDNSSRVWeight)
		port := d.U16(specDNSSRVPort)
		return m.name(d, specDNSSRVTarget) + ":" + utoa(uint64(port))
	}
	d.Rest(specDNSData)
	return ""
}

// edns reads the record that carries extensions in place of data: RFC 6891 §6.1.
func (m *dnsMessage) edns(d *dissect.D) {
	d.U16(specDNSOptSize)
	d.U8(specDNSOptRcode)
	d.U8(specDNSOptVersion)
	d.Word(specDNSOptFlags, 2, false, func(b dissect.Bits) {
		b.Mask(specDNSOptDO, 0x8000)
		b.Mask(specDNSOptZ, 0x7FFF)
	})
	n := int(d.U16(specDNSRecLen))
	if !d.OK() {
		return
	}
	d.Head(field.Text("extensions"))
	d.Within(m.room(d, n), func(d *dissect.D) {
		for d.OK() && d.Left() > 0 {
			d.Group(specDNSOption, func(d *dissect.D) {
				d.U16(specDNSOptionCode)
				n := int(d.U16(specDNSOptionLen))
				if d.OK() {
					d.Bytes(specDNSOptionData, m.room(d, n))
				}
			})
		}
	})
}

// name reads a name: labels, each with its length before it, up to an empty one
// or to a pointer, which says that the name goes on elsewhere in the message.
//
//	+-+-+-----------+          +-+-+---------------------------+
//	|0 0|  length   |  label   |1 1|  offset in the message    |
//	+-+-+-----------+          +-+-+---------------------------+
//
// RFC 1035 §4.1.4. Pointers must lead backwards, so that they cannot go round
// in circles, and a name has at most 255 bytes.
func (m *dnsMessage) name(d *dissect.D, s *field.Spec) string {
	msg := d.Slice(m.base, m.end)
	at := d.Pos() - m.base
	text, used, pointer, err := dnsName(msg, at)
	if left := d.Left(); used > left {
		used = left
		if err == "" {
			err = "the name runs past its field"
		}
	}
	if used == 0 && err == "" {
		return ""
	}
	if used == 0 {
		d.Failf(shortOrCut(d), "%s", err)
		return text
	}
	d.Text(s, used)
	d.Set(field.Text(text))
	if pointer >= 0 {
		d.Note("goes on at byte %d of the message", pointer)
	}
	if err != "" {
		cause := field.ErrFormat
		if at+used >= len(msg) {
			cause = shortOrCut(d)
		}
		d.Fault(cause, "%s", err)
		if at+used >= len(msg) {
			d.Failf(cause, "%s", err)
		}
	}
	return text
}

// dnsName reads the name at off of msg: its text, how many bytes it takes
// there, the first pointer in it or -1, and what is wrong with it.
func dnsName(msg []byte, off int) (text string, used, pointer int, err string) {
	pointer = -1
	var b strings.Builder
	at, limit, total := off, off, 0
	for {
		if at >= len(msg) {
			if pointer < 0 {
				used = len(msg) - off
			}
			return b.String(), used, pointer, "the name runs past the message"
		}
		switch c := int(msg[at]); c >> 6 {
		case 0:
			if c == 0 {
				if pointer < 0 {
					used = at + 1 - off
				}
				if b.Len() == 0 {
					return ".", used, pointer, ""
				}
				return b.String(), used, pointer, ""
			}
			if at+1+c > len(msg) {
				if pointer < 0 {
					used = len(msg) - off
				}
				return b.String(), used, pointer, "a label runs past the message"
			}
			if total += c + 1; total > 255 {
				if pointer < 0 {
					used = at + 1 + c - off
				}
				return b.String(), used, pointer, "the name is longer than the 255 bytes allowed"
			}
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			for _, r := range msg[at+1 : at+1+c] {
				if r < ' ' || r > '~' {
					b.WriteByte('\\')
					b.WriteByte('0' + r/100)
					b.WriteByte('0' + r/10%10)
					b.WriteByte('0' + r%10)
				} else {
					b.WriteByte(r)
				}
			}
			at += 1 + c
		case 3:
			if at+1 >= len(msg) {
				if pointer < 0 {
					used = len(msg) - off
				}
				return b.String(), used, pointer, "a pointer runs past the message"
			}
			to := c&0x3F<<8 | int(msg[at+1])
			if pointer < 0 {
				used = at + 2 - off
				pointer = to
			}
			if to >= limit {
				return b.String(), used, pointer, "a pointer leads forward"
			}
			at, limit = to, to
		default:
			if pointer < 0 {
				used = at + 1 - off
			}
			return b.String(), used, pointer, "a label of a kind that nobody uses"
		}
	}
}

// dnsInfo is the message in one line, for the packet list.
func dnsInfo(msg []byte, mdns bool) string {
	if len(msg) < 12 {
		return ""
	}
	m := dnsMessage{mdns: mdns}
	flags := be16(msg, 2)
	at := 12
	for i := 0; i < int(be16(msg, 4)) && i < 8; i++ {
		name, used, _, err := dnsName(msg, at)
		if err != "" || at+used+4 > len(msg) {
			break
		}
		at += used
		if m.asked == "" {
			m.asked = dnsTypeText(be16(msg, at)) + " " + name
		}
		at += 4
	}
	for i := 0; i < int(be16(msg, 6)) && i < 16; i++ {
		name, used, _, err := dnsName(msg, at)
		if err != "" || at+used+10 > len(msg) {
			break
		}
		at += used
		t, n := be16(msg, at), int(be16(msg, at+8))
		at += 10
		if at+n > len(msg) {
			break
		}
		if m.asked == "" {
			m.asked = dnsTypeText(t) + " " + name
		}
		switch {
		case t == 1 && n == 4:
			m.answer(netip.AddrFrom4([4]byte(msg[at : at+4])).String())
		case t == 28 && n == 16:
			m.answer(netip.AddrFrom16([16]byte(msg[at : at+16])).String())
		case t == 2 || t == 5 || t == 12:
			if s, _, _, err := dnsName(msg, at); err == "" {
				m.answer(s)
			}
		}
		at += n
	}
	return m.text(flags&0x8000 != 0, uint64(flags>>11&15), uint64(flags&15))
}

// DNSName is the first name that a DNS message asks for, lower case, and whether the message is
// an answer; "" when the packet is no DNS message with a question. s is the packet's summary.
func DNSName(s *Summary, data []byte) (name string, answer bool) {
	if s.Proto != ProtoDNS || s.PayOff+s.PayLen > len(data) {
		return "", false
	}
	msg := data[s.PayOff : s.PayOff+s.PayLen]
	if s.Transport == ipTCP && len(msg) > 2 {
		msg = msg[2:]
	}
	if len(msg) < 12 || be16(msg, 4) == 0 {
		return "", false
	}
	name, _, _, fault := dnsName(msg, 12)
	if fault != "" {
		return "", false
	}
	return strings.ToLower(strings.TrimSuffix(name, ".")), be16(msg, 2)&0x8000 != 0
}
