package codec

import (
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// L16: samples as they are, 16 bits each with sign, high byte first; of several channels in turn.
//
// Source: RFC 3551 §4.5.11.

var (
	specL16Samples = spec("l16.samples", "Samples", field.Raw, "rfc3551", "§4.5.11", "L16 has no frames and no compression: the samples stand as they are, those of several channels in turn.")
	specL16Sample  = spec("l16.sample", "Sample", field.Dec, "rfc3551", "§4.5.11", "One sample of sound: how far the air pressure was from rest, from -32768 to 32767, high byte first.")
)

// maxL16 is how many samples get fields of their own: 20 ms of stereo at 44.1 kHz are 1,764.
const maxL16 = 2000

var l16 = &Codec{
	ID: L16, Name: "l16", Title: "L16, uncompressed",
	Doc: "Samples of 16 bits without any compression, which Skype's list of codecs may mean by wide-band PCM.",
	RTP: "L16", Clock: 44100, Rate: 0, Kbits: "256 at 16 kHz",
	Playable: true,
	Trust:    field.Specified,
	Cite:     []field.Cite{{Key: "rfc3551", Where: "§4.5.11"}},
	Specs:    []*field.Spec{specL16Samples, specL16Sample},
	Dissect:  dissectL16, Frames: framesL16,
}

func framesL16(p *Params, _ []byte, n int) (int, time.Duration, string, bool) {
	if n == 0 {
		return 0, 0, whyEmpty, false
	}
	ch := p.channels()
	if n%(2*ch) != 0 {
		return 0, 0, whyChannels(n, ch, 2), false
	}
	return 1, samples(n/2/ch, p.rate(44100)), "", true
}

func dissectL16(d *dissect.D, p *Params) {
	if empty(d) {
		return
	}
	ch := p.channels()
	all := d.Left()
	n := all / (2 * ch) * ch // samples of all channels
	if n > 0 {
		d.Group(specL16Samples, func(d *dissect.D) {
			d.Head(field.Text(count(n/ch, "sample") + ", " + ms(samples(n/ch, p.rate(44100)))))
			for i := 0; i < min(n, maxL16); i++ {
				v := d.U16(specL16Sample)
				d.Set(field.Int(int64(int16(v))))
				if ch == 2 {
					d.Note("%s", [2]string{"left", "right"}[i%2])
				}
			}
			if n > maxL16 {
				d.Bytes(specFurther, 2*(n-maxL16))
				d.Note("%s more", count(n-maxL16, "sample"))
			}
		})
	}
	if 2*n < all {
		leftover(d, whyChannels(all, ch, 2))
	}
}
