package decoder

// diceThrowers are datagrams that were made to hurt: random but for what a rule may look at.
var diceThrowers = []stranger{
	{"random datagrams", "", 0, func(w *wild) {
		w.gap = 10000
		for range 6 {
			c := w.udp(w.local(), w.peer(), w.high())
			for range 80 {
				c.out(w.some(18, 300))
				c.in(w.some(18, 300))
			}
		}
	}},
	{"random datagrams to 150 peers", "", 0, func(w *wild) {
		w.swarm(150, func(c *chat, i int) {
			c.out(w.dice(18 + i%23))
			if i%3 > 0 {
				c.in(w.dice(18 + (i*7)%23))
			}
		})
	}},
	{"random datagrams of 11 and 18 bytes", "", 0, func(w *wild) {
		w.swarm(150, func(c *chat, i int) {
			c.out(w.dice(18))
			c.in(w.dice(11))
			if i%3 == 0 {
				c.out(w.dice(18))
				c.in(w.dice(18))
			}
		})
	}},
	{"random, byte 2 is 02, one peer", "", 0, func(w *wild) { // as long as a call
		for range 4 {
			c := w.udp(w.local(), w.peer(), w.high())
			for range 200 {
				c.out(w.dice(2), 2, w.some(30, 120))
				c.in(w.dice(2), 2, w.some(30, 120))
			}
		}
	}},
	{"random, byte 2 is 02, 100 peers", "", 0, func(w *wild) {
		w.swarm(100, func(c *chat, i int) { c.out(w.dice(2), 2, w.some(15, 36)) })
	}},
	{"random, byte 2 is 02, 100 peers that answer", "", 0, func(w *wild) {
		w.swarm(100, func(c *chat, i int) {
			c.out(w.dice(2), 2, w.some(15, 36))
			c.in(w.dice(2), 2, w.some(15, 36))
		})
	}},
	{"a name, kind 02, dice", "", 0, func(w *wild) { // two bytes that name the peer
		w.swarm(60, func(c *chat, i int) {
			id := w.dice(2)
			for range 6 {
				c.out(id, 2, w.some(15, 36))
				c.in(id, 3, w.some(15, 36))
			}
		})
	}},
	{"question 02, answer 05 of 11 bytes, other ids", "", 0, func(w *wild) {
		w.swarm(60, func(c *chat, i int) {
			for range 3 {
				c.out(w.dice(2), 2, w.some(15, 36))
				c.in(w.dice(2), 5, w.dice(8))
			}
		})
	}},
	{"a constant that ends in d", "", 0, func(w *wild) {
		for _, fn := range []int{0x0d, 0x2d, 0x5d, 0x7d} {
			c := w.udp(w.local(), w.peer(), w.high())
			for range 120 {
				c.out(w.dice(2), fn, w.some(30, 90))
				c.in(w.dice(2), fn, w.some(30, 90))
			}
		}
	}},
	{"a connection id and dice", "", 0, func(w *wild) { // as a call to a telephone would be, at another rhythm
		w.gap = 900_000
		for range 4 {
			c := w.udp(w.local(), w.peer(), w.high())
			a, b := w.dice(4), w.dice(4)
			for range 60 {
				c.out(a, w.some(20, 60))
				c.in(b, w.some(20, 60))
			}
		}
	}},
	{"a connection id, a counter and dice", "", 0, func(w *wild) {
		w.gap = 18000
		for range 4 {
			c := w.udp(w.local(), w.peer(), w.high())
			a, b := w.dice(4), w.dice(4)
			for i := range uint16(150) {
				c.out(a, i, w.some(20, 60))
				c.in(b, i, w.some(20, 60))
			}
		}
	}},
	{"a connection id and dice, as often as voice", "", 0, func(w *wild) {
		w.gap = 10000
		for range 4 {
			c := w.udp(w.local(), w.peer(), w.high())
			a, b := w.dice(4), w.dice(4)
			for range 150 {
				c.out(a, w.some(20, 60))
				c.in(b, w.some(20, 60))
			}
		}
	}},
}
