package story

import (
	"fmt"
	"math"
	"testing"
)

// FuzzTell makes an input of random bytes: eight for a flow or an event.
func FuzzTell(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x00\x01\x02\x03\x04\x05\x06\x07" + "\x80\x01\x02\x03\x04\x05\x06\x07\x81\x09\x02\x03\x04\x05\x06\x07"))
	var long []byte
	for i := range 4000 {
		long = append(long, byte(i*7), byte(i>>3), byte(i*31), byte(i>>1), byte(i*13), byte(i), byte(i*3), byte(i>>5))
	}
	f.Add(long)
	f.Fuzz(func(t *testing.T, data []byte) {
		in := fuzzInput(data)
		if err := check(in, Tell(in)); err != nil {
			t.Fatal(err)
		}
	})
}

func fuzzInput(data []byte) *Input {
	in := &Input{}
	classes := []string{"skype.udp", "skype.e2o", "skype.tcp", "other", "undecided", ""}
	talks := []string{"", "login", "event", "supernode", "false-https", "port-80", "update", "modern", "what"}
	words := []string{"certain", "strong", "weak", "no", ""}
	ports := []uint16{33033, 12340, 12350, 443, 80, 57322, 1, 0}
	sizes := []int{18, 26, 51, 53, 11, 23, 4, 14, 25, 587, 339, 97, 19, 17, 346, 1355, 5, 0, -7, math.MaxInt32}
	host := func(b byte) string {
		if b&1 == 0 {
			return fmt.Sprintf("192.168.1.%d", b>>1&3)
		}
		return fmt.Sprintf("198.51.100.%d", b>>1&31)
	}
	now, packet := int64(1_150_000_000)*second, uint32(0)
	for ; len(data) >= 8; data = data[8:] {
		b := data[:8]
		packet += uint32(b[7] & 3)
		switch {
		case b[0] < 64: // a flow
			x := Flow{
				ID: uint32(len(in.Flows)) & 0xff, HostA: host(b[1]), HostB: host(b[2]), PortA: 35990, PortB: ports[b[3]&7],
				TCP: b[4]&1 != 0, Class: classes[int(b[4]>>1)%len(classes)], Talk: talks[int(b[5])%len(talks)], Word: words[int(b[6])%len(words)],
				Start: now, End: now + int64(b[7])*second, First: packet, Last: packet,
			}
			x.A, x.B = fmt.Sprintf("%s:%d", x.HostA, x.PortA), fmt.Sprintf("%s:%d", x.HostB, x.PortB)
			if b[7] == 255 {
				x.Start, x.End = 1, 0
			}
			in.Flows = append(in.Flows, x)
		case b[0] < 96 && len(in.Flows) > 0: // seconds of a flow
			x := &in.Flows[int(b[1])%len(in.Flows)]
			at := int32(b[2]) - 3
			if b[2] == 255 {
				at = math.MaxInt32 - 8
			}
			for k := range int32(b[3] & 15) {
				x.Data = append(x.Data, Second{At: at + k, Count: [2]uint32{uint32(b[4] & 63), uint32(b[5] & 63)},
					Bytes: [2]uint32{uint32(b[6]) * 40, uint32(b[7]) * 40}, Small: [2]uint32{uint32(b[4] >> 5), uint32(b[5] >> 5)}, First: packet, Last: packet + 3})
				packet += 4
			}
		case b[0] == 96:
			now = math.MaxInt64 - int64(b[1])
		case b[0] == 97:
			now = math.MinInt64 + int64(b[1])
		default:
			e := Event{Packet: packet, Time: now, Flow: uint32(b[1]), Reverse: b[2]&1 != 0, NoTime: b[2]&0xfe == 0xfe, Sure: b[2]&2 != 0,
				Len: sizes[int(b[3])%len(sizes)], What: What(b[4] % 40), Equal: uint32(b[5] & 7)}
			if len(in.Flows) > 0 && b[2]&4 != 0 {
				e.Flow = uint32(int(b[1])%len(in.Flows)) & 0xff
			}
			if b[5]&0x80 != 0 {
				e.Answers = []uint32{packet - uint32(b[6]&15)}
			}
			if b[5]&0x40 != 0 {
				e.Retransmits = packet - uint32(b[6]&7)
			}
			if b[5]&0x20 != 0 {
				e.Told = uint32(b[6])<<24 | 10
			}
			if b[5]&0x10 != 0 {
				e.Name = "command 44 (fetch node list)"
			}
			if b[5]&0x08 != 0 && (e.What == Connect || e.What == Refused) {
				e.Began = packet + 1 - min(packet, uint32(b[6]&7))
				e.BeganAt = now - int64(b[6])*millisecond
			}
			in.Events = append(in.Events, e)
			now += int64(b[6]) * 50 * millisecond
		}
	}
	return in
}

// BenchmarkTell measures a story of a million events and one of a tenth of them, so that it can
// be seen whether the work grows with their number only.
func BenchmarkTell(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		in := bigInput(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if st := Tell(in); len(st.Phases) == 0 {
					b.Fatal("no story")
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/event")
		})
	}
}

// bigInput is a client that asks many nodes many things, and TCP conversations between.
func bigInput(n int) *Input {
	s := newScript()
	var flows []uint32
	for len(s.in.Events) < n {
		i := len(s.in.Events)
		if i%400 < 6 {
			a := fmt.Sprintf("198.%d.%d.%d:%d", 18+i>>24&1, i>>16&255, i>>8&255, 1025+i%60000)
			flows = append(flows, s.udp("192.168.1.2:35990", a))
			if i%400 == 0 {
				x := s.tcp("192.168.1.2:1026", a, "supernode")
				s.supernode(x)
			}
		}
		x := flows[(i*7919)%len(flows)]
		switch i % 5 {
		case 0:
			s.probe(x, Accept)
		case 1:
			s.out(x, Ping, 18)
			s.back(x, Pong, 26)
		case 2:
			s.out(x, Search, 30).Equal = uint32(i % 100)
			s.back(x, NotFound, 18)
		case 3:
			s.out(x, Command, 346).Equal = uint32(i % 50)
			s.back(x, Ack, 11)
		default:
			s.out(x, Command, 22)
		}
		s.wait(int64(i % 3000))
	}
	return &s.in
}

// TestManyEvents tells stories of more events than a screen could ever show: all the bounds hold.
// What they cost is for the benchmark to say.
func TestManyEvents(t *testing.T) {
	for _, n := range []int{20_000, 200_000} {
		in := bigInput(n)
		if err := check(in, Tell(in)); err != nil {
			t.Fatal(err)
		}
	}
}
