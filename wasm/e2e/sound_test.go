//go:build !js

package e2e

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// Where the player stands, in seconds, and how long its sound lasts.
const (
	heardAt = `Number($("#player [role=slider]").getAttribute("aria-valuenow"))`
	lasts   = `Number($("#player [role=slider]").getAttribute("aria-valuemax"))`
)

func player(state string) string { return `$("#player").dataset.player === ` + quote(state) }

// listen opens the player for a stream of a sample and waits until it sounds.
func (v *visit) listen(sample string, stream int) {
	v.Helper()
	v.open(fmt.Sprintf("sample=%s&tab=media&stream=%d", sample, stream))
	v.deepened()
	v.streamed(stream)
	v.click("button", "Listen")
	v.wait("it plays", player("playing"))
	v.wait("all of it is decoded", `$("#player").dataset.whole === "1"`)
}

// Who listens hears the stream from its beginning, sees where, and can stop,
// go on and go elsewhere by keyboard; list and player show each other's place.
func TestListen(t *testing.T) {
	v := enter(t, wide)
	v.listen("ilbc", 2)
	v.wait("the place has the focus", `document.activeElement.getAttribute("role") === "slider"`)
	v.wait("the sound goes on", heardAt+` > 0.3`)
	v.wait("lost packets are told of", `/3 places/.test($("#player .player-lost").textContent)`)
	v.press("Space")
	v.wait("Space stops it", player("paused"))
	at := js[float64](v, heardAt)
	v.frame()
	v.frame()
	if now := js[float64](v, heardAt); now != at {
		t.Errorf("stopped at %.2f s, it stands at %.2f s", at, now)
	}

	v.press("1")
	v.wait("the packets are shown", `shown($("#packets"))`)
	v.say(`$("#player [role=slider]").focus()`)
	const same = `$("#player").dataset.packet !== "" && chosen("packets")?.[0].trim() === $("#player").dataset.packet`
	v.press("Home")
	v.wait("the first packet is chosen", heardAt+` === 0 && `+same)
	first := js[string](v, `$("#player").dataset.packet`)
	v.press("ArrowRight", "ArrowRight")
	v.wait("two seconds further another packet is", heardAt+` === 2 && `+same+` && $("#player").dataset.packet !== `+quote(first))
	v.wait("the place is told in words", `/^2\.0 s of the stream's 9\.\d s, packet \d+$/.test($("#player [role=slider]").getAttribute("aria-valuetext"))`)
	v.press("PageUp")
	v.wait("ten seconds further is the end", `Math.abs(`+heardAt+` - `+lasts+`) < 0.02`)
	v.press("PageDown")
	v.wait("and ten seconds back the beginning", heardAt+` === 0 && `+same)
	if js[string](v, `document.activeElement.getAttribute("role")`) != "slider" {
		t.Error("the place has lost the focus")
	}
	v.dissected("Packet " + first)

	// A packet of the stream that is chosen in the list moves the cursor.
	v.press("End")
	v.wait("the end is reached", heardAt+` > 9`)
	n, _ := strconv.Atoi(first)
	v.goTo(n + 40)
	of := func(n int) string { return fmt.Sprintf(`$("#player").dataset.packet === "%d"`, n) }
	own := n + 40
	if !js[bool](v, `new RegExp("Stream 2 of").test($("#card").textContent)`) { // the two ways alternate
		own++
		v.say(`$("#packets").focus()`)
		v.press("ArrowDown")
	}
	v.dissected(fmt.Sprintf("Packet %d", own))
	v.wait("the cursor stands on the packet", of(own)+` && `+heardAt+` < 3 && `+heardAt+` > 0.1`)
	v.say(`$("#packets").focus()`)
	at = js[float64](v, heardAt)
	v.press("ArrowDown", "ArrowDown")
	v.wait("going on in the list moves it on", heardAt+` > `+float(at))
	v.shot("player")

	// What is told leads to the packet from any other view, by mouse and by Enter.
	told := js[string](v, `$("#player").dataset.packet`)
	for _, way := range []string{"Enter", "mouse"} {
		v.press("5")
		v.wait("the streams are shown", `shown($("#streams"))`)
		if way == "mouse" {
			v.click("button", "packet "+told)
		} else {
			v.say(`$("#player [role=slider]").focus()`)
			v.press("Enter")
		}
		v.wait(way+" leads to the packet", `shown($("#packets")) && document.activeElement.id === "packets" && `+same+` && $("#player").dataset.packet === `+quote(told))
		v.dissected("Packet " + told)
	}

	// While it plays, the chosen packet follows, and the address gets no new steps.
	steps := js[int](v, `history.length`)
	was := js[string](v, `chosen("packets")[0].trim()`)
	v.click("button", "Play")
	v.wait("the packets follow", `Number(chosen("packets")?.[0]) > `+was+` + 10`)
	v.click("button", "Pause")
	v.wait("it stands", player("paused"))
	v.wait("both show the same place", same)
	if now := js[int](v, `history.length`); now != steps {
		t.Errorf("playing has made %d steps in the history", now-steps)
	}

	// A button of it is pressed once by one key.
	v.say(`$("#player button").focus()`)
	v.press("Space")
	v.wait("Space on the button plays", player("playing"))
	v.press("Enter")
	v.wait("Enter stops it", player("paused"))

	v.say(`$("#player [role=slider]").focus()`)
	v.press("End", "Space")
	v.wait("from the end it begins anew", player("playing")+` && `+heardAt+` < 5`)
	v.click("button", "Close the player")
	v.wait("the player is gone", `!shown($("#player"))`)
	v.wait("the list has the focus", `document.activeElement.id === "packets"`)
}

// It comes to its end by itself.
func TestListenToTheEnd(t *testing.T) {
	v := enter(t, wide)
	v.listen("ilbc", 1)
	v.press("Space", "End", "ArrowLeft", "Space")
	v.wait("it ends", player("done")+` && `+heardAt+` === `+lasts)
	v.choose(file(t, "noise.bin", []byte("\x89PNG\r\n\x1a\n"), make([]byte, 2000)))
	v.wait("another file closes it", `!shown($("#player"))`)
}

// What is saved is a WAV file with a true head.
func TestSaveWAV(t *testing.T) {
	v := enter(t, wide)
	v.beforeLoad(`{ const make = URL.createObjectURL.bind(URL); window.saved = []; URL.createObjectURL = b => { saved.push(b); return make(b); }; addEventListener("click", e => { if (e.target.download) { saved.name = e.target.download; e.preventDefault(); } }, true); }`)
	v.listen("ilbc", 1)
	v.click("button", "Save WAV")
	v.wait("a file is offered", `saved.length === 1 && saved.name`)
	if name := js[string](v, `saved.name`); name != "ilbc-stream-1.wav" {
		t.Errorf("it is called %q", name)
	}
	type head struct {
		Riff, Wave, Fmt, Data                     string
		Whole, Kind, Channels, Rate, Second, Size float64
		Frame, Bits, Bytes                        float64
		Loud                                      int
	}
	h := js[head](v, `saved[0].arrayBuffer().then(b => { const d = new DataView(b), w = i => String.fromCharCode(...new Uint8Array(b, i, 4)); return {
		Riff: w(0), Wave: w(8), Fmt: w(12), Data: w(36), Whole: d.getUint32(4, true), Kind: d.getUint16(20, true), Channels: d.getUint16(22, true), Rate: d.getUint32(24, true),
		Second: d.getUint32(28, true), Frame: d.getUint16(32, true), Bits: d.getUint16(34, true), Size: d.getUint32(40, true), Bytes: b.byteLength,
		Loud: new Int16Array(b, 44).filter(x => x > 500 || x < -500).length}; })`)
	if h.Riff != "RIFF" || h.Wave != "WAVE" || h.Fmt != "fmt " || h.Data != "data" || h.Kind != 1 || h.Channels != 1 || h.Rate != 8000 || h.Bits != 16 || h.Frame != 2 || h.Second != 16000 {
		t.Errorf("its head says %+v", h)
	}
	if h.Bytes != h.Size+44 || h.Whole != h.Bytes-8 {
		t.Errorf("%.0f bytes, of which the head knows %.0f and %.0f", h.Bytes, h.Size, h.Whole)
	}
	if all := js[float64](v, lasts); math.Abs(h.Size/16000-all) > .01 {
		t.Errorf("it lasts %.3f s, the player says %.3f s", h.Size/16000, all)
	}
	if h.Loud < 1000 {
		t.Errorf("only %d samples are to be heard", h.Loud)
	}
}

// What cannot be decoded is refused in a sentence, and the page goes on.
func TestListenRefused(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=gcall")
	v.listed()
	v.deepened()
	n := js[string](v, `cells(drawn("packets").find(r => /G\.729/.test(cells(r)[6])))[0].trim()`)
	v.clickRow("packets", n)
	v.dissected("Packet " + n)
	v.clickOn(`[...$("#card").querySelectorAll("button")].find(b => b.textContent === "Listen")`)
	v.wait("a sentence says why", `shown($("#notice")) && $("#notice-text").textContent.length > 30`)
	v.wait("the player is gone", `!shown($("#player"))`)
	v.clickOn(`$("#notice-tools [data-do^='stream:']")`)
	v.wait("its tool leads to the stream", `shown($("#media h2"))`)
}

// Who wants no motion gets a cursor that moves once a second.
func TestListenWithoutMotion(t *testing.T) {
	v := enter(t, wide)
	ask(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}})
	v.listen("ilbc", 1)
	v.wait("it is beyond the first second", heardAt+` > 1.2`)
	v.wait("the cursor stands on a whole second", `(() => { const x = parseFloat($("#player .player-cursor").style.transform.slice(11)), s = x / $("#player [role=slider]").clientWidth * `+lasts+`; return s > 0.9 && Math.abs(s - Math.round(s)) < 0.01; })()`)
}

// Without sound in the browser there is still all that can be seen.
func TestListenWithoutAudio(t *testing.T) {
	v := enter(t, wide)
	v.beforeLoad(`delete window.AudioContext; delete window.webkitAudioContext;`)
	v.open("sample=ilbc&tab=media&stream=2")
	v.deepened()
	v.streamed(2)
	v.click("button", "Listen")
	v.wait("a sentence says so", player("silent")+` && /plays no sound/.test($("#player [role=status]").textContent)`)
	v.press("ArrowRight")
	v.wait("the place can be moved", heardAt+` === 1`)
}

// What is kept has a bound, and the player says so when it is reached.
func TestListenFull(t *testing.T) {
	v := enter(t, wide)
	v.listen("ilbc", 1)
	v.say(`somscope.sound.open("long"); const n = 4 << 20; for (let i = 0; i < 9; i++) somscope.sound.piece(new Uint8Array(2 * n), new Uint8Array(0), 48000, 1, i * n, 9 * n, i === 8, "", "long")`)
	v.wait("it says so", `/Only the first 699\.1 s are kept/.test($("#player [role=status]").textContent)`)
	v.wait("the rest still plays", player("playing"))
	v.wait("it lasts as long as what is kept", `Math.abs(`+lasts+` - 699.05) < 0.01`)
}
