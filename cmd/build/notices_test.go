package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Everything that is linked into the programs is named with its terms, a
// package's own licence beside its module's included.
func TestLinked(t *testing.T) {
	b := &build{root: filepath.Join("..", ".."), programs: programs}
	all, err := b.linked()
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	var names []string
	for _, n := range all {
		names = append(names, n.Name)
		texts[n.Name] = strings.Join(n.Texts, "\n")
		if n.Version == "" || len(texts[n.Name]) < 200 {
			t.Errorf("%s %q: %d characters of terms", n.Name, n.Version, len(texts[n.Name]))
		}
	}
	for name, want := range map[string]string{
		"Somscope": "The Somscope authors",
		"Go: runtime, standard library and wasm_exec.js": "The Go Authors",
		"github.com/google/gopacket":                     "Google, Inc.",
		"github.com/klauspost/compress":                  "Klaus Post",
		"honnef.co/go/js/dom/v2":                         "Dominik Honnef",
	} {
		if !strings.Contains(texts[name], want) {
			t.Errorf("%s: the terms do not name %q; found %q", name, want, names)
		}
	}
	if names[0] != "Somscope" || !strings.HasPrefix(names[1], "Go") || !slices.IsSorted(names[2:]) {
		t.Errorf("order: %q", names)
	}
}

func TestLicences(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"LICENSE.txt": "one\n", "COPYING": "two", "license.go": "package x", "licenses.md": "no", "NOTICE": "three"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := licences(dir)
	slices.Sort(got)
	if err != nil || !slices.Equal(got, []string{"one", "three", "two"}) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestVersion(t *testing.T) {
	dir := t.TempDir()
	b := &build{root: dir}
	if got := b.version(); got != "dev" {
		t.Errorf("without a list of changes: %q", got)
	}
	if err := os.WriteFile(filepath.Join(dir, "CHANGELOG.md"), []byte("# Changelog\n\n## 0.2.0 (unreleased)\n\n## 0.1.0\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := b.version(); got != "0.2.0" {
		t.Errorf("the newest version is %q", got)
	}
}
