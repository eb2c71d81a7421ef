package detect

import (
	"fmt"

	"somscope/decoder/flow"
	"somscope/decoder/inet"
)

// A Packet is one payload of a conversation.
type Packet struct {
	Packet uint32 // from 0
	Time   int64  // ns since 1970
	NoTime bool
	Dir    uint8  // 0 from A to B of the flow
	Len    int    // payload bytes on the wire
	Head   []byte // the first bytes of the payload, at most HeadLen
}

// at returns byte i of the payload, and false when the packet is shorter or the capture kept less of it.
func (p *Packet) at(i int) (byte, bool) {
	if i >= len(p.Head) {
		return 0, false
	}
	return p.Head[i], true
}

// is reports whether byte 2, of which the mask leaves the function, is fn.
func (p *Packet) is(mask, fn byte) bool {
	b, ok := p.at(2)
	return ok && b&mask == fn
}

// id is the message id in bytes 0 and 1, 0 for a shorter payload.
func (p *Packet) id() uint16 {
	if len(p.Head) < 2 {
		return 0
	}
	return uint16(p.Head[0])<<8 | uint16(p.Head[1])
}

// word is the 32-bit number at byte i, and false when it was not captured.
func (p *Packet) word(i int) (uint32, bool) {
	if i+4 > len(p.Head) {
		return 0, false
	}
	h := p.Head[i : i+4]
	return uint32(h[0])<<24 | uint32(h[1])<<16 | uint32(h[2])<<8 | uint32(h[3]), true
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

// dst is the address and port a packet of the conversation went to.
func (c *Conversation) dst(p *Packet) (inet.Addr, uint16) { return c.Key.Side(1 - int(p.Dir)) }

// port reports whether one end has the port.
func (c *Conversation) port(n uint16) bool { return c.Key.PortA == n || c.Key.PortB == n }

// MaxPackets is how many payloads of a conversation are kept.
const MaxPackets = 4000

// Bounds of a whole book. The conversation in focus is held to MaxPackets alone.
const (
	maxConversations = 20_000
	maxPackets       = 200_000  // of all conversations, some 56 bytes each
	maxHeads         = 24 << 20 // bytes of payload heads
	fairPackets      = 64       // of one conversation once half of that is used
	slabLen          = 64 << 10 // bytes of heads allocated at a time
)

// TCP flags.
const (
	tcpFIN = 0x01
	tcpSYN = 0x02
	tcpRST = 0x04
	tcpACK = 0x10
)

// An end is one side of a conversation.
type end struct {
	addr      inet.Addr
	port      uint16
	transport uint8
}

// A Book holds the conversations that the detectors may look at: the one they are asked about,
// and those of the same hosts, because some rules speak of a host or of a second conversation.
//
// Memory is bounded by the constants above, some 40 MB at most; what did not fit is counted
// in Conversation.More and told by Note. A Book belongs to one goroutine.
type Book struct {
	list  []*Conversation
	byID  map[uint32]*Conversation
	hosts map[inet.Addr][]*Conversation
	ends  map[end][]*Conversation

	focus    uint32
	focused  bool
	last     *Conversation // of the packet before: bursts are common
	slab     []byte        // what is left of it
	packets  int           // kept, but for those of the focus
	heads    int           // bytes of them
	leftOut  uint64        // payloads beyond the bounds of the book
	nowhere  uint64        // packets of conversations that found no place
	fresh    bool          // nothing was added since memo was begun
	memoEnds map[end]hostShare
	memoPort map[inet.Addr][]int64
}

// NewBook returns an empty book.
func NewBook() *Book {
	return &Book{byID: map[uint32]*Conversation{}, hosts: map[inet.Addr][]*Conversation{}, ends: map[end][]*Conversation{}}
}

// Focus names the conversation that the detectors will be asked about, so that those beside it
// cannot take its place when the book is full. It is called before Add, if at all.
func (b *Book) Focus(id uint32) { b.focus, b.focused = id, true }

// Add files one packet of a flow. payload is what was captured of it and is not kept, wire its
// length on the wire; tcp are the TCP flags, 0 for UDP. Packets come in the order of the file.
func (b *Book) Add(id uint32, k flow.Key, packet uint32, time int64, noTime, reverse bool, tcp uint8, payload []byte, wire int) {
	c := b.last
	if c == nil || c.Flow != id {
		if c = b.byID[id]; c == nil {
			if c = b.open(id, k); c == nil {
				b.nowhere++
				return
			}
		}
		b.last = c
	}
	b.fresh = false
	if k.Transport == flow.TCP {
		switch {
		case tcp&(tcpSYN|tcpACK) == tcpSYN && c.Syn[0] == 0:
			c.Syn[0] = packet + 1
		case tcp&(tcpSYN|tcpACK) == tcpSYN|tcpACK && c.Syn[1] == 0:
			c.Syn[1] = packet + 1
		}
		if tcp&(tcpFIN|tcpRST) != 0 && c.Closed == 0 {
			c.Closed = packet + 1
		}
	}
	wire = max(wire, len(payload))
	if wire == 0 {
		return
	}
	head := payload[:min(len(payload), HeadLen)]
	if len(c.Packets) >= MaxPackets {
		c.More++
		return
	}
	if !b.focused || id != b.focus {
		if b.packets >= maxPackets || b.heads >= maxHeads ||
			len(c.Packets) >= fairPackets && (b.packets >= maxPackets/2 || b.heads >= maxHeads/2) {
			c.More++
			b.leftOut++
			return
		}
		b.packets++
		b.heads += len(head)
	}
	p := Packet{Packet: packet, Time: time, NoTime: noTime, Len: wire, Head: b.keep(head)}
	if reverse {
		p.Dir = 1
	}
	c.Packets = append(c.Packets, p)
}

// open makes a new conversation, or returns nil when there is no room.
func (b *Book) open(id uint32, k flow.Key) *Conversation {
	if len(b.list) >= maxConversations && (!b.focused || id != b.focus) {
		return nil
	}
	c := &Conversation{Flow: id, Key: k}
	b.list = append(b.list, c)
	b.byID[id] = c
	b.hosts[k.A] = append(b.hosts[k.A], c)
	if k.B != k.A {
		b.hosts[k.B] = append(b.hosts[k.B], c)
	}
	x, y := end{k.A, k.PortA, k.Transport}, end{k.B, k.PortB, k.Transport}
	b.ends[x] = append(b.ends[x], c)
	if x != y {
		b.ends[y] = append(b.ends[y], c)
	}
	return c
}

// keep copies bytes into the current slab.
func (b *Book) keep(p []byte) []byte {
	if len(p) > len(b.slab) {
		b.slab = make([]byte, slabLen)
	}
	n := copy(b.slab, p)
	out := b.slab[:n:n]
	b.slab = b.slab[n:]
	return out
}

// Of returns a conversation, or nil.
func (b *Book) Of(id uint32) *Conversation { return b.byID[id] }

// Len is the number of conversations.
func (b *Book) Len() int { return len(b.list) }

// Host returns the conversations of a host, in the order in which they began. The slice is the book's.
func (b *Book) Host(a inet.Addr) []*Conversation { return b.hosts[a] }

// End returns the conversations of one port of a host, in the order in which they began. The
// slice is the book's.
func (b *Book) End(a inet.Addr, port uint16, transport uint8) []*Conversation {
	return b.ends[end{a, port, transport}]
}

// Note says what was left out because of the bounds, in a sentence, or "".
func (b *Book) Note() string {
	switch {
	case b.nowhere > 0:
		return fmt.Sprintf("The detectors have seen %d conversations; %d packets of further ones were left out to bound memory.", len(b.list), b.nowhere+b.leftOut)
	case b.leftOut > 0:
		return fmt.Sprintf("%d payloads were left out to bound memory, so that rules about a whole host may miss some.", b.leftOut)
	}
	return ""
}

// memo drops what was remembered of hosts when packets came since.
func (b *Book) memo() {
	if !b.fresh || b.memoEnds == nil {
		b.memoEnds = map[end]hostShare{}
		b.memoPort = map[inet.Addr][]int64{}
		b.fresh = true
	}
}

// Run asks every detector about a flow, in the order of Detectors. It returns nil for a flow
// of which the book has no packet.
func (b *Book) Run(id uint32) []Result {
	c := b.byID[id]
	if c == nil {
		return nil
	}
	out := make([]Result, len(Detectors))
	for i, d := range Detectors {
		out[i] = d.ask(b, c)
	}
	return out
}

// ask runs one detector where it applies.
func (d *Detector) ask(b *Book, c *Conversation) Result {
	r := Result{Detector: d}
	switch {
	case !d.Sees(c.Key.Transport):
		r.Why = d.elsewhere(c.Key.Transport)
	case len(c.Packets) == 0 && !d.empty:
		r.Why = "there is no payload to look at"
	default:
		r.Says, r.Why, r.Packets = d.Run(b, c)
		r.Packets = r.Packets[:min(len(r.Packets), 8)]
	}
	return r
}

// The transports a detector looks at.
const (
	overUDP = 1 << iota
	overTCP
	overBoth = overUDP | overTCP
)

func overOf(transport uint8) uint8 {
	switch transport {
	case flow.UDP:
		return overUDP
	case flow.TCP:
		return overTCP
	}
	return 0
}

func (d *Detector) elsewhere(transport uint8) string {
	switch d.over {
	case overUDP:
		return "it looks at UDP only, and this is " + inet.TransportName(transport)
	case overTCP:
		return "it looks at TCP only, and this is " + inet.TransportName(transport)
	}
	return "it looks at UDP and TCP only"
}
