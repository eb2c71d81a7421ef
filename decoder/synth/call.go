package synth

import "time"

// voice plays talk for a while, both ways.
func (w *world) voice(me *client, n *node, from, to, frame time.Duration, mean float64) {
	w.speak(me, n, true, from, to, frame, mean)
	w.speak(me, n, false, from, to, frame, mean)
}

// speak plays one side of it: one datagram every frame by a clock of its own,
// and of the other side's one in some seventy gets lost. mean is the length of a
// frame in bytes.
func (w *world) speak(me *client, n *node, out bool, from, to, frame time.Duration, mean float64) {
	size := mean // the codec's rate wanders
	lost := 20 + w.rng.n(50)
	for t := from + w.rng.between(0, frame); t < to; t += frame {
		lost--
		size += float64(w.rng.n(11)-5) - (size-mean)/8
		payload := w.data(max(int(size), 24) + w.rng.n(7))
		if out {
			w.at(t+w.rng.between(0, 400*time.Microsecond), func() {
				w.point("voice")
				me.out(n, payload)
			})
			continue
		}
		jitter := w.rng.between(0, 6*time.Millisecond)
		if lost == 0 {
			lost = 50 + w.rng.n(40)
			continue
		}
		w.at(t+jitter, func() { me.in(n, payload) })
	}
}

// beats plays header-only keep-alives, three a second each way.
func (w *world) beats(me *client, n *node, from, to time.Duration) {
	for t := from; t < to; t += 333 * time.Millisecond {
		out, in := w.data(0), w.data(0)
		w.at(t+w.rng.between(0, 9*time.Millisecond), func() {
			w.point("keepalive")
			me.out(n, out)
		})
		w.at(t+w.rng.between(140*time.Millisecond, 180*time.Millisecond), func() { me.in(n, in) })
	}
}

// ring sets a call up with a client that can be reached directly: the messages
// over TCP have the sizes published for an early client.
func (c *client) ring(n *node, sport uint16, then func(*conn, *wire)) {
	conn, x := c.w.dial(c.host, sport, n.host, n.port), c.wire(n)
	conn.open(func() {
		c.w.point("signal")
		conn.talk([]turn{
			{out: true, data: x.knock()},
			{data: x.welcome()},
			{out: true, data: x.say(77, cmdHello)},
			{data: x.granted()},
			{out: true, data: x.ok()},
			{wait: 30 * time.Millisecond, data: x.hear(528, cmdHelloIs)},
			{out: true, data: x.ok()},
			{wait: 90 * time.Millisecond, data: x.hear(946, cmdNews)},
			{wait: 20 * time.Millisecond, out: true, data: x.say(479, cmdNews)},
		}, func() {
			if then != nil {
				then(conn, x)
			}
		})
	})
}

// hang ends a call.
func (w *world) hang(c *conn, x *wire) {
	c.talk([]turn{{out: true, data: x.say(17, cmdNews), mark: "hang"}, {data: x.hear(14, cmdNews)}}, func() {
		w.after(50*time.Millisecond, c.close)
	})
}

// call: a call between two clients with public addresses, held for a while,
// beside TLS. No login is seen, for the program remembers the last one's
// credentials.
func call() (*world, []byte) {
	w := newWorld("2006-11-22 20:05:30.551037", 0x63616c6c)
	pc, router, me := w.exposed(0x2b40)
	web := w.remote("198.51.100.131", 47*time.Millisecond)
	home := w.peer("192.0.2.77", 57322, 101*time.Millisecond)
	friend := w.peer("198.51.100.77", 27213, 64*time.Millisecond)
	shop := w.remote("192.0.2.44", 28*time.Millisecond)
	ntp := w.remote("192.0.2.123", 31*time.Millisecond)

	w.at(0, func() {
		me.probe(home, 0, func(id uint16) {
			me.reply(home, plain(cmdAccept, id-1, listEmpty))
			w.after(time.Millisecond, func() { me.kept(home, 1076, nil) })
		})
	})
	w.at(310*time.Millisecond, func() {
		w.resolve(pc, router, "ui.skype.com", "198.51.100.131", func() { w.web(pc, 1075, web, "getlatestversion", nil) })
	})
	w.at(700*time.Millisecond, func() { me.ping(friend, 0) })
	w.at(820*time.Millisecond, func() { me.ping(friend, 1) })
	var signal *conn
	var x *wire
	w.at(1100*time.Millisecond, func() {
		me.ring(friend, 1077, func(c *conn, wire *wire) {
			signal, x = c, wire
			c.talk([]turn{{data: x.granted()}}, nil)
		})
	})

	// It rings: header-only frames keep the router's mapping. Then they talk,
	// one holds the line, and they talk again.
	const answered, held, back, hung = 4 * time.Second, 9500 * time.Millisecond, 15 * time.Second, 20 * time.Second
	w.beats(me, friend, 2*time.Second, answered)
	w.voice(me, friend, answered, held, 30*time.Millisecond, 48)
	w.beats(me, friend, held+200*time.Millisecond, back-100*time.Millisecond)
	w.at(held+90*time.Millisecond, func() {
		signal.talk([]turn{{out: true, data: x.say(21, cmdNews)}, {data: x.granted()}}, nil)
	})
	w.at(back-120*time.Millisecond, func() {
		signal.talk([]turn{{out: true, data: x.say(21, cmdNews)}, {data: x.granted()}}, nil)
	})
	w.voice(me, friend, back, hung, 30*time.Millisecond, 48)

	// Meanwhile, what is not Skype.
	w.at(5200*time.Millisecond, func() {
		w.resolve(pc, router, "shop.example.com", "192.0.2.44", func() { w.shop(pc, 1078, shop, "shop.example.com") })
	})
	w.at(10*time.Second, func() { w.setClock(pc, ntp) })
	w.at(12*time.Second, func() { w.resolve(pc, router, "images.example.com", "192.0.2.45", nil) })
	w.at(16*time.Second, func() { w.whoHas(router, pc) })

	w.at(hung+120*time.Millisecond, func() { w.hang(signal, x) })
	w.at(hung+600*time.Millisecond, func() { me.ping(friend, 0) })

	w.run()
	return w, w.pcap(65535)
}

// relay: neither side of a call can be reached from outside, so that two others
// carry it, one each way. The sizes are those published for an early client; the
// end is that of later ones, a run of 19 bytes.
func relay() (*world, []byte) {
	w := newWorld("2006-11-29 17:48:02.104883", 0x72656c61)
	pc, router, me := w.behindNAT(0x31a4)
	me.known = true
	home := w.peer("192.0.2.77", 57322, 98*time.Millisecond)
	there := w.peer("198.51.100.112", 31908, 73*time.Millisecond) // it relays what is said here
	back := w.peer("192.0.2.163", 44180, 88*time.Millisecond)     // and it what is answered
	var four []*node
	for i, a := range []string{"192.0.2.21", "198.51.100.49", "192.0.2.98", "198.51.100.226"} {
		four = append(four, w.peer(a, 2048+w.rng.u16()%50000, time.Duration(52+23*i)*time.Millisecond))
	}

	var known, media *conn // with the supernode, with the relay
	var x, y *wire
	w.at(0, func() {
		me.probe(home, 0, func(id uint16) {
			me.reply(home, plain(cmdAccept, id-1, listEmpty))
			w.after(time.Millisecond, func() { me.kept(home, 1101, func(c *conn, wire *wire) { known, x = c, wire }) })
		})
	})
	for i, n := range four {
		w.at(900*time.Millisecond+time.Duration(i)*35*time.Millisecond, func() { me.ping(n, 0) })
	}
	// The supernode finds the callee and names two who could stand between.
	w.at(1300*time.Millisecond, func() {
		known.talk([]turn{
			{out: true, data: x.say(208, cmdStatus)},
			{wait: 120 * time.Millisecond, data: x.hear(1086, cmdNews)},
			{out: true, data: x.say(141, cmdStatus)},
			{wait: 150 * time.Millisecond, data: x.hear(1250, cmdNews)},
		}, func() {
			for i, n := range []*node{there, back} {
				me.probe(n, 0, func(id uint16) {
					me.reply(n, plain(cmdAccept, id-1, listEmpty))
					w.after(time.Millisecond, func() {
						c, wire := w.dial(pc, uint16(1102+i), n.host, n.port), me.wire(n)
						if i == 0 {
							media, y = c, wire
						}
						c.open(func() {
							c.talk([]turn{
								{out: true, data: wire.knock()}, {data: wire.welcome()}, {out: true, data: wire.say(15, cmdNews)},
								{wait: 90 * time.Millisecond, out: true, data: wire.say(16, cmdHello)}, {data: wire.granted()},
							}, nil)
						})
					})
				})
			}
		})
	})
	w.at(2500*time.Millisecond, func() {
		known.talk([]turn{{out: true, data: x.say(133, cmdStatus)}, {wait: 60 * time.Millisecond, data: x.hear(10, cmdHelloIs)}}, nil)
	})
	w.at(2900*time.Millisecond, func() {
		media.talk([]turn{
			{data: y.hear(569, cmdNews)},
			{out: true, data: y.say(946, cmdNews)},
			{wait: 140 * time.Millisecond, data: y.hear(479, cmdNews)},
			{out: true, data: y.say(228, cmdNews)},
			{out: true, data: y.say(14, cmdNews)},
		}, func() {
			known.talk([]turn{
				{data: x.hear(125, cmdNews)},
				{out: true, data: x.say(1444, cmdNews)},
				{out: true, data: x.say(393, cmdNews)},
				{data: x.hear(8, cmdNews)},
				{out: true, data: x.say(23, cmdNews)},
				{data: x.granted()},
			}, nil)
		})
	})
	const answered, hung = 5 * time.Second, 12 * time.Second
	w.beats(me, there, 4*time.Second, answered)
	w.speak(me, there, true, answered, hung, 60*time.Millisecond, 84)
	w.speak(me, back, false, answered, hung, 60*time.Millisecond, 84)
	w.at(7*time.Second, func() { w.resolve(pc, router, "calendar.example.org", "192.0.2.54", nil) })
	w.at(hung+130*time.Millisecond, func() {
		var turns []turn
		for k := range 8 {
			wait := 380 * time.Millisecond
			if k == 0 {
				wait = 0
			}
			turns = append(turns, turn{wait: wait, out: true, data: y.say(19, cmdNews)})
		}
		media.talk(turns, func() { w.after(50*time.Millisecond, media.close) })
	})

	w.run()
	return w, w.pcap(65535)
}
