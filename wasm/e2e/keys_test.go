//go:build !js

package e2e

import (
	"strconv"
	"strings"
	"testing"
)

func quoteInt(n int) string { return strconv.Itoa(n) }

// typeText types a number into what has the focus.
func (v *visit) typeText(n int) {
	v.Helper()
	v.keys(strconv.Itoa(n))
}

// From the first page to the explanation of a byte and back without a mouse.
func TestKeyboardOnly(t *testing.T) {
	v := enter(t, wide)
	v.open("")
	// Tab until the first sample has the focus: everything on the way must show it.
	for i := 0; ; i++ {
		v.press("Tab")
		if seen := js[string](v, `(() => { const e = document.activeElement, s = getComputedStyle(e); return e === document.body ? "nothing" : s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1 ? "" : e.outerHTML.slice(0, 120); })()`); seen != "" {
			t.Errorf("after %d times Tab the focus cannot be seen on %s", i+1, seen)
		}
		if js[bool](v, `/^#sample=/.test(document.activeElement.getAttribute("href") || "")`) {
			break
		}
		if i > 30 {
			t.Fatal("Tab does not reach the shelf")
		}
	}
	v.press("Enter")
	v.listed()
	v.wait("the list has the focus", `document.activeElement.id === "packets"`)

	v.press("Home")
	v.wait("the first packet is chosen", `chosen("packets")?.[0].trim() === "1"`)
	v.press("ArrowDown", "ArrowDown")
	v.wait("the third packet is chosen", `chosen("packets")?.[0].trim() === "3"`)
	v.dissected("Packet 3")
	v.press("End")
	v.wait("the last packet is chosen", `Number(chosen("packets")?.[0]) === Number($("#packets").getAttribute("aria-rowcount")) - 1`)
	v.press("Home")
	v.wait("the first packet is chosen again", `chosen("packets")?.[0].trim() === "1"`)
	v.dissected("Packet 1")

	v.press("Enter")
	v.wait("the fields have the focus", `document.activeElement.id === "tree"`)
	v.press("Home")
	first := js[string](v, `chosen("tree")[0]`)
	v.press("ArrowDown")
	v.wait("another field is chosen", `chosen("tree")[0] !== `+quote(first))
	v.press("Home")
	closed := js[int](v, `drawn("tree").length`)
	v.press("ArrowRight")
	v.wait("the group is open", `drawn("tree").length > `+quoteInt(closed)+` && drawn("tree")[0].getAttribute("aria-expanded") === "true"`)
	v.press("ArrowLeft")
	v.wait("the group is closed", `drawn("tree").length === `+quoteInt(closed))
	v.press("ArrowRight", "ArrowRight")
	v.wait("the first field of the group is chosen", `drawn("tree").findIndex(r => r.classList.contains("on")) === 1`)

	v.press("Enter")
	v.wait("the bytes have the focus", `document.activeElement.id === "hex"`)
	v.press("Ctrl+Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight")
	v.wait("a field of the seventh byte is chosen", `marked("sel").length > 0`)
	v.press("Enter")
	v.wait("the card has the focus", `document.activeElement.id === "pane-card"`)
	v.press("Escape")
	v.wait("the bytes have the focus again", `document.activeElement.id === "hex"`)
	v.press("Escape", "Escape")
	v.wait("the list has the focus again", `document.activeElement.id === "packets"`)

	for _, id := range []string{"tree", "hex", "pane-card", "packets"} {
		v.press("F6")
		v.wait("F6 leads to "+id, `document.activeElement.id === `+quote(id))
	}
	v.press("Shift+F6")
	v.wait("Shift and F6 lead back", `document.activeElement.id === "pane-card"`)
	v.press("Escape", "Escape", "Escape")

	v.press("?")
	v.wait("the help is open", `$("#help-dialog").open`)
	v.press("Escape")
	v.wait("the help is closed", `!$("#help-dialog").open`)
	v.wait("the list has the focus after the help", `document.activeElement.id === "packets"`)

	v.press("g")
	v.wait("the dialog asks for a number", `$("#goto-dialog").open`)
	v.typeText(2)
	v.press("Enter")
	v.wait("the second packet is chosen", `chosen("packets")?.[0].trim() === "2"`)

	v.press("2")
	v.wait("the flows are shown", `shown($("#flows")) && drawn("flows").length > 0`)
	v.press("1")
	v.wait("the packets are shown", `shown($("#packets"))`)
}

// What assistive technology is told while the cursor moves: a grid with a
// number of rows, and in it the row that is chosen.
func TestSpoken(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=probe")
	v.listed()
	v.find("grid", "Packets")
	v.find("tree", "Fields of the packet")
	v.clickPacket(2)
	for _, c := range []struct{ what, is string }{
		{"the list points to its row", `(() => { const r = document.getElementById($("#packets").getAttribute("aria-activedescendant")); return r && r.getAttribute("aria-selected") === "true" && r.getAttribute("aria-rowindex") === "3"; })()`},
		{"the tree points to its line", `(() => { const r = document.getElementById($("#tree").getAttribute("aria-activedescendant")); return r && r.getAttribute("role") === "treeitem"; })()`},
		{"every line of the tree has a level", `drawn("tree").every(r => r.getAttribute("aria-level") > 0 && r.getAttribute("aria-posinset") > 0 && r.getAttribute("aria-setsize") > 0)`},
	} {
		v.wait(c.what, c.is)
	}
	v.selectByte(14)
	v.wait("the byte in focus is spoken", `(() => { const c = $("#hex-cell"); return shown(c) && (c.getAttribute("aria-label") || c.textContent).length > 3; })()`)
	if text := js[string](v, `$("#hex-cell").getAttribute("aria-label") || $("#hex-cell").textContent`); !strings.ContainsAny(text, "0123456789") {
		t.Errorf("the byte is called %q", text)
	}
}
