package capfile

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"testing"
	"time"
)

const benchPackets = 1_000_000

// bigFile makes a capture of n packets of 100 to 386 bytes, in memory.
func bigFile(o binary.AppendByteOrder, ng bool, n int) []byte {
	m := &maker{o: o, b: make([]byte, 0, n*(243+36)+1000)}
	data := bytes.Repeat([]byte("payload "), 60)
	if ng {
		m.shb().idb(1, 0)
	} else {
		m.pcapHead(magicMicro, 4, 65535, 1)
	}
	for i := range n {
		size := 100 + (i*7919)%287
		if !ng {
			m.u32(uint32(i/4000), uint32(i%4000*250), uint32(size), uint32(size))
			m.b = append(m.b, data[:size]...)
			continue
		}
		whole := uint32(size+3)&^3 + 32
		t := uint64(i) * 250
		m.u32(typeEPB, whole, 0, uint32(t>>32), uint32(t), uint32(size), uint32(size))
		m.b = append(m.b, data[:size]...)
		for len(m.b)%4 != 0 {
			m.b = append(m.b, 0)
		}
		m.u32(whole)
	}
	return m.b
}

// headerLoop is the floor: it reads every header and steps to the next. (One
// that reads nothing but lengths is several times slower, for the processor
// does not see a stream then and fetches nothing ahead.)
func headerLoop(b []byte, big, ng bool) (n int, sum uint32) {
	load := func(b []byte) uint32 {
		v := le.Uint32(b)
		if big {
			v = bits.ReverseBytes32(v)
		}
		return v
	}
	if ng {
		for i := 0; i+32 <= len(b); i += int(load(b[i+4:])) {
			h := b[i : i+32]
			sum += load(h) + load(h[8:]) + load(h[12:]) + load(h[16:]) + load(h[20:]) + load(h[24:])
			n++
		}
		return n, sum
	}
	for i := 24; i+16 <= len(b); i += 16 + int(load(b[i+8:])) {
		h := b[i : i+16]
		sum += load(h) + load(h[4:]) + load(h[12:])
		n++
	}
	return n, sum
}

// feedAll is the index pass as the engine does it: pieces of 4 MiB.
func feedAll(t testing.TB, b []byte, on func(*Record)) {
	f, err := Open(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	const piece = 4 << 20
	for at := 0; at < len(b); at += piece {
		if err := f.Feed(b[at:min(len(b), at+piece)], on); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Finish(); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkFeed walks a million packets and reports how much longer that takes
// than a loop that only reads headers (x-floor). "piece" is the case of the
// index pass, whose bytes have just been put into a buffer of 4 MiB and lie in
// the processor's cache; "whole" walks 244 MB of memory, where both wait for it.
func BenchmarkFeed(b *testing.B) {
	for _, c := range []struct {
		name    string
		o       binary.AppendByteOrder
		ng      bool
		packets int
	}{
		{"pcap-le/piece", le, false, 16_000}, {"pcap-be/piece", be, false, 16_000},
		{"pcapng-le/piece", le, true, 16_000}, {"pcapng-be/piece", be, true, 16_000},
		{"pcap-le/whole", le, false, benchPackets}, {"pcapng-le/whole", le, true, benchPackets},
	} {
		b.Run(c.name, func(b *testing.B) {
			file := bigFile(c.o, c.ng, c.packets)
			big := c.o == binary.AppendByteOrder(be)
			repeat := benchPackets / c.packets
			b.SetBytes(int64(len(file)) * int64(repeat))
			b.ReportAllocs()
			var feed, floor time.Duration
			rounds := 0
			for b.Loop() {
				var packets, sum, headers int
				start := time.Now()
				for range repeat {
					feedAll(b, file, func(r *Record) { packets++; sum += len(r.Data) })
				}
				mid := time.Now()
				for range repeat {
					n, _ := headerLoop(file, big, c.ng)
					headers += n
				}
				floor += time.Since(mid)
				feed += mid.Sub(start)
				rounds++
				if packets != repeat*c.packets || headers < packets-2*repeat || sum == 0 {
					b.Fatalf("%d packets, %d headers", packets, headers)
				}
			}
			b.ReportMetric(float64(feed)/float64(floor), "x-floor")
			b.ReportMetric(feed.Seconds()*1e3/float64(rounds), "feed-ms")
			b.ReportMetric(float64(repeat*c.packets)*float64(rounds)/feed.Seconds()/1e6, "Mpkt/s")
			b.ReportMetric(float64(len(file))*float64(repeat)*float64(rounds)/feed.Seconds()/1e6, "feed-MB/s")
		})
	}
}

// A page of sixty rows, far into the file.
func BenchmarkRecords(b *testing.B) {
	file := bigFile(le, false, 100_000)
	f, err := Open(bytes.NewReader(file))
	if err != nil {
		b.Fatal(err)
	}
	var offs []int64
	if err := f.Feed(file, func(r *Record) { offs = append(offs, r.Off) }); err != nil {
		b.Fatal(err)
	}
	i := 0
	for b.Loop() {
		from := i * 7919 % (len(offs) - 60)
		if err := f.Records(offs[from:from+60], func(int, *Record) bool { return true }); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

// Feed allocates nothing per packet: a few things per file, however long.
func TestFeedAllocs(t *testing.T) {
	for _, ng := range []bool{false, true} {
		small, large := bigFile(le, ng, 1000), bigFile(le, ng, 50_000)
		on := func(*Record) {}
		few := testing.AllocsPerRun(5, func() { feedAll(t, small, on) })
		many := testing.AllocsPerRun(5, func() { feedAll(t, large, on) })
		if many > few+12 { // the carry between pieces of 4 MiB
			t.Errorf("pcapng %v: %v allocations for 1,000 packets, %v for 50,000", ng, few, many)
		}
		t.Logf("pcapng %v: %v allocations for 1,000 packets, %v for 50,000", ng, few, many)
	}
}
