package flow

// Features is what the index pass learns about a UDP flow in constant space. The fields are
// counts and the last of each thing seen; what they speak for is judged elsewhere. Pairs are
// indexed by direction, 0 from A to B. Packet numbers count from 0.
type Features struct {
	// What every datagram touches comes first, so that it shares a few cache lines.

	Payloads [2]uint32         // datagrams with payload, duplicates left out
	Kinds    [KindCount]uint32 // by layout; Kinds[Odd] fits none
	Bit7     uint32            // datagrams of 3 bytes or more with the top bit of byte 2 set

	// What stays the same from one datagram to the next of the same direction.
	SameID    uint32 // bytes 0..1, where Skype would count on
	SameHead  uint32 // bytes 0..3
	SameHead5 uint32 // of those, byte 4 differs: the E2O layout
	LengthAt2 uint32 // bytes 2..3 and the length differ by the same small number
	Compared  uint32 // bytes of commands and data compared with those before them: 3..6 and 11..14
	Repeats   uint32 // of those, equal

	opening  uint8
	ringN    uint8
	lastKind Kind
	// StepOne is how often a command's id was the one before plus 1, in either order of its
	// bytes, less how often it was not: 0 to 255.
	StepOne uint8
	base    int64  // ns; what ms are counted from
	Stats   *Stats // from the ninth datagram on
	prev    [2]previous

	Nibbles [16]uint32 // low nibble of byte 2, of datagrams of 3 bytes or more

	// Foreign counts datagrams that fit another protocol; Sequence those that continue an
	// RTP stream: version 2, same SSRC and payload type, next number.
	Foreign       [ForeignCount]uint32
	Sequence      uint32
	ForeignPacket uint32 // the first of Foreign or Sequence

	Opening    [8]Message // the first datagrams in the order of the file
	StepTwo    [2]uint32  // a command's id is the one before plus 2
	StepOther  [2]uint32  // it is not
	Duplicates uint32

	// Reported addresses: bytes 3..6 of Acks and NAcks.
	Told       [2]uint32 // the first address that direction reported
	ToldAgree  [2]uint32 // Acks and NAcks that reported it
	ToldOther  [2]uint32 // that reported another
	ToldPacket [2]uint32

	Answered      uint32 // Acks and NAcks that repeat the id of a recent command from the other side
	AnsweredAt    [2]uint32
	NAckResends   uint32 // NAck and resend that agree in id and token
	NAckResendAt  [2]uint32
	ResendTo      [2]uint32 // the address in the last resend of each direction
	ResendCRC     uint32    // resends with the id and CRC of a recent command of the same side
	Retransmitted uint32    // commands with id and CRC of a recent one, other IV and ciphertext
	RetransmitAt  [3]uint32 // the first such command and up to two repetitions
	RetransmitMs  [2]int32  // how long after the one before each of those came, or -1

	FragmentsInOrder uint32    // fragments that follow the one before: same ids, index + 1
	FragmentsLast    uint32    // of those, with the last flag
	FragmentAnswers  uint32    // fragments that name the id of a recent command from the other side
	FragmentAt       [4]uint32 // the first fragments

	nack     [2]token
	resend   [2]token
	fragment [2]struct {
		id, reply uint16
		index     uint8
		on        bool
	}
	ring [6]command
}

// previous is what is kept of the datagram before in one direction.
type previous struct {
	w0, w1 uint64
	n      int32
	other  uint32 // of the RTP source that spoke before this one: half of its number, and its sequence
}

// A Message is one datagram of a flow's opening.
type Message struct {
	Packet uint32
	Ms     int32 // since the flow's first datagram
	Len    uint16
	Func   uint8 // byte 2
	Dir    uint8 // 0 from A to B
	Kind   Kind
}

type token struct {
	token, packet uint32
	id            uint16
	on            bool
}

// A command is a recent datagram of type 02.
type command struct {
	crc, iv, tail uint32
	packet        uint32
	ms            int32
	id            uint16
	dir           uint8
	timed, on     bool
}

// Head returns the first four bytes of the last datagram of a direction; 0 before the first one.
func (x *Features) Head(dir int) uint32 { return uint32(x.prev[dir].w0 >> 32) }

// Messages returns the opening of the flow.
func (x *Features) Messages() []Message { return x.Opening[:x.opening] }

// Fits is the number of datagrams that fit a layout of Skype.
func (x *Features) Fits() uint32 {
	return x.Payloads[0] + x.Payloads[1] - x.Kinds[Odd]
}

// Strangers is the number of datagrams that fit another protocol.
func (x *Features) Strangers() uint32 {
	n := x.Sequence
	for _, c := range x.Foreign[1:] {
		n += c
	}
	return n
}

// closeAt is the number of datagrams after which a flow that most of the time fits no layout,
// and does not begin each datagram with the same bytes as a gateway does, is not looked at any
// further: it is not Skype, and more of the same would tell nothing. Its counts are those of
// its beginning. In a large capture of anything else but Skype this saves up to a third of the pass.
const closeAt = 64

func (x *Features) hopeless() bool {
	n := x.Payloads[0] + x.Payloads[1]
	return n >= closeAt && x.Kinds[Odd]*4 > n*3 && x.SameHead*4 < n
}

// add learns one datagram.
func (x *Features) add(p *head) {
	prev := &x.prev[p.dir]
	again := x.Payloads[p.dir] > 0
	if again && p.w0 == prev.w0 && p.w1 == prev.w1 && int32(p.n) == prev.n && p.n > 4 {
		x.Duplicates++
		x.lastKind = KindCount
		return
	}
	x.Payloads[p.dir]++
	k := p.kind()
	x.Kinds[k]++
	x.lastKind = k
	if p.n >= 3 {
		x.Nibbles[p.fn()&15]++
		x.Bit7 += uint32(p.fn() >> 7)
	}
	if int(x.opening) < len(x.Opening) {
		x.Opening[x.opening] = Message{Packet: p.packet, Ms: p.ms, Len: uint16(min(p.n, 1<<16-1)), Func: p.fn(), Dir: p.dir, Kind: k}
		x.opening++
	}
	if o := p.foreign(); o != NotForeign {
		x.stranger(p)
		x.Foreign[o]++
	} else if p.w0>>62 == 2 && again && p.at8() == uint32(prev.w1>>32) && (p.w0^prev.w0)>>48&0x7f == 0 && uint16(p.w0>>32)-uint16(prev.w0>>32)-1 < 4 {
		x.stranger(p)
		x.Sequence++
	} else if p.w0>>62 == 2 && again && prev.w0>>62 == 2 && p.at8() != uint32(prev.w1>>32) {
		// Sound and picture by turns.
		if d := p.w0>>32&0xffff - uint64(prev.other&0xffff); p.at8()<<16 == prev.other&^0xffff && uint16(d)-1 < 4 {
			x.stranger(p)
			x.Sequence++
		}
		prev.other = uint32(prev.w1>>32)<<16 | uint32(uint16(prev.w0>>32))
	}

	fresh := true // an id of its own is expected
	switch k {
	case Command:
		fresh = x.command(p)
	case Ack, NAck:
		fresh = false
		x.ack(p, k)
	case Resend:
		fresh = false
		x.resent(p)
	case Fragment:
		fresh = false
		x.fragmented(p)
	}
	if again {
		d := p.w0 ^ prev.w0
		if d>>48 == 0 && fresh {
			x.SameID++
		}
		if d>>32 == 0 {
			x.SameHead++
			if d>>24 != 0 {
				x.SameHead5++
			}
		}
		if off := p.n - int(uint16(p.w0>>32)); off == int(prev.n)-int(uint16(prev.w0>>32)) && off >= 0 && off <= 64 {
			x.LengthAt2++
		}
		if (k == Command || k == Data) && d>>40&0x8f == 0 && p.n >= 15 && prev.n >= 15 {
			x.Compared += 8
			x.Repeats += equalBytes(uint32(d>>8), 0) + equalBytes(uint32((p.w1^prev.w1)>>8), 0)
		}
	}
	prev.w0, prev.w1, prev.n = p.w0, p.w1, int32(p.n)
}

func (x *Features) stranger(p *head) {
	if x.Strangers() == 0 {
		x.ForeignPacket = p.packet
	}
}

// command files a datagram of type 02 and reports whether its id is a new one.
func (x *Features) command(p *head) bool {
	id, crc := p.id(), p.at7()
	var before *command
	for i := range x.ring {
		c := &x.ring[i]
		if !c.on || c.dir != p.dir {
			continue
		}
		if c.id == id && c.crc == crc {
			// A retransmission has a new IV, and so another keystream over the same
			// plaintext. Asking that the ciphertext differs too keeps out a counter
			// in an otherwise constant header.
			if equalBytes(c.iv, p.at3()) < 3 && equalBytes(c.tail, p.at11()) < 2 {
				x.retransmission(c, p)
			}
			c.iv, c.tail, c.packet, c.ms, c.timed = p.at3(), p.at11(), p.packet, p.ms, p.timed
			return false
		}
		if before == nil || c.packet > before.packet {
			before = c
		}
	}
	if before != nil {
		if id-before.id == 2 {
			x.StepTwo[p.dir]++
		} else {
			x.StepOther[p.dir]++
		}
		if CountsByOne(before.id, id) {
			x.StepOne = min(x.StepOne, 254) + 1
		} else {
			x.StepOne = max(x.StepOne, 1) - 1
		}
	}
	x.ring[x.ringN] = command{crc: crc, iv: p.at3(), tail: p.at11(), packet: p.packet, ms: p.ms, id: id, dir: p.dir, timed: p.timed, on: true}
	x.ringN = (x.ringN + 1) % uint8(len(x.ring))
	// An Ack or a resend may stand before it in the file.
	if n := &x.nack[1-p.dir]; n.on && n.id == id && n.packet > p.packet {
		x.answered(p.packet, n.packet)
	}
	return true
}

// CountsByOne reports that an id follows another in a count by one, in either order of its bytes.
func CountsByOne(before, id uint16) bool {
	d := id - before
	return d == 1 || d == 0x100 || d == 0x101 && before>>8 == 0xff
}

func (x *Features) retransmission(c *command, p *head) {
	gap := int32(-1)
	if c.timed && p.timed {
		gap = p.ms - c.ms
		if gap < 0 {
			gap = -gap
		}
	}
	switch x.Retransmitted {
	case 0:
		x.RetransmitAt = [3]uint32{c.packet, p.packet, p.packet}
		x.RetransmitMs = [2]int32{gap, -1}
	case 1:
		x.RetransmitAt[2] = p.packet
		x.RetransmitMs[1] = gap
	}
	x.Retransmitted++
}

// recent looks for a command of a direction with that id.
func (x *Features) recent(dir uint8, id uint16) *command {
	for i := range x.ring {
		if c := &x.ring[i]; c.on && c.dir == dir && c.id == id {
			return c
		}
	}
	return nil
}

func (x *Features) answered(question, answer uint32) {
	if x.Answered == 0 {
		x.AnsweredAt = [2]uint32{question, answer}
	}
	x.Answered++
}

// ack learns an Ack or NAck: id, function, your address, token.
func (x *Features) ack(p *head, k Kind) {
	told := p.at3()
	switch {
	case x.ToldAgree[p.dir] == 0:
		x.Told[p.dir], x.ToldAgree[p.dir], x.ToldPacket[p.dir] = told, 1, p.packet
	case x.Told[p.dir] == told:
		x.ToldAgree[p.dir]++
	default:
		x.ToldOther[p.dir]++
	}
	if c := x.recent(1-p.dir, p.id()); c != nil {
		x.answered(c.packet, p.packet)
	}
	x.nack[p.dir] = token{token: p.at7(), packet: p.packet, id: p.id(), on: true}
	if r := &x.resend[1-p.dir]; k == NAck && r.on {
		x.pair(&x.nack[p.dir], r)
	}
}

// resent learns a resend: id, function, 01, token, address, CRC.
func (x *Features) resent(p *head) {
	x.resend[p.dir] = token{token: p.at4(), packet: p.packet, id: p.id(), on: true}
	x.ResendTo[p.dir] = p.at8()
	if c := x.recent(p.dir, p.id()); c != nil && c.crc == p.at12() {
		x.ResendCRC++
	}
	if n := &x.nack[1-p.dir]; n.on {
		x.pair(n, &x.resend[p.dir])
	}
}

func (x *Features) pair(nack, resend *token) {
	if nack.id != resend.id || nack.token != resend.token {
		return
	}
	if x.NAckResends == 0 {
		x.NAckResendAt = [2]uint32{nack.packet, resend.packet}
	}
	x.NAckResends++
	resend.on = false
}

// fragmented learns a fragment: id, function, in reply to, index, inner type.
func (x *Features) fragmented(p *head) {
	f := &x.fragment[p.dir]
	id, reply, index := p.id(), uint16(p.w0>>24), p.byte(5)
	if f.on && f.id == id && f.reply == reply && index&15 == f.index+1 {
		x.FragmentsInOrder++
		x.FragmentsLast += uint32(index >> 7)
	}
	f.on, f.id, f.reply, f.index = true, id, reply, index&15
	if n := x.Kinds[Fragment]; int(n) <= len(x.FragmentAt) { // this one is counted
		x.FragmentAt[n-1] = p.packet
	}
	if x.recent(1-p.dir, reply) != nil {
		x.FragmentAnswers++
	}
}
