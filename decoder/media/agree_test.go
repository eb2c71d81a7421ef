package media_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"somscope/decoder/media"
)

// TestPaceAgrees holds pace and loss to the truth however late messages come, and to each other:
// so many messages, and those that are missing, at such a pace take as long as it took.
func TestPaceAgrees(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	off, all := 0, 0
	for i := range 120 {
		ms := []float64{20, 30, 60}[i%3]
		s := newScript(uint64(5000 + i))
		s.jitter, s.loss = 15*rng.Float64(), 0.1*rng.Float64()
		if i < 12 {
			s.jitter = 15
		}
		const steps = 3000
		s.voice(steps*ms/1000, ms, always(60))
		truth := 1 - float64(len(s.out))/steps
		r := s.report(media.Data)
		checkReport(t, r)
		g := longest(r.Segments[0])
		if g == nil || len(r.Segments[0]) != 1 {
			t.Errorf("%v ms, jitter %.1f, loss %.3f: %s", ms, s.jitter, s.loss, says(r.Segments[0]))
			continue
		}
		all++
		pace, missing := math.Abs(g.Gap/ms-1), math.Abs(g.Missing-truth)
		if pace > 0.02 || missing > 0.02 {
			off++
			t.Logf("%v ms, jitter %.1f, loss %.3f: pace %.2f ms, missing %.3f", ms, s.jitter, truth, g.Gap, g.Missing)
		}
		if pace > 0.04 || missing > 0.04 {
			t.Errorf("%v ms, jitter %.1f, loss %.3f: pace %.2f ms, missing %.3f", ms, s.jitter, truth, g.Gap, g.Missing)
		}
		n := float64(g.Messages) / (1 - g.Missing)
		if took := float64(g.To-g.From) / 1e6; math.Abs((n-1)*g.Gap/took-1) > 0.003 {
			t.Errorf("%v ms, jitter %.1f: %d messages, %.3f missing, one every %.2f ms, are not %.0f ms", ms, s.jitter, g.Messages, g.Missing, g.Gap, took)
		}
	}
	t.Logf("%d of %d calls are off by more than 0.02", off, all)
	if off > all/20 {
		t.Errorf("%d of %d calls are off", off, all)
	}
}

// TestNoneWins makes messages of a length that no point has: none of the points is likelier than
// the nearest.
func TestNoneWins(t *testing.T) {
	s := newScript(9)
	s.jitter, s.loss = 4, 0.01
	s.voice(30, 20, always(653)) // 25 bytes off the nearest
	r := s.report(media.Data)
	checkReport(t, r)
	if g := longest(r.Segments[0]); g == nil || g.Fits[0].Share > 0.4 || !remark(r, "Outside of the model") {
		t.Errorf("%s", says(r.Segments[0]))
	}
}

// TestPaceInBursts loses several messages at once, which the way loss is found under jitter does
// not expect: the pace stays near the truth.
func TestPaceInBursts(t *testing.T) {
	for seed := range uint64(8) {
		s := newScript(700 + seed)
		lost := false
		for k := range 3000 {
			chance := 0.02 // a burst begins, of four on average
			if lost {
				chance = 0.75
			}
			if lost = s.rng.Float64() < chance; !lost {
				s.send(s.now+(float64(k)*20+s.rng.NormFloat64()*15)/1000, 60)
			}
		}
		truth := 1 - float64(len(s.out))/3000
		r := s.report(media.Data)
		checkReport(t, r)
		if g := longest(r.Segments[0]); g == nil || math.Abs(g.Gap/20-1) > 0.1 || math.Abs(g.Missing-truth) > 0.08 {
			t.Errorf("seed %d, loss %.3f: %s", seed, truth, says(r.Segments[0]))
		}
	}
}
