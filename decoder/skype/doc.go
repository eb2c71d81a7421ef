// Package skype explains, bit by bit, the datagrams of Skype in its peer-to-peer years
// (2003-2010): what stands in the clear of them, who says so, and where nobody can read on.
//
// It does not decrypt. The ciphertext below is RC4 under a key that needs a function nobody
// may publish, or AES between two people; it is shown as what it is. Nor does it decide
// whether a datagram is Skype at all: package classify does.
//
// UDP and E2O are its main values, dissectors for the payload of one datagram:
//
//	d := dissect.Begin(root, payload, len(payload), 1, -1)
//	skype.UDP.Run(d, &dissect.Context{})
//	tree := d.Done()
//
// Info says the same in half a line, for the packet list, and costs one small string.
//
// DissectUDP and InfoWith take Facts besides: what the whole capture says about one message, such
// as a text that its checksum confirms, the packets it answers and the public addresses its key is
// made of. A text is shown only when its checksum is the one in the message. Inside a text,
// ReadCommands names the commands and ReadList their object lists; ReadList serves the login's list
// in the clear and Skype's files as well.
//
// # Layouts
//
// Offsets are bytes of the UDP payload; numbers are big-endian. Every datagram between clients
// begins with the Start of Message:
//
//	 0                   1                   2
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3
//	+-------------------------------+-+-----+-------+
//	|          message id           |0| rnd | func  |
//	+-------------------------------+-+-----+-------+
//
// Command, function 2 (fn_payload.go); the random bits are zero here:
//
//	0    2   3         7         11
//	+----+---+---------+---------+-----------------
//	| id |02 |   IV    |  CRC32  | ciphertext ...
//	+----+---+---------+---------+-----------------
//
// Resend, function 3 (fn_resend.go):
//
//	0    2   3   4         8         12        16
//	+----+---+---+---------+---------+---------+-----------------
//	| id |r3 |01 |  token  | your IP |  CRC32  | ciphertext ...
//	+----+---+---+---------+---------+---------+-----------------
//
// Ack, function 5, and NAck, function 7 (fn_ack.go), always 11 bytes:
//
//	0    2   3         7         11
//	+----+---+---------+---------+
//	| id |r7 | your IP |  token  |
//	+----+---+---------+---------+
//
// Data, function d (fn_data.go); with no frame at all it is a keep-alive:
//
//	0    2   3
//	+----+---+-----------------
//	| id |rd | frame ...
//	+----+---+-----------------
//
// Fragment, function f (fn_fragment.go):
//
//	0    2   3     5   6   7         11        15
//	+----+---+-----+---+---+---------+---------+-----------------
//	| id |rf | re  |L i|02 |   IV    |  CRC32  | ciphertext ...
//	+----+---+-----+---+---+---------+---------+-----------------
//	          re: id of the question; L: last (bit 7); i: index (bits 3..0)
//
// To a telephone gateway (e2o.go) there is no Start of Message:
//
//	0         4
//	+---------+-----------------
//	|   CID   | ciphertext ...
//	+---------+-----------------
//
// Inside the ciphertext stand commands (commands.go), each with an object list (objects.go):
//
//	+--------+----------------+----+-----------------
//	| length | number * 8 + f | rid| 41 or 42 list ...
//	+--------+----------------+----+-----------------
//	          f: flags; rid, the request id, only when flag 2 is set
//
// NOTES.md keeps the corner cases: where sources contradict each other and what no capture
// could confirm.
package skype
