package flow

import "math/bits"

// Buckets of Stats.
const (
	SizeBuckets = 41
	GapBuckets  = 32
)

// Stats are the histograms of a flow of more than eight datagrams. They count from the ninth
// datagram on, but RandomBits also has the ones before.
type Stats struct {
	// Sizes of payloads: 32 buckets of 16 bytes, then 8 of 128 from 512 on, then the rest.
	Sizes [SizeBuckets]uint32
	// Gaps between datagrams of one direction: bucket i holds 2^(i-1) to 2^i microseconds,
	// bucket 0 none at all.
	Gaps [GapBuckets]uint32
	// RandomBits counts the values of bits 6..4 of byte 2 of Data.
	RandomBits [8]uint32

	last [2]int64
}

// SizeBucket is the bucket of a payload of n bytes.
func SizeBucket(n int) int {
	if n < 512 {
		return n / 16
	}
	return min(32+(n-512)/128, SizeBuckets-1)
}

// GapBucket is the bucket of a gap of so many nanoseconds; time that runs backwards counts as none.
func GapBucket(ns int64) int {
	if ns < 1000 {
		return 0
	}
	return min(bits.Len64(uint64(ns/1000)), GapBuckets-1)
}

func (s *Stats) add(p *head, k Kind, time int64) {
	if k == KindCount { // a duplicate
		return
	}
	s.Sizes[SizeBucket(p.n)]++
	if k == Data {
		s.RandomBits[p.fn()>>4&7]++
	}
	if p.timed {
		if s.last[p.dir] != 0 {
			s.Gaps[GapBucket(time-s.last[p.dir])]++
		}
		s.last[p.dir] = time
	}
}

// seedStats tells fresh Stats what the opening still knows.
func (x *Features) seedStats() {
	for _, m := range x.Messages() {
		if m.Kind == Data {
			x.Stats.RandomBits[m.Func>>4&7]++
		}
	}
}
