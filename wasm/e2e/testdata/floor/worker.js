"use strict";
onmessage = async (e) => {
	const { mode, file } = e.data;
	const start = performance.now();
	const reader = file.stream().getReader({ mode: "byob" });
	let buffer = new ArrayBuffer(4 << 20);
	let packets = 0, bytes = 0;
	let skip = 24;                   // bytes to the next record header
	const head = new Uint8Array(16); // a header that is cut by the end of a piece
	let have = 0;
	for (;;) {
		const r = await reader.read(new Uint8Array(buffer));
		if (r.done) break;
		const piece = r.value;
		buffer = piece.buffer;
		bytes += piece.length;
		if (mode !== "walk") continue;
		const view = new DataView(piece.buffer, 0, piece.length);
		let at = skip;
		while (at < piece.length) {
			if (have === 0 && at + 16 <= piece.length) {
				packets++;
				at += 16 + view.getUint32(at + 8, true);
				continue;
			}
			head[have++] = piece[at++];
			if (have === 16) {
				have = 0;
				packets++;
				at += new DataView(head.buffer).getUint32(8, true);
			}
		}
		skip = at - piece.length;
	}
	postMessage({ ms: performance.now() - start, packets, bytes });
};
