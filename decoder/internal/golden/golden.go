// Package golden runs one-file golden cases: what goes in and what must come
// out stand in the same text file, so that a change of one is read beside the
// other.
//
// A case is a file testdata/NAME.txt:
//
//	# What this shows, where it comes from, and under which terms.
//	# port: 33033
//	15f2 77 cb007173
//	24499eb8              # blanks and remarks behind the bytes are free
//	--------
//	buffer 0: packet, 11 bytes
//	...
//
// The upper part is written by people: remark lines, then the bytes in
// hexadecimal. A remark of the form "key: value" is a parameter that a test
// may ask for. The lower part is the Dump of the dissection;
//
//	go test ./decoder/inet -update
//
// writes it anew, and the diff is then read by a person.
package golden

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"somscope/decoder/field"
)

var update = flag.Bool("update", false, "rewrite the expected part of the golden files")

// Update reports whether expected files are to be rewritten rather than compared.
func Update() bool { return *update }

// rule is the line that parts the two halves.
const rule = "--------"

// A Case is one golden file.
type Case struct {
	Name    string // of the file, without .txt
	Comment string // the remark lines, without their signs
	Data    []byte
	Want    string // the lower part

	upper string // as written
}

// Param is the value of a remark line "key: value", or "".
func (c *Case) Param(key string) string {
	for line := range strings.Lines(c.Comment) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == key {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// Parse reads a case from its text. A file without a rule has no expectation yet.
func Parse(name, text string) (*Case, error) {
	c := &Case{Name: name}
	var digits, comment, upper strings.Builder
	n := 0
	for line := range strings.Lines(text) {
		n++
		if strings.HasPrefix(line, rule) && strings.Trim(line, "-\r\n") == "" {
			c.Want = text[upper.Len()+len(line):]
			break
		}
		upper.WriteString(line)
		bytes, remark, found := strings.Cut(line, "#")
		if found && strings.TrimSpace(bytes) == "" {
			comment.WriteString(strings.TrimSpace(remark) + "\n")
			continue
		}
		for _, r := range bytes {
			switch {
			case strings.ContainsRune(" \t\r\n", r):
			case strings.ContainsRune("0123456789abcdefABCDEF", r):
				digits.WriteRune(r)
			default:
				return nil, fmt.Errorf("%s: line %d: %q is no hexadecimal digit", name, n, r)
			}
		}
	}
	data, err := hex.DecodeString(digits.String())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if comment.Len() == 0 {
		return nil, fmt.Errorf("%s: no remark says what it shows and where it comes from", name)
	}
	c.Data, c.Comment, c.upper = data, comment.String(), upper.String()
	if !strings.HasSuffix(c.upper, "\n") {
		c.upper += "\n"
	}
	return c, nil
}

// Load reads all cases of a folder, in the order of their names.
func Load(tb testing.TB, dir string) []*Case {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no golden file in %s (%v)", dir, err)
	}
	var cases []*Case
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			tb.Fatal(err)
		}
		c, err := Parse(strings.TrimSuffix(filepath.Base(f), ".txt"), string(text))
		if err != nil {
			tb.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}

// Seeds are the bytes of all cases of a folder, for fuzz targets.
func Seeds(tb testing.TB, dir string) [][]byte {
	tb.Helper()
	var seeds [][]byte
	for _, c := range Load(tb, dir) {
		seeds = append(seeds, c.Data)
	}
	return seeds
}

// Run dissects every case of a folder, holds the result to its invariants and
// compares its Dump.
func Run(t *testing.T, dir string, dissect func(t *testing.T, data []byte) *field.Dissection) {
	t.Helper()
	RunCases(t, dir, func(t *testing.T, c *Case) *field.Dissection { return dissect(t, c.Data) })
}

// RunCases is Run for dissectors that need a parameter of the case.
func RunCases(t *testing.T, dir string, dissect func(t *testing.T, c *Case) *field.Dissection) {
	t.Helper()
	for _, c := range Load(t, dir) {
		t.Run(c.Name, func(t *testing.T) {
			d := dissect(t, c)
			if err := d.Check(); err != nil {
				t.Error(err)
			}
			var got bytes.Buffer
			if err := field.Dump(&got, d); err != nil {
				t.Fatal(err)
			}
			if got.String() == c.Want {
				return
			}
			path := filepath.Join(dir, c.Name+".txt")
			if *update {
				if err := os.WriteFile(path, []byte(c.upper+rule+"\n"+got.String()), 0o666); err != nil {
					t.Fatal(err)
				}
				t.Logf("%s rewritten", path)
				return
			}
			if c.Want == "" {
				t.Errorf("%s expects nothing yet; -update writes it. Got:\n%s", path, got.String())
				return
			}
			t.Errorf("%s differs (-update rewrites it):\n%s", path, Diff(c.Want, got.String()))
		})
	}
}

// Diff shows the lines of two texts from where they begin to differ to where
// they agree again: "-" for want, "+" for got.
func Diff(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	head := 0
	for head < len(w) && head < len(g) && w[head] == g[head] {
		head++
	}
	tail := 0
	for tail < len(w)-head && tail < len(g)-head && w[len(w)-1-tail] == g[len(g)-1-tail] {
		tail++
	}
	var b strings.Builder
	fmt.Fprintf(&b, "from line %d:\n", head+1)
	for _, l := range w[head : len(w)-tail] {
		b.WriteString("- " + l + "\n")
	}
	for _, l := range g[head : len(g)-tail] {
		b.WriteString("+ " + l + "\n")
	}
	return b.String()
}
