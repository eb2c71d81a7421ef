package sound

import "somscope/decoder/codec"

func newG722(p codec.Params) Decoder { return nil }
