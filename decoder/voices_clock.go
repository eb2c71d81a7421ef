package decoder

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"somscope/decoder/capfile"
	"somscope/decoder/codec"
	"somscope/decoder/index"
	"somscope/decoder/rtp"
)

// What SDP says of a payload type, held against RFC 3551 and against the clock on the wall.

const (
	offClock   = .2  // by which a clock may differ from the pace of its timestamps
	wrongClock = 1.5 // a factor that no slow sender explains
)

// keepStatic has a payload type that RFC 3551 fixes mean what it means for everybody: SDP can
// neither give it to another codec nor to another clock (RFC 3551 §6). Whether the packets come
// at another clock all the same is seen in holdClock.
func (c *Capture) keepStatic(x *VoiceCodec) {
	fixed, p := codec.Static(x.Type)
	switch {
	case fixed == nil:
	case x.Codec == nil || x.Codec.ID != fixed.ID:
		x.Codec, x.Params, x.moved = fixed, p, true
		x.How, x.Name, x.Why = CodecStatic, "", fmt.Sprintf("RFC 3551 gives payload type %d to it", x.Type)
		x.Doubt = "the SDP calls it " + x.sdp + ", which it cannot"
	case fixed.ID == codec.PCMU || fixed.ID == codec.PCMA || fixed.ID == codec.L16:
		x.Params.Rate = p.Rate
	}
}

// holdClock holds the clock of a stream's codec against the pace at which its timestamps grow,
// and against what SDP says.
func (c *Capture) holdClock(v *Voice, x *VoiceCodec) {
	s := v.RTP
	say := func(format string, args ...any) { v.Words = append(v.Words, fmt.Sprintf(format, args...)) }
	if x.pace() == rtp.Aside {
		return
	}
	if s.Packets >= 20 && s.Step == 0 && s.FirstTS == s.LastTS {
		say("The timestamp never moves: all packets name the same moment, so that their order is all that is known, and jitter means nothing here.")
		return
	}
	rate := s.Rate
	if (s.Types[0].Times+s.Aside)*4 < s.Packets*3 {
		rate = 0 // of more than one clock
	}
	clock := x.Clock()
	if clock == 0 || x.How == CodecGuessed {
		return
	}
	near := func(hz int) bool { return rate > 0 && math.Abs(rate/float64(hz)-1) <= offClock }
	grows := "Its timestamps grow by " + about(rate) + " a second"
	standard := codec.StandardRate(rate)
	title := "its codec"
	if x.Codec != nil {
		title = x.Codec.Title
	}

	if x.SDP > 0 && x.SDP != clock && !x.moved && x.Codec != nil { // the codec has a clock of its own
		text := fmt.Sprintf("%s, but the clock of %s is %s%s", x.where, title, thousands(clock), ruleOf(x.Codec.ID))
		switch {
		case near(clock):
			text += ", and its timestamps grow by " + about(rate) + " a second: the SDP is wrong, and it is read with " + thousands(clock)
		case near(x.SDP):
			x.Ticks = x.SDP
			if x.Codec.ID == codec.PCMU || x.Codec.ID == codec.PCMA || x.Codec.ID == codec.L16 {
				x.Ticks, x.Params.Rate = 0, x.SDP
			}
			text += "; but its timestamps do grow by " + about(rate) + " a second, so that it is read with the clock of the SDP"
		default:
			text += ": the SDP is wrong there"
		}
		say("%s.", text)
		if clock = x.Clock(); near(clock) {
			return
		}
	}
	if rate == 0 || near(clock) {
		return
	}
	factor := rate / float64(clock)
	switch {
	case x.Codec != nil && x.How == CodecSDP && standard > 0 && (factor > wrongClock || factor < 1/wrongClock) &&
		(x.Codec.ID == codec.PCMU || x.Codec.ID == codec.PCMA || x.Codec.ID == codec.L16):
		say("%s, but %s of the SDP would have %s: the clock there is wrong. It is decoded at %s Hz.", grows, x.sdp, thousands(clock), thousands(standard))
		x.Doubt = fmt.Sprintf("the SDP says %s Hz; %s Hz is the pace at which its packets come", thousands(clock), thousands(standard))
		x.Params.Rate = standard
		if standard == x.Codec.Clock && x.Codec.ID != codec.L16 {
			x.Params.Rate = 0
		}
	case x.How == CodecSDP && !x.moved && x.SDP == clock:
		why := "the clock there is wrong, or the sender does not keep it"
		if factor > 1/wrongClock && factor < wrongClock {
			why = "the sender does not keep its clock, and who plays it at " + thousands(clock) + " runs out of sound"
			if factor > 1 {
				why = "the sender is faster than its clock, or the times of the capture are wrong"
			}
		}
		say("%s, but %s of the SDP would have %s: %s.", grows, x.sdp, thousands(clock), why)
	case x.How == CodecUser:
		say("You chose %s, which may be the wrong codec: its clock is %s, but the timestamps grow by %s a second. If it is the right one, the sender does not keep its clock, or the times of the capture are wrong.", title, thousands(clock), about(rate))
	default:
		say("%s, but %s has a clock of %s: the sender does not keep it, or the times of the capture are wrong.", grows, title, thousands(clock))
	}
}

// ruleOf says which RFC gives a codec a clock that people get wrong.
func ruleOf(id codec.ID) string {
	switch id {
	case codec.G722:
		return " though it samples at 16,000 (RFC 3551 §4.5.2)"
	case codec.Opus:
		return " whatever it samples at (RFC 7587 §4.1)"
	case codec.PCMU, codec.PCMA, codec.L16:
		return " for this payload type (RFC 3551 §6)"
	}
	return ""
}

// about writes a rate: the usual one that it is close to, or itself with three digits.
func about(hz float64) string {
	if n := codec.StandardRate(hz); n > 0 {
		return "about " + thousands(n)
	}
	if hz < 1 {
		return "less than 1"
	}
	unit := math.Pow(10, math.Floor(math.Log10(hz))-2)
	return "about " + thousands(int(math.Round(hz/unit)*unit+.5))
}

// thousands writes a number with commas: 1,234,567.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func counted(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return thousands(n) + " " + unit + "s"
}

// unoffered tells of a stream whose commonest payload type is none of those that its receiver
// has asked for.
func (c *Capture) unoffered(v *Voice) {
	s := v.RTP
	if len(v.Codecs) == 0 || len(s.Types) == 0 {
		return
	}
	a, b := c.flows.At(s.Flow).Ends()
	if s.Back {
		a, b = b, a
	}
	pt := uint8(s.Types[0].Value)
	of := c.deep.offers[b]
	if len(of) == 0 {
		return
	}
	var near *offered
	for i := range of {
		o := &of[i]
		if slices.ContainsFunc(o.Types, func(m rtp.Map) bool { return m.Type == pt }) {
			return
		}
		if len(o.Types) > 0 && (near == nil || o.packet <= s.First) {
			near = o
		}
	}
	if near == nil {
		return
	}
	var list []string
	for _, m := range near.Types {
		text := strconv.Itoa(int(m.Type))
		if m.Name != "" {
			text += " (" + m.Name + "/" + strconv.Itoa(m.Clock) + ")"
		}
		if list = append(list, text); len(list) == 6 && len(near.Types) > 7 {
			list = append(list, fmt.Sprintf("%d more", len(near.Types)-6))
			break
		}
	}
	what := "payload type "
	if len(list) > 1 {
		what = "payload types "
	}
	v.Words = append(v.Words, fmt.Sprintf("The SDP in packet %d asks for %s%s at %s, but the packets that go there carry %d.", near.packet+1, what, strings.Join(list, ", "), b, pt))
}

// maxSniff is how many packets of a stream are read to see whether Opus has two channels.
const maxSniff = 64

// findStereo looks into the first packets of Opus for the bit that says how many channels the
// sender coded: a decoder may follow it whatever SDP says. (RFC 6716 §3.1)
func (c *Capture) findStereo(v *Voice) {
	at := slices.IndexFunc(v.Codecs, func(x VoiceCodec) bool { return x.Codec != nil && x.Codec.ID == codec.Opus })
	if at < 0 || v.Codecs[at].Params.Channels != 0 || c.deep.looked+maxSniff > maxLooked {
		return
	}
	x := &v.Codecs[at]
	read, ours, two := 0, 0, 0
	err := c.packetsOf(v, v.First-1, func(_ uint32, _ *capfile.Record, p []byte, _ int, h rtp.Header) bool {
		if read++; h.Type == x.Type && h.PayOff < min(h.PayEnd, len(p)) {
			ours++
			if p[h.PayOff]&4 != 0 {
				two++
			}
		}
		return read < maxSniff && ours < 8
	})
	c.deep.looked += read
	if err == nil && 2*two > ours {
		x.Params.Channels = 2
	}
}

// A damage counts packets that look like those of a stream but for lengths that cannot be.
type damage struct {
	packets int
	first   uint32 // from 1
}

// maxDamages is how many sources such packets are counted of.
const maxDamages = 4096

func (c *Capture) damagedRTP(n uint32, row *index.Row, p []byte, wire int) {
	h, ok := rtp.ParseDamaged(p, wire)
	if !ok {
		return
	}
	d := c.deep
	k := rtp.Key{Flow: row.Flow, Back: row.Flags&index.Reverse != 0, SSRC: h.SSRC}
	x := d.damaged[k]
	if x == nil {
		if len(d.damaged) >= maxDamages {
			return
		}
		if d.damaged == nil {
			d.damaged = map[rtp.Key]*damage{}
		}
		x = &damage{first: n + 1}
		d.damaged[k] = x
	}
	x.packets++
}

func (x *damage) words() string {
	if x.packets == 1 {
		return fmt.Sprintf("Packet %d looks like one of this stream, but its header or its padding is longer than it: it is not counted, so that it seems to be lost.", x.first)
	}
	return fmt.Sprintf("%s look like this stream's, but their header or their padding is longer than they are, or 0: they are not counted, so that they seem to be lost. The first is packet %d.", counted(x.packets, "packet"), x.first)
}
