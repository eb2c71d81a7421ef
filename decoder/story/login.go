package story

import (
	"fmt"
	"slices"
	"strings"
)

// A login is a conversation of false TLS records, step by step; -1 is a step that is missing.
type login struct {
	hello, back, key, reply int32 // L1 to L4
	segs                    []seg
}

func (t *teller) loginOf(n int32) login {
	c, k := &t.convs[n], &t.tcp[n]
	l := login{-1, -1, -1, -1, k.segs}
	for _, i := range c.ev {
		e := &t.in.Events[i]
		mine := c.out(e) == k.near
		set := func(p *int32) {
			if *p < 0 {
				*p = i
			}
		}
		switch {
		case e.What == LoginHello && mine:
			set(&l.hello)
		case e.What == LoginHello:
			set(&l.back)
		case e.What == LoginKey && mine:
			set(&l.key)
		case e.What == LoginReply && !mine:
			set(&l.reply)
		}
	}
	return l
}

// failed says why a login did not succeed, or "".
func (t *teller) failed(n int32) string {
	l, k := t.loginOf(n), &t.tcp[n]
	switch {
	case l.reply >= 0:
		return ""
	case l.key >= 0 && k.closed >= 0:
		return "the session key was answered by the end of the connection"
	case l.key >= 0:
		return "the session key was never answered"
	case l.hello >= 0 && l.back < 0:
		return "the first record was never answered"
	}
	return ""
}

// failedWord says how sure it is that some logins did not succeed.
func (t *teller) failedWord(ns []int32) string {
	if t.tcp[ns[0]].closed >= 0 {
		return "strong"
	}
	return "weak"
}

// old reports the login of 2004: 14, 14, 176 and 246 or 217 bytes in turn.
func (k *talk) old() bool {
	if len(k.turns) < 4 || !k.turns[0].out {
		return false
	}
	u := k.turns
	return u[0].n == 14 && u[1].n == 14 && u[2].n == 176 && (u[3].n == 246 || u[3].n == 217)
}

// isLogin reports a conversation with a login server.
func (t *teller) isLogin(n int32) bool {
	c, k := &t.convs[n], &t.tcp[n]
	if !k.is || len(k.segs) == 0 {
		return false
	}
	switch c.f.Talk {
	case "login":
		return true
	case "", "supernode":
		return k.near && k.old() && c.f.Word != "no" && (c.f.Talk != "" || published(t.hosts[c.far].name) != "" || c.farPort() == bootstrapPort)
	}
	return false
}

// loginPlace reports that a conversation goes where login servers are known to have been. Event
// servers are spoken to in the same way.
func (t *teller) loginPlace(n int32) bool {
	c := &t.convs[n]
	return c.farPort() == bootstrapPort || published(t.hosts[c.far].name) != ""
}

// isUnreached reports a connection in vain to a login server, as far as its port or its published
// address tells: a node that is asked over UDP, too, is none.
func (t *teller) isUnreached(n int32) bool {
	c, k := &t.convs[n], &t.tcp[n]
	if !k.is || !k.near || k.connect >= 0 || k.refused < 0 && k.noAnswer < 0 || len(k.segs) > 0 || !t.hosts[c.near].client {
		return false
	}
	if c.farPort() != bootstrapPort && !strings.Contains(published(t.hosts[c.far].name), "login server") {
		return false
	}
	hs := t.hosts[c.far].convs
	return !slices.ContainsFunc(hs[:min(len(hs), 64)], func(n int32) bool { return !t.convs[n].f.TCP })
}

// steps writes down the steps of a login.
func (t *teller) steps(n int32) string {
	l := t.loginOf(n)
	var parts []string
	size := func(i int32) int {
		for _, s := range l.segs {
			if t.in.Events[s.ev].Packet == t.in.Events[i].Packet {
				return s.n
			}
		}
		return t.in.Events[i].Len
	}
	if l.hello >= 0 {
		parts = append(parts, fmt.Sprintf("an empty TLS record of %s (L1)", plural(size(l.hello), "byte")))
	}
	if l.back >= 0 {
		parts = append(parts, fmt.Sprintf("another one back (L2, %s)", plural(size(l.back), "byte")))
	}
	if l.key >= 0 {
		parts = append(parts, fmt.Sprintf("the session key (L3, %s)", plural(size(l.key), "byte")))
	}
	if l.reply >= 0 {
		parts = append(parts, fmt.Sprintf("the answer (L4, %s)", plural(size(l.reply), "byte")))
	}
	if len(parts) == 0 { // the form of 2004
		for _, u := range t.tcp[n].turns[:min(4, len(t.tcp[n].turns))] {
			parts = append(parts, plural(u.n, "byte"))
		}
	}
	return list(parts...)
}

var ordinals = [...]string{"first", "second", "third", "fourth", "fifth", "sixth"}

// loginWord says how sure it is that one of some conversations is a login, and which one is.
func (t *teller) loginWord(ns []int32) (best int32, confidence, doubt string) {
	best = -1
	for _, n := range ns {
		l := t.loginOf(n)
		word, but := "certain", "Whether the server said yes cannot be seen, for the rest is encrypted"
		switch {
		case l.key < 0 && l.hello < 0:
			word, but = "weak", "Only sizes published for version 0.97 speak for it"
		case t.forPhone(n):
			word, but = "strong", "A call to a telephone followed within a minute: the servers that arrange such calls are spoken to in the same way, so that it may have been one of those"
		case l.key < 0 || l.hello < 0 || l.back < 0 || l.reply < 0:
			word, but = "strong", "Not all four steps are in the capture"
		case !t.loginPlace(n):
			word, but = "strong", fmt.Sprintf("Event servers are spoken to in the same way, and the port is not %d, that of the login servers", bootstrapPort)
		}
		if best < 0 || wordRank(word) > wordRank(confidence) {
			best, confidence, doubt = n, word, but
		}
	}
	return best, confidence, doubt
}

// forPhone reports a conversation like a login that may have arranged a call to a telephone
// instead.
func (t *teller) forPhone(n int32) bool {
	return t.phoneAsks()[n] && !strings.Contains(published(t.hosts[t.convs[n].far].name), "login server")
}

func wordRank(word string) int { return slices.Index([]string{"weak", "strong", "certain"}, word) }

func tellLogin(t *teller) {
	told := map[int32]int{}
	t.talks(func(n int32, c *conv, k *talk) bool { return t.isLogin(n) && t.failed(n) == "" }, func(near int32, ns []int32) {
		d := t.begin(near)
		for _, n := range ns {
			d.opening(n, 8)
		}
		best, confidence, doubt := t.loginWord(ns)
		nth := "another"
		if k := told[near]; k < len(ordinals) {
			nth = ordinals[k]
			d.p.Title = sentence(nth)
			d.p.Title = d.p.Title[:len(d.p.Title)-1] + " login"
		}
		told[near]++
		text := fmt.Sprintf("the %s login of %s in this capture, with %s: %s", nth, t.name(near), t.ends(ns, "server"), t.steps(best))
		if nth == "another" {
			text = fmt.Sprintf("another login of %s, with %s: %s", t.name(near), t.ends(ns, "server"), t.steps(best))
		}
		if len(ns) > 1 && t.convs[ns[0]].f.Talk == "login" {
			text += fmt.Sprintf("; %d conversations in all", len(ns))
		}
		d.emit(confidence, text, doubt)
	})
}

func tellLoginFailed(t *teller) {
	t.talks(func(n int32, c *conv, k *talk) bool { return t.isLogin(n) && t.failed(n) != "" }, func(near int32, ns []int32) {
		d := t.begin(near)
		for _, n := range ns {
			d.opening(n, 8)
			if k := &t.tcp[n]; k.closed >= 0 {
				d.event(k.closed)
			}
		}
		d.emit(t.failedWord(ns), fmt.Sprintf("a login of %s with %s did not succeed: %s", t.name(near), t.ends(ns, "server"), t.failed(ns[0])),
			"The capture may have missed the answer")
	})
	// Nobody answers where a login server should be.
	t.talks(func(n int32, c *conv, k *talk) bool { return t.isUnreached(n) }, func(near int32, ns []int32) {
		d := t.begin(near)
		refused := 0
		for _, n := range ns {
			d.opening(n, 0)
			if t.tcp[n].refused >= 0 {
				refused++
			}
		}
		how := "nobody answered"
		switch {
		case refused == len(ns):
			how = "was refused"
		case refused > 0:
			how = fmt.Sprintf("was refused %s and not answered %s", times(refused), times(len(ns)-refused))
		}
		d.p.Title = "Login server out of reach"
		d.emit("weak", fmt.Sprintf("%s tried to connect over TCP to %s, where a login server should be, and %s", t.name(near), t.ends(ns, "host"), how),
			"Only the port or the address says that it is a login server")
	})
	// Nobody answers, over UDP or TCP.
	for _, h := range t.order {
		if !t.hosts[h].shy {
			continue
		}
		any := false
		for _, n := range t.hosts[h].convs {
			if k := &t.tcp[n]; k.is && k.near && t.convs[n].near == h && (k.connect >= 0 || len(k.turns) > 1) && t.hosts[t.convs[n].far].skype {
				any = true
				break
			}
		}
		if any {
			continue
		}
		d := t.begin(h)
		hosts := map[int32]bool{}
		for _, i := range t.hosts[h].ev {
			if c := &t.convs[t.byID[t.in.Events[i].Flow]]; c.skype() || t.hosts[c.far].skype {
				d.event(i)
				hosts[c.far] = true
			}
		}
		d.emit("weak", fmt.Sprintf("%s reached none of %s, neither over UDP nor over TCP, so that it cannot have logged in", t.name(h), plural(len(hosts), "node")),
			"It may have gone on after the capture ended")
		if len(t.phases) > 8*MaxPhases {
			return
		}
	}
}

func tellAutomatic(t *teller) {
	in, start, kept := map[int32]bool{}, map[int32]int32{}, map[int32]int32{}
	note := func(m map[int32]int32, h, ev int32) {
		if old, ok := m[h]; !ok || t.in.Events[ev].Packet < t.in.Events[old].Packet {
			m[h] = ev
		}
	}
	for n := range t.convs {
		c, k := &t.convs[n], &t.tcp[n]
		if !k.is {
			continue
		}
		if t.isLogin(int32(n)) {
			in[c.near] = true
		}
		if t.isSupernode(int32(n)) && len(k.turns) >= 5 {
			note(kept, c.near, k.turns[0].ev)
		}
	}
	for i := range t.exch {
		if x := &t.exch[i]; isLong(x) && x.resend >= 0 {
			note(start, t.convs[x.conv].near, x.nack)
		}
	}
	for i := range t.in.Events {
		if e := &t.in.Events[i]; e.What == Latest || e.What == Installed {
			if n, ok := t.byID[e.Flow]; ok {
				note(start, t.convs[n].near, int32(i))
			}
		}
	}
	for _, h := range t.order {
		s, began := start[h]
		k, found := kept[h]
		if in[h] || !began || !found {
			continue
		}
		d := t.begin(h)
		d.event(s)
		d.event(k)
		d.emit("weak", fmt.Sprintf("%s joined the network and found a supernode, but no login server was asked: perhaps it logged in with stored credentials", t.name(h)),
			"That nothing is seen proves little: the login may have gone before the capture began, or by way of a supernode")
	}
}

func tellWeb(what What, keyword, purpose string) func(*teller) {
	return func(t *teller) {
		asked := map[int32]int32{}
		t.talks(func(n int32, c *conv, k *talk) bool {
			for _, i := range c.ev {
				if t.in.Events[i].What == what {
					asked[n] = i
					return true
				}
			}
			return false
		}, func(near int32, ns []int32) {
			d := t.begin(near)
			var size, back int
			for _, n := range ns {
				c, k := &t.convs[n], &t.tcp[n]
				d.event(asked[n])
				q := &t.in.Events[asked[n]]
				size = q.Len
				for _, s := range k.segs {
					if e := &t.in.Events[s.ev]; e.Packet == q.Packet {
						size = s.n
					}
				}
				for _, s := range k.segs {
					if e := &t.in.Events[s.ev]; s.out != c.out(q) && e.Packet > q.Packet {
						d.event(s.ev)
						back += s.n
					}
				}
			}
			text := fmt.Sprintf("%s asked %s over HTTP %s (%s, %s)", t.name(near), t.ends(ns, "host"), purpose, keyword, plural(size, "byte"))
			if len(ns) > 1 {
				text += fmt.Sprintf(" %d times", len(ns))
			}
			if back > 0 {
				text += fmt.Sprintf(" and got %s back", volume(uint64(back)))
			} else {
				text += " and got no answer"
			}
			d.emit("certain", text, "")
		})
	}
}

func tellEventServer(t *teller) {
	t.talks(func(n int32, c *conv, k *talk) bool { return c.f.Talk == "event" && len(k.segs) > 0 }, func(near int32, ns []int32) {
		d := t.begin(near)
		var out, in, answered int
		for _, n := range ns {
			d.opening(n, 16)
			for _, s := range t.tcp[n].segs {
				if s.out {
					out += s.n
				} else {
					in += s.n
				}
			}
			if t.loginOf(n).reply >= 0 {
				answered++
			}
		}
		text := fmt.Sprintf("%s spoke with the event server %s over TCP: %s", t.name(near), t.ends(ns, "server"), t.steps(ns[0]))
		if len(ns) > 1 {
			text = fmt.Sprintf("%s opened %s with %s, each beginning like a login: %s", t.name(near), plural(len(ns), "conversation"), t.ends(ns, "event server"), t.steps(ns[0]))
		}
		text += fmt.Sprintf("; %s went out and %s came back in all", volume(uint64(out)), volume(uint64(in)))
		confidence, doubt := "certain", "That it keeps contacts and events is published; what was said is encrypted"
		if answered == 0 {
			confidence, doubt = "strong", "The four steps of the beginning are not all in the capture"
		}
		d.emit(confidence, text, doubt)
	})
	t.pick(func(x *exchange, c *conv) bool { return x.out && c.farPort() == eventPort }, func(near int32, xs []int32) {
		d := t.begin(near)
		answered := 0
		for _, i := range xs {
			d.exchange(i)
			if t.exch[i].reply >= 0 {
				answered++
			}
		}
		x := &t.exch[xs[0]]
		text := fmt.Sprintf("%s sent %s", t.name(near), plural(len(xs), "question"))
		if x.req >= 0 {
			text += " of " + plural(t.in.Events[x.req].Len, "byte")
		}
		text += fmt.Sprintf(" over UDP to %s, on the port of the event servers; %d brought an answer", t.ends(t.convsOf(xs), "server"), answered)
		d.emit("weak", text, "Only the port says so, and one capture")
	})
}

func tellNames(t *teller) {
	near := int32(-1) // whoever asks in a flow that is not known
	if len(t.order) == 1 {
		near = t.order[0]
	}
	var items []item
	var others []int32 // questions for other names of Skype's
	for i := range t.in.Events {
		e := &t.in.Events[i]
		if e.What != Question && e.What != Answer {
			continue
		}
		if e.What == Question && !e.Sure {
			others = append(others, int32(i))
			continue
		}
		h := near
		if n, ok := t.byID[e.Flow]; ok {
			h = t.convs[n].near
		}
		items = append(items, item{i: int32(i), near: h, packet: e.Packet, at: t.time(int32(i)), end: t.time(int32(i))})
	}
	t.groups(items, func(h int32, is []int32) {
		d := t.begin(h)
		var names []string
		seen := map[string]bool{}
		var asked, answered int
		for _, i := range is {
			d.event(i)
			e := &t.in.Events[i]
			if e.What == Question {
				asked++
			} else {
				answered++
			}
			if name := e.Name; name != "" && !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
		who := "somebody"
		if h >= 0 {
			who = t.name(h)
		}
		what := list(names...)
		switch {
		case len(names) == 0:
			what = "names of Skype"
		case len(names) > 4:
			what = list(append(names[:3:3], plural(len(names)-3, "other name"))...)
		}
		later := t.namesBetween(others, is[0], is[len(is)-1])
		if later > 0 && len(names) > 0 && asked > 0 {
			what = fmt.Sprintf("%s, and for %s of Skype's later years", what, plural(later, "name"))
		}
		nobody := " and got no answer"
		if later > 0 {
			nobody = "; no answer is in the capture"
		}
		text := fmt.Sprintf("%s asked the name server for %s", who, what)
		if answered == 0 {
			text += nobody
		} else if asked == 0 {
			text = fmt.Sprintf("the name server told %s where %s is", who, what)
		}
		d.emit("certain", text, "")
	})
}

// namesBetween counts the names asked for from one event to another and a little around them.
func (t *teller) namesBetween(questions []int32, first, last int32) int {
	seen := map[string]bool{}
	for _, i := range questions {
		if clock(t.time(i), t.time(first)) <= groupGap && clock(t.time(last), t.time(i)) <= groupGap {
			seen[t.in.Events[i].Name] = true
		}
	}
	return len(seen)
}

func tellMeasure(t *teller) {
	var items []item
	for i := range t.in.Events {
		e := &t.in.Events[i]
		n, ok := t.byID[e.Flow]
		if e.What != Traceroute || !ok {
			continue
		}
		items = append(items, item{i: int32(i), near: t.convs[n].near, packet: e.Packet, at: t.time(int32(i)), end: t.time(int32(i))})
	}
	t.groups(items, func(h int32, is []int32) {
		d := t.begin(h)
		var ns []int32
		for _, i := range is {
			d.event(i)
			ns = append(ns, t.byID[t.in.Events[i].Flow])
		}
		d.emit("weak", fmt.Sprintf("%s sent %s to %s, to ports from %d on, as programs do that measure the way through the network", t.name(h), plural(len(is), "datagram"), t.ends(ns, "host"), tracePort),
			"They are no messages of Skype; that they belong to the login is told from the time and from similar networks in two captures only")
	})
}
