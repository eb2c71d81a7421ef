// Package ilbc is the iLBC codec of RFC 3951: what each bit of a frame is, a decoder, and an
// encoder for the samples that the project makes itself.
//
// A frame is 38 bytes for 20 ms or 50 bytes for 30 ms of speech at 8000 samples a second. It
// needs no other frame: its loudest part, the start state, is sent sample by sample, and the
// rest of the frame is built from it forwards and backwards with a codebook made of what has
// been built already. So a lost frame does no harm to the next one but for the filters' memory.
//
// The reference of the standard counts in single precision, common programs in integers; this
// one counts in double precision, so samples differ from theirs in the last bits. Where RFC
// 3951's text and its program disagree, or the program reads what nobody wrote, a comment says
// what is done here.
package ilbc

// A Mode is the length of a frame.
type Mode uint8

const (
	Mode20 Mode = iota // 20 ms, 160 samples, 38 bytes
	Mode30             // 30 ms, 240 samples, 50 bytes
)

// Bytes is the length of a frame.
func (m Mode) Bytes() int {
	if m == Mode30 {
		return 50
	}
	return 38
}

// Samples is how many samples a frame makes.
func (m Mode) Samples() int {
	if m == Mode30 {
		return 240
	}
	return 160
}

// StateSamples is how many samples of the start state are sent one by one.
func (m Mode) StateSamples() int {
	if m == Mode30 {
		return 58
	}
	return 57
}

// Delay is by how many samples the decoder's output lags behind what was encoded.
func (m Mode) Delay() int {
	if m == Mode30 {
		return 80
	}
	return 40
}

// subs is the number of sub-blocks of a frame.
func (m Mode) subs() int { return m.Samples() / subLen }

// spectra is how many sets of line spectral frequencies a frame holds.
func (m Mode) spectra() int {
	if m == Mode30 {
		return 2
	}
	return 1
}
