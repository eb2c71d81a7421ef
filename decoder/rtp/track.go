package rtp

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
	Start, End        int64  // ns; End < Start: nothing has a time
	Packets           int
	Bytes             int64  // of payload
	FirstSeq, LastSeq uint16 // in the order of the file, as tshark prints them
	FirstTS, LastTS   uint32

	// By RFC 3550 §A.3: Expected is the extended highest sequence number less the first one,
	// plus 1; Lost is Expected less Packets, and can be negative when there are copies.
	Expected int64
	Lost     int64
	Missing  int64 // sequence numbers that never came, copies not counted against them
	Late     int   // packets that came after one with a higher sequence number
	Again    int   // copies
	Jumps    int   // jumps of the sequence number that are a new beginning (RFC 3550 §A.1)

	// Jitter by RFC 3550 §A.8 in ns, at the end, at its largest and on average; needs Clock.
	Clock                         int // Hz; 0: not known, and there is no jitter
	Jitter, MaxJitter, MeanJitter float64

	Types   []TypeCount // payload types, commonest first
	Lengths []TypeCount // payload lengths, commonest first, at most 32
	Step    uint32      // commonest step of the timestamp from one packet to the next in sequence
	Markers int

	Seconds []Second // at most maxSeconds; Every says how long each is
	Every   int64    // ns
}

// A TypeCount is how often a number was seen.
type TypeCount struct{ Value, Times int }

// A Second is what happened in a slice of a stream's time.
type Second struct {
	Packets, Lost, Late int32
	Bytes               int32
	Jitter              float32 // ns, largest in it
	MaxGap              float32 // ns between two packets, largest
	First               uint32  // packet, from 0
}

// A Tracker follows the streams of a capture. It belongs to one goroutine, and holds at most
// MaxStreams of them; what is beyond is counted by Left.
type Tracker struct{}

// MaxStreams is how many streams a Tracker follows.
const MaxStreams = 10_000

// NewTracker makes a tracker. clock tells the rate of a stream's timestamps for its jitter, by
// stream and payload type; 0 when it is not known.
func NewTracker(clock func(k Key, pt uint8) int) *Tracker { return &Tracker{} }

// Add counts one packet. Packets come in the order of the file. It allocates only for a new
// stream and for its growing list of seconds.
func (t *Tracker) Add(p *Packet) {}

// Finish ends the counting: averages are taken, sources that never continued themselves
// (one packet, or numbers that jump at random) are dropped into Stray.
func (t *Tracker) Finish() {}

// Streams are the streams in the order of their first packets, when Finish has been called.
func (t *Tracker) Streams() []*Stream { return nil }

// Stray is how many packets belong to no stream, and Left how many to streams beyond MaxStreams.
func (t *Tracker) Stray() int { return 0 }

// Left: see Stray.
func (t *Tracker) Left() int { return 0 }
