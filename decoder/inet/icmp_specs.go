package inet

import "somscope/decoder/field"

var (
	citeICMP   = []field.Cite{{Key: "rfc792"}}
	cite4884   = []field.Cite{{Key: "rfc4884", Where: "§3"}}
	citeRDisc  = []field.Cite{{Key: "rfc1256", Where: "§3"}}
	citeIGMP   = []field.Cite{{Key: "rfc2236", Where: "§2"}}
	citeIGMPv3 = []field.Cite{{Key: "rfc3376", Where: "§4"}}
)

var specICMP = &field.Spec{
	Name: "icmp", Label: "ICMP", Cite: citeICMP,
	Doc: "The Internet Control Message Protocol reports errors and answers pings.",
}

var specICMPType = &field.Spec{
	Name: "icmp.type", Label: "Type", Enum: icmpTypes, Cite: citeICMP,
	Doc: "What the message is about.",
}

var specICMPCode = &field.Spec{
	Name: "icmp.code", Label: "Code", Cite: citeICMP,
	Doc: "The reason, in numbers particular to the type.",
}

var specICMPChecksum = &field.Spec{
	Name: "icmp.checksum", Label: "Checksum", Show: field.Hex, Cite: []field.Cite{{Key: "rfc792"}, {Key: "rfc1071", Where: "§1"}},
	Doc: "Covers the whole message.",
}

var specICMPID = &field.Spec{
	Name: "icmp.ident", Label: "Identifier", Show: field.DecHex, Cite: citeICMP,
	Doc: "Tells the pings of one program from those of another; the answer repeats it.",
}

var specICMPSeq = &field.Spec{
	Name: "icmp.seq", Label: "Sequence number", Show: field.DecHex, Cite: citeICMP,
	Doc: "Counts the pings; the answer repeats it.",
}

var specICMPData = &field.Spec{
	Name: "icmp.data", Label: "Data", Show: field.Raw, Cite: citeICMP,
	Doc: "Any bytes; an echo reply repeats those of the request.",
}

var specICMPUnused1 = &field.Spec{
	Name: "icmp.unused1", Label: "Unused", Show: field.Hex, Cite: citeICMP,
	Doc: "Sent as zero.",
}

var specICMPUnused2 = &field.Spec{
	Name: "icmp.unused2", Label: "Unused", Show: field.Hex, Cite: citeICMP,
	Doc: "Sent as zero.",
}

var specICMPUnused4 = &field.Spec{
	Name: "icmp.unused4", Label: "Unused", Show: field.Hex, Cite: citeICMP,
	Doc: "Sent as zero.",
}

var specICMPLength = &field.Spec{
	Name: "icmp.length", Label: "Length of the quote", Unit: "× 4 bytes", Cite: cite4884,
	Doc: "How much of the packet is quoted, when extensions follow; 0 otherwise.",
}

var specICMPPointer = &field.Spec{
	Name: "icmp.pointer", Label: "Pointer", Cite: citeICMP,
	Doc: "The byte of the quoted header at which something is wrong.",
}

var specICMPMTU = &field.Spec{
	Name: "icmp.mtu", Label: "MTU of next hop", Unit: "bytes", Cite: []field.Cite{{Key: "rfc1191", Where: "§4"}},
	Doc: "The largest packet that fits on the way ahead.",
}

var specICMPGateway = &field.Spec{
	Name: "icmp.redir_gw", Label: "Router", Show: field.IP, Cite: citeICMP,
	Doc: "The router that the sender had better use.",
}

var specICMPOriginate = &field.Spec{
	Name: "icmp.originate_timestamp", Label: "Sent", Unit: "ms", Cite: citeICMP,
	Doc: "When the question left, in milliseconds since midnight, universal time.",
}

var specICMPReceive = &field.Spec{
	Name: "icmp.receive_timestamp", Label: "Received", Unit: "ms", Cite: citeICMP,
	Doc: "When the question arrived.",
}

var specICMPTransmit = &field.Spec{
	Name: "icmp.transmit_timestamp", Label: "Answered", Unit: "ms", Cite: citeICMP,
	Doc: "When the answer left.",
}

var specICMPMask = &field.Spec{
	Name: "icmp.address_mask", Label: "Address mask", Show: field.IP, Cite: []field.Cite{{Key: "rfc950"}},
	Doc: "Which bits of an address name the network.",
}

var specICMPRouters = &field.Spec{
	Name: "icmp.num_addrs", Label: "Number of addresses", Cite: citeRDisc,
	Doc: "How many routers are listed.",
}

var specICMPRouterSize = &field.Spec{
	Name: "icmp.addr_entry_size", Label: "Entry size", Unit: "× 4 bytes", Cite: citeRDisc,
	Doc: "The size of each entry.",
}

var specICMPLifetime = &field.Spec{
	Name: "icmp.lifetime", Label: "Lifetime", Unit: "seconds", Cite: citeRDisc,
	Doc: "How long the routers may be used.",
}

var specICMPPreference = &field.Spec{
	Name: "icmp.pref_level", Label: "Preference", Show: field.Hex, Cite: citeRDisc,
	Doc: "How much the router is to be preferred.",
}

var specQuoted = &field.Spec{
	Name: "icmp.quoted", Label: "Quoted packet", Cite: []field.Cite{{Key: "rfc792"}, {Key: "rfc4443", Where: "§2.4"}},
	Doc: "The start of the packet that caused the error, by which its sender finds the program concerned.",
}

var specICMPExt = &field.Spec{
	Name: "icmp.ext", Label: "Extensions", Show: field.Raw, Cite: cite4884,
	Doc: "Further information about the error, such as the labels of an MPLS path.",
}

var specIGMP = &field.Spec{
	Name: "igmp", Label: "IGMP", Cite: citeIGMP,
	Doc: "Tells routers which multicast groups somebody on the network wants to receive.",
}

var igmpTypes = field.Enum{{V: 0x11, S: "membership query"}, {V: 0x12, S: "membership report, version 1"}, {V: 0x16, S: "membership report"}, {V: 0x17, S: "leave group"},
	{V: 0x22, S: "membership report, version 3"}}

var specIGMPType = &field.Spec{
	Name: "igmp.type", Label: "Type", Show: field.Hex, Enum: igmpTypes, Cite: citeIGMP,
	Doc: "What the message is.",
}

var specIGMPMaxResp = &field.Spec{
	Name: "igmp.max_resp", Label: "Longest delay", Unit: "× 0.1 s", Cite: citeIGMP,
	Doc: "How long a host may wait with its answer.",
}

var specIGMPChecksum = &field.Spec{
	Name: "igmp.checksum", Label: "Checksum", Show: field.Hex, Cite: citeIGMP,
	Doc: "Covers the whole message.",
}

var specIGMPGroup = &field.Spec{
	Name: "igmp.maddr", Label: "Group", Show: field.IP, Cite: citeIGMP,
	Doc: "The multicast group; 0.0.0.0 asks about all of them.",
}

var specIGMPFlags = &field.Spec{
	Name: "igmp.flags", Label: "Suppress and robustness", Show: field.Hex, Cite: citeIGMPv3,
	Doc: "How routers share the work, and how much loss they expect.",
}

var specIGMPInterval = &field.Spec{
	Name: "igmp.qqic", Label: "Interval code", Cite: citeIGMPv3,
	Doc: "How often the router asks.",
}

var specIGMPSources = &field.Spec{
	Name: "igmp.num_src", Label: "Number of sources", Cite: citeIGMPv3,
	Doc: "How many senders are listed.",
}

var specIGMPSource = &field.Spec{
	Name: "igmp.saddr", Label: "Source", Show: field.IP, Cite: citeIGMPv3,
	Doc: "A sender to the group.",
}

var specIGMPReserved = &field.Spec{
	Name: "igmp.reserved", Label: "Reserved", Show: field.Hex, Cite: citeIGMPv3,
	Doc: "Sent as zero.",
}

var specIGMPRecords = &field.Spec{
	Name: "igmp.num_grp_recs", Label: "Number of records", Cite: citeIGMPv3,
	Doc: "How many group records follow.",
}

var specIGMPRecord = &field.Spec{
	Name: "igmp.grp_rec", Label: "Group record", Cite: citeIGMPv3,
	Doc: "What the host wants of one group.",
}

var specIGMPRecordType = &field.Spec{
	Name: "igmp.record_type", Label: "Type", Cite: citeIGMPv3,
	Doc:  "Whether the listed senders are wanted or not wanted.",
	Enum: field.Enum{{V: 1, S: "is include"}, {V: 2, S: "is exclude"}, {V: 3, S: "change to include"}, {V: 4, S: "change to exclude"}, {V: 5, S: "allow new sources"}, {V: 6, S: "block old sources"}},
}

var specIGMPAuxLen = &field.Spec{
	Name: "igmp.aux_data_len", Label: "Auxiliary data length", Unit: "× 4 bytes", Cite: citeIGMPv3,
	Doc: "The length of auxiliary data, which version 3 does not define.",
}

var specIGMPData = &field.Spec{
	Name: "igmp.data", Label: "Data", Show: field.Raw, Cite: citeIGMPv3,
	Doc: "Bytes that the version does not define.",
}

var icmpSpecs = []*field.Spec{
	specICMP, specICMPType, specICMPCode, specICMPChecksum, specICMPID, specICMPSeq, specICMPData, specICMPUnused1, specICMPUnused2,
	specICMPUnused4, specICMPLength, specICMPPointer, specICMPMTU, specICMPGateway, specICMPOriginate, specICMPReceive, specICMPTransmit,
	specICMPMask, specICMPRouters, specICMPRouterSize, specICMPLifetime, specICMPPreference, specQuoted, specICMPExt,
	specIGMP, specIGMPType, specIGMPMaxResp, specIGMPChecksum, specIGMPGroup, specIGMPFlags, specIGMPInterval, specIGMPSources, specIGMPSource,
	specIGMPReserved, specIGMPRecords, specIGMPRecord, specIGMPRecordType, specIGMPAuxLen, specIGMPData,
}
