package skype

import (
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Data, function d:
//
//	0    2   3
//	+----+---+-----------------
//	| id |rd | frame ...
//	+----+---+-----------------
//
// Bonfiglio et al. 2007, §3.1 and §3.2.2. No public capture holds one: all of this rests on
// papers and programs.

var specData = field.Spec{
	Name: "skype.udp.data", Label: "Data",
	Doc:   "A piece of what two people exchange, be it voice, video, chat or a file; which of them it is cannot be seen.",
	Trust: field.Measured,
	Cite:  []field.Cite{{Key: "bon", Where: "§3.1"}, {Key: "tstat"}, {Key: "seed"}},
}

var specFrame = field.Spec{
	Name: "skype.udp.data.frame", Label: "Frame",
	Doc:   "Blocks of media or data, by one paper compressed together and encrypted with the session key of the two; only length and rhythm can still be studied.",
	Show:  field.Raw,
	Trust: field.Inferred,
	Cite:  []field.Cite{{Key: "bon", Where: "§3.1"}},
	Term:  "aes",
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "bon", Where: "§3.1"}, Says: "blocks of a codec and headers of Skype, put through an arithmetic compressor and then a cipher"},
		{Cite: field.Cite{Key: "bs04"}, Says: "voice of client 0.97: datagrams of 67 bytes"},
		{Cite: field.Cite{Key: "tstat"}, Says: "a frame of a call when the datagram has more than 4 bytes"},
		{Cite: field.Cite{Key: "somscope"}, Says: "nothing behind the Start of Message can be named; lengths and gaps are all there is to study", Ours: true},
	},
}

var specKeepAlive = field.Spec{
	Name: "skype.udp.keepalive", Label: "Keep-alive",
	Doc:   "“I am still here”: a Start of Message with nothing behind it, which keeps the way through a NAT open.",
	Trust: field.Reversed,
	Cite:  []field.Cite{{Key: "ndpi"}, {Key: "tstat"}},
	Term:  "keepalive",
	Readings: []field.Reading{
		{Cite: field.Cite{Key: "ndpi"}, Says: "3 bytes and function d: Skype"},
		{Cite: field.Cite{Key: "tstat"}, Says: "4 bytes or less: keep-alive, more: a frame of the call"},
		{Cite: field.Cite{Key: "somscope"}, Says: "3 bytes exactly; a fourth would be a frame of one byte", Ours: true},
	},
}

func readData(d *dissect.D, m message) {
	if d.Left() == 0 {
		d.Group(&specKeepAlive, func(d *dissect.D) {
			if d.Cut() {
				d.HeadFault(field.ErrSnapped, "the capture ends here, so this may be a frame")
			}
			if m.media != nil && m.media.Stream != 0 {
				d.Aside(&dataWords.stream, field.Uint(uint64(m.media.Stream)))
			}
		})
		return
	}
	d.Group(&specData, func(d *dissect.D) {
		if d.Left() == 1 && !d.Cut() {
			d.HeadNote("one byte only: some programs count this as a keep-alive")
		}
		n := len(d.Rest(&specFrame))
		if m.media != nil {
			unreadable(d, n)
			showMedia(d, dataWords, m.media)
		}
	})
}

func infoData(m message, p []byte) string {
	if len(p) == 3 {
		return "Data keep-alive"
	}
	return "Data " + hex16(m.id) + " · " + bytesEncrypted(len(p)-3)
}
