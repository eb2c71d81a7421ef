package view

import (
	"strconv"
	"unicode/utf8"

	"somscope/wasm/proto"
)

// The picture of roles: the client in the middle, the others in blocks by kind
// beside it, or below it where there is no room. All measures are CSS pixels.

// A Spot is a box of the picture.
type Spot struct {
	Role       int // number in the story, from 0; of a group, the first of those it stands for
	More       int // how many roles a group stands for; 0: it is one role
	X, Y, W, H float64
	Text       string
}

// A Head is the name of a block of boxes.
type Head struct {
	X, Y float64
	Text string
}

// A Cord joins two boxes: a line through all of Way, x and y in turn.
type Cord struct {
	A, B     int // boxes
	Way      []float64
	TCP, UDP bool
}

// A Graph is the whole picture.
type Graph struct {
	Spots         []Spot
	Heads         []Head
	Cords         []Cord
	Trunk         []float64 // x and y in turn: what the lines have in common below the client; nil: nothing
	Box           []int     // of each role, the box that stands for it
	Width, Height float64
}

const (
	roleHigh   = 24
	roleGap    = 10   // between rows: lines to the columns behind run there
	roleLane   = 22   // between columns: such a line ends there, before its box
	roleLetter = 7.25 // width of a character in a box
	roleLeast  = 120  // width of a box, at least
	rolePitchY = roleHigh + roleGap
	roleHead   = 22
	roleDeep   = 140 // the client stands no deeper: the picture is seen from its top
	roleFar    = 70  // between the middle and the blocks beside it
	roleMost   = 60  // boxes before a kind is cut short
	roleWeak   = 12  // boxes of a kind before its weak ones are put together
	roleTrunk  = 10  // X of the trunk
	roleStub   = 46  // from the left to the boxes beside the trunk
)

// NewGraph lays out roles and who spoke with whom in a width.
func NewGraph(roles []proto.Role, links []proto.RoleLink, width float64) Graph {
	blocks := blocksOf(roles)
	wide := boxWide(roles, blocks)
	pitch := wide + roleLane
	g := Graph{Width: max(width, wide+roleStub+8)}
	var middle block
	if len(blocks) > 0 && blocks[0].kind == "client" {
		middle = blocks[0]
		blocks = blocks[1:]
	}
	box := make([]int, len(roles)) // of each role
	put := func(role, more int, x, y float64) {
		p := Spot{Role: role, More: more, X: x, Y: y, W: wide, H: roleHigh}
		if more > 0 {
			p.Text = "and " + strconv.Itoa(more) + " more"
		} else {
			p.Text = RoleName(&roles[role])
		}
		g.Spots = append(g.Spots, p)
	}
	// fill puts the boxes of a block where at says.
	fill := func(b *block, at func(i int) (x, y float64)) {
		shown := b.shown()
		for i, r := range b.roles {
			x, y := at(min(i, shown))
			if i < shown {
				put(r, 0, x, y)
			} else if i == shown {
				put(r, len(b.roles)-shown, x, y)
			}
			box[r] = len(g.Spots) - 1
		}
	}
	clients := func(x, y float64) {
		fill(&middle, func(i int) (float64, float64) { return x, y + float64(i)*rolePitchY })
	}
	// block puts a block of boxes in so many columns; column 0 is nearest the middle.
	block := func(b *block, cols int, y float64, x func(col int) float64) float64 {
		n := b.boxes()
		left := min(x(0), x(min(cols, n)-1))
		g.Heads = append(g.Heads, Head{left, y + 15, Count(uint64(len(b.roles))) + " " + b.kind + plural(len(b.roles))})
		y += roleHead
		fill(b, func(i int) (float64, float64) { return x(i % cols), y + float64(i/cols)*rolePitchY })
		return y + float64((n+cols-1)/cols)*rolePitchY + 8
	}
	tall := float64(middle.boxes()) * rolePitchY
	cx := g.Width / 2
	cols := min(int((cx-wide/2-roleFar-8+roleLane)/pitch), 3)
	narrow := cols < 1
	if narrow { // the blocks stand under the client
		clients(roleStub, 8)
		y := tall + 20
		cols = max(1, int((g.Width-roleStub-4+roleLane)/pitch))
		for i := range blocks {
			y = block(&blocks[i], cols, y, func(c int) float64 { return roleStub + float64(c)*pitch })
		}
		g.Height = y
	} else {
		var side [2]float64
		for i := range blocks {
			if side[0] <= side[1] {
				side[0] = block(&blocks[i], cols, side[0], func(c int) float64 { return cx - wide/2 - roleFar - wide - float64(c)*pitch })
			} else {
				side[1] = block(&blocks[i], cols, side[1], func(c int) float64 { return cx + wide/2 + roleFar + float64(c)*pitch })
			}
		}
		g.Height = max(side[0], side[1], tall) + 8
		clients(cx-wide/2, min((g.Height-tall)/2, roleDeep))
	}
	g.Box = box
	g.join(roles, links, narrow, pitch)
	return g
}

// boxWide is the width of a box: the longest name fits.
func boxWide(roles []proto.Role, blocks []block) float64 {
	n := 0
	for i := range blocks {
		b := &blocks[i]
		for _, r := range b.roles[:b.shown()] {
			n = max(n, utf8.RuneCountInString(RoleName(&roles[r])))
		}
	}
	return max(roleLeast, float64(int(float64(n)*roleLetter))+18)
}

// join draws who spoke with whom, once for each two boxes.
func (g *Graph) join(roles []proto.Role, links []proto.RoleLink, narrow bool, pitch float64) {
	seen := map[[2]int]int{}
	deep := 0.0
	for i := range links {
		l := &links[i]
		if int(l.A) >= len(g.Box) || int(l.B) >= len(g.Box) {
			continue
		}
		a, b := g.Box[l.A], g.Box[l.B]
		if a > b {
			a, b = b, a
		}
		if a == b {
			continue
		}
		k, ok := seen[[2]int{a, b}]
		if !ok {
			p, q := &g.Spots[a], &g.Spots[b]
			c := Cord{A: a, B: b}
			here, there := roles[p.Role].Kind == "client", roles[q.Role].Kind == "client"
			switch {
			case here == there:
				c.Way = straight(p, q)
			case narrow && here:
				c.Way = g.branch(q)
				deep = max(deep, c.Way[1])
			case narrow:
				c.Way = g.branch(p)
				deep = max(deep, c.Way[1])
			case here:
				c.Way = g.around(p, q, pitch)
			default:
				c.Way = g.around(q, p, pitch)
			}
			k = len(g.Cords)
			seen[[2]int{a, b}] = k
			g.Cords = append(g.Cords, c)
		}
		g.Cords[k].TCP = g.Cords[k].TCP || l.TCP
		g.Cords[k].UDP = g.Cords[k].UDP || l.UDP
	}
	if deep > 0 {
		y := 8 + roleHigh/2.0
		g.Trunk = []float64{roleStub, y, roleTrunk, y, roleTrunk, deep}
	}
}

// straight leads from box to box where nothing is known to stand between.
func straight(p, q *Spot) []float64 {
	x1, y1, x2, y2 := p.X+p.W/2, p.Y+p.H/2, q.X+q.W/2, q.Y+q.H/2
	if p.X+p.W < q.X {
		x1, x2 = p.X+p.W, q.X
	} else if q.X+q.W < p.X {
		x1, x2 = p.X, q.X+q.W
	}
	return []float64{x1, y1, x2, y2}
}

// branch leads from the trunk to a box: straight where it stands beside it, else
// under the boxes of its row.
func (g *Graph) branch(q *Spot) []float64 {
	y := q.Y + q.H/2
	if q.X <= roleStub {
		return []float64{roleTrunk, y, q.X, y}
	}
	low := q.Y + q.H + roleGap/2
	return []float64{roleTrunk, low, q.X - roleLane/2, low, q.X - roleLane/2, y, q.X, y}
}

// around leads from the client to a box beside it: straight into the first
// column, and to those behind under the boxes of the same row.
func (g *Graph) around(p, q *Spot, pitch float64) []float64 {
	from, to, way := p.X+p.W, q.X, 1.0
	if q.X < p.X {
		from, to, way = p.X, q.X+q.W, -1
	}
	y := q.Y + q.H/2
	first := from + way*roleFar // where the first column begins
	col := int(((to-first)*way + 1) / pitch)
	if col == 0 {
		return []float64{from, p.Y + p.H/2, to, y}
	}
	low := q.Y + q.H + roleGap/2 + float64(col-1)*3 - 1.5
	end := to - way*roleLane/2
	return []float64{from, p.Y + p.H/2, first - way*6, low, end, low, end, y, to, y}
}

// a block is the roles of one kind; keep is how many boxes it gets.
type block struct {
	kind  string
	roles []int
	keep  int
}

// boxes is how many boxes the block has, shown how many of them are one role's.
func (b *block) boxes() int { return min(len(b.roles), b.keep) }

func (b *block) shown() int {
	if b.keep < len(b.roles) {
		return b.keep - 1
	}
	return len(b.roles)
}

// blocksOf sorts roles by kind, the client first, the others as they come, and
// shares the boxes among them: small kinds keep all of theirs.
func blocksOf(roles []proto.Role) []block {
	var all []block
	for i := range roles {
		k := 0
		for k < len(all) && all[k].kind != roles[i].Kind {
			k++
		}
		if k == len(all) {
			all = append(all, block{kind: roles[i].Kind})
		}
		all[k].roles = append(all[k].roles, i)
	}
	for k := range all {
		if all[k].kind == "client" {
			first := all[k]
			copy(all[1:k+1], all[:k])
			all[0] = first
		}
	}
	// The greatest share that does not use up the boxes; one at least.
	keep := max(len(roles), 1)
	for ; keep > 1; keep-- {
		n := 0
		for k := range all {
			n += min(len(all[k].roles), keep)
		}
		if n <= roleMost {
			break
		}
	}
	for k := range all {
		b := &all[k]
		b.keep = keep
		// Nobody looks at a hundred weak guesses: they stand last, most of them in one box.
		sure := 0
		for _, r := range b.roles {
			if roles[r].Confidence != "weak" {
				sure++
			}
		}
		Stable(b.roles, func(x, y int) int { return weakness(&roles[x]) - weakness(&roles[y]) })
		if most := max(sure, roleWeak); len(b.roles) > most+1 {
			b.keep = min(keep, most+1)
		}
	}
	return all
}

func weakness(r *proto.Role) int {
	if r.Confidence == "weak" {
		return 1
	}
	return 0
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// RoleName names a host as the picture does: its state as a sign, its address
// and port, cut so that it fits a box.
func RoleName(r *proto.Role) string {
	t := r.Host
	if r.Port != 0 {
		t += ":" + strconv.FormatUint(uint64(r.Port), 10)
	}
	if sign := StateSign(r.State); sign != "" {
		t = sign + " " + t
	}
	if len(t) > 26 {
		t = t[:17] + "…" + t[len(t)-6:]
	}
	return t
}

// StateSign is the sign of a supernode's state: kept, refused, tried.
func StateSign(state string) string {
	switch state {
	case "kept":
		return "✓"
	case "refused":
		return "×"
	case "tried":
		return "·"
	case "lost":
		return "–"
	}
	return ""
}

// LinkMark numbers how another packet belongs to the selected one, as paint.js
// counts the signs: its answer, what it answers, the same again, anything else.
func LinkMark(kind string) int32 {
	switch kind {
	case "answered by":
		return 1
	case "answers":
		return 2
	case "retransmits", "again", "resends", "resent by":
		return 3
	}
	return 4
}
