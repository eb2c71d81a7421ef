package oracle

import (
	"slices"

	"somscope/decoder/crc"
	"somscope/decoder/inet"
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

// pong tries a pong with what may be the receiver's address: an IP that was reported, and the
// port it receives at, or one that another pong told.
func (r *Reader) pong(i uint32, ids []uint16, tried uint64) uint64 {
	m := r.at(i)
	to := r.dst(m)
	var buf [8]uint32
	ips := r.publics(to.Addr, buf[:0])
	ports := append([]uint16{to.Port}, r.ports[to]...)
	for _, port := range ports {
		for _, ip := range ips {
			text := []byte(pongHead + address(ip, port))
			sum := crc.Sum(text)
			for _, rid := range ids {
				tried++
				if m.crc^r.ridSum(rid, pongLen-pongRidAt-2) == sum {
					r.keepPong(i, read{text: string(text), rid: rid, tried: tried, by: byForm}, ip)
					return tried
				}
			}
		}
	}
	return tried
}

// keepPong files a pong and what it says. What supports its IP, if anything, is in the votes.
func (r *Reader) keepPong(i uint32, d read, ip uint32) {
	m := r.at(i)
	to := r.dst(m)
	d.name, d.ridAt, d.role = NamePong, pongRidAt, reply
	if h := r.hosts[to.Addr]; h != nil {
		if t := h.of(ip); t != nil && t.acks > 0 {
			d.agree, d.agreeing = append([]uint32(nil), t.proof[:min(t.acks, len(t.proof))]...), t.acks
		}
	}
	r.keep(i, d)
	r.vote(to.Addr, ip, r.src(m).Addr, m.packet, false)
}

// address writes an IP and a port as compressed lists hold them: each with the low byte first.
func address(ip uint32, port uint16) string {
	return string([]byte{byte(ip), byte(ip >> 8), byte(ip >> 16), byte(ip >> 24), byte(port), byte(port >> 8)})
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

// pings lists the questions of an unread message of a pong's length that are pings.
func (r *Reader) pings(m *msg, ids *[maxRids]uint16) (n int) {
	if m.fn != fnCommand || m.copied() || m.read != 0 || int(m.text) != pongLen {
		return 0
	}
	var from [maxRids]uint32
	all := r.rids(m, ids, &from, maxRids)
	for k := range all {
		if n == maxPings {
			break
		}
		if q := r.origin(from[k] - 1); q.read != 0 && r.reads[q.read-1].name == NamePing {
			ids[n] = ids[k]
			n++
		}
	}
	return n
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

// port reads a pong that tells a port nobody knows, as behind an address translator that
// changes ports: the port is solved for, which leaves 16 bits to confirm the rest.
func (r *Reader) port(i uint32) int {
	m := r.at(i)
	var ids [maxRids]uint16
	n := r.pings(m, &ids)
	if n == 0 {
		return 1
	}
	to := r.dst(m)
	var buf [8]uint32
	ips := r.publics(to.Addr, buf[:0])
	if len(r.ports[to]) > 0 {
		// Another pong told a port meanwhile.
		tried := r.pong(i, ids[:n], 0)
		r.odds[byForm].tried += tried
		if m.read != 0 {
			return int(tried)
		}
	}
	var tried uint64
	for _, rid := range ids[:n] {
		for _, ip := range ips {
			if !r.odds[byPort].afford(1 << 16) {
				return 8
			}
			tried += 1 << 16
			r.odds[byPort].tried += 1 << 16
			text := withRid(pongHead+address(ip, 0), pongRidAt, rid)
			fill, ok := crc.Hole(text, pongLen-2, 2, m.crc)
			if !ok {
				continue
			}
			port := uint16(fill[0]) | uint16(fill[1])<<8
			r.keepPong(i, read{
				text: pongHead + address(ip, port), tried: tried, rid: rid, by: byPort,
				solvedAt: int8(pongLen - 2), solvedLn: 2,
			}, ip)
			if len(r.ports[to]) < 4 {
				r.ports[to] = append(r.ports[to], port)
			}
			return 8
		}
	}
	return 8
}

// A telling is an IP that pongs to one end would tell, if they are pongs to the port they
// came to.
type telling struct {
	to inet.Addr
	ip uint32
}

// supposed is how much supports a telling: the pongs that would tell it.
type supposed struct {
	n    uint32
	last uint32   // index plus 1 of the last one
	list []uint32 // packets, once there are two
}

// Bounds of what is supposed: request ids tried for a pong, and tellings kept.
const (
	maxPings    = 4
	maxTellings = 1 << 17
)

// suppose solves each unread pong for its IP, and counts which IPs come out alike.
func (r *Reader) suppose(i uint32) int {
	m := r.at(i)
	var ids [maxRids]uint16
	n := r.pings(m, &ids)
	if n == 0 {
		return 1
	}
	to := r.dst(m)
	if len(r.pongs) < maxHosts {
		r.pongs[to.Addr]++
	}
	for _, rid := range ids[:n] {
		ip := solveIP(m, rid, to.Port)
		if !global(ip) {
			continue
		}
		r.tellings++
		k := telling{to.Addr, ip}
		s, ok := r.told[k]
		if s.last == i+1 || !ok && len(r.told) == maxTellings {
			continue
		}
		if s.n == 1 {
			s.list = append(s.list, r.at(s.last-1).packet)
		}
		if s.n > 0 && len(s.list) < 8 {
			s.list = append(s.list, m.packet)
		}
		s.n++
		s.last = i + 1
		r.told[k] = s
	}
	return 1 + 4*n
}

// solveIP finds the IP that a pong with a request id and a port tells.
func solveIP(m *msg, rid, port uint16) uint32 {
	b, _ := crc.Hole(withRid(pongHead+address(0, port), pongRidAt, rid), len(pongHead), 4, m.crc)
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// solve settles the pongs that suppose has counted: the IP that most of them tell, or that was
// reported to another host, which may be behind the same translator.
//
// That two pongs of the same IP and port tell the same is no proof of it: it only shows that
// the two texts are equal but for the request id, and any other address would come out alike,
// too, if the rest of the text were not what we think. That the IP is one that Acks have told
// to somebody is independent of it.
func (r *Reader) solve(i uint32) int {
	m := r.at(i)
	var ids [maxRids]uint16
	n := r.pings(m, &ids)
	if n == 0 {
		return 1
	}
	to := r.dst(m)
	best, rid, ip, tie := uint32(0), uint16(0), uint32(0), false
	for _, id := range ids[:n] {
		solved := solveIP(m, id, to.Port)
		if h := r.reported[solved]; h != nil {
			d := read{
				text: pongHead + address(solved, to.Port), rid: id, by: byForm, tried: uint64(n * len(r.reported)),
				solvedAt: int8(len(pongHead)), solvedLn: 4, agree: append([]uint32(nil), h.proof...), agreeing: h.acks,
				name: NamePong, ridAt: pongRidAt, role: reply,
			}
			r.odds[byForm].tried += d.tried
			r.keep(i, d)
			return 8
		}
		switch s := r.told[telling{to.Addr, solved}]; {
		case s.n > best:
			best, rid, ip, tie = s.n, id, solved, false
		case s.n == best:
			tie = true
		}
	}
	r.odds[byForm].tried += uint64(n * len(r.reported))
	if best > 1 && !unlikely(r.tellings, best, 32, 1) {
		best = 1 // among so many some are alike by chance
	}
	if best == 0 || tie {
		return 8
	}
	// One alone is worth mentioning where nothing says otherwise: no other question, report or pong.
	if best == 1 && (n > 1 || r.hosts[to.Addr] != nil || r.pongs[to.Addr] != 1) {
		return 8
	}
	s := r.told[telling{to.Addr, ip}]
	r.keep(i, read{
		text: pongHead + address(ip, to.Port), rid: rid, by: bySolving, tried: uint64(n) << 32,
		solvedAt: int8(len(pongHead)), solvedLn: 4, agree: s.list, agreeing: int(s.n),
		name: NamePong, ridAt: pongRidAt, role: reply,
	})
	return 8
}
