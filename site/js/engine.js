// engine.js: the worker that runs engine.wasm. A classic script, so that
// wasm_exec.js can be loaded with importScripts under `script-src 'self'`.
//
// What page and worker say to each other:
//
//   page → worker, first:  {type: "start", wasmExec: URL of wasm_exec.js,
//                           module: WebAssembly.Module, or the URL of engine.wasm}
//   page → worker, then:   {type: "msg", data: ArrayBuffer of a proto.Request,
//                           file: Blob}          (file only beside proto.Open)
//   worker → page:         {type: "msg", data: ArrayBuffer of a proto.Reply}  (transferred)
//                          {type: "fatal", packet, what, log}
//
// Messages sent before the engine has started are kept and answered later; the
// first reply is Hello. After "fatal" this worker answers nothing more: the page
// ends it, starts another with the same module, and opens the file again.
// packet is the packet that was looked at, from 1, or 0; what and log are text.
//
// What worker and engine say to each other is in wasm/engine/js.go. The file is
// pushed into the engine from a stream (fast, in order, once) and pulled by the
// engine in small slices when it looks back (FileReaderSync, so that it may
// block). Between two pieces the worker's messages are answered.
"use strict";

(() => {
  const FIRST = 256 << 10; // bytes of the first piece: the first rows wait for it
  const SLICE = 8 << 20;   // bytes a slice, where streams cannot fill a buffer of ours
  const TURN = 8;          // ms of work after which waiting messages are let in
  const IDLE = 300;        // ms after the start, when the page has settled
  const STALL = 3000;      // ms without a piece of the stream, after which slices are read
  const LOG = 16 << 10;    // characters of log that are kept

  // What the engine wants next: the answers of receive, feed, finish and step.
  const NOTHING = 0, FEED = 1, STEP = 2;

  let go, engine;          // Go's runtime, and the exports of the instance
  let file = null;         // the Blob of the capture that is open
  const held = [null];     // Blobs of files beside it, by the numbers that the engine knows
  let met = false;         // a file has come, of whatever kind
  let opened = 0;          // counts files, so that an old loop sees that it is old
  let dead = false;
  let waiting = [];        // messages from before the start
  let log = "";

  const view = (at, n) => new Uint8Array(engine.mem.buffer, at >>> 0, n); // never kept: memory may move

  const imports = {
    post(at, n) {
      const data = view(at, n).slice().buffer;
      postMessage({type: "msg", data}, [data]);
    },
    size: () => file ? file.size : 0,
    now: () => performance.now(),
    memory: () => engine.mem.buffer.byteLength,
    // keep holds the file of the message that is served, beside the capture.
    keep() {
      held.push(file);
      return held.length - 1;
    },
    readOf: (which, at, n, off) => read(held[which], at, n, off),
    drop(which) { held[which] = null; },
    readAt: (at, n, off) => read(file, at, n, off),
  };

  // read returns the number of bytes read, or -1 when the browser refuses.
  function read(blob, at, n, off) {
    try {
      const b = new FileReaderSync().readAsArrayBuffer(blob.slice(off, off + n));
      view(at, b.byteLength).set(new Uint8Array(b));
      return b.byteLength;
    } catch (e) {
      note("reading " + n + " bytes at " + off + ": " + e);
      return -1;
    }
  }

  function note(line) {
    log = (log + line + "\n").slice(-LOG);
  }

  // die reports the end of the engine; the page starts another worker.
  function die(what) {
    if (dead) return;
    dead = true;
    let packet = 0;
    try {
      packet = new Uint32Array(engine.mem.buffer, crumb, 1)[0];
    } catch { /* it never started */ }
    postMessage({type: "fatal", packet, what: String(what), log});
  }

  // call enters the engine. It returns NOTHING once the engine is dead.
  function call(f, ...args) {
    if (dead) return NOTHING;
    try {
      const r = f(...args);
      if (!go.exited) return r;
      die("the engine ended");
    } catch (e) { // a JavaScript exception out of WebAssembly: stack or memory exhausted, unreachable
      note(e && e.stack || "");
      die(e);
    }
    return NOTHING;
  }

  let crumb = 0; // address of the number of the packet that is looked at

  async function start(m) {
    importScripts(m.wasmExec);
    // Go's standard output and error are the log; nothing is written to the console.
    const text = new TextDecoder();
    globalThis.fs.writeSync = (fd, b) => {
      log = (log + text.decode(b)).slice(-LOG);
      return b.length;
    };
    go = new Go();
    go.importObject.somscope = imports;
    let instance;
    if (m.module instanceof WebAssembly.Module) {
      instance = await WebAssembly.instantiate(m.module, go.importObject);
    } else {
      ({instance} = await WebAssembly.instantiateStreaming(fetch(m.module), go.importObject));
    }
    engine = instance.exports;
    go.run(instance).then(() => die("the engine ended"), die);
    if (dead || go.exited) return;
    crumb = call(engine.crumb) >>> 0;
    const early = waiting;
    waiting = null;
    early.forEach(receive);
    setTimeout(rehearse, IDLE);
  }

  // rehearse lets the engine warm up while nobody asks anything of it, so that
  // the browser has compiled it well before the first file comes.
  async function rehearse() {
    while (!met && !dead && call(engine.rehearse)) await pause();
  }

  function receive(m) {
    if (dead) return;
    const former = file;
    if (m.file) {
      file = m.file; // the engine reads its head while it serves the message
      met = true;
    }
    if (!give(m.data)) {
      file = former;
      return;
    }
    const want = call(engine.receive, m.data.byteLength);
    // One of Skype's own files has been read whole by now, and what was open stays so.
    if (m.file && engine.kept && !call(engine.kept)) {
      file = former;
      if (want === STEP) step(opened); // there may be more to learn from it
      return;
    }
    if (m.file) opened++;
    if (m.file && want === FEED) feed(opened);
    else if (want === STEP) step(opened);
  }

  // give puts bytes into the engine's inbox.
  function give(data) {
    const at = call(engine.inbox, data.byteLength);
    if (!at) return false;
    view(at, data.byteLength).set(new Uint8Array(data));
    return true;
  }

  // feed pushes the file into the engine from front to back.
  async function feed(mine) {
    const size = file.size;
    const room = call(engine.room);
    let reader = null, spare = null;
    try {
      reader = file.stream().getReader({mode: "byob"});
      spare = new ArrayBuffer(room);
    } catch { /* no such streams here: slices do */ }
    let at = 0, want = FEED, turn = performance.now();
    try {
      while (want === FEED && at < size) {
        let piece;
        if (reader) {
          const r = await soon(reader.read(new Uint8Array(spare, 0, at ? room : Math.min(FIRST, room))));
          if (!r) { // the stream has fallen asleep: seen in Chromium on a busy machine
            note("the stream stalled at " + at + "; reading slices from there");
            reader.cancel().catch(() => {});
            reader = null;
            continue;
          }
          if (r.done) break;
          piece = r.value;
          spare = piece.buffer;
        } else {
          piece = new Uint8Array(await file.slice(at, at + (at ? SLICE : FIRST)).arrayBuffer());
        }
        if (mine !== opened || dead) return;
        at += piece.length;
        for (let i = 0; i < piece.length && want === FEED; i += room) {
          const part = piece.subarray(i, i + room);
          view(call(engine.buffer), part.length).set(part);
          want = call(engine.feed, part.length);
        }
        if (performance.now() - turn > TURN || at === piece.length) {
          await pause();
          turn = performance.now();
          if (mine !== opened || dead) return;
          want = call(engine.want); // a Cancel may have come
        }
      }
      if (want === FEED) call(engine.finish);
    } catch (e) {
      if (mine === opened) failed(e);
    } finally {
      if (reader) reader.cancel().catch(() => {});
      if (mine === opened && call(engine.want) === STEP) step(mine);
    }
  }

  // soon is what the promise brings, or undefined when that takes too long.
  function soon(promise) {
    let timer;
    const late = new Promise(resolve => { timer = setTimeout(resolve, STALL); });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  }

  // step lets the engine do the work from its own memory: unpacked files, and
  // the second look at any file. Only one such loop runs for a file.
  let stepping = -1;       // the file it runs for; there may be none yet but one on the shelf
  async function step(mine) {
    if (stepping === mine) return;
    stepping = mine;
    for (let want = STEP; want === STEP;) {
      call(engine.step, TURN);
      await pause();
      if (mine !== opened || dead) return;
      want = call(engine.want);
    }
    stepping = -1;
  }

  // failed tells the engine that the browser cannot read on: a file that was
  // changed or taken away, usually.
  function failed(e) {
    note(String(e));
    const text = new TextEncoder().encode(String(e && e.message || e)).subarray(0, 500);
    if (give(text)) call(engine.failed, text.length);
  }

  // pause resolves after the messages that already wait have been handled.
  const channel = new MessageChannel();
  const paused = [];
  channel.port1.onmessage = () => paused.shift()();
  const pause = () => new Promise(resolve => {
    paused.push(resolve);
    channel.port2.postMessage(null);
  });

  onmessage = e => {
    const m = e.data;
    if (m.type === "start") {
      start(m).catch(die);
    } else if (m.type === "msg") {
      if (waiting) waiting.push(m); else receive(m);
    }
  };
})();
