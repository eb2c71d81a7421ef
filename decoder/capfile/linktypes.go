package capfile

import (
	"strconv"

	"somscope/decoder/field"
)

// linkEnum names the link types that turn up in practice, in the words of the
// LINKTYPE_ registry at tcpdump.org.
var linkEnum = field.Enum{
	0:   "BSD loopback",
	1:   "Ethernet",
	3:   "AX.25",
	6:   "Token Ring",
	7:   "ARCNET",
	8:   "SLIP",
	9:   "PPP",
	10:  "FDDI",
	12:  "raw IP",
	14:  "raw IP",
	50:  "PPP in HDLC-like framing",
	51:  "PPPoE session",
	100: "ATM LLC/SNAP",
	101: "raw IP",
	104: "Cisco HDLC",
	105: "IEEE 802.11",
	106: "ATM Classical IP",
	107: "Frame Relay",
	108: "OpenBSD loopback",
	113: "Linux cooked capture",
	114: "LocalTalk",
	117: "OpenBSD pflog",
	119: "Prism header and IEEE 802.11",
	122: "IP over Fibre Channel",
	123: "SunATM",
	127: "radiotap and IEEE 802.11",
	129: "ARCNET, Linux",
	138: "IP over IEEE 1394",
	139: "MTP2 with pseudo-header",
	140: "MTP2",
	141: "MTP3",
	143: "DOCSIS MAC",
	144: "Linux IrDA",
	163: "AVS header and IEEE 802.11",
	166: "PPP from pppd",
	169: "GPRS LLC",
	187: "Bluetooth HCI",
	189: "USB, Linux",
	192: "Per-Packet Information",
	195: "IEEE 802.15.4 with FCS",
	197: "ERF records",
	201: "Bluetooth HCI with direction",
	204: "PPP with direction",
	219: "MPLS",
	220: "USB, Linux, long header",
	228: "raw IPv4",
	229: "raw IPv6",
	230: "IEEE 802.15.4 without FCS",
	239: "Linux NFLOG",
	240: "netANALYZER",
	249: "USB, Windows",
	252: "exported PDU of Wireshark",
	253: "Linux netlink",
	276: "Linux cooked capture v2",
}

func linkName(link uint16) string {
	if s, ok := linkEnum[uint64(link)]; ok {
		return s
	}
	return "link type " + strconv.Itoa(int(link))
}
