package codec

import (
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Comfort noise: what the receiver shall make while the sender is silent.
//
//	+-+-------------+---------------+---------------+---
//	|0|    level    |  coefficient  |  coefficient  | …
//	+-+-------------+---------------+---------------+---
//
// Source: RFC 3389 §3.

var (
	specNoise         = withTerm(spec("noise.frame", "Comfort noise", field.Raw, "rfc3389", "§3", "While the sender is silent, the receiver makes noise like this until the next packet of speech."), "comfort-noise")
	specNoiseHead     = spec("noise.head", "Level byte", field.Hex, "rfc3389", "§3.1", "The loudness of the noise in seven bits.")
	specNoiseReserved = spec("noise.reserved", "Reserved", field.Flag, "rfc3389", "§3.1", "This bit is not used and is always clear.")
	specNoiseLevel    = withUnit(spec("noise.level", "Level", field.Dec, "rfc3389", "§3.1", "The loudness of the noise in decibels below the loudest that the codec can carry, without the minus sign."), "dB below overload")
	specNoiseCoef     = spec("noise.coefficient", "Reflection coefficient", field.Dec, "rfc3389", "§3.2", "One number of the filter that gives the noise its colour, from -1 to 1 in 255 steps.")
)

var comfortNoise = &Codec{
	ID: ComfortNoise, Name: "noise", Title: "comfort noise",
	Doc: "Loudness and colour of the background noise, sent a few times a second instead of speech; Skype's calls have no silence suppression and hence nothing like it.",
	RTP: "CN", Clock: 8000, Kbits: "about 0",
	Why:     "Comfort noise says how noise shall sound; there is no speech in it, and it is left silent here.",
	Trust:   field.Specified,
	Cite:    []field.Cite{{Key: "rfc3389", Where: "§3"}, {Key: "rfc3551", Where: "§4.1"}},
	Specs:   []*field.Spec{specNoise, specNoiseHead, specNoiseReserved, specNoiseLevel, specNoiseCoef},
	Dissect: dissectNoise, Frames: framesNoise,
}

// maxCoefs is how many coefficients get fields of their own; models have 10 or so.
const maxCoefs = 256

func framesNoise(_ *Params, _ []byte, n int) (int, time.Duration, string, bool) {
	if n == 0 {
		return 0, 0, whyEmpty, false
	}
	return 1, 0, "", true
}

func dissectNoise(d *dissect.D, _ *Params) {
	if empty(d) {
		return
	}
	d.Group(specNoise, func(d *dissect.D) {
		d.Byte(specNoiseHead, func(b dissect.Bits) {
			if b.Mask(specNoiseReserved, 0x80) != 0 {
				b.Note("should be clear")
			}
			b.Mask(specNoiseLevel, 0x7F)
		})
		for range min(d.Left(), maxCoefs) {
			n := d.U8(specNoiseCoef)
			if n == 255 {
				d.Note("reserved")
			} else {
				d.Note("k = %.3f", 258*float64(int(n)-127)/32768)
			}
		}
		if n := d.Left(); n > 0 {
			d.Rest(specLeftover)
			d.Fault(field.ErrLimit, "%d coefficients are more than any model of noise needs", n+maxCoefs)
		}
	})
}
