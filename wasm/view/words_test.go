package view

import (
	"slices"
	"testing"

	"somscope/wasm/proto"
)

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Count(0), "0"}, {Count(999), "999"}, {Count(1000), "1,000"}, {Count(812000), "812,000"}, {Count(20000000), "20,000,000"},
		{Plural(1, "byte"), "1 byte"}, {Plural(0, "packet"), "0 packets"},
		{Amount(999), "999 bytes"}, {Amount(1000), "1.0 kB"}, {Amount(999_999), "1.0 MB"}, {Amount(244_000_000), "244 MB"}, {Amount(1_100_000_000), "1.1 GB"},
		{Percent(0, 0), "0 %"}, {Percent(55, 60), "92 %"}, {Percent(999, 1000), "99 %"}, {Percent(1, 1000), "1 %"}, {Percent(60, 60), "100 %"},
		{Lasted(12_000), "12 µs"}, {Lasted(5_000_000), "5 ms"}, {Lasted(1_250_000_000), "1.3 s"}, {Lasted(293e9), "4 min 53 s"}, {Lasted(7300e9), "2 h 1 min"}, {Lasted(-1), "0 µs"}, {Lasted(200000e9), "2 d 7 h"},
		{HexRun([]byte{1, 0xab, 3}, 2), "01 ab …"}, {HexRun(nil, 2), ""}, {Fixed(1.25, 1), "1.3"}, {Fixed(-0.5, 2), "-0.50"}, {Fixed(31, 0), "31"}, {Fixed(7.004, 2), "7.00"},
		{Progress(812000, 1_100_000_000, 1000), "812,000 packets · 1.1 GB/s"}, {Progress(1, 100, 1), "1 packet"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestParseNumber(t *testing.T) {
	for s, want := range map[string]int64{"0": 0, "17": 17, "007": 7, "4294967295": 1<<32 - 1, "4294967296": -1, "99999999999999999999999": -1, "": -1, "-1": -1, "+1": -1, "1e3": -1, " 1": -1} {
		n, ok := ParseNumber(s)
		if ok != (want >= 0) || ok && int64(n) != want {
			t.Errorf("%q = %d, %v, want %d", s, n, ok, want)
		}
	}
}

func TestNotations(t *testing.T) {
	data := []byte{0x81, 0x09, 203, 0, 113, 115, 'h', 'i', '!', 0, 0, 0, 0}
	for _, c := range []struct {
		name string
		node proto.Node
		want []Notation
	}{
		{"port", proto.Node{Range: proto.Range{Len: 16}, Num: 0x8109, HasNum: true, Text: "33033"}, []Notation{
			{"Decimal", "33,033"}, {"Hex", "0x8109"}, {"Binary", "1000 0001 0000 1001"}, {"Little-endian", "2,433"}}},
		{"bits", proto.Node{Range: proto.Range{Len: 8, Mask: 0x70}, Num: 0, HasNum: true}, []Notation{
			{"Decimal", "0"}, {"Hex", "0x00"}, {"Binary", "0000 0000"}}},
		{"address", proto.Node{Range: proto.Range{Off: 16, Len: 32}, Text: "203.0.113.115"}, []Notation{
			{"Hex", "0xcb007173"}, {"Big-endian", "3,405,803,891"}, {"Little-endian", "1,936,785,611"}}},
		{"text", proto.Node{Range: proto.Range{Off: 48, Len: 24}}, []Notation{
			{"Hex", "0x686921"}, {"Big-endian", "6,842,657"}, {"Little-endian", "2,189,672"}, {"As text", "“hi!”"}}},
		{"zero", proto.Node{Range: proto.Range{Off: 72, Len: 32}}, nil},
		{"a network card", proto.Node{Range: proto.Range{Len: 48}, Text: "81:09:cb:00:71:73"}, nil},
		{"beyond the buffer", proto.Node{Range: proto.Range{Off: 96, Len: 24}}, nil},
	} {
		if got := Notations(&c.node, &proto.Spec{Name: "x"}, data); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// Only four bytes that could be an address are written as one.
func TestNotationAsAddress(t *testing.T) {
	data := []byte{203, 0, 113, 115}
	as := Notation{"As an address", "203.0.113.115"}
	for _, c := range []struct {
		spec proto.Spec
		want bool
	}{
		{proto.Spec{Name: "unknown"}, true},
		{proto.Spec{Name: "skype.udp.resend.token", Skype: true}, true},
		{proto.Spec{Name: "skype.udp.crc", Skype: true}, false},
		{proto.Spec{Name: "pcap.magic"}, false},
	} {
		n := proto.Node{Range: proto.Range{Len: 32}}
		if got := slices.Contains(Notations(&n, &c.spec, data), as); got != c.want {
			t.Errorf("%s as an address: %v, want %v", c.spec.Name, got, c.want)
		}
	}
}

func TestMarksNeighboursDiffer(t *testing.T) {
	specs := []proto.Spec{{Name: "ip", Layer: true}, {Name: "ip.src"}, {Name: "unknown"}, {Name: "skype.udp", Layer: true, Skype: true}}
	for range 60 {
		specs = append(specs, proto.Spec{Name: "skype.x", Skype: true})
	}
	m := Marks(specs)
	if m[0] != MarkLow || m[1] != MarkLow || m[2] != MarkVoid || m[3] != MarkLow {
		t.Errorf("marks of the others: %v", m[:4])
	}
	seen := map[int32]bool{}
	for i := 4; i < 34; i++ {
		if m[i] < 0 || m[i] >= Hues*Lines || seen[m[i]] {
			t.Errorf("mark %d = %d is outside or used twice in thirty", i, m[i])
		}
		seen[m[i]] = true
		if m[i]/Lines == m[i+1]/Lines || m[i]%Lines == m[i+1]%Lines {
			t.Errorf("neighbours %d and %d share a colour or a line", m[i], m[i+1])
		}
	}
	if w := MarkWord(m[4]); w != "blue, solid line" {
		t.Errorf("first mark is %q", w)
	}
}

func TestUTF16Ends(t *testing.T) {
	text := "a·b😀c"
	got := UTF16Ends([]byte(text), []uint32{1, 3, 8, 9}, nil)
	if want := []int32{1, 2, 5, 6}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if Units(text) != 6 {
		t.Errorf("Units = %d, want 6", Units(text))
	}
	// ends that claim more than there is
	if got := UTF16Ends([]byte("ab"), []uint32{9}, nil); got[0] != 2 {
		t.Errorf("got %v", got)
	}
}

func TestReadingsApply(t *testing.T) {
	n := proto.Node{Num: 7, HasNum: true}
	if !Applies(&proto.Reading{}, &n) || !Applies(&proto.Reading{Values: []uint64{5, 7}}, &n) || Applies(&proto.Reading{Values: []uint64{5}}, &n) {
		t.Error("readings by value")
	}
	if Applies(&proto.Reading{Values: []uint64{0}}, &proto.Node{}) {
		t.Error("a reading of the value 0 applies to a field without one")
	}
}

func TestModes(t *testing.T) {
	for w, want := range map[float64]Mode{390: Narrow, 599: Narrow, 600: Middle, 899: Middle, 900: Wide, 1440: Wide} {
		if got := ModeFor(w); got != want {
			t.Errorf("%v px: %v, want %v", w, got, want)
		}
	}
	if PerLine(Narrow, 200) != 8 || PerLine(Wide, 60) != 8 || PerLine(Wide, 80) != 16 {
		t.Error("bytes a line")
	}
	if to, ok := Split(45, "ArrowDown", false, 15, 85); !ok || to != 47 {
		t.Errorf("down = %v", to)
	}
	if to, _ := Split(84, "PageDown", false, 15, 85); to != 85 {
		t.Errorf("beyond the bound = %v", to)
	}
	if _, ok := Split(45, "ArrowLeft", false, 15, 85); ok {
		t.Error("a horizontal bar took a key of a vertical one")
	}
}

func TestSteps(t *testing.T) {
	for _, c := range []struct {
		at   int
		key  string
		want int
	}{{-1, "ArrowDown", 0}, {0, "ArrowUp", 0}, {5, "PageDown", 14}, {5, "PageUp", 0}, {5, "End", 99}, {99, "ArrowDown", 99}, {5, "Home", 0}} {
		if got, ok := Step(c.at, 100, 10, c.key); !ok || got != c.want {
			t.Errorf("%s from %d = %d, want %d", c.key, c.at, got, c.want)
		}
	}
	if _, ok := Step(0, 0, 10, "ArrowDown"); ok {
		t.Error("moved in an empty list")
	}
	h := Hex{16, 100}
	for _, c := range []struct {
		at   int
		key  string
		ctrl bool
		want int
	}{{0, "ArrowLeft", false, 0}, {5, "ArrowUp", false, 5}, {5, "ArrowDown", false, 21}, {95, "ArrowDown", false, 95}, {20, "Home", false, 16}, {20, "Home", true, 0},
		{20, "End", false, 31}, {97, "End", false, 99}, {20, "End", true, 99}, {20, "PageUp", false, 4}, {20, "PageDown", false, 84}} {
		if got, ok := StepByte(c.at, h, 5, c.key, c.ctrl); !ok || got != c.want {
			t.Errorf("%s from %d = %d, want %d", c.key, c.at, got, c.want)
		}
	}
}

func TestKeysAndRing(t *testing.T) {
	for key, want := range map[string]Action{"g": GoTo, "/": GoTo, "f": ShowFlow, "?": ShowHelp, "F6": NextPane, "Escape": GoUp, "Enter": GoDeeper, "n": NextMarked, "p": PrevMarked, "1": ShowTab, "3": ShowTab + Action(TabStory), "5": ShowTab + Action(TabMedia), "6": ShowTab + Action(TabFile), "7": ShowTab + Action(TabProfile), "8": NoAction, "0": NoAction, "x": NoAction} {
		if got := KeyAction(key, false, false); got != want {
			t.Errorf("%s = %v, want %v", key, got, want)
		}
		if KeyAction(key, false, true) != NoAction {
			t.Errorf("Ctrl+%s was taken from the browser", key)
		}
	}
	if KeyAction("F6", true, false) != PrevPane {
		t.Error("Shift+F6")
	}
	ring := Ring(TabPackets, Wide, false)
	at := PanePackets
	for _, want := range []Pane{PaneTree, PaneHex, PaneCard, PanePackets} {
		if at = Next(ring, at, 1); at != want {
			t.Errorf("F6 leads to %v, want %v", at, want)
		}
	}
	if Next(ring, PanePackets, -1) != PaneCard || Next(ring, NoPane, 1) != PanePackets {
		t.Error("backwards, or from nowhere")
	}
	if Deeper(ring, PanePackets) != PaneTree || Deeper(ring, PaneCard) != NoPane || Upper(ring, PaneTree) != PanePackets || Upper(ring, PanePackets) != NoPane {
		t.Error("Enter and Escape")
	}
	if slices.Contains(Ring(TabPackets, Narrow, false), PaneTree) || !slices.Contains(Ring(TabPackets, Narrow, true), PaneTree) {
		t.Error("the sheet of fields on a narrow screen")
	}
}

func TestShortSource(t *testing.T) {
	for _, c := range []struct {
		key, title, authors string
		year                int
		want                string
	}{
		{"bd", "Silver Needle in the Skype", "Philippe Biondi, Fabrice Desclaux", 2006, "Biondi & Desclaux 2006"},
		{"bon", "Revealing Skype Traffic", "Dario Bonfiglio, Marco Mellia, Michela Meo", 2007, "Bonfiglio et al. 2007"},
		{"sch", "Skype and the Flux-Capacitor", "Ralf Schlatterbeck", 2010, "Schlatterbeck 2010"},
		{"rfc768", "User Datagram Protocol", "J. Postel", 1980, "RFC 768"},
		{"wireshark", "Wireshark's dissector for Skype", "The Wireshark project", 0, "Wireshark's dissector for Skype"},
		{"cap", "SkypeIRC.cap, measured by us", "Somscope, on a public sample capture", 2006, "SkypeIRC.cap"},
		{"tstat", "Tstat, TCP STatistic and Analysis Tool", "Politecnico", 0, "Tstat"},
	} {
		if got := ShortSource(c.key, c.title, c.authors, c.year); got != c.want {
			t.Errorf("%s: %q, want %q", c.key, got, c.want)
		}
	}
}
