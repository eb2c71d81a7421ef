package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"somscope/decoder/capfile"
	"somscope/wasm/proto"
	"somscope/wasm/sheet"
)

func shelf(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../../site/content/samples", name+".pcap"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// real is a real capture, or the test is skipped.
func real(t *testing.T, path string) []byte {
	t.Helper()
	dir := os.Getenv("SOMSCOPE_CAPTURES")
	if dir == "" {
		t.Skip("SOMSCOPE_CAPTURES is not set: the tests on real captures are left out")
	}
	b, err := os.ReadFile(filepath.Join(dir, path))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (w *worker) sheet(q proto.Request) *proto.Sheet {
	w.t.Helper()
	r := w.ask(q)
	if r.Sheet == nil {
		w.t.Fatalf("%+v", r.Err)
	}
	return r.Sheet
}

func (w *worker) media(n, width uint32) *proto.Sheet {
	w.t.Helper()
	return w.sheet(proto.Request{Media: &proto.MediaAsk{Stream: n, Width: width}})
}

// parts counts the parts of a kind.
func parts(s *proto.Sheet, kind uint8) int {
	n := 0
	for i := range s.Parts {
		if s.Parts[i].Kind == kind {
			n++
		}
	}
	return n
}

func TestStreams(t *testing.T) {
	w := newWorker(t)
	w.open(shelf(t, "ilbc"), 0)
	rows := w.cells(proto.RowsAsk{Table: proto.Streams, N: 10})
	if len(rows) != 2 || len(rows[0]) != len(sheet.Columns) || rows[0][0] != "1" || rows[1][1] != "RTP" || rows[0][4] != "iLBC, 30 ms" || rows[0][10] != "can be heard" {
		t.Errorf("%q", rows)
	}
	if p := w.last(); p.Deep.Voices != 2 {
		t.Errorf("%+v", p.Deep)
	}
	utc := w.cells(proto.RowsAsk{Table: proto.Streams, From: 1, N: 10, Clock: proto.UTC})
	if len(utc) != 1 || !strings.HasPrefix(utc[0][8], "2006-") {
		t.Errorf("%q", utc)
	}
	if rows := w.cells(proto.RowsAsk{Table: proto.Streams, From: 9, N: 10}); len(rows) != 0 {
		t.Errorf("%q", rows)
	}
	r := w.ask(proto.Request{Rows: &proto.RowsAsk{Table: proto.Streams, N: 1}}).Rows
	if r.Total != 2 || r.Marks[0].ID != 1 || r.Marks[0].Flow == 0 || r.Marks[0].Skype {
		t.Errorf("%+v", r)
	}
	w.open(shelf(t, "codecs"), 0)
	rows = w.cells(proto.RowsAsk{Table: proto.Streams, N: 10})
	if len(rows) != 1 || rows[0][1] != "Skype" || !strings.Contains(rows[0][4], "?") || rows[0][10] != "encrypted" {
		t.Errorf("%q", rows)
	}
}

func TestMediaOfSamples(t *testing.T) {
	for name, c := range map[string]struct{ streams, drawings uint32 }{
		"ilbc": {2, 2}, "opus": {2, 3}, "gcall": {2, 2}, "codecs": {1, 6}, "call": {1, 6}, "telephone": {1, 6}, "conference": {2, 6}, "lookalikes": {2, 2},
	} {
		w := newWorker(t)
		w.open(shelf(t, name), 0)
		for n := uint32(1); n <= c.streams; n++ {
			for _, width := range []uint32{0, 320, 1280, 1 << 31} {
				s := w.media(n, width)
				if s.Stream != n || s.Flow == 0 || !s.Done || s.Lead == "" || parts(s, proto.PartDraw) < int(c.drawings) || parts(s, proto.PartTools) != 1 {
					t.Errorf("%s: stream %d: %q, %d parts, %d drawings", name, n, s.Lead, len(s.Parts), parts(s, proto.PartDraw))
				}
				for i := range s.Parts {
					if d := s.Parts[i].Draw; d != nil {
						bounds(t, fmt.Sprintf("%s, %d px: %s", name, width, s.Parts[i].Text), d)
					}
				}
			}
		}
	}
}

// bounds holds that a drawing keeps all of its shapes. Texts are measured in package chart.
func bounds(t *testing.T, what string, d *proto.Drawing) {
	t.Helper()
	for _, s := range d.Shapes {
		for i, v := range s.Points {
			most := d.W
			if i%2 == 1 {
				most = d.H
			}
			if v < -.1 || v > most+.1 || math.IsNaN(float64(v)) {
				t.Fatalf("%s: %+v leaves the drawing of %v by %v", what, s, d.W, d.H)
			}
		}
	}
}

func TestMediaIsRefused(t *testing.T) {
	w := newWorker(t)
	w.open(shelf(t, "ilbc"), 0)
	for says, q := range map[string]proto.Request{
		"Stream 3 does not exist: there are 2.":       {Media: &proto.MediaAsk{Stream: 3}},
		"Stream 0 does not exist: there are 2.":       {Media: &proto.MediaAsk{}},
		"Stream 4000000000 does not":                  {Listen: &proto.ListenAsk{Stream: 4e9}},
		"Stream 9 does not exist":                     {Codec: &proto.CodecAsk{Stream: 9}},
		"There is no codec “morse”.":                  {Codec: &proto.CodecAsk{Stream: 1, Codec: "morse"}},
		"Flow 0 does not exist":                       {Curve: &proto.CurveAsk{}},
		"Flow " + strconv.Itoa(1<<31) + " does not e": {Curve: &proto.CurveAsk{Flow: 1 << 31}},
	} {
		if r := w.ask(q); r.Err == nil || !strings.Contains(r.Err.What, says) {
			t.Errorf("%s: %+v", says, r.Err)
		}
	}
	w.open(generated(100), 0)
	if r := w.ask(proto.Request{Media: &proto.MediaAsk{Stream: 1}}); r.Err == nil || !strings.Contains(r.Err.What, "No stream of voice") {
		t.Errorf("%+v", r)
	}
	w.open(shelf(t, "codecs"), 0)
	if r := w.ask(proto.Request{Codec: &proto.CodecAsk{Stream: 1, Codec: "ilbc20"}}); r.Err == nil || !strings.Contains(r.Err.What, "RTP") {
		t.Errorf("%+v", r)
	}
	// Before the second look nothing has been found.
	w = newWorker(t)
	w.file = shelf(t, "ilbc")
	w.ask(proto.Request{Open: &proto.Open{}})
	if r := w.ask(proto.Request{Media: &proto.MediaAsk{Stream: 1}}); r.Err == nil || r.Err.Hint != waitForIt {
		t.Errorf("%+v", r)
	}
	if rows := w.cells(proto.RowsAsk{Table: proto.Streams, N: 5}); len(rows) != 0 {
		t.Errorf("%q", rows)
	}
}

func TestCodecIsChosen(t *testing.T) {
	w := newWorker(t)
	w.open(shelf(t, "gcall"), 0)
	before := w.last().Generation
	s := w.sheet(proto.Request{Codec: &proto.CodecAsk{Stream: 1, Codec: "pcmu", Width: 600}})
	if p := w.last(); p.Generation <= before {
		t.Error("nobody was told that rows have changed")
	}
	chosen := ""
	for _, p := range s.Parts {
		if p.Kind == proto.PartChoice {
			chosen = p.Tools[p.On].Do
		}
	}
	if chosen != "codec:1:pcmu" || parts(s, proto.PartFault)+parts(s, proto.PartDim) == 0 {
		t.Errorf("%q, %+v", chosen, s.Parts[:4])
	}
	if rows := w.cells(proto.RowsAsk{Table: proto.Streams, N: 5}); !strings.Contains(rows[0][4], "µ-law") || rows[0][10] != "can be heard" {
		t.Errorf("%q", rows)
	}
	w.sheet(proto.Request{Codec: &proto.CodecAsk{Stream: 1}})
	if rows := w.cells(proto.RowsAsk{Table: proto.Streams, N: 5}); rows[0][4] != "G.729" {
		t.Errorf("%q", rows)
	}
}

func TestCurve(t *testing.T) {
	w := newWorker(t)
	w.open(shelf(t, "codecs"), 0)
	s := w.media(1, 0)
	c := w.sheet(proto.Request{Curve: &proto.CurveAsk{Flow: s.Flow, Width: 700}})
	if c.Flow != s.Flow || c.Stream != 0 || parts(c, proto.PartDraw) != 2 || parts(c, proto.PartFold) != 2 || !strings.Contains(c.Lead, "B is ") {
		t.Errorf("%q, %d parts", c.Lead, len(c.Parts))
	}
	for i := range c.Parts {
		if d := c.Parts[i].Draw; d != nil {
			bounds(t, c.Parts[i].Text, d)
		}
	}
	// A flow that is too short says what it would take.
	w.open(shelf(t, "probe"), 0)
	c = w.sheet(proto.Request{Curve: &proto.CurveAsk{Flow: 1}})
	if parts(c, proto.PartDraw) != 0 || !strings.Contains(c.Lead, "needs 30 messages") {
		t.Errorf("%q", c.Lead)
	}
}

// hearAll has a stream decoded as the script does, and returns its pieces put together.
func (w *worker) hearAll(n uint32) (all proto.Sound, pieces int) {
	w.t.Helper()
	r := w.ask(proto.Request{Listen: &proto.ListenAsk{Stream: n}})
	if r.Sound == nil {
		w.t.Fatalf("%+v", r.Err)
	}
	all = *r.Sound
	for turns := 0; w.want() == wantStep; turns++ {
		if turns > 1e6 {
			w.t.Fatal("it does not end")
		}
		before := len(w.got)
		w.guard(0, func() { w.step(time.Millisecond) })
		for _, r := range w.got[before:] {
			s := r.Sound
			if s == nil {
				w.t.Fatalf("%+v", r)
			}
			if r.ID != 0 || s.Stream != n || s.Rate != all.Rate || s.Channels != all.Channels || s.Title != all.Title || all.Done {
				w.t.Errorf("%+v", s)
			}
			if at := uint32(len(all.PCM)) / 2 / all.Channels; s.From != at || !s.Done && len(s.PCM) < int(2*s.Rate*s.Channels) || len(s.PCM) > int(8*s.Rate*s.Channels) {
				w.t.Errorf("a piece of %d bytes from %d, at %d", len(s.PCM), s.From, at)
			}
			all.PCM = append(all.PCM, s.PCM...)
			all.Marks = append(all.Marks, s.Marks...)
			all.Done, all.Note, all.Total = s.Done, s.Note, s.Total
			pieces++
		}
	}
	return all, pieces
}

func TestListen(t *testing.T) {
	w := newWorker(t)
	w.open(shelf(t, "ilbc"), 0)
	for n := uint32(1); n <= 2; n++ {
		s, pieces := w.hearAll(n)
		samples := len(s.PCM) / 2
		if !s.Done || s.Rate != 8000 || s.Channels != 1 || samples < 8*8000 || samples > 11*8000 || int(s.Total) != samples || pieces < 4 {
			t.Errorf("stream %d: %d samples in %d pieces, %d in all, done %v", n, samples, pieces, s.Total, s.Done)
		}
		if !strings.Contains(s.Title, "iLBC, 30 ms · ") || !strings.Contains(s.Title, " → ") {
			t.Errorf("%q", s.Title)
		}
		row := w.cells(proto.RowsAsk{Table: proto.Streams, From: n - 1, N: 1})[0]
		packets, lost, at := 0, 0, uint32(0)
		for _, m := range s.Marks {
			if m.At < at || int(m.At+m.Len) > samples {
				t.Errorf("stream %d: mark %+v after %d, of %d", n, m, at, samples)
			}
			at = m.At
			if m.Packet == 0 {
				lost += int(m.Len)
			} else {
				packets++
			}
		}
		// One that came after its place was played, and a copy, are not heard.
		if all, _ := strconv.Atoi(row[5]); packets > all || packets < all-3 {
			t.Errorf("stream %d: %d packets are marked, the list has %d", n, packets, all)
		}
		if missing, _ := strconv.Atoi(row[6]); lost != missing*240 {
			t.Errorf("stream %d: %d samples stand for %d packets that were lost", n, lost, missing)
		}
	}
	if w.hearing() || w.want() != wantNothing {
		t.Error("it goes on")
	}
}

// Questions are answered between the turns, and a new stream, an end or a new file stops the old one.
func TestListenLetsOthersIn(t *testing.T) {
	w := newWorker(t)
	w.open(shelf(t, "ilbc"), 0)
	w.ask(proto.Request{Listen: &proto.ListenAsk{Stream: 1}})
	w.step(time.Millisecond)
	if tree := w.ask(proto.Request{Dissect: &proto.Dissect{Packet: 9}}).Tree; tree == nil || tree.Stream == 0 {
		t.Errorf("%+v", tree)
	}
	if !w.hearing() {
		t.Fatal("a question has ended it")
	}
	w.ask(proto.Request{Listen: &proto.ListenAsk{Stream: 2}})
	before := len(w.got)
	for w.want() == wantStep {
		w.step(time.Millisecond)
	}
	for _, r := range w.got[before:] {
		if r.Sound != nil && r.Sound.Stream != 2 {
			t.Errorf("%+v", r.Sound.Stream)
		}
	}
	w.ask(proto.Request{Listen: &proto.ListenAsk{Stream: 1}})
	if r := w.ask(proto.Request{Listen: &proto.ListenAsk{}}); r.Sound == nil || !r.Sound.Done || w.want() != wantNothing {
		t.Errorf("%+v", r)
	}
	w.ask(proto.Request{Listen: &proto.ListenAsk{Stream: 1}})
	w.open(generated(50), 0)
	if w.hearing() || w.hear(time.Second) || w.want() != wantNothing {
		t.Error("the sound of a file that is closed goes on")
	}
	w.open(shelf(t, "codecs"), 0)
	r := w.ask(proto.Request{Listen: &proto.ListenAsk{Stream: 1}})
	if r.Err == nil || r.Err.Kind != "unsupported" || !strings.HasPrefix(r.Err.What, "This call is encrypted") || !strings.HasSuffix(r.Err.What, ".") {
		t.Errorf("%+v", r)
	}
}

// A file that fails while it is listened to ends the sound with a sentence, not the engine.
func TestListenSurvives(t *testing.T) {
	w := newWorker(t)
	w.file = shelf(t, "ilbc")
	src := &trap{Source: bytes.NewReader(w.file)}
	w.host.blob = func() capfile.Source { return src }
	w.open(w.file, 0)
	w.ask(proto.Request{Listen: &proto.ListenAsk{Stream: 1}})
	w.step(time.Millisecond)
	src.set = true
	for turns := 0; w.want() == wantStep && turns < 10000; turns++ {
		w.guard(0, func() { w.step(time.Millisecond) })
	}
	s := w.got[len(w.got)-1].Sound
	if s == nil || !s.Done || s.Note == "" || w.hearing() {
		t.Fatalf("%+v", w.got[len(w.got)-1])
	}
	src.set = false
	if s, _ := w.hearAll(2); !s.Done || len(s.PCM) < 16*8000 {
		t.Errorf("%d bytes, %q", len(s.PCM), s.Note)
	}
}

// A file of bare frames is one stream, when the page says of what.
func TestMediaOfBareFrames(t *testing.T) {
	w := newWorker(t)
	w.file = bytes.Repeat([]byte{0x10, 0x90}, 4000)
	if r := w.ask(proto.Request{Open: &proto.Open{Name: "tone"}}); r.Err == nil {
		t.Fatal("nobody says what it is, and it is opened")
	}
	if r := w.ask(proto.Request{Open: &proto.Open{Name: "tone", As: "pcmu"}}); r.Opened == nil {
		t.Fatalf("%+v", r.Err)
	}
	if w.want() == wantFeed {
		w.feed(w.file)
		w.finish()
	}
	for w.want() == wantStep {
		w.step(time.Millisecond)
	}
	s := w.media(1, 500)
	if s.Stream != 1 || s.Flow != 0 || !strings.Contains(s.Lead, "1.0 s of sound") || parts(s, proto.PartChoice) != 0 {
		t.Errorf("%q", s.Lead)
	}
	if sound, _ := w.hearAll(1); len(sound.PCM) != 16000 || len(sound.Marks) == 0 || strings.Contains(sound.Title, "→") {
		t.Errorf("%d bytes, %q", len(sound.PCM), sound.Title)
	}
	if r := w.ask(proto.Request{Codec: &proto.CodecAsk{Stream: 1, Codec: "pcma"}}); r.Err == nil {
		t.Error("a file was read as another codec without being opened again")
	}
}

func TestMediaOfRealCaptures(t *testing.T) {
	for path, c := range map[string]struct {
		streams int
		codec   string
		heard   bool
	}{
		"rtp/sip-rtp-ilbc.pcap":  {1, "iLBC", true},
		"rtp/sip-rtp-g729a.pcap": {1, "G.729", false},
		"rtp/sip-rtp-l16.pcap":   {4, "L16", true},
		"rtp/g711a.pcap":         {1, "A-law", true},
	} {
		w := newWorker(t)
		w.open(real(t, path), 0)
		rows := w.cells(proto.RowsAsk{Table: proto.Streams, N: 50})
		if len(rows) != c.streams {
			t.Errorf("%s: %d streams", path, len(rows))
		}
		for i, row := range rows {
			if !strings.Contains(row[4], c.codec) || row[6] != "0" || !strings.HasSuffix(row[7], " ms") {
				t.Errorf("%s: codec %q, lost %q, jitter %q", path, row[4], row[6], row[7])
			}
			s := w.media(uint32(i)+1, 900)
			if parts(s, proto.PartDraw) < 2 || !strings.Contains(s.Lead, "none lost") {
				t.Errorf("%s: %d drawings", path, parts(s, proto.PartDraw))
			}
			if !c.heard {
				continue
			}
			sound, _ := w.hearAll(uint32(i) + 1)
			lasts := float64(len(sound.PCM)) / 2 / float64(sound.Channels) / float64(sound.Rate)
			if !sound.Done || lasts < 6 || lasts > 13 || sound.Note != "" {
				t.Errorf("%s: stream %d: %.1f s, %q", path, i+1, lasts, sound.Note)
			}
		}
	}
	for path, truth := range map[string]string{
		"synthetic/call-e2e-ilbc.pcap": "iLBC", "synthetic/call-e2e-isac.pcap": "iSAC", "synthetic/call-e2o-g729.pcap": "G.729",
		"synthetic/call-e2e-eg711.pcap": "711", "synthetic/call-e2e-ipcm.pcap": "iPCM", "synthetic/conference-host-isac.pcap": "iSAC",
	} {
		w := newWorker(t)
		w.open(real(t, path), 0)
		rows := w.cells(proto.RowsAsk{Table: proto.Streams, N: 50})
		if len(rows) == 0 {
			t.Errorf("%s: no stream", path)
		}
		for i, row := range rows {
			s := w.media(uint32(i)+1, 900)
			named := false
			for _, p := range s.Parts {
				for j, cell := range p.Cells {
					if p.Kind == proto.PartTable && p.Cols[0] == "Working point" && j/len(p.Cols) < 3 && strings.Contains(cell.Text, truth) {
						named = true
					}
				}
			}
			if !named || parts(s, proto.PartDraw) < 5 {
				t.Errorf("%s: %s is not among the first three, listed as %q", path, truth, row[4])
			}
		}
	}
}

// A second of sound takes far less than a second to make.
func BenchmarkHear(b *testing.B) {
	file, err := os.ReadFile("../../site/content/samples/ilbc.pcap")
	if err != nil {
		b.Fatal(err)
	}
	w := newWorker(&testing.T{})
	w.open(file, 0)
	samples := 0
	for b.Loop() {
		s, _ := w.hearAll(1)
		samples += len(s.PCM) / 2
		w.got = w.got[:0]
	}
	b.ReportMetric(float64(samples)/8000/b.Elapsed().Seconds(), "×realtime")
}

func BenchmarkMedia(b *testing.B) {
	file, err := os.ReadFile("../../site/content/samples/codecs.pcap")
	if err != nil {
		b.Fatal(err)
	}
	w := newWorker(&testing.T{})
	w.open(file, 0)
	for b.Loop() {
		w.media(1, 1000)
		w.got = w.got[:0]
	}
}
