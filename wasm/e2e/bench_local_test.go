//go:build !js

package e2e

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"
)

// firstPieces notes when a file is given to the page, when the page has its first sight of what the
// file says, and when the first rows of its pieces are laid out.
const firstPieces = `
window.marks = {};
addEventListener("drop", () => { marks.drop = performance.now(); }, true);
addEventListener("DOMContentLoaded", () => {
	const rows = document.getElementById("pieces-rows"), sheet = document.getElementById("profile-sheet");
	const note = (mark, at) => new MutationObserver(() => { if (marks.drop && !marks[mark] && (mark === "rows" ? at.textContent.trim() : at.querySelector("h2"))) { at.offsetHeight; marks[mark] = performance.now(); } }).observe(at, {subtree: true, childList: true, characterData: true});
	note("rows", rows);
	note("sheet", sheet);
});`

// tenMegabytes writes a shared.xml of 10 MB: a host cache of 200 supernodes, as Skype keeps at most,
// and hex texts in thousands of elements.
func tenMegabytes(t testing.TB) string {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"?>\n<config version=\"1.0\" serial=\"7\" timestamp=\"1239108000.25\">\n  <Lib>\n    <Connection>\n      <ListeningPort>35990</ListeningPort>\n      <HostCache>41C801")
	for i := range 200 {
		fmt.Fprintf(&b, "050041050200C00002%02X81090001040002B981EDCE040003B981EDCE04000400", i)
	}
	b.WriteString("</HostCache>\n    </Connection>\n    <BCM>\n")
	for i := 0; b.Len() < 10_000_000; i++ {
		fmt.Fprintf(&b, "      <_%d>00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF</_%d>\n", i, i)
	}
	b.WriteString("    </BCM>\n  </Lib>\n</config>\n")
	return file(t, "shared.xml", []byte(b.String()))
}

// TestBenchLocal measures how long a shared.xml of 10 MB takes to be on screen, beside how long the
// browser takes to hand out its bytes. It fails only when something does not work.
func TestBenchLocal(t *testing.T) {
	if os.Getenv("SOMSCOPE_BENCH") == "" {
		t.Skip("SOMSCOPE_BENCH is not set: make bench sets it")
	}
	const rounds, must = 3, 300
	w := everything(t)
	name := tenMegabytes(t)
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	var rows, sheet, read []float64
	for range rounds {
		for _, tab := range []string{"file", "profile"} { // what is seen first
			t.Run(tab, func(t *testing.T) {
				v := enter(t, wide)
				v.beforeLoad(firstPieces)
				v.open("")
				v.engineReady()
				if tab == "file" { // the view that a file leaves in front is there for the next one
					v.drop(file(t, "small.xml", []byte("<config serial='1' timestamp='1'><Lib><Connection><ListeningPort>1</ListeningPort></Connection></Lib></config>")))
					v.profiled(1)
					v.press("6")
					v.wait("its pieces are listed", `shown($("#pieces")) && $("#pieces").dataset.state === "done"`)
					v.clickOn(`$("#chips [data-do='shut:1']")`)
					v.wait("nothing is open", `shown($("#welcome"))`)
				}
				time.Sleep(2 * time.Second) // the browser compiles
				if tab == "profile" {
					v.drop(name)
					v.profiled(1)
					v.wait("the supernodes are listed", `$("[data-filter='nodes']") && marks.sheet`)
					sheet = append(sheet, js[float64](v, `marks.sheet - marks.drop`))
					return
				}
				v.say(`marks.drop = marks.rows = 0`)
				v.drop(name)
				v.listedPieces()
				v.wait("its first rows are laid out", `marks.rows && +$("#pieces").dataset.rows > 1e5`)
				rows = append(rows, js[float64](v, `marks.rows - marks.drop`))
			})
		}
		t.Run("floor", func(t *testing.T) {
			v := enter(t, wide)
			v.home = w.host + "/floor/"
			v.open("")
			v.choose(name)
			v.wait("the file is there", `document.documentElement.dataset.file`)
			read = append(read, js[struct{ MS float64 }](v, `floor("read")`).MS)
		})
	}
	mid := func(list []float64) float64 {
		if len(list) == 0 {
			t.Fatal("something was not measured")
		}
		return slices.Sorted(slices.Values(list))[len(list)/2]
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(out, "\nmin\tmedian\t\ttarget\t  shared.xml of %.0f MB, medians of %d\n", float64(info.Size())/1e6, rounds)
	for _, m := range []struct {
		list []float64
		must float64
		what string
	}{{sheet, must, "drop to what it says on screen"}, {rows, must, "drop to the first rows of its pieces on screen"}, {read, 0, "floor: read the file as a stream"}} {
		target := ""
		if m.must > 0 {
			target = fmt.Sprintf("%.0f", m.must)
			if mid(m.list) > m.must {
				target = "MISSED " + target
			}
		}
		fmt.Fprintf(out, "%.1f\t%.1f\tms\t%s\t  %s\n", slices.Min(m.list), mid(m.list), target, m.what)
	}
	out.Flush()
	fmt.Printf("ratio to reading the stream only: %.1f (medians of the same run)\n\n", mid(sheet)/mid(read))
}
