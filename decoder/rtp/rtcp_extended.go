package rtp

import (
	"strconv"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// blockTypes are the blocks of an extended report: IANA, "RTCP XR Block Type". 1 to 7 are of
// RFC 3611 and taken apart.
var blockTypes = field.Enum{{V: 1, S: "losses"}, {V: 2, S: "copies"}, {V: 3, S: "times of arrival"}, {V: 4, S: "receiver's time"}, {V: 5, S: "delay since receiver's time"},
	{V: 6, S: "statistics"}, {V: 7, S: "voice quality"}, {V: 10, S: "losses after repair"}, {V: 11, S: "multicast acquisition"}, {V: 12, S: "synchronisation of receivers"},
	{V: 13, S: "ECN summary"}, {V: 14, S: "measurement interval"}, {V: 15, S: "delay variation"}, {V: 16, S: "delay"}, {V: 17, S: "summary of bursts lost"}, {V: 18, S: "summary of bursts discarded"},
	{V: 19, S: "impaired frames"}, {V: 20, S: "bursts lost"}, {V: 21, S: "bursts discarded"}, {V: 22, S: "MPEG2 transport quality"}, {V: 23, S: "jitter buffer"}, {V: 24, S: "packets discarded"},
	{V: 25, S: "list of packets discarded"}, {V: 26, S: "bytes discarded"}, {V: 27, S: "initial delay of synchronisation"}, {V: 28, S: "offset of synchronisation"}, {V: 29, S: "mean opinion score"},
	{V: 30, S: "concealment of losses"}, {V: 31, S: "concealed seconds"}, {V: 32, S: "MPEG2 programme quality"}, {V: 33, S: "count of losses after repair"}, {V: 34, S: "concealment in video"},
	{V: 35, S: "bursts discarded, independently"}}

// extendedReport reads blocks of more detailed statistics:
//
//	+---------------+---------------+-------------------------------+
//	|  Block type   |  Of the type  |     Length in 32-bit words    |
//	+---------------+---------------+-------------------------------+
//
// RFC 3611 §3.
func extendedReport(d *dissect.D, _ int) {
	d.U32(&specSender)
	many(d, &specBlock, func(d *dissect.D) {
		t := d.U8(&specBlockType)
		if !d.OK() {
			return
		}
		d.Head(field.Text(blockTypes.Text(uint64(t))))
		switch t {
		case 1, 2, 3:
			d.Byte(&specBlockFlags, func(b dissect.Bits) {
				b.Mask(&specBlockReserved, 0xF0)
				b.Mask(&specThinning, 0x0F)
			})
		case 6:
			d.Byte(&specBlockFlags, func(b dissect.Bits) {
				b.Mask(&specStatLost, 0x80)
				b.Mask(&specStatCopies, 0x40)
				b.Mask(&specStatJitter, 0x20)
				b.Mask(&specStatHops, 0x18)
				b.Mask(&specBlockReserved, 0x07)
			})
		default:
			d.U8(&specBlockSpecific)
		}
		n := 4 * int(d.U16(&specBlockLen))
		if !d.OK() {
			return
		}
		d.Within(claim(d, n), func(d *dissect.D) { block(d, t) })
	})
}

func block(d *dissect.D, t uint8) {
	switch t {
	case 1, 2, 3:
		d.U32(&specReportSSRC)
		d.U16(&specBlockBegin)
		d.U16(&specBlockEnd)
		for d.OK() && d.Left() >= 4 && t == 3 {
			d.U32(&specArrival)
		}
		for d.OK() && d.Left() >= 2 && t != 3 {
			d.Word(&specRun, 2, false, runOf)
		}
	case 4:
		ntp(d, &specReceiverTime)
	case 5:
		many(d, &specDelay, func(d *dissect.D) {
			d.U32(&specReportSSRC)
			d.U32(&specLRR)
			if v := d.U32(&specDLRR); d.OK() {
				d.Set(field.Dur(short(v)))
			}
		})
	case 6:
		d.U32(&specReportSSRC)
		d.U16(&specBlockBegin)
		d.U16(&specBlockEnd)
		for _, s := range statistics {
			d.U32(s)
		}
		for _, s := range hops {
			d.U8(s)
		}
	case 7:
		voiceQuality(d)
	}
	if d.OK() && d.Left() > 0 {
		d.Rest(&specBlockData)
	}
}

// runOf reads a chunk of a list of events: a run of equal bits, or fifteen of them. (RFC 3611 §4.1.1)
func runOf(b dissect.Bits) {
	if b.Mask(&specRunVector, 0x8000) != 0 {
		b.Mask(&specRunBits, 0x7FFF)
		return
	}
	b.Mask(&specRunValue, 0x4000)
	if b.Mask(&specRunLength, 0x3FFF) == 0 {
		b.Note("ends the list")
	}
}

// voiceQuality reads the block by which telephones tell how a call sounds. (RFC 3611 §4.7)
func voiceQuality(d *dissect.D) {
	d.U32(&specReportSSRC)
	for _, s := range []*field.Spec{&specVoiceLoss, &specVoiceDiscard, &specVoiceBurst, &specVoiceGap} {
		if v := d.U8(s); d.OK() {
			d.Note("%s", percent(v))
		}
	}
	d.U16(&specVoiceBurstTime)
	d.U16(&specVoiceGapTime)
	d.U16(&specVoiceRound)
	d.U16(&specVoiceEnd)
	for _, s := range []*field.Spec{&specVoiceSignal, &specVoiceNoise} {
		if v := d.U8(s); d.OK() {
			if v == 127 {
				d.Note("not known")
			} else {
				d.Set(field.Int(int64(int8(v))))
			}
		}
	}
	unknown := func(v uint8) {
		if v == 127 && d.OK() {
			d.Note("not known")
		}
	}
	unknown(d.U8(&specVoiceEcho))
	d.U8(&specVoiceGmin)
	unknown(d.U8(&specVoiceR))
	unknown(d.U8(&specVoiceExtR))
	for _, s := range []*field.Spec{&specVoiceMOSLQ, &specVoiceMOSCQ} {
		v := d.U8(s)
		if unknown(v); v != 127 && d.OK() {
			d.Note("%s", strconv.Itoa(int(v)/10)+"."+strconv.Itoa(int(v)%10))
		}
	}
	d.Byte(&specVoiceConfig, func(b dissect.Bits) {
		b.Mask(&specVoicePLC, 0xC0)
		b.Mask(&specVoiceAdaptive, 0x30)
		b.Mask(&specVoiceRate, 0x0F)
	})
	d.U8(&specVoiceReserved)
	d.U16(&specVoiceNominal)
	d.U16(&specVoiceMaximum)
	d.U16(&specVoiceAbsolute)
}

func citeXR(where string) []field.Cite { return []field.Cite{{Key: "rfc3611", Where: where}} }

func xrSpec(name, label, where, unit, doc string) field.Spec {
	return field.Spec{Name: "rtcp.xr." + name, Label: label, Unit: unit, Doc: doc, Cite: citeXR(where)}
}

func xrHex(name, label, where, doc string, show field.Show) field.Spec {
	return field.Spec{Name: "rtcp.xr." + name, Label: label, Show: show, Doc: doc, Cite: citeXR(where)}
}

var (
	specXR = field.Spec{
		Name: "rtcp.xr", Label: "Extended report", Cite: citeXR("§2"),
		Doc: "More about what arrived than a receiver report says.",
	}
	specBlock         = xrSpec("block", "Block", "§3", "", "One kind of statistics.")
	specBlockType     = field.Spec{Name: "rtcp.xr.type", Label: "Block type", Enum: blockTypes, Doc: "What the block tells.", Cite: []field.Cite{{Key: "iana"}, {Key: "rfc3611", Where: "§4"}}}
	specBlockSpecific = xrHex("specific", "Of the type", "§3", "Bits whose meaning the type of the block decides.", field.Hex)
	specBlockFlags    = xrHex("flags", "Flags", "§3", "Bits whose meaning the type of the block decides.", field.Hex)
	specBlockReserved = xrHex("reserved", "Reserved", "§4.1", "Sent as zero.", field.Bin)
	specBlockLen      = xrSpec("length", "Length", "§3", "words", "How many words of 4 bytes follow.")
	specBlockData     = xrHex("data", "Data", "§3", "The rest of a block, or one that is not taken apart here.", field.Raw)
	specThinning      = xrSpec("thinning", "Thinning", "§4.1", "", "Only every packet whose number is a multiple of 2 to this power is told of.")
	specBlockBegin    = xrSpec("begin", "From", "§4.1", "", "The first sequence number that is told of.")
	specBlockEnd      = xrSpec("end", "Up to", "§4.1", "", "The sequence number after the last one that is told of.")
	specArrival       = xrSpec("arrival", "Time of arrival", "§4.3", "ticks", "When a packet arrived, in ticks of the stream's timestamps.")
	specRun           = xrHex("run", "Chunk", "§4.1.1", "Some packets of the list, 1 for what arrived (or came once) and 0 for what did not (or came again).", field.Hex)
	specRunVector     = xrHex("run.list", "List", "§4.1.1", "Fifteen bits follow, not a run of equal ones.", field.Flag)
	specRunBits       = xrHex("run.bits", "Bits", "§4.1.1", "One bit a packet.", field.Bin)
	specRunValue      = xrHex("run.value", "Bit", "§4.1.1", "The bit that all packets of the run share.", field.Flag)
	specRunLength     = xrSpec("run.length", "Run length", "§4.1.1", "packets", "How many packets share the bit; 0 ends the list.")
	specReceiverTime  = xrHex("time", "Receiver's time (NTP)", "§4.4", "When the block was sent, by the clock of one that only receives.", field.Instant)
	specDelay         = xrSpec("delay", "Delay", "§4.5", "", "The answer to a receiver's time, by which it learns the round-trip time.")
	specLRR           = xrHex("delay.lrr", "Last receiver's time", "§4.5", "The middle 32 bits of the receiver's time that arrived last.", field.Hex)
	specDLRR          = xrHex("delay.dlrr", "Delay since then", "§4.5", "How long ago it arrived, sent in units of 1/65536 s.", field.Span)

	specStatLost   = xrHex("stat.haslost", "Losses told", "§4.6", "The counts of lost packets and copies mean something: losses.", field.Flag)
	specStatCopies = xrHex("stat.hascopies", "Copies told", "§4.6", "The count of copies means something.", field.Flag)
	specStatJitter = xrHex("stat.hasjitter", "Jitter told", "§4.6", "The figures of jitter mean something.", field.Flag)
	specStatHops   = field.Spec{Name: "rtcp.xr.stat.hashops", Label: "Hops told", Enum: field.Enum{{V: 0, S: "none"}, {V: 1, S: "IPv4 time to live"}, {V: 2, S: "IPv6 hop limit"}},
		Doc: "Whether the figures of hops mean something.", Cite: citeXR("§4.6")}

	specVoiceLoss      = xrSpec("voice.loss", "Loss rate", "§4.7.1", "", "Which part of the packets was lost since the call began, in parts of 256.")
	specVoiceDiscard   = xrSpec("voice.discard", "Discard rate", "§4.7.1", "", "Which part of the packets came too late or too early to be played, in parts of 256.")
	specVoiceBurst     = xrSpec("voice.burst", "Burst density", "§4.7.2", "", "Which part of the packets was lost or discarded within bursts of losses, in parts of 256.")
	specVoiceGap       = xrSpec("voice.gap", "Gap density", "§4.7.2", "", "Which part of the packets was lost or discarded between such bursts, in parts of 256.")
	specVoiceBurstTime = xrSpec("voice.bursttime", "Burst duration", "§4.7.2", "ms", "How long a burst lasts on average.")
	specVoiceGapTime   = xrSpec("voice.gaptime", "Gap duration", "§4.7.2", "ms", "How long it is between bursts on average.")
	specVoiceRound     = xrSpec("voice.roundtrip", "Round-trip delay", "§4.7.3", "ms", "How long a packet takes there and back.")
	specVoiceEnd       = xrSpec("voice.endsystem", "End system delay", "§4.7.3", "ms", "How long sound stays in this telephone.")
	specVoiceSignal    = xrSpec("voice.signal", "Signal level", "§4.7.4", "dBm0", "How loud speech is.")
	specVoiceNoise     = xrSpec("voice.noise", "Noise level", "§4.7.4", "dBm0", "How loud silence is.")
	specVoiceEcho      = xrSpec("voice.echo", "Residual echo return loss", "§4.7.4", "dB", "By how much the echo is weaker than the sound.")
	specVoiceGmin      = xrSpec("voice.gmin", "Gap threshold", "§4.7.6", "packets", "How many packets in a row must arrive to end a burst.")
	specVoiceR         = xrSpec("voice.r", "R factor", "§4.7.5", "", "The quality of the call from 0 to 100.")
	specVoiceExtR      = xrSpec("voice.rext", "External R factor", "§4.7.5", "", "The quality of the part of the call beyond this network, from 0 to 100.")
	specVoiceMOSLQ     = xrSpec("voice.moslq", "Listening quality", "§4.7.5", "", "An estimate of what listeners would say, from 10 (bad) to 50 (excellent).")
	specVoiceMOSCQ     = xrSpec("voice.moscq", "Conversational quality", "§4.7.5", "", "An estimate of what talkers would say, delay included, from 10 (bad) to 50 (excellent).")
	specVoiceConfig    = xrHex("voice.config", "Receiver configuration", "§4.7.6", "What the receiver does about losses and jitter.", field.Bin)
	specVoicePLC       = field.Spec{Name: "rtcp.xr.voice.plc", Label: "Concealment of losses", Enum: field.Enum{{V: 0, S: "unspecified"}, {V: 1, S: "silence"}, {V: 2, S: "enhanced"}, {V: 3, S: "standard"}},
		Doc: "What is played in place of a lost packet.", Cite: citeXR("§4.7.6")}
	specVoiceAdaptive = field.Spec{Name: "rtcp.xr.voice.adaptive", Label: "Jitter buffer", Enum: field.Enum{{V: 0, S: "unknown"}, {V: 1, S: "reserved"}, {V: 2, S: "not adaptive"}, {V: 3, S: "adaptive"}},
		Doc: "Whether the buffer changes its length.", Cite: citeXR("§4.7.6")}
	specVoiceRate     = xrSpec("voice.rate", "Jitter buffer rate", "§4.7.6", "", "How fast the buffer adapts.")
	specVoiceReserved = xrHex("voice.reserved", "Reserved", "§4.7.6", "Sent as zero.", field.Hex)
	specVoiceNominal  = xrSpec("voice.nominal", "Jitter buffer, nominal", "§4.7.7", "ms", "How long a packet that comes in time waits.")
	specVoiceMaximum  = xrSpec("voice.maximum", "Jitter buffer, maximum", "§4.7.7", "ms", "How long the earliest packet that is not discarded waits.")
	specVoiceAbsolute = xrSpec("voice.absolute", "Jitter buffer, absolute maximum", "§4.7.7", "ms", "How long the buffer can become.")
)

// statistics are the counts of a statistics block, in their order, and hops those of the times to live.
var statistics = []*field.Spec{
	xrPointer("stat.lost", "Lost packets", "", "How many packets were lost."),
	xrPointer("stat.copies", "Copies", "", "How many packets came more than once."),
	xrPointer("stat.minjitter", "Jitter, least", "ticks", "The least difference between two transit times."),
	xrPointer("stat.maxjitter", "Jitter, largest", "ticks", "The largest difference between two transit times."),
	xrPointer("stat.meanjitter", "Jitter, mean", "ticks", "The mean difference between two transit times."),
	xrPointer("stat.devjitter", "Jitter, deviation", "ticks", "The standard deviation of that difference."),
}

var hops = []*field.Spec{
	xrPointer("stat.minhops", "Time to live, least", "", "The least time to live, or hop limit, of the packets."),
	xrPointer("stat.maxhops", "Time to live, largest", "", "The largest of them."),
	xrPointer("stat.meanhops", "Time to live, mean", "", "Their mean."),
	xrPointer("stat.devhops", "Time to live, deviation", "", "Their standard deviation."),
}

func xrPointer(name, label, unit, doc string) *field.Spec {
	s := xrSpec(name, label, "§4.6", unit, doc)
	return &s
}

var extendedSpecs = append(append([]*field.Spec{
	&specXR, &specBlock, &specBlockType, &specBlockSpecific, &specBlockFlags, &specBlockReserved, &specBlockLen, &specBlockData, &specThinning,
	&specBlockBegin, &specBlockEnd, &specArrival, &specRun, &specRunVector, &specRunBits, &specRunValue, &specRunLength, &specReceiverTime,
	&specDelay, &specLRR, &specDLRR, &specStatLost, &specStatCopies, &specStatJitter, &specStatHops, &specVoiceLoss, &specVoiceDiscard,
	&specVoiceBurst, &specVoiceGap, &specVoiceBurstTime, &specVoiceGapTime, &specVoiceRound, &specVoiceEnd, &specVoiceSignal, &specVoiceNoise,
	&specVoiceEcho, &specVoiceGmin, &specVoiceR, &specVoiceExtR, &specVoiceMOSLQ, &specVoiceMOSCQ, &specVoiceConfig, &specVoicePLC,
	&specVoiceAdaptive, &specVoiceRate, &specVoiceReserved, &specVoiceNominal, &specVoiceMaximum, &specVoiceAbsolute,
}, statistics...), hops...)
