package decoder

import (
	"somscope/decoder/capfile"
	"somscope/decoder/classify"
	"somscope/decoder/codec"
	"somscope/decoder/index"
	"somscope/decoder/inet"
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
	Keys   []KeyPress   // told by telephone events, the first maxKeys

	linked []string // of Words, those about the streams before and after it
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
	SDP     int            // clock in Hz that SDP gives it, right or wrong; 0: none does
	Ticks   int            // clock in Hz where the codec's own is not kept; or 0

	sdp   string // what SDP calls it: "PCMU/16000"
	where string // and where: "The SDP in packet 4 maps payload type 8 to PCMU/16000"
	moved bool   // SDP gives another codec to a type that RFC 3551 has fixed
}

// Clock is the rate of the timestamps of a payload type in Hz; 0 when neither its codec nor SDP
// tells it.
func (x *VoiceCodec) Clock() int {
	switch {
	case x.Ticks > 0:
		return x.Ticks
	case x.Codec == nil:
		return x.SDP
	}
	switch x.Codec.ID {
	case codec.L16, codec.SILK, codec.ISAC, codec.PCMU, codec.PCMA:
		if x.Params.Rate > 0 {
			return x.Params.Rate
		}
	}
	return x.Codec.Clock
}

// pace is the clock for a Tracker.
func (x *VoiceCodec) pace() int {
	if x.Codec != nil && (x.Codec.ID == codec.TelephoneEvent || x.Codec.ID == codec.ComfortNoise) {
		return rtp.Aside
	}
	return x.Clock()
}

// Voices lists the streams of voice that the second look has found so far, by number.
func (c *Capture) Voices() []*Voice {
	if c.deep == nil {
		return nil
	}
	return c.deep.voices
}

// Voice is a stream by its number from 1, or nil.
func (c *Capture) Voice(number uint32) *Voice {
	list := c.Voices()
	if number == 0 || int64(number) > int64(len(list)) {
		return nil
	}
	return list[number-1]
}

// VoiceOf is the number of the stream that packet i, counted from 0, belongs to, or 0.
func (c *Capture) VoiceOf(i uint32) uint32 {
	d := c.deep
	if d == nil || len(d.voices) == 0 || int64(i) >= int64(c.packets.Len()) {
		return 0
	}
	if d.voices[0].Kind == VoiceFile {
		return 1
	}
	row := c.packets.At(i)
	if row.Flow == index.NoFlow {
		return 0
	}
	mine := d.voicesOf[row.Flow]
	if len(mine) == 0 {
		return 0
	}
	if v := d.voices[mine[0]]; v.Kind != VoiceRTP {
		if c.meters(i, &row) {
			return v.Number
		}
		return 0
	}
	h, ok := c.headerAt(row)
	if !ok {
		return 0
	}
	return d.voiceOf(rtp.Key{Flow: row.Flow, Back: row.Flags&index.Reverse != 0, SSRC: h.SSRC})
}

// voiceOf is the number of the RTP stream with that key, or 0.
func (d *deep) voiceOf(k rtp.Key) uint32 {
	if d == nil {
		return 0
	}
	for _, at := range d.voicesOf[k.Flow] {
		if v := d.voices[at]; v.RTP != nil && v.RTP.Key == k {
			return v.Number
		}
	}
	return 0
}

// meters reports whether a packet is a message of an encrypted call.
func (c *Capture) meters(i uint32, row *index.Row) bool {
	var r capfile.Record
	if c.file.Record(row.Off, &r) != nil {
		return false
	}
	var s inet.Summary
	inet.Summarize(&s, r.LinkType, r.Data, int(r.OrigLen))
	if s.PayLen == 0 {
		return false
	}
	return c.isMessage(row.Flow, r.Data[s.PayOff:s.PayOff+s.PayLen], s.PayWire)
}

// isMessage reports whether a payload of a Skype flow is a message of a call: what a Meter takes.
func (c *Capture) isMessage(id uint32, p []byte, wire int) bool {
	switch c.Class(id) {
	case classify.SkypeUDP:
		return len(p) >= 3 && p[2]&0x0f == 0x0d
	case classify.SkypeE2O:
		return wire > 4
	}
	return false
}

// headerAt reads the RTP header of a packet again.
func (c *Capture) headerAt(row index.Row) (rtp.Header, bool) {
	var r capfile.Record
	if c.file.Record(row.Off, &r) != nil {
		return rtp.Header{}, false
	}
	var s inet.Summary
	inet.Summarize(&s, r.LinkType, r.Data, int(r.OrigLen))
	if s.Flags&inet.HasPorts == 0 || s.PayLen == 0 {
		return rtp.Header{}, false
	}
	return rtp.Parse(r.Data[s.PayOff:s.PayOff+s.PayLen], s.PayWire)
}

// VoiceReport says what sizes and gaps tell of an encrypted call, by its number from 1; nil for
// other streams.
func (c *Capture) VoiceReport(number uint32) *media.Report {
	v := c.Voice(number)
	if v == nil || v.Kind != VoiceSkype && v.Kind != VoiceE2O {
		return nil
	}
	d := c.deep
	if r := d.reports[number]; r != nil {
		return r
	}
	if d.reports == nil {
		d.reports = map[uint32]*media.Report{}
	}
	r := d.meters[v.Flow-1].Report(carrier(v.Kind))
	d.reports[number] = r
	return r
}

func carrier(k VoiceKind) media.Carrier {
	if k == VoiceE2O {
		return media.E2O
	}
	return media.Data
}

// TreatCodec has a stream, by its number from 1, read with the codec of that name; "" takes it
// back. It reports whether there are such a stream and such a codec.
func (c *Capture) TreatCodec(number uint32, name string) bool {
	v := c.Voice(number)
	if v == nil || v.RTP == nil || name != "" && codec.ByName(name) == nil {
		return false
	}
	if name == "" {
		delete(c.codecs, v.RTP.Key)
	} else {
		if c.codecs == nil {
			c.codecs = map[rtp.Key]string{}
		}
		c.codecs[v.RTP.Key] = name
	}
	c.retrack(v)
	c.gen++
	return true
}
