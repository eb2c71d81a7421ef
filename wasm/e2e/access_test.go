//go:build !js

package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// axe is the checker's script.
func axe(t *testing.T) string {
	t.Helper()
	p := os.Getenv("SOMSCOPE_AXE")
	if p == "" {
		p = filepath.Join("..", "..", ".cache", "axe", "node_modules", "axe-core", "axe.min.js")
	}
	script, err := os.ReadFile(p)
	switch {
	case err == nil:
	case errors.Is(err, os.ErrNotExist) && os.Getenv("CI") != "true":
		t.Skip("axe-core is not here: make test fetches it where there is npm, SOMSCOPE_AXE names it")
	default:
		t.Fatal(err)
	}
	return string(script)
}

// A finding is one place that axe-core complains about.
type finding struct{ ID, Impact, Help, Where string }

func (f finding) String() string { return f.ID + " (" + f.Impact + "): " + f.Help + ": " + f.Where }

func (f finding) serious() bool { return f.Impact == "serious" || f.Impact == "critical" }

// findings runs the checker over the page as it is now.
func (v *visit) findings(script string) []finding {
	v.Helper()
	v.frame()
	v.say(`if (!window.axe) { ` + script + ` }`)
	return js[[]finding](v, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.flatMap(v => v.nodes.slice(0, 5).map(n => ({ID: v.id, Impact: v.impact, Help: v.help, Where: n.html.slice(0, 160) + " " + n.any.concat(n.all, n.none).map(c => c.message).join("; ")}))))`)
}

// The checker is shown a page with a fault: a field without a name.
func TestCheckerNotices(t *testing.T) {
	script := axe(t)
	v := enter(t, wide)
	v.home = v.world.host + "/harness/"
	v.open("")
	for _, f := range v.findings(script) {
		if f.ID == "label" && f.serious() {
			return
		}
	}
	t.Error("axe-core does not notice a field without a label")
}

// No serious finding of axe-core: in both themes, wide and on a phone, at
// every place of the page.
func TestAccessibility(t *testing.T) {
	script := axe(t)
	for _, l := range []look{wide, {width: 1440, height: 900, dark: true}, phone, {width: 390, height: 844, phone: true, dark: true}} {
		theme := "light"
		if l.dark {
			theme = "dark"
		}
		t.Run(fmt.Sprintf("%d-%s", l.width, theme), func(t *testing.T) {
			v := enter(t, l)
			check := func(where string) {
				t.Helper()
				for _, f := range v.findings(script) {
					if f.serious() {
						t.Errorf("%s: %s", where, f)
					} else {
						t.Logf("%s: %s", where, f)
					}
				}
			}
			v.open("")
			check("the first page")
			v.clickSample("probe")
			check("the list")
			n := js[string](v, `cells(drawn("packets").find(r => r.classList.contains("skype")))[0].trim()`)
			v.clickRow("packets", n)
			v.dissected("Packet " + n)
			v.selectByte(8)
			v.frame()
			check("a packet")
			v.shot(fmt.Sprintf("packet-%d-%s", l.width, theme))
			if l.phone {
				v.click("button", "Fields")
				v.wait("the fields slide up", `shown($("#tree")) && drawn("tree").length > 0`)
				check("the fields on a phone")
				v.click("button", "Close the fields")
			}
			v.press("2")
			v.wait("the flows are shown", `drawn("flows").length > 0`)
			v.clickOn(`drawn("flows")[0].querySelector(".c0")`)
			v.wait("a flow is shown", `shown($("#flow")) && $("#flow").textContent.length > 50`)
			check("a flow")
			v.shot(fmt.Sprintf("flow-%d-%s", l.width, theme))
			v.wait("the detectors have spoken", `shown($("#judges-table"))`)
			check("a flow and its detectors")
			v.press("3")
			v.wait("the story is told", `shown($("#phases .phase"))`)
			check("the story")
			v.shot(fmt.Sprintf("story-%d-%s", l.width, theme))
			v.press("4")
			v.wait("the roles are shown", `shown($("#graph .spot"))`)
			v.clickOn(`$("#graph .spot")`)
			v.wait("a role is explained", `shown($("#role h2"))`)
			check("the roles")
			v.shot(fmt.Sprintf("roles-%d-%s", l.width, theme))
			v.say(`$("#deep-classes").click()`)
			v.wait("the groups of equal messages are listed", `shown($("#class-body tbody tr"))`)
			check("the groups of equal messages")
			v.say(`$("#class-body tbody button").click()`)
			v.wait("a group is shown", `$("#class-body tbody tr td:nth-child(6)")`)
			check("a group of equal messages")
			v.shot(fmt.Sprintf("class-%d-%s", l.width, theme))
			v.press("Escape")
			v.wait("the groups are closed", `!$("#class-dialog").open`)
			v.press("6")
			v.wait("the blocks are shown", `drawn("blocks").length > 0`)
			check("the file")
			v.press("?")
			v.wait("the help is open", `$("#help-dialog").open`)
			check("the help")
			v.shot(fmt.Sprintf("help-%d-%s", l.width, theme))
			v.press("Escape")
		})
	}
}

// The page of notices is a page of the site like any other.
func TestNotices(t *testing.T) {
	script := axe(t)
	v := enter(t, phone)
	v.open("")
	if href := js[string](v, `$("#help-dialog a[href$='third-party.html']").getAttribute("href")`); href != "third-party.html" {
		t.Errorf("the help links to %q", href)
	}
	v.say(`location.href = $("#help-dialog a[href$='third-party.html']").href`)
	v.wait("the notices are there", `/third-party/.test(location.pathname) && document.readyState === "complete" && document.querySelectorAll("pre").length > 3`)
	for _, name := range []string{"The Go Authors", "gopacket", "klauspost", "Dominik Honnef"} {
		if !js[bool](v, `document.body.textContent.includes(`+quote(name)+`)`) {
			t.Errorf("%s is not named", name)
		}
	}
	if over := js[string](v, overflow); over != "" {
		t.Errorf("it does not fit a phone: %s", over)
	}
	for _, f := range v.findings(script) {
		if f.serious() {
			t.Error(f)
		}
	}
	v.shot("notices")
}
