package rtp

import "somscope/decoder/field"

var (
	citeRTCP   = []field.Cite{{Key: "rfc3550", Where: "§6.1"}}
	citeSR     = []field.Cite{{Key: "rfc3550", Where: "§6.4.1"}}
	citeRR     = []field.Cite{{Key: "rfc3550", Where: "§6.4.2"}}
	citeSDES   = []field.Cite{{Key: "rfc3550", Where: "§6.5"}}
	citeBYE    = []field.Cite{{Key: "rfc3550", Where: "§6.6"}}
	citeAPP    = []field.Cite{{Key: "rfc3550", Where: "§6.7"}}
	citeSecure = []field.Cite{{Key: "rfc3711", Where: "§3.4"}}
)

var specRTCP = field.Spec{
	Name: "rtcp", Label: "RTCP", Cite: citeRTCP, Term: "rtcp",
	Doc: "What the parties of an RTP session tell each other about it: who they are, what they sent, what arrived.",
}

var specSR = field.Spec{
	Name: "rtcp.sr", Label: "Sender report", Cite: citeSR,
	Doc: "What a party has sent so far, which time of day its timestamps stand for, and what arrived from the others.",
}

var specRR = field.Spec{
	Name: "rtcp.rr", Label: "Receiver report", Cite: citeRR,
	Doc: "What arrived at a party that sends nothing itself.",
}

var specSDES = field.Spec{
	Name: "rtcp.sdes", Label: "Source description", Cite: citeSDES,
	Doc: "Names of the parties.",
}

var specBYE = field.Spec{
	Name: "rtcp.bye", Label: "Goodbye", Cite: citeBYE,
	Doc: "Sources that end.",
}

var specAPP = field.Spec{
	Name: "rtcp.app", Label: "Application", Cite: citeAPP,
	Doc: "Something that one program invented.",
}

var specOther = field.Spec{
	Name: "rtcp.other", Label: "Other RTCP packet", Cite: []field.Cite{{Key: "iana"}},
	Doc: "A packet of a type that is not taken apart here.",
}

var specControlFlags = field.Spec{
	Name: "rtcp.flags", Label: "Version, padding and count", Show: field.Bin, Cite: citeSR,
	Doc: "The version of RTCP, whether padding follows, and five bits whose meaning the type decides.",
}

var specControlVersion = field.Spec{
	Name: "rtcp.version", Label: "Version", Cite: citeSR,
	Doc: "Always 2.",
}

var specControlPadded = field.Spec{
	Name: "rtcp.padded", Label: "Padding", Show: field.Flag, Cite: citeSR,
	Doc: "The packet ends with bytes to be ignored, the last of which says how many they are.",
}

var specReports = field.Spec{
	Name: "rtcp.reports", Label: "Report count", Cite: citeSR,
	Doc: "How many report blocks follow.",
}

var specSources = field.Spec{
	Name: "rtcp.sources", Label: "Source count", Cite: citeSDES,
	Doc: "How many sources this packet is about.",
}

var specSubtype = field.Spec{
	Name: "rtcp.subtype", Label: "Subtype", Cite: citeAPP,
	Doc: "A number that belongs to the packet's type.",
}

var specReserved = field.Spec{
	Name: "rtcp.reserved", Label: "Reserved", Cite: []field.Cite{{Key: "rfc3611", Where: "§2"}},
	Doc: "Sent as zero.",
}

var specControlType = field.Spec{
	Name: "rtcp.type", Label: "Packet type", Cite: []field.Cite{{Key: "iana"}, {Key: "rfc3550", Where: "§12.1"}},
	Enum: field.Enum{{V: 192, S: "picture request (FIR)"}, {V: 193, S: "negative acknowledgement (NACK)"}, {V: 194, S: "SMPTE time code"}, {V: 195, S: "jitter report (IJ)"},
		{V: ptSR, S: "sender report (SR)"}, {V: ptRR, S: "receiver report (RR)"}, {V: ptSDES, S: "source description (SDES)"}, {V: ptBYE, S: "goodbye (BYE)"}, {V: ptAPP, S: "application (APP)"},
		{V: ptRTPFB, S: "transport feedback (RTPFB)"}, {V: ptPSFB, S: "payload feedback (PSFB)"}, {V: ptXR, S: "extended report (XR)"}, {V: 208, S: "AVB packet"}, {V: 209, S: "receiver summary (RSI)"},
		{V: 210, S: "port mapping (TOKEN)"}, {V: 211, S: "IDMS settings"}, {V: 212, S: "group summary (RGRS)"}, {V: 213, S: "splicing notification (SNM)"}},
	Doc: "What the packet tells.",
}

var specControlLen = field.Spec{
	Name: "rtcp.length", Label: "Length", Unit: "words", Cite: citeSR,
	Doc: "The length of the packet in words of 4 bytes, less one.",
}

var specSender = field.Spec{
	Name: "rtcp.sender", Label: "Sender (SSRC)", Show: field.Hex, Cite: citeSR, Term: "ssrc",
	Doc: "The source that sends this packet.",
}

var specSource = field.Spec{
	Name: "rtcp.source", Label: "Source (SSRC)", Show: field.Hex, Cite: citeSDES, Term: "ssrc",
	Doc: "A source that this is about.",
}

var specNTP = field.Spec{
	Name: "rtcp.ntp", Label: "Time of day (NTP)", Show: field.Instant, Cite: citeSR,
	Doc: "When the report was sent, by the sender's clock.",
}

var specNTPSeconds = field.Spec{
	Name: "rtcp.ntp.seconds", Label: "Seconds", Unit: "s", Cite: []field.Cite{{Key: "rfc3550", Where: "§4"}},
	Doc: "Seconds since the beginning of 1900, UTC.",
}

var specNTPFraction = field.Spec{
	Name: "rtcp.ntp.fraction", Label: "Fraction", Show: field.Hex, Cite: []field.Cite{{Key: "rfc3550", Where: "§4"}},
	Doc: "The part of a second, in units of 1/2^32 s.",
}

var specSRTime = field.Spec{
	Name: "rtcp.sr.timestamp", Label: "RTP timestamp", Cite: citeSR,
	Doc: "The same moment in ticks of the stream's timestamps, by which voice and video are set to one clock.",
}

var specSRPackets = field.Spec{
	Name: "rtcp.sr.packets", Label: "Packets sent", Cite: citeSR,
	Doc: "How many RTP packets the source has sent so far.",
}

var specSRBytes = field.Spec{
	Name: "rtcp.sr.bytes", Label: "Payload sent", Unit: "bytes", Cite: citeSR,
	Doc: "How many bytes of payload the source has sent so far.",
}

var specReport = field.Spec{
	Name: "rtcp.report", Label: "Report block", Cite: citeSR,
	Doc: "What arrived from one source.",
}

var specReportSSRC = field.Spec{
	Name: "rtcp.report.ssrc", Label: "About (SSRC)", Show: field.Hex, Cite: citeSR, Term: "ssrc",
	Doc: "The source that the block is about.",
}

var specFraction = field.Spec{
	Name: "rtcp.report.fraction", Label: "Fraction lost", Cite: citeSR,
	Doc: "Which part of the packets was lost since the last report, in parts of 256.",
}

var specLost = field.Spec{
	Name: "rtcp.report.lost", Label: "Packets lost", Cite: citeSR,
	Doc: "How many packets were lost since the beginning; copies count against it, so that it may be negative.",
}

var specHighest = field.Spec{
	Name: "rtcp.report.highest", Label: "Highest sequence number", Cite: citeSR,
	Doc: "The highest sequence number that arrived, with the number of times it ran over.",
}

var specCycles = field.Spec{
	Name: "rtcp.report.cycles", Label: "Cycles", Cite: citeSR,
	Doc: "How often the sequence number began again at 0.",
}

var specHighestSeq = field.Spec{
	Name: "rtcp.report.seq", Label: "Sequence number", Cite: citeSR,
	Doc: "The highest sequence number in the last cycle.",
}

var specJitter = field.Spec{
	Name: "rtcp.report.jitter", Label: "Jitter", Unit: "ticks", Cite: []field.Cite{{Key: "rfc3550", Where: "§6.4.1 and A.8"}}, Term: "jitter",
	Doc: "How much the gaps between packets vary, smoothed over about 16 of them, in ticks of the stream's timestamps.",
}

var specLSR = field.Spec{
	Name: "rtcp.report.lsr", Label: "Last sender report", Show: field.Hex, Cite: citeSR,
	Doc: "The middle 32 bits of the time of day in the last sender report that arrived, or 0 when none has.",
}

var specDLSR = field.Spec{
	Name: "rtcp.report.dlsr", Label: "Delay since then", Show: field.Span, Cite: citeSR,
	Doc: "How long ago that sender report arrived, sent in units of 1/65536 s; with it the other side learns the round-trip time.",
}

var specProfileExt = field.Spec{
	Name: "rtcp.extension", Label: "Profile's extension", Show: field.Raw, Cite: []field.Cite{{Key: "rfc3550", Where: "§6.4.3"}},
	Doc: "Further information whose form a profile decides.",
}

var specChunk = field.Spec{
	Name: "rtcp.sdes.chunk", Label: "Chunk", Cite: citeSDES,
	Doc: "The description of one source.",
}

var specChunkEnd = field.Spec{
	Name: "rtcp.sdes.end", Label: "End", Show: field.Raw, Cite: citeSDES,
	Doc: "Zeros that end the list, up to a multiple of four bytes.",
}

var specItem = field.Spec{
	Name: "rtcp.sdes.item", Label: "Item", Cite: citeSDES,
	Doc: "One thing that is told about the source.",
}

const itemPRIV = 8

var itemTypes = field.Enum{{V: 1, S: "canonical name"}, {V: 2, S: "name"}, {V: 3, S: "e-mail"}, {V: 4, S: "telephone"}, {V: 5, S: "place"}, {V: 6, S: "tool"}, {V: 7, S: "note"},
	{V: itemPRIV, S: "private extension"}, {V: 9, S: "H.323 address"}, {V: 10, S: "application's id"}, {V: 11, S: "group's id"}, {V: 15, S: "media id"}}

var specItemType = field.Spec{
	Name: "rtcp.sdes.type", Label: "Type", Enum: itemTypes, Cite: []field.Cite{{Key: "rfc3550", Where: "§12.2"}, {Key: "iana"}},
	Doc: "What the item is.",
}

var specItemLen = field.Spec{
	Name: "rtcp.sdes.length", Label: "Length", Unit: "bytes", Cite: citeSDES,
	Doc: "The length of the text.",
}

// itemSpecs are the texts of a source description, by the types of their items.
var itemSpecs = [...]*field.Spec{
	1: sdesText("cname", "Canonical name", "§6.5.1", "A name that stays when the SSRC changes, mostly user@host.", true),
	2: sdesText("name", "Name", "§6.5.2", "The user's name as people write it.", true),
	3: sdesText("email", "E-mail", "§6.5.3", "The user's address for electronic mail.", true),
	4: sdesText("phone", "Telephone", "§6.5.4", "The user's telephone number.", true),
	5: sdesText("place", "Place", "§6.5.5", "Where the user is.", true),
	6: sdesText("tool", "Tool", "§6.5.6", "The program that made the stream.", false),
	7: sdesText("note", "Note", "§6.5.7", "What the user wants the others to know now.", true),
}

func sdesText(name, label, where, doc string, private bool) *field.Spec {
	return &field.Spec{Name: "rtcp.sdes." + name, Label: label, Show: field.Words, Doc: doc, Private: private, Cite: []field.Cite{{Key: "rfc3550", Where: where}}}
}

var specItemText = field.Spec{
	Name: "rtcp.sdes.text", Label: "Text", Show: field.Words, Private: true, Cite: citeSDES,
	Doc: "The text of an item of another type.",
}

var specPrefixLen = field.Spec{
	Name: "rtcp.sdes.prefix.length", Label: "Prefix length", Unit: "bytes", Cite: []field.Cite{{Key: "rfc3550", Where: "§6.5.8"}},
	Doc: "The length of the prefix.",
}

var specPrefix = field.Spec{
	Name: "rtcp.sdes.prefix", Label: "Prefix", Show: field.Words, Cite: []field.Cite{{Key: "rfc3550", Where: "§6.5.8"}},
	Doc: "A name for the kind of extension, chosen by who invented it.",
}

var specPrivate = field.Spec{
	Name: "rtcp.sdes.private", Label: "Value", Show: field.Words, Private: true, Cite: []field.Cite{{Key: "rfc3550", Where: "§6.5.8"}},
	Doc: "What the private extension says.",
}

var specReasonLen = field.Spec{
	Name: "rtcp.bye.length", Label: "Reason length", Unit: "bytes", Cite: citeBYE,
	Doc: "The length of the reason.",
}

var specReason = field.Spec{
	Name: "rtcp.bye.reason", Label: "Reason", Show: field.Words, Cite: citeBYE,
	Doc: "Why the source ends.",
}

var specControlFill = field.Spec{
	Name: "rtcp.fill", Label: "Filling", Show: field.Raw, Cite: citeBYE,
	Doc: "Zeros up to a multiple of four bytes.",
}

var specAPPName = field.Spec{
	Name: "rtcp.app.name", Label: "Name", Show: field.Words, Cite: citeAPP,
	Doc: "Four letters chosen by who invented the packet.",
}

var specAPPData = field.Spec{
	Name: "rtcp.app.data", Label: "Data", Show: field.Raw, Cite: citeAPP,
	Doc: "What the program says.",
}

var specControlData = field.Spec{
	Name: "rtcp.data", Label: "Data", Show: field.Raw, Cite: citeRTCP,
	Doc: "The body of a packet that is not taken apart here.",
}

var specControlPad = field.Spec{
	Name: "rtcp.padding", Label: "Padding", Show: field.Raw, Cite: citeSR,
	Doc: "Bytes to be ignored.",
}

var specControlPadCount = field.Spec{
	Name: "rtcp.padding.count", Label: "Padding count", Unit: "bytes", Cite: citeSR,
	Doc: "How many bytes of padding there are, this one among them.",
}

var specSecret = field.Spec{
	Name: "rtcp.secret", Label: "Encrypted reports", Show: field.Raw, Cite: citeSecure,
	Doc: "The rest of the packet is encrypted (SRTCP); without its key nothing of it can be read.",
}

var specSecureIndexWord = field.Spec{
	Name: "rtcp.secure", Label: "Flag and index", Show: field.Hex, Cite: citeSecure,
	Doc: "Whether the packet is encrypted, and its number.",
}

var specSecure = field.Spec{
	Name: "rtcp.secure.encrypted", Label: "Encrypted", Show: field.Flag, Cite: citeSecure,
	Doc: "Set when the reports are encrypted and not only signed.",
}

var specSecureIndex = field.Spec{
	Name: "rtcp.secure.index", Label: "Index", Cite: citeSecure,
	Doc: "Counts the encrypted RTCP packets of this sender, so that none can be played again.",
}

var specMKI = field.Spec{
	Name: "rtcp.secure.key", Label: "Key identifier (MKI)", Show: field.Raw, Trust: field.Inferred, Cite: citeSecure,
	Doc: "Which of several keys was used; its length is taken from what is left beside the tag.",
}

var specTag = field.Spec{
	Name: "rtcp.secure.tag", Label: "Authentication tag", Show: field.Raw, Cite: citeSecure,
	Doc: "Proves that the packet comes from who knows the key and was not changed.",
}

var rtcpSpecs = append([]*field.Spec{
	&specRTCP, &specSR, &specRR, &specSDES, &specBYE, &specAPP, &specOther, &specControlFlags, &specControlVersion, &specControlPadded,
	&specReports, &specSources, &specSubtype, &specReserved, &specControlType, &specControlLen, &specSender, &specSource, &specNTP,
	&specNTPSeconds, &specNTPFraction, &specSRTime, &specSRPackets, &specSRBytes, &specReport, &specReportSSRC, &specFraction, &specLost,
	&specHighest, &specCycles, &specHighestSeq, &specJitter, &specLSR, &specDLSR, &specProfileExt, &specChunk, &specChunkEnd, &specItem,
	&specItemType, &specItemLen, &specItemText, &specPrefixLen, &specPrefix, &specPrivate, &specReasonLen, &specReason, &specControlFill,
	&specAPPName, &specAPPData, &specControlData, &specControlPad, &specControlPadCount, &specSecret, &specSecureIndexWord, &specSecure,
	&specSecureIndex, &specMKI, &specTag,
}, itemSpecs[1:]...)
