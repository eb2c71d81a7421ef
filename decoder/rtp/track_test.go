package rtp

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A sender makes the packets of a stream.
type sender struct {
	Packet
	step  uint32
	every int64 // ns
}

func newSender(seq uint16) *sender {
	s := &sender{step: 160, every: 20e6}
	s.SSRC, s.Seq, s.Timestamp, s.Type, s.PayOff, s.PayEnd, s.Wire = 0xABCD, seq, 5000, 0, 12, 172, 172
	return s
}

// next is the packet after the last.
func (s *sender) next() Packet {
	p := s.Packet
	s.Seq++
	s.Timestamp += s.step
	s.Time += s.every
	s.Packet.Packet++
	return p
}

func clock8000(Key, uint8) int { return 8000 }

// run tracks packets, numbered in their order.
func run(t *testing.T, packets []Packet) (*Tracker, *Stream) {
	t.Helper()
	tr := NewTracker(clock8000)
	for i := range packets {
		p := packets[i]
		p.Packet = uint32(i)
		tr.Add(&p)
	}
	tr.Finish()
	if len(tr.Streams()) == 0 {
		return tr, nil
	}
	return tr, tr.Streams()[0]
}

func take(s *sender, n int) (all []Packet) {
	for range n {
		all = append(all, s.next())
	}
	return all
}

func TestPlainStream(t *testing.T) {
	s := newSender(65500) // runs over
	s.Marker = true
	all := take(s, 1)
	s.Marker = false
	all = append(all, take(s, 99)...)
	tr, x := run(t, all)
	if x.Packets != 100 || x.Bytes != 16000 || x.Expected != 100 || x.Lost != 0 || x.Missing != 0 || x.Late != 0 || x.Again != 0 || x.Jumps != 0 || x.Odd != 0 {
		t.Errorf("%+v", x)
	}
	if x.FirstSeq != 65500 || x.LastSeq != 63 || x.FirstTS != 5000 || x.LastTS != 5000+99*160 || x.First != 0 || x.Last != 99 {
		t.Errorf("%+v", x)
	}
	if x.Jitter != 0 || x.Clock != 8000 || x.Step != 160 || x.Markers != 1 || len(x.Types) != 1 || x.Types[0] != (TypeCount{0, 100}) || x.Lengths[0] != (TypeCount{160, 100}) {
		t.Errorf("%+v", x)
	}
	if len(x.Seconds) != 2 || x.Every != 1e9 || x.Seconds[0].Packets != 50 || x.Seconds[1].First != 50 || x.Seconds[1].MaxGap != 20e6 {
		t.Errorf("%+v", x.Seconds)
	}
	if tr.Stray() != 0 || tr.Left() != 0 || x.Start != 0 || x.End != 99*20e6 {
		t.Errorf("stray %d, left %d, %d to %d", tr.Stray(), tr.Left(), x.Start, x.End)
	}
}

// model counts as one would by hand: with a set of all numbers.
func model(order []int64) (expected, missing int64, late, again int) {
	seen := map[int64]bool{}
	high := order[0]
	for i, n := range order {
		switch {
		case seen[n]:
			again++
		case i > 0 && n < high:
			late++
		}
		seen[n] = true
		high = max(high, n)
	}
	expected = high - order[0] + 1
	for n := order[0]; n <= high; n++ {
		if !seen[n] {
			missing++
		}
	}
	return
}

// Losses, copies and changes of order at random, within what RFC 3550 §A.1 takes for one count.
func TestRandomPatterns(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 300 {
		n := 20 + r.IntN(2000)
		base := int64(r.IntN(1 << 16))
		order := []int64{base, base + 1}
		for i := int64(2); i < int64(n); i++ {
			switch r.IntN(20) {
			case 0: // lost
			case 1: // twice
				order = append(order, base+i, base+i)
			case 2: // late by up to eighty
				at := max(2, len(order)-r.IntN(80))
				order = append(order[:at], append([]int64{base + i - 1}, order[at:]...)...)
			default:
				order = append(order, base+i)
			}
		}
		if round%7 == 0 { // a burst of losses
			for i := range order[n/2:] {
				order[n/2+i] += 700
			}
		}
		var all []Packet
		p := newSender(0).Packet
		for i, x := range order {
			p.Seq, p.Timestamp, p.Time = uint16(x), uint32(x*160), int64(i)*20e6
			all = append(all, p)
		}
		expected, missing, late, again := model(order)
		_, x := run(t, all)
		if x.Expected != expected || x.Missing != missing || x.Late != late || x.Again != again || x.Packets != len(order) ||
			x.Lost != expected-int64(len(order)) || x.Jumps != 0 || x.Odd != 0 {
			t.Fatalf("round %d: expected %d missing %d late %d again %d of %d, got %+v", round, expected, missing, late, again, len(order), x)
		}
		var sum Second
		for _, s := range x.Seconds {
			sum.Packets += s.Packets
			sum.Lost += s.Lost
			sum.Late += s.Late
			sum.Bytes += s.Bytes
		}
		if int(sum.Packets) != x.Packets || int64(sum.Lost) != x.Missing || int(sum.Late) != x.Late || int64(sum.Bytes) != x.Bytes {
			t.Fatalf("round %d: the seconds hold %+v, the stream %+v", round, sum, x)
		}
	}
}

// Jitter of RFC 3550 §A.8 in its own integer-free words, over random arrivals.
func TestJitter(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	s := newSender(10)
	var all []Packet
	want, most, sum := 0.0, 0.0, 0.0
	for i := range 500 {
		p := s.next()
		p.Time += int64(r.IntN(9e6))
		if i%50 == 49 {
			s.Timestamp += 8000 // a second of silence that was not sent
			s.Time += 1e9
		}
		all = append(all, p)
		if i > 0 {
			before := all[i-1]
			d := math.Abs(float64(p.Time-before.Time) - float64(p.Timestamp-before.Timestamp)*1e9/8000)
			want += (d - want) / 16
			most = max(most, want)
			sum += want
		}
	}
	_, x := run(t, all)
	if math.Abs(x.Jitter-want) > 1 || math.Abs(x.MaxJitter-most) > 1 || math.Abs(x.MeanJitter-sum/499) > 1 {
		t.Errorf("jitter %.0f, largest %.0f, mean %.0f; want %.0f, %.0f, %.0f", x.Jitter, x.MaxJitter, x.MeanJitter, want, most, sum/499)
	}
	// Every second packet 5 ms late: the difference is always 5 ms, and jitter goes there.
	s = newSender(10)
	all = nil
	for i := range 400 {
		p := s.next()
		p.Time += int64(i%2) * 5e6
		all = append(all, p)
	}
	if _, x = run(t, all); math.Abs(x.Jitter-5e6) > 1 {
		t.Errorf("jitter of a difference that is always 5 ms: %.0f ns", x.Jitter)
	}
}

func TestNewBeginning(t *testing.T) {
	s := newSender(100)
	all := take(s, 50)
	s.Seq, s.Timestamp = 40000, 77
	all = append(all, take(s, 50)...)
	_, x := run(t, all)
	if x.Jumps != 1 || x.Odd != 0 || x.Expected != 100 || x.Missing != 0 || x.Lost != 0 || x.LastSeq != 40049 {
		t.Errorf("%+v", x)
	}
	if x.Jitter != 0 {
		t.Errorf("a new beginning made %.0f ns of jitter", x.Jitter)
	}
	// One stray number is none.
	s = newSender(100)
	all = take(s, 50)
	odd := s.Packet
	odd.Seq = 40000
	all = append(append(all, odd), take(s, 50)...)
	if _, x = run(t, all); x.Jumps != 0 || x.Odd != 1 || x.Packets != 101 || x.Expected != 100 || x.Lost != 0 || x.Missing != 0 {
		t.Errorf("%+v", x)
	}
	// Ahead by 2999 is a loss, by 3000 a jump; behind by 99 is late, by 100 a jump. (RFC 3550 §A.1)
	for _, c := range []struct {
		delta int
		fits  bool
	}{{2999, true}, {3000, false}, {-99, true}, {-100, false}, {32768, false}} {
		s := newSender(30000)
		all := take(s, 200)
		p := s.Packet
		p.Seq = uint16(int(all[199].Seq) + c.delta)
		if c.delta < 0 { // a number that has not come yet
			all = append(all[:199+c.delta], all[200+c.delta:]...)
		}
		_, x := run(t, append(all, p))
		if (x.Odd == 0) != c.fits {
			t.Errorf("%+d: %+v", c.delta, x)
		}
		if c.fits && c.delta > 0 && x.Missing != int64(c.delta)-1 || c.fits && c.delta < 0 && (x.Missing != 0 || x.Late != 1) {
			t.Errorf("%+d: %+v", c.delta, x)
		}
	}
	// Before two numbers in sequence have come, a jump is no new beginning.
	s = newSender(9)
	all = take(s, 1)
	s.Seq = 50000
	all = append(all, take(s, 20)...)
	if _, x = run(t, all); x.Jumps != 0 || x.Expected != 21 || x.Missing != 0 || x.Odd != 0 {
		t.Errorf("%+v", x)
	}
}

// A packet from before the first one is late, but RFC 3550 §A.3 expects nothing before it.
func TestBeforeTheFirst(t *testing.T) {
	s := newSender(100)
	all := take(s, 10)
	all[0], all[1] = all[1], all[0]
	_, x := run(t, all)
	if x.Late != 1 || x.Expected != 9 || x.Lost != -1 || x.Missing != 0 {
		t.Errorf("%+v", x)
	}
}

func TestSSRCChanges(t *testing.T) {
	s := newSender(100)
	all := take(s, 50)
	s.SSRC = 0x1234
	all = append(all, take(s, 50)...)
	tr, _ := run(t, all)
	got := tr.Streams()
	if len(got) != 2 || got[0].Packets != 50 || got[1].Packets != 50 || got[1].First != 50 || got[1].SSRC != 0x1234 || got[1].Missing != 0 {
		t.Errorf("%d streams", len(got))
	}
	// The same SSRC in another direction is another stream.
	a, b := newSender(1), newSender(9000)
	b.Back = true
	all = nil
	for range 20 {
		all = append(all, a.next(), b.next())
	}
	if tr, _ = run(t, all); len(tr.Streams()) != 2 || tr.Streams()[1].Jumps != 0 || !tr.Streams()[1].Back {
		t.Errorf("%d streams", len(tr.Streams()))
	}
}

// Video: many packets share a timestamp, and the marker ends a picture.
func TestTimestampsStandStill(t *testing.T) {
	s := newSender(1)
	s.Type = 96
	var all []Packet
	for i := range 200 {
		p := s.Packet
		p.Seq, p.Timestamp, p.Time = uint16(i), uint32(i/10*3000), int64(i/10)*33333333+int64(i%10)*1e5
		p.Marker = i%10 == 9
		all = append(all, p)
	}
	tr := NewTracker(func(_ Key, pt uint8) int { return 90000 })
	for i := range all {
		tr.Add(&all[i])
	}
	tr.Finish()
	x := tr.Streams()[0]
	if x.Step != 0 || x.Markers != 20 || x.Missing != 0 || x.MaxJitter > 1e6 || x.Clock != 90000 {
		t.Errorf("%+v", x)
	}
}

// A codec that changes, with another clock: jitter goes on, without a difference between the two.
func TestTypesChange(t *testing.T) {
	s := newSender(1)
	all := take(s, 50)
	s.Type, s.step, s.PayEnd = 9, 320, 100
	all = append(all, take(s, 70)...)
	tr := NewTracker(func(_ Key, pt uint8) int { return map[uint8]int{0: 8000, 9: 16000}[pt] })
	for i := range all {
		tr.Add(&all[i])
	}
	tr.Finish()
	x := tr.Streams()[0]
	if len(x.Types) != 2 || x.Types[0] != (TypeCount{9, 70}) || x.Types[1] != (TypeCount{0, 50}) || x.MaxJitter > 1 || x.Clock != 16000 || x.Step != 320 {
		t.Errorf("%+v", x)
	}
	if len(x.Lengths) != 2 || x.Lengths[0] != (TypeCount{88, 70}) || x.Lengths[1] != (TypeCount{160, 50}) {
		t.Errorf("%+v", x.Lengths)
	}
}

// Payloads of 0, 1 and 65,507 bytes, and more lengths than are kept.
func TestLengths(t *testing.T) {
	s := newSender(1)
	var all []Packet
	for _, n := range []int{0, 1, 65507 - 12, 0, 65507 - 12, 0} {
		s.PayEnd = 12 + n
		all = append(all, s.next())
	}
	_, x := run(t, all)
	want := []TypeCount{{0, 3}, {65495, 2}, {1, 1}}
	if len(x.Lengths) != 3 || x.Lengths[0] != want[0] || x.Lengths[1] != want[1] || x.Lengths[2] != want[2] {
		t.Errorf("%v", x.Lengths)
	}
	s = newSender(1)
	all = nil
	for i := range 5000 {
		s.PayEnd = 12 + i*13
		all = append(all, s.next())
	}
	if _, x = run(t, all); len(x.Lengths) != maxLengths || x.Packets != 5000 {
		t.Errorf("%d lengths", len(x.Lengths))
	}
}

// What only looks like RTP makes no stream, and leaves room for what is.
func TestNoiseIsStray(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	tr := NewTracker(clock8000)
	random, constant, counter := 0, 0, 0
	s := newSender(1)
	s.Flow = 7
	for i := range 200_000 {
		p := Packet{Packet: uint32(i), Time: int64(i) * 1e6}
		p.Header = Header{Seq: uint16(r.Uint32()), Timestamp: r.Uint32(), SSRC: r.Uint32(), Type: uint8(r.Uint32() & 127), PayOff: 12, PayEnd: 50}
		tr.Add(&p)
		random++
		if i%100 == 0 { // bytes that never change
			p.Flow, p.Seq, p.Timestamp, p.SSRC, p.Type = 1, 17, 9, 5, 3
			tr.Add(&p)
			constant++
			// A counter where the sequence number is, and noise behind it.
			p.Flow, p.Seq, p.Timestamp, p.Type = 2, uint16(i/100), r.Uint32(), uint8(r.Uint32()&127)
			tr.Add(&p)
			counter++
			q := s.next()
			tr.Add(&q)
		}
	}
	tr.Finish()
	if len(tr.Streams()) != 1 || tr.Streams()[0].Flow != 7 || tr.Streams()[0].Packets != 2000 {
		t.Fatalf("%d streams", len(tr.Streams()))
	}
	if tr.Stray() != random+constant+counter || tr.Left() != 0 {
		t.Errorf("%d stray and %d left, want %d stray", tr.Stray(), tr.Left(), random+constant+counter)
	}
}

func TestStreamsAreBounded(t *testing.T) {
	tr := NewTracker(clock8000)
	const sources = MaxStreams + 500
	for round := range 3 {
		for i := range sources {
			p := newSender(uint16(round)).Packet
			p.SSRC, p.Timestamp, p.Time = uint32(i), uint32(round*160), int64(round)*20e6
			tr.Add(&p)
		}
	}
	tr.Finish()
	if len(tr.Streams()) != MaxStreams || tr.Left() != 1500 || tr.Stray() != 0 {
		t.Errorf("%d streams, %d left, %d stray", len(tr.Streams()), tr.Left(), tr.Stray())
	}
}

// Long streams have few slices, and a leap of a century costs no memory.
func TestSecondsAreBounded(t *testing.T) {
	s := newSender(1)
	s.every = 700e6
	all := take(s, 10_000)
	_, x := run(t, all)
	if len(x.Seconds) > maxSeconds || len(x.Seconds) < maxSeconds/2-1 || x.Every != 16e9 {
		t.Errorf("%d slices of %d s", len(x.Seconds), x.Every/1e9)
	}
	n := 0
	for i, sec := range x.Seconds {
		if int(sec.First) != n || all[n].Time/x.Every != int64(i) {
			t.Fatalf("slice %d begins with packet %d, want %d", i, sec.First, n)
		}
		n += int(sec.Packets)
	}
	if n != 10_000 {
		t.Errorf("%d packets in slices", n)
	}
	s = newSender(1)
	all = take(s, 100)
	for i := 50; i < 100; i++ {
		all[i].Time += 3e18
	}
	all[99].Time = -5e18
	if _, x = run(t, all); len(x.Seconds) > maxSeconds || x.Packets != 100 {
		t.Errorf("%d slices", len(x.Seconds))
	}
}

func TestNoTime(t *testing.T) {
	s := newSender(1)
	s.NoTime = true
	_, x := run(t, take(s, 100))
	if x.End >= x.Start || x.Seconds != nil || x.Jitter != 0 || x.Packets != 100 {
		t.Errorf("%+v", x)
	}
}

func TestAddAllocatesNothing(t *testing.T) {
	tr := NewTracker(clock8000)
	a, b := newSender(1), newSender(9)
	b.Back = true
	a.every, b.every = 1e6, 1e6
	add := func() {
		p, q := a.next(), b.next()
		tr.Add(&p)
		tr.Add(&q)
	}
	for range 2000 {
		add()
	}
	if n := testing.AllocsPerRun(2000, add); n > 0.01 {
		t.Errorf("%v allocations a packet", n)
	}
	payload := make([]byte, 172)
	payload[0] = 0x80
	control := []byte{0x80, 201, 0, 1, 0, 0, 0, 5}
	if n := testing.AllocsPerRun(100, func() {
		Parse(payload, len(payload))
		IsRTCP(control, len(control))
	}); n != 0 {
		t.Errorf("%v allocations to parse", n)
	}
}

// Whatever comes, all packets are accounted for, and the counts fit each other.
func FuzzTracker(f *testing.F) {
	f.Add([]byte{0, 1, 0, 1, 0, 1, 0, 1, 9, 200, 0, 1, 0, 255, 0, 255, 3, 1, 128, 128, 128, 1})
	f.Add([]byte("\x40\x01\x40\x01\x40\x01\x40\x7f\x40\x01\xff\x01"))
	f.Fuzz(func(t *testing.T, moves []byte) {
		tr := NewTracker(func(k Key, pt uint8) int { return []int{0, 8000, 90000}[pt%3] })
		p := newSender(65530).Packet
		n := 0
		for ; len(moves) >= 2; moves = moves[2:] {
			how, step := moves[0], int8(moves[1])
			p.Packet = uint32(n)
			p.Seq += uint16(int16(step))
			p.Timestamp += uint32(int32(step)) * 160
			p.Time += int64(how&15) * 5e6
			switch how >> 4 {
			case 1:
				p.Seq += uint16(how) << 8
			case 2:
				p.SSRC ^= 1
			case 3:
				p.Type = uint8(step) & 127
			case 4:
				p.Time += int64(step) * 1e15
			case 5:
				p.NoTime = !p.NoTime
			case 6:
				p.PayEnd = p.PayOff + int(how)*int(uint8(step))
			case 7:
				p.Back = !p.Back
			}
			tr.Add(&p)
			n++
		}
		tr.Finish()
		sum := tr.Stray() + tr.Left()
		for _, x := range tr.Streams() {
			sum += x.Packets
			times, lost := 0, int64(0)
			for _, c := range x.Types {
				times += c.Times
			}
			packets := 0
			for _, s := range x.Seconds {
				lost += int64(s.Lost)
				packets += int(s.Packets)
			}
			if times != x.Packets || packets > x.Packets || len(x.Seconds) > maxSeconds || x.Missing < 0 || x.Expected < 1 || x.Odd < 0 ||
				lost > x.Missing && packets == x.Packets || x.Lost != x.Expected-int64(x.Packets-x.Odd) || math.IsNaN(x.MeanJitter) || x.MaxJitter < x.Jitter {
				t.Fatalf("%+v", x)
			}
		}
		if sum != n {
			t.Fatalf("%d of %d packets are accounted for", sum, n)
		}
	})
}

// The rate of the timestamps by the times of arrival, through pauses, loss, bursts and new
// beginnings; unknown where timestamps and times do not go together.
func TestRate(t *testing.T) {
	for name, c := range map[string]struct {
		change func(p *Packet, i int)
		want   float64
	}{
		"plain":               {func(p *Packet, i int) {}, 8000},
		"48 kHz":              {func(p *Packet, i int) { p.Timestamp = uint32(i * 960) }, 48000},
		"over its end":        {func(p *Packet, i int) { p.Timestamp = uint32(i*160 - 16000) }, 8000},
		"in bursts":           {func(p *Packet, i int) { p.Time = int64(i/15) * 300e6 }, 8000},
		"a pause":             {func(p *Packet, i int) { p.Timestamp += uint32(i / 100 * 80_000); p.Time += int64(i/100) * 10e9 }, 8000},
		"a clock that pauses": {func(p *Packet, i int) { p.Time += int64(i/20) * 1e9 }, 0},
		"another beginning": {func(p *Packet, i int) {
			if i >= 150 {
				p.Timestamp += 1 << 30
			}
		}, 8000},
		"still":    {func(p *Packet, i int) { p.Timestamp = 7 }, 0},
		"no times": {func(p *Packet, i int) { p.NoTime = true }, 0},
		"short":    {func(p *Packet, i int) { p.Time /= 10 }, 0},
		"keys": {func(p *Packet, i int) {
			if i%50 < 10 {
				p.Type, p.Timestamp = 101, p.Timestamp-uint32(i%50)*160
			}
		}, 8000},
	} {
		all := take(newSender(1), 300)
		tr := NewTracker(func(_ Key, pt uint8) int {
			if pt == 101 {
				return Aside
			}
			return 8000
		})
		for i := range all {
			c.change(&all[i], i)
			tr.Add(&all[i])
		}
		tr.Finish()
		x := tr.Streams()[0]
		if math.Abs(x.Rate-c.want) > .06*c.want {
			t.Errorf("%s: %.0f ticks a second, want %.0f", name, x.Rate, c.want)
		}
		if name == "keys" && (x.Aside != 60 || x.MaxJitter > 1 || x.Step != 160 || x.Clock != 8000) {
			t.Errorf("%s: %+v", name, x)
		}
	}
}

// A packet of which only the lengths are wrong keeps its place in its stream.
func TestParseDamaged(t *testing.T) {
	p := append([]byte{0xA0, 0, 0, 9, 0, 0, 0, 7, 1, 2, 3, 4}, make([]byte, 20)...)
	long := append([]byte{0x90, 0, 0, 9, 0, 0, 0, 7, 1, 2, 3, 4, 0xBE, 0xDE, 0xFF, 0xFF}, make([]byte, 20)...)
	for i, b := range [][]byte{p, long} {
		if _, ok := Parse(b, len(b)); ok {
			t.Errorf("%d: not damaged", i)
		}
		if h, ok := ParseDamaged(b, len(b)); !ok || h.SSRC != 0x01020304 || h.Seq != 9 || h.Timestamp != 7 || h.PayOff != 12 || h.PayEnd != len(b) {
			t.Errorf("%d: %+v %v", i, h, ok)
		}
	}
	if _, ok := ParseDamaged(p[:11], 11); ok {
		t.Error("11 bytes are a header")
	}
	if _, ok := ParseDamaged([]byte("GET / HTTP/1.1"), 14); ok {
		t.Error("HTTP is RTP")
	}
}
