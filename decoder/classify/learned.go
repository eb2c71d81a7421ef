package classify

// Learned is what the second look at the file found out about a flow. Packets count from 0.
type Learned struct {
	Talk     string    // word of the conversation: "login", "event", "false-https", "supernode", "port-80", "update", "modern"; "" for none
	TalkSure bool      // exact bytes say so
	TalkWhy  string    // a clause
	TalkAt   []uint32  // packets that show it, at most 8
	Probed   [2]uint32 // packets of probe and accept over UDP between the same two ends before, plus 1; 0: none

	ServerSpoke string   // for "modern": what the same host spoke elsewhere; ""
	Read        uint32   // messages of the flow read by checksum
	ReadAs      string   // what the first of them is
	ReadAt      []uint32 // at most 8 of them
	EqualTo     uint32   // messages proven equal to others
	EqualAt     []uint32 // at most 8 of them
	Linked      uint32   // answers that are proven to belong to their questions
}

// Learn judges the flows again that something was learned about.
func (v *Verdicts) Learn(facts map[uint32]*Learned) {}
