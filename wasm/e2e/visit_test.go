//go:build !js

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience is how long a test waits for something that should come at once:
// the machine may be busy, a test that waits in vain fails all the same.
const patience = 30 * time.Second

// A visit is one person with one window on the site.
type visit struct {
	testing.TB
	world *world
	ctx   context.Context
	home  string // address of the site

	mu      sync.Mutex
	faults  []string       // what the recorder saw
	allowed *regexp.Regexp // faults that this test provokes
}

// A look is how the window looks.
type look struct {
	width, height int64
	phone         bool // a touch screen, and no mouse
	dark          bool
}

var (
	wide  = look{width: 1440, height: 900}
	phone = look{width: 390, height: 844, phone: true}
)

// enter opens a window of its own, without memory of other visits. The
// recorder is at work from the first request on.
func enter(t testing.TB, l look) *visit {
	t.Helper()
	w := everything(t)
	return w.enter(t, l, w.browser)
}

func (w *world) enter(t testing.TB, l look, browser context.Context) *visit {
	t.Helper()
	v := &visit{TB: t, world: w, home: w.host + under}
	w.take() // whatever an earlier test left behind
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(v.record))
	v.ctx = ctx
	t.Cleanup(func() {
		if t.Failed() {
			v.shot("failed-" + strings.ReplaceAll(t.Name(), "/", "-"))
		}
		v.settle()
		cancel()
	})
	scheme := "light"
	if l.dark {
		scheme = "dark"
	}
	v.do(emulate(l, scheme))
	return v
}

func emulate(l look, scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: l.width, Height: l.height, DeviceScaleFactor: 1, Mobile: l.phone,
		}); err != nil {
			return err
		}
		if _, err := cdp.Call(ctx, t, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: l.phone}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	})
}

// record sees every event of the window: errors, exceptions and requests. It
// follows the worker too, whose events come by a window of its own.
func (v *visit) record(ev any) {
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		d := ev.ExceptionDetails
		what := d.Text
		if d.Exception != nil {
			what += " " + d.Exception.Description
		}
		v.fault("exception: %s (%s:%d)", what, d.URL, d.LineNumber)
	case *runtime.EventConsoleAPICalled:
		if ev.Type != runtime.ConsoleAPICalledTypeError && ev.Type != runtime.ConsoleAPICalledTypeAssert {
			return
		}
		var words []string
		for _, a := range ev.Args {
			if len(a.Value) > 0 {
				words = append(words, string(a.Value))
			} else {
				words = append(words, a.Description)
			}
		}
		v.fault("console error: %s", strings.Join(words, " "))
	case *cdplog.EventEntryAdded:
		if ev.Entry.Level == cdplog.EntryLevelError {
			v.fault("browser log: %s (%s)", ev.Entry.Text, ev.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		if u := ev.Request.URL; !v.own(u) {
			v.fault("a request that is not the site's own: %s", u)
		}
	case *target.EventAttachedToTarget:
		if ev.TargetInfo.Type == "worker" {
			go v.follow(ev.TargetInfo.TargetID)
		}
	}
}

// own reports whether an address belongs to the site (or to the pages beside
// it that the benchmarks bring).
func (v *visit) own(u string) bool {
	for _, prefix := range []string{v.home, v.world.host + "/floor/", "about:blank", "data:", "blob:" + v.world.host} {
		if strings.HasPrefix(u, prefix) {
			return true
		}
	}
	return false
}

// follow attaches the recorder to a worker. A worker that is gone already
// has nothing more to say.
func (v *visit) follow(id target.ID) {
	ctx, _ := chromedp.NewContext(v.ctx, chromedp.WithTargetID(id), chromedp.WithDetachOnCancel(), chromedp.WithListener(v.record))
	_ = chromedp.Do(ctx)
}

func (v *visit) fault(format string, args ...any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.faults = append(v.faults, fmt.Sprintf(format, args...))
}

// allow lets faults through that a test provokes on purpose.
func (v *visit) allow(pattern string) { v.allowed = regexp.MustCompile(pattern) }

// settle fails the test for everything that the recorder saw.
func (v *visit) settle() {
	v.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, f := range append(v.faults, v.world.take()...) {
		if v.allowed == nil || !v.allowed.MatchString(f) {
			v.Errorf("recorder: %s", f)
		}
	}
	v.faults = nil
}

// --- doing ------------------------------------------------------------------

// limited is the window's context with an end.
func (v *visit) limited() (context.Context, context.CancelFunc) {
	return context.WithTimeout(v.ctx, 2*patience)
}

func (v *visit) do(steps ...chromedp.Action[chromedp.Void]) {
	v.Helper()
	if err := chromedp.Do(v.ctx); err != nil { // the first time must have no end
		v.Fatal(err)
	}
	ctx, cancel := v.limited()
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		v.Fatal(err)
	}
}

// ask sends a command of the protocol to the window.
func ask[P, R any](v *visit, cmd cdp.Command[P, R], params P) R {
	v.Helper()
	ctx, cancel := v.limited()
	defer cancel()
	r, err := chromedp.Call(ctx, cmd, params)
	if err != nil {
		v.Fatalf("%s: %v", cmd.Method, err)
	}
	return r
}

// open goes to the site; fragment is what stands after the #, or "".
func (v *visit) open(fragment string) {
	v.Helper()
	address := v.home
	if fragment != "" {
		address += "#" + fragment
	}
	v.do(chromedp.Navigate(address))
	v.ready()
}

// ready waits until the page's program answers.
func (v *visit) ready() {
	v.Helper()
	v.wait("the page is ready", `document.documentElement.dataset.ready`)
	if got := js[string](v, `document.documentElement.dataset.ready`); got == "failed" {
		v.Fatalf("the page could not start: %s", js[string](v, `$("#boot-note").textContent`))
	}
}

func (v *visit) reload() {
	v.Helper()
	v.do(chromedp.Reload())
	v.ready()
}

// drop drops files on the middle of the window, as a file manager does.
func (v *visit) drop(files ...string) {
	v.Helper()
	size := js[[2]float64](v, `[innerWidth, innerHeight]`)
	data := &input.DragData{Items: []*input.DragDataItem{}, Files: absolute(v, files), DragOperationsMask: 1}
	for _, kind := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
		ask(v, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: size[0] / 2, Y: size[1] / 2, Data: data})
	}
}

// choose gives files to the page by its file input, as the dialog behind the
// button does.
func (v *visit) choose(files ...string) {
	v.Helper()
	root := ask(v, dom.GetDocument, dom.GetDocumentParams{})
	node := ask(v, dom.QuerySelector, dom.QuerySelectorParams{NodeID: root.Root.NodeID, Selector: "input[type=file]"})
	if node.NodeID == 0 {
		v.Fatal("there is no file input")
	}
	ask(v, dom.SetFileInputFiles, dom.SetFileInputFilesParams{NodeID: node.NodeID, Files: absolute(v, files)})
}

func absolute(v *visit, files []string) []string {
	v.Helper()
	var all []string
	for _, f := range files {
		p, err := filepath.Abs(f)
		if err != nil {
			v.Fatal(err)
		}
		if _, err := os.Stat(p); err != nil {
			v.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// press presses keys one after the other: "Tab", "Shift+F6", "ArrowDown",
// "Enter", "?", "g".
func (v *visit) press(keys ...string) {
	v.Helper()
	for _, name := range keys {
		var options []chromedp.KeyOption
		for {
			mod, rest, found := strings.Cut(name, "+")
			if !found || rest == "" {
				break
			}
			switch mod {
			case "Shift":
				options = append(options, chromedp.KeyModifiers(chromedp.ModifierShift))
			case "Ctrl":
				options = append(options, chromedp.KeyModifiers(chromedp.ModifierCtrl))
			case "Alt":
				options = append(options, chromedp.KeyModifiers(chromedp.ModifierAlt))
			default:
				v.Fatalf("there is no key %q", name)
			}
			name = rest
		}
		key, ok := keyNames[name]
		if !ok {
			if len([]rune(name)) != 1 {
				v.Fatalf("there is no key %q", name)
			}
			key = name
		}
		v.keys(key, options...)
	}
}

// keys types characters as a keyboard does: what a key writes comes with its
// press, so that a page which takes the press for itself keeps it from being
// written.
func (v *visit) keys(text string, options ...chromedp.KeyOption) {
	v.Helper()
	for _, r := range text {
		var written *input.DispatchKeyEventParams
		events := kb.Encode(r)
		for _, e := range events {
			if e.Type == input.DispatchKeyEventTypeChar {
				written = e
			}
		}
		for _, e := range events {
			if e.Type == input.DispatchKeyEventTypeChar {
				continue
			}
			for _, o := range options {
				o(e)
			}
			if e.Type != input.DispatchKeyEventTypeKeyUp && written != nil && e.Modifiers&^int64(chromedp.ModifierShift) == 0 {
				e.Type = input.DispatchKeyEventTypeKeyDown
				e.Text, e.UnmodifiedText = written.Text, written.UnmodifiedText
			}
			ask(v, input.DispatchKeyEvent, *e)
		}
	}
}

var keyNames = map[string]string{
	"Tab": kb.Tab, "Enter": kb.Enter, "Escape": kb.Escape, "Space": " ", "Backspace": kb.Backspace,
	"ArrowUp": kb.ArrowUp, "ArrowDown": kb.ArrowDown, "ArrowLeft": kb.ArrowLeft, "ArrowRight": kb.ArrowRight,
	"Home": kb.Home, "End": kb.End, "PageUp": kb.PageUp, "PageDown": kb.PageDown, "F6": kb.F6,
}

// --- finding ----------------------------------------------------------------

// find looks for an element by its role and its accessible name, as assistive
// technology would, and waits until there is one.
func (v *visit) find(role, name string) cdp.BackendNodeID {
	v.Helper()
	end := time.Now().Add(patience)
	for {
		if id := v.look(role, name); id != 0 {
			return id
		}
		if time.Now().After(end) {
			v.Fatalf("there is no %s called %q", role, name)
		}
		v.frame()
	}
}

// look is find without the waiting: 0 when there is none.
func (v *visit) look(role, name string) cdp.BackendNodeID {
	v.Helper()
	root := ask(v, dom.GetDocument, dom.GetDocumentParams{})
	found := ask(v, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{BackendNodeID: root.Root.BackendNodeID, Role: role, AccessibleName: name})
	for _, n := range found.Nodes {
		if !n.Ignored {
			return n.BackendDOMNodeID
		}
	}
	return 0
}

// frame waits until the window has been drawn once more.
func (v *visit) frame() {
	v.Helper()
	js[chromedp.Void](v, `new Promise(done => requestAnimationFrame(() => done()))`)
}

// click clicks the element with that role and name, once it stands still.
func (v *visit) click(role, name string) {
	v.Helper()
	id := v.find(role, name)
	ask(v, dom.ScrollIntoViewIfNeeded, dom.ScrollIntoViewIfNeededParams{BackendNodeID: id})
	var at, before [2]float64
	for end := time.Now().Add(patience); ; v.frame() {
		quads := ask(v, dom.GetContentQuads, dom.GetContentQuadsParams{BackendNodeID: id}).Quads
		if len(quads) > 0 {
			q := quads[0]
			if at = [2]float64{(q[0] + q[2] + q[4] + q[6]) / 4, (q[1] + q[3] + q[5] + q[7]) / 4}; at == before {
				break
			}
			before = at
		}
		if time.Now().After(end) {
			v.Fatalf("the %s called %q cannot be seen or does not stand still", role, name)
		}
	}
	v.clickAt(at[0], at[1])
}

// clickAt clicks a place of the window.
func (v *visit) clickAt(x, y float64) {
	v.Helper()
	v.do(chromedp.MouseEvent(chromedp.MouseMoved, x, y), chromedp.MouseClickXY(x, y))
}

// clickOn clicks the middle of what a JavaScript expression gives: an element
// or a range of text.
func (v *visit) clickOn(expression string) {
	v.Helper()
	at := js[[2]float64](v, `(() => { const r = (`+expression+`).getBoundingClientRect(); return [r.left + r.width/2, r.top + r.height/2]; })()`)
	v.clickAt(at[0], at[1])
}

// --- asking the page ----------------------------------------------------------

// words are the short names that expressions may use.
const words = `
const $ = s => document.querySelector(s);
const shown = e => !!e && !e.hidden && e.getClientRects().length > 0;
// rows gives the rows of a list or tree that are drawn, in order, each as the
// texts of its cells.
const drawn = id => [...document.querySelectorAll("#" + id + "-rows > .row")].filter(shown)
	.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
const cells = row => [...row.querySelectorAll(".c")].map(c => c.textContent);
const rows = id => drawn(id).map(cells);
// byteAt gives byte n of the hex view as a range of its text, if it is drawn.
const byteAt = n => {
	for (const row of drawn("hex")) {
		const [off, text] = cells(row), from = parseInt(off, 16);
		const all = [...text.matchAll(/[0-9a-f]{2}/g)];
		if (n < from || n >= from + all.length) continue;
		const node = document.createTreeWalker(row.querySelector(".c1"), NodeFilter.SHOW_TEXT).nextNode(), r = new Range();
		r.setStart(node, all[n - from].index);
		r.setEnd(node, all[n - from].index + 2);
		return r;
	}
};
// marked gives the bytes that carry a mark ("sel", "hover"), as they are written.
const marked = name => {
	const all = [];
	for (const r of CSS.highlights.get(name) || []) {
		if (r.startContainer.parentElement.classList.contains("c1")) all.push(r.startContainer.data.slice(r.startOffset, r.endOffset).trim());
	}
	return all.join(" ").replace(/\s+/g, " ");
};
const chosen = id => { const r = drawn(id).find(r => r.classList.contains("on")); return r ? cells(r) : null; };
`

// js evaluates an expression in the page. A promise is waited for.
func js[T any](v *visit, expression string) T {
	v.Helper()
	ctx, cancel := v.limited()
	defer cancel()
	r, err := evaluate[T](ctx, expression)
	if err != nil {
		v.Fatalf("%v\nin: %s", err, expression)
	}
	return r
}

func evaluate[T any](ctx context.Context, expression string) (T, error) {
	return chromedp.Run(ctx, chromedp.Evaluate[T]("(() => {"+words+"return ("+expression+"); })()", chromedp.EvalAwaitPromise))
}

// wait waits until an expression is true, looked at once a frame. It survives
// a page that is loaded anew meanwhile.
func (v *visit) wait(what, expression string) {
	v.Helper()
	v.waitFor(patience, what, expression)
}

func (v *visit) waitFor(limit time.Duration, what, expression string) {
	v.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, limit)
	defer cancel()
	loop := `new Promise(done => { const look = () => { let ok = false; try { ok = !!(` + expression + `); } catch {} if (ok) done(true); else requestAnimationFrame(look); }; look(); })`
	for {
		_, err := evaluate[bool](ctx, loop)
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			v.Fatalf("waited in vain until %s\nexpression: %s\nthe page says: %s", what, expression, v.state())
		}
	}
}

// state is a description of the page for messages.
func (v *visit) state() string {
	ctx, cancel := context.WithTimeout(v.ctx, 5*time.Second)
	defer cancel()
	text, err := evaluate[json.RawMessage](ctx, `({
		address: location.hash, ready: document.documentElement.dataset.ready, list: $("#packets")?.dataset.state, boot: $("#boot-note")?.textContent,
		notice: shown($("#notice")) ? $("#notice-text").textContent : "", place: $("#status-place")?.textContent, focus: document.activeElement?.id, packet: chosen("packets"), field: chosen("tree")})`)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// shot writes a screenshot for the eye.
func (v *visit) shot(name string) {
	ctx, cancel := context.WithTimeout(v.ctx, 10*time.Second)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(v.world.shots, name+".png"), png, 0o644)
	}
	if err != nil {
		v.Logf("screenshot %s: %v", name, err)
	}
}

// beforeLoad runs a script in every document before the site's own.
func (v *visit) beforeLoad(script string) {
	v.Helper()
	ask(v, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
}

// capture is the path of a real capture, or the test skips.
func capture(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("SOMSCOPE_CAPTURES")
	if dir == "" {
		t.Skip("SOMSCOPE_CAPTURES names no folder of real captures")
	}
	return filepath.Join(dir, filepath.FromSlash(name))
}

// file writes a file for the test.
func file(t testing.TB, name string, parts ...[]byte) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(p, slices.Concat(parts...), 0o644); err != nil {
		t.Fatal(err)
	}
	return p
}

// quote writes a text as JavaScript does.
func quote(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// sampleFile is where a sample lies in the built site.
func sampleFile(v *visit, name string) string {
	v.Helper()
	return js[string](v, `fetch(document.documentElement.dataset.samples).then(r => r.json()).then(l => l.find(s => s.name === `+quote(name)+`).file)`)
}

// say runs a script in the page.
func (v *visit) say(script string) {
	v.Helper()
	js[chromedp.Void](v, `(() => { `+script+` })()`)
}

// dragMouse presses the mouse at one place and lets it go at another.
func (v *visit) dragMouse(x0, y0, x1, y1 float64) {
	v.Helper()
	v.do(chromedp.MouseEvent(chromedp.MouseMoved, x0, y0),
		chromedp.MouseEvent(chromedp.MousePressed, x0, y0, chromedp.ButtonLeft, chromedp.ClickCount(1)),
		chromedp.MouseEvent(chromedp.MouseMoved, (x0+x1)/2, (y0+y1)/2, chromedp.ButtonLeft),
		chromedp.MouseEvent(chromedp.MouseMoved, x1, y1, chromedp.ButtonLeft))
	v.frame()
	v.frame()
	v.do(chromedp.MouseEvent(chromedp.MouseReleased, x1, y1, chromedp.ButtonLeft, chromedp.ClickCount(1)))
}

// float writes a number as JavaScript does.
func float(f float64) string { return fmt.Sprintf("%.3f", f) }

// ints writes numbers as JavaScript does.
func ints(list []int) string { return strings.ReplaceAll(fmt.Sprint(list), " ", ",") }

// moveMouse moves the pointer.
func moveMouse(x, y float64) chromedp.Action[chromedp.Void] {
	return chromedp.MouseEvent(chromedp.MouseMoved, x, y)
}
