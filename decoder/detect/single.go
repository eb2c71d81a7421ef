package detect

import (
	"fmt"
	"slices"

	"somscope/decoder/flow"
	"somscope/decoder/inet"
)

// Detectors that look at a single packet or a port.

// needleNAck is the filter of Silver Needle: a datagram of 19 bytes with its header, function 7,
// and bytes 3 to 6 the public address of the host that filters. Of a host with a private address
// the public one is not known here; the address is then not asked.
func needleNAck(_ *Book, c *Conversation) (Says, string, []uint32) {
	why := "no datagram has 19 bytes with its header and function 7"
	for i := range c.Packets {
		p := &c.Packets[i]
		told, ok := p.word(3)
		if p.Len != 11 || !ok || !p.is(0x8f, 7) {
			continue
		}
		to, _ := c.dst(p)
		v, v4 := to.V4()
		says := fmt.Sprintf("%s is a refusal of 19 bytes with its header", number(p.Packet))
		switch {
		case private(to):
			return Yes, says + "; the host has a private address, so that bytes 3 to 6, which should hold its public one, are not compared", []uint32{p.Packet}
		case v4 && v == told:
			return Yes, says + ", and bytes 3 to 6 are the address it is sent to", []uint32{p.Packet}
		}
		why = says + ", but bytes 3 to 6 are not the address it is sent to"
	}
	return No, why, nil
}

// wiresharkHeuristic tests the function of a datagram. A conversation is taken when its first
// datagram passes.
func wiresharkHeuristic(_ *Book, c *Conversation) (Says, string, []uint32) {
	p := &c.Packets[0]
	b, ok := p.at(2)
	if !ok {
		return No, fmt.Sprintf("less than 3 bytes of %s are known", number(p.Packet)), nil
	}
	switch fn := b & 15; fn {
	case 0, 2, 3, 5, 7, 0xd, 0xf:
		return Yes, fmt.Sprintf("the function of %s is %x, one of the seven known", number(p.Packet), fn), []uint32{p.Packet}
	default:
		return No, fmt.Sprintf("the function of %s is %x, none of the seven known", number(p.Packet), fn), nil
	}
}

// Emerging Threats 2003022.
const (
	etPort   = 33033
	etCount  = 5
	etWithin = 120e9 // ns
)

// toPort returns the times of a host's datagrams to port 33033, sorted.
func (b *Book) toPort(a inet.Addr) []int64 {
	b.memo()
	if t, ok := b.memoPort[a]; ok {
		return t
	}
	var times []int64
	for _, c := range b.Host(a) {
		if c.Key.Transport != flow.UDP || !c.port(etPort) {
			continue
		}
		for i := range c.Packets {
			p := &c.Packets[i]
			from, _ := c.Key.Side(int(p.Dir))
			if _, port := c.dst(p); from == a && port == etPort && !p.NoTime {
				times = append(times, p.Time)
			}
		}
	}
	slices.Sort(times)
	b.memoPort[a] = times
	return times
}

func etBootstrap(b *Book, c *Conversation) (Says, string, []uint32) {
	if !c.port(etPort) {
		return No, "neither port is 33033", nil
	}
	best, seen := 0, false
	for i := range c.Packets {
		p := &c.Packets[i]
		from, _ := c.Key.Side(int(p.Dir))
		if _, port := c.dst(p); port != etPort || p.NoTime {
			continue
		}
		seen = true
		times := b.toPort(from)
		// The rule speaks at the fifth datagram in 120 s: those before this one count.
		lo, _ := slices.BinarySearch(times, p.Time-etWithin+1)
		hi, _ := slices.BinarySearch(times, p.Time+1)
		best = max(best, hi-lo)
		if hi-lo >= etCount {
			return Yes, fmt.Sprintf("%s is the %dth datagram of its host to port 33033 in 120 s", number(p.Packet), hi-lo), []uint32{p.Packet}
		}
	}
	if !seen {
		return Silent, "no datagram to port 33033 has a time", nil
	}
	return No, fmt.Sprintf("its host sent at most %s to port 33033 in 120 s, it takes 5", count(best, "datagram")), nil
}
