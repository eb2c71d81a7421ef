// Package synth writes captures: whole stories with a beginning and an end,
// for tests and for the sample shelf of the page.
//
// Nothing in them was ever on a wire. Addresses come from the blocks set aside
// for documentation, hardware addresses too, names are invented, and all that
// looks random comes from a fixed seed: the same story always gives the same
// bytes. The committed files in site/content/samples are its output.
//
//	for _, s := range synth.Stories() {
//		os.WriteFile(s.File, s.Bytes(), 0o666)
//	}
//
// A story is a small simulation: hosts with a distance and counters of their
// own act at points in time, and what passes the client's network card is kept
// (see world). Packets are serialised by gopacket.
//
// Skype's messages are built from what has been published about them, with
// the right checksums over texts that are known. What is obfuscated or
// encrypted in reality is random here, for this project contains no key
// expansion. Voice in the clear is nobody's: it is sung by formulas, or its
// frames are written parameter by parameter.
//
// The package deliberately does not import package skype: a test must not ask
// the suspect for the truth.
package synth

//go:generate go test . -update
