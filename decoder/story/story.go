// Package story tells what happened in a capture: which roles the hosts played
// and in which phases the conversation went, each as one sentence with its
// packets, its confidence and its source.
//
// It sees no bytes. It is given events, flows and conversations that others
// have recognised, and it draws conclusions from their order and rhythm.
//
// Tell is the whole of it. It finds out who the clients are, pairs the questions
// on every conversation with their answers, finds the stretches in which data
// flows as in a call, and then asks every Kind in turn for its phases. Kinds is
// the table to extend.
//
// How sure a phase or a role is follows three rules. It is "certain" when each
// step was read by its checksum, or consists of fixed bytes that have been
// published. It is "strong" when order, direction and size fit what has been
// published, but no byte proves it. It is "weak" when only size or rhythm fits,
// or when what has been published is thin; then a doubt says so. An address or
// a port never counts for more than a hint.
//
// Events may come in any order, without their answers, without times and in any
// number: the work grows with their number only, and at most MaxPhases phases
// and MaxRoles roles come of them.
package story

import "somscope/decoder/field"

// What an event is.
type What uint8

const (
	Nothing What = iota

	// UDP between clients. Those with Sure were read by the checksum; the others are told
	// from their function and size.
	Ping     // request: where do you see me?
	Pong     // its answer, with the public address
	Probe    // request: may I connect?
	Accept   // its answer: yes
	Redirect // its answer: go elsewhere
	Search   // request: who is that user?
	Found    // its answer
	NotFound // its answer: nobody
	Publish  // one way: here I am
	Command  // any other Command; Name says which, when it is known
	Ack
	NAck
	Resend
	Fragment
	KeepAlive

	// TCP.
	Connect    // the handshake is complete (SYN, SYN+ACK), at the SYN+ACK
	Refused    // SYN answered by RST, at the RST
	NoAnswer   // SYN without an answer, at the first SYN
	Closed     // FIN
	Reset      // RST in mid-talk
	Segment    // payload in a conversation; Name says what, when it is known
	LoginHello // L1 or L2: empty false TLS record headers
	LoginKey   // L3: the session key for the login server
	LoginReply // L4 and later
	FalseHello // the 72-byte hello on port 443, or its 79-byte answer
	Installed  // HTTP "installed"
	Latest     // HTTP "getlatestversion"
	WebAnswer  // the answer to one of the two

	// Else.
	Question   // DNS question for a name of Skype; Sure when it is of the peer-to-peer years
	Answer     // its answer
	Traceroute // UDP to ports from 33435 on, or ICMP time exceeded about it
)

// An Event is one packet that means something. Packet and flow numbers count from 0.
type Event struct {
	Packet  uint32
	Time    int64 // ns since 1970
	NoTime  bool
	Flow    uint32
	Reverse bool // from the flow's B to its A
	Len     int  // payload bytes on the wire
	What    What
	Sure    bool     // read, not told from size
	Name    string   // "command 44 (fetch node list)", "ui.skype.com"; or ""
	Answers []uint32 // packets it answers, as far as known

	// Retransmits is the packet, plus 1, that this message repeats with the same id and the
	// same checksum; 0 when it is the first of its kind.
	Retransmits uint32

	Equal uint32 // class of equal messages, 0 for none
	// Began is the packet of the SYN, plus 1, of a Connect or Refused; 0 when it was not
	// captured. BeganAt is its time, in ns since 1970; without a time for the event there is none.
	Began   uint32
	BeganAt int64

	Told   uint32   // Ack, NAck, Pong: the address reported; 192.0.2.10 is C000020A
	Others []string // Redirect that was read: the ends it names, "192.0.2.9:3077"; at most 5
}

// A Flow is one conversation, as the story needs it.
type Flow struct {
	ID           uint32
	A, B         string // "192.0.2.1:33033"
	HostA, HostB string // addresses alone
	PortA, PortB uint16
	TCP          bool
	Class        string // "skype.udp", "skype.e2o", "skype.tcp", "other", "undecided"
	Word         string // "certain", "strong", "weak", "no"
	Talk         string // for TCP: what the conversation is: "login", "event", "supernode", "false-https", "port-80", "update", "modern", ""
	Packets      [2]uint64
	Bytes        [2]uint64 // of payload
	First, Last  uint32    // packets
	Start, End   int64     // ns since 1970; Start after End: no times
	Data         []Second  // Data and E2O datagrams by second, and TCP payload by second; sparse, in order
}

// A Second is what went through a flow within one second since its start.
type Second struct {
	At       int32     // seconds since the flow's Start
	Count    [2]uint32 // Data or E2O datagrams, or TCP segments with payload, longer than a keep-alive; A to B, B to A
	Bytes    [2]uint32 // of their payload
	First    uint32    // first packet of them
	Last     uint32
	Small    [2]uint32 // TCP: segments of 4 bytes; UDP: keep-alives
	Nineteen [2]uint32 // TCP: segments of 19 bytes
}

// Input is all that the story is made of. Events are in the order of the file. An event whose
// flow is not among Flows has no hosts; it is heard only when it needs none, as a Question.
// A TCP segment may come as several events: one without a Name, with the length of the segment,
// and one for each thing recognised in it, with that thing's name and length.
type Input struct {
	Events []Event
	Flows  []Flow // of interest: those of Skype, TCP between the same hosts, and those with Questions
	Until  int64  // the time of the last packet of the capture, in ns since 1970; 0 when not known
	Cut    string // what was left out, in one sentence; "" when nothing was
}

// A Role is what a host is.
type Role struct {
	Host    string // "192.0.2.1"
	Port    uint16 // 0 when several or none
	Kind    string // "client", "supernode", "bootstrap node", "login server", "event server", "update server", "peer", "relay", "gateway", "network-probe target"
	State   string // of a supernode: "tried", "refused", "kept", "lost"; or ""
	Text    string // one sentence
	Why     []Why  // strongest first
	Flows   []uint32
	Packets []uint32 // at most 8
	Word    string   // confidence: "certain", "strong", "weak"
}

// A Why is one reason for a role.
type Why struct {
	Text    string
	Weak    bool     // by itself it would not do: an address, a port
	Packets []uint32 // at most 8
	Cite    []field.Cite
}

// A Phase is one thing that happened.
type Phase struct {
	Kind       string // "udp-ping", "login": see Kinds
	Title      string // "Supernode found"
	From, To   int64  // ns since 1970
	Timed      bool
	First      uint32   // first packet, for sorting
	Who        []string // hosts, the client first
	Packets    []uint32 // at most 64, in order
	All        int      // how many there are
	Flows      []uint32
	Confidence string // "certain", "strong", "weak"
	Text       string // one sentence
	Doubt      string // one sentence, or ""
	Cite       []field.Cite
	Media      bool // belongs on the axis as a band of voice
}

// A Story is what happened.
type Story struct {
	Roles  []Role
	Links  []RoleLink
	Phases []Phase
	Note   string // what was left out or could not be told, or ""
}

// A RoleLink joins two roles in the picture: who spoke with whom.
type RoleLink struct {
	A, B  int // into Roles
	Flows []uint32
	Label string // "probe, then TCP"
	TCP   bool
	UDP   bool
}
