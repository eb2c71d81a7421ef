package main

import (
	"strings"
	"testing"

	"somscope/wasm/proto"
)

// A number of a speech frame travels with all of its places, and its bits are those of its length.
func TestPlacesTravel(t *testing.T) {
	w := newWorker(t)
	w.open(shelf(t, "ilbc"), 0)
	tree := w.ask(proto.Request{Dissect: &proto.Dissect{Packet: 40}}).Tree
	names := map[string]uint32{}
	w.hello()
	var specs []proto.Spec
	for _, r := range w.got {
		if r.Hello != nil {
			specs = r.Hello.Specs
		}
	}
	for i := range specs {
		names[specs[i].Name] = uint32(i)
	}
	want, ok := names["ilbc.cb.1.1"]
	if tree == nil || !ok {
		t.Fatal("no tree, or no such field")
	}
	owned := map[uint32]bool{}
	bits := 0
	for i := range tree.Nodes {
		n := &tree.Nodes[i]
		places := append([]proto.Range{n.Range}, n.More...)
		if !strings.HasPrefix(specs[n.Spec].Name, "ilbc.") || i+1 < len(tree.Nodes) && tree.Nodes[i+1].Depth > n.Depth {
			continue
		}
		for _, r := range places {
			for bit := r.Off; bit < r.Off+r.Len; bit++ {
				if owned[bit] {
					t.Fatalf("bit %d belongs to two fields", bit)
				}
				owned[bit] = true
				bits++
			}
		}
		if n.Spec == want && (len(n.More) != 2 || n.Range.Len+n.More[0].Len+n.More[1].Len != 8) {
			t.Errorf("%+v", n)
		}
	}
	if bits != 400 {
		t.Errorf("the frame has %d bits", bits)
	}
	leads := map[string]bool{}
	for i := range tree.Nodes {
		leads[tree.Nodes[i].Go] = true
	}
	if !leads["tab=media&stream=1"] && !leads["tab=media&stream=2"] {
		t.Error("nothing leads to the stream")
	}
	// Of an encrypted call a message leads to a sample in the clear.
	w.open(shelf(t, "codecs"), 0)
	for packet := uint32(1); packet <= 3000; packet += 20 {
		tree := w.ask(proto.Request{Dissect: &proto.Dissect{Packet: packet}}).Tree
		if tree == nil {
			break
		}
		for i := range tree.Nodes {
			if g := tree.Nodes[i].Go; strings.HasPrefix(g, "sample=") && len(g) > len("sample=") {
				return
			}
		}
	}
	t.Error("no message leads to a sample")
}
