package inet

import (
	"net/netip"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// ARP asks which hardware address belongs to a protocol address. With the
// usual lengths of 6 and 4:
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-------------------------------+-------------------------------+
//	|         Hardware type         |         Protocol type         |
//	+---------------+---------------+-------------------------------+
//	|  HW length, 6 | Proto len., 4 |           Operation           |
//	+---------------+---------------+-------------------------------+
//	|                   Sender hardware (48 bits)                   |
//	|                               +-------------------------------+
//	|                               |    Sender protocol (32 bits)  |
//	+-------------------------------+-------------------------------+
//	|                               |    Target hardware (48 bits)  |
//	+-------------------------------+                               |
//	|                                                               |
//	+---------------------------------------------------------------+
//	|                   Target protocol (32 bits)                   |
//	+---------------------------------------------------------------+
//
// RFC 826.
func (w walk) arp(d *dissect.D) {
	d.Group(specARP, func(d *dissect.D) {
		d.U16(specARPHwType)
		proto := d.U16(specARPProtoType)
		hlen := int(d.U8(specARPHwSize))
		plen := int(d.U8(specARPProtoSize))
		op := d.U16(specARPOpcode)
		ip := proto == etherIPv4 && plen == 4
		address := func(hw, hwRaw, ipv4, raw *field.Spec) (uint64, netip.Addr) {
			var m uint64
			var a netip.Addr
			if hlen == 6 {
				m = d.MAC(hw)
			} else {
				d.Bytes(hwRaw, hlen)
			}
			if ip {
				a = d.IP4(ipv4)
			} else {
				d.Bytes(raw, plen)
			}
			return m, a
		}
		shw, sip := address(specARPSrcMAC, specARPSrcHw, specARPSrcIP, specARPSrcProto)
		_, tip := address(specARPDstMAC, specARPDstHw, specARPDstIP, specARPDstProto)
		if d.OK() && ip {
			d.Head(field.Text(arpText(op, macText(shw), sip, tip)))
		}
	})
}

// arpText says in words what an ARP message asks or answers.
func arpText(op uint16, shw string, sip, tip netip.Addr) string {
	switch {
	case op == 1 && sip == tip:
		return "announces " + sip.String() + " at " + shw
	case op == 1 && sip.IsUnspecified():
		return "is anyone using " + tip.String() + "?"
	case op == 1:
		return "who has " + tip.String() + "? tell " + sip.String()
	case op == 2:
		return sip.String() + " is at " + shw
	case op == 3:
		return "which address do I have?"
	case op == 4:
		return "your address is " + tip.String()
	}
	return "operation " + utoa(uint64(op))
}

var citeARP = []field.Cite{{Key: "rfc826"}}

var specARP = &field.Spec{
	Name: "arp", Label: "ARP", Cite: citeARP,
	Doc: "The Address Resolution Protocol finds the hardware address that belongs to an IP address on the same network.",
}

var specARPHwType = &field.Spec{
	Name: "arp.hw.type", Label: "Hardware type", Cite: citeARP,
	Doc:  "The kind of hardware address asked for.",
	Enum: field.Enum{{V: 1, S: "Ethernet"}, {V: 6, S: "IEEE 802"}, {V: 7, S: "ARCNET"}, {V: 15, S: "Frame Relay"}, {V: 24, S: "FireWire"}, {V: 32, S: "InfiniBand"}},
}

var specARPProtoType = &field.Spec{
	Name: "arp.proto.type", Label: "Protocol type", Show: field.Hex, Enum: etherTypes, Cite: citeARP,
	Doc: "The kind of protocol address that is to be resolved, as an EtherType.",
}

var specARPHwSize = &field.Spec{
	Name: "arp.hw.size", Label: "Hardware address length", Unit: "bytes", Cite: citeARP,
	Doc: "The length of each hardware address below.",
}

var specARPProtoSize = &field.Spec{
	Name: "arp.proto.size", Label: "Protocol address length", Unit: "bytes", Cite: citeARP,
	Doc: "The length of each protocol address below.",
}

var specARPOpcode = &field.Spec{
	Name: "arp.opcode", Label: "Operation", Cite: []field.Cite{{Key: "rfc826"}, {Key: "rfc903"}},
	Doc:  "A question or an answer.",
	Enum: field.Enum{{V: 1, S: "request"}, {V: 2, S: "reply"}, {V: 3, S: "reverse request"}, {V: 4, S: "reverse reply"}, {V: 8, S: "inverse request"}, {V: 9, S: "inverse reply"}},
}

var specARPSrcMAC = &field.Spec{
	Name: "arp.src.hw_mac", Label: "Sender's hardware address", Show: field.MAC, Cite: citeARP,
	Doc: "The hardware address of whoever speaks.",
}

var specARPSrcHw = &field.Spec{
	Name: "arp.src.hw", Label: "Sender's hardware address", Show: field.Raw, Cite: citeARP,
	Doc: "The hardware address of whoever speaks, which is not of the Ethernet kind.",
}

var specARPSrcIP = &field.Spec{
	Name: "arp.src.proto_ipv4", Label: "Sender's IP address", Show: field.IP, Cite: citeARP,
	Doc: "The IP address of whoever speaks.",
}

var specARPSrcProto = &field.Spec{
	Name: "arp.src.proto", Label: "Sender's protocol address", Show: field.Raw, Cite: citeARP,
	Doc: "The protocol address of whoever speaks, which is not an IPv4 address.",
}

var specARPDstMAC = &field.Spec{
	Name: "arp.dst.hw_mac", Label: "Target's hardware address", Show: field.MAC, Cite: citeARP,
	Doc: "In a request still unknown, and mostly zero.",
}

var specARPDstHw = &field.Spec{
	Name: "arp.dst.hw", Label: "Target's hardware address", Show: field.Raw, Cite: citeARP,
	Doc: "The hardware address of whoever is spoken to, which is not of the Ethernet kind.",
}

var specARPDstIP = &field.Spec{
	Name: "arp.dst.proto_ipv4", Label: "Target's IP address", Show: field.IP, Cite: citeARP,
	Doc: "The IP address asked for, or of whoever asked.",
}

var specARPDstProto = &field.Spec{
	Name: "arp.dst.proto", Label: "Target's protocol address", Show: field.Raw, Cite: citeARP,
	Doc: "The protocol address asked for, which is not an IPv4 address.",
}

var arpSpecs = []*field.Spec{
	specARP, specARPHwType, specARPProtoType, specARPHwSize, specARPProtoSize, specARPOpcode,
	specARPSrcMAC, specARPSrcHw, specARPSrcIP, specARPSrcProto, specARPDstMAC, specARPDstHw, specARPDstIP, specARPDstProto,
}
