package oracle

import "somscope/decoder/inet"

// A msg is a Message in store, with what was found out about it. Others are named by their
// index plus 1, so that 0 is nobody.
type msg struct {
	time   int64
	packet uint32
	conv   uint32 // index of its conversation, times two; odd: from b to a
	iv     uint32
	crc    uint32
	token  uint32
	text   int32
	id     uint16
	reply  uint16
	fn     uint8
	place  uint8
	proof  uint8 // of answers
	role   role
	noTime bool
	twice  bool // the same datagram again, IV and all
	done   bool // was answered, and not by timing alone
	acked  bool

	prev, ask        uint32 // the asking message before it: in its own direction, in the other
	first            uint32 // of a retransmission: the first transmission
	next, last       uint32 // transmissions after it; last is kept by the first
	answers          uint32 // what it answers
	head, tail, more uint32 // what answers it, as a chain along more
	other            uint32 // Resend: its Command; Command: its Resend; Fragment: its group
	pair             uint32 // Resend: the NAck with its token; NAck: the Resend
	read             uint32 // what was read, in Reader.reads
	class            uint32 // in Reader.sets
	mate             uint32 // the next member of the class
	near             uint32 // in Reader.nears, plus 1
}

// asks reports whether the message may have been asked something by m: it carries a request.
func (m *msg) asks() bool { return m.fn == fnCommand || m.fn == fnResend }

// obscured reports whether it has a text that its checksum in the clear is of.
func (m *msg) obscured() bool { return m.fn == fnCommand || m.fn == fnFragment || m.fn == fnResend }

// copied reports whether its text is that of another message, by which it is read.
func (m *msg) copied() bool { return m.first != 0 || m.fn == fnResend && m.other != 0 }

// within reports whether m comes no more than span after q, or little before it, as clocks are
// set now and then; without times only the order of the file speaks.
func (m *msg) within(q *msg, span int64) bool {
	if m.noTime || q.noTime {
		return true
	}
	d := m.time - q.time
	return d >= -second && d <= span
}

const second = 1e9 // ns

const chunk = 4096 // messages

// at is the message of index i.
func (r *Reader) at(i uint32) *msg { return &r.chunks[i/chunk][i%chunk] }

// A conv is a conversation between two ends, in both directions.
type conv struct {
	a, b  End
	asked [2]uint32 // the last asking message of each direction
}

func (r *Reader) src(m *msg) End {
	if c := &r.convs[m.conv>>1]; m.conv&1 == 0 {
		return c.a
	} else {
		return c.b
	}
}

func (r *Reader) dst(m *msg) End {
	if c := &r.convs[m.conv>>1]; m.conv&1 == 0 {
		return c.b
	} else {
		return c.a
	}
}

type ends struct{ a, b End }

// converse finds the conversation of a message: by the flow when its ends are those, else by
// the ends.
func (r *Reader) converse(m *Message) uint32 {
	if c, ok := r.flows[m.Flow]; ok {
		if e := &r.convs[c]; e.a == m.Src && e.b == m.Dst {
			return c << 1
		} else if e.b == m.Src && e.a == m.Dst {
			return c<<1 | 1
		}
		if c, ok := r.ends[ends{m.Src, m.Dst}]; ok {
			return c << 1
		}
		if c, ok := r.ends[ends{m.Dst, m.Src}]; ok {
			return c<<1 | 1
		}
	}
	c := uint32(len(r.convs))
	r.convs = append(r.convs, conv{a: m.Src, b: m.Dst})
	if _, ok := r.flows[m.Flow]; !ok {
		r.flows[m.Flow] = c
	} else {
		r.ends[ends{m.Src, m.Dst}] = c
	}
	return c << 1
}

// Add files one message. Messages come in the order of the file, one for a packet; what does
// not, what comes after Seal, what no datagram can hold, and what comes beyond MaxMessages is
// left out and counted. Data messages (function d) are not kept: nothing can be known of them.
func (r *Reader) Add(m Message) {
	switch m.Func {
	case fnCommand, fnResend, fnAck, fnNAck, fnFragment:
	default:
		return
	}
	wrong := m.Text < 0 || m.Text > 0xFFFF || m.Text == 0 && m.Func != fnAck && m.Func != fnNAck
	if r.n >= MaxMessages || r.sealed || wrong || r.n > 0 && m.Packet <= r.at(r.n-1).packet {
		r.left++
		return
	}
	if r.n%chunk == 0 {
		r.chunks = append(r.chunks, make([]msg, chunk))
	}
	i := r.n
	r.n++
	s := r.at(i)
	*s = msg{
		time: m.Time, packet: m.Packet, conv: r.converse(&m), iv: m.IV, crc: m.CRC, token: m.Token,
		text: m.Text, id: m.ID, reply: m.Reply, fn: m.Func, place: m.Place, noTime: m.NoTime,
	}
	switch m.Func {
	case fnCommand:
		r.counts.Commands++
	case fnFragment:
		r.counts.Fragments++
	case fnAck, fnNAck:
		r.vote(m.Dst.Addr, m.Told, m.Src.Addr, m.Packet, true)
		r.report(m.Told, m.Packet)
	}
	c := &r.convs[s.conv>>1]
	s.prev, s.ask = c.asked[s.conv&1], c.asked[s.conv&1^1]
	if s.asks() {
		c.asked[s.conv&1] = i + 1
	}
}

// find returns the index of the message of a packet.
func (r *Reader) find(packet uint32) (uint32, bool) {
	lo, hi := uint32(0), r.n
	for lo < hi {
		mid := (lo + hi) / 2
		if r.at(mid).packet < packet {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < r.n && r.at(lo).packet == packet
}

// A role is what a message was found to be.
type role uint8

const (
	unclear role = iota
	request      // it has a request id of its own
	reply        // it has the request id of what it answers
	oneWay       // it has none
)

// global reports whether an address may be that of a host in the public Internet.
func global(ip uint32) bool {
	switch a, b := ip>>24, ip>>16&0xFF; {
	case a == 0, a == 10, a == 127, a >= 224:
		return false
	case a == 100 && b&0xC0 == 64, a == 169 && b == 254, a == 172 && b&0xF0 == 16, a == 192 && b == 168, a == 198 && b&0xFE == 18:
		return false
	}
	return true
}

// v4 is the IPv4 address of a, or 0.
func v4(a inet.Addr) uint32 {
	ip, _ := a.V4()
	return ip
}
