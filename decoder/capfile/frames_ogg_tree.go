package capfile

import (
	"fmt"
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// maxParts is how many pages of one packet are shown; more than two are rare.
const maxParts = 50

// maxRemarks is how many remarks of OpusTags get fields of their own.
const maxRemarks = 1000

func (c *ogg) rootSpec(_ []byte, b Block) *field.Spec {
	switch b.Kind {
	case opusHead, opusTags, "Ogg page":
		return specOggPages
	}
	return specOggJunk
}

func (c *ogg) dissectBlock(_ *File, d *dissect.D, b Block) {
	if c.rootSpec(nil, b) == specOggJunk {
		d.Rest(specOggData)
		return
	}
	var packet []byte // of a header, gathered from its pages
	var from []field.Range
	stream, serial := false, uint32(0)
	for d.OK() && d.Left() > 0 {
		left := d.Peek(d.Left())
		n, whole := oggLen(left)
		if string(left[:min(4, len(left))]) != oggMark || !whole || len(left) < n {
			if len(left) >= oggHeadLen && whole { // the header alone was kept
				d.Group(specOggPage, func(d *dissect.D) { c.dissectHead(d, oggPart{}) })
				d.Rest(specOggData)
				return
			}
			d.Rest(specOggData)
			return
		}
		p := oggParse(left[:n:n], b.Off+int64(d.Pos()), c.table)
		d.Group(specOggPage, func(d *dissect.D) {
			c.dissectHead(d, oggPart{})
			if !p.crc {
				d.HeadFault(field.ErrChecksum, "the checksum of the page is wrong")
			}
			at := 8 * d.Pos()
			d.Bytes(specOggData, len(p.data))
			if !stream {
				stream, serial = true, p.serial()
			}
			if p.serial() == serial && b.Kind != "Ogg page" {
				take := oggFirstPacket(p.table(), packet == nil || p.flags&oggContinued != 0)
				packet = append(packet, p.data[:take]...)
				from = append(from, field.Range{Off: at, Len: 8 * take})
			}
		})
	}
	if b.Kind == "Ogg page" || len(packet) < 8 || string(packet[:8]) != b.Kind {
		return
	}
	spec, read := specOpusHead, dissectOpusHead
	if b.Kind == opusTags {
		spec, read = specOpusTags, dissectOpusTags
	}
	d.Derive(spec, field.Buffer{Name: b.Kind, Data: packet, FileOff: -1, From: from, Exact: true,
		How: "The header packet, put together from the segments of its pages."}, read)
}

// oggFirstPacket is how many bytes of a page belong to the packet that begins or goes on at
// its start.
func oggFirstPacket(table []byte, goes bool) int {
	n := 0
	if !goes {
		return 0
	}
	for _, v := range table {
		n += int(v)
		if v < 255 {
			break
		}
	}
	return n
}

// dissectHead reads the header of a page and its segment table. The segments of part are
// pointed out, when it has any.
func (c *ogg) dissectHead(d *dissect.D, part oggPart) {
	d.Text(specOggMark, 4)
	d.U8(specOggVersion)
	d.Byte(specOggFlags, func(b dissect.Bits) {
		b.Mask(specOggReserved, 0xf8)
		b.Mask(specOggLast, oggLast)
		b.Mask(specOggFirst, oggFirst)
		b.Mask(specOggContinued, oggContinued)
	})
	granule := d.LE64(specOggGranule)
	if granule == 1<<64-1 {
		d.Note("no packet ends in this page")
	} else if int64(granule) > 0 {
		d.Note("%s", time.Duration(float64(int64(granule)-int64(c.preSkip))/opusRate*1e9).Round(time.Microsecond))
	}
	d.LE32(specOggSerial)
	d.LE32(specOggNumber)
	d.LE32(specOggSum)
	n := int(d.U8(specOggSegments))
	if n == 0 || !d.OK() {
		return
	}
	d.Group(specOggTable, func(d *dissect.D) {
		for i := range min(n, d.Left()) {
			d.U8(specOggSegment)
			if part.segs > 0 && i >= part.seg && i < part.seg+part.segs {
				d.Note("of this packet")
			}
		}
	})
}

func dissectOpusHead(d *dissect.D) {
	d.Text(specHeadMark, 8)
	if v := d.U8(specHeadVersion); v > 15 {
		d.Fault(field.ErrUnsupported, "a version that is not compatible with the one we know")
	}
	channels := int(d.U8(specHeadChannels))
	if channels == 0 && d.OK() {
		d.Fault(field.ErrFormat, "a stream without channels")
	}
	if n := d.LE16(specHeadSkip); d.OK() {
		d.Note("%g ms", float64(n)/48)
	}
	d.LE32(specHeadRate)
	gain := int16(d.LE16(specHeadGain))
	if d.OK() {
		d.Set(field.Int(int64(gain)))
		d.Note("%+.2f dB", float64(gain)/256)
	}
	if d.U8(specHeadFamily) == 0 || !d.OK() {
		return
	}
	d.U8(specHeadStreams)
	d.U8(specHeadCoupled)
	for range min(channels, d.Left()) {
		d.U8(specHeadMapping)
	}
}

func dissectOpusTags(d *dissect.D) {
	d.Text(specTagsMark, 8)
	text := func(d *dissect.D, s *field.Spec) {
		n := d.LE32(specTagsLen)
		if int64(n) > int64(d.Left()) && d.OK() {
			d.Fault(field.ErrShort, "%d bytes are claimed, %d are there", n, d.Left())
			n = uint32(d.Left())
		}
		if n > 0 {
			d.Text(s, int(n))
		}
	}
	text(d, specTagsVendor)
	n := d.LE32(specTagsCount)
	for range min(int(min(n, maxRemarks)), d.Left()/4) {
		d.Group(specTagsRemark, func(d *dissect.D) { text(d, specTagsText) })
		if !d.OK() {
			return
		}
	}
	if d.Left() > 0 {
		d.Rest(specTagsRest)
	}
}

// dissectRecord shows the header of each page in which the packet has a part, and the packet's
// place in the file where it lies in one.
func (c *ogg) dissectRecord(f *File, d *dissect.D, off int64) error {
	x, err := c.find(f, off)
	if err != nil {
		return err
	}
	for i := range x.parts[:min(len(x.parts), maxParts)] {
		part := &x.parts[i]
		d.Buffer(specOggPage, field.Buffer{Name: fmt.Sprintf("page %d", i+1), Data: part.head, FileOff: part.off,
			How: fmt.Sprintf("The header of the page at offset %d of the file, in which %s of the packet lie.", part.off, countOf(part.to-part.from, "byte"))},
			func(d *dissect.D) {
				c.dissectHead(d, *part)
				if i == 0 {
					d.Aside(specFrameTime, field.Dur(time.Duration(x.time/opusRate*1e9+x.time%opusRate*1e9/opusRate)))
				}
			})
	}
	if len(x.parts) == 1 {
		d.Buffer(specOggPacket, field.Buffer{Name: "record", Data: x.data, FileOff: off,
			How: fmt.Sprintf("The bytes of the packet in the file, from offset %d on.", off)},
			func(d *dissect.D) { d.Rest(specOggData) })
	}
	return nil
}
