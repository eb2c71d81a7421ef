package codec

// Table lists the codecs, in the order of their numbers. A new one is a file and a line here.
var Table = []*Codec{
	pcmu,
	pcma,
	g722,
	l16,
	g729Codec,
	ilbc20,
	ilbc30,
	isac,
	silkCodec,
	opusCodec,
	telephoneEvent,
	comfortNoise,
	ipcmwb,
	eg711a,
	eg711u,
	svopc,
}

// ByID finds a codec, or nil.
func ByID(id ID) *Codec {
	for _, c := range Table {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// ByName finds a codec by its Name, or nil.
func ByName(name string) *Codec {
	for _, c := range Table {
		if c.Name == name {
			return c
		}
	}
	return nil
}
