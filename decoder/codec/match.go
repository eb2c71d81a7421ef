package codec

// Static is the codec of a payload type that RFC 3551 §6 fixes, or nil. Payload type 13 is
// comfort noise; 96 and above are never fixed.
func Static(pt uint8) (*Codec, Params) { return nil, Params{} }

// BySDP is the codec that an rtpmap names ("iLBC", 8000, channels 0 or more), with its fmtp
// parameters as they stand ("mode=20"), or nil. Names are compared without regard to case.
func BySDP(name string, clock, channels int, fmtp string) (*Codec, Params) { return nil, Params{} }

// A Likely is a codec that fits what a stream of unknown payload type looks like.
type Likely struct {
	Codec  *Codec
	Params Params
	Why    string // a clause: "50 bytes every 240 ticks are frames of 30 ms"
}

// Guess lists what a stream may be whose payload type nobody has explained, best first: by the
// lengths of its payloads (each with how often it was seen, commonest first) and the step of
// its timestamp from packet to packet. It may be empty. Where two codecs fit equally, both
// are listed and Why says so.
func Guess(lengths []Seen, step uint32) []Likely { return nil }

// Seen is how often a payload length was seen.
type Seen struct{ Bytes, Times int }
