//go:build js && wasm

// Command page is the program of the page: what the user sees and does. It
// holds one State (state.go); panels subscribe to parts of it and paint
// themselves, and never call each other. It asks the engine in its worker by
// the messages of package proto and lets package view work out what to show.
//
// It imports no decoder, no fmt and no encoding/json, for a visitor waits for
// every byte of it. Events are read through dom/v2; rows, bytes, cards and
// drawings are painted through the import module "paint" (paint.go,
// site/js/paint.js); syscall/js stands in js.go alone.
package main
