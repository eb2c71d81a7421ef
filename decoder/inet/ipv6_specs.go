package inet

import "somscope/decoder/field"

var (
	citeIPv6     = []field.Cite{{Key: "rfc8200", Where: "§3"}}
	citeIPv6Opt  = []field.Cite{{Key: "rfc8200", Where: "§4.2"}}
	citeIPv6HBH  = []field.Cite{{Key: "rfc8200", Where: "§4.3"}}
	citeIPv6Rt   = []field.Cite{{Key: "rfc8200", Where: "§4.4"}}
	citeIPv6Frag = []field.Cite{{Key: "rfc8200", Where: "§4.5"}}
	citeIPv6Dst  = []field.Cite{{Key: "rfc8200", Where: "§4.6"}}
	citeIPv6Ext  = []field.Cite{{Key: "rfc8200", Where: "§4"}}
	citeSRH      = []field.Cite{{Key: "rfc8754", Where: "§2"}}
	citeAH       = []field.Cite{{Key: "rfc4302", Where: "§2"}}
)

var specIPv6 = &field.Spec{
	Name: "ipv6", Label: "IPv6", Cite: citeIPv6,
	Doc: "Version 6 of the Internet Protocol, with addresses of 128 bits.",
}

var specIPv6First = &field.Spec{
	Name: "ipv6.first", Label: "Version, class, flow", Show: field.Hex, Cite: citeIPv6,
	Doc: "The first four bytes hold the version, the traffic class and the flow label.",
}

var specIPv6Version = &field.Spec{
	Name: "ipv6.version", Label: "Version", Cite: citeIPv6,
	Doc: "The version of the Internet Protocol, 6.",
}

var specIPv6DSCP = &field.Spec{
	Name: "ipv6.tclass.dscp", Label: "Code point", Enum: dscps, Cite: citeDSCP,
	Doc: "The class of treatment the packet asks of routers.",
}

var specIPv6ECN = &field.Spec{
	Name: "ipv6.tclass.ecn", Label: "Congestion notification", Enum: ecns, Cite: citeECN,
	Doc: "A router near overload marks the packet here instead of dropping it, if the ends can handle that.",
}

var specIPv6Flow = &field.Spec{
	Name: "ipv6.flow", Label: "Flow label", Show: field.Hex, Cite: []field.Cite{{Key: "rfc8200", Where: "§6"}, {Key: "rfc6437"}},
	Doc: "Packets of one flow have the same label, so that routers can treat them alike.",
}

var specIPv6Len = &field.Spec{
	Name: "ipv6.plen", Label: "Payload length", Unit: "bytes", Cite: citeIPv6,
	Doc: "The length of everything after this header, extension headers included.",
}

var specIPv6Next = &field.Spec{
	Name: "ipv6.nxt", Label: "Next header", Enum: ipProtocols, Cite: citeIPv6,
	Doc: "What follows: an extension header or the transport.",
}

var specIPv6HopLimit = &field.Spec{
	Name: "ipv6.hlim", Label: "Hop limit", Unit: "hops", Cite: citeIPv6,
	Doc: "Each router takes one off and drops the packet at zero.",
}

var specIPv6Src = &field.Spec{
	Name: "ipv6.src", Label: "Source", Show: field.IP, Cite: citeIPv6,
	Doc: "The address of the sender.",
}

var specIPv6Dst = &field.Spec{
	Name: "ipv6.dst", Label: "Destination", Show: field.IP, Cite: citeIPv6,
	Doc: "The address of the receiver, or of the next stop when a routing header follows.",
}

var specIPv6HopByHop = &field.Spec{
	Name: "ipv6.hopopts", Label: "Hop-by-hop options", Cite: citeIPv6HBH,
	Doc: "Options that every router on the way looks at.",
}

var specIPv6DestOpts = &field.Spec{
	Name: "ipv6.dstopts", Label: "Destination options", Cite: citeIPv6Dst,
	Doc: "Options that only the destination looks at.",
}

var specIPv6Routing = &field.Spec{
	Name: "ipv6.routing", Label: "Routing header", Cite: citeIPv6Rt,
	Doc: "Routers or hosts that the packet is to visit on its way.",
}

var specIPv6Mobility = &field.Spec{
	Name: "ipv6.mobility", Label: "Mobility header", Cite: []field.Cite{{Key: "rfc6275"}},
	Doc: "Lets a host keep its address while it moves between networks.",
}

var specIPv6ExtNext = &field.Spec{
	Name: "ipv6.ext.nxt", Label: "Next header", Enum: ipProtocols, Cite: citeIPv6Ext,
	Doc: "What follows this extension header.",
}

var specIPv6ExtLen = &field.Spec{
	Name: "ipv6.ext.len", Label: "Length", Unit: "× 8 bytes", Cite: citeIPv6Ext,
	Doc: "The length of this extension header in units of eight bytes, the first unit not counted.",
}

var specIPv6ExtData = &field.Spec{
	Name: "ipv6.ext.data", Label: "Data", Show: field.Raw, Cite: citeIPv6Ext,
	Doc: "The contents of an extension header that we do not take apart.",
}

var specIPv6Opt = &field.Spec{
	Name: "ipv6.opt", Label: "Option", Cite: citeIPv6Opt,
	Doc: "One option: type, length and value.",
}

var ipv6OptionNames = field.Enum{{V: 0, S: "one byte of padding"}, {V: 1, S: "padding"}, {V: 4, S: "tunnel limit"}, {V: 5, S: "router alert"}, {V: 7, S: "CALIPSO"}, {V: 0x26, S: "quick start"},
	{V: 0x63, S: "RPL"}, {V: 0xC2, S: "jumbo payload"}, {V: 0xC9, S: "home address"}}

var specIPv6OptType = &field.Spec{
	Name: "ipv6.opt.type", Label: "Type", Enum: ipv6OptionNames, Cite: citeIPv6Opt,
	Doc: "What the option is; its first bits say what to do with an option that is not known.",
}

var specIPv6OptAction = &field.Spec{
	Name: "ipv6.opt.type.action", Label: "If unknown", Cite: citeIPv6Opt,
	Doc:  "What a node that does not know the option is to do with the packet.",
	Enum: field.Enum{{V: 0, S: "skip the option"}, {V: 1, S: "drop the packet"}, {V: 2, S: "drop it and report"}, {V: 3, S: "drop it and report unless multicast"}},
}

var specIPv6OptChange = &field.Spec{
	Name: "ipv6.opt.type.change", Label: "May change", Show: field.Flag, Cite: citeIPv6Opt,
	Doc: "The value may change on the way.",
}

var specIPv6OptNumber = &field.Spec{
	Name: "ipv6.opt.type.rest", Label: "Number", Cite: citeIPv6Opt,
	Doc: "The low bits of the type.",
}

var specIPv6OptLen = &field.Spec{
	Name: "ipv6.opt.length", Label: "Length", Unit: "bytes", Cite: citeIPv6Opt,
	Doc: "The length of the value.",
}

var specIPv6OptPad = &field.Spec{
	Name: "ipv6.opt.padn", Label: "Padding", Show: field.Raw, Cite: citeIPv6Opt,
	Doc: "Zeros that fill the header up to a multiple of eight bytes.",
}

var specIPv6OptAlert = &field.Spec{
	Name: "ipv6.opt.router_alert", Label: "Router alert", Cite: []field.Cite{{Key: "rfc2711", Where: "§2.1"}},
	Doc:  "Asks each router on the way to look into the packet.",
	Enum: field.Enum{{V: 0, S: "multicast listener discovery"}, {V: 1, S: "RSVP"}, {V: 2, S: "active networks"}},
}

var specIPv6OptJumbo = &field.Spec{
	Name: "ipv6.opt.jumbo", Label: "Jumbo payload length", Unit: "bytes", Cite: []field.Cite{{Key: "rfc2675", Where: "§2"}},
	Doc: "The length of a packet that is longer than its 16-bit length field can say.",
}

var specIPv6OptData = &field.Spec{
	Name: "ipv6.opt.data", Label: "Value", Show: field.Raw, Cite: citeIPv6Opt,
	Doc: "The value of an option that we do not take apart.",
}

var specIPv6RouteType = &field.Spec{
	Name: "ipv6.routing.type", Label: "Type", Cite: citeIPv6Rt,
	Doc:  "The kind of routing header.",
	Enum: field.Enum{{V: 0, S: "source route, withdrawn"}, {V: 2, S: "mobility"}, {V: 3, S: "RPL source route"}, {V: 4, S: "segment routing"}},
}

var specIPv6RouteLeft = &field.Spec{
	Name: "ipv6.routing.segleft", Label: "Segments left", Cite: citeIPv6Rt,
	Doc: "How many of the listed stops the packet has still to visit.",
}

var specIPv6RouteData = &field.Spec{
	Name: "ipv6.routing.data", Label: "Data", Show: field.Raw, Cite: citeIPv6Rt,
	Doc: "Reserved, or particular to a type that we do not take apart.",
}

var specIPv6RouteLast = &field.Spec{
	Name: "ipv6.routing.srh.last_entry", Label: "Last entry", Cite: citeSRH,
	Doc: "The number of the last address in the list, counted from 0.",
}

var specIPv6RouteFlags = &field.Spec{
	Name: "ipv6.routing.srh.flags", Label: "Flags", Show: field.Bin, Cite: citeSRH,
	Doc: "None of them is in common use.",
}

var specIPv6RouteTag = &field.Spec{
	Name: "ipv6.routing.srh.tag", Label: "Tag", Show: field.Hex, Cite: citeSRH,
	Doc: "Marks packets that share properties.",
}

var specIPv6RouteAddr = &field.Spec{
	Name: "ipv6.routing.addr", Label: "Address", Show: field.IP, Cite: citeIPv6Rt,
	Doc: "A stop on the packet's way.",
}

var specIPv6Frag = &field.Spec{
	Name: "ipv6.fraghdr", Label: "Fragment header", Cite: citeIPv6Frag,
	Doc: "The sender has cut the packet into pieces, and this is one of them.",
}

var specIPv6FragNext = &field.Spec{
	Name: "ipv6.fraghdr.nxt", Label: "Next header", Enum: ipProtocols, Cite: citeIPv6Frag,
	Doc: "What the whole packet carries at the place where it was cut.",
}

var specIPv6FragReserved = &field.Spec{
	Name: "ipv6.fraghdr.reserved_octet", Label: "Reserved", Show: field.Hex, Cite: citeIPv6Frag,
	Doc: "Sent as zero, ignored by the receiver.",
}

var specIPv6FragWord = &field.Spec{
	Name: "ipv6.fraghdr.word", Label: "Offset and flag", Show: field.Hex, Cite: citeIPv6Frag,
	Doc: "The place of the fragment and whether more follow.",
}

var specIPv6FragOffset = &field.Spec{
	Name: "ipv6.fraghdr.offset", Label: "Fragment offset", Unit: "× 8 bytes", Cite: citeIPv6Frag,
	Doc: "Where this fragment belongs in the whole packet, in units of eight bytes.",
}

var specIPv6FragRes2 = &field.Spec{
	Name: "ipv6.fraghdr.reserved_bits", Label: "Reserved bits", Show: field.Bin, Cite: citeIPv6Frag,
	Doc: "Sent as zero, ignored by the receiver.",
}

var specIPv6FragMore = &field.Spec{
	Name: "ipv6.fraghdr.more", Label: "More fragments", Show: field.Flag, Cite: citeIPv6Frag,
	Doc: "Set on every fragment but the last.",
}

var specIPv6FragID = &field.Spec{
	Name: "ipv6.fraghdr.ident", Label: "Identification", Show: field.Hex, Cite: citeIPv6Frag,
	Doc: "Fragments of the same packet have the same number.",
}

var specIPv6FragData = &field.Spec{
	Name: "ipv6.fragment", Label: "Fragment data", Show: field.Raw, Cite: citeIPv6Frag,
	Doc: "A later piece of a packet that its sender has cut up; its headers are in the first piece.",
}

var specAH = &field.Spec{
	Name: "ah", Label: "Authentication header", Cite: citeAH,
	Doc: "IPsec: proves that the packet was not changed on its way, without hiding it.",
}

var specAHNext = &field.Spec{
	Name: "ah.next_header", Label: "Next header", Enum: ipProtocols, Cite: citeAH,
	Doc: "What follows this header.",
}

var specAHLen = &field.Spec{
	Name: "ah.length", Label: "Length", Unit: "× 4 bytes", Cite: citeAH,
	Doc: "The length of this header in words of four bytes, less two.",
}

var specAHReserved = &field.Spec{
	Name: "ah.reserved", Label: "Reserved", Show: field.Hex, Cite: citeAH,
	Doc: "Sent as zero.",
}

var specAHSPI = &field.Spec{
	Name: "ah.spi", Label: "Security parameters index", Show: field.Hex, Cite: citeAH,
	Doc: "Which agreement between sender and receiver applies.",
}

var specAHSeq = &field.Spec{
	Name: "ah.sequence", Label: "Sequence number", Cite: citeAH,
	Doc: "Counts the packets, so that an old one cannot be sent again.",
}

var specAHICV = &field.Spec{
	Name: "ah.icv", Label: "Integrity check value", Show: field.Raw, Cite: citeAH,
	Doc: "The proof itself, whose length depends on the method.",
}

var ipv6Specs = []*field.Spec{
	specIPv6, specIPv6First, specIPv6Version, specIPv6DSCP, specIPv6ECN, specIPv6Flow, specIPv6Len, specIPv6Next, specIPv6HopLimit,
	specIPv6Src, specIPv6Dst, specIPv6HopByHop, specIPv6DestOpts, specIPv6Routing, specIPv6Mobility, specIPv6ExtNext, specIPv6ExtLen,
	specIPv6ExtData, specIPv6Opt, specIPv6OptType, specIPv6OptAction, specIPv6OptChange, specIPv6OptNumber, specIPv6OptLen, specIPv6OptPad,
	specIPv6OptAlert, specIPv6OptJumbo, specIPv6OptData, specIPv6RouteType, specIPv6RouteLeft, specIPv6RouteData, specIPv6RouteLast,
	specIPv6RouteFlags, specIPv6RouteTag, specIPv6RouteAddr, specIPv6Frag, specIPv6FragNext, specIPv6FragReserved, specIPv6FragWord,
	specIPv6FragOffset, specIPv6FragRes2, specIPv6FragMore, specIPv6FragID, specIPv6FragData,
	specAH, specAHNext, specAHLen, specAHReserved, specAHSPI, specAHSeq, specAHICV,
}
