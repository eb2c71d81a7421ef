package sheet

import (
	"slices"
	"strings"
	"testing"

	"somscope/decoder"
	"somscope/decoder/media"
	"somscope/wasm/proto"
)

// Every published figure is drawn behind the curve it belongs to, and told of with its source
// below; those of another carrier are not.
func TestPublishedFigures(t *testing.T) {
	curves := map[string]string{"rate": "Rate of each direction", "pace": "Pace of each direction", "gap": "Mean gap between", "size": "Sizes of the messages"}
	for kind, carrier := range map[decoder.VoiceKind]media.Carrier{decoder.VoiceSkype: media.Data, decoder.VoiceE2O: media.E2O} {
		v, r := call(), report()
		v.Kind, r.Carrier = kind, carrier
		s := Stream(v, r, env(900))
		all := text(s)
		for _, b := range media.Bands() {
			mine := b.Carrier == -1 || b.Carrier == int(carrier)
			if strings.Contains(all, b.Title+": ") != mine {
				t.Errorf("carrier %d: %q is told of, or is not", carrier, b.Title)
			}
			curve, drawn := curves[b.Of]
			if !drawn {
				continue
			}
			class := "band"
			if b.Low == b.High {
				class = "limit"
			}
			found := 0
			for _, p := range s.Parts {
				if p.Draw == nil {
					continue
				}
				here := slices.ContainsFunc(p.Draw.Shapes, func(x proto.Shape) bool { return x.Class == class && x.Text == b.Title })
				if here && !strings.HasPrefix(p.Text, curve) {
					t.Errorf("carrier %d: %q is drawn behind %q", carrier, b.Title, p.Text)
				}
				if here {
					found++
				}
			}
			seen := b.Of != "size" || b.Low < 200 // those of video are far above the sizes of this call
			if (found > 0) != (mine && seen) {
				t.Errorf("carrier %d: %q is drawn %d times", carrier, b.Title, found)
			}
		}
	}
	// The figures that a call is looked at for.
	titles := map[string]bool{}
	for _, b := range media.Bands() {
		titles[b.Title] = true
	}
	for _, want := range []string{"3 to 16 kB/s", "32 kbit/s", "50 to 8000 Hz", "3 a second on hold", "20 ms to a telephone"} {
		if !titles[want] {
			t.Errorf("no %q", want)
		}
	}
}
