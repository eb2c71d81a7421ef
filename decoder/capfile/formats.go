package capfile

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"somscope/decoder/field"
)

// A format is one kind of capture file that we read. To add one, write its
// container in a file of its own and add a line here.
type format struct {
	name string
	is   func(head []byte) bool // by content only; head is at most 4 KiB
	open func(f *File, head []byte) (container, *field.Error)
}

var formats = []format{
	{"pcap", isPcap, openPcap},
	{"pcapng", isPcapng, openPcapng},
	{"ilbc", isILBC, openILBC},
	{"silk", isSILK, openSILK},
	{"ogg", isOggOpus, openOgg},
}

// A stranger is a kind of file that is recognised in order to be refused by
// name: a person who drops the wrong file learns what it is.
type stranger struct {
	name string
	is   func(head []byte) bool
	what string // a clause after "this is", without a full stop
	err  error
}

// strangers is asked in order; the weak signs come last.
var strangers = []stranger{
	// What unpacks to a capture, perhaps.
	{"gzip", magic("\x1f\x8b"), "a gzip file, which has to be unpacked first", field.ErrUnsupported},
	{"zstd", isZstd, "a Zstandard file, which has to be unpacked first", field.ErrUnsupported},
	{"lz4", magic("\x04\x22\x4d\x18", "\x02\x21\x4c\x18"), "a file packed with lz4, which is not unpacked here; unpack it and open what is in it", field.ErrUnsupported},
	{"xz", magic("\xfd7zXZ\x00"), "a file packed with xz, which is not unpacked here; unpack it and open what is in it", field.ErrUnsupported},
	{"bzip2", isBzip2, "a file packed with bzip2, which is not unpacked here; unpack it and open what is in it", field.ErrUnsupported},
	{"compress", magic("\x1f\x9d", "\x1f\xa0"), "a file packed with compress, which is not unpacked here; unpack it and open what is in it", field.ErrUnsupported},
	{"zip", magic("PK\x03\x04", "PK\x05\x06"), "a ZIP archive or an office document; unpack it and open the capture that is in it", field.ErrFormat},
	{"7z", magic("7z\xbc\xaf\x27\x1c"), "a 7-Zip archive; unpack it and open the capture that is in it", field.ErrFormat},
	{"rar", magic("Rar!\x1a\x07"), "a RAR archive; unpack it and open the capture that is in it", field.ErrFormat},
	{"tar", isTar, "a tar archive; unpack it and open the capture that is in it", field.ErrFormat},

	// Captures of other kinds.
	{"damaged pcapng", isTextDamaged, "a pcapng capture that was damaged when it was sent as text", field.ErrFormat},
	{"snoop", magic("snoop\x00\x00\x00"), "a snoop capture (Solaris), which is not read; save it as pcap", field.ErrUnsupported},
	{"btsnoop", magic("btsnoop\x00"), "a Bluetooth capture (btsnoop), which is not read", field.ErrUnsupported},
	{"netmon", magic("GMBU", "RTSS"), "a capture of Microsoft Network Monitor, which is not read; save it as pcap", field.ErrUnsupported},
	{"sniffer", magic("TRSNIFF data    \x1a"), "a capture of the DOS Sniffer, which is not read; save it as pcap", field.ErrUnsupported},
	{"netxray", magic("XCP\x00", "VL\x00\x00"), "a capture of NetXRay or the Windows Sniffer, which is not read; save it as pcap", field.ErrUnsupported},
	{"iptrace", magic("iptrace 1.0", "iptrace 2.0"), "an iptrace capture (AIX), which is not read; save it as pcap", field.ErrUnsupported},
	{"observer", magic("ObserverPktBuffe"), "a capture of Observer, which is not read; save it as pcap", field.ErrUnsupported},
	{"lcap", magic("\xac\x01\x00\x1c", "\xab\x01\x00\x1c", "\x1c\x00\x01\xac", "\x1c\x00\x01\xab"), "a capture of an IXIA analyser, which is not read; save it as pcap", field.ErrUnsupported},

	// Sound whose codec is not ours.
	{"amr", magic("#!AMR"), "an AMR recording, a codec of mobile telephones that is not explained here", field.ErrUnsupported},
	{"vorbis", isOgg("\x01vorbis"), "an Ogg file of Vorbis, a codec for music that is not explained here", field.ErrUnsupported},
	{"speex", isOgg("Speex   "), "an Ogg file of Speex, a codec that is not explained here", field.ErrUnsupported},
	{"ogg", magic("OggS"), "an Ogg file without Opus in it; only Opus is read from Ogg", field.ErrUnsupported},
	{"flac", magic("fLaC"), "a FLAC sound, not a capture", field.ErrFormat},
	{"au", magic(".snd"), "an AU sound; take its header off and open the rest as bare frames of its codec", field.ErrUnsupported},
	{"ilbc", magic("#!iLBC"), "a file of iLBC frames of an unknown length: its mark is neither #!iLBC20 nor #!iLBC30", field.ErrUnsupported},
	{"silk", magic("#!SILK", "\x02#!SILK"), "a file of SILK frames of another version than 3", field.ErrUnsupported},

	// Skype's own files, which package localfile reads.
	{"skype config", isSkypeConfig, "a Skype settings file, not a capture", field.ErrFormat},
	{"skype dbb", magic("l33l"), "a Skype message store (.dbb), not a capture", field.ErrFormat},

	// What is no capture at all.
	{"jpeg", magic("\xff\xd8\xff"), "a JPEG picture, not a capture", field.ErrFormat},
	{"png", magic("\x89PNG\r\n\x1a\n"), "a PNG picture, not a capture", field.ErrFormat},
	{"gif", magic("GIF87a", "GIF89a"), "a GIF picture, not a capture", field.ErrFormat},
	{"webp", isWebP, "a WebP picture, not a capture", field.ErrFormat},
	{"wav", isWAV, "a WAV sound, not a capture", field.ErrFormat},
	{"pdf", magic("%PDF-"), "a PDF document, not a capture", field.ErrFormat},
	{"sqlite", magic("SQLite format 3\x00"), "an SQLite database, not a capture", field.ErrFormat},
	{"elf", magic("\x7fELF"), "a program for Linux, not a capture", field.ErrFormat},
	{"exe", magic("MZ"), "a program for Windows, not a capture", field.ErrFormat},
	{"wasm", magic("\x00asm"), "a WebAssembly module, not a capture", field.ErrFormat},
	{"html", isHTML, "an HTML page, not a capture; perhaps a download went wrong", field.ErrFormat},
	{"xml", isXML, "an XML file, not a capture", field.ErrFormat},
	{"json", isJSON, "a JSON file, not a capture", field.ErrFormat},
	{"text", isText, "a text file, not a capture", field.ErrFormat},
	{"erf", isERF, "an ERF capture (Endace), which is not read; save it as pcap", field.ErrUnsupported},
}

// refuse says what a file that is no capture of ours looks like.
func refuse(src Source, head []byte) *field.Error {
	_, unpacked := src.(*pages)
	if len(head) == 0 {
		what := "the file is empty"
		if unpacked {
			what = "the packed file holds nothing"
		}
		return &field.Error{In: "empty", What: what, Err: field.ErrFormat}
	}
	for _, s := range strangers {
		if !s.is(head) {
			continue
		}
		what := "this is " + s.what
		switch {
		case unpacked && (s.name == "gzip" || s.name == "zstd"):
			what = "the unpacked file is packed once more, with " + s.name + "; only one layer is unpacked"
		case unpacked:
			what = "the unpacked file is " + s.what
		}
		return &field.Error{In: s.name, What: what, Err: s.err}
	}
	if len(head) < 4 {
		return &field.Error{In: "capfile", What: "the file has only " + countOf(len(head), "byte") + ", too few for a capture", Err: field.ErrFormat}
	}
	return &field.Error{In: "capfile", What: "this is not a capture file: it begins with neither pcap's nor pcapng's mark" + hintBare, Err: field.ErrFormat}
}

// hintBare tells what may be done with bytes that have no mark at all.
const hintBare = "; bare frames of G.711, G.729 or iLBC have no mark either and are read when you say which they are"

func magic(marks ...string) func([]byte) bool {
	return func(head []byte) bool {
		for _, m := range marks {
			if len(head) >= len(m) && string(head[:len(m)]) == m {
				return true
			}
		}
		return false
	}
}

func isZstd(head []byte) bool {
	if len(head) < 4 {
		return false
	}
	m := binary.LittleEndian.Uint32(head)
	return m == 0xfd2fb528 || m&0xfffffff0 == 0x184d2a50 // a frame, or one to be skipped
}

func isBzip2(head []byte) bool {
	return len(head) >= 4 && string(head[:3]) == "BZh" && head[3] >= '1' && head[3] <= '9'
}

func isTar(head []byte) bool {
	return len(head) >= 262 && string(head[257:262]) == "ustar"
}

// isTextDamaged sees the first block of a pcapng file after a transfer that
// changed its line ends: the block type is made of them for this purpose.
func isTextDamaged(head []byte) bool {
	if len(head) < 16 {
		return false
	}
	near := head[:16]
	if !bytes.Contains(near, []byte("\x4d\x3c\x2b\x1a")) && !bytes.Contains(near, []byte("\x1a\x2b\x3c\x4d")) {
		return false
	}
	for _, m := range []string{"\n\r\n", "\r\n\r", "\n\n", "\r\r", "\n\r\r", "\r\n"} {
		if strings.HasPrefix(string(near), m) {
			return true
		}
	}
	return false
}

func isWebP(head []byte) bool {
	return len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP"
}

func isWAV(head []byte) bool {
	return len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WAVE"
}

// plain is the head as text without a byte-order mark; UTF-16 comes out as its
// ASCII characters.
func plain(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		head = head[3:]
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		var s strings.Builder
		for _, c := range head[2:] {
			if c != 0 {
				s.WriteByte(c)
			}
		}
		return strings.TrimSpace(s.String())
	}
	return strings.TrimSpace(string(head))
}

func isXML(head []byte) bool { return strings.HasPrefix(plain(head), "<?xml") }

// isSkypeConfig sees config.xml and shared.xml: their root element is config,
// with a serial number and a time.
func isSkypeConfig(head []byte) bool {
	s := plain(head)
	if !strings.HasPrefix(s, "<?xml") && !strings.HasPrefix(s, "<config") {
		return false
	}
	i := strings.Index(s, "<config")
	if i < 0 {
		return false
	}
	tag, _, _ := strings.Cut(s[i:], ">")
	return strings.Contains(tag, "serial=") && strings.Contains(tag, "version=")
}

func isHTML(head []byte) bool {
	s := strings.ToLower(plain(head))
	return strings.HasPrefix(s, "<!doctype html") || strings.HasPrefix(s, "<html")
}

func isJSON(head []byte) bool {
	s := plain(head)
	return len(s) > 1 && isText(head) && (s[0] == '{' && strings.ContainsAny(s[1:], "\"}") || s[0] == '[' && strings.ContainsAny(s[1:], "{]\""))
}

// isText sees UTF-8 or UTF-16 without control characters but those of lines.
func isText(head []byte) bool {
	s := plain(head)
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 && len(s) >= utf8.UTFMax {
			return false
		}
		if r < 0x20 && r != '\n' && r != '\r' && r != '\t' && r != '\f' {
			return false
		}
		s = s[n:]
	}
	return true
}

// isERF guesses: ERF has no mark, but each record begins with a time (little-
// endian, its upper half seconds since 1970), a type and its length. All
// records within the head must look right, the first in any case.
//
//	0  time    8  type   9  flags   10  record length   12  lost   14  wire length
//
// Source: the layout was checked against a capture of the WAND project.
func isERF(head []byte) bool {
	n := 0
	for off := 0; off+16 <= len(head); n++ {
		b := head[off:]
		sec := binary.LittleEndian.Uint32(b[4:])
		typ := b[8] & 0x7f
		size := int(binary.BigEndian.Uint16(b[10:]))
		wire := int(binary.BigEndian.Uint16(b[14:]))
		const year1995, year2040 = 788918400, 2208988800
		if typ == 0 || typ > 48 || size < 16 || sec < year1995 || sec > year2040 || wire == 0 && typ != 48 {
			return false
		}
		off += size
	}
	return n > 0
}
