// Package detect emulates the published detectors of Skype, so that a reader
// can see who would have called a conversation Skype, who would not, and why.
//
// Each detector is one entry in the table Detectors. They are written from the
// published descriptions of their rules, mistakes included: a threshold that
// misses short calls misses them here, too. They do not use Somscope's own
// verdicts, and Somscope's verdicts do not use them.
package detect

import "somscope/decoder/field"

// Says is the answer of a detector about a flow.
type Says uint8

const (
	Silent Says = iota // it has no opinion: another transport, too few packets
	No
	Yes
)

var saysWords = [...]string{"silent", "no", "yes"}

func (s Says) String() string {
	if int(s) < len(saysWords) {
		return saysWords[s]
	}
	return "silent"
}

// A Detector is one published rule.
type Detector struct {
	Name     string // "l7-skypetoskype"
	Title    string // "l7-filter, skypetoskype"
	Year     int    // of publication
	Doc      string // one sentence: what it looks at
	Weakness string // one sentence: where it errs
	Cites    []field.Cite
	Run      func(b *Book, c *Conversation) (says Says, why string, packets []uint32)
}

// A Result is what a detector says of a flow.
type Result struct {
	Detector *Detector
	Says     Says
	Why      string   // one clause, no full stop
	Packets  []uint32 // at most 8 that made it say so; from 0
}
