package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"somscope/decoder"
	"somscope/decoder/classify"
	"somscope/decoder/detect"
	"somscope/decoder/field"
)

// Where the texts lie.
const (
	sourcesFile  = "site/content/sources.json"
	glossaryFile = "site/content/glossary.json"
	samplesFile  = "site/content/samples.json"
)

// A source is what a citation leads to.
type source struct {
	Title   string
	Authors string
	Year    int
	Note    string
	URL     string
}

// A term is an entry of the glossary.
type term struct{ Term, Text string }

// A sampleEntry is one capture of the shelf.
type sampleEntry struct{ Name, File string }

// content is all text that the site brings, beside what the fields say of
// themselves.
type content struct {
	sources  map[string]source
	glossary map[string]term
	samples  []sampleEntry
}

// readContent reads the texts. A key that stands twice in a file is an error:
// the second would silently win.
func readContent(src fs.FS) (*content, error) {
	c := &content{}
	var errs []error
	for _, f := range []struct {
		name string
		into any
	}{{sourcesFile, &c.sources}, {glossaryFile, &c.glossary}, {samplesFile, &c.samples}} {
		data, err := fs.ReadFile(src, f.name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if err := json.Unmarshal(data, f.into); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", f.name, err))
		}
		if key := twice(data); key != "" {
			errs = append(errs, fmt.Errorf("%s: the key %q stands twice", f.name, key))
		}
	}
	return c, errors.Join(errs...)
}

// twice returns a key that an object of the document has twice, or "".
func twice(data []byte) string {
	dec := json.NewDecoder(bytes.NewReader(data))
	type object struct {
		keys   map[string]bool // nil for an array
		inside bool            // a key has been read, its value comes next
	}
	var open []*object
	for {
		tok, err := dec.Token()
		if err != nil {
			return ""
		}
		var top *object
		if len(open) > 0 {
			top = open[len(open)-1]
		}
		switch t := tok.(type) {
		case json.Delim:
			switch t {
			case '{':
				if top != nil {
					top.inside = false
				}
				open = append(open, &object{keys: map[string]bool{}})
			case '[':
				if top != nil {
					top.inside = false
				}
				open = append(open, &object{})
			default:
				open = open[:len(open)-1]
			}
		default:
			if top == nil || top.keys == nil {
				continue
			}
			if top.inside {
				top.inside = false
				continue
			}
			key, _ := t.(string)
			if top.keys[key] {
				return key
			}
			top.keys[key] = true
			top.inside = true
		}
	}
}

// checkContent holds what is said to what it refers to: each citation leads to
// a source, each term to an entry of the glossary, each link of the page to a
// sample, and each sample opens.
func checkContent(src fs.FS, specs []*field.Spec, cites []field.Cite) error {
	c, err := readContent(src)
	if err != nil {
		return err
	}
	var errs []error
	complain := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }

	for key, s := range c.sources {
		switch {
		case s.Title == "":
			complain("%s: %s has no title", sourcesFile, key)
		case s.URL != "" && !strings.HasPrefix(s.URL, "https://") && !strings.HasPrefix(s.URL, "http://"):
			complain("%s: the address of %s is none: %s", sourcesFile, key, s.URL)
		}
	}
	for key, t := range c.glossary {
		if t.Term == "" || !strings.HasSuffix(t.Text, ".") {
			complain("%s: %s needs a term and a text that ends with a full stop", glossaryFile, key)
		}
	}

	named := map[string]bool{}
	for _, s := range specs {
		if named[s.Name] {
			complain("two fields are called %s", s.Name)
		}
		named[s.Name] = true
		if s.Label == "" {
			complain("%s has no label", s.Name)
		}
		if !strings.HasSuffix(strings.TrimSuffix(s.Doc, "”"), ".") {
			complain("%s: its sentence does not end with a full stop: %q", s.Name, s.Doc)
		}
		if s.Term != "" && c.glossary[s.Term].Term == "" {
			complain("%s: the glossary has no entry %q", s.Name, s.Term)
		}
		used := slices.Clone(s.Cite)
		for _, r := range s.Readings {
			used = append(used, r.Cite)
		}
		for _, cite := range used {
			if _, ok := c.sources[cite.Key]; !ok {
				complain("%s cites %q (%s), which is no source", s.Name, cite.Key, cite.Where)
			}
		}
	}
	for _, cite := range cites {
		if _, ok := c.sources[cite.Key]; !ok {
			complain("a rule cites %q (%s), which is no source", cite.Key, cite.Where)
		}
	}

	names := map[string]bool{}
	for _, s := range c.samples {
		if s.Name == "" || names[s.Name] {
			complain("%s: the name %q is empty or stands twice", samplesFile, s.Name)
		}
		names[s.Name] = true
		if err := opens(src, path.Join(path.Dir(samplesFile), s.File)); err != nil {
			complain("%s: the sample %s: %w", samplesFile, s.Name, err)
		}
	}
	page, err := fs.ReadFile(src, "index.html")
	if err != nil {
		return err
	}
	for _, m := range sampleLink.FindAllSubmatch(page, -1) {
		if !names[string(m[1])] {
			complain("index.html: the link to the sample %q leads nowhere", m[1])
		}
	}
	return errors.Join(errs...)
}

// ruleCites are the citations of the rules that judge flows, and of the published detectors.
func ruleCites() []field.Cite {
	all := classify.Cites()
	for _, d := range detect.Detectors {
		all = append(all, d.Cites...)
	}
	return all
}

// sampleLink matches a permalink to a sample.
var sampleLink = regexp.MustCompile(`#sample=([\w.-]+)`)

// opens reads a capture to its end.
func opens(src fs.FS, name string) error {
	data, err := fs.ReadFile(src, name)
	if err != nil {
		return err
	}
	c, err := decoder.Open(bytes.NewReader(data), path.Base(name))
	if err != nil {
		return err
	}
	for {
		p, err := c.Step(time.Second)
		switch {
		case err == io.EOF && p.Packets == 0:
			return errors.New("there is no packet in it")
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}
