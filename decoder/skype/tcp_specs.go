package skype

import "somscope/decoder/field"

// TCPName is the filter word of Skype over TCP.
const TCPName = "skype.tcp"

// TCPSpecs is every field that DissectTCP may emit.
var TCPSpecs []*field.Spec
