package inet

import (
	"net/netip"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

const stunCookie = 0x2112A442

// A STUN message, by which a client learns its public address, as Skype's
// clients did by means of their own:
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+---+---------------------------+-------------------------------+
//	|0 0|       Message type        |            Length             |
//	+---+---------------------------+-------------------------------+
//	|                   Magic cookie, 2112a442                      |
//	+---------------------------------------------------------------+
//	|                   Transaction id (96 bits)                    |
//	+---------------------------------------------------------------+
//	|  Attributes of type, length (16 bits each), value, padding
//	+-----------------------------------------------------
//
// RFC 5389 §6 and §15. Before the cookie, its 32 bits were part of the id.
func stun(d *dissect.D) {
	d.Group(specSTUN, func(d *dissect.D) {
		t := d.U16(specSTUNType)
		d.Head(field.Text(stunTypes.Text(uint64(t))))
		n := int(d.U16(specSTUNLen))
		var id [16]byte
		copy(id[:], d.Peek(16))
		if be32(id[:], 0) == stunCookie {
			d.U32(specSTUNCookie)
			d.Bytes(specSTUNID, 12)
		} else {
			d.Bytes(specSTUNID, 16)
		}
		if !d.OK() {
			return
		}
		d.Within(min(n, d.Left()), func(d *dissect.D) {
			for d.OK() && d.Left() > 0 {
				d.Group(specSTUNAttr, func(d *dissect.D) { stunAttribute(d, id) })
			}
		})
	})
	d.Unknown(d.Left())
}

func stunAttribute(d *dissect.D, id [16]byte) {
	t := d.U16(specSTUNAttrType)
	d.Head(field.Text(stunAttributes.Text(uint64(t))))
	n := int(d.U16(specSTUNAttrLen))
	if !d.OK() {
		return
	}
	if left := d.Left(); n > left {
		d.Fault(shortOrCut(d), "claims %d bytes, %d are there", n, left)
		n = left
	}
	d.Within(n, func(d *dissect.D) {
		switch t {
		case 1, 2, 4, 5, 0x20, 0x8020, 0x8023, 0x802B, 0x802C:
			b := d.Peek(8)
			if len(b) < 8 || b[1] != 1 {
				break
			}
			d.U8(specSTUNReserved)
			d.U8(specSTUNFamily)
			port := d.U16(specSTUNPort)
			a := d.IP4(specSTUNAddr)
			if t == 0x20 || t == 0x8020 { // hidden from address translators that mend what they find
				port ^= be16(id[:], 0)
				x := a.As4()
				for i := range x {
					x[i] ^= id[i]
				}
				a = netip.AddrFrom4(x)
				d.Note("with the cookie removed: %s", netip.AddrPortFrom(a, port))
			}
			d.Head(field.Text(stunAttributes.Text(uint64(t)) + " " + netip.AddrPortFrom(a, port).String()))
		case 6, 0x14, 0x8022:
			d.Text(specSTUNText, d.Left())
		}
		d.Rest(specSTUNValue)
	})
	d.Bytes(specSTUNPad, min(-n&3, d.Left()))
}

var (
	citeSTUN     = []field.Cite{{Key: "rfc5389", Where: "§6"}}
	citeSTUNAttr = []field.Cite{{Key: "rfc5389", Where: "§15"}}
)

var specSTUN = &field.Spec{
	Name: "stun", Label: "STUN", Cite: citeSTUN,
	Doc: "A client behind an address translator (NAT) asks a server for the address that the world sees.",
}

var stunTypes = field.Enum{{V: 0x0001, S: "binding request"}, {V: 0x0011, S: "binding indication"}, {V: 0x0101, S: "binding response"}, {V: 0x0111, S: "binding error"},
	{V: 0x0003, S: "allocate request"}, {V: 0x0103, S: "allocate response"}, {V: 0x0113, S: "allocate error"}, {V: 0x0004, S: "refresh request"}, {V: 0x0104, S: "refresh response"},
	{V: 0x0016, S: "send indication"}, {V: 0x0017, S: "data indication"}, {V: 0x0008, S: "permission request"}, {V: 0x0108, S: "permission response"}}

var specSTUNType = &field.Spec{
	Name: "stun.type", Label: "Message type", Show: field.Hex, Enum: stunTypes, Cite: citeSTUN,
	Doc: "What is asked or answered.",
}

var specSTUNLen = &field.Spec{
	Name: "stun.length", Label: "Length", Unit: "bytes", Cite: citeSTUN,
	Doc: "The length of the attributes.",
}

var specSTUNCookie = &field.Spec{
	Name: "stun.cookie", Label: "Magic cookie", Show: field.Hex, Cite: citeSTUN,
	Doc: "Always 2112a442, by which STUN is told from what shares its port.",
}

var specSTUNID = &field.Spec{
	Name: "stun.id", Label: "Transaction id", Show: field.Raw, Cite: citeSTUN,
	Doc: "The answer repeats the random number of the question.",
}

var specSTUNAttr = &field.Spec{
	Name: "stun.attribute", Label: "Attribute", Cite: citeSTUNAttr,
	Doc: "One piece of information.",
}

var stunAttributes = field.Enum{{V: 1, S: "mapped address"}, {V: 2, S: "response address"}, {V: 3, S: "change request"}, {V: 4, S: "source address"}, {V: 5, S: "changed address"},
	{V: 6, S: "username"}, {V: 8, S: "message integrity"}, {V: 9, S: "error code"}, {V: 0x14, S: "realm"}, {V: 0x15, S: "nonce"}, {V: 0x20, S: "hidden mapped address"}, {V: 0x24, S: "priority"},
	{V: 0x25, S: "use candidate"}, {V: 0x8020, S: "hidden mapped address"}, {V: 0x8022, S: "software"}, {V: 0x8023, S: "alternate server"}, {V: 0x8028, S: "fingerprint"},
	{V: 0x8029, S: "controlled"}, {V: 0x802A, S: "controlling"}, {V: 0x802B, S: "response origin"}, {V: 0x802C, S: "other address"}}

var specSTUNAttrType = &field.Spec{
	Name: "stun.att.type", Label: "Type", Show: field.Hex, Enum: stunAttributes, Cite: citeSTUNAttr,
	Doc: "What the attribute is.",
}

var specSTUNAttrLen = &field.Spec{
	Name: "stun.att.length", Label: "Length", Unit: "bytes", Cite: citeSTUNAttr,
	Doc: "The length of the value without padding.",
}

var specSTUNReserved = &field.Spec{
	Name: "stun.att.reserved", Label: "Reserved", Show: field.Hex, Cite: citeSTUNAttr,
	Doc: "Sent as zero.",
}

var specSTUNFamily = &field.Spec{
	Name: "stun.att.family", Label: "Family", Enum: field.Enum{{V: 1, S: "IPv4"}, {V: 2, S: "IPv6"}}, Cite: citeSTUNAttr,
	Doc: "The kind of address.",
}

var specSTUNPort = &field.Spec{
	Name: "stun.att.port", Label: "Port", Cite: citeSTUNAttr,
	Doc: "A port; a hidden one is combined with the cookie.",
}

var specSTUNAddr = &field.Spec{
	Name: "stun.att.ipv4", Label: "Address", Show: field.IP, Cite: citeSTUNAttr,
	Doc: "An address; a hidden one is combined with the cookie.",
}

var specSTUNText = &field.Spec{
	Name: "stun.att.text", Label: "Text", Show: field.Words, Cite: citeSTUNAttr,
	Doc: "A name or another text.",
}

var specSTUNValue = &field.Spec{
	Name: "stun.value", Label: "Value", Show: field.Raw, Cite: citeSTUNAttr,
	Doc: "The value of an attribute that we do not take apart.",
}

var specSTUNPad = &field.Spec{
	Name: "stun.att.padding", Label: "Padding", Show: field.Raw, Cite: citeSTUNAttr,
	Doc: "Fills the attribute up to a multiple of four bytes.",
}

var stunSpecs = []*field.Spec{
	specSTUN, specSTUNType, specSTUNLen, specSTUNCookie, specSTUNID, specSTUNAttr, specSTUNAttrType, specSTUNAttrLen, specSTUNReserved,
	specSTUNFamily, specSTUNPort, specSTUNAddr, specSTUNText, specSTUNValue, specSTUNPad,
}
