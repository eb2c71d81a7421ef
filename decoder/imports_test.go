package decoder

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// may says who may import whom within the project. A package that is not
// named here may import nothing of it, so that a new one is thought about.
var may = map[string]string{
	"decoder/field":             "",
	"decoder/dissect":           "decoder/field",
	"decoder/capfile":           "decoder/dissect decoder/field",
	"decoder/index":             "",
	"decoder/inet":              "decoder/dissect decoder/field",
	"decoder/flow":              "decoder/field decoder/inet decoder/index",
	"decoder/crc":               "",
	"decoder/skype":             "decoder/crc decoder/dissect decoder/field decoder/internal/order",
	"decoder/oracle":            "decoder/crc decoder/inet decoder/internal/order",
	"decoder/detect":            "decoder/field decoder/flow decoder/inet",
	"decoder/story":             "decoder/field decoder/internal/order",
	"decoder/internal/order":    "",
	"decoder/classify":          "decoder/crc decoder/field decoder/inet decoder/index decoder/flow",
	"decoder/synth":             "decoder/codec/ilbc",
	"decoder/rtp":               "decoder/dissect decoder/field",
	"decoder/codec":             "decoder/codec/ilbc decoder/dissect decoder/field",
	"decoder/codec/ilbc":        "",
	"decoder/sound":             "decoder/codec decoder/codec/ilbc",
	"decoder/media":             "decoder/field",
	"decoder/localfile":         "decoder/codec decoder/dissect decoder/field decoder/skype",
	"decoder/internal/golden":   "decoder/dissect decoder/field",
	"decoder/internal/captures": "decoder/capfile decoder/inet",
	"decoder": "decoder/capfile decoder/classify decoder/crc decoder/detect decoder/dissect decoder/field decoder/flow decoder/index " +
		"decoder/inet decoder/oracle decoder/skype decoder/story decoder/rtp decoder/codec decoder/sound decoder/media decoder/internal/order decoder/localfile",
	"cmd/somscope": "decoder decoder/localfile decoder/capfile decoder/classify decoder/detect decoder/field decoder/flow decoder/index decoder/inet decoder/oracle decoder/story decoder/codec decoder/media decoder/rtp decoder/sound wasm/proto wasm/sheet",
	"wasm/proto":   "",
	"wasm/view":    "wasm/proto",
	"wasm/chart":   "wasm/proto",
	"wasm/sheet":   "decoder decoder/codec decoder/detect decoder/field decoder/localfile decoder/media decoder/rtp wasm/chart wasm/proto",
	"wasm/engine": "decoder decoder/capfile decoder/classify decoder/codec decoder/detect decoder/field decoder/flow decoder/inet decoder/media decoder/oracle decoder/rtp " +
		"decoder/sound decoder/story decoder/localfile wasm/proto wasm/sheet",
	"wasm/page": "wasm/proto wasm/view",
}

// outside says who may import which modules from outside. All others use the
// standard library only.
var outside = map[string]string{
	"decoder/inet":      "github.com/google/gopacket",
	"decoder/flow":      "github.com/google/gopacket",
	"decoder/synth":     "github.com/google/gopacket",
	"decoder/capfile":   "github.com/klauspost/compress",
	"decoder/sound":     "github.com/pion/opus",
	"decoder/localfile": "github.com/tdewolff/parse",
	"wasm/page":         "honnef.co/go/js/dom/v2",
}

// never says what must not be imported, by whom: the decoder knows no system,
// and the page cannot afford what reflects.
var never = map[string]string{
	"decoder":    "syscall/js os net net/http",
	"wasm/page":  "fmt encoding/json reflect",
	"wasm/view":  "fmt encoding/json reflect syscall/js",
	"wasm/proto": "fmt encoding/json reflect syscall/js",
}

// TestImports holds the arrows between the rooms.
func TestImports(t *testing.T) {
	if testing.Short() {
		t.Skip("go list takes a second")
	}
	for _, target := range []string{"", "js/wasm"} {
		cmd := exec.Command("go", "list", "-e", "-f", "{{.ImportPath}}:{{join .Imports \" \"}}", "somscope/decoder/...", "somscope/wasm/...", "somscope/cmd/...")
		cmd.Env = os.Environ()
		if target != "" {
			cmd.Env = append(cmd.Env, "GOOS=js", "GOARCH=wasm")
		}
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		seen := 0
		for line := range strings.Lines(string(out)) {
			pkg, imports, _ := strings.Cut(strings.TrimSpace(line), ":")
			pkg = strings.TrimPrefix(pkg, "somscope/")
			seen++
			for _, imp := range strings.Fields(imports) {
				if why := arrow(pkg, imp); why != "" {
					t.Errorf("%s imports %s: %s (%s)", pkg, imp, why, target)
				}
			}
		}
		if seen < 8 {
			t.Errorf("go list knew %d packages only", seen)
		}
	}
}

// arrow says why pkg may not import imp, or "".
func arrow(pkg, imp string) string {
	if words(never[pkg], imp) || strings.HasPrefix(pkg, "decoder/") && !strings.HasPrefix(pkg, "decoder/internal/") && words(never["decoder"], imp) {
		return "it must do without"
	}
	if own, ok := strings.CutPrefix(imp, "somscope/"); ok {
		allowed, known := may[pkg]
		switch {
		case strings.HasPrefix(pkg, "cmd/build") || strings.HasPrefix(pkg, "wasm/e2e"):
			return "" // tools see everything
		case words(allowed, own):
			return ""
		case !known:
			return "the package is not in the table of imports_test.go"
		}
		return "the arrow does not point that way"
	}
	if !strings.Contains(strings.SplitN(imp, "/", 2)[0], ".") {
		return ""
	}
	if strings.HasPrefix(pkg, "cmd/") || strings.HasPrefix(pkg, "wasm/e2e") {
		return ""
	}
	for _, m := range strings.Fields(outside[pkg]) {
		if imp == m || strings.HasPrefix(imp, m+"/") {
			return ""
		}
	}
	return "this module is not for this package"
}

func words(list, word string) bool {
	for _, w := range strings.Fields(list) {
		if w == word {
			return true
		}
	}
	return false
}

// The table is worth nothing if it lets everything through.
func TestArrowsHold(t *testing.T) {
	for _, c := range []struct{ pkg, imp string }{
		{"decoder/field", "somscope/decoder/dissect"},
		{"decoder/skype", "somscope/decoder/inet"},
		{"decoder/synth", "somscope/decoder/skype"},
		{"decoder/index", "somscope/decoder/flow"},
		{"decoder/skype", "github.com/google/gopacket"},
		{"decoder/skype", "os"},
		{"decoder", "syscall/js"},
		{"wasm/page", "somscope/decoder"},
		{"wasm/page", "fmt"},
		{"wasm/view", "somscope/decoder/field"},
		{"decoder/nobody", "somscope/decoder/field"},
	} {
		if arrow(c.pkg, c.imp) == "" {
			t.Errorf("%s may import %s", c.pkg, c.imp)
		}
	}
	if why := arrow("decoder", "somscope/decoder/flow"); why != "" {
		t.Errorf("decoder may not import flow: %s", why)
	}
}
