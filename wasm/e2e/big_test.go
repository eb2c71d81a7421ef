package e2e

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// bigFlows is how many conversations a big file holds.
const bigFlows = 5000

var (
	bigMu    sync.Mutex
	bigFiles = map[int]string{}
)

// big writes a capture of n packets, or gives the one that it wrote before:
// classic pcap, 244 bytes a packet on average, 70 % UDP with payloads of 100
// to 200 bytes, 30 % TCP, random payloads, addresses for documentation. The
// same n gives the same bytes.
func big(t testing.TB, n int) string {
	t.Helper()
	w := everything(t)
	bigMu.Lock()
	defer bigMu.Unlock()
	if p := bigFiles[n]; p != "" {
		return p
	}
	p := filepath.Join(w.tmp, fmt.Sprintf("big-%d.pcap", n))
	if err := writeBig(p, n); err != nil {
		t.Fatal(err)
	}
	bigFiles[n] = p
	return p
}

func writeBig(name string, n int) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	le, be := binary.LittleEndian, binary.BigEndian

	head := make([]byte, 24)
	le.PutUint32(head, 0xa1b2c3d4)
	le.PutUint16(head[4:], 2)
	le.PutUint16(head[6:], 4)
	le.PutUint32(head[16:], 65535)
	le.PutUint32(head[20:], 1) // Ethernet
	if _, err := w.Write(head); err != nil {
		return err
	}

	r := rand.New(rand.NewPCG(1, 2))
	record := make([]byte, 16+14+20+20+1024)
	usec := uint64(1_150_000_000_000_000) // June 2006
	for range n {
		flow := r.Uint32N(bigFlows)
		udp := flow%10 < 7
		payload, header := 100+int(r.Uint32N(101)), 8
		if !udp {
			payload, header = int(r.Uint32N(525)), 20
		}
		length := 14 + 20 + header + payload
		b := record[:16+length]
		usec += uint64(r.Uint32N(400))
		le.PutUint32(b, uint32(usec/1_000_000))
		le.PutUint32(b[4:], uint32(usec%1_000_000))
		le.PutUint32(b[8:], uint32(length))
		le.PutUint32(b[12:], uint32(length))

		eth := b[16:]
		copy(eth, "\x02\x00\x5e\x00\x53\x01\x02\x00\x5e\x00\x53\x02\x08\x00")
		ip := eth[14:]
		clear(ip[:20])
		ip[0] = 0x45
		be.PutUint16(ip[2:], uint16(20+header+payload))
		ip[8], ip[9] = 64, 17
		if !udp {
			ip[9] = 6
		}
		// A client in 192.0.2.0/24 and a peer in 198.18.0.0/15, either way.
		client := [4]byte{192, 0, 2, byte(1 + flow%4)}
		peer := [4]byte{198, 18, byte(flow >> 8), byte(flow)}
		ports := [2]uint16{35990 + uint16(flow%4), 1024 + uint16(flow)}
		if r.Uint32()&1 == 0 {
			copy(ip[12:], client[:])
			copy(ip[16:], peer[:])
		} else {
			copy(ip[12:], peer[:])
			copy(ip[16:], client[:])
			ports[0], ports[1] = ports[1], ports[0]
		}
		sum := uint32(0)
		for i := 0; i < 20; i += 2 {
			sum += uint32(be.Uint16(ip[i:]))
		}
		for sum > 0xffff {
			sum = sum>>16 + sum&0xffff
		}
		be.PutUint16(ip[10:], ^uint16(sum))

		transport := ip[20:]
		clear(transport[:header])
		be.PutUint16(transport, ports[0])
		be.PutUint16(transport[2:], ports[1])
		if udp {
			be.PutUint16(transport[4:], uint16(header+payload))
		} else {
			be.PutUint32(transport[4:], r.Uint32())
			transport[12], transport[13] = 5<<4, 0x18
			be.PutUint16(transport[14:], 65535)
		}
		data := transport[header:]
		for len(data) >= 8 {
			le.PutUint64(data, r.Uint64())
			data = data[8:]
		}
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}
