package sound

func newILBC(long bool) Decoder { return nil }
