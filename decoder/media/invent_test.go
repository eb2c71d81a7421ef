package media_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"somscope/decoder/media"
)

// A script is a call to be made up: parts one after the other, in one direction.
type script struct {
	rng    *rand.Rand
	now    float64 // s
	out    []media.Message
	jitter float64 // ms
	loss   float64
	back   bool
}

func newScript(seed uint64) *script {
	return &script{rng: rand.New(rand.NewPCG(seed, 77)), now: 1150280000}
}

func (s *script) send(at float64, size int) {
	s.out = append(s.out, media.Message{Time: int64(at * 1e9), Packet: uint32(len(s.out)), Back: s.back, Size: size})
}

// voice sends messages each ms for some seconds; size says how long each is.
func (s *script) voice(seconds, ms float64, size func() int) {
	n := int(seconds * 1000 / ms)
	for k := range n {
		if s.rng.Float64() < s.loss {
			continue
		}
		s.send(s.now+(float64(k)*ms+s.rng.NormFloat64()*s.jitter)/1000, size())
	}
	s.now += float64(n) * ms / 1000
}

// hold sends some messages a second, at odd times.
func (s *script) hold(seconds, rate float64, size int) {
	end := s.now + seconds
	for {
		s.now += s.rng.ExpFloat64()*0.5/rate + 0.5/rate
		if s.now >= end {
			break
		}
		s.send(s.now, size)
	}
	s.now = end
}

// stray puts messages between the others.
func (s *script) stray(n, size int) {
	from, to := s.out[0].Time, s.out[len(s.out)-1].Time
	for range n {
		s.out = append(s.out, media.Message{Time: from + s.rng.Int64N(to-from), Size: size, Back: s.back})
	}
}

// report meters what was sent, in order of time.
func (s *script) report(c media.Carrier) *media.Report {
	slices.SortStableFunc(s.out, func(a, b media.Message) int {
		switch {
		case a.Time < b.Time:
			return -1
		case a.Time > b.Time:
			return 1
		}
		return 0
	})
	var m media.Meter
	for i := range s.out {
		s.out[i].Packet = uint32(i)
		m.Add(&s.out[i])
	}
	return m.Report(c)
}

func always(n int) func() int { return func() int { return n } }

func (s *script) about(mean, dev float64) func() int {
	return func() int { return max(int(mean+s.rng.NormFloat64()*dev), 10) }
}

// TestRecovery makes calls of all working points, with jitter, loss and a header of another length
// than the model thinks, and counts how often the truth is found again.
func TestRecovery(t *testing.T) {
	type tally struct{ first, three, all int }
	var by [2]tally
	rng := rand.New(rand.NewPCG(1, 2))
	points := media.Points(media.Data)
	const rounds = 5
	for round := range rounds {
		for i := range points {
			p := &points[i]
			s := newScript(uint64(round*1000 + i))
			s.jitter, s.loss = 10*rng.Float64(), 0.1*rng.Float64()
			off := float64(rng.IntN(5) - 2)
			size := always(int(math.Round(p.Size + off)))
			v := 0
			if p.Variable {
				v = 1
				// The rate is anything about that of the table, and so is the spread.
				size = s.about(p.Size+off+rng.NormFloat64()*3, 6+6*rng.Float64())
			}
			s.voice(10+20*rng.Float64(), p.Ms, size)
			r := s.report(media.Data)
			checkReport(t, r)
			by[v].all++
			best := longest(r.Segments[0])
			if best == nil {
				t.Errorf("%s, jitter %.1f, loss %.2f: nothing found", p, s.jitter, s.loss)
				continue
			}
			for k := range best.Fits[:min(3, len(best.Fits))] {
				f := &best.Fits[k]
				// EG.711 and PCM of 64 kbit/s are the same messages.
				if f.Codec == p.Codec && f.Ms == p.Ms || f.Size == p.Size && f.Ms == p.Ms && f.Variable == p.Variable {
					if k == 0 {
						by[v].first++
					}
					by[v].three++
					break
				}
			}
		}
	}
	for v, name := range []string{"constant", "variable"} {
		x := by[v]
		first, three := float64(x.first)/float64(x.all), float64(x.three)/float64(x.all)
		t.Logf("%s rate: %d calls, codec and frame time first in %.1f %%, among the first three in %.1f %%", name, x.all, 100*first, 100*three)
		if v == 0 && (first < 0.95 || three < 0.98) || v == 1 && (first < 0.75 || three < 0.93) {
			t.Errorf("%s rate: that is too few", name)
		}
	}
}

func longest(list []media.Segment) *media.Segment {
	var best *media.Segment
	for i := range list {
		if g := &list[i]; len(g.Fits) > 0 && (best == nil || g.Messages > best.Messages) {
			best = g
		}
	}
	return best
}
