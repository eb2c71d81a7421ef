package synth

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/google/gopacket/layers"
)

// lookalikes: nothing of this is Skype, though each part looks like it in some
// byte. It plays where a rule that counts only function bytes would go wrong.
func lookalikes() (*world, []byte) {
	w := newWorld("2006-12-15 16:20:44.760125", 0x6c6f6f6b)
	pc, router, _ := w.behindNAT(0)
	proxy := w.remote("198.51.100.5", 37*time.Millisecond)
	phone := w.remote("198.51.100.60", 43*time.Millisecond)
	stun := w.remote("192.0.2.34", 35*time.Millisecond)
	game := w.remote("192.0.2.211", 58*time.Millisecond)
	tunnel := w.remote("198.51.100.194", 29*time.Millisecond)
	authority := w.remote("192.0.2.53", 41*time.Millisecond)

	// An address test as RFC 3489 has it: the third byte of the question is 0.
	for k := range 3 {
		w.at(time.Duration(k)*350*time.Millisecond+20*time.Millisecond, func() {
			id := w.rng.bytes(16)
			w.send(pc, 7078, stun, 3478, join(be16(1), be16(0), id))
			w.after(w.lag(stun), func() {
				mapped := join(be16(1), be16(8), []byte{0, 1}, be16(7078), []byte{203, 0, 113, 115})
				source := join(be16(4), be16(8), []byte{0, 1}, be16(3478), stun.ip.AsSlice())
				changed := join(be16(5), be16(8), []byte{0, 1}, be16(3479), []byte{192, 0, 2, 35})
				w.send(stun, 3478, pc, 7078, join(be16(0x0101), be16(36), id, mapped, source, changed))
			})
		})
	}

	// A call with SIP and RTP. The third byte of RTP is the upper half of the
	// sequence number: for 256 packets in a row it is 0x5d, low nibble d.
	w.sip(pc, proxy, phone, 1300*time.Millisecond, 7*time.Second)
	const answered, hung = 1900 * time.Millisecond, 7 * time.Second
	for side := range 2 {
		sequence, stamp, source := uint16(0x5cd8), w.rng.u32(), w.rng.bytes(4)
		if side == 1 {
			sequence = 0x2cf1
		}
		for t := answered + time.Duration(side)*11*time.Millisecond; t < hung; t += 20 * time.Millisecond {
			sequence++
			stamp += 160
			msg := join([]byte{0x80, 18}, be16(sequence), be32(stamp), source, w.rng.bytes(20))
			seq := sequence
			jitter := w.rng.between(0, time.Duration(1+4*side)*time.Millisecond)
			w.at(t+jitter, func() {
				if side == 0 {
					if seq>>8 == 0x5d {
						w.point("trap")
					}
					w.send(pc, 7078, phone, 18436, msg)
				} else {
					w.send(phone, 18436, pc, 7078, msg)
				}
			})
		}
		for t := answered + 2*time.Second; t < hung; t += 2500 * time.Millisecond { // reports, one port higher
			report := join([]byte{0x80, 0xc8, 0, 6}, source, be32(uint32(w.start.Unix()+2208988800)), w.rng.bytes(4), be32(stamp), be32(uint32(sequence)), be32(20*uint32(sequence)))
			w.at(t+time.Duration(side)*300*time.Millisecond, func() {
				if side == 0 {
					w.send(pc, 7079, phone, 18437, report)
				} else {
					w.send(phone, 18437, pc, 7079, report)
				}
			})
		}
	}

	// A game whose server happens to listen on 12340, the telephone gateway's
	// port: its first four bytes are a counter, not a connection id.
	ff := []byte{0xff, 0xff, 0xff, 0xff}
	w.at(2500*time.Millisecond, func() {
		w.send(pc, 27961, game, 12340, join(ff, []byte("getinfo example")))
		w.after(w.lag(game), func() {
			w.send(game, 12340, pc, 27961, join(ff, []byte("infoResponse\n\\hostname\\Example Arena\\mapname\\example1\\clients\\3\\maxclients\\8")))
		})
	})
	for k := range 60 {
		w.at(2900*time.Millisecond+time.Duration(k)*55*time.Millisecond, func() {
			w.send(pc, 27961, game, 12340, join(le(uint32(k+1)), be16(0x6d39), w.rng.bytes(24+w.rng.n(12))))
			w.after(w.lag(game), func() {
				w.send(game, 12340, pc, 27961, join(le(uint32(k+1)), w.rng.bytes(50+w.rng.n(70))))
			})
		})
	}

	// A tunnel: all bytes but the first are random, so that seven of sixteen
	// packets have one of Skype's function nibbles by chance.
	for k := range 40 {
		w.at(3*time.Second+time.Duration(k)*90*time.Millisecond+w.rng.between(0, 60*time.Millisecond), func() {
			w.send(pc, 1194, tunnel, 1194, join([]byte{0x30}, w.rng.bytes(68+16*w.rng.n(5))))
			if w.rng.n(3) > 0 {
				w.after(w.lag(tunnel), func() { w.send(tunnel, 1194, pc, 1194, join([]byte{0x30}, w.rng.bytes(68+16*w.rng.n(12)))) })
			}
		})
	}

	// A name server with authority: its third byte is 0x85, nibble 5 with bit 7 set.
	for i, name := range []string{"www.example.com", "ftp.example.com", "mx1.example.com", "mx2.example.com"} {
		w.at(4*time.Second+time.Duration(i)*70*time.Millisecond, func() {
			id, port := w.rng.u16(), 40000+uint16(i)
			q := layers.DNSQuestion{Name: []byte(name), Type: layers.DNSTypeA, Class: layers.DNSClassIN}
			w.send(pc, port, authority, 53, serialize(&layers.DNS{ID: id, RD: true, Questions: []layers.DNSQuestion{q}}))
			w.after(w.lag(authority), func() {
				w.point("authority")
				w.send(authority, 53, pc, port, serialize(&layers.DNS{ID: id, QR: true, AA: true, RD: true, Questions: []layers.DNSQuestion{q},
					Answers: []layers.DNSResourceRecord{{Name: []byte(name), Type: layers.DNSTypeA, Class: layers.DNSClassIN, TTL: 600,
						IP: netip.AddrFrom4([4]byte{192, 0, 2, byte(80 + i)}).AsSlice()}}}))
			})
		})
	}

	// The router's counters over SNMP. The answer is longer than 511 bytes, so
	// that its third byte is 02: what two old signatures took for Skype.
	w.at(5*time.Second, func() {
		w.send(pc, 33012, router, 161, w.snmp(0xa0, 4))
		w.after(w.lag(router), func() {
			w.point("snmp")
			w.send(router, 161, pc, 33012, w.snmp(0xa2, 36))
		})
	})

	w.run()
	return w, w.pcap(65535)
}

// sip sets a call up and takes it down again.
func (w *world) sip(pc, proxy, phone *host, begin, end time.Duration) {
	id, tag, theirs := hexText(w.rng.bytes(8)), hexText(w.rng.bytes(4)), hexText(w.rng.bytes(4))
	sdp := func(ip netip.Addr, port int) string {
		return "v=0\r\no=- 1 1 IN IP4 " + ip.String() + "\r\ns=-\r\nc=IN IP4 " + ip.String() + "\r\nt=0 0\r\nm=audio " + strconv.Itoa(port) + " RTP/AVP 18\r\na=rtpmap:18 G729/8000\r\n"
	}
	message := func(first, cseq, to, body string) []byte {
		var b strings.Builder
		b.WriteString(first + "\r\nVia: SIP/2.0/UDP 203.0.113.115:5060;branch=z9hG4bK" + tag + "\r\n" +
			"From: <sip:alice@example.net>;tag=" + tag + "\r\nTo: <sip:bob@example.net>" + to + "\r\n" +
			"Call-ID: " + id + "@example.net\r\nCSeq: " + cseq + "\r\n")
		if body != "" {
			b.WriteString("Content-Type: application/sdp\r\n")
		}
		b.WriteString("Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body)
		return []byte(b.String())
	}
	out := func(msg []byte) { w.send(pc, 5060, proxy, 5060, msg) }
	in := func(msg []byte) { w.send(proxy, 5060, pc, 5060, msg) }
	with := ";tag=" + theirs
	w.at(begin, func() {
		out(message("INVITE sip:bob@example.net SIP/2.0", "1 INVITE", "", sdp(netip.AddrFrom4([4]byte{203, 0, 113, 115}), 7078)))
		w.after(w.lag(proxy), func() { in(message("SIP/2.0 100 Trying", "1 INVITE", "", "")) })
		w.after(w.lag(proxy)+90*time.Millisecond, func() { in(message("SIP/2.0 180 Ringing", "1 INVITE", with, "")) })
		w.after(w.lag(proxy)+480*time.Millisecond, func() {
			in(message("SIP/2.0 200 OK", "1 INVITE", with, sdp(phone.ip, 18436)))
			w.after(2*time.Millisecond, func() { out(message("ACK sip:bob@example.net SIP/2.0", "1 ACK", with, "")) })
		})
	})
	w.at(end+60*time.Millisecond, func() {
		out(message("BYE sip:bob@example.net SIP/2.0", "2 BYE", with, ""))
		w.after(w.lag(proxy), func() { in(message("SIP/2.0 200 OK", "2 BYE", with, "")) })
	})
}

func hexText(b []byte) string {
	const digits = "0123456789abcdef"
	var s strings.Builder
	for _, c := range b {
		s.WriteByte(digits[c>>4])
		s.WriteByte(digits[c&15])
	}
	return s.String()
}

// snmp is a message of version 1 with n counters; kind is the type of its body.
func (w *world) snmp(kind byte, n int) []byte {
	var list []byte
	for i := range n {
		oid := der(0x06, []byte{0x2b, 6, 1, 2, 1, 2, 2, 1, 10, byte(i + 1)}) // ifInOctets
		value := []byte{0x05, 0}
		if kind == 0xa2 {
			value = der(0x41, be32(w.rng.u32()>>1))
		}
		list = append(list, der(0x30, oid, value)...)
	}
	number := func(v byte) []byte { return der(0x02, []byte{v}) }
	return der(0x30, number(0), der(0x04, []byte("public")), der(kind, der(0x02, be32(0x2c1d9a07)), number(0), number(0), der(0x30, list)))
}
