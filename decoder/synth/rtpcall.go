package synth

import (
	"net/netip"
	"time"
)

// A Voice is what a story knows of one RTP stream in it, for tests: a reader of
// the file has to find the same.
type Voice struct {
	From, To netip.AddrPort
	SSRC     uint32
	Type     uint8  // payload type of the voice
	Codec    string // its name in SDP
	Clock    int    // Hz, of the timestamp
	FirstSeq uint16
	FirstTS  uint32
	Sent     int // packets with numbers of their own
	Packets  int // what of them is in the file, copies included
	Lost     int // numbers that are not
	Late     int // packets behind one with a higher number
	Again    int // copies
	Events   int // packets of telephone events

	// Sound is what was spoken, Rate samples a second, from FirstTS on; nil where nobody
	// spoke, but somebody wrote the frames.
	Sound []int16
	Rate  int
	score []sound // in place of it
}

// A rtpFrame is one packet of a stream, before it is numbered.
type rtpFrame struct {
	tick   uint32        // of the stream's clock, since its begin
	after  time.Duration // later than the tick says
	kind   uint8         // payload type
	marker bool
	body   []byte
	ext    []byte // data of an extension in the one-byte form of RFC 8285
	pad    int    // bytes of padding, the last of which counts them
	fate   fate
}

// A fate is what happens to a packet on its way to the card.
type fate uint8

const (
	arrives fate = iota
	lost
	late  // it comes after the next one
	twice // it comes, and comes again
)

// A party is one side of a call over RTP (RFC 3550).
type party struct {
	w      *world
	host   *host
	port   uint16 // RTCP has the next one
	cname  string
	ssrc   uint32
	seq    uint16 // of the next packet
	base   uint32 // timestamp at tick 0
	clock  int
	begin  time.Duration // of tick 0
	wobble time.Duration // what its packets are late at most when they pass the card
	deaf   int           // of so many packets of the other side one does not reach it, beyond what the file shows; 0 for none

	packets, octets uint32 // sent
	ear             ear
	other           *party
	voice           *Voice
}

// An ear is what a party has counted of the other's stream, by RFC 3550 §6.4.1
// and §A.3, §A.8.
type ear struct {
	started             bool
	base, top           uint32 // sequence numbers, with the turns they have made
	got, before, wanted uint32 // received; received and expected at the last report
	transit             int64  // of the last packet, ticks
	jitter              int64  // ticks in 1/16
	report              uint32 // the middle of the last sender report's time
	heard               time.Duration
}

// pair makes the two parties of a call, the machine first.
func (w *world) pair(pc *host, port uint16, far *host, farPort uint16, clock int, codec string, kind uint8) (me, you *party) {
	side := func(h *host, port uint16, name string) *party {
		return &party{w: w, host: h, port: port, cname: name, ssrc: w.rng.u32(), seq: w.rng.u16() >> 1, base: w.rng.u32() >> 1, clock: clock}
	}
	me, you = side(pc, port, "alice@example.net"), side(far, farPort, "bob@example.org")
	me.wobble, you.wobble = 500*time.Microsecond, 5*time.Millisecond
	you.deaf = 90
	me.other, you.other = you, me
	for _, p := range []*party{me, you} {
		p.voice = &Voice{From: netip.AddrPortFrom(p.host.ip, p.port), To: netip.AddrPortFrom(p.other.host.ip, p.other.port),
			SSRC: p.ssrc, Type: kind, Codec: codec, Clock: clock, FirstSeq: p.seq, FirstTS: p.base}
		w.voices = append(w.voices, p.voice)
	}
	return me, you
}

// ticks is a time of the call in ticks of the party's clock.
func (p *party) ticks(t time.Duration) uint32 {
	return p.base + uint32(int64(t-p.begin)*int64(p.clock)/int64(time.Second))
}

// say plans the packets of a stream: they come from begin on when their ticks say so.
func (p *party) say(begin time.Duration, frames []rtpFrame) {
	p.begin = begin
	for i := range frames {
		f := frames[i]
		seq := p.seq
		p.seq++
		p.voice.Sent++
		if f.kind == eventType {
			p.voice.Events++
		}
		if f.fate == lost {
			p.voice.Lost++
			continue
		}
		msg := p.packet(seq, &f)
		at := begin + time.Duration(int64(f.tick)*int64(time.Second)/int64(p.clock)) + f.after + p.w.rng.between(0, p.wobble)
		size := uint32(len(f.body))
		switch f.fate {
		case late: // the next one overtakes it
			at = begin + time.Duration(int64(frames[i+1].tick)*int64(time.Second)/int64(p.clock)) + p.wobble + 2*time.Millisecond
			p.voice.Late++
		case twice:
			p.voice.Again++
			p.voice.Packets++
			p.w.at(at+p.w.rng.between(200*time.Microsecond, 900*time.Microsecond), func() {
				p.w.point("copy")
				p.pass(seq, p.base+f.tick, size, msg)
			})
		}
		p.voice.Packets++
		p.w.at(at, func() {
			switch {
			case f.fate == late:
				p.w.point("late")
			case f.kind == eventType:
				p.w.point("event")
			case len(f.ext) > 0:
				p.w.point("extension")
			case p.host.far:
				p.w.point("heard")
			default:
				p.w.point("said")
			}
			p.pass(seq, p.base+f.tick, size, msg)
		})
	}
}

// packet writes one.
func (p *party) packet(seq uint16, f *rtpFrame) []byte {
	first, second := byte(0x80), f.kind
	if f.pad > 0 {
		first |= 0x20
	}
	if len(f.ext) > 0 {
		first |= 0x10
	}
	if f.marker {
		second |= 0x80
	}
	b := join([]byte{first, second}, be16(seq), be32(p.base+f.tick), be32(p.ssrc))
	if len(f.ext) > 0 {
		data := pad4(append([]byte(nil), f.ext...))
		b = join(b, be16(0xBEDE), be16(uint16(len(data)/4)), data)
	}
	b = append(b, f.body...)
	for i := 1; i <= f.pad; i++ {
		var v byte
		if i == f.pad {
			v = byte(i)
		}
		b = append(b, v)
	}
	return b
}

// pass lets a packet pass the card, and counts it on both sides.
func (p *party) pass(seq uint16, stamp, size uint32, msg []byte) {
	p.packets++
	p.octets += size
	o := p.other
	p.w.send(p.host, p.port, o.host, o.port, msg)
	if o.deaf > 0 && p.w.rng.n(o.deaf) == 0 {
		return
	}
	o.ear.hear(seq, stamp, o.ticks(p.w.now))
}

// hear counts a packet; now is the time in ticks of whatever begin.
func (e *ear) hear(seq uint16, stamp, now uint32) {
	transit := int64(int32(now - stamp))
	if !e.started {
		*e = ear{started: true, base: uint32(seq), top: uint32(seq), got: 1, transit: transit, report: e.report, heard: e.heard}
		return
	}
	e.got++
	if ahead := seq - uint16(e.top); ahead < 1<<15 {
		e.top += uint32(ahead)
	}
	d := abs(transit - e.transit)
	e.transit = transit
	e.jitter += d - (e.jitter+8)>>4
}

// ntp is the time as NTP counts it: seconds since 1900 and their 2^32nd parts.
func (w *world) ntp() (seconds, fraction uint32) {
	t := w.start.Add(w.now)
	return uint32(t.Unix() + 2208988800), uint32(uint64(t.Nanosecond()) << 32 / 1e9)
}

// report sends what RFC 3550 wants every few seconds: a sender report with what
// was heard of the other, and who one is. With bye it is the last.
func (p *party) report(bye string) {
	seconds, fraction := p.w.ntp()
	e := &p.ear
	blocks := byte(0)
	var block []byte
	if e.started {
		blocks = 1
		wanted := e.top - e.base + 1
		missing := int64(wanted) - int64(e.got)
		since, got := int64(wanted-e.wanted), int64(e.got-e.before)
		e.wanted, e.before = wanted, e.got
		share := int64(0)
		if since > got && since > 0 {
			share = (since - got) << 8 / since
		}
		delay := uint32(0)
		if e.report != 0 {
			delay = uint32(int64(p.w.now-e.heard) << 16 / int64(time.Second))
		}
		block = join(be32(p.other.ssrc), be32(uint32(share)<<24|uint32(missing)&0xFFFFFF), be32(e.top), be32(uint32(e.jitter>>4)), be32(e.report), be32(delay))
	}
	sr := join([]byte{0x80 | blocks, 200}, be16(uint16(6+len(block)/4)), be32(p.ssrc), be32(seconds), be32(fraction), be32(p.ticks(p.w.now)), be32(p.packets), be32(p.octets), block)
	item := join([]byte{1, byte(len(p.cname))}, []byte(p.cname), []byte{0})
	sdes := join(be32(p.ssrc), pad4(item))
	msg := join(sr, []byte{0x81, 202}, be16(uint16(len(sdes)/4)), sdes)
	if bye != "" {
		why := pad4(join([]byte{byte(len(bye))}, []byte(bye)))
		msg = join(msg, []byte{0x81, 203}, be16(uint16(1+len(why)/4)), be32(p.ssrc), why)
		p.w.point("goodbye")
	} else {
		p.w.point("report")
	}
	o := p.other
	p.w.send(p.host, p.port+1, o.host, o.port+1, msg)
	o.ear.report, o.ear.heard = seconds<<16|fraction>>16, p.w.now
}

// eventType is the payload type of telephone events in the stories.
const eventType = 101

// press is a key pressed for so long, as RFC 4733 tells of it: a packet every
// step with how long it has lasted so far, all with the time it began at, and
// the end three times.
func press(key byte, tick, step, steps uint32) []rtpFrame {
	var all []rtpFrame
	for i := uint32(1); i <= steps+2; i++ {
		n := min(i, steps)
		volume := byte(10) // 10 dB below the most a line carries
		f := rtpFrame{tick: tick, kind: eventType, marker: i == 1, after: time.Duration(i) * time.Duration(step) * time.Second / 8000}
		if i >= steps {
			volume |= 0x80
			f.after = time.Duration(steps)*time.Duration(step)*time.Second/8000 + time.Duration(i-steps)*5*time.Millisecond
		}
		f.body = join([]byte{key, volume}, be16(uint16(n*step)))
		all = append(all, f)
	}
	return all
}

// lose takes some packets away between two places of a list: every nth, about.
func (w *world) lose(frames []rtpFrame, from, to, nth int) {
	for i := from + w.rng.n(nth); i < to; i += nth*2/3 + w.rng.n(nth*2/3+1) {
		if frames[i].fate == arrives {
			frames[i].fate = lost
		}
	}
}
