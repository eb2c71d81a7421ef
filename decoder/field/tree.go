package field

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds that Check holds every tree to, and that package dissect keeps.
const (
	MaxDepth = 64
	MaxNodes = 50000
)

// Silent is the Spec of bytes that nobody has explained.
var Silent = &Spec{
	Name:  "unknown",
	Label: "Unknown",
	Doc:   "Nobody has published what these bytes mean, and we do not know either.",
	Show:  Raw,
	Trust: Unknown,
}

// SilentBits is the Spec of bits inside a known byte that no field claims.
var SilentBits = &Spec{
	Name:  "unknown.bits",
	Label: "Unknown bits",
	Doc:   "No source names these bits.",
	Show:  Bin,
	Trust: Unknown,
}

// Walk visits n and everything below it, parents first. depth is 0 for n.
// It goes no deeper where visit returns false.
func Walk(n *Node, visit func(n *Node, depth int) bool) { walk(n, 0, visit) }

func walk(n *Node, depth int, visit func(*Node, int) bool) {
	if !visit(n, depth) || depth > MaxDepth {
		return
	}
	for i := range n.Kids {
		walk(&n.Kids[i], depth+1, visit)
	}
}

// At returns the nodes that own a bit, innermost last.
func (d *Dissection) At(buf BufID, bit int) []*Node {
	var path []*Node
	Walk(&d.Root, func(n *Node, depth int) bool {
		if n.Range.Buf == buf && n.Has(bit) {
			path = append(path, n)
		}
		return true
	})
	return path
}

// Find returns the first node with that Spec name, or nil.
func (d *Dissection) Find(name string) *Node {
	var found *Node
	Walk(&d.Root, func(n *Node, _ int) bool {
		if found == nil && n.Spec.Name == name {
			found = n
		}
		return found == nil
	})
	return found
}

// Errs returns the faults of the tree, in the order of the tree.
func (d *Dissection) Errs() []*Error {
	var errs []*Error
	Walk(&d.Root, func(n *Node, _ int) bool {
		if n.Err != nil {
			errs = append(errs, n.Err)
		}
		return true
	})
	return errs
}

// Check tests what must hold for every tree: children lie inside their parent,
// every bit of every buffer is owned by exactly one leaf, depth and number of
// nodes are bounded, and all text is UTF-8. It returns the first breach.
func (d *Dissection) Check() error {
	owned := make([][]byte, len(d.Buffers))
	for i, b := range d.Buffers {
		owned[i] = make([]byte, len(b.Data))
	}
	count := 0
	var visit func(n *Node, depth int) error
	visit = func(n *Node, depth int) error {
		if count++; count > MaxNodes+MaxDepth {
			return fmt.Errorf("more than %d nodes", MaxNodes)
		}
		if depth > MaxDepth+1 {
			return fmt.Errorf("%s: deeper than %d", n.Spec.Name, MaxDepth)
		}
		if n.Spec == nil {
			return fmt.Errorf("a node at bit %d has no Spec", n.Range.Off)
		}
		r := n.Range
		if int(r.Buf) >= len(d.Buffers) {
			return fmt.Errorf("%s: no buffer %d", n.Spec.Name, r.Buf)
		}
		if r.Off < 0 || r.Len < 0 || r.End() > 8*len(d.Buffers[r.Buf].Data) {
			return fmt.Errorf("%s: bits %d-%d are outside buffer %d of %d bytes", n.Spec.Name, r.Off, r.End(), r.Buf, len(d.Buffers[r.Buf].Data))
		}
		if r.Mask != 0 && r.Len > 64 {
			return fmt.Errorf("%s: a mask over %d bits", n.Spec.Name, r.Len)
		}
		if !utf8.ValidString(n.Note) || !utf8.ValidString(n.Value.str) && n.Value.kind == kText {
			return fmt.Errorf("%s: text is not UTF-8", n.Spec.Name)
		}
		local := false
		for i := range n.Kids {
			k := &n.Kids[i]
			if k.Range.Buf == r.Buf {
				local = true
				if k.Range.Off < r.Off || k.Range.End() > r.End() {
					return fmt.Errorf("%s: bits %d-%d lie outside their parent %s, bits %d-%d",
						k.Spec.Name, k.Range.Off, k.Range.End(), n.Spec.Name, r.Off, r.End())
				}
			}
			if err := visit(k, depth+1); err != nil {
				return err
			}
		}
		if local {
			if len(n.More) > 0 {
				return fmt.Errorf("%s: a group has more than one run", n.Spec.Name)
			}
			return nil
		}
		own := owned[r.Buf]
		for i := -1; i < len(n.More); i++ {
			if i >= 0 {
				if r = n.More[i]; r.Buf != n.Range.Buf || r.Off < 0 || r.Len < 0 || r.End() > 8*len(own) || r.Mask != 0 && r.Len > 64 {
					return fmt.Errorf("%s: its part of bits %d-%d is outside buffer %d", n.Spec.Name, r.Off, r.End(), n.Range.Buf)
				}
			}
			for bit := r.Off; bit < r.End(); {
				if r.Mask == 0 && bit%8 == 0 && bit+8 <= r.End() { // a whole byte
					if own[bit/8] != 0 {
						return fmt.Errorf("%s: byte %d of buffer %d has two owners", n.Spec.Name, bit/8, r.Buf)
					}
					own[bit/8] = 0xFF
					bit += 8
					continue
				}
				if r.Has(bit) {
					m := byte(0x80) >> uint(bit%8)
					if own[bit/8]&m != 0 {
						return fmt.Errorf("%s: bit %d of buffer %d has two owners", n.Spec.Name, bit, r.Buf)
					}
					own[bit/8] |= m
				}
				bit++
			}
		}
		return nil
	}
	if err := visit(&d.Root, 0); err != nil {
		return err
	}
	for i, b := range d.Buffers {
		if b.Per == 0 {
			continue
		}
		all := 0
		for _, r := range b.From {
			if int(r.Buf) >= i || r.Off < 0 || r.Len < 0 || r.Off%8 != 0 || r.End() > 8*len(d.Buffers[r.Buf].Data) {
				return fmt.Errorf("buffer %d (%s) stems from bits %d-%d of buffer %d, which are not there", i, b.Name, r.Off, r.End(), r.Buf)
			}
			all += r.Len
		}
		if b.Per < 0 || !b.Exact || all != 8*b.Per*len(b.Data) {
			return fmt.Errorf("buffer %d (%s): %d bits cannot spell its %d bytes by %d each", i, b.Name, all, len(b.Data), b.Per)
		}
	}
	for i, own := range owned {
		for j, m := range own {
			if m != 0xFF {
				return fmt.Errorf("byte %d of buffer %d (%s) is not wholly owned: bits %08b", j, i, d.Buffers[i].Name, m)
			}
		}
	}
	return nil
}

// Redact overwrites the bytes of private fields with the letter x, in every buffer, says so on
// them, and returns how many bytes that were. What spells such bytes in another buffer, the
// digits for instance, goes with them; so do the values that show them.
func (d *Dissection) Redact() int {
	all := 0
	own := make([]bool, len(d.Buffers)) // a buffer's bytes may be those of somebody else
	var path []*Node
	var visit func(n *Node, depth int)
	visit = func(n *Node, depth int) {
		path = append(path, n)
		if n.Spec.Private && n.bytes(d) != nil {
			forget(path)
			d.mask(n.Range, own)
			for _, r := range n.More {
				d.mask(r, own)
			}
			if k := n.Range.LastByte() - n.Range.FirstByte(); k > 0 {
				all += k
				note := "its bytes are redacted"
				if n.Note != "" {
					note = n.Note + "; " + note
				}
				n.Note = note
			}
		}
		if depth <= MaxDepth {
			for i := range n.Kids {
				visit(&n.Kids[i], depth+1)
			}
		}
		path = path[:len(path)-1]
	}
	visit(&d.Root, 0)
	return all
}

// forget takes away the value of the last node of a path, and what the groups around it show of it.
func forget(path []*Node) {
	n := path[len(path)-1]
	v := n.Text()
	if v == "" || strings.HasSuffix(v, "redacted") {
		return
	}
	n.Value = Text("redacted")
	for _, up := range path[:len(path)-1] {
		if up.Value.kind == kText {
			up.Value = Text(strings.ReplaceAll(up.Value.str, v, "x"))
		}
		up.Note = strings.ReplaceAll(up.Note, v, "x")
	}
}

// mask overwrites the bytes of a range, and those of the other buffers that hold or spell the same.
func (d *Dissection) mask(r Range, own []bool) {
	if int(r.Buf) >= len(d.Buffers) || r.Len <= 0 || r.Off < 0 || r.LastByte() > len(d.Buffers[r.Buf].Data) {
		return
	}
	if !d.cross(r.Buf, r.FirstByte(), r.LastByte(), own) {
		return // they are gone already
	}
	d.redactFile(r, own)
	for i := range d.Buffers {
		b := &d.Buffers[i]
		if b.Per == 0 {
			continue
		}
		if i == int(r.Buf) { // up: what spells these bytes
			for k := r.FirstByte(); k < r.LastByte(); k++ {
				if from, ok := b.Source(k); ok {
					d.mask(from, own)
				}
			}
			continue
		}
		at := 0 // down: what these bytes spell
		for _, f := range b.From {
			lo, hi := max(f.Off, r.Off), min(f.End(), r.End())
			if f.Buf == r.Buf && lo < hi {
				from, to := (at+lo-f.Off)/(8*b.Per), (at+hi-f.Off+8*b.Per-1)/(8*b.Per)
				d.mask(Range{Buf: BufID(i), Off: 8 * from, Len: 8 * (to - from)}, own)
			}
			at += f.Len
		}
	}
}

// cross overwrites bytes [from, to) of a buffer and reports whether that changed any.
func (d *Dissection) cross(buf BufID, from, to int, own []bool) bool {
	b := &d.Buffers[buf]
	if !own[buf] {
		own[buf] = true
		b.Data = append([]byte(nil), b.Data...)
	}
	changed := false
	for i := from; i < to; i++ {
		changed = changed || b.Data[i] != 'x'
		b.Data[i] = 'x'
	}
	return changed
}

// redactFile redacts the bytes of a range in the other buffers that hold the same part of the
// file: the packet stands in its record, too.
func (d *Dissection) redactFile(r Range, own []bool) {
	from := d.Buffers[r.Buf].FileOff
	if from < 0 {
		return
	}
	for i := range d.Buffers {
		b := &d.Buffers[i]
		if i == int(r.Buf) || b.FileOff < 0 {
			continue
		}
		by := from - b.FileOff
		lo, hi := max(int64(r.FirstByte())+by, 0), min(int64(r.LastByte())+by, int64(len(b.Data)))
		if lo >= hi {
			continue
		}
		if !own[i] {
			own[i] = true
			b.Data = append([]byte(nil), b.Data...)
		}
		for k := lo; k < hi; k++ {
			b.Data[k] = 'x'
		}
	}
}
