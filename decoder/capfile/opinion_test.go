package capfile

import (
	"bytes"
	"io"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
)

// A second opinion: pcapgo reads the same packets, byte for byte.
func TestSecondOpinion(t *testing.T) {
	dir := capturesDir(t)
	// What pcapgo cannot read.
	skip := map[string]string{
		"derived/SkypeIRC-part1-modified.pcap": "the modified format",
		"container/le-test901.pcapng":          "a section of version 2.0",
	}
	compared := 0
	for _, name := range captureFiles(t, dir) {
		if skip[name] != "" {
			continue
		}
		src, err := unpacked(load(t, dir, name))
		if err != nil {
			continue
		}
		_, recs, err := scanAll(src, 0)
		if err != nil && len(recs) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			raw := make([]byte, src.Size())
			if _, err := src.ReadAt(raw, 0); err != nil {
				t.Fatal(err)
			}
			var next func() ([]byte, gopacket.CaptureInfo, error)
			var link func(gopacket.CaptureInfo) layers.LinkType
			if isPcap(raw) {
				r, err := pcapgo.NewReader(bytes.NewReader(raw))
				if err != nil {
					t.Fatal(err)
				}
				next = r.ReadPacketData
				link = func(gopacket.CaptureInfo) layers.LinkType { return r.LinkType() }
			} else {
				r, err := pcapgo.NewNgReader(bytes.NewReader(raw), pcapgo.NgReaderOptions{WantMixedLinkType: true})
				if err != nil {
					t.Fatal(err)
				}
				next = r.ReadPacketData
				link = func(ci gopacket.CaptureInfo) layers.LinkType { return ci.AncillaryData[0].(layers.LinkType) }
			}
			for i, g := range recs {
				data, ci, err := next()
				if err != nil {
					t.Fatalf("packet %d: pcapgo says %v", i+1, err)
				}
				at := ci.Timestamp.UnixNano()
				if g.NoTime {
					at = 0
				}
				if g.Time != at || !bytes.Equal(g.Data, data) || int(g.OrigLen) != ci.Length || layers.LinkType(g.LinkType) != link(ci) || int(g.Iface) != ci.InterfaceIndex {
					t.Fatalf("packet %d: %d ns, %d of %d bytes, link %d, interface %d; pcapgo says %d, %d of %d, %d, %d", i+1,
						g.Time, len(g.Data), g.OrigLen, g.LinkType, g.Iface, at, len(data), ci.Length, link(ci), ci.InterfaceIndex)
				}
			}
			if _, _, err := next(); err == nil {
				t.Error("pcapgo has more packets")
			} else if err != io.EOF && err != io.ErrUnexpectedEOF {
				t.Logf("at the end pcapgo says %v", err)
			}
			compared++
		})
	}
	if compared < 50 {
		t.Errorf("only %d captures were compared", compared)
	}
}
