package e2e

import (
	"strings"
	"testing"
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
