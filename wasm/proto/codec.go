package proto

import (
	"errors"
	"math"
)

// The bytes of a message. Every type has one method, code, that names its
// fields in order; the coder it is given either writes them or reads them, so
// that the two directions cannot drift apart. Numbers are varints (7 bits a
// byte, low bits first; signed ones zigzag), strings and byte slices have
// their length in front, an optional message is a 0 or a 1 and its fields.
//
// A reader trusts no count: a list grows as its elements are read, and a count
// larger than the bytes that are left is refused at once.

var (
	errShort = errors.New("proto: message ends too early")
	errCount = errors.New("proto: count is larger than the message")
	errValue = errors.New("proto: number does not fit its field")
	errRest  = errors.New("proto: bytes after the end of the message")
)

// Append adds the message to b.
func (r *Request) Append(b []byte) []byte {
	c := coder{b: b}
	r.code(&c)
	return c.b
}

// ParseRequest reads what Append wrote.
func ParseRequest(b []byte) (*Request, error) {
	c := coder{b: b, read: true}
	r := new(Request)
	r.code(&c)
	return r, c.end()
}

// Append adds the message to b.
func (r *Reply) Append(b []byte) []byte {
	c := coder{b: b}
	r.code(&c)
	return c.b
}

// ParseReply reads what Append wrote. The byte slices of the reply (text of
// rows, data of buffers) lie in b.
func ParseReply(b []byte) (*Reply, error) {
	c := coder{b: b, read: true}
	r := new(Reply)
	r.code(&c)
	return r, c.end()
}

// A coder writes to b, or reads b from its front.
// After the first fault everything it reads is zero.
type coder struct {
	b    []byte
	read bool
	err  error
}

func (c *coder) end() error {
	if c.err == nil && len(c.b) > 0 {
		c.err = errRest
	}
	return c.err
}

func (c *coder) fail(err error) {
	if c.err == nil {
		c.err = err
	}
	c.b = nil
}

func (c *coder) put(v uint64) {
	for v >= 0x80 {
		c.b = append(c.b, byte(v)|0x80)
		v >>= 7
	}
	c.b = append(c.b, byte(v))
}

func (c *coder) get() uint64 {
	var v uint64
	for i, x := range c.b {
		if i == 9 && x > 1 { // more than 64 bits
			c.fail(errValue)
			return 0
		}
		v |= uint64(x&0x7F) << uint(7*i)
		if x < 0x80 {
			c.b = c.b[i+1:]
			return v
		}
	}
	c.fail(errShort)
	return 0
}

// count reads a length in front of n things of at least a byte each.
func (c *coder) count() int {
	n := c.get()
	if n > uint64(len(c.b)) {
		c.fail(errCount)
		return 0
	}
	return int(n)
}

// num codes an unsigned number of any width.
func num[T ~uint8 | ~uint16 | ~uint32 | ~uint64](c *coder, v *T) {
	if !c.read {
		c.put(uint64(*v))
		return
	}
	n := c.get()
	*v = T(n)
	if uint64(*v) != n {
		*v = 0
		c.fail(errValue)
	}
}

// signed codes a signed number of any width.
func signed[T ~int32 | ~int64](c *coder, v *T) {
	if !c.read {
		c.put(uint64(*v)<<1 ^ uint64(int64(*v)>>63))
		return
	}
	z := c.get()
	n := int64(z>>1) ^ -int64(z&1)
	*v = T(n)
	if int64(*v) != n {
		*v = 0
		c.fail(errValue)
	}
}

func (c *coder) bool(v *bool) {
	n := uint8(0)
	if *v {
		n = 1
	}
	num(c, &n)
	if n > 1 {
		c.fail(errValue)
	}
	*v = n == 1
}

func (c *coder) str(v *string) {
	if !c.read {
		c.put(uint64(len(*v)))
		c.b = append(c.b, *v...)
		return
	}
	n := c.count()
	*v = string(c.b[:n])
	c.b = c.b[n:]
}

// float codes a number of four bytes, as its bits.
func (c *coder) float(v *float32) {
	n := math.Float32bits(*v)
	num(c, &n)
	*v = math.Float32frombits(n)
}

func (c *coder) bytes(v *[]byte) {
	if !c.read {
		c.put(uint64(len(*v)))
		c.b = append(c.b, *v...)
		return
	}
	if n := c.count(); n > 0 {
		*v = c.b[:n:n]
		c.b = c.b[n:]
	}
}

// list codes a slice. Its elements must take at least one byte each. There is a
// copy of it for every type of element, so what it need not know stands beside it.
func list[T any](c *coder, v *[]T, code func(c *coder, e *T)) {
	n := c.length(len(*v))
	for i := 0; i < n && c.err == nil; i++ {
		if i == len(*v) { // it is read, and grows as append would have it grow
			more := make([]T, min(n, 2*i+4))
			copy(more, *v)
			*v = more
		}
		code(c, &(*v)[i])
	}
}

// length writes how long a list is, or reads it.
func (c *coder) length(n int) int {
	if c.read {
		return c.count()
	}
	c.put(uint64(n))
	return n
}

// opt codes a message that may be absent.
func opt[T any](c *coder, v **T, code func(m *T, c *coder)) {
	has := *v != nil
	c.bool(&has)
	if !has {
		return
	}
	if c.read {
		*v = new(T)
	}
	code(*v, c)
}

func (r *Request) code(c *coder) {
	num(c, &r.ID)
	opt(c, &r.Open, (*Open).code)
	opt(c, &r.Cancel, (*Cancel).code)
	opt(c, &r.Rows, (*RowsAsk).code)
	opt(c, &r.Dissect, (*Dissect).code)
	opt(c, &r.Block, (*Block).code)
	opt(c, &r.Flow, (*FlowAsk).code)
	opt(c, &r.Treat, (*Treat).code)
	opt(c, &r.Fault, (*Fault).code)
	opt(c, &r.Story, (*StoryAsk).code)
	opt(c, &r.Equal, (*EqualAsk).code)
	opt(c, &r.Detect, (*DetectAsk).code)
	opt(c, &r.Public, (*PublicAsk).code)
	opt(c, &r.Media, (*MediaAsk).code)
	opt(c, &r.Curve, (*CurveAsk).code)
	opt(c, &r.Codec, (*CodecAsk).code)
	opt(c, &r.Listen, (*ListenAsk).code)
	opt(c, &r.Piece, (*PieceAsk).code)
	opt(c, &r.Profile, (*ProfileAsk).code)
	opt(c, &r.Shut, (*Shut).code)
}

func (m *StoryAsk) code(*coder) {}

func (m *EqualAsk) code(c *coder) { num(c, &m.Class) }

func (m *DetectAsk) code(c *coder) { num(c, &m.Flow) }

func (m *PublicAsk) code(c *coder) {
	c.str(&m.Host)
	c.str(&m.Public)
	num(c, &m.Packet)
}

func (m *Open) code(c *coder) {
	c.str(&m.Name)
	num(c, &m.Window)
	c.str(&m.As)
}

func (m *Cancel) code(*coder) {}

func (m *RowsAsk) code(c *coder) {
	num(c, &m.Table)
	num(c, &m.From)
	num(c, &m.N)
	num(c, &m.Clock)
	num(c, &m.Sort)
	c.bool(&m.Down)
	num(c, &m.File)
	c.bool(&m.Bare)
}

func (m *Dissect) code(c *coder) { num(c, &m.Packet) }

func (m *Block) code(c *coder) { num(c, &m.Index) }

func (m *FlowAsk) code(c *coder) { num(c, &m.Flow) }

func (m *Treat) code(c *coder) {
	num(c, &m.Flow)
	num(c, &m.As)
}

func (m *Fault) code(c *coder) {
	num(c, &m.Packet)
	c.bool(&m.Fatal)
}

func (r *Reply) code(c *coder) {
	num(c, &r.ID)
	opt(c, &r.Err, (*Problem).code)
	opt(c, &r.Hello, (*Hello).code)
	opt(c, &r.Opened, (*Opened).code)
	opt(c, &r.Progress, (*Progress).code)
	opt(c, &r.Rows, (*RowPage).code)
	opt(c, &r.Tree, (*Tree).code)
	opt(c, &r.Flow, (*FlowInfo).code)
	opt(c, &r.Crash, (*Crash).code)
	opt(c, &r.Story, (*Story).code)
	opt(c, &r.Equal, (*EqualInfo).code)
	opt(c, &r.Detect, (*DetectInfo).code)
	opt(c, &r.Sheet, (*Sheet).code)
	opt(c, &r.Sound, (*Sound).code)
	opt(c, &r.Shelf, (*Shelf).code)
}

func (m *Problem) code(c *coder) {
	c.str(&m.What)
	signed(c, &m.Off)
	c.str(&m.Hint)
	c.str(&m.Kind)
}

func (m *Hello) code(c *coder) {
	c.str(&m.Version)
	list(c, &m.Specs, func(c *coder, e *Spec) { e.code(c) })
}

func (m *Spec) code(c *coder) {
	c.str(&m.Name)
	c.str(&m.Label)
	c.str(&m.Doc)
	c.str(&m.Unit)
	c.str(&m.Term)
	num(c, &m.Trust)
	c.str(&m.TrustWord)
	c.bool(&m.Layer)
	c.bool(&m.Skype)
	c.bool(&m.Private)
	list(c, &m.Cites, func(c *coder, e *Cite) { e.code(c) })
	list(c, &m.Readings, func(c *coder, e *Reading) { e.code(c) })
}

func (m *Cite) code(c *coder) {
	c.str(&m.Key)
	c.str(&m.Where)
}

func (m *Reading) code(c *coder) {
	m.Cite.code(c)
	list(c, &m.Values, num[uint64])
	c.str(&m.Says)
	c.bool(&m.Ours)
}

func (m *Opened) code(c *coder) {
	c.str(&m.Name)
	signed(c, &m.Size)
	c.str(&m.Format)
	c.str(&m.Hash)
	num(c, &m.Local)
}

func (m *Progress) code(c *coder) {
	signed(c, &m.Read)
	signed(c, &m.Size)
	num(c, &m.Packets)
	num(c, &m.Flows)
	num(c, &m.Blocks)
	num(c, &m.SkypeFlows)
	num(c, &m.SkypePkts)
	num(c, &m.SkypeFirst)
	signed(c, &m.First)
	signed(c, &m.Last)
	num(c, &m.Millis)
	num(c, &m.Heap)
	c.bool(&m.Done)
	c.bool(&m.Cancelled)
	opt(c, &m.Problem, (*Problem).code)
	m.Deep.code(c)
	num(c, &m.Generation)
}

func (m *Deep) code(c *coder) {
	num(c, &m.State)
	c.str(&m.Part)
	num(c, &m.Permille)
	num(c, &m.Messages)
	num(c, &m.Confirmed)
	num(c, &m.Inferred)
	num(c, &m.Equal)
	num(c, &m.Classes)
	num(c, &m.Streams)
	num(c, &m.Phases)
	num(c, &m.Voices)
	c.str(&m.Note)
}

func (m *RowPage) code(c *coder) {
	num(c, &m.Table)
	num(c, &m.From)
	num(c, &m.Total)
	num(c, &m.Cols)
	c.bytes(&m.Text)
	list(c, &m.Ends, num[uint32])
	list(c, &m.Marks, func(c *coder, e *RowMark) { e.code(c) })
}

func (m *RowMark) code(c *coder) {
	num(c, &m.ID)
	num(c, &m.Flow)
	c.bool(&m.Skype)
	c.bool(&m.Bad)
	num(c, &m.Read)
	c.bool(&m.Known)
}

func (m *Tree) code(c *coder) {
	num(c, &m.Packet)
	num(c, &m.Block)
	num(c, &m.File)
	num(c, &m.Piece)
	num(c, &m.Flow)
	c.str(&m.Title)
	list(c, &m.Buffers, func(c *coder, e *Buffer) { e.code(c) })
	list(c, &m.Nodes, func(c *coder, e *Node) { e.code(c) })
	num(c, &m.Owned)
	list(c, &m.Links, func(c *coder, e *Link) { e.code(c) })
	c.str(&m.Host)
	num(c, &m.Stream)
}

func (m *Link) code(c *coder) {
	c.str(&m.Kind)
	num(c, &m.Packet)
	c.str(&m.Text)
	c.bool(&m.Doubt)
}

func (m *Buffer) code(c *coder) {
	c.str(&m.Name)
	c.str(&m.How)
	c.bytes(&m.Data)
	signed(c, &m.FileOff)
	c.bool(&m.Exact)
	list(c, &m.From, func(c *coder, e *Range) { e.code(c) })
	num(c, &m.Per)
}

func (m *Range) code(c *coder) {
	num(c, &m.Buf)
	num(c, &m.Off)
	num(c, &m.Len)
	num(c, &m.Mask)
}

func (m *Node) code(c *coder) {
	num(c, &m.Spec)
	num(c, &m.Depth)
	m.Range.code(c)
	c.str(&m.Text)
	num(c, &m.Num)
	c.bool(&m.HasNum)
	c.str(&m.Note)
	c.str(&m.Err)
	signed(c, &m.ErrOff)
	c.str(&m.Go)
	list(c, &m.More, func(c *coder, e *Range) { e.code(c) })
}

func (m *FlowInfo) code(c *coder) {
	num(c, &m.Flow)
	c.str(&m.Transport)
	c.str(&m.A)
	c.str(&m.B)
	for i := range m.Packets {
		num(c, &m.Packets[i])
		num(c, &m.Bytes[i])
	}
	num(c, &m.First)
	c.str(&m.Class)
	c.str(&m.Verdict)
	signed(c, &m.Score)
	num(c, &m.As)
	c.str(&m.Sentence)
	list(c, &m.Evidence, func(c *coder, e *Evidence) { e.code(c) })
	list(c, &m.Lines, func(c *coder, e *Line) { e.code(c) })
	list(c, &m.Streams, num[uint32])
}

func (m *Evidence) code(c *coder) {
	c.str(&m.Rule)
	c.str(&m.Label)
	c.bool(&m.For)
	signed(c, &m.Weight)
	c.str(&m.Detail)
	c.str(&m.Doc)
	list(c, &m.Packets, num[uint32])
	list(c, &m.Cites, func(c *coder, e *Cite) { e.code(c) })
}

func (m *Line) code(c *coder) {
	c.str(&m.Label)
	c.str(&m.Text)
}

func (m *Crash) code(c *coder) {
	num(c, &m.Packet)
	c.str(&m.What)
	c.str(&m.Log)
	c.bool(&m.Fatal)
}

func (m *Story) code(c *coder) {
	signed(c, &m.Begin)
	signed(c, &m.End)
	list(c, &m.Phases, func(c *coder, e *Phase) { e.code(c) })
	list(c, &m.Roles, func(c *coder, e *Role) { e.code(c) })
	list(c, &m.Links, func(c *coder, e *RoleLink) { e.code(c) })
	c.str(&m.Note)
	c.bool(&m.Done)
}

func (m *Phase) code(c *coder) {
	c.str(&m.Kind)
	c.str(&m.Title)
	c.str(&m.Text)
	c.str(&m.Doubt)
	signed(c, &m.From)
	signed(c, &m.To)
	c.bool(&m.Timed)
	c.str(&m.When)
	list(c, &m.Who, (*coder).str)
	list(c, &m.Packets, num[uint32])
	num(c, &m.All)
	list(c, &m.Flows, num[uint32])
	c.str(&m.Confidence)
	list(c, &m.Cites, func(c *coder, e *Cite) { e.code(c) })
	c.bool(&m.Media)
}

func (m *Role) code(c *coder) {
	c.str(&m.Host)
	num(c, &m.Port)
	c.str(&m.Kind)
	c.str(&m.State)
	c.str(&m.Text)
	c.str(&m.Confidence)
	list(c, &m.Why, func(c *coder, e *Why) { e.code(c) })
	list(c, &m.Flows, num[uint32])
	list(c, &m.Packets, num[uint32])
}

func (m *Why) code(c *coder) {
	c.str(&m.Text)
	c.bool(&m.Weak)
	list(c, &m.Packets, num[uint32])
	list(c, &m.Cites, func(c *coder, e *Cite) { e.code(c) })
}

func (m *RoleLink) code(c *coder) {
	num(c, &m.A)
	num(c, &m.B)
	c.str(&m.Label)
	list(c, &m.Flows, num[uint32])
	c.bool(&m.TCP)
	c.bool(&m.UDP)
}

func (m *EqualInfo) code(c *coder) {
	num(c, &m.Class)
	c.str(&m.Title)
	c.str(&m.Text)
	c.str(&m.How)
	c.str(&m.Header)
	c.bytes(&m.Plain)
	c.str(&m.Kind)
	list(c, &m.Copies, func(c *coder, e *Copy) { e.code(c) })
	list(c, &m.Peers, (*coder).str)
	list(c, &m.Classes, func(c *coder, e *EqualRow) { e.code(c) })
	c.bool(&m.Done)
}

func (m *Copy) code(c *coder) {
	num(c, &m.Packet)
	c.str(&m.When)
	c.str(&m.From)
	c.str(&m.To)
	c.str(&m.ID)
	c.str(&m.CRC)
}

func (m *EqualRow) code(c *coder) {
	num(c, &m.Class)
	num(c, &m.Copies)
	num(c, &m.Peers)
	num(c, &m.Len)
	c.str(&m.Kind)
	c.str(&m.Title)
	num(c, &m.First)
}

func (m *DetectInfo) code(c *coder) {
	num(c, &m.Flow)
	list(c, &m.Results, func(c *coder, e *DetectRow) { e.code(c) })
	opt(c, &m.Chi, (*Chi).code)
	c.str(&m.Note)
}

func (m *DetectRow) code(c *coder) {
	c.str(&m.Name)
	c.str(&m.Title)
	num(c, &m.Year)
	num(c, &m.Says)
	c.str(&m.Why)
	c.str(&m.Doc)
	c.str(&m.Weakness)
	list(c, &m.Packets, num[uint32])
	list(c, &m.Cites, func(c *coder, e *Cite) { e.code(c) })
}

func (m *Chi) code(c *coder) {
	list(c, &m.Steps, num[uint32])
	list(c, &m.Values, (*coder).float)
	list(c, &m.Packets, num[uint32])
	list(c, &m.Counts, num[uint32])
	c.float(&m.Bound)
	num(c, &m.Least)
	list(c, &m.Words, (*coder).str)
}
