// Package codec knows what voice looks like in bytes: how long the frames of each codec are,
// what each bit of a frame means, and by which names the codec goes.
//
// One codec is one file and one line in the table (codecs.go). The package explains frames; it
// does not turn them into sound, which is the business of package sound.
package codec

import (
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// An ID names a codec. The numbers are also those of the private link types of raw files
// (see capfile.FrameLink), so they do not change.
type ID uint8

const (
	None ID = iota
	PCMU
	PCMA
	G722
	L16
	G729
	ILBC20
	ILBC30
	ISAC
	SILK // Skype's own SILK of 2009, not the one within Opus
	Opus
	TelephoneEvent
	ComfortNoise
	// Known by name and size only: nobody has published their bits.
	IPCMWB
	EG711A
	EG711U
	SVOPC
	IDs // how many there are
)

// A Codec is what is known of one codec.
type Codec struct {
	ID    ID
	Name  string // "ilbc30": in links, filters and on the command line
	Title string // "iLBC, 30 ms"
	Doc   string // one sentence: what it is and when Skype used it

	RTP   string // encoding name in SDP, "iLBC"; "" when it has none
	Clock int    // Hz of the RTP timestamp
	Rate  int    // samples a second that it speaks of, Hz; 0 when it varies
	Kbits string // "13.33", "10 to 32 (adaptive)"; for people

	Frame time.Duration // length of a frame; 0 when it varies or has no frames
	Bytes int           // of a frame; 0 when it varies

	// Playable says that package sound can turn it into samples; if not, Why says why not.
	Playable bool
	Why      string

	// Disable are names by which DisableCodecs of a client's configuration means it. Nobody
	// has published which it takes: these are the names of SDP, which is our inference.
	Disable []string
	Sample  string // sample of the shelf that shows its frames in the clear, or ""
	Trust   field.Trust
	Cite    []field.Cite
	Specs   []*field.Spec

	// Dissect explains the payload of one RTP packet, or one frame of a raw file: everything
	// that d may still read. It makes groups of its own, one a frame where there are several.
	// nil when nothing can be said of single bytes.
	Dissect func(d *dissect.D, p *Params)

	// Frames says how many frames a payload of n bytes holds and how long they last, head
	// being its first bytes (at least 3 where there are so many). ok is false when that
	// length fits no number of frames; why says so in a clause.
	Frames func(p *Params, head []byte, n int) (frames int, lasts time.Duration, why string, ok bool)
}

// Params are what the session says of a codec beside its name.
type Params struct {
	Rate     int // samples a second, 0 for the codec's own
	Channels int // 0 for 1
	Ptime    int // ms a packet as SDP says, 0 when it does not
}

// Channel count and sampling rate with their defaults.
func (p *Params) channels() int {
	if p == nil || p.Channels <= 0 {
		return 1
	}
	return p.Channels
}

func (p *Params) rate(otherwise int) int {
	if p == nil || p.Rate <= 0 {
		return otherwise
	}
	return p.Rate
}
