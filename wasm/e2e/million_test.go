//go:build !js

package e2e

import (
	"testing"
	"time"
)

// longTasks keeps what blocked the page for more than 50 ms.
const longTasks = `window.longTasks = []; new PerformanceObserver(l => { for (const e of l.getEntries()) window.longTasks.push([e.startTime, e.duration]); }).observe({type: "longtask", buffered: true});`

// A million packets are listed as a hundred are: rows at once, the last one by
// one key, a screenful of them in the document. How long the page was blocked
// meanwhile is told, not judged: that depends on the machine.
func TestMillionPackets(t *testing.T) {
	name := big(t, 1_000_000)
	v := enter(t, wide)
	v.beforeLoad(longTasks)
	v.open("")
	v.say(`longTasks.length = 0`)
	v.drop(name)
	v.listed()
	blocked := js[[][2]float64](v, `longTasks`)
	t.Logf("tasks of more than 50 ms on the page while a million packets were read: %d %v", len(blocked), blocked)
	if got := js[string](v, `$("#packets").getAttribute("aria-rowcount")`); got != "1000001" {
		t.Fatalf("the list says it has %s rows with its head, want 1000001", got)
	}
	if n := js[int](v, `document.querySelectorAll("#packets-rows > *").length`); n > 200 {
		t.Errorf("%d rows are in the document, want a screenful", n)
	}
	v.clickPacket(3)
	v.press("End")
	v.wait("the last packet is chosen", `Number(chosen("packets")?.[0].replace(/\D/g, "")) === 1000000`)
	v.dissected("Packet 1000000")
	v.press("ArrowUp", "ArrowUp")
	v.wait("two packets before", `Number(chosen("packets")?.[0].replace(/\D/g, "")) === 999998`)
	v.press("Home")
	v.wait("the first packet is chosen", `Number(chosen("packets")?.[0].replace(/\D/g, "")) === 1`)
	v.goTo(543_210)
	v.shot("million")

	// The scroll bar reaches everything: in the middle is the middle.
	v.say(`const l = $("#packets"); l.scrollTop = (l.scrollHeight - l.clientHeight) / 2;`)
	v.wait("the middle is drawn", `(() => { const n = Number(rows("packets")[0]?.[0].replace(/\D/g, "")); return n > 480000 && n < 520000; })()`)
	v.say(`const l = $("#packets"); l.scrollTop = l.scrollHeight;`)
	v.wait("the end is drawn", `rows("packets").some(r => Number(r[0].replace(/\D/g, "")) === 1000000)`)

	// Rows come within a moment wherever one looks.
	for _, place := range []string{"0.1", "0.9", "0.33", "0.66"} {
		start := time.Now()
		v.say(`const l = $("#packets"); l.scrollTop = (l.scrollHeight - l.clientHeight) * ` + place + `;`)
		v.wait("rows at "+place, `drawn("packets").length > 5 && drawn("packets").every(r => !r.classList.contains("later") && cells(r)[0].trim())`)
		t.Logf("rows at %s of the list after %d ms", place, time.Since(start).Milliseconds())
	}
}
