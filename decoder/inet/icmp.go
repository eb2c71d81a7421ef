package inet

import (
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// A message of ICMP; the second word depends on the type:
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+---------------+---------------+-------------------------------+
//	|     Type      |     Code      |           Checksum            |
//	+---------------+---------------+-------------------------------+
//	|      Identifier (echo)        |   Sequence number (echo)      |
//	|   Unused      |   Length      |   MTU of next hop (too big)   |
//	|   Pointer     |            Unused (bad parameter)             |
//	|                    Router (redirect)                          |
//	+---------------------------------------------------------------+
//	|  Data (echo), or the header and first bytes of the packet that
//	|  caused the error
//	+------------------------------------------------------
//
// RFC 792; the length field is of RFC 4884.
func (w walk) icmp(d *dissect.D) {
	start, whole := d.Pos(), d.Left()
	d.Group(specICMP, func(d *dissect.D) {
		t := d.U8(specICMPType)
		d.Head(field.Text(icmpTypes.Text(uint64(t))))
		code := d.U8(specICMPCode)
		if s := icmpCodeText(t, code); s != "" && d.OK() {
			d.Note("%s", s)
			d.Head(field.Text(icmpTypes.Text(uint64(t)) + ": " + s))
		}
		sum := d.U16(specICMPChecksum)
		if d.OK() {
			if w.unsure != "" {
				d.Note("cannot be checked: %s", w.unsure)
			} else {
				verifyPlain(d, sum, d.Slice(start, start+whole))
			}
		}
		words := 0 // length of the quote, when the message says it
		switch t {
		case 0, 8, 13, 14, 15, 16, 17, 18:
			d.U16(specICMPID)
			d.U16(specICMPSeq)
		case 3, 11, 12:
			if t == 12 {
				d.U8(specICMPPointer)
			} else {
				d.U8(specICMPUnused1)
			}
			words = int(d.U8(specICMPLength))
			if t == 3 && code == 4 {
				d.U16(specICMPMTU)
			} else {
				d.U16(specICMPUnused2)
			}
		case 4:
			d.U32(specICMPUnused4)
		case 5:
			d.IP4(specICMPGateway)
		}
		switch t {
		case 0, 8:
			d.Rest(specICMPData)
		case 13, 14:
			for _, s := range [3]*field.Spec{specICMPOriginate, specICMPReceive, specICMPTransmit} {
				d.U32(s)
			}
		case 17, 18:
			d.IP4(specICMPMask)
		case 3, 4, 5, 11, 12:
			w.quote(d, 4*words, false)
		case 9, 10:
			if t == 9 {
				d.U8(specICMPRouters)
				d.U8(specICMPRouterSize)
				d.U16(specICMPLifetime)
				for d.OK() && d.Left() >= 8 {
					d.IP4(specICMPGateway)
					d.U32(specICMPPreference)
				}
			} else {
				d.U32(specICMPUnused4)
			}
		default:
			d.Rest(specICMPData)
		}
	})
}

// quote reads the packet that an error message holds the start of. n is its
// length when the message says it, and extensions follow then; 0 means all.
func (w walk) quote(d *dissect.D, n int, v6 bool) {
	if !d.OK() || d.Left() == 0 {
		return
	}
	if n == 0 || n > d.Left() {
		n = d.Left()
	}
	d.Group(specQuoted, func(d *dissect.D) {
		in := w.below()
		in.quoted = true
		d.Within(n, func(d *dissect.D) {
			if v6 {
				in.ipv6(d)
			} else {
				in.ipv4(d)
			}
			d.Unknown(d.Left())
		})
	})
	if d.Left() > 0 {
		d.Rest(specICMPExt)
	}
}

// icmpCodeText is what a code means, which depends on the type.
func icmpCodeText(t, code uint8) string {
	switch t {
	case 3:
		return icmpUnreachable.Text(uint64(code))
	case 5:
		return field.Enum{{V: 0, S: "for the network"}, {V: 1, S: "for the host"}, {V: 2, S: "for service and network"}, {V: 3, S: "for service and host"}}.Text(uint64(code))
	case 11:
		return field.Enum{{V: 0, S: "on the way"}, {V: 1, S: "while putting fragments together"}}.Text(uint64(code))
	case 12:
		return field.Enum{{V: 0, S: "the pointer shows where"}, {V: 1, S: "an option is missing"}, {V: 2, S: "bad length"}}.Text(uint64(code))
	}
	return ""
}

var icmpTypes = field.Enum{{V: 0, S: "echo reply"}, {V: 3, S: "destination unreachable"}, {V: 4, S: "source quench"}, {V: 5, S: "redirect"}, {V: 8, S: "echo request"},
	{V: 9, S: "router advertisement"}, {V: 10, S: "router solicitation"}, {V: 11, S: "time exceeded"}, {V: 12, S: "parameter problem"}, {V: 13, S: "timestamp request"},
	{V: 14, S: "timestamp reply"}, {V: 15, S: "information request"}, {V: 16, S: "information reply"}, {V: 17, S: "address mask request"}, {V: 18, S: "address mask reply"}}

var icmpUnreachable = field.Enum{{V: 0, S: "network"}, {V: 1, S: "host"}, {V: 2, S: "protocol"}, {V: 3, S: "port"}, {V: 4, S: "fragmentation needed"}, {V: 5, S: "source route failed"},
	{V: 6, S: "network unknown"}, {V: 7, S: "host unknown"}, {V: 8, S: "host isolated"}, {V: 9, S: "network prohibited"}, {V: 10, S: "host prohibited"}, {V: 11, S: "network for this service"},
	{V: 12, S: "host for this service"}, {V: 13, S: "prohibited by filtering"}, {V: 14, S: "precedence violation"}, {V: 15, S: "precedence too low"}}

// A message of IGMP, versions 1 and 2; version 3 adds fields to queries and
// has its own reports:
//
//	+---------------+---------------+-------------------------------+
//	|     Type      |  Max. delay   |           Checksum            |
//	+---------------+---------------+-------------------------------+
//	|                         Group address                         |
//	+---------------------------------------------------------------+
//
// RFC 2236 §2, RFC 3376 §4.
func (w walk) igmp(d *dissect.D) {
	start, whole := d.Pos(), d.Left()
	d.Group(specIGMP, func(d *dissect.D) {
		t := d.U8(specIGMPType)
		d.Head(field.Text(igmpTypes.Text(uint64(t))))
		d.U8(specIGMPMaxResp)
		sum := d.U16(specIGMPChecksum)
		if d.OK() {
			if w.unsure != "" {
				d.Note("cannot be checked: %s", w.unsure)
			} else {
				verifyPlain(d, sum, d.Slice(start, start+whole))
			}
		}
		if t != 0x22 {
			d.IP4(specIGMPGroup)
			if t == 0x11 && d.Left() >= 4 {
				d.U8(specIGMPFlags)
				d.U8(specIGMPInterval)
				igmpSources(d, int(d.U16(specIGMPSources)))
			}
			d.Bytes(specIGMPData, d.Left())
			return
		}
		d.U16(specIGMPReserved)
		n := int(d.U16(specIGMPRecords))
		d.Each(specIGMPRecord, n, func(d *dissect.D) {
			d.U8(specIGMPRecordType)
			aux := int(d.U8(specIGMPAuxLen))
			sources := int(d.U16(specIGMPSources))
			d.IP4(specIGMPGroup)
			igmpSources(d, sources)
			d.Bytes(specIGMPData, min(4*aux, d.Left()))
		})
	})
}

func igmpSources(d *dissect.D, n int) {
	for ; n > 0 && d.OK(); n-- {
		d.IP4(specIGMPSource)
	}
}
