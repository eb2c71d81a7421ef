package main

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"somscope/wasm/proto"
)

type streamLine struct {
	Stream               int
	Kind                 string
	Flow                 int
	From, To             string
	First, Last, Packets int
	Bytes                int64
	Begin, End           *string
	Codec, What          string
	Types                []struct {
		Type, Packets            int
		Codec, Known, Why, Doubt string
	}
	Contradictions []string
	SSRC           uint32
	Expected       int
	Lost, Missing  int
	Late, Copies   int
	Jumps, Clock   int
	JitterMS       float64 `json:"jitter_ms"`
	MaxJitterMS    float64 `json:"max_jitter_ms"`
	MeanJitterMS   float64 `json:"mean_jitter_ms"`
	Segments       []struct {
		Back      bool
		Kind      string
		From, To  string
		Messages  int
		Mean, Dev float64
		PaceMS    float64 `json:"pace_ms"`
		Rate      float64
		Missing   float64
		Says      string
		Fits      []struct {
			Point       string
			Share, Size float64
			Why         []string
			Doubt       string
		}
	}
}

func streamLines(t *testing.T, out string) []streamLine {
	t.Helper()
	var all []streamLine
	for line := range strings.Lines(out) {
		dec := json.NewDecoder(strings.NewReader(line))
		dec.DisallowUnknownFields()
		var s streamLine
		if err := dec.Decode(&s); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		all = append(all, s)
	}
	return all
}

func sample(name string) string { return filepath.Join(samples, name+".pcap") }

func TestStreamsOfSamples(t *testing.T) {
	for _, c := range []struct {
		name, kind, codec, what string
		n                       int
	}{
		{"ilbc", "rtp", "iLBC, 30 ms", "can be heard", 2},
		{"gcall", "rtp", "G.729", "explained, not decoded", 2},
		{"opus", "rtp", "Opus", "can be heard", 2},
		{"codecs", "skype", "?", "encrypted", 1},
		{"telephone", "skype.e2o", "?", "encrypted", 1},
		{"call", "skype", "?", "encrypted", 1},
	} {
		all := streamLines(t, fine(t, "streams", "-json", sample(c.name)))
		if len(all) != c.n {
			t.Errorf("%s: %d streams, want %d", c.name, len(all), c.n)
		}
		for i, s := range all {
			if s.Stream != i+1 || s.Kind != c.kind || s.Flow == 0 || s.First == 0 || s.Last <= s.First || s.From == "" || s.Packets == 0 || s.Bytes == 0 || s.Begin == nil || s.End == nil {
				t.Errorf("%s: %+v", c.name, s)
			}
			if !strings.Contains(s.Codec, c.codec) || c.what != "" && s.What != c.what {
				t.Errorf("%s: %q, %q", c.name, s.Codec, s.What)
			}
			switch s.Kind {
			case "rtp":
				if len(s.Types) == 0 || s.Types[0].Known == "unknown" || s.SSRC == 0 || s.Expected < s.Packets-s.Copies || s.Segments != nil {
					t.Errorf("%s: %+v", c.name, s)
				}
			default:
				if len(s.Segments) < 2 || s.Segments[0].Messages == 0 || s.Types == nil || len(s.Types) > 0 {
					t.Errorf("%s: %+v", c.name, s)
				}
			}
		}
		text := fine(t, "streams", sample(c.name))
		if n := strings.Count(text, "\n"); n != c.n || !strings.Contains(text, c.codec) || !utf8.ValidString(text) {
			t.Errorf("%s: %s", c.name, text)
		}
	}
	for _, name := range []string{"login.pcapng", "links.pcapng"} {
		for _, args := range [][]string{{"streams"}, {"streams", "-json"}} {
			if status, out, errs := cli(append(args, filepath.Join(samples, name))...); status != allRead || out != "" || strings.Count(errs, noVoice) != 1 {
				t.Errorf("%v of %s: status %d, %q, %q", args, name, status, out, errs)
			}
		}
	}
}

// The report in words and in JSON holds what the list does.
func TestMedia(t *testing.T) {
	for name, wants := range map[string][]string{
		"ilbc":   {"Payload type 97 is iLBC, 30 ms: the SDP in packet", "Jitter, mean", "by 240 a packet (30.0 ms)", "8,000 Hz", "[rfc3550 §A.3]"},
		"gcall":  {"G.729", "Payload rate"},
		"codecs": {"no bit of them can be read", "Working point", "sample ilbc", "ILBC", "[bon §4.2]", "The commonest sizes, A to B"},
		"call":   {"an encrypted call", "What came when, as a table, B to A"},
	} {
		n := 1
		if name != "codecs" && name != "call" {
			n = 2
		}
		for i := 1; i <= n; i++ {
			out := fine(t, "media", sample(name), strconv.Itoa(i))
			for _, w := range wants {
				if !strings.Contains(out, w) {
					t.Errorf("%s: no %q in\n%s", name, w, out)
				}
			}
			for _, bad := range []string{"NaN", "Inf", "%!"} {
				if strings.Contains(out, bad) {
					t.Errorf("%s: %s", name, bad)
				}
			}
			lines := strings.Split(out, "\n")
			for k, line := range lines {
				if utf8.RuneCountInString(line) > 170 || line != strings.TrimRight(line, " ") {
					t.Errorf("%s: %q", name, line)
				}
				if strings.HasPrefix(line, "---") && (k+1 == len(lines) || lines[k+1] == "") {
					t.Errorf("%s: nothing below %q", name, lines[k-1])
				}
			}
			var doc struct {
				Stream, Flow int
				Title, Lead  string
				Parts        []struct {
					Kind, Text string
					Cite, Cols []string
					Rows       []struct{ Cells []string }
				}
			}
			dec := json.NewDecoder(strings.NewReader(fine(t, "media", "-json", sample(name), strconv.Itoa(i))))
			dec.DisallowUnknownFields()
			if err := dec.Decode(&doc); err != nil {
				t.Fatal(err)
			}
			if doc.Stream != i || doc.Flow == 0 || doc.Title != lines[0] || len(doc.Parts) < 8 {
				t.Errorf("%s: %+v", name, doc)
			}
			for _, p := range doc.Parts {
				for _, r := range p.Rows {
					if len(r.Cells) != len(p.Cols) {
						t.Errorf("%s: %+v", name, p)
					}
				}
			}
		}
	}
}

func TestListen(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out.wav")
	for i := 1; i <= 2; i++ {
		// Tones of keys are told of, and are no voice that is missing.
		status, said, note := cli("listen", "-o", out, sample("ilbc"), strconv.Itoa(i))
		if status != allRead || !strings.Contains(said, " s of iLBC, 30 ms at 8000 Hz") || note != "" && !strings.Contains(note, "tones of keys") {
			t.Errorf("status %d, %s%s", status, said, note)
		}
		wav, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		le := binary.LittleEndian
		if len(wav) < 44+8*16000 || string(wav[:4]) != "RIFF" || int(le.Uint32(wav[4:])) != len(wav)-8 || le.Uint32(wav[24:]) != 8000 || int(le.Uint32(wav[40:])) != len(wav)-44 {
			t.Fatalf("%d bytes, header % x", len(wav), wav[:44])
		}
		power := 0.0
		for at := 44; at < len(wav); at += 2 {
			s := float64(int16(le.Uint16(wav[at:])))
			power += s * s
		}
		if rms := math.Sqrt(power / float64(len(wav)/2-22)); rms < 200 || rms > 20000 {
			t.Errorf("stream %d sounds with %.0f of 32768", i, rms)
		}
		// The same on standard output.
		status, raw, errs := cli("listen", "-o", "-", sample("ilbc"), strconv.Itoa(i))
		if status != allRead || raw != string(wav) {
			t.Errorf("status %d, %d bytes, %s", status, len(raw), errs)
		}
	}
	var doc struct {
		Stream, Rate, Channels, Samples, Concealed int
		File, Codec                                string
		Seconds                                    float64
	}
	if err := json.Unmarshal([]byte(fine(t, "listen", "-json", "-o", out, sample("ilbc"), "2")), &doc); err != nil || doc.Stream != 2 || doc.Rate != 8000 || doc.Samples < 64000 || doc.File != out {
		t.Errorf("%v, %+v", err, doc)
	}
	// What cannot be heard is refused with the reason, and no file is written.
	for name, why := range map[string]string{"gcall": "G.729", "codecs": "encrypted", "telephone": "encrypted"} {
		never := filepath.Join(t.TempDir(), "never.wav")
		status, said, errs := cli("listen", "-o", never, sample(name), "1")
		if status != partlyRead || said != "" || !strings.Contains(errs, why) || !strings.HasSuffix(errs, ".\n") {
			t.Errorf("%s: status %d, %q, %q", name, status, said, errs)
		}
		if _, err := os.Stat(never); err == nil {
			t.Errorf("%s: a file was written", name)
		}
	}
	if status, _, errs := cli("listen", "-o", filepath.Join(out, "x.wav"), sample("ilbc"), "1"); status != partlyRead || !strings.Contains(errs, "cannot be written") {
		t.Errorf("status %d, %s", status, errs)
	}
}

func TestWrongUseOfStreams(t *testing.T) {
	file := sample("ilbc")
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"media", file}, "which stream?"},
		{[]string{"media", file, "0"}, "count from 1"},
		{[]string{"media", file, "x"}, "no number"},
		{[]string{"media", file, "3"}, "there is no stream 3, 2 were found"},
		{[]string{"media", sample("codecs"), "2"}, "there is no stream 2, one was found"},
		{[]string{"media", file, "1", "2"}, "one file at a time"},
		{[]string{"media", "-o", "x", file, "1"}, "-o"},
		{[]string{"listen", file, "1"}, "where to?"},
		{[]string{"listen", "-json", "-o", "-", file, "1"}, "either"},
		{[]string{"streams", file, "1"}, "one file at a time"},
		{[]string{"listen", "-o", "x.wav", filepath.Join(samples, "login.pcapng"), "1"}, noVoice},
		{[]string{"streams", "-as", "nonsense", file}, "nonsense"},
	} {
		if status, out, errs := cli(c.args...); status != wrongUsage || out != "" || !strings.Contains(errs, c.says) {
			t.Errorf("%v: status %d, %q, %q", c.args, status, out, errs)
		}
	}
	for _, name := range []string{"streams", "media", "listen"} {
		help := fine(t, "help", name)
		if !strings.Contains(help, "\n"+name+" ") || !strings.Contains(help, "\n-as ") {
			t.Errorf("help %s: %s", name, help)
		}
	}
}

func TestTablesOfTheTerminal(t *testing.T) {
	long := strings.Repeat("word ", 30)
	x := &proto.Part{Cols: []string{"Name", "N", "Why"}, Cells: []proto.Cell{
		{Text: "a"}, {Text: "7", Num: true}, {Text: long},
		{Text: "béé", Do: "packet:3"}, {Text: "1,000", Num: true}, {Text: ""},
		{Text: "x", Do: "sample:ilbc"}, {Text: "2", Num: true}, {Text: "short"},
	}}
	got := strings.Join(tableLines(x), "\n")
	want := "  Name            N\n  a               7\n      Why: " + strings.TrimRight(strings.Repeat("word ", 18), " ") + "\n      " + strings.TrimRight(strings.Repeat("word ", 12), " ") +
		"\n  béé         1,000\n  sample ilbc     2\n      Why: short"
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	facts := &proto.Part{Cols: []string{"Fact", "Value"}, Cells: []proto.Cell{{Text: "One"}, {Text: long}, {Text: "Another"}, {Text: "5"}}}
	for i, line := range tableLines(facts) {
		if utf8.RuneCountInString(line) > wide || i == 0 && !strings.HasPrefix(line, "  One     word") || i == 1 && !strings.HasPrefix(line, "          word") {
			t.Errorf("%q", line)
		}
	}
	if got := wrap("one two", "! "); len(got) != 1 || got[0] != "! one two" {
		t.Errorf("%q", got)
	}
}

// TestBareFrames: with -as every command reads a file that has no mark of its own.
func TestBareFrames(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "tone.ulaw")
	tone := make([]byte, 8000) // a second of a loud square wave
	for i := range tone {
		tone[i] = 0x10 | byte(i/8%2)<<7
	}
	if err := os.WriteFile(file, tone, 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, errs := cli("streams", file); status != wrongUsage || errs == "" {
		t.Errorf("without -as: status %d, %s", status, errs)
	}
	s := streamLines(t, fine(t, "streams", "-json", "-as", "pcmu", file))
	if len(s) != 1 || s[0].Kind != "frames" || s[0].Bytes != 8000 || s[0].Types[0].Codec != "pcmu" || s[0].Types[0].Known != "user" || s[0].Begin != nil {
		t.Errorf("%+v", s)
	}
	if out := fine(t, "media", "-as", "pcmu", file, "1"); !strings.Contains(out, "1.0 s of sound") || !strings.Contains(out, "64.0 kbit/s") {
		t.Error(out)
	}
	if out := fine(t, "packets", file, "-as", "pcmu"); strings.Count(out, "\n") != s[0].Packets {
		t.Error(out)
	}
	wav := filepath.Join(dir, "tone.wav")
	if out := fine(t, "listen", "-as", "pcmu", "-o", wav, file, "1"); !strings.Contains(out, "1.0 s of G.711") {
		t.Error(out)
	}
	b, err := os.ReadFile(wav)
	if err != nil || len(b) != 44+2*8000 {
		t.Errorf("%d bytes, %v", len(b), err)
	}
}
