package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"somscope/wasm/proto"
)

// sample opens one of the captures of the shelf and lets the second look run to its end.
func sample(t *testing.T, name string) *worker {
	t.Helper()
	files, err := filepath.Glob("../../site/content/samples/" + name + ".pcap*")
	if err != nil || len(files) != 1 {
		t.Fatalf("%d samples %s: %v", len(files), name, err)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	w := newWorker(t)
	w.open(b, 0)
	if p := w.last(); p.Deep.State != 2 || p.Deep.Permille != 1000 || p.Deep.Messages == 0 {
		t.Fatalf("the second look has not come to its end: %+v", p.Deep)
	}
	return w
}

func TestStory(t *testing.T) {
	w := sample(t, "login")
	s := w.ask(proto.Request{Story: &proto.StoryAsk{}}).Story
	if s == nil || !s.Done || len(s.Phases) < 5 || len(s.Roles) < 3 || s.End <= s.Begin {
		t.Fatalf("%+v", s)
	}
	packets := w.last().Packets
	for _, p := range s.Phases {
		if p.Text == "" || p.Title == "" || p.Confidence == "" || len(p.Packets) == 0 || len(p.Cites) == 0 {
			t.Errorf("%+v", p)
		}
		for _, n := range p.Packets {
			if n == 0 || n > packets {
				t.Errorf("%s: packet %d of %d", p.Kind, n, packets)
			}
		}
	}
	for _, l := range s.Links {
		if int(l.A) >= len(s.Roles) || int(l.B) >= len(s.Roles) {
			t.Errorf("link %+v of %d roles", l, len(s.Roles))
		}
	}
}

// TestEqual follows a packet to its class and back.
func TestEqual(t *testing.T) {
	w := sample(t, "login")
	list := w.ask(proto.Request{Equal: &proto.EqualAsk{}}).Equal
	if list == nil || len(list.Classes) == 0 || !list.Done {
		t.Fatalf("%+v", list)
	}
	for _, row := range list.Classes {
		one := w.ask(proto.Request{Equal: &proto.EqualAsk{Class: row.Class}}).Equal
		if one == nil || one.Title != row.Title || uint32(len(one.Copies)) != row.Copies || one.Text == "" || one.How == "" || one.Header == "" {
			t.Fatalf("%+v: %+v", row, one)
		}
		for _, c := range one.Copies {
			if c.Packet == 0 || c.ID == "" || c.CRC == "" || c.From == "" || c.To == "" {
				t.Errorf("%+v", c)
			}
		}
		tree := w.ask(proto.Request{Dissect: &proto.Dissect{Packet: row.First}}).Tree
		found := false
		for _, n := range tree.Nodes {
			found = found || n.Go == "class="+digits(uint64(row.Class), 1)
		}
		if !found && row.Class < 10 {
			t.Errorf("packet %d does not lead to its class %d", row.First, row.Class)
		}
	}
	if p := w.ask(proto.Request{Equal: &proto.EqualAsk{Class: 9999}}); p.Err == nil {
		t.Error("class 9999 exists")
	}
}

// TestLinks goes from an answer to its question and back.
func TestLinks(t *testing.T) {
	w := sample(t, "probe")
	links := 0
	for n := uint32(1); n <= w.last().Packets; n++ {
		tree := w.ask(proto.Request{Dissect: &proto.Dissect{Packet: n}}).Tree
		for _, l := range tree.Links {
			if l.Kind != "answers" {
				continue
			}
			links++
			back := false
			for _, m := range w.ask(proto.Request{Dissect: &proto.Dissect{Packet: l.Packet}}).Tree.Links {
				back = back || m.Kind == "answered by" && m.Packet == n
			}
			if !back || l.Text == "" {
				t.Errorf("packet %d answers %d, which does not know of it", n, l.Packet)
			}
		}
	}
	if links < 5 {
		t.Errorf("%d answers", links)
	}
}

// TestFragmentLinks: the pieces of an answer lead to each other, and none to itself.
func TestFragmentLinks(t *testing.T) {
	w := sample(t, "login")
	pieces := 0
	for n := uint32(1); n <= w.last().Packets; n++ {
		for _, l := range w.ask(proto.Request{Dissect: &proto.Dissect{Packet: n}}).Tree.Links {
			if l.Packet == n {
				t.Errorf("packet %d leads to itself: %+v", n, l)
			}
			if l.Kind == "fragment" {
				pieces++
			}
		}
	}
	if pieces == 0 {
		t.Error("the sample has no fragments any more")
	}
}

func TestDetect(t *testing.T) {
	w := sample(t, "call")
	flows := w.last().Flows
	yes := 0
	for n := uint32(1); n <= flows; n++ {
		d := w.ask(proto.Request{Detect: &proto.DetectAsk{Flow: n}}).Detect
		if d == nil || d.Flow != n || len(d.Results) < 10 {
			t.Fatalf("flow %d: %+v", n, d)
		}
		for _, r := range d.Results {
			if r.Says == 2 {
				yes++
			}
			if r.Why == "" || r.Title == "" || r.Doc == "" || r.Weakness == "" || len(r.Cites) == 0 {
				t.Errorf("flow %d: %+v", n, r)
			}
		}
		if x := d.Chi; x != nil && (len(x.Values) != 16*len(x.Steps) || len(x.Packets) != len(x.Steps) || len(x.Counts) != 256) {
			t.Errorf("flow %d: %d values, %d steps, %d counts", n, len(x.Values), len(x.Steps), len(x.Counts))
		}
	}
	if yes == 0 {
		t.Error("no detector finds a call")
	}
	if w.ask(proto.Request{Detect: &proto.DetectAsk{Flow: flows + 1}}).Err == nil {
		t.Error("a flow too many")
	}
}

// TestPublic sets the address of a host by hand and takes it back.
func TestPublic(t *testing.T) {
	w := sample(t, "probe")
	seed := func(t *proto.Tree) string {
		for _, n := range t.Nodes {
			if n.Text != "" && n.Depth > 0 && strings.HasPrefix(w.list[n.Spec].Name, "skype.udp.seed.value") {
				return n.Text
			}
		}
		return ""
	}
	for n := uint32(1); n <= w.last().Packets; n++ {
		tree := w.ask(proto.Request{Dissect: &proto.Dissect{Packet: n}}).Tree
		if tree.Host == "" || seed(tree) == "" {
			continue
		}
		other := w.ask(proto.Request{Public: &proto.PublicAsk{Host: tree.Host, Public: "203.0.113.77", Packet: n}}).Tree
		if other == nil || seed(other) == seed(tree) {
			t.Fatalf("packet %d: the seed stays %s", n, seed(tree))
		}
		back := w.ask(proto.Request{Public: &proto.PublicAsk{Host: tree.Host, Packet: n}}).Tree
		if seed(back) != seed(tree) {
			t.Fatalf("packet %d: %s is not %s again", n, seed(back), seed(tree))
		}
		if p := w.ask(proto.Request{Public: &proto.PublicAsk{Host: tree.Host, Public: "nowhere", Packet: n}}); p.Err == nil {
			t.Error("nowhere is no address")
		}
		return
	}
	t.Error("no message with a seed")
}
