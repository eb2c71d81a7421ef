//go:build !js

package e2e

import (
	"fmt"
	"testing"
)

// A number of a speech frame lies in several places: choosing it lights all of
// its bytes, pointing at it too, and a byte leads to every number it has a part of.
func TestScatteredField(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=ilbc&n=40&at=ilbc.cb.1.1")
	v.listed()
	v.dissected("Packet 40")
	const place = `$("#card .card-place").textContent`
	v.wait("the place says that there are several", `/· 8 bits in 3 places$/.test(`+place+`)`)
	places := js[[]int](v, `[...`+place+`.matchAll(/0x([0-9a-f]+)/g)].map(m => parseInt(m[1], 16))`)
	if len(places) != 3 || places[1]-places[0] < 2 || places[2]-places[1] < 2 {
		t.Fatalf("the bytes are %x, want three that lie apart", places)
	}
	const bytesAt = `(list => list.map(n => byteAt(n).toString()).join(" "))`
	want := js[string](v, bytesAt+`(`+ints(places)+`)`)
	v.wait("all its bytes are lit", `marked("sel") === `+quote(want))
	const frames = `[...document.querySelectorAll("#hex-spots rect")].map(r => r.getBoundingClientRect())`
	v.wait("a frame stands round each", frames+`.length === 3`)
	for i, at := range places {
		if !js[bool](v, fmt.Sprintf(`(() => { const f = %s[%d], b = byteAt(%d).getBoundingClientRect(); return f.left <= b.left && f.right >= b.right && f.top <= b.top + b.height / 2 && f.bottom >= b.top + b.height / 2 && f.width < b.width + 20; })()`, frames, i, at)) {
			t.Errorf("no frame round byte %#x", at)
		}
	}
	v.wait("the card draws its bits, byte by byte", `[...document.querySelectorAll("#card .bits-at")].map(e => parseInt(e.textContent, 16)).join() === `+quote(js[string](v, ints(places)+`.join()`)))
	if bits := js[string](v, `[...document.querySelectorAll("#card .bit:not(.out)")].map(e => e.textContent).join("")`); len(bits) != 8 || js[string](v, `String(parseInt(`+quote(bits)+`, 2))`) != js[string](v, `$("#card h2").textContent.match(/\d+$/)[0]`) {
		t.Errorf("the bits %q are not the value: %s", bits, js[string](v, `$("#card h2").textContent`))
	}
	v.wait("the bytes are written apart", `$("#card .raw .mono").textContent === `+quote(js[string](v, bytesAt+`(`+ints(places)+`).replaceAll(" ", " · ")`)))
	v.shot("scattered")

	// Pointing at it in the tree lights the same bytes; choosing another does not unlight them.
	row := js[[2]float64](v, `(() => { const r = drawn("tree").find(r => r.classList.contains("on")).getBoundingClientRect(); return [r.left + 60, r.top + r.height / 2]; })()`)
	v.clickAt(row[0], row[1]-js[float64](v, `drawn("tree")[0].getBoundingClientRect().height`))
	v.wait("something else is lit", `marked("sel") !== `+quote(want))
	v.wait("the frames are gone or others", frames+`.length !== 3 || marked("sel") !== `+quote(want))
	v.do(moveMouse(row[0], row[1]))
	v.wait("pointing at it lights its bytes", `marked("hover") === `+quote(want))

	// A byte leads to all that have a part of it, one after the other, and round again.
	last := places[2]
	var seen []string
	for len(seen) < 20 {
		v.clickOn(fmt.Sprintf("byteAt(%d)", last))
		v.wait("the cursor is on the byte", fmt.Sprintf(`$("#hex-cell").dataset.byte === "%d"`, last))
		const chosen = `$("#tree").getAttribute("aria-activedescendant") + " " + ` + place
		if len(seen) > 0 {
			v.wait("another field is chosen", chosen+` !== `+quote(seen[len(seen)-1]))
		}
		now := js[string](v, chosen)
		if len(seen) > 0 && now == seen[0] {
			break
		}
		if !js[bool](v, fmt.Sprintf(`%s.match(/0x[0-9a-f]+(–0x[0-9a-f]+)?/g).some(w => { const [a, b] = w.split("–"); return Number(a) <= %d && %d <= Number(b || a); })`, place, last, last)) {
			t.Errorf("byte %#x leads to %s", last, now)
		}
		seen = append(seen, now)
	}
	if len(seen) < 3 || len(seen) == 20 {
		t.Errorf("byte %#x leads to %q", last, seen)
	}
}
