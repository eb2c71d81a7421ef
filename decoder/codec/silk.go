package codec

import (
	"fmt"
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Skype's own SILK of 2009, before it became a part of Opus: a packet is one number of a range
// coder, without any flag in front. It holds one to five frames of 20 ms. In the order of coding:
//
//	sampling rate | frame: type, gains, filter, pitch, seed, pulses | ... | voice activity, end
//
// The first two symbols are read here: their probabilities are few enough to be checked by hand
// against what the public encoder writes. The rest would need all of its tables.
//
// Source: the Internet-Draft "SILK Speech Codec" of 2010 (order, probabilities).

var (
	specSILK = &field.Spec{Name: "silk.code", Label: "SILK packet", Show: field.Raw, Trust: field.Inferred,
		Doc:  "The packet is one long number made by a range coder: its parts have fractions of bits, so no bit belongs to one parameter alone.",
		Cite: []field.Cite{{Key: "silk"}, {Key: "somscope"}}, Term: "range-coding"}
	specSILKRate = &field.Spec{Name: "silk.rate", Label: "Sampling rate", Show: field.Dec, Unit: "Hz", Trust: field.Inferred,
		Doc:  "The first thing the coder wrote, one of four rates that share the range about equally, so that the first two bytes tell it; it has no bits of its own.",
		Cite: []field.Cite{{Key: "silk"}, {Key: "somscope"}}}
	specSILKType = &field.Spec{Name: "silk.type", Label: "Type of the first frame", Show: field.Dec, Trust: field.Inferred,
		Doc:  "The second thing the coder wrote: whether the first 20 ms have a pitch, and by how much the pulses are offset from zero; it has no bits of its own.",
		Enum: field.Enum{{V: 0, S: "voiced, low offset"}, {V: 1, S: "voiced, high offset"}, {V: 2, S: "unvoiced, low offset"}, {V: 3, S: "unvoiced, high offset"}},
		Cite: []field.Cite{{Key: "silk"}, {Key: "somscope"}}}
)

var silkCodec = &Codec{
	ID: SILK, Name: "silk", Title: "SILK",
	Doc: "Skype's own codec for voice, in use since version 4.0 of 2009 and the ancestor of the voice layer of Opus.",
	RTP: "SILK", Clock: 16000, Kbits: "6 to 40 (varying)",
	Why:    "SILK of 2009 is not decoded: its tables differ from those of the SILK within Opus, which is.",
	Sample: "opus", // not the same bits, but the same voice: the nearest there is in the clear
	Trust:  field.Inferred,
	Cite:   []field.Cite{{Key: "silk"}, {Key: "silkrtp"}},
	Specs:  []*field.Spec{specSILK, specSILKRate, specSILKType},

	Dissect: dissectSILK, Frames: framesSILK,
}

const silkMax = 5 * 1024 // bytes of the longest packet, of five frames, that the public encoder can hold

// framesSILK: how many frames are in a packet is told behind each of them only, deep in the
// code. SDP may tell how long a packet is.
func framesSILK(p *Params, _ []byte, n int) (frames int, lasts time.Duration, why string, ok bool) {
	switch {
	case n == 0:
		return 0, 0, whyEmpty, false
	case n > silkMax:
		return 0, 0, whySILKLong(n), false
	}
	frames = 1
	if p != nil && p.Ptime > 20 && p.Ptime <= 100 && p.Ptime%20 == 0 {
		frames = p.Ptime / 20
	}
	return frames, time.Duration(frames) * 20 * time.Millisecond, "", true
}

func whySILKLong(n int) string {
	return fmt.Sprintf("%d bytes, and the longest packet has %d", n, silkMax)
}

func dissectSILK(d *dissect.D, _ *Params) {
	if empty(d) {
		return
	}
	n := d.Left()
	rate, kind := silkStart(d.Peek(5))
	d.Rest(specSILK)
	switch {
	case n > silkMax:
		d.Fault(field.ErrFormat, "%s", whySILKLong(n))
	case n < 3:
		d.Note("too short for a frame")
		return
	}
	d.Aside(specSILKRate, field.Uint(rate))
	d.Aside(specSILKType, field.Uint(kind))
}

// silkStart reads the first two symbols of a packet. The coder has 32 bits of the number in
// view, the first four bytes, and a range of 16 bits; shares are in 1/65536.
func silkStart(head []byte) (rate, kind uint64) {
	var at uint32
	for i := range 4 {
		at <<= 8
		if i < len(head) {
			at |= uint32(head[i])
		}
	}
	find := func(size uint32, shares [5]uint32) (symbol int, low, part uint32) {
		for symbol < 3 && size*shares[symbol+1] <= at {
			symbol++
		}
		return symbol, size * shares[symbol], shares[symbol+1] - shares[symbol]
	}
	const whole = 1<<16 - 1
	r, low, part := find(whole, [5]uint32{0, 16000, 32000, 48000, whole})
	at -= low
	k, _, _ := find(whole*part>>16, [5]uint32{0, 37522, 41030, 44212, whole})
	return [4]uint64{8000, 12000, 16000, 24000}[r], uint64(k)
}
