package rtp_test

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"somscope/decoder/capfile"
	"somscope/decoder/inet"
	"somscope/decoder/internal/captures"
	"somscope/decoder/rtp"
)

const protoUDP = 17

// A session is what the package finds in a capture.
type session struct {
	*rtp.Tracker
	ends    [][2]netip.AddrPort // of each flow, from its first packet's sender to the receiver
	offers  []rtp.Offer
	packets int // of UDP
	headers int // that Parse takes
	control int
	secure  int
	texts   int
}

// listen reads a capture as the index pass does, and looks at every tree of RTP, RTCP and SIP.
func listen(t *testing.T, file string) *session {
	t.Helper()
	s := &session{}
	flows := map[[2]netip.AddrPort]uint32{}
	s.Tracker = rtp.NewTracker(func(k rtp.Key, pt uint8) int {
		to := s.ends[k.Flow][1]
		if k.Back {
			to = s.ends[k.Flow][0]
		}
		for i := len(s.offers) - 1; i >= 0; i-- { // one call follows another: the last word counts
			for _, m := range s.offers[i].Types {
				if m.Type == pt && s.offers[i].At == to && m.Clock > 0 {
					return m.Clock
				}
			}
		}
		switch pt {
		case 0, 3, 4, 5, 7, 8, 9, 12, 15, 18:
			return 8000
		case 31, 34:
			return 90000
		}
		return 0
	})
	err := captures.Each(t, file, func(n uint32, r *capfile.Record, sum *inet.Summary, p []byte) {
		if sum.Transport != protoUDP || len(p) == 0 {
			return
		}
		s.packets++
		ends := [2]netip.AddrPort{netip.AddrPortFrom(sum.Src.Netip(), sum.SrcPort), netip.AddrPortFrom(sum.Dst.Netip(), sum.DstPort)}
		back := false
		id, known := flows[ends]
		if !known {
			if id, known = flows[[2]netip.AddrPort{ends[1], ends[0]}]; known {
				back = true
			} else {
				id = uint32(len(s.ends))
				flows[ends] = id
				s.ends = append(s.ends, ends)
			}
		}
		switch h, ok := rtp.Parse(p, sum.PayWire); {
		case rtp.IsRTCP(p, sum.PayWire):
			s.control++
			d := dissectKind("rtcp", p, sum.PayWire, nil)
			hold(t, d)
			if d.Find("rtcp.secret") != nil {
				s.secure++
			}
			if errs := d.Errs(); len(errs) != 0 {
				t.Errorf("packet %d: %v", n+1, errs)
			}
		case ok:
			s.headers++
			s.Add(&rtp.Packet{Packet: n, Flow: id, Back: back, Time: r.Time, Wire: sum.PayWire, Header: h})
			d := dissectKind("rtp", p, sum.PayWire, nil)
			hold(t, d)
		case rtp.IsSIP(p):
			s.texts++
			hold(t, dissectKind("sip", p, sum.PayWire, nil))
			s.offers = append(s.offers, rtp.ReadSIP(p, sum.Src.Netip())...)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Finish()
	return s
}

// line is a stream in the words of rtp.tsv.
func (s *session) line(x *rtp.Stream) string {
	src, dst := s.ends[x.Flow][0], s.ends[x.Flow][1]
	if x.Back {
		src, dst = dst, src
	}
	var types []string
	for _, c := range x.Types {
		types = append(types, fmt.Sprintf("%d:%d", c.Value, c.Times))
	}
	return strings.Join([]string{fmt.Sprintf("0x%08x", x.SSRC), src.Addr().String(), itoa(src.Port()), dst.Addr().String(), itoa(dst.Port()),
		strconv.Itoa(x.Packets), strings.Join(types, ","), itoa(x.FirstSeq), itoa(x.LastSeq), itoa(x.FirstTS), itoa(x.LastTS)}, " ")
}

func itoa[N uint16 | uint32](n N) string { return strconv.FormatUint(uint64(n), 10) }

// Every stream that tshark finds is found, with the same packets, types and numbers, and no other.
func TestStreamsOfCaptures(t *testing.T) {
	for _, file := range captures.Glob(t, "rtp/*") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			s := listen(t, file)
			want := map[string]bool{}
			for _, r := range captures.Table(t, file, "rtp.tsv") {
				want[strings.Join([]string{r["ssrc"], r["src"], r["sport"], r["dst"], r["dport"], r["packets"], r["payload_types"],
					r["first_seq"], r["last_seq"], r["first_ts"], r["last_ts"]}, " ")] = true
			}
			if len(want) == 0 {
				t.Fatal("tshark knows no stream of it")
			}
			for _, x := range s.Streams() {
				if line := s.line(x); !want[line] {
					t.Errorf("a stream that tshark does not know, of %d packets", x.Packets)
				} else {
					delete(want, line)
				}
				lost := int32(0)
				packets := int32(0)
				for _, sec := range x.Seconds {
					lost += sec.Lost
					packets += sec.Packets
				}
				if int64(lost) != x.Missing || int(packets) != x.Packets {
					t.Errorf("the seconds hold %d packets and %d lost, the stream %d and %d", packets, lost, x.Packets, x.Missing)
				}
			}
			if len(want) != 0 {
				t.Errorf("%d streams of tshark's are missing", len(want))
			}
			t.Logf("%d of %d packets look like RTP, %d of them stray; %d RTCP, %d SIP, %d offers", s.headers, s.packets, s.Stray(), s.control, s.texts, len(s.offers))
		})
	}
}

// What tshark -q -z rtp,streams prints of loss and jitter, in ms, where SDP or RFC 3551 gives the clock.
func TestJitterOfCaptures(t *testing.T) {
	for _, c := range []struct {
		file      string
		packets   int
		lost      int64
		mean, max float64
	}{
		{"g711a.pcap", 236, 0, 0.350, 0.829},
		{"dtmf_2833_1.pcap", 10, -2, 0, 0},
		{"rtp-peafowl.pcap", 5, 0, 1.907, 2.822},
		{"rtp-peafowl.pcap", 6, 4, 0, 0},
		{"rtp-h264-mixed.pcapng", 15, 0, -1, 1.431}, // of video tshark takes another mean
		{"sip-rtp-aaa.pcap", 9, 0, 5.646, 7.799},
		{"sip-rtp-g729a.pcap", 425, 0, 0.085, 0.143},
		{"sip-rtp-ilbc.pcap", 284, 0, 0.015, 0.048},
	} {
		s := listen(t, filepath.Join(captures.Dir(t), "rtp", c.file))
		found := false
		for _, x := range s.Streams() {
			if x.Packets != c.packets || x.Lost != c.lost {
				continue
			}
			found = true
			if mean, most := x.MeanJitter/1e6, x.MaxJitter/1e6; c.mean >= 0 && !near(mean, c.mean, 0.001) || !near(most, c.max, 0.001) {
				t.Errorf("%s: jitter %.4f, at most %.4f; tshark says %.3f and %.3f", c.file, mean, most, c.mean, c.max)
			}
		}
		if !found {
			t.Errorf("%s: no stream of %d packets with %d lost", c.file, c.packets, c.lost)
		}
	}
}

// One stream's SDP gives a clock of 11,025 Hz, but its timestamps count 256 in 32 ms: each packet
// differs by 32 ms less 256/11025 s. (tshark reckons with 11 kHz there, and prints 8.731.)
func TestJitterOfAWrongClock(t *testing.T) {
	s := listen(t, filepath.Join(captures.Dir(t), "rtp", "sip-rtp-l16.pcap"))
	for _, x := range s.Streams() {
		if x.Packets != 366 {
			continue
		}
		if x.Clock != 11025 || x.Step != 256 || !near(x.Jitter/1e6, 32-256/11.025, 0.01) || x.Every != 1e9 {
			t.Errorf("clock %d, step %d, jitter %.3f ms", x.Clock, x.Step, x.Jitter/1e6)
		}
		return
	}
	t.Error("no such stream")
}

func near(a, b, by float64) bool { return a-b <= by && b-a <= by }

// SDP names the codec, the clock and the frame's length of every stream of the calls that have it.
func TestOffersOfCaptures(t *testing.T) {
	for _, c := range []struct{ file, codec string }{
		{"sip-rtp-ilbc.pcap", "iLBC"}, {"sip-rtp-l16.pcap", "L16"}, {"sip-rtp-g729a.pcap", "G729"},
	} {
		s := listen(t, filepath.Join(captures.Dir(t), "rtp", c.file))
		for _, x := range s.Streams() {
			to := s.ends[x.Flow][1]
			if x.Back {
				to = s.ends[x.Flow][0]
			}
			found := false
			for _, o := range s.offers {
				for _, m := range o.Types {
					found = found || o.At == to && int(m.Type) == x.Types[0].Value && (strings.EqualFold(m.Name, c.codec) || m.Name == "" && m.Type == 18)
				}
			}
			if !found {
				t.Errorf("%s: no offer names %s for a stream of %d packets", c.file, c.codec, x.Packets)
			}
		}
	}
}

// The conference call's packets look like messages of Skype's old protocol. It is RTP, with
// RTCP that is encrypted; what is left is STUN.
func TestConferenceIsRTP(t *testing.T) {
	s := listen(t, filepath.Join(captures.Dir(t), "skype", "skype-conference-call-part1.pcap"))
	if len(s.Streams()) == 0 {
		t.Fatal("no stream")
	}
	x := s.Streams()[0]
	if x.SSRC != 0xe074c700 || x.FirstSeq != 0x5d33 || x.Step != 320 || x.Missing != 0 || x.Jumps != 0 || x.Odd != 0 {
		t.Errorf("%+v", *x)
	}
	stun := s.packets - s.headers - s.control
	if s.control < 40 || s.secure != s.control || s.Stray() != 0 || stun < 5 || stun > 15 {
		t.Errorf("%d packets: %d RTP, %d RTCP, %d of it encrypted, %d stray, %d others", s.packets, s.headers, s.control, s.secure, s.Stray(), stun)
	}
}

// What is no RTP makes no streams: not Skype, not DNS, not games, not a counter. Of the traps one
// is RTP, and a call that begins as STUN has RTCP that tshark does not see, for it is encrypted.
func TestNoStreamsElsewhere(t *testing.T) {
	streams := map[string]int{"skype-conference-call-part1.pcap": 1, "traps.pcap": 1}
	control := map[string]int{"skype-conference-call-part1.pcap": 68, "stun_msteams_unidir.pcapng": 8}
	for _, pattern := range []string{"skype/*", "negative/*", "synthetic/*.pcap"} {
		for _, file := range captures.Glob(t, pattern) {
			name := filepath.Base(file)
			s := listen(t, file)
			if len(s.Streams()) != streams[name] || s.control != control[name] {
				t.Errorf("%s: %d streams and %d RTCP packets, want %d and %d", name, len(s.Streams()), s.control, streams[name], control[name])
			}
			t.Logf("%s: of %d UDP packets %d look like RTP, %d of them stray", name, s.packets, s.headers, s.Stray())
		}
	}
}
