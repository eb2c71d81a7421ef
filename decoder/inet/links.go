package inet

// Link types, as capture files number them: the LINKTYPE_ registry at tcpdump.org.
const (
	LinkNull      = 0
	LinkEthernet  = 1
	LinkPPP       = 9
	LinkRawBSD    = 12 // raw IP as some systems number it
	LinkRawBSD2   = 14
	LinkPPPHDLC   = 50
	LinkPPPoE     = 51
	LinkRaw       = 101
	LinkDot11     = 105
	LinkLoop      = 108
	LinkSLL       = 113
	LinkPFLog     = 117
	LinkPrism     = 119
	LinkRadiotap  = 127
	LinkPPPWithID = 166
	LinkPPI       = 192
	LinkUSB       = 220
	LinkIPv4      = 228
	LinkIPv6      = 229
	LinkSLL2      = 276
)

var linkNames = map[uint16]string{
	LinkNull:      "BSD loopback",
	LinkEthernet:  "Ethernet",
	3:             "AX.25",
	6:             "Token Ring",
	7:             "ARCNET",
	8:             "SLIP",
	LinkPPP:       "PPP",
	10:            "FDDI",
	LinkRawBSD:    "raw IP",
	LinkRawBSD2:   "raw IP",
	LinkPPPHDLC:   "PPP in HDLC framing",
	LinkPPPoE:     "PPPoE",
	100:           "ATM, RFC 1483",
	LinkRaw:       "raw IP",
	104:           "Cisco HDLC",
	LinkDot11:     "802.11",
	107:           "Frame Relay",
	LinkLoop:      "OpenBSD loopback",
	LinkSLL:       "Linux cooked",
	114:           "LocalTalk",
	LinkPFLog:     "OpenBSD firewall log",
	LinkPrism:     "802.11 with Prism header",
	LinkRadiotap:  "802.11 with radiotap",
	LinkPPPWithID: "PPP with direction",
	163:           "802.11 with AVS header",
	189:           "USB, Linux",
	LinkPPI:       "per-packet information",
	195:           "802.15.4",
	197:           "ERF",
	LinkUSB:       "USB, Linux, padded",
	LinkIPv4:      "raw IPv4",
	LinkIPv6:      "raw IPv6",
	239:           "Linux netfilter log",
	249:           "USB, Windows",
	251:           "Bluetooth low energy",
	LinkSLL2:      "Linux cooked, version 2",
}

// LinkName is the name of a link type for people, "link type 147" when we have none.
func LinkName(link uint16) string {
	if s, ok := linkNames[link]; ok {
		return s
	}
	return "link type " + utoa(uint64(link))
}
