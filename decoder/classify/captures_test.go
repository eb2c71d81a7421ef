package classify

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"somscope/decoder/capfile"
	"somscope/decoder/flow"
	"somscope/decoder/inet"
	"somscope/decoder/internal/captures"
)

func load(tb testing.TB, file string) *flow.Table {
	tb.Helper()
	t := flow.NewTable()
	captures.Each(tb, file, func(n uint32, r *capfile.Record, s *inet.Summary, payload []byte) {
		t.Add(n, r.Time, r.NoTime, r.OrigLen, s, payload)
	})
	return t
}

// found lists the flows taken for Skype as "a>b".
func found(t *testing.T, tab *flow.Table) map[string]bool {
	t.Helper()
	v := Run(tab)
	list := map[string]bool{}
	for id := range uint32(tab.Len()) {
		checked(t, v, id)
		switch v.Class(id) {
		case SkypeUDP:
			a, b := tab.At(id).Ends()
			list[fmt.Sprint(a, ">", b)] = true
		case SkypeE2O:
			t.Errorf("flow %d was called E2O, which only a person may do", id)
		}
	}
	return list
}

// ofPort lists the UDP flows with an end at addr:port.
func ofPort(tab *flow.Table, addr, port string) (list map[string]bool, packets uint64) {
	list = map[string]bool{}
	end := netip.MustParseAddrPort(addr + ":" + port)
	for id := range uint32(tab.Len()) {
		f := tab.At(id)
		if a, b := f.Ends(); f.Transport == flow.UDP && (a == end || b == end) {
			list[fmt.Sprint(a, ">", b)] = true
			packets += f.Packets[0] + f.Packets[1]
		}
	}
	return list, packets
}

func compare(t *testing.T, got, want map[string]bool) {
	t.Helper()
	var wrong []string
	for k := range got {
		if !want[k] {
			wrong = append(wrong, "taken for Skype: "+k)
		}
	}
	for k := range want {
		if !got[k] {
			wrong = append(wrong, "not found: "+k)
		}
	}
	sort.Strings(wrong)
	if len(wrong) > 0 {
		t.Errorf("%d of %d wrong:\n%s", len(wrong), len(want), strings.Join(wrong[:min(len(wrong), 12)], "\n"))
	}
}

func TestRealCaptures(t *testing.T) {
	dir := captures.Dir(t)
	for _, c := range []struct {
		file, addr, port string
		flows            int
		packets          uint64
	}{
		{"skype/SkypeIRC-part1.pcap", "192.168.1.2", "35990", 67, 235},
		{"skype/skype_udp.pcap", "192.168.1.2", "35990", 1, 5},
		{"skype/skype-mac-2015a.pcap", "192.168.1.34", "13021", 144, 152},
		{"derived/SkypeIRC-part1-be.pcap", "192.168.1.2", "35990", 67, 235},
		{"derived/SkypeIRC-part1-modified.pcap", "192.168.1.2", "35990", 67, 235},
		{"derived/SkypeIRC-part1-nsec.pcap", "192.168.1.2", "35990", 67, 235},
		{"derived/SkypeIRC-part1-snap68.pcap", "192.168.1.2", "35990", 67, 235},
		{"derived/SkypeIRC-part1-cut.pcap", "192.168.1.2", "35990", 47, 166},
		{"derived/SkypeIRC-part1.pcap.gz", "192.168.1.2", "35990", 67, 235},
		{"derived/SkypeIRC-part1.pcap.zst", "192.168.1.2", "35990", 67, 235},
		{"derived/SkypeIRC-part1.pcapng", "192.168.1.2", "35990", 67, 235},
	} {
		t.Run(filepath.Base(c.file), func(t *testing.T) {
			tab := load(t, filepath.Join(dir, c.file))
			want, packets := ofPort(tab, c.addr, c.port)
			if len(want) != c.flows || packets != c.packets {
				t.Errorf("the port has %d flows and %d packets, %d and %d were expected", len(want), packets, c.flows, c.packets)
			}
			compare(t, found(t, tab), want)
		})
	}
}

func TestNoSkypeInOthers(t *testing.T) {
	for _, pattern := range []string{"negative/*", "rtp/*", "links/*", "container/*", "malformed/*", "skype/skype-conference-call-part1.pcap", "synthetic/traps.pcap"} {
		for _, file := range captures.Glob(t, pattern) {
			t.Run(filepath.Base(file), func(t *testing.T) {
				compare(t, found(t, load(t, file)), nil)
			})
		}
	}
}

func TestSyntheticCalls(t *testing.T) {
	for _, file := range captures.Glob(t, "synthetic/*.pcap") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(strings.TrimSuffix(file, ".pcap") + ".truth.json")
			if err != nil {
				t.Fatal(err)
			}
			var truth struct {
				Flows []struct{ Kind, A, B string }
			}
			if err := json.Unmarshal(text, &truth); err != nil {
				t.Fatal(err)
			}
			got := found(t, load(t, file))
			for _, f := range truth.Flows {
				want := f.Kind == "E2E" || f.Kind == "ping"
				if got[f.A+">"+f.B] != want {
					t.Errorf("%s %s>%s: Skype %v, want %v", f.Kind, f.A, f.B, !want, want)
				}
			}
		})
	}
}

// A flow to a gateway is hinted at, not claimed.
func TestGatewayIsAHint(t *testing.T) {
	tab := load(t, filepath.Join(captures.Dir(t), "synthetic/call-e2o-g729.pcap"))
	v := Run(tab)
	hints := 0
	for id := range uint32(tab.Len()) {
		if strings.Contains(v.Verdict(id).Sentence, "call to a telephone") {
			hints++
		}
	}
	if hints != 1 {
		t.Errorf("%d hints at a call to a telephone, want 1", hints)
	}
}

// TestAlone judges each flow of the capture of 2006 as if it were the only one, as a short
// capture would have it. What is then left undecided has nothing that tells.
func TestAlone(t *testing.T) {
	file := filepath.Join(captures.Dir(t), "skype/SkypeIRC-part1.pcap")
	all := load(t, file)
	want, _ := ofPort(all, "192.168.1.2", "35990")
	tables := make([]*flow.Table, all.Len())
	again := flow.NewTable()
	captures.Each(t, file, func(n uint32, r *capfile.Record, s *inet.Summary, payload []byte) {
		if s.Flags&inet.HasIP == 0 {
			return
		}
		id, _ := again.Add(n, r.Time, r.NoTime, r.OrigLen, s, payload)
		if tables[id] == nil {
			tables[id] = flow.NewTable()
		}
		tables[id].Add(n, r.Time, r.NoTime, r.OrigLen, s, payload)
	})
	skype := 0
	for _, tab := range tables {
		for k := range found(t, tab) {
			if !want[k] {
				t.Errorf("alone, %s was taken for Skype", k)
			}
			skype++
		}
	}
	t.Logf("%d of %d flows are recognised alone", skype, len(want))
	if skype < 55 {
		t.Errorf("only %d of %d flows are recognised alone", skype, len(want))
	}
}

// TestPrefixes judges the beginning of the capture, as a verdict during reading does: what is
// taken for Skype must stay among the 67.
func TestPrefixes(t *testing.T) {
	file := filepath.Join(captures.Dir(t), "skype/SkypeIRC-part1.pcap")
	want, _ := ofPort(load(t, file), "192.168.1.2", "35990")
	tab := flow.NewTable()
	captures.Each(t, file, func(n uint32, r *capfile.Record, s *inet.Summary, payload []byte) {
		tab.Add(n, r.Time, r.NoTime, r.OrigLen, s, payload)
		if n%50 == 0 || n == 178 {
			for k := range found(t, tab) {
				if !want[k] {
					t.Errorf("after packet %d %s was taken for Skype", n+1, k)
				}
			}
		}
	})
}
