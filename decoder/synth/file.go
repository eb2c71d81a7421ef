package synth

import (
	"encoding/binary"
	"hash/crc32"
	"time"

	"github.com/google/gopacket/layers"
)

// pcap writes what the world holds as a classic capture with microseconds.
func (w *world) pcap(snap uint32) []byte {
	b := le(uint32(0xa1b2c3d4), uint16(2), uint16(4), int32(0), uint32(0), snap, uint32(w.packets[0].link))
	for _, p := range w.packets {
		t := w.start.Add(p.at)
		kept := p.data[:min(len(p.data), int(snap))]
		b = append(b, le(uint32(t.Unix()), uint32(t.Nanosecond()/1000), uint32(len(kept)), uint32(len(p.data)))...)
		b = append(b, kept...)
	}
	return b
}

// pcapng block types and option codes, draft-ietf-opsawg-pcapng.
const (
	blockSection   = 0x0A0D0D0A
	blockInterface = 1
	blockSimple    = 3
	blockNames     = 4
	blockStats     = 5
	blockPacket    = 6
	blockCustom    = 0xBAD

	optEnd     = 0
	optComment = 1

	optHardware    = 2 // of a section
	optSystem      = 3
	optApplication = 4

	optIfName        = 2 // of an interface
	optIfDescription = 3
	optIfMAC         = 6
	optIfTSResol     = 9
	optIfFilter      = 11
	optIfOS          = 12

	optEPBFlags = 2 // of a packet

	optISBStart  = 2 // of statistics
	optISBEnd    = 3
	optISBRecv   = 4
	optISBDrop   = 5
	optISBAccept = 6
)

type option struct {
	code  uint16
	value []byte
}

func text(code uint16, s string) option { return option{code, []byte(s)} }

// le writes numbers one after the other, little-endian.
func le(vs ...any) []byte {
	var b []byte
	for _, v := range vs {
		var err error
		if b, err = binary.Append(b, binary.LittleEndian, v); err != nil {
			panic(err)
		}
	}
	return b
}

func pad4(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

// block is a block of a pcapng file: type, length, body, options, length.
func block(kind uint32, body []byte, opts ...option) []byte {
	b := pad4(body)
	for _, o := range opts {
		b = append(b, le(o.code, uint16(len(o.value)))...)
		b = pad4(append(b, o.value...))
	}
	if len(opts) > 0 {
		b = append(b, le(uint16(optEnd), uint16(0))...)
	}
	n := uint32(len(b) + 12)
	out := le(kind, n)
	out = append(out, b...)
	return append(out, le(n)...)
}

// section is the block every pcapng file begins with.
func section(opts ...option) []byte {
	return block(blockSection, le(uint32(0x1A2B3C4D), uint16(1), uint16(0), int64(-1)), opts...)
}

// iface describes an interface; packets refer to it by its place in the file.
func iface(link layers.LinkType, snap uint32, opts ...option) []byte {
	return block(blockInterface, le(uint16(link), uint16(0), snap), opts...)
}

// A name goes into a name resolution block.
type name struct {
	ip  []byte
	all []string
}

func names(list []name, opts ...option) []byte {
	var b []byte
	for _, n := range list {
		rec := append([]byte(nil), n.ip...)
		for _, s := range n.all {
			rec = append(append(rec, s...), 0)
		}
		kind := uint16(1)
		if len(n.ip) == 16 {
			kind = 2
		}
		b = append(b, le(kind, uint16(len(rec)))...)
		b = pad4(append(b, rec...))
	}
	return block(blockNames, append(b, 0, 0, 0, 0), opts...)
}

// stamp is a time in units of one tick, as two words, high first.
func stamp(t time.Time, tick time.Duration) []byte {
	n := uint64(t.UnixNano() / int64(tick))
	return le(uint32(n>>32), uint32(n))
}

// enhanced is a packet with its interface, time and options.
func (w *world) enhanced(p packet, tick time.Duration, opts ...option) []byte {
	b := le(uint32(p.iface))
	b = append(b, stamp(w.start.Add(p.at), tick)...)
	b = append(b, le(uint32(len(p.data)), uint32(len(p.data)))...)
	b = append(b, p.data...)
	if p.comment != "" {
		opts = append([]option{text(optComment, p.comment)}, opts...)
	}
	return block(blockPacket, b, opts...)
}

// skypeCRC is the CRC of Skype's messages: CRC-32 as Ethernet's, without the
// inversion at the end (Schlatterbeck 2010, slides 18-19).
func skypeCRC(b []byte) uint32 { return ^crc32.ChecksumIEEE(b) }
