package main

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// lines decodes each line of the output, and knows no members but those of T.
func lines[T any](t *testing.T, out string) []T {
	t.Helper()
	var all []T
	for line := range strings.Lines(out) {
		dec := json.NewDecoder(strings.NewReader(line))
		dec.DisallowUnknownFields()
		var v T
		if err := dec.Decode(&v); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		all = append(all, v)
	}
	return all
}

type deepLine struct {
	packetLine
	Oracle      string `json:"oracle"`
	Class       int    `json:"class"`
	Answers     []int  `json:"answers"`
	AnsweredBy  []int  `json:"answered_by"`
	Retransmits int    `json:"retransmits"`
}

// deepLines are the rows of a file by the number of the packet, and what must
// hold for all of them.
func deepLines(t *testing.T, file string) map[int]deepLine {
	t.Helper()
	all := map[int]deepLine{}
	for _, p := range lines[deepLine](t, fine(t, "packets", "-deep", "-json", file)) {
		all[p.N] = p
	}
	for _, p := range all {
		if !slices.Contains([]string{"", "confirmed", "inferred", "equal"}, p.Oracle) || (p.Oracle == "equal") != (p.Class > 0) {
			t.Errorf("packet %d: %q, class %d", p.N, p.Oracle, p.Class)
		}
		if p.Proto != "skype.udp" && (p.Oracle != "" || p.Answers != nil || p.AnsweredBy != nil || p.Retransmits != 0) {
			t.Errorf("packet %d is %s: %+v", p.N, p.Proto, p)
		}
		for _, q := range p.Answers {
			if !slices.Contains(all[q].AnsweredBy, p.N) || q >= p.N {
				t.Errorf("packet %d answers %d, which is answered by %v", p.N, q, all[q].AnsweredBy)
			}
		}
		for _, a := range p.AnsweredBy {
			if !slices.Contains(all[a].Answers, p.N) {
				t.Errorf("packet %d is answered by %d, which answers %v", p.N, a, all[a].Answers)
			}
		}
		if r := p.Retransmits; r != 0 && (r >= p.N || all[r].Retransmits != 0 || all[r].Len != p.Len || all[r].Dst != p.Dst) {
			t.Errorf("packet %d repeats %d: %+v", p.N, r, all[r])
		}
	}
	return all
}

// TestDeepReadsTheProbe: all short messages of the sample are read, and each
// answer finds its question.
func TestDeepReadsTheProbe(t *testing.T) {
	file := filepath.Join(samples, "probe.pcap")
	read, answers, again := 0, 0, 0
	for _, p := range deepLines(t, file) {
		if p.Proto != "skype.udp" || strings.Contains(p.Info, "Ack") { // those are padded to the length of 18 bytes
			continue
		}
		// 51 bytes is a redirect; only one of the two is followed to all its ends.
		if size := p.Len - 42; size == 18 || size == 26 || size == 51 && p.Src == "198.51.100.9:33033" {
			read++
			if p.Oracle != "confirmed" {
				t.Errorf("packet %d, %q: %q", p.N, p.Info, p.Oracle)
			}
		}
		if strings.HasSuffix(p.Dst, ":35990") {
			answers += len(p.Answers)
		}
		if p.Retransmits != 0 {
			again++
		}
	}
	if read < 40 || answers < 20 || again < 5 {
		t.Errorf("%d read, %d answers, %d sent again", read, answers, again)
	}
	for line := range strings.Lines(fine(t, "packets", "-deep", file)) {
		if strings.Contains(line, "NAck") && !strings.Contains(line, " <7 ") {
			t.Errorf("the table says %s", line)
		}
	}
	if out := fine(t, "packets", file); strings.Contains(out, "confirmed") {
		t.Error("without -deep there is something of the second look")
	}
}

// TestDeepFindsCopies: searches that cannot be read are proven equal.
func TestDeepFindsCopies(t *testing.T) {
	file := filepath.Join(samples, "login.pcapng")
	searches := map[int]int{} // by class
	presence := map[int]int{}
	for _, p := range deepLines(t, file) {
		if p.Src != "192.168.1.2:35990" || p.Retransmits != 0 {
			continue
		}
		switch p.Len - 42 {
		case 31:
			searches[p.Class]++
		case 346:
			presence[p.Class]++
		}
	}
	if len(searches) != 1 || searches[0] != 0 {
		t.Errorf("searches by class: %v", searches)
	}
	if len(presence) != 2 || presence[0] != 0 {
		t.Errorf("publications by class: %v", presence)
	}

	type class struct {
		Class  int      `json:"class"`
		Kind   string   `json:"kind"`
		Copies int      `json:"copies"`
		Len    int      `json:"len"`
		RidAt  int      `json:"rid_at"`
		Name   string   `json:"name"`
		Text   string   `json:"text"`
		Peers  []string `json:"peers"`
		Pkts   []int    `json:"packets"`
		How    string   `json:"how"`
	}
	found := map[string]int{}
	all := lines[class](t, fine(t, "classes", "-json", file))
	for i, k := range all {
		if k.Copies != len(k.Pkts) || k.Copies < 2 || !slices.IsSorted(k.Pkts) || len(k.Peers) == 0 || k.How == "" ||
			(k.Kind == "confirmed") != (k.Text != "") || i > 0 && k.Copies > all[i-1].Copies {
			t.Errorf("%+v", k)
		}
		if k.Kind == "equal" {
			found[strconv.Itoa(k.Len)+" at "+strconv.Itoa(k.RidAt)] = k.Copies
		}
	}
	// The search, two publications, and what goes to the event server twice.
	for want, n := range map[string]int{"20 at 2": 4, "16 at 4": 2} {
		if found[want] != n {
			t.Errorf("%s: %d copies, want %d, among %v", want, found[want], n, found)
		}
	}
	if n := strings.Count(fine(t, "classes", file), "\n"); n != len(all) {
		t.Errorf("%d lines for %d classes", n, len(all))
	}
}

type phaseLine struct {
	Phase      string   `json:"phase"`
	From       *string  `json:"from"`
	To         *string  `json:"to"`
	Who        []string `json:"who"`
	Packets    []int    `json:"packets"`
	Count      int      `json:"count"`
	Confidence string   `json:"confidence"`
	Text       string   `json:"text"`
	Doubt      string   `json:"doubt"`
	Cite       []string `json:"cite"`
}

var confidences = []string{"certain", "strong", "weak"}

// phases are those of a file, and what must hold for all of them.
func phases(t *testing.T, file string, count int) map[string][]phaseLine {
	t.Helper()
	all := map[string][]phaseLine{}
	for _, f := range lines[phaseLine](t, fine(t, "story", "-json", file)) {
		all[f.Phase] = append(all[f.Phase], f)
		if f.From == nil || f.To == nil || len(f.Who) == 0 || len(f.Packets) == 0 || f.Count < len(f.Packets) || !slices.IsSorted(f.Packets) ||
			f.Packets[0] < 1 || f.Packets[len(f.Packets)-1] > count ||
			!slices.Contains(confidences, f.Confidence) || !strings.HasSuffix(f.Text, ".") || len(f.Cite) == 0 {
			t.Errorf("%s: %+v", file, f)
			continue
		}
		from, err := time.Parse("2006-01-02T15:04:05.000000000Z", *f.From)
		to, err2 := time.Parse("2006-01-02T15:04:05.000000000Z", *f.To)
		if err != nil || err2 != nil || to.Before(from) {
			t.Errorf("%s: from %s to %s", file, *f.From, *f.To)
		}
	}
	return all
}

// TestStoriesOfTheSamples: each sample tells what it was made to show.
func TestStoriesOfTheSamples(t *testing.T) {
	for name, want := range sampleStories {
		file := filepath.Join(samples, name)
		got := phases(t, file, len(lines[packetLine](t, fine(t, "packets", "-json", file))))
		var kinds []string
		for kind := range got {
			kinds = append(kinds, kind)
		}
		slices.Sort(kinds)
		for _, kind := range strings.Fields(want) {
			if got[kind] == nil {
				t.Errorf("%s: no %s among %v", name, kind, kinds)
			}
		}
		if want == "" && len(got) != 0 {
			t.Errorf("%s tells %v", name, kinds)
		}
		text := fine(t, "story", file)
		for _, list := range got {
			for _, f := range list {
				if !strings.Contains(text, f.Text) {
					t.Errorf("%s: people are not told %q", name, f.Text)
				}
			}
		}
	}
}

// sampleStories are phases that must be in the samples; "" for no phase at all.
var sampleStories = map[string]string{
	"probe.pcap":      "long-probe short-probe redirect supernode-found tcp-handshake nat-test periodic-ping asked-from-outside update-check supernode-refresh",
	"login.pcapng":    "short-probe supernode-found tcp-handshake login installed update-check event-server publication user-search network-measurement supernode-lost supernode-refresh",
	"firewall.pcap":   "short-probe tcp-attempts fallback-80 fallback-443 connection-order supernode-lost login-failed supernode-refresh update-check",
	"call.pcap":       "automatic-login call-setup-1 media hold resume tear-down",
	"relay.pcap":      "call-setup-2 media tear-down",
	"conference.pcap": "call-setup-2 media conference tear-down",
	"transfer.pcap":   "file-transfer",
	"telephone.pcap":  "skypeout",
	"lookalikes.pcap": "",
	"links.pcapng":    "",
}

type roleLine struct {
	Host       string `json:"host"`
	Port       int    `json:"port"`
	Role       string `json:"role"`
	State      string `json:"state"`
	Confidence string `json:"confidence"`
	Text       string `json:"text"`
	Why        []struct {
		Text    string
		Weak    bool
		Packets []int
		Cite    []string
	} `json:"why"`
	Flows   []int `json:"flows"`
	Packets []int `json:"packets"`
}

// TestRolesOfTheSamples: who is what.
func TestRolesOfTheSamples(t *testing.T) {
	for name, want := range map[string]map[string]string{
		"probe.pcap": {"192.168.1.2": "client", "192.0.2.77": "supernode kept", "198.51.100.131": "update server"},
		"login.pcapng": {"192.168.1.2": "client", "192.0.2.77": "supernode lost", "192.0.2.66": "supernode kept", "198.51.100.12": "supernode refused",
			"198.51.100.141": "login server", "198.51.100.142": "event server", "198.51.100.131": "update server", "192.0.2.229": "network-probe target"},
		"firewall.pcap":   {"192.168.1.2": "client", "198.51.100.31": "supernode lost", "192.0.2.140": "supernode kept", "192.0.2.77": "supernode refused", "198.51.100.141": "login server"},
		"relay.pcap":      {"192.168.1.2": "client", "198.51.100.112": "relay", "192.0.2.163": "relay"},
		"conference.pcap": {"192.168.1.2": "client", "198.51.100.77": "peer", "192.0.2.182": "peer"},
		"telephone.pcap":  {"192.168.1.2": "client", "198.51.100.140": "gateway"},
	} {
		file := filepath.Join(samples, name)
		got := map[string][]string{}
		for _, r := range lines[roleLine](t, fine(t, "roles", "-json", file)) {
			got[r.Host] = append(got[r.Host], strings.TrimSpace(r.Role+" "+r.State))
			strong := false
			for _, y := range r.Why {
				strong = strong || !y.Weak
				if y.Text == "" {
					t.Errorf("%s: %+v", name, y)
				}
			}
			if !slices.Contains(confidences, r.Confidence) || !strings.HasSuffix(r.Text, ".") || len(r.Why) == 0 || !strong && r.Confidence != "weak" {
				t.Errorf("%s: %+v", name, r)
			}
		}
		for host, role := range want {
			if !slices.Contains(got[host], role) {
				t.Errorf("%s: %s is %q, want %s", name, host, got[host], role)
			}
		}
		text := fine(t, "roles", file)
		for host := range got {
			if !strings.Contains(text, host) {
				t.Errorf("%s: people are not told of %s", name, host)
			}
		}
	}
}

// TestTalksOfTheSamples: conversations over TCP get their names from the
// second look, and none without it.
func TestTalksOfTheSamples(t *testing.T) {
	for name, want := range map[string]string{
		"login.pcapng":   "event login supernode supernode supernode update update",
		"firewall.pcap":  "false-https port-80 update",
		"probe.pcap":     "supernode update",
		"call.pcap":      "supernode supernode update",
		"telephone.pcap": "login",
	} {
		file := filepath.Join(samples, name)
		var talks []string
		for _, f := range flowLines(t, fine(t, "flows", "-json", file)) {
			if f.Talk != "" {
				talks = append(talks, f.Talk)
				if f.Transport != "tcp" || !f.Skype || f.Class != "skype.tcp" || f.Word != "certain" && f.Word != "strong" {
					t.Errorf("%s: %+v", name, f)
				}
			}
			if f.Skype != strings.HasPrefix(f.Class, "skype.") || !slices.Contains([]string{"", "certain", "strong", "weak", "no"}, f.Word) {
				t.Errorf("%s: %+v", name, f)
			}
		}
		slices.Sort(talks)
		if got := strings.Join(talks, " "); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		for _, f := range flowLines(t, fine(t, "flows", "-quick", "-json", file)) {
			if f.Talk != "" {
				t.Errorf("%s: %s without a second look", name, f.Talk)
			}
		}
	}
}

type detectLine struct {
	Flow      int    `json:"flow"`
	Transport string `json:"transport"`
	A         string `json:"a"`
	B         string `json:"b"`
	Says      []struct {
		Detector, Says, Why string
		Packets             []int
	} `json:"says"`
	Note string `json:"note"`
}

// TestDetectorsDisagree: what the detectors say of the samples.
func TestDetectorsDisagree(t *testing.T) {
	file := filepath.Join(samples, "lookalikes.pcap")
	all := lines[detectLine](t, fine(t, "detect", "-json", file))
	if n := len(flowLines(t, fine(t, "flows", "-json", "-quick", file))); n != len(all) {
		t.Errorf("%d flows, %d were looked at", n, len(all))
	}
	wrong := 0
	for i, f := range all {
		if f.Flow != i+1 || len(f.Says) != len(all[0].Says) || len(f.Says) < 10 {
			t.Errorf("%+v", f)
		}
		for _, s := range f.Says {
			if !slices.Contains([]string{"silent", "no", "yes"}, s.Says) || s.Detector == "" || s.Says != "silent" && s.Why == "" {
				t.Errorf("flow %d: %+v", f.Flow, s)
			}
			if s.Says == "yes" {
				wrong++
			}
		}
	}
	if wrong == 0 {
		t.Error("nothing in this sample takes in any detector, though it was made for that")
	}
	one := lines[detectLine](t, fine(t, "detect", "-json", "-flow", "2", file))
	if len(one) != 1 || one[0].Flow != 2 {
		t.Errorf("%+v", one)
	}
	if text := fine(t, "detect", "-flow", "2", file); !strings.HasPrefix(text, "2 ") || strings.Count(text, "\n") < 2 {
		t.Errorf("flow 2:\n%s", text)
	}
	yes := 0
	for _, f := range lines[detectLine](t, fine(t, "detect", "-json", filepath.Join(samples, "call.pcap"))) {
		for _, s := range f.Says {
			if s.Says == "yes" && strings.HasSuffix(f.A, ":35990") {
				yes++
			}
		}
	}
	if yes == 0 {
		t.Error("no detector finds the call")
	}
}

// TestDumpShowsTheText: the text of a pong, and none of it when nobody looked.
func TestDumpShowsTheText(t *testing.T) {
	file := filepath.Join(samples, "probe.pcap")
	pong := 0
	for n, p := range deepLines(t, file) {
		if p.Len == 68 && p.Oracle == "confirmed" && (pong == 0 || n < pong) {
			pong = n
		}
	}
	if pong == 0 {
		t.Fatal("no pong was read")
	}
	n := strconv.Itoa(pong)
	deep, quick := fine(t, "dump", "-packet", n, "-json", file), fine(t, "dump", "-quick", "-packet", n, "-json", file)
	const told = `fcdf1c737100cb968c` // 203.0.113.115 and 35990, as packed lists hold them
	if !strings.Contains(deep, told) || strings.Contains(quick, told) {
		t.Errorf("packet %d: with the second look\n%s\nwithout\n%s", pong, deep, quick)
	}
}
