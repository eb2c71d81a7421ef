package story

import (
	"cmp"
	"fmt"
	"slices"
)

// A setup is what came before a call.
type setup struct {
	run    int32
	which  setupCase
	peer   []int32 // TCP conversations with the far end of the media
	third  []int32 // TCP conversations with others that look like signalling
	direct []int32 // exchanges over UDP with the far end
	back   int32   // when media goes out in run and comes back in another one: that one, else -1
}

type setupCase uint8

const (
	setupUnknown setupCase = iota
	setupPublic            // case 1: both have public addresses
	setupNAT               // case 2: the caller is behind a NAT
	setupBlocked           // case 3: UDP is blocked
)

// signals reports whether a conversation looks like signalling in a window of events: data of
// 400 to 1100 bytes and messages of 4 bytes between them.
func (t *teller) signals(evs []int32) bool {
	big, small := false, false
	for _, i := range evs {
		switch n := t.in.Events[i].Len; {
		case n >= signalLow && n <= signalHigh:
			big = true
		case n == refreshBack:
			small = true
		}
	}
	return big && small
}

// setups finds what came before each call.
func (t *teller) setups() (all []setup) {
	for i := range t.runs {
		r := &t.runs[i]
		if r.before >= 0 || r.kind == runFile || r.kind == runPhone || !r.timed {
			continue
		}
		if len(all) >= maxOfKind {
			t.lost++
			continue
		}
		c := &t.convs[r.conv]
		s := setup{run: int32(i), back: -1}
		evs := t.hosts[c.near].ev
		// Events before the run, backwards.
		first := r.packets[0]
		k, _ := slices.BinarySearchFunc(evs, first, func(i int32, p uint32) int { return cmp.Compare(t.in.Events[i].Packet, p) })
		by := map[int32][]int32{}
		seen := map[int32]bool{}
		for looked := 0; k > 0 && looked < setupLook; looked++ {
			k--
			i := evs[k]
			if e := &t.in.Events[i]; e.NoTime || e.Time > r.start && e.Packet >= first {
				continue
			}
			if clock(t.time(i), r.start) > setupTime {
				break
			}
			n := t.byID[t.in.Events[i].Flow]
			x := &t.convs[n]
			switch {
			case x.f.TCP && n != r.conv && t.in.Events[i].What == Segment && t.in.Events[i].Name == "" && x.skype() &&
				x.f.Talk != "login" && x.f.Talk != "event" && x.f.Talk != "update":
				by[n] = append(by[n], i)
			case x.udp() && x.far == c.far && t.of[i] > 0 && !seen[t.of[i]]:
				seen[t.of[i]] = true
				s.direct = append(s.direct, t.of[i]-1)
			}
		}
		var convs []int32
		for n := range by {
			convs = append(convs, n)
		}
		slices.Sort(convs)
		for _, n := range convs {
			switch {
			case t.convs[n].far == c.far && len(by[n]) >= 4:
				s.peer = append(s.peer, n)
			case t.convs[n].far != c.far && t.signals(by[n]) && !t.greeting(n, r.start) && !t.media[pair{c.near, t.convs[n].far}]:
				s.third = append(s.third, n)
			}
		}
		nat := t.hosts[c.near].private || t.hosts[c.near].votes > 0 && address(t.hosts[c.near].told) != t.hosts[c.near].name
		switch {
		case r.tcp || t.hosts[c.near].shy && len(s.peer)+len(s.third) > 0:
			s.which = setupBlocked
		case nat && len(s.peer)+len(s.third) > 0:
			s.which = setupNAT
		case !nat && !t.hosts[c.far].private && len(s.peer) > 0:
			s.which = setupPublic
		}
		if k := t.otherWay(all, &s); k != nil { // two halves of one call
			k.back = s.run
			k.peer = append(k.peer, s.peer...)
			k.direct = append(k.direct, s.direct...)
			continue
		}
		all = append(all, s)
	}
	return all
}

// otherWay finds the set-up of the call of which this is the other direction: media that goes one
// way only, by way of another node, and begins at about the same time. It is nil when there is none.
func (t *teller) otherWay(all []setup, s *setup) *setup {
	r := &t.runs[s.run]
	if r.kind != runOneWay {
		return nil
	}
	for i := len(all) - 1; i >= 0; i-- {
		k := &all[i]
		o := &t.runs[k.run]
		if t.convs[o.conv].near != t.convs[r.conv].near {
			break // runs are in the order of their clients
		}
		if o.kind == runOneWay && k.back < 0 && (o.n[0] == 0) != (r.n[0] == 0) &&
			clock(min(o.start, r.start), max(o.start, r.start)) <= answerTime {
			return k
		}
	}
	return nil
}

// greeting reports a conversation with a supernode of which the call's time sees the handshake
// only: its sizes look like signalling, but it is none.
func (t *teller) greeting(n int32, until int64) bool {
	k := &t.tcp[n]
	if !t.isSupernode(n) || len(k.segs) == 0 {
		return false
	}
	after := 0
	for _, s := range k.segs[min(8, len(k.segs)):] {
		if clock(t.time(s.ev), until) > 0 {
			after++
		}
	}
	return after < 4
}

func tellSetup(which setupCase) func(*teller) {
	return func(t *teller) {
		for _, s := range t.setups() {
			if s.which != which {
				continue
			}
			r := &t.runs[s.run]
			c := &t.convs[r.conv]
			d := t.begin(c.near)
			for _, n := range slices.Concat(s.peer, s.third) {
				before := 0
				for _, x := range t.tcp[n].segs {
					if before == 12 || t.time(x.ev) > r.start {
						break
					}
					before++
				}
				d.opening(n, before)
			}
			for _, x := range s.direct[:min(len(s.direct), 8)] {
				d.exchange(x)
			}
			if len(d.packets) == 0 {
				continue
			}
			caller, callee := t.name(c.near), c.farEnd()
			if len(s.peer) > 0 && !t.tcp[s.peer[0]].near {
				caller, callee = c.farEnd(), t.name(c.near)
			}
			confidence, doubt := "strong", "Calls are told from sizes published for version 0.97; later versions prefer UDP for this, too"
			text := ""
			sizesOf := func(n int32) string {
				var parts []string
				for _, u := range t.tcp[n].turns[:min(9, len(t.tcp[n].turns))] {
					parts = append(parts, fmt.Sprint(u.n))
				}
				return list(parts...)
			}
			matched := len(s.peer) > 0 && t.asPublished(s.peer[0])
			switch which {
			case setupPublic:
				text = fmt.Sprintf("%s called %s directly, over TCP, with messages of %s bytes in turn", caller, callee, sizesOf(s.peer[0]))
				if !matched {
					confidence = "weak"
				}
			case setupNAT:
				switch {
				case len(s.peer) > 0 && len(s.third) == 0:
					text = fmt.Sprintf("%s called %s over TCP, with messages of %s bytes in turn, and the client is behind a NAT", caller, callee, sizesOf(s.peer[0]))
					doubt = "Whether the far end is the other party or a relay cannot be seen from here"
					if !matched {
						confidence = "weak"
					}
				default:
					text = fmt.Sprintf("%s, which is behind a NAT, set up a call over TCP by way of %s, before media began with %s", t.name(c.near), t.ends(s.third, "other node"), c.farEnd())
					confidence = "weak"
				}
				if s.back >= 0 {
					far := [2]string{c.farEnd(), t.convs[t.runs[s.back].conv].farEnd()}
					if r.n[0] == 0 {
						far[0], far[1] = far[1], far[0]
					}
					by := t.ends(s.third, "other node")
					if by != "" {
						by = " by way of " + by
					}
					text = fmt.Sprintf("%s, which is behind a NAT, set up a call over TCP%s; then media went out through %s and came back through %s", t.name(c.near), by, far[0], far[1])
					confidence, doubt = "weak", "That the two are relays of one call is told from the time and from the directions"
				}
			case setupBlocked:
				text = fmt.Sprintf("%s, to which no UDP comes through, set up a call over TCP", t.name(c.near))
				if !t.hosts[c.near].shy {
					text = fmt.Sprintf("%s set up a call over TCP", t.name(c.near))
				}
				if len(s.third) > 0 {
					text += " by way of " + t.ends(s.third, "other node")
				}
				text += ", before media over TCP began with " + c.farEnd()
				confidence = "weak"
			default:
				text = fmt.Sprintf("before the media began, %s and %s spoke over UDP %s; no signalling over TCP is in the capture", t.name(c.near), c.farEnd(), times(len(s.direct)))
				confidence = "weak"
				doubt = "Later versions are said to prefer UDP for everything; how a call is set up that way has not been published"
			}
			d.emit(confidence, text, doubt)
		}
	}
}

// asPublished reports the sizes of a call to a callee with a public address: 14, 14, 77, 4, 4,
// 528, 4, 946, 479 (Baset & Schulzrinne 2004, figure 9).
func (t *teller) asPublished(n int32) bool {
	u := t.tcp[n].turns
	return len(u) >= 6 && u[0].n == 14 && u[1].n == 14 && t.signals(t.segEvents(n))
}

func (t *teller) segEvents(n int32) []int32 {
	var evs []int32
	for _, s := range t.tcp[n].segs[:min(16, len(t.tcp[n].segs))] {
		evs = append(evs, s.ev)
	}
	return evs
}

func tellDown(t *teller) {
	// Ends of calls, by client.
	type ending struct{ run, near int32 }
	var ends []ending
	for i := range t.runs {
		r := &t.runs[i]
		over := i+1 >= len(t.runs) || t.runs[i+1].before != int32(i)
		if r.kind != runFile && r.timed && over {
			ends = append(ends, ending{int32(i), t.convs[r.conv].near})
		}
	}
	for _, e := range ends[:min(len(ends), maxOfKind)] {
		r := &t.runs[e.run]
		c := &t.convs[r.conv]
		d := t.begin(e.near)
		evs := t.hosts[e.near].ev
		from := r.start
		k, _ := slices.BinarySearchFunc(evs, r.packets[0], func(i int32, p uint32) int { return cmp.Compare(t.in.Events[i].Packet, p) })
		bye := [2]int32{-1, -1}
		lastOut := map[int32]int32{} // by conversation: a 17-byte segment
		runs := map[int32][]int32{}  // by conversation: 19-byte segments in a row
		best := []int32(nil)
		for looked := 0; k < len(evs) && looked < 4*setupLook; k++ {
			looked++
			i := evs[k]
			ev := &t.in.Events[i]
			if ev.NoTime || ev.Time < from || ev.What != Segment || ev.Name != "" {
				continue
			}
			if ev.Time > later(r.end, byeTime) {
				break
			}
			if clock(ev.Time, r.end) > talkGap*second {
				continue
			}
			n := t.byID[ev.Flow]
			x := &t.convs[n]
			if x.far != c.far && t.media[pair{e.near, x.far}] {
				continue // it tears another call down
			}
			switch ev.Len {
			case byeOut:
				lastOut[n] = i
			case byeBack:
				if o, ok := lastOut[n]; ok && x.out(&t.in.Events[o]) != x.out(ev) && bye[0] < 0 {
					bye = [2]int32{o, i}
				}
			case 19:
				list := runs[n]
				if len(list) > 0 && clock(t.time(list[len(list)-1]), ev.Time) >= talkGap*second {
					list = nil
				}
				list = append(list, i)
				runs[n] = list
				if len(list) > len(best) {
					best = slices.Clone(list)
				}
			}
			if ev.Len > 150 {
				delete(runs, n)
			}
		}
		var parts []string
		confidence := "weak"
		if bye[0] >= 0 {
			d.event(bye[0])
			d.event(bye[1])
			parts = append(parts, fmt.Sprintf("messages of %d and %d bytes over TCP", byeOut, byeBack))
		}
		if len(best) > byeRun || len(best) >= 3 && bye[0] >= 0 {
			for _, i := range best {
				d.event(i)
			}
			parts = append(parts, fmt.Sprintf("%d segments of 19 bytes in a row", len(best)))
			if len(best) > byeRun || bye[0] >= 0 {
				confidence = "strong"
			}
		}
		if len(parts) == 0 {
			continue
		}
		d.emit(confidence, fmt.Sprintf("the call between %s and %s was torn down with %s", t.name(c.near), c.farEnd(), list(parts...)),
			"Both signs were published once each, for different versions")
	}
}
