package codec

import (
	"fmt"
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// The CELT layer of an Opus frame begins with (RFC 6716 §4.3, table 56)
//
//	silence | post-filter, and if so: octave, period, gain, tap set | transient | intra
//
// and goes on with energies and spectrum, which are not read here. Period and gain of the
// post-filter are bits as they stand, at the very end of the frame.

func celt(name, label string, show field.Show, where, doc string) *field.Spec {
	return opus("celt."+name, label, show, where, doc)
}

var (
	specCeltFrame     = celt("head", "Head of the CELT layer", field.Words, "§4.3", "What the range decoder reads first of the layer that codes the spectrum: these have no bits of their own.")
	specCeltSilence   = celt("silence", "Silence", field.Flag, "§4.3", "Whether the frame is digital silence"+byRange+".")
	specCeltPost      = celt("postfilter", "Post-filter", field.Flag, "§4.3.7.1", "Whether the decoder sharpens the pitch with a comb filter"+byRange+".")
	specCeltOctave    = celt("octave", "Octave of the post-filter", field.Dec, "§4.3.7.1", "In which of six octaves the period of the comb filter lies"+byRange+".")
	specCeltFine      = celt("period", "Period of the post-filter", field.Dec, "§4.3.7.1", "Where in its octave the period of the comb filter lies: bits as they stand, taken from the end of the frame.")
	specCeltGain      = celt("gain", "Gain of the post-filter", field.Dec, "§4.3.7.1", "How strong the comb filter is, in steps of 3/32 from 3/32 on: bits as they stand, before those of the period.")
	specCeltTaps      = celt("tapset", "Taps of the post-filter", field.Dec, "§4.3.7.1", "Which of three shapes the comb filter has"+byRange+".")
	specCeltTransient = celt("transient", "Transient", field.Flag, "§4.3.1", "Whether the frame is cut into short pieces, for a sound that begins abruptly"+byRange+".")
	specCeltIntra     = celt("intra", "Intra energy", field.Flag, "§4.3.2.1", "Whether the energies are coded without the frame before, so that a loss does no further harm"+byRange+".")
)

// celt explains a frame of CELT alone.
func (p *opusPacket) celt(d *dissect.D, data []byte, cut bool) {
	n := len(data)
	if cut {
		d.Bytes(specOpusCoded, n)
		return
	}
	r := newRangeDecoder(data)
	h := celtHead{r: r, all: 8 * n}
	h.silence()
	if !h.silent {
		h.postFilter()
	}
	raw := r.raw
	d.Scatter(n, func(b *dissect.Bag) {
		b.Put(specOpusCoded, dissect.Run{Off: 0, Len: 8*n - raw})
		b.Set(field.Value{})
		if raw > 0 {
			b.Put(specCeltGain, dissect.Run{Off: 8*n - raw, Len: 3})
			b.Note("%.3f", float64(3*(h.gain+1))/32)
			b.Put(specCeltFine, dissect.Run{Off: 8*n - raw + 3, Len: raw - 3})
			b.Note("%s at 48 kHz", count(h.period, "sample"))
		}
	})
	d.Group(specCeltFrame, func(d *dissect.D) {
		d.Aside(specCeltSilence, field.Bool(h.silent))
		if h.silent {
			return
		}
		if h.post >= 0 {
			d.Aside(specCeltPost, field.Bool(h.post == 1))
		}
		if h.post == 1 {
			d.Aside(specCeltOctave, field.Uint(uint64(h.octave)))
			if h.taps >= 0 {
				d.Aside(specCeltTaps, field.Uint(uint64(h.taps)))
			}
		}
		h.rest(d, p.opusConfig)
	})
}

// celtShort shows the head of the CELT layer of a hybrid frame, which has no post-filter.
func celtShort(d *dissect.D, r *rangeDecoder, c opusConfig) {
	h := celtHead{r: r, all: 8 * len(r.data)}
	h.silence()
	d.Group(specCeltFrame, func(d *dissect.D) {
		if h.silent {
			d.Aside(specCeltSilence, field.Bool(true))
			d.Note("SILK has used all bits")
			return
		}
		h.rest(d, c)
	})
}

// A celtHead reads the head of a frame of all bits.
type celtHead struct {
	r            *rangeDecoder
	all          int
	silent       bool
	post         int // 1 yes, 0 no, -1 not said
	octave, taps int
	period, gain int
}

func (h *celtHead) silence() {
	switch t := h.r.tell(); {
	case t >= h.all:
		h.silent = true
	case t == 1: // nothing was read before
		h.silent = h.r.flag(15)
	}
}

func (h *celtHead) postFilter() {
	h.post, h.taps = -1, -1
	if h.r.tell()+16 > h.all {
		return
	}
	h.post = 0
	if !h.r.flag(1) {
		return
	}
	h.post = 1
	h.octave = h.r.uniform(6)
	h.period = 16<<h.octave + h.r.tail(4+h.octave) - 1
	h.gain = h.r.tail(3)
	if h.r.tell()+2 <= h.all {
		s := h.r.share(4)
		switch {
		case s < 2:
			h.taps = 0
			h.r.take(0, 2, 4)
		default:
			h.taps = int(s) - 1
			h.r.take(s, s+1, 4)
		}
	}
}

func (h *celtHead) rest(d *dissect.D, c opusConfig) {
	said := false
	if c.long > 5*time.Millisecond/2 && h.r.tell()+3 <= h.all {
		d.Aside(specCeltTransient, field.Bool(h.r.flag(3)))
		said = true
	}
	if h.r.tell()+3 <= h.all {
		d.Aside(specCeltIntra, field.Bool(h.r.flag(3)))
		said = true
	}
	if !said {
		d.HeadNote("%s", fmt.Sprintf("%s are too few for anything more", count(h.all/8, "byte")))
	}
}
