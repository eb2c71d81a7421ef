package skype

import (
	"strconv"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Resend, function 3:
//
//	0    2   3   4         8         12        16
//	+----+---+---+---------+---------+---------+-----------------
//	| id |r3 |01 |  token  | your IP |  CRC32  | ciphertext ...
//	+----+---+---+---------+---------+---------+-----------------
//
// Ehlert & Petgang 2006, §5.1 (messages U1 to U3); Biondi & Desclaux 2006, slides 57-59;
// 2 of 2 in the SkypeIRC capture. It is 5 bytes longer than the Command it repeats. How the
// token enters the key is not documented.

var specResend = field.Spec{
	Name: "skype.udp.resend", Label: "Resend",
	Doc:   "“You could not read me; here is the same message again, made with the address and the token you told me.”",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "ep", Where: "§5.1"}, {Key: "bd", Where: "slides 57-59"}, {Key: "cap", Where: "frame 216"}},
	Term:  "resend",
}

var specResendCount = field.Spec{
	Name: "skype.udp.resend.count", Label: "Count",
	Doc:   "It has been 1 in every resend anybody printed; perhaps it numbers the tries.",
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "ep", Where: "§5.1"}, {Key: "bd"}, {Key: "cap"}},
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "openskype"}, Says: "retry number"},
		{Cite: field.Cite{Key: "wireshark"}, Says: "Num"},
		{Cite: field.Cite{Key: "ep", Where: "§5.1"}, Says: "always 0x01"},
		{Cite: field.Cite{Key: "cap"}, Says: "1 (2 of 2); a count, but of what is not certain", Ours: true},
	},
}

var specResendToken = field.Spec{
	Name: "skype.udp.resend.token", Label: "Token of the NAck",
	Doc:   "The number the NAck gave out, sent back unchanged: it shows that the sender received it.",
	Show:  field.Hex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "ep", Where: "§5.1"}, {Key: "cap", Where: "frames 215-216"}},
	Term:  "token",
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "wireshark"}, Says: "Unk1"},
		{Cite: field.Cite{Key: "ep", Where: "§5.1"}, Says: "bytes 8-11 of the NAck again (counted from 1)"},
		{Cite: field.Cite{Key: "cap"}, Says: "the token of the NAck with the same id (2 of 2)", Ours: true},
	},
}

var specResendTo = field.Spec{
	Name: "skype.udp.resend.to", Label: "Addressed to",
	Doc:   "The public address of the client this resend is for.",
	Show:  field.IP,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "ep", Where: "§5.1"}, {Key: "cap", Where: "frame 216"}},
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "bd", Where: "slides 57-59"}, Says: "source address"},
		{Cite: field.Cite{Key: "openskype"}, Says: "unknown"},
		{Cite: field.Cite{Key: "wireshark"}, Says: "IV"},
		{Cite: field.Cite{Key: "ep", Where: "§5.1"}, Says: "the supernode's address"},
		{Cite: field.Cite{Key: "cap"}, Says: "the address this datagram goes to (2 of 2)", Ours: true},
	},
}

var specResendCRC = field.Spec{
	Name: "skype.udp.resend.crc", Label: "CRC32 of the plaintext",
	Doc:   "The checksum of the first try, unchanged, because the plaintext is the same.",
	Show:  field.Hex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "ep", Where: "§5.1"}, {Key: "cap", Where: "frames 214 and 216"}},
	Term:  "crc",
}

var specResendBody = field.Spec{
	Name: "skype.udp.resend.cipher", Label: "Ciphertext",
	Doc:   "The same commands, encrypted anew and as long as the first time; how the token enters the key is not known.",
	Show:  field.Raw,
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "cap"}},
	Term:  "obfuscation",
}

func readResend(d *dissect.D, m message) {
	d.Group(&specResend, func(d *dissect.D) {
		if n := d.U8(&specResendCount); d.OK() && n != 1 {
			d.Note("1 in every resend known before")
		}
		d.U32(&specResendToken)
		to := d.IP4(&specResendTo)
		if dst := m.c.Dst.Addr().Unmap(); d.OK() && dst.IsValid() {
			if to == dst {
				d.Note("this datagram goes to that address")
			} else if dst.Is4() {
				d.Note("this datagram goes to %s", dst)
			}
		}
		d.U32(&specResendCRC)
		if !d.OK() {
			return
		}
		if d.Left() == 0 && !d.Cut() {
			d.HeadFault(field.ErrShort, "a resend without a message")
			return
		}
		d.Rest(&specResendBody)
	})
}

func infoResend(m message, p []byte) string {
	if len(p) < 16 {
		return cutInfo("Resend", m, p)
	}
	s := "Resend " + hex16(m.id) + " · to " + v4(p[8:]).String()
	if p[3] != 1 {
		s += " · count " + strconv.Itoa(int(p[3]))
	}
	return s
}
