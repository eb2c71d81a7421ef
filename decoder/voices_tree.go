package decoder

import (
	"fmt"

	"somscope/decoder/capfile"
	"somscope/decoder/classify"
	"somscope/decoder/codec"
	"somscope/decoder/dissect"
	"somscope/decoder/flow"
	"somscope/decoder/index"
	"somscope/decoder/inet"
	"somscope/decoder/media"
	"somscope/decoder/rtp"
	"somscope/decoder/skype"
)

// What the packet list and the trees say of voice.

const (
	backRows  = 400 // of the list that are passed over in search of the packets before one
	backReads = 6   // packets of the stream that are read to know the one before
)

// seqs is the highest sequence number so far of each source of a flow's direction.
type seqs map[rtp.Key]uint16

// before finds the sequence numbers in front of packet i, counted from 0, of a flow's direction.
func (c *Capture) before(i uint32, id uint32, back bool, into seqs) {
	rows, reads := 0, 0
	for n := int64(i) - 1; n >= 0 && rows < backRows && reads < backReads; n-- {
		rows++
		row := c.packets.At(uint32(n))
		if row.Flow != id || (row.Flags&index.Reverse != 0) != back {
			continue
		}
		reads++
		if h, ok := c.headerAt(row); ok {
			into.see(rtp.Key{Flow: id, Back: back, SSRC: h.SSRC}, h.Seq)
		}
	}
}

// see files a sequence number and says what it means against those before it.
func (s seqs) see(k rtp.Key, seq uint16) (lost int, late, again bool) {
	high, known := s[k]
	d := int16(seq - high)
	switch {
	case !known:
	case d == 0:
		return 0, false, true
	case d < 0 && d > -1000:
		return 0, true, false
	case d > 1 && d < 3000:
		lost = int(d) - 1
	}
	s[k] = seq
	return lost, false, false
}

// rtpMedia gathers what is known of an RTP packet.
func (c *Capture) rtpMedia(k rtp.Key, h *rtp.Header, near uint32, s seqs) (*rtp.Media, *VoiceCodec) {
	m := &rtp.Media{Stream: c.deep.voiceOf(k)}
	m.Lost, m.Late, m.Again = s.see(k, h.Seq)
	var x VoiceCodec
	if v := c.Voice(m.Stream); v != nil {
		for i := range v.Codecs {
			if v.Codecs[i].Type == h.Type {
				x = v.Codecs[i]
			}
		}
	}
	if x.Codec == nil {
		x = c.codecOf(k, h.Type, near)
	}
	m.Why = x.Why
	if x.Codec == nil {
		m.Codec = x.Name
		return m, nil
	}
	m.Codec, m.Clock = x.Codec.Title, x.Clock()
	return m, &x
}

// voiceRow is the row of a packet with RTP, RTCP or SIP in it, or the zero value.
func (c *Capture) voiceRow(s *Summary, sum *inet.Summary, p []byte, seen seqs) skypeRow {
	if sum.Transport != flow.UDP || len(p) == 0 || s.Flow == 0 || c.treat[s.Flow-1] == NotSkype {
		return skypeRow{}
	}
	if p[0]>>6 == 2 {
		if len(p) > 1 && p[1] >= 192 && p[1] < 224 && rtp.IsRTCP(p, sum.PayWire) {
			return skypeRow{"rtcp", "RTCP", rtp.InfoRTCP(p, sum.PayWire)}
		}
		if c.voiceFlow(s.Flow - 1) {
			if h, ok := rtp.Parse(p, sum.PayWire); ok {
				m, _ := c.rtpMedia(rtp.Key{Flow: s.Flow - 1, Back: s.Reverse, SSRC: h.SSRC}, &h, s.Packet-1, seen)
				return skypeRow{"rtp", "RTP", rtp.InfoRTP(p, sum.PayWire, m)}
			}
			if h, ok := rtp.ParseDamaged(p, sum.PayWire); ok && c.deep.voiceOf(rtp.Key{Flow: s.Flow - 1, Back: s.Reverse, SSRC: h.SSRC}) != 0 {
				return skypeRow{"rtp", "RTP", fmt.Sprintf("seq %d · %d · its header or its padding is longer than it", h.Seq, h.Timestamp)}
			}
		}
		return skypeRow{}
	}
	if s.Proto == inet.ProtoSIP.Name() {
		if t := rtp.InfoSIP(p); t != "" {
			return skypeRow{"sip", "SIP", t}
		}
	}
	return skypeRow{}
}

// voicePayload explains a payload that is RTP, RTCP or SIP; nil when the packet's flow carries
// none of them.
func (c *Capture) voicePayload(i uint32, row *index.Row, r *capfile.Record) func(d *dissect.D, x *dissect.Context, transport uint8) bool {
	id := row.Flow
	if c.treat[id] == NotSkype || c.flows.At(id).Transport != flow.UDP {
		return nil
	}
	var s inet.Summary
	inet.Summarize(&s, r.LinkType, r.Data, int(r.OrigLen))
	wire := s.PayWire
	return func(d *dissect.D, x *dissect.Context, transport uint8) bool {
		p := d.Peek(d.Left())
		if transport != flow.UDP || len(p) == 0 {
			return false
		}
		switch {
		case p[0]>>6 != 2:
			if inet.Proto(row.Proto) != inet.ProtoSIP || !rtp.IsSIP(p) {
				return false
			}
			rtp.DissectSIP(d)
			return true
		case rtp.IsRTCP(p, wire):
			rtp.DissectRTCP(d)
			return true
		case !c.voiceFlow(id):
			return false
		}
		h, ok := rtp.Parse(p, wire)
		if !ok {
			if h, ok = rtp.ParseDamaged(p, wire); !ok || c.deep.voiceOf(rtp.Key{Flow: id, Back: row.Flags&index.Reverse != 0, SSRC: h.SSRC}) == 0 {
				return false
			}
			c.damagedTree(d, &h, i)
			return true
		}
		k := rtp.Key{Flow: id, Back: row.Flags&index.Reverse != 0, SSRC: h.SSRC}
		seen := seqs{}
		c.before(i, id, k.Back, seen)
		m, v := c.rtpMedia(k, &h, i, seen)
		if v != nil && v.Codec.Dissect != nil {
			m.Payload = func(d *dissect.D) { v.Codec.Dissect(d, &v.Params) }
		}
		rtp.DissectRTP(d, m)
		return true
	}
}

// dissectFrame explains a packet of a raw file of voice; false when it is none.
func (c *Capture) dissectFrame(d *dissect.D, link uint16) bool {
	x := frameCodec(link)
	if x == nil || x.Dissect == nil {
		return false
	}
	p := c.frameParams()
	x.Dissect(d, &p)
	return true
}

// frameParams are what a raw file says of its codec, or what had to be assumed.
func (c *Capture) frameParams() codec.Params {
	rate, channels := c.file.FrameParams()
	return codec.Params{Rate: rate, Channels: channels}
}

// frameCodec is the codec of a link type of raw files, or nil.
func frameCodec(link uint16) *codec.Codec {
	if link < capfile.FrameLink || link >= capfile.FrameLink+uint16(codec.IDs) {
		return nil
	}
	return codec.ByID(codec.ID(link - capfile.FrameLink))
}

// mediaFacts says what a message of an encrypted call may carry: by its segment of the call
// where there is one, or else by its size alone.
func (c *Capture) mediaFacts(i, id uint32, back bool, p []byte, wire int) *skype.Media {
	if !c.isMessage(id, p, wire) || wire <= 3 { // without a frame there is no codec
		return nil
	}
	of := media.Data
	if c.Class(id) == classify.SkypeE2O {
		of = media.E2O
	}
	out := &skype.Media{Why: "by the size of this message alone"}
	var fits []media.Fit
	if c.deep != nil {
		for _, at := range c.deep.voicesOf[id] {
			v := c.deep.voices[at]
			out.Stream = v.Number
			dir := 0
			if back {
				dir = 1
			}
			r := c.VoiceReport(v.Number)
			if r == nil {
				continue
			}
			for j := range r.Segments[dir] {
				if g := &r.Segments[dir][j]; i >= g.First && i <= g.Last {
					fits = g.Fits
					out.Why = "by the " + plural(uint64(g.Messages), "message") + " of this part of the call in this direction"
					if g.Kind == media.Hold || g.Kind == media.Quiet {
						out.Why, fits = "this part of the call is "+g.Kind.String()+": its messages carry no steady voice", nil
						return out
					}
				}
			}
		}
	}
	if len(fits) == 0 {
		out.Why = "by the size of this message alone"
		fits = media.FitOne(of, wire)
	}
	for j := range fits {
		if j == 4 {
			break
		}
		f := &fits[j]
		m := skype.MediaFit{Point: f.Point.String(), Share: f.Share}
		if x := codec.ByName(f.ID); x != nil {
			m.Sample = x.Sample
			for n, name := range x.Disable {
				if n > 0 {
					m.Names += ", "
				}
				m.Names += name
			}
		}
		out.Fits = append(out.Fits, m)
	}
	return out
}

// damagedTree explains a packet of a stream whose lengths cannot be right.
func (c *Capture) damagedTree(d *dissect.D, h *rtp.Header, i uint32) {
	k := rtp.Key{Flow: c.packets.At(i).Flow, Back: c.packets.At(i).Flags&index.Reverse != 0, SSRC: h.SSRC}
	m, _ := c.rtpMedia(k, h, i, seqs{})
	m.Why = "by its source it belongs to this stream, but a receiver drops it for its lengths"
	rtp.DissectRTP(d, m)
}
