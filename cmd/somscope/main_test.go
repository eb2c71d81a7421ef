package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const samples = "../../site/content/samples"

// cli runs the program as a shell would.
func cli(args ...string) (status int, out, errs string) {
	var o, e bytes.Buffer
	status = run(args, strings.NewReader(""), &o, &e)
	return status, o.String(), e.String()
}

// fine runs the program and expects it to read all.
func fine(t *testing.T, args ...string) string {
	t.Helper()
	status, out, errs := cli(args...)
	if status != allRead || errs != "" && (out != "" || !strings.HasSuffix(errs, ": "+nothingFound+"\n")) {
		t.Fatalf("%v: status %d, %s", args, status, errs)
	}
	return out
}

type packetLine struct {
	N           int     `json:"n"`
	Time        *string `json:"time"`
	Off         int64   `json:"off"`
	CapLen      int     `json:"caplen"`
	Len         int     `json:"len"`
	Link        int     `json:"link"`
	Src         string  `json:"src"`
	Dst         string  `json:"dst"`
	Proto, Info string
	Flow        *int `json:"flow"`
}

func packetLines(t *testing.T, out string) []packetLine {
	t.Helper()
	var all []packetLine
	for line := range strings.Lines(out) {
		dec := json.NewDecoder(strings.NewReader(line))
		dec.DisallowUnknownFields()
		var p packetLine
		if err := dec.Decode(&p); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		all = append(all, p)
	}
	return all
}

type flowLine struct {
	Flow            int
	Transport, A, B string
	Packets, Bytes  int
	Skype           bool
	Class           string
	Score           int
	Word            string
	Looks           string
	Talk            string
	Evidence        []struct {
		Rule    string
		For     bool
		Weight  int
		Detail  string
		Packets []int
	}
}

func flowLines(t *testing.T, out string) []flowLine {
	t.Helper()
	var all []flowLine
	for line := range strings.Lines(out) {
		dec := json.NewDecoder(strings.NewReader(line))
		dec.DisallowUnknownFields()
		var f flowLine
		if err := dec.Decode(&f); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		all = append(all, f)
	}
	return all
}

// TestSamplesReadWhole: every sample of the shelf, by every command.
func TestSamplesReadWhole(t *testing.T) {
	text, err := os.ReadFile("../../site/content/samples.json")
	if err != nil {
		t.Fatal(err)
	}
	var shelf []struct {
		Name, File, Look string
		Packets          int
	}
	if err := json.Unmarshal(text, &shelf); err != nil {
		t.Fatal(err)
	}
	for _, s := range shelf {
		file := filepath.Join("../../site/content", s.File)
		year := "2006-"
		if s.Name == "opus" { // which came later
			year = "2013-"
		}
		list := packetLines(t, fine(t, "packets", "-json", file))
		if len(list) != s.Packets {
			t.Errorf("%s: %d packets, want %d", s.Name, len(list), s.Packets)
		}
		for i, p := range list {
			if p.N != i+1 || p.CapLen > p.Len || p.Proto == "" || p.Flow == nil || i > 0 && p.Off <= list[i-1].Off {
				t.Errorf("%s: %+v", s.Name, p)
			}
			if p.Time != nil {
				if _, err := time.Parse("2006-01-02T15:04:05.000000000Z", *p.Time); err != nil || !strings.HasPrefix(*p.Time, year) {
					t.Errorf("%s: packet %d: time %q", s.Name, p.N, *p.Time)
				}
			}
		}
		if n := strings.Count(fine(t, "packets", file), "\n"); n != s.Packets {
			t.Errorf("%s: %d lines for %d packets", s.Name, n, s.Packets)
		}
		flows := flowLines(t, fine(t, "flows", file, "-json"))
		seen := 0
		for i, f := range flows {
			if f.Flow != i+1 || f.A == "" || f.B == "" || f.Class == "" || f.Evidence == nil {
				t.Errorf("%s: %+v", s.Name, f)
			}
			seen += f.Packets
		}
		with := 0
		for _, p := range list {
			if *p.Flow > 0 {
				with++
			}
		}
		if seen != with {
			t.Errorf("%s: %d packets in flows, %d say that they belong to one", s.Name, seen, with)
		}
		fine(t, "flows", file)
		fine(t, "blocks", file)
		docs := fine(t, "dump", "-json", file)
		if n := strings.Count(docs, "\n"); n != s.Packets {
			t.Errorf("%s: %d documents", s.Name, n)
		}
		// Nothing is wrong in the samples but what is meant to be: a spoiled
		// checksum and a packet that the snap length cut.
		faults := 0
		if s.Name == "links" {
			faults = 2
		}
		if n := strings.Count(docs, `"err":{`); n != faults {
			t.Errorf("%s: %d faults, want %d", s.Name, n, faults)
		}
		for line := range strings.Lines(docs) {
			if !json.Valid([]byte(line)) {
				t.Errorf("%s: not JSON: %.200s", s.Name, line)
			}
		}
		// The permalink of the shelf leads to a field that is there.
		var n int
		var at string
		if s.Name == "profile" { // leads to the files beside it
		} else if _, err := fmt.Sscanf(s.Look, "#sample="+s.Name+"&n=%d&at=%s", &n, &at); err != nil {
			t.Errorf("%s: look %q: %v", s.Name, s.Look, err)
		} else if tree := fine(t, "dump", "-packet", strconv.Itoa(n), file); !strings.Contains(tree, "["+at+"]") {
			t.Errorf("%s: no %s in\n%s", s.Name, at, tree)
		}
		if n := strings.Count(fine(t, "dump", file), "\npacket "); n != s.Packets-1 {
			t.Errorf("%s: %d pictures", s.Name, n+1)
		}
	}
}

// TestProbeSaysWhatHappened looks at the story's turning points.
func TestProbeSaysWhatHappened(t *testing.T) {
	file := filepath.Join(samples, "probe.pcap")
	list := packetLines(t, fine(t, "packets", "-json", file))
	var nack packetLine
	protos := map[string]int{}
	for _, p := range list {
		protos[p.Proto]++
		if nack.N == 0 && p.Proto == "skype.udp" && strings.Contains(p.Info, "NAck") {
			nack = p
		}
	}
	for _, want := range []string{"skype.udp", "dns", "ntp", "arp", "tcp", "icmp"} {
		if protos[want] == 0 {
			t.Errorf("no %s among %v", want, protos)
		}
	}
	if nack.Src != "198.51.100.9:33033" || nack.Dst != "192.168.1.2:35990" || nack.Len != 60 || !strings.Contains(nack.Info, "203.0.113.115") {
		t.Fatalf("NAck: %+v", nack)
	}

	var doc struct {
		Packet  int
		Buffers []struct{ Name, Hex string }
		Tree    treeNode
	}
	out := fine(t, "dump", "-packet", strconv.Itoa(nack.N), "-json", file)
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Packet != nack.N || len(doc.Buffers) < 2 || len(doc.Buffers[0].Hex) != 2*60 {
		t.Errorf("document %d with %d buffers", doc.Packet, len(doc.Buffers))
	}
	fn := doc.Tree.find("skype.udp.func")
	if fn == nil || fn.Value != float64(7) || !strings.Contains(fn.Text, "NAck") || fn.Trust != "measured" || len(fn.Cite) == 0 || len(fn.Readings) < 4 {
		t.Errorf("function: %+v", fn)
	} else if fn.Off != 8*(14+20+8+2)+4 || fn.Len != 4 || fn.Buf != 0 {
		t.Errorf("function at bit %d of buffer %d", fn.Off, fn.Buf)
	}
	text := fine(t, "dump", "-packet", strconv.Itoa(nack.N), file)
	for _, want := range []string{"packet " + strconv.Itoa(nack.N) + "\n", "[skype.udp.func]", "[udp.srcport]", "cb 00 71 73"} {
		if !strings.Contains(text, want) {
			t.Errorf("the picture lacks %q:\n%s", want, text)
		}
	}
}

type treeNode struct {
	Name, Label, Text, Trust string
	Buf, Off, Len            int
	Value                    any
	Cite                     []struct{ Key, Where string }
	Readings                 []struct{ Key, Says string }
	Kids                     []treeNode
}

func (n *treeNode) find(name string) *treeNode {
	if n.Name == name {
		return n
	}
	for i := range n.Kids {
		if f := n.Kids[i].find(name); f != nil {
			return f
		}
	}
	return nil
}

// TestFlowsTellSkypeFromTheRest uses the samples that hold both.
func TestFlowsTellSkypeFromTheRest(t *testing.T) {
	for _, sample := range []string{"probe.pcap", "login.pcapng", "call.pcap", "telephone.pcap"} {
		skype := map[string]int{}
		for _, f := range flowLines(t, fine(t, "flows", "-json", filepath.Join(samples, sample))) {
			class := ""
			switch ours := strings.HasSuffix(f.A, ":35990") || strings.HasSuffix(f.B, ":35990"); {
			case ours && strings.HasSuffix(f.B, ":12340"):
				class = "skype.e2o"
			case ours && f.Transport == "udp":
				class = "skype.udp"
			case f.Transport == "tcp" && !strings.HasSuffix(f.B, ".44:443"):
				class = "skype.tcp"
			}
			if f.Skype {
				skype[f.Class]++
				reasons := 0
				for _, e := range f.Evidence {
					if e.For && e.Rule != "" && e.Detail != "" {
						reasons++
					}
				}
				if reasons == 0 || f.Class != class {
					t.Errorf("%s: %+v", sample, f)
				}
			}
		}
		if skype["skype.udp"] < 1 || skype["skype.tcp"] < 1 || (skype["skype.e2o"] == 1) != (sample == "telephone.pcap") {
			t.Errorf("%s: flows of Skype: %v", sample, skype)
		}
	}
	for _, sample := range []string{"lookalikes.pcap", "links.pcapng"} {
		for _, f := range flowLines(t, fine(t, "flows", "-json", filepath.Join(samples, sample))) {
			if f.Skype || f.Talk != "" {
				t.Errorf("%s: %+v", sample, f)
			}
		}
	}
}

func TestBlocksOfAFile(t *testing.T) {
	file := filepath.Join(samples, "login.pcapng")
	kinds := map[string]int{}
	n := 0
	for line := range strings.Lines(fine(t, "blocks", "-json", file)) {
		var b struct {
			N         int
			Off, Len  int64
			Kind      string
			Text      string
			Bad       bool
			Forgotten any
		}
		if err := json.Unmarshal([]byte(line), &b); err != nil {
			t.Fatal(err)
		}
		if n++; b.N != n || b.Len == 0 || b.Bad {
			t.Errorf("%+v", b)
		}
		kinds[b.Kind]++
	}
	if n != 4 || len(kinds) != 4 {
		t.Errorf("blocks: %v", kinds)
	}
	out := fine(t, "dump", "-block", "1", file)
	if !strings.Contains(out, "Somscope synth") {
		t.Errorf("the section's options are not in\n%s", out)
	}
	fine(t, "dump", "-block", "3", "-json", file)
}

// TestCutFileIsReadInPart: what is there is printed, the reason is on standard
// error, the status is 1.
func TestCutFileIsReadInPart(t *testing.T) {
	whole, err := os.ReadFile(filepath.Join(samples, "probe.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.pcap")
	if err := os.WriteFile(cut, whole[:24+16+42+16+60+16+30], 0o666); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"packets", cut}, {"packets", "-json", cut}, {"dump", "-json", cut}} {
		status, out, errs := cli(args...)
		if status != partlyRead || strings.Count(out, "\n") != 2 || !strings.Contains(errs, "offset 158") {
			t.Errorf("%v: status %d, %d lines, %s", args, status, strings.Count(out, "\n"), errs)
		}
	}
	if status, _, errs := cli("dump", "-packet", "2", cut); status != partlyRead || errs == "" {
		t.Errorf("one packet of a cut file: status %d, %q", status, errs)
	}
}

func TestWrongUsage(t *testing.T) {
	dir := t.TempDir()
	picture := filepath.Join(dir, "picture.pcap")
	if err := os.WriteFile(picture, []byte("\x89PNG\r\n\x1a\n0123456789abcdef"), 0o666); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(dir, "empty.pcap")
	if err := os.WriteFile(empty, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	probe := filepath.Join(samples, "probe.pcap")
	for _, c := range []struct {
		args []string
		says string
	}{
		{nil, "usage"},
		{[]string{"pakets", probe}, `no command "pakets"`},
		{[]string{"packets"}, "which file"},
		{[]string{"packets", "-xml", probe}, "xml"},
		{[]string{"packets", "-packet", "3", probe}, "packet"},
		{[]string{"packets", probe, probe}, "one file"},
		{[]string{"packets", filepath.Join(dir, "none.pcap")}, "no such file"},
		{[]string{"packets", dir}, "folder"},
		{[]string{"packets", picture}, "PNG"},
		{[]string{"packets", empty}, "empty"},
		{[]string{"dump", "-packet", "0", probe}, "from 1"},
		{[]string{"dump", "-packet", "x", probe}, "packet"},
		{[]string{"dump", "-packet", "1000000", probe}, "no packet 1000000"},
		{[]string{"dump", "-block", "9", probe}, "no block 9"},
		{[]string{"dump", "-block", "1", "-packet", "1", probe}, "either"},
		{[]string{"detect", "-flow", "0", probe}, "from 1"},
		{[]string{"detect", "-flow", "1000000", probe}, "no flow 1000000"},
		{[]string{"packets", "-quick", probe}, "quick"},
		{[]string{"story", "-deep", probe}, "deep"},
	} {
		status, out, errs := cli(c.args...)
		if status != wrongUsage || out != "" || !strings.Contains(errs, c.says) {
			t.Errorf("%v: status %d, printed %q, said %q", c.args, status, out, errs)
		}
	}
}

func TestHelpAndVersion(t *testing.T) {
	for _, args := range [][]string{{"help"}, {"-h"}, {"packets", "-h"}, {"help", "dump"}} {
		if out := fine(t, args...); !strings.Contains(out, "usage:") {
			t.Errorf("%v: %s", args, out)
		}
	}
	changes, err := os.ReadFile("../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	_, newest, _ := strings.Cut(string(changes), "\n## ")
	if newest, _, _ = strings.Cut(newest, " "); newest != release {
		t.Errorf("the newest version in the list of changes is %s, this is %s", newest, release)
	}
	if out := fine(t, "-version"); !strings.HasPrefix(out, "somscope "+release) {
		t.Errorf("version: %s", out)
	}
	for _, c := range commands {
		one := fine(t, "help", c.name)
		if one != fine(t, c.name, "-h") || !strings.Contains(one, "\n  somscope "+c.name+" ") || !strings.Contains(one, "\n"+c.name+" ") ||
			strings.Count(one, "  somscope ") != 1 || !strings.HasSuffix(one, "or no capture\n") ||
			strings.Contains(one, "\n-quick ") != strings.Contains(c.flags, "quick") {
			t.Errorf("help %s:\n%s", c.name, one)
		}
	}
	if out := fine(t, "help", "story"); !strings.Contains(out, "true number") || strings.Contains(out, "roles") || strings.Count(out, "\n") > 15 {
		t.Errorf("help story:\n%s", out)
	}
	if status, _, errs := cli("help", "nothing"); status != wrongUsage || !strings.Contains(errs, `no command "nothing"`) {
		t.Errorf("status %d, %s", status, errs)
	}
	for line := range strings.Lines(usage) {
		if len(line) > 101 {
			t.Errorf("a line of the help is %d columns wide: %s", len(line), line)
		}
	}
}

// TestStandardInput spools what cannot be read at any place.
func TestStandardInput(t *testing.T) {
	whole, err := os.ReadFile(filepath.Join(samples, "probe.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if status := run([]string{"packets", "-"}, bytes.NewReader(whole), &out, &errs); status != allRead || out.String() != fine(t, "packets", filepath.Join(samples, "probe.pcap")) {
		t.Errorf("status %d, %s", status, errs.String())
	}
}

type closed struct{ err error }

func (c closed) Write([]byte) (int, error) { return 0, c.err }

// TestReaderGoneIsNoFault: head(1) may close its end; a full disk is a fault.
func TestReaderGoneIsNoFault(t *testing.T) {
	file := filepath.Join(samples, "call.pcap")
	for _, cmd := range []string{"packets", "dump", "flows", "story", "roles", "detect"} {
		var errs bytes.Buffer
		gone := &os.PathError{Op: "write", Path: "stdout", Err: syscall.EPIPE}
		if status := run([]string{cmd, file}, nil, closed{gone}, &errs); status != allRead || errs.Len() > 0 {
			t.Errorf("%s: status %d, %s", cmd, status, errs.String())
		}
		if status := run([]string{cmd, file}, nil, closed{errors.New("disk full")}, &errs); status != partlyRead || !strings.Contains(errs.String(), "disk full") {
			t.Errorf("%s: status %d, %s", cmd, status, errs.String())
		}
	}
}

// captures is the folder of real captures, or the test is skipped.
func captures(t *testing.T) string {
	dir := os.Getenv("SOMSCOPE_CAPTURES")
	if dir == "" {
		t.Skip("SOMSCOPE_CAPTURES names no folder of captures")
	}
	return dir
}

// TestAgreesWithTheReference compares numbers, times and lengths with what
// another analyser says of the same files.
func TestAgreesWithTheReference(t *testing.T) {
	dir := captures(t)
	lists, err := filepath.Glob(filepath.Join(dir, "expected", "*", "*", "packets.tsv"))
	if err != nil || len(lists) == 0 {
		t.Skipf("no expectations in %s", dir)
	}
	for _, list := range lists {
		kind, name := filepath.Base(filepath.Dir(filepath.Dir(list))), filepath.Base(filepath.Dir(list))
		if kind != "skype" && kind != "derived" && kind != "synthetic" {
			continue
		}
		t.Run(kind+"/"+name, func(t *testing.T) {
			file := filepath.Join(dir, kind, name)
			status, out, errs := cli("packets", "-json", file)
			want := reference(t, list)
			switch {
			case strings.HasSuffix(name, ".lz4"):
				if status != wrongUsage || !strings.Contains(errs, "lz4") {
					t.Errorf("status %d, %s", status, errs)
				}
				return
			case strings.Contains(name, "-cut"):
				if status != partlyRead || !strings.Contains(errs, "offset") {
					t.Errorf("status %d, %s", status, errs)
				}
			case status != allRead:
				t.Errorf("status %d, %s", status, errs)
			}
			got := packetLines(t, out)
			if len(got) != len(want) {
				t.Fatalf("%d packets, want %d", len(got), len(want))
			}
			for i, p := range got {
				if s := fmt.Sprintf("%s %d %d", *p.Time, p.CapLen, p.Len); s != want[i] {
					t.Fatalf("packet %d: %s, want %s", i+1, s, want[i])
				}
			}
		})
	}
}

// reference reads number, time and lengths of all packets.
func reference(t *testing.T, list string) []string {
	t.Helper()
	f, err := os.Open(list)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var want []string
	in := bufio.NewReader(f)
	for {
		line, err := in.ReadString('\n')
		if cells := strings.Split(line, "\t"); len(cells) >= 4 && cells[0] != "frame" {
			sec, nsec, _ := strings.Cut(cells[1], ".")
			s, _ := strconv.ParseInt(sec, 10, 64)
			n, _ := strconv.ParseInt(nsec, 10, 64)
			want = append(want, time.Unix(s, n).UTC().Format("2006-01-02T15:04:05.000000000Z")+" "+cells[2]+" "+cells[3])
		}
		if err == io.EOF {
			return want
		}
	}
}

// TestRealLogin: the one public capture of those years.
func TestRealLogin(t *testing.T) {
	file := filepath.Join(captures(t), "skype", "SkypeIRC-part1.pcap")
	skype, talks := 0, map[string]int{}
	for _, f := range flowLines(t, fine(t, "flows", "-json", file)) {
		ours := f.Transport == "udp" && (strings.HasSuffix(f.A, ":35990") || strings.HasSuffix(f.B, ":35990"))
		if ours != (f.Class == "skype.udp") {
			t.Errorf("%+v", f)
		}
		if ours {
			skype++
		}
		if (f.Talk != "") != (f.Class == "skype.tcp") {
			t.Errorf("%+v", f)
		}
		talks[f.Talk]++
	}
	if skype != 67 || talks["login"]+talks["event"] != 3 || talks["update"] != 1 || talks["supernode"] == 0 {
		t.Errorf("%d flows over UDP, conversations over TCP %v", skype, talks)
	}
	out := fine(t, "dump", "-packet", "215", "-json", file)
	if !json.Valid([]byte(out)) || !strings.Contains(out, `"skype.udp.func"`) {
		t.Errorf("%.300s", out)
	}
}

// TestRealMessages: how many of its messages are read and proven equal, and
// that questions, answers and repetitions are found.
func TestRealMessages(t *testing.T) {
	file := filepath.Join(captures(t), "skype", "SkypeIRC-part1.pcap")
	known := map[string]int{}
	answers, again := 0, 0
	for _, p := range deepLines(t, file) {
		known[p.Oracle]++
		answers += len(p.Answers)
		if p.Retransmits != 0 {
			again++
		}
	}
	// 157 messages are obfuscated commands, one is a resend, 54 are fragments.
	if known["confirmed"] < 80 || known["confirmed"]+known["equal"] < 140 || answers < 100 || again < 5 {
		t.Errorf("%v, %d answers, %d repetitions", known, answers, again)
	}
}

// TestRealStory: the phases of a first login, each of which must be told.
func TestRealStory(t *testing.T) {
	file := filepath.Join(captures(t), "skype", "SkypeIRC-part1.pcap")
	got := phases(t, file, 1850)
	for _, want := range []string{"long-probe", "short-probe", "redirect", "supernode-found", "login", "update-check", "nat-test", "publication", "user-search", "event-server"} {
		if got[want] == nil {
			t.Errorf("no %s", want)
		}
	}
	for _, never := range []string{"media", "hold", "conference", "skypeout", "file-transfer"} {
		if got[never] != nil {
			t.Errorf("%s: there is no call in this capture", never)
		}
	}
	roles := map[string]int{}
	for _, r := range lines[roleLine](t, fine(t, "roles", "-json", file)) {
		roles[r.Role]++
	}
	if roles["client"] != 1 || roles["login server"] != 1 || roles["event server"] != 1 || roles["supernode"] < 10 || roles["update server"] != 1 {
		t.Errorf("roles %v", roles)
	}
}
