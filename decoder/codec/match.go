package codec

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// A fixed is a payload type that RFC 3551 gives to a codec for good.
type fixed struct {
	pt uint8
	id ID
	p  Params
}

// statics are the lines of RFC 3551 tables 4 and 5 whose codec is in our table.
var statics = [...]fixed{
	{pt: 0, id: PCMU},
	{pt: 8, id: PCMA},
	{pt: 9, id: G722}, // a clock of 8000 for samples of 16000, an error kept for peace
	{pt: 10, id: L16, p: Params{Rate: 44100, Channels: 2}},
	{pt: 11, id: L16, p: Params{Rate: 44100, Channels: 1}},
	{pt: 13, id: ComfortNoise},
	{pt: 18, id: G729},
}

// Static is the codec of a payload type that RFC 3551 §6 fixes, or nil. Payload type 13 is
// comfort noise; 96 and above are never fixed.
func Static(pt uint8) (*Codec, Params) {
	for _, s := range &statics {
		if s.pt == pt {
			return ByID(s.id), s.p
		}
	}
	return nil, Params{}
}

// BySDP is the codec that an rtpmap names ("iLBC", 8000, channels 0 or more), with its fmtp
// parameters as they stand ("mode=20"), or nil. Names are compared without regard to case.
//
// A clock that the codec cannot have is not believed; the name is. iLBC without a mode has
// frames of 30 ms (RFC 3952 §5); Opus always says two channels (RFC 7587 §7), so only its fmtp
// tells of stereo.
func BySDP(name string, clock, channels int, fmtp string) (*Codec, Params) {
	name = strings.ToUpper(strings.TrimSpace(name))
	switch name {
	case "G729A", "G729B", "G729AB", "G.729": // not registered, and met
		name = "G729"
	case "ILBC":
		if fmtpNumber(fmtp, "mode") == 20 {
			return ByID(ILBC20), Params{}
		}
		return ByID(ILBC30), Params{}
	}
	var c *Codec
	for _, x := range Table {
		if x.RTP != "" && strings.ToUpper(x.RTP) == name {
			c = x
			break
		}
	}
	if c == nil {
		return nil, Params{}
	}
	p := Params{}
	switch c.ID {
	case PCMU, PCMA, L16, SILK, ISAC, TelephoneEvent, ComfortNoise:
		if clock > 0 && clock != c.Clock || c.ID == L16 || c.ID == SILK {
			p.Rate = max(clock, 0)
		}
	}
	switch c.ID {
	case PCMU, PCMA, L16, EG711A, EG711U:
		if channels > 1 {
			p.Channels = channels
		}
	case Opus:
		if fmtpNumber(fmtp, "sprop-stereo") == 1 || fmtpNumber(fmtp, "stereo") == 1 {
			p.Channels = 2
		}
	}
	return c, p
}

// fmtpNumber is the number of a parameter of a format line, "mode=20; annexb=no", or -1.
func fmtpNumber(fmtp, key string) int {
	for part := range strings.FieldsFuncSeq(fmtp, func(r rune) bool { return r == ';' || r == ' ' || r == ',' }) {
		k, v, ok := strings.Cut(part, "=")
		if !ok || !strings.EqualFold(k, key) {
			continue
		}
		if n, err := strconv.Atoi(v); err == nil {
			return n
		}
	}
	return -1
}

// A Likely is a codec that fits what a stream of unknown payload type looks like.
type Likely struct {
	Codec  *Codec
	Params Params
	Why    string // a clause: "50 bytes every 240 ticks are frames of 30 ms"
}

// Seen is how often a payload length was seen.
type Seen struct{ Bytes, Times int }

// How well a codec fits, best first.
const (
	fitsFrames  = 4 // its frames have one size, and this is it
	fitsSamples = 3 // bytes and ticks are in step
	fitsUsual   = 2 // sizes vary as they would, and a packet lasts as long as most do
	fitsVaries  = 1 // sizes vary as they would
)

// fewest is how many packets must be seen before varying sizes tell anything.
const fewest = 10

type guess struct {
	Likely
	fit int
}

// A Flowing is what else is known of a stream; nothing of it need be.
type Flowing struct {
	Rate    float64 // ticks of the timestamp in a second, by the times of arrival; 0 unknown
	Packets int     // all of them, also those whose length is not listed
	Bytes   int64   // of their payloads
}

// Guess lists what a stream may be whose payload type nobody has explained, best first: by the
// lengths of its payloads (each with how often it was seen, commonest first), the step of its
// timestamp from packet to packet and the pace at which it comes. It may be empty. Where two
// codecs fit equally, both are listed and Why says so.
func Guess(lengths []Seen, step uint32, f Flowing) []Likely {
	l := look{step: int(min(step, 1<<20)), rate: f.Rate}
	for _, s := range lengths {
		if s.Times <= 0 || s.Bytes <= 0 {
			continue
		}
		l.lengths = append(l.lengths, s)
		l.all += s.Times
		l.bytes += s.Times * s.Bytes
		l.longest = max(l.longest, s.Bytes)
	}
	l.listed = l.all
	if l.all == 0 {
		return nil
	}
	if f.Packets > l.all && f.Bytes > int64(l.bytes) {
		l.all, l.bytes = f.Packets, int(f.Bytes)
	}
	var found []guess
	for _, c := range Table {
		if g, ok := l.fits(c); ok {
			found = append(found, g)
		}
	}
	var out []Likely
	for fit := fitsFrames; fit >= fitsVaries; fit-- {
		for i, g := range found {
			if g.fit != fit {
				continue
			}
			var others []string
			for k, o := range found {
				if k != i && (o.fit == fit || max(o.fit, fit) == fitsUsual) {
					others = append(others, o.Codec.Title)
				}
			}
			if len(others) > 0 {
				g.Why += "; " + strings.Join(others, ", ") + " would look the same"
			}
			out = append(out, g.Likely)
		}
	}
	return out
}

// A look is what is seen of a stream.
type look struct {
	lengths    []Seen
	all, bytes int // packets, bytes
	longest    int
	listed     int // packets whose length is listed
	step       int // ticks
	rate       float64
}

// offPace is how far a clock may be from the pace at which the timestamps grow.
const offPace = .3

// atPace reports whether timestamps of that clock come at the pace that was measured.
func (l *look) atPace(clock int) bool {
	return l.rate <= 0 || math.Abs(float64(clock)/l.rate-1) <= offPace
}

// fits says whether a stream may be of a codec, and how well that explains it.
func (l *look) fits(c *Codec) (guess, bool) {
	g := guess{Likely: Likely{Codec: c}}
	n := l.lengths[0].Bytes
	lasts := l.ticks(c.Clock)
	switch c.ID {
	case ComfortNoise:
		return g, false // nothing but noise is no stream
	case TelephoneEvent:
		g.fit = fitsFrames
		g.Why = "4 bytes a packet with a timestamp that stands still are what a key pressed looks like"
		return g, l.step == 0 && l.longest == 4 && n == 4
	case L16:
		return l.fitsL16(g)
	case SILK, Opus, ISAC, IPCMWB, SVOPC:
		return l.varies(g)
	}
	if l.step == 0 {
		if c.Bytes == 0 || !l.allFit(c, &g.Params) {
			return g, false // sizes alone tell nothing of samples
		}
		g.fit = fitsFrames
		g.Why = fmt.Sprintf("%s are whole frames of %s, but the timestamp does not move", count(n, "byte"), count(c.Bytes, "byte"))
		return g, true
	}
	p := Params{Ptime: int(lasts / time.Millisecond)}
	frames, long, _, ok := c.Frames(&p, make([]byte, min(n, 3)), n)
	if !ok || long != lasts || !l.allFit(c, &p) {
		return g, false
	}
	g.fit = fitsSamples
	g.Why = fmt.Sprintf("%s every %d ticks are samples of %s", count(n, "byte"), l.step, ms(lasts))
	if c.Frame > 0 {
		if c.Bytes > 0 {
			g.fit = fitsFrames
		}
		g.Why = fmt.Sprintf("%s every %d ticks are frames of %s", count(n, "byte"), l.step, ms(c.Frame))
		if frames > 1 {
			g.Why = fmt.Sprintf("%s every %d ticks are %d frames of %s", count(n, "byte"), l.step, frames, ms(c.Frame))
		}
	}
	if c.ID == EG711A || c.ID == EG711U {
		g.fit = fitsVaries // a size that ordinary G.711 has, too, is more likely that
	}
	return g, true
}

// ticks is how long the step of the timestamp lasts at a clock, 0 when that is no whole
// number of microseconds or when packets do not come so.
func (l *look) ticks(clock int) time.Duration {
	if clock <= 0 || !l.atPace(clock) || l.step*1e6%clock != 0 {
		return 0
	}
	return time.Duration(l.step*1e6/clock) * time.Microsecond
}

// allFit reports whether nine packets of ten have a length that is a number of frames.
func (l *look) allFit(c *Codec, p *Params) bool {
	good := 0
	for _, s := range l.lengths {
		if _, _, _, ok := c.Frames(p, make([]byte, min(s.Bytes, 3)), s.Bytes); ok {
			good += s.Times
		}
	}
	return 10*good >= 9*l.listed
}

// fitsL16: two bytes a tick, or four of stereo. The rate is that at which a step is a packet of
// a usual length.
func (l *look) fitsL16(g guess) (guess, bool) {
	n := l.lengths[0].Bytes
	switch {
	case l.step == 0:
		return g, false
	case n == 2*l.step:
		g.Params.Channels = 1
	case n == 4*l.step:
		g.Params.Channels = 2
	default:
		return g, false
	}
	how := "the rate is a guess"
	if g.Params.Rate = StandardRate(l.rate); g.Params.Rate > 0 {
		how = fmt.Sprintf("they come at %d a second", g.Params.Rate)
	} else {
		for _, rate := range []int{8000, 16000, 44100, 48000, 32000, 24000} {
			if !l.atPace(rate) {
				continue
			}
			g.Params.Rate = rate
			if long := l.ticks(rate); long == 20*time.Millisecond || long == 10*time.Millisecond && rate > 8000 {
				break
			}
		}
	}
	if g.Params.Rate == 0 || !l.allFit(g.Codec, &g.Params) {
		return g, false
	}
	g.fit = fitsSamples
	g.Why = fmt.Sprintf("%d bytes every %d ticks are two bytes a sample of %s; %s", n, l.step, count(g.Params.Channels, "channel"), how)
	return g, true
}

// StandardRate is the usual sampling rate, in Hz, that a measured one is within 3 % of, or 0.
func StandardRate(hz float64) int {
	for _, rate := range [...]int{8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000} {
		if math.Abs(hz/float64(rate)-1) <= .03 {
			return rate
		}
	}
	return 0
}

// varies: codecs whose frames have no fixed size. They are likely only where sizes do vary, the
// step is one of theirs, and the rate is one that they have.
func (l *look) varies(g guess) (guess, bool) {
	c := g.Codec
	if l.step == 0 || len(l.lengths) < 3 || l.all < fewest {
		return g, false
	}
	rates := []int{c.Clock}
	if c.ID == SILK {
		rates = []int{16000, 24000, 8000, 12000}
	}
	for _, rate := range rates {
		long := l.ticks(rate)
		if long == 0 || !oneOf(c.ID, long) {
			continue
		}
		kbits := float64(8*l.bytes) / float64(l.all) / (float64(long) / float64(time.Millisecond))
		low, high := kbitsOf(c.ID)
		if kbits < low || kbits > high {
			continue
		}
		if c.ID == ISAC && l.longest > isacMax {
			continue
		}
		if c.ID == SILK || c.ID == ISAC && rate != c.Clock {
			g.Params.Rate = rate
		}
		g.fit = fitsVaries
		if long == 20*time.Millisecond || c.ID == ISAC && long == 30*time.Millisecond {
			g.fit = fitsUsual
		}
		g.Why = fmt.Sprintf("sizes vary, about %.0f kbit/s, and %d ticks of %d Hz are %s", kbits, l.step, rate, ms(long))
		return g, true
	}
	return g, false
}

// oneOf reports whether packets of a codec may last so long.
func oneOf(id ID, long time.Duration) bool {
	const m = time.Millisecond
	switch id {
	case Opus:
		return long == 5*m/2 || long == 5*m || long%(10*m) == 0 && long <= 120*m
	case SILK:
		return long%(20*m) == 0 && long <= 100*m
	case ISAC:
		return long == 30*m || long == 60*m
	case IPCMWB:
		return long%(10*m) == 0 && long <= 40*m
	}
	return long == 20*m // SVOPC
}

// kbitsOf are the rates, in kbit/s, that a codec of varying size may have with some reserve.
func kbitsOf(id ID) (low, high float64) {
	switch id {
	case Opus:
		return 5, 510
	case SILK:
		return 4, 45
	case ISAC:
		return 8, 56
	case IPCMWB:
		return 50, 130
	}
	return 10, 40 // SVOPC
}
