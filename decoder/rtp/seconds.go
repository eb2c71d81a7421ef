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
