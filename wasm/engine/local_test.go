package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"somscope/wasm/proto"
)

func configs(t *testing.T) string {
	dir := os.Getenv("SOMSCOPE_CAPTURES")
	if dir == "" {
		t.Skip("SOMSCOPE_CAPTURES is not set: the tests on real files are left out")
	}
	return filepath.Join(dir, "config")
}

// shelve opens a file of Skype's.
func (w *worker) shelve(path string) *proto.Reply {
	w.t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	was := w.file
	w.file = b
	r := w.ask(proto.Request{Open: &proto.Open{Name: filepath.Base(path)}})
	w.file = was
	if w.engine.taken {
		w.t.Errorf("%s was taken for a capture", path)
	}
	return r
}

// TestShelf opens two settings files and a host cache beside a capture, and closes one again.
func TestShelf(t *testing.T) {
	dir := configs(t)
	w := newWorker(t)
	for i, name := range []string{"first/config.xml", "second/config.xml", "shared.xml"} {
		r := w.shelve(filepath.Join(dir, name))
		if r.Opened == nil || r.Opened.Local != uint32(i)+1 || len(r.Opened.Hash) != 12 {
			t.Fatalf("%s: %+v", name, r)
		}
	}
	var shelf *proto.Shelf
	for _, r := range w.got {
		if r.Shelf != nil {
			shelf = r.Shelf
		}
	}
	if len(shelf.Files) != 3 || shelf.Files[0].Kind != "config.xml" || shelf.Files[1].Buddies != 8 || shelf.Files[2].Nodes != 200 || w.keeps != 3 {
		t.Fatalf("%+v, %d kept", shelf, w.keeps)
	}

	rows := w.ask(proto.Request{Rows: &proto.RowsAsk{Table: proto.Pieces, File: 2, N: 500}}).Rows
	if rows == nil || rows.Cols != 6 || int(rows.Total) != len(rows.Marks) || strings.Contains(string(rows.Text), "wanda.willow") {
		t.Fatalf("%+v", rows)
	}
	bare := w.ask(proto.Request{Rows: &proto.RowsAsk{Table: proto.Pieces, File: 2, N: 500, Bare: true}}).Rows
	if !strings.Contains(string(bare.Text), "wanda.willow") {
		t.Error("the names do not show when they are asked for")
	}

	// Every piece has a tree, and that of the host cache a buffer spelled by two digits a byte.
	spelled := false
	for n := range shelf.Files[2].Pieces {
		tree := w.ask(proto.Request{Piece: &proto.PieceAsk{File: 3, Piece: n + 1, Bare: true}}).Tree
		if tree == nil || tree.File != 3 || tree.Piece != n+1 || len(tree.Nodes) == 0 {
			t.Fatalf("row %d: %+v", n+1, tree)
		}
		for _, b := range tree.Buffers {
			spelled = spelled || b.Per == 2 && len(b.Data) == 6403
		}
	}
	if !spelled {
		t.Error("no row has the host cache as bytes")
	}

	sheet := func(bare bool) string {
		var text strings.Builder
		s := w.ask(proto.Request{Profile: &proto.ProfileAsk{Width: 800, Bare: bare}}).Sheet
		for _, p := range s.Parts {
			text.WriteString(p.Text + "\n")
			for _, c := range p.Cells {
				text.WriteString(c.Text + "|")
			}
		}
		return text.String()
	}
	shown, starred := sheet(true), sheet(false)
	if !strings.Contains(shown, "wanda.willow") || !strings.Contains(shown, "5 of 5 in these files") || !strings.Contains(shown, "618a9261") || !strings.Contains(shown, "35990") {
		t.Errorf("the sheet: %.3000s", shown)
	}
	if strings.Contains(starred, "wanda.willow") || strings.Contains(starred, "203.0.113.77") {
		t.Error("names or addresses show without being asked for")
	}

	if r := w.ask(proto.Request{Shut: &proto.Shut{File: 1}}); r.Shelf == nil || len(r.Shelf.Files) != 2 || w.keeps != 2 {
		t.Errorf("%+v", r)
	}
	for _, q := range []proto.Request{{Piece: &proto.PieceAsk{File: 3, Piece: 1}}, {Piece: &proto.PieceAsk{File: 1, Piece: 100000}}, {Shut: &proto.Shut{}}, {Rows: &proto.RowsAsk{Table: proto.Pieces, File: 9}}} {
		if r := w.ask(q); r.Err == nil {
			t.Errorf("%+v is answered by %+v", q, r)
		}
	}
}

// TestFileAndCapture holds shared.xml against the capture of the same invented client.
func TestFileAndCapture(t *testing.T) {
	dir := configs(t)
	w := newWorker(t)
	b, err := os.ReadFile(filepath.Join(dir, "..", "skype", "SkypeIRC-part1.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	w.file = b
	w.ask(proto.Request{Open: &proto.Open{Name: "a.pcap"}})
	w.feed(b)
	w.finish()
	for w.want() == wantStep {
		w.step(time.Second)
	}
	w.shelve(filepath.Join(dir, "shared.xml"))
	if w.engine.capture == nil || w.engine.capture.Len() != 1850 {
		t.Fatal("the capture is gone")
	}
	s := w.ask(proto.Request{Profile: &proto.ProfileAsk{Width: 800, Bare: true}}).Sheet
	found := map[string]string{}
	for _, p := range s.Parts {
		if p.Kind == proto.PartTable && len(p.Cols) == 6 && p.Cols[0] == "About" {
			for i := 0; i+6 <= len(p.Cells); i += 6 {
				found[p.Cells[i].Text] = p.Cells[i+3].Text
			}
		}
	}
	if list := findings(s); list[0].Cells[3].Text != "contradicts" || list[len(list)-1].Cells[3].Text == "contradicts" {
		t.Errorf("what contradicts is not listed first: %v", list)
	}
	// The file is invented for this client's port; its addresses are of documentation.
	if found["Listening port"] != "agrees" || found["Public address"] != "contradicts" || found["Host cache"] != "unsure" {
		t.Errorf("%v", found)
	}
}

// TestBrokenFilesSaySo: each broken file is opened as far as it goes, with a sentence and an offset.
func TestBrokenFilesSaySo(t *testing.T) {
	paths, _ := filepath.Glob(filepath.Join(configs(t), "broken", "*.xml"))
	if len(paths) < 7 {
		t.Fatal(paths)
	}
	for _, path := range paths {
		w := newWorker(t)
		r := w.shelve(path)
		if r.Opened == nil {
			t.Errorf("%s: %+v", path, r.Err)
			continue
		}
		for _, m := range w.got {
			if m.Shelf == nil {
				continue
			}
			f := m.Shelf.Files[0]
			if strings.HasSuffix(path, "not-skype.xml") {
				if f.Kind != "XML of another program" {
					t.Errorf("%s: %+v", path, f)
				}
			} else if f.Problem == nil || f.Problem.What == "" || f.Problem.Off <= 0 {
				t.Errorf("%s: %+v", filepath.Base(path), f.Problem)
			}
		}
	}
}

// TestCacheLightsUp: the supernodes of a shared.xml are marked in the flows, the roles and the story
// of the capture it belongs to, no other host is, and all marks go with the file.
func TestCacheLightsUp(t *testing.T) {
	w := sample(t, "login")
	const says = "in the host cache of shared.xml (entry "
	type lit struct{ rows, flows, phases, roles int }
	look := func() (n lit) {
		t.Helper()
		rows := w.ask(proto.Request{Rows: &proto.RowsAsk{Table: proto.Flows, N: maxRows}}).Rows
		for _, m := range rows.Marks {
			told := ""
			for _, l := range w.ask(proto.Request{Flow: &proto.FlowAsk{Flow: m.Flow}}).Flow.Lines {
				if l.Label == "Host cache" {
					told = l.Text
				}
			}
			if m.Known {
				n.rows++
			}
			if told != "" {
				n.flows++
			}
			if m.Known != (told != "") || told != "" && !(strings.Contains(told, says) && strings.Contains(told, ", last seen 20")) {
				t.Errorf("flow %d: marked %v, told %q", m.Flow, m.Known, told)
			}
		}
		if n.rows == len(rows.Marks) {
			t.Error("every flow is marked")
		}
		s := w.ask(proto.Request{Story: &proto.StoryAsk{}}).Story
		for _, p := range s.Phases {
			if strings.Contains(p.Text, says) {
				n.phases++
			}
		}
		for _, r := range s.Roles {
			for _, why := range r.Why {
				if !strings.Contains(why.Text, says) {
					continue
				}
				n.roles++
				if !why.Weak || len(why.Cites) == 0 || r.Kind == "client" {
					t.Errorf("%s as %s: %+v", r.Host, r.Kind, why)
				}
			}
		}
		if n.phases == len(s.Phases) || n.roles == len(s.Roles) {
			t.Errorf("all of them: %+v", n)
		}
		return n
	}
	dark := lit{}
	if n := look(); n != dark {
		t.Errorf("without a file: %+v", n)
	}
	if r := w.shelve("../../site/content/samples/profile/shared.xml"); r.Opened == nil {
		t.Fatalf("%+v", r.Err)
	}
	n := look()
	if n.rows < 10 || n.flows != n.rows || n.phases == 0 || n.roles == 0 {
		t.Errorf("%+v", n)
	}
	t.Logf("%+v", n)
	w.ask(proto.Request{Shut: &proto.Shut{File: 1}})
	if n := look(); n != dark {
		t.Errorf("without the file again: %+v", n)
	}
}

// TestProfileHidesAddresses: beside a capture that knows the same addresses the sheet shows none of
// them, nor a name, until it is asked to.
func TestProfileHidesAddresses(t *testing.T) {
	w := sample(t, "login")
	for _, name := range []string{"config.xml", "config-second.xml", "shared.xml"} {
		if r := w.shelve("../../site/content/samples/profile/" + name); r.Opened == nil {
			t.Fatalf("%s: %+v", name, r.Err)
		}
	}
	for _, bare := range []bool{false, true} {
		var b strings.Builder
		s := w.sheet(proto.Request{Profile: &proto.ProfileAsk{Width: 800, Bare: bare}})
		for _, p := range s.Parts {
			b.WriteString(p.Text + "\n")
			for _, c := range p.Cells {
				b.WriteString(c.Text + "|" + c.Key + "|")
			}
		}
		for _, secret := range []string{"203.0.113.115", "192.168.1.2", "wren.example", "heron.example", "198.51.100."} {
			if strings.Contains(b.String(), secret) != bare {
				t.Errorf("shown is %v, but of %q that is not so", bare, secret)
			}
		}
		if !strings.Contains(b.String(), ":35990") || !strings.Contains(b.String(), "agrees") {
			t.Errorf("the port of the client is missing: %.2000s", b.String())
		}
	}
}

// TestPieceHides: a tree holds names, addresses and what people said only when asked to, neither in
// its words nor in its bytes.
func TestPieceHides(t *testing.T) {
	secrets := map[string][]string{
		"config.xml":     {"wren.example", "heron.example", "15550142"},
		"shared.xml":     {"203.0.113.115", "198.51.100.123", "C633647B", "192.168.1.2"},
		"chatmsg256.dbb": {"wren.example", "heron.example", "Are you there?"},
	}
	for name, words := range secrets {
		w := newWorker(t)
		r := w.shelve("../../site/content/samples/profile/" + name)
		if r.Opened == nil {
			t.Fatalf("%s: %+v", name, r.Err)
		}
		for _, bare := range []bool{false, true} {
			var all strings.Builder
			for n := range w.engine.shelf[0].file.Len() {
				tree := w.ask(proto.Request{Piece: &proto.PieceAsk{File: 1, Piece: uint32(n) + 1, Bare: bare}}).Tree
				all.WriteString(tree.Title + "\n")
				for _, b := range tree.Buffers {
					all.Write(b.Data)
					all.WriteString("\n" + b.Name + b.How + "\n")
				}
				for _, x := range tree.Nodes {
					all.WriteString(x.Text + " " + x.Note + " " + x.Err + "\n")
				}
			}
			for _, secret := range words {
				if strings.Contains(all.String(), secret) != bare {
					t.Errorf("%s: asked to show is %v, but of %q that is not so", name, bare, secret)
				}
			}
		}
	}
}

// TestLargeFileShowsEarly: a large file is on the shelf before all of it is listed, grows there, can
// be taken off meanwhile, and is read to its end before the next one comes.
func TestLargeFileShowsEarly(t *testing.T) {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"?>\n<config version=\"1.0\" serial=\"7\"><Lib><Connection><ListeningPort>35990</ListeningPort></Connection><BCM>\n")
	for i := 0; b.Len() < 5_000_000; i++ {
		b.WriteString("<_7>00112233</_7>\n")
	}
	b.WriteString("</BCM></Lib></config>\n")
	w := newWorker(t)
	w.file, w.delay = []byte(b.String()), 4*time.Millisecond // 40 readings or so, longer than anybody waits
	shelves := func() (out []*proto.Shelf) {
		for _, r := range w.got {
			if r.Shelf != nil && r.ID == 0 {
				out = append(out, r.Shelf)
			}
		}
		return out
	}
	if r := w.ask(proto.Request{Open: &proto.Open{Name: "shared.xml"}}); r.Opened == nil || r.Opened.Local != 1 {
		t.Fatalf("%+v", r)
	}
	if w.want() != wantStep {
		t.Fatal("all of it was listed at once")
	}
	early := shelves()[0].Files[0].Pieces
	if rows := w.ask(proto.Request{Rows: &proto.RowsAsk{Table: proto.Pieces, File: 1, N: 50}}).Rows; rows == nil || len(rows.Marks) != 50 {
		t.Error("the first rows are not there")
	}
	for w.want() == wantStep {
		w.step(time.Millisecond)
	}
	all := shelves()
	if last := all[len(all)-1].Files[0].Pieces; len(all) != 2 || last <= early {
		t.Errorf("%d shelves, %d pieces and then %d", len(all), early, last)
	}
	w.ask(proto.Request{Open: &proto.Open{Name: "shared.xml"}})
	w.ask(proto.Request{Shut: &proto.Shut{File: 2}})
	if w.want() == wantStep || w.keeps != 1 {
		t.Error("a file that was taken off is read on")
	}
	w.ask(proto.Request{Open: &proto.Open{Name: "shared.xml"}})
	w.ask(proto.Request{Open: &proto.Open{Name: "shared.xml"}})
	for w.want() == wantStep {
		w.step(time.Millisecond)
	}
	all = shelves()
	files := all[len(all)-1].Files
	if len(files) != 3 || files[1].Pieces != files[0].Pieces || files[2].Pieces != files[0].Pieces {
		t.Errorf("%+v", files)
	}
}

// findings are the rows of the table that holds files against a capture.
func findings(s *proto.Sheet) (rows []proto.Part) {
	for _, p := range s.Parts {
		if p.Kind == proto.PartTable && len(p.Cols) == 6 && p.Cols[0] == "About" {
			for i := 0; i+6 <= len(p.Cells); i += 6 {
				rows = append(rows, proto.Part{Cells: p.Cells[i : i+6]})
			}
		}
	}
	return rows
}

// TestEntriesLeadHome: an entry of a host cache leads to its field, also where the cache comes in parts.
func TestEntriesLeadHome(t *testing.T) {
	const one, two = "050041050200C000020A81090001040002B981EDCE040003B981EDCE04000400", "050041050200C633641401BB0001020002BBA68CCE040003E0D4ECCE04000400"
	w := newWorker(t)
	w.file = []byte(`<?xml version="1.0"?><config version="1.0" serial="1" timestamp="1.0"><Lib><Connection><HostCache><_1>4102` + one + two + `</_1><_2>4101` + two + `</_2></HostCache></Connection></Lib></config>`)
	if r := w.ask(proto.Request{Open: &proto.Open{Name: "shared.xml"}}); r.Opened == nil {
		t.Fatalf("%+v", r)
	}
	var got []string
	for _, p := range w.ask(proto.Request{Profile: &proto.ProfileAsk{Width: 800, Bare: true}}).Sheet.Parts {
		if p.Name == "nodes" {
			for i := 0; i < len(p.Cells); i += len(p.Cols) {
				got = append(got, p.Cells[i].Do)
			}
		}
	}
	for i, want := range []struct {
		at  string
		nth int
	}{{"~0", 0}, {"~1", 1}, {"~0", 0}} {
		if len(got) != 3 || !strings.HasSuffix(got[i], ":skype.file.port"+want.at) {
			t.Fatalf("%q", got)
		}
		var file, piece, nth uint32
		if _, err := fmt.Sscanf(got[i], "piece:%d:%d:skype.file.port~%d", &file, &piece, &nth); err != nil {
			t.Fatal(err)
		}
		tree := w.ask(proto.Request{Piece: &proto.PieceAsk{File: file, Piece: piece, Bare: true}}).Tree
		ports := 0
		for _, n := range tree.Nodes {
			if w.engine.list[n.Spec].Name == "skype.file.port" {
				ports++
			}
		}
		if ports <= want.nth {
			t.Errorf("%s leads to a piece with %d ports", got[i], ports)
		}
	}
}
