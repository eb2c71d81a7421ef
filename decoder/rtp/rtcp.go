package rtp

import (
	"encoding/binary"
	"strconv"
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// The packet types of RTCP that are taken apart.
const (
	ptSR    = 200
	ptRR    = 201
	ptSDES  = 202
	ptBYE   = 203
	ptAPP   = 204
	ptRTPFB = 205
	ptPSFB  = 206
	ptXR    = 207
)

// A control is one packet type of RTCP.
type control struct {
	pt    uint8
	name  string // for the Info column
	spec  *field.Spec
	count *field.Spec // what the five bits of the first byte mean
	body  func(d *dissect.D, count int)
}

// controls lists the packet types that exist: IANA, "RTCP Control Packet Types". Those without
// a body are known by name only.
var controls = []control{
	{ptSR, "sender report", &specSR, &specReports, senderReport},
	{ptRR, "receiver report", &specRR, &specReports, receiverReport},
	{ptSDES, "source description", &specSDES, &specSources, sourceDescription},
	{ptBYE, "bye", &specBYE, &specSources, goodbye},
	{ptAPP, "application", &specAPP, &specSubtype, application},
	{ptRTPFB, "feedback", &specRTPFB, &specRTPFormat, transportFeedback},
	{ptPSFB, "picture feedback", &specPSFB, &specPSFormat, pictureFeedback},
	{ptXR, "extended report", &specXR, &specReserved, extendedReport},
	{192, "picture request", &specOther, &specSubtype, nil},
	{193, "negative acknowledgement", &specOther, &specSubtype, nil},
	{194, "SMPTE time code", &specOther, &specSubtype, nil},
	{195, "jitter report", &specOther, &specSubtype, nil},
	{208, "AVB packet", &specOther, &specSubtype, nil},
	{209, "receiver summary", &specOther, &specSubtype, nil},
	{210, "port mapping", &specOther, &specSubtype, nil},
	{211, "IDMS settings", &specOther, &specSubtype, nil},
	{212, "group summary", &specOther, &specSubtype, nil},
	{213, "splicing notification", &specOther, &specSubtype, nil},
}

// controlType finds a packet type, or nil.
func controlType(pt uint8) *control {
	for i := range controls {
		if controls[i].pt == pt {
			return &controls[i]
		}
	}
	return nil
}

// DissectRTCP explains a compound RTCP packet: SR, RR, SDES, BYE, APP, RTPFB, PSFB, XR and, by
// name and length, any other. Of an encrypted one the clear head and the trailer are shown.
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+---+-+---------+---------------+-------------------------------+
//	|V=2|P|  Count  |  Packet type  |    Length in words, less 1    |
//	+---+-+---------+---------------+-------------------------------+
//
// RFC 3550 §6.1, §6.4.
func DissectRTCP(d *dissect.D) {
	d.Group(&specRTCP, func(d *dissect.D) {
		p := d.Peek(d.Left())
		if !d.Cut() {
			if plain, at := controlKind(p, len(p)); !plain && at >= 0 {
				secureControl(d, at)
				return
			}
		}
		names := ""
		for d.OK() && d.Left() > 0 {
			head := d.Peek(4)
			if len(head) < 4 {
				d.HeadFault(cause(d), "%s left, a packet has at least 4", plural(len(head), "byte"))
				break
			}
			if head[0]>>6 != 2 {
				d.HeadFault(field.ErrFormat, "RTCP has version 2, this says %d", head[0]>>6)
				break
			}
			name := controlPacket(d, head)
			if names != "" {
				names += ", "
			}
			names += name
		}
		if len(names) > 120 {
			names = names[:120] + "…"
		}
		d.Head(field.Text(names))
	})
}

// cause is the sentinel for bytes that are missing at the end.
func cause(d *dissect.D) error {
	if d.Cut() {
		return field.ErrSnapped
	}
	return field.ErrShort
}

// controlPacket reads one packet of a compound.
func controlPacket(d *dissect.D, head []byte) string {
	c := controlType(head[1])
	if c == nil {
		c = &control{pt: head[1], name: "type " + itoa(int(head[1])), spec: &specOther, count: &specSubtype}
	}
	d.Group(c.spec, func(d *dissect.D) {
		count, padded := 0, false
		d.Byte(&specControlFlags, func(b dissect.Bits) {
			b.Mask(&specControlVersion, 0xC0)
			padded = b.Mask(&specControlPadded, 0x20) != 0
			count = int(b.Mask(c.count, 0x1F))
		})
		d.U8(&specControlType)
		n := 4 * int(d.U16(&specControlLen))
		if !d.OK() {
			return
		}
		d.Note("%s with its head", plural(n+4, "byte"))
		whole := n <= d.Left()
		n = claim(d, n)
		pad := 0
		fault := ""
		if padded && whole {
			if n == 0 {
				d.HeadFault(field.ErrFormat, "padding is announced, but no byte is left for it")
			} else if pad = int(d.Peek(n)[n-1]); pad == 0 || pad > n {
				fault, pad = "the packet leaves "+plural(n, "byte")+" and the count includes itself", 1
			}
		}
		d.Within(n-pad, func(d *dissect.D) {
			if c.body != nil {
				c.body(d, count)
			} else if d.Left() > 0 {
				d.Head(field.Text(c.name))
				d.Rest(&specControlData)
			}
		})
		if pad > 0 {
			d.Bytes(&specControlPad, pad-1)
			d.U8(&specControlPadCount)
			if fault != "" {
				d.Fault(field.ErrFormat, "%s", fault)
			}
		}
	})
	return c.name
}

// secureControl reads an encrypted compound packet: its first eight bytes and its trailer, which
// begins at offset at, are in the clear.
func secureControl(d *dissect.D, at int) {
	end := d.Left()
	c := controlType(d.Peek(2)[1])
	d.Head(field.Text(c.name + ", encrypted"))
	d.Group(c.spec, func(d *dissect.D) {
		d.Byte(&specControlFlags, func(b dissect.Bits) {
			b.Mask(&specControlVersion, 0xC0)
			b.Mask(&specControlPadded, 0x20)
			b.Mask(c.count, 0x1F)
		})
		d.U8(&specControlType)
		d.U16(&specControlLen)
		d.U32(&specSender)
	})
	d.Bytes(&specSecret, at-8)
	d.Word(&specSecureIndexWord, 4, false, func(b dissect.Bits) {
		b.Mask(&specSecure, 1<<31)
		b.Mask(&specSecureIndex, 1<<31-1)
	})
	if rest := end - at - 4; rest > 10 {
		d.Bytes(&specMKI, rest-10)
	} else if rest > 4 && rest < 10 {
		d.Bytes(&specMKI, rest-4)
	} else if rest > 0 && rest < 4 {
		d.Bytes(&specMKI, rest)
	}
	d.Rest(&specTag)
}

// ntp reads a time of NTP: seconds since 1900 and a fraction of 2^32. (RFC 3550 §4)
func ntp(d *dissect.D, s *field.Spec) {
	d.Group(s, func(d *dissect.D) {
		sec := d.U32(&specNTPSeconds)
		frac := d.U32(&specNTPFraction)
		if !d.OK() {
			return
		}
		d.Note("%d ns", uint64(frac)*1e9>>32)
		if sec < 1<<31 { // before 1968: it counts from something else
			d.HeadNote("this is no time of day: the sender counts from a start of its own")
			return
		}
		d.Head(field.Time((int64(sec)-2208988800)*1e9 + int64(uint64(frac)*1e9>>32)))
	})
}

func senderReport(d *dissect.D, count int) {
	d.U32(&specSender)
	ntp(d, &specNTP)
	d.U32(&specSRTime)
	d.U32(&specSRPackets)
	d.U32(&specSRBytes)
	reports(d, count)
}

func receiverReport(d *dissect.D, count int) {
	d.U32(&specSender)
	reports(d, count)
}

func reports(d *dissect.D, count int) {
	d.Each(&specReport, count, report)
	if d.OK() && d.Left() > 0 {
		d.Rest(&specProfileExt)
	}
}

// report reads a report block:
//
//	+---------------------------------------------------------------+
//	|                  SSRC of the source it is about               |
//	+---------------+-----------------------------------------------+
//	| Fraction lost |       Cumulative number of packets lost       |
//	+---------------+---------------+-------------------------------+
//	|    Cycles of the numbers      |    Highest sequence number    |
//	+-------------------------------+-------------------------------+
//	|                      Interarrival jitter                      |
//	+---------------------------------------------------------------+
//	|                         Last SR (LSR)                         |
//	+---------------------------------------------------------------+
//	|                   Delay since last SR (DLSR)                  |
//	+---------------------------------------------------------------+
//
// RFC 3550 §6.4.1.
func report(d *dissect.D) {
	d.U32(&specReportSSRC)
	f := d.U8(&specFraction)
	if d.OK() {
		d.Note("%s", percent(f))
	}
	lost := d.Uint(&specLost, 3, false)
	if d.OK() {
		d.Set(field.Int(signed24(uint32(lost))))
		if lost&0x800000 != 0 {
			d.Note("more came than were sent, for there were copies")
		}
	}
	d.Word(&specHighest, 4, false, func(b dissect.Bits) {
		b.Mask(&specCycles, 0xFFFF0000)
		b.Mask(&specHighestSeq, 0xFFFF)
	})
	d.U32(&specJitter)
	d.U32(&specLSR)
	if v := d.U32(&specDLSR); d.OK() {
		d.Set(field.Dur(short(v)))
	}
	if d.OK() {
		d.Head(field.Text(percent(f) + " lost"))
	}
}

// short is a delay in units of 1/65536 s.
func short(v uint32) time.Duration { return time.Duration(int64(v) * 1e9 >> 16) }

func signed24(v uint32) int64 { return int64(int32(v<<8) >> 8) }

// percent writes parts of 256 with one decimal.
func percent(of256 uint8) string {
	tenth := (int(of256)*1000 + 128) / 256
	return itoa(tenth/10) + "." + itoa(tenth%10) + " %"
}

func itoa(n int) string { return strconv.Itoa(n) }

func sourceDescription(d *dissect.D, count int) {
	d.Each(&specChunk, count, func(d *dissect.D) {
		from := d.Pos()
		d.U32(&specSource)
		for d.OK() && d.Left() > 0 {
			if d.Peek(1)[0] == 0 {
				n := 4 - (d.Pos()-from)&3 // the end is at least one zero, up to a multiple of 4
				for k, b := range d.Peek(n) {
					if b != 0 {
						n = k
						break
					}
				}
				d.Bytes(&specChunkEnd, min(n, d.Left()))
				return
			}
			d.Group(&specItem, item)
		}
		if d.OK() {
			d.HeadFault(cause(d), "the list has no end")
		}
	})
}

// item reads an item of a source description: type, length, text. (RFC 3550 §6.5)
func item(d *dissect.D) {
	t := d.U8(&specItemType)
	n := int(d.U8(&specItemLen))
	if !d.OK() {
		return
	}
	d.Head(field.Text(itemTypes.Text(uint64(t))))
	n = claim(d, n)
	if t == itemPRIV && n > 0 {
		d.Within(n, func(d *dissect.D) {
			p := claim(d, int(d.U8(&specPrefixLen)))
			text(d, &specPrefix, p)
			text(d, &specPrivate, d.Left())
		})
		return
	}
	s := &specItemText
	if int(t) < len(itemSpecs) && itemSpecs[t] != nil {
		s = itemSpecs[t]
	}
	text(d, s, n)
}

// text reads n bytes of text, and nothing for none.
func text(d *dissect.D, s *field.Spec, n int) {
	if n > 0 {
		tell(d, s, d.Text(s, n))
	}
}

func goodbye(d *dissect.D, count int) {
	for i := 0; i < count && d.OK(); i++ {
		d.U32(&specSource)
	}
	if d.OK() && d.Left() > 0 {
		n := claim(d, int(d.U8(&specReasonLen)))
		text(d, &specReason, n)
		if d.OK() && d.Left() > 0 && zero(d.Peek(d.Left())) {
			d.Rest(&specControlFill)
		}
	}
}

func zero(p []byte) bool {
	for _, b := range p {
		if b != 0 {
			return false
		}
	}
	return true
}

func application(d *dissect.D, _ int) {
	d.U32(&specSender)
	name := d.Text(&specAPPName, 4)
	if d.OK() {
		d.Head(field.Text(name))
		d.Rest(&specAPPData)
	}
}

// InfoRTCP is InfoRTP for RTCP: "sender report · lost 1.2 % · jitter 27 ticks · bye". The clock
// of the stream that a report is about is not known here, so that jitter stays in its ticks.
func InfoRTCP(p []byte, wire int) string {
	if len(p) < 4 || !controlHead(p) {
		return ""
	}
	if plain, at := controlKind(p, wire); !plain && at >= 0 {
		return controlType(p[1]).name + " · encrypted"
	}
	s := ""
	for n := 0; len(p) >= 4 && n < 12; n++ {
		c := controlType(p[1])
		if p[0]>>6 != 2 || c == nil {
			break
		}
		size := min(4+4*int(binary.BigEndian.Uint16(p[2:])), len(p))
		if s != "" {
			s += " · "
		}
		s += controlInfo(c, p[:size])
		p = p[size:]
	}
	return s
}

// controlInfo says of one packet what it brings.
func controlInfo(c *control, p []byte) string {
	count := uint64(p[0] & 0x1F)
	switch c.pt {
	case ptSR, ptRR:
		s := c.name
		at := 8
		if c.pt == ptSR {
			at = 28
		}
		if count == 0 || len(p) < at+24 {
			return s
		}
		s += " · lost " + percent(p[at+4]) + " · jitter " + plural(int(binary.BigEndian.Uint32(p[at+12:])), "tick")
		if count > 1 {
			s += " (the first of " + itoa(int(count)) + ")"
		}
		return s
	case ptRTPFB:
		if name := rtpFormats.Text(count); name != "" {
			return name
		}
	case ptPSFB:
		if count == 15 && len(p) >= 16 && string(p[12:16]) == "REMB" {
			return "estimated bandwidth"
		}
		if name := psFormats.Text(count); name != "" {
			return name
		}
	}
	return c.name
}
