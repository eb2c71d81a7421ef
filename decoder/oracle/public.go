package oracle

import (
	"slices"

	"somscope/decoder/inet"
)

// A Public is what the file says about the public address of a host.
type Public struct {
	Addr  inet.Addr
	IP    uint32
	Votes int      // Acks, NAcks and pongs that say so
	Peers int      // different senders of them
	Else  int      // that say otherwise
	Proof []uint32 // packets, the first 8 in order
}

// Bounds of what is kept of a host's reports: nobody moves more often in a capture.
const (
	maxHosts = 1 << 17
	maxTold  = 64   // different addresses reported to a host
	maxPeers = 4096 // different senders of one
	fewPeers = 16   // of them, those kept without a map
)

// A host is what was reported to an address of the capture.
type host struct {
	told  []told
	votes int
}

type told struct {
	ip    uint32
	votes int
	acks  int                    // of the votes, those of Acks and NAcks
	peers []inet.Addr            // the first fewPeers
	more  map[inet.Addr]struct{} // further ones
	proof []uint32
}

// vote files the report of a peer, in a packet, that it sees a host as ip.
func (r *Reader) vote(a inet.Addr, ip uint32, peer inet.Addr, packet uint32, ack bool) {
	h := r.hosts[a]
	if h == nil {
		if ip == 0 || len(r.hosts) == maxHosts {
			return
		}
		h = &host{}
		r.hosts[a] = h
	}
	h.votes++
	t := h.of(ip)
	if t == nil {
		if len(h.told) == maxTold {
			// Make room among those that only one packet spoke for.
			for i := range h.told {
				if h.told[i].votes == 1 {
					h.told = append(h.told[:i], h.told[i+1:]...)
					break
				}
			}
			if len(h.told) == maxTold {
				return
			}
		}
		h.told = append(h.told, told{ip: ip})
		t = &h.told[len(h.told)-1]
	}
	t.votes++
	if ack {
		t.acks++
	}
	t.proof = earliest(t.proof, packet)
	switch {
	case slices.Contains(t.peers, peer):
	case len(t.peers) < fewPeers:
		t.peers = append(t.peers, peer)
	case len(t.more) < maxPeers:
		if t.more == nil {
			t.more = map[inet.Addr]struct{}{}
		}
		t.more[peer] = struct{}{}
	}
}

// earliest adds a packet to a list in order, of which the first eight are kept: pongs are read
// after all Acks have been filed, and may stand before them.
func earliest(list []uint32, packet uint32) []uint32 {
	at, _ := slices.BinarySearch(list, packet)
	if at == 8 {
		return list
	}
	list = slices.Insert(list, at, packet)
	return list[:min(len(list), 8)]
}

// report files that an Ack or NAck told an address to anybody.
func (r *Reader) report(ip, packet uint32) {
	t := r.reported[ip]
	if t == nil {
		if len(r.reported) == maxReported || !global(ip) {
			return
		}
		t = &told{ip: ip}
		r.reported[ip] = t
	}
	t.acks++
	if len(t.proof) < 8 {
		t.proof = append(t.proof, packet)
	}
}

func (h *host) of(ip uint32) *told {
	for i := range h.told {
		if h.told[i].ip == ip {
			return &h.told[i]
		}
	}
	return nil
}

// Public returns the public address that peers report to a host, by its address in the IP
// header; ok is false when nobody reported any. A host that nobody reported to and that has a
// public address itself is its own. It is valid at any time; pongs count once they are read.
func (r *Reader) Public(a inet.Addr) (Public, bool) {
	if h := r.hosts[a]; h != nil {
		var best *told
		for i := range h.told {
			if t := &h.told[i]; best == nil || t.votes > best.votes {
				best = t
			}
		}
		if best != nil {
			return Public{
				Addr: a, IP: best.ip, Votes: best.votes, Peers: len(best.peers) + len(best.more), Else: h.votes - best.votes,
				Proof: append([]uint32(nil), best.proof...),
			}, true
		}
	}
	if ip, ok := a.V4(); ok && global(ip) {
		return Public{Addr: a, IP: ip}, true
	}
	return Public{}, false
}

// publics lists what may be the public address of a host, the likeliest first, at most four:
// what was reported to it, and its own.
func (r *Reader) publics(a inet.Addr, list []uint32) []uint32 {
	list = list[:0]
	if best, ok := r.Public(a); ok {
		list = append(list, best.IP)
	}
	if h := r.hosts[a]; h != nil {
		for i := range h.told {
			if t := &h.told[i]; len(list) < 3 && t.votes > 1 && t.ip != list[0] {
				list = append(list, t.ip)
			}
		}
	}
	if ip := v4(a); ip != 0 && (len(list) == 0 || ip != list[0]) {
		list = append(list, ip)
	}
	return list
}
