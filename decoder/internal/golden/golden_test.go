package golden

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

var (
	specAll = &field.Spec{Name: "test", Label: "Test", Doc: "All of it."}
	specID  = &field.Spec{Name: "test.id", Label: "Id", Doc: "A number.", Show: field.Hex}
)

func two(_ *testing.T, data []byte) *field.Dissection {
	d := dissect.Begin(specAll, data, len(data), 1, -1)
	d.U16(specID)
	return d.Done()
}

func TestGoldens(t *testing.T) { Run(t, "testdata", two) }

func TestParse(t *testing.T) {
	c, err := Parse("x", "# A remark.\n# port: 33033\n15 F2 # the id\n77\n--------\nbuffer 0\nrest\n")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(c.Data, []byte{0x15, 0xf2, 0x77}) || c.Want != "buffer 0\nrest\n" || c.Param("port") != "33033" || c.Param("none") != "" {
		t.Errorf("%+v", c)
	}
	if c, err = Parse("x", "# No rule yet.\n15f2"); err != nil || c.Want != "" || !strings.HasSuffix(c.upper, "15f2\n") {
		t.Errorf("%+v, %v", c, err)
	}
	for name, text := range map[string]string{
		"odd digits":  "# r\n15f\n",
		"not hex":     "# r\n15 xy\n",
		"no remark":   "15f2\n",
		"broken line": "# r\n15f2 -----\n",
	} {
		if _, err := Parse("x", text); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestUpdateWritesTheLowerPart(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "case.txt")
	const upper = "# A case without an expectation.\n15f2 77\n"
	if err := os.WriteFile(path, []byte(upper), 0o666); err != nil {
		t.Fatal(err)
	}
	was := *update
	*update = true
	Run(t, dir, two)
	*update = was
	text, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(text), upper+rule+"\nbuffer 0: packet, 3 bytes\n") {
		t.Fatalf("%s, %v", text, err)
	}
	if seeds := Seeds(t, dir); len(seeds) != 1 || len(seeds[0]) != 3 {
		t.Errorf("seeds %x", seeds)
	}
}

func TestDiffShowsOnlyWhatDiffers(t *testing.T) {
	if got := Diff("a\nb\nc\n", "a\nx\ny\nc\n"); got != "from line 2:\n- b\n+ x\n+ y\n" {
		t.Errorf("%q", got)
	}
}
