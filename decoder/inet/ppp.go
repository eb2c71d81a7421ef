package inet

import (
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// PPP protocol numbers that we look into.
const (
	pppIPv4   = 0x0021
	pppIPv6   = 0x0057
	pppMPLS   = 0x0281
	pppMPLSMC = 0x0283
	pppIPCP   = 0x8021
	pppIPv6CP = 0x8057
	pppCCP    = 0x80FD
	pppLCP    = 0xC021
	pppPAP    = 0xC023
	pppCHAP   = 0xC223

	// First byte of Cisco's own framing, which shares a link type with PPP.
	ciscoUnicast   = 0x0F
	ciscoMulticast = 0x8F
)

// PPP as it runs over a serial line. Address and control are always FF 03 and
// may be left out by agreement; so may the protocol's first byte when it is zero.
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+---------------+---------------+-------------------------------+
//	|  Address, FF  |  Control, 03  |           Protocol            |
//	+---------------+---------------+-------------------------------+
//
// RFC 1662 §3.1, RFC 1661 §2.
func (w walk) ppp(d *dissect.D) {
	if b := d.Peek(4); len(b) == 4 && (b[0] == ciscoUnicast || b[0] == ciscoMulticast) && b[1] == 0 {
		var t uint16
		d.Group(specCHDLC, func(d *dissect.D) {
			d.U8(specPPPAddress)
			d.U8(specPPPControl)
			t = d.U16(specCHDLCType)
		})
		w.etherType(d, t)
		return
	}
	var proto uint16
	d.Group(specPPP, func(d *dissect.D) {
		if b := d.Peek(2); len(b) == 2 && b[0] == 0xFF && b[1] == 0x03 {
			d.U8(specPPPAddress)
			d.U8(specPPPControl)
		}
		proto = pppProtocol(d)
	})
	w.pppPayload(d, proto)
}

func pppProtocol(d *dissect.D) (proto uint16) {
	if b := d.Peek(1); len(b) == 1 && b[0]&1 == 1 {
		proto = uint16(d.U8(specPPPProtocol))
		d.Note("shortened to one byte")
	} else {
		proto = d.U16(specPPPProtocol)
	}
	return proto
}

func (w walk) pppPayload(d *dissect.D, proto uint16) {
	if !d.OK() {
		return
	}
	switch proto {
	case pppIPv4:
		w.ipv4(d)
	case pppIPv6:
		w.ipv6(d)
	case pppMPLS, pppMPLSMC:
		w.mpls(d)
	case pppLCP, pppIPCP, pppIPv6CP, pppCCP, pppPAP, pppCHAP:
		w.pppControl(d, proto)
	default:
		d.Unknown(d.Left())
	}
}

// The protocols by which the two ends of a PPP line agree on options share one layout:
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+---------------+---------------+-------------------------------+
//	|     Code      |  Identifier   |            Length             |
//	+---------------+---------------+-------------------------------+
//	|  Data, or options of Type, Length, Value
//	+---------------------------------------------
//
// RFC 1661 §5 and §6.
func (w walk) pppControl(d *dissect.D, proto uint16) {
	d.Group(specPPPControlMsg, func(d *dissect.D) {
		whole := d.Left()
		code := d.U8(specPPPCode)
		d.U8(specPPPIdentifier)
		n := int(d.U16(specPPPLength))
		if !d.OK() {
			return
		}
		d.Head(field.Text(pppProtocols.Text(uint64(proto))))
		if n < 4 {
			d.Fault(field.ErrShort, "length of %d is less than the 4 of the header", n)
			return
		}
		if n > whole {
			w.kept(d, n, whole)
			n = whole
		}
		d.Within(n-4, func(d *dissect.D) {
			if proto == pppPAP || proto == pppCHAP || code < 1 || code > 4 {
				d.Rest(specPPPData)
				return
			}
			for d.OK() && d.Left() > 0 {
				d.Group(specPPPOption, func(d *dissect.D) {
					d.U8(specPPPOptType)
					n := int(d.U8(specPPPOptLen))
					if d.OK() && n < 2 {
						d.Failf(field.ErrShort, "option length of %d is less than its own 2 bytes", n)
						return
					}
					d.Bytes(specPPPOptData, n-2)
				})
			}
		})
	})
	d.Unknown(d.Left())
}

// PPPoE carries PPP over Ethernet:
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-------+-------+---------------+-------------------------------+
//	| Vers. | Type  |     Code      |            Session            |
//	+-------+-------+---------------+-------------------------------+
//	|            Length             |  Tags (discovery) or PPP
//	+-------------------------------+------------------------------
//
// RFC 2516 §4.
func (w walk) pppoe(d *dissect.D) {
	var code uint8
	var proto uint16
	var n int
	d.Group(specPPPoE, func(d *dissect.D) {
		d.Byte(specPPPoEVerType, func(b dissect.Bits) {
			b.Mask(specPPPoEVersion, 0xF0)
			b.Mask(specPPPoEType, 0x0F)
		})
		code = d.U8(specPPPoECode)
		session := d.U16(specPPPoESession)
		n = int(d.U16(specPPPoELength))
		if !d.OK() {
			return
		}
		if left := d.Left(); n > left {
			w.kept(d, n, left)
			n = left
		}
		if code == 0 {
			d.Head(field.Text("session " + utoa(uint64(session))))
			return
		}
		d.Head(field.Text(pppoeCodes.Text(uint64(code))))
		d.Within(n, func(d *dissect.D) {
			for d.OK() && d.Left() > 0 {
				d.Group(specPPPoETag, func(d *dissect.D) {
					d.U16(specPPPoETagType)
					d.Text(specPPPoETagData, int(d.U16(specPPPoETagLen)))
				})
			}
		})
	})
	if code != 0 || !d.OK() {
		return
	}
	d.Within(n, func(d *dissect.D) {
		d.Group(specPPP, func(d *dissect.D) { proto = pppProtocol(d) })
		w.pppPayload(d, proto)
	})
}

var (
	citePPP   = []field.Cite{{Key: "rfc1661", Where: "§2"}}
	citeHDLC  = []field.Cite{{Key: "rfc1662", Where: "§3.1"}}
	citeLCP   = []field.Cite{{Key: "rfc1661", Where: "§5"}}
	citeLCPOp = []field.Cite{{Key: "rfc1661", Where: "§6"}}
	citePPPoE = []field.Cite{{Key: "rfc2516", Where: "§4"}}
)

var specPPP = &field.Spec{
	Name: "ppp", Label: "PPP", Cite: citePPP,
	Doc: "The Point-to-Point Protocol carries packets between the two ends of a line.",
}

var specPPPDirection = &field.Spec{
	Name: "ppp.direction", Label: "Direction", Cite: []field.Cite{{Key: "linktypes", Where: "LINKTYPE_PPP_PPPD"}},
	Doc:  "Written by the capturing machine: whether it sent or received the packet.",
	Enum: field.Enum{{V: 0, S: "received"}, {V: 1, S: "sent"}},
}

var specPPPAddress = &field.Spec{
	Name: "ppp.address", Label: "Address", Show: field.Hex, Cite: citeHDLC,
	Doc: "Always ff, all stations: a line has only one other end.",
}

var specPPPControl = &field.Spec{
	Name: "ppp.control", Label: "Control", Show: field.Hex, Cite: citeHDLC,
	Doc: "Always 3, unnumbered information.",
}

var specPPPProtocol = &field.Spec{
	Name: "ppp.protocol", Label: "Protocol", Show: field.Hex, Enum: pppProtocols, Cite: citePPP,
	Doc: "What the frame carries.",
}

var pppProtocols = field.Enum{{V: pppIPv4, S: "IPv4"}, {V: 0x2B, S: "IPX"}, {V: 0x2D, S: "TCP/IP, compressed"}, {V: 0x2F, S: "TCP/IP, uncompressed"}, {V: 0x3D, S: "multilink"},
	{V: pppIPv6, S: "IPv6"}, {V: 0xFD, S: "compressed data"}, {V: pppMPLS, S: "MPLS"}, {V: pppMPLSMC, S: "MPLS multicast"}, {V: pppIPCP, S: "IP control"},
	{V: pppIPv6CP, S: "IPv6 control"}, {V: pppCCP, S: "compression control"}, {V: pppLCP, S: "link control"}, {V: pppPAP, S: "password authentication"},
	{V: 0xC025, S: "link quality report"}, {V: pppCHAP, S: "challenge authentication"}}

var specCHDLC = &field.Spec{
	Name: "chdlc", Label: "Cisco HDLC", Cite: []field.Cite{{Key: "linktypes", Where: "LINKTYPE_PPP_HDLC"}},
	Doc: "Cisco's own framing for serial lines, which names the protocol by its EtherType.",
}

var specCHDLCType = &field.Spec{
	Name: "chdlc.protocol", Label: "Protocol", Show: field.Hex, Enum: etherTypes, Cite: []field.Cite{{Key: "linktypes", Where: "LINKTYPE_PPP_HDLC"}},
	Doc: "What the frame carries, as an EtherType.",
}

var specPPPControlMsg = &field.Spec{
	Name: "ppp.msg", Label: "PPP control message", Cite: citeLCP,
	Doc: "The two ends of the line agree on how to use it.",
}

var specPPPCode = &field.Spec{
	Name: "ppp.code", Label: "Code", Cite: citeLCP,
	Doc: "What the message asks or answers.",
	Enum: field.Enum{{V: 1, S: "configure request"}, {V: 2, S: "configure ack"}, {V: 3, S: "configure nak"}, {V: 4, S: "configure reject"}, {V: 5, S: "terminate request"},
		{V: 6, S: "terminate ack"}, {V: 7, S: "code reject"}, {V: 8, S: "protocol reject"}, {V: 9, S: "echo request"}, {V: 10, S: "echo reply"}, {V: 11, S: "discard request"}},
}

var specPPPIdentifier = &field.Spec{
	Name: "ppp.identifier", Label: "Identifier", Cite: citeLCP,
	Doc: "The answer repeats the number of the question.",
}

var specPPPLength = &field.Spec{
	Name: "ppp.length", Label: "Length", Unit: "bytes", Cite: citeLCP,
	Doc: "The length of the message with its header.",
}

var specPPPData = &field.Spec{
	Name: "ppp.data", Label: "Data", Show: field.Raw, Cite: citeLCP,
	Doc: "The contents of the message, which depend on its code.",
}

var specPPPOption = &field.Spec{
	Name: "ppp.opt", Label: "Option", Cite: citeLCPOp,
	Doc: "One property of the line on which the two ends agree.",
}

var specPPPOptType = &field.Spec{
	Name: "ppp.opt.type", Label: "Type", Cite: citeLCPOp,
	Doc: "Which property the option speaks of; the numbers belong to the protocol that carries it.",
}

var specPPPOptLen = &field.Spec{
	Name: "ppp.opt.len", Label: "Length", Unit: "bytes", Cite: citeLCPOp,
	Doc: "The length of the option with its type and length.",
}

var specPPPOptData = &field.Spec{
	Name: "ppp.opt.data", Label: "Value", Show: field.Raw, Cite: citeLCPOp,
	Doc: "The value of the option.",
}

var specPPPoE = &field.Spec{
	Name: "pppoe", Label: "PPPoE", Cite: citePPPoE,
	Doc: "PPP over Ethernet, by which DSL modems log in to their provider.",
}

var specPPPoEVerType = &field.Spec{
	Name: "pppoe.vertype", Label: "Version and type", Show: field.Hex, Cite: citePPPoE,
	Doc: "Both are 1.",
}

var specPPPoEVersion = &field.Spec{
	Name: "pppoe.version", Label: "Version", Cite: citePPPoE,
	Doc: "The version of PPPoE, 1.",
}

var specPPPoEType = &field.Spec{
	Name: "pppoe.type", Label: "Type", Cite: citePPPoE,
	Doc: "The type of PPPoE, 1.",
}

var specPPPoECode = &field.Spec{
	Name: "pppoe.code", Label: "Code", Show: field.Hex, Enum: pppoeCodes, Cite: citePPPoE,
	Doc: "Session data, or a step of finding the provider's end.",
}

var pppoeCodes = field.Enum{{V: 0x00, S: "session data"}, {V: 0x07, S: "discovery offer"}, {V: 0x09, S: "discovery initiation"}, {V: 0x19, S: "discovery request"},
	{V: 0x65, S: "session confirmation"}, {V: 0xA7, S: "terminate"}}

var specPPPoESession = &field.Spec{
	Name: "pppoe.session_id", Label: "Session", Show: field.DecHex, Cite: citePPPoE,
	Doc: "The number of the session, given by the provider's end.",
}

var specPPPoELength = &field.Spec{
	Name: "pppoe.payload_length", Label: "Length", Unit: "bytes", Cite: citePPPoE,
	Doc: "The length of what follows this header.",
}

var citePPPoETag = []field.Cite{{Key: "rfc2516", Where: "Appendix A"}}

var specPPPoETag = &field.Spec{
	Name: "pppoed.tag", Label: "Tag", Cite: citePPPoETag,
	Doc: "One piece of information for the discovery.",
}

var specPPPoETagType = &field.Spec{
	Name: "pppoed.tag.type", Label: "Type", Show: field.Hex, Cite: citePPPoETag,
	Doc: "What the tag holds.",
	Enum: field.Enum{{V: 0, S: "end of list"}, {V: 0x0101, S: "service name"}, {V: 0x0102, S: "concentrator's name"}, {V: 0x0103, S: "host's token"},
		{V: 0x0104, S: "concentrator's cookie"}, {V: 0x0105, S: "vendor specific"}, {V: 0x0110, S: "relay session"}, {V: 0x0201, S: "service name error"},
		{V: 0x0202, S: "concentrator error"}, {V: 0x0203, S: "generic error"}},
}

var specPPPoETagLen = &field.Spec{
	Name: "pppoed.tag.len", Label: "Length", Unit: "bytes", Cite: citePPPoETag,
	Doc: "The length of the tag's value.",
}

var specPPPoETagData = &field.Spec{
	Name: "pppoed.tag.value", Label: "Value", Show: field.Words, Cite: citePPPoETag,
	Doc: "The value of the tag, often a name.",
}

var pppSpecs = []*field.Spec{
	specPPP, specPPPDirection, specPPPAddress, specPPPControl, specPPPProtocol, specCHDLC, specCHDLCType,
	specPPPControlMsg, specPPPCode, specPPPIdentifier, specPPPLength, specPPPData, specPPPOption, specPPPOptType, specPPPOptLen, specPPPOptData,
	specPPPoE, specPPPoEVerType, specPPPoEVersion, specPPPoEType, specPPPoECode, specPPPoESession, specPPPoELength,
	specPPPoETag, specPPPoETagType, specPPPoETagLen, specPPPoETagData,
}
