package inet

import "somscope/decoder/field"

var (
	citeDNS    = []field.Cite{{Key: "rfc1035", Where: "§4.1"}}
	citeDNSHdr = []field.Cite{{Key: "rfc1035", Where: "§4.1.1"}}
	citeDNSQ   = []field.Cite{{Key: "rfc1035", Where: "§4.1.2"}}
	citeDNSRR  = []field.Cite{{Key: "rfc1035", Where: "§4.1.3"}}
	citeDNSSec = []field.Cite{{Key: "rfc4035", Where: "§3"}}
	citeSOA    = []field.Cite{{Key: "rfc1035", Where: "§3.3.13"}}
	citeMX     = []field.Cite{{Key: "rfc1035", Where: "§3.3.9"}}
	citeTXT    = []field.Cite{{Key: "rfc1035", Where: "§3.3.14"}}
	citeSRV    = []field.Cite{{Key: "rfc2782"}}
	citeEDNS   = []field.Cite{{Key: "rfc6891", Where: "§6.1"}}
	citeMDNS   = []field.Cite{{Key: "rfc6762", Where: "§18"}}
)

var specDNS = &field.Spec{
	Name: "dns", Label: "DNS", Cite: citeDNS,
	Doc: "The Domain Name System finds the address that belongs to a name.",
}

var specMDNS = &field.Spec{
	Name: "mdns", Label: "Multicast DNS", Cite: citeMDNS,
	Doc: "Machines on the same network ask each other for names, without a server.",
}

var specLLMNR = &field.Spec{
	Name: "llmnr", Label: "LLMNR", Cite: []field.Cite{{Key: "rfc4795", Where: "§2.1"}},
	Doc: "Machines on the same network ask each other for names; the older way of Windows.",
}

var specDNSLength = &field.Spec{
	Name: "dns.length", Label: "Length", Unit: "bytes", Cite: []field.Cite{{Key: "rfc1035", Where: "§4.2.2"}},
	Doc: "Over TCP each message has its length before it.",
}

var specDNSID = &field.Spec{
	Name: "dns.id", Label: "Identifier", Show: field.Hex, Cite: citeDNSHdr,
	Doc: "The answer repeats the number of the question.",
}

var specDNSFlags = &field.Spec{
	Name: "dns.flags", Label: "Flags", Show: field.Hex, Cite: citeDNSHdr,
	Doc: "What the message is and how it was answered.",
}

var specDNSResponse = &field.Spec{
	Name: "dns.flags.response", Label: "Response", Show: field.Flag, Cite: citeDNSHdr,
	Doc: "Set in an answer, not set in a question.",
}

var specDNSOpcode = &field.Spec{
	Name: "dns.flags.opcode", Label: "Opcode", Enum: dnsOpcodes, Cite: citeDNSHdr,
	Doc: "What is asked for; nearly always a standard query.",
}

var dnsOpcodes = field.Enum{{V: 0, S: "query"}, {V: 1, S: "inverse query"}, {V: 2, S: "status"}, {V: 4, S: "notify"}, {V: 5, S: "update"}, {V: 6, S: "stateful operations"}}

var specDNSAA = &field.Spec{
	Name: "dns.flags.authoritative", Label: "Authoritative (AA)", Show: field.Flag, Cite: citeDNSHdr,
	Doc: "The answer comes from a server that is in charge of the name.",
}

var specDNSTC = &field.Spec{
	Name: "dns.flags.truncated", Label: "Truncated (TC)", Show: field.Flag, Cite: citeDNSHdr,
	Doc: "The answer was too long for one datagram and has been cut.",
}

var specDNSRD = &field.Spec{
	Name: "dns.flags.recdesired", Label: "Recursion desired (RD)", Show: field.Flag, Cite: citeDNSHdr,
	Doc: "The server is to ask others if it does not know.",
}

var specDNSRA = &field.Spec{
	Name: "dns.flags.recavail", Label: "Recursion available (RA)", Show: field.Flag, Cite: citeDNSHdr,
	Doc: "The server asks others if it does not know.",
}

var specDNSZ = &field.Spec{
	Name: "dns.flags.z", Label: "Reserved (Z)", Show: field.Flag, Cite: citeDNSHdr,
	Doc: "Must be zero.",
}

var specDNSAD = &field.Spec{
	Name: "dns.flags.authenticated", Label: "Authentic data (AD)", Show: field.Flag, Cite: citeDNSSec,
	Doc: "The server has verified the signatures of the answer.",
}

var specDNSCD = &field.Spec{
	Name: "dns.flags.checkdisable", Label: "Checking disabled (CD)", Show: field.Flag, Cite: citeDNSSec,
	Doc: "Data that fail verification are welcome too.",
}

var specDNSRcode = &field.Spec{
	Name: "dns.flags.rcode", Label: "Response code", Enum: dnsRcodes, Cite: citeDNSHdr,
	Doc: "Whether the question could be answered.",
}

var dnsRcodes = field.Enum{{V: 0, S: "no error"}, {V: 1, S: "format error"}, {V: 2, S: "server failure"}, {V: 3, S: "no such name"}, {V: 4, S: "not implemented"}, {V: 5, S: "refused"},
	{V: 6, S: "name exists"}, {V: 7, S: "records exist"}, {V: 8, S: "no such records"}, {V: 9, S: "not authorised"}, {V: 10, S: "not in zone"}}

var specDNSQueries = &field.Spec{
	Name: "dns.count.queries", Label: "Questions", Cite: citeDNSHdr,
	Doc: "The number of questions, nearly always one.",
}

var specDNSAnswers = &field.Spec{
	Name: "dns.count.answers", Label: "Answers", Cite: citeDNSHdr,
	Doc: "The number of records that answer the question.",
}

var specDNSAuth = &field.Spec{
	Name: "dns.count.auth_rr", Label: "Authorities", Cite: citeDNSHdr,
	Doc: "The number of records that name the servers in charge.",
}

var specDNSAdd = &field.Spec{
	Name: "dns.count.add_rr", Label: "Additional records", Cite: citeDNSHdr,
	Doc: "The number of records that may be of use as well.",
}

var specDNSQuery = &field.Spec{
	Name: "dns.qry", Label: "Question", Cite: citeDNSQ,
	Doc: "What is asked.",
}

var specDNSQueryName = &field.Spec{
	Name: "dns.qry.name", Label: "Name", Show: field.Words, Cite: citeDNSQ,
	Doc: "The name asked for.",
}

var dnsTypes = field.Enum{{V: 1, S: "A"}, {V: 2, S: "NS"}, {V: 5, S: "CNAME"}, {V: 6, S: "SOA"}, {V: 12, S: "PTR"}, {V: 13, S: "HINFO"}, {V: 15, S: "MX"}, {V: 16, S: "TXT"}, {V: 24, S: "SIG"}, {V: 25, S: "KEY"}, {V: 28, S: "AAAA"},
	{V: 29, S: "LOC"}, {V: 32, S: "NetBIOS"}, {V: 33, S: "SRV"}, {V: 35, S: "NAPTR"}, {V: 38, S: "A6"}, {V: 41, S: "OPT"}, {V: 43, S: "DS"}, {V: 46, S: "RRSIG"}, {V: 47, S: "NSEC"}, {V: 48, S: "DNSKEY"}, {V: 50, S: "NSEC3"},
	{V: 52, S: "TLSA"}, {V: 64, S: "SVCB"}, {V: 65, S: "HTTPS"}, {V: 251, S: "IXFR"}, {V: 252, S: "AXFR"}, {V: 255, S: "any"}, {V: 257, S: "CAA"}}

var dnsClasses = field.Enum{{V: 1, S: "Internet"}, {V: 3, S: "Chaos"}, {V: 4, S: "Hesiod"}, {V: 254, S: "none"}, {V: 255, S: "any"}}

var specDNSQueryType = &field.Spec{
	Name: "dns.qry.type", Label: "Type", Enum: dnsTypes, Cite: citeDNSQ,
	Doc: "The kind of record asked for: A is an IPv4 address.",
}

var specDNSQueryClassWord = &field.Spec{
	Name: "dns.qry.classword", Label: "Class and flag", Show: field.Hex, Cite: citeMDNS,
	Doc: "In multicast DNS the high bit of the class is a flag.",
}

var specDNSUnicast = &field.Spec{
	Name: "dns.qry.qu", Label: "Unicast wanted", Show: field.Flag, Cite: citeMDNS,
	Doc: "The answer may be sent to the asker alone.",
}

var specDNSQueryClass = &field.Spec{
	Name: "dns.qry.class", Label: "Class", Enum: dnsClasses, Cite: citeDNSQ,
	Doc: "The kind of network, in practice always the Internet.",
}

var specDNSRecord = &field.Spec{
	Name: "dns.rr", Label: "Answer", Cite: citeDNSRR,
	Doc: "A record that answers the question.",
}

var specDNSAuthority = &field.Spec{
	Name: "dns.rr.auth", Label: "Authority", Cite: citeDNSRR,
	Doc: "A record that says who is in charge of the name.",
}

var specDNSAdditional = &field.Spec{
	Name: "dns.rr.add", Label: "Additional record", Cite: citeDNSRR,
	Doc: "A record that may be of use as well.",
}

var specDNSRecName = &field.Spec{
	Name: "dns.resp.name", Label: "Name", Show: field.Words, Cite: []field.Cite{{Key: "rfc1035", Where: "§4.1.3"}, {Key: "rfc1035", Where: "§4.1.4"}},
	Doc: "The name that the record belongs to, often a pointer to where it stood before.",
}

var specDNSRecType = &field.Spec{
	Name: "dns.resp.type", Label: "Type", Enum: dnsTypes, Cite: citeDNSRR,
	Doc: "The kind of record.",
}

var specDNSRecClassWord = &field.Spec{
	Name: "dns.resp.classword", Label: "Class and flag", Show: field.Hex, Cite: citeMDNS,
	Doc: "In multicast DNS the high bit of the class is a flag.",
}

var specDNSFlush = &field.Spec{
	Name: "dns.resp.cache_flush", Label: "Replaces older", Show: field.Flag, Cite: citeMDNS,
	Doc: "Older records of this name and type are to be forgotten.",
}

var specDNSRecClass = &field.Spec{
	Name: "dns.resp.class", Label: "Class", Enum: dnsClasses, Cite: citeDNSRR,
	Doc: "The kind of network, in practice always the Internet.",
}

var specDNSRecTTL = &field.Spec{
	Name: "dns.resp.ttl", Label: "Time to live", Unit: "seconds", Cite: citeDNSRR,
	Doc: "How long the record may be kept.",
}

var specDNSRecLen = &field.Spec{
	Name: "dns.resp.len", Label: "Data length", Unit: "bytes", Cite: citeDNSRR,
	Doc: "The length of the record's data.",
}

var specDNSA = &field.Spec{
	Name: "dns.a", Label: "Address", Show: field.IP, Cite: []field.Cite{{Key: "rfc1035", Where: "§3.4.1"}},
	Doc: "An IPv4 address of the name.",
}

var specDNSAAAA = &field.Spec{
	Name: "dns.aaaa", Label: "Address", Show: field.IP, Cite: []field.Cite{{Key: "rfc3596", Where: "§2.2"}},
	Doc: "An IPv6 address of the name.",
}

var specDNSNS = &field.Spec{
	Name: "dns.ns", Label: "Name server", Show: field.Words, Cite: []field.Cite{{Key: "rfc1035", Where: "§3.3.11"}},
	Doc: "A server that is in charge of the name.",
}

var specDNSCNAME = &field.Spec{
	Name: "dns.cname", Label: "Canonical name", Show: field.Words, Cite: []field.Cite{{Key: "rfc1035", Where: "§3.3.1"}},
	Doc: "The real name behind an alias.",
}

var specDNSPTR = &field.Spec{
	Name: "dns.ptr.domain_name", Label: "Points to", Show: field.Words, Cite: []field.Cite{{Key: "rfc1035", Where: "§3.3.12"}},
	Doc: "The name that belongs to an address.",
}

var specDNSSOAName = &field.Spec{
	Name: "dns.soa.mname", Label: "Primary server", Show: field.Words, Cite: citeSOA,
	Doc: "The server that has the original of the zone.",
}

var specDNSSOAMail = &field.Spec{
	Name: "dns.soa.rname", Label: "Mailbox", Show: field.Words, Cite: citeSOA,
	Doc: "The mail address of whoever keeps the zone, with a dot in place of the @.",
}

var specDNSSOASerial = &field.Spec{
	Name: "dns.soa.serial_number", Label: "Serial number", Cite: citeSOA,
	Doc: "Grows with every change of the zone.",
}

var specDNSSOARefresh = &field.Spec{
	Name: "dns.soa.refresh_interval", Label: "Refresh", Unit: "seconds", Cite: citeSOA,
	Doc: "How often other servers look for changes.",
}

var specDNSSOARetry = &field.Spec{
	Name: "dns.soa.retry_interval", Label: "Retry", Unit: "seconds", Cite: citeSOA,
	Doc: "How soon they try again after a failure.",
}

var specDNSSOAExpire = &field.Spec{
	Name: "dns.soa.expire_limit", Label: "Expire", Unit: "seconds", Cite: citeSOA,
	Doc: "When they give up and stop answering.",
}

var specDNSSOAMinimum = &field.Spec{
	Name: "dns.soa.minimum_ttl", Label: "Minimum", Unit: "seconds", Cite: citeSOA,
	Doc: "How long it may be remembered that a name does not exist.",
}

var specDNSMXPref = &field.Spec{
	Name: "dns.mx.preference", Label: "Preference", Cite: citeMX,
	Doc: "Mail goes to the server with the lowest number first.",
}

var specDNSMXName = &field.Spec{
	Name: "dns.mx.mail_exchange", Label: "Mail server", Show: field.Words, Cite: citeMX,
	Doc: "A server that takes mail for the name.",
}

var specDNSTXTLen = &field.Spec{
	Name: "dns.txt.length", Label: "Length", Unit: "bytes", Cite: citeTXT,
	Doc: "The length of the text that follows.",
}

var specDNSTXT = &field.Spec{
	Name: "dns.txt", Label: "Text", Show: field.Words, Cite: citeTXT,
	Doc: "Any text.",
}

var specDNSSRVPriority = &field.Spec{
	Name: "dns.srv.priority", Label: "Priority", Cite: citeSRV,
	Doc: "Servers with the lowest number are tried first.",
}

var specDNSSRVWeight = &field.Spec{
	Name: "dns.srv.weight", Label: "Weight", Cite: citeSRV,
	Doc: "How the load is shared among servers of the same priority.",
}

var specDNSSRVPort = &field.Spec{
	Name: "dns.srv.port", Label: "Port", Cite: citeSRV,
	Doc: "The port on which the service is to be found.",
}

var specDNSSRVTarget = &field.Spec{
	Name: "dns.srv.target", Label: "Server", Show: field.Words, Cite: citeSRV,
	Doc: "The name of the machine that offers the service.",
}

var specDNSData = &field.Spec{
	Name: "dns.data", Label: "Data", Show: field.Raw, Cite: citeDNSRR,
	Doc: "The data of a kind of record that we do not take apart.",
}

var specDNSOptSize = &field.Spec{
	Name: "dns.rr.udp_payload_size", Label: "UDP payload size", Unit: "bytes", Cite: citeEDNS,
	Doc: "The longest message that the sender can take in over UDP.",
}

var specDNSOptRcode = &field.Spec{
	Name: "dns.resp.ext_rcode", Label: "Upper response code", Cite: citeEDNS,
	Doc: "The upper bits of the response code.",
}

var specDNSOptVersion = &field.Spec{
	Name: "dns.resp.edns0_version", Label: "Version", Cite: citeEDNS,
	Doc: "The version of the extensions, 0.",
}

var specDNSOptFlags = &field.Spec{
	Name: "dns.resp.z", Label: "Flags", Show: field.Hex, Cite: citeEDNS,
	Doc: "More flags for the message.",
}

var specDNSOptDO = &field.Spec{
	Name: "dns.resp.z.do", Label: "Signatures wanted (DO)", Show: field.Flag, Cite: citeEDNS,
	Doc: "The asker wants the signatures of the answer too.",
}

var specDNSOptZ = &field.Spec{
	Name: "dns.resp.z.reserved", Label: "Reserved", Show: field.Hex, Cite: citeEDNS,
	Doc: "Sent as zero.",
}

var specDNSOption = &field.Spec{
	Name: "dns.opt", Label: "Option", Cite: citeEDNS,
	Doc: "One extension.",
}

var specDNSOptionCode = &field.Spec{
	Name: "dns.opt.code", Label: "Code", Cite: citeEDNS,
	Doc:  "Which extension it is.",
	Enum: field.Enum{{V: 3, S: "server identifier"}, {V: 8, S: "client subnet"}, {V: 10, S: "cookie"}, {V: 11, S: "keep-alive"}, {V: 12, S: "padding"}, {V: 15, S: "extended error"}},
}

var specDNSOptionLen = &field.Spec{
	Name: "dns.opt.len", Label: "Length", Unit: "bytes", Cite: citeEDNS,
	Doc: "The length of the option's data.",
}

var specDNSOptionData = &field.Spec{
	Name: "dns.opt.data", Label: "Data", Show: field.Raw, Cite: citeEDNS,
	Doc: "The data of the option.",
}

var dnsSpecs = []*field.Spec{
	specDNSSkype, specDNSSkypeLater,
	specDNS, specMDNS, specLLMNR, specDNSLength, specDNSID, specDNSFlags, specDNSResponse, specDNSOpcode, specDNSAA, specDNSTC, specDNSRD,
	specDNSRA, specDNSZ, specDNSAD, specDNSCD, specDNSRcode, specDNSQueries, specDNSAnswers, specDNSAuth, specDNSAdd, specDNSQuery,
	specDNSQueryName, specDNSQueryType, specDNSQueryClassWord, specDNSUnicast, specDNSQueryClass, specDNSRecord, specDNSAuthority,
	specDNSAdditional, specDNSRecName, specDNSRecType, specDNSRecClassWord, specDNSFlush, specDNSRecClass, specDNSRecTTL, specDNSRecLen,
	specDNSA, specDNSAAAA, specDNSNS, specDNSCNAME, specDNSPTR, specDNSSOAName, specDNSSOAMail, specDNSSOASerial, specDNSSOARefresh,
	specDNSSOARetry, specDNSSOAExpire, specDNSSOAMinimum, specDNSMXPref, specDNSMXName, specDNSTXTLen, specDNSTXT, specDNSSRVPriority,
	specDNSSRVWeight, specDNSSRVPort, specDNSSRVTarget, specDNSData, specDNSOptSize, specDNSOptRcode, specDNSOptVersion, specDNSOptFlags,
	specDNSOptDO, specDNSOptZ, specDNSOption, specDNSOptionCode, specDNSOptionLen, specDNSOptionData,
}
