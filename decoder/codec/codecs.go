package codec

// Table lists the codecs. A new one is a file and a line here.
var Table = []*Codec{}

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
