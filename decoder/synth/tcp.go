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

// push sends data from an end. Who gets data and has nothing to send
// acknowledges it a moment later.
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
	wait  time.Duration // before it, beyond the way there and back for what the other end says
	out   bool          // said by the machine
	data  []byte
	mark  string
	twice bool // the first one's acknowledgement is late, so that it is sent again
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
		from := 0
		if !t.out {
			from = 1
		}
		seq := c.seq[from]
		c.push(from, t.data)
		if t.twice {
			c.w.after(c.w.rng.between(210*time.Millisecond, 230*time.Millisecond), func() {
				next := c.seq[from]
				c.seq[from] = seq
				c.segment(from, "PA", t.data)
				c.seq[from] = next
			})
		}
		c.talk(turns[1:], then)
	})
}

// lost is an attempt that nobody answers: the machine tries again after three
// and six seconds.
func (c *conn) lost() {
	seq, wait := c.seq[0], time.Duration(0)
	for _, gap := range []time.Duration{0, 3 * time.Second, 6 * time.Second} {
		wait += gap
		c.w.after(wait, func() {
			c.seq[0] = seq
			c.segment(0, "S", nil)
		})
	}
}

// close ends the connection from the machine's side, leave from the other.
func (c *conn) close() {
	c.segment(0, "FA", nil)
	c.w.after(c.w.lag(c.ends[1]), func() {
		c.segment(1, "FA", nil)
		c.w.after(40*time.Microsecond, func() { c.segment(0, "A", nil) })
	})
}

func (c *conn) leave() {
	c.segment(1, "FA", nil)
	c.w.after(60*time.Microsecond, func() {
		c.segment(0, "FA", nil)
		c.w.after(c.w.lag(c.ends[1]), func() { c.segment(1, "A", nil) })
	})
}
