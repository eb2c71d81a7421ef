package capfile

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"sort"

	"somscope/decoder/field"
)

// pcapng: blocks, one after the other. All have the same frame:
//
//	 0  block type
//	 4  total length          of the whole block, a multiple of 4
//	 8  body
//	-4  total length again
//
// A Section Header Block begins a section: it sets the byte order of all that
// follows and forgets the interfaces of the section before. An Interface
// Description Block adds an interface to the section; packets name it by its
// number.
//
// Source: draft-ietf-opsawg-pcapng, sections 3 and 4 and appendix A.
const (
	typeIDB     = 1
	typePB      = 2 // Packet Block, obsolete
	typeSPB     = 3
	typeNRB     = 4
	typeISB     = 5
	typeEPB     = 6
	typeJournal = 9
	typeDSB     = 10
	typeCB      = 0x00000bad
	typeDCB     = 0x40000bad // a custom block that is not to be copied
	typeSHB     = 0x0a0d0d0a

	orderMagic = 0x1a2b3c4d

	frameLen = 12 // type and both lengths
	shbLen   = 28
	idbLen   = 20
	epbLen   = 32
	spbLen   = 16
	isbLen   = 24
	dsbLen   = 20
	cbLen    = 16
)

// A section is where the byte order and the interfaces of a stretch of the
// file are kept, for looking back.
type section struct {
	off   int64
	first int // its first interface in pcapng.ifaces
	big   bool
}

type iface struct {
	link  uint16
	snap  uint32 // 0 means no limit
	clock clock
	name  string
	off   int64 // of its block
}

type pcapng struct {
	big      bool // of the section being read
	sections []section
	ifaces   []iface // of all sections, in the order of the file
	here     []iface // those of the section being read
	rec      Record  // handed out by walk
	firstBig bool
}

// shbOrder reads the byte order of a Section Header Block.
func shbOrder(b []byte) (big, ok bool) {
	if len(b) < 12 {
		return false, false
	}
	switch binary.LittleEndian.Uint32(b[8:]) {
	case orderMagic:
		return false, true
	case 0x4d3c2b1a:
		return true, true
	}
	return false, false
}

func isPcapng(head []byte) bool {
	return len(head) >= 4 && binary.LittleEndian.Uint32(head) == typeSHB
}

func openPcapng(_ *File, head []byte) (container, *field.Error) {
	if len(head) < shbLen {
		return nil, &field.Error{Off: int64(len(head)), In: "pcapng", Err: field.ErrShort,
			What: "the file ends inside its Section Header Block"}
	}
	c := &pcapng{}
	if err := c.turn(head, 0); err != nil {
		return nil, err
	}
	c.firstBig = c.big
	if err := c.version(head, 0); err != nil {
		return nil, err
	}
	return c, nil
}

// version checks the version of the Section Header Block in b, whose byte
// order is c.big. Minor version 2 was written by some programs and means the
// same as 0.
func (c *pcapng) version(b []byte, off int64) *field.Error {
	o := order(c.big)
	major, minor := o.Uint16(b[12:]), o.Uint16(b[14:])
	if major == 1 && (minor == 0 || minor == 2) {
		return nil
	}
	return &field.Error{Off: off, In: "pcapng", Err: field.ErrUnsupported,
		What: fmt.Sprintf("a section of version %d.%d begins here, only 1.0 and 1.2 are known", major, minor)}
}

func (c *pcapng) name() string { return "pcapng" }

func (c *pcapng) title() string {
	if c.firstBig {
		return "pcapng, big-endian"
	}
	return "pcapng, little-endian"
}

func (c *pcapng) linkTypes() []uint16 {
	links := make([]uint16, len(c.ifaces))
	for i := range c.ifaces {
		links[i] = c.ifaces[i].link
	}
	return links
}

func (c *pcapng) specs() []*field.Spec { return pcapngSpecs }

// walk is the inner loop of the index pass. Enhanced Packet Blocks, of which
// nearly every file is made, are read in it; all others are calls.
func (c *pcapng) walk(f *File, p []byte, at int64, on func(*Record)) (int, *field.Error) {
	i := 0
	r := &c.rec
	for len(p)-i >= frameLen {
		typ := binary.LittleEndian.Uint32(p[i:])
		n := binary.LittleEndian.Uint32(p[i+4:])
		if c.big {
			typ, n = bits.ReverseBytes32(typ), bits.ReverseBytes32(n)
		}
		if typ == typeSHB {
			if err := c.turn(p[i:], at+int64(i)); err != nil {
				return i, err
			}
			n = order(c.big).Uint32(p[i+4:])
		}
		if n < frameLen || n%4 != 0 || n > maxRecord {
			return i, badLength(typ, n, at+int64(i))
		}
		end := i + int(n)
		if end > len(p) {
			break
		}
		last := binary.LittleEndian.Uint32(p[end-4:])
		if c.big {
			last = bits.ReverseBytes32(last)
		}
		if last != n {
			return i, &field.Error{Off: at + int64(i), In: "pcapng", Err: field.ErrFormat,
				What: fmt.Sprintf("the length of the %s is %d at its start and %d at its end", kindOf(typ), n, last)}
		}
		b := p[i:end:end]
		if typ != typeEPB || len(b) < epbLen {
			if err := c.block(f, typ, b, at+int64(i), on); err != nil {
				return i, err
			}
			i = end
			continue
		}
		num := binary.LittleEndian.Uint32(b[8:])
		hi := binary.LittleEndian.Uint32(b[12:])
		lo := binary.LittleEndian.Uint32(b[16:])
		captured := binary.LittleEndian.Uint32(b[20:])
		wire := binary.LittleEndian.Uint32(b[24:])
		if c.big {
			num, hi, lo = bits.ReverseBytes32(num), bits.ReverseBytes32(hi), bits.ReverseBytes32(lo)
			captured, wire = bits.ReverseBytes32(captured), bits.ReverseBytes32(wire)
		}
		if uint64(num) >= uint64(len(c.here)) || captured > n-epbLen {
			c.misfit(f, typ, b, at+int64(i), num, captured)
			i = end
			continue
		}
		ifc := &c.here[num]
		ns, ok := ifc.clock.ns(uint64(hi)<<32 | uint64(lo))
		r.Off = at + int64(i)
		r.Data = b[28 : 28+captured : 28+captured]
		r.Time, r.NoTime = ns, !ok
		r.OrigLen = wire
		r.LinkType = ifc.link
		r.Iface = num
		on(r)
		i = end
	}
	return i, nil
}

// turn reads the byte order of the Section Header Block at b, for its length
// cannot be read without. It changes nothing else: the block may not be whole.
func (c *pcapng) turn(b []byte, off int64) *field.Error {
	big, ok := shbOrder(b)
	if !ok {
		return &field.Error{Off: off, In: "pcapng", Err: field.ErrFormat,
			What: fmt.Sprintf("the byte-order magic of a Section Header Block is 0x%08x", binary.BigEndian.Uint32(b[8:]))}
	}
	c.big = big
	return nil
}

func badLength(typ, n uint32, off int64) *field.Error {
	e := &field.Error{Off: off, In: "pcapng", Err: field.ErrFormat}
	switch {
	case n < frameLen:
		e.What = fmt.Sprintf("the %s claims a length of %d bytes, less than the %d that every block has", kindOf(typ), n, frameLen)
	case n > maxRecord:
		e.Err = field.ErrLimit
		e.What = fmt.Sprintf("the %s claims a length of %d bytes, more than the %d we follow", kindOf(typ), n, maxRecord)
	default:
		e.What = fmt.Sprintf("the %s claims a length of %d bytes, which is no multiple of 4", kindOf(typ), n)
	}
	return e
}

func (c *pcapng) want(b []byte, _ int64) int {
	if len(b) < frameLen {
		return frameLen
	}
	return int(order(c.big).Uint32(b[4:])) // walk has found it sane and set the byte order
}

// block reads any block but a sound Enhanced Packet Block. The error it
// returns is one that reading cannot go on after.
func (c *pcapng) block(f *File, typ uint32, b []byte, off int64, on func(*Record)) *field.Error {
	o := order(c.big)
	if len(c.sections) == 0 && typ != typeSHB {
		return &field.Error{Off: off, In: "pcapng", Err: field.ErrFormat, What: "the file does not begin with a Section Header Block"}
	}
	switch typ {
	case typeSHB:
		if len(b) < shbLen {
			return tooShort(typ, b, off, shbLen)
		}
		if err := c.version(b, off); err != nil {
			return err
		}
		if len(c.sections) >= maxSections {
			return &field.Error{Off: off, In: "pcapng", Err: field.ErrLimit, What: fmt.Sprintf("the file has more than %d sections", maxSections)}
		}
		c.sections = append(c.sections, section{off: off, first: len(c.ifaces), big: c.big})
		c.here = c.ifaces[len(c.ifaces):]
	case typeIDB:
		if len(b) < idbLen {
			return tooShort(typ, b, off, idbLen)
		}
		if len(c.ifaces) >= maxIfaces {
			return &field.Error{Off: off, In: "pcapng", Err: field.ErrLimit, What: fmt.Sprintf("the file has more than %d interfaces", maxIfaces)}
		}
		c.ifaces = append(c.ifaces, readIDB(b, off, o))
		c.here = c.ifaces[c.sections[len(c.sections)-1].first:]
	case typeEPB: // too short for one: walk reads the others
		f.skip(Block{Off: off, Len: int64(len(b)), Kind: kindOf(typ)}, tooShort(typ, b, off, epbLen))
		return nil
	case typePB, typeSPB:
		var r Record
		if err := c.packet(typ, b, off, c.here, &r); err != nil {
			f.skip(Block{Off: off, Len: int64(len(b)), Kind: kindOf(typ)}, err)
			return nil
		}
		c.rec = r
		on(&c.rec)
		return nil
	}
	blk := Block{Off: off, Len: int64(len(b)), Kind: kindOf(typ)}
	if f.nBlocks >= MaxBlocks {
		f.addBlock(blk)
		return nil
	}
	text, err := c.blockText(typ, b, o)
	blk.Text = text
	if err != "" {
		f.skip(blk, &field.Error{Off: off, In: "pcapng", Err: field.ErrFormat, What: "in the " + blk.Kind + " " + err})
		return nil
	}
	f.addBlock(blk)
	return nil
}

func tooShort(typ uint32, b []byte, off int64, least int) *field.Error {
	return &field.Error{Off: off, In: "pcapng", Err: field.ErrShort,
		What: fmt.Sprintf("the %s has %d bytes, at least %d are needed", kindOf(typ), len(b), least)}
}

// misfit notes an Enhanced Packet Block that cannot be a packet.
func (c *pcapng) misfit(f *File, typ uint32, b []byte, off int64, num, captured uint32) {
	f.skip(Block{Off: off, Len: int64(len(b)), Kind: kindOf(typ)}, c.misfitError(typ, b, off, len(c.here), num, captured))
}

func (c *pcapng) misfitError(typ uint32, b []byte, off int64, ifaces int, num, captured uint32) *field.Error {
	e := &field.Error{Off: off, In: "pcapng", Err: field.ErrFormat}
	switch {
	case uint64(num) < uint64(ifaces):
		e.Err = field.ErrShort
		e.What = fmt.Sprintf("the %s claims %d captured bytes, but has room for %d", kindOf(typ), captured, len(b)-least(typ))
	case typ == typeSPB:
		e.What = "a Simple Packet Block stands before any interface of its section"
	default:
		e.What = fmt.Sprintf("the packet names interface %d, but its section has described %s so far", num, countOf(ifaces, "interface"))
	}
	return e
}

func countOf(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// least is how long a packet block is without any data.
func least(typ uint32) int {
	if typ == typeSPB {
		return spbLen
	}
	return epbLen
}

// packet reads a packet block of any kind.
func (c *pcapng) packet(typ uint32, b []byte, off int64, ifaces []iface, r *Record) *field.Error {
	o := order(c.big)
	*r = Record{Off: off}
	if len(b) < least(typ) {
		return tooShort(typ, b, off, least(typ))
	}
	var captured uint32
	data := 28
	switch typ {
	case typeEPB:
		r.Iface, captured, r.OrigLen = o.Uint32(b[8:]), o.Uint32(b[20:]), o.Uint32(b[24:])
	case typePB:
		r.Iface, captured, r.OrigLen = uint32(o.Uint16(b[8:])), o.Uint32(b[20:]), o.Uint32(b[24:])
	case typeSPB:
		r.OrigLen = o.Uint32(b[8:])
		data = 12
		captured = r.OrigLen
		if len(ifaces) > 0 && ifaces[0].snap != 0 {
			captured = min(captured, ifaces[0].snap)
		}
	}
	if uint64(r.Iface) >= uint64(len(ifaces)) || captured > uint32(len(b)-least(typ)) {
		return c.misfitError(typ, b, off, len(ifaces), r.Iface, captured)
	}
	ifc := &ifaces[r.Iface]
	r.LinkType = ifc.link
	r.Data = b[data : data+int(captured) : data+int(captured)]
	if typ == typeSPB {
		r.NoTime = true
		return nil
	}
	ns, ok := ifc.clock.ns(stamp(b[12:], o))
	r.Time, r.NoTime = ns, !ok
	return nil
}

// stamp reads a timestamp: the upper half first, whatever the byte order.
func stamp(b []byte, o binary.ByteOrder) uint64 {
	return uint64(o.Uint32(b))<<32 | uint64(o.Uint32(b[4:]))
}

// readIDB reads an Interface Description Block of at least idbLen bytes.
func readIDB(b []byte, off int64, o binary.ByteOrder) iface {
	ifc := iface{off: off, link: o.Uint16(b[8:]), snap: o.Uint32(b[12:])}
	resol, offset := uint8(defaultResol), int64(0)
	walkOptions(b[16:len(b)-4], o, func(code uint16, v []byte) {
		switch {
		case code == optTsresol && len(v) >= 1:
			resol = v[0]
		case code == optTsoffset && len(v) == 8:
			offset = int64(o.Uint64(v))
		case code == optIfName:
			ifc.name = clip(v, 64)
		}
	})
	ifc.clock = newClock(resol, offset)
	return ifc
}

// walkOptions visits the options in b up to the end-of-options mark or the end
// of b. It returns what is wrong with them, or "".
func walkOptions(b []byte, o binary.ByteOrder, visit func(code uint16, v []byte)) string {
	for len(b) > 0 {
		if len(b) < 4 {
			return fmt.Sprintf("%d bytes are left where an option should be", len(b))
		}
		code, n := o.Uint16(b), int(o.Uint16(b[2:]))
		if code == optEnd {
			return ""
		}
		if n > len(b)-4 {
			return fmt.Sprintf("option %d claims %d bytes, %d are there", code, n, len(b)-4)
		}
		visit(code, b[4:4+n])
		b = b[min(len(b), 4+(n+3)&^3):]
	}
	return ""
}

// sectionAt returns the section that offset off lies in, and its interfaces.
func (c *pcapng) sectionAt(off int64) (section, []iface, bool) {
	i := sort.Search(len(c.sections), func(i int) bool { return c.sections[i].off > off }) - 1
	if i < 0 {
		return section{}, nil, false
	}
	end := len(c.ifaces)
	if i+1 < len(c.sections) {
		end = c.sections[i+1].first
	}
	return c.sections[i], c.ifaces[c.sections[i].first:end], true
}

func (c *pcapng) record(f *File, off int64, r *Record) error {
	s, ifaces, ok := c.sectionAt(off)
	if !ok {
		return &field.Error{Off: off, In: "pcapng", What: "this part of the file has not been read yet", Err: field.ErrFormat}
	}
	b, typ, err := c.blockAt(f, off, s.big)
	if err != nil {
		return err
	}
	if typ != typeEPB && typ != typePB && typ != typeSPB {
		return &field.Error{Off: off, In: "pcapng", What: "a " + kindOf(typ) + " is no packet", Err: field.ErrFormat}
	}
	past := pcapng{big: s.big}
	if bad := past.packet(typ, b, off, ifaces, r); bad != nil {
		return bad
	}
	return nil
}

// blockAt reads a whole block again. The slice is the cache's.
func (c *pcapng) blockAt(f *File, off int64, big bool) ([]byte, uint32, error) {
	b, err := f.cache.view(off, frameLen)
	if err != nil {
		return nil, 0, err
	}
	if len(b) < frameLen {
		return nil, 0, cutBlock(off, frameLen, len(b))
	}
	o := order(big)
	typ, n := o.Uint32(b), o.Uint32(b[4:])
	if n < frameLen || n%4 != 0 || n > maxRecord {
		return nil, 0, badLength(typ, n, off)
	}
	if b, err = f.cache.view(off, int(n)); err != nil {
		return nil, 0, err
	}
	if len(b) < int(n) {
		return nil, 0, cutBlock(off, int(n), len(b))
	}
	return b, typ, nil
}

func cutBlock(off int64, need, have int) *field.Error {
	return &field.Error{Off: off, In: "pcapng", Err: field.ErrShort,
		What: fmt.Sprintf("the file ends inside a block: it needs %d bytes, %d are there", need, have)}
}
