package skype

import (
	"encoding/binary"

	"somscope/decoder/crc"
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Seed, what the RC4 key of a Command or a Fragment is expanded from:
//
//	seed = CRC( source | destination | id | 00 00 ) XOR IV
//
//	0         4         8    10   12
//	+---------+---------+----+-----+
//	| source  | dest.   | id |00 00|     each in reversed byte order
//	+---------+---------+----+-----+
//
// The addresses are public ones, as the sender believes them to be. Biondi & Desclaux 2006,
// slides 41-43; OpenSkype; with it 287 of 287 messages of the SkypeIRC capture give texts with
// the right checksum. Here the road ends: the expansion of the seed to 80 bytes of key is
// proprietary, and is neither included nor derived again.

var specSeed = field.Spec{
	Name: "skype.udp.seed", Label: "Seed of the key",
	Doc:   "The twelve bytes that both sides can put together on their own, and the number that comes of them: the checksum of addresses and message id, XORed with the IV.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 41-43"}, {Key: "openskype"}, {Key: "cap"}},
	Term:  "key-seed",
}

var specSeedFrom = field.Spec{
	Name: "skype.udp.seed.from", Label: "Source address",
	Doc:   "The public address of the sender as he believes it to be, its last byte first; 0.0.0.0 as long as nobody has told him.",
	Show:  field.IP,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 42-43"}, {Key: "openskype"}, {Key: "cap"}},
	Term:  "reflexive-address",
}

var specSeedTo = field.Spec{
	Name: "skype.udp.seed.to", Label: "Destination address",
	Doc:   "The public address of the receiver, its last byte first: behind a NAT that of the NAT, not the one in the IP header.",
	Show:  field.IP,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 42-43"}, {Key: "openskype"}, {Key: "cap"}},
	Term:  "reflexive-address",
}

// The same where an address is assumed.

var specSeedFromAssumed = field.Spec{
	Name: "skype.udp.seed.from.assumed", Label: "Source address, assumed",
	Doc:   "The address that we take the sender to have used: your entry, 0.0.0.0 where a NAck shows that he did not know his own, or one that he was told only later.",
	Show:  field.IP,
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 42-43"}, {Key: "somscope"}},
	Term:  "reflexive-address",
}

var specSeedToAssumed = field.Spec{
	Name: "skype.udp.seed.to.assumed", Label: "Destination address, assumed",
	Doc:   "The address that we take the sender to have used for the receiver: your entry.",
	Show:  field.IP,
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 42-43"}, {Key: "somscope"}},
	Term:  "reflexive-address",
}

var specSeedAssumed = field.Spec{
	Name: "skype.udp.seed.value.assumed", Label: "Seed, if that is so",
	Doc:   "The 32 bits that the RC4 key of this message is grown from, if the addresses are the assumed ones.",
	Show:  field.Hex,
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 41-46"}, {Key: "somscope"}},
	Term:  "key-seed",
}

var specSeedID = field.Spec{
	Name: "skype.udp.seed.id", Label: "Message id",
	Doc:   "The id from the Start of Message, its low byte first.",
	Show:  field.Hex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slide 42"}, {Key: "cap"}},
}

var specSeedZero = field.Spec{
	Name: "skype.udp.seed.zero", Label: "Zeros",
	Doc:   "The id takes two bytes of a word of four; the other two are zero.",
	Show:  field.Hex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slide 42"}, {Key: "cap"}},
}

var specSeedProof = field.Spec{
	Name: "skype.udp.seed.proof", Label: "Shown by packet",
	Doc:   "A packet that reports this public address.",
	Show:  field.PacketNo,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "cap"}, {Key: "somscope"}},
}

var specSeedCRC = field.Spec{
	Name: "skype.udp.seed.crc", Label: "Checksum of the twelve bytes",
	Doc:   "Skype's CRC32: that of Ethernet and zip without the inversion at the end.",
	Show:  field.Hex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "sch", Where: "slides 18-19"}, {Key: "openskype"}, {Key: "cap"}},
	Term:  "crc",
}

var specSeedIV = field.Spec{
	Name: "skype.udp.seed.iv", Label: "XOR the IV of the message",
	Doc:   "The random number from the message, mixed in after the checksum.",
	Show:  field.Hex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slide 42"}, {Key: "cap"}},
	Term:  "iv",
}

var specSeedValue = field.Spec{
	Name: "skype.udp.seed.value", Label: "Seed",
	Doc:   "The 32 bits that the RC4 key of this message is grown from; there are no more keys than that.",
	Show:  field.Hex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 41-46"}, {Key: "cap"}},
	Term:  "key-seed",
}

var specSeedMissing = field.Spec{
	Name: "skype.udp.seed.missing", Label: "Seed of the key",
	Doc:   "The seed is made of the public addresses of both sides, the message id and the IV, and not all of them are known here.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 41-43"}, {Key: "cap"}},
	Term:  "key-seed",
}

// seedSpecs lists the Specs above.
var seedSpecs = []*field.Spec{
	&specSeed, &specSeedFrom, &specSeedTo, &specSeedID, &specSeedZero, &specSeedProof,
	&specSeedFromAssumed, &specSeedToAssumed, &specSeedAssumed,
	&specSeedCRC, &specSeedIV, &specSeedValue, &specSeedMissing,
}

// maxProof is how many packets are named that show an address.
const maxProof = 3

// roadEnds is said where we stop.
const roadEnds = "the road ends here: the function that expands the seed to an RC4 key of 80 bytes is proprietary, and is neither included nor derived again"

func showSeed(d *dissect.D, g datagram, f *Facts) {
	ivAt := 3
	switch g.m.fn {
	case 0x02:
	case 0x0f:
		ivAt = 7
	default:
		return
	}
	if len(g.p) < ivAt+4 {
		return
	}
	if missing := f.missing(); missing != "" {
		d.Aside(&specSeedMissing, field.Text(missing))
		d.Note("an Ack, a NAck or the answer to a ping in the capture would tell it, or you can enter it")
		return
	}
	iv := binary.BigEndian.Uint32(g.p[ivAt:])
	in := make([]byte, 12)
	binary.LittleEndian.PutUint32(in, f.From.IP)
	binary.LittleEndian.PutUint32(in[4:], f.To.IP)
	binary.LittleEndian.PutUint16(in[8:], g.m.id)
	d.Derive(&specSeed, field.Buffer{
		Name: "seed input", Data: in, FileOff: -1,
		From: []field.Range{d.Place(g.at, g.at+2)},
		How:  "The public addresses of both sides, the message id and two zeros, in reversed byte order; of these only the id stands in the message.",
	}, func(d *dissect.D) {
		address := func(s, assumed *field.Spec, p *Public, who string) {
			if p.Doubt {
				s = assumed
			}
			d.LE32(s)
			d.Set(field.Addr(ip4(p.IP)))
			switch {
			case p.How != "":
				d.Note("%s", p.How)
			case p.User:
				d.Note("as you entered it")
			case p.IP == 0:
				d.Note("%s does not know a public address yet", who)
			}
			for _, n := range p.Proof[:min(len(p.Proof), maxProof)] {
				d.Aside(&specSeedProof, field.Uint(uint64(n)))
			}
		}
		address(&specSeedFrom, &specSeedFromAssumed, &f.From, "the sender")
		address(&specSeedTo, &specSeedToAssumed, &f.To, "the receiver")
		d.LE16(&specSeedID)
		d.LE16(&specSeedZero)
		seed := crc.Seed(f.From.IP, f.To.IP, g.m.id, iv)
		d.Aside(&specSeedCRC, field.Uint(uint64(seed^iv)))
		d.Aside(&specSeedIV, field.Uint(uint64(iv)))
		value := &specSeedValue
		if f.From.Doubt || f.To.Doubt {
			value = &specSeedAssumed
		}
		d.Aside(value, field.Uint(uint64(seed)))
		d.Note("%s", roadEnds)
		d.Head(field.Text("0x" + hex32(seed)))
	})
}

// missing says which address for the seed nobody knows, or "".
func (f *Facts) missing() string {
	switch {
	case !f.From.Known && !f.To.Known:
		return "neither the sender's nor the receiver's public address is known"
	case !f.From.Known:
		return "the sender's public address is not known"
	case !f.To.Known:
		return "the receiver's public address is not known"
	}
	return ""
}
