package view

import (
	"fmt"
	"testing"
	"time"

	"somscope/decoder/story"
	"somscope/wasm/proto"
)

func TestAxis(t *testing.T) {
	st := &proto.Story{Begin: 100e9, End: 400e9}
	add := func(kind string, from, to int64, media bool) {
		st.Phases = append(st.Phases, proto.Phase{Kind: kind, From: from * 1e9, To: to * 1e9, Timed: true, Media: media, Confidence: "certain"})
	}
	add("first-contact", 100, 102, false)
	add("short-probe", 101, 110, false)
	add("login", 110, 115, false)
	add("call-setup-1", 200, 204, false)
	add("media", 204, 390, true)
	add("tear-down", 391, 400, false)
	for i := range int64(40) {
		add("publication", 300+i/10, 301+i/10, false)
	}
	st.Phases = append(st.Phases, proto.Phase{Kind: "login"}) // without a time
	for _, width := range []float64{320, 1200} {
		a := NewAxis(st, width, 100e9, proto.SinceStart)
		if len(a.Bars) != len(st.Phases)-1 {
			t.Fatalf("%v px: %d bars for %d phases with a time", width, len(a.Bars), len(st.Phases)-1)
		}
		var names []string
		for _, l := range a.Lanes {
			names = append(names, l.Name)
		}
		if got := fmt.Sprint(names); got != "[Way in Login People Call Voice]" {
			t.Errorf("lanes are %s", got)
		}
		for _, b := range a.Bars {
			if b.X < a.Left || b.X+b.W > width+.01 || b.W < 8 || b.Y < 0 || b.Y+b.H > a.Floor {
				t.Errorf("%v px: bar %+v leaves the drawing (left %v, floor %v)", width, b, a.Left, a.Floor)
			}
			in := 0
			for _, l := range a.Lanes {
				if b.Y >= l.Y && b.Y+b.H <= l.Y+l.H+.01 {
					in++
				}
			}
			if in != 1 {
				t.Errorf("bar %+v lies in %d lanes", b, in)
			}
		}
		// The two first overlap in time and share a lane, so they stand in two rows.
		if a.Bars[0].Y == a.Bars[1].Y {
			t.Error("bars that overlap lie over each other")
		}
		if len(a.Ticks) < 2 {
			t.Errorf("%d ticks", len(a.Ticks))
		}
		for i, k := range a.Ticks {
			if k.X < a.Left || k.X > width {
				t.Errorf("tick %+v leaves the drawing", k)
			}
			if long := float64(len(k.Text)) * 7; k.Anchor == "" && (k.At-long/2 < 0 || k.At+long/2 > width) || k.Anchor == "end" && k.At > width || k.Anchor == "start" && k.At < 0 {
				t.Errorf("the name of tick %+v leaves the drawing", k)
			}
			if i > 0 && k.X-a.Ticks[i-1].X < 70 {
				t.Errorf("ticks at %v and %v stand too close", a.Ticks[i-1].X, k.X)
			}
		}
	}
}

func TestAxisOfNothing(t *testing.T) {
	for _, st := range []*proto.Story{{}, {Begin: 5, End: 5, Phases: []proto.Phase{{Timed: true, From: 5, To: 5}}}, {Begin: -1 << 62, End: 1 << 62, Phases: []proto.Phase{{Timed: true, From: -1 << 63, To: 1<<63 - 1}}}} {
		for _, width := range []float64{0, 50, 800} {
			a := NewAxis(st, width, 0, proto.UTC)
			if len(a.Ticks) > 50 {
				t.Errorf("%d ticks on %v px", len(a.Ticks), width)
			}
		}
	}
}

func TestTicks(t *testing.T) {
	at := time.Date(2006, 8, 25, 19, 31, 6, 500e6, time.UTC).UnixNano()
	for _, c := range []struct {
		clock  proto.Clock
		length time.Duration
		first  string
		second string
	}{
		{proto.SinceStart, 290 * time.Second, "0 s", "30 s"},
		{proto.Delta, 290 * time.Second, "0 s", "30 s"},
		{proto.UTC, 290 * time.Second, "19:31:30", "19:32:00"},
		{proto.Epoch, 290 * time.Second, "1156534320 s", "1156534380 s"},
		{proto.SinceStart, 80 * time.Millisecond, "0.00 s", "0.01 s"},
		{proto.UTC, 4 * time.Second, "19:31:06.5", "19:31:07.0"},
		{proto.UTC, 30 * 24 * time.Hour, "2006-08-26", "2006-08-29"},
	} {
		a := NewAxis(&proto.Story{Begin: at, End: at + int64(c.length)}, 1000, at, c.clock)
		if len(a.Ticks) < 2 || a.Ticks[0].Text != c.first || a.Ticks[1].Text != c.second {
			t.Errorf("clock %d over %v: %+v", c.clock, c.length, a.Ticks)
		}
	}
}

func TestDate(t *testing.T) {
	for _, y := range []int{1601, 1969, 1970, 1999, 2000, 2004, 2006, 2100} {
		for _, d := range []time.Time{time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(y, 2, 28, 23, 59, 59, 0, time.UTC), time.Date(y, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(y, 12, 31, 12, 0, 0, 0, time.UTC)} {
			if d.Year() < 1970 && (d.Hour() != 0) || d.Year() < 1700 {
				continue // whole days only before 1970; and years that nanoseconds reach
			}
			if got, want := Date(d.UnixNano()), d.Format("2006-01-02"); got != want {
				t.Errorf("Date(%v) = %s", d, got)
			}
		}
	}
}

// Every kind of phase that the decoder tells of has a lane of its sort.
func TestLaneOf(t *testing.T) {
	for _, k := range story.Kinds {
		media := k.Name == "media" || k.Name == "media-tcp"
		if got := LaneOf(&proto.Phase{Kind: k.Name, Media: media}); got == "Else" || (got == "Voice") != media {
			t.Errorf("%s lies in %s", k.Name, got)
		}
	}
	for kind, want := range map[string]string{"tcp-handshake": "Supernode", "login-failed": "Login", "hold": "Call", "moon": "Else", "": "Else", "login login-failed": "Login"} {
		if got := LaneOf(&proto.Phase{Kind: kind}); got != want {
			t.Errorf("%s lies in %s, want %s", kind, got, want)
		}
	}
}

func TestBeside(t *testing.T) {
	list := []uint32{3, 7, 9}
	for _, c := range []struct {
		now  uint32
		by   int
		want uint32
	}{{3, 1, 7}, {9, 1, 3}, {4, 1, 7}, {0, 1, 3}, {99, 1, 3}, {3, -1, 9}, {7, -1, 3}, {8, -1, 7}, {99, -1, 9}, {0, -1, 9}} {
		if got, where := Beside(list, c.now, c.by); got != c.want || list[where] != got {
			t.Errorf("Beside(%v, %d, %d) = %d (place %d), want %d", list, c.now, c.by, got, where, c.want)
		}
	}
	if _, where := Beside(nil, 3, 1); where != -1 {
		t.Errorf("nothing has place %d", where)
	}
	for n := range uint32(12) {
		if got, want := Holds(list, n), n == 3 || n == 7 || n == 9; got != want {
			t.Errorf("Holds(%v, %d) = %v", list, n, got)
		}
	}
}
