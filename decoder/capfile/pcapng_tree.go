package capfile

import (
	"encoding/binary"
	"fmt"
	"strings"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// A scene is what a block's tree depends on beside its own bytes.
type scene struct {
	little bool
	o      binary.ByteOrder
	ifaces []iface
	num    int // the number of the interface an Interface Description Block makes, -1 when not known
	clock  clock
}

func (c *pcapng) rootSpec(head []byte, b Block) *field.Spec {
	typ, _ := c.typeOf(head, b.Off)
	if s := blockSpecs[typ]; s != nil {
		return s
	}
	return specOther
}

// typeOf reads the type of the block at off and the byte order it is in.
func (c *pcapng) typeOf(b []byte, off int64) (typ uint32, big bool) {
	if len(b) < 4 {
		return 0, c.firstBig
	}
	if binary.LittleEndian.Uint32(b) == typeSHB {
		big, _ := shbOrder(b)
		return typeSHB, big
	}
	s, _, ok := c.sectionAt(off)
	if !ok {
		s.big = c.firstBig
	}
	return order(s.big).Uint32(b), s.big
}

func (c *pcapng) dissectBlock(f *File, d *dissect.D, b Block) {
	c.tree(d, b.Off)
}

func (c *pcapng) dissectRecord(f *File, d *dissect.D, off int64) error {
	s, _, ok := c.sectionAt(off)
	if !ok {
		return &field.Error{Off: off, In: "pcapng", What: "this part of the file has not been read yet", Err: field.ErrFormat}
	}
	view, typ, err := c.blockAt(f, off, s.big)
	if err != nil {
		return err
	}
	b := append([]byte(nil), view...)
	spec := blockSpecs[typ]
	if spec == nil {
		spec = specOther
	}
	d.Buffer(spec, field.Buffer{Name: "record", Data: b, FileOff: off,
		How: fmt.Sprintf("The block of the file that holds the packet, from offset %d on.", off)},
		func(d *dissect.D) { c.tree(d, off) })
	return nil
}

// tree reads one block, which lies at off in the file, from the start of d.
func (c *pcapng) tree(d *dissect.D, off int64) {
	typ, big := c.typeOf(d.Peek(12), off)
	_, ifaces, _ := c.sectionAt(off)
	s := &scene{little: !big, o: order(big), ifaces: ifaces, num: -1, clock: newClock(defaultResol, 0)}
	if typ == typeIDB {
		s.num = c.ifaceAt(off)
	}
	d.Uint(specType, 4, s.little)
	n := d.Uint(specLength, 4, s.little)
	if !d.OK() {
		return
	}
	switch have := d.Left() + 8; {
	case n < frameLen || n%4 != 0 || n > maxRecord:
		d.Fault(field.ErrFormat, "this cannot be the length of a block")
		d.Within(d.Left(), func(d *dissect.D) { s.body(d, typ) })
		return
	case n > uint64(have):
		d.Fault(field.ErrShort, "%d bytes are claimed, %d are there", n, have)
		d.Within(d.Left(), func(d *dissect.D) { s.body(d, typ) })
		return
	}
	d.Within(int(n)-frameLen, func(d *dissect.D) { s.body(d, typ) })
	if last := d.Uint(specTrailer, 4, s.little); d.OK() && last != n {
		d.Fault(field.ErrFormat, "the length at the start of the block is %d", n)
	}
}

// ifaceAt counts the interfaces of the section that stand before off.
func (c *pcapng) ifaceAt(off int64) int {
	s, ifaces, ok := c.sectionAt(off)
	if !ok {
		return -1
	}
	for i := range ifaces {
		if c.ifaces[s.first+i].off == off {
			return i
		}
	}
	return -1
}

func (s *scene) body(d *dissect.D, typ uint32) {
	switch typ {
	case typeSHB:
		s.shb(d)
	case typeIDB:
		s.idb(d)
	case typeEPB, typePB:
		s.packet(d, typ)
	case typeSPB:
		s.simple(d)
	case typeNRB:
		s.names(d)
	case typeISB:
		s.useIface(uint32(d.Uint(specIsbIface, 4, s.little)))
		s.noteIface(d)
		s.stamp(d, specStamp)
		s.options(d, isbTable)
	case typeDSB:
		s.secrets(d)
	case typeCB, typeDCB:
		d.Uint(specCbPEN, 4, s.little)
		d.Rest(specCbData)
	case typeJournal:
		n := d.Left()
		for p := d.Peek(n); n > 0 && p[n-1] == 0 && d.Left()-n < 3; n-- {
		}
		d.Text(specEntry, n)
		d.Bytes(specPad, d.Left())
	default:
		d.Rest(specBody)
	}
}

func (s *scene) shb(d *dissect.D) {
	m := d.Uint(specOrderMagic, 4, s.little)
	if d.OK() && m != orderMagic {
		d.Fault(field.ErrFormat, "neither byte order gives 0x%08x", orderMagic)
	}
	d.Note("%s", pcapByteOrder[!s.little])
	major := d.Uint(specShbMajor, 2, s.little)
	minor := d.Uint(specShbMinor, 2, s.little)
	if d.OK() && (major != 1 || minor != 0 && minor != 2) {
		d.Fault(field.ErrUnsupported, "version %d.%d is not known", major, minor)
	}
	n := int64(d.Uint(specShbLength, 8, s.little))
	d.Set(field.Int(n))
	if n == -1 {
		d.Note("not counted")
	}
	s.options(d, shbTable)
}

func (s *scene) idb(d *dissect.D) {
	if s.num >= 0 {
		d.HeadNote("interface %d", s.num)
	}
	d.Uint(specIdbLink, 2, s.little)
	d.Uint(specIdbReserved, 2, s.little)
	d.Uint(specIdbSnap, 4, s.little)
	s.options(d, idbTable)
}

func (s *scene) useIface(num uint32) {
	s.num = -1
	if uint64(num) < uint64(len(s.ifaces)) {
		s.num = int(num)
		s.clock = s.ifaces[num].clock
	}
}

// noteIface says which interface the number just read means.
func (s *scene) noteIface(d *dissect.D) {
	if s.num < 0 {
		if d.OK() {
			d.Fault(field.ErrFormat, "the section describes %s", countOf(len(s.ifaces), "interface"))
		}
		return
	}
	ifc := &s.ifaces[s.num]
	if ifc.name != "" {
		d.Note("%s", ifc.name)
	}
	d.Note("%s", linkName(ifc.link))
}

func (s *scene) stamp(d *dissect.D, spec *field.Spec) {
	d.Group(spec, func(d *dissect.D) {
		hi := d.Uint(specStampHi, 4, s.little)
		lo := d.Uint(specStampLo, 4, s.little)
		if !d.OK() {
			return
		}
		if ns, ok := s.clock.ns(hi<<32 | lo); ok {
			d.Head(field.Time(ns))
		} else {
			d.HeadNote("outside of the years 1677 to 2262")
		}
		d.HeadNote("in units of %s", unitName(s.clock.resol))
	})
}

// unitName is the unit of a timestamp in words.
func unitName(resol uint8) string {
	switch resol {
	case 0:
		return "1 s"
	case 3:
		return "1 ms"
	case 6:
		return "1 µs"
	case 9:
		return "1 ns"
	}
	if resol&0x80 != 0 {
		return fmt.Sprintf("2^-%d s", resol&0x7f)
	}
	return fmt.Sprintf("10^-%d s", resol)
}

func (s *scene) packet(d *dissect.D, typ uint32) {
	table := epbTable
	if typ == typePB {
		table = pbTable
		s.useIface(uint32(d.Uint(specEpbIface, 2, s.little)))
		s.noteIface(d)
		d.Uint(specPbDrops, 2, s.little)
	} else {
		s.useIface(uint32(d.Uint(specEpbIface, 4, s.little)))
		s.noteIface(d)
	}
	s.stamp(d, specStamp)
	captured := d.Uint(specCaplen, 4, s.little)
	wire := d.Uint(specLen, 4, s.little)
	if !d.OK() {
		return
	}
	switch {
	case wire < captured:
		d.Fault(field.ErrFormat, "fewer bytes on the wire than were captured")
	case wire > captured:
		d.Note("the capture cut %d bytes", wire-captured)
	}
	s.data(d, captured)
	s.options(d, table)
}

func (s *scene) data(d *dissect.D, n uint64) {
	if n > uint64(d.Left()) {
		d.HeadFault(field.ErrShort, "%d captured bytes are claimed, %d are there", n, d.Left())
		n = uint64(d.Left())
	}
	d.Bytes(specData, int(n))
	pad(d, int(n))
}

// pad reads what fills n bytes up to a multiple of four.
func pad(d *dissect.D, n int) {
	d.Bytes(specPad, min(-n&3, d.Left()))
}

func (s *scene) simple(d *dissect.D) {
	wire := d.Uint(specLen, 4, s.little)
	captured := wire
	if len(s.ifaces) > 0 && s.ifaces[0].snap != 0 {
		captured = min(captured, uint64(s.ifaces[0].snap))
	}
	if d.OK() && captured < wire {
		d.Note("the capture cut %d bytes", wire-captured)
	}
	s.data(d, captured)
}

func (s *scene) names(d *dissect.D) {
	for end := false; !end && d.OK() && d.Left() > 0; {
		d.Group(specNrbRecord, func(d *dissect.D) {
			typ := d.Uint(specNrbType, 2, s.little)
			n := int(d.Uint(specNrbLen, 2, s.little))
			if !d.OK() {
				return
			}
			end = typ == 0
			d.Within(n, func(d *dissect.D) {
				var addr string
				switch typ {
				case 1:
					addr = d.IP4(specNrbIP).String()
				case 2:
					addr = d.IP6(specNrbIP).String()
				case 3:
					d.MAC(specNrbMAC)
				case 4:
					d.Bytes(specNrbEUI, 8)
				default:
					d.Rest(specNrbValue)
				}
				if !d.OK() {
					return
				}
				first := true
				for d.OK() && d.Left() > 0 {
					p := d.Peek(d.Left())
					k := strings.IndexByte(string(p), 0)
					if k < 0 {
						d.Text(specNrbName, len(p))
						d.Fault(field.ErrFormat, "no zero byte ends the name")
					} else {
						d.Text(specNrbName, k+1)
					}
					if k < 0 {
						k = len(p)
					}
					if first && addr != "" {
						d.Head(field.Text(addr + " " + clip(p[:k], 64)))
						first = false
					}
				}
			})
			pad(d, n)
		})
	}
	s.options(d, nrbTable)
}

func (s *scene) secrets(d *dissect.D) {
	typ := uint32(d.Uint(specDsbType, 4, s.little))
	d.Note("%q", string([]byte{byte(typ >> 24), byte(typ >> 16), byte(typ >> 8), byte(typ)}))
	n := d.Uint(specDsbLen, 4, s.little)
	if !d.OK() {
		return
	}
	if n > uint64(d.Left()) {
		d.Fault(field.ErrShort, "%d bytes are claimed, %d are there", n, d.Left())
		n = uint64(d.Left())
	}
	d.Bytes(specDsbData, int(n))
	pad(d, int(n))
	s.options(d, anyTable)
}

// options reads a list of options up to its end mark. Bytes behind the mark
// are left to become unknown.
func (s *scene) options(d *dissect.D, t *optionTable) {
	for end := false; !end && d.OK() && d.Left() > 0; {
		d.Group(specOption, func(d *dissect.D) {
			code := uint16(d.Uint(t.code, 2, s.little))
			n := int(d.Uint(specOptLen, 2, s.little))
			if !d.OK() {
				return
			}
			o := t.find(code)
			switch {
			case o != nil:
				d.Head(field.Text(o.name))
			case code>>15 == 1:
				d.Head(field.Text(fmt.Sprintf("local option %d", code)))
			default:
				d.Head(field.Text(fmt.Sprintf("option %d", code)))
			}
			if end = code == optEnd; end {
				if n != 0 {
					d.Fault(field.ErrFormat, "the end of options has no value")
				}
				return
			}
			d.Within(n, func(d *dissect.D) {
				if o == nil || d.Left() < n {
					d.Rest(specOptValue)
					return
				}
				if o.size != 0 && n != o.size {
					d.Rest(specOptValue)
					d.Fault(field.ErrFormat, "%s takes %s, %d are given", o.name, countOf(o.size, "byte"), n)
					return
				}
				s.value(d, o)
			})
			pad(d, n)
		})
	}
}

// value reads the value of one option, which is all that d holds.
func (s *scene) value(d *dissect.D, o *option) {
	switch o.kind {
	case asText:
		d.Text(o.spec, d.Left())
	case asUint:
		d.Uint(o.spec, d.Left(), s.little)
	case asInt:
		d.Set(field.Int(int64(d.Uint(o.spec, d.Left(), s.little))))
	case asStamp:
		s.stamp(d, o.spec)
	case asIP4:
		d.IP4(o.spec)
	case asIP6:
		d.IP6(o.spec)
	case asMAC:
		d.MAC(o.spec)
	case asIP4Mask:
		d.IP4(o.spec)
		d.IP4(specIP4Mask)
	case asIP6Len:
		d.IP6(o.spec)
		d.U8(specIP6Prefix)
	case asResol:
		v := d.Byte(specTsresol, func(b dissect.Bits) {
			b.Mask(specTsresolBase, 0x80)
			b.Mask(specTsresolExp, 0x7f)
		})
		d.Note("%s", unitName(v))
	case asTzone:
		d.Set(field.Int(int64(int16(d.Uint(specTzoneZone, 2, s.little)))))
		d.Set(field.Int(int64(int16(d.Uint(specTzoneDST, 2, s.little)))))
	case asFilter:
		if d.U8(specFilterKind) == 0 {
			d.Text(specFilterText, d.Left())
		} else {
			d.Rest(specFilterBPF)
		}
	case asFlags:
		s.flags(d)
	case asHash:
		d.U8(specHashKind)
		d.Rest(specHash)
	case asVerdict:
		if kind := d.U8(specVerdictKind); (kind == 1 || kind == 2) && d.Left() == 8 {
			d.Uint(specVerdict, 8, s.little)
		} else {
			d.Rest(specVerdictRaw)
		}
	case asProcess:
		d.Uint(specProcess, 4, s.little)
		d.Uint(specThread, 4, s.little)
	case asCustomText:
		d.Uint(specOptPEN, 4, s.little)
		d.Text(specOptCustomT, d.Left())
	case asCustomBytes:
		d.Uint(specOptPEN, 4, s.little)
		d.Rest(specOptCustomB)
	case asBytes:
		d.Rest(o.spec)
	}
}

// flags reads the flags word of an Enhanced Packet Block.
//
//	31 … 24   23 … 16   15 … 12    11    10     9     8 … 5     4 … 2      1 … 0
//	errors    errors    reserved   TSO   sum    sum   FCS       reception  direction
//	                                     valid  not   length
//	                                            ready
//
// Source: draft-ietf-opsawg-pcapng, section 4.3.1.
func (s *scene) flags(d *dissect.D) {
	d.Word(specFlags, 4, s.little, func(b dissect.Bits) {
		b.Mask(specFlagSym, 1<<31)
		b.Mask(specFlagPre, 1<<30)
		b.Mask(specFlagSFD, 1<<29)
		b.Mask(specFlagAlign, 1<<28)
		b.Mask(specFlagGap, 1<<27)
		b.Mask(specFlagShort, 1<<26)
		b.Mask(specFlagLong, 1<<25)
		b.Mask(specFlagCRC, 1<<24)
		b.Mask(specFlagOther, 0xff<<16)
		b.Mask(specFlagRes, 0xf<<12)
		b.Mask(specFlagTSO, 1<<11)
		b.Mask(specFlagSumOK, 1<<10)
		b.Mask(specFlagNoSum, 1<<9)
		b.Mask(specFlagFCS, 0xf<<5)
		b.Mask(specFlagRecv, 7<<2)
		b.Mask(specFlagDir, 3)
	})
}
