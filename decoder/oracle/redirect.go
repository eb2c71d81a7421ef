package oracle

import "somscope/decoder/crc"

// A redirect holds the addresses of five other super nodes, 30 bytes that nobody could
// guess, were it not that the client goes and asks them. So the candidates are the hosts
// that it contacted next, and those that it had contacted before, five of them in any order.
//
// The odds: five of five hosts are 120 candidates, five of sixteen 524,160. Five of all sixty
// hosts of a capture would be 6.5e8, of which one in seven redirects would be read
// wrongly; so wider windows than these are not worth opening, and a redirect of which one
// address was never contacted stays unread.
var windows = [...]struct{ after, before int }{{5, 0}, {8, 0}, {6, 6}, {12, 0}, {8, 8}}

// orders is how many ways there are to choose five of n in order.
func orders(n int) uint64 {
	if n < 5 {
		return 0
	}
	u := uint64(n)
	return u * (u - 1) * (u - 2) * (u - 3) * (u - 4)
}

// Bounds of the search for contacts.
const (
	contactTime = 60 * second
	contactMost = 2048 // messages looked at, each way
)

// redirect tries a window of contacts on the message at index i.
func (r *Reader) redirect(i uint32, window int) int {
	m := r.at(i)
	if m.fn != fnCommand || int(m.text) != redirectLen || m.read != 0 || m.copied() || m.ask == 0 {
		return 1
	}
	var ids [maxRids]uint16
	var from [maxRids]uint32
	n := r.rids(m, &ids, &from, maxRids)
	if n == 0 {
		return 1
	}
	w := windows[window]
	hosts, steps := r.contacts(i, w.after, w.before)
	cost := steps + 1
	each := orders(len(hosts))
	if each == 0 {
		return cost
	}
	var tried uint64
	for q := 0; q <= window; q++ {
		// Narrower windows were tried before; for most messages they held as many.
		tried += orders(min(len(hosts), windows[q].after+windows[q].before))
	}
	tried = (tried - each) * uint64(n)
	var sums [5][16]uint32
	for slot := range sums {
		for k, h := range hosts {
			sums[slot][k] = crc.Shift(crc.Zero([]byte(h)), 6*(4-slot))
		}
	}
	base := crc.Sum([]byte(redirectHead + string(make([]byte, 30))))
	for _, rid := range ids[:n] {
		if !r.odds[byContacts].afford(each) {
			return cost
		}
		r.odds[byContacts].tried += each
		tried += each
		cost += int(each/16) + 1
		pick, ok := choose(&sums, len(hosts), base^m.crc^r.ridSum(rid, redirectLen-redirectRidAt-2))
		if !ok {
			continue
		}
		text := redirectHead
		for _, k := range pick {
			text += hosts[k]
		}
		r.keep(i, read{
			text: text, name: NameRedirect, tried: tried, rid: rid, ridAt: redirectRidAt, role: reply,
			by: byContacts, contacts: uint8(len(hosts)),
		})
		return cost
	}
	return cost
}

// choose finds five different hosts, one for each slot, whose sums make up the whole.
func choose(sums *[5][16]uint32, n int, whole uint32) (pick [5]int, ok bool) {
	for a := range n {
		for b := range n {
			if b == a {
				continue
			}
			ab := whole ^ sums[0][a] ^ sums[1][b]
			for c := range n {
				if c == a || c == b {
					continue
				}
				abc := ab ^ sums[2][c]
				for d := range n {
					if d == a || d == b || d == c {
						continue
					}
					want := abc ^ sums[3][d]
					for e := range n {
						if sums[4][e] == want && e != a && e != b && e != c && e != d {
							return [5]int{a, b, c, d, e}, true
						}
					}
				}
			}
		}
	}
	return pick, false
}

// contacts lists hosts that the receiver of the message at i sent to, each once: first those
// after it, then those before it, the nearest first, as redirects write them.
func (r *Reader) contacts(i uint32, after, before int) (hosts []string, steps int) {
	m := r.at(i)
	me := r.dst(m)
	take := func(j uint32, most int) bool {
		o := r.at(j)
		if o.first == 0 && o.asks() && r.src(o) == me {
			to := r.dst(o)
			if ip := v4(to.Addr); ip != 0 && to != r.src(m) {
				h := address(ip, to.Port)
				for _, have := range hosts {
					if have == h {
						return len(hosts) < most
					}
				}
				hosts = append(hosts, h)
			}
		}
		return len(hosts) < most
	}
	for j := i + 1; j < r.n && j-i <= contactMost; j++ {
		steps++
		if o := r.at(j); !o.within(m, contactTime) && o.time > m.time {
			break
		}
		if !take(j, after) {
			break
		}
	}
	if before > 0 {
		most := len(hosts) + before
		for j := i; j > 0 && i-j <= contactMost; j-- {
			steps++
			if !take(j-1, most) {
				break
			}
		}
	}
	return hosts, steps
}
