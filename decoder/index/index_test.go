package index

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
	"testing/quick"
	"unsafe"
)

// Whatever goes in comes out, extremes and disorder included.
func TestRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	pick := func() int64 { // mostly near, sometimes at the edges
		edges := []int64{0, 1, -1, math.MaxInt64, math.MinInt64, 1<<47 - 1, 1 << 47, -1 << 47, -1<<47 - 1, 1<<32 - 1, 1 << 32, 1<<32 - 2}
		switch rng.IntN(4) {
		case 0:
			return edges[rng.IntN(len(edges))]
		case 1:
			return rng.Int64() - rng.Int64()
		}
		return int64(rng.IntN(1 << 20))
	}
	lens := []uint32{0, 1, 60, 1514, 65534, 65535, 65536, math.MaxUint32}
	var p Packets
	var want []Row
	for range 3*BlockLen + 17 {
		r := Row{Off: pick(), Time: pick(), CapLen: lens[rng.IntN(len(lens))], Flow: rng.Uint32(), Proto: uint8(rng.Uint32()), Flags: Flags(rng.Uint32())}
		r.OrigLen = r.CapLen
		if rng.IntN(50) == 0 {
			r.OrigLen = lens[rng.IntN(len(lens))]
		}
		want = append(want, r)
		p.Add(r)
	}
	if p.Len() != len(want) {
		t.Fatalf("Len %d, want %d", p.Len(), len(want))
	}
	for i, w := range want {
		if g := p.At(uint32(i)); g != w {
			t.Fatalf("row %d: %+v, want %+v", i, g, w)
		}
	}
}

func TestQuick(t *testing.T) {
	same := func(rows []Row) bool {
		var p Packets
		for _, r := range rows {
			p.Add(r)
		}
		for i, r := range rows {
			if p.At(uint32(i)) != r {
				return false
			}
		}
		return p.Len() == len(rows)
	}
	if err := quick.Check(same, nil); err != nil {
		t.Fatal(err)
	}
}

// The first cut packet of a block brings the column of lengths with it, and
// jumbo packets before it keep theirs.
func TestLateOrigLen(t *testing.T) {
	rows := []Row{{CapLen: 70000, OrigLen: 70000}, {Time: math.MaxInt64, CapLen: 65535, OrigLen: 65535}, {CapLen: 60, OrigLen: 60}, {CapLen: 68, OrigLen: 1 << 20}, {CapLen: 90000, OrigLen: 90000}}
	var p Packets
	for _, r := range rows {
		p.Add(r)
	}
	for i, w := range rows {
		if g := p.At(uint32(i)); g != w {
			t.Errorf("row %d: %+v, want %+v", i, g, w)
		}
	}
}

func FuzzRoundTrip(f *testing.F) {
	f.Add(int64(0), int64(0), uint32(0), uint32(0), uint32(0), uint8(0), int64(0))
	f.Add(int64(math.MinInt64), int64(math.MaxInt64), uint32(65535), uint32(65536), uint32(NoFlow), uint8(255), int64(-1))
	f.Fuzz(func(t *testing.T, off, time int64, capLen, origLen, flow uint32, proto uint8, base int64) {
		first := Row{Off: base, Time: base}
		r := Row{Off: off, Time: time, CapLen: capLen, OrigLen: origLen, Flow: flow, Proto: proto, Flags: Flags(proto)}
		var p Packets
		p.Add(first)
		p.Add(r)
		p.Add(first)
		if p.At(0) != first || p.At(1) != r || p.At(2) != first {
			t.Fatalf("%+v, %+v, %+v", p.At(0), p.At(1), p.At(2))
		}
	})
}

func TestOutOfRange(t *testing.T) {
	var p Packets
	p.Add(Row{})
	defer func() {
		if recover() == nil {
			t.Fatal("a row that is not there was returned")
		}
	}()
	p.At(1)
}

// ordinary is packet i of an ordinary capture: 244 bytes and 250 µs apart.
func ordinary(i int) Row {
	return Row{Off: 24 + int64(i)*260, Time: 1156534266e9 + int64(i)*250_000, CapLen: 244, OrigLen: 244, Flow: uint32(i) % 5000, Proto: 17}
}

func TestSizes(t *testing.T) {
	if n := unsafe.Sizeof(columns{}); n != columnsSize {
		t.Errorf("columns take %d bytes, not %d", n, columnsSize)
	}
	if n := unsafe.Sizeof(wide{}); n != wideSize {
		t.Errorf("a wide value takes %d bytes, not %d", n, wideSize)
	}
	if n := unsafe.Sizeof(block{}); n != blockSize && unsafe.Sizeof(uintptr(0)) == 8 {
		t.Errorf("a block takes %d bytes, not %d", n, blockSize)
	}
}

// A million packets stay below 20 bytes each, cut ones too, by our own count
// and by that of the runtime.
func TestBytes(t *testing.T) {
	const n = 1_000_000
	for _, cut := range []bool{false, true} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		p := new(Packets)
		for i := range n {
			r := ordinary(i)
			if cut {
				r.OrigLen = 1500
			}
			p.Add(r)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		heap := float64(after.HeapAlloc-before.HeapAlloc) / n
		own := float64(p.Bytes()) / n
		runtime.KeepAlive(p)
		t.Logf("cut %v: %.2f bytes a packet, %.2f on the heap", cut, own, heap)
		if own > 20.2 || heap > 20.5 || math.Abs(own-heap) > 0.6 {
			t.Errorf("cut %v: %.2f bytes a packet, %.2f on the heap", cut, own, heap)
		}
	}
}

func TestAllocs(t *testing.T) {
	var p Packets
	i := 0
	if a := testing.AllocsPerRun(20*BlockLen, func() { p.Add(ordinary(i)); i++ }); a != 0 {
		t.Errorf("%v allocations a packet", a)
	}
}

// Twenty million packets of a 5 GB file.
func TestTwentyMillion(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 360 MB")
	}
	const n = 20_000_000
	var p Packets
	for i := range n {
		p.Add(ordinary(i))
	}
	for i := 0; i < n; i += 9973 {
		if g := p.At(uint32(i)); g != ordinary(i) {
			t.Fatalf("row %d: %+v", i, g)
		}
	}
	if got := float64(p.Bytes()) / n; got > 18.1 {
		t.Errorf("%.2f bytes a packet", got)
	}
}

func BenchmarkAdd(b *testing.B) {
	b.ReportAllocs()
	var p *Packets
	n := 0
	for b.Loop() {
		if n%1_000_000 == 0 {
			p = new(Packets)
		}
		p.Add(ordinary(n))
		n++
	}
	if p.Len() > 0 {
		b.ReportMetric(float64(p.Bytes())/float64(p.Len()), "B/packet")
	}
}

func BenchmarkAt(b *testing.B) {
	var p Packets
	for i := range 1_000_000 {
		p.Add(ordinary(i))
	}
	b.ReportMetric(float64(p.Bytes())/1e6, "B/packet")
	var sum int64
	i := uint32(0)
	for b.Loop() {
		sum += p.At(i % 1_000_000).Time
		i += 7919
	}
	_ = sum
}
