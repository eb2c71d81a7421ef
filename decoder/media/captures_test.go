package media_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/tabwriter"

	"somscope/decoder/capfile"
	"somscope/decoder/inet"
	"somscope/decoder/internal/captures"
	"somscope/decoder/media"
)

// A told is a flow as the truth beside a capture tells of it.
type told struct {
	Kind, A, B, Codec string
	Frame             float64 `json:"frame_ms"`
	AB                int     `json:"data_ab"`
	BA                int     `json:"data_ba"`
}

// codecNames are the codecs of the paper by the names of the truth.
var codecNames = map[string]string{"isac": "iSAC", "ilbc": "iLBC", "g729": "G.729", "ipcm": "iPCM-wb", "eg711": "EG.711"}

// varies are those of a variable rate, for which the first three places will do.
var varies = map[string]bool{"isac": true, "ipcm": true}

// calls meters the flows of a capture that its truth calls calls.
func calls(t *testing.T, file string) ([]told, []*media.Meter) {
	t.Helper()
	raw, err := os.ReadFile(strings.TrimSuffix(file, filepath.Ext(file)) + ".truth.json")
	if err != nil {
		t.Fatal(err)
	}
	var truth struct{ Flows []told }
	if err := json.Unmarshal(raw, &truth); err != nil {
		t.Fatal(err)
	}
	var flows []told
	var meters []*media.Meter
	for _, f := range truth.Flows {
		if f.Codec != "" {
			flows, meters = append(flows, f), append(meters, &media.Meter{})
		}
	}
	captures.Each(t, file, func(n uint32, r *capfile.Record, s *inet.Summary, payload []byte) {
		if s.Flags&inet.HasPorts == 0 || len(payload) < 3 {
			return
		}
		src, dst := fmt.Sprintf("%s:%d", s.Src.Netip(), s.SrcPort), fmt.Sprintf("%s:%d", s.Dst.Netip(), s.DstPort)
		for i, f := range flows {
			if !(src == f.A && dst == f.B || src == f.B && dst == f.A) || f.Kind == "E2E" && payload[2]&0x0f != 0x0d {
				continue
			}
			meters[i].Add(&media.Message{Time: r.Time, NoTime: r.NoTime, Packet: n, Back: src == f.B, Size: s.PayWire})
		}
	})
	return flows, meters
}

// TestWorkingPoints holds the working points to the truth of made-up calls: the codec and its
// frame time come first where the rate is constant, and among the first three where it varies.
func TestWorkingPoints(t *testing.T) {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "capture\tway\ttruth\tplace\tmessages\tbytes\tms\tfirst\tsecond\tthird")
	rows := 0
	for _, file := range captures.Glob(t, "synthetic/*.pcap") {
		flows, meters := calls(t, file)
		for i, f := range flows {
			carrier := media.Data
			if f.Kind == "E2O" {
				carrier = media.E2O
			}
			r := meters[i].Report(carrier)
			if n := meters[i].Len(); n != f.AB+f.BA {
				t.Errorf("%s: %d messages, the truth has %d", filepath.Base(file), n, f.AB+f.BA)
			}
			for d, way := range []string{">", "<"} {
				name := fmt.Sprintf("%s %d%s", filepath.Base(file), i+1, way)
				list := r.Segments[d]
				if len(list) != 1 || list[0].Kind != media.Voice {
					t.Errorf("%s: it is one piece of voice, and not %d: %v", name, len(list), list)
					continue
				}
				g := &list[0]
				place := 0
				for k := range g.Fits {
					if p := &g.Fits[k]; p.Codec == codecNames[f.Codec] && p.Ms == f.Frame {
						place = k + 1
						break
					}
				}
				bound := 1
				if varies[f.Codec] {
					bound = 3
				}
				if place == 0 || place > bound {
					t.Errorf("%s: %s, %v ms, is in place %d, not in the first %d: %+v", name, f.Codec, f.Frame, place, bound, g.Fits)
				}
				checkReport(t, r)
				fmt.Fprintf(w, "%s\t%s\t%s %v ms\t%d\t%d\t%.1f ± %.1f\t%.1f\t", filepath.Base(file), way, f.Codec, f.Frame, place, g.Messages, g.Mean, g.Dev, g.Gap)
				for k := range g.Fits[:min(len(g.Fits), 3)] {
					fmt.Fprintf(w, "%s: %.0f %%\t", g.Fits[k].Point.String(), 100*g.Fits[k].Share)
				}
				fmt.Fprintln(w)
				rows++
			}
		}
	}
	if rows < 14 {
		t.Errorf("only %d directions of calls", rows)
	}
	w.Flush()
	t.Log("\n" + out.String())
}
