package detect

import "somscope/decoder/flow"

// A Packet is one payload of a conversation.
type Packet struct {
	Packet uint32 // from 0
	Time   int64  // ns since 1970
	NoTime bool
	Dir    uint8  // 0 from A to B of the flow
	Len    int    // payload bytes on the wire
	Head   []byte // the first bytes of the payload, at most HeadLen
}

// HeadLen is how much of each payload is kept, in bytes.
const HeadLen = 256

// A Conversation is one flow as a detector sees it.
type Conversation struct {
	Flow    uint32 // from 0
	Key     flow.Key
	Packets []Packet  // with payload, in order; at most MaxPackets
	More    uint64    // payloads beyond them
	Syn     [2]uint32 // TCP: packets of SYN and SYN+ACK plus 1; 0 when not seen
	Closed  uint32    // TCP: packet of the first FIN or RST plus 1; 0 when not seen
}

// MaxPackets is how many payloads of a conversation are kept.
const MaxPackets = 4000

// A Book holds the conversations that the detectors may look at: the one they are asked about,
// and those of the same hosts, because some rules speak of a host or of a second conversation.
type Book struct {
	list []*Conversation
	byID map[uint32]*Conversation
}

// NewBook returns an empty book.
func NewBook() *Book { return &Book{byID: map[uint32]*Conversation{}} }

// Add files one packet of a flow. payload is what was captured of it and is not kept, wire its
// length on the wire; tcp are the TCP flags, 0 for UDP. Packets come in the order of the file.
func (b *Book) Add(id uint32, k flow.Key, packet uint32, time int64, noTime, reverse bool, tcp uint8, payload []byte, wire int) {
}

// Of returns a conversation, or nil.
func (b *Book) Of(id uint32) *Conversation { return b.byID[id] }

// Run asks every detector about a flow, in the order of Detectors.
func (b *Book) Run(id uint32) []Result { return nil }
