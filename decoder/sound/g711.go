package sound

import "somscope/decoder/codec"

func newG711(alaw bool, p codec.Params) Decoder { return nil }
