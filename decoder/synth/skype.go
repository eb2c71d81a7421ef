package synth

import (
	"encoding/binary"
	"time"
)

// A client is the Skype program on the captured machine.
type client struct {
	w      *world
	host   *host
	port   uint16 // one for all UDP and for listening
	public [4]byte
	mapped uint16 // port under which the router shows it
	id     uint16 // of its next request: +2 each, whoever it goes to
	known  bool   // it has learnt its public address
}

// A node is another Skype program: supernode, peer or server.
type node struct {
	*host
	port uint16
	id   uint16 // its own counter, for answers that are commands
}

// peer makes a node.
func (w *world) peer(ip string, port uint16, away time.Duration) *node {
	n := &node{w.remote(ip, away), port, w.rng.u16() &^ 1}
	w.nodes = append(w.nodes, n)
	return n
}

// next is the client's next message id.
func (c *client) next() uint16 {
	id := c.id
	c.id += 2
	return id
}

// next is the node's next message id.
func (n *node) next() uint16 {
	id := n.id
	n.id += 2
	return id
}

// out sends a datagram of the client, in brings one of the node.
func (c *client) out(n *node, msg []byte) { c.w.send(c.host, c.port, n.host, n.port, msg) }
func (c *client) in(n *node, msg []byte)  { c.w.send(n.host, n.port, c.host, c.port, msg) }

func be16(v uint16) []byte { return binary.BigEndian.AppendUint16(nil, v) }
func be32(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }

func join(parts ...[]byte) []byte {
	var b []byte
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

// varint has seven bits a byte, the low ones first.
func varint(n uint64) []byte { return binary.AppendUvarint(nil, n) }

// Function nibbles.
const (
	fnCommand  = 0x02
	fnResend   = 0x03
	fnAck      = 0x05
	fnNAck     = 0x07
	fnData     = 0x0d
	fnFragment = 0x0f
)

// function is the function byte: bits 6 to 4 are random but in a command.
func (w *world) function(fn byte) byte {
	if fn == fnCommand {
		return fn
	}
	return fn | byte(w.rng.n(8))<<4
}

// command is function 0x02:
//
//	id 2 | 02 | IV 4 | CRC 4 of the plain text | as many random bytes as the plain text has
func (w *world) command(id uint16, plain []byte) []byte {
	return join(be16(id), []byte{fnCommand}, be32(w.rng.u32()), be32(skypeCRC(plain)), w.rng.bytes(len(plain)))
}

// resend is function 0x03, the answer to a NAck: the same CRC, five bytes more.
func (w *world) resend(id uint16, token []byte, to *node, plain []byte) []byte {
	return join(be16(id), []byte{w.function(fnResend), 0x01}, token, to.ip.AsSlice(), be32(skypeCRC(plain)), w.rng.bytes(len(plain)))
}

// ack is function 0x05 and, with fnNAck, 0x07: it repeats the id, tells the
// other side its public address, and carries a token nobody has explained.
func (w *world) ack(fn byte, id uint16, you []byte) (msg, token []byte) {
	token = w.rng.bytes(4)
	return join(be16(id), []byte{w.function(fn)}, you, token), token
}

// fragments is function 0x0f: a message too long for one datagram, in pieces
// of 1340 bytes with a checksum each.
func (w *world) fragments(id, answers uint16, text []byte) [][]byte {
	var all [][]byte
	for i := 0; len(text) > 0; i++ {
		n := min(len(text), 1340)
		place := byte(i)
		if n == len(text) {
			place |= 0x80
		}
		all = append(all, join(be16(id), []byte{w.function(fnFragment)}, be16(answers), []byte{place, fnCommand},
			be32(w.rng.u32()), be32(skypeCRC(text[:n])), w.rng.bytes(n)))
		text = text[n:]
	}
	return all
}

// data is function 0x0d: voice, video, text or files, all encrypted alike.
func (w *world) data(n int) []byte {
	return join(be16(w.rng.u16()), []byte{w.function(fnData)}, w.rng.bytes(n))
}

// Commands, as they stand at the front of a plain text: number << 3 and flags.
// A request id of the message id minus one follows requests and answers.
var (
	cmdPublish  = []byte{0x61}                // 12, one way
	cmdSearch   = []byte{0x72}                // 14
	cmdSlot     = []byte{0x32}                // 6
	cmdSlotIs   = []byte{0x43}                // 8
	cmdProbe    = []byte{0xda, 0x01}          // 27
	cmdAccept   = []byte{0xe3, 0x01}          // 28
	cmdRedirect = []byte{0xeb, 0x01}          // 29
	cmdPing     = []byte{0x9a, 0x02}          // 35
	cmdPong     = []byte{0xa3, 0x02}          // 36
	cmdList     = []byte{0xe2, 0x02}          // 44
	cmdListIs   = []byte{0xeb, 0x02}          // 45
	cmdHello    = []byte{0xf2, 0x01}          // 30, TCP
	cmdHelloIs  = []byte{0xfb, 0x01}          // 31, TCP
	cmdAlive    = []byte{0xa9, 0x02}          // 37, TCP, one way
	cmdStatus   = []byte{0xc2, 0x02}          // 40, TCP
	cmdNews     = []byte{0xd9, 0x02}          // 43, TCP, one way
	cmdFound    = []byte{0x7b}                // 15
	cmdRecord   = []byte{0x92, 0x01}          // 18
	cmdRecordIs = []byte{0x9b, 0x01}          // 19
	cmdEvent    = []byte{0x82, 0xf8, 0x02}    // 6016, event server
	cmdEventIs  = []byte{0x83, 0xc5, 0x02}    // 5200
	listZero    = []byte{0x41, 1, 0, 0x2e, 0} // in clear: object 2e is 0
	listEmpty   = []byte{0x42, 0x15}
	listNothing = []byte{0x42, 0x3c, 0x25}
)

// plain puts a command together: length of what follows the command number,
// the number, the request id, the list.
func plain(cmd []byte, rid uint16, list []byte) []byte {
	return join(varint(uint64(2+len(list))), cmd, be16(rid), list)
}

// oneWay is a command without a request id.
func oneWay(cmd, list []byte) []byte { return join(varint(uint64(len(list))), cmd, list) }

// endpoint is an address and a port as packed lists hold them: both reversed.
func endpoint(ip []byte, port uint16) []byte {
	return []byte{ip[3], ip[2], ip[1], ip[0], byte(port), byte(port >> 8)}
}

// pong tells the asker its public address and port.
func (c *client) pong(rid uint16) []byte {
	return plain(cmdPong, rid, join([]byte{0x42, 0xfc, 0xdf, 0x1c}, endpoint(c.public[:], c.mapped)))
}

// redirect names five other supernodes.
func redirect(rid uint16, others []*node) []byte {
	list := []byte{0x42, 0xfb, 0x9e, 0xfd, 0x27}
	for _, n := range others[:5] {
		list = append(list, endpoint(n.ip.AsSlice(), n.port)...)
	}
	return plain(cmdRedirect, rid, list)
}

// An answer is how a node reacts to a request with that id.
type answer func(id uint16)

// ask sends a request and, where no answer comes, sends it again: after some
// 2.05 seconds and once more after another 4.02, with the same id and CRC and a
// new IV. lost says how many of the three tries get lost, 3 for all of them.
func (c *client) ask(n *node, lost int, text func(rid uint16) []byte, then answer) uint16 {
	id := c.next()
	msg := text(id - 1)
	gaps := []time.Duration{0,
		c.w.rng.between(2030*time.Millisecond, 2080*time.Millisecond),
		c.w.rng.between(4000*time.Millisecond, 4040*time.Millisecond)}
	var try func(k int)
	try = func(k int) {
		c.out(n, c.w.command(id, msg))
		if k < lost {
			if k < 2 {
				c.w.after(gaps[k+1], func() { try(k + 1) })
			}
			return
		}
		if then != nil {
			c.w.after(c.w.lag(n.host), func() { then(id) })
		}
	}
	try(0)
	return id
}

// probe asks a node to be the client's supernode. When the client does not
// know its public address yet, the node cannot read it: NAck and resend.
func (c *client) probe(n *node, lost int, then answer) {
	text := func(rid uint16) []byte { return plain(cmdProbe, rid, listEmpty) }
	if c.known {
		c.ask(n, lost, text, then)
		return
	}
	c.ask(n, lost, text, func(id uint16) {
		c.w.point("nack")
		msg, token := c.w.ack(fnNAck, id, c.public[:])
		c.in(n, msg)
		c.known = true
		c.w.after(c.w.rng.between(300*time.Microsecond, 900*time.Microsecond), func() {
			c.w.point("resend")
			c.out(n, c.w.resend(id, token, n, text(id-1)))
			c.w.after(c.w.lag(n.host), func() { then(id) })
		})
	})
}

// reply brings a command of the node in answer to a request.
func (c *client) reply(n *node, text []byte) { c.in(n, c.w.command(n.next(), text)) }

// ping asks a node for the client's public address and port.
func (c *client) ping(n *node, lost int) {
	c.ask(n, lost, func(rid uint16) []byte { return plain(cmdPing, rid, listEmpty) }, func(id uint16) {
		c.w.point("pong")
		c.reply(n, c.pong(id-1))
	})
}
