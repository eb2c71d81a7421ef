// boot.js: starts the two programs and holds what comes before they run.
//
// page.wasm is on its way before this runs (a preload in the page's head), and
// engine.wasm comes right behind it. It sets the remembered theme (no flash), takes
// dropped, pasted and chosen files, keeps the engine's messages until the page
// program listens, and starts a new worker from the kept module when asked.
//
// Where the files of the site lie stands in data attributes of <html>; the build
// fills in their hashed names. There is no inline script, the policy forbids it.
"use strict";
(() => {
	const root = document.documentElement;
	const at = root.dataset;

	// Remembered settings. Storage may be full, forbidden, or somebody else's junk.
	const store = {
		get(key) { try { return localStorage.getItem("somscope." + key) || ""; } catch { return ""; } },
		set(key, value) { try { localStorage.setItem("somscope." + key, value); } catch { /* not remembered, then */ } },
	};
	const theme = store.get("theme");
	if (theme === "light" || theme === "dark") root.dataset.theme = theme;
	if (store.get("projector") === "1") root.dataset.projector = "";

	const somscope = window.somscope = {
		store,
		sources: {},       // site/content/sources.json, by key
		glossary: {},      // site/content/glossary.json, by key
		samples: [],       // site/content/samples.json
		files: [],         // given before the page program runs
		inbox: [],         // said by the engine before the page program runs
		onFiles: null,     // set by the page program: (FileList or array, how)
		onMessage: null,   // set by the page program: (Uint8Array)
		onContent: null,   // set by the page program: samples or sources have come
		onFatal: null,     // set by the page program: (packet, what, log)
		send, restart, ready, fetchSample, copy, save, player,
	};

	// --- the engine -------------------------------------------------------

	let worker = null;
	const wasm = typeof WebAssembly === "object" && typeof WebAssembly.instantiate === "function";
	const opened = location.protocol !== "file:";
	const url = (name) => new URL(name, document.baseURI).href;

	// The page's program comes first and alone: unpacking and compiling the far
	// larger engine beside it would make the visitor wait for a page that answers.
	const page = wasm && opened ? compile(at.pageWasm) : Promise.reject(new Error("no WebAssembly"));
	const module = page.then(() => compile(at.engineWasm));
	page.then(() => { performance.mark("page compiled"); fetchStyle(at.laterCss); }, () => {}); // failures are told by trouble() below
	module.then(() => performance.mark("engine compiled"), () => {});

	async function compile(name) {
		const reply = await fetch(url(name));
		if (!reply.ok) throw new Error(name + ": " + reply.status);
		if (WebAssembly.compileStreaming && /^application\/wasm/.test(reply.headers.get("content-type") || "")) {
			return WebAssembly.compileStreaming(reply);
		}
		return WebAssembly.compile(await reply.arrayBuffer());
	}

	// fetchStyle brings a style sheet that the first look does not need.
	function fetchStyle(name) {
		document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: url(name) }));
	}

	function restart() {
		if (worker) worker.terminate();
		const w = worker = new Worker(url(at.engineJs));
		w.onmessage = (e) => {
			if (w !== worker) return; // from one that was given up
			if (e.data.type === "msg") deliver(new Uint8Array(e.data.data));
			else if (e.data.type === "fatal") fatal(e.data.packet || 0, e.data.what || "", e.data.log || "");
		};
		w.onerror = (e) => { if (w === worker) fatal(0, e.message || "the worker did not start", ""); };
		module.then((m) => w.postMessage({ type: "start", wasmExec: url(at.wasmExec), module: m }))
			.catch((e) => trouble("The decoder could not be loaded (" + e.message + "). Reload the page to try again."));
	}

	function deliver(bytes) {
		if (somscope.onMessage) somscope.onMessage(bytes);
		else somscope.inbox.push(bytes);
	}

	function fatal(packet, what, log) {
		if (somscope.onFatal) somscope.onFatal(packet, what, log);
		else trouble("The decoder stopped while starting (" + what + "). Reload the page to try again.");
	}

	// send gives the engine one request; the buffer goes with it.
	function send(bytes, file) {
		worker.postMessage(file ? { type: "msg", data: bytes.buffer, file } : { type: "msg", data: bytes.buffer }, [bytes.buffer]);
	}

	// ready is called by the page program once its handlers are set.
	function ready() {
		performance.mark("page ready");
		for (const b of somscope.inbox.splice(0)) somscope.onMessage(b);
		for (const [list, how] of somscope.files.splice(0)) somscope.onFiles(list, how);
	}

	// --- the page program ---------------------------------------------------

	if (wasm && opened) {
		restart();
		drawn().then(async () => {
			if (typeof Go !== "function") throw new Error(at.wasmExec + " is missing");
			const go = new Go();
			go.importObject.paint = somscope.paint;
			const instance = await WebAssembly.instantiate(await page, go.importObject);
			somscope.exports = instance.exports;
			performance.mark("page starts");
			go.run(instance).then(() => trouble("The page program ended. Reload the page to go on."));
		}).catch((e) => trouble("Somscope could not start (" + e.message + "). " +
			"If this is a fresh checkout, build it first: make, then open the address it prints."));
	}

	function drawn() {
		return new Promise((done) => {
			// this script is deferred: it runs before the event, and paint.js after it
			if (document.readyState === "complete") done();
			else addEventListener("DOMContentLoaded", done, { once: true });
		});
	}

	function trouble(sentence) {
		drawn().then(() => {
			const open = !document.getElementById("work").hidden; // then the first page is not seen
			document.getElementById(open ? "notice-text" : "boot-note").textContent = sentence;
			document.getElementById(open ? "notice" : "boot-note").hidden = false;
			somscope.exports = null;
			root.dataset.ready = "failed";
		});
	}
	if (!opened) trouble("This is the unbuilt page, opened from a folder. Build it and serve it: make, then open the address it prints.");
	else if (!wasm) trouble("This browser has no WebAssembly, or it is switched off. Somscope needs it to read captures inside the page.");

	// --- what the site itself brings ------------------------------------------

	async function json(name) {
		const reply = await fetch(url(name));
		if (!reply.ok) throw new Error(name + ": " + reply.status);
		return reply.json();
	}
	somscope.samplesRead = page.then(() => json(at.samples)).then((s) => { somscope.samples = s; }, () => {}).then(arrived);
	somscope.sourcesRead = somscope.samplesRead.then(() => json(at.sources)).then((s) => { somscope.sources = s; }, () => {}).then(arrived);
	somscope.glossaryRead = somscope.sourcesRead.then(() => json(at.glossary)).then((g) => { somscope.glossary = g; }, () => {}).then(arrived);
	function arrived() { if (somscope.onContent) somscope.onContent(); }

	// fetchSample gives a sample as Files, (file, "", those of Skype's own beside it),
	// or (null, why).
	async function fetchSample(name, done) {
		await somscope.samplesRead;
		const list = Array.isArray(somscope.samples) ? somscope.samples : somscope.samples.samples || [];
		const s = list.find((s) => (s.name || s.id) === name);
		if (!s) return done(null, "There is no sample named “" + name + "”.");
		const get = async (file, name) => {
			const reply = await fetch(new URL(file, url(at.samples)).href);
			if (!reply.ok) throw new Error(String(reply.status));
			return new File([await reply.blob()], name);
		};
		try {
			const all = await Promise.all([get(s.file, name + s.file.slice(s.file.lastIndexOf("."))), ...(s.local || []).map((l) => get(l.file, l.name))]);
			done(all[0], "", all.slice(1));
		} catch (e) {
			done(null, "The sample could not be fetched (" + e.message + ").");
		}
	}

	// player fetches the player when somebody listens for the first time.
	let fetched = null;
	function player(done) {
		fetched ||= new Promise((ok, no) => document.head.append(Object.assign(document.createElement("script"), { src: url(at.soundJs), onload: ok, onerror: no })));
		fetched.then(() => done(true), () => { fetched = null; done(false); });
	}

	// save gives the user a text as a file.
	function save(name, text) {
		const href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
		const a = Object.assign(document.createElement("a"), { href, download: name });
		document.body.append(a);
		a.click();
		a.remove();
		setTimeout(() => URL.revokeObjectURL(href), 60000);
	}

	// copy puts text on the clipboard and says whether it worked.
	async function copy(text, done) {
		try {
			await navigator.clipboard.writeText(text);
			done(true);
		} catch {
			const t = document.createElement("textarea"), back = document.activeElement;
			t.value = text;
			t.className = "away";
			document.body.append(t);
			t.select();
			let ok = false;
			try { ok = document.execCommand("copy"); } catch { /* then not */ }
			t.remove();
			if (back) back.focus();
			done(ok);
		}
	}

	// --- files: dropped anywhere, pasted, chosen --------------------------------

	function give(list, how) {
		list = Array.from(list);
		if (!list.length) return;
		if (somscope.onFiles) somscope.onFiles(list, how);
		else somscope.files.push([list, how]);
	}

	function pick() {
		const input = document.getElementById("file-input");
		input.value = ""; // so that the same file can be chosen again
		input.click();
	}

	const hasFiles = (e) => e.dataTransfer && Array.from(e.dataTransfer.types).includes("Files");
	let veilTimer = 0;
	function veil(on) {
		const v = document.getElementById("drop-veil");
		if (v) v.hidden = !on;
		clearTimeout(veilTimer);
		// dragleave is not dependable at the window's border, dragover is: it repeats
		if (on) veilTimer = setTimeout(veil, 400, false);
	}
	addEventListener("dragenter", (e) => { if (hasFiles(e)) { e.preventDefault(); veil(true); } });
	addEventListener("dragover", (e) => { if (hasFiles(e)) { e.preventDefault(); e.dataTransfer.dropEffect = "copy"; veil(true); } });
	addEventListener("drop", (e) => {
		if (!hasFiles(e)) return;
		e.preventDefault();
		veil(false);
		give(e.dataTransfer.files, "drop");
	});
	addEventListener("paste", (e) => {
		if (e.clipboardData && e.clipboardData.files.length) { e.preventDefault(); give(e.clipboardData.files, "paste"); }
	});
	addEventListener("change", (e) => { if (e.target.id === "file-input") give(e.target.files, "choose"); });
	addEventListener("click", (e) => {
		const b = e.target.closest && e.target.closest("[data-do=open]");
		if (b) pick();
	});
})();
