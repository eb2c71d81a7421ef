package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
)

// worthIt is the size in bytes from which a file gets compressed siblings.
const worthIt = 256

// compress makes the siblings of every file. Brotli at its best takes seconds
// for a megabyte, so what was compressed once is kept by its hash.
func (s *site) compress() error {
	prune(s.cache, 7*24*time.Hour)
	all := s.list()
	errs := make([]error, len(all))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for i, f := range all {
		if len(f.data) < worthIt {
			continue
		}
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if f.gz, errs[i] = s.cached("gz9", f.data, gzipped); errs[i] != nil {
				return
			}
			level := fmt.Sprintf("br%dw24", s.quality)
			f.br, errs[i] = s.cached(level, f.data, func(data []byte) ([]byte, error) { return brotlied(data, s.quality) })
			if len(f.gz) >= len(f.data) {
				f.gz = nil
			}
			if len(f.br) >= len(f.data) {
				f.br = nil
			}
		})
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return fmt.Errorf("compressing %s: %w", all[i].name, err)
		}
	}
	return nil
}

// gzipped leaves out name and time: the bytes depend on the content alone.
func gzipped(data []byte) ([]byte, error) {
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// brotlied uses a window of 16 MiB, which spans either program.
func brotlied(data []byte, quality int) ([]byte, error) {
	var buf bytes.Buffer
	w := brotli.NewWriterOptions(&buf, brotli.WriterOptions{Quality: quality, LGWin: 24})
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// cached returns what a slow function made of data before, or calls it. The
// cache is a convenience: what cannot be kept is made again the next time.
func (b *build) cached(kind string, data []byte, slow func([]byte) ([]byte, error)) ([]byte, error) {
	if b.cache == "" {
		return slow(data)
	}
	sum := sha256.Sum256(data)
	name := filepath.Join(b.cache, hex.EncodeToString(sum[:])+"."+kind)
	if old, err := os.ReadFile(name); err == nil && len(old) > 0 {
		now := time.Now()
		_ = os.Chtimes(name, now, now) // in use: not to be pruned
		return old, nil
	}
	made, err := slow(data)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(b.cache, 0o755); err == nil {
		_ = replaceFile(name, made)
	}
	return made, nil
}

// prune removes what no build has used for a while.
func prune(dir string, age time.Duration) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > age {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
