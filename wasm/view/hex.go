package view

import "somscope/wasm/proto"

// A Hex is the layout of a hex view on a monospace grid: Per bytes a line in
// groups of eight. A line has three parts, each a run of columns of its own:
// the offset, the bytes ("02 00 ... 9e  02"), and the bytes as text.
type Hex struct {
	Per  int // bytes a line: 16, or 8 on narrow screens
	Size int // bytes of the buffer
}

const hexDigits = "0123456789abcdef"

// Lines is the number of lines; an empty buffer has none.
func (h Hex) Lines() int { return (h.Size + h.Per - 1) / h.Per }

// Digits is the width of an offset.
func (h Hex) Digits() int {
	d := 4
	for n := h.Size >> 16; n > 0; n >>= 4 {
		d++
	}
	return d
}

// Col is the first column of byte i of a line; its second digit follows.
func (h Hex) Col(i int) int { return 3*i + i/8 }

// Cols is the width of the bytes' part of a full line.
func (h Hex) Cols() int { return h.Col(h.Per-1) + 2 }

// ByteAt is the byte of a line at a column of the bytes' part. The space behind
// a byte belongs to it, so that there is no dead spot. -1 is beside the line.
func (h Hex) ByteAt(col int) int {
	if col < 0 || col > h.Cols() {
		return -1
	}
	i := col / 25 * 8
	return min(i+min(col%25/3, 7), h.Per-1)
}

// AppendOffset writes the offset of a line.
func (h Hex) AppendOffset(dst []byte, line int) []byte {
	off := line * h.Per
	for d := h.Digits() - 1; d >= 0; d-- {
		dst = append(dst, hexDigits[off>>(4*d)&15])
	}
	return dst
}

// AppendBytes writes the bytes of a line; a short last line is filled with
// spaces, so that the text part stands in its column.
func (h Hex) AppendBytes(dst, data []byte, line int) []byte {
	off := line * h.Per
	for i := 0; i < h.Per; i++ {
		if i > 0 {
			dst = append(dst, ' ')
			if i%8 == 0 {
				dst = append(dst, ' ')
			}
		}
		if off+i >= len(data) {
			dst = append(dst, ' ', ' ')
			continue
		}
		dst = append(dst, hexDigits[data[off+i]>>4], hexDigits[data[off+i]&15])
	}
	return dst
}

// AppendText writes the bytes of a line as ASCII, dots for the rest.
func (h Hex) AppendText(dst, data []byte, line int) []byte {
	for i := line * h.Per; i < min((line+1)*h.Per, len(data)); i++ {
		if c := data[i]; c >= 0x20 && c < 0x7f {
			dst = append(dst, c)
		} else {
			dst = append(dst, '.')
		}
	}
	return dst
}

// Hide puts stars over bytes [from, to) in what AppendBytes wrote of a line, or AppendText when
// text is set.
func (h Hex) Hide(line []byte, at, from, to int, text bool) {
	for i := max(from-at*h.Per, 0); i < min(to-at*h.Per, h.Per); i++ {
		col, width := h.Col(i), 2
		if text {
			col, width = i, 1
		}
		for k := col; k < min(col+width, len(line)); k++ {
			line[k] = '*'
		}
	}
}

// Text columns are counted from here on in a Light.
const TextPart = 1000

// A Light marks a run of columns of one line; it is laid out as paint.js reads it.
type Light struct{ Name, Line, From, To int32 }

// AppendLights marks bytes [from, to) on the lines [first, first+n), in both
// parts of each line.
func (h Hex) AppendLights(dst []Light, name int32, from, to, first, n int) []Light {
	from, to = max(from, first*h.Per), min(to, (first+n)*h.Per, h.Size)
	for from < to {
		line := from / h.Per
		end := min(to, (line+1)*h.Per)
		a, b := from-line*h.Per, end-line*h.Per
		dst = append(dst,
			Light{name, int32(line), int32(h.Col(a)), int32(h.Col(b-1) + 2)},
			Light{name, int32(line), TextPart + int32(a), TextPart + int32(b)})
		from = end
	}
	return dst
}

// Bytes is the run of bytes that hold a range's bits, as [from, to).
func Bytes(r proto.Range) (from, to int) {
	if r.Len == 0 {
		return int(r.Off / 8), int(r.Off / 8)
	}
	return int(r.Off / 8), int((uint64(r.Off) + uint64(r.Len) + 7) / 8)
}

// A Span is bytes [From, To) of a buffer.
type Span struct{ From, To int }

// Spans lists the bytes that hold bits of a field: one span of a field in one
// run; of a field whose runs are scattered, as those of a speech frame are, all
// of them in order, joined where they touch. A field without bits has none.
func Spans(n *proto.Node) []Span {
	var out []Span
	for k := range runs(n) {
		from, to := Bytes(run(n, k))
		if from == to {
			continue
		}
		at := 0
		for at < len(out) && out[at].To < from {
			at++
		}
		end := at
		for end < len(out) && out[end].From <= to {
			from, to = min(from, out[end].From), max(to, out[end].To)
			end++
		}
		rest := append([]Span{{from, to}}, out[end:]...)
		out = append(out[:at], rest...)
	}
	return out
}

// Covers reports whether byte i holds bits of one of the spans.
func Covers(all []Span, i int) bool {
	for _, x := range all {
		if i >= x.From && i < x.To {
			return true
		}
	}
	return false
}

// runs is the number of runs of a field, run one of them, from 0.
func runs(n *proto.Node) int { return 1 + len(n.More) }

func run(n *proto.Node, k int) proto.Range {
	if k == 0 {
		return n.Range
	}
	return n.More[k-1]
}

// Has reports whether a bit of the buffer belongs to the range, mask included.
func Has(r proto.Range, bit int) bool {
	if bit < int(r.Off) || bit >= int(r.Off)+int(r.Len) {
		return false
	}
	return r.Mask == 0 || r.Mask>>uint(int(r.Off)+int(r.Len)-1-bit)&1 == 1
}

// bitsIn counts the bits of byte i that belong to the range.
func bitsIn(r proto.Range, i int) int {
	if r.Mask == 0 && 8*i >= int(r.Off) && 8*i+8 <= int(r.Off)+int(r.Len) {
		return 8
	}
	n := 0
	for b := 8 * i; b < 8*i+8; b++ {
		if Has(r, b) {
			n++
		}
	}
	return n
}

// share counts the bits of byte i that belong to a field, in whichever run.
func share(n *proto.Node, i int) int {
	sum := 0
	for k := range runs(n) {
		r := run(n, k)
		if from, to := Bytes(r); i >= from && i < to {
			sum += bitsIn(r, i)
		}
	}
	return sum
}

// Leaf reports whether node i has no children in its own buffer: whether its
// bytes are its own.
func Leaf(nodes []proto.Node, i int) bool {
	n := &nodes[i]
	for k := i + 1; k < len(nodes) && nodes[k].Depth > n.Depth; k++ {
		if nodes[k].Depth == n.Depth+1 && nodes[k].Range.Buf == n.Range.Buf {
			return false
		}
	}
	return true
}

// Owners gives for each byte of a buffer the node that a click on it means: the
// leaf with most bits in it, the first of equals; -1 for none.
func Owners(nodes []proto.Node, buf uint8, size int) []int32 {
	own := make([]int32, size)
	for i := range own {
		own[i] = -1
	}
	// A node is a leaf when no later node is its child in the same buffer. One
	// pass from the end, with the shallowest children seen on each depth.
	leaf := Leaves(nodes)
	for i := range nodes {
		if !leaf[i] || nodes[i].Range.Buf != buf {
			continue
		}
		for k := range runs(&nodes[i]) {
			from, to := Bytes(run(&nodes[i], k))
			for b := from; b < to && b < size; b++ {
				if own[b] < 0 || share(&nodes[i], b) > share(&nodes[own[b]], b) {
					own[b] = int32(i)
				}
			}
		}
	}
	return own
}

// Leaves says of every node what Leaf says of one, in one pass.
func Leaves(nodes []proto.Node) []bool {
	leaf := make([]bool, len(nodes))
	var path [256]int // the last node on each depth
	for i := range nodes {
		leaf[i] = true
		d := nodes[i].Depth
		path[d] = i
		if d > 0 {
			if p := path[d-1]; nodes[p].Range.Buf == nodes[i].Range.Buf {
				leaf[p] = false
			}
		}
	}
	return leaf
}

// At lists the leaves that own a bit of byte i, most bits first; repeated clicks
// go through them.
func At(nodes []proto.Node, leaf []bool, buf uint8, i int) []int {
	var out []int
	for k := range nodes {
		if !leaf[k] || nodes[k].Range.Buf != buf {
			continue
		}
		n := share(&nodes[k], i)
		if n == 0 {
			continue
		}
		at := len(out)
		for at > 0 && share(&nodes[out[at-1]], i) < n {
			at--
		}
		out = append(out, 0)
		copy(out[at+1:], out[at:])
		out[at] = k
	}
	return out
}
