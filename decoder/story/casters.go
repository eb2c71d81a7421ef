package story

import (
	"fmt"
	"slices"

	"somscope/decoder/field"
)

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
		if p.unmet.n == 0 {
			return false
		}
		r.Text = "A client tried to connect to it, where a login server should be, and did not reach it."
		r.Word, r.Port = "weak", p.unmetPort
		r.Why = append(r.Why, why(plural(p.unmet.n, "connection")+" in vain, to the port or the address of login servers", p.unmet, field.Cite{Key: "bs04", Where: "§4.2.1"}))
		return true
	}
	r.Text = "A client logged in there, behind empty TLS records and a session key."
	r.Word = "certain"
	switch {
	case len(p.logins) == 0:
		r.Text = "A client began to log in there, behind empty TLS records, and did not succeed."
		r.Word = t.failedWord(p.failed)
	case !p.login.sure:
		r.Text = "A client exchanged messages there with the sizes of a login of version 0.97."
		r.Word = "weak"
	case !p.placed:
		r.Text = "A client spoke with it behind empty TLS records and a session key, as with a login server; event servers are spoken to in the same way, and the port is of neither."
		r.Word = "strong"
	}
	if len(p.logins) > 0 {
		best, word, _ := t.loginWord(p.logins)
		if r.Word = word; t.forPhone(best) {
			r.Text = "A client spoke with it behind empty TLS records and a session key, as with a login server; a call to a telephone followed, and the servers that arrange those are spoken to in the same way."
		}
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
	if !p.event.sure { // not all four steps
		r.Word = "strong"
	}
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
	talks, weak, proof := 0, 0, evidence{}
	for _, n := range h.convs {
		c := &t.convs[n]
		if k := &t.tcp[n]; k.is && c.near == p.host && k.near && c.f.Talk != "" && c.f.Word != "no" {
			if i, ok := t.opening(n); ok {
				if talks++; c.f.Word == "weak" {
					weak++
				}
				packet, _ := t.began(i)
				proof.add(packet, true)
			}
		}
	}
	if talks > 0 {
		text := fmt.Sprintf("it opened %s of Skype over TCP", plural(talks, "conversation"))
		switch {
		case weak == talks:
			text += ", as far as weak signs tell"
		case weak == 1:
			text += ", 1 of which only weak signs tell"
		case weak > 1:
			text += fmt.Sprintf(", %s of which only weak signs tell", count(weak))
		}
		r.Why = append(r.Why, why(text, proof, field.Cite{Key: "bs04", Where: "§4.2"}))
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
	case p.ended.n > 0:
		r.State, r.Text = "lost", "It was the client's supernode until the connection ended, and another node took its place."
		if p.kept.sure || p.accepted.sure && p.kept.n > 0 || p.https.sure || p.port80.sure {
			r.Word = "certain"
		}
	case p.kept.n > 0 && !p.stayed:
		r.State, r.Text = "tried", "A client opened a TCP connection to it, but did not go on."
		if p.kept.sure || p.accepted.sure {
			r.Word = "certain"
		}
	case p.kept.n > 0:
		r.State, r.Text = "kept", "A client opened a TCP connection to it and kept it as its supernode."
		if p.kept.sure || p.accepted.sure {
			r.Word = "certain"
		}
	case p.https.n+p.port80.n > 0 && !p.stayed:
		r.State, r.Text = "tried", "A client tried it on a port that firewalls let through and was answered, but they did not go on."
	case p.https.n+p.port80.n > 0:
		r.State, r.Text = "kept", "A client spoke with it over TCP on a port that firewalls let through."
		if p.https.sure {
			r.Word = "certain"
		}
	case p.sentOn.n > 0 && p.accepted.n == 0:
		r.State, r.Text = "refused", "It would not be the client's supernode and named others."
		if p.sentOn.sure {
			r.Word = "certain"
		}
	case p.refused.n > 0 && p.accepted.n == 0 && p.searched.n == 0 && p.pinged.n == 0:
		r.State, r.Text = "refused", "It refused the client's connection."
		if p.probed.n+p.silent.n == 0 {
			r.Word = "weak"
		}
	case p.denied.n > 0 && p.refused.n == 0:
		r.State, r.Text, r.Word = "refused", "It let the client connect over TCP, and its answer has the size of a refusal.", "weak"
		if p.accepted.n > 0 {
			r.Text = "It said yes to a probe, and then refused the client over TCP, as the size of its answer tells."
		}
	case p.refused.n > 0 && p.accepted.n > 0:
		r.State, r.Text = "refused", "It said yes to a probe, and then refused the client over TCP."
	case p.accepted.n > 0:
		r.State, r.Text = "tried", "It said yes to a probe, but no TCP connection followed."
		if p.accepted.sure {
			r.Word = "certain"
		}
	case p.unheard.n > 0:
		r.State, r.Text, r.Word = "tried", "A client sent it the false hello on port 443 and got no answer.", "weak"
	case p.probed.n > 0:
		r.State, r.Text = "tried", "It was asked whether it may be a supernode and did not say."
		r.Word = "weak"
	case p.searched.n > 0:
		r.Text = "It answered a search for a user, which is what supernodes do."
		if !p.searched.sure {
			r.Word = "weak"
		}
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
		{&p.ended, "end", "of that connection, after which another node took its place", ep},
		{&p.accepted, "answer", "that it may be connected to", ep},
		{&p.sentOn, "answer", "with a list of other supernodes", cap},
		{&p.https, "conversation", "with Skype's fixed false hello", ep},
		{&p.unheard, "false hello", "without an answer", ep},
		{&p.port80, "conversation", "of the obfuscated protocol on port 80", ep},
		{&p.refused, "refusal", "of a connection over TCP", bs},
		{&p.denied, "answer", "over TCP with the size of a refusal", ep},
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
	r.Why = append(r.Why, Why{Text: sentence(fmt.Sprintf("it was asked %s on port %d, that of the nodes built into the program: perhaps it is a bootstrap node", times(p.booted.n), bootstrapPort)), Weak: true,
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
	case p.outside.n > 0 && p.dialed.n > 0:
		r.Text = "It sent the client a message that the client had not asked for, and it opened a TCP connection to the client."
		r.Why = append(r.Why, why(plural(p.outside.n, "message")+" unasked", p.outside, field.Cite{Key: "cap"}),
			why(plural(p.dialed.n, "connection")+" over TCP to the client", p.dialed, field.Cite{Key: "cap"}))
	case p.dialed.n > 0:
		r.Text = "It opened a TCP connection to the client."
		r.Why = append(r.Why, why(plural(p.dialed.n, "connection")+" over TCP to the client", p.dialed, field.Cite{Key: "cap"}))
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
	if p.outside.n+p.dialed.n+p.pinged.n == 0 {
		r.Word = "weak"
	}
	return true
}
