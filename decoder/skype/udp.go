package skype

import (
	"fmt"
	"net/netip"
	"slices"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// UDP explains a datagram between two clients.
var UDP = &dissect.Dissector{
	Name:  "skype.udp",
	Title: "Skype over UDP",
	Specs: slices.Concat([]*field.Spec{
		&specUDP, &specSoM, &specID, &specFuncByte, &specBit7, &specRandom, &specFunc,
		&specCommand, &specIV, &specCRC, &specCipher,
		&specResend, &specResendCount, &specResendToken, &specResendTo, &specResendCRC, &specResendBody,
		&specAck, &specNAck, &specTold, &specToken,
		&specData, &specFrame, &specKeepAlive,
		&specFragment, &specReplyTo, &specPlace, &specLast, &specPlaceBits, &specIndex, &specInner,
		&specFragmentIV, &specFragmentCRC, &specFragmentCipher,
		&specOther,
	}, dataWords.list(), knownSpecs, seedSpecs, CommandSpecs, ObjectSpecs),
	Run: func(d *dissect.D, c *dissect.Context) { DissectUDP(d, c, nil) },
}

var specUDP = field.Spec{
	Name: "skype.udp", Label: "Skype over UDP",
	Doc:   "A datagram between two Skype clients: three bytes in the clear, then what the function says.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bon", Where: "§3.2"}, {Key: "bd", Where: "slide 57"}, {Key: "cap"}},
	Term:  "e2e",
}

var specSoM = field.Spec{
	Name: "skype.udp.som", Label: "Start of Message",
	Doc:   "The part of each datagram that is never encrypted, because a client must know how to read the rest before it can decrypt anything.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "seed", Where: "Start of Message (SoM) Structure"}, {Key: "bon", Where: "§3.2.2"}, {Key: "bd", Where: "slide 57"}},
	Term:  "som",
}

var specID = field.Spec{
	Name: "skype.udp.id", Label: "Message id",
	Doc:   "A client counts its messages up by two whoever they go to; Ack, NAck and Resend repeat the number of the message they speak of.",
	Show:  field.Hex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "ep", Where: "§5.1"}, {Key: "bd", Where: "slide 57"}, {Key: "cap"}},
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "seed", Where: "Start of Message (SoM) Structure"}, Says: "message identifier, chosen similar to TCP: random, and confirmed by the receiver"},
		{Cite: field.Cite{Key: "bon", Where: "§3.2.2"}, Says: "random per message, echoed in the reply"},
		{Cite: field.Cite{Key: "ep", Where: "§5.1"}, Says: "a number that grows by two with each new request"},
		{Cite: field.Cite{Key: "bd", Where: "slide 57"}, Says: "frame id"},
		{Cite: field.Cite{Key: "wireshark"}, Says: "ID, in the group SoM"},
		{Cite: field.Cite{Key: "cap"}, Says: "a counter, +2 per request (15e8, 15ea, 15ec); Ack, NAck and Resend repeat it, a Command sent in reply has its sender's own (54 of 54)", Ours: true},
	},
}

var specFuncByte = field.Spec{
	Name: "skype.udp.funcbyte", Label: "Function byte",
	Doc:   "One byte for three things: a bit that is always zero, three random bits that hide the value, and the function.",
	Show:  field.Hex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bon", Where: "§3.2.2"}, {Key: "cap"}},
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "seed", Where: "Start of Message (SoM) Structure"}, Says: "three random bits and five of function: mask 0x8F, whose five bits are not neighbours"},
		{Cite: field.Cite{Key: "bon", Where: "§3.2.2"}, Says: "mask 0x8F"},
		{Cite: field.Cite{Key: "bd", Where: "slide 75"}, Says: "mask 0x8F"},
		{Cite: field.Cite{Key: "tstat"}, Says: "mask 0x8F"},
		{Cite: field.Cite{Key: "wireshark"}, Says: "mask 0x0F"},
		{Cite: field.Cite{Key: "openskype"}, Says: "mask 0x0F"},
		{Cite: field.Cite{Key: "ep"}, Says: "the lower nibble"},
		{Cite: field.Cite{Key: "somscope"}, Says: "mask 0x0F; the two differ only when bit 7 is set, and it never was in any packet we know", Ours: true},
	},
}

var specBit7 = field.Spec{
	Name: "skype.udp.bit7", Label: "Bit that must be zero",
	Doc:   "No known Skype datagram sets this bit, so a set one speaks against Skype.",
	Show:  field.Flag,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "cap"}, {Key: "bd"}},
}

var specRandom = field.Spec{
	Name: "skype.udp.random", Label: "Random bits",
	Doc:   "Three bits chosen at random so that equal functions do not look equal; a Command leaves them zero (233 of 233).",
	Show:  field.Bin,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bon", Where: "§3.2.2"}, {Key: "cap"}},
}

var specFunc = field.Spec{
	Name: "skype.udp.func", Label: "Function",
	Doc:   "What the sender wants of this datagram, and with it the layout of all that follows.",
	Show:  field.Hex,
	Enum:  funcEnum,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bon", Where: "§3.2.2"}, {Key: "bd", Where: "slides 57-59"}, {Key: "ep", Where: "§5.1"}, {Key: "cap"}},
	Term:  "function",
	Readings: []field.Reading{
		{Values: v(0), Cite: field.Cite{Key: "bd"}, Says: "one of a few other things, not named"},
		{Values: v(0), Cite: field.Cite{Key: "wireshark"}, Says: "Unknown_0"},
		{Values: v(0), Cite: field.Cite{Key: "somscope"}, Says: "unknown; nobody has printed one", Ours: true},

		{Values: v(2), Cite: field.Cite{Key: "seed"}, Says: "Skype UDP ping: two keep-alive messages"},
		{Values: v(2), Cite: field.Cite{Key: "bon", Where: "§3.2.2"}, Says: "signalling"},
		{Values: v(2), Cite: field.Cite{Key: "tstat"}, Says: "signalling, FUN2"},
		{Values: v(2), Cite: field.Cite{Key: "bd", Where: "slide 57"}, Says: "Skype Enc: an obfuscated payload"},
		{Values: v(2), Cite: field.Cite{Key: "wireshark"}, Says: "Payload"},
		{Values: v(2), Cite: field.Cite{Key: "openskype"}, Says: "PAYLOAD"},
		{Values: v(2), Cite: field.Cite{Key: "ep", Where: "§5.1"}, Says: "message type of U1 and U4, the first and the last of a probe"},
		{Values: v(2), Cite: field.Cite{Key: "cap"}, Says: "encrypted commands: ping, probe, search and presence are all of this kind and differ only inside (233 of 233)", Ours: true},

		{Values: v(3), Cite: field.Cite{Key: "seed"}, Says: "signalling, without a name"},
		{Values: v(3), Cite: field.Cite{Key: "bon", Where: "§3.2.2"}, Says: "signalling"},
		{Values: v(3), Cite: field.Cite{Key: "tstat"}, Says: "signalling, FUN3"},
		{Values: v(3), Cite: field.Cite{Key: "bd", Where: "slides 57-59"}, Says: "Resend"},
		{Values: v(3), Cite: field.Cite{Key: "wireshark"}, Says: "Fragment/Forward/Resend"},
		{Values: v(3), Cite: field.Cite{Key: "openskype"}, Says: "RESEND"},
		{Values: v(3), Cite: field.Cite{Key: "ep", Where: "§5.1"}, Says: "U3, the third message of a probe"},
		{Values: v(3), Cite: field.Cite{Key: "cap"}, Says: "the same message again after a NAck (2 of 2)", Ours: true},

		{Values: v(5), Cite: field.Cite{Key: "bon", Where: "§3.2.2"}, Says: "missed: other values were never observed"},
		{Values: v(5), Cite: field.Cite{Key: "bd", Where: "slides 57-59"}, Says: "Ack"},
		{Values: v(5), Cite: field.Cite{Key: "wireshark"}, Says: "NAT info"},
		{Values: v(5), Cite: field.Cite{Key: "openskype"}, Says: "CONFIRM"},
		{Values: v(5), Cite: field.Cite{Key: "cap"}, Says: "“got it”, with the address the other side is seen at (35 packets)", Ours: true},

		{Values: v(7), Cite: field.Cite{Key: "seed"}, Says: "signalling, without a name"},
		{Values: v(7), Cite: field.Cite{Key: "bon", Where: "§3.2.2"}, Says: "signalling"},
		{Values: v(7), Cite: field.Cite{Key: "tstat"}, Says: "signalling, NAK"},
		{Values: v(7), Cite: field.Cite{Key: "bd", Where: "slides 57-59"}, Says: "NAck"},
		{Values: v(7), Cite: field.Cite{Key: "wireshark"}, Says: "NAT repeat"},
		{Values: v(7), Cite: field.Cite{Key: "openskype"}, Says: "ERROR"},
		{Values: v(7), Cite: field.Cite{Key: "ep", Where: "§5.1"}, Says: "U2, the second message of a probe"},
		{Values: v(7), Cite: field.Cite{Key: "cap"}, Says: "“I could not read you; here is the address I see you at. Try again.” A resend follows (2 of 2)", Ours: true},

		{Values: v(13), Cite: field.Cite{Key: "seed"}, Says: "a DATA message"},
		{Values: v(13), Cite: field.Cite{Key: "bon", Where: "§3.2.2"}, Says: "DATA: pieces of voice, video, chat or files"},
		{Values: v(13), Cite: field.Cite{Key: "tstat"}, Says: "data of a call; 4 bytes or less are a keep-alive"},
		{Values: v(13), Cite: field.Cite{Key: "wireshark"}, Says: "Audio"},
		{Values: v(13), Cite: field.Cite{Key: "openskype"}, Says: "AUDIO"},
		{Values: v(13), Cite: field.Cite{Key: "ep"}, Says: "the lower nibble of answers of 26, 51 and 53 bytes"},
		{Values: v(13), Cite: field.Cite{Key: "somscope"}, Says: "a frame of media or data; no public capture holds one, so the name rests on papers", Ours: true},

		{Values: v(15), Cite: field.Cite{Key: "seed"}, Says: "signalling, without a name"},
		{Values: v(15), Cite: field.Cite{Key: "bon", Where: "§3.2.2"}, Says: "signalling"},
		{Values: v(15), Cite: field.Cite{Key: "bd"}, Says: "a fragment: data can be fragmented"},
		{Values: v(15), Cite: field.Cite{Key: "wireshark"}, Says: "Unknown_F"},
		{Values: v(15), Cite: field.Cite{Key: "openskype"}, Says: "FRAGMENT"},
		{Values: v(15), Cite: field.Cite{Key: "cap"}, Says: "a piece of a long answer (54 of 54)", Ours: true},
	},
}

var specOther = field.Spec{
	Name: "skype.udp.other", Label: "Unknown function",
	Doc:   "No source explains a message with this function, so what follows the Start of Message is shown as it is.",
	Trust: field.Unknown,
}

func v(n ...uint64) []uint64 { return n }

// A message is what the readers of functions know of the datagram.
type message struct {
	c  *dissect.Context // never nil
	id uint16
	fn uint8

	media *Media // of the Facts, or nil
}

// DissectUDP is UDP with what the rest of the capture says about the message. f may be nil.
func DissectUDP(d *dissect.D, c *dissect.Context, f *Facts) {
	if c == nil {
		c = &dissect.Context{}
	}
	d.Group(&specUDP, func(d *dissect.D) {
		if d.Left() == 0 {
			d.HeadFault(short(d), "there is no Start of Message in an empty datagram")
			return
		}
		m := message{c: c}
		if f != nil {
			m.media = f.Media
		}
		at, p, cut := d.Pos(), d.Peek(d.Left()), d.Cut()
		d.Within(len(p), func(d *dissect.D) { // what is left over stays below this group
			m.id, m.fn = som(d)
			if !d.OK() {
				return
			}
			if f := lookup(m.fn); f != nil {
				f.read(d, m)
				return
			}
			d.Group(&specOther, func(d *dissect.D) {
				d.HeadNote("function %x is not known", m.fn)
				d.Unknown(d.Left())
			})
		})
		if f != nil && len(p) >= 3 {
			showFacts(d, datagram{m: m, p: p, at: at, cut: cut}, f)
		}
	})
}

// som reads the Start of Message, the part of a datagram that is sent in the clear: a message
// id and a function byte whose three random bits are to be ignored.
//
// Source: Skype 101, "Start of Message (SoM) Structure"; Bonfiglio et al. 2007, §3.2.2.
func som(d *dissect.D) (id uint16, fn uint8) {
	d.Group(&specSoM, func(d *dissect.D) {
		id = d.U16(&specID)
		d.Byte(&specFuncByte, func(b dissect.Bits) {
			if b.Mask(&specBit7, 0x80) != 0 {
				b.Fault(field.ErrFormat, "bit 7 is set, which no known Skype datagram does")
			}
			r := b.Mask(&specRandom, 0x70)
			fn = uint8(b.Mask(&specFunc, 0x0f))
			if fn == 0x02 && r != 0 {
				b.Note("the random bits are not zero, as they are in every Command we know")
			}
		})
		if !d.OK() {
			return
		}
		if name := FuncName(fn); name != "" {
			d.Head(field.Text(name))
		} else {
			d.Head(field.Text(fmt.Sprintf("function %x", fn)))
		}
	})
	return id, fn
}

// short is the cause of missing bytes: the sender's or the capture's doing.
func short(d *dissect.D) error {
	if d.Cut() {
		return field.ErrSnapped
	}
	return field.ErrShort
}

// v4 reads an address of 4 bytes.
func v4(b []byte) netip.Addr { return netip.AddrFrom4([4]byte(b[:4])) }
