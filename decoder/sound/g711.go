package sound

import (
	"fmt"

	"somscope/decoder/codec"
)

// Rates that are believed, in samples a second; a stream that states another is heard at its
// codec's own.
const minRate, maxRate = 1000, 192000

func rateOf(p codec.Params, own int) int {
	if p.Rate < minRate || p.Rate > maxRate {
		return own
	}
	return p.Rate
}

// A pcm decodes codecs whose samples stand for themselves. Of more than two channels the first
// two are heard.
type pcm struct {
	past
	in   int // channels of the stream
	size int // bytes a sample
	one  func(b []byte) int16
	name string
}

func newPCM(name string, rate, channels, size int, one func([]byte) int16) *pcm {
	in := max(channels, 1)
	return &pcm{past: past{rate: rate, ch: min(in, 2)}, in: in, size: size, one: one, name: name}
}

func newG711(alaw bool, p codec.Params) Decoder {
	name, law := "G.711", codec.MuLaw
	if alaw {
		law = codec.ALaw
	}
	table := new([256]int16)
	for i := range table {
		table[i] = law(byte(i))
	}
	return newPCM(name, rateOf(p, 8000), p.Channels, 1, func(b []byte) int16 { return table[b[0]] })
}

func (c *pcm) Decode(dst []int16, payload []byte) ([]int16, error) {
	from, step := len(dst), c.in*c.size
	n := len(payload) / step
	for i := range n {
		for k := range c.ch {
			dst = append(dst, c.one(payload[i*step+k*c.size:]))
		}
	}
	c.heard(dst[from:])
	if over := len(payload) % step; over > 0 {
		return dst, fmt.Errorf("%s: %d bytes are no whole number of samples: %d left over", c.name, len(payload), over)
	}
	return dst, nil
}

func (c *pcm) Conceal(dst []int16, n int) []int16 { return c.conceal(dst, n) }

func (c *pcm) Rate() int     { return c.rate }
func (c *pcm) Channels() int { return c.ch }
