package story

import (
	"cmp"
	"fmt"
	"slices"

	"somscope/decoder/internal/order"
)

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
	before, _ := t.began(i)
	for _, x := range t.super[t.key(n)] {
		if t.in.Events[t.exch[x].reply].Packet < before {
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
		_, at := t.began(k.connect)
		return x >= 0 && clock(t.end(&t.exch[x]), at) <= acceptTime
	}, func(near int32, ns []int32) {
		d := t.begin(near)
		sure := true
		var wait int64
		for _, n := range ns {
			k := &t.tcp[n]
			x := t.accepted(n, k.connect)
			d.exchange(x)
			d.event(k.connect)
			_, at := t.began(k.connect)
			wait = max(wait, clock(t.time(t.exch[x].reply), at))
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

// isWayOut reports a conversation with a node on a port that firewalls let through, in which both
// sides went on.
func (t *teller) isWayOut(n int32) bool {
	c, k := &t.convs[n], &t.tcp[n]
	return k.is && k.near && c.f.Word != "no" && (c.f.Talk == "false-https" || c.f.Talk == "port-80") && len(k.turns) >= keptTurns
}

// handshakeWord says how sure it is that a conversation with a supernode is one, or that it is a
// refusal.
func (t *teller) handshakeWord(n int32) (confidence, doubt string) {
	c, k := &t.convs[n], &t.tcp[n]
	fits, refused, _ := k.handshake()
	yes := t.accepted(n, k.turns[0].ev)
	switch {
	case refused:
		return "weak", "The size of a refusal was published by one source, for version 1.4 only"
	case c.f.Talk == "supernode" && (yes >= 0 && t.exch[yes].sure || c.f.Word == "certain"):
		return "certain", ""
	case c.f.Talk == "supernode" && !fits && yes < 0:
		return "strong", "Neither an accepted probe nor published sizes come with it"
	case c.f.Talk == "supernode", yes >= 0 && fits:
		return "strong", ""
	}
	return "weak", "Only sizes speak for it"
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
		confidence, doubt := t.handshakeWord(int32(n))
		d.emit(confidence, text, doubt)
		if len(t.phases) > 8*MaxPhases {
			return
		}
	}
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
		packet, at := t.began(ev)
		x := item{i: int32(n), near: c.near, packet: packet, at: at}
		switch {
		case t.isSupernode(int32(n)):
			if _, refused, _ := k.handshake(); !refused {
				supers = append(supers, x)
			}
		case t.isWayOut(int32(n)):
			supers = append(supers, x)
		case c.f.Talk == "login" && k.near:
			logins = append(logins, x)
		}
	}
	alone := t.lastOpen(supers)
	byNear := func(a, b item) int { return cmp.Or(cmp.Compare(a.near, b.near), cmp.Compare(a.packet, b.packet)) }
	order.Stable(supers, byNear)
	order.Stable(logins, byNear)
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
	order.Stable(edges, func(a, b edge) int { return cmp.Compare(a.packet, b.packet) })
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

// replaced reports that another node took the place of a supernode.
func (t *teller) replaced(e *ended) bool {
	return e.next >= 0 && !e.relogin && t.convs[e.next].far != t.convs[e.conv].far
}

func tellLost(t *teller) {
	for _, e := range t.endings() {
		if !t.replaced(&e) {
			continue
		}
		c, next := &t.convs[e.conv], &t.convs[e.next]
		d := t.begin(c.near)
		d.event(e.at)
		ev, _ := t.opening(e.next)
		d.event(ev)
		_, opened := t.began(ev)
		by := "was closed by the supernode"
		if c.out(&t.in.Events[e.at]) {
			by = "was closed by the client"
		}
		if t.in.Events[e.at].What == Reset {
			by = "was reset"
		}
		d.emit("strong", fmt.Sprintf("the connection of %s to its supernode %s %s, and after %s it opened one to %s",
			t.name(c.near), c.farEnd(), by, span(clock(t.time(e.at), opened)), next.farEnd()), "")
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
			switch rest := clock(t.time(e.at), t.until()); {
			case t.in.Events[e.at].NoTime:
				text += ", and none replaced it"
			case rest >= afterLoss:
				text += ", and none replaced it within " + span(afterLoss)
			case rest == 0:
				text += ", and the capture ends there"
			default:
				text += fmt.Sprintf(", and none replaced it until the capture ended, %s later", span(rest))
			}
		}
		d.emit("weak", text, "Ehlert and Petgang take this for the end of the program; it may also be a change of supernode that the capture does not show")
	}
}
