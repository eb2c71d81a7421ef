package oracle

import (
	"cmp"
	"math"
	"strconv"

	"somscope/decoder/internal/order"
)

// A set is a class of equal messages: a chain along msg.mate.
type set struct {
	first, last uint32 // index plus 1
	n           uint32
	number      uint32 // 0 until all are known
	ridAt       int8   // -1: exact copies
	pass        uint8
}

// Ways of comparing, in the order they are tried. All but the first are of unread messages.
var passes = [...]struct {
	by    uint8
	ridAt int8
}{
	{asRead, -1},
	{exactly, -1},
	{asRequest, 3}, {asRequest, 2}, {asRequest, 4},
	{asReply, 3}, {asReply, 2}, {asReply, 4},
}

const (
	asRead    = iota // texts that are known
	exactly          // equal checksums
	asRequest        // equal but for the request id, which is the message's id less one
	asReply          // equal but for the request id, which is that of a recent question
)

// A sameness is the state of one pass: messages by what should be equal among copies.
type sameness struct {
	keys  map[uint64]uint32 // index plus 1 of the only message, or isCand and a candidate
	cands []cand
	nodes []node
	sizes map[int32]uint32 // keys by length of text
	n     uint32           // all keys
	pairs float64          // pairs of keys compared, of one length each
}

// A cand is a set that may have arisen by chance: a chain of nodes under one key.
type cand struct{ first, last, n, key uint32 }

// A node is a message in a cand.
type node struct{ msg, next uint32 }

const isCand = 1 << 31

// putCost is what filing a key costs, in checksums.
const putCost = 4

// maxReplyRids is how many request ids an unread reply is compared with.
const maxReplyRids = 4

func (s *sameness) reset() {
	*s = sameness{keys: map[uint64]uint32{}, sizes: map[int32]uint32{}}
}

// put files message i under a key, among the texts of its length. Where the one before under
// that key has the same id, it is the same datagram on another link, as on both sides of an
// address translator, and no copy.
func (r *Reader) put(text int32, k, i uint32) {
	s := &r.same
	key := uint64(text)<<32 | uint64(k)
	s.pairs += float64(s.sizes[text])
	s.sizes[text]++
	s.n++
	v := s.keys[key]
	switch {
	case v == 0:
		s.keys[key] = i + 1
	case v&isCand == 0:
		if r.at(v-1).id == r.at(i).id {
			break
		}
		s.cands = append(s.cands, cand{key: k})
		c := &s.cands[len(s.cands)-1]
		s.add(c, v-1)
		s.add(c, i)
		s.keys[key] = isCand | uint32(len(s.cands)-1)
	default:
		if c := &s.cands[v&^isCand]; r.at(s.nodes[c.last-1].msg).id != r.at(i).id {
			s.add(c, i)
		}
	}
}

func (s *sameness) add(c *cand, i uint32) {
	s.nodes = append(s.nodes, node{msg: i})
	at := uint32(len(s.nodes))
	if c.last == 0 {
		c.first = at
	} else {
		s.nodes[c.last-1].next = at
	}
	c.last = at
	c.n++
}

// compare files the message at index i in the current pass.
func (r *Reader) compare(i uint32, pass int) int {
	m := r.at(i)
	if m.fn != fnCommand && m.fn != fnFragment || m.copied() || m.class != 0 {
		return 1
	}
	p := &passes[pass]
	if p.by == asRead {
		if m.read == 0 || !r.sure(m) {
			return 1
		}
		d := &r.reads[m.read-1]
		sum := m.crc
		if d.ridAt >= 0 {
			sum ^= r.ridSum(d.rid, int(m.text)-int(d.ridAt)-2)
		}
		// Texts with another place for the request id are different texts.
		r.put(m.text<<3|int32(d.ridAt+1)&7, sum, i)
		return putCost
	}
	if m.read != 0 && r.sure(m) {
		return 1
	}
	if p.by == exactly {
		r.put(m.text, m.crc, i)
		return putCost
	}
	after := int(m.text) - int(p.ridAt) - 2
	if after < 2 {
		return 1
	}
	switch p.by {
	case asRequest:
		if m.fn == fnCommand {
			r.put(m.text, m.crc^r.ridSum(m.id-1, after), i)
		}
	case asReply:
		var ids [maxRids]uint16
		var from [maxRids]uint32
		n := r.rids(m, &ids, &from, maxReplyRids)
		for k := range n {
			r.put(m.text, m.crc^r.ridSum(ids[k], after), i)
		}
		return 1 + putCost*n
	}
	return putCost
}

// settle accepts or drops the candidate set c of a pass. Each is met twice, so that pairs
// come after larger sets, which may want their members.
func (r *Reader) settle(c uint32, pass int) int {
	s, p := &r.same, &passes[pass]
	all := uint32(len(s.cands))
	k := &s.cands[c%all]
	if k.n < 2 || (k.n == 2) != (c >= all) {
		return 1
	}
	ok := true
	switch p.by {
	case asRead:
	default:
		ok = unlikely(s.n, k.n, 32, 1)
		if k.n == 2 {
			near := s.nodes[k.last-1].msg-s.nodes[k.first-1].msg <= most/s.n
			ok = s.pairs <= most || near
		}
	}
	if !ok {
		return 1
	}
	// A message may have come into a set by another request id meanwhile.
	var free, steps int
	for at := k.first; at != 0; at = s.nodes[at-1].next {
		i := s.nodes[at-1].msg
		if steps++; r.at(i).class == 0 {
			free++
		} else if p.by == asReply && r.sets[r.at(i).class-1].n <= k.n {
			r.byKey(i, k.key, int(p.ridAt))
		}
	}
	if free < 2 {
		return steps
	}
	r.sets = append(r.sets, set{ridAt: p.ridAt, pass: uint8(pass)})
	e := &r.sets[len(r.sets)-1]
	for at := k.first; at != 0; at = s.nodes[at-1].next {
		n := &s.nodes[at-1]
		m := r.at(n.msg)
		if m.class != 0 {
			continue
		}
		m.class = uint32(len(r.sets))
		if e.last == 0 {
			e.first = n.msg + 1
			if p.by == asRead {
				e.ridAt = int8(r.reads[m.read-1].ridAt)
			}
		} else {
			r.at(e.last - 1).mate = n.msg + 1
		}
		e.last = n.msg + 1
		e.n++
		switch p.by {
		case exactly:
			if m.fn == fnCommand && m.role == unclear {
				m.role = oneWay
			}
		case asRequest:
			m.role = request
		case asReply:
			m.role = reply
			r.byKey(n.msg, k.key, int(p.ridAt))
		}
	}
	return steps
}

// byKey joins a reply of a set with the question whose request id put it there. That another
// question put it into another set of the same pass makes both doubtful.
func (r *Reader) byKey(i, key uint32, ridAt int) {
	var ids [maxRids]uint16
	var from [maxRids]uint32
	m := r.at(i)
	for k := range r.rids(m, &ids, &from, maxReplyRids) {
		if from[k] != 0 && m.crc^r.ridSum(ids[k], int(m.text)-ridAt-2) == key {
			if m.proof == equalWith && m.answers != from[k] {
				m.proof = equalAlso
			}
			r.join(i, from[k]-1, equalWith)
			r.origin(from[k] - 1).done = true
			return
		}
	}
}

// unlikely reports whether less than a thousandth of a set of size messages or more is to be
// expected by chance among n unrelated checksums of that many bits, in so many trials together:
// there are n over size ways to choose them, and each is alike with a probability of 2^-bits for
// each message but one.
func unlikely(n, size uint32, bits, trials int) bool {
	if size < 2 || n < size {
		return false
	}
	a, _ := math.Lgamma(float64(n) + 1)
	b, _ := math.Lgamma(float64(size) + 1)
	c, _ := math.Lgamma(float64(n-size) + 1)
	return a-b-c-float64(bits)*math.Ln2*float64(size-1) < math.Log(0.001/float64(trials))
}

// number gives the sets their numbers, in the order of their first messages.
func (r *Reader) number(i uint32) int {
	if c := r.at(i).class; c != 0 && r.sets[c-1].number == 0 {
		r.numbers = append(r.numbers, c)
		r.sets[c-1].number = uint32(len(r.numbers))
	}
	return 1
}

// A Class is a set of messages proven to have the same text but for the request id.
type Class struct {
	Number  uint32   // from 1
	Members []uint32 // packets in order; retransmissions left out
	Len     int      // bytes of the text
	RidAt   int      // where the request id lies in the text; -1: exact copies, or there is none
	Peers   []End    // far ends, each once, in order
	Kind    Kind     // Confirmed when the text of the class is known, else Equal
	Plain   []byte   // of the first member, when Confirmed
	Name    string   // of the template, when Confirmed
	How     string   // one sentence
}

// Classes lists the classes of two messages or more, largest first; valid when Step is done.
func (r *Reader) Classes() []Class {
	if !r.done() {
		return nil
	}
	list := make([]Class, 0, len(r.numbers))
	for n := range r.numbers {
		c, _ := r.Class(uint32(n) + 1)
		list = append(list, c)
	}
	order.Stable(list, func(a, b Class) int { return cmp.Compare(len(b.Members), len(a.Members)) })
	return list
}

// Class returns one class by its number; ok is false when there is none, or not yet.
func (r *Reader) Class(number uint32) (c Class, ok bool) {
	if number == 0 || int(number) > len(r.numbers) {
		return c, false
	}
	s := &r.sets[r.numbers[number-1]-1]
	first := r.at(s.first - 1)
	c = Class{Number: number, Len: int(first.text), RidAt: int(s.ridAt), Kind: Equal, How: r.howEqual(s)}
	list := make([]uint32, 0, s.n)
	for at := s.first; at != 0; at = r.at(at - 1).mate {
		list = append(list, at-1)
	}
	c.Members = make([]uint32, 0, s.n)
	for _, i := range list {
		c.Members = append(c.Members, r.at(i).packet)
	}
	c.Peers = r.peers(list)
	if first.read != 0 && r.sure(first) {
		d := &r.reads[first.read-1]
		c.Kind, c.Plain, c.Name = Confirmed, withRid(d.text, int(d.ridAt), d.rid), d.name
	}
	return c, true
}

// howEqual says in one sentence what proves a set, and in another what it says of the command.
func (r *Reader) howEqual(s *set) string {
	n := strconv.Itoa(int(s.n))
	at := strconv.Itoa(int(s.ridAt))
	switch passes[s.pass].by {
	case asRead:
		if s.ridAt < 0 {
			return n + " messages were read and have this text."
		}
		return n + " messages were read and have this text, but for the request id at byte " + at + "."
	case exactly:
		return n + " messages with different ids have the same checksum and length, so their texts are the same to the last byte."
	case asReply:
		return "The checksums of " + n + " messages differ by exactly what the request ids of the questions before them, at byte " + at + ", make, so the rest of their texts is the same. " + r.header(s)
	}
	return "The checksums of " + n + " messages differ by exactly what their request ids at byte " + at + " make, so the rest of their texts is the same. " + r.header(s)
}

// header says what the place of the request id tells of the command before it.
func (r *Reader) header(s *set) string { return headerText(int(r.at(s.first-1).text), int(s.ridAt)) }

// headerText says it of a text of a length: the length of what follows takes one byte below 128,
// else two, and the number without its three flags has seven bits a byte.
func headerText(text, ridAt int) string {
	if ridAt < 0 {
		return "They have no request id, so they expect no reply."
	}
	length := 1
	if text-ridAt >= 0x80 {
		length = 2
	}
	switch ridAt - length {
	case 1:
		return "The command before it is one byte, so its number is below 16."
	case 2:
		return "The command before it is two bytes, so its number is from 16 to 2047."
	case 3:
		return "The command before it is three bytes, so its number is 2048 or more."
	}
	return "Where the command before it ends is not known."
}
