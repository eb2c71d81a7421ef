package synth

import "time"

// telephone: a call to a telephone by way of a gateway. The datagrams have no
// Start of Message: four bytes of connection id, the same in all of a
// direction, and 25 bytes that look random, every 20 ms.
func telephone() (*world, []byte) {
	w := newWorld("2006-12-08 11:31:00.093316", 0x70686f6e)
	pc, router, me := w.behindNAT(0x40d2)
	me.known = true
	home := w.peer("192.0.2.77", 57322, 99*time.Millisecond)
	office := w.remote("198.51.100.155", 48*time.Millisecond)
	gateway := w.peer("198.51.100.140", 12340, 51*time.Millisecond)

	w.at(0, func() {
		me.probe(home, 0, func(id uint16) { me.reply(home, plain(cmdAccept, id-1, listEmpty)) })
	})
	w.at(700*time.Millisecond, func() {
		c, d := w.dial(pc, 1090, office, 33033), &desk{w: w}
		c.open(func() {
			c.talk(append(d.opening(420), d.hears(188).after(110*time.Millisecond)), nil)
		})
	})

	// The id of the first second, before the telephone rings, differs from that of the call.
	const begin, rings, ends = 1500 * time.Millisecond, 2700 * time.Millisecond, 9500 * time.Millisecond
	for side := range 2 {
		early, id := w.rng.bytes(4), w.rng.bytes(4)
		k := 0
		for t := begin + time.Duration(side)*35*time.Millisecond; t < ends; t += 20 * time.Millisecond {
			cid := id
			if t < rings {
				cid = early
			}
			msg := join(cid, w.rng.bytes(25))
			jitter := w.rng.between(0, 300*time.Microsecond)
			if side == 1 {
				jitter = w.rng.between(0, 3*time.Millisecond)
			}
			times := 1
			if k < 4 { // the first few are sent twice
				times = 2
			}
			if side == 1 && w.rng.n(90) == 0 {
				times = 0
			}
			for i := range times {
				w.at(t+jitter+time.Duration(i)*180*time.Microsecond, func() {
					if side == 0 {
						w.point("gateway")
						me.out(gateway, msg)
					} else {
						me.in(gateway, msg)
					}
				})
			}
			k++
		}
	}
	w.at(4*time.Second, func() { w.resolve(pc, router, "weather.example.org", "192.0.2.52", nil) })
	w.at(6*time.Second, func() { me.ping(home, 0) })

	w.run()
	return w, w.pcap(65535)
}
