package inet

import (
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// A message of ICMPv6 begins as one of ICMP does, but its checksum covers the
// addresses too. Neighbour discovery, which replaces ARP, is part of it; its
// options follow the fixed part:
//
//	+---------------+---------------+--------------------------------
//	|     Type      | Length (of 8) |  Value
//	+---------------+---------------+--------------------------------
//
// RFC 4443 §2.1, RFC 4861 §4.
func (w walk) icmpv6(d *dissect.D) {
	start, whole := d.Pos(), d.Left()
	d.Group(specICMPv6, func(d *dissect.D) {
		t := d.U8(specICMPv6Type)
		d.Head(field.Text(icmpv6Types.Text(uint64(t))))
		code := d.U8(specICMPv6Code)
		if s := icmpv6CodeText(t, code); s != "" && d.OK() {
			d.Note("%s", s)
			d.Head(field.Text(icmpv6Types.Text(uint64(t)) + ": " + s))
		}
		sum := d.U16(specICMPv6Checksum)
		if d.OK() {
			w.verify(d, sum, ipICMPv6, start, whole)
		}
		switch t {
		case 1, 3:
			words := int(d.U8(specICMPv6Length))
			d.Uint(specICMPv6Unused, 3, false)
			w.quote(d, 8*words, true)
		case 2:
			d.U32(specICMPv6MTU)
			w.quote(d, 0, true)
		case 4:
			d.U32(specICMPv6Pointer)
			w.quote(d, 0, true)
		case 128, 129:
			d.U16(specICMPv6ID)
			d.U16(specICMPv6Seq)
			d.Rest(specICMPv6Data)
		case 130, 131, 132:
			d.U16(specICMPv6MaxDelay)
			d.U16(specICMPv6Reserved2)
			d.IP6(specICMPv6Group)
			d.Rest(specICMPv6Data) // sources of a version 2 query
		case 133:
			d.U32(specICMPv6Reserved4)
			w.ndOptions(d)
		case 134:
			d.U8(specNDHopLimit)
			d.Byte(specNDRAFlags, func(b dissect.Bits) {
				b.Mask(specNDManaged, 0x80)
				b.Mask(specNDOther, 0x40)
				b.Mask(specNDHomeAgent, 0x20)
				b.Mask(specNDRAPref, 0x18)
				b.Mask(specNDRAReserved, 0x07)
			})
			d.U16(specNDRouterLife)
			d.U32(specNDReachable)
			d.U32(specNDRetrans)
			w.ndOptions(d)
		case 135:
			d.U32(specICMPv6Reserved4)
			d.IP6(specNDTarget)
			w.ndOptions(d)
		case 136:
			d.Word(specNDNAFlags, 4, false, func(b dissect.Bits) {
				b.Mask(specNDNARouter, 0x80000000)
				b.Mask(specNDNASolicited, 0x40000000)
				b.Mask(specNDNAOverride, 0x20000000)
				b.Mask(specNDNAReserved, 0x1FFFFFFF)
			})
			d.IP6(specNDTarget)
			w.ndOptions(d)
		case 137:
			d.U32(specICMPv6Reserved4)
			d.IP6(specNDTarget)
			d.IP6(specNDDestination)
			w.ndOptions(d)
		case 143:
			d.U16(specICMPv6Reserved2)
			n := int(d.U16(specMLDRecords))
			d.Each(specMLDRecord, n, func(d *dissect.D) {
				d.U8(specMLDRecordType)
				aux := int(d.U8(specMLDAuxLen))
				sources := int(d.U16(specMLDSources))
				d.IP6(specICMPv6Group)
				for ; sources > 0 && d.OK(); sources-- {
					d.IP6(specMLDSource)
				}
				d.Bytes(specICMPv6Data, min(4*aux, d.Left()))
			})
		default:
			d.Rest(specICMPv6Data)
		}
	})
}

// ndOptions reads the options of neighbour discovery: RFC 4861 §4.6.
func (w walk) ndOptions(d *dissect.D) {
	for d.OK() && d.Left() > 0 {
		d.Group(specNDOpt, func(d *dissect.D) {
			whole := d.Left()
			t := d.U8(specNDOptType)
			d.Head(field.Text(ndOptions.Text(uint64(t))))
			n := 8 * int(d.U8(specNDOptLen))
			if !d.OK() {
				return
			}
			if n == 0 {
				d.Fault(field.ErrShort, "an option of length 0 has no end")
				d.Unknown(d.Left())
				return
			}
			if n > whole {
				w.kept(d, n, whole)
				n = whole
			}
			d.Within(n-2, func(d *dissect.D) {
				switch n := d.Left(); {
				case (t == 1 || t == 2) && n == 6:
					d.MAC(specNDOptMAC)
				case t == 3 && n == 30:
					d.U8(specNDPrefixLen)
					d.Byte(specNDPrefixFlags, func(b dissect.Bits) {
						b.Mask(specNDPrefixOnLink, 0x80)
						b.Mask(specNDPrefixAuto, 0x40)
						b.Mask(specNDPrefixReserved, 0x3F)
					})
					d.U32(specNDPrefixValid)
					d.U32(specNDPrefixPreferred)
					d.U32(specICMPv6Reserved4)
					d.IP6(specNDPrefix)
				case t == 4 && n >= 6:
					d.Bytes(specNDOptReserved, 6)
					w.quote(d, 0, true)
				case t == 5 && n == 6:
					d.U16(specICMPv6Reserved2)
					d.U32(specNDOptMTU)
				case t == 25 && n >= 6:
					d.U16(specICMPv6Reserved2)
					d.U32(specNDLifetime)
					for d.OK() && d.Left() >= 16 {
						d.IP6(specNDServer)
					}
				default:
					d.Rest(specNDOptData)
				}
			})
		})
	}
}

func icmpv6CodeText(t, code uint8) string {
	switch t {
	case 1:
		return field.Enum{{V: 0, S: "no route"}, {V: 1, S: "prohibited"}, {V: 2, S: "beyond scope"}, {V: 3, S: "address"}, {V: 4, S: "port"}, {V: 5, S: "source address failed policy"},
			{V: 6, S: "route rejected"}}.Text(uint64(code))
	case 3:
		return field.Enum{{V: 0, S: "on the way"}, {V: 1, S: "while putting fragments together"}}.Text(uint64(code))
	case 4:
		return field.Enum{{V: 0, S: "a header field"}, {V: 1, S: "the next header is not known"}, {V: 2, S: "an option is not known"}}.Text(uint64(code))
	}
	return ""
}

var icmpv6Types = field.Enum{{V: 1, S: "destination unreachable"}, {V: 2, S: "packet too big"}, {V: 3, S: "time exceeded"}, {V: 4, S: "parameter problem"}, {V: 128, S: "echo request"},
	{V: 129, S: "echo reply"}, {V: 130, S: "multicast listener query"}, {V: 131, S: "multicast listener report"}, {V: 132, S: "multicast listener done"},
	{V: 133, S: "router solicitation"}, {V: 134, S: "router advertisement"}, {V: 135, S: "neighbour solicitation"}, {V: 136, S: "neighbour advertisement"}, {V: 137, S: "redirect"},
	{V: 143, S: "multicast listener report, version 2"}}

var ndOptions = field.Enum{{V: 1, S: "source link-layer address"}, {V: 2, S: "target link-layer address"}, {V: 3, S: "prefix"}, {V: 4, S: "redirected packet"}, {V: 5, S: "MTU"},
	{V: 14, S: "nonce"}, {V: 24, S: "route"}, {V: 25, S: "DNS servers"}, {V: 26, S: "router flags"}, {V: 31, S: "DNS search list"}}
