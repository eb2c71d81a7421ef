package skype

import "somscope/decoder/field"

// A ListContext says whose object list is read. An id means something else in each.
type ListContext uint8

const (
	NoContext     ListContext = iota // ids are not named
	ListLogin1                       // first record of a login, in the clear
	ListLogin2                       // second record, first list: who logs in
	ListLogin3                       // second record, second list: from where
	ListSession1                     // session between two clients, first message (0x43)
	ListSession2                     // session between two clients, second message (0x45)
	ListNode                         // what a supernode tells of a node
	ListSlot                         // commands 6 and 8: supernodes of a slot
	ListConnect                      // command 41: connect to this address
	ListEvent                        // command 5200: answer of the event server
	ListSearch                       // command 14: search for a user
	ListSearchFor                    // the list within: whom to look for
	ListPong                         // command 36; known packed only
	ListRedirect                     // command 29; known packed only
	ListChat                         // record of a chat in a .dbb file
	ListHostCache                    // HostCache of shared.xml
	ListHost                         // one entry of it
)

// An object is an id somebody has named.
type object struct {
	id    uint32
	typ   uint8 // objAny: not known
	name  string
	says  string      // a remark, or ""
	inner ListContext // of a list
	when  bool        // a number that is a time
	ip    bool        // a number that may be an address
	vcard bool        // a blob that is a node address
}

// A listTable names the ids of one context.
type listTable struct {
	name    string // "this list of ..."
	spec    *field.Spec
	objects []object
	private bool // its texts, blobs and addresses tell of people
}

func (t *listTable) find(id uint64, typ uint8) *object {
	var found *object
	for i := range t.objects {
		if o := &t.objects[i]; uint64(o.id) == id {
			if o.typ == typ {
				return o
			}
			found = o
		}
	}
	return found
}

func (c ListContext) table() *listTable {
	if int(c) < len(listTables) {
		return &listTables[c]
	}
	return &listTables[NoContext]
}

// listTables holds the ids of every context, in the order of the constants.
//
// Sources: Biondi & Desclaux 2006, slides 61 and 81-82; Desclaux & Kortchinsky 2006, part 2,
// slides 26-29; OpenSkype's sample objects; skypeopensource; the SkypeIRC capture; for files the
// pages named in their Specs.
var listTables = [...]listTable{
	NoContext:     {spec: &specObjectID},
	ListLogin1:    {name: "the first record of a login", spec: &specLogin1ID, objects: login1Objects},
	ListLogin2:    {name: "the second record of a login", spec: &specLogin2ID, objects: login2Objects},
	ListLogin3:    {name: "the second list of a login", spec: &specLogin3ID, objects: login3Objects},
	ListSession1:  {name: "the set-up of a session", spec: &specSession1ID, objects: session1Objects},
	ListSession2:  {name: "the second message of a session", spec: &specSession2ID, objects: session2Objects},
	ListNode:      {name: "the description of a node", spec: &specNodeID, objects: nodeObjects},
	ListSlot:      {name: "commands about slots", spec: &specSlotID, objects: slotObjects},
	ListConnect:   {name: "command 41", spec: &specConnectID, objects: connectObjects},
	ListEvent:     {name: "the event server's answer", spec: &specEventID, objects: eventObjects},
	ListSearch:    {name: "a search", spec: &specSearchID, objects: searchObjects},
	ListSearchFor: {name: "what a search looks for", spec: &specSearchForID, objects: searchForObjects},
	ListPong:      {spec: &specObjectID},
	ListRedirect:  {spec: &specObjectID},
	ListChat:      {name: "records of chats", spec: &specChatID, objects: chatObjects, private: true},
	ListHostCache: {name: "the host cache", spec: &specHostID, objects: hostCacheObjects, private: true},
	ListHost:      {name: "an entry of the host cache", spec: &specHostEntryID, objects: hostObjects, private: true},
}

var login1Objects = []object{
	{id: 0x08, typ: objBlob, name: "RSA block", says: "192 bytes hold 192 random bits, from which the key of the login is made, encrypted to the server's RSA key of 1536 bits"},
	{id: 0x09, typ: objNumber, name: "unknown, always 8192", says: "perhaps which of the server's keys was used"},
	{id: 0x0c, typ: objNumber, name: "unknown, always 1"},
}

var login2Objects = []object{
	{id: 0x00, typ: objNumber, name: "command"},
	{id: 0x02, typ: objNumber, name: "unknown, always 1"},
	{id: 0x04, typ: objString, name: "user name"},
	{id: 0x05, typ: objBlob, name: "password hash", says: "MD5 of user name, “skyper” and password"},
}

var login3Objects = []object{
	{id: 0x0d, typ: objString, name: "version of the client"},
	{id: 0x0e, typ: objNumber, name: "own public address, or a time", says: "equal to the public address in the one sample; O'Neil guessed a login time", ip: true},
	{id: 0x13, typ: objBlob, name: "own node address", vcard: true},
	{id: 0x20, typ: objAny, name: "e-mail"},
	{id: 0x21, typ: objBlob, name: "RSA modulus of the session"},
	{id: 0x24, typ: objAny, name: "credentials"},
	{id: 0x31, typ: objLong, name: "host id"},
	{id: 0x33, typ: objWords, name: "host ids"},
	{id: 0x36, typ: objString, name: "language"},
	{id: 0x37, typ: objAny, name: "name"},
	{id: 0x3a, typ: objLong, name: "host id"},
}

var session1Objects = []object{
	{id: 0x00, typ: objString, name: "name of the other side"},
	{id: 0x01, typ: objBlob, name: "own node address", vcard: true},
	{id: 0x03, typ: objNumber, name: "session id"},
	{id: 0x09, typ: objLong, name: "challenge"},
	{id: 0x18, typ: objNumber, name: "flag 18"},
	{id: 0x1b, typ: objNumber, name: "flag 1b"},
	{id: 0x25, typ: objNumber, name: "flag 25"},
	{id: 0x26, typ: objNumber, name: "flag 26"},
	{id: 0x29, typ: objNumber, name: "flag 29"},
	{id: 0x2a, typ: objNumber, name: "flag 2a"},
	{id: 0x2b, typ: objAny, name: "version"},
	{id: 0x2c, typ: objBlob, name: "node address of the other side", vcard: true},
}

var session2Objects = []object{
	{id: 0x02, typ: objAny, name: "own public address", ip: true},
	{id: 0x05, typ: objBlob, name: "credentials"},
	{id: 0x06, typ: objBlob, name: "nonce, encrypted", says: "half of the AES key of the session, encrypted with RSA to the other side"},
	{id: 0x0a, typ: objAny, name: "answer to the challenge"},
}

var nodeObjects = []object{
	{id: 0x08, typ: objNumber, name: "unknown number"},
	{id: 0x10, typ: objString, name: "country"},
	{id: 0x11, typ: objAddress, name: "address"},
	{id: 0x12, typ: objAny, name: "unknown, in samples"},
	{id: 0x34, typ: objAny, name: "unknown, in samples"},
}

var slotObjects = []object{
	{id: 0x00, typ: objNumber, name: "slot"},
	{id: 0x02, typ: objAddress, name: "supernode"},
	{id: 0x05, typ: objNumber, name: "at most", says: "how many supernodes are wanted, 100 for instance"},
}

var connectObjects = []object{
	{id: 0x11, typ: objAddress, name: "connect to"},
}

var eventObjects = []object{
	{id: 0x2e, typ: objNumber, name: "unknown, always 0"},
}

var searchObjects = []object{
	{id: 0x00, typ: objList, name: "looked for", inner: ListSearchFor},
	{id: 0x01, typ: objWords, name: "wanted of each hit", says: "ids of the objects to send back"},
}

var searchForObjects = []object{
	{id: 0x00, typ: objString, name: "name"},
	{id: 0x01, typ: objNumber, name: "unknown 1"},
	{id: 0x02, typ: objNumber, name: "unknown 2"},
}

var chatObjects = []object{
	{id: 480, typ: objString, name: "chat"},
	{id: 485, typ: objNumber, name: "time", when: true},
	{id: 488, typ: objString, name: "author"},
	{id: 492, typ: objString, name: "author, as displayed"},
	{id: 500, typ: objString, name: "text, other form"},
	{id: 508, typ: objString, name: "text"},
	{id: 3160, typ: objString, name: "members"},
	{id: 3170, typ: objBlob, name: "blob of 32 bytes"},
}

var hostCacheObjects = []object{
	{id: 0x00, typ: objList, name: "supernode", inner: ListHost},
}

var hostObjects = []object{
	{id: 0x00, typ: objAddress, name: "address"},
	{id: 0x01, typ: objNumber, name: "class or state", says: "2 and 4 were seen"},
	{id: 0x02, typ: objNumber, name: "first or last success", when: true},
	{id: 0x03, typ: objNumber, name: "last seen or tried", when: true},
	{id: 0x04, typ: objNumber, name: "failures or a flag", says: "mostly 0"},
}

// names makes the Enum of an id Spec out of its table.
func names(table []object) field.Enum {
	e := make(field.Enum, 0, len(table))
	for _, o := range table {
		e = append(e, field.Sym{V: uint64(o.id), S: o.name})
	}
	return e
}

const idDoc = "What the object is for; the same number means something else in another list."

var specObjectID = field.Spec{
	Name: "skype.object.id", Label: "Id",
	Doc: idDoc, Show: field.DecHex,
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slide 51"}, {Key: "sos"}},
	Term:  "object-list",
}

var specLogin1ID = field.Spec{
	Name: "skype.object.id.login", Label: "Id, in the first record of a login",
	Doc: idDoc, Show: field.DecHex, Enum: names(login1Objects),
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "cap"}, {Key: "bd", Where: "slide 68"}},
	Term:  "object-list",
	Readings: []field.Reading{
		{Values: v(9), Cite: field.Cite{Key: "sos"}, Says: "credentials expiry, in the list of labels by O'Neil"},
		{Values: v(9), Cite: field.Cite{Key: "cap"}, Says: "8192 in every login: hardly an expiry; perhaps the number of the server's key", Ours: true},
	},
}

var specLogin2ID = field.Spec{
	Name: "skype.object.id.user", Label: "Id, in the second record of a login",
	Doc: idDoc, Show: field.DecHex, Enum: names(login2Objects),
	Trust: field.Reversed,
	Cite:  []field.Cite{{Key: "sos"}},
	Term:  "object-list",
}

var specLogin3ID = field.Spec{
	Name: "skype.object.id.host", Label: "Id, in the second list of a login",
	Doc: idDoc, Show: field.DecHex, Enum: names(login3Objects),
	Trust: field.Reversed,
	Cite:  []field.Cite{{Key: "sos"}},
	Term:  "object-list",
	Readings: []field.Reading{
		{Values: v(0x0e), Cite: field.Cite{Key: "sos"}, Says: "time of the login or of the key, with a question mark"},
		{Values: v(0x0e), Cite: field.Cite{Key: "somscope"}, Says: "the own public address: equal to it in the sample", Ours: true},
	},
}

var specSession1ID = field.Spec{
	Name: "skype.object.id.session", Label: "Id, in the set-up of a session",
	Doc: idDoc, Show: field.DecHex, Enum: names(session1Objects),
	Trust: field.Reversed,
	Cite:  []field.Cite{{Key: "sos"}},
	Term:  "object-list",
}

var specSession2ID = field.Spec{
	Name: "skype.object.id.session2", Label: "Id, in the second message of a session",
	Doc: idDoc, Show: field.DecHex, Enum: names(session2Objects),
	Trust: field.Reversed,
	Cite:  []field.Cite{{Key: "sos"}},
	Term:  "object-list",
}

var specNodeID = field.Spec{
	Name: "skype.object.id.node", Label: "Id, in the description of a node",
	Doc: idDoc, Show: field.DecHex, Enum: names(nodeObjects),
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "openskype"}, {Key: "somscope"}},
	Term:  "object-list",
}

var specSlotID = field.Spec{
	Name: "skype.object.id.slot", Label: "Id, in commands about slots",
	Doc: idDoc, Show: field.DecHex, Enum: names(slotObjects),
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bd", Where: "slide 61"}, {Key: "dk", Where: "part 2, slide 29"}, {Key: "cap"}},
	Term:  "object-list",
}

var specConnectID = field.Spec{
	Name: "skype.object.id.connect", Label: "Id, in the command to connect",
	Doc: idDoc, Show: field.DecHex, Enum: names(connectObjects),
	Trust: field.Reversed,
	Cite:  []field.Cite{{Key: "bd", Where: "slides 81-82"}, {Key: "dk", Where: "part 2, slide 26"}},
	Term:  "object-list",
}

var specEventID = field.Spec{
	Name: "skype.object.id.event", Label: "Id, in the event server's answer",
	Doc: idDoc, Show: field.DecHex, Enum: names(eventObjects),
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "cap"}},
	Term:  "object-list",
}

var specSearchID = field.Spec{
	Name: "skype.object.id.search", Label: "Id, in a search",
	Doc: idDoc, Show: field.DecHex, Enum: names(searchObjects),
	Trust: field.Reversed,
	Cite:  []field.Cite{{Key: "sos"}},
	Term:  "object-list",
}

var specChatID = field.Spec{
	Name: "skype.object.id.chat", Label: "Id, in the record of a chat",
	Doc: idDoc, Show: field.DecHex, Enum: names(chatObjects),
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "dmy"}, {Key: "jb"}},
	Term:  "object-list",
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "dmy"}, Says: "two bytes that mark what follows, such as E0 03"},
		{Cite: field.Cite{Key: "jb"}, Says: "the same two bytes"},
		{Cite: field.Cite{Key: "somscope"}, Says: "a varint behind the type, like everywhere else: E0 03 is 480", Ours: true},
	},
}

var specHostID = field.Spec{
	Name: "skype.object.id.hostcache", Label: "Id, in the host cache",
	Doc: idDoc, Show: field.DecHex, Enum: names(hostCacheObjects),
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "hc09"}, {Key: "somscope"}},
	Term:  "host-cache",
}

var specHostEntryID = field.Spec{
	Name: "skype.object.id.hostentry", Label: "Id, in an entry of the host cache",
	Doc: idDoc, Show: field.DecHex, Enum: names(hostObjects),
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "hc09"}, {Key: "somscope"}},
	Term:  "host-cache",
}

var specSearchForID = field.Spec{
	Name: "skype.object.id.searchfor", Label: "Id, in what a search looks for",
	Doc: idDoc, Show: field.DecHex, Enum: names(searchForObjects),
	Trust: field.Reversed,
	Cite:  []field.Cite{{Key: "sos"}},
	Term:  "object-list",
}
