// Engine is the program of the worker: it owns the opened capture and answers
// the questions of the page.
//
// It is one inbox. The worker's script (site/js/engine.js) puts a request of
// package proto into it and calls receive; replies leave through post. While a
// file is being read the script also calls feed with the next bytes of it, or
// step when the file is packed, and lets waiting messages in between. Nothing
// here blocks but the look back into the file, which the browser answers at
// once (FileReaderSync).
//
// Every entry recovers: a fault of ours becomes a Crash that names the packet,
// and the engine goes on. What cannot be recovered (a stack or a memory that is
// exhausted, an exit of Go's runtime) is seen by the script, which tells the
// page to start another worker.
//
// serve.go and the files beside it are pure Go and tested natively; js.go is
// all that knows the browser. There is no syscall/js: the script is called
// through go:wasmimport and calls through go:wasmexport, 10 to 50 ns each.
package main
