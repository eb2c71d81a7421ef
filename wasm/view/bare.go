package view

// BareCodec is the codec of bare frames that the ending of a file's name speaks
// of, by its name; "" when it speaks of none.
func BareCodec(file string) string {
	end := ""
	for i := len(file) - 1; i >= 0 && len(end) < 5; i-- {
		c := file[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != '.' {
			end = string(rune(c)) + end
			continue
		}
		switch end {
		case "al", "alaw", "pcma":
			return "pcma"
		case "ul", "ulaw", "mu", "pcmu":
			return "pcmu"
		case "g729", "g722", "l16":
			return end
		case "sw":
			return "l16"
		}
		break
	}
	return ""
}
