package oracle

// Why an answer is thought to belong to its question.
const (
	sameID      uint8 = 1 + iota // Ack, NAck: they repeat the id
	namesID                      // Fragment: it names the id
	sameRid                      // the request id in its text
	equalWith                    // equal to others if this is its question
	equalAlso                    // the same, but it would be with another question, too
	onlyTime                     // nothing but the time
	timeAndMore                  // the same, and other questions were open
)

// key names an id of one direction of a conversation.
func key(conv uint32, id uint16) uint64 { return uint64(conv)<<16 | uint64(id) }

// A group is the fragments of one message.
type group struct {
	parts []uint32 // packet plus 1 by index
	reply uint16
	lastN uint8  // index of the last fragment plus 1; 0: not seen
	seen  uint32 // index plus 1 of the latest
}

// link ties the message at index i to what the header says it belongs to.
func (r *Reader) link(i uint32) int {
	m := r.at(i)
	k := key(m.conv, m.id)
	back := key(m.conv^1, m.id)
	switch m.fn {
	case fnCommand:
		if c := r.cmds[k]; c != 0 && r.again(i, c-1) {
			return 2
		}
		r.cmds[k] = i + 1
	case fnResend:
		if c := r.cmds[k]; c != 0 {
			if q := r.at(c - 1); q.crc == m.crc && q.text == m.text && m.within(q, replyTime) {
				o := r.origin(c - 1)
				m.other = r.cmds[k]
				if o.other == 0 {
					o.other = i + 1
				}
			}
		}
		if n := r.nacks[back]; n != 0 {
			if q := r.at(n - 1); q.token == m.token && m.within(q, replyTime) {
				m.pair = n
				if q.pair == 0 {
					q.pair = i + 1
				}
			}
		}
	case fnAck, fnNAck:
		if m.fn == fnNAck {
			r.nacks[k] = i + 1
		}
		c := r.cmds[back]
		if c == 0 {
			if g := r.parts[back]; g != 0 {
				c = r.groups[g-1].seen
			}
		}
		if c == 0 {
			return 2
		}
		q := r.at(c - 1)
		if !m.within(q, replyTime) {
			return 2
		}
		r.join(i, c-1, sameID)
		if m.fn == fnAck {
			r.origin(c - 1).acked = true
		}
	case fnFragment:
		r.fragment(i)
	}
	return 2
}

// again reports whether the message at i repeats that at c, and files it there.
func (r *Reader) again(i, c uint32) bool {
	m, q := r.at(i), r.at(c)
	if q.crc != m.crc || q.text != m.text || !m.within(q, replyTime) {
		return false
	}
	first := c
	if q.first != 0 {
		first = q.first - 1
	}
	f := r.at(first)
	m.first = first + 1
	m.twice = q.iv == m.iv
	if f.last == 0 {
		f.next = i + 1
	} else {
		r.at(f.last - 1).next = i + 1
	}
	f.last = i + 1
	r.cmds[key(m.conv, m.id)] = i + 1
	return true
}

// fragment puts a fragment to the others of its message, and that to its question.
func (r *Reader) fragment(i uint32) {
	m := r.at(i)
	k, n := key(m.conv, m.id), int(m.place&0x0F)
	var g *group
	if at := r.parts[k]; at != 0 {
		g = &r.groups[at-1]
		if g.reply != m.reply || !m.within(r.at(g.seen-1), replyTime) {
			g = nil
		} else if n < len(g.parts) && g.parts[n] != 0 {
			if j, ok := r.find(g.parts[n] - 1); ok && r.at(j).crc == m.crc && r.at(j).text == m.text {
				m.other = at
				f := r.at(j)
				m.first, m.twice = j+1, f.iv == m.iv
				if f.last == 0 {
					f.next = i + 1
				} else {
					r.at(f.last - 1).next = i + 1
				}
				f.last = i + 1
			} else {
				g = nil // another message with the same id
			}
		}
	}
	if g == nil {
		r.groups = append(r.groups, group{reply: m.reply})
		r.parts[k] = uint32(len(r.groups))
		g = &r.groups[len(r.groups)-1]
	}
	if m.first == 0 {
		for len(g.parts) <= n {
			g.parts = append(g.parts, 0)
		}
		g.parts[n] = m.packet + 1
		if m.place&0x80 != 0 && g.lastN == 0 {
			g.lastN = uint8(n) + 1
		}
		m.other = r.parts[k]
	}
	g.seen = i + 1
	if c := r.cmds[key(m.conv^1, m.reply)]; c != 0 && m.within(r.at(c-1), replyTime) {
		r.join(i, c-1, namesID)
		r.origin(c - 1).done = true
	}
}

// join says that the message at i answers that at q. A message answers one other at most.
func (r *Reader) join(i, q uint32, p uint8) {
	m := r.at(i)
	if m.answers != 0 {
		return
	}
	m.answers, m.proof = q+1, p
	a := r.at(q)
	if a.tail == 0 {
		a.head = i + 1
	} else {
		r.at(a.tail - 1).more = i + 1
	}
	a.tail = i + 1
}

// byRid joins a reply that was read with the question that has its request id.
func (r *Reader) byRid(i uint32) int {
	m := r.at(i)
	if m.fn != fnCommand || m.answers != 0 {
		return 1
	}
	o := r.origin(i)
	if o.read == 0 {
		return 1
	}
	d := &r.reads[o.read-1]
	if d.role != reply || d.ridAt < 0 {
		return 1
	}
	var ids [maxRids]uint16
	var from [maxRids]uint32
	n := r.rids(m, &ids, &from, maxRids)
	for k, id := range ids[:n] {
		if id != d.rid {
			continue
		}
		r.join(i, from[k]-1, sameRid)
		r.origin(from[k] - 1).done = true
		break
	}
	return 2
}

// byTime joins an unread reply with the latest open question of the conversation.
func (r *Reader) byTime(i uint32) int {
	m := r.at(i)
	if m.fn != fnCommand || m.answers != 0 || m.copied() || m.acked || m.ask == 0 || !r.mayReply(m) {
		return 1
	}
	var found uint32
	open, steps := 0, 0
	for q := m.ask; q != 0 && steps < maxBack; steps++ {
		a := r.at(q - 1)
		if !m.within(a, timingTime) {
			break
		}
		o := r.origin(q - 1)
		if !o.done && !o.acked && r.mayAsk(o) {
			if found == 0 {
				found = q
			}
			if o == a {
				open++
			}
		}
		q = a.prev
	}
	if found == 0 {
		return 1 + steps
	}
	p := uint8(onlyTime)
	if open > 1 {
		p = timeAndMore
	}
	r.join(i, found-1, p)
	r.origin(found - 1).done = true
	return 1 + steps
}

// mayReply reports whether nothing says that a message is no reply.
func (r *Reader) mayReply(m *msg) bool {
	return m.role == unclear || m.role == reply
}

// mayAsk reports whether nothing says that a message is no question.
func (r *Reader) mayAsk(m *msg) bool {
	return m.role == unclear && m.answers == 0 || m.role == request
}
