package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"somscope/cmd/build/serve"
)

// pollEvery is how often the sources are looked at for changes.
const pollEvery = 500 * time.Millisecond

// dev builds without minifying or compressing, serves the result and builds
// again whenever a source has changed. A build that fails says why and leaves
// the last good one in place.
func (b *build) dev(addr string) error {
	b.plain = true
	dir := filepath.Join(b.root, ".cache", "dev")
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	l, err := serve.Listen(addr, firstPort)
	if err != nil {
		return err
	}
	go func() {
		var built string
		for ; ; time.Sleep(pollEvery) {
			state := b.sources()
			if state == built {
				continue
			}
			built = state
			start := time.Now()
			s, err := b.site()
			if err == nil {
				err = s.write(dir)
			}
			if err != nil {
				fmt.Fprintln(os.Stderr, "build:", err)
				continue
			}
			fmt.Printf("built in %.1f s; reload the page\n", time.Since(start).Seconds())
		}
	}()
	fmt.Printf("Somscope is at http://%s/\n", l.Addr())
	return serve.Serve(l, serve.Handler(dir))
}

// sources is a text that differs when a source has been changed, added or
// removed: the name, size and time of each.
func (b *build) sources() string {
	var text strings.Builder
	for _, top := range []string{"index.html", "go.mod", "site", "decoder", "wasm"} {
		_ = filepath.WalkDir(filepath.Join(b.root, top), func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil // gone between two looks: the next one sees it
			}
			if info, err := d.Info(); err == nil && !strings.HasSuffix(p, "_test.go") {
				fmt.Fprintln(&text, p, info.Size(), info.ModTime().UnixNano())
			}
			return nil
		})
	}
	return text.String()
}
