package skype

import "somscope/decoder/dissect"

// DissectUDP is UDP with what the rest of the capture says about the message. f may be nil.
func DissectUDP(d *dissect.D, c *dissect.Context, f *Facts) { runUDP(d, c) }

// InfoWith is Info with what the rest of the capture says about the message. f may be nil.
func InfoWith(payload []byte, f *Facts) string { return Info(payload) }
