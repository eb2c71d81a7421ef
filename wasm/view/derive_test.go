package view

import (
	"reflect"
	"testing"

	"somscope/wasm/proto"
)

func bytesOf(buf uint8, from, to int) proto.Range {
	return proto.Range{Buf: buf, Off: uint32(8 * from), Len: uint32(8 * (to - from))}
}

// A text of hexadecimal digits in two runs, the bytes it spells, and bytes cut out of those.
func spelled() []proto.Buffer {
	return []proto.Buffer{
		{Name: "file", Data: make([]byte, 40)},
		{Name: "bytes", Data: make([]byte, 6), Exact: true, Per: 2, From: []proto.Range{bytesOf(0, 10, 17), bytesOf(0, 20, 25)}},
		{Name: "cut", Data: make([]byte, 3), Exact: true, From: []proto.Range{bytesOf(1, 2, 5)}},
		{Name: "unpacked", Data: make([]byte, 9), From: []proto.Range{bytesOf(0, 0, 40)}},
	}
}

func TestElsewhere(t *testing.T) {
	all := spelled()
	for _, c := range []struct {
		buf  uint8
		x    Span
		to   uint8
		want []Span
	}{
		{1, Span{0, 1}, 0, []Span{{10, 12}}},
		{1, Span{3, 4}, 0, []Span{{16, 17}, {20, 21}}}, // its digits stand in two runs
		{0, Span{16, 17}, 1, []Span{{3, 4}}},
		{0, Span{20, 21}, 1, []Span{{3, 4}}},
		{0, Span{16, 21}, 1, []Span{{3, 4}}},
		{0, Span{0, 40}, 1, []Span{{0, 6}}},
		{0, Span{17, 20}, 1, nil}, // between the runs
		{2, Span{0, 1}, 0, []Span{{14, 16}}},
		{0, Span{15, 16}, 2, []Span{{0, 1}}},
		{0, Span{10, 11}, 2, nil},
		{2, Span{0, 3}, 1, []Span{{2, 5}}},
		{3, Span{0, 9}, 0, nil}, // not byte by byte
		{0, Span{0, 9}, 3, nil},
		{1, Span{1, 2}, 1, []Span{{1, 2}}},
		{9, Span{0, 1}, 0, nil},
		{0, Span{0, 1}, 9, nil},
	} {
		if got := Elsewhere(all, c.buf, c.x, c.to); !reflect.DeepEqual(got, c.want) {
			t.Errorf("bytes %v of buffer %d are %v of buffer %d, want %v", c.x, c.buf, got, c.to, c.want)
		}
	}
	loop := []proto.Buffer{
		{Data: make([]byte, 2), Exact: true, From: []proto.Range{bytesOf(1, 0, 2)}},
		{Data: make([]byte, 2), Exact: true, From: []proto.Range{bytesOf(0, 0, 2)}},
		{Data: make([]byte, 2)},
	}
	if got := Elsewhere(loop, 0, Span{0, 1}, 2); got != nil {
		t.Errorf("buffers made from each other lead to %v", got)
	}
}

func TestSpelled(t *testing.T) {
	tree := &proto.Tree{Buffers: spelled(), Nodes: []proto.Node{
		{},
		{Depth: 1, Range: bytesOf(0, 0, 40)},
		{Depth: 2, Range: bytesOf(1, 0, 4)},
		{Depth: 2, Range: bytesOf(1, 4, 6)},
	}}
	leaf := Leaves(tree.Nodes)
	for at, want := range map[int]int{9: -1, 10: 2, 16: 2, 18: -1, 20: 2, 21: 3, 24: 3, 25: -1} {
		if got := Spelled(tree, leaf, 0, at); got != want {
			t.Errorf("byte %d spells node %d, want %d", at, got, want)
		}
	}
}
