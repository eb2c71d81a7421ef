package skype

import (
	"encoding/binary"
	"math/bits"
	"strconv"
	"strings"

	"somscope/decoder/crc"
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// What the rest of the capture says of a datagram is shown below its own bytes: the packets it
// belongs with, its text when the checksum confirms one, the class of its equals, and the seed
// of its key. The last is in seed.go, the words for the packet list are in info.go.

// Layout of the messages that have a ciphertext: where it begins, and where the checksum stands.
func layout(fn uint8) (crcAt, cipherAt int) {
	switch fn {
	case 0x02:
		return 7, 11
	case 0x03:
		return 12, 16
	case 0x0f:
		return 11, 15
	}
	return 0, 0
}

// A datagram is a message with its bytes.
type datagram struct {
	m   message
	p   []byte // from the Start of Message on, as captured
	at  int    // of p in the buffer being read
	cut bool   // the capture cut it
}

// cipher is the ciphertext as captured and the checksum of its plaintext.
func cipher(fn uint8, p []byte) (c []byte, sum uint32, ok bool) {
	crcAt, at := layout(fn)
	if crcAt == 0 || len(p) < crcAt+4 {
		return nil, 0, false
	}
	return p[min(at, len(p)):], binary.BigEndian.Uint32(p[crcAt:]), true
}

// text returns the plaintext of a datagram when it is one: when its length and its checksum fit.
func text(fn uint8, p []byte, f *Facts) *Text {
	if f == nil || f.Text == nil || len(f.Text.Plain) == 0 {
		return nil
	}
	c, sum, ok := cipher(fn, p)
	if !ok || len(f.Text.Plain) < len(c) || crc.Sum(f.Text.Plain) != sum {
		return nil
	}
	return f.Text
}

func showFacts(d *dissect.D, g datagram, f *Facts) {
	showLinks(d, g, f)
	showPieces(d, g, f)
	showText(d, g, f)
	showEqual(d, f)
	showNear(d, f)
	showSeed(d, g, f)
}

// maxLinks is how many packets of a kind are listed.
const maxLinks = 64

func showLinks(d *dissect.D, g datagram, f *Facts) {
	if len(f.Answers)+len(f.AnsweredBy)+len(f.Again) == 0 && f.Retransmits|f.Resends|f.ResentBy|f.Token == 0 {
		return
	}
	d.Group(&specLinks, func(d *dissect.D) {
		links := func(sure, maybe *field.Spec, list []Link) {
			for _, l := range list[:min(len(list), maxLinks)] {
				s := sure
				if l.Doubt != "" {
					s = maybe
				}
				d.Aside(s, field.Uint(uint64(l.Packet)))
				if l.Proof != "" {
					d.Note("%s", l.Proof)
				}
				if l.Doubt != "" {
					d.Note("in doubt: %s", l.Doubt)
				}
			}
			if n := len(list) - maxLinks; n > 0 {
				d.HeadNote("%s more are not listed", count(n, "packet"))
			}
		}
		one := func(s *field.Spec, packet uint32, proof string) {
			if packet != 0 {
				d.Aside(s, field.Uint(uint64(packet)))
				d.Note("%s", proof)
			}
		}
		links(&specAnswers, &specAnswersMaybe, f.Answers)
		links(&specAnswered, &specAnsweredMaybe, f.AnsweredBy)
		one(&specRetransmits, f.Retransmits, "the same id and checksum, another IV")
		for _, p := range f.Again[:min(len(f.Again), maxLinks)] {
			one(&specAgain, p, "the same id and checksum, another IV")
		}
		one(&specResends, f.Resends, "the same id and checksum")
		one(&specResent, f.ResentBy, "the same id and checksum")
		if g.m.fn == 0x03 {
			one(&specTokenFrom, f.Token, "the same id and token")
		} else {
			one(&specTokenTo, f.Token, "the same id and token")
		}
	})
}

// pieceText is how many bytes of an answer a full fragment holds.
const pieceText = 1340

func showPieces(d *dissect.D, g datagram, f *Facts) {
	if g.m.fn != 0x0f || len(f.Fragments) == 0 || len(g.p) < 6 {
		return
	}
	index := int(g.p[5] & 0x0f)
	list := f.Fragments[:min(len(f.Fragments), maxLinks)]
	here := 0
	for _, p := range list {
		if p != 0 {
			here++
		}
	}
	d.Group(&specPieces, func(d *dissect.D) {
		if f.Whole {
			d.Head(field.Text(strconv.Itoa(here) + " of " + strconv.Itoa(len(list)) + " are here"))
		} else {
			d.Head(field.Text(count(here, "piece") + " here, the last is not"))
		}
		for i, p := range list {
			if p == 0 {
				d.Aside(&specPieceMissing, field.Uint(uint64(i)))
				continue
			}
			d.Aside(&specPiece, field.Uint(uint64(p)))
			if i == index {
				d.Note("index %d, this one", i)
			} else {
				d.Note("index %d", i)
			}
		}
		if c, _, ok := cipher(g.m.fn, g.p); ok && len(c) > 0 && !g.cut {
			from := index * pieceText
			d.Aside(&specPieceBytes, field.Text(strconv.Itoa(from)+" to "+strconv.Itoa(from+len(c)-1)))
			if index > 0 {
				d.Note("if the pieces before it are full")
			}
		}
	})
}

func showEqual(d *dissect.D, f *Facts) {
	e := f.Equal
	if e == nil {
		return
	}
	d.Group(&specEqual, func(d *dissect.D) {
		d.Head(field.Text("one of " + copies(e.Copies)))
		if e.How != "" {
			d.HeadNote("%s", strings.TrimSuffix(e.How, "."))
		}
		if f.Text == nil {
			d.HeadNote("the text itself is unknown")
		}
		d.Aside(&specClass, field.Uint(uint64(e.Class)))
		d.Aside(&specCopies, field.Uint(uint64(max(e.Copies, 0))))
		d.Aside(&specPeers, field.Uint(uint64(max(e.Peers, 0))))
		if e.RidAt < 0 {
			d.Aside(&specRidAt, field.Text("none"))
			d.Note("exact copies: nothing in them counts, so they are told one-way and carry no request id")
			return
		}
		d.Aside(&specRidAt, field.Text("bytes "+strconv.Itoa(e.RidAt)+" and "+strconv.Itoa(e.RidAt+1)+" of "+strconv.Itoa(e.Len)))
		if s := numberBefore(e.RidAt, e.Len); s != "" {
			d.Note("%s", s)
		}
	})
}

func showNear(d *dissect.D, f *Facts) {
	n := f.Near
	if n == nil {
		return
	}
	d.Group(&specNear, func(d *dissect.D) {
		d.Head(field.Text("one of " + strconv.Itoa(n.Copies)))
		if n.How != "" {
			d.HeadNote("%s", strings.TrimSuffix(n.How, "."))
		}
		where := "byte " + strconv.Itoa(n.HoleAt)
		if n.HoleLen > 1 {
			where = "bytes " + strconv.Itoa(n.HoleAt) + " to " + strconv.Itoa(n.HoleAt+n.HoleLen-1)
		}
		d.Aside(&specNearHole, field.Text(where+" of "+strconv.Itoa(n.Len)))
		for _, p := range n.Packets {
			d.Aside(&specNearPacket, field.Uint(uint64(p)))
		}
	})
}

func copies(n int) string {
	if n == 1 {
		return "1 copy"
	}
	return strconv.Itoa(n) + " copies"
}

// numberBefore says what a request id at byte at of a text of n bytes tells of the number of the
// command before it, taking it that the text is one command; "" when it tells nothing.
func numberBefore(at, n int) string {
	length := max(1, (bits.Len(uint(max(n-at, 0)))+6)/7) // bytes of its length
	switch at - length {
	case 1:
		return "so the number of the command has one byte and is below 16"
	case 2:
		return "so the number of the command has two bytes and is between 16 and 2047"
	case 3:
		return "so the number of the command has three bytes and is between 2048 and 262143"
	}
	return ""
}

func showText(d *dissect.D, g datagram, f *Facts) {
	if f.Text == nil {
		return
	}
	t := text(g.m.fn, g.p, f)
	c, sum, ok := cipher(g.m.fn, g.p)
	if t == nil || len(c) < len(t.Plain) && !g.cut {
		d.Aside(&specTextRefused, field.Text("the proposed text does not fit"))
		if ok && len(f.Text.Plain) >= len(c) {
			d.Note("its checksum is %s, the message carries %s", hex32(crc.Sum(f.Text.Plain)), hex32(sum))
		}
		return
	}
	_, at := layout(g.m.fn)
	from := []field.Range{d.Place(g.at+min(at, len(g.p)), g.at+len(g.p))}
	spec, name := &specText, "plaintext, confirmed by CRC32"
	if !t.Confirmed {
		spec, name = &specTextInferred, "plaintext, inferred"
	}
	how := t.How
	if how == "" {
		how = "A guess at the whole text that has the checksum which the message carries in the clear."
	}
	d.Derive(spec, field.Buffer{Name: name, Data: t.Plain, FileOff: -1, From: from, How: how, Exact: len(c) == len(t.Plain)},
		func(d *dissect.D) { readText(d, g, t, sum) })
	mark(d.Last(), t)

	if len(c) == 0 {
		return
	}
	stream := make([]byte, len(c))
	for i := range c {
		stream[i] = c[i] ^ t.Plain[i]
	}
	bytes := &specKeystreamBytes
	if !t.Confirmed {
		bytes = &specKeystreamInferred
	}
	d.Derive(&specKeystream, field.Buffer{Name: "keystream", Data: stream, FileOff: -1, From: from, Exact: true,
		How: "The ciphertext XOR the plaintext: what RC4 made out of a key that nobody had to know."},
		func(d *dissect.D) { d.Rest(bytes) })
}

// readText reads the plaintext of a datagram.
func readText(d *dissect.D, g datagram, t *Text, sum uint32) {
	place := byte(0x80) // whole, as a Command is
	if g.m.fn == 0x0f {
		place = g.p[5]
	}
	if place&0x0f != 0 {
		d.Rest(&specTextPiece)
	} else {
		id := g.m.id
		ReadCommands(d, CommandContext{ID: id, HasID: true, Partial: place&0x80 == 0})
	}
	if t.Name != "" {
		d.Aside(&specTemplate, field.Text(t.Name))
	}
	d.Aside(&specTextCRC, field.Uint(uint64(sum)))
	d.Note("the same as in the message")
	if s := oddsOf(t); s != "" {
		d.Aside(&specOdds, field.Text(s))
		if t.SolvedLen > 0 && !t.Confirmed {
			d.Note("%s solved for: any message of this form has a solution, so the checksum alone proves nothing", count(t.SolvedLen, "byte"))
		}
	}
	agree := &specAgree
	if t.SolvedLen > 0 && !t.Confirmed {
		agree = &specAlike
	}
	for _, p := range t.Agree[:min(len(t.Agree), 8)] {
		d.Aside(agree, field.Uint(uint64(p)))
	}
	if n := t.Agreeing - len(t.Agree); n > 0 && len(t.Agree) > 0 {
		d.Note("and %s more", count(n, "message"))
	}
}

// oddsOf says how likely chance is to have made a text fit, or "".
func oddsOf(t *Text) string {
	switch {
	case t.SolvedLen > 0 && !t.Confirmed:
		return "no odds can be given"
	case t.SolvedLen > 0 && t.Agreeing > 1:
		return count(t.Agreeing, "message") + " agree; two would by chance once in 4.3 billion"
	case t.Tried == 0:
		return ""
	}
	return odds(t.Tried) + ", after " + tries(t.Tried)
}

func tries(n uint64) string {
	if n == 1 {
		return "1 try"
	}
	return strconv.FormatUint(n, 10) + " tries"
}

// odds is n in 2^32 in words: 45 is "1 in 95 million".
func odds(n uint64) string {
	if n == 0 {
		return "none"
	}
	x := float64(1<<32) / float64(n)
	switch {
	case x >= 999.5e6:
		return "1 in " + strconv.FormatFloat(x/1e9, 'f', 1, 64) + " billion"
	case x >= 9.95e6:
		return "1 in " + strconv.FormatFloat(x/1e6, 'f', 0, 64) + " million"
	case x >= 999.5e3:
		return "1 in " + strconv.FormatFloat(x/1e6, 'f', 1, 64) + " million"
	case x >= 9.995e3:
		return "1 in " + strconv.FormatFloat(x/1e3, 'f', 0, 64) + ",000"
	case x >= 2:
		return "1 in " + strconv.FormatFloat(x, 'f', 0, 64)
	}
	return "none: chance would do"
}

// mark wraps the fields of a plaintext that hold solved bytes, so that the trust shown is theirs.
func mark(n *field.Node, t *Text) {
	if n == nil || t.SolvedLen <= 0 || t.SolvedAt < 0 || t.SolvedAt >= len(t.Plain) {
		return
	}
	spec := &specSolved
	if t.Confirmed {
		spec = &specSolvedAgreed
	}
	wrap(n, n.Range.Buf, t.SolvedAt, min(t.SolvedAt+t.SolvedLen, len(t.Plain)), spec)
}

// wrap puts the smallest fields below n that share bytes with [from, to) of a buffer into groups.
func wrap(n *field.Node, buf field.BufID, from, to int, spec *field.Spec) {
	for i := range n.Kids {
		k := &n.Kids[i]
		if k.Range.Buf != buf || k.Range.Len == 0 || k.Range.Off >= 8*to || k.Range.End() <= 8*from {
			continue
		}
		if len(k.Kids) > 0 && whole(k.Kids) {
			wrap(k, buf, from, to, spec)
			continue
		}
		note := ""
		a, b := max(from, k.Range.FirstByte()), min(to, k.Range.LastByte())
		if a != k.Range.FirstByte() || b != k.Range.LastByte() {
			note = "of it bytes " + strconv.Itoa(a) + " to " + strconv.Itoa(b-1)
		}
		inner := *k
		*k = field.Node{Spec: spec, Range: inner.Range, Note: note, Kids: []field.Node{inner}}
	}
}

// whole reports that fields are made of whole bytes, not of bits.
func whole(kids []field.Node) bool {
	for i := range kids {
		if r := kids[i].Range; r.Mask != 0 || r.Off%8 != 0 || r.Len%8 != 0 {
			return false
		}
	}
	return true
}
