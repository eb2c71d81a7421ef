// Command build makes the site: it compiles the two WebAssembly programs,
// minifies what is text, names files by their content, compresses each one
// ahead of time, checks the content and prints what everything weighs.
//
//	go run ./cmd/build            writes dist/
//	go run ./cmd/build -serve     writes it and serves it on localhost
//	go run ./cmd/build -dev       serves an unminified build, made anew when a source changes
//
// The result is a folder of static files with relative addresses only, so it
// can be copied to any host and under any path. The same sources and the same
// toolchain give the same bytes.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"somscope/cmd/build/serve"
	"somscope/decoder"
)

// What a visitor may be made to fetch, in Brotli bytes. A build that weighs
// more fails: a size that only warns grows.
//
// The whole is to come down to allTarget. Of what the engine weighs beyond it,
// gopacket's layers are some 330 kB (they register each other, so the linker
// keeps all of them), zstd is 100 kB, the Go runtime with fmt 560 kB. The second look, its story
// and the detectors are some 430 kB, voice some 450 kB (Opus alone 114); they arrive after the
// page can be used.
const (
	// Before the page is usable: HTML, style, scripts, the page's program. It was 650 kB until
	// Skype's own files came: their shelf, and tables that sort and filter, are 15 kB and more.
	firstLimit = 668_000
	allLimit   = 3_350_000 // with the engine, the texts and the notices, without sample captures
	allTarget  = 1_700_000
)

// programs are what runs in the browser.
var programs = []program{
	// The page's heap is small: the simpler collector and allocator do, and weigh 6 kB less.
	{name: "page.wasm", pkg: "./wasm/page", called: []string{"runtime", "strings", "syscall/js", "honnef.co/...", "somscope/..."}, experiments: "nogreenteagc,nosizespecializedmalloc"},
	{name: "engine.wasm", pkg: "./wasm/engine", called: []string{"github.com/..."}},
}

// firstPort is where -serve and -dev look for a free port.
const firstPort = 8080

func main() {
	// A set of its own: a library that the decoder uses registers flags of its own kind.
	set := flag.NewFlagSet("build", flag.ExitOnError)
	out := set.String("o", "dist", "write the site into this `folder`")
	serving := set.Bool("serve", false, "serve the built site on localhost")
	dev := set.Bool("dev", false, "serve an unminified build and make it anew when a source changes")
	addr := set.String("addr", "", "serve on this `host:port` instead of the first free port from 8080 on")
	set.Usage = func() {
		fmt.Fprintf(set.Output(), "usage: build [-o folder] [-serve | -dev] [-addr host:port]\n\n")
		set.PrintDefaults()
	}
	set.Parse(os.Args[1:])
	if set.NArg() > 0 {
		set.Usage()
		os.Exit(2)
	}
	if err := run(*out, *serving, *dev, *addr); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(out string, serving, dev bool, addr string) error {
	root, err := projectRoot()
	if err != nil {
		return err
	}
	b := &build{
		root:     root,
		cache:    filepath.Join(root, ".cache", "build"),
		programs: programs,
		quality:  11,
		notices:  true,
		check:    func(src fs.FS) error { return checkContent(src, decoder.Catalogue(), ruleCites()) },
	}
	if dev {
		return b.dev(addr)
	}
	out, err = filepath.Abs(out)
	if err != nil {
		return err
	}
	start := time.Now()
	s, err := b.site()
	if err != nil {
		return err
	}
	if err := s.write(out); err != nil {
		return err
	}
	fit := s.table(os.Stdout)
	fmt.Printf("built %s in %.1f s\n", out, time.Since(start).Seconds())
	if !fit {
		return errors.New("the site is heavier than its limits allow")
	}
	if serving {
		return serveSite(os.Stdout, out, addr)
	}
	return nil
}

// serveSite serves a folder until the program is interrupted.
func serveSite(w io.Writer, dir, addr string) error {
	l, err := serve.Listen(addr, firstPort)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "Somscope is at http://%s/\n", l.Addr())
	return serve.Serve(l, serve.Handler(dir))
}

// projectRoot is the folder of go.mod, looked for from the current one upward.
func projectRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("run this inside the project's folder: no go.mod here or above")
		}
		dir = parent
	}
}
