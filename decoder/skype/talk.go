package skype

import (
	"bytes"
	"slices"
	"strconv"

	"somscope/decoder/internal/order"
)

// TalkKind is what a TCP conversation is. Its String is a filter word.
type TalkKind uint8

const (
	TalkNone       TalkKind = iota // nothing of Skype
	TalkLogin                      // false TLS with a login server
	TalkEvent                      // the same with an event server
	TalkFalseHTTPS                 // the fixed hello of port 443, then an obfuscated stream
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
	Odds                    int    // chance would do it once in 2 to the power of this; 0 when that is not known

	open [2]*opening // of obfuscated sides
}

// A Mark is one message of a Talk.
type Mark struct {
	Side    int
	At, Len int    // in the side's Data
	Name    string // "L1", "hello", "command 30", "getlatestversion"
	Text    string // half a line for the packet list

	kind markKind
	num  int // of a record: how many with contents were before it on its side
}

type markKind uint8

const (
	markOther       markKind = iota
	markEmpty                // an empty record of false TLS
	markList                 // the record with the list in clear
	markRecord               // an encrypted record
	markClientHello          // the 72 bytes of port 443
	markServerHello          // the 79 bytes
	markHello                // seed and hello of an obfuscated stream
	markFirst                // what comes right behind them
	markExchange             // key exchange of 5.x
	markCheck                // the 8 bytes behind it
	markRequest              // of HTTP
	markReply
)

// ReadTCP looks at the beginning of a TCP conversation. It returns nil when nothing speaks for
// Skype. probed says that the same end answered a probe over UDP before.
func ReadTCP(sides *[2]StreamSide, opener int, probed bool) *Talk {
	opener &= 1
	for _, read := range [...]func(*[2]StreamSide, int, bool) *Talk{readUpdate, readFalseTLS, readFalseHTTPS, readStream} {
		if t := read(sides, opener, probed); t != nil {
			t.Opener = opener
			order.Stable(t.Marks, func(a, b Mark) int {
				if a.Side != b.Side {
					return a.Side - b.Side
				}
				return a.At - b.At
			})
			return t
		}
	}
	return nil
}

// have is how many bytes of the side from at on are there in one piece.
func (s *StreamSide) have(at int) int {
	if at >= len(s.Data) {
		return 0
	}
	for _, g := range s.Gaps {
		switch {
		case g.At+g.Len <= at:
		case g.At <= at:
			return 0
		default:
			return g.At - at
		}
	}
	return len(s.Data) - at
}

// missing is how many bytes in front of byte at no packet brought.
func (s *StreamSide) missing(at int) int {
	for _, g := range s.Gaps {
		if g.At+g.Len == at {
			return g.Len
		}
	}
	return 0
}

// cut is the end of the packet that holds byte at, as far as it can be told.
func (s *StreamSide) cut(at int) int {
	end := at + s.have(at)
	i, found := slices.BinarySearch(s.Cuts, at+1)
	if !found && i == len(s.Cuts) {
		return end
	}
	return min(end, s.Cuts[i])
}

// whole reports that all of [at, at+n) is there.
func (s *StreamSide) whole(at, n int) bool { return at >= 0 && n >= 0 && s.have(at) >= n }

// begins reports that the side begins with b, all of it captured.
func (s *StreamSide) begins(b []byte) bool { return s.whole(0, len(b)) && bytes.HasPrefix(s.Data, b) }

// noise reports that n bytes look random enough: not one value makes up an
// eighth of them. Text, protocols with many zeros and most headers fail it.
func noise(b []byte) bool {
	var seen [256]uint8
	text := 0
	for _, c := range b {
		if seen[c]++; int(seen[c]) > 2+len(b)/8 {
			return false
		}
		if c >= ' ' && c < 0x7f {
			text++
		}
	}
	return len(b) > 0 && text*10 < len(b)*8
}

func (t *Talk) mark(m Mark) { t.Marks = append(t.Marks, m) }

// onceIn says how rarely chance does something that happens once in 2^bits.
func onceIn(bits int) string {
	switch {
	case bits < 10:
		return "once in " + strconv.Itoa(1<<max(bits, 0))
	case bits < 20:
		return "once in " + strconv.Itoa(1<<(bits-10)) + ",000"
	case bits < 30:
		return "once in " + strconv.Itoa(1<<(bits-20)) + " million"
	case bits < 40:
		return "once in " + strconv.Itoa(1<<(bits-30)) + " billion"
	}
	return "once in 2 to the power of " + strconv.Itoa(bits)
}
