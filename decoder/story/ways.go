package story

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"somscope/decoder/internal/order"
)

func tellAttempts(t *teller) {
	t.talks(func(n int32, c *conv, k *talk) bool {
		return k.near && k.connect < 0 && (k.refused >= 0 || k.noAnswer >= 0) && t.hosts[c.far].skype && t.hosts[c.near].client && !t.isUnreached(n)
	}, func(near int32, ns []int32) {
		d := t.begin(near)
		refused, ports := 0, map[uint16]bool{}
		var ends []string
		for _, n := range ns {
			if t.tcp[n].refused >= 0 {
				refused++
				d.event(t.tcp[n].refused)
			} else {
				d.event(t.tcp[n].noAnswer)
			}
			ports[t.convs[n].farPort()] = true
			if end := t.convs[n].farEnd(); len(ends) <= 4 && !slices.Contains(ends, end) {
				ends = append(ends, end)
			}
		}
		to, all := list(ends...), len(ends) <= 4 // all of them are named
		if !all {
			to = t.ends(ns, "node")
		}
		text := fmt.Sprintf("%s tried to connect to %s over TCP in vain", t.name(near), to)
		switch {
		case len(ns) == 1 && refused == 1:
			text += ": it was refused"
		case len(ns) == 1:
			text += ": nobody answered"
		case all && len(ns) == len(ends):
			text += fmt.Sprintf(": %d refused, %d unanswered", refused, len(ns)-refused)
		default:
			text += fmt.Sprintf(", %s on %s: %d refused, %d unanswered", plural(len(ns), "time"), plural(len(ports), "port"), refused, len(ns)-refused)
		}
		d.emit("strong", text, "That the attempts are Skype's is told from what else these hosts do")
	})
}

// A try is how a host was spoken to.
type try struct {
	what   string // "UDP", "TCP", "443", "80"; "same" is TCP to the port that was asked over UDP
	port   uint16
	ev     int32
	packet uint32
	at     int64
}

func tellOrder(t *teller) {
	tries := map[pair][]try{}
	note := func(c *conv, what string, ev int32) {
		k := pair{c.near, c.far}
		packet, at := t.began(ev)
		for _, x := range tries[k] {
			if x.what == what {
				return
			}
		}
		tries[k] = append(tries[k], try{what, c.farPort(), ev, packet, at})
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
	type sequence struct {
		near  int32
		words string
	}
	seen := map[sequence][]pair{}
	for k, list := range tries {
		if len(list) < 2 {
			continue
		}
		for i := range list {
			if x := &list[i]; x.what == "TCP" && slices.ContainsFunc(list, func(y try) bool { return y.what == "UDP" && y.port == x.port }) {
				x.what = "same"
			}
		}
		order.Stable(list, func(a, b try) int { return cmp.Compare(a.packet, b.packet) })
		var words []string
		for _, x := range list {
			words = append(words, x.what)
		}
		o := sequence{k.near, strings.Join(words, ", ")}
		seen[o] = append(seen[o], k)
	}
	for _, h := range t.order {
		var orders []sequence
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
		order.Stable(orders, func(a, b sequence) int {
			return cmp.Or(cmp.Compare(len(seen[b]), len(seen[a])), cmp.Compare(a.words, b.words))
		})
		d := t.begin(h)
		var parts []string
		baset, ehlert := 0, 0
		var first80, first443 *try
		for i, o := range orders {
			for _, k := range seen[o] {
				for j := range tries[k] {
					x := &tries[k][j]
					d.event(x.ev)
					if x.what == "80" && (first80 == nil || x.packet < first80.packet) {
						first80 = x
					}
					if x.what == "443" && (first443 == nil || x.packet < first443.packet) {
						first443 = x
					}
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
				ways := strings.NewReplacer(", ", ", then ", "same", "TCP to the same port", "TCP", "TCP to a high port", "443", "port 443", "80", "port 80").Replace(o.words)
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
		case first80 != nil && first443 != nil:
			a, b, gap := 80, 443, clock(first80.at, first443.at)
			if first443.packet < first80.packet {
				a, b, gap = 443, 80, clock(first443.at, first80.at)
			}
			text += fmt.Sprintf("; port %d was tried %s before port %d, but at other hosts, so that the order of the two at one host, where the sources differ, is not seen here", a, span(gap), b)
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
	return words != "UDP, TCP" && words != "TCP, UDP" && words != "UDP, same" && words != "same, UDP"
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
