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

// pings are the pings of all conversations that are more than a ping.
type pings struct {
	tests, rhythms []pinged
	special        map[int32]bool // the exchanges in them
}

// pings sorts the pings of each conversation: NAT tests, rhythms, and the rest.
func (t *teller) pings() (tests, rhythms []pinged, special map[int32]bool) {
	if p := t.pung; p != nil {
		return p.tests, p.rhythms, p.special
	}
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
	t.pung = &pings{tests, rhythms, special}
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
