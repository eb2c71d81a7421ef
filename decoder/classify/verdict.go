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
	SkypeTCP               // Skype over TCP: login, false HTTPS, supernode, update
)

var classNames = [...]string{"undecided", "other", "skype.udp", "skype.e2o", "skype.tcp"}

func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return "undecided"
}

// The words of a verdict, from sure to none.
const (
	Certain = "certain" // Skype, and a rule gave proof
	Strong  = "strong"  // Skype, by all that is known
	Weak    = "weak"    // something speaks for Skype, and not enough
	No      = "no"      // not Skype
)

// The scores from which a word is used.
const (
	scoreCertain = 10 // and a rule that gave weightProof
	scoreSkype   = 6  // "strong", and the class is one of Skype's
	scoreOther   = -3 // and below: the class is Other
	weightProof  = 9
)

// Case kinds: what a rule may speak about.
const (
	onUDP uint8 = 1 << iota // datagrams between clients
	onE2O                   // datagrams of a layout that only a telephone gateway would have
	onTCP
	onAll = onUDP | onE2O | onTCP
)

// A Rule is one reason to believe or to doubt that a flow is Skype.
type Rule struct {
	Name   string // "nack-resend-pair"
	Label  string // "NAck and resend agree"
	Doc    string // one sentence a student understands
	Weight int8   // −10 … +10: the most it gives
	Cites  []field.Cite
	On     uint8 // the kinds of flow it can speak about; 0 is onUDP
	// Place marks a rule that looks at ports and addresses only. All of them together never
	// make a flow Skype's.
	Place bool
	// Near marks a rule that asks what other flows of the same port are. It speaks only about
	// flows with a port that has a certain one.
	Near bool

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
	Cites   []field.Cite // those of the rule, after those of what was found
}

// A Verdict is what the rules make of one flow.
type Verdict struct {
	Class    Class
	Score    int
	Word     string // Certain, Strong, Weak or No; "" when nothing can be said
	Looks    string // what it is when it is not Skype: "STUN and RTP"; "" when that cannot be told
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
	for _, r := range rulesOn[c.kind] {
		w := r.Test(c)
		if w == 0 {
			continue
		}
		e := Evidence{Rule: r, Weight: w, Cites: r.Cites}
		r.Tell(c, &e)
		if len(e.Packets) == 0 { // it lies beyond the opening, whose packets we know
			e.Packets = []uint32{c.F.First}
		}
		out.Evidence = append(out.Evidence, e)
		out.Score += w
		best = max(best, w)
	}
	sort.SliceStable(out.Evidence, func(i, j int) bool {
		a, b := out.Evidence[i].Weight, out.Evidence[j].Weight
		return max(a, -a) > max(b, -b)
	})
	out.Word = word(out.Class, out.Score, best)
	if out.Word != Certain && out.Word != Strong {
		out.Looks = v.looks(c, out.Class)
	}
	out.Sentence = sentence(c, &out)
	return out
}

// on reports whether the rule can speak about a kind of flow.
func (r *Rule) on(kind uint8) bool { return r.On&kind != 0 || r.On == 0 && kind == onUDP }

// rulesOn is Rules by the kind of flow.
var rulesOn = func() (by [onTCP + 1][]*Rule) {
	for _, kind := range []uint8{onUDP, onE2O, onTCP} {
		for _, r := range Rules {
			if r.on(kind) {
				by[kind] = append(by[kind], r)
			}
		}
	}
	return by
}()

// class is what a kind of flow is taken for with a score.
func class(kind uint8, score int) Class {
	switch {
	case score <= scoreOther:
		return Other
	case score < scoreSkype:
		return Undecided
	}
	switch kind {
	case onTCP:
		return SkypeTCP
	case onE2O:
		return SkypeE2O
	}
	return SkypeUDP
}

// word is the word for a class. best is the most that one rule gave: where it is above 0
// something speaks for Skype.
// Word is the word of the verdict on a flow, without the reasons and what they cost.
func (v *Verdicts) Word(id uint32) string {
	if v == nil || v.table == nil || int64(id) >= int64(v.table.Len()) {
		return ""
	}
	if v.scratch.c == nil {
		v.scratch.c, v.scratch.x = new(Case), new(flow.Features)
	}
	c := v.scratch.c
	*c, *v.scratch.x = Case{}, flow.Features{}
	v.open(c, v.table.At(id), v.scratch.x)
	score, best := weigh(c)
	return word(v.Class(id), score, best)
}

func word(class Class, score, best int) string {
	switch {
	case class == Other:
		return No
	case class == Undecided && best > 0:
		return Weak
	case class == Undecided:
		return ""
	case score >= scoreCertain && best >= weightProof:
		return Certain
	}
	return Strong
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
	case c.kind == 0:
		return "Not Skype: it spoke over UDP and TCP only."
	case v.Class == SkypeE2O:
		s = "Strong signs of a call to a telephone" + top(1) + "; no real capture could confirm this layout"
	case v.Word == Certain:
		s = "Certainly Skype" + top(1)
	case v.Word == Strong:
		s = "Strong signs of Skype" + top(1)
	case v.Word == No && v.Looks != "":
		s = "Not Skype, but " + v.Looks + top(-1)
	case v.Word == No && top(-1) != "":
		s = "Not Skype" + top(-1)
	case v.Word == No:
		return "Not Skype: no datagram has a layout of Skype."
	case v.Word == Weak && c.kind == onE2O:
		s = "Weak signs of a call to a telephone, not enough to say so" + top(1) + "; no real capture could confirm this layout"
	case v.Word == Weak:
		s = "Weak signs of Skype, not enough to say so" + top(1)
	case c.F.LeadLen[0]|c.F.LeadLen[1] == 0:
		return "There is no payload to judge by."
	case c.kind == onTCP:
		return "Nothing tells what this is: Skype's conversations over TCP look random from their first byte."
	default:
		return "Too little speaks for or against Skype."
	}
	return strings.TrimSuffix(s, ".") + "."
}

// packet writes a packet number as people count.
func packet(n uint32) string { return fmt.Sprintf("packet %d", uint64(n)+1) }
