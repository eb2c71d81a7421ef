package decoder

import "fmt"

// rtpStream is one source of RTP.
type rtpStream struct {
	kind       int // payload type
	seq        uint16
	stamp, src uint32
	step       uint32
	size       [2]int
}

func (r *rtpStream) next(w *wild) []byte {
	r.seq++
	r.stamp += r.step
	return pack(0x80, r.kind, r.seq, r.stamp, r.src, w.some(r.size[0], r.size[1]))
}

func (w *wild) rtp(kind int, seq uint16) *rtpStream {
	return &rtpStream{kind, seq, w.u32(), w.u32(), 160, [2]int{20, 60}}
}

// msSTUN is a STUN message with the cookie.
func (w *wild) stun(kind uint16, attrs ...any) []byte {
	body := pack(attrs...)
	return pack(kind, uint16(len(body)), uint32(0x2112a442), w.dice(12), body)
}

// voices are telephony and conferences, where a call looks like a call.
var voices = []stranger{
	{"RTP, every payload type", "RTP", 95, func(w *wild) {
		w.gap = 5000
		for kind := range 128 {
			if kind >= 72 && kind <= 76 {
				continue // these are RTCP's
			}
			a, b := w.rtp(kind, w.u16()), w.rtp(kind, w.u16())
			c := w.udp(w.local(), w.peer(), w.high())
			for range 12 {
				c.out(a.next(w))
				c.in(b.next(w))
			}
		}
	}},
	{"RTP, numbers from 0200 to 02ff", "RTP", 95, func(w *wild) { w.rtpAt(0x01fe, 255) }},
	{"RTP, numbers from 0d00 to 0dff", "RTP", 95, func(w *wild) { w.rtpAt(0x0cfe, 255) }},
	{"RTP, numbers from 5d00 to 5dff", "RTP", 95, func(w *wild) { w.rtpAt(0x5cfe, 255) }},
	{"RTP, picture and sound in one flow", "RTP", 95, func(w *wild) {
		w.gap = 4000
		for k := range 4 {
			c := w.udp(w.local(), w.peer(), w.high())
			a, v, far := w.rtp(111, 0x0200), w.rtp(96, 0x0d00), w.rtp(111, 0x0203)
			v.size = [2]int{700, 1100}
			c.out(w.stun(1, uint16(6), uint16(8), "AbCd:xyz"))
			for i := range 160 {
				if (i+k)%2 == 0 {
					c.out(a.next(w))
				} else {
					c.out(v.next(w))
				}
				if i%3 == 0 {
					c.in(far.next(w))
				}
			}
		}
	}},
	{"RTP without anything else, two sources by turns", "RTP", 95, func(w *wild) {
		w.gap = 6000
		for range 4 {
			c := w.udp(w.local(), w.peer(), w.high())
			a, v := w.rtp(111, 0x01ff), w.rtp(96, 0x0cff)
			for range 120 {
				c.out(a.next(w))
				c.out(v.next(w))
			}
		}
	}},
	{"RTP from one port to many", "RTP", 90, func(w *wild) { // a server of conferences
		w.gap = 3000
		streams := map[int]*rtpStream{}
		mine := w.local()
		var list []*chat
		for range 50 {
			list = append(list, w.udp(mine, w.peer(), w.high()))
		}
		for range 8 {
			for i, c := range list {
				if streams[i] == nil {
					streams[i] = w.rtp(18, 0x0200+uint16(i))
				}
				c.out(streams[i].next(w))
				if i%2 == 0 {
					if streams[100+i] == nil {
						streams[100+i] = w.rtp(18, 0x0d00)
					}
					c.in(streams[100+i].next(w))
				}
			}
		}
	}},
	{"RTP, lossy and out of order", "RTP", 95, func(w *wild) {
		w.gap = 10000
		for range 3 {
			c := w.udp(w.local(), w.peer(), w.high())
			r := w.rtp(97, 0x0200)
			for range 120 {
				x := r.next(w)
				switch w.n(0, 9) {
				case 0: // lost
				case 1:
					c.out(r.next(w))
					c.out(x)
				default:
					c.out(x)
				}
			}
		}
	}},
	{"SRTP with an extension", "RTP", 95, func(w *wild) { // as browsers have it
		w.gap = 10000
		for range 3 {
			c := w.udp(w.local(), w.peer(), w.high())
			seq, stamp, src := uint16(0x01f0), w.u32(), w.u32()
			for range 120 {
				seq++
				stamp += 960
				c.out(0x90, 111, seq, stamp, src, uint16(0xbede), uint16(1), w.dice(4), w.some(40, 90))
			}
		}
	}},
	{"RTCP", "RTCP", 95, func(w *wild) {
		for range 8 {
			c := w.udp(w.local(), w.peer(), w.high())
			a, b := w.u32(), w.u32()
			for range 12 {
				c.out(0x81, 200, uint16(12), a, w.u32(), w.u32(), w.u32(), w.u32(), w.u32(), b, w.dice(20), 0x81, 202, uint16(4), a, 1, 10, "user@host1", 0, 0)
				c.in(0x81, 201, uint16(7), b, a, w.dice(20))
			}
		}
	}},
	{"STUN", "STUN", 95, func(w *wild) {
		w.swarm(40, func(c *chat, i int) {
			for range 2 {
				c.out(w.stun(0x0001, uint16(0x8022), uint16(4), "test"))
				c.in(w.stun(0x0101, uint16(0x0020), uint16(8), 0, 1, w.dice(6)))
			}
		})
	}},
	{"STUN of RFC 3489", "STUN", 95, func(w *wild) {
		w.swarm(40, func(c *chat, i int) {
			id := w.dice(16)
			c.out(uint16(1), uint16(8), id, uint16(3), uint16(4), uint32(0))
			c.in(uint16(0x101), uint16(24), id, uint16(1), uint16(8), 0, 1, w.dice(6), uint16(4), uint16(8), 0, 1, w.dice(6))
			c.out(uint16(1), uint16(8), id, uint16(3), uint16(4), uint32(6))
		})
	}},
	{"TURN with channels", "STUN|TURN", 95, func(w *wild) {
		w.gap = 10000
		for k := range 6 {
			c := w.udp(w.local(), w.peer(), 3478)
			if k > 2 {
				c.port = w.high()
			}
			if k != 5 { // the last was begun before the capture
				c.out(w.stun(0x0003, uint16(0x19), uint16(4), 17, 0, 0, 0))
				c.in(w.stun(0x0103, uint16(0x16), uint16(8), 0, 1, w.dice(6)))
				c.out(w.stun(0x0009, uint16(0x0c), uint16(4), 0x40, 0, 0, 0, uint16(0x12), uint16(8), 0, 1, w.dice(6)))
				c.in(w.stun(0x0109))
			}
			for range 100 {
				n := w.n(514, 760) // the length is 02xx
				c.out(0x40, 0, uint16(n), w.dice(n))
				n = w.n(100, 800)
				c.in(0x40, 0, uint16(n), w.dice(n))
			}
		}
	}},
	{"Skype of the Microsoft years", "STUN", 95, func(w *wild) {
		w.gap = 9000
		for range 4 {
			c := w.udp(w.local(), w.peer(), 3480)
			c.out(w.stun(0x0003, uint16(0x8008), uint16(4), uint32(6), uint16(6), uint16(12), w.dice(12)))
			c.in(w.stun(0x0113, uint16(0x8008), uint16(4), uint32(6), uint16(9), uint16(4), uint32(0x401)))
			a, b := w.rtp(104, 0x5d00), w.rtp(104, 0x0200)
			for i := range 150 {
				x := a.next(w)
				x[0] = 0x90
				c.out(x)
				c.in(b.next(w))
				if i%25 == 0 {
					c.out(0x80, 200, uint16(6), a.src, w.dice(20))
					c.in(w.stun(0x0001, uint16(6), uint16(12), w.dice(12)))
				}
			}
		}
	}},
	{"Zoom-like", "", 0, func(w *wild) { // a kind, a number, then RTP further on
		w.gap = 8000
		for range 4 {
			c := w.udp(w.local(), w.peer(), 8801)
			if w.n(0, 1) == 0 {
				c.port = w.high()
			}
			r, far := w.rtp(112, 0x0200), w.rtp(98, 0x0d00)
			for i := range 150 {
				c.out(5, uint16(0x0200+i), w.dice(4), 0, 0x0f, zeros(18), r.next(w))
				c.in(5, uint16(0x0100+i), w.dice(4), 4, 0x10, zeros(23), far.next(w))
			}
		}
	}},
	{"Viber-like", "Viber", 90, func(w *wild) { // two random bytes, a kind, a zero
		for k := range 5 {
			c := w.udp(w.local(), w.peer(), []uint16{5243, 7985, 7987, 9785, 5243}[k])
			for i := range 40 {
				id := w.u16()
				c.out(id, 3, 0, w.dice(8))
				c.in(id, 4, 0, w.dice(16))
				c.out(w.u16(), 2, 0, w.dice(14))
				c.out(w.u16(), 0x19, 0, 5, w.dice(29))
				if i%2 == 0 {
					c.out(w.u16(), 9, 0, w.some(40, 120))
				}
			}
		}
	}},
	{"WhatsApp-like", "RTP", 90, func(w *wild) {
		w.gap = 12000
		for range 4 {
			c := w.udp(w.local(), w.peer(), 3478)
			seq, src := uint16(0x0200), w.u32()
			for range 80 {
				seq++
				c.out(0x90, 0x78, seq, w.u32(), src, uint16(0xbede), uint16(1), w.dice(4), w.some(30, 90))
				if w.n(0, 9) == 0 {
					c.out(0x08, 0, uint16(0), w.dice(20))
				}
			}
		}
	}},
	{"SIP", "SIP", 95, func(w *wild) {
		for i := range 25 {
			c := w.udp(5060, w.peer(), 5060)
			to := fmt.Sprintf("sip:user%d@192.0.2.9", i)
			head := fmt.Sprintf("Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK%08x\r\nFrom: <sip:me@192.0.2.1>;tag=%x\r\nTo: <%s>\r\nCall-ID: %x\r\n", w.u32(), w.u32(), to, w.u32())
			c.out("INVITE "+to+" SIP/2.0\r\n", head, "CSeq: 1 INVITE\r\n\r\n")
			c.in("SIP/2.0 100 Trying\r\n", head, "CSeq: 1 INVITE\r\n\r\n")
			c.in("SIP/2.0 200 OK\r\n", head, "CSeq: 1 INVITE\r\n\r\n")
			c.out("ACK "+to+" SIP/2.0\r\n", head, "CSeq: 1 ACK\r\n\r\n")
			c.out("\r\n\r\n")
		}
	}},
	{"SIP, answers only", "SIP", 90, func(w *wild) {
		for range 40 {
			c := w.udp(5060, w.peer(), w.high())
			for _, m := range []string{"SUBSCRIBE", "INFO", "PRACK", "UPDATE", "REFER", "PUBLISH"} {
				c.in(m + " sip:me@192.0.2.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7\r\nCSeq: 2 " + m + "\r\n\r\n")
			}
		}
	}},
	{"H.225 RAS", "H.225", 90, func(w *wild) { // requests carry a number in bytes 2 and 3
		for range 10 {
			c := w.udp(w.local(), w.peer(), 1719)
			for i := range 12 {
				seq := uint16(0x0200 + i)
				c.out(0x0e, 0x80, seq, 6, 0, 8, 0x91, 0x4a, 0, 5, 0, 1, 0, 192, 0, 2, 1, 6, 0xb8, "\x01\x00", w.dice(20))
				c.in(0x12, 0xc0, seq, 6, 0, 8, 0x91, 0x4a, 0, 5, 0, 1, 0, 192, 0, 2, 2, 6, 0xb8, w.dice(10))
			}
		}
	}},
	{"MGCP", "MGCP", 90, func(w *wild) {
		for k := range 10 {
			c := w.udp(2427, w.peer(), 2427)
			for i := range 6 {
				c.out(fmt.Sprintf("RQNT %d aaln/%d@gw.example.net MGCP 1.0\r\nX: %x\r\nR: hd\r\n", 1200+i, k, w.u32()))
				c.in(fmt.Sprintf("200 %d OK\r\n", 1200+i))
			}
		}
	}},
	{"IAX2", "IAX", 80, func(w *wild) { // RFC 5456
		w.gap = 20000
		for range 6 {
			c := w.udp(4569, w.peer(), 4569)
			a, b := 0x0100|w.u16()&0x7f, 0x0100|w.u16()&0x7f
			full := func(from, to uint16, ts uint32, o, i, kind, sub int, ie ...any) []byte {
				return pack(0x8000|from, to, ts, o, i, kind, sub, pack(ie...))
			}
			c.out(full(a, 0, 3, 0, 0, 6, 1, 0x0b, 2, 0, 2, 1, 4, "1234", 9, 4, uint32(4)))
			c.in(full(b, a, 5, 0, 1, 6, 4))
			c.out(full(a, b, 20, 1, 1, 6, 0x0c))
			for i := range 60 {
				c.out(a, uint16(480+20*i), w.dice(33)) // a mini frame: byte 2 is the clock's
				c.in(b, uint16(470+20*i), w.dice(33))
			}
			c.out(full(a, b, 2000, 3, 2, 6, 5))
		}
	}},
	{"IAX2 from the middle", "", 0, func(w *wild) {
		for range 8 {
			c := w.udp(w.local(), w.peer(), w.high())
			a, b := w.u16()&0x7fff, w.u16()&0x7fff
			for i := range 13 {
				c.out(a, uint16(0x0200+20*i), w.dice(33))
				c.in(b, uint16(0x0d00+20*i), w.dice(33))
			}
		}
	}},
	{"TeamSpeak 2", "TeamSpeak 2", 90, func(w *wild) {
		for k := range 6 {
			c := w.udp(w.local(), w.peer(), 8767)
			key, id := w.u32(), w.u32()
			c.out(0xf4, 0xbe, 3, 0, uint32(0), uint32(0), le32(1), w.dice(4), 9, "TeamSpeak", zeros(80))
			c.in(0xf4, 0xbe, 4, 0, key, id, le32(1), w.dice(4), zeros(60))
			for i := range 60 {
				c.out(0xf2, 0xbe, k%3*4+1, 0, key, id, le16(i), w.dice(2), w.dice(90)) // voice: the codec is byte 2
				c.in(0xf3, 0xbe, 2, 0, key, id, le16(i), w.dice(2), w.dice(90))
				if i%20 == 0 {
					c.out(0xf0, 0xbe, 0x2f, 1, key, id, le32(i), zeros(4), w.dice(4), 5)
					c.in(0xf1, 0xbe, 0, 0, key, id, le32(i))
				}
			}
		}
	}},
	{"TeamSpeak 3", "TeamSpeak 3", 90, func(w *wild) {
		for range 6 {
			c := w.udp(w.local(), w.peer(), 9987)
			c.out("TS3INIT1", uint16(101), uint16(0), 0x88, w.dice(4), 0, w.dice(4), zeros(8))
			c.in("TS3INIT1", uint16(101), 0x88, 1, w.dice(20))
			for i := range uint16(60) {
				c.out(w.dice(8), 0x0d00+i, uint16(7), 0, w.some(60, 120))
				c.in(w.dice(8), 0x0200+i, 0, w.some(60, 120))
			}
		}
	}},
	{"Ventrilo-like", "", 0, func(w *wild) { // a header that is encoded, all of it
		for range 5 {
			c := w.udp(w.local(), w.peer(), 3784)
			for range 30 {
				c.out(w.dice(20), w.some(0, 180))
				c.in(w.dice(20), w.some(0, 180))
			}
		}
	}},
	{"Mumble", "", 0, func(w *wild) { // one byte that counts, a tag of three, ciphertext
		for range 5 {
			c := w.udp(w.local(), w.peer(), 64738)
			for i := range 80 {
				c.out(i, w.dice(3), w.some(30, 90))
				c.in(i+7, w.dice(3), w.some(30, 90))
			}
		}
	}},
	{"Steam voice-like", "", 0, func(w *wild) { // a connection, then a counter
		for range 5 {
			c := w.udp(w.local(), w.peer(), 27020)
			id := w.dice(4)
			for i := range 80 {
				c.out(0x32, id, le16(i), w.some(30, 90))
				c.in(0x32, w.dice(1), id, le16(i), w.some(30, 90))
			}
		}
	}},
}

// rtpAt is calls whose numbers begin at one place.
func (w *wild) rtpAt(seq uint16, n int) {
	for k := range 4 {
		c := w.udp(w.local(), w.peer(), w.high())
		a, b := w.rtp([]int{0, 8, 18, 97}[k], seq), w.rtp([]int{0, 8, 18, 97}[k], seq+3)
		if k == 3 {
			a.stamp, a.step = 0, 0 // a bad clock
		}
		for i := range n {
			c.out(a.next(w))
			if k > 0 {
				c.in(b.next(w))
			}
			if i%100 == 99 {
				a.kind |= 0x80 // a marker
			} else {
				a.kind &= 0x7f
			}
		}
	}
}
