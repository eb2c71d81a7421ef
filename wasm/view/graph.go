package view

import (
	"strconv"

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

// A Cord joins two boxes.
type Cord struct {
	A, B           int // boxes
	X1, Y1, X2, Y2 float64
	TCP, UDP       bool
}

// A Graph is the whole picture.
type Graph struct {
	Spots         []Spot
	Heads         []Head
	Cords         []Cord
	Box           []int // of each role, the box that stands for it
	Width, Height float64
}

const (
	roleWide   = 176
	roleHigh   = 24
	rolePitchX = roleWide + 12
	rolePitchY = roleHigh + 6
	roleHead   = 22
	roleDeep   = 140 // the client stands no deeper: the picture is seen from its top
	roleFar    = 60  // between the middle and the blocks beside it
	roleMost   = 60  // boxes before a kind is cut short
	roleNarrow = 680 // below, the blocks stand under the client
)

// NewGraph lays out roles and who spoke with whom in a width.
func NewGraph(roles []proto.Role, links []proto.RoleLink, width float64) Graph {
	g := Graph{Width: max(width, roleWide+16)}
	blocks := blocksOf(roles)
	var middle block
	if len(blocks) > 0 && blocks[0].kind == "client" {
		middle = blocks[0]
		blocks = blocks[1:]
	}
	box := make([]int, len(roles)) // of each role
	put := func(role, more int, x, y float64) {
		p := Spot{Role: role, More: more, X: x, Y: y, W: roleWide, H: roleHigh}
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
	if g.Width < roleNarrow {
		clients((g.Width-roleWide)/2, 8)
		y := tall + 38
		cols := max(1, int((g.Width-4)/rolePitchX))
		for i := range blocks {
			y = block(&blocks[i], cols, y, func(c int) float64 { return 8 + float64(c)*rolePitchX })
		}
		g.Height = y
	} else {
		cx := g.Width / 2
		cols := min(max(1, int((cx-roleWide/2-roleFar-8)/rolePitchX)), 3)
		var side [2]float64
		for i := range blocks {
			if side[0] <= side[1] {
				side[0] = block(&blocks[i], cols, side[0], func(c int) float64 { return cx - roleWide/2 - roleFar - roleWide - float64(c)*rolePitchX })
			} else {
				side[1] = block(&blocks[i], cols, side[1], func(c int) float64 { return cx + roleWide/2 + roleFar + float64(c)*rolePitchX })
			}
		}
		g.Height = max(side[0], side[1], tall) + 8
		clients(cx-roleWide/2, min((g.Height-tall)/2, roleDeep))
	}
	g.Box = box
	g.join(links, box)
	return g
}

// join draws who spoke with whom, once for each two boxes.
func (g *Graph) join(links []proto.RoleLink, box []int) {
	seen := map[[2]int]int{}
	for i := range links {
		l := &links[i]
		if int(l.A) >= len(box) || int(l.B) >= len(box) {
			continue
		}
		a, b := box[l.A], box[l.B]
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
			c.X1, c.Y1, c.X2, c.Y2 = p.X+p.W/2, p.Y+p.H/2, q.X+q.W/2, q.Y+q.H/2
			if p.X+p.W < q.X {
				c.X1, c.X2 = p.X+p.W, q.X
			} else if q.X+q.W < p.X {
				c.X1, c.X2 = p.X, q.X+q.W
			}
			k = len(g.Cords)
			seen[[2]int{a, b}] = k
			g.Cords = append(g.Cords, c)
		}
		g.Cords[k].TCP = g.Cords[k].TCP || l.TCP
		g.Cords[k].UDP = g.Cords[k].UDP || l.UDP
	}
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
		all[k].keep = keep
	}
	return all
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
