package codec

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// The SILK layer of an Opus frame, in the order of coding (RFC 6716 §4.2.2 to §4.2.7):
//
//	flags of all frames | which have copies | the copies | the frames
//
// each frame, in each channel, being
//
//	type | gains | filter | pitch | seed | pulses
//
// The flags are bits as they stand. Behind them a symbol cannot be had without all before it, so
// everything is read, down to the signs of the pulses, though the tree shows only what says
// something to people.

const byRange = ", which the range decoder finds: it has no bits of its own"

func silk(name, label string, show field.Show, where, doc string) *field.Spec {
	return opus("silk."+name, label, show, where, doc+byRange+".")
}

var (
	specSilkFrame   = withTerm(opus("silk", "SILK frame", field.Words, "§4.2.7", "10 or 20 ms of one channel, as a range decoder reads it out of the bytes above: none of its parameters has bits of its own."), "range-coding")
	specSilkFlags   = withTerm(silk("copies", "Frames with a copy", field.Words, "§4.2.4", "For which of its 20 ms the packet carries a copy of what an earlier one had"), "lbrr")
	specSilkWeights = silk("weights", "Stereo weights", field.Words, "§4.2.7.1", "How much of the middle channel is in the side channel, below some 2 kHz and above")
	specSilkMidOnly = withEnum(silk("midonly", "Side channel", field.Flag, "§4.2.7.2", "Whether the side channel is left out because there is nothing in it"), field.Enum{{V: 0, S: "coded"}, {V: 1, S: "left out"}})
	specSilkType    = withEnum(silk("type", "Frame type", field.Dec, "§4.2.7.3", "Whether there is speech and whether it has a pitch, and by how much the pulses are offset from zero"),
		field.Enum{{V: 0, S: "inactive, low offset"}, {V: 1, S: "inactive, high offset"}, {V: 2, S: "unvoiced, low offset"}, {V: 3, S: "unvoiced, high offset"}, {V: 4, S: "voiced, low offset"}, {V: 5, S: "voiced, high offset"}})
	specSilkGains       = silk("gains", "Gains", field.Words, "§4.2.7.4", "How loud each 5 ms are, in 64 steps of 1.37 dB; a decoder lets the first fall by 16 steps at most")
	specSilkLSF1        = withTerm(silk("lsf1", "Filter, stage 1", field.Dec, "§4.2.7.5.1", "Which of 32 rough shapes of the mouth this is, each a row of line spectral frequencies"), "lsf")
	specSilkLSF2        = withTerm(silk("lsf2", "Filter, stage 2", field.Words, "§4.2.7.5.2", "By how many steps each of the 10 or 16 frequencies differs from those of the rough shape and from what its neighbour foretells"), "lsf")
	specSilkBetween     = withEnum(silk("between", "Filter of the first half", field.Dec, "§4.2.7.5.5", "How far the first half of the frame has moved from the filter of the frame before to this one"), field.Enum{{V: 0, S: "that of the frame before"}, {V: 1, S: "one quarter on"}, {V: 2, S: "halfway"}, {V: 3, S: "three quarters on"}, {V: 4, S: "that of this frame"}})
	specSilkLag         = withUnit(silk("lag", "Pitch lag", field.Dec, "§4.2.7.6.1", "How many samples back the voice was much as it is now, so that the decoder copies that piece: one turn of the vocal folds"), "samples")
	specSilkContour     = silk("contour", "Pitch contour", field.Dec, "§4.2.7.6.1", "Which of some ways the pitch moves from one 5 ms to the next")
	specSilkPeriodicity = silk("periodicity", "Periodicity", field.Dec, "§4.2.7.6.2", "Which of three books of pitch filters is used, the higher for the more regular voice")
	specSilkFilters     = silk("filters", "Pitch filters", field.Words, "§4.2.7.6.2", "Which filter of five taps repeats the sound of one lag ago, for each 5 ms")
	specSilkScaling     = withEnum(silk("scaling", "Scaling of the past", field.Dec, "§4.2.7.6.3", "How much the decoder trusts what it has of the packet before, which may be lost"), field.Enum{{V: 0, S: "0.95"}, {V: 1, S: "0.75"}, {V: 2, S: "0.5"}})
	specSilkSeed        = silk("seed", "Seed of the noise", field.Dec, "§4.2.7.7", "Where the decoder's pseudorandom sequence begins, which turns pulses over so that they sound less regular")
	specSilkLevel       = silk("level", "Rate level", field.Dec, "§4.2.7.8.1", "Which of nine tables counts the pulses, the higher for the more of them")
	specSilkPulses      = withUnit(silk("pulses", "Pulses", field.Dec, "§4.2.7.8.2", "How many pulses excite the filter in this frame, counted before their finer bits; where they stand and their signs follow"), "pulses")
)

// A silkReader reads the frames of one Opus frame.
type silkReader struct {
	*rangeDecoder
	band   int // 0 narrow, 1 medium, 2 wide
	subs   int // of a frame, 5 ms each: 2 or 4
	frames int // for each channel: 1 to 3
	chs    int // channels
	vad    [2][3]bool
	copied [2]bool // a channel has copies
	past   [2]silkChannel

	// found are the fields without bits. They are shown below the bits, but how many of
	// those are a redundant frame is only known when all is read.
	found []func(d *dissect.D)
}

// A silkChannel is what a frame leaves to the next of its channel.
type silkChannel struct {
	voiced    bool
	lag, gain int
}

// How a frame depends on the one before.
const (
	silkAlone   = iota // not at all
	silkResumes        // not, but it says nothing of the past either: the side channel was left out
	silkFollows
)

// silk explains a frame of SILK or of both: flags as bits, the rest as a range decoder finds it.
func (p *opusPacket) silk(d *dissect.D, data []byte, cut bool) {
	n := len(data)
	r := p.silkReader(data)
	flags := r.header()
	extra, after := 0, false // bytes of a redundant frame, and its place
	if !cut {
		r.layer()
		extra, after = r.redundant(p.mode == opusHybrid)
	}
	d.Scatter(n, func(b *dissect.Bag) {
		for i, f := range flags {
			b.Put(f.Spec, dissect.Run{Off: i, Len: 1})
			if f.Note != "" {
				b.Note("%s", f.Note)
			}
		}
		at := len(flags)
		b.Put(specOpusCoded, dissect.Run{Off: at, Len: 8*(n-extra) - at})
		b.Set(field.Value{})
		if extra > 0 {
			b.Put(specOpusMore, dissect.Run{Off: 8 * (n - extra), Len: 8 * extra})
			b.Set(field.Value{})
			if after {
				b.Note("from CELT to SILK, at the beginning of the frame")
			} else {
				b.Note("from SILK to CELT, at the end of the frame")
			}
		}
	})
	for _, show := range r.found {
		show(d)
	}
	if p.mode == opusHybrid && !cut {
		celtShort(d, r.rangeDecoder, p.opusConfig)
	}
}

func (p *opusPacket) silkReader(data []byte) *silkReader {
	r := &silkReader{rangeDecoder: newRangeDecoder(data), band: min(p.band, 2), subs: 4, frames: p.silks(), chs: 1}
	if p.stereo {
		r.chs = 2
	}
	if p.long == 10*time.Millisecond {
		r.subs = 2
	}
	return r
}

// header reads the flags of all frames, which are the first bits, and returns their fields. (§4.2.3)
func (r *silkReader) header() []field.Node {
	flags := make([]field.Node, 0, 8)
	for c := range r.chs {
		for f := range r.frames {
			r.vad[c][f] = r.flag(1)
			flags = append(flags, field.Node{Spec: specOpusVAD, Note: r.which(f, c)})
		}
		r.copied[c] = r.flag(1)
		flags = append(flags, field.Node{Spec: specOpusLBRR, Note: r.channel(c)})
	}
	return flags
}

// layer reads the copies and the frames. (§4.2.4 to §4.2.7)
func (r *silkReader) layer() {
	var copies [2]int // a bit a frame
	for c := range r.chs {
		switch {
		case !r.copied[c]:
		case r.frames == 1:
			copies[c] = 1
		default:
			copies[c] = r.pdf(silkLBRR[r.frames-2])
			r.show(specSilkFlags, field.Text(frameList(copies[c], r.frames)), r.channel(c))
		}
	}
	for f := range r.frames {
		for c := range r.chs {
			if copies[c]>>f&1 == 0 {
				continue
			}
			if c == 0 && r.chs == 2 {
				r.weights()
				if copies[1]>>f&1 == 0 {
					r.midOnly()
				}
			}
			how := silkAlone
			if f > 0 && copies[c]>>(f-1)&1 == 1 {
				how = silkFollows
			}
			which := "copy"
			if w := r.which(f, c); w != "" {
				which += ", " + w
			}
			r.frame(&r.past[c], true, how, which)
		}
	}
	wasOnly := false // the side channel was left out
	for f := range r.frames {
		only := false
		if r.chs == 2 {
			r.weights()
			if !r.vad[1][f] {
				only = r.midOnly()
			}
		}
		for c := range r.chs {
			if c == 1 && only {
				continue
			}
			how := silkFollows
			switch {
			case f == 0:
				how = silkAlone
			case c == 1 && wasOnly:
				how = silkResumes
			}
			r.frame(&r.past[c], r.vad[c][f], how, r.which(f, c))
		}
		wasOnly = only
	}
}

// redundant reads whether a CELT frame stands at the end, how many bytes it has, and whether it
// belongs to the beginning. (§4.5.1)
func (r *silkReader) redundant(hybrid bool) (n int, after bool) {
	need := 17
	if hybrid {
		need = 37
	}
	all := len(r.data)
	if r.tell()+need > 8*all || hybrid && !r.flag(12) {
		return 0, false
	}
	after = r.flag(1)
	if hybrid {
		n = r.uniform(256) + 2
	} else {
		n = all - (r.tell()+7)/8
	}
	if 8*(all-n) < r.tell() {
		return 0, false // it does not fit: a decoder ignores it
	}
	r.data = r.data[:all-n]
	return n, after
}

// which names a frame and channel where there are several: "2 of 3, side channel".
func (r *silkReader) which(f, c int) string {
	ch := r.channel(c)
	switch {
	case r.frames == 1:
		return ch
	case ch != "":
		ch = ", " + ch
	}
	return fmt.Sprintf("%d of %d", f+1, r.frames) + ch
}

func (r *silkReader) channel(c int) string {
	if r.chs == 1 {
		return ""
	}
	return [2]string{"middle channel", "side channel"}[c]
}

func frameList(bits, frames int) string {
	var words []string
	for f := range frames {
		if bits>>f&1 == 1 {
			words = append(words, strconv.Itoa(f+1))
		}
	}
	return strings.Join(words, ", ")
}

// show keeps a field without bits.
func (r *silkReader) show(s *field.Spec, v field.Value, note string) {
	r.found = append(r.found, func(d *dissect.D) {
		d.Aside(s, v)
		if note != "" {
			d.Note("%s", note)
		}
	})
}

func (r *silkReader) showNum(s *field.Spec, n int) { r.show(s, field.Uint(uint64(n)), "") }

// weights reads the stereo weights. (§4.2.7.1)
func (r *silkReader) weights() {
	n := r.pdf(silkStereo[0])
	var w [2]int
	for i := range w {
		at := r.pdf(silkStereo[1]) + 3*[2]int{n / 5, n % 5}[i]
		fine := 2*r.pdf(silkStereo[2]) + 1
		low, high := silkWeights[at], silkWeights[at+1]
		w[i] = low + (high-low)*6554>>16*fine
	}
	w[0] -= w[1]
	r.show(specSilkWeights, field.Text(fmt.Sprintf("%.3f, %.3f", float64(w[0])/8192, float64(w[1])/8192)), "")
}

// midOnly reads whether the side channel is left out. (§4.2.7.2)
func (r *silkReader) midOnly() bool {
	only := r.pdf(silkMidOnly) == 1
	r.show(specSilkMidOnly, field.Bool(only), "")
	return only
}

// frame reads a SILK frame of a channel. (§4.2.7)
func (r *silkReader) frame(ch *silkChannel, active bool, how int, which string) {
	before := r.found
	r.found = nil

	kind := 0
	if active {
		kind = 2 + r.pdf(silkType[1])
	} else {
		kind = r.pdf(silkType[0])
	}
	r.showNum(specSilkType, kind)
	sort := kind / 2 // inactive, unvoiced, voiced

	gains := make([]int, r.subs)
	for k := range gains {
		if k == 0 && how != silkFollows {
			ch.gain = 8 * r.pdf(silkGain[sort])
			ch.gain += r.even(8)
		} else {
			step := r.pdf(silkGainStep)
			ch.gain = max(0, min(max(2*step-16, ch.gain+step-4), 63))
		}
		gains[k] = ch.gain
	}
	r.show(specSilkGains, field.Text(listOf(gains)), gainText(gains))

	voiced := sort / 2
	r.filter(voiced)
	if voiced == 1 {
		r.pitch(ch, how)
	}
	ch.voiced = voiced == 1
	r.showNum(specSilkSeed, r.even(4))
	level, pulses := r.excitation(kind)
	r.showNum(specSilkLevel, level)
	r.showNum(specSilkPulses, pulses)

	kids := r.found
	r.found = append(before, func(d *dissect.D) {
		d.Group(specSilkFrame, func(d *dissect.D) {
			if which != "" {
				d.Head(field.Text(which))
			}
			for _, k := range kids {
				k(d)
			}
		})
	})
}

// filter reads the line spectral frequencies. (§4.2.7.5)
func (r *silkReader) filter(voiced int) {
	i1 := r.pdf(silkLSF1[r.band/2*2+voiced])
	r.showNum(specSilkLSF1, i1)
	row := silkBookNarrow[i1*10 : i1*10+10]
	if r.band == 2 {
		row = silkBookWide[i1*16 : i1*16+16]
	}
	i2 := make([]int, len(row))
	for k := range i2 {
		v := r.pdf(silkLSF2[row[k]-'a']) - 4
		switch v {
		case -4:
			v -= r.pdf(silkLSFMore)
		case 4:
			v += r.pdf(silkLSFMore)
		}
		i2[k] = v
	}
	r.show(specSilkLSF2, field.Text(listOf(i2)), "")
	if r.subs == 4 {
		r.showNum(specSilkBetween, r.pdf(silkBetween))
	}
}

// pitch reads what a voiced frame says of its pitch. (§4.2.7.6)
func (r *silkReader) pitch(ch *silkChannel, how int) {
	rate := [3]int{8000, 12000, 16000}[r.band]
	step := 0
	if how == silkFollows && ch.voiced {
		step = r.pdf(silkLagStep)
	}
	if step > 0 {
		ch.lag += step - 9
	} else {
		ch.lag = r.pdf(silkLagHigh)*rate/2000 + rate/500
		ch.lag += r.pdf(silkLagLow[r.band])
	}
	lag := max(1, ch.lag) // steps may lead out of bounds, though no voice does
	r.show(specSilkLag, field.Uint(uint64(lag)), fmt.Sprintf("%.0f Hz", float64(rate)/float64(lag)))
	table := r.subs/2 - 1
	if r.band > 0 {
		table += 2
	}
	r.showNum(specSilkContour, r.pdf(silkContour[table]))
	book := r.pdf(silkPeriodicity)
	r.showNum(specSilkPeriodicity, book)
	filters := make([]int, r.subs)
	for k := range filters {
		filters[k] = r.pdf(silkFilter[book])
	}
	r.show(specSilkFilters, field.Text(listOf(filters)), "")
	if how == silkAlone {
		r.showNum(specSilkScaling, r.pdf(silkScaling))
	}
}

// excitation reads the pulses of a frame of a type, and says by which table and how many.
// (§4.2.7.8)
func (r *silkReader) excitation(kind int) (level, pulses int) {
	const block = 16
	samples := r.subs * [3]int{40, 60, 80}[r.band]
	blocks := (samples + block - 1) / block
	level = r.pdf(silkLevel[kind/4])
	var sum, finer [20]int
	for i := range blocks {
		sum[i] = r.pdf(silkCount[level])
		for sum[i] == 17 {
			finer[i]++
			sum[i] = r.pdf(silkCount[9+finer[i]/10])
		}
		pulses += sum[i]
	}
	var raw [20 * block]int
	for i := range blocks {
		r.split(0, sum[i], raw[i*block:(i+1)*block])
	}
	for i := range blocks {
		for k := i * block; k < (i+1)*block; k++ {
			for range finer[i] {
				raw[k] = raw[k]<<1 | r.pdf(silkLSB)
			}
		}
	}
	for i, v := range raw[:blocks*block] {
		if v != 0 {
			minus := silkMinus[kind][min(sum[i/block], 6)]
			r.pdf([]byte{minus, -minus})
		}
	}
	return level, pulses
}

// split reads how many of n pulses are in the left half of part, then in the halves of that.
func (r *silkReader) split(depth, n int, part []int) {
	switch {
	case n == 0:
		return
	case len(part) == 1:
		part[0] = n
		return
	}
	at := (n - 1) * (n + 2) / 2 // rows of 2, 3, 4 ... numbers
	left := r.pdf(silkSplit[depth][at : at+n+1])
	r.split(depth+1, left, part[:len(part)/2])
	r.split(depth+1, n-left, part[len(part)/2:])
}

// listOf writes numbers: "3, -1, 0".
func listOf(n []int) string {
	b := make([]byte, 0, 4*len(n))
	for i, v := range n {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = strconv.AppendInt(b, int64(v), 10)
	}
	return string(b)
}

// gainText writes the range of some gains: "36.2 to 38.9 dB". (§4.2.7.4: 29.1 steps of 1/128 of
// an octave each, from 1.97 dB.)
func gainText(n []int) string {
	low, high := n[0], n[0]
	for _, v := range n {
		low, high = min(low, v), max(high, v)
	}
	db := func(i int) string { return strconv.FormatFloat(1.97+1.369*float64(i), 'f', 1, 64) }
	if low == high {
		return db(low) + " dB"
	}
	return db(low) + " to " + db(high) + " dB"
}
