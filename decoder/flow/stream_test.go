package flow

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"
	"unsafe"
)

var tcpKey = &Key{Transport: TCP}

// segment is a TCP segment: a header of 20 bytes and a payload.
func segment(seq uint32, flags byte, payload []byte) []byte {
	b := make([]byte, 20, 20+len(payload))
	binary.BigEndian.PutUint16(b, 1024)
	binary.BigEndian.PutUint16(b[2:], 33033)
	binary.BigEndian.PutUint32(b[4:], seq)
	b[12], b[13] = 5<<4, flags
	return append(b, payload...)
}

// wire feeds packets of flow 0, numbered from 0.
type wire struct {
	a *Assembler
	n uint32
}

func (t *wire) add(side int, seq uint32, flags byte, payload string) {
	s := segment(seq, flags, []byte(payload))
	t.a.Add(0, tcpKey, t.n, int64(t.n)*1e6, false, side == 1, s, len(s))
	for i := range s { // it must not be kept
		s[i] = 0xEE
	}
	t.n++
}

func newWire() *wire { return &wire{a: NewAssembler()} }

func (t *wire) end() *Stream {
	t.a.Finish()
	return t.a.Stream(0)
}

func show(s *Side) string {
	out := fmt.Sprintf("%q", s.Data)
	for _, p := range s.Pieces {
		out += fmt.Sprintf(" %d+%d:%d@%d", p.At, p.Len, p.Packet, p.From)
	}
	for _, g := range s.Gaps {
		out += fmt.Sprintf(" gap %d+%d", g.At, g.Len)
	}
	if s.AgainN > 0 {
		out += fmt.Sprintf(" again %v", s.Again)
	}
	if s.Early > 0 {
		out += fmt.Sprintf(" early %d", s.Early)
	}
	if len(s.Differ) > 0 {
		out += fmt.Sprintf(" differ %v", s.Differ)
	}
	if s.Start {
		out += " start"
	}
	return out + fmt.Sprintf(" of %d", s.Whole)
}

func TestStream(t *testing.T) {
	const top = 0xFFFFFFFE // the stream's numbers wrap
	for _, c := range []struct {
		name string
		feed func(t *wire)
		want string
	}{
		{"in order", func(t *wire) { t.add(0, 99, 2, ""); t.add(0, 100, 16, "abc"); t.add(0, 103, 24, "def") },
			`"abcdef" 0+3:1@0 3+3:2@0 start of 6`},
		{"no SYN", func(t *wire) { t.add(0, 100, 16, "abc"); t.add(0, 103, 24, "def") },
			`"abcdef" 0+3:0@0 3+3:1@0 of 6`},
		{"no SYN, out of order from the first", func(t *wire) { t.add(0, 103, 16, "def"); t.add(0, 100, 24, "abc") },
			`"abcdef" 0+3:1@0 3+3:0@0 early 1 of 6`},
		{"data before its SYN", func(t *wire) { t.add(0, 100, 16, "abc"); t.add(0, 99, 2, ""); t.add(0, 103, 16, "d") },
			`"abcd" 0+3:0@0 3+1:2@0 start of 4`},
		{"SYN with data", func(t *wire) { t.add(0, 99, 2, "abc"); t.add(0, 103, 16, "d") },
			`"abcd" 0+3:0@0 3+1:1@0 start of 4`},
		{"out of order", func(t *wire) {
			t.add(0, 99, 2, "")
			t.add(0, 103, 16, "def")
			t.add(0, 106, 16, "ghi")
			t.add(0, 100, 16, "abc")
		}, `"abcdefghi" 0+3:3@0 3+3:1@0 6+3:2@0 early 2 start of 9`},
		{"a gap", func(t *wire) { t.add(0, 99, 2, ""); t.add(0, 100, 16, "abc"); t.add(0, 105, 16, "f") },
			`"abc\x00\x00f" 0+3:1@0 5+1:2@0 gap 3+2 start of 6`},
		{"repeated", func(t *wire) {
			t.add(0, 99, 2, "")
			t.add(0, 100, 16, "abc")
			t.add(0, 100, 16, "abc")
			t.add(0, 101, 16, "bc")
		},
			`"abc" 0+3:1@0 again [2 3] start of 3`},
		{"overlap with more", func(t *wire) { t.add(0, 99, 2, ""); t.add(0, 100, 16, "abc"); t.add(0, 101, 16, "bcde") },
			`"abcde" 0+3:1@0 3+2:2@2 start of 5`},
		{"overlap that differs", func(t *wire) { t.add(0, 99, 2, ""); t.add(0, 100, 16, "abc"); t.add(0, 101, 16, "BCDE") },
			`"abcDE" 0+3:1@0 3+2:2@2 differ [2] start of 5`},
		{"overlap of what waits, that differs", func(t *wire) {
			t.add(0, 99, 2, "")
			t.add(0, 103, 16, "def")
			t.add(0, 102, 16, "CDEFG")
			t.add(0, 100, 16, "ab")
		}, `"abCdefG" 0+2:3@0 2+1:2@0 3+3:1@0 6+1:2@4 early 2 differ [2] start of 7`},
		{"keep-alive", func(t *wire) { t.add(0, 99, 2, ""); t.add(0, 100, 16, "abc"); t.add(0, 102, 16, "\x00") },
			`"abc" 0+3:1@0 again [2] differ [2] start of 3`},
		{"numbers wrap", func(t *wire) { t.add(0, top-1, 2, ""); t.add(0, 1, 16, "def"); t.add(0, top, 16, "abc") },
			`"abcdef" 0+3:2@0 3+3:1@0 early 1 start of 6`},
		{"wild number", func(t *wire) {
			t.add(0, 99, 2, "")
			t.add(0, 100, 16, "abc")
			t.add(0, 100+1<<31, 16, "zzz")
			t.add(0, 103, 16, "d")
		},
			`"abcd" 0+3:1@0 3+1:3@0 start of 4`},
		{"reset with a remark", func(t *wire) { t.add(0, 99, 2, ""); t.add(0, 100, 16, "abc"); t.add(0, 103, 4, "go away") },
			`"abc" 0+3:1@0 start of 3`},
		{"data after FIN", func(t *wire) { t.add(0, 99, 2, ""); t.add(0, 103, 17, "def"); t.add(0, 100, 16, "abc") },
			`"abcdef" 0+3:2@0 3+3:1@0 early 1 start of 6`},
	} {
		k := newWire()
		c.feed(k)
		s := k.end()
		if got := show(&s.Sides[0]); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
		checkSide(t, &s.Sides[0])
		if n := k.a.Note(); n != "" {
			t.Errorf("%s: %s", c.name, n)
		}
	}
}

// checkSide holds what must be true of every side.
func checkSide(tb testing.TB, s *Side) {
	tb.Helper()
	if len(s.Data) > StreamKeep || int64(len(s.Data)) > s.Whole {
		tb.Fatalf("%d bytes are kept of %d", len(s.Data), s.Whole)
	}
	owner := make([]byte, len(s.Data))
	last := -1
	for _, p := range s.Pieces {
		if p.Len <= 0 || p.At <= last {
			tb.Fatalf("pieces are out of order: %+v", s.Pieces)
		}
		last = p.At
		for i := p.At; i < p.At+p.Len; i++ {
			owner[i]++
		}
		if q := s.At(p.At + p.Len - 1); q == nil || *q != p {
			tb.Fatalf("byte %d is not found in %+v", p.At+p.Len-1, p)
		}
	}
	for _, g := range s.Gaps {
		for i := g.At; i < g.At+g.Len; i++ {
			owner[i]++
			if s.Data[i] != 0 || s.At(i) != nil {
				tb.Fatalf("a gap holds data at %d", i)
			}
		}
	}
	for i, n := range owner {
		if n != 1 {
			tb.Fatalf("byte %d has %d owners: %s", i, n, show(s))
		}
	}
	if len(s.Again) > maxAgain || len(s.Differ) > maxDiffer || s.AgainN < len(s.Again) {
		tb.Fatalf("%d of %d again, %d differ", len(s.Again), s.AgainN, len(s.Differ))
	}
}

func TestStreamFlags(t *testing.T) {
	k := newWire()
	k.add(1, 9, 2, "") // B connects, though A spoke first in the flow's key
	k.add(1, 9, 2, "")
	k.add(0, 49, 18, "")
	k.add(1, 10, 24, "hello")
	k.add(0, 50, 24, "you")
	k.add(1, 15, 17, "")
	k.add(1, 15, 17, "")
	k.add(0, 53, 17, "")
	k.add(0, 54, 20, "")
	s := k.end()
	if s.Opener != 1 || s.Syn != [2]uint32{1, 3} || s.Fin != [2]uint32{8, 6} || s.Rst != 9 {
		t.Errorf("%+v", s)
	}
	if string(s.Sides[0].Data) != "you" || string(s.Sides[1].Data) != "hello" {
		t.Error(show(&s.Sides[0]), show(&s.Sides[1]))
	}

	// Only the answer was captured: its receiver has connected.
	k = newWire()
	k.add(0, 49, 18, "")
	if s := k.end(); s == nil || s.Opener != 1 || s.Syn != [2]uint32{0, 1} {
		t.Errorf("%+v", s)
	}
	// No data and no flags: nothing is known but that it was there.
	k = newWire()
	k.add(1, 49, 16, "")
	if s := k.end(); s == nil || s.Opener != 1 || len(s.Sides[0].Data) != 0 {
		t.Errorf("%+v", s)
	}
	if s := NewAssembler().Stream(0); s != nil {
		t.Errorf("%+v", s)
	}
}

// Ports are used again: the first conversation is kept, unless its beginning is missing.
func TestStreamReused(t *testing.T) {
	k := newWire()
	k.add(0, 99, 2, "")
	k.add(0, 100, 24, "first")
	k.add(0, 5000, 2, "")
	k.add(0, 5001, 24, "second")
	s := k.end()
	if got := show(&s.Sides[0]); got != `"first" 0+5:1@0 start of 5` {
		t.Error(got)
	}
	if k.a.Note() == "" {
		t.Error("nobody says that a conversation is missing")
	}

	k = newWire()
	k.add(0, 100, 24, "tail")
	k.add(1, 900, 24, "tail")
	k.add(0, 500000, 2, "")
	k.add(1, 70000, 18, "")
	k.add(0, 500001, 24, "second")
	s = k.end()
	if got := show(&s.Sides[0]); got != `"second" 0+6:4@0 start of 6` {
		t.Error(got)
	}
	if got := show(&s.Sides[1]); got != `"" start of 0` {
		t.Error(got)
	}

	// A try that nobody answered, and another one.
	k = newWire()
	k.add(0, 99, 2, "")
	k.add(0, 7099, 2, "")
	k.add(0, 7100, 24, "x")
	s = k.end()
	if got := show(&s.Sides[0]); got != `"x" 0+1:2@0 start of 1` || s.Syn[0] != 2 {
		t.Error(got, s.Syn)
	}
}

// A capture that cuts packets leaves gaps of the right size; a later copy fills them.
func TestStreamSnapped(t *testing.T) {
	a := NewAssembler()
	add := func(n uint32, seq uint32, flags byte, payload string, wire int) {
		a.Add(0, tcpKey, n, 0, true, false, segment(seq, flags, []byte(payload)), 20+wire)
	}
	add(0, 99, 2, "", 0)
	add(1, 100, 16, "abc", 10)
	add(2, 110, 16, "klm", 10)
	add(3, 102, 16, "cde", 3)
	a.Finish()
	s := a.Stream(0)
	if got, want := show(&s.Sides[0]), "\"abcde\\x00\\x00\\x00\\x00\\x00klm\\x00\\x00\\x00\\x00\\x00\\x00\\x00\" 0+3:1@0 3+2:3@1 10+3:2@0 gap 5+5 gap 13+7 early 1 start of 20"; got != want {
		t.Errorf(" got %s\nwant %s", got, want)
	}
	checkSide(t, &s.Sides[0])

	// Headers that do not fit.
	for _, b := range [][]byte{nil, {1}, make([]byte, 13), make([]byte, 40)} {
		a := NewAssembler()
		a.Add(0, tcpKey, 0, 0, true, false, b, len(b))
		if a.Finish(); a.Stream(0) != nil {
			t.Errorf("%d bytes: %+v", len(b), a.Stream(0))
		}
	}
}

// A model that cannot be wrong: an array of bytes, each with the packet it came in first.
type model struct {
	have   [StreamKeep]bool
	data   [StreamKeep]byte
	packet [StreamKeep]uint32
	from   [StreamKeep]int
	again  int
	differ []uint32
	whole  int
}

func (m *model) add(packet uint32, at int, b []byte) {
	fresh, differ, beyond := false, false, false
	for i, c := range b {
		p := at + i
		switch {
		case p < 0:
		case p >= StreamKeep:
			beyond = true
		case !m.have[p]:
			m.have[p], m.data[p], m.packet[p], m.from[p] = true, c, packet, i
			fresh = true
		case m.data[p] != c:
			differ = true
		}
	}
	m.whole = max(m.whole, at+len(b))
	if !fresh && !beyond {
		m.again++
	}
	if differ {
		m.differ = append(m.differ, packet)
	}
}

func (m *model) check(tb testing.TB, s *Side) {
	tb.Helper()
	end := 0
	for i, h := range m.have {
		if h {
			end = i + 1
		}
	}
	if len(s.Data) != end || s.Whole != int64(m.whole) || s.AgainN != m.again {
		tb.Fatalf("%d bytes of %d, %d again; want %d of %d, %d", len(s.Data), s.Whole, s.AgainN, end, m.whole, m.again)
	}
	for i := range s.Data {
		p := s.At(i)
		switch {
		case !m.have[i]:
			if p != nil || s.Data[i] != 0 {
				tb.Fatalf("byte %d should be missing", i)
			}
		case p == nil || s.Data[i] != m.data[i] || p.Packet != m.packet[i] || p.From+i-p.At != m.from[i]:
			tb.Fatalf("byte %d is %02x of %+v; want %02x of %d@%d", i, s.Data[i], p, m.data[i], m.packet[i], m.from[i])
		}
	}
	if want := m.differ[:min(len(m.differ), maxDiffer)]; !slices.Equal(s.Differ, want) {
		tb.Fatalf("differ %v, want %v", s.Differ, want)
	}
}

// Random orders, overlaps, losses and lies come out as the model has them,
// however long the library waits.
func TestStreamModel(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		size := 1 + r.IntN(2000)
		if seed%8 == 0 {
			size = StreamKeep + r.IntN(20000)
		}
		text := make([]byte, size)
		for i := range text {
			text[i] = byte(1 + r.IntN(255))
		}
		isn := r.Uint32()
		if seed%3 == 0 {
			isn = -uint32(r.IntN(size + 1)) // wraps
		}
		type seg struct{ at, n int }
		var segs []seg
		most := 1 + r.IntN(1+size/4)
		for at := 0; at < size; {
			n := min(1+r.IntN(min(most, 1460)), size-at)
			switch r.IntN(12) {
			case 0: // lost
			case 1: // twice
				segs = append(segs, seg{at, n}, seg{at, n})
			case 2: // with something of its neighbours
				from := max(0, at-r.IntN(100))
				segs = append(segs, seg{from, min(size, at+n+r.IntN(100)) - from})
			default:
				segs = append(segs, seg{at, n})
			}
			at += n
		}
		// From a little out of order to not at all in order.
		if far := []int{0, 1, 5, 40, len(segs)}[r.IntN(5)]; far > 0 {
			for i := range segs {
				j := min(len(segs)-1, i+r.IntN(far+1))
				segs[i], segs[j] = segs[j], segs[i]
			}
		}
		a := NewAssembler()
		m := &model{}
		a.Add(0, tcpKey, 0, 0, false, false, segment(isn-1, 2, nil), 20)
		packets := uint32(0)
		for _, s := range segs {
			packets++
			b := slices.Clone(text[s.at : s.at+s.n])
			if r.IntN(10) == 0 {
				b[r.IntN(len(b))] ^= 0x5A
			}
			m.add(packets, s.at, b)
			x := segment(isn+uint32(s.at), 16, b)
			a.Add(0, tcpKey, packets, 0, false, false, x, len(x))
		}
		a.Finish()
		s := &a.Stream(0).Sides[0]
		checkSide(t, s)
		if len(s.Pieces) < maxPieces {
			m.check(t, s)
		}
		if a.crashes > 0 {
			t.Fatalf("seed %d: the library failed %d times", seed, a.crashes)
		}
	}
}

// FuzzStream feeds random segments: three bytes of place, length and kind each.
func FuzzStream(f *testing.F) {
	f.Add([]byte{0, 10, 0, 5, 10, 0, 20, 3, 1, 2, 200, 4}, uint32(0), true)
	f.Add(bytes.Repeat([]byte{9, 1, 0, 200, 7, 2}, 60), uint32(0xFFFFFF80), false)
	f.Fuzz(func(t *testing.T, in []byte, isn uint32, syn bool) {
		a := NewAssembler()
		m := &model{}
		if syn {
			a.Add(0, tcpKey, 0, 0, false, false, segment(isn-1, 2, nil), 20)
		}
		n := uint32(1)
		for ; len(in) >= 3; in, n = in[3:], n+1 {
			at := int(in[0]) * (1 + int(in[2]&3)*97)
			b := make([]byte, int(in[1])*(1+int(in[2]>>2&7)))
			if len(b) == 0 {
				continue
			}
			for i := range b {
				b[i] = byte(at+i)%251 + 1 + in[2]>>5&1
			}
			m.add(n, at, b)
			s := segment(isn+uint32(at), 16, b)
			a.Add(0, tcpKey, n, 0, false, false, s, len(s))
		}
		a.Finish()
		if a.crashes > 0 {
			t.Fatal("the library failed")
		}
		s := a.Stream(0)
		if s == nil {
			return
		}
		checkSide(t, &s.Sides[0])
		if syn && len(s.Sides[0].Pieces) < maxPieces {
			m.check(t, &s.Sides[0])
		}
	})
}

// FuzzSegments feeds bytes as they are: headers that lie, flags in any order.
func FuzzSegments(f *testing.F) {
	f.Add(slices.Concat(segment(1, 2, nil), segment(2, 24, []byte("hello"))), byte(20))
	f.Fuzz(func(t *testing.T, in []byte, step byte) {
		a := NewAssembler()
		for n := uint32(0); len(in) > 0; n++ {
			k := min(len(in), 14+int(step%40))
			a.Add(n%3, tcpKey, n, int64(n), n%7 == 0, in[0]&1 == 1, in[:k], k+int(in[k-1]))
			in = in[k:]
		}
		a.Finish()
		for id := range uint32(3) {
			if s := a.Stream(id); s != nil {
				checkSide(t, &s.Sides[0])
				checkSide(t, &s.Sides[1])
			}
		}
		if a.crashes > 0 {
			t.Fatal("the library failed")
		}
	})
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Floods of either kind stay within bounds.
func TestStreamBounds(t *testing.T) {
	noise := make([]byte, 1460)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	x := segment(0, 16, noise)

	t.Run("100 MB in one flow", func(t *testing.T) {
		before := heap()
		a := NewAssembler()
		n := uint32(0)
		for sent := 0; sent < 100<<20; sent += len(noise) {
			binary.BigEndian.PutUint32(x[4:], uint32(sent))
			a.Add(0, tcpKey, n, 0, false, n%5 == 0, x, len(x))
			n++
		}
		if used := heap() - before; used > 8<<20 {
			t.Errorf("%d bytes are held", used)
		}
		a.Finish()
		s := a.Stream(0)
		if len(s.Sides[0].Data) < StreamKeep-1460 || s.Sides[0].Whole < 99<<20 {
			t.Error(len(s.Sides[0].Data), s.Sides[0].Whole)
		}
	})

	for _, syn := range []bool{true, false} {
		t.Run(fmt.Sprintf("100,000 flows of one segment, SYN seen: %v", syn), func(t *testing.T) {
			before := heap()
			a := NewAssembler()
			for id := range uint32(100000) {
				if syn {
					a.Add(id, tcpKey, 2*id, 0, false, false, segment(7, 2, nil), 20)
				}
				binary.BigEndian.PutUint32(x[4:], 8)
				a.Add(id, tcpKey, 2*id+1, 0, false, false, x, len(x))
			}
			if len(a.convs) > maxStreams || a.kept > keepAll+1<<20 || a.live > maxLive {
				t.Errorf("%d streams, %d bytes, %d connections", len(a.convs), a.kept, a.live)
			}
			a.Finish()
			if used := heap() - before; used > keepAll+32<<20 {
				t.Errorf("%d bytes are held", used)
			}
			if a.Note() == "" || a.crashes > 0 {
				t.Error(a.Note())
			}
			if s := a.Stream(1); len(s.Sides[0].Data) != len(noise) || s.Sides[0].Start != syn {
				t.Error(show(&s.Sides[0]))
			}
			if n := unsafe.Sizeof(conversation{}); n > convCost {
				t.Errorf("a conversation takes %d bytes", n)
			}
		})
	}

	t.Run("a scan of 400,000 ports", func(t *testing.T) {
		before := heap()
		a := NewAssembler()
		for id := range uint32(400000) {
			a.Add(id, tcpKey, id, 0, false, false, segment(7, 2, nil), 20)
		}
		if used := heap() - before; used > 50<<20 || len(a.briefs) > maxBriefs {
			t.Errorf("%d bytes are held for %d", used, len(a.briefs))
		}
	})

	// The worst for a list: every other byte, backwards, then the rest.
	t.Run("one byte at a time", func(t *testing.T) {
		a := NewAssembler()
		a.Add(0, tcpKey, 0, 0, false, false, segment(0, 2, nil), 20)
		n := uint32(1)
		for _, odd := range []int{0, 1} {
			for at := StreamKeep - 2; at >= 0; at -= 2 {
				a.Add(0, tcpKey, n, 0, false, false, segment(uint32(1+at+odd), 16, []byte{1}), 21)
				n++
			}
		}
		a.Finish()
		s := &a.Stream(0).Sides[0]
		checkSide(t, s)
		if len(s.Pieces) > maxPieces {
			t.Error(len(s.Pieces))
		}
	})
}

// A side without a SYN begins when it is asked for, or after a while; what comes before is lost.
func TestStreamAsked(t *testing.T) {
	k := newWire()
	k.add(0, 103, 16, "def")
	k.add(0, 100, 16, "abc")
	if got, want := show(&k.a.Stream(0).Sides[0]), `"abcdef" 0+3:1@0 3+3:0@0 early 1 of 6`; got != want {
		t.Errorf(" got %s\nwant %s", got, want)
	}
	k.add(0, 97, 16, "xyz")
	k.add(0, 106, 16, "ghi")
	if got, want := show(&k.end().Sides[0]), `"abcdefghi" 0+3:1@0 3+3:0@0 6+3:3@0 early 1 of 9`; got != want {
		t.Errorf(" got %s\nwant %s", got, want)
	}

	k = newWire()
	for i := range uint32(3 * patience) {
		k.add(0, 100+i, 16, "a")
	}
	if n := len(k.a.convs[0].stream.Sides[0].Data); n != 3*patience {
		t.Errorf("%d bytes", n)
	}
	k.a.Drop(0)
	if k.a.kept != 0 || k.a.Stream(0) != nil {
		t.Error(k.a.kept)
	}
	k.a.Finish()
}

// A connection that the library has swept away goes on.
func TestStreamSwept(t *testing.T) {
	a := NewAssembler()
	add := func(id uint32, n, seq uint32, flags byte, text string) {
		s := segment(seq, flags, []byte(text))
		a.Add(id, tcpKey, n, 0, false, false, s, len(s))
	}
	add(0, 0, 99, 2, "")
	add(0, 1, 100, 16, "abc")
	add(0, 2, 106, 16, "ghi")
	for id := range uint32(3 * maxLive) {
		add(1+id, 3, 1, 16, "x")
	}
	add(0, 4, 109, 16, "jkl")
	add(0, 5, 103, 16, "def")
	a.Finish()
	if got, want := show(&a.Stream(0).Sides[0]), `"abcdefghijkl" 0+3:1@0 3+3:5@0 6+3:2@0 9+3:4@0 early 2 start of 12`; got != want {
		t.Errorf(" got %s\nwant %s", got, want)
	}
	if a.crashes > 0 {
		t.Error(a.crashes)
	}
}

// A fault of the library costs nothing but the waiting.
func TestStreamCrash(t *testing.T) {
	k := newWire()
	k.add(0, 99, 2, "")
	k.add(0, 100, 16, "abc")
	k.add(0, 106, 16, "ghi")
	func() {
		defer k.a.guard()
		panic("as if")
	}()
	k.add(0, 109, 16, "jkl")
	k.add(0, 103, 16, "def")
	s := k.end()
	if got, want := show(&s.Sides[0]), `"abcdefghijkl" 0+3:1@0 3+3:4@0 6+3:2@0 9+3:3@0 early 2 start of 12`; got != want {
		t.Errorf(" got %s\nwant %s", got, want)
	}
	if k.a.Note() == "" {
		t.Error("nobody says that there was a fault")
	}
}

// BenchmarkAssemble prints bytes a second, and how many times as long it takes
// as copying the same bytes.
func BenchmarkAssemble(b *testing.B) {
	const flows, each = 64, 40
	noise := make([]byte, 1460)
	segs := make([][]byte, 0, flows*each)
	for i := range each {
		for range flows {
			segs = append(segs, segment(uint32(1+i*len(noise)), 16, noise))
		}
	}
	floor := make([]byte, flows*each*len(noise))
	start, rounds := time.Now(), 0
	for ; time.Since(start) < 50*time.Millisecond; rounds++ {
		at := 0
		for _, s := range segs {
			at += copy(floor[at:], s[20:])
		}
	}
	copied := float64(time.Since(start).Nanoseconds()) / float64(rounds)
	b.SetBytes(int64(len(floor)))
	b.ReportAllocs()
	for b.Loop() {
		a := NewAssembler()
		for id := range uint32(flows) {
			a.Add(id, tcpKey, 0, 0, false, false, segment(0, 2, nil), 20)
		}
		for i, s := range segs {
			a.Add(uint32(i%flows), tcpKey, uint32(i), 0, false, false, s, len(s))
		}
		a.Finish()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/copied, "x-copy")
}
