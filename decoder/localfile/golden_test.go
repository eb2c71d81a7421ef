package localfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"somscope/decoder/field"
	"somscope/decoder/internal/golden"
)

// memory is a file in memory.
func memory(b []byte) Source { return bytes.NewReader(b) }

// opened opens a file and holds it to what must be true of every file.
func opened(t testing.TB, b []byte, name string) *File {
	t.Helper()
	f, err := Open(memory(b), name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	owned(t, f, b)
	return f
}

// owned holds pieces and trees to their invariants: together they own every byte, in order.
func owned(t testing.TB, f *File, b []byte) {
	t.Helper()
	at := int64(0)
	for i := range f.Len() {
		p, err := f.Piece(i)
		if err != nil {
			t.Fatal(err)
		}
		if p.Off != at || p.Len <= 0 && len(b) > 0 {
			t.Fatalf("piece %d (%s) is at %d for %d bytes, expected at %d", i, p.Kind, p.Off, p.Len, at)
		}
		at += p.Len
		if p.Depth > MaxDepth || p.Bad && p.Fault == nil && f.more == 0 && len(f.faults) == 0 {
			t.Errorf("piece %d: %+v", i, p)
		}
		if i > 2000 { // enough
			continue
		}
		d, err := f.Dissect(i)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Check(); err != nil {
			t.Fatalf("piece %d (%s %s): %v", i, p.Kind, p.Path, err)
		}
		if k := int64(len(d.Buffers[0].Data)); k != p.Len && !bytes.Equal(d.Buffers[0].Data, b[p.Off:p.Off+k]) {
			t.Errorf("piece %d: the tree has %d bytes of %d", i, k, p.Len)
		}
	}
	if at != int64(len(b)) && f.done {
		t.Errorf("pieces end at %d of %d", at, len(b))
	}
	faults, _ := f.Faults()
	for _, x := range faults {
		if x.Err.Off < 0 || x.Err.Off > int64(len(b)) || x.Piece < 0 || x.Piece >= f.Len() || x.Err.What == "" {
			t.Errorf("fault %+v", x)
		}
	}
}

// picture is a file as golden files show it: what it is, its faults, and each piece with its tree.
func picture(t *testing.T, f *File) string {
	t.Helper()
	var out strings.Builder
	fmt.Fprintf(&out, "%s: %s\n", f.Kind(), f.Says())
	if err := f.Check(1000); err != nil {
		t.Fatal(err)
	}
	faults, _ := f.Faults()
	for _, x := range faults {
		fmt.Fprintf(&out, "! piece %d: %v\n", x.Piece, x.Err)
	}
	for i := range f.Len() {
		p, err := f.Piece(i)
		if err != nil {
			t.Fatal(err)
		}
		mark := ""
		if p.Private {
			mark = ", private"
		}
		if p.Secret {
			mark += ", secret"
		}
		if p.Bad {
			mark += ", bad"
		}
		fmt.Fprintf(&out, "\n%d: %s at %d, %d bytes, depth %d, %q = %q%s\n", i, p.Kind, p.Off, p.Len, p.Depth, p.Path, p.Value, mark)
		d, err := f.Dissect(i)
		if err != nil {
			t.Fatal(err)
		}
		if err := field.Dump(&out, d); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

// compare holds a picture to its golden file.
func compare(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if golden.Update() {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s differs (-update rewrites it):\n%s", path, golden.Diff(string(want), got))
	}
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// wideText is a text in UTF-16.
func wideText(s string, order binary.AppendByteOrder) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

// records is a small chatmsg256.dbb: a whole record, one over the rest of a longer one, one that is
// wrong in its length, and a slot cut by the end of the file.
func records() []byte {
	text := func(id int, s string) []byte {
		return append(append([]byte{3}, byte(id&0x7f|0x80), byte(id>>7)), s+"\x00"...)
	}
	when := append([]byte{0, 0xe5, 3}, 0x85, 0xa4, 0x82, 0xc0, 4)
	slot := func(seq uint32, stale []byte, objects ...[]byte) []byte {
		list := append([]byte{0x41, byte(len(objects))}, bytes.Join(objects, nil)...)
		b := make([]byte, 264)
		copy(b[slotHead:], stale)
		copy(b, "l33l")
		binary.LittleEndian.PutUint32(b[4:], uint32(4+len(list)))
		binary.LittleEndian.PutUint32(b[8:], seq)
		copy(b[12:], list)
		return b
	}
	long := slot(17, nil, text(480, "#example.alice/$example.bob;0011"), when, text(488, "example.alice"), text(492, "Alice"),
		text(508, "An invented message that is long enough to be seen behind a shorter one."))
	short := slot(23, long[12:], text(480, "#example.alice/$example.bob;0011"), when, text(488, "example.bob"), text(508, "Yes."))
	noise := slot(24, []byte(strings.Repeat("\x99\xfe\xed", 60)), text(508, "Noise behind it."))
	liar := slot(25, nil, text(508, "A lie."))
	binary.LittleEndian.PutUint32(liar[4:], 4000)
	bare := slot(26, nil)
	lost := make([]byte, 264)
	cut := slot(27, nil, text(508, "Cut off."))[:100]
	return bytes.Join([][]byte{long, short, noise, liar, bare, lost, cut}, nil)
}

func TestGolden(t *testing.T) {
	shared := string(sample(t, "shared.xml"))
	small := shared[:strings.Index(shared, "<Connection>")] + "<Connection><Port>1</Port><HostCache>41 00</HostCache></Connection></Lib></config>"
	turned := []byte("\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n<config serial='1' timestamp='2'>\n<Lib><LastIP>1</LastIP>\n")
	turned = append(turned, wideText("<Connection><ListeningPort>2</ListeningPort>ä𝄞</Connection></Lib>\n</config>\n", binary.LittleEndian)...)
	for name, b := range map[string][]byte{
		"config": sample(t, "config.xml"), "shared": sample(t, "shared.xml"), "parts": sample(t, "parts.xml"),
		"bent": sample(t, "bent.xml"), "other": sample(t, "other.xml"),
		"wide":   wideText("\uFEFF"+small, binary.LittleEndian),
		"turned": turned,
		"main":   append([]byte(sqliteMark), 0x10, 0, 1, 1),
	} {
		t.Run(name, func(t *testing.T) { compare(t, name, picture(t, opened(t, b, name))) })
	}
	t.Run("records", func(t *testing.T) { compare(t, "records", picture(t, opened(t, records(), "chatmsg256.dbb"))) })
}

// However a file is read, it has the same pieces.
func TestWindows(t *testing.T) {
	for _, name := range []string{"config.xml", "shared.xml", "bent.xml", "other.xml"} {
		b := sample(t, name)
		for _, b := range [][]byte{b, wideText(string(b), binary.BigEndian), append([]byte("\xff\xfe"), wideText(string(b), binary.LittleEndian)...)} {
			want := opened(t, b, name)
			for _, window := range []int{256, 257, 300, 511, 4096} {
				f, err := Start(memory(b), name)
				if err != nil {
					t.Fatal(err)
				}
				f.window, f.xml.room = window, window
				for done := false; !done; {
					if done, err = f.Step(1); err != nil {
						t.Fatal(err)
					}
				}
				owned(t, f, b)
				if len(f.recs) != len(want.recs) || f.Kind() != want.Kind() || len(f.faults) != len(want.faults) {
					t.Fatalf("%s, window %d: %d pieces, faults %v, want %d and %v", name, window, len(f.recs), f.faults, len(want.recs), want.faults)
				}
				for i := range f.recs {
					if f.recs[i] != want.recs[i] {
						t.Fatalf("%s, window %d: piece %d is %+v, want %+v", name, window, i, f.recs[i], want.recs[i])
					}
				}
			}
		}
	}
}
