package skype

import (
	"strconv"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Command, what is found in the plaintext of a datagram or of a message on TCP; several may
// follow one another:
//
//	+--------+-----------------------+------------+----------------
//	| length | number * 8 + flags    | request id | object list ...
//	| varint | varint                | 2 bytes    | 41 or 42
//	+--------+-----------------------+------------+----------------
//	                                  only when flag 010 is set
//
//	flags:  001  one-way, no request id
//	        010  request
//	        011  reply, repeats the request id
//
// The length counts what follows the number. Biondi & Desclaux 2006, slides 58-61;
// skypeopensource; 233 of 233 messages of the SkypeIRC capture.

// Flags of a command, as its lowest three bits.
const (
	FlagsOneWay  = 1
	FlagsRequest = 2
	FlagsReply   = 3
)

// hasRid is the flag that says a request id follows.
const hasRid = 2

var specCmd = field.Spec{
	Name: "skype.cmd", Label: "Command",
	Doc:   "One thing that is asked, answered or told, with an object list for its details.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 58-61"}, {Key: "sos"}, {Key: "cap"}},
	Term:  "command",
}

var specCmdLength = field.Spec{
	Name: "skype.cmd.length", Label: "Length",
	Doc:   "How many bytes follow the number of the command: the request id and the object list.",
	Unit:  "bytes",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "sos"}, {Key: "cap"}},
	Term:  "varint",
}

var specCmdWord = field.Spec{
	Name: "skype.cmd.word", Label: "Number and flags",
	Doc:   "The number of the command times eight, and three flags in the bits that this leaves free.",
	Show:  field.Hex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 58-61"}, {Key: "cap"}},
	Term:  "varint",
}

var specCmdNumber = field.Spec{
	Name: "skype.cmd.number", Label: "Number",
	Doc:   "Which command it is; a question has one number and its answer another.",
	Enum:  commandEnum(),
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 58-61"}, {Key: "cap"}},
	Term:  "command",
	Readings: []field.Reading{
		{Values: v(27), Cite: field.Cite{Key: "ep", Where: "§5.1"}, Says: "U1, the first message of a probe"},
		{Values: v(27), Cite: field.Cite{Key: "bd", Where: "slides 57-60"}, Says: "a probe: may I connect?"},
		{Values: v(27), Cite: field.Cite{Key: "cap"}, Says: "a probe: 22 of 51 requests of 18 bytes", Ours: true},

		{Values: v(28), Cite: field.Cite{Key: "ep", Where: "§5.1"}, Says: "U4 of 18 bytes: a positive answer"},
		{Values: v(28), Cite: field.Cite{Key: "bd", Where: "slides 57-60"}, Says: "yes"},
		{Values: v(28), Cite: field.Cite{Key: "cap"}, Says: "“yes”: a TCP connection to the same address follows", Ours: true},

		{Values: v(29), Cite: field.Cite{Key: "ep", Where: "§5.1"}, Says: "U4 of another length: a negative answer"},
		{Values: v(29), Cite: field.Cite{Key: "bd", Where: "slides 57-60"}, Says: "no, try these"},
		{Values: v(29), Cite: field.Cite{Key: "cap"}, Says: "“not me, try these five”: the client goes to them next", Ours: true},

		{Values: v(35), Cite: field.Cite{Key: "ada", Where: "§2.1"}, Says: "one of the two messages of a UDP ping"},
		{Values: v(35), Cite: field.Cite{Key: "cap"}, Says: "a ping: 29 of 51 requests of 18 bytes", Ours: true},

		{Values: v(36), Cite: field.Cite{Key: "ada"}, Says: "an answer of 26 bytes that ends a probe"},
		{Values: v(36), Cite: field.Cite{Key: "ep", Where: "§5.1"}, Says: "26 bytes: one of the negative answers to a probe"},
		{Values: v(36), Cite: field.Cite{Key: "cap"}, Says: "the answer to a ping: “I see you at this address and port” (27 of 27)", Ours: true},
	},
}

var specCmdFlags = field.Spec{
	Name: "skype.cmd.flags", Label: "Flags",
	Doc:   "Whether this asks, answers or only tells: the middle bit says that a request id follows, the lowest is set in answers and in what wants none.",
	Show:  field.Bin,
	Enum:  field.Enum{{V: FlagsOneWay, S: "one-way"}, {V: FlagsRequest, S: "request"}, {V: FlagsReply, S: "reply"}},
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 58-61"}, {Key: "cap"}},
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "bd", Where: "slides 58-61"}, Says: "three bits, b0, is_req and b2"},
		{Cite: field.Cite{Key: "cap"}, Says: "010 in requests, 011 in replies, 001 in what is told one-way; the highest was never set", Ours: true},
	},
}

var specCmdMarks = field.Spec{
	Name: "skype.cmd.marks", Label: "Length marks",
	Doc:   "The highest bit of each byte says whether the number goes on in the next one.",
	Unit:  "bytes",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "sos"}, {Key: "cap"}},
	Term:  "varint",
}

var specCmdMeaning = field.Spec{
	Name: "skype.cmd.meaning", Label: "Meaning",
	Doc:   "What this command is for, as published by those who took the program apart or as real exchanges show.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 57-61 and 81-82"}, {Key: "dk", Where: "part 2, slides 26-30"}, {Key: "openskype"}, {Key: "sos"}, {Key: "cap"}},
}

var specCmdGuess = field.Spec{
	Name: "skype.cmd.guess", Label: "Meaning, as we think",
	Doc:   "What this command seems to be for, judged by when it is sent and by the size of its answer.",
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "cap"}, {Key: "somscope"}},
}

var specCmdOpen = field.Spec{
	Name: "skype.cmd.open", Label: "Meaning",
	Doc:   "Nobody has published what this command is for.",
	Trust: field.Unknown,
}

var specRid = field.Spec{
	Name: "skype.cmd.rid", Label: "Request id",
	Doc:   "The number that joins a question and its answer: in a question the id of its message less one, in the answer a copy of it.",
	Show:  field.Hex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slide 58"}, {Key: "cap"}},
	Term:  "request-id",
}

var specCmdBody = field.Spec{
	Name: "skype.cmd.body", Label: "Details",
	Doc:   "What the command carries, in a form that is no object list.",
	Show:  field.Raw,
	Trust: field.Unknown,
}

// CommandSpecs lists every Spec that ReadCommands can use, beside ObjectSpecs.
var CommandSpecs = []*field.Spec{
	&specCmd, &specCmdLength, &specCmdWord, &specCmdNumber, &specCmdFlags, &specCmdMarks,
	&specCmdMeaning, &specCmdGuess, &specCmdOpen, &specRid, &specCmdBody,
}

// A CommandContext is what is known of the message that commands are read from.
type CommandContext struct {
	ID      uint16 // of the message: in the Start of Message, or the sequence number on TCP
	HasID   bool
	Partial bool // only the beginning of the text is known, so what is missing is nobody's fault
}

// ReadCommands reads commands, one after the other, to the end of what is left of d.
func ReadCommands(d *dissect.D, c CommandContext) {
	for d.OK() && d.Left() > 0 {
		readCmd(d, c)
	}
}

func readCmd(d *dissect.D, c CommandContext) {
	d.Group(&specCmd, func(d *dissect.D) {
		n := d.Varint(&specCmdLength)
		if !d.OK() {
			return
		}
		var number uint32
		var flags uint8
		d.VarintBits(&specCmdWord, &specCmdMarks, func(b dissect.Bits) {
			flags = uint8(b.Mask(&specCmdFlags, 7))
			switch flags {
			case FlagsOneWay, FlagsRequest, FlagsReply:
			default:
				b.Note("never seen before")
			}
			number = uint32(b.Mask(&specCmdNumber, (1<<35-1)&^7))
		})
		if !d.OK() {
			return
		}
		k := findCommand(number, flags)
		d.Head(field.Text(commandTitle(number, flags, k)))
		switch {
		case k == nil && specCmdNumber.Enum.Text(uint64(number)) != "":
			d.Aside(&specCmdOpen, field.Text("a command of this number is known, but not with these flags"))
		case k == nil:
			d.Aside(&specCmdOpen, field.Text("nobody has named this command"))
		case k.doc == "":
			d.Aside(&specCmdOpen, field.Text("seen in a capture, its meaning is not known"))
		case k.trust == field.Inferred:
			d.Aside(&specCmdGuess, field.Text(k.doc))
		default:
			d.Aside(&specCmdMeaning, field.Text(k.doc))
		}
		if k != nil && k.way != "" {
			d.Note("%s", k.way)
		}
		short := n > uint64(d.Left())
		if short && c.Partial {
			d.HeadNote("%d bytes of it are here, %d are not known", d.Left(), n-uint64(d.Left()))
			n = uint64(d.Left())
		} else if short {
			n = min(n, 1<<31) // Within says the rest
		}
		d.Within(int(n), func(d *dissect.D) {
			if flags&hasRid != 0 {
				if c.Partial && d.Left() < 2 {
					d.Rest(&specCmdBody)
					return
				}
				rid := d.U16(&specRid)
				if d.OK() && c.HasID && flags == FlagsRequest {
					if rid == c.ID-1 {
						d.Note("the id of this message less one, as in every request")
					} else {
						d.Note("in a request the id of the message less one, %s, is expected", hex16(c.ID-1))
					}
				}
			}
			if !d.OK() || d.Left() == 0 {
				return
			}
			ctx := NoContext
			if k != nil {
				ctx = k.list
			}
			switch b := d.Peek(1)[0]; {
			case b != 0x41 && b != 0x42:
				d.Rest(&specCmdBody)
			case short && c.Partial && d.Left() == 1:
				d.Rest(&specCmdBody)
				d.Note("a list begins here, and nothing of what is in it is known")
			default:
				readList(d, ctx, 1)
			}
		})
	})
}

// commandTitle is "27 Probe" or "77, a request".
func commandTitle(number uint32, flags uint8, k *command) string {
	s := strconv.FormatUint(uint64(number), 10)
	if k != nil && k.name != "" {
		return s + " " + k.name
	}
	switch flags {
	case FlagsRequest:
		return s + ", a request"
	case FlagsReply:
		return s + ", a reply"
	case FlagsOneWay:
		return s + ", one-way"
	}
	return s
}

// A command is one that somebody has named or that was seen.
type command struct {
	number uint32
	flags  uint8 // with which it was seen
	name   string
	says   string // in the client's words, or ""
	doc    string // what it is for, lower case; "" when nobody knows
	way    string // who sends it, and by what
	trust  field.Trust
	list   ListContext
}

// commands lists every command that was named or seen, in order of their numbers. The trust is
// that of the meaning; that these numbers and flags exist was measured or read out of the program.
//
// Biondi & Desclaux 2006, slides 57-61 and 81-82; Desclaux & Kortchinsky 2006, part 2, slides
// 26-30; OpenSkype; skypeopensource; the SkypeIRC capture (all but 41).
var commands = []command{
	{6, 2, "Slot query", "“which supernodes are in this slot?”", "asks for the supernodes of a slot, by the slot's number", "client to supernode", field.Measured, ListSlot},
	{8, 3, "Slot answer", "", "names the supernodes of a slot by address and port", "supernode to client", field.Measured, ListSlot},
	{11, 1, "", "", "", "supernode to client, over TCP", field.Unknown, NoContext},
	{12, 1, "Publication", "“here is my record”", "spreads the sender's own record, so that others find him: one-way and acknowledged, sent to many", "client to other nodes, over UDP", field.Inferred, NoContext},
	{14, 2, "Search", "“who is this user?”", "looks for a user or fetches a user's record", "client to supernode, over UDP", field.Measured, ListSearch},
	{15, 3, "Search result", "", "answers a search: nothing found, or records, then often in fragments", "supernode to client", field.Measured, NoContext},
	{18, 2, "Record query", "", "asks for records at more length than a search", "client to supernode, over UDP", field.Inferred, NoContext},
	{19, 3, "Record answer", "", "answers a query for records", "supernode to client", field.Inferred, NoContext},
	{27, 2, "Probe", "“may I connect?”", "asks whether the receiver will be the sender's supernode", "client to supernode, over UDP", field.Measured, NoContext},
	{28, 3, "Accept", "“yes, connect to me”", "accepts a probe: the client now opens a TCP connection to the same address", "supernode to client", field.Measured, NoContext},
	{29, 3, "Redirect", "“not me, try these”", "refuses a probe and names five other supernodes", "supernode to client", field.Measured, ListRedirect},
	{30, 2, "First command", "", "the first command on a new connection to a supernode", "client to supernode, over TCP", field.Measured, NoContext},
	{31, 3, "First answer", "", "answers the first command on a new connection", "supernode to client, over TCP", field.Measured, NoContext},
	{35, 2, "Ping", "“are you there, and where do you see me?”", "asks for a sign of life and for the own public address", "client to node, over UDP", field.Measured, NoContext},
	{36, 3, "Pong", "“you are at this address and port”", "tells the sender of a ping the address and port it was seen at: Skype's STUN", "node to client, over UDP", field.Measured, ListPong},
	{37, 1, "", "", "", "over TCP", field.Unknown, NoContext},
	{38, 1, "", "", "", "over TCP", field.Unknown, NoContext},
	{40, 2, "", "", "", "over TCP", field.Unknown, NoContext},
	{41, 1, "Connect back", "“connect to this address”", "makes the receiver connect to an address, to test whether a firewall lets it through; Biondi & Desclaux show how it can be abused", "any node to a client", field.Reversed, ListConnect},
	{42, 3, "", "", "", "over TCP", field.Unknown, NoContext},
	{43, 1, "", "", "", "over TCP", field.Unknown, NoContext},
	{44, 2, "Node query", "", "asks for a list of nodes", "client to node, over UDP", field.Inferred, NoContext},
	{45, 3, "Node answer", "", "answers a query for nodes with 600 bytes and more", "node to client, over UDP", field.Inferred, NoContext},
	{47, 1, "", "", "", "over TCP", field.Unknown, NoContext},
	{48, 2, "", "", "", "over TCP, both ways", field.Unknown, NoContext},
	{105, 1, "", "", "", "received over UDP", field.Unknown, NoContext},
	{5200, 3, "Event answer", "", "answers an event query", "event server to client, over UDP port 12350", field.Measured, ListEvent},
	{6016, 2, "Event query", "", "asks the event server", "client to event server, over UDP port 12350", field.Measured, NoContext},
}

// findCommand finds a command by its number, or nil. The flags are looked at only in that a
// question is never taken for an answer.
func findCommand(number uint32, flags uint8) *command {
	for i := range commands {
		if k := &commands[i]; k.number == number && k.flags == flags {
			return k
		}
	}
	return nil
}

// CommandName is the short name of a command by its number and the three bits of its flags:
// "Probe", "Pong". It is "" for a command nobody has named.
func CommandName(number uint32, flags uint8) string {
	if k := findCommand(number, flags); k != nil {
		return k.name
	}
	return ""
}

func commandEnum() field.Enum {
	e := field.Enum{}
	for _, k := range commands {
		if k.name != "" {
			e = append(e, field.Sym{V: uint64(k.number), S: k.name})
		}
	}
	return e
}
