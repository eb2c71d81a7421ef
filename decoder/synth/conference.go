package synth

import "time"

// conference: the captured machine mixes a conference of three. Each of the
// others sends its voice here and hears the other two; they do not speak with
// each other.
func conference() (*world, []byte) {
	w := newWorld("2006-12-04 19:30:12.660418", 0x636f6e66)
	pc, router, me := w.behindNAT(0x37f0)
	me.known = true
	home := w.peer("192.0.2.77", 57322, 97*time.Millisecond)
	second := w.peer("198.51.100.77", 27213, 61*time.Millisecond)
	third := w.peer("192.0.2.182", 15770, 83*time.Millisecond)

	w.at(0, func() {
		me.probe(home, 0, func(id uint16) {
			me.reply(home, plain(cmdAccept, id-1, listEmpty))
			w.after(time.Millisecond, func() { me.kept(home, 1131, nil) })
		})
	})
	const called, hung = 900 * time.Millisecond, 10500 * time.Millisecond
	for i, n := range []*node{second, third} {
		begin := called + time.Duration(i)*1800*time.Millisecond
		end := hung + time.Duration(i)*160*time.Millisecond
		var signal *conn
		var x *wire
		w.at(begin, func() {
			me.ping(n, 0)
			me.ring(n, uint16(1132+i), func(c *conn, wire *wire) { signal, x = c, wire })
		})
		w.voice(me, n, begin+1200*time.Millisecond, end, 60*time.Millisecond, 84)
		w.at(end+90*time.Millisecond, func() { w.hang(signal, x) })
	}
	w.at(5*time.Second, func() { w.resolve(pc, router, "mail.example.org", "192.0.2.25", nil) })

	w.run()
	return w, w.pcap(65535)
}

// transfer: a file goes to a friend as datagrams of the same kind as voice.
// What comes back is little.
func transfer() (*world, []byte) {
	w := newWorld("2006-12-06 14:22:47.318250", 0x7472616e)
	pc, router, me := w.behindNAT(0x3c18)
	me.known = true
	home := w.peer("192.0.2.77", 57322, 96*time.Millisecond)
	friend := w.peer("198.51.100.77", 27213, 66*time.Millisecond)

	w.at(0, func() {
		me.probe(home, 0, func(id uint16) {
			me.reply(home, plain(cmdAccept, id-1, listEmpty))
			w.after(time.Millisecond, func() { me.kept(home, 1151, nil) })
		})
	})
	var signal *conn
	var x *wire
	w.at(900*time.Millisecond, func() {
		me.ping(friend, 0)
		me.ring(friend, 1152, func(c *conn, wire *wire) { signal, x = c, wire })
	})
	const begin, blocks = 2500 * time.Millisecond, 116
	for k := range blocks {
		n := 410
		if k == blocks-1 {
			n = 171
		}
		block := w.data(n)
		t := begin + time.Duration(k)*24*time.Millisecond
		w.at(t+w.rng.between(0, 2*time.Millisecond), func() {
			w.point("block")
			me.out(friend, block)
		})
		if k%4 == 3 {
			got := w.data(24)
			w.at(t+w.rng.between(66*time.Millisecond, 74*time.Millisecond), func() { me.in(friend, got) })
		}
	}
	w.at(4*time.Second, func() { w.resolve(pc, router, "mail.example.org", "192.0.2.25", nil) })
	w.at(begin+blocks*24*time.Millisecond+500*time.Millisecond, func() { w.hang(signal, x) })

	w.run()
	return w, w.pcap(65535)
}
