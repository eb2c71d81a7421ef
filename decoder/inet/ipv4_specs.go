package inet

import "somscope/decoder/field"

var (
	citeIP      = []field.Cite{{Key: "rfc791", Where: "§3.1"}}
	citeDSCP    = []field.Cite{{Key: "rfc2474", Where: "§3"}}
	citeECN     = []field.Cite{{Key: "rfc3168", Where: "§5"}}
	citeIPAlert = []field.Cite{{Key: "rfc2113", Where: "§2.1"}}
)

var specIP = &field.Spec{
	Name: "ip", Label: "IPv4", Cite: citeIP,
	Doc: "The Internet Protocol carries a packet across networks from one address to another.",
}

var specIPVerHL = &field.Spec{
	Name: "ip.ver_hl", Label: "Version and header length", Show: field.Hex, Cite: citeIP,
	Doc: "The version in the high half of the byte, the header's length in the low half.",
}

var specIPVersion = &field.Spec{
	Name: "ip.version", Label: "Version", Cite: citeIP,
	Doc: "The version of the Internet Protocol, 4.",
}

var specIPHdrLen = &field.Spec{
	Name: "ip.hdr_len", Label: "Header length", Unit: "× 4 bytes", Cite: citeIP,
	Doc: "The length of the header in words of four bytes: 5 without options, 15 at most.",
}

var specIPDSField = &field.Spec{
	Name: "ip.dsfield", Label: "Differentiated services", Show: field.Hex, Cite: citeDSCP,
	Doc: "How the packet is to be treated by routers; the byte was called type of service before.",
}

var specIPDSCP = &field.Spec{
	Name: "ip.dsfield.dscp", Label: "Code point", Enum: dscps, Cite: citeDSCP,
	Doc: "The class of treatment the packet asks for; voice often asks for 46, expedited forwarding.",
}

var dscps = field.Enum{{V: 0, S: "default"}, {V: 8, S: "CS1"}, {V: 10, S: "AF11"}, {V: 12, S: "AF12"}, {V: 14, S: "AF13"}, {V: 16, S: "CS2"}, {V: 18, S: "AF21"}, {V: 20, S: "AF22"}, {V: 22, S: "AF23"},
	{V: 24, S: "CS3"}, {V: 26, S: "AF31"}, {V: 28, S: "AF32"}, {V: 30, S: "AF33"}, {V: 32, S: "CS4"}, {V: 34, S: "AF41"}, {V: 36, S: "AF42"}, {V: 38, S: "AF43"}, {V: 40, S: "CS5"}, {V: 46, S: "expedited forwarding"},
	{V: 48, S: "CS6"}, {V: 56, S: "CS7"}}

var specIPECN = &field.Spec{
	Name: "ip.dsfield.ecn", Label: "Congestion notification", Enum: ecns, Cite: citeECN,
	Doc: "A router near overload marks the packet here instead of dropping it, if the ends can handle that.",
}

var ecns = field.Enum{{V: 0, S: "not capable"}, {V: 1, S: "capable (1)"}, {V: 2, S: "capable (0)"}, {V: 3, S: "congestion experienced"}}

var specIPLen = &field.Spec{
	Name: "ip.len", Label: "Total length", Unit: "bytes", Cite: citeIP,
	Doc: "The length of the packet with its header; what follows in the frame is padding.",
}

var specIPID = &field.Spec{
	Name: "ip.id", Label: "Identification", Show: field.DecHex, Cite: []field.Cite{{Key: "rfc791", Where: "§3.1"}, {Key: "rfc6864"}},
	Doc: "Fragments of the same packet have the same number.",
}

var specIPFrag = &field.Spec{
	Name: "ip.frag", Label: "Flags and fragment offset", Show: field.Hex, Cite: citeIP,
	Doc: "Three flags and the place of this fragment within the whole packet.",
}

var specIPFlagRB = &field.Spec{
	Name: "ip.flags.rb", Label: "Reserved bit", Show: field.Flag, Cite: citeIP,
	Doc: "Must be zero.",
}

var specIPFlagDF = &field.Spec{
	Name: "ip.flags.df", Label: "Don't fragment", Show: field.Flag, Cite: citeIP,
	Doc: "A router that would have to cut the packet into pieces must drop it instead and tell the sender.",
}

var specIPFlagMF = &field.Spec{
	Name: "ip.flags.mf", Label: "More fragments", Show: field.Flag, Cite: citeIP,
	Doc: "Set on every fragment but the last.",
}

var specIPFragOffset = &field.Spec{
	Name: "ip.frag_offset", Label: "Fragment offset", Unit: "× 8 bytes", Cite: citeIP,
	Doc: "Where this fragment belongs in the whole packet, in units of eight bytes; 0 is the first.",
}

var specIPFragData = &field.Spec{
	Name: "ip.fragment", Label: "Fragment data", Show: field.Raw, Cite: citeIP,
	Doc: "A later piece of a packet that was cut up on its way; its headers are in the first piece.",
}

var specIPTTL = &field.Spec{
	Name: "ip.ttl", Label: "Time to live", Unit: "hops", Cite: citeIP,
	Doc: "Each router takes one off and drops the packet at zero, so that none circles for ever.",
}

var specIPProto = &field.Spec{
	Name: "ip.proto", Label: "Protocol", Enum: ipProtocols, Cite: citeIP,
	Doc: "What the packet carries.",
}

var ipProtocols = field.Enum{{V: ipHopByHop, S: "IPv6 hop-by-hop options"}, {V: ipICMP, S: "ICMP"}, {V: ipIGMP, S: "IGMP"}, {V: ipIPv4, S: "IPv4"}, {V: ipTCP, S: "TCP"}, {V: 8, S: "EGP"},
	{V: ipUDP, S: "UDP"}, {V: 33, S: "DCCP"}, {V: ipIPv6, S: "IPv6"}, {V: ipRouting, S: "IPv6 routing"}, {V: ipFragment, S: "IPv6 fragment"}, {V: 46, S: "RSVP"}, {V: ipGRE, S: "GRE"},
	{V: ipESP, S: "IPsec ESP"}, {V: ipAH, S: "IPsec AH"}, {V: ipICMPv6, S: "ICMPv6"}, {V: ipNone, S: "nothing"}, {V: ipDestOpts, S: "IPv6 destination options"}, {V: 88, S: "EIGRP"},
	{V: ipOSPF, S: "OSPF"}, {V: 97, S: "Ethernet"}, {V: ipPIM, S: "PIM"}, {V: ipVRRP, S: "VRRP"}, {V: ipL2TP, S: "L2TP"}, {V: ipSCTP, S: "SCTP"}, {V: ipMobility, S: "IPv6 mobility"},
	{V: ipUDPLite, S: "UDP-Lite"}, {V: 137, S: "MPLS"}}

var specIPChecksum = &field.Spec{
	Name: "ip.checksum", Label: "Header checksum", Show: field.Hex, Cite: []field.Cite{{Key: "rfc791", Where: "§3.1"}, {Key: "rfc1071", Where: "§1"}},
	Doc: "Covers the header only; each router computes it anew because it changes the time to live.",
}

var specIPSrc = &field.Spec{
	Name: "ip.src", Label: "Source", Show: field.IP, Cite: citeIP,
	Doc: "The address of the sender, or of the last address translator (NAT) on the way.",
}

var specIPDst = &field.Spec{
	Name: "ip.dst", Label: "Destination", Show: field.IP, Cite: citeIP,
	Doc: "The address of the receiver.",
}

var specIPOpt = &field.Spec{
	Name: "ip.opt", Label: "Option", Cite: citeIP,
	Doc: "Extra instructions for routers, rare on the Internet of today.",
}

var specIPOptType = &field.Spec{
	Name: "ip.opt.type", Label: "Type", Enum: ipOptionNames, Cite: citeIP,
	Doc: "What the option is; the byte consists of a flag, a class and a number.",
}

var ipOptionNames = field.Enum{{V: 0, S: "end of options"}, {V: 1, S: "no operation"}, {V: 7, S: "record route"}, {V: 68, S: "timestamp"}, {V: 82, S: "traceroute"},
	{V: 130, S: "security"}, {V: 131, S: "loose source route"}, {V: 134, S: "commercial security"}, {V: 136, S: "stream identifier"}, {V: 137, S: "strict source route"},
	{V: 148, S: "router alert"}}

var specIPOptCopy = &field.Spec{
	Name: "ip.opt.type.copy", Label: "Copied", Show: field.Flag, Cite: citeIP,
	Doc: "The option is to be copied into all fragments.",
}

var specIPOptClass = &field.Spec{
	Name: "ip.opt.type.class", Label: "Class", Enum: field.Enum{{V: 0, S: "control"}, {V: 2, S: "debugging and measurement"}}, Cite: citeIP,
	Doc: "What the option is for.",
}

var specIPOptNumber = &field.Spec{
	Name: "ip.opt.type.number", Label: "Number", Cite: citeIP,
	Doc: "The number of the option within its class.",
}

var specIPOptLen = &field.Spec{
	Name: "ip.opt.len", Label: "Length", Unit: "bytes", Cite: citeIP,
	Doc: "The length of the option with its type and length.",
}

var specIPOptPad = &field.Spec{
	Name: "ip.opt.padding", Label: "Padding", Show: field.Raw, Cite: citeIP,
	Doc: "Fills the header up to a multiple of four bytes.",
}

var specIPOptPtr = &field.Spec{
	Name: "ip.opt.ptr", Label: "Pointer", Unit: "bytes", Cite: citeIP,
	Doc: "Where in the option the next entry goes, counted from 1; beyond the end means that it is full.",
}

var specIPOptRoute = &field.Spec{
	Name: "ip.opt.addr", Label: "Address", Show: field.IP, Cite: citeIP,
	Doc: "A router that the packet has passed or is to pass.",
}

var specIPOptTSByte = &field.Spec{
	Name: "ip.opt.ts", Label: "Overflow and flag", Show: field.Hex, Cite: citeIP,
	Doc: "How many routers found no room, and what each of them writes.",
}

var specIPOptOverflow = &field.Spec{
	Name: "ip.opt.overflow", Label: "Overflow", Unit: "routers", Cite: citeIP,
	Doc: "How many routers found no room for their time.",
}

var specIPOptTSFlag = &field.Spec{
	Name: "ip.opt.flag", Label: "Flag", Enum: field.Enum{{V: 0, S: "times only"}, {V: 1, S: "addresses and times"}, {V: 3, S: "given addresses"}}, Cite: citeIP,
	Doc: "What each router writes down.",
}

var specIPOptTime = &field.Spec{
	Name: "ip.opt.time_stamp", Label: "Time", Unit: "ms", Cite: citeIP,
	Doc: "Milliseconds since midnight, universal time, on that router's clock.",
}

var specIPOptStream = &field.Spec{
	Name: "ip.opt.sid", Label: "Stream", Cite: citeIP,
	Doc: "A stream number of the SATNET, obsolete.",
}

var specIPOptAlert = &field.Spec{
	Name: "ip.opt.ra", Label: "Router alert", Enum: field.Enum{{V: 0, S: "every router looks at the packet"}}, Cite: citeIPAlert,
	Doc: "Asks each router on the way to look into the packet.",
}

var specIPOptData = &field.Spec{
	Name: "ip.opt.data", Label: "Value", Show: field.Raw, Cite: citeIP,
	Doc: "The value of an option that we do not take apart.",
}

var ipv4Specs = []*field.Spec{
	specIP, specIPVerHL, specIPVersion, specIPHdrLen, specIPDSField, specIPDSCP, specIPECN, specIPLen, specIPID, specIPFrag, specIPFlagRB,
	specIPFlagDF, specIPFlagMF, specIPFragOffset, specIPFragData, specIPTTL, specIPProto, specIPChecksum, specIPSrc, specIPDst,
	specIPOpt, specIPOptType, specIPOptCopy, specIPOptClass, specIPOptNumber, specIPOptLen, specIPOptPad, specIPOptPtr, specIPOptRoute,
	specIPOptTSByte, specIPOptOverflow, specIPOptTSFlag, specIPOptTime, specIPOptStream, specIPOptAlert, specIPOptData,
}
