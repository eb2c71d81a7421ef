// A page that does wrong on purpose, so that the recorder is seen to notice.
"use strict";
const said = document.getElementById("said");
const say = (text) => { said.textContent = text; };
addEventListener("dragover", (e) => e.preventDefault());
addEventListener("drop", async (e) => {
	e.preventDefault();
	const f = e.dataTransfer.files[0];
	say("dropped " + f.name + ": " + await f.text());
});
document.getElementById("chosen").addEventListener("change", async (e) => say("chose " + e.target.files[0].name));
document.getElementById("button").addEventListener("click", () => say("clicked"));
addEventListener("keydown", (e) => { if (e.target === document.body) say((e.shiftKey ? "Shift+" : "") + e.key); });

const wrongs = {
	console: () => console.error("a complaint"),
	exception: () => setTimeout(() => { throw new Error("thrown"); }),
	rejection: () => { Promise.reject(new Error("rejected")); },
	missing: () => fetch("none.json"),
	outside: () => fetch("http://example.org/tracker").catch(() => {}),
	worker: () => { new Worker("worker.js"); },
};
const wrong = wrongs[location.hash.slice(1)];
if (wrong) wrong();
document.documentElement.dataset.ready = "true";
