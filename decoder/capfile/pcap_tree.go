package capfile

import (
	"fmt"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

func pc(name, label string, show field.Show, where, doc string) *field.Spec {
	return &field.Spec{Name: "pcap." + name, Label: label, Show: show, Doc: doc, Cite: []field.Cite{{Key: "pcap", Where: where}}}
}

// withEnum and withUnit finish a Spec where it is declared.
func withEnum(s *field.Spec, e field.Enum) *field.Spec {
	s.Enum = e
	return s
}

func withUnit(s *field.Spec, unit string) *field.Spec {
	s.Unit = unit
	return s
}

func withTrust(s *field.Spec, t field.Trust, cites ...field.Cite) *field.Spec {
	s.Trust, s.Cite = t, cites
	return s
}

var (
	specPcapFile = pc("file", "pcap file header", field.Raw, "§4", "The first 24 bytes of a classic capture file say how all its records are to be read.")

	specMagic = withEnum(pc("magic", "Magic number", field.Hex, "§4", "This number marks the file as a capture, and the order of its bytes is the byte order of all numbers in the file."), field.Enum{
		{V: magicMicro, S: "microseconds"}, {V: magicNano, S: "nanoseconds"}, {V: magicModified, S: "modified, microseconds"}})
	specMajor     = pc("version.major", "Major version", field.Dec, "§4", "The major version of the file format is 2 in every file since about 1990.")
	specMinor     = pc("version.minor", "Minor version", field.Dec, "§4", "The minor version is 4 in nearly all files; before 2.3 the two lengths of a record stood in the other order.")
	specReserved1 = pc("reserved1", "Reserved 1", field.Hex, "§4", "Readers ignore these four bytes; some old programs wrote the offset of their time zone here.")
	specReserved2 = pc("reserved2", "Reserved 2", field.Hex, "§4", "Readers ignore these four bytes; they were once meant for the accuracy of the timestamps.")
	specSnaplen   = withUnit(pc("snaplen", "Snap length", field.Dec, "§4", "Of each packet at most this many bytes were kept in the file."), "bytes")
	specNetwork   = pc("network", "Link type and FCS", field.Hex, "§4", "This word names the link layer of all packets and may say how long the frame check sequence behind each one is.")
	specFCSLen    = pc("fcslen", "FCS length", field.Dec, "§4", "This is the length of the frame check sequence in units of two bytes, valid only when the flag beside it is set.")
	specR         = pc("r", "Reserved bit", field.Flag, "§4", "This bit is reserved and has to be zero.")
	specP         = pc("p", "FCS length present", field.Flag, "§4", "When this bit is set, the FCS length beside it is valid.")
	specReserved3 = pc("reserved3", "Reserved bits", field.Hex, "§4", "These ten bits are reserved; a reader refuses a file in which they are not zero.")
	specLinktype  = withTrust(withEnum(pc("linktype", "Link type", field.Dec, "§4", "This number says with which header each packet begins."), linkEnum), field.Specified,
		field.Cite{Key: "pcap", Where: "§4"}, field.Cite{Key: "linktypes", Where: ""})

	specRec       = pc("rec", "Packet record", field.Raw, "§5", "The header in front of each packet says when it was captured, how much of it is in the file and how long it was on the wire.")
	specRecTime   = pc("rec.time", "Captured at", field.Instant, "§5", "The capturing computer noted this time, in seconds and a fraction since 1970, UTC.")
	specRecSec    = withUnit(pc("rec.sec", "Seconds", field.Dec, "§5", "Whole seconds since the start of 1970, UTC."), "s")
	specRecMicro  = withUnit(pc("rec.usec", "Microseconds", field.Dec, "§5", "The fraction of the second, in microseconds, because the magic number of this file says so."), "µs")
	specRecNano   = withUnit(pc("rec.nsec", "Nanoseconds", field.Dec, "§5", "The fraction of the second, in nanoseconds, because the magic number of this file says so."), "ns")
	specRecCaplen = withUnit(pc("rec.caplen", "Captured length", field.Dec, "§5", "So many bytes of the packet follow in the file."), "bytes")
	specRecLen    = withUnit(pc("rec.len", "Length on the wire", field.Dec, "§5", "The packet had so many bytes on the wire; when this is more than the captured length, the snap length cut it."), "bytes")

	citeModified  = field.Cite{Key: "somscope", Where: ""}
	specRecIfidx  = withTrust(pc("rec.ifindex", "Interface index", field.Dec, "", "In the modified format this is the number of the network interface that saw the packet."), field.Measured, citeModified)
	specRecProto  = withTrust(pc("rec.protocol", "Protocol", field.Hex, "", "In the modified format this is the Ethernet type of the packet as the kernel saw it."), field.Measured, citeModified)
	specRecType   = withTrust(pc("rec.type", "Packet type", field.Dec, "", "In the modified format this says whether the packet was for us, broadcast, multicast, for somebody else or sent by us."), field.Measured, citeModified)
	specRecPad    = withTrust(pc("rec.pad", "Padding", field.Hex, "", "This byte fills the header of the modified format up to 24 bytes."), field.Measured, citeModified)
	specRecData   = pc("rec.data", "Packet data", field.Raw, "§5", "These are the captured bytes of the packet itself.")
	pcapByteOrder = map[bool]string{false: "little-endian", true: "big-endian"}
)

var pcapSpecs = []*field.Spec{
	specPcapFile, specMagic, specMajor, specMinor, specReserved1, specReserved2, specSnaplen,
	specNetwork, specFCSLen, specR, specP, specReserved3, specLinktype,
	specRec, specRecTime, specRecSec, specRecMicro, specRecNano, specRecCaplen, specRecLen,
	specRecIfidx, specRecProto, specRecType, specRecPad, specRecData,
}

func (c *pcap) rootSpec(_ []byte, b Block) *field.Spec {
	if b.Off == 0 {
		return specPcapFile
	}
	return specRec
}

func (c *pcap) dissectBlock(_ *File, d *dissect.D, b Block) {
	if b.Off > 0 { // a record that could not be read
		if n := c.dissectHeader(d); d.OK() {
			d.Within(n, func(d *dissect.D) { d.Rest(specRecData) })
		}
		return
	}
	little := !c.big
	d.Uint(specMagic, 4, little)
	d.Note("%s", pcapByteOrder[c.big])
	d.Uint(specMajor, 2, little)
	d.Uint(specMinor, 2, little)
	d.Uint(specReserved1, 4, little)
	d.Uint(specReserved2, 4, little)
	d.Uint(specSnaplen, 4, little)
	d.Word(specNetwork, 4, little, func(b dissect.Bits) {
		b.Mask(specFCSLen, 0xf0000000)
		if b.Mask(specR, 0x08000000) != 0 {
			b.Fault(field.ErrFormat, "a reserved bit is set")
		}
		b.Mask(specP, 0x04000000)
		if b.Mask(specReserved3, 0x03ff0000) != 0 {
			b.Fault(field.ErrFormat, "reserved bits are set")
		}
		b.Mask(specLinktype, 0x0000ffff)
	})
}

// dissectHeader reads a record header and returns the captured length.
func (c *pcap) dissectHeader(d *dissect.D) int {
	little := !c.big
	d.Group(specRecTime, func(d *dissect.D) {
		sec := d.Uint(specRecSec, 4, little)
		var frac uint64
		if c.mul == 1 {
			frac = d.Uint(specRecNano, 4, little)
		} else {
			frac = d.Uint(specRecMicro, 4, little)
		}
		if !d.OK() {
			return
		}
		if int64(frac)*c.mul >= 1e9 {
			d.Fault(field.ErrFormat, "the fraction is a second or more")
		}
		d.Head(field.Time(int64(sec)*1e9 + int64(frac)*c.mul))
	})
	captured, wire := specRecCaplen, specRecLen
	swap := c.order == wireFirst
	if p := d.Peek(8); c.order == eitherFirst && len(p) == 8 {
		swap = order(c.big).Uint32(p) > order(c.big).Uint32(p[4:])
	}
	if swap {
		captured, wire = wire, captured
	}
	first := d.Uint(captured, 4, little)
	second := d.Uint(wire, 4, little)
	if swap {
		first, second = second, first
	}
	switch {
	case !d.OK():
		return 0
	case first > uint64(c.limit):
		d.Fault(field.ErrLimit, "%d captured bytes are claimed, which is not believed", first)
	case second < first:
		d.Fault(field.ErrFormat, "fewer bytes on the wire than were captured")
	case second > first:
		d.Note("the capture cut %d bytes", second-first)
	}
	if c.modified {
		d.Uint(specRecIfidx, 4, little)
		d.Uint(specRecProto, 2, little)
		d.Uint(specRecType, 1, little)
		d.Uint(specRecPad, 1, little)
	}
	return int(first)
}

func (c *pcap) dissectRecord(f *File, d *dissect.D, off int64) error {
	b, err := f.cache.own(off, int64(c.recLen))
	if err != nil {
		return err
	}
	d.Buffer(specRec, field.Buffer{Name: "record", Data: b, FileOff: off,
		How: fmt.Sprintf("The record header in front of the packet, from offset %d of the file on.", off)},
		func(d *dissect.D) { c.dissectHeader(d) })
	return nil
}
