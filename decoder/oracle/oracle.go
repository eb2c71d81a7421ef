// Package oracle reads obfuscated messages of Skype without a key.
//
// A Command (function 2) and a Fragment (function f) carry in the clear the
// checksum of their plaintext. So a guess at the plaintext can be tested, and
// because the checksum is affine, two unread messages can be proven equal, and
// up to four unknown bytes can be solved for. The package collects the messages
// of a capture and says of each what is known: read, proven equal, inferred, or
// nothing; which message it answers; which it retransmits; and which public
// addresses the peers reported.
//
//	r := oracle.New()
//	m, ok := oracle.Parse(payload, wire) // fill in its place
//	r.Add(m)
//	r.Seal()
//	for !r.Step(10000) {
//	}
//	known := r.Result(packet)
//
// # Odds
//
// A checksum has 32 bits, so that one wrong guess in 2^32 fits by chance. Each
// way of guessing (the search type) counts every candidate it compares, over the
// whole capture, and what it finds is called confirmed only while fewer than a
// thousandth of a false match is to be expected of it in the whole capture, or
// less than a millionth per match found. The known texts are few and compared
// always; the wider searches stop before they pass the bound. What is solved for
// and supported by nothing else is called inferred.
//
// For equality the same is asked of sets: how many sets of that size would arise
// by chance among as many unrelated checksums as were compared (see unlikely). A
// Class is of texts equal but for the request id, a Near of texts that also differ
// in up to three bytes at one place.
//
// It knows no packets: whoever uses it offers messages with their places. It is
// deliberately not a decryption: no keystream is ever computed from a seed.
package oracle

import "somscope/decoder/inet"

// A Message is one Skype datagram between clients, as far as its header goes.
type Message struct {
	Packet   uint32 // from 0
	Flow     uint32 // from 0
	Time     int64  // ns since 1970; nothing when NoTime
	NoTime   bool
	Src, Dst End

	Func  uint8  // low nibble of the function byte: 2, 3, 5, 7, d or f; others are kept out
	ID    uint16 // in the Start of Message
	Reply uint16 // Fragment: id of the question
	Place uint8  // Fragment: the whole place byte, 0x80 is the last
	IV    uint32 // Command, Fragment
	CRC   uint32 // Command, Fragment, Resend
	Told  uint32 // Ack, NAck: the address reported; Resend: the destination address in it
	Token uint32 // Ack, NAck, Resend
	Text  int32  // bytes of plaintext on the wire: Command, Fragment, Resend
}

// An End is an address and a port.
type End struct {
	Addr inet.Addr
	Port uint16
}

// Kind is how much is known of a message's text.
type Kind uint8

const (
	Unread    Kind = iota
	Confirmed      // the text is known, and the checksum confirms a guess made without it
	Inferred       // part of the text was solved for, and nothing independent confirms it
	Equal          // the text is unknown, but proven the same as that of others, but for the request id
)

var kindWords = [...]string{"", "confirmed", "inferred", "equal"}

// String is the word of a kind: "confirmed", "inferred", "equal", or "" when nothing is known.
func (k Kind) String() string {
	if int(k) < len(kindWords) {
		return kindWords[k]
	}
	return ""
}
