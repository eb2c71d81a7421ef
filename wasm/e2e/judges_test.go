//go:build !js

package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// busiest goes to the flow with the most packets: the voice of a call.
func (v *visit) busiest() {
	v.Helper()
	v.listed()
	v.deepened()
	v.press("2")
	v.wait("the flows are listed", `drawn("flows").length > 2`)
	v.clickOn(`$("[data-do='sort:4']")`)
	v.wait("the busiest comes first", `Number(rows("flows")[0][4].replace(/\D/g, "")) > 500`)
	v.clickRow("flows", js[string](v, `rows("flows")[0][0].trim()`))
}

// A flow's page says who would have called it Skype and who would not, with a
// sign and a word, and why.
func TestJudges(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=call")
	v.busiest()
	v.wait("the detectors are asked", `shown($("#judges"))`)
	v.wait("they have spoken", `document.querySelectorAll("#judges-rows tr").length > 10`)
	says := js[[]string](v, `[...document.querySelectorAll("#judges-rows .sign")].map(e => e.textContent)`)
	count := map[string]int{}
	for _, s := range says {
		count[s]++
	}
	if count["✓ yes"] == 0 || count["× no"] == 0 || count["· silent"] == 0 || len(count) != 3 {
		t.Errorf("they say %v", count)
	}
	if bad := js[string](v, `[...document.querySelectorAll("#judges-rows tr")].filter(r => r.cells[3].textContent.length < 20 || !r.querySelector("details p + p").textContent).map(r => r.textContent).join(" | ")`); bad != "" {
		t.Errorf("without a reason or a weakness: %s", bad)
	}
	if n := js[int](v, `document.querySelectorAll("#judges-rows details .cites a").length`); n < 3 {
		t.Errorf("%d sources can be opened", n)
	}
	v.scrollTo(`$("#judges-rows [data-do^='packet:']")`)
	v.shot("judges")
	packet := js[string](v, `$("#judges-rows [data-do^='packet:']").textContent`)
	v.clickOn(`$("#judges-rows [data-do^='packet:']")`)
	v.dissected("Packet " + packet)

	// Another flow is asked about anew.
	v.press("2")
	v.wait("the flow is shown", `shown($("#judges-table"))`)
	n := js[string](v, `rows("flows").find(r => /:443\b/.test(r[3]))[0].trim()`)
	v.clickRow("flows", n)
	v.wait("nobody holds the web for a call", `$("#flow h2").textContent.startsWith(`+quote("Flow "+n+":")+`) && document.querySelectorAll("#judges-rows tr").length > 10 && ![...document.querySelectorAll("#judges-rows tr")].some(r => /yes/.test(r.cells[2].textContent) && /Bonfiglio/.test(r.cells[0].textContent))`)
}

// The statistics grow with the datagrams: by hand, by themselves, and as a table.
func TestChiSquare(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=call")
	v.busiest()
	v.wait("the statistics are drawn", `document.querySelectorAll("#chi-plot .chi-bar").length === 16`)
	v.wait("the halves of the function byte stand out", `[...document.querySelectorAll("#chi-plot .chi-bar")].map((g, i) => g.classList.contains("over") ? i + 1 : 0).filter(Boolean).join() === "5,6"`)
	if n := js[int](v, `[...document.querySelectorAll("#chi-rows tr")].filter(r => /▲ above/.test(r.textContent) && /function byte/.test(r.textContent)).length`); n != 2 {
		t.Errorf("the table names %d nibbles of the function byte above the threshold, want 2", n)
	}
	if n := js[int](v, `$("#chi-words").children.length`); n == 0 {
		t.Error("nothing is said about what the rules make of it")
	}
	const tall = `Number(document.querySelectorAll("#chi-plot .chi-bar rect")[5].getAttribute("height"))`
	end := js[float64](v, tall)
	v.scrollTo(`$("#chi-at")`)
	v.say(`$("#chi-at").focus()`)
	v.press("Home")
	v.wait("at the first step the column is lower", tall+` < `+float(end))
	v.wait("the step is told", `/^\d+ datagrams?, up to packet \d+/.test($("#chi-now").textContent) && $("#chi-at").getAttribute("aria-valuetext")`)
	first := js[string](v, `$("#chi-now").textContent`)
	v.press("ArrowRight")
	v.wait("the next step is another", `$("#chi-now").textContent !== `+quote(first))
	v.press("Home")
	v.shot("chi")
	v.click("button", "▶ Play")
	v.wait("it plays", `$("#chi-play").textContent === "❚❚ Stop"`)
	v.wait("it comes to the end and stops", `$("#chi-at").value === $("#chi-at").max && $("#chi-play").textContent === "▶ Play"`)
	v.wait("the column is as high as before", tall+` === `+js[string](v, `String(`+tall+`)`))

	// Who wants no motion gets steps.
	ask(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}})
	v.say(`$("#chi-at").focus()`)
	v.press("Home")
	v.click("button", "▶ Play")
	v.wait("one step is made, and no more", `$("#chi-at").value !== "0" && $("#chi-play").textContent === "▶ Play" && $("#chi-at").value !== $("#chi-at").max`)
}
