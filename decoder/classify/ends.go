package classify

import (
	"math/rand/v2"

	"somscope/decoder/inet"
)

// ends numbers pairs of address and port, from 0 in the order they come. It is a hash table
// of its own because Run asks it several times a flow, and a map of such keys is slow in
// WebAssembly. The zero value is empty.
type ends struct {
	keys  []end
	slots []int32 // into keys, plus 1; 0 is free. A power of two, at most half full
	seed  uint64  // so that nobody can make addresses that all collide
}

type end struct {
	addr inet.Addr
	port uint16
}

// find is the number of an end, or -1.
func (e *ends) find(addr inet.Addr, port uint16) int32 {
	if len(e.slots) == 0 {
		return -1
	}
	i := e.slots[e.slot(addr, port)]
	return i - 1
}

// add is the number of an end, a new one when it was not there.
func (e *ends) add(addr inet.Addr, port uint16) (n int32, isNew bool) {
	if 2*len(e.keys) >= len(e.slots) {
		e.grow()
	}
	s := e.slot(addr, port)
	if i := e.slots[s]; i != 0 {
		return i - 1, false
	}
	e.keys = append(e.keys, end{addr, port})
	e.slots[s] = int32(len(e.keys))
	return int32(len(e.keys) - 1), true
}

// slot is where the end stands, or the free slot where it would.
func (e *ends) slot(addr inet.Addr, port uint16) uint64 {
	mask := uint64(len(e.slots) - 1)
	h := (addr.Lo ^ e.seed) * 0x9e3779b97f4a7c15
	h ^= h >> 31
	h += addr.Hi*0xc2b2ae3d27d4eb4f ^ uint64(port)<<17
	h *= 0xbf58476d1ce4e5b9
	for s := (h ^ h>>28) & mask; ; s = (s + 1) & mask {
		i := e.slots[s]
		if i == 0 {
			return s
		}
		if k := &e.keys[i-1]; k.addr.Lo == addr.Lo && k.port == port && k.addr.Hi == addr.Hi {
			return s
		}
	}
}

func (e *ends) grow() {
	if e.slots == nil {
		e.seed = rand.Uint64()
	}
	e.slots = make([]int32, max(64, 2*len(e.slots)))
	for i := range e.keys {
		e.slots[e.slot(e.keys[i].addr, e.keys[i].port)] = int32(i + 1)
	}
}
