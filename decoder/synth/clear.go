package synth

import (
	"time"

	"somscope/decoder/codec/ilbc"
)

// Calls whose frames can be read: nothing is encrypted, so that every bit of a
// frame can be shown, and what is said in them can be heard.

// encode cuts samples into frames of iLBC, one packet each.
func encode(pcm []int16, kind uint8) []rtpFrame {
	const n = 240
	e := ilbc.NewEncoder(ilbc.Mode30)
	var frames []rtpFrame
	for i := 0; i+n <= len(pcm); i += n {
		frames = append(frames, rtpFrame{tick: uint32(i), kind: kind, body: e.Encode(nil, pcm[i:i+n])})
	}
	return frames
}

// ilbcCall: a call over SIP in iLBC, frames of 30 ms. What the machine sends is
// all there; of what comes in some is lost, late, or there twice. Three keys are
// pressed.
func ilbcCall() (*world, []byte) {
	w := newWorld("2006-12-18 10:14:27.318840", 0x696c6263)
	pc, router, _ := w.exposed(0)
	proxy := w.remote("198.51.100.5", 36*time.Millisecond)
	phone := w.remote("192.0.2.90", 58*time.Millisecond)
	const port, farPort, kind = 6000, 40062, 97

	me, you := w.pair(pc, port, phone, farPort, 8000, "iLBC", kind)
	attributes := []string{"rtpmap:97 iLBC/8000", "fmtp:97 mode=30", "rtpmap:101 telephone-event/8000", "fmtp:101 0-15", "sendrecv"}
	d := w.dialog(pc, proxy, phone, "Example Phone 1.4", "Example Gateway 3.0")
	d.offer = sdp(pc.ip, port, 2890844526, "97 0 8 101", append([]string{"rtpmap:0 PCMU/8000", "rtpmap:8 PCMA/8000"}, attributes...)...)
	d.answer = sdp(phone.ip, farPort, 2890844730, "97 101", append(attributes, "ptime:30")...)

	// They take turns, and end together.
	parts := func(ps ...[]sound) (all []sound) {
		for _, p := range ps {
			all = append(all, p...)
		}
		return all
	}
	farewell := func(octave int) []sound {
		return []sound{{'m', 150, scale[0] / octave, scale[2] / octave}, {'u', 300, scale[2] / octave, scale[1] / octave}, {'a', 350, scale[1] / octave, scale[0] / octave}}
	}
	say := sing(8000, 11, parts(melody(1), pause(4740), farewell(1), pause(200)))
	hear := sing(8000, 12, parts(pause(3300), melody(2), pause(1500), farewell(2), pause(200)))
	me.voice.Sound, me.voice.Rate = say, 8000
	you.voice.Sound, you.voice.Rate = hear, 8000

	mine, theirs := encode(say, kind), encode(hear, kind)
	// Four, two, and the number sign, each for 120 ms, in place of five packets of voice.
	var sent []rtpFrame
	keys := []byte{4, 2, 11}
	const first, apart = 240, 8
	for i := 0; i < len(mine); {
		if k := (i - first) / apart; i >= first && k < len(keys) && (i-first)%apart == 0 {
			sent = append(sent, press(keys[k], mine[i].tick, 240, 4)...)
			i += 5
			continue
		}
		sent = append(sent, mine[i])
		i++
	}
	w.lose(theirs, 115, 225, 45)
	theirs[150].fate, theirs[151].fate = late, arrives
	theirs[188].fate, theirs[189].fate = twice, arrives

	const called, answers = 120 * time.Millisecond, 1400 * time.Millisecond
	var begin time.Duration
	w.at(called, func() {
		d.ring(answers, func() {
			begin = w.now
			me.say(begin+28*time.Millisecond, sent)
			you.say(begin+61*time.Millisecond, theirs)
		})
	})
	const lasts = 9800 * time.Millisecond
	for k, at := range []time.Duration{2600 * time.Millisecond, 7300 * time.Millisecond} {
		w.at(called+answers+at, func() { me.report("") })
		w.at(called+answers+at+time.Duration(900-430*k)*time.Millisecond, func() { you.report("") })
	}
	w.at(called+answers+lasts+120*time.Millisecond, func() {
		d.hang()
		me.report("end of call")
		w.after(w.lag(phone), func() { you.report("end of call") })
	})
	w.at(700*time.Millisecond, func() { w.whoHas(router, pc) })

	w.run()
	return w, w.pcap(65535)
}

// g729Packets puts two frames of 10 ms into a packet. Where a pause is nothing is
// sent, and the first packet of voice behind it is marked (RFC 3551 §4.1).
func g729Packets(frames [][]byte, kind uint8) []rtpFrame {
	var all []rtpFrame
	gap := true
	for i := 0; i+1 < len(frames); i += 2 {
		a, b := frames[i], frames[i+1]
		switch {
		case len(a) == 0 && len(b) == 10: // voice begins in the middle
			a = b
		case len(a) == 2: // a descriptor is the last of a packet
			b = nil
		}
		body := join(a, b)
		if len(body) == 0 {
			gap = true
			continue
		}
		all = append(all, rtpFrame{tick: uint32(i) * 80, kind: kind, marker: gap && len(a) == 10, body: body})
		gap = len(body)%10 != 0
	}
	return all
}

// gcall: a call in G.729 whose signalling was not captured. Pauses are silent,
// and a descriptor of two bytes says how they sound.
func gcall() (*world, []byte) {
	w := newWorld("2006-12-19 16:02:55.721906", 0x67373239)
	pc, router, _ := w.behindNAT(0)
	phone := w.remote("198.51.100.61", 44*time.Millisecond)
	const kind = 18
	me, you := w.pair(pc, 8000, phone, 18520, 8000, "G729", kind)

	words := func(octave int) []sound {
		var score []sound
		for i, vowel := range []byte("aeiou") {
			hz := scale[i] / octave
			score = append(score, sound{vowel, 260, hz, hz + hz/40})
		}
		return append(score, sound{'.', 260, 0, 0},
			sound{'m', 120, scale[2] / octave, scale[2] / octave}, sound{'a', 220, scale[2] / octave, scale[0] / octave},
			sound{'s', 120, 0, 0}, sound{'o', 240, scale[3] / octave, scale[1] / octave},
			sound{'t', 60, 0, 0}, sound{'i', 300, scale[4] / octave, scale[0] / octave},
			sound{'.', 180, 0, 0}, sound{'m', 700, 240 / octave, 780 / octave})
	}
	mine := append(words(1), pause(3600)...)
	mine = append(mine, words(1)...)
	theirs := append(pause(3500), words(2)...)
	theirs = append(append(theirs, pause(1200)...), words(2)[:3]...)
	me.voice.score, you.voice.score = mine, theirs
	const begin = 90 * time.Millisecond
	sent, heard := g729Packets(g729Voice(21, mine), kind), g729Packets(g729Voice(22, theirs), kind)
	w.lose(heard, 40, 140, 40)
	me.say(begin, sent)
	you.say(begin+33*time.Millisecond, heard)
	for k, at := range []time.Duration{2400 * time.Millisecond, 6900 * time.Millisecond} {
		w.at(at, func() { me.report("") })
		w.at(at+time.Duration(700+160*k)*time.Millisecond, func() { you.report("") })
	}
	w.at(5*time.Second, func() { w.resolve(pc, router, "maps.example.com", "192.0.2.57", nil) })

	w.run()
	return w, w.pcap(65535)
}

// opusCall: a call over SIP in Opus, of which only SILK is used, as a browser
// would make it years later. Pauses are not sent; some packets say in an
// extension how loud they are, one is padded.
func opusCall() (*world, []byte) {
	w := newWorld("2013-03-05 19:41:08.446213", 0x6f707573)
	pc, router, _ := w.exposed(0)
	proxy := w.remote("198.51.100.5", 33*time.Millisecond)
	phone := w.remote("192.0.2.95", 49*time.Millisecond)
	const port, farPort, kind = 52044, 33870, 111

	me, you := w.pair(pc, port, phone, farPort, 48000, "opus", kind)
	attributes := []string{"rtpmap:111 opus/48000/2", "fmtp:111 minptime=20;usedtx=1;maxplaybackrate=16000;stereo=0",
		"extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level", "ptime:20", "sendrecv"}
	d := w.dialog(pc, proxy, phone, "Example Softphone 5.2", "Example Browser 25")
	d.offer = sdp(pc.ip, port, 3571500068, "111 9 0", append(attributes, "rtpmap:9 G722/8000", "rtpmap:0 PCMU/8000")...)
	d.answer = sdp(phone.ip, farPort, 3571500069, "111", attributes...)

	words := func(octave int) []sound {
		score := melody(octave)
		for i := range score {
			if score[i].kind == '-' { // SILK has no tones: it is hummed
				score[i] = sound{'m', 600, 160 / octave, 760 / octave}
			}
		}
		return score
	}
	mine := append(words(1), pause(3200)...)
	mine = append(mine, words(1)[:2]...)
	theirs := append(pause(3400), words(2)...)
	theirs = append(append(theirs, pause(300)...), words(2)[:2]...)
	me.voice.score, you.voice.score = mine, theirs
	sent, heard := opusPackets(mine, kind), opusPackets(theirs, kind)
	sent[31].pad = 4
	w.lose(heard, 10, len(heard)-2, 90)

	const called, answers = 80 * time.Millisecond, 1200 * time.Millisecond
	w.at(called, func() {
		d.ring(answers, func() {
			me.say(w.now+24*time.Millisecond, sent)
			you.say(w.now+52*time.Millisecond, heard)
		})
	})
	for k, at := range []time.Duration{2200 * time.Millisecond, 6100 * time.Millisecond} {
		w.at(called+answers+at, func() { me.report("") })
		w.at(called+answers+at+time.Duration(800-350*k)*time.Millisecond, func() { you.report("") })
	}
	w.at(called+answers+8*time.Second, func() {
		d.hang()
		me.report("")
		you.report("bye")
	})
	w.at(500*time.Millisecond, func() { w.whoHas(router, pc) })

	w.run()
	return w, w.pcap(65535)
}

// opusPackets writes a score as packets of 20 ms. Of a pause only its first 60 ms
// are sent, and from then on a frame every 400 ms.
func opusPackets(score []sound, kind uint8) []rtpFrame {
	var frames []silkFrame
	var places []rtpFrame
	quiet, place := 0, uint32(0)
	for _, s := range score {
		n := s.ms / 20
		for i := range n {
			f := silkFrame{Vowel: s.kind, Gain: -20, Active: true}
			switch {
			case s.from > 0:
				f.Pitch = min(max(s.from+(s.to-s.from)*i/n, 60), 480)
			case s.kind == 't' && i < n/2 || s.kind == '.':
				f = silkFrame{Gain: -62}
			case s.kind == 't':
				f.Vowel, f.Gain = 'f', -28
			default:
				f.Gain = -28
			}
			if f.Active {
				quiet = 0
			} else {
				quiet++
			}
			if quiet <= 3 || quiet%20 == 0 {
				p := rtpFrame{tick: place, kind: kind, marker: len(places) == 0 || f.Active && place-places[len(places)-1].tick > 960}
				if place/960%5 == 2 { // RFC 6464: loudness in dB below the most, and whether somebody speaks
					voice := byte(0)
					if f.Active {
						voice = 0x80
					}
					p.ext = []byte{0x10, voice | byte(-f.Gain)}
				}
				frames, places = append(frames, f), append(places, p)
			}
			place += 960
		}
	}
	for i, b := range silkVoice(frames) {
		places[i].body = b
	}
	return places
}
