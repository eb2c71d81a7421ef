package decoder

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"somscope/decoder/capfile"
	"somscope/decoder/codec"
)

func deepOf(tb testing.TB, file []byte) *Capture {
	c := feedAll(tb, file)
	c.DeepAll()
	if err := c.DeepErr(); err != nil {
		tb.Fatal(err)
	}
	return c
}

// TestFrameLinks holds the numbers of codecs against the private link types of raw files: package
// capfile keeps a table of its own.
func TestFrameLinks(t *testing.T) {
	dir := capturesDir(t)
	for file, want := range map[string]codec.ID{"ilbc30-frames.lbc": codec.ILBC30, "g729a-frames.g729": codec.G729, "pcma.al": codec.PCMA} {
		b, err := os.ReadFile(filepath.Join(dir, "codec", file))
		if err != nil {
			t.Fatal(err)
		}
		as := ""
		if want != codec.ILBC30 {
			as = codec.ByID(want).Name
		}
		c, err := OpenWith(&source{b}, file, Options{As: as})
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		for done := false; !done; {
			_, err := c.Step(time.Second)
			done = err != nil
		}
		c.DeepAll()
		v := c.Voice(1)
		if v == nil || v.Kind != VoiceFile || v.Codecs[0].Codec.ID != want || c.VoiceOf(3) != 1 {
			t.Errorf("%s: %+v", file, v)
			continue
		}
		tree, err := c.Dissect(5)
		if err != nil || tree.Check() != nil {
			t.Fatal(err, tree.Check())
		}
		if !strings.HasPrefix(tree.Root.Kids[0].Spec.Name, v.Codecs[0].Codec.Name[:3]) {
			t.Errorf("%s: the frame is read as %s", file, tree.Root.Kids[0].Spec.Name)
		}
		if r := c.Rows(5, 1, SinceStart); !r[0].Voice || r[0].Bad || r[0].Title != v.Codecs[0].Codec.Title {
			t.Errorf("%s: row %+v", file, r[0])
		}
	}
	if frameCodec(capfile.FrameLink) != nil || frameCodec(capfile.FrameLink-1) != nil || frameCodec(capfile.FrameLink+uint16(codec.IDs)) != nil {
		t.Error("link types beside those of the codecs are frames, too")
	}
}

type source struct{ b []byte }

func (s *source) Size() int64 { return int64(len(s.b)) }
func (s *source) ReadAt(p []byte, off int64) (int, error) {
	if off >= int64(len(s.b)) {
		return 0, os.ErrClosed
	}
	return copy(p, s.b[off:]), nil
}

// heard decodes a stream to its end.
func heard(t testing.TB, c *Capture, number uint32) (pcm []int16, marks []Heard, l *Listening) {
	l, err := c.Listen(number)
	if err != nil {
		t.Fatal(err)
	}
	for done := false; !done; {
		var p []int16
		var m []Heard
		p, m, done = l.Step(time.Millisecond)
		pcm = append(pcm, p...)
		marks = append(marks, m...)
	}
	return pcm, marks, l
}

// TestLossIsHeard holds the counts, the marks and the length of the sound of a call with one
// packet in a hundred missing.
func TestLossIsHeard(t *testing.T) {
	c := deepOf(t, rtpLoad(600, 1))
	if n := len(c.Voices()); n != 2 {
		t.Fatalf("%d streams", n)
	}
	v := c.Voice(1)
	if v.RTP.Missing != 3 || v.RTP.Lost != 3 || v.RTP.Late != 0 || v.RTP.Again != 0 || v.Codecs[0].Codec.ID != codec.PCMA || v.Codecs[0].How != CodecStatic {
		t.Errorf("%+v", v.RTP)
	}
	pcm, marks, l := heard(t, c, 1)
	if n := 303 * 160; len(pcm) < n-320 || len(pcm) > n || l.Total() != len(pcm) {
		t.Errorf("%d samples of about %d, said %d", len(pcm), n, l.Total())
	}
	lost, at := 0, 0
	for _, m := range marks {
		if m.At != at {
			t.Errorf("a mark at %d, expected at %d", m.At, at)
		}
		at = m.At + m.Len
		if m.Packet == 0 {
			lost++
			if m.Len != 160 {
				t.Errorf("%d samples of a lost packet", m.Len)
			}
		} else if got := c.VoiceOf(m.Packet - 1); got != 1 {
			t.Errorf("packet %d belongs to stream %d", m.Packet, got)
		}
	}
	if lost < 2 || lost > 3 || at != len(pcm) {
		t.Errorf("%d places of loss, the marks end at %d", lost, at)
	}
	if l.Note() != "" {
		t.Error(l.Note())
	}
	// The packet after the loss says so, in the list and in its tree.
	for i := range uint32(c.Len()) {
		row := c.Rows(int(i), 1, SinceStart)[0]
		if row.Title != "RTP" || !row.Voice {
			t.Fatalf("packet %d is %q", i+1, row.Title)
		}
		if strings.Contains(row.Info, "lost") {
			tree, err := c.Dissect(i)
			if err != nil {
				t.Fatal(err)
			}
			if err := tree.Check(); err != nil {
				t.Error(err)
			}
			return
		}
	}
	t.Error("no row tells of the loss")
}

// TestOddRTP feeds what calls in the wild do wrong: every packet has a tree that holds together,
// and the streams are what they are.
func TestOddRTP(t *testing.T) {
	for name, x := range map[string]struct {
		size    int
		change  func(p []byte, i int) []byte
		streams int
		check   func(t *testing.T, c *Capture)
	}{
		"no payload":   {0, nil, 2, nil},
		"one byte":     {1, nil, 2, nil},
		"65,507 bytes": {65507 - 12, nil, 2, nil},
		"the number jumps": {160, func(p []byte, i int) []byte {
			if i > 50 {
				binary.BigEndian.PutUint16(p[2:], uint16(i+20000))
			}
			return p
		}, 2, func(t *testing.T, c *Capture) {
			if v := c.Voice(1); v.RTP.Jumps != 1 {
				t.Errorf("%d jumps", v.RTP.Jumps)
			}
		}},
		"the source changes": {160, func(p []byte, i int) []byte {
			if i > 50 {
				p[8]++
			}
			return p
		}, 4, nil},
		"the timestamp stands still": {160, func(p []byte, i int) []byte {
			binary.BigEndian.PutUint32(p[4:], 7)
			return p
		}, 2, nil},
		"an unknown payload type": {160, func(p []byte, i int) []byte { p[1] = 77; return p }, 2, func(t *testing.T, c *Capture) {
			v := c.Voice(1)
			if v.Codecs[0].How != CodecGuessed || v.Codecs[0].Doubt == "" || len(v.Codecs[0].Likely) < 2 {
				t.Errorf("%+v", v.Codecs[0])
			}
			if !c.TreatCodec(1, "pcmu") || c.Voice(1).Codecs[0].How != CodecUser || c.TreatCodec(1, "no such codec") || c.TreatCodec(99, "pcmu") {
				t.Error("the user is not heeded")
			}
			if !c.TreatCodec(1, "") || c.Voice(1).Codecs[0].How != CodecGuessed {
				t.Error("the user cannot take it back")
			}
		}},
		"G.729 that does not fit": {33, func(p []byte, i int) []byte { p[1] = 18; return p }, 2, func(t *testing.T, c *Capture) {
			if v := c.Voice(1); len(v.Words) == 0 || !strings.Contains(v.Words[0], "do not fit") {
				t.Errorf("%q", v.Words)
			}
			tree, _ := c.Dissect(3)
			if len(tree.Errs()) == 0 {
				t.Error("33 bytes of G.729 pass without a fault")
			}
			if _, err := c.Listen(1); err == nil {
				t.Error("G.729 can be heard")
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			c := deepOf(t, rtpFile(200, 1, x.size, x.change))
			if n := len(c.Voices()); n != x.streams {
				t.Errorf("%d streams, expected %d", n, x.streams)
			}
			for i := range uint32(c.Len()) {
				if i%9 != 0 && i < 190 {
					continue
				}
				tree, err := c.Dissect(i)
				if err != nil {
					t.Fatal(err)
				}
				if err := tree.Check(); err != nil {
					t.Fatalf("packet %d: %v", i+1, err)
				}
				if tree.Find("rtp.seq") == nil {
					t.Fatalf("packet %d is not read as RTP", i+1)
				}
			}
			for _, v := range c.Voices() {
				if v.Codecs[0].Codec != nil && v.Codecs[0].Codec.Playable {
					heard(t, c, v.Number)
				}
			}
			if x.check != nil {
				x.check(t, c)
			}
		})
	}
}

// TestRTPCaptures holds the streams of real captures against the ground truth, through the whole
// decoder, and what can be heard of them.
func TestRTPCaptures(t *testing.T) {
	dir := capturesDir(t)
	tables, _ := filepath.Glob(filepath.Join(dir, "expected", "rtp", "*", "rtp.tsv"))
	if len(tables) == 0 {
		t.Fatal("no tables")
	}
	for _, table := range tables {
		name := filepath.Base(filepath.Dir(table))
		t.Run(name, func(t *testing.T) {
			file, err := os.ReadFile(filepath.Join(dir, "rtp", name))
			if err != nil {
				t.Fatal(err)
			}
			want, _ := os.ReadFile(table)
			c := deepOf(t, file)
			lines := strings.Split(strings.TrimSpace(string(want)), "\n")[1:]
			if len(lines) != len(c.Voices()) {
				t.Errorf("%d streams, expected %d", len(c.Voices()), len(lines))
			}
			for _, line := range lines {
				x := strings.Split(line, "\t")
				ssrc, _ := strconv.ParseUint(x[0][2:], 16, 32)
				at := slices.IndexFunc(c.Voices(), func(v *Voice) bool { return uint64(v.RTP.SSRC) == ssrc })
				if at < 0 {
					t.Errorf("no stream %s", x[0])
					continue
				}
				v := c.Voices()[at]
				number := func(i int) int64 { n, _ := strconv.ParseInt(x[i], 10, 64); return n }
				if int64(v.Packets) != number(5) || v.From != x[1]+":"+x[2] || v.To != x[3]+":"+x[4] ||
					int64(v.RTP.FirstSeq) != number(10) || int64(v.RTP.LastSeq) != number(11) || int64(v.RTP.FirstTS) != number(12) || int64(v.RTP.LastTS) != number(13) {
					t.Errorf("stream %s: %d packets, %d to %d", x[0], v.Packets, v.RTP.FirstSeq, v.RTP.LastSeq)
				}
			}
		})
	}
}

// TestRTPOfCallsIsHeard decodes the calls of real captures: their codecs come from SDP or from
// RFC 3551, and what they sound like has the level of speech or music.
func TestRTPOfCallsIsHeard(t *testing.T) {
	dir := capturesDir(t)
	for _, x := range []struct {
		file  string
		codec codec.ID
		how   CodecHow
		mute  bool
		rate  int
	}{
		{"g711a.pcap", codec.PCMA, CodecStatic, false, 8000},
		{"sip-rtp-ilbc.pcap", codec.ILBC30, CodecSDP, false, 8000},
		{"sip-rtp-g729a.pcap", codec.G729, CodecSDP, true, 0},
		{"sip-rtp-l16.pcap", codec.L16, CodecSDP, false, 0},
	} {
		file, err := os.ReadFile(filepath.Join(dir, "rtp", x.file))
		if err != nil {
			t.Fatal(err)
		}
		c := deepOf(t, file)
		for _, v := range c.Voices() {
			k := v.Codecs[0]
			if k.Codec == nil || k.Codec.ID != x.codec || k.How != x.how || k.Why == "" || len(v.Words) > 0 && (k.Params.Rate != 11025 || !strings.Contains(v.Words[0], "the sender does not keep its clock")) {
				t.Errorf("%s: stream %d is %+v, %q", x.file, v.Number, k, v.Words)
				continue
			}
			if x.mute {
				if _, err := c.Listen(v.Number); err == nil || len(err.Error()) < 20 {
					t.Errorf("%s can be heard: %v", x.file, err)
				}
				continue
			}
			pcm, _, l := heard(t, c, v.Number)
			level, loud := 0.0, 0
			for _, s := range pcm {
				level += float64(s) * float64(s)
				if s == math.MaxInt16 || s == math.MinInt16 {
					loud++
				}
			}
			level = 10 * math.Log10(level/float64(max(len(pcm), 1))/(1<<30)+1e-12)
			lasts := float64(len(pcm)) / float64(l.Rate()*l.Channels())
			want := float64(v.RTP.LastTS-v.RTP.FirstTS+v.RTP.Step) / float64(k.Clock()) // one sender is slower than its clock
			if level < -60 || level > -3 || loud > len(pcm)/200 || math.Abs(lasts-want) > .02*want || x.rate != 0 && l.Rate() != x.rate {
				t.Errorf("%s: stream %d: %.1f dB, %d of %d samples at the limit, %.2f s of %.2f", x.file, v.Number, level, loud, len(pcm), lasts, want)
			}
		}
	}
}

// TestTheTrapIsRTP: the third byte of these packets is a sequence number that looks like Skype's
// function byte for data.
func TestTheTrapIsRTP(t *testing.T) {
	file, err := os.ReadFile(filepath.Join(capturesDir(t), "skype", "skype-conference-call-part1.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	c := deepOf(t, file)
	rtp, rtcp, stun := 0, 0, 0
	for _, r := range c.Rows(0, c.Len(), SinceStart) {
		switch r.Title {
		case "RTP":
			rtp++
		case "RTCP":
			rtcp++
		case "STUN":
			stun++
		default:
			t.Errorf("packet %d is %s", r.Packet, r.Title)
		}
	}
	if rtp != 30 || rtcp != 68 || stun != 12 {
		t.Errorf("%d RTP, %d RTCP, %d STUN", rtp, rtcp, stun)
	}
	for _, v := range c.Voices() {
		if v.Kind != VoiceRTP {
			t.Errorf("stream %d is of kind %d", v.Number, v.Kind)
		}
	}
}

// TestTreatAsRTP: the user's word makes RTP of what behaves too little like it to be believed.
func TestTreatAsRTP(t *testing.T) {
	c := feedAll(t, rtpFile(2, 1, 160, nil)) // one packet each way
	c.DeepAll()
	if n := len(c.Voices()); n != 0 {
		t.Fatalf("%d streams of one packet each", n)
	}
	if r := c.Rows(0, 1, SinceStart)[0]; r.Title == "RTP" {
		t.Error("one packet alone is taken for RTP")
	}
	if !c.Treat(0, RTP) {
		t.Fatal("not treated")
	}
	if r := c.Rows(0, 1, SinceStart)[0]; r.Title != "RTP" {
		t.Errorf("treated as RTP it is %s", r.Title)
	}
	c.Treat(0, NotSkype)
	if r := c.Rows(0, 1, SinceStart)[0]; r.Title == "RTP" {
		t.Error("what is no Skype is RTP still")
	}
}
