// Package sound turns frames of voice into samples, and samples into a WAV file.
//
// G.711, L16 and G.722 are small and ours, iLBC is package ilbc, and Opus is pion's. It knows
// no packets: whoever feeds it says which payload comes next and what was lost.
package sound

import (
	"errors"

	"somscope/decoder/codec"
)

// A Decoder turns the payloads of one stream into samples, in order. It belongs to one
// goroutine. Samples of several channels are interleaved.
type Decoder interface {
	// Decode appends the samples of one payload to dst. A payload that cannot be decoded
	// gives an error and the samples that could be had of it.
	Decode(dst []int16, payload []byte) ([]int16, error)

	// Conceal appends n samples a channel in place of a packet that was lost: the codec's own
	// concealment where it has one, else silence.
	Conceal(dst []int16, n int) []int16

	Rate() int     // samples a second a channel, Hz
	Channels() int // 1 or 2
}

// ErrMute is wrapped by New's error for codecs that are explained but not decoded.
var ErrMute = errors.New("not decoded")

// A mute is a codec that cannot be heard, and why.
type mute struct{ why string }

func (m *mute) Error() string { return m.why }
func (m *mute) Unwrap() error { return ErrMute }

// New makes the decoder of a codec.
func New(c *codec.Codec, p codec.Params) (Decoder, error) {
	switch c.ID {
	case codec.PCMU, codec.PCMA:
		return newG711(c.ID == codec.PCMA, p), nil
	case codec.L16:
		return newL16(p), nil
	case codec.G722:
		return newG722(p), nil
	case codec.ILBC20, codec.ILBC30:
		return newILBC(c.ID == codec.ILBC30), nil
	case codec.Opus:
		return newOpus(p)
	}
	why := c.Why
	if why == "" {
		why = c.Title + " is not decoded."
	}
	return nil, &mute{why}
}
