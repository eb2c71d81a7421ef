package inet

import "somscope/decoder/field"

// Names of well-known ports, as the IANA registry has them. A port is a hint
// about the program behind it and no more.

var tcpPorts = field.Enum{
	{V: 7, S: "echo"}, {V: 9, S: "discard"}, {V: 13, S: "daytime"}, {V: 20, S: "FTP data"}, {V: 21, S: "FTP"}, {V: 22, S: "SSH"}, {V: 23, S: "Telnet"}, {V: 25, S: "SMTP"}, {V: 37, S: "time"}, {V: 43, S: "whois"},
	{V: 53, S: "DNS"}, {V: 70, S: "gopher"}, {V: 79, S: "finger"}, {V: 80, S: "HTTP"}, {V: 88, S: "Kerberos"}, {V: 110, S: "POP3"}, {V: 111, S: "portmapper"}, {V: 113, S: "ident"}, {V: 119, S: "NNTP"},
	{V: 135, S: "MS RPC"}, {V: 139, S: "NetBIOS session"}, {V: 143, S: "IMAP"}, {V: 179, S: "BGP"}, {V: 194, S: "IRC"}, {V: 389, S: "LDAP"}, {V: 443, S: "HTTPS"}, {V: 445, S: "SMB"}, {V: 465, S: "SMTP over TLS"},
	{V: 514, S: "shell"}, {V: 515, S: "printer"}, {V: 548, S: "AFP"}, {V: 554, S: "RTSP"}, {V: 587, S: "mail submission"}, {V: 631, S: "IPP"}, {V: 636, S: "LDAP over TLS"}, {V: 873, S: "rsync"},
	{V: 990, S: "FTP over TLS"}, {V: 993, S: "IMAP over TLS"}, {V: 995, S: "POP3 over TLS"}, {V: 1080, S: "SOCKS"}, {V: 1433, S: "MS SQL"}, {V: 1494, S: "ICA"}, {V: 1521, S: "Oracle"},
	{V: 1720, S: "H.323"}, {V: 1723, S: "PPTP"}, {V: 1863, S: "MSN Messenger"}, {V: 2049, S: "NFS"}, {V: 3128, S: "web proxy"}, {V: 3268, S: "global catalogue"}, {V: 3306, S: "MySQL"},
	{V: 3389, S: "remote desktop"}, {V: 4662, S: "eDonkey"}, {V: 5060, S: "SIP"}, {V: 5061, S: "SIP over TLS"}, {V: 5190, S: "AIM, ICQ"}, {V: 5222, S: "XMPP"}, {V: 5269, S: "XMPP server"},
	{V: 5432, S: "PostgreSQL"}, {V: 5900, S: "VNC"}, {V: 6346, S: "Gnutella"}, {V: 6347, S: "Gnutella"}, {V: 6667, S: "IRC"}, {V: 6697, S: "IRC over TLS"}, {V: 6881, S: "BitTorrent"},
	{V: 8080, S: "HTTP, alternative"}, {V: 8443, S: "HTTPS, alternative"}, {V: 9100, S: "printer"},
}

var udpPorts = field.Enum{
	{V: 7, S: "echo"}, {V: 9, S: "discard"}, {V: 13, S: "daytime"}, {V: 37, S: "time"}, {V: 53, S: "DNS"}, {V: 67, S: "DHCP server"}, {V: 68, S: "DHCP client"}, {V: 69, S: "TFTP"}, {V: 88, S: "Kerberos"},
	{V: 111, S: "portmapper"}, {V: 123, S: "NTP"}, {V: 135, S: "MS RPC"}, {V: 137, S: "NetBIOS names"}, {V: 138, S: "NetBIOS datagrams"}, {V: 161, S: "SNMP"}, {V: 162, S: "SNMP trap"},
	{V: 177, S: "XDMCP"}, {V: 389, S: "LDAP"}, {V: 443, S: "QUIC"}, {V: 500, S: "IKE"}, {V: 514, S: "syslog"}, {V: 520, S: "RIP"}, {V: 546, S: "DHCPv6 client"}, {V: 547, S: "DHCPv6 server"},
	{V: 554, S: "RTSP"}, {V: 623, S: "IPMI"}, {V: 1194, S: "OpenVPN"}, {V: 1434, S: "MS SQL monitor"}, {V: 1645, S: "RADIUS, old"}, {V: 1646, S: "RADIUS accounting, old"}, {V: 1701, S: "L2TP"},
	{V: 1719, S: "H.323"}, {V: 1812, S: "RADIUS"}, {V: 1813, S: "RADIUS accounting"}, {V: 1900, S: "SSDP"}, {V: 2049, S: "NFS"}, {V: 2152, S: "GTP"}, {V: 3478, S: "STUN"}, {V: 3479, S: "STUN"},
	{V: 3544, S: "Teredo"}, {V: 3702, S: "WS-Discovery"}, {V: 4500, S: "IPsec NAT traversal"}, {V: 4569, S: "IAX2"}, {V: 4672, S: "eDonkey"}, {V: 4789, S: "VXLAN"}, {V: 5004, S: "RTP"},
	{V: 5005, S: "RTCP"}, {V: 5060, S: "SIP"}, {V: 5351, S: "NAT-PMP"}, {V: 5353, S: "mDNS"}, {V: 5355, S: "LLMNR"}, {V: 6081, S: "Geneve"}, {V: 6346, S: "Gnutella"}, {V: 6881, S: "BitTorrent"},
	{V: 17500, S: "Dropbox LAN sync"}, {V: 51820, S: "WireGuard"},
}
