package view

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"somscope/wasm/proto"
)

func cast(counts map[string]int) ([]proto.Role, []proto.RoleLink) {
	var roles []proto.Role
	var links []proto.RoleLink
	for _, kind := range []string{"supernode", "client", "login server", "peer", "network-probe target"} {
		for range counts[kind] {
			i := len(roles)
			roles = append(roles, proto.Role{Host: fmt.Sprintf("203.0.113.%d", i%256), Port: uint32(30000 + i), Kind: kind})
			links = append(links, proto.RoleLink{A: uint32(counts["supernode"]), B: uint32(i), UDP: i%2 == 0, TCP: i%3 == 0})
		}
	}
	return roles, links
}

func TestGraph(t *testing.T) {
	for _, counts := range []map[string]int{
		{},
		{"client": 1},
		{"peer": 3},
		{"client": 1, "supernode": 12, "login server": 1, "peer": 3},
		{"client": 2, "supernode": 40, "login server": 2, "peer": 14, "network-probe target": 2},
		{"client": 1, "supernode": 500, "login server": 1, "peer": 9},
		{"client": 300, "supernode": 500},
	} {
		for _, width := range []float64{200, 390, 640, 679, 680, 900, 1400, 2500} {
			roles, links := cast(counts)
			g := NewGraph(roles, links, width)
			name := fmt.Sprintf("%v on %v px", counts, width)
			stands := 0
			for i, p := range g.Spots {
				if p.X < 0 || p.Y < 0 || p.X+p.W > g.Width || p.Y+p.H > g.Height {
					t.Errorf("%s: %+v leaves the picture %v x %v", name, p, g.Width, g.Height)
				}
				stands += max(p.More, 1)
				if p.More > 0 && p.Text != fmt.Sprintf("and %d more", p.More) {
					t.Errorf("%s: %+v", name, p)
				}
				for _, q := range g.Spots[:i] {
					if p.X < q.X+q.W && q.X < p.X+p.W && p.Y < q.Y+q.H && q.Y < p.Y+p.H {
						t.Fatalf("%s: %+v lies over %+v", name, p, q)
					}
				}
				for _, h := range g.Heads {
					if h.X < p.X+p.W && p.X < h.X+100 && h.Y > p.Y && h.Y-12 < p.Y+p.H {
						t.Fatalf("%s: the name %+v lies over %+v", name, h, p)
					}
				}
			}
			if stands != len(roles) {
				t.Errorf("%s: the boxes stand for %d of %d roles", name, stands, len(roles))
			}
			if len(g.Spots) > roleMost {
				t.Errorf("%s: %d boxes", name, len(g.Spots))
			}
			if len(roles) <= roleMost && len(g.Spots) != len(roles) {
				t.Errorf("%s: %d boxes for %d roles", name, len(g.Spots), len(roles))
			}
			for _, c := range g.Cords {
				if c.A >= c.B || c.B >= len(g.Spots) {
					t.Errorf("%s: %+v joins what is not there", name, c)
				}
				if counts["client"] != 1 {
					continue
				}
				for i, p := range g.Spots {
					if i != c.A && i != c.B && crosses(c.Way, &p) {
						t.Fatalf("%s: the line %+v runs behind %+v", name, c, p)
					}
				}
				for _, h := range g.Heads {
					if crosses(c.Way, &Spot{X: h.X, Y: h.Y - 10, W: 80, H: 10}) {
						t.Fatalf("%s: the line %+v strikes the name %+v through", name, c, h)
					}
				}
			}
			if counts["client"] == 1 && len(g.Cords) != len(g.Spots)-1 {
				t.Errorf("%s: %d lines for %d boxes round the client", name, len(g.Cords), len(g.Spots)-1)
			}
		}
	}
}

// crosses reports whether a line runs through a box.
func crosses(way []float64, p *Spot) bool {
	for i := 2; i < len(way); i += 2 {
		for k := range 201 {
			f := float64(k) / 200
			x, y := way[i-2]+(way[i]-way[i-2])*f, way[i-1]+(way[i+1]-way[i-1])*f
			if x > p.X && x < p.X+p.W && y > p.Y && y < p.Y+p.H {
				return true
			}
		}
	}
	return false
}

// Many weak guesses stand in one box, after those of which more is known.
func TestGraphWeak(t *testing.T) {
	roles, links := cast(map[string]int{"client": 1, "supernode": 5, "peer": 127})
	strong := -1
	for i := range roles {
		if roles[i].Kind == "peer" {
			roles[i].Confidence = "weak"
			strong = i
		}
	}
	roles[strong].Confidence = "strong"
	g := NewGraph(roles, links, 1400)
	if len(g.Spots) != 1+5+13 {
		t.Errorf("%d boxes, want 19", len(g.Spots))
	}
	if p := g.Spots[g.Box[strong]]; p.More != 0 || p.Role != strong {
		t.Errorf("the strong one stands in %+v", p)
	}
	more := 0
	for _, p := range g.Spots {
		more += p.More
	}
	if more != 115 {
		t.Errorf("%d are put together, want 115", more)
	}
}

// The longest name fits its box.
func TestGraphNames(t *testing.T) {
	for _, host := range []string{"192.0.2.1", "255.255.255.255", "2001:db8:1111:2222:3333:4444:5555:6666"} {
		roles := []proto.Role{{Host: "192.0.2.9", Kind: "client"}, {Host: host, Port: 15294, Kind: "supernode", State: "refused"}}
		for _, p := range NewGraph(roles, nil, 900).Spots {
			if n := utf8.RuneCountInString(p.Text); float64(n)*7.25+16 > p.W {
				t.Errorf("%q does not fit %v px", p.Text, p.W)
			}
		}
	}
}

// The client stands in the middle of a wide picture, whoever comes first.
func TestGraphMiddle(t *testing.T) {
	roles, links := cast(map[string]int{"client": 1, "supernode": 12, "peer": 3})
	g := NewGraph(roles, links, 1400)
	for _, p := range g.Spots {
		if roles[p.Role].Kind == "client" && (p.X+p.W/2 != 700 || p.Y+p.H/2 < g.Height*.3 || p.Y+p.H/2 > g.Height*.7 || p.Y > 200) {
			t.Errorf("the client stands at %+v of %v x %v", p, g.Width, g.Height)
		}
	}
	if again := NewGraph(roles, links, 1400); fmt.Sprint(again) != fmt.Sprint(g) {
		t.Error("the same roles give another picture")
	}
}

func TestRoleName(t *testing.T) {
	for _, c := range []struct {
		r    proto.Role
		want string
	}{
		{proto.Role{Host: "192.0.2.1"}, "192.0.2.1"},
		{proto.Role{Host: "255.255.255.255", Port: 65535, State: "kept"}, "✓ 255.255.255.255:65535"},
		{proto.Role{Host: "2001:db8:1111:2222:3333:4444:5555:6666", Port: 80}, "2001:db8:1111:222…666:80"},
	} {
		if got := RoleName(&c.r); got != c.want {
			t.Errorf("%+v is called %q, want %q", c.r, got, c.want)
		}
	}
}

func TestChi(t *testing.T) {
	c := &proto.Chi{Steps: []uint32{10, 20}, Bound: 150}
	for step := range 2 {
		for n := range Nibbles {
			v := float32(15)
			if n == 4 || n == 5 {
				v = float32(150 * (step + 1) * 2)
			}
			c.Values = append(c.Values, v)
		}
	}
	if got := ChiTop(c); got != 3 {
		t.Errorf("the scale ends with 10^%d, want 10^3", got)
	}
	for step := range 2 {
		over := 0
		for i, k := range ChiColumns(c, step, 560) {
			if k.X < ChiLeft || k.X+k.W > 560 || k.Y < 0 || k.Y+k.H > ChiTall-ChiFoot+.01 {
				t.Errorf("column %d leaves the drawing: %+v", i, k)
			}
			if k.Over {
				over++
			}
			if k.Over != (k.Y < ChiY(float64(c.Bound), 3)) {
				t.Errorf("column %d: over the threshold: %v, and drawn at %v against %v", i, k.Over, k.Y, ChiY(float64(c.Bound), 3))
			}
		}
		if over != 2 {
			t.Errorf("step %d: %d columns above the threshold, want 2", step, over)
		}
	}
	if ChiColumns(c, 2, 560) != nil || ChiColumns(c, -1, 560) != nil {
		t.Error("a step that was not taken is drawn")
	}
	for x, want := range map[float64]float64{1: 0, 10: 1, 150: 2.17609, 99999: 5, 2: .30103, .5: -.30103, 0: 0, -3: 0} {
		if got := log10(x); got-want > .002 || want-got > .002 {
			t.Errorf("log10(%v) = %v, want %v", x, got, want)
		}
	}
	if got := NibbleName(4); !strings.Contains(got, "byte 3") || !strings.Contains(got, "function") {
		t.Errorf("nibble 5 is called %q", got)
	}
}
