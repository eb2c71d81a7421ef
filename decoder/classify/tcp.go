package classify

import (
	"fmt"

	"somscope/decoder/flow"
)

// The first bytes of Skype's conversations over TCP, as far as a lead of 16 bytes goes.
const (
	lead1 = "\x16\x03\x01\x00\x00" // L1, client to login server: an empty TLS record
	lead2 = "\x17\x03\x01\x00\x00" // L2, its answer

	// The false hello of a client on port 443, 72 bytes; the last 16 of those differ.
	leadHello     = "\x80\x46\x01\x03\x01\x00\x2d\x00\x00\x00\x10\x00\x00\x05\x00\x00"
	leadHelloSize = 72
	// The answer: a ServerHello whose clock stands still, on 2004-01-31 at 17:23:18 UTC.
	leadServer     = "\x16\x03\x01\x00\x4a\x02\x00\x00\x46\x03\x01\x40\x1b\xe4\x86\x02"
	leadServerSize = 79

	leadUpdate    = "GET http://ui.sk" // through a proxy, or as Linux clients ask anyhow
	leadUpdateRel = "GET /ui/"
)

// starts reports that the first payload of a direction begins so.
func starts(f *flow.Flow, dir int, with string) bool {
	return int(f.LeadLen[dir]) >= len(with) && string(f.Lead[dir][:len(with)]) == with
}

// falseTLS is the side that sent L1, and whether the other one answered with L2; -1 for none.
// An L2 alone is enough to tell who the client must have been.
func falseTLS(f *flow.Flow) (client int, first, answer bool) {
	for dir := range 2 {
		first = f.LeadLen[dir] == 5 && starts(f, dir, lead1)
		answer = f.LeadLen[1-dir] == 5 && starts(f, 1-dir, lead2)
		if first || answer {
			return dir, first, answer
		}
	}
	return -1, false, false
}

func loginOpening(c *Case) int {
	switch _, first, answer := falseTLS(c.F); {
	case first && answer:
		return 10
	case first:
		return 7
	case answer:
		return 6
	}
	return 0
}

func tellLoginOpening(c *Case, e *Evidence) {
	switch _, first, answer := falseTLS(c.F); {
	case first && answer:
		e.Detail = "the client sends the empty record 16 03 01 00 00 and the server answers 17 03 01 00 00, five bytes each, which no TLS does"
	case first:
		e.Detail = "one side begins with the empty record 16 03 01 00 00 of five bytes, which no TLS does"
	default:
		e.Detail = "one side begins with the empty record 17 03 01 00 00 of five bytes, which no TLS does"
	}
	e.Packets = talkAt(c)
}

// talkAt are the packets the second look names, or the first packet.
func talkAt(c *Case) []uint32 {
	if at := learned(c).TalkAt; len(at) > 0 {
		return first8(at)
	}
	return []uint32{c.F.First}
}

func falseServer(f *flow.Flow) bool {
	for dir := range 2 {
		if f.LeadLen[dir] >= leadServerSize && starts(f, dir, leadServer) {
			return true
		}
	}
	return false
}

func falseHTTPSServer(c *Case) int {
	if !falseServer(c.F) || otherHello(c) {
		return 0
	}
	return 10
}

// otherHello reports that a hello begins with the sixteen bytes of a false one and does not go on
// like it, so that it is one of TLS.
func otherHello(c *Case) bool {
	l := learned(c)
	return l.Looked && l.Talk == "" && (falseServer(c.F) || falseClient(c.F))
}

func tellFalseHTTPSServer(c *Case, e *Evidence) {
	e.Detail = "the ServerHello has the clock 40 1b e4 86, 2004-01-31 17:23:18 UTC, that all of Skype's false ones have"
	e.Packets = talkAt(c)
}

func falseClient(f *flow.Flow) bool {
	for dir := range 2 {
		if f.LeadLen[dir] >= leadHelloSize && starts(f, dir, leadHello) {
			return true
		}
	}
	return false
}

func falseHTTPSClient(c *Case) int {
	if !falseClient(c.F) || otherHello(c) {
		return 0
	}
	return 8
}

func tellFalseHTTPSClient(c *Case, e *Evidence) {
	e.Detail = "the first payload has 72 bytes and begins with 80 46 01 03 01 00 2d 00 00 00 10 00 00 05, the hello that all clients send alike"
	e.Packets = talkAt(c)
}

func updateLead(f *flow.Flow) bool {
	return starts(f, 0, leadUpdate) || starts(f, 1, leadUpdate) || starts(f, 0, leadUpdateRel) || starts(f, 1, leadUpdateRel)
}

func updateOpening(c *Case) int {
	if updateLead(c.F) && c.L == nil {
		return 3
	}
	return 0
}

func tellUpdateOpening(c *Case, e *Evidence) {
	e.Detail = "an HTTP request begins as Skype's question for the latest version does"
	e.Packets = []uint32{c.F.First}
}

// hello14 reports that the side which opened the conversation begins with 14 bytes that could
// be dice, the size of the seed and the obfuscated hello.
func hello14(c *Case) int {
	if c.F.LeadLen[0] == 14 && learned(c).Talk == "" && !plain(c.F.Lead[0][:14]) {
		return 2
	}
	return 0
}

func tellHello14(c *Case, e *Evidence) {
	e.Detail = "the first payload has 14 bytes, the size of Skype's seed and hello"
	e.Packets = []uint32{c.F.First}
}

// talks reports whether the conversation is one of those named.
func talks(c *Case, words ...string) bool {
	for _, w := range words {
		if learned(c).Talk == w {
			return true
		}
	}
	return false
}

// bySure is one weight when exact bytes speak and another when it only fits.
func bySure(c *Case, sure, fits int) int {
	if learned(c).TalkSure {
		return sure
	}
	return fits
}

// tellTalk repeats what the second look said.
func tellTalk(otherwise string) func(c *Case, e *Evidence) {
	return func(c *Case, e *Evidence) {
		if e.Detail = learned(c).TalkWhy; e.Detail == "" {
			e.Detail = otherwise
		}
		e.Packets = talkAt(c)
	}
}

func loginRecords(c *Case) int {
	if talks(c, "login", "event") {
		return bySure(c, 9, 6)
	}
	return 0
}

func falseHTTPSRead(c *Case) int {
	if talks(c, "false-https") {
		return bySure(c, 9, 6)
	}
	return 0
}

func keystreamReuse(c *Case) int {
	switch {
	case !talks(c, "supernode", "port-80"):
		return 0
	case !c.L.TalkSure:
		return 5
	case probeAnswered(c):
		return 9
	}
	return 8
}

func probeAnswered(c *Case) bool { l := learned(c); return l.Probed[0] != 0 && l.Probed[1] != 0 }

// afterProbe is silent for conversations of which something else is known.
func afterProbe(c *Case) int {
	switch {
	case learned(c).Probed[0] == 0 || otherTalk(c):
		return 0
	case probeAnswered(c):
		return 3
	}
	return 2
}

// otherTalk reports that the conversation is not one with a supernode.
func otherTalk(c *Case) bool {
	name, _ := firstBytes(c.F)
	return name != "" || talks(c, "login", "event", "update")
}

func tellAfterProbe(c *Case, e *Evidence) {
	at := c.L.Probed
	if probeAnswered(c) {
		e.Detail = fmt.Sprintf("the same two ends probed each other over UDP before, in %s, and the answer in %s was yes", packet(at[0]-1), packet(at[1]-1))
		e.Packets = []uint32{at[0] - 1, at[1] - 1}
		return
	}
	e.Detail = fmt.Sprintf("one end was probed over UDP by the other before, in %s", packet(at[0]-1))
	e.Packets = []uint32{at[0] - 1}
}

func updateRequest(c *Case) int {
	if talks(c, "update") {
		return bySure(c, 10, 6)
	}
	return 0
}

func modernStream(c *Case) int {
	switch {
	case !talks(c, "modern"):
		return 0
	case c.L.TalkSure:
		return 8
	case learned(c).ServerSpoke != "":
		return 3
	}
	return 2
}

func tellModern(c *Case, e *Evidence) {
	tellTalk("a stream that is random from its first byte, as later clients with a key exchange have it")(c, e)
	if s := c.L.ServerSpoke; s != "" {
		e.Detail += "; " + s
	}
}
