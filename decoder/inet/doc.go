// Package inet reads a captured packet from its link layer up to the payload
// of its transport: Ethernet and its relatives, IPv4, IPv6, UDP, TCP, ICMP, ARP
// and DNS.
//
// It has two faces over the same formats. Summarize is for the index pass,
// which looks at every packet of a file: it allocates nothing and learns just
// addresses, ports, the innermost protocol and where the payload lies. Dissect
// is for the one packet somebody has selected: it names every bit, checks
// lengths and checksums, and takes its time.
//
//	var s inet.Summary
//	inet.Summarize(&s, inet.LinkEthernet, data, wire)
//	payload := data[s.PayOff : s.PayOff+s.PayLen]
//
// Layers that neither face annotates (GRE, VXLAN, 802.11, DHCP, TLS and more)
// get their name and byte range from the gopacket library, one layer at a time
// and behind a recover; see gopacket.go. No type of that library crosses this
// package's border.
//
// The package does not reassemble fragments or streams and knows nothing of
// Skype: the payload is handed to the caller first.
package inet
