// Package field holds the annotated tree: which bits of which buffer carry
// which field, what its value is, who says so, and how far to trust it.
//
// The main type is Dissection: the buffers of one packet (or one block of a
// file) and a tree of Nodes over them. Nodes point at Specs, which describe a
// field once for all packets and are package variables of the dissectors, so a
// tree costs no strings of its own.
//
// The package is deliberately not a parser: package dissect grows the tree.
// It imports only the standard library.
package field

// A BufID names one run of bytes within a Dissection. 0 is the packet as captured.
type BufID uint8

// A Range is a half-open run of bits in one buffer.
// Bit 0 is the most significant bit of byte 0, as in the drawings of the RFCs.
type Range struct {
	Buf BufID
	Off int // bits from the start of the buffer
	Len int // bits

	// Mask selects the bits of the run that belong to the field, right-aligned:
	// its lowest bit stands for the last bit of the run. 0 means all of them.
	// Len is at most 64 when Mask is set.
	Mask uint64
}

// End is the bit after the last one of the run.
func (r Range) End() int { return r.Off + r.Len }

// FirstByte is the byte that holds the first bit.
func (r Range) FirstByte() int { return r.Off / 8 }

// LastByte is the byte after the one that holds the last bit.
func (r Range) LastByte() int { return (r.Off + r.Len + 7) / 8 }

// Has reports whether the bit belongs to the range, mask included.
func (r Range) Has(bit int) bool {
	if bit < r.Off || bit >= r.End() {
		return false
	}
	return r.Mask == 0 || r.Mask>>uint(r.End()-1-bit)&1 == 1
}

// Bits is the number of bits that belong to the range, mask included.
func (r Range) Bits() int {
	if r.Mask == 0 {
		return r.Len
	}
	n := 0
	for m := r.Mask; m != 0; m &= m - 1 {
		n++
	}
	return n
}

// A Spec describes a field once, for all packets. Specs are package variables.
type Spec struct {
	Name     string    // path element and filter word: "skype.udp.func"; lower case, the source's term
	Label    string    // what the tree shows: "Function"
	Doc      string    // one sentence, ends with a full stop
	Show     Show      // how the value is written
	Unit     string    // "ms", "bytes"; "" when it is a bare number
	Enum     Enum      // symbol per value, or nil
	Trust    Trust     // how we know
	Cite     []Cite    // where it is written
	Readings []Reading // what each source calls it, when they differ; our verdict among them
	Term     string    // glossary key, or ""
	Private  bool      // names a person or an installation: its bytes are shown only when asked for
}

// A Cite points into site/content/sources.json. The entry holds the title;
// code holds only the place: "§3.1", "slides 57-59".
type Cite struct{ Key, Where string }

// A Reading is what one source says a field, or some values of it, mean.
type Reading struct {
	Cite   Cite
	Values []uint64 // the values it speaks of; nil: the field itself, whatever its value
	Says   string   // the source's name or claim, in our words
	Ours   bool     // this is our verdict
}

// Applies reports whether the reading speaks of a field with value v.
func (r Reading) Applies(v Value) bool {
	if r.Values == nil {
		return true
	}
	n, ok := v.Num()
	if !ok {
		return false
	}
	for _, x := range r.Values {
		if x == n {
			return true
		}
	}
	return false
}

// Trust says how much weight a reader should give to a field's meaning.
type Trust uint8

const (
	Specified Trust = iota // published by those who defined it (RFCs, vendor)
	Measured               // observed and published by others, or measured by us on real captures
	Reversed               // taken from analysis of the program
	Inferred               // our reading of the evidence
	Unknown                // nobody has said
)

var trustWords = [...]string{"specified", "measured", "reversed", "inferred", "unknown"}

func (t Trust) String() string {
	if int(t) < len(trustWords) {
		return trustWords[t]
	}
	return "unknown"
}

// Show says how a value is written.
type Show uint8

const (
	Dec        Show = iota // 1234
	Hex                    // 0x04d2, as wide as the field
	Bin                    // ·111····
	DecHex                 // 33033 (0x8109)
	IP                     // 192.0.2.1, or IPv6 by RFC 5952
	MAC                    // 02:00:5e:00:53:01
	Flag                   // set / not set
	Instant                // a point in time, UTC
	Span                   // a duration in nanoseconds
	Words                  // text
	Raw                    // bytes: their range is enough
	PacketNo               // the number of another packet, from 1: a link to it
	ClassNo                // the number of a class of equal messages, from 1: a link to its page
	FlowNo                 // the number of a flow, from 1: a link to its page
	StreamNo               // the number of a stream of voice, from 1: a link to its page
	SampleName             // words that name a sample of the shelf: a link to it
)

// Enum names the values of a field in the words of its source. It is a list and no map, so
// that the tables are data of the program and need no code to build them.
type Enum []Sym

// A Sym is a value of a field and its name.
type Sym struct {
	V uint64
	S string
}

// Name is the name of a value; ok is false for values without one.
func (e Enum) Name(v uint64) (name string, ok bool) {
	for i := range e {
		if e[i].V == v {
			return e[i].S, true
		}
	}
	return "", false
}

// Text is the name of a value, or "".
func (e Enum) Text(v uint64) string {
	s, _ := e.Name(v)
	return s
}

// A Node is one annotated run of bits.
type Node struct {
	Spec  *Spec
	Range Range
	Value Value
	Note  string // about this packet only: "checksum is right"
	Err   *Error // the fault that stopped or bent this node, or nil
	Kids  []Node // in order of Range.Off, or, where fields are scattered, in that of their names; none for a leaf

	// More are further runs of the same buffer that hold the rest of the field, for a
	// leaf only: some codecs scatter the bits of a number over the frame. The value's
	// bits stand in Range first and then in More, most significant first.
	More []Range
}

// Bits is the number of bits that belong to the field itself, in all its runs.
func (n *Node) Bits() int {
	all := n.Range.Bits()
	for _, r := range n.More {
		all += r.Bits()
	}
	return all
}

// Has reports whether a bit of the node's buffer belongs to one of its runs.
func (n *Node) Has(bit int) bool {
	if n.Range.Has(bit) {
		return true
	}
	for _, r := range n.More {
		if r.Has(bit) {
			return true
		}
	}
	return false
}

// A Buffer is a run of bytes that ranges refer to. Those after the packet are
// its record in the file and what was derived: decrypted, inflated, reassembled.
type Buffer struct {
	Name    string // "packet", "record", "UDP payload, RC4 removed"
	Data    []byte
	FileOff int64   // where Data[0] lies in the opened file, or -1 when it is in no file
	From    []Range // where it came from, in the parent's order
	How     string  // one sentence: which step, which key and how it was found
	Exact   bool    // byte i stems from byte i of From, or from Per of them, so a click can be carried back

	// Per is how many bytes of From spell one byte here, when the buffer is what its parent
	// says in other characters: 2 for hexadecimal digits, 4 for such digits in UTF-16. Byte i
	// stems from the bytes Per*i and on of From, its runs put end to end. 0 when the parent
	// does not spell the buffer: its bytes were decrypted, or put together.
	Per int
}

// Source is where byte i of a buffer that is Exact stems from, in the parent's bytes. ok is
// false when nobody can say.
func (b *Buffer) Source(i int) (r Range, ok bool) {
	per := max(b.Per, 1)
	if !b.Exact || i < 0 || i >= len(b.Data) {
		return Range{}, false
	}
	skip := 8 * per * i
	for _, f := range b.From {
		if skip >= f.Len {
			skip -= f.Len
			continue
		}
		return Range{Buf: f.Buf, Off: f.Off + skip, Len: min(8*per, f.Len-skip)}, true
	}
	return Range{}, false
}

// A Dissection is everything we can say about one packet or one block of a file.
type Dissection struct {
	Packet  uint32 // from 1; 0 for a block of the file that is no packet
	Buffers []Buffer
	Root    Node
}
