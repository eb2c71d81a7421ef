package localfile

import "strings"

// Names of elements are names of people, too, and XML allows less in them. Skype writes what may
// not stand there as "_." and two hexadecimal digits, a plus sign as _.2B, and puts an underscore in
// front of a first digit. "What may not stand in a name" was seen in a real profile; no source
// says it in words.

// plainName undoes that. changed is false when there was nothing to undo.
func plainName(s string) (name string, changed bool) {
	if len(s) > 1 && s[0] == '_' && s[1] >= '0' && s[1] <= '9' {
		s, changed = s[1:], true
	}
	if !strings.Contains(s, "_.") {
		return s, changed
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '_' && i+3 < len(s) && s[i+1] == '.' {
			if hi, lo := digit(s[i+2]), digit(s[i+3]); hi >= 0 && lo >= 0 {
				b.WriteByte(byte(hi<<4 | lo))
				i += 3
				changed = true
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return strings.ToValidUTF8(b.String(), "\uFFFD"), changed
}

// digit is the value of a hexadecimal digit, or -1.
func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}
