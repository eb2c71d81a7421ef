package decoder

import (
	"time"

	"somscope/decoder/codec"
	"somscope/decoder/media"
	"somscope/decoder/rtp"
)

// A VoiceKind is how a stream of voice travels.
type VoiceKind uint8

const (
	VoiceRTP   VoiceKind = iota // in the clear
	VoiceSkype                  // encrypted, in messages 0d over UDP
	VoiceE2O                    // encrypted, to or from a telephone gateway
	VoiceFile                   // bare frames: the file holds nothing else
)

// A Voice is a stream of voice: one direction of an RTP session, or both directions of an
// encrypted call, or the frames of a raw file.
type Voice struct {
	Number      uint32 // from 1
	Kind        VoiceKind
	Flow        uint32 // from 1; 0 in a raw file
	From, To    string // ends: of RTP sender and receiver; "" in a raw file
	First, Last uint32 // packets, from 1
	Packets     int
	Bytes       int64 // of payload
	Begin, End  int64 // ns since 1970; End < Begin: nothing has a time

	RTP    *rtp.Stream  // nil unless VoiceRTP
	Codecs []VoiceCodec // one a payload type, commonest first; of a raw file its own; none of encrypted calls
	Words  []string     // what contradicts what, a sentence each: "SDP says …, but …"
}

// CodecHow is how the codec of a payload type is known.
type CodecHow uint8

const (
	CodecUnknown CodecHow = iota
	CodecGuessed          // by lengths and timestamps
	CodecStatic           // RFC 3551 fixes it
	CodecSDP              // SDP in the capture says so
	CodecFile             // the file says so
	CodecUser             // the user says so
)

// A VoiceCodec is a payload type of a stream and what it is taken for.
type VoiceCodec struct {
	Type    uint8 // payload type
	Packets int
	Codec   *codec.Codec // nil: unknown
	Name    string       // as SDP calls it, when it is none that we know; or ""
	Params  codec.Params
	How     CodecHow
	Why     string         // a clause: "SDP in packet 4 maps 99 to iLBC/8000, mode 30"
	Doubt   string         // or ""
	Likely  []codec.Likely // when it was guessed: all that fits
}

// Voices lists the streams of voice that the second look has found so far, by number.
func (c *Capture) Voices() []*Voice { return nil }

// VoiceOf is the number of the stream that packet i, counted from 0, belongs to, or 0.
func (c *Capture) VoiceOf(i uint32) uint32 { return 0 }

// VoiceReport says what sizes and gaps tell of an encrypted call, by its number from 1; nil for
// other streams.
func (c *Capture) VoiceReport(number uint32) *media.Report { return nil }

// TreatCodec has a stream, by its number from 1, read with the codec of that name; "" takes it
// back. It reports whether there are such a stream and such a codec.
func (c *Capture) TreatCodec(number uint32, name string) bool { return false }

// A Listening turns a stream into samples, step by step.
type Listening struct{}

// Listen begins to decode a stream, by its number from 1. The error says in a sentence why it
// cannot be heard: it is encrypted, its codec is not decoded, or nobody knows it.
func (c *Capture) Listen(number uint32) (*Listening, error) { return nil, nil }

// A Heard says what begins at a sample.
type Heard struct {
	At     int    // sample of a channel, from 0
	Packet uint32 // from 1; 0: packets are missing
	Len    int    // samples
}

// Step decodes on for about as long as budget says. pcm are samples of all channels in turn,
// good until the next call; At of the marks counts from the first sample of the stream.
func (l *Listening) Step(budget time.Duration) (pcm []int16, marks []Heard, done bool) {
	return nil, nil, true
}

// Rate and Channels of the samples; Total is how many samples a channel there will be, as far
// as is known; Note says what was left out or could not be decoded, when done.
func (l *Listening) Rate() int     { return 8000 }
func (l *Listening) Channels() int { return 1 }
func (l *Listening) Total() int    { return 0 }
func (l *Listening) Note() string  { return "" }
