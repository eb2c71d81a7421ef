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

// found lists the flows of a class that are taken for Skype as "a>b"; with Undecided, those of
// all classes of Skype.
func found(t *testing.T, tab *flow.Table, class Class) map[string]bool {
	t.Helper()
	v := Run(tab)
	list := map[string]bool{}
	for id := range uint32(tab.Len()) {
		checked(t, v, id)
		if c := v.Class(id); c >= SkypeUDP && (c == class || class == Undecided) {
			a, b := tab.At(id).Ends()
			list[fmt.Sprint(a, ">", b)] = true
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
			compare(t, found(t, tab, SkypeUDP), want)
		})
	}
}

func TestNoSkypeInOthers(t *testing.T) {
	for _, pattern := range []string{"negative/*", "rtp/*", "links/*", "container/*", "malformed/*", "skype/skype-conference-call-part1.pcap", "synthetic/traps.pcap"} {
		for _, file := range captures.Glob(t, pattern) {
			t.Run(filepath.Base(file), func(t *testing.T) {
				compare(t, found(t, load(t, file), Undecided), nil)
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
			tab := load(t, file)
			got := map[Class]map[string]bool{SkypeUDP: found(t, tab, SkypeUDP), SkypeE2O: found(t, tab, SkypeE2O)}
			for _, f := range truth.Flows {
				want := map[string]Class{"E2E": SkypeUDP, "ping": SkypeUDP, "E2O": SkypeE2O}[f.Kind]
				for class, list := range got {
					if list[f.A+">"+f.B] != (want == class) {
						t.Errorf("%s %s>%s: is %v %v, want %v", f.Kind, f.A, f.B, class, want != class, want == class)
					}
				}
			}
			if n := len(found(t, tab, SkypeTCP)); n != 0 {
				t.Errorf("%d conversations over TCP were taken for Skype", n)
			}
		})
	}
}

// What the first bytes alone tell of conversations over TCP.
func TestStreams(t *testing.T) {
	dir := captures.Dir(t)
	for _, c := range []struct {
		file                  string
		certain, strong, weak int
		rules                 map[string]int // in how many of all flows a rule spoke
	}{
		{"skype/SkypeIRC-part1.pcap", 3, 0, 2, map[string]int{"login-opening": 3, "update-opening": 1, "hello-size": 1}},
		{"skype/skype-mac-2015a.pcap", 13, 18, 5, map[string]int{"login-opening": 5, "false-https-client": 26, "false-https-server": 9}},
		{"skype/skype_udp.pcap", 0, 0, 0, nil},
	} {
		tab := load(t, filepath.Join(dir, c.file))
		v := Run(tab)
		words, rules := map[string]int{}, map[string]int{}
		for id := range uint32(tab.Len()) {
			f := tab.At(id)
			if f.Transport != flow.TCP {
				continue
			}
			d := checked(t, v, id)
			words[d.Word]++
			for _, e := range d.Evidence {
				rules[e.Rule.Name]++
			}
			if d.Looks == "TLS" && d.Word != No || d.Word == Certain && f.LeadLen[0] != 5 && f.LeadLen[0] != leadHelloSize {
				t.Errorf("%s: flow %d: %+v", c.file, id, d)
			}
		}
		if words[Certain] != c.certain || words[Strong] != c.strong || words[Weak] != c.weak {
			t.Errorf("%s: %v, want %d certain, %d strong, %d weak", c.file, words, c.certain, c.strong, c.weak)
		}
		for rule, n := range c.rules {
			if rules[rule] != n {
				t.Errorf("%s: %s spoke in %d flows, want %d", c.file, rule, rules[rule], n)
			}
		}
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
		for k := range found(t, tab, SkypeUDP) {
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
			for k := range found(t, tab, SkypeUDP) {
				if !want[k] {
					t.Errorf("after packet %d %s was taken for Skype", n+1, k)
				}
			}
		}
	})
}
