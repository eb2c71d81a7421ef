package skype

import (
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Ack, function 5, and NAck, function 7:
//
//	0    2   3         7         11
//	+----+---+---------+---------+
//	| id |r7 | your IP |  token  |
//	+----+---+---------+---------+
//
// Biondi & Desclaux 2006, slides 43 and 57-59; Ehlert & Petgang 2006, §5.1; 37 of 37 in the
// SkypeIRC capture. That the last four bytes are a token and no address is our finding there.

const ackLen = 11 // bytes, Start of Message included

var specAck = field.Spec{
	Name: "skype.udp.ack", Label: "Ack",
	Doc:   "“I got your message and have nothing to add; here is the address I see you at.”",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 57-59"}, {Key: "cap"}},
	Term:  "ack",
}

var specNAck = field.Spec{
	Name: "skype.udp.nack", Label: "NAck",
	Doc:   "“I could not read you; here is the address I see you at. Try again.”",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 57-59 and 74-75"}, {Key: "ep", Where: "§5.1"}, {Key: "cap", Where: "frame 215"}},
	Term:  "nack",
}

var specTold = field.Spec{
	Name: "skype.udp.you", Label: "Your public address",
	Doc:   "The address the answering client saw as the sender of the message: behind a NAT this is how a client learns its public one.",
	Show:  field.IP,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slide 43"}, {Key: "ep", Where: "§5.1"}, {Key: "cap"}},
	Term:  "reflexive-address",
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "bd", Where: "slide 43"}, Says: "source address"},
		{Cite: field.Cite{Key: "wireshark"}, Says: "Src IP"},
		{Cite: field.Cite{Key: "tstat"}, Says: "source IP"},
		{Cite: field.Cite{Key: "ep", Where: "§5.1"}, Says: "the client's public address"},
		{Cite: field.Cite{Key: "cap"}, Says: "the public address of the one who is answered (34 of 34 received, from different peers)", Ours: true},
	},
}

var specToken = field.Spec{
	Name: "skype.udp.token", Label: "Token",
	Doc:   "Four bytes that are new in every answer and that the resend has to repeat; several sources took them for an address, which they are not.",
	Show:  field.Hex,
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "cap"}, {Key: "ep", Where: "§5.1"}},
	Term:  "token",
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "bd", Where: "slide 43"}, Says: "destination address"},
		{Cite: field.Cite{Key: "wireshark"}, Says: "Dst IP"},
		{Cite: field.Cite{Key: "tstat"}, Says: "destination IP, with question marks"},
		{Cite: field.Cite{Key: "openskype"}, Says: "unknown in an Ack, seed of an IV in a NAck"},
		{Cite: field.Cite{Key: "ep", Where: "§5.1"}, Says: "of unknown significance, but equal to bytes of the resend"},
		{Cite: field.Cite{Key: "cap"}, Says: "an opaque token: different in each of 37, the address of nobody in the capture, echoed by the resend (2 of 2)", Ours: true},
	},
}

func readAck(d *dissect.D, m message)  { answer(d, m, &specAck, "an Ack") }
func readNAck(d *dissect.D, m message) { answer(d, m, &specNAck, "a NAck") }

func answer(d *dissect.D, m message, s *field.Spec, name string) {
	d.Group(s, func(d *dissect.D) {
		you := d.IP4(&specTold)
		if dst := m.c.Dst.Addr().Unmap(); d.OK() && dst.Is4() {
			switch {
			case you == dst:
				d.Note("also the destination in the IP header: no NAT changed it on the way here")
			case dst.IsPrivate():
				d.Note("the IP header says %s: a NAT stands between", dst)
			default:
				d.Note("the IP header says %s", dst)
			}
		}
		d.U32(&specToken)
		if n := d.Left(); d.OK() && n > 0 {
			d.Unknown(n)
			d.Fault(field.ErrFormat, "%s has %d bytes, this one has %d more", name, ackLen, n)
		}
	})
}

func infoAck(m message, p []byte) string {
	name := "NAck"
	if m.fn == 0x05 {
		name = "Ack"
	}
	if len(p) < 7 {
		return cutInfo(name, m, p)
	}
	s := name + " " + hex16(m.id) + " · you are " + v4(p[3:]).String()
	if len(p) > ackLen {
		s += " · " + count(len(p)-ackLen, "byte") + " too many"
	}
	return s
}
