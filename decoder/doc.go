// Package decoder is the façade of Somscope's decoder: one opened capture
// file, what was learnt of it in one pass, and all that can be asked of it.
//
// The main type is Capture. It lives in two phases:
//
//	c, err := decoder.Open(src, name)       // recognise the file by its content
//	for err == nil {
//		_, err = c.Step(50 * time.Millisecond) // index; io.EOF when all is read
//	}
//	rows := c.Rows(0, 60, decoder.SinceStart)
//	tree, err := c.Dissect(41)               // packet 42, byte by byte
//
// Who has the bytes at hand may push them instead of calling Step: Feed takes
// them in order, Finish says that was all. Rows, trees and flows may be asked
// for at any moment; they tell of what has been read so far.
//
// The pass keeps some 20 bytes a packet and a few hundred a flow and drops the
// packet's bytes. Whatever more is wanted is read again from the file: a
// page of rows is one read of 64-256 KiB, a selected packet is another.
// The pass allocates nothing per packet.
//
// A Capture is not for use by several goroutines, and it deliberately does no
// decoding of its own: capfile knows files, inet headers, flow conversations,
// skype the protocol, classify the reasons to believe in it. This package only
// puts them together. Sentences for people are composed by the programs above.
package decoder
