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
"use strict";
