//go:build js && wasm

package main

import (
	"honnef.co/go/js/dom/v2"

	"somscope/wasm/view"
)

// Events. Clicks and keys are heard once, at the window; what a control does
// stands in its data-do. What comes many times a second (scrolling, pointing,
// dragging) arrives through exports, see the end of this file.

var keyPanes = map[view.Pane]node{}

func newEvents() {
	for p, id := range map[view.Pane]string{view.PanePackets: "packets", view.PaneFlows: "flows", view.PaneBlocks: "blocks",
		view.PaneTree: "tree", view.PaneHex: "hex", view.PaneCard: "pane-card", view.PaneFlow: "flow-pane",
		view.PaneStory: "story", view.PaneRoles: "roles", view.PaneRole: "role-pane",
		view.PaneStreams: "streams", view.PaneMedia: "media-pane", view.PaneProfile: "profile"} {
		keyPanes[p] = el(id)
	}
	on("click", click)
	on("keydown", func(e *dom.BasicEvent) {
		if e.Get("key").Truthy() && key(&dom.KeyboardEvent{BasicEvent: e}) { // one that fills in a form has none
			e.PreventDefault()
		}
	})
	on("change", change)
	on("input", func(e *dom.BasicEvent) {
		if targetOf(e).get("id") == "chi-at" {
			n, _ := view.ParseNumber(value("chi-at"))
			stepChi(int(n))
		} else if key := targetOf(e).attr("data-filter"); key != "" {
			filterTable(key, targetOf(e).get("value"))
		}
	})
	on("popstate", func(*dom.BasicEvent) { follow() })
	on("close", func(e *dom.BasicEvent) {
		if t := targetOf(e); t.get("id") == "class-dialog" && !t.is("open") {
			s.Class = 0
			later(false)
		}
	})
	on("toggle", func(e *dom.BasicEvent) { folded(targetOf(e)) })
	on("submit", func(e *dom.BasicEvent) { e.PreventDefault() }) // the button of the form has done it
	on("dblclick", doubleClick)
}

func click(e *dom.BasicEvent) {
	at := targetOf(e)
	if c, ok := at.closest("[data-do]"); ok {
		if do := c.attr("data-do"); do != "" {
			if do == "skip" {
				e.PreventDefault()
			}
			act(do)
		}
		return
	}
	if c, ok := at.closest("a[href^='#sample=']"); ok {
		closeDialogs() // the address changes, and follow hears of it
		if c.attr("href") == fragment() {
			e.PreventDefault()
			shown = ""
			follow()
		}
		return
	}
	m := dom.MouseEvent{UIEvent: &dom.UIEvent{BasicEvent: e}}
	if e.Get("clientX").IsUndefined() { // made by a script
		return
	}
	x, y := float64(m.ClientX()), float64(m.ClientY())
	switch c, ok := at.closest("#packets-rows,#flows-rows,#blocks-rows,#pieces-rows,#streams-rows,#tree,#hex"); {
	case !ok:
		// A click on the backdrop of a dialog closes it.
		if at.get("tagName") == "DIALOG" {
			closeDialogs()
		}
	case c.get("id") == "tree":
		treeClick(x, y)
		if _, ok := at.closest(".go .c1"); ok {
			followNode()
		}
	case c.get("id") == "hex":
		hexClick(x, y)
	default:
		lists[s.Tab].click(y)
	}
}

func doubleClick(e *dom.BasicEvent) {
	if _, ok := targetOf(e).closest("#flows-rows"); ok && s.Info != nil {
		act("packet:" + num(s.Info.First))
	}
}

func change(e *dom.BasicEvent) {
	switch targetOf(e).get("id") {
	case "clock":
		setClock(value("clock"))
	case "treat":
		if as, ok := view.AsNamed(value("treat")); ok && s.Flow != 0 {
			treat(s.Flow, as, true)
			later(true)
		}
	case "projector":
		setProjector(checked("projector"))
	case "bare":
		setBare(checked("bare"))
	default:
		if t := targetOf(e); t.attr("data-choice") != "" {
			act(t.get("value"))
		}
	}
}

// key deals with a key and reports whether the browser should leave it alone.
func key(k *dom.KeyboardEvent) bool {
	name := k.Key()
	modified := k.CtrlKey() || k.AltKey() || k.MetaKey()
	typing := paintTyping()
	if typing == 2 { // a dialog closes itself on Escape
		if name == "Enter" && targetOf(k.BasicEvent).get("id") == "goto-number" {
			goToNumber()
			return true
		}
		return false
	}
	if typing == 1 {
		if name == "Escape" {
			focusFront()
			return true
		}
		return false
	}
	if !s.full() {
		if view.KeyAction(name, k.ShiftKey(), modified) == view.ShowHelp {
			act("help")
			return true
		}
		return false
	}
	if typing == 4 {
		for i, id := range [...]string{"split-top", "split-tree", "split-card"} {
			if targetOf(k.BasicEvent).get("id") == id && splitKey(i, name) {
				return true
			}
		}
	}
	now := view.Pane(paintActive())
	if typing == 3 {
		if tabKey(k, name) {
			return true
		}
		if name == "Enter" || name == " " {
			return false // the button's own
		}
	} else if do := targetOf(k.BasicEvent).attr("data-do"); do != "" && (name == "Enter" || name == " ") {
		act(do) // of a drawing
		return true
	}
	if (typing == 0 || now == view.PaneStory || now == view.PaneRoles) && (!modified || k.CtrlKey() && now == view.PaneHex) && paneKey(now, name, k.CtrlKey()) {
		return true
	}
	ring := view.Ring(s.Tab, s.Mode, s.Sheet)
	if frame.alone {
		ring = ring[:1]
	}
	action := view.KeyAction(name, k.ShiftKey(), modified)
	if action >= view.ShowTab {
		t := view.Tab(action - view.ShowTab)
		if !s.has(t) {
			return false
		}
		showTab(t, true)
		focusPane(view.Front(t))
		return true
	}
	switch action {
	case view.GoTo:
		askNumber()
	case view.ShowFlow:
		if s.Tree == nil || s.Tab != view.TabPackets && s.Tab != view.TabStory {
			return false
		}
		showFlow(s.Tree.Flow)
	case view.ShowHelp:
		act("help")
	case view.NextPane:
		focusPane(view.Next(ring, now, 1))
	case view.PrevPane:
		focusPane(view.Next(ring, now, -1))
	case view.GoUp:
		closeSheet()
		if p := view.Upper(ring, now); p != view.NoPane {
			focusPane(p)
		} else if now == view.NoPane {
			focusPane(ring[0])
		} else if s.Notice.Text != "" {
			act("notice-close")
		}
	case view.GoDeeper:
		if now == view.NoPane || typing != 0 {
			return false
		}
		if now == view.PaneTree && followNode() {
			return true
		}
		if p := view.Deeper(ring, now); p != view.NoPane {
			if now == view.PanePackets || now == view.PaneBlocks {
				later(true)
			}
			focusPane(p)
		}
	case view.NextMarked:
		goMarked(1)
	case view.PrevMarked:
		goMarked(-1)
	default:
		return false
	}
	return true
}

// tabKey moves in a row of tabs by arrow keys.
func tabKey(k *dom.KeyboardEvent, name string) bool {
	by := 0
	switch name {
	case "ArrowLeft":
		by = -1
	case "ArrowRight":
		by = 1
	default:
		return false
	}
	id := targetOf(k.BasicEvent).get("id")
	if len(id) > 4 && id[:4] == "tab-" {
		t, _ := view.TabNamed(id[4:])
		to := t.Beside(by, s.File.Name != "", len(s.Shelf) > 0)
		showTab(to, true)
		frame.tabs[to].focus()
		return true
	}
	if len(id) > 7 && id[:7] == "buffer-" && s.Tree != nil {
		n := len(s.Tree.Buffers)
		to := (int(s.Buf) + by + n) % n
		showBuffer(uint8(to))
		flush()
		el("buffer-" + num(uint32(to))).focus()
		return true
	}
	return false
}

func paneKey(p view.Pane, name string, ctrl bool) bool {
	switch p {
	case view.PanePackets, view.PaneFlows, view.PaneBlocks, view.PaneStreams:
		return lists[s.Tab].key(name)
	case view.PaneTree:
		return treeKey(name)
	case view.PaneHex:
		return hexKey(name, ctrl)
	case view.PaneStory:
		return storyKey(name)
	case view.PaneRoles:
		return roleKey(name)
	case view.PaneFlow, view.PaneMedia:
		return hitKey(name)
	}
	return false
}

func focusPane(p view.Pane) {
	if n, ok := keyPanes[p]; ok {
		if p == view.PaneBlocks {
			n = lists[view.TabFile].grid
		}
		n.focus()
	}
}

// keepFocus gives the keyboard to the list in front when what had it is gone:
// Back has led to another view.
func keepFocus() {
	if !s.any() || paintTyping() == 2 || paintAdrift() == 0 {
		return
	}
	if s.Home {
		frame.resume.focus()
	} else {
		focusFront()
	}
}

// --- what comes often -------------------------------------------------------------

// Numbers of the panes, as paint.js counts them.
const (
	paneTree = 5
	paneHex  = 6
)

//
//lint:ignore U1000 paint.js calls it
//go:wasmexport scrolled
func scrolled(pane int32) {
	handle(func() {
		switch pane {
		case paneTree:
			if s.Tree != nil {
				treeScrolled()
			}
		case paneHex:
			hexScrolled()
		default:
			if l := lists[s.Tab]; int32(l.table) == pane {
				l.scrolled()
			}
		}
	})
}

//
//lint:ignore U1000 paint.js calls it
//go:wasmexport pointed
func pointed(pane int32, x, y float64) {
	handle(func() {
		if s.Tree == nil {
			return
		}
		if pane == paneTree {
			treePoint(x, y)
		} else {
			hexPoint(x, y)
		}
	})
}

//
//lint:ignore U1000 paint.js calls it
//go:wasmexport dragged
func dragged(split int32, x, y float64) { handle(func() { drag(int(split), x, y) }) }

//
//lint:ignore U1000 paint.js calls it
//go:wasmexport dropped
func dropped(int32) { handle(keepSplits) }

//
//lint:ignore U1000 paint.js calls it
//go:wasmexport resized
func resized() { handle(func() { changed(onSize) }) }
