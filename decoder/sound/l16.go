package sound

import "somscope/decoder/codec"

func newL16(p codec.Params) Decoder { return nil }
