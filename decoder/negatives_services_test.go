package decoder

import (
	"fmt"
	"strings"
)

// dnsName writes a name as DNS does.
func dnsName(name string) []byte {
	var b []byte
	for _, l := range strings.Split(name, ".") {
		b = append(append(b, byte(len(l))), l...)
	}
	return append(b, 0)
}

// netbiosName writes a name as NetBIOS does, two letters a byte.
func netbiosName(name string) []byte {
	b := []byte{32}
	for i := range 16 {
		x := byte(' ')
		if i < len(name) {
			x = name[i]
		}
		b = append(b, 'A'+x>>4, 'A'+x&15)
	}
	return append(b, 0)
}

// services are the rest of what is heard on a network, tunnels among it.
var services = []stranger{
	{"DNS", "DNS", 95, func(w *wild) {
		server := w.peer()
		for i := range 120 {
			c := w.udp(w.local(), server, 53)
			id, q := w.u16(), pack(dnsName(fmt.Sprintf("host%d.example.com", i)), uint16(1), uint16(1))
			c.out(id, uint16(0x0100), uint16(1), uint16(0), uint16(0), uint16(0), q)
			c.in(id, uint16(0x8580), uint16(1), uint16(1), uint16(0), uint16(0), q, uint16(0xc00c), uint16(1), uint16(1), uint32(300), uint16(4), w.dice(4))
		}
	}},
	{"DNS, cut, numbered by twos", "DNS", 95, func(w *wild) { // flags 0200 and 8300
		mine := w.local() // one port, as old servers have it
		for i := range 100 {
			c := w.udp(mine, w.peer(), 53)
			id, q := uint16(0x4000+2*i), pack(dnsName(fmt.Sprintf("host%d.example.com", i)), uint16(1), uint16(1))
			c.out(id, uint16(0x0200), uint16(1), uint16(0), uint16(0), uint16(0), q)
			c.in(id, uint16(0x8300), uint16(1), uint16(0), uint16(0), uint16(0), q)
		}
	}},
	{"DNS, cut, on other ports", "DNS", 95, func(w *wild) {
		w.swarm(100, func(c *chat, i int) {
			q := pack(dnsName(fmt.Sprintf("host%d.example.com", i)), uint16(1), uint16(1))
			c.out(uint16(0x4000+2*i), uint16(0x0200), uint16(1), uint16(0), uint16(0), uint16(0), q)
		})
	}},
	{"mDNS", "DNS", 95, func(w *wild) {
		for i := range 60 {
			c := &chat{w, 0xc0a80100 + uint32(i%20), 0xe00000fb, 5353, 5353}
			c.out(uint16(0), uint16(0), uint16(1), uint16(0), uint16(0), uint16(0), dnsName("_ipp._tcp.local"), uint16(12), uint16(1))
			c.out(uint16(0), uint16(0x8400), uint16(0), uint16(1), uint16(0), uint16(0), dnsName(fmt.Sprintf("host%d.local", i)), uint16(1), uint16(0x8001), uint32(120), uint16(4), w.dice(4))
		}
	}},
	{"LLMNR", "DNS", 95, func(w *wild) {
		for i := range 60 {
			c := &chat{w, w.me, 0xe00000fc, w.local(), 5355}
			id := w.u16()
			for range 2 {
				c.out(id, uint16(0), uint16(1), uint16(0), uint16(0), uint16(0), dnsName(fmt.Sprintf("pc%d", i)), uint16(1), uint16(1))
			}
		}
	}},
	{"NetBIOS names", "NetBIOS", 95, func(w *wild) {
		for i := range 40 {
			c := &chat{w, 0xc0a80100 + uint32(i), 0xc0a801ff, 137, 137}
			for range 3 {
				c.out(uint16(0x8000+2*i), uint16(0x0110), uint16(1), uint16(0), uint16(0), uint16(0), netbiosName(fmt.Sprintf("PC%d", i)), uint16(0x20), uint16(1))
			}
			c.out(w.u16(), uint16(0x2910), uint16(1), uint16(0), uint16(0), uint16(1), netbiosName("WORKGROUP"), uint16(0x20), uint16(1), uint16(0xc00c), uint16(0x20), uint16(1), uint32(0), uint16(6), w.dice(6))
		}
	}},
	{"NetBIOS datagrams", "NetBIOS", 95, func(w *wild) {
		for i := range 40 {
			c := &chat{w, 0xc0a80100 + uint32(i), 0xc0a801ff, 138, 138}
			for k := range 3 {
				c.out(0x11, 0x02, uint16(0x0200+2*k), uint32(0xc0a80100+uint32(i)), uint16(138), uint16(187), uint16(0), netbiosName("PC"), netbiosName("WORKGROUP"), "\xffSMB\x25", w.dice(80))
			}
		}
	}},
	{"NTP", "NTP", 95, func(w *wild) {
		for i := range 40 {
			c := w.udp(123, w.peer(), 123)
			if i%2 == 0 {
				c.mine = w.local()
			}
			poll := []int{6, 10, 0x0d}[i%3]
			for range 3 {
				c.out(0xe3, 0, poll, 0xfa, uint32(0x10000), uint32(0x10000), zeros(28), w.dice(8))
				c.in(0x24, 2, poll, 0xec, uint32(0x100), uint32(0x200), w.dice(36))
			}
		}
	}},
	{"SNMP", "SNMP", 95, func(w *wild) {
		for i := range 30 {
			c := w.udp(w.local(), w.peer(), 161)
			for range 3 {
				c.out(0x30, 41, 2, 1, 0, 4, 6, "public", 0xa0, 28, 2, 4, w.dice(4), 2, 1, 0, 2, 1, 0, 0x30, 14, 0x30, 12, 6, 8, 0x2b, 6, 1, 2, 1, 1, 3, 0, 5, 0)
				c.in(0x30, 0x82, uint16(0x0210), 2, 1, 0, 4, 6, "public", 0xa2, 0x82, uint16(0x0201), w.dice(0x0210-15))
			}
			_ = i
		}
	}},
	{"SSDP", "SSDP", 95, func(w *wild) {
		for range 40 {
			c := &chat{w, w.me, 0xeffffffa, w.local(), 1900}
			for range 3 {
				c.out("M-SEARCH * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\nMan: \"ssdp:discover\"\r\nMX: 3\r\nST: ssdp:all\r\n\r\n")
			}
		}
	}},
	{"SSDP answers", "SSDP", 95, func(w *wild) {
		mine := w.local()
		for range 40 {
			c := w.udp(mine, w.peer(), 1900)
			for range 3 {
				c.in("HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nST: upnp:rootdevice\r\nUSN: uuid:1\r\n\r\n")
			}
		}
	}},
	{"DHCP", "DHCP", 95, func(w *wild) {
		for range 60 {
			c := &chat{w, 0, 0xffffffff, 68, 67}
			id := w.u32()
			c.out(1, 1, 6, 0, id, zeros(20), w.dice(6), zeros(10+192), uint32(0x63825363), 53, 1, 1, 255, zeros(56))
			c.in(2, 1, 6, 0, id, zeros(8), w.dice(4), zeros(8), w.dice(6), zeros(10+192), uint32(0x63825363), 53, 1, 2, 255, zeros(56))
		}
	}},
	{"TFTP", "TFTP", 90, func(w *wild) { // from block 512 on byte 2 is 02
		for range 4 {
			mine := w.local()
			far, port := w.peer(), w.high()
			w.udp(mine, far, 69).out(0, 1, "firmware.bin\x00octet\x00")
			c := w.udp(mine, far, port)
			for i := range 150 {
				c.in(0, 3, uint16(0x0200+i), w.dice(512))
				c.out(0, 4, uint16(0x0200+i))
			}
		}
	}},
	{"RADIUS", "RADIUS", 95, func(w *wild) {
		for range 10 {
			c := w.udp(w.local(), w.peer(), 1812)
			for i := range 10 {
				n := w.n(40, 250)
				c.out(1, i, uint16(20+n), w.dice(16), w.dice(n))
				n = 0x0200 + w.n(0, 200)
				c.in(2, i, uint16(20+n), w.dice(16), w.dice(n))
			}
		}
	}},
	{"syslog", "syslog", 95, func(w *wild) {
		for i := range 30 {
			c := w.udp(514, w.peer(), 514)
			for range 5 {
				c.out(fmt.Sprintf("<%d>Aug 25 19:31:06 host%d sshd[%d]: Accepted publickey for user", w.n(10, 190), i, w.n(100, 9999)))
			}
		}
	}},
	{"NetFlow", "NetFlow", 90, func(w *wild) {
		for _, version := range []uint16{5, 9, 10} {
			c := w.udp(w.local(), w.peer(), 2055)
			for i := range uint32(60) {
				switch version {
				case 5:
					c.out(version, uint16(30), uint32(90000+i), uint32(1156534266), w.u32(), i*30, uint32(0), w.dice(48*4))
				case 9:
					c.out(version, uint16(0x0200+i), uint32(90000+i), uint32(1156534266), i, uint32(7), uint16(256), uint16(200), w.dice(196))
				default:
					c.out(version, uint16(0x0210), uint32(1156534266), i, uint32(7), uint16(256), uint16(0x200), w.dice(0x200-4))
				}
			}
		}
	}},
	{"sFlow", "sFlow", 90, func(w *wild) {
		c := w.udp(w.local(), w.peer(), 6343)
		for i := range uint32(120) {
			c.out(uint32(5), uint32(1), w.me, uint32(0), i, 1000*i, uint32(1), uint32(1), uint32(144), w.dice(140))
		}
	}},
	{"CoAP", "CoAP", 90, func(w *wild) { // the message id is in bytes 2 and 3
		for range 6 {
			c := w.udp(w.local(), w.peer(), 5683)
			for i := range uint16(30) {
				token := w.dice(4)
				c.out(0x44, 1, 0x0200+i, token, 0xbb, ".well-known", 4, "core")
				c.in(0x64, 0x45, 0x0200+i, token, 0xc1, 40, 0xff, w.some(20, 60))
			}
		}
	}},
	{"CoAP over other ports", "CoAP", 90, func(w *wild) {
		w.swarm(60, func(c *chat, i int) {
			c.out(0x48, 2, uint16(0x0200+i), w.dice(8), 0xb2, "rd", 0xff, w.some(20, 60))
			c.in(0x68, 0x41, uint16(0x0200+i), w.dice(8))
		})
	}},
	{"memcached", "memcached", 90, func(w *wild) {
		for range 10 {
			c := w.udp(w.local(), w.peer(), 11211)
			for i := range uint16(8) {
				c.out(0x0200+i, uint16(0), uint16(1), uint16(0), "get key\r\n")
				c.in(0x0200+i, uint16(0), uint16(1), uint16(0), "VALUE key 0 5\r\nhello\r\nEND\r\n")
			}
		}
	}},
	{"KNXnet/IP", "KNX", 95, func(w *wild) {
		for k := range 8 {
			c := w.udp(w.local(), w.peer(), 3671)
			for i := range 12 {
				c.out(6, 0x10, uint16(0x0420), uint16(21), 4, k, i, 0, 0x11, 0, 0xbc, 0xe0, 0, 0, w.dice(2), 1, 0, 0x80|i&1)
				c.in(6, 0x10, uint16(0x0421), uint16(10), 4, k, i, 0)
			}
		}
	}},
	{"BACnet", "BACnet", 95, func(w *wild) {
		for range 20 {
			c := w.udp(47808, w.peer(), 47808)
			for i := range 5 {
				c.out(0x81, 0x0a, uint16(17), 1, 4, 0, 5, i, 0x0c, 0x0c, 2, w.dice(3), 0x19, 0x55)
				n := 0x0200 + w.n(0, 60)
				c.in(0x81, 0x0a, uint16(n), 1, 0, 0x30, i, 0x0c, w.dice(n-9))
			}
		}
	}},
	{"GTP-U", "GTP", 90, func(w *wild) {
		for range 6 {
			c := w.udp(2152, w.peer(), 2152)
			teid := w.dice(4)
			for range 40 {
				n := w.n(0x200, 0x2f0)
				c.out(0x30, 0xff, uint16(n), teid, 0x45, w.dice(n-1))
				n = w.n(40, 0x2f0)
				c.in(0x30, 0xff, uint16(n), teid, 0x45, w.dice(n-1))
			}
		}
	}},
	{"VXLAN", "VXLAN", 90, func(w *wild) {
		for range 40 {
			c := w.udp(w.local(), w.peer(), 4789)
			for range 4 {
				c.out(8, 0, 0, 0, 0, 2, 0x0d, 0, w.dice(12), 8, 0, 0x45, w.some(50, 300))
			}
		}
	}},
	{"Geneve", "Geneve", 90, func(w *wild) {
		for range 40 {
			c := w.udp(w.local(), w.peer(), 6081)
			for range 4 {
				c.out(2, 0, 0x65, 0x58, 0, 2, 0x0d, 0, w.some(50, 300))
			}
		}
	}},
	{"DTLS 1.2", "DTLS", 95, func(w *wild) {
		for range 6 {
			c := w.udp(w.local(), w.peer(), w.high())
			c.out(0x16, 0xfe, 0xff, zeros(8), uint16(120), 1, 0, 0, 108, zeros(8), 108, 0xfe, 0xfd, w.dice(106))
			c.in(0x16, 0xfe, 0xfd, zeros(8), uint16(90), 2, 0, 0, 78, zeros(8), 78, w.dice(78))
			for i := range 40 {
				c.out(0x17, 0xfe, 0xfd, 0, 1, zeros(5), i, uint16(64), w.dice(64))
				c.in(0x17, 0xfe, 0xfd, 0, 1, zeros(5), i, uint16(64), w.dice(64))
			}
		}
	}},
	{"DTLS 1.3, short headers", "", 0, func(w *wild) {
		for range 6 {
			c := w.udp(w.local(), w.peer(), w.high())
			for range 40 {
				c.out(0x2f, w.dice(2), uint16(64), w.dice(64))
				c.in(0x2e, w.dice(2), w.some(40, 200))
			}
		}
	}},
	{"QUIC 1", "QUIC", 80, func(w *wild) {
		w.gap = 8000
		for k := range 8 {
			c := w.udp(w.local(), w.peer(), 443)
			id := w.dice(8)
			id[1] = []byte{0x02, 0x0d, 0x5d, 0x33}[k%4] // byte 2 of every packet to the server
			c.out(0xc3, uint32(1), 8, id, 0, 0, uint16(0x4490), w.dice(1160))
			c.in(0xc9, uint32(1), 0, 8, id, 0, uint16(0x4490), w.dice(1160))
			for range 50 {
				c.out(0x40|w.n(0, 31), id, w.some(20, 300))
				c.in(0x40|w.n(0, 31), w.some(30, 1200))
			}
		}
	}},
	{"QUIC from the middle", "", 0, func(w *wild) {
		w.gap = 8000
		for k := range 8 {
			c := w.udp(w.local(), w.peer(), 443)
			id := w.dice(8)
			id[1] = []byte{0x02, 0x0d, 0x5d, 0x33}[k%4]
			for range 60 {
				c.out(0x40|w.n(0, 31), id, w.some(20, 300))
				if k < 4 {
					c.in(0x40|w.n(0, 31), w.some(30, 1200))
				}
			}
		}
	}},
	{"gQUIC", "QUIC", 90, func(w *wild) {
		w.gap = 8000
		for range 6 {
			c := w.udp(w.local(), w.peer(), 443)
			id := w.dice(8)
			c.out(0x0d, id, "Q034", 1, w.dice(12), 0xa0, 1, 0, 4, "CHLO", w.dice(1200))
			c.in(0, 1, w.some(30, 60))
			for i := range 50 {
				c.out(0x0c, id, i+2, w.some(20, 300))
				c.in(0, i+2, w.some(30, 1200))
			}
		}
	}},
	{"WireGuard", "WireGuard", 95, func(w *wild) {
		w.gap = 8000
		for k := range 6 {
			c := w.udp(51820, w.peer(), w.high())
			if k > 2 {
				c.mine = w.local()
			}
			a, b := w.dice(4), w.dice(4)
			c.out(1, 0, 0, 0, w.dice(144))
			c.in(2, 0, 0, 0, w.dice(88))
			for i := range 40 {
				c.out(4, 0, 0, 0, a, le32(i), zeros(4), w.dice(16*w.n(1, 20)))
				c.in(4, 0, 0, 0, b, le32(i), zeros(4), w.dice(16*w.n(1, 20)))
			}
		}
	}},
	{"OpenVPN", "OpenVPN", 90, func(w *wild) {
		w.gap = 8000
		for k := range 6 {
			c := w.udp(w.local(), w.peer(), 1194)
			if k > 2 {
				c.port = w.high()
			}
			a, b := w.dice(8), w.dice(8)
			a[1], b[1] = 2, 0x0d // byte 2 of the handshake
			c.out(0x38, a, 0, uint32(0))
			c.in(0x40, b, 1, uint32(0), a, uint32(0))
			for i := range 12 {
				c.out(0x20, a, 0, uint32(i+1), w.some(50, 100))
				c.in(0x28, b, 1, uint32(i), a)
			}
			for range 60 {
				c.out(0x30, w.some(60, 300))
				c.in(0x30, w.some(60, 300))
			}
		}
	}},
	{"OpenVPN from the middle", "", 0, func(w *wild) {
		w.gap = 8000
		for k := range 6 {
			c := w.udp(w.local(), w.peer(), w.high())
			for i := range 60 {
				if k < 3 { // P_DATA_V2: a peer id of three bytes, then a counter
					c.out(0x48, 0, k, 0x0d, uint32(0x0200+i), w.some(60, 300))
					c.in(0x48, 0, 2, 0x0d, uint32(0x0d00+i), w.some(60, 300))
				} else {
					c.out(0x30, w.some(60, 300))
					c.in(0x30, w.some(60, 300))
				}
			}
		}
	}},
	{"IKE", "IKE", 95, func(w *wild) {
		for range 25 {
			c := w.udp(500, w.peer(), 500)
			a, b := w.dice(8), w.dice(8)
			a[2] = 0x02
			c.out(a, zeros(8), 0x21, 0x20, 0x22, 8, uint32(0), uint32(300), w.dice(272))
			c.in(a, b, 0x21, 0x20, 0x22, 0x20, uint32(0), uint32(300), w.dice(272))
			c.out(a, b, 0x2e, 0x20, 0x23, 8, uint32(1), uint32(200), w.dice(172))
			c.in(a, b, 0x2e, 0x20, 0x23, 0x20, uint32(1), uint32(200), w.dice(172))
		}
	}},
	{"ESP in UDP", "ESP", 60, func(w *wild) {
		w.gap = 8000
		for k := range 8 {
			c := w.udp(4500, w.peer(), 4500)
			if k > 4 {
				c.mine, c.port = w.local(), w.high()
			}
			a, b := w.dice(4), w.dice(4)
			a[2], b[2] = 0x02, 0x0d
			for i := range 50 {
				c.out(a, uint32(i+1), w.dice(8*w.n(6, 40)))
				c.in(b, uint32(i+1), w.dice(8*w.n(6, 40)))
				if i%20 == 0 {
					c.out(0xff)
				}
			}
		}
	}},
	{"L2TP", "L2TP", 90, func(w *wild) {
		for k := range 5 {
			c := w.udp(1701, w.peer(), 1701)
			if k > 2 {
				c.port = w.high()
			}
			c.out(0xc8, 2, uint16(60), uint16(0), uint16(0), uint16(0), uint16(0), 0x80, 8, uint16(0), uint16(0), uint16(1), w.dice(40))
			c.in(0xc8, 2, uint16(60), uint16(7), uint16(0), uint16(0), uint16(1), 0x80, 8, uint16(0), uint16(0), uint16(2), w.dice(40))
			for range 50 {
				n := w.n(0x200, 0x2ff)
				c.out(0x40, 2, uint16(n), uint16(0x0d01), uint16(1), w.dice(n-8))
				c.in(0x00, 2, uint16(0x0201), uint16(1), w.some(40, 300)) // no length: byte 2 is the tunnel's
			}
		}
	}},
	{"Teredo", "Teredo", 95, func(w *wild) {
		w.swarm(60, func(c *chat, i int) {
			if i%3 == 0 {
				c.port = 3544
			}
			c.out(0x60, zeros(3), uint16(0), 59, 0x15, 0x20, 1, 0, 0, w.dice(12), 0x20, 1, 0, 0, w.dice(12)) // a bubble
			c.in(0, 0, w.dice(6), 0x60, zeros(3), uint16(24), 0x3a, 0x80, 0x20, 1, 0, 0, w.dice(12), 0x20, 1, 0, 0, w.dice(12), 0x81, w.dice(23))
			c.out(0x60, zeros(3), uint16(40), 6, 0x80, 0x20, 1, 0, 0, w.dice(12), 0x20, 1, 0, 0, w.dice(12), w.dice(40))
		})
	}},
	{"Sun RPC", "RPC", 90, func(w *wild) {
		for k := range 8 {
			c := w.udp(w.local(), w.peer(), 2049)
			if k > 3 {
				c.port = w.high()
			}
			for i := range uint32(20) {
				id := uint32(0x56780200) + i
				c.out(id, uint32(0), uint32(2), uint32(100003), uint32(3), uint32(1), uint32(0), uint32(0), w.dice(40))
				c.in(id, uint32(1), uint32(0), uint32(0), uint32(0), uint32(0), w.dice(80))
			}
		}
	}},
	{"AFS", "", 0, func(w *wild) { // Rx: an epoch, a call, numbers
		for range 8 {
			c := w.udp(7001, w.peer(), 7000)
			head := w.dice(8)
			head[2] = 0x0d
			for i := range uint32(20) {
				c.out(head, i, uint32(1), i, 1, 5, 0, 0, uint16(0), uint16(1), w.dice(40))
				c.in(head, i, uint32(1), i, 1, 4, 0, 0, uint16(0), uint16(1), w.dice(80))
			}
		}
	}},
	{"Kerberos", "Kerberos", 90, func(w *wild) {
		for range 60 {
			c := w.udp(w.local(), w.peer(), 88)
			c.out(0x6a, 0x81, 0xc8, 0x30, 0x81, 0xc5, 0xa1, 3, 2, 1, 5, 0xa2, 3, 2, 1, 10, w.dice(187))
			c.in(0x6b, 0x82, 0x02, 0x40, 0x30, 0x82, 0x02, 0x3c, 0xa0, 3, 2, 1, 5, 0xa1, 3, 2, 1, 11, w.dice(560))
		}
	}},
	{"RIP", "RIP", 90, func(w *wild) {
		for i := range 20 {
			c := &chat{w, 0xc0a80100 + uint32(i), 0xe0000009, 520, 520}
			for range 6 {
				c.out(2, 2, 0, 0, uint16(2), uint16(0), w.dice(3), 0, uint32(0xffffff00), uint32(0), uint32(1))
			}
		}
	}},
	{"BFD", "BFD", 90, func(w *wild) {
		for range 6 {
			c := w.udp(49152, w.peer(), 3784)
			a, b := w.dice(4), w.dice(4)
			for range 20 {
				c.out(0x20, 0xc0, 3, 24, a, b, uint32(50000), uint32(50000), uint32(0))
				c.in(0x20, 0xc0, 2, 24, b, a, uint32(50000), uint32(50000), uint32(0))
			}
		}
	}},
	{"traceroute", "", 0, func(w *wild) {
		far := w.peer()
		for i := range uint16(120) {
			w.udp(w.local(), far, 33434+i).out(i, 0x02, w.dice(1), zeros(9), w.dice(20))
		}
	}},
	{"pop-up messages", "DCE/RPC", 95, func(w *wild) {
		w.swarm(60, func(c *chat, i int) {
			c.port = 1026
			for range 2 {
				c.in(4, 0, 0x28, 0, 0x10, 0, 0, 0, zeros(16), w.dice(48), "\x00\x00SECURITY ALERT", zeros(40))
			}
		})
	}},
	{"Dropbox in the LAN", "Dropbox", 90, func(w *wild) {
		for i := range 20 {
			c := &chat{w, 0xc0a80100 + uint32(i), 0xffffffff, 17500, 17500}
			for range 6 {
				c.out(fmt.Sprintf("{\"host_int\": %d, \"version\": [2, 0], \"displayname\": \"\", \"port\": 17500, \"namespaces\": [%d]}", w.u32(), w.u32()))
			}
		}
	}},
}
