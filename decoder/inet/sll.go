package inet

import (
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// The header that Linux writes when a capture runs on all interfaces, or on
// one whose own header it does not pass on:
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-------------------------------+-------------------------------+
//	|          Packet type          |        Interface type         |
//	+-------------------------------+-------------------------------+
//	|        Address length         |                               |
//	+-------------------------------+                               |
//	|                        Address (64 bits)                      |
//	|                               +-------------------------------+
//	|                               |         Protocol type         |
//	+-------------------------------+-------------------------------+
//
// LINKTYPE_LINUX_SLL in the registry at tcpdump.org.
func (w walk) sll(d *dissect.D) {
	var t uint16
	d.Group(specSLL, func(d *dissect.D) {
		kind := d.U16(specSLLPktType)
		arphrd := d.U16(specSLLHaType)
		n := int(d.U16(specSLLHaLen))
		sllAddress(d, arphrd, n)
		t = d.U16(specSLLType)
		if s, ok := sllPacketTypes.Name(uint64(kind)); ok && d.OK() {
			d.Head(field.Text(s))
		}
	})
	w.cooked(d, t)
}

// The second version adds the interface:
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-------------------------------+-------------------------------+
//	|         Protocol type         |       Reserved, zero          |
//	+-------------------------------+-------------------------------+
//	|                        Interface index                        |
//	+-------------------------------+---------------+---------------+
//	|        Interface type         |  Packet type  | Addr. length  |
//	+-------------------------------+---------------+---------------+
//	|                        Address (64 bits)                      |
//	|                                                               |
//	+---------------------------------------------------------------+
//
// LINKTYPE_LINUX_SLL2 in the registry at tcpdump.org.
func (w walk) sll2(d *dissect.D) {
	var t uint16
	d.Group(specSLL, func(d *dissect.D) {
		t = d.U16(specSLLType)
		d.U16(specSLLReserved)
		d.U32(specSLLIfIndex)
		arphrd := d.U16(specSLLHaType)
		kind := d.U8(specSLLPktType)
		n := int(d.U8(specSLLHaLen))
		sllAddress(d, arphrd, n)
		if s, ok := sllPacketTypes.Name(uint64(kind)); ok && d.OK() {
			d.Head(field.Text(s))
		}
	})
	w.cooked(d, t)
}

func sllAddress(d *dissect.D, arphrd uint16, n int) {
	switch {
	case n == 6:
		d.MAC(specSLLSrcEth)
	case n >= 8:
		n = 8
		d.Bytes(specSLLSrc, 8)
	default:
		d.Bytes(specSLLSrc, n)
	}
	d.Bytes(specSLLUnused, 8-n)
}

// cooked goes on after a cooked header; its protocol is an EtherType or one of
// the numbers Linux uses for frames without one.
func (w walk) cooked(d *dissect.D, t uint16) {
	switch {
	case !d.OK():
	case t == 4: // 802.2
		w.llc(d)
	case t >= 1536:
		w.etherType(d, t)
	default:
		d.Unknown(d.Left())
	}
}

var citeSLL = []field.Cite{{Key: "linktypes", Where: "LINKTYPE_LINUX_SLL"}}
var citeSLL2 = []field.Cite{{Key: "linktypes", Where: "LINKTYPE_LINUX_SLL2"}}

var specSLL = &field.Spec{
	Name:  "sll",
	Label: "Linux cooked capture",
	Doc:   "A header written by the capturing Linux machine in place of the real link layer's.",
	Cite:  citeSLL,
}

var specSLLPktType = &field.Spec{
	Name:  "sll.pkttype",
	Label: "Packet type",
	Doc:   "Whether the capturing machine sent the packet or received it, and for whom it was meant.",
	Enum:  sllPacketTypes,
	Cite:  citeSLL,
}

var sllPacketTypes = field.Enum{{V: 0, S: "to us"}, {V: 1, S: "broadcast"}, {V: 2, S: "multicast"}, {V: 3, S: "to another host"}, {V: 4, S: "sent by us"}}

var specSLLHaType = &field.Spec{
	Name:  "sll.hatype",
	Label: "Interface type",
	Doc:   "The kind of network interface, in the numbers of Linux.",
	Enum: field.Enum{{V: 1, S: "Ethernet"}, {V: 512, S: "PPP"}, {V: 768, S: "IP in IP tunnel"}, {V: 772, S: "loopback"}, {V: 776, S: "IPv6 in IPv4 tunnel"}, {V: 778, S: "GRE tunnel"},
		{V: 801, S: "802.11"}, {V: 803, S: "802.11 with radiotap"}, {V: 824, S: "netlink"}, {V: 65534, S: "none"}},
	Cite: citeSLL,
}

var specSLLHaLen = &field.Spec{
	Name:  "sll.halen",
	Label: "Address length",
	Doc:   "How many of the eight address bytes count.",
	Unit:  "bytes",
	Cite:  citeSLL,
}

var specSLLSrcEth = &field.Spec{
	Name:  "sll.src.eth",
	Label: "Source",
	Doc:   "The hardware address of the sender.",
	Show:  field.MAC,
	Cite:  citeSLL,
}

var specSLLSrc = &field.Spec{
	Name:  "sll.src.other",
	Label: "Source",
	Doc:   "The link-layer address of the sender, which is no Ethernet address.",
	Show:  field.Raw,
	Cite:  citeSLL,
}

var specSLLUnused = &field.Spec{
	Name:  "sll.unused",
	Label: "Unused",
	Doc:   "The address has eight bytes of room and does not fill it.",
	Show:  field.Raw,
	Cite:  citeSLL,
}

var specSLLType = &field.Spec{
	Name:  "sll.etype",
	Label: "Protocol type",
	Doc:   "The protocol that the packet carries, mostly an EtherType.",
	Show:  field.Hex,
	Enum:  etherTypes,
	Cite:  citeSLL,
}

var specSLLReserved = &field.Spec{
	Name:  "sll.reserved",
	Label: "Reserved",
	Doc:   "Must be zero.",
	Show:  field.Hex,
	Cite:  citeSLL2,
}

var specSLLIfIndex = &field.Spec{
	Name:  "sll.ifindex",
	Label: "Interface index",
	Doc:   "The number of the network interface on the capturing machine.",
	Cite:  citeSLL2,
}

var sllSpecs = []*field.Spec{
	specSLL, specSLLPktType, specSLLHaType, specSLLHaLen, specSLLSrcEth, specSLLSrc, specSLLUnused, specSLLType, specSLLReserved, specSLLIfIndex,
}
