// Package dissect is the cursor that grows a field tree: a read is a field.
//
// A dissector is a function that reads a D from front to back and names what
// it reads. It never returns an error: what was read stays, the fault is kept
// on the node where it happened, and the bytes after it become unknown.
//
//	func ack(d *dissect.D) {
//		d.Group(&specAck, func(d *dissect.D) {
//			d.U16(&specID)
//			d.IP4(&specYou)
//			d.U32(&specToken)
//		})
//	}
//
// The package is not for the index pass, which looks at every packet of a file
// and must not allocate: that one has readers of its own.
package dissect

import (
	"errors"
	"fmt"
	"math/bits"
	"net/netip"
	"strings"
	"time"

	"somscope/decoder/field"
)

// A Dissector explains the bytes of one protocol.
type Dissector struct {
	Name  string        // "skype.udp"
	Title string        // "Skype over UDP"
	Specs []*field.Spec // everything it may emit; feeds the catalogue and the citation check
	Run   func(d *D, c *Context)
}

// Context is what a dissector may know beyond its bytes. Plain data, no callbacks.
type Context struct {
	Src, Dst   netip.AddrPort
	Time       time.Time
	FromClient bool
}

// D reads one buffer from front to back and grows one node.
// After the first failure every read returns zero and adds nothing: test OK
// where a loop or a decision depends on it, not after every read.
// Within fences a failure in: what follows the fenced bytes is read again.
type D struct {
	s       *state
	buf     field.BufID
	data    []byte
	pos     int
	end     int
	snapped bool // the wire had more than data
	failed  bool
}

type state struct {
	out   *field.Dissection
	stack []field.Node // open groups, outermost first
	nodes int
}

// Begin starts a dissection of the packet's bytes; wire is their length on the
// wire, more than len(data) when the capture cut them. root names the whole.
// packet counts from 1, or is 0 for a block that is no packet; fileOff is where
// the bytes lie in the file, -1 when nowhere.
func Begin(root *field.Spec, data []byte, wire int, packet uint32, fileOff int64) *D {
	out := &field.Dissection{
		Packet:  packet,
		Buffers: []field.Buffer{{Name: "packet", Data: data, FileOff: fileOff}},
	}
	s := &state{out: out}
	s.stack = append(s.stack, field.Node{Spec: root, Range: field.Range{Len: 8 * len(data)}})
	return &D{s: s, data: data, end: len(data), snapped: wire > len(data)}
}

// Done ends a dissection begun with Begin: bytes nobody read become unknown.
func (d *D) Done() *field.Dissection {
	d.leftover()
	for len(d.s.stack) > 1 { // a dissector left groups open: our mistake, but the tree stays whole
		d.pop()
	}
	root := d.s.stack[0]
	root.Range.Len = 8 * len(d.data)
	d.s.out.Root = root
	return d.s.out
}

// Buffer adds a buffer beside the packet (its record in the file, for
// instance) and reads it in a group of its own.
func (d *D) Buffer(s *field.Spec, b field.Buffer, body func(d *D)) { d.Derive(s, b, body) }

// Derive continues in a derived buffer: body reads it from its start, in a
// group named by s that covers all of it. Bytes body does not read become unknown.
// At most 250 buffers are kept; more are dropped with a fault.
func (d *D) Derive(s *field.Spec, b field.Buffer, body func(d *D)) {
	if d.failed {
		return
	}
	if len(d.s.out.Buffers) > 250 {
		d.Fault(field.ErrLimit, "more buffers than we follow")
		return
	}
	if !d.room() {
		return
	}
	id := field.BufID(len(d.s.out.Buffers))
	d.s.out.Buffers = append(d.s.out.Buffers, b)
	sub := &D{s: d.s, buf: id, data: b.Data, end: len(b.Data)}
	depth := len(d.s.stack)
	d.s.stack = append(d.s.stack, field.Node{Spec: s, Range: field.Range{Buf: id}})
	body(sub)
	for len(d.s.stack) > depth+1 {
		sub.pop()
	}
	sub.leftover()
	sub.pop()
}

// BufName renames the buffer being read; How says where it came from.
func (d *D) BufName(name, how string) {
	d.s.out.Buffers[d.buf].Name = name
	d.s.out.Buffers[d.buf].How = how
}

// Left is the number of bytes that may still be read.
func (d *D) Left() int {
	if d.failed {
		return 0
	}
	return d.end - d.pos
}

// OK reports that nothing has failed so far.
func (d *D) OK() bool { return !d.failed }

// Pos is the offset of the next byte in the buffer.
func (d *D) Pos() int { return d.pos }

// Snapped reports that the capture cut the packet, so that what seems to be
// missing may have been on the wire.
func (d *D) Snapped() bool { return d.snapped }

// Cut reports that the bytes still to be read end where the capture cut the packet.
func (d *D) Cut() bool { return d.snapped && d.end == len(d.data) }

// Peek returns the next n bytes, or fewer when fewer are left, without reading them.
// The slice is the buffer's own: do not write to it.
func (d *D) Peek(n int) []byte {
	if n > d.Left() {
		n = d.Left()
	}
	if n < 0 {
		n = 0
	}
	return d.data[d.pos : d.pos+n : d.pos+n]
}

// Slice returns bytes [from, to) of the buffer, clipped to it, read or not.
func (d *D) Slice(from, to int) []byte {
	to = max(0, min(to, len(d.data)))
	from = max(0, min(from, to))
	return d.data[from:to:to]
}

// U8 reads one byte as a number.
func (d *D) U8(s *field.Spec) uint8 { return uint8(d.Uint(s, 1, false)) }

// U16 reads a big-endian number of 2 bytes.
func (d *D) U16(s *field.Spec) uint16 { return uint16(d.Uint(s, 2, false)) }

// U32 reads a big-endian number of 4 bytes.
func (d *D) U32(s *field.Spec) uint32 { return uint32(d.Uint(s, 4, false)) }

// U64 reads a big-endian number of 8 bytes.
func (d *D) U64(s *field.Spec) uint64 { return d.Uint(s, 8, false) }

// LE16 reads a little-endian number of 2 bytes.
func (d *D) LE16(s *field.Spec) uint16 { return uint16(d.Uint(s, 2, true)) }

// LE32 reads a little-endian number of 4 bytes.
func (d *D) LE32(s *field.Spec) uint32 { return uint32(d.Uint(s, 4, true)) }

// LE64 reads a little-endian number of 8 bytes.
func (d *D) LE64(s *field.Spec) uint64 { return d.Uint(s, 8, true) }

// Uint reads a number of n bytes, 1 to 8, in the byte order asked for.
func (d *D) Uint(s *field.Spec, n int, little bool) uint64 {
	if !d.need(s, n) {
		return 0
	}
	v := load(d.data[d.pos:d.pos+n], little)
	val := field.Uint(v)
	switch {
	case s.Show == field.MAC:
		val = field.Mac(v)
	case s.Show == field.Flag:
		val = field.Bool(v != 0)
	}
	d.add(s, n, val)
	return v
}

func load(b []byte, little bool) uint64 {
	var v uint64
	for i := range b {
		if little {
			v |= uint64(b[i]) << uint(8*i)
		} else {
			v = v<<8 | uint64(b[i])
		}
	}
	return v
}

// IP4 reads an IPv4 address of 4 bytes.
func (d *D) IP4(s *field.Spec) netip.Addr {
	if !d.need(s, 4) {
		return netip.Addr{}
	}
	a := netip.AddrFrom4([4]byte(d.data[d.pos : d.pos+4]))
	d.add(s, 4, field.Addr(a))
	return a
}

// IP6 reads an IPv6 address of 16 bytes.
func (d *D) IP6(s *field.Spec) netip.Addr {
	if !d.need(s, 16) {
		return netip.Addr{}
	}
	a := netip.AddrFrom16([16]byte(d.data[d.pos : d.pos+16]))
	d.add(s, 16, field.Addr(a))
	return a
}

// MAC reads a hardware address of 6 bytes.
func (d *D) MAC(s *field.Spec) uint64 {
	if !d.need(s, 6) {
		return 0
	}
	v := load(d.data[d.pos:d.pos+6], false)
	d.add(s, 6, field.Mac(v))
	return v
}

// Text reads n bytes as text. Trailing NULs belong to the field, not to its value.
func (d *D) Text(s *field.Spec, n int) string {
	if !d.need(s, n) {
		return ""
	}
	b := d.data[d.pos : d.pos+n]
	for len(b) > 0 && b[len(b)-1] == 0 {
		b = b[:len(b)-1]
	}
	d.add(s, n, field.Text(string(b)))
	return string(b)
}

// Bytes reads n bytes that need no value. The slice is the buffer's own.
// Nothing is added for n = 0.
func (d *D) Bytes(s *field.Spec, n int) []byte {
	if !d.need(s, n) || n == 0 {
		return nil
	}
	b := d.data[d.pos : d.pos+n : d.pos+n]
	d.add(s, n, field.Value{})
	return b
}

// Rest reads all that is left.
func (d *D) Rest(s *field.Spec) []byte { return d.Bytes(s, d.Left()) }

// Unknown reads n bytes that nobody has explained.
func (d *D) Unknown(n int) { d.Bytes(field.Silent, n) }

// Byte reads one byte with sub-fields: the node holds the byte, split names its bits.
// Bits that split does not name become unknown bits.
func (d *D) Byte(s *field.Spec, split func(b Bits)) uint8 {
	return uint8(d.Word(s, 1, false, split))
}

// Word reads a number of n bytes, 1 to 8, with sub-fields, as Byte does.
func (d *D) Word(s *field.Spec, n int, little bool, split func(b Bits)) uint64 {
	if !d.need(s, n) || !d.room() {
		return 0
	}
	v := load(d.data[d.pos:d.pos+n], little)
	start := d.pos
	d.push(s)
	top := d.top()
	top.Value = field.Uint(v)
	var taken uint64
	b := Bits{d: d, v: v, start: start, n: n, little: little, taken: &taken}
	split(b)
	all := ^uint64(0) >> uint(64-8*n)
	if rest := all &^ taken; rest != 0 && len(d.top().Kids) > 0 {
		b.Mask(field.SilentBits, rest)
	}
	d.pos += n
	sortKids(d.top().Kids)
	d.pop()
	return v
}

// sortKids puts the sub-fields of a word in the order of their first bit.
func sortKids(kids []field.Node) {
	first := func(n *field.Node) int {
		if n.Range.Mask == 0 {
			return n.Range.Off
		}
		return n.Range.End() - bits.Len64(n.Range.Mask)
	}
	for i := 1; i < len(kids); i++ {
		for j := i; j > 0 && first(&kids[j]) < first(&kids[j-1]); j-- {
			kids[j], kids[j-1] = kids[j-1], kids[j]
		}
	}
}

// Bits splits the byte or word just read.
type Bits struct {
	d      *D
	v      uint64
	start  int // byte
	n      int // bytes
	little bool
	sevens bool // a varint: seven bits of the value a byte
	taken  *uint64
}

// Mask names the bits of the word under mask and returns them: shifted down to
// bit 0 when they are neighbours, left in place when they are not.
// With Show Flag the value is a flag.
func (b Bits) Mask(s *field.Spec, mask uint64) uint64 {
	if mask == 0 || b.d.failed || !b.d.room() {
		return 0
	}
	*b.taken |= mask
	v := b.v & mask
	run := mask >> uint(bits.TrailingZeros64(mask))
	if run&(run+1) == 0 {
		v >>= uint(bits.TrailingZeros64(mask))
	}
	wire := mask
	switch {
	case b.sevens:
		wire = spread(mask, b.n)
	case b.little:
		wire = bits.ReverseBytes64(mask) >> uint(64-8*b.n)
	}
	val := field.Uint(v)
	if s.Show == field.Flag {
		val = field.Bool(v != 0)
	}
	b.put(s, wire, val)
	return v
}

// put adds a sub-field of the bits under wire, a mask over the bytes as they stand.
func (b Bits) put(s *field.Spec, wire uint64, val field.Value) {
	r := field.Range{Buf: b.d.buf, Off: 8 * b.start, Len: 8 * b.n}
	low := bits.TrailingZeros64(wire)
	if run := wire >> uint(low); run&(run+1) == 0 { // neighbours on the wire: a plain run
		r.Len = bits.Len64(run)
		r.Off += 8*b.n - low - r.Len
	} else {
		r.Mask = wire
	}
	b.d.s.nodes++
	top := b.d.top()
	top.Kids = append(top.Kids, field.Node{Spec: s, Range: r, Value: val})
}

// Note adds a remark about the sub-field just named.
func (b Bits) Note(format string, args ...any) { b.d.Note(format, args...) }

// Fault marks the sub-field just named as wrong; reading goes on.
func (b Bits) Fault(err error, format string, args ...any) { b.d.Fault(err, format, args...) }

// Group opens a child node; what body reads lies below it.
func (d *D) Group(s *field.Spec, body func(d *D)) {
	if d.failed || !d.room() {
		return
	}
	depth := len(d.s.stack)
	d.push(s)
	body(d)
	for len(d.s.stack) > depth+1 {
		d.pop()
	}
	d.pop()
}

// Each reads n groups; it stops early when a round consumes nothing or fails.
func (d *D) Each(s *field.Spec, n int, body func(d *D)) {
	for i := 0; i < n && d.OK(); i++ {
		at := d.pos
		d.Group(s, body)
		if d.pos == at {
			return
		}
	}
}

// Within lets body read the next n bytes and no more. What body leaves of them
// becomes unknown, and a failure inside does not reach outside. When fewer than
// n are left, the open group gets a fault and body reads what there is.
func (d *D) Within(n int, body func(d *D)) {
	if d.failed {
		return
	}
	if n < 0 {
		n = 0
	}
	if left := d.end - d.pos; n > left {
		if d.Cut() {
			d.fault(&field.Error{Off: int64(d.pos), What: fmt.Sprintf("%d bytes were on the wire, the capture kept %d", n, left), Err: field.ErrSnapped})
		} else {
			d.fault(&field.Error{Off: int64(d.pos), What: fmt.Sprintf("%d bytes are claimed, %d are there", n, left), Err: field.ErrShort})
		}
		n = left
	}
	end := d.end
	d.end = d.pos + n
	depth := len(d.s.stack)
	body(d)
	for len(d.s.stack) > depth {
		d.pop()
	}
	d.leftover()
	d.end = end
}

// leftover turns what is left before end into an unknown field and clears a failure.
func (d *D) leftover() {
	d.failed = false
	if n := d.end - d.pos; n > 0 { // there is always room for this one: it ends a region
		d.put(field.Silent, n, field.Value{})
	}
}

// Set gives the field just read another value: a time made of two words, a name.
func (d *D) Set(v field.Value) {
	if n := d.last(); n != nil && !d.failed {
		n.Value = v
	}
}

// Aside adds a field that owns no bytes: what is known of the message from
// elsewhere, such as the packet it answers or the class it belongs to.
// A group should hold something that owns its bytes beside its asides.
func (d *D) Aside(s *field.Spec, v field.Value) {
	if !d.failed {
		d.add(s, 0, v)
	}
}

// Head gives the open group a value to show beside its label.
func (d *D) Head(v field.Value) { d.top().Value = v }

// HeadNote adds a remark to the open group.
func (d *D) HeadNote(format string, args ...any) {
	note(d.top(), format, args...)
}

// Note adds a remark about the last field, for this packet only.
func (d *D) Note(format string, args ...any) {
	if n := d.last(); n != nil && !d.failed {
		note(n, format, args...)
	}
}

func note(n *field.Node, format string, args ...any) {
	s := sentence(format, args...)
	if n.Note != "" {
		s = n.Note + "; " + s
	}
	n.Note = s
}

// sentence formats text about a packet; bytes of the packet in it need not be UTF-8.
func sentence(format string, args ...any) string {
	if format == "%s" && len(args) == 1 { // lists say the same few words thousands of times
		if s, ok := args[0].(string); ok {
			return strings.ToValidUTF8(s, "\uFFFD")
		}
	}
	return strings.ToValidUTF8(fmt.Sprintf(format, args...), "\uFFFD")
}

// Fault marks the last field as wrong; reading goes on.
func (d *D) Fault(err error, format string, args ...any) {
	n := d.last()
	if n == nil {
		n = d.top()
	}
	if n.Err == nil {
		n.Err = &field.Error{Off: int64(n.Range.FirstByte()), In: n.Spec.Name, What: sentence(format, args...), Err: err}
	}
}

// HeadFault marks the open group as wrong; reading goes on.
func (d *D) HeadFault(err error, format string, args ...any) {
	d.fault(&field.Error{Off: int64(d.pos), What: sentence(format, args...), Err: err})
}

// Fail stops reading here: the open group carries the error, what was read
// stays, the bytes that follow become unknown. err is a *field.Error or a cause.
func (d *D) Fail(err error) {
	if d.failed {
		return
	}
	var e *field.Error
	if !errors.As(err, &e) {
		e = &field.Error{Off: int64(d.pos), What: err.Error(), Err: err}
	}
	d.fault(e)
	d.failed = true
}

// Failf is Fail with a sentinel and a sentence.
func (d *D) Failf(err error, format string, args ...any) {
	d.Fail(&field.Error{Off: int64(d.pos), What: sentence(format, args...), Err: err})
}

func (d *D) fault(e *field.Error) {
	top := d.top()
	if e.In == "" {
		e.In = top.Spec.Name
	}
	if top.Err == nil {
		top.Err = e
	}
}

// need reports whether n bytes can be read, and fails when not.
func (d *D) need(s *field.Spec, n int) bool {
	if d.failed {
		return false
	}
	if n < 0 || n > d.end-d.pos {
		cause := field.ErrShort
		if d.Cut() {
			cause = field.ErrSnapped
		}
		d.Fail(&field.Error{Off: int64(d.pos), In: s.Name, Err: cause,
			What: fmt.Sprintf("%s needs %s, %d left", s.Label, plural(n, "byte"), d.end-d.pos)})
		return false
	}
	return true
}

func plural(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

// room reports whether the tree may still grow, and fails when not.
func (d *D) room() bool {
	if d.s.nodes >= field.MaxNodes-field.MaxDepth || len(d.s.stack) >= field.MaxDepth {
		if !d.failed {
			d.Failf(field.ErrLimit, "more fields than we follow")
		}
		return false
	}
	return true
}

func (d *D) add(s *field.Spec, n int, v field.Value) {
	if d.room() {
		d.put(s, n, v)
	}
}

func (d *D) put(s *field.Spec, n int, v field.Value) {
	d.s.nodes++
	hang(d.top(), field.Node{Spec: s, Range: field.Range{Buf: d.buf, Off: 8 * d.pos, Len: 8 * n}, Value: v})
	d.pos += n
}

func (d *D) top() *field.Node { return &d.s.stack[len(d.s.stack)-1] }

func (d *D) last() *field.Node {
	kids := d.top().Kids
	if len(kids) == 0 {
		return nil
	}
	return &kids[len(kids)-1]
}

func (d *D) push(s *field.Spec) {
	d.s.nodes++
	d.s.stack = append(d.s.stack, field.Node{Spec: s, Range: field.Range{Buf: d.buf, Off: 8 * d.pos}})
}

func (d *D) pop() {
	n := *d.top()
	d.s.stack = d.s.stack[:len(d.s.stack)-1]
	n.Range.Len = 8*d.pos - n.Range.Off
	hang(d.top(), n)
}

// hang adds a child. Most groups have three or four, so their places are made at once.
func hang(top *field.Node, n field.Node) {
	if top.Kids == nil {
		top.Kids = make([]field.Node, 0, 4)
	}
	top.Kids = append(top.Kids, n)
}
