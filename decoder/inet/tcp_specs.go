package inet

import "somscope/decoder/field"

var (
	citeTCP    = []field.Cite{{Key: "rfc9293", Where: "§3.1"}}
	citeTCPOpt = []field.Cite{{Key: "rfc9293", Where: "§3.2"}}
	citeTCPECN = []field.Cite{{Key: "rfc3168", Where: "§6.1"}}
	citeWS     = []field.Cite{{Key: "rfc7323", Where: "§2.2"}}
	citeTS     = []field.Cite{{Key: "rfc7323", Where: "§3.2"}}
	citeSACK   = []field.Cite{{Key: "rfc2018", Where: "§3"}}
	citeMPTCP  = []field.Cite{{Key: "rfc8684", Where: "§3"}}
)

var specTCP = &field.Spec{
	Name: "tcp", Label: "TCP", Cite: citeTCP,
	Doc: "The Transmission Control Protocol carries a stream of bytes in both directions, complete and in order.",
}

var specTCPSrcPort = &field.Spec{
	Name: "tcp.srcport", Label: "Source port", Enum: tcpPorts, Cite: citeTCP,
	Doc: "The port of the program that sent the segment.",
}

var specTCPDstPort = &field.Spec{
	Name: "tcp.dstport", Label: "Destination port", Enum: tcpPorts, Cite: citeTCP,
	Doc: "The port of the program that is to get the segment.",
}

var specTCPSeq = &field.Spec{
	Name: "tcp.seq", Label: "Sequence number", Cite: citeTCP,
	Doc: "The number of the first byte of this segment within the stream, which begins at a random number.",
}

var specTCPAck = &field.Spec{
	Name: "tcp.ack", Label: "Acknowledgment number", Cite: citeTCP,
	Doc: "The number of the next byte the sender of this segment expects, if the ACK flag is set.",
}

var specTCPWord = &field.Spec{
	Name: "tcp.flags", Label: "Data offset and flags", Show: field.Hex, Cite: citeTCP,
	Doc: "The length of the header, and a flag each for what the segment does.",
}

var specTCPHdrLen = &field.Spec{
	Name: "tcp.hdr_len", Label: "Data offset", Unit: "× 4 bytes", Cite: citeTCP,
	Doc: "The length of the header in words of four bytes: 5 without options, 15 at most.",
}

var specTCPFlagRes = &field.Spec{
	Name: "tcp.flags.res", Label: "Reserved", Show: field.Bin, Cite: citeTCP,
	Doc: "Must be zero.",
}

// The flags from bit 8 down to bit 0 of the word.
var tcpFlagSpecs = [...]*field.Spec{specTCPFlagAE, specTCPFlagCWR, specTCPFlagECE, specTCPFlagURG, specTCPFlagACK, specTCPFlagPSH,
	specTCPFlagRST, specTCPFlagSYN, specTCPFlagFIN}

var specTCPFlagAE = &field.Spec{
	Name: "tcp.flags.ae", Label: "Accurate ECN (AE)", Show: field.Flag, Cite: []field.Cite{{Key: "rfc9768"}, {Key: "rfc3540"}},
	Doc: "Part of a finer count of congestion marks; the bit was the nonce sum (NS) before.",
}

var specTCPFlagCWR = &field.Spec{
	Name: "tcp.flags.cwr", Label: "Congestion window reduced (CWR)", Show: field.Flag, Cite: citeTCPECN,
	Doc: "The sender has slowed down because of a congestion mark.",
}

var specTCPFlagECE = &field.Spec{
	Name: "tcp.flags.ece", Label: "Congestion echo (ECE)", Show: field.Flag, Cite: citeTCPECN,
	Doc: "The sender has received a congestion mark; in a SYN, it can handle such marks.",
}

var specTCPFlagURG = &field.Spec{
	Name: "tcp.flags.urg", Label: "Urgent (URG)", Show: field.Flag, Cite: citeTCP,
	Doc: "The urgent pointer counts.",
}

var specTCPFlagACK = &field.Spec{
	Name: "tcp.flags.ack", Label: "Acknowledgment (ACK)", Show: field.Flag, Cite: citeTCP,
	Doc: "The acknowledgment number counts; set on all segments but the first.",
}

var specTCPFlagPSH = &field.Spec{
	Name: "tcp.flags.push", Label: "Push (PSH)", Show: field.Flag, Cite: citeTCP,
	Doc: "The receiver is to hand the data to its program without waiting for more.",
}

var specTCPFlagRST = &field.Spec{
	Name: "tcp.flags.reset", Label: "Reset (RST)", Show: field.Flag, Cite: citeTCP,
	Doc: "The connection is refused or broken off.",
}

var specTCPFlagSYN = &field.Spec{
	Name: "tcp.flags.syn", Label: "Synchronise (SYN)", Show: field.Flag, Cite: citeTCP,
	Doc: "Opens a connection: the sequence number is where the stream begins.",
}

var specTCPFlagFIN = &field.Spec{
	Name: "tcp.flags.fin", Label: "Finish (FIN)", Show: field.Flag, Cite: citeTCP,
	Doc: "The sender has no more to send.",
}

var specTCPWindow = &field.Spec{
	Name: "tcp.window_size", Label: "Window", Cite: citeTCP,
	Doc: "How many bytes the sender of this segment can take in, times the scale agreed upon at the start.",
}

var specTCPChecksum = &field.Spec{
	Name: "tcp.checksum", Label: "Checksum", Show: field.Hex, Cite: []field.Cite{{Key: "rfc9293", Where: "§3.1"}, {Key: "rfc1071", Where: "§1"}},
	Doc: "Covers addresses, header and data.",
}

var specTCPUrgent = &field.Spec{
	Name: "tcp.urgent_pointer", Label: "Urgent pointer", Cite: citeTCP,
	Doc: "Where urgent data ends, if the URG flag is set.",
}

var specTCPOptions = &field.Spec{
	Name: "tcp.options", Label: "Options", Cite: citeTCPOpt,
	Doc: "Extensions that the two ends agree upon or use.",
}

var specTCPOpt = &field.Spec{
	Name: "tcp.option", Label: "Option", Cite: citeTCPOpt,
	Doc: "One option: kind, length and value.",
}

var tcpOptions = field.Enum{{V: 0, S: "end of options"}, {V: 1, S: "no operation"}, {V: 2, S: "maximum segment size"}, {V: 3, S: "window scale"}, {V: 4, S: "SACK permitted"},
	{V: 5, S: "SACK"}, {V: 8, S: "timestamps"}, {V: 19, S: "MD5 signature"}, {V: 28, S: "user timeout"}, {V: 29, S: "authentication"}, {V: 30, S: "multipath TCP"}, {V: 34, S: "fast open"},
	{V: 69, S: "encryption negotiation"}, {V: 253, S: "experiment"}, {V: 254, S: "experiment"}}

var specTCPOptKind = &field.Spec{
	Name: "tcp.option_kind", Label: "Kind", Enum: tcpOptions, Cite: citeTCPOpt,
	Doc: "What the option is.",
}

var specTCPOptLen = &field.Spec{
	Name: "tcp.option_len", Label: "Length", Unit: "bytes", Cite: citeTCPOpt,
	Doc: "The length of the option with its kind and length.",
}

var specTCPOptPad = &field.Spec{
	Name: "tcp.options.padding", Label: "Padding", Show: field.Raw, Cite: citeTCPOpt,
	Doc: "Fills the header up to a multiple of four bytes.",
}

var specTCPOptMSS = &field.Spec{
	Name: "tcp.options.mss_val", Label: "Maximum segment size", Unit: "bytes", Cite: []field.Cite{{Key: "rfc9293", Where: "§3.7.1"}},
	Doc: "The largest piece of data that the sender of this segment wants to receive at once.",
}

var specTCPOptWScale = &field.Spec{
	Name: "tcp.options.wscale.shift", Label: "Shift", Cite: citeWS,
	Doc: "By how many bits all later windows of this side are to be shifted left.",
}

var specTCPOptSACKLeft = &field.Spec{
	Name: "tcp.options.sack_le", Label: "Left edge", Cite: citeSACK,
	Doc: "The first byte of a block that has arrived although something before it is missing.",
}

var specTCPOptSACKRight = &field.Spec{
	Name: "tcp.options.sack_re", Label: "Right edge", Cite: citeSACK,
	Doc: "The byte after the last one of that block.",
}

var specTCPOptTSVal = &field.Spec{
	Name: "tcp.options.timestamp.tsval", Label: "Timestamp", Cite: citeTS,
	Doc: "The sender's clock, in units of its own.",
}

var specTCPOptTSEcr = &field.Spec{
	Name: "tcp.options.timestamp.tsecr", Label: "Echoed timestamp", Cite: citeTS,
	Doc: "The clock of the other side, as last received: the difference is the round trip.",
}

var specTCPOptMD5 = &field.Spec{
	Name: "tcp.options.md5.digest", Label: "Digest", Show: field.Raw, Cite: []field.Cite{{Key: "rfc2385"}},
	Doc: "An MD5 over segment and shared secret, used between routers.",
}

var specTCPOptMPTCPFirst = &field.Spec{
	Name: "tcp.options.mptcp", Label: "Subtype and flags", Show: field.Hex, Cite: citeMPTCP,
	Doc: "What the multipath option does.",
}

var specTCPOptMPTCPSub = &field.Spec{
	Name: "tcp.options.mptcp.subtype", Label: "Subtype", Cite: citeMPTCP,
	Doc: "What the multipath option does.",
	Enum: field.Enum{{V: 0, S: "capable"}, {V: 1, S: "join"}, {V: 2, S: "data sequence"}, {V: 3, S: "add address"}, {V: 4, S: "remove address"}, {V: 5, S: "priority"}, {V: 6, S: "fail"}, {V: 7, S: "fast close"},
		{V: 8, S: "reset"}},
}

var specTCPOptMPTCPRest = &field.Spec{
	Name: "tcp.options.mptcp.rest", Label: "Version or flags", Cite: citeMPTCP,
	Doc: "A version or flags, depending on the subtype.",
}

var specTCPOptTFO = &field.Spec{
	Name: "tcp.options.tfo.cookie", Label: "Cookie", Show: field.Raw, Cite: []field.Cite{{Key: "rfc7413", Where: "§4.1.1"}},
	Doc: "Allows a client that the server knows to send data with its first segment.",
}

var specTCPOptData = &field.Spec{
	Name: "tcp.options.data", Label: "Value", Show: field.Raw, Cite: citeTCPOpt,
	Doc: "The value of an option that we do not take apart.",
}

var tcpSpecs = []*field.Spec{
	specTCP, specTCPSrcPort, specTCPDstPort, specTCPSeq, specTCPAck, specTCPWord, specTCPHdrLen, specTCPFlagRes, specTCPFlagAE, specTCPFlagCWR,
	specTCPFlagECE, specTCPFlagURG, specTCPFlagACK, specTCPFlagPSH, specTCPFlagRST, specTCPFlagSYN, specTCPFlagFIN, specTCPWindow,
	specTCPChecksum, specTCPUrgent, specTCPOptions, specTCPOpt, specTCPOptKind, specTCPOptLen, specTCPOptPad, specTCPOptMSS, specTCPOptWScale,
	specTCPOptSACKLeft, specTCPOptSACKRight, specTCPOptTSVal, specTCPOptTSEcr, specTCPOptMD5, specTCPOptMPTCPFirst, specTCPOptMPTCPSub,
	specTCPOptMPTCPRest, specTCPOptTFO, specTCPOptData,
}
