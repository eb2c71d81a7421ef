//go:build js && wasm

package main

import (
	"strconv"
	"strings"

	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// Who is what: a picture, its twin as a table, and below them the reasons of the
// chosen one.

var roles struct {
	pane, note, graph, graphNote, table, rows, card, cardPane node
	drawn                                                     *proto.Story
	wide                                                      float64
	pick                                                      view.Graph
	order                                                     []int // of the table's rows
	sort                                                      int
	told                                                      uint32
}

const mostRoles = 500 // rows of the table

func newRoles() {
	t := &roles
	t.pane, t.note, t.graph, t.graphNote, t.table, t.rows, t.card, t.cardPane = el("roles"), el("roles-note"), el("graph"), el("graph-note"), el("roles-table"), el("roles-rows"), el("role"), el("role-pane")
	subscribe(onStory|onTab|onFile|onSize|onProgress|onReady, func(what topic) {
		if s.Tab == view.TabRoles && s.File.Name != "" && !s.Home {
			paintRoles(what)
		}
	})
}

func paintRoles(what topic) {
	t := &roles
	st := s.Story
	if st == nil {
		st = &proto.Story{}
	}
	note := untold("roles")
	if note == "" && len(st.Roles) == 0 {
		note = "No host was recognised as playing a part in Skype."
	}
	t.note.text(note)
	fresh := st != t.drawn && (s.Story != nil || t.drawn != nil && len(t.drawn.Roles) > 0) || what&onReady != 0
	if fresh {
		t.drawn = st
		t.graphNote.show(len(st.Roles) > 0)
		t.table.show(len(st.Roles) > 0)
		listRoles(st)
	}
	if wide := t.graph.box().viewW / zoom(); fresh || wide != t.wide {
		t.wide = wide
		drawGraph(st)
	}
	if fresh || what&(onStory|onTab|onReady) != 0 {
		roleCard(st).into(t.card)
	}
	at := int32(-1)
	if int(s.Role) <= len(t.pick.Box) && s.Role > 0 {
		at = int32(t.pick.Box[s.Role-1])
	}
	moved := s.Role != t.told && what&onTab == 0
	t.told = s.Role
	paintPicks(int32(t.graph), at, nil, 0, what&onTab != 0)
	paintPicks(int32(t.rows), int32(s.Role)-1, nil, 0, moved)
}

func drawGraph(st *proto.Story) {
	t := &roles
	t.pick = view.NewGraph(st.Roles, st.Links, t.wide)
	g := &t.pick
	b := &builder{}
	if len(g.Spots) > 0 {
		b.svg("graph-svg", g.Width, g.Height, "Who is what")
		if len(g.Trunk) > 0 {
			b.polyline("trunk", g.Trunk)
		}
		for _, c := range g.Cords {
			class := "cord"
			switch {
			case c.TCP && c.UDP:
				class += " both"
			case c.UDP:
				class += " udp"
			}
			b.polyline(class, c.Way)
		}
		for _, h := range g.Heads {
			b.words("graph-head", h.X, h.Y, h.Text)
		}
		for i := range g.Spots {
			p := &g.Spots[i]
			r := &st.Roles[p.Role]
			class, name := "spot", p.Text+", "+r.Kind
			if p.More == 0 {
				if r.State != "" {
					name += ", " + r.State
				}
				name += ", " + r.Confidence
				if r.Confidence == "weak" {
					class += " weak"
				}
			}
			b.spot(class, i, "role:"+strconv.Itoa(p.Role+1), name)
			b.rect(p.X, p.Y, p.W, p.H)
			b.words("", p.X+8, p.Y+16, p.Text)
			b.close()
		}
		b.close()
	}
	b.into(t.graph)
}

func roleCells(r *proto.Role) [5]string {
	port := "several"
	if r.Port != 0 {
		port = num(r.Port)
	}
	return [5]string{r.Kind, r.Host, port, r.State, r.Confidence}
}

func listRoles(st *proto.Story) {
	t := &roles
	t.order = t.order[:0]
	for i := range st.Roles {
		t.order = append(t.order, i)
	}
	if t.sort > 0 { // and within a column as they come
		view.Stable(t.order, func(a, b int) int { return compareRoles(&st.Roles[a], &st.Roles[b]) })
	}
	b := &builder{}
	for n, i := range t.order {
		if n == mostRoles {
			break
		}
		r := &st.Roles[i]
		b.open("tr", "").attr("data-i", strconv.Itoa(int(i)))
		for c, text := range roleCells(r) {
			b.open("td", "")
			switch c {
			case 1:
				b.button("link", "role:"+strconv.Itoa(int(i)+1), text)
			case 3:
				if text != "" {
					text = view.StateSign(text) + " " + text
				}
				b.text(text)
			case 4:
				b.text(view.Confidence(text))
			default:
				b.text(text)
			}
			b.close()
		}
		b.open("td", "")
		for k := range r.Why {
			if k > 0 {
				b.text(" · ")
			}
			b.text(r.Why[k].Text)
		}
		b.close().close()
	}
	b.into(t.rows)
}

func compareRoles(x, y *proto.Role) int {
	switch roles.sort {
	case 1:
		return strings.Compare(x.Host, y.Host)
	case 2:
		return int(x.Port) - int(y.Port)
	case 3:
		return strings.Compare(y.State, x.State) // those that have one first
	case 4:
		return strings.Compare(x.Confidence, y.Confidence) // certain, strong, weak
	}
	return 0
}

func sortRoles(col int) {
	roles.sort = min(max(col, 0), 4)
	if s.Story != nil {
		listRoles(s.Story)
	}
	changed(onStory)
}

func roleCard(st *proto.Story) *builder {
	b := &builder{}
	if s.Role == 0 || int(s.Role) > len(st.Roles) {
		if len(st.Roles) > 0 {
			b.el("p", "card-empty flow-head", "Choose a host above to see what it is taken for, and why.")
		}
		return b
	}
	r := &st.Roles[s.Role-1]
	name := r.Host
	if r.Port != 0 {
		name += ":" + num(r.Port)
	}
	b.open("div", "flow-head").el("h2", "", name+": "+r.Kind)
	b.open("p", "flow-verdict")
	if r.State != "" {
		b.text(view.StateSign(r.State) + " " + r.State + " · ")
	}
	b.el("span", "conf", view.Confidence(r.Confidence)).close()
	b.el("p", "card-doc", r.Text).close()
	b.open("div", "").el("h3", "", "Reasons").open("ul", "evidence")
	for i := range r.Why {
		w := &r.Why[i]
		sign := "● by itself"
		if w.Weak {
			sign = "○ weak by itself"
		}
		b.open("li", "").el("span", "sign", sign).el("span", "", w.Text)
		packetLinks(b, w.Packets, len(w.Packets))
		shortCites(b, w.Cites)
		b.close()
	}
	b.close().close()
	b.open("div", "").el("h3", "", "Flows").open("p", "packets")
	for i, f := range r.Flows {
		if i == 48 {
			b.text("and " + view.Count(uint64(len(r.Flows)-i)) + " more")
			break
		}
		b.button("link", "flow:"+num(f), "Flow "+num(f)).text(" ")
	}
	b.close().open("p", "")
	packetLinks(b, r.Packets, len(r.Packets))
	b.close().el("h3", "", "Speaks with").open("ul", "")
	n := 0
	for i := range st.Links {
		l := &st.Links[i]
		other := l.A
		if other == s.Role-1 {
			other = l.B
		} else if l.B != s.Role-1 {
			continue
		}
		if n++; n > 24 || int(other) >= len(st.Roles) {
			continue
		}
		b.open("li", "").button("link", "role:"+num(other+1), st.Roles[other].Host+", "+st.Roles[other].Kind).text(" " + l.Label).close()
	}
	if n > 24 {
		b.el("li", "", "and "+strconv.Itoa(n-24)+" more")
	}
	b.close().close()
	return b
}

// roleOf is the first role, from 1, that has a part in a flow, but for the
// client, which has one in all; 0 for none.
func roleOf(flow uint32) uint32 {
	at := uint32(0)
	if s.Story != nil {
		for i := range s.Story.Roles {
			if r := &s.Story.Roles[i]; has(r.Flows, flow) {
				at = uint32(i) + 1
				if r.Kind != "client" {
					break
				}
			}
		}
	}
	return at
}

func showRole(n uint32) {
	if s.Story == nil || n == 0 || int(n) > len(s.Story.Roles) {
		return
	}
	s.Role = n
	if s.Tab != view.TabRoles {
		s.Tab = view.TabRoles
		changed(onTab)
		focusFront()
	}
	changed(onStory)
	later(true)
}

// roleKey goes through the table's rows.
func roleKey(key string) bool {
	at := -1
	for i, r := range roles.order {
		if r == int(s.Role)-1 {
			at = i
		}
	}
	to, ok := view.Step(at, len(roles.order), 10, key)
	if ok {
		showRole(uint32(roles.order[to]) + 1)
	}
	return ok
}
