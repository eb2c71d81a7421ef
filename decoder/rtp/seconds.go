package rtp

// A Second is what happened in a slice of a stream's time.
type Second struct {
	Packets, Lost, Late int32
	Bytes               int32
	Jitter              float32 // ns, largest in it
	MaxGap              float32 // ns between two packets, largest
	First               uint32  // packet, from 0
}

const (
	maxSeconds = 600     // slices of a stream
	fewSeconds = 60      // and when all streams together have many
	allSeconds = 400_000 // of all streams together, from where on each has few
)

// slice finds the slice of time of a packet, and makes those that are missing.
func (s *track) slice(t *Tracker, p *Packet) int {
	if s.Every == 0 {
		s.Every = 1e9
	}
	since := uint64(0)
	if p.Time > s.Start {
		since = uint64(p.Time) - uint64(s.Start)
	}
	n := since / uint64(s.Every)
	if n < uint64(len(s.Seconds)) {
		return s.packetIn(int(n), p)
	}
	most := uint64(maxSeconds)
	if t.slices > allSeconds {
		most = fewSeconds
	}
	for n >= most && n >= uint64(len(s.Seconds)) {
		s.merge(t)
		n = since / uint64(s.Every)
	}
	for uint64(len(s.Seconds)) <= n {
		s.Seconds = append(s.Seconds, Second{First: p.Packet})
		t.slices++
	}
	return s.packetIn(int(n), p)
}

// packetIn notes the first packet of a slice.
func (s *track) packetIn(n int, p *Packet) int {
	if s.Seconds[n].Packets == 0 {
		s.Seconds[n].First = p.Packet
	}
	return n
}

// merge makes slices twice as long.
func (s *track) merge(t *Tracker) {
	half := (len(s.Seconds) + 1) / 2
	for i := range half {
		a := s.Seconds[2*i]
		if 2*i+1 < len(s.Seconds) {
			b := &s.Seconds[2*i+1]
			if a.Packets == 0 {
				a.First = b.First
			}
			a.Packets += b.Packets
			a.Lost += b.Lost
			a.Late += b.Late
			a.Bytes += b.Bytes
			a.Jitter = max(a.Jitter, b.Jitter)
			a.MaxGap = max(a.MaxGap, b.MaxGap)
		}
		s.Seconds[i] = a
	}
	t.slices -= len(s.Seconds) - half
	s.Seconds = s.Seconds[:half]
	s.Every *= 2
	for i, at := range s.slot {
		if at > 0 {
			s.slot[i] = (at-1)/2 + 1
		}
	}
}

// How the timestamps are held against the times of arrival.
const (
	paceLeast = 2_000_000_000   // ns that must be seen
	paceClose = 500_000_000     // ns between two packets, or bursts of them, that no pause lies between
	paceFar   = 300_000_000_000 // ns between two packets that tell nothing any more
	paceJump  = 1 << 24         // ticks that are a new beginning
)

// A pace sums up how the timestamps grow and the time passes, from each packet that comes in
// sequence to the next: over all, and where no pause lies between them.
type pace struct {
	has        bool
	ts         uint32
	time       int64
	ticks, ns  int64
	near, span int64 // those without a pause
}

func (x *pace) add(p *Packet) {
	if p.NoTime {
		return
	}
	step, gap := int64(int32(p.Timestamp-x.ts)), p.Time-x.time
	if x.has && step >= -paceJump && step <= paceJump && gap > -paceFar && gap < paceFar {
		x.ticks += step
		x.ns += gap
		if gap < paceClose {
			x.near += step
			x.span += gap
		}
	}
	x.has, x.ts, x.time = true, p.Timestamp, p.Time
}

// rate is in ticks a second, or 0. A sender whose timestamps stand still while it is silent has
// two rates, and is not believed.
func (x *pace) rate() float64 {
	if x.ns < paceLeast || x.ticks <= 0 {
		return 0
	}
	all := float64(x.ticks) * 1e9 / float64(x.ns)
	if x.span < x.ns/20 { // hardly two packets are close
		return all
	}
	near := float64(x.near) * 1e9 / float64(x.span)
	if near < all*.9 || near > all*1.1 {
		return 0
	}
	return all
}
