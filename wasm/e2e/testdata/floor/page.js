// Measures what no reader of captures can do without: "read" only takes the
// file's bytes from the browser, "walk" also steps from record header to
// record header. Both in a worker, by the same kind of stream as the engine.
"use strict";
let file = null;
document.getElementById("chosen").addEventListener("change", (e) => { file = e.target.files[0]; document.documentElement.dataset.file = "true"; });
const worker = new Worker("worker.js");
function floor(mode) {
	return new Promise((done, failed) => {
		worker.onmessage = (e) => done(e.data);
		worker.onerror = (e) => failed(new Error(e.message));
		worker.postMessage({ mode, file });
	});
}
document.documentElement.dataset.ready = "true";
