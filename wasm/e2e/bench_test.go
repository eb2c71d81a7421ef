//go:build !js

package e2e

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"

	"somscope/wasm/proto"
)

// stopwatch notes when the page becomes usable, when a file is dropped, when
// its first rows are written and when all is listed; and how long it takes
// from a press of the mouse until tree and bytes are written and laid out.
// Times are those of the page's own clock, from the start of its loading.
const stopwatch = `
window.marks = {}; window.clicks = [];
addEventListener("drop", () => { marks.drop = performance.now(); marks.rows = marks.done = 0; }, true);
addEventListener("pointerdown", e => { window.pressed = e.timeStamp; }, true);
const began = () => {
	const root = document.documentElement;
	new MutationObserver(() => { if (root.dataset.ready && !marks.ready) marks.ready = performance.now(); }).observe(root, {attributes: true, attributeFilter: ["data-ready"]});
};
document.documentElement ? began() : new MutationObserver((_, o) => { if (document.documentElement) { o.disconnect(); began(); } }).observe(document, {childList: true});
addEventListener("DOMContentLoaded", () => {
	const list = document.getElementById("packets"), rows = document.getElementById("packets-rows"), tree = document.getElementById("tree");
	new MutationObserver(() => {
		if (!marks.rows && rows.textContent.trim()) { rows.offsetHeight; marks.rows = performance.now(); }
	}).observe(rows, {subtree: true, childList: true, characterData: true});
	new MutationObserver(() => { if (list.dataset.state === "done" && !marks.done) marks.done = performance.now(); }).observe(list, {attributes: true, attributeFilter: ["data-state"]});
	new MutationObserver(() => { if (window.pressed) { document.body.offsetHeight; clicks.push(performance.now() - pressed); pressed = 0; } }).observe(tree, {attributes: true, attributeFilter: ["data-title"]});
});`

// listen keeps the engine's reports.
const listen = `window.reports = []; const hear = somscope.onMessage; somscope.onMessage = b => { reports.push(b.slice()); hear(b); };`

// progress is the last report of the engine on its reading.
func (v *visit) progress() *proto.Progress {
	v.Helper()
	var last *proto.Progress
	for _, text := range js[[]string](v, `reports.filter(b => b.length < 5000).map(b => btoa(String.fromCharCode(...b)))`) {
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			v.Fatal(err)
		}
		if r, err := proto.ParseReply(b); err == nil && r.Progress != nil {
			last = r.Progress
		}
	}
	if last == nil {
		v.Fatal("the engine did not report its progress")
	}
	return last
}

// engineReady waits until the engine has said Hello and been given nothing to
// do: what is measured next is not its start.
func (v *visit) engineReady() {
	v.Helper()
	v.wait("the engine has started", `document.documentElement.dataset.ready === "engine"`)
}

// measure is a row of the table.
type measure struct {
	what   string
	unit   string
	must   float64 // 0 for none
	aim    float64
	values []float64
}

func (m *measure) add(x float64) { m.values = append(m.values, x) }

func (m *measure) min() float64 { return slices.Min(m.values) }

func (m *measure) median() float64 {
	s := slices.Sorted(slices.Values(m.values))
	return s[len(s)/2]
}

// TestBench measures what a user waits for, in a real browser on this machine,
// and prints it beside the targets and beside a floor run in the same browser.
// It fails only when something does not work: a slow machine is not a fault.
func TestBench(t *testing.T) {
	if os.Getenv("SOMSCOPE_BENCH") == "" {
		t.Skip("SOMSCOPE_BENCH is not set: make bench sets it")
	}
	const rounds = 5
	const million = 1_000_000
	name := big(t, million)
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	w := everything(t)

	usable := &measure{what: "page usable, new browser", unit: "ms", must: 150, aim: 90}
	for range rounds {
		browser, stop, err := w.launch()
		if err != nil {
			t.Fatal(err)
		}
		t.Run("start", func(t *testing.T) {
			v := w.enter(t, wide, browser)
			v.beforeLoad(stopwatch)
			v.open("")
			usable.add(js[float64](v, `marks.ready`))
		})
		stop()
	}

	atOnce := &measure{what: "1M packets, dropped the moment the page is there", unit: "ms"}
	listed := &measure{what: "1M packets, drop to all listed and flows known", unit: "ms", must: 450, aim: 220}
	firstRows := &measure{what: "first rows on screen after the drop", unit: "ms", must: 100, aim: 40}
	memory := &measure{what: "engine memory for 1M packets", unit: "MB", must: 64}
	perPacket := &measure{what: "engine memory per packet, beyond that for one", unit: "B", must: 24, aim: 16}
	blocked := &measure{what: "tasks over 50 ms on the page meanwhile", unit: ""}
	read := &measure{what: "floor: read the file as a stream", unit: "ms"}
	walk := &measure{what: "floor: read it and walk the record headers", unit: "ms"}
	// drop opens the page and drops the file after the visitor has looked at the page for a
	// while, as a person does: the browser compiles in the background.
	drop := func(t *testing.T, look time.Duration, name, rows string) *visit {
		v := enter(t, wide)
		v.beforeLoad(stopwatch + longTasks)
		v.open("")
		v.engineReady()
		v.say(listen)
		time.Sleep(look)
		v.say(`longTasks.length = 0`)
		v.drop(name)
		v.wait("all packets are listed", `$("#packets").getAttribute("aria-rowcount") === `+quote(rows)+` && marks.done && marks.rows`)
		return v
	}
	var empty uint64
	t.Run("one", func(t *testing.T) {
		empty = drop(t, 0, file(t, "one.pcap", wholePackets(t, name, 1)), "2").progress().Heap
	})
	for range rounds {
		t.Run("at once", func(t *testing.T) {
			v := drop(t, 0, name, "1000001")
			atOnce.add(js[float64](v, `marks.done - marks.drop`))
		})
		t.Run("million", func(t *testing.T) {
			v := drop(t, 2*time.Second, name, "1000001")
			listed.add(js[float64](v, `marks.done - marks.drop`))
			firstRows.add(js[float64](v, `marks.rows - marks.drop`))
			blocked.add(js[float64](v, `longTasks.length`))
			p := v.progress()
			memory.add(float64(p.Heap) / 1e6)
			perPacket.add((float64(p.Heap) - float64(empty)) / million)
		})
		t.Run("floor", func(t *testing.T) {
			v := enter(t, wide)
			v.home = w.host + "/floor/"
			v.open("")
			v.choose(name)
			v.wait("the file is there", `document.documentElement.dataset.file`)
			type result struct {
				MS             float64
				Packets, Bytes int64
			}
			read.add(js[result](v, `floor("read")`).MS)
			r := js[result](v, `floor("walk")`)
			if r.Packets != million || r.Bytes != info.Size() {
				t.Fatalf("the floor walked %d packets in %d bytes", r.Packets, r.Bytes)
			}
			walk.add(r.MS)
		})
	}

	script := &measure{what: "script a frame, list and bytes scrolling", unit: "ms", must: 4, aim: 2}
	late := &measure{what: "frames over 20 ms meanwhile", unit: "%", must: 3}
	click := &measure{what: "click to tree and bytes written and laid out", unit: "ms", must: 16, aim: 8}
	t.Run("feel", func(t *testing.T) {
		v := enter(t, wide)
		v.beforeLoad(stopwatch)
		v.open("")
		v.engineReady()
		time.Sleep(2 * time.Second)
		v.drop(long(t))
		v.listed()
		v.clickPacket(1)
		v.say(`clicks.length = 0`)
		for n := 2; n < 12; n++ {
			v.clickPacket(n)
		}
		click.values = js[[]float64](v, `clicks`)
		ask(v, performance.Enable, performance.EnableParams{})
		for range rounds {
			before := v.scriptTime()
			frames := js[[]float64](v, scrollBoth)
			spent := v.scriptTime() - before
			n := 0
			for _, ms := range frames {
				if ms > 20 {
					n++
				}
			}
			script.add(1000 * spent / float64(len(frames)))
			late.add(100 * float64(n) / float64(len(frames)))
		}
	})

	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(out, "\nmin\tmedian\t\ttarget\taim\t  what\n")
	for _, m := range []*measure{listed, atOnce, firstRows, memory, perPacket, blocked, read, walk, script, late, click, usable} {
		if len(m.values) == 0 {
			t.Fatalf("nothing was measured of: %s", m.what)
		}
		target, aim := "", ""
		if m.must > 0 {
			target = fmt.Sprintf("%.0f", m.must)
			if m.median() > m.must {
				target = "MISSED " + target
			}
		}
		if m.aim > 0 {
			aim = fmt.Sprintf("%.0f", m.aim)
		}
		fmt.Fprintf(out, "%.1f\t%.1f\t%s\t%s\t%s\t  %s\n", m.min(), m.median(), m.unit, target, aim, m.what)
	}
	out.Flush()
	mb := float64(info.Size()) / 1e6
	fmt.Printf("\n%.0f MB: %.0f MB/s, %.2f million packets a second (best of %d)\n", mb, 1000*mb/listed.min(), 1000/listed.min(), rounds)
	fmt.Printf("ratio to reading the stream only: %.2f; to walking its record headers: %.2f (medians of the same run)\n\n",
		listed.median()/read.median(), listed.median()/walk.median())
}

// scriptTime is how long the page's scripts have run, in seconds.
func (v *visit) scriptTime() float64 {
	v.Helper()
	for _, m := range ask(v, performance.GetMetrics, cdp.Empty{}).Metrics {
		if m.Name == "ScriptDuration" {
			return m.Value
		}
	}
	v.Fatal("the browser does not tell how long scripts run")
	return 0
}

// scrollBoth scrolls list and bytes for 240 frames, up and down, and gives the
// time of each frame in milliseconds.
const scrollBoth = `new Promise(done => {
	const list = $("#packets"), hex = $("#hex"), frames = [];
	let last = 0, n = 0, way = 1;
	const step = now => {
		if (last) frames.push(now - last);
		last = now;
		if (++n > 240) return done(frames);
		if (n % 60 === 0) way = -way;
		list.scrollTop += way * 70;
		hex.scrollTop += way * 60;
		requestAnimationFrame(step);
	};
	requestAnimationFrame(step);
})`

// wholePackets is the beginning of a capture: its header and n packets.
func wholePackets(t *testing.T, name string, n int) []byte {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := make([]byte, 1<<16)
	if _, err := f.Read(b); err != nil {
		t.Fatal(err)
	}
	at := 24
	for range n {
		at += 16 + int(binary.LittleEndian.Uint32(b[at+8:]))
	}
	return b[:at]
}

// long is a capture of 20,000 UDP packets with payloads of 8,000 bytes, so
// that both the list and the bytes of one packet are longer than the window.
func long(t *testing.T) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), "long.pcap")
	f, err := os.Create(p)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	head := []byte{0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 101, 0, 0, 0} // raw IP
	const payload = 8000
	length := 20 + 8 + payload
	packet := make([]byte, 16+length)
	binary.LittleEndian.PutUint32(packet[8:], uint32(length))
	binary.LittleEndian.PutUint32(packet[12:], uint32(length))
	ip := packet[16:]
	copy(ip, []byte{0x45, 0, byte(length >> 8), byte(length & 255), 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 198, 51, 100, 7})
	binary.BigEndian.PutUint16(ip[20:], 40000)
	binary.BigEndian.PutUint16(ip[22:], 40001)
	binary.BigEndian.PutUint16(ip[24:], 8+payload)
	copy(ip[28:], strings.Repeat("all work and no play ", payload/21))
	var whole []byte
	whole = append(whole, head...)
	for i := range 20_000 {
		binary.LittleEndian.PutUint32(packet, uint32(i))
		whole = append(whole, packet...)
		if len(whole) > 1<<20 || i == 19_999 {
			if _, err := f.Write(whole); err != nil {
				t.Fatal(err)
			}
			whole = whole[:0]
		}
	}
	return p
}

// TestBenchGiant reads a file of more than four gigabytes to its end.
func TestBenchGiant(t *testing.T) {
	if os.Getenv("SOMSCOPE_BENCH") == "" {
		t.Skip("SOMSCOPE_BENCH is not set: make bench sets it")
	}
	v := enter(t, wide)
	v.beforeLoad(stopwatch)
	v.open("")
	v.engineReady()
	name := giant(t)
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	v.drop(name)
	v.waitFor(8*time.Minute, "all is listed", `$("#packets").dataset.state === "done"`)
	ms := js[float64](v, `marks.done - marks.drop`)
	if got := js[string](v, `$("#packets").getAttribute("aria-rowcount")`); got != "17001" {
		t.Errorf("the list has %s rows with its head, want 17001", got)
	}
	v.do(chromedp.Focus(chromedp.CSS("#packets")))
	v.press("End")
	v.dissected("Packet 17000")
	fmt.Printf("%.1f GB in %.1f s (%.0f MB/s); the last packet lies beyond 4 GiB and opens\n", float64(info.Size())/1e9, ms/1000, float64(info.Size())/1e3/ms)
}
