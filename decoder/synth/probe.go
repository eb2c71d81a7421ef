package synth

import "time"

// The captured machine of the stories and where it stands: 192.168.1.2 behind
// a router that shows it as 203.0.113.115. In the story of a call it has that
// address itself.
const (
	machineIP = "192.168.1.2"
	publicIP  = "203.0.113.115"
	routerIP  = "192.168.1.1"
	skypePort = 35990
)

// behindNAT is the machine, its router and the Skype client on it.
func (w *world) behindNAT(id uint16) (*host, *host, *client) {
	pc, router := local(machineIP), gate(routerIP)
	return pc, router, &client{w: w, host: pc, port: skypePort, public: [4]byte{203, 0, 113, 115}, mapped: skypePort, id: id}
}

// exposed is a machine with a public address of its own, its provider's router,
// and the Skype client on it.
func (w *world) exposed(id uint16) (*host, *host, *client) {
	pc, router := local(publicIP), gate("203.0.113.1")
	return pc, router, &client{w: w, host: pc, port: skypePort, public: [4]byte{203, 0, 113, 115}, mapped: skypePort, id: id, known: true}
}

// probe: a client that does not know its public address yet looks for a supernode.
func probe() (*world, []byte) {
	w := newWorld("2006-09-14 09:12:03.418220", 0x70726f62)
	pc, router, me := w.behindNAT(0x15e8)
	ntp := w.remote("192.0.2.123", 31*time.Millisecond)
	web := w.remote("198.51.100.131", 46*time.Millisecond)

	boot := w.peer("198.51.100.9", 33033, 118*time.Millisecond) // a bootstrap supernode: it always sends on
	silent := w.peer("192.0.2.18", 21414, 90*time.Millisecond)
	slow := w.peer("198.51.100.64", 49217, 146*time.Millisecond)
	gone := w.peer("192.0.2.201", 8872, 133*time.Millisecond)
	home := w.peer("192.0.2.77", 57322, 104*time.Millisecond) // it accepts
	others := []*node{home, w.peer("198.51.100.203", 1337, 87*time.Millisecond), w.peer("192.0.2.140", 12890, 171*time.Millisecond),
		slow, w.peer("198.51.100.31", 40022, 62*time.Millisecond)}
	more := []*node{others[2], w.peer("192.0.2.9", 3077, 95*time.Millisecond), gone, w.peer("198.51.100.88", 29111, 210*time.Millisecond), others[4]}
	stranger := w.peer("198.51.100.240", 17342, 140*time.Millisecond)

	w.at(0, func() { w.whoHas(pc, router) })
	w.at(2*time.Millisecond, func() { w.resolve(pc, router, "ntp.example.net", "192.0.2.123", func() { w.setClock(pc, ntp) }) })

	w.at(1040*time.Millisecond, func() {
		me.probe(boot, 0, func(id uint16) {
			w.point("redirect")
			me.reply(boot, redirect(id-1, others))
			// It follows the list at once.
			w.after(600*time.Microsecond, func() {
				me.probe(slow, 1, func(id uint16) { me.reply(slow, redirect(id-1, more)) })
			})
			w.after(900*time.Microsecond, func() {
				me.probe(home, 0, func(id uint16) {
					w.point("accept")
					me.reply(home, plain(cmdAccept, id-1, listEmpty))
					w.after(1200*time.Microsecond, func() { w.settle(me, home, web, router) })
				})
			})
			w.after(1100*time.Microsecond, func() {
				me.probe(others[2], 0, func(id uint16) { me.reply(others[2], plain(cmdAccept, id-1, listEmpty)) })
			})
		})
	})
	w.at(1042*time.Millisecond, func() { w.resolve(pc, router, "ui.skype.com", "198.51.100.131", nil) })
	// Sent before the first answer came, so that it too carries no address; nobody answers.
	w.at(1090*time.Millisecond, func() {
		me.ask(silent, 3, func(rid uint16) []byte { return plain(cmdProbe, rid, listEmpty) }, nil)
	})
	// Where UDP fails, TCP to the same port is tried.
	w.at(7300*time.Millisecond, func() { w.dial(pc, 1053, silent.host, silent.port).refuse() })
	w.at(6105*time.Millisecond, func() {
		me.probe(gone, 3, nil)
		sent := w.packets[len(w.packets)-1].data
		w.unreachable(gone.host, sent[14:])
	})

	// Which port does the router show? The same question several times to a few nodes.
	for i, n := range []*node{others[1], others[4], boot} {
		for k := range 5 {
			w.at(9*time.Second+time.Duration(i)*410*time.Millisecond+time.Duration(k)*w.rng.between(70*time.Millisecond, 320*time.Millisecond), func() { me.ping(n, 0) })
		}
	}
	for k := range 3 {
		w.at(29*time.Second+time.Duration(k)*20*time.Second+w.rng.between(0, 300*time.Millisecond), func() { me.ping(others[1], 0) })
	}
	// A stranger who believes he has found a supernode.
	w.at(38200*time.Millisecond, func() {
		id := stranger.next()
		me.in(stranger, w.command(id, plain(cmdProbe, id-1, listEmpty)))
		w.after(700*time.Microsecond, func() {
			msg, _ := w.ack(fnAck, id, stranger.ip.AsSlice())
			me.out(stranger, msg)
		})
	})
	w.at(41*time.Second, func() { w.resolve(pc, router, "mail.example.org", "192.0.2.25", nil) })
	w.at(44900*time.Millisecond, func() { w.resolve(pc, router, "wpad.example.org", "", nil) })
	w.at(66*time.Second, func() { w.setClock(pc, ntp) })
	w.at(69*time.Second, func() { w.whoHas(router, pc) })

	w.run()
	return w, w.pcap(65535)
}

// settle opens the TCP connection to the supernode that accepted, asks for the
// latest version, and refreshes the connection every minute.
func (w *world) settle(me *client, home *node, web, router *host) {
	me.kept(home, 1051, func(c *conn, x *wire) { w.refreshes(c, x, 3) })
	w.after(1300*time.Millisecond, func() { w.web(me.host, 1052, web, "getlatestversion", nil) })
}
