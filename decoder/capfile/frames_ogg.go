package capfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"sort"

	"somscope/decoder/field"
)

// Ogg: pages, each with a header and up to 255 segments of up to 255 bytes. A packet is a run of
// segments; the first that is shorter than 255 bytes ends it, and it may go on in the next page.
//
//	 0  OggS
//	 4  version, 0
//	 5  flags: 1 the page goes on with a packet, 2 first page of its stream, 4 last
//	 6  granule position: samples of 48 kHz up to the end of the page's last packet
//	14  serial number of the stream
//	18  page number
//	22  checksum
//	26  number of segments, then a byte for the length of each
//
// An Opus stream begins with a packet OpusHead, alone on its page, and one OpusTags; all others
// are sound. Sources: RFC 3533 §6; RFC 7845 §3 to §5.
const (
	oggMark    = "OggS"
	oggHeadLen = 27 // bytes before the segment table
	oggStride  = 16 // pages from one mark to the next

	opusRate = 48000 // of granule positions and of the counted time, Hz
)

// An oggPage is one whole page.
type oggPage struct {
	off   int64
	head  []byte // header and segment table
	data  []byte
	crc   bool // the checksum is right
	flags byte
}

func (p *oggPage) serial() uint32 { return binary.LittleEndian.Uint32(p.head[14:]) }
func (p *oggPage) number() uint32 { return binary.LittleEndian.Uint32(p.head[18:]) }
func (p *oggPage) table() []byte  { return p.head[oggHeadLen:] }
func (p *oggPage) size() int      { return len(p.head) + len(p.data) }

const (
	oggContinued = 1
	oggFirst     = 2
	oggLast      = 4
)

// oggLen is how many bytes the page that begins with b has, as far as b tells; whole says that
// this is final. b begins with the mark, as far as it goes.
func oggLen(b []byte) (n int, whole bool) {
	if len(b) < oggHeadLen {
		return oggHeadLen, false
	}
	n = oggHeadLen + int(b[26])
	if len(b) < n {
		return n, false
	}
	for _, v := range b[oggHeadLen:n] {
		n += int(v)
	}
	return n, true
}

// oggParse cuts a page apart. b has exactly its bytes, or fewer when the file ends within its data.
func oggParse(b []byte, off int64, table *[256]uint32) oggPage {
	head := oggHeadLen + int(b[26])
	p := oggPage{off: off, head: b[:head:head], data: b[head:], flags: b[5]}
	if table != nil {
		p.crc = oggSum(b, table) == binary.LittleEndian.Uint32(b[22:])
	}
	return p
}

// oggSum is the checksum of a page, over all of it with the checksum's own bytes 0: CRC-32 of
// polynomial 04c11db7, most significant bit first, without any inversion.
func oggSum(b []byte, table *[256]uint32) uint32 {
	crc := uint32(0)
	for i, v := range b {
		if i >= 22 && i < 26 {
			v = 0
		}
		crc = crc<<8 ^ table[byte(crc>>24)^v]
	}
	return crc
}

func oggTable() *[256]uint32 {
	t := new([256]uint32)
	for i := range t {
		r := uint32(i) << 24
		for range 8 {
			if r&(1<<31) != 0 {
				r = r<<1 ^ 0x04c11db7
			} else {
				r <<= 1
			}
		}
		t[i] = r
	}
	return t
}

func isOggOpus(head []byte) bool {
	return magic(oggMark)(head) && bytes.Contains(head, []byte(opusHead))
}

// isOgg recognises an Ogg file by how its first packet begins.
func isOgg(first string) func([]byte) bool {
	return func(head []byte) bool {
		if !magic(oggMark)(head) || len(head) < oggHeadLen {
			return false
		}
		at := oggHeadLen + int(head[26])
		return len(head) >= at && bytes.HasPrefix(head[at:], []byte(first))
	}
}

const (
	opusHead = "OpusHead"
	opusTags = "OpusTags"
)

// What a packet is.
type oggKind uint8

const (
	oggNone oggKind = iota
	oggHead
	oggTags
	oggSound
)

// An oggTrack is what has to be known of the stream before a page, in order to read it: both
// reading on and looking back keep one.
type oggTrack struct {
	serial uint32
	is     bool    // a stream was found
	last   bool    // and its last page was met
	kind   oggKind // of the packet begun last
	time   int64   // samples of 48 kHz before the next packet

	number uint32 // of the page that should come next, once one was met
	pages  bool
	base   int64 // what to add to a granule position to have a time, once a page has told
	based  bool
	end    int64 // where the last page says that the sound ends; -1 where it does not
}

// takes reports whether a page belongs to the stream. A stream after the last page of another
// is followed in its place.
func (t *oggTrack) takes(p *oggPage) bool {
	if p.flags&oggFirst != 0 && bytes.HasPrefix(p.data, []byte(opusHead)) && (!t.is || t.last) {
		*t = oggTrack{serial: p.serial(), is: true, time: t.time, base: t.time, end: -1}
	}
	return t.is && p.serial() == t.serial
}

// An oggPiece is a packet, or as much of it as lies within one page.
type oggPiece struct {
	kind         oggKind
	from, to     int // in the page's data
	begins, ends bool
	time         int64 // of a packet of sound, in samples of 48 kHz, where it begins
	seg, segs    int   // its places in the segment table
}

// maxOggHole is the longest time that missing pages may have held: an hour.
const maxOggHole = 3600 * opusRate

// place sets the clock by the granule position of a page: ahead where pages are missing before it,
// and to where the sound ends on the last.
func (t *oggTrack) place(p *oggPage) {
	hole := t.pages && p.number() != t.number && p.flags&oggFirst == 0
	t.pages, t.number = true, p.number()+1
	granule := int64(binary.LittleEndian.Uint64(p.head[6:]))
	if granule < 0 { // no packet ends here
		return
	}
	var lasts int64 // of the packets that begin and end here
	at, from, kind, begins := 0, 0, t.kind, p.flags&oggContinued == 0
	for _, v := range p.table() {
		if at += int(v); at > len(p.data) {
			return
		}
		if v == 255 {
			continue
		}
		if begins {
			if kind = min(kind+1, oggSound); kind == oggSound {
				lasts += opusLasts(p.data[from:at])
			}
		}
		from, begins = at, true
	}
	if kind != oggSound || lasts == 0 {
		return
	}
	last := p.flags&oggLast != 0
	switch {
	case !t.based && hole: // the pages before may be all that is missing
	case !t.based && !(last && granule < lasts): // a stream may be cut from a longer one
		t.base = t.time - (granule - lasts)
	}
	t.based = true
	if ahead := t.base + granule - lasts - t.time; hole && ahead > 0 && ahead <= maxOggHole {
		t.time += ahead
	}
	if end := t.base + granule; last && end >= t.time && end < t.time+lasts {
		t.end = end
	}
}

// pieces cuts the data of a page apart and moves the track on.
func (t *oggTrack) pieces(p *oggPage, on func(x *oggPiece)) {
	t.place(p)
	x := oggPiece{kind: t.kind, begins: p.flags&oggContinued == 0}
	at := 0
	for i, v := range p.table() {
		if x.segs == 0 {
			x.from, x.seg = at, i
		}
		if at += int(v); at > len(p.data) {
			return // the file ends here
		}
		x.segs++
		if x.ends = v < 255; !x.ends && i < len(p.table())-1 {
			continue
		}
		x.to = at
		if x.begins {
			x.kind = min(t.kind+1, oggSound)
			t.kind = x.kind
			if x.time = t.time; x.kind == oggSound {
				t.time += opusLasts(p.data[x.from:x.to])
			}
		}
		on(&x)
		x = oggPiece{begins: true}
	}
	t.last = t.last || p.flags&oggLast != 0
}

// opusLasts is how long an Opus packet lasts, in samples of 48 kHz, by its first one or two
// bytes. (RFC 6716 §3.1, §3.2)
func opusLasts(b []byte) int64 {
	if len(b) == 0 {
		return 0
	}
	config := b[0] >> 3
	var frame int64
	switch {
	case config < 12: // SILK: 10, 20, 40, 60 ms
		frame = [...]int64{480, 960, 1920, 2880}[config&3]
	case config < 16: // hybrid: 10, 20 ms
		frame = 480 << (config & 1)
	default: // CELT: 2.5, 5, 10, 20 ms
		frame = 120 << (config & 3)
	}
	switch b[0] & 3 {
	case 0:
		return frame
	case 1, 2:
		return 2 * frame
	}
	if len(b) < 2 {
		return 0
	}
	return min(frame*int64(b[1]&63), 5760) // no packet is longer than 120 ms
}

// A mark is a page from which looking back may begin.
type oggPlace struct {
	off   int64
	track oggTrack
}

// An ogg reads the first Opus stream of an Ogg file, and those chained to it.
type ogg struct {
	channels int // of the first OpusHead
	preSkip  int
	table    *[256]uint32

	track oggTrack
	marks []oggPlace
	trims []Trim
	since int // pages since the last mark

	part    []byte // a packet begun in a page before; partOff its place, -1 for none
	partOff int64
	partAt  int64 // its time
	head    int64 // where the page begins with which a header packet began, -1

	junk int64 // where bytes begin that are no page, -1
	rec  Record
}

func openOgg(_ *File, head []byte) (container, *field.Error) {
	c := &ogg{table: oggTable(), partOff: -1, head: -1, junk: -1}
	at := bytes.Index(head, []byte(opusHead))
	if b := head[at:]; len(b) >= 12 {
		c.channels = int(b[9])
		c.preSkip = int(binary.LittleEndian.Uint16(b[10:]))
	}
	return c, nil
}

func (c *ogg) name() string { return "ogg" }

func (c *ogg) title() string {
	return "Ogg Opus, " + countOf(c.channels, "channel")
}

func (c *ogg) linkTypes() []uint16  { return []uint16{linkOpus} }
func (c *ogg) specs() []*field.Spec { return frameSpecs }

func (c *ogg) fill(r *Record, off, time int64, data []byte) {
	*r = Record{Off: off, Data: data, Time: time/opusRate*1e9 + time%opusRate*1e9/opusRate, OrigLen: uint32(len(data)), LinkType: linkOpus}
}

func (c *ogg) walk(f *File, p []byte, at int64, on func(*Record)) (int, *field.Error) {
	i := 0
	for i < len(p) {
		rest := p[i:]
		if !bytes.HasPrefix(rest, []byte(oggMark)) || len(rest) > 4 && rest[4] != 0 {
			if bytes.HasPrefix([]byte(oggMark), rest) {
				return i, nil // too few bytes to tell
			}
			k := bytes.Index(rest[1:], []byte(oggMark[:1]))
			if k < 0 {
				k = len(rest) - 1
			}
			c.lose(f, at+int64(i))
			i += 1 + k
			continue
		}
		n, whole := oggLen(rest)
		if !whole || len(rest) < n {
			return i, nil
		}
		off := at + int64(i)
		c.found(f, off)
		page := oggParse(rest[:n:n], off, c.table)
		c.page(f, &page, on)
		i += n
	}
	return i, nil
}

func (c *ogg) want(b []byte, _ int64) int {
	n, _ := oggLen(b)
	if len(b) < 5 {
		return len(b) + 1 // the mark may not be one
	}
	return n
}

// lose notes that no page begins here; found, that one does after all.
func (c *ogg) lose(f *File, off int64) {
	if c.junk >= 0 {
		return
	}
	c.junk = off
	c.drop(f, "what follows is no Ogg page")
}

func (c *ogg) found(f *File, off int64) {
	if c.junk < 0 {
		return
	}
	n := off - c.junk
	f.skip(Block{Off: c.junk, Len: min(n, badLen), Kind: "No Ogg page"}, &field.Error{Off: c.junk, In: "ogg", Err: field.ErrFormat,
		What: countOf(int(n), "byte") + " are no Ogg page and are left out"})
	c.junk = -1
	c.since = oggStride // looking back must not have to cross this place
}

// drop gives up a packet whose end does not come.
func (c *ogg) drop(f *File, why string) {
	if c.partOff >= 0 {
		f.skip(Block{Off: c.partOff, Len: int64(min(len(c.part), badLen)), Kind: "Lost packet"}, &field.Error{Off: c.partOff, In: "ogg", Err: field.ErrShort,
			What: "a packet that begins here has no end: " + why})
	}
	c.partOff, c.part = -1, c.part[:0]
	c.head = -1
}

// page hands out what ends in a page.
func (c *ogg) page(f *File, p *oggPage, on func(*Record)) {
	before := c.track
	first := p.flags&oggFirst != 0
	if !c.track.takes(p) {
		f.addBlock(Block{Off: p.off, Len: int64(p.size()), Kind: "Ogg page", Text: fmt.Sprintf("of another stream, serial number %08x, which is not followed", p.serial())})
		return
	}
	if c.since++; c.since >= oggStride || len(c.marks) == 0 {
		c.marks = append(c.marks, oggPlace{p.off, before})
		c.since = 0
	}
	if !p.crc {
		f.skip(Block{Off: p.off, Len: int64(p.size()), Kind: "Ogg page"}, &field.Error{Off: p.off, In: "ogg", Err: field.ErrChecksum,
			What: fmt.Sprintf("the checksum of page %d is wrong; its packets are shown as they stand", p.number())})
	}
	if t := &c.track; t.pages && !first && p.number() != t.number {
		c.drop(f, "pages are missing")
		f.skip(Block{Off: p.off, Len: int64(len(p.head)), Kind: "Ogg page"}, &field.Error{Off: p.off, In: "ogg", Err: field.ErrShort,
			What: fmt.Sprintf("page %d follows where page %d should: pages are missing", p.number(), t.number)})
	}
	if p.flags&oggContinued == 0 {
		c.drop(f, "the next page does not go on with it")
	}
	if len(p.table()) == 0 {
		f.addBlock(Block{Off: p.off, Len: int64(p.size()), Kind: "Ogg page", Text: "without any packet"})
	}
	c.track.pieces(p, func(x *oggPiece) { c.piece(f, p, x, on) })
	if t := &c.track; p.flags&oggLast != 0 && t.end >= 0 && t.end < t.time {
		c.trims = append(c.trims, Trim{At: t.end, Len: t.time - t.end})
		t.end = -1
	}
}

// piece takes a packet, or a part of one.
func (c *ogg) piece(f *File, p *oggPage, x *oggPiece, on func(*Record)) {
	off, data := p.off+int64(len(p.head)+x.from), p.data[x.from:x.to:x.to]
	switch {
	case x.begins:
		c.part, c.partOff, c.partAt = c.part[:0], off, x.time
		if x.kind != oggSound {
			c.head = p.off
		}
	case c.partOff < 0:
		f.skip(Block{Off: p.off, Len: int64(p.size()), Kind: "Ogg page"}, &field.Error{Off: off, In: "ogg", Err: field.ErrShort,
			What: "the rest of a packet, " + countOf(len(data), "byte") + ", whose beginning is missing"})
		return
	case len(c.part)+len(data) > maxRecord:
		c.drop(f, fmt.Sprintf("it has more than the %d bytes we follow", maxRecord))
		return
	}
	whole := data // most packets lie in one page
	if !x.begins || !x.ends {
		c.part = append(c.part, data...)
		whole = c.part
	}
	if !x.ends {
		return
	}
	if x.kind != oggSound {
		c.header(f, p, x.kind, whole)
	} else if len(whole) == 0 {
		f.skip(Block{Off: p.off, Len: int64(len(p.head)), Kind: "Ogg page"}, &field.Error{Off: off, In: "ogg", Err: field.ErrFormat,
			What: "a packet without any byte, which Opus does not have"})
	} else {
		c.fill(&c.rec, c.partOff, c.partAt, whole)
		on(&c.rec)
	}
	c.partOff, c.head = -1, -1
	if cap(c.part) > 1<<20 {
		c.part = nil
	}
}

// header notes a header packet that ends in a page, with all the pages from its beginning.
func (c *ogg) header(f *File, p *oggPage, kind oggKind, data []byte) {
	b := Block{Off: c.head, Len: p.off + int64(p.size()) - c.head, Kind: opusHead, Text: "the page that says how the stream is to be read"}
	mark := opusHead
	if kind == oggTags {
		b.Kind, b.Text, mark = opusTags, "who wrote the stream, and remarks", opusTags
	}
	if len(data) < len(mark) || string(data[:len(mark)]) != mark {
		f.skip(b, &field.Error{Off: c.partOff, In: "ogg", Err: field.ErrFormat, What: "a packet " + mark + " should be here"})
		return
	}
	if kind == oggHead && len(data) >= 16 {
		if skip := int64(binary.LittleEndian.Uint16(data[10:])); skip > 0 {
			c.trims = append(c.trims, Trim{At: c.track.time, Len: skip})
		}
		b.Text = fmt.Sprintf("%s, %d samples to be skipped, made from %d Hz", countOf(int(data[9]), "channel"),
			binary.LittleEndian.Uint16(data[10:]), binary.LittleEndian.Uint32(data[12:]))
	}
	f.addBlock(b)
}

// end tells of what the file breaks off.
func (c *ogg) end(f *File, left []byte, on func(*Record)) (int, *field.Error) {
	if c.junk >= 0 {
		c.found(f, f.done+int64(len(left)))
		return len(left), nil
	}
	if len(left) == 0 {
		c.drop(f, "the file ends")
	}
	if n, whole := oggLen(left); whole && n > len(left) { // what is whole in the last page
		p := oggParse(left, f.done, nil)
		p.crc = true // nobody can tell
		c.page(f, &p, on)
	}
	return 0, nil
}

// An oggFound is a packet that was found again.
type oggFound struct {
	time  int64
	data  []byte // gathered; of its own
	parts []oggPart
}

// An oggPart is a page that holds a part of a packet.
type oggPart struct {
	off       int64  // of the page
	head      []byte // of the page, with its segment table
	seg, segs int    // places of the part in the table
	from, to  int    // of the packet's bytes
}

// load reads the page at an offset. The bytes are the cache's own.
func (c *ogg) load(f *File, off int64) (oggPage, error) {
	b, err := f.cache.view(off, oggHeadLen+255)
	if err != nil {
		return oggPage{}, err
	}
	n, whole := oggLen(b)
	if whole && bytes.HasPrefix(b, []byte(oggMark)) && b[4] == 0 {
		if b, err = f.cache.view(off, n); err != nil {
			return oggPage{}, err
		}
		if len(b) == n || off+int64(len(b)) == f.src.Size() {
			return oggParse(b, off, nil), nil
		}
	}
	return oggPage{}, &field.Error{Off: off, In: "ogg", What: "no whole page starts here", Err: field.ErrFormat}
}

// find walks from the nearest mark to the packet whose first byte is at an offset.
func (c *ogg) find(f *File, off int64) (*oggFound, error) {
	none := &field.Error{Off: off, In: "ogg", What: "no packet starts here", Err: field.ErrFormat}
	i := sort.Search(len(c.marks), func(i int) bool { return c.marks[i].off > off }) - 1
	if i < 0 {
		return nil, none
	}
	track := c.marks[i].track
	var found *oggFound
	done := false
	for at := c.marks[i].off; !done; {
		if found == nil && at > off || at > off+2*maxRecord {
			return nil, none
		}
		p, err := c.load(f, at)
		if err != nil {
			return nil, none
		}
		at += int64(p.size())
		if !track.takes(&p) {
			continue
		}
		if found != nil && p.flags&oggContinued == 0 {
			return nil, none
		}
		track.pieces(&p, func(x *oggPiece) {
			start := p.off + int64(len(p.head)+x.from)
			switch {
			case done || found == nil && (!x.begins || start != off || x.kind != oggSound || x.from == x.to):
				return
			case found == nil:
				found = &oggFound{time: x.time}
			case x.begins:
				done = true
				found = nil
				return
			}
			from := len(found.data)
			found.data = append(found.data, p.data[x.from:x.to]...)
			found.parts = append(found.parts, oggPart{off: p.off, head: bytes.Clone(p.head), seg: x.seg, segs: x.segs, from: from, to: len(found.data)})
			done = x.ends
		})
		if found == nil && done || found != nil && len(found.data) > maxRecord {
			return nil, none
		}
	}
	return found, nil
}

func (c *ogg) record(f *File, off int64, r *Record) error {
	x, err := c.find(f, off)
	if err != nil {
		return err
	}
	c.fill(r, off, x.time, x.data)
	return nil
}
