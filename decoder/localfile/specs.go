package localfile

import "somscope/decoder/field"

// What every XML file is made of. The text of elements has the Specs of known.go.

func citeXML(where string) []field.Cite { return []field.Cite{{Key: "xml", Where: where}} }

var (
	specElement     = field.Spec{Name: "local.xml.element", Label: "Element", Cite: citeXML("§3"), Doc: "An opening tag, a text and a closing tag: one setting of the file."}
	specOpen        = field.Spec{Name: "local.xml.open", Label: "Opening tag", Cite: citeXML("§3.1"), Doc: "Here an element begins; its name stands between angle brackets."}
	specClose       = field.Spec{Name: "local.xml.close", Label: "Closing tag", Cite: citeXML("§3.1"), Doc: "Here the element ends; the stroke in front of the name says so."}
	specMark        = field.Spec{Name: "local.xml.mark", Label: "Mark", Show: field.Words, Cite: citeXML("§2.4"), Doc: "Brackets and other signs that are the form of the file, not its content."}
	specName        = field.Spec{Name: "local.xml.name", Label: "Name", Show: field.Words, Cite: citeXML("§2.3"), Doc: "The name of the element."}
	specBuddyName   = field.Spec{Name: "local.buddy.name", Label: "Name of the buddy", Show: field.Words, Private: true, Trust: field.Measured, Cite: bySeed, Doc: "The element is called like the buddy's account; what may not stand in a name is written _. and two digits, and a first digit gets an underscore."}
	specProbeName   = field.Spec{Name: "local.nat.probe.time", Label: "Time of the probe", Show: field.Instant, Trust: field.Measured, Cite: byPOM, Doc: "The name of the element is the time of the test: an underscore, and seconds since 1970."}
	specAttr        = field.Spec{Name: "local.xml.attr", Label: "Attribute", Show: field.Words, Cite: citeXML("§3.1"), Doc: "A name and a value that belong to the tag."}
	specAttrName    = field.Spec{Name: "local.xml.attr.name", Label: "Name of the attribute", Show: field.Words, Cite: citeXML("§3.1"), Doc: "What the attribute is called."}
	specAttrValue   = field.Spec{Name: "local.xml.attr.value", Label: "Value of the attribute", Show: field.Words, Cite: citeXML("§3.1"), Doc: "What stands between the quotation marks."}
	specSpace       = field.Spec{Name: "local.xml.space", Label: "White space", Show: field.Raw, Cite: citeXML("§2.10"), Doc: "Blanks and line breaks, there for whoever reads the file."}
	specBOM         = field.Spec{Name: "local.xml.bom", Label: "Byte order mark", Show: field.Raw, Cite: citeXML("§4.3.3"), Doc: "A character without width that tells by its bytes how the file is encoded."}
	specDeclaration = field.Spec{Name: "local.xml.declaration", Label: "Declaration", Cite: citeXML("§2.8"), Doc: "The first line of XML: its version, and how it is encoded; or an instruction to a program."}
	specDoctype     = field.Spec{Name: "local.xml.doctype", Label: "Document type", Cite: citeXML("§2.8"), Doc: "A declaration of what the file may hold; Skype's files have none, and entities that are declared here are never expanded."}
	specDoctypeText = field.Spec{Name: "local.xml.doctype.text", Label: "Declarations", Show: field.Words, Cite: citeXML("§2.8"), Doc: "What is declared, as it stands there."}
	specComment     = field.Spec{Name: "local.xml.comment", Label: "Comment", Cite: citeXML("§2.5"), Doc: "A remark that programs pass over."}
	specCommentText = field.Spec{Name: "local.xml.comment.text", Label: "Text of the comment", Show: field.Words, Cite: citeXML("§2.5"), Doc: "What the remark says."}
	specWords       = field.Spec{Name: "local.xml.text", Label: "Text", Show: field.Words, Cite: citeXML("§2.4"), Doc: "Text of an element."}
	specChars       = field.Spec{Name: "local.xml.chars", Label: "Characters", Show: field.Words, Cite: citeXML("§2.4"), Doc: "A run of text between references."}
	specRef         = field.Spec{Name: "local.xml.reference", Label: "Reference", Show: field.Words, Cite: citeXML("§4.1"), Doc: "A name that stands for a character; only the five built-in ones and numbers are read."}
	specCDATA       = field.Spec{Name: "local.xml.cdata", Label: "Mark of a CDATA section", Show: field.Words, Cite: citeXML("§2.7"), Doc: "Between such marks brackets are text."}
	specGarbage     = field.Spec{Name: "local.xml.garbage", Label: "No XML", Show: field.Raw, Trust: field.Unknown, Cite: citeXML("§2.1"), Doc: "Bytes that XML has no place for."}
	specDeep        = field.Spec{Name: "local.xml.deep", Label: "Nested too deep", Show: field.Raw, Cite: citeXML("§3"), Doc: "Elements within more elements than are followed here."}
	specRest        = field.Spec{Name: "local.rest", Label: "Not listed", Show: field.Raw, Trust: field.Specified, Cite: []field.Cite{{Key: "somscope"}}, Doc: "The rest of a file that has more pieces than are listed."}

	specElementUnknown = field.Spec{Name: "local.element.unknown", Label: "Unexplained element", Trust: field.Unknown, Doc: "An element of Skype's that no source explains; its value is shown as it stands."}
	specValueUnknown   = field.Spec{Name: "local.value.unknown", Label: "Value", Show: field.Words, Trust: field.Unknown, Doc: "The value of an element that no source explains, as it stands."}
)

// Parts of values.

var (
	specBuddyNumber = field.Spec{
		Name: "local.buddy.number", Label: "Four-byte number", Private: true, Trust: field.Measured, Cite: bySeed,
		Doc: "A number of four bytes in hexadecimal digits that belongs to the buddy's record; what it is made of nobody has said.",
		Readings: []field.Reading{
			{Cite: field.Cite{Key: "seed"}, Says: "a number of four bytes that differs between two clients for the same buddy"},
			{Cite: field.Cite{Key: "somscope"}, Says: "opaque: a checksum of the record or a random number; if it differs between clients, the name alone does not determine it", Ours: true},
		},
	}
	specBuddyBytes = field.Spec{Name: "local.buddy.bytes", Label: "The number as bytes", Show: field.Hex, Private: true, Trust: field.Inferred, Cite: []field.Cite{{Key: "somscope"}}, Doc: "The four bytes in the order in which their digits stand."}
	specBuddySmall = field.Spec{Name: "local.buddy.small", Label: "Small number", Trust: field.Unknown, Cite: bySeed, Doc: "A small number behind the colon, of which 1, 2 and 3 were seen; it looks like a kind or a flag, and nobody has said which."}

	specHexDigits = field.Spec{Name: "local.hex", Label: "Hexadecimal digits", Show: field.Raw, Trust: field.Measured, Cite: byHC, Doc: "Two digits spell one byte; what the bytes mean stands in the buffer made of them."}
	specHexSecret = field.Spec{Name: "local.hex.private", Label: "Hexadecimal digits", Show: field.Raw, Private: true, Trust: field.Measured, Cite: byJS, Doc: "Two digits spell one byte of something that tells this installation from others."}
	specHalf      = field.Spec{Name: "local.hex.half", Label: "Half a byte", Show: field.Raw, Trust: field.Inferred, Cite: []field.Cite{{Key: "somscope"}}, Doc: "The last of an odd number of digits: it has no partner, so it spells no byte."}
	specNotHex    = field.Spec{Name: "local.hex.not", Label: "No hexadecimal digits", Show: field.Words, Private: true, Trust: field.Inferred, Cite: []field.Cite{{Key: "somscope"}}, Doc: "Characters where only digits are expected; what stands behind them is not read as bytes."}
	specSpelled   = field.Spec{Name: "local.bytes", Label: "Bytes", Trust: field.Measured, Cite: byHC, Doc: "What the digits spell."}
	specOpaque    = field.Spec{Name: "local.bytes.unknown", Label: "Unexplained bytes", Show: field.Raw, Trust: field.Unknown, Doc: "Nobody has said what these bytes mean."}
	specOpaqueOwn = field.Spec{Name: "local.bytes.private", Label: "Bytes", Show: field.Raw, Private: true, Trust: field.Unknown, Doc: "Bytes that tell this installation from others; what is in them nobody has said."}

	specAddrGroup = field.Spec{Name: "local.address", Label: "Address and port", Show: field.Words, Private: true, Trust: field.Measured, Cite: byPOM, Doc: "An IPv4 address and a port in plain letters."}
	specAddrIP    = field.Spec{Name: "local.address.ip", Label: "Address", Show: field.IP, Private: true, Trust: field.Measured, Cite: byPOM, Doc: "An IPv4 address, four decimal numbers with dots between."}
	specAddrPort  = field.Spec{Name: "local.address.port", Label: "Port", Private: true, Trust: field.Measured, Cite: byPOM, Doc: "A port, decimal."}
	specAddrNone  = field.Spec{Name: "local.address.not", Label: "No address", Show: field.Words, Private: true, Trust: field.Unknown, Doc: "Characters where an address is expected."}
	specListed    = field.Spec{Name: "local.number", Label: "Number", Trust: field.Measured, Cite: byJS, Doc: "One number of a row."}
	specCodec     = field.Spec{Name: "local.codec", Label: "Codec", Show: field.Words, Trust: field.Measured, Cite: byBonfiglio, Doc: "The name of a codec that the client shall not use.", Term: "codec"}
)

// Files that are not opened.

var (
	specDatabase   = field.Spec{Name: "local.sqlite", Label: "SQLite database", Cite: []field.Cite{{Key: "sqlite", Where: "§1.3"}}, Doc: "A database in one file, as main.db is from version 4 on: recognised, and not opened."}
	specSQLite     = field.Spec{Name: "local.sqlite.mark", Label: "Mark", Show: field.Words, Cite: []field.Cite{{Key: "sqlite", Where: "§1.3.1"}}, Doc: "Every SQLite database begins with these sixteen bytes."}
	specPages      = field.Spec{Name: "local.sqlite.pages", Label: "Pages", Show: field.Raw, Private: true, Cite: []field.Cite{{Key: "sqlite", Where: "§1.2"}}, Doc: "The rest of the database: tables of accounts, contacts, messages and calls."}
	specLog        = field.Spec{Name: "local.log", Label: "Perhaps an encrypted log", Trust: field.Inferred, Cite: []field.Cite{{Key: "dk", Where: "part 2, slides 53-54"}, {Key: "somscope"}}, Doc: "Noise in a file that is called a log, as Skype's encrypted logs would look; nothing in it can prove that it is one."}
	specLogBlock   = field.Spec{Name: "local.log.rsa", Label: "RSA block, perhaps", Show: field.Raw, Private: true, Trust: field.Inferred, Cite: []field.Cite{{Key: "dk", Where: "part 2, slides 53-54"}}, Doc: "In an encrypted log the first 128 bytes are an RSA block whose text begins with BLOG and holds the time and the key of the rest."}
	specLogText    = field.Spec{Name: "local.log.text", Label: "Encrypted text, perhaps", Show: field.Raw, Private: true, Trust: field.Inferred, Cite: []field.Cite{{Key: "dk", Where: "part 2, slides 53-54"}}, Doc: "In an encrypted log the lines follow, encrypted with the key of the block."}
	specFileHidden = field.Spec{Name: "local.file", Label: "File", Trust: field.Unknown, Doc: "A file that is not opened."}
)

// Records of .dbb files.

var citeDBB = []field.Cite{{Key: "jb"}, {Key: "dmy"}}

var (
	specSlot       = field.Spec{Name: "local.dbb.slot", Label: "Slot", Private: true, Trust: field.Measured, Cite: citeDBB, Doc: "One place of fixed size for one record; a shorter record leaves the end of an older one behind it."}
	specSlotTree   = field.Spec{Name: "local.dbb.record", Label: "Slot", Trust: field.Measured, Cite: citeDBB, Doc: "One place of fixed size for one record, with its head, its list and what is left of older ones."}
	specSlotHead   = field.Spec{Name: "local.dbb.head", Label: "Head", Trust: field.Measured, Cite: citeDBB, Doc: "Twelve bytes in front of each record."}
	specSlotMark   = field.Spec{Name: "local.dbb.mark", Label: "Mark", Show: field.Words, Trust: field.Measured, Cite: []field.Cite{{Key: "jb"}, {Key: "dmy"}, {Key: "ds"}}, Doc: "Every record begins with the letters l33l."}
	specSlotLength = field.Spec{Name: "local.dbb.length", Label: "Length", Unit: "bytes", Trust: field.Measured, Cite: citeDBB, Doc: "The length of the record, low byte first, counted from the sequence number on."}
	specSlotNumber = field.Spec{Name: "local.dbb.sequence", Label: "Sequence number", Trust: field.Measured, Cite: citeDBB, Doc: "A number that goes up with each record, over all files of the account, low byte first."}
	specSlotStale  = field.Spec{Name: "local.dbb.stale", Label: "Left of older records", Show: field.Raw, Private: true, Trust: field.Measured, Cite: citeDBB, Doc: "Bytes behind the record that nobody overwrote: what stood in the slot before."}
	specSlotOlder  = field.Spec{Name: "local.dbb.older", Label: "End of an older record", Trust: field.Inferred, Cite: []field.Cite{{Key: "dmy"}, {Key: "somscope"}}, Doc: "Bytes behind the record that can be read to their end as text or objects of an older, longer record in the same slot."}
	specSlotCut    = field.Spec{Name: "local.dbb.cut", Label: "Rest of an overwritten object", Show: field.Words, Private: true, Trust: field.Inferred, Cite: []field.Cite{{Key: "somscope"}}, Doc: "The end of an object whose beginning was overwritten."}
	specSlotFill   = field.Spec{Name: "local.dbb.fill", Label: "Fill", Show: field.Raw, Trust: field.Measured, Cite: citeDBB, Doc: "Zero bytes up to the end of the slot."}
	specSlotLoose  = field.Spec{Name: "local.dbb.loose", Label: "No record", Show: field.Raw, Private: true, Trust: field.Unknown, Cite: citeDBB, Doc: "A place of the file where a record should begin and none does."}
)

// Specs lists every Spec that a tree of this package can hold, beside those of package skype.
var Specs = func() []*field.Spec {
	list := []*field.Spec{
		&specElement, &specOpen, &specClose, &specMark, &specName, &specBuddyName, &specProbeName, &specAttr, &specAttrName, &specAttrValue,
		&specSpace, &specBOM, &specDeclaration, &specDoctype, &specDoctypeText, &specComment, &specCommentText, &specWords, &specChars,
		&specRef, &specCDATA, &specGarbage, &specDeep, &specRest, &specElementUnknown, &specValueUnknown,
		&specBuddyNumber, &specBuddyBytes, &specBuddySmall, &specHexDigits, &specHexSecret, &specHalf, &specNotHex, &specSpelled, &specOpaque, &specOpaqueOwn,
		&specAddrGroup, &specAddrIP, &specAddrPort, &specAddrNone, &specListed, &specCodec,
		&specDatabase, &specSQLite, &specPages, &specLog, &specLogBlock, &specLogText, &specFileHidden,
		&specSlot, &specSlotTree, &specSlotHead, &specSlotMark, &specSlotLength, &specSlotNumber, &specSlotStale, &specSlotOlder, &specSlotCut, &specSlotFill, &specSlotLoose,
	}
	for i := range known {
		list = append(list, &known[i].spec)
	}
	return list
}()

// structureSpec is the Spec of a piece that is form and no content.
func structureSpec(k PieceKind) *field.Spec {
	switch k {
	case Declaration:
		return &specDeclaration
	case Doctype:
		return &specDoctype
	case Comment:
		return &specComment
	case Element:
		return &specElement
	case OpenTag:
		return &specOpen
	case CloseTag:
		return &specClose
	case Words:
		return &specWords
	case Blank:
		return &specSpace
	case Deep:
		return &specDeep
	case Rest:
		return &specRest
	case Slot:
		return &specSlotTree
	case Loose:
		return &specSlotLoose
	}
	return &specGarbage
}

// wholeSpec is the Spec of a file that is not opened.
func wholeSpec(k Kind) *field.Spec {
	switch k {
	case Database:
		return &specDatabase
	case Log:
		return &specLog
	}
	return &specFileHidden
}
