package codec

import (
	"fmt"
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// G.729: frames of 10 ms in 80 bits, parameter after parameter, most significant bit first:
//
//	L0 L1 L2 L3   P1 P0  C1 S1 GA1 GB1   P2  C2 S2 GA2 GB2
//	 1  7  5  5    8  1  13  4   3   4    5  13  4   3   4
//	the filter    the first 5 ms         the second 5 ms
//
// and, where the sender falls silent, one frame of Annex B in 15 bits and one of padding:
//
//	switch 1, first stage 5, second stage 4, gain 5, reserved 1
//
// A payload is some frames of 10 bytes and at most one of 2 at its end.
//
// Sources: RFC 3551 §4.5.6; ITU-T G.729 §3 and table 8, Annex B table B.2.

const (
	g729Len = 10 // bytes of a frame
	g729SID = 2  // bytes of a silence descriptor
)

// A part is a parameter of a frame and how many bits it has.
type part struct {
	spec *field.Spec
	bits int
}

func g729(name, label string, show field.Show, doc string) *field.Spec {
	return withCite(spec("g729."+name, label, show, "rfc3551", "§4.5.6", doc), "g729", "table 8")
}

var (
	specG729Frame = spec("g729.frame", "G.729 frame", field.Raw, "rfc3551", "§4.5.6", "80 bits describe 10 ms of speech: a filter for the shape of the mouth, and for each half what excites it.")

	specG729L0  = g729("l0", "L0, predictor", field.Dec, "One bit says which of two predictors foresaw the filter from the frames before, so that only the difference had to be sent.")
	specG729L1  = g729("l1", "L1, filter, first stage", field.Dec, "The number of one of 128 rough shapes of the filter, as ten line spectral frequencies.")
	specG729L2  = g729("l2", "L2, filter, lower half", field.Dec, "The number of one of 32 corrections to the five lower frequencies of the filter.")
	specG729L3  = g729("l3", "L3, filter, upper half", field.Dec, "The number of one of 32 corrections to the five upper frequencies of the filter.")
	specG729P1  = g729("p1", "P1, pitch delay", field.Dec, "How many samples back the sound was much as it is now, so that the decoder copies that piece: the pitch of the voice in the first half, from 19 1/3 to 143 samples, the short delays in thirds.")
	specG729P0  = g729("p0", "P0, parity of the pitch", field.Dec, "This bit makes the number of ones in it and in the six upper bits of P1 odd, so that the decoder notices a damaged pitch.")
	specG729C1  = g729("c1", "C1, pulse positions", field.Hex, "Where in the 40 samples of the first half the four pulses of the excitation stand: three tracks of 8 places and one of 16.")
	specG729S1  = g729("s1", "S1, pulse signs", field.Bin, "The signs of the four pulses of the first half; a set bit is a positive pulse.")
	specG729GA1 = g729("ga1", "GA1, gains, first stage", field.Dec, "The number of one of 8 pairs that make up the loudness of pitch and pulses in the first half.")
	specG729GB1 = g729("gb1", "GB1, gains, second stage", field.Dec, "The number of one of 16 pairs that are added to those of GA1.")
	specG729P2  = g729("p2", "P2, pitch delay", field.Dec, "The pitch of the second half as a difference from that of the first, in thirds of a sample.")
	specG729C2  = g729("c2", "C2, pulse positions", field.Hex, "Where in the 40 samples of the second half the four pulses of the excitation stand.")
	specG729S2  = g729("s2", "S2, pulse signs", field.Bin, "The signs of the four pulses of the second half; a set bit is a positive pulse.")
	specG729GA2 = g729("ga2", "GA2, gains, first stage", field.Dec, "The number of one of 8 pairs that make up the loudness of pitch and pulses in the second half.")
	specG729GB2 = g729("gb2", "GB2, gains, second stage", field.Dec, "The number of one of 16 pairs that are added to those of GA2.")

	specSID       = withTerm(spec("g729.sid", "G.729 silence descriptor", field.Raw, "rfc3551", "§4.5.6", "15 bits of Annex B describe the noise that the receiver shall make while the sender is silent; Skype's calls have no silence suppression and hence none of these."), "silence-suppression")
	specSIDSwitch = g729sid("switch", "Predictor", field.Dec, "One bit says which of two predictors foresaw the filter of the noise.")
	specSIDFirst  = g729sid("lsf1", "Filter, first stage", field.Dec, "The number of one of 32 rough shapes of the noise's spectrum.")
	specSIDSecond = g729sid("lsf2", "Filter, second stage", field.Dec, "The number of one of 16 corrections to that shape.")
	specSIDGain   = g729sid("gain", "Gain", field.Dec, "The energy of the noise, in 32 steps from -12 to 66 dB.")
	specSIDPad    = g729sid("reserved", "Reserved", field.Dec, "This bit fills the descriptor up to two bytes and is zero.")
)

func g729sid(name, label string, show field.Show, doc string) *field.Spec {
	return withCite(spec("g729.sid."+name, label, show, "rfc3551", "§4.5.6", doc), "g729", "table B.2")
}

var (
	g729Frame = []part{
		{specG729L0, 1}, {specG729L1, 7}, {specG729L2, 5}, {specG729L3, 5},
		{specG729P1, 8}, {specG729P0, 1}, {specG729C1, 13}, {specG729S1, 4}, {specG729GA1, 3}, {specG729GB1, 4},
		{specG729P2, 5}, {specG729C2, 13}, {specG729S2, 4}, {specG729GA2, 3}, {specG729GB2, 4},
	}
	g729Silence = []part{{specSIDSwitch, 1}, {specSIDFirst, 5}, {specSIDSecond, 4}, {specSIDGain, 5}, {specSIDPad, 1}}
)

var g729Codec = &Codec{
	ID: G729, Name: "g729", Title: "G.729",
	Doc: "The codec of much paid-for telephony over the internet, 10 bytes for 10 ms; Bonfiglio names it first for Skype's calls to telephones.",
	RTP: "G729", Clock: 8000, Rate: 8000, Kbits: "8",
	Frame: 10 * time.Millisecond, Bytes: g729Len,
	Why:     "G.729 cannot be heard here: no decoder for it is part of Somscope, as its tables are long and no well-kept free one in Go is known to us; its parameters are explained instead.",
	Disable: []string{"G729"},
	Sample:  "gcall",
	Trust:   field.Specified,
	Cite:    []field.Cite{{Key: "g729"}, {Key: "rfc3551", Where: "§4.5.6"}, {Key: "bon", Where: "table 1"}},
	Specs: []*field.Spec{
		specG729Frame, specG729L0, specG729L1, specG729L2, specG729L3, specG729P1, specG729P0, specG729C1, specG729S1, specG729GA1, specG729GB1,
		specG729P2, specG729C2, specG729S2, specG729GA2, specG729GB2,
		specSID, specSIDSwitch, specSIDFirst, specSIDSecond, specSIDGain, specSIDPad,
	},
	Dissect: dissectG729, Frames: framesG729,
}

func framesG729(_ *Params, _ []byte, n int) (int, time.Duration, string, bool) {
	if n == 0 {
		return 0, 0, whyEmpty, false
	}
	frames, over := n/g729Len, n%g729Len
	switch over {
	case 0:
	case g729SID:
		frames++
	default:
		return 0, 0, whyG729(n), false
	}
	return frames, time.Duration(frames) * 10 * time.Millisecond, "", true
}

func whyG729(n int) string {
	return fmt.Sprintf("%s are %s of 10 bytes and %s left over, which is no silence descriptor of 2 bytes either",
		count(n, "byte"), count(n/g729Len, "frame"), count(n%g729Len, "byte"))
}

func dissectG729(d *dissect.D, _ *Params) {
	if empty(d) {
		return
	}
	all := d.Left()
	n := all / g729Len
	for i := range min(n, maxFrames) {
		d.Group(specG729Frame, func(d *dissect.D) {
			if n > 1 {
				d.Head(field.Text(fmt.Sprintf("%d of %d", i+1, n)))
			}
			frameG729(d)
		})
	}
	if n > maxFrames {
		d.Bytes(specFrames, (n-maxFrames)*g729Len)
		d.Note("%s more", count(n-maxFrames, "frame"))
	}
	if d.Left() == g729SID && !d.Cut() {
		d.Group(specSID, func(d *dissect.D) {
			d.Scatter(g729SID, func(b *dissect.Bag) {
				at := 0
				for _, f := range g729Silence {
					v := b.Put(f.spec, dissect.Run{Off: at, Len: f.bits})
					at += f.bits
					if f.spec == specSIDPad && v != 0 {
						b.Note("not zero")
					}
				}
			})
		})
		return
	}
	leftover(d, whyG729(all))
}

func frameG729(d *dissect.D) {
	d.Scatter(g729Len, func(b *dissect.Bag) {
		at := 0
		var p1, whole int
		for _, f := range g729Frame {
			v := b.Put(f.spec, dissect.Run{Off: at, Len: f.bits})
			at += f.bits
			switch f.spec {
			case specG729P1:
				var third int
				p1 = int(v)
				whole, third = g729Delay1(p1)
				b.Note("%s", delay(whole, third))
			case specG729P0:
				if int(v) == g729Parity(p1) {
					b.Note("right")
				} else {
					b.Note("wrong: the decoder would conceal the pitch of this frame")
				}
			case specG729P2:
				b.Note("%s", delay(g729Delay2(int(v), whole)))
			case specG729C1, specG729C2:
				p := g729Pulses(v)
				b.Note("pulses at samples %d, %d, %d and %d", p[0], p[1], p[2], p[3])
			}
		}
	})
}

// g729Parity is the parity bit that belongs to P1: odd over its six upper bits.
func g729Parity(p1 int) int {
	sum := 1
	for i := 2; i < 8; i++ {
		sum ^= p1 >> i & 1
	}
	return sum
}

// g729Delay1 is the delay that P1 stands for, in samples and thirds. (G.729 §4.1.3)
func g729Delay1(p1 int) (whole, third int) {
	if p1 < 197 {
		whole = (p1+2)/3 + 19
		return whole, p1 - 3*whole + 58
	}
	return p1 - 112, 0
}

// g729Delay2 is the delay that P2 stands for, beside that of the first half. (G.729 §4.1.3)
func g729Delay2(p2, whole int) (int, int) {
	low := max(whole-5, 20)
	if low+9 > 143 {
		low = 134
	}
	n := (p2+2)/3 - 1
	return n + low, p2 - 2 - 3*n
}

// delay writes a delay and the pitch it means at 8,000 samples a second.
func delay(whole, third int) string {
	part := ""
	switch third {
	case 1:
		part = " 1/3"
	case -1:
		whole, part = whole-1, " 2/3"
	case 0:
	}
	samples := float64(whole)
	switch part {
	case " 1/3":
		samples += 1.0 / 3
	case " 2/3":
		samples += 2.0 / 3
	}
	return fmt.Sprintf("%d%s samples, a pitch of %.0f Hz", whole, part, 8000/samples)
}

// g729Pulses are the places of the four pulses that 13 bits name. (G.729 §3.8.2)
func g729Pulses(c uint64) [4]int {
	p := [4]int{}
	for i := range 3 {
		p[i] = 5*int(c>>(3*i)&7) + i
	}
	p[3] = 5*int(c>>10&7) + 3 + int(c>>9&1)
	return p
}
