package synth

import (
	"time"

	"github.com/google/gopacket/layers"
)

// A desk is a talk with a login or event server: record headers as TLS has them,
// but a handshake of no bytes, and encrypted records.
type desk struct {
	w    *world
	sent [2]uint16 // encrypted records of the client and of the server
}

// opening is how it begins. In the first full record is a list of three objects
// in clear (number 9, a blob of 192 bytes, number 12). size is that of the
// client's third message.
func (d *desk) opening(size int) []turn {
	keys := join([]byte{0x41, 3, 0, 9, 0x80, 0x40, 4, 8, 0xc0, 1}, d.w.rng.bytes(192), []byte{0, 0x0c, 1})
	return []turn{
		{out: true, data: []byte{0x16, 3, 1, 0, 0}, mark: "l1"},
		{data: []byte{0x17, 3, 1, 0, 0}, mark: "l2"},
		{out: true, data: join(record(0x16, keys), d.sealed(0, size-5-len(keys))), mark: "l3"},
	}
}

// says is a record of the client, n bytes in all, and hears one of the server.
func (d *desk) says(n int) turn  { return turn{out: true, data: d.sealed(0, n)} }
func (d *desk) hears(n int) turn { return turn{data: d.sealed(1, n)} }

// sealed is a record of n bytes in all: AES in reality, random here, and behind
// it the low half of its checksum, the low byte first. In all records of the
// capture of 2006 that sum is changed by XOR with the number of those before it.
func (d *desk) sealed(side, n int) []byte {
	body := d.w.rng.bytes(n - 5 - 2)
	sum := uint16(skypeCRC(body)) ^ d.sent[side]
	d.sent[side]++
	return record(0x17, join(body, []byte{byte(sum), byte(sum >> 8)}))
}

// after is a turn that waits.
func (t turn) after(d time.Duration) turn {
	t.wait = d
	return t
}

// login: a client that knows its public address from before finds a supernode,
// logs in, tells its peers, and searches.
func login() (*world, []byte) {
	w := newWorld("2006-10-03 18:40:11.207914", 0x6c6f6769)
	pc, router, me := w.behindNAT(0x1602)
	me.known = true
	web := w.remote("198.51.100.131", 44*time.Millisecond)
	auth := w.remote("198.51.100.141", 52*time.Millisecond)
	events := w.peer("198.51.100.142", 12350, 55*time.Millisecond)
	full := w.peer("198.51.100.12", 40211, 71*time.Millisecond)
	home := w.peer("192.0.2.77", 57322, 102*time.Millisecond)
	var peers []*node
	for i, a := range []string{"192.0.2.14", "192.0.2.66", "192.0.2.131", "192.0.2.189", "198.51.100.22", "198.51.100.57", "198.51.100.93", "198.51.100.170", "198.51.100.219", "192.0.2.240"} {
		peers = append(peers, w.peer(a, 1024+w.rng.u16()%60000, time.Duration(40+17*i)*time.Millisecond))
	}

	comments := map[string]string{
		"refused":  "A supernode that says no: its answer has 339 bytes.",
		"l1":       "The client opens with an empty TLS record header: a handshake without a handshake.",
		"l2":       "The server answers with an empty record header of its own.",
		"l3":       "The first record is a list of three objects in clear; the RSA block in it is random here.",
		"event":    "The answer of the event server is a list in clear below the obfuscation, so its checksum gives it away.",
		"search":   "The same question goes to four nodes; only the request id differs, and the checksums prove it.",
		"presence": "The same text goes to nine peers: equal CRC, different ids and IVs.",
		"ack":      "Every peer tells the client the same public address.",
		"fragment": "First fragment of an answer that is too long for one datagram.",
		"question": "The question whose answer comes in two messages of nine fragments each.",
		"traced":   "Not of Skype's protocol, but seen right after a login: the way to far networks is measured.",
		"refresh":  "Every minute the client reminds its supernode that it is there.",
	}

	// Join the overlay: the first supernode that accepts turns out to be full, the
	// second leaves after three quarters of a minute, the third stays.
	w.at(0, func() {
		me.probe(full, 0, func(id uint16) {
			me.reply(full, plain(cmdAccept, id-1, listEmpty))
			c, x := w.dial(pc, 1062, full.host, full.port), me.wire(full)
			w.after(time.Millisecond, func() {
				c.open(func() {
					turns := x.enter(339)
					turns[0].mark, turns[2].mark, turns[3].mark = "", "", "refused"
					c.talk(turns, func() { w.after(3*time.Millisecond, c.close) })
				})
			})
		})
	})
	w.at(480*time.Millisecond, func() {
		me.probe(home, 0, func(id uint16) {
			w.point("accept")
			me.reply(home, plain(cmdAccept, id-1, listEmpty))
			c, x := w.dial(pc, 1063, home.host, home.port), me.wire(home)
			w.after(time.Millisecond, func() {
				c.open(func() {
					turns := x.join()
					turns[3].twice = true // its acknowledgement is late
					c.talk(turns, func() { w.after(45*time.Second, c.leave) })
				})
			})
		})
	})
	w.at(46500*time.Millisecond, func() {
		me.probe(peers[1], 0, func(id uint16) {
			me.reply(peers[1], plain(cmdAccept, id-1, listEmpty))
			w.after(time.Millisecond, func() {
				me.kept(peers[1], 1068, func(c *conn, x *wire) { w.refreshes(c, x, 1) })
			})
		})
	})
	// Log in.
	w.at(1600*time.Millisecond, func() {
		c, d := w.dial(pc, 1064, auth, 33033), &desk{w: w}
		c.open(func() {
			c.talk(append(d.opening(451),
				d.hears(232).after(130*time.Millisecond),
				d.says(18).after(3*time.Millisecond),
				d.hears(67).after(10*time.Millisecond),
			), func() { w.after(2*time.Millisecond, c.close) })
		})
	})
	w.at(2700*time.Millisecond, func() {
		w.resolve(pc, router, "ui.skype.com", "198.51.100.131", func() {
			w.web(pc, 1065, web, "installed", func() { w.web(pc, 1067, web, "getlatestversion", nil) })
		})
	})
	// The contact list, from the event server.
	w.at(3100*time.Millisecond, func() {
		c, d := w.dial(pc, 1066, events.host, events.port), &desk{w: w}
		c.open(func() {
			c.talk(append(d.opening(260),
				d.hears(16).after(40*time.Millisecond),
				d.says(68),
				d.hears(25).after(20*time.Millisecond),
				d.says(21).after(5*time.Millisecond),
			), nil)
		})
	})
	mine := join([]byte{0x42}, w.rng.bytes(9))
	for i := range 2 {
		w.at(3900*time.Millisecond+time.Duration(i)*5*time.Second, func() {
			me.ask(events, 0, func(rid uint16) []byte { return plain(cmdEvent, rid, mine) }, func(id uint16) {
				w.point("event")
				me.reply(events, plain(cmdEventIs, id-1, listZero))
			})
		})
	}
	// Which port does the router show? The same question five times.
	for i := range 3 {
		n := peers[3*i]
		for k := range 5 {
			w.at(2200*time.Millisecond+time.Duration(i)*180*time.Millisecond+time.Duration(k)*w.rng.between(60*time.Millisecond, 240*time.Millisecond), func() { me.ping(n, 0) })
		}
	}
	// Lists of other nodes, and what is known of one of them.
	for i, n := range []*node{peers[1], peers[3]} {
		w.at(3600*time.Millisecond+time.Duration(i)*240*time.Millisecond, func() {
			me.ask(n, 0, func(rid uint16) []byte { return plain(cmdList, rid, []byte{0x42, 0xb3, 0x79, 0x93, 0x96, 0xa0}) }, func(id uint16) {
				me.reply(n, plain(cmdListIs, id-1, join([]byte{0x42}, w.rng.bytes(656-20*i))))
			})
		})
	}
	slot := join([]byte{0x42}, w.rng.bytes(5))
	for i, n := range []*node{peers[4], peers[6]} {
		w.at(3800*time.Millisecond+time.Duration(i)*310*time.Millisecond, func() {
			me.ask(n, 1-i, func(rid uint16) []byte { return plain(cmdSlot, rid, slot) }, func(id uint16) {
				me.reply(n, plain(cmdSlotIs, id-1, join([]byte{0x42}, w.rng.bytes(105))))
			})
		})
	}
	record := join([]byte{0x42}, w.rng.bytes(41))
	w.at(4300*time.Millisecond, func() {
		me.ask(peers[5], 0, func(rid uint16) []byte { return plain(cmdRecord, rid, record) }, func(id uint16) {
			me.reply(peers[5], plain(cmdRecordIs, id-1, join([]byte{0x42}, w.rng.bytes(347))))
		})
	})
	// I am online: one text for all, acknowledged by each. Later the status
	// changes, and four of them are told so.
	publish := func(at time.Duration, text []byte, to []*node, late int) {
		for i, n := range to {
			w.at(at+time.Duration(i)*w.rng.between(40*time.Millisecond, 110*time.Millisecond), func() {
				if i == 0 {
					w.point("presence")
				}
				lost := 0
				if i == late {
					lost = 1
				}
				me.ask(n, lost, func(uint16) []byte { return text }, func(id uint16) {
					if i == 0 {
						w.point("ack")
					}
					msg, _ := w.ack(fnAck, id, me.public[:])
					me.in(n, msg)
				})
			})
		}
	}
	publish(4500*time.Millisecond, oneWay(cmdPublish, join([]byte{0x42}, w.rng.bytes(331))), peers[:9], 6)
	publish(30*time.Second, oneWay(cmdPublish, join([]byte{0x42}, w.rng.bytes(331))), peers[2:6], -1)
	// The way to two far networks.
	hops := []*host{w.remote("203.0.113.1", 9*time.Millisecond), w.remote("203.0.113.62", 17*time.Millisecond)}
	for i, a := range []string{"192.0.2.229", "198.51.100.151"} {
		target := w.remote(a, time.Duration(64+50*i)*time.Millisecond)
		w.at(6500*time.Millisecond+time.Duration(i)*400*time.Millisecond, func() {
			w.point("traced")
			w.trace(pc, target, hops)
		})
	}
	// Search for a person: the same question to those who might know.
	who := join([]byte{0x42}, w.rng.bytes(15))
	for i, n := range []*node{peers[2], peers[5], peers[8], peers[9]} {
		w.at(9*time.Second+time.Duration(i)*60*time.Millisecond, func() {
			if i == 0 {
				w.point("search")
			}
			lost := 0
			if i == 3 {
				lost = 3
			}
			me.ask(n, lost, func(rid uint16) []byte { return plain(cmdSearch, rid, who) }, func(id uint16) {
				me.reply(n, plain(cmdFound, id-1, listNothing))
			})
		})
	}
	wide := join([]byte{0x42}, w.rng.bytes(31))
	w.at(11400*time.Millisecond, func() {
		w.point("question")
		me.ask(peers[7], 0, func(rid uint16) []byte { return plain(cmdSearch, rid, wide) }, func(id uint16) {
			var all [][]byte
			for range 2 {
				text := plain(cmdFound, id-1, join([]byte{0x42}, w.rng.bytes(8*1340+700+w.rng.n(500))))
				all = append(all, w.fragments(peers[7].next(), id, text)...)
			}
			wait := time.Duration(0)
			for i, f := range all {
				w.after(wait, func() {
					if i == 0 {
						w.point("fragment")
					}
					me.in(peers[7], f)
				})
				wait += w.rng.between(10*time.Millisecond, 30*time.Millisecond)
			}
		})
	})
	w.at(14*time.Second, func() { w.whoHas(router, pc) })
	for k := range 5 {
		w.at(21*time.Second+time.Duration(k)*20*time.Second, func() { me.ping(peers[3], 0) })
	}

	w.run()
	for mark, comment := range comments {
		w.packets[w.marks[mark]].comment = comment
	}
	return w, w.loginFile([]name{
		{pc.ip.AsSlice(), []string{"desktop.example"}},
		{router.ip.AsSlice(), []string{"router.example"}},
		{auth.ip.AsSlice(), []string{"login-server.example"}},
		{events.ip.AsSlice(), []string{"event-server.example"}},
		{home.ip.AsSlice(), []string{"supernode.example"}},
		{web.ip.AsSlice(), []string{"ui.skype.com"}},
	})
}

// loginFile is a pcapng file with most of what such files may hold.
func (w *world) loginFile(known []name) []byte {
	card := mac(0x02)
	b := section(
		text(optHardware, "Intel Pentium 4"), text(optSystem, "Linux 2.6.17"), text(optApplication, "Somscope synth"),
		text(optComment, "A synthetic capture: nothing in it was ever on a wire. Addresses are those set aside for documentation."))
	b = append(b, iface(layers.LinkTypeEthernet, 65535,
		text(optIfName, "eth0"), text(optIfDescription, "the machine's only network card"), option{optIfMAC, card[:]},
		option{optIfTSResol, []byte{9}}, option{optIfFilter, []byte("\x00not port 22")}, text(optIfOS, "Linux 2.6.17"))...)
	b = append(b, names(known)...)
	for _, p := range w.packets {
		direction := uint32(1) // inbound
		if [6]byte(p.data[6:12]) == card {
			direction = 2
		}
		b = append(b, w.enhanced(p, time.Nanosecond, option{optEPBFlags, le(direction)})...)
	}
	last := w.packets[len(w.packets)-1].at
	n := uint64(len(w.packets))
	return append(b, block(blockStats, join(le(uint32(0)), stamp(w.start.Add(last), time.Nanosecond)),
		text(optComment, "Counters of the card when the capture ended."),
		option{optISBStart, stamp(w.start, time.Nanosecond)}, option{optISBEnd, stamp(w.start.Add(last), time.Nanosecond)},
		option{optISBRecv, le(n)}, option{optISBDrop, le(uint64(0))}, option{optISBAccept, le(n)})...)
}
