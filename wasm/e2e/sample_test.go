//go:build !js

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// samples are the captures of the shelf, as its list names them.
func samples(v *visit) []string {
	v.Helper()
	return js[[]string](v, `fetch(document.documentElement.dataset.samples).then(r => r.json()).then(l => l.map(s => s.name))`)
}

// clickSample opens a sample of the shelf as it stands on the first page.
func (v *visit) clickSample(name string) {
	v.Helper()
	v.say(`$("#shelf a[href^='#sample=` + name + `']").scrollIntoView({block: "nearest"})`)
	v.clickOn(`$("#shelf a[href^='#sample=` + name + `']")`)
	if name == "profile" { // it opens where it is about
		v.wait("the profile is in front", `shown($("#profile"))`)
		v.press("1")
	}
	v.listed()
}

// listed waits until the file has been read to its end, or as far as it goes.
func (v *visit) listed() {
	v.Helper()
	v.wait("the file is listed", `$("#packets").dataset.state === "done" && drawn("packets").length > 0`)
}

// clickRow clicks the row of a list that has this text in its first cell, and
// waits until it is the chosen one.
func (v *visit) clickRow(list, number string) {
	v.Helper()
	row := `drawn(` + quote(list) + `).find(r => cells(r)[0].trim() === ` + quote(number) + `)`
	v.wait("row "+number+" of the "+list+" is drawn", row)
	v.clickOn(`(` + row + `).querySelector(".c1")`)
	v.wait("row "+number+" of the "+list+" is chosen", `chosen(`+quote(list)+`)?.[0].trim() === `+quote(number))
}

// clickPacket opens a packet whose row is drawn.
func (v *visit) clickPacket(n int) {
	v.Helper()
	v.clickRow("packets", fmt.Sprint(n))
	v.dissected(fmt.Sprintf("Packet %d", n))
}

// dissected waits for the tree, the bytes and the card of a packet or block.
func (v *visit) dissected(title string) {
	v.Helper()
	v.wait("the fields of "+title+" are shown", `$("#tree").dataset.title === `+quote(title)+` && drawn("hex").length > 0`)
}

// clickField clicks a line of the tree by its label.
func (v *visit) clickField(label string) {
	v.Helper()
	line := `drawn("tree").find(r => cells(r)[0].trim() === ` + quote(label) + `)`
	v.wait("the field "+label+" is drawn", line)
	v.clickOn(`(` + line + `).querySelector(".c0")`)
	v.wait("the field "+label+" is chosen", `chosen("tree")?.[0].trim() === `+quote(label))
}

// selectByte clicks a byte of the hex view.
func (v *visit) selectByte(n int) {
	v.Helper()
	v.wait(fmt.Sprintf("byte %d is drawn", n), fmt.Sprintf(`byteAt(%d)`, n))
	v.clickOn(fmt.Sprintf(`byteAt(%d)`, n))
}

// Every sample of the shelf opens with one click and shows packets of Skype,
// where there are any.
func TestSamples(t *testing.T) {
	v := enter(t, wide)
	v.open("")
	v.shot("welcome")
	all := samples(v)
	if len(all) < 3 {
		t.Fatalf("the shelf has %q, want at least three samples", all)
	}
	for _, name := range all {
		t.Run(name, func(t *testing.T) {
			v := enter(t, wide)
			v.open("")
			v.clickSample(name)
			if got := js[string](v, `location.hash`); !strings.HasPrefix(got, "#sample="+name) {
				t.Errorf("the address is %s", got)
			}
			// Some of the stories are there to show what is not Skype. Voice in the
			// clear is drawn as strong, and says what it is.
			marked := js[int](v, `drawn("packets").filter(r => r.classList.contains("skype") && !/^(RTP|RTCP|SIP)/.test(cells(r)[4])).length`)
			if innocent := slices.Contains([]string{"lookalikes", "links", "ilbc", "gcall", "opus"}, name); innocent != (marked == 0) {
				t.Errorf("%d packets on the screen are marked as Skype", marked)
			}
			v.shot("sample-" + name)
		})
	}
}

// List, tree, bytes and card show the same thing, whichever of them is used.
func TestPanesAgree(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=probe")
	v.listed()
	n := js[string](v, `cells(drawn("packets").find(r => r.classList.contains("skype")))[0].trim()`)
	v.clickRow("packets", n)
	v.dissected("Packet " + n)

	v.clickField("Function")
	bits := js[string](v, `marked("sel")`)
	if len(bits) != 2 {
		t.Errorf("the function marks the bytes %q, want one", bits)
	}
	if card := js[string](v, `$("#card").textContent`); !strings.Contains(card, "Function") {
		t.Errorf("the card speaks of something else: %.200s", card)
	}
	v.shot("panes-field")

	// The same byte, clicked: the tree goes to it.
	at := js[int](v, `(() => { for (let i = 0; i < 200; i++) { const r = byteAt(i); if (!r) return -1; for (const s of CSS.highlights.get("sel") || []) if (s.startContainer === r.startContainer && s.startOffset <= r.startOffset && s.endOffset >= r.endOffset) return i; } return -1; })()`)
	v.selectByte(0)
	v.wait("the tree has left the function", `chosen("tree")?.[0].trim() !== "Function"`)
	v.selectByte(at)
	v.wait("the tree is back at a field of the function byte", `["Function", "Random bits", "Function byte"].includes(chosen("tree")?.[0].trim())`)
	if got := js[string](v, `marked("sel")`); got != bits {
		t.Errorf("the byte clicked is %q, the field marked %q", got, bits)
	}
}

// A word of the trade is explained where it stands.
func TestGlossary(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=probe&n=11&at=skype.udp.nack")
	v.listed()
	v.dissected("Packet 11")
	v.wait("the word can be asked for", `shown($("#card details.card-term"))`)
	v.clickOn(`$("#card details.card-term summary")`)
	v.wait("it is explained", `$("#card details.card-term").open && $("#card details.card-term p").textContent.length > 20`)
	v.shot("glossary")
}

// A look at the blocks of the file does not change where a packet opens.
func TestFileBetween(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=login")
	v.listed()
	v.clickPacket(1)
	field := js[[]string](v, `chosen("tree")`)
	v.press("6")
	v.wait("a block is shown", `$("#tree").dataset.for === "block:1" && drawn("hex").length > 0`)
	v.press("1")
	v.dissected("Packet 1")
	if got := js[[]string](v, `chosen("tree")`); fmt.Sprint(got) != fmt.Sprint(field) {
		t.Errorf("the packet opens at %q, and before at %q", got, field)
	}
	v.wait("the address is of the packet", `/n=1/.test(location.hash) && !/pcapng/.test(location.hash)`)
}

// Where nothing is chosen, story and roles have all the height; what is chosen
// in them stays in view when they get less.
func TestAllTheHeight(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=login")
	v.listed()
	v.deepened()
	v.press("3")
	v.wait("the story has all the height", `shown($("#phases .phase")) && !shown($("#bottom")) && !shown($("#split-top")) && $("#top").clientHeight > innerHeight * .75`)
	v.shot("story-alone")
	v.press("4")
	v.wait("the roles, too", `shown($("#graph .spot")) && !shown($("#role-pane")) && $("#top").clientHeight > innerHeight * .75`)
	v.say(`window.last = [...document.querySelectorAll("#graph .spot")].reduce((a, b) => a.getBoundingClientRect().top > b.getBoundingClientRect().top ? a : b)`)
	v.clickOn(`last`)
	v.wait("the reasons come, and the box stays in view", `shown($("#role-pane")) && last.classList.contains("on") && last.getBoundingClientRect().bottom <= $("#roles").getBoundingClientRect().bottom`)
	v.press("3")
	v.clickOn(`$("#phases .phase-title")`)
	v.wait("the packet comes, and the phase stays in view", `shown($("#bottom")) && drawn("hex").length > 0 && document.querySelector("#phases .phase.on").getBoundingClientRect().top < $("#top").getBoundingClientRect().bottom`)
	v.shot("story-chosen")
}

// The setting for a projector makes drawings larger, too, and they still fit.
func TestProjectorDrawings(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=login")
	v.listed()
	v.deepened()
	const letter = `$("#panel-roles:not([hidden]) #graph .spot text, #panel-story:not([hidden]) #axis text").getBoundingClientRect().height`
	for _, key := range []string{"3", "4"} {
		v.press(key)
		v.wait("it is drawn", `shown($("#panel-roles:not([hidden]) #graph .spot, #panel-story:not([hidden]) #axis .bar"))`)
		before := js[float64](v, letter)
		v.say(`$("#projector").click()`)
		v.wait("words are larger", letter+` > `+fmt.Sprint(before*1.3))
		v.wait("nothing is wider than the window", `[...document.querySelectorAll("#graph svg, #axis svg")].filter(shown).every(g => g.getBoundingClientRect().right <= innerWidth)`)
		v.shot("projector-" + key)
		v.say(`$("#projector").click()`)
		v.wait("and as before", letter+` < `+fmt.Sprint(before*1.1))
	}
}
