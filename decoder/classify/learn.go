package classify

import (
	"fmt"
	"maps"

	"somscope/decoder/flow"
)

// Learned is what the second look at the file found out about a flow. Packet numbers count
// from 0 unless said otherwise.
type Learned struct {
	Talk     string   // word of the conversation: "login", "event", "false-https", "supernode", "port-80", "update", "modern"; "" for none
	TalkSure bool     // exact bytes say so
	TalkWhy  string   // clause: what shows it
	TalkAt   []uint32 // packets that show it

	// Looked says that the beginning of the conversation was there to be read, so that an empty
	// Talk means that it is nothing of Skype's.
	Looked bool

	// Probed are the packets of a probe and of its acceptance over UDP between the same two
	// ends before, plus 1; 0 for none.
	Probed [2]uint32
	// ServerSpoke says, for "modern", what else in the capture speaks for the same server.
	ServerSpoke string

	Read    uint32 // messages of the flow read by their checksum
	ReadAs  string // what the first of them is: "a probe"
	ReadAt  []uint32
	EqualTo uint32 // messages proven to be copies of others
	EqualAt []uint32
	// Linked are the answers that name their question by its id, beyond doubt: Acks, NAcks,
	// fragments. Those in Read or EqualTo are not among them: no packet speaks twice.
	Linked   uint32
	LinkedAt []uint32
}

// Learn tells what the second look found about flows, by their number in the table, and judges
// them again, with their neighbours on the same port. What was told of a flow before is
// replaced. The facts are kept and must not change afterwards.
func (v *Verdicts) Learn(facts map[uint32]*Learned) {
	if v == nil || v.table == nil {
		return
	}
	if v.facts == nil {
		v.facts = make(map[uint32]*Learned, len(facts))
	}
	maps.Copy(v.facts, facts)
	c, tmp := new(Case), new(flow.Features)
	// A flow that has become certain speaks for its port, and so for flows not named here.
	dirty := make([]bool, len(v.ends.keys))
	for i := range v.candidates {
		x := &v.candidates[i]
		if facts[x.id] == nil {
			continue
		}
		v.openAt(c, v.table.At(x.id), tmp, x.ports)
		was := x.sure
		if x.weigh(c); x.sure != was {
			for _, p := range x.ports {
				v.portAt(p).count(x.sure, c.F.First)
				dirty[p] = true
			}
		}
	}
	for i := range v.candidates {
		x := &v.candidates[i]
		if dirty[x.ports[0]] || dirty[x.ports[1]] || facts[x.id] != nil {
			v.classes[x.id] = class(x.kind, int(x.score)+v.near(x, c, tmp))
		}
	}
	// What has no port of its own here: TCP, and datagrams of which none fitted.
	for id := range facts {
		if int64(id) >= int64(len(v.classes)) {
			continue
		}
		f := v.table.At(id)
		if f.LeadLen[0]|f.LeadLen[1] == 0 {
			continue
		}
		v.open(c, f, tmp)
		score, _ := weigh(c)
		v.classes[id] = class(c.kind, score)
	}
}

// count notes that a flow of the port is certainly Skype, or is not any more.
func (p *port) count(sure bool, first uint32) {
	switch {
	case !sure:
		p.sure--
	case p.sure == 0:
		p.sureAt = first
		fallthrough
	default:
		p.sure++
	}
}

func learned(c *Case) *Learned {
	if c.L == nil {
		return &nothing
	}
	return c.L
}

var nothing Learned // never written to

func messagesRead(c *Case) int {
	switch n := learned(c).Read; {
	case n == 0:
		return 0
	default:
		return 10
	}
}

func tellMessagesRead(c *Case, e *Evidence) {
	l := c.L
	what := ""
	if l.ReadAs != "" {
		what = ", the first as " + l.ReadAs
	}
	e.Detail = fmt.Sprintf("%s could be read by the checksum%s", many(l.Read, "message"), what)
	e.Packets = first8(l.ReadAt)
}

func provenEqual(c *Case) int {
	if learned(c).EqualTo > 0 {
		return 7
	}
	return 0
}

func tellProvenEqual(c *Case, e *Evidence) {
	e.Detail = fmt.Sprintf("%s proven by checksum to say what another message says", areMany(c.L.EqualTo, "message"))
	e.Packets = first8(c.L.EqualAt)
}

func linked(c *Case) int {
	if learned(c).Linked > 0 {
		return 6
	}
	return 0
}

func tellLinked(c *Case, e *Evidence) {
	e.Detail = "1 answer names the message that it belongs to"
	if n := c.L.Linked; n > 1 {
		e.Detail = fmt.Sprintf("%d answers name the messages that they belong to", n)
	}
	e.Packets = first8(c.L.LinkedAt)
}

func many(n uint32, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

func areMany(n uint32, unit string) string {
	if n == 1 {
		return many(n, unit) + " is"
	}
	return many(n, unit) + " are"
}

func first8(list []uint32) []uint32 { return append([]uint32(nil), list[:min(len(list), 8)]...) }
