package sound

import "somscope/decoder/codec"

func newOpus(p codec.Params) (Decoder, error) { return nil, ErrMute }
