package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/html"
	"github.com/tdewolff/minify/v2/js"
	"github.com/tdewolff/minify/v2/json"
	"github.com/tdewolff/minify/v2/svg"
	"github.com/tdewolff/parse/v2"
	parsehtml "github.com/tdewolff/parse/v2/html"
)

// A build turns a project into a site.
type build struct {
	root     string            // folder of the project
	cache    string            // folder that keeps compressed files, "" for none
	programs []program         // compiled to WebAssembly
	quality  int               // of Brotli, 0 to 11
	plain    bool              // for development: names as in the sources, nothing minified or compressed
	notices  bool              // write the page of third-party notices
	check    func(fs.FS) error // looks at the sources first; nil for nothing to check
}

// A file is one file of the site.
type file struct {
	path  string // in the project, with slashes; "page.wasm" for one that was compiled
	name  string // in the site
	data  []byte
	gz    []byte // compressed siblings; nil where they are no smaller
	br    []byte
	stage stage
}

// A stage says when a visitor fetches a file.
type stage uint8

const (
	first  stage = iota // before the page is usable
	later               // with the engine, or when a text is asked for
	sample              // when a sample is opened
)

func (s stage) String() string { return [...]string{"first", "later", "sample"}[s] }

// stageOf knows it from the file's name: what the page needs in order to answer
// a click is its own program, the style and every script but the worker's and
// the player's; the style of what is seen after a file is read follows the program.
func stageOf(name string) stage {
	base := path.Base(name)
	switch path.Ext(base) {
	case ".pcap", ".pcapng", ".cap":
		return sample
	case ".html", ".css", ".js":
		if base == "engine.js" || base == "sound.js" || base == "later.css" || strings.HasPrefix(base, noticesBase) {
			return later
		}
		return first
	case ".wasm":
		if base == "page.wasm" {
			return first
		}
	}
	return later
}

// A site is a build under way: the files found so far, reached from
// index.html. A file comes in only when something refers to it.
type site struct {
	*build
	src   fs.FS
	made  map[string][]byte // files that are in no source folder, by name
	files map[string]*file  // finished, by path
	names map[string]string // path by name in the site
	open  []string          // paths being worked on, for the message about a circle
	min   *minify.M
}

// site builds everything in memory. Nothing is written, so a build that fails
// leaves the site of the last one alone.
func (b *build) site() (*site, error) {
	s := &site{build: b, src: os.DirFS(b.root), files: map[string]*file{}, names: map[string]string{}}
	if b.check != nil {
		if err := b.check(s.src); err != nil {
			return nil, err
		}
	}
	var err error
	if s.made, err = b.compile(); err != nil {
		return nil, err
	}
	if b.notices {
		if err := b.addNotices(s.made); err != nil {
			return nil, err
		}
	}
	if !b.plain {
		s.min = minifier()
	}
	if _, err := s.add("index.html"); err != nil {
		return nil, err
	}
	if b.notices {
		if _, err := s.add(noticesPage); err != nil {
			return nil, err
		}
	}
	for _, f := range s.list() {
		if path.Ext(f.name) == ".html" {
			if err := s.checkPage(f); err != nil {
				return nil, err
			}
		}
	}
	if err := s.nothingLeft(); err != nil {
		return nil, err
	}
	if !b.plain {
		if err := s.compress(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func minifier() *minify.M {
	m := minify.New()
	m.Add("html", &html.Minifier{KeepDocumentTags: true, KeepEndTags: true, KeepQuotes: true, KeepDefaultAttrVals: true})
	m.Add("css", &css.Minifier{})
	m.Add("js", &js.Minifier{})
	m.Add("json", &json.Minifier{KeepNumbers: true})
	m.Add("svg", &svg.Minifier{})
	return m
}

// add brings a file into the site, after everything that it refers to: its own
// name holds the hash of its final content, their names included.
func (s *site) add(p string) (*file, error) {
	if f := s.files[p]; f != nil {
		return f, nil
	}
	if slices.Contains(s.open, p) {
		return nil, fmt.Errorf("files refer to each other in a circle: %s", strings.Join(append(s.open, p), " → "))
	}
	s.open = append(s.open, p)
	defer func() { s.open = s.open[:len(s.open)-1] }()

	data, err := s.read(p)
	if err != nil {
		return nil, err
	}
	ext := strings.TrimPrefix(path.Ext(p), ".")
	switch ext {
	case "css":
		data, err = s.flatten(p, data, nil)
	case "html":
		data = s.joinStyles(p, data)
	}
	if err != nil {
		return nil, err
	}
	if s.min != nil && slices.Contains([]string{"html", "css", "js", "json", "svg"}, ext) {
		if data, err = s.min.Bytes(ext, data); err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
	}
	if data, err = s.rename(p, ext, data); err != nil {
		return nil, err
	}
	f := &file{path: p, data: data, stage: stageOf(p)}
	f.name = path.Base(p)
	if !s.plain && ext != "html" {
		sum := sha256.Sum256(data)
		f.name = strings.TrimSuffix(f.name, "."+ext) + "." + hex.EncodeToString(sum[:4]) + "." + ext
	}
	if other := s.names[f.name]; other != "" {
		return nil, fmt.Errorf("%s and %s would both be called %s", other, p, f.name)
	}
	s.names[f.name] = p
	s.files[p] = f
	return f, nil
}

func (s *site) read(p string) ([]byte, error) {
	if data, ok := s.made[p]; ok {
		return data, nil
	}
	return fs.ReadFile(s.src, p)
}

// quoted matches a quoted string that may be the path of a file; the second
// part is what the path may carry behind it.
var quoted = regexp.MustCompile("([\"'`])((?:\\.{1,2}/)*[\\w][\\w./-]*\\.[a-z0-9]+)([?#][^\"'`\\s]*)?([\"'`])")

// styleURL matches url(...) in a style sheet.
var styleURL = regexp.MustCompile(`url\(\s*["']?([^"')]+)["']?\s*\)`)

// rename replaces every path of a file of the site by the name which that file
// has in the built folder. A path is a whole quoted string, in a script as in
// an attribute, relative to the file that holds it or to the project's root.
func (s *site) rename(p, ext string, data []byte) ([]byte, error) {
	var failed error
	replace := func(ref string) (string, bool) {
		target, ok := s.resolve(p, ref)
		if !ok || target == p {
			return "", false
		}
		name := path.Base(target)
		if f, err := s.add(target); err == nil {
			name = f.name
		} else if !s.plain || !slices.Contains(s.open, target) {
			failed = errors.Join(failed, err)
		}
		if strings.HasPrefix(ref, ".") {
			name = "./" + name // a module's import needs the dot
		}
		return name, true
	}
	switch ext {
	case "html", "js", "json":
		data = quoted.ReplaceAllFunc(data, func(m []byte) []byte {
			part := quoted.FindSubmatch(m)
			if name, ok := replace(string(part[2])); ok && bytes.Equal(part[1], part[4]) {
				return slices.Concat(part[1], []byte(name), part[3], part[4])
			}
			return m
		})
	case "css":
		data = styleURL.ReplaceAllFunc(data, func(m []byte) []byte {
			ref := string(styleURL.FindSubmatch(m)[1])
			if !isPath(ref) {
				return m
			}
			name, ok := replace(ref)
			if !ok {
				failed = errors.Join(failed, fmt.Errorf("%s: url(%s) leads nowhere", p, ref))
			}
			return []byte("url(" + name + ")")
		})
	}
	return data, failed
}

// resolve finds the file that ref means in the file p. Samples lie in a folder
// of their own beside their list.
func (s *site) resolve(p, ref string) (string, bool) {
	for _, c := range []string{path.Join(path.Dir(p), ref), path.Clean(ref), path.Join(path.Dir(p), "samples", ref)} {
		if _, ok := s.made[c]; ok {
			return c, true
		}
		if !strings.HasPrefix(c, "site/") {
			continue // sources of the programs are not for visitors
		}
		if info, err := fs.Stat(s.src, c); err == nil && info.Mode().IsRegular() {
			return c, true
		}
	}
	return "", false
}

// styleImport matches an @import of a style sheet by its path.
var styleImport = regexp.MustCompile(`(?m)^\s*@import\s+(?:url\(\s*)?["']([^"']+)["']\s*\)?\s*;`)

// flatten puts imported style sheets where they are imported: one request
// instead of a chain of them.
func (s *site) flatten(p string, data []byte, above []string) ([]byte, error) {
	if slices.Contains(above, p) {
		return nil, fmt.Errorf("style sheets import each other in a circle: %s", strings.Join(append(above, p), " → "))
	}
	var failed error
	data = styleImport.ReplaceAllFunc(data, func(m []byte) []byte {
		target := path.Join(path.Dir(p), string(styleImport.FindSubmatch(m)[1]))
		inner, err := s.read(target)
		if err == nil {
			inner, err = s.flatten(target, inner, append(above, p))
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", p, err))
			return nil
		}
		s.files[target] = nil // reached, though it is no file of its own
		inner = styleURL.ReplaceAllFunc(inner, func(m []byte) []byte {
			ref := string(styleURL.FindSubmatch(m)[1])
			if !isPath(ref) {
				return m
			}
			return []byte("url(" + path.Join(path.Dir(target), ref) + ")")
		})
		return append(inner, '\n')
	})
	return data, failed
}

// isPath tells a path in a style sheet from data and from a mark in the page.
func isPath(ref string) bool { return !strings.HasPrefix(ref, "data:") && !strings.HasPrefix(ref, "#") }

// styleLink matches a link to a style sheet in a page.
var styleLink = regexp.MustCompile(`[ \t]*<link rel="stylesheet" href="([^"]+)">\n?`)

// joinStyles makes one sheet of all that a page links to, in their order: the
// sources have a file for each panel, a visitor makes one request.
func (s *site) joinStyles(p string, data []byte) []byte {
	links := styleLink.FindAllSubmatch(data, -1)
	if s.plain || len(links) < 2 {
		return data
	}
	name := strings.TrimSuffix(path.Base(p), ".html") + ".css"
	var sheet bytes.Buffer
	for _, l := range links {
		fmt.Fprintf(&sheet, "@import %q;\n", path.Join(path.Dir(p), string(l[1])))
	}
	s.made[name] = sheet.Bytes()
	done := false
	return styleLink.ReplaceAllFunc(data, func([]byte) []byte {
		if done {
			return nil
		}
		done = true
		return []byte(`<link rel="stylesheet" href="` + name + `">` + "\n")
	})
}

// checkPage holds a page to its own Content-Security-Policy and makes sure
// that nothing in it leads outside or nowhere. It looks at what will be
// served, not at the source.
func (s *site) checkPage(f *file) error {
	var errs []error
	complain := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: "+format, append([]any{f.path}, args...)...))
	}
	policy := ""
	lexer := parsehtml.NewLexer(parse.NewInputBytes(slices.Clone(f.data)))
	tag, attrs := "", map[string]string{}
	for {
		kind, raw := lexer.Next()
		if kind == parsehtml.ErrorToken {
			if err := lexer.Err(); err != io.EOF {
				return fmt.Errorf("%s: %w", f.path, err)
			}
			break
		}
		switch kind {
		case parsehtml.StartTagToken:
			tag, attrs = string(lexer.Text()), map[string]string{}
		case parsehtml.AttributeToken:
			name := strings.ToLower(string(lexer.AttrKey()))
			value := string(lexer.AttrVal())
			if n := len(value); n > 1 && (value[0] == '"' || value[0] == '\'') {
				value = value[1 : n-1]
			}
			attrs[name] = value
			switch {
			case name == "style":
				complain("<%s> has a style of its own, which the policy forbids", tag)
			case strings.HasPrefix(name, "on"):
				complain("<%s> has a script in %s, which the policy forbids", tag, name)
			}
		case parsehtml.StartTagCloseToken, parsehtml.StartTagVoidToken:
			if tag == "meta" && strings.EqualFold(attrs["http-equiv"], "Content-Security-Policy") {
				policy = attrs["content"]
			}
			for _, name := range []string{"src", "href"} {
				ref, ok := attrs[name]
				if !ok || ref == "" || strings.HasPrefix(ref, "#") || strings.HasPrefix(ref, "data:") {
					continue
				}
				if tag == "a" && strings.HasPrefix(ref, "https://") {
					continue // to read elsewhere, when the reader asks for it
				}
				ref, _, _ = strings.Cut(ref, "#")
				ref = strings.TrimPrefix(ref, "./")
				if s.names[ref] == "" && s.made[ref] == nil {
					complain("<%s %s=%q> leads to no file of the site", tag, name, ref)
				}
			}
		case parsehtml.TextToken:
			if (tag == "script" || tag == "style") && len(bytes.TrimSpace(raw)) > 0 {
				complain("there is a <%s> with content, which the policy forbids", tag)
			}
		case parsehtml.EndTagToken:
			tag = ""
		}
	}
	switch {
	case policy == "":
		complain("there is no Content-Security-Policy")
	case !strings.Contains(policy, "default-src 'none'"):
		complain("the policy does not begin by forbidding everything: %s", policy)
	case strings.Contains(policy, "'unsafe-inline'"), strings.Contains(policy, "'unsafe-eval'"), strings.Contains(policy, "http:"), strings.Contains(policy, "https:"), strings.Contains(policy, "*"):
		complain("the policy allows too much: %s", policy)
	}
	return errors.Join(errs...)
}

// nothingLeft complains about files of the site's folder that no other file
// refers to: they would be forgotten weight, or a reference is misspelt.
func (s *site) nothingLeft() error {
	var errs []error
	err := fs.WalkDir(s.src, "site", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.HasPrefix(d.Name(), ".") {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		switch path.Ext(p) {
		case ".css", ".js", ".json", ".svg", ".png", ".html", ".pcap", ".pcapng":
			if _, ok := s.files[p]; !ok && !d.IsDir() {
				errs = append(errs, fmt.Errorf("nothing refers to %s", p))
			}
		}
		return nil
	})
	return errors.Join(append(errs, err)...)
}

// list returns the files in order of their names.
func (s *site) list() []*file {
	var all []*file
	for _, f := range s.files {
		if f != nil {
			all = append(all, f)
		}
	}
	slices.SortFunc(all, func(a, b *file) int { return strings.Compare(a.name, b.name) })
	return all
}

// ours matches the names that a build gives, and nothing that a person would.
var ours = regexp.MustCompile(`\.[0-9a-f]{8}\.[a-z0-9]+(\.gz|\.br)?$`)

// write puts the site into a folder. The page itself comes last, so that
// nobody is handed a page whose parts are not there yet, and files of earlier
// builds go after that. Files that no build wrote are left alone.
func (s *site) write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	all := s.list()
	isPage := func(f *file) bool { return path.Ext(f.name) == ".html" }
	parts := slices.DeleteFunc(slices.Clone(all), isPage)
	pages := slices.DeleteFunc(all, func(f *file) bool { return !isPage(f) })
	kept := map[string]bool{}
	for _, f := range append(parts, pages...) {
		for _, v := range []struct {
			suffix string
			data   []byte
		}{{"", f.data}, {".gz", f.gz}, {".br", f.br}} {
			name := filepath.Join(dir, f.name+v.suffix)
			if v.data == nil {
				if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
					return err
				}
				continue
			}
			kept[f.name+v.suffix] = true
			if err := replaceFile(name, v.data); err != nil {
				return err
			}
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !kept[e.Name()] && ours.MatchString(e.Name()) {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// replaceFile writes a file under another name first, so that whoever reads
// it meanwhile has the old one or the new one and never half of one. A file
// that is the same already is not touched.
func replaceFile(name string, data []byte) error {
	if old, err := os.ReadFile(name); err == nil && bytes.Equal(old, data) {
		return nil
	}
	tmp := name + ".tmp"
	if err := os.WriteFile(tmp, data, 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, name)
}
