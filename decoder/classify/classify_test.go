package classify

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"somscope/decoder/flow"
	"somscope/decoder/inet"
)

// A talk is a table fed by hand, and the dice for what must look random.
type talk struct {
	*flow.Table
	n         uint32
	dice      *rand.Rand
	transport uint8
}

func newTalk() *talk {
	return &talk{Table: flow.NewTable(), dice: rand.New(rand.NewPCG(2006, 8)), transport: flow.UDP}
}

func (t *talk) random(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(t.dice.Uint32())
	}
	return b
}

// bytes reads hex with blanks; "+5" stands for five random bytes.
func (t *talk) bytes(text string) []byte {
	var out []byte
	for w := range strings.FieldsSeq(text) {
		var n int
		if w[0] == '+' {
			fmt.Sscanf(w, "+%d", &n)
			out = append(out, t.random(n)...)
			continue
		}
		b, err := hex.DecodeString(w)
		if err != nil {
			panic(err)
		}
		out = append(out, b...)
	}
	return out
}

func (t *talk) send(ms int64, src, dst netip.AddrPort, payload []byte) uint32 {
	word := func(b []byte) uint64 { return binary.BigEndian.Uint64(b) }
	a, b := src.Addr().As16(), dst.Addr().As16()
	s := inet.Summary{
		Src: inet.Addr{Hi: word(a[:8]), Lo: word(a[8:])}, SrcPort: src.Port(),
		Dst: inet.Addr{Hi: word(b[:8]), Lo: word(b[8:])}, DstPort: dst.Port(),
		Transport: t.transport, Flags: inet.HasIP | inet.HasPorts, PayLen: len(payload), PayWire: len(payload),
	}
	const august2006 = 1156534266 * 1000
	id, _ := t.Add(t.n, (august2006+ms)*1e6, false, uint32(42+len(payload)), &s, payload)
	t.n++
	return id
}

var (
	client = netip.MustParseAddrPort("192.168.1.2:35990")
	peers  = func() []netip.AddrPort {
		var list []netip.AddrPort
		for i := range 40 {
			list = append(list, netip.AddrPortFrom(netip.AddrFrom4([4]byte{198, 51, 100, byte(10 + i)}), uint16(20000+i*7)))
		}
		return list
	}()
)

// say lets the client speak to a peer, or hear it (">", "<"), by lines of "sign peer ms payload".
func (t *talk) say(lines ...string) *talk {
	for _, l := range lines {
		f := strings.SplitN(l, " ", 4)
		var p, ms int
		fmt.Sscan(f[1], &p)
		fmt.Sscan(f[2], &ms)
		if f[0] == ">" {
			t.send(int64(ms), client, peers[p], t.bytes(f[3]))
		} else {
			t.send(int64(ms), peers[p], client, t.bytes(f[3]))
		}
	}
	return t
}

// given is what a rule gave to flow 0 of a talk; 0 when it was silent.
func given(t *testing.T, tab *talk, rule string) int {
	t.Helper()
	for _, e := range verdict(t, tab, 0).Evidence {
		if e.Rule.Name == rule {
			return e.Weight
		}
	}
	return 0
}

// verdict judges and holds the verdict to what must be true of each.
func verdict(t *testing.T, tab *talk, id uint32) Verdict {
	t.Helper()
	v := Run(tab.Table)
	return checked(t, v, id)
}

func checked(t *testing.T, v *Verdicts, id uint32) Verdict {
	t.Helper()
	d := v.Verdict(id)
	if d.Class != v.Class(id) {
		t.Errorf("flow %d: two classes", id)
	}
	sum, best, content := 0, 0, 0
	for i, e := range d.Evidence {
		sum += e.Weight
		if e.Weight > 0 && !e.Rule.Place {
			content += e.Weight
		}
		best = max(best, e.Weight)
		if e.Weight == 0 || e.Weight*int(e.Rule.Weight) < 0 || abs(e.Weight) > abs(int(e.Rule.Weight)) {
			t.Errorf("%s gave %d, its weight is %d", e.Rule.Name, e.Weight, e.Rule.Weight)
		}
		if i > 0 && abs(e.Weight) > abs(d.Evidence[i-1].Weight) {
			t.Errorf("evidence is not strongest first: %s", e.Rule.Name)
		}
		if e.Detail == "" || strings.HasSuffix(e.Detail, ".") || strings.Contains(e.Detail, "%!") {
			t.Errorf("%s: detail %q", e.Rule.Name, e.Detail)
		}
		if len(e.Packets) == 0 || len(e.Packets) > 8 {
			t.Errorf("%s names %d packets", e.Rule.Name, len(e.Packets))
		}
	}
	if sum != d.Score {
		t.Errorf("score %d, the evidence sums to %d", d.Score, sum)
	}
	skype := d.Class == SkypeUDP || d.Class == SkypeE2O || d.Class == SkypeTCP
	if skype != (d.Score >= scoreSkype) || skype != (d.Word == Certain || d.Word == Strong) || (d.Class == Other) != (d.Word == No) {
		t.Errorf("flow %d: %v with score %d", id, d.Class, d.Score)
	}
	if skype && content < 4 {
		t.Errorf("flow %d: %s for little more than its ports and addresses", id, d.Word)
	}
	if d.Looks != "" && skype {
		t.Errorf("flow %d: %s and %s", id, d.Class, d.Looks)
	}
	if d.Word == Certain && best < weightProof {
		t.Errorf("flow %d: certain without proof", id)
	}
	if !strings.HasSuffix(d.Sentence, ".") || strings.Contains(d.Sentence, "..") {
		t.Errorf("flow %d: sentence %q", id, d.Sentence)
	}
	return d
}

func abs(n int) int { return max(n, -n) }

// ids of 18-byte Commands whose checksum is that of a probe and of a ping with that id.
const (
	probe1234 = "1234 02 11223344 6bb61fda +7"
	ping1234  = "1234 02 55667788 234e6f66 +7"
	none1234  = "9000 02 55667788 e219959f +7" // the answer to 1234: nothing found
	yes1234   = "9002 02 55667788 48c349bf +7"
)

// TestRules has a flow that fires each rule and one, as near as can be, that must not.
func TestRules(t *testing.T) {
	longProbe := []string{"> 0 0 15f2 02 +4 644a654d +7", "< 0 149 15f2 77 cb007173 24499eb8",
		"> 0 150 15f2 03 01 24499eb8 c633640a 644a654d +7"}
	with := func(base []string, i int, line string) []string {
		l := append([]string(nil), base...)
		l[i] = line
		return l
	}
	calls := func(from, to int, line string) (list []string) {
		for i := from; i < to; i++ {
			list = append(list, fmt.Sprintf(line, []string{">", "<"}[i&1], i*20, i, i%8))
		}
		return list
	}
	sequence := func(n int, format string, args func(i int) []any) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprintf(format, args(i)...))
		}
		return list
	}
	for _, c := range []struct {
		rule    string
		yes, no []string
		want    int
	}{
		{rule: "command-crc", want: 10, yes: []string{"> 0 0 " + probe1234}, no: []string{"> 0 0 1236" + probe1234[4:]}},
		{rule: "command-crc", want: 10, yes: []string{"> 0 0 " + ping1234}, no: []string{"> 0 0 " + ping1234 + " 00"}},
		{rule: "command-crc", want: 10, yes: []string{"> 0 0 1234 02 +19", "< 0 90 " + none1234}, no: []string{"> 0 0 1236 02 +19", "< 0 90 " + none1234}},
		{rule: "command-crc", want: 10, yes: []string{"> 0 0 1234 02 +19", "< 0 90 " + yes1234}, no: []string{"< 0 90 " + yes1234}},
		{rule: "nack-resend-pair", want: 10, yes: longProbe, no: with(longProbe, 1, "< 0 149 15f2 77 cb007173 24499eb9")},
		{rule: "nack-resend-pair", want: 10, yes: longProbe, no: with(longProbe, 1, "< 0 149 15f4 77 cb007173 24499eb8")},
		{rule: "public-ip-consensus", want: 9,
			yes: []string{"< 0 0 1001 25 cb007173 +4", "< 1 5 1003 65 cb007173 +4"},
			no:  []string{"< 0 0 1001 25 cb007173 +4", "< 1 5 1003 65 cb007174 +4"}},
		{rule: "public-ip-consensus", want: 9, // one peer does not agree with itself
			yes: []string{"< 0 0 1001 25 cb007173 +4", "< 1 5 1003 75 cb007173 +4", "< 2 7 1005 75 cb007173 +4"},
			no:  []string{"< 0 0 1001 25 cb007173 +4", "< 0 5 1003 75 cb007173 +4", "< 0 7 1005 75 cb007173 +4"}},
		{rule: "public-ip-consensus", want: 9, // no host has the address 0.0.0.0
			yes: []string{"< 0 0 1001 25 0a000001 +4", "< 1 5 1003 65 0a000001 +4"},
			no:  []string{"< 0 0 1001 25 00000000 +4", "< 1 5 1003 65 00000000 +4"}},
		{rule: "retransmission-law", want: 9,
			yes: []string{"> 0 0 1697 02 aed10087 792e012b +20", "> 0 2047 1697 02 1af0a3e4 792e012b +20"},
			no:  []string{"> 0 0 1697 02 aed10087 792e012b +20", "> 0 2047 1699 02 1af0a3e4 792e012b +20"}},
		{rule: "retransmission-law", want: 6, // too soon for the law
			yes: []string{"> 0 0 1697 02 aed10087 792e012b +20", "> 0 20 1697 02 1af0a3e4 792e012b +20"},
			no:  []string{"> 0 0 1697 02 aed10087 792e012b +20", "> 0 20 1697 02 aed10087 792e012b +20"}},
		{rule: "own-address-told", want: 9, yes: []string{"< 0 0 1001 25 c0a80102 +4"}, no: []string{"< 0 0 1001 25 c0a80103 +4"}},
		{rule: "resend-fits", want: 8, yes: []string{"> 0 0 15f2 03 01 +4 c633640a +11"}, no: []string{"> 0 0 15f2 03 01 +4 c633640b +11"}},
		{rule: "resend-fits", want: 8, yes: []string{"> 0 0 15f2 02 +4 644a654d +7", "> 0 150 15f2 03 01 +8 644a654d +7"},
			no: []string{"> 0 0 15f2 02 +4 644a654d +7", "> 0 150 15f2 03 01 +8 644a654e +7"}},
		{rule: "fragments-in-order", want: 9,
			yes: []string{"> 0 0 1674 02 +30", "< 0 90 e91e 1f 1674 00 02 +40", "< 0 91 e91e 3f 1674 01 02 +40", "< 0 92 e91e 0f 1674 82 02 +40"},
			no:  []string{"> 0 0 1676 02 +30", "< 0 90 e91e 1f 1674 00 02 +40", "< 0 91 e91f 3f 1674 01 02 +40", "< 0 92 e920 0f 1674 82 02 +40"}},
		{rule: "data-frames", want: 7, yes: calls(0, 60, "%s 0 %d %04x %xd +70"), no: calls(0, 60, "%s 0 %d %04x 5d +70 %02[4]x")},
		{rule: "data-frames", want: 3, yes: calls(0, 16, "> 0 %[2]d %04[3]x %[4]xd +70"), no: calls(0, 12, "%s 0 %d %04x %xd +70")},
		{rule: "function-bytes", want: 2, yes: []string{"> 0 0 1111 02 +20", "< 0 9 4444 02 +20"}, no: []string{"> 0 0 1111 02 +20", "< 0 9 4444 12 +20"}},
		{rule: "function-bytes-port", want: 4,
			yes: []string{"> 0 0 1111 02 +20", "> 1 9 4444 02 +20", "> 2 12 7777 02 +21"},
			no:  []string{"> 0 0 1111 02 +20", "> 1 9 4444 02 +20", "> 2 12 7777 12 +21"}},
		{rule: "ids-step-two", want: 6,
			yes: []string{"> 0 0 15e8 02 +20", "> 1 9 15ea 02 +20", "> 2 12 15ec 02 +21"},
			no:  []string{"> 0 0 15e8 02 +20", "> 1 9 15e9 02 +20", "> 2 12 15ea 12 +21"}},
		{rule: "ids-step-two", want: 3, yes: []string{"> 0 0 fffe 02 +20", "> 0 9 0000 02 +20"}, no: []string{"> 0 0 fffe 02 +20", "< 0 9 0000 02 +20"}},
		{rule: "ids-step-two", want: 3, // not where the flows themselves count by one
			yes: []string{"> 0 0 15e8 02 +20", "> 0 1 15ea 02 +20", "> 1 9 15ec 02 +20", "> 1 12 15ee 02 +21"},
			no:  []string{"> 0 0 15e8 02 +20", "> 0 1 15e9 02 +20", "> 1 9 15ea 02 +20", "> 1 12 15eb 02 +21"}},
		{rule: "ids-step-one", want: -4, yes: sequence(5, "> 0 %d 70%02x 02 +%d", func(i int) []any { return []any{i, i, 20 + i} }),
			no: sequence(5, "> 0 %d 70%02x 02 +%d", func(i int) []any { return []any{i, 3 * i, 20 + i} })},
		{rule: "ids-step-one", want: -4, yes: sequence(5, "> 0 %d %02x70 02 +%d", func(i int) []any { return []any{i, (i + 254) & 255, 20 + i} }),
			no: sequence(5, "> 0 %d %02x70 02 +%d", func(i int) []any { return []any{i, 2 * i, 20 + i} })},
		{rule: "acks-of-nothing", want: -5,
			yes: []string{"> 0 0 1601 02 +35", "< 0 80 1602 05 +8", "> 0 90 1901 02 +35", "< 0 99 1900 05 +8"},
			no:  []string{"> 0 0 1601 02 +35", "< 0 80 1602 05 +8", "> 0 90 1901 02 +35", "< 0 99 1901 05 +8"}},
		{rule: "function-bytes", want: 3, // Commands are told by one byte; more functions say more
			yes: sequence(40, "> 0 %d +2 02 +%d", func(i int) []any { return []any{i, 20 + i} }),
			no:  sequence(40, "> 0 %d +2 12 +%d", func(i int) []any { return []any{i, 20 + i} })},
		{rule: "function-bytes-port", want: 2, // sizes of no kind
			yes: sequence(20, "> %d %[1]d +2 02 +%[2]d", func(i int) []any { return []any{i, 20 + i} }),
			no:  sequence(20, "> %d %[1]d +2 12 +%[2]d", func(i int) []any { return []any{i, 20 + i} })},
		{rule: "function-bytes-port", want: 8,
			yes: sequence(20, "> %d %[1]d +2 02 +15", func(i int) []any { return []any{i} }),
			no:  sequence(20, "> %d %[1]d +2 12 +15", func(i int) []any { return []any{i} })},
		{rule: "probe-sizes", want: 4,
			yes: []string{"> 0 0 7100 02 +15", "< 0 9 9000 02 +15", "> 1 9 4444 02 +20", "> 2 12 7777 02 +21"},
			no:  []string{"> 0 0 7100 02 +15", "< 0 9 9000 02 +15", "> 1 9 4444 02 +20", "> 2 12 7777 02 +21", "> 3 12 7778 02 +24"}},
		{rule: "ack-repeats-id", want: 7, yes: []string{"> 0 0 1601 02 +335", "< 0 80 1601 45 +8"}, no: []string{"> 0 0 1601 02 +335", "< 0 80 1602 45 +8"}},
		{rule: "port-shared", want: 6,
			yes: []string{"> 0 0 7000 02 +20", "> 1 9 " + probe1234, "> 1 10 7010 02 +30"},
			no:  []string{"> 0 0 7000 12 +20", "> 1 9 " + probe1234, "> 1 10 7010 02 +30"}},
		{rule: "probe-sizes", want: 4, yes: []string{"> 0 0 7000 02 +15", "< 0 9000 9000 02 +48"}, no: []string{"> 0 0 7000 02 +15", "< 0 11000 9000 02 +48"}},
		{rule: "probe-sizes", want: 4, yes: []string{"> 0 0 7000 02 +15", "< 0 90 9000 02 +23"}, no: []string{"> 0 0 7000 02 +15", "< 0 90 9000 02 +24"}},
		{rule: "first-size-18", want: 2, yes: []string{"> 0 0 7000 02 +15"}, no: []string{"> 0 0 7000 02 +16"}},
		{rule: "rtp", want: -10,
			yes: sequence(4, "> 0 %d 8000 5d%02x %08x deadbeef +160", func(i int) []any { return []any{i * 20, i, i * 160} }),
			no:  sequence(4, "> 0 %d 8000 5d%02x %08x deadbe%02[2]x +160", func(i int) []any { return []any{i * 20, i, i * 160} })},
		{rule: "other-protocol", want: -10, yes: []string{"> 0 0 1234 0100 0001 0000 0000 0000 +20"}, no: []string{"> 0 0 1234 0100 0001 0000 0000 0100 +20"}},
		{rule: "layout-misfit", want: -8, yes: []string{"> 0 0 7000 02 +20", "> 0 1 7001 12 +20"}, no: []string{"> 0 0 7000 02 +20", "> 0 1 7001 15 +8"}},
		{rule: "constant-id", want: -6, yes: sequence(6, "> 0 %d 7000 02 +20", func(i int) []any { return []any{i} }),
			no: sequence(6, "> 0 %d 700%d 02 +20", func(i int) []any { return []any{i, i} })},
		{rule: "repeating-bytes", want: -6, yes: sequence(6, "> 0 %d 70%02x 02 010203%02x +8 0102", func(i int) []any { return []any{i, i, i} }),
			no: sequence(6, "> 0 %d 70%02x 02 +12 0102", func(i int) []any { return []any{i, i} })},
		{rule: "legible", want: -6, yes: []string{"> 0 0 7000 02 48656c6c6f20776f726c64212121"}, no: []string{"> 0 0 7000 02 48656c6c6f20776f80ff64212121"}},
		{rule: "legible", want: -6, yes: []string{"> 0 0 7000 02 01000000 0203040506070809 +9"}, no: []string{"> 0 0 7000 02 01000002 0203040506070809 +9"}},
		{rule: "uniform-function", want: -6, yes: sequence(200, "> 0 %d +40", func(i int) []any { return []any{i} }),
			no: sequence(200, "> 0 %d +2 02 +40", func(i int) []any { return []any{i} })},
		{rule: "length-field", want: -8, yes: sequence(8, "> 0 %d 70%02x 02%02x +%d", func(i int) []any { return []any{i, i, 7 * i, 512 + 7*i} }),
			no: sequence(8, "> 0 %d 70%02x 02 +%d", func(i int) []any { return []any{i, i, 512 + 7*i} })},
		{rule: "bit-7-set", want: -4, yes: []string{"> 0 0 7000 02 +20", "> 0 1 7002 82 +20"}, no: []string{"> 0 0 7000 02 +20", "> 0 1 7002 12 +20"}},
		{rule: "fixed-random-bits", want: -4, yes: calls(0, 60, "%s 0 %d %04x 5d +70 %02[4]x"), no: calls(0, 60, "%s 0 %d %04x %xd +70")},
	} {
		if got := given(t, newTalk().say(c.yes...), c.rule); got != c.want {
			t.Errorf("%s gave %d to\n\t%s\nwant %d", c.rule, got, strings.Join(c.yes[:min(len(c.yes), 4)], "\n\t"), c.want)
		}
		if got := given(t, newTalk().say(c.no...), c.rule); got != 0 {
			t.Errorf("%s gave %d to\n\t%s\nwant silence", c.rule, got, strings.Join(c.no[:min(len(c.no), 4)], "\n\t"))
		}
	}
}

// TestPlaces has the rules that look at addresses, ports and the clock.
func TestPlaces(t *testing.T) {
	command := "7000 02 +20"
	for _, c := range []struct {
		rule     string
		src, dst string
		want     int
	}{
		{"known-port", "192.0.2.1:4000", "198.51.100.1:33033", 1},
		{"known-port", "192.0.2.1:4000", "198.51.100.1:33034", 0},
		{"known-address", "192.0.2.1:4000", "212.72.49.142:1", 1},
		{"known-address", "192.0.2.1:4000", "212.72.49.1:1", 0},
		{"service-port", "192.0.2.1:4000", "198.51.100.1:161", -4},
		{"service-port", "192.0.2.1:53", "198.51.100.1:4000", -4},
		{"service-port", "192.0.2.1:4000", "198.51.100.1:443", 0},
		{"group-address", "192.0.2.1:4000", "224.0.23.12:4001", -8},
		{"group-address", "192.0.2.1:4000", "255.255.255.255:4001", -8},
		{"group-address", "192.0.2.1:4000", "223.0.23.12:4001", 0},
		{"ipv6", "[2001:db8::1]:4000", "[2001:db8::2]:4001", -8},
		{"ipv6", "192.0.2.1:4000", "198.51.100.1:4001", 0},
	} {
		tab := newTalk()
		tab.send(0, netip.MustParseAddrPort(c.src), netip.MustParseAddrPort(c.dst), tab.bytes(command))
		if got := given(t, tab, c.rule); got != c.want {
			t.Errorf("%s: %s > %s: %d, want %d", c.rule, c.src, c.dst, got, c.want)
		}
	}
	for ms, want := range map[int64]int{0: 0, 9 * 365 * 86400e3: -1} {
		tab := newTalk()
		tab.send(ms, client, peers[0], tab.bytes(command))
		if got := given(t, tab, "era"); got != want {
			t.Errorf("era: %d, want %d", got, want)
		}
	}
}

// Every rule of the table is written as it must be, and one of the tests above fires it.
func TestRuleTable(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules {
		if seen[r.Name] || r.Label == "" || !strings.HasSuffix(r.Doc, ".") || len(r.Cites) == 0 || r.Weight == 0 || abs(int(r.Weight)) > 10 || r.Test == nil || r.Tell == nil {
			t.Errorf("rule %s is not whole", r.Name)
		}
		seen[r.Name] = true
	}
	for i := range services {
		if i > 0 && services[i].port <= services[i-1].port {
			t.Errorf("services are not in order at %d", services[i].port)
		}
	}
}

func TestSmallSamples(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		class Class
	}{
		{"three probes of 18 bytes, ids of no order", []string{"> 0 0 1111 02 +15", "> 1 9 4444 02 +15", "> 2 12 7777 02 +15"}, SkypeUDP},
		{"three commands, ids up by two", []string{"> 0 0 15e8 02 +20", "> 1 9 15ea 02 +21", "> 2 12 15ec 02 +29"}, SkypeUDP},
		{"one proven probe", []string{"> 0 0 " + probe1234}, SkypeUDP},
		{"a probe and its answer", []string{"> 0 0 7000 02 +15", "< 0 140 9000 02 +15"}, SkypeUDP},
		{"an Ack to a message", []string{"> 0 0 1601 02 +335", "< 0 80 1601 45 cb007173 +4"}, SkypeUDP},
		{"one command", []string{"> 0 0 7000 02 +20"}, Undecided},
		{"one Ack", []string{"< 0 0 7000 45 +8"}, Undecided},
		{"one keep-alive", []string{"< 0 0 7000 4d"}, Undecided},
		{"two commands to two peers, ids of no order", []string{"> 0 0 1111 02 +20", "> 1 9 4444 02 +20"}, Undecided},
		{"nothing that fits", []string{"> 0 0 7000 12 +20"}, Other},
	} {
		if d := verdict(t, newTalk().say(c.lines...), 0); d.Class != c.class {
			t.Errorf("%s: %v, want %v: %s", c.name, d.Class, c.class, d.Sentence)
		}
	}
}

// TestStrangers feeds what other programs send that comes near.
func TestStrangers(t *testing.T) {
	rep := func(n int, f func(t *talk, i int) (back bool, p int, payload []byte)) func(*talk) {
		return func(t *talk) {
			for i := range n {
				if back, p, b := f(t, i); back {
					t.send(int64(i*20), peers[p], client, b)
				} else {
					t.send(int64(i*20), client, peers[p], b)
				}
			}
		}
	}
	for name, feed := range map[string]func(*talk){
		"SNMP to many hosts": rep(40, func(t *talk, i int) (bool, int, []byte) {
			return false, i % 40, t.bytes(fmt.Sprintf("3026 0201 00 0406 7075626c6963 a019 0201%02x 0201 00 0201 00 300e 300c 0608 2b06010201010500 0500", i))
		}),
		"CLDAP": rep(12, func(t *talk, i int) (bool, int, []byte) {
			return false, i, t.bytes(fmt.Sprintf("3012 0201 %02x 600d 0201 03 0400 8000 +5", i))
		}),
		"random datagrams of 11 bytes": rep(4000, func(t *talk, i int) (bool, int, []byte) { return i&1 == 1, i % 40, t.random(11) }),
		"random datagrams, one each":   rep(40, func(t *talk, i int) (bool, int, []byte) { return false, i, t.random(20 + i) }),
		"random questions and answers": rep(400, func(t *talk, i int) (bool, int, []byte) { return i&1 == 1, i / 2 % 40, t.random(18) }),
		"a DNS resolver": rep(300, func(t *talk, i int) (bool, int, []byte) {
			return i&1 == 1, i / 2 % 40, t.bytes([]string{"+2 0100 0001 0000 0000 0000 0377777700 0001 0001", "+2 8180 0001 0001 0000 0000 0377777700 0001 0001"}[i&1])
		}),
		"truncated DNS": rep(80, func(t *talk, i int) (bool, int, []byte) {
			return false, i % 40, t.bytes("+2 0200 0001 0000 0000 0000 0377777700 0001 0001")
		}),
		"NTP with poll 2": rep(80, func(t *talk, i int) (bool, int, []byte) {
			return i&1 == 1, 0, t.bytes("2303 02ec 00000123 00000456 c0a80101 +32")
		}),
		"NTP with poll 13": rep(80, func(t *talk, i int) (bool, int, []byte) {
			return i&1 == 1, 0, t.bytes("2303 0dec 00000123 00000456 c0a80101 +32")
		}),
		"uTP": rep(80, func(t *talk, i int) (bool, int, []byte) {
			return i&1 == 1, 0, t.bytes(fmt.Sprintf("0100 5d22 %08x 00000%03x 00100000 00%02x 0001 +300", i*20000, i, i))
		}),
		"DHT": rep(80, func(t *talk, i int) (bool, int, []byte) {
			return i&1 == 1, i / 2 % 40, append([]byte("d1:ad2:id20:"), t.random(60)...)
		}),
		"a VPN with a constant head": rep(300, func(t *talk, i int) (bool, int, []byte) { return i&1 == 1, 0, t.bytes("a15e 02 33 +80") }),
		"ESP in UDP": rep(300, func(t *talk, i int) (bool, int, []byte) {
			return i&1 == 1, 0, t.bytes(fmt.Sprintf("c4d3 0d 11 %08x +100", i))
		}),
		"a game with a little-endian counter": rep(300, func(t *talk, i int) (bool, int, []byte) {
			return i&1 == 1, 0, t.bytes(fmt.Sprintf("%02x%02x 02 00 0a000000 %02x000000 +16", i&255, i>>8, i&255))
		}),
		"a game with a big-endian counter and flags 02": rep(300, func(t *talk, i int) (bool, int, []byte) {
			return i&1 == 1, 0, t.bytes(fmt.Sprintf("%04x 02 01 0000%04x 000100000000 +16", i, i*3))
		}),
		"TFTP blocks 512 to 767": rep(200, func(t *talk, i int) (bool, int, []byte) {
			return false, 0, t.bytes(fmt.Sprintf("0003 02%02x +512", i))
		}),
		"SIP": rep(40, func(t *talk, i int) (bool, int, []byte) {
			return i&1 == 1, 0, []byte([]string{"SUBSCRIBE sip:bob@example.org SIP/2.0\r\n", "BYE sip:bob@example.org SIP/2.0\r\n", "MESSAGE sip:a SIP/2.0\r\n"}[i%3])
		}),
		"RTP of a long call": rep(3000, func(t *talk, i int) (bool, int, []byte) {
			return i&1 == 1, 0, t.bytes(fmt.Sprintf("8000 %04x %08x %08x +160", 0x0c00+i/2, i*160, 0xdeadbee0+i&1))
		}),
		"RADIUS": rep(30, func(t *talk, i int) (bool, int, []byte) {
			return false, i % 3, t.bytes(fmt.Sprintf("01%02x 02%02x +%d", i, i, 508+i))
		}),
	} {
		tab := newTalk()
		feed(tab)
		v := Run(tab.Table)
		for id := range uint32(tab.Len()) {
			if d := checked(t, v, id); d.Class == SkypeUDP {
				t.Errorf("%s, flow %d: %s (%d)", name, id, d.Sentence, d.Score)
				break
			}
		}
	}
}

// scan is a capture of n datagrams between random ends, n/per of them from each source.
func scan(n int, per uint32) *talk {
	t := newTalk()
	var a, b [4]byte
	for i := range uint32(n) {
		binary.BigEndian.PutUint32(a[:], 0x0a000000|i/per)
		binary.BigEndian.PutUint32(b[:], 0x64000000|t.dice.Uint32()>>8)
		t.send(int64(i), netip.AddrPortFrom(netip.AddrFrom4(a), uint16(i/per*7)), netip.AddrPortFrom(netip.AddrFrom4(b), uint16(t.dice.Uint32())), t.random(11+int(i%40)))
	}
	return t
}

func TestHundredThousandRandomFlows(t *testing.T) {
	for _, per := range []uint32{1, 3, 8, 100000} {
		tab := scan(100000, per)
		v := Run(tab.Table)
		for id := range uint32(tab.Len()) {
			if v.Class(id) == SkypeUDP {
				d := checked(t, v, id)
				t.Errorf("%d flows a port: flow %d: %s %+v", per, id, d.Sentence, d.Evidence)
			}
		}
	}
}

func TestZeroVerdicts(t *testing.T) {
	var v *Verdicts
	for _, v := range []*Verdicts{v, {}, Run(flow.NewTable())} {
		if d := v.Verdict(7); d.Sentence == "" || d.Class != Undecided {
			t.Errorf("%+v", d)
		}
	}
	if (&Verdicts{}).Class(3) != Undecided {
		t.Error("a class out of nothing")
	}
}

func TestRunAgainIsTheSame(t *testing.T) {
	tab := newTalk().say("> 0 0 "+probe1234, "> 1 5 7000 02 +20", "> 2 9 +40")
	a, b := Run(tab.Table), Run(tab.Table)
	for id := range uint32(tab.Len()) {
		if a.Class(id) != b.Class(id) || fmt.Sprint(a.Verdict(id)) != fmt.Sprint(b.Verdict(id)) {
			t.Errorf("flow %d is judged differently the second time", id)
		}
	}
}

// BenchmarkRunFits judges 100,000 flows of which each may be Skype, a Command to a peer of its own.
func BenchmarkRunFits(b *testing.B) {
	tab := newTalk()
	for i := range uint32(100000) {
		var peer [4]byte
		binary.BigEndian.PutUint32(peer[:], 0x64000000|tab.dice.Uint32()>>8)
		p := tab.random(18 + int(i%40))
		p[2] = 2
		tab.send(int64(i), client, netip.AddrPortFrom(netip.AddrFrom4(peer), uint16(tab.dice.Uint32())), p)
	}
	b.ReportAllocs()
	for b.Loop() {
		Run(tab.Table)
	}
}

func BenchmarkRun(b *testing.B) {
	for _, per := range []uint32{1, 100000} {
		b.Run(fmt.Sprint(per, "perport"), func(b *testing.B) {
			tab := scan(100000, per)
			b.ReportAllocs()
			for b.Loop() {
				Run(tab.Table)
			}
		})
	}
}
