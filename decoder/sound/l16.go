package sound

import (
	"encoding/binary"

	"somscope/decoder/codec"
)

func newL16(p codec.Params) Decoder {
	return newPCM("L16", rateOf(p, 44100), p.Channels, 2, func(b []byte) int16 { return int16(binary.BigEndian.Uint16(b)) })
}
