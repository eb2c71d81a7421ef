package skype

import "somscope/decoder/dissect"

// TalkKind is what a TCP conversation is. Its String is a filter word.
type TalkKind uint8

const (
	TalkNone       TalkKind = iota // nothing of Skype
	TalkLogin                      // false TLS with a login server
	TalkEvent                      // the same with an event server
	TalkFalseHTTPS                 // the fixed hello on port 443, then an obfuscated stream
	TalkSupernode                  // an obfuscated stream, proven by what keystream reuse gives
	TalkPort80                     // the same on port 80
	TalkUpdate                     // HTTP: installed, getlatestversion
	TalkModern                     // a 5.x stream with a key exchange in front, which cannot be read
)

var talkWords = [...]string{"", "login", "event", "false-https", "supernode", "port-80", "update", "modern"}

func (k TalkKind) String() string {
	if int(k) < len(talkWords) {
		return talkWords[k]
	}
	return ""
}

// StreamSide is one direction of a TCP conversation, as far as it was put together.
type StreamSide struct {
	Data  []byte
	Gaps  []StreamGap // runs of Data that are missing
	Start bool        // Data begins with the first byte the side sent
	Cuts  []int       // offsets in Data at which a packet began, in order
	Port  uint16      // of the sender
	Whole int64       // bytes the side sent in all
}

// StreamGap is a run of missing bytes.
type StreamGap struct{ At, Len int }

// A Talk is what a TCP conversation turned out to be.
type Talk struct {
	Kind                    TalkKind
	Sure                    bool      // exact bytes say so; false: it only parses and fits
	Opener                  int       // the side that connected
	Says                    string    // one sentence for people
	Why                     string    // one clause: what shows it
	Marks                   []Mark    // messages and records found in it, in order of each side
	Reused                  [2][]byte // plaintext found through keystream reuse, per side; first bytes after the hello
	Known                   [2]int    // how many of those bytes are certain
	Doubt                   string
	Version, Platform, Lang string // of an update request
}

// A Mark is one message of a Talk.
type Mark struct {
	Side    int
	At, Len int    // in the side's Data
	Name    string // "L1", "hello", "command 30", "getlatestversion"
	Text    string // half a line for the packet list
}

// ReadTCP looks at the beginning of a TCP conversation. It returns nil when nothing speaks for
// Skype. probed says that the same end answered a probe over UDP before.
func ReadTCP(sides *[2]StreamSide, opener int, probed bool) *Talk { return nil }

// A SegmentPlace says where the payload of one packet lies in its side's Data.
type SegmentPlace struct {
	Payload, At, Len int
}

// A Segment is a TCP payload together with what is known of its conversation.
type Segment struct {
	Talk    *Talk
	Sides   *[2]StreamSide
	Side    int
	Places  []SegmentPlace      // in order; none when all of it had come before
	Again   bool                // a retransmission
	Packets func(at int) uint32 // the packet, from 1, that brought a byte of this side; may be nil
}

// DissectTCP explains a TCP payload of a conversation of Skype.
func DissectTCP(d *dissect.D, c *dissect.Context, s *Segment) { d.Unknown(d.Left()) }

// InfoTCP says in half a line what a TCP payload is.
func InfoTCP(s *Segment, payload []byte) string { return "" }
