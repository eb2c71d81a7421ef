package decoder

import (
	"fmt"

	"somscope/decoder/capfile"
	"somscope/decoder/inet"
	"somscope/decoder/oracle"
)

// ClassTitle names a class of equal messages: "18 copies of one message of 19 bytes".
func ClassTitle(k *oracle.Class) string {
	name := "one message"
	if k.Name != "" {
		name = "“" + k.Name + "”"
	}
	return fmt.Sprintf("%d copies of %s of %s", len(k.Members), name, plural(uint64(k.Len), "byte"))
}

// ClassText says what is proven of a class, and what its header tells about the command.
func ClassText(k *oracle.Class) (text, header string) {
	if k.RidAt < 0 {
		text = fmt.Sprintf("These %d messages have exactly the same text: their checksums are equal, and so are their lengths.", len(k.Members))
	} else {
		text = fmt.Sprintf("These %d messages have the same text but for the request id: their checksums differ by exactly what the ids differ by.", len(k.Members))
	}
	switch {
	case k.Kind == oracle.Confirmed:
		text += " The text is known."
	case len(k.Peers) > 1:
		text += fmt.Sprintf(" They went to or came from %d peers. What they say is unknown.", len(k.Peers))
	default:
		text += " What they say is unknown."
	}
	switch length := lengthBytes(k.Len - k.RidAt); {
	case k.RidAt < 0:
		header = "The copies carry no request id, or the same one: a command that expects no answer."
	case k.RidAt-length == 1:
		header = before(k.RidAt, length, "one for the command, so its number is below 16")
	case k.RidAt-length == 2:
		header = before(k.RidAt, length, "two for the command, so its number is from 16 to 2047")
	case k.RidAt-length == 3:
		header = before(k.RidAt, length, "three for the command, so its number is 2048 or more")
	default:
		header = fmt.Sprintf("The request id stands at byte %d of the text.", k.RidAt)
	}
	return text, header
}

// lengthBytes is how many bytes the length of n bytes takes in front of a command.
func lengthBytes(n int) int {
	k := 1
	for ; n >= 0x80; n >>= 7 {
		k++
	}
	return k
}

func before(at, length int, command string) string {
	return fmt.Sprintf("The request id stands at byte %d of the text: before it stand %s of length and %s, if the text is one command.", at, plural(uint64(length), "byte"), command)
}

// Message is the header of the Skype message in packet i, counted from 0.
func (c *Capture) Message(i uint32) (m oracle.Message, ok bool) {
	if int64(i) >= int64(c.packets.Len()) {
		return m, false
	}
	var r capfile.Record
	if c.file.Record(c.packets.At(i).Off, &r) != nil {
		return m, false
	}
	var s inet.Summary
	inet.Summarize(&s, r.LinkType, r.Data, int(r.OrigLen))
	return oracle.Parse(r.Data[s.PayOff:s.PayOff+s.PayLen], s.PayWire)
}
