package capfile

import (
	"strconv"

	"somscope/decoder/field"
)

// linkEnum names the link types that turn up in practice, in the words of the
// LINKTYPE_ registry at tcpdump.org.
var linkEnum = field.Enum{
	{V: 0, S: "BSD loopback"},
	{V: 1, S: "Ethernet"},
	{V: 3, S: "AX.25"},
	{V: 6, S: "Token Ring"},
	{V: 7, S: "ARCNET"},
	{V: 8, S: "SLIP"},
	{V: 9, S: "PPP"},
	{V: 10, S: "FDDI"},
	{V: 12, S: "raw IP"},
	{V: 14, S: "raw IP"},
	{V: 50, S: "PPP in HDLC-like framing"},
	{V: 51, S: "PPPoE session"},
	{V: 100, S: "ATM LLC/SNAP"},
	{V: 101, S: "raw IP"},
	{V: 104, S: "Cisco HDLC"},
	{V: 105, S: "IEEE 802.11"},
	{V: 106, S: "ATM Classical IP"},
	{V: 107, S: "Frame Relay"},
	{V: 108, S: "OpenBSD loopback"},
	{V: 113, S: "Linux cooked capture"},
	{V: 114, S: "LocalTalk"},
	{V: 117, S: "OpenBSD pflog"},
	{V: 119, S: "Prism header and IEEE 802.11"},
	{V: 122, S: "IP over Fibre Channel"},
	{V: 123, S: "SunATM"},
	{V: 127, S: "radiotap and IEEE 802.11"},
	{V: 129, S: "ARCNET, Linux"},
	{V: 138, S: "IP over IEEE 1394"},
	{V: 139, S: "MTP2 with pseudo-header"},
	{V: 140, S: "MTP2"},
	{V: 141, S: "MTP3"},
	{V: 143, S: "DOCSIS MAC"},
	{V: 144, S: "Linux IrDA"},
	{V: 163, S: "AVS header and IEEE 802.11"},
	{V: 166, S: "PPP from pppd"},
	{V: 169, S: "GPRS LLC"},
	{V: 187, S: "Bluetooth HCI"},
	{V: 189, S: "USB, Linux"},
	{V: 192, S: "Per-Packet Information"},
	{V: 195, S: "IEEE 802.15.4 with FCS"},
	{V: 197, S: "ERF records"},
	{V: 201, S: "Bluetooth HCI with direction"},
	{V: 204, S: "PPP with direction"},
	{V: 219, S: "MPLS"},
	{V: 220, S: "USB, Linux, long header"},
	{V: 228, S: "raw IPv4"},
	{V: 229, S: "raw IPv6"},
	{V: 230, S: "IEEE 802.15.4 without FCS"},
	{V: 239, S: "Linux NFLOG"},
	{V: 240, S: "netANALYZER"},
	{V: 249, S: "USB, Windows"},
	{V: 252, S: "exported PDU of Wireshark"},
	{V: 253, S: "Linux netlink"},
	{V: 276, S: "Linux cooked capture v2"},
}

func linkName(link uint16) string {
	if s, ok := linkEnum.Name(uint64(link)); ok {
		return s
	}
	return "link type " + strconv.Itoa(int(link))
}
