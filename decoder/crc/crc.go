// Package crc is the arithmetic of Skype's checksum: the checksum itself, what
// follows from its being affine over GF(2), and the seed that is made with it.
//
// Skype-CRC is the CRC-32 of Ethernet and zip (reflected polynomial EDB88320,
// initial value FFFFFFFF) without the final inversion. Its values here are what
// a message carries in the clear, read as a big-endian number.
//
// The package knows nothing of messages. It imports only the standard library.
package crc

import "hash/crc32"

// Sum is the Skype-CRC of b. Of nothing it is FFFFFFFF, of "123456789" 340BC6D9.
//
// Schlatterbeck 2010, slides 18-19; confirmed on all 287 obfuscated messages of
// the SkypeIRC capture.
func Sum(b []byte) uint32 { return ^crc32.ChecksumIEEE(b) }

// Update continues sum over b: Update(Sum(a), b) is Sum(a followed by b).
func Update(sum uint32, b []byte) uint32 {
	for _, x := range b {
		sum = crc32.IEEETable[byte(sum)^x] ^ sum>>8
	}
	return sum
}

// Zero is the checksum with the initial value 0, called Z below. For two texts
// A and B of equal length, Sum(A) xor Sum(B) = Zero(A xor B).
func Zero(b []byte) uint32 { return Update(0, b) }

// Shift carries a state of the checksum over n bytes of zero, in a time that
// grows with the logarithm of n. So Zero of b followed by n zeros is Shift(Zero(b), n).
func Shift(sum uint32, n int) uint32 {
	for i := 0; n > 0; i, n = i+1, n>>1 {
		if n&1 != 0 {
			sum = apply(&powers[i], sum)
		}
	}
	return sum
}

// Unshift undoes Shift: it finds the state that n bytes of zero would turn into sum.
func Unshift(sum uint32, n int) uint32 {
	for ; n > 0; n-- {
		sum = back(sum)
	}
	return sum
}

// Hole solves for at most four consecutive unknown bytes. known is the whole
// text with zeros where the hole is, at bytes [at, at+n), n from 1 to 4. It
// returns the only n bytes that give the text the checksum sum; for n below 4
// there may be none, and ok says so.
func Hole(known []byte, at, n int, sum uint32) (fill [4]byte, ok bool) {
	// Zero(difference) = Sum(known) xor sum, and the difference is fill at its
	// place, zeros elsewhere: carry it back over the bytes behind the hole.
	d := Unshift(Sum(known)^sum, len(known)-at-n)
	// d = Zero(fill of n bytes). Four steps back from it, what a text of four
	// bytes ending in fill would have to be XORed in with is the text itself:
	// Zero(t) for four bytes t is Shift(t read little-endian, 4).
	t := Unshift(d, 4)
	b := [4]byte{byte(t), byte(t >> 8), byte(t >> 16), byte(t >> 24)}
	for _, x := range b[:4-n] {
		if x != 0 {
			return fill, false
		}
	}
	copy(fill[:], b[4-n:])
	return fill, true
}

// Seed is what the key of an obfuscated message (function 2 or f) is expanded
// from: Sum over source address, destination address and message id, each in
// reversed byte order, and two zeros, XORed with the IV of the message.
//
// The addresses are public ones as the sender believes them to be, written as
// numbers (192.0.2.10 is C000020A); 0 stands for a sender who does not know his
// yet. Biondi & Desclaux 2006, slides 41-43; confirmed on the SkypeIRC capture.
func Seed(from, to uint32, id uint16, iv uint32) uint32 {
	return Sum([]byte{
		byte(from), byte(from >> 8), byte(from >> 16), byte(from >> 24),
		byte(to), byte(to >> 8), byte(to >> 16), byte(to >> 24),
		byte(id), byte(id >> 8), 0, 0,
	}) ^ iv
}

// back finds the state before one byte of zero.
func back(sum uint32) uint32 {
	i := topOf[sum>>24]
	return (sum^crc32.IEEETable[i])<<8 | uint32(i)
}

// topOf finds the index of the table's entry with that top byte: there is one each.
var topOf = func() (t [256]byte) {
	for i, x := range crc32.IEEETable {
		t[x>>24] = byte(i)
	}
	return t
}()

// A matrix maps states to states: column i is where bit i goes.
type matrix [32]uint32

func apply(m *matrix, v uint32) uint32 {
	var sum uint32
	for i := 0; v != 0; i, v = i+1, v>>1 {
		if v&1 != 0 {
			sum ^= m[i]
		}
	}
	return sum
}

// powers[i] shifts over 1<<i bytes of zero. 2^31 bytes are enough for anybody.
var powers = func() (p [31]matrix) {
	for i := range 32 {
		p[0][i] = Update(1<<i, []byte{0})
	}
	for k := 1; k < len(p); k++ {
		for i := range 32 {
			p[k][i] = apply(&p[k-1], p[k-1][i])
		}
	}
	return p
}()
