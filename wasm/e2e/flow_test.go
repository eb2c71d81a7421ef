//go:build !js

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A flow says why it is taken for Skype, and the user may overrule it: the
// list and the tree follow at once.
func TestTreatAs(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=probe")
	v.listed()
	n := js[string](v, `cells(drawn("packets").find(r => r.classList.contains("skype")))[0].trim()`)
	v.clickRow("packets", n)
	v.dissected("Packet " + n)
	v.press("f")
	v.wait("the flow is shown", `shown($("#flow-pane")) && $("#flow").textContent.length > 50`)
	if text := js[string](v, `$("#flow").textContent`); !strings.Contains(text, "Skype") {
		t.Errorf("the flow says nothing of Skype: %.300s", text)
	}
	if n := js[int](v, `document.querySelectorAll("#flow .evidence, #flow [class*=evidence]").length`); n == 0 {
		t.Error("no evidence is shown")
	}
	v.shot("flow")

	v.treat("not")
	v.wait("the address says what was decided", `/treat=\d+:not/.test(location.hash)`)
	v.press("1")
	v.wait("the packet is no longer Skype", `!drawn("packets").find(r => cells(r)[0].trim() === `+quote(n)+`).classList.contains("skype")`)
	v.wait("nor is its tree", `!rows("tree").some(r => /Start of Message/.test(r[0]))`)

	// The decision is part of the link.
	v.reload()
	v.listed()
	v.wait("the decision survives a reload", `!drawn("packets").find(r => cells(r)[0].trim() === `+quote(n)+`).classList.contains("skype")`)

	v.press("f")
	v.wait("the flow is shown again", `shown($("#flow-pane")) && $("#flow").textContent.length > 50`)
	v.treat("auto")
	v.press("1")
	v.wait("the evidence decides again", `drawn("packets").find(r => cells(r)[0].trim() === `+quote(n)+`).classList.contains("skype")`)
}

// The flow of a packet is in view and marked in the list, also when the list is
// shown for the first time; and it stays in view when the rows grow.
func TestFlowOfPacketInView(t *testing.T) {
	pcap := capture(t, "skype/SkypeIRC-part1.pcap")
	v := enter(t, wide)
	v.open("")
	v.drop(pcap)
	v.listed()
	v.goTo(215)
	v.dissected("Packet 215")
	v.press("f")
	v.wait("the flow is shown", `/^Flow 16\b/.test($("#flow h2")?.textContent)`)
	v.wait("its row is marked", `chosen("flows")?.[0].trim() === "16" && $("#" + $("#flows").getAttribute("aria-activedescendant")).classList.contains("on")`)
	const inside = `(() => { const r = drawn("%s").find(r => r.classList.contains("on"))?.getBoundingClientRect(), l = $("#%s").getBoundingClientRect(); return r && r.top >= l.top && r.bottom <= l.bottom + 1; })()`
	v.wait("its row is in view", fmt.Sprintf(inside, "flows", "flows"))

	v.press("1", "ArrowDown", "ArrowUp")
	for chosen := 215; ; chosen++ { // down to the last row that is wholly visible
		if js[bool](v, `(() => { const r = drawn("packets").find(r => r.classList.contains("on")).getBoundingClientRect(); return r.bottom + r.height > $("#packets").getBoundingClientRect().bottom; })()`) {
			break
		}
		v.press("ArrowDown")
		v.wait("the next packet is chosen", fmt.Sprintf(`chosen("packets")?.[0].trim() === "%d"`, chosen+1))
	}
	height := js[float64](v, `drawn("packets")[0].getBoundingClientRect().height`)
	v.say(`$("#projector").click()`)
	v.wait("the rows are taller", `drawn("packets")[0].getBoundingClientRect().height > `+float(height))
	v.wait("the packet is still in view", fmt.Sprintf(inside, "packets", "packets"))
}

// treat says what the flow that is shown is to be treated as.
func (v *visit) treat(as string) {
	v.Helper()
	v.wait("one can decide", `$("#treat")`)
	v.say(`const s = $("#treat"); s.value = ` + quote(as) + `; s.dispatchEvent(new Event("change", {bubbles: true}));`)
}

// The columns of the flows sort.
func TestSortFlows(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=login")
	v.listed()
	v.press("2")
	v.wait("the flows are listed", `drawn("flows").length > 2`)
	numbers := func() string { return js[string](v, `rows("flows").map(r => r[4].replace(/\D/g, "")).join()`) }
	v.clickOn(`$("[data-do='sort:4']")`)
	v.wait("the column says that it is sorted", `["ascending", "descending"].includes($("[data-do='sort:4']").parentElement.getAttribute("aria-sort"))`)
	v.wait("the packets are in order", `(() => { const n = rows("flows").map(r => Number(r[4].replace(/\D/g, ""))); return n.every((x, i) => !i || n[i-1] <= x) || n.every((x, i) => !i || n[i-1] >= x); })()`)
	one := numbers()
	v.clickOn(`$("[data-do='sort:4']")`)
	v.wait("the order is turned", `rows("flows").map(r => r[4].replace(/\D/g, "")).join() !== `+quote(one))
}

// The keyboard keeps its place when the pane of a flow is built anew, and has
// one after each way out of it and back.
func TestFlowKeepsFocus(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=probe&tab=flows&flow=3")
	v.wait("the flow is shown", `/^Flow 3\b/.test($("#flow h2")?.textContent)`)
	v.say(`$("#treat").focus(); window.old = $("#treat")`)
	v.press("ArrowDown")
	v.wait("the pane is built anew", `$("#treat") && $("#treat") !== old && /treat=3:/.test(location.hash)`)
	v.wait("the choice has the focus", `document.activeElement.id === "treat"`)
	v.press("ArrowUp")
	v.wait("the next key is heard too", `!/treat=/.test(location.hash)`)
	v.wait("the choice still has the focus", `document.activeElement.id === "treat"`)

	v.say(`$("[data-do='sort:4']").focus()`)
	v.press("Enter")
	v.wait("the flows are sorted", `$("[data-do='sort:4']").parentElement.hasAttribute("aria-sort")`)
	v.wait("the head of the column has the focus", `document.activeElement.dataset.do === "sort:4"`)

	for _, link := range []string{`$("#flow .evidence [data-do^='packet:']")`, `$("#flow .flow-treat [data-do^='packet:']")`} {
		v.say(link + `.focus()`)
		n := js[string](v, link+`.dataset.do.slice(7)`)
		v.press("Enter")
		v.wait("the packet is chosen", `chosen("packets")?.[0].trim() === `+quote(n))
		v.wait("the packets have the focus", `document.activeElement.id === "packets"`)
		v.do(chromedp.NavigateBack())
		v.wait("the flow is shown again", `shown($("#flow-pane")) && /^Flow 3\b/.test($("#flow h2")?.textContent)`)
		v.wait("the flows have the focus", `document.activeElement.id === "flows"`)
	}

	v.treat("not")
	v.wait("the decision is in the address", `/treat=3:not/.test(location.hash)`)
	v.do(chromedp.NavigateBack())
	v.wait("Back takes the decision back", `$("#treat").value === "auto" && !/treat=/.test(location.hash)`)
}
