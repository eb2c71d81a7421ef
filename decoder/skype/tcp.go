package skype

import (
	"bytes"
	"strconv"
	"strings"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// A SegmentPlace says where the payload of one packet lies in its side's Data.
type SegmentPlace struct {
	Payload, At, Len int
}

// A Segment is a TCP payload together with what is known of its conversation.
type Segment struct {
	Talk    *Talk
	Sides   *[2]StreamSide
	Side    int
	Places  []SegmentPlace      // in order; none when all of it had come before
	Again   bool                // a retransmission
	Differs bool                // its repeated bytes are not all the same as those that came first
	Packets func(at int) uint32 // the packet, from 1, that brought a byte of this side; may be nil
}

// DissectTCP explains a TCP payload of a conversation of Skype. What begins and ends in it is
// explained where it stands; what goes on in other packets is put together in a buffer of its own.
func DissectTCP(d *dissect.D, c *dissect.Context, s *Segment) {
	if s == nil || s.Talk == nil || s.Sides == nil || s.Side < 0 || s.Side > 1 {
		d.Unknown(d.Left())
		return
	}
	d.Group(&specTCP, func(d *dissect.D) {
		d.Head(field.Text(s.Talk.Says))
		d.Within(d.Left(), func(d *dissect.D) {
			s.payload(d)
			d.Aside(&specTCPKind, field.Text(s.Talk.Kind.String()))
			if s.Talk.Why != "" {
				if s.Talk.Sure {
					d.Aside(&specTCPWhy, field.Text(s.Talk.Why))
				} else {
					d.Aside(&specTCPWhyWeak, field.Text(s.Talk.Why))
				}
			}
			if s.Talk.Doubt != "" {
				d.Aside(&specTCPDoubt, field.Text(s.Talk.Doubt))
			}
		})
	})
}

// payload walks the places of the payload.
func (s *Segment) payload(d *dissect.D) {
	start := d.Pos()
	again := func(n int) {
		if n = min(n, d.Left()); n > 0 {
			d.Bytes(&specTCPAgain, n)
			if s.Differs {
				d.Note("some of these bytes differ from those that came first; the first ones are kept, and a receiver may have taken the others")
			}
			if s.Again && len(s.Places) == 0 {
				d.Note("a retransmission: all of it had come before")
				s.repeats(d, start)
			}
		}
	}
	for _, p := range s.Places {
		at := start + p.Payload
		if p.Len <= 0 || p.At < 0 || at < d.Pos() || at+p.Len > d.Pos()+d.Left() || p.At+p.Len > len(s.side().Data) {
			continue // not the payload these places are of
		}
		again(at - d.Pos())
		s.gap(d, p.At)
		d.Within(p.Len, func(d *dissect.D) { s.place(d, p.At, p.Len) })
	}
	if d.Left() == 0 {
		return
	}
	if len(s.Places) > 0 || s.Again {
		again(d.Left())
		return
	}
	d.Bytes(&specTCPBeyond, d.Left())
}

// gap says how many bytes are missing in front of byte at of the side.
func (s *Segment) gap(d *dissect.D, at int) {
	if n := s.side().missing(at); n > 0 {
		d.Aside(&specTCPGap, field.Uint(uint64(n)))
		if n == at {
			d.Note("all that this side sent before")
		}
	}
}

// repeats says which packet brought the repeated bytes that begin at from.
func (s *Segment) repeats(d *dissect.D, from int) {
	b := d.Slice(from, d.Pos())
	if len(b) < 4 || s.Packets == nil {
		return
	}
	if i := bytes.Index(s.side().Data, b); i >= 0 {
		if p := s.Packets(i); p != 0 {
			d.Aside(&specTCPFirst, field.Uint(uint64(p)))
			d.Note("its bytes are the same")
		}
	}
}

func (s *Segment) side() *StreamSide { return &s.Sides[s.Side] }

// marks are those of the segment's side.
func (s *Segment) marks() []Mark {
	var list []Mark
	for _, m := range s.Talk.Marks {
		if m.Side == s.Side && m.Len > 0 && m.At >= 0 && m.At+m.Len <= len(s.side().Data) {
			list = append(list, m)
		}
	}
	return list
}

// place explains the bytes [at, at+n) of the side, which d is to read.
func (s *Segment) place(d *dissect.D, at, n int) {
	end := at + n
	for _, m := range s.marks() {
		if m.At+m.Len <= at || m.At >= end {
			continue
		}
		if m.At > at {
			s.between(d, at, m.At-at)
			at = m.At
		}
		part := min(m.At+m.Len, end) - at
		if at == m.At && part == m.Len {
			d.Within(part, func(d *dissect.D) { s.read(d, m) })
		} else {
			s.part(d, m, at, part)
		}
		at += part
		if !d.OK() {
			return
		}
	}
	if at < end {
		s.between(d, at, end-at)
	}
}

// between reads bytes that no mark names.
func (s *Segment) between(d *dissect.D, at, n int) {
	switch s.Talk.Kind {
	case TalkFalseHTTPS, TalkSupernode, TalkPort80, TalkModern:
		d.Bytes(&specTCPObfuscated, n)
		if text := sizeHint(s.Talk, n); text != "" && s.cut(at, n) {
			d.Aside(&specTCPHint, field.Text(text))
		}
	default:
		d.Bytes(&specTCPRest, n)
	}
}

// cut reports that [at, at+n) is a packet by itself.
func (s *Segment) cut(at, n int) bool {
	return len(s.Places) == 1 && s.Places[0].At == at && s.Places[0].Len == n
}

// sizeHint says what an obfuscated packet may be by its size, or "".
func sizeHint(t *Talk, n int) string {
	if t.Kind == TalkModern && !t.Sure {
		return ""
	}
	switch n {
	case 4:
		return "4 bytes: by its size an ack (07 01 and a number); also the answer to a refresh, and what Adami et al. count as a ping during calls"
	case 19:
		return "19 bytes: by its size perhaps part of a tear-down, which repeats such packets less than 3 seconds apart"
	case 97:
		return "97 bytes: by its size perhaps the refresh that a client sends its supernode every 60 seconds"
	}
	return ""
}

// part reads some of a message whose rest is in other packets, and explains the whole in a
// buffer of its own.
func (s *Segment) part(d *dissect.D, m Mark, at, n int) {
	from := d.Pos()
	d.Bytes(&specTCPPart, n)
	d.Note("bytes %d to %d of %d of %s", at-m.At, at-m.At+n-1, m.Len, m.Text)
	if !d.OK() {
		return
	}
	side := s.side()
	if !side.whole(m.At, m.Len) {
		d.Note("some of the others are missing")
		return
	}
	name := "reassembled " + m.Name
	if list := s.packets(m.At, m.Len); list != "" {
		name = "reassembled from packets " + list
	}
	d.Derive(&specTCPWhole, field.Buffer{
		Name: name, Data: side.Data[m.At : m.At+m.Len : m.At+m.Len], FileOff: -1, From: []field.Range{d.Place(from, from+n)},
		How: "The bytes of this message from all of its packets, put in order by their sequence numbers.",
	}, func(d *dissect.D) { s.read(d, m) })
}

// packets lists the packets that brought [at, at+n): "5, 6 and 9".
func (s *Segment) packets(at, n int) string {
	if s.Packets == nil {
		return ""
	}
	var list []string
	last := uint32(0)
	add := func(p uint32) {
		if p != 0 && p != last && len(list) < 16 {
			list = append(list, strconv.FormatUint(uint64(p), 10))
			last = p
		}
	}
	add(s.Packets(at))
	for _, c := range s.side().Cuts {
		if c > at && c < at+n {
			add(s.Packets(c))
		}
	}
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

// read explains a whole message; d stands at its first byte.
func (s *Segment) read(d *dissect.D, m Mark) {
	switch m.kind {
	case markHello:
		s.hello(d)
	case markFirst:
		s.first(d)
	case markEmpty, markList, markRecord:
		s.record(d, m)
	case markClientHello:
		clientHelloTree(d)
	case markServerHello:
		serverHelloTree(d)
	case markExchange:
		d.Bytes(&specExchange, d.Left())
	case markCheck:
		d.Bytes(&specExchangeCheck, d.Left())
	case markRequest:
		requestTree(d)
	case markReply:
		replyTree(d)
	default:
		d.Bytes(&specTCPRest, d.Left())
	}
}

// InfoTCP says in half a line what a TCP payload is.
func InfoTCP(s *Segment, payload []byte) string {
	if s == nil || s.Talk == nil || s.Sides == nil {
		return ""
	}
	if len(s.Places) == 0 {
		if s.Again {
			return "Repeated · " + count(len(payload), "byte")
		}
		return count(len(payload), "byte") + " further on in the stream"
	}
	var parts []string
	rest := 0
	for _, p := range s.Places {
		at, end := p.At, p.At+p.Len
		for _, m := range s.marks() {
			if m.At+m.Len <= at || m.At >= end {
				continue
			}
			rest += max(0, m.At-at)
			text := m.Text
			if m.At < at || m.At+m.Len > end {
				text = "part of " + text
			}
			parts = append(parts, text)
			at = min(m.At+m.Len, end)
		}
		rest += end - at
	}
	if rest > 0 {
		text := count(rest, "byte")
		switch s.Talk.Kind {
		case TalkFalseHTTPS, TalkSupernode, TalkPort80, TalkModern:
			text += " obfuscated"
			if len(parts) == 0 {
				switch rest {
				case 4:
					text += ", perhaps an ack"
				case 19:
					text += ", perhaps a tear-down"
				case 97:
					text += ", perhaps a refresh"
				}
			}
		case TalkLogin, TalkEvent:
			text += " of a record"
		}
		parts = append(parts, text)
	}
	if n := len(parts); n > 3 {
		parts = append(parts[:3:3], "and "+strconv.Itoa(n-3)+" more")
	}
	text := strings.Join(parts, " · ")
	if text != "" {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	if n := s.side().missing(s.Places[0].At); n > 0 {
		text += " · after " + count(n, "byte") + " that " + isAre(n) + " missing"
	}
	return text
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
