package detect

import "fmt"

// Tstat's module for Skype puts the tests of Bonfiglio et al. into practice, with other edges.

// tstatKind tells one packet. The test for telephone calls comes first and asks for no port, so
// that any flow with a constant beginning is one.
func tstatKind(p, before *Packet) kind {
	if before != nil {
		x, ok := p.word(0)
		y, also := before.word(0)
		if ok && also && x == y {
			return kindOut
		}
	}
	b, ok := p.at(2)
	if !ok {
		return kindNone
	}
	switch b & 0x8f {
	case 0x02, 0x03, 0x0f:
		return kindSignal
	case 0x07:
		if p.Len == 11 {
			return kindSignal
		}
	case 0x0d:
		if p.Len > 4 {
			return kindData
		}
		return kindSignal // a keep-alive
	}
	return kindNone
}

// tstatVideo reports whether a payload has one of the sizes of video.
func tstatVideo(n int) bool { return n >= 400 && n <= 490 || n >= 800 && n <= 980 }

func tstatKinds(_ *Book, c *Conversation) (Says, string, []uint32) {
	if len(c.Packets) < 10 {
		return Silent, count(len(c.Packets), "packet") + ", it takes 10", nil
	}
	var t tally
	var before [2]*Packet
	video, alive := 0, 0
	for i := range c.Packets {
		p := &c.Packets[i]
		k := tstatKind(p, before[p.Dir])
		t.add(k, p.Packet)
		before[p.Dir] = p
		if tstatVideo(p.Len) {
			video++
		}
		if k == kindSignal && p.is(0x8f, 0x0d) {
			alive++
		}
	}
	k := t.most()
	told := t.told(k)
	if alive > 0 {
		told += fmt.Sprintf("; %s of function d with 4 bytes or fewer count as keep-alives, which are signalling", count(alive, "packet"))
	}
	switch {
	case t.share(k, 100), k == kindSignal && t.share(k, 0):
		if k == kindSignal || video*10 <= len(c.Packets) {
			return Yes, told, t.show[k]
		}
		return Yes, told + fmt.Sprintf(", and %d have sizes of video", video), t.show[k]
	case t.kinds[k]*10 > t.n*9:
		return No, told + ", it takes more than 100", nil
	}
	return No, told + ", it takes more than nine tenths", nil
}
