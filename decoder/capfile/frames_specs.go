package capfile

import "somscope/decoder/field"

// rf makes a Spec of a raw file of voice.
func rf(name, label string, show field.Show, key, where, doc string) *field.Spec {
	return &field.Spec{Name: name, Label: label, Show: show, Doc: doc, Cite: []field.Cite{{Key: key, Where: where}}}
}

// mine marks what we count or assume and no file says.
func mine(s *field.Spec) *field.Spec {
	return withTrust(s, field.Inferred, field.Cite{Key: "somscope"})
}

// tool marks what is known only from the programs that write such files.
func tool(s *field.Spec) *field.Spec {
	return withTrust(s, field.Measured, field.Cite{Key: "somscope"})
}

var (
	specFrameIndex = mine(rf("rawfile.number", "Frame number", field.Dec, "somscope", "", "The frames of the file are counted from 1; no byte tells this number."))
	specFrameTime  = mine(rf("rawfile.time", "Begins at", field.Span, "somscope", "", "The time from the start of the file, by the lengths of the frames before; no byte tells when they were sent."))

	specILBCFile = rf("ilbcfile", "iLBC file header", field.Raw, "rfc3952", "§4.1", "The first line of the file says how long its frames are; nothing else stands before them.")
	specILBCMark = rf("ilbcfile.magic", "Magic number", field.Words, "rfc3952", "§4.1", "The line #!iLBC20 announces frames of 38 bytes for 20 ms, #!iLBC30 such of 50 bytes for 30 ms.")

	specBareFile = mine(rf("bare", "Bare frames", field.Raw, "somscope", "", "The file has no header: what it holds is what the user says."))
	specBareAs   = mine(rf("bare.as", "Read as", field.Words, "somscope", "", "The codec that the user named, with what had to be assumed beside it."))
	specBare     = mine(rf("bare.frame", "Frame", field.Raw, "somscope", "", "Frames follow one another without anything between them, so that a frame is found by counting."))
	specBareData = mine(rf("bare.data", "Frame bytes", field.Raw, "somscope", "", "These are the bytes of the frame itself."))
	specBareRest = mine(rf("bare.rest", "Left over", field.Raw, "somscope", "", "These bytes at the end of the file are too few for a frame."))

	specSILKFile = tool(rf("silkfile", "SILK file header", field.Raw, "somscope", "", "The file begins with the mark of version 3 of the codec that Skype published."))
	specSILKLead = tool(rf("silkfile.lead", "Leading byte", field.Hex, "somscope", "", "Some programs write a byte 02 in front of the mark; what it means to them is not known."))
	specSILKMark = tool(rf("silkfile.magic", "Magic number", field.Words, "somscope", "", "The text #!SILK_V3 marks a file of SILK packets, each with its length in front."))
	specSILKRec  = tool(rf("silkfile.packet", "Packet", field.Raw, "somscope", "", "A packet of SILK with its length in front."))
	specSILKLen  = withUnit(tool(rf("silkfile.length", "Length", field.Dec, "somscope", "", "So many bytes of the packet follow; 65535 stands for the end of the file.")), "bytes")
	specSILKData = tool(rf("silkfile.data", "Packet bytes", field.Raw, "somscope", "", "These are the bytes of the packet itself."))
	specSILKOver = tool(rf("silkfile.rest", "Trailing bytes", field.Raw, "somscope", "", "These bytes follow the mark of the end, after which nothing should come."))

	specOggPages     = rf("ogg", "Ogg pages", field.Raw, "rfc3533", "§6", "Ogg files are made of pages, each with a header and up to 255 segments of packets.")
	specOggPage      = rf("ogg.page", "Ogg page", field.Raw, "rfc3533", "§6", "The header of a page says to which stream it belongs, what time it ends at, and how its bytes divide into packets.")
	specOggPacket    = rf("ogg.packet", "Packet", field.Raw, "rfc3533", "§5", "A packet is a run of segments, and the first that is shorter than 255 bytes ends it.")
	specOggMark      = rf("ogg.magic", "Capture pattern", field.Words, "rfc3533", "§6", "The text OggS begins every page, so that a reader that lost its way finds the next one.")
	specOggVersion   = rf("ogg.version", "Version", field.Dec, "rfc3533", "§6", "The version of the page format is 0.")
	specOggFlags     = rf("ogg.flags", "Header type", field.Hex, "rfc3533", "§6", "Three flags say where in its stream the page stands.")
	specOggReserved  = rf("ogg.reserved", "Reserved", field.Bin, "rfc3533", "§6", "These bits are not used and are zero.")
	specOggContinued = rf("ogg.continued", "Continued", field.Flag, "rfc3533", "§6", "The page begins with the rest of a packet from the page before.")
	specOggFirst     = rf("ogg.first", "First page", field.Flag, "rfc3533", "§6", "The page is the first of its stream.")
	specOggLast      = rf("ogg.last", "Last page", field.Flag, "rfc3533", "§6", "The page is the last of its stream.")
	specOggGranule   = rf("ogg.granule", "Granule position", field.Dec, "rfc7845", "§4", "The number of samples, at 48 kHz, up to the end of the last packet that ends in the page; the samples to be skipped count, too.")
	specOggSerial    = rf("ogg.serial", "Serial number", field.Hex, "rfc3533", "§6", "A number chosen at random tells the streams of a file apart.")
	specOggNumber    = rf("ogg.sequence", "Page number", field.Dec, "rfc3533", "§6", "The pages of a stream are numbered, so that a lost one is noticed.")
	specOggSum       = rf("ogg.checksum", "Checksum", field.Hex, "rfc3533", "§6", "A CRC-32 over the whole page, taken with these four bytes as zero.")
	specOggSegments  = rf("ogg.segments", "Segments", field.Dec, "rfc3533", "§6", "The number of entries of the table that follows.")
	specOggTable     = rf("ogg.table", "Segment table", field.Raw, "rfc3533", "§6", "One byte for the length of each segment of the page.")
	specOggSegment   = withUnit(rf("ogg.lacing", "Segment length", field.Dec, "rfc3533", "§5", "A segment of 255 bytes is followed by more of the same packet; a shorter one ends it."), "bytes")
	specOggData      = rf("ogg.data", "Packet bytes", field.Raw, "rfc3533", "§6", "These bytes are packets or parts of packets.")
	specOggJunk      = rf("ogg.lost", "Lost bytes", field.Raw, "rfc3533", "§6", "These bytes are no page, or part of a packet whose other parts are missing.")

	specOpusHead     = rf("opushead", "OpusHead", field.Raw, "rfc7845", "§5.1", "The first packet of an Opus stream says how the others are to be played.")
	specHeadMark     = rf("opushead.magic", "Magic signature", field.Words, "rfc7845", "§5.1", "The text OpusHead marks the packet.")
	specHeadVersion  = rf("opushead.version", "Version", field.Dec, "rfc7845", "§5.1", "The version is 1; readers take all up to 15 for compatible.")
	specHeadChannels = rf("opushead.channels", "Channels", field.Dec, "rfc7845", "§5.1", "The number of channels that come out when the stream is played.")
	specHeadSkip     = withUnit(rf("opushead.preskip", "Pre-skip", field.Dec, "rfc7845", "§5.1", "So many samples at 48 kHz are not played at the beginning, while the decoder finds its way."), "samples")
	specHeadRate     = withUnit(rf("opushead.rate", "Input sample rate", field.Dec, "rfc7845", "§5.1", "The rate of the sound before it was encoded, for information only: Opus always plays at 48 kHz."), "Hz")
	specHeadGain     = rf("opushead.gain", "Output gain", field.Dec, "rfc7845", "§5.1", "By how much the sound is to be made louder, in 256ths of a decibel.")
	specHeadFamily   = rf("opushead.family", "Mapping family", field.Dec, "rfc7845", "§5.1.1", "0 stands for one or two channels in one stream; other families describe more in the bytes that follow.")
	specHeadStreams  = rf("opushead.streams", "Streams", field.Dec, "rfc7845", "§5.1.1", "The number of Opus streams in each packet.")
	specHeadCoupled  = rf("opushead.coupled", "Coupled streams", field.Dec, "rfc7845", "§5.1.1", "The number of those streams that hold two channels.")
	specHeadMapping  = rf("opushead.mapping", "Channel mapping", field.Dec, "rfc7845", "§5.1.1", "Which decoded channel is played on this output; 255 means silence.")

	specOpusTags   = rf("opustags", "OpusTags", field.Raw, "rfc7845", "§5.2", "The second packet holds text about the stream.")
	specTagsMark   = rf("opustags.magic", "Magic signature", field.Words, "rfc7845", "§5.2", "The text OpusTags marks the packet.")
	specTagsLen    = withUnit(rf("opustags.length", "Length", field.Dec, "rfc7845", "§5.2", "The length of the text that follows."), "bytes")
	specTagsVendor = rf("opustags.vendor", "Vendor", field.Words, "rfc7845", "§5.2", "The name of the library that encoded the stream.")
	specTagsCount  = rf("opustags.count", "Remarks", field.Dec, "rfc7845", "§5.2", "The number of remarks that follow.")
	specTagsRemark = rf("opustags.remark", "Remark", field.Raw, "rfc7845", "§5.2", "A remark about the sound, as NAME=text.")
	specTagsText   = rf("opustags.text", "Text", field.Words, "rfc7845", "§5.2", "The remark itself.")
	specTagsRest   = rf("opustags.rest", "Further bytes", field.Raw, "rfc7845", "§5.2", "Padding, further remarks, or what a later version may mean.")
)

var frameSpecs = []*field.Spec{
	specFrameIndex, specFrameTime, specILBCFile, specILBCMark,
	specBareFile, specBareAs, specBare, specBareData, specBareRest,
	specSILKFile, specSILKLead, specSILKMark, specSILKRec, specSILKLen, specSILKData, specSILKOver,
	specOggPages, specOggPage, specOggPacket, specOggMark, specOggVersion, specOggFlags, specOggReserved, specOggContinued, specOggFirst, specOggLast,
	specOggGranule, specOggSerial, specOggNumber, specOggSum, specOggSegments, specOggTable, specOggSegment, specOggData, specOggJunk,
	specOpusHead, specHeadMark, specHeadVersion, specHeadChannels, specHeadSkip, specHeadRate, specHeadGain, specHeadFamily, specHeadStreams, specHeadCoupled, specHeadMapping,
	specOpusTags, specTagsMark, specTagsLen, specTagsVendor, specTagsCount, specTagsRemark, specTagsText, specTagsRest,
}
