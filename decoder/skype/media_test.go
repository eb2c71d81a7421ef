package skype

import (
	"strconv"
	"strings"
	"testing"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
	"somscope/decoder/internal/golden"
)

// mediaOf makes Media out of the parameters of a case: "fits" are points, separated by
// semicolons, each with its share, sample and names.
func mediaOf(t *testing.T, c *golden.Case) *Media {
	t.Helper()
	m := &Media{Why: c.Param("why")}
	if s := c.Param("stream"); s != "" {
		m.Stream = uint32(num(t, s))
	}
	for _, line := range strings.Split(c.Param("fits"), ";") {
		w := strings.Split(strings.TrimSpace(line), "|")
		if len(w) != 4 {
			continue
		}
		x, err := strconv.ParseFloat(w[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		m.Fits = append(m.Fits, MediaFit{Point: w[0], Share: x, Sample: w[2], Names: w[3]})
	}
	return m
}

func readMedia(c *golden.Case, wire int, m *Media) *field.Dissection {
	d := dissect.Begin(&specRoot, c.Data, wire, 1, -1)
	run := DissectUDP
	if c.Param("kind") == "e2o" {
		run = DissectE2O
	}
	run(d, &dissect.Context{}, &Facts{Media: m})
	return d.Done()
}

func TestMedia(t *testing.T) {
	golden.RunCases(t, "testdata/media", func(t *testing.T, c *golden.Case) *field.Dissection {
		d := readMedia(c, wireOf(t, c), mediaOf(t, c))
		in := map[*field.Spec]bool{&specRoot: true}
		for _, s := range append(append([]*field.Spec{}, UDP.Specs...), E2O.Specs...) {
			in[s] = true
		}
		field.Walk(&d.Root, func(n *field.Node, _ int) bool {
			if !in[n.Spec] {
				t.Errorf("%s is used and not listed", n.Spec.Name)
			}
			return true
		})
		return d
	})
}

// What is known of a message adds no owner to its bytes and takes none away: the encrypted part
// stays one field, and says that it cannot be read.
func TestMediaOwnsNothing(t *testing.T) {
	for _, c := range golden.Load(t, "testdata/media") {
		with := readMedia(c, wireOf(t, c), mediaOf(t, c))
		without := readMedia(c, wireOf(t, c), nil)
		if err := with.Check(); err != nil {
			t.Fatal(err)
		}
		for bit := range 8 * len(c.Data) {
			a, b := with.At(0, bit), without.At(0, bit)
			if x, y := a[len(a)-1], b[len(b)-1]; x.Spec != y.Spec || x.Range != y.Range {
				t.Fatalf("%s: bit %d belongs to %s with facts, and to %s without", c.Name, bit, x.Spec.Name, y.Spec.Name)
			}
		}
		for _, name := range []string{"skype.udp.data.frame", "skype.e2o.cipher"} {
			if n := with.Find(name); n != nil && !strings.Contains(n.Note, "without the session key") {
				t.Errorf("%s: %s does not say that it cannot be read: %q", c.Name, name, n.Note)
			}
			if n := without.Find(name); n != nil && n.Note != "" {
				t.Errorf("%s: %s has a remark that nobody made: %q", c.Name, name, n.Note)
			}
		}
	}
}

// A tree lists a bounded number of points and says how many it left out.
func TestManyFits(t *testing.T) {
	m := &Media{Why: "by a test"}
	for range 100 {
		m.Fits = append(m.Fits, MediaFit{Point: "a point", Share: 0.01})
	}
	g, err := golden.Parse("many", "# many\n0a1b 5d 0102\n")
	if err != nil {
		t.Fatal(err)
	}
	d := readMedia(g, len(g.Data), m)
	if err := d.Check(); err != nil {
		t.Fatal(err)
	}
	n := d.Find("skype.udp.data.fits")
	if n == nil || len(n.Kids) != maxFits || !strings.Contains(n.Note, "92 more") {
		t.Errorf("%+v", n)
	}
}

func TestShare(t *testing.T) {
	nan := 0.0
	nan /= nan
	for x, want := range map[float64]string{0: "less than 1 %", 0.0049: "less than 1 %", 0.005: "1 %", 0.874: "87 %", 0.994: "99 %", 0.996: "more than 99 %", 1: "more than 99 %"} {
		if got := share(x); got != want {
			t.Errorf("%v: %q, want %q", x, got, want)
		}
	}
	if got := share(nan); got != "less than 1 %" {
		t.Error(got)
	}
}
