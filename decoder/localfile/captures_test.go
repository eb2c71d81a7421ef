package localfile

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"somscope/decoder/field"
	"somscope/decoder/internal/captures"
)

// The profiles beside the captures that SOMSCOPE_CAPTURES names are invented, too, but not by us.

func fromFolder(t *testing.T, name string) *File {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(captures.Dir(t), "config", name))
	if err != nil {
		t.Fatal(err)
	}
	return opened(t, b, filepath.Base(name))
}

func TestCaptureBuddies(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(captures.Dir(t), "config", "truth.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		want[strings.ReplaceAll(line, "\t", " ")]++
	}
	var files []*File
	for _, owner := range []string{"first", "second"} {
		f := fromFolder(t, owner+"/config.xml")
		files = append(files, f)
		if f.Kind() != Config {
			t.Errorf("%s is %v", owner, f.Kind())
		}
		list, err := f.Buddies()
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range list {
			key := fmt.Sprintf("%s %s %08x", owner, b.Name, b.Number)
			if want[key] != 1 || !b.Good {
				t.Errorf("%s: not in the truth", key)
			}
			delete(want, key)
		}
	}
	if len(want) != 0 {
		t.Errorf("not found: %v", want)
	}
	c, err := Compare(files[0], files[1])
	if err != nil || c.Both != 5 || c.Differs != 5 || c.OnlyA != 1 || c.OnlyB != 3 || !strings.Contains(c.Says, "5 of 5") {
		t.Errorf("%+v, %v", c, err)
	}
	x, err := files[1].Facts()
	if err != nil || len(x.Disabled) != 3 || !x.Disabled[0].Sure || x.Disabled[2].Sure || len(x.Disabled[2].Codecs) != 1 {
		t.Errorf("%+v, %v", x.Disabled, err)
	}
	for _, same := range []string{"bom", "utf16"} {
		f := fromFolder(t, same+"/config.xml")
		if list, err := f.Buddies(); err != nil || len(list) != 3 || !list[0].Good || f.Kind() != Config {
			t.Errorf("%s: %+v, %v", same, list, err)
		}
		if list := faultsOf(t, f); len(list) != 0 {
			t.Errorf("%s: %q", same, list)
		}
	}
	if f := fromFolder(t, "empty/config.xml"); f.Kind() != Config || len(faultsOf(t, f)) != 0 {
		t.Errorf("empty: %v", f.Kind())
	}
}

func TestCaptureNodes(t *testing.T) {
	for name, want := range map[string]int{"shared.xml": 200, "shared-one-node.xml": 1} {
		f := fromFolder(t, name)
		nodes, note, err := f.Nodes()
		if err != nil || note != "" || len(nodes) != want || f.Kind() != Shared || len(faultsOf(t, f)) != 0 {
			t.Errorf("%s: %d nodes, %q, %v, %v", name, len(nodes), note, err, f.Kind())
		}
		for _, n := range nodes {
			if !n.Whole() || n.Last < n.First || n.Class != 2 && n.Class != 4 || n.Fails != 0 || n.Addr.Port() == 0 || n.Len != 2*30 {
				t.Errorf("%s: %+v", name, n)
			}
		}
		d, err := f.Dissect(f.Find("Lib/Connection/HostCache"))
		if err != nil {
			t.Fatal(err)
		}
		hosts := 0
		field.Walk(&d.Root, func(n *field.Node, _ int) bool {
			if n.Spec.Name == "skype.file.ip" {
				hosts++
			}
			return true
		})
		if hosts != want {
			t.Errorf("%s: %d addresses in the tree", name, hosts)
		}
		x, err := f.Facts()
		if err != nil || x.ListeningPort != 35990 || len(x.Public) != 1 || len(x.In) != 2 || len(x.Out) != 2 || !x.Local.IsPrivate() {
			t.Errorf("%s: %+v, %v", name, x, err)
		}
	}
}

// Each broken file gives a sentence with an offset, and what could be read.
func TestCaptureBroken(t *testing.T) {
	want := map[string]string{
		"buddy-number-bad.xml": "number is expected", "cut.xml": "ends within", "entities.xml": "ever expanded",
		"hostcache-count-too-big.xml": "objects have at least", "hostcache-not-hex.xml": "no hexadecimal digit", "hostcache-odd.xml": "odd number",
	}
	files, err := filepath.Glob(filepath.Join(captures.Dir(t), "config", "broken", "*"))
	if err != nil || len(files) < len(want) {
		t.Fatal(files, err)
	}
	for _, path := range files {
		name := filepath.Base(path)
		f := fromFolder(t, "broken/"+name)
		if name == "not-skype.xml" {
			if f.Kind() != OtherXML || !strings.Contains(f.Says(), "another program") {
				t.Errorf("%s: %v, %s", name, f.Kind(), f.Says())
			}
			continue
		}
		list := faultsOf(t, f)
		if len(list) == 0 || !strings.Contains(strings.Join(list, "\n"), want[name]) || f.Len() < 10 || !f.Kind().Skype() {
			t.Errorf("%s: %v, %d pieces, %q", name, f.Kind(), f.Len(), list)
		}
		t.Logf("%s: %q", name, list)
	}
}
