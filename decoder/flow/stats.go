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
	// Body is made once the flow has more than four datagrams that begin like the one before.
	Body *Body

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

// BodySize is the number of bytes that a Body counts, from byte 4 on.
const BodySize = 8

const (
	bodyAt  = 4    // datagrams with the head of the one before, beyond which a flow has a Body
	bodyMax = 4096 // datagrams that it counts
)

// A Body counts the nibbles behind a head of four bytes that stays the same, as calls to a
// telephone have it: whether bytes 4 to 11 are dice tells them from a counter behind a constant.
// It counts datagrams of 12 bytes or more whose head is that of the one before.
type Body struct {
	N       uint32                   // datagrams counted, both ways
	Nibbles [2 * BodySize][16]uint16 // the upper nibble of byte 4 first
}

func (b *Body) add(p *head) {
	if p.n < 4+BodySize || b.N >= bodyMax {
		return
	}
	b.N++
	w := p.w0<<32 | p.w1>>32
	for i := range b.Nibbles {
		b.Nibbles[i][w>>60]++
		w <<= 4
	}
}

// Chi is the chi-square of one nibble against sixteen values equally likely: 15 degrees of freedom.
func (b *Body) Chi(nibble int) float64 {
	want := float64(b.N) / 16
	chi := 0.0
	for _, n := range b.Nibbles[nibble] {
		d := float64(n) - want
		chi += d * d
	}
	return chi / max(want, 1e-9)
}
