package inet

import (
	"hash/crc32"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// An Ethernet frame as captures hold it, without preamble and mostly without
// its frame check sequence:
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-------------------------------+-------------------------------+
//	|                      Destination (48 bits)                    |
//	|                               +-------------------------------+
//	|                               |        Source (48 bits)       |
//	+-------------------------------+                               |
//	|                                                               |
//	+-------------------------------+-------------------------------+
//	|  Type, from 1536, or Length   |  Payload, padded to 46 bytes
//	+-------------------------------+
//
// Up to 1500 the last field is the length of an IEEE 802.3 frame, whose
// payload begins with an 802.2 (LLC) header.
func (w walk) ethernet(d *dissect.D) {
	start := d.Pos()
	var t uint16
	d.Group(specEth, func(d *dissect.D) {
		dst := d.MAC(specEthDst)
		src := d.MAC(specEthSrc)
		if b := d.Peek(2); len(b) == 2 && be16(b, 0) <= 1500 {
			t = d.U16(specEthLen)
			if left := d.Left(); int(t) > left {
				w.kept(d, int(t), left)
			}
		} else {
			t = d.U16(specEthType)
			if d.OK() && t < 1536 {
				d.Fault(field.ErrFormat, "%d is neither a length, up to 1500, nor a type, from 1536", t)
			}
		}
		if d.OK() {
			d.Head(field.Text(macText(src) + " → " + macText(dst)))
		}
	})
	w.etherType(d, t)
	w.ethernetRest(d, start)
}

// ethernetRest names what follows the packet within its frame. Short packets
// are padded to 60 bytes; some captures keep the frame check sequence too.
func (w walk) ethernetRest(d *dissect.D, start int) {
	left := d.Left()
	if !d.OK() || left == 0 {
		return
	}
	fcs := false
	if left >= 4 && d.Pos()+left-start >= 64 && !d.Cut() {
		frame := d.Slice(start, d.Pos()+left)
		n := len(frame) - 4
		sum := crc32.ChecksumIEEE(frame[:n])
		fcs = sum == uint32(frame[n])|uint32(frame[n+1])<<8|uint32(frame[n+2])<<16|uint32(frame[n+3])<<24
	}
	if fcs {
		left -= 4
	}
	if left > 0 {
		s := specEthPadding
		for _, c := range d.Peek(left) {
			if c != 0 {
				s = specEthTrailer
				break
			}
		}
		d.Bytes(s, left)
	}
	if fcs {
		d.LE32(specEthFCS)
		d.Note("right")
	}
}

// llcFrame reads the payload of an IEEE 802.3 frame of n bytes.
func (w walk) llcFrame(d *dissect.D, n int) { d.Within(min(n, d.Left()), w.llc) }

// An 802.2 header, and the SNAP header that follows when both access points are AA:
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+---------------+---------------+---------------+---------------+
//	|     DSAP      |     SSAP      |    Control    |  Organisation |
//	+---------------+---------------+---------------+---------------+
//	|       code (24 bits)          |         Protocol type         |
//	+-------------------------------+-------------------------------+
//
// Control has a second byte unless its two low bits are 11 (RFC 1042).
func (w walk) llc(d *dissect.D) {
	var dsap, ssap uint8
	var t uint16
	snap, ether := false, false
	d.Group(specLLC, func(d *dissect.D) {
		dsap = d.U8(specLLCDSAP)
		ssap = d.U8(specLLCSSAP)
		if b := d.Peek(1); len(b) == 1 && b[0]&3 == 3 {
			c := d.U8(specLLCControl)
			snap = dsap == 0xAA && ssap == 0xAA && c == 3
		} else {
			d.U16(specLLCControl)
		}
		if snap {
			oui := d.Uint(specLLCOUI, 3, false)
			t = d.U16(specLLCType)
			ether = oui == 0 && t >= 1536
		}
	})
	switch {
	case ether:
		w.etherType(d, t)
	case snap:
		d.Unknown(d.Left())
	case dsap == 0x42 && ssap == 0x42:
		w.gopacketSTP(d)
		d.Unknown(d.Left())
	default:
		d.Unknown(d.Left())
	}
}

// macText writes a hardware address in the usual way.
func macText(n uint64) string {
	const digits = "0123456789abcdef"
	b := make([]byte, 0, 17)
	for i := 40; i >= 0; i -= 8 {
		if i < 40 {
			b = append(b, ':')
		}
		b = append(b, digits[n>>uint(i+4)&15], digits[n>>uint(i)&15])
	}
	return string(b)
}

var (
	citeEthernet = []field.Cite{{Key: "rfc894"}, {Key: "ieee8023"}}
	cite8023     = []field.Cite{{Key: "ieee8023"}}
	citeLLC      = []field.Cite{{Key: "rfc1042"}}
)

var specEth = &field.Spec{
	Name:  "eth",
	Label: "Ethernet",
	Doc:   "Ethernet carries a packet from one network card to the next, and no further.",
	Cite:  citeEthernet,
}

var specEthDst = &field.Spec{
	Name:  "eth.dst",
	Label: "Destination",
	Doc:   "The hardware address of the network card that is to take the frame, which is often the router's.",
	Show:  field.MAC,
	Cite:  citeEthernet,
}

var specEthSrc = &field.Spec{
	Name:  "eth.src",
	Label: "Source",
	Doc:   "The hardware address of the network card that sent the frame.",
	Show:  field.MAC,
	Cite:  citeEthernet,
}

var specEthType = &field.Spec{
	Name:  "eth.type",
	Label: "Type",
	Doc:   "The EtherType says which protocol the frame carries.",
	Show:  field.Hex,
	Enum:  etherTypes,
	Cite:  citeEthernet,
}

var specEthLen = &field.Spec{
	Name:  "eth.len",
	Label: "Length",
	Doc:   "A value up to 1500 is the length of the frame's payload, and makes this an IEEE 802.3 frame.",
	Unit:  "bytes",
	Cite:  cite8023,
}

var specEthPadding = &field.Spec{
	Name:  "eth.padding",
	Label: "Ethernet padding",
	Doc:   "Zeros fill a short frame up to the 60 bytes that Ethernet asks for.",
	Show:  field.Raw,
	Cite:  citeEthernet,
}

var specEthTrailer = &field.Spec{
	Name:  "eth.trailer",
	Label: "Ethernet trailer",
	Doc:   "These bytes follow the packet within its frame: padding that was not cleared, or something a switch or a capture device added.",
	Show:  field.Raw,
	Trust: field.Inferred,
	Cite:  citeEthernet,
}

var specEthFCS = &field.Spec{
	Name:  "eth.fcs",
	Label: "Frame check sequence",
	Doc:   "A CRC-32 over the whole frame, by which the receiving card finds damage; few captures hold it.",
	Show:  field.Hex,
	Cite:  cite8023,
}

var specLLC = &field.Spec{
	Name:  "llc",
	Label: "Logical Link Control",
	Doc:   "The IEEE 802.2 header of a frame that gives its length instead of a type.",
	Cite:  citeLLC,
}

var specLLCDSAP = &field.Spec{
	Name:  "llc.dsap",
	Label: "Destination access point",
	Doc:   "Which protocol is to take the frame; aa means that a SNAP header says it.",
	Show:  field.Hex,
	Enum:  saps,
	Cite:  citeLLC,
}

var specLLCSSAP = &field.Spec{
	Name:  "llc.ssap",
	Label: "Source access point",
	Doc:   "Which protocol sent the frame.",
	Show:  field.Hex,
	Enum:  saps,
	Cite:  citeLLC,
}

var specLLCControl = &field.Spec{
	Name:  "llc.control",
	Label: "Control",
	Doc:   "The kind of 802.2 frame; 3 is unnumbered information, a datagram.",
	Show:  field.Hex,
	Cite:  citeLLC,
}

var specLLCOUI = &field.Spec{
	Name:  "llc.oui",
	Label: "Organisation code",
	Doc:   "Who defines the protocol type that follows; 0 means that it is an EtherType.",
	Show:  field.Hex,
	Cite:  citeLLC,
}

var specLLCType = &field.Spec{
	Name:  "llc.type",
	Label: "Protocol type",
	Doc:   "The protocol that the SNAP header announces.",
	Show:  field.Hex,
	Enum:  etherTypes,
	Cite:  citeLLC,
}

var saps = field.Enum{
	{V: 0x00, S: "null"}, {V: 0x06, S: "IP"}, {V: 0x42, S: "spanning tree"}, {V: 0xAA, S: "SNAP"}, {V: 0xE0, S: "IPX"}, {V: 0xF0, S: "NetBIOS"}, {V: 0xFE, S: "OSI"}, {V: 0xFF, S: "global"},
}

var etherTypes = field.Enum{
	{V: etherIPv4, S: "IPv4"}, {V: etherARP, S: "ARP"}, {V: 0x0842, S: "Wake-on-LAN"}, {V: etherRARP, S: "RARP"}, {V: 0x809B, S: "AppleTalk"}, {V: 0x80F3, S: "AppleTalk ARP"},
	{V: etherVLAN, S: "802.1Q tag"}, {V: 0x8137, S: "IPX"}, {V: etherIPv6, S: "IPv6"}, {V: 0x8808, S: "Ethernet flow control"}, {V: 0x8809, S: "slow protocols"},
	{V: etherMPLS, S: "MPLS"}, {V: etherMPLSMC, S: "MPLS multicast"}, {V: etherPPPoED, S: "PPPoE discovery"}, {V: etherPPPoES, S: "PPPoE session"},
	{V: 0x887B, S: "HomePlug"}, {V: etherEAPOL, S: "802.1X"}, {V: 0x8892, S: "PROFINET"}, {V: etherAoE, S: "ATA over Ethernet"}, {V: etherQinQ, S: "802.1ad service tag"},
	{V: etherLLDP, S: "LLDP"}, {V: 0x88E5, S: "MACsec"}, {V: 0x88F7, S: "precision time"}, {V: etherLoop, S: "Ethernet test"}, {V: etherQinQ91, S: "service tag, old number"},
	{V: 0x880B, S: "PPP"}, {V: 0x6558, S: "Ethernet, bridged"}, {V: 0x88BE, S: "ERSPAN"},
}

var ethernetSpecs = []*field.Spec{
	specEth, specEthDst, specEthSrc, specEthType, specEthLen, specEthPadding, specEthTrailer, specEthFCS,
	specLLC, specLLCDSAP, specLLCSSAP, specLLCControl, specLLCOUI, specLLCType, specTrailer,
}
