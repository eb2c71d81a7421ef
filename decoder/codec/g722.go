package codec

import (
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// G.722: one byte holds two samples of 16 kHz, one of each half of the spectrum.
//
//	 7   6    5   4   3   2   1   0
//	+-------+-----------------------+
//	|  IH   |          IL           |   2 bits of 4-8 kHz, 6 bits of 0-4 kHz
//	+-------+-----------------------+
//
// Sources: ITU-T G.722 §1.4.4; RFC 3551 §4.5.2, which keeps a timestamp clock of 8 kHz although
// the codec samples at 16 kHz.

var (
	specG722Codes = spec("g722.codes", "G.722 codes", field.Raw, "rfc3551", "§4.5.2", "G.722 has no frames: each byte stands for two samples of sound at 16 kHz, split into a low and a high band.")
	specG722Code  = spec("g722.code", "Code", field.Hex, "g722", "§1.4.4", "One byte is an eighth of a millisecond: a step of the low band and a step of the high band.")
	specG722High  = withEnum(spec("g722.high", "High band", field.Bin, "g722", "§1.4.4", "Two bits say by how much the band from 4 to 8 kHz differs from what the decoder foresaw."),
		field.Enum{{V: 0, S: "down, far"}, {V: 1, S: "down, near"}, {V: 2, S: "up, far"}, {V: 3, S: "up, near"}})
	specG722Low = spec("g722.low", "Low band", field.Bin, "g722", "§1.4.4", "Six bits say by how much the band up to 4 kHz differs from what the decoder foresaw; the lowest one or two may be taken for data in the slower modes.")
)

var g722 = &Codec{
	ID: G722, Name: "g722", Title: "G.722, 64 kbit/s",
	Doc: "The wide-band codec of the telephone world since 1988, twice the bandwidth of G.711 in as many bytes; not one of Skype's.",
	RTP: "G722", Clock: 8000, Rate: 16000, Kbits: "64",
	Playable: true,
	Trust:    field.Specified,
	Cite:     []field.Cite{{Key: "g722"}, {Key: "rfc3551", Where: "§4.5.2"}},
	Specs:    []*field.Spec{specG722Codes, specG722Code, specG722High, specG722Low},
	Dissect:  dissectG722, Frames: framesG722,
}

func framesG722(_ *Params, _ []byte, n int) (int, time.Duration, string, bool) {
	if n == 0 {
		return 0, 0, whyEmpty, false
	}
	return 1, samples(n, 8000), "", true
}

func dissectG722(d *dissect.D, _ *Params) {
	if empty(d) {
		return
	}
	n := d.Left()
	d.Group(specG722Codes, func(d *dissect.D) {
		d.Head(field.Text(count(2*n, "sample") + ", " + ms(samples(n, 8000))))
		for range min(n, maxListed) {
			d.Byte(specG722Code, func(b dissect.Bits) {
				b.Mask(specG722High, 0xC0)
				b.Mask(specG722Low, 0x3F)
			})
		}
		if n > maxListed {
			d.Bytes(specFurther, n-maxListed)
			d.Note("%s more", count(2*(n-maxListed), "sample"))
		}
	})
}
