package detect

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"unicode"

	"somscope/decoder/flow"
	"somscope/decoder/inet"
)

// ip is an address in the form of a key.
func ip(s string) inet.Addr {
	b := netip.MustParseAddr(s).As16()
	var a inet.Addr
	for i := range 8 {
		a.Hi = a.Hi<<8 | uint64(b[i])
		a.Lo = a.Lo<<8 | uint64(b[8+i])
	}
	return a
}

// A talk fills a book.
type talk struct {
	*Book
	packet uint32
}

func newTalk() *talk { return &talk{Book: NewBook()} }

const ms = 1_000_000

// udp and tcp are keys between two hosts of documentation.
var (
	udp = flow.Key{A: ip("192.0.2.1"), PortA: 35990, B: ip("198.51.100.7"), PortB: 5000, Transport: flow.UDP}
	tcp = flow.Key{A: ip("192.0.2.1"), PortA: 1312, B: ip("198.51.100.7"), PortB: 5000, Transport: flow.TCP}
)

func (t *talk) say(id uint32, k flow.Key, at int64, back bool, payload []byte) {
	t.Add(id, k, t.packet, at*ms, false, back, 0, payload, len(payload))
	t.packet++
}

// lines files lines of ">hex" (from A) and "<hex" (from B), 100 ms apart; "+n" adds n bytes,
// "=text" adds text.
func (t *talk) lines(id uint32, k flow.Key, lines ...string) *talk {
	for _, l := range lines {
		t.say(id, k, int64(t.packet)*100, l[0] == '<', payloadOf(l[1:]))
	}
	return t
}

func payloadOf(s string) []byte {
	var out []byte
	for _, word := range strings.Split(s, " ") {
		switch {
		case strings.HasPrefix(word, "+"):
			var n int
			fmt.Sscan(word[1:], &n)
			for i := range n {
				out = append(out, byte(0xa5+7*i))
			}
		case strings.HasPrefix(word, "="):
			return append(out, strings.ReplaceAll(s[strings.Index(s, "=")+1:], "\\n", "\r\n")...)
		default:
			b, err := hex.DecodeString(word)
			if err != nil {
				panic(err)
			}
			out = append(out, b...)
		}
	}
	return out
}

// random is a payload of n random bytes with the head given.
func random(r *rand.Rand, n int, head ...byte) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(r.Uint32())
	}
	copy(p, head)
	return p
}

// of asks one detector about a flow.
func (t *talk) of(tb testing.TB, id uint32, name string) Result {
	tb.Helper()
	for _, r := range t.Run(id) {
		if r.Detector.Name == name {
			return r
		}
	}
	tb.Fatalf("there is no %s", name)
	return Result{}
}

// want asserts an answer, and that its reason holds a text.
func (t *talk) want(tb testing.TB, id uint32, name string, says Says, why string) {
	tb.Helper()
	if r := t.of(tb, id, name); r.Says != says || !strings.Contains(r.Why, why) {
		tb.Errorf("%s says %v: %s; want %v: %s", name, r.Says, r.Why, says, why)
	}
}

// The table is what the page shows: names are unique, sentences are sentences.
func TestTable(t *testing.T) {
	names := map[string]bool{}
	for _, d := range Detectors {
		if names[d.Name] || d.Name == "" || d.Name != strings.ToLower(d.Name) || strings.Contains(d.Name, " ") {
			t.Errorf("name %q", d.Name)
		}
		names[d.Name] = true
		if d.over == 0 || d.Run == nil || len(d.Cites) == 0 {
			t.Errorf("%s is not complete", d.Name)
		}
		for _, s := range []string{d.Title, d.Doc, d.Weakness} {
			if s == "" || !unicode.IsUpper([]rune(s)[0]) && d.Title != s {
				t.Errorf("%s: %q", d.Name, s)
			}
		}
		if !strings.HasSuffix(d.Doc, ".") || !strings.HasSuffix(d.Weakness, ".") || strings.HasSuffix(d.Title, ".") {
			t.Errorf("%s: the Doc or the Weakness is no sentence, or the Title is one", d.Name)
		}
	}
	before := 0
	for _, d := range Detectors {
		if d.Year != 0 && d.Year < before {
			t.Errorf("%s of %d stands after one of %d", d.Name, d.Year, before)
		}
		before = max(before, d.Year)
	}
}

// Each detector with a conversation it takes and one it refuses.
func TestDetectors(t *testing.T) {
	longProbe := []string{">15f2 02 +15", "<15f2 77 c0000201 24499eb8", ">15f2 03 01 24499eb8 +15", "<9491 02 +15"}
	superNode := []string{">+14", "<+73", ">+25", "<+587", ">+16", "<+274"}
	login := []string{">1603010000", "<1703010000", ">16030100cd4103000980400408c001 +200", "<1703010020 +32"}
	hello := []string{">" + hex.EncodeToString(fakeClient) + " +16", "<" + hex.EncodeToString(fakeServer) + " +14"}
	on := func(k flow.Key, port uint16) flow.Key { k.PortB = port; return k }
	update := ">=GET http://ui.skype.com/ui/2/1.2.0.18/en/getlatestversion?ver=1.2.0.18&uhash=0 HTTP/1.1\\nHost: ui.skype.com\\n\\n"
	repeat := func(n int, lines ...string) (out []string) {
		for range n {
			out = append(out, lines...)
		}
		return out
	}
	for _, c := range []struct {
		name  string
		key   flow.Key
		lines []string
		says  Says
		why   string
	}{
		{"l7-skypetoskype", udp, []string{">15e8 02 +15"}, Yes, "third byte is 02"},
		{"l7-skypetoskype", udp, []string{">15e8 02 +4", "<0102 +7"}, Yes, "third byte is 02"}, // both directions, joined
		{"l7-skypetoskype", udp, []string{">15e8 03 +15"}, No, "is 03"},
		{"l7-skypetoskype", udp, []string{">15e8 02 +8"}, Silent, "11 bytes"},
		{"l7-skypeout", udp, []string{">15 1617 15 +20"}, Yes, "3 bytes later"},
		{"l7-skypeout", udp, []string{">15 +8 15"}, Yes, "9 bytes later"},
		{"l7-skypeout", udp, []string{">15 +9 15"}, No, "does not come again"},
		{"l7-skypeout", udp, []string{">15 16"}, Silent, "2 bytes"},

		{"ndpi-2015-udp", udp, []string{">0000 5d"}, Yes, "3 bytes and function d"},
		{"ndpi-2015-udp", udp, []string{">0000 5d00", ">0000 5d00", ">0000 5d00", ">0000 5d00"}, No, "has 4 bytes"},
		{"ndpi-2015-udp", udp, []string{">1600 02 +13"}, Yes, "is 02"},
		{"ndpi-2015-udp", udp, []string{">1600 02 +12"}, No, "15 bytes"},
		{"ndpi-2015-udp", udp, []string{">3000 02 +13"}, No, "SNMP"},
		{"ndpi-2015-udp", udp, append(repeat(4, ">1600 12 +13"), ">1600 02 +13"), No, "is 12"},
		{"ndpi-2023", udp, []string{">1600 02 +13"}, No, "byte 0, 16"},
		{"ndpi-2023", udp, []string{">7f00 02 +13"}, Yes, "is allowed"},
		{"ndpi-2023", udp, []string{">8100 02 +13"}, Yes, "is allowed"},
		{"ndpi-2023", udp, []string{">0200 02 +13"}, Yes, "is allowed"},
		{"ndpi-2023", udp, []string{">8000 02 +13"}, No, "other protocols"},
		{"ndpi-2023", udp, []string{">c100 02 +13"}, No, "other protocols"},
		{"ndpi-2023", on(udp, 35990), []string{">7f00 02 +13"}, No, "both ports"},
		{"ndpi-2023", on(udp, 80), []string{">7f00 02 +13"}, No, "1119 and 80"},
		{"ndpi-2023", on(udp, 8801), []string{">7f00 02 +13"}, No, "Zoom"},
		{"ndpi-2023", flow.Key{A: udp.A, PortA: 1, B: ip("224.0.0.251"), PortB: 2, Transport: flow.UDP}, []string{">7f00 02 +13"}, No, "many"},
		{"ndpi-2023", udp, []string{">1600 02 00000001 aabbccdd +8", ">1600 02 00000002 aabbccdd +8"}, Silent, "which we do not have"},
		{"ndpi-now", udp, []string{">1600 02 +13"}, Silent, "no rule any more"},
		{"ndpi-now", tcp, nil, Silent, "no rule any more"},

		{"needle-nack", udp, []string{"<15f2 77 c0000201 24499eb8"}, Yes, "address it is sent to"},
		{"needle-nack", udp, []string{"<15f2 77 c0000202 24499eb8"}, No, "not the address"},
		{"needle-nack", udp, []string{"<15f2 75 c0000201 24499eb8"}, No, "no datagram"},
		{"needle-nack", udp, []string{"<15f2 f7 c0000201 24499eb8"}, No, "no datagram"},
		{"needle-nack", flow.Key{A: ip("192.168.1.2"), PortA: 1, B: udp.B, PortB: 2, Transport: flow.UDP}, []string{"<15f2 77 cb007102 24499eb8"}, Yes, "the host has a private address"},

		{"ehlert-udp", udp, longProbe, Yes, "18 bytes, refused with 11"},
		{"ehlert-udp", udp, append(longProbe[:3:3], "<9491 02 +48"), No, "no answer of 18"},
		{"ehlert-udp", udp, []string{longProbe[0], longProbe[1], longProbe[2][:6] + "13" + longProbe[2][8:] + " +1", longProbe[3]}, No, "5 bytes longer"},
		{"ehlert-udp", udp, longProbe[:2], Silent, "2 packets"},
		{"ehlert-tcp", tcp, superNode, No, "did not speak over UDP"},
		{"ehlert-hello", tcp, login, Yes, "15 fixed bytes"},
		{"ehlert-hello", tcp, login[:3], No, "the login is not answered"},
		{"ehlert-hello", on(tcp, 443), hello, Yes, "79 fixed bytes"},
		{"ehlert-hello", on(tcp, 444), hello, No, "443"},
		{"ehlert-hello", on(tcp, 443), hello[:1], No, "not answered"},
		{"hunter-tcp", tcp, login, Yes, "15 fixed bytes"},
		{"hunter-tcp", on(tcp, 443), hello, Yes, "79 fixed bytes"},
		{"hunter-tcp", on(tcp, 80), []string{">+166"}, No, "166 bytes"},
		{"hunter-tcp", on(tcp, 80), []string{">+167"}, Silent, "never printed"},

		{"hunter-udp", udp, []string{">15f2 02 +15", "<9491 02 +23"}, Yes, "short probe"},
		{"hunter-udp", udp, []string{">15f2 02 +15", "<9491 02 +24"}, Yes, "ping"},
		{"hunter-udp", udp, longProbe, Yes, "long probe"},
		{"hunter-udp", udp, []string{">15f2 02 +15", ">9491 02 +23"}, No, "not an answer"},
		{"hunter-udp", udp, []string{">15f2 02 +15"}, Silent, "waits"},
		{"hunter-udp", udp, repeat(48, ">0102 0d +60", "<0304 4d +60"), Yes, "96 frames of function d; back and forth as 1.00 to 1, which it calls a direct call"},
		{"hunter-udp", udp, repeat(90, ">0102 0d +600", "<0304 4d +60"), Yes, "a file transfer"},
		{"hunter-udp", udp, repeat(96, ">0102 0d +60"), Yes, "a relayed call"},
		{"hunter-udp", udp, repeat(95, ">0102 0d +60"), No, "95 frames"},

		{"bon-pbc", udp, repeat(11, ">0102 02 +15"), Yes, "11 of 11 packets are signalling"},
		{"bon-pbc", udp, repeat(10, ">0102 02 +15"), Silent, "10 packets"},
		{"bon-pbc", udp, repeat(60, ">0102 0d +60", "<0304 4d +60"), Yes, "120 of 120 packets are data between clients"},
		{"bon-pbc", udp, repeat(50, ">0102 0d +60", "<0304 4d +60"), No, "100 of 100"},
		{"bon-pbc", udp, repeat(50, ">0102 25 +8"), No, "0 of 50"}, // function 5 is not known
		{"bon-pbc", on(udp, 12340), repeat(60, ">01020304 05 +20", ">01020304 06 +20"), Yes, "119 of 120 packets are data to a telephone"},
		{"bon-pbc", on(udp, 12340), repeat(120, ">01020a04 05 +20"), No, "0 of 120"},
		{"bon-pbc", on(udp, 12341), repeat(60, ">01020a04 05 +20", ">01020a04 06 +20"), No, "0 of 120"},
		{"tstat", udp, repeat(10, ">0102 02 +15", ">0103 02 +15"), Yes, "20 of 20 packets are signalling"},
		{"tstat", udp, repeat(4, ">0102 02 +15", ">0103 02 +15"), Silent, "8 packets"},
		{"tstat", udp, repeat(120, ">01020304 05 +20"), Yes, "119 of 120 packets are data to a telephone"}, // on any port
		{"tstat", udp, repeat(90, ">01020304 05 +20"), No, "more than 100"},
		{"tstat", udp, repeat(60, ">0102 0d 01 +8", ">0102 0d 02 +8"), Yes, "120 of 120 packets are data between clients"},
		{"tstat", udp, repeat(60, ">0102 0d 01 +420", ">0102 0d 02 +900"), Yes, "120 have sizes of video"},
		{"tstat", udp, repeat(20, ">0102 77 01 +6", ">0103 77 02 +6"), No, "0 of 40"}, // a NAck has 11 bytes

		{"et-2001595", on(tcp, 80), []string{update}, Yes, "getlatestversion"},
		{"et-2001595", on(tcp, 80), []string{">=GET /ui/0/97/en/installed HTTP/1.1\\n\\n"}, No, "does not hold"},
		{"et-2001595", on(tcp, 8080), []string{update}, No, "port 8080"},
		{"et-2002157", on(tcp, 80), []string{update}, No, "no User-Agent"},
		{"et-2002157", on(tcp, 80), []string{">=GET / HTTP/1.1\\nUser-Agent: Skype™ Beta 0.97\\n\\n"}, Yes, "holds Skype"},
		{"et-2002157", on(tcp, 80), []string{">=GET / HTTP/1.1\\nUser-", ">=Agent: Skype\\n\\n"}, Yes, "holds Skype"},
		{"openappid", on(tcp, 80), []string{update}, Yes, `"1.2.0.18"`},
		{"openappid", on(tcp, 80), []string{">=GET /?ver=1 HTTP/1.1\\nHost: example.org\\n\\n"}, No, "not ui.skype.com"},
		{"openappid", on(tcp, 80), []string{">+166"}, No, "HTTP request"},

		{"et-2003022", on(udp, 33033), repeat(5, ">0102 02 +15"), Yes, "5th datagram"},
		{"et-2003022", on(udp, 33033), repeat(4, ">0102 02 +15"), No, "at most 4"},
		{"et-2003022", udp, repeat(5, ">0102 02 +15"), No, "33033"},
		{"wireshark", udp, []string{">0102 f5 +8"}, Yes, "function of packet 1 is 5"},
		{"wireshark", udp, []string{">0102 f4 +8", ">0102 02 +8"}, No, "none of the seven"},
		{"wireshark", udp, []string{">0102"}, No, "less than 3 bytes of packet 1"},
	} {
		b := newTalk()
		if c.lines == nil {
			b.Add(0, c.key, 0, 0, false, false, tcpSYN, nil, 0)
		}
		b.lines(0, c.key, c.lines...)
		if r := b.of(t, 0, c.name); r.Says != c.says || !strings.Contains(r.Why, c.why) {
			t.Errorf("%s of %.100s says %v: %s; want %v: %s", c.name, fmt.Sprint(c.lines), r.Says, r.Why, c.says, c.why)
		}
	}
}

// What the capture has cut off is not held against a conversation.
func TestCut(t *testing.T) {
	for _, c := range []struct {
		lines []string
		keep  int
		says  Says
	}{
		{[]string{">1603010000", "<1703010000", ">16030100cd4103000980400408c001 +200", "<1703010020 +32"}, 14, Silent},
		{[]string{">1603010000", "<1703010000", ">16030100cd4103000980400408c001 +200", "<1703010020 +32"}, 15, Yes},
		{[]string{">1603010000", "<1703010000", ">16030100cd4103000980400409c001 +200", "<1703010020 +32"}, 13, No}, // it differs before
		{[]string{">" + hex.EncodeToString(fakeClient) + " +16", "<" + hex.EncodeToString(fakeServer)}, 55, Silent},
		{[]string{">" + hex.EncodeToString(fakeClient) + " +16", "<" + hex.EncodeToString(fakeServer)}, 78, Silent},
		{[]string{">" + hex.EncodeToString(fakeClient) + " +16", "<" + hex.EncodeToString(fakeServer)}, 79, Yes},
		{[]string{">" + hex.EncodeToString(fakeClient) + " +15", "<" + hex.EncodeToString(fakeServer)}, 79, No},
	} {
		b := newTalk()
		k := tcp
		k.PortB = 443
		for _, l := range c.lines {
			p := payloadOf(l[1:])
			b.Add(0, k, b.packet, 0, false, l[0] == '<', 0, p[:min(c.keep, len(p))], len(p))
			b.packet++
		}
		for _, name := range []string{"ehlert-hello", "hunter-tcp"} {
			if r := b.of(t, 0, name); r.Says != c.says {
				t.Errorf("%s of %.60s cut to %d says %v: %s; want %v", name, c.lines, c.keep, r.Says, r.Why, c.says)
			}
		}
	}
	b := newTalk()
	k := tcp
	k.PortB = 80
	b.lines(0, k, ">=GET / HTTP/1.1\\nHost: example.org\\n").want(t, 0, "et-2002157", No, "as far as the request is known")
}

// What a detector does not look at it has no opinion of.
func TestSilence(t *testing.T) {
	b := newTalk().lines(0, udp, ">1600 02 +13").lines(1, tcp, ">1600 02 +13")
	b.Add(2, flow.Key{A: udp.A, B: udp.B, Transport: 1}, 9, 0, false, false, 0, []byte{8, 0}, 2)
	b.Add(3, tcp, 10, 0, false, false, tcpSYN, nil, 0)
	for _, r := range b.Run(0) {
		if r.Detector.over == overTCP && (r.Says != Silent || !strings.Contains(r.Why, "TCP only")) {
			t.Errorf("%s says %v of UDP: %s", r.Detector.Name, r.Says, r.Why)
		}
	}
	for _, r := range b.Run(1) {
		if r.Detector.over == overUDP && r.Says != Silent {
			t.Errorf("%s says %v of TCP: %s", r.Detector.Name, r.Says, r.Why)
		}
	}
	for _, r := range append(b.Run(2), b.Run(3)...) {
		if r.Says != Silent {
			t.Errorf("%s says %v of nothing: %s", r.Detector.Name, r.Says, r.Why)
		}
	}
	if b.Run(4) != nil || b.Of(4) != nil || b.Chi(4) != nil || b.Bayes(4) != nil {
		t.Error("there is something to say of a flow that is not there")
	}
}

// The second conversation of two hosts is reached from the first.
func TestEhlertSuperNode(t *testing.T) {
	probe := []string{">15f2 02 +15", "<15f2 77 c0000201 24499eb8", ">15f2 03 01 24499eb8 +15", "<9491 02 +15"}
	for _, c := range []struct {
		lines []string
		says  Says
		why   string
	}{
		{[]string{">+14", "<+73", ">+25", "<+587", ">+16"}, Yes, "25 bytes, an answer of 587, then 16"},
		{[]string{">+14", ">+22", "<+58", ">+4"}, Yes, "22 bytes, an answer of 58, then 4"},
		{[]string{">+14", "<+73", ">+25", "<+339", ">+16"}, No, "339 bytes, which is a refusal"},
		{[]string{">+14", "<+73", ">+25", "<+57", ">+16"}, No, "57 bytes, which is a refusal"},
		{[]string{">+14", "<+73", ">+25", "<+587", ">+18"}, No, "18 bytes, not 4"},
		{[]string{">+14", "<+73", ">+30", "<+587", ">+16"}, No, "22 to 29"},
		{[]string{">+14", "<+73", ">+25"}, No, "no answer"},
	} {
		newTalk().lines(0, udp, probe...).lines(1, tcp, c.lines...).want(t, 1, "ehlert-tcp", c.says, c.why)
	}
	newTalk().lines(0, udp, probe[:2]...).lines(1, tcp, ">+14").want(t, 1, "ehlert-tcp", No, "not in the four messages")
	// The peer may have asked first.
	back := flow.Key{A: udp.B, PortA: udp.PortB, B: udp.A, PortB: udp.PortA, Transport: flow.UDP}
	newTalk().lines(0, back, probe...).lines(1, tcp, ">+14", "<+73", ">+25", "<+587", ">+16").want(t, 1, "ehlert-tcp", Yes, "587")
}

func TestHost(t *testing.T) {
	b := newTalk()
	key := func(i int) flow.Key {
		k := udp
		k.PortB = uint16(5000 + i)
		return k
	}
	for i := range 6 {
		for range 11 {
			b.lines(uint32(i), key(i), ">0102 02 +15")
		}
	}
	b.want(t, 3, "bon-pbc-host", Yes, "port 35990 has 6 flows, of which the test by payload takes 6 for signalling")
	// One short flow more, and it is six of seven: what is too short to be judged counts against.
	b.lines(6, key(6), ">0102 02 +15")
	b.want(t, 3, "bon-pbc-host", No, "port 35990 has 7 flows, of which the test by payload takes 6 for signalling and 6 for Skype")
	c := newTalk()
	for i := range 5 {
		c.lines(uint32(i), key(i), ">0102 02 +15")
	}
	c.want(t, 0, "bon-pbc-host", Silent, "5 flows")
}

// A silence of 20 s ends a flow.
func TestSilenceEndsFlow(t *testing.T) {
	for _, c := range []struct {
		gap  int64
		says Says
	}{{19_800, Yes}, {19_900, No}} {
		b := newTalk()
		for i := range int64(12) {
			at := i * 100
			if i >= 6 {
				at += c.gap
			}
			b.say(0, udp, at, false, payloadOf("0102 02 +15"))
		}
		if r := b.of(t, 0, "bon-pbc"); r.Says != c.says {
			t.Errorf("after %d ms: %v, %s", c.gap+100, r.Says, r.Why)
		}
	}
}

// The rule counts the datagrams of a host, not of a flow, and forgets after 120 s.
func TestBootstrapPort(t *testing.T) {
	for _, c := range []struct {
		step int64 // ms
		says Says
	}{{29_999, Yes}, {30_000, No}} {
		b := newTalk()
		for i := range 5 {
			k := udp
			k.B, k.PortB = ip(fmt.Sprintf("198.51.100.%d", i)), 33033
			b.say(uint32(i), k, int64(i)*c.step, false, payloadOf("0102 02 +15"))
		}
		if r := b.of(t, 4, "et-2003022"); r.Says != c.says {
			t.Errorf("every %d ms: %v, %s", c.step, r.Says, r.Why)
		}
		if r := b.of(t, 0, "et-2003022"); r.Says != No {
			t.Errorf("the first of five: %v, %s", r.Says, r.Why)
		}
	}
}

func TestNDPI15TCP(t *testing.T) {
	open := func(lines ...string) *talk {
		b := newTalk()
		b.Add(0, tcp, 0, 0, false, false, tcpSYN, nil, 0)
		b.Add(0, tcp, 1, 0, false, true, tcpSYN|tcpACK, nil, 0)
		b.packet = 3
		return b.lines(0, tcp, lines...)
	}
	open(">+14", "<+73", ">+8").want(t, 0, "ndpi-2015-tcp", Yes, "packet 6, has 8 bytes")
	open(">+14", "<+73", ">+3").want(t, 0, "ndpi-2015-tcp", Yes, "3 bytes")
	open(">+14", "<+73", ">+25").want(t, 0, "ndpi-2015-tcp", No, "25 bytes")
	open(">+14", "<+73").want(t, 0, "ndpi-2015-tcp", Silent, "2 payloads")
	newTalk().lines(0, tcp, ">+14", "<+73", ">+8").want(t, 0, "ndpi-2015-tcp", Silent, "beginning")
}

// A call over TCP shows by messages of 4 bytes whole seconds apart, or of 19 at its end.
func TestHunterCall(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	call := func(jitter int64, hangUp int, size int) *talk {
		b := newTalk()
		at := int64(0)
		for i := range 6 {
			for j := range int64(40) {
				b.say(0, tcp, at+10+j*20, j&1 == 1, random(r, size))
			}
			b.Add(0, tcp, b.packet, at*ms+jitter*int64(i&1), false, false, 0, payloadOf("+4"), 4)
			b.packet++
			at += 2000
		}
		for range hangUp {
			b.say(0, tcp, at, true, payloadOf("+19"))
			at += 500
		}
		return b
	}
	call(10_000, 0, 300).want(t, 0, "hunter-tcp", Yes, "a call: 5 messages of 4 bytes whole seconds apart")
	call(20_000, 0, 300).want(t, 0, "hunter-tcp", No, "does not begin")
	call(0, 0, 50).want(t, 0, "hunter-tcp", Yes, "5 messages of 4 bytes")
	call(20_000, 7, 300).want(t, 0, "hunter-tcp", Yes, "a call that ends: 7 messages of 19 bytes")
	call(20_000, 6, 300).want(t, 0, "hunter-tcp", No, "a run of 6 of 19 bytes")
}

func TestNaiveVoIP(t *testing.T) {
	voice := func(n int, gap int64, size int) *talk {
		b := newTalk()
		for i := range n {
			b.say(0, udp, int64(i)*gap, false, make([]byte, size))
		}
		return b
	}
	voice(600, 20, 100).want(t, 0, "naive-voip", Yes, "lasts 12.0 s and has 50.0 packets a second, of 100 bytes")
	voice(400, 20, 100).want(t, 0, "naive-voip", No, "8.0 s")
	voice(1200, 9, 100).want(t, 0, "naive-voip", No, "111.1 packets")
	voice(600, 20, 301).want(t, 0, "naive-voip", No, "301 bytes")
	voice(600, 20, 30).want(t, 0, "naive-voip", No, "30 in the moving average")
	voice(600, 200, 100).want(t, 0, "naive-voip", No, "5.0 packets")
}

// Counts that differ from one detector to the next say why.
func TestCountsExplained(t *testing.T) {
	b := newTalk().lines(0, udp, slices.Repeat([]string{">0102 0d +60", ">0102 1d +60", "<0304 4d +60", "<0304 5d +60"}, 30)...)
	b.lines(0, udp, ">0506 0d", "<0507 0d", ">0102 02 +15")
	b.want(t, 0, "bon-pbc", Yes, "122 of 123 packets are data between clients, 1 signalling")
	b.want(t, 0, "tstat", Yes, "120 of 123 packets are data between clients, 3 signalling; 2 packets of function d")
	if x := b.Chi(0); x == nil || x.N != 121 || !strings.HasPrefix(x.Words[0], "Of 123 payloads 121 are counted: of the other 2 fewer than 8 bytes") || len(x.Words) != 3 {
		t.Errorf("%+v", x)
	}
	whole := newTalk().lines(0, udp, slices.Repeat([]string{">0102 0d +60"}, 60)...)
	if x := whole.Chi(0); x == nil || len(x.Words) != 2 {
		t.Errorf("nothing was left out: %+v", x)
	}
}
