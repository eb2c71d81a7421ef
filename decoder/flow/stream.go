package flow

import "slices"

// A Stream is one TCP conversation put together again. Side 0 is what A sent.
type Stream struct {
	Flow   uint32
	Sides  [2]Side
	Opener int       // the side that sent the SYN; the sender of the first packet when none was seen
	Syn    [2]uint32 // packet of the SYN and of the SYN+ACK, plus 1; 0 when not seen
	Fin    [2]uint32 // packet of each side's first FIN, plus 1
	Rst    uint32    // packet of the first RST, plus 1
}

// A Side is one direction of a Stream.
type Side struct {
	Data   []byte   // in order, from its first byte; zeros where Gaps says so; at most StreamKeep bytes
	Whole  int64    // bytes the side sent, as far as seen, those not kept included
	Pieces []Piece  // which packet brought which bytes of Data, in order of At
	Gaps   []Gap    // bytes of Data that no packet brought
	Again  []uint32 // packets that brought only bytes that were there already; at most 64
	AgainN int      // how many of them there were
	Early  int      // packets that came before one they follow
	Differ []uint32 // packets whose repeated bytes differ from those kept; at most 8
	Start  bool     // Data begins with the first byte of the side: its SYN was seen
}

// A Piece is a run of a Side's bytes that came in one packet.
type Piece struct {
	At, Len int    // in Data
	Packet  uint32 // from 0
	From    int    // offset of the run in the packet's payload
	Time    int64  // ns since 1970
	NoTime  bool
}

// A Gap is a run of missing bytes.
type Gap struct{ At, Len int }

// Bounds of an Assembler. StreamKeep is how many bytes of each side are kept
// as long as all streams together hold less than keepWide; then StreamLead,
// for what a conversation is shows in its first bytes; at keepAll nothing more
// is kept. What is kept counts with the records that say where it came from.
const (
	StreamKeep = 64 << 10
	StreamLead = 4 << 10

	keepWide = 48 << 20
	keepAll  = 96 << 20

	maxStreams = 1 << 16 // conversations with data
	maxBriefs  = 1 << 18 // conversations without data, of which only the flags are kept

	pagesSide = 48       // out-of-order pages of the library that one side may hold, of 1,900 bytes
	pagesAll  = 4096     // that all sides may hold together
	maxLive   = 4096     // connections the library may hold; quiet ones are flushed beyond
	patience  = 8        // runs that wait on a side whose SYN was not seen, before it begins without
	maxJump   = 1 << 30  // a segment further away than this is none of the stream
	pieceCost = 64       // bytes that a Piece is counted as
	convCost  = 1 << 10  // bytes that a conversation is counted as, before its data
	synSlack  = 64 << 10 // how far behind its SYN data may be that came before it
	maxPieces = 4096     // of one side: beyond, its packets are too small to be worth it
	maxAgain  = 64
	maxDiffer = 8
)

// At returns the piece that brought byte at of Data, or nil for a gap.
func (s *Side) At(at int) *Piece {
	i, found := slices.BinarySearchFunc(s.Pieces, at, func(p Piece, at int) int { return p.At - at })
	if !found {
		i--
	}
	if i < 0 || at >= s.Pieces[i].At+s.Pieces[i].Len {
		return nil
	}
	return &s.Pieces[i]
}

// gapAfter is the index of the first gap that ends behind at.
func (s *Side) gapAfter(at int) int {
	i, _ := slices.BinarySearchFunc(s.Gaps, at, func(g Gap, at int) int {
		if g.At+g.Len <= at {
			return -1
		}
		return 1
	})
	return i
}

// cover takes [at, at+n), which lies within one gap, out of it.
func (s *Side) cover(at, n int) {
	i := s.gapAfter(at)
	if i == len(s.Gaps) {
		return
	}
	g := s.Gaps[i]
	var left [2]Gap
	k := 0
	if g.At < at {
		left[k] = Gap{g.At, at - g.At}
		k++
	}
	if end := g.At + g.Len; end > at+n {
		left[k] = Gap{at + n, end - at - n}
		k++
	}
	s.Gaps = slices.Replace(s.Gaps, i, i+1, left[:k]...)
}

// insert adds a piece where it belongs; most belong at the end. Bytes that go
// on where the piece before ends, of the same packet, are one piece with it.
func (s *Side) insert(p Piece) {
	i := len(s.Pieces)
	if i > 0 && s.Pieces[i-1].At > p.At {
		i, _ = slices.BinarySearchFunc(s.Pieces, p.At, func(q Piece, at int) int { return q.At - at })
	}
	if i > 0 {
		if l := &s.Pieces[i-1]; l.Packet == p.Packet && l.At+l.Len == p.At && l.From+l.Len == p.From {
			l.Len += p.Len
			return
		}
	}
	s.Pieces = slices.Insert(s.Pieces, i, p)
}

// early counts the packets whose bytes belong behind those of a later packet.
func (s *Side) early() int {
	var early []uint32
	top := uint32(0)
	for _, p := range s.Pieces {
		if p.Packet < top {
			early = append(early, p.Packet)
		}
		top = max(top, p.Packet)
	}
	slices.Sort(early)
	return len(slices.Compact(early))
}
