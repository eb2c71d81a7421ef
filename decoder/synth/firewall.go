package synth

import (
	"encoding/hex"
	"time"
)

// The hello that opens a conversation on port 443: both sides imitate an old
// handshake of SSL, of which only the client's last 16 bytes ever change. The
// server claims to speak on 31 January 2004.
var (
	hello443 = unhex("8046 01 0301 002d 0000 0010" +
		"000005 000004 00000a 000009 000064 000062 000008 000003 000006 010080 0700c0 030080 060040 020080 040080")
	answer443 = unhex("160301004a 02000046 0301 401be486 02ade029e17774e544b9c99cb431315e02dd779d154a9609ba5da870" +
		"20 1ca0e4f64c6351ae2f8e4ee1e6766a0a88d5d8c55cae98c5e481f22a69bf9058 0005 00")
)

func unhex(s string) []byte {
	var digits []byte
	for i := range len(s) {
		if s[i] != ' ' {
			digits = append(digits, s[i])
		}
	}
	b, err := hex.DecodeString(string(digits))
	if err != nil {
		panic(err)
	}
	return b
}

// web443 is the beginning of a conversation on port 443: 72 bytes, 93 back with
// the node's own 14 behind the imitation, 14, and on as with any supernode.
func (x *wire) web443() []turn {
	challenge := x.c.w.rng.bytes(16)
	knock := x.knock()
	answer := join(answer443, x.welcome())
	return append([]turn{
		{out: true, data: join(hello443, challenge), mark: "hello443"},
		{data: answer, mark: "answer443"},
		{out: true, data: knock},
		{data: x.padding(46)},
		{out: true, data: x.say(25, cmdHello)},
		{wait: 20 * time.Millisecond, data: x.hear(578, cmdHelloIs)},
	}, x.stay()...)
}

// web80 is the beginning of one on port 80, which is not HTTP: behind the hello
// stand two bytes of padding at once, so that the keystream shows at the first
// packet already that it is used twice.
func (x *wire) web80() []turn {
	knock := join(x.knock(), x.up.hide(control(3)))
	welcome := join(x.welcome(), x.padding(31))
	return append([]turn{
		{out: true, data: knock, mark: "hello80"},
		{data: welcome},
		{out: true, data: x.say(14, cmdHello)},
		{wait: 20 * time.Millisecond, data: x.hear(583, cmdHelloIs)},
	}, x.stay()...)
}

// firewall: nothing but the web gets out. The client tries UDP, the node's own
// port over TCP, port 80 and port 443; its first supernode leaves, and it turns
// to another. The login server stays out of reach.
func firewall() (*world, []byte) {
	w := newWorld("2006-09-21 08:31:55.902716", 0x66697265)
	pc, router, me := w.behindNAT(0x1a20)
	web := w.remote("198.51.100.131", 45*time.Millisecond)
	auth := w.remote("198.51.100.141", 50*time.Millisecond)
	nodes := []*node{
		w.peer("192.0.2.77", 57322, 99*time.Millisecond),
		w.peer("198.51.100.31", 40022, 62*time.Millisecond),
		w.peer("192.0.2.140", 12890, 122*time.Millisecond),
	}

	w.at(0, func() { w.whoHas(pc, router) })
	for i, n := range nodes {
		w.at(300*time.Millisecond+time.Duration(i)*20*time.Millisecond, func() {
			if i == 0 {
				w.point("unheard")
			}
			me.ask(n, 3, func(rid uint16) []byte { return plain(cmdProbe, rid, listEmpty) }, nil)
		})
		// Where UDP brings no answer, TCP to the same port is tried.
		w.at(5400*time.Millisecond+time.Duration(i)*30*time.Millisecond, func() {
			w.dial(pc, uint16(1030+i), n.host, n.port).lost()
		})
	}
	// Then port 80: one node does not listen there, another does.
	w.at(11500*time.Millisecond, func() { w.dial(pc, 1033, nodes[0].host, 80).refuse() })
	w.at(11800*time.Millisecond, func() {
		c, x := w.dial(pc, 1034, nodes[1].host, 80), me.wire(nodes[1])
		c.open(func() {
			c.talk(x.web80(), func() { w.after(21*time.Second, c.leave) })
		})
	})
	w.at(12900*time.Millisecond, func() {
		w.resolve(pc, router, "ui.skype.com", "198.51.100.131", func() { w.web(pc, 1036, web, "getlatestversion", nil) })
	})
	w.at(13200*time.Millisecond, func() { w.dial(pc, 1035, auth, 33033).lost() })
	w.at(35*time.Second, func() {
		c, x := w.dial(pc, 1037, nodes[2].host, 443), me.wire(nodes[2])
		c.open(func() {
			c.talk(x.web443(), func() { w.refreshes(c, x, 3) })
		})
	})
	w.at(48*time.Second, func() { w.resolve(pc, router, "news.example.org", "192.0.2.51", nil) })

	w.run()
	return w, w.pcap(65535)
}
