package sheet

import (
	"strings"
	"testing"

	"somscope/decoder"
	"somscope/decoder/codec"
	"somscope/decoder/media"
)

// What the counts of a stream leave out is said in a sentence, and only where there is something.
func TestWhatIsNotCounted(t *testing.T) {
	v := stream()
	v.RTP.Jumps, v.RTP.Odd = 2, 1
	s := Stream(v, nil, env(0))
	check(t, "jumps", s)
	holds(t, "jumps", s, "begun anew; nothing is counted as lost in between. This stream did so 2 times.", "1 packet came with a sequence number that fits neither")
	v.Codecs[1].Codec = codec.ByID(codec.TelephoneEvent)
	v.RTP.Aside = 2
	v.Keys = []decoder.KeyPress{{Key: "4", Packet: 1234, Time: zero + ms(3100), Ticks: 800}, {Key: "#", Packet: 1300, NoTime: true, Ticks: 400}}
	s = Stream(v, nil, env(0))
	check(t, "keys", s)
	holds(t, "keys", s, "All packets of one key repeat the timestamp", "2 such packets of this stream are left out of the jitter.", "Keys pressed: 4 #, the first at 3.10 s.", "4 | 3.10 | 100 | 1,234 |", "# | - | 50 | 1,300 |")
	v.Keys, v.RTP.Aside = nil, 0
	v.Codecs[1].Codec = nil
	v.RTP.Jumps, v.RTP.Odd = 0, 0
	if all := text(Stream(v, nil, env(0))); strings.Contains(all, "begun anew") || strings.Contains(all, "fits neither") || strings.Contains(all, "All packets of one key") || strings.Contains(all, "Keys pressed") {
		t.Error("something is told of a stream that has nothing of it")
	}
}

// The row and the sheet of an encrypted call name the same, in order of time, each way its own
// where they differ.
func TestCourseOfACall(t *testing.T) {
	fit := func(name string, ms, share float64) []media.Fit {
		return []media.Fit{{Point: media.Point{Codec: name, Ms: ms, RF: 1, Size: 60}, Share: share}}
	}
	segment := func(f []media.Fit, n int) media.Segment {
		return media.Segment{Kind: media.Voice, Messages: n, Fits: f}
	}
	a, b, c := fit("iSAC", 30, .55), fit("G.729", 20, .9999), fit("iLBC", 30, .005)
	hold := media.Segment{Kind: media.Hold, Messages: 9999, Fits: c}
	for what, x := range map[string]struct {
		ways      [2][]media.Segment
		row, lead string
	}{
		"one codec": {[2][]media.Segment{{segment(a, 100)}, {segment(a, 90)}}, "iSAC 30 ms? 55 %", "; its sizes and gaps fit best with iSAC 30 ms (55 %)."},
		"one way":   {[2][]media.Segment{nil, {segment(a, 90)}}, "iSAC 30 ms? 55 %", "; its sizes and gaps fit best with iSAC 30 ms (55 %)."},
		"a change": {[2][]media.Segment{{segment(a, 100), hold, segment(b, 900)}, {segment(a, 90), segment(b, 90)}}, "iSAC 30 ms? 55 %, then G.729 20 ms? > 99.9 %",
			"; in order of time, its sizes and gaps fit best first with iSAC 30 ms (55 %), then with G.729 20 ms (> 99.9 %)."},
		"each way its own": {[2][]media.Segment{{segment(a, 100)}, {segment(b, 90)}}, "A to B iSAC 30 ms? 55 %; B to A G.729 20 ms? > 99.9 %",
			"; its two ways differ: from A to B, its sizes and gaps fit best with iSAC 30 ms (55 %); from B to A, its sizes and gaps fit best with G.729 20 ms (> 99.9 %)."},
		"nothing": {[2][]media.Segment{{segment(c, 100)}, {segment(c, 90)}}, "nothing fits well", "; no working point that is known fits its sizes and gaps well; iLBC 30 ms comes nearest (0.5 %)."},
		"nothing first": {[2][]media.Segment{{segment(c, 100), segment(b, 10)}, nil}, "nothing that fits well, then G.729 20 ms? > 99.9 %",
			"first with nothing that is known, then with G.729 20 ms (> 99.9 %)."},
		"many": {[2][]media.Segment{{segment(a, 1), segment(b, 1), segment(a, 1), segment(b, 1), segment(a, 1), segment(b, 1)}, nil},
			"iSAC 30 ms? 55 %, then G.729 20 ms? > 99.9 %, then iSAC 30 ms? 55 %, then 3 more changes", ", and it changes 2 times more."},
	} {
		r := &media.Report{Segments: x.ways}
		if got := CodecOf(call(), r); got != x.row {
			t.Errorf("%s: row %q", what, got)
		}
		if s := Stream(call(), r, env(700)); !strings.HasSuffix(s.Lead, x.lead) {
			t.Errorf("%s: lead %q", what, s.Lead)
		}
	}
}

// A stream without a payload cannot be heard.
func TestNothingToHear(t *testing.T) {
	v := stream()
	v.Bytes, v.RTP.Lengths = 0, nil
	s := Stream(v, nil, env(0))
	check(t, "empty", s)
	holds(t, "empty", s, "There is nothing to hear: no packet of this stream has a payload.")
	if Playable(v) || What(v) != "no payload" || strings.Contains(text(s), "listen:") {
		t.Errorf("%q", What(v))
	}
}
