package story

// A talk is a TCP conversation, taken apart.
type talk struct {
	is       bool
	near     bool // the client opened it
	connect  int32
	refused  int32
	noAnswer int32
	closed   int32 // the first end: Closed or Reset
	segs     []seg
	turns    []turn // the first maxTurns
}

// A seg is a segment with payload.
type seg struct {
	ev  int32
	out bool
	n   int
}

// A turn is what one side says until the other one answers, or until it pauses.
type turn struct {
	out  bool
	n    int // bytes
	ev   int32
	last int32 // event of its last segment
	segs int
}

const maxTurns = 12

// gatherTCP takes the TCP conversations apart.
func (t *teller) gatherTCP() {
	t.tcp = make([]talk, len(t.convs))
	for n := range t.convs {
		c := &t.convs[n]
		if !c.f.TCP {
			continue
		}
		k := &t.tcp[n]
		*k = talk{is: true, near: c.side == 0, connect: -1, refused: -1, noAnswer: -1, closed: -1}
		for _, i := range c.ev {
			e := &t.in.Events[i]
			switch e.What {
			case Connect:
				if k.connect < 0 {
					k.connect, k.near = i, !c.out(e) // the SYN+ACK comes from the far side
				}
			case Refused:
				if k.refused < 0 {
					k.refused, k.near = i, !c.out(e)
				}
			case NoAnswer:
				if k.noAnswer < 0 {
					k.noAnswer, k.near = i, c.out(e)
				}
			case Closed, Reset:
				if k.closed < 0 {
					k.closed = i
				}
			case Segment, LoginHello, LoginKey, LoginReply, FalseHello, Installed, Latest, WebAnswer:
				if last := len(k.segs) - 1; last >= 0 && t.in.Events[k.segs[last].ev].Packet == e.Packet {
					if e.What == Segment && e.Name == "" { // the segment itself knows its length best
						k.segs[last].n = e.Len
					}
					continue
				}
				k.segs = append(k.segs, seg{i, c.out(e), e.Len})
			}
		}
		for _, s := range k.segs {
			if last := len(k.turns) - 1; last >= 0 && k.turns[last].out == s.out && clock(t.time(k.turns[last].last), t.time(s.ev)) <= turnPause {
				k.turns[last].n += s.n
				k.turns[last].last = s.ev
				k.turns[last].segs++
				continue
			}
			if len(k.turns) == maxTurns {
				break
			}
			k.turns = append(k.turns, turn{s.out, s.n, s.ev, s.ev, 1})
		}
	}
}

// openings are the answered and unanswered beginnings: when a conversation was opened.
func (t *teller) opening(n int32) (int32, bool) {
	k := &t.tcp[n]
	if !k.is {
		return -1, false
	}
	for _, i := range [...]int32{k.connect, k.refused, k.noAnswer} {
		if i >= 0 {
			return i, true
		}
	}
	if len(k.segs) > 0 {
		return k.segs[0].ev, true
	}
	return -1, false
}

// talks lists TCP conversations that fit, with times, for groups.
func (t *teller) talks(fits func(n int32, c *conv, k *talk) bool, on func(near int32, ns []int32)) {
	var items []item
	for n := range t.convs {
		c, k := &t.convs[n], &t.tcp[n]
		if !k.is || !fits(int32(n), c, k) {
			continue
		}
		i, ok := t.opening(int32(n))
		if !ok {
			continue
		}
		packet, at := t.began(i)
		items = append(items, item{i: int32(n), near: c.near, packet: packet, at: at, end: t.time(i)})
	}
	t.groups(items, on)
}

// opening adds the beginning of a conversation to a phase: how it was opened, and at most so many
// segments up to the first pause.
func (d *draft) opening(n int32, segs int) {
	k := &d.t.tcp[n]
	for _, i := range [...]int32{k.connect, k.refused, k.noAnswer} {
		if i >= 0 {
			d.event(i)
		}
	}
	for i, s := range k.segs[:min(segs, len(k.segs))] {
		if i > 0 && clock(d.t.time(k.segs[i-1].ev), d.t.time(s.ev)) > turnPause {
			break
		}
		d.event(s.ev)
	}
}
