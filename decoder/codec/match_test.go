package codec

import (
	"strings"
	"testing"
)

func TestStatic(t *testing.T) {
	want := map[uint8]struct {
		id ID
		p  Params
	}{
		0: {id: PCMU}, 8: {id: PCMA}, 9: {id: G722}, 13: {id: ComfortNoise}, 18: {id: G729},
		10: {L16, Params{Rate: 44100, Channels: 2}}, 11: {L16, Params{Rate: 44100, Channels: 1}},
	}
	for pt := range 256 {
		c, p := Static(uint8(pt))
		w, known := want[uint8(pt)]
		if known != (c != nil) || known && (c.ID != w.id || p != w.p) {
			t.Errorf("payload type %d: %v %+v", pt, c, p)
		}
	}
}

func TestBySDP(t *testing.T) {
	for _, c := range []struct {
		name      string
		clock, ch int
		fmtp      string
		id        ID
		p         Params
	}{
		{"PCMU", 8000, 0, "", PCMU, Params{}},
		{"pcma", 8000, 1, "", PCMA, Params{}},
		{"PCMA", 16000, 2, "", PCMA, Params{Rate: 16000, Channels: 2}},
		{"G722", 8000, 0, "", G722, Params{}},
		{"G722", 16000, 0, "", G722, Params{}}, // what people take its clock for
		{"L16", 16000, 0, "", L16, Params{Rate: 16000}},
		{"l16", 44100, 2, "", L16, Params{Rate: 44100, Channels: 2}},
		{"G729", 8000, 0, "annexb=no", G729, Params{}},
		{"G729A", 8000, 0, "", G729, Params{}},
		{" g729 ", 8000, 0, "", G729, Params{}},
		{"G729", 90000, 0, "", G729, Params{}},
		{"ISAC", 16000, 0, "", ISAC, Params{}},
		{"isac", 32000, 0, "", ISAC, Params{Rate: 32000}},
		{"telephone-event", 8000, 0, "0-15", TelephoneEvent, Params{}},
		{"Telephone-Event", 48000, 0, "0-16", TelephoneEvent, Params{Rate: 48000}},
		{"CN", 8000, 0, "", ComfortNoise, Params{}},
		{"CN", 16000, 0, "", ComfortNoise, Params{Rate: 16000}},
		{"IPCMWB", 16000, 0, "", IPCMWB, Params{}},
		{"EG711A", 8000, 0, "", EG711A, Params{}},
		{"eg711u", 8000, 0, "", EG711U, Params{}},
		{"L16", -5, -1, "", L16, Params{}},
		{"", 8000, 0, "", None, Params{}},
		{"GSM", 8000, 0, "", None, Params{}},
		{"PCM", 8000, 0, "", None, Params{}},
		{"H264", 90000, 0, "profile-level-id=42e01f", None, Params{}},
	} {
		x, p := BySDP(c.name, c.clock, c.ch, c.fmtp)
		if (x == nil) != (c.id == None) || x != nil && (x.ID != c.id || p != c.p) {
			t.Errorf("%s/%d/%d %s: %v, %+v", c.name, c.clock, c.ch, c.fmtp, x, p)
		}
	}
}

// Codecs of other files of the table, when they are there.
func TestBySDPOfOthers(t *testing.T) {
	for _, c := range []struct {
		name      string
		clock, ch int
		fmtp      string
		id        ID
		p         Params
	}{
		{"iLBC", 8000, 0, "mode=20", ILBC20, Params{}},
		{"ILBC", 8000, 1, "mode=30", ILBC30, Params{}},
		{"ilbc", 8000, 0, "", ILBC30, Params{}}, // RFC 3952 §5
		{"iLBC", 8000, 0, "Mode=20 ; x=1", ILBC20, Params{}},
		{"iLBC", 8000, 0, "mode=25", ILBC30, Params{}},
		{"iLBC", 8000, 0, "mode=", ILBC30, Params{}},
		{"iLBC", 16000, 0, "xmode=20", ILBC30, Params{}},
		{"SILK", 24000, 0, "useinbandfec=1", SILK, Params{Rate: 24000}},
		{"silk", 8000, 0, "", SILK, Params{Rate: 8000}},
		{"opus", 48000, 2, "", Opus, Params{}},
		{"OPUS", 48000, 2, "minptime=10;sprop-stereo=1", Opus, Params{Channels: 2}},
		{"opus", 48000, 2, "stereo=0", Opus, Params{}},
		{"opus", 16000, 1, "", Opus, Params{}},
	} {
		want := ByID(c.id)
		x, p := BySDP(c.name, c.clock, c.ch, c.fmtp)
		if x != want || x != nil && p != c.p {
			t.Errorf("%s/%d/%d %s: %v, %+v", c.name, c.clock, c.ch, c.fmtp, x, p)
		}
	}
}

// names are the codecs of a list, as far as they are in the table.
func guessed(list []Likely) string {
	var s []string
	for _, l := range list {
		s = append(s, l.Codec.Name)
	}
	return strings.Join(s, " ")
}

// Guess finds what a stream is by lengths and step; what fits equally is listed, too.
func TestGuess(t *testing.T) {
	vary := []Seen{{60, 10}, {61, 9}, {75, 8}, {90, 3}}
	for _, c := range []struct {
		what    string
		lengths []Seen
		step    uint32
		want    string // in order
	}{
		{"G.711 of 20 ms", []Seen{{160, 100}}, 160, "pcmu pcma g722 eg711a eg711u"},
		{"G.711 of 30 ms", []Seen{{240, 100}}, 240, "pcmu pcma g722 eg711a eg711u"},
		{"G.711 of 20 ms and its end", []Seen{{160, 100}, {80, 1}}, 160, "pcmu pcma g722 eg711a eg711u"},
		{"EG.711 at 48 kbit/s", []Seen{{120, 100}}, 160, "eg711a eg711u"},
		{"G.729 of 20 ms", []Seen{{20, 100}}, 160, "g729"},
		{"G.729 with silence", []Seen{{20, 100}, {12, 3}, {2, 5}}, 160, "g729"},
		{"G.729 of 60 ms", []Seen{{60, 100}}, 480, "g729"},
		{"G.729 whose clock stands", []Seen{{20, 100}}, 0, "g729"},
		{"L16 at 16 kHz", []Seen{{640, 100}}, 320, "l16"},
		{"L16 stereo", []Seen{{3528, 100}}, 882, "l16"},
		{"keys", []Seen{{4, 12}}, 0, "event"},
		{"nothing known: GSM", []Seen{{33, 100}}, 160, ""},
		{"nothing seen", nil, 160, ""},
		{"nothing in it", []Seen{{0, 9}, {5, 0}, {-4, 3}}, 160, ""},
		{"half of it fits", []Seen{{20, 100}, {33, 90}}, 160, ""},
		{"wide-band of varying size, 30 ms of 16 kHz", vary, 480, "isac"},
		{"a step that is no time", []Seen{{160, 100}}, 1<<32 - 1, ""},
	} {
		list := Guess(c.lengths, c.step, Flowing{})
		var ours []Likely
		for _, l := range list { // those of other files may be more
			if l.Codec.ID != SILK && l.Codec.ID != Opus && l.Codec.ID != ILBC20 && l.Codec.ID != ILBC30 {
				ours = append(ours, l)
			}
		}
		if got := guessed(ours); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
		for _, l := range list {
			if l.Why == "" || strings.HasSuffix(l.Why, ".") {
				t.Errorf("%s: %q", c.what, l.Why)
			}
		}
	}
	list := Guess([]Seen{{160, 10}}, 160, Flowing{})
	if !strings.HasPrefix(list[0].Why, "160 bytes every 160 ticks are samples of 20 ms; G.711 A-law, G.722") || !strings.HasSuffix(list[0].Why, "would look the same") {
		t.Error(list[0].Why)
	}
	list = Guess([]Seen{{20, 10}}, 160, Flowing{})
	if list[0].Why != "20 bytes every 160 ticks are 2 frames of 10 ms" {
		t.Error(list[0].Why)
	}
	list = Guess([]Seen{{640, 10}}, 320, Flowing{})
	if list[0].Params.Rate != 16000 || list[0].Params.Channels != 1 {
		t.Errorf("%+v", list[0].Params)
	}
	if list = Guess([]Seen{{3528, 10}}, 882, Flowing{}); list[0].Params.Rate != 44100 || list[0].Params.Channels != 2 {
		t.Errorf("%+v", list[0].Params)
	}
}

// Opus of 20 ms has the step of iSAC's 60 ms and is met far more often; few packets tell nothing.
func TestGuessUsual(t *testing.T) {
	list := Guess([]Seen{{60, 10}, {61, 9}, {75, 8}}, 960, Flowing{})
	if len(list) < 2 || list[0].Codec.ID != Opus || !strings.Contains(list[0].Why, "iSAC") {
		t.Errorf("%s", guessed(list))
	}
	if list = Guess([]Seen{{60, 3}, {61, 2}, {75, 1}}, 960, Flowing{}); len(list) > 0 {
		t.Errorf("six packets are taken for %s", guessed(list))
	}
}

// The codecs of varying size and iLBC, when they are in the table.
func TestGuessOthers(t *testing.T) {
	vary := []Seen{{60, 10}, {61, 9}, {75, 8}, {90, 3}}
	for _, c := range []struct {
		what    string
		lengths []Seen
		step    uint32
		id      ID
		rate    int
	}{
		{"iLBC of 20 ms", []Seen{{38, 100}}, 160, ILBC20, 0},
		{"iLBC of 30 ms", []Seen{{50, 100}}, 240, ILBC30, 0},
		{"iLBC of 60 ms", []Seen{{100, 100}}, 480, ILBC30, 0},
		{"Opus of 20 ms", vary, 960, Opus, 0},
		{"SILK of 20 ms at 16 kHz", vary, 320, SILK, 16000},
		{"SILK of 20 ms at 24 kHz", vary, 480, SILK, 24000},
	} {
		if ByID(c.id) == nil {
			continue
		}
		found := false
		list := Guess(c.lengths, c.step, Flowing{})
		for i, l := range list {
			found = found || l.Codec.ID == c.id && l.Params.Rate == c.rate && (i == 0 || c.id > ISAC)
		}
		if !found {
			t.Errorf("%s: %s", c.what, guessed(list))
		}
	}
}

func FuzzGuess(f *testing.F) {
	f.Add([]byte{160, 20, 4}, uint32(160))
	f.Fuzz(func(t *testing.T, b []byte, step uint32) {
		var lengths []Seen
		for i := 0; i+3 <= len(b); i += 3 {
			lengths = append(lengths, Seen{Bytes: int(b[i])<<8 | int(b[i+1]), Times: int(b[i+2])})
		}
		for _, l := range Guess(lengths, step, Flowing{}) {
			if l.Codec == nil || l.Why == "" {
				t.Fatalf("%+v", l)
			}
		}
	})
}

func FuzzBySDP(f *testing.F) {
	f.Add("iLBC", 8000, 1, "mode=20")
	f.Fuzz(func(t *testing.T, name string, clock, ch int, fmtp string) {
		c, p := BySDP(name, clock, ch, fmtp)
		if c == nil {
			return
		}
		if p.Rate < 0 || p.Channels < 0 {
			t.Fatalf("%+v", p)
		}
		if _, lasts, _, _ := c.Frames(&p, []byte{1, 2, 3}, 160); lasts < 0 {
			t.Fatal(lasts)
		}
	})
}

// The pace at which packets come drops what would need another clock.
func TestGuessByPace(t *testing.T) {
	vary := []Seen{{150, 40}, {161, 39}, {175, 38}, {190, 13}}
	for _, c := range []struct {
		what    string
		lengths []Seen
		step    uint32
		rate    float64
		first   ID
		not     ID
		p       Params
	}{
		{"960 ticks at 50 packets a second are 20 ms of 48 kHz", vary, 960, 48_100, Opus, ISAC, Params{}},
		{"960 ticks at 17 packets a second are 60 ms of 16 kHz", []Seen{{150, 40}, {161, 39}, {175, 38}}, 960, 15_900, ISAC, Opus, Params{}},
		{"stereo at 48 kHz", []Seen{{960, 100}}, 240, 47_900, L16, PCMU, Params{Rate: 48000, Channels: 2}},
		{"mono at 11,025 Hz", []Seen{{512, 100}}, 256, 11_100, L16, PCMU, Params{Rate: 11025, Channels: 1}},
		{"a pace that is no usual rate", []Seen{{640, 100}}, 320, 17_500, L16, PCMU, Params{Rate: 16000, Channels: 1}},
		{"G.711 at its pace", []Seen{{160, 100}}, 160, 8_100, PCMU, L16, Params{}},
	} {
		list := Guess(c.lengths, c.step, Flowing{Rate: c.rate})
		if len(list) == 0 || list[0].Codec.ID != c.first || list[0].Params != c.p && c.first == L16 {
			t.Errorf("%s: %s %+v", c.what, guessed(list), list)
		}
		for _, l := range list {
			if l.Codec.ID == c.not {
				t.Errorf("%s: %s fits, too", c.what, l.Codec.Title)
			}
		}
	}
	if list := Guess([]Seen{{160, 100}}, 160, Flowing{Rate: 48_000}); len(list) > 0 {
		t.Errorf("160 bytes every 3.3 ms are taken for %s", guessed(list))
	}
	for hz, want := range map[float64]int{8_200: 8000, 11_000: 11025, 47_000: 48000, 12_000: 0, 0: 0, 1e9: 0} {
		if got := StandardRate(hz); got != want {
			t.Errorf("%v Hz is %d, want %d", hz, got, want)
		}
	}
}

// The rate is that of all packets, not only of those whose length is listed.
func TestGuessTellsTheWholeRate(t *testing.T) {
	list := Guess([]Seen{{150, 40}, {161, 39}, {175, 38}}, 960, Flowing{Packets: 300, Bytes: 300 * 194})
	if len(list) == 0 || !strings.Contains(list[0].Why, "about 78 kbit/s") {
		t.Errorf("%+v", list)
	}
}
