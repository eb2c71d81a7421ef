package media_test

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"somscope/decoder/media"
)

// checkReport holds a report to what must be true of every report.
func checkReport(t testing.TB, r *media.Report) {
	t.Helper()
	sane := func(what string, x float64) {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			t.Fatalf("%s is %v", what, x)
		}
	}
	text := func(s string) {
		if !utf8.ValidString(s) || strings.Contains(s, "NaN") || strings.Contains(s, "Inf") || strings.Contains(s, "  ") {
			t.Fatalf("%q", s)
		}
	}
	if len(r.Slices[0]) != len(r.Slices[1]) || len(r.Slices[0]) > 600 || r.Every <= 0 {
		t.Fatalf("%d and %d slices of %d ns", len(r.Slices[0]), len(r.Slices[1]), r.Every)
	}
	for d := range r.Slices {
		for i := range r.Slices[d] {
			s := &r.Slices[d][i]
			sane("gap", s.Gap)
			sane("largest gap", s.MaxGap)
			if s.Messages > 0 && (s.Low > s.Mid || s.Mid > s.High) || s.Missing < 0 || s.Bytes < 0 {
				t.Fatalf("slice %d: %+v", i, *s)
			}
		}
		if len(r.Segments[d]) > 600 {
			t.Fatalf("%d segments", len(r.Segments[d]))
		}
		var last int64
		for i := range r.Segments[d] {
			g := &r.Segments[d][i]
			if g.From > g.To || i > 0 && g.From < last || g.Back != (d == 1) || g.Kind >= media.Kinds {
				t.Fatalf("segment %d: %+v", i, *g)
			}
			last = g.To
			if (g.Messages == 0) != (g.First > g.Last) {
				t.Fatalf("segment %d: %d messages from packet %d to %d", i, g.Messages, g.First, g.Last)
			}
			if g.Says == "" {
				t.Fatalf("segment %d says nothing", i)
			}
			text(g.Says)
			text(g.Why)
			for _, x := range []float64{g.Mean, g.Dev, g.Gap, g.GapDev, g.Rate, g.Missing} {
				sane("a figure of a segment", x)
				if x < 0 {
					t.Fatalf("segment %d: %+v", i, *g)
				}
			}
			if len(g.Fits) == 1 || len(g.Fits) > 8 || len(g.Fits) > 0 && g.Kind != media.Voice && g.Kind != media.Bulk {
				t.Fatalf("segment %d, %s, has %d fits", i, g.Kind, len(g.Fits))
			}
			checkFits(t, g.Fits)
		}
	}
	for _, w := range r.Words {
		text(w.Title)
		text(w.Text)
		if w.Title == "" || !strings.HasSuffix(w.Text, ".") || len(w.Cite) == 0 {
			t.Fatalf("%+v", w)
		}
	}
}

func checkFits(t testing.TB, fits []media.Fit) {
	t.Helper()
	sum := 0.0
	for k := range fits {
		f := &fits[k]
		sum += f.Share
		if f.Share < 0 || math.IsNaN(f.Share) || math.IsNaN(f.Log) || k > 0 && f.Log > fits[k-1].Log+1e-6 {
			t.Fatalf("fit %d: %+v", k, *f)
		}
		if len(f.Why) == 0 && f.Doubt == "" {
			t.Fatalf("fit %d gives no reason: %+v", k, *f)
		}
	}
	if sum > 1.000001 {
		t.Fatalf("shares add up to %v", sum)
	}
}

// TestTable holds the model to the figures of the paper's equation, worked out by hand: a Start of
// Message of 4 bytes, sizes rounded as they are printed.
func TestTable(t *testing.T) {
	table := []struct {
		codec     string
		kbits, ms float64
		size      [4]float64 // 0: fits no datagram
	}{
		{"iSAC", 10, 30, [4]float64{50, 95, 140, 186}},
		{"iSAC", 16, 30, [4]float64{72, 140, 208, 276}},
		{"iSAC", 24, 30, [4]float64{102, 200, 298, 396}},
		{"iSAC", 32, 30, [4]float64{132, 260, 388, 516}},
		{"iSAC", 10, 60, [4]float64{87, 170, 253, 336}},
		{"iSAC", 16, 60, [4]float64{132, 260, 388, 516}},
		{"iSAC", 24, 60, [4]float64{192, 380, 568, 756}},
		{"iSAC", 32, 60, [4]float64{252, 500, 748, 996}},
		{"iLBC", 15.2, 20, [4]float64{50, 96, 142, 188}},
		{"iLBC", 15.2, 40, [4]float64{88, 172, 256, 340}},
		{"iLBC", 13.33, 30, [4]float64{62, 120, 178, 236}},
		{"iLBC", 13.33, 60, [4]float64{112, 220, 328, 436}},
		{"G.729", 8, 10, [4]float64{22, 40, 58, 76}},
		{"G.729", 8, 20, [4]float64{32, 60, 88, 116}},
		{"G.729", 8, 30, [4]float64{42, 80, 118, 156}},
		{"G.729", 8, 40, [4]float64{52, 100, 148, 196}},
		{"G.729", 8, 60, [4]float64{72, 140, 208, 276}},
		{"iPCM-wb", 80, 10, [4]float64{112, 220, 328, 436}},
		{"iPCM-wb", 80, 20, [4]float64{212, 420, 628, 836}},
		{"iPCM-wb", 80, 40, [4]float64{412, 820, 1228, 0}},
		{"EG.711", 48, 20, [4]float64{132, 260, 388, 516}},
		{"EG.711", 56, 20, [4]float64{152, 300, 448, 596}},
		{"EG.711", 64, 20, [4]float64{172, 340, 508, 676}},
		{"PCM", 64, 20, [4]float64{172, 340, 508, 676}},
		{"PCM", 64, 10, [4]float64{92, 180, 268, 356}},
		{"PCM", 64, 30, [4]float64{252, 500, 748, 996}},
	}
	for carrier, more := range map[media.Carrier]float64{media.Data: 0, media.E2O: 0, media.TCP: 2} {
		found := 0
		all := media.Points(carrier)
		for _, row := range table {
			for i, want := range row.size {
				if want == 0 {
					continue
				}
				for k := range all {
					p := &all[k]
					if p.Codec != row.codec || math.Abs(p.Kbits-row.kbits) > 0.01 || p.Ms != row.ms || p.RF != i+1 {
						continue
					}
					found++
					// Half bytes are printed rounded to either side.
					if math.Abs(p.Size-more-want) > 0.51 {
						t.Errorf("%s: %v bytes, the paper's equation says %v and %v", p, p.Size, want, more)
					}
				}
			}
		}
		if found != len(all) || found != 26*4-1 {
			t.Errorf("%d points in the table, %d in the model", found, len(all))
		}
	}
	// The same exactly: eq. 10 over all, to the last digit.
	for _, p := range media.Points(media.Data) {
		if want := (p.Kbits*p.Ms/8+8)*float64(p.RF) + 4; p.Size != want {
			t.Errorf("%s: %v, want %v", p.String(), p.Size, want)
		}
	}
}

func TestPointString(t *testing.T) {
	p := media.Point{Codec: "iLBC", Kbits: 400.0 / 30, Ms: 30, RF: 1}
	if got := p.String(); got != "iLBC 13.33 kbit/s, 30 ms, 1 block" {
		t.Error(got)
	}
	p = media.Point{Codec: "EG.711", Kbits: 64, Ms: 20, RF: 2}
	if got := p.String(); got != "EG.711 64 kbit/s, 20 ms, 2 blocks" {
		t.Error(got)
	}
}

func TestFitOne(t *testing.T) {
	fits := media.FitOne(media.Data, 63)
	checkFits(t, fits)
	if len(fits) < 2 || len(fits) > 5 || fits[0].Codec != "iLBC" && fits[0].Codec != "G.729" {
		t.Errorf("%+v", fits)
	}
	found := false
	for k := range fits {
		found = found || fits[k].ID == "ilbc30"
	}
	if !found {
		t.Errorf("63 bytes may be iLBC: %+v", fits)
	}
	for size := -1; size < 70000; size++ {
		if size > 700 {
			size += 997
		}
		for c := media.Data; c <= media.TCP; c++ {
			fits := media.FitOne(c, size)
			if checkFits(t, fits); len(fits) > 5 {
				t.Fatalf("%d fits", len(fits))
			}
			if size < 4 && len(fits) > 0 || size > 1500 && len(fits) > 0 {
				t.Fatalf("%d bytes fit %s", size, fits[0].Point.String())
			}
		}
	}
}

func TestBands(t *testing.T) {
	of := map[string]int{}
	for _, b := range media.Bands() {
		of[b.Of]++
		if b.Title == "" || b.Low > b.High || b.Low <= 0 || len(b.Cite) == 0 || !strings.HasSuffix(b.Doc, ".") || b.Carrier < -1 || b.Carrier > int(media.TCP) {
			t.Errorf("%+v", b)
		}
	}
	for _, want := range []string{"rate", "pace", "gap", "size", "band"} {
		if of[want] == 0 {
			t.Errorf("no band of %s", want)
		}
	}
}
