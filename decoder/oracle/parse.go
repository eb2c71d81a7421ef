package oracle

// Functions, by the low nibble of the function byte.
const (
	fnCommand  = 0x2
	fnResend   = 0x3
	fnAck      = 0x5
	fnNAck     = 0x7
	fnData     = 0xD
	fnFragment = 0xF
)

// Parse reads the header of a datagram between clients. wire is the payload's length on the
// wire, which may be more than was captured. It fills in all of a Message but its place.
//
//	id | function | ...
//	2, Command   IV:4 CRC:4 text
//	3, Resend    1 token:4 destination:4 CRC:4 text
//	5, Ack; 7, NAck   address:4 token:4
//	f, Fragment  question:2 place:1 2 IV:4 CRC:4 text
//
// Our measurements of the SkypeIRC capture confirm all of them but function d, of which only
// the first three bytes are known.
func Parse(payload []byte, wire int) (m Message, ok bool) {
	b := payload
	wire = max(wire, len(b))
	if len(b) < 3 {
		return m, false
	}
	m.ID = uint16(b[0])<<8 | uint16(b[1])
	m.Func = b[2] & 0x8F // the bit on top was never seen set: with it, it is another function
	switch m.Func {
	case fnCommand:
		if len(b) < 11 || wire < 12 {
			return Message{}, false
		}
		m.IV, m.CRC, m.Text = u32(b[3:]), u32(b[7:]), int32(wire-11)
	case fnResend:
		if len(b) < 16 || wire < 17 || b[3] != 1 {
			return Message{}, false
		}
		m.Token, m.Told, m.CRC, m.Text = u32(b[4:]), u32(b[8:]), u32(b[12:]), int32(wire-16)
	case fnAck, fnNAck:
		if len(b) < 11 || wire != 11 {
			return Message{}, false
		}
		m.Told, m.Token = u32(b[3:]), u32(b[7:])
	case fnData:
	case fnFragment:
		if len(b) < 15 || wire < 16 || b[6] != fnCommand {
			return Message{}, false
		}
		m.Reply, m.Place = uint16(b[3])<<8|uint16(b[4]), b[5]
		m.IV, m.CRC, m.Text = u32(b[7:]), u32(b[11:]), int32(wire-15)
	default:
		return Message{}, false
	}
	return m, true
}

func u32(b []byte) uint32 {
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}
