package rtp

import "somscope/decoder/field"

var (
	citeRTP    = []field.Cite{{Key: "rfc3550", Where: "§5.1"}}
	citeStatic = []field.Cite{{Key: "rfc3551", Where: "§6"}, {Key: "rfc3550", Where: "§5.1"}}
	citeExt    = []field.Cite{{Key: "rfc3550", Where: "§5.3.1"}}
	citeExt1   = []field.Cite{{Key: "rfc8285", Where: "§4.2"}}
	citeExt2   = []field.Cite{{Key: "rfc8285", Where: "§4.3"}}
	citeOurs   = []field.Cite{{Key: "somscope"}}
)

// staticTypes are the payload types that RFC 3551 §6 fixed, as SDP would name them.
var staticTypes = field.Enum{
	{V: 0, S: "PCMU"}, {V: 3, S: "GSM"}, {V: 4, S: "G723"}, {V: 5, S: "DVI4 8 kHz"}, {V: 6, S: "DVI4 16 kHz"}, {V: 7, S: "LPC"},
	{V: 8, S: "PCMA"}, {V: 9, S: "G722"}, {V: 10, S: "L16 stereo"}, {V: 11, S: "L16"}, {V: 12, S: "QCELP"}, {V: 13, S: "CN"},
	{V: 14, S: "MPA"}, {V: 15, S: "G728"}, {V: 16, S: "DVI4 11 kHz"}, {V: 17, S: "DVI4 22 kHz"}, {V: 18, S: "G729"},
	{V: 25, S: "CelB"}, {V: 26, S: "JPEG"}, {V: 28, S: "nv"}, {V: 31, S: "H261"}, {V: 32, S: "MPV"}, {V: 33, S: "MP2T"}, {V: 34, S: "H263"},
}

var specRTP = field.Spec{
	Name: "rtp", Label: "RTP", Cite: citeRTP, Term: "rtp",
	Doc: "A packet of voice or video with a number and a time, so that its receiver can put it in its place.",
}

var specFlags = field.Spec{
	Name: "rtp.flags", Label: "Version and flags", Show: field.Bin, Cite: citeRTP,
	Doc: "The version of RTP, and which optional parts the packet has.",
}

var specVersion = field.Spec{
	Name: "rtp.version", Label: "Version", Cite: citeRTP,
	Doc: "Always 2.",
}

var specPadded = field.Spec{
	Name: "rtp.padded", Label: "Padding", Show: field.Flag, Cite: citeRTP,
	Doc: "The packet ends with bytes that are no payload, the last of which says how many they are.",
}

var specExtended = field.Spec{
	Name: "rtp.extended", Label: "Extension", Show: field.Flag, Cite: citeRTP,
	Doc: "An extension follows the header.",
}

var specCSRCs = field.Spec{
	Name: "rtp.csrcs", Label: "CSRC count", Cite: citeRTP,
	Doc: "How many contributing sources are listed behind the header.",
}

var specKind = field.Spec{
	Name: "rtp.kind", Label: "Marker and payload type", Show: field.Hex, Cite: citeRTP,
	Doc: "One bit that marks a packet, and seven that say how to read its payload.",
}

var specMarker = field.Spec{
	Name: "rtp.marker", Label: "Marker", Show: field.Flag, Cite: []field.Cite{{Key: "rfc3551", Where: "§4.1"}, {Key: "rfc3550", Where: "§5.1"}},
	Doc: "Of voice it marks the first packet after a silence that was not sent; of video, the last packet of a picture.",
}

var specType = field.Spec{
	Name: "rtp.type", Label: "Payload type", Enum: staticTypes, Cite: citeStatic, Term: "payload-type",
	Doc: "Which codec made the payload: up to 34 the numbers are fixed, from 96 on the parties agree on them, mostly by SDP.",
}

var specCodec = field.Spec{
	Name: "rtp.codec", Label: "Codec", Show: field.Words, Trust: field.Inferred, Cite: citeOurs, Term: "codec",
	Doc: "The codec that this payload type stands for in this stream.",
}

var specSeq = field.Spec{
	Name: "rtp.seq", Label: "Sequence number", Cite: citeRTP,
	Doc: "Counts the packets of the stream from a random start, so that losses and changes of order are seen.",
}

var specTimestamp = field.Spec{
	Name: "rtp.timestamp", Label: "Timestamp", Cite: citeRTP,
	Doc: "When the first sample of the payload was taken, in ticks of the codec's clock from a random start.",
}

var specSSRC = field.Spec{
	Name: "rtp.ssrc", Label: "Synchronization source (SSRC)", Show: field.Hex, Cite: citeRTP, Term: "ssrc",
	Doc: "A random number that names the source of the stream.",
}

var specStream = field.Spec{
	Name: "rtp.stream", Label: "Stream", Show: field.StreamNo, Trust: field.Inferred, Cite: citeOurs,
	Doc: "The stream of this file that the packet belongs to.",
}

var specCSRC = field.Spec{
	Name: "rtp.csrc", Label: "Contributing source (CSRC)", Show: field.Hex, Cite: citeRTP,
	Doc: "A source whose sound a mixer put into this packet.",
}

var specVoice = field.Spec{
	Name: "rtp.voice", Label: "Payload", Cite: citeRTP,
	Doc: "What the codec made.",
}

var specPayload = field.Spec{
	Name: "rtp.payload", Label: "Payload", Show: field.Raw, Cite: citeRTP,
	Doc: "What the codec made; which one that was, or how it writes, is not known here.",
}

var specPadding = field.Spec{
	Name: "rtp.padding", Label: "Padding", Show: field.Raw, Cite: citeRTP,
	Doc: "Bytes to be ignored, such as fill the blocks of a cipher.",
}

var specPadCount = field.Spec{
	Name: "rtp.padding.count", Label: "Padding count", Unit: "bytes", Cite: citeRTP,
	Doc: "How many bytes of padding there are, this one among them.",
}

var rtpSpecs = []*field.Spec{
	&specRTP, &specFlags, &specVersion, &specPadded, &specExtended, &specCSRCs, &specKind, &specMarker, &specType, &specCodec, &specSeq,
	&specTimestamp, &specSSRC, &specStream, &specCSRC, &specVoice, &specPayload, &specPadding, &specPadCount,
}
