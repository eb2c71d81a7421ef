package skype

import "somscope/decoder/dissect"

// A SegmentPlace says where the payload of one packet lies in its side's Data.
type SegmentPlace struct {
	Payload, At, Len int
}

// A Segment is a TCP payload together with what is known of its conversation.
type Segment struct {
	Talk    *Talk
	Sides   *[2]StreamSide
	Side    int
	Places  []SegmentPlace      // in order; none when all of it had come before
	Again   bool                // a retransmission
	Packets func(at int) uint32 // the packet, from 1, that brought a byte of this side; may be nil
}

// DissectTCP explains a TCP payload of a conversation of Skype.
func DissectTCP(d *dissect.D, c *dissect.Context, s *Segment) { d.Unknown(d.Left()) }

// InfoTCP says in half a line what a TCP payload is.
func InfoTCP(s *Segment, payload []byte) string { return "" }
