//go:build !js

package e2e

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"somscope/decoder/synth"
)

// A link to a field of a packet of a sample leads there, survives a reload,
// and Back goes to where one was before.
func TestPermalink(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=probe&n=11&at=ip.src")
	v.listed()
	v.dissected("Packet 11")
	v.wait("the source address is chosen", `/[Ss]ource/.test(chosen("tree")?.[0]) && chosen("packets")?.[0].trim() === "11"`)
	marked := js[string](v, `marked("sel")`)
	if len(strings.Fields(marked)) != 4 {
		t.Errorf("marked %q, want four bytes of an address", marked)
	}

	v.reload()
	v.listed()
	v.dissected("Packet 11")
	v.wait("the source address is chosen after a reload", `/[Ss]ource/.test(chosen("tree")?.[0])`)

	v.clickPacket(13)
	v.wait("the address follows", `/[#&]n=13\b/.test(location.hash)`)
	v.do(chromedp.NavigateBack())
	v.wait("Back leads to the packet before", `chosen("packets")?.[0].trim() === "11"`)
	v.do(chromedp.NavigateForward())
	v.wait("Forward leads on again", `chosen("packets")?.[0].trim() === "13"`)

	// A link within the site, to another sample.
	v.say(`location.hash = "#sample=call&n=1"`)
	v.wait("the other sample is open", `/call/.test($("#file").textContent) && $("#packets").dataset.state === "done" && chosen("packets")?.[0].trim() === "1"`)
}

// A link to a file of the user's says which file it wants, and goes there once
// it has it. Another file is taken too, and the page says that it is another.
func TestLinkToFileNotHeld(t *testing.T) {
	// The file is the sample under another name, as if somebody had sent a link.
	v := enter(t, wide)
	v.open("sample=probe")
	sample := file(t, "mine.pcap", []byte(nil))
	data := js[string](v, `fetch(new URL("`+sampleFile(v, "probe")+`", document.baseURI)).then(r => r.arrayBuffer()).then(b => String.fromCharCode(...new Uint8Array(b)))`)
	raw := make([]byte, 0, len(data))
	for _, r := range data {
		raw = append(raw, byte(r))
	}
	if err := os.WriteFile(sample, raw, 0o644); err != nil {
		t.Fatal(err)
	}
	v.open("")
	v.drop(sample)
	v.listed()
	v.clickPacket(2)
	v.wait("the address names the file and its content", `/file=mine\.pcap/.test(location.hash) && /hash=[0-9a-f]{12}/.test(location.hash)`)
	link := strings.TrimPrefix(js[string](v, `location.hash`), "#")

	other := enter(t, wide)
	other.open(link)
	other.wait("the page asks for the file", `/mine\.pcap/.test(document.body.innerText)`)
	other.shot("link-asks")
	other.drop(sample)
	other.listed()
	other.dissected("Packet 2")
	other.wait("the link is followed", `chosen("packets")?.[0].trim() === "2"`)
}

// Another file than the one a link was made for, and cut, and too short for the
// packet that is meant: all of it is said.
func TestEverythingWrongWithALinkIsSaid(t *testing.T) {
	var whole bytes.Buffer
	if err := synth.Load(&whole, 100); err != nil {
		t.Fatal(err)
	}
	v := enter(t, wide)
	v.open("file=mine.pcap&hash=0123456789ab&n=5000")
	v.wait("the page asks for the file", `/mine\.pcap/.test(document.body.innerText)`)
	v.drop(file(t, "mine.pcap", whole.Bytes()[:whole.Len()-10]))
	v.listed()
	for _, part := range []string{`fingerprint`, `[Rr]eading stopped`, `about packet 5,000`} {
		v.wait("the notice says "+part, `/`+part+`/.test($("#notice-text").textContent)`)
	}
}

// The fields of a file that is closed are gone, even if they were not in front
// when another file was opened.
func TestBackToFlowOfAnotherFile(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=login&n=89")
	v.listed()
	v.dissected("Packet 89")
	v.say(`location.hash = "#sample=probe&tab=flows&flow=3"`)
	v.wait("the flow of the other sample is shown", `/^Flow 3\b/.test($("#flow h2")?.textContent) && /probe/.test($("#file").textContent)`)
	v.deepened()
	v.scrollTo(`$("#flow .evidence [data-do='packet:7']")`)
	v.clickOn(`$("#flow .evidence [data-do='packet:7']")`)
	v.dissected("Packet 7")
	v.wait("the packet is chosen", `chosen("packets")?.[0].trim() === "7"`)
	if js[bool](v, `shown($("#notice"))`) {
		t.Errorf("the page complains: %s", js[string](v, `$("#notice-text").textContent`))
	}
}

// Each Back shows something else, and from the first page a way leads back to
// the file that is still open.
func TestBackStepByStep(t *testing.T) {
	pcap := capture(t, "skype/SkypeIRC-part1.pcap")
	v := enter(t, wide)
	v.open("")
	v.drop(pcap)
	v.listed()
	v.goTo(215)
	v.clickOn(`byteAt(30)`)
	v.wait("the field is in the address", `/n=215&(at|bits)=/.test(location.hash)`)
	v.press("f")
	v.wait("the flow is shown", `/^Flow 16\b/.test($("#flow h2")?.textContent)`)
	v.clickOn(`$("#flow [data-do^='packet:']")`)
	v.wait("a packet is chosen", `shown($("#packets")) && chosen("packets")`)

	v.do(chromedp.NavigateBack())
	v.wait("the flow is shown again", `shown($("#flow-pane")) && /^Flow 16\b/.test($("#flow h2")?.textContent)`)
	v.do(chromedp.NavigateBack())
	v.wait("the packet is chosen again", `chosen("packets")?.[0].trim() === "215"`)
	v.dissected("Packet 215")
	v.do(chromedp.NavigateBack())
	v.wait("no packet is chosen", `shown($("#packets")) && !chosen("packets") && drawn("tree").length === 0 && !/Packet/.test($("#status-place").textContent)`)
	v.do(chromedp.NavigateBack())
	v.wait("the first page is shown", `shown($("#welcome"))`)
	if text := js[string](v, `["file", "status-place", "status-verdict"].map(id => $("#" + id).textContent).join("")`); text != "" {
		t.Errorf("the first page still says %q", text)
	}
	v.wait("the keyboard is at the way back", `document.activeElement.id === "resume"`)
	v.click("button", "Back to SkypeIRC-part1.pcap")
	v.wait("the file is shown again", `shown($("#packets")) && /SkypeIRC/.test($("#file").textContent) && /SkypeIRC/.test(location.hash)`)
	v.wait("the packets have the focus", `document.activeElement.id === "packets"`)
	v.do(chromedp.NavigateBack())
	v.wait("the first page is shown again", `shown($("#welcome"))`)
}

// Who wants another place before a sample has come gets that place.
func TestSampleThatComesLate(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=probe&n=11")
	v.listed()
	v.dissected("Packet 11")
	v.say(`window.real = fetch; window.late = 0; window.fetch = async (...a) => { const r = await real(...a); if (/call/.test(a[0])) { await new Promise(done => window.go = done); late++; } return r; }`)
	v.say(`location.hash = "#sample=call&n=1"`)
	v.wait("the sample is on its way", `window.go`)
	v.say(`location.hash = "#sample=probe&n=12"`)
	v.dissected("Packet 12")
	v.say(`go()`)
	v.wait("the sample has come", `late === 1`)
	v.clickPacket(13)
	v.wait("what was wanted last is shown", `/probe/.test($("#file").textContent) && /sample=probe&n=13/.test(location.hash)`)
}

// A link to what the file does not have says so.
func TestLinkAstray(t *testing.T) {
	for _, c := range []struct{ place, want string }{
		{"n=99999", "packet 99,999"},
		{"tab=flows&flow=7777", "flow 7,777"},
		{"tab=story&phase=999", "phase 999"},
		{"tab=roles&role=999", "role 999"},
		{"tab=file&block=9999", "block 9,999"},
		{"class=9999", "9999"},
	} {
		v := enter(t, wide)
		v.open("sample=probe&" + c.place)
		v.wait("the page says that there is no "+c.want, `shown($("#notice")) && $("#notice-text").textContent.includes(`+quote(c.want)+`)`)
		v.wait("no dialog is open", `!$("dialog[open]")`)
	}
}
