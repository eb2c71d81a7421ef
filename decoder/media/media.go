// Package media reads calls that are encrypted: nothing of their frames can be seen, but how
// long the messages are and when they come says which codec, rate and redundancy would make
// such messages. It sees sizes and times, no bytes.
//
// The model is that of Bonfiglio et al. 2007, eq. 10: size = (rate · dT / 8 + H) · RF + SoM.
package media

import "somscope/decoder/field"

// A Carrier is what the messages travel in.
type Carrier uint8

const (
	Data Carrier = iota // 0d over UDP: 3 bytes of Start of Message
	E2O                 // to a telephone gateway: 4 bytes of connection id, and one that counts
	TCP                 // segments of a stream
)

// A Message is one message of a call.
type Message struct {
	Time   int64 // ns since 1970
	NoTime bool
	Packet uint32 // from 0
	Back   bool   // travels from the flow's B to its A
	Size   int    // bytes of payload on the wire
}

// A Meter takes the messages of one flow in the order of the file. It keeps at most
// MaxMessages; what is beyond is counted.
type Meter struct {
	list []sample
	left int
}

// MaxMessages is how many messages a Meter keeps: an hour and a half at 20 ms both ways.
const MaxMessages = 500_000

type sample struct {
	time   int64 // ns; noTime for none
	packet uint32
	size   uint16
	back   bool
}

// noTime is the time of a message without one.
const noTime = -1

// Add takes a message.
func (m *Meter) Add(x *Message) {
	if len(m.list) >= MaxMessages {
		m.left++
		return
	}
	s := sample{time: x.Time, packet: x.Packet, size: uint16(min(max(x.Size, 0), 0xffff)), back: x.Back}
	if x.NoTime || x.Time < 0 {
		s.time = noTime
	}
	m.list = append(m.list, s)
}

// Len is how many messages were taken.
func (m *Meter) Len() int { return len(m.list) }

// A Point is a working point: a codec at a rate, so many ms of voice a block, so many blocks a
// message.
type Point struct {
	Codec    string // "iLBC": as in the table of the paper
	ID       string // name of the codec in package codec ("ilbc30"), or ""
	Kbits    float64
	Ms       float64 // dT, ms of voice a block
	RF       int     // blocks a message
	Size     float64 // bytes that the model expects of a message
	Variable bool    // the rate varies: sizes spread by 7.5 bytes instead of 1
	Cite     []field.Cite
}

// A Fit is a working point with how well it explains a segment.
type Fit struct {
	Point
	Log   float64  // natural logarithm of how likely sizes and pace are, by the message that counts (see fit.go)
	Share float64  // of the belief, 0 to 1, when all points and "none of these" were equally likely before
	Why   []string // reasons, a clause each: "messages are 63 bytes ± 0.3, expected 62", "one every 30.0 ms"
	Doubt string   // what speaks against it, or what it cannot be told from; or ""
}

// A Kind is what a segment of a call is.
type Kind uint8

const (
	Voice Kind = iota // messages at the pace of voice
	Hold              // some three messages a second
	Quiet             // next to nothing
	Bulk              // more, or larger, than voice: video, a file, or several calls
	Kinds
)

var kindWords = [Kinds]string{"voice", "hold", "quiet", "bulk"}

func (k Kind) String() string { return kindWords[k%Kinds] }

// A Segment is a part of one direction of a call that looks the same from begin to end.
type Segment struct {
	Back        bool
	Kind        Kind
	Early       bool   // quiet before the first voice of either direction: the call is being set up
	From, To    int64  // ns since 1970; both 0 when no message has a time
	First, Last uint32 // packets, from 0; First > Last: there are none
	Messages    int
	Mean, Dev   float64 // bytes
	Gap         float64 // ms, the pace: the commonest gap
	GapDev      float64 // ms
	Rate        float64 // bytes a second of payload
	Missing     float64 // share of messages that seem to be lost, from gaps of a multiple of the pace, 0 to 1
	Fits        []Fit   // best first, at most 8; none unless Voice or Bulk
	Says        string  // one sentence
	Why         string  // what changed against the segment before, or ""
}

// Name is the kind of a segment in a word or two: "hold", "before the call".
func (g *Segment) Name() string {
	if g.Early {
		return "before the call"
	}
	return g.Kind.String()
}

// A Slice is what one direction did in a piece of time.
type Slice struct {
	Messages       int
	Bytes          int
	Low, Mid, High int     // bytes: smallest, median and largest message
	Gap, MaxGap    float64 // ms: mean and largest
	Missing        int     // messages that seem to be lost
	First          uint32  // packet, from 0; means nothing without Messages
}

// A Report is all that sizes and gaps say of a call.
type Report struct {
	Carrier  Carrier
	Begin    int64        // ns since 1970: of the first message with a time
	Every    int64        // ns a slice
	Slices   [2][]Slice   // A to B, B to A: as many of one as of the other, none without times
	Segments [2][]Segment // of each direction, in order of time
	Sizes    [2][]Count   // how often each size came, smallest first
	Words    []Remark     // what is to be said of the call as a whole
	Left     int          // messages beyond MaxMessages
	Untimed  int          // messages without a time, which no gap can be told of
}

// A Count is how often messages of a size came.
type Count struct{ Bytes, Messages int }

// A Remark is a sentence about the call with its source.
type Remark struct {
	Title string // "No silence suppression"
	Text  string // one to three sentences
	Cite  []field.Cite
	Trust field.Trust

	Changes []Change // what the text speaks of, in order of time; or none
}

// A Change is when the voice of a direction, or of both, became another one.
type Change struct {
	At   int64 // ns since 1970
	Both bool  // of both directions at about the same time
	Back bool  // else: from B to A
	Why  string
	// What fits best before and after; nil where nothing fits well.
	From, To *Fit
}

// A Band is a published figure to be drawn behind a curve.
type Band struct {
	Title     string  // "3 to 16 kB/s"
	Of        string  // curve it belongs to: "rate" (bytes/s a direction), "pace" (messages/s a direction), "gap" (ms), "size" (bytes)
	Low, High float64 // Low == High: a line
	Carrier   int     // -1: any; else only this one
	Doc       string  // one sentence
	Cite      []field.Cite
}
