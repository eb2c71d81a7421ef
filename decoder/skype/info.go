package skype

import "strconv"

// Info says in half a line what a datagram between clients is: "NAck 15f2 · you are
// 203.0.113.115". payload is the UDP payload as captured.
func Info(payload []byte) string {
	if len(payload) < 3 {
		if len(payload) == 0 {
			return "Empty datagram"
		}
		return "Start of Message cut after " + count(len(payload), "byte")
	}
	m := message{id: uint16(payload[0])<<8 | uint16(payload[1]), fn: payload[2] & 0x0f}
	s := ""
	if f := lookup(m.fn); f != nil {
		s = f.info(m, payload)
	} else {
		s = "Function " + hex16(uint16(m.fn))[3:] + " " + hex16(m.id) + " · " + count(len(payload)-3, "byte") + " unknown"
	}
	if payload[2]&0x80 != 0 {
		s += " · bit 7 set"
	}
	return s
}

// InfoWith is Info with what the rest of the capture says about the message: "Probe 15e8 ·
// “may I connect?” · read by CRC · answered by 216". f may be nil.
func InfoWith(payload []byte, f *Facts) string {
	if f == nil || len(payload) < 3 {
		return Info(payload)
	}
	fn := payload[2] & 0x0f
	id := hex16(uint16(payload[0])<<8 | uint16(payload[1]))
	s := ""
	t := text(fn, payload, f)
	switch {
	case t != nil && (fn == 0x02 || fn == 0x0f && payload[5]&0x8f == 0x80):
		s = infoText(t.Plain, id)
	case fn == 0x0f && len(payload) >= 6 && len(f.Fragments) > 0:
		s = infoPiece(int(payload[5]&0x0f), f)
	default:
		s = Info(payload)
	}
	switch {
	case t != nil && t.Confirmed:
		s += " · read by CRC"
	case t != nil:
		s += " · inferred by CRC"
	case f.Equal != nil && f.Equal.Copies > 1:
		s += " · one of " + strconv.Itoa(f.Equal.Copies) + " copies (class " + strconv.FormatUint(uint64(f.Equal.Class), 10) + ")"
	}
	switch {
	case f.Retransmits != 0:
		s += " · sent again, first in " + packetNo(f.Retransmits)
	case f.Resends != 0:
		s += " · repeats " + packetNo(f.Resends)
	}
	s += infoLinks("answers", f.Answers) + infoLinks("answered by", f.AnsweredBy)
	if f.ResentBy != 0 {
		s += " · repeated in " + packetNo(f.ResentBy)
	}
	return s
}

// infoPiece counts the pieces of an answer as people do, from 1.
func infoPiece(index int, f *Facts) string {
	missing := 0
	for _, p := range f.Fragments {
		if p == 0 {
			missing++
		}
	}
	s := "Fragment " + strconv.Itoa(index+1) + " of "
	if !f.Whole {
		s += "at least "
	}
	s += strconv.Itoa(len(f.Fragments))
	if missing > 0 {
		s += " · " + strconv.Itoa(missing) + " missing"
	}
	return s
}

// infoLinks names the first of some packets, with a question mark when it is in doubt.
func infoLinks(word string, l []Link) string {
	if len(l) == 0 {
		return ""
	}
	s := " · " + word + " " + packetNo(l[0].Packet)
	if l[0].Doubt != "" {
		s += "?"
	}
	if len(l) > 1 {
		s += " and " + strconv.Itoa(len(l)-1) + " more"
	}
	return s
}

func packetNo(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

// infoText says in few words what the plaintext of a message asks or tells.
func infoText(plain []byte, id string) string {
	cmds := split(plain)
	if len(cmds) == 0 {
		return "Command " + id
	}
	c := cmds[0]
	k := findCommand(c.number, c.flags)
	s := ""
	if k != nil && k.name != "" {
		s = k.name + " " + id
	} else {
		s = "Command " + id + " · number " + commandTitle(c.number, c.flags, nil)
	}
	p := (*pattern)(nil)
	if len(c.list) > 0 && c.list[0] == 0x42 {
		p = seen(c.list[1:])
	}
	switch {
	case k != nil && k.list == ListPong && p != nil && p.addresses == 1:
		s += " · you are " + packedAt(c.list[1+len(p.code):]).String()
	case p != nil && p.short != "empty" && (k == nil || k.says == ""):
		s += " · " + p.short
	case k != nil && k.says != "":
		s += " · " + k.says
	}
	if n := len(cmds) - 1; n > 0 {
		s += " · and " + count(n, "command") + " more"
	}
	return s
}

// An envelope is a command as far as the packet list needs it.
type envelope struct {
	number uint32
	flags  uint8
	list   []byte
}

// split finds the commands of a plaintext; it stops where they do not fit.
func split(b []byte) []envelope {
	var all []envelope
	for len(b) > 0 {
		n, b1 := varint(b)
		word, b2 := varint(b1)
		if b1 == nil || b2 == nil || n > uint64(len(b2)) {
			return all
		}
		e := envelope{number: uint32(word >> 3), flags: uint8(word & 7), list: b2[:n]}
		if e.flags&hasRid != 0 {
			e.list = e.list[min(2, len(e.list)):]
		}
		all = append(all, e)
		b = b2[n:]
	}
	return all
}

// varint takes a number from the front of b; what is left is nil when there is none.
func varint(b []byte) (v uint64, left []byte) {
	for i, x := range b[:min(len(b), 5)] {
		v |= uint64(x&0x7f) << uint(7*i)
		if x < 0x80 {
			return v, b[i+1:]
		}
	}
	return 0, nil
}
