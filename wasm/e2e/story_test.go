//go:build !js

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// deepened waits until the second look at the file is done and what it found
// has arrived.
func (v *visit) deepened() {
	v.Helper()
	v.wait("the second look is done", `document.documentElement.dataset.deep === "done"`)
}

// scrollTo brings an element into the window.
func (v *visit) scrollTo(expression string) {
	v.Helper()
	v.say(`(` + expression + `).scrollIntoView({block: "nearest"})`)
	v.frame()
}

const (
	grouped  = `drawn("packets").filter(r => r.classList.contains("group")).map(r => cells(r)[0].trim()).join()`
	phaseOn  = `[...document.querySelectorAll("#phases .phase.on .phase-title")].map(e => e.textContent).join()`
	phaseHas = `[...document.querySelectorAll("#phases .phase.has .phase-title")].map(e => e.textContent).join()`
)

// A chosen phase selects its first packet and marks all of them in the list;
// from there one goes through them, and back to the story.
func TestStory(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=probe")
	v.listed()
	v.press("3")
	v.wait("the story is told", `document.querySelectorAll("#phases .phase").length > 8`)
	for _, part := range []string{"Doubt:", "● certain", "◐ strong", "○ weak", "Sources:", "Packets:"} {
		if !js[bool](v, `$("#phases").textContent.includes(`+quote(part)+`)`) {
			t.Errorf("the story nowhere says %q", part)
		}
	}
	if n := js[int](v, `document.querySelectorAll("#axis .bar").length - document.querySelectorAll("#phases .phase").length`); n != 0 {
		t.Errorf("there are %d more bars than phases", n)
	}
	v.scrollTo(`[...document.querySelectorAll(".phase-title")].find(b => b.textContent === "Supernode found")`)
	v.click("button", "Supernode found")
	v.wait("the phase is chosen", phaseOn+` === "Supernode found"`)
	v.wait("so is its bar", `document.querySelectorAll("#axis .bar.on").length === 1 && /^Supernode found, /.test($("#axis .bar.on").getAttribute("aria-label"))`)
	nums := js[[]string](v, `[...document.querySelectorAll("#phases .phase.on .packets button")].map(b => b.textContent)`)
	if len(nums) < 3 || len(nums) > 6 {
		t.Fatalf("it has the packets %q, want a few", nums)
	}
	last := len(nums) - 1
	v.dissected("Packet " + nums[0])
	v.wait("the story is still in front", `shown($("#story")) && shown($("#hex"))`)
	v.wait("the address says so", `/tab=story/.test(location.hash) && /n=`+nums[0]+`\b/.test(location.hash) && /phase=\d/.test(location.hash)`)
	v.shot("story")

	v.press("1")
	v.wait("its packets are marked in the list", grouped+` === `+quote(strings.Join(nums, ",")))
	v.wait("the mark has words", `/belongs to the chosen phase/.test(drawn("packets").find(r => cells(r)[0].trim() === `+quote(nums[1])+`).title)`)
	v.wait("the bar counts them", `$("#group-text").textContent === `+quote(fmt.Sprintf("%d packets of “Supernode found”, this is number 1", len(nums))))
	v.press("n")
	v.dissected("Packet " + nums[1])
	for _, n := range nums[2:] {
		v.click("button", "Next")
		v.dissected("Packet " + n)
	}
	v.click("button", "Next")
	v.dissected("Packet " + nums[0]) // round the end
	v.press("p")
	v.dissected("Packet " + nums[last])
	v.click("button", "Previous")
	v.dissected("Packet " + nums[last-1])
	v.shot("group")

	// Back to the story from a packet, by way of the explanation.
	v.clickPacket(12)
	v.scrollTo(`$("#card [data-do^='phase:']")`)
	v.click("button", "Story: Long probe")
	v.wait("the phase of the packet is chosen", phaseOn+` === "Long probe"`)
	v.dissected("Packet 12")
	v.wait("all phases that it belongs to are marked", phaseHas+`.includes("First contact") && !`+phaseHas+`.includes("Supernode found")`)

	v.press("1")
	v.click("button", "Clear")
	v.wait("nothing is marked any more", `!shown($("#group")) && `+grouped+` === ""`)
	v.wait("the list has the focus", `document.activeElement.id === "packets"`)
}

// The story is part of the link: a reload and Back lead to the same phase.
func TestStoryPermalink(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=probe&tab=story")
	v.wait("the story is told", `document.querySelectorAll("#phases .phase").length > 8`)
	const found = `[...document.querySelectorAll("#phases .phase")].find(p => /^Supernode found/.test(p.querySelector(".phase-title").textContent))`
	n, first := js[string](v, `String(Number((`+found+`).dataset.i) + 1)`), js[string](v, `(`+found+`).querySelector(".packets button").textContent`)
	v.open("sample=call")
	v.open("sample=probe&tab=story&phase=" + n)
	v.wait("the phase is chosen", phaseOn+` === "Supernode found"`)
	v.dissected("Packet " + first) // the link names no packet
	v.reload()
	v.wait("it is chosen after a reload", phaseOn+` === "Supernode found"`)
	v.dissected("Packet " + first)
	v.wait("it is in view", `(() => { const r = $(".phase.on").getBoundingClientRect(), l = $("#phases").getBoundingClientRect(); return r.top < l.bottom && r.bottom > l.top; })()`)
	v.press("2")
	v.wait("the flows are shown", `shown($("#flows"))`)
	v.do(chromedp.NavigateBack())
	v.wait("Back leads to the story", `shown($("#story")) && `+phaseOn+` === "Supernode found"`)
}

// All of the story without a mouse: on the axis, in the list, to the bytes.
func TestStoryKeyboard(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=call")
	v.listed()
	v.deepened()
	v.press("3")
	v.wait("the story has the focus", `document.activeElement.id === "story"`)
	v.press("ArrowDown")
	v.wait("the first phase is chosen", phaseOn+` === "First contact"`)
	v.press("ArrowDown", "ArrowDown")
	v.wait("the third phase is chosen", phaseOn+` === "Supernode found"`)
	v.press("Tab")
	for i := 0; !js[bool](v, `document.activeElement.matches("#axis .bar")`); i++ {
		if i > 5 {
			t.Fatal("Tab does not reach the axis")
		}
		v.press("Tab")
	}
	v.wait("the chosen bar has the focus, and it is seen", `document.activeElement.classList.contains("on") && getComputedStyle(document.activeElement.querySelector("rect")).strokeWidth === "3px"`)
	v.press("ArrowDown")
	v.wait("the next phase is chosen", phaseOn+` === "TCP handshake with a supernode"`)
	v.wait("its bar has the focus", `document.activeElement.matches("#axis .bar.on")`)
	v.press("End")
	v.wait("the last phase is chosen", `$("#phases .phase:last-child").classList.contains("on")`)
	v.press("F6")
	v.wait("F6 leads to the fields", `document.activeElement.id === "tree"`)
	v.press("Shift+F6")
	v.wait("and back", `document.activeElement.id === "story"`)
	v.press("Tab") // the bars again
	v.wait("a bar has the focus", `document.activeElement.matches("#axis .bar")`)
	v.say(`document.querySelector("#axis .bar[data-i='0']").focus()`)
	v.press("Enter")
	v.wait("Enter chooses it", phaseOn+` === "First contact"`)
}

// The axis is written in the chosen clock, and voice is a band of its own.
func TestStoryClock(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=call&tab=story")
	v.wait("the story is told", `document.querySelectorAll("#axis .bar").length > 5`)
	ticks := func() string {
		return js[string](v, `[...document.querySelectorAll("#axis .axis-text")].map(e => e.textContent).join(" ")`)
	}
	if s := ticks(); !strings.HasPrefix(s, "0 s ") {
		t.Errorf("ticks since the start: %q", s)
	}
	v.say(`const c = $("#clock"); c.value = "utc"; c.dispatchEvent(new Event("change", {bubbles: true}))`)
	v.wait("the ticks are times of day", `/^\d\d:\d\d:\d\d$/.test($("#axis .axis-text").textContent)`)
	v.wait("the day is named", `/2006-11-22/.test($("#axis-note").textContent)`)
	if n := js[int](v, `document.querySelectorAll("#axis .bar.media").length`); n != 2 {
		t.Errorf("%d bands of voice, want two with the hold between them", n)
	}
	if over := js[string](v, `[...document.querySelectorAll("#axis .bar rect, #axis text")].filter(e => { const r = e.getBoundingClientRect(), a = $("#axis svg").getBoundingClientRect(); return r.left < a.left - 1 || r.right > a.right + 1 || r.bottom > a.bottom + 1; }).map(e => e.outerHTML).join()`); over != "" {
		t.Errorf("it leaves the drawing: %s", over)
	}
}

// The second look comes while one is at work, and nothing jumps: selection,
// focus and place stay, the row says what was found.
func TestSecondLookIsCalm(t *testing.T) {
	pcap := capture(t, "skype/SkypeIRC-part1.pcap")
	v := enter(t, wide)
	v.open("")
	// What the page shows is noted whenever something changes, from the first row on.
	v.say(`window.seen = []; new MutationObserver(() => {
		const d = document.documentElement.dataset.deep, b = $("#deep");
		if (shown(b)) seen.push([$("#deep-text").textContent, Number($("#deep-bar").value)]);
		if (d === "running" && !window.at && drawn("packets").length) { window.at = $("#packets").scrollTop; }
	}).observe(document.documentElement, {subtree: true, childList: true, characterData: true, attributes: true})`)
	v.drop(pcap)
	v.listed()
	v.goTo(215)
	v.dissected("Packet 215")
	v.clickOn(`byteAt(50)`)
	v.wait("a field is chosen", `marked("sel").length > 0`)
	field := js[string](v, `chosen("tree")[0]`)
	top := js[float64](v, `$("#packets").scrollTop`)
	v.deepened()
	v.wait("the work is no longer told of", `!shown($("#deep"))`)
	v.wait("what was found is", `/^\d+ messages read · (\d+ inferred · )?\d+ proven equal$/.test($("#deep-classes").textContent)`)
	v.wait("rows say it", `drawn("packets").some(r => /confirmed by its checksum/.test(r.title))`)
	if got := js[string](v, `[chosen("packets")[0].trim(), chosen("tree")[0], $("#packets").scrollTop].join("|")`); got != "215|"+field+"|"+strings.TrimSuffix(float(top), ".000") {
		t.Errorf("the second look changed what is shown to %s, it was packet 215, %s, %v", got, field, top)
	}
	if n := js[int](v, `seen.filter(([t, n]) => /%$/.test(t)).length`); n == 0 {
		t.Errorf("no progress of it was told: %s", js[string](v, `JSON.stringify(seen)`))
	}
}

// Before the story is known its place says what is going on, and then it fills in.
func TestStoryFillsIn(t *testing.T) {
	v := enter(t, wide)
	v.beforeLoad(`window.told = []; new MutationObserver(() => {
		const n = document.querySelector("#story-note");
		if (n && n.textContent && n.textContent !== told[told.length - 1]) told.push(n.textContent);
	}).observe(document, {subtree: true, childList: true, characterData: true})`)
	v.open("sample=call&tab=story")
	v.wait("the story is told", `document.querySelectorAll("#phases .phase").length > 5`)
	v.wait("nothing more is said about waiting", `$("#story-note").textContent === ""`)
	if said := js[string](v, `told.join(" | ")`); !strings.Contains(said, "The file is still being read") && !strings.Contains(said, "second look") {
		t.Errorf("while it waits the page says %q", said)
	}

	// Where there is no Skype, the story says that, too.
	v.open("sample=links&tab=story")
	v.wait("that there is no story is said", `/Nothing of Skype was recognised/.test($("#story-note").textContent) && document.querySelectorAll("#phases .phase").length === 0 && !$("#axis svg")`)
	v.press("4")
	v.wait("that there are no roles is said", `/No host was recognised/.test($("#roles-note").textContent) && !shown($("#roles-table"))`)
}
