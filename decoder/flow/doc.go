// Package flow sorts packets into two-way conversations and remembers of each,
// in constant space, what can tell later whether Skype spoke in it.
//
// It only counts. It holds no opinion: package classify weighs what is found
// here. It keeps no packet and no payload beyond the first 16 bytes of each
// direction, and it neither reassembles nor defragments.
//
//	t := flow.NewTable()
//	id, reverse := t.Add(n, when, false, wireLen, &summary, payload)
//	f := t.At(id)
//
// # Cost
//
// Add runs once for every packet of a file. It allocates only when a page of
// flows or a slab of Features is full or the table has to grow, never for a
// packet. A flow of one packet, or of one question and one answer, costs its
// record of 144 bytes and 8 to 16 bytes of table; only a UDP flow in which one
// side has sent two datagrams with payload gets Features, and only one with more than eight
// gets the histograms of Stats. TCP flows have the record alone: its two leads of
// 16 bytes hold the 14-byte hello and the 5-byte false TLS records of Skype.
package flow
