package rtp

import (
	"strconv"
	"strings"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// rtpFormats are the formats of transport feedback: IANA, "FMT Values for RTPFB Payload Types".
var rtpFormats = field.Enum{{V: 1, S: "lost packets (NACK)"}, {V: 3, S: "bit rate request (TMMBR)"}, {V: 4, S: "bit rate notification (TMMBN)"}, {V: 5, S: "sender report request"},
	{V: 6, S: "rapid acquisition"}, {V: 7, S: "early loss indication"}, {V: 8, S: "ECN feedback"}, {V: 9, S: "pause and resume"}, {V: 10, S: "delay budget"},
	{V: 11, S: "congestion control"}, {V: 15, S: "transport-wide congestion control"}}

// psFormats are the formats of payload feedback: IANA, "FMT Values for PSFB Payload Types".
var psFormats = field.Enum{{V: 1, S: "picture loss (PLI)"}, {V: 2, S: "slice loss (SLI)"}, {V: 3, S: "reference picture (RPSI)"}, {V: 4, S: "full picture request (FIR)"}, {V: 5, S: "trade-off request (TSTR)"},
	{V: 6, S: "trade-off notification (TSTN)"}, {V: 7, S: "back channel message (VBCM)"}, {V: 8, S: "early slice loss"}, {V: 9, S: "region of interest"}, {V: 10, S: "layer refresh"},
	{V: 15, S: "application's feedback"}}

// feedback reads the head of a feedback packet: who sends it, and whose stream it is about.
// (RFC 4585 §6.1)
func feedback(d *dissect.D, formats field.Enum, format int) {
	d.U32(&specSender)
	d.U32(&specAbout)
	if d.OK() {
		d.Head(field.Text(formats.Text(uint64(format))))
	}
}

func transportFeedback(d *dissect.D, format int) {
	feedback(d, rtpFormats, format)
	switch format {
	case 1:
		many(d, &specNack, nack)
	case 3, 4:
		many(d, &specRate, rateLimit)
	case 15:
		congestion(d)
	}
	fci(d)
}

// many reads groups until the packet ends.
func many(d *dissect.D, s *field.Spec, body func(d *dissect.D)) {
	for d.OK() && d.Left() > 0 {
		d.Group(s, body)
	}
}

// fci is what is left of a feedback packet.
func fci(d *dissect.D) {
	if d.OK() && d.Left() > 0 {
		d.Rest(&specFCI)
	}
}

// nack reads a packet number and the sixteen behind it as bits. (RFC 4585 §6.2.1)
func nack(d *dissect.D) {
	first := d.U16(&specNackFirst)
	bits := d.U16(&specNackBits)
	if !d.OK() {
		return
	}
	var b strings.Builder
	b.WriteString(strconv.Itoa(int(first)))
	for i := 0; i < 16; i++ {
		if bits>>i&1 == 1 {
			b.WriteString(", " + strconv.Itoa(int(first+uint16(i)+1)))
		}
	}
	d.Head(field.Text(b.String()))
}

// rateLimit reads a bit rate as mantissa and exponent, and the overhead of a packet.
// (RFC 5104 §4.2.1.1)
func rateLimit(d *dissect.D) {
	d.U32(&specRateSSRC)
	d.Word(&specRateWord, 4, false, func(b dissect.Bits) {
		exp := b.Mask(&specRateExp, 0xFC000000)
		mantissa := b.Mask(&specRateMantissa, 0x03FFFE00)
		b.Note("%s bit/s", shifted(mantissa, exp))
		b.Mask(&specRateOverhead, 0x1FF)
	})
}

// shifted writes mantissa * 2^exp, as far as it fits 64 bits.
func shifted(mantissa, exp uint64) string {
	if exp < 46 {
		return strconv.FormatUint(mantissa<<exp, 10)
	}
	return strconv.FormatUint(mantissa, 10) + " * 2^" + strconv.FormatUint(exp, 10)
}

// congestion reads the arrival times of packets counted over all streams of a connection:
//
//	+-------------------------------+-------------------------------+
//	|      Base sequence number     |      Packet status count      |
//	+-------------------------------+---------------+---------------+
//	|               Reference time (64 ms)          | Feedback count|
//	+-------------------------------+---------------+---------------+
//	|  Status chunks of 16 bits, then the differences of the times
//	+--------------------------------------------------- - - - -
//
// draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.
func congestion(d *dissect.D) {
	d.U16(&specCongestionBase)
	count := int(d.U16(&specCongestionCount))
	if t := d.Uint(&specCongestionTime, 3, false); d.OK() {
		d.Note("%d ms", signed24(uint32(t))*64)
	}
	d.U8(&specCongestionNo)
	if !d.OK() {
		return
	}
	var states []byte // a time of 0, 1 or 2 bytes a packet
	for len(states) < count && d.OK() && d.Left() >= 2 {
		d.Word(&specCongestionChunk, 2, false, func(b dissect.Bits) { states = chunk(b, states) })
	}
	for i := 0; i < min(len(states), count) && d.OK(); i++ {
		switch states[i] {
		case 1:
			if v := d.U8(&specCongestionDelta); d.OK() {
				d.Note("%d µs", int(v)*250)
			}
		case 2:
			if v := d.U16(&specCongestionBig); d.OK() {
				d.Set(field.Int(int64(int16(v))))
				d.Note("%d µs", int(int16(v))*250)
			}
		}
	}
}

// chunk reads a status chunk: a run of one state, or seven or fourteen states.
func chunk(b dissect.Bits, states []byte) []byte {
	if b.Mask(&specChunkVector, 0x8000) == 0 {
		state := b.Mask(&specChunkState, 0x6000)
		for n := b.Mask(&specChunkRun, 0x1FFF); n > 0; n-- {
			states = append(states, byte(state))
		}
		return states
	}
	two := b.Mask(&specChunkTwo, 0x4000) != 0
	v := b.Mask(&specChunkStates, 0x3FFF)
	for i := 13; i >= 0; i-- {
		if !two {
			states = append(states, byte(v>>i&1))
		} else if i&1 == 1 {
			states = append(states, byte(v>>(i-1)&3))
		}
	}
	return states
}

func pictureFeedback(d *dissect.D, format int) {
	feedback(d, psFormats, format)
	switch format {
	case 2:
		many(d, &specSlice, func(d *dissect.D) { // RFC 4585 §6.3.2
			d.Word(&specSliceWord, 4, false, func(b dissect.Bits) {
				b.Mask(&specSliceFirst, 0xFFF80000)
				b.Mask(&specSliceNumber, 0x0007FFC0)
				b.Mask(&specSlicePicture, 0x3F)
			})
		})
	case 4:
		many(d, &specFull, func(d *dissect.D) { // RFC 5104 §4.3.1.1
			d.U32(&specFullSSRC)
			d.U8(&specFullSeq)
			d.Bytes(&specFullReserved, 3)
		})
	case 15:
		if string(d.Peek(4)) == "REMB" {
			bandwidth(d)
		}
	}
	fci(d)
}

// bandwidth reads the estimate of a receiver for what the way to it can carry.
// (draft-alvestrand-rmcat-remb-03 §2.2)
func bandwidth(d *dissect.D) {
	d.Text(&specREMBName, 4)
	n := int(d.U8(&specREMBCount))
	d.Word(&specREMBWord, 3, false, func(b dissect.Bits) {
		exp := b.Mask(&specREMBExp, 0xFC0000)
		b.Note("%s bit/s", shifted(b.Mask(&specREMBMantissa, 0x03FFFF), exp))
	})
	for i := 0; i < n && d.OK(); i++ {
		d.U32(&specREMBSource)
	}
}

var (
	citeFeedback   = []field.Cite{{Key: "rfc4585", Where: "§6.1"}}
	citeNack       = []field.Cite{{Key: "rfc4585", Where: "§6.2.1"}}
	citeRate       = []field.Cite{{Key: "rfc5104", Where: "§4.2.1"}}
	citeSlice      = []field.Cite{{Key: "rfc4585", Where: "§6.3.2"}}
	citeFull       = []field.Cite{{Key: "rfc5104", Where: "§4.3.1"}}
	citeREMB       = []field.Cite{{Key: "remb", Where: "§2.2"}}
	citeCongestion = []field.Cite{{Key: "twcc", Where: "§3.1"}}
)

var specRTPFB = field.Spec{
	Name: "rtcp.rtpfb", Label: "Transport feedback", Cite: citeFeedback,
	Doc: "What a receiver wants the sender to know at once about the packets that came or did not.",
}

var specPSFB = field.Spec{
	Name: "rtcp.psfb", Label: "Payload feedback", Cite: citeFeedback,
	Doc: "What a receiver wants the sender of video to do at once.",
}

var specRTPFormat = field.Spec{
	Name: "rtcp.rtpfb.format", Label: "Format", Enum: rtpFormats, Cite: []field.Cite{{Key: "iana"}, {Key: "rfc4585", Where: "§6.2"}},
	Doc: "What the feedback is about.",
}

var specPSFormat = field.Spec{
	Name: "rtcp.psfb.format", Label: "Format", Enum: psFormats, Cite: []field.Cite{{Key: "iana"}, {Key: "rfc4585", Where: "§6.3"}},
	Doc: "What the feedback is about.",
}

var specAbout = field.Spec{
	Name: "rtcp.about", Label: "About (SSRC)", Show: field.Hex, Cite: citeFeedback, Term: "ssrc",
	Doc: "The source whose stream this is about, or 0 when the sources follow.",
}

var specFCI = field.Spec{
	Name: "rtcp.fci", Label: "Feedback", Show: field.Raw, Cite: citeFeedback,
	Doc: "Feedback of a form that is not taken apart here.",
}

var specNack = field.Spec{
	Name: "rtcp.nack", Label: "Lost packets", Cite: citeNack,
	Doc: "Packets that did not arrive and are asked for again.",
}

var specNackFirst = field.Spec{
	Name: "rtcp.nack.first", Label: "First lost", Cite: citeNack,
	Doc: "The sequence number of a lost packet.",
}

var specNackBits = field.Spec{
	Name: "rtcp.nack.bits", Label: "Lost behind it", Show: field.Bin, Cite: citeNack,
	Doc: "One bit for each of the sixteen packets that follow, the next one in the last bit; 1 means lost.",
}

var specRate = field.Spec{
	Name: "rtcp.rate", Label: "Bit rate limit", Cite: citeRate,
	Doc: "The highest bit rate that a source may use.",
}

var specRateSSRC = field.Spec{
	Name: "rtcp.rate.ssrc", Label: "Source (SSRC)", Show: field.Hex, Cite: citeRate, Term: "ssrc",
	Doc: "The source that is limited, or that asked for the limit.",
}

var specRateWord = field.Spec{
	Name: "rtcp.rate.limit", Label: "Limit", Show: field.Hex, Cite: citeRate,
	Doc: "The limit as a number with exponent, and the overhead of a packet.",
}

var specRateExp = field.Spec{
	Name: "rtcp.rate.exponent", Label: "Exponent", Cite: citeRate,
	Doc: "How many places the number is to be shifted to the left.",
}

var specRateMantissa = field.Spec{
	Name: "rtcp.rate.mantissa", Label: "Number", Unit: "bit/s", Cite: citeRate,
	Doc: "The bit rate before it is shifted.",
}

var specRateOverhead = field.Spec{
	Name: "rtcp.rate.overhead", Label: "Overhead", Unit: "bytes", Cite: citeRate,
	Doc: "How many bytes of headers a packet has on average.",
}

var specCongestionBase = field.Spec{
	Name: "rtcp.twcc.base", Label: "First packet", Cite: citeCongestion,
	Doc: "The number of the first packet, counted over all streams of the connection.",
}

var specCongestionCount = field.Spec{
	Name: "rtcp.twcc.count", Label: "Packets", Cite: citeCongestion,
	Doc: "How many packets this tells of.",
}

var specCongestionTime = field.Spec{
	Name: "rtcp.twcc.time", Label: "Reference time", Cite: citeCongestion,
	Doc: "The time from which the first arrival is counted, in units of 64 ms.",
}

var specCongestionNo = field.Spec{
	Name: "rtcp.twcc.number", Label: "Feedback number", Cite: citeCongestion,
	Doc: "Counts these packets, so that a lost one is noticed.",
}

var specCongestionChunk = field.Spec{
	Name: "rtcp.twcc.chunk", Label: "Status chunk", Show: field.Hex, Cite: citeCongestion,
	Doc: "Which of the next packets arrived.",
}

var specChunkVector = field.Spec{
	Name: "rtcp.twcc.vector", Label: "List", Show: field.Flag, Cite: citeCongestion,
	Doc: "A list of states follows, not a run of one state.",
}

var packetStates = field.Enum{{V: 0, S: "not received"}, {V: 1, S: "received, small difference"}, {V: 2, S: "received, large or negative difference"}}

var specChunkState = field.Spec{
	Name: "rtcp.twcc.state", Label: "State", Enum: packetStates, Cite: citeCongestion,
	Doc: "What became of all packets of the run.",
}

var specChunkRun = field.Spec{
	Name: "rtcp.twcc.run", Label: "Run length", Unit: "packets", Cite: citeCongestion,
	Doc: "How many packets share the state.",
}

var specChunkTwo = field.Spec{
	Name: "rtcp.twcc.two", Label: "Two bits a packet", Show: field.Flag, Cite: citeCongestion,
	Doc: "Seven states of two bits follow; else fourteen of one bit.",
}

var specChunkStates = field.Spec{
	Name: "rtcp.twcc.states", Label: "States", Show: field.Bin, Cite: citeCongestion,
	Doc: "The states of the next packets.",
}

var specCongestionDelta = field.Spec{
	Name: "rtcp.twcc.delta", Label: "Difference", Cite: citeCongestion,
	Doc: "How long after the one before a packet arrived, in units of 250 µs.",
}

var specCongestionBig = field.Spec{
	Name: "rtcp.twcc.large", Label: "Large difference", Cite: citeCongestion,
	Doc: "How long after the one before a packet arrived, in units of 250 µs; it may be negative.",
}

var specSlice = field.Spec{
	Name: "rtcp.slice", Label: "Lost slice", Cite: citeSlice,
	Doc: "Blocks of a picture that were lost.",
}

var specSliceWord = field.Spec{
	Name: "rtcp.slice.word", Label: "Slice", Show: field.Hex, Cite: citeSlice,
	Doc: "Where the lost blocks lie.",
}

var specSliceFirst = field.Spec{
	Name: "rtcp.slice.first", Label: "First block", Cite: citeSlice,
	Doc: "The first lost block, counted from the upper left.",
}

var specSliceNumber = field.Spec{
	Name: "rtcp.slice.number", Label: "Blocks", Cite: citeSlice,
	Doc: "How many blocks were lost.",
}

var specSlicePicture = field.Spec{
	Name: "rtcp.slice.picture", Label: "Picture", Cite: citeSlice,
	Doc: "The last six bits of the number of the picture.",
}

var specFull = field.Spec{
	Name: "rtcp.fir", Label: "Full picture request", Cite: citeFull,
	Doc: "A source is asked for a picture that can be shown without those before it.",
}

var specFullSSRC = field.Spec{
	Name: "rtcp.fir.ssrc", Label: "Source (SSRC)", Show: field.Hex, Cite: citeFull, Term: "ssrc",
	Doc: "The source that is asked.",
}

var specFullSeq = field.Spec{
	Name: "rtcp.fir.number", Label: "Request number", Cite: citeFull,
	Doc: "Counts the requests, so that a repeated one is not obeyed twice.",
}

var specFullReserved = field.Spec{
	Name: "rtcp.fir.reserved", Label: "Reserved", Show: field.Raw, Cite: citeFull,
	Doc: "Sent as zero.",
}

var specREMBName = field.Spec{
	Name: "rtcp.remb.name", Label: "Name", Show: field.Words, Cite: citeREMB,
	Doc: "The letters REMB, for receiver estimated maximum bit rate.",
}

var specREMBCount = field.Spec{
	Name: "rtcp.remb.count", Label: "Sources", Cite: citeREMB,
	Doc: "How many sources share the bit rate.",
}

var specREMBWord = field.Spec{
	Name: "rtcp.remb.rate", Label: "Bit rate", Show: field.Hex, Cite: citeREMB,
	Doc: "What the receiver thinks that the way to it can carry, as a number with exponent.",
}

var specREMBExp = field.Spec{
	Name: "rtcp.remb.exponent", Label: "Exponent", Cite: citeREMB,
	Doc: "How many places the number is to be shifted to the left.",
}

var specREMBMantissa = field.Spec{
	Name: "rtcp.remb.mantissa", Label: "Number", Unit: "bit/s", Cite: citeREMB,
	Doc: "The bit rate before it is shifted.",
}

var specREMBSource = field.Spec{
	Name: "rtcp.remb.ssrc", Label: "Source (SSRC)", Show: field.Hex, Cite: citeREMB, Term: "ssrc",
	Doc: "A source that the bit rate is for.",
}

var feedbackSpecs = []*field.Spec{
	&specRTPFB, &specPSFB, &specRTPFormat, &specPSFormat, &specAbout, &specFCI, &specNack, &specNackFirst, &specNackBits, &specRate,
	&specRateSSRC, &specRateWord, &specRateExp, &specRateMantissa, &specRateOverhead, &specCongestionBase, &specCongestionCount,
	&specCongestionTime, &specCongestionNo, &specCongestionChunk, &specChunkVector, &specChunkState, &specChunkRun, &specChunkTwo,
	&specChunkStates, &specCongestionDelta, &specCongestionBig, &specSlice, &specSliceWord, &specSliceFirst, &specSliceNumber,
	&specSlicePicture, &specFull, &specFullSSRC, &specFullSeq, &specFullReserved, &specREMBName, &specREMBCount, &specREMBWord,
	&specREMBExp, &specREMBMantissa, &specREMBSource,
}
