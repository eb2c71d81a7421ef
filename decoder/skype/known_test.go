package skype

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"somscope/decoder/crc"
	"somscope/decoder/dissect"
	"somscope/decoder/field"
	"somscope/decoder/internal/golden"
)

// listed holds a tree to its invariants and to the catalogue.
func listed(t testing.TB, d *field.Dissection) {
	t.Helper()
	if err := d.Check(); err != nil {
		t.Fatal(err)
	}
	in := map[*field.Spec]bool{&specRoot: true, field.Silent: true, field.SilentBits: true}
	for _, s := range UDP.Specs {
		in[s] = true
	}
	field.Walk(&d.Root, func(n *field.Node, _ int) bool {
		if !in[n.Spec] {
			t.Errorf("%s is used and not listed", n.Spec.Name)
		}
		return true
	})
	for _, e := range d.Errs() {
		if e.Off < 0 || e.What == "" {
			t.Errorf("a fault outside: %v", e)
		}
	}
}

func readKnown(p []byte, wire int, c *dissect.Context, f *Facts) *field.Dissection {
	d := dissect.Begin(&specRoot, p, wire, 1, -1)
	DissectUDP(d, c, f)
	return d.Done()
}

func wireOf(t *testing.T, c *golden.Case) int {
	if w := c.Param("wire"); w != "" {
		return int(num(t, w))
	}
	return len(c.Data)
}

func num(t *testing.T, s string) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// factsOf makes Facts out of the parameters of a case.
func factsOf(t *testing.T, c *golden.Case) *Facts {
	t.Helper()
	f := &Facts{}
	packets := func(key string) (list []uint32) {
		for _, w := range strings.Fields(c.Param(key)) {
			list = append(list, uint32(num(t, strings.TrimSuffix(w, "?"))))
		}
		return list
	}
	one := func(key string) uint32 {
		if l := packets(key); len(l) > 0 {
			return l[0]
		}
		return 0
	}
	links := func(key string) (list []Link) {
		for _, w := range strings.Fields(c.Param(key)) {
			l := Link{Packet: uint32(num(t, strings.TrimSuffix(w, "?"))), Proof: "the same id"}
			if strings.HasSuffix(w, "?") {
				l.Proof, l.Doubt = "it comes 80 ms later", "only the time speaks for it"
			}
			list = append(list, l)
		}
		return list
	}
	public := func(key string) (p Public) {
		addr, how, _ := strings.Cut(c.Param(key), " ")
		if addr == "" {
			return Public{How: "a private address, and no peer reports the public one"}
		}
		a := netip.MustParseAddr(addr).As4()
		p = Public{IP: binary.BigEndian.Uint32(a[:]), Known: true, How: how, User: c.Param("user") == key}
		if key == "from" && p.IP != 0 {
			p.Proof = packets("proof")
		}
		return p
	}
	f.From, f.To = public("from"), public("to")
	f.Answers, f.AnsweredBy = links("answers"), links("answered")
	f.Retransmits, f.Again = one("first"), packets("again")
	f.Resends, f.ResentBy, f.Token = one("repeats"), one("resent"), one("token")
	f.Fragments, f.Whole = packets("pieces"), c.Param("whole") != ""
	if s := c.Param("text"); s != "" {
		plain, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		x := &Text{Plain: plain, Confirmed: c.Param("inferred") == "", Name: c.Param("name"), Agree: packets("agree")}
		x.Tried = uint64(one("tried"))
		x.Agreeing = int(one("agreeing"))
		if s := packets("solved"); len(s) == 2 {
			x.SolvedAt, x.SolvedLen = int(s[0]), int(s[1])
		}
		f.Text = x
	}
	if k := strings.Fields(c.Param("class")); len(k) == 4 {
		at, err := strconv.Atoi(k[3])
		if err != nil {
			t.Fatal(err)
		}
		f.Equal = &Equal{Class: uint32(num(t, k[0])), Copies: int(num(t, k[1])), Peers: int(num(t, k[2])), RidAt: at,
			Len: len(c.Data) - 11, How: c.Param("how")}
	}
	return f
}

func TestKnown(t *testing.T) {
	golden.RunCases(t, "testdata/known", func(t *testing.T, c *golden.Case) *field.Dissection {
		d := readKnown(c.Data, wireOf(t, c), nil, factsOf(t, c))
		listed(t, d)
		return d
	})
}

// What the packet list says of the same messages. It does not know where a capture cut, so it
// believes a text that is longer than the ciphertext by its checksum alone.
func TestInfoWith(t *testing.T) {
	want := map[string]string{
		"probe":                "Probe 1234 · “may I connect?” · read by CRC · answered by 216",
		"probe-zero":           "Probe 1234 · “may I connect?” · read by CRC",
		"accept":               "Accept 9491 · “yes, connect to me” · read by CRC · answers 12",
		"pong":                 "Pong 9491 · you are 192.0.2.10:35990 · read by CRC · answers 214",
		"pong-solved":          "Pong 9491 · you are 192.0.2.10:35990 · inferred by CRC",
		"pong-alike":           "Pong 9491 · you are 192.0.2.10:35990 · inferred by CRC",
		"pong-agreed":          "Pong 9491 · you are 192.0.2.10:35990 · read by CRC",
		"search-none":          "Search result 9493 · nothing found · read by CRC · answers 12 and 1 more",
		"redirect":             "Redirect 9495 · “not me, try these” · read by CRC",
		"two-commands":         "Slot query 1234 · “which supernodes are in this slot?” · and 1 command more · read by CRC",
		"refused":              "Command 1234 · 7 bytes encrypted",
		"refused-length":       "Probe 1234 · “may I connect?” · read by CRC",
		"cut":                  "Probe 1234 · “may I connect?” · read by CRC",
		"class":                "Command 1602 · 19 bytes encrypted · one of 18 copies (class 2) · answered by 1290",
		"class-exact":          "Command 1604 · 335 bytes encrypted · one of 15 copies (class 7)",
		"again":                "Command 1606 · 20 bytes encrypted · sent again, first in 40 · answered by 44?",
		"fragment":             "Fragment 3 of 9 · 1 missing · answers 1280",
		"fragment-open":        "Fragment 2 of at least 2",
		"fragment-text":        "Fragment 0 of the answer to 1674 · read by CRC",
		"fragment-text-middle": "Fragment 3 of the answer to 1674 · read by CRC",
		"resend":               "Resend 1234 · to 198.51.100.20 · read by CRC · repeats 214 · answered by 220",
		"nack":                 "NAck 1234 · you are 203.0.113.115 · answers 214",
		"command-resent":       "Command 1234 · 7 bytes encrypted · answered by 215 · repeated in 216",
		"cut-header":           "Command 1234 · cut after 5 bytes",
	}
	for _, c := range golden.Load(t, "testdata/known") {
		if got := InfoWith(c.Data, factsOf(t, c)); got != want[c.Name] {
			t.Errorf("%s: %q, want %q", c.Name, got, want[c.Name])
		}
	}
}

// Facts that say nothing change nothing: the tree and the line are those without.
func TestNothingKnown(t *testing.T) {
	for _, c := range golden.Load(t, "testdata") {
		if c.Param("kind") != "" {
			continue
		}
		var bare, with strings.Builder
		field.Dump(&bare, readKnown(c.Data, len(c.Data), nil, nil))
		field.Dump(&with, readKnown(c.Data, len(c.Data), nil, &Facts{From: Public{Known: true}}))
		got := with.String()
		if i := strings.Index(got, "[skype.udp.seed.missing]"); i >= 0 { // the only line more
			at := strings.LastIndex(got[:i], "\n") + 1
			end := at + strings.Index(got[at:], "\n") + 1
			got = got[:at] + got[end+strings.Index(got[end:], "\n")+1:]
		}
		if got != bare.String() {
			t.Errorf("%s: %s", c.Name, golden.Diff(bare.String(), got))
		}
		if a, b := Info(c.Data), InfoWith(c.Data, nil); a != b {
			t.Errorf("%s: %q and %q", c.Name, a, b)
		}
		if a, b := Info(c.Data), InfoWith(c.Data, &Facts{}); a != b {
			t.Errorf("%s: %q and %q", c.Name, a, b)
		}
	}
}

// Whoever changes one bit of the message or of the text takes the claim away.
func TestTextNeedsItsChecksum(t *testing.T) {
	plain := []byte{0x04, 0xda, 0x01, 0x12, 0x33, 0x42, 0x15}
	p := []byte{0x12, 0x34, 2, 1, 2, 3, 4, 0, 0, 0, 0, 0x9f, 0x41, 0xbd, 0x5b, 0xcb, 0xb0, 0xf1}
	binary.BigEndian.PutUint32(p[7:], crc.Sum(plain))
	if crc.Sum(plain) != 0x6bb61fda {
		t.Fatalf("%#x", crc.Sum(plain))
	}
	shown := func() bool {
		f := &Facts{Text: &Text{Plain: plain, Confirmed: true, Tried: 1}}
		d := readKnown(p, len(p), nil, f)
		listed(t, d)
		found := d.Find("skype.udp.text") != nil
		if found != strings.Contains(InfoWith(p, f), "read by CRC") {
			t.Error("tree and line disagree")
		}
		if found == (d.Find("skype.udp.text.refused") != nil) {
			t.Error("shown and refused, or neither")
		}
		return found
	}
	if !shown() {
		t.Fatal("the text is not shown")
	}
	for bit := range 32 {
		p[7+bit/8] ^= 1 << (bit % 8)
		if shown() {
			t.Errorf("shown with bit %d of the checksum wrong", bit)
		}
		p[7+bit/8] ^= 1 << (bit % 8)
	}
	for bit := range 8 * len(plain) {
		plain[bit/8] ^= 1 << (bit % 8)
		if shown() {
			t.Errorf("shown with bit %d of the text wrong", bit)
		}
		plain[bit/8] ^= 1 << (bit % 8)
	}
}

// The trust a reader sees on a byte of a text is that of how it was found.
func TestTrustOfText(t *testing.T) {
	for _, c := range golden.Load(t, "testdata/known") {
		f := factsOf(t, c)
		d := readKnown(c.Data, wireOf(t, c), nil, f)
		for i, b := range d.Buffers {
			if !strings.HasPrefix(b.Name, "plaintext") {
				continue
			}
			for at := range b.Data {
				least := field.Specified
				solved := false
				for _, n := range d.At(field.BufID(i), 8*at) {
					least = max(least, n.Spec.Trust)
					solved = solved || n.Spec == &specSolved || n.Spec == &specSolvedAgreed
				}
				if !f.Text.Confirmed && least < field.Inferred {
					t.Errorf("%s: byte %d of an inferred text looks %s", c.Name, at, least)
				}
				if want := at >= f.Text.SolvedAt && at < f.Text.SolvedAt+f.Text.SolvedLen; solved != want {
					t.Errorf("%s: byte %d solved: shown %v, is %v", c.Name, at, solved, want)
				}
			}
		}
	}
}

func TestSeedShown(t *testing.T) {
	for name, want := range map[string][2]uint64{"probe": {0x8dee4ccf, 0x8cec4fcb}, "probe-zero": {0x87721e27, 0x86701d23}} {
		for _, c := range golden.Load(t, "testdata/known") {
			if c.Name != name {
				continue
			}
			d := readKnown(c.Data, len(c.Data), nil, factsOf(t, c))
			for i, spec := range []string{"skype.udp.seed.crc", "skype.udp.seed.value"} {
				if n, _ := d.Find(spec).Value.Num(); n != want[i] {
					t.Errorf("%s: %s is %#x, want %#x", name, spec, n, want[i])
				}
			}
		}
	}
}

func TestOdds(t *testing.T) {
	for n, want := range map[uint64]string{
		1: "1 in 4.3 billion", 4: "1 in 1.1 billion", 45: "1 in 95 million", 430: "1 in 10 million", 1000: "1 in 4.3 million",
		65536: "1 in 66,000", 1 << 30: "1 in 4", 1 << 32: "none: chance would do", 0: "none",
	} {
		if got := odds(n); got != want {
			t.Errorf("odds(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestNumberBefore(t *testing.T) {
	for _, c := range []struct {
		at, n int
		want  string
	}{
		{2, 19, "one byte"}, {3, 11, "two bytes"}, {4, 16, "three bytes"},
		{3, 335, "one byte"}, {4, 335, "two bytes"}, {1, 19, ""}, {9, 19, ""}, {0, 0, ""},
	} {
		got := numberBefore(c.at, c.n)
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("request id at %d of %d: %q", c.at, c.n, got)
		}
	}
}

// randomFacts makes Facts that need not make sense.
func randomFacts(r *rand.Rand, p []byte) *Facts {
	packets := func() (l []uint32) {
		for range r.IntN(4) * r.IntN(30) {
			l = append(l, uint32(r.IntN(3))*r.Uint32())
		}
		return l
	}
	links := func() (l []Link) {
		for _, p := range packets() {
			l = append(l, Link{Packet: p, Proof: "the same id", Doubt: []string{"", "\xff", "perhaps"}[r.IntN(3)]})
		}
		return l
	}
	public := func() Public {
		return Public{IP: r.Uint32(), Known: r.IntN(3) > 0, User: r.IntN(2) == 0, How: []string{"", "so\x80"}[r.IntN(2)], Proof: packets()}
	}
	f := &Facts{From: public(), To: public(), Answers: links(), AnsweredBy: links(), Again: packets(), Fragments: packets(), Whole: r.IntN(2) == 0}
	if r.IntN(2) == 0 {
		f.Retransmits, f.Resends, f.ResentBy, f.Token = r.Uint32(), r.Uint32(), r.Uint32(), r.Uint32()
		f.Equal = &Equal{Class: r.Uint32(), Copies: r.IntN(40) - 2, Peers: r.IntN(9) - 2, Len: r.IntN(300) - 3, RidAt: r.IntN(9) - 2, How: "x"}
	}
	if r.IntN(4) > 0 && len(p) > 3 {
		plain := make([]byte, r.IntN(60))
		if c, _, ok := cipher(p[2]&0x0f, p); ok {
			plain = make([]byte, len(c))
		}
		for i := range plain {
			plain[i] = []byte{0x41, 0x42, 0, 1, 5, 6, 0x15, byte(r.Uint32())}[r.IntN(8)]
		}
		f.Text = &Text{Plain: plain, Confirmed: r.IntN(2) == 0, Name: "x", Tried: r.Uint64() >> r.IntN(64),
			SolvedAt: r.IntN(40) - 5, SolvedLen: r.IntN(7) - 1, Agree: packets(), Agreeing: r.IntN(30)}
	}
	return f
}

// FuzzKnown reads datagrams with made-up facts: nothing may break, whatever is claimed.
func FuzzKnown(f *testing.F) {
	for _, dir := range []string{"testdata", "testdata/known"} {
		for _, b := range golden.Seeds(f, dir) {
			f.Add(b, uint16(len(b)), uint64(len(b)))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte, wire uint16, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 1))
		facts := randomFacts(r, b)
		if facts.Text != nil && r.IntN(8) > 0 { // let the checksum fit
			if at, _ := layout(b[2] & 0x0f); at != 0 && len(b) >= at+4 {
				b = append([]byte(nil), b...)
				binary.BigEndian.PutUint32(b[at:], crc.Sum(facts.Text.Plain))
			}
		}
		d := readKnown(b, int(wire), nil, facts)
		listed(t, d)
		if s := InfoWith(b, facts); !utf8.ValidString(s) {
			t.Fatalf("%q is not UTF-8", s)
		}
	})
}
