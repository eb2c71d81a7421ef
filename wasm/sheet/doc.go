// Package sheet writes the pages about voice: words, tables and drawings about a stream of it,
// and about what a classifier believes of a flow. It turns plain values of the decoder into a
// proto.Sheet, which the page shows and the terminal prints; it reads no file and asks nobody.
//
// A drawing never says more than the words and the table beside it.
package sheet
