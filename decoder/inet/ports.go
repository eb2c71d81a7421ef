package inet

import "somscope/decoder/field"

// Names of well-known ports, as the IANA registry has them. A port is a hint
// about the program behind it and no more.

var tcpPorts = field.Enum{
	7: "echo", 9: "discard", 13: "daytime", 20: "FTP data", 21: "FTP", 22: "SSH", 23: "Telnet", 25: "SMTP", 37: "time", 43: "whois",
	53: "DNS", 70: "gopher", 79: "finger", 80: "HTTP", 88: "Kerberos", 110: "POP3", 111: "portmapper", 113: "ident", 119: "NNTP",
	135: "MS RPC", 139: "NetBIOS session", 143: "IMAP", 179: "BGP", 194: "IRC", 389: "LDAP", 443: "HTTPS", 445: "SMB", 465: "SMTP over TLS",
	514: "shell", 515: "printer", 548: "AFP", 554: "RTSP", 587: "mail submission", 631: "IPP", 636: "LDAP over TLS", 873: "rsync",
	990: "FTP over TLS", 993: "IMAP over TLS", 995: "POP3 over TLS", 1080: "SOCKS", 1433: "MS SQL", 1494: "ICA", 1521: "Oracle",
	1720: "H.323", 1723: "PPTP", 1863: "MSN Messenger", 2049: "NFS", 3128: "web proxy", 3268: "global catalogue", 3306: "MySQL",
	3389: "remote desktop", 4662: "eDonkey", 5060: "SIP", 5061: "SIP over TLS", 5190: "AIM, ICQ", 5222: "XMPP", 5269: "XMPP server",
	5432: "PostgreSQL", 5900: "VNC", 6346: "Gnutella", 6347: "Gnutella", 6667: "IRC", 6697: "IRC over TLS", 6881: "BitTorrent",
	8080: "HTTP, alternative", 8443: "HTTPS, alternative", 9100: "printer",
}

var udpPorts = field.Enum{
	7: "echo", 9: "discard", 13: "daytime", 37: "time", 53: "DNS", 67: "DHCP server", 68: "DHCP client", 69: "TFTP", 88: "Kerberos",
	111: "portmapper", 123: "NTP", 135: "MS RPC", 137: "NetBIOS names", 138: "NetBIOS datagrams", 161: "SNMP", 162: "SNMP trap",
	177: "XDMCP", 389: "LDAP", 443: "QUIC", 500: "IKE", 514: "syslog", 520: "RIP", 546: "DHCPv6 client", 547: "DHCPv6 server",
	554: "RTSP", 623: "IPMI", 1194: "OpenVPN", 1434: "MS SQL monitor", 1645: "RADIUS, old", 1646: "RADIUS accounting, old", 1701: "L2TP",
	1719: "H.323", 1812: "RADIUS", 1813: "RADIUS accounting", 1900: "SSDP", 2049: "NFS", 2152: "GTP", 3478: "STUN", 3479: "STUN",
	3544: "Teredo", 3702: "WS-Discovery", 4500: "IPsec NAT traversal", 4569: "IAX2", 4672: "eDonkey", 4789: "VXLAN", 5004: "RTP",
	5005: "RTCP", 5060: "SIP", 5351: "NAT-PMP", 5353: "mDNS", 5355: "LLMNR", 6081: "Geneve", 6346: "Gnutella", 6881: "BitTorrent",
	17500: "Dropbox LAN sync", 51820: "WireGuard",
}
