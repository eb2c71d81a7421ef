package oracle

import "somscope/decoder/inet"

// A Reader collects the messages of a capture and reads what can be read.
type Reader struct{}

// New returns an empty Reader.
func New() *Reader { return &Reader{} }

// Parse reads the header of a datagram between clients. wire is the payload's length on the
// wire, which may be more than was captured. It fills in all of a Message but its place.
func Parse(payload []byte, wire int) (m Message, ok bool) { return m, false }

// Add files one message. Messages come in the order of the file. Beyond MaxMessages they
// are counted and left out.
func (r *Reader) Add(m Message) {}

// MaxMessages is how many messages are kept.
const MaxMessages = 400000

// Seal says that all messages are there; Step may now be called.
func (r *Reader) Seal() {}

// Step works for about n checksums and reports whether all is done.
func (r *Reader) Step(n int) (done bool) { return true }

// Progress is how far reading is: messages done and in all.
func (r *Reader) Progress() (done, all int) { return 0, 0 }

// Counts are the obfuscated messages (functions 2 and f), and of them those read, inferred, and
// equal but unread. Left is what was left out because of MaxMessages.
type Counts struct {
	Commands, Fragments        int // functions 2 and f
	Confirmed, Inferred, Equal int
	Classes                    int
	Left                       int
}

// Counts is valid at any time.
func (r *Reader) Counts() Counts { return Counts{} }

// A Result is what is known of one message, by its packet.
type Result struct {
	Kind                Kind
	Plain               []byte // nil unless Confirmed or Inferred
	Template            string // "probe request"
	How                 string // one sentence
	Tried               uint64 // candidates compared until this one was found
	SolvedAt, SolvedLen int
	Agree               []uint32 // packets, at most 8
	Agreeing            int
	Class               uint32 // from 1; 0: none. Confirmed messages may have one, too

	Answers, AnsweredBy []Link
	Retransmits         uint32   // packet plus 1; 0: none
	Again               []uint32 // packets
	Resends, ResentBy   uint32   // packet plus 1
	Token               uint32   // packet plus 1
	Fragments           []uint32 // packet plus 1 by index
	Whole               bool
}

// A Link joins a question and an answer.
type Link struct {
	Packet       uint32
	Proof, Doubt string
}

// Result returns what is known of the message in a packet (from 0), or nil when it is no message
// of the Reader. It is valid at any time and grows.
func (r *Reader) Result(packet uint32) *Result { return nil }

// A Class is a set of messages proven to have the same text but for the request id.
type Class struct {
	Number  uint32   // from 1
	Members []uint32 // packets in order; retransmissions left out
	Len     int      // bytes of the text
	RidAt   int      // -1: exact copies
	Peers   []End    // far ends, each once, in order
	Kind    Kind     // Confirmed when the text of the class is known, else Equal
	Plain   []byte   // of the first member, when Confirmed
	Name    string   // of the template, when Confirmed
	How     string
}

// Classes lists the classes of two messages or more, largest first; valid when Step is done.
func (r *Reader) Classes() []Class { return nil }

// A Public is what the file says about the public address of a host.
type Public struct {
	Addr  inet.Addr
	IP    uint32
	Votes int      // Acks, NAcks and pongs that say so
	Peers int      // different senders of them
	Else  int      // that say otherwise
	Proof []uint32 // packets, at most 8
}

// Public returns the public address that peers report to a host, by its address in the IP
// header; ok is false when nobody reported any. A host that nobody reported to and that has a
// public address itself is its own.
func (r *Reader) Public(a inet.Addr) (Public, bool) { return Public{}, false }
