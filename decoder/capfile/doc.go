// Package capfile reads capture files: classic pcap and pcapng, plain or
// packed with gzip or Zstandard. It also reads raw files of voice (iLBC, SILK,
// Ogg Opus, and bare frames whose codec the user names), as captures whose
// packets are the frames.
//
// A File has two faces over one record parser. Feed takes the bytes of the
// file in order, in pieces of any size, and calls back for each packet; it is
// for the first pass and allocates nothing per packet. Record, Records,
// DissectRecord and DissectBlock look back by offset through a Source and a
// small cache of 256 KiB blocks; they are for what is on the screen.
//
//	f, err := capfile.Open(src)
//	for each piece p of the file {
//		err = f.Feed(p, func(r *capfile.Record) { … r.Data is valid here … })
//	}
//	err = f.Finish()
//
// The package deliberately knows nothing of what is in a packet, writes no
// files, and never holds a file in memory (packed files excepted, within a
// stated budget, see Unpack). Memory grows with bytes that were really there,
// never with a length that some header claims.
//
// Faults are of two kinds. When the file cannot be followed any further (a
// length that is no length, a version nobody has described), Feed returns a
// *field.Error with the offset, and every packet before it has been handed
// out. When one block of a pcapng file makes no sense but its length does, the
// block is marked Bad in Blocks, reading goes on, and Finish reports it.
package capfile
