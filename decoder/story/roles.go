package story

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"somscope/decoder/field"
)

// A portrait is all that is known of a host that is not a client, or of a client apart from being
// one.
type portrait struct {
	host     int32
	probed   evidence // it was asked whether it may be a supernode
	accepted evidence
	sentOn   evidence
	silent   evidence // asked, no answer
	searched evidence // it answered a search
	pinged   evidence // it answered a ping
	listed   evidence // it named nodes
	publish  evidence // it acknowledged a record
	outside  evidence // it sent something unasked
	booted   evidence // it was asked on the bootstrap port
	asks     evidence // it was asked something by somebody, as a client
	kept     evidence // TCP as a supernode
	refused  evidence // TCP refused, or the handshake of a refusal
	https    evidence // the false hello
	port80   evidence
	modern   evidence
	login    evidence
	event    evidence
	update   evidence
	media    evidence
	oneWay   evidence
	phone    evidence
	via      evidence // signalling by way of it
	trace    evidence
	ports    map[uint16]int
	flows    []uint32
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
		begin, ok := t.opening(int32(n))
		if !ok {
			continue
		}
		if k.refused >= 0 && k.near && t.hosts[c.far].skype {
			p.refused.add(packet(k.refused), true)
		}
		switch {
		case t.isLogin(int32(n)):
			p.login.add(packet(begin), c.f.Talk == "login")
			if l := t.loginOf(int32(n)); l.key >= 0 {
				p.login.add(packet(l.key), true)
				p.login.n--
			}
		case c.f.Talk == "event":
			p.event.add(packet(begin), true)
		case c.f.Talk == "update":
			p.update.add(packet(begin), true)
		case c.f.Talk == "false-https":
			p.https.add(packet(begin), true)
		case c.f.Talk == "port-80":
			p.port80.add(packet(begin), false)
		case c.f.Talk == "modern":
			p.modern.add(packet(begin), false)
		case t.isSupernode(int32(n)):
			if _, no, _ := k.handshake(); no {
				p.refused.add(packet(begin), false)
			} else {
				p.kept.add(packet(begin), c.f.Word == "certain")
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
		switch {
		case answered && x.ask == askSearch:
			p.searched.add(at, x.sure)
		case answered && x.ask == askPing:
			p.pinged.add(at, x.sure)
		case answered && t.isList(x):
			p.listed.add(at, x.sure)
		case x.ack >= 0 && x.ask == askPublish:
			p.publish.add(at, x.sure)
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
				ps[t.convs[n].far].via.add(packet(i), false)
			}
		}
	}
	return ps
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

// A caster gives a role to a host, or passes.
type caster struct {
	kind string
	cast func(t *teller, p *portrait, r *Role) bool
}

// casters are asked in this order; the first that takes the host decides, and the others that
// would have taken it add their reasons.
var casters = []caster{
	{"gateway", castGateway},
	{"login server", castLogin},
	{"event server", castEvent},
	{"update server", castUpdate},
	{"client", castClient},
	{"relay", castRelay},
	{"peer", castPeer},
	{"supernode", castSupernode},
	{"bootstrap node", castBootstrap},
	{"network-probe target", castTarget},
	{"peer", castNode},
}

func why(text string, e evidence, cites ...field.Cite) Why {
	return Why{Text: sentence(text), Packets: slices.Clone(e.packets), Cite: cites}
}

func castGateway(t *teller, p *portrait, r *Role) bool {
	if p.phone.n == 0 {
		return false
	}
	r.Text = "Voice for a telephone went to it with a connection id instead of a Start of Message."
	r.Word = "strong"
	r.Why = append(r.Why, why("datagrams at the rhythm of voice with four constant first bytes", p.phone, field.Cite{Key: "bon", Where: "§3.2.3"}))
	if p.only() == 12340 {
		r.Why = append(r.Why, Why{Text: "Port 12340 is published as that of the gateways.", Weak: true, Cite: []field.Cite{{Key: "bon", Where: "§3.2.3"}}})
	}
	return true
}

func castLogin(t *teller, p *portrait, r *Role) bool {
	if p.login.n == 0 {
		return false
	}
	r.Text = "A client logged in there, behind empty TLS records and a session key."
	r.Word = "certain"
	if !p.login.sure {
		r.Text = "A client exchanged messages there with the sizes of a login of version 0.97."
		r.Word = "weak"
	}
	r.Why = append(r.Why, why(fmt.Sprintf("%s with false TLS records", plural(p.login.n, "conversation")), p.login,
		field.Cite{Key: "ep", Where: "§5.2.3"}, field.Cite{Key: "ada"}))
	return true
}

func castEvent(t *teller, p *portrait, r *Role) bool {
	if p.event.n == 0 {
		return false
	}
	r.Text = "A client reported its contacts and events there, in conversations that begin like a login."
	r.Word = "certain"
	r.Why = append(r.Why, why(fmt.Sprintf("%s with the false TLS records of a login", plural(p.event.n, "conversation")), p.event,
		field.Cite{Key: "ep", Where: "§5.2.3"}, field.Cite{Key: "openskype"}))
	return true
}

func castUpdate(t *teller, p *portrait, r *Role) bool {
	if p.update.n == 0 {
		return false
	}
	r.Text = "A client asked it over HTTP for the latest version."
	r.Word = "certain"
	r.Why = append(r.Why, why("the request for the latest version, in the clear", p.update, field.Cite{Key: "bs04", Where: "appendix"}))
	return true
}

func castClient(t *teller, p *portrait, r *Role) bool {
	h := &t.hosts[p.host]
	if !h.client {
		return false
	}
	port := p.main()
	r.Port = port
	where := "it has a public address"
	switch {
	case h.votes > 0 && address(h.told) != h.name:
		where = fmt.Sprintf("behind a NAT, for others see it as %s", address(h.told))
	case h.private:
		where = "behind a NAT, as its private address shows"
	case h.votes > 0:
		where = "not behind a NAT, for others see it under its own address"
	}
	r.Text = sentence(fmt.Sprintf("A client of Skype with the UDP port %d, %s", port, where))
	if port == 0 {
		r.Text = sentence("A client of Skype, " + where)
	}
	r.Word = "strong"
	if p.asks.sure || p.asks.n >= 10 {
		r.Word = "certain"
	}
	if p.asks.n > 0 {
		r.Why = append(r.Why, why(fmt.Sprintf("it asked other nodes %s over UDP", plural(p.asks.n, "question")), p.asks, field.Cite{Key: "bs04", Where: "§2.1"}))
	}
	talks, proof := 0, evidence{}
	for _, n := range h.convs {
		c := &t.convs[n]
		if k := &t.tcp[n]; k.is && c.near == p.host && k.near && c.f.Talk != "" && c.f.Word != "no" {
			if i, ok := t.opening(n); ok {
				talks++
				proof.add(t.in.Events[i].Packet, true)
			}
		}
	}
	if talks > 0 {
		r.Why = append(r.Why, why(fmt.Sprintf("it opened %s of Skype over TCP", plural(talks, "conversation")), proof, field.Cite{Key: "bs04", Where: "§4.2"}))
	}
	if h.votes > 0 {
		var e evidence
		for _, i := range h.ev {
			if ev := &t.in.Events[i]; ev.Told == h.told && ev.What != Resend {
				if c := &t.convs[t.byID[ev.Flow]]; !c.out(ev) {
					e.add(ev.Packet, true)
					if len(e.packets) == maxProof {
						break
					}
				}
			}
		}
		r.Why = append(r.Why, why(fmt.Sprintf("%s told it that it is seen as %s", plural(h.votes, "message"), address(h.told)), e, field.Cite{Key: "cap"}))
	}
	if p.media.n > 0 {
		r.Why = append(r.Why, why("media or a file flowed to or from it", p.media, field.Cite{Key: "bon", Where: "§3.1"}))
	}
	if len(r.Why) == 0 {
		r.Word = "weak"
		r.Why = append(r.Why, Why{Text: "It is at an end of every conversation of Skype here.", Cite: []field.Cite{{Key: "somscope"}}})
	}
	return true
}

func castRelay(t *teller, p *portrait, r *Role) bool {
	if p.oneWay.n == 0 && (p.media.n == 0 || p.via.n == 0) {
		return false
	}
	r.Text = "It seems to forward signalling or media between two others."
	r.Word = "weak"
	if p.oneWay.n > 0 {
		r.Why = append(r.Why, why("media flowed one way only, as in a relayed call", p.oneWay, field.Cite{Key: "ada", Where: "§3.1"}))
	}
	if p.via.n > 0 {
		r.Why = append(r.Why, why("signalling of a call went by way of it", p.via, field.Cite{Key: "bs04", Where: "§4.4"}))
	}
	return true
}

func castPeer(t *teller, p *portrait, r *Role) bool {
	if p.media.n == 0 {
		return false
	}
	r.Text = "The other party of a call or a transfer, or a relay in its place."
	r.Word = "strong"
	r.Why = append(r.Why, why("media or a file flowed to or from it", p.media, field.Cite{Key: "bon", Where: "§3.1"}, field.Cite{Key: "bs04", Where: "§4.5"}))
	return true
}

func castSupernode(t *teller, p *portrait, r *Role) bool {
	r.Word = "strong"
	switch {
	case p.kept.n > 0:
		r.State, r.Text = "kept", "A client opened a TCP connection to it and kept it as its supernode."
		if p.kept.sure || p.accepted.sure {
			r.Word = "certain"
		}
	case p.https.n > 0 || p.port80.n > 0:
		r.State, r.Text = "kept", "A client spoke with it over TCP on a port that firewalls let through."
		if p.https.sure {
			r.Word = "certain"
		}
	case p.sentOn.n > 0 && p.accepted.n == 0:
		r.State, r.Text = "refused", "It would not be the client's supernode and named others."
	case p.refused.n > 0 && p.accepted.n == 0 && p.searched.n == 0 && p.pinged.n == 0:
		r.State, r.Text = "refused", "It refused the client's connection."
		if p.probed.n+p.silent.n == 0 {
			r.Word = "weak"
		}
	case p.refused.n > 0 && p.accepted.n > 0:
		r.State, r.Text = "refused", "It said yes to a probe, and then refused the client over TCP."
		if p.accepted.sure && p.refused.sure {
			r.Word = "certain"
		}
	case p.accepted.n > 0:
		r.State, r.Text = "tried", "It said yes to a probe, but no TCP connection followed."
		if p.accepted.sure {
			r.Word = "certain"
		}
	case p.probed.n > 0:
		r.State, r.Text = "tried", "It was asked whether it may be a supernode and did not say."
		r.Word = "weak"
	case p.searched.n > 0:
		r.Text = "It answered a search for a user, which is what supernodes do."
	case p.publish.n > 0:
		r.Text, r.Word = "It took a record of the client's presence, which is what supernodes do.", "weak"
	case p.listed.n > 0:
		r.Text, r.Word = "It was asked for other nodes and answered.", "weak"
	default:
		return false
	}
	bs, ep, cap := field.Cite{Key: "bs04", Where: "§4.2"}, field.Cite{Key: "ep", Where: "§6"}, field.Cite{Key: "cap"}
	for _, x := range []struct {
		e          *evidence
		what, text string
		cite       field.Cite
	}{
		{&p.kept, "conversation", "over TCP in the form of a supernode's", ep},
		{&p.accepted, "answer", "that it may be connected to", ep},
		{&p.sentOn, "answer", "with a list of other supernodes", cap},
		{&p.https, "conversation", "with Skype's fixed false hello", ep},
		{&p.port80, "conversation", "of the obfuscated protocol on port 80", ep},
		{&p.refused, "refusal", "of a connection over TCP", bs},
		{&p.probed, "question", "to it whether it may be a supernode", ep},
		{&p.searched, "answer", "to searches for users", bs},
		{&p.listed, "answer", "to the question for nodes", cap},
		{&p.publish, "acknowledgement", "of records of presence", bs},
	} {
		if x.e.n > 0 {
			r.Why = append(r.Why, why(plural(x.e.n, x.what)+" "+x.text, *x.e, x.cite))
		}
	}
	return true
}

func castBootstrap(t *teller, p *portrait, r *Role) bool {
	if p.booted.n == 0 {
		return false
	}
	r.Text = "A client asked it on port 33033, the port of the nodes that are built into the program."
	r.Word = "weak"
	r.Why = append(r.Why, Why{Text: sentence(fmt.Sprintf("it was asked %s on port %d", times(p.booted.n), bootstrapPort)), Weak: true,
		Packets: slices.Clone(p.booted.packets), Cite: []field.Cite{{Key: "bs04", Where: "§4.2.3"}}})
	return true
}

func castTarget(t *teller, p *portrait, r *Role) bool {
	if p.trace.n == 0 {
		return false
	}
	r.Text = "Datagrams that measure the way through the network went there; they are no messages of Skype."
	r.Word = "weak"
	r.Why = append(r.Why, why(fmt.Sprintf("%s to ports from %d on", plural(p.trace.n, "datagram"), tracePort), p.trace, field.Cite{Key: "cap"}, field.Cite{Key: "somscope"}))
	return true
}

func castNode(t *teller, p *portrait, r *Role) bool {
	switch {
	case p.outside.n > 0:
		r.Text = "It sent the client a message that the client had not asked for."
		r.Why = append(r.Why, why(plural(p.outside.n, "message")+" unasked", p.outside, field.Cite{Key: "cap"}))
	case p.pinged.n > 0:
		r.Text = "It answered pings; nothing shows what else it is."
		r.Why = append(r.Why, why(plural(p.pinged.n, "ping")+" answered", p.pinged, field.Cite{Key: "cap"}))
	case p.modern.n > 0:
		r.Text = "It spoke with the client in a stream of the kind that later versions use."
		r.Why = append(r.Why, why(plural(p.modern.n, "stream")+" that cannot be read", p.modern, field.Cite{Key: "openskype"}))
	case p.asks.n > 0 || p.silent.n > 0:
		e := p.silent
		if p.asks.n > 0 {
			e = p.asks
		}
		r.Text = "The client sent it messages over UDP; nothing shows what else it is."
		r.Why = append(r.Why, why("messages of Skype over UDP", e, field.Cite{Key: "somscope"}))
	default:
		return false
	}
	r.Word = "strong"
	if p.outside.n == 0 && p.pinged.n == 0 {
		r.Word = "weak"
	}
	return true
}

// roles fills in the roles and their links.
func (t *teller) roles(s *Story) {
	ps := t.portraits()
	type part struct {
		role  Role
		rank  int
		host  int32
		first uint32
	}
	var parts []part
	for i := range ps {
		p := &ps[i]
		var r Role
		rank := -1
		for k, c := range casters {
			var x Role
			if !c.cast(t, p, &x) {
				continue
			}
			if rank < 0 {
				r, rank = x, k
				r.Kind = c.kind
				continue
			}
			if c.kind == "peer" || c.kind == "client" {
				continue // says nothing new
			}
			for _, w := range x.Why {
				if !hasReason(r.Why, w.Text) {
					r.Why = append(r.Why, w)
				}
			}
		}
		if rank < 0 {
			continue
		}
		name := t.hosts[i].name
		if what := published(name); what != "" {
			cite := field.Cite{}
			for k := range servers {
				if servers[k].host == name {
					cite = field.Cite{Key: servers[k].key, Where: servers[k].where}
				}
			}
			r.Why = append(r.Why, Why{Text: sentence("The address is published as that of " + what), Weak: true, Cite: []field.Cite{cite}})
		}
		slices.SortStableFunc(r.Why, func(a, b Why) int {
			switch {
			case a.Weak == b.Weak:
				return 0
			case a.Weak:
				return 1
			}
			return -1
		})
		r.Host = name
		if r.Port == 0 {
			r.Port = p.only()
		}
		slices.Sort(p.flows)
		r.Flows = slices.Compact(p.flows)
		for _, w := range r.Why {
			for _, n := range w.Packets {
				if len(r.Packets) < maxProof && !slices.Contains(r.Packets, n) {
					r.Packets = append(r.Packets, n)
				}
			}
		}
		slices.Sort(r.Packets)
		first := ^uint32(0)
		if len(r.Packets) > 0 {
			first = r.Packets[0]
		}
		order := rank
		if r.Kind == "client" {
			order = -1
		}
		parts = append(parts, part{r, order, int32(i), first})
	}
	slices.SortStableFunc(parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(standing(&a.role), standing(&b.role)), cmp.Compare(a.first, b.first), cmp.Compare(a.host, b.host))
	})
	if len(parts) > MaxRoles {
		t.rolesLost = len(parts) - MaxRoles
		parts = parts[:MaxRoles]
	}
	place := map[int32]int{}
	for i, x := range parts {
		s.Roles = append(s.Roles, x.role)
		place[x.host] = i
	}
	t.links(s, place)
}

func hasReason(list []Why, text string) bool {
	for _, w := range list {
		if w.Text == text {
			return true
		}
	}
	return false
}

// standing orders supernodes: kept, tried, refused, others.
func standing(r *Role) int {
	switch {
	case r.State == "kept":
		return 0
	case r.State == "refused":
		return 1
	case r.State == "tried" && r.Word != "weak":
		return 1
	case r.State == "tried":
		return 3
	}
	return 2
}

// What went over a link, strongest first.
var linkWords = []string{"voice", "telephone", "file", "login", "events", "update", "supernode", "port 443", "port 80", "probe", "search", "presence", "ping", "messages", "measurement", "TCP"}

// links joins the roles that spoke with each other.
func (t *teller) links(s *Story, place map[int32]int) {
	type join struct{ a, b int }
	at := map[join]int{}
	words := map[join][]bool{}
	mark := func(n int32, word string) {
		c := &t.convs[n]
		a, okA := place[c.near]
		b, okB := place[c.far]
		if !okA || !okB || a == b {
			return
		}
		if a > b {
			a, b = b, a
		}
		k := join{a, b}
		i, ok := at[k]
		if !ok {
			i = len(s.Links)
			at[k] = i
			words[k] = make([]bool, len(linkWords))
			s.Links = append(s.Links, RoleLink{A: a, B: b})
		}
		l := &s.Links[i]
		if c.f.TCP {
			l.TCP = true
		} else {
			l.UDP = true
		}
		if len(l.Flows) < maxFlows && (len(l.Flows) == 0 || l.Flows[len(l.Flows)-1] != c.f.ID) {
			l.Flows = append(l.Flows, c.f.ID)
		}
		words[k][slices.Index(linkWords, word)] = true
	}
	for i := range t.exch {
		x := &t.exch[i]
		word := "messages"
		switch x.ask {
		case askProbe:
			word = "probe"
		case askSearch:
			word = "search"
		case askPublish:
			word = "presence"
		case askPing:
			word = "ping"
		}
		mark(x.conv, word)
	}
	for i := range t.runs {
		word := "voice"
		if t.runs[i].kind == runPhone {
			word = "telephone"
		}
		if t.runs[i].kind == runFile {
			word = "file"
		}
		mark(t.runs[i].conv, word)
	}
	for n := range t.convs {
		c, k := &t.convs[n], &t.tcp[n]
		switch {
		case !k.is:
			for _, i := range c.ev {
				if t.in.Events[i].What == Traceroute {
					mark(int32(n), "measurement")
					break
				}
			}
		case t.isLogin(int32(n)):
			mark(int32(n), "login")
		case c.f.Talk == "event":
			mark(int32(n), "events")
		case c.f.Talk == "update":
			mark(int32(n), "update")
		case c.f.Talk == "false-https":
			mark(int32(n), "port 443")
		case c.f.Talk == "port-80":
			mark(int32(n), "port 80")
		case t.isSupernode(int32(n)):
			mark(int32(n), "supernode")
		case len(c.ev) > 0 && c.f.Word != "no":
			mark(int32(n), "TCP")
		}
	}
	for k, i := range at {
		l := &s.Links[i]
		slices.Sort(l.Flows)
		l.Flows = slices.Compact(l.Flows)
		var parts []string
		for w, there := range words[k] {
			if there && len(parts) < 3 {
				parts = append(parts, linkWords[w])
			}
		}
		l.Label = strings.Join(parts, ", ")
		if probe := slices.Index(linkWords, "probe"); l.TCP && words[k][probe] && words[k][slices.Index(linkWords, "supernode")] {
			l.Label = "probe, then TCP"
		}
	}
	slices.SortFunc(s.Links, func(a, b RoleLink) int { return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B)) })
}
