package capfile

import (
	"encoding/binary"
	"fmt"
	"sort"
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Files of SILK as the tools beside Skype's published codec write them:
//
//	#!SILK_V3          nine bytes; some programs put a byte 02 in front
//	length             16 bits, low byte first
//	packet             so many bytes
//	length, packet, …
//	ff ff              the end, which may be missing
//
// Nothing says how long a packet lasts; one frame of 20 ms is what those tools write by default.
const (
	silkMark  = "#!SILK_V3"
	silkLasts = 20 * time.Millisecond
	silkMost  = 5 * 1024 // bytes: the longest packet that those tools hold, of five frames

	silkStride = 256 // packets from one mark to the next
)

func isSILK(head []byte) bool { return magic(silkMark, "\x02"+silkMark)(head) }

// A silkFile remembers where every 256th packet begins, so that the time of any other can be
// counted from there.
type silkFile struct {
	start int // bytes of the header
	n     int64
	marks []int64 // offsets of packets 0, 256, 512, …
	ended bool    // the end mark was met
	over  int64   // offset of what follows it, 0 when nothing does
	rec   Record
}

func openSILK(f *File, head []byte) (container, *field.Error) {
	c := &silkFile{start: len(silkMark)}
	if head[0] == 2 {
		c.start++
	}
	f.addBlock(Block{Len: int64(c.start), Kind: "SILK file header", Text: "version 3; packets are taken to last 20 ms, which the file does not say"})
	return c, nil
}

func (c *silkFile) name() string         { return "silk" }
func (c *silkFile) title() string        { return "SILK frames, version 3" }
func (c *silkFile) linkTypes() []uint16  { return []uint16{linkSILK} }
func (c *silkFile) specs() []*field.Spec { return frameSpecs }

// length reads a packet's length; ok is false when it is none.
func (c *silkFile) length(b []byte) (n int, ok bool) {
	n = int(binary.LittleEndian.Uint16(b))
	return n, n <= silkMost
}

func (c *silkFile) absurd(n int, off int64) *field.Error {
	return &field.Error{Off: off, In: "silk", Err: field.ErrLimit,
		What: fmt.Sprintf("a packet claims %d bytes, more than the %d of the longest", n, silkMost)}
}

const silkEnd = 0xffff

func (c *silkFile) fill(r *Record, off, index int64, data []byte) {
	*r = Record{Off: off, Data: data, Time: index * int64(silkLasts), OrigLen: uint32(len(data)), LinkType: linkSILK}
}

func (c *silkFile) walk(f *File, p []byte, at int64, on func(*Record)) (int, *field.Error) {
	i := 0
	if at < int64(c.start) {
		if len(p) < c.start {
			return 0, nil
		}
		i = c.start
	}
	for len(p)-i >= 2 && !c.ended {
		off := at + int64(i)
		n, ok := c.length(p[i:])
		if n == silkEnd {
			c.ended = true
			f.addBlock(Block{Off: off, Len: 2, Kind: "End mark", Text: "the file says that no packet follows"})
			i += 2
			break
		}
		if !ok {
			return i, c.absurd(n, off)
		}
		end := i + 2 + n
		if end > len(p) {
			return i, nil
		}
		if c.n%silkStride == 0 {
			c.marks = append(c.marks, off)
		}
		c.fill(&c.rec, off, c.n, p[i+2:end:end])
		on(&c.rec)
		c.n++
		i = end
	}
	if c.ended && i < len(p) {
		if c.over == 0 {
			c.over = at + int64(i)
		}
		i = len(p)
	}
	return i, nil
}

func (c *silkFile) want(b []byte, at int64) int {
	if at < int64(c.start) {
		return c.start
	}
	if len(b) < 2 {
		return 2
	}
	n, _ := c.length(b)
	return 2 + n
}

// end tells of what follows the end mark.
func (c *silkFile) end(f *File, left []byte, _ func(*Record)) (int, *field.Error) {
	if c.over > 0 {
		n := f.done - c.over
		f.skip(Block{Off: c.over, Len: min(n, badLen), Kind: "Trailing bytes"}, &field.Error{Off: c.over, In: "silk", Err: field.ErrFormat,
			What: countOf(int(n), "byte") + " follow the end mark"})
	}
	return 0, nil
}

// find walks from the nearest mark to the packet at an offset, and returns its number.
func (c *silkFile) find(f *File, off int64) (index int64, n int, err error) {
	i := sort.Search(len(c.marks), func(i int) bool { return c.marks[i] > off }) - 1
	none := &field.Error{Off: off, In: "silk", What: "no packet starts here", Err: field.ErrFormat}
	if i < 0 {
		return 0, 0, none
	}
	index = int64(i) * silkStride
	for at := c.marks[i]; index < int64(i+1)*silkStride; index++ {
		b, err := f.cache.view(at, 2)
		if err != nil {
			return 0, 0, err
		}
		if len(b) < 2 {
			return 0, 0, none
		}
		n, ok := c.length(b)
		if !ok {
			return 0, 0, none
		}
		if at == off {
			return index, n, nil
		}
		if at += 2 + int64(n); at > off {
			return 0, 0, none
		}
	}
	return 0, 0, none
}

func (c *silkFile) record(f *File, off int64, r *Record) error {
	index, n, err := c.find(f, off)
	if err != nil {
		return err
	}
	b, err := f.cache.view(off, 2+n)
	if err != nil {
		return err
	}
	if len(b) < 2+n {
		return &field.Error{Off: off, In: "silk", Err: field.ErrShort,
			What: fmt.Sprintf("the file ends inside a frame: it needs %d bytes, %d are there", 2+n, len(b))}
	}
	c.fill(r, off, index, b[2:])
	return nil
}

func (c *silkFile) rootSpec(_ []byte, b Block) *field.Spec {
	switch {
	case b.Off == 0:
		return specSILKFile
	case c.over > 0 && b.Off == c.over:
		return specSILKOver
	}
	return specSILKRec
}

func (c *silkFile) dissectBlock(_ *File, d *dissect.D, b Block) {
	switch {
	case b.Off == 0:
		if c.start > len(silkMark) {
			d.U8(specSILKLead)
		}
		d.Text(specSILKMark, len(silkMark))
	case c.over > 0 && b.Off == c.over:
		d.Rest(specSILKData)
	default:
		c.packet(d)
	}
}

// packet reads a length and what it claims.
func (c *silkFile) packet(d *dissect.D) {
	n := d.LE16(specSILKLen)
	if !d.OK() {
		return
	}
	switch {
	case n == silkEnd:
		d.Note("the end mark")
		return
	case n > silkMost:
		d.Fault(field.ErrLimit, "more than the %d bytes of the longest packet", silkMost)
	}
	d.Within(int(n), func(d *dissect.D) { d.Rest(specSILKData) })
}

func (c *silkFile) dissectRecord(f *File, d *dissect.D, off int64) error {
	index, n, err := c.find(f, off)
	if err != nil {
		return err
	}
	b, err := f.cache.own(off, int64(2+n))
	if err != nil {
		return err
	}
	d.Buffer(specSILKRec, field.Buffer{Name: "record", Data: b, FileOff: off,
		How: fmt.Sprintf("The length and the packet in the file, from offset %d on.", off)},
		func(d *dissect.D) {
			c.packet(d)
			asides(d, index, time.Duration(index)*silkLasts)
		})
	return nil
}
