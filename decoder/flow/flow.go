package flow

import (
	"net/netip"

	"somscope/decoder/inet"
)

// Numbers of the transports the table looks into.
const (
	TCP = 6
	UDP = 17
)

// A Key names a conversation: A is the sender of its first packet.
// Ports are 0 where the transport has none.
type Key struct {
	A, B         inet.Addr
	PortA, PortB uint16
	Transport    uint8 // IP protocol number
}

// Ends returns both ends as address and port, A first.
func (k Key) Ends() (a, b netip.AddrPort) {
	return netip.AddrPortFrom(k.A.Netip(), k.PortA), netip.AddrPortFrom(k.B.Netip(), k.PortB)
}

// Side is the address and port of one side: 0 is A, 1 is B.
func (k *Key) Side(side int) (inet.Addr, uint16) {
	if side == 0 {
		return k.A, k.PortA
	}
	return k.B, k.PortB
}

// LeadSize is the number of bytes kept of the first payload of each direction.
const LeadSize = 16

// A Flow is one conversation. Index 0 of a pair is the direction from A to B,
// 1 the way back. Packet numbers count from 0, as everywhere in the decoder.
//
// The record is kept at 144 bytes; a test holds it there.
type Flow struct {
	Key
	ID    uint32 // its place in the table, from 0
	First uint32 // its first packet
	Last  uint32 // its last packet so far

	// LeadLen is the length on the wire of the first payload of each direction, in bytes;
	// 0 when there was none, or when the capture kept too little of it to fill Lead.
	LeadLen [2]uint16

	Packets [2]uint64
	Bytes   [2]uint64 // of whole frames on the wire

	// Start and End are the earliest and latest time, in ns since 1970. Packets come in any
	// order and some have no time: Start is after End when none of them had one.
	Start, End int64

	Lead [2][LeadSize]byte // first bytes of the first payload, zeros behind its end

	features *Features
}

// Timed reports whether any packet of the flow had a time.
func (f *Flow) Timed() bool { return f.Start <= f.End }

// Duration is the time between the earliest and the latest packet in ns, 0 when unknown.
func (f *Flow) Duration() int64 {
	if !f.Timed() {
		return 0
	}
	return f.End - f.Start
}

// Features is what was learned from the payloads, or nil: before one side of a UDP flow
// has sent its second datagram, Lead and LeadLen say all there is. See Learn.
func (f *Flow) Features() *Features { return f.features }

// Learn returns the flow's Features. When it has none yet they are made in tmp from the
// leads, so that a question and its answer can be judged by the same code as a call.
// tmp may be nil only when Features is not.
func (f *Flow) Learn(tmp *Features) *Features {
	if f.features != nil {
		return f.features
	}
	*tmp = Features{}
	f.seed(tmp)
	return tmp
}

// seed tells x about the leads: at most one datagram of each direction, A's first.
func (f *Flow) seed(x *Features) {
	if f.Timed() {
		x.base = f.Start
	}
	if f.Transport != UDP {
		return
	}
	// Which packet carried which lead is known for the first packet; the other one is the
	// last of a flow of two, the case this is for.
	for dir := 0; dir < 2; dir++ {
		if f.LeadLen[dir] == 0 {
			continue
		}
		packet, ms := f.First, int32(0)
		if dir == 1 {
			packet = f.Last
			if f.Timed() {
				ms = millis(f.End - f.Start)
			}
		}
		p := loadHead(f.Lead[dir][:])
		p.n, p.packet, p.ms, p.dir, p.timed = int(f.LeadLen[dir]), packet, ms, uint8(dir), f.Timed()
		x.add(&p)
	}
}
