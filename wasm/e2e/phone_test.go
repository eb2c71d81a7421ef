//go:build !js

package e2e

import (
	"strings"
	"testing"
)

// overflow names what sticks out of the window sideways, or "".
const overflow = `(() => {
	if (document.documentElement.scrollWidth <= innerWidth && document.body.scrollWidth <= innerWidth) return "";
	const out = [...document.querySelectorAll("body *")].filter(e => shown(e) && e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".list, .hex, .tree"));
	return document.documentElement.scrollWidth + " px wide; " + out.slice(0, 3).map(e => e.outerHTML.slice(0, 80)).join(" | ");
})()`

// On a phone: the page is as wide as the window, from the first page to the
// explanation of a byte, and everything can be touched.
func TestPhone(t *testing.T) {
	v := enter(t, phone)
	fits := func(where string) {
		t.Helper()
		if over := js[string](v, overflow); over != "" {
			t.Errorf("%s does not fit the window: %s", where, over)
		}
		if got := js[int](v, `innerWidth`); got != 390 {
			t.Errorf("%s: the window is %d px wide, want 390", where, got)
		}
	}
	v.open("")
	fits("the first page")
	v.shot("phone-welcome")
	v.clickSample("probe")
	v.deepened()
	fits("the list")
	for _, tab := range []string{"Flows", "Story", "Roles", "Media", "File", "Packets"} {
		v.click("tab", tab)
		v.wait(tab+" is in front and its tab in view", `(() => { const t = $("[role=tab][aria-selected=true]"), r = t.getBoundingClientRect(), l = t.parentElement.getBoundingClientRect(); return t.textContent === `+quote(tab)+` && r.left >= l.left - 1 && r.right <= l.right + 1; })()`)
		fits(tab)
		v.shot("phone-" + strings.ToLower(tab))
	}
	v.clickPacket(2)
	fits("a packet")
	v.shot("phone-packet")
	if got := js[int](v, `(rows("hex")[0][1].match(/[0-9a-f]{2}/g) || []).length`); got != 8 {
		t.Errorf("a line of the hex view has %d bytes, want 8", got)
	}
	v.selectByte(6)
	v.wait("the byte is explained", `$("#card").textContent.length > 20 && shown($("#card"))`)
	fits("the explanation")

	v.click("button", "Fields")
	v.wait("the fields slide up", `shown($("#tree")) && drawn("tree").length > 0`)
	fits("the fields")
	v.shot("phone-fields")
	v.click("button", "Close the fields")
	v.wait("the fields are gone", `!shown($("#tree"))`)

	// What is chosen there is explained at once; what leads elsewhere closes it.
	for _, c := range []struct{ what, do string }{
		{"a field", `(() => { const row = drawn("tree").find(r => !r.hasAttribute("aria-expanded")); const b = row.getBoundingClientRect(); row.dispatchEvent(new MouseEvent("click", {bubbles: true, clientX: b.left + 60, clientY: b.top + b.height / 2})); })()`},
		{"another view", `$("#tab-flows").click()`},
	} {
		v.click("button", "Fields")
		v.wait("the fields slide up", `shown($("#tree")) && drawn("tree").length > 0`)
		v.say(c.do)
		v.wait(c.what+" closes the fields", `!shown($("#tree"))`)
	}
	v.click("tab", "Packets")
	v.wait("the fields stay away", `shown($("#hex")) && !shown($("#tree"))`)
	v.click("button", "Fields")
	v.wait("the fields slide up", `shown($("#tree"))`)
	v.choose(file(t, "holiday.png", []byte("\x89PNG\r\n\x1a\n"), make([]byte, 2000)))
	v.wait("the notice lies above all", `shown($("#notice")) && (() => { const r = $("#notice").getBoundingClientRect(); return $("#notice").contains(document.elementFromPoint(r.left + 20, r.top + r.height / 2)); })()`)
	v.wait("another file closes the fields", `!shown($("#tree"))`)
	v.listed()
	v.dissected("Packet 2")

	if small := js[[]string](v, `[...document.querySelectorAll("button, a.shelf-card, select, input")].filter(e => shown(e) && e.id !== "file-input" && !e.closest(".sr")).map(e => [e, e.getBoundingClientRect()]).filter(([e, r]) => r.width < 24 || r.height < 20).map(([e, r]) => e.outerHTML.slice(0, 60) + " " + Math.round(r.width) + "x" + Math.round(r.height))`); len(small) > 0 {
		t.Errorf("too small to touch: %q", small)
	}
}

// What does not fit of the views fades out at the edge, and the last one can be
// read when it is chosen.
func TestViewsFade(t *testing.T) {
	v := enter(t, phone)
	v.open("sample=probe")
	v.listed()
	const strip = `$("#views .tabs")`
	v.wait("they do not all fit", strip+`.scrollWidth > `+strip+`.clientWidth`)
	v.wait("they fade out", `/gradient/.test(getComputedStyle(`+strip+`).maskImage)`)
	v.say(`$("#tab-file").click()`)
	v.wait("the last one lies before the fade", `$("#tab-file").getBoundingClientRect().right <= `+strip+`.getBoundingClientRect().right - 20`)
}

// Between phone and desk nothing sticks out either.
func TestWidths(t *testing.T) {
	for _, width := range []int64{320, 599, 600, 768, 899, 900, 1100} {
		v := enter(t, look{width: width, height: 800})
		v.open("sample=probe&n=2")
		v.listed()
		v.dissected("Packet 2")
		if over := js[string](v, overflow); over != "" {
			t.Errorf("at %d px the page does not fit: %s", width, over)
		}
	}
}

// The borders between panes move by mouse and by keyboard, and stay where they
// were put.
func TestSplitters(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=probe&n=2")
	v.listed()
	v.dissected("Packet 2")
	height := func() float64 { return js[float64](v, `$("#top").getBoundingClientRect().height`) }
	before := height()
	at := js[[2]float64](v, `(() => { const r = $("#split-top").getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; })()`)
	v.dragMouse(at[0], at[1], at[0], at[1]-100)
	v.wait("the list is lower", `$("#top").getBoundingClientRect().height < `+float(before-60))
	moved := height()
	v.press("ArrowDown")
	v.wait("the list is higher again", `$("#top").getBoundingClientRect().height > `+float(moved+1))
	kept := height()
	v.reload()
	v.listed()
	v.wait("the border is where it was put", `Math.abs($("#top").getBoundingClientRect().height - `+float(kept)+`) < 3`)
}
