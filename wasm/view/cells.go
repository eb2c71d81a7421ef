package view

import "unicode/utf8"

// UTF16Ends turns ends counted in bytes of UTF-8 text into ends counted in
// UTF-16 units, as JavaScript slices strings. Text that is not UTF-8 counts as
// the decoder of the browser replaces it, so it is made valid before.
func UTF16Ends(text []byte, ends []uint32, dst []int32) []int32 {
	at, units := 0, int32(0)
	for _, e := range ends {
		for at < int(e) && at < len(text) {
			if text[at] < utf8.RuneSelf {
				at++
				units++
				continue
			}
			r, n := utf8.DecodeRune(text[at:])
			at += n
			units++
			if r > 0xffff {
				units++
			}
		}
		dst = append(dst, units)
	}
	return dst
}

// Units is the length of a string in UTF-16 units.
func Units(s string) int32 {
	n := int32(0)
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}
