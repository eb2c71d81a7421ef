package decoder

import (
	"encoding/binary"
	"runtime"
	"testing"
	"time"
)

// rtpLoad is a capture of n RTP packets: calls calls at once, both directions, 20 ms of A-law
// each, one packet in a hundred left out.
func rtpLoad(n, calls int) []byte { return rtpFile(n, calls, 160, nil) }

// rtpFile is rtpLoad with payloads of so many bytes, which change may alter: p is the whole RTP
// packet, i counts the packets of its direction.
func rtpFile(n, calls, size int, change func(p []byte, i int) []byte) []byte {
	file := append([]byte(nil), load(1)[:24]...)
	frame := make([]byte, 14+20+8+12+size)
	copy(frame, []byte{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45})
	frame[22], frame[23] = 64, 17
	for k := 0; k < n; k++ {
		i, way, call := k/(2*calls), k&1, k/2%calls
		if i%100 == 99 {
			n++
			continue
		}
		ip := frame[14:]
		a, b := uint32(0xc0000200+call&63), uint32(0xc6336400+call>>6)
		pa, pb := uint16(20000+2*call), uint16(30000+2*call)
		if way == 1 {
			a, b, pa, pb = b, a, pb, pa
		}
		be := binary.BigEndian
		be.PutUint32(ip[12:], a)
		be.PutUint32(ip[16:], b)
		be.PutUint16(ip[20:], pa)
		be.PutUint16(ip[22:], pb)
		p := ip[28:]
		p[0], p[1] = 0x80, 8
		be.PutUint16(p[2:], uint16(i))
		be.PutUint32(p[4:], uint32(i*160))
		be.PutUint32(p[8:], uint32(call)<<8|uint32(way)|0x5a000000)
		for j := range p[12:] {
			p[12+j] = 0xd5 ^ byte(j*i)
		}
		if change != nil {
			p = change(p, i)
		}
		be.PutUint16(ip[2:], uint16(28+len(p)))
		be.PutUint16(ip[24:], uint16(8+len(p)))
		at := time.Duration(i)*20*time.Millisecond + time.Duration(k%(2*calls))*time.Microsecond
		var head [16]byte
		le := binary.LittleEndian
		le.PutUint32(head[0:], uint32(1_150_000_000+at/time.Second))
		le.PutUint32(head[4:], uint32(at%time.Second/time.Microsecond))
		le.PutUint32(head[8:], uint32(42+len(p)))
		le.PutUint32(head[12:], uint32(42+len(p)))
		file = append(append(append(file, head[:]...), frame[:42]...), p...)
	}
	return file
}

// BenchmarkVoices reads a million RTP packets of 500 calls. x_index is the index pass over them
// as a multiple of that over the same datagrams with another version, which are no RTP (target:
// at most 1.1); x_mixed the same as a multiple of that over as many packets of the mixed load;
// x_second is the second look, which counts loss and jitter, as a multiple of their own index pass.
func BenchmarkVoices(b *testing.B) {
	file := rtpLoad(1_000_000, 500)
	other := million()
	alike := rtpFile(1_000_000, 500, 160, func(p []byte, _ int) []byte { p[0] = 0x40; return p })
	var c *Capture
	const ever = time.Duration(1<<63 - 1)
	first, second, mixed, same := ever, ever, ever, ever // the quickest of each
	index := func(file []byte, best *time.Duration) *Capture {
		runtime.GC()
		start := time.Now()
		c := feedAll(b, file)
		*best = min(*best, time.Since(start))
		return c
	}
	for b.Loop() {
		index(other, &mixed)
		if n := len(index(alike, &same).Voices()); n != 0 {
			b.Fatalf("%d streams of what is no RTP", n)
		}
		c = index(file, &first)
		start := time.Now()
		c.DeepAll()
		second = min(second, time.Since(start))
	}
	if n := len(c.Voices()); n != 1000 {
		b.Fatalf("%d streams", n)
	}
	b.ReportMetric(float64(first)/float64(same), "x_index")
	b.ReportMetric(float64(first)/float64(mixed), "x_mixed")
	b.ReportMetric(float64(second)/float64(first), "x_second")
	b.ReportMetric(float64(second.Nanoseconds())/float64(c.Len()), "ns/packet")
}

// BenchmarkListen decodes a minute of A-law. x_realtime is how many times faster than it was said.
func BenchmarkListen(b *testing.B) {
	c := feedAll(b, rtpLoad(6000, 1))
	c.DeepAll()
	samples := 0
	for b.Loop() {
		l, err := c.Listen(1)
		if err != nil {
			b.Fatal(err)
		}
		for done := false; !done; {
			var pcm []int16
			pcm, _, done = l.Step(time.Second)
			samples += len(pcm)
		}
	}
	b.ReportMetric(float64(samples)/8000/b.Elapsed().Seconds(), "x_realtime")
}
