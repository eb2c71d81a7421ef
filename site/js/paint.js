// paint.js: writes what the page program has worked out into the page.
//
// Crossing from Go to JavaScript by syscall/js costs microseconds a call, so a
// frame's worth of text lies in linear memory as one UTF-8 run with a table of
// ends (in UTF-16 units), and one call of the import module "paint" sets pooled
// text nodes from it. Nothing here decides anything: which rows, which colour,
// which words is the business of wasm/view and wasm/page.
//
// Text is only ever set as text, never parsed as HTML.
"use strict";
(() => {
	const somscope = window.somscope;
	const utf8 = new TextDecoder();
	const els = [null]; // element handles; 0 is none
	const exports = () => somscope.exports;
	const memory = () => exports().mem.buffer; // read anew each time: growth detaches views
	const str = (p, n) => n ? utf8.decode(new Uint8Array(memory(), p >>> 0, n)) : "";
	const ints = (p, n) => new Int32Array(memory(), p >>> 0, n);

	// --- single elements ----------------------------------------------------

	const paint = somscope.paint = {
		// el gives a handle for the element with that id, 0 when there is none.
		el(p, n) {
			const e = document.getElementById(str(p, n));
			return e ? els.push(e) - 1 : 0;
		},
		text(h, p, n) {
			const s = str(p, n);
			if (els[h].textContent !== s) els[h].textContent = s;
		},
		attr(h, p, n, vp, vn) { els[h].setAttribute(str(p, n), str(vp, vn)); },
		unattr(h, p, n) { els[h].removeAttribute(str(p, n)); },
		style(h, p, n, vp, vn) { els[h].style.setProperty(str(p, n), str(vp, vn)); },
		show(h, on) { if (els[h].hidden === !!on) els[h].hidden = !on; },
		toggle(h, p, n, on) { els[h].classList.toggle(str(p, n), !!on); },
		// root sets data-NAME of <html>; the empty value removes it.
		root(p, n, vp, vn) {
			if (vn) document.documentElement.dataset[str(p, n)] = str(vp, vn);
			else delete document.documentElement.dataset[str(p, n)];
		},
		// focus waits until Go has returned: focus events run handlers of Go.
		focus(h) { const e = els[h]; queueMicrotask(() => e.focus({ preventScroll: true })); },
		modal(h, on) { const e = els[h]; queueMicrotask(() => { if (on && !e.open) e.showModal(); else if (!on && e.open) e.close(); }); },
		// box writes scrollTop, scrollLeft, clientWidth, clientHeight, left, top, width, height.
		box(h, p) {
			const e = els[h], r = e.getBoundingClientRect();
			new Float64Array(memory(), p >>> 0, 8).set([e.scrollTop, e.scrollLeft, e.clientWidth, e.clientHeight, r.left, r.top, r.width, r.height]);
		},
		// scroll sets scrollTop and gives back what became of it.
		scroll(h, y) { els[h].scrollTop = y; return els[h].scrollTop; },
		// top scrolls back to the top, if the user has scrolled: asking the element
		// would make the browser lay out the page in between.
		top(h) { if (els[h].id && scrolledOnce.delete(els[h].id)) els[h].scrollTop = 0; },
		// ch is the width of a digit in the font of an element.
		ch(h) {
			const s = document.createElement("span");
			s.textContent = "0".repeat(64);
			s.style.setProperty("position", "absolute");
			s.style.setProperty("visibility", "hidden");
			els[h].append(s);
			const w = s.getBoundingClientRect().width / 64;
			s.remove();
			return w;
		},
		// active is which of the keyboard's panes holds the focus, 0 for none.
		active() {
			const a = document.activeElement;
			for (let i = 1; i < stops.length; i++) if (document.getElementById(stops[i]).contains(a)) return i;
			return 0;
		},
		// typing tells where keys belong: 1 to a text field or a choice, 2 to an open
		// dialog, 3 to a button or link, 4 to a splitter.
		typing() {
			const a = document.activeElement;
			if (document.querySelector("dialog[open]")) return 2;
			if (a.matches("input,select,textarea")) return 1;
			if (a.matches("button,a")) return 3;
			return a.getAttribute("role") === "separator" ? 4 : 0;
		},
		px(h, p, n) { return parseFloat(getComputedStyle(els[h]).getPropertyValue(str(p, n))) || 0; },

		// build replaces what is in an element by a small program: 1 opens an
		// element (tag, class), 2 sets an attribute, 3 adds text, 4 closes.
		build(h, p, n) {
			const b = new Uint8Array(memory(), p >>> 0, n), v = new DataView(b.buffer, b.byteOffset, n);
			let i = 0;
			const word = () => { const k = v.getUint32(i, true); i += 4 + k; return k ? utf8.decode(b.subarray(i - k, i)) : ""; };
			const out = document.createDocumentFragment();
			let at = out;
			while (i < n) {
				switch (b[i++]) {
				case 1: {
					const tag = word(), c = word();
					const e = tag.startsWith("svg:") ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4)) : document.createElement(tag);
					if (c) e.setAttribute("class", c);
					at.appendChild(e);
					at = e;
					break;
				}
				case 2: { const name = word(); at.setAttribute(name, word()); break; }
				case 3: at.appendChild(document.createTextNode(word())); break;
				case 4: at = at.parentNode; break;
				default: throw new Error("paint.build: bad step at " + (i - 1));
				}
			}
			const e = els[h], held = document.activeElement, had = held !== e && e.contains(held);
			e.replaceChildren(out);
			if (had) queueMicrotask(() => again(e, held));
		},

		// picks marks those parts of an element that have a number (data-i): "on" is the
		// chosen one, "has" are those in the list. The keyboard reaches the chosen
		// one; where it was on another, it goes along.
		picks(h, at, p, n, show) {
			const e = els[h], has = new Set(ints(p, n)), held = document.activeElement;
			let on = null, fresh = false;
			for (const c of e.querySelectorAll("[data-i]")) {
				const i = +c.dataset.i, b = c.dataset.do ? c : c.querySelector("[data-do]");
				fresh ||= c.classList.contains("on") !== (i === at);
				c.classList.toggle("on", i === at);
				c.classList.toggle("has", has.has(i));
				if (i === at) b.setAttribute("aria-current", "true");
				else b.removeAttribute("aria-current");
				if (b === c) c.setAttribute("tabindex", i === at || at < 0 && !i ? "0" : "-1");
				if (i === at) on = [c, b];
			}
			if (!on) return;
			const move = e.contains(held) && held.dataset.do && held.closest("[data-i]") && held.closest("[data-i]") !== on[0] && (held.matches("g") || held.closest("[data-i]").querySelector("[data-do]") === held);
			if (held.closest(".graph") ? fresh && e.contains(held) : show) queueMicrotask(() => on[0].scrollIntoView({ block: "nearest" }));
			if (move) queueMicrotask(() => on[1].focus({ preventScroll: true }));
		},
		// near brings an element into view where it scrolls sideways.
		near(h) { const e = els[h]; queueMicrotask(() => e.scrollIntoView({ block: "nearest", inline: "nearest" })); },
		// still tells whether the user wants no motion.
		still() { return matchMedia("(prefers-reduced-motion: reduce)").matches ? 1 : 0; },

		// --- rows -----------------------------------------------------------

		// rows paints n rows from row `from` on into the pool of a layer. Row i lives
		// in slot i % pool, at (i-base)*height pixels; the layer is moved by -shift.
		// Each row has `cols` cells in text/ends, and six numbers in meta: a stamp
		// that changes with its text, flags, and for trees level, position, size of
		// the set and swatch. Slots that already show the row are left alone.
		rows(h, kind, from, n, pool, base, height, shift, cols, tp, tn, ep, mp) {
			const layer = els[h];
			let slots = layer.slots;
			if (!slots || slots.cols !== cols) {
				slots = layer.slots = [];
				slots.cols = cols;
				layer.replaceChildren();
			}
			while (slots.length < pool) slots.push(newRow(layer, kind, cols, slots.length));
			if (slots.pool !== pool || slots.height !== height) { // another slot or place for every row
				for (const s of slots) s.at = -1;
				slots.pool = pool;
				slots.height = height;
			}
			layer.style.transform = "translateY(" + -shift + "px)";
			slots.count = n;
			const used = slots.used || (slots.used = new Uint8Array(0));
			const seen = used.length >= slots.length ? used.fill(0) : (slots.used = new Uint8Array(slots.length));
			if (n > 0) {
				const text = str(tp, tn), ends = ints(ep, n * cols), meta = ints(mp, n * 6);
				let cell = 0, start = 0;
				for (let r = 0; r < n; r++) {
					const i = from + r, slot = i % pool, s = slots[slot], m = r * 6;
					seen[slot] = 1;
					const flags = meta[m + 1];
					if (s.at === i && s.stamp === meta[m] && s.flags === flags && s.base === base && s.pos === meta[m + 3] && s.size === meta[m + 4]) {
						cell += cols;
						start = ends[cell - 1];
						if (s.row.hidden) s.row.hidden = false;
						continue;
					}
					for (let c = 0; c < cols; c++, cell++) {
						const t = text.slice(start, ends[cell]);
						start = ends[cell];
						if (s.text[c].data !== t) s.text[c].data = t;
					}
					if (s.at !== i || s.base !== base) s.row.style.top = (i - base) * height + "px";
					if (s.row.hidden) s.row.hidden = false;
					mark(s, kind, i, flags, meta, m);
					s.at = i; s.base = base; s.stamp = meta[m]; s.flags = flags; s.pos = meta[m + 3]; s.size = meta[m + 4];
				}
			}
			for (let k = 0; k < slots.length; k++) {
				if (!seen[k] && !slots[k].row.hidden) { slots[k].row.hidden = true; slots[k].at = -1; }
			}
		},

		// --- marks in the hex view --------------------------------------------

		// lights sets the highlights of one set ("fields", "sel", "hover") from
		// groups of four numbers: highlight, line, start and end column; the columns
		// of the ASCII part are counted from 1000 on. Lines no longer shown are skipped.
		lights(h, set, p, n) {
			if (!canLight) return;
			const slots = els[h].slots, q = ints(p, n * 4);
			for (const l of lit[set] || []) l.clear();
			if (!slots) return;
			const now = new Set();
			for (let k = 0; k < n * 4; k += 4) {
				const s = slots[q[k + 1] % slots.pool];
				if (!s || s.at !== q[k + 1]) continue;
				const ascii = q[k + 2] >= 1000, t = s.text[ascii ? 2 : 1], off = ascii ? 1000 : 0;
				const a = Math.min(q[k + 2] - off, t.length), b = Math.min(q[k + 3] - off, t.length);
				if (a >= b) continue;
				const l = light(set, q[k]);
				l.add(new StaticRange({ startContainer: t, startOffset: a, endContainer: t, endOffset: b }));
				now.add(l);
			}
			lit[set] = now;
		},
		// sorted says in the head of the flow list by which column it is sorted.
		sorted(col, down) {
			document.querySelectorAll("#flows .list-head > span").forEach((e, i) => {
				if (i === col) e.setAttribute("aria-sort", down ? "descending" : "ascending");
				else e.removeAttribute("aria-sort");
			});
		},
		// adrift tells whether the focus is nowhere, or on what is not shown any more.
		adrift() { const a = document.activeElement; return !a || a === document.body || !a.getClientRects().length ? 1 : 0; },
		// alarm calls rang in so many milliseconds, with the number it gives back.
		alarm(ms) { const id = setTimeout(() => { if (exports()) exports().rang(id); }, ms); return id; },
		canLight() { return canLight ? 1 : 0; },
	};

	// again gives the focus to the control that has taken the place of one that had
	// it, so that building anew does not throw the keyboard out; else to the pane.
	const again = (e, was) => {
		if (document.activeElement !== document.body) return; // it has gone elsewhere meanwhile
		const same = [...e.querySelectorAll(was.tagName)].find(x => was.id ? x.id === was.id : x.dataset.do === was.dataset.do && x.textContent === was.textContent);
		(same || e.closest("[tabindex]") || document.getElementById("main")).focus({ preventScroll: true });
	};

	const canLight = typeof CSS === "object" && !!CSS.highlights && typeof Highlight === "function";
	const lit = [];
	// Names of the highlights: f0..f29 a field, fl a field of a lower layer, fu
	// unknown bytes; then the selected and the pointed-at field, and a
	// selected and a pointed-at group.
	const names = Array.from({ length: 30 }, (_, i) => "f" + i).concat("fl", "fu", "sel", "hover", "grp", "near");
	const made = [];
	function light(set, k) {
		if (!made[k]) {
			made[k] = new Highlight();
			made[k].priority = set;
			CSS.highlights.set(names[k], made[k]);
		}
		return made[k];
	}

	function newRow(layer, kind, cols, slot) {
		const row = document.createElement("div"), text = [];
		row.id = layer.id + "-" + slot;
		row.className = "row";
		row.hidden = true;
		row.setAttribute("role", kind === 1 ? "treeitem" : "row");
		if (kind === 1) {
			const tw = document.createElement("span"), sw = document.createElement("span");
			tw.className = "tw";
			sw.className = "swatch";
			tw.setAttribute("aria-hidden", "true");
			sw.setAttribute("aria-hidden", "true");
			row.append(tw, sw);
		}
		for (let c = 0; c < cols; c++) {
			const cell = document.createElement("span"), t = document.createTextNode("");
			cell.className = "c c" + c;
			if (kind === 0) cell.setAttribute("role", "gridcell");
			if (kind === 2) cell.setAttribute("role", c ? "gridcell" : "rowheader");
			cell.append(t);
			row.append(cell);
			text.push(t);
		}
		layer.append(row);
		return { row, text, at: -1, base: -1, stamp: 0, flags: -1, pos: 0, size: 0, swatch: -2 };
	}

	// Flags of a row: 1 selected, 2 Skype, 4 bad, 8 not here yet, 16 pointed at,
	// 32 has children, 64 open, 128 a layer, 256 trust mark follows in bits 9-11,
	// 4096 belongs to a lower layer, 8192 leads elsewhere; in the list of packets bits
	// 14-16 hold how it belongs to the selected one, bit 17 that it belongs to the
	// chosen phase, bits 18-19 what is known of its text; of flows bit 20 that a host
	// cache on the shelf has one of its ends.
	const links = ["", "answer to the selected packet", "answered by the selected packet", "the same message again", "belongs to the selected packet"];
	const known = ["", "text read, confirmed by its checksum", "text inferred", "text unknown, proven equal to other messages"];
	function mark(s, kind, i, flags, meta, m) {
		const row = s.row;
		let c = "row";
		if (flags & 1) c += " on";
		if (flags & 4) c += " bad";
		if (flags & 8) c += " later";
		if (flags & 16) c += " lit";
		if (kind === 0) {
			c += flags & 2 ? " skype" : " other";
			const l = flags >> 14 & 7, k = flags >> 18 & 3;
			if (l) c += " link" + l;
			if (k) c += " read" + k;
			if (flags & 1 << 17) c += " group";
			if (flags & 1 << 20) c += " known";
			const t = [links[l], known[k], flags & 1 << 17 ? "belongs to the chosen phase" : "", flags & 1 << 20 ? "in a host cache that is open" : ""].filter(Boolean).join("; ");
			if (row.title !== t) row.title = t;
		}
		if (kind === 1) {
			if (flags & 128) c += " layer";
			if (flags & 4096) c += " lower";
			if (flags & 8192) c += " go";
			const t = flags & 8192 ? "Enter leads there" : "";
			if (row.title !== t) row.title = t;
			if (flags & 256) c += " t" + (flags >> 9 & 7);
			row.setAttribute("aria-level", meta[m + 2]);
			row.setAttribute("aria-posinset", meta[m + 3]);
			row.setAttribute("aria-setsize", meta[m + 4]);
			row.style.setProperty("--level", meta[m + 2] - 1);
			if (flags & 32) row.setAttribute("aria-expanded", flags & 64 ? "true" : "false");
			else row.removeAttribute("aria-expanded");
			if (s.swatch !== meta[m + 5]) {
				s.swatch = meta[m + 5];
				row.children[1].className = s.swatch < 0 ? "swatch none" : "swatch " + names[s.swatch];
			}
		} else {
			row.setAttribute("aria-rowindex", i + (kind === 0 ? 2 : 1));
		}
		if (row.className !== c) row.className = c;
		if (kind !== 2) row.setAttribute("aria-selected", flags & 1 ? "true" : "false");
	}

	// --- events that come often -----------------------------------------------
	// Scrolling, pointing and dragging go to Go's exports: nanoseconds, where a
	// js.FuncOf costs tens of microseconds. At most one a frame.

	const stops = ["", "packets", "flows", "panel-file", "tree", "hex", "pane-card", "flow-pane", "story", "roles", "role-pane", "streams", "media-pane", "profile"]; // view.Pane
	const panes = ["packets", "flows", "blocks", "streams", "pieces", "tree", "hex"]; // proto.Table, and two more
	const splits = ["split-top", "split-tree", "split-card"];
	const scrolledOnce = new Set(); // ids of panes scrolled since they were last filled
	const wanted = new Map();
	let frame = 0;
	function soon(what, work) {
		wanted.set(what, work);
		if (frame) return;
		frame = requestAnimationFrame(() => {
			frame = 0;
			const list = [...wanted.values()];
			wanted.clear();
			if (exports()) for (const w of list) w();
		});
	}

	addEventListener("DOMContentLoaded", () => {
		panes.forEach((id, i) => {
			const e = document.getElementById(id);
			e.addEventListener("scroll", () => { if (exports()) exports().scrolled(i); }, { passive: true });
			if (i >= 5) {
				e.addEventListener("pointermove", (ev) => { if (ev.pointerType !== "touch") soon("point", () => exports().pointed(i, ev.clientX, ev.clientY)); }, { passive: true });
				e.addEventListener("pointerleave", () => soon("point", () => exports().pointed(i, -1, -1)), { passive: true });
			}
		});
		document.getElementById("pane-card").addEventListener("scroll", (e) => scrolledOnce.add(e.target.id), { passive: true });
		splits.forEach((id, i) => {
			const e = document.getElementById(id);
			e.addEventListener("pointerdown", (ev) => {
				if (ev.button) return;
				ev.preventDefault();
				e.focus({ preventScroll: true });
				e.setPointerCapture(ev.pointerId);
				e.classList.add("held");
			});
			e.addEventListener("pointermove", (ev) => { if (e.hasPointerCapture(ev.pointerId)) soon("drag", () => exports().dragged(i, ev.clientX, ev.clientY)); });
			const end = () => { e.classList.remove("held"); if (exports()) exports().dropped(i); };
			e.addEventListener("pointerup", end);
			e.addEventListener("pointercancel", end);
		});
		const sizes = new ResizeObserver(() => soon("size", () => exports().resized()));
		for (const id of ["main", "top", "bottom", "pane-tree", "hex", "flow-pane", "media-pane", "story", "roles", "profile"]) sizes.observe(document.getElementById(id));
	});
})();
