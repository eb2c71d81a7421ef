package localfile

import (
	"errors"
	"fmt"
	"io"
	"sort"
	"strconv"

	"somscope/decoder/field"
)

// Bounds of what is kept and followed.
const (
	MaxPieces = 1 << 19 // listed; the rest of a file is one piece more
	MaxDepth  = 64      // levels of elements
	MaxShown  = 1 << 20 // bytes of a piece that a tree shows
	maxNames  = 8 << 20 // bytes of names that are kept
	maxName   = 256     // bytes of one of them
	maxFaults = 200     // kept with their places; more are counted
)

// Source is random access to a file. *bytes.Reader is one.
type Source interface {
	io.ReaderAt
	Size() int64
}

// A Kind is one kind of file.
type Kind uint8

const (
	None       Kind = iota // not one of those below
	Config                 // config.xml: settings of one account, the buddies
	Shared                 // shared.xml: settings of the installation, the host cache
	OtherSkype             // XML of Skype's that is neither
	OtherXML               // XML of another program
	Records                // a .dbb file
	Database               // main.db, an SQLite database: named, not opened
	Log                    // what may be an encrypted log: named, not opened
)

var kindWords = [...]string{"unknown", "config.xml", "shared.xml", "XML of Skype's", "XML of another program", ".dbb", "SQLite database", "encrypted log"}

func (k Kind) String() string {
	if int(k) < len(kindWords) {
		return kindWords[k]
	}
	return kindWords[None]
}

// XML reports whether files of the kind are XML.
func (k Kind) XML() bool { return k >= Config && k <= OtherXML }

// Skype reports whether files of the kind are Skype's own and can be read.
func (k Kind) Skype() bool { return k >= Config && k <= OtherSkype || k == Records }

// A File is an opened file. It belongs to one goroutine.
type File struct {
	src Source

	near    []byte // of the file, read last
	nearOff int64  // where it begins

	name string
	size int64
	kind Kind
	at   int64 // bytes listed so far
	done bool

	recs   []rec
	names  []string
	number map[string]int32 // of a name
	kept   int              // bytes of names

	faults []Fault
	more   int // faults beyond those

	xml     *reader
	dbb     *slots
	program string // root element of XML that is not Skype's
	window  int    // bytes read at a time; tests lower it

	checked  map[int]*field.Error // pieces whose content was looked at; nil for nothing wrong
	nodes    []Node
	nodeNote string
	noded    bool
}

// A rec is what is kept of a piece.
type rec struct {
	off  int64
	len  int64
	up   int32 // the piece that opens the element around, or -1
	name int32 // in File.names, or -1
	know int16 // in known, or -1
	kind PieceKind
	enc  encoding
	deep uint8
	bad  bool
}

// Sniff tells by the first bytes of a file, 4096 or all of them, what kind it may be: for XML that
// is OtherXML, because only reading on tells whose it is. It is cheap, so that captures and files
// can be told apart. name matters only to noise: a log that is encrypted looks like nothing else.
func Sniff(head []byte, name string) Kind {
	switch {
	case len(head) >= len(slotMark) && string(head[:len(slotMark)]) == slotMark:
		return Records
	case len(head) >= len(sqliteMark) && string(head[:len(sqliteMark)]) == sqliteMark:
		return Database
	case startsXML(head):
		return OtherXML
	case mayBeLog(head, name):
		return Log
	}
	return None
}

// Open reads a file to its end. The error is a *field.Error when the file is none of Skype's and no
// XML either, and otherwise that of reading. Faults within a file are no errors: see Faults.
func Open(src Source, name string) (*File, error) {
	f, err := Start(src, name)
	for done := false; err == nil && !done; {
		done, err = f.Step(16 << 20)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Start opens a file without listing its pieces, which Step does.
func Start(src Source, name string) (*File, error) {
	f := &File{src: src, name: name, size: src.Size(), number: map[string]int32{}, window: 1 << 20, checked: map[int]*field.Error{}}
	head, err := f.read(0, 4096)
	if err != nil {
		return nil, err
	}
	f.kind = Sniff(head, name)
	switch f.kind {
	case OtherXML:
		f.xml = newReader(f, head)
	case Records:
		f.dbb = newSlots(f)
	case Database, Log:
		f.add(rec{len: f.size, up: -1, name: -1, know: -1, kind: Whole})
		f.at, f.done = f.size, true
	default:
		what := "none of Skype's own files: neither XML nor records that begin with l33l, nor a database"
		if len(head) == 0 {
			what = "the file is empty"
		}
		return nil, &field.Error{In: "localfile", What: what, Err: field.ErrFormat}
	}
	return f, nil
}

// Step lists more pieces, of about n bytes of the file, and reports whether all are listed. The
// error is that of reading; what was listed stays.
func (f *File) Step(n int64) (done bool, err error) {
	for to := f.at + n; !f.done && f.at < to && err == nil; {
		if f.xml != nil {
			err = f.xml.step()
		} else {
			err = f.dbb.step()
		}
	}
	return f.done, err
}

// Name is the name the file was opened under.
func (f *File) Name() string { return f.name }

// Size is the file's, in bytes.
func (f *File) Size() int64 { return f.size }

// Read is how many bytes are listed.
func (f *File) Read() int64 { return f.at }

// Kind is what the file is, as far as it was read.
func (f *File) Kind() Kind { return f.kind }

// Len is how many pieces are listed.
func (f *File) Len() int { return len(f.recs) }

// Says is a sentence about the file as a whole: what it is, and what of it is not read.
func (f *File) Says() string {
	switch f.kind {
	case Config:
		return "Skype's settings for one account, with its buddies."
	case Shared:
		return "Skype's settings for a whole installation, with what it knows of the network."
	case OtherSkype:
		return "Settings in the form of Skype's that are neither config.xml nor shared.xml; what is known of elements by their place is shown."
	case OtherXML:
		if f.program == "" {
			return "XML or something like it that is not Skype's; it is shown as plain XML."
		}
		return "XML of another program (its root is " + strconv.Quote(f.program) + "), not Skype's; it is shown as plain XML."
	case Records:
		return f.dbb.says()
	case Database:
		return "An SQLite database, the form of main.db from version 4 on: accounts, contacts, calls and messages are in there. It is recognised, and not opened."
	case Log:
		return "Noise in a file that is called a log: it may be one of Skype's encrypted logs, which begin with an RSA block of 128 bytes. Nothing in it can prove that, and it is not opened."
	}
	return ""
}

// Faults lists what is wrong with the file, by the places of it, and how many more there are. The
// contents of elements are counted in as far as Check looked at them.
func (f *File) Faults() (list []Fault, more int) {
	list = append([]Fault(nil), f.faults...)
	for i, e := range f.checked {
		if e != nil && !f.broken(i) {
			list = append(list, Fault{Piece: i, Err: e})
		}
	}
	sort.Slice(list, func(a, b int) bool {
		return list[a].Err.Off < list[b].Err.Off || list[a].Err.Off == list[b].Err.Off && list[a].Piece < list[b].Piece
	})
	return list, f.more
}

// broken reports whether a fault of a piece's structure was kept.
func (f *File) broken(i int) bool {
	k := sort.Search(len(f.faults), func(k int) bool { return f.faults[k].Piece >= i })
	return k < len(f.faults) && f.faults[k].Piece == i
}

// Check looks at the contents of the pieces of which something is known, at most n of them, so
// that Faults tells what is wrong there. Looking at a row does the same for its piece.
func (f *File) Check(n int) error {
	for i := range f.recs {
		if n <= 0 {
			return nil
		}
		if r := &f.recs[i]; r.know >= 0 && known[r.know].form != asGroup && r.kind == Element || r.kind == Slot {
			n--
			if _, err := f.fault(i); err != nil {
				return err
			}
		}
	}
	return nil
}

// A Fault is something wrong at a place of the file.
type Fault struct {
	Piece int          // from 0
	Err   *field.Error // Off counts from the start of the file
}

// complain keeps a fault of a piece, whose number is that of the one listed last, or will be.
func (f *File) complain(piece int, off int64, in string, cause error, format string, args ...any) {
	if len(f.faults) >= maxFaults {
		f.more++
		return
	}
	f.faults = append(f.faults, Fault{piece, &field.Error{Off: off, In: in, What: fmt.Sprintf(format, args...), Err: cause}})
}

// add lists a piece.
func (f *File) add(r rec) int {
	f.recs = append(f.recs, r)
	return len(f.recs) - 1
}

// intern keeps a name and returns its number; a long one is cut.
func (f *File) intern(s string) int32 {
	if len(s) > maxName {
		s = clip(s, maxName)
	}
	if n, ok := f.number[s]; ok {
		return n
	}
	if f.kept += len(s) + 32; f.kept > maxNames && s != "…" {
		return f.intern("…")
	}
	n := int32(len(f.names))
	f.names = append(f.names, s)
	f.number[s] = n
	return n
}

// keep is a name as a string; one that was seen before costs nothing.
func (f *File) keep(b []byte) string {
	if n, ok := f.number[string(b)]; ok {
		return f.names[n]
	}
	if len(b) > maxName {
		return string(b)
	}
	s := string(b)
	f.intern(s)
	return s
}

// read is n bytes of the file from off, or fewer at its end.
func (f *File) read(off, n int64) ([]byte, error) {
	if off >= f.size || n <= 0 {
		return nil, nil
	}
	b := make([]byte, min(n, f.size-off))
	if at := off - f.nearOff; at >= 0 && at+int64(len(b)) <= int64(len(f.near)) {
		copy(b, f.near[at:])
		return b, nil
	}
	if len(b) > nearLen/4 {
		k, err := f.src.ReadAt(b, off)
		return b[:k], ended(k, len(b), err)
	}
	if f.near == nil {
		f.near = make([]byte, 0, nearLen)
	}
	near := f.near[:min(nearLen, f.size-off)]
	k, err := f.src.ReadAt(near, off)
	f.near, f.nearOff = near[:k], off
	if k < len(b) && err != nil { // what stands further on may not be readable
		k, err = f.src.ReadAt(b, off)
		return b[:k], ended(k, len(b), err)
	}
	return b[:copy(b, f.near)], nil
}

// nearLen is how much is read where little is asked for: pieces are looked at in their order, and
// in a browser each reading takes far longer than its bytes do.
const nearLen = 128 << 10

// ended is the error of a reading of k bytes of which want were asked for. A file may have become
// shorter.
func ended(k, want int, err error) error {
	if k >= want || errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// clip is s cut to n bytes, between characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}
