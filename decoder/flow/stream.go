package flow

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

// StreamKeep is how many bytes of each side are kept.
const StreamKeep = 64 << 10

// An Assembler puts TCP conversations together, with bounded memory.
type Assembler struct{}

// NewAssembler returns an empty assembler.
func NewAssembler() *Assembler { return &Assembler{} }

// Add takes one TCP segment of a flow: segment begins at the TCP header and holds what was
// captured, wire is the segment's length on the wire. It is not kept.
func (a *Assembler) Add(id uint32, k *Key, packet uint32, time int64, noTime, reverse bool, segment []byte, wire int) {
}

// Drop forgets a conversation that is of no interest; segments of it that still come are ignored.
func (a *Assembler) Drop(id uint32) {}

// Finish says that no more segments come.
func (a *Assembler) Finish() {}

// Stream returns a conversation as far as it is together, or nil.
func (a *Assembler) Stream(id uint32) *Stream { return nil }

// Note says what was left out because of the bounds, in one sentence, or "".
func (a *Assembler) Note() string { return "" }
