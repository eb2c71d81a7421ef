package capfile

import (
	"fmt"
	"io"

	"somscope/decoder/field"
)

// Looking back reads whole aligned blocks, for one read of a slice of a Blob
// costs about a millisecond however small it is: a page of rows is one read.
const (
	blockLen    = 256 << 10 // bytes
	blocksKept  = 4
	scratchKeep = 1 << 20 // a longer scratch buffer is dropped after use
)

// cache is a few blocks of a Source, the least recently used replaced first.
type cache struct {
	src     Source
	slots   [blocksKept]slot
	clock   uint64
	scratch []byte // for what crosses a border between blocks
}

type slot struct {
	off  int64 // of the block; valid when len(data) > 0
	data []byte
	used uint64
}

// view returns n bytes at off, fewer when the source ends before. The slice is
// valid until the next call. n must be bounded by the caller; no more memory
// is taken than the source has bytes.
func (c *cache) view(off int64, n int) ([]byte, error) {
	size := c.src.Size()
	if off < 0 || off > size {
		return nil, &field.Error{Off: off, In: "capfile", Err: field.ErrShort, What: fmt.Sprintf("the file has only %d bytes", size)}
	}
	n = int(min(int64(n), size-off))
	start := off - off%blockLen
	if off+int64(n) <= start+blockLen {
		b, err := c.block(start, size)
		if err != nil {
			return nil, err
		}
		return b[off-start : off-start+int64(n)], nil
	}
	if cap(c.scratch) < n || cap(c.scratch) > scratchKeep {
		c.scratch = make([]byte, n)
	}
	buf := c.scratch[:n]
	if n > blockLen { // longer than a block: straight from the source
		if err := c.read(buf, off); err != nil {
			return nil, err
		}
		return buf, nil
	}
	b, err := c.block(start, size)
	if err != nil {
		return nil, err
	}
	k := copy(buf, b[off-start:])
	if b, err = c.block(start+blockLen, size); err != nil {
		return nil, err
	}
	copy(buf[k:], b)
	return buf, nil
}

// own is view with memory of its own, for what stays on the screen.
func (c *cache) own(off, n int64) ([]byte, error) {
	b, err := c.view(off, int(min(n, maxRecord)))
	if err != nil {
		return nil, err
	}
	return append([]byte(nil), b...), nil
}

// block returns the block at start, which is a multiple of blockLen.
func (c *cache) block(start, size int64) ([]byte, error) {
	c.clock++
	want := int(min(blockLen, size-start))
	old := 0
	for i := range c.slots {
		s := &c.slots[i]
		if len(s.data) > 0 && s.off == start {
			if len(s.data) < want { // the source has grown since
				old = i
				break
			}
			s.used = c.clock
			return s.data, nil
		}
		if s.used < c.slots[old].used {
			old = i
		}
	}
	s := &c.slots[old]
	if cap(s.data) < want {
		s.data = make([]byte, want)
	}
	s.data = s.data[:want]
	if err := c.read(s.data, start); err != nil {
		s.data = s.data[:0]
		s.used = 0
		return nil, err
	}
	s.off = start
	s.used = c.clock
	return s.data, nil
}

func (c *cache) read(p []byte, off int64) error {
	n, err := c.src.ReadAt(p, off)
	if n == len(p) {
		return nil
	}
	if err == nil {
		err = io.ErrUnexpectedEOF
	}
	return &field.Error{Off: off + int64(n), In: "capfile", What: "the file cannot be read: " + err.Error(), Err: err}
}
