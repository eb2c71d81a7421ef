package media_test

import (
	"testing"

	"somscope/decoder/media"
)

// A size that never changes speaks against a codec of variable rate, and sizes that spread speak
// against a constant one, even where both expect the same mean and pace.
func TestSpreadDecides(t *testing.T) {
	shares := func(ms, size, dev float64) (steady, varied float64) {
		s := newScript(3)
		if dev > 0 {
			s.voice(20, ms, s.about(size, dev))
		} else {
			s.voice(20, ms, always(int(size)))
		}
		g := longest(s.report(media.Data).Segments[0])
		for i := range g.Fits {
			if f := &g.Fits[i]; f.Variable {
				varied += f.Share
			} else {
				steady += f.Share
			}
		}
		return steady, varied
	}
	for _, x := range []struct{ ms, size float64 }{{30, 62}, {60, 112}} { // both beside points of iSAC
		if steady, varied := shares(x.ms, x.size, 0); steady < 0.96 || varied > 0.04 {
			t.Errorf("%v bytes each %v ms, always: %.3f and %.3f of the belief", x.size, x.ms, steady, varied)
		}
		if steady, varied := shares(x.ms, x.size, 7.5); varied < 0.9 || steady > 0.05 {
			t.Errorf("%v bytes each %v ms, ± 7.5: %.3f and %.3f of the belief", x.size, x.ms, steady, varied)
		}
	}
}
