package main

import (
	"encoding/binary"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"somscope/decoder"
	"somscope/decoder/field"
)

// capture is a classic pcap file with one packet of four bytes.
func capture() []byte {
	b := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	b = append(b, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	b = binary.LittleEndian.AppendUint32(b, 65535)
	b = binary.LittleEndian.AppendUint32(b, 1)
	for _, n := range []uint32{1, 0, 4, 4} {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return append(b, "data"...)
}

func TestCheckContent(t *testing.T) {
	good := func() (fstest.MapFS, []*field.Spec) {
		return fstest.MapFS{
				"site/content/sources.json":      {Data: []byte(`{"rfc768": {"title": "UDP", "authors": "J. Postel", "year": 1980, "url": "https://example.org/rfc768"}}`)},
				"site/content/glossary.json":     {Data: []byte(`{"flow": {"term": "Flow", "text": "A conversation."}}`)},
				"site/content/samples.json":      {Data: []byte(`[{"name": "call", "file": "samples/call.pcap"}]`)},
				"site/content/samples/call.pcap": {Data: capture()},
				"index.html":                     {Data: []byte(`<a href="#sample=call&amp;n=1">`)},
			}, []*field.Spec{{
				Name: "udp.port", Label: "Port", Doc: "The port.", Term: "flow",
				Cite:     []field.Cite{{Key: "rfc768", Where: "§1"}},
				Readings: []field.Reading{{Cite: field.Cite{Key: "rfc768"}}},
			}}
	}
	for _, c := range []struct {
		name   string
		change func(f fstest.MapFS, specs []*field.Spec)
		rule   string // a source that a rule cites
		want   string // in the error; "" for none
	}{
		{"all is well", func(fstest.MapFS, []*field.Spec) {}, "rfc768", ""},
		{"a field cites no source", func(_ fstest.MapFS, s []*field.Spec) { s[0].Cite[0].Key = "rfc0" }, "rfc768", `udp.port cites "rfc0" (§1)`},
		{"a reading cites no source", func(_ fstest.MapFS, s []*field.Spec) { s[0].Readings[0].Cite.Key = "rfc0" }, "rfc768", `udp.port cites "rfc0"`},
		{"a rule cites no source", func(fstest.MapFS, []*field.Spec) {}, "rfc0", `a rule cites "rfc0"`},
		{"a term that is nowhere", func(_ fstest.MapFS, s []*field.Spec) { s[0].Term = "floe" }, "rfc768", `no entry "floe"`},
		{"a sentence without an end", func(_ fstest.MapFS, s []*field.Spec) { s[0].Doc = "The port" }, "rfc768", "full stop"},
		{"an address that is none", func(f fstest.MapFS, _ []*field.Spec) {
			f["site/content/sources.json"].Data = []byte(`{"rfc768": {"title": "UDP", "url": "javascript:alert(1)"}}`)
		}, "rfc768", "is none"},
		{"a key that stands twice", func(f fstest.MapFS, _ []*field.Spec) {
			f["site/content/glossary.json"].Data = []byte(`{"flow": {"term": "A", "text": "B."}, "flow": {"term": "C", "text": "D."}}`)
		}, "rfc768", `"flow" stands twice`},
		{"a sample that is missing", func(f fstest.MapFS, _ []*field.Spec) { delete(f, "site/content/samples/call.pcap") }, "rfc768", "the sample call"},
		{"a sample without a packet", func(f fstest.MapFS, _ []*field.Spec) {
			f["site/content/samples/call.pcap"].Data = capture()[:24]
		}, "rfc768", "no packet"},
		{"a sample that is cut", func(f fstest.MapFS, _ []*field.Spec) {
			f["site/content/samples/call.pcap"].Data = capture()[:42]
		}, "rfc768", "the sample call"},
		{"a link to no sample", func(f fstest.MapFS, _ []*field.Spec) {
			f["index.html"].Data = []byte(`<a href="#sample=login">`)
		}, "rfc768", `sample "login" leads nowhere`},
		{"a file that is no JSON", func(f fstest.MapFS, _ []*field.Spec) { f["site/content/samples.json"].Data = []byte("[") }, "rfc768", "samples.json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			src, specs := good()
			c.change(src, specs)
			err := checkContent(src, specs, []field.Cite{{Key: c.rule}})
			switch {
			case c.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("error %v\nwant one that says %q", err, c.want)
			}
		})
	}
}

// The project's own content passes, every time the tests run and not only when
// somebody builds.
func TestOwnContent(t *testing.T) {
	if err := checkContent(os.DirFS("../.."), decoder.Catalogue(), ruleCites()); err != nil {
		t.Error(err)
	}
}
