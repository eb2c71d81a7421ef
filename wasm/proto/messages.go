// Package proto is the border between the page and the engine in its worker:
// what may be asked and what may be answered, and how both become bytes.
// It is pure Go and knows neither side.
package proto

// A Request is one question of the page. Exactly one field after ID is set.
type Request struct {
	ID      uint32 // the answer carries it; 0 is not used
	Open    *Open
	Cancel  *Cancel
	Rows    *RowsAsk
	Dissect *Dissect
	Block   *Block
	Flow    *FlowAsk
	Treat   *Treat
	Fault   *Fault
	Story   *StoryAsk
	Equal   *EqualAsk
	Detect  *DetectAsk
	Public  *PublicAsk
	Media   *MediaAsk
	Curve   *CurveAsk
	Codec   *CodecAsk
	Listen  *ListenAsk
	Piece   *PieceAsk
	Profile *ProfileAsk
	Shut    *Shut
}

// Open starts a file. Its Blob travels beside the message. A capture takes the place of the one
// that was open before. One of Skype's own files is put on the shelf beside what is open, and
// answered by an Opened with its number there and by a Shelf.
type Open struct {
	Name   string // as the user knows it; shown, never trusted
	Window uint32 // bytes fed at a time, 0 for the default; tests lower it
	As     string // codec whose bare frames the file holds, by its name: "pcma"; "": what its content says
}

// Cancel stops reading the file; what has been read stays usable.
type Cancel struct{}

// A Table is one of the lists the engine keeps.
type Table uint8

const (
	Packets Table = iota // No., Time, Source, Destination, Protocol, Length, Info
	Flows                // No., Transport, A, B, Packets, Bytes, Start, Class, Verdict, Why
	Blocks               // No., Offset, Length, Kind, Contents
	Streams              // No., Kind, From, To, Codec, Packets, Lost, Jitter, Start, Lasts, What
	Pieces               // of one of Skype's own files: No., Offset, Length, Path, Value, What
)

// RowsAsk asks for rows [From, From+N) of a table; N is at most 500.
type RowsAsk struct {
	Table Table
	From  uint32 // from 0
	N     uint32
	Clock Clock  // for times
	Sort  uint8  // Flows: column number to sort by, 0 = number; other tables ignore it
	Down  bool   // descending
	File  uint32 // Pieces: which of Skype's own files on the shelf, from 1
	Bare  bool   // Pieces: private values are shown, not starred out
}

// Clock says how times are written.
type Clock uint8

const (
	SinceStart Clock = iota // seconds since the first packet
	Delta                   // seconds since the packet before
	UTC                     // 2006-08-25 19:31:06.654692000
	Epoch                   // seconds since 1970
)

// Dissect asks for the tree of a packet, counted from 1.
type Dissect struct{ Packet uint32 }

// Block asks for the tree of a block of the file, counted from 0: file
// header, section, interface description, and so on.
type Block struct{ Index uint32 }

// FlowAsk asks for all about a flow, counted from 1.
type FlowAsk struct{ Flow uint32 }

// As is what the user wants a flow to be treated as.
type As uint8

const (
	Auto     As = iota // what the evidence says
	SkypeUDP           // Skype between clients: Start of Message
	SkypeE2O           // Skype to a telephone gateway: connection id
	NotSkype
	RTP // voice in the clear
)

// Treat overrides the verdict on a flow, counted from 1. It is answered by a FlowInfo.
type Treat struct {
	Flow uint32
	As   As
}

// StoryAsk asks for the story and the roles: what happened, and who is what.
type StoryAsk struct{}

// EqualAsk asks for a class of equal messages, counted from 1; with Class 0 for the list of them.
type EqualAsk struct{ Class uint32 }

// DetectAsk asks what the published detectors say of a flow, counted from 1, and for its
// nibble statistics. It reads the flow again, which takes a while for a long one.
type DetectAsk struct{ Flow uint32 }

// PublicAsk sets the public address of a host, for the seed of its messages. An empty Public
// takes it back. It is answered by the Tree of Packet.
type PublicAsk struct {
	Host   string // address as in the IP header
	Public string // "192.0.2.10"
	Packet uint32 // that is shown, from 1
}

// Fault asks the engine to fail on purpose, so that the browser tests can see
// what a fault of ours looks like: recovered (answered by a Crash), or, when
// Fatal is set, the end of the worker. It does no harm to a file or a page.
type Fault struct {
	Packet uint32 // the packet to blame, from 1
	Fatal  bool
}

// A Reply answers a Request, or with ID 0 reports on its own (Hello, Opened,
// Progress, Crash). Exactly one field after Err is set, or Err alone.
type Reply struct {
	ID       uint32
	Err      *Problem
	Hello    *Hello
	Opened   *Opened
	Progress *Progress
	Rows     *RowPage
	Tree     *Tree
	Flow     *FlowInfo
	Crash    *Crash
	Story    *Story
	Equal    *EqualInfo
	Detect   *DetectInfo
	Sheet    *Sheet
	Sound    *Sound
	Shelf    *Shelf
}

// A Problem is a fault for people to read.
type Problem struct {
	What string // one or two sentences: what happened, and what still works
	Off  int64  // offset in the file, -1 when it has none
	Hint string // what the user can do, or ""
	Kind string // "format", "short", "unsupported", "limit", "crash", "gone" (the file cannot be read any more); for styling and tests
}

// Hello is sent once, when the engine has started.
type Hello struct {
	Version string
	Specs   []Spec // Tree nodes refer to them by number
}

// A Spec is a field.Spec as the page needs it.
type Spec struct {
	Name, Label, Doc, Unit, Term string
	Trust                        uint8  // 0 specified, 1 measured, 2 reversed, 3 inferred, 4 unknown
	TrustWord                    string // "measured"
	Layer                        bool   // a protocol's group, as opposed to one of its fields
	Skype                        bool   // belongs to what this tool is about: gets a colour
	Private                      bool   // names a person or an installation: its bytes are shown only when asked for
	Cites                        []Cite
	Readings                     []Reading
}

// A Cite points into the list of sources, which the page has as a file of its own.
type Cite struct{ Key, Where string }

// A Reading is what one source says of a field, or of some of its values.
type Reading struct {
	Cite   Cite
	Values []uint64 // empty: whatever the value
	Says   string
	Ours   bool // our verdict
}

// Opened says what the file is, before its packets are read.
type Opened struct {
	Name   string
	Size   int64
	Format string // "pcap, little-endian, microseconds"
	Hash   string // fingerprint of the content, for permalinks: 12 hex digits
	Local  uint32 // it is one of Skype's own files, with this number on the shelf, from 1; 0: a capture
}

// Progress is sent while the file is read, about ten times a second, and at its end.
type Progress struct {
	Read, Size int64  // bytes
	Packets    uint32 // so far
	Flows      uint32
	Blocks     uint32
	SkypeFlows uint32 // flows taken for Skype so far
	SkypePkts  uint32 // packets in them
	SkypeFirst uint32 // packet that opens the earliest of them, from 1; 0 for none
	First      int64  // ns since 1970 of the first packet with a time
	Last       int64
	Millis     uint32   // since Open
	Heap       uint64   // bytes of the engine's memory
	Done       bool     // nothing more will be read
	Cancelled  bool     // because the user stopped it
	Problem    *Problem // why reading stopped early, or nil
	Deep       Deep     // the second look
	Generation uint32   // grows whenever rows asked for before may have changed (verdicts, sorting)
}

// Deep is how far the second look is: the one that reads messages by their checksums, puts
// streams together and writes the story. It runs in the background when all is read.
type Deep struct {
	State     uint8  // 0 not begun, 1 running, 2 done, 3 stopped
	Part      string // what it is at, for people: "reading messages by their checksums"
	Permille  uint32 // of the work
	Messages  uint32 // obfuscated messages there are
	Confirmed uint32 // read, confirmed by checksum
	Inferred  uint32
	Equal     uint32 // unread, but proven equal
	Classes   uint32 // of equal messages
	Streams   uint32 // TCP conversations of Skype
	Phases    uint32 // of the story; valid when done
	Voices    uint32 // streams of voice found so far
	Note      string // what was left out, or ""
}

// A RowPage is a window of a table as text. Text holds all cells one after the
// other, row by row; Ends[i] is where cell i ends in Text, in bytes.
type RowPage struct {
	Table Table
	From  uint32
	Total uint32 // rows of the table now
	Cols  uint32
	Text  []byte // UTF-8
	Ends  []uint32
	Marks []RowMark // one a row
}

// A RowMark is what a row is, beside its text.
type RowMark struct {
	ID    uint32 // packet number from 1, flow number from 1, block index from 0
	Flow  uint32 // flow number from 1, 0 for none
	Skype bool   // belongs to Skype: drawn strong; others are dimmed
	Bad   bool   // something is wrong with it
	Read  uint8  // what is known of its text: 0 nothing, 1 confirmed, 2 inferred, 3 equal to others
	Known bool   // Flows: an end of it stands in a host cache on the shelf
}

// Tree is the dissection of a packet or a block.
type Tree struct {
	Packet  uint32 // from 1; 0 for a block
	Block   uint32 // from 0, when Packet is 0
	File    uint32 // of the shelf, from 1, when it is about a piece of it; else 0
	Piece   uint32 // of that file, from 1
	Flow    uint32 // from 1; 0 for none
	Title   string // "Packet 215"
	Buffers []Buffer
	Nodes   []Node // depth-first, parents before their children; Nodes[0] is the root
	Owned   uint32 // permille of the packet's bytes that have a known meaning
	Links   []Link // other packets that belong to it
	Host    string // of a message with a seed: the sender's address, as in the IP header; else ""
	Stream  uint32 // of voice that the packet belongs to, from 1; 0 for none
}

// A Link leads from the packet shown to another one.
type Link struct {
	Kind   string // "answers", "answered by", "retransmits", "again", "resends", "resent by", "token", "fragment", "stream"
	Packet uint32 // from 1
	Text   string // "answers 214: the same id"
	Doubt  bool   // it is not proven
}

// A Buffer is a run of bytes the nodes refer to.
type Buffer struct {
	Name, How string
	Data      []byte
	FileOff   int64 // of Data[0] in the file, -1 when it is in no file
	Exact     bool
	From      []Range
	Per       uint32 // bytes of From that spell one byte of Data, when Exact: 2 for hexadecimal digits; 0 means 1
}

// A Range is a run of bits of a buffer.
type Range struct {
	Buf      uint8
	Off, Len uint32 // bits
	Mask     uint64 // of the run, right-aligned; 0 means all
}

// A Node is one field of a Tree.
type Node struct {
	Spec   uint32 // number in Hello.Specs
	Depth  uint8  // 0 for the root
	Range  Range
	Text   string // the value as the tree shows it
	Num    uint64 // the value as a number, when HasNum
	HasNum bool
	Note   string
	Err    string  // "needs 4 bytes, 2 left", or ""
	ErrOff int64   // in its buffer
	Go     string  // where it leads: "n=214", "flow=3", "class=2", "tab=media&stream=1", "sample=ilbc" as in a permalink; "" for nowhere
	More   []Range // further runs of the same field
}

// FlowInfo is all about one flow.
type FlowInfo struct {
	Flow      uint32    // from 1
	Transport string    // "UDP"
	A, B      string    // address:port
	Packets   [2]uint64 // A to B, B to A
	Bytes     [2]uint64
	First     uint32 // packet number, from 1
	Class     string // "skype.udp", "other", ...
	Verdict   string // "Skype between clients: certain"
	Score     int32
	As        As
	Sentence  string // one sentence: why
	Evidence  []Evidence
	Lines     []Line   // features, label and text: duration, sizes, function bytes ...
	Streams   []uint32 // of voice in it, from 1
}

// Evidence is one rule that spoke.
type Evidence struct {
	Rule    string // "public-ip-consensus"
	Label   string // "Public address agreed by several peers"
	For     bool
	Weight  int32
	Detail  string
	Doc     string // the rule in one sentence
	Packets []uint32
	Cites   []Cite
}

// A Line is a label and its text.
type Line struct{ Label, Text string }

// Crash says that a request brought the engine down and that it went on.
type Crash struct {
	Packet uint32 // the packet being looked at, from 1; 0 for none
	What   string
	Log    string // the last lines, for a bug report
	Fatal  bool   // the worker must be started anew
}

// Story is what happened in the file, and who is what.
type Story struct {
	Begin, End int64 // ns since 1970, of the time axis; End 0: nothing has a time
	Phases     []Phase
	Roles      []Role
	Links      []RoleLink
	Note       string // what could not be told
	Done       bool   // the second look is done; before that the story is not whole
}

// A Phase is one thing that happened.
type Phase struct {
	Kind       string // "udp-ping"
	Title      string
	Text       string // one sentence
	Doubt      string // one sentence, or ""
	From, To   int64  // ns since 1970
	Timed      bool
	When       string // "12.3 s – 14.0 s" since the start
	Who        []string
	Packets    []uint32 // from 1, at most 64
	All        uint32   // how many there are
	Flows      []uint32 // from 1
	Confidence string   // "certain", "strong", "weak"
	Cites      []Cite
	Media      bool
}

// A Role is what a host is.
type Role struct {
	Host       string
	Port       uint32
	Kind       string // "supernode"
	State      string // "kept", or ""
	Text       string
	Confidence string
	Why        []Why
	Flows      []uint32 // from 1
	Packets    []uint32 // from 1
}

// A Why is one reason for a role.
type Why struct {
	Text    string
	Weak    bool
	Packets []uint32
	Cites   []Cite
}

// A RoleLink joins two roles.
type RoleLink struct {
	A, B  uint32 // into Roles
	Label string
	Flows []uint32 // from 1
	TCP   bool
	UDP   bool
}

// EqualInfo is a class of equal messages, or the list of all of them.
type EqualInfo struct {
	Class   uint32 // from 1; 0: this is the list
	Title   string // "18 copies of one message of 19 bytes"
	Text    string // what is proven, in a sentence or two
	How     string
	Header  string // what the length of the header says about the command
	Plain   []byte // when the text is known
	Kind    string // "confirmed" or "equal"
	Copies  []Copy
	Peers   []string
	Classes []EqualRow // of the list
	Done    bool       // no more will be found
}

// A Copy is one message of a class.
type Copy struct {
	Packet   uint32 // from 1
	When     string // since the start
	From, To string
	ID       string // "15f2"
	CRC      string
}

// An EqualRow is a class in the list.
type EqualRow struct {
	Class  uint32
	Copies uint32
	Peers  uint32
	Len    uint32
	Kind   string
	Title  string
	First  uint32 // packet, from 1
}

// DetectInfo is what the published detectors say of a flow.
type DetectInfo struct {
	Flow    uint32 // from 1
	Results []DetectRow
	Chi     *Chi // nil: too few payloads to speak of
	Note    string
}

// A DetectRow is one detector.
type DetectRow struct {
	Name, Title string
	Year        uint32
	Says        uint8 // 0 silent, 1 no, 2 yes
	Why         string
	Doc         string
	Weakness    string
	Packets     []uint32 // from 1
	Cites       []Cite
}

// Chi is the chi-square statistic of the first 16 nibbles over the growing number of payloads.
type Chi struct {
	Steps   []uint32  // numbers of payloads at which it was taken, growing
	Values  []float32 // 16 for each step: nibble 1 to 16 of the first 8 bytes
	Packets []uint32  // the packet at each step, from 1
	Counts  []uint32  // 16 nibbles × 16 values, of all payloads
	Bound   float32   // the published threshold
	Least   uint32    // payloads needed before it is asked
	Words   []string  // what each rule makes of it at the end
}
