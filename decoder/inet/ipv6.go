package inet

import (
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// The header of IPv6:
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-------+-----------+---+---------------------------------------+
//	|Version|   DSCP    |ECN|              Flow label               |
//	+-------+-----------+---+-------+---------------+---------------+
//	|        Payload length         |  Next header  |   Hop limit   |
//	+-------------------------------+---------------+---------------+
//	|                   Source address (128 bits)                   |
//	|                             ...                               |
//	+---------------------------------------------------------------+
//	|                 Destination address (128 bits)                |
//	|                             ...                               |
//	+---------------------------------------------------------------+
//
// RFC 8200 §3.
func (w walk) ipv6(d *dissect.D) {
	if w.depth++; w.depth > maxTunnels {
		d.HeadFault(field.ErrLimit, "more than %d IP headers within each other", maxTunnels)
		d.Unknown(d.Left())
		return
	}
	var n int
	var next uint8
	bad := false
	w.unsure, w.noLength, w.part, w.route = "", false, false, false
	d.Group(specIPv6, func(d *dissect.D) {
		d.Word(specIPv6First, 4, false, func(b dissect.Bits) {
			if v := b.Mask(specIPv6Version, 0xF0000000); v != 6 {
				b.Fault(field.ErrFormat, "version %d where 6 is expected", v)
				bad = true
				return
			}
			b.Mask(specIPv6DSCP, 0x0FC00000)
			b.Mask(specIPv6ECN, 0x00300000)
			b.Mask(specIPv6Flow, 0x000FFFFF)
		})
		if bad {
			return
		}
		n = int(d.U16(specIPv6Len))
		if left := d.Left() - 34; d.OK() && n > left && left >= 0 {
			w.kept(d, n, left)
			w.unsure = "the packet is not whole"
			if d.Cut() {
				w.unsure = "the capture cut the packet"
			}
		}
		if d.OK() && n == 0 {
			if b := d.Peek(1); len(b) == 1 && b[0] != ipNone {
				w.noLength = true
				d.Note("left open: a jumbogram, or a segment that the network card cuts up")
			}
		}
		next = d.U8(specIPv6Next)
		d.U8(specIPv6HopLimit)
		w.src = d.IP6(specIPv6Src)
		w.dst = d.IP6(specIPv6Dst)
		if d.OK() {
			d.Head(arrow(w.src, w.dst))
		}
	})
	if !d.OK() {
		return
	}
	if bad {
		d.Unknown(d.Left())
		return
	}
	if w.noLength {
		n = d.Left()
	}
	if w.quoted {
		w.unsure = "it is a quote"
	}
	d.Within(min(n, d.Left()), func(d *dissect.D) { w.ipv6Chain(d, next) })
}

// ipv6Chain reads the extension headers, which all begin with the number of
// the next one, and then what they lead to. Each takes at least eight bytes, so
// the chain ends.
func (w *walk) ipv6Chain(d *dissect.D, next uint8) {
	for d.OK() {
		switch next {
		case ipHopByHop:
			next = w.ipv6Options(d, specIPv6HopByHop)
		case ipDestOpts:
			next = w.ipv6Options(d, specIPv6DestOpts)
		case ipRouting:
			next = w.ipv6Routing(d)
		case ipMobility:
			next = w.ipv6Extension(d, specIPv6Mobility, func(d *dissect.D) { d.Rest(specIPv6ExtData) })
		case ipAH:
			n, ok := authentication(d)
			if !ok {
				return
			}
			next = n
		case ipFragment:
			var later bool
			if next, later = w.ipv6Fragment(d); later {
				d.Rest(specIPv6FragData)
				d.Note("fragment data, not reassembled")
				return
			}
		default:
			w.transport(d, next)
			return
		}
	}
}

// An extension header of the common kind:
//
//	+---------------+---------------+-------------------------------+
//	|  Next header  |   Length (in units of 8 bytes, not counting   |
//	+---------------+---------------+   the first)                  |
//	|                              ...                              |
//	+---------------------------------------------------------------+
func (w *walk) ipv6Extension(d *dissect.D, s *field.Spec, body func(d *dissect.D)) (next uint8) {
	d.Group(s, func(d *dissect.D) {
		whole := d.Left()
		next = d.U8(specIPv6ExtNext)
		n := 8 + 8*int(d.U8(specIPv6ExtLen))
		if !d.OK() {
			return
		}
		if n > whole {
			w.kept(d, n, whole)
			if !w.quoted {
				w.unsure = "the packet is not whole"
			}
			n = whole
		}
		d.Within(n-2, body)
	})
	return next
}

// ipv6Options reads hop-by-hop or destination options: RFC 8200 §4.2.
func (w *walk) ipv6Options(d *dissect.D, s *field.Spec) uint8 {
	return w.ipv6Extension(d, s, func(d *dissect.D) {
		for d.OK() && d.Left() > 0 {
			d.Group(specIPv6Opt, ipv6Option)
		}
	})
}

// An option of IPv6. The type's two high bits say what to do when it is not
// known, the third whether the value may change on the way.
//
//	+---+-+---------+---------------+--------------------------------
//	|Act|C| Number  |    Length     |  Value
//	+---+-+---------+---------------+--------------------------------
func ipv6Option(d *dissect.D) {
	t := d.Byte(specIPv6OptType, func(b dissect.Bits) {
		b.Mask(specIPv6OptAction, 0xC0)
		b.Mask(specIPv6OptChange, 0x20)
		b.Mask(specIPv6OptNumber, 0x1F)
	})
	name := ipv6OptionNames.Text(uint64(t))
	if name == "" {
		name = "option " + utoa(uint64(t))
	}
	d.Head(field.Text(name))
	if t == 0 { // Pad1 has no length
		return
	}
	n := int(d.U8(specIPv6OptLen))
	if !d.OK() {
		return
	}
	if left := d.Left(); n > left {
		d.Fault(field.ErrShort, "an option of %d bytes overruns the %d that are left of the header", n, left)
		n = left
	}
	switch {
	case t == 1:
		d.Bytes(specIPv6OptPad, n)
	case t == 5 && n == 2:
		d.U16(specIPv6OptAlert)
	case t == 0xC2 && n == 4:
		d.U32(specIPv6OptJumbo)
	default:
		d.Bytes(specIPv6OptData, n)
	}
}

// ipv6Routing reads a routing header: RFC 8200 §4.4. While segments are left,
// the destination in the IPv6 header is not the last one.
func (w *walk) ipv6Routing(d *dissect.D) uint8 {
	return w.ipv6Extension(d, specIPv6Routing, func(d *dissect.D) {
		t := d.U8(specIPv6RouteType)
		if left := d.U8(specIPv6RouteLeft); left > 0 {
			w.route = true
		}
		switch t {
		case 0, 2: // source route (withdrawn by RFC 5095), mobility
			d.Bytes(specIPv6RouteData, min(4, d.Left()))
		case 4: // RFC 8754 §2
			d.U8(specIPv6RouteLast)
			d.U8(specIPv6RouteFlags)
			d.U16(specIPv6RouteTag)
		default:
			d.Rest(specIPv6RouteData)
		}
		for d.OK() && d.Left() >= 16 {
			d.IP6(specIPv6RouteAddr)
		}
	})
}

// The fragment header:
//
//	+---------------+---------------+-------------------------+---+-+
//	|  Next header  |   Reserved    |     Fragment offset     |Res|M|
//	+---------------+---------------+-------------------------+---+-+
//	|                        Identification                         |
//	+---------------------------------------------------------------+
//
// RFC 8200 §4.5. With offset 0 and no more to come it stands for nothing.
func (w *walk) ipv6Fragment(d *dissect.D) (next uint8, later bool) {
	d.Group(specIPv6Frag, func(d *dissect.D) {
		next = d.U8(specIPv6FragNext)
		d.U8(specIPv6FragReserved)
		d.Word(specIPv6FragWord, 2, false, func(b dissect.Bits) {
			offset := b.Mask(specIPv6FragOffset, 0xFFF8)
			if offset > 0 {
				b.Note("byte %d", 8*offset)
			}
			b.Mask(specIPv6FragRes2, 0x0006)
			if more := b.Mask(specIPv6FragMore, 0x0001) != 0; more || offset > 0 {
				w.part = true
				if !w.quoted {
					w.unsure = "it covers all fragments together"
				}
			}
			later = offset > 0
		})
		d.U32(specIPv6FragID)
	})
	return next, later
}

// The authentication header of IPsec:
//
//	+---------------+---------------+-------------------------------+
//	|  Next header  | Length (*4)-2 |           Reserved            |
//	+---------------+---------------+-------------------------------+
//	|                  Security parameters index                    |
//	+---------------------------------------------------------------+
//	|                       Sequence number                         |
//	+---------------------------------------------------------------+
//	|                Integrity check value (variable)
//	+---------------------------------------------------
//
// RFC 4302 §2.
func authentication(d *dissect.D) (next uint8, ok bool) {
	d.Group(specAH, func(d *dissect.D) {
		whole := d.Left()
		next = d.U8(specAHNext)
		n := 8 + 4*int(d.U8(specAHLen))
		if !d.OK() {
			return
		}
		if n < 12 {
			d.Fault(field.ErrShort, "a header of %d bytes is less than the 12 that every header has", n)
			return
		}
		ok = n <= whole
		if !ok {
			d.Fault(shortOrCut(d), "claims %d bytes, %d are there", n, whole)
		}
		d.Within(min(n, whole)-2, func(d *dissect.D) {
			d.U16(specAHReserved)
			d.U32(specAHSPI)
			d.U32(specAHSeq)
			d.Rest(specAHICV)
		})
	})
	return next, ok
}

// shortOrCut tells a message that is too short from a capture that is.
func shortOrCut(d *dissect.D) error {
	if d.Cut() {
		return field.ErrSnapped
	}
	return field.ErrShort
}
