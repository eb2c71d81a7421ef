package synth

import "math/bits"

// A g729Frame is 10 ms of G.729 by its parameters, 80 bits. Nothing is analysed
// to get there, for nobody spoke: whoever writes a frame says what shall sound.
//
//	L0 1 | L1 7 | L2 5 | L3 5          spectrum: predictor, first stage, two halves of the second
//	P1 8 | P0 1 | C1 13 | S1 4 | GA1 3 | GB1 4   sub-frame of 5 ms: delay, its parity, pulses, signs, gains
//	P2 5 |        C2 13 | S2 4 | GA2 3 | GB2 4   the other one; its delay is told relative to the first
//
// The order is that of RFC 3551 §4.5.6, what the numbers mean that of ITU-T G.729 §3 and §4.
type g729Frame struct {
	l0, l1, l2, l3 int
	sub            [2]g729Half
}

// A g729Half is one sub-frame.
type g729Half struct{ p, c, s, ga, gb int }

// A bitWriter fills bytes from their most significant bits on.
type bitWriter struct {
	b []byte
	n int // bits
}

func (w *bitWriter) put(v, n int) {
	for n--; n >= 0; n-- {
		if w.n%8 == 0 {
			w.b = append(w.b, 0)
		}
		w.b[w.n/8] |= byte(v>>n&1) << (7 - w.n%8)
		w.n++
	}
}

// pack writes a frame, 10 bytes.
func (f *g729Frame) pack() []byte {
	var w bitWriter
	w.put(f.l0, 1)
	w.put(f.l1, 7)
	w.put(f.l2, 5)
	w.put(f.l3, 5)
	for i, h := range f.sub {
		if i == 0 {
			w.put(h.p, 8)
			w.put(g729Parity(h.p), 1)
		} else {
			w.put(h.p, 5)
		}
		w.put(h.c, 13)
		w.put(h.s, 4)
		w.put(h.ga, 3)
		w.put(h.gb, 4)
	}
	return w.b
}

// g729Parity makes the number of ones among itself and the six upper bits of P1 odd.
func g729Parity(p1 int) int { return 1 ^ bits.OnesCount8(uint8(p1)>>2)&1 }

// g729Silence packs a silence descriptor of Annex B, 15 bits and one to spare.
func g729Silence(l0, l1, l2, energy int) []byte {
	var w bitWriter
	w.put(l0, 1)
	w.put(l1, 5)
	w.put(l2, 4)
	w.put(energy, 5)
	w.put(0, 1)
	return w.b
}

// g729Delay codes two delays, in thirds of a sample, from 19 1/3 to 84 2/3 samples:
// the second within some five samples of the first.
func g729Delay(first, second int) (p1, p2 int) {
	first = min(max(first, 58), 254)
	low := min(max((first+1)/3-5, 20), 134)
	return first - 58, min(max(second-3*low+2, 0), 31)
}

// g729Pulses places the four pulses of a sub-frame as near as they come to a
// sample of it, each on its own track: every fifth sample from the track's number
// on, and the last pulse has two tracks to choose from.
func g729Pulses(at int) int {
	near := func(track int) int { return min(max((at-track+2)/5, 0), 7) }
	off := func(track int) int64 { return abs(int64(5*near(track) + track - at)) }
	c := near(0) | near(1)<<3 | near(2)<<6
	if off(4) < off(3) {
		return c | 1<<9 | near(4)<<10
	}
	return c | near(3)<<10
}

// A g729Shape is what makes a frame sound like a vowel: a spectrum, signs of the
// pulses and gains that neither swell nor die away. Each was found by trial: of
// all spectra, the one that a decoder makes most like the vowel of sing.
type g729Shape struct{ l0, l1, l2, l3, signs, ga, gb int }

var g729Shapes = map[byte]g729Shape{
	'a': {1, 47, 8, 23, 15, 1, 11},
	'e': {0, 56, 4, 19, 15, 4, 11},
	'i': {1, 32, 13, 21, 5, 3, 11},
	'o': {0, 33, 8, 8, 15, 1, 11},
	'u': {1, 27, 11, 11, 15, 1, 10},
	'm': {0, 42, 5, 15, 15, 4, 10},
	's': {1, 80, 16, 16, 0, 3, 8},
}

// g729Voice writes frames of 10 ms for a score: 10 bytes of voice, 2 where a pause
// begins and in some places of a long one, nothing in the rest of it. Tones are hummed.
func g729Voice(seed uint64, score []sound) [][]byte {
	rng := random(seed)
	var frames [][]byte
	next := 0 // thirds of a sample to the next pulse of the voice
	quiet := 0
	for _, s := range score {
		n := s.ms / 10
		for i := range n {
			kind := s.kind
			if kind == '-' {
				kind = 'm'
			}
			if kind == 't' { // a pause and a burst, too short to be silent for
				kind = 's'
			}
			shape, sounds := g729Shapes[kind]
			if !sounds {
				var b []byte
				if quiet%24 == 0 {
					b = g729Silence(quiet/24&1, 11+rng.n(3), 5+rng.n(3), 4+rng.n(2))
				}
				quiet++
				frames = append(frames, b)
				continue
			}
			quiet = 0
			f := g729Frame{l0: shape.l0, l1: shape.l1, l2: shape.l2, l3: shape.l3}
			var delay [2]int
			for h := range delay {
				half := &f.sub[h]
				*half = g729Half{c: g729Pulses(20), s: shape.signs, ga: shape.ga, gb: shape.gb}
				if s.from == 0 { // noise: no two sub-frames alike
					delay[h] = 80 + rng.n(120)
					half.c, half.s = rng.n(1<<13), rng.n(1<<4)
					continue
				}
				hz := s.from + (s.to-s.from)*(2*i+h)/(2*n)
				hz = min(max(hz, 95), 400)
				delay[h] = (3*8000 + hz/2) / hz
				if next < 120 {
					half.c = g729Pulses(max(next, 0) / 3)
				}
				for next < 120 {
					next += delay[h]
				}
				next -= 120
			}
			f.sub[0].p, f.sub[1].p = g729Delay(delay[0], delay[1])
			frames = append(frames, f.pack())
		}
	}
	return frames
}
