package detect

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"somscope/decoder/flow"
)

// The published weaknesses must show, or the emulation is not one.

// l7-filter's pattern for telephone calls takes what begins with a byte that comes again: by
// chance 1 - (255/256)^9 of random streams, 3.5 in a hundred; its authors say 4. The other one
// takes one in 256, and so does nDPI of 2015.
func TestChance(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	const n = 20_000
	hits := map[string]int{}
	for range n {
		b := newTalk()
		b.say(0, udp, 0, false, random(r, 40))
		for _, res := range b.Run(0) {
			if res.Says == Yes {
				hits[res.Detector.Name]++
			}
		}
	}
	for _, c := range []struct {
		name   string
		lo, hi float64 // in a hundred
	}{
		{"l7-skypeout", 3, 4},
		{"l7-skypetoskype", 0.25, 0.55},
		{"ndpi-2015-udp", 0.25, 0.55},
		{"ndpi-2023", 0.08, 0.3},  // byte 0 passes 92 times in 256
		{"wireshark", 42.7, 44.8}, // 7 of 16
		{"bon-pbc", 0, 0},
		{"hunter-udp", 0, 0},
		{"needle-nack", 0, 0},
	} {
		if got := 100 * float64(hits[c.name]) / n; got < c.lo || got > c.hi {
			t.Errorf("%s takes %.2f %% of random conversations, want %v to %v", c.name, got, c.lo, c.hi)
		}
	}
}

// between makes a conversation of data frames as Bonfiglio et al. describe them: random ids,
// function d with three random bits, random content.
func between(r *rand.Rand, n int) *talk {
	b := newTalk()
	for i := range n {
		p := random(r, 62)
		p[2] = p[2]&0x70 | 0x0d
		b.say(0, udp, int64(i)*15, i&1 == 1, p)
	}
	return b
}

// One fixed bit in a nibble adds 1 to the statistic with each packet, so that the published
// threshold of 150 is reached at about 136 packets only, though 100 are said to do. Tstat's
// threshold of 100 mends it.
func TestChiSquareMissesShortCalls(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	taken := func(name string, n int) (yes int) {
		for range 200 {
			if res := between(r, n).of(t, 0, name); res.Says == Yes {
				yes++
			}
		}
		return yes
	}
	for _, c := range []struct {
		name   string
		n      int
		lo, hi int // of 200 conversations
	}{
		{"bon-csc", 99, 0, 0},
		{"bon-csc", 110, 0, 30},
		{"bon-csc", 136, 60, 150}, // the middle
		{"bon-csc", 170, 190, 200},
		{"tstat-csc", 60, 0, 10},
		{"tstat-csc", 86, 60, 160},
		{"tstat-csc", 110, 190, 200},
	} {
		if got := taken(c.name, c.n); got < c.lo || got > c.hi {
			t.Errorf("%s takes %d of 200 calls of %d packets, want %d to %d", c.name, got, c.n, c.lo, c.hi)
		}
	}
	if res := between(r, 102).of(t, 0, "bon-csc"); !strings.Contains(res.Why, "not above 150") || !strings.Contains(res.Why, "nibble 5") {
		t.Errorf("the reason is %q", res.Why)
	}
	between(r, 99).want(t, 0, "bon-csc", Silent, "99 payloads of 8 bytes and more, it takes 100")
}

// The shapes of the other two kinds.
func TestChiSquareShapes(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 17))
	fill := func(k flow.Key, n int, head ...byte) *talk {
		b := newTalk()
		for i := range n {
			b.say(0, k, int64(i)*20, i&1 == 1, random(r, 40, head...))
		}
		return b
	}
	gateway := udp
	gateway.PortB = 12340
	fill(gateway, 120, 1, 2, 3, 4).want(t, 0, "bon-csc", Yes, "a call to a telephone")
	fill(udp, 120, 1, 2, 3, 4).want(t, 0, "tstat-csc", Yes, "a call to a telephone") // it asks for no port
	fill(udp, 120, 1, 2, 3).want(t, 0, "bon-csc", No, "nibble 1")
	fill(tcp, 120).want(t, 0, "bon-csc", Yes, "all 16 nibbles look random") // so does everything encrypted
	fill(tcp, 120, 0x17, 3, 1).want(t, 0, "bon-csc", No, "chi-square of nibble")
	fill(tcp, 49).want(t, 0, "tstat-csc", Silent, "it takes 50")
	fill(tcp, 50).want(t, 0, "tstat-csc", Yes, "random")
	fill(udp, 120).want(t, 0, "bon-csc", No, "nibble 6")
	fill(udp, 9).want(t, 0, "tstat-csc", Silent, "it takes 10")
	fill(udp, 11, 9, 9, 9, 9, 9, 9, 9, 9).want(t, 0, "tstat-csc", No, "not below")
}

// An RTP stream whose sequence numbers pass xd00 to xdff is data between clients to whoever
// looks at byte 2 alone.
func TestRTPFoolsFunctionD(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 23))
	b := newTalk()
	for i := range 256 {
		b.say(0, udp, int64(i)*20, false, random(r, 92, 0x90, 0x68, 0x5d, byte(i), 0, 0, byte(i>>8), byte(i)))
	}
	b.want(t, 0, "bon-pbc", Yes, "256 of 256 packets are data between clients")
	b.want(t, 0, "hunter-udp", Yes, "a relayed call")
	// Those that look at more are not fooled.
	b.want(t, 0, "bon-csc", No, "nibble")
	b.want(t, 0, "bon-both", No, "chi-square test does not agree")
}

// The naive Bayes test knows voice, not Skype: G.711 in RTP fits EG.711 to the byte.
func TestBayesTakesRTP(t *testing.T) {
	r := rand.New(rand.NewPCG(29, 31))
	b := newTalk()
	for i := range 300 {
		b.say(0, udp, int64(i)*20, false, random(r, 172, 0x80, 0, byte(i>>8), byte(i)))
	}
	b.want(t, 0, "bon-nbc", Yes, "64 kbit/s, 20 ms, 1 block")
	b.want(t, 0, "bon-both", No, "chi-square")
	x := b.Bayes(0)
	if x == nil || len(x.Steps) != 10 || x.Windows != [2]int{10, 0} || x.B(0) < -1 || x.Steps[0].Packet != 29 {
		t.Errorf("%+v", x)
	}
	// A burst of other sizes is told by the window it is in.
	for i := range 30 {
		b.say(0, udp, 6000+int64(i)*20, false, random(r, 1400))
	}
	x = b.Bayes(0)
	if s := x.Steps[10]; s.Size > -50 || s.Gap < -1 {
		t.Errorf("a window of 1400 bytes: %+v", s)
	}
	// What is chosen for all windows has the means that decide.
	var size, gap float64
	for _, s := range x.Steps {
		size, gap = size+float64(s.AllSize), gap+float64(s.AllGap)
		if s.AllSize > s.Size || s.AllGap > s.Gap || s.Ms != 20 {
			t.Errorf("%+v", s)
		}
	}
	if n := float64(len(x.Steps)); math.Abs(size/n-x.Size[0]) > 1e-3 || math.Abs(gap/n-x.Gap[0]) > 1e-3 || x.Ms[0] != 20 {
		t.Errorf("means of %.3f and %.3f, not %.3f and %.3f", size/n, gap/n, x.Size[0], x.Gap[0])
	}
	// Without times there is nothing to judge.
	c := newTalk()
	for i := range uint32(100) {
		c.Add(0, udp, i, 0, true, false, 0, make([]byte, 172), 172)
	}
	c.want(t, 0, "bon-nbc", Silent, "with a time")
	c.want(t, 0, "naive-voip", Silent, "with a time")
	if c.Bayes(0) != nil {
		t.Error("beliefs without times")
	}
}

// Every size of the published table of working points comes out of the formula.
func TestWorkingPoints(t *testing.T) {
	has := func(name string, kbps, ms, size float64) bool {
		for _, p := range points() {
			if p.codec.name == name && p.codec.kbps-kbps < 0.01 && kbps-p.codec.kbps < 0.01 && p.ms == ms && p.size-size < 0.51 && size-p.size < 0.51 {
				return true
			}
		}
		return false
	}
	for _, c := range []struct {
		name           string
		kbps, ms, size float64
	}{
		{"iSAC", 10, 30, 50}, {"iSAC", 10, 30, 186}, {"iSAC", 32, 60, 252}, {"iSAC", 32, 60, 996},
		{"iLBC", 15.2, 20, 50}, {"iLBC", 15.2, 40, 340}, {"iLBC", 13.333, 30, 62}, {"iLBC", 13.333, 60, 436},
		{"G.729", 8, 10, 22}, {"G.729", 8, 20, 60}, {"G.729", 8, 60, 276},
		{"iPCM-wb", 80, 10, 112}, {"iPCM-wb", 80, 40, 1228}, {"EG.711", 48, 20, 132}, {"EG.711", 56, 20, 596},
		{"PCM", 64, 20, 172}, {"PCM", 64, 10, 92}, {"PCM", 64, 30, 996},
	} {
		if !has(c.name, c.kbps, c.ms, c.size) {
			t.Errorf("no working point of %s at %v kbit/s and %v ms has %v bytes", c.name, c.kbps, c.ms, c.size)
		}
	}
}
