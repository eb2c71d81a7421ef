package capfile

import (
	"fmt"

	"somscope/decoder/field"
)

func ng(name, label string, show field.Show, where, doc string) *field.Spec {
	return &field.Spec{Name: "pcapng." + name, Label: label, Show: show, Doc: doc, Cite: []field.Cite{{Key: "pcapng", Where: where}}}
}

// blockKinds names the block types. The list of the draft is in section 10.
var blockKinds = field.Enum{
	{V: typeIDB, S: "Interface Description Block"},
	{V: typePB, S: "Packet Block"},
	{V: typeSPB, S: "Simple Packet Block"},
	{V: typeNRB, S: "Name Resolution Block"},
	{V: typeISB, S: "Interface Statistics Block"},
	{V: typeEPB, S: "Enhanced Packet Block"},
	{V: 7, S: "IRIG Timestamp Block"},
	{V: 8, S: "ARINC 429 Block"},
	{V: typeJournal, S: "systemd Journal Export Block"},
	{V: typeDSB, S: "Decryption Secrets Block"},
	{V: 0x101, S: "Hone Machine Info Block"},
	{V: 0x102, S: "Hone Connection Event Block"},
	{V: 0x201, S: "Sysdig Machine Info Block"},
	{V: 0x202, S: "Sysdig Process Info Block"},
	{V: 0x203, S: "Sysdig FD List Block"},
	{V: 0x204, S: "Sysdig Event Block"},
	{V: 0x205, S: "Sysdig Interface List Block"},
	{V: 0x206, S: "Sysdig User List Block"},
	{V: 0x207, S: "Sysdig Process Info Block"},
	{V: 0x208, S: "Sysdig Event Block with flags"},
	{V: 0x209, S: "Sysdig Process Info Block"},
	{V: 0x210, S: "Sysdig Process Info Block"},
	{V: 0x211, S: "Sysdig Process Info Block"},
	{V: 0x212, S: "Sysdig Process Info Block"},
	{V: 0x213, S: "Sysdig Process Info Block"},
	{V: typeCB, S: "Custom Block"},
	{V: typeDCB, S: "Custom Block"},
	{V: typeSHB, S: "Section Header Block"},
}

// kindOf names a block type for people.
func kindOf(typ uint32) string {
	if s, ok := blockKinds.Name(uint64(typ)); ok {
		return s
	}
	if typ>>31 == 1 {
		return fmt.Sprintf("block of local type 0x%08x", typ)
	}
	return fmt.Sprintf("block of unknown type 0x%08x", typ)
}

// Option codes the first pass needs to know.
const (
	optEnd      = 0
	optComment  = 1
	optIfName   = 2
	optTsresol  = 9
	optTsoffset = 14
)

// How an option's value is read.
type optKind uint8

const (
	asBytes optKind = iota
	asText
	asUint    // a number in the byte order of the section
	asInt     // a signed number
	asStamp   // a timestamp of the interface
	asIP4     // an IPv4 address
	asIP6     // an IPv6 address
	asMAC     // a hardware address
	asIP4Mask // address and netmask
	asIP6Len  // address and prefix length
	asResol
	asTzone
	asFilter
	asFlags
	asHash
	asVerdict
	asProcess
	asCustomText
	asCustomBytes
	asEnd
)

// An option is one line of the tables below.
type option struct {
	code uint16
	name string
	size int // bytes, 0 when it varies
	kind optKind
	spec *field.Spec
}

// common options may stand in any block. Draft, section 3.5.
var commonOptions = []option{
	{optEnd, "opt_endofopt", 0, asEnd, nil},
	{optComment, "opt_comment", 0, asText, ng("opt.comment", "Comment", field.Words, "§3.5", "Somebody wrote this remark about the block it stands in.")},
	{2988, "opt_custom (text, may be copied)", 0, asCustomText, nil},
	{2989, "opt_custom (bytes, may be copied)", 0, asCustomBytes, nil},
	{19372, "opt_custom (text, not to be copied)", 0, asCustomText, nil},
	{19373, "opt_custom (bytes, not to be copied)", 0, asCustomBytes, nil},
}

// Draft, section 4.1.
var shbOptions = []option{
	{2, "shb_hardware", 0, asText, ng("shb.hardware", "Hardware", field.Words, "§4.1", "The section was written on this hardware.")},
	{3, "shb_os", 0, asText, ng("shb.os", "Operating system", field.Words, "§4.1", "The section was written under this operating system.")},
	{4, "shb_userappl", 0, asText, ng("shb.userappl", "Application", field.Words, "§4.1", "This program wrote the section.")},
}

// Draft, section 4.2.
var idbOptions = []option{
	{optIfName, "if_name", 0, asText, ng("idb.name", "Name", field.Words, "§4.2", "The operating system knows the interface by this name.")},
	{3, "if_description", 0, asText, ng("idb.description", "Description", field.Words, "§4.2", "This is a description of the interface for people.")},
	{4, "if_IPv4addr", 8, asIP4Mask, ng("idb.ip4", "IPv4 address", field.IP, "§4.2", "The interface had this IPv4 address.")},
	{5, "if_IPv6addr", 17, asIP6Len, ng("idb.ip6", "IPv6 address", field.IP, "§4.2", "The interface had this IPv6 address.")},
	{6, "if_MACaddr", 6, asMAC, ng("idb.mac", "MAC address", field.MAC, "§4.2", "The interface had this hardware address of 48 bits.")},
	{7, "if_EUIaddr", 8, asBytes, ng("idb.eui", "EUI-64 address", field.Raw, "§4.2", "The interface had this hardware address of 64 bits.")},
	{8, "if_speed", 8, asUint, withUnit(ng("idb.speed", "Speed", field.Dec, "§4.2", "The interface sent and received at this speed."), "bit/s")},
	{optTsresol, "if_tsresol", 1, asResol, nil},
	{10, "if_tzone", 4, asTzone, nil},
	{11, "if_filter", 0, asFilter, nil},
	{12, "if_os", 0, asText, ng("idb.os", "Operating system", field.Words, "§4.2", "The machine with this interface ran this operating system.")},
	{13, "if_fcslen", 1, asUint, ng("idb.fcslen", "FCS length", field.Dec, "§4.2", "The frame check sequence behind each packet has this length; the draft says bits, many programs write bytes.")},
	{optTsoffset, "if_tsoffset", 8, asInt, withUnit(ng("idb.tsoffset", "Time offset", field.Dec, "§4.2", "So many seconds have to be added to every timestamp of this interface."), "s")},
	{15, "if_hardware", 0, asText, ng("idb.hardware", "Hardware", field.Words, "§4.2", "This is a description of the hardware of the interface.")},
	{16, "if_txspeed", 8, asUint, withUnit(ng("idb.txspeed", "Transmit speed", field.Dec, "§4.2", "The interface sent at this speed."), "bit/s")},
	{17, "if_rxspeed", 8, asUint, withUnit(ng("idb.rxspeed", "Receive speed", field.Dec, "§4.2", "The interface received at this speed."), "bit/s")},
}

// Draft, section 4.3.
var epbOptions = []option{
	{2, "epb_flags", 4, asFlags, nil},
	{3, "epb_hash", 0, asHash, nil},
	{4, "epb_dropcount", 8, asUint, withUnit(ng("epb.dropcount", "Packets lost", field.Dec, "§4.3", "So many packets were lost between this one and the one before it on the same interface."), "packets")},
	{5, "epb_packetid", 8, asUint, ng("epb.packetid", "Packet id", field.Hex, "§4.3", "The same packet seen on several interfaces carries the same number here.")},
	{6, "epb_queue", 4, asUint, ng("epb.queue", "Queue", field.Dec, "§4.3", "The packet was received on this queue of the interface.")},
	{7, "epb_verdict", 0, asVerdict, nil},
	{8, "epb_processid_threadid", 8, asProcess, nil},
}

// Draft, appendix A.
var pbOptions = []option{
	{2, "pack_flags", 4, asFlags, nil},
	{3, "pack_hash", 0, asHash, nil},
}

// Draft, section 4.5.
var nrbOptions = []option{
	{2, "ns_dnsname", 0, asText, ng("nrb.dnsname", "DNS server name", field.Words, "§4.5", "The names were asked of the server of this name.")},
	{3, "ns_dnsIP4addr", 4, asIP4, ng("nrb.dns4", "DNS server address", field.IP, "§4.5", "The names were asked of the server with this IPv4 address.")},
	{4, "ns_dnsIP6addr", 16, asIP6, ng("nrb.dns6", "DNS server address", field.IP, "§4.5", "The names were asked of the server with this IPv6 address.")},
}

// Draft, section 4.6.
var isbOptions = []option{
	{2, "isb_starttime", 8, asStamp, ng("isb.starttime", "Capture started", field.Instant, "§4.6", "The capture on this interface began at this time.")},
	{3, "isb_endtime", 8, asStamp, ng("isb.endtime", "Capture ended", field.Instant, "§4.6", "The capture on this interface ended at this time.")},
	{4, "isb_ifrecv", 8, asUint, withUnit(ng("isb.ifrecv", "Received", field.Dec, "§4.6", "The interface received so many packets since the capture began."), "packets")},
	{5, "isb_ifdrop", 8, asUint, withUnit(ng("isb.ifdrop", "Dropped by the interface", field.Dec, "§4.6", "The interface dropped so many packets for want of resources."), "packets")},
	{6, "isb_filteraccept", 8, asUint, withUnit(ng("isb.filteraccept", "Accepted by the filter", field.Dec, "§4.6", "So many packets passed the capture filter."), "packets")},
	{7, "isb_osdrop", 8, asUint, withUnit(ng("isb.osdrop", "Dropped by the system", field.Dec, "§4.6", "The operating system dropped so many packets."), "packets")},
	{8, "isb_usrdeliv", 8, asUint, withUnit(ng("isb.usrdeliv", "Delivered", field.Dec, "§4.6", "So many packets were handed to the capturing program."), "packets")},
}

// An optionTable is the options of one type of block, and the Spec of their codes.
type optionTable struct {
	own  []option
	code *field.Spec
}

func newOptionTable(name, where string, own []option) *optionTable {
	e := field.Enum{}
	for _, list := range [][]option{commonOptions, own} {
		for _, o := range list {
			e = append(e, field.Sym{V: uint64(o.code), S: o.name})
		}
	}
	return &optionTable{own: own, code: withEnum(ng(name, "Option code", field.Dec, where, "This number says what the option holds; its meaning depends on the type of the block."), e)}
}

func (t *optionTable) find(code uint16) *option {
	for _, list := range [][]option{commonOptions, t.own} {
		for i := range list {
			if list[i].code == code {
				return &list[i]
			}
		}
	}
	return nil
}

var (
	anyTable = newOptionTable("opt.code", "§3.5", nil)
	shbTable = newOptionTable("shb.opt.code", "§4.1", shbOptions)
	idbTable = newOptionTable("idb.opt.code", "§4.2", idbOptions)
	epbTable = newOptionTable("epb.opt.code", "§4.3", epbOptions)
	pbTable  = newOptionTable("pb.opt.code", "appendix A", pbOptions)
	nrbTable = newOptionTable("nrb.opt.code", "§4.5", nrbOptions)
	isbTable = newOptionTable("isb.opt.code", "§4.6", isbOptions)
)

// The blocks themselves.
var (
	specSHB     = ng("shb", "Section Header Block", field.Raw, "§4.1", "This block begins a section of the file and sets the byte order of all numbers in it.")
	specIDB     = ng("idb", "Interface Description Block", field.Raw, "§4.2", "This block describes one network interface; packets name it by its number.")
	specEPB     = ng("epb", "Enhanced Packet Block", field.Raw, "§4.3", "This block holds one packet with its time and its interface.")
	specSPB     = ng("spb", "Simple Packet Block", field.Raw, "§4.4", "This block holds one packet without a time; it belongs to the first interface of the section.")
	specNRB     = ng("nrb", "Name Resolution Block", field.Raw, "§4.5", "This block says which names the addresses in the capture had.")
	specISB     = ng("isb", "Interface Statistics Block", field.Raw, "§4.6", "This block counts what an interface received and lost.")
	specDSB     = ng("dsb", "Decryption Secrets Block", field.Raw, "§4.7", "This block holds keys with which packets of the capture can be decrypted.")
	specCB      = ng("cb", "Custom Block", field.Raw, "§4.8", "This block holds data of one vendor, who is named by a number.")
	specPB      = ng("pb", "Packet Block", field.Raw, "appendix A", "This obsolete block holds one packet with its time and its interface.")
	specJournal = ng("journal", "systemd Journal Export Block", field.Raw, "§10", "This block holds one entry of the system log of a Linux machine.")
	specOther   = ng("block", "Block", field.Raw, "§3.1", "Every block has a type and a length, so that readers can step over those they do not know.")

	blockSpecs = map[uint32]*field.Spec{
		typeSHB: specSHB, typeIDB: specIDB, typeEPB: specEPB, typeSPB: specSPB, typeNRB: specNRB, typeISB: specISB,
		typeDSB: specDSB, typeCB: specCB, typeDCB: specCB, typePB: specPB, typeJournal: specJournal,
	}

	specType    = withEnum(ng("type", "Block type", field.Hex, "§3.1", "This number says what kind of block follows."), blockKinds)
	specLength  = withUnit(ng("length", "Block length", field.Dec, "§3.1", "The whole block has this length, type and both lengths included."), "bytes")
	specTrailer = withUnit(ng("trailer", "Block length again", field.Dec, "§3.1", "The length is repeated at the end, so that a file can also be read backwards."), "bytes")
	specBody    = ng("body", "Body", field.Raw, "§3.1", "These are the contents of a block whose layout we do not read.")
	specPad     = ng("pad", "Padding", field.Raw, "§3.6.2", "These bytes fill up to the next multiple of four.")

	specOption     = ng("opt", "Option", field.Words, "§3.5", "An option adds something to the block that readers may skip.")
	specOptLen     = withUnit(ng("opt.length", "Option length", field.Dec, "§3.5", "The value of the option has this length, without padding."), "bytes")
	specOptValue   = ng("opt.value", "Value", field.Raw, "§3.5", "These are the bytes of an option whose meaning we do not know.")
	specOptPEN     = ng("opt.pen", "Private Enterprise Number", field.Dec, "§3.5.1", "This number of the IANA registry names the organisation that defined the option.")
	specOptCustomT = ng("opt.custom.text", "Custom text", field.Words, "§3.5.1", "This is text whose meaning only the organisation named above defines.")
	specOptCustomB = ng("opt.custom.data", "Custom data", field.Raw, "§3.5.1", "These are bytes whose meaning only the organisation named above defines.")

	specOrderMagic = withEnum(ng("shb.magic", "Byte-order magic", field.Hex, "§4.1", "A reader that sees this number the right way round has the byte order of the section."), field.Enum{{V: orderMagic, S: "as expected"}})
	specShbMajor   = ng("shb.major", "Major version", field.Dec, "§4.1", "The major version of the format is 1.")
	specShbMinor   = ng("shb.minor", "Minor version", field.Dec, "§4.1", "The minor version of the format is 0; some programs write 2 and mean the same.")
	specShbLength  = withUnit(ng("shb.sectionlength", "Section length", field.Dec, "§4.1", "The blocks of the section that follow have this length in all; -1 means that nobody counted."), "bytes")

	specIdbLink     = withTrust(withEnum(ng("idb.linktype", "Link type", field.Dec, "§4.2", "This number says with which header each packet of the interface begins."), linkEnum), field.Specified, field.Cite{Key: "pcapng", Where: "§4.2"}, field.Cite{Key: "linktypes", Where: ""})
	specIdbReserved = ng("idb.reserved", "Reserved", field.Hex, "§4.2", "These two bytes are not used, and readers ignore them.")
	specIdbSnap     = withUnit(ng("idb.snaplen", "Snap length", field.Dec, "§4.2", "Of each packet at most this many bytes were kept; 0 means no limit."), "bytes")

	specTsresol     = ng("idb.tsresol", "Timestamp resolution", field.Hex, "§4.2", "This byte says in which unit the timestamps of the interface count.")
	specTsresolBase = withEnum(ng("idb.tsresol.base", "Base", field.Flag, "§4.2", "When this bit is set, the unit is a negative power of two of a second, otherwise of ten."), field.Enum{{V: 0, S: "10"}, {V: 1, S: "2"}})
	specTsresolExp  = ng("idb.tsresol.exponent", "Exponent", field.Dec, "§4.2", "The unit is one second divided by the base to this power.")
	specTzoneZone   = withUnit(ng("idb.tzone.offset", "Time zone", field.Dec, "§4.2", "The capturing machine's time zone was so many minutes east of UTC; it does not change the timestamps."), "min")
	specTzoneDST    = withUnit(ng("idb.tzone.dst", "Daylight saving", field.Dec, "§4.2", "Daylight saving time added so many minutes."), "min")
	specFilterKind  = withEnum(ng("idb.filter.kind", "Kind of filter", field.Dec, "§4.2", "This number says in which form the capture filter follows."), field.Enum{{V: 0, S: "text"}, {V: 1, S: "BPF bytecode"}})
	specFilterText  = ng("idb.filter", "Capture filter", field.Words, "§4.2", "Only packets that matched this filter were captured.")
	specFilterBPF   = ng("idb.filter.bpf", "Filter program", field.Raw, "§4.2", "This is the capture filter as a program of the Berkeley Packet Filter.")
	specIP4Mask     = ng("idb.ip4.mask", "Netmask", field.IP, "§4.2", "The bits that are set here name the network part of the address.")
	specIP6Prefix   = withUnit(ng("idb.ip6.prefix", "Prefix length", field.Dec, "§4.2", "So many bits of the address name the network."), "bits")

	specStamp    = ng("time", "Time", field.Instant, "§4.3", "The timestamp counts units since 1970, UTC; which unit, the interface says.")
	specStampHi  = ng("time.high", "Upper half", field.Hex, "§4.3", "These are the upper 32 bits of the timestamp.")
	specStampLo  = ng("time.low", "Lower half", field.Hex, "§4.3", "These are the lower 32 bits of the timestamp.")
	specCaplen   = withUnit(ng("caplen", "Captured length", field.Dec, "§4.3", "So many bytes of the packet are in the block."), "bytes")
	specLen      = withUnit(ng("len", "Length on the wire", field.Dec, "§4.3", "The packet had so many bytes on the wire; when this is more than the captured length, the snap length cut it."), "bytes")
	specData     = ng("data", "Packet data", field.Raw, "§4.3", "These are the captured bytes of the packet itself.")
	specEpbIface = ng("epb.iface", "Interface", field.Dec, "§4.3", "The packet was seen on the interface with this number in its section, counted from 0.")
	specPbDrops  = ng("pb.drops", "Packets lost", field.Dec, "appendix A", "So many packets were lost between this one and the one before it; 65535 means that nobody counted.")

	specFlags     = ng("epb.flags", "Flags", field.Hex, "§4.3.1", "These bits say what the capturing machine knew of the packet beside its bytes.")
	specFlagDir   = withEnum(ng("epb.flags.direction", "Direction", field.Dec, "§4.3.1", "The packet came in or went out at the capturing machine."), field.Enum{{V: 0, S: "not known"}, {V: 1, S: "inbound"}, {V: 2, S: "outbound"}})
	specFlagRecv  = withEnum(ng("epb.flags.reception", "Reception", field.Dec, "§4.3.1", "This says to whom the packet was addressed on the link."), field.Enum{{V: 0, S: "not specified"}, {V: 1, S: "unicast"}, {V: 2, S: "multicast"}, {V: 3, S: "broadcast"}, {V: 4, S: "promiscuous"}})
	specFlagFCS   = withUnit(ng("epb.flags.fcslen", "FCS length", field.Dec, "§4.3.1", "The frame check sequence behind this packet has this length; 0 means not known."), "bytes")
	specFlagNoSum = ng("epb.flags.nochecksum", "Checksum not ready", field.Flag, "§4.3.1", "The network adapter was still to fill in the checksum when the packet was captured.")
	specFlagSumOK = ng("epb.flags.checksumok", "Checksum valid", field.Flag, "§4.3.1", "The checksum had already been found right when the packet was captured.")
	specFlagTSO   = ng("epb.flags.tso", "Segmentation offloaded", field.Flag, "§4.3.1", "The network adapter splits or has joined this packet, so that it was not on the wire like this.")
	specFlagRes   = ng("epb.flags.reserved", "Reserved", field.Bin, "§4.3.1", "These bits are reserved and have to be zero.")
	specFlagCRC   = ng("epb.flags.crc", "CRC error", field.Flag, "§4.3.1", "The frame check sequence was wrong.")
	specFlagLong  = ng("epb.flags.long", "Too long", field.Flag, "§4.3.1", "The packet was longer than the link allows.")
	specFlagShort = ng("epb.flags.short", "Too short", field.Flag, "§4.3.1", "The packet was shorter than the link allows.")
	specFlagGap   = ng("epb.flags.gap", "Wrong gap", field.Flag, "§4.3.1", "The gap between this frame and the one before was wrong.")
	specFlagAlign = ng("epb.flags.unaligned", "Unaligned", field.Flag, "§4.3.1", "The frame did not end at a whole byte.")
	specFlagSFD   = ng("epb.flags.sfd", "Start delimiter error", field.Flag, "§4.3.1", "The start frame delimiter was wrong.")
	specFlagPre   = ng("epb.flags.preamble", "Preamble error", field.Flag, "§4.3.1", "The preamble was wrong.")
	specFlagSym   = ng("epb.flags.symbol", "Symbol error", field.Flag, "§4.3.1", "A symbol on the line was wrong.")
	specFlagOther = ng("epb.flags.other", "Other link errors", field.Bin, "§4.3.1", "The draft leaves the meaning of these bits to the link layer.")

	specHashKind    = withEnum(ng("epb.hash.kind", "Hash algorithm", field.Dec, "§4.3", "This number names the algorithm of the hash that follows."), field.Enum{{V: 0, S: "two's complement"}, {V: 1, S: "XOR"}, {V: 2, S: "CRC32"}, {V: 3, S: "MD5"}, {V: 4, S: "SHA-1"}, {V: 5, S: "Toeplitz"}})
	specHash        = ng("epb.hash", "Hash", field.Raw, "§4.3", "This is the hash of the packet, by which captures can be compared.")
	specVerdictKind = withEnum(ng("epb.verdict.kind", "Kind of verdict", field.Dec, "§4.3", "This number names the component that decided about the packet."), field.Enum{{V: 0, S: "hardware"}, {V: 1, S: "Linux eBPF TC"}, {V: 2, S: "Linux eBPF XDP"}})
	specVerdict     = ng("epb.verdict", "Verdict", field.Dec, "§4.3", "This is what was decided about the packet: to pass it, to drop it, or something else.")
	specVerdictRaw  = ng("epb.verdict.data", "Verdict", field.Raw, "§4.3", "This is what the hardware decided about the packet.")
	specProcess     = ng("epb.process", "Process", field.Dec, "§4.3", "The process with this number sent the packet; 0 means not known.")
	specThread      = ng("epb.thread", "Thread", field.Dec, "§4.3", "The thread with this number sent the packet; 0 means not known.")

	specNrbRecord = ng("nrb.record", "Name record", field.Words, "§4.5", "This record ties an address to one or more names.")
	specNrbType   = withEnum(ng("nrb.type", "Record type", field.Dec, "§4.5", "This number says what kind of address the record holds."), field.Enum{{V: 0, S: "end of records"}, {V: 1, S: "IPv4"}, {V: 2, S: "IPv6"}, {V: 3, S: "EUI-48"}, {V: 4, S: "EUI-64"}})
	specNrbLen    = withUnit(ng("nrb.length", "Record length", field.Dec, "§4.5", "Address and names have this length, without padding."), "bytes")
	specNrbIP     = ng("nrb.ip", "Address", field.IP, "§4.5", "The names that follow belonged to this address.")
	specNrbMAC    = ng("nrb.mac", "Hardware address", field.MAC, "§4.5", "The names that follow belonged to this hardware address.")
	specNrbEUI    = ng("nrb.eui", "EUI-64 address", field.Raw, "§4.5", "The names that follow belonged to this hardware address.")
	specNrbName   = ng("nrb.name", "Name", field.Words, "§4.5", "The address had this name; a zero byte ends it.")
	specNrbValue  = ng("nrb.value", "Value", field.Raw, "§4.5", "These are the contents of a record of a type that is not known.")

	specIsbIface = ng("isb.iface", "Interface", field.Dec, "§4.6", "The counts are of the interface with this number in its section, counted from 0.")

	specDsbType = withEnum(ng("dsb.type", "Secrets type", field.Hex, "§4.7", "This number, four letters in fact, says what kind of secrets follow."), dsbKinds)
	specDsbLen  = withUnit(ng("dsb.length", "Secrets length", field.Dec, "§4.7", "The secrets have this length, without padding."), "bytes")
	specDsbData = ng("dsb.data", "Secrets", field.Raw, "§4.7", "These are keys; whoever has this file can decrypt with them.")
	specCbPEN   = ng("cb.pen", "Private Enterprise Number", field.Dec, "§4.8", "This number of the IANA registry names the organisation that defined the block.")
	specCbData  = ng("cb.data", "Custom data", field.Raw, "§4.8", "These are the contents and the options of the block; only the organisation named above knows where one ends and the other begins.")
	specEntry   = ng("journal.entry", "Journal entry", field.Words, "§10", "These are the lines of the log entry, each a name, an equals sign and a value.")
)

var dsbKinds = field.Enum{
	{V: 0x544c534b, S: "TLS key log"}, {V: 0x57474b4c, S: "WireGuard key log"}, {V: 0x5a4e574b, S: "ZigBee network key"},
	{V: 0x5a415053, S: "ZigBee application key"}, {V: 0x5353484b, S: "SSH key log"}, {V: 0x55414b4c, S: "OPC UA key log"},
}

var pcapngSpecs = append([]*field.Spec{
	specSHB, specIDB, specEPB, specSPB, specNRB, specISB, specDSB, specCB, specPB, specJournal, specOther,
	specType, specLength, specTrailer, specBody, specPad,
	specOption, anyTable.code, shbTable.code, idbTable.code, epbTable.code, pbTable.code, nrbTable.code, isbTable.code,
	specOptLen, specOptValue, specOptPEN, specOptCustomT, specOptCustomB,
	specOrderMagic, specShbMajor, specShbMinor, specShbLength,
	specIdbLink, specIdbReserved, specIdbSnap, specTsresol, specTsresolBase, specTsresolExp, specTzoneZone, specTzoneDST,
	specFilterKind, specFilterText, specFilterBPF, specIP4Mask, specIP6Prefix,
	specStamp, specStampHi, specStampLo, specCaplen, specLen, specData, specEpbIface, specPbDrops,
	specFlags, specFlagDir, specFlagRecv, specFlagFCS, specFlagNoSum, specFlagSumOK, specFlagTSO, specFlagRes, specFlagOther,
	specFlagCRC, specFlagLong, specFlagShort, specFlagGap, specFlagAlign, specFlagSFD, specFlagPre, specFlagSym,
	specHashKind, specHash, specVerdictKind, specVerdict, specVerdictRaw, specProcess, specThread,
	specNrbRecord, specNrbType, specNrbLen, specNrbIP, specNrbMAC, specNrbEUI, specNrbName, specNrbValue,
	specIsbIface, specDsbType, specDsbLen, specDsbData, specCbPEN, specCbData, specEntry,
}, optionSpecs(commonOptions, shbOptions, idbOptions, epbOptions, nrbOptions, isbOptions)...)

func optionSpecs(lists ...[]option) []*field.Spec {
	var specs []*field.Spec
	for _, list := range lists {
		for _, o := range list {
			if o.spec != nil {
				specs = append(specs, o.spec)
			}
		}
	}
	return specs
}
