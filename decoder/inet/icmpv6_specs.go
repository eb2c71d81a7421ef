package inet

import "somscope/decoder/field"

var (
	citeICMPv6  = []field.Cite{{Key: "rfc4443", Where: "§2.1"}}
	citeICMPv6E = []field.Cite{{Key: "rfc4443", Where: "§3"}}
	citeEcho6   = []field.Cite{{Key: "rfc4443", Where: "§4"}}
	citeMLD     = []field.Cite{{Key: "rfc2710", Where: "§3"}}
	citeMLDv2   = []field.Cite{{Key: "rfc3810", Where: "§5.2"}}
	citeND      = []field.Cite{{Key: "rfc4861", Where: "§4"}}
	citeRA      = []field.Cite{{Key: "rfc4861", Where: "§4.2"}}
	citeNA      = []field.Cite{{Key: "rfc4861", Where: "§4.4"}}
	citeRedir   = []field.Cite{{Key: "rfc4861", Where: "§4.5"}}
	citeNDOpt   = []field.Cite{{Key: "rfc4861", Where: "§4.6"}}
	citeNDPfx   = []field.Cite{{Key: "rfc4861", Where: "§4.6.2"}}
	citeRDNSS   = []field.Cite{{Key: "rfc8106", Where: "§5.1"}}
)

var specICMPv6 = &field.Spec{
	Name: "icmpv6", Label: "ICMPv6", Cite: citeICMPv6,
	Doc: "Reports errors, answers pings and finds neighbours and routers, for IPv6.",
}

var specICMPv6Type = &field.Spec{
	Name: "icmpv6.type", Label: "Type", Enum: icmpv6Types, Cite: citeICMPv6,
	Doc: "What the message is about; errors are below 128.",
}

var specICMPv6Code = &field.Spec{
	Name: "icmpv6.code", Label: "Code", Cite: citeICMPv6,
	Doc: "The reason, in numbers particular to the type.",
}

var specICMPv6Checksum = &field.Spec{
	Name: "icmpv6.checksum", Label: "Checksum", Show: field.Hex, Cite: []field.Cite{{Key: "rfc4443", Where: "§2.3"}},
	Doc: "Covers the addresses and the whole message.",
}

var specICMPv6Length = &field.Spec{
	Name: "icmpv6.length", Label: "Length of the quote", Unit: "× 8 bytes", Cite: cite4884,
	Doc: "How much of the packet is quoted, when extensions follow; 0 otherwise.",
}

var specICMPv6Unused = &field.Spec{
	Name: "icmpv6.unused", Label: "Unused", Show: field.Hex, Cite: citeICMPv6E,
	Doc: "Sent as zero.",
}

var specICMPv6MTU = &field.Spec{
	Name: "icmpv6.mtu", Label: "MTU", Unit: "bytes", Cite: []field.Cite{{Key: "rfc4443", Where: "§3.2"}},
	Doc: "The largest packet that fits on the way ahead.",
}

var specICMPv6Pointer = &field.Spec{
	Name: "icmpv6.pointer", Label: "Pointer", Cite: []field.Cite{{Key: "rfc4443", Where: "§3.4"}},
	Doc: "The byte of the quoted packet at which something is wrong.",
}

var specICMPv6ID = &field.Spec{
	Name: "icmpv6.echo.identifier", Label: "Identifier", Show: field.DecHex, Cite: citeEcho6,
	Doc: "Tells the pings of one program from those of another; the answer repeats it.",
}

var specICMPv6Seq = &field.Spec{
	Name: "icmpv6.echo.sequence_number", Label: "Sequence number", Show: field.DecHex, Cite: citeEcho6,
	Doc: "Counts the pings; the answer repeats it.",
}

var specICMPv6Data = &field.Spec{
	Name: "icmpv6.data", Label: "Data", Show: field.Raw, Cite: citeICMPv6,
	Doc: "The rest of the message, in an echo any bytes, which the reply repeats.",
}

var specICMPv6Reserved2 = &field.Spec{
	Name: "icmpv6.reserved2", Label: "Reserved", Show: field.Hex, Cite: citeND,
	Doc: "Sent as zero.",
}

var specICMPv6Reserved4 = &field.Spec{
	Name: "icmpv6.reserved4", Label: "Reserved", Show: field.Hex, Cite: citeND,
	Doc: "Sent as zero.",
}

var specICMPv6MaxDelay = &field.Spec{
	Name: "icmpv6.mld.maximum_response_delay", Label: "Longest delay", Unit: "ms", Cite: citeMLD,
	Doc: "How long a host may wait with its answer.",
}

var specICMPv6Group = &field.Spec{
	Name: "icmpv6.mld.multicast_address", Label: "Group", Show: field.IP, Cite: citeMLD,
	Doc: "The multicast group; :: asks about all of them.",
}

var specMLDRecords = &field.Spec{
	Name: "icmpv6.mldr.nb_mcast_records", Label: "Number of records", Cite: citeMLDv2,
	Doc: "How many group records follow.",
}

var specMLDRecord = &field.Spec{
	Name: "icmpv6.mldr.mar", Label: "Group record", Cite: citeMLDv2,
	Doc: "What the host wants of one group.",
}

var specMLDRecordType = &field.Spec{
	Name: "icmpv6.mldr.mar.record_type", Label: "Type", Cite: citeMLDv2,
	Doc:  "Whether the listed senders are wanted or not wanted.",
	Enum: field.Enum{{V: 1, S: "is include"}, {V: 2, S: "is exclude"}, {V: 3, S: "change to include"}, {V: 4, S: "change to exclude"}, {V: 5, S: "allow new sources"}, {V: 6, S: "block old sources"}},
}

var specMLDAuxLen = &field.Spec{
	Name: "icmpv6.mldr.mar.aux_data_len", Label: "Auxiliary data length", Unit: "× 4 bytes", Cite: citeMLDv2,
	Doc: "The length of auxiliary data, which version 2 does not define.",
}

var specMLDSources = &field.Spec{
	Name: "icmpv6.mldr.mar.nb_sources", Label: "Number of sources", Cite: citeMLDv2,
	Doc: "How many senders are listed.",
}

var specMLDSource = &field.Spec{
	Name: "icmpv6.mldr.mar.source", Label: "Source", Show: field.IP, Cite: citeMLDv2,
	Doc: "A sender to the group.",
}

var specNDHopLimit = &field.Spec{
	Name: "icmpv6.nd.ra.cur_hop_limit", Label: "Hop limit", Unit: "hops", Cite: citeRA,
	Doc: "The hop limit that hosts are to use.",
}

var specNDRAFlags = &field.Spec{
	Name: "icmpv6.nd.ra.flag", Label: "Flags", Show: field.Hex, Cite: citeRA,
	Doc: "How hosts get their addresses and settings.",
}

var specNDManaged = &field.Spec{
	Name: "icmpv6.nd.ra.flag.m", Label: "Managed addresses", Show: field.Flag, Cite: citeRA,
	Doc: "Addresses are to be had from DHCPv6.",
}

var specNDOther = &field.Spec{
	Name: "icmpv6.nd.ra.flag.o", Label: "Other settings", Show: field.Flag, Cite: citeRA,
	Doc: "Other settings are to be had from DHCPv6.",
}

var specNDHomeAgent = &field.Spec{
	Name: "icmpv6.nd.ra.flag.h", Label: "Home agent", Show: field.Flag, Cite: []field.Cite{{Key: "rfc6275", Where: "§7.1"}},
	Doc: "The router forwards packets to hosts that are on the move.",
}

var specNDRAReserved = &field.Spec{
	Name: "icmpv6.nd.ra.flag.rsv", Label: "Reserved", Show: field.Bin, Cite: citeRA,
	Doc: "Sent as zero.",
}

var specNDPrefixReserved = &field.Spec{
	Name: "icmpv6.opt.prefix.flag.rsv", Label: "Reserved", Show: field.Bin, Cite: citeNDPfx,
	Doc: "Sent as zero.",
}

var specNDRAPref = &field.Spec{
	Name: "icmpv6.nd.ra.flag.prf", Label: "Preference", Cite: []field.Cite{{Key: "rfc4191", Where: "§2.2"}},
	Doc:  "How much this router is to be preferred.",
	Enum: field.Enum{{V: 0, S: "medium"}, {V: 1, S: "high"}, {V: 2, S: "reserved"}, {V: 3, S: "low"}},
}

var specNDRouterLife = &field.Spec{
	Name: "icmpv6.nd.ra.router_lifetime", Label: "Router lifetime", Unit: "seconds", Cite: citeRA,
	Doc: "How long this router may be used by default; 0 means not at all.",
}

var specNDReachable = &field.Spec{
	Name: "icmpv6.nd.ra.reachable_time", Label: "Reachable time", Unit: "ms", Cite: citeRA,
	Doc: "How long a neighbour is taken to be there after it has answered.",
}

var specNDRetrans = &field.Spec{
	Name: "icmpv6.nd.ra.retrans_timer", Label: "Retransmission time", Unit: "ms", Cite: citeRA,
	Doc: "How long to wait before a neighbour is asked again.",
}

var specNDTarget = &field.Spec{
	Name: "icmpv6.nd.target_address", Label: "Target", Show: field.IP, Cite: citeND,
	Doc: "The address asked for, answered for, or to be used instead.",
}

var specNDDestination = &field.Spec{
	Name: "icmpv6.rd.destination_address", Label: "Destination", Show: field.IP, Cite: citeRedir,
	Doc: "The destination that is better reached through the target.",
}

var specNDNAFlags = &field.Spec{
	Name: "icmpv6.nd.na.flag", Label: "Flags", Show: field.Hex, Cite: citeNA,
	Doc: "Who answers, and why.",
}

var specNDNARouter = &field.Spec{
	Name: "icmpv6.nd.na.flag.r", Label: "Router", Show: field.Flag, Cite: citeNA,
	Doc: "The sender is a router.",
}

var specNDNASolicited = &field.Spec{
	Name: "icmpv6.nd.na.flag.s", Label: "Solicited", Show: field.Flag, Cite: citeNA,
	Doc: "This answers a question.",
}

var specNDNAOverride = &field.Spec{
	Name: "icmpv6.nd.na.flag.o", Label: "Override", Show: field.Flag, Cite: citeNA,
	Doc: "What was known before is to be replaced.",
}

var specNDNAReserved = &field.Spec{
	Name: "icmpv6.nd.na.flag.rsv", Label: "Reserved", Show: field.Hex, Cite: citeNA,
	Doc: "Sent as zero.",
}

var specNDOpt = &field.Spec{
	Name: "icmpv6.opt", Label: "Option", Cite: citeNDOpt,
	Doc: "One option of neighbour discovery.",
}

var specNDOptType = &field.Spec{
	Name: "icmpv6.opt.type", Label: "Type", Enum: ndOptions, Cite: citeNDOpt,
	Doc: "What the option is.",
}

var specNDOptLen = &field.Spec{
	Name: "icmpv6.opt.length", Label: "Length", Unit: "× 8 bytes", Cite: citeNDOpt,
	Doc: "The length of the option with its type and length.",
}

var specNDOptMAC = &field.Spec{
	Name: "icmpv6.opt.linkaddr", Label: "Hardware address", Show: field.MAC, Cite: []field.Cite{{Key: "rfc4861", Where: "§4.6.1"}},
	Doc: "The hardware address of the sender or of the target.",
}

var specNDPrefixLen = &field.Spec{
	Name: "icmpv6.opt.prefix.length", Label: "Prefix length", Unit: "bits", Cite: citeNDPfx,
	Doc: "How many bits of the prefix count.",
}

var specNDPrefixFlags = &field.Spec{
	Name: "icmpv6.opt.prefix.flag", Label: "Flags", Show: field.Hex, Cite: citeNDPfx,
	Doc: "What the prefix may be used for.",
}

var specNDPrefixOnLink = &field.Spec{
	Name: "icmpv6.opt.prefix.flag.l", Label: "On link", Show: field.Flag, Cite: citeNDPfx,
	Doc: "Addresses with this prefix are on this network.",
}

var specNDPrefixAuto = &field.Spec{
	Name: "icmpv6.opt.prefix.flag.a", Label: "Autonomous", Show: field.Flag, Cite: citeNDPfx,
	Doc: "A host may make itself an address from this prefix.",
}

var specNDPrefixValid = &field.Spec{
	Name: "icmpv6.opt.prefix.valid_lifetime", Label: "Valid lifetime", Unit: "seconds", Cite: citeNDPfx,
	Doc: "How long the prefix is valid.",
}

var specNDPrefixPreferred = &field.Spec{
	Name: "icmpv6.opt.prefix.preferred_lifetime", Label: "Preferred lifetime", Unit: "seconds", Cite: citeNDPfx,
	Doc: "How long addresses made from the prefix are preferred.",
}

var specNDPrefix = &field.Spec{
	Name: "icmpv6.opt.prefix", Label: "Prefix", Show: field.IP, Cite: citeNDPfx,
	Doc: "The first bits of addresses on this network.",
}

var specNDOptReserved = &field.Spec{
	Name: "icmpv6.opt.reserved", Label: "Reserved", Show: field.Raw, Cite: citeNDOpt,
	Doc: "Sent as zero.",
}

var specNDOptMTU = &field.Spec{
	Name: "icmpv6.opt.mtu", Label: "MTU", Unit: "bytes", Cite: []field.Cite{{Key: "rfc4861", Where: "§4.6.4"}},
	Doc: "The largest packet on this network.",
}

var specNDLifetime = &field.Spec{
	Name: "icmpv6.opt.rdnss.lifetime", Label: "Lifetime", Unit: "seconds", Cite: citeRDNSS,
	Doc: "How long the servers may be used.",
}

var specNDServer = &field.Spec{
	Name: "icmpv6.opt.rdnss", Label: "DNS server", Show: field.IP, Cite: citeRDNSS,
	Doc: "The address of a DNS server.",
}

var specNDOptData = &field.Spec{
	Name: "icmpv6.opt.data", Label: "Value", Show: field.Raw, Cite: citeNDOpt,
	Doc: "The value of an option that we do not take apart.",
}

var icmpv6Specs = []*field.Spec{
	specICMPv6, specICMPv6Type, specICMPv6Code, specICMPv6Checksum, specICMPv6Length, specICMPv6Unused, specICMPv6MTU, specICMPv6Pointer,
	specICMPv6ID, specICMPv6Seq, specICMPv6Data, specICMPv6Reserved2, specICMPv6Reserved4, specICMPv6MaxDelay, specICMPv6Group,
	specMLDRecords, specMLDRecord, specMLDRecordType, specMLDAuxLen, specMLDSources, specMLDSource,
	specNDHopLimit, specNDRAFlags, specNDManaged, specNDOther, specNDHomeAgent, specNDRAPref, specNDRAReserved, specNDPrefixReserved, specNDRouterLife, specNDReachable, specNDRetrans, specNDTarget,
	specNDDestination, specNDNAFlags, specNDNARouter, specNDNASolicited, specNDNAOverride, specNDNAReserved, specNDOpt, specNDOptType,
	specNDOptLen, specNDOptMAC, specNDPrefixLen, specNDPrefixFlags, specNDPrefixOnLink, specNDPrefixAuto, specNDPrefixValid,
	specNDPrefixPreferred, specNDPrefix, specNDOptReserved, specNDOptMTU, specNDLifetime, specNDServer, specNDOptData,
}
