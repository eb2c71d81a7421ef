package decoder

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"somscope/decoder/codec"
)

// Timestamps are held against the times of arrival: a clock of SDP that is wrong is told, and
// does not spoil what is heard, and a guess must be at the pace.
func TestClocksAreHeldAgainstTime(t *testing.T) {
	at := func(pt byte, step int) func(p []byte, i int) []byte {
		return func(p []byte, i int) []byte {
			p[1] = pt
			binary.BigEndian.PutUint32(p[4:], uint32(step*i))
			if pt == 96 {
				p[12] = 0x7c // Opus: CELT, 20 ms, two channels
				return p[:len(p)-i%7]
			}
			return p
		}
	}
	offer := func(lines ...string) []string {
		m := saying("SIP/2.0 200 OK", "198.51.100.0", 30000, lines...)
		if len(lines) > 0 {
			m = strings.Replace(m, "RTP/AVP 97", "RTP/AVP "+lines[0][9:strings.Index(lines[0], " ")], 1)
		}
		return []string{"OPTIONS sip:b@198.51.100.0 SIP/2.0\r\nContent-Length: 0\r\n\r\n", m}
	}
	for name, x := range map[string]struct {
		size, step int
		pt         byte
		sip        []string
		codec      codec.ID
		clock      int
		rate       int // of what is heard
		channels   int
		says       []string
	}{
		"PCMU at 16,000": {160, 160, 97, offer("a=rtpmap:97 PCMU/16000"), codec.PCMU, 8000, 8000, 1,
			[]string{"Its timestamps grow by about 8,000 a second, but PCMU/16000 of the SDP would have 16,000: the clock there is wrong. It is decoded at 8,000 Hz."}},
		"L16 at 16,000": {1920, 960, 97, offer("a=rtpmap:97 L16/16000"), codec.L16, 48000, 48000, 1,
			[]string{"grow by about 48,000 a second, but L16/16000"}},
		"L16 that is slow": {320, 160, 97, offer("a=rtpmap:97 L16/11025"), codec.L16, 11025, 11025, 1,
			[]string{"the sender does not keep its clock"}},
		"a fixed type with another clock": {160, 160, 0, offer("a=rtpmap:0 PCMU/16000"), codec.PCMU, 8000, 8000, 1,
			[]string{"the clock of G.711 µ-law is 8,000 for this payload type (RFC 3551 §6), and its timestamps grow by about 8,000 a second: the SDP is wrong, and it is read with 8,000."}},
		"a fixed type with a clock that is kept": {320, 320, 0, offer("a=rtpmap:0 PCMU/16000"), codec.PCMU, 16000, 16000, 1,
			[]string{"read with the clock of the SDP"}},
		"a fixed type given away": {160, 160, 8, offer("a=rtpmap:8 PCMU/8000"), codec.PCMA, 8000, 8000, 1,
			[]string{"maps payload type 8 to PCMU/8000, but RFC 3551 gives this number to G.711 A-law for good"}},
		"G.722 at 16,000": {160, 160, 9, offer("a=rtpmap:9 G722/16000"), codec.G722, 8000, 16000, 1,
			[]string{"the clock of G.722, 64 kbit/s is 8,000 though it samples at 16,000 (RFC 3551 §4.5.2)"}},
		"Opus at 16,000": {120, 960, 96, offer("a=rtpmap:96 opus/16000/2"), codec.Opus, 48000, 48000, 2,
			[]string{"to opus/16000/2, but the clock of Opus is 48,000 whatever it samples at (RFC 7587 §4.1)"}},
		"Opus that nobody names": {120, 960, 96, nil, codec.Opus, 48000, 48000, 2, nil},
		"L16 that nobody names":  {3840, 960, 98, nil, codec.L16, 48000, 48000, 2, nil},
		"G.729 at twice its pace": {20, 320, 18, nil, codec.G729, 8000, 0, 0,
			[]string{"Its timestamps grow by about 16,000 a second, but G.729 has a clock of 8,000"}},
		"another type than the offer's": {160, 160, 0, offer("a=rtpmap:113 PCMU/8000"), codec.PCMU, 8000, 8000, 1,
			[]string{"The SDP in packet 2 asks for payload type 113 (PCMU/8000) at 198.51.100.0:30000, but the packets that go there carry 0."}},
		"as it should be": {160, 160, 0, offer("a=rtpmap:0 PCMU/8000"), codec.PCMU, 8000, 8000, 1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c := deepOf(t, signalled(rtpFile(400, 1, x.size, at(x.pt, x.step)), x.sip...))
			var v *Voice
			for _, y := range c.Voices() {
				if strings.HasPrefix(y.From, "192.0.2.0") {
					v = y
				}
			}
			if v == nil {
				t.Fatal("no stream")
			}
			k := &v.Codecs[0]
			if k.Codec == nil || k.Codec.ID != x.codec || k.Clock() != x.clock || v.RTP.Clock != x.clock {
				t.Errorf("%+v, clock %d, jitter by %d", k, k.Clock(), v.RTP.Clock)
			}
			words := strings.Join(v.Words, "\n")
			for _, w := range x.says {
				if !strings.Contains(words, w) {
					t.Errorf("%q is not in %q", w, words)
				}
			}
			if x.says == nil && words != "" {
				t.Errorf("%q", words)
			}
			if x.rate == 0 {
				return
			}
			l, err := c.Listen(v.Number)
			if err != nil {
				t.Fatal(err)
			}
			if l.Rate() != x.rate || l.Channels() != x.channels {
				t.Errorf("heard at %d Hz with %d channels", l.Rate(), l.Channels())
			}
		})
	}
}

// Who chooses another codec is not told that the type is fixed.
func TestChoiceOverFixedType(t *testing.T) {
	offer := strings.Replace(saying("INVITE sip:b@198.51.100.0 SIP/2.0", "192.0.2.0", 20000, "a=rtpmap:8 PCMU/8000"), "AVP 97", "AVP 8", 1)
	c := deepOf(t, signalled(rtpFile(200, 1, 160, nil), offer))
	fixed := func() bool { return strings.Contains(strings.Join(c.Voice(2).Words, " "), "for good") }
	if !fixed() {
		t.Fatalf("%q", c.Voice(2).Words)
	}
	if !c.TreatCodec(2, "pcmu") || fixed() || c.Voice(2).Codecs[0].Codec.ID != codec.PCMU {
		t.Errorf("%+v, %q", c.Voice(2).Codecs[0], c.Voice(2).Words)
	}
	// A choice that the timestamps speak against may itself be the mistake, and that comes first.
	if !c.TreatCodec(2, "l16") {
		t.Fatal("L16 cannot be chosen")
	}
	if w := strings.Join(c.Voice(2).Words, " "); !strings.HasPrefix(w, "You chose L16, uncompressed, which may be the wrong codec: its clock is 44,100, but the timestamps grow by about 8,000 a second.") {
		t.Errorf("%q", w)
	}
	if !c.TreatCodec(2, "") || !fixed() {
		t.Error("the choice stays")
	}
}

// The clock of SDP is good for jitter even where its codec is not known here.
func TestClockOfAnUnknownCodec(t *testing.T) {
	c := deepOf(t, signalled(rtpFile(400, 1, 80, func(p []byte, i int) []byte { p[1] = 97; return p }),
		saying("INVITE sip:b@198.51.100.0 SIP/2.0", "192.0.2.0", 20000, "a=rtpmap:97 G726-32/8000")))
	for _, v := range c.Voices() {
		if x := &v.Codecs[0]; x.Codec != nil || x.Name != "G726-32" || x.Clock() != 8000 || v.RTP.Clock != 8000 || v.RTP.MaxJitter > 1e6 {
			t.Errorf("%+v %+v", x, v.RTP)
		}
	}
}

// Keys are listed, and leave jitter and step alone.
func TestKeysPressed(t *testing.T) {
	file := rtpFile(400, 1, 160, func(p []byte, i int) []byte {
		if i%40 < 5 { // a key in five packets, the last of them a copy
			p[1] = 101
			binary.BigEndian.PutUint32(p[4:], uint32(i/40*40*160))
			p = p[:16]
			p[12], p[13] = byte(i/40), 10
			binary.BigEndian.PutUint16(p[14:], uint16(min(i%40+1, 4)*160))
			return p
		}
		p[1] = 0
		return p
	})
	offer := saying("INVITE sip:b@198.51.100.0 SIP/2.0", "192.0.2.0", 20000, "a=rtpmap:101 telephone-event/8000")
	c := deepOf(t, signalled(file, strings.Replace(offer, "AVP 97", "AVP 0 101", 1)))
	for _, v := range c.Voices() {
		keys := ""
		for _, k := range v.Keys {
			keys += k.Key
			if k.Ticks != 640 && k.Key != "5" || c.VoiceOf(k.Packet-1) != v.Number || k.NoTime {
				t.Errorf("%+v", k)
			}
		}
		if keys != "01234" && keys != "012345" || v.RTP.MaxJitter > 1e5 || v.RTP.Step != 160 || v.RTP.Aside < 24 {
			t.Errorf("keys %q, jitter %.0f, step %d, %d aside", keys, v.RTP.MaxJitter, v.RTP.Step, v.RTP.Aside)
		}
	}
	if len(c.Voices()) != 2 {
		t.Error("no streams")
	}
	// A stream of nothing but keys, which nobody explains.
	c = deepOf(t, rtpFile(100, 1, 4, func(p []byte, i int) []byte {
		p[1], p[12], p[13], p[14], p[15] = 101, 11, 10, 0, byte(i)
		binary.BigEndian.PutUint32(p[4:], 7)
		return p
	}))
	if v := c.Voice(1); v == nil || len(v.Keys) != 1 || v.Keys[0].Key != "#" || v.Keys[0].Ticks != 49 || v.Codecs[0].How != CodecGuessed {
		t.Errorf("%+v", v)
	}
}

// Packets whose lengths cannot be are told of, and have a tree.
func TestDamagedPackets(t *testing.T) {
	for n, want := range map[int]string{1: "looks like one of this stream", 3: "3 packets look like this stream's"} {
		c := deepOf(t, rtpFile(150, 1, 160, func(p []byte, i int) []byte {
			if i >= 20 && i < 20+n {
				p[0] |= 0x20
				p[len(p)-1] = 255
			} else if i > 20 {
				p[0] &^= 0x20
			}
			return p
		}))
		v := c.Voice(1)
		if v == nil || v.RTP.Missing != int64(n) || len(v.Words) != 1 || !strings.Contains(v.Words[0], want) {
			t.Fatalf("%d: %+v", n, v)
		}
		if r := c.Rows(40, 1, SinceStart)[0]; r.Title != "RTP" || !strings.HasPrefix(r.Info, "seq 20 · 3200 · ") {
			t.Errorf("%d: row %+v", n, r)
		}
		tree, err := c.Dissect(40)
		if err != nil || tree.Check() != nil || tree.Find("rtp.seq") == nil || len(tree.Errs()) == 0 {
			t.Errorf("%d: %v %v", n, err, tree.Check())
		}
	}
}

// A timestamp that never moves is told of.
func TestStillTimestampIsTold(t *testing.T) {
	v := deepOf(t, rtpFile(200, 1, 160, func(p []byte, i int) []byte { binary.BigEndian.PutUint32(p[4:], 7); return p })).Voice(1)
	if len(v.Words) != 1 || !strings.HasPrefix(v.Words[0], "The timestamp never moves") {
		t.Errorf("%q", v.Words)
	}
}

func TestAbout(t *testing.T) {
	for hz, want := range map[float64]string{8100: "about 8,000", 12345: "about 12,300", .2: "less than 1", 97: "about 97", 2_345_678: "about 2,350,000"} {
		if got := about(hz); got != want {
			t.Errorf("%v: %q", hz, got)
		}
	}
	if got := fmt.Sprint(thousands(-1234), " ", thousands(-123), " ", thousands(0), " ", counted(1, "byte"), " ", counted(1000, "byte")); got != "-1,234 -123 0 1 byte 1,000 bytes" {
		t.Error(got)
	}
}
