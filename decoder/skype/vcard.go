package skype

import (
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Node address, called vcard by those who wrote Skype's formats down:
//
//	0         8   9           15          21          27
//	+---------+---+-----------+-----------+-----------+
//	| node id |01 | local     | supernode | public    |     each address 4 + 2 bytes
//	+---------+---+-----------+-----------+-----------+
//
// Our reading of the samples in skypeopensource; its text form there is
// 0x<node id>-d-s<supernode>-r<public>-l<local>.

const vcardLen = 27 // bytes

var specVcard = field.Spec{
	Name: "skype.vcard", Label: "Node address",
	Doc:   "All the ways to reach one client: at home, through its supernode, and from outside.",
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "sos"}, {Key: "somscope"}},
	Term:  "vcard",
}

var specVcardNode = field.Spec{
	Name: "skype.vcard.node", Label: "Node id",
	Doc:   "The number of this installation of the program.",
	Show:  field.Hex,
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "sos"}, {Key: "somscope"}},
}

var specVcardMark = field.Spec{
	Name: "skype.vcard.mark", Label: "Mark",
	Doc:   "Always 1 in the samples; what it says is not known.",
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "sos"}},
}

var specVcardLocal = field.Spec{
	Name: "skype.vcard.local", Label: "Local address",
	Doc:   "Where the client is in its own network, for neighbours behind the same NAT.",
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "sos"}, {Key: "somscope"}},
}

var specVcardSuper = field.Spec{
	Name: "skype.vcard.supernode", Label: "Supernode",
	Doc:   "The supernode that keeps a connection to the client and can pass a message on.",
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "sos"}, {Key: "somscope"}},
	Term:  "supernode",
}

var specVcardPublic = field.Spec{
	Name: "skype.vcard.public", Label: "Public address",
	Doc:   "Where the client is seen from outside, which is the NAT's address when there is one.",
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "sos"}, {Key: "somscope"}},
	Term:  "reflexive-address",
}

// readVcard reads the 27 bytes of a node address.
func readVcard(d *dissect.D) {
	d.Group(&specVcard, func(d *dissect.D) {
		d.U64(&specVcardNode)
		if n := d.U8(&specVcardMark); d.OK() && n != 1 {
			d.Note("1 in every sample")
		}
		readAddress(d, &specVcardLocal, &specIP, &specPort)
		readAddress(d, &specVcardSuper, &specIP, &specPort)
		readAddress(d, &specVcardPublic, &specIP, &specPort)
	})
}
