package capfile

import (
	"errors"
	"fmt"
	"io"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// A Source is random access to a capture. *bytes.Reader and *io.SectionReader are Sources;
// in the browser it is a Blob read in slices. ReadAt may block; nobody reads the whole.
type Source interface {
	io.ReaderAt
	Size() int64
}

// A Record says where one captured packet lies and what was captured of it.
type Record struct {
	Off      int64  // of the record header or block in the file, bytes
	Data     []byte // the captured bytes; valid until the next record
	Time     int64  // ns since 1970; 0 and NoTime when the file gives none
	NoTime   bool
	OrigLen  uint32 // bytes on the wire; more than len(Data) when the snap length cut it
	LinkType uint16 // LINKTYPE_ number
	Iface    uint32 // interface number within its section; 0 for classic pcap
}

// A Block is a part of the file that is not a packet, or a part that could not
// be read. Its tree comes from DissectBlock.
type Block struct {
	Off, Len int64
	Kind     string // "pcap file header", "Section Header Block"
	Text     string // one line: what it says
	Bad      bool   // something about it is wrong; Text says what
}

// Limits. A file that goes beyond them is read up to there and says so.
const (
	// MaxBlocks is how many blocks that are not packets are kept for Blocks.
	// Those after it are counted only.
	MaxBlocks = 20000

	// maxRecord is the longest record, block or packet that is followed, in
	// bytes. A longer claim is taken for damage: the largest packet anybody
	// captures (a USB transfer, a reassembled segment) is far below it.
	maxRecord = 16 << 20

	// maxSnap is the longest packet that is believed although it exceeds the
	// snap length the file itself states. tcpdump's own default is 256 KiB.
	maxSnap = 256 << 10

	// maxSections and maxIfaces bound what pcapng makes us remember for the
	// whole file.
	maxSections = 1 << 16
	maxIfaces   = 1 << 16

	// headLen is how much of a file Open looks at.
	headLen = 4 << 10

	// badLen is how many bytes of an unreadable place Blocks offers to show.
	badLen = 4 << 10
)

// A container reads one kind of capture file. It is called once per piece or
// per look back, never once per packet.
type container interface {
	name() string
	title() string

	// walk hands out the whole records at the start of p, which lies at offset
	// at of the file, and returns how many bytes they took.
	walk(f *File, p []byte, at int64, on func(*Record)) (used int, err *field.Error)

	// want says how many bytes walk needs to get on with the record that
	// starts with b at offset at, as far as b tells. It is more than len(b).
	want(b []byte, at int64) int

	// record reads the packet at an offset that walk reported.
	record(f *File, off int64, r *Record) error

	// dissectRecord reads the record header at an offset that walk reported.
	dissectRecord(f *File, d *dissect.D, off int64) error

	// dissectBlock explains the bytes of b, which are in d.
	dissectBlock(f *File, d *dissect.D, b Block)

	// rootSpec names a block whose first bytes are head.
	rootSpec(head []byte, b Block) *field.Spec

	linkTypes() []uint16
	specs() []*field.Spec
}

// An ender is a container that can say something of what is left at the end of the file. It
// returns how many of the bytes it took.
type ender interface {
	end(f *File, left []byte, on func(*Record)) (used int, err *field.Error)
}

// A File is one opened capture. It belongs to one goroutine.
type File struct {
	src Source
	c   container

	done  int64  // everything before it is understood
	carry []byte // bytes from done on that make no whole record yet
	need  int    // how many bytes carry must have before walk can get on
	err   *field.Error

	blocks  []Block
	nBlocks int

	last func(*Record) // of Feed, for a container that has something left at the end

	faults int          // blocks that made no sense, reading went on
	fault  *field.Error // the first of them

	cache cache
}

// Open recognises a capture by its content, reading no more than its first
// 4 KiB. What is no capture, or a capture of another kind, is refused with a
// *field.Error that says what it looks like: ErrFormat when it is no capture,
// ErrUnsupported when it is one that we do not read, ErrShort when its header
// is cut. Packed files go through Unpack first.
func Open(src Source) (*File, error) {
	head, err := readHead(src)
	if err != nil {
		return nil, err
	}
	for i := range formats {
		if !formats[i].is(head) {
			continue
		}
		f := &File{src: src, cache: cache{src: src}}
		c, ferr := formats[i].open(f, head)
		if ferr != nil {
			return nil, ferr
		}
		f.c = c
		return f, nil
	}
	return nil, refuse(src, head)
}

func readHead(src Source) ([]byte, error) {
	head := make([]byte, min(headLen, max(0, src.Size())))
	n, err := src.ReadAt(head, 0)
	if n < len(head) && err != nil {
		return nil, &field.Error{Off: int64(n), In: "capfile", What: "the file cannot be read: " + err.Error(), Err: err}
	}
	return head, nil
}

// Format is the name of the file format: "pcap" or "pcapng".
func (f *File) Format() string { return f.c.name() }

// Title describes the file for people: "pcap, little-endian, microseconds".
func (f *File) Title() string { return f.c.title() }

// Feed reads on: p holds the next bytes of the file, as many or as few as
// there are at hand. on is called for each packet that is whole by now; the
// Record and its Data are valid only during the call. Data points into p
// whenever the record lies wholly in it.
//
// Once Feed has returned an error it returns the same again.
func (f *File) Feed(p []byte, on func(r *Record)) error {
	if f.err != nil {
		return f.err
	}
	f.last = on
	for len(f.carry) > 0 && len(p) > 0 { // the record begun in the piece before
		n := min(f.need-len(f.carry), len(p))
		f.carry = append(f.carry, p[:n]...)
		p = p[n:]
		if len(f.carry) < f.need {
			return nil
		}
		used, err := f.c.walk(f, f.carry, f.done, on)
		f.done += int64(used)
		if err != nil {
			return f.stop(err)
		}
		if used < len(f.carry) {
			f.carry = f.carry[:copy(f.carry, f.carry[used:])]
			f.need = f.c.want(f.carry, f.done)
			continue
		}
		f.carry = f.carry[:0]
		if cap(f.carry) > 1<<20 {
			f.carry = nil
		}
	}
	if len(p) == 0 {
		return nil
	}
	used, err := f.c.walk(f, p, f.done, on)
	f.done += int64(used)
	if err != nil {
		return f.stop(err)
	}
	if used < len(p) {
		f.carry = append(f.carry[:0], p[used:]...)
		f.need = f.c.want(f.carry, f.done)
	}
	return nil
}

// Finish says that the end of the file was reached. It returns the error that
// stopped Feed, or an ErrShort when the file ends inside a record, or the
// first of the blocks that had to be left out, or nil.
func (f *File) Finish() error {
	if f.err != nil {
		return f.err
	}
	if e, ok := f.c.(ender); ok && f.last != nil {
		used, err := e.end(f, f.carry, f.last)
		f.done += int64(used)
		f.carry = f.carry[used:]
		f.last = nil
		if err != nil {
			return f.stop(err)
		}
	}
	if n := len(f.carry); n > 0 {
		what := "record"
		switch f.c.name() {
		case "pcapng":
			what = "block"
		case "ogg":
			what = "page"
		case "ilbc", "silk", "bare":
			what = "frame"
		}
		return f.stop(&field.Error{Off: f.done, In: f.c.name(), Err: field.ErrShort,
			What: fmt.Sprintf("the file ends inside a %s: it needs %d bytes, %d are there", what, f.need, n)})
	}
	if f.done == 0 { // nothing was fed
		return nil
	}
	switch f.faults {
	case 0:
		return nil
	case 1:
		return f.fault
	}
	e := *f.fault
	e.What += fmt.Sprintf(" (and %d more such places)", f.faults-1)
	return &e
}

// stop ends reading for good and shows the place among the blocks.
func (f *File) stop(err *field.Error) *field.Error {
	f.err = err
	f.addBlock(Block{Off: f.done, Len: min(badLen, max(0, f.src.Size()-f.done)), Kind: "Unreadable", Text: err.What, Bad: true})
	f.carry = nil
	return err
}

// skip notes a block that makes no sense while reading goes on.
func (f *File) skip(b Block, err *field.Error) {
	if f.faults++; f.faults == 1 {
		f.fault = err
	}
	b.Bad = true
	b.Text = err.What
	f.addBlock(b)
}

func (f *File) addBlock(b Block) {
	f.nBlocks++
	if len(f.blocks) < MaxBlocks {
		f.blocks = append(f.blocks, b)
	}
}

// Fed is the offset up to which the file was understood.
func (f *File) Fed() int64 { return f.done }

// Blocks lists what was found so far that is no packet, in the order of the
// file: headers, interface descriptions, names, statistics, and places that
// could not be read. At most MaxBlocks are kept; BlockCount counts all.
// The slice is the File's own.
func (f *File) Blocks() []Block { return f.blocks }

// BlockCount is the number of blocks found so far, those that Blocks left out included.
func (f *File) BlockCount() int { return f.nBlocks }

// LinkTypes lists the link types as the file states them: one per interface,
// in the order of the file, as far as it was read.
func (f *File) LinkTypes() []uint16 { return f.c.linkTypes() }

// Specs lists the Specs of this file's format.
func (f *File) Specs() []*field.Spec { return f.c.specs() }

// Specs lists every Spec of the package, in a stable order.
var Specs = append(append(append([]*field.Spec{}, pcapSpecs...), pcapngSpecs...), frameSpecs...)

// Record reads the packet at an offset that Feed reported. r.Data lies in a
// buffer of the File and is valid until the next call that looks back.
func (f *File) Record(off int64, r *Record) error { return f.c.record(f, off, r) }

// Records reads the packets at the offsets, which Feed reported, and calls on
// for each with its place in offs, until on returns false. Packets that lie
// close together cost one read of 256 KiB. It stops at the first that cannot
// be read.
func (f *File) Records(offs []int64, on func(i int, r *Record) bool) error {
	var r Record
	for i, off := range offs {
		if err := f.c.record(f, off, &r); err != nil {
			return err
		}
		if !on(i, &r) {
			return nil
		}
	}
	return nil
}

// DissectRecord adds the record of the packet at off to its dissection, as a
// buffer of its own beside the packet: the record header of a pcap file, the
// whole block of a pcapng file.
func (f *File) DissectRecord(d *dissect.D, off int64) {
	if err := f.c.dissectRecord(f, d, off); err != nil {
		d.HeadFault(cause(err), "the record cannot be read: %s", err)
	}
}

// DissectBlock explains block i of Blocks field by field.
func (f *File) DissectBlock(i int) (*field.Dissection, error) {
	if i < 0 || i >= len(f.blocks) {
		return nil, &field.Error{In: f.c.name(), What: fmt.Sprintf("there is no block %d", i), Err: field.ErrFormat}
	}
	b := f.blocks[i]
	data, err := f.cache.own(b.Off, b.Len)
	if err != nil {
		return nil, err
	}
	d := dissect.Begin(f.c.rootSpec(data, b), data, len(data), 0, b.Off)
	d.BufName("block", fmt.Sprintf("The bytes of the file from offset %d on.", b.Off))
	f.c.dissectBlock(f, d, b)
	return d.Done(), nil
}

func cause(err error) error {
	for _, s := range []error{field.ErrShort, field.ErrFormat, field.ErrUnsupported, field.ErrLimit} {
		if errors.Is(err, s) {
			return s
		}
	}
	return err
}

// Scan opens a capture and reads it from end to end in windows of the given
// size, until on returns false. It is what programs without a page use. The
// File is returned with the error when the capture was readable in part;
// window 0 means 4 MiB.
func Scan(src Source, window int, on func(r *Record) bool) (*File, error) {
	f, err := Open(src)
	if err != nil {
		return nil, err
	}
	if window <= 0 {
		window = 4 << 20
	}
	buf := make([]byte, min(int64(window), max(1, src.Size())))
	more := true
	for off := int64(0); off < src.Size(); {
		n, rerr := src.ReadAt(buf[:min(int64(len(buf)), src.Size()-off)], off)
		if err := f.Feed(buf[:n], func(r *Record) {
			if more {
				more = on(r)
			}
		}); err != nil {
			return f, err
		}
		if !more {
			return f, nil
		}
		off += int64(n)
		if rerr != nil && rerr != io.EOF || n == 0 {
			return f, &field.Error{Off: off, In: "capfile", What: "the file cannot be read: " + errText(rerr), Err: rerr}
		}
	}
	return f, f.Finish()
}

func errText(err error) string {
	if err == nil {
		return "no more bytes"
	}
	return err.Error()
}
