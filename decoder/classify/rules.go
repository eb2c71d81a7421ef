package classify

import "somscope/decoder/field"

// Rules is every reason we know, for and against, strongest first. A new one is an entry here
// and two functions in favour.go or against.go.
var Rules = []*Rule{
	// For.
	{
		Name: "command-crc", Label: "Content proven by its checksum", Weight: 10,
		Doc:   "The checksum in the clear is exactly that of a known short command with this message's own number in it, which only Skype would write there.",
		Cites: []field.Cite{{Key: "somscope"}, {Key: "cap"}},
		Test:  commandCRC, Tell: tellCommandCRC,
	},
	{
		Name: "nack-resend-pair", Label: "NAck and resend agree", Weight: 10,
		Doc:   "A NAck gives out a token and the other side sends its message again with the same id and that token.",
		Cites: []field.Cite{{Key: "ep", Where: "§5.1"}, {Key: "bd", Where: "slides 57-59"}, {Key: "cap", Where: "frames 214-219"}},
		Test:  nackResend, Tell: tellNAckResend,
	},
	{
		Name: "public-ip-consensus", Label: "Several peers report the same address", Weight: 9,
		Doc:   "Acks and NAcks from different peers tell this client the same public address, at the place where Skype puts it.",
		Cites: []field.Cite{{Key: "somscope"}, {Key: "cap"}},
		Test:  consensus, Tell: tellConsensus,
	},
	{
		Name: "retransmission-law", Label: "Sent again the way Skype does", Weight: 9,
		Doc:   "A Command comes again after some two and four seconds with the same id and the same checksum of its plaintext, but another IV and other ciphertext.",
		Cites: []field.Cite{{Key: "somscope"}, {Key: "cap"}, {Key: "ndpi"}},
		Test:  retransmission, Tell: tellRetransmission,
	},
	{
		Name: "own-address-told", Label: "The reported address is the right one", Weight: 9,
		Doc:   "An Ack or NAck reports exactly the address it is sent to, at the place where Skype puts it.",
		Cites: []field.Cite{{Key: "bd", Where: "slides 74-75"}, {Key: "cap", Where: "frames 562 and 775"}},
		Test:  ownAddress, Tell: tellOwnAddress,
	},
	{
		Name: "resend-fits", Label: "Resend names its peer", Weight: 8,
		Doc:   "A resend carries the address it is sent to, or the id and checksum of the message it repeats.",
		Cites: []field.Cite{{Key: "ep", Where: "§5.1"}, {Key: "cap", Where: "frame 216"}},
		Test:  resendFits, Tell: tellResendFits,
	},
	{
		Name: "fragments-in-order", Label: "Fragments in order", Weight: 9,
		Doc:   "Fragments of one answer follow each other with one id, one id of the question, and an index that counts up.",
		Cites: []field.Cite{{Key: "cap", Where: "frames 1287-1350"}, {Key: "openskype"}},
		Test:  fragments, Tell: tellFragments,
	},
	{
		Name: "data-frames", Label: "Frames of a call or a transfer", Weight: 8,
		Doc:   "Datagram after datagram has function d with random bits that really are random, as voice, video and files have.",
		Cites: []field.Cite{{Key: "bon", Where: "§3.2.2 and §4.3"}, {Key: "tstat"}},
		Test:  dataFrames, Tell: tellDataFrames,
	},
	{
		Name: "function-bytes", Label: "Function bytes of this flow", Weight: 8,
		Doc:   "The datagrams of the flow have the layouts of Skype far more often than chance would give.",
		Cites: []field.Cite{{Key: "bon", Where: "§4.3"}, {Key: "wireshark"}, {Key: "l7"}},
		Test:  functionBytes, Tell: tellFunctionBytes,
	},
	{
		Name: "function-bytes-port", Label: "Function bytes of this port", Weight: 8,
		Doc:   "A port belongs to one program, and on this one nearly every flow has the layouts of Skype.",
		Cites: []field.Cite{{Key: "bon", Where: "§4.3.2"}, {Key: "somscope"}},
		Test:  portBytes, Tell: tellPortBytes,
	},
	{
		Name: "ids-step-two", Label: "Message ids go up by two", Weight: 8,
		Doc:   "The ids of the Commands sent from this port grow by exactly two from one to the next, whoever they go to.",
		Cites: []field.Cite{{Key: "ep", Where: "§5.1"}, {Key: "cap"}},
		Test:  stepTwo, Tell: tellStepTwo,
	},
	{
		Name: "ack-repeats-id", Label: "Answer repeats the question's id", Weight: 7,
		Doc:   "An Ack or NAck of 11 bytes repeats the id of a Command that went the other way.",
		Cites: []field.Cite{{Key: "bd", Where: "slides 57-59"}, {Key: "ep", Where: "§5.1"}, {Key: "cap"}},
		Test:  ackID, Tell: tellAckID,
	},
	{
		Name: "port-shared", Label: "Same port as a certain flow", Weight: 6,
		Doc:   "Another flow of the same port is certainly Skype, and all datagrams of this one fit.",
		Cites: []field.Cite{{Key: "somscope"}},
		Test:  portShared, Tell: tellPortShared,
	},
	{
		Name: "probe-sizes", Label: "Question and answer of a probe", Weight: 4,
		Doc:   "A Command is answered within ten seconds by a Command of 18, 26, 51 or 53 bytes, as supernodes answer a probe.",
		Cites: []field.Cite{{Key: "ada", Where: "§3.1"}, {Key: "ep", Where: "§6"}, {Key: "cap"}},
		Test:  probe, Tell: tellProbe,
	},
	{
		Name: "first-size-18", Label: "Begins with 18 bytes", Weight: 2,
		Doc:   "The first Command has 18 bytes, the size of an empty request: a probe or a ping.",
		Cites: []field.Cite{{Key: "ep", Where: "§6"}, {Key: "bs04"}, {Key: "cap"}},
		Test:  first18, Tell: tellFirst18,
	},
	{
		Name: "known-address", Label: "Known address", Weight: 1,
		Doc:   "One end is a server that Skype ran itself or a supernode built into the program; addresses change hands, so this is a hint only.",
		Cites: []field.Cite{{Key: "bs04", Where: "§4.2.3"}, {Key: "ep", Where: "§5.2.3"}},
		Test:  knownAddress, Tell: tellKnownAddress,
	},
	{
		Name: "known-port", Label: "Known port", Weight: 1,
		Doc:   "One end uses port 33033 (supernodes and login) or 12350 (event servers); anybody can use a port, so this is a hint only.",
		Cites: []field.Cite{{Key: "bs04"}, {Key: "ep"}, {Key: "et"}},
		Test:  knownPort, Tell: tellKnownPort,
	},

	// Against.
	{
		Name: "rtp", Label: "RTP stream", Weight: -10,
		Doc:   "Version, payload type and source stay the same and the sequence number counts up, so this is RTP; the byte that would be Skype's function is half of that number.",
		Cites: []field.Cite{{Key: "somscope"}, {Key: "rfc3550", Where: "§5.1"}},
		Test:  rtp, Tell: tellRTP,
	},
	{
		Name: "other-protocol", Label: "Another protocol", Weight: -10,
		Doc:   "The first bytes fit another protocol's header exactly, such as STUN, DNS, DTLS, QUIC, SNMP or KNX.",
		Cites: []field.Cite{{Key: "somscope"}},
		Test:  foreign, Tell: tellForeign,
	},
	{
		Name: "layout-misfit", Label: "Datagrams that fit no layout", Weight: -8,
		Doc:   "All datagrams of Skype fit a known layout, and many of these do not.",
		Cites: []field.Cite{{Key: "cap"}, {Key: "somscope"}},
		Test:  misfit, Tell: tellMisfit,
	},
	{
		Name: "group-address", Label: "Sent to a group", Weight: -8,
		Doc:   "Skype spoke from one client to another; this goes to a multicast or broadcast address.",
		Cites: []field.Cite{{Key: "ndpi"}, {Key: "somscope"}},
		Test:  group, Tell: tellGroup,
	},
	{
		Name: "ipv6", Label: "IPv6", Weight: -8,
		Doc:   "The layouts of these years carry addresses of four bytes; no source saw Skype on IPv6.",
		Cites: []field.Cite{{Key: "somscope"}},
		Test:  ipv6, Tell: tellIPv6,
	},
	{
		Name: "constant-id", Label: "Message id never changes", Weight: -6,
		Doc:   "Skype numbers its messages; here the first two bytes stay the same.",
		Cites: []field.Cite{{Key: "cap"}, {Key: "somscope"}},
		Test:  constantID, Tell: tellConstantID,
	},
	{
		Name: "repeating-bytes", Label: "Bytes that should be random repeat", Weight: -6,
		Doc:   "IV and ciphertext look like dice; here the same values stand in the same places again and again.",
		Cites: []field.Cite{{Key: "bon", Where: "§4.1"}, {Key: "somscope"}},
		Test:  repeating, Tell: tellRepeating,
	},
	{
		Name: "legible", Label: "Text or zeros", Weight: -6,
		Doc:   "Where Skype has random bytes there is readable text, or mostly zeros.",
		Cites: []field.Cite{{Key: "somscope"}},
		Test:  readable, Tell: tellReadable,
	},
	{
		Name: "uniform-function", Label: "Function is evenly spread", Weight: -6,
		Doc:   "All sixteen values of the function occur about equally often, as in data that is random from its first byte.",
		Cites: []field.Cite{{Key: "bon", Where: "§4.1"}, {Key: "somscope"}},
		Test:  uniform, Tell: tellUniform,
	},
	{
		Name: "length-field", Label: "Bytes 2 and 3 hold the length", Weight: -8,
		Doc:   "The function byte is the upper half of a number that follows the datagram's length.",
		Cites: []field.Cite{{Key: "somscope"}},
		Test:  lengthField, Tell: tellLengthField,
	},
	{
		Name: "bit-7-set", Label: "The zero bit is set", Weight: -4,
		Doc:   "Bit 7 of the function byte is zero in every known datagram of Skype, and here it is not.",
		Cites: []field.Cite{{Key: "cap"}, {Key: "bd"}},
		Test:  bit7, Tell: tellBit7,
	},
	{
		Name: "fixed-random-bits", Label: "Random bits are not random", Weight: -4,
		Doc:   "Bits 6 to 4 of Data should take all eight values about equally often, and they do not.",
		Cites: []field.Cite{{Key: "bon", Where: "§3.2.2"}, {Key: "somscope"}},
		Test:  fixedBits, Tell: tellFixedBits,
	},
	{
		Name: "service-port", Label: "Port of another service", Weight: -4,
		Doc:   "One end uses a port that belongs to a well-known service; Skype chose ports above 1023 at random, or 80 and 443.",
		Cites: []field.Cite{{Key: "somscope"}},
		Test:  servicePort, Tell: tellServicePort,
	},
	{
		Name: "era", Label: "Later than 2014", Weight: -1,
		Doc:   "The capture is younger than the network of peers, though old clients went on for some years.",
		Cites: []field.Cite{{Key: "somscope"}},
		Test:  era, Tell: tellEra,
	},
}
