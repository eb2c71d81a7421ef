package skype

import "somscope/decoder/field"

var specLinks = field.Spec{
	Name: "skype.udp.links", Label: "In this capture",
	Doc:   "Other packets of the capture that belong with this one, and what shows it.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 57-59"}, {Key: "ep", Where: "§5.1"}, {Key: "cap"}},
}

var specAnswers = field.Spec{
	Name: "skype.udp.answers", Label: "Answers packet",
	Doc:   "The question that this message is the answer to.",
	Show:  field.PacketNo,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 57-59"}, {Key: "cap"}},
	Term:  "request-id",
}

var specAnswersMaybe = field.Spec{
	Name: "skype.udp.answers.maybe", Label: "Answers packet, perhaps",
	Doc:   "What this message is probably the answer to, though no number in it says so.",
	Show:  field.PacketNo,
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "somscope"}},
}

var specAnswered = field.Spec{
	Name: "skype.udp.answered", Label: "Answered by packet",
	Doc:   "The answer to this message.",
	Show:  field.PacketNo,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 57-59"}, {Key: "cap"}},
	Term:  "request-id",
}

var specAnsweredMaybe = field.Spec{
	Name: "skype.udp.answered.maybe", Label: "Answered by packet, perhaps",
	Doc:   "What is probably the answer to this message, though no number in it says so.",
	Show:  field.PacketNo,
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "somscope"}},
}

var specRetransmits = field.Spec{
	Name: "skype.udp.retransmits", Label: "Sent before in packet",
	Doc:   "The first transmission of this message: the same id and the same checksum under another IV prove it without a key.",
	Show:  field.PacketNo,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "cap"}},
	Term:  "retransmission",
}

var specAgain = field.Spec{
	Name: "skype.udp.again", Label: "Sent again in packet",
	Doc:   "A later transmission of this message, about 2 seconds after the first or 4 after the second: the same id and checksum, a new IV.",
	Show:  field.PacketNo,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "cap"}},
	Term:  "retransmission",
}

var specResends = field.Spec{
	Name: "skype.udp.resends", Label: "Repeats packet",
	Doc:   "The Command that the other side could not read and that is sent again here: the checksums of both texts are equal.",
	Show:  field.PacketNo,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "ep", Where: "§5.1"}, {Key: "cap", Where: "frames 214 and 216"}},
	Term:  "resend",
}

var specResent = field.Spec{
	Name: "skype.udp.resent", Label: "Repeated in packet",
	Doc:   "The Resend that says the same once more, after a NAck: the checksums of both texts are equal.",
	Show:  field.PacketNo,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "ep", Where: "§5.1"}, {Key: "cap", Where: "frames 214 and 216"}},
	Term:  "resend",
}

var specTokenFrom = field.Spec{
	Name: "skype.udp.token.from", Label: "Token given out in packet",
	Doc:   "The NAck that gave out the token this Resend carries.",
	Show:  field.PacketNo,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "ep", Where: "§5.1"}, {Key: "cap", Where: "frames 215-216"}},
	Term:  "token",
}

var specTokenTo = field.Spec{
	Name: "skype.udp.token.to", Label: "Token comes back in packet",
	Doc:   "The Resend that carries the token which was given out here.",
	Show:  field.PacketNo,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "ep", Where: "§5.1"}, {Key: "cap", Where: "frames 215-216"}},
	Term:  "token",
}

var specPieces = field.Spec{
	Name: "skype.udp.pieces", Label: "Pieces of the answer",
	Doc:   "The fragments of one answer; each is encrypted with a key of its own, so they can be counted and ordered but not joined into a text without the keys.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "openskype"}, {Key: "cap", Where: "frames 1287-1350"}},
	Term:  "fragment",
}

var specPiece = field.Spec{
	Name: "skype.udp.piece", Label: "Piece in packet",
	Doc:   "A fragment with the same id that answers the same question.",
	Show:  field.PacketNo,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "openskype"}, {Key: "cap", Where: "frames 1287-1350"}},
	Term:  "fragment",
}

var specPieceMissing = field.Spec{
	Name: "skype.udp.piece.missing", Label: "Missing piece",
	Doc:   "The index of a fragment that others with the same id call for and that is not in the capture.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "openskype"}, {Key: "cap", Where: "frames 1287-1350"}},
	Term:  "fragment",
}

var specPieceBytes = field.Spec{
	Name: "skype.udp.piece.bytes", Label: "Bytes of the answer",
	Doc:   "Where this piece lies in the whole answer: full pieces hold 1340 bytes of it, and only the last is shorter.",
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "cap", Where: "frames 1287-1350"}, {Key: "somscope"}},
	Term:  "fragment",
}

var specEqual = field.Spec{
	Name: "skype.udp.equal", Label: "Proven equal",
	Doc:   "Messages whose checksums show that they have the same text but for the request id, whatever that text is: the checksum of a difference is the difference of the checksums.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "somscope"}, {Key: "cap"}},
	Term:  "crc-algebra",
}

var specNear = field.Spec{
	Name: "skype.udp.near", Label: "Proven nearly equal",
	Doc:   "Unread messages whose checksums show that their texts differ in the request id and in at most three bytes at one place, and nowhere else.",
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "somscope"}, {Key: "cap"}},
	Term:  "crc-algebra",
}

var specNearHole = field.Spec{
	Name: "skype.udp.near.hole", Label: "Where they differ",
	Doc:   "The bytes of the text that are not the same in all of these messages; the checksum shows where they are, not what they are.",
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "somscope"}},
	Term:  "crc-algebra",
}

var specNearPacket = field.Spec{
	Name: "skype.udp.near.packet", Label: "Nearly equal to",
	Doc:   "Another message of the same set.",
	Show:  field.PacketNo,
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "somscope"}},
}

var specClass = field.Spec{
	Name: "skype.udp.class", Label: "Class",
	Doc:   "The number we give to this set of equal messages.",
	Show:  field.ClassNo,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "somscope"}},
	Term:  "crc-algebra",
}

var specCopies = field.Spec{
	Name: "skype.udp.copies", Label: "Copies",
	Doc:   "How many messages of the capture have this text, this one counted and retransmissions left out.",
	Unit:  "messages",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "somscope"}},
}

var specPeers = field.Spec{
	Name: "skype.udp.peers", Label: "Peers",
	Doc:   "How many different nodes they were sent to or came from.",
	Unit:  "nodes",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "somscope"}},
}

var specRidAt = field.Spec{
	Name: "skype.udp.ridat", Label: "The only difference",
	Doc:   "Where in the text the copies differ; that a request id stands there tells how long length and number of the command before it are.",
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "somscope"}, {Key: "cap"}},
	Term:  "request-id",
}

var specText = field.Spec{
	Name: "skype.udp.text", Label: "Plaintext, confirmed by CRC32",
	Doc:   "What the message says: no key was used, but a guess at the whole text has exactly the checksum that the message carries in the clear.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "somscope"}, {Key: "bd"}, {Key: "cap"}},
	Term:  "crc-oracle",
}

var specTextInferred = field.Spec{
	Name: "skype.udp.text.inferred", Label: "Plaintext, inferred",
	Doc:   "What the message says if our guess at its form is right: some bytes were solved for from the checksum, and nothing independent confirms them.",
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "somscope"}},
	Term:  "crc-oracle",
}

var specTextRefused = field.Spec{
	Name: "skype.udp.text.refused", Label: "No plaintext",
	Doc:   "A text was proposed for this message, but its length or its checksum is not what the message carries, so it is not shown.",
	Trust: field.Unknown,
}

var specTemplate = field.Spec{
	Name: "skype.udp.text.template", Label: "Template",
	Doc:   "The known form of a message that the text was guessed from.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "somscope"}, {Key: "cap"}},
}

var specOdds = field.Spec{
	Name: "skype.udp.text.odds", Label: "Odds of chance",
	Doc:   "How likely it is that one of the texts we tried has this checksum by accident: the number of tries in 2 to the power of 32.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "somscope"}},
	Term:  "crc-oracle",
}

var specTextCRC = field.Spec{
	Name: "skype.udp.text.crc", Label: "Checksum of this text",
	Doc:   "Skype's CRC32 over the bytes of this buffer, computed again just now.",
	Show:  field.Hex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd"}, {Key: "cap"}},
	Term:  "crc",
}

var specAgree = field.Spec{
	Name: "skype.udp.text.agree", Label: "Agrees with packet",
	Doc:   "A message that says the same independently, as an Ack or NAck that reports the same address.",
	Show:  field.PacketNo,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "somscope"}},
	Term:  "crc-algebra",
}

var specAlike = field.Spec{
	Name: "skype.udp.text.alike", Label: "Same outcome in packet",
	Doc:   "One of the messages, this one among them, in which the same bytes were solved for with the same outcome: their texts are equal but for the request id, which does not show that our guess at the rest is right.",
	Show:  field.PacketNo,
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "somscope"}},
	Term:  "crc-algebra",
}

var specSolved = field.Spec{
	Name: "skype.udp.text.solved", Label: "Solved, not confirmed",
	Doc:   "These bytes follow from the checksum once all the others are taken for granted: they are right if our guess at the rest is.",
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "somscope"}},
	Term:  "crc-algebra",
}

var specSolvedAgreed = field.Spec{
	Name: "skype.udp.text.agreed", Label: "Solved, and confirmed",
	Doc:   "These bytes follow from the checksum, and independent messages give the same.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "somscope"}, {Key: "cap"}},
	Term:  "crc-algebra",
}

var specTextPiece = field.Spec{
	Name: "skype.udp.text.piece", Label: "Piece of an answer",
	Doc:   "The text of this fragment, which begins in the middle of a command, so nothing in it can be named.",
	Show:  field.Raw,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "cap"}},
	Term:  "fragment",
}

var specKeystream = field.Spec{
	Name: "skype.udp.keystream", Label: "Keystream",
	Doc:   "Ciphertext and plaintext XORed: the first bytes that RC4 made for this message, and for no other, since each has a key of its own.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "somscope"}, {Key: "bd", Where: "slides 41-44"}},
	Term:  "keystream",
}

var specKeystreamBytes = field.Spec{
	Name: "skype.udp.keystream.bytes", Label: "Keystream bytes",
	Doc:   "As sure as the plaintext they come from.",
	Show:  field.Raw,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "somscope"}},
	Term:  "keystream",
}

var specKeystreamInferred = field.Spec{
	Name: "skype.udp.keystream.inferred", Label: "Keystream bytes, inferred",
	Doc:   "No surer than the plaintext they come from, which is inferred.",
	Show:  field.Raw,
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "somscope"}},
	Term:  "keystream",
}

// knownSpecs lists the Specs above.
var knownSpecs = []*field.Spec{
	&specLinks, &specAnswers, &specAnswersMaybe, &specAnswered, &specAnsweredMaybe, &specRetransmits, &specAgain,
	&specResends, &specResent, &specTokenFrom, &specTokenTo,
	&specPieces, &specPiece, &specPieceMissing, &specPieceBytes,
	&specNear, &specNearHole, &specNearPacket,
	&specEqual, &specClass, &specCopies, &specPeers, &specRidAt,
	&specText, &specTextInferred, &specTextRefused, &specTemplate, &specOdds, &specTextCRC, &specAgree, &specAlike,
	&specSolved, &specSolvedAgreed, &specTextPiece,
	&specKeystream, &specKeystreamBytes, &specKeystreamInferred,
}
