package story

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

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
		items = append(items, item{i: int32(n), near: c.near, packet: t.in.Events[i].Packet, at: t.time(i), end: t.time(i)})
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

// accepted finds the exchange over UDP in which the far end of a conversation said yes to its
// client, before event i; -1 when there is none.
func (t *teller) accepted(n, i int32) int32 {
	if t.super == nil {
		t.super = map[string][]int32{}
		for x := range t.exch {
			y := &t.exch[x]
			if y.out && y.ask == askProbe && t.answerOf(y) == "accepted" {
				key := t.key(y.conv)
				t.super[key] = append(t.super[key], int32(x))
			}
		}
	}
	best := int32(-1)
	for _, x := range t.super[t.key(n)] {
		if t.in.Events[t.exch[x].reply].Packet < t.in.Events[i].Packet {
			best = x
		} else {
			break
		}
	}
	return best
}

// key names a client and a far end.
func (t *teller) key(n int32) string {
	c := &t.convs[n]
	return t.hosts[c.near].name + " " + c.farEnd()
}

func tellFound(t *teller) {
	t.talks(func(n int32, c *conv, k *talk) bool {
		if !k.near || k.connect < 0 {
			return false
		}
		if _, refused, _ := k.handshake(); refused {
			return false
		}
		x := t.accepted(n, k.connect)
		return x >= 0 && clock(t.end(&t.exch[x]), t.time(k.connect)) <= acceptTime
	}, func(near int32, ns []int32) {
		d := t.begin(near)
		sure := true
		var wait int64
		for _, n := range ns {
			k := &t.tcp[n]
			x := t.accepted(n, k.connect)
			d.exchange(x)
			d.event(k.connect)
			wait = max(wait, clock(t.time(t.exch[x].reply), t.time(k.connect)))
			sure = sure && t.in.Events[t.exch[x].reply].Sure
		}
		same := "the same address and port"
		if len(ns) > 1 {
			same = "the same addresses and ports"
		}
		text := fmt.Sprintf("%s said yes to the probe of %s, and within %s the client opened a TCP connection to %s", t.ends(ns, "supernode"), t.name(near), span(wait), same)
		confidence, doubt := "certain", ""
		if !sure {
			confidence, doubt = "strong", "That the answer means yes is told from its size"
		}
		d.emit(confidence, text, doubt)
	})
}

// forms are the published sizes of the handshake with a supernode.
var forms = []struct {
	version      string
	askLo, askHi int // T3
	backLo, back int // T4; 0: any
	then         []int
	thenLo, hi   int // T5, instead of then
}{
	{"0.97", 34, 35, 146, 148, nil, 61, 67},
	{"1.2 for Linux and 1.4", 22, 29, keptReply + 1, 0, []int{4, 15, 16, 17}, 0, 0},
}

// handshake looks at the first five turns of a conversation.
func (k *talk) handshake() (fits, refused bool, version string) {
	if len(k.turns) < 4 || !k.turns[0].out || k.turns[0].n != handshakeFirst {
		return false, false, ""
	}
	t3, t4 := k.turns[2].n, k.turns[3].n
	for _, f := range forms {
		if t3 < f.askLo || t3 > f.askHi {
			continue
		}
		if t4 == refusedReply {
			return true, true, f.version
		}
		if t4 < f.backLo || f.back > 0 && t4 > f.back {
			continue
		}
		if len(k.turns) < 5 {
			return true, false, f.version
		}
		t5 := k.turns[4].n
		if f.then != nil && slices.Contains(f.then, t5) || f.then == nil && t5 >= f.thenLo && t5 <= f.hi {
			return true, false, f.version
		}
	}
	return false, t4 == refusedReply, ""
}

// isSupernode reports a conversation with a supernode: one that was recognised, or that follows
// an accepted probe and begins like one. With the other party of a call or a transfer it is
// signalling instead, unless that party accepted a probe, too.
func (t *teller) isSupernode(n int32) bool {
	c, k := &t.convs[n], &t.tcp[n]
	if !k.is || !k.near || c.f.Word == "no" || len(k.turns) < 2 {
		return false
	}
	switch c.f.Talk {
	case "supernode":
		return !t.media[pair{c.near, c.far}] || t.accepted(n, k.turns[0].ev) >= 0
	case "":
		return k.turns[0].out && k.turns[0].n == handshakeFirst && t.accepted(n, k.turns[0].ev) >= 0
	}
	return false
}

func tellHandshake(t *teller) {
	for n := range t.convs {
		if !t.isSupernode(int32(n)) {
			continue
		}
		c, k := &t.convs[n], &t.tcp[n]
		d := t.begin(c.near)
		d.opening(int32(n), 8)
		var parts []string
		for _, u := range k.turns[:min(5, len(k.turns))] {
			parts = append(parts, fmt.Sprint(u.n))
		}
		fits, refused, version := k.handshake()
		yes := t.accepted(int32(n), k.turns[0].ev)
		text := fmt.Sprintf("%s and %s began a conversation over TCP with %s bytes in turn", t.name(c.near), c.farEnd(), list(parts...))
		switch {
		case refused:
			text += fmt.Sprintf(", and the answer of %d bytes is published as a refusal", refusedReply)
			d.p.Title = "Supernode refuses"
		case fits:
			text += ", sizes published for version " + version
		}
		if yes >= 0 {
			text += ", after its probe over UDP was accepted"
		}
		confidence, doubt := "weak", "Only sizes speak for it"
		switch {
		case c.f.Talk == "supernode" && (yes >= 0 && t.exch[yes].sure || c.f.Word == "certain"):
			confidence, doubt = "certain", ""
		case c.f.Talk == "supernode", yes >= 0 && fits:
			confidence, doubt = "strong", ""
			if !fits && yes < 0 {
				doubt = "Neither an accepted probe nor published sizes come with it"
			}
		}
		if refused {
			confidence, doubt = "weak", "The size of a refusal was published by one source, for version 1.4 only"
		}
		d.emit(confidence, text, doubt)
		if len(t.phases) > 8*MaxPhases {
			return
		}
	}
}

func tellAttempts(t *teller) {
	t.talks(func(n int32, c *conv, k *talk) bool {
		return k.near && k.connect < 0 && (k.refused >= 0 || k.noAnswer >= 0) && t.hosts[c.far].skype && t.hosts[c.near].client
	}, func(near int32, ns []int32) {
		d := t.begin(near)
		refused, ports := 0, map[uint16]bool{}
		for _, n := range ns {
			if t.tcp[n].refused >= 0 {
				refused++
				d.event(t.tcp[n].refused)
			} else {
				d.event(t.tcp[n].noAnswer)
			}
			ports[t.convs[n].farPort()] = true
		}
		text := fmt.Sprintf("%s tried to connect to %s over TCP in vain", t.name(near), t.ends(ns, "node"))
		switch {
		case len(ns) == 1 && refused == 1:
			text += ": it was refused"
		case len(ns) == 1:
			text += ": nobody answered"
		default:
			text += fmt.Sprintf(", %s on %s: %d refused, %d unanswered", plural(len(ns), "time"), plural(len(ports), "port"), refused, len(ns)-refused)
		}
		d.emit("strong", text, "That the attempts are Skype's is told from what else these hosts do")
	})
}

// A try is how a host was spoken to.
type try struct {
	what   string // "UDP", "TCP", "443", "80"
	ev     int32
	packet uint32
}

func tellOrder(t *teller) {
	tries := map[pair][]try{}
	note := func(c *conv, what string, ev int32) {
		k := pair{c.near, c.far}
		for _, x := range tries[k] {
			if x.what == what {
				return
			}
		}
		tries[k] = append(tries[k], try{what, ev, t.in.Events[ev].Packet})
	}
	for i := range t.exch {
		if x := &t.exch[i]; x.out && x.req >= 0 {
			note(&t.convs[x.conv], "UDP", x.req)
		}
	}
	for n := range t.convs {
		c, k := &t.convs[n], &t.tcp[n]
		ev, ok := t.opening(int32(n))
		if !k.is || !k.near || !ok || c.f.Talk == "login" || c.f.Talk == "event" || c.f.Talk == "update" || !t.hosts[c.far].skype {
			continue
		}
		switch p := c.farPort(); {
		case p == 443:
			note(c, "443", ev)
		case p == 80:
			note(c, "80", ev)
		case p > 1024:
			note(c, "TCP", ev)
		}
	}
	type order struct {
		near  int32
		words string
	}
	seen := map[order][]pair{}
	for k, list := range tries {
		if len(list) < 2 {
			continue
		}
		slices.SortFunc(list, func(a, b try) int { return cmp.Compare(a.packet, b.packet) })
		var words []string
		for _, x := range list {
			words = append(words, x.what)
		}
		o := order{k.near, strings.Join(words, ", ")}
		seen[o] = append(seen[o], k)
	}
	for _, h := range t.order {
		var orders []order
		total := 0
		for o, fs := range seen {
			if o.near == h && fellBack(o.words) {
				orders = append(orders, o)
				total += len(fs)
			}
		}
		if total == 0 {
			continue
		}
		slices.SortFunc(orders, func(a, b order) int {
			return cmp.Or(cmp.Compare(len(seen[b]), len(seen[a])), cmp.Compare(a.words, b.words))
		})
		d := t.begin(h)
		var parts []string
		baset, ehlert := 0, 0
		for i, o := range orders {
			for _, k := range seen[o] {
				for _, x := range tries[k] {
					d.event(x.ev)
				}
			}
			a, b := strings.Index(o.words, "443"), strings.Index(o.words, " 80")
			switch {
			case a >= 0 && b >= 0 && b < a:
				baset += len(seen[o])
			case a >= 0 && b >= 0:
				ehlert += len(seen[o])
			}
			if i < 3 {
				ways := strings.NewReplacer(", ", ", then ", "TCP", "TCP to a high port", "443", "port 443", "80", "port 80").Replace(o.words)
				parts = append(parts, fmt.Sprintf("%s (%s)", ways, plural(len(seen[o]), "host")))
			}
		}
		text := fmt.Sprintf("%s tried several ways to the same hosts, in this order: %s", t.name(h), strings.Join(parts, "; "))
		switch {
		case baset > 0 && ehlert == 0:
			text += "; port 80 before 443 is the order that Baset and Schulzrinne print"
		case ehlert > 0 && baset == 0:
			text += "; port 443 before 80 is the order that Ehlert and Petgang print"
		case ehlert > 0:
			text += "; both published orders of 80 and 443 occur"
		default:
			text += "; which of 80 and 443 comes first, where the sources differ, is not seen here"
		}
		confidence, doubt := "strong", ""
		if total < 3 {
			confidence, doubt = "weak", "So few hosts may have been tried for other reasons"
		}
		d.emit(confidence, text, doubt)
		if len(t.phases) > 8*MaxPhases {
			return
		}
	}
}

// fellBack reports that an order ends with less than it began with: not just UDP and the TCP
// conversation that follows an accepted probe.
func fellBack(words string) bool {
	return words != "UDP, TCP" && words != "TCP, UDP"
}

func tell443(t *teller) {
	t.talks(func(n int32, c *conv, k *talk) bool { return c.f.Talk == "false-https" }, func(near int32, ns []int32) {
		d := t.begin(near)
		fixed, other, none, elsewhere := 0, 0, 0, 0
		for _, n := range ns {
			c, k := &t.convs[n], &t.tcp[n]
			d.opening(n, 2)
			if c.farPort() != 443 && c.nearPort() != 443 {
				elsewhere++
			}
			hello := false
			for _, i := range c.ev {
				e := &t.in.Events[i]
				if e.What == FalseHello && c.out(e) != k.near {
					hello = true
					d.event(i)
					break
				}
			}
			switch {
			case hello:
				fixed++
			case slices.ContainsFunc(k.segs, func(s seg) bool { return s.out != k.near }):
				other++
			default:
				none++
			}
		}
		what := "connections"
		if len(ns) == 1 {
			what = "connection"
		}
		where := "on port 443"
		if elsewhere > 0 {
			where = "on port 443 or another one"
		}
		text := fmt.Sprintf("%s opened %d %s %s to %s with Skype's fixed false TLS hello", t.name(near), len(ns), what, where, t.ends(ns, "host"))
		say := func(n int, s string) string {
			if n == 0 {
				return ""
			}
			if len(ns) == 1 {
				return "it " + s
			}
			return fmt.Sprintf("%d %s", n, s)
		}
		text += ": " + list(say(fixed, "got a false hello back"), say(other, "got other bytes back"), say(none, "got nothing back"))
		d.emit("certain", text, "")
	})
}

func tell80(t *teller) {
	t.talks(func(n int32, c *conv, k *talk) bool { return c.f.Talk == "port-80" }, func(near int32, ns []int32) {
		d := t.begin(near)
		for _, n := range ns {
			d.opening(n, 4)
		}
		var parts []string
		for _, u := range t.tcp[ns[0]].turns[:min(3, len(t.tcp[ns[0]].turns))] {
			parts = append(parts, fmt.Sprint(u.n))
		}
		text := fmt.Sprintf("%s spoke with %s on port 80, but not HTTP", t.name(near), t.ends(ns, "host"))
		if len(parts) > 0 {
			text += fmt.Sprintf("; the first messages have %s bytes", list(parts...))
		}
		confidence := "strong"
		if slices.ContainsFunc(ns, func(n int32) bool { return t.convs[n].f.Word == "certain" }) {
			confidence = "certain"
		}
		d.emit(confidence, text, "")
	})
}

func tellModern(t *teller) {
	t.talks(func(n int32, c *conv, k *talk) bool { return c.f.Talk == "modern" }, func(near int32, ns []int32) {
		d := t.begin(near)
		for _, n := range ns {
			d.opening(n, 4)
		}
		d.emit("weak", fmt.Sprintf("%s spoke with %s over TCP in %s of the kind that versions from 5 on use, which begin with an exchange of keys and cannot be read",
			t.name(near), t.ends(ns, "host"), plural(len(ns), "stream")), "Such streams are told from what else the host does and from what they lack")
	})
}

func tellRefresh(t *teller) {
	for n := range t.convs {
		if !t.isSupernode(int32(n)) && t.convs[n].f.Talk != "false-https" && t.convs[n].f.Talk != "port-80" {
			continue
		}
		c, k := &t.convs[n], &t.tcp[n]
		// Segments of one size that bring 4 bytes back, about every minute.
		lastOf := map[int][]int32{}
		for i, s := range k.segs {
			if !s.out || s.n <= refreshBack || t.in.Events[s.ev].NoTime {
				continue
			}
			for _, r := range k.segs[i+1 : min(i+4, len(k.segs))] {
				if !r.out && r.n == refreshBack {
					lastOf[s.n] = append(lastOf[s.n], s.ev, r.ev)
					break
				}
			}
		}
		size, run := 0, []int32(nil)
		for n, evs := range lastOf {
			r := minutely(t, evs)
			if len(r) > len(run) || len(r) == len(run) && (n == refreshSize || size != refreshSize && n < size) {
				size, run = n, r
			}
		}
		one := len(run) < 4 && len(lastOf[refreshSize]) > 0
		if one { // a single refresh of the published size, about a minute after the beginning
			size, run = refreshSize, lastOf[refreshSize][:2]
			first := t.time(k.segs[0].ev)
			if clock(first, t.time(run[0])) < refreshGap-2*refreshSlip || clock(first, t.time(run[0])) > refreshGap+2*refreshSlip {
				continue
			}
		}
		if len(run) < 2 || !one && len(run) < 4 {
			continue
		}
		d := t.begin(c.near)
		for _, i := range run {
			d.event(i)
		}
		confidence, doubt := "strong", ""
		text := fmt.Sprintf("%s sent its supernode %s %s %d times, one minute apart, and got %d bytes back each time", t.name(c.near), c.farEnd(), plural(size, "byte"), len(run)/2, refreshBack)
		if one {
			confidence, doubt = "weak", "One refresh shows no rhythm"
			text = fmt.Sprintf("%s sent its supernode %s %s about a minute after the beginning and got %d bytes back", t.name(c.near), c.farEnd(), plural(size, "byte"), refreshBack)
		} else if size != refreshSize {
			confidence, doubt = "weak", fmt.Sprintf("The published size of a refresh is %d bytes", refreshSize)
		} else if len(run) < 6 {
			confidence, doubt = "weak", "Two refreshes make one gap, which shows little of a rhythm"
		}
		d.emit(confidence, text, doubt)
		if len(t.phases) > 8*MaxPhases {
			return
		}
	}
}

// minutely is the longest run of pairs whose first events are a minute apart.
func minutely(t *teller, evs []int32) (best []int32) {
	for i := 0; i+1 < len(evs); {
		j := i
		for j+3 < len(evs) {
			g := clock(t.time(evs[j]), t.time(evs[j+2]))
			if g < refreshGap-refreshSlip || g > refreshGap+refreshSlip {
				break
			}
			j += 2
		}
		if j > i && j+2-i > len(best) {
			best = evs[i : j+2]
		}
		i = max(j, i+2)
	}
	return best
}

// ended is a supernode conversation that was closed, with the one that replaced it.
type ended struct {
	conv, next int32 // next: -1 when none was opened in time
	at         int32 // event
	relogin    bool  // the client logged in before the next one
}

// endings finds the supernode conversations that ended.
func (t *teller) endings() (all []ended) {
	var supers, logins []item
	for n := range t.convs {
		c, k := &t.convs[n], &t.tcp[n]
		ev, ok := t.opening(int32(n))
		if !ok {
			continue
		}
		x := item{i: int32(n), near: c.near, packet: t.in.Events[ev].Packet, at: t.time(ev)}
		switch {
		case t.isSupernode(int32(n)):
			if _, refused, _ := k.handshake(); !refused {
				supers = append(supers, x)
			}
		case c.f.Talk == "login" && k.near:
			logins = append(logins, x)
		}
	}
	alone := t.lastOpen(supers)
	byNear := func(a, b item) int { return cmp.Or(cmp.Compare(a.near, b.near), cmp.Compare(a.packet, b.packet)) }
	slices.SortFunc(supers, byNear)
	slices.SortFunc(logins, byNear)
	after := func(list []item, near int32, packet uint32) *item {
		i, _ := slices.BinarySearchFunc(list, item{near: near, packet: packet}, byNear)
		if i < len(list) && list[i].near == near {
			return &list[i]
		}
		return nil
	}
	for i := range supers {
		s := &supers[i]
		k := &t.tcp[s.i]
		if k.closed < 0 || !alone[s.i] {
			continue
		}
		at := t.in.Events[k.closed].Packet
		e := ended{conv: s.i, next: -1, at: k.closed}
		next := after(supers, s.near, at+1)
		if next != nil && clock(t.time(k.closed), next.at) <= afterLoss {
			e.next = next.i
			if l := after(logins, s.near, at+1); l != nil && l.packet < next.packet {
				e.relogin = true
			}
		}
		all = append(all, e)
	}
	return all
}

// lastOpen says of each conversation with a supernode whether it was the client's last one when
// it was closed. Later versions have several at a time.
func (t *teller) lastOpen(supers []item) map[int32]bool {
	type edge struct {
		conv, near int32
		packet     uint32
		close      bool
	}
	var edges []edge
	for _, s := range supers {
		edges = append(edges, edge{s.i, s.near, s.packet, false})
		if c := t.tcp[s.i].closed; c >= 0 {
			edges = append(edges, edge{s.i, s.near, max(s.packet, t.in.Events[c].Packet), true})
		}
	}
	slices.SortStableFunc(edges, func(a, b edge) int { return cmp.Compare(a.packet, b.packet) })
	open, last := map[int32]int{}, map[int32]bool{}
	for _, e := range edges {
		if !e.close {
			open[e.near]++
			continue
		}
		open[e.near]--
		last[e.conv] = open[e.near] == 0
	}
	return last
}

func tellLost(t *teller) {
	for _, e := range t.endings() {
		if e.next < 0 || e.relogin || t.convs[e.next].far == t.convs[e.conv].far {
			continue
		}
		c, next := &t.convs[e.conv], &t.convs[e.next]
		d := t.begin(c.near)
		d.event(e.at)
		ev, _ := t.opening(e.next)
		d.event(ev)
		by := "was closed by the supernode"
		if c.out(&t.in.Events[e.at]) {
			by = "was closed by the client"
		}
		if t.in.Events[e.at].What == Reset {
			by = "was reset"
		}
		d.emit("strong", fmt.Sprintf("the connection of %s to its supernode %s %s, and after %s it opened one to %s",
			t.name(c.near), c.farEnd(), by, span(clock(t.time(e.at), t.time(ev))), next.farEnd()), "")
	}
}

func tellEnd(t *teller) {
	for _, e := range t.endings() {
		if e.next >= 0 && !e.relogin {
			continue
		}
		c := &t.convs[e.conv]
		d := t.begin(c.near)
		d.event(e.at)
		text := fmt.Sprintf("the connection of %s to its supernode %s ended", t.name(c.near), c.farEnd())
		if e.relogin {
			text += ", and the next thing it did was to log in again"
		} else {
			text += ", and none replaced it within " + span(afterLoss)
		}
		d.emit("weak", text, "Ehlert and Petgang take this for the end of the program; it may also be a change of supernode that the capture does not show")
	}
}
