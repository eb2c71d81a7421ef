package flow

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"unsafe"

	"somscope/decoder/index"
	"somscope/decoder/inet"
)

// addr is the address of a string in the table's form.
func addr(s string) inet.Addr {
	b := netip.MustParseAddr(s).As16()
	return inet.Addr{Hi: binary.BigEndian.Uint64(b[:8]), Lo: binary.BigEndian.Uint64(b[8:])}
}

// ends makes a Summary of two addr:port strings.
func ends(transport uint8, src, dst string) *inet.Summary {
	a, b := netip.MustParseAddrPort(src), netip.MustParseAddrPort(dst)
	return &inet.Summary{
		Src: addr(a.Addr().String()), SrcPort: a.Port(),
		Dst: addr(b.Addr().String()), DstPort: b.Port(),
		Transport: transport, Flags: inet.HasIP | inet.HasPorts,
	}
}

// A talk is a table that is fed by hand.
type talk struct {
	*Table
	n uint32
}

// say adds one UDP datagram: its payload in hex, blanks allowed, "+5" stands for five bytes
// that look random. ms is the time since 1970 in milliseconds.
func (t *talk) say(ms int64, src, dst, payload string) *Flow {
	s := ends(UDP, src, dst)
	b := bytesOf(payload)
	s.PayWire = len(b)
	id, _ := t.Add(t.n, ms*1e6, false, uint32(42+len(b)), s, b)
	t.n++
	return t.At(id)
}

var noise uint64 = 1

func bytesOf(text string) []byte {
	var out []byte
	for _, w := range strings.Fields(text) {
		var n int
		if _, err := fmt.Sscanf(w, "+%d", &n); err == nil && w[0] == '+' {
			for range n {
				noise = noise*6364136223846793005 + 1442695040888963407
				out = append(out, byte(noise>>56))
			}
			continue
		}
		b, err := hex.DecodeString(w)
		if err != nil {
			panic(err)
		}
		out = append(out, b...)
	}
	return out
}

func TestSizes(t *testing.T) {
	if n := unsafe.Sizeof(Flow{}); n > 144 {
		t.Errorf("a Flow takes %d bytes, 144 are allowed", n)
	}
	if n := unsafe.Sizeof(Features{}); n > 736 {
		t.Errorf("Features take %d bytes, 736 are allowed", n)
	}
	if n := unsafe.Sizeof(Stats{}); n > 352 {
		t.Errorf("Stats take %d bytes, 352 are allowed", n)
	}
}

func TestBothDirectionsAreOneFlow(t *testing.T) {
	tab := NewTable()
	type step struct {
		transport uint8
		src, dst  string
		id        uint32
		reverse   bool
	}
	for i, s := range []step{
		{UDP, "192.0.2.1:1000", "198.51.100.1:2000", 0, false},
		{UDP, "198.51.100.1:2000", "192.0.2.1:1000", 0, true},
		{UDP, "192.0.2.1:1000", "198.51.100.1:2000", 0, false},
		{TCP, "192.0.2.1:1000", "198.51.100.1:2000", 1, false},
		{UDP, "192.0.2.1:2000", "198.51.100.1:1000", 2, false}, // ports swapped, not addresses
		{UDP, "192.0.2.1:1000", "198.51.100.1:2001", 3, false},
		{UDP, "192.0.2.1:7", "192.0.2.1:7", 4, false}, // to itself
		{UDP, "192.0.2.1:7", "192.0.2.1:7", 4, false},
		{UDP, "192.0.2.1:7", "192.0.2.1:8", 5, false},
		{UDP, "192.0.2.1:8", "192.0.2.1:7", 5, true},
		{UDP, "[2001:db8::1]:1000", "[2001:db8::2]:2000", 6, false},
		{UDP, "[2001:db8::2]:2000", "[2001:db8::1]:1000", 6, true},
		{TCP, "198.51.100.1:2000", "192.0.2.1:1000", 1, true},
	} {
		id, rev := tab.Add(uint32(i), int64(i), false, 100, ends(s.transport, s.src, s.dst), nil)
		if id != s.id || rev != s.reverse {
			t.Errorf("packet %d %s > %s: flow %d reverse %v, want %d %v", i, s.src, s.dst, id, rev, s.id, s.reverse)
		}
	}
	f := tab.At(0)
	if f.Packets != [2]uint64{2, 1} || f.Bytes != [2]uint64{200, 100} || f.First != 0 || f.Last != 2 || f.Start != 0 || f.End != 2 {
		t.Errorf("flow 0: %+v", f)
	}
	if tab.Len() != 7 {
		t.Errorf("%d flows, want 7", tab.Len())
	}
}

func TestNoAddresses(t *testing.T) {
	tab := NewTable()
	id, rev := tab.Add(0, 0, true, 60, &inet.Summary{}, nil)
	if id != index.NoFlow || rev || tab.Len() != 0 {
		t.Errorf("a packet without addresses got flow %d", id)
	}
}

func TestPortsOnlyWhenStated(t *testing.T) {
	tab := NewTable()
	s := ends(UDP, "192.0.2.1:1000", "198.51.100.1:2000")
	s.Flags = inet.HasIP | inet.Fragment // a later fragment: the ports in s are left over
	id, _ := tab.Add(0, 0, true, 60, s, []byte{1, 2, 3})
	f := tab.At(id)
	if f.PortA != 0 || f.PortB != 0 || f.LeadLen != [2]uint16{} {
		t.Errorf("a fragment without ports: %+v", f)
	}
}

func TestTimes(t *testing.T) {
	tab := NewTable()
	s := ends(UDP, "192.0.2.1:1000", "198.51.100.1:2000")
	tab.Add(0, 999, true, 60, s, nil)
	if f := tab.At(0); f.Timed() || f.Duration() != 0 {
		t.Errorf("no time was given, yet %d-%d", f.Start, f.End)
	}
	tab.Add(1, -5, false, 60, s, nil)
	tab.Add(2, 1<<62, false, 60, s, nil)
	tab.Add(3, 70, false, 60, s, nil)
	if f := tab.At(0); !f.Timed() || f.Start != -5 || f.End != 1<<62 {
		t.Errorf("times %d-%d", f.Start, f.End)
	}
}

func TestGrowthKeepsFlows(t *testing.T) {
	tab := NewTable()
	const n = 20000
	s := ends(UDP, "192.0.2.1:1000", "198.51.100.1:2000")
	var kept *Flow
	for i := range uint32(n) {
		s.Src.Lo = 0xffff_0000_0000 | uint64(i*2654435761)
		s.SrcPort = uint16(i)
		id, rev := tab.Add(i, int64(i), false, 60, s, nil)
		if id != i || rev {
			t.Fatalf("flow %d became %d, reverse %v", i, id, rev)
		}
		if i == 0 {
			kept = tab.At(0)
		}
	}
	if kept != tab.At(0) {
		t.Error("a flow moved when the table grew")
	}
	for i := range uint32(n) {
		s.Dst, s.DstPort = addr("198.51.100.1"), 2000
		s.Src.Lo, s.SrcPort = 0xffff_0000_0000|uint64(i*2654435761), uint16(i)
		s.Src, s.Dst, s.SrcPort, s.DstPort = s.Dst, s.Src, s.DstPort, s.SrcPort
		if id, rev := tab.Add(n+i, 0, false, 60, s, nil); id != i || !rev {
			t.Fatalf("way back of flow %d: %d, reverse %v", i, id, rev)
		}
		s.Src, s.Dst, s.SrcPort, s.DstPort = s.Dst, s.Src, s.DstPort, s.SrcPort
	}
	if per := float64(tab.Bytes()) / n; per > 170 {
		t.Errorf("%.0f bytes a flow of two packets, 170 are allowed", per)
	}
}

func TestCutPayloadTeachesNothing(t *testing.T) {
	tab := NewTable()
	s := ends(UDP, "192.0.2.1:1000", "198.51.100.1:2000")
	s.PayWire = 18
	tab.Add(0, 0, false, 60, s, []byte{0x15, 0xe8, 0x02})
	if f := tab.At(0); f.LeadLen[0] != 0 {
		t.Errorf("a lead of %d bytes from 3 captured ones", f.LeadLen[0])
	}
	tab.Add(1, 0, false, 60, s, bytesOf("15ea02 +13"))
	if f := tab.At(0); f.LeadLen[0] != 18 || f.Lead[0][1] != 0xea {
		t.Errorf("lead %x of %d bytes", f.Lead[0], f.LeadLen[0])
	}
}

// FuzzTable compares the table with a map, whatever is fed.
func FuzzTable(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03\x11\x04\x05\x02aaaaaaaaaaaaaaaa"), uint8(16))
	f.Add([]byte("15e802\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"), uint8(3))
	f.Add([]byte("\x80\x00\x5d\x33\x00\x00\x00\xa0\xde\xad\xbe\xef\x00\x00\x00\x00"), uint8(200))
	f.Fuzz(func(t *testing.T, data []byte, wire uint8) {
		tab := NewTable()
		type key struct {
			t            uint8
			a, b         uint64
			portA, portB uint16
		}
		want := map[key]uint32{}
		for n := uint32(0); len(data) >= 6; n++ {
			head := data[:6]
			data = data[6:]
			s := &inet.Summary{
				Src: inet.Addr{Lo: uint64(head[0] & 7)}, Dst: inet.Addr{Lo: uint64(head[1] & 7)},
				SrcPort: uint16(head[2] & 3), DstPort: uint16(head[3] & 3),
				Transport: []uint8{UDP, UDP, UDP, TCP}[head[4]&3], Flags: inet.HasIP | inet.HasPorts,
			}
			p := data[:min(int(head[5])%40, len(data))]
			data = data[len(p):]
			s.PayWire = len(p)
			if wire&1 == 0 {
				s.PayWire += int(wire)
			}
			id, rev := tab.Add(n, int64(int8(head[5]))*1e15, head[4]&64 != 0, uint32(wire), s, p)
			k := key{s.Transport, s.Src.Lo, s.Dst.Lo, s.SrcPort, s.DstPort}
			back := key{s.Transport, s.Dst.Lo, s.Src.Lo, s.DstPort, s.SrcPort}
			if w, ok := want[k]; ok {
				if id != w || rev {
					t.Fatalf("packet %d: flow %d reverse %v, want %d", n, id, rev, w)
				}
			} else if w, ok := want[back]; ok {
				if id != w || !rev {
					t.Fatalf("packet %d: flow %d reverse %v, want %d and the way back", n, id, rev, w)
				}
			} else {
				want[k] = uint32(len(want))
				if id != want[k] || rev {
					t.Fatalf("packet %d: flow %d, want a new one", n, id)
				}
			}
		}
		var tmp Features
		for i := range tab.Len() {
			fl := tab.At(uint32(i))
			x := fl.Learn(&tmp)
			var kinds uint32
			for _, k := range x.Kinds {
				kinds += k
			}
			if sum := x.Payloads[0] + x.Payloads[1]; sum != kinds || uint64(sum+x.Duplicates) > fl.Packets[0]+fl.Packets[1] {
				t.Fatalf("flow %d: %d payloads, %d kinds, %v packets", i, sum, kinds, fl.Packets)
			}
		}
	})
}

// BenchmarkAdd feeds packets as an ordinary capture has them: many flows, bursts, both
// directions, a payload each. The figure is for one packet, features included.
func BenchmarkAdd(b *testing.B) {
	for _, flows := range []uint32{1, 100, 10000, 100000} {
		b.Run(fmt.Sprint(flows, "flows"), func(b *testing.B) {
			tab := NewTable()
			payload := make([]byte, 80)
			s := ends(UDP, "192.0.2.1:1000", "198.51.100.1:2000")
			s.PayWire = len(payload)
			add := func(i uint32) {
				r := i / 4 * 2654435761
				noise = noise*6364136223846793005 + 1442695040888963407
				binary.LittleEndian.PutUint64(payload, noise)
				binary.LittleEndian.PutUint64(payload[8:], noise)
				s.Src, s.SrcPort = inet.Addr{Lo: 0xffff_c000_0201}, 1000
				s.Dst, s.DstPort = inet.Addr{Lo: 0xffff_0000_0000 | uint64(r%flows)}, 2000
				if i&1 == 1 {
					s.Src, s.Dst, s.SrcPort, s.DstPort = s.Dst, s.Src, s.DstPort, s.SrcPort
				}
				tab.Add(i, int64(i)*1e6, false, 122, s, payload)
			}
			var i uint32
			for ; i < 8*flows; i++ {
				add(i)
			}
			b.ReportAllocs()
			for b.Loop() {
				add(i)
				i++
			}
			b.ReportMetric(float64(tab.Bytes())/float64(tab.Len()), "B/flow")
		})
	}
}

// BenchmarkAddOnce feeds a flow a packet: a scan.
func BenchmarkAddOnce(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		tab := NewTable()
		s := ends(UDP, "192.0.2.1:1000", "198.51.100.1:2000")
		payload := bytesOf("+40")
		s.PayWire = 40
		for i := range uint32(100000) {
			s.Src = inet.Addr{Lo: 0xffff_0000_0000 | uint64(i*2654435761)}
			tab.Add(i, int64(i), false, 82, s, payload)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100000, "ns/packet")
}
