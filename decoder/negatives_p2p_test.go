package decoder

import (
	"bytes"
	"compress/zlib"
	"fmt"
)

// swarms are programs that share files: one port that speaks to many peers in short datagrams, as
// a client of Skype does.
var swarms = []stranger{
	{"BitTorrent DHT", "DHT", 95, func(w *wild) { // BEP 5
		own := w.dice(20)
		w.swarm(140, func(c *chat, i int) {
			id := func() string { return fmt.Sprintf("1:t2:%s", w.dice(2)) }
			for range w.n(1, 3) {
				switch w.n(0, 3) {
				case 0:
					t := id()
					c.out("d1:ad2:id20:", own, "e1:q4:ping", t, "1:v4:UT\x02\x0d1:y1:qe")
					c.in("d1:rd2:id20:", w.dice(20), "e", t, "1:y1:re")
				case 1:
					t := id()
					c.out("d1:ad2:id20:", own, "6:target20:", w.dice(20), "e1:q9:find_node", t, "1:v4:UT\x02\x0d1:y1:qe")
					if w.n(0, 2) > 0 {
						c.in("d2:ip6:", w.dice(6), "1:rd2:id20:", w.dice(20), "5:nodes208:", w.dice(208), "e", t, "1:y1:re")
					}
				case 2:
					t := id()
					c.in("d1:ad2:id20:", w.dice(20), "9:info_hash20:", w.dice(20), "e1:q9:get_peers", t, "1:y1:qe")
					c.out("d1:rd2:id20:", own, "5:nodes26:", w.dice(26), "5:token4:", w.dice(4), "e", t, "1:y1:re")
				case 3:
					c.in("d1:eli203e14:Protocol Errore", id(), "1:y1:ee")
				}
			}
		})
	}},
	{"uTP", "uTP", 90, func(w *wild) { // BEP 29
		w.swarm(60, func(c *chat, i int) {
			conn := w.u16()
			if i%8 == 0 {
				conn = 0x0200 | conn&0xff // the byte that would be the function
			}
			ours, theirs := w.u16(), w.u16()
			w.gap = 7000
			head := func(kind int, id, seq, ack uint16) []byte {
				return pack(kind<<4|1, 0, id, w.now, uint32(w.n(1000, 200000)), uint32(0x100000), seq, ack)
			}
			c.out(pack(0x41, 0, conn, w.now, uint32(0), uint32(0x100000), ours, uint16(0)))
			if w.n(0, 4) == 0 {
				return
			}
			c.in(head(2, conn, theirs, ours))
			c.out(head(0, conn+1, ours+1, theirs), w.dice(68))
			for k := range uint16(w.n(4, 30)) {
				c.in(head(0, conn, theirs+k, ours+1), w.some(30, 1300))
				c.out(head(2, conn+1, ours+2, theirs+k))
			}
			c.out(head(1, conn+1, ours+2, theirs+9))
		})
	}},
	{"BitTorrent tracker over UDP", "tracker", 90, func(w *wild) { // BEP 15
		for range 12 {
			mine := w.local()
			for range 5 {
				c := w.udp(mine, w.peer(), uint16(w.n(2700, 6969)))
				t, id := w.u32(), w.dice(8)
				c.out(uint64(0x41727101980), uint32(0), t)
				c.in(uint32(0), t, id)
				c.out(id, uint32(1), t+1, w.dice(20), "-UT2210-", w.dice(12), uint64(0), uint64(1<<30), uint64(0), uint32(2), uint32(0), w.u32(), uint32(0xffffffff), w.u16())
				c.in(uint32(1), t+1, uint32(1800), uint32(40), uint32(3), w.dice(6*w.n(1, 50)))
			}
		}
	}},
	{"Kad", "Kad", 90, func(w *wild) { // eMule
		// The third byte of a request is what is asked for: 2 is a value. All else of it is two hashes.
		target := w.dice(16)
		w.swarm(140, func(c *chat, i int) {
			if i%12 == 0 {
				target = w.dice(16)
			}
			switch i % 6 {
			case 0, 1, 2:
				c.out(0xe4, 0x21, 0x02, target, w.dice(16))
				if w.n(0, 3) > 0 {
					n := w.n(1, 4)
					c.in(0xe4, 0x29, target, n, w.dice(25*n))
				}
			case 3:
				c.out(0xe4, 0x20, 0x0b, target, w.dice(16))
			case 4:
				c.in(0xe4, 0x11, w.dice(16), le16(int(w.high())), 8, 0)
				c.out(0xe4, 0x19, w.dice(16), le16(4662), 8, 0)
				c.in(0xe4, 0x22, w.dice(16))
			case 5:
				var z bytes.Buffer
				p := zlib.NewWriter(&z)
				p.Write(pack(target, bytes.Repeat(w.dice(25), 11)))
				p.Close()
				c.in(0xe5, 0x29, z.Bytes())
				c.out(0xe4, 0x60)
				c.in(0xe4, 0x61, w.u16())
			}
		})
	}},
	{"Kad, values only", "Kad", 90, func(w *wild) { // nothing but requests with function byte 2
		w.swarm(150, func(c *chat, i int) { c.out(0xe4, 0x21, 0x02, w.dice(32)) })
	}},
	{"Kad, obfuscated", "", 0, func(w *wild) { // random but for its length
		w.swarm(120, func(c *chat, i int) {
			c.out(w.dice(16 + 35))
			if w.n(0, 3) > 0 {
				c.in(w.some(40, 140))
			}
		})
	}},
	{"eDonkey", "eDonkey", 90, func(w *wild) { // e3 to servers, c5 to clients
		hash := pack(0x02, w.dice(15))
		w.swarm(90, func(c *chat, i int) {
			switch i % 4 {
			case 0:
				t := w.dice(2)
				c.out(0xe3, 0x96, t, 0xaa, 0x55)
				c.in(0xe3, 0x97, t, 0xaa, 0x55, w.dice(28))
			case 1:
				c.out(0xe3, 0x9a, hash, w.dice(16))
				c.in(0xe3, 0x9b, hash, 2, w.dice(12))
			default:
				c.out(0xc5, 0x90, hash, le16(0), le16(w.n(1, 200)))
				c.in(0xc5, 0x91, le16(w.n(1, 4000)))
			}
		})
	}},
	{"eDonkey, one file", "eDonkey", 90, func(w *wild) { // the hash of the file begins with 02
		hash := pack(0x02, w.dice(15))
		w.swarm(120, func(c *chat, i int) { c.out(0xc5, 0x90, hash, le16(w.n(1, 60))) })
	}},
	{"Gnutella over UDP", "Gnutella", 80, func(w *wild) {
		w.swarm(100, func(c *chat, i int) {
			guid := w.dice(16)
			guid[8], guid[15] = 0xff, 0
			if i%5 == 0 {
				guid[2] = 0x02
			}
			c.out(guid, 0, 1, 0, le32(9), 0xc3, 2, "SCP", 0x41, 1, 1, 0)
			if w.n(0, 3) > 0 {
				c.in(guid, 1, 1, 0, le32(50), le16(6346), w.dice(12), 0xc3, w.dice(35))
			}
		})
	}},
	{"Direct Connect", "Direct Connect", 90, func(w *wild) {
		w.swarm(60, func(c *chat, i int) {
			c.in(fmt.Sprintf("$SR peer%d share\\music\\track%02d.ogg\x05%d %d/%d\x05TTH:%039d (198.51.100.7:411)|", i, i%20, w.n(1e6, 9e6), w.n(0, 5), 5, w.n(0, 1e9)))
			c.in(fmt.Sprintf("$SR peer%d share\\music\\track%02d.ogg\x05%d %d/%d\x05TTH:%039d (198.51.100.7:411)|", i, i%20+1, w.n(1e6, 9e6), w.n(0, 5), 5, w.n(0, 1e9)))
		})
	}},
	{"I2P", "", 0, func(w *wild) { // SSU: a code, an IV and ciphertext
		w.swarm(60, func(c *chat, i int) {
			for range w.n(1, 12) {
				c.out(w.dice(16 * w.n(3, 20)))
				c.in(w.dice(16 * w.n(3, 20)))
			}
		})
	}},
	{"Bitcoin-like gossip with a magic", "", 0, func(w *wild) {
		w.swarm(60, func(c *chat, i int) {
			for range 4 {
				c.out(0xf9, 0xbe, 0xb4, 0xd9, "ping", zeros(8), le32(8), w.dice(12))
			}
		})
	}},
	{"ZeroTier", "", 0, func(w *wild) { // a packet id, then who it is for
		w.swarm(40, func(c *chat, i int) {
			id := uint64(w.u32())<<32 | uint64(w.u32())
			to, from := w.dice(5), w.dice(5)
			for range 6 {
				id += uint64(w.n(1, 5))
				c.out(id, to, from, 0x18, w.dice(8), w.some(20, 120))
				c.in(w.dice(8), from, to, 0x18, w.dice(8), w.some(20, 120))
			}
		})
	}},
	{"Tailscale discovery", "Tailscale", 90, func(w *wild) {
		key := w.dice(32)
		w.swarm(40, func(c *chat, i int) {
			for range 3 {
				c.out("TS\xf0\x9f\x92\xac", key, w.dice(24), w.dice(62))
			}
		})
	}},
	{"PPLive-like", "", 0, func(w *wild) {
		w.swarm(100, func(c *chat, i int) {
			c.out(0xe9, 0x03, w.n(0x40, 0x70), 1, 0x98, 0xab, 1, 2, w.some(30, 60))
			c.in(0xe9, 0x03, w.n(0x40, 0x70), 1, 0x98, 0xab, 1, 2, w.some(30, 60))
		})
	}},
}
