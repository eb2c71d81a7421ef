package rtp

import (
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

const (
	profileOneByte = 0xBEDE
	profileTwoByte = 0x1000 // and up to 0x100F
)

// headerExtension reads the extension of an RTP header:
//
//	+-------------------------------+-------------------------------+
//	|            Profile            |     Length in 32-bit words    |
//	+-------------------------------+-------------------------------+
//	|  Data
//	+------- - - - -
//
// RFC 3550 §5.3.1. With the profile bede the data is elements with a head of one byte, with
// 100x of two:
//
//	+-------+-------+-------- - -     +---------------+---------------+-------- - -
//	|  id   | len-1 | data            |      id       |    length     | data
//	+-------+-------+-------- - -     +---------------+---------------+-------- - -
//
// RFC 8285 §4.2, §4.3. A byte 0 in place of a head is padding. What an id stands for is agreed
// on in SDP (a=extmap).
func headerExtension(d *dissect.D) {
	profile := d.U16(&specExtProfile)
	two := profile&0xFFF0 == profileTwoByte
	switch {
	case !d.OK():
		return
	case profile == profileOneByte:
		d.Note("elements with a head of one byte")
	case two:
		d.Note("elements with a head of two bytes")
	}
	n := 4 * int(d.U16(&specExtLen))
	if !d.OK() {
		return
	}
	n = claim(d, n)
	d.Within(n, func(d *dissect.D) {
		switch {
		case profile == profileOneByte:
			elements(d, element1)
		case two:
			elements(d, element2)
		default:
			d.Rest(&specExtData)
		}
	})
}

// claim is how much of n bytes there is; what is missing is said at the length just read.
func claim(d *dissect.D, n int) int {
	left := d.Left()
	if n <= left {
		return n
	}
	if d.Cut() {
		d.Fault(field.ErrSnapped, "claims %s, the capture kept %d", plural(n, "byte"), left)
	} else {
		d.Fault(field.ErrShort, "claims %s, %d are there", plural(n, "byte"), left)
	}
	return left
}

func elements(d *dissect.D, element func(d *dissect.D) bool) {
	for more := true; more && d.OK() && d.Left() > 0; {
		pad := 0
		for _, b := range d.Peek(d.Left()) {
			if b != 0 {
				break
			}
			pad++
		}
		if pad > 0 {
			d.Bytes(&specExtPad, pad)
			continue
		}
		d.Group(&specExtElement, func(d *dissect.D) { more = element(d) })
	}
	if d.OK() && d.Left() > 0 {
		d.Rest(&specExtIgnored)
	}
}

// element1 reads an element with a head of one byte; it reports whether others may follow.
func element1(d *dissect.D) bool {
	var id, n int
	d.Byte(&specExtHead, func(b dissect.Bits) {
		id = int(b.Mask(&specExtID, 0xF0))
		n = int(b.Mask(&specExtOneLen, 0x0F)) + 1
		switch id {
		case 0:
			b.Fault(field.ErrFormat, "padding has no length: what follows is to be ignored")
		case 15:
			b.Note("the id 15 ends the list")
		default:
			b.Note("%s of data", plural(n, "byte"))
		}
	})
	if id == 0 || id == 15 {
		return false
	}
	return elementData(d, id, n)
}

// element2 reads an element with a head of two bytes.
func element2(d *dissect.D) bool {
	id := int(d.U8(&specExtTwoID))
	n := int(d.U8(&specExtTwoLen))
	return elementData(d, id, n)
}

func elementData(d *dissect.D, id, n int) bool {
	if !d.OK() {
		return false
	}
	d.Head(field.Text("id " + itoa(id) + ", " + plural(n, "byte")))
	d.Bytes(&specExtValue, claim(d, n))
	return true
}

var specExt = field.Spec{
	Name: "rtp.ext", Label: "Header extension", Cite: citeExt,
	Doc: "Further information of the sender about this packet, which a receiver may pass over.",
}

var specExtProfile = field.Spec{
	Name: "rtp.ext.profile", Label: "Profile", Show: field.Hex, Cite: []field.Cite{{Key: "rfc8285", Where: "§4.1"}, {Key: "rfc3550", Where: "§5.3.1"}},
	Enum: field.Enum{{V: profileOneByte, S: "one-byte heads"}, {V: profileTwoByte, S: "two-byte heads"}},
	Doc:  "The form of the extension.",
}

var specExtLen = field.Spec{
	Name: "rtp.ext.length", Label: "Length", Unit: "words", Cite: citeExt,
	Doc: "How many words of 4 bytes follow.",
}

var specExtElement = field.Spec{
	Name: "rtp.ext.element", Label: "Element", Cite: []field.Cite{{Key: "rfc8285", Where: "§4.1"}},
	Doc: "One piece of information, such as how loud the packet is; its number is explained in SDP only.",
}

var specExtHead = field.Spec{
	Name: "rtp.ext.head", Label: "Id and length", Show: field.Hex, Cite: citeExt1,
	Doc: "The number of the element and how long it is.",
}

var specExtID = field.Spec{
	Name: "rtp.ext.id", Label: "Id", Cite: citeExt1,
	Doc: "Which element this is, as agreed for this session; nothing in the packet says what it means.",
}

var specExtOneLen = field.Spec{
	Name: "rtp.ext.size", Label: "Length less 1", Unit: "bytes", Cite: citeExt1,
	Doc: "The length of the data, less one.",
}

var specExtTwoID = field.Spec{
	Name: "rtp.ext.long.id", Label: "Id", Cite: citeExt2,
	Doc: "Which element this is, as agreed for this session; nothing in the packet says what it means.",
}

var specExtTwoLen = field.Spec{
	Name: "rtp.ext.long.size", Label: "Length", Unit: "bytes", Cite: citeExt2,
	Doc: "The length of the data.",
}

var specExtValue = field.Spec{
	Name: "rtp.ext.value", Label: "Data", Show: field.Raw, Cite: []field.Cite{{Key: "rfc8285", Where: "§4.1"}},
	Doc: "The value of the element; only who knows what its id stands for can read it.",
}

var specExtPad = field.Spec{
	Name: "rtp.ext.padding", Label: "Padding", Show: field.Raw, Cite: []field.Cite{{Key: "rfc8285", Where: "§4.1"}},
	Doc: "Zeros that fill the extension up to a multiple of four bytes.",
}

var specExtIgnored = field.Spec{
	Name: "rtp.ext.ignored", Label: "Ignored", Show: field.Raw, Cite: citeExt1,
	Doc: "Bytes behind the end of the list of elements.",
}

var specExtData = field.Spec{
	Name: "rtp.ext.data", Label: "Data", Show: field.Raw, Cite: citeExt,
	Doc: "The data of an extension of another form.",
}

var extensionSpecs = []*field.Spec{
	&specExt, &specExtProfile, &specExtLen, &specExtElement, &specExtHead, &specExtID, &specExtOneLen, &specExtTwoID, &specExtTwoLen,
	&specExtValue, &specExtPad, &specExtIgnored, &specExtData,
}
