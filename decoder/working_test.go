package decoder

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/tabwriter"

	"somscope/decoder/field"
	"somscope/decoder/internal/captures"
	"somscope/decoder/media"
)

// workingTruth is what the truth beside a capture says of a call.
type workingTruth struct {
	Kind, A, B, Codec string
	Frame             float64 `json:"frame_ms"`
}

// workingCodecs are the codecs of the truth: by what name the paper has them, and in which place
// they must come at least.
var workingCodecs = map[string]struct {
	name  string
	bound int
}{
	"ilbc": {"iLBC", 1}, "g729": {"G.729", 1}, "eg711": {"EG.711", 1}, // of a constant rate
	"isac": {"iSAC", 3}, "ipcm": {"iPCM-wb", 3}, // of a rate that varies
}

// TestWorkingPoints holds what sizes and gaps say of the encrypted calls of SOMSCOPE_CAPTURES to
// the truth, and prints it.
func TestWorkingPoints(t *testing.T) {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "capture\tflow\t\ttruth\tplace\tmessages\tbytes\tms\tmissing\tranked")
	rows := 0
	for _, file := range captures.Glob(t, "synthetic/*.pcap") {
		raw, err := os.ReadFile(strings.TrimSuffix(file, filepath.Ext(file)) + ".truth.json")
		if err != nil {
			t.Fatal(err)
		}
		var truth struct{ Flows []workingTruth }
		if err := json.Unmarshal(raw, &truth); err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".pcap")
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := deepOf(t, data)
		used := map[uint32]bool{}
		for _, f := range truth.Flows {
			if f.Codec == "" {
				continue
			}
			v, turned := callOf(c, f.A, f.B)
			if v == nil {
				t.Errorf("%s: no encrypted call between %s and %s", name, f.A, f.B)
				continue
			}
			used[v.Number] = true
			if want := map[string]VoiceKind{"E2E": VoiceSkype, "E2O": VoiceE2O}[f.Kind]; v.Kind != want {
				t.Errorf("%s: the call is of kind %d, not %d", name, v.Kind, want)
			}
			r := c.VoiceReport(v.Number)
			for d := range r.Segments {
				way := ">"
				if (d == 1) != turned {
					way = "<"
				}
				rows += working(t, w, c, name, way, v, &f, r.Segments[d])
			}
		}
		for _, v := range c.Voices() {
			if (v.Kind == VoiceSkype || v.Kind == VoiceE2O) && !used[v.Number] {
				t.Errorf("%s: an encrypted call that is none: %s to %s", name, v.From, v.To)
			}
		}
	}
	if rows < 14 {
		t.Errorf("only %d directions of calls", rows)
	}
	w.Flush()
	t.Log("working points\n" + out.String())
}

// callOf finds the encrypted call between two ends; turned: its A is b.
func callOf(c *Capture, a, b string) (v *Voice, turned bool) {
	for _, v := range c.Voices() {
		if v.Kind != VoiceSkype && v.Kind != VoiceE2O {
			continue
		}
		if v.From == a && v.To == b {
			return v, false
		}
		if v.From == b && v.To == a {
			return v, true
		}
	}
	return nil, false
}

// working judges a direction of a call, which has to be of one piece, and looks at the tree of a
// message of it.
func working(t *testing.T, w *tabwriter.Writer, c *Capture, name, way string, v *Voice, f *workingTruth, list []media.Segment) int {
	t.Helper()
	if len(list) != 1 || list[0].Kind != media.Voice {
		t.Errorf("%s %s: %d segments, not one of voice", name, way, len(list))
		return 0
	}
	g, want := &list[0], workingCodecs[f.Codec]
	place := 0
	for k := range g.Fits {
		if p := &g.Fits[k]; p.Codec == want.name && p.Ms == f.Frame {
			place = k + 1
			break
		}
	}
	if place == 0 || place > want.bound {
		t.Errorf("%s %s: %s of %v ms is in place %d", name, way, want.name, f.Frame, place)
	}
	fmt.Fprintf(w, "%s\t%d\t%s\t%s %v ms\t%d\t%d\t%.1f ± %.1f\t%.1f\t%.1f %%\t", name, v.Flow, way, f.Codec, f.Frame, place, g.Messages, g.Mean, g.Dev, g.Gap, 100*g.Missing)
	for k := range g.Fits[:min(len(g.Fits), 3)] {
		fmt.Fprintf(w, "%s: %s\t", g.Fits[k].Point.String(), sharePrinted(g.Fits[k].Share))
	}
	fmt.Fprintln(w)

	d, err := c.Dissect(g.First)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Check(); err != nil {
		t.Errorf("%s %s: %v", name, way, err)
	}
	prefix := "skype.udp.data"
	if f.Kind == "E2O" {
		prefix = "skype.e2o"
	}
	stream, fit := d.Find(prefix+".stream"), d.Find(prefix+".fit")
	if stream == nil || fit == nil {
		t.Errorf("%s %s: the tree of packet %d says nothing of the call", name, way, g.First+1)
		return 1
	}
	if n, _ := stream.Value.Num(); uint32(n) != v.Number || stream.Spec.Show != field.StreamNo {
		t.Errorf("%s %s: packet %d leads to stream %d, not %d", name, way, g.First+1, n, v.Number)
	}
	if !strings.HasPrefix(fit.Text(), g.Fits[0].Point.String()+": ") {
		t.Errorf("%s %s: packet %d fits %q", name, way, g.First+1, fit.Text())
	}
	return 1
}

func sharePrinted(x float64) string {
	switch {
	case x < 0.001:
		return "< 0.1 %"
	case x > 0.999 && x < 1:
		return "> 99.9 %"
	}
	return fmt.Sprintf("%.1f %%", 100*x)
}
