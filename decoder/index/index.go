// Package index is the packet table: what the list shows of each packet, kept
// in columns so that twenty million packets fit beside a page.
//
// The columns lie in blocks of 4096 packets. Within a block, offsets and times
// are differences to the block's first packet, and lengths are 16 bits; what
// does not fit is escaped to a short list beside the block, so that every row
// comes back exactly as it was added. An ordinary capture takes 18 bytes a
// packet, one that was cut by its snap length 20. There are no pointers per
// packet and nothing is ever moved, so the garbage collector has nothing to do.
//
// The package knows nothing of files or flows; it is written once, in the
// order of the file, and read by number.
package index

import "sort"

// NoFlow is the flow of a packet that belongs to none (ARP, say).
const NoFlow = 1<<31 - 1

// Flags of a packet.
type Flags uint8

const (
	Reverse  Flags = 1 << iota // travels from the flow's B to its A
	Fragment                   // an IP fragment
	NoTime                     // the file gives no time
	Cut                        // fewer bytes captured than were on the wire
	Broken                     // a header length does not fit
)

// Row is one packet's summary, assembled from the columns.
type Row struct {
	Off     int64  // of the record in the file, bytes
	Time    int64  // ns since 1970
	CapLen  uint32 // bytes in the file
	OrigLen uint32 // bytes on the wire
	Flow    uint32 // NoFlow when it belongs to none
	Proto   uint8  // inet.Proto
	Flags   Flags
}

// BlockLen is the number of packets in a block.
const BlockLen = 4096

// Packets is the packet table. The zero value is an empty one. It belongs to
// one goroutine.
type Packets struct {
	blocks []block
	n      int
	bytes  int64
}

// A block is 4096 packets.
type block struct {
	off, time int64 // of its first packet
	cols      *columns
	orig      *[BlockLen]uint16 // lengths on the wire; nil while all are the captured ones
	wide      []wide            // what the columns have no room for, by packet
}

// columns is 18 bytes a packet: exactly nine pages of the allocator.
type columns struct {
	off    [BlockLen]uint32 // bytes behind block.off, or escOff
	timeLo [BlockLen]uint32 // the lower 32 bits of the time
	flow   [BlockLen]uint32
	timeHi [BlockLen]uint16 // and the upper 16 of a signed 48-bit difference in ns, ±39 hours
	capLen [BlockLen]uint16 // or escLen
	proto  [BlockLen]uint8
	flags  [BlockLen]Flags
}

// Marks in the columns that send the reader to the wide list.
const (
	escOff  = 1<<32 - 1
	escTime = -1 << 47 // as a signed 48-bit number
	escLen  = 1<<16 - 1
)

// A wide value of packet i of its block.
type wide struct {
	i    uint16
	what column
	v    int64
}

type column uint16

const (
	wideOff column = iota
	wideTime
	wideCapLen
	wideOrigLen
)

// Add appends a packet. It allocates once in 4096 packets.
func (p *Packets) Add(r Row) {
	i := p.n % BlockLen
	if i == 0 {
		p.blocks = append(p.blocks, block{off: r.Off, time: r.Time, cols: new(columns)})
		p.bytes += columnsSize
	}
	p.n++
	b := &p.blocks[len(p.blocks)-1]
	c := b.cols

	if d := uint64(r.Off - b.off); d < escOff {
		c.off[i] = uint32(d)
	} else {
		c.off[i] = escOff
		p.widen(b, i, wideOff, r.Off)
	}
	d := r.Time - b.time // may wrap around: then it wraps back when read
	if d<<16>>16 != d || d == escTime {
		d = escTime
		p.widen(b, i, wideTime, r.Time)
	}
	c.timeLo[i], c.timeHi[i] = uint32(d), uint16(d>>32)
	if r.CapLen < escLen {
		c.capLen[i] = uint16(r.CapLen)
	} else {
		c.capLen[i] = escLen
		p.widen(b, i, wideCapLen, int64(r.CapLen))
	}
	if r.OrigLen != r.CapLen && b.orig == nil {
		b.orig = new([BlockLen]uint16)
		p.bytes += origSize
		copy(b.orig[:i], c.capLen[:i])
		for k := range b.wide { // those before this one have no length of their own
			if w := &b.wide[k]; w.what == wideCapLen && int(w.i) < i {
				p.widen(b, int(w.i), wideOrigLen, w.v)
			}
		}
		sort.SliceStable(b.wide, func(x, y int) bool { return b.wide[x].i < b.wide[y].i })
	}
	if b.orig != nil {
		if r.OrigLen < escLen {
			b.orig[i] = uint16(r.OrigLen)
		} else {
			b.orig[i] = escLen
			p.widen(b, i, wideOrigLen, int64(r.OrigLen))
		}
	}
	c.flow[i], c.proto[i], c.flags[i] = r.Flow, r.Proto, r.Flags
}

func (p *Packets) widen(b *block, i int, what column, v int64) {
	was := cap(b.wide)
	b.wide = append(b.wide, wide{uint16(i), what, v})
	p.bytes += int64(cap(b.wide)-was) * wideSize
}

// find returns a wide value that is known to be there.
func (b *block) find(i int, what column) int64 {
	k := sort.Search(len(b.wide), func(k int) bool { return int(b.wide[k].i) >= i })
	for ; k < len(b.wide) && int(b.wide[k].i) == i; k++ {
		if b.wide[k].what == what {
			return b.wide[k].v
		}
	}
	return 0
}

// Len is the number of packets.
func (p *Packets) Len() int { return p.n }

// At returns packet i, counted from 0. i must be less than Len.
func (p *Packets) At(i uint32) Row {
	b := &p.blocks[i/BlockLen]
	k := int(i % BlockLen)
	if int(i) >= p.n {
		panic("index: no such packet")
	}
	c := b.cols
	r := Row{Flow: c.flow[k], Proto: c.proto[k], Flags: c.flags[k], CapLen: uint32(c.capLen[k])}
	if d := c.off[k]; d != escOff {
		r.Off = b.off + int64(d)
	} else {
		r.Off = b.find(k, wideOff)
	}
	if d := int64(int16(c.timeHi[k]))<<32 | int64(c.timeLo[k]); d != escTime {
		r.Time = b.time + d
	} else {
		r.Time = b.find(k, wideTime)
	}
	if r.CapLen == escLen {
		r.CapLen = uint32(b.find(k, wideCapLen))
	}
	r.OrigLen = r.CapLen
	if b.orig != nil {
		if r.OrigLen = uint32(b.orig[k]); r.OrigLen == escLen {
			r.OrigLen = uint32(b.find(k, wideOrigLen))
		}
	}
	return r
}

// Sizes for Bytes.
const (
	columnsSize = BlockLen * 18
	origSize    = BlockLen * 2
	wideSize    = 16
	blockSize   = 56
)

// Bytes is the memory of the table.
func (p *Packets) Bytes() int64 { return p.bytes + int64(cap(p.blocks))*blockSize }
