package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func profile(name string) string { return filepath.Join(samples, "profile", name) }

type nodeLine struct {
	File    string
	N       int
	Address string
	Class   *int
	First   *string
	Last    *string
	Fails   *int
	Off     int64
	Len     int64
}

func decodeLines[T any](t *testing.T, out string) []T {
	t.Helper()
	var all []T
	for line := range strings.Lines(out) {
		dec := json.NewDecoder(strings.NewReader(line))
		dec.DisallowUnknownFields()
		var x T
		if err := dec.Decode(&x); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		all = append(all, x)
	}
	return all
}

// TestNodes: three forms say the same, and lead to the digits in the file.
func TestNodes(t *testing.T) {
	file := profile("shared.xml")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	list := decodeLines[nodeLine](t, fine(t, "nodes", "-json", file))
	if len(list) != 200 {
		t.Fatalf("%d nodes", len(list))
	}
	rows, err := csv.NewReader(strings.NewReader(fine(t, "nodes", "-csv", file))).ReadAll()
	if err != nil || len(rows) != 201 || strings.Join(rows[0], " ") != "n address class first last fails off len" {
		t.Fatalf("%d rows, %v, %v", len(rows), rows[0], err)
	}
	text := strings.Split(fine(t, "nodes", file), "\n")
	for i, n := range list {
		if n.N != i+1 || n.Class == nil || *n.Class != 2 && *n.Class != 4 || n.First == nil || n.Last == nil || *n.Last < *n.First || n.Fails == nil ||
			!strings.HasPrefix(string(raw[n.Off:n.Off+n.Len]), "41050200") {
			t.Errorf("%+v", n)
		}
		if rows[i+1][1] != n.Address || rows[i+1][3] != *n.First || !strings.Contains(text[i], " "+n.Address+" ") {
			t.Errorf("%d: %v, %s, %+v", i, rows[i+1], text[i], n)
		}
	}
	if out := fine(t, "nodes", "-redact", file); strings.Contains(out, list[0].Address) || !strings.Contains(out, " x ") {
		t.Errorf("not redacted: %.200s", out)
	}
	out, errs := "", ""
	if _, out, errs = cli("nodes", "-csv", file, profile("config.xml")); !strings.HasPrefix(out, "file,n,") || strings.Count(out, "\n") != 201 || !strings.Contains(errs, "no host cache") {
		t.Errorf("%.100s, %s", out, errs)
	}
}

type buddyLine struct {
	File, Name, Bytes string
	Fault             string
	Number, Small     *int64
	Piece             int
	Off               int64
}

type pairLine struct {
	Name, Match           string
	First, Second         *buddyLine
	Both, Differs, Same   int
	Unclear               int
	Only_first            int
	Only_second           int
	Says                  string
	Cite                  []string
	File, Bytes, Fault    string
	Number, Small, Off, N *int64
}

func TestBuddies(t *testing.T) {
	a, b := profile("config.xml"), profile("config-second.xml")
	list := decodeLines[buddyLine](t, fine(t, "buddies", "-json", a))
	if len(list) != 8 || list[6].Name != "+15550142" || list[0].Name != "echo123" || list[0].Number == nil || len(list[0].Bytes) != 8 {
		t.Fatalf("%+v", list)
	}
	if out := fine(t, "buddies", a); !strings.Contains(out, "+15550142 ") || strings.Count(out, "\n") != 8 {
		t.Error(out)
	}
	pairs := decodeLines[pairLine](t, fine(t, "buddies", "-json", a, b))
	last := pairs[len(pairs)-1]
	if len(pairs) != 10 || last.Differs != 7 || last.Both != 7 || last.Only_first != 1 || last.Only_second != 1 || len(last.Cite) == 0 || !strings.Contains(last.Says, "7 of 7") {
		t.Errorf("%d pairs, %+v", len(pairs), last)
	}
	out := fine(t, "buddies", a, b)
	if !strings.Contains(out, last.Says) || !strings.Contains(out, "only in the first") || !strings.Contains(out, "only in the second") {
		t.Error(out)
	}
	if out := fine(t, "buddies", "-redact", a, b); strings.Contains(out, "echo123") {
		t.Error(out)
	}
	rows, err := csv.NewReader(strings.NewReader(fine(t, "buddies", "-csv", a, b))).ReadAll()
	if err != nil || len(rows) != 10 || rows[0][2] != "bytes1" {
		t.Errorf("%v, %v", rows, err)
	}
	if out := fine(t, "buddies", "-csv", a, b, a); !strings.HasPrefix(out, "file,name,") || strings.Count(out, "\n") != 1+8+8+8 {
		t.Error(out)
	}
	if status, out, errs := cli("buddies", profile("shared.xml")); status != allRead || out != "" || !strings.Contains(errs, "no buddies") {
		t.Errorf("%d, %s, %s", status, out, errs)
	}
}

// TestDumpOfLocalFiles: the same command as for captures, hidden unless asked for.
func TestDumpOfLocalFiles(t *testing.T) {
	for name, secret := range map[string]string{"config.xml": "heron.example", "shared.xml": "203.0.113.115", "chatmsg256.dbb": "Are you there?", "config-second.xml": "wren.example"} {
		hidden, shown := fine(t, "dump", profile(name)), fine(t, "dump", "-private", profile(name))
		if strings.Contains(hidden, secret) || !strings.Contains(shown, secret) || !strings.Contains(hidden, "redacted") {
			t.Errorf("%s: %q is in the wrong place", name, secret)
		}
		first, _, _ := strings.Cut(hidden, "\n")
		if !strings.Contains(first, "Skype") || !strings.Contains(hidden, "\npiece 1: ") {
			t.Errorf("%s: %s", name, first)
		}
		for line := range strings.Lines(fine(t, "dump", "-json", profile(name))) {
			if !json.Valid([]byte(line)) || strings.Contains(line, secret) {
				t.Fatalf("%s: %.200s", name, line)
			}
		}
	}
	one := fine(t, "dump", "-packet", "2", profile("chatmsg256.dbb"))
	if !strings.Contains(one, "piece 2: slot 2\n") || strings.Contains(one, "piece 3") || !strings.Contains(one, "End of an older record") {
		t.Error(one)
	}
}

func TestLocalFaults(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	shared := write("shared.xml", "<config serial='1' timestamp='1'><Lib><Connection><HostCache>4105050041050200C0</HostCache></Connection></Lib>")
	for _, c := range []struct {
		args   []string
		status int
		errs   string
	}{
		{[]string{"nodes", shared}, partlyRead, "offset"},
		{[]string{"dump", shared}, partlyRead, "the file ends within"},
		{[]string{"dump", "-packet", "99", shared}, wrongUsage, "there is no piece 99"},
		{[]string{"dump", "-block", "1", shared}, wrongUsage, "no blocks"},
		{[]string{"nodes", "-json", "-csv", shared}, wrongUsage, "either"},
		{[]string{"nodes", "-as", "pcmu", shared}, wrongUsage, "for captures"},
		{[]string{"nodes"}, wrongUsage, "which file"},
		{[]string{"flows", profile("shared.xml")}, wrongUsage, "a Skype settings file, not a capture; dump, nodes and buddies read"},
		{[]string{"story", profile("chatmsg256.dbb")}, wrongUsage, "a Skype message store (.dbb), not a capture; dump, nodes"},
		{[]string{"buddies", filepath.Join(samples, "login.pcapng")}, wrongUsage, "none of Skype's own files"},
		{[]string{"nodes", write("empty", "")}, wrongUsage, "empty"},
		{[]string{"nodes", filepath.Join(dir, "nothing")}, wrongUsage, "no such file"},
		{[]string{"buddies", write("bad.xml", "<config><Lib><CentralStorage><SyncSet><u><a>x:1</a></u></SyncSet></CentralStorage></Lib></config>")}, partlyRead, "offset 44"},
	} {
		if status, _, errs := cli(c.args...); status != c.status || !strings.Contains(errs, c.errs) {
			t.Errorf("%v: status %d, %s", c.args, status, errs)
		}
	}
	other := write("other.xml", "<project><config>1</config></project>")
	if out := fine(t, "dump", other); !strings.Contains(out, "not Skype's") {
		t.Error(out)
	}
}
