package synth

import (
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// A conn is a TCP connection of the captured machine.
type conn struct {
	w     *world
	ends  [2]*host // 0 is the machine
	ports [2]uint16
	seq   [2]uint32 // of the next byte each end sends
	seen  [2]uint32 // the other's latest timestamp
	owes  [2]bool   // an acknowledgement
	ids   [2]uint16 // IPv4 identification of each end's next segment
}

const mss = 1448 // with the timestamp option

func (w *world) dial(from *host, sport uint16, to *host, dport uint16) *conn {
	c := &conn{w: w, ends: [2]*host{from, to}, ports: [2]uint16{sport, dport}}
	for i := range 2 {
		c.seq[i] = w.rng.u32()
		c.ids[i] = w.rng.u16()
	}
	return c
}

// segment sends now, from end 0 or 1.
func (c *conn) segment(from int, flags string, data []byte) {
	other := 1 - from
	t := &layers.TCP{
		SrcPort: layers.TCPPort(c.ports[from]), DstPort: layers.TCPPort(c.ports[other]),
		Seq: c.seq[from], Window: 5792,
	}
	now := c.ends[from].tick + uint32(c.w.now/(4*time.Millisecond))
	ts := layers.TCPOption{OptionType: layers.TCPOptionKindTimestamps, OptionLength: 10, OptionData: join(be32(now), be32(c.seen[from]))}
	nop := layers.TCPOption{OptionType: layers.TCPOptionKindNop}
	for _, f := range flags {
		switch f {
		case 'S':
			t.SYN = true
		case 'A':
			t.ACK = true
		case 'P':
			t.PSH = true
		case 'F':
			t.FIN = true
		case 'R':
			t.RST = true
		}
	}
	switch {
	case t.SYN:
		t.Options = []layers.TCPOption{
			{OptionType: layers.TCPOptionKindMSS, OptionLength: 4, OptionData: be16(1460)},
			{OptionType: layers.TCPOptionKindSACKPermitted, OptionLength: 2}, ts, nop,
			{OptionType: layers.TCPOptionKindWindowScale, OptionLength: 3, OptionData: []byte{2}},
		}
	case !t.RST:
		t.Options = []layers.TCPOption{nop, nop, ts}
	}
	if t.ACK {
		t.Ack = c.seq[other]
		c.owes[from] = false
	}
	if t.RST {
		t.Window = 0
	}
	net := header(c.ends[from], c.ends[other], layers.IPProtocolTCP, c.ids[from], true)
	c.ids[from]++
	t.SetNetworkLayerForChecksum(net)
	c.w.ethernet(c.ends[from], c.ends[other], net, t, gopacket.Payload(data))
	c.seq[from] += uint32(len(data))
	if t.SYN || t.FIN {
		c.seq[from]++
	}
	c.seen[other] = now
}

// open shakes hands and goes on with then.
func (c *conn) open(then func()) {
	c.segment(0, "S", nil)
	c.w.after(c.w.lag(c.ends[1]), func() {
		c.segment(1, "SA", nil)
		c.w.after(30*time.Microsecond, func() {
			c.segment(0, "A", nil)
			c.w.after(c.w.rng.between(100*time.Microsecond, 700*time.Microsecond), then)
		})
	})
}

// refuse is an attempt that meets a closed port.
func (c *conn) refuse() {
	c.segment(0, "S", nil)
	c.w.after(c.w.lag(c.ends[1]), func() {
		c.seq[1] = 0
		c.segment(1, "RA", nil)
	})
}

// say sends data from the machine, hear brings data from the other end. Who
// gets data and has nothing to send acknowledges it a moment later.
func (c *conn) say(data []byte)  { c.push(0, data) }
func (c *conn) hear(data []byte) { c.push(1, data) }

func (c *conn) push(from int, data []byte) {
	for len(data) > 0 {
		n := min(len(data), mss)
		flags := "A"
		if n == len(data) {
			flags = "PA"
		}
		c.segment(from, flags, data[:n])
		data = data[n:]
	}
	other := 1 - from
	c.owes[other] = true
	wait := c.w.rng.between(20*time.Millisecond, 40*time.Millisecond)
	if other == 1 {
		wait += c.w.lag(c.ends[1])
	}
	c.w.after(wait, func() {
		if c.owes[other] {
			c.segment(other, "A", nil)
		}
	})
}

// A turn of a dialogue over TCP.
type turn struct {
	wait time.Duration // before it, beyond the way there and back for what the other end says
	out  bool          // said by the machine
	data []byte
	mark string
}

// talk plays turns one after the other and goes on with then.
func (c *conn) talk(turns []turn, then func()) {
	if len(turns) == 0 {
		if then != nil {
			then()
		}
		return
	}
	t := turns[0]
	wait := t.wait
	if !t.out {
		wait += c.w.lag(c.ends[1])
	} else {
		wait += c.w.rng.between(200*time.Microsecond, 3*time.Millisecond)
	}
	c.w.after(wait, func() {
		if t.mark != "" {
			c.w.point(t.mark)
		}
		if t.out {
			c.say(t.data)
		} else {
			c.hear(t.data)
		}
		c.talk(turns[1:], then)
	})
}

// close ends the connection from the machine's side.
func (c *conn) close() {
	c.segment(0, "FA", nil)
	c.w.after(c.w.lag(c.ends[1]), func() {
		c.segment(1, "FA", nil)
		c.w.after(40*time.Microsecond, func() { c.segment(0, "A", nil) })
	})
}

// A stream is one direction of Skype's obfuscated TCP. Both its 14-byte
// beginning and what follows are hidden by the same keystream, begun anew.
type stream struct {
	w    *world
	keys []byte
	pos  int
}

// begin writes the clear seed and the hello that every stream begins with.
func (s *stream) begin(first uint16, role byte) []byte {
	seed := s.w.rng.bytes(4)
	hello := s.hide(join(be16(first), []byte{0, 0, 0, 1, 0, 0, 0, role}))
	s.pos = 0
	return join(seed, hello)
}

func (s *stream) hide(b []byte) []byte {
	if more := s.pos + len(b) - len(s.keys); more > 0 {
		s.keys = append(s.keys, s.w.rng.bytes(more)...)
	}
	out := make([]byte, len(b))
	for i := range b {
		out[i] = b[i] ^ s.keys[s.pos+i]
	}
	s.pos += len(b)
	return out
}

// control is a message that carries no command: type 1 acknowledges, 3 is padding.
func control(body ...byte) []byte { return join(varint(uint64(len(body))<<1|1), body) }

// carried is a message with a sequence number and a command.
func carried(seq uint16, cmd []byte) []byte {
	return join(varint(uint64(2+len(cmd))<<1), be16(seq), cmd)
}

// supernode is the beginning of a client's connection with its supernode:
// 14 bytes, 73 back, 25, 587 back, 16, 4 back.
func (c *client) supernode(n *node) []turn {
	up, down := &stream{w: c.w}, &stream{w: c.w}
	seq, theirs := c.next(), n.next()
	second := c.next()
	rng := &c.w.rng
	return []turn{
		{out: true, data: up.begin(1, 1), mark: "tcp-hello"},
		{data: join(down.begin(rng.u16(), 3), down.hide(control(join([]byte{3}, rng.bytes(57))...)))},
		{out: true, data: up.hide(carried(seq, plain(cmdHello, seq-1, join([]byte{0x42}, rng.bytes(16)))))},
		{wait: 20 * time.Millisecond, data: down.hide(carried(theirs, plain(cmdHelloIs, seq-1, join([]byte{0x42}, rng.bytes(576)))))},
		{wait: 5 * time.Millisecond, out: true, data: up.hide(join(control(1, byte(theirs>>8), byte(theirs)),
			carried(second, plain(cmdStatus, second-1, join([]byte{0x42}, rng.bytes(3))))))},
		{data: down.hide(control(1, byte(second>>8), byte(second)))},
	}
}
