package capfile

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"somscope/decoder/field"
)

// What is no capture is named, in one clause, with the right sentinel.
func TestStrangers(t *testing.T) {
	erf := strings.Repeat("\x00\x32\x0e\x00\x01\xc4\xaa\x45\x02\x04\x00\x20\x00\x00\x00\x40................", 3)
	config := `<?xml version="1.0"?>` + "\n" + `<config version="1.0" serial="31" timestamp="1156534000.21"><Lib/></config>`
	utf16 := "\xff\xfe"
	for _, c := range config {
		utf16 += string([]byte{byte(c), 0})
	}
	shb := (&maker{o: le}).shb().b
	for _, c := range []struct {
		head string
		in   string
		say  string
		is   error
	}{
		{"", "empty", "the file is empty", field.ErrFormat},
		{"\x00", "capfile", "only 1 byte", field.ErrFormat},
		{"\x00\x01\x02\x03\x04\x05", "capfile", "not a capture", field.ErrFormat},
		{"\xff\xd8\xff\xe0\x00\x10JFIF", "jpeg", "a JPEG picture", field.ErrFormat},
		{"\x89PNG\r\n\x1a\n\x00\x00", "png", "a PNG picture", field.ErrFormat},
		{"GIF89a...", "gif", "a GIF picture", field.ErrFormat},
		{"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp", "a WebP picture", field.ErrFormat},
		{"RIFF\x00\x00\x00\x00WAVEfmt ", "wav", "a WAV sound", field.ErrFormat},
		{"%PDF-1.4\n", "pdf", "a PDF document", field.ErrFormat},
		{"PK\x03\x04\x14\x00", "zip", "a ZIP archive", field.ErrFormat},
		{"7z\xbc\xaf\x27\x1c\x00\x04", "7z", "a 7-Zip archive", field.ErrFormat},
		{"Rar!\x1a\x07\x01\x00", "rar", "a RAR archive", field.ErrFormat},
		{"name" + strings.Repeat("\x00", 253) + "ustar  \x00", "tar", "a tar archive", field.ErrFormat},
		{"\x1f\x8b\x08\x00", "gzip", "a gzip file", field.ErrUnsupported},
		{"\x28\xb5\x2f\xfd\x04", "zstd", "a Zstandard file", field.ErrUnsupported},
		{"\x50\x2a\x4d\x18\x04", "zstd", "a Zstandard file", field.ErrUnsupported},
		{"\x04\x22\x4d\x18\x64", "lz4", "packed with lz4", field.ErrUnsupported},
		{"\xfd7zXZ\x00\x00", "xz", "packed with xz", field.ErrUnsupported},
		{"BZh91AY&SY", "bzip2", "packed with bzip2", field.ErrUnsupported},
		{"\x1f\x9d\x90", "compress", "packed with compress", field.ErrUnsupported},
		{"snoop\x00\x00\x00\x00\x00\x00\x02", "snoop", "a snoop capture", field.ErrUnsupported},
		{"btsnoop\x00\x00\x00\x00\x01", "btsnoop", "a Bluetooth capture", field.ErrUnsupported},
		{"GMBU\x00\x02", "netmon", "Network Monitor", field.ErrUnsupported},
		{"XCP\x00002.002\x00", "netxray", "NetXRay", field.ErrUnsupported},
		{"TRSNIFF data    \x1a", "sniffer", "DOS Sniffer", field.ErrUnsupported},
		{"iptrace 2.0\x00", "iptrace", "iptrace", field.ErrUnsupported},
		{"ObserverPktBufferVersion=15.00", "observer", "Observer", field.ErrUnsupported},
		{"\xac\x01\x00\x1c\x00\x01", "lcap", "IXIA", field.ErrUnsupported},
		{erf, "erf", "an ERF capture", field.ErrUnsupported},
		{config, "skype config", "a Skype settings file", field.ErrFormat},
		{"\xef\xbb\xbf" + config, "skype config", "a Skype settings file", field.ErrFormat},
		{utf16, "skype config", "a Skype settings file", field.ErrFormat},
		{"l33l\x00\x00\x00\x00", "skype dbb", "a Skype message store", field.ErrFormat},
		{"<?xml version=\"1.0\"?>\n<project><config>1</config></project>", "xml", "an XML file", field.ErrFormat},
		{"\n<!DOCTYPE html>\n<html>", "html", "an HTML page", field.ErrFormat},
		{"{\"log\": 1}", "json", "a JSON file", field.ErrFormat},
		{"[{}]", "json", "a JSON file", field.ErrFormat},
		{"Dear student,\n\tgrüße\n", "text", "a text file", field.ErrFormat},
		{"SQLite format 3\x00\x10", "sqlite", "an SQLite database", field.ErrFormat},
		{"\x7fELF\x02", "elf", "a program for Linux", field.ErrFormat},
		{"MZ\x90\x00", "exe", "a program for Windows", field.ErrFormat},
		{"\x00asm\x01\x00\x00\x00", "wasm", "a WebAssembly module", field.ErrFormat},
		{"\n\r\n" + string(shb[4:]), "damaged pcapng", "damaged when it was sent as text", field.ErrFormat},
		{strings.Repeat("\x00", 500), "capfile", "not a capture", field.ErrFormat},
	} {
		_, err := Open(strings.NewReader(c.head))
		var e *field.Error
		if !errors.As(err, &e) || e.In != c.in || !strings.Contains(e.What, c.say) || !errors.Is(err, c.is) || e.Off != 0 {
			t.Errorf("%.12q: %v, want %q in %s", c.head, err, c.say, c.in)
			continue
		}
		faultOf(t, err)
	}
}

// Each stranger can be met: no earlier one hides it.
func TestStrangersAreReached(t *testing.T) {
	names := map[string]bool{}
	for _, s := range strangers {
		if names[s.name] {
			t.Errorf("%s is listed twice", s.name)
		}
		names[s.name] = true
		if strings.HasSuffix(s.what, ".") || s.what == "" || s.err == nil {
			t.Errorf("%s: %q", s.name, s.what)
		}
	}
}

// The settings files of Skype are named, another program's XML is not mistaken for one.
func TestSkypeConfigs(t *testing.T) {
	dir := filepath.Join(capturesDir(t), "config")
	for _, name := range []string{"first/config.xml", "second/config.xml", "bom/config.xml", "utf16/config.xml", "shared.xml", "broken/cut.xml"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Open(bytes.NewReader(b)); err == nil || !strings.Contains(err.Error(), "Skype settings") {
			t.Errorf("%s: %v", name, err)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "broken/not-skype.xml"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(bytes.NewReader(b)); err == nil || !strings.Contains(err.Error(), "an XML file") {
		t.Errorf("not-skype.xml: %v", err)
	}
}

// A source that fails says so, with the offset.
type failing struct {
	Source
	from int64
}

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) <= f.from {
		return f.Source.ReadAt(p, off)
	}
	n, _ := f.Source.ReadAt(p[:max(0, min(int64(len(p)), f.from-off))], off)
	return n, errors.New("the disk is on fire")
}

func TestReadError(t *testing.T) {
	m := (&maker{o: le}).pcapHead(magicMicro, 4, 65535, 1)
	for range 10000 {
		m.rec(1, 2, strings.Repeat("x", 60), 60)
	}
	for _, from := range []int64{0, 10, 100, 5000, 300000} {
		src := failing{bytes.NewReader(m.b), from}
		n := 0
		f, err := Scan(src, 1000, func(*Record) bool { n++; return true })
		e := faultOf(t, err)
		want := 0
		if f != nil { // Open itself reads 4 KiB
			want = int(e.Off-24) / 76
		}
		if !strings.Contains(e.What, "on fire") || e.Off > from || n != want {
			t.Errorf("from %d: %d packets, %v", from, n, err)
		}
		if f != nil {
			var r Record
			if err := f.Record(24+76*9000, &r); err == nil || !strings.Contains(err.Error(), "on fire") {
				t.Errorf("from %d: %v", from, err)
			}
		}
	}
}

// A Source that grows while it is read (an Unpacker's) is not remembered as short.
func TestGrowingSource(t *testing.T) {
	m := (&maker{o: le}).pcapHead(magicMicro, 4, 65535, 1)
	for range 1000 {
		m.rec(1, 2, strings.Repeat("x", 600), 600)
	}
	var p pages
	grow := func(b []byte) {
		for len(b) > 0 {
			n := copy(p.tail(), b)
			p.size += int64(n)
			b = b[n:]
		}
	}
	grow(m.b[:10000])
	f, err := Open(&p)
	if err != nil {
		t.Fatal(err)
	}
	var offs []int64
	feed := func(b []byte) {
		if err := f.Feed(b, func(r *Record) { offs = append(offs, r.Off) }); err != nil {
			t.Fatal(err)
		}
	}
	var r Record
	for at := 0; at < len(m.b); {
		n := min(50000, len(m.b)-at)
		if at >= 10000 {
			grow(m.b[at : at+n])
		} else {
			n = 10000
		}
		feed(m.b[at : at+n])
		at += n
		if err := f.Record(offs[len(offs)-1], &r); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Finish(); err != nil || len(offs) != 1000 {
		t.Fatalf("%d packets, %v", len(offs), err)
	}
	b := make([]byte, len(m.b)+1)
	if n, err := p.ReadAt(b, 0); n != len(m.b) || err != io.EOF || !bytes.Equal(b[:n], m.b) {
		t.Errorf("%d bytes, %v", n, err)
	}
	if n, err := p.ReadAt(b[:5], int64(len(m.b))-5); n != 5 || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
}
