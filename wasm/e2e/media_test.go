//go:build !js

package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// streamed waits for the sheet of a stream of voice.
func (v *visit) streamed(n int) {
	v.Helper()
	v.wait(fmt.Sprintf("stream %d is explained", n), fmt.Sprintf(`$("#media-pane").dataset.for === "stream:%d" && shown($("#media h2")) && chosen("streams")?.[0].trim() === "%d"`, n, n))
}

// The streams of a call: a list, and all about the chosen one below it.
func TestMedia(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=ilbc")
	v.listed()
	v.deepened()
	v.press("5")
	v.wait("the streams have the focus", `document.activeElement.id === "streams"`)
	v.streamed(1)
	v.wait("the address tells of it", `/tab=media/.test(location.hash) && /stream=1/.test(location.hash)`)
	if n := js[int](v, `drawn("streams").length`); n != 2 {
		t.Errorf("%d streams are listed, want one for each way", n)
	}
	if bad := js[string](v, `rows("streams").filter(r => !/iLBC/.test(r[4]) || !/^\d+$/.test(r[5].replace(/,/g, "")) || !/ms$/.test(r[7])).join(" | ")`); bad != "" {
		t.Errorf("rows that do not tell of codec, packets or jitter: %s", bad)
	}
	v.press("ArrowDown")
	v.streamed(2)
	v.wait("the address tells of the other", `/stream=2/.test(location.hash)`)
	v.reload()
	v.deepened()
	v.streamed(2)
	if n := js[int](v, `document.querySelectorAll("#media table caption").length`); n == 0 {
		t.Error("no table has a caption")
	}
	if bad := js[string](v, `[...document.querySelectorAll("#media svg.draw")].filter(s => !s.getAttribute("aria-label") || s.getBoundingClientRect().width > $("#media-pane").clientWidth).map(s => s.outerHTML.slice(0, 100)).join()`); bad != "" {
		t.Errorf("a drawing without a name, or wider than its pane: %s", bad)
	}
	v.shot("media")

	// To a packet and back, by what the sheet offers.
	v.click("button", "First packet")
	v.wait("its first packet is shown", `shown($("#hex")) && /^Packet \d+$/.test($("#tree").dataset.title) && shown([...$("#card").querySelectorAll("button")].find(b => b.textContent === "Stream 2 of voice"))`)
	v.clickOn(`[...$("#card").querySelectorAll("button")].find(b => b.textContent === "Stream 2 of voice")`)
	v.streamed(2)
	v.do(chromedp.NavigateBack())
	v.wait("Back leads to the packet", `shown($("#hex")) && $("#tab-packets").getAttribute("aria-selected") === "true"`)

	// A narrower window gets narrower drawings.
	v.press("5")
	v.streamed(2)
	wide := js[float64](v, `$("#media svg.draw").getBoundingClientRect().width`)
	v.do(emulate(look{width: 700, height: 900}, "light"))
	v.wait("the drawings are narrower", `$("#media svg.draw").getBoundingClientRect().width < `+float(wide-200))
}

// A stream may be read as another codec; the choice is part of the link.
func TestReadStreamAs(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=ilbc&tab=media&stream=1")
	v.deepened()
	v.streamed(1)
	v.wait("one can choose", `$("#media select[data-choice]")`)
	v.say(`const s = $("#media select[data-choice]"); s.value = "codec:1:pcma"; s.dispatchEvent(new Event("change", {bubbles: true}))`)
	v.wait("the address says so", `/codec=1%3Apcma|codec=1:pcma/.test(location.hash)`)
	v.wait("the list says so", `/A-law/.test(rows("streams")[0][4])`)
	v.wait("the sheet says so", `$("#media select[data-choice]").value === "codec:1:pcma"`)
	v.reload()
	v.deepened()
	v.wait("it holds after a reload", `/A-law/.test(rows("streams")[0][4])`)
	v.say(`const s = $("#media select[data-choice]"); s.value = [...s.options][0].value; s.dispatchEvent(new Event("change", {bubbles: true}))`)
	v.wait("it can be taken back", `/iLBC/.test(rows("streams")[0][4]) && !/codec=/.test(location.hash)`)
}

// Without voice there is a sentence, and a way to samples that have some.
func TestNoVoice(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=firewall")
	v.listed()
	v.deepened()
	v.click("tab", "Media")
	v.wait("a sentence says that there is none", `shown($("#media-none")) && /No stream of voice/.test($("#media-note").textContent) && !shown($("#streams")) && !shown($("#media-pane"))`)
	v.shot("no-voice")
	v.click("button", "Samples with voice")
	v.wait("the samples are shown", `$("#samples-dialog").open && $("#samples-list a[href='#sample=ilbc']")`)
	v.clickOn(`(() => { const a = $("#samples-list a[href='#sample=ilbc']"); a.scrollIntoView({block: "center"}); return a; })()`)
	v.wait("the sample is open", `/^ilbc/.test($("#file").textContent)`)
	v.deepened()
	v.wait("the status line tells of its voice", `/2 streams of voice/.test($("#status-verdict").textContent)`)
	if n := js[int](v, `drawn("packets").filter(r => r.classList.contains("skype") && /RTP/.test(cells(r)[4])).length`); n == 0 {
		t.Error("no packet of voice is drawn strong")
	}
}

// A call that is encrypted gets its segments and working points, and a link to
// a sample that can be heard.
func TestEncryptedCall(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=codecs&tab=media")
	v.deepened()
	v.streamed(1)
	if n := js[int](v, `document.querySelectorAll("#media .cell-bar rect").length`); n == 0 {
		t.Error("no share is drawn as a bar")
	}
	v.scrollTo(`$("#media svg.draw")`)
	v.shot("encrypted")
	v.say(`$("#media details.fold summary").click()`)
	v.wait("what was folded away is shown", `$("#media details.fold").open`)
	v.do(emulate(look{width: 1000, height: 900}, "light"))
	v.wait("the sheet is laid out anew", `$("#media svg.draw").getBoundingClientRect().width < 1000`)
	v.wait("what was unfolded stays so", `$("#media details.fold").open`)

	// The keyboard reaches a drawing and goes through its parts.
	v.say(`$("#media svg.draw [tabindex='0']").focus()`)
	first := js[string](v, `document.activeElement.getAttribute("aria-label")`)
	v.press("ArrowRight")
	v.wait("an arrow leads to the next part", `document.activeElement.closest("svg.draw") && document.activeElement.getAttribute("aria-label") !== `+quote(first))
	v.press("Enter")
	v.wait("Enter leads to its packet", `shown($("#hex")) && /^Packet \d+$/.test($("#tree").dataset.title)`)

	v.press("5")
	v.streamed(1)
	v.clickOn(`(() => { const b = $("#media [data-do^='sample:']"); b.scrollIntoView({block: "center"}); return b; })()`)
	v.wait("another sample is open, where it can be heard", `/^#sample=(ilbc|gcall|opus)&tab=media.*&stream=1/.test(location.hash)`)
	v.streamed(1)
}

// How a classifier decides is folded away below the judges of a flow.
func TestCurve(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=call")
	v.busiest()
	v.wait("the detectors have spoken and stand still", `document.querySelectorAll("#chi-plot .chi-bar").length === 16`)
	v.wait("it is offered", `shown($("#curve summary"))`)
	if js[bool](v, `$("#curve").open`) {
		t.Error("it is not folded away at first")
	}
	v.scrollTo(`$("#curve summary")`)
	v.clickOn(`$("#curve summary")`)
	v.wait("the belief is drawn", `shown($("#curve-sheet svg.draw .curve"))`)
	if js[int](v, `document.querySelectorAll("#curve-sheet svg.draw .limit").length`) == 0 {
		t.Error("the threshold is not drawn")
	}
	v.scrollTo(`$("#curve-sheet svg.draw")`)
	v.shot("curve")
	title := js[string](v, `$("#curve-sheet h2").textContent + $("#curve-sheet").textContent.length`)
	v.say(`$("#flows").focus()`)
	v.press("ArrowDown")
	v.wait("another flow has another belief", `$("#curve-sheet h2") && $("#curve-sheet h2").textContent + $("#curve-sheet").textContent.length !== `+quote(title))
}

// On a phone the streams scroll sideways in their list, and nothing else does.
func TestMediaPhone(t *testing.T) {
	script := axe(t)
	for _, l := range []look{phone, {width: 390, height: 844, phone: true, dark: true}, wide, {width: 1440, height: 900, dark: true}} {
		t.Run(fmt.Sprintf("%d-%v", l.width, l.dark), func(t *testing.T) {
			v := enter(t, l)
			for _, name := range []string{"ilbc", "codecs"} {
				v.open("sample=" + name + "&tab=media")
				v.deepened()
				v.streamed(1)
				if over := js[string](v, overflow); over != "" {
					t.Errorf("%s does not fit the window: %s", name, over)
				}
				if l.phone {
					if small := js[[]string](v, `[...document.querySelectorAll("#media-pane button, #media-pane select")].filter(shown).map(e => [e, e.getBoundingClientRect()]).filter(([e, r]) => r.height < 20).map(([e]) => e.outerHTML.slice(0, 60))`); len(small) > 0 {
						t.Errorf("too small to touch: %q", small)
					}
				}
				for _, f := range v.findings(script) {
					if f.serious() {
						t.Errorf("%s: %s", name, f)
					}
				}
				v.shot(fmt.Sprintf("media-%s-%d-%v", name, l.width, l.dark))
			}
			v.open("sample=ilbc&tab=media")
			v.streamed(1)
			v.click("button", "Listen")
			v.wait("the player is there", `shown($("#player")) && $("#player").dataset.whole === "1"`)
			if over := js[string](v, overflow); over != "" {
				t.Errorf("the player does not fit the window: %s", over)
			}
			for _, f := range v.findings(script) {
				if f.serious() {
					t.Errorf("the player: %s", f)
				}
			}
			v.wait("the waveform is drawn", `$("#player").dataset.drawn === "1"`)
			v.shot(fmt.Sprintf("player-%d-%v", l.width, l.dark))
		})
	}
}
