// Package captures lets tests read the real captures that the environment variable
// SOMSCOPE_CAPTURES names, and what tshark says of them in expected/ beside them.
// No capture of real people is part of the repository.
package captures

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"somscope/decoder/capfile"
	"somscope/decoder/inet"
)

// Dir is the folder of captures. The test is skipped when there is none.
func Dir(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("SOMSCOPE_CAPTURES")
	if dir == "" {
		tb.Skip("SOMSCOPE_CAPTURES is not set: tests on real captures are left out")
	}
	return dir
}

// Each reads a capture, unpacking it first when it is compressed, and calls on for each packet
// with its number from 0. What s and payload hold is good until on returns. It returns the
// error reading stopped with.
func Each(tb testing.TB, file string, on func(n uint32, r *capfile.Record, s *inet.Summary, payload []byte)) error {
	tb.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	var src capfile.Source = bytes.NewReader(data)
	u, err := capfile.Unpack(src, capfile.UnpackBudget)
	if err != nil {
		return err
	}
	if u != nil {
		for done := false; !done; {
			if done, err = u.Step(1 << 20); err != nil && !errors.Is(err, io.EOF) {
				return err
			}
		}
		src = u.Source()
	}
	var n uint32
	var s inet.Summary
	_, err = capfile.Scan(src, 1<<16, func(r *capfile.Record) bool {
		inet.Summarize(&s, r.LinkType, r.Data, int(r.OrigLen))
		on(n, r, &s, r.Data[s.PayOff:s.PayOff+s.PayLen])
		n++
		return true
	})
	return err
}

// Glob lists the captures that match a pattern below Dir, without what is no capture.
func Glob(tb testing.TB, pattern string) []string {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join(Dir(tb), pattern))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no file fits %s (%v)", pattern, err)
	}
	keep := files[:0]
	for _, f := range files {
		if !strings.HasSuffix(f, ".json") {
			keep = append(keep, f)
		}
	}
	return keep
}

// Table reads a file of expected/ for a capture: the lines below its head, split at tabs, with
// the head's words as keys. A table that is not there has no rows: tshark found none.
func Table(tb testing.TB, capture, name string) []map[string]string {
	tb.Helper()
	rel, err := filepath.Rel(Dir(tb), capture)
	if err != nil {
		tb.Fatal(err)
	}
	dir := filepath.Join(Dir(tb), "expected", rel)
	if _, err := os.Stat(dir); err != nil {
		tb.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		tb.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	head := strings.Split(lines[0], "\t")
	var rows []map[string]string
	for _, l := range lines[1:] {
		row := map[string]string{}
		for i, cell := range strings.Split(l, "\t") {
			if i < len(head) {
				row[head[i]] = cell
			}
		}
		rows = append(rows, row)
	}
	return rows
}
