package inet

import "strconv"

// A Proto is a protocol as the packet list names it. It is kept per packet in
// one byte.
type Proto uint8

// The protocols, from the wire upwards. The order has no meaning but is part of
// no file: a number may change from version to version, a name may not.
const (
	ProtoNone Proto = iota // nothing is recognised: an unknown link type, or too few bytes

	ProtoEthernet
	ProtoLLC
	ProtoSTP
	ProtoVLAN
	ProtoSLL
	ProtoNull
	ProtoPPP
	ProtoPPPoED
	ProtoPPPoES
	ProtoMPLS
	ProtoLoop
	ProtoLLDP
	ProtoEAPOL
	ProtoAoE
	ProtoWLAN
	ProtoUSB

	ProtoARP
	ProtoIPv4
	ProtoIPv6
	ProtoICMP
	ProtoICMPv6
	ProtoIGMP
	ProtoGRE
	ProtoESP
	ProtoAH
	ProtoOSPF
	ProtoPIM
	ProtoVRRP
	ProtoL2TP

	ProtoUDP
	ProtoUDPLite
	ProtoTCP
	ProtoSCTP

	ProtoDNS
	ProtoMDNS
	ProtoLLMNR
	ProtoNBNS
	ProtoNBDGM
	ProtoDHCP
	ProtoDHCPv6
	ProtoNTP
	ProtoSNMP
	ProtoSSDP
	ProtoSTUN
	ProtoSIP
	ProtoRADIUS
	ProtoISAKMP
	ProtoTFTP
	ProtoSyslog
	ProtoVXLAN
	ProtoGeneve
	ProtoTLS
	ProtoHTTP
	ProtoRTSP
	ProtoIRC
	ProtoFTP
	ProtoSMTP
	ProtoPOP
	ProtoIMAP
	ProtoSSH
	ProtoTelnet
	ProtoGnutella
	ProtoBitTorrent

	protoCount
)

// protocols is the table of them: the filter word, which is also what packet
// tools everywhere print, and the title of the Protocol column.
var protocols = [protoCount]struct{ name, title string }{
	ProtoNone: {"data", "Unknown"},

	ProtoEthernet: {"eth", "Ethernet"},
	ProtoLLC:      {"llc", "LLC"},
	ProtoSTP:      {"stp", "Spanning Tree"},
	ProtoVLAN:     {"vlan", "VLAN"},
	ProtoSLL:      {"sll", "Linux cooked"},
	ProtoNull:     {"null", "Loopback"},
	ProtoPPP:      {"ppp", "PPP"},
	ProtoPPPoED:   {"pppoed", "PPPoE discovery"},
	ProtoPPPoES:   {"pppoes", "PPPoE"},
	ProtoMPLS:     {"mpls", "MPLS"},
	ProtoLoop:     {"loop", "Ethernet test"},
	ProtoLLDP:     {"lldp", "LLDP"},
	ProtoEAPOL:    {"eapol", "EAPOL"},
	ProtoAoE:      {"aoe", "ATA over Ethernet"},
	ProtoWLAN:     {"wlan", "802.11"},
	ProtoUSB:      {"usb", "USB"},

	ProtoARP:    {"arp", "ARP"},
	ProtoIPv4:   {"ip", "IPv4"},
	ProtoIPv6:   {"ipv6", "IPv6"},
	ProtoICMP:   {"icmp", "ICMP"},
	ProtoICMPv6: {"icmpv6", "ICMPv6"},
	ProtoIGMP:   {"igmp", "IGMP"},
	ProtoGRE:    {"gre", "GRE"},
	ProtoESP:    {"esp", "IPsec ESP"},
	ProtoAH:     {"ah", "IPsec AH"},
	ProtoOSPF:   {"ospf", "OSPF"},
	ProtoPIM:    {"pim", "PIM"},
	ProtoVRRP:   {"vrrp", "VRRP"},
	ProtoL2TP:   {"l2tp", "L2TP"},

	ProtoUDP:     {"udp", "UDP"},
	ProtoUDPLite: {"udplite", "UDP-Lite"},
	ProtoTCP:     {"tcp", "TCP"},
	ProtoSCTP:    {"sctp", "SCTP"},

	ProtoDNS:        {"dns", "DNS"},
	ProtoMDNS:       {"mdns", "mDNS"},
	ProtoLLMNR:      {"llmnr", "LLMNR"},
	ProtoNBNS:       {"nbns", "NetBIOS names"},
	ProtoNBDGM:      {"nbdgm", "NetBIOS datagram"},
	ProtoDHCP:       {"dhcp", "DHCP"},
	ProtoDHCPv6:     {"dhcpv6", "DHCPv6"},
	ProtoNTP:        {"ntp", "NTP"},
	ProtoSNMP:       {"snmp", "SNMP"},
	ProtoSSDP:       {"ssdp", "SSDP"},
	ProtoSTUN:       {"stun", "STUN"},
	ProtoSIP:        {"sip", "SIP"},
	ProtoRADIUS:     {"radius", "RADIUS"},
	ProtoISAKMP:     {"isakmp", "IKE"},
	ProtoTFTP:       {"tftp", "TFTP"},
	ProtoSyslog:     {"syslog", "Syslog"},
	ProtoVXLAN:      {"vxlan", "VXLAN"},
	ProtoGeneve:     {"geneve", "Geneve"},
	ProtoTLS:        {"tls", "TLS"},
	ProtoHTTP:       {"http", "HTTP"},
	ProtoRTSP:       {"rtsp", "RTSP"},
	ProtoIRC:        {"irc", "IRC"},
	ProtoFTP:        {"ftp", "FTP"},
	ProtoSMTP:       {"smtp", "SMTP"},
	ProtoPOP:        {"pop", "POP3"},
	ProtoIMAP:       {"imap", "IMAP"},
	ProtoSSH:        {"ssh", "SSH"},
	ProtoTelnet:     {"telnet", "Telnet"},
	ProtoGnutella:   {"gnutella", "Gnutella"},
	ProtoBitTorrent: {"bittorrent", "BitTorrent"},
}

// Name is the protocol's filter word: "udp", "dns", "arp".
func (p Proto) Name() string {
	if p < protoCount {
		return protocols[p].name
	}
	return protocols[ProtoNone].name
}

// Title is the protocol's name for people: "UDP", "DNS", "ARP".
func (p Proto) Title() string {
	if p < protoCount {
		return protocols[p].title
	}
	return protocols[ProtoNone].title
}

func (p Proto) String() string { return p.Name() }

// ProtoByName is the protocol with that filter word.
func ProtoByName(name string) (Proto, bool) {
	for i := range protocols {
		if protocols[i].name == name {
			return Proto(i), true
		}
	}
	return ProtoNone, false
}

// IP protocol numbers that we look into.
const (
	ipHopByHop = 0
	ipICMP     = 1
	ipIGMP     = 2
	ipIPv4     = 4
	ipTCP      = 6
	ipUDP      = 17
	ipIPv6     = 41
	ipRouting  = 43
	ipFragment = 44
	ipGRE      = 47
	ipESP      = 50
	ipAH       = 51
	ipICMPv6   = 58
	ipNone     = 59
	ipDestOpts = 60
	ipOSPF     = 89
	ipPIM      = 103
	ipVRRP     = 112
	ipL2TP     = 115
	ipSCTP     = 132
	ipMobility = 135
	ipUDPLite  = 136
)

// TransportName is the name of an IP protocol number: "udp", "tcp", "ip-proto-253".
func TransportName(n uint8) string {
	if p := ipProto(n); p != ProtoNone {
		return p.Name()
	}
	return "ip-proto-" + strconv.Itoa(int(n))
}

// ipProto is the protocol carried under an IP protocol number.
func ipProto(n uint8) Proto {
	switch n {
	case ipUDP:
		return ProtoUDP
	case ipTCP:
		return ProtoTCP
	case ipICMP:
		return ProtoICMP
	case ipICMPv6:
		return ProtoICMPv6
	case ipIGMP:
		return ProtoIGMP
	case ipIPv4:
		return ProtoIPv4
	case ipIPv6:
		return ProtoIPv6
	case ipGRE:
		return ProtoGRE
	case ipESP:
		return ProtoESP
	case ipAH:
		return ProtoAH
	case ipOSPF:
		return ProtoOSPF
	case ipPIM:
		return ProtoPIM
	case ipVRRP:
		return ProtoVRRP
	case ipL2TP:
		return ProtoL2TP
	case ipSCTP:
		return ProtoSCTP
	case ipUDPLite:
		return ProtoUDPLite
	}
	return ProtoNone
}

// EtherTypes that we look into.
const (
	etherIPv4   = 0x0800
	etherARP    = 0x0806
	etherRARP   = 0x8035
	etherVLAN   = 0x8100 // IEEE 802.1Q customer tag
	etherIPv6   = 0x86DD
	etherMPLS   = 0x8847
	etherMPLSMC = 0x8848
	etherPPPoED = 0x8863
	etherPPPoES = 0x8864
	etherEAPOL  = 0x888E
	etherAoE    = 0x88A2
	etherQinQ   = 0x88A8 // IEEE 802.1ad service tag
	etherLLDP   = 0x88CC
	etherLoop   = 0x9000
	etherQinQ91 = 0x9100 // service tag before 802.1ad fixed the number
)

func utoa(n uint64) string { return strconv.FormatUint(n, 10) }
