//go:build !js

package e2e

import "testing"

// What tells one user from all others is starred out, in the bytes and in the
// explanation, until somebody asks for it.
func TestPrivateBytes(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=login&n=74&at=skype.tcp.update.uhash")
	v.listed()
	v.deepened()
	const stars = `$("#hex-rows").textContent.includes("** ** ** **")`
	v.wait("the field is chosen", `chosen("tree")?.[0].trim().startsWith("User hash")`)
	v.wait("its bytes are starred out", stars)
	v.wait("the explanation does not write them", `/starred out/.test($("#card").textContent) && !/75 68 61 73 68/.test($("#card").textContent)`)
	v.shot("private")
	v.clickOn(`[...$("#card").querySelectorAll("button")].find(b => b.textContent === "Show them")`)
	v.wait("they are shown when asked for", `!(`+stars+`) && /75 68 61 73 68/.test($("#card").textContent)`)
	v.clickOn(`[...$("#card").querySelectorAll("button")].find(b => b.textContent === "Star them out")`)
	v.wait("they are starred out again", stars)
	// The packet stands in its record of the file, too.
	v.open("sample=login&n=74&at=pcapng.data")
	v.listed()
	v.deepened()
	v.wait("the record is shown", `chosen("tree")?.[0].trim().startsWith("Packet data") || /record/.test($("#hex-title").parentElement.textContent)`)
	v.wait("they are starred out in the record", stars)
}
