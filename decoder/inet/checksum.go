package inet

import (
	"net/netip"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// The checksum of the Internet protocols is the one's complement of the one's
// complement sum of all 16-bit words (RFC 1071 §1). A message with a right
// checksum in it therefore sums to ffff.

// onesSum adds the words of b, an odd last byte in the high half, to acc.
func onesSum(b []byte, acc uint64) uint64 {
	for len(b) >= 2 {
		acc += uint64(b[0])<<8 | uint64(b[1])
		b = b[2:]
	}
	if len(b) == 1 {
		acc += uint64(b[0]) << 8
	}
	return acc
}

// fold carries the sum into 16 bits.
func fold(acc uint64) uint16 {
	for acc > 0xFFFF {
		acc = acc>>16 + acc&0xFFFF
	}
	return uint16(acc)
}

// pseudoSum is the sum of the pseudo header that stands for the addresses:
// source, destination, protocol and length (RFC 9293 §3.1, RFC 8200 §8.1).
func (w walk) pseudoSum(proto uint8, n int) uint64 {
	var acc uint64
	for _, a := range [2]netip.Addr{w.src, w.dst} {
		if a.Is4() {
			b := a.As4()
			acc = onesSum(b[:], acc)
		} else {
			b := a.As16()
			acc = onesSum(b[:], acc)
		}
	}
	return acc + uint64(proto) + uint64(n)>>16 + uint64(n)&0xFFFF
}

// offloaded is what we say of a checksum that the sender's own machine captured
// before the network card filled it in.
const offloaded = "not filled in when captured: the network card does it (checksum offload)"

// verifyPlain checks the checksum just read over msg, which includes it.
func verifyPlain(d *dissect.D, got uint16, msg []byte) {
	sum := onesSum(msg, 0)
	switch {
	case fold(sum) == 0xFFFF:
		d.Note("right")
	case got == 0:
		d.Note(offloaded)
	default:
		d.Fault(field.ErrChecksum, "should be 0x%04x", ^fold(sum+uint64(^got)))
	}
}

// verify checks the transport checksum just read over the first n bytes of the
// message at start, with the pseudo header. A card that is to compute it finds
// the sum of the pseudo header there, in one of its forms: complemented or not,
// with the length or, where the card will cut the segment up, without.
func (w walk) verify(d *dissect.D, got uint16, proto uint8, start, n int) {
	if !d.OK() {
		return
	}
	msg := d.Slice(start, start+n)
	why := w.unsure
	if why == "" && len(msg) < n {
		why = "the message is not whole"
	}
	if why == "" && w.route {
		why = "a routing header replaces the address it covers"
	}
	if why != "" {
		d.Note("cannot be checked: %s", why)
		return
	}
	pseudo := w.pseudoSum(proto, n)
	sum := onesSum(msg, pseudo)
	if fold(sum) == 0xFFFF {
		d.Note("right")
		return
	}
	half := fold(pseudo)
	bare := fold(w.pseudoSum(proto, 0))
	if got == 0 || got == half || got == ^half || got == bare || got == ^bare {
		d.Note(offloaded)
		return
	}
	want := ^fold(sum + uint64(^got))
	if want == 0 && proto == ipUDP {
		want = 0xFFFF // zero means that there is none
	}
	d.Fault(field.ErrChecksum, "should be 0x%04x", want)
}
