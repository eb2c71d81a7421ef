package skype

import "somscope/decoder/field"

// TCPName is the filter word of Skype over TCP.
const TCPName = "skype.tcp"

var (
	citeBD   = field.Cite{Key: "bd", Where: "slides 48 and 72-73"}
	citeEP   = field.Cite{Key: "ep", Where: "§5.2"}
	citeEP4  = field.Cite{Key: "ep", Where: "§5.2.2"}
	citeADA  = field.Cite{Key: "ada", Where: "§2.3"}
	citeSOS  = field.Cite{Key: "sos"}
	citeCap  = field.Cite{Key: "cap"}
	citeOurs = field.Cite{Key: "somscope"}
	citeBS   = field.Cite{Key: "bs04", Where: "appendix"}
)

var specTCP = field.Spec{
	Name: TCPName, Label: "Skype over TCP",
	Doc:   "What a Skype client says over a TCP connection: to a supernode or another client, to a login or event server, or to the server that knows the latest version.",
	Trust: field.Measured,
	Cite:  []field.Cite{citeBD, {Key: "bon", Where: "§3.2.1"}, citeCap},
}

var specTCPKind = field.Spec{
	Name: "skype.tcp.kind", Label: "Kind of conversation",
	Doc: "What the whole conversation turned out to be.", Show: field.Words,
	Trust: field.Measured, Cite: []field.Cite{citeOurs, citeCap},
}

var specTCPWhy = field.Spec{
	Name: "skype.tcp.why", Label: "What shows it",
	Doc: "The bytes that tell what this conversation is.", Show: field.Words,
	Trust: field.Measured, Cite: []field.Cite{citeOurs, citeCap}, Term: "keystream-reuse",
}

var specTCPWhyWeak = field.Spec{
	Name: "skype.tcp.hint.why", Label: "What speaks for it",
	Doc: "Why this conversation may be Skype's, though no byte proves it.", Show: field.Words,
	Trust: field.Inferred, Cite: []field.Cite{citeOurs},
}

var specTCPDoubt = field.Spec{
	Name: "skype.tcp.doubt", Label: "Doubt",
	Doc: "What is not known about this conversation, or speaks against what is said.", Show: field.Words,
	Trust: field.Inferred, Cite: []field.Cite{citeOurs},
}

var specTCPAgain = field.Spec{
	Name: "skype.tcp.again", Label: "Repeated bytes",
	Doc: "Bytes that an earlier packet brought already: TCP sends again what was not acknowledged.", Show: field.Raw,
	Trust: field.Specified, Cite: []field.Cite{{Key: "rfc9293", Where: "§3.8.1"}}, Term: "retransmission",
}

var specTCPFirst = field.Spec{
	Name: "skype.tcp.again.packet", Label: "Came first in packet",
	Doc: "The packet that brought these bytes the first time.", Show: field.PacketNo,
	Trust: field.Measured, Cite: []field.Cite{citeOurs}, Term: "retransmission",
}

var specTCPGap = field.Spec{
	Name: "skype.tcp.gap", Label: "Missing before this", Unit: "bytes",
	Doc:   "Bytes of this direction that no packet of the capture brought, as the sequence numbers show.",
	Trust: field.Specified, Cite: []field.Cite{{Key: "rfc9293", Where: "§3.4"}},
}

var specTCPBeyond = field.Spec{
	Name: "skype.tcp.beyond", Label: "Further on",
	Doc: "Bytes of the conversation that are not part of its kept beginning.", Show: field.Raw, Trust: field.Unknown,
}

var specTCPRest = field.Spec{
	Name: "skype.tcp.rest", Label: "Not explained",
	Doc: "Bytes of the conversation that we cannot name.", Show: field.Raw, Trust: field.Unknown,
}

var specTCPObfuscated = field.Spec{
	Name: "skype.tcp.obfuscated", Label: "Obfuscated",
	Doc: "Messages XORed with a keystream of RC4, whose key cannot be made from the seed here.", Show: field.Raw,
	Trust: field.Measured, Cite: []field.Cite{citeBD, citeCap}, Term: "obfuscation",
}

var specTCPHint = field.Spec{
	Name: "skype.tcp.hint", Label: "By its size",
	Doc: "What a packet of this size was seen to be; other messages can have the same size.", Show: field.Words,
	Trust: field.Inferred, Cite: []field.Cite{{Key: "bs04", Where: "§4.6"}, {Key: "ada", Where: "§3.2"}, {Key: "ep", Where: "§5.2"}, citeCap},
}

var specTCPPart = field.Spec{
	Name: "skype.tcp.part", Label: "Part of a message",
	Doc: "These bytes belong to a message of which other packets bring the rest.", Show: field.Raw,
	Trust: field.Specified, Cite: []field.Cite{{Key: "rfc9293", Where: "§2.2"}},
}

var specTCPWhole = field.Spec{
	Name: "skype.tcp.whole", Label: "The whole message",
	Doc:   "The message put together from its packets.",
	Trust: field.Specified, Cite: []field.Cite{{Key: "rfc9293", Where: "§2.2"}},
}

var specHello = field.Spec{
	Name: "skype.tcp.hello", Label: "Seed and hello",
	Doc:   "The first 14 bytes of an obfuscated direction: four in clear, from which the keystream is made, and ten that are nearly the same each time.",
	Trust: field.Measured, Cite: []field.Cite{citeBD, {Key: "sch"}, citeSOS, citeCap}, Term: "hello",
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "bs04", Where: "§4.2"}, Says: "14 bytes each way, then 34 to 35 from the client and 146 to 148 from the supernode (0.97)"},
		{Cite: field.Cite{Key: "ep", Where: "§5.2"}, Says: "T1 of 14 bytes, T3 of 22 to 29; an answer of 339 bytes refuses, one above 57 keeps the connection (1.4)"},
		{Cite: field.Cite{Key: "ada", Where: "§2.2"}, Says: "T1 to T3 of any size, T4 of 27 bytes, T6 of 4 (3 to 4)"},
		{Cite: field.Cite{Key: "cap"}, Says: "14 bytes, 73 back (14 and padding), 25 (the first command), 587 back, 16; the 4 bytes are acks", Ours: true},
	},
}

var specTCPSeed = field.Spec{
	Name: "skype.tcp.seed", Label: "Seed",
	Doc: "Four random bytes in clear: all the key of the obfuscation depends on, with no address in it.", Show: field.Hex,
	Trust: field.Measured, Cite: []field.Cite{citeBD, {Key: "sch"}, {Key: "openskype"}, citeCap}, Term: "key-seed",
}

var specHelloBytes = field.Spec{
	Name: "skype.tcp.hello.bytes", Label: "Hello, obfuscated",
	Doc: "Ten bytes XORed with the first ten of the keystream.", Show: field.Raw,
	Trust: field.Measured, Cite: []field.Cite{citeBD, citeCap}, Term: "keystream-reuse",
}

var specHelloPlain = field.Spec{
	Name: "skype.tcp.hello.plain", Label: "Hello in clear",
	Doc:   "What the ten bytes say: most of it is the same in every hello, and the rest follows from what is behind it.",
	Trust: field.Measured, Cite: []field.Cite{citeBD, citeSOS, citeCap}, Term: "keystream-reuse",
}

var specHelloPlainWeak = field.Spec{
	Name: "skype.tcp.hello.assumed", Label: "Hello in clear, assumed",
	Doc:   "What the ten bytes say if this is a hello at all, which nothing on this side of the conversation shows.",
	Trust: field.Inferred, Cite: []field.Cite{citeBD, citeSOS}, Term: "keystream-reuse",
}

var specHelloNonce = field.Spec{
	Name: "skype.tcp.hello.nonce", Label: "Number or nonce",
	Doc: "Two bytes that differ; a 1.2 client always sends 1.", Show: field.Hex,
	Trust: field.Inferred, Cite: []field.Cite{citeSOS, citeCap},
	Readings: []field.Reading{
		{Cite: citeSOS, Says: "the number of the packet"},
		{Cite: field.Cite{Key: "bd", Where: "slide 48"}, Says: "00 01, always"},
		{Cite: citeCap, Says: "00 01 from a 1.2 client (4 of 4), anything from others: 01 4e, 80 4a, 01 5a, 80 1e", Ours: true},
	},
}

var specHelloOne = field.Spec{
	Name: "skype.tcp.hello.one", Label: "Always 1",
	Doc:   "The number 1 in every hello that was read.",
	Trust: field.Measured, Cite: []field.Cite{citeBD, citeSOS, citeCap},
}

var specHelloLast = field.Spec{
	Name: "skype.tcp.hello.last", Label: "1, 3 or 15",
	Doc:   "A number that differs from program to program; three values are known.",
	Trust: field.Inferred, Cite: []field.Cite{citeBD, citeSOS, citeCap, citeOurs},
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "bd", Where: "slide 48"}, Says: "1 from the side that connects, 3 from the side that accepts"},
		{Cite: citeSOS, Says: "1, 3 or 15 are accepted"},
		{Cite: citeOurs, Says: "a property of the program, not of who connects: a 1.2 client sends 1 also when it accepts, its peers of 2006 send 3 also when they connect, and a client of 2015 sends 15", Ours: true},
	},
}

var specNibbles = field.Spec{
	Name: "skype.tcp.nibbles", Label: "Ehlert's nibbles",
	Doc: "On port 80 Ehlert & Petgang look for equal nibbles ten bytes apart; they are equal because the keystream is the same there and both texts are small numbers.", Show: field.Words,
	Trust: field.Inferred, Cite: []field.Cite{{Key: "ep", Where: "§5.2.2"}, citeOurs}, Term: "keystream-reuse",
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "ep", Where: "§5.2.2"}, Says: "a pattern of the protocol: bytes 5 and 6 against 15 and 16 in 1.4, 6 to 14 against 16 to 24 in 2.0, counted from 1"},
		{Cite: citeOurs, Says: "no pattern of its own but a trace of the keystream that is used twice", Ours: true},
	},
}

var specTCPMessage = field.Spec{
	Name: "skype.tcp.message", Label: "First message",
	Doc:   "What comes right behind the hello, under a keystream that begins anew.",
	Trust: field.Measured, Cite: []field.Cite{citeBD, citeCap}, Term: "keystream-reuse",
}

var specTCPFound = field.Spec{
	Name: "skype.tcp.message.found", Label: "Obfuscated, but found",
	Doc: "Up to ten bytes under the part of the keystream that the hello used already, so that their text can be found.", Show: field.Raw,
	Trust: field.Measured, Cite: []field.Cite{citeBD, citeCap}, Term: "keystream-reuse",
}

var specReuse = field.Spec{
	Name: "skype.tcp.reuse", Label: "Plaintext, found without a key",
	Doc:   "What these bytes say: the keystream is used for the hello and again for the first message, so it falls out when the two are XORed.",
	Trust: field.Measured, Cite: []field.Cite{citeBD, {Key: "dk", Where: "part 2, slides 20-22"}, citeCap, citeOurs}, Term: "keystream-reuse",
}

var specReuseWeak = field.Spec{
	Name: "skype.tcp.reuse.assumed", Label: "Plaintext, assumed",
	Doc:   "What these bytes say if the ten before them are a hello; bits that depend on its unknown part are marked.",
	Trust: field.Inferred, Cite: []field.Cite{citeBD, citeOurs}, Term: "keystream-reuse",
}

var specReuseKnown = field.Spec{
	Name: "skype.tcp.reuse.known", Label: "Known bytes",
	Doc: "Bytes whose counterpart in the hello is the same each time.", Show: field.Raw,
	Trust: field.Inferred, Cite: []field.Cite{citeBD, citeOurs}, Term: "keystream-reuse",
}

var specReusePartly = field.Spec{
	Name: "skype.tcp.reuse.partly", Label: "Partly known",
	Doc: "A byte whose counterpart in the hello differs in its low bits only.", Show: field.Hex,
	Trust: field.Inferred, Cite: []field.Cite{citeOurs},
}

var specReuseUnknown = field.Spec{
	Name: "skype.tcp.reuse.unknown", Label: "Not known",
	Doc: "Bytes whose counterpart differs from hello to hello; they stand as 0 here and may be anything.", Show: field.Raw,
	Trust: field.Unknown,
}

var specBitsKnown = field.Spec{
	Name: "skype.tcp.reuse.bits", Label: "Known bits",
	Doc: "Bits that are the same in every hello that was read.", Show: field.Bin,
	Trust: field.Inferred, Cite: []field.Cite{citeSOS, citeOurs},
}

var specBitsUnknown = field.Spec{
	Name: "skype.tcp.reuse.bits.unknown", Label: "Unknown bits",
	Doc: "Bits that differ from hello to hello; they stand as 0 here.", Show: field.Bin,
	Trust: field.Unknown,
}

var specTCPKeystream = field.Spec{
	Name: "skype.tcp.keystream", Label: "Keystream",
	Doc:   "The first bytes that RC4 makes of this seed: the obfuscated bytes XOR their text.",
	Trust: field.Measured, Cite: []field.Cite{citeBD, citeOurs}, Term: "keystream",
}

var specTCPKeystreamBytes = field.Spec{
	Name: "skype.tcp.keystream.bytes", Label: "Keystream bytes",
	Doc: "As sure as the plaintext they come from; every connection with this seed has the same.", Show: field.Raw,
	Trust: field.Measured, Cite: []field.Cite{citeBD, citeOurs}, Term: "keystream",
}

var specMsg = field.Spec{
	Name: "skype.tcp.frame", Label: "Message",
	Doc:   "One message of the stream: its length and kind, then an acknowledgement, padding, or a number and commands.",
	Trust: field.Measured, Cite: []field.Cite{citeSOS, citeCap},
}

var specMsgLength = field.Spec{
	Name: "skype.tcp.frame.length", Label: "Length and kind", Show: field.Hex,
	Doc:   "The length of the message, doubled, with its kind in the lowest bit.",
	Trust: field.Measured, Cite: []field.Cite{citeSOS, citeCap}, Term: "varint",
}

var specMsgMarks = field.Spec{
	Name: "skype.tcp.frame.marks", Label: "Length marks", Unit: "bytes",
	Doc:   "The highest bit of each byte says whether the number goes on in the next one.",
	Trust: field.Measured, Cite: []field.Cite{citeSOS, citeCap}, Term: "varint",
}

var specMsgBody = field.Spec{
	Name: "skype.tcp.frame.body", Label: "Length", Unit: "bytes",
	Doc:   "How many bytes of this message follow.",
	Trust: field.Measured, Cite: []field.Cite{citeSOS, citeCap},
}

var specMsgKind = field.Spec{
	Name: "skype.tcp.frame.kind", Label: "Kind", Enum: field.Enum{{V: 0, S: "data"}, {V: 1, S: "control"}},
	Doc:   "Whether it carries commands, or only serves the stream.",
	Trust: field.Measured, Cite: []field.Cite{citeSOS, citeCap},
}

var specMsgType = field.Spec{
	Name: "skype.tcp.frame.type", Label: "Type", Enum: field.Enum{{V: 1, S: "ack"}, {V: 3, S: "padding"}},
	Doc:   "Which kind of control message it is.",
	Trust: field.Measured, Cite: []field.Cite{citeSOS, citeCap},
}

var specMsgAck = field.Spec{
	Name: "skype.tcp.frame.ack", Label: "Acknowledged number", Show: field.Hex,
	Doc:   "The number of the data message that has arrived: with the three bytes before it, the 4-byte packet that papers wonder about.",
	Trust: field.Measured, Cite: []field.Cite{citeSOS, citeCap},
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "ada", Where: "§3.2"}, Says: "a message of 4 bytes, whose rhythm gives calls away"},
		{Cite: field.Cite{Key: "ep", Where: "§5.2"}, Says: "a message of 4 bytes in the handshake"},
		{Cite: citeCap, Says: "07 01 and the number of a data message: an ack", Ours: true},
	},
}

var specMsgSeq = field.Spec{
	Name: "skype.tcp.frame.seq", Label: "Sequence number", Show: field.Hex,
	Doc:   "The number of this data message, from the same counter as the ids of the sender's datagrams.",
	Trust: field.Measured, Cite: []field.Cite{citeSOS, citeCap}, Term: "request-id",
}

var specMsgPadding = field.Spec{
	Name: "skype.tcp.frame.padding", Label: "Padding", Show: field.Raw,
	Doc:   "Bytes that mean nothing and hide the length; they look random but come out of a generator whose lowest byte repeats after 256 steps.",
	Trust: field.Measured, Cite: []field.Cite{citeSOS, citeCap, citeOurs}, Term: "padding-generator",
	Readings: []field.Reading{
		{Cite: citeSOS, Says: "random, to be ignored"},
		{Cite: citeOurs, Says: "each byte is 205 times the one before plus 113, modulo 256, in captures of 2006 and 2015: a proof of Skype that needs no key", Ours: true},
	},
}

var specExchange = field.Spec{
	Name: "skype.tcp.exchange", Label: "Key exchange", Show: field.Raw,
	Doc:   "48 to 110 bytes from each side, in which clients of 5.x hide a number of 384 bits of a Diffie-Hellman exchange; where in them it lies is not published.",
	Trust: field.Inferred, Cite: []field.Cite{citeSOS, {Key: "openskype"}, citeOurs}, Term: "key-exchange",
}

var specExchangeCheck = field.Spec{
	Name: "skype.tcp.exchange.check", Label: "Key check", Show: field.Raw,
	Doc:   "Eight bytes after the key exchange: half of an MD5 sum, which shows that both ends have the same key.",
	Trust: field.Inferred, Cite: []field.Cite{citeSOS, citeOurs}, Term: "key-exchange",
}

var tcpStreamSpecs = []*field.Spec{
	&specTCP, &specTCPKind, &specTCPWhy, &specTCPWhyWeak, &specTCPDoubt, &specTCPAgain, &specTCPFirst, &specTCPGap, &specTCPBeyond, &specTCPRest,
	&specTCPObfuscated, &specTCPHint, &specTCPPart, &specTCPWhole,
	&specHello, &specTCPSeed, &specHelloBytes, &specHelloPlain, &specHelloPlainWeak, &specHelloNonce, &specHelloOne, &specHelloLast, &specNibbles,
	&specTCPMessage, &specTCPFound, &specReuse, &specReuseWeak, &specReuseKnown, &specReusePartly, &specReuseUnknown, &specBitsKnown, &specBitsUnknown,
	&specTCPKeystream, &specTCPKeystreamBytes,
	&specMsg, &specMsgLength, &specMsgMarks, &specMsgBody, &specMsgKind, &specMsgType, &specMsgAck, &specMsgSeq, &specMsgPadding,
	&specExchange, &specExchangeCheck,
}

// TCPSpecs is every field that DissectTCP may emit, beside CommandSpecs and ObjectSpecs.
var TCPSpecs = append(append(tcpStreamSpecs, tcpFalseSpecs...), tcpUpdateSpecs...)
