package inet

import (
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// The header of TCP:
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-------------------------------+-------------------------------+
//	|          Source port          |       Destination port        |
//	+-------------------------------+-------------------------------+
//	|                        Sequence number                        |
//	+---------------------------------------------------------------+
//	|                     Acknowledgment number                     |
//	+-------+-----+-+-+-+-+-+-+-+-+-+-------------------------------+
//	| Data  |Res. |A|C|E|U|A|P|R|S|F|                               |
//	| offset|     |E|W|C|R|C|S|S|Y|I|            Window             |
//	|       |     | |R|E|G|K|H|T|N|N|                               |
//	+-------+-----+-+-+-+-+-+-+-+-+-+-------------------------------+
//	|           Checksum            |        Urgent pointer         |
//	+-------------------------------+-------------------------------+
//	|                Options, padded to 32 bits
//	+---------------------------------------------
//
// RFC 9293 §3.1. AE was NS, the nonce sum, in RFC 3540.
func (w walk) tcp(d *dissect.D) {
	start, whole := d.Pos(), d.Left()
	var src, dst uint16
	var hdr int
	bad := false
	d.Group(specTCP, func(d *dissect.D) {
		src = d.U16(specTCPSrcPort)
		dst = d.U16(specTCPDstPort)
		if d.OK() {
			d.Head(ports(src, dst))
		}
		if w.quoted && whole < 20 { // error messages quote eight bytes and rarely more
			bad = true
			if d.Left() >= 4 {
				d.U32(specTCPSeq)
			}
			d.HeadNote("the quote ends here")
			return
		}
		d.U32(specTCPSeq)
		d.U32(specTCPAck)
		var flags uint64
		d.Word(specTCPWord, 2, false, func(b dissect.Bits) {
			hdr = 4 * int(b.Mask(specTCPHdrLen, 0xF000))
			b.Note("%d bytes", hdr)
			switch {
			case hdr < 20:
				b.Fault(field.ErrShort, "a header of %d bytes is less than the 20 that every header has", hdr)
				bad = true
			case hdr > whole && w.quoted:
				b.Note("the quote holds %d of them", whole)
			case hdr > whole && d.Cut():
				b.Note("the capture kept %d of them", whole)
			case hdr > whole:
				b.Fault(field.ErrShort, "a header of %d bytes is more than the segment of %d", hdr, whole)
			}
			b.Mask(specTCPFlagRes, 0x0E00)
			for i, s := range tcpFlagSpecs {
				mask := uint64(0x100) >> uint(i)
				if b.Mask(s, mask) != 0 {
					flags |= mask
				}
			}
		})
		if d.OK() && flags&0x17 != 0 {
			d.Head(field.Text(utoa(uint64(src)) + " → " + utoa(uint64(dst)) + " " + tcpFlagText(uint16(flags))))
		}
		d.U16(specTCPWindow)
		sum := d.U16(specTCPChecksum)
		if d.OK() {
			w.verify(d, sum, ipTCP, start, whole)
		}
		d.U16(specTCPUrgent)
		if d.OK() && !bad && hdr > 20 {
			n := hdr - 20
			if left := d.Left(); n > left {
				n = left // said at the data offset
			}
			d.Within(n, func(d *dissect.D) { d.Group(specTCPOptions, w.tcpOptions) })
		}
	})
	if !d.OK() || bad {
		return
	}
	w.offer(d, ipTCP, src, dst)
}

var tcpFlagNames = [...]string{"AE", "CWR", "ECE", "URG", "ACK", "PSH", "RST", "SYN", "FIN"}

// tcpFlagText lists the flags that are set: "[SYN, ACK]".
func tcpFlagText(flags uint16) string {
	s := "["
	for i := len(tcpFlagNames) - 1; i >= 0; i-- {
		if flags&(0x100>>uint(i)) != 0 {
			if len(s) > 1 {
				s += ", "
			}
			s += tcpFlagNames[i]
		}
	}
	return s + "]"
}

// An option of TCP is one byte (0, end, and 1, no operation), or:
//
//	+---------------+---------------+-------------------
//	|     Kind      |    Length     |  Value
//	+---------------+---------------+-------------------
//
// RFC 9293 §3.1; the length counts kind and length too.
func (w walk) tcpOptions(d *dissect.D) {
	for d.OK() && d.Left() > 0 {
		if d.Peek(1)[0] == 0 {
			d.Group(specTCPOpt, func(d *dissect.D) {
				d.Head(field.Text("end of options"))
				d.U8(specTCPOptKind)
			})
			d.Bytes(specTCPOptPad, d.Left())
			return
		}
		d.Group(specTCPOpt, w.tcpOption)
	}
}

func (w walk) tcpOption(d *dissect.D) {
	whole := d.Left()
	kind := d.U8(specTCPOptKind)
	name := tcpOptions.Text(uint64(kind))
	if name == "" {
		name = "option " + utoa(uint64(kind))
	}
	d.Head(field.Text(name))
	if kind == 1 {
		return
	}
	n := int(d.U8(specTCPOptLen))
	switch {
	case !d.OK():
		return
	case n < 2:
		d.Fault(field.ErrShort, "an option of %d bytes is less than its own kind and length", n)
		d.Unknown(d.Left())
		return
	case n > whole && (w.quoted || d.Cut()):
		d.Note("the rest is missing here")
		n = whole
	case n > whole:
		d.Fault(field.ErrShort, "an option of %d bytes overruns the %d that are left of the header", n, whole)
		n = whole
	}
	d.Within(n-2, func(d *dissect.D) {
		n := d.Left()
		switch {
		case kind == 2 && n == 2:
			d.U16(specTCPOptMSS)
		case kind == 3 && n == 1:
			shift := d.U8(specTCPOptWScale)
			if shift > 14 {
				d.Fault(field.ErrFormat, "a shift of %d is more than the 14 allowed", shift)
			} else {
				d.Note("the window is multiplied by %d", 1<<shift)
			}
		case kind == 5 && n > 0 && n%8 == 0:
			for d.OK() && d.Left() >= 8 {
				d.U32(specTCPOptSACKLeft)
				d.U32(specTCPOptSACKRight)
			}
		case kind == 8 && n == 8:
			d.U32(specTCPOptTSVal)
			d.U32(specTCPOptTSEcr)
		case kind == 19 && n == 16:
			d.Bytes(specTCPOptMD5, n)
		case kind == 30 && n >= 1:
			d.Byte(specTCPOptMPTCPFirst, func(b dissect.Bits) {
				b.Mask(specTCPOptMPTCPSub, 0xF0)
				b.Mask(specTCPOptMPTCPRest, 0x0F)
			})
			d.Rest(specTCPOptData)
		case kind == 34:
			d.Rest(specTCPOptTFO)
		default:
			d.Rest(specTCPOptData)
		}
	})
}
