package detect

import (
	"math/rand/v2"
	"testing"

	"somscope/decoder/flow"
)

func TestChi(t *testing.T) {
	r := rand.New(rand.NewPCG(37, 41))
	b := between(r, 1000)
	x := b.Chi(0)
	if x == nil || x.N != 1000 || len(x.Steps) != maxChiSteps || x.Steps[len(x.Steps)-1] != 1000 ||
		len(x.Packets) != len(x.Steps) || len(x.Values) != 16*len(x.Steps) || len(x.Counts) != 256 || len(x.Words) != 2 {
		t.Fatalf("%+v", x)
	}
	before := uint32(0)
	for i, n := range x.Steps {
		if n <= before || x.Packets[i] != n-1 {
			t.Fatalf("step %d: %d payloads, packet %d", i, n, x.Packets[i])
		}
		before = n
	}
	last := x.Values[len(x.Values)-16:]
	for i, v := range last {
		switch {
		case i == 5 && v != 15_000: // always the same: 15 n
			t.Errorf("nibble 6: %v", v)
		case i == 4 && (v < 1000 || v > 1060): // one fixed bit: about n + 14
			t.Errorf("nibble 5: %v", v)
		case i != 4 && i != 5 && (v < 1 || v > 60):
			t.Errorf("nibble %d: %v", i+1, v)
		}
	}
	for i := range 16 {
		sum := uint32(0)
		for _, c := range x.Counts[16*i:][:16] {
			sum += c
		}
		if sum != x.N {
			t.Errorf("nibble %d was counted %d times", i+1, sum)
		}
	}
	if x.Counts[16*5+0xd] != 1000 {
		t.Error("nibble 6 is not always d")
	}
	// Short payloads are not counted, and too few tell nothing.
	b = newTalk()
	for range 9 {
		b.say(0, udp, 0, false, make([]byte, 8))
	}
	b.say(0, udp, 0, false, make([]byte, 7))
	if b.Chi(0) != nil {
		t.Error("nine payloads are too few")
	}
	b.say(0, udp, 0, false, make([]byte, 8))
	if x := b.Chi(0); x == nil || x.N != 10 || len(x.Steps) != 10 || x.Packets[9] != 10 {
		t.Errorf("%+v", x)
	}
}

// The statistic is Pearson's: sum of (seen - expected)² / expected.
func TestChiIsPearsons(t *testing.T) {
	var x nibbles
	for i := range 50 {
		x.add([]byte{byte(i * 37), 1, 2, 3, 4, 5, byte(i), byte(i * i)})
	}
	for i, v := range x.values() {
		want := 0.0
		for _, c := range x.counts[i] {
			d := float64(c) - 50.0/16
			want += d * d / (50.0 / 16)
		}
		if v-want > 1e-9 || want-v > 1e-9 {
			t.Errorf("nibble %d: %v, want %v", i+1, v, want)
		}
	}
}

func TestChiSteps(t *testing.T) {
	for n := uint32(1); n < 5000; n += 1 + n/7 {
		s := chiSteps(n)
		if len(s) != int(min(n, maxChiSteps)) || s[len(s)-1] != n {
			t.Fatalf("%d: %v", n, s)
		}
		for i := 1; i < len(s); i++ {
			if s[i] <= s[i-1] {
				t.Fatalf("%d: %v", n, s)
			}
		}
	}
}

// A book is bounded whatever comes.
func TestBounds(t *testing.T) {
	b := NewBook()
	big := make([]byte, 1400)
	for i := range uint32(MaxPackets + 100) {
		b.Add(0, udp, i, int64(i), false, false, 0, big, 1400)
	}
	if c := b.Of(0); len(c.Packets) != MaxPackets || c.More != 100 || len(c.Packets[0].Head) != HeadLen || c.Packets[0].Len != 1400 {
		t.Errorf("%d kept, %d more", len(c.Packets), c.More)
	}
	if b.Note() != "" {
		t.Errorf("one long flow is no reason for a note: %s", b.Note())
	}

	b = NewBook()
	b.Focus(999_999)
	k := udp
	for id := range uint32(maxConversations + 500) {
		k.PortB, k.B.Lo = uint16(id), udp.B.Lo+uint64(id>>16)
		for i := range uint32(20) {
			b.Add(id, k, i, int64(i), false, false, 0, big[:100], 100)
		}
	}
	if b.Len() != maxConversations || b.packets > maxPackets || b.heads > maxHeads || b.Note() == "" {
		t.Errorf("%d conversations, %d packets, %d bytes, %q", b.Len(), b.packets, b.heads, b.Note())
	}
	// The one in focus finds its place still.
	for i := range uint32(5000) {
		b.Add(999_999, tcp, i, int64(i), false, false, 0, big, 1400)
	}
	if c := b.Of(999_999); c == nil || len(c.Packets) != MaxPackets {
		t.Error("the conversation in focus was left out")
	}
	// Rules about a host look at thousands of conversations once, not once for each.
	for id := range uint32(2000) {
		b.Run(id)
	}
}

// When half of the room is taken, what comes is cut short, so that small flows find theirs.
func TestFairness(t *testing.T) {
	b := NewBook()
	k := udp
	for id := range uint32(100) {
		k.PortB = uint16(id)
		for i := range uint32(MaxPackets) {
			b.Add(id, k, i, int64(i), false, false, 0, []byte{1, 2, 3, 4}, 4)
		}
	}
	if n := len(b.Of(0).Packets); n != MaxPackets {
		t.Errorf("the first conversation has %d packets", n)
	}
	if n := len(b.Of(99).Packets); n != fairPackets {
		t.Errorf("the last conversation has %d packets", n)
	}
}

func TestHostsAndEnds(t *testing.T) {
	b := newTalk().lines(0, udp, ">01").lines(1, tcp, ">01")
	self := flow.Key{A: udp.A, PortA: 7, B: udp.A, PortB: 7, Transport: flow.UDP}
	b.lines(2, self, ">01", "<02")
	if h := b.Host(udp.A); len(h) != 3 || h[0].Flow != 0 || h[2].Flow != 2 {
		t.Errorf("%d conversations of the host", len(h))
	}
	if e := b.End(udp.A, 35990, flow.UDP); len(e) != 1 || e[0].Flow != 0 {
		t.Errorf("%d conversations of the port", len(e))
	}
	if len(b.End(udp.A, 7, flow.UDP)) != 1 || len(b.End(udp.A, 35990, flow.TCP)) != 0 || len(b.Host(ip("203.0.113.1"))) != 0 {
		t.Error("ends are mixed up")
	}
	b.Run(2)
}

// Flags of TCP without payload are kept.
func TestFlags(t *testing.T) {
	b := NewBook()
	b.Add(0, tcp, 4, 0, false, false, tcpSYN, nil, 0)
	b.Add(0, tcp, 5, 0, false, true, tcpSYN|tcpACK, nil, 0)
	b.Add(0, tcp, 6, 0, false, true, tcpSYN|tcpACK, nil, 0)
	b.Add(0, tcp, 7, 0, false, true, tcpFIN|tcpACK, []byte{1}, 1)
	b.Add(0, tcp, 8, 0, false, true, tcpRST, nil, 0)
	if c := b.Of(0); c.Syn != [2]uint32{5, 6} || c.Closed != 8 || len(c.Packets) != 1 || c.Packets[0].Dir != 1 {
		t.Errorf("%+v", c)
	}
}

// FuzzBook feeds conversations of any shape: nothing panics, all stays within its bounds.
func FuzzBook(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x00\x12\x15\xe8\x02 eighteen bytes long.\x21\x0b\x15\xf2\x77\xc0\x00\x02\x01abcd"))
	f.Add([]byte{1, 5, 0x16, 3, 1, 0, 0, 0x11, 5, 0x17, 3, 1, 0, 0})
	f.Add(append([]byte{0x41, 60}, "GET http://ui.skype.com/ui/0/1/en/getlatestversion?ver=1 HTTP/1.1\r\n"...))
	f.Fuzz(func(t *testing.T, data []byte) {
		b := NewBook()
		keys := [8]flow.Key{}
		for i := range keys {
			k := udp
			if i&1 == 1 {
				k = tcp
			}
			k.PortB = [...]uint16{5000, 80, 443, 33033, 12340, 8801, 1119, 35990}[i]
			keys[i] = k
		}
		var packet uint32
		at := int64(0)
		for len(data) > 2 {
			c, n := data[0], int(data[1])
			data = data[2:]
			p := data[:min(n, len(data))]
			data = data[len(p):]
			// Bits of the first byte: flow, direction, time, length on the wire.
			at += int64(n) * ms * int64(1+c>>6*40)
			id := uint32(c & 7)
			for range 1 + int(c>>5&1)*40 {
				b.Add(id, keys[id], packet, at, c&0x80 != 0 && c&1 != 0, c&8 != 0, c, p, len(p)+int(c&0x10)*100)
				packet++
				at += 20 * ms
			}
		}
		for id := range uint32(9) {
			results := b.Run(id)
			if (results == nil) != (b.Of(id) == nil) || results != nil && len(results) != len(Detectors) {
				t.Fatalf("%d results of flow %d", len(results), id)
			}
			for _, r := range results {
				if r.Says > Yes || r.Why == "" || len(r.Packets) > 8 || len(r.Why) > 600 {
					t.Fatalf("%s: %v, %q, %v", r.Detector.Name, r.Says, r.Why, r.Packets)
				}
				for _, p := range r.Packets {
					if p >= packet {
						t.Fatalf("%s names packet %d of %d", r.Detector.Name, p, packet)
					}
				}
			}
			if x := b.Chi(id); x != nil && (len(x.Steps) > maxChiSteps || len(x.Packets) != len(x.Steps) || len(x.Values) != 16*len(x.Steps)) {
				t.Fatalf("%+v", x)
			}
			b.Bayes(id)
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	p := random(r, 100)
	book := NewBook()
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		if n%3000 == 0 {
			book = NewBook() // or all would be beyond the bounds
		}
		book.Add(0, udp, uint32(n), int64(n), false, n&1 == 1, 0, p, len(p))
		n++
	}
}

func BenchmarkRun(b *testing.B) {
	t := between(rand.New(rand.NewPCG(1, 1)), MaxPackets)
	b.ReportAllocs()
	for b.Loop() {
		t.Run(0)
	}
}

func BenchmarkChi(b *testing.B) {
	t := between(rand.New(rand.NewPCG(1, 1)), MaxPackets)
	b.ReportAllocs()
	for b.Loop() {
		t.Chi(0)
	}
}
