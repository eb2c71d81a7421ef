package skype

import (
	"strconv"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Command, function 2:
//
//	0    2   3         7         11
//	+----+---+---------+---------+-----------------
//	| id |02 |   IV    |  CRC32  | ciphertext ...
//	+----+---+---------+---------+-----------------
//
// Biondi & Desclaux 2006, slides 41-50; layout, byte order and what the CRC covers hold in
// 233 of 233 such packets of the SkypeIRC capture.

var specCommand = field.Spec{
	Name: "skype.udp.command", Label: "Command",
	Doc:   "“Here is something for you to do or to know”: one or more commands, obfuscated as a whole.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 41-50"}, {Key: "cap"}},
	Term:  "command",
}

var specIV = field.Spec{
	Name: "skype.udp.iv", Label: "IV",
	Doc:   "A random number, new for each transmission, that is mixed into the RC4 seed, so that the same message never looks the same twice.",
	Show:  field.Hex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 41-42"}, {Key: "openskype"}, {Key: "cap"}},
	Term:  "iv",
}

var specCRC = field.Spec{
	Name: "skype.udp.crc", Label: "CRC32 of the plaintext",
	Doc:   "A checksum over the plaintext, not over the ciphertext: it stays the same when a message is sent again, and lets anyone test a guess at the content.",
	Show:  field.Hex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd"}, {Key: "cap"}},
	Term:  "crc",
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "wireshark"}, Says: "CRC"},
		{Cite: field.Cite{Key: "ep", Where: "§5.1"}, Says: "bytes that come back unchanged in the resend"},
		{Cite: field.Cite{Key: "ndpi"}, Says: "equal in two packets of a flow: a mark of Skype"},
		{Cite: field.Cite{Key: "cap"}, Says: "CRC-32 without the final inversion, over the plaintext of what follows (233 of 233)", Ours: true},
	},
}

var specCipher = field.Spec{
	Name: "skype.udp.cipher", Label: "Ciphertext",
	Doc:   "RC4-obfuscated commands; the 80-byte key grows out of addresses, id and IV by a function that is published nowhere under terms we could use, so we stop here.",
	Show:  field.Raw,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 41-50"}, {Key: "sch", Where: "slide 17"}},
	Term:  "obfuscation",
}

func readCommand(d *dissect.D, m message) {
	d.Group(&specCommand, func(d *dissect.D) {
		d.U32(&specIV)
		d.U32(&specCRC)
		if !d.OK() {
			return
		}
		switch n := d.Left(); {
		case n == 0 && !d.Cut():
			d.HeadFault(field.ErrShort, "a Command without ciphertext")
		case n < 5 && !d.Cut():
			d.Rest(&specCipher)
			d.Note("the shortest command has 5 bytes")
		default:
			d.Rest(&specCipher)
		}
	})
}

func infoCommand(m message, p []byte) string {
	if len(p) < 11 {
		return cutInfo("Command", m, p)
	}
	return "Command " + hex16(m.id) + " · " + bytesEncrypted(len(p)-11)
}

// cutInfo speaks of a message that ends before its fields do.
func cutInfo(name string, m message, p []byte) string {
	return name + " " + hex16(m.id) + " · cut after " + count(len(p), "byte")
}

func bytesEncrypted(n int) string {
	if n == 0 {
		return "nothing behind the header"
	}
	return count(n, "byte") + " encrypted"
}

func count(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return strconv.Itoa(n) + " " + unit + "s"
}

func hex16(n uint16) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[n>>12], digits[n>>8&15], digits[n>>4&15], digits[n&15]})
}
