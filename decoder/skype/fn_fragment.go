package skype

import (
	"encoding/binary"
	"strconv"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Fragment, function f:
//
//	0    2   3     5   6   7         11        15
//	+----+---+-----+---+---+---------+---------+-----------------
//	| id |rf | re  |L i|02 |   IV    |  CRC32  | ciphertext ...
//	+----+---+-----+---+---+---------+---------+-----------------
//
//	byte 5:  | last | 0 0 0 | index |
//	            7     6 5 4   3 ... 0
//
// 54 of 54 in the SkypeIRC capture; OpenSkype names the parts up to the inner type. A full
// fragment has 1355 bytes, 1340 of them ciphertext; up to nine make an answer.

var specFragment = field.Spec{
	Name: "skype.udp.fragment", Label: "Fragment",
	Doc:   "A piece of an answer that is too long for one datagram; each piece is encrypted on its own.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "openskype"}, {Key: "cap", Where: "frames 1287-1350"}},
	Term:  "fragment",
}

var specReplyTo = field.Spec{
	Name: "skype.udp.fragment.reply", Label: "Answers message",
	Doc:   "The id of the question this is an answer to; the id in the Start of Message is the answering client's own and the same in all pieces.",
	Show:  field.Hex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "openskype"}, {Key: "cap", Where: "frames 1287-1350"}},
}

var specPlace = field.Spec{
	Name: "skype.udp.fragment.place", Label: "Place in the answer",
	Doc:   "Which piece of the answer this is, and whether it is the last.",
	Show:  field.Hex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "openskype"}, {Key: "cap"}},
}

var specLast = field.Spec{
	Name: "skype.udp.fragment.last", Label: "Last fragment",
	Doc:   "Set on the last piece of an answer.",
	Show:  field.Flag,
	Enum:  field.Enum{{V: 0, S: "no, more follow"}, {V: 1, S: "yes"}},
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "openskype"}, {Key: "cap"}},
}

var specPlaceBits = field.Spec{
	Name: "skype.udp.fragment.zero", Label: "Bits that were always zero",
	Doc:   "These bits were zero in each of 54 fragments; a longer count may reach into them.",
	Show:  field.Bin,
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "cap"}},
}

var specIndex = field.Spec{
	Name: "skype.udp.fragment.index", Label: "Index",
	Doc:   "The pieces of an answer are counted from 0.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "openskype"}, {Key: "cap"}},
}

var specInner = field.Spec{
	Name: "skype.udp.fragment.inner", Label: "Inner type",
	Doc:   "The function the whole answer would have had in one piece: always 2, a Command.",
	Show:  field.Hex,
	Enum:  field.Enum{{V: 2, S: "Command"}},
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "cap"}},
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "openskype"}, Says: "magic"},
		{Cite: field.Cite{Key: "cap"}, Says: "02, the function byte of what was cut into pieces (54 of 54)", Ours: true},
	},
}

var specFragmentIV = field.Spec{
	Name: "skype.udp.fragment.iv", Label: "IV",
	Doc:   "The random number for this piece; the key of each piece is its own.",
	Show:  field.Hex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "cap"}},
	Term:  "iv",
}

var specFragmentCRC = field.Spec{
	Name: "skype.udp.fragment.crc", Label: "CRC32 of the plaintext",
	Doc:   "A checksum over the plaintext of this piece alone.",
	Show:  field.Hex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "cap"}},
	Term:  "crc",
}

var specFragmentCipher = field.Spec{
	Name: "skype.udp.fragment.cipher", Label: "Ciphertext",
	Doc:   "This piece of the answer, RC4-obfuscated like a Command; its key cannot be made here either.",
	Show:  field.Raw,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "cap"}},
	Term:  "obfuscation",
}

func readFragment(d *dissect.D, m message) {
	d.Group(&specFragment, func(d *dissect.D) {
		d.U16(&specReplyTo)
		d.Byte(&specPlace, func(b dissect.Bits) {
			b.Mask(&specLast, 0x80)
			if b.Mask(&specPlaceBits, 0x70) != 0 {
				b.Note("not zero")
			}
			b.Mask(&specIndex, 0x0f)
		})
		if inner := d.U8(&specInner); d.OK() && inner != 0x02 {
			d.Fault(field.ErrFormat, "the inner type is %#02x, 0x02 was expected", inner)
		}
		d.U32(&specFragmentIV)
		d.U32(&specFragmentCRC)
		if !d.OK() {
			return
		}
		if d.Left() == 0 && !d.Cut() {
			d.HeadFault(field.ErrShort, "a fragment without ciphertext")
			return
		}
		d.Rest(&specFragmentCipher)
	})
}

func infoFragment(m message, p []byte) string {
	if len(p) < 6 {
		return cutInfo("Fragment", m, p)
	}
	index, reply := strconv.Itoa(int(p[5]&0x0f)), hex16(binary.BigEndian.Uint16(p[3:]))
	if p[5]&0x80 != 0 {
		return "Last fragment (" + index + ") of the answer to " + reply
	}
	return "Fragment " + index + " of the answer to " + reply
}
