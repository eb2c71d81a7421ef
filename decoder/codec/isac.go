package codec

import (
	"fmt"
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// iSAC: a frame of 30 or 60 ms is one number of an arithmetic coder, without any border between
// its parts. In the order of coding: frame length, index of the bandwidth estimate, pitch gains,
// pitch lags, shape and gain of the filter, spectrum, end. The first two can be had without
// large tables: they divide the range in 3 and in 24 equal parts.
//
// Sources: the Internet-Draft on iSAC's RTP format (order, limits); the source of the codec that
// WebRTC published in 2011 (the shares).

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
	specISACBand = &field.Spec{Name: "isac.bandwidth", Label: "Bandwidth estimate", Show: field.Dec, Trust: field.Inferred,
		Doc:  "The second thing the coder wrote: one of 24 rates at which, as the sender reckons, it can be sent to.",
		Cite: []field.Cite{{Key: "webrtc"}, {Key: "somscope"}}}
)

var isac = &Codec{
	ID: ISAC, Name: "isac", Title: "iSAC",
	Doc: "The wide-band codec of Global IP Sound that adapts its rate to the line, the one that Bonfiglio names first for Skype's calls between computers.",
	RTP: "ISAC", Clock: 16000, Rate: 16000, Kbits: "10 to 32 (adaptive)",
	Why:     "iSAC is not decoded: its frames are arithmetic code whose tables are beyond this tool.",
	Disable: []string{"ISAC"},
	Trust:   field.Measured,
	Cite:    []field.Cite{{Key: "bon", Where: "table 1"}, {Key: "isacrtp"}, {Key: "webrtc"}},
	Specs:   []*field.Spec{specISAC, specISACStart, specISACRest, specISACLength, specISACBand},
	Dissect: dissectISAC, Frames: framesISAC,
}

// An isacCoder is the range that the arithmetic coder has left, and where in it the frame's number lies.
type isacCoder struct{ at, top uint32 }

// newISAC begins to read a frame: its first four bytes are a number, high byte first; 0 follows
// the end of a shorter frame.
func newISAC(head []byte) isacCoder {
	c := isacCoder{top: 0xffffffff}
	for i := range 4 {
		c.at <<= 8
		if i < len(head) {
			c.at |= uint32(head[i])
		}
	}
	return c
}

// bound is the last number below a share of the range, in 65536ths, rounded as the coder does.
func (c *isacCoder) bound(share uint32) uint32 {
	return (c.top>>16)*share + (c.top&0xffff)*share>>16
}

// next reads one of n values that have equal shares. The range must be wide enough for it.
func (c *isacCoder) next(n int) int {
	low := uint32(0)
	for i := range n {
		high := c.bound((uint32(i+1)*0xffff*2/uint32(n) + 1) / 2)
		if c.at <= high || i == n-1 {
			c.top = high - low - 1
			c.at -= min(low+1, c.at)
			return i
		}
		low = high
	}
	return 0
}

// isacStart is the frame length that the first bytes tell, 0 when they stand for none, and the
// number of the bandwidth after it.
func isacStart(head []byte) (lasts time.Duration, bandwidth int) {
	c := newISAC(head)
	lasts = time.Duration(30*c.next(3)) * time.Millisecond
	if lasts == 0 {
		return 0, 0
	}
	return lasts, c.next(len(isacRates))
}

// isacRates are the estimates that the sender can tell, in bits a second: twelve for steady
// lines, twelve for lines that jitter.
var isacRates = [...]uint16{
	10000, 11100, 12300, 13700, 15200, 16900, 18800, 20900, 23300, 25900, 28700, 31900,
	10100, 11200, 12400, 13800, 15300, 17000, 18900, 21000, 23400, 26000, 28800, 32000,
}

func framesISAC(_ *Params, head []byte, n int) (int, time.Duration, string, bool) {
	switch {
	case n == 0:
		return 0, 0, whyEmpty, false
	case n > isacMax:
		return 0, 0, fmt.Sprintf("%d bytes are more than the %d of the longest frame", n, isacMax), false
	}
	lasts, _ := isacStart(head)
	if lasts == 0 && len(head) >= 3 {
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
		lasts, bandwidth := isacStart(head)
		d.Aside(specISACLength, field.Uint(uint64(lasts/time.Millisecond)))
		if lasts == 0 {
			d.Fault(field.ErrFormat, "the code begins in the third of its range that is not used")
		} else {
			d.Aside(specISACBand, field.Uint(uint64(bandwidth)))
			d.Note("about %d bit/s", isacRates[bandwidth])
		}
		d.Rest(specISACRest)
	})
}
