package synth

import "time"

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

// filled is such a message of that many bytes in all. The list of its command
// is packed in reality and random here.
func (w *world) filled(size int, seq, rid uint16, cmd []byte) []byte {
	body := size - 1 // behind a length of one byte, or of two
	if body >= 1<<6 {
		body = size - 2
	}
	rest := body - 2 - len(cmd) // behind sequence number and command number: a length and what it counts
	n := rest - 1
	if n >= 1<<7 {
		n = rest - 2
	}
	var number []byte
	if cmd[0]&2 != 0 {
		number = be16(rid)
	}
	msg := carried(seq, join(varint(uint64(n)), cmd, number, []byte{0x42}, w.rng.bytes(n-len(number)-1)))
	if len(msg) != size {
		panic("synth: no message has that size")
	}
	return msg
}

// A wire is an obfuscated conversation between the client and a node over TCP.
// Its methods return the bytes of one message each, in the order they are sent.
type wire struct {
	c           *client
	n           *node
	up, down    *stream
	said, heard uint16 // latest sequence number of either side
}

func (c *client) wire(n *node) *wire {
	return &wire{c: c, n: n, up: &stream{w: c.w}, down: &stream{w: c.w}}
}

// knock and welcome are the 14 bytes that either side begins with.
func (x *wire) knock() []byte { return x.up.begin(1, 1) }

func (x *wire) welcome() []byte {
	x.heard = x.c.w.rng.u16()
	return x.down.begin(x.heard, 3)
}

// say is a message of the client, size bytes long; hear one of the node, which
// answers the latest one of the client.
func (x *wire) say(size int, cmd []byte) []byte {
	x.said = x.c.next()
	return x.up.hide(x.c.w.filled(size, x.said, x.said-1, cmd))
}

func (x *wire) hear(size int, cmd []byte) []byte {
	x.heard = x.n.next()
	return x.down.hide(x.c.w.filled(size, x.heard, x.said-1, cmd))
}

// ok acknowledges the node's latest message, granted the client's.
func (x *wire) ok() []byte      { return x.up.hide(control(1, byte(x.heard>>8), byte(x.heard))) }
func (x *wire) granted() []byte { return x.down.hide(control(1, byte(x.said>>8), byte(x.said))) }

// padding is what a node may send for nothing, size bytes long, one before the
// type. It is not random: each byte is the one before times 205 plus 113, as in
// all streams of the capture of 2006 that begin with padding.
func (x *wire) padding(size int) []byte {
	b := x.c.w.rng.bytes(size - 2)
	for i := 1; i < len(b); i++ {
		b[i] = 205*b[i-1] + 113
	}
	return x.down.hide(control(join([]byte{3}, b)...))
}

// join is the beginning of a connection with a supernode that keeps the
// client: 14 bytes, 73 back, 25, 587 back, 16, 4 back.
func (x *wire) join() []turn { return append(x.enter(587), x.stay()...) }

// enter is its first four messages. The last one's size tells whether the node
// keeps the client: 339 bytes are a refusal.
func (x *wire) enter(answer int) []turn {
	knock := x.knock()
	welcome := join(x.welcome(), x.padding(59))
	return []turn{
		{out: true, data: knock, mark: "tcp-hello"},
		{data: welcome},
		{out: true, data: x.say(25, cmdHello), mark: "tcp-first"},
		{wait: 20 * time.Millisecond, data: x.hear(answer, cmdHelloIs), mark: "tcp-answer"},
	}
}

func (x *wire) stay() []turn {
	return []turn{
		{wait: 5 * time.Millisecond, out: true, data: join(x.ok(), x.say(12, cmdStatus))},
		{data: x.granted()},
	}
}

// refresh is what goes to the supernode every minute: 97 bytes, 4 back.
func (x *wire) refresh() []turn {
	return []turn{{out: true, data: x.say(97, cmdAlive), mark: "refresh"}, {data: x.granted()}}
}

// refreshes sends so many of them, a minute apart.
func (w *world) refreshes(c *conn, x *wire, n int) {
	if n > 0 {
		w.after(time.Minute, func() {
			c.talk(x.refresh(), nil)
			w.refreshes(c, x, n-1)
		})
	}
}

// kept is a connection with a supernode that accepted, and what goes on in it.
func (c *client) kept(n *node, sport uint16, then func(*conn, *wire)) {
	conn, x := c.w.dial(c.host, sport, n.host, n.port), c.wire(n)
	conn.open(func() {
		conn.talk(x.join(), func() {
			if then != nil {
				then(conn, x)
			}
		})
	})
}
