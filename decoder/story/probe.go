package story

import (
	"cmp"
	"fmt"
	"slices"

	"somscope/decoder/internal/order"
)

// answerOf says how a probe ended: "accepted", "sent on", "answered otherwise", "silent".
func (t *teller) answerOf(x *exchange) string {
	if x.reply < 0 {
		if x.frags > 0 || x.ack >= 0 {
			return "answered otherwise"
		}
		return "silent"
	}
	e := &t.in.Events[x.reply]
	switch {
	case e.What == Accept:
		return "accepted"
	case e.What == Redirect:
		return "sent on"
	case e.What != Command || e.Sure:
		return "answered otherwise"
	case e.Len == 18:
		return "accepted"
	case e.Len == 51 || e.Len == 53:
		return "sent on"
	}
	return "answered otherwise"
}

// probed counts the hosts by the answer to their last probe.
func (t *teller) probed(xs []int32) (parts string, sure bool) {
	last := map[int32]string{}
	sure = true
	for _, i := range xs {
		x := &t.exch[i]
		a := t.answerOf(x)
		if x.reply >= 0 && !t.in.Events[x.reply].Sure && (a == "accepted" || a == "sent on") {
			sure = false
		}
		far := t.convs[x.conv].far
		if old := last[far]; a != "silent" || old == "" {
			last[far] = a
		}
	}
	n := map[string]int{}
	for _, a := range last {
		n[a]++
	}
	if len(last) == 1 {
		for a := range n {
			switch a {
			case "accepted":
				return "which accepted", sure
			case "sent on":
				return "which sent it on to other supernodes", sure
			case "silent":
				return "which did not answer", sure
			}
			return "which answered something else", sure
		}
	}
	say := func(a, one string) string {
		switch n[a] {
		case 0:
			return ""
		case len(last):
			if a == "silent" {
				return "none answered"
			}
			return "all " + one
		}
		return fmt.Sprintf("%d %s", n[a], one)
	}
	return list(say("accepted", "accepted"), say("sent on", "sent it on to other supernodes"),
		say("answered otherwise", "answered something else"), say("silent", "did not answer")), sure
}

func isShort(x *exchange) bool {
	return x.out && x.ask == askProbe && x.nack < 0 && x.resend < 0
}

func tellShortProbe(t *teller) {
	t.pick(func(x *exchange, c *conv) bool { return isShort(x) && !t.hosts[c.near].shy }, func(near int32, xs []int32) {
		d := t.begin(near)
		for _, x := range xs {
			d.exchange(x)
		}
		how, sure := t.probed(xs)
		hosts := t.hostsOf(xs, every)
		text := fmt.Sprintf("%s asked %s whether it may connect: %s", t.name(near), t.ends(t.convsOf(xs), "supernode"), how)
		if hosts == 1 {
			text = fmt.Sprintf("%s asked %s whether it may connect, %s", t.name(near), t.ends(t.convsOf(xs), "supernode"), how)
		}
		confidence, doubt := "certain", ""
		switch {
		case !t.anySure(xs):
			confidence, doubt = "strong", "What the messages say is told from their sizes"
			if t.hostsOf(xs, func(x *exchange) bool { return x.reply >= 0 }) == 0 {
				confidence = "weak"
			}
		case !t.allSure(xs):
			doubt = "Some of the messages were not read; what they say is told from their sizes"
		case !sure:
			doubt = "The questions were read, but what some of the answers say is told from their sizes"
		}
		d.emit(confidence, text, doubt)
	})
}

func (t *teller) anySure(xs []int32) bool {
	for _, x := range xs {
		if t.exch[x].sure {
			return true
		}
	}
	return false
}

// isLong reports a question that was rejected because it could not be decrypted.
func isLong(x *exchange) bool {
	return x.out && x.nack >= 0 && x.ask != askSearch && x.ask != askPublish
}

func tellLongProbe(t *teller) {
	t.pick(func(x *exchange, c *conv) bool { return isLong(x) }, func(near int32, xs []int32) {
		d := t.begin(near)
		resent, longer, resendSize := 0, 0, 0
		for _, i := range xs {
			d.exchange(i)
			x := &t.exch[i]
			if x.resend >= 0 {
				resent++
				resendSize = t.in.Events[x.resend].Len
				if x.req >= 0 && t.in.Events[x.resend].Len == t.in.Events[x.req].Len+resendMore {
					longer++
				}
			}
		}
		how, sure := t.probed(xs)
		text := fmt.Sprintf("%s asked %s without knowing its own public address, so that the node could not decrypt the question; the NAck told it%s",
			t.name(near), t.ends(t.convsOf(xs), "node"), t.toldShort(xs))
		if resent == 0 {
			text += ", but no Resend is in the capture"
		} else if len(xs) == 1 {
			text += fmt.Sprintf(", and the Resend of %s went to the node, %s", plural(resendSize, "byte"), how)
		} else {
			text += fmt.Sprintf(", and %s followed: %s", plural(resent, "Resend"), how)
		}
		confidence, doubt := "strong", ""
		switch {
		case resent == 0:
			confidence, doubt = "weak", "Only the NAck speaks for it"
		case longer < resent:
			doubt = "A Resend is usually 5 bytes longer than the question, and here not all are"
		case resent == len(xs):
			confidence = "certain"
		}
		if doubt == "" && !sure {
			doubt = "What the answer to the Resend says is told from its size"
		}
		d.emit(confidence, text, doubt)
	})
}

// toldShort is " 192.0.2.10", the address that NAcks told, or nothing.
func (t *teller) toldShort(xs []int32) string {
	for _, i := range xs {
		if n := t.exch[i].nack; n >= 0 && t.in.Events[n].Told != 0 {
			return " its address, " + address(t.in.Events[n].Told)
		}
	}
	return " so"
}

// contacts notes when each host was first asked anything by a client.
func (t *teller) contacts() []item {
	seen := map[uint64]bool{}
	var all []item
	for _, h := range t.order {
		for _, i := range t.hosts[h].ev {
			e := &t.in.Events[i]
			c := &t.convs[t.byID[e.Flow]]
			if !c.out(e) || c.f.TCP || e.What == Traceroute || e.What >= Question || e.What == Ack || e.What == NAck {
				continue
			}
			key := uint64(uint32(h))<<32 | uint64(uint32(c.far))
			if !seen[key] {
				seen[key] = true
				all = append(all, item{i: i, near: h, packet: e.Packet, at: t.time(i)})
			}
		}
	}
	order.Stable(all, func(a, b item) int { return int(int64(a.packet) - int64(b.packet)) })
	return all
}

func tellRedirect(t *teller) {
	news := t.contacts()
	t.pick(func(x *exchange, c *conv) bool { return x.out && t.answerOf(x) == "sent on" }, func(near int32, xs []int32) {
		d := t.begin(near)
		followed := map[int32]bool{} // first contacts soon after
		named := map[string]bool{}
		var names []string
		size, read := 0, 0
		for _, i := range xs {
			x := &t.exch[i]
			d.event(x.reply)
			e := &t.in.Events[x.reply]
			size = e.Len
			if len(e.Others) > 0 {
				read++
			}
			for _, o := range e.Others {
				if !named[o] {
					named[o] = true
					names = append(names, o)
				}
			}
			k, _ := slices.BinarySearchFunc(news, e.Packet, func(n item, p uint32) int { return int(int64(n.packet) - int64(p)) })
			for ; k < len(news) && len(followed) < 1000; k++ {
				n := &news[k]
				if !e.NoTime && clock(e.Time, n.at) > redirectTime {
					break
				}
				if x := t.of[n.i]; n.near == near && n.packet > e.Packet && !followed[n.i] && x > 0 && t.exch[x-1].ask == askProbe {
					followed[n.i] = true
					d.event(n.i)
				}
			}
		}
		hits := 0 // first contacts that a list names
		for i := range followed {
			if named[t.convs[t.byID[t.in.Events[i].Flow]].farEnd()] {
				hits++
			}
		}
		text := fmt.Sprintf("%s sent %s on to other supernodes", t.ends(t.convsOf(xs), "supernode"), t.name(near))
		switch {
		case len(names) > 0 && len(names) <= 5 && read == len(xs):
			text += ", to " + list(names...)
		case len(names) > 0 && len(names) <= 5:
			text += "; the list that was read names " + list(names...)
		case len(xs) == 1:
			text += fmt.Sprintf(" with a list of %s", plural(size, "byte"))
		}
		confidence, doubt := "strong", "The lists are compressed and were not read, so that the new nodes stem from them is told from the time only"
		if len(followed) > 0 {
			text += fmt.Sprintf(", and within %s it probed %s for the first time", span(redirectTime), plural(len(followed), "other node"))
		} else {
			text += ", and no new node was probed within " + span(redirectTime)
			confidence = "weak"
		}
		switch {
		case hits > 0 && hits == len(followed):
			text += ", all from such a list"
		case hits > 0:
			text += fmt.Sprintf(", %d of them from that list", hits)
		}
		if read > 0 {
			confidence, doubt = "certain", ""
			if read < len(xs) {
				doubt = fmt.Sprintf("Of %s, %d could be read; that the other nodes stem from the rest is told from the time only", plural(len(xs), "list"), read)
			}
		}
		d.emit(confidence, text, doubt)
	})
}

func tellFirstContact(t *teller) {
	for _, h := range t.order {
		if t.hosts[h].shy {
			continue
		}
		var first *exchange
		var number int32
		for _, i := range t.hosts[h].ev {
			if n := t.of[i]; n > 0 && t.exch[n-1].out {
				number, first = n-1, &t.exch[n-1]
				break
			}
		}
		// Only where a client is seen to join: it probes, or does not know its address.
		if first == nil || first.ask != askProbe && first.nack < 0 {
			continue
		}
		d := t.begin(h)
		d.exchange(number)
		c := &t.convs[first.conv]
		text := fmt.Sprintf("the first message of Skype of %s in this capture went from its port %d to %s", t.name(h), c.nearPort(), c.farEnd())
		switch {
		case first.nack >= 0:
			text += ", and the NAck shows that the client did not know its public address yet"
		case first.reply >= 0 || first.frags > 0:
			text += fmt.Sprintf(", which answered after %s", span(clock(t.start(first), t.time(max(first.reply, first.head-1)))))
		default:
			text += ", which did not answer"
		}
		d.emit("strong", text, "The program may have begun before the capture did")
		if len(t.phases) > 4*MaxPhases {
			break
		}
	}
}

func tellBootstrap(t *teller) {
	t.pick(func(x *exchange, c *conv) bool {
		return x.out && (x.ask == askProbe || x.ask == askUnknown) && c.farPort() == bootstrapPort
	}, func(near int32, xs []int32) {
		d := t.begin(near)
		known := map[int32]bool{}
		for _, i := range xs {
			d.exchange(i)
			c := &t.convs[t.exch[i].conv]
			if published(t.hosts[c.far].name) != "" {
				known[c.far] = true
			}
		}
		how, _ := t.probed(xs)
		asked := t.hostsOf(xs, every)
		text := fmt.Sprintf("%s asked %s on port %d, the port of the nodes that are built into the program: %s", t.name(near), t.ends(t.convsOf(xs), "node"), bootstrapPort, how)
		if asked == 1 {
			text = fmt.Sprintf("%s asked %s, on the port of the nodes that are built into the program, %s", t.name(near), t.ends(t.convsOf(xs), "node"), how)
		}
		confidence, doubt := "weak", "Only the port says that these are bootstrap nodes"
		if len(known) > 0 {
			confidence = "strong"
			doubt = fmt.Sprintf("Of %s, %d are published as Skype's own; the others only have the port", plural(asked, "address"), len(known))
			if len(known) == asked {
				doubt = ""
			}
		}
		d.emit(confidence, text, doubt)
	})
}

func tellUnanswered(t *teller) {
	t.pick(func(x *exchange, c *conv) bool {
		silent := x.out && x.req >= 0 && x.reply < 0 && x.ack < 0 && x.nack < 0 && x.frags == 0
		return silent && (t.hosts[c.near].shy || x.ask == askUnknown || x.ask == askOther)
	}, func(near int32, xs []int32) {
		d := t.begin(near)
		sends := 0
		for _, x := range xs {
			d.exchange(x)
			sends += int(t.exch[x].sends)
		}
		hosts := t.hostsOf(xs, every)
		again := ""
		if sends > len(xs) {
			again = fmt.Sprintf(", %s with the repetitions", plural(sends, "datagram"))
		}
		if !t.hosts[near].shy {
			text := fmt.Sprintf("%s sent %s to %s over UDP%s, and nobody answered", t.name(near), plural(len(xs), "message"), t.ends(t.convsOf(xs), "host"), again)
			if len(xs) == 1 && sends > 1 {
				text = fmt.Sprintf("%s sent one message %s to %s over UDP, and nobody answered", t.name(near), times(sends), t.ends(t.convsOf(xs), "host"))
			}
			d.emit("strong", text, "")
			return
		}
		confidence, doubt := "strong", ""
		if hosts < blockedSure {
			confidence = "weak"
			doubt = fmt.Sprintf("A client is said to ask %d nodes before it believes that UDP is blocked", blockedSure)
		}
		d.emit(confidence, fmt.Sprintf("%s sent %s from its port %d to %s over UDP%s, and in the whole capture not one datagram came back: UDP seems to be blocked",
			t.name(near), plural(len(xs), "message"), t.convs[t.exch[xs[0]].conv].nearPort(), t.ends(t.convsOf(xs), "host"), again), doubt)
	})
}

func tellOutside(t *teller) {
	dialed := map[pair][]item{} // connections that others opened, in order
	for n := range t.convs {
		c, k := &t.convs[n], &t.tcp[n]
		if k.is && !k.near && k.connect >= 0 && c.f.Word != "no" {
			packet, at := t.began(k.connect)
			both := pair{c.near, c.far}
			dialed[both] = append(dialed[both], item{i: int32(n), packet: packet, at: at})
		}
	}
	for _, list := range dialed {
		order.Stable(list, func(a, b item) int { return cmp.Compare(a.packet, b.packet) })
	}
	t.pick(func(x *exchange, c *conv) bool { return !x.out }, func(near int32, xs []int32) {
		d := t.begin(near)
		var acked, nacked, answered, silent int
		sure := true
		for _, i := range xs {
			d.exchange(i)
			x := &t.exch[i]
			switch {
			case x.reply >= 0 || x.frags > 0:
				answered++
			case x.nack >= 0:
				nacked++
			case x.ack >= 0:
				acked++
			default:
				silent++
			}
			sure = sure && (x.sure || x.ack >= 0 || x.nack >= 0)
		}
		came := map[int32]bool{} // connections that followed
		var wait int64
		for _, i := range xs {
			x := &t.exch[i]
			list := dialed[pair{near, t.convs[x.conv].far}]
			k, _ := slices.BinarySearchFunc(list, t.in.Events[x.head-1].Packet, func(n item, p uint32) int { return cmp.Compare(n.packet, p) })
			if k < len(list) && clock(t.start(x), list[k].at) <= answerTime && !came[list[k].i] {
				came[list[k].i] = true
				d.opening(list[k].i, 4)
				wait = clock(t.start(x), list[k].at)
			}
		}
		ack := "nothing but an Ack"
		if len(came) > 0 {
			ack = "an Ack"
		}
		say := func(n int, what string) string {
			switch {
			case n == 0:
				return ""
			case len(xs) == 1:
				return "it got " + what
			}
			return fmt.Sprintf("%d got %s", n, what)
		}
		what := "a message"
		if len(xs) > 1 {
			what = plural(len(xs), "message")
		}
		text := fmt.Sprintf("%s sent %s unasked to %s; %s", t.ends(t.convsOf(xs), "host"), what, t.name(near),
			list(say(answered, "an answer"), say(acked, ack), say(nacked, "a NAck"), say(silent, "no answer")))
		switch {
		case len(came) > 0 && len(xs) == 1:
			text += fmt.Sprintf(", and %s after its message it opened a TCP connection to the client", span(wait))
		case len(came) > 0:
			text += fmt.Sprintf("; %s over TCP to the client followed within %s", plural(len(came), "connection"), span(answerTime))
		}
		confidence, doubt := "certain", ""
		if !sure {
			confidence, doubt = "strong", "The messages were not read, and their questions may have come before the capture began"
		}
		d.emit(confidence, text, doubt)
	})
}
