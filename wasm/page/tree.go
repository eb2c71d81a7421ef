//go:build js && wasm

package main

import (
	"strconv"
	"strings"

	"somscope/wasm/view"
)

// The tree of fields: one row a field that is not inside a closed group.

type treeRow struct {
	node      int
	pos, size int32 // among its siblings, from 1
}

var tree struct {
	el, rows, space, owned node
	pool                   pool
	scroll                 view.Scroller
	shown                  []treeRow
	at                     map[int]int // row of a node
	tall, view, rowH       float64
	stamp                  int32
	pane                   node
}

func newTree() {
	t := &tree
	t.el, t.rows, t.space, t.owned, t.pane = el("tree"), el("tree-rows"), el("tree-space"), el("tree-owned"), el("pane-tree")
	t.pool = pool{layer: t.rows, kind: treeRows, cols: 2}
	subscribeFields(onTree|onNode|onHover|onOpen|onSize|onSheet|onReady, func(what topic) {
		rowH := t.rowH
		if what&(onTree|onOpen|onReady) != 0 {
			growTree()
		}
		if what&onTree != 0 {
			treeHead()
		}
		if what&(onSize|onTab|onFile|onSheet) != 0 {
			t.view, t.rowH = t.el.box().viewH, t.el.px("--tree-row")
		}
		if what&(onSize|onTab|onFile|onSheet|onTree|onOpen) != 0 {
			fitTree()
		}
		if what&(onNode|onSheet|onTree) != 0 || t.rowH != rowH {
			if row, ok := t.at[s.Node]; ok && t.scroll.Show(row) {
				t.scroll.Seen(t.el.scroll(t.scroll.Bar()))
			}
		}
		paintTree()
	})
}

// growTree lists the rows that are not inside a closed group.
func growTree() {
	t := &tree
	t.shown = t.shown[:0]
	t.at = map[int]int{}
	t.stamp++
	if s.Tree == nil {
		return
	}
	nodes := s.Tree.Nodes
	// the number of children of every node, and each one's place among them
	pos, kids := make([]int32, len(nodes)), make([]int32, len(nodes))
	var path [257]int
	for i := range nodes {
		d := int(nodes[i].Depth)
		path[d] = i
		if d > 0 {
			kids[path[d-1]]++
			pos[i] = kids[path[d-1]]
		}
	}
	hidden := 256 // rows deeper than this are inside a closed group
	for i := 1; i < len(nodes); i++ {
		d := int(nodes[i].Depth)
		if d > hidden {
			continue
		}
		hidden = 256
		if hasKids(i) && !isOpen(i) {
			hidden = d
		}
		up := 0
		if d > 0 {
			path[d] = i
			up = parentOf(path[:], d)
		}
		t.at[i] = len(t.shown)
		t.shown = append(t.shown, treeRow{i, pos[i], kids[up]})
	}
}

func parentOf(path []int, d int) int {
	if d == 1 {
		return 0
	}
	return path[d-1]
}

func treeHead() {
	t := &tree
	name := ""
	switch {
	case s.Tree == nil:
		t.owned.text("")
	case s.Tree.Packet != 0:
		name = "packet:" + strconv.FormatUint(uint64(s.Tree.Packet), 10)
		t.owned.text("· " + view.Percent(uint64(s.Tree.Owned), 1000) + " of " + view.Plural(len(s.data(0)), "byte") + " explained")
	default:
		name = treeName()
		t.owned.text("· " + view.Plural(len(s.data(0)), "byte"))
	}
	t.el.attr("data-for", name)
	t.el.attr("data-title", title())
}

// fitTree takes the number of rows; it reads nothing from the document.
func fitTree() {
	t := &tree
	rowH := t.rowH
	before := t.scroll.RowH
	t.scroll.Resize(len(t.shown), rowH, t.view)
	if h := t.scroll.Space(); h != t.tall || rowH != before {
		t.tall = h
		t.space.style("height", view.Fixed(h, 1)+"px")
		t.scroll.Seen(t.el.scroll(t.scroll.Bar()))
	}
}

func paintTree() {
	t := &tree
	first, n := t.scroll.Window()
	t.pool.reset()
	active := ""
	lit := s.Hover
	for row := first; row < first+n; row++ {
		r := t.shown[row]
		nd := &s.Tree.Nodes[r.node]
		p := spec(nd)
		label := p.Label
		value := valueOf(nd)
		if nd.Err != "" {
			if value != "" {
				value += " · "
			}
			value += nd.Err
		} else if value == "" && nd.Range.Len > 0 {
			value = view.Size(nd)
		}
		if len(value) > 400 {
			value = cut(value, 400)
		}
		t.pool.cell([]byte(label), view.Units(label))
		t.pool.cell([]byte(value), view.Units(value))
		flags, swatch := int32(0), mark(nd)
		if hasKids(r.node) {
			flags |= rowKids
			if isOpen(r.node) {
				flags |= rowOpen
			}
			swatch = -1
		}
		if nd.Err != "" {
			flags |= rowBad
		}
		if p.Layer {
			flags |= rowLayer
			swatch = -1
		}
		if !p.Skype {
			flags |= rowLower
			if swatch == view.MarkLow {
				swatch = -1
			}
		}
		if p.Trust >= 2 && p.Trust <= 4 && swatch != view.MarkVoid {
			flags |= rowTrust | int32(p.Trust)<<trustBits
		}
		if nd.Go != "" {
			flags |= rowGo
		}
		if r.node == s.Node {
			flags |= rowOn
			active = "tree-rows-" + strconv.Itoa(row%int(max(t.pool.size, 1)))
		}
		if r.node == lit {
			flags |= rowLit
		}
		t.pool.row(t.stamp, flags, max(int32(nd.Depth), 1), r.pos, r.size, swatch)
	}
	size := t.pool.size
	t.pool.paint(first, t.scroll.RowH, t.view, t.scroll.Top)
	if t.pool.size != size && active != "" { // the pool has grown: another slot
		active = "tree-rows-" + strconv.Itoa(t.at[s.Node]%int(t.pool.size))
	}
	if active == "" {
		t.el.unattr("aria-activedescendant")
	} else {
		t.el.attr("aria-activedescendant", active)
	}
}

// cut shortens text to at most n bytes, between characters.
func cut(t string, n int) string {
	if len(t) <= n {
		return t
	}
	for n > 0 && t[n]&0xC0 == 0x80 {
		n--
	}
	return t[:n] + "…"
}

func treeScrolled() {
	t := &tree
	t.scroll.Moved(t.el.box().scrollTop)
	paintTree()
}

// treeAt is the row under the pointer, -1 for none, and how far from the left.
func treeAt(x, y float64) (row int, left float64) {
	b := tree.el.box()
	return tree.scroll.RowAt(y - b.top), x - b.left
}

func treeClick(x, y float64) {
	row, left := treeAt(x, y)
	if row < 0 {
		return
	}
	i := tree.shown[row].node
	indent := 6 + float64(max(int(s.Tree.Nodes[i].Depth), 1)-1)*15
	if hasKids(i) && (left < indent+26 || i == s.Node) {
		setOpen(i, !isOpen(i))
	}
	choose(i)
	if s.Sheet && !hasKids(i) { // it lies over the explanation
		closeSheet()
		focusPane(view.PaneCard)
	}
}

// followNode goes where the selected field leads, and reports whether it leads anywhere.
func followNode() bool {
	n := s.node()
	if n == nil || n.Go == "" {
		return false
	}
	act(goes(n.Go))
	return true
}

// goes is what a control does that leads to a place written as in a link: "n=214",
// "tab=media&stream=1".
func goes(to string) string {
	if l := view.ParseLink(to); l.Piece != 0 {
		return "piece:" + num(l.Local) + ":" + num(l.Piece)
	}
	to = to[strings.LastIndexByte(to, '&')+1:]
	word, arg, _ := strings.Cut(to, "=")
	if word == "n" {
		word = "packet"
	}
	return word + ":" + arg
}

func treePoint(x, y float64) {
	row, _ := treeAt(x, y)
	if y < 0 || row < 0 || s.Tree == nil {
		point(-1)
		return
	}
	point(tree.shown[row].node)
}

func treeKey(key string) bool {
	t := &tree
	if s.Tree == nil || len(t.shown) == 0 {
		return false
	}
	row, ok := t.at[s.Node]
	if !ok {
		row = -1
	}
	switch key {
	case "ArrowRight":
		switch {
		case row < 0 || !hasKids(s.Node):
		case !isOpen(s.Node):
			setOpen(s.Node, true)
		default:
			choose(s.Node + 1)
		}
		return true
	case "ArrowLeft":
		switch {
		case row < 0:
		case hasKids(s.Node) && isOpen(s.Node):
			setOpen(s.Node, false)
		default:
			if up := parent(s.Node); up > 0 {
				choose(up)
			}
		}
		return true
	case " ":
		if row >= 0 && hasKids(s.Node) {
			setOpen(s.Node, !isOpen(s.Node))
		}
		return true
	}
	to, moved := view.Step(row, len(t.shown), t.scroll.Fits(), key)
	if moved {
		choose(t.shown[to].node)
	}
	return moved
}
