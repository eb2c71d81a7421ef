package story

import "slices"

// A portrait is all that is known of a host that is not a client, or of a client apart from being
// one.
type portrait struct {
	host      int32
	probed    evidence // it was asked whether it may be a supernode
	accepted  evidence
	sentOn    evidence
	silent    evidence // asked, no answer
	searched  evidence // it answered a search
	pinged    evidence // it answered a ping
	listed    evidence // it named nodes
	publish   evidence // it acknowledged a record
	dialed    evidence // it opened a TCP connection to the client
	outside   evidence // it sent something unasked
	booted    evidence // it was asked on the bootstrap port
	asks      evidence // it was asked something by somebody, as a client
	kept      evidence // TCP as a supernode
	denied    evidence // the handshake of a refusal
	refused   evidence // TCP refused, or the handshake of a refusal
	https     evidence // the false hello, answered
	unheard   evidence // the false hello, not answered
	port80    evidence
	modern    evidence
	login     evidence
	unmet     evidence // a connection in vain, where a login server should be
	unmetPort uint16
	ended     evidence // it was the supernode, and another one took its place
	newest    uint32   // packet of the last opening of such a conversation
	logins    []int32  // conversations that are logins
	failed    []int32  // and those that did not succeed
	placed    bool     // login: at the port of login servers, or published as one
	event     evidence
	update    evidence
	media     evidence
	oneWay    evidence
	phone     evidence
	via       evidence // signalling by way of it
	trace     evidence
	stayed    bool // one conversation over TCP at least went beyond its opening
	ports     map[uint16]int
	flows     []uint32
}

// Evidence is a number of observations, with a few of their packets.
type evidence struct {
	n       int
	sure    bool // one at least was read, or is fixed bytes
	packets []uint32
}

func (e *evidence) add(packet uint32, sure bool) {
	e.n++
	e.sure = e.sure || sure
	if len(e.packets) < maxProof && !slices.Contains(e.packets, packet) {
		e.packets = append(e.packets, packet)
	}
}

// Of two clients' conversation each is the other's far end.
func (t *teller) portraits() []portrait {
	ps := make([]portrait, len(t.hosts))
	for i := range ps {
		ps[i].host = int32(i)
	}
	packet := func(i int32) uint32 { return t.in.Events[i].Packet }
	opened := func(i int32) uint32 { p, _ := t.began(i); return p }
	for n := range t.convs {
		c := &t.convs[n]
		p := &ps[c.far]
		if len(p.flows) < maxFlows {
			p.flows = append(p.flows, c.f.ID)
		}
		if q := &ps[c.near]; len(q.flows) < maxFlows {
			q.flows = append(q.flows, c.f.ID)
		}
		if c.skype() {
			p.port(c.farPort(), 1)
			if c.udp() || c.f.Class == "skype.e2o" {
				ps[c.near].port(c.nearPort(), 1)
			}
		}
		for _, i := range c.ev {
			if t.in.Events[i].What == Traceroute {
				p.trace.add(packet(i), false)
			}
		}
		k := &t.tcp[n]
		if !k.is {
			continue
		}
		if len(k.turns) >= keptTurns {
			p.stayed = true
		}
		begin, ok := t.opening(int32(n))
		if !ok {
			continue
		}
		if t.isSupernode(int32(n)) || t.isWayOut(int32(n)) {
			p.newest = max(p.newest, opened(begin))
		}
		if !k.near && k.connect >= 0 && c.skype() {
			p.dialed.add(opened(begin), true)
		}
		if k.refused >= 0 && k.near && t.hosts[c.far].skype {
			p.refused.add(packet(k.refused), true)
		}
		switch {
		case t.isUnreached(int32(n)):
			p.unmet.add(opened(begin), false)
			p.unmetPort = c.farPort()
		case t.isLogin(int32(n)):
			p.login.add(opened(begin), c.f.Talk == "login")
			if t.failed(int32(n)) == "" {
				p.logins = append(p.logins, int32(n))
			} else {
				p.failed = append(p.failed, int32(n))
			}
			p.placed = p.placed || t.loginPlace(int32(n))
			if l := t.loginOf(int32(n)); l.key >= 0 {
				p.login.add(packet(l.key), true)
				p.login.n--
			}
		case c.f.Talk == "event":
			p.event.add(opened(begin), t.loginOf(int32(n)).reply >= 0)
		case c.f.Talk == "update":
			p.update.add(opened(begin), true)
		case c.f.Talk == "false-https" && !slices.ContainsFunc(k.segs, func(s seg) bool { return s.out != k.near }):
			p.unheard.add(opened(begin), true)
		case c.f.Talk == "false-https":
			p.https.add(opened(begin), true)
		case c.f.Talk == "port-80":
			p.port80.add(opened(begin), c.f.Word == "certain")
		case c.f.Talk == "modern":
			p.modern.add(opened(begin), false)
		case t.isSupernode(int32(n)):
			if _, no, _ := k.handshake(); no {
				p.denied.add(packet(k.turns[3].ev), false)
			} else {
				word, _ := t.handshakeWord(int32(n))
				p.kept.add(opened(begin), word == "certain")
			}
		}
	}
	for i := range t.exch {
		x := &t.exch[i]
		c := &t.convs[x.conv]
		if x.head == 0 {
			continue
		}
		p, at := &ps[c.far], packet(x.head-1)
		if !x.out {
			p.outside.add(at, x.sure)
			continue
		}
		ps[c.near].asks.add(at, x.sure)
		if c.farPort() == bootstrapPort {
			p.booted.add(at, false)
		}
		if x.ask == askProbe {
			p.probed.add(at, x.sure)
			switch t.answerOf(x) {
			case "accepted":
				p.accepted.add(packet(x.reply), t.in.Events[x.reply].Sure)
			case "sent on":
				p.sentOn.add(packet(x.reply), t.in.Events[x.reply].Sure)
			}
		}
		answered := x.reply >= 0 || x.frags > 0
		said := t.said(x)
		switch {
		case answered && x.ask == askSearch:
			p.searched.add(said, x.sure || x.frags > 0)
		case answered && x.ask == askPing:
			p.pinged.add(said, x.sure)
		case answered && t.isList(x):
			p.listed.add(said, x.sure)
		case x.ack >= 0 && x.ask == askPublish:
			p.publish.add(packet(x.ack), x.sure)
		case !answered && x.ack < 0 && x.nack < 0:
			p.silent.add(at, x.sure)
		}
	}
	for i := range t.runs {
		r := &t.runs[i]
		c := &t.convs[r.conv]
		p := &ps[c.far]
		switch at := r.packets[0]; r.kind {
		case runPhone:
			p.phone.add(at, false)
		case runOneWay:
			p.oneWay.add(at, false)
			p.media.add(at, false)
		default:
			p.media.add(at, false)
			ps[c.near].media.add(at, false)
		}
	}
	for _, s := range t.setups() {
		for _, n := range s.third {
			if i, ok := t.opening(n); ok && s.which != setupUnknown {
				ps[t.convs[n].far].via.add(opened(i), false)
			}
		}
	}
	for _, e := range t.endings() {
		if p := &ps[t.convs[e.conv].far]; t.replaced(&e) && packet(e.at) > p.newest {
			p.ended.add(packet(e.at), true)
		}
	}
	return ps
}

// said is the packet of the answer of an exchange, or of the first fragment of it; without an
// answer it is that of the exchange.
func (t *teller) said(x *exchange) uint32 {
	if x.reply >= 0 {
		return t.in.Events[x.reply].Packet
	}
	for i := x.head; i > 0; i = t.next[i-1] {
		if t.in.Events[i-1].What == Fragment {
			return t.in.Events[i-1].Packet
		}
	}
	return t.in.Events[x.head-1].Packet
}

func (p *portrait) port(n uint16, times int) {
	if p.ports == nil {
		p.ports = map[uint16]int{}
	}
	p.ports[n] += times
}

// main is the port seen most, the smallest of several, or 0.
func (p *portrait) main() uint16 {
	var best uint16
	for n, k := range p.ports {
		if k > p.ports[best] || k == p.ports[best] && n < best {
			best = n
		}
	}
	return best
}

// only is the port of a host, or 0 when there are several.
func (p *portrait) only() uint16 {
	if len(p.ports) == 1 {
		return p.main()
	}
	return 0
}
