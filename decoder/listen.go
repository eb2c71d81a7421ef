package decoder

import (
	"errors"
	"fmt"
	"time"

	"somscope/decoder/capfile"
	"somscope/decoder/codec"
	"somscope/decoder/rtp"
	"somscope/decoder/sound"
)

// Bounds of what is made to be heard.
const (
	maxHeard   = 32 << 20 // samples of all channels: an hour and more at 8000 a second
	maxPause   = 60       // seconds of silence that a gap in the timestamps may make
	reorderFor = 16       // packets that a late one is waited for
	maxMissed  = 4096     // packets that are remembered not to have come
)

// A Listening turns a stream into samples, step by step. It belongs to the goroutine of its Capture.
type Listening struct {
	c     *Capture
	v     *Voice
	next  uint32 // packet to read, from 0
	queue []queued
	seq   int64 // of the packet before in sequence, extended; means nothing before any
	high  int64 // the highest so far
	begun bool

	first    uint32 // timestamp of the first packet
	due      int64  // timestamp of the next sample, extended, from the first
	was      queued // what was played before
	decoders map[uint8]sound.Decoder
	main     *VoiceCodec
	clock    int
	rate     int
	channels int
	total    int

	made  int // samples a channel so far
	pcm   []int16
	marks []Heard
	done  bool

	bad     int // payloads that could not be decoded
	badWhy  string
	cut     int            // payloads of which the capture kept only the beginning
	other   int            // payloads of a codec that is not heard
	jumps   int            // of the timestamp
	still   int            // packets whose timestamp is that of the one before
	ahead   int64          // samples a channel heard while the clock stood still
	late    int            // packets that came when others in their place had been made up
	missed  map[int64]bool // sequence numbers of those, extended
	trims   []capfile.Trim // what a file has not heard
	notes   []string
	crashed bool
}

// A queued is a payload that waits for those before it.
type queued struct {
	packet  uint32 // from 1
	seq     int64
	ts      uint32
	pt      uint8
	payload []byte
}

// Listen begins to decode a stream, by its number from 1. The error says in a sentence why it
// cannot be heard: it is encrypted, its codec is not decoded, or nobody knows it.
func (c *Capture) Listen(number uint32) (*Listening, error) {
	v := c.Voice(number)
	switch {
	case v == nil:
		return nil, fmt.Errorf("stream %d does not exist: there are %d", number, len(c.Voices()))
	case v.Kind == VoiceSkype || v.Kind == VoiceE2O:
		return nil, errors.New("this call is encrypted: its frames cannot be read, so there is nothing to hear; open a sample with frames in the clear to listen to one")
	}
	l := &Listening{c: c, v: v, next: v.First - 1, decoders: map[uint8]sound.Decoder{}}
	why := "nobody says which codec it is, and nothing fits; choose one to listen"
	for i := range v.Codecs {
		x := &v.Codecs[i]
		if x.Codec == nil {
			if x.Name != "" && l.main == nil {
				why = x.Name + " is no codec that is known here"
			}
			continue
		}
		d, err := sound.New(x.Codec, x.Params)
		if err != nil {
			if l.main == nil && x.Codec.ID != codec.TelephoneEvent && x.Codec.ID != codec.ComfortNoise {
				why = err.Error()
			}
			continue
		}
		if l.main == nil {
			l.main, l.rate, l.channels = x, d.Rate(), d.Channels()
			l.clock = x.Clock()
			if l.clock == 0 {
				l.clock = l.rate
			}
		}
		if d.Rate() != l.rate || d.Channels() != l.channels {
			l.notes = append(l.notes, fmt.Sprintf("Payload type %d has another sampling rate and is left silent.", x.Type))
			continue
		}
		l.decoders[x.Type] = d
	}
	if l.main == nil {
		return nil, errors.New(why)
	}
	if v.Kind == VoiceFile {
		l.trims = c.file.Trims()
	}
	l.total = l.guessTotal()
	for _, t := range l.trims {
		l.total = max(0, l.total-int(t.Len*int64(l.rate)/trimRate))
	}
	return l, nil
}

// guessTotal is how many samples a channel there will be.
func (l *Listening) guessTotal() int {
	if s := l.v.RTP; s != nil {
		n := int64(int32(s.LastTS-s.FirstTS)) + int64(s.Step)
		if s.Jumps == 0 && n > 0 {
			return int(min(n*int64(l.rate)/int64(l.clock), maxHeard))
		}
		return int(min(max(0, (l.v.End-l.v.Begin)/1000*int64(l.rate)/1e6), maxHeard))
	}
	x := l.main.Codec
	if x.Frame > 0 {
		return int(min(int64(l.v.Packets)*x.Frame.Microseconds()*int64(l.rate)/1e6, maxHeard))
	}
	// The last piece is taken to last as long as the others do on average.
	took := max(0, l.v.End-l.v.Begin)
	if n := int64(l.v.Packets); n > 1 {
		took += took / (n - 1)
	}
	return int(min(took/1000, maxHeard*1e6/int64(l.rate)) * int64(l.rate) / 1e6)
}

// A Heard says what begins at a sample.
type Heard struct {
	At     int    // sample of a channel, from 0
	Packet uint32 // from 1; 0: packets are missing
	Len    int    // samples
}

// Step decodes on for about as long as budget says. pcm are samples of all channels in turn,
// good until the next call; At of the marks counts from the first sample of the stream.
func (l *Listening) Step(budget time.Duration) (pcm []int16, marks []Heard, done bool) {
	l.pcm, l.marks = l.pcm[:0], l.marks[:0]
	for start := time.Now(); !l.done; {
		l.read()
		if time.Since(start) >= budget || len(l.pcm) > l.rate*l.channels {
			break
		}
	}
	return l.pcm, l.marks, l.done
}

// read takes the next packets of the stream in.
func (l *Listening) read() {
	defer func() {
		*l.c.looking = 0
		if r := recover(); r != nil {
			// A fault of ours costs the payload at hand; too many end it.
			if l.bad++; l.bad > 1000 {
				l.done, l.crashed = true, true
			}
			l.badWhy = fmt.Sprint(r)
		}
	}()
	const batch = 16
	n := 0
	var err error
	if l.v.RTP != nil {
		err = l.c.packetsOf(l.v, l.next, func(packet uint32, r *capfile.Record, p []byte, wire int, h rtp.Header) bool {
			l.next = packet + 1
			end := min(h.PayEnd, len(p))
			if end < h.PayEnd {
				l.cut++
			}
			l.push(queued{packet: packet + 1, ts: h.Timestamp, pt: h.Type, payload: append([]byte(nil), p[min(h.PayOff, end):end]...)}, h.Seq)
			n++
			return n < batch
		})
	} else {
		for ; n < batch && l.next < l.v.Last; n++ {
			var r capfile.Record
			if err = l.c.file.Record(l.c.packets.At(l.next).Off, &r); err != nil {
				break
			}
			l.next++
			// The frames of a file say where they belong: where some are missing there is a gap.
			at := (r.Time*int64(l.rate) + 5e8) / 1e9
			if gap := at - l.due; !r.NoTime && gap > 0 && gap <= maxPause*int64(l.rate) {
				l.missing(int(gap))
			}
			if !r.NoTime {
				l.due = at
			}
			l.play(&queued{packet: l.next, seq: int64(l.next), payload: r.Data}, true)
		}
	}
	switch {
	case err != nil:
		l.notes = append(l.notes, "The file could not be read to its end: "+err.Error()+".")
		l.done = true
	case l.made*l.channels >= maxHeard:
		l.notes = append(l.notes, fmt.Sprintf("Only the first %d minutes are made to be heard.", l.made/l.rate/60))
		l.done = true
	case n < batch:
		l.done = true
	}
	if l.done {
		for len(l.queue) > 0 {
			l.pop()
		}
	}
}

// push puts a payload in its place in the queue, and plays what has waited long enough.
func (l *Listening) push(q queued, seq uint16) {
	if !l.begun {
		l.begun = true
		l.high = int64(seq)
		l.seq = l.high - 1
		l.first = q.ts
	}
	q.seq = l.high + int64(int16(seq-uint16(l.high)))
	l.high = max(l.high, q.seq)
	if q.seq <= l.seq { // too late, or a copy
		if l.missed[q.seq] {
			delete(l.missed, q.seq)
			l.late++
		}
		return
	}
	at := len(l.queue)
	for at > 0 && l.queue[at-1].seq > q.seq {
		at--
	}
	if at > 0 && l.queue[at-1].seq == q.seq {
		return
	}
	l.queue = append(l.queue, queued{})
	copy(l.queue[at+1:], l.queue[at:])
	l.queue[at] = q
	for len(l.queue) > 0 && (len(l.queue) > reorderFor || l.queue[0].seq == l.seq+1) {
		l.pop()
	}
}

// pop plays the payload at the front of the queue.
func (l *Listening) pop() {
	q := l.queue[0]
	l.queue = l.queue[1:]
	lost := q.seq - l.seq - 1
	for i := q.seq - min(lost, maxMissed-int64(len(l.missed))); i < q.seq; i++ {
		if l.missed == nil {
			l.missed = map[int64]bool{}
		}
		l.missed[i] = true
	}
	l.seq = q.seq
	if w := &l.was; w.packet > 0 && w.ts == q.ts && w.pt == q.pt && l.decoders[q.pt] != nil {
		// A clock that stands still says nothing of where a packet belongs.
		l.still++
		n := l.made
		l.play(&q, false)
		l.ahead += int64(l.made - n)
		return
	}
	l.was = queued{packet: q.packet, ts: q.ts, pt: q.pt}
	at := l.due + int64(int32(q.ts-l.first-uint32(l.due)))
	gap := (at - l.due) * int64(l.rate) / int64(l.clock)
	if gap > 0 { // what was heard while the clock stood still fills it
		gap -= min(gap, l.ahead)
		if gap == 0 {
			l.due = at
		}
	}
	l.ahead = 0
	switch {
	case gap < 0 && gap > -int64(l.rate)/5: // it overlaps: events repeat their timestamp
	case gap < 0 || gap > maxPause*int64(l.rate):
		l.jumps++
		l.due = at
	case gap > 0:
		n := int(gap)
		if lost > 0 {
			step := int(int64(l.v.RTP.Step) * int64(l.rate) / int64(l.clock))
			m := n
			if step > 0 {
				m = int(min(int64(n), lost*int64(step)))
			}
			l.missing(m)
			n -= m
		}
		l.silence(n)
		l.due = at
	}
	l.play(&q, true)
}

// missing fills in for packets that were lost.
func (l *Listening) missing(n int) {
	if n <= 0 {
		return
	}
	d := l.decoders[l.main.Type]
	was, at := len(l.pcm), l.made
	most := min(n, l.rate) // a second of made-up sound is enough
	l.pcm = d.Conceal(l.pcm, most)
	l.pcm = l.pcm[:min(len(l.pcm), was+most*l.channels)]
	l.pcm = append(l.pcm, make([]int16, max(0, n*l.channels-(len(l.pcm)-was)))...)
	l.marks = append(l.marks, Heard{At: at, Len: l.take(was, l.due)})
}

// take keeps what was made from a place in pcm on, but for what the file has not heard. due is the
// time of its first sample. It returns how many samples a channel are left.
func (l *Listening) take(was int, due int64) int {
	ch := l.channels
	n := (len(l.pcm) - was) / ch
	for i := len(l.trims) - 1; i >= 0; i-- { // from behind, so that those before stay in their place
		t := &l.trims[i]
		from := min(max(t.At*int64(l.rate)/trimRate-due, 0), int64(n))
		to := min(max((t.At+t.Len)*int64(l.rate)/trimRate-due, from), int64(n))
		l.pcm = append(l.pcm[:was+int(from)*ch], l.pcm[was+int(to)*ch:]...)
	}
	n = (len(l.pcm) - was) / ch
	l.made += n
	return n
}

// trimRate is the clock of capfile.Trim, Hz.
const trimRate = 48000

func (l *Listening) silence(n int) {
	if n <= 0 {
		return
	}
	l.pcm = append(l.pcm, make([]int16, n*l.channels)...)
	l.made += n
}

// play decodes one payload.
func (l *Listening) play(q *queued, timed bool) {
	d := l.decoders[q.pt]
	if d == nil {
		l.other++
		l.marks = append(l.marks, Heard{At: l.made, Packet: q.packet})
		return
	}
	*l.c.looking = q.packet
	was := len(l.pcm)
	out, err := d.Decode(l.pcm, q.payload)
	if err != nil {
		l.bad++
		if l.badWhy == "" {
			l.badWhy = err.Error()
		}
	}
	l.pcm = out
	n, at := (len(l.pcm)-was)/l.channels, l.made
	l.marks = append(l.marks, Heard{At: at, Packet: q.packet, Len: l.take(was, l.due)})
	if timed {
		l.due += int64(n) * int64(l.clock) / int64(l.rate)
	}
}

// Rate is samples a second, Channels how many are interleaved.
func (l *Listening) Rate() int { return l.rate }

// Channels is 1 or 2.
func (l *Listening) Channels() int { return l.channels }

// Total is how many samples a channel there will be, as far as is known: when all is done, how
// many there were.
func (l *Listening) Total() int {
	if l.done {
		return l.made
	}
	return max(l.total, l.made)
}

// Whole reports that nothing of the voice was left out, when all is done: tones of keys are not
// voice, and a jump of the timestamp costs only a pause.
func (l *Listening) Whole() bool { return l.bad == 0 && l.cut == 0 && len(l.notes) == 0 && !l.crashed }

// Note says what was left out or could not be decoded, when all is done.
func (l *Listening) Note() string {
	out := ""
	add := func(s string) {
		if out != "" {
			out += " "
		}
		out += s
	}
	for _, s := range l.notes {
		add(s)
	}
	if l.bad > 0 {
		add(fmt.Sprintf("%s could not be decoded (%s).", plural(uint64(l.bad), "payload"), l.badWhy))
	}
	if l.cut > 0 {
		add(fmt.Sprintf("Of %s the capture kept only the beginning.", plural(uint64(l.cut), "payload")))
	}
	if l.other > 0 {
		add(fmt.Sprintf("%s of another kind, such as tones of keys, are not heard.", plural(uint64(l.other), "payload")))
	}
	if l.late > 0 {
		add(fmt.Sprintf("%s came too late to be heard: what should have been there was made up.", plural(uint64(l.late), "packet")))
	}
	if l.still > 0 {
		add(fmt.Sprintf("The timestamp stands still in %s, which are heard one after the other.", plural(uint64(l.still), "packet")))
	}
	if l.jumps > 0 {
		if l.jumps == 1 {
			add("The timestamp jumps once; the pause there is left out.")
		} else {
			add(fmt.Sprintf("The timestamp jumps %d times; the pauses there are left out.", l.jumps))
		}
	}
	if l.crashed {
		add("The decoder failed too often and stopped.")
	}
	return out
}
