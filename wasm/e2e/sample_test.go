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
	v.say(`$("#shelf a[href='#sample=` + name + `']").scrollIntoView({block: "nearest"})`)
	v.clickOn(`$("#shelf a[href='#sample=` + name + `']")`)
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
			// Some of the stories are there to show what is not Skype.
			marked := js[int](v, `drawn("packets").filter(r => r.classList.contains("skype")).length`)
			if innocent := slices.Contains([]string{"lookalikes", "links"}, name); innocent != (marked == 0) {
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
