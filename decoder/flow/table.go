package flow

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"unsafe"

	"somscope/decoder/index"
	"somscope/decoder/inet"
)

const (
	pageBits = 8
	pageSize = 1 << pageBits // flows a page
	slabSize = 32            // Features and Stats a slab
)

// A Table holds the flows of a capture. It belongs to one goroutine.
//
// The slots are open addressing with linear steps: the upper half of a slot is the upper
// half of the hash, the lower half the flow's number plus one. Growing moves slots only;
// the flows stay in their pages, so that a *Flow is good for the table's life.
type Table struct {
	slots []uint64 // a power of two
	pages []*[pageSize]Flow
	n     uint32
	last  *Flow // of the packet before: bursts are common

	// seed keeps a crafted file from filling one run of the table. It changes no result.
	seed uint64

	// closed has a bit for each flow that learn need not look at any more. It is kept here
	// and not in the flow's Features because it is all that most packets need of them.
	closed []uint64

	features []Features // what is left of the current slab
	stats    []Stats
	bodies   []Body
	side     int64 // bytes of slabs handed out
}

// NewTable returns an empty table.
func NewTable() *Table {
	return &Table{slots: make([]uint64, 1<<10), seed: rand.Uint64()}
}

// Len is the number of flows.
func (t *Table) Len() int { return int(t.n) }

// At returns a flow by its number, which must be less than Len.
func (t *Table) At(id uint32) *Flow { return &t.pages[id>>pageBits][id&(pageSize-1)] }

// Bytes is the memory the table holds, in bytes.
func (t *Table) Bytes() int64 {
	return int64(len(t.slots))*8 + int64(len(t.pages))*int64(unsafe.Sizeof([pageSize]Flow{})+8+pageSize/8) + t.side
}

// Add counts one packet. packet is its number from 0, time is in ns since 1970 and means
// nothing when noTime is set, wireLen is the length of the whole frame on the wire and
// payload the captured part of the transport payload that s describes; it is not kept.
//
// It returns the flow's number and whether the packet travels from the flow's B to its A,
// or index.NoFlow when the packet has no IP addresses.
func (t *Table) Add(packet uint32, time int64, noTime bool, wireLen uint32, s *inet.Summary, payload []byte) (id uint32, reverse bool) {
	if s.Flags&inet.HasIP == 0 {
		return index.NoFlow, false
	}
	k := Key{A: s.Src, B: s.Dst, Transport: s.Transport}
	if s.Flags&inet.HasPorts != 0 {
		k.PortA, k.PortB = s.SrcPort, s.DstPort
	}
	f := t.last
	if f == nil || f.Transport != k.Transport {
		f, reverse = t.find(&k)
	} else if isForth(f, &k) {
		reverse = false
	} else if isBack(f, &k) {
		reverse = true
	} else {
		f, reverse = t.find(&k)
	}
	if f == nil {
		if f = t.insert(&k); f == nil {
			return index.NoFlow, false
		}
		f.First = packet
	}
	t.last = f

	dir := 0
	if reverse {
		dir = 1
	}
	f.Packets[dir]++
	f.Bytes[dir] += uint64(wireLen)
	if len(payload) > 0 && s.Flags&inet.HasPorts != 0 {
		wire := max(s.PayWire, len(payload))
		if len(payload) >= min(wire, LeadSize) { // else too little was captured to learn from
			t.learn(f, packet, time, noTime, dir, wire, payload)
		}
	}
	// After learn, which asks for the packet before this one.
	f.Last = packet
	if !noTime {
		f.Start = min(f.Start, time)
		f.End = max(f.End, time)
	}
	return f.ID, reverse
}

// learn looks at one payload.
func (t *Table) learn(f *Flow, packet uint32, time int64, noTime bool, dir, wire int, payload []byte) {
	first := f.LeadLen[dir] == 0
	if first && f.features == nil {
		copy(f.Lead[dir][:], payload)
		f.LeadLen[dir] = uint16(min(wire, math.MaxUint16))
		return
	}
	if f.Transport != UDP || !first && t.closed[f.ID>>6]>>(f.ID&63)&1 != 0 {
		return
	}
	if f.features == nil {
		f.features = t.newFeatures()
		f.seed(f.features)
	}
	x := f.features
	var p head
	if len(payload) >= LeadSize {
		p = loadHead(payload)
	} else {
		var b [LeadSize]byte
		copy(b[:], payload)
		p = loadHead(b[:])
	}
	if first {
		binary.BigEndian.PutUint64(f.Lead[dir][:], p.w0)
		binary.BigEndian.PutUint64(f.Lead[dir][8:], p.w1)
		f.LeadLen[dir] = uint16(min(wire, math.MaxUint16))
	}
	p.n, p.packet, p.dir = wire, packet, uint8(dir)
	p.timed = !noTime
	if p.timed {
		p.ms = millis(time - x.base)
	}
	if x.Stats == nil && x.Payloads[0]+x.Payloads[1] >= uint32(len(x.Opening)) {
		x.Stats = t.newStats()
		x.seedStats()
	}
	same := x.SameHead
	x.add(&p)
	if x.hopeless() {
		t.closed[f.ID>>6] |= 1 << (f.ID & 63)
	}
	if x.Stats != nil {
		x.Stats.add(&p, x.lastKind, time)
		if x.SameHead > same && same >= bodyAt {
			if x.Stats.Body == nil {
				x.Stats.Body = t.newBody()
			}
			x.Stats.Body.add(&p)
		}
	}
}

// isForth reports whether k is f's key. Written out, because the compiler compares a Key by
// a call, which costs WebAssembly a tenth of the pass.
func isForth(f *Flow, k *Key) bool {
	return f.PortA == k.PortA && f.PortB == k.PortB && f.A == k.A && f.B == k.B && f.Transport == k.Transport
}

// isBack reports whether k is f's key seen from the other end.
func isBack(f *Flow, k *Key) bool {
	return f.PortA == k.PortB && f.PortB == k.PortA && f.A == k.B && f.B == k.A && f.Transport == k.Transport
}

// find looks a key up in both directions. The hash does not depend on the direction.
func (t *Table) find(k *Key) (f *Flow, reverse bool) {
	h := t.hash(k)
	mask := uint64(len(t.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		s := t.slots[i]
		if s == 0 {
			return nil, false
		}
		if (s^h)>>32 != 0 {
			continue
		}
		f := t.At(uint32(s) - 1)
		if isForth(f, k) {
			return f, false
		}
		if isBack(f, k) {
			return f, true
		}
	}
}

func (t *Table) insert(k *Key) *Flow {
	if t.n >= index.NoFlow-1 {
		return nil // two thousand million flows: no file we open holds them
	}
	if uint64(t.n)*4 >= uint64(len(t.slots))*3 {
		t.grow()
	}
	if t.n&(pageSize-1) == 0 {
		t.pages = append(t.pages, new([pageSize]Flow))
		t.closed = append(t.closed, make([]uint64, pageSize/64)...)
	}
	f := &t.pages[t.n>>pageBits][t.n&(pageSize-1)]
	f.Key, f.ID = *k, t.n
	f.Start, f.End = math.MaxInt64, math.MinInt64
	t.n++
	t.put(t.hash(k), t.n)
	return f
}

func (t *Table) put(h uint64, idPlus1 uint32) {
	mask := uint64(len(t.slots) - 1)
	i := h & mask
	for t.slots[i] != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = h&^math.MaxUint32 | uint64(idPlus1)
}

// grow doubles the slots. The lower half of a hash is not kept in its slot, so the keys
// are hashed again, page by page in the order they lie in memory.
func (t *Table) grow() {
	t.slots = make([]uint64, 2*len(t.slots))
	for id := uint32(0); id < t.n; id++ {
		t.put(t.hash(&t.At(id).Key), id+1)
	}
}

// hash mixes both ends so that their order does not matter.
func (t *Table) hash(k *Key) uint64 {
	h := t.end(k.A, k.PortA) + t.end(k.B, k.PortB) + uint64(k.Transport)
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	h ^= h >> 29
	return h
}

func (t *Table) end(a inet.Addr, port uint16) uint64 {
	h := (a.Lo ^ t.seed) * 0x9e3779b97f4a7c15
	h ^= h >> 31
	h += a.Hi*0xc2b2ae3d27d4eb4f ^ uint64(port)<<17
	h *= 0xbf58476d1ce4e5b9
	return h ^ h>>28
}

func (t *Table) newFeatures() *Features {
	if len(t.features) == 0 {
		t.features = make([]Features, slabSize)
		t.side += slabSize * int64(unsafe.Sizeof(Features{}))
	}
	x := &t.features[0]
	t.features = t.features[1:]
	return x
}

func (t *Table) newStats() *Stats {
	if len(t.stats) == 0 {
		t.stats = make([]Stats, slabSize)
		t.side += slabSize * int64(unsafe.Sizeof(Stats{}))
	}
	x := &t.stats[0]
	t.stats = t.stats[1:]
	return x
}

func (t *Table) newBody() *Body {
	if len(t.bodies) == 0 {
		t.bodies = make([]Body, slabSize)
		t.side += slabSize * int64(unsafe.Sizeof(Body{}))
	}
	b := &t.bodies[0]
	t.bodies = t.bodies[1:]
	return b
}
