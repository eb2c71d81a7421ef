package synth

import "time"

// voice plays talk for a while: one datagram every frame, both ways, each side
// with a clock of its own and one in some seventy of the other side's lost.
func (w *world) voice(me *client, n *node, from, to, frame time.Duration) {
	for side := range 2 {
		first := from + w.rng.between(0, frame)
		size := 48.0 // the codec's rate wanders
		for t := first; t < to; t += frame {
			size += float64(w.rng.n(11)-5) - (size-48)/8
			payload := w.data(max(int(size), 24) + w.rng.n(7))
			jitter := w.rng.between(0, 400*time.Microsecond)
			if side == 1 {
				jitter = w.rng.between(0, 6*time.Millisecond)
				if w.rng.n(70) == 0 {
					continue
				}
			}
			w.at(t+jitter, func() {
				if side == 0 {
					w.point("voice")
					me.out(n, payload)
				} else {
					me.in(n, payload)
				}
			})
		}
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

// call: a call to a client with a public address, held for a while, beside TLS.
func call() (*world, []byte) {
	w := newWorld("2006-11-22 20:05:30.551037", 0x63616c6c)
	pc, router, me := w.behindNAT(0x2b40)
	me.known = true
	home := w.peer("192.0.2.77", 57322, 101*time.Millisecond)
	friend := w.peer("198.51.100.77", 27213, 64*time.Millisecond)
	shop := w.remote("192.0.2.44", 28*time.Millisecond)
	ntp := w.remote("192.0.2.123", 31*time.Millisecond)

	w.at(0, func() {
		me.probe(home, 0, func(id uint16) { me.reply(home, plain(cmdAccept, id-1, listEmpty)) })
	})
	w.at(300*time.Millisecond, func() { me.ping(friend, 0) })
	w.at(420*time.Millisecond, func() { me.ping(friend, 1) })
	// The callee is asked directly over TCP; sizes as published for an early client.
	signal := w.dial(pc, 1077, friend.host, friend.port)
	w.at(900*time.Millisecond, func() {
		signal.open(func() {
			up, down := &stream{w: w}, &stream{w: w}
			say := func(n int) []byte { return up.hide(w.rng.bytes(n)) }
			hear := func(n int) []byte { return down.hide(w.rng.bytes(n)) }
			signal.talk([]turn{
				{out: true, data: up.begin(1, 1)},
				{data: down.begin(w.rng.u16(), 3)},
				{out: true, data: say(77)},
				{data: hear(4)},
				{out: true, data: say(4)},
				{wait: 30 * time.Millisecond, data: hear(528)},
				{out: true, data: say(4)},
				{wait: 90 * time.Millisecond, data: hear(946)},
				{wait: 20 * time.Millisecond, out: true, data: say(479)},
			}, nil)
		})
	})

	// It rings: header-only frames keep the router's mapping. Then they talk,
	// one holds the line, and they talk again.
	const answered, held, back, hung = 4 * time.Second, 9500 * time.Millisecond, 15 * time.Second, 20 * time.Second
	w.beats(me, friend, 2*time.Second, answered)
	w.voice(me, friend, answered, held, 30*time.Millisecond)
	w.beats(me, friend, held+200*time.Millisecond, back-100*time.Millisecond)
	w.voice(me, friend, back, hung, 30*time.Millisecond)

	// Meanwhile, what is not Skype.
	w.at(5200*time.Millisecond, func() {
		w.resolve(pc, router, "shop.example.com", "192.0.2.44", func() { w.shop(pc, 1078, shop, "shop.example.com") })
	})
	w.at(10*time.Second, func() { w.setClock(pc, ntp) })
	w.at(12*time.Second, func() { w.resolve(pc, router, "images.example.com", "192.0.2.45", nil) })
	w.at(16*time.Second, func() { w.whoHas(router, pc) })

	// Hanging up: 17 and 14 bytes, then a run of 19.
	w.at(hung+120*time.Millisecond, func() {
		turns := []turn{{out: true, data: w.rng.bytes(17)}, {data: w.rng.bytes(14)}}
		for range 4 {
			turns = append(turns, turn{wait: 400 * time.Millisecond, out: true, data: w.rng.bytes(19)})
		}
		signal.talk(turns, func() { w.after(50*time.Millisecond, signal.close) })
	})
	w.at(hung+600*time.Millisecond, func() { me.ping(friend, 0) })

	w.run()
	return w, w.pcap(65535)
}
