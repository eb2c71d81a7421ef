package story

import (
	"fmt"
	"slices"
)

// pinged is one conversation's pings in a row, when they are a NAT test or have a rhythm.
type pinged struct {
	conv   int32
	xs     []int32
	period int64 // 0: back to back
}

// pings sorts the pings of each conversation: NAT tests, rhythms, and the rest.
func (t *teller) pings() (tests, rhythms []pinged, special map[int32]bool) {
	special = map[int32]bool{}
	var xs []int32
	flush := func() {
		if len(xs) == 0 {
			return
		}
		n := t.exch[xs[0]].conv
		for i := 0; i < len(xs); {
			j := i + 1
			for j < len(xs) && t.timed(xs[i]) && t.timed(xs[j]) && clock(t.start(&t.exch[xs[i]]), t.start(&t.exch[xs[j]])) <= natSpan {
				j++
			}
			if j-i >= natPings {
				tests = append(tests, pinged{conv: n, xs: slices.Clone(xs[i:j])})
				for _, x := range xs[i:j] {
					special[x] = true
				}
				i = j
				continue
			}
			i++
		}
		var rest []int32
		for _, x := range xs {
			if !special[x] && t.timed(x) {
				rest = append(rest, x)
			}
		}
		for _, r := range t.rhythm(rest) {
			r.conv = n
			rhythms = append(rhythms, r)
			for _, x := range r.xs {
				special[x] = true
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
		if x.out && x.req >= 0 && x.nack < 0 && x.frags == 0 && !t.hosts[t.convs[x.conv].near].shy && (x.ask == askPing || x.ask == askUnknown && x.reply >= 0) {
			xs = append(xs, int32(i))
		}
	}
	flush()
	return tests, rhythms, special
}

func (t *teller) timed(x int32) bool { return !t.in.Events[t.exch[x].head-1].NoTime }

// rhythm finds runs of exchanges that follow each other at equal gaps.
func (t *teller) rhythm(xs []int32) (all []pinged) {
	gap := func(i int) int64 { return clock(t.start(&t.exch[xs[i]]), t.start(&t.exch[xs[i+1]])) }
	for i := 0; i+1 < len(xs); {
		first := gap(i)
		j := i + 1
		if first >= rhythmGap {
			lo, hi := first-first/rhythmShare, later(first, first/rhythmShare)
			for j+1 < len(xs) && gap(j) >= lo && gap(j) <= hi {
				j++
			}
		}
		if j-i+1 >= rhythmLeast {
			all = append(all, pinged{xs: slices.Clone(xs[i : j+1]), period: clock(t.start(&t.exch[xs[i]]), t.start(&t.exch[xs[j]])) / int64(j-i)})
			i = j + 1
			continue
		}
		i++
	}
	return all
}

// allSure reports whether every exchange was read.
func (t *teller) allSure(xs []int32) bool {
	for _, x := range xs {
		if !t.exch[x].sure {
			return false
		}
	}
	return true
}

const doubtPing = "The messages were not read; Adami et al. call any exchange of two obfuscated messages a ping"

func tellPing(t *teller) {
	_, _, special := t.pings()
	for i := range t.exch { // the rest of the story is told elsewhere
		if t.exch[i].ask != askPing {
			special[int32(i)] = true
		}
	}
	t.pick(func(x *exchange, c *conv) bool {
		return x.out && x.ask == askPing && x.nack < 0 && !special[t.number(x)] && !t.hosts[c.near].shy
	}, func(near int32, xs []int32) {
		d := t.begin(near)
		answered := t.hostsOf(xs, func(x *exchange) bool { return x.reply >= 0 })
		asked := t.hostsOf(xs, every)
		for _, x := range xs {
			d.exchange(x)
		}
		text := fmt.Sprintf("%s pinged %s", t.name(near), t.ends(t.convsOf(xs), "host"))
		switch {
		case answered == 0:
			text += ", and nobody answered"
		case asked == 1:
			text += ", which answered" + t.toldBy(xs)
		case answered == asked:
			text += "; all answered" + t.toldBy(xs)
		default:
			text += fmt.Sprintf("; %d of them answered%s", answered, t.toldBy(xs))
		}
		confidence, doubt := "certain", ""
		if !t.allSure(xs) {
			confidence, doubt = "strong", doubtPing
		}
		d.emit(confidence, text, doubt)
	})
}

// number is the place of an exchange in the teller's list.
func (t *teller) number(x *exchange) int32 {
	// Every exchange has a first event, and the event knows its exchange.
	return t.of[x.head-1] - 1
}

// toldBy says which public address the answers report.
func (t *teller) toldBy(xs []int32) string {
	seen := map[uint32]int{}
	for _, i := range xs {
		for _, e := range [...]int32{t.exch[i].reply, t.exch[i].nack, t.exch[i].ack} {
			if e >= 0 && t.in.Events[e].Told != 0 {
				seen[t.in.Events[e].Told]++
			}
		}
	}
	var best uint32
	for a, n := range seen {
		if n > seen[best] || n == seen[best] && a < best {
			best = a
		}
	}
	switch len(seen) {
	case 0:
		return ""
	case 1:
		return " that it is seen as " + address(best)
	}
	return fmt.Sprintf(" with %d different public addresses, most often %s", len(seen), address(best))
}

func tellNATTest(t *teller) {
	tests, _, _ := t.pings()
	var items []item
	for i, p := range tests {
		x, y := &t.exch[p.xs[0]], &t.exch[p.xs[len(p.xs)-1]]
		items = append(items, item{i: int32(i), near: t.convs[p.conv].near, packet: t.in.Events[x.head-1].Packet, at: t.start(x), end: t.end(y)})
	}
	t.groups(items, func(near int32, is []int32) {
		d := t.begin(near)
		var convs, xs []int32
		longest, fewest, most := int64(0), int(^uint(0)>>1), 0
		for _, i := range is {
			p := &tests[i]
			convs = append(convs, p.conv)
			longest = max(longest, clock(t.start(&t.exch[p.xs[0]]), t.start(&t.exch[p.xs[len(p.xs)-1]])))
			fewest, most = min(fewest, len(p.xs)), max(most, len(p.xs))
			for _, x := range p.xs {
				d.exchange(x)
				xs = append(xs, x)
			}
		}
		times := fmt.Sprintf("%d times each", most)
		switch {
		case fewest != most:
			times = fmt.Sprintf("%d to %d times each", fewest, most)
		case len(is) == 1:
			times = fmt.Sprintf("%d times", most)
		}
		text := fmt.Sprintf("%s pinged %s back to back, %s within %s", t.name(near), t.ends(convs, "node"), times, span(longest))
		if told := t.toldBy(xs); told != "" {
			text += ", and was told" + told
		}
		d.emit("strong", text, "That this tests how the router maps ports is our reading of the rhythm; no source says so")
	})
}

func tellPeriodic(t *teller) {
	_, rhythms, _ := t.pings()
	var items []item
	for i, p := range rhythms {
		x, y := &t.exch[p.xs[0]], &t.exch[p.xs[len(p.xs)-1]]
		items = append(items, item{i: int32(i), near: t.convs[p.conv].near, packet: t.in.Events[x.head-1].Packet, at: t.start(x), end: t.end(y)})
	}
	t.groups(items, func(near int32, is []int32) {
		d := t.begin(near)
		var convs, xs []int32
		lo, hi := rhythms[is[0]].period, rhythms[is[0]].period
		n := 0
		for _, i := range is {
			p := &rhythms[i]
			convs = append(convs, p.conv)
			lo, hi = min(lo, p.period), max(hi, p.period)
			n += len(p.xs)
			for _, x := range p.xs {
				d.exchange(x)
			}
			xs = append(xs, p.xs...)
		}
		each := "every " + span(lo)
		if span(lo) != span(hi) {
			each = fmt.Sprintf("every %s to %s", span(lo), span(hi))
		}
		text := fmt.Sprintf("%s pinged %s %s, %s in all, as nodes do that keep in touch", t.name(near), t.ends(convs, "host"), each, plural(n, "time"))
		if t.hostsOf(xs, func(x *exchange) bool { return x.reply >= 0 }) == 0 {
			text = fmt.Sprintf("%s pinged %s %s, %s in all, and nobody answered", t.name(near), t.ends(convs, "host"), each, plural(n, "time"))
		}
		confidence, doubt := "strong", ""
		if !t.allSure(xs) {
			doubt = doubtPing
		}
		if n == len(is)*rhythmLeast {
			confidence = "weak"
			doubt = "So few pings show little of a rhythm"
		}
		d.emit(confidence, text, doubt)
	})
}

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

// isLong reports a question that was rejected because it could not be read.
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
		text := fmt.Sprintf("%s asked %s without knowing its own public address, so that the question could not be read; the NAck told it%s",
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
	slices.SortStableFunc(all, func(a, b item) int { return int(int64(a.packet) - int64(b.packet)) })
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
		if !t.hosts[near].shy {
			d.emit("strong", fmt.Sprintf("%s sent %s to %s over UDP that nobody answered", t.name(near), plural(sends, "message"), t.ends(t.convsOf(xs), "host")), "")
			return
		}
		confidence, doubt := "strong", ""
		if hosts < blockedSure {
			confidence = "weak"
			doubt = fmt.Sprintf("A client is said to ask %d nodes before it believes that UDP is blocked", blockedSure)
		}
		d.emit(confidence, fmt.Sprintf("%s sent %s from its port %d to %s over UDP, and in the whole capture not one came back: UDP seems to be blocked",
			t.name(near), plural(sends, "message"), t.convs[t.exch[xs[0]].conv].nearPort(), t.ends(t.convsOf(xs), "host")), doubt)
	})
}

func tellOutside(t *teller) {
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
			list(say(answered, "an answer"), say(acked, "nothing but an Ack"), say(nacked, "a NAck"), say(silent, "no answer")))
		confidence, doubt := "certain", ""
		if !sure {
			confidence, doubt = "strong", "The messages were not read, and their questions may have come before the capture began"
		}
		d.emit(confidence, text, doubt)
	})
}
