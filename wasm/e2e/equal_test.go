//go:build !js

package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// Groups of equal messages have a list and a page each: how many copies, to
// whom, when, and that the text is unknown where it is.
func TestEqualMessages(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=login&n=1")
	v.listed()
	v.deepened()
	v.clickOn(`$("#deep-classes")`)
	v.wait("the groups are listed", `$("#class-dialog").open && document.querySelectorAll("#class-body tbody tr").length > 4`)
	v.wait("some are read and some are not", `/✓ read/.test($("#class-body").textContent) && /= text unknown/.test($("#class-body").textContent)`)
	v.say(`[...document.querySelectorAll("#class-body tbody tr")].find(r => /text unknown/.test(r.textContent) && r.cells[1].textContent === "9").querySelector("button").click()`)
	v.wait("the nine copies are shown", `document.querySelectorAll("#class-body tbody tr").length === 9 && /^9 copies/.test($("#class-title").textContent)`)
	for _, part := range []string{"Unknown: without the key", "Sent to 9 hosts", "= text unknown"} {
		if !js[bool](v, `$("#class-body").textContent.includes(`+quote(part)+`)`) {
			t.Errorf("the page of the group does not say %q", part)
		}
	}
	if n := js[int](v, `new Set([...document.querySelectorAll("#class-body tbody tr")].map(r => r.cells[3].textContent)).size`); n != 9 {
		t.Errorf("they go to %d hosts", n)
	}
	v.shot("class")
	v.wait("the address names the group", `/class=\d/.test(location.hash)`)
	packet := js[string](v, `$("#class-body tbody button").textContent`)
	v.click("button", packet)
	v.dissected("Packet " + packet)
	v.wait("the group is closed", `!$("#class-dialog").open && !/class=/.test(location.hash)`)
	v.wait("the row says that it is equal to others", `/proven equal/.test(drawn("packets").find(r => r.classList.contains("on")).title)`)

	// From the field in the tree, by keyboard, and back.
	v.open("sample=login&n=" + packet + "&at=skype.udp.class")
	v.wait("the field of the group is chosen", `chosen("tree")?.[0] === "Class" && drawn("tree").find(r => r.classList.contains("on")).classList.contains("go")`)
	v.say(`$("#tree").focus()`)
	v.press("Enter")
	v.wait("the group is shown", `$("#class-dialog").open && document.querySelectorAll("#class-body tbody tr").length === 9`)
	v.press("Escape")
	v.wait("Escape closes it", `!$("#class-dialog").open && !/class=/.test(location.hash)`)
	v.wait("the fields have the focus again", `document.activeElement.id === "tree"`)

	// As a link, and with Back.
	v.open("sample=login&class=1")
	v.wait("the link shows the group", `$("#class-dialog").open && document.querySelectorAll("#class-body tbody tr").length > 1 && /✓ read/.test($("#class-body").textContent)`)
	v.click("button", "All groups of equal messages")
	v.wait("the list is shown", `document.querySelectorAll("#class-body tbody tr").length > 4`)
	v.press("Escape")
	v.wait("it is closed", `!$("#class-dialog").open`)
	v.press("?")
	v.wait("the help is open", `$("#help-dialog").open`)
	v.say(`$("#help-dialog [data-do='class:0']").click()`)
	v.wait("the help leads to the groups", `$("#class-dialog").open && !$("#help-dialog").open && document.querySelectorAll("#class-body tbody tr").length > 4`)
}

// A request leads to its answer and back: in the list, in the explanation, in
// the fields.
func TestAnswersAreLinked(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=call&n=1")
	v.listed()
	v.deepened()
	v.wait("the answer is marked in the list", `(() => { const r = drawn("packets")[1]; return r.classList.contains("link1") && /answer to the selected packet/.test(r.title) && getComputedStyle(r.querySelector(".c0"), "::before").content.includes("→"); })()`)
	v.wait("the row says that it was read", `/text read, confirmed by its checksum/.test(drawn("packets")[0].title) && getComputedStyle(drawn("packets")[0].querySelector(".c4"), "::after").content.includes("✓")`)
	v.scrollTo(`$("#card .together button")`)
	v.shot("answers")
	v.click("button", "Packet 2")
	v.dissected("Packet 2")
	v.wait("what it answers is marked", `drawn("packets")[0].classList.contains("link2") && /answered by the selected packet/.test(drawn("packets")[0].title)`)
	v.clickField(js[string](v, `cells(drawn("tree").find(r => r.classList.contains("go") && cells(r)[1].trim() === "1"))[0].trim()`))
	v.wait("the explanation offers to go there", `shown($("#card [data-do='packet:1']"))`)
	v.say(`$("#tree").focus()`)
	v.press("Enter")
	v.dissected("Packet 1")

	v.clickPacket(2)
	v.clickOn(`drawn("tree").find(r => r.classList.contains("go") && cells(r)[1].trim() === "1").querySelector(".c1").firstChild.parentElement`)
	v.dissected("Packet 1")
	v.do(chromedp.NavigateBack())
	v.dissected("Packet 2")
}

// The user knows the public address better: the seed is worked out for it, and
// the link says so.
func TestEnterPublicAddress(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=probe&n=14&at=skype.udp.seed.from")
	v.listed()
	v.deepened()
	v.wait("the form is offered", `shown($("#public")) && /192\.168\.1\.2/.test($(".public label").textContent)`)
	before := js[string](v, `chosen("tree")[1]`)
	v.say(`$("#public").focus()`)
	v.keys("203.0.113.300")
	v.press("Enter")
	v.wait("what is no address is refused with a sentence", `/not an IPv4 address/.test($("#public-note").textContent) && document.activeElement.id === "public"`)
	v.say(`$("#public").select()`)
	v.keys("198.51.100.77")
	v.press("Enter")
	v.wait("the seed is worked out for it", `chosen("tree")?.[1].includes("198.51.100.77")`)
	v.wait("the explanation says whose word that is", `/as you have said/.test($("#card").textContent)`)
	v.wait("the address holds it", `/public=192\.168\.1\.2~198\.51\.100\.77/.test(location.hash)`)
	v.shot("public")
	v.reload()
	v.listed()
	v.wait("it survives a reload", `chosen("tree")?.[1].includes("198.51.100.77")`)
	v.say(`$("#public").value = ""; $("#public").focus()`)
	v.press("Enter")
	v.wait("it is taken back", `chosen("tree")?.[1] === `+quote(before)+` && !/public=/.test(location.hash)`)
}
