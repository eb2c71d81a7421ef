package decoder

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"somscope/decoder/localfile"
	"somscope/decoder/synth"
)

// shelfOf opens files of an invented client.
func shelfOf(t *testing.T, names ...string) *Shelf {
	t.Helper()
	var files []*localfile.File
	for _, name := range names {
		found := false
		for _, p := range synth.Profile() {
			if strings.HasSuffix(p.Name, name) {
				f, err := localfile.Open(bytes.NewReader(p.Bytes()), name)
				if err != nil {
					t.Fatal(err)
				}
				files, found = append(files, f), true
				break
			}
		}
		if !found {
			t.Fatalf("the profile has no %s", name)
		}
	}
	return NewShelf(files)
}

func sampleOf(t *testing.T, name string) *Capture {
	t.Helper()
	for _, s := range synth.Stories() {
		if s.Name == name {
			return deepOf(t, s.Bytes())
		}
	}
	t.Fatalf("no sample %s", name)
	return nil
}

// TestTogether holds the files of an invented client against the capture they belong to, and
// against one they do not belong to.
func TestTogether(t *testing.T) {
	s := shelfOf(t, "shared.xml", "config.xml")
	find := func(c *Capture, about string) Finding {
		for _, x := range c.Together(s) {
			if x.About == about {
				return x
			}
		}
		return Finding{}
	}
	own := sampleOf(t, "login")
	for _, about := range []string{"Listening port", "Public address", "Host cache", "Time of the file"} {
		x := find(own, about)
		if x.How != Agrees || !strings.HasSuffix(x.Text, ".") || x.File == 0 || x.Piece == 0 || x.Says == "" || x.Capture == "" {
			t.Errorf("%s: %+v", about, x)
		}
	}
	if x := find(own, "Host cache"); len(x.Flows) == 0 {
		t.Error("no conversation with an entry of the cache")
	}
	if x := find(own, "Public address"); len(x.Packets) == 0 {
		t.Error("no packet shows the public address")
	}

	if x := find(own, "Address of the machine"); x.How != Agrees || len(x.Flows) == 0 {
		t.Errorf("%+v", x)
	}
	if x := local(netip.MustParseAddr("10.99.0.1"), own.clients()); x.How != Contradicts || x.Text == "" {
		t.Errorf("%+v", x)
	}

	if x := find(own, "Last supernode"); x.How != Agrees || len(x.Flows) == 0 || !strings.Contains(x.Text, "there it is a supernode") {
		t.Errorf("%+v", x)
	}

	other := sampleOf(t, "telephone")
	if x := other.supernode(netip.MustParseAddrPort("192.0.2.250:1")); x.How != Unsure || len(x.Flows) != 0 {
		t.Errorf("%+v", x)
	}
	if x := find(other, "Time of the file"); x.How == Agrees && find(other, "Listening port").How == Agrees && find(other, "Host cache").How == Agrees {
		t.Error("the files agree with a capture of somebody else in everything")
	}
	// A file whose port is nobody's contradicts.
	if x := other.port(1, other.clients()); x.How != Contradicts || len(x.Flows) == 0 {
		t.Errorf("%+v", x)
	}
	if x := other.publics([]netip.AddrPort{netip.MustParseAddrPort("192.0.2.250:1")}, other.clients()); x.How == Agrees {
		t.Errorf("%+v", x)
	}
}

// TestHints: an end of a conversation is found with its port, or without.
func TestHints(t *testing.T) {
	s := shelfOf(t, "shared.xml")
	nodes, _, _ := s.Files[0].Nodes()
	h, ok := s.Hint(nodes[16].Addr)
	if !ok || !h.Exact || h.Node != 17 || h.File != 1 || !strings.Contains(h.String(), "(entry 17)") || !strings.Contains(h.String(), "last seen 20") {
		t.Errorf("%+v: %s", h, h)
	}
	h, ok = s.Hint(netip.AddrPortFrom(nodes[16].Addr.Addr(), 1))
	if !ok || h.Exact || !strings.Contains(h.String(), "there with port") {
		t.Errorf("%+v: %s", h, h)
	}
	if _, ok := s.Hint(netip.MustParseAddrPort("10.0.0.1:5")); ok {
		t.Error("an address is found that is in no cache")
	}
	if _, ok := (*Shelf)(nil).Hint(nodes[0].Addr); ok {
		t.Error("no shelf, and yet a hint")
	}
	c, n := sampleOf(t, "login"), 0
	for id := range uint32(c.FlowLen()) {
		if _, ok := c.FlowHint(id, s); ok {
			n++
		}
	}
	if n == 0 || n == c.FlowLen() {
		t.Errorf("%d of %d conversations are with the cache", n, c.FlowLen())
	}
}

// TestDisabledCodecs holds names of DisableCodecs against the calls of a sample.
func TestDisabledCodecs(t *testing.T) {
	c := sampleOf(t, "codecs") // iSAC, iLBC, G.729
	for _, x := range []struct {
		name, codec string
		want        Agreement
	}{
		{"G729", "g729", Contradicts}, {"PCMU", "pcmu", Agrees}, {"NONSENSE", "", Silent},
	} {
		d := localfile.Disabled{Name: x.name}
		if x.codec != "" {
			d.Codecs = []string{x.codec}
		}
		got := c.disabled(&d)
		if got.How != x.want || got.Text == "" {
			t.Errorf("%s: %+v", x.name, got)
		}
	}
	// The same by a file: its second machine has codecs turned off, each held against the calls.
	s := shelfOf(t, "config-second.xml")
	x, err := s.Files[0].Facts()
	if err != nil || len(x.Disabled) == 0 {
		t.Fatalf("%+v, %v", x, err)
	}
	held := 0
	for _, f := range c.Together(s) {
		if f.About != "DisableCodecs" {
			continue
		}
		d := &x.Disabled[held]
		held++
		if alone := c.disabled(d); f.Says != d.Name || f.How == Silent || f.How != alone.How || f.Piece != d.Piece+1 || f.File != 1 || f.How == Contradicts && len(f.Streams) == 0 {
			t.Errorf("%+v, alone %+v", f, alone)
		}
	}
	if held != len(x.Disabled) {
		t.Errorf("%d names of %d are held against the calls", held, len(x.Disabled))
	}
	quiet := sampleOf(t, "probe")
	if got := quiet.disabled(&localfile.Disabled{Name: "G729", Codecs: []string{"g729"}}); got.How != Silent {
		t.Errorf("without a call: %+v", got)
	}
	for a, want := range []string{"cannot be compared", "agrees", "contradicts", "unsure"} {
		if got := fmt.Sprint(Agreement(a)); got != want {
			t.Errorf("%d is %q", a, got)
		}
	}
}
