package sound

import (
	"errors"
	"fmt"

	"github.com/pion/opus"

	"somscope/decoder/codec"
)

// opusRate is the clock of Opus in RTP, and the rate it is decoded at whatever its bandwidth is.
// (RFC 7587 §4.1)
const opusRate = 48000

// opusLongest is the longest packet: 120 ms. (RFC 6716 §3.4, R5)
const opusLongest = opusRate * 120 / 1000

// Faults of an Opus packet that make it useless.
var errOpus = errors.New("not an Opus packet")

// An opusDecoder is pion's decoder behind a fence: it is fed one frame at a time, each of a
// length that has been checked, empty frames never reach it, and a fault within it is an error
// of that frame.
type opusDecoder struct {
	past
	lib   opus.Decoder
	pcm   []int16
	frame []byte
}

func newOpus(p codec.Params) (Decoder, error) {
	// Two channels only where SDP promises stereo: every stream is called opus/48000/2, and
	// a voice has one. A stereo packet is mixed down then.
	o := &opusDecoder{past: past{rate: opusRate, ch: 1}}
	if p.Channels == 2 {
		o.ch = 2
	}
	return o, o.reset()
}

func (o *opusDecoder) reset() (err error) {
	o.lib, err = opus.NewDecoderWithOutput(opusRate, o.ch)
	return err
}

func (o *opusDecoder) Rate() int     { return opusRate }
func (o *opusDecoder) Channels() int { return o.ch }

// Decode decodes the frames of a packet. Where one cannot be decoded, or is empty because
// nobody spoke, what came before fades out for as long as it would have lasted.
func (o *opusDecoder) Decode(dst []int16, payload []byte) ([]int16, error) {
	frames, samples, fault := opusFrames(payload)
	for _, f := range frames {
		if len(f) < 2 { // nothing was sent, or what stands for it (RFC 6716 §3.2.1)
			dst = o.Conceal(dst, samples)
			continue
		}
		pcm, err := o.one(payload[0], f, samples)
		if err != nil {
			fault = errors.Join(fault, err)
			if err := o.reset(); err != nil {
				return dst, err
			}
			dst = o.Conceal(dst, samples)
			continue
		}
		from := len(dst)
		dst = append(dst, pcm...)
		o.heard(dst[from:])
	}
	return dst, fault
}

// one decodes one frame as a packet of its own.
func (o *opusDecoder) one(toc byte, f []byte, samples int) (pcm []int16, err error) {
	defer func() {
		if r := recover(); r != nil {
			pcm, err = nil, fmt.Errorf("the decoder failed on a frame of %d bytes: %v", len(f), r)
		}
	}()
	if o.pcm == nil {
		o.pcm = make([]int16, opusLongest*o.ch)
	}
	o.frame = append(append(o.frame[:0], toc&^3), f...)
	n, err := o.lib.DecodeToInt16(o.frame, o.pcm)
	if err != nil {
		return nil, err
	}
	if n != samples {
		return nil, fmt.Errorf("%d samples came of a frame of %d", n, samples)
	}
	return o.pcm[:n*o.ch], nil
}

// Conceal goes on with the last period. The library has a concealment of its own for one of the
// three modes only.
func (o *opusDecoder) Conceal(dst []int16, n int) []int16 { return o.conceal(dst, n) }

// opusFrames splits a packet into frames and says how many samples a channel each lasts at
// 48 kHz. With an error there may be frames still: those that lie within the packet.
// (RFC 6716 §3; the rules R1 to R7 are those of §3.4)
func opusFrames(p []byte) (frames [][]byte, samples int, err error) {
	if len(p) == 0 {
		return nil, 0, fmt.Errorf("%w: it is empty", errOpus) // R1
	}
	samples = opusSamples(p[0] >> 3)
	body, count := p[1:], 1
	switch p[0] & 3 {
	case 1:
		if len(body)%2 != 0 { // R3
			return nil, samples, fmt.Errorf("%w: two equal frames cannot share %d bytes", errOpus, len(body))
		}
		return opusEqual(body, 2, samples)
	case 2:
		n, used, ok := opusLength(body)
		if !ok || used+n > len(body) { // R4
			return nil, samples, fmt.Errorf("%w: the first of two frames runs past its end", errOpus)
		}
		frames = [][]byte{body[used : used+n]}
		body = body[used+n:]
	case 3:
		if len(body) == 0 { // R6, R7
			return nil, samples, fmt.Errorf("%w: the number of frames is missing", errOpus)
		}
		head := body[0]
		body, count = body[1:], int(head&63)
		if count == 0 || count*samples > opusLongest { // R5
			return nil, samples, fmt.Errorf("%w: %d frames", errOpus, count)
		}
		if head&0x40 != 0 {
			pad := 0
			for {
				if len(body) == 0 {
					return nil, samples, fmt.Errorf("%w: the length of its padding is missing", errOpus)
				}
				b := int(body[0])
				body = body[1:]
				pad += min(b, 254)
				if b < 255 {
					break
				}
			}
			if pad > len(body) {
				return nil, samples, fmt.Errorf("%w: %d bytes of padding in %d", errOpus, pad, len(body))
			}
			body = body[:len(body)-pad]
		}
		if head&0x80 == 0 {
			if len(body)%count != 0 { // R6
				return nil, samples, fmt.Errorf("%w: %d equal frames cannot share %d bytes", errOpus, count, len(body))
			}
			return opusEqual(body, count, samples)
		}
		lengths := make([]int, 0, count-1)
		all := 0
		for range count - 1 {
			n, used, ok := opusLength(body)
			if !ok {
				return nil, samples, fmt.Errorf("%w: the lengths of its frames are cut", errOpus)
			}
			body = body[used:]
			lengths = append(lengths, n)
			all += n
		}
		for _, n := range lengths {
			if n > len(body) { // R7
				return frames, samples, fmt.Errorf("%w: frames of %d bytes in %d", errOpus, all, len(p))
			}
			frames = append(frames, body[:n])
			body = body[n:]
		}
	}
	if len(body) > opusFrameMax { // R2
		return frames, samples, fmt.Errorf("%w: a frame of %d bytes", errOpus, len(body))
	}
	return append(frames, body), samples, nil
}

const opusFrameMax = 1275 // bytes

func opusEqual(body []byte, n, samples int) (frames [][]byte, _ int, err error) {
	each := len(body) / n
	if each > opusFrameMax { // R2
		return nil, samples, fmt.Errorf("%w: frames of %d bytes", errOpus, each)
	}
	for range n {
		frames = append(frames, body[:each])
		body = body[each:]
	}
	return frames, samples, nil
}

// opusLength reads the length of a frame, of one or two bytes. (RFC 6716 §3.2.1)
func opusLength(b []byte) (n, used int, ok bool) {
	switch {
	case len(b) == 0:
	case b[0] < 252:
		return int(b[0]), 1, true
	case len(b) > 1:
		return int(b[0]) + 4*int(b[1]), 2, true
	}
	return 0, 0, false
}

// opusSamples is how many samples a channel at 48 kHz a frame of a configuration lasts.
// (RFC 6716 §3.1, table 2)
func opusSamples(config byte) int {
	const ms = opusRate / 1000
	switch {
	case config < 12:
		return [4]int{10 * ms, 20 * ms, 40 * ms, 60 * ms}[config&3]
	case config < 16:
		return [2]int{10 * ms, 20 * ms}[config&1]
	}
	return [4]int{ms * 5 / 2, 5 * ms, 10 * ms, 20 * ms}[config&3]
}
