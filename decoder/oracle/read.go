package oracle

import (
	"slices"

	"somscope/decoder/crc"
)

// A search is a way of making candidates. Each keeps its own count of what it compared.
type search uint8

const (
	byForm     search = iota // the known texts, and pongs with an address that is known
	bySweep                  // the shelves
	byOrphan                 // known replies whose question is not in the capture: any request id
	byPort                   // pongs with a known IP and any port
	byContacts               // redirects to hosts that were contacted
	bySolving                // what the checksum itself gives, which nothing else supports
	searches
)

// odds are the candidates compared and the matches found by one search.
type odds struct{ tried, found uint64 }

// most is how many candidates may be compared before a thousandth of a false match is expected.
const most = 1 << 32 / 1000

// believed reports whether the matches of a search may be called confirmed: less than a
// thousandth of a false one is expected in the whole capture, or, where very many messages
// were read, less than a millionth of one for each.
func (o *odds) believed() bool { return o.tried <= most*max(1, o.found/1000) }

// afford reports whether a search may compare n candidates more and stay within its bound.
func (o *odds) afford(n uint64) bool { return o.tried+n <= most }

// A read is what was read of a message. The text has zeros for the request id.
type read struct {
	text               string
	name               string
	tried              uint64
	rid                uint16
	ridAt              int16
	role               role
	by                 search
	solvedAt, solvedLn int8
	contacts           uint8 // of the window that held the five addresses
	agree              []uint32
	agreeing           int
}

// Time in which a reply may come to its question.
const (
	replyTime  = 60 * second // by the request id
	timingTime = 10 * second // by timing alone: Adami et al. 2009 allow a probe as much
	maxRids    = 16
	maxBack    = 64
)

// rids lists the request ids that a message may have as a reply, the latest question first, and
// the questions themselves, at most most of them.
func (r *Reader) rids(m *msg, ids *[maxRids]uint16, from *[maxRids]uint32, most int) (n int) {
	if m.fn == fnFragment {
		// The first fragment begins with the reply's head.
		if m.place&0x0F != 0 {
			return 0
		}
		ids[0], from[0] = m.reply-1, m.answers
		return 1
	}
	if m.fn != fnCommand {
		return 0
	}
	q := m.ask
	for range maxBack {
		if q == 0 || n == most {
			break
		}
		a := r.at(q - 1)
		if !m.within(a, replyTime) {
			break
		}
		// Of several transmissions the latest is the one that is answered.
		if n == 0 || ids[n-1] != a.id-1 && !r.listed(ids[:n], a) {
			ids[n], from[n] = a.id-1, q
			n++
		}
		q = a.prev
	}
	return n
}

// listed reports whether the request id of a is there already, as it may only be when a was sent
// more than once.
func (r *Reader) listed(ids []uint16, a *msg) bool {
	return (a.first != 0 || a.next != 0 || a.other != 0) && slices.Contains(ids, a.id-1)
}

// ridSum is what a request id contributes to a checksum, with after bytes of text behind it.
func (r *Reader) ridSum(rid uint16, after int) uint32 {
	for len(r.bits) <= after {
		r.bits = append(r.bits, nil)
	}
	b := r.bits[after]
	if b == nil {
		b = new([16]uint32)
		for i := range b {
			bit := uint16(1) << i
			b[i] = crc.Shift(crc.Zero([]byte{byte(bit >> 8), byte(bit)}), after)
		}
		r.bits[after] = b
	}
	var sum uint32
	for i := 0; rid != 0; i, rid = i+1, rid>>1 {
		if rid&1 != 0 {
			sum ^= b[i]
		}
	}
	return sum
}

// keep files what was read of the message at index i.
func (r *Reader) keep(i uint32, d read) {
	m := r.at(i)
	r.reads = append(r.reads, d)
	m.read = uint32(len(r.reads))
	m.role = d.role
	r.odds[d.by].found++
}

// forms tries the known texts on a message, and reports the checksums compared.
func (r *Reader) forms(i uint32) int {
	m := r.at(i)
	if !m.obscured() || m.copied() {
		return 1
	}
	text := int(m.text)
	switch text {
	case 7, 11, pongLen:
	default:
		r.ask(m)
		return 1
	}
	var ids [maxRids]uint16
	var from [maxRids]uint32
	n := r.rids(m, &ids, &from, maxRids)
	var tried uint64
	for k := range known {
		f := &known[k]
		if len(f.text) != text {
			continue
		}
		after := text - f.ridAt - 2
		own := []uint16{m.id - 1}
		try := own
		if f.role == reply {
			try = ids[:n]
		} else if m.fn == fnFragment {
			continue
		}
		for _, rid := range try {
			tried++
			if m.crc^r.ridSum(rid, after) == knownSums[k] {
				r.keep(i, read{text: f.text, name: f.name, tried: tried, rid: rid, ridAt: int16(f.ridAt), role: f.role, by: byForm})
				r.odds[byForm].tried += tried
				return int(tried)
			}
		}
	}
	if text == pongLen {
		tried = r.pong(i, ids[:n], tried)
	}
	r.odds[byForm].tried += tried
	if m.read == 0 {
		r.ask(m)
	}
	return int(tried) + 1
}

// ask has the shelves stocked for an unread message.
func (r *Reader) ask(m *msg) {
	if m.text <= maxSmall {
		r.small |= 1 << m.text
	}
}

// maxSmall is the longest text on the shelves.
const maxSmall = 12

// sweep looks an unread message up on the shelves.
func (r *Reader) sweep(i uint32) int {
	m := r.at(i)
	if !m.obscured() || m.copied() || m.read != 0 || m.text > maxSmall {
		return 1
	}
	var ids [maxRids]uint16
	var from [maxRids]uint32
	n := r.rids(m, &ids, &from, maxRids)
	own := [1]uint16{m.id - 1}
	var tried uint64
	looked := 1
	for _, s := range r.shelves {
		if s.len != int(m.text) {
			continue
		}
		try := ids[:n]
		switch {
		case s.role != reply && m.fn == fnFragment:
			continue
		case s.role != reply:
			try = own[:]
		}
		for _, rid := range try {
			if !r.odds[bySweep].afford(tried + uint64(s.size)) {
				break
			}
			tried += uint64(s.size)
			looked++
			sum := m.crc
			if s.ridAt >= 0 {
				sum ^= r.ridSum(rid, s.len-s.ridAt-2)
			}
			if c, ok := s.sums[sum]; ok {
				text, ridAt, o, _ := candidate(int(c))
				r.odds[bySweep].tried += tried
				r.keep(i, read{text: text, name: nameOf(int(c)), tried: tried, rid: rid, ridAt: int16(ridAt), role: o, by: bySweep})
				return looked
			}
		}
	}
	r.odds[bySweep].tried += tried
	return looked
}

// orphan reads a known reply whose question is not in the capture: its request id is solved
// for, which leaves 16 of the checksum's bits to confirm the rest.
func (r *Reader) orphan(i uint32) int {
	m := r.at(i)
	if m.fn != fnCommand || m.copied() || m.read != 0 || m.ask != 0 {
		return 1
	}
	text := int(m.text)
	var tried uint64
	try := func(known string, ridAt int) (rid uint16, ok bool) {
		if !r.odds[byOrphan].afford(1 << 16) {
			return 0, false
		}
		tried += 1 << 16
		r.odds[byOrphan].tried += 1 << 16
		fill, ok := crc.Hole([]byte(known), ridAt, 2, m.crc)
		return uint16(fill[0])<<8 | uint16(fill[1]), ok
	}
	for k := range known {
		if f := &known[k]; len(f.text) == text && f.role == reply {
			if rid, ok := try(f.text, f.ridAt); ok {
				r.keep(i, read{
					text: f.text, name: f.name, tried: tried, rid: rid, ridAt: int16(f.ridAt), role: reply, by: byOrphan,
					solvedAt: int8(f.ridAt), solvedLn: 2,
				})
				return 8
			}
		}
	}
	if text == pongLen {
		to := r.dst(m)
		var buf [8]uint32
		for _, ip := range r.publics(to.Addr, buf[:0]) {
			known := pongHead + address(ip, to.Port)
			if rid, ok := try(known, pongRidAt); ok {
				r.keepPong(i, read{text: known, tried: tried, rid: rid, by: byOrphan, solvedAt: pongRidAt, solvedLn: 2}, ip)
				return 8
			}
		}
	}
	return 8
}

// origin is the first transmission of the message at index i, or for a Resend the Command.
func (r *Reader) origin(i uint32) *msg {
	m := r.at(i)
	if m.fn == fnResend && m.other != 0 {
		m = r.at(m.other - 1)
	}
	if m.first != 0 {
		m = r.at(m.first - 1)
	}
	return m
}
