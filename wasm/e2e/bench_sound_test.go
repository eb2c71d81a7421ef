//go:build !js

package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"
)

// secondLook notes when the second look at the dropped file is done: then the streams of voice
// are listed.
const secondLook = `
addEventListener("drop", () => { marks.deep = 0; }, true);
addEventListener("DOMContentLoaded", () => {
	const root = document.documentElement;
	new MutationObserver(() => { if (marks.drop && !marks.deep && root.dataset.deep === "done") marks.deep = performance.now(); }).observe(root, {attributes: true, attributeFilter: ["data-deep"]});
});`

// TestBenchSound measures how fast voice becomes sound in the browser, and how long a frame and a
// click have to wait meanwhile. It fails only when something does not work.
func TestBenchSound(t *testing.T) {
	if os.Getenv("SOMSCOPE_BENCH") == "" {
		t.Skip("SOMSCOPE_BENCH is not set: make bench sets it")
	}
	const rounds = 5
	any := make([]byte, 16000) // of a codec that takes whatever comes
	r := rand.New(rand.NewPCG(1, 2))
	for i := range any {
		any[i] = byte(r.Uint32())
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(out, "\nsound\ttimes real time\tfirst time\tlongest frame\tclick meanwhile\t  what (medians of %d)\n", rounds)
	for _, c := range []struct {
		what string
		open func(v *visit) // up to a packet that can be listened to
	}{
		{"iLBC, the sample", func(v *visit) { v.open("sample=ilbc&n=8&at=ilbc.scale"); v.listed() }},
		{"Opus (SILK), the sample", func(v *visit) { v.open("sample=opus&n=11&at=opus.toc"); v.listed() }},
		{"A-law", func(v *visit) { v.open(""); v.drop(aLawTalk(6000, 1).write(v)); v.listed(); v.clickPacket(1) }},
		{"G.722", func(v *visit) {
			v.open("")
			v.drop(talk{6000, 1, [2]byte{0x80, 9}, any}.write(v))
			v.listed()
			v.clickPacket(1)
		}},
	} {
		t.Run(c.what, func(t *testing.T) {
			v := enter(t, wide)
			v.beforeLoad(silent)
			c.open(v)
			v.deepened()
			v.wait("it can be heard", listening)
			packet := js[string](v, `$("#tree").dataset.title`)
			var speed, gaps, clicks []float64
			lasts := 0.0
			for range rounds {
				h := js[heard](v, hear)
				lasts = h.Lasts
				speed, gaps, clicks = append(speed, 1000*h.Lasts/h.MS), append(gaps, h.Gap), append(clicks, h.Clicks...)
				v.click("button", "Close the player")
				v.wait("the player is gone", `!shown($("#player"))`)
				v.clickRow("packets", strings.TrimPrefix(packet, "Packet "))
				v.dissected(packet)
				v.wait("it can be heard again", listening)
			}
			first := speed[0]
			for _, list := range [][]float64{speed, gaps, clicks} {
				slices.Sort(list)
				if len(list) == 0 {
					t.Fatal("something was not measured")
				}
			}
			mid := func(list []float64) float64 { return list[len(list)/2] }
			fmt.Fprintf(out, "%.1f s\t%.0f\t%.0f\t%.0f ms\t%.1f ms\t  %s\n", lasts, mid(speed), first, mid(gaps), mid(clicks), c.what)
		})
	}
	out.Flush()
}

// TestBenchVoices opens a million packets of voice, and the same datagrams with a byte that makes
// them none.
func TestBenchVoices(t *testing.T) {
	if os.Getenv("SOMSCOPE_BENCH") == "" {
		t.Skip("SOMSCOPE_BENCH is not set: make bench sets it")
	}
	const million, calls, rounds = 1_000_000, 500, 3
	k := aLawTalk(million, calls)
	voice := k.write(t)
	k.head[0] = 0x40
	none := k.write(t)
	type times struct{ listed, streams []float64 }
	measure := func(t *testing.T, name, rows string, to *times) {
		v := enter(t, wide)
		v.beforeLoad(stopwatch + secondLook)
		v.open("")
		v.engineReady()
		time.Sleep(2 * time.Second)
		v.drop(name)
		v.waitFor(time.Minute, "all is listed and looked at", `$("#packets").getAttribute("aria-rowcount") === "1000001" && marks.done && marks.deep`)
		to.listed = append(to.listed, js[float64](v, `marks.done - marks.drop`))
		to.streams = append(to.streams, js[float64](v, `marks.deep - marks.drop`))
		v.press("5")
		v.wait("the streams are listed", `$("#streams").dataset.rows === `+quote(rows)+` || !shown($("#streams")) && `+quote(rows)+` === "0"`)
	}
	var with, without times
	for range rounds {
		t.Run("voice", func(t *testing.T) { measure(t, voice, "1000", &with) })
		t.Run("none", func(t *testing.T) { measure(t, none, "0", &without) })
	}
	mid := func(list []float64) float64 { return slices.Sorted(slices.Values(list))[len(list)/2] }
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(out, "\nRTP\tno RTP\tratio\t  1M packets of %d calls, drop to (medians of %d)\n", calls, rounds)
	fmt.Fprintf(out, "%.0f ms\t%.0f ms\t%.2f\t  all listed\n", mid(with.listed), mid(without.listed), mid(with.listed)/mid(without.listed))
	fmt.Fprintf(out, "%.0f ms\t%.0f ms\t%.2f\t  all streams of voice listed\n", mid(with.streams), mid(without.streams), mid(with.streams)/mid(without.streams))
	out.Flush()
}
