package codec

import (
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// G.711: one byte a sample, a number with sign, segment and mantissa, as a slide rule has it.
//
//	 7    6   5   4    3   2   1   0
//	+----+-----------+---------------+
//	|sign|  segment  |   mantissa    |   A-law:  the byte XOR 0x55
//	+----+-----------+---------------+   µ-law:  the byte XOR 0xFF
//
// Sources: ITU-T G.711, tables 1 and 2; RFC 3551 §4.5.14.

// maxListed is how many samples of a payload get fields of their own. A packet of 20 ms has 160.
const maxListed = 1000

// A g711 is one of the two laws.
type g711 struct {
	xor    byte // undoes the inversion of the wire
	linear func(b byte) int16
	quiet  [2]byte // positive and negative sample of least size, on the wire

	samples, sample, sign, segment, mantissa *field.Spec
}

var (
	alaw = g711{xor: 0x55, linear: ALaw, quiet: [2]byte{0xD5, 0x55},
		samples: spec("pcma.samples", "A-law samples", field.Raw, "rfc3551", "§4.5.14", "G.711 has no frames: each byte is one sample of sound, taken 8,000 times a second."),
		sample:  spec("pcma.sample", "Sample", field.Dec, "g711", "table 1", "One A-law byte stands for a sample of 13 bits, shown here as the 16-bit number it becomes; every second bit of it is inverted on the wire (XOR 0x55)."),
		sign: withEnum(spec("pcma.sign", "Sign", field.Dec, "g711", "table 1", "The sign of the sample: in A-law a set bit means positive, and the inversion of the wire spares this bit."),
			field.Enum{{V: 0, S: "negative"}, {V: 1, S: "positive"}}),
		segment:  spec("pcma.segment", "Segment", field.Dec, "g711", "table 1", "The segment is the exponent: from segment 1 on each one covers twice the range of the one below in steps twice as wide; shown with XOR 0x55 undone."),
		mantissa: spec("pcma.mantissa", "Mantissa", field.Dec, "g711", "table 1", "The mantissa is one of the 16 equal steps within the segment; shown with XOR 0x55 undone."),
	}
	ulaw = g711{xor: 0xFF, linear: MuLaw, quiet: [2]byte{0xFF, 0x7F},
		samples: spec("pcmu.samples", "µ-law samples", field.Raw, "rfc3551", "§4.5.14", "G.711 has no frames: each byte is one sample of sound, taken 8,000 times a second."),
		sample:  spec("pcmu.sample", "Sample", field.Dec, "g711", "table 2", "One µ-law byte stands for a sample of 14 bits, shown here as the 16-bit number it becomes; all its bits are inverted on the wire."),
		sign: withEnum(spec("pcmu.sign", "Sign", field.Dec, "g711", "table 2", "The sign of the sample: with the inversion of the wire undone a set bit means negative."),
			field.Enum{{V: 0, S: "positive"}, {V: 1, S: "negative"}}),
		segment:  spec("pcmu.segment", "Segment", field.Dec, "g711", "table 2", "The segment is the exponent: each one covers twice the range of the one below in steps twice as wide; shown with the inversion undone."),
		mantissa: spec("pcmu.mantissa", "Mantissa", field.Dec, "g711", "table 2", "The mantissa is one of the 16 equal steps within the segment; shown with the inversion undone."),
	}
)

var pcma = &Codec{
	ID: PCMA, Name: "pcma", Title: "G.711 A-law",
	Doc: "The codec of the digital telephone network outside North America and Japan: one byte a sample, 8,000 samples a second; Skype lists it as PCM A.",
	RTP: "PCMA", Clock: 8000, Rate: 8000, Kbits: "64",
	Playable: true,
	Disable:  []string{"PCMA"},
	Trust:    field.Specified,
	Cite:     []field.Cite{{Key: "g711"}, {Key: "rfc3551", Where: "§4.5.14"}, {Key: "bon", Where: "table 1"}},
	Specs:    alaw.specs(), Dissect: alaw.dissect, Frames: framesG711,
}

var pcmu = &Codec{
	ID: PCMU, Name: "pcmu", Title: "G.711 µ-law",
	Doc: "The codec of the digital telephone network of North America and Japan: one byte a sample, 8,000 samples a second; Skype lists it as PCM U.",
	RTP: "PCMU", Clock: 8000, Rate: 8000, Kbits: "64",
	Playable: true,
	Disable:  []string{"PCMU"},
	Trust:    field.Specified,
	Cite:     []field.Cite{{Key: "g711"}, {Key: "rfc3551", Where: "§4.5.14"}, {Key: "bon", Where: "table 1"}},
	Specs:    ulaw.specs(), Dissect: ulaw.dissect, Frames: framesG711,
}

func (g *g711) specs() []*field.Spec {
	return []*field.Spec{g.samples, g.sample, g.sign, g.segment, g.mantissa}
}

// ALaw is the 16-bit sample that an A-law byte stands for: 13 bits, aligned to the left.
func ALaw(b byte) int16 {
	b ^= 0x55
	seg, m := b>>4&7, int16(b&15)
	v := 2*m + 1
	if seg > 0 {
		v = (2*m + 33) << (seg - 1)
	}
	v <<= 3
	if b&0x80 == 0 {
		return -v
	}
	return v
}

// MuLaw is the 16-bit sample that a µ-law byte stands for: 14 bits, aligned to the left.
func MuLaw(b byte) int16 {
	b = ^b
	v := (2*int16(b&15)+33)<<(b>>4&7) - 33
	v <<= 2
	if b&0x80 != 0 {
		return -v
	}
	return v
}

func framesG711(p *Params, _ []byte, n int) (int, time.Duration, string, bool) {
	if n == 0 {
		return 0, 0, whyEmpty, false
	}
	ch := p.channels()
	if n%ch != 0 {
		return 0, 0, whyChannels(n, ch, 1), false
	}
	return 1, samples(n/ch, p.rate(8000)), "", true
}

// dissect reads samples of one byte each.
func (g *g711) dissect(d *dissect.D, p *Params) {
	if empty(d) {
		return
	}
	ch := p.channels()
	over := d.Left() % ch
	n := d.Left() - over
	d.Group(g.samples, func(d *dissect.D) {
		d.Head(field.Text(count(n/ch, "sample") + ", " + ms(samples(n/ch, p.rate(8000)))))
		for i := 0; i < min(n, maxListed); i++ {
			raw := d.Byte(g.sample, func(b dissect.Bits) {
				v := d.Peek(1)[0]
				at := v ^ g.xor
				d.Head(field.Int(int64(g.linear(v))))
				b.Mask(g.sign, 0x80)
				if g.xor == 0xFF { // A-law spares the sign
					d.Set(field.Uint(uint64(at >> 7)))
				}
				b.Mask(g.segment, 0x70)
				d.Set(field.Uint(uint64(at >> 4 & 7)))
				b.Mask(g.mantissa, 0x0F)
				d.Set(field.Uint(uint64(at & 15)))
			})
			switch raw {
			case g.quiet[0]:
				d.Note("silence, the least positive sample")
			case g.quiet[1]:
				d.Note("silence, the least negative sample")
			}
		}
		if n > maxListed {
			d.Bytes(specFurther, n-maxListed)
			d.Note("%s more", count(n-maxListed, "sample"))
		}
	})
	if over > 0 {
		leftover(d, whyChannels(n+over, ch, 1))
	}
}

// whyChannels says that bytes do not divide among the channels.
func whyChannels(n, ch, size int) string {
	if ch == 1 {
		return count(n, "byte") + " are no whole number of samples of " + count(size, "byte")
	}
	return count(n, "byte") + " do not divide into samples of " + count(size, "byte") + " for " + count(ch, "channel") + ": " + count(n%(ch*size), "byte") + " left over"
}
