//go:build !js

package e2e

import (
	"strings"
	"testing"
)

// A real capture, dropped: all packets are listed, and what a peer answered is
// said in words.
func TestDropRealCapture(t *testing.T) {
	v := enter(t, wide)
	v.open("")
	v.drop(capture(t, "skype/SkypeIRC-part1.pcap"))
	v.listed()
	if got := js[string](v, `$("#packets").getAttribute("aria-rowcount")`); got != "1851" {
		t.Errorf("the list says it has %s rows with its head, want 1851", got)
	}
	v.clickOn(`[...document.querySelectorAll("#card button")].find(b => b.textContent === "First Skype packet (176)")`)
	v.dissected("Packet 176")
	v.goTo(215)
	row := js[[]string](v, `chosen("packets")`)
	if info := row[6]; !strings.Contains(info, "NAck 15f2") {
		t.Errorf("packet 215: %q, want a NAck", row)
	}
	if got := js[string](v, `rows("tree").map(r => r[0].trim()).join("|")`); !strings.Contains(got, "Public") && !strings.Contains(got, "address") {
		t.Errorf("the tree of packet 215 has no public address: %s", got)
	}
	// 42 bytes of headers, then identifier, function, address.
	v.selectByte(42 + 3)
	v.wait("an address is chosen", `/(\d+\.){3}\d+/.test(chosen("tree")?.join(" "))`)
	if !js[bool](v, `marked("sel").split(" ").map(h => parseInt(h, 16)).join(".") === chosen("tree").join(" ").match(/(\d+\.){3}\d+/)[0]`) {
		t.Errorf("the bytes marked are %q, and the tree says %q", js[string](v, `marked("sel")`), js[[]string](v, `chosen("tree")`))
	}
	v.wait("the card tells the address", `$("#card").textContent.includes(chosen("tree").join(" ").match(/(\d+\.){3}\d+/)[0])`)
	v.shot("nack")
}

// goTo goes to a packet by its number, with the keyboard.
func (v *visit) goTo(n int) {
	v.Helper()
	v.clickOn(`$("#goto-open")`)
	v.wait("the dialog is open", `$("#goto-dialog").open`)
	v.typeText(n)
	v.press("Enter")
	v.wait("the packet is chosen", `Number(chosen("packets")?.[0].replace(/\D/g, "")) === `+quoteInt(n))
	v.dissected("Packet " + quoteInt(n))
}

// The file button leads to the same place.
func TestChooseFile(t *testing.T) {
	v := enter(t, wide)
	v.open("")
	v.choose(capture(t, "derived/SkypeIRC-part1.pcap.gz"))
	v.listed()
	if got := js[string](v, `$("#packets").getAttribute("aria-rowcount")`); got != "1851" {
		t.Errorf("the list says it has %s rows with its head, want 1851", got)
	}
	if got := js[string](v, `$("#file").textContent`); !strings.Contains(got, "SkypeIRC-part1.pcap.gz") {
		t.Errorf("the file is called %q", got)
	}
}

// A second file takes the place of the first one.
func TestSecondFile(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=probe")
	v.listed()
	v.clickPacket(1)
	v.drop(capture(t, "skype/skype_udp.pcap"))
	v.wait("the second file is listed", `$("#packets").dataset.state === "done" && $("#packets").getAttribute("aria-rowcount") === "6"`)
	if got := js[bool](v, `/sample=/.test(location.hash)`); got {
		t.Errorf("the address still names the sample")
	}
	v.clickPacket(2)
}

// The file's own bytes are explained like a packet's.
func TestFileTab(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=probe")
	v.listed()
	v.click("tab", "File")
	v.wait("the blocks are listed", `drawn("blocks").length > 0`)
	v.clickOn(`drawn("blocks")[0].querySelector(".c3")`)
	v.wait("the file header is explained", `drawn("hex").length > 0 && rows("tree").some(r => /[Mm]agic/.test(r[0]))`)
	if got := js[string](v, `rows("hex")[0][1]`); !strings.HasPrefix(got, "d4 c3 b2 a1") && !strings.HasPrefix(got, "0a 0d 0d 0a") {
		t.Errorf("the file begins with %q", got)
	}
	v.shot("file")

	// And the record header lies beside its packet.
	v.click("tab", "Packets")
	v.clickPacket(1)
	v.wait("there is a buffer for the record", `[...document.querySelectorAll("#buffers [role=tab]")].some(b => /record/i.test(b.textContent))`)
	v.clickOn(`[...document.querySelectorAll("#buffers [role=tab]")].find(b => /record/i.test(b.textContent))`)
	v.wait("the record's fields have bytes", `rows("hex")[0][1].length > 0 && /record/i.test($("#buffers [aria-selected=true]").textContent)`)
}
