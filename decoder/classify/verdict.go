package classify

import (
	"fmt"
	"sort"
	"strings"

	"somscope/decoder/field"
	"somscope/decoder/flow"
)

// Class is what a flow is taken for.
type Class uint8

const (
	Undecided Class = iota // nothing that would tell
	Other                  // not Skype
	SkypeUDP               // Skype between clients
	SkypeE2O               // Skype to a telephone gateway
	SkypeTCP               // Skype over TCP
)

var classNames = [...]string{"undecided", "other", "skype.udp", "skype.e2o", "skype.tcp"}

func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return "undecided"
}

// The scores from which a word is used.
const (
	scoreCertain  = 10 // and a rule that gave weightProof
	scoreSkype    = 6  // "likely", and the class is SkypeUDP
	scorePossible = 3
	scoreOther    = -3 // and below: the class is Other
	weightProof   = 9
)

// A Rule is one reason to believe or to doubt that a flow is Skype.
type Rule struct {
	Name   string // "nack-resend-pair"
	Label  string // "NAck and resend agree"
	Doc    string // one sentence a student understands
	Weight int8   // −10 … +10: the most it gives
	Cites  []field.Cite

	// Test returns the weight the rule gives to a flow, 0 when it is silent. It has the sign
	// of Weight and is no larger. It does not allocate.
	Test func(c *Case) int
	// Tell puts what Test saw in words and names packets. It is called only after Test spoke.
	Tell func(c *Case, e *Evidence)
}

// Evidence is a rule that spoke.
type Evidence struct {
	Rule   *Rule
	Weight int    // what it gave to this flow; negative is against
	Detail string // a clause, no full stop: "the NAck in packet 215 …"; packet numbers from 1
	// Packets are at most 8 that show it. They count from 0, as in package flow.
	Packets []uint32
}

// A Verdict is what the rules make of one flow.
type Verdict struct {
	Class    Class
	Score    int
	Word     string // "certain", "likely", "possible", "unlikely"; "" when no rule spoke
	Sentence string
	Evidence []Evidence // strongest first, for and against
}

// Verdict judges one flow again and keeps the reasons. It is made when asked for.
func (v *Verdicts) Verdict(id uint32) Verdict {
	if v == nil || v.table == nil || int64(id) >= int64(v.table.Len()) {
		return Verdict{Sentence: "This flow has not been judged yet."}
	}
	c := new(Case)
	v.open(c, v.table.At(id), new(flow.Features))
	out := Verdict{Class: v.Class(id)}
	best := 0
	if c.F.Transport == flow.UDP {
		for _, r := range Rules {
			w := r.Test(c)
			if w == 0 {
				continue
			}
			e := Evidence{Rule: r, Weight: w}
			r.Tell(c, &e)
			if len(e.Packets) == 0 { // it lies beyond the opening, whose packets we know
				e.Packets = []uint32{c.F.First}
			}
			out.Evidence = append(out.Evidence, e)
			out.Score += w
			best = max(best, w)
		}
	}
	sort.SliceStable(out.Evidence, func(i, j int) bool {
		a, b := out.Evidence[i].Weight, out.Evidence[j].Weight
		return max(a, -a) > max(b, -b)
	})
	if len(out.Evidence) > 0 {
		out.Word = word(out.Score, best)
	}
	out.Sentence = sentence(c, &out)
	return out
}

func word(score, best int) string {
	switch {
	case score >= scoreCertain && best >= weightProof:
		return "certain"
	case score >= scoreSkype:
		return "likely"
	case score >= scorePossible:
		return "possible"
	}
	return "unlikely"
}

func sentence(c *Case, v *Verdict) string {
	top := func(sign int) string {
		for _, e := range v.Evidence {
			if e.Weight*sign > 0 {
				return ": " + e.Detail
			}
		}
		return ""
	}
	var s string
	switch {
	case c.F.Transport == flow.TCP:
		return "Conversations over TCP are not judged yet."
	case c.F.Transport != flow.UDP:
		return "Skype spoke over UDP and TCP only."
	case v.Class == SkypeUDP && v.Word == "certain":
		s = "Certainly Skype" + top(1)
	case v.Class == SkypeUDP:
		s = "Likely Skype" + top(1)
	case gateway(c) != 0:
		return "Perhaps a call to a telephone: port 12340, and the first four bytes stay the same in each direction. No real capture could confirm this layout, so treat the flow as such only if you know it is one."
	case v.Word == "possible":
		s = "Possibly Skype, but that is not enough to say so" + top(1)
	case v.Class == Other && top(-1) != "":
		s = "Not Skype" + top(-1)
	case v.Class == Other:
		return "Not Skype: no datagram has a layout of Skype."
	case c.n == 0:
		return "There is no payload to judge by."
	default:
		return "Too little speaks for or against Skype."
	}
	return strings.TrimSuffix(s, ".") + "."
}

// packet writes a packet number as people count.
func packet(n uint32) string { return fmt.Sprintf("packet %d", uint64(n)+1) }
