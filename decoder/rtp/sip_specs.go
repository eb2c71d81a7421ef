package rtp

import "somscope/decoder/field"

var (
	citeSIP     = []field.Cite{{Key: "rfc3261", Where: "§7"}}
	citeRequest = []field.Cite{{Key: "rfc3261", Where: "§7.1"}}
	citeStatus  = []field.Cite{{Key: "rfc3261", Where: "§7.2"}}
	citeHeader  = []field.Cite{{Key: "rfc3261", Where: "§7.3"}}
	citeBody    = []field.Cite{{Key: "rfc3261", Where: "§7.4"}}
	citePart    = []field.Cite{{Key: "rfc2046", Where: "§5.1.1"}}
)

func citeSDP(where string) []field.Cite { return []field.Cite{{Key: "rfc8866", Where: where}} }

var specSIP = field.Spec{
	Name: "sip.message", Label: "SIP", Cite: citeSIP, Term: "sip",
	Doc: "A telephone asks another to begin, change or end a call, or answers it.",
}

var specRequest = field.Spec{
	Name: "sip.request", Label: "Request", Cite: citeRequest,
	Doc: "What is asked, and of whom.",
}

var specMethod = field.Spec{
	Name: "sip.method", Label: "Method", Show: field.Words, Cite: citeRequest,
	Doc: "What is asked: INVITE begins a call, BYE ends it.",
}

var specURI = field.Spec{
	Name: "sip.uri", Label: "Request URI", Show: field.Words, Cite: citeRequest,
	Doc: "Who is asked.",
}

var specPersonURI = field.Spec{
	Name: "sip.uri.person", Label: "Request URI", Show: field.Words, Private: true, Cite: citeRequest,
	Doc: "Who is asked: a user, and the domain that knows where the user is.",
}

var specSIPVersion = field.Spec{
	Name: "sip.version", Label: "Version", Show: field.Words, Cite: citeSIP,
	Doc: "Always SIP/2.0.",
}

var specStatus = field.Spec{
	Name: "sip.status", Label: "Status", Cite: citeStatus,
	Doc: "How a request went.",
}

var specCode = field.Spec{
	Name: "sip.code", Label: "Code", Cite: citeStatus,
	Doc: "A number for the outcome: 1xx still under way, 2xx done, 3xx elsewhere, 4xx to 6xx failed.",
}

var specPhrase = field.Spec{
	Name: "sip.phrase", Label: "Phrase", Show: field.Words, Cite: citeStatus,
	Doc: "The outcome in words, for people.",
}

var specHeader = field.Spec{
	Name: "sip.header", Label: "Header", Cite: citeHeader,
	Doc: "One line about the message, with the lines that continue it.",
}

var specHeaderName = field.Spec{
	Name: "sip.header.name", Label: "Name", Show: field.Words, Cite: citeHeader,
	Doc: "What the line tells; some names have a form of one letter.",
}

var specHeaderValue = field.Spec{
	Name: "sip.header.value", Label: "Value", Show: field.Words, Cite: citeHeader,
	Doc: "What it says.",
}

var specHeaderPerson = field.Spec{
	Name: "sip.header.person", Label: "Value", Show: field.Words, Private: true, Cite: append(citeHeader, field.Cite{Key: "rfc3261", Where: "§20.10, §20.20, §20.39"}),
	Doc: "What it says; it names a user, or the secret of one.",
}

var specSIPLine = field.Spec{
	Name: "sip.line", Label: "Line", Show: field.Words, Cite: citeHeader,
	Doc: "A line that is no header.",
}

var specSIPEnd = field.Spec{
	Name: "sip.end", Label: "Empty line", Show: field.Raw, Cite: citeSIP,
	Doc: "Ends the headers.",
}

var specSIPBody = field.Spec{
	Name: "sip.body", Label: "Body", Show: field.Raw, Cite: citeBody,
	Doc: "What the message carries, of a kind that is not taken apart here.",
}

var specSIPRest = field.Spec{
	Name: "sip.rest", Label: "Behind the body", Show: field.Raw, Cite: []field.Cite{{Key: "rfc3261", Where: "§18.3"}},
	Doc: "Bytes behind the length that the message gives; a receiver drops them.",
}

var specPart = field.Spec{
	Name: "sip.part", Label: "Part", Cite: citePart,
	Doc: "One part of a body of several.",
}

var specBoundary = field.Spec{
	Name: "sip.boundary", Label: "Boundary", Show: field.Words, Cite: citePart,
	Doc: "A line between the parts of a body.",
}

var sipSpecs = []*field.Spec{
	&specSIP, &specRequest, &specMethod, &specURI, &specSIPVersion, &specStatus, &specCode, &specPhrase, &specHeader, &specHeaderName,
	&specHeaderValue, &specPersonURI, &specHeaderPerson, &specSIPLine, &specSIPEnd, &specSIPBody, &specSIPRest, &specPart, &specBoundary,
}

var specSDP = field.Spec{
	Name: "sdp", Label: "SDP", Cite: citeSDP("§5"), Term: "sdp",
	Doc: "A party says where it wants to receive voice or video, and by which payload type it will take which codec.",
}

var specSDPLetter = field.Spec{
	Name: "sdp.letter", Label: "Letter", Show: field.Words, Cite: citeSDP("§5"),
	Doc: "One letter says what the line tells.",
}

var specSDPText = field.Spec{
	Name: "sdp.text", Label: "Text", Show: field.Words, Cite: citeSDP("§5"),
	Doc: "What the line tells.",
}

var specSDPOther = field.Spec{
	Name: "sdp.other", Label: "Other line", Show: field.Raw, Cite: citeSDP("§5"),
	Doc: "A line that is no SDP.",
}

// sdpLines are the kinds of lines, by their letters.
var sdpLines = []struct {
	letter byte
	spec   *field.Spec
}{
	{'v', &field.Spec{Name: "sdp.v", Label: "Version (v=)", Cite: citeSDP("§5.1"), Doc: "The version of SDP, always 0."}},
	{'o', &field.Spec{Name: "sdp.o", Label: "Origin (o=)", Cite: citeSDP("§5.2"), Doc: "Who made the description, and which of its versions this is."}},
	{'s', &field.Spec{Name: "sdp.s", Label: "Session name (s=)", Cite: citeSDP("§5.3"), Doc: "A name for the session, mostly one that means nothing."}},
	{'i', &field.Spec{Name: "sdp.i", Label: "Information (i=)", Cite: citeSDP("§5.4"), Doc: "A text about the session or the medium."}},
	{'u', &field.Spec{Name: "sdp.u", Label: "Address for more (u=)", Cite: citeSDP("§5.5"), Doc: "Where more is said about the session."}},
	{'e', &field.Spec{Name: "sdp.e", Label: "E-mail (e=)", Cite: citeSDP("§5.6"), Doc: "The mail address of who is responsible."}},
	{'p', &field.Spec{Name: "sdp.p", Label: "Telephone (p=)", Cite: citeSDP("§5.6"), Doc: "The telephone number of who is responsible."}},
	{'c', &field.Spec{Name: "sdp.c", Label: "Connection (c=)", Cite: citeSDP("§5.7"), Doc: "The address at which media are to arrive."}},
	{'b', &field.Spec{Name: "sdp.b", Label: "Bandwidth (b=)", Cite: citeSDP("§5.8"), Doc: "How much the session or the medium may send."}},
	{'t', &field.Spec{Name: "sdp.t", Label: "Time (t=)", Cite: citeSDP("§5.9"), Doc: "When the session begins and ends; of a call both are 0."}},
	{'r', &field.Spec{Name: "sdp.r", Label: "Repetition (r=)", Cite: citeSDP("§5.10"), Doc: "When the session takes place again."}},
	{'z', &field.Spec{Name: "sdp.z", Label: "Time zones (z=)", Cite: citeSDP("§5.11"), Doc: "Changes of the clock between repetitions."}},
	{'k', &field.Spec{Name: "sdp.k", Label: "Key (k=)", Cite: citeSDP("§5.12"), Doc: "A key for the media, in the clear, which nobody should use any more."}},
	{'m', &field.Spec{Name: "sdp.m", Label: "Medium (m=)", Cite: citeSDP("§5.14"), Doc: "A medium: its kind, its port, how it travels, and its payload types by preference."}},
	{'a', &field.Spec{Name: "sdp.a", Label: "Attribute (a=)", Cite: citeSDP("§5.13"), Doc: "Something further about the session, or about the medium above it."}},
}

var specSDPLine = field.Spec{
	Name: "sdp.line", Label: "Line", Cite: citeSDP("§5"),
	Doc: "A line with a letter that SDP does not know.",
}

// sdpSpec is the Spec of a line.
func sdpSpec(letter byte) *field.Spec {
	for i := range sdpLines {
		if sdpLines[i].letter == letter {
			return sdpLines[i].spec
		}
	}
	return &specSDPLine
}

var specSDPUser = field.Spec{
	Name: "sdp.user", Label: "User", Show: field.Words, Private: true, Cite: citeSDP("§5.2"),
	Doc: "The user's name on the machine, or a dash.",
}

var specSDPPerson = field.Spec{
	Name: "sdp.person", Label: "Address", Show: field.Words, Private: true, Cite: citeSDP("§5.6"),
	Doc: "The address or number of a person.",
}

var specSDPSessionID = field.Spec{
	Name: "sdp.session", Label: "Session id", Show: field.Words, Cite: citeSDP("§5.2"),
	Doc: "A number that names the session.",
}

var specSDPSessionVersion = field.Spec{
	Name: "sdp.session.version", Label: "Session version", Show: field.Words, Cite: citeSDP("§5.2"),
	Doc: "Grows by one when the description changes.",
}

var specSDPNet = field.Spec{
	Name: "sdp.net", Label: "Network", Show: field.Words, Cite: citeSDP("§5.7"),
	Doc: "IN for the internet.",
}

var specSDPFamily = field.Spec{
	Name: "sdp.family", Label: "Address family", Show: field.Words, Cite: citeSDP("§5.7"),
	Doc: "IP4 or IP6.",
}

var specSDPAddr = field.Spec{
	Name: "sdp.address", Label: "Address", Show: field.IP, Cite: citeSDP("§5.7"),
	Doc: "An address, or the name of a host; 0.0.0.0 puts a call on hold.",
}

var specSDPStart = field.Spec{
	Name: "sdp.start", Label: "Start", Show: field.Words, Cite: citeSDP("§5.9"),
	Doc: "When the session begins, in seconds since 1900, or 0.",
}

var specSDPStop = field.Spec{
	Name: "sdp.stop", Label: "End", Show: field.Words, Cite: citeSDP("§5.9"),
	Doc: "When the session ends, in seconds since 1900, or 0 for never.",
}

var specSDPBandKind = field.Spec{
	Name: "sdp.bandwidth.kind", Label: "Kind", Show: field.Words, Cite: citeSDP("§5.8"),
	Doc: "What is limited: AS the medium, CT the session.",
}

var specSDPBand = field.Spec{
	Name: "sdp.bandwidth", Label: "Bandwidth", Cite: citeSDP("§5.8"),
	Doc: "The limit, mostly in kbit/s.",
}

var specSDPKind = field.Spec{
	Name: "sdp.kind", Label: "Kind", Show: field.Words, Cite: citeSDP("§5.14"),
	Doc: "audio, video, or another kind of medium.",
}

var specSDPPort = field.Spec{
	Name: "sdp.port", Label: "Port", Cite: append(citeSDP("§5.14"), field.Cite{Key: "rfc3264", Where: "§6"}),
	Doc: "The port at which the medium is to arrive; 0 refuses it.",
}

var specSDPProto = field.Spec{
	Name: "sdp.proto", Label: "Transport", Show: field.Words, Cite: citeSDP("§5.14"),
	Doc: "RTP/AVP is RTP over UDP, RTP/SAVP the same encrypted.",
}

var specSDPFormat = field.Spec{
	Name: "sdp.type", Label: "Payload type", Enum: staticTypes, Cite: append(citeSDP("§5.14"), field.Cite{Key: "rfc3551", Where: "§6"}), Term: "payload-type",
	Doc: "A payload type that the party takes, the best first.",
}

var specSDPName = field.Spec{
	Name: "sdp.attribute", Label: "Attribute", Show: field.Words, Cite: citeSDP("§6"),
	Doc: "What the attribute is.",
}

var specSDPValue = field.Spec{
	Name: "sdp.value", Label: "Value", Show: field.Words, Cite: citeSDP("§6"),
	Doc: "What it says.",
}

var specSDPCodec = field.Spec{
	Name: "sdp.codec", Label: "Codec", Show: field.Words, Cite: citeSDP("§6.6"), Term: "codec",
	Doc: "The name of the codec that the payload type stands for.",
}

var specSDPClock = field.Spec{
	Name: "sdp.clock", Label: "Clock rate", Unit: "Hz", Cite: citeSDP("§6.6"),
	Doc: "How fast the timestamps of the stream count.",
}

var specSDPChannels = field.Spec{
	Name: "sdp.channels", Label: "Channels", Cite: citeSDP("§6.6"),
	Doc: "How many channels the sound has; one when nothing is said.",
}

var specSDPParams = field.Spec{
	Name: "sdp.fmtp", Label: "Parameters", Show: field.Words, Cite: citeSDP("§6.15"),
	Doc: "Parameters of the codec, in words that the codec defines.",
}

var specSDPPtime = field.Spec{
	Name: "sdp.ptime", Label: "Packet time", Unit: "ms", Cite: citeSDP("§6.4"),
	Doc: "How much sound a packet is to hold.",
}

var specSDPRTCP = field.Spec{
	Name: "sdp.rtcp", Label: "RTCP port", Cite: []field.Cite{{Key: "rfc3605", Where: "§2.1"}},
	Doc: "Where RTCP is to arrive when that is not the port after the medium's.",
}

var specSDPSecret = field.Spec{
	Name: "sdp.secret", Label: "Secret", Show: field.Words, Private: true, Cite: []field.Cite{{Key: "rfc4568", Where: "§6"}, {Key: "rfc8839", Where: "§5.4"}},
	Doc: "A key or password for the media, sent in the clear.",
}

var sdpSpecs = func() []*field.Spec {
	all := []*field.Spec{
		&specSDP, &specSDPLetter, &specSDPText, &specSDPOther, &specSDPLine, &specSDPUser, &specSDPPerson, &specSDPSessionID, &specSDPSessionVersion, &specSDPNet,
		&specSDPFamily, &specSDPAddr, &specSDPStart, &specSDPStop, &specSDPBandKind, &specSDPBand, &specSDPKind, &specSDPPort, &specSDPProto,
		&specSDPFormat, &specSDPName, &specSDPValue, &specSDPCodec, &specSDPClock, &specSDPChannels, &specSDPParams, &specSDPPtime, &specSDPRTCP,
		&specSDPSecret,
	}
	for _, l := range sdpLines {
		all = append(all, l.spec)
	}
	return all
}()
