package skype

import (
	"strconv"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// A message of a call is one encrypted field. What its size and its neighbours fit is told beside
// it: it owns no bytes, for no bit of the message says it.

// mediaWords are the fields of one kind of message. Two kinds have them, and a name is used once.
type mediaWords struct {
	stream, fits, none, fit, names, sample field.Spec
}

func (w *mediaWords) list() []*field.Spec {
	return []*field.Spec{&w.stream, &w.fits, &w.none, &w.fit, &w.names, &w.sample}
}

func wordsOf(prefix string) *mediaWords {
	return &mediaWords{
		stream: field.Spec{
			Name: prefix + ".stream", Label: "Stream of voice",
			Doc:   "The call that this message is part of, with its rate, its gaps and what they fit over time.",
			Show:  field.StreamNo,
			Trust: field.Inferred,
			Cite:  []field.Cite{{Key: "somscope"}},
		},
		fits: field.Spec{
			Name: prefix + ".fits", Label: "Working points that fit",
			Doc:   "Codecs, rates, lengths of a block and numbers of blocks that would make messages of this size at this pace; several always do, and none is certain.",
			Trust: field.Inferred,
			Cite:  []field.Cite{{Key: "bon", Where: "§4.2"}, {Key: "somscope"}},
			Term:  "working-point",
		},
		none: field.Spec{
			Name: prefix + ".fits.none", Label: "None",
			Doc:   "No working point is proposed for this message.",
			Trust: field.Inferred,
			Cite:  []field.Cite{{Key: "somscope"}},
		},
		fit: field.Spec{
			Name: prefix + ".fit", Label: "Fits",
			Doc:   "One working point and how far one believes in it, if before looking one held all points for equally likely.",
			Trust: field.Inferred,
			Cite:  []field.Cite{{Key: "bon", Where: "§4.2"}, {Key: "somscope"}},
			Term:  "working-point",
		},
		names: field.Spec{
			Name: prefix + ".fit.disable", Label: "Turned off by",
			Doc:   "What would be written between the DisableCodecs tags of config.xml so that a client does without this codec; the tag is documented, the exact names are not.",
			Trust: field.Inferred,
			Cite:  []field.Cite{{Key: "seed"}, {Key: "bon", Where: "§3"}, {Key: "somscope"}},
			Term:  "codec",
		},
		sample: field.Spec{
			Name: prefix + ".fit.sample", Label: "The same codec in the clear",
			Doc:   "A sample of the shelf whose frames of this codec can be read to the bit, as these cannot.",
			Show:  field.SampleName,
			Trust: field.Inferred,
			Cite:  []field.Cite{{Key: "somscope"}},
			Term:  "codec",
		},
	}
}

var (
	dataWords = wordsOf("skype.udp.data")
	e2oWords  = wordsOf("skype.e2o")
)

// maxFits is how many working points a tree lists.
const maxFits = 8

// unreadable is the remark on the encrypted field of a message, of which n bytes were just read.
func unreadable(d *dissect.D, n int) {
	if n > 0 {
		kept := ""
		if d.Snapped() {
			kept = ", all that the capture kept,"
		}
		d.Note("%s%s in one field: without the session key of the two clients no bit of it can be read; its length and the time of the message are all there is to see", count(n, "byte"), kept)
	}
}

// showMedia adds what is known of a message of a call beside its bytes. m may be nil.
func showMedia(d *dissect.D, w *mediaWords, m *Media) {
	if m == nil {
		return
	}
	if m.Stream != 0 {
		d.Aside(&w.stream, field.Uint(uint64(m.Stream)))
	}
	if len(m.Fits) == 0 && m.Why == "" {
		return
	}
	d.Group(&w.fits, func(d *dissect.D) {
		if m.Why != "" {
			d.HeadNote("%s", m.Why)
		}
		if len(m.Fits) == 0 {
			d.Aside(&w.none, field.Text("nothing to propose"))
			return
		}
		d.Head(field.Text(strconv.Itoa(len(m.Fits))))
		for i := range m.Fits[:min(len(m.Fits), maxFits)] {
			f := &m.Fits[i]
			d.Group(&w.fit, func(d *dissect.D) {
				d.Head(field.Text(f.Point + ": " + share(f.Share)))
				if f.Names != "" {
					d.Aside(&w.names, field.Text(f.Names))
				}
				if f.Sample != "" {
					d.Aside(&w.sample, field.Text(f.Sample))
				}
			})
		}
		if n := len(m.Fits) - maxFits; n > 0 {
			d.HeadNote("%d more are not listed", n)
		}
	})
}

// share writes a part of the belief, 0 to 1: "87 %".
func share(x float64) string {
	switch {
	case !(x >= 0.005):
		return "less than 1 %"
	case x >= 0.995:
		return "more than 99 %"
	}
	return strconv.Itoa(int(x*100+0.5)) + " %"
}
