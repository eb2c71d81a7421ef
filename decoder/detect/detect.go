// Package detect emulates the published detectors of Skype, so that a reader
// can see who would have called a conversation Skype, who would not, and why.
//
// Each detector is one entry in the table Detectors. They are written from the
// published descriptions of their rules, mistakes included: a threshold that
// misses short calls misses them here, too. Where a description leaves a number
// or a choice open, the Doc or a comment says what we took. They do not use Somscope's own
// verdicts, and Somscope's verdicts do not use them.
//
//	b := detect.NewBook()
//	b.Focus(id)
//	b.Add(id, key, packet, time, false, reverse, 0, payload, wire) // for each packet, in order
//	for _, r := range b.Run(id) {
//		fmt.Println(r.Detector.Title, r.Says, r.Why)
//	}
//
// A new detector is one entry in table.go and one function in the file of its family.
//
// # Cost
//
// Add copies at most HeadLen bytes; it allocates only when a slab, a conversation or its list of
// packets is full. All detectors together take a quarter of a millisecond for a flow of MaxPackets.
package detect

import "somscope/decoder/field"

// Says is the answer of a detector about a flow.
type Says uint8

const (
	Silent Says = iota // it has no opinion: another transport, too few packets, no rule any more
	No                 // it looked and refused
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
	Year     int    // of publication, 0 when we do not know it
	Doc      string // one sentence: what it looks at
	Weakness string // one sentence: where it errs
	Cites    []field.Cite

	// Run judges a conversation that has at least one payload and a transport it looks at.
	// why is one clause without full stop, in which packets count from 1; packets count from 0.
	// Callers use Book.Run, which sees to that.
	Run func(b *Book, c *Conversation) (says Says, why string, packets []uint32)

	over  uint8 // transports it looks at
	empty bool  // it has an answer without a payload, too
}

// Sees reports whether the detector looks at a transport, an IP protocol number, at all.
func (d *Detector) Sees(transport uint8) bool { return d.over&overOf(transport) != 0 }

// A Result is what a detector says of a flow.
type Result struct {
	Detector *Detector
	Says     Says
	Why      string   // one clause, no full stop
	Packets  []uint32 // at most 8 that made it say so; from 0
}
