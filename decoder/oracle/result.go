package oracle

import (
	"slices"
	"strconv"

	"somscope/decoder/internal/order"
)

// A Result is what is known of one message, by its packet.
type Result struct {
	Kind                Kind
	Plain               []byte // nil unless Confirmed or Inferred
	RidAt               int    // where the request id lies in Plain; -1: there is none, or no Plain
	Template            string // "probe request"
	How                 string // one sentence; also of a Class or Near, when nothing was read
	Tried               uint64 // candidates compared until this one was found; 2^32 and more: solved for, which any text can be
	SolvedAt, SolvedLen int
	Agree               []uint32 // packets, at most 8
	Agreeing            int
	Class               uint32 // from 1; 0: none. Confirmed messages may have one, too
	Near                uint32 // from 1; 0: none. Only unread ones have one

	Answers, AnsweredBy []Link   // AnsweredBy has at most 64
	Retransmits         uint32   // packet plus 1; 0: none
	Twice               bool     // what it retransmits has the same IV: the same datagram, captured twice
	Again               []uint32 // packets, at most 64
	Resends, ResentBy   uint32   // packet plus 1
	Token               uint32   // packet plus 1; Resend: the NAck whose token it has; NAck: the Resend that has it
	Fragments           []uint32 // packet plus 1 by index
	Whole               bool
}

// A Link joins a question and an answer.
type Link struct {
	Packet       uint32
	Proof, Doubt string
}

// maxList bounds the lists of a Result.
const maxList = 64

// Result returns what is known of the message in a packet (from 0), or nil when it is no message
// of the Reader. It is valid at any time and grows.
func (r *Reader) Result(packet uint32) *Result {
	i, ok := r.find(packet)
	if !ok {
		return nil
	}
	m := r.at(i)
	res := &Result{RidAt: -1}
	if m.obscured() {
		r.text(res, i)
	}
	if m.answers != 0 {
		res.Answers = []Link{r.answer(m, r.at(m.answers-1).packet)}
	}
	for a := m.head; a != 0 && len(res.AnsweredBy) < maxList; a = r.at(a - 1).more {
		res.AnsweredBy = append(res.AnsweredBy, r.answer(r.at(a-1), r.at(a-1).packet))
	}
	order.Stable(res.AnsweredBy, func(a, b Link) int { return int(int64(a.Packet) - int64(b.Packet)) })
	if m.first != 0 {
		res.Retransmits, res.Twice = r.packet(m.first), m.twice
	}
	if m.first == 0 {
		for a := m.next; a != 0 && len(res.Again) < maxList; a = r.at(a - 1).next {
			res.Again = append(res.Again, r.at(a-1).packet)
		}
	}
	switch m.fn {
	case fnCommand:
		res.ResentBy = r.packet(r.origin(i).other)
	case fnResend:
		res.Resends, res.Token = r.packet(m.other), r.packet(m.pair)
	case fnNAck:
		res.Token = r.packet(m.pair)
	case fnFragment:
		if m.other != 0 {
			g := &r.groups[m.other-1]
			res.Fragments = slices.Clone(g.parts)
			res.Whole = int(g.lastN) == len(g.parts) && !slices.Contains(g.parts, 0)
		}
	}
	return res
}

// packet is the packet plus 1 of an index plus 1.
func (r *Reader) packet(i uint32) uint32 {
	if i == 0 {
		return 0
	}
	return r.at(i-1).packet + 1
}

// answer describes why m answers what it answers, as a link to a packet.
func (r *Reader) answer(m *msg, packet uint32) Link {
	l := Link{Packet: packet}
	switch m.proof {
	case sameID:
		l.Proof = "the same id " + hex16(m.id)
	case namesID:
		l.Proof = "it names the id " + hex16(m.reply)
	case sameRid:
		l.Proof = "its text was read, and the request id in it is that of the question"
	case equalWith:
		l.Proof = "with the request id of this question its text equals that of other replies"
	case equalAlso:
		l.Proof = "with the request id of this question its text equals that of other replies"
		l.Doubt = "it does with that of another question, too"
	case onlyTime:
		l.Proof = "the first message from there after the question"
		l.Doubt = "only the time speaks for it"
	case timeAndMore:
		l.Proof = "the first message from there after the question"
		l.Doubt = "only the time speaks for it, and other questions were open as well"
	}
	return l
}

func hex16(n uint16) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[n>>12], digits[n>>8&15], digits[n>>4&15], digits[n&15]})
}

// text fills in what is known of the text of the message at index i.
func (r *Reader) text(res *Result, i uint32) {
	m, o := r.at(i), r.origin(i)
	res.Kind = r.kind(o)
	if o.class != 0 {
		s := &r.sets[o.class-1]
		res.Class = s.number
		res.How = r.howEqual(s)
	}
	if o.near != 0 {
		res.Near, res.How = o.near, r.nears[o.near-1].how()
	}
	if o.read != 0 && res.Kind != Equal && res.Kind != Unread {
		d := &r.reads[o.read-1]
		res.Plain, res.RidAt = withRid(d.text, int(d.ridAt), d.rid), int(d.ridAt)
		res.Template, res.Tried = d.name, d.tried
		res.SolvedAt, res.SolvedLen = int(d.solvedAt), int(d.solvedLn)
		res.Agree, res.Agreeing = slices.Clone(d.agree), d.agreeing
		res.How = r.how(d, res.Kind)
	}
	if m == o || res.How == "" {
		return
	}
	switch {
	case m.fn == fnResend:
		res.How = "It repeats packet " + strconv.FormatUint(uint64(o.packet)+1, 10) + ", whose id and checksum it has. " + res.How
	default:
		res.How = "It is packet " + strconv.FormatUint(uint64(o.packet)+1, 10) + " once more, with the same id and checksum. " + res.How
	}
}

// how says in one sentence how a text was read.
func (r *Reader) how(d *read, k Kind) string {
	var s string
	switch d.by {
	case byForm:
		switch {
		case d.name == NamePong && d.solvedLn != 0:
			s = "The IP follows from the checksum, and it is one that Acks and NAcks report to another host."
		case d.name == NamePong && d.agreeing > 0:
			s = "The text of a pong is known but for request id and address, and the address that was reported to the receiver fits the checksum."
		case d.name == NamePong:
			s = "The text of a pong is known but for request id and address, and the receiver's own address fits the checksum."
		case d.role == request:
			s = "The text is known but for the request id, which is the message's id less one, and so it fits the checksum."
		default:
			s = "The text is known but for the request id, and that of a question asked before fits the checksum."
		}
	case bySweep:
		s = "All commands of one and two bytes with small lists were tried, and this is the one that fits the checksum."
	case byOrphan:
		s = "The text is known but for the request id, whose question is not in the capture; the checksum gives the id and has 16 bits left that fit."
	case byPort:
		s = "The text of a pong is known, the IP was reported, and the checksum gives the port and has 16 bits left that fit."
	case byContacts:
		s = "The text is known but for five addresses, and five of " + strconv.Itoa(int(d.contacts)) + " hosts that the receiver contacted about then fit the checksum in one order."
	case bySolving:
		s = "It answers a ping and is as long as a pong; if it is one that tells the port it came to, the IP follows from the checksum, which then has nothing left to confirm it."
		if d.agreeing > 1 {
			s += " That other pongs give the same IP shows that the texts are equal, not that they are right."
		}
		return s
	}
	if k == Inferred {
		s += " So many candidates were compared in this capture that chance cannot be excluded."
	}
	return s
}
