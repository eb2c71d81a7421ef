// sound.js: the player. Fetched when somebody listens for the first time.
//
// The page program hands over pieces of samples as the engine decodes them
// (somscope.sound, see wasm/page/player.go); this draws them as a waveform, plays
// them through Web Audio, and tells the program which packet is heard. Nothing
// of it takes long: a piece is a second of sound, the waveform is drawn some
// columns a frame, and what is played is scheduled a few seconds ahead.
"use strict";
(() => {
	const somscope = window.somscope, root = document.documentElement;
	const strip = document.getElementById("player");
	const FULL = 64 << 20; // bytes of samples that are kept
	const BLOCK = 128;     // samples whose lowest and highest are kept for the drawing
	const AHEAD = 6;       // seconds that are scheduled before they are heard
	const COLUMNS = 300;   // of the waveform, drawn a frame
	const PACE = 125;      // ms between two packets that are told while playing

	// --- the strip ------------------------------------------------------------

	function make(tag, attributes, ...inside) {
		const e = document.createElement(tag);
		for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
		e.append(...inside);
		return e;
	}
	const button = (text, does) => {
		const b = make("button", { type: "button", class: "button" }, text);
		b.addEventListener("click", does);
		return b;
	};
	const playButton = button("Play", toggle), saveButton = button("Save WAV", save), closeButton = button("Close", () => tell(0, 2));
	const canvas = make("canvas", { "aria-hidden": "true" }), cursor = make("div", { class: "player-cursor" });
	const wave = make("div", { class: "player-wave", role: "slider", tabindex: "0", "aria-label": "Position", "aria-valuemin": "0" }, canvas, cursor);
	const clock = make("span", { title: "Counted from the start of the stream" }), goButton = make("button", { type: "button", class: "link", title: "Show this packet (Enter)" });
	goButton.addEventListener("click", goThere);
	const time = make("span", { class: "player-time" }, clock, " ", goButton), title = make("b", {}), note = make("span", { role: "status" });
	const legend = make("span", { class: "player-lost" });
	closeButton.setAttribute("aria-label", "Close the player");
	strip.append(make("div", { class: "player-row" }, playButton, wave, time, saveButton, closeButton), make("p", { class: "player-words" }, title, legend, note));

	// --- what has come -----------------------------------------------------------

	let name, rate, channels, total, have, bytes, whole, full, said;
	let pieces;      // [{from, pcm}], in order, without gaps
	let low, high;   // of each block of samples
	let peak;        // the furthest of them all from 0
	let marks;       // [{at, packet, len}], in order; packet 0: lost
	let places;      // packet → sample
	let pos;         // seconds: where the cursor stands
	let playing, ended;

	function reset() {
		stop();
		rate = total = have = bytes = pos = peak = 0;
		channels = 1;
		whole = full = ended = false;
		said = "";
		pieces = [];
		low = [];
		high = [];
		marks = [];
		places = new Map();
		drawn = 0;
		told = 0;
	}

	function piece(raw, flat, hz, ch, from, all, done, words, what) {
		if (from === 0 && have > 0) reset();
		title.textContent = what;
		if (hz && !rate) {
			rate = hz;
			channels = ch || 1;
		}
		total = Math.max(all, have);
		const pcm = new Int16Array(raw.buffer, 0, raw.byteLength >> 1), n = Math.floor(pcm.length / channels);
		if (n && from === have && !full) {
			if (bytes + raw.byteLength > FULL) {
				full = whole = true;
				total = have;
				words = "Only the first " + seconds(have / rate) + " are kept: they are 64 MB.";
				tell(0, 3);
			} else {
				pieces.push({ from, pcm });
				bytes += raw.byteLength;
				measure(pcm, n);
				have += n;
				total = Math.max(total, have);
				const v = new DataView(flat.buffer);
				for (let i = 0; i + 12 <= flat.byteLength; i += 12) {
					const m = { at: v.getUint32(i, true), packet: v.getUint32(i + 4, true), len: v.getUint32(i + 8, true) };
					marks.push(m);
					if (m.packet && !places.has(m.packet)) places.set(m.packet, m.at);
				}
			}
		}
		if (done && !full) {
			whole = true;
			total = have;
		}
		if (words) said = words;
		if (whole) {
			strip.dataset.whole = "1";
			const lost = marks.filter(m => !m.packet).length;
			legend.textContent = lost ? lost + (lost === 1 ? " place" : " places") + " where packets are lost" : "";
			note.textContent = said || (have ? "" : "There is nothing to hear in this stream.");
		}
		if (strip.dataset.player === "loading" && (have > rate / 4 || whole)) {
			if (have) play();
			else state("done");
		}
		pump();
		draw();
		show();
	}

	// measure keeps the lowest and highest sample of each block, of all channels.
	function measure(pcm, n) {
		for (let i = 0; i < n; i++) {
			const b = Math.floor((have + i) / BLOCK);
			if (b === low.length) { low.push(0); high.push(0); }
			for (let c = 0; c < channels; c++) {
				const x = pcm[i * channels + c];
				if (x < low[b]) low[b] = x;
				if (x > high[b]) high[b] = x;
				if (x > peak || -x > peak) peak = Math.abs(x);
			}
		}
	}

	// --- sound ------------------------------------------------------------------------

	let audio = null, silent = false;
	let sources = [], head = 0;     // samples scheduled so far
	let zero = 0, base = 0, since = 0; // the clock of audio, and the second heard at it; when playing began

	function wake() {
		if (audio && audio.sampleRate !== rate && audio.want !== rate) {
			audio.close();
			audio = null;
		}
		if (audio || silent) return;
		const Context = window.AudioContext || window.webkitAudioContext;
		try { // at the rate of the stream: pieces then follow without a seam
			audio = new Context({ sampleRate: rate });
		} catch {
			try { audio = new Context(); } catch { silent = true; }
		}
		if (audio) audio.want = rate;
	}

	function play() {
		if (!have) return;
		wake();
		if (silent) {
			state("silent");
			note.textContent = "This browser plays no sound here. The waveform, its packets and the WAV are here all the same.";
			return;
		}
		if (ended || pos >= have / rate && whole) pos = 0;
		ended = false;
		playing = true;
		since = performance.now();
		audio.resume().catch(() => {});
		begin(pos);
		state("playing");
		tick();
	}

	function begin(at) {
		hush();
		pos = base = at;
		head = Math.round(at * rate);
		zero = audio.currentTime + .04;
		pump();
	}

	function hush() {
		for (const s of sources) { s.onended = null; try { s.stop(); } catch { /* not begun */ } }
		sources = [];
	}

	function stop() {
		playing = false;
		hush();
	}

	function pause() {
		stop();
		state("paused");
		show();
		tellHere(1);
	}

	function toggle() { if (playing) pause(); else play(); }

	// pump schedules what is here and will be heard soon.
	function pump() {
		if (!playing) return;
		while (head < have) {
			const late = audio.currentTime - zero + base;
			if (head / rate > late + AHEAD) return;
			const n = Math.min(have - head, 2 * rate);
			if (n < rate / 4 && !whole && sources.length) return; // wait for more
			const buffer = audio.createBuffer(channels, n, rate);
			for (let c = 0; c < channels; c++) fill(buffer.getChannelData(c), c, head, n);
			let when = zero + head / rate - base;
			if (when < audio.currentTime + .01) { // it came too late: go on from here
				zero += audio.currentTime + .04 - when;
				when = audio.currentTime + .04;
			}
			const s = audio.createBufferSource();
			s.buffer = buffer;
			s.connect(audio.destination);
			s.start(when);
			s.onended = () => { sources = sources.filter(x => x !== s); };
			sources.push(s);
			head += n;
		}
	}

	function fill(out, c, from, n) {
		let k = 0, lo = 0, hi = pieces.length;
		while (hi - lo > 1) {
			const mid = lo + hi >> 1;
			if (pieces[mid].from <= from) lo = mid; else hi = mid;
		}
		for (; k < n; lo++) {
			const p = pieces[lo], end = p.from + Math.floor(p.pcm.length / channels);
			for (; k < n && from + k < end; k++) out[k] = p.pcm[(from + k - p.from) * channels + c] / 32768;
		}
	}

	let ticking = 0;
	function tick() {
		if (ticking) return;
		const beat = () => {
			if (!playing) {
				clearInterval(ticking);
				ticking = 0;
				return;
			}
			pump();
			if (audio.state !== "running" && performance.now() - since > 1500) {
				pause();
				note.textContent = "The browser waits for a click before it plays: press Play.";
				return;
			}
			pos = Math.min(base + Math.max(0, audio.currentTime - zero), head / rate);
			if (whole && pos >= have / rate - .005) {
				stop();
				ended = true;
				pos = have / rate;
				state("done");
			}
			show();
			tellHere(0);
		};
		ticking = setInterval(beat, 40);
		const frame = () => { if (playing) { beat(); requestAnimationFrame(frame); } };
		if (!still.matches) requestAnimationFrame(frame);
	}

	// --- places ------------------------------------------------------------------------

	// markAt is what is heard at a sample: the last mark that has begun.
	function markAt(at) {
		let lo = 0, hi = marks.length;
		while (lo < hi) {
			const mid = lo + hi >> 1;
			if (marks[mid].at <= at) lo = mid + 1; else hi = mid;
		}
		return lo ? marks[lo - 1] : null;
	}

	const seconds = s => s.toFixed(1) + " s";
	const spoken = () => seconds(pos) + " of the stream's " + seconds(rate ? total / rate : 0);
	const packetHere = () => rate ? markAt(pos * rate + .5)?.packet || 0 : 0;

	// goThere shows the packet that is heard in the list of packets.
	function goThere() {
		const n = packetHere();
		if (n) tell(told = n, 4);
	}

	function seek(to, how) {
		pos = Math.min(Math.max(to, 0), rate ? have / rate : 0);
		ended = false;
		if (playing) begin(pos);
		else if (strip.dataset.player === "done") state("paused");
		said_ = 0;
		show();
		if (how) tellHere(1);
	}

	let told = 0, toldAt = 0;
	function tellHere(how) {
		const n = packetHere();
		if (!n || n === told && !how) return;
		const now = performance.now();
		if (!how && now - toldAt < PACE) return;
		told = n;
		toldAt = now;
		tell(told, how);
	}
	// tell waits until the program has returned: it may be the one who asks.
	function tell(packet, how) { queueMicrotask(() => { if (somscope.exports) somscope.exports.played(packet, how); }); }

	function state(word) {
		strip.dataset.player = word;
		playButton.textContent = word === "playing" ? "Pause" : "Play";
		playButton.disabled = word === "silent" || word === "loading" || !have;
		saveButton.disabled = !have;
	}

	const still = matchMedia("(prefers-reduced-motion: reduce)");
	let said_ = 0;
	function show() {
		const w = wave.clientWidth, at = still.matches && playing ? Math.floor(pos) : pos;
		cursor.style.transform = "translateX(" + (total ? at * rate / total * w : 0) + "px)";
		const now = performance.now();
		if (playing && now - said_ < 250) return; // words need not come 60 times a second
		said_ = now;
		const words = spoken(), m = rate ? markAt(pos * rate + .5) : null, what = m ? m.packet ? "packet " + m.packet : "packets are lost here" : "";
		clock.textContent = words + (what && ",");
		goButton.textContent = what;
		goButton.setAttribute("aria-disabled", !m || !m.packet); // not disabled nor hidden: it may have the focus
		wave.setAttribute("aria-valuetext", words + (what && ", " + what));
		wave.setAttribute("aria-valuenow", pos.toFixed(2));
		wave.setAttribute("aria-valuemax", rate ? (total / rate).toFixed(2) : "0");
		strip.dataset.packet = m && m.packet || "";
		saveButton.disabled = !have;
	}

	// --- the waveform ----------------------------------------------------------------------

	let drawn = 0, drawnFor = "", pen = null, due = 0;
	function draw() {
		if (!due && !strip.hidden) due = requestAnimationFrame(() => { due = 0; drawSome(); });
	}

	function drawSome() {
		const dpr = Math.min(window.devicePixelRatio || 1, 2), w = Math.round(wave.clientWidth * dpr), h = Math.round(wave.clientHeight * dpr);
		if (!w || !h || !total) return;
		// What is quiet is drawn larger, by 1, 2, 4 or 8, so that its shape can be seen.
		const gain = 2 ** Math.min(Math.max(Math.floor(Math.log2(32768 / (peak || 32768))), 0), 3);
		const key = [w, h, total, gain, root.dataset.theme, dark.matches].join();
		if (key !== drawnFor) {
			drawnFor = key;
			canvas.width = w;
			canvas.height = h;
			drawn = 0;
			pen = canvas.getContext("2d");
		}
		const css = getComputedStyle(root), colour = n => css.getPropertyValue("--" + n).trim();
		const mid = h / 2, per = total / w, end = Math.min(w, whole ? w : Math.floor(have / per)), to = Math.min(end, drawn + COLUMNS);
		const from = drawn;
		pen.fillStyle = colour("low-line");
		pen.fillRect(from, Math.floor(mid), to - from, 1);
		pen.fillStyle = colour("blue-line");
		for (let x = from; x < to; x++) {
			const a = Math.floor(x * per / BLOCK), b = Math.max(a + 1, Math.ceil((x + 1) * per / BLOCK));
			let lo = 0, hi = 0;
			for (let k = a; k < b && k < low.length; k++) {
				if (low[k] < lo) lo = low[k];
				if (high[k] > hi) hi = high[k];
			}
			const top = mid - hi * gain / 32768 * mid, bottom = mid - lo * gain / 32768 * mid;
			pen.fillRect(x, top, 1, Math.max(1, bottom - top));
		}
		// What is lost is hatched, and as wide as it must be to be seen.
		pen.save();
		pen.beginPath();
		pen.rect(from, 0, to - from, h);
		pen.clip();
		for (const m of marks) {
			if (m.packet || m.at / per > to || (m.at + m.len) / per + 4 < from) continue;
			const x = m.at / per, wide = Math.max(m.len / per, 3 * dpr);
			pen.fillStyle = colour("bad-ground");
			pen.fillRect(x, 0, wide, h);
			pen.strokeStyle = colour("bad");
			pen.lineWidth = dpr;
			pen.beginPath();
			for (let y = -wide; y < h; y += 4 * dpr) {
				pen.moveTo(x, y + wide);
				pen.lineTo(x + wide, y);
			}
			pen.stroke();
			pen.strokeRect(x + .5, .5, Math.max(wide - 1, 1), h - 1);
		}
		pen.restore();
		drawn = to;
		if (drawn < end) draw();
		else strip.dataset.drawn = drawn >= w ? "1" : "";
	}
	const dark = matchMedia("(prefers-color-scheme: dark)");
	dark.addEventListener("change", draw);
	new MutationObserver(draw).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
	new ResizeObserver(() => { draw(); show(); }).observe(wave);

	// --- what the user does -------------------------------------------------------------------

	const pointTo = (e) => {
		const r = wave.getBoundingClientRect();
		seek((e.clientX - r.left) / r.width * total / (rate || 1), true);
	};
	wave.addEventListener("pointerdown", (e) => {
		if (e.button) return;
		wave.setPointerCapture(e.pointerId);
		pointTo(e);
	});
	wave.addEventListener("pointermove", (e) => { if (wave.hasPointerCapture(e.pointerId)) pointTo(e); });

	strip.addEventListener("keydown", (e) => {
		if (e.ctrlKey || e.altKey || e.metaKey) return;
		const on = e.target === wave;
		let to = null;
		switch (e.key) {
		case " ":
			if (e.target.tagName === "BUTTON" && e.target !== playButton) return;
			toggle();
			break;
		case "Enter":
			if (!on) return;
			goThere();
			break;
		case "ArrowLeft": case "ArrowDown": to = pos - 1; break;
		case "ArrowRight": case "ArrowUp": to = pos + 1; break;
		case "PageDown": to = pos - 10; break;
		case "PageUp": to = pos + 10; break;
		case "Home": to = 0; break;
		case "End": to = Infinity; break;
		default: return;
		}
		if (to !== null) {
			if (!on) return;
			seek(to, true);
		}
		e.preventDefault();
		e.stopPropagation();
	});
	strip.addEventListener("keyup", (e) => { if (e.key === " " && e.target === playButton) e.preventDefault(); }); // the press has done it

	// save offers what has come as a WAV file.
	function save() {
		const size = pieces.reduce((sum, p) => sum + p.pcm.byteLength, 0), head = new DataView(new ArrayBuffer(44));
		const word = (at, t) => { for (let i = 0; i < 4; i++) head.setUint8(at + i, t.charCodeAt(i)); };
		word(0, "RIFF");
		head.setUint32(4, 36 + size, true);
		word(8, "WAVE");
		word(12, "fmt ");
		head.setUint32(16, 16, true);
		head.setUint16(20, 1, true);
		head.setUint16(22, channels, true);
		head.setUint32(24, rate, true);
		head.setUint32(28, rate * channels * 2, true);
		head.setUint16(32, channels * 2, true);
		head.setUint16(34, 16, true);
		word(36, "data");
		head.setUint32(40, size, true);
		const address = URL.createObjectURL(new Blob([head, ...pieces.map(p => p.pcm)], { type: "audio/wav" }));
		const a = make("a", { href: address, download: name + ".wav" });
		document.body.append(a);
		a.click();
		a.remove();
		setTimeout(() => URL.revokeObjectURL(address), 60000);
		if (!whole) note.textContent = "Saved what has been decoded so far.";
	}

	// --- what the page program asks for ----------------------------------------------------------

	somscope.sound = {
		piece,
		open(file) {
			reset();
			name = file;
			title.textContent = "Decoding …";
			legend.textContent = note.textContent = clock.textContent = goButton.textContent = "";
			strip.dataset.whole = strip.dataset.drawn = "";
			if (pen) pen.clearRect(0, 0, canvas.width, canvas.height);
			drawnFor = "";
			strip.hidden = false;
			state("loading");
			show();
			queueMicrotask(() => wave.focus({ preventScroll: true }));
		},
		close() {
			reset();
			strip.hidden = true;
			strip.dataset.player = "";
			if (audio) audio.suspend().catch(() => {});
		},
		// go moves the cursor to where a packet is heard, if it is one of the stream.
		go(packet) {
			const at = places.get(packet);
			if (at === undefined || packet === told && playing) return;
			told = packet;
			seek(at / rate, false);
		},
	};
	reset();
})();
