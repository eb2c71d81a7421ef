package capfile

import "somscope/decoder/field"

// FrameLink is the first of our private link types: the packets of a raw file of voice are bare
// frames of the codec whose number (codec.ID) is added to it. No capture file has them.
const FrameLink uint16 = 0xF000

// OpenAs is Open for a file without a head of its own, whose bytes the user says to be bare
// frames of a codec: "pcmu", "pcma", "g729", "g722", "l16", "ilbc20", "ilbc30". With "" it is Open.
func OpenAs(src Source, as string) (*File, error) {
	if as == "" {
		return Open(src)
	}
	return nil, &field.Error{In: "frames", What: "“" + as + "” is no codec that bare frames can be read as", Err: field.ErrUnsupported}
}
