package view

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"
)

// tokens reads the colours of one theme out of the style sheet.
func tokens(t *testing.T, css, begin string) map[string]string {
	at := regexp.MustCompile(regexp.QuoteMeta(begin) + `\s*\{([^}]*)\}`).FindStringSubmatch(css)
	if at == nil {
		t.Fatalf("no block %q in tokens.css", begin)
	}
	m := map[string]string{}
	for _, d := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`).FindAllStringSubmatch(at[1], -1) {
		m[d[1]] = d[2]
	}
	return m
}

// contrast is the ratio of WCAG 2.2, section 1.4.3.
func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	if x < y {
		x, y = y, x
	}
	return (x + .05) / (y + .05)
}

func luminance(t *testing.T, c string) float64 {
	n, err := strconv.ParseUint(c[1:], 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	f := func(shift uint) float64 {
		v := float64(n>>shift&255) / 255
		if v <= .04045 {
			return v / 12.92
		}
		return math.Pow((v+.055)/1.055, 2.4)
	}
	return .2126*f(16) + .7152*f(8) + .0722*f(0)
}

func TestContrastOfTokens(t *testing.T) {
	src, err := os.ReadFile("../../site/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	css := string(src)
	dark := tokens(t, css, `:root[data-theme="dark"]`)
	bySystem := tokens(t, css, `:root:not([data-theme="light"])`)
	if len(dark) < 30 || len(dark) != len(bySystem) {
		t.Fatalf("%d dark tokens by switch, %d by system", len(dark), len(bySystem))
	}
	for k, v := range dark {
		if bySystem[k] != v {
			t.Errorf("--%s is %s by switch and %s by system", k, v, bySystem[k])
		}
	}
	fields := []string{"blue", "amber", "green", "pink", "violet", "teal", "void"}
	for name, theme := range map[string]map[string]string{"light": tokens(t, css, ":root"), "dark": dark} {
		check := func(fg, bg string, want float64) {
			t.Helper()
			if theme[fg] == "" || theme[bg] == "" {
				t.Errorf("%s: no token --%s or --%s", name, fg, bg)
				return
			}
			if r := contrast(t, theme[fg], theme[bg]); r < want {
				t.Errorf("%s: %s on %s is %.2f:1, want %.1f:1", name, fg, bg, r, want)
			}
		}
		for _, bg := range []string{"ground", "panel", "pick", "point", "tint", "bad-ground"} {
			check("text", bg, 4.5)
		}
		for _, fg := range []string{"dim", "accent", "good", "warn", "bad"} {
			check(fg, "panel", 4.5)
			check(fg, "ground", 4.5)
		}
		for _, bg := range []string{"pick", "point"} { // a selected or pointed-at row keeps its dim parts
			check("dim", bg, 4.5)
		}
		check("bad", "pick", 4.5)
		check("accent", "tint", 4.5)
		check("accent", "pick", 4.5) // links in a chosen phase
		check("accent", "bad-ground", 4.5)
		check("on-accent", "accent", 4.5)
		check("edge", "panel", 3)
		check("edge", "ground", 3)
		for _, f := range fields {
			check("text", f, 4.5)
			check("dim", f, 3)
			check(f+"-line", f, 3)
			check(f+"-line", "panel", 3)
		}
	}
}
