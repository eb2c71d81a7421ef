package inet

import (
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// A tag of IEEE 802.1Q (a customer's) or 802.1ad (a carrier's), which stands
// between the addresses and the type. The type before it says which of the two
// it is; tags may follow each other.
//
//	 0                   1
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
//	+-----+-+-----------------------+
//	|Prio.|D|    VLAN identifier    |
//	+-----+-+-----------------------+
//	|             Type              |
//	+-------------------------------+
func (w walk) vlan(d *dissect.D, tpid uint16) {
	for {
		var t uint16
		d.Group(specVLAN, func(d *dissect.D) {
			var id uint64
			d.Word(specVLANTag, 2, false, func(b dissect.Bits) {
				b.Mask(specVLANPriority, 0xE000)
				b.Mask(specVLANDEI, 0x1000)
				id = b.Mask(specVLANID, 0x0FFF)
			})
			if d.OK() {
				d.Head(field.Uint(id))
			}
			if b := d.Peek(2); len(b) == 2 && be16(b, 0) <= 1500 {
				t = d.U16(specVLANLen)
				if left := d.Left(); int(t) > left {
					w.kept(d, int(t), left)
				}
			} else {
				t = d.U16(specVLANType)
			}
			d.HeadNote("%s", tagKind(tpid))
		})
		if t != etherVLAN && t != etherQinQ && t != etherQinQ91 || !d.OK() {
			w.etherType(d, t)
			return
		}
		tpid = t
	}
}

func tagKind(tpid uint16) string {
	switch tpid {
	case etherQinQ:
		return "service tag, 802.1ad"
	case etherQinQ91:
		return "service tag with the number used before 802.1ad"
	}
	return "customer tag, 802.1Q"
}

// A label of MPLS. Nothing says what lies below the last one: IP shows itself
// by its first nibble.
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+---------------------------------------+-----+-+---------------+
//	|                 Label                 | TC  |S| Time to live  |
//	+---------------------------------------+-----+-+---------------+
//
// RFC 3032 §2.1; the three bits got the name traffic class in RFC 5462.
func (w walk) mpls(d *dissect.D) {
	for bottom := false; !bottom && d.OK(); {
		d.Group(specMPLS, func(d *dissect.D) {
			var label uint64
			d.Word(specMPLSEntry, 4, false, func(b dissect.Bits) {
				label = b.Mask(specMPLSLabel, 0xFFFFF000)
				b.Mask(specMPLSClass, 0x00000E00)
				bottom = b.Mask(specMPLSBottom, 0x00000100) != 0
				b.Mask(specMPLSTTL, 0x000000FF)
			})
			if d.OK() {
				d.Head(field.Text("label " + utoa(label)))
			}
		})
	}
	if b := d.Peek(1); len(b) == 1 {
		switch b[0] >> 4 {
		case 4:
			w.ipv4(d)
			return
		case 6:
			w.ipv6(d)
			return
		}
	}
	d.Unknown(d.Left())
}

var (
	citeVLAN = []field.Cite{{Key: "ieee8021q"}}
	citeMPLS = []field.Cite{{Key: "rfc3032", Where: "§2.1"}}
)

var specVLAN = &field.Spec{
	Name:  "vlan",
	Label: "VLAN tag",
	Doc:   "A tag puts the frame into one of 4094 virtual networks that share the same cables.",
	Cite:  citeVLAN,
}

var specVLANTag = &field.Spec{
	Name:  "vlan.tag",
	Label: "Tag control",
	Doc:   "Priority, drop eligibility and network number, in two bytes.",
	Show:  field.Hex,
	Cite:  citeVLAN,
}

var specVLANPriority = &field.Spec{
	Name:  "vlan.priority",
	Label: "Priority",
	Doc:   "How urgent the frame is, from 0 to 7; 1 is lower than 0.",
	Enum: field.Enum{{V: 0, S: "best effort"}, {V: 1, S: "background"}, {V: 2, S: "excellent effort"}, {V: 3, S: "critical applications"}, {V: 4, S: "video"}, {V: 5, S: "voice"},
		{V: 6, S: "internetwork control"}, {V: 7, S: "network control"}},
	Cite: citeVLAN,
}

var specVLANDEI = &field.Spec{
	Name:  "vlan.dei",
	Label: "Drop eligible",
	Doc:   "A switch that is overloaded may drop this frame before others; older equipment used the bit for the address format.",
	Show:  field.Flag,
	Cite:  citeVLAN,
}

var specVLANID = &field.Spec{
	Name:  "vlan.id",
	Label: "VLAN identifier",
	Doc:   "The number of the virtual network; 0 means none, the tag is there for its priority.",
	Cite:  citeVLAN,
}

var specVLANType = &field.Spec{
	Name:  "vlan.etype",
	Label: "Type",
	Doc:   "The protocol that follows the tag.",
	Show:  field.Hex,
	Enum:  etherTypes,
	Cite:  citeVLAN,
}

var specVLANLen = &field.Spec{
	Name:  "vlan.len",
	Label: "Length",
	Doc:   "The length of what follows, in a frame of the IEEE 802.3 kind.",
	Unit:  "bytes",
	Cite:  citeVLAN,
}

var specMPLS = &field.Spec{
	Name:  "mpls",
	Label: "MPLS label",
	Doc:   "Routers of a provider forward the packet by this label instead of its address.",
	Cite:  citeMPLS,
}

var specMPLSEntry = &field.Spec{
	Name:  "mpls.entry",
	Label: "Label stack entry",
	Doc:   "One label with its traffic class, end mark and time to live.",
	Show:  field.Hex,
	Cite:  citeMPLS,
}

var specMPLSLabel = &field.Spec{
	Name:  "mpls.label",
	Label: "Label",
	Doc:   "The number by which the next router looks up where to send the packet.",
	Enum: field.Enum{{V: 0, S: "IPv4 explicit null"}, {V: 1, S: "router alert"}, {V: 2, S: "IPv6 explicit null"}, {V: 3, S: "implicit null"}, {V: 7, S: "entropy label indicator"},
		{V: 13, S: "associated channel"}, {V: 14, S: "OAM alert"}},
	Cite: citeMPLS,
}

var specMPLSClass = &field.Spec{
	Name:  "mpls.exp",
	Label: "Traffic class",
	Doc:   "How the packet is to be queued; the bits were called experimental before.",
	Cite:  []field.Cite{{Key: "rfc5462"}},
}

var specMPLSBottom = &field.Spec{
	Name:  "mpls.bottom",
	Label: "Bottom of stack",
	Doc:   "Set on the last label: the packet itself follows.",
	Show:  field.Flag,
	Cite:  citeMPLS,
}

var specMPLSTTL = &field.Spec{
	Name:  "mpls.ttl",
	Label: "Time to live",
	Doc:   "Each router takes one off and drops the packet at zero.",
	Unit:  "hops",
	Cite:  citeMPLS,
}

var vlanSpecs = []*field.Spec{
	specVLAN, specVLANTag, specVLANPriority, specVLANDEI, specVLANID, specVLANType, specVLANLen,
	specMPLS, specMPLSEntry, specMPLSLabel, specMPLSClass, specMPLSBottom, specMPLSTTL,
}
