package decoder

import (
	"encoding/binary"
	"fmt"
)

// games count their packets in the first bytes, and are silent about the rest.
var games = []stranger{
	{"Source engine, queries", "game", 95, func(w *wild) {
		w.swarm(120, func(c *chat, i int) {
			c.out(0xff, 0xff, 0xff, 0xff, "TSource Engine Query", 0)
			c.in(0xff, 0xff, 0xff, 0xff, "I\x11", fmt.Sprintf("Example server %d", i), 0, "de_example", 0, "cstrike", 0, "Game", 0, w.dice(8))
		})
	}},
	{"Source engine, players and rules", "game", 95, func(w *wild) {
		w.swarm(80, func(c *chat, i int) {
			c.out(0xff, 0xff, 0xff, 0xff, "U", 0xff, 0xff, 0xff, 0xff)
			ch := w.dice(4)
			c.in(0xff, 0xff, 0xff, 0xff, "A", ch)
			c.out(0xff, 0xff, 0xff, 0xff, "V", ch)
			c.in(0xff, 0xff, 0xff, 0xff, "E", w.dice(60))
		})
	}},
	{"Source engine, in play", "", 0, func(w *wild) { // numbers in little endian: byte 2 is 2 after 131072
		w.gap = 15000
		for range 4 {
			c := w.udp(27005, w.peer(), 27015)
			for i := range 150 {
				c.out(le32(0x2_0000+i), le32(0x2_0100+i), 0, w.u16(), w.some(20, 60))
				c.in(le32(0x2_0100+i), le32(0x2_0000+i), 0, w.u16(), w.some(50, 300))
			}
		}
	}},
	{"Quake III", "game", 50, func(w *wild) {
		w.gap = 15000
		for k := range 6 {
			c := w.udp(27960, w.peer(), 27960)
			if k < 3 {
				c.out(0xff, 0xff, 0xff, 0xff, "getstatus\n")
				c.in(0xff, 0xff, 0xff, 0xff, "statusResponse\n\\version\\ioq3\\mapname\\q3dm17\n")
				c.out(0xff, 0xff, 0xff, 0xff, "connect \"\\qport\\3201\"")
			}
			port := w.dice(2)
			for i := range 80 {
				c.out(le32(k*0x20000+i), port, w.some(25, 60))
				c.in(le32(k*0x20000+i), w.some(40, 300))
			}
		}
	}},
	{"Minecraft (RakNet)", "RakNet", 90, func(w *wild) {
		magic := "\x00\xff\xff\x00\xfe\xfe\xfe\xfe\xfd\xfd\xfd\xfd\x12\x34\x56\x78"
		w.gap = 12000
		for range 5 {
			c := w.udp(w.local(), w.peer(), 19132)
			c.out(1, uint64(w.now), magic, w.dice(8))
			c.in(0x1c, uint64(w.now), w.dice(8), magic, uint16(30), "MCPE;Example;1;1.0;3;20;1;abcd")
			c.out(5, magic, 8, zeros(1400))
			c.in(6, magic, w.dice(8), 0, uint16(1400))
			for i := range 90 {
				seq := 0x200 + i
				c.out(0x84, le32(seq)[:3], 0x60, uint16(8*40), le32(seq)[:3], le32(i)[:3], 0, w.dice(40))
				c.in(0xc0, uint16(1), 1, le32(seq)[:3])
				c.in(0x84, le32(seq + 7)[:3], 0x40, uint16(8*60), le32(seq)[:3], w.dice(60))
			}
		}
	}},
	{"RakNet from the middle", "", 0, func(w *wild) {
		w.gap = 12000
		for range 5 {
			c := w.udp(w.local(), w.peer(), w.high())
			for i := range 90 {
				seq := 0x20200 + i
				c.out(0x84, le32(seq)[:3], 0x60, uint16(8*40), le32(seq)[:3], le32(i)[:3], 0, w.dice(40))
				c.in(0x84, le32(seq + 0xb00)[:3], 0x40, uint16(8*60), le32(seq)[:3], w.dice(60))
			}
		}
	}},
	{"ENet", "", 0, func(w *wild) { // peer and session, then a clock of two bytes
		w.gap = 16000
		for range 5 {
			c := w.udp(w.local(), w.peer(), w.high())
			for i := range 100 {
				c.out(0x80, 1, uint16(0x0200+w.n(0, 255)), 6, 0xff, uint16(i), w.some(20, 50))
				c.in(0x90, 0, uint16(0x0d00+w.n(0, 255)), 7, 1, uint16(i), uint16(40), w.dice(40))
			}
		}
	}},
	{"counter of 16 bits, constant 02", "", 0, func(w *wild) { // Battlefield-like
		w.gap = 15000
		for range 4 {
			c := w.udp(w.local(), w.peer(), 16567)
			for i := range uint16(150) {
				c.out(0x1000+i, 2, w.some(30, 70))
				c.in(0x8000+i, 2, w.some(50, 300))
			}
		}
	}},
	{"counter of 16 bits, little endian, constant 02", "", 0, func(w *wild) {
		w.gap = 15000
		for range 4 {
			c := w.udp(w.local(), w.peer(), 16567)
			for i := range 150 {
				c.out(le16(0x1000+i), 2, w.some(30, 70))
				c.in(le16(0x8000+i), 2, w.some(50, 300))
			}
		}
	}},
	{"counter of 16 bits, constant 02, to many", "", 0, func(w *wild) {
		w.swarm(120, func(c *chat, i int) { c.out(uint16(0x1000+i), 2, w.some(15, 40)) })
	}},
	{"counter of 16 bits, constant 02, two to each", "", 0, func(w *wild) { // the first ones count by two
		w.swarm(80, func(c *chat, i int) {
			c.out(uint16(0x1000+2*i), 2, w.some(15, 40))
			c.out(uint16(0x1001+2*i), 2, w.some(15, 40))
		})
	}},
	{"counter of 16 bits, little endian, constant 02, to many", "", 0, func(w *wild) {
		w.swarm(120, func(c *chat, i int) { c.out(le16(0x1000+i), 2, w.some(15, 40)) })
	}},
	{"counter of 16 bits, constant 0d", "", 0, func(w *wild) {
		w.gap = 15000
		for range 4 {
			c := w.udp(w.local(), w.peer(), w.high())
			for i := range uint16(150) {
				c.out(0x1000+i, 0x0d, w.some(30, 70))
				c.in(0x8000+i, 0x0d, w.some(50, 300))
			}
		}
	}},
	{"counters of 24 and 32 bits", "", 0, func(w *wild) {
		w.gap = 9000
		for k := range 12 {
			c := w.udp(w.local(), w.peer(), w.high())
			start := uint32(0x12340200)
			if k%2 == 1 {
				start = 0x12340d00
			}
			for i := range uint32(120) {
				switch k % 6 {
				case 0, 1:
					c.out(start+i, w.some(20, 70))
					c.in(start+i, w.some(20, 70))
				case 2, 3: // little endian, of three bytes
					c.out(le32(int(start<<8&0xffff00 + i))[:3], w.some(20, 70))
					c.in(le32(int(start<<8&0xffff00 + i))[:3], w.some(20, 70))
				default: // little endian, byte 2 stays
					c.out(le32(int(start<<8+i)), w.some(20, 70))
					c.in(le32(int(start<<8+i)), w.some(20, 70))
				}
			}
		}
	}},
	{"counter of 16 bits behind a kind", "", 0, func(w *wild) { // byte 1 and 2 count
		w.gap = 9000
		for k := range 6 {
			c := w.udp(w.local(), w.peer(), w.high())
			for i := range 120 {
				if k%2 == 0 {
					c.out(7, le16(i), w.some(20, 70))
					c.in(9, le16(i), w.some(20, 70))
				} else {
					c.out(7, uint16(i), w.some(20, 70))
					c.in(9, uint16(i), w.some(20, 70))
				}
			}
		}
	}},
	{"StarCraft-like", "", 0, func(w *wild) { // a checksum, then the length in little endian
		w.swarm(40, func(c *chat, i int) {
			for k := range 8 {
				n := []int{13, 13, 15, 18, 34}[w.n(0, 4)]
				c.out(w.dice(2), le16(n), le16(k), le16(k), 0, 0, i, w.dice(n-11))
				c.in(w.dice(2), le16(13), le16(k), le16(k), 0, 0, 1, w.dice(2))
			}
		})
	}},
	{"Warcraft III", "Warcraft III", 90, func(w *wild) {
		w.swarm(60, func(c *chat, i int) {
			c.out(0xf7, 0x2f, le16(16), "PX3W", le32(26), le32(0))
			c.in(0xf7, 0x30, le16(120), "PX3W", le32(26), le32(i), w.dice(100))
		})
	}},
	{"DirectPlay 8", "", 0, func(w *wild) {
		w.gap = 12000
		for range 5 {
			c := w.udp(w.local(), w.peer(), 2302)
			c.out(0x88, 1, 0, 0, le32(0x10006), w.dice(4), w.dice(4))
			c.in(0x88, 2, 0, 0, le32(0x10006), w.dice(4), w.dice(4))
			for i := range 100 {
				c.out(0x3f, 0, i, i+1, w.some(20, 60))
				c.in(0x37, 0, i+1, i, w.some(20, 60))
			}
		}
	}},
	{"Unreal-like", "", 0, func(w *wild) { // numbers that are no whole bytes
		w.gap = 12000
		for range 5 {
			c := w.udp(w.local(), w.peer(), 7777)
			for i := range 100 {
				var b [8]byte
				binary.LittleEndian.PutUint64(b[:], uint64(i)<<1|uint64(i+3)<<16|uint64(w.u32())<<33)
				c.out(b[:], w.some(10, 60))
				c.in(b[:], w.some(10, 160))
			}
		}
	}},
	{"id, kind 02 and a checksum", "", 0, func(w *wild) { // acknowledged by 11 bytes with another kind
		w.gap = 12000
		for range 5 {
			c := w.udp(w.local(), w.peer(), w.high())
			for i := range uint16(40) {
				c.out(i, 2, w.dice(4), w.some(20, 60))
				c.in(i, 6, w.dice(8))
			}
		}
	}},
	{"QQ", "QQ", 90, func(w *wild) { // 02, version, command, number ... 03: one version is 0c0d
		for k := range 6 {
			c := w.udp(w.local(), w.peer(), 8000)
			who := w.u32()
			version := []uint16{0x0c0d, 0x0c21, 0x0d51, 0x0d55, 0x0e1b, 0x0f15}[k]
			for i := range uint16(40) {
				cmd := uint16([]int{2, 0x16, 0x17, 0x26, 0x0d}[w.n(0, 4)])
				c.out(2, version, cmd, 0x0200+i, who, w.dice(8*w.n(2, 9)), 3)
				c.in(2, uint16(0x0100), cmd, 0x0200+i, w.dice(8*w.n(2, 9)), 3)
			}
		}
	}},
}
