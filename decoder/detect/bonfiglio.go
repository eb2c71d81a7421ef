package detect

import (
	"fmt"
)

// The payload-based classifier of Bonfiglio et al. (2007, §4.3): each packet is told by its
// third byte, then a flow by its packets, then a host's port by its flows.

// idle ends a flow, in ns.
const idle = 20e9

// A kind is what a packet is to the classifiers that look at the payload.
type kind uint8

const (
	kindNone kind = iota
	kindSignal
	kindData
	kindOut
	kindCount
)

var kindWords = [kindCount]string{kindNone: "none of Skype's", kindSignal: "signalling", kindData: "data between clients", kindOut: "data to a telephone"}

// bonKind tells one packet; before is the one before it in its direction, or nil.
func bonKind(c *Conversation, p, before *Packet) kind {
	if before != nil && c.port(12340) {
		x, ok := p.word(0)
		y, also := before.word(0)
		a, ok5 := p.at(4)
		b, also5 := before.at(4)
		if ok && also && x == y && ok5 && also5 && a != b {
			return kindOut
		}
	}
	b, ok := p.at(2)
	if !ok {
		return kindNone
	}
	switch b & 0x8f {
	case 0x02, 0x03, 0x07, 0x0f:
		return kindSignal
	case 0x0d:
		return kindData
	}
	return kindNone
}

// A tally counts the packets of a flow by kind.
type tally struct {
	n     uint64
	kinds [kindCount]uint64
	show  [kindCount][]uint32
}

func (t *tally) add(k kind, packet uint32) {
	t.n++
	t.kinds[k]++
	if k != kindNone && len(t.show[k]) < 8 {
		t.show[k] = append(t.show[k], packet)
	}
}

// share reports whether k makes up more than nine tenths of more than least packets.
func (t *tally) share(k kind, least uint64) bool { return t.n > least && t.kinds[k]*10 > t.n*9 }

// flow is the verdict on a flow, kindNone for not Skype.
func (t *tally) flow() kind {
	switch {
	case t.share(kindOut, 100):
		return kindOut
	case t.share(kindData, 100):
		return kindData
	case t.share(kindSignal, 10):
		return kindSignal
	}
	return kindNone
}

// most is the kind that most packets are of.
func (t *tally) most() kind {
	k := kindSignal
	for _, other := range []kind{kindData, kindOut} {
		if t.kinds[other] > t.kinds[k] {
			k = other
		}
	}
	return k
}

// told counts a flow's packets in words, those of kind k first.
func (t *tally) told(k kind) string {
	s := fmt.Sprintf("%d of %s are %s", t.kinds[k], count(int(t.n), "packet"), kindWords[k])
	for _, other := range []kind{kindSignal, kindData, kindOut, kindNone} {
		if other != k && t.kinds[other] > 0 {
			s += fmt.Sprintf(", %d %s", t.kinds[other], kindWords[other])
		}
	}
	return s
}

// why tells how near the flow came.
func (t *tally) why() string {
	k := t.most()
	least := 100
	if k == kindSignal {
		least = 10
	}
	return t.told(k) + fmt.Sprintf("; it takes more than nine tenths of more than %d", least)
}

// bonFlows cuts a conversation where it was silent for 20 s and calls on for each piece.
func bonFlows(c *Conversation, on func(t *tally)) {
	var t tally
	var before [2]*Packet
	var last int64
	timed := false
	for i := range c.Packets {
		p := &c.Packets[i]
		if timed && !p.NoTime && p.Time-last >= idle {
			on(&t)
			t, before = tally{}, [2]*Packet{}
		}
		if !p.NoTime {
			last, timed = p.Time, true
		}
		t.add(bonKind(c, p, before[p.Dir]), p.Packet)
		before[p.Dir] = p
	}
	if t.n > 0 {
		on(&t)
	}
}

func bonPBC(_ *Book, c *Conversation) (Says, string, []uint32) {
	says, why, nearest := No, "", uint64(0)
	var packets []uint32
	pieces := 0
	bonFlows(c, func(t *tally) {
		pieces++
		if says == Yes {
			return
		}
		if k := t.flow(); k != kindNone {
			says, packets = Yes, t.show[k]
			why = t.told(k)
		} else if n := t.kinds[t.most()]; n >= nearest { // tell of the piece that came nearest
			nearest, why = n, t.why()
		}
	})
	if pieces > 1 {
		why += fmt.Sprintf(", in one of %d flows that silences of 20 s make of it", pieces)
	}
	if says == No && len(c.Packets) <= 10 {
		return Silent, count(len(c.Packets), "packet") + ", it takes more than 10", nil
	}
	return says, why, packets
}

// A hostShare is what the flows of one port of a host are.
type hostShare struct {
	flows, signal, skype int
}

func (s hostShare) told(port uint16) string {
	return fmt.Sprintf("port %d has %s, of which the test by payload takes %d for signalling and %d for Skype of any kind", port, count(s.flows, "flow"), s.signal, s.skype)
}

// bonShare counts the flows of a port. A flow too short to be judged is one that is not Skype.
func (b *Book) bonShare(e end) hostShare {
	b.memo()
	if s, ok := b.memoEnds[e]; ok {
		return s
	}
	var s hostShare
	for _, c := range b.ends[e] {
		bonFlows(c, func(t *tally) {
			s.flows++
			switch t.flow() {
			case kindSignal:
				s.signal++
				s.skype++
			case kindData, kindOut:
				s.skype++
			}
		})
	}
	b.memoEnds[e] = s
	return s
}

func bonHost(b *Book, c *Conversation) (Says, string, []uint32) {
	best := ""
	most := 0
	for side := range 2 {
		a, port := c.Key.Side(side)
		s := b.bonShare(end{a, port, c.Key.Transport})
		if s.flows > 5 && s.signal*100 > s.flows*80 && s.skype*100 > s.flows*95 {
			return Yes, s.told(port), nil
		}
		if s.flows > most {
			most = s.flows
			best = s.told(port) + "; it takes more than 80 in a hundred for signalling and more than 95 for Skype of any kind"
		}
	}
	if most <= 5 {
		return Silent, fmt.Sprintf("its ports have at most %s, it takes more than 5", count(most, "flow")), nil
	}
	return No, best, nil
}

// bonBoth is the conjunction that Bonfiglio et al. propose: random where Skype is random, and
// with the sizes and the rhythm of a codec.
func bonBoth(b *Book, c *Conversation) (Says, string, []uint32) {
	csc, why, _ := bonCSC(b, c)
	if csc != Yes {
		return csc, "the chi-square test does not agree: " + why, nil
	}
	nbc, other, packets := bonNBC(b, c)
	if nbc != Yes {
		return nbc, "the naive Bayes test does not agree: " + other, nil
	}
	return Yes, why + "; " + other, packets
}

// The naive filter for voice that the paper tells of in its related work (§2). The weight of
// its moving average is not printed; an eighth is taken, as TCP does.
const naiveWeight = 0.125

func naiveVoIP(_ *Book, c *Conversation) (Says, string, []uint32) {
	says, why := Silent, "no direction has two packets with a time"
	for dir := range uint8(2) {
		n, sum := 0, 0.0
		var first, last int64
		average := 0.0
		for i := range c.Packets {
			p := &c.Packets[i]
			if p.Dir != dir || p.NoTime {
				continue
			}
			size := float64(p.Len)
			if n == 0 {
				first, last, average = p.Time, p.Time, size
			}
			average += naiveWeight * (size - average)
			first, last = min(first, p.Time), max(last, p.Time)
			n++
			sum += size
		}
		if n < 2 {
			continue
		}
		seconds := float64(last-first) / 1e9
		mean, rate := sum/float64(n), 0.0
		if seconds > 0 {
			rate = float64(n-1) / seconds
		}
		told := fmt.Sprintf("a direction lasts %.1f s and has %.1f packets a second, of %.0f bytes on average and %.0f in the moving average at its end", seconds, rate, mean, average)
		if seconds > 10 && rate >= 10 && rate <= 100 && mean >= 30 && mean <= 300 && average >= 35 && average <= 500 {
			return Yes, told, nil
		}
		if says == Silent {
			says, why = No, told
		}
	}
	return says, why, nil
}

// count writes a number with its noun.
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// number writes a packet number as people count.
func number(n uint32) string { return fmt.Sprintf("packet %d", uint64(n)+1) }
