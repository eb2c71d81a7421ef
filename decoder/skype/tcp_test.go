package skype

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"somscope/decoder/crc"
	"somscope/decoder/dissect"
	"somscope/decoder/field"
	"somscope/decoder/internal/golden"
)

// unhex reads hexadecimal digits with blanks.
func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

// A speech is a TCP conversation made for a test: what each packet carries.
type speech struct {
	sides [2]StreamSide
	port  uint16 // of the accepting side, side 1
}

func (s *speech) say(side int, b []byte) {
	x := &s.sides[side]
	x.Start = true
	x.Cuts = append(x.Cuts, len(x.Data))
	x.Data = append(x.Data, b...)
	x.Whole = int64(len(x.Data))
	s.sides[1].Port = s.port
}

// lose says that the next n bytes of a side were not captured.
func (s *speech) lose(side, n int) {
	x := &s.sides[side]
	x.Start = true
	x.Gaps = append(x.Gaps, StreamGap{len(x.Data), n})
	x.Data = append(x.Data, make([]byte, n)...)
	x.Whole = int64(len(x.Data))
}

// keystream stands for RC4: what it is does not matter, only that it begins anew.
func keystream(seed uint64, n int) []byte {
	r := rand.New(rand.NewPCG(seed, 7))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func xor(a, b []byte) []byte {
	c := make([]byte, len(a))
	for i := range a {
		c[i] = a[i] ^ b[i]
	}
	return c
}

// obfuscated is a seed, a hello and messages.
func obfuscated(seed uint32, hello string, messages ...[]byte) []byte {
	plain := slices.Concat(messages...)
	k := keystream(uint64(seed), max(10, len(plain)))
	out := binary.BigEndian.AppendUint32(nil, seed)
	out = append(out, xor(unhex(hello), k)...)
	return append(out, xor(plain, k)...)
}

// padding is a control message of n bytes in all.
func padding(n int, first byte) []byte {
	body := n - 1
	b := []byte{byte(body<<1 | 1)}
	if body > 63 {
		body--
		b = []byte{byte(body<<1|1) | 0x80, byte((body<<1 | 1) >> 7)}
	}
	b = append(b, 3)
	for len(b) < n {
		b = append(b, first)
		first = nextPad(first)
	}
	return b
}

const (
	hello12   = "0001 00000001 00000001"
	helloPeer = "804a 00000001 00000003"
	hello2015 = "3a91 00000001 0000000f"
	command30 = "30 1606 13 f201 1605 4249 0102030405060708090a0b0c0d0e0f"
)

// dissectAll dissects every packet of a speech, and returns the trees.
func dissectAll(tb testing.TB, s *speech, probed bool) (*Talk, []*field.Dissection) {
	talk := ReadTCP(&s.sides, 0, probed)
	if talk == nil {
		return nil, nil
	}
	checkTalk(tb, &s.sides, talk)
	var trees []*field.Dissection
	packet := uint32(0)
	for side := range s.sides {
		x := &s.sides[side]
		for i, at := range x.Cuts {
			end := x.cut(at)
			if i+1 < len(x.Cuts) {
				end = min(end, x.Cuts[i+1])
			}
			packet++
			trees = append(trees, dissectPart(tb, talk, s, side, at, end-at, packet))
		}
	}
	return talk, trees
}

func dissectPart(tb testing.TB, talk *Talk, s *speech, side, at, n int, packet uint32) *field.Dissection {
	tb.Helper()
	g := &Segment{Talk: talk, Sides: &s.sides, Side: side, Places: []SegmentPlace{{0, at, n}},
		Packets: func(at int) uint32 {
			i, _ := slices.BinarySearch(s.sides[side].Cuts, at+1)
			return uint32(10*side + i)
		}}
	payload := s.sides[side].Data[at : at+n]
	d := dissect.Begin(&specRoot, payload, n, packet, -1)
	DissectTCP(d, nil, g)
	tree := d.Done()
	if err := tree.Check(); err != nil {
		tb.Fatalf("%s, side %d at %d: %v", talk.Kind, side, at, err)
	}
	if InfoTCP(g, payload) == "" {
		tb.Fatalf("%s, side %d at %d: no info", talk.Kind, side, at)
	}
	return tree
}

// exchange is what a key exchange looks like from outside.
func exchange(n int, seed uint64) []byte { return keystream(seed, n) }

func loginList() []byte {
	return slices.Concat(unhex("4103 00098040 0408c001"), keystream(5, 192), unhex("000c01"))
}

func falseRecord(typ byte, body []byte) []byte {
	return append([]byte{typ, 3, 1, byte(len(body) >> 8), byte(len(body))}, body...)
}

// sealed is an encrypted record with its checksum.
func sealed(n int, num uint16, seed uint64) []byte {
	body := keystream(seed, n)
	return falseRecord(0x17, binary.LittleEndian.AppendUint16(body, uint16(crc.Sum(body))^num))
}

// speeches are conversations of every kind, made up.
func speeches() map[string]*speech {
	all := map[string]*speech{}
	s := &speech{port: 57322}
	s.say(0, obfuscated(0x01020304, hello12)[:14])
	s.say(0, obfuscated(0x01020304, hello12, unhex(command30))[14:])
	s.say(1, obfuscated(0x0a0b0c0d, helloPeer, padding(59, 0x6c)))
	s.say(0, keystream(1, 97))
	s.say(1, keystream(2, 4))
	all["supernode"] = s

	s = &speech{port: 35990}
	s.say(0, obfuscated(0x11121314, helloPeer, padding(15, 0x31)))
	s.say(1, obfuscated(0x21222324, hello12)[:14])
	s.say(1, obfuscated(0x21222324, hello12, unhex("07 01 3518"))[14:])
	all["ack"] = s

	s = &speech{port: 40000}
	s.say(0, obfuscated(0x11121314, hello2015, padding(80, 0x31)))
	s.say(1, obfuscated(0x21222324, hello2015, padding(20, 0x31)))
	all["long-padding"] = s

	s = &speech{port: 80}
	s.say(0, obfuscated(0x11121314, hello12, unhex("07 01 0203")))
	s.say(1, obfuscated(0x21222324, helloPeer, padding(30, 0x99)))
	all["port-80"] = s

	s = &speech{port: 443}
	s.say(0, append([]byte(falseClient), keystream(9, 16)...))
	s.say(0, obfuscated(0x31323334, hello2015, padding(40, 0x77)))
	s.say(1, append([]byte(falseServer), obfuscated(0x41424344, helloPeer)[:14]...))
	all["https"] = s

	s = &speech{port: 443}
	s.say(0, append([]byte(falseClient), keystream(9, 16)...))
	all["https-unanswered"] = s

	s = &speech{port: 443}
	s.say(0, append([]byte(falseClient), keystream(9, 16)...))
	s.lose(1, 79)
	s.say(1, obfuscated(0x41424344, "1234 00000001 00000001", padding(24, 3)))
	all["https-lost"] = s

	s = &speech{port: 33033}
	s.say(0, falseL1)
	s.say(1, falseL2)
	login := slices.Concat(falseRecord(0x16, loginList()), sealed(40, 0, 11))
	s.say(0, login[:100])
	s.say(0, login[100:])
	s.say(1, sealed(60, 0, 12))
	s.say(1, sealed(30, 1, 13))
	all["login"] = s

	s = &speech{port: 12350}
	s.say(0, falseL1)
	s.say(1, falseL2)
	s.say(0, slices.Concat(falseRecord(0x16, append([]byte{0x42}, keystream(4, 234)...)), sealed(40, 5, 11)))
	all["event-packed"] = s

	s = &speech{port: 12350}
	s.say(0, falseL1)
	all["event-unanswered"] = s

	s = &speech{port: 80}
	s.say(0, []byte("GET http://ui.skype.com/ui/2/1.2.0.18/en/getlatestversion?ver=1.2.0.18&uhash=0123456789abcdef0123456789abcdef1 HTTP/1.1\r\nconnection: Keep-Alive\r\nhost: ui.skype.com\r\n\r\n"))
	s.say(1, []byte("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n1.0.0.1"))
	all["update"] = s

	s = &speech{port: 80}
	s.say(0, []byte("GET /ui/0/97/en/installed HTTP/1.1\r\nUser-Agent: Skype\xe2\x84\xa2 Beta 0.97\r\nHost: ui.skype.com\r\nCache-Control: no-cache\r\n\r\n"))
	s.say(1, []byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n96\r\n0\r\n\r\n"))
	all["installed"] = s

	s = &speech{port: 80}
	s.say(0, []byte("GET /agent/keyfile HTTP/1.1\r\nHost: skypetools.tom.com\r\n\r\n"))
	all["tom"] = s

	s = &speech{port: 40002}
	s.say(0, exchange(57, 21))
	s.say(1, exchange(98, 22))
	s.say(0, keystream(23, 8))
	s.say(1, keystream(24, 8))
	s.say(1, obfuscated(0x51525354, "f00d 00000001 00000001", padding(15, 0x5a)))
	all["modern"] = s

	s = &speech{port: 40002}
	s.say(0, exchange(57, 21))
	s.say(1, exchange(98, 22))
	s.say(0, keystream(23, 8))
	all["modern-sizes"] = s
	return all
}

func TestReadTCP(t *testing.T) {
	all := speeches()
	for name, want := range map[string]string{
		"supernode":        "supernode true 94: hello, command 30 First command, hello, padding",
		"ack":              "supernode true 70: hello, padding, hello, ack of 3518",
		"long-padding":     "supernode true 100: hello, padding, hello, padding",
		"port-80":          "port-80 true 70: hello, ack of 0203, hello, padding",
		"https":            "false-https true 54: client hello, hello, padding, server hello, hello",
		"https-unanswered": "false-https true 0: client hello",
		"https-lost":       "false-https true 54: client hello, hello, padding",
		"login":            "login true 0: L1, L3, L3, second record, L2, L4, record 2",
		"event-packed":     "event true 0: L1, L3, L3, second record, L2",
		"event-unanswered": "event false 0: L1",
		"update":           "update true 0: getlatestversion, answer",
		"installed":        "update true 0: installed, answer",
		"tom":              "update true 0: keyfile",
		"modern":           "modern true 54: key exchange, key check, key exchange, key check, hello, padding",
		"modern-sizes":     "modern false 0: key exchange, key check, key exchange",
	} {
		talk, _ := dissectAll(t, all[name], false)
		delete(all, name)
		if talk == nil {
			t.Errorf("%s: nothing", name)
			continue
		}
		var marks []string
		for _, m := range talk.Marks {
			marks = append(marks, m.Name)
		}
		if got := fmt.Sprintf("%s %v %d: %s", talk.Kind, talk.Sure, talk.Odds, strings.Join(marks, ", ")); got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
	}
	for name := range all {
		t.Errorf("%s is not looked at", name)
	}
}

// What the keystream gives is the text that went in.
func TestReused(t *testing.T) {
	talk, _ := dissectAll(t, speeches()["supernode"], true)
	if !bytes.Equal(talk.Reused[0], unhex(command30)[:10]) || talk.Known[0] != 10 {
		t.Errorf("%x, %d known", talk.Reused[0], talk.Known[0])
	}
	if !bytes.Equal(talk.Reused[1], padding(59, 0x6c)[:10]) || talk.Known[1] != 10 {
		t.Errorf("%x, %d known", talk.Reused[1], talk.Known[1])
	}
	if o := talk.open[1]; !bytes.Equal(o.hello[:], unhex(helloPeer)) {
		t.Errorf("hello %x", o.hello)
	}
	talk, _ = dissectAll(t, speeches()["modern"], false)
	if o := talk.open[1]; !bytes.Equal(o.hello[:], unhex("f00d 00000001 00000001")) {
		t.Errorf("hello %x", o.hello)
	}
}

// A wrong byte anywhere in what makes the proof takes the claim away.
func TestBroken(t *testing.T) {
	for i := 16; i < 23; i++ {
		s := speeches()["ack"]
		for _, at := range []int{0, 1} {
			if i < len(s.sides[at].Data) {
				s.sides[at].Data[i] ^= 0x10
			}
		}
		if talk := ReadTCP(&s.sides, 0, false); talk != nil && talk.Sure {
			t.Errorf("byte %d is wrong, and still: %s", i, talk.Why)
		}
	}
	s := speeches()["https"]
	s.sides[0].Data[20] ^= 1
	s.sides[1].Data[20] ^= 1
	if talk := ReadTCP(&s.sides, 0, false); talk != nil {
		t.Errorf("another hello is taken for Skype's: %+v", talk)
	}
	s = speeches()["login"]
	s.sides[1].Data[20] ^= 1
	_, trees := dissectAll(t, s, false)
	faults := 0
	for _, tree := range trees {
		faults += len(tree.Errs())
	}
	if faults != 1 {
		t.Errorf("%d faults for one wrong byte", faults)
	}
}

// Random streams of every usual shape are not taken for Skype. The sizes of a key exchange are
// the exception, and are not sure of themselves.
func TestNoise(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 20000 {
		s := &speech{port: uint16(r.Uint32())}
		for range 1 + r.IntN(5) {
			s.say(r.IntN(2), keystream(r.Uint64(), 1+r.IntN(150)))
		}
		if talk := ReadTCP(&s.sides, 0, false); talk != nil && (talk.Sure || talk.Kind != TalkModern && talk.Odds < 16) {
			t.Fatalf("%+v", talk)
		}
	}
	// Even a stream behind a probe must have the shape.
	s := &speech{port: 5000}
	s.say(0, []byte("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"))
	if talk := ReadTCP(&s.sides, 0, true); talk != nil {
		t.Errorf("%+v", talk)
	}
	s = &speech{port: 5000}
	s.say(0, keystream(77, 14))
	s.say(1, keystream(78, 73))
	if talk := ReadTCP(&s.sides, 0, true); talk == nil || talk.Sure || talk.Kind != TalkSupernode {
		t.Errorf("%+v", talk)
	}
	if talk := ReadTCP(&s.sides, 0, false); talk != nil {
		t.Errorf("%+v", talk)
	}
}

// A capture that begins in the middle may still hold the beginning of the data.
func TestNoSYN(t *testing.T) {
	s := speeches()["supernode"]
	s.sides[0].Start, s.sides[1].Start = false, false
	if talk := ReadTCP(&s.sides, 0, false); talk == nil || !talk.Sure {
		t.Errorf("%+v", talk)
	}
	s = speeches()["ack"]
	s.sides[1].Start = false
	s.sides[0] = StreamSide{}
	if talk := ReadTCP(&s.sides, 0, false); talk != nil {
		t.Errorf("an ack in the middle of a stream is taken for a proof: %+v", talk)
	}
}

// Real TLS begins with the same three bytes.
func TestNotFalse(t *testing.T) {
	for _, first := range []string{
		"16 0301 002f 01 00002b 0301" + strings.Repeat("5a", 41),
		"16 0301 0000 47",
		"16 0303 0000",
		"16 0301 0000 160302",
	} {
		s := &speech{port: 443}
		s.say(0, unhex(first))
		s.say(1, unhex("16 0301 0031 02"))
		if talk := ReadTCP(&s.sides, 0, false); talk != nil {
			t.Errorf("%s: %+v", first, talk)
		}
	}
}

func TestTarget(t *testing.T) {
	for _, c := range []struct {
		target, want string
		ok           bool
	}{
		{"http://ui.skype.com/ui/2/1.2.0.18/en/getlatestversion?ver=1.2.0.18", "ui.skype.com 2 1.2.0.18 en getlatestversion", true},
		{"/ui/0/97/en/installed", " 0 97 en installed", true},
		{"/ui/0/4.2.0.155.259/en/getlatestversion?ver=4.2.0.155", " 0 4.2.0.155.259 en getlatestversion", true},
		{"/ui/3/2.7/de/somethingnew", " 3 2.7 de somethingnew", true},
		{"/agent/keyfile", "    keyfile", true},
		{"/ui/app/main/index/home", "", false},
		{"/index.html", "", false},
		{"http://ui.skype.com", "", false},
		{"*", "", false},
	} {
		u, ok := readTarget(c.target)
		got := strings.Join([]string{u.host, u.platform, u.version, u.lang, u.keyword}, " ")
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%s: %q %v, want %q %v", c.target, got, ok, c.want, c.ok)
		}
	}
}

// The user hash is in no tree and no info, wherever the packets are cut.
func TestUserHash(t *testing.T) {
	s := speeches()["update"]
	x := &s.sides[0]
	for cut := 1; cut < len(x.Data); cut++ {
		x.Cuts = []int{0, cut}
		talk, trees := dissectAll(t, s, false)
		for _, tree := range trees {
			field.Walk(&tree.Root, func(n *field.Node, _ int) bool {
				if text := n.Text() + n.Note; strings.Contains(text, "456789abc") {
					t.Fatalf("cut at %d: %s says %s", cut, n.Spec.Name, text)
				}
				return true
			})
		}
		for _, m := range talk.Marks {
			if strings.Contains(m.Text, "456789abc") {
				t.Fatal(m.Text)
			}
		}
	}
}

// A message in many packets comes out the same from each of them.
func TestReassembled(t *testing.T) {
	s := speeches()["login"]
	talk := ReadTCP(&s.sides, 0, false)
	first := dissectPart(t, talk, s, 0, 5, 95, 2)
	second := dissectPart(t, talk, s, 0, 105, 100+20, 3)
	for i, tree := range []*field.Dissection{first, second} {
		if n := tree.Find("skype.object.blob"); n == nil {
			t.Errorf("packet %d does not show the list", i)
		}
		if len(tree.Buffers) < 2 || tree.Buffers[1].Name != "reassembled from packets 2 and 3" || len(tree.Buffers[1].From) != 1 {
			t.Errorf("packet %d: %+v", i, tree.Buffers[1:])
		}
	}
	// Without the other packet there is only a part.
	s.sides[0].Gaps = []StreamGap{{50, 20}}
	d := dissectPart(t, talk, s, 0, 5, 45, 2)
	if len(d.Buffers) != 1 || d.Find("skype.tcp.part") == nil {
		t.Error("a message with a hole is put together")
	}
}

// What is missing in front of a packet is said, in its tree and in its line.
func TestGap(t *testing.T) {
	s := speeches()["supernode"]
	talk := ReadTCP(&s.sides, 0, false)
	at, end := s.sides[0].Cuts[2], len(s.sides[0].Data)
	s.sides[0].Gaps = []StreamGap{{at - 25, 25}}
	for _, c := range []struct {
		at   int
		want bool
	}{{at, true}, {at + 1, false}, {0, false}} {
		d := dissectPart(t, talk, s, 0, c.at, 1, 2)
		info := InfoTCP(&Segment{Talk: talk, Sides: &s.sides, Places: []SegmentPlace{{0, c.at, end - c.at}}}, s.sides[0].Data[c.at:])
		n := d.Find("skype.tcp.gap")
		if (n != nil) != c.want || strings.HasSuffix(info, "· after 25 bytes that are missing") != c.want {
			t.Errorf("at %d: %v, %q", c.at, n, info)
		}
		if n != nil && n.Text() != "25 bytes" {
			t.Errorf("at %d: %s are missing", c.at, n.Text())
		}
	}
}

// Payloads that are not wholly in the stream.
func TestPlaces(t *testing.T) {
	s := speeches()["supernode"]
	talk := ReadTCP(&s.sides, 0, false)
	for _, c := range []struct {
		name   string
		n      int
		places []SegmentPlace
		again  bool
		find   string
		info   string
	}{
		{"all repeated", 14, nil, true, "skype.tcp.again.packet", "Repeated · 14 bytes"},
		{"too little to find", 3, nil, true, "skype.tcp.again", "Repeated · 3 bytes"},
		{"further on", 20, nil, false, "skype.tcp.beyond", "20 bytes further on in the stream"},
		{"some repeated", 20, []SegmentPlace{{6, 0, 14}}, false, "skype.tcp.again", "Seed and hello 1"},
		{"repeated in the middle", 40, []SegmentPlace{{0, 0, 14}, {20, 14, 20}}, false, "skype.tcp.seed", "Seed and hello 1 · part of command 30 First command"},
		{"too long", 5, []SegmentPlace{{0, 0, 14}}, false, "skype.tcp.again", ""},
		{"outside", 5, []SegmentPlace{{0, 9000, 5}, {-1, -5, 2}}, false, "skype.tcp.again", ""},
	} {
		g := &Segment{Talk: talk, Sides: &s.sides, Places: c.places, Again: c.again, Packets: func(at int) uint32 { return uint32(at + 7) }}
		payload := s.sides[0].Data[:c.n]
		d := dissect.Begin(&specRoot, payload, c.n, 1, -1)
		DissectTCP(d, nil, g)
		tree := d.Done()
		if err := tree.Check(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if tree.Find(c.find) == nil {
			t.Errorf("%s: no %s", c.name, c.find)
		}
		if got := InfoTCP(g, payload); c.info != "" && got != c.info {
			t.Errorf("%s: %q, want %q", c.name, got, c.info)
		}
	}
	d := dissect.Begin(&specRoot, []byte{1, 2}, 2, 1, -1)
	DissectTCP(d, nil, nil)
	if err := d.Done().Check(); err != nil || InfoTCP(nil, nil) != "" {
		t.Error(err)
	}
}

func TestTCPSpecs(t *testing.T) {
	listed := map[*field.Spec]bool{&specRoot: true, field.Silent: true, field.SilentBits: true}
	names := map[string]bool{}
	for _, s := range slices.Concat(TCPSpecs, CommandSpecs, ObjectSpecs) {
		listed[s] = true
		if names[s.Name] {
			t.Errorf("%s is listed twice", s.Name)
		}
		names[s.Name] = true
	}
	for _, s := range TCPSpecs {
		if !strings.HasPrefix(s.Name, "skype.tcp") || s.Label == "" || !strings.HasSuffix(s.Doc, ".") || strings.Count(s.Doc, ". ") > 0 {
			t.Errorf("%s: label %q, sentence %q", s.Name, s.Label, s.Doc)
		}
		if len(s.Cite) == 0 && s.Trust != field.Unknown {
			t.Errorf("%s cites nobody", s.Name)
		}
	}
	for name, s := range speeches() {
		_, trees := dissectAll(t, s, true)
		for _, tree := range trees {
			field.Walk(&tree.Root, func(n *field.Node, _ int) bool {
				if !listed[n.Spec] {
					t.Errorf("%s: %s is not listed", name, n.Spec.Name)
				}
				return true
			})
		}
	}
}

func TestInfoTCP(t *testing.T) {
	all := speeches()
	for name, want := range map[string][]string{
		"supernode": {"Seed and hello 1", "Command 30 First command", "97 bytes obfuscated, perhaps a refresh", "Seed and hello 3 · padding of 59 bytes", "4 bytes obfuscated, perhaps an ack"},
		"https":     {"False client hello of 443", "Seed and hello 15 · padding of 40 bytes", "False server hello of 443, always the same · seed and hello"},
		"login": {"L1, an empty record", "Part of L3, the list with the key of the session, 205 bytes",
			"Part of L3, the list with the key of the session, 205 bytes · L3, second record, 42 bytes encrypted",
			"L2, an empty record", "L4, 62 bytes encrypted", "Record 2, 32 bytes encrypted"},
		"update": {"Update request getlatestversion · version 1.2.0.18 for Linux", "Answer to getlatestversion"},
		"modern": {"Key exchange of 57 bytes", "8 bytes that end the key exchange", "Key exchange of 98 bytes", "8 bytes that end the key exchange", "Seed and hello 1 · padding of 15 bytes"},
	} {
		s := all[name]
		talk := ReadTCP(&s.sides, 0, false)
		var got []string
		for side := range s.sides {
			x := &s.sides[side]
			for i, at := range x.Cuts {
				end := len(x.Data)
				if i+1 < len(x.Cuts) {
					end = x.Cuts[i+1]
				}
				got = append(got, InfoTCP(&Segment{Talk: talk, Sides: &s.sides, Side: side, Places: []SegmentPlace{{0, at, end - at}}}, x.Data[at:end]))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, want)
		}
	}
}

// Each conversation of speeches, packet by packet, as one picture.
func TestTCPGolden(t *testing.T) {
	all := speeches()
	golden.RunCases(t, "testdata/tcp", func(t *testing.T, c *golden.Case) *field.Dissection {
		s := all[c.Param("talk")]
		if s == nil {
			t.Fatalf("no conversation %q", c.Param("talk"))
		}
		talk := ReadTCP(&s.sides, 0, c.Param("probed") != "")
		if talk == nil {
			t.Fatal("nothing of Skype")
		}
		for side := range s.sides {
			x := &s.sides[side]
			for i, at := range x.Cuts {
				end := len(x.Data)
				if i+1 < len(x.Cuts) {
					end = x.Cuts[i+1]
				}
				if bytes.Equal(x.Data[at:end], c.Data) {
					return dissectPart(t, talk, s, side, at, end-at, 1)
				}
			}
		}
		t.Fatal("these bytes are no packet of the conversation")
		return nil
	})
}

// FuzzTCP makes a conversation of bytes and dissects all of it.
func FuzzTCP(f *testing.F) {
	for _, s := range speeches() {
		f.Add(s.sides[0].Data, s.sides[1].Data, uint16(s.port), byte(s.sides[0].cut(0)), byte(0))
	}
	f.Fuzz(func(t *testing.T, a, b []byte, port uint16, cut, gap byte) {
		s := &speech{port: port}
		for i, data := range [][]byte{a, b} {
			n := min(max(1, int(cut)), len(data))
			if gap&1 == 1 && len(data) > 20 {
				s.say(i, data[:n])
				s.lose(i, int(gap))
				s.say(i, data[n:])
				continue
			}
			s.say(i, data[:n])
			s.say(i, data[n:])
			if gap&2 != 0 {
				s.sides[i].Start = false
			}
		}
		for _, probed := range []bool{false, true} {
			talk := ReadTCP(&s.sides, int(gap>>2&1), probed)
			if talk == nil {
				continue
			}
			checkTalk(t, &s.sides, talk)
			// Places that lie.
			g := &Segment{Talk: talk, Sides: &s.sides, Side: int(gap & 1), Again: gap&64 != 0,
				Places: []SegmentPlace{{int(gap) - 3, int(cut) - 10, int(port) % 90}, {int(cut), int(gap), 20}}}
			d := dissect.Begin(&specRoot, a, len(a), 1, -1)
			DissectTCP(d, nil, g)
			if err := d.Done().Check(); err != nil {
				t.Fatal(err)
			}
			InfoTCP(g, a)
			for side := range s.sides {
				x := &s.sides[side]
				for at := 0; at < len(x.Data); at += 1 + len(x.Data)/3 {
					n := min(1+len(x.Data)/3, len(x.Data)-at)
					dissectPart(t, talk, s, side, at, n, 1)
				}
			}
		}
	})
}

// BenchmarkReadTCP is what one look at a stream costs.
func BenchmarkReadTCP(b *testing.B) {
	all := speeches()
	for b.Loop() {
		for _, s := range all {
			ReadTCP(&s.sides, 0, false)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(all)), "ns/stream")
}
