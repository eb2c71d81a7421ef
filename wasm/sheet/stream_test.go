package sheet

import (
	"strings"
	"testing"

	"somscope/decoder/codec"
)

// What the counts of a stream leave out is said in a sentence, and only where there is something.
func TestWhatIsNotCounted(t *testing.T) {
	v := stream()
	v.RTP.Jumps, v.RTP.Odd = 2, 1
	s := Stream(v, nil, env(0))
	check(t, "jumps", s)
	holds(t, "jumps", s, "begun anew; nothing is counted as lost in between. This stream did so 2 times.", "1 packet came with a sequence number that fits neither")
	v.Codecs[1].Codec = codec.ByID(codec.TelephoneEvent)
	s = Stream(v, nil, env(0))
	check(t, "keys", s)
	holds(t, "keys", s, "Packets of one key repeat the timestamp")
	v.Codecs[1].Codec = nil
	v.RTP.Jumps, v.RTP.Odd = 0, 0
	if all := text(Stream(v, nil, env(0))); strings.Contains(all, "begun anew") || strings.Contains(all, "fits neither") || strings.Contains(all, "Packets of one key") {
		t.Error("something is told of a stream that has nothing of it")
	}
}
