package localfile

import (
	"net/netip"
	"strings"
	"testing"

	"somscope/decoder/synth"
)

// The profile of the sample shelf reads without a fault, and tells what its writer put in.
func TestProfile(t *testing.T) {
	files := map[string]*File{}
	for _, p := range synth.Profile() {
		f := opened(t, p.Bytes(), p.Name)
		if list := faultsOf(t, f); len(list) != 0 {
			t.Errorf("%s: %q", p.Name, list)
		}
		files[p.Name] = f
	}
	shared := files["shared.xml"]
	nodes, note, err := shared.Nodes()
	if err != nil || note != "" || len(nodes) != 200 || shared.Kind() != Shared {
		t.Errorf("%d nodes, %q, %v", len(nodes), note, err)
	}
	for _, n := range nodes {
		if !n.Whole() {
			t.Errorf("%+v", n)
		}
	}
	x, err := shared.Facts()
	if err != nil || x.ListeningPort != 35990 || len(x.Public) != 2 || x.Public[0] != netip.MustParseAddrPort("203.0.113.115:35990") || len(x.In) != 24 || x.Local.String() != "192.168.1.2" {
		t.Errorf("%+v, %v", x, err)
	}
	c, err := Compare(files["config.xml"], files["config-second.xml"])
	if err != nil || c.Differs != 7 || c.Same != 0 || c.AccountA != c.AccountB || c.AccountA == "" || !strings.Contains(c.Says, "one account") {
		t.Errorf("%+v, %v", c, err)
	}
	if x, err := files["config-second.xml"].Facts(); err != nil || len(x.Disabled) != 2 || !x.Disabled[0].Sure || !x.Disabled[1].Sure {
		t.Errorf("%+v, %v", x, err)
	}
	chat := files["chatmsg256.dbb"]
	if chat.Kind() != Records || chat.Len() != 5 {
		t.Fatalf("%v, %d slots", chat.Kind(), chat.Len())
	}
	older := 0
	for i := range chat.Len() {
		d, err := chat.Dissect(i)
		if err != nil {
			t.Fatal(err)
		}
		if d.Find(specSlotOlder.Name) != nil {
			older++
		}
	}
	if older != 2 {
		t.Errorf("%d slots with something older, 2 were overwritten", older)
	}
}
