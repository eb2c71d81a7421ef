package decoder

import (
	"os"
	"testing"
)

// Of several flows of Skype the earliest leads: packet 7 of the sample, before
// which stand ARP, DNS and NTP.
func TestSkypeFirst(t *testing.T) {
	b, err := os.ReadFile("../site/content/samples/probe.pcap")
	if err != nil {
		t.Fatal(err)
	}
	p := feedAll(t, b).Progress()
	if p.SkypeFlows < 2 || p.SkypeFirst != 7 {
		t.Errorf("%d flows of Skype, the first at packet %d, want several and packet 7", p.SkypeFlows, p.SkypeFirst)
	}
}
