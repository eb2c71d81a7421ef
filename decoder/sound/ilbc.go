package sound

import (
	"fmt"

	"somscope/decoder/codec/ilbc"
)

// An lbc decodes payloads of one or several iLBC frames of one mode.
type lbc struct {
	mode ilbc.Mode
	dec  *ilbc.Decoder
	gap  []int16 // samples of a concealed frame that nobody has asked for yet
}

func newILBC(long bool) Decoder {
	m := ilbc.Mode20
	if long {
		m = ilbc.Mode30
	}
	return &lbc{mode: m, dec: ilbc.NewDecoder(m)}
}

func (l *lbc) Rate() int     { return 8000 }
func (l *lbc) Channels() int { return 1 }

// Decode decodes whole frames; what is left over gives an error.
func (l *lbc) Decode(dst []int16, payload []byte) ([]int16, error) {
	l.gap = l.gap[:0]
	n := l.mode.Bytes()
	for ; len(payload) >= n; payload = payload[n:] {
		dst = l.dec.Decode(dst, payload[:n])
	}
	if len(payload) > 0 {
		return dst, fmt.Errorf("%d bytes make no iLBC frame of %d", len(payload), n)
	}
	return dst, nil
}

// Conceal makes whole frames and keeps what is more than was asked for, so that a gap may be
// filled in pieces of any length.
func (l *lbc) Conceal(dst []int16, n int) []int16 {
	for n > 0 {
		if len(l.gap) == 0 {
			l.gap = l.dec.Conceal(l.gap[:0])
		}
		k := min(n, len(l.gap))
		dst = append(dst, l.gap[:k]...)
		l.gap = l.gap[k:]
		n -= k
	}
	return dst
}
