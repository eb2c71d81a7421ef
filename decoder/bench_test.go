package decoder

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"sync"
	"testing"
	"time"

	"somscope/decoder/synth"
)

// million is a generated capture of a million packets, 244 MB, made once.
var million = sync.OnceValue(func() []byte { return load(1_000_000) })

func load(n int) []byte {
	var b bytes.Buffer
	b.Grow(n * 250)
	if err := synth.Load(&b, n); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// walkHeaders is the floor: a loop that does nothing but follow the records'
// lengths through the file.
func walkHeaders(b []byte) (packets int, bytes uint64) {
	for i := 24; i+16 <= len(b); {
		n := binary.LittleEndian.Uint32(b[i+8:])
		bytes += uint64(n)
		packets++
		i += 16 + int(n)
	}
	return packets, bytes
}

// feedAll pushes b in the pieces that the browser uses.
func feedAll(tb testing.TB, b []byte) *Capture {
	c, err := Open(bytes.NewReader(b), "load.pcap")
	if err != nil {
		tb.Fatal(err)
	}
	const piece = 4 << 20
	for i := 0; i < len(b); i += piece {
		if err := c.Feed(b[i:min(i+piece, len(b))]); err != nil {
			tb.Fatal(err)
		}
	}
	if err := c.Finish(); err != nil {
		tb.Fatal(err)
	}
	return c
}

// BenchmarkIndex reads a million packets: records, headers, flows, verdicts.
// x_floor is its time as a multiple of walkHeaders over the same bytes in the
// same run; heap-B/packet is what stays in memory, flow table included.
func BenchmarkIndex(b *testing.B) {
	file := million()
	b.SetBytes(int64(len(file)))
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var c *Capture
	for b.Loop() {
		c = feedAll(b, file)
	}
	total := b.Elapsed()
	b.StopTimer()
	runtime.GC()
	runtime.ReadMemStats(&after)
	if c.Len() != 1_000_000 || c.FlowLen() != synth.LoadFlows {
		b.Fatalf("%d packets in %d flows", c.Len(), c.FlowLen())
	}
	const rounds = 5
	start := time.Now()
	for range rounds {
		walkHeaders(file)
	}
	floor := float64(time.Since(start).Nanoseconds()) / rounds
	per := float64(total.Nanoseconds()) / float64(b.N)
	b.ReportMetric(float64(c.Len())/per*1e3, "Mpackets/s")
	b.ReportMetric(per/floor, "x_floor")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(c.Len()), "heap-B/packet")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(b.N)/float64(c.Len()), "allocs/packet")
	b.ReportMetric(float64(c.packets.Bytes())/float64(c.Len()), "index-B/packet")
	runtime.KeepAlive(c)
}

// BenchmarkFloor is walkHeaders alone.
func BenchmarkFloor(b *testing.B) {
	file := million()
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		walkHeaders(file)
	}
}

// BenchmarkOnePacketFlows reads 100,000 flows of one packet each.
func BenchmarkOnePacketFlows(b *testing.B) {
	file := scan(100_000)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	var c *Capture
	for b.Loop() {
		c = feedAll(b, file)
	}
	if c.FlowLen() != 100_000 {
		b.Fatalf("%d flows", c.FlowLen())
	}
	b.ReportMetric(float64(c.flows.Bytes())/float64(c.FlowLen()), "B/flow")
}

// scan is a capture of n datagrams that all belong to different flows.
func scan(n int) []byte {
	one := load(1)
	file := append([]byte(nil), one[:24]...)
	one = one[24:]
	for i := range n {
		at := len(file)
		file = append(file, one...)
		binary.BigEndian.PutUint32(file[at+16+14+16:], 0xc6120000+uint32(i))
	}
	return file
}

// BenchmarkRows reads a page of 60 rows from the middle.
func BenchmarkRows(b *testing.B) {
	c := feedAll(b, load(200_000))
	b.ReportAllocs()
	for b.Loop() {
		if rows := c.Rows(100_000, 60, UTC); len(rows) != 60 || rows[59].Src == "" {
			b.Fatal(rows)
		}
	}
}

// BenchmarkDissect explains packets one after the other.
func BenchmarkDissect(b *testing.B) {
	c := feedAll(b, load(10_000))
	b.ReportAllocs()
	i := uint32(0)
	for b.Loop() {
		if _, err := c.Dissect(i % uint32(c.Len())); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

// The pass allocates nothing per packet: doubling the packets of the same
// flows costs no more than the blocks of the index.
func TestNoAllocationPerPacket(t *testing.T) {
	file := load(200_000)
	allocs := testing.AllocsPerRun(1, func() { feedAll(t, file) })
	if per := allocs / 200_000; per > 0.01 {
		t.Errorf("%.0f allocations for 200,000 packets, %.3f a packet", allocs, per)
	}
}
