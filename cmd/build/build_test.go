package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

// project is a small site with one of everything: what a test changes, it
// changes in a copy.
var project = map[string]string{
	"go.mod":            "module small\n\ngo 1.26\n",
	"wasm/page/main.go": "package main\n\nfunc main() { println(1) }\n",
	"index.html": `<!doctype html>
<html lang="en" data-program="page.wasm" data-exec="wasm_exec.js" data-list="site/content/samples.json">
<head>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'">
<title>Small</title>
<link rel="stylesheet" href="site/css/tokens.css">
<link rel="stylesheet" href="site/css/list.css">
<link rel="icon" href="site/css/icon.svg">
<script src="site/js/boot.js" type="module"></script>
</head>
<body><p>Read <a href="https://example.org/">more</a> or <a href="#sample=one">see</a>.</p></body>
</html>
`,
	"site/css/tokens.css":           "/* colours */\n:root { --paper: #ffffff; }\n",
	"site/css/list.css":             "@import \"rows.css\";\n.list { color: red; background: url(icon.svg); }\n",
	"site/css/rows.css":             ".row { height: 22px; }\n",
	"site/css/icon.svg":             `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>`,
	"site/js/boot.js":               "// starts\nimport { paint } from \"./paint.js\";\nconst worker = 'site/js/engine.js';\nconsole.log(paint, worker);\n",
	"site/js/paint.js":              "export const paint = \"not/a/file.js\";\n",
	"site/js/engine.js":             "// started by \"boot.js\"\nonmessage = () => {};\n",
	"site/content/samples.json":     `[{"name": "one", "file": "samples/one.pcap"}]`,
	"site/content/samples/one.pcap": strings.Repeat("packet ", 100),
}

// small lays the project out in a folder, with some files changed ("" takes
// one away), and returns a build of it.
func small(t *testing.T, changes map[string]string) *build {
	t.Helper()
	root := t.TempDir()
	files := maps.Clone(project)
	maps.Copy(files, changes)
	for name, text := range files {
		if text == "" {
			continue
		}
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// A low quality of Brotli: the test is about files, not about their size.
	return &build{root: root, programs: []program{{name: "page.wasm", pkg: "./wasm/page", experiments: "nosuchthing"}}, quality: 1, notices: true}
}

func readAll(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(data)
	}
	return all
}

// The same sources in two folders give the same bytes, all names carry the
// hash of what they hold, every reference leads to a file, and what is not
// referred to does not come along.
func TestBuild(t *testing.T) {
	built := func() map[string]string {
		s, err := small(t, nil).site()
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if err := s.write(dir); err != nil {
			t.Fatal(err)
		}
		return readAll(t, dir)
	}
	one, two := built(), built()
	if !maps.Equal(one, two) {
		for name := range one {
			if one[name] != two[name] {
				t.Errorf("%s differs between two builds of the same sources", name)
			}
		}
		t.Fatalf("two builds differ:\n%v\n%v", slices.Sorted(maps.Keys(one)), slices.Sorted(maps.Keys(two)))
	}

	var bases []string
	for name := range one {
		if !strings.HasSuffix(name, ".gz") && !strings.HasSuffix(name, ".br") {
			bases = append(bases, regexp.MustCompile(`\.[0-9a-f]{8}\.`).ReplaceAllString(name, ".HASH."))
		}
	}
	slices.Sort(bases)
	want := []string{"boot.HASH.js", "engine.HASH.js", "icon.HASH.svg", "index.HASH.css", "index.html", "one.HASH.pcap", "page.HASH.wasm", "paint.HASH.js",
		"samples.HASH.json", "third-party.HASH.css", "third-party.html", "wasm_exec.HASH.js"}
	if !slices.Equal(bases, want) {
		t.Fatalf("files:\n%v\nwant:\n%v", bases, want)
	}

	// References of the page and of the script are names in the folder.
	for _, name := range slices.Sorted(maps.Keys(one)) {
		if strings.HasSuffix(name, ".gz") || strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".wasm") {
			continue
		}
		for _, ref := range regexp.MustCompile(`[\w-]+\.[0-9a-f]{8}\.\w+`).FindAllString(one[name], -1) {
			if _, ok := one[ref]; !ok {
				t.Errorf("%s refers to %s, which is not there", name, ref)
			}
		}
		if strings.Contains(one[name], "site/") {
			t.Errorf("%s still holds a path of the sources:\n%s", name, one[name])
		}
	}
	page := one["index.html"]
	for _, base := range []string{"page", "wasm_exec", "samples", "boot", "index", "icon"} {
		if !regexp.MustCompile(`"` + base + `\.[0-9a-f]{8}\.`).MatchString(page) {
			t.Errorf("the page does not refer to %s:\n%s", base, page)
		}
	}
	for name, text := range one {
		switch {
		case strings.HasPrefix(name, "boot.") && strings.HasSuffix(name, ".js"):
			if !regexp.MustCompile(`from"\./paint\.[0-9a-f]{8}\.js"`).MatchString(text) || !regexp.MustCompile(`["'`+"`"+`]engine\.[0-9a-f]{8}\.js`).MatchString(text) {
				t.Errorf("the script's references: %s", text)
			}
		case strings.HasPrefix(name, "index.") && strings.HasSuffix(name, ".css"):
			tokens, rows, list := strings.Index(text, "--paper"), strings.Index(text, ".row"), strings.Index(text, ".list")
			if tokens < 0 || rows < tokens || list < rows || strings.Contains(text, "colours") {
				t.Errorf("style sheet: %s", text)
			}
		case strings.HasPrefix(name, "samples.") && strings.HasSuffix(name, ".json"):
			if !regexp.MustCompile(`"file":"one\.[0-9a-f]{8}\.pcap"`).MatchString(text) {
				t.Errorf("list of samples: %s", text)
			}
		case name == "third-party.html":
			if !strings.Contains(text, "Copyright 2009 The Go Authors") {
				t.Errorf("notices: %.300s", text)
			}
		}
	}

	// The siblings hold the same content.
	for name, text := range one {
		plain, isGzip := strings.CutSuffix(name, ".gz")
		if isGzip {
			r, err := gzip.NewReader(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if data, err := io.ReadAll(r); err != nil || string(data) != one[plain] {
				t.Errorf("%s holds something else (%v)", name, err)
			}
		}
		if plain, ok := strings.CutSuffix(name, ".br"); ok {
			if data, err := io.ReadAll(brotli.NewReader(strings.NewReader(text))); err != nil || string(data) != one[plain] {
				t.Errorf("%s holds something else (%v)", name, err)
			}
		}
	}
	for _, ext := range []string{"wasm", "pcap"} {
		found := false
		for name := range one {
			found = found || strings.HasSuffix(name, "."+ext+".br")
		}
		if !found {
			t.Errorf("no Brotli sibling of a .%s file", ext)
		}
	}
}

// A second build into the same folder takes the first one's files away and
// leaves a stranger's alone.
func TestWriteTidiesUp(t *testing.T) {
	dir := t.TempDir()
	keep := filepath.Join(dir, "CNAME")
	if err := os.WriteFile(keep, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, script := range []string{project["site/js/paint.js"], "export const paint = 2;\n"} {
		b := small(t, map[string]string{"site/js/paint.js": script})
		b.plain = false
		s, err := b.site()
		if err != nil {
			t.Fatal(err)
		}
		if err := s.write(dir); err != nil {
			t.Fatal(err)
		}
	}
	for _, base := range []string{"paint", "boot"} {
		found, err := filepath.Glob(filepath.Join(dir, base+".*.js"))
		if err != nil || len(found) != 1 {
			t.Errorf("files called %s: %v, want one", base, found)
		}
	}
	if _, err := os.Stat(keep); err != nil {
		t.Error("a file that no build wrote was removed")
	}
}

// For development the names stay as in the sources and nothing is minified.
func TestPlainBuild(t *testing.T) {
	b := small(t, nil)
	b.plain = true
	s, err := b.site()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := s.write(dir); err != nil {
		t.Fatal(err)
	}
	all := readAll(t, dir)
	if !strings.Contains(all["boot.js"], "// starts") || !strings.Contains(all["boot.js"], `"./paint.js"`) || !strings.Contains(all["boot.js"], `'engine.js'`) {
		t.Errorf("boot.js: %s", all["boot.js"])
	}
	if _, ok := all["boot.js.br"]; ok {
		t.Error("a development build was compressed")
	}
	if !bytes.HasPrefix([]byte(all["page.wasm"]), []byte("\x00asm")) {
		t.Error("page.wasm is no WebAssembly")
	}
}

func TestBuildRefuses(t *testing.T) {
	page := project["index.html"]
	for _, c := range []struct {
		name    string
		changes map[string]string
		want    string
	}{
		{"a script that is missing", map[string]string{"site/js/boot.js": ""}, `src="site/js/boot.js"> leads to no file`},
		{"a sheet that is missing", map[string]string{"site/css/rows.css": ""}, "rows.css"},
		{"a picture that is missing", map[string]string{"site/css/icon.svg": ""}, "url(site/css/icon.svg) leads nowhere"},
		{"a file that nothing needs", map[string]string{"site/js/old.js": "1\n"}, "nothing refers to site/js/old.js"},
		{"scripts in a circle", map[string]string{"site/js/paint.js": "import \"./boot.js\";\n"}, "in a circle: index.html → site/js/boot.js → site/js/paint.js → site/js/boot.js"},
		{"sheets in a circle", map[string]string{"site/css/rows.css": "@import 'list.css';\n"}, "in a circle"},
		{"a program that does not compile", map[string]string{"wasm/page/main.go": "package main\n\nfunc main() { nonsense }\n"}, "./wasm/page does not compile"},
		{"a script in the page", map[string]string{"index.html": strings.Replace(page, "</body>", "<script>alert(1)</script></body>", 1)}, "<script> with content"},
		{"a handler in the page", map[string]string{"index.html": strings.Replace(page, "<p>", `<p onclick="alert(1)">`, 1)}, "script in onclick"},
		{"a style in the page", map[string]string{"index.html": strings.Replace(page, "<p>", `<p style="color: red">`, 1)}, "style of its own"},
		{"a script from elsewhere", map[string]string{"index.html": strings.Replace(page, "site/js/boot.js", "https://example.org/boot.js", 1)}, `src="https://example.org/boot.js"> leads to no file`},
		{"an absolute address", map[string]string{"index.html": strings.Replace(page, "site/css/icon.svg", "/site/css/icon.svg", 1)}, "leads to no file"},
		{"no policy", map[string]string{"index.html": strings.Replace(page, "Content-Security-Policy", "X", 1)}, "no Content-Security-Policy"},
		{"a lax policy", map[string]string{"index.html": strings.Replace(page, "style-src 'self'", "style-src 'self' 'unsafe-inline'", 1)}, "allows too much"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := small(t, c.changes)
			b.notices = false
			_, err := b.site()
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v\nwant one that says %q", err, c.want)
			}
		})
	}
}

func TestCheckComesFirst(t *testing.T) {
	b := small(t, nil)
	b.check = func(src fs.FS) error {
		_, err := fs.Stat(src, "none")
		return err
	}
	if _, err := b.site(); err == nil {
		t.Error("a site was built from sources that the check refused")
	}
}

func TestTable(t *testing.T) {
	s := &site{files: map[string]*file{
		"page.wasm":                {name: "page.1.wasm", data: make([]byte, 2_000_000), br: make([]byte, firstLimit-10), stage: first},
		"site/js/boot.js":          {name: "boot.1.js", data: make([]byte, 10), stage: first},
		"site/js/engine.js":        {name: "engine.1.js", data: make([]byte, 100), br: make([]byte, 50), stage: later},
		"site/content/samples/a.c": {name: "a.1.pcap", data: make([]byte, 9_000_000), stage: sample},
	}}
	var out strings.Builder
	if !s.table(&out) {
		t.Errorf("a site that just fits was refused:\n%s", &out)
	}
	if !strings.Contains(out.String(), "2,000,000") {
		t.Errorf("the size of page.wasm is not in the table:\n%s", &out)
	}
	if strings.Contains(out.String(), "target") {
		t.Errorf("what is below its target needs no word about it:\n%s", &out)
	}
	s.files["site/js/engine.js"].br = make([]byte, allTarget)
	if out.Reset(); !s.table(&out) || !strings.Contains(out.String(), ": fits; target 1,700,000: 668,000 over") {
		t.Errorf("beyond the target, within the limit:\n%s", &out)
	}
	s.files["site/js/boot.js"].data = make([]byte, 11)
	if out.Reset(); s.table(&out) || !strings.Contains(out.String(), "TOO HEAVY") {
		t.Errorf("one byte too many was let through:\n%s", &out)
	}
	s.files["site/js/boot.js"].data = nil
	s.files["engine.wasm"] = &file{name: "engine.1.wasm", data: make([]byte, allLimit-firstLimit), stage: later}
	if out.Reset(); s.table(&out) {
		t.Errorf("the whole is too heavy, and it was let through:\n%s", &out)
	}
}

func TestStageOf(t *testing.T) {
	for name, want := range map[string]stage{
		"index.html": first, "page.wasm": first, "wasm_exec.js": first, "site/js/boot.js": first, "index.css": first,
		"engine.wasm": later, "site/js/engine.js": later, "site/content/sources.json": later, "third-party.html": later, "third-party.css": later,
		"site/content/samples/call.pcap": sample,
	} {
		if got := stageOf(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// What was compressed once is not compressed again, and the result is the same.
func TestCached(t *testing.T) {
	b := &build{cache: filepath.Join(t.TempDir(), "cache")}
	calls := 0
	slow := func(data []byte) ([]byte, error) { calls++; return append([]byte("made of "), data...), nil }
	for range 3 {
		got, err := b.cached("kind", []byte("data"), slow)
		if err != nil || string(got) != "made of data" {
			t.Fatalf("%q, %v", got, err)
		}
	}
	if calls != 1 {
		t.Errorf("made %d times, want once", calls)
	}
	if _, err := b.cached("other", []byte("data"), slow); err != nil || calls != 2 {
		t.Errorf("another kind was taken for the same")
	}
}
