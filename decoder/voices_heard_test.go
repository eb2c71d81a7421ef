package decoder

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"somscope/decoder/codec"
	"somscope/decoder/field"
	"somscope/decoder/index"
	"somscope/decoder/media"
	"somscope/decoder/synth"
)

// What was lost is filled in from what was heard before: after a loud packet there is no hole.
func TestLossIsConcealed(t *testing.T) {
	c := deepOf(t, rtpFile(600, 1, 160, func(p []byte, i int) []byte {
		for j := range p[12:] {
			p[12+j] = 0x55 ^ byte(0xb0-(j/8)%2*0x80) // a loud square wave
		}
		return p
	}))
	pcm, marks, _ := heard(t, c, 1)
	lost := 0
	for _, m := range marks {
		if m.Packet != 0 || m.At == 0 {
			continue
		}
		lost++
		a, b := loud(pcm[m.At-m.Len:m.At]), loud(pcm[m.At:m.At+m.Len])
		if a < -30 || b < a-12 || b > a+1 {
			t.Errorf("sample %d: %.1f dB before the loss, %.1f dB in it", m.At, a, b)
		}
	}
	if lost < 2 {
		t.Errorf("%d places of loss", lost)
	}
}

// saying is a SIP message with an offer for a port.
func saying(first, addr string, port int, media ...string) string {
	body := "v=0\r\no=- 1 1 IN IP4 " + addr + "\r\ns=-\r\nc=IN IP4 " + addr + "\r\nt=0 0\r\n" +
		fmt.Sprintf("m=audio %d RTP/AVP 97\r\n", port) + strings.Join(media, "\r\n") + "\r\n"
	return first + "\r\nVia: SIP/2.0/UDP " + addr + "\r\nFrom: <sip:a@192.0.2.0>;tag=1\r\nTo: <sip:b@198.51.100.0>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n" +
		"Content-Type: application/sdp\r\n" + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body)) + body
}

// signals are SIP messages as records of a capture of rtpFile: from A to B, then from B to A, in turn.
func signals(file []byte, messages ...string) (out []byte) {
	for i, m := range messages {
		p := append([]byte(nil), file[24:24+16+42]...)
		le, be := binary.LittleEndian, binary.BigEndian
		le.PutUint32(p[8:], uint32(42+len(m)))
		le.PutUint32(p[12:], uint32(42+len(m)))
		ip := p[16+14:]
		be.PutUint16(ip[2:], uint16(28+len(m)))
		a, b := uint32(0xc0000200), uint32(0xc6336400)
		if i%2 == 1 {
			a, b = b, a
		}
		be.PutUint32(ip[12:], a)
		be.PutUint32(ip[16:], b)
		be.PutUint16(ip[20:], 5060)
		be.PutUint16(ip[22:], 5060)
		be.PutUint16(ip[24:], uint16(8+len(m)))
		out = append(append(out, p...), m...)
	}
	return out
}

// signalled puts SIP messages in front of a capture.
func signalled(file []byte, messages ...string) []byte {
	return slices.Concat(file[:24], signals(file, messages...), file[24:])
}

// What the receiver wants to get counts, for each way its own; a word about the same port that
// comes after the stream does not, and SDP that is wrong is contradicted.
func TestWordsOfSDP(t *testing.T) {
	dynamic := func(p []byte, i int) []byte {
		p[1] = 97
		if len(p) == 12+50 { // of 30 ms
			binary.BigEndian.PutUint32(p[4:], uint32(240*i))
		}
		return p
	}
	invite, ok := "INVITE sip:b@198.51.100.0 SIP/2.0", "SIP/2.0 200 OK"
	for name, x := range map[string]struct {
		size  int
		sip   []string
		want  [2]codec.ID
		says  string // part of the first sentence that contradicts, of the stream from A
		doubt string
	}{
		"each way its own": {160, []string{saying(invite, "192.0.2.0", 20000, "a=rtpmap:97 PCMU/8000"), saying(ok, "198.51.100.0", 30000, "a=rtpmap:97 PCMA/8000")},
			[2]codec.ID{codec.PCMA, codec.PCMU}, "", ""},
		"only one was heard": {160, []string{saying(invite, "192.0.2.0", 20000, "a=rtpmap:97 PCMU/8000")},
			[2]codec.ID{codec.PCMU, codec.PCMU}, "", "what the receiver wants was not captured"},
		"the wrong mode": {50, []string{saying(invite, "192.0.2.0", 20000, "a=rtpmap:97 iLBC/8000", "a=fmtp:97 mode=20"), saying(ok, "198.51.100.0", 30000, "a=rtpmap:97 iLBC/8000", "a=fmtp:97 mode=20")},
			[2]codec.ID{codec.ILBC30, codec.ILBC30}, "do not fit iLBC, 20 ms", "frames of another length"},
		"the wrong packet time": {160, []string{saying(invite, "192.0.2.0", 20000, "a=rtpmap:97 PCMU/8000"), saying(ok, "198.51.100.0", 30000, "a=rtpmap:97 PCMU/8000", "a=ptime:60")},
			[2]codec.ID{codec.PCMU, codec.PCMU}, "The SDP asks for 60 ms a packet, but packets carry 20 ms.", ""},
		"a line that is wrong": {160, []string{saying(invite, "192.0.2.0", 20000, "a=rtpmap:97 PCMU/8000"), saying(ok, "198.51.100.0", 30000, "a=rtpmap:97 PCMU/8000", "a=rtpmap:98 GSM")},
			[2]codec.ID{codec.PCMU, codec.PCMU}, "The SDP in packet 2 is wrong: ", ""},
		"the wrong codec": {33, []string{saying(invite, "192.0.2.0", 20000, "a=rtpmap:97 G729/8000"), saying(ok, "198.51.100.0", 30000, "a=rtpmap:97 G729/8000")},
			[2]codec.ID{codec.G729, codec.G729}, "payloads do not fit G.729", ""},
	} {
		c := deepOf(t, signalled(rtpFile(200, 1, x.size, dynamic), x.sip...))
		if n := len(c.Voices()); n != 2 {
			t.Errorf("%s: %d streams", name, n)
			continue
		}
		for i, v := range c.Voices() {
			k := v.Codecs[0]
			if k.Codec == nil || k.Codec.ID != x.want[i] || k.How != CodecSDP {
				t.Errorf("%s: from %s: %+v", name, v.From, k)
			}
		}
		v := c.Voice(1)
		if (x.says == "") != (len(v.Words) == 0) || x.says != "" && !strings.Contains(strings.Join(v.Words, " "), x.says) {
			t.Errorf("%s: %q", name, v.Words)
		}
		if (x.doubt == "") != (v.Codecs[0].Doubt == "") || !strings.Contains(v.Codecs[0].Doubt, x.doubt) {
			t.Errorf("%s: doubt %q", name, v.Codecs[0].Doubt)
		}
	}
	// A later call of the same ports says something else.
	file := signalled(rtpFile(200, 1, 160, dynamic), saying(invite, "192.0.2.0", 20000, "a=rtpmap:97 PCMU/8000"), saying(ok, "198.51.100.0", 30000, "a=rtpmap:97 PCMA/8000"))
	later := signals(file, saying(invite, "192.0.2.0", 20000, "a=rtpmap:97 L16/8000"), saying(ok, "198.51.100.0", 30000, "a=rtpmap:97 L16/8000"))
	if k := deepOf(t, slices.Concat(file, later)).Voice(1).Codecs[0]; k.Codec.ID != codec.PCMA {
		t.Errorf("%+v", k)
	}
}

// What the tree of a message of a call says: in voice the working points of its part of the call,
// with a sample to look at instead and the name to turn the codec off.
func TestMessageOfACall(t *testing.T) {
	for _, s := range synth.Stories() {
		if s.Name != "codecs" {
			continue
		}
		c := deepOf(t, s.Bytes())
		r := c.VoiceReport(1)
		told := 0
		for dir := range r.Segments {
			for i := range r.Segments[dir] {
				g := &r.Segments[dir][i]
				var d *field.Dissection
				for n := g.First; n <= g.Last; n++ {
					if row := c.packets.At(n); c.VoiceOf(n) != 1 || (row.Flags&index.Reverse != 0) != g.Back {
						continue
					}
					x, err := c.Dissect(n)
					if err != nil {
						t.Fatal(err)
					}
					if x.Find("skype.udp.data.frame") != nil {
						d = x
						break
					}
				}
				if d == nil {
					if g.Kind == media.Voice {
						t.Errorf("no message in %+v", g)
					}
					continue
				}
				fit, none := d.Find("skype.udp.data.fit"), d.Find("skype.udp.data.fits.none")
				if g.Kind == media.Voice {
					told++
					if fit == nil || none != nil || !strings.HasPrefix(fit.Text(), g.Fits[0].Point.String()+": ") {
						t.Errorf("packet %d: %v", g.First+1, fit)
						continue
					}
					x := codec.ByName(g.Fits[0].ID)
					sample, names := d.Find("skype.udp.data.fit.sample"), d.Find("skype.udp.data.fit.disable")
					if x.Sample != "" && (sample == nil || sample.Text() != x.Sample) {
						t.Errorf("packet %d: sample %v, want %s", g.First+1, sample, x.Sample)
					}
					if len(x.Disable) > 0 && (names == nil || names.Text() != strings.Join(x.Disable, ", ")) {
						t.Errorf("packet %d: names %v, want %v", g.First+1, names, x.Disable)
					}
				}
			}
		}
		if told != 6 {
			t.Errorf("%d parts of voice", told)
		}
		return
	}
	t.Error("no such sample")
}

// What lies beside the voice costs nothing of it: keys that are pressed repeat their timestamp, and
// make neither a pause nor a jump.
func TestKeysCostNothing(t *testing.T) {
	for _, s := range synth.Stories() {
		events := false
		for i := range s.Voices {
			events = events || s.Voices[i].Events > 0
		}
		if !events {
			continue
		}
		c := deepOf(t, s.Bytes())
		for _, v := range c.Voices() {
			if v.Kind != VoiceRTP || !v.Codecs[0].Codec.Playable || len(v.Codecs) < 2 {
				continue
			}
			_, _, l := heard(t, c, v.Number)
			if !l.Whole() || !strings.Contains(l.Note(), "tones of keys") || strings.Contains(l.Note(), "jumps") {
				t.Errorf("%s: stream %d: %q", s.Name, v.Number, l.Note())
			}
			return
		}
	}
	t.Error("no sample has both")
}

// A call to a telephone is measured as one.
func TestTelephoneIsMeasured(t *testing.T) {
	for _, s := range synth.Stories() {
		if s.Name != "telephone" {
			continue
		}
		c := deepOf(t, s.Bytes())
		r := c.VoiceReport(1)
		if r == nil || r.Carrier != media.E2O || c.Voice(1).Kind != VoiceE2O {
			t.Fatalf("%+v", r)
		}
		if !slices.ContainsFunc(r.Words, func(w media.Remark) bool { return w.Title == "To a telephone" }) {
			t.Errorf("nothing is said of the telephone: %v", r.Words)
		}
		return
	}
	t.Error("no such sample")
}
