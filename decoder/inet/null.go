package inet

import (
	"encoding/binary"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Loopback captures of the BSDs and their relatives begin with the address
// family, four bytes in the byte order of the machine that captured
// (LINKTYPE_NULL) or in network order (LINKTYPE_LOOP). IPv6 has another number
// on nearly every system.
const (
	afINET         = 2
	afINET6Linux   = 10
	afINET6Windows = 23
	afINET6NetBSD  = 24 // and OpenBSD
	afINET6FreeBSD = 28
	afINET6Darwin  = 30
)

func isINET6(family uint32) bool {
	switch family {
	case afINET6Linux, afINET6Windows, afINET6NetBSD, afINET6FreeBSD, afINET6Darwin:
		return true
	}
	return false
}

// nullFamily reads the family and says whether it is little-endian. Families
// are small, so the order shows.
func nullFamily(b []byte, link uint16) (family uint32, little bool) {
	v := binary.BigEndian.Uint32(b)
	if link == LinkNull && v > 0xFFFF {
		return binary.LittleEndian.Uint32(b), true
	}
	return v, false
}

func (w walk) null(d *dissect.D, link uint16) {
	var family uint32
	d.Group(specNull, func(d *dissect.D) {
		little := false
		if b := d.Peek(4); len(b) == 4 {
			_, little = nullFamily(b, link)
		}
		family = uint32(d.Uint(specNullFamily, 4, little))
		if d.OK() && link == LinkNull {
			if little {
				d.Note("captured on a little-endian machine")
			} else {
				d.Note("captured on a big-endian machine")
			}
		}
	})
	switch {
	case family == afINET:
		w.ipv4(d)
	case isINET6(family):
		w.ipv6(d)
	default:
		d.Unknown(d.Left())
	}
}

var citeNull = []field.Cite{{Key: "linktypes", Where: "LINKTYPE_NULL, LINKTYPE_LOOP"}}

var specNull = &field.Spec{
	Name:  "null",
	Label: "Loopback",
	Doc:   "The packet never left its machine, so there is no link layer but this note of what follows.",
	Cite:  citeNull,
}

var specNullFamily = &field.Spec{
	Name:  "null.family",
	Label: "Address family",
	Doc:   "Which protocol follows, in the numbers of the system that captured it.",
	Enum: field.Enum{{V: afINET, S: "IPv4"}, {V: 7, S: "OSI"}, {V: afINET6Linux, S: "IPv6 (Linux)"}, {V: afINET6Windows, S: "IPv6 (Windows)"},
		{V: afINET6NetBSD, S: "IPv6 (NetBSD, OpenBSD)"}, {V: afINET6FreeBSD, S: "IPv6 (FreeBSD)"}, {V: afINET6Darwin, S: "IPv6 (macOS)"}},
	Cite: citeNull,
}

var nullSpecs = []*field.Spec{specNull, specNullFamily}
