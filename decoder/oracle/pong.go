package oracle

import (
	"somscope/decoder/crc"
	"somscope/decoder/inet"
)

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
