package rtp

import (
	"encoding/binary"
	"testing"
	"time"
)

// BenchmarkTracker counts a million packets of a hundred calls, both directions in turn, and
// reports how much longer that takes than only reading their headers (x-parse).
func BenchmarkTracker(b *testing.B) {
	const packets, calls = 1_000_000, 100
	data := make([][]byte, packets)
	room := make([]byte, packets*20)
	for i := range data {
		p := room[20*i : 20*i+20 : 20*i+20]
		n := i / (2 * calls)
		p[0] = 0x80
		binary.BigEndian.PutUint16(p[2:], uint16(n))
		binary.BigEndian.PutUint32(p[4:], uint32(160*n))
		binary.BigEndian.PutUint32(p[8:], uint32(i%(2*calls)))
		data[i] = p
	}
	b.ReportAllocs()
	var floor, all time.Duration
	rounds := 0
	for b.Loop() {
		start := time.Now()
		sum := 0
		for _, p := range data {
			h, _ := Parse(p, 172)
			sum += int(h.Seq) + h.PayEnd
		}
		mid := time.Now()
		t := NewTracker(clock8000)
		var p Packet
		for i, raw := range data {
			h, ok := Parse(raw, 172)
			if !ok {
				b.Fatal("no RTP")
			}
			p = Packet{Packet: uint32(i), Flow: uint32(i % (2 * calls) / 2), Back: i&1 == 1, Time: int64(i/(2*calls))*20e6 + int64(i%7)*1e5, Wire: 172, Header: h}
			t.Add(&p)
		}
		t.Finish()
		all += time.Since(mid)
		floor += mid.Sub(start)
		rounds++
		if sum == 0 || len(t.Streams()) != 2*calls || t.Streams()[0].Missing != 0 {
			b.Fatalf("%d streams", len(t.Streams()))
		}
	}
	per := float64(rounds * packets)
	b.ReportMetric(float64(all.Nanoseconds())/per, "ns/packet")
	b.ReportMetric(float64(floor.Nanoseconds())/per, "parse-ns/packet")
	b.ReportMetric(float64(all)/float64(floor), "x-parse")
}
