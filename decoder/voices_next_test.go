package decoder

import (
	"encoding/binary"
	"strings"
	"testing"
)

// Streams that follow one another with another SSRC name each other; those at once do not.
func TestNextStream(t *testing.T) {
	for _, c := range []struct {
		name  string
		ssrc  func(i int) uint32 // of packet i of a direction
		links int
	}{
		{"one", func(int) uint32 { return 7 }, 0},
		{"begun anew", func(i int) uint32 { return 7 + uint32(i)/300 }, 2 * 2 * 2}, // three streams, twice
		{"two at once", func(i int) uint32 { return 7 + uint32(i)&1 }, 0},
	} {
		file := rtpFile(1600, 1, 160, func(p []byte, i int) []byte {
			binary.BigEndian.PutUint32(p[8:], c.ssrc(i)<<1|binary.BigEndian.Uint32(p[8:])&1)
			return p
		})
		x := feedAll(t, file)
		x.DeepAll()
		if !x.TreatCodec(1, "pcmu") { // a choice does not take the sentence away
			t.Fatal("no codec can be chosen")
		}
		links := 0
		for _, v := range x.Voices() {
			for _, w := range v.Words {
				if strings.Contains(w, "another SSRC") {
					links++
				}
			}
		}
		if links != c.links {
			t.Errorf("%s: %d sentences in %d streams, want %d", c.name, links, len(x.Voices()), c.links)
		}
	}
}
