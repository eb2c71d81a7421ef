// Package rtp reads RTP and RTCP (RFC 3550, 3551, 5761), the SDP that announces them (RFC 8866),
// and counts what arrived of each stream, what was lost, and how regularly it came.
//
// Parse and IsRTCP are for the pass over all packets and allocate nothing. DissectRTP,
// DissectRTCP and DissectSIP explain one packet to the bit. A Tracker follows the streams, and
// ReadSIP finds what SIP says about their payload types. The package does not know what a
// payload means: whoever does hands it the dissector of it.
package rtp

import (
	"slices"
	"strconv"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Specs is every field that the package may emit.
var Specs = slices.Concat(rtpSpecs, extensionSpecs, rtcpSpecs, feedbackSpecs, extendedSpecs, sipSpecs, sdpSpecs)

// A Media is what is known from elsewhere about an RTP packet, for its tree.
type Media struct {
	Stream  uint32             // its number, from 1; 0 when it has none
	Codec   string             // title of its codec: "iLBC, 30 ms"; "" when unknown
	Why     string             // how that is known: "SDP in packet 4 says so", in a clause
	Clock   int                // Hz of the timestamp; 0 unknown
	Lost    int                // packets missing in front of this one
	Late    bool               // it came after one with a higher sequence number
	Again   bool               // it is a copy of one that came before
	Payload func(d *dissect.D) // explains the payload; nil: unknown bytes
}

// DissectRTP explains an RTP packet: header, CSRC list, extension (the one-byte and two-byte
// forms of RFC 8285 among them), payload, padding.
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+---+-+-+-------+-+-------------+-------------------------------+
//	|V=2|P|X|  CC   |M|     PT      |        Sequence number        |
//	+---+-+-+-------+-+-------------+-------------------------------+
//	|                           Timestamp                           |
//	+---------------------------------------------------------------+
//	|             Synchronization source (SSRC)                     |
//	+---------------------------------------------------------------+
//	|             Contributing sources (CSRC), 0 to 15
//	+---------------------------------------------- - - - -
//
// RFC 3550 §5.1.
func DissectRTP(d *dissect.D, m *Media) {
	if m == nil {
		m = &Media{}
	}
	d.Group(&specRTP, func(d *dissect.D) { packet(d, m) })
}

func packet(d *dissect.D, m *Media) {
	var padding, extension bool
	var csrcs int
	var pt uint8
	d.Byte(&specFlags, func(b dissect.Bits) {
		if v := b.Mask(&specVersion, 0xC0); v != 2 {
			b.Fault(field.ErrFormat, "RTP has version 2, this says %d", v)
		}
		padding = b.Mask(&specPadded, 0x20) != 0
		extension = b.Mask(&specExtended, 0x10) != 0
		csrcs = int(b.Mask(&specCSRCs, 0x0F))
	})
	d.Byte(&specKind, func(b dissect.Bits) {
		b.Mask(&specMarker, 0x80)
		pt = uint8(b.Mask(&specType, 0x7F))
		if all := d.Slice(d.Pos(), d.Pos()+1); len(all) == 1 && isControl(all[0]) {
			b.Note("with the marker set this is the number of an RTCP packet, which RTP avoids")
		}
	})
	if m.Codec != "" && d.OK() {
		d.Aside(&specCodec, field.Text(m.Codec))
		if m.Why != "" {
			d.Note("%s", m.Why)
		}
	}
	seq := d.U16(&specSeq)
	if d.OK() {
		for _, s := range m.marks() {
			d.Note("%s", s)
		}
	}
	d.U32(&specTimestamp)
	if m.Clock > 0 && d.OK() {
		d.Note("%d ticks are a second", m.Clock)
	}
	d.U32(&specSSRC)
	if m.Stream != 0 {
		d.Aside(&specStream, field.Uint(uint64(m.Stream)))
	}
	if d.OK() {
		d.Head(field.Text(typeText(pt, m.Codec) + ", number " + strconv.Itoa(int(seq))))
	}
	for i := 0; i < csrcs && d.OK(); i++ {
		d.U32(&specCSRC)
	}
	if extension && d.OK() {
		d.Group(&specExt, headerExtension)
	}
	if !d.OK() {
		return
	}
	payload(d, m, padding)
}

// payload reads what follows the header: the payload and the padding, whose last byte says how
// long it is.
func payload(d *dissect.D, m *Media, padded bool) {
	n, pad := d.Left(), 0
	fault := ""
	switch {
	case !padded:
	case d.Cut():
		d.HeadNote("the capture kept no end of the packet, so its padding is not known")
	case n == 0:
		d.HeadFault(field.ErrShort, "padding is announced, but no byte is left for it")
		return
	default:
		pad = int(d.Peek(n)[n-1])
		if pad == 0 {
			fault = "the count includes itself and cannot be 0"
		} else if pad > n {
			fault = "claims " + plural(pad, "byte") + ", the header leaves " + itoa(n)
		}
		if fault != "" {
			pad = 1
		}
	}
	if n -= pad; n > 0 {
		d.Within(n, func(d *dissect.D) {
			if m.Payload == nil {
				d.Rest(&specPayload)
				return
			}
			d.Group(&specVoice, func(d *dissect.D) {
				if m.Codec != "" {
					d.Head(field.Text(m.Codec))
				}
				m.Payload(d)
				d.Unknown(d.Left())
			})
		})
	} else if !d.Cut() {
		d.HeadNote("it has no payload")
	}
	if pad > 0 {
		d.Bytes(&specPadding, pad-1)
		d.U8(&specPadCount)
		if fault != "" {
			d.Fault(field.ErrFormat, "%s", fault)
		}
	}
}

// marks are what is known of the packet's place among the others, in clauses.
func (m *Media) marks() (all []string) {
	if m.Lost > 0 {
		all = append(all, strconv.Itoa(m.Lost)+" lost before")
	}
	if m.Late {
		all = append(all, "late")
	}
	if m.Again {
		all = append(all, "copy")
	}
	return all
}

// typeText names a payload type: by its codec, by what RFC 3551 fixed, or by its number.
func typeText(pt uint8, codec string) string {
	if codec != "" {
		return codec
	}
	if s := staticTypes.Text(uint64(pt)); s != "" {
		return s
	}
	return "type " + strconv.Itoa(int(pt))
}

// InfoRTP writes the Info column of the packet list for RTP:
// "iLBC, 30 ms · seq 33340 · 240 · 50 bytes · 3 lost before".
func InfoRTP(p []byte, wire int, m *Media) string {
	h, ok := Parse(p, wire)
	if !ok {
		return ""
	}
	if m == nil {
		m = &Media{}
	}
	s := typeText(h.Type, m.Codec) + " · seq " + strconv.Itoa(int(h.Seq)) + " · " + strconv.FormatUint(uint64(h.Timestamp), 10) +
		" · " + plural(h.PayEnd-h.PayOff, "byte")
	if h.Marker {
		s += " · marker"
	}
	for _, t := range m.marks() {
		s += " · " + t
	}
	return s
}

func plural(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return strconv.Itoa(n) + " " + unit + "s"
}
