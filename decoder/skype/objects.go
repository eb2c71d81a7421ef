package skype

import (
	"bytes"
	"net/netip"
	"strconv"
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Object list, the form in which Skype writes down structured data everywhere: in commands,
// in the login, in shared.xml and in .dbb files.
//
//	+----+---------+--------------------------------+
//	| 41 | count * | count times: type, id *, value |        * a varint
//	+----+---------+--------------------------------+
//
//	type 0  number    a varint
//	type 1  64 bits   8 bytes
//	type 2  address   4 bytes IPv4, 2 bytes port, both big-endian
//	type 3  string    up to and with a NUL
//	type 4  blob      length *, bytes
//	type 5  list      another list, 41 or 42
//	type 6  words     count *, count varints
//
// Biondi & Desclaux 2006, slides 50-51; skypeopensource; the lists in the clear of the SkypeIRC
// capture fit to the byte. The length of a list is nowhere written, so whoever cannot read one
// object cannot read on. The packed form that begins with 42 is in packed.go.

// MaxListDepth is how many lists within lists are followed.
const MaxListDepth = 16

// minObject is the length of the shortest object: type, id and a value of one byte.
const minObject = 3

// Types of objects.
const (
	objNumber = iota
	objLong
	objAddress
	objString
	objBlob
	objList
	objWords
	objAny = 0xff // in tables: the type is not known
)

var specList = field.Spec{
	Name: "skype.list", Label: "Object list",
	Doc:   "Skype's form for structured data: a count, then objects of seven types, each with a number that says what it is for.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 50-51"}, {Key: "sos"}, {Key: "cap"}},
	Term:  "object-list",
}

var specListKind = field.Spec{
	Name: "skype.list.kind", Label: "Form",
	Doc:   "Whether the objects stand one after the other in plain bytes, or are packed by an arithmetic coder.",
	Show:  field.Hex,
	Enum:  field.Enum{{V: 0x41, S: "plain"}, {V: 0x42, S: "packed"}},
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 50-54"}, {Key: "sos"}, {Key: "cap"}},
	Term:  "object-list",
}

var specListCount = field.Spec{
	Name: "skype.list.count", Label: "Count",
	Doc:   "How many objects follow; the length of the list in bytes is nowhere written.",
	Unit:  "objects",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "sos"}, {Key: "cap"}},
	Term:  "varint",
}

var specObject = field.Spec{
	Name: "skype.object", Label: "Object",
	Doc:   "One piece of data: what type it is, what it is for, and its value.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slide 51"}, {Key: "sos"}, {Key: "cap"}},
	Term:  "object-list",
}

var specObjectType = field.Spec{
	Name: "skype.object.type", Label: "Type",
	Doc: "How the value is written: seven types are known, and an eighth would make the rest of the list unreadable.",
	Enum: field.Enum{{V: objNumber, S: "number"}, {V: objLong, S: "64 bits"}, {V: objAddress, S: "address"}, {V: objString, S: "string"},
		{V: objBlob, S: "blob"}, {V: objList, S: "list"}, {V: objWords, S: "words"}},
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "sos"}, {Key: "bd", Where: "slide 51"}, {Key: "dmy"}},
}

var specNumber = field.Spec{
	Name: "skype.object.number", Label: "Number",
	Doc:   "A number of at most 32 bits, written in as many bytes as it needs.",
	Show:  field.DecHex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slide 51"}, {Key: "sos"}, {Key: "dmy"}},
	Term:  "varint",
}

var specUnixTime = field.Spec{
	Name: "skype.object.time", Label: "Time",
	Doc:   "A number that counts the seconds since 1970, as the values of real files show.",
	Show:  field.Instant,
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "dmy"}, {Key: "hc09"}, {Key: "somscope"}},
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "dmy"}, Says: "a time whose bytes overflow on 13 July 2012"},
		{Cite: field.Cite{Key: "somscope"}, Says: "seconds since 1970 as a varint, seven bits a byte: nothing overflows before 2106", Ours: true},
	},
}

var specLong = field.Spec{
	Name: "skype.object.long", Label: "64 bits",
	Doc:   "Eight bytes as they are: identifiers of computers and random challenges.",
	Show:  field.Hex,
	Trust: field.Reversed,
	Cite:  []field.Cite{{Key: "sos"}},
}

var specAddress = field.Spec{
	Name: "skype.object.address", Label: "Address and port",
	Doc:   "Where a node can be reached, in network byte order; packed lists have it the other way round.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slide 51"}, {Key: "openskype"}, {Key: "hc09"}},
}

var specIP = field.Spec{
	Name: "skype.object.ip", Label: "Address",
	Doc:   "An IPv4 address in network byte order.",
	Show:  field.IP,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slide 51"}, {Key: "hc09"}},
}

var specPort = field.Spec{
	Name: "skype.object.port", Label: "Port",
	Doc:   "The port for UDP and TCP alike, in network byte order.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slide 51"}, {Key: "hc09"}},
}

var specString = field.Spec{
	Name: "skype.object.string", Label: "String",
	Doc:   "Text that ends with a zero byte.",
	Show:  field.Words,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "sos"}, {Key: "dmy"}},
}

// Objects of Skype's own files have fields of their own names, because there they name people
// and where they can be reached, and are shown only when asked for.

var specFileAddress = field.Spec{
	Name: "skype.file.address", Label: "Address and port",
	Doc:   "Where a node could be reached, in network byte order: a supernode of those years was somebody's own computer.",
	Trust: field.Measured, Private: true,
	Cite: []field.Cite{{Key: "hc09"}, {Key: "bd", Where: "slide 51"}},
	Term: "host-cache",
}

var specFileIP = field.Spec{
	Name: "skype.file.ip", Label: "Address",
	Doc:   "An IPv4 address in network byte order; read the other way round, those of real host caches would be nobody's.",
	Show:  field.IP,
	Trust: field.Measured, Private: true,
	Cite: []field.Cite{{Key: "hc09"}, {Key: "bd", Where: "slide 51"}},
}

var specFilePort = field.Spec{
	Name: "skype.file.port", Label: "Port",
	Doc:   "The port for UDP and TCP alike, in network byte order.",
	Trust: field.Measured, Private: true,
	Cite: []field.Cite{{Key: "hc09"}, {Key: "bd", Where: "slide 51"}},
}

var specFileString = field.Spec{
	Name: "skype.file.string", Label: "String",
	Doc:   "Text that ends with a zero byte: names, and what people wrote.",
	Show:  field.Words,
	Trust: field.Measured, Private: true,
	Cite: []field.Cite{{Key: "dmy"}, {Key: "jb"}},
}

var specFileBlob = field.Spec{
	Name: "skype.file.blob", Label: "Blob",
	Doc:   "Bytes with a meaning of their own; nobody has explained those of the records of chats.",
	Show:  field.Raw,
	Trust: field.Unknown, Private: true,
	Cite: []field.Cite{{Key: "jb"}},
}

var specBlobLength = field.Spec{
	Name: "skype.object.blob.length", Label: "Length",
	Doc:   "How many bytes the blob has.",
	Unit:  "bytes",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "sos"}, {Key: "cap"}},
	Term:  "varint",
}

var specBlob = field.Spec{
	Name: "skype.object.blob", Label: "Blob",
	Doc:   "Bytes with a meaning of their own: RSA blocks, credentials, node addresses.",
	Show:  field.Raw,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "sos"}, {Key: "cap"}},
}

var specWords = field.Spec{
	Name: "skype.object.words.count", Label: "Count",
	Doc:   "How many numbers follow; in 2005 Skype multiplied this by four without looking, so that a huge count wrapped around in 32 bits and the numbers ran over the end of its memory.",
	Unit:  "numbers",
	Trust: field.Reversed,
	Cite:  []field.Cite{{Key: "sos"}, {Key: "dk", Where: "part 2, slides 33-35"}},
	Term:  "varint",
}

var specWord = field.Spec{
	Name: "skype.object.word", Label: "Word",
	Doc:   "One number of an array.",
	Show:  field.DecHex,
	Trust: field.Reversed,
	Cite:  []field.Cite{{Key: "sos"}, {Key: "dk", Where: "part 2, slides 33-35"}},
	Term:  "varint",
}

// ObjectSpecs lists every Spec that ReadList can use.
var ObjectSpecs = []*field.Spec{
	&specList, &specListKind, &specListCount,
	&specObject, &specObjectType,
	&specObjectID, &specLogin1ID, &specLogin2ID, &specLogin3ID, &specSession1ID, &specSession2ID,
	&specNodeID, &specSlotID, &specConnectID, &specEventID, &specSearchID, &specSearchForID, &specChatID, &specHostID, &specHostEntryID,
	&specNumber, &specUnixTime, &specLong, &specAddress, &specIP, &specPort, &specString,
	&specFileAddress, &specFileIP, &specFilePort, &specFileString, &specFileBlob,
	&specBlobLength, &specBlob, &specWords, &specWord,
	&specVcard, &specVcardNode, &specVcardMark, &specVcardLocal, &specVcardSuper, &specVcardPublic,
	&specPacked, &specPackedCode, &specPackedAddress, &specPackedIP, &specPackedPort,
}

// ReadList reads one object list, plain or packed, from the start of what is left of d, and
// leaves what stands behind it. ctx says whose list it is, so that its ids can be named.
//
// A list that cannot be read on stops d with a fault at the offset (see dissect.D.OK); put it in
// a Within when something readable follows. A packed list takes all that is left, because
// nothing says where it ends.
func ReadList(d *dissect.D, ctx ListContext) { readList(d, ctx, 1) }

// ReadObjects reads at most n objects of a list whose head was read before: the rest of one that
// is too long for a single tree, or one of which only a part is left. It stops where an object
// cannot be read (see dissect.D.OK), or when nothing is left, and returns how many it read whole.
func ReadObjects(d *dissect.D, ctx ListContext, n int) (read int) {
	table := ctx.table()
	for packed := false; read < n && d.OK() && d.Left() > 0 && !packed; {
		if packed = readObject(d, table, 1); d.OK() {
			read++
		}
	}
	return read
}

// readList is ReadList at a depth. It reports whether a packed list was met, which takes all
// that is left, be it its own or not.
func readList(d *dissect.D, ctx ListContext, depth int) (packed bool) {
	if b := d.Peek(1); len(b) == 1 && b[0] == 0x42 {
		readPacked(d, ctx)
		return true
	}
	d.Group(&specList, func(d *dissect.D) {
		at := d.Pos()
		if depth > MaxListDepth {
			d.Failf(field.ErrLimit, "lists nested deeper than %d are not followed", MaxListDepth)
			return
		}
		kind := d.U8(&specListKind)
		if !d.OK() {
			return
		}
		if kind != 0x41 {
			d.Fail(&field.Error{Off: int64(at), What: "a list begins with 41 or 42, this is " + hex8(kind), Err: field.ErrFormat})
			return
		}
		count := d.Varint(&specListCount)
		if !d.OK() {
			return
		}
		liar := count > uint64(d.Left()/minObject) && !d.Cut()
		if liar {
			d.Fault(field.ErrShort, "%d objects have at least %d bytes, %d are left", count, count*minObject, d.Left())
		}
		table := ctx.table()
		done := uint64(0)
		for ; done < count && d.OK() && !packed && (d.Left() > 0 || !liar); done++ {
			if d.Left() == 0 {
				d.Failf(short(d), "%d objects are promised, %d are there", count, done)
				break
			}
			packed = readObject(d, table, depth)
		}
		switch {
		case count == 0:
			d.Head(field.Text("empty"))
		case packed && done < count:
			d.Head(field.Text(objects(count)))
			d.HeadNote("where the packed list in it ends is written nowhere, so what may follow is not read")
		case done < count || !d.OK():
			d.Head(field.Text(objects(count) + " promised"))
		default:
			d.Head(field.Text(objects(count)))
		}
	})
	return packed
}

// readObject reads one object of a list at a depth, and reports like readList.
func readObject(d *dissect.D, table *listTable, depth int) (packed bool) {
	d.Group(&specObject, func(d *dissect.D) {
		at := d.Pos()
		typ := d.U8(&specObjectType)
		if !d.OK() {
			return
		}
		if typ > objWords {
			d.Fail(&field.Error{Off: int64(at), Err: field.ErrFormat,
				What: "no type " + strconv.Itoa(int(typ)) + " is known, so nobody can tell where this object ends"})
			return
		}
		id := d.Varint(table.spec)
		if !d.OK() {
			return
		}
		o := table.find(id, typ)
		name := ""
		switch {
		case o != nil:
			name = o.name
			if o.says != "" {
				d.Note("%s", o.says)
			}
			if o.typ != objAny && o.typ != typ {
				d.Note("known as %s, here it is %s", typeWords[o.typ], typeWords[typ])
			}
		case len(table.objects) > 0:
			name = "id " + strconv.FormatUint(id, 10)
			d.Note("nobody has named this id in %s", table.name)
		default:
			name = "id " + strconv.FormatUint(id, 10)
		}
		text := ""
		if text, packed = readValue(d, o, typ, table.private, depth); text != "" {
			name += ": " + text
		}
		d.Head(field.Text(name))
	})
	return packed
}

var typeWords = [...]string{"a number", "64 bits", "an address", "a string", "a blob", "a list", "words"}

// readValue reads the value of an object and returns it in short; packed is as for readList.
// private says that names and addresses tell of people.
func readValue(d *dissect.D, o *object, typ uint8, private bool, depth int) (text string, packed bool) {
	switch typ {
	case objNumber:
		if o != nil && o.when {
			n := d.Varint(&specUnixTime)
			if !d.OK() {
				return "", false
			}
			d.Set(field.Time(int64(n) * int64(time.Second)))
			return time.Unix(int64(n), 0).UTC().Format("2006-01-02 15:04:05"), false
		}
		n := d.Varint(&specNumber)
		if !d.OK() {
			return "", false
		}
		if o != nil && o.ip && n <= 0xffffffff {
			d.Note("as an address: %s", ip4(uint32(n)))
		}
		return strconv.FormatUint(n, 10), false
	case objLong:
		d.U64(&specLong)
	case objAddress:
		if private {
			return readAddress(d, &specFileAddress, &specFileIP, &specFilePort), false
		}
		return readAddress(d, &specAddress, &specIP, &specPort), false
	case objString:
		n := bytes.IndexByte(d.Peek(d.Left()), 0)
		if n < 0 {
			d.Failf(short(d), "a string without a zero byte at its end")
			return "", false
		}
		if private {
			return d.Text(&specFileString, n+1), false
		}
		return d.Text(&specString, n+1), false
	case objBlob:
		n := d.Varint(&specBlobLength)
		if !d.OK() {
			return "", false
		}
		if n > uint64(d.Left()) {
			d.Failf(short(d), "the blob has %d bytes, %d are left", n, d.Left())
			return "", false
		}
		b := d.Peek(int(n))
		if private {
			d.Bytes(&specFileBlob, int(n))
		} else if n == vcardLen && (o != nil && o.vcard || b[8] == 1) {
			readVcard(d)
		} else {
			d.Bytes(&specBlob, int(n))
		}
		return count(int(n), "byte"), false
	case objList:
		inner := NoContext
		if o != nil {
			inner = o.inner
		}
		return "", readList(d, inner, depth+1)
	case objWords:
		n := d.Varint(&specWords)
		if !d.OK() {
			return "", false
		}
		if n > uint64(d.Left()) && !d.Cut() {
			wraps := ""
			if n >= 1<<30 {
				wraps = "; times four it is " + strconv.FormatUint(n*4&0xffffffff, 10) + " in 32 bits, the overflow of 2005"
			}
			d.Failf(field.ErrShort, "%d numbers have at least %d bytes, %d are left%s", n, n, d.Left(), wraps)
			return "", false
		}
		for i := uint64(0); i < n && d.OK(); i++ {
			d.Varint(&specWord)
		}
		return count(int(n), "word"), false
	}
	return "", false
}

// readAddress reads an address and a port, both big-endian, in a group of their own, and
// returns them as text.
func readAddress(d *dissect.D, s, specIP, specPort *field.Spec) (text string) {
	d.Group(s, func(d *dissect.D) {
		ip := d.IP4(specIP)
		port := d.U16(specPort)
		if d.OK() {
			text = netip.AddrPortFrom(ip, port).String()
			d.Head(field.Text(text))
		}
	})
	return text
}

func objects(n uint64) string {
	if n == 1 {
		return "1 object"
	}
	return strconv.FormatUint(n, 10) + " objects"
}

func hex8(n uint8) string { return hex16(uint16(n))[2:] }

func hex32(n uint32) string { return hex16(uint16(n>>16)) + hex16(uint16(n)) }

// ip4 is an address held as a number, 192.0.2.10 being C000020A.
func ip4(n uint32) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}
