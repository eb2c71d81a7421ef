package synth

import (
	"bufio"
	"encoding/binary"
	"io"
	"math/rand/v2"
)

// LoadFlows is the number of conversations in what Load writes.
const LoadFlows = 5000

// Load writes a capture of n packets for benchmarks: classic pcap, Ethernet and
// IPv4, 70 % UDP with 100 to 200 bytes of payload, 30 % TCP with up to 520,
// random payloads, both directions of LoadFlows conversations in random order.
// A million packets are 244 MB. The same n gives the same bytes; nothing in it
// is Skype but by chance.
func Load(w io.Writer, n int) error {
	b := bufio.NewWriterSize(w, 1<<20)
	head := make([]byte, 24)
	le := binary.LittleEndian
	le.PutUint32(head, 0xa1b2c3d4)
	le.PutUint16(head[4:], 2)
	le.PutUint16(head[6:], 4)
	le.PutUint32(head[16:], 65535)
	le.PutUint32(head[20:], 1)
	b.Write(head)

	r := rand.New(rand.NewPCG(2003, 2010))
	noise := make([]byte, 1<<16)
	for i := 0; i < len(noise); i += 8 {
		le.PutUint64(noise[i:], r.Uint64())
	}
	const start = 1156534266e6 // µs since 1970
	when := uint64(start)
	rec := make([]byte, 0, 1024)
	for range n {
		x := r.Uint64()
		conv := uint32(x % LoadFlows)
		back := x>>32&1 == 1
		udp := conv%10 < 7
		when += x >> 40 & 1023
		header := 14 + 20 + 20
		size := int(x >> 50 % 521)
		if udp {
			header = 14 + 20 + 8
			size = 100 + int(x>>50)%101
		}
		rec = rec[:16+header]
		clear(rec)
		le.PutUint32(rec, uint32(when/1e6))
		le.PutUint32(rec[4:], uint32(when%1e6))
		le.PutUint32(rec[8:], uint32(header+size))
		le.PutUint32(rec[12:], uint32(header+size))
		loadHeaders(rec[16:], conv, back, udp, size, uint16(x>>16))
		off := int(x>>20) & 0x3FFF * 3 & 0x7FFF
		rec = append(rec, noise[off:off+size]...)
		if _, err := b.Write(rec); err != nil {
			return err
		}
	}
	return b.Flush()
}

// loadHeaders writes the headers of one packet of a conversation.
func loadHeaders(p []byte, conv uint32, back, udp bool, size int, id uint16) {
	be := binary.BigEndian
	copy(p, "\x02\x00\x5e\x10\x00\x01\x02\x00\x5e\x10\x00\x02\x08\x00")
	ip := p[14:]
	ip[0] = 0x45
	be.PutUint16(ip[2:], uint16(len(ip)+size))
	be.PutUint16(ip[4:], id)
	ip[8] = 64
	ip[9] = 6
	if udp {
		ip[9] = 17
	}
	// Our side is in 192.0.2.0/24, the peers are in 198.18.0.0/15 (RFC 2544).
	us, peer := 0xc0000200|conv%8, 0xc6120000|conv
	ours, theirs := uint16(20000+conv%8), uint16(1024+conv*7%60000)
	if back {
		us, peer = peer, us
		ours, theirs = theirs, ours
	}
	be.PutUint32(ip[12:], us)
	be.PutUint32(ip[16:], peer)
	be.PutUint16(ip[10:], headerSum(ip[:20]))
	t := ip[20:]
	be.PutUint16(t, ours)
	be.PutUint16(t[2:], theirs)
	if udp {
		be.PutUint16(t[4:], uint16(8+size))
		return
	}
	be.PutUint32(t[4:], uint32(id)<<8)
	t[12] = 5 << 4
	t[13] = 0x18
	be.PutUint16(t[14:], 0x2000)
}

// headerSum is the Internet checksum of an IPv4 header whose sum is still zero.
func headerSum(b []byte) uint16 {
	var sum uint32
	for i := 0; i < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	for sum > 0xFFFF {
		sum = sum>>16 + sum&0xFFFF
	}
	return ^uint16(sum)
}
