//go:build !(js && wasm)

package main

import "os"

// The engine lives in a browser; natively there are only its tests.
func main() {
	os.Stderr.WriteString("engine: build me with GOOS=js GOARCH=wasm\n")
	os.Exit(2)
}
