package skype

import (
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// A function is one value of the function field: its name and the reader of what follows
// the Start of Message.
type function struct {
	fn   uint8 // low nibble of byte 2
	name string
	read func(d *dissect.D, m message)
	info func(m message, p []byte) string // p begins at the Start of Message and has 3 bytes or more
}

// functions lists every value somebody has explained, in order. Other values fall through
// to "unknown function": shown, never guessed.
var functions = []function{
	{0x02, "Command", readCommand, infoCommand},
	{0x03, "Resend", readResend, infoResend},
	{0x05, "Ack", readAck, infoAck},
	{0x07, "NAck", readNAck, infoAck},
	{0x0d, "Data", readData, infoData},
	{0x0f, "Fragment", readFragment, infoFragment},
}

// funcEnum is the same table for the tree.
var funcEnum = func() field.Enum {
	e := field.Enum{}
	for _, f := range functions {
		e = append(e, field.Sym{V: uint64(f.fn), S: f.name})
	}
	return e
}()

// lookup finds a function by its number, or nil.
func lookup(fn uint8) *function {
	for i := range functions {
		if functions[i].fn == fn {
			return &functions[i]
		}
	}
	return nil
}

// FuncName is the short name of a function byte or of its low nibble: "Command", "NAck".
// It is "" for values nobody has explained.
func FuncName(fn byte) string {
	if f := lookup(fn & 0x0f); f != nil {
		return f.name
	}
	return ""
}
