package inet

import (
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// A record of TLS, and of the handshake in it, which is in clear at first:
//
//	+---------------+-------------------------------+-------------------------------+
//	| Content type  |            Version            |            Length             |
//	+---------------+-------------------------------+-------------------------------+
//	| Message type  |            Length (24 bits)                   |  Body
//	+---------------+-----------------------------------------------+------
//
// RFC 5246 §6.2.1 and §7.4. A segment begins where it begins: we are asked only
// when it begins with a record.
func tls(d *dissect.D) {
	if d.Peek(1)[0] == 0x80 {
		ssl2Hello(d)
		return
	}
	for i := 0; d.OK() && d.Left() > 0 && i < 64; i++ {
		if b := d.Peek(6); i > 0 && !looksTLSNext(b) {
			return
		}
		d.Group(specTLS, tlsRecord)
	}
}

// looksTLSNext is looksTLS for a record that follows another, where a handshake
// message may be encrypted or go on.
func looksTLSNext(b []byte) bool {
	return len(b) == 6 && b[0] >= 0x14 && b[0] <= 0x17 && b[1] == 3 && b[2] <= 4 && be16(b, 3) > 0 && be16(b, 3) <= 1<<14+2048
}

func tlsRecord(d *dissect.D) {
	t := d.U8(specTLSType)
	d.Head(field.Text(tlsTypes.Text(uint64(t))))
	d.U16(specTLSVersion)
	n := int(d.U16(specTLSLen))
	if !d.OK() {
		return
	}
	part := false
	if left := d.Left(); n > left {
		d.Note("%d of these bytes are in this segment", left)
		n, part = left, true
	}
	d.Within(n, func(d *dissect.D) {
		n := d.Left()
		b := d.Peek(6)
		switch {
		case t == 0x16 && len(b) >= 4 && tlsHandshakes.Text(uint64(b[0])) != "" && (part || int(b[1])<<16|int(be16(b, 2)) <= n-4):
			tlsHandshake(d, part)
		case t == 0x15 && n == 2:
			d.U8(specTLSAlertLevel)
			d.U8(specTLSAlert)
		case t == 0x14 && n == 1:
			d.U8(specTLSChange)
		default:
			d.Rest(specTLSData)
		}
	})
}

// tlsHandshake reads the messages of a handshake record.
func tlsHandshake(d *dissect.D, part bool) {
	for d.OK() && d.Left() >= 4 {
		b := d.Peek(4)
		n := int(b[1])<<16 | int(be16(b, 2))
		if tlsHandshakes.Text(uint64(b[0])) == "" || n > d.Left()-4 && !part {
			d.Rest(specTLSData)
			return
		}
		d.Group(specTLSHandshake, func(d *dissect.D) {
			t := d.U8(specTLSHandshakeType)
			d.Head(field.Text(tlsHandshakes.Text(uint64(t))))
			d.Uint(specTLSHandshakeLen, 3, false)
			d.Within(min(n, d.Left()), func(d *dissect.D) {
				if t == 1 || t == 2 {
					tlsHello(d, t == 1, part)
				}
				d.Rest(specTLSHandshakeData)
			})
		})
	}
}

// tlsHello reads the hello of a client or of a server: RFC 5246 §7.4.1.
func tlsHello(d *dissect.D, client, part bool) {
	if part && d.Left() < 40 {
		return
	}
	d.U16(specTLSHelloVersion)
	d.Bytes(specTLSRandom, 32)
	d.Bytes(specTLSSession, int(d.U8(specTLSSessionLen)))
	if client {
		n := int(d.U16(specTLSSuitesLen))
		d.Within(min(n, d.Left()), func(d *dissect.D) {
			for d.OK() && d.Left() >= 2 {
				d.U16(specTLSSuite)
			}
		})
		d.Bytes(specTLSCompression, int(d.U8(specTLSCompressionLen)))
	} else {
		d.U16(specTLSSuite)
		d.Bytes(specTLSCompression, 1)
	}
	if !d.OK() || d.Left() < 2 {
		return
	}
	n := int(d.U16(specTLSExtLen))
	d.Within(min(n, d.Left()), func(d *dissect.D) {
		for d.OK() && d.Left() >= 4 {
			d.Group(specTLSExt, func(d *dissect.D) {
				t := d.U16(specTLSExtType)
				d.Head(field.Text(tlsExtensions.Text(uint64(t))))
				n := int(d.U16(specTLSExtDataLen))
				d.Within(min(n, d.Left()), func(d *dissect.D) {
					if b := d.Peek(5); t == 0 && len(b) == 5 && b[2] == 0 && int(be16(b, 3)) == d.Left()-5 {
						d.U16(specTLSNamesLen)
						d.U8(specTLSNameType)
						d.U16(specTLSNameLen)
						d.Head(field.Text("server name " + d.Text(specTLSName, d.Left())))
						return
					}
					d.Rest(specTLSExtData)
				})
			})
		}
	})
}

// ssl2Hello reads a client's hello in the form of SSL 2: RFC 5246 Appendix E.2.
func ssl2Hello(d *dissect.D) {
	d.Group(specTLS, func(d *dissect.D) {
		d.Head(field.Text("client hello in the form of SSL 2"))
		d.Word(specSSL2Len, 2, false, func(b dissect.Bits) {
			b.Mask(specSSL2Flag, 0x8000)
			b.Mask(specSSL2Size, 0x7FFF)
		})
		d.U8(specTLSHandshakeType)
		d.U16(specTLSHelloVersion)
		suites := int(d.U16(specTLSSuitesLen))
		session := int(d.U16(specSSL2SessionLen))
		challenge := int(d.U16(specSSL2ChallengeLen))
		if !d.OK() {
			return
		}
		d.Within(min(suites, d.Left()), func(d *dissect.D) {
			for d.OK() && d.Left() >= 3 {
				d.Uint(specSSL2Suite, 3, false)
			}
		})
		d.Bytes(specTLSSession, min(session, d.Left()))
		d.Bytes(specTLSRandom, min(challenge, d.Left()))
	})
}

var (
	citeTLSRec   = []field.Cite{{Key: "rfc5246", Where: "§6.2.1"}}
	citeTLSHS    = []field.Cite{{Key: "rfc5246", Where: "§7.4"}}
	citeTLSHello = []field.Cite{{Key: "rfc5246", Where: "§7.4.1"}}
	citeTLSAlert = []field.Cite{{Key: "rfc5246", Where: "§7.2"}}
	citeTLSName  = []field.Cite{{Key: "rfc6066", Where: "§3"}}
	citeSSL2     = []field.Cite{{Key: "rfc5246", Where: "Appendix E.2"}}
)

var specTLS = &field.Spec{
	Name: "tls", Label: "TLS record", Cite: citeTLSRec,
	Doc: "Transport Layer Security encrypts a stream; each record says what it is and how long.",
}

var tlsTypes = field.Enum{{V: 0x14, S: "change cipher spec"}, {V: 0x15, S: "alert"}, {V: 0x16, S: "handshake"}, {V: 0x17, S: "application data"}}

var tlsVersions = field.Enum{{V: 0x0300, S: "SSL 3.0"}, {V: 0x0301, S: "TLS 1.0"}, {V: 0x0302, S: "TLS 1.1"}, {V: 0x0303, S: "TLS 1.2"}, {V: 0x0304, S: "TLS 1.3"}}

var specTLSType = &field.Spec{
	Name: "tls.record.content_type", Label: "Content type", Enum: tlsTypes, Cite: citeTLSRec,
	Doc: "What the record carries.",
}

var specTLSVersion = &field.Spec{
	Name: "tls.record.version", Label: "Version", Show: field.Hex, Enum: tlsVersions, Cite: citeTLSRec,
	Doc: "The version in which the record is written, in a first hello often an old one.",
}

var specTLSLen = &field.Spec{
	Name: "tls.record.length", Label: "Length", Unit: "bytes", Cite: citeTLSRec,
	Doc: "The length of the record's contents.",
}

var specTLSData = &field.Spec{
	Name: "tls.data", Label: "Encrypted or continued", Show: field.Raw, Cite: citeTLSRec,
	Doc: "Contents that are encrypted, or go on from a record before.",
}

var specTLSAlertLevel = &field.Spec{
	Name: "tls.alert_message.level", Label: "Level", Enum: field.Enum{{V: 1, S: "warning"}, {V: 2, S: "fatal"}}, Cite: citeTLSAlert,
	Doc: "Whether the connection can go on.",
}

var specTLSAlert = &field.Spec{
	Name: "tls.alert_message.desc", Label: "Description", Cite: citeTLSAlert,
	Doc: "What is wrong.",
	Enum: field.Enum{{V: 0, S: "close notify"}, {V: 10, S: "unexpected message"}, {V: 20, S: "bad record MAC"}, {V: 40, S: "handshake failure"}, {V: 42, S: "bad certificate"},
		{V: 45, S: "certificate expired"}, {V: 46, S: "certificate unknown"}, {V: 47, S: "illegal parameter"}, {V: 48, S: "unknown CA"}, {V: 50, S: "decode error"}, {V: 51, S: "decrypt error"},
		{V: 70, S: "protocol version"}, {V: 80, S: "internal error"}, {V: 90, S: "user cancelled"}, {V: 112, S: "unrecognised name"}},
}

var specTLSChange = &field.Spec{
	Name: "tls.change_cipher_spec", Label: "Change cipher spec", Cite: []field.Cite{{Key: "rfc5246", Where: "§7.1"}},
	Doc: "From here on the sender encrypts.",
}

var tlsHandshakes = field.Enum{{V: 0, S: "hello request"}, {V: 1, S: "client hello"}, {V: 2, S: "server hello"}, {V: 4, S: "new session ticket"}, {V: 11, S: "certificate"},
	{V: 12, S: "server key exchange"}, {V: 13, S: "certificate request"}, {V: 14, S: "server hello done"}, {V: 15, S: "certificate verify"}, {V: 16, S: "client key exchange"},
	{V: 20, S: "finished"}, {V: 22, S: "certificate status"}}

var specTLSHandshake = &field.Spec{
	Name: "tls.handshake", Label: "Handshake message", Cite: citeTLSHS,
	Doc: "The two ends agree on versions, methods and keys.",
}

var specTLSHandshakeType = &field.Spec{
	Name: "tls.handshake.type", Label: "Type", Enum: tlsHandshakes, Cite: citeTLSHS,
	Doc: "Which step of the handshake it is.",
}

var specTLSHandshakeLen = &field.Spec{
	Name: "tls.handshake.length", Label: "Length", Unit: "bytes", Cite: citeTLSHS,
	Doc: "The length of the message.",
}

var specTLSHandshakeData = &field.Spec{
	Name: "tls.handshake.data", Label: "Body", Show: field.Raw, Cite: citeTLSHS,
	Doc: "The part of the message that we do not take apart.",
}

var specTLSHelloVersion = &field.Spec{
	Name: "tls.handshake.version", Label: "Version", Show: field.Hex, Enum: tlsVersions, Cite: citeTLSHello,
	Doc: "The newest version the client speaks, or the one the server has chosen.",
}

var specTLSRandom = &field.Spec{
	Name: "tls.handshake.random", Label: "Random", Show: field.Raw, Cite: citeTLSHello,
	Doc: "Random bytes, new for every connection; a server that always sends the same ones does not really speak TLS.",
}

var specTLSSessionLen = &field.Spec{
	Name: "tls.handshake.session_id_length", Label: "Session id length", Unit: "bytes", Cite: citeTLSHello,
	Doc: "The length of the session id.",
}

var specTLSSession = &field.Spec{
	Name: "tls.handshake.session_id", Label: "Session id", Show: field.Raw, Cite: citeTLSHello,
	Doc: "The session that is to be taken up again.",
}

var specTLSSuitesLen = &field.Spec{
	Name: "tls.handshake.cipher_suites_length", Label: "Cipher suites length", Unit: "bytes", Cite: citeTLSHello,
	Doc: "The length of the list that follows.",
}

var specTLSSuite = &field.Spec{
	Name: "tls.handshake.ciphersuite", Label: "Cipher suite", Show: field.Hex, Cite: citeTLSHello,
	Doc: "A combination of methods that the client offers or the server has chosen.",
}

var specTLSCompressionLen = &field.Spec{
	Name: "tls.handshake.comp_methods_length", Label: "Compression methods length", Unit: "bytes", Cite: citeTLSHello,
	Doc: "The length of the list that follows.",
}

var specTLSCompression = &field.Spec{
	Name: "tls.handshake.comp_method", Label: "Compression methods", Show: field.Raw, Cite: citeTLSHello,
	Doc: "Ways to compress, 0 is none.",
}

var specTLSExtLen = &field.Spec{
	Name: "tls.handshake.extensions_length", Label: "Extensions length", Unit: "bytes", Cite: citeTLSHello,
	Doc: "The length of all extensions.",
}

var tlsExtensions = field.Enum{{V: 0, S: "server name"}, {V: 5, S: "status request"}, {V: 10, S: "groups"}, {V: 11, S: "point formats"}, {V: 13, S: "signature algorithms"},
	{V: 16, S: "application protocol"}, {V: 18, S: "certificate timestamps"}, {V: 21, S: "padding"}, {V: 23, S: "extended master secret"}, {V: 35, S: "session ticket"},
	{V: 43, S: "supported versions"}, {V: 45, S: "key exchange modes"}, {V: 51, S: "key share"}, {V: 0x3374, S: "next protocol"}, {V: 0xFF01, S: "renegotiation"}}

var specTLSExt = &field.Spec{
	Name: "tls.handshake.extension", Label: "Extension", Cite: citeTLSHello,
	Doc: "One extension of the hello.",
}

var specTLSExtType = &field.Spec{
	Name: "tls.handshake.extension.type", Label: "Type", Enum: tlsExtensions, Cite: citeTLSHello,
	Doc: "Which extension it is.",
}

var specTLSExtDataLen = &field.Spec{
	Name: "tls.handshake.extension.len", Label: "Length", Unit: "bytes", Cite: citeTLSHello,
	Doc: "The length of the extension's data.",
}

var specTLSExtData = &field.Spec{
	Name: "tls.handshake.extension.data", Label: "Data", Show: field.Raw, Cite: citeTLSHello,
	Doc: "The data of an extension that we do not take apart.",
}

var specTLSNamesLen = &field.Spec{
	Name: "tls.handshake.extensions_server_name_list_len", Label: "List length", Unit: "bytes", Cite: citeTLSName,
	Doc: "The length of the list of names.",
}

var specTLSNameType = &field.Spec{
	Name: "tls.handshake.extensions_server_name_type", Label: "Name type", Enum: field.Enum{{V: 0, S: "host name"}}, Cite: citeTLSName,
	Doc: "The kind of name.",
}

var specTLSNameLen = &field.Spec{
	Name: "tls.handshake.extensions_server_name_len", Label: "Name length", Unit: "bytes", Cite: citeTLSName,
	Doc: "The length of the name.",
}

var specTLSName = &field.Spec{
	Name: "tls.handshake.extensions_server_name", Label: "Server name", Show: field.Words, Cite: citeTLSName,
	Doc: "The name of the server that the client wants, in clear.",
}

var specSSL2Len = &field.Spec{
	Name: "tls.ssl2.header", Label: "Header", Show: field.Hex, Cite: citeSSL2,
	Doc: "A set high bit and the length of the message.",
}

var specSSL2Flag = &field.Spec{
	Name: "tls.ssl2.flag", Label: "Two-byte header", Show: field.Flag, Cite: citeSSL2,
	Doc: "Set: the header has two bytes and there is no padding.",
}

var specSSL2Size = &field.Spec{
	Name: "tls.ssl2.length", Label: "Length", Unit: "bytes", Cite: citeSSL2,
	Doc: "The length of the message.",
}

var specSSL2SessionLen = &field.Spec{
	Name: "tls.ssl2.session_id_length", Label: "Session id length", Unit: "bytes", Cite: citeSSL2,
	Doc: "The length of the session id, 0.",
}

var specSSL2ChallengeLen = &field.Spec{
	Name: "tls.ssl2.challenge_length", Label: "Challenge length", Unit: "bytes", Cite: citeSSL2,
	Doc: "The length of the random bytes at the end.",
}

var specSSL2Suite = &field.Spec{
	Name: "tls.ssl2.cipher_spec", Label: "Cipher suite", Show: field.Hex, Cite: citeSSL2,
	Doc: "A combination of methods that the client offers, in three bytes.",
}

var tlsSpecs = []*field.Spec{
	specTLS, specTLSType, specTLSVersion, specTLSLen, specTLSData, specTLSAlertLevel, specTLSAlert, specTLSChange, specTLSHandshake,
	specTLSHandshakeType, specTLSHandshakeLen, specTLSHandshakeData, specTLSHelloVersion, specTLSRandom, specTLSSessionLen, specTLSSession,
	specTLSSuitesLen, specTLSSuite, specTLSCompressionLen, specTLSCompression, specTLSExtLen, specTLSExt, specTLSExtType, specTLSExtDataLen,
	specTLSExtData, specTLSNamesLen, specTLSNameType, specTLSNameLen, specTLSName, specSSL2Len, specSSL2Flag, specSSL2Size,
	specSSL2SessionLen, specSSL2ChallengeLen, specSSL2Suite,
}
