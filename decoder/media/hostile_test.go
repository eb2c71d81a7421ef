package media_test

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"somscope/decoder/media"
)

func meter(list ...media.Message) *media.Meter {
	m := &media.Meter{}
	for i := range list {
		m.Add(&list[i])
	}
	return m
}

// TestNoTimes holds that sizes alone still say something, and that it is said that they are alone.
func TestNoTimes(t *testing.T) {
	m := &media.Meter{}
	for i := range 100 {
		m.Add(&media.Message{NoTime: true, Packet: uint32(i), Size: 63})
	}
	r := m.Report(media.Data)
	checkReport(t, r)
	g := r.Segments[0]
	if len(g) != 1 || g[0].Kind != media.Voice || g[0].Messages != 100 || len(g[0].Fits) < 2 || r.Untimed != 100 || len(r.Slices[0]) != 0 || !remark(r, "Without time") {
		t.Errorf("%+v", r)
	}
	for _, f := range g[0].Fits {
		if !strings.Contains(f.Doubt, "the pace is not known") {
			t.Errorf("%+v", f)
		}
	}
	r = meter(media.Message{NoTime: true, Size: 63}).Report(media.E2O)
	if checkReport(t, r); len(r.Segments[0]) != 1 || len(r.Segments[0][0].Fits) != 0 {
		t.Errorf("%+v", r)
	}
}

// TestBackwards holds that the order of the file does not matter when its times go astray.
func TestBackwards(t *testing.T) {
	s := newScript(20)
	s.jitter = 2
	s.voice(20, 30, always(63))
	m := &media.Meter{}
	for i := len(s.out) - 1; i >= 0; i-- {
		s.out[i].Packet = uint32(len(s.out) - 1 - i)
		m.Add(&s.out[i])
	}
	r := m.Report(media.Data)
	checkReport(t, r)
	if g := r.Segments[0]; len(g) != 1 || g[0].Fits[0].Codec != "iLBC" || math.Abs(g[0].Gap-30) > 0.3 || g[0].First != 0 || int(g[0].Last) != len(s.out)-1 {
		t.Errorf("%s", says(g))
	}
}

// TestOdd makes reports of what no call looks like.
func TestOdd(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	at := func(i int) int64 { return 1150280000e9 + int64(i)*20e6 }
	for name, m := range map[string]*media.Meter{
		"nothing":   {},
		"one":       meter(media.Message{Time: at(0), Size: 63}),
		"two":       meter(media.Message{Time: at(0), Size: 63}, media.Message{Time: at(0), Size: 0}),
		"far apart": meter(media.Message{Time: 0, Size: 63}, media.Message{Time: math.MaxInt64, Size: 63}, media.Message{Time: math.MinInt64, Size: 63}),
		"sizes":     meter(media.Message{Time: at(0), Size: -5}, media.Message{Time: at(1), Size: 1 << 40}, media.Message{Time: at(2), Size: 65507}),
		"empty": func() *media.Meter {
			m := &media.Meter{}
			for i := range 1000 {
				m.Add(&media.Message{Time: at(i), Size: 0})
			}
			return m
		}(),
		"largest": func() *media.Meter {
			m := &media.Meter{}
			for i := range 1000 {
				m.Add(&media.Message{Time: at(i), Size: 65507, Packet: uint32(i)})
			}
			return m
		}(),
		"at once": func() *media.Meter {
			m := &media.Meter{}
			for i := range 1000 {
				m.Add(&media.Message{Time: at(0), Size: 63, Packet: uint32(i)})
			}
			return m
		}(),
		"anything": func() *media.Meter {
			m := &media.Meter{}
			for i := range 20000 {
				m.Add(&media.Message{Time: rng.Int64(), Size: rng.IntN(65508), Packet: uint32(i), Back: rng.IntN(2) == 0, NoTime: rng.IntN(9) == 0})
			}
			return m
		}(),
		"flicker": func() *media.Meter {
			m := &media.Meter{}
			for i := range 200_000 {
				if i/100%2 == 0 || i%37 == 0 {
					m.Add(&media.Message{Time: at(i), Size: 20 + i/100%7*100 + rng.IntN(30), Packet: uint32(i)})
				}
			}
			return m
		}(),
	} {
		for c := media.Data; c <= media.TCP; c++ {
			before := m.Len()
			r := m.Report(c)
			checkReport(t, r)
			n := r.Untimed
			for d := range r.Slices {
				for _, s := range r.Slices[d] {
					n += s.Messages
				}
			}
			k := 0
			for d := range r.Segments {
				for _, g := range r.Segments[d] {
					k += g.Messages
				}
			}
			if n != before || m.Len() != before || name != "anything" && name != "far apart" && k != before {
				t.Errorf("%s: %d messages, %d in slices, %d in segments", name, before, n, k)
			}
		}
	}
}

// TestTooMany holds that a meter has an end and says so.
func TestTooMany(t *testing.T) {
	m := &media.Meter{}
	for i := range media.MaxMessages + 1 {
		m.Add(&media.Message{Time: 1150280000e9 + int64(i)*10e6, Size: 63, Packet: uint32(i), Back: i%2 == 0})
	}
	r := m.Report(media.Data)
	checkReport(t, r)
	if m.Len() != media.MaxMessages || r.Left != 1 || !remark(r, "Not all of it") || len(r.Segments[0]) != 1 || len(r.Segments[1]) != 1 {
		t.Errorf("%d messages, %d left, %s", m.Len(), r.Left, says(r.Segments[0]))
	}
}

// FuzzReport meters what the input says: eight bytes a message, a step of time, a size, flags.
func FuzzReport(f *testing.F) {
	call := newScript(1)
	call.jitter = 2
	call.voice(3, 30, always(63))
	call.hold(3, 3, 20)
	var seed []byte
	last := call.out[0].Time
	for _, m := range call.out {
		seed = binary.LittleEndian.AppendUint32(seed, uint32((m.Time-last)/1000))
		seed = append(binary.LittleEndian.AppendUint16(seed, uint16(m.Size)), 0, 0)
		last = m.Time
	}
	f.Add(seed)
	f.Add([]byte{})
	f.Add(make([]byte, 80))
	f.Fuzz(func(t *testing.T, b []byte) {
		m := &media.Meter{}
		now := int64(1150280000e9)
		for i := 0; i+8 <= len(b) && i < 8*4000; i += 8 {
			flags := b[i+6]
			step := int64(int32(binary.LittleEndian.Uint32(b[i:]))) * 1000
			if flags&4 != 0 {
				step *= 1 << (b[i+7] % 40)
			}
			now += step
			m.Add(&media.Message{Time: now, NoTime: flags&2 != 0, Back: flags&1 != 0, Packet: uint32(i / 8), Size: int(binary.LittleEndian.Uint16(b[i+4:]))})
		}
		for c := media.Data; c <= media.TCP; c++ {
			checkReport(t, m.Report(c))
		}
	})
}

// BenchmarkReport makes the report of a call of 100,000 messages. x_sum is its time as a multiple
// of adding up sizes and times of the same messages.
func BenchmarkReport(b *testing.B) {
	for name, kind := range map[string]int{"steady": 0, "varied": 1} {
		b.Run(name, func(b *testing.B) {
			s := newScript(2)
			s.jitter, s.loss = 4, 0.02
			began := s.now
			for len(s.out) < 100_000 {
				if kind == 0 {
					s.voice(1500, 30, always(63))
				} else {
					s.voice(60, 30, s.about(98, 17))
					s.voice(45, 20, always(33))
					s.hold(10, 3, 20)
				}
				if s.back = !s.back; !s.back {
					began = s.now
				} else {
					s.now = began
				}
			}
			m := &media.Meter{}
			for i := range s.out[:100_000] {
				m.Add(&s.out[i])
			}
			list := s.out[:100_000]
			var sum int64
			const rounds = 100
			start := time.Now()
			for range rounds {
				for i := range list {
					sum += int64(list[i].Size) ^ list[i].Time
				}
			}
			floor := float64(time.Since(start).Nanoseconds()) / rounds
			b.ResetTimer()
			for b.Loop() {
				m.Report(media.Data)
			}
			perOp := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
			b.ReportMetric(perOp/max(floor, 1), "x_sum")
			if sum == 1 {
				b.Log(sum)
			}
		})
	}
}
