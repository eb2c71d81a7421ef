//go:build !js

package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// The picture of roles and its table say the same; a host leads to its reasons,
// flows and packets, and from those one comes back.
func TestRoles(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=login")
	v.listed()
	v.deepened()
	v.press("4")
	v.wait("the picture is drawn", `document.querySelectorAll("#graph .spot").length > 5`)
	if js[int](v, `document.querySelectorAll("#graph .spot").length`) != js[int](v, `document.querySelectorAll("#roles-rows tr").length`) {
		t.Error("the picture and the table have not as many hosts")
	}
	for _, kind := range []string{"client", "supernode", "login server"} {
		if !js[bool](v, `[...document.querySelectorAll("#roles-rows tr")].some(r => r.cells[0].textContent === `+quote(kind)+`)`) {
			t.Errorf("nobody is a %s", kind)
		}
	}
	// Nothing lies over anything, and names fit their boxes.
	if over := js[string](v, `(() => {
		const all = [...document.querySelectorAll("#graph .spot")].map(g => [g.getAttribute("aria-label"), g.querySelector("rect").getBoundingClientRect(), g.querySelector("text").getBoundingClientRect()]);
		for (const [i, [a, r, t]] of all.entries()) {
			if (t.right > r.right || t.left < r.left) return a + " sticks out of its box";
			for (const [b, q] of all.slice(0, i)) if (r.left < q.right && q.left < r.right && r.top < q.bottom && q.top < r.bottom) return a + " lies over " + b;
		}
		return "";
	})()`); over != "" {
		t.Error(over)
	}
	// Lines tell their transport by their pattern.
	if n := js[int](v, `new Set([...document.querySelectorAll("#graph .cord")].map(l => getComputedStyle(l).strokeDasharray)).size`); n < 2 {
		t.Errorf("lines have %d patterns", n)
	}
	v.shot("roles")

	v.say(`window.box = [...document.querySelectorAll("#graph .spot")].find(g => /192\.0\.2\.66:45073, supernode, kept/.test(g.getAttribute("aria-label")))`)
	v.clickOn(`box`)
	v.wait("its reasons are shown", `/192\.0\.2\.66:45073: supernode/.test($("#role h2")?.textContent) && document.querySelectorAll("#role .evidence li").length > 1`)
	v.wait("its box and its row are marked", `box.classList.contains("on") && document.querySelectorAll("#roles-rows tr.on").length === 1 && /192\.0\.2\.66/.test($("#roles-rows tr.on").textContent)`)
	v.wait("the address says so", `/tab=roles/.test(location.hash) && /role=\d/.test(location.hash)`)
	link := js[string](v, `location.hash`)

	v.scrollTo(`$("#role [data-do^='flow:']")`)
	flow := js[string](v, `$("#role [data-do^='flow:']").textContent`)
	v.click("button", flow)
	v.wait("the flow is shown", `shown($("#flow-pane")) && $("#flow h2")?.textContent.startsWith(`+quote(flow+":")+`)`)
	v.wait("it names the role", `[...document.querySelectorAll("#flow [data-do^='role:']")].some(b => /192\.0\.2\.66, supernode/.test(b.textContent))`)
	v.say(`[...document.querySelectorAll("#flow [data-do^='role:']")].find(b => /192\.0\.2\.66, supernode/.test(b.textContent)).click()`)
	v.wait("and leads back to it", `shown($("#roles")) && location.hash === `+quote(link))
	v.do(chromedp.NavigateBack())
	v.wait("Back leads to the flow", `shown($("#flow-pane")) && $("#flow h2")?.textContent.startsWith(`+quote(flow+":")+`)`)
	v.do(chromedp.NavigateForward())
	v.wait("Forward to the role", `shown($("#roles")) && /192\.0\.2\.66/.test($("#role h2")?.textContent)`)

	packet := js[string](v, `$("#role .packets [data-do^='packet:']").textContent`)
	v.say(`$("#role .packets [data-do^='packet:']").click()`)
	v.dissected("Packet " + packet)
	v.wait("the packet names the role", `[...document.querySelectorAll("#card [data-do^='role:']")].some(b => /192\.0\.2\.66/.test(b.textContent))`)

	v.open("sample=login&" + link[len("#sample=login&"):])
	v.wait("the link leads to the role", `/192\.0\.2\.66/.test($("#role h2")?.textContent)`)
}

// The table sorts, and the keyboard goes through it and through the picture.
func TestRolesKeyboard(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=login")
	v.listed()
	v.deepened()
	v.press("4")
	v.wait("the roles have the focus", `document.activeElement.id === "roles" && shown($("#graph .spot"))`)
	v.press("ArrowDown")
	v.wait("the first row is chosen", `$("#roles-rows tr").classList.contains("on") && shown($("#role h2"))`)
	v.press("End")
	v.wait("the last row is chosen", `$("#roles-rows tr:last-child").classList.contains("on")`)
	v.press("F6")
	v.wait("F6 leads to the reasons", `document.activeElement.id === "role-pane"`)
	v.press("Escape")
	v.wait("Escape leads back", `document.activeElement.id === "roles"`)
	const kinds = `[...document.querySelectorAll("#roles-rows tr")].map(r => r.cells[1].textContent)`
	v.say(`$("[data-do='rolesort:1']").focus()`)
	v.press("Enter")
	v.wait("the hosts are in order", `(() => { const k = `+kinds+`; return k.length > 3 && k.every((x, i) => !i || k[i-1] <= x); })()`)
	v.wait("the chosen one is still marked", `document.querySelectorAll("#roles-rows tr.on").length === 1`)
	v.say(`document.querySelectorAll("#graph .spot")[1].focus()`)
	v.press("Enter")
	v.wait("Enter in the picture chooses", `document.querySelectorAll("#graph .spot")[1].classList.contains("on")`)
}
