package capfile

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"somscope/decoder/field"
)

// UnpackBudget is how many bytes a packed file may become: what fits into the
// memory of a browser's tab beside everything else.
const UnpackBudget = 256 << 20

const (
	pageLen = 256 << 10 // bytes

	// maxWindow is the largest window of a Zstandard frame, in bytes. The frame
	// states it and the decoder has to believe it, so that this much memory can
	// be taken by a file of twenty bytes. Levels up to 19 need 8 MiB at most.
	maxWindow = 32 << 20
)

// An Unpacker unpacks a gzip or Zstandard file in steps. What it has unpacked
// stays readable through Source, whether or not the rest can be unpacked.
type Unpacker struct {
	name   string
	in     *counter
	r      io.Reader
	zstd   *zstd.Decoder
	out    pages
	budget int64
	done   bool
	err    error
}

// Unpack prepares to unpack src, up to budget bytes (0 means UnpackBudget). It
// returns nil and no error when src is not packed, and ErrUnsupported when it
// is packed in a way that is not unpacked here. One layer is unpacked, not
// what is in it.
func Unpack(src Source, budget int64) (*Unpacker, error) {
	head, err := readHead(src)
	if err != nil {
		return nil, err
	}
	if budget <= 0 {
		budget = UnpackBudget
	}
	in := &counter{r: bufio.NewReaderSize(io.NewSectionReader(src, 0, src.Size()), 64<<10)}
	u := &Unpacker{in: in, budget: budget}
	for _, s := range strangers {
		if !s.is(head) {
			continue
		}
		switch s.name {
		case "gzip":
			u.name = "gzip"
			z, err := gzip.NewReader(in)
			if err != nil {
				return nil, u.fault(err)
			}
			u.r = z
			return u, nil
		case "zstd":
			u.name = "zstd"
			z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
				zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecodeBuffersBelow(0))
			if err != nil {
				return nil, u.fault(err)
			}
			u.r, u.zstd = z, z
			return u, nil
		case "lz4", "xz", "bzip2", "compress":
			return nil, &field.Error{In: s.name, What: "this is " + s.what, Err: field.ErrUnsupported}
		}
		break
	}
	return nil, nil
}

// Name is the kind of packing: "gzip" or "zstd".
func (u *Unpacker) Name() string { return u.name }

// Read is how many packed bytes have been taken, for a progress line.
func (u *Unpacker) Read() int64 { return u.in.n }

// Source is what is unpacked so far. It grows with each Step; its bytes never move.
func (u *Unpacker) Source() Source { return &u.out }

// Step unpacks about n more bytes (at least one). done is true when there is
// nothing more to come: at the end, and with every error. The *field.Error
// names the offset in the packed file; it is ErrLimit when the budget was not
// enough, ErrShort when the packed file is cut, ErrChecksum or ErrFormat when
// it is damaged. Source keeps what was unpacked before.
func (u *Unpacker) Step(n int) (done bool, err error) {
	n = max(n, 1)
	for !u.done && n > 0 {
		room := min(int64(n), u.budget-u.out.size)
		if room == 0 { // is there really more?
			var one [1]byte
			k, err := io.ReadFull(u.r, one[:])
			if k > 0 {
				err = &field.Error{Off: u.in.n, In: u.name, Err: field.ErrLimit,
					What: fmt.Sprintf("unpacked, the file has more than %s; the first %s are shown", size(u.budget), size(u.out.size))}
			}
			u.end(err)
			break
		}
		page := u.out.tail()
		k, err := u.r.Read(page[:min(int64(len(page)), room)])
		u.out.size += int64(k)
		n -= k
		if err != nil {
			u.end(err)
		}
	}
	return u.done, u.err
}

func (u *Unpacker) end(err error) {
	u.done = true
	if err != nil && err != io.EOF {
		u.err = u.fault(err)
	}
	if u.zstd != nil {
		u.zstd.Close()
		u.zstd = nil
	}
	u.r = nil
}

// fault puts a library's error into words.
func (u *Unpacker) fault(err error) error {
	var e *field.Error
	if errors.As(err, &e) {
		return e
	}
	e = &field.Error{Off: u.in.n, In: u.name, Err: field.ErrFormat}
	kept := ""
	if u.out.size > 0 {
		kept = fmt.Sprintf("; the first %s were unpacked", size(u.out.size))
	}
	var corrupt flate.CorruptInputError
	switch {
	case u.in.err != nil:
		e.Err = u.in.err
		e.What = "the file cannot be read: " + u.in.err.Error()
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		e.Err = field.ErrShort
		e.What = "the packed file is cut" + kept
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, zstd.ErrCRCMismatch):
		e.Err = field.ErrChecksum
		e.What = "the checksum of the packed file is wrong" + kept
	case errors.Is(err, gzip.ErrHeader):
		e.What = "no gzip header where one should be" + kept
	case errors.Is(err, zstd.ErrMagicMismatch):
		e.What = "no Zstandard frame where one should be" + kept
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		e.Err = field.ErrLimit
		e.What = fmt.Sprintf("the packed file needs a window of more than %s to be unpacked", size(maxWindow)) + kept
	case errors.Is(err, zstd.ErrUnknownDictionary):
		e.Err = field.ErrUnsupported
		e.What = "the packed file needs a dictionary that it does not hold"
	case errors.As(err, &corrupt):
		e.What = "the packed data are damaged" + kept
	default:
		e.What = "the packed data are damaged (" + err.Error() + ")" + kept
	}
	return e
}

// size writes a number of bytes for people.
func size(n int64) string {
	switch {
	case n >= 10<<20 || n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 10<<10 || n >= 1<<10 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return countOf(int(n), "byte")
}

// counter counts the packed bytes that were taken. Being an io.ByteReader, it
// keeps compress/flate from reading ahead, so that the count is exact.
type counter struct {
	r   *bufio.Reader
	n   int64
	err error // of the source, not of its contents
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, c.keep(err)
}

func (c *counter) ReadByte() (byte, error) {
	b, err := c.r.ReadByte()
	if err == nil {
		c.n++
	}
	return b, c.keep(err)
}

func (c *counter) keep(err error) error {
	if err != nil && err != io.EOF {
		c.err = err
	}
	return err
}

// pages is a Source that grows without copying what is there.
type pages struct {
	list [][]byte // each of pageLen bytes
	size int64    // bytes in use
}

// tail is the unused part of the last page, never empty.
func (p *pages) tail() []byte {
	used := int(p.size % pageLen)
	if p.size == int64(len(p.list))*pageLen {
		p.list = append(p.list, make([]byte, pageLen))
		used = 0
	}
	return p.list[len(p.list)-1][used:]
}

func (p *pages) Size() int64 { return p.size }

func (p *pages) ReadAt(b []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("negative offset")
	}
	n := 0
	for n < len(b) && off < p.size {
		page := p.list[off/pageLen]
		at := off % pageLen
		k := copy(b[n:], page[at:min(pageLen, at+p.size-off)])
		n += k
		off += int64(k)
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}
