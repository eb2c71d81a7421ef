package decoder

import (
	"encoding/hex"
	"fmt"
	"strings"
)

func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

// talkLike is what sixty short messages of some protocol look like.
func (l *line) talk(n int, out, in func() []byte) {
	for range n {
		l.send(0, out())
		l.send(1, in())
	}
}

// tlsRecord frames a record.
func tlsRecord(kind int, version uint16, body ...any) []byte {
	b := pack(body...)
	return pack(kind, version, uint16(len(b)), b)
}

// tlsTalk is a handshake and what follows it.
func (w *wild) tlsTalk(port uint16, version uint16, hello []byte) {
	l := w.tcp(port)
	l.send(0, hello)
	clock := w.u32()
	if w.n(0, 3) == 0 {
		clock = 0x401be486 // it happens to be the hour at which another program's clock stands
	}
	random := w.dice(28)
	if w.n(0, 1) == 0 {
		random[0] = 0x02
	}
	server := pack(2, 0, 0, 70, version, clock, random, 32, w.dice(32), uint16(5), 0)
	if version > 0x0303 {
		version = 0x0303
	}
	l.in(tlsRecord(0x16, version, server), tlsRecord(0x16, version, 0x0b, 0, 4, 0, w.dice(1024)))
	l.out(tlsRecord(0x16, version, 0x10, 0, 0, 130, w.dice(130)), tlsRecord(0x14, version, 1), tlsRecord(0x16, version, w.dice(32)))
	l.in(tlsRecord(0x14, version, 1), tlsRecord(0x16, version, w.dice(32)))
	for range 4 {
		l.out(tlsRecord(0x17, version, w.some(30, 400)))
		l.in(tlsRecord(0x17, version, w.some(30, 2000)))
	}
}

// oldHello is a ClientHello in the form of SSL 2 with those ciphers.
func oldHello(version uint16, ciphers, challenge []byte) []byte {
	n := 9 + len(ciphers) + len(challenge)
	return pack(0x80|n>>8, n, 1, version, uint16(len(ciphers)), uint16(0), uint16(len(challenge)), ciphers, challenge)
}

// The hello that libjingle, and with it Google Talk, puts before a connection on port 443, and its
// answer: constants, too, of the same lengths as those of Skype.
var (
	talkHello  = unhex("80460103010 02d0000001001008003008007 00c006004002008004008000000400feff00000a00fefe0000090000640000620000030000061f170ca62f0078fc46552eb18339f1ea")
	talkAnswer = unhex("160301004a020000460301428545a727a95da0b3c5e753da482b3fc65aca89c15852a1783c5b1746 00853f200ed306725b5b1b5f15ac13f988539d9be83d7b0c30326e384da2755741 6c345c000400")
)

// ports at which a stream of random bytes could be something of Skype's.
var skypishPorts = []uint16{443, 80, 33033, 40001, 12350, 13392, 23456, 57322}

// streams are conversations over TCP.
var streams = []stranger{
	{"TLS 1.0 to 1.3", "TLS", 95, func(w *wild) {
		for i := range 12 {
			version := uint16(0x0301 + i%4)
			legacy := min(version, 0x0303)
			body := pack(legacy, w.dice(32), 32, w.dice(32), uint16(8), w.dice(8), 1, 0, uint16(60), w.dice(60))
			w.tlsTalk([]uint16{443, 993, 33033, 9001}[i%4], version, tlsRecord(0x16, 0x0301, 1, 0, uint16(len(body)), body))
		}
	}},
	{"TLS with an old hello", "TLS", 95, func(w *wild) {
		explorer := unhex("00000400000500000a0100800700c00300800000090600400000640000620000030000060200800400800000130000120000 63")
		firefox := unhex("0000390000380000350000330000320000040000050000 2f00001600001300feff00000a00001500001200fefe000009000064000062000003000006")
		mixed := unhex("000005000004000039000038000035000033000032 00002f00001600001300000a0000150000120000090000ff") // 45 bytes
		near := unhex("00000500000400000a0000090000640000620000 08000003000006010080070 0c003008006004002008000002f") // all but the last as Skype has it
		order := unhex("01008007 00c003008006004002008004008000000500000400000a000009000064000062000008000003000006")
		for i := range 15 {
			c := [][]byte{explorer, firefox, mixed, near, order}[i%5]
			w.tlsTalk(443, 0x0301, oldHello(0x0301, c, w.dice(16)))
			if i%5 == 3 {
				l := w.tcp(443)
				l.send(0, oldHello(0x0301, c, w.dice(16)))
				l.out(w.dice(1))
				l.in(tlsRecord(0x15, 0x0301, 2, 40))
			}
		}
	}},
	{"Google Talk's false hello", "Google Talk", 70, func(w *wild) {
		for i := range 12 {
			l := w.tcp(443)
			l.send(0, talkHello)
			if i%4 != 3 {
				l.send(1, talkAnswer)
			}
			for range 4 {
				l.out(w.some(14, 200))
				l.in(w.some(14, 200))
			}
		}
	}},
	{"Tor", "TLS", 95, func(w *wild) {
		for range 9 {
			body := pack(uint16(0x0301), w.dice(32), 0, uint16(56), w.dice(56), 1, 0)
			w.tlsTalk(9001, 0x0301, tlsRecord(0x16, 0x0301, 1, 0, uint16(len(body)), body))
		}
	}},
	{"HTTP", "HTTP", 95, func(w *wild) {
		for i := range 20 {
			l := w.tcp([]uint16{80, 8080, 33033}[i%3])
			l.out(fmt.Sprintf("GET /page%d HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: Mozilla/5.0 (like Skype)\r\n\r\n", i))
			l.in("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\n", strings.Repeat("x", 500))
		}
	}},
	{"HTTP that asks almost like Skype", "HTTP", 0, func(w *wild) {
		for i := range 20 {
			l := w.tcp(80)
			path := []string{"/ui/2/app.js", "/ui/main/2/en/start", "/ui/0/1.0/en/", "/ui/", "http://ui.skyscanner.net/x"}[i%5]
			l.out("GET " + path + " HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
			l.in("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
		}
	}},
	{"SSH", "SSH", 95, func(w *wild) {
		for range 10 {
			l := w.tcp(22)
			l.in("SSH-2.0-OpenSSH_4.3\r\n")
			l.out("SSH-2.0-PuTTY\r\n")
			l.talk(5, func() []byte { return w.some(48, 400) }, func() []byte { return w.some(48, 400) })
		}
	}},
	{"BitTorrent", "BitTorrent", 95, func(w *wild) {
		for range 10 {
			l := w.tcp(w.high())
			l.out("\x13BitTorrent protocol", w.dice(8), w.dice(40))
			l.in("\x13BitTorrent protocol", w.dice(8), w.dice(40))
			l.talk(5, func() []byte { return pack(uint32(13), 6, w.dice(12)) }, func() []byte { return pack(uint32(0x4009), 7, w.dice(300)) })
		}
	}},
	{"BitTorrent, obfuscated", "", 0, func(w *wild) { // MSE: a key of 96 bytes and up to 512 of padding
		for i := range 60 {
			l := w.tcp(skypishPorts[i%len(skypishPorts)])
			pad := []int{0, 1, 3, 13, 16, 40, 512}[w.n(0, 6)]
			l.out(w.dice(96), w.dice(pad))
			l.in(w.dice(96), w.some(0, 16))
			l.out(w.some(8, 90))
			l.talk(3, func() []byte { return w.some(5, 300) }, func() []byte { return w.some(5, 300) })
		}
	}},
	{"random streams, openings of all lengths", "", 0, func(w *wild) {
		for _, n := range []int{14, 27, 48, 60, 72, 79, 85, 96, 109, 14, 27, 57, 100} {
			for _, port := range skypishPorts {
				l := w.tcp(port)
				l.out(w.dice(n))
				l.in(w.dice([]int{14, 27, n, 79, 24}[w.n(0, 4)]))
				l.talk(3, func() []byte { return w.some(4, 120) }, func() []byte { return w.some(4, 120) })
			}
		}
	}},
	{"random streams, with sizes of a key exchange", "", 0, func(w *wild) { // 48 to 112, the same, then 8 bytes
		for range 6 {
			for _, port := range skypishPorts {
				l := w.tcp(port)
				l.out(w.some(48, 112))
				l.in(w.some(48, 112))
				l.out(w.dice(8))
				l.in(w.dice(8))
				l.talk(3, func() []byte { return w.some(14, 120) }, func() []byte { return w.some(14, 120) })
			}
		}
	}},
	{"openings of 14 bytes", "", 0, func(w *wild) {
		for i := range 48 {
			l := w.tcp(skypishPorts[i%len(skypishPorts)])
			switch i % 6 {
			case 0:
				l.out("GET / HTTP/1.0")
			case 1:
				l.out("HELO localhost")
			case 2:
				l.out(uint32(10), uint16(1), w.dice(8))
			case 3:
				l.out(zeros(14))
			default:
				l.out(w.dice(14))
			}
			l.in(w.dice(14))
			l.talk(3, func() []byte { return w.some(4, 60) }, func() []byte { return w.some(4, 60) })
		}
	}},
	{"Shadowsocks", "", 0, func(w *wild) { // a salt, then ciphertext
		for i := range 40 {
			l := w.tcp(skypishPorts[i%len(skypishPorts)])
			l.out(w.dice(32), w.some(40, 500))
			l.in(w.dice(32), w.some(40, 500))
			l.talk(3, func() []byte { return w.some(34, 300) }, func() []byte { return w.some(34, 300) })
		}
	}},
	{"RDP", "RDP", 95, func(w *wild) {
		for range 10 {
			l := w.tcp(3389)
			l.out(3, 0, uint16(19), 14, 0xe0, zeros(5), 1, 0, 8, 0, 3, 0, 0, 0)
			l.in(3, 0, uint16(19), 14, 0xd0, zeros(5), 2, 0, 8, 0, 1, 0, 0, 0)
			l.talk(5, func() []byte { return w.some(60, 400) }, func() []byte { return w.some(60, 400) })
		}
	}},
	{"VNC", "VNC", 95, func(w *wild) {
		for range 10 {
			l := w.tcp(5900)
			l.in("RFB 003.008\n")
			l.out("RFB 003.008\n")
			l.talk(5, func() []byte { return pack(3, 1, zeros(8)) }, func() []byte { return pack(0, 0, uint16(1), w.dice(300)) })
		}
	}},
	{"MySQL", "MySQL", 90, func(w *wild) {
		for range 10 {
			l := w.tcp(3306)
			l.in(le32(72)[:3], 0, 10, "5.0.45-log\x00", le32(77), w.dice(8), 0, w.dice(47))
			l.out(le32(60)[:3], 1, le32(0x3a685), le32(1<<24), 8, zeros(23), "root\x00", 20, w.dice(20))
			l.talk(5, func() []byte { return pack(le32(9)[:3], 0, 3, "SELECT 1") }, func() []byte { return pack(le32(1)[:3], 1, 1, w.dice(60)) })
		}
	}},
	{"PostgreSQL", "PostgreSQL", 90, func(w *wild) {
		for range 10 {
			l := w.tcp(5432)
			l.out(uint32(37), uint32(0x30000), "user\x00postgres\x00database\x00shop\x00\x00")
			l.in("R", uint32(12), uint32(5), w.dice(4))
			l.talk(5, func() []byte { return pack("Q", uint32(13), "SELECT 1", 0) }, func() []byte { return pack("T", uint32(33), uint16(1), w.dice(27)) })
		}
	}},
	{"IRC", "IRC", 95, func(w *wild) {
		for i := range 10 {
			l := w.tcp(6667)
			l.out(fmt.Sprintf("NICK guest%d\r\nUSER guest 0 * :guest\r\n", i))
			l.in(":irc.example.net 001 guest :Welcome\r\n")
			l.talk(5, func() []byte { return []byte("PRIVMSG #talk :hello\r\n") }, func() []byte { return []byte(":a!b@c PRIVMSG #talk :hi\r\n") })
		}
	}},
	{"mail", "SMTP|POP3|IMAP|FTP", 95, func(w *wild) {
		for i := range 12 {
			l := w.tcp([]uint16{25, 110, 143, 21}[i%4])
			l.in([]string{"220 mail.example.net ESMTP\r\n", "+OK ready\r\n", "* OK IMAP4rev1\r\n", "220 ftp.example.net\r\n"}[i%4])
			l.talk(5, func() []byte { return []byte("NOOP some thing\r\n") }, func() []byte { return []byte("250 ok then\r\n") })
		}
	}},
	{"ICQ and AIM", "AIM|ICQ|OSCAR", 90, func(w *wild) { // OSCAR
		for i := range 16 {
			l := w.tcp([]uint16{5190, 443, 80, 33033}[i%4])
			seq := w.u16()
			if i%2 == 0 {
				l.in(0x2a, 1, w.u16(), uint16(4), uint32(1))
				l.out(0x2a, 1, seq, uint16(70), uint32(1), w.dice(66))
			} else {
				l.out(0x2a, 1, seq, uint16(70), uint32(1), w.dice(66))
				l.in(0x2a, 1, w.u16(), uint16(4), uint32(1))
			}
			l.talk(5, func() []byte { seq++; return pack(0x2a, 2, seq, uint16(40), w.dice(40)) }, func() []byte { return pack(0x2a, 2, seq, uint16(60), w.dice(60)) })
		}
	}},
	{"ICQ and AIM from the middle", "AIM|ICQ|OSCAR", 90, func(w *wild) {
		for i := range 16 {
			l := w.tcp([]uint16{5190, 443, 80, 33033}[i%4])
			seq := w.u16()
			l.talk(6, func() []byte { seq++; return pack(0x2a, 2, seq, uint16(40), uint16(4), uint16(6), w.dice(36)) }, func() []byte { return pack(0x2a, 2, seq, uint16(60), uint16(4), uint16(7), w.dice(56)) })
		}
	}},
	{"MSN Messenger", "MSN", 90, func(w *wild) {
		for i := range 12 {
			l := w.tcp([]uint16{1863, 443, 80}[i%3])
			if i%2 == 0 {
				l.out("VER 1 MSNP12 MSNP11 CVR0\r\n")
				l.in("VER 1 MSNP12\r\n")
			} else {
				l.out("USR 1 someone@example.com 123.456.789\r\n")
				l.in("USR 1 OK someone@example.com x\r\n")
			}
			l.talk(5, func() []byte { return []byte("PNG\r\n") }, func() []byte { return []byte("QNG 43\r\n") })
		}
	}},
	{"Jabber", "XMPP", 90, func(w *wild) {
		for i := range 12 {
			l := w.tcp([]uint16{5222, 443, 80}[i%3])
			l.out("<?xml version='1.0'?><stream:stream to='example.com' xmlns='jabber:client'>")
			l.in("<?xml version='1.0'?><stream:stream from='example.com' id='1'>")
			l.talk(5, func() []byte { return []byte("<presence/>") }, func() []byte { return []byte("<message><body>x</body></message>") })
		}
	}},
	{"Yahoo Messenger", "Yahoo", 90, func(w *wild) {
		for i := range 12 {
			l := w.tcp([]uint16{5050, 443, 80}[i%3])
			l.talk(6, func() []byte {
				return pack("YMSG", uint16(12), uint16(0), uint16(20), uint16(0x57), uint32(0), w.dice(24))
			},
				func() []byte {
					return pack("YMSG", uint16(12), uint16(0), uint16(30), uint16(0x57), uint32(1), w.dice(34))
				})
		}
	}},
	{"eDonkey over TCP", "eDonkey", 90, func(w *wild) {
		for i := range 12 {
			l := w.tcp([]uint16{4662, 4661, 443}[i%3])
			hello := pack(1, 16, w.dice(16), w.dice(6), le32(3), w.dice(40))
			l.out(0xe3, le32(len(hello)), hello)
			l.in(0xe3, le32(len(hello)), 0x4c, hello[1:])
			l.talk(5, func() []byte { return pack(0xc5, le32(18), 0x81, w.dice(17)) }, func() []byte { return pack(0xc5, le32(30), 0x82, w.dice(29)) })
		}
	}},
	{"PPTP", "PPTP", 90, func(w *wild) {
		for range 12 {
			l := w.tcp(1723)
			l.out(uint16(156), uint16(1), uint32(0x1a2b3c4d), uint16(1), uint16(0), zeros(144))
			l.in(uint16(156), uint16(1), uint32(0x1a2b3c4d), uint16(2), uint16(0), zeros(144))
			l.talk(3, func() []byte { return pack(uint16(16), uint16(1), uint32(0x1a2b3c4d), uint16(5), uint16(0), w.dice(4)) },
				func() []byte { return pack(uint16(20), uint16(1), uint32(0x1a2b3c4d), uint16(6), uint16(0), w.dice(8)) })
		}
	}},
	{"OpenVPN over TCP", "", 0, func(w *wild) { // its opening is 14 bytes behind the length
		for i := range 16 {
			l := w.tcp([]uint16{1194, 443}[i%2])
			id := w.dice(8)
			if i%4 < 2 {
				l.out(uint16(14))
			}
			if i%4 < 2 {
				l.out(0x38, id, 0, uint32(0))
			} else {
				l.out(uint16(14), 0x38, id, 0, uint32(0))
			}
			l.in(uint16(26), 0x40, w.dice(8), 1, uint32(0), id, uint32(0))
			l.talk(4, func() []byte { return pack(uint16(90), 0x20, id, w.dice(81)) }, func() []byte { return pack(uint16(90), 0x20, w.dice(89)) })
		}
	}},
	{"RTMP", "RTMP", 90, func(w *wild) {
		for i := range 12 {
			l := w.tcp([]uint16{1935, 80, 443}[i%3])
			l.out(3, w.dice(4), zeros(4), w.dice(1528))
			l.in(3, w.dice(4), zeros(4), w.dice(1528))
			l.out(w.dice(1536))
			l.in(w.dice(1536))
		}
	}},
	{"SOCKS", "SOCKS", 90, func(w *wild) {
		for i := range 20 {
			l := w.tcp([]uint16{1080, 9050, 443}[i%3])
			if i%2 == 0 {
				l.out(5, 1, 0)
				l.in(5, 0)
				l.out(5, 1, 0, 1, w.dice(4), uint16(443))
				l.in(5, 0, 0, 1, w.dice(6))
			} else {
				l.out(4, 1, uint16(443), w.dice(4), "user", 0)
				l.in(0, 0x5a, w.dice(6))
			}
			l.talk(3, func() []byte { return w.some(20, 200) }, func() []byte { return w.some(20, 200) })
		}
	}},
	{"Modbus", "", 0, func(w *wild) {
		for range 8 {
			l := w.tcp(502)
			i := uint16(0)
			l.talk(8, func() []byte { i++; return pack(i, uint16(0), uint16(6), 1, 3, uint16(0), uint16(10)) },
				func() []byte { return pack(i, uint16(0), uint16(23), 1, 3, 20, w.dice(20)) })
		}
	}},
	{"MQTT", "MQTT", 90, func(w *wild) {
		for range 8 {
			l := w.tcp(1883)
			l.out(0x10, 14, 0, 4, "MQTT", 4, 2, uint16(60), 0, 2, "ab")
			l.in(0x20, 2, 0, 0)
			l.talk(6, func() []byte { return []byte{0xc0, 0} }, func() []byte { return []byte{0xd0, 0} })
		}
	}},
	{"LDAP", "LDAP", 90, func(w *wild) {
		for range 8 {
			l := w.tcp(389)
			l.out(0x30, 12, 2, 1, 1, 0x60, 7, 2, 1, 3, 4, 0, 0x80, 0)
			l.in(0x30, 12, 2, 1, 1, 0x61, 7, 10, 1, 0, 4, 0, 4, 0)
			l.talk(6, func() []byte { return pack(0x30, 40, 2, 1, 2, 0x63, w.dice(37)) }, func() []byte { return pack(0x30, 40, 2, 1, 2, 0x64, w.dice(37)) })
		}
	}},
	{"streams of numbers", "", 0, func(w *wild) { // records that repeat, as databases and games have them
		for i := range 40 {
			l := w.tcp(skypishPorts[i%len(skypishPorts)])
			k := 0
			l.talk(10, func() []byte { k++; return pack(le16(10), le16(7), le32(k), zeros(2), le32(k*i)) },
				func() []byte { k++; return pack(uint16(10), uint16(1), uint32(k), uint32(w.n(0, 9))) })
		}
	}},
}
