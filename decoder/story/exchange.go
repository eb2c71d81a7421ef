package story

// An exchange is a question over UDP with all that belongs to it: its repetitions, a NAck, the
// Resend, the answer, Acks. Either side may ask.
type exchange struct {
	conv       int32
	head, tail int32 // its events, plus 1, chained by teller.next
	req        int32 // event of the question, or -1: only an answer was seen
	last       int32 // the latest transmission of the question
	nack       int32
	resend     int32
	reply      int32
	ack        int32
	frags      int32 // fragments of the answer
	fragBytes  int32
	sends      int32 // how often the question was sent
	ask        ask
	out        bool // the client asks
	sure       bool // what is asked was read
	equal      uint32
}

// An ask is what an exchange is about.
type ask uint8

const (
	askUnknown ask = iota
	askPing
	askProbe
	askSearch
	askPublish
	askOther // read, and none of those
)

// pair finds the exchanges of every UDP conversation.
func (t *teller) pair() {
	t.of = make([]int32, len(t.in.Events))
	t.next = make([]int32, len(t.in.Events))
	var p pairer
	p.t = t
	for n := range t.convs {
		if !t.convs[n].udp() {
			continue
		}
		p.conv, p.open = int32(n), p.open[:0]
		for _, i := range t.convs[n].ev {
			p.event(i)
		}
	}
	t.sort()
	t.count()
}

// A pairer pairs the messages of one conversation.
type pairer struct {
	t    *teller
	conv int32
	open []int32 // exchanges, oldest first; at most maxOpen
}

func (p *pairer) event(i int32) {
	e := &p.t.in.Events[i]
	out := p.t.convs[p.conv].out(e)
	switch e.What {
	case Ping, Probe, Search, Publish:
		p.ask(i, out)
	case Pong, Accept, Redirect, Found, NotFound:
		p.answer(i, out)
	case Command:
		switch {
		case len(e.Answers) > 0:
			p.answer(i, out)
		case !e.Sure && e.Retransmits == 0 && p.waiting(i, out) >= 0:
			p.answer(i, out)
		default:
			p.ask(i, out)
		}
	case Ack, NAck:
		x := p.find(e, !out, func(x *exchange) bool { return x.ack < 0 && x.nack < 0 })
		if x < 0 {
			x = p.orphan(!out)
		}
		if p.add(x, i); e.What == Ack {
			p.t.exch[x].ack = i
		} else {
			p.t.exch[x].nack = i
		}
	case Resend:
		x := p.find(e, out, func(x *exchange) bool { return x.nack >= 0 && x.resend < 0 })
		if x < 0 {
			x = p.orphan(out)
		}
		p.add(x, i)
		p.t.exch[x].resend = i
	case Fragment:
		x := p.find(e, !out, func(x *exchange) bool { return x.reply < 0 })
		if x < 0 {
			x = p.orphan(!out)
		}
		p.add(x, i)
		y := &p.t.exch[x]
		y.frags++
		y.fragBytes += int32(min(max(e.Len, 0), 1<<16))
	}
}

// ask takes a question, or a repetition of one.
func (p *pairer) ask(i int32, out bool) {
	e := &p.t.in.Events[i]
	if e.Retransmits != 0 {
		for k := len(p.open) - 1; k >= 0; k-- {
			x := &p.t.exch[p.open[k]]
			if x.out == out && x.req >= 0 && p.t.in.Events[x.req].Packet == e.Retransmits-1 {
				p.add(p.open[k], i)
				x.last = i
				x.sends++
				return
			}
		}
	}
	x := p.orphan(out)
	p.add(x, i)
	y := &p.t.exch[x]
	y.req, y.last, y.sends, y.equal = i, i, 1, e.Equal
}

// answer takes an answer.
func (p *pairer) answer(i int32, out bool) {
	e := &p.t.in.Events[i]
	x := p.find(e, !out, func(x *exchange) bool { return x.reply < 0 && x.req >= 0 && p.fits(x, e) })
	if x < 0 {
		x = p.orphan(!out)
	}
	if p.add(x, i); p.t.exch[x].reply < 0 {
		p.t.exch[x].reply = i
	}
}

// fits reports whether an answer may belong to a question.
func (p *pairer) fits(x *exchange, e *Event) bool {
	q := &p.t.in.Events[x.req]
	if x.ack >= 0 || !e.NoTime && !q.NoTime && clock(p.t.in.Events[x.last].Time, e.Time) > answerTime {
		return false
	}
	switch e.What {
	case Pong:
		return q.What == Ping || q.What == Command
	case Accept, Redirect:
		return q.What == Probe || q.What == Command
	case Found, NotFound:
		return q.What == Search || q.What == Command
	}
	return q.What != Publish
}

// waiting is the exchange an unread message may answer, or -1.
func (p *pairer) waiting(i int32, out bool) int32 {
	e := &p.t.in.Events[i]
	for k := len(p.open) - 1; k >= 0; k-- {
		x := &p.t.exch[p.open[k]]
		if x.out != out && x.reply < 0 && x.req >= 0 && p.fits(x, e) {
			return p.open[k]
		}
	}
	return -1
}

// find is the exchange of side out that e belongs to: the one it names, or the latest that is
// right for it. It is -1 when there is none.
func (p *pairer) find(e *Event, out bool, right func(*exchange) bool) int32 {
	for _, a := range e.Answers {
		for k := len(p.open) - 1; k >= 0; k-- {
			x := &p.t.exch[p.open[k]]
			if x.out != out {
				continue
			}
			for _, i := range [...]int32{x.req, x.last, x.resend} {
				if i >= 0 && p.t.in.Events[i].Packet == a {
					return p.open[k]
				}
			}
		}
	}
	if len(e.Answers) > 0 {
		return -1 // it answers something else
	}
	for k := len(p.open) - 1; k >= 0; k-- {
		if x := &p.t.exch[p.open[k]]; x.out == out && right(x) {
			return p.open[k]
		}
	}
	return -1
}

// orphan is a new exchange without a question.
func (p *pairer) orphan(out bool) int32 {
	x := int32(len(p.t.exch))
	p.t.exch = append(p.t.exch, exchange{conv: p.conv, req: -1, last: -1, nack: -1, resend: -1, reply: -1, ack: -1, out: out})
	if len(p.open) == maxOpen {
		p.open = append(p.open[:0], p.open[1:]...)
	}
	p.open = append(p.open, x)
	return x
}

// add puts an event into an exchange.
func (p *pairer) add(x, i int32) {
	y := &p.t.exch[x]
	p.t.of[i] = x + 1
	if y.head == 0 {
		y.head = i + 1
	} else {
		p.t.next[y.tail-1] = i + 1
	}
	y.tail = i + 1
}

// sort finds what each exchange is about.
func (t *teller) sort() {
	byClass := map[uint32]ask{}
	for i := range t.exch {
		x := &t.exch[i]
		x.ask, x.sure = t.about(x)
		if x.equal != 0 && x.ask != askUnknown && x.ask != askOther {
			if _, ok := byClass[x.equal]; !ok || x.sure {
				byClass[x.equal] = x.ask
			}
		}
	}
	for i := range t.exch {
		x := &t.exch[i]
		if x.ask == askUnknown && x.equal != 0 {
			x.ask = byClass[x.equal] // its copies say what it is
		}
		if x.ask == askUnknown {
			x.ask = t.guess(x)
		}
	}
	t.regular()
}

// regular takes unread probes that go to one node at a steady rhythm for pings: a node that said
// yes is not asked again and again.
func (t *teller) regular() {
	var xs []int32
	flush := func() {
		for _, r := range t.rhythm(xs) {
			for _, x := range r.xs {
				t.exch[x].ask = askPing
			}
		}
		xs = xs[:0]
	}
	last := int32(-1)
	for i := range t.exch {
		x := &t.exch[i]
		if x.conv != last {
			flush()
			last = x.conv
		}
		if x.ask == askProbe && !x.sure && x.nack < 0 && x.head > 0 && t.timed(int32(i)) {
			xs = append(xs, int32(i))
		}
	}
	flush()
}

// about says what was read of an exchange.
func (t *teller) about(x *exchange) (ask, bool) {
	if x.req >= 0 {
		e := &t.in.Events[x.req]
		switch e.What {
		case Ping:
			return askPing, e.Sure
		case Probe:
			return askProbe, e.Sure
		case Search:
			return askSearch, e.Sure
		case Publish:
			return askPublish, e.Sure
		}
	}
	if x.reply >= 0 {
		e := &t.in.Events[x.reply]
		switch e.What {
		case Pong:
			return askPing, e.Sure
		case Accept, Redirect:
			return askProbe, e.Sure
		case Found, NotFound:
			return askSearch, e.Sure
		}
	}
	if x.req >= 0 && t.in.Events[x.req].Sure || x.reply >= 0 && t.in.Events[x.reply].Sure {
		return askOther, true
	}
	return askUnknown, false
}

// guess says what an unread exchange may be about, by its sizes and its course.
func (t *teller) guess(x *exchange) ask {
	switch {
	case x.frags > 0:
		return askSearch
	case x.req < 0:
		return askUnknown
	case x.ack >= 0 && x.reply < 0 && t.in.Events[x.req].Len >= publishLeast:
		return askPublish
	case x.nack >= 0 && x.resend >= 0:
		return askProbe
	case x.reply >= 0:
		switch t.in.Events[x.reply].Len { // Adami et al. 2009, §3.1; 26 is a pong in the SkypeIRC capture
		case 18, 51, 53:
			return askProbe
		case 26:
			return askPing
		}
	}
	return askUnknown
}

// count notes who was answered at all, and under which public address hosts are seen.
func (t *teller) count() {
	type tally struct {
		asked, heard map[int32]bool
		told         map[uint32]int
	}
	all := map[int32]*tally{}
	of := func(h int32) *tally {
		y := all[h]
		if y == nil {
			y = &tally{map[int32]bool{}, map[int32]bool{}, map[uint32]int{}}
			all[h] = y
		}
		return y
	}
	for n := range t.convs {
		c := &t.convs[n]
		if !c.udp() {
			continue
		}
		for _, i := range c.ev {
			e := &t.in.Events[i]
			if e.What < Ping || e.What > KeepAlive {
				continue
			}
			y := of(c.near)
			if c.out(e) {
				y.asked[c.far] = true
				if e.Told != 0 && e.What != Resend && t.hosts[c.far].client {
					of(c.far).told[e.Told]++
				}
				continue
			}
			y.heard[c.far] = true
			if e.Told != 0 && e.What != Resend {
				y.told[e.Told]++
			}
		}
		if len(c.f.Data) > 0 {
			of(c.near).heard[c.far] = true
		}
	}
	for h, y := range all {
		x := &t.hosts[h]
		x.shy = len(y.heard) == 0 && len(y.asked) >= blockedHosts
		for told, votes := range y.told {
			if votes > x.votes || votes == x.votes && told < x.told {
				x.told, x.votes = told, votes
			}
		}
	}
}

// start is when an exchange began, and end when it was over.
func (t *teller) start(x *exchange) int64 { return t.time(x.head - 1) }
func (t *teller) end(x *exchange) int64   { return t.time(x.tail - 1) }

// pick calls groups for the exchanges that fit.
func (t *teller) pick(fits func(x *exchange, c *conv) bool, on func(near int32, xs []int32)) {
	var items []item
	for i := range t.exch {
		x := &t.exch[i]
		c := &t.convs[x.conv]
		if x.head == 0 || !fits(x, c) {
			continue
		}
		items = append(items, item{
			i: int32(i), near: c.near, packet: t.in.Events[x.head-1].Packet,
			at: t.start(x), end: max(t.start(x), t.end(x)),
		})
	}
	t.groups(items, on)
}

// convsOf lists the conversations of exchanges.
func (t *teller) convsOf(xs []int32) []int32 {
	var ns []int32
	for _, x := range xs {
		ns = append(ns, t.exch[x].conv)
	}
	return ns
}

// hostsOf counts the far hosts of exchanges that fit.
func (t *teller) hostsOf(xs []int32, fits func(x *exchange) bool) int {
	seen := map[int32]bool{}
	for _, i := range xs {
		if x := &t.exch[i]; fits(x) {
			seen[t.convs[x.conv].far] = true
		}
	}
	return len(seen)
}

func every(*exchange) bool { return true }
