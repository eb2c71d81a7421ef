package rtp

import (
	"cmp"
	"math"
	"slices"
)

// A Packet is one RTP packet as the tracker sees it.
type Packet struct {
	Packet uint32 // number in the file, from 0
	Flow   uint32
	Back   bool  // travels from the flow's B to its A
	Time   int64 // ns
	NoTime bool
	Wire   int // bytes of the RTP packet on the wire
	Header
}

// A Key names a stream: who sends within which conversation, and the SSRC.
type Key struct {
	Flow uint32
	Back bool
	SSRC uint32
}

// A Stream is what is known of one RTP stream.
type Stream struct {
	Key
	First, Last       uint32 // packets, from 0
	Start, End        int64  // ns, of the first packet with a time and the latest; End < Start: nothing has a time
	Packets           int
	Bytes             int64  // of payload
	FirstSeq, LastSeq uint16 // in the order of the file, as tshark prints them
	FirstTS, LastTS   uint32

	// By RFC 3550 §A.3: Expected is the extended highest sequence number less the first one,
	// plus 1; Lost is Expected less Packets, and can be negative when there are copies. After
	// a new beginning both go on with the sum. Packets that are Odd are in neither.
	Expected int64
	Lost     int64
	Missing  int64 // sequence numbers that never came, copies not counted against them
	Late     int   // packets that came after one with a higher sequence number
	Again    int   // copies
	Jumps    int   // jumps of the sequence number that are a new beginning (RFC 3550 §A.1)
	Odd      int   // packets whose sequence number fits neither before nor after

	// Jitter by RFC 3550 §A.8 in ns, at the end, at its largest and on average; needs Clock.
	Clock                         int // Hz; 0: not known, and there is no jitter
	Jitter, MaxJitter, MeanJitter float64

	Types   []TypeCount // payload types, commonest first
	Lengths []TypeCount // payload lengths, commonest first, at most 32
	Step    uint32      // commonest step of the timestamp from one packet to the next in sequence
	Markers int
	Aside   int // packets that are left out of Jitter, Step and Rate: keys and comfort noise

	// Rate is how many ticks a second the timestamps grow by, held against the times of arrival;
	// 0 when that cannot be told: less than two seconds, timestamps that stand still, or a pace
	// in pauses that is not that of the voice between them.
	Rate float64

	Seconds []Second // at most maxSeconds; Every says how long each is
	Every   int64    // ns
}

// A TypeCount is how often a number was seen.
type TypeCount struct{ Value, Times int }

const (
	// MaxStreams is how many streams a Tracker follows.
	MaxStreams = 10_000

	maxSeeds   = 1 << 15 // sources of which one packet is remembered
	maxLengths = 32      // of Stream.Lengths
	sizes      = 2048    // payload lengths below are counted in a table

	// Of RFC 3550 §A.1: a packet may be this far ahead of the highest number, or this far
	// behind it, and still belong to the same count.
	maxDropout  = 3000
	maxMisorder = 100
	window      = 128 // numbers of which it is remembered whether they came; more than maxMisorder
)

// A Tracker follows the streams of a capture. It belongs to one goroutine, and holds at most
// MaxStreams of them; what is beyond is counted by Left.
//
// Any datagram that Parse takes may be given to it. A source is remembered by its first packet,
// and becomes a stream with its second; of sources that never come again, as in random bytes,
// only the last maxSeeds are remembered. The probation of RFC 3550 §A.1 is served afterwards: a
// stream is counted from its first packet on, and dropped in Finish when it never continued.
type Tracker struct {
	clock   func(k Key, pt uint8) int
	streams map[Key]*track
	order   []*track
	near    [256]*track // the stream that was last found by each hash
	seeds   map[Key]uint32
	ring    []seed
	next    uint32 // of ring, the one to be given up
	slices  int    // of all streams
	done    []*Stream
	stray   int
	left    int
}

// A seed is a source that was seen once.
type seed struct {
	Packet
	left bool // another packet of it came when there was no room for streams
}

// A track is a stream being counted.
type track struct {
	Stream

	// The count since the last new beginning, with the sequence number extended to 64 bits.
	base, high int64
	got        int64 // different numbers that came, base or above
	seen       [window / 64]uint64
	slot       [window]uint16 // the slice that a missing number was counted in

	bad     uint16 // the number that would confirm a new beginning
	hasBad  bool
	sure    bool  // two numbers in sequence have come
	past    int64 // numbers of the counts before
	pastGot int64 // those of them that came

	ts        uint32 // of the packet before, of those that fit
	time      int64
	hasTime   bool
	lastClock float64 // ns a tick; 0: its timestamp cannot be compared
	timed     bool    // a packet had a time
	arrived   int64   // time of the packet before, whichever it was

	jitterSum float64
	jitters   int
	pace      pace

	pt      int // index into Types
	clocks  []float64
	sizes   []uint32    // payload lengths, by length
	long    []TypeCount // and those that are longer
	steps   [8]TypeCount
	near    int // steps of number and timestamp as a sender would take them
	changes int // of the payload type
}

// Aside is what the clock of a Tracker says of a payload type whose timestamps tell nothing of
// the pace: all packets of a key that is pressed have the timestamp of its beginning (RFC 4733
// §2.2.1), and comfort noise comes when the noise changes.
const Aside = -1

// NewTracker makes a tracker. clock tells the rate of a stream's timestamps for its jitter, by
// stream and payload type; 0 when it is not known, or Aside. It is asked once for each payload
// type of a stream.
func NewTracker(clock func(k Key, pt uint8) int) *Tracker {
	if clock == nil {
		clock = func(Key, uint8) int { return 0 }
	}
	return &Tracker{clock: clock, streams: map[Key]*track{}, seeds: map[Key]uint32{}}
}

// Add counts one packet. Packets come in the order of the file. It allocates only for a new
// stream and for its growing list of seconds.
func (t *Tracker) Add(p *Packet) {
	hash := (p.SSRC ^ p.Flow<<16 ^ p.Flow) * 0x9E3779B1
	if p.Back {
		hash = ^hash
	}
	near := &t.near[hash>>24]
	if s := *near; s != nil && s.SSRC == p.SSRC && s.Flow == p.Flow && s.Back == p.Back {
		s.add(t, p)
		return
	}
	k := Key{p.Flow, p.Back, p.SSRC}
	s := t.streams[k]
	if s == nil {
		if s = t.grow(k, p); s == nil {
			return
		}
	}
	*near = s
	s.add(t, p)
}

// grow makes a stream of a source when it has been seen before, and remembers it when not.
func (t *Tracker) grow(k Key, p *Packet) *track {
	i, known := t.seeds[k]
	if !known {
		t.plant(k, p)
		return nil
	}
	if len(t.order) >= MaxStreams {
		t.left++
		t.ring[i].left = true
		return nil
	}
	first := t.ring[i].Packet
	delete(t.seeds, k)
	t.ring[i].Wire = -1 // given up
	s := &track{}
	s.Key, s.First, s.FirstSeq, s.FirstTS = k, first.Packet, first.Seq, first.Timestamp
	s.End = -1
	t.streams[k] = s
	t.order = append(t.order, s)
	s.add(t, &first)
	return s
}

func (t *Tracker) plant(k Key, p *Packet) {
	x := seed{Packet: *p}
	x.Wire = max(x.Wire, 0)
	if len(t.ring) < maxSeeds {
		t.seeds[k] = uint32(len(t.ring))
		t.ring = append(t.ring, x)
		return
	}
	old := &t.ring[t.next]
	t.giveUp(old)
	*old = x
	t.seeds[k] = t.next
	t.next = (t.next + 1) % maxSeeds
}

// giveUp forgets a source that was seen once.
func (t *Tracker) giveUp(x *seed) {
	if x.Wire < 0 {
		return // it has become a stream
	}
	delete(t.seeds, Key{x.Flow, x.Back, x.SSRC})
	if x.left {
		t.left++
	} else {
		t.stray++
	}
}

// add counts a packet of the stream.
func (s *track) add(t *Tracker, p *Packet) {
	first := s.Packets == 0
	s.Packets++
	s.Last, s.LastSeq, s.LastTS = p.Packet, p.Seq, p.Timestamp
	size := p.PayEnd - p.PayOff
	s.Bytes += int64(size)
	if p.Marker {
		s.Markers++
	}
	s.length(size)
	changed := first || s.Types[s.pt].Value != int(p.Type)
	if changed {
		s.payloadType(t, p.Type)
	} else {
		s.Types[s.pt].Times++
	}
	tick := s.clocks[s.pt]

	lost, late, again, fits := 0, false, false, true
	if first {
		s.begin(int64(p.Seq))
		if tick >= 0 {
			s.pace.add(p)
		}
	} else {
		lost, late, again, fits = s.number(p, changed)
	}

	// Jitter: RFC 3550 §A.8, by the difference of two packets in the order of their arrival.
	slice := -1
	gap := int64(0)
	if !p.NoTime {
		if s.timed {
			gap = p.Time - s.arrived
		} else {
			s.timed = true
			s.Start, s.End = p.Time, p.Time
		}
		s.arrived = p.Time
		s.End = max(s.End, p.Time)
		if fits && s.hasTime && tick > 0 && tick == s.lastClock {
			d := math.Abs(float64(p.Time-s.time) - float64(int32(p.Timestamp-s.ts))*tick)
			s.Jitter += (d - s.Jitter) / 16
			s.MaxJitter = max(s.MaxJitter, s.Jitter)
			s.jitterSum += s.Jitter
			s.jitters++
		}
		slice = s.slice(t, p)
	}
	if tick < 0 {
		s.Aside++
	} else if fits {
		s.ts, s.time, s.hasTime, s.lastClock = p.Timestamp, p.Time, !p.NoTime, tick
	}
	if lost > 0 {
		s.lose(lost, slice)
	}
	if slice < 0 {
		return
	}
	x := &s.Seconds[slice]
	x.Packets++
	x.Lost += int32(lost)
	x.Bytes += int32(size)
	if late && !again {
		x.Late++
	}
	x.Jitter = max(x.Jitter, float32(s.Jitter))
	x.MaxGap = max(x.MaxGap, float32(gap))
}

// begin starts the count of sequence numbers anew.
func (s *track) begin(seq int64) {
	s.base, s.high, s.got = seq, seq, 1
	s.seen = [window / 64]uint64{1}
	s.hasBad = false
}

// number files a sequence number: RFC 3550 §A.1, but that copies and late packets are told
// apart. lost is how many numbers it passes over; fits is false for one that is far from all.
func (s *track) number(p *Packet, changed bool) (lost int, late, again, fits bool) {
	delta := p.Seq - uint16(s.high)
	switch {
	case delta == 0:
		s.Again++
		return 0, false, true, true
	case delta < maxDropout:
		step := p.Timestamp - s.ts
		if int32(step) < 1<<24 && int32(step) > -1<<24 {
			s.near++
		}
		if delta == 1 {
			s.sure = true
			if !changed && s.clocks[s.pt] >= 0 {
				s.step(step)
			}
		}
		if s.clocks[s.pt] >= 0 {
			s.pace.add(p)
		}
		s.high += int64(delta)
		s.got++
		s.shift(int(delta))
		return int(delta) - 1, false, false, true
	case int(delta) > 1<<16-maxMisorder:
		back := int64(-delta)
		if s.bit(int(back)) {
			s.Again++
			return 0, true, true, true
		}
		s.Late++
		s.seen[back/64] |= 1 << (back % 64)
		if s.high-back < s.base {
			return 0, true, false, true
		}
		s.got++
		if at := int(s.slot[uint64(s.high-back)%window]); at > 0 && at <= len(s.Seconds) {
			s.Seconds[at-1].Lost--
		}
		return 0, true, false, true
	}
	switch {
	case !s.sure: // it had not begun yet
		s.rebase()
		s.begin(int64(p.Seq))
		return 0, false, false, true
	case !s.hasBad || p.Seq != s.bad:
		s.Odd++
		s.bad, s.hasBad = p.Seq+1, true
		return 0, false, false, false
	}
	// Two in sequence: a new beginning, with the one before as its first.
	s.Odd--
	s.Jumps++
	s.rebase()
	s.begin(int64(p.Seq) - 1)
	s.high, s.got, s.seen[0] = s.high+1, 2, 3
	return 0, false, false, true
}

// rebase adds the count that ends to those before it. Timestamps begin anew with the next one.
func (s *track) rebase() {
	s.past += s.high - s.base + 1
	s.pastGot += s.got
	s.lastClock = 0
	s.pace.has = false
}

// bit reports whether the number that many before the highest has come.
func (s *track) bit(back int) bool { return s.seen[back/64]>>(back%64)&1 == 1 }

// shift moves the window n numbers on; the highest has come.
func (s *track) shift(n int) {
	switch {
	case n == 1:
		s.seen[1] = s.seen[1]<<1 | s.seen[0]>>63
		s.seen[0] <<= 1
	case n >= window:
		s.seen = [window / 64]uint64{}
	case n >= 64:
		s.seen[1], s.seen[0] = s.seen[0]<<(n-64), 0
	default:
		s.seen[1], s.seen[0] = s.seen[1]<<n|s.seen[0]>>(64-n), s.seen[0]<<n
	}
	s.seen[0] |= 1
}

// lose remembers in which slice the numbers before the highest were counted as lost.
func (s *track) lose(n, slice int) {
	for i := 1; i <= min(n, window-1); i++ {
		s.slot[uint64(s.high-int64(i))%window] = uint16(slice + 1)
	}
}

// length counts a payload length.
func (s *track) length(n int) {
	n = max(n, 0)
	if n < len(s.sizes) {
		s.sizes[n]++
		return
	}
	if n < sizes {
		s.sizes = append(s.sizes, make([]uint32, n+1-len(s.sizes)+63)...)
		s.sizes[n]++
		return
	}
	for i := range s.long {
		if s.long[i].Value == n {
			s.long[i].Times++
			return
		}
	}
	if len(s.long) < 4*maxLengths {
		s.long = append(s.long, TypeCount{n, 1})
	}
}

// payloadType counts a payload type other than that of the packet before.
func (s *track) payloadType(t *Tracker, pt uint8) {
	s.changes++
	for i := range s.Types {
		if s.Types[i].Value == int(pt) {
			s.Types[i].Times++
			s.pt = i
			return
		}
	}
	s.pt = len(s.Types)
	s.Types = append(s.Types, TypeCount{int(pt), 1})
	tick := 0.0
	if hz := t.clock(s.Key, pt); hz > 0 {
		tick = 1e9 / float64(hz)
	} else if hz == Aside {
		tick = Aside
	}
	s.clocks = append(s.clocks, tick)
}

// step counts a step of the timestamp. Where there are more of them than places, the rarest
// gives way, so that the commonest is kept. (Metwally and others 2005, "Space-Saving")
func (s *track) step(n uint32) {
	least := 0
	for i := range s.steps {
		x := &s.steps[i]
		if x.Times > 0 && x.Value == int(n) {
			x.Times++
			if i > 0 && x.Times > s.steps[i-1].Times { // the commonest is found first
				s.steps[i], s.steps[i-1] = s.steps[i-1], s.steps[i]
			}
			return
		}
		if x.Times < s.steps[least].Times {
			least = i
		}
	}
	s.steps[least] = TypeCount{int(n), s.steps[least].Times + 1}
}

// continues reports whether the source behaved like a stream: most of its packets follow the
// one before, in number and in time, and it keeps to a few payload types.
func (s *track) continues() bool {
	news := s.Packets - s.Again - s.Late
	return s.near > 0 && 2*s.near >= news-1 && (len(s.Types) <= 8 || 2*s.changes <= s.Packets)
}

// Finish ends the counting: averages are taken, sources that never continued themselves
// (one packet, or numbers that jump at random) are dropped into Stray. A Tracker may be
// finished once.
func (t *Tracker) Finish() {
	for i := range t.ring {
		t.giveUp(&t.ring[i])
	}
	for _, s := range t.order {
		if !s.continues() {
			t.stray += s.Packets
			continue
		}
		s.finish()
		t.done = append(t.done, &s.Stream)
	}
	slices.SortFunc(t.done, func(a, b *Stream) int { return cmp.Compare(a.First, b.First) })
	t.streams, t.order, t.seeds, t.ring, t.near = nil, nil, nil, nil, [256]*track{}
}

func (s *track) finish() {
	s.Expected = s.past + s.high - s.base + 1
	s.Missing = s.Expected - s.pastGot - s.got
	s.Lost = s.Expected - int64(s.Packets-s.Odd)
	if s.jitters > 0 {
		s.MeanJitter = s.jitterSum / float64(s.jitters)
	}
	commonest := 0
	for i := range s.Types {
		if s.Types[i].Times > s.Types[commonest].Times {
			commonest = i
		}
	}
	if tick := s.clocks[commonest]; tick > 0 {
		s.Clock = int(math.Round(1e9 / tick))
	}
	s.Rate = s.pace.rate()
	s.Lengths = s.long
	for n, times := range s.sizes {
		if times > 0 {
			s.Lengths = append(s.Lengths, TypeCount{n, int(times)})
		}
	}
	s.Types, s.Lengths = byTimes(s.Types), byTimes(s.Lengths)
	if len(s.Lengths) > maxLengths {
		s.Lengths = s.Lengths[:maxLengths:maxLengths]
	}
	best := TypeCount{}
	for _, x := range s.steps {
		if x.Times > best.Times {
			best = x
		}
	}
	s.Step = uint32(best.Value)
}

// byTimes sorts the commonest first, and equals by their numbers.
func byTimes(all []TypeCount) []TypeCount {
	slices.SortFunc(all, func(a, b TypeCount) int {
		return cmp.Or(cmp.Compare(b.Times, a.Times), cmp.Compare(a.Value, b.Value))
	})
	return all
}

// Streams are the streams in the order of their first packets, when Finish has been called.
func (t *Tracker) Streams() []*Stream { return t.done }

// Stray is how many packets belong to no stream, and Left how many to streams beyond MaxStreams.
func (t *Tracker) Stray() int { return t.stray }

// Left: see Stray.
func (t *Tracker) Left() int { return t.left }
