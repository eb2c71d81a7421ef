//go:build !js

package e2e

import (
	"math"
	"strings"
	"testing"
)

// aLaw is a tone as bytes of G.711 A-law, with nothing around it.
func aLaw(n int) []byte {
	out := make([]byte, n)
	for i := range out {
		x := int(8000 * math.Sin(float64(i)/3))
		sign := byte(0x80)
		if x < 0 {
			x, sign = -x-1, 0
		}
		x >>= 3
		b := byte(x >> 1)
		if x >= 32 {
			e := 0
			for x >= 64 {
				x >>= 1
				e++
			}
			b = byte(e+1)<<4 | byte(x&31)>>1
		}
		out[i] = (b | sign) ^ 0x55
	}
	return out
}

// A file that nothing recognises may be bare frames of a codec: the user says
// of which, and the link remembers it.
func TestBareFrames(t *testing.T) {
	v := enter(t, wide)
	path := file(t, "voice.al", aLaw(24000))
	v.open("")
	v.choose(path)
	v.wait("the file is refused, with a way out", `shown($("#notice")) && $("#notice-tools [data-do='as:pcma']")`)
	v.shot("bare-frames")
	v.click("button", "A-law")
	v.listed()
	v.wait("its frames are listed", `/voice\.al/.test($("#file").textContent) && Number($("#packets").dataset.rows) > 10`)
	v.wait("the address tells of it", `/as=pcma/.test(location.hash)`)
	v.wait("nothing is said against it any more", `!shown($("#notice"))`)
	v.deepened()
	v.press("5")
	v.streamed(1)
	link := js[string](v, `location.hash`)

	// The link asks for the file, and reads it in the same way.
	v.open("")
	v.open(link[1:])
	v.wait("it asks for the file", `/voice\.al/.test($("#notice-text").textContent)`)
	v.choose(path)
	v.streamed(1)
}

// What cannot be sound is not offered to be read as such; what can be opened is
// told; and the name of a file says which codec is likely.
func TestBareFramesOffered(t *testing.T) {
	v := enter(t, wide)
	v.open("")
	offers := func(what, name, want string, content []byte) {
		t.Helper()
		v.say(`$("#notice-close").click()`)
		v.wait("nothing is said", `!shown($("#notice"))`)
		v.choose(file(t, name, content))
		v.wait(what+" is refused in words of its own", `shown($("#notice")) && /`+what+`.*SILK_V3.*config\.xml/.test($("#notice-text").textContent)`)
		if got := js[string](v, `[...document.querySelectorAll("#notice-tools [data-do^='as:']")].map(e => e.dataset.do).slice(0, 2).join()`); got != want {
			t.Errorf("%s: %q is offered first, want %q", name, got, want)
		}
	}
	offers("empty", "voice.al", "", nil)
	offers("text file", "notes.g729", "", []byte(strings.Repeat("nothing to be heard in here\n", 40)))
	offers("This is", "voice.g729", "as:g729,as:pcma", aLaw(2000))
	offers("This is", "voice.SW", "as:l16,as:pcma", aLaw(2000))
	offers("This is", "voice.raw", "as:pcma,as:pcmu", aLaw(2000))
}

// A sample or an open file is not lost by it.
func TestBareFramesRefusedAgain(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=probe")
	v.listed()
	v.choose(file(t, "voice.bin", aLaw(2000)))
	v.wait("the other file is still open", `/probe/.test($("#file").textContent) && $("#notice-tools [data-do='as:g729']")`)
	v.click("button", "µ-law")
	v.wait("the file is read as bare frames", `/voice\.bin/.test($("#file").textContent) && Number($("#packets").dataset.rows) > 5`)
}
