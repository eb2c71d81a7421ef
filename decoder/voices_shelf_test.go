package decoder

import (
	"math"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"somscope/decoder/field"
	"somscope/decoder/media"
	"somscope/decoder/synth"
)

// TestShelfVoices holds what is found in the samples with voice against what their stories know.
func TestShelfVoices(t *testing.T) {
	told := 0
	for _, s := range synth.Stories() {
		if len(s.Voices) == 0 {
			continue
		}
		told++
		c := deepOf(t, s.Bytes())
		if n := len(c.Voices()); n != len(s.Voices) {
			t.Errorf("%s: %d streams, want %d", s.Name, n, len(s.Voices))
		}
		for i := range s.Voices {
			want := &s.Voices[i]
			var v *Voice
			for _, x := range c.Voices() {
				if x.Kind == VoiceRTP && x.RTP.SSRC == want.SSRC && isEnd(x.From, want.From) && isEnd(x.To, want.To) {
					v = x
				}
			}
			if v == nil {
				t.Errorf("%s: no stream from %v", s.Name, want.From)
				continue
			}
			r := v.RTP
			if r.Packets != want.Packets || int(r.Missing) != want.Lost || r.Late != want.Late || r.Again != want.Again || r.Jumps != 0 ||
				int(r.Expected) != want.Sent || int(r.Lost) != want.Lost-want.Again || r.FirstSeq != want.FirstSeq || r.FirstTS != want.FirstTS || r.Clock != want.Clock {
				t.Errorf("%s: from %v: %d packets of %d, %d missing, %d late, %d twice, %d jumps, clock %d; want %d of %d, %d, %d, %d, 0, %d",
					s.Name, want.From, r.Packets, r.Expected, r.Missing, r.Late, r.Again, r.Jumps, r.Clock, want.Packets, want.Sent, want.Lost, want.Late, want.Again, want.Clock)
			}
			if j := time.Duration(r.MaxJitter); want.Events == 0 && (j <= 0 || j > 12*time.Millisecond) {
				t.Errorf("%s: from %v: jitter of %v at most", s.Name, want.From, j)
			}
			x := v.Codecs[0]
			if x.Type != want.Type || x.Codec == nil || !strings.EqualFold(x.Codec.RTP, want.Codec) || x.How != CodecSDP && x.How != CodecStatic {
				t.Errorf("%s: from %v: %+v", s.Name, want.From, x)
				continue
			}
			if (len(v.Codecs) > 1) != (want.Events > 0) || want.Events > 0 && v.Codecs[1].Packets != want.Events {
				t.Errorf("%s: from %v: %d payload types", s.Name, want.From, len(v.Codecs))
			}
			if !x.Codec.Playable {
				continue
			}
			pcm, _, l := heard(t, c, v.Number)
			lasts := float64(r.LastTS-r.FirstTS) / float64(want.Clock)
			if got := float64(len(pcm)) / float64(l.Rate()*l.Channels()); got < lasts-0.05 || got > lasts+0.5 {
				t.Errorf("%s: from %v: %.2f s are heard, the stream lasts %.2f s", s.Name, want.From, got, lasts)
			}
			if want.Sound == nil {
				continue
			}
			// Half a second at a time, as loud as what was spoken.
			half := want.Rate / 2
			for at := 0; at+half+100 < min(len(pcm), len(want.Sound)); at += half {
				a, b := loud(want.Sound[at:at+half]), loud(pcm[at+80:at+half+80])
				if off := b - a; a > -40 && want.Events == 0 && math.Abs(off) > 4 {
					t.Errorf("%s: from %v: %.1f s is heard at %.1f dB, spoken at %.1f", s.Name, want.From, float64(at)/float64(want.Rate), b, a)
				}
			}
		}
	}
	if told < 3 {
		t.Errorf("%d samples have voices", told)
	}
}

func isEnd(s string, want netip.AddrPort) bool {
	a, err := netip.ParseAddrPort(s)
	return err == nil && a == want
}

// loud is the level of samples in dB below full scale.
func loud(pcm []int16) float64 {
	var sum float64
	for _, x := range pcm {
		sum += float64(x) * float64(x)
	}
	return 10 * math.Log10(sum/float64(max(len(pcm), 1))/(1<<30)+1e-10)
}

// TestShelfSpells: sizes and gaps of the encrypted call give its codecs away, each in first
// place, and its hold.
func TestShelfSpells(t *testing.T) {
	told := 0
	for _, s := range synth.Stories() {
		if len(s.Spells) == 0 {
			continue
		}
		c := deepOf(t, s.Bytes())
		var report *media.Report
		for _, v := range c.Voices() {
			if v.Kind == VoiceSkype {
				report = c.VoiceReport(v.Number)
			}
		}
		if report == nil {
			t.Fatalf("%s: no encrypted call", s.Name)
		}
		for _, want := range s.Spells {
			for side, segments := range report.Segments {
				told++
				ok := false
				for i := range segments {
					g := &segments[i]
					common := min(g.To, want.To.UnixNano()) - max(g.From, want.From.UnixNano())
					if common < int64(want.To.Sub(want.From))*4/5 {
						continue
					}
					if want.Hold {
						ok = g.Kind == media.Hold
						continue
					}
					if g.Kind != media.Voice || len(g.Fits) == 0 {
						continue
					}
					f := g.Fits[0].Point
					ok = f.Codec == want.Codec && math.Abs(f.Kbits-want.Kbits) < 0.01 && int(f.Ms) == want.Ms && f.RF == want.RF
					if side == 1 && math.Abs(g.Missing-float64(want.Lost[1])/float64(want.Sent[1])) > 0.02 {
						t.Errorf("%s: %s: %.1f %% missing, lost were %d of %d", s.Name, want.Codec, 100*g.Missing, want.Lost[1], want.Sent[1])
					}
				}
				if !ok {
					t.Errorf("%s: side %d: %+v was not found", s.Name, side, want)
					for _, g := range segments {
						t.Log(g.Says)
					}
				}
			}
		}
	}
	if told != 8 {
		t.Errorf("%d spells were looked for", told)
	}
}

// TestLooksLeadSomewhere: the link of each sample names a packet and a field that it has.
func TestLooksLeadSomewhere(t *testing.T) {
	for _, s := range synth.Stories() {
		_, rest, _ := strings.Cut(s.Look, "&n=")
		number, at, _ := strings.Cut(rest, "&at=")
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > s.Packets {
			t.Errorf("%s: %q", s.Name, s.Look)
			continue
		}
		tree, err := deepOf(t, s.Bytes()).Dissect(uint32(n - 1))
		if err != nil {
			t.Fatal(err)
		}
		if err := tree.Check(); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
		if !holds(&tree.Root, at) {
			t.Errorf("%s: packet %d has no field %s", s.Name, n, at)
		}
	}
}

func holds(n *field.Node, name string) bool {
	if n.Spec.Name == name {
		return true
	}
	for i := range n.Kids {
		if holds(&n.Kids[i], name) {
			return true
		}
	}
	return false
}
