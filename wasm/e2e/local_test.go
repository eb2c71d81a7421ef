//go:build !js

package e2e

import (
	"encoding/csv"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// configOf is the path of one of Skype's own files, or the test skips.
func configOf(t testing.TB, pattern string) string {
	t.Helper()
	found, _ := filepath.Glob(capture(t, filepath.Join("config", filepath.FromSlash(pattern))))
	if len(found) == 0 {
		t.Skipf("SOMSCOPE_CAPTURES has no config/%s", pattern)
	}
	return found[0]
}

// profiled waits for the page about n of Skype's own files.
func (v *visit) profiled(n int) {
	v.Helper()
	v.wait(fmt.Sprintf("%d files are on the shelf", n), fmt.Sprintf(`document.querySelectorAll("#chips [data-do^='shelf:']:not([data-do='shelf:0'])").length === %d`, n))
	v.wait("what they say is shown", `shown($("#profile")) && $("#profile").dataset.for && $("#profile-sheet h2")`)
}

// table is the expression of a table of the profile by its name.
func table(name string) string {
	return `document.getElementById($("[data-filter='` + name + `']").id.replace("-find", ""))`
}

// Files of Skype's own may be open without a capture: two views are left.
func TestLocalAlone(t *testing.T) {
	first, shared := configOf(t, "first/*.xml"), configOf(t, "shared.xml")
	v := enter(t, wide)
	v.open("")
	v.drop(first, shared)
	v.profiled(2)
	if tabs := js[string](v, `[...document.querySelectorAll(".tab")].filter(shown).map(t => t.textContent).join(" ")`); tabs != "Profile File" {
		t.Errorf("the views are %q", tabs)
	}
	v.shot("profile-alone")
	v.press("6")
	v.wait("the pieces are listed", `$("#pieces").dataset.state === "done" && drawn("pieces").length > 3`)
	v.press("ArrowDown")
	v.wait("a piece is explained", `/^piece:1:\d+$/.test($("#tree").dataset.for) && $("#card h2")`)
	v.wait("the address tells of it", `/local=1/.test(location.hash) && /piece=\d+/.test(location.hash)`)
	v.clickOn(`$("#chips [data-do='shelf:2']")`)
	v.wait("the other file is listed", `$("#chips [data-do='shelf:2']").getAttribute("aria-pressed") === "true" && $("#pieces").dataset.state === "done"`)
	if over := js[string](v, overflow); over != "" {
		t.Errorf("the page does not fit the window: %s", over)
	}
	v.clickOn(`$("#chips [data-do='shut:1']")`)
	v.wait("one is left", `document.querySelectorAll("#chips .chip").length === 1 && /shared/.test($("#chips").textContent)`)
	v.clickOn(`$("#chips [data-do='shut:1']")`)
	v.wait("nothing is open", `shown($("#welcome")) && !/local=/.test(location.hash)`)
}

// Dropped together, a capture and two files of Skype's own are all open.
func TestLocalBesideCapture(t *testing.T) {
	first, second := configOf(t, "first/*.xml"), configOf(t, "second/*.xml")
	v := enter(t, wide)
	v.open("")
	name := sampleFile(v, "call")
	data := js[[]int](v, `fetch(new URL(`+quote(name)+`, new URL(document.documentElement.dataset.samples, document.baseURI))).then(r => r.arrayBuffer()).then(b => [...new Uint8Array(b)])`)
	raw := make([]byte, len(data))
	for i, b := range data {
		raw[i] = byte(b)
	}
	v.drop(first, second, file(t, "call.pcap", raw))
	v.listed()
	v.wait("a sentence says what is open", `shown($("#notice")) && /Beside it are open/.test($("#notice-text").textContent)`)
	v.shot("profile-notice")
	v.click("button", "What they say")
	v.profiled(2)
	packets := js[string](v, `$("#packets").dataset.rows`)

	// Opening another one leaves the capture as it is.
	v.drop(configOf(t, "shared.xml"))
	v.profiled(3)
	v.press("1")
	v.wait("the packets are there as before", `shown($("#packets")) && $("#packets").dataset.rows === `+quote(packets))
	v.press("6")
	v.wait("the capture's blocks are listed", `shown($("#blocks")) && !shown($("#pieces"))`)
	v.clickOn(`$("#chips [data-do='shut:0']")`)
	v.wait("without the capture two views are left", `[...document.querySelectorAll(".tab")].filter(shown).length === 2 && document.querySelectorAll("#chips .chip").length === 3`)
	v.listedPieces()
}

func (v *visit) listedPieces() {
	v.Helper()
	v.wait("pieces are listed", `shown($("#pieces")) && $("#pieces").dataset.state === "done" && drawn("pieces").length > 3`)
}

// Bytes that are spelled by digits light those digits, and the digits lead to them.
func TestLocalDigits(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=profile&tab=file&local=3&piece=16")
	v.listedPieces()
	v.wait("its bytes are a buffer of their own", `document.querySelectorAll("#buffers .buffer").length > 1`)
	v.clickOn(`$("#buffer-1")`)
	v.wait("a field is chosen in them", `$("#buffer-1").getAttribute("aria-selected") === "true" && marked("sel") + marked("grp")`)
	v.clickOn(`byteAt(0)`)
	v.wait("it is lit", `marked("sel")`)
	lit := js[string](v, `marked("sel")`)
	v.clickOn(`$("#buffer-0")`)
	v.wait("its digits are lit", `$("#buffer-0").getAttribute("aria-selected") === "true" && marked("sel")`)
	digits := strings.Fields(js[string](v, `marked("sel")`))
	text := ""
	for _, d := range digits {
		var c int
		fmt.Sscanf(d, "%x", &c)
		text += string(rune(c))
	}
	if want := strings.ReplaceAll(lit, " ", ""); !strings.EqualFold(text, want) {
		t.Errorf("the bytes %s are spelled by %q", lit, text)
	}
}

// The tables of the profile can be sorted, filtered and saved, and show names only when asked.
func TestProfileTables(t *testing.T) {
	first, second := configOf(t, "first/*.xml"), configOf(t, "second/*.xml")
	v := enter(t, wide)
	v.beforeLoad(`{ const make = URL.createObjectURL.bind(URL); window.saved = []; URL.createObjectURL = b => { saved.push(b); return make(b); }; addEventListener("click", e => { if (e.target.download) { saved.name = e.target.download; e.preventDefault(); } }, true); }`)
	v.open("")
	v.drop(first, second)
	v.profiled(2)
	v.wait("people are listed", `$("[data-filter='buddies']")`)
	people := table("buddies")
	if js[string](v, `$("#profile").dataset.for`) != "starred" {
		t.Error("names are shown without asking")
	}
	v.clickOn(`$("#bare")`)
	v.wait("names are shown", `$("#profile").dataset.for === "bare"`)
	names := `[...` + people + `.querySelectorAll("tbody tr")].map(r => r.cells[0].textContent)`
	all := js[[]string](v, names)
	if len(all) < 2 {
		t.Fatalf("%d people", len(all))
	}
	for _, way := range []string{"ascending", "descending"} {
		v.say(people + `.querySelector("thead button").click()`)
		v.wait("it is sorted, "+way, people+`.querySelector("th").getAttribute("aria-sort") === `+quote(way))
	}
	if down := js[[]string](v, names); strings.ToLower(down[0]) < strings.ToLower(down[len(down)-1]) {
		t.Errorf("from high to low: %q before %q", down[0], down[len(down)-1])
	}
	v.say(`$("[data-filter='buddies']").focus()`)
	v.keys(all[0])
	v.wait("only what matches is shown", fmt.Sprintf(`%s.length < %d && %s.length > 0`, names, len(all), names))
	v.wait("it says how many", `/^[\d,]+ of [\d,]+$/.test($("[data-filter='buddies']").parentElement.querySelector("[role=status]").textContent)`)
	v.shot("profile-table")
	shown := js[int](v, names+`.length`)
	v.say(`$("[data-do='tsave:buddies']").click()`)
	v.wait("a file is offered", `saved.name === "buddies.csv"`)
	lines, err := csv.NewReader(strings.NewReader(js[string](v, `saved.at(-1).text()`))).ReadAll()
	if err != nil || len(lines) != shown+1 {
		t.Errorf("the file has %d lines for %d rows, %v", len(lines), shown, err)
	}
	v.clickOn(`$("#bare")`)
	v.wait("names are starred out again", `$("#profile").dataset.for === "starred"`)
}

// The profile fits a phone, and nothing serious is found for those who do not see it.
func TestProfileLooks(t *testing.T) {
	script := axe(t)
	first, shared := configOf(t, "first/*.xml"), configOf(t, "shared.xml")
	for _, l := range []look{wide, {width: 1440, height: 900, dark: true}, phone, {width: 390, height: 844, phone: true, dark: true}} {
		t.Run(fmt.Sprintf("%d-%v", l.width, l.dark), func(t *testing.T) {
			v := enter(t, l)
			v.open("")
			v.choose(first, shared)
			v.profiled(2)
			for _, view := range []string{"profile", "file"} {
				v.clickOn(`$("#tab-` + view + `")`)
				if view == "file" {
					v.listedPieces()
				}
				if over := js[string](v, overflow); over != "" {
					t.Errorf("%s does not fit the window: %s", view, over)
				}
				for _, f := range v.findings(script) {
					if f.serious() {
						t.Errorf("%s: %s", view, f)
					}
				}
				v.shot(fmt.Sprintf("local-%s-%d-%v", view, l.width, l.dark))
			}
		})
	}
}

// What the hex view stars out neither the tree nor the card tells, until it is asked for; and a
// number in the table of supernodes leads to its entry.
func TestProfileKeepsQuiet(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=profile&tab=file&local=1&piece=18")
	v.listedPieces()
	v.wait("the fields of a buddy are shown", `drawn("tree").length > 3 && /starred out/.test($("#pane-card").textContent + $("#tree").textContent) || /•••/.test($("#tree").textContent)`)
	told := `/[a-z]+[._][a-z]+|example/.test([...document.querySelectorAll("#tree .row")].filter(shown).map(e => e.textContent).join(" ").replace(/local\.\S+/g, ""))`
	if js[bool](v, told) {
		t.Error("the tree tells a name that is starred out: " + js[string](v, `$("#tree").textContent`))
	}
	v.clickOn(`$("#bare")`)
	v.wait("the tree tells the name", `!/•••/.test($("#tree").textContent)`)
	v.clickOn(`$("#tab-profile")`)
	v.profiled(4)
	entry := `[...document.querySelectorAll("#profile [data-do]")].find(e => /^piece:3:\d+:skype\.file\.port~14$/.test(e.dataset.do))`
	v.say(entry + `.scrollIntoView({block: "center"})`)
	v.clickOn(entry)
	v.listedPieces()
	v.wait("the port of entry 15 is chosen", `/Port/.test($("#pane-card h2")?.textContent || "") && location.hash.includes("skype.file.port~14")`)
}

// A file that comes after all was told lights up what was told, and goes dark with it.
func TestLocalLightsUp(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=login")
	v.deepened()
	v.press("3")
	v.wait("the story is told", `document.querySelectorAll("#phases li").length > 3`)
	const says = `/in the host cache of shared\.xml/.test(document.querySelector("#panel-story").textContent)`
	if js[bool](v, says) {
		t.Error("a host cache is spoken of, and none is open")
	}
	v.drop("../../site/content/samples/profile/shared.xml")
	v.wait("the story speaks of the host cache", says)
	v.press("4")
	v.wait("so do the roles", `shown($("#roles-table"))`)
	v.press("2")
	v.wait("its flows are marked", `document.querySelectorAll("#flows-rows .known").length > 3`)
	v.press("6")
	v.wait("the shelf is there", `$("#chips [data-do='shut:1']")`)
	v.clickOn(`$("#chips [data-do='shut:1']")`)
	v.wait("the shelf is empty", `!shown($("#chips"))`)
	v.press("2")
	v.wait("no flow is marked", `drawn("flows").length > 3 && !document.querySelector("#flows-rows .known")`)
	v.press("3")
	v.wait("the story is as before", `document.querySelectorAll("#phases li").length > 3 && !(`+says+`)`)
}

// The tree of a piece says no name before it is asked to, for one piece or for all.
func TestLocalTreeHides(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=profile&tab=file&local=1&piece=18")
	v.listedPieces()
	v.wait("it is explained", `/^piece:1:/.test($("#tree").dataset.for)`)
	const tells = `/heron\.example/.test($("#panel-file").textContent + $("#tree").textContent + $("#card").textContent)`
	v.wait("its tree is drawn", `$("#tree").textContent.length > 20`)
	if js[bool](v, tells) {
		t.Error("the name is told without asking")
	}
	v.clickOn(`$("#bare")`)
	v.wait("the name is told", tells)
	v.clickOn(`$("#bare")`)
	v.wait("it is told no more", `!(`+tells+`)`)
}
