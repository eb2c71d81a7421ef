package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// A program is compiled to WebAssembly.
type program struct {
	name string // of the file: "page.wasm"
	pkg  string // its package: "./wasm/page"

	// Packages whose functions are called, never inlined. Inlining costs a
	// program some twentieth of its weight; these packages gain little by it.
	called []string

	// Experiments of the toolchain that are set (or, with "no" before them, not
	// set) for it. A toolchain that does not know them builds without.
	experiments string
}

// wasmEnv is the environment in which the programs are compiled and asked
// about. Flags set outside are dropped: they would change the bytes.
func wasmEnv() []string {
	return append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=")
}

// compile builds all programs, two at a time as the machine allows, and
// returns them by name together with the toolchain's own start-up script,
// which must come from the same toolchain.
func (b *build) compile() (map[string][]byte, error) {
	made := map[string][]byte{}
	tmp, err := os.MkdirTemp("", "somscope-build-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)

	version := b.version()
	outputs := make([][]byte, len(b.programs))
	errs := make([]error, len(b.programs))
	var wg sync.WaitGroup
	for i, p := range b.programs {
		wg.Go(func() {
			file := filepath.Join(tmp, p.name)
			args := []string{"build", "-trimpath", "-buildvcs=false", "-o", file}
			flags := "-X main.version=" + version
			if !b.plain {
				flags += " -s -w -buildid="
				for _, pattern := range p.called {
					args = append(args, "-gcflags="+pattern+"=-l")
				}
			}
			args = append(args, "-ldflags", flags)
			cmd := exec.Command("go", append(args, p.pkg)...)
			cmd.Dir = b.root
			cmd.Env = wasmEnv()
			if p.experiments != "" {
				if with := append(cmd.Env, "GOEXPERIMENT="+p.experiments); known(with) {
					cmd.Env = with
				}
			}
			if text, err := cmd.CombinedOutput(); err != nil {
				errs[i] = fmt.Errorf("%s does not compile:\n%s", p.pkg, bytes.TrimSpace(text))
				return
			}
			outputs[i], errs[i] = os.ReadFile(file)
		})
	}
	wg.Wait()
	for i, p := range b.programs {
		if errs[i] != nil {
			return nil, errs[i]
		}
		made[p.name] = outputs[i]
	}

	goroot, err := goEnv(b.root, "GOROOT")
	if err != nil {
		return nil, err
	}
	script, err := os.ReadFile(filepath.Join(goroot, "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return nil, fmt.Errorf("the Go toolchain lacks its WebAssembly script: %w", err)
	}
	made["wasm_exec.js"] = script
	return made, nil
}

// known reports whether the toolchain can be asked for anything in an environment.
func known(env []string) bool {
	cmd := exec.Command("go", "env", "GOEXPERIMENT")
	cmd.Env = env
	return cmd.Run() == nil
}

// goEnv asks the toolchain for one of its settings.
func goEnv(dir, name string) (string, error) {
	cmd := exec.Command("go", "env", name)
	cmd.Dir = dir
	text, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go env %s: %w", name, err)
	}
	return strings.TrimSpace(string(text)), nil
}

// heading matches the title of a version in the list of changes.
var heading = regexp.MustCompile(`(?m)^## (\d[\w.-]*)`)

// version is the newest one that the list of changes knows. It is not asked of
// version control: the same sources must give the same bytes.
func (b *build) version() string {
	text, err := os.ReadFile(filepath.Join(b.root, "CHANGELOG.md"))
	if m := heading.FindSubmatch(text); err == nil && m != nil {
		return string(m[1])
	}
	return "dev"
}
