package skype

import (
	"encoding/binary"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// E2O, "end to out": between a client and a gateway into the telephone network, UDP port
// 12340 on the gateway's side.
//
//	0         4
//	+---------+-----------------
//	|   CID   | ciphertext ...
//	+---------+-----------------
//
// Bonfiglio et al. 2007, §3.2.3; Tstat has the same test. No public capture holds one. A flow is
// read this way when its evidence says so, or a person.

// gatewayPort is the UDP port of the gateways: Bonfiglio et al. 2007, §3.2.3.
const gatewayPort = 12340

// E2O explains a datagram to or from a telephone gateway.
var E2O = &dissect.Dissector{
	Name:  "skype.e2o",
	Title: "Skype to a telephone gateway",
	Specs: append([]*field.Spec{&specE2O, &specCID, &specE2OCipher}, e2oWords.list()...),
	Run:   func(d *dissect.D, c *dissect.Context) { DissectE2O(d, c, nil) },
}

var specE2O = field.Spec{
	Name: "skype.e2o", Label: "Skype to a telephone gateway",
	Doc:   "A datagram of a SkypeOut or SkypeIn call, which has a connection id instead of a Start of Message; the gateway listens on port 12340.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bon", Where: "§3.2.3"}, {Key: "seed"}},
	Term:  "e2o",
}

var specCID = field.Spec{
	Name: "skype.e2o.cid", Label: "Connection id",
	Doc:   "It stays the same in all datagrams of one direction of a call and may change once when the call starts.",
	Show:  field.Hex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bon", Where: "§3.2.3"}, {Key: "tstat"}, {Key: "l7"}},
	Term:  "cid",
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "seed"}, Says: "connection identifier, constant for the flow"},
		{Cite: field.Cite{Key: "bon", Where: "§3.2.3"}, Says: "connection identifier; the byte after it differs from packet to packet"},
		{Cite: field.Cite{Key: "tstat"}, Says: "the same first four bytes as in the packet before"},
		{Cite: field.Cite{Key: "l7"}, Says: "two bytes or more are the same from the second message on"},
		{Cite: field.Cite{Key: "somscope"}, Says: "four bytes, as the papers have it; no capture to check", Ours: true},
	},
}

var specE2OCipher = field.Spec{
	Name: "skype.e2o.cipher", Label: "Ciphertext",
	Doc:   "The voice of the call, encrypted, with no part that could be recognised.",
	Show:  field.Raw,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bon", Where: "§3.2.3"}},
	Term:  "encryption",
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "bon", Where: "§3.2.3"}, Says: "nothing in it repeats; its first byte has to differ from that of the datagram before"},
		{Cite: field.Cite{Key: "tstat"}, Says: "datagrams of about 29 bytes, one each 20 ms"},
		{Cite: field.Cite{Key: "l7"}, Says: "at the start of a call each datagram is sent twice in a row"},
		{Cite: field.Cite{Key: "somscope"}, Says: "29 bytes would be the connection id, 20 bytes of G.729 and 5 more; no capture to check", Ours: true},
	},
}

// DissectE2O is E2O with what the rest of the capture says about the message. f may be nil.
func DissectE2O(d *dissect.D, c *dissect.Context, f *Facts) {
	d.Group(&specE2O, func(d *dissect.D) {
		if d.Left() == 0 {
			d.HeadFault(short(d), "there is no connection id in an empty datagram")
			return
		}
		d.Within(d.Left(), func(d *dissect.D) {
			d.U32(&specCID)
			if d.OK() && d.Left() == 0 && !d.Cut() {
				d.HeadNote("nothing behind the connection id")
			}
			n := len(d.Rest(&specE2OCipher))
			if d.OK() && f != nil && f.Media != nil {
				unreadable(d, n)
				showMedia(d, e2oWords, f.Media)
			}
		})
		if c != nil && c.Src.IsValid() && c.Dst.IsValid() && c.Src.Port() != gatewayPort && c.Dst.Port() != gatewayPort {
			d.HeadNote("neither port is %d, where the gateways listened", gatewayPort)
		}
	})
}

// InfoE2O says in half a line what a datagram to or from a gateway is.
func InfoE2O(payload []byte) string {
	if len(payload) < 4 {
		return "Gateway · cut after " + count(len(payload), "byte")
	}
	cid := binary.BigEndian.Uint32(payload)
	return "Gateway · connection " + hex16(uint16(cid>>16)) + hex16(uint16(cid)) + " · " + bytesEncrypted(len(payload)-4)
}
