package media_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"somscope/decoder/media"
)

func kinds(list []media.Segment) string {
	var s []string
	for i := range list {
		s = append(s, list[i].Kind.String())
	}
	return strings.Join(s, " ")
}

// TestCodecChanges looks for changes of the codec at the second at which they were made.
func TestCodecChanges(t *testing.T) {
	type part struct {
		codec     string
		ms        float64
		size, dev float64
	}
	parts := []part{
		{"iLBC", 30, 63, 0}, {"G.729", 20, 33, 0}, {"EG.711", 20, 173, 0}, {"iSAC", 30, 99, 15},
		{"iPCM-wb", 20, 213, 10}, {"iSAC", 60, 133, 12}, {"G.729", 30, 42, 0}, {"iLBC", 20, 51, 0}, {"iSAC", 30, 49, 8},
	}
	rng := rand.New(rand.NewPCG(3, 4))
	worst, rounds, late := 0.0, 0, 0
	for round := range 60 {
		s := newScript(uint64(round))
		s.jitter, s.loss = 10*rng.Float64(), 0.1*rng.Float64()
		var borders []float64
		var used []part
		for k := range 3 {
			p := parts[rng.IntN(len(parts))]
			for k > 0 && p == used[k-1] {
				p = parts[rng.IntN(len(parts))]
			}
			used = append(used, p)
			if k > 0 {
				borders = append(borders, s.now)
			}
			size := always(int(p.size))
			if p.dev > 0 {
				size = s.about(p.size, p.dev)
			}
			s.voice(6+14*rng.Float64(), p.ms, size)
		}
		r := s.report(media.Data)
		checkReport(t, r)
		list := r.Segments[0]
		if len(list) != 3 {
			t.Errorf("round %d: %d segments, not 3 (%+v, jitter %.1f, loss %.2f): %s", round, len(list), used, s.jitter, s.loss, says(list))
			continue
		}
		for k, b := range borders {
			off := math.Abs(float64(list[k+1].From)/1e9 - b)
			worst = max(worst, off)
			rounds++
			if off > 0.3 {
				late++
			}
			if off > 1 {
				t.Errorf("round %d: border %d is %.2f s off (%+v)", round, k, off, used)
			}
			if list[k+1].Why == "" {
				t.Errorf("round %d: nothing says what changed", round)
			}
		}
		for k, p := range used {
			if f := list[k].Fits[0]; f.Codec != p.codec || f.Ms != p.ms {
				t.Errorf("round %d: part %d is %s of %v ms, and %s is first", round, k, p.codec, p.ms, f.Point.String())
			}
		}
	}
	t.Logf("%d changes: the worst is %.2f s off, %d are more than 0.3 s off", rounds, worst, late)
}

func says(list []media.Segment) string {
	var b strings.Builder
	for i := range list {
		b.WriteString("\n\t" + list[i].Kind.String() + ": " + list[i].Says + " (" + list[i].Why + ")")
	}
	return b.String()
}

func TestHold(t *testing.T) {
	for seed := range uint64(20) {
		s := newScript(seed)
		s.jitter, s.loss = 3, 0.02
		s.voice(12, 30, always(63))
		held := s.now
		s.hold(15, 3, 30)
		again := s.now
		s.voice(12, 30, always(63))
		r := s.report(media.Data)
		checkReport(t, r)
		list := r.Segments[0]
		if kinds(list) != "voice hold voice" {
			t.Errorf("seed %d: %s", seed, says(list))
			continue
		}
		if off := math.Abs(float64(list[1].From)/1e9 - held); off > 1 {
			t.Errorf("seed %d: hold begins %.2f s off", seed, off)
		}
		if off := math.Abs(float64(list[2].From)/1e9 - again); off > 1 {
			t.Errorf("seed %d: hold ends %.2f s off", seed, off)
		}
		if len(list[1].Fits) > 0 {
			t.Errorf("seed %d: hold has working points", seed)
		}
		if !remark(r, "On hold") {
			t.Errorf("seed %d: nothing is said of hold: %v", seed, r.Words)
		}
	}
}

func remark(r *media.Report, title string) bool {
	for _, w := range r.Words {
		if w.Title == title {
			return true
		}
	}
	return false
}

// TestSteady holds that a call without changes is one segment, whatever the network does to it.
func TestSteady(t *testing.T) {
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 9))
		s := newScript(seed)
		s.jitter, s.loss = 10*rng.Float64(), 0.1*rng.Float64()
		size := always(173)
		ms := 20.0
		if seed%2 == 1 {
			size, ms = s.about(98, 17), 30
		}
		s.voice(120, ms, size)
		s.stray(12, 3)
		s.stray(12, 21)
		r := s.report(media.Data)
		checkReport(t, r)
		list := r.Segments[0]
		if kinds(list) != "voice" {
			t.Errorf("seed %d: %s", seed, says(list))
			continue
		}
		g := &list[0]
		if f := g.Fits[0]; seed%2 == 0 && f.Codec != "EG.711" || seed%2 == 1 && f.Codec != "iSAC" {
			t.Errorf("seed %d: %s is first", seed, f.Point.String())
		}
		if math.Abs(g.Missing-s.loss) > 0.04 {
			t.Errorf("seed %d, jitter %.1f: %.3f are missing, it was %.3f", seed, s.jitter, g.Missing, s.loss)
		}
		lost := 0
		for _, x := range r.Slices[0] {
			lost += x.Missing
		}
		if got := float64(lost) / float64(lost+g.Messages); math.Abs(got-g.Missing) > 0.01 {
			t.Errorf("seed %d: slices miss %.3f, the segment %.3f", seed, got, g.Missing)
		}
		if !remark(r, "No silence suppression") {
			t.Errorf("seed %d: %v", seed, r.Words)
		}
	}
}

// TestTwins holds that what cannot be told apart is not told apart.
func TestTwins(t *testing.T) {
	s := newScript(5)
	s.voice(20, 20, always(171))
	g := &s.report(media.Data).Segments[0][0]
	a, b := &g.Fits[0], &g.Fits[1]
	if a.Codec != "EG.711" || b.Codec != "PCM" || a.Share != b.Share || !strings.Contains(a.Doubt, "cannot be told from PCM 64 kbit/s, 20 ms, 1 block") ||
		!strings.Contains(b.Doubt, "cannot be told from EG.711 64 kbit/s") {
		t.Errorf("%+v\n%+v", *a, *b)
	}
}

// TestNoPoint holds that what fits no point is not given one: 67 bytes each 14 ms, as a client of
// 2004 is said to have sent.
func TestNoPoint(t *testing.T) {
	s := newScript(6)
	s.jitter = 1
	s.voice(20, 14, always(67))
	r := s.report(media.Data)
	g := &r.Segments[0][0]
	if g.Kind != media.Voice || len(g.Fits) < 2 || g.Fits[0].Share > 0.3 || !strings.Contains(g.Says, "no working point fits well") {
		t.Errorf("%s: %+v", g.Says, g.Fits)
	}
	if !remark(r, "Outside of the model") {
		t.Errorf("%v", r.Words)
	}
}

// TestBulk holds that files and video are not voice.
func TestBulk(t *testing.T) {
	file := newScript(7)
	for file.now < 1150280020 {
		file.now += 0.03 + 0.05*file.rng.Float64()
		for range 1 + file.rng.IntN(20) { // a burst
			file.now += 0.0005
			file.send(file.now, 1387)
		}
		file.send(file.now+0.0004, 300+file.rng.IntN(900))
	}
	slow := newScript(8) // full messages as if by a clock
	slow.jitter = 2
	slow.voice(30, 40, always(1400))
	video := newScript(9)
	for range 600 {
		video.now += 0.03
		video.send(video.now, 100+video.rng.IntN(20))
		if video.rng.IntN(2) == 0 {
			video.send(video.now+0.002, 400+video.rng.IntN(90))
			video.send(video.now+0.004, 400+video.rng.IntN(90))
		}
	}
	for name, s := range map[string]*script{"file": file, "slow file": slow, "video": video} {
		r := s.report(media.Data)
		checkReport(t, r)
		if kinds(r.Segments[0]) != "bulk" {
			t.Errorf("%s: %s", name, says(r.Segments[0]))
		}
		if !remark(r, "More than voice") {
			t.Errorf("%s: %v", name, r.Words)
		}
	}
}

// TestPauses holds that silence is seen where there is any.
func TestPauses(t *testing.T) {
	s := newScript(10)
	for range 3 {
		s.voice(10, 30, always(63))
		s.now += 5
	}
	r := s.report(media.Data)
	checkReport(t, r)
	if kinds(r.Segments[0]) != "voice quiet voice quiet voice" || !remark(r, "Pauses") || remark(r, "No silence suppression") {
		t.Errorf("%s\n%v", says(r.Segments[0]), r.Words)
	}
	s = newScript(11)
	s.voice(10, 30, always(63))
	s.now += 3600 * 24
	s.voice(10, 20, always(33))
	r = s.report(media.Data)
	checkReport(t, r)
	if list := r.Segments[0]; kinds(list) != "voice quiet voice" || list[0].Fits[0].Codec != "iLBC" || list[2].Fits[0].Codec != "G.729" {
		t.Errorf("%s", says(list))
	}
}

// TestStopEdges holds that a stop begins behind the last message of the voice, wherever in a second
// that comes, and that a stop of both directions is told from a hold.
func TestStopEdges(t *testing.T) {
	for seed := range uint64(12) {
		s := newScript(40 + seed)
		s.jitter, s.loss = 4, 0.01
		begin := s.now
		for _, back := range []bool{false, true} {
			s.back, s.now = back, begin
			s.voice(12+0.003*float64(seed), 30, s.about(98, 17))
			s.now += 10 - 0.003*float64(seed)
			s.voice(12, 30, s.about(98, 17))
		}
		r := s.report(media.Data)
		checkReport(t, r)
		for _, list := range r.Segments {
			if kinds(list) != "voice quiet voice" || list[1].Messages != 0 || list[1].To-list[1].From < 9.8e9 {
				t.Errorf("seed %d: %s", seed, says(list))
			}
		}
		if !remark(r, "Nothing either way") || remark(r, "On hold") {
			t.Errorf("seed %d: %v", seed, r.Words)
		}
	}
}

// TestBothWays holds that the directions are kept apart.
func TestBothWays(t *testing.T) {
	s := newScript(12)
	s.voice(20, 30, always(63))
	s.now, s.back = 1150280000, true
	s.voice(20, 20, always(33))
	r := s.report(media.Data)
	checkReport(t, r)
	if a, b := &r.Segments[0][0], &r.Segments[1][0]; a.Fits[0].Codec != "iLBC" || b.Fits[0].Codec != "G.729" || a.Back || !b.Back {
		t.Errorf("%s\n%s", says(r.Segments[0]), says(r.Segments[1]))
	}
	for i := range r.Slices[0] {
		if a, b := r.Slices[0][i], r.Slices[1][i]; i < 19 && (a.Messages < 30 || b.Messages < 45) {
			t.Errorf("slice %d: %+v, %+v", i, a, b)
		}
	}
}

// TestHoldThenQuiet holds that a hold ends where next to nothing comes any more.
func TestHoldThenQuiet(t *testing.T) {
	for seed := range uint64(10) {
		s := newScript(seed)
		s.jitter = 3
		s.voice(12, 30, always(63))
		s.hold(15, 3, 30)
		quiet := s.now
		s.hold(20, 0.4, 30)
		s.voice(12, 30, always(63))
		r := s.report(media.Data)
		checkReport(t, r)
		list := r.Segments[0]
		if kinds(list) != "voice hold quiet voice" {
			t.Errorf("seed %d: %s", seed, says(list))
			continue
		}
		if off := math.Abs(float64(list[2].From)/1e9 - quiet); off > 3 {
			t.Errorf("seed %d: the hold ends %.2f s off", seed, off)
		}
	}
}

// TestBeforeTheCall holds that what keeps the way open before anybody speaks is no hold, and that
// both directions say the same of it.
func TestBeforeTheCall(t *testing.T) {
	for seed := range uint64(10) {
		s := newScript(seed)
		s.jitter = 3
		begin := s.now
		for dir, back := range []bool{false, true} {
			s.back, s.now = back, begin
			s.hold(6+0.2*float64(dir), 3-1.8*float64(dir), 3) // one of them less than a hold
			s.voice(12, 30, always(63))
			s.hold(15, 3, 30)
			s.voice(12, 30, always(63))
		}
		r := s.report(media.Data)
		checkReport(t, r)
		for dir, list := range r.Segments {
			if kinds(list) != "quiet voice hold voice" || !list[0].Early || list[0].Name() != "before the call" || !strings.Contains(list[0].Says, "before any voice") {
				t.Errorf("seed %d, direction %d: %s", seed, dir, says(list))
			}
			for i := 1; i < len(list); i++ {
				if list[i].Early {
					t.Errorf("seed %d: %s is early", seed, list[i].Says)
				}
			}
		}
	}
}

// TestChanges holds that the remark lists each change once, with what fits before and after.
func TestChanges(t *testing.T) {
	s := newScript(14)
	s.jitter = 2
	begin := s.now
	for _, back := range []bool{false, true} {
		s.back, s.now = back, begin
		s.voice(10, 30, always(63))
		s.voice(10, 20, always(173))
		s.hold(8, 3, 30)
		s.voice(10, 20, always(33))
		if back { // in one direction only
			s.voice(10, 30, always(63))
		}
	}
	r := s.report(media.Data)
	checkReport(t, r)
	at := -1
	for i := range r.Words {
		if r.Words[i].Title == "Adaptation" {
			at = i
		}
	}
	if at < 0 || len(r.Words[at].Changes) != 3 || !strings.Contains(r.Words[at].Text, "3 times") {
		t.Fatalf("%+v", r.Words)
	}
	for i, want := range []struct {
		at       float64
		from, to string
		both     bool
	}{{10, "iLBC", "EG.711", true}, {28, "EG.711", "G.729", true}, {38, "G.729", "iLBC", false}} {
		c := r.Words[at].Changes[i]
		if c.From == nil || c.To == nil || c.From.Codec != want.from || c.To.Codec != want.to || c.Both != want.both || !c.Both && !c.Back ||
			math.Abs(float64(c.At)/1e9-begin-want.at) > 1 {
			t.Errorf("change %d: %+v", i, c)
		}
	}
}
