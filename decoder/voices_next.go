package decoder

import (
	"fmt"
	"time"
)

// nextWithin is how soon after the end of a stream another one of the same way through a flow is
// taken for what follows it.
const nextWithin = 30 * time.Second

// linkNext says of streams that follow one another between the same ports, in the same direction,
// that they do: a sender that begins anew chooses another SSRC. (RFC 3550 §8.2)
// Both must have times. Those that overlap are two sources at once.
func (d *deep) linkNext() {
	type way struct {
		flow uint32
		back bool
	}
	last := map[way]*Voice{}
	for _, v := range d.voices { // by their first packets
		if v.RTP == nil || v.Flow == 0 || v.End < v.Begin {
			continue
		}
		k := way{v.Flow, v.RTP.Back}
		if p := last[k]; p != nil && v.Begin >= p.End && v.Begin-p.End <= int64(nextWithin) {
			p.link(fmt.Sprintf("The sender goes on as stream %d with another SSRC: it began anew, or another sender took over.", v.Number))
			v.link(fmt.Sprintf("It follows stream %d, which had another SSRC and went the same way: the sender began anew, or another took over.", p.Number))
		}
		if p := last[k]; p == nil || v.End > p.End {
			last[k] = v
		}
	}
}

func (v *Voice) link(sentence string) {
	v.linked, v.Words = append(v.linked, sentence), append(v.Words, sentence)
}
