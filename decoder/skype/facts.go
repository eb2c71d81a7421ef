package skype

// Facts is what the rest of the capture says about one message: who has which
// public address, what the text is if it could be found without a key, which
// message it answers. It is plain data, filled in by whoever has seen the whole
// capture; the zero value and nil know nothing. Packet numbers count from 1.
type Facts struct {
	From, To Public // of the sender and the receiver, for the seed
	Text     *Text  // the plaintext, or nil
	Equal    *Equal // the class of equal messages it belongs to, or nil
	Near     *Near  // the unread messages that are equal to it but for a few bytes, or nil

	Answers     []Link // what this message answers
	AnsweredBy  []Link
	Retransmits uint32   // the first transmission of this message; 0: this is it, or the only one
	Again       []uint32 // later transmissions of this message
	Resends     uint32   // for a Resend: the Command it repeats; 0: not in the capture
	ResentBy    uint32   // for a Command: the Resend that repeats it
	Token       uint32   // for a Resend: the NAck whose token it carries; for a NAck: the Resend that carries it

	// For a fragment: the packets of its message by index, 0 where one is missing, and
	// whether the last one is there.
	Fragments []uint32
	Whole     bool

	Media *Media // of a message of a call: what its size and its neighbours' fit, or nil
}

// Media is what can be said of a message of a call without its key.
type Media struct {
	Stream uint32     // of voice that it belongs to, from 1; 0 for none
	Fits   []MediaFit // working points, best first
	Why    string     // one clause: "by the 986 messages of this direction", "by this message's size alone"
}

// A MediaFit is a codec, rate, frame time and redundancy that would make such messages.
type MediaFit struct {
	Point  string  // "iLBC 13.33 kbit/s, 30 ms, 1 block"
	Share  float64 // of the belief, 0 to 1
	Sample string  // of the shelf that shows frames of that codec in the clear, or ""
	Names  string  // by which DisableCodecs means the codec, or ""
}

// Public is the public address of one end of a message.
type Public struct {
	IP    uint32   // 192.0.2.10 is C000020A; 0 with Known: the sender does not know it yet
	Known bool     // false: nobody says
	User  bool     // because the user said so
	Doubt bool     // it is assumed, not shown by the capture
	How   string   // one clause: "as 22 Acks from 21 peers report", "as in its IP header"
	Proof []uint32 // at most 8 packets that show it
}

// Text is the plaintext of an obfuscated message.
type Text struct {
	Plain     []byte
	Confirmed bool   // false: inferred; see Solved
	Name      string // of the template that fits: "probe request"
	How       string // one sentence: how the candidates were made and what confirmed them
	Tried     uint64 // candidates compared with checksums until this one was found; the odds of chance are Tried in 2^32

	// What followed from the checksum itself: bytes [SolvedAt, SolvedAt+SolvedLen) of Plain.
	// Such a text is confirmed only when independent messages agree.
	SolvedAt, SolvedLen int
	Agree               []uint32 // packets that agree in what was solved, at most 8
	Agreeing            int      // how many agree
}

// Equal is a class of messages proven to have the same text.
type Equal struct {
	Class  uint32 // number, from 1
	Copies int    // messages in it, this one included; retransmissions are not counted
	Peers  int    // different receivers or senders on the far side
	Len    int    // bytes of the text
	RidAt  int    // where the request id lies in the text, the only difference between copies; -1: exact copies
	How    string // one sentence
}

// Near is a set of unread messages whose texts are the same but for the request id and one to
// three bytes at one place.
type Near struct {
	Copies          int
	Packets         []uint32 // of the others, at most 8
	HoleAt, HoleLen int      // which bytes of the text differ
	Len             int      // bytes of the text
	How             string   // one sentence
}

// A Link leads to another packet.
type Link struct {
	Packet uint32 // from 1
	Proof  string // what shows that the two belong together: "the same id", "its request id"
	Doubt  string // why it may be wrong: "only the time speaks for it"; "" when it is sure
}
