package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// The page of notices keeps its name, so that it can be linked to.
const (
	noticesBase = "third-party"
	noticesPage = noticesBase + ".html"
	noticesCSS  = noticesBase + ".css"
)

var (
	//go:embed third-party.html
	noticesSource string
	//go:embed third-party.css
	noticesStyle []byte
	//go:embed go-license.txt
	goLicense string // for toolchains that are packaged without their own

	noticesTemplate = template.Must(template.New(noticesPage).Parse(noticesSource))
)

// A notice is what one piece of other people's work asks us to reprint.
type notice struct {
	Name    string // module path, or "Go"
	Version string
	Texts   []string
}

// addNotices writes the page that reprints the licences of everything linked
// into the programs. It is made from the programs themselves: a module that is
// added tomorrow stands in it without anyone remembering.
func (b *build) addNotices(made map[string][]byte) error {
	all, err := b.linked()
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := noticesTemplate.Execute(&page, all); err != nil {
		return err
	}
	made[noticesPage] = page.Bytes()
	made[noticesCSS] = noticesStyle
	return nil
}

// linked lists the modules whose packages the programs hold, after this project
// itself and Go.
func (b *build) linked() ([]notice, error) {
	args := []string{"list", "-deps", "-json=Dir,Standard,Module"}
	for _, p := range b.programs {
		args = append(args, p.pkg)
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = b.root
	cmd.Env = wasmEnv()
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("listing what the programs are made of: %w", err)
	}

	version, err := goEnv(b.root, "GOVERSION")
	if err != nil {
		return nil, err
	}
	goroot, err := goEnv(b.root, "GOROOT")
	if err != nil {
		return nil, err
	}
	of := notice{Name: "Go: runtime, standard library and wasm_exec.js", Version: strings.TrimPrefix(version, "go"), Texts: []string{goLicense}}
	if own, err := os.ReadFile(filepath.Join(goroot, "LICENSE")); err == nil {
		of.Texts[0] = string(own)
	}
	if patents, err := os.ReadFile(filepath.Join(goroot, "PATENTS")); err == nil {
		of.Texts = append(of.Texts, string(patents))
	}

	found := map[string]*notice{}
	seen := map[string]bool{}
	dec := json.NewDecoder(bytes.NewReader(text))
	for {
		var p struct {
			Dir      string
			Standard bool
			Module   *struct {
				Path, Version, Dir string
				Main               bool
			}
		}
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			return nil, err
		}
		if p.Standard || p.Module == nil || p.Module.Main {
			continue
		}
		n := found[p.Module.Path]
		if n == nil {
			n = &notice{Name: p.Module.Path, Version: p.Module.Version}
			found[p.Module.Path] = n
		}
		// A package may have a licence of its own beside the module's.
		for dir := p.Dir; strings.HasPrefix(dir, p.Module.Dir); dir = filepath.Dir(dir) {
			if seen[dir] {
				continue
			}
			seen[dir] = true
			texts, err := licences(dir)
			if err != nil {
				return nil, err
			}
			n.Texts = append(n.Texts, texts...)
		}
	}
	all := []notice{}
	if own, err := os.ReadFile(filepath.Join(b.root, "LICENSE")); err == nil {
		all = append(all, notice{Name: "Somscope", Version: b.version(), Texts: []string{string(own)}})
	}
	all = append(all, of)
	ours := len(all)
	for _, n := range found {
		if len(n.Texts) == 0 {
			return nil, fmt.Errorf("%s is linked into the site but has no licence file", n.Name)
		}
		slices.Sort(n.Texts)
		n.Texts = slices.Compact(n.Texts)
		all = append(all, *n)
	}
	slices.SortFunc(all[ours:], func(a, b notice) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// licences reads the files of a folder that speak of rights.
func licences(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var texts []string
	var errs error
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		name, _, _ = strings.Cut(name, ".")
		switch name {
		case "LICENSE", "LICENCE", "COPYING", "NOTICE", "PATENTS":
			if !e.Type().IsRegular() || strings.HasSuffix(e.Name(), ".go") {
				continue
			}
			text, err := os.ReadFile(filepath.Join(dir, e.Name()))
			errs = errors.Join(errs, err)
			texts = append(texts, strings.TrimSpace(string(text)))
		}
	}
	return texts, errs
}
