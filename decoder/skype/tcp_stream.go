package skype

import "strconv"

// An obfuscated stream, in each direction:
//
//	+------------------+----------------------------------+---------------------
//	| seed             | hello                            | messages ...
//	| 4 bytes, clear   | 10 bytes, keystream bytes 0 to 9 | keystream from byte 0 again
//	+------------------+----------------------------------+---------------------
//
//	hello    nn nn 00 00 00 01 00 00 00 vv
//	message  varint length * 2 + kind, then that many bytes
//	           kind 1, control:  01 and a sequence number: ack
//	                             03 and padding
//	           kind 0, data:     a sequence number and commands
//
// The keystream is used twice, so what was sent at byte 4+i and at byte 14+i differ by nothing
// but their plaintexts: with the ten bytes of the hello known, the first ten of the first message
// follow, without a key. Biondi & Desclaux 2006, slides 48 and 72-73; skypeopensource.
//
// Two things make the proof without knowing the whole hello. The padding is not random: each of
// its bytes is the one before times 205 plus 113, the lowest byte of a linear congruential
// generator (2 of 2 sides in the SkypeIRC capture of 2006, 77 of 77 in one of 2015: our finding).
// And a data message must have lengths that fit its packet and a request id one below its number.

// helloPlain is the hello of a 1.2 client (4 of 4).
var helloPlain = [10]byte{0, 1, 0, 0, 0, 1, 0, 0, 0, 1}

// nextPad is the byte of padding that follows b.
func nextPad(b byte) byte { return b*205 + 113 }

type openForm uint8

const (
	formUnknown openForm = iota
	formPadding          // shown by the padding behind it
	formAck              // an acknowledgement
	formData             // a data message
)

// An opening is the beginning of one obfuscated direction.
type opening struct {
	at    int // of the seed, in Data
	n     int // bytes behind the hello that can be found: up to 10
	end   int // of the packet that holds them
	form  openForm
	bits  int // chance would do it once in 2^bits
	plain [10]byte
	know  [10]byte // which bits of plain are known
	hello [10]byte
	knowH [10]byte
	body  int // bytes of the first message behind its length, -1 unknown
	used  int // bytes the first message takes, its length included; 0 unknown
	seq   uint16
	cmd   uint32
	flags uint8
}

// readOpening looks for the hello of an obfuscated stream at a place of a side.
func readOpening(s *StreamSide, at int) *opening {
	if s.have(at) < 14 {
		return nil
	}
	o := &opening{at: at, n: min(10, s.have(at)-14), body: -1}
	// What every hello has in common.
	o.hello = [10]byte{5: 1}
	o.knowH = [10]byte{0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xf0} // of the last, 1, 3 and 15 are known
	if o.n <= 0 {
		return o
	}
	o.end = s.cut(at + 14)
	var raw [10]byte
	for i := range o.n {
		raw[i] = s.Data[at+4+i] ^ s.Data[at+14+i]
	}
	for i := range o.n {
		o.know[i] = o.knowH[i]
		o.plain[i] = (raw[i] ^ o.hello[i]) & o.know[i]
	}
	o.padding(raw[:o.n])
	if o.form == formUnknown {
		o.client(raw[:o.n])
	}
	return o
}

// padding tries whether the first message is padding.
func (o *opening) padding(raw []byte) {
	for marks := 1; marks <= 2; marks++ { // bytes of the length
		k := marks + 1
		var p [10]byte
		for i := k; i < len(raw); i++ {
			p[i] = raw[i] ^ helloPlain[i]
		}
		steps, good := 0, true
		for i := k; i+1 < min(len(raw), 9) && good; i++ {
			good = p[i+1] == nextPad(p[i])
			steps++
		}
		if marks == 2 && (len(raw) < 4 || raw[2] != 3) {
			good = false
		}
		if !good || steps < 3 {
			continue
		}
		o.form, o.bits = formPadding, 8*steps
		for i := k; i < len(raw); i++ {
			o.plain[i], o.know[i] = p[i], 0xff
		}
		if len(raw) == 10 {
			o.plain[9] = nextPad(p[8])
			o.hello[9], o.knowH[9] = raw[9]^o.plain[9], 0xff
			switch o.hello[9] {
			case 1, 3, 15:
				o.bits += 6
			}
		}
		// The message is all of its packet, so its length is known, and with it the rest of the hello.
		if body := o.end - o.at - 14 - marks; marks == 1 && body <= 63 || marks == 2 && body > 63 {
			o.body, o.used = body, marks+body
			l := body<<1 | 1
			if marks == 1 {
				o.plain[0], o.plain[1] = byte(l), 3
			} else {
				o.plain[0], o.plain[1], o.plain[2] = byte(l)|0x80, byte(l>>7), 3
			}
			for i := range 2 {
				o.know[i] = 0xff
				o.hello[i], o.knowH[i] = raw[i]^o.plain[i], 0xff
			}
		}
		return
	}
}

// client tries the hello of a 1.2 client, which is known as a whole.
func (o *opening) client(raw []byte) {
	var p [10]byte
	for i := range raw {
		p[i] = raw[i] ^ helloPlain[i]
	}
	rest := o.end - o.at - 14
	form, bits, body, used := formUnknown, 0, 0, 0
	var seq uint16
	var cmd uint32
	var flags uint8
	switch {
	case len(raw) >= 4 && p[0] == 7 && p[1] == 1:
		form, bits, body, used = formAck, 16, 3, 4
		seq = uint16(p[2])<<8 | uint16(p[3])
	default:
		l, at := shortVarint(p[:len(raw)])
		body = int(l >> 1)
		if at == 0 || l&1 != 0 || at+body != rest || at+2 > len(raw) {
			return
		}
		seq = uint16(p[at])<<8 | uint16(p[at+1])
		bits = 8
		n, k := shortVarint(p[at+2 : len(raw)])
		if k == 0 {
			return
		}
		c, m := shortVarint(p[at+2+k : len(raw)])
		if m == 0 || int(n) != body-2-k-m {
			return
		}
		bits += 8
		flags = uint8(c & 7)
		cmd = uint32(c >> 3)
		if flags == 0 || flags > 3 || findCommand(cmd, flags) == nil {
			return
		}
		bits++
		list := at + 2 + k + m
		if flags&hasRid != 0 {
			if list+2 > len(raw) {
				return
			}
			rid := uint16(p[list])<<8 | uint16(p[list+1])
			if flags == FlagsRequest {
				if rid != seq-1 {
					return
				}
				bits += 16
			}
			list += 2
		}
		if list < len(raw) {
			if p[list] != 0x41 && p[list] != 0x42 {
				return
			}
			bits += 7
		}
		form, used = formData, at+body
	}
	o.form, o.bits, o.body, o.used, o.seq, o.cmd, o.flags = form, bits, body, used, seq, cmd, flags
	for i := range raw {
		o.plain[i], o.hello[i] = p[i], helloPlain[i]
		o.know[i], o.knowH[i] = 0xff, 0xff
	}
}

// shortVarint reads a varint of at most three bytes; n is 0 when there is none.
func shortVarint(b []byte) (v uint64, n int) {
	for i := 0; i < 3 && i < len(b); i++ {
		v |= uint64(b[i]&0x7f) << (7 * i)
		if b[i] < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}

// title names the first message: "padding", "ack of 3518", "command 30 First command".
func (o *opening) title() string {
	switch o.form {
	case formPadding:
		return "padding"
	case formAck:
		return "ack of " + hex16(o.seq)
	case formData:
		return "command " + commandTitle(o.cmd, o.flags, findCommand(o.cmd, o.flags))
	}
	return "first message"
}

// certain is how many bytes of plain from the first on are known in all their bits.
func (o *opening) certain() int {
	n := 0
	for i := range o.n {
		if o.know[i] == 0xff {
			n++
		}
	}
	return n
}

// open adds what is known of an obfuscated side to a talk.
func (t *Talk) openSide(side int, o *opening) {
	if o == nil {
		return
	}
	t.open[side] = o
	text := "seed and hello"
	if o.knowH[9] == 0xff {
		text += " " + strconv.Itoa(int(o.hello[9]))
	}
	t.mark(Mark{Side: side, At: o.at, Len: 14, Name: "hello", Text: text, kind: markHello})
	if o.n > 0 {
		t.Reused[side] = append([]byte(nil), o.plain[:o.n]...)
		t.Known[side] = o.certain()
		n := o.end - o.at - 14
		if o.form != formUnknown && o.used > 0 {
			n = min(n, o.used)
		}
		m := Mark{Side: side, At: o.at + 14, Len: n, Name: o.title(), kind: markFirst}
		switch o.form {
		case formPadding:
			m.Text = "padding of " + count(n, "byte")
		case formUnknown:
			m.Text = count(n, "byte") + " obfuscated"
		default:
			m.Text = o.title()
		}
		t.mark(m)
	}
}

// readStream reads an obfuscated stream, with or without a key exchange before it.
func readStream(sides *[2]StreamSide, opener int, probed bool) *Talk {
	var open [2]*opening
	bits := 0
	for i := range sides {
		o := readOpening(&sides[i], 0)
		if o == nil || !sides[i].Start && o.bits < 32 {
			continue // in the middle of a stream there is no hello
		}
		open[i] = o
		bits += o.bits
	}
	if bits < 16 {
		if t := readModern(sides, opener); t != nil {
			return t
		}
	}
	t := &Talk{Kind: TalkSupernode, Odds: bits, Says: "An obfuscated stream between two nodes."}
	if sides[1-opener].Port == 80 {
		t.Kind = TalkPort80
		t.Says = "An obfuscated stream on port 80, where a firewall expects HTTP."
	}
	need := 32
	if probed {
		need = 16
		t.Says = "The connection to a supernode that has accepted a probe."
	}
	switch {
	case bits >= need:
		t.Sure = true
		t.Why = reasons(open) + "; chance does that " + onceIn(bits)
		if probed {
			t.Why += ", and the same address and port had accepted a probe"
		}
	case bits >= 16:
		t.Why = reasons(open)
		t.Doubt = "chance does that " + onceIn(bits) + ", so in a large capture a stream of something else may look the same"
	case probed && looksOpen(&sides[opener]) && (sides[1-opener].have(0) == 0 || looksOpen(&sides[1-opener])):
		t.Odds = 0
		t.Why = "the same address and port had accepted a probe, and the first bytes look random"
		t.Doubt = "nothing in its bytes shows that it is Skype"
	default:
		return nil
	}
	for i := range open {
		t.openSide(i, open[i])
	}
	return t
}

// looksOpen reports that a side may begin with a seed and a hello.
func looksOpen(s *StreamSide) bool {
	n := s.cut(0)
	return n >= 14 && noise(s.Data[:min(n, 64)])
}

func reasons(open [2]*opening) string {
	s := ""
	for _, o := range open {
		if o == nil {
			continue
		}
		r := ""
		switch o.form {
		case formPadding:
			r = "the padding behind the hello comes out of Skype's generator"
		case formData:
			r = "the keystream used twice gives a message whose lengths and ids fit"
		case formAck:
			r = "the keystream used twice gives an ack"
		}
		if r == "" || r == s {
			continue
		}
		if s != "" {
			s += ", and "
		}
		s += r
	}
	return s
}

// Lengths of the key exchange of 5.x: a number of 384 bits and some padding, and the half of an
// MD5 sum. (skypeopensource; 39 conversations of a capture of 2015)
const (
	exchangeMin   = 48
	exchangeMax   = 112
	exchangeCheck = 8
)

// readModern reads a stream with a key exchange in front. What it agrees on is part of the key,
// but the keystream is still used twice, so that the padding can still be told.
func readModern(sides *[2]StreamSide, opener int) *Talk {
	t := &Talk{Kind: TalkModern, Says: "A stream of Skype 5 or later: the two ends agree on a key first, and no byte of what follows can be read."}
	bits := 0
	var lens [2]int
	for i := range sides {
		s := &sides[i]
		if !s.Start {
			return nil
		}
		first := s.cut(0)
		if first < exchangeMin || first > exchangeMax || !noise(s.Data[:first]) {
			if i == opener || s.have(0) > 0 {
				return nil
			}
			continue
		}
		lens[i] = first
		if o := readOpening(s, first+exchangeCheck); o != nil && o.form == formPadding {
			bits += o.bits
			t.openSide(i, o)
		}
	}
	s := &sides[opener]
	n := lens[opener]
	check := s.cut(n) - n
	switch {
	case bits >= 32:
		t.Sure = true
		t.Odds = bits
		t.Why = "behind the key exchange, the keystream used twice shows padding of Skype's generator; chance does that " + onceIn(bits)
	case check == exchangeCheck && len(s.Data) >= n+check && lens[1-opener] > 0:
		t.Why = "first messages of " + count(lens[opener], "byte") + " and " + count(lens[1-opener], "byte") + ", then one of exactly 8, as in a key exchange of 5.x"
		t.Doubt = "only sizes speak for it, unless the same host speaks Skype elsewhere"
	default:
		return nil
	}
	for i, n := range lens {
		if n == 0 {
			continue
		}
		t.mark(Mark{Side: i, At: 0, Len: n, Name: "key exchange", Text: "key exchange of " + count(n, "byte"), kind: markExchange})
		if s := &sides[i]; s.have(n) >= exchangeCheck && s.cut(n) == n+exchangeCheck {
			t.mark(Mark{Side: i, At: n, Len: exchangeCheck, Name: "key check", Text: "8 bytes that end the key exchange", kind: markCheck})
		}
	}
	return t
}
