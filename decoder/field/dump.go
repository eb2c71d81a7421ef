package field

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// Widths of a Dump, in characters and bytes.
const (
	dumpPlace = 15 // columns of the place
	dumpRow   = 8  // bytes a line
	dumpRows  = 4  // lines of bytes a leaf may take before the rest is only counted
)

// Dump writes a picture of the dissection for people and for golden files:
// the buffers, then one line a node with its place, its bytes, and, indented
// by depth, its label, value and Spec name. Remarks follow on lines that begin
// with "-", faults on lines that begin with "!".
//
// A place is OFFSET:LENGTH, both in bytes and the offset in hexadecimal, as in
// "002a:2". Runs of bits read "002c.4:4b": four bits from bit 4 of byte 0x2c,
// bit 0 being the most significant; "&8f" after it is their mask. Places in
// other buffers than the first carry the buffer's number in front: "1/0000:4".
// A field in several runs joins their places with "+".
//
// The same dissection always gives the same picture. The error is the writer's.
func Dump(w io.Writer, d *Dissection) error {
	out := bufio.NewWriter(w)
	for i, b := range d.Buffers {
		out.WriteString("buffer ")
		out.WriteString(strconv.Itoa(i))
		out.WriteString(": ")
		out.WriteString(printable(b.Name))
		out.WriteString(", ")
		out.WriteString(count(len(b.Data), "byte"))
		if b.FileOff >= 0 {
			out.WriteString(", at 0x")
			out.WriteString(strconv.FormatInt(b.FileOff, 16))
			out.WriteString(" in the file")
		}
		if len(b.From) > 0 {
			out.WriteString(", from")
			for _, r := range b.From {
				out.WriteByte(' ')
				out.WriteString(place(r))
			}
			switch {
			case b.Exact && b.Per > 1:
				out.WriteString(", a byte for each " + strconv.Itoa(b.Per))
			case b.Exact:
				out.WriteString(", byte for byte")
			}
		}
		out.WriteByte('\n')
		if b.How != "" {
			out.WriteString("  - ")
			out.WriteString(printable(b.How))
			out.WriteByte('\n')
		}
	}
	Walk(&d.Root, func(n *Node, depth int) bool {
		dumpNode(out, d, n, depth)
		return true
	})
	return out.Flush()
}

func dumpNode(out *bufio.Writer, d *Dissection, n *Node, depth int) {
	at := place(n.Range)
	for _, r := range n.More {
		at += "+" + place(r)
	}
	out.WriteString(at)
	pad(out, max(1, dumpPlace-len(at))) // a place of several runs may be wider
	var bytes []byte
	if len(n.Kids) == 0 {
		bytes = n.bytes(d)
	}
	bytes = dumpBytes(out, bytes)
	indent := 2 * depth
	pad(out, indent)
	out.WriteString(n.Spec.Label)
	if t := n.Text(); t != "" {
		out.WriteString(": ")
		out.WriteString(printable(t))
	}
	out.WriteString("  [")
	out.WriteString(n.Spec.Name)
	out.WriteString("]\n")
	remark := func(sign, text string) {
		pad(out, dumpPlace)
		bytes = dumpBytes(out, bytes)
		pad(out, indent+2)
		out.WriteString(sign)
		out.WriteString(printable(text))
		out.WriteByte('\n')
	}
	if n.Note != "" {
		remark("- ", n.Note)
	}
	if n.Err != nil {
		remark("! ", faultText(n.Err))
	}
	for row := 1; len(bytes) > 0 && row < dumpRows; row++ {
		pad(out, dumpPlace)
		var line strings.Builder
		bytes = hexRow(&line, bytes)
		out.WriteString(line.String())
		out.WriteByte('\n')
	}
	if len(bytes) > 0 {
		pad(out, dumpPlace)
		out.WriteString("... ")
		out.WriteString(strconv.Itoa(len(bytes)))
		out.WriteString(" more\n")
	}
}

// dumpBytes writes one row of bytes, padded to the width of a full one, and
// returns those that are left.
func dumpBytes(out *bufio.Writer, b []byte) []byte {
	var line strings.Builder
	b = hexRow(&line, b)
	out.WriteString(line.String())
	pad(out, 3*dumpRow+1-line.Len())
	return b
}

func hexRow(line *strings.Builder, b []byte) []byte {
	const digits = "0123456789abcdef"
	n := min(len(b), dumpRow)
	for i, c := range b[:n] {
		if i > 0 {
			line.WriteByte(' ')
		}
		line.WriteByte(digits[c>>4])
		line.WriteByte(digits[c&15])
	}
	return b[n:]
}

// bytes are those the node touches, or none when its range lies outside its buffer.
func (n *Node) bytes(d *Dissection) []byte {
	r := n.Range
	if int(r.Buf) >= len(d.Buffers) || r.Len <= 0 || r.Off < 0 {
		return nil
	}
	data := d.Buffers[r.Buf].Data
	if r.LastByte() > len(data) {
		return nil
	}
	return data[r.FirstByte():r.LastByte()]
}

func pad(out *bufio.Writer, n int) {
	for ; n > 0; n-- {
		out.WriteByte(' ')
	}
}

func place(r Range) string {
	s := ""
	if r.Buf != 0 {
		s = strconv.Itoa(int(r.Buf)) + "/"
	}
	off := strconv.FormatInt(int64(r.FirstByte()), 16)
	if len(off) < 4 {
		off = "0000"[len(off):] + off
	}
	s += off
	if r.Off%8 == 0 && r.Len%8 == 0 && r.Mask == 0 {
		return s + ":" + strconv.Itoa(r.Len/8)
	}
	s += "." + strconv.Itoa(r.Off%8) + ":" + strconv.Itoa(r.Len) + "b"
	if r.Mask != 0 {
		s += "&" + strconv.FormatUint(r.Mask, 16)
	}
	return s
}

// faultText is the error and the sentinel that says whom it accuses.
func faultText(e *Error) string {
	s := e.Error()
	if e.Err != nil && e.What != "" && e.Err.Error() != e.What {
		s += " (" + e.Err.Error() + ")"
	}
	return s
}

// printable is s when it is plain text on one line, and s quoted otherwise, so
// that what stood in a packet cannot steer a terminal.
func printable(s string) string {
	for _, r := range s {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return strconv.Quote(s)
		}
	}
	return s
}

func count(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return strconv.Itoa(n) + " " + unit + "s"
}
