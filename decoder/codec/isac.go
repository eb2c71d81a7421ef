package codec

import (
	"fmt"
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// iSAC: a frame of 30 or 60 ms is one number of an arithmetic coder, without any border between
// its parts. In the order of coding: frame length, index of the bandwidth estimate, pitch gains,
// pitch lags, shape and gain of the filter, spectrum, end. Only the first of them can be had
// without the rest: it takes a third of the range for each of three values.
//
// Sources: the Internet-Draft on iSAC's RTP format (order, limits); the source that WebRTC
// published in 2011 (the thirds).

const isacMax = 400 // bytes, of 60 ms

var (
	specISAC = &field.Spec{Name: "isac.frame", Label: "iSAC frame", Show: field.Raw, Trust: field.Measured,
		Doc:  "A frame is one long number made by an arithmetic coder: its parts have fractions of bits, so no bit belongs to one parameter alone.",
		Cite: []field.Cite{{Key: "isacrtp"}, {Key: "webrtc"}}, Term: "arithmetic-coding"}
	specISACStart = &field.Spec{Name: "isac.start", Label: "Start of the arithmetic code", Show: field.Hex, Trust: field.Measured,
		Doc:  "The code begins with the frame length and the sender's estimate of the bandwidth, both within these first bits and not to be cut apart.",
		Cite: []field.Cite{{Key: "isacrtp"}, {Key: "webrtc"}}, Term: "arithmetic-coding"}
	specISACRest = &field.Spec{Name: "isac.code", Label: "Arithmetic code", Show: field.Raw, Trust: field.Measured,
		Doc:  "Pitch, filter and spectrum follow in one stream; to know one of them all before it have to be decoded, which is not done here.",
		Cite: []field.Cite{{Key: "isacrtp"}, {Key: "webrtc"}}, Term: "arithmetic-coding"}
	specISACLength = &field.Spec{Name: "isac.length", Label: "Frame length", Show: field.Dec, Unit: "ms", Trust: field.Inferred,
		Doc:  "The first thing the coder wrote: it divides the whole range in three, of which the first third is not used, the second means 30 and the last 60 ms.",
		Cite: []field.Cite{{Key: "webrtc"}, {Key: "somscope"}}}
)

var isac = &Codec{
	ID: ISAC, Name: "isac", Title: "iSAC",
	Doc: "The wide-band codec of Global IP Sound that adapts its rate to the line, the one Bonfiglio saw in most of Skype's calls between computers.",
	RTP: "ISAC", Clock: 16000, Rate: 16000, Kbits: "10 to 32 (adaptive)",
	Why:     "iSAC is not decoded: its frames are arithmetic code whose tables are beyond this tool.",
	Disable: []string{"ISAC"},
	Trust:   field.Measured,
	Cite:    []field.Cite{{Key: "bon", Where: "table 1"}, {Key: "isacrtp"}, {Key: "webrtc"}},
	Specs:   []*field.Spec{specISAC, specISACStart, specISACRest, specISACLength},
	Dissect: dissectISAC, Frames: framesISAC,
}

// isacLength is the frame length that the first bytes tell, or 0 when they stand for none. A
// number of the coder lies in a third of 32 bits.
func isacLength(head []byte) time.Duration {
	var v uint32
	for i := range 4 {
		v <<= 8
		if i < len(head) {
			v |= uint32(head[i])
		}
	}
	switch { // 0xffff * 21845 and 0xffff * 43690 of 1<<32, as the coder rounds them
	case v <= 0x5554ffff:
		return 0
	case v <= 0xaaa9ffff:
		return 30 * time.Millisecond
	}
	return 60 * time.Millisecond
}

func framesISAC(_ *Params, head []byte, n int) (int, time.Duration, string, bool) {
	switch {
	case n == 0:
		return 0, 0, whyEmpty, false
	case n > isacMax:
		return 0, 0, fmt.Sprintf("%d bytes are more than the %d of the longest frame", n, isacMax), false
	}
	lasts := isacLength(head)
	if lasts == 0 && len(head) >= min(n, 3) && n >= 3 {
		return 0, 0, "its first bits stand for a frame length that is not used", false
	}
	return 1, lasts, "", true
}

func dissectISAC(d *dissect.D, _ *Params) {
	if empty(d) {
		return
	}
	n := d.Left()
	head := d.Peek(4)
	d.Group(specISAC, func(d *dissect.D) {
		if n > isacMax {
			d.HeadFault(field.ErrFormat, "%d bytes are more than the %d of the longest frame", n, isacMax)
		}
		d.U8(specISACStart)
		lasts := isacLength(head)
		d.Aside(specISACLength, field.Uint(uint64(lasts/time.Millisecond)))
		if lasts == 0 {
			d.Fault(field.ErrFormat, "the code begins in the third of its range that is not used")
		}
		d.Rest(specISACRest)
	})
}
