package inet

import (
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// The header of IPv4:
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-------+-------+-----------+---+-------------------------------+
//	|Version|  IHL  |   DSCP    |ECN|         Total length          |
//	+-------+-------+-----------+---+-----+-------------------------+
//	|        Identification         |0|D|M|     Fragment offset     |
//	+---------------+---------------+-------------------------------+
//	| Time to live  |   Protocol    |        Header checksum        |
//	+---------------+---------------+-------------------------------+
//	|                        Source address                         |
//	+---------------------------------------------------------------+
//	|                      Destination address                      |
//	+---------------------------------------------------------------+
//	|                Options, padded to 32 bits
//	+---------------------------------------------
//
// RFC 791 §3.1; RFC 2474 and RFC 3168 for the second byte.
func (w walk) ipv4(d *dissect.D) {
	if w.depth++; w.depth > maxTunnels {
		d.HeadFault(field.ErrLimit, "more than %d IP headers within each other", maxTunnels)
		d.Unknown(d.Left())
		return
	}
	start, whole := d.Pos(), d.Left()
	var hdr, total, offset int
	var proto uint8
	more, bad, other := false, false, false
	w.unsure, w.noLength, w.part, w.route = "", false, false, false
	d.Group(specIP, func(d *dissect.D) {
		d.Byte(specIPVerHL, func(b dissect.Bits) {
			v := b.Mask(specIPVersion, 0xF0)
			if v != 4 {
				b.Fault(field.ErrFormat, "version %d where 4 is expected", v)
				bad, other = true, true
			}
			hdr = 4 * int(b.Mask(specIPHdrLen, 0x0F))
			if other {
				return
			}
			b.Note("%d bytes", hdr)
			if hdr < 20 {
				b.Fault(field.ErrShort, "a header of %d bytes is less than the 20 that every header has", hdr)
				bad = true
			}
		})
		if other || !d.OK() { // another version: nothing else is where we think
			return
		}
		d.Byte(specIPDSField, func(b dissect.Bits) {
			b.Mask(specIPDSCP, 0xFC)
			b.Mask(specIPECN, 0x03)
		})
		total = int(d.U16(specIPLen))
		switch {
		case !d.OK():
		case total == 0:
			w.noLength = true
			d.Note("left open: the network card cuts the segment up and fills it in (segmentation offload)")
			total = whole
		case total < hdr:
			d.Fault(field.ErrShort, "a packet of %d bytes is less than its header of %d", total, hdr)
			bad = true
		case total > whole:
			w.kept(d, total, whole)
			w.unsure = "the packet is not whole"
			if d.Cut() {
				w.unsure = "the capture cut the packet"
			}
		}
		d.U16(specIPID)
		d.Word(specIPFrag, 2, false, func(b dissect.Bits) {
			b.Mask(specIPFlagRB, 0x8000)
			b.Mask(specIPFlagDF, 0x4000)
			more = b.Mask(specIPFlagMF, 0x2000) != 0
			if offset = int(b.Mask(specIPFragOffset, 0x1FFF)); offset > 0 {
				b.Note("byte %d", 8*offset)
			}
		})
		d.U8(specIPTTL)
		proto = d.U8(specIPProto)
		sum := d.U16(specIPChecksum)
		if h := d.Slice(start, start+hdr); d.OK() && hdr >= 20 {
			switch {
			case len(h) < hdr || hdr > whole:
				d.Note("cannot be checked: the header is not whole")
			case w.quoted:
				if fold(onesSum(h, 0)) == 0xFFFF {
					d.Note("right")
				} else {
					d.Note("differs, as it may in a quote: routers change the header on the way")
				}
			default:
				verifyPlain(d, sum, h)
			}
		}
		w.src = d.IP4(specIPSrc)
		w.dst = d.IP4(specIPDst)
		if !d.OK() {
			return
		}
		d.Head(arrow(w.src, w.dst))
		if more || offset > 0 {
			d.HeadNote("fragment")
		}
		if !bad && hdr > 20 {
			d.Within(hdr-20, ipOptions)
		}
	})
	if !d.OK() {
		return
	}
	if bad {
		d.Unknown(d.Left())
		return
	}
	switch {
	case w.quoted:
		w.unsure = "it is a quote"
	case more || offset > 0:
		w.unsure = "it covers all fragments together"
		w.part = true
	}
	d.Within(min(total-hdr, d.Left()), func(d *dissect.D) {
		if offset > 0 {
			d.Rest(specIPFragData)
			d.Note("fragment data, not reassembled")
			return
		}
		w.transport(d, proto)
	})
}

// An option of IPv4 is one byte, or type, length and value. The type's bits:
//
//	 0 1 2 3 4 5 6 7
//	+-+---+---------+
//	|C|Cls| Number  |   C: copied into all fragments
//	+-+---+---------+
//
// RFC 791 §3.1, "Options".
func ipOptions(d *dissect.D) {
	for d.OK() && d.Left() > 0 {
		if d.Peek(1)[0] == 0 {
			d.Group(specIPOpt, func(d *dissect.D) {
				d.Head(field.Text("end of options"))
				ipOptionType(d)
			})
			d.Bytes(specIPOptPad, d.Left())
			return
		}
		d.Group(specIPOpt, ipOption)
	}
}

func ipOptionType(d *dissect.D) uint8 {
	return d.Byte(specIPOptType, func(b dissect.Bits) {
		b.Mask(specIPOptCopy, 0x80)
		b.Mask(specIPOptClass, 0x60)
		b.Mask(specIPOptNumber, 0x1F)
	})
}

func ipOption(d *dissect.D) {
	left := d.Left()
	t := ipOptionType(d)
	name := ipOptionNames.Text(uint64(t))
	if name == "" {
		name = "option " + utoa(uint64(t))
	}
	d.Head(field.Text(name))
	if t <= 1 {
		return
	}
	n := int(d.U8(specIPOptLen))
	switch {
	case !d.OK():
		return
	case n < 2:
		d.Fault(field.ErrShort, "an option of %d bytes is less than its own type and length", n)
		d.Unknown(d.Left())
		return
	case n > left:
		d.Fault(field.ErrShort, "an option of %d bytes overruns the %d that are left of the header", n, left)
		n = left
	}
	d.Within(n-2, func(d *dissect.D) {
		switch t {
		case 7, 131, 137: // record route, loose and strict source route
			d.U8(specIPOptPtr)
			for d.OK() && d.Left() >= 4 {
				d.IP4(specIPOptRoute)
			}
		case 68:
			ipTimestamps(d)
		case 136:
			d.U16(specIPOptStream)
		case 148:
			d.U16(specIPOptAlert)
		default:
			d.Rest(specIPOptData)
		}
	})
}

// The timestamp option, after type and length:
//
//	+---------------+-------+-------+-------------------------------
//	|    Pointer    | Over. | Flag  |  (Address and) time, each 32 bits
//	+---------------+-------+-------+-------------------------------
//
// RFC 791 §3.1, "Internet Timestamp".
func ipTimestamps(d *dissect.D) {
	d.U8(specIPOptPtr)
	flag := uint64(0)
	d.Byte(specIPOptTSByte, func(b dissect.Bits) {
		b.Mask(specIPOptOverflow, 0xF0)
		flag = b.Mask(specIPOptTSFlag, 0x0F)
	})
	for d.OK() {
		if flag != 0 && d.Left() >= 8 {
			d.IP4(specIPOptRoute)
		} else if flag != 0 || d.Left() < 4 {
			return
		}
		d.U32(specIPOptTime)
	}
}
