package sheet

import (
	"encoding/json"
	"math"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"somscope/decoder"
	"somscope/decoder/codec"
	"somscope/decoder/detect"
	"somscope/decoder/field"
	"somscope/decoder/flow"
	"somscope/decoder/inet"
	"somscope/decoder/media"
	"somscope/decoder/rtp"
	"somscope/wasm/proto"
)

const zero = int64(1_156_534_266_000_000_000)

func env(width int) Env { return Env{Zero: zero, Width: width, Done: true} }

func ms(n float64) int64 { return int64(n * 1e6) }

var speech = &codec.Codec{
	ID: codec.ILBC30, Name: "ilbc30", Title: "iLBC, 30 ms", Doc: "A codec that loses gracefully.", RTP: "iLBC", Clock: 8000, Rate: 8000,
	Kbits: "13.33", Frame: 30 * time.Millisecond, Bytes: 50, Playable: true, Disable: []string{"ILBC"}, Sample: "ilbc",
	Cite: []field.Cite{{Key: "rfc3951", Where: "§3"}},
}

var silent = &codec.Codec{ID: codec.G729, Name: "g729", Title: "G.729", Doc: "Ten bytes in ten milliseconds.", Why: "G.729 is explained here, not decoded."}

// a stream with everything that can be told of it.
func stream() *decoder.Voice {
	s := &rtp.Stream{
		Start: zero + ms(1500), End: zero + ms(1500+284*30), FirstSeq: 65500, LastSeq: 248, FirstTS: 100, LastTS: 68260,
		First: 3, Last: 400, Packets: 272, Expected: 285, Lost: 12, Missing: 13, Late: 2, Again: 1, Jumps: 1,
		Clock: 8000, Jitter: 2.1e6, MaxJitter: 8.4e6, MeanJitter: 3.14e6,
		Types: []rtp.TypeCount{{Value: 97, Times: 270}, {Value: 101, Times: 2}}, Lengths: []rtp.TypeCount{{Value: 50, Times: 270}, {Value: 4, Times: 2}}, Step: 240, Markers: 3, Every: 1e9,
	}
	s.SSRC = 0xbeef
	for i := range 9 {
		x := rtp.Second{Packets: 33, Bytes: 1650, Jitter: 3e6, MaxGap: 4e7, First: uint32(40*i + 2)}
		if i == 4 {
			x = rtp.Second{Lost: 13}
		}
		if i == 8 {
			x.Packets, x.Bytes, x.Late = 17, 850, 2
		}
		s.Seconds = append(s.Seconds, x)
	}
	return &decoder.Voice{
		Number: 3, Kind: decoder.VoiceRTP, Flow: 2, From: "192.0.2.10:6000", To: "198.51.100.7:7078", First: 3, Last: 401,
		Packets: 272, Bytes: 13508, Begin: s.Start, End: s.End, RTP: s,
		Codecs: []decoder.VoiceCodec{
			{Type: 97, Packets: 270, Codec: speech, How: decoder.CodecSDP, Why: "the SDP in packet 4 maps payload type 97 to iLBC/8000 (mode=30)", Doubt: "that is what the sender wants to receive"},
			{Type: 101, Packets: 2, Name: "telephone-bell", How: decoder.CodecSDP, Why: "the SDP in packet 4 says so"},
		},
		Words: []string{"The SDP asks for 20 ms a packet, but packets carry 30 ms."},
	}
}

// report is one of a call that changes its codec and is held in between.
func report() *media.Report {
	r := &media.Report{Carrier: media.Data, Begin: zero + ms(10_000), Every: 1e9}
	fits := []media.Fit{
		{Point: media.Point{Codec: "iLBC", ID: speech.Name, Kbits: 13.33, Ms: 30, RF: 1, Size: 62, Cite: []field.Cite{{Key: "bon", Where: "Table 1"}}}, Log: -1.2, Share: .62, Why: []string{"messages are 63 bytes ± 0.3, expected 62", "one every 30.0 ms"}},
		{Point: media.Point{Codec: "G.729", ID: "g729", Kbits: 8, Ms: 20, RF: 2, Size: 60}, Log: -4, Share: .3, Doubt: "a message every 20 ms was expected"},
		{Point: media.Point{Codec: "iSAC", Kbits: 10, Ms: 30, RF: 1, Size: 50, Variable: true}, Log: math.Inf(-1), Share: 0},
	}
	second := fits[1]
	second.Share = .55
	r.Sizes = [2][]media.Count{{{Bytes: 30, Messages: 60}, {Bytes: 63, Messages: 660}, {Bytes: 700, Messages: 20}}, {{Bytes: 63, Messages: 1}}}
	for dir := range 2 {
		for i := range 60 {
			x := media.Slice{Messages: 33, Bytes: 33 * 63, Low: 62, Mid: 63, High: 64, Gap: 30, MaxGap: 61, Missing: i % 20 / 19, First: uint32(66*i + dir)}
			if i >= 20 && i < 40 {
				x = media.Slice{Messages: 3, Bytes: 90, Low: 30, Mid: 30, High: 30, Gap: 333, MaxGap: 340, First: uint32(66*i + dir)}
			}
			if i == 45 {
				x = media.Slice{}
			}
			r.Slices[dir] = append(r.Slices[dir], x)
		}
		at := func(s int) int64 { return r.Begin + int64(s)*1e9 }
		r.Segments[dir] = []media.Segment{
			{Back: dir == 1, Kind: media.Voice, From: at(0), To: at(20), First: 0, Last: 1300, Messages: 660, Mean: 63.02, Dev: .31, Gap: 30, GapDev: 2, Rate: 2079, Missing: .0012, Fits: fits, Says: "660 messages at the pace of voice."},
			{Back: dir == 1, Kind: media.Hold, From: at(20), To: at(40), First: 1301, Last: 1400, Messages: 60, Mean: 30, Gap: 333, Rate: 90, Says: "Three messages a second: a call on hold.", Why: "the pace fell from 33 to 3 messages a second"},
			{Back: dir == 1, Kind: media.Voice, From: at(40), To: at(60), First: 1401, Last: 2700, Messages: 620, Mean: 132, Dev: 12.2, Gap: 30, Rate: 4356, Fits: []media.Fit{second, fits[0]}},
		}
	}
	r.Words = []media.Remark{{Title: "No silence suppression", Text: "The rate is the same whether anybody speaks.", Cite: []field.Cite{{Key: "bs04", Where: "§4.5.1"}}, Trust: field.Measured}}
	r.Left, r.Untimed = 1, 2
	return r
}

func call() *decoder.Voice {
	return &decoder.Voice{Number: 1, Kind: decoder.VoiceSkype, Flow: 7, From: "192.0.2.10:6000", To: "198.51.100.7:7078", First: 11, Last: 2800, Packets: 2680, Bytes: 180_000, Begin: zero + ms(10_000), End: zero + ms(69_500)}
}

func sources(t *testing.T) map[string]any {
	b, err := os.ReadFile("../../site/content/sources.json")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{}
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// check holds what is promised of every sheet.
func check(t *testing.T, what string, s *proto.Sheet) {
	t.Helper()
	known := sources(t)
	b := (&proto.Reply{ID: 1, Sheet: s}).Append(nil)
	back, err := proto.ParseReply(b)
	if err != nil || !reflect.DeepEqual(back.Sheet.Title, s.Title) || len(back.Sheet.Parts) != len(s.Parts) {
		t.Fatalf("%s: does not travel: %v", what, err)
	}
	words := func(s string) {
		t.Helper()
		for _, bad := range []string{"NaN", "Inf", "%!", "  ", "..", " ,", "<nil>", " ."} {
			if strings.Contains(s, bad) {
				t.Errorf("%s: %q holds %q", what, s, bad)
			}
		}
		if !utf8.ValidString(s) {
			t.Errorf("%s: %q", what, s)
		}
	}
	do := func(s string) {
		t.Helper()
		verb, rest, _ := strings.Cut(s, ":")
		first, _, _ := strings.Cut(rest, ":")
		switch verb {
		case "packet", "flow", "stream", "listen", "codec":
			if n, err := strconv.Atoi(first); err != nil || n < 1 {
				t.Errorf("%s: leads to %q", what, s)
			}
		case "sample":
			if rest == "" {
				t.Errorf("%s: leads to %q", what, s)
			}
		case "":
		default:
			t.Errorf("%s: leads to %q", what, s)
		}
	}
	if s.Title == "" || !strings.HasSuffix(s.Lead, ".") {
		t.Errorf("%s: title %q, lead %q", what, s.Title, s.Lead)
	}
	words(s.Title)
	words(s.Lead)
	pictures, tables := 0, 0
	for i := range s.Parts {
		p := &s.Parts[i]
		words(p.Text)
		for _, c := range p.Cites {
			if known[c.Key] == nil {
				t.Errorf("%s: no source %q", what, c.Key)
			}
		}
		for _, x := range p.Tools {
			words(x.Text)
			do(x.Do)
		}
		switch p.Kind {
		case proto.PartText, proto.PartDim, proto.PartFault:
			if end := strings.TrimRight(p.Text, ")"); p.Text == "" || !strings.ContainsAny(end[len(end)-1:], ".?!") {
				t.Errorf("%s: not a sentence: %q", what, p.Text)
			}
		case proto.PartTable:
			tables++
			if len(p.Cols) == 0 || len(p.Cells) == 0 || len(p.Cells)%len(p.Cols) != 0 {
				t.Errorf("%s: table %q of %d columns has %d cells", what, p.Text, len(p.Cols), len(p.Cells))
			}
			for _, c := range p.Cells {
				words(c.Text)
				do(c.Do)
				if c.Bar > 1000 {
					t.Errorf("%s: a bar of %d", what, c.Bar)
				}
			}
		case proto.PartDraw:
			pictures++
			if p.Draw == nil || len(p.Draw.Shapes) == 0 || p.Draw.Name == "" || p.Text == "" {
				t.Errorf("%s: %+v", what, p)
				continue
			}
			for _, x := range p.Draw.Shapes {
				words(x.Text)
				do(x.Do)
			}
		case proto.PartHead, proto.PartFold:
			if p.Text == "" || i == len(s.Parts)-1 || s.Parts[i+1].Kind == proto.PartHead || s.Parts[i+1].Kind == proto.PartFold {
				t.Errorf("%s: nothing stands under %q", what, p.Text)
			}
		}
	}
	if pictures > 0 && tables < 2 {
		t.Errorf("%s: %d drawings without twins", what, pictures)
	}
}

// text is all of a sheet as one string.
func text(s *proto.Sheet) string {
	out := s.Title + "\n" + s.Lead + "\n"
	for _, p := range s.Parts {
		out += p.Text + "\n"
		for _, c := range p.Cells {
			out += c.Text + " | "
		}
		for _, x := range p.Tools {
			out += "[" + x.Text + "=" + x.Do + "]"
		}
		if p.Draw != nil {
			for _, x := range p.Draw.Shapes {
				out += x.Text + " "
			}
		}
		out += "\n"
	}
	return out
}

func holds(t *testing.T, what string, s *proto.Sheet, wants ...string) {
	t.Helper()
	all := text(s)
	for _, w := range wants {
		if !strings.Contains(all, w) {
			t.Errorf("%s: no %q in\n%s", what, w, all)
		}
	}
}

func TestStreamOfRTP(t *testing.T) {
	for _, w := range []int{0, 320, 1200} {
		check(t, "RTP", Stream(stream(), nil, env(w)))
	}
	s := Stream(stream(), nil, env(800))
	holds(t, "RTP", s,
		"Stream 3: RTP, iLBC, 30 ms",
		"272 packets of iLBC, 30 ms, in 8.5 s from 192.0.2.10:6000 to 198.51.100.7:7078; 13 of 284 lost (4.6 %), 1 copy not counted.",
		"[Listen=listen:3][First packet=packet:3][Flow 2=flow:2]",
		"Payload type 97 is iLBC, 30 ms: the SDP in packet 4 maps payload type 97 to iLBC/8000 (mode=30).",
		"Doubt: that is what the sender wants to receive.",
		"The SDP asks for 20 ms a packet, but packets carry 30 ms.",
		"telephone-bell", "0x0000beef", "65500 to 248", "by 240 a packet (30.0 ms)", "12 (4.2 %)", "13 (4.6 %)",
		"Jitter, mean | 3.1 ms", "8.4 ms", "8,000 Hz", "97 (270 packets), 101 (2 packets)", "DisableCodecs", "ILBC", "13 lost between 5.50 and 6.50 s", "2 late between 9.50 and 10.02 s", "4 bytes: 2 packets")
	if s.Stream != 3 || s.Flow != 2 || !s.Done {
		t.Errorf("%+v", s)
	}
	// The rate of a slice that was not full is that of its part: 17 packets of 50 bytes in 0.52 s.
	holds(t, "the last slice", s, "9.50 | 17 | 0 | 2 | 13.1 |")

	v := stream()
	v.RTP.Missing, v.RTP.Again = 0, 0
	v.RTP.Clock = 0
	v.Words = nil
	v.Codecs = []decoder.VoiceCodec{{Type: 97, Packets: 272, Codec: silent, How: decoder.CodecGuessed, Why: "20 bytes every 160 ticks", Doubt: "nobody says so",
		Likely: []codec.Likely{{Codec: silent, Why: "20 bytes every 160 ticks"}, {Codec: speech, Why: "they would be odd"}}}}
	s = Stream(v, nil, env(0))
	check(t, "guessed", s)
	holds(t, "guessed", s, "G.729?", "272 packets of G.729 in 8.5 s", "none lost.", "is taken for G.729. That is a guess: 20 bytes every 160 ticks.", "They would be odd.", "G.729 is explained here, not decoded.", "nobody says how fast the clock")
	if strings.Contains(text(s), "listen:") {
		t.Error("what cannot be heard has a button to listen")
	}

	v.Codecs = []decoder.VoiceCodec{{Type: 77, Packets: 272}}
	s = Stream(v, nil, env(0))
	check(t, "unknown", s)
	holds(t, "unknown", s, "Nobody says what payload type 77 is", "of payload type 77", "nobody says which codec it is")

	v.Codecs = []decoder.VoiceCodec{{Type: 0, Packets: 272, Codec: codec.Table[0], How: decoder.CodecUser, Why: "you say so"}}
	s = Stream(v, nil, env(0))
	check(t, "chosen", s)
	for _, p := range s.Parts {
		if p.Kind == proto.PartChoice {
			if len(p.Tools) != len(codec.Table)+1 || p.On != 1 || p.Tools[0].Do != "codec:3:" || p.Tools[1].Do != "codec:3:"+codec.Table[0].Name {
				t.Errorf("%+v", p)
			}
		}
	}
}

func TestOddStreams(t *testing.T) {
	for name, change := range map[string]func(v *decoder.Voice){
		"no times":      func(v *decoder.Voice) { v.Begin, v.End, v.RTP.Seconds, v.RTP.Every = 0, -1, nil, 0 },
		"one packet":    func(v *decoder.Voice) { v.Packets, v.End = 1, v.Begin; v.RTP.Seconds = v.RTP.Seconds[:1] },
		"at one moment": func(v *decoder.Voice) { v.End = v.Begin; v.RTP.End = v.RTP.Start },
		"no payload":    func(v *decoder.Voice) { v.Bytes, v.RTP.Lengths = 0, nil },
		"one length":    func(v *decoder.Voice) { v.RTP.Lengths = v.RTP.Lengths[:1] },
		"nothing":       func(v *decoder.Voice) { v.RTP, v.Codecs = &rtp.Stream{}, nil },
		"less than 0":   func(v *decoder.Voice) { v.RTP.Lost, v.RTP.Again = -7, 20 },
		"not finite": func(v *decoder.Voice) {
			v.RTP.Jitter, v.RTP.MaxJitter, v.RTP.MeanJitter = math.NaN(), math.Inf(1), math.NaN()
			v.RTP.Seconds[0].Jitter = float32(math.NaN())
		},
		"long": func(v *decoder.Voice) {
			for range 5000 {
				v.RTP.Seconds = append(v.RTP.Seconds, rtp.Second{Packets: 33, Bytes: 1650, Lost: 1})
			}
			v.End += 5000e9
			v.RTP.End = v.End
		},
	} {
		v := stream()
		change(v)
		for _, w := range []int{0, 300, 1000} {
			s := Stream(v, nil, env(w))
			check(t, name, s)
			for _, p := range s.Parts {
				if p.Kind == proto.PartTable && len(p.Cells)/len(p.Cols) > 64 {
					t.Errorf("%s: a table of %d rows", name, len(p.Cells)/len(p.Cols))
				}
			}
		}
		Row(v, nil, "0.0")
	}
}

func TestEncryptedCall(t *testing.T) {
	for _, w := range []int{0, 320, 1200} {
		check(t, "call", Stream(call(), report(), env(w)))
	}
	s := Stream(call(), report(), env(900))
	holds(t, "call", s,
		"Stream 1: an encrypted call", "2,680 messages in 59.5 s; in order of time, its sizes and gaps fit best first with iLBC 30 ms (62 %), then with G.729 20 ms, 2 blocks (55 %).",
		"no bit of them can be read", "This call cannot be heard: its frames are encrypted",
		"[First packet=packet:11][Flow 7=flow:7]",
		"63.0 ± 0.3", "132 ± 12", "iLBC 30 ms 62 %; G.729 20 ms, 2 blocks 30 %", "hold", "0.1 %",
		"The pace fell from 33 to 3 messages a second.", "62 bytes", "one every 30.0 ms", "a message every 20 ms was expected",
		"No silence suppression", "(How this is known: measured.)", "1 message beyond the first", "seem lost",
		"A to B: 33 messages, 2,079 bytes", "60 to 65 bytes: 660 messages", "63 | 660 | 89 %")
	if strings.Contains(text(s), "listen:") {
		t.Error("an encrypted call has a button to listen")
	}
	shares := 0
	for _, p := range s.Parts {
		for _, c := range p.Cells {
			if c.Bar == 620 {
				shares++
			}
		}
	}
	if shares != 4 { // two segments of voice each way
		t.Errorf("%d bars of 62 %%", shares)
	}
	row := Row(call(), report(), "10.0")
	if row != [...]string{"1", "Skype", "192.0.2.10:6000", "198.51.100.7:7078", "iLBC 30 ms? 62 %, then G.729 20 ms, 2 blocks? 55 %", "2680", "-", "-", "10.0", "59.5 s", "encrypted"} {
		t.Errorf("%q", row)
	}

	// Where there is no sample the table says why, and what cannot be heard is not offered to be.
	found := report()
	for i, id := range []string{"g729", "opus", "l16", "isac", "ipcmwb"} {
		f := &found.Segments[0][0].Fits
		*f = append((*f)[:i:i], media.Fit{Point: media.Point{Codec: id, ID: id}, Share: .2})
	}
	found.Segments[1][0].Early, found.Segments[1][0].Kind = true, media.Quiet
	before, after := &found.Segments[0][0].Fits[0], &found.Segments[0][0].Fits[1]
	faster := *after
	faster.Kbits = 40
	for i := range 5 {
		found.Words[0].Changes = append(found.Words[0].Changes,
			media.Change{At: zero + ms(9500), Both: true, From: before, To: after}, media.Change{At: zero + ms(12000), From: after, To: &faster, Back: i > 0})
	}
	found.Words[0].Changes[1].To, found.Words[0].Changes[1].Why = after, "other sizes"
	found.Words[0].Changes[4].From = nil
	u := Stream(call(), found, env(900))
	check(t, "samples", u)
	holds(t, "samples", u, "| see a sample |", "| see and hear a sample |", "none: only its first bits are explained here", "none: its frames are plain samples; see G.711 in any RTP capture", "none: its bits are not published", "before the call",
		"These are the changes, each with what fits best: at 9.50 s from g729 0 ms? to opus 0 ms?; at 12.00 s (A to B) still opus 0 ms?, but other sizes; at 9.50 s from", "at 12.00 s (B to A) from opus 0 ms at 0 kbit/s? to opus 0 ms at 40 kbit/s?", "from nothing that fits well to opus 0 ms?", "; and 4 times more.")

	odd := report()
	odd.Slices[1], odd.Segments[1] = nil, nil
	odd.Segments[0][0].Fits[0].Share = math.NaN()
	odd.Segments[0][0].Mean, odd.Segments[0][0].Gap = math.NaN(), math.Inf(1)
	gateway := call()
	gateway.Kind = decoder.VoiceE2O
	odd.Carrier = media.E2O
	check(t, "one way", Stream(gateway, odd, env(700)))
	holds(t, "one way", Stream(gateway, odd, env(700)), "to or from the telephone network")
	check(t, "nothing", Stream(call(), &media.Report{}, env(700)))
	check(t, "no report", Stream(call(), nil, env(700)))
	untimed := call()
	untimed.End = untimed.Begin - 1
	check(t, "no times", Stream(untimed, &media.Report{Untimed: 30}, env(700)))
	bare := report()
	bare.Slices = [2][]media.Slice{}
	bare.Segments[1] = nil
	bare.Segments[0] = bare.Segments[0][:1]
	bare.Segments[0][0].From, bare.Segments[0][0].To, bare.Segments[0][0].Gap = 0, 0, 0
	bare.Segments[0] = append(bare.Segments[0], media.Segment{Kind: media.Quiet, From: zero, To: zero + 1e9, First: 1, Last: 0})
	s = Stream(call(), bare, env(700))
	check(t, "no times", s)
	holds(t, "no times", s, "A to B | - | - | voice | 660", "A to B: 660 messages of 63.0 ± 0.3 bytes\n", "quiet | 0")
	many := report()
	for range 300 {
		many.Segments[0] = append(many.Segments[0], many.Segments[0][0])
	}
	s = Stream(call(), many, env(700))
	check(t, "many segments", s)
	holds(t, "many segments", s, "more, which are in the table above.")
}

func TestFileOfFrames(t *testing.T) {
	v := &decoder.Voice{Number: 1, Kind: decoder.VoiceFile, First: 1, Last: 100, Packets: 100, Bytes: 5000, End: -1,
		Codecs: []decoder.VoiceCodec{{Packets: 100, Codec: speech, How: decoder.CodecFile, Why: "the file begins with its mark"}}}
	s := Stream(v, nil, env(0))
	check(t, "file", s)
	holds(t, "file", s, "100 frames of iLBC, 30 ms, 3.0 s of sound; the file holds nothing else.", "The file holds frames of iLBC, 30 ms (the file begins with its mark).", "[Listen=listen:1][First packet=packet:1]", "13.3 kbit/s", "50 bytes")
	if strings.Contains(text(s), "codec:") || strings.Contains(text(s), "flow:") {
		t.Error("frames have no flow and no payload type")
	}
	if row := Row(v, nil, "x"); row[1] != "frames" || row[8] != "-" || row[9] != "3.0 s" || row[10] != "can be heard" {
		t.Errorf("%q", row)
	}
	loose := *speech
	loose.Frame, loose.Bytes = 0, 0
	timed := &decoder.Voice{Number: 1, Kind: decoder.VoiceFile, Packets: 50, Bytes: 8000, Begin: 0, End: 49 * 20e6, Codecs: []decoder.VoiceCodec{{Codec: &loose}}}
	holds(t, "without frames", Stream(timed, nil, env(0)), "1.0 s of sound", "64.0 kbit/s")
	v.Codecs[0].Codec = silent
	check(t, "mute file", Stream(v, nil, env(0)))
}

func TestRow(t *testing.T) {
	if row := Row(stream(), nil, "1.5"); row != [...]string{"3", "RTP", "192.0.2.10:6000", "198.51.100.7:7078", "iLBC, 30 ms", "272", "13", "3.1 ms", "1.5", "8.5 s", "can be heard"} {
		t.Errorf("%q", row)
	}
	v := stream()
	v.RTP.Clock = 0
	v.Codecs = v.Codecs[1:]
	if row := Row(v, nil, ""); row[4] != "telephone-bell" || row[7] != "-" || row[10] != "codec unknown" {
		t.Errorf("%q", row)
	}
	v.Codecs = nil
	if row := Row(v, nil, ""); row[4] != "unknown" {
		t.Errorf("%q", row)
	}
}

// conversation is one of detect with messages of a size at a pace, both ways.
func conversation(n int, size func(i int) int, gap float64) *detect.Book {
	b := detect.NewBook()
	k := flow.Key{Transport: flow.UDP, A: inet.Addr{Lo: 1}, B: inet.Addr{Lo: 2}, PortA: 5, PortB: 6}
	for i := range n {
		b.Add(0, k, uint32(2*i), zero+ms(gap*float64(i)), false, false, 0, make([]byte, 8), size(i))
		if i < 10 {
			b.Add(0, k, uint32(2*i+1), zero+ms(gap*float64(i)+1), false, true, 0, make([]byte, 8), size(i))
		}
	}
	return b
}

func TestBelief(t *testing.T) {
	b := conversation(300, func(int) int { return 62 }, 30)
	for _, w := range []int{0, 320, 1100} {
		check(t, "voice", Belief(1, b.Bayes(0), b.Of(0), "A note.", env(w)))
	}
	s := Belief(1, b.Bayes(0), b.Of(0), "A note.", env(900))
	holds(t, "voice", s, "It says voice: B is -0.9 from A to B, above -5.", "Of 10 windows 10 speak for voice.", "iLBC at 13.33 kbit/s, 30 ms, 1 block", "nothing: 10 messages, 30 are needed", "window 2, to packet 119: sizes -0.9, gaps -0.9: voice", "threshold -5", "A note.")
	if s.Flow != 1 || s.Stream != 0 {
		t.Errorf("%+v", s)
	}
	// The drawing is true: the beliefs are above the line, which is in it.
	for _, p := range s.Parts {
		if p.Draw == nil {
			continue
		}
		var limit, curve float32
		for _, x := range p.Draw.Shapes {
			switch x.Class {
			case "limit":
				limit = x.Points[1]
			case "curve c":
				curve = x.Points[1]
			}
		}
		if limit == 0 || curve == 0 || curve >= limit {
			t.Errorf("a belief of -0.9 at %v px, the threshold at %v", curve, limit)
		}
	}

	b = conversation(300, func(i int) int { return 62 + 70*(i/150) }, 45)
	s = Belief(1, b.Bayes(0), b.Of(0), "", env(900))
	check(t, "no voice", s)
	holds(t, "no voice", s, "It says no voice: B is", "One working point must fit all windows")

	// One time must do for all windows, and the sheet says which of them speak against it.
	b = detect.NewBook()
	k := flow.Key{Transport: flow.UDP, A: inet.Addr{Lo: 1}, B: inet.Addr{Lo: 2}, PortA: 5, PortB: 6}
	at := zero
	for i := range 301 {
		b.Add(0, k, uint32(i), at, false, false, 0, make([]byte, 8), 62)
		switch {
		case i < 180:
			at += ms(30)
		case i < 209: // a hold
			at += ms(333)
		default:
			at += ms(20)
		}
	}
	s = Belief(1, b.Bayes(0), b.Of(0), "", env(900))
	check(t, "one time", s)
	holds(t, "one time", s, "Of 10 windows 9 speak for voice.",
		"The gaps decide: one time must do for all windows. 30 ms fits 6 of 10; against it count 3 windows (8 to 10) where 20 ms fits best, and window 7 with no even pace, as in a hold, a pause or a change.")
	if strings.Contains(text(s), "The sizes decide") || strings.Contains(text(s), "The sizes are against") {
		t.Error("sizes that fit are blamed")
	}

	b = conversation(20, func(int) int { return 62 }, 30)
	if b.Bayes(0) != nil {
		t.Fatal("20 messages are no window")
	}
	s = Belief(4, nil, b.Of(0), "", env(900))
	check(t, "short", s)
	holds(t, "short", s, "it needs 30 messages", "20 such messages from A to B and 10 such messages from B to A")
	check(t, "nobody", Belief(4, nil, nil, "", env(0)))
}

func TestWords(t *testing.T) {
	for want, got := range map[string]string{
		"1 packet": count(1, "packet"), "0 packets": count(0, "packet"), "12,345 packets": count(12345, "packet"), "-1,234": thousands(-1234),
		"< 0.1 %": percent(.0001), "0 %": percent(0), "4.6 %": percent(.046), "62 %": percent(.6234), "> 99.9 %": percent(.99999), "100 %": percent(1), "99.6 %": percent(.996), "10 %": percent(.0996),
		"0.24 ms": Millis(.24e6), "3.1 ms": Millis(3.14e6), "140 ms": Millis(140e6), "0 ms": Millis(0),
		"30 ms": Span(30e6), "8.5 s": Span(8.52e9), "3 min 20 s": Span(200e9), "1 h 0 min 5 s": Span(3605e9),
		"Nobody knows.": Sentence("nobody knows"), "iLBC?": Sentence("iLBC?"), "": Sentence(" "),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
