package codec

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"somscope/decoder/codec/ilbc"
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// iLBC: frames of 38 bytes for 20 ms or of 50 bytes for 30 ms, one after the other. The bits of
// a parameter lie in up to three places of the frame, one for each class of protection; package
// ilbc draws the layout and knows where they are.
//
// A payload says nowhere which of the two it holds: that is agreed upon in SDP, and else only
// the length tells.
//
// Sources: RFC 3951 §3.8, table 3.2 (bits) and §3, §4 (meaning); RFC 3952 §3.2 (payload).

// ilbcListed is how many frames of a payload are explained: no sender packs more.
const ilbcListed = 100

var (
	specILBC = spec("ilbc.frame", "iLBC frame", field.Raw, "rfc3951", "§3.8",
		"A frame needs no other: its loudest part is sent sample by sample, and from it the rest is built with pieces of what is known already; its bits are sorted by how much harm an error in them does.")
	specILBCFurther = spec("ilbc.further", "Further iLBC frames", field.Raw, "rfc3952", "§3.2",
		"These bytes are frames like those before them; they are not explained one by one, so that the tree stays short.")

	specILBCStart = withEnum(spec("ilbc.start", "Start state, sub-blocks", field.Dec, "rfc3951", "§3.5.1",
		"Which two neighbouring sub-blocks of 40 samples are the loudest: they hold the start state, from which the others are built."),
		field.Enum{{V: 1, S: "samples 0-79"}, {V: 2, S: "samples 40-119"}, {V: 3, S: "samples 80-159"}, {V: 4, S: "samples 120-199"}, {V: 5, S: "samples 160-239"}})
	specILBCPosition = withEnum(spec("ilbc.position", "Start state, position", field.Dec, "rfc3951", "§3.5.1",
		"Whether the samples that are sent one by one are the last or the first of the two sub-blocks: those with more energy."),
		field.Enum{{V: 0, S: "last"}, {V: 1, S: "first"}})
	specILBCScale = spec("ilbc.scale", "Start state, scale", field.Dec, "rfc3951", "§3.5.2",
		"The largest amplitude of the start state, in 64 steps from 10 to 12,640.")
	specILBCState = spec("ilbc.state", "Start state, sample", field.Dec, "rfc3951", "§3.5.3",
		"One sample of the start state, in 8 uneven steps from -0.83 to 0.89 of the amplitude that the scale gives.")
	specILBCEmpty = withTerm(spec("ilbc.empty", "Empty frame", field.Flag, "rfc3951", "§3.8",
		"Set when the frame holds nothing: the decoder then makes up for it as if it had been lost."), "concealment")

	specILBCLSF        = ilbcLSF()
	specILBCExtraIndex = ilbcStages("cb.extra", "Beside the start state", "§3.6.3", "piece ", ilbcIndexDocs)
	specILBCExtraGain  = ilbcStages("gain.extra", "Beside the start state", "§3.6.4.2", "gain ", ilbcGainDocs)
	specILBCIndex      = ilbcBlocks("cb.", "§3.6.3", "piece ", ilbcIndexDocs)
	specILBCGain       = ilbcBlocks("gain.", "§3.6.4.2", "gain ", ilbcGainDocs)
)

// What the three stages of a codebook search send, "@" being what they build.
var (
	ilbcIndexDocs = [3]string{
		"The number of the piece of the sound already built that comes nearest to @.",
		"The number of a second piece, which mends what the first left wrong in @.",
		"The number of a third piece, which mends what two left wrong in @.",
	}
	ilbcGainDocs = [3]string{
		"How loud the first piece for @ is taken, in 32 steps up to 1.2.",
		"How loud the second piece for @ is added, in 16 steps of the gain before it, which may be negative.",
		"How loud the third piece for @ is added, in 8 steps of the gain before it, which may be negative.",
	}
)

func ilbcStages(name, label, where, what string, docs [3]string) (s [3]*field.Spec) {
	built := "the rest of the two sub-blocks that hold the start state"
	if label != "Beside the start state" {
		built = strings.ToLower(label[:1]) + label[1:] + " of those outside the start state, first those behind it and then those before it"
	}
	for i := range s {
		s[i] = spec("ilbc."+name+"."+strconv.Itoa(i+1), label+", "+what+strconv.Itoa(i+1), field.Dec, "rfc3951", where,
			strings.Replace(docs[i], "@", built, 1))
		if what == "piece " {
			s[i].Term = "codebook"
		}
	}
	return s
}

func ilbcBlocks(name, where, what string, docs [3]string) (s [4][3]*field.Spec) {
	for i := range s {
		n := strconv.Itoa(i + 1)
		s[i] = ilbcStages(name+n, "Sub-block "+n, where, what, docs)
	}
	return s
}

func ilbcLSF() (s [2][3]*field.Spec) {
	for v, half := range [2]string{"of the frame, and in a frame of 30 ms of its first half", "of the second half of a frame of 30 ms"} {
		for p, part := range [3]string{
			"The number of one of 64 triples: the three lowest of the ten frequencies that stand for the spectrum ",
			"The number of one of 128 triples: the three middle ones of the ten frequencies that stand for the spectrum ",
			"The number of one of 128 sets of four: the highest of the ten frequencies that stand for the spectrum ",
		} {
			n := strconv.Itoa(v+1) + "." + strconv.Itoa(p+1)
			s[v][p] = spec("ilbc.lsf"+n, "Spectrum "+strconv.Itoa(v+1)+", part "+strconv.Itoa(p+1), field.Dec, "rfc3951", "§3.2.4", part+half+".")
			s[v][p].Term = "lsf"
		}
	}
	return s
}

// specOfILBC is the Spec of a parameter.
func specOfILBC(p *ilbc.Param) *field.Spec {
	switch p.Kind {
	case ilbc.LSF:
		return specILBCLSF[p.Block-1][p.Stage-1]
	case ilbc.Start:
		return specILBCStart
	case ilbc.Position:
		return specILBCPosition
	case ilbc.Scale:
		return specILBCScale
	case ilbc.State:
		return specILBCState
	case ilbc.ExtraIndex:
		return specILBCExtraIndex[p.Stage-1]
	case ilbc.ExtraGain:
		return specILBCExtraGain[p.Stage-1]
	case ilbc.Index:
		return specILBCIndex[p.Block-1][p.Stage-1]
	case ilbc.Gain:
		return specILBCGain[p.Block-1][p.Stage-1]
	}
	return specILBCEmpty
}

var (
	ilbc20 = newILBC(ilbc.Mode20, ILBC20, "ilbc20", "15.2",
		"The narrow-band codec of Global IP Sound with frames of 20 ms, made so that a lost frame does not spoil the next; Bonfiglio lists it among Skype's.")
	ilbc30 = newILBC(ilbc.Mode30, ILBC30, "ilbc30", "13.33",
		"iLBC with frames of 30 ms, fewer bits a second than with 20 ms and the usual choice where SDP says nothing else.")
)

func newILBC(m ilbc.Mode, id ID, name, kbits, doc string) *Codec {
	lasts := samples(m.Samples(), 8000)
	c := &Codec{
		ID: id, Name: name, Title: "iLBC, " + ms(lasts), Doc: doc,
		RTP: "iLBC", Clock: 8000, Rate: 8000, Kbits: kbits,
		Frame: lasts, Bytes: m.Bytes(),
		Playable: true,
		Disable:  []string{"ILBC"},
		Sample:   "ilbc",
		Trust:    field.Specified,
		Cite:     []field.Cite{{Key: "rfc3951"}, {Key: "rfc3952"}, {Key: "bon", Where: "table 1"}},
		Specs:    ilbcSpecs(),
		Dissect:  func(d *dissect.D, _ *Params) { dissectILBC(d, m) },
	}
	c.Frames = func(_ *Params, _ []byte, n int) (int, time.Duration, string, bool) {
		if n == 0 {
			return 0, 0, whyEmpty, false
		}
		if n%m.Bytes() != 0 {
			return 0, 0, whyILBC(m, n), false
		}
		frames := n / m.Bytes()
		return frames, time.Duration(frames) * lasts, "", true
	}
	return c
}

func ilbcSpecs() []*field.Spec {
	all := []*field.Spec{specILBC}
	for _, s := range specILBCLSF {
		all = append(all, s[:]...)
	}
	all = append(all, specILBCStart, specILBCPosition, specILBCScale, specILBCState)
	all = append(all, specILBCExtraIndex[:]...)
	all = append(all, specILBCExtraGain[:]...)
	for _, s := range specILBCIndex {
		all = append(all, s[:]...)
	}
	for _, s := range specILBCGain {
		all = append(all, s[:]...)
	}
	return append(all, specILBCEmpty, specILBCFurther)
}

func whyILBC(m ilbc.Mode, n int) string {
	size := m.Bytes()
	why := fmt.Sprintf("%s are %s of %d bytes and %s left over", count(n, "byte"), count(n/size, "frame"), size, count(n%size, "byte"))
	other := ilbc.Mode20
	if m == other {
		other = ilbc.Mode30
	}
	if n%other.Bytes() == 0 {
		why += fmt.Sprintf("; but they would be %s of %s", count(n/other.Bytes(), "frame"), ms(samples(other.Samples(), 8000)))
	}
	return why
}

func dissectILBC(d *dissect.D, m ilbc.Mode) {
	if empty(d) {
		return
	}
	all, size := d.Left(), m.Bytes()
	for i := 0; i < ilbcListed && d.OK() && d.Left() >= size; i++ {
		d.Group(specILBC, func(d *dissect.D) { frameILBC(d, m, i, all/size) })
	}
	if more := d.Left() / size; more > 0 {
		d.Bytes(specILBCFurther, more*size)
		d.Note("%s", count(more, "frame"))
	}
	leftover(d, whyILBC(m, all))
}

// frameILBC explains one frame, the one after i others of all.
func frameILBC(d *dissect.D, m ilbc.Mode, i, all int) {
	d.Head(field.Text(strconv.Itoa(i+1) + " of " + strconv.Itoa(all)))
	d.HeadNote("class 1, to be protected most: bytes %d-%d of the frame; class 2: bytes %d-%d; class 3: bytes %d-%d",
		0, m.ClassBytes(1)-1, m.ClassBytes(1), m.ClassBytes(2)-1, m.ClassBytes(2), m.ClassBytes(3)-1)
	list := m.Params()
	d.Scatter(m.Bytes(), func(b *dissect.Bag) {
		r := ilbcReader{m: m}
		for i := range list {
			p := &list[i]
			v := b.Put(specOfILBC(p), dissect.Run{Off: p.At[0], Len: p.Class[0]}, dissect.Run{Off: p.At[1], Len: p.Class[1]}, dissect.Run{Off: p.At[2], Len: p.Class[2]})
			if p.Kind == ilbc.State {
				b.Set(field.Uint(v).With("sample " + strconv.Itoa(p.Stage)))
			}
			if note := r.means(p, int(v)); note != "" {
				b.Note("%s", note)
			}
			b.Note("%s", ilbcClasses(p))
		}
	})
}

// ilbcClasses says in which classes the bits of a parameter are.
func ilbcClasses(p *ilbc.Param) string {
	var parts []string
	for c, n := range p.Class {
		if n > 0 {
			parts = append(parts, "class "+strconv.Itoa(c+1)+": "+count(n, "bit"))
		}
	}
	return strings.Join(parts, ", ")
}

// An ilbcReader remembers of a frame what later parameters depend on.
type ilbcReader struct {
	m     ilbc.Mode
	start int
	first bool
	scale float64 // largest amplitude of the start state
	gain  float64 // of the stage before
	hz    []float64
}

// means says what a value stands for, or "".
func (r *ilbcReader) means(p *ilbc.Param, v int) string {
	switch p.Kind {
	case ilbc.LSF:
		r.hz = ilbc.Frequencies(r.hz[:0], p.Stage, v)
		words := make([]string, len(r.hz))
		for i, w := range r.hz {
			words[i] = strconv.Itoa(int(math.Round(w * 4000 / math.Pi)))
		}
		return strings.Join(words, ", ") + " Hz"
	case ilbc.Start:
		r.start = v
		if _, _, _, ok := r.m.Placed(v, true, 0); !ok {
			return "no two sub-blocks have this number: a decoder treats the frame as lost"
		}
	case ilbc.Position:
		r.first = v != 0
	case ilbc.Scale:
		r.scale = ilbc.ScaleLevel(v)
		return "amplitude " + strconv.Itoa(int(math.Round(r.scale)))
	case ilbc.State:
		return fmt.Sprintf("sample %d of %d, amplitude %.0f", p.Stage, r.m.StateSamples(), ilbc.StateLevel(v)/4.5*r.scale)
	case ilbc.ExtraIndex, ilbc.Index:
		return r.piece(p, v)
	case ilbc.ExtraGain, ilbc.Gain:
		r.gain = ilbc.GainLevel(p.Stage, v, r.gain)
		return fmt.Sprintf("gain %.2f", r.gain)
	case ilbc.Empty:
		if v != 0 {
			return "the frame says that it holds nothing: a decoder treats it as lost"
		}
	}
	return ""
}

// piece says where a piece of the codebook is taken from, and at the first stage what it builds.
func (r *ilbcReader) piece(p *ilbc.Param, v int) string {
	block := 0
	if p.Kind == ilbc.Index {
		block = p.Block
	}
	from, to, backward, placed := r.m.Placed(r.start, r.first, block)
	w, ok := p.VectorOf(r.m, v)
	var parts []string
	switch {
	case !ok:
		parts = append(parts, "the codebook has no piece of this number")
	case backward && placed:
		parts = append(parts, count(w.Lag, "sample")+" behind")
	default:
		parts = append(parts, count(w.Lag, "sample")+" back")
	}
	if w.Mixed {
		parts = append(parts, "repeated")
	}
	if w.Filtered {
		parts = append(parts, "filtered")
	}
	if placed && p.Stage == 1 {
		parts = slices.Insert(parts, 0, fmt.Sprintf("for samples %d-%d", from, to-1))
	}
	return strings.Join(parts, ", ")
}
