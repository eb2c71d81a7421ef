package codec

import (
	"fmt"
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Opus: a packet is a byte that says everything about its frames, how many there are and how
// long they are, and the frames.
//
//	  0 1 2 3 4 5 6 7
//	+-----------+-+---+
//	| config    |s| c |   configuration, stereo, how frames are counted
//	+-----------+-+---+
//	c = 0: one frame
//	c = 1: two frames of equal length
//	c = 2: | length of the first, 1 or 2 bytes | two frames
//	c = 3: |v|p| M     | length of padding, 1 byte or more, if p
//	                   | lengths of all frames but the last, if v
//	                   | M frames | padding
//
// A length is one byte below 252, or two: the first and four times the second. A frame begins
// with flags that are bits as they stand where SILK is in it; all else is range coded.
//
// Source: RFC 6716 §3, whose rules R1 to R7 are those of §3.4.

const (
	opusFrameMax = 1275                   // bytes of a frame
	opusLasts    = 120 * time.Millisecond // of a packet, at most
)

// What makes the frames of a configuration.
const (
	opusSILK = iota
	opusHybrid
	opusCELT
)

// An opusConfig is what the five bits of a configuration say.
type opusConfig struct {
	mode int
	band int // 0 narrow, 1 medium, 2 wide, 3 super wide, 4 full
	long time.Duration
}

// opusConfigOf is the configuration of a packet's first byte. (§3.1, table 2)
func opusConfigOf(toc byte) opusConfig {
	const m = time.Millisecond
	n := int(toc >> 3)
	switch {
	case n < 12:
		return opusConfig{opusSILK, n / 4, [4]time.Duration{10 * m, 20 * m, 40 * m, 60 * m}[n&3]}
	case n < 16:
		return opusConfig{opusHybrid, 3 + (n-12)/2, [2]time.Duration{10 * m, 20 * m}[n&1]}
	}
	return opusConfig{opusCELT, [4]int{0, 2, 3, 4}[(n-16)/4], [4]time.Duration{5 * m / 2, 5 * m, 10 * m, 20 * m}[n&3]}
}

// silks is how many SILK frames there are in a frame, for each channel.
func (c opusConfig) silks() int {
	if c.mode == opusCELT {
		return 0
	}
	return max(1, int(c.long/(20*time.Millisecond)))
}

var (
	opusModes = [...]string{"SILK", "hybrid", "CELT"}
	opusBands = [...]string{"narrowband", "medium-band", "wideband", "super-wideband", "fullband"}
)

func (c opusConfig) String() string {
	return opusModes[c.mode] + ", " + opusBands[c.band] + ", " + ms(c.long)
}

func opusConfigs() field.Enum {
	e := make(field.Enum, 32)
	for i := range e {
		e[i] = field.Sym{V: uint64(i), S: opusConfigOf(byte(i << 3)).String()}
	}
	return e
}

func opus(name, label string, show field.Show, where, doc string) *field.Spec {
	return spec("opus."+name, label, show, "rfc6716", where, doc)
}

func withTerm(s *field.Spec, term string) *field.Spec {
	s.Term = term
	return s
}

var (
	specOpusTOC    = opus("toc", "Table of contents", field.Hex, "§3.1", "The first byte of a packet says of what kind, bandwidth and length its frames are, and how many there are.")
	specOpusConfig = withEnum(opus("config", "Configuration", field.Dec, "§3.1", "Five bits choose who makes the sound (SILK the voice, CELT the rest, or both), up to which frequency, and how long a frame is; all frames of a packet share it."), opusConfigs())
	specOpusStereo = withEnum(opus("stereo", "Stereo", field.Flag, "§3.1", "Set when the frames have two channels."), field.Enum{{V: 0, S: "mono"}, {V: 1, S: "stereo"}})
	specOpusCode   = withEnum(opus("code", "Frame count code", field.Dec, "§3.1", "Two bits say how the frames of the packet are counted."),
		field.Enum{{V: 0, S: "one frame"}, {V: 1, S: "two frames of equal length"}, {V: 2, S: "two frames"}, {V: 3, S: "any number of frames"}})

	specOpusCount  = opus("count", "Frame count", field.Hex, "§3.2.5", "The second byte of a packet of any number of frames: how many there are, and whether lengths and padding follow.")
	specOpusVBR    = withEnum(opus("vbr", "Lengths", field.Flag, "§3.2.5", "Set when the frames differ in length, so that all but the last are preceded by theirs."), field.Enum{{V: 0, S: "all equal"}, {V: 1, S: "each its own"}})
	specOpusPadded = withEnum(opus("padded", "Padding", field.Flag, "§3.2.5", "Set when bytes without meaning are added at the end, for instance so that all packets have one size."), field.Enum{{V: 0, S: "none"}, {V: 1, S: "at the end"}})
	specOpusM      = opus("frames", "Number of frames", field.Dec, "§3.2.5", "How many frames there are: at least one, and no more than last 120 ms, which are 48 of the shortest.")

	specOpusPadLen  = withUnit(opus("padlen", "Length of the padding", field.Dec, "§3.2.5", "A byte of 255 stands for 254 bytes of padding and says that another byte follows; any other is the rest of the number."), "bytes")
	specOpusPadding = opus("padding", "Padding", field.Raw, "§3.2.5", "Bytes that mean nothing and that a decoder skips; a sender should make them zeros.")
	specOpusLen     = withUnit(opus("len", "Length of a frame", field.Dec, "§3.2.1", "One byte below 252, or two, the first and four times the second; nothing was sent where it is 0."), "bytes")
	specOpusFrame   = opus("frame", "Opus frame", field.Raw, "§2", "A frame holds the sound of the time that the configuration names, all of its bytes one number of the range coder.")
	specOpusEmpty   = withTerm(opus("empty", "Empty frame", field.Words, "§3.2.1", "A frame without a byte: the speaker was silent and the sender saved it (DTX), or it was lost before; the decoder fills the gap."), "dtx")

	specOpusVAD   = withTerm(withEnum(opus("vad", "Voice activity", field.Flag, "§4.2.3", "Whether somebody speaks in this SILK frame of 20 ms or less; the first symbols of the range coder are as likely set as not, so each of them is one bit."), field.Enum{{V: 0, S: "quiet"}, {V: 1, S: "speech"}}), "voice-activity")
	specOpusLBRR  = withTerm(withEnum(opus("lbrr", "Copies of earlier frames", field.Flag, "§4.2.3", "Set when the frame carries earlier frames again at a lower rate (LBRR), against loss; it is one bit as it stands."), field.Enum{{V: 0, S: "none"}, {V: 1, S: "present"}}), "lbrr")
	specOpusCoded = withTerm(opus("coded", "Range coded", field.Raw, "§4.1", "The rest is one number: each symbol narrowed a range by its probability and owns a fraction of some bits, so none of these bytes belongs to one parameter."), "range-coding")
	specOpusMore  = opus("redundant", "Redundant CELT frame", field.Raw, "§4.5.1", "The last bytes of the frame are a CELT frame of 5 ms that bridges a change between SILK and CELT.")
)

var opusCodec = &Codec{
	ID: Opus, Name: "opus", Title: "Opus",
	Doc: "The codec of 2012 that joins Skype's SILK for voice and CELT for all else; Skype took it up only after its peer-to-peer years.",
	RTP: "opus", Clock: 48000, Kbits: "6 to 510 (varying)",
	Playable: true,
	Sample:   "opus",
	Trust:    field.Specified,
	Cite:     []field.Cite{{Key: "rfc6716"}, {Key: "rfc7587"}},
	Specs:    opusSpecs,
	Dissect:  dissectOpus, Frames: framesOpus,
}

var opusSpecs = []*field.Spec{
	specOpusTOC, specOpusConfig, specOpusStereo, specOpusCode,
	specOpusCount, specOpusVBR, specOpusPadded, specOpusM,
	specOpusPadLen, specOpusPadding, specOpusLen, specOpusFrame, specOpusEmpty,
	specOpusVAD, specOpusLBRR, specOpusCoded, specOpusMore,
	specSilkFrame, specSilkFlags, specSilkWeights, specSilkMidOnly, specSilkType, specSilkGains,
	specSilkLSF1, specSilkLSF2, specSilkBetween, specSilkLag, specSilkContour, specSilkPeriodicity,
	specSilkFilters, specSilkScaling, specSilkSeed, specSilkLevel, specSilkPulses,
	specCeltFrame, specCeltSilence, specCeltPost, specCeltOctave, specCeltFine, specCeltGain, specCeltTaps,
	specCeltTransient, specCeltIntra,
}

// Why a packet breaks a rule, as clauses.
const (
	whyOpusOdd  = "two frames of equal length cannot share an odd number of bytes (rule R3)"
	whyOpusNone = "the byte that counts the frames is missing (rules R6 and R7)"
	whyOpusZero = "a packet has at least one frame (rule R5)"
)

func whyOpusLong(n int) string {
	return fmt.Sprintf("%d bytes, and a frame has %d at most (rule R2)", n, opusFrameMax)
}

func whyOpusLasts(m int, long time.Duration) string {
	return fmt.Sprintf("%s of %s last %s, and a packet lasts 120 ms at most (rule R5)", count(m, "frame"), ms(long), ms(time.Duration(m)*long))
}

func whyOpusShare(m, n int) string {
	return fmt.Sprintf("%s of equal length cannot share %s (rule R6)", count(m, "frame"), count(n, "byte"))
}

// framesOpus looks at as much of a packet as head shows of it.
func framesOpus(_ *Params, head []byte, n int) (frames int, lasts time.Duration, why string, ok bool) {
	if n == 0 {
		return 0, 0, whyEmpty, false
	}
	if len(head) == 0 {
		return 1, 20 * time.Millisecond, "", true // nothing is seen of it: the usual packet
	}
	long := opusConfigOf(head[0]).long
	no := func(why string) (int, time.Duration, string, bool) { return 0, 0, why, false }
	body := n - 1 // bytes
	switch head[0] & 3 {
	case 0:
		if body > opusFrameMax {
			return no(whyOpusLong(body))
		}
		return 1, long, "", true
	case 1:
		if body%2 != 0 {
			return no(whyOpusOdd)
		}
		if body/2 > opusFrameMax {
			return no(whyOpusLong(body / 2))
		}
		return 2, 2 * long, "", true
	case 2:
		size, used, seen := opusLength(head[1:])
		switch {
		case !seen && len(head) < n:
			return 2, 2 * long, "", true
		case !seen:
			return no("the length of the first frame is cut (rule R4)")
		case used+size > body:
			return no(fmt.Sprintf("the first frame has %s and %d are left (rule R4)", count(size, "byte"), body-used))
		case body-used-size > opusFrameMax:
			return no(whyOpusLong(body - used - size))
		}
		return 2, 2 * long, "", true
	}
	if body == 0 {
		return no(whyOpusNone)
	}
	if len(head) < 2 {
		return 1, long, "", true
	}
	m := int(head[1] & 63)
	if m == 0 {
		return no(whyOpusZero)
	}
	if lasts = time.Duration(m) * long; lasts > opusLasts {
		return no(whyOpusLasts(m, long))
	}
	at, body := 2, body-1
	if head[1]&0x40 != 0 {
		pad, more := 0, true
		for ; more; at++ {
			if at >= n {
				return no("the length of the padding is cut (rules R6 and R7)")
			}
			if at >= len(head) {
				return m, lasts, "", true
			}
			more = head[at] == 255
			pad += min(int(head[at]), 254)
			body--
		}
		if pad > body {
			return no(whyOpusPad(pad, body))
		}
		body -= pad
	}
	if head[1]&0x80 == 0 {
		if body%m != 0 {
			return no(whyOpusShare(m, body))
		}
		if body/m > opusFrameMax {
			return no(whyOpusLong(body / m))
		}
		return m, lasts, "", true
	}
	all := 0
	for range m - 1 {
		size, used, seen := opusLength(head[min(at, len(head)):])
		if used > body || !seen && at+body <= len(head) {
			return no("the lengths of the frames are cut (rule R7)")
		}
		if !seen {
			return m, lasts, "", true
		}
		at += used
		body -= used
		all += size
	}
	switch {
	case all > body:
		return no(whyOpusSum(all, body))
	case body-all > opusFrameMax:
		return no(whyOpusLong(body - all))
	}
	return m, lasts, "", true
}

func whyOpusPad(pad, left int) string {
	return fmt.Sprintf("%s of padding, and %d are left (rules R6 and R7)", count(pad, "byte"), left)
}

func whyOpusSum(all, left int) string {
	return fmt.Sprintf("the frames have %s, and %d are left (rule R7)", count(all, "byte"), left)
}

// opusLength reads the length of a frame, of one or two bytes. (§3.2.1)
func opusLength(b []byte) (n, used int, ok bool) {
	switch {
	case len(b) == 0:
	case b[0] < 252:
		return int(b[0]), 1, true
	case len(b) > 1:
		return int(b[0]) + 4*int(b[1]), 2, true
	}
	return 0, 0, false
}

func dissectOpus(d *dissect.D, _ *Params) {
	if empty(d) { // R1
		return
	}
	p := opusPacket{}
	code := 0
	toc := d.Byte(specOpusTOC, func(b dissect.Bits) {
		b.Mask(specOpusConfig, 0xF8)
		p.stereo = b.Mask(specOpusStereo, 0x04) != 0
		code = int(b.Mask(specOpusCode, 0x03))
	})
	p.opusConfig = opusConfigOf(toc)
	switch code {
	case 0:
		p.all = 1
		p.last(d)
	case 1:
		p.all = 2
		if d.Left()%2 != 0 || d.Cut() {
			leftover(d, whyOpusOdd)
			return
		}
		p.equal(d)
	case 2:
		p.all = 2
		n, ok := p.length(d, "4")
		if ok && n > d.Left() {
			p.short(d, "the first frame has %s and %d are left (rule R4)", count(n, "byte"), d.Left())
			ok = false
		}
		if ok {
			p.frame(d, n)
			p.last(d)
		}
		p.rest(d)
	case 3:
		p.many(d)
	}
}

// An opusPacket is what the frames of a packet have in common.
type opusPacket struct {
	opusConfig
	stereo bool
	all, n int // frames: how many there are, how many have been read
}

// many reads a packet of any number of frames.
func (p *opusPacket) many(d *dissect.D) {
	if d.Left() == 0 {
		if d.Cut() {
			d.Fault(field.ErrSnapped, "the capture cut the packet behind this byte")
		} else {
			d.Fault(field.ErrShort, "%s", whyOpusNone)
		}
		return
	}
	var vbr, padded bool
	d.Byte(specOpusCount, func(b dissect.Bits) {
		vbr = b.Mask(specOpusVBR, 0x80) != 0
		padded = b.Mask(specOpusPadded, 0x40) != 0
		p.all = int(b.Mask(specOpusM, 0x3F))
		if p.all == 0 {
			b.Fault(field.ErrFormat, "%s", whyOpusZero)
		} else if time.Duration(p.all)*p.long > opusLasts {
			b.Fault(field.ErrFormat, "%s", whyOpusLasts(p.all, p.long))
		}
	})
	if p.all == 0 {
		p.rest(d)
		return
	}
	pad := 0
	for more := padded; more; {
		if d.Left() == 0 {
			p.short(d, "the length of the padding is cut (rules R6 and R7)")
			return
		}
		b := int(d.U8(specOpusPadLen))
		if more = b == 255; more {
			d.Set(field.Uint(254))
			d.Note("more follows")
			b = 254
		}
		pad += b
	}
	if pad > d.Left() {
		p.short(d, "%s", whyOpusPad(pad, d.Left()))
		p.rest(d)
		return
	}
	if d.Cut() && !vbr {
		leftover(d, "")
		return
	}
	if d.Cut() {
		pad = 0 // it lies where the capture has cut
	}
	if pad == 0 {
		p.body(d, vbr)
		return
	}
	d.Within(d.Left()-pad, func(d *dissect.D) { p.body(d, vbr) })
	d.Bytes(specOpusPadding, pad)
	for _, b := range d.Slice(d.Pos()-pad, d.Pos()) {
		if b != 0 {
			d.Note("not all of it is zero")
			break
		}
	}
}

// body reads lengths and frames.
func (p *opusPacket) body(d *dissect.D, vbr bool) {
	if !vbr {
		if n := d.Left(); n%p.all != 0 {
			leftover(d, whyOpusShare(p.all, n))
			return
		}
		p.equal(d)
		return
	}
	sizes := make([]int, 0, 63)
	all := 0
	for range p.all - 1 {
		n, ok := p.length(d, "7")
		if !ok {
			p.rest(d)
			return
		}
		sizes = append(sizes, n)
		all += n
	}
	if all > d.Left() {
		p.short(d, "%s", whyOpusSum(all, d.Left()))
	}
	for _, n := range sizes {
		if n > d.Left() {
			p.rest(d)
			return
		}
		p.frame(d, n)
	}
	p.last(d)
}

// length reads the length of a frame; rule is the one that is broken when it is cut.
func (p *opusPacket) length(d *dissect.D, rule string) (n int, ok bool) {
	n, used, ok := opusLength(d.Peek(2))
	if !ok {
		if d.Left() == 0 {
			p.short(d, "the length of a frame is missing (rule R%s)", rule)
			return 0, false
		}
		d.U8(specOpusLen)
		p.short(d, "the second byte of this length is missing (rule R%s)", rule)
		return 0, false
	}
	d.Uint(specOpusLen, used, false)
	d.Set(field.Uint(uint64(n)))
	return n, true
}

// short accuses the last field of bytes that are not there, or the capture of having cut them.
func (p *opusPacket) short(d *dissect.D, format string, args ...any) {
	if d.Cut() {
		d.Fault(field.ErrSnapped, format, args...)
		return
	}
	d.Fault(field.ErrShort, format, args...)
}

// rest reads what cannot be made out behind a fault that has been told.
func (p *opusPacket) rest(d *dissect.D) { d.Rest(specLeftover) }

// equal reads frames of equal length: all that is left.
func (p *opusPacket) equal(d *dissect.D) {
	n := d.Left() / max(p.all, 1)
	for range p.all {
		p.frame(d, n)
	}
}

// last reads the last frame, whose length is what is left.
func (p *opusPacket) last(d *dissect.D) { p.frame(d, d.Left()) }

// frame reads one frame.
func (p *opusPacket) frame(d *dissect.D, n int) {
	p.n++
	which := ""
	if p.all > 1 {
		which = fmt.Sprintf("%d of %d", p.n, p.all)
	}
	cut := d.Cut() && n == d.Left() // what is there is not all of it
	if n == 0 && !cut {
		if which == "" {
			which = "nothing was sent"
		}
		d.Aside(specOpusEmpty, field.Text(which))
		d.Note("%s", ms(p.long))
		return
	}
	d.Group(specOpusFrame, func(d *dissect.D) {
		if which != "" {
			d.Head(field.Text(which))
		}
		switch {
		case cut:
			d.HeadFault(field.ErrSnapped, "the capture cut this frame: %s are there", count(n, "byte"))
		case n > opusFrameMax:
			d.HeadFault(field.ErrFormat, "%s", whyOpusLong(n))
		case n == 1:
			d.HeadNote("the reference decoder takes a frame of one byte for none")
		}
		if n == 0 {
			return
		}
		p.inside(d, n, cut)
	})
}

// inside explains the n bytes of a frame.
func (p *opusPacket) inside(d *dissect.D, n int, cut bool) {
	data := d.Peek(n)
	switch {
	case p.mode == opusCELT:
		p.celt(d, data, cut)
	default:
		p.silk(d, data, cut)
	}
}
