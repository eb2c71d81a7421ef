package localfile

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"
	"time"
)

// whole asks a file everything, and holds it to what must be true.
func whole(t *testing.T, b []byte, name string) {
	start := time.Now()
	f, err := Open(memory(b), name)
	if err != nil {
		if len(b) > 0 && Sniff(b[:min(len(b), 4096)], name) != None {
			t.Fatal(err)
		}
		return
	}
	owned(t, f, b)
	nodes, _, err := f.Nodes()
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		if n.Off < 0 || n.Len <= 0 || n.Off+n.Len > int64(len(b)) {
			t.Errorf("%+v lies outside the file of %d bytes", n, len(b))
		}
	}
	if _, err := Compare(f, f); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("%d bytes took %v", len(b), took)
	}
}

func FuzzXML(f *testing.F) {
	for _, name := range []string{"config.xml", "shared.xml", "parts.xml", "bent.xml", "other.xml"} {
		b := sample(f, name)
		f.Add(b)
		f.Add(wideText(string(b), binary.LittleEndian))
		f.Add(wideText(string(b), binary.BigEndian))
		f.Add(b[:len(b)/2])
		f.Add(append(bytes.Clone(b[:len(b)/2]), wideText(string(b[len(b)/2:]), binary.BigEndian)...))
	}
	f.Add([]byte("<a><![CDATA[<b>]]></a><<a<!x<?y<\\z>"))
	f.Fuzz(func(t *testing.T, b []byte) { whole(t, b, "config.xml") })
}

// FuzzHostCache reads lists as the text of a host cache.
func FuzzHostCache(f *testing.F) {
	b, _ := hex.DecodeString(one)
	f.Add(b, true)
	f.Add(b[:20], false)
	f.Add([]byte{0x42, 0x15}, false)
	f.Add(bytes.Repeat([]byte{0x41, 1, 5, 0}, 100), false)
	f.Fuzz(func(t *testing.T, b []byte, wide bool) {
		text := host(strings.ToUpper(hex.EncodeToString(b)))
		if wide {
			text = string(wideText(text, binary.LittleEndian))
		}
		whole(t, []byte(text), "shared.xml")
	})
}

func FuzzDBB(f *testing.F) {
	b := records()
	f.Add(b, uint8(0))
	f.Add(b[264:528], uint8(1))
	f.Add([]byte("l33l\xff\xff\xff\xff\x00\x00\x00\x00\x41\xff\xff\xff\xff\x0f"), uint8(2))
	f.Fuzz(func(t *testing.T, b []byte, name uint8) {
		whole(t, b, []string{"chatmsg256.dbb", "user16.dbb", "x", "call99999999.dbb"}[name%4])
	})
}

// BenchmarkOpen opens a shared.xml of 10 MB: thousands of settings and a large host cache. "ms" is
// how long until the first sixty rows can be shown.
func BenchmarkOpen(b *testing.B) {
	var doc strings.Builder
	doc.WriteString("<?xml version=\"1.0\"?>\n<config version=\"1.0\" serial=\"7\" timestamp=\"1239108000.25\">\n  <Lib>\n    <Connection>\n      <ListeningPort>35990</ListeningPort>\n      <HostCache>41B0EA01")
	for range 30000 {
		doc.WriteString(one[4:])
	}
	doc.WriteString("</HostCache>\n    </Connection>\n    <BCM>\n")
	for doc.Len() < 10<<20 {
		doc.WriteString("      <_1>00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF</_1>\n")
	}
	doc.WriteString("    </BCM>\n  </Lib>\n</config>\n")
	data := []byte(doc.String())
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		f, err := Open(memory(data), "shared.xml")
		if err != nil || f.Kind() != Shared {
			b.Fatal(err)
		}
		if rows, err := f.Pieces(0, 60); err != nil || len(rows) != 60 {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms")
	const rounds = 5
	start := time.Now()
	for range rounds { // the floor: to look at each byte once
		n := 0
		for _, c := range data {
			if c == '<' {
				n++
			}
		}
		if n == 0 {
			b.Fatal("no tags")
		}
	}
	floor := time.Since(start) / rounds
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(floor), "x")
}

// BenchmarkNodes reads the table of a host cache of 200 supernodes.
func BenchmarkNodes(b *testing.B) {
	data := []byte(host("41C801" + strings.Repeat(one[4:], 200)))
	for b.Loop() {
		f, err := Open(memory(data), "shared.xml")
		if err != nil {
			b.Fatal(err)
		}
		if nodes, note, err := f.Nodes(); len(nodes) != 200 || note != "" || err != nil {
			b.Fatal(len(nodes), note, err)
		}
	}
}
