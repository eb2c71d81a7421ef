package capfile

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"somscope/decoder/field"
)

// Classic pcap: a file header of 24 bytes, then one record after the other.
//
//	 0  magic number          a1b2c3d4 (µs), a1b23c4d (ns), a1b2cd34 (modified);
//	                          its byte order is that of the file
//	 4  major, minor version  2.4
//	 8  reserved1, reserved2  once time zone and accuracy
//	16  snap length
//	20  FCS length, link type
//
// and a record:
//
//	 0  seconds               since 1970, unsigned
//	 4  µs or ns
//	 8  captured length
//	12  length on the wire
//	[16 interface index, protocol, packet type: the modified variant only]
//
// Sources: draft-ietf-opsawg-pcap, sections 4 and 5. The modified variant was
// written by a patched libpcap of the late 1990s; its layout was checked
// against files that editcap writes.
const (
	magicMicro    = 0xa1b2c3d4
	magicNano     = 0xa1b23c4d
	magicModified = 0xa1b2cd34

	pcapHeaderLen   = 24
	pcapRecLen      = 16
	pcapModifiedLen = 24
)

// lengthOrder says in which order a record holds its two lengths. Before
// version 2.3 it was the other way round, and of 2.3 both exist.
type lengthOrder uint8

const (
	capturedFirst lengthOrder = iota
	wireFirst
	eitherFirst // the smaller is the captured length
)

type pcap struct {
	big      bool // byte order
	magic    uint32
	recLen   int   // bytes of a record header
	mul      int64 // ns per unit of the fraction
	order    lengthOrder
	minor    uint16
	snap     uint32
	limit    uint32 // the longest captured length that is believed
	link     uint16
	rec      Record // handed out by walk
	modified bool
}

// pcapMagic reports whether head starts with one of the magic numbers.
func pcapMagic(head []byte) (magic uint32, big, ok bool) {
	if len(head) < 4 {
		return 0, false, false
	}
	for _, m := range []uint32{magicMicro, magicNano, magicModified} {
		if binary.LittleEndian.Uint32(head) == m {
			return m, false, true
		}
		if binary.BigEndian.Uint32(head) == m {
			return m, true, true
		}
	}
	return 0, false, false
}

func isPcap(head []byte) bool {
	_, _, ok := pcapMagic(head)
	return ok
}

func order(big bool) binary.ByteOrder {
	if big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

func openPcap(f *File, head []byte) (container, *field.Error) {
	if len(head) < pcapHeaderLen {
		return nil, &field.Error{Off: int64(len(head)), In: "pcap", Err: field.ErrShort,
			What: fmt.Sprintf("the file ends inside its header, which has %d bytes", pcapHeaderLen)}
	}
	c := &pcap{recLen: pcapRecLen, mul: 1000}
	c.magic, c.big, _ = pcapMagic(head)
	switch c.magic {
	case magicNano:
		c.mul = 1
	case magicModified:
		c.modified = true
		c.recLen = pcapModifiedLen
	}
	o := order(c.big)
	major, minor := o.Uint16(head[4:]), o.Uint16(head[6:])
	if major != 2 || minor > 4 {
		return nil, &field.Error{Off: 4, In: "pcap", Err: field.ErrUnsupported,
			What: fmt.Sprintf("version %d.%d of the format is not known, only 2.0 to 2.4 are", major, minor)}
	}
	c.minor = minor
	switch {
	case minor < 3:
		c.order = wireFirst
	case minor == 3:
		c.order = eitherFirst
	}
	c.snap = o.Uint32(head[16:])
	c.limit = min(max(c.snap, maxSnap), maxRecord)
	network := o.Uint32(head[20:])
	if r := network & 0x03ff0000; r != 0 {
		return nil, &field.Error{Off: 20, In: "pcap", Err: field.ErrUnsupported,
			What: fmt.Sprintf("the reserved bits of the link type field are not zero (0x%08x)", r)}
	}
	c.link = uint16(network)
	f.addBlock(Block{Len: pcapHeaderLen, Kind: "pcap file header", Text: c.headerText(major)})
	return c, nil
}

func (c *pcap) headerText(major uint16) string {
	return fmt.Sprintf("version %d.%d, %s, snap length %d", major, c.minor, linkName(c.link), c.snap)
}

func (c *pcap) name() string { return "pcap" }

func (c *pcap) title() string {
	s := "pcap"
	if c.modified {
		s = "modified pcap"
	}
	if c.big {
		s += ", big-endian"
	} else {
		s += ", little-endian"
	}
	if c.mul == 1 {
		return s + ", nanoseconds"
	}
	return s + ", microseconds"
}

func (c *pcap) linkTypes() []uint16  { return []uint16{c.link} }
func (c *pcap) specs() []*field.Spec { return pcapSpecs }

// walk is the inner loop of the index pass: a million packets must not take
// longer than the memory needs to show their headers.
func (c *pcap) walk(_ *File, p []byte, at int64, on func(*Record)) (int, *field.Error) {
	i := 0
	if at < pcapHeaderLen {
		if len(p) < pcapHeaderLen {
			return 0, nil
		}
		i = pcapHeaderLen // Open has read it
	}
	r := &c.rec
	r.LinkType, r.Iface, r.NoTime = c.link, 0, false
	head, limit, mul, big, odd := c.recLen, c.limit, c.mul, c.big, c.order != capturedFirst
	for len(p)-i >= head {
		h := p[i : i+pcapRecLen : i+pcapRecLen]
		sec := binary.LittleEndian.Uint32(h)
		frac := binary.LittleEndian.Uint32(h[4:])
		n := binary.LittleEndian.Uint32(h[8:])
		wire := binary.LittleEndian.Uint32(h[12:])
		if big {
			sec, frac = bits.ReverseBytes32(sec), bits.ReverseBytes32(frac)
			n, wire = bits.ReverseBytes32(n), bits.ReverseBytes32(wire)
		}
		if odd {
			n, wire = c.lengths(n, wire)
		}
		if n > limit {
			return i, c.absurd(n, at+int64(i))
		}
		body := i + head
		end := body + int(n)
		if end > len(p) {
			break
		}
		r.Off = at + int64(i)
		r.Data = p[body:end:end]
		r.Time = int64(sec)*1e9 + int64(frac)*mul
		r.OrigLen = wire
		on(r)
		i = end
	}
	return i, nil
}

// lengths sorts the two lengths of an old file into captured and on the wire.
func (c *pcap) lengths(first, second uint32) (captured, wire uint32) {
	if c.order == wireFirst || c.order == eitherFirst && first > second {
		return second, first
	}
	return first, second
}

func (c *pcap) absurd(n uint32, off int64) *field.Error {
	what := fmt.Sprintf("a packet record claims %d captured bytes, more than the %d we follow", n, maxRecord)
	if n <= maxRecord {
		what = fmt.Sprintf("a packet record claims %d captured bytes, but the file's snap length is %d", n, c.snap)
	}
	return &field.Error{Off: off, In: "pcap", What: what, Err: field.ErrLimit}
}

func (c *pcap) want(b []byte, at int64) int {
	if at < pcapHeaderLen {
		return pcapHeaderLen
	}
	if len(b) < c.recLen {
		return c.recLen
	}
	n, wire := order(c.big).Uint32(b[8:]), order(c.big).Uint32(b[12:])
	n, _ = c.lengths(n, wire)
	return c.recLen + int(n)
}

func (c *pcap) record(f *File, off int64, r *Record) error {
	if off < pcapHeaderLen {
		return &field.Error{Off: off, In: "pcap", What: "no packet record starts here", Err: field.ErrFormat}
	}
	b, err := f.cache.view(off, c.recLen)
	if err != nil {
		return err
	}
	if len(b) < c.recLen {
		return c.cut(off, c.recLen, len(b))
	}
	o := order(c.big)
	sec, frac := o.Uint32(b), o.Uint32(b[4:])
	n, wire := c.lengths(o.Uint32(b[8:]), o.Uint32(b[12:]))
	if n > c.limit {
		return c.absurd(n, off)
	}
	whole := c.recLen + int(n)
	if b, err = f.cache.view(off, whole); err != nil {
		return err
	}
	if len(b) < whole {
		return c.cut(off, whole, len(b))
	}
	*r = Record{Off: off, Data: b[c.recLen:whole:whole], Time: int64(sec)*1e9 + int64(frac)*c.mul, OrigLen: wire, LinkType: c.link}
	return nil
}

func (c *pcap) cut(off int64, need, have int) *field.Error {
	return &field.Error{Off: off, In: "pcap", Err: field.ErrShort,
		What: fmt.Sprintf("the file ends inside a record: it needs %d bytes, %d are there", need, have)}
}
