package oracle

import (
	"cmp"
	"slices"
	"strconv"

	"somscope/decoder/crc"
	"somscope/decoder/internal/order"
)

// Some unread messages are equal but for the request id and a byte or two: a counter, a part of
// a search, padding. The checksum without the request id, carried back to the end of those
// bytes, has them in its top bytes; so what is left of it below is the same among such messages.
// With one byte 24 bits remain to show that, with two 16, with three 8; it takes three messages
// at least.

// A unit is one way of looking at the unread messages of one length: where the request id
// lies (-1: nowhere), and how many bytes may differ.
type unit struct {
	text  int32
	ridAt int8
	hole  int8
}

// Bounds of looking for near messages.
const (
	nearLen   = 512 // longest text
	nearFirst = 64  // messages of one length among which sets are discovered
	nearLens  = 256 // different lengths
	nearMost  = 3   // bytes that may differ; three at the end only
)

// gather lists the unread messages by the lengths of their texts.
func (r *Reader) gather(i uint32) int {
	m := r.at(i)
	if m.fn != fnCommand || m.copied() || m.class != 0 || m.read != 0 || m.text > nearLen {
		return 1
	}
	list, ok := r.lens[m.text]
	if ok || len(r.lens) < nearLens {
		r.lens[m.text] = append(list, i)
	}
	return 1
}

// plan makes the units, those with the most evidence first.
func (r *Reader) plan() {
	var lens []int32
	for n, list := range r.lens {
		if len(list) >= 3 {
			lens = append(lens, n)
		}
	}
	slices.Sort(lens)
	for hole := int8(1); hole <= nearMost; hole++ {
		for _, text := range lens {
			for _, ridAt := range [...]int8{3, 2, 4, -1} {
				if u := (unit{text, ridAt, hole}); int(text) >= int(ridAt)+4+int(hole) {
					r.units = append(r.units, u)
					r.trials += u.places()
				}
			}
		}
	}
}

// places is at how many places a unit's hole may be.
func (u *unit) places() int {
	if u.hole == nearMost {
		return 1
	}
	return int(u.text)
}

// free reports whether a hole at byte at leaves the request id alone.
func (u *unit) free(at int) bool {
	return u.ridAt < 0 || at+int(u.hole) <= int(u.ridAt) || at >= int(u.ridAt)+2
}

// state is the checksum of a message without its request id, carried back so that four bytes
// that end at byte end of the text can be seen in it.
func (u *unit) state(r *Reader, m *msg, end int) uint32 {
	s := m.crc
	if u.ridAt >= 0 {
		s ^= r.ridSum(m.id-1, int(u.text)-int(u.ridAt)-2)
	}
	return crc.Unshift(s, int(u.text)-end+4)
}

// near looks for sets in one unit.
func (r *Reader) near(n uint32) int {
	u := &r.units[n]
	var some []uint32
	for _, i := range r.lens[u.text] {
		if len(some) < nearFirst && r.at(i).near == 0 {
			some = append(some, i)
		}
	}
	if len(some) < 3 {
		return 1
	}
	cost := 0
	states := make([]uint32, len(some))
	for k, i := range some {
		states[k] = u.state(r, r.at(i), int(u.text))
	}
	sorted := make([]uint32, len(some))
	bits := 32 - 8*int(u.hole)
	for at := int(u.text) - int(u.hole); at >= 0; at-- {
		cost += len(some)
		if u.free(at) {
			for k, s := range states {
				sorted[k] = s << (8 * u.hole)
			}
			slices.Sort(sorted)
			for from := 0; from < len(sorted); {
				to := from + 1
				for to < len(sorted) && sorted[to] == sorted[from] {
					to++
				}
				if to-from >= 3 && unlikely(uint32(len(some)), uint32(to-from), bits, r.trials) {
					cost += r.nearly(u, at, sorted[from])
				}
				from = to
			}
		}
		if u.hole == nearMost {
			break
		}
		for k := range states {
			states[k] = crc.Unshift(states[k], 1)
		}
	}
	return cost
}

// nearly makes a set of all messages with one key, when hardly one can be in it by chance.
func (r *Reader) nearly(u *unit, at int, key uint32) int {
	all := r.lens[u.text]
	var in []uint32
	for _, i := range all {
		if m := r.at(i); m.near == 0 && u.state(r, m, at+int(u.hole))<<(8*u.hole) == key {
			in = append(in, i)
		}
	}
	if len(in) < 3 || float64(len(all)-len(in)) > 0.001*float64(uint64(1)<<(32-8*u.hole)) {
		return len(all)
	}
	r.nears = append(r.nears, nearSet{unit: *u, at: int32(at), list: in})
	for _, i := range in {
		r.at(i).near = uint32(len(r.nears))
	}
	return 2 * len(all)
}

// A nearSet is a set of near messages.
type nearSet struct {
	unit
	at   int32
	list []uint32
}

// A Near is a set of unread messages proven to have the same text but for the request id and
// a few bytes at one place. It is weaker than a Class and never read: all that is known is what
// differs.
type Near struct {
	Number  uint32   // from 1, in no order; not the number of a Class
	Members []uint32 // packets in order; retransmissions left out
	Len     int      // bytes of the text
	RidAt   int      // where the request id lies in the text; -1: there is none
	HoleAt  int      // where the bytes are that differ
	HoleLen int      // how many: 1 to 3
	Peers   []End    // far ends, each once, in order
	How     string   // one sentence
}

// Nears lists the sets of near messages, largest first; valid when Step is done.
func (r *Reader) Nears() []Near {
	if !r.done() {
		return nil
	}
	var list []Near
	for n := range r.nears {
		k, _ := r.Near(uint32(n) + 1)
		list = append(list, k)
	}
	order.Stable(list, func(a, b Near) int { return cmp.Compare(len(b.Members), len(a.Members)) })
	return list
}

// Near returns one set of near messages by its number; ok is false when there is none.
func (r *Reader) Near(number uint32) (k Near, ok bool) {
	if number == 0 || int(number) > len(r.nears) {
		return k, false
	}
	s := &r.nears[number-1]
	k = Near{Number: number, Len: int(s.text), RidAt: int(s.ridAt), HoleAt: int(s.at), HoleLen: int(s.hole), How: s.how()}
	for _, i := range s.list {
		k.Members = append(k.Members, r.at(i).packet)
	}
	k.Peers = r.peers(s.list)
	return k, true
}

// peers lists the far ends of messages: of what one host received the senders, else the receivers.
func (r *Reader) peers(list []uint32) (ends []End) {
	first := r.at(list[0])
	oneSrc, oneDst := true, true
	for _, i := range list {
		oneSrc = oneSrc && r.src(r.at(i)) == r.src(first)
		oneDst = oneDst && r.dst(r.at(i)) == r.dst(first)
	}
	far := r.dst
	if oneDst && !oneSrc {
		far = r.src
	}
	seen := make(map[End]struct{}, len(list))
	for _, i := range list {
		e := far(r.at(i))
		if _, ok := seen[e]; !ok {
			seen[e] = struct{}{}
			ends = append(ends, e)
		}
	}
	return ends
}

func (s *nearSet) how() string {
	where := "byte " + strconv.Itoa(int(s.at))
	switch {
	case s.at+int32(s.hole) == s.text && s.hole == 1:
		where = "the last byte"
	case s.at+int32(s.hole) == s.text:
		where = "the last " + strconv.Itoa(int(s.hole)) + " bytes"
	case s.hole > 1:
		where = "bytes " + strconv.Itoa(int(s.at)) + " and " + strconv.Itoa(int(s.at)+1)
	}
	but := where
	if s.ridAt >= 0 {
		but = "the request ids at byte " + strconv.Itoa(int(s.ridAt)) + " and " + where
	}
	return "The checksums of " + strconv.Itoa(len(s.list)) + " messages differ by no more than " + but + " can make, so the rest of their texts is the same. " +
		headerText(int(s.text), int(s.ridAt))
}
