package story

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"somscope/decoder/field"
	"somscope/decoder/internal/order"
)

// roles fills in the roles and their links.
func (t *teller) roles(s *Story) {
	ps := t.portraits()
	type part struct {
		role  Role
		rank  int
		host  int32
		first uint32
	}
	var parts []part
	for i := range ps {
		p := &ps[i]
		var r Role
		rank := -1
		for k, c := range casters {
			var x Role
			if !c.cast(t, p, &x) {
				continue
			}
			if rank < 0 {
				r, rank = x, k
				r.Kind = c.kind
				continue
			}
			if r.Kind == "login server" && c.kind == "event server" || r.Kind == "relay" && c.kind == "supernode" && x.State != "" && x.Word != "weak" {
				a := "a "
				if c.kind[0] == 'e' {
					a = "an "
				}
				r.Text += fmt.Sprintf(" To the client it was %s%s, too (%s).", a, c.kind, x.Word)
			}
			if c.kind == "peer" || c.kind == "client" {
				continue // says nothing new
			}
			for _, w := range x.Why {
				if !hasReason(r.Why, w.Text) {
					r.Why = append(r.Why, w)
				}
			}
		}
		if rank < 0 {
			continue
		}
		name := t.hosts[i].name
		if what := published(name); what != "" {
			cite := field.Cite{}
			for k := range servers {
				if servers[k].host == name {
					cite = field.Cite{Key: servers[k].key, Where: servers[k].where}
				}
			}
			r.Why = append(r.Why, Why{Text: sentence("The address is published as that of " + what), Weak: true, Cite: []field.Cite{cite}})
		}
		order.Stable(r.Why, func(a, b Why) int {
			switch {
			case a.Weak == b.Weak:
				return 0
			case a.Weak:
				return 1
			}
			return -1
		})
		r.Host = name
		if r.Port == 0 {
			r.Port = p.only()
		}
		slices.Sort(p.flows)
		r.Flows = slices.Compact(p.flows)
		for _, w := range r.Why {
			for _, n := range w.Packets {
				if len(r.Packets) < maxProof && !slices.Contains(r.Packets, n) {
					r.Packets = append(r.Packets, n)
				}
			}
		}
		slices.Sort(r.Packets)
		first := ^uint32(0)
		if len(r.Packets) > 0 {
			first = r.Packets[0]
		}
		order := rank
		if r.Kind == "client" {
			order = -1
		}
		parts = append(parts, part{r, order, int32(i), first})
	}
	order.Stable(parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(standing(&a.role), standing(&b.role)), cmp.Compare(a.first, b.first), cmp.Compare(a.host, b.host))
	})
	if len(parts) > MaxRoles {
		t.rolesLost = len(parts) - MaxRoles
		parts = parts[:MaxRoles]
	}
	place := map[int32]int{}
	for i, x := range parts {
		s.Roles = append(s.Roles, x.role)
		place[x.host] = i
	}
	t.links(s, place)
}

func hasReason(list []Why, text string) bool {
	for _, w := range list {
		if w.Text == text {
			return true
		}
	}
	return false
}

// standing orders supernodes: kept, then those that were lost, that refused or were tried, others.
func standing(r *Role) int {
	switch {
	case r.State == "kept":
		return 0
	case r.State == "lost", r.State == "refused":
		return 1
	case r.State == "tried" && r.Word != "weak":
		return 1
	case r.State == "tried":
		return 3
	}
	return 2
}

// What went over a link, strongest first.
var linkWords = []string{"voice", "telephone", "file", "login", "events", "update", "supernode", "port 443", "port 80", "probe", "search", "presence", "ping", "messages", "measurement", "TCP"}

// links joins the roles that spoke with each other.
func (t *teller) links(s *Story, place map[int32]int) {
	type join struct{ a, b int }
	at := map[join]int{}
	words := map[join][]bool{}
	mark := func(n int32, word string) {
		c := &t.convs[n]
		a, okA := place[c.near]
		b, okB := place[c.far]
		if !okA || !okB || a == b {
			return
		}
		if a > b {
			a, b = b, a
		}
		k := join{a, b}
		i, ok := at[k]
		if !ok {
			i = len(s.Links)
			at[k] = i
			words[k] = make([]bool, len(linkWords))
			s.Links = append(s.Links, RoleLink{A: a, B: b})
		}
		l := &s.Links[i]
		if c.f.TCP {
			l.TCP = true
		} else {
			l.UDP = true
		}
		if len(l.Flows) < maxFlows && (len(l.Flows) == 0 || l.Flows[len(l.Flows)-1] != c.f.ID) {
			l.Flows = append(l.Flows, c.f.ID)
		}
		words[k][slices.Index(linkWords, word)] = true
	}
	for i := range t.exch {
		x := &t.exch[i]
		word := "messages"
		switch x.ask {
		case askProbe:
			word = "probe"
		case askSearch:
			word = "search"
		case askPublish:
			word = "presence"
		case askPing:
			word = "ping"
		}
		mark(x.conv, word)
	}
	for i := range t.runs {
		word := "voice"
		if t.runs[i].kind == runPhone {
			word = "telephone"
		}
		if t.runs[i].kind == runFile {
			word = "file"
		}
		mark(t.runs[i].conv, word)
	}
	for n := range t.convs {
		c, k := &t.convs[n], &t.tcp[n]
		switch {
		case !k.is:
			for _, i := range c.ev {
				if t.in.Events[i].What == Traceroute {
					mark(int32(n), "measurement")
					break
				}
			}
		case t.isLogin(int32(n)):
			mark(int32(n), "login")
		case c.f.Talk == "event":
			mark(int32(n), "events")
		case c.f.Talk == "update":
			mark(int32(n), "update")
		case c.f.Talk == "false-https":
			mark(int32(n), "port 443")
		case c.f.Talk == "port-80":
			mark(int32(n), "port 80")
		case t.isSupernode(int32(n)):
			mark(int32(n), "supernode")
		case len(c.ev) > 0 && c.f.Word != "no":
			mark(int32(n), "TCP")
		}
	}
	for k, i := range at {
		l := &s.Links[i]
		slices.Sort(l.Flows)
		l.Flows = slices.Compact(l.Flows)
		var parts []string
		for w, there := range words[k] {
			if there && len(parts) < 3 {
				parts = append(parts, linkWords[w])
			}
		}
		l.Label = strings.Join(parts, ", ")
		if probe := slices.Index(linkWords, "probe"); l.TCP && words[k][probe] && words[k][slices.Index(linkWords, "supernode")] {
			l.Label = "probe, then TCP"
		}
	}
	order.Stable(s.Links, func(a, b RoleLink) int { return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B)) })
}
