package detect

import (
	"fmt"
	"math"

	"somscope/decoder/flow"
)

// Bounds of the chi-square classifiers.
const (
	chiBound      = 150 // Bonfiglio et al.: random below, fixed above
	chiTstatBound = 100 // Tstat, for the nibble with one fixed bit
	chiLeast      = 100 // payloads before Bonfiglio et al. ask; 80 would do
	chiTstatUDP   = 10  // the same for Tstat
	chiTstatTCP   = 50
	chiBytes      = 8 // of each payload
	maxChiSteps   = 120
)

// A nibbles counts the values of the first 16 half bytes of payloads, the upper half of a
// byte first: nibble 5 in the papers' counting, index 4 here, is the upper half of byte 2.
type nibbles struct {
	n      uint32
	counts [16][16]uint32
}

// add counts one payload, and reports false for one of which fewer than 8 bytes are known.
func (x *nibbles) add(head []byte) bool {
	if len(head) < chiBytes {
		return false
	}
	for i, b := range head[:chiBytes] {
		x.counts[2*i][b>>4]++
		x.counts[2*i+1][b&15]++
	}
	x.n++
	return true
}

// values is Pearson's statistic of each nibble against the uniform one, with 15 degrees of
// freedom: about 15 for random values, 15 n for a constant one, about n + 14 when one bit
// of the four is fixed (each of eight values comes n/8 times: 16/n · 8 · (n/8)² - n = n, and
// twice the statistic of the eight among themselves on top).
func (x *nibbles) values() (v [16]float64) {
	if x.n == 0 {
		return v
	}
	n := float64(x.n)
	for i := range v {
		sum := 0.0
		for _, c := range x.counts[i] {
			sum += float64(c) * float64(c)
		}
		v[i] = sum*16/n - n
	}
	return v
}

// of counts the payloads of a whole conversation, both directions together.
func (x *nibbles) of(c *Conversation) {
	for i := range c.Packets {
		x.add(c.Packets[i].Head)
	}
}

// extreme returns the index, from 0, of the largest (most > 0) or smallest of the nibbles in [from, to) except those in not.
func extreme(v *[16]float64, from, to int, most bool, not ...int) int {
	best := -1
next:
	for i := from; i < to; i++ {
		for _, j := range not {
			if i == j {
				continue next
			}
		}
		if best < 0 || most == (v[i] > v[best]) && v[i] != v[best] {
			best = i
		}
	}
	return best
}

// A shape is what the chi-square test can tell a conversation for.
type shape struct {
	what string // "between clients"
	why  string // why not, or why
	ok   bool
}

// chiE2E tests for Skype between clients: all random but the third byte, whose lower half is
// fixed and whose upper half has one fixed bit. high is the bound for the latter.
func chiE2E(v *[16]float64, high float64) shape {
	s := shape{what: "Skype between clients"}
	low := 5 // index of the lower half of byte 2
	switch r := extreme(v, 0, 16, true, 4, 5); {
	case v[r] >= chiBound:
		s.why = fmt.Sprintf("chi-square of nibble %d is %.0f, not below %d", r+1, v[r], chiBound)
	case v[low] <= chiBound:
		s.why = fmt.Sprintf("chi-square of nibble 6 is %.0f, not above %d", v[low], chiBound)
	case v[4] <= high:
		s.why = fmt.Sprintf("chi-square of nibble 5 is %.0f, not above %.0f", v[4], high)
	default:
		s.ok = true
		s.why = fmt.Sprintf("chi-square of nibbles 5 and 6 is %.0f and %.0f, and of no other above %.0f", v[4], v[5], v[r])
	}
	return s
}

// chiE2O tests for a call to a telephone: eight fixed nibbles, eight random ones.
func chiE2O(v *[16]float64) shape {
	s := shape{what: "a call to a telephone"}
	f, r := extreme(v, 0, 8, false), extreme(v, 8, 16, true)
	switch {
	case v[f] <= chiBound:
		s.why = fmt.Sprintf("chi-square of nibble %d is %.0f, not above %d", f+1, v[f], chiBound)
	case v[r] >= chiBound:
		s.why = fmt.Sprintf("chi-square of nibble %d is %.0f, not below %d", r+1, v[r], chiBound)
	default:
		s.ok = true
		s.why = fmt.Sprintf("chi-square of nibbles 1 to 8 is %.0f and more, of nibbles 9 to 16 at most %.0f", v[f], v[r])
	}
	return s
}

// chiTCP tests for Skype over TCP: nothing but random bits.
func chiTCP(v *[16]float64) shape {
	s := shape{what: "Skype over TCP"}
	r := extreme(v, 0, 16, true)
	if s.ok = v[r] < chiBound; s.ok {
		s.why = fmt.Sprintf("all 16 nibbles look random, chi-square is at most %.0f", v[r])
	} else {
		s.why = fmt.Sprintf("chi-square of nibble %d is %.0f, not below %d", r+1, v[r], chiBound)
	}
	return s
}

// chiJudge gives the answer of a chi-square classifier.
func chiJudge(x *nibbles, transport uint8, least uint32, high float64) (Says, string) {
	if x.n < least {
		return Silent, fmt.Sprintf("%s of 8 bytes and more, it takes %d", count(int(x.n), "payload"), least)
	}
	v := x.values()
	if transport == flow.TCP {
		if s := chiTCP(&v); s.ok {
			return Yes, s.what + ": " + s.why
		} else {
			return No, s.why
		}
	}
	e2e, e2o := chiE2E(&v, high), chiE2O(&v)
	switch {
	case e2e.ok:
		return Yes, e2e.what + ": " + e2e.why
	case e2o.ok:
		return Yes, e2o.what + ": " + e2o.why
	}
	return No, fmt.Sprintf("not %s, for %s; not %s, for %s", e2e.what, e2e.why, e2o.what, e2o.why)
}

// bonCSC is the chi-square classifier as published. Both directions are counted as one conversation.
func bonCSC(_ *Book, c *Conversation) (Says, string, []uint32) {
	var x nibbles
	x.of(c)
	says, why := chiJudge(&x, c.Key.Transport, chiLeast, chiBound)
	return says, why, nil
}

// tstatCSC is the same in Tstat, with its own minimum and its own bound for the upper half of byte 2.
func tstatCSC(_ *Book, c *Conversation) (Says, string, []uint32) {
	var x nibbles
	x.of(c)
	least := uint32(chiTstatUDP)
	if c.Key.Transport == flow.TCP {
		least = chiTstatTCP
	}
	says, why := chiJudge(&x, c.Key.Transport, least, chiTstatBound)
	return says, why, nil
}

// A Chi is the chi-square statistic of the first 16 half bytes (nibbles) of the payloads of a
// conversation, over the growing number of payloads: what the classifier of Bonfiglio et al.
// looks at. Both directions are counted together; payloads of less than 8 bytes, or of which
// less was captured, are left out. A nibble of random values stays near 15 and goes above
// Bound by chance never; one that is always the same grows by 15 with each payload, one of
// which a single bit is fixed by 1.
type Chi struct {
	Flow    uint32
	N       uint32    // payloads counted
	Steps   []uint32  // numbers of payloads at which it was taken, growing; at most 120, the last is N
	Packets []uint32  // the packet that was counted last at each step; from 0
	Values  []float32 // 16 for each step: Values[16*s+i] is nibble i+1, the upper half of a byte first
	Counts  []uint32  // 256, of all payloads: Counts[16*i+v] is how often nibble i+1 had the value v
	Bound   float32   // the published threshold, 150
	Least   uint32    // payloads before the published rule asks, 100
	Words   []string  // how many payloads are not counted, and what the published rule and Tstat's make of it at the end, a sentence each
}

// Chi returns the chi-square statistic of a conversation, or nil when fewer than 10 of its
// payloads can be counted: fewer tell nothing.
func (b *Book) Chi(id uint32) *Chi {
	c := b.byID[id]
	if c == nil || overOf(c.Key.Transport) == 0 {
		return nil
	}
	var all nibbles
	all.of(c)
	if all.n < chiTstatUDP {
		return nil
	}
	out := &Chi{Flow: id, N: all.n, Steps: chiSteps(all.n), Bound: chiBound, Least: chiLeast}
	out.Packets = make([]uint32, 0, len(out.Steps))
	out.Values = make([]float32, 0, 16*len(out.Steps))
	var x nibbles
	for i := range c.Packets {
		if !x.add(c.Packets[i].Head) || x.n != out.Steps[len(out.Packets)] {
			continue
		}
		for _, v := range x.values() {
			out.Values = append(out.Values, float32(v))
		}
		if out.Packets = append(out.Packets, c.Packets[i].Packet); len(out.Packets) == len(out.Steps) {
			break
		}
	}
	out.Counts = make([]uint32, 0, 256)
	for i := range all.counts {
		out.Counts = append(out.Counts, all.counts[i][:]...)
	}
	if rest := uint64(len(c.Packets)) - uint64(all.n); rest > 0 {
		out.Words = append(out.Words, fmt.Sprintf("Of %s %d are counted: of the other %d fewer than %d bytes are known, and the test needs those.", count(len(c.Packets), "payload"), all.n, rest, chiBytes))
	}
	for _, r := range []struct {
		name string
		run  func(*Book, *Conversation) (Says, string, []uint32)
	}{{"Bonfiglio et al.", bonCSC}, {"Tstat", tstatCSC}} {
		says, why, _ := r.run(b, c)
		out.Words = append(out.Words, fmt.Sprintf("%s: %s, %s.", r.name, chiWords[says], why))
	}
	return out
}

var chiWords = [...]string{Silent: "no opinion yet", No: "not Skype", Yes: "Skype"}

// chiSteps spreads at most maxChiSteps steps over n payloads, closer at the beginning, where
// the thresholds are crossed.
func chiSteps(n uint32) []uint32 {
	m := min(n, maxChiSteps)
	steps := make([]uint32, 0, m)
	before := uint32(0)
	for i := uint32(1); i <= m; i++ {
		at := uint32(math.Round(float64(n) * math.Pow(float64(i)/float64(m), 1.5)))
		at = max(at, before+1)   // each one of its own
		at = min(at, n-(m-i), n) // and room for those after it
		steps = append(steps, at)
		before = at
	}
	return steps
}
