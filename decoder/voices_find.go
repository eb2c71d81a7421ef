package decoder

import (
	"cmp"
	"fmt"
	"math"
	"net/netip"
	"slices"

	"somscope/decoder/capfile"
	"somscope/decoder/classify"
	"somscope/decoder/codec"
	"somscope/decoder/flow"
	"somscope/decoder/index"
	"somscope/decoder/inet"
	"somscope/decoder/internal/order"
	"somscope/decoder/media"
	"somscope/decoder/rtp"
)

// How the second look finds voice: offers in SIP first, then the packets of the flows that
// behave like RTP or that an offer speaks of.

const (
	maxSIP     = 20_000  // packets read for their offers
	maxOffers  = 20_000  // media in them
	minCall    = 20      // messages after which a Skype flow counts as a call
	maxRetrack = 500_000 // packets read again when the user chooses a codec
)

// An offered is one medium of SDP and where it stood.
type offered struct {
	rtp.Offer
	packet uint32 // from 0
}

// voiceFlow reports whether a flow carries RTP: because the user says so, because SDP does, or
// because its datagrams follow one another as RTP's do. A port alone never says it.
func (c *Capture) voiceFlow(id uint32) bool {
	switch c.treat[id] {
	case RTP:
		return true
	case Auto:
	default:
		return false
	}
	f := c.flows.At(id)
	if f.Transport != flow.UDP || IsSkype(c.Class(id)) {
		return false
	}
	if c.deep != nil && len(c.deep.voicesOf[id]) > 0 {
		return true
	}
	if x := f.Features(); x != nil && x.Sequence >= 2 {
		// STUN and RTCP may share the ports.
		rest := x.Payloads[0] + x.Payloads[1] - min(x.Strangers()-x.Sequence, x.Payloads[0]+x.Payloads[1])
		if x.Sequence*4 >= rest {
			return true
		}
	}
	return f.Lead[0][0]>>6|f.Lead[1][0]>>6 == 2 && c.offeredFlow(f)
}

// offeredFlow reports whether SDP speaks of an end of the flow.
func (c *Capture) offeredFlow(f *flow.Flow) bool {
	if c.deep == nil || len(c.deep.offers) == 0 {
		return false
	}
	a, b := f.Ends()
	return len(c.deep.offers[a])+len(c.deep.offers[b]) > 0
}

// deepOffers reads a batch of SIP messages for what they offer, and reports whether there are more.
func (c *Capture) deepOffers() bool {
	d := c.deep
	d.offs, d.which = d.offs[:0], d.which[:0]
	for n := 0; n < 200_000 && len(d.offs) < 64 && int(d.next) < c.packets.Len() && d.sips < maxSIP; n++ {
		r := c.packets.At(d.next)
		d.next++
		if inet.Proto(r.Proto) == inet.ProtoSIP {
			d.sips++
			d.offs = append(d.offs, r.Off)
			d.which = append(d.which, d.next-1)
		}
	}
	err := c.file.Records(d.offs, func(i int, r *capfile.Record) bool {
		*c.looking = d.which[i] + 1
		s := &d.sum
		inet.Summarize(s, r.LinkType, r.Data, int(r.OrigLen))
		for _, o := range rtp.ReadSIP(r.Data[s.PayOff:s.PayOff+s.PayLen], s.Src.Netip()) {
			if !o.At.IsValid() || d.offerN == maxOffers {
				continue
			}
			if d.offers == nil {
				d.offers = map[netip.AddrPort][]offered{}
			}
			d.offerN++
			at := netip.AddrPortFrom(o.At.Addr().Unmap(), o.At.Port())
			d.offers[at] = append(d.offers[at], offered{o, d.which[i]})
		}
		return true
	})
	if err != nil {
		d.left = append(d.left, "The file could not be read again: "+err.Error()+".")
		d.next = 0
		return false
	}
	if int(d.next) < c.packets.Len() && d.sips < maxSIP {
		return true
	}
	d.next = 0
	return false
}

// deepRTP looks at one packet of a flow that carries RTP.
func (c *Capture) deepRTP(n uint32, row *index.Row, r *capfile.Record, p []byte, wire int) {
	d := c.deep
	if rtp.IsRTCP(p, wire) {
		return
	}
	h, ok := rtp.Parse(p, wire)
	if !ok {
		c.damagedRTP(n, row, p, wire)
		return
	}
	c.keyPress(n, row, r, p, &h)
	d.rtpPacket = rtp.Packet{
		Packet: n, Flow: row.Flow, Back: row.Flags&index.Reverse != 0,
		Time: r.Time, NoTime: r.NoTime, Wire: wire, Header: h,
	}
	d.tracker.Add(&d.rtpPacket)
}

// meter takes a message of an encrypted call.
func (d *deep) meter(n uint32, row *index.Row, r *capfile.Record, wire int) {
	m := d.meters[row.Flow]
	if m == nil {
		m = new(media.Meter)
		d.meters[row.Flow] = m
	}
	m.Add(&media.Message{Time: r.Time, NoTime: r.NoTime, Packet: n, Back: row.Flags&index.Reverse != 0, Size: wire})
}

// deepVoices makes the list of streams when all their packets have been seen.
func (c *Capture) deepVoices() {
	d := c.deep
	d.voices, d.voicesOf = nil, map[uint32][]int{}
	if c.packets.Len() > 0 {
		if link, ok := c.frameLink(); ok {
			c.fileVoice(link)
			return
		}
	}
	d.tracker.Finish()
	for _, s := range d.tracker.Streams() {
		f := c.flows.At(s.Flow)
		v := &Voice{Kind: VoiceRTP, Flow: s.Flow + 1, RTP: s, First: s.First + 1, Last: s.Last + 1, Packets: s.Packets, Bytes: s.Bytes, Begin: s.Start, End: s.End}
		v.From, v.To = ends(f, s.Back)
		c.nameCodecs(v)
		d.voices = append(d.voices, v)
	}
	if n := d.tracker.Left(); n > 0 {
		d.left = append(d.left, fmt.Sprintf("%s of RTP streams beyond the first %d were not followed.", plural(uint64(n), "packet"), rtp.MaxStreams))
	}
	for id, m := range d.meters {
		if m.Len() < minCall {
			continue
		}
		f := c.flows.At(id)
		v := &Voice{Kind: VoiceSkype, Flow: id + 1, First: f.First + 1, Last: f.Last + 1, Packets: m.Len(), Begin: f.Start, End: f.End}
		if c.Class(id) == classify.SkypeE2O {
			v.Kind = VoiceE2O
		}
		v.From, v.To = ends(f, false)
		v.Bytes = int64(f.Bytes[0] + f.Bytes[1])
		d.voices = append(d.voices, v)
	}
	order.Stable(d.voices, func(a, b *Voice) int {
		return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Flow, b.Flow))
	})
	for i, v := range d.voices {
		v.Number = uint32(i) + 1
		d.voicesOf[v.Flow-1] = append(d.voicesOf[v.Flow-1], i)
	}
	d.linkNext()
	for _, v := range d.voices { // timestamps can be told only now that the codec is guessed, or its clock is
		if v.RTP != nil && len(v.Codecs) > 0 && v.Codecs[0].pace() > 0 && v.RTP.Clock != v.Codecs[0].pace() && d.looked+v.Packets <= maxLooked {
			d.looked += v.Packets
			c.retrack(v)
		}
	}
	if len(d.voices) > 0 {
		c.gen++
	}
}

// retrack counts a stream anew, with the codec it is taken for by now.
func (c *Capture) retrack(v *Voice) {
	c.nameCodecs(v)
	if v.Last-v.First > maxRetrack {
		return
	}
	key := v.RTP.Key
	t := rtp.NewTracker(func(_ rtp.Key, pt uint8) int {
		for i := range v.Codecs {
			if x := &v.Codecs[i]; x.Type == pt {
				return x.pace()
			}
		}
		return 0
	})
	c.packetsOf(v, v.First-1, func(n uint32, r *capfile.Record, p []byte, wire int, h rtp.Header) bool {
		t.Add(&rtp.Packet{Packet: n, Flow: key.Flow, Back: key.Back, Time: r.Time, NoTime: r.NoTime, Wire: wire, Header: h})
		return true
	})
	t.Finish()
	for _, s := range t.Streams() {
		if s.Key == key {
			v.RTP = s
		}
	}
}

// packetsOf reads the packets of an RTP stream, from packet number from on, counted from 0.
func (c *Capture) packetsOf(v *Voice, from uint32, on func(n uint32, r *capfile.Record, p []byte, wire int, h rtp.Header) bool) error {
	var offs []int64
	var which []uint32
	var s inet.Summary
	more := true
	for n := from; more && n < v.Last; {
		offs, which = offs[:0], which[:0]
		for ; n < v.Last && len(offs) < 64; n++ {
			if row := c.packets.At(n); row.Flow == v.Flow-1 && (row.Flags&index.Reverse != 0) == v.RTP.Back {
				offs, which = append(offs, row.Off), append(which, n)
			}
		}
		err := c.file.Records(offs, func(i int, r *capfile.Record) bool {
			*c.looking = which[i] + 1
			inet.Summarize(&s, r.LinkType, r.Data, int(r.OrigLen))
			p := r.Data[s.PayOff : s.PayOff+s.PayLen]
			if h, ok := rtp.Parse(p, s.PayWire); ok && h.SSRC == v.RTP.SSRC && !rtp.IsRTCP(p, s.PayWire) {
				more = on(which[i], r, p, s.PayWire, h)
			}
			return more
		})
		*c.looking = 0
		if err != nil {
			return err
		}
	}
	return nil
}

// frameLink is the link type of a raw file of voice.
func (c *Capture) frameLink() (uint16, bool) {
	for _, l := range c.file.LinkTypes() {
		if l >= capfile.FrameLink && l < capfile.FrameLink+uint16(codec.IDs) {
			return l, true
		}
	}
	return 0, false
}

// fileVoice makes the one stream of a raw file.
func (c *Capture) fileVoice(link uint16) {
	x := codec.ByID(codec.ID(link - capfile.FrameLink))
	n := c.packets.Len()
	v := &Voice{Number: 1, Kind: VoiceFile, First: 1, Last: uint32(n), Packets: n, Begin: c.span.early, End: c.span.late}
	for i := range n {
		v.Bytes += int64(c.packets.At(uint32(i)).CapLen)
	}
	how, why := CodecFile, "the file begins with its mark"
	if c.as != "" {
		how, why = CodecUser, "you say so: the file has no mark of its own"
	}
	v.Codecs = []VoiceCodec{{Packets: n, Codec: x, Params: c.frameParams(), How: how, Why: why}}
	c.deep.voices = []*Voice{v}
}

// nameCodecs says what each payload type of a stream is taken for, and what contradicts it.
func (c *Capture) nameCodecs(v *Voice) {
	v.Codecs, v.Words = nil, append([]string(nil), v.linked...)
	s := v.RTP
	for _, t := range s.Types {
		x := c.codecOf(s.Key, uint8(t.Value), s.First)
		x.Packets = t.Times
		if x.Codec == nil && x.Name == "" && len(s.Types) > 0 && t.Value == s.Types[0].Value {
			c.guess(&x, s)
		}
		v.Codecs = append(v.Codecs, x)
	}
	c.unoffered(v)
	for i := range v.Codecs {
		if x := &v.Codecs[i]; x.moved {
			v.Words = append(v.Words, fmt.Sprintf("%s, but RFC 3551 gives this number to %s for good, and only 96 to 127 may be given away: it is read as %s.", x.where, x.Codec.Title, x.Codec.Title))
		}
	}
	if len(v.Codecs) > 0 {
		c.holdClock(v, &v.Codecs[0])
		c.contradict(v, &v.Codecs[0])
	}
	if x := c.deep.damaged[s.Key]; x != nil {
		v.Words = append(v.Words, x.words())
	}
	c.findStereo(v)
	v.Keys = c.deep.keysOf(v)
	said := map[string]bool{}
	a, b := c.flows.At(s.Flow).Ends()
	for _, end := range []netip.AddrPort{a, b} {
		for _, o := range c.deep.offers[end] {
			for _, w := range o.Wrong {
				if !said[w] && len(v.Words) < 8 {
					said[w] = true
					v.Words = append(v.Words, fmt.Sprintf("The SDP in packet %d is wrong: %s", o.packet+1, w))
				}
			}
		}
	}
}

// codecOf says what a payload type of a stream is taken for at packet near, counted from 0,
// without guessing. Of several offers for the same port the last one before it counts, or else
// the first one after it.
func (c *Capture) codecOf(k rtp.Key, pt uint8, near uint32) VoiceCodec {
	x := VoiceCodec{Type: pt}
	if c.deep != nil {
		f := c.flows.At(k.Flow)
		from, to := f.Ends()
		if k.Back {
			from, to = to, from
		}
		// The receiver says what it wants to get; where only the other side was heard, both
		// usually agree.
		for i, end := range []netip.AddrPort{to, from} {
			var o *offered
			var m *rtp.Map
			for at := range c.deep.offers[end] {
				p := &c.deep.offers[end][at]
				j := slices.IndexFunc(p.Types, func(m rtp.Map) bool { return m.Type == pt && m.Name != "" })
				if j >= 0 && (o == nil || p.packet <= near) {
					o, m = p, &p.Types[j]
				}
			}
			if o != nil {
				x.How, x.Name = CodecSDP, m.Name
				x.Codec, x.Params = codec.BySDP(m.Name, m.Clock, m.Channels, m.Fmtp)
				x.SDP, x.sdp = m.Clock, fmt.Sprintf("%s/%d", m.Name, m.Clock)
				if m.Channels > 1 {
					x.sdp += fmt.Sprintf("/%d", m.Channels)
				}
				x.Why = fmt.Sprintf("the SDP in packet %d maps payload type %d to %s", o.packet+1, pt, x.sdp)
				x.where = sentenceOf(x.Why)
				c.keepStatic(&x)
				x.Params.Ptime = o.Ptime
				if x.moved {
					break
				}
				if m.Fmtp != "" {
					x.Why += " (" + m.Fmtp + ")"
				}
				if i == 1 {
					x.Doubt = "that is what the sender wants to receive; what the receiver wants was not captured"
				}
				break
			}
		}
	}
	if x.How == CodecUnknown {
		if x.Codec, x.Params = codec.Static(pt); x.Codec != nil {
			x.How, x.Why = CodecStatic, fmt.Sprintf("RFC 3551 gives payload type %d to it", pt)
		}
	}
	if name, ok := c.codecs[k]; ok && (x.Codec == nil || x.Codec.ID != codec.TelephoneEvent && x.Codec.ID != codec.ComfortNoise) {
		x.Codec, x.Params = codec.ByName(name), codec.Params{}
		x.How, x.Why, x.Doubt = CodecUser, "you say so", ""
		x.SDP, x.moved = 0, false
	}
	return x
}

// guess names the codec of a payload type that nobody has explained.
func (c *Capture) guess(x *VoiceCodec, s *rtp.Stream) {
	x.Likely = codec.Guess(seen(s), s.Step, flowing(s))
	if len(x.Likely) == 0 {
		return
	}
	x.Codec, x.Params, x.How, x.Why = x.Likely[0].Codec, x.Likely[0].Params, CodecGuessed, x.Likely[0].Why
	x.Doubt = "nobody says so: it is what the lengths and timestamps fit"
	if n := len(x.Likely); n > 1 {
		x.Doubt += fmt.Sprintf("; %s fits, too", x.Likely[1].Codec.Title)
	}
}

func flowing(s *rtp.Stream) codec.Flowing {
	return codec.Flowing{Rate: s.Rate, Packets: s.Packets, Bytes: s.Bytes}
}

func seen(s *rtp.Stream) []codec.Seen {
	var out []codec.Seen
	for _, l := range s.Lengths {
		out = append(out, codec.Seen{Bytes: l.Value, Times: l.Times})
	}
	return out
}

// contradict holds the codec of a stream against its packets.
func (c *Capture) contradict(v *Voice, x *VoiceCodec) {
	s := v.RTP
	if x.Codec == nil || x.Codec.Frames == nil || x.How == CodecGuessed || len(s.Lengths) == 0 || len(s.Types) > 1 && s.Types[0].Times < s.Packets*3/4 {
		return
	}
	misfit, all := 0, 0
	reason := ""
	for _, l := range s.Lengths {
		all += l.Times
		if _, _, why, ok := x.Codec.Frames(&x.Params, nil, l.Value); !ok && l.Value > 0 {
			misfit += l.Times
			if reason == "" {
				reason = why
			}
		}
	}
	if misfit*10 > all {
		text := fmt.Sprintf("%s, but %s of %s payloads do not fit %s: %s.", sentenceOf(x.Why), thousands(misfit), thousands(all), x.Codec.Title, reason)
		likely := codec.Guess(seen(s), s.Step, flowing(s))
		if x.How == CodecSDP { // who has the name right may have the length wrong, at any pace
			for _, l := range codec.Guess(seen(s), s.Step, codec.Flowing{}) {
				if l.Codec.RTP == x.Codec.RTP {
					likely = append([]codec.Likely{l}, likely...)
				}
			}
		}
		for _, l := range likely {
			if l.Codec.ID != x.Codec.ID {
				text += " They would fit " + l.Codec.Title + ": " + l.Why + "."
				if l.Codec.RTP == x.Codec.RTP && x.How == CodecSDP { // the same codec with frames of another length
					x.Codec, x.Params = l.Codec, l.Params
					x.Doubt = "the SDP gives it frames of another length"
					text += " They are read so."
				}
				break
			}
		}
		v.Words = append(v.Words, text)
		return
	}
	clock := x.Clock()
	if clock == 0 || s.Step == 0 {
		return
	}
	_, lasts, _, ok := x.Codec.Frames(&x.Params, nil, s.Lengths[0].Value)
	if want := lasts.Seconds() * float64(clock); ok && want > 0 && (float64(s.Step) > want*1.5 || float64(s.Step) < want/1.5) {
		v.Words = append(v.Words, fmt.Sprintf("%s, so the commonest length, %s, lasts %.4g ms, or %s of its clock; but the timestamp grows by %s from packet to packet.",
			sentenceOf(x.Why), counted(s.Lengths[0].Value, "byte"), lasts.Seconds()*1000, counted(int(math.Round(want)), "tick"), thousands(int(s.Step))))
	}
	if s.Step > 0 && x.Params.Ptime > 0 {
		if ms := float64(s.Step) * 1000 / float64(clock); ms > float64(x.Params.Ptime)*1.5 || ms < float64(x.Params.Ptime)/1.5 {
			v.Words = append(v.Words, fmt.Sprintf("The SDP asks for %s ms a packet, but packets carry %.0f ms.", thousands(x.Params.Ptime), ms))
		}
	}
}

// sentenceOf makes a clause begin with a capital.
func sentenceOf(clause string) string {
	if clause == "" || clause[0] < 'a' || clause[0] > 'z' {
		return clause
	}
	return string(clause[0]-32) + clause[1:]
}
