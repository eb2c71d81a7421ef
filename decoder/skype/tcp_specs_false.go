package skype

import "somscope/decoder/field"

var specFalse = field.Spec{
	Name: "skype.tcp.record", Label: "Record that looks like TLS",
	Doc:   "A message to or from a login or event server, with the header of a TLS record and nothing else of TLS.",
	Trust: field.Measured, Cite: []field.Cite{citeEP, citeADA, citeSOS, citeCap}, Term: "false-tls",
	Readings: []field.Reading{
		{Cite: citeADA, Says: "the first five bytes are a TLS Server Hello"},
		{Cite: citeOurs, Says: "an empty record header; a TLS parser that calls it TLS is wrong", Ours: true},
	},
}

var specFalseType = field.Spec{
	Name: "skype.tcp.record.type", Label: "False content type", Show: field.Hex,
	Doc:   "In TLS it says what a record carries; here 16 opens and 17 is all the rest.",
	Enum:  field.Enum{{V: 0x16, S: "as if handshake"}, {V: 0x17, S: "as if application data"}},
	Trust: field.Measured, Cite: []field.Cite{citeEP, citeCap}, Term: "false-tls",
}

var specFalseVersion = field.Spec{
	Name: "skype.tcp.record.version", Label: "False version", Show: field.Hex,
	Doc: "The version of TLS that is pretended.", Enum: field.Enum{{V: 0x0301, S: "TLS 1.0"}},
	Trust: field.Measured, Cite: []field.Cite{citeEP, citeCap},
}

var specFalseLength = field.Spec{
	Name: "skype.tcp.record.length", Label: "Length", Unit: "bytes",
	Doc:   "How many bytes of the record follow.",
	Trust: field.Measured, Cite: []field.Cite{citeEP, citeCap},
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "bs04", Where: "§4.2"}, Says: "0.97 has no such records: 14 bytes each way, then 176 from the client and 246 or, behind a NAT, 217 back"},
		{Cite: citeEP, Says: "L1 and L2 of 5 bytes, L3 and L4 of any size; more of them when the password is wrong"},
		{Cite: citeSOS, Says: "in 5.x the answer to a wrong password has 14 bytes of plaintext, the one to a right one 285"},
		{Cite: citeCap, Says: "login: 5, 5 back, 451, 232 back, 18, 67 back; event server: 5, 5 back, 257 to 260, 16 back and more", Ours: true},
	},
}

var specFalseBody = field.Spec{
	Name: "skype.tcp.record.body", Label: "Encrypted", Show: field.Raw,
	Doc:   "Contents under AES-256 with a key that only the client and the server have: this cannot be read.",
	Trust: field.Reversed, Cite: []field.Cite{{Key: "bd", Where: "slides 65-69"}, citeSOS}, Term: "aes",
}

var specFalseSum = field.Spec{
	Name: "skype.tcp.record.sum", Label: "Checksum", Show: field.Hex,
	Doc:   "The low 16 bits of Skype's CRC32 of the encrypted bytes, little endian, XOR the number of the record: it can be checked without the key.",
	Trust: field.Measured, Cite: []field.Cite{citeSOS, citeCap, citeOurs}, Term: "crc",
	Readings: []field.Reading{
		{Cite: citeSOS, Says: "the low 16 bits of the checksum of the encrypted bytes"},
		{Cite: citeOurs, Says: "XOR the number of encrypted records that this side sent before, in each of them in captures of 2006 and 2015", Ours: true},
	},
}

var specFloating = field.Spec{
	Name: "skype.tcp.floating", Label: "Ehlert's floating signature", Show: field.Words,
	Doc:   "Seven bytes by which Ehlert & Petgang know a login wherever they stand: nothing but the last object of the list and the header of the next record.",
	Trust: field.Inferred, Cite: []field.Cite{citeEP, citeOurs}, Term: "false-tls",
}

var specClientHello = field.Spec{
	Name: "skype.tcp.https.client", Label: "False client hello",
	Doc:   "The beginning of a connection to port 443: the hello of an old TLS client, the same from every Skype client but for its last 16 bytes.",
	Trust: field.Measured, Cite: []field.Cite{citeEP4, citeADA, citeSOS, citeOurs}, Term: "false-hello",
	Readings: []field.Reading{
		{Cite: citeEP4, Says: "R1 of 72 bytes, the first 56 always the same"},
		{Cite: citeADA, Says: "A1, 56 bytes, called fields of the Start of Message"},
		{Cite: citeOurs, Says: "a client hello in the form of SSL 2 (26 of 26 in a capture of 2015)", Ours: true},
	},
}

var specSSL2Header = field.Spec{
	Name: "skype.tcp.https.client.header", Label: "Header", Show: field.Hex,
	Doc:   "The two bytes before a message of SSL 2.",
	Trust: field.Measured, Cite: []field.Cite{{Key: "rfc5246", Where: "Appendix E.2"}, citeEP4},
}

var specSSL2Flag = field.Spec{
	Name: "skype.tcp.https.client.flag", Label: "Two-byte header", Show: field.Flag,
	Doc:   "Set: the header has two bytes and there is no padding.",
	Trust: field.Specified, Cite: []field.Cite{{Key: "rfc5246", Where: "Appendix E.2"}},
}

var specSSL2Length = field.Spec{
	Name: "skype.tcp.https.client.length", Label: "Length", Unit: "bytes",
	Doc:   "The length of the hello, always 70.",
	Trust: field.Specified, Cite: []field.Cite{{Key: "rfc5246", Where: "Appendix E.2"}},
}

var specHelloType = field.Spec{
	Name: "skype.tcp.https.type", Label: "Message type", Enum: field.Enum{{V: 1, S: "client hello"}, {V: 2, S: "server hello"}},
	Doc:   "The kind of handshake message that is pretended.",
	Trust: field.Specified, Cite: []field.Cite{{Key: "rfc5246", Where: "§7.4"}},
}

var specCiphersLength = field.Spec{
	Name: "skype.tcp.https.ciphers.length", Label: "Length of the methods", Unit: "bytes",
	Doc:   "The length of the list of methods: 45, three for each of 15.",
	Trust: field.Specified, Cite: []field.Cite{{Key: "rfc5246", Where: "Appendix E.2"}},
}

var specSessionLength = field.Spec{
	Name: "skype.tcp.https.session.size", Label: "Length of the session id", Unit: "bytes",
	Doc:   "Zero: no earlier session is to be taken up again.",
	Trust: field.Specified, Cite: []field.Cite{{Key: "rfc5246", Where: "Appendix E.2"}},
}

var specChallengeLength = field.Spec{
	Name: "skype.tcp.https.challenge.length", Label: "Length of the challenge", Unit: "bytes",
	Doc:   "The length of the random bytes at the end: 16.",
	Trust: field.Specified, Cite: []field.Cite{{Key: "rfc5246", Where: "Appendix E.2"}},
}

var specCiphers = field.Spec{
	Name: "skype.tcp.https.ciphers", Label: "Methods offered",
	Doc:   "The 15 ways to encrypt that the hello offers, always the same, and never meant.",
	Trust: field.Measured, Cite: []field.Cite{citeEP4, citeOurs}, Term: "false-hello",
}

var specOffer = field.Spec{
	Name: "skype.tcp.https.cipher", Label: "Method", Show: field.Hex,
	Doc: "A way to encrypt, by its number in SSL 2 or in TLS.",
	Enum: field.Enum{
		{V: 0x000003, S: "RSA export RC4-40 MD5"}, {V: 0x000004, S: "RSA RC4-128 MD5"}, {V: 0x000005, S: "RSA RC4-128 SHA"}, {V: 0x000006, S: "RSA export RC2-40 MD5"},
		{V: 0x000008, S: "RSA export DES-40 SHA"}, {V: 0x000009, S: "RSA DES SHA"}, {V: 0x00000a, S: "RSA 3DES SHA"}, {V: 0x000062, S: "RSA export 1024 DES SHA"}, {V: 0x000064, S: "RSA export 1024 RC4-56 SHA"},
		{V: 0x010080, S: "SSL 2 RC4-128 MD5"}, {V: 0x020080, S: "SSL 2 RC4-128 export 40 MD5"}, {V: 0x030080, S: "SSL 2 RC2-128 MD5"}, {V: 0x040080, S: "SSL 2 RC2-128 export 40 MD5"},
		{V: 0x060040, S: "SSL 2 DES-64 MD5"}, {V: 0x0700c0, S: "SSL 2 3DES-192 MD5"},
	},
	Trust: field.Specified, Cite: []field.Cite{{Key: "rfc5246", Where: "Appendix E.2"}},
}

var specChallenge = field.Spec{
	Name: "skype.tcp.https.challenge", Label: "Challenge", Show: field.Raw,
	Doc:   "The only 16 bytes that differ from hello to hello; what Skype puts into them is not published.",
	Trust: field.Inferred, Cite: []field.Cite{citeEP4, citeOurs},
}

var specServerHello = field.Spec{
	Name: "skype.tcp.https.server", Label: "False server hello",
	Doc:   "The answer on port 443: a hello of TLS 1.0 whose clock, random bytes and session id are the same from every server, so that it is the surest sign of Skype.",
	Trust: field.Measured, Cite: []field.Cite{citeEP4, citeADA, citeSOS, citeOurs}, Term: "false-hello",
	Readings: []field.Reading{
		{Cite: citeEP4, Says: "R2, often of 93 bytes, the first 79 always the same"},
		{Cite: citeADA, Says: "A2, 79 bytes; its pseudo-code says 80"},
		{Cite: citeOurs, Says: "79 constant bytes; the 14 that often follow are the seed and hello of the stream behind", Ours: true},
	},
}

var specRecordLength = field.Spec{
	Name: "skype.tcp.https.record.length", Label: "Length", Unit: "bytes",
	Doc:   "The length of the record: 74.",
	Trust: field.Specified, Cite: []field.Cite{{Key: "rfc5246", Where: "§6.2.1"}},
}

var specHelloLength = field.Spec{
	Name: "skype.tcp.https.length", Label: "Length of the hello", Unit: "bytes",
	Doc:   "The length of the message: 70.",
	Trust: field.Specified, Cite: []field.Cite{{Key: "rfc5246", Where: "§7.4"}},
}

var specClock = field.Spec{
	Name: "skype.tcp.https.clock", Label: "Clock", Show: field.Instant,
	Doc:   "A TLS server writes its time here; every Skype server has stood still since January 2004.",
	Trust: field.Measured, Cite: []field.Cite{citeEP4, {Key: "rfc5246", Where: "§7.4.1.2"}, citeOurs}, Term: "false-hello",
	Readings: []field.Reading{
		{Cite: citeEP4, Says: "31 January 2004, 18:23:18, in the authors' local time"},
		{Cite: citeOurs, Says: "401be486 is 2004-01-31 17:23:18 UTC", Ours: true},
	},
}

var specServerRandom = field.Spec{
	Name: "skype.tcp.https.random", Label: "Random bytes that are not", Show: field.Raw,
	Doc:   "28 bytes that a TLS server chooses anew each time and a Skype server never.",
	Trust: field.Measured, Cite: []field.Cite{citeEP4, citeSOS, citeOurs},
}

var specSessionLength1 = field.Spec{
	Name: "skype.tcp.https.session.length", Label: "Length of the session id", Unit: "bytes",
	Doc:   "The length of the session id: 32.",
	Trust: field.Specified, Cite: []field.Cite{{Key: "rfc5246", Where: "§7.4.1.3"}},
}

var specSession = field.Spec{
	Name: "skype.tcp.https.session", Label: "Session id", Show: field.Raw,
	Doc:   "32 bytes that name a session in TLS; here they are always the same.",
	Trust: field.Measured, Cite: []field.Cite{citeEP4, citeSOS, citeOurs},
}

var specChosen = field.Spec{
	Name: "skype.tcp.https.chosen", Label: "Method chosen", Show: field.Hex, Enum: field.Enum{{V: 5, S: "RSA RC4-128 SHA"}},
	Doc:   "The way to encrypt that the server pretends to choose.",
	Trust: field.Specified, Cite: []field.Cite{{Key: "rfc5246", Where: "§7.4.1.3"}},
}

var specCompression = field.Spec{
	Name: "skype.tcp.https.compression", Label: "Compression", Enum: field.Enum{{V: 0, S: "none"}},
	Doc:   "No compression.",
	Trust: field.Specified, Cite: []field.Cite{{Key: "rfc5246", Where: "§7.4.1.3"}},
}

var tcpFalseSpecs = []*field.Spec{
	&specFalse, &specFalseType, &specFalseVersion, &specFalseLength, &specFalseBody, &specFalseSum, &specFloating,
	&specClientHello, &specSSL2Header, &specSSL2Flag, &specSSL2Length, &specHelloType, &specCiphersLength, &specSessionLength,
	&specChallengeLength, &specCiphers, &specOffer, &specChallenge,
	&specServerHello, &specRecordLength, &specHelloLength, &specClock, &specServerRandom, &specSessionLength1, &specSession, &specChosen, &specCompression,
}

// The fields of an update request.

var citeHTTP = []field.Cite{citeBS, citeCap}

func update1(name, label, doc string) field.Spec {
	return field.Spec{Name: "skype.tcp.update." + name, Label: label, Doc: doc, Show: field.Words, Trust: field.Measured, Cite: citeHTTP, Term: "update-request"}
}

var (
	specRequest      = update1("request", "Update request", "The program asks over plain HTTP whether there is a newer version, or tells that it was installed.")
	specRequestLine  = update1("line", "Request line", "What is wanted, and in it the program's version, platform and language.")
	specMethod       = update1("method", "Method", "GET: something is to be fetched.")
	specScheme       = update1("scheme", "Whole address", "A 1.2 client writes the whole address here, as one does to a proxy, though there is none.")
	specAbsoluteHost = update1("server", "Server in the address", "The server's name, as part of the address.")
	specSlash        = update1("slash", "Path", "The path begins.")
	specPathUI       = update1("ui", "Path", "The part of the path that all such requests share.")
	specPlatform     = field.Spec{Name: "skype.tcp.update.platform", Label: "Platform", Show: field.Words, Trust: field.Measured, Cite: citeHTTP, Term: "update-request",
		Doc: "The system the program is made for, as a number: 0 is Windows, 2 is Linux, and 3 is said to be the Mac."}
	specVersion      = update1("version", "Version", "The version of the program.")
	specLang         = update1("lang", "Language", "The language of the program.")
	specKeyword      = update1("keyword", "What is asked", "The last part of the path says what it is about.")
	specQueryVersion = update1("ver", "Version again", "The version of the program once more.")
	specQuery        = update1("query", "Parameter", "A parameter of the request.")
	specUserHash     = field.Spec{Name: "skype.tcp.update.uhash", Label: "User hash", Show: field.Words, Trust: field.Inferred, Term: "update-request", Private: true,
		Doc:  "32 hexadecimal digits in the capture of 2006, 33 in requests printed elsewhere, that stay with a user or an installation; they name a person and are not written out.",
		Cite: []field.Cite{{Key: "sch", Where: "slide 14"}, citeCap}}
	specProtocol = update1("protocol", "Protocol", "The version of HTTP.")
	specHost     = update1("host", "Host", "The server's name; ui.skype.com answered such requests.")
	specAgent    = field.Spec{Name: "skype.tcp.update.agent", Label: "User agent", Show: field.Words, Trust: field.Measured, Term: "update-request",
		Doc: "How the program calls itself; an early rule of intrusion detection looks for “Skype” here.", Cite: []field.Cite{citeBS, {Key: "et", Where: "rule 2002157"}}}
	specHeader  = update1("header", "Header", "A line of the head.")
	specHeadEnd = update1("end", "End of the head", "An empty line ends the head.")
	specReply   = update1("reply", "Answer", "The server's answer over plain HTTP.")
	specStatus  = update1("status", "Status", "Whether the server could answer.")
	specChunk   = update1("chunk", "Chunk length", "How many bytes follow, in hexadecimal.")
	specLatest  = update1("latest", "Latest version", "All that the answer says: the number of the latest version or build.")
)

var tcpUpdateSpecs = []*field.Spec{
	&specRequest, &specRequestLine, &specMethod, &specScheme, &specAbsoluteHost, &specSlash, &specPathUI, &specPlatform, &specVersion, &specLang,
	&specKeyword, &specQueryVersion, &specQuery, &specUserHash, &specProtocol, &specHost, &specAgent, &specHeader, &specHeadEnd, &specReply,
	&specStatus, &specChunk, &specLatest,
}
