package skype

import (
	"net/netip"
	"strconv"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Packed object list: the same objects behind an arithmetic coder.
//
//	+----+----------------
//	| 42 | coded bytes ...
//	+----+----------------
//
// The coder is proprietary. It is not included here, nor derived again. Four things can be told
// without it, because addresses go through it as six plain bytes, reversed, behind a few coded ones:
//
//	42 15                   no object
//	42 3c 25                the answer to a search that found nothing
//	42 fc df 1c    address  one address: the answer to a ping
//	42 fb 9e fd 27 5 x address
//	                        five addresses: "not me, try these"
//
// Measured on the messages of the SkypeIRC capture whose text the checksum gives away.

var specPacked = field.Spec{
	Name: "skype.packed", Label: "Packed object list",
	Doc:   "An object list behind an arithmetic coder that is proprietary and never part of this tool; only its simplest outcomes are known by sight.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 53-54"}, {Key: "cap"}},
	Term:  "arithmetic-coding",
}

var specPackedCode = field.Spec{
	Name: "skype.packed.code", Label: "Coded bytes",
	Doc:   "What the arithmetic coder made of the objects; it is left as it is.",
	Show:  field.Raw,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 53-54"}, {Key: "cap"}},
	Term:  "arithmetic-coding",
}

var specPackedAddress = field.Spec{
	Name: "skype.packed.address", Label: "Address and port",
	Doc:   "An address goes through the coder as six plain bytes, the last byte of address and port first.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "cap"}},
}

var specPackedIP = field.Spec{
	Name: "skype.packed.ip", Label: "Address",
	Doc:   "An IPv4 address, its last byte first.",
	Show:  field.IP,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "cap"}},
}

var specPackedPort = field.Spec{
	Name: "skype.packed.port", Label: "Port",
	Doc:   "The port for UDP and TCP alike, its low byte first.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "cap"}},
}

// A pattern is a packed list that is known by sight.
type pattern struct {
	code      string // the bytes behind 42
	addresses int    // that follow it
	says      string
	short     string
}

var patterns = []pattern{
	{"\x15", 0, "these bytes stand for a list without objects", "empty"},
	{"\x3c\x25", 0, "these bytes came in every answer to a search that found nothing", "nothing found"},
	{"\xfc\xdf\x1c", 1, "these bytes come before one address", "1 address"},
	{"\xfb\x9e\xfd\x27", 5, "these bytes come before five addresses", "5 addresses"},
}

const packedAddress = 6 // bytes

// seen finds the pattern that b, what follows 42, is, or nil.
func seen(b []byte) *pattern {
	for i := range patterns {
		p := &patterns[i]
		if len(b) == len(p.code)+p.addresses*packedAddress && string(b[:len(p.code)]) == p.code {
			return p
		}
	}
	return nil
}

// packedAt is the address that begins at b, six bytes in reversed order.
func packedAt(b []byte) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{b[3], b[2], b[1], b[0]}), uint16(b[4])|uint16(b[5])<<8)
}

// readPacked reads a packed list, which takes all that is left.
func readPacked(d *dissect.D, ctx ListContext) {
	d.Group(&specPacked, func(d *dissect.D) {
		d.U8(&specListKind)
		p := seen(d.Peek(d.Left()))
		if p == nil {
			if d.Left() == 0 && d.OK() {
				d.HeadFault(short(d), "nothing behind the 42")
				return
			}
			d.Head(field.Text(count(d.Left(), "coded byte")))
			d.Rest(&specPackedCode)
			d.Note("the codec is proprietary and never included, so these bytes stay packed")
			return
		}
		d.Head(field.Text(p.short))
		d.Bytes(&specPackedCode, len(p.code))
		d.Note("%s", p.says)
		for i := range p.addresses {
			d.Group(&specPackedAddress, func(d *dissect.D) {
				a := packedAt(d.Peek(packedAddress))
				d.LE32(&specPackedIP)
				d.Set(field.Addr(a.Addr()))
				d.LE16(&specPackedPort)
				d.Head(field.Text(a.String()))
				switch ctx {
				case ListPong:
					d.HeadNote("where the answering client saw the question come from: Skype's own STUN")
				case ListRedirect:
					d.HeadNote("supernode %s of 5 to try instead", strconv.Itoa(i+1))
				}
			})
		}
	})
}
