package inet

import (
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// The header of UDP:
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-------------------------------+-------------------------------+
//	|          Source port          |       Destination port        |
//	+-------------------------------+-------------------------------+
//	|            Length             |           Checksum            |
//	+-------------------------------+-------------------------------+
//
// RFC 768.
func (w walk) udp(d *dissect.D) {
	start, whole := d.Pos(), d.Left()
	var src, dst uint16
	var n int
	bad := false
	d.Group(specUDP, func(d *dissect.D) {
		src = d.U16(specUDPSrcPort)
		dst = d.U16(specUDPDstPort)
		if d.OK() {
			d.Head(ports(src, dst))
		}
		n = int(d.U16(specUDPLen))
		switch {
		case !d.OK():
		case n == 0 && w.noLength:
			d.Note("left open, as in the IP header")
			n = whole
		case n < 8:
			d.Fault(field.ErrShort, "a datagram of %d bytes is less than its header of 8", n)
			bad = true
		case n > whole && w.part:
			d.Note("the rest is in later fragments")
		case n > whole:
			w.kept(d, n, whole)
		}
		sum := d.U16(specUDPChecksum)
		switch {
		case !d.OK() || bad:
		case sum == 0 && w.src.Is4():
			d.Note("not used")
		case sum == 0 && w.unsure == "":
			d.Note("zero: over IPv6 only a tunnel may do without, or the network card fills it in")
		default:
			w.verify(d, sum, ipUDP, start, n)
		}
	})
	if !d.OK() || bad {
		return
	}
	d.Within(min(n-8, d.Left()), func(d *dissect.D) { w.offer(d, ipUDP, src, dst) })
}

// UDP-Lite has the length that the checksum covers in place of the length:
// RFC 3828 §3.1.
func (w walk) udpLite(d *dissect.D) {
	start, whole := d.Pos(), d.Left()
	var src, dst uint16
	d.Group(specUDPLite, func(d *dissect.D) {
		src = d.U16(specUDPLiteSrcPort)
		dst = d.U16(specUDPLiteDstPort)
		if d.OK() {
			d.Head(ports(src, dst))
		}
		n := int(d.U16(specUDPLiteCoverage))
		if d.OK() && (n > 0 && n < 8 || n > whole && w.unsure == "") {
			d.Fault(field.ErrShort, "covers %d of %d bytes; at least the header of 8 must be covered", n, whole)
			d.U16(specUDPLiteChecksum)
			return
		}
		if n == 0 {
			n = whole
		}
		sum := d.U16(specUDPLiteChecksum)
		if !d.OK() {
			return
		}
		if w.unsure != "" {
			d.Note("cannot be checked: %s", w.unsure)
			return
		}
		// The pseudo header counts the whole length, the sum only what is covered.
		acc := onesSum(d.Slice(start, start+n), w.pseudoSum(ipUDPLite, whole))
		if fold(acc) == 0xFFFF {
			d.Note("right")
		} else {
			d.Fault(field.ErrChecksum, "should be 0x%04x", ^fold(acc+uint64(^sum)))
		}
	})
	if d.OK() {
		w.payload = nil
		w.offer(d, ipUDP, src, dst)
	}
}

// The common header of SCTP, and the header of each chunk after it:
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-------------------------------+-------------------------------+
//	|          Source port          |       Destination port        |
//	+-------------------------------+-------------------------------+
//	|                       Verification tag                        |
//	+---------------------------------------------------------------+
//	|                           Checksum                            |
//	+---------------+---------------+-------------------------------+
//	|     Type      |     Flags     |            Length             |
//	+---------------+---------------+-------------------------------+
//
// RFC 9260 §3.1 and §3.2.
func (w walk) sctp(d *dissect.D) {
	d.Group(specSCTP, func(d *dissect.D) {
		src := d.U16(specSCTPSrcPort)
		dst := d.U16(specSCTPDstPort)
		if d.OK() {
			d.Head(ports(src, dst))
		}
		d.U32(specSCTPTag)
		d.U32(specSCTPChecksum)
		for d.OK() && d.Left() > 0 {
			d.Group(specSCTPChunk, func(d *dissect.D) {
				whole := d.Left()
				t := d.U8(specSCTPChunkType)
				d.U8(specSCTPChunkFlags)
				n := int(d.U16(specSCTPChunkLen))
				if !d.OK() {
					return
				}
				d.Head(field.Text(sctpChunks.Text(uint64(t))))
				if n < 4 {
					d.Fault(field.ErrShort, "a chunk of %d bytes is less than its header of 4", n)
					d.Unknown(d.Left())
					return
				}
				if n > whole {
					w.kept(d, n, whole)
					n = whole
				}
				d.Bytes(specSCTPChunkValue, n-4)
				d.Bytes(specSCTPChunkPad, min(-n&3, d.Left()))
			})
		}
	})
}

var (
	citeUDP     = []field.Cite{{Key: "rfc768"}}
	citeUDPLite = []field.Cite{{Key: "rfc3828", Where: "§3.1"}}
	citeSCTP    = []field.Cite{{Key: "rfc9260", Where: "§3.1"}}
	citeSCTPCh  = []field.Cite{{Key: "rfc9260", Where: "§3.2"}}
)

var specUDP = &field.Spec{
	Name: "udp", Label: "UDP", Cite: citeUDP,
	Doc: "The User Datagram Protocol brings one message to a port, without any promise that it arrives.",
}

var specUDPSrcPort = &field.Spec{
	Name: "udp.srcport", Label: "Source port", Enum: udpPorts, Cite: citeUDP,
	Doc: "The port of the program that sent the datagram.",
}

var specUDPDstPort = &field.Spec{
	Name: "udp.dstport", Label: "Destination port", Enum: udpPorts, Cite: citeUDP,
	Doc: "The port of the program that is to get the datagram.",
}

var specUDPLen = &field.Spec{
	Name: "udp.length", Label: "Length", Unit: "bytes", Cite: citeUDP,
	Doc: "The length of the datagram with its header of eight bytes.",
}

var specUDPChecksum = &field.Spec{
	Name: "udp.checksum", Label: "Checksum", Show: field.Hex, Cite: []field.Cite{{Key: "rfc768"}, {Key: "rfc1071", Where: "§1"}},
	Doc: "Covers addresses, header and data; zero means that the sender did not compute it.",
}

var specUDPLite = &field.Spec{
	Name: "udplite", Label: "UDP-Lite", Cite: citeUDPLite,
	Doc: "A UDP whose checksum may cover just the start of the datagram, for voice that is better damaged than lost.",
}

var specUDPLiteSrcPort = &field.Spec{
	Name: "udplite.srcport", Label: "Source port", Enum: udpPorts, Cite: citeUDPLite,
	Doc: "The port of the program that sent the datagram.",
}

var specUDPLiteDstPort = &field.Spec{
	Name: "udplite.dstport", Label: "Destination port", Enum: udpPorts, Cite: citeUDPLite,
	Doc: "The port of the program that is to get the datagram.",
}

var specUDPLiteCoverage = &field.Spec{
	Name: "udplite.checksum_coverage", Label: "Checksum coverage", Unit: "bytes", Cite: citeUDPLite,
	Doc: "How many bytes the checksum covers; 0 means all.",
}

var specUDPLiteChecksum = &field.Spec{
	Name: "udplite.checksum", Label: "Checksum", Show: field.Hex, Cite: citeUDPLite,
	Doc: "Covers addresses, header and as much of the data as the coverage says.",
}

var specSCTP = &field.Spec{
	Name: "sctp", Label: "SCTP", Cite: citeSCTP,
	Doc: "The Stream Control Transmission Protocol carries several streams of messages in one association.",
}

var specSCTPSrcPort = &field.Spec{
	Name: "sctp.srcport", Label: "Source port", Cite: citeSCTP,
	Doc: "The port of the sender.",
}

var specSCTPDstPort = &field.Spec{
	Name: "sctp.dstport", Label: "Destination port", Cite: citeSCTP,
	Doc: "The port of the receiver.",
}

var specSCTPTag = &field.Spec{
	Name: "sctp.verification_tag", Label: "Verification tag", Show: field.Hex, Cite: citeSCTP,
	Doc: "A number chosen by the receiver, by which it knows that the packet belongs to the association.",
}

var specSCTPChecksum = &field.Spec{
	Name: "sctp.checksum", Label: "Checksum", Show: field.Hex, Cite: citeSCTP,
	Doc: "A CRC-32C over the whole packet, which we do not verify.",
}

var specSCTPChunk = &field.Spec{
	Name: "sctp.chunk", Label: "Chunk", Cite: citeSCTPCh,
	Doc: "One piece of the packet: data or control.",
}

var sctpChunks = field.Enum{{V: 0, S: "data"}, {V: 1, S: "init"}, {V: 2, S: "init ack"}, {V: 3, S: "sack"}, {V: 4, S: "heartbeat"}, {V: 5, S: "heartbeat ack"}, {V: 6, S: "abort"}, {V: 7, S: "shutdown"},
	{V: 8, S: "shutdown ack"}, {V: 9, S: "error"}, {V: 10, S: "cookie echo"}, {V: 11, S: "cookie ack"}, {V: 14, S: "shutdown complete"}}

var specSCTPChunkType = &field.Spec{
	Name: "sctp.chunk_type", Label: "Type", Enum: sctpChunks, Cite: citeSCTPCh,
	Doc: "What the chunk is.",
}

var specSCTPChunkFlags = &field.Spec{
	Name: "sctp.chunk_flags", Label: "Flags", Show: field.Bin, Cite: citeSCTPCh,
	Doc: "Their meaning depends on the type.",
}

var specSCTPChunkLen = &field.Spec{
	Name: "sctp.chunk_length", Label: "Length", Unit: "bytes", Cite: citeSCTPCh,
	Doc: "The length of the chunk with its header, without padding.",
}

var specSCTPChunkValue = &field.Spec{
	Name: "sctp.chunk_value", Label: "Value", Show: field.Raw, Cite: citeSCTPCh,
	Doc: "The contents of the chunk.",
}

var specSCTPChunkPad = &field.Spec{
	Name: "sctp.chunk_padding", Label: "Padding", Show: field.Raw, Cite: citeSCTPCh,
	Doc: "Fills the chunk up to a multiple of four bytes.",
}

var udpSpecs = []*field.Spec{
	specUDP, specUDPSrcPort, specUDPDstPort, specUDPLen, specUDPChecksum,
	specUDPLite, specUDPLiteSrcPort, specUDPLiteDstPort, specUDPLiteCoverage, specUDPLiteChecksum,
	specSCTP, specSCTPSrcPort, specSCTPDstPort, specSCTPTag, specSCTPChecksum,
	specSCTPChunk, specSCTPChunkType, specSCTPChunkFlags, specSCTPChunkLen, specSCTPChunkValue, specSCTPChunkPad,
}
