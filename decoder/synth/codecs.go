package synth

import (
	"math"
	"time"
)

// A Spell is a part of an encrypted call in which one codec speaks, or the line
// is held: what a reader of sizes and gaps can hope to find.
type Spell struct {
	From, To time.Time
	Hold     bool    // three messages a second without a frame
	Codec    string  // as Bonfiglio et al. 2007 call it, table 1: "iSAC"
	Kbits    float64 // of the codec
	Ms       int     // of voice a block
	RF       int     // blocks a message: the newest and copies of those before
	Size     float64 // bytes of a message, on average
	Sent     [2]int  // messages, of the machine and of the other side
	Lost     [2]int  // of them, never came
}

// A spell is a Spell with the model's numbers in it.
type spell struct {
	codec    string
	kbits    float64
	ms, rf   int
	variable bool // the rate follows the line, from message to message
}

// What Bonfiglio et al. 2007 put into their model of a message, eq. 10, in bytes:
// the header of a block and the Start of Message.
const (
	blockHeader    = 8
	startOfMessage = 4
)

// size is the length of a message of the model, in bytes.
func (s *spell) size() float64 {
	return (s.kbits*float64(s.ms)/8+blockHeader)*float64(s.rf) + startOfMessage
}

// talk plays a spell both ways from one time to another. Of what comes in, one
// message in nth is lost after the time bad.
func (w *world) talk(me *client, n *node, s spell, from, to, bad time.Duration, nth int) {
	told := Spell{From: w.start.Add(from), To: w.start.Add(to), Codec: s.codec, Kbits: s.kbits, Ms: s.ms, RF: s.rf, Size: s.size()}
	every := time.Duration(s.ms) * time.Millisecond
	for side := range 2 {
		wander := 0.0 // of a rate that varies, bytes a block
		gap := nth/2 + w.rng.n(nth)
		for t := from + w.rng.between(0, every/2); t < to; t += every {
			told.Sent[side]++
			var spread float64
			if s.variable {
				wander += float64(w.rng.n(7)-3) - wander/6
				spread = wander*float64(s.rf) + float64(w.rng.n(7)-3)
			} else {
				spread = float64(w.rng.n(3)-1) * float64(w.rng.n(2)) // the coder behind the codec saves a byte or not
			}
			payload := w.data(int(math.Round(s.size()+spread)) - 3)
			if side == 0 {
				w.at(t+w.rng.between(0, 700*time.Microsecond), func() {
					w.point("codec-" + s.codec)
					me.out(n, payload)
				})
				continue
			}
			jitter := w.rng.between(0, 5*time.Millisecond)
			if t >= bad {
				if gap--; gap < 0 {
					gap = nth/2 + w.rng.n(nth)
					told.Lost[1]++
					continue
				}
			}
			w.at(t+jitter, func() { me.in(n, payload) })
		}
	}
	w.spells = append(w.spells, told)
}

// codecs: a call between two clients whose program changes what it speaks: it
// begins wide and adaptive, falls back to a narrow codec that says everything
// twice when messages get lost, and comes back from a hold with the smallest.
func codecs() (*world, []byte) {
	w := newWorld("2006-12-11 18:26:41.902255", 0x636f6465)
	pc, router, me := w.exposed(0x44c6)
	home := w.peer("192.0.2.77", 57322, 95*time.Millisecond)
	friend := w.peer("198.51.100.86", 31450, 72*time.Millisecond)

	w.at(0, func() {
		me.probe(home, 0, func(id uint16) {
			me.reply(home, plain(cmdAccept, id-1, listEmpty))
			w.after(time.Millisecond, func() { me.kept(home, 1171, nil) })
		})
	})
	w.at(700*time.Millisecond, func() { me.ping(friend, 0) })
	w.at(830*time.Millisecond, func() { me.ping(friend, 1) })
	var signal *conn
	var x *wire
	w.at(1100*time.Millisecond, func() {
		me.ring(friend, 1172, func(c *conn, wire *wire) {
			signal, x = c, wire
			c.talk([]turn{{data: x.granted()}}, nil)
		})
	})
	say := func(at time.Duration) {
		w.at(at, func() { signal.talk([]turn{{out: true, data: x.say(21, cmdNews)}, {data: x.granted()}}, nil) })
	}

	wide := spell{codec: "iSAC", kbits: 24, ms: 30, rf: 1, variable: true}
	safe := spell{codec: "iLBC", kbits: 13.33, ms: 30, rf: 2}
	small := spell{codec: "G.729", kbits: 8, ms: 20, rf: 1}
	const (
		rings    = 2 * time.Second
		answered = 3500 * time.Millisecond
		fails    = answered + 7*time.Second/2
		narrow   = answered + 6*time.Second
		held     = narrow + 5*time.Second
		back     = held + 8*time.Second
		hung     = back + 5*time.Second
	)
	w.beats(me, friend, rings, answered)
	w.talk(me, friend, wide, answered, narrow, fails, 29)
	w.talk(me, friend, safe, narrow, held, narrow, 29)
	say(held - 60*time.Millisecond)
	w.hold(me, friend, held, back)
	say(back - 110*time.Millisecond)
	w.talk(me, friend, small, back, hung, hung, 29)

	w.at(9*time.Second, func() { w.resolve(pc, router, "news.example.org", "192.0.2.61", nil) })
	w.at(16*time.Second, func() { w.whoHas(router, pc) })
	w.at(hung+110*time.Millisecond, func() { w.hang(signal, x) })
	w.at(hung+500*time.Millisecond, func() { me.ping(friend, 0) })

	w.run()
	return w, w.pcap(65535)
}

// hold plays a held line: three messages a second, none with a frame.
func (w *world) hold(me *client, n *node, from, to time.Duration) {
	const apart = 333 * time.Millisecond
	w.beats(me, n, from+200*time.Millisecond, to-200*time.Millisecond)
	times := int((to - from - 400*time.Millisecond + apart - 1) / apart)
	w.spells = append(w.spells, Spell{From: w.start.Add(from), To: w.start.Add(to), Hold: true, Size: 3, Sent: [2]int{times, times}})
}
