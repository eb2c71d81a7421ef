package synth

import (
	"bytes"
	"encoding/hex"
	"encoding/xml"
	"net/netip"
	"regexp"
	"strings"
	"testing"
)

func profileOf(t *testing.T, name string) []byte {
	t.Helper()
	for _, p := range Profile() {
		if p.Name == name {
			return p.Bytes()
		}
	}
	t.Fatalf("the profile has no %s", name)
	return nil
}

func TestProfileIsTheSameEachTime(t *testing.T) {
	a, b := Profile(), Profile()
	for i := range a {
		if !bytes.Equal(a[i].Bytes(), b[i].Bytes()) || a[i].Name != b[i].Name || !strings.HasSuffix(a[i].What, ".") {
			t.Errorf("%s differs, or says nothing", a[i].Name)
		}
	}
}

// The profile is that of the client in the login: port, public address and supernodes are those
// of the capture.
func TestProfileBelongsToTheLogin(t *testing.T) {
	w := told(t, "login")
	var doc struct {
		Lib struct {
			Connection struct {
				HostCache, ListeningPort, Supernode string
				NatTracker                          struct{ ContraProbeResults string }
			}
		}
	}
	if err := xml.Unmarshal(profileOf(t, "shared.xml"), &doc); err != nil {
		t.Fatal(err)
	}
	c := doc.Lib.Connection
	if c.ListeningPort != "35990" || !strings.HasPrefix(c.NatTracker.ContraProbeResults, "203.0.113.115:35990 ") {
		t.Errorf("%+v", c)
	}
	cache, err := hex.DecodeString(c.HostCache)
	if err != nil || len(cache) < 6400 || !bytes.HasPrefix(cache, []byte{0x41, 0xc8, 0x01, 5, 0, 0x41, 5, 2, 0}) {
		t.Fatalf("%d bytes, %v", len(cache), err)
	}
	hits := 0
	for _, n := range w.nodes {
		ip := n.ip.As4()
		if bytes.Count(cache, append([]byte{0x41, 5, 2, 0}, append(ip[:], byte(n.port>>8), byte(n.port))...)) == 1 {
			hits++
		}
	}
	if hits != len(w.nodes)-1 { // but for the event server
		t.Errorf("%d of %d nodes of the capture are in the cache", hits, len(w.nodes))
	}
	if got := bytes.Count(cache, []byte{5, 0, 0x41, 5, 2, 0}); got != profileNodes {
		t.Errorf("%d entries", got)
	}
	if home := w.nodes[1]; c.Supernode != netip.AddrPortFrom(home.ip, home.port).String() {
		t.Errorf("the last supernode is %s", c.Supernode)
	}
}

// No file of the profile names anybody: all addresses are for documentation or private, all names invented.
func TestProfileIsInvented(t *testing.T) {
	for _, p := range Profile() {
		for _, m := range regexp.MustCompile(`\d+\.\d+\.\d+\.\d+`).FindAll(p.Bytes(), -1) {
			a := netip.MustParseAddr(string(m))
			ok := false
			for _, net := range []string{"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"} {
				ok = ok || netip.MustParsePrefix(net).Contains(a)
			}
			if !ok {
				t.Errorf("%s: address %v", p.Name, a)
			}
		}
		if strings.HasSuffix(p.Name, ".xml") {
			var any struct{ XMLName xml.Name }
			if err := xml.Unmarshal(p.Bytes(), &any); err != nil || any.XMLName.Local != "config" {
				t.Errorf("%s: %v, %v", p.Name, err, any)
			}
			continue
		}
		if len(p.Bytes())%264 != 0 || !bytes.HasPrefix(p.Bytes(), []byte("l33l")) {
			t.Errorf("%s: %d bytes", p.Name, len(p.Bytes()))
		}
	}
}
