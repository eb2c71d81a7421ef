package oracle

import (
	"somscope/decoder/crc"
)

// Names of texts, as Result.Template has them.
const (
	NameProbe    = "probe request"
	NamePing     = "ping request"
	NameAccept   = "probe accepted"
	NameRedirect = "probe redirected"
	NamePong     = "pong"
	NameNobody   = "search reply: nobody"
	NameNodes    = "node list request"
	NameEvent    = "event server reply"
	NameEmpty    = "command with an empty list"
	NameTwo      = "two commands with empty lists"
)

// A form is a text that can be predicted but for its request id, which is two zeros in it.
type form struct {
	name  string
	text  string
	ridAt int // -1: none
	role  role
}

// known are the texts of the SkypeIRC capture that every client sends alike. Its request ids
// are the message's id less one; a reply has that of the question.
var known = []form{
	{NameProbe, "\x04\xDA\x01\x00\x00\x42\x15", 3, request},
	{NamePing, "\x04\x9A\x02\x00\x00\x42\x15", 3, request},
	{NameAccept, "\x04\xE3\x01\x00\x00\x42\x15", 3, reply},
	{NameNobody, "\x05\x7B\x00\x00\x42\x3C\x25", 2, reply},
	{NameNodes, "\x08\xE2\x02\x00\x00\x42\xB3\x79\x93\x96\xA0", 3, request},
	{NameEvent, "\x07\x83\xC5\x02\x00\x00\x41\x01\x00\x2E\x00", 4, reply},
}

// knownSums are the checksums of known, with the zeros.
var knownSums = func() []uint32 {
	sums := make([]uint32, len(known))
	for i := range known {
		sums[i] = crc.Sum([]byte(known[i].text))
	}
	return sums
}()

// The pong is predictable but for the address it tells: IP and port follow, low byte first.
const (
	pongHead  = "\x0C\xA3\x02\x00\x00\x42\xFC\xDF\x1C"
	pongLen   = len(pongHead) + 6
	pongRidAt = 3
)

// The redirect is predictable but for the five addresses in it, written like the pong's.
const (
	redirectHead  = "\x25\xEB\x01\x00\x00\x42\xFB\x9E\xFD\x27"
	redirectLen   = len(redirectHead) + 5*6
	redirectRidAt = 3
)

// withRid returns text with the request id in it.
func withRid(text string, ridAt int, rid uint16) []byte {
	b := []byte(text)
	if ridAt >= 0 && ridAt+2 <= len(b) {
		b[ridAt], b[ridAt+1] = byte(rid>>8), byte(rid)
	}
	return b
}

// varint is n in Skype's form: seven bits a byte, the low ones first.
func varint(n int) string {
	var b []byte
	for ; n >= 0x80; n >>= 7 {
		b = append(b, byte(n)|0x80)
	}
	return string(append(b, byte(n)))
}

// roleOf tells the role from a command's flags, its low three bits; ok is false for patterns
// that were never seen.
func roleOf(cmd int) (o role, ok bool) {
	switch cmd & 7 {
	case 1:
		return oneWay, true
	case 2:
		return request, true
	case 3:
		return reply, true
	}
	return unclear, false
}

// command builds a command's text, with zeros for the request id, and says where that is.
func command(cmd int, list string) (text string, ridAt int) {
	c := varint(cmd)
	if cmd&2 == 0 {
		return string(rune(len(list))) + c + list, -1
	}
	return string(rune(2+len(list))) + c + "\x00\x00" + list, 1 + len(c)
}

// A shelf holds candidates that nobody has seen, but that could be: of one length, with the
// request id at one place.
type shelf struct {
	len   int
	ridAt int
	role  role
	size  int               // candidates, which is a few more than checksums
	sums  map[uint32]uint32 // checksum with zeros for the request id: number of the candidate
}

// The candidates of the shelves are numbered: first the commands with one of the lists, then the
// replies of the event server, then the pairs.
var (
	emptyLists = [...]string{"\x42\x15", "\x41\x00", "\x42\x3C\x25"}

	// smallCmds are the commands that protocols and captures tell of, as they stand in a message.
	smallCmds = [...]int{
		6<<3 | 2, 8<<3 | 3, 11<<3 | 1, 12<<3 | 1, 14<<3 | 2, 15<<3 | 3, 18<<3 | 2, 19<<3 | 3, 27<<3 | 2, 28<<3 | 3,
		29<<3 | 3, 30<<3 | 2, 31<<3 | 3, 35<<3 | 2, 36<<3 | 3, 37<<3 | 1, 38<<3 | 1, 40<<3 | 2, 41<<3 | 1, 42<<3 | 3,
		43<<3 | 1, 44<<3 | 2, 45<<3 | 3, 47<<3 | 1, 48<<3 | 2, 105<<3 | 1,
	}
)

const (
	maxCmd     = 1 << 14 // commands of one or two bytes
	eventCmd   = 5200<<3 | 3
	eventOne   = 1 << 14 // list of one number: id and value of a byte each
	eventTwo   = 1 << 14 // list of the number 2E: value of two bytes
	sweepLists = maxCmd * len(emptyLists)
	sweepEvent = sweepLists + eventOne + eventTwo
	sweepAll   = sweepEvent + len(smallCmds)*len(smallCmds)*4
)

// candidate builds the text of a number; ok is false where there is none.
func candidate(n int) (text string, ridAt int, o role, ok bool) {
	switch {
	case n < sweepLists:
		cmd := n % maxCmd
		if o, ok = roleOf(cmd); !ok {
			return "", 0, o, false
		}
		text, ridAt = command(cmd, emptyLists[n/maxCmd])
		return text, ridAt, o, true
	case n < sweepLists+eventOne:
		n -= sweepLists
		text, ridAt = command(eventCmd, "\x41\x01\x00"+string([]byte{byte(n >> 7), byte(n & 0x7F)}))
		return text, ridAt, reply, true
	case n < sweepEvent:
		n -= sweepLists + eventOne
		if n < 0x80 {
			return "", 0, o, false
		}
		text, ridAt = command(eventCmd, "\x41\x01\x00\x2E"+varint(n))
		return text, ridAt, reply, true
	}
	n -= sweepEvent
	a, b := smallCmds[n/4%len(smallCmds)], smallCmds[n/4/len(smallCmds)]
	if a&2 != 0 && b&2 != 0 {
		return "", 0, o, false // two request ids: nobody knows how they go together
	}
	one, ridAt := command(a, emptyLists[n&1])
	two, ridAt2 := command(b, emptyLists[n>>1&1])
	if ridAt2 >= 0 {
		ridAt = len(one) + ridAt2
		o, _ = roleOf(b)
	} else {
		o, _ = roleOf(a)
	}
	return one + two, ridAt, o, true
}

// lengthOf is the length of a candidate's text.
func lengthOf(n int) int {
	size := func(cmd, list int) int { return 2 + min(cmd>>7, 1) + cmd&2 + list }
	switch {
	case n < sweepLists:
		return size(n%maxCmd, len(emptyLists[n/maxCmd]))
	case n < sweepLists+eventOne:
		return 11
	case n < sweepEvent:
		return 12
	}
	n -= sweepEvent
	return size(smallCmds[n/4%len(smallCmds)], 2) + size(smallCmds[n/4/len(smallCmds)], 2)
}

// nameOf names a candidate.
func nameOf(n int) string {
	switch {
	case n < sweepLists:
		return NameEmpty
	case n < sweepEvent:
		return NameEvent
	}
	return NameTwo
}

// stock fills the shelves, one candidate at a time.
func (r *Reader) stock(n uint32) int {
	if l := lengthOf(int(n)); l > maxSmall || r.small&(1<<l) == 0 {
		return 1
	}
	text, ridAt, o, ok := candidate(int(n))
	if !ok {
		return 1
	}
	var s *shelf
	for _, t := range r.shelves {
		if t.len == len(text) && t.ridAt == ridAt && t.role == o {
			s = t
		}
	}
	if s == nil {
		s = &shelf{len: len(text), ridAt: ridAt, role: o, sums: map[uint32]uint32{}}
		r.shelves = append(r.shelves, s)
	}
	s.size++
	sum := crc.Sum([]byte(text))
	if _, ok := s.sums[sum]; !ok {
		s.sums[sum] = n
	}
	return 1
}
