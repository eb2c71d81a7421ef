// Package localfile explains the files that Skype kept on a machine, byte by byte: config.xml and
// shared.xml, the records of chats in .dbb files, and by name what it does not open.
//
//	f, err := localfile.Open(src, "shared.xml")
//	for i := range f.Len() {
//		p := f.Piece(i)            // a row: Lib/Connection/ListeningPort, 35990
//		d, err := f.Dissect(i)     // its tree: every byte has a field
//	}
//	nodes, _ := f.Nodes()          // the host cache as a table
//
// The main type is File: a list of Pieces that together own every byte of the file, in order. A
// piece of an XML file is an element with its text, the opening or closing tag of one that holds
// others, a comment, and so on; white space belongs to the piece that follows it. A piece of a
// .dbb file is a slot. What a capture's packet is to the page, a piece is here: a row of the
// list, a tree, bytes, and a card for each field.
//
// Files are told by their content, never by their name. They are read leniently, because real
// ones are edited by hand, and with bounds, because they may be hostile: a file of any size is
// read once in windows, its pieces are listed up to MaxPieces, texts are looked at again when
// somebody asks, levels are followed to MaxDepth, and no entity is ever expanded but the five
// built into XML and those that are numbers.
//
// What is known of which element stands in one table, known.go. Hexadecimal text becomes a
// buffer of its own, byte i of which stems from two digits (field.Buffer.Per); object lists in
// it are read by package skype, as those on the wire. Packed lists (0x42) and credentials are
// left as they are.
package localfile
