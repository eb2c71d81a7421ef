package oracle

import "somscope/decoder/inet"

// A Reader collects the messages of a capture and reads what can be read. It belongs to one
// goroutine. A message costs it some 200 bytes.
type Reader struct {
	chunks [][]msg
	n      uint32 // messages in chunks
	left   int
	sealed bool

	convs    []conv
	flows    map[uint32]uint32 // conversation by flow
	ends     map[ends]uint32   // conversation by ends, where the flow has others
	hosts    map[inet.Addr]*host
	reported map[uint32]*told // what Acks and NAcks told to anybody, at most maxReported

	cmds   map[uint64]uint32 // latest Command by key, index plus 1
	nacks  map[uint64]uint32
	parts  map[uint64]uint32 // group of fragments by key, plus 1
	groups []group

	shelves  []*shelf
	small    uint16        // lengths of unread messages that may be on the shelves, a bit each
	bits     []*[16]uint32 // what request ids contribute, by the bytes behind
	reads    []read
	odds     [searches]odds
	ports    map[End][]uint16 // ports that pongs told, at most four each
	told     map[telling]supposed
	pongs    map[inet.Addr]uint32 // unread messages that may be pongs, by receiver
	tellings uint32               // that were looked for in told

	same    sameness
	sets    []set
	numbers []uint32 // sets by number
	counts  Counts

	lens   map[int32][]uint32 // unread messages by length
	units  []unit
	trials int // places looked at in all units
	nears  []nearSet

	phase int
	pos   uint32
}

// New returns an empty Reader.
func New() *Reader {
	r := &Reader{
		flows: map[uint32]uint32{}, ends: map[ends]uint32{}, hosts: map[inet.Addr]*host{}, reported: map[uint32]*told{},
		cmds: map[uint64]uint32{}, nacks: map[uint64]uint32{}, parts: map[uint64]uint32{},
		ports: map[End][]uint16{}, lens: map[int32][]uint32{}, told: map[telling]supposed{}, pongs: map[inet.Addr]uint32{},
	}
	r.same.reset()
	return r
}

// MaxMessages is how many messages are kept.
const MaxMessages = 400000

// maxReported bounds the addresses that pongs to other hosts are compared with.
const maxReported = 1024

// Seal says that all messages are there; Step may now be called.
func (r *Reader) Seal() { r.sealed = true }

// A stage is one pass over something.
type stage struct {
	over func(r *Reader) uint32        // how many
	do   func(r *Reader, i uint32) int // one of them; returns its cost in checksums
	end  func(r *Reader)               // frees what the stage needed
}

// wanted is how many candidates there are to put on the shelves: none, if nobody asks for them.
func (r *Reader) wanted() uint32 {
	if r.small == 0 {
		return 0
	}
	return uint32(sweepAll)
}

func messages(r *Reader) uint32 { return r.n }

// stages is the work, in order.
var stages = func() []stage {
	list := []stage{
		{over: messages, do: (*Reader).link, end: func(r *Reader) { r.cmds, r.nacks, r.parts = nil, nil, nil }},
		{over: messages, do: (*Reader).forms},
		{over: messages, do: (*Reader).orphan},
		{over: messages, do: (*Reader).port},
		{over: messages, do: (*Reader).suppose},
		{over: messages, do: (*Reader).solve, end: func(r *Reader) { r.told, r.pongs = nil, nil }},
		{over: (*Reader).wanted, do: func(r *Reader, n uint32) int { return r.stock(n) }},
		{over: messages, do: (*Reader).sweep, end: func(r *Reader) { r.shelves = nil }},
	}
	for w := range windows {
		list = append(list, stage{over: messages, do: func(r *Reader, i uint32) int { return r.redirect(i, w) }})
	}
	for p := range passes {
		list = append(list,
			stage{over: messages, do: func(r *Reader, i uint32) int { return r.compare(i, p) }},
			stage{
				over: func(r *Reader) uint32 { return 2 * uint32(len(r.same.cands)) },
				do:   func(r *Reader, c uint32) int { return r.settle(c, p) },
				end:  func(r *Reader) { r.same.reset() },
			})
	}
	return append(list,
		stage{over: messages, do: (*Reader).gather, end: (*Reader).plan},
		stage{over: func(r *Reader) uint32 { return uint32(len(r.units)) }, do: (*Reader).near, end: func(r *Reader) { r.lens, r.units = nil, nil }},
		stage{over: messages, do: (*Reader).byRid},
		stage{over: messages, do: (*Reader).byTime},
		stage{over: messages, do: (*Reader).number},
	)
}()

func (r *Reader) done() bool { return r.sealed && r.phase == len(stages) }

// Step works for about n checksums and reports whether all is done. Without Seal it does
// nothing and says that there is more to come.
func (r *Reader) Step(n int) (done bool) {
	if !r.sealed {
		return false
	}
	for ; r.phase < len(stages); r.phase++ {
		s := &stages[r.phase]
		for all := s.over(r); r.pos < all; r.pos++ {
			if n <= 0 {
				return false
			}
			n -= s.do(r, r.pos)
		}
		if s.end != nil {
			s.end(r)
		}
		r.pos = 0
	}
	return true
}

// Progress is how far reading is: messages done and in all.
func (r *Reader) Progress() (done, all int) {
	all = int(r.n)
	if r.done() || !r.sealed {
		if !r.sealed {
			return 0, all
		}
		return all, all
	}
	part := 0.0
	if n := stages[r.phase].over(r); n > 0 {
		part = float64(r.pos) / float64(n)
	}
	return int(float64(all) * (float64(r.phase) + part) / float64(len(stages))), all
}

// Counts are the obfuscated messages (functions 2 and f), and of them those read, inferred, and
// equal but unread. Left is what Add left out, as a rule because of MaxMessages.
type Counts struct {
	Commands, Fragments        int // functions 2 and f
	Confirmed, Inferred, Equal int
	Resends                    int // read with the Command they repeat; not in Confirmed
	Classes                    int // of two messages or more, those of known text among them
	Left                       int
}

// Counts is valid at any time. It looks at all messages.
func (r *Reader) Counts() Counts {
	c := r.counts
	c.Left, c.Classes = r.left, len(r.numbers)
	for i := range r.n {
		m := r.at(i)
		if m.fn == fnResend && m.other != 0 && r.kind(r.origin(i)) == Confirmed {
			c.Resends++
		}
		if m.fn == fnCommand || m.fn == fnFragment {
			switch r.kind(r.origin(i)) {
			case Confirmed:
				c.Confirmed++
			case Inferred:
				c.Inferred++
			case Equal:
				c.Equal++
			}
		}
	}
	return c
}

// sure reports whether what was read of m is confirmed.
func (r *Reader) sure(m *msg) bool {
	by := r.reads[m.read-1].by
	return by != bySolving && r.odds[by].believed()
}

// kind is what is known of the text of m, which must be no copy.
func (r *Reader) kind(m *msg) Kind {
	switch {
	case m.read != 0 && r.sure(m):
		return Confirmed
	case m.class != 0 && m.read == 0:
		return Equal
	case m.read != 0:
		return Inferred
	}
	return Unread
}
