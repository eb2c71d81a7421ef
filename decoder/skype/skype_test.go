package skype

import (
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
	"somscope/decoder/internal/golden"
)

var specRoot = field.Spec{Name: "payload", Label: "Payload", Doc: "The payload of a datagram.", Trust: field.Specified}

// read dissects a payload of which the capture may have kept only a part.
func read(s *dissect.Dissector, payload []byte, wire int, c *dissect.Context) *field.Dissection {
	d := dissect.Begin(&specRoot, payload, wire, 1, -1)
	s.Run(d, c)
	return d.Done()
}

func TestGolden(t *testing.T) {
	golden.RunCases(t, "testdata", func(t *testing.T, c *golden.Case) *field.Dissection {
		wire := len(c.Data)
		if w := c.Param("wire"); w != "" {
			n, err := strconv.Atoi(w)
			if err != nil {
				t.Fatal(err)
			}
			wire = n
		}
		x := &dissect.Context{}
		if a := c.Param("dst"); a != "" {
			x.Dst = netip.MustParseAddrPort(a)
		}
		if c.Param("kind") == "e2o" {
			return read(E2O, c.Data, wire, x)
		}
		return read(UDP, c.Data, wire, x)
	})
}

// Faults must say where: the offset is that of the bytes they speak of.
func TestFaultOffsets(t *testing.T) {
	want := map[string]int64{
		"som-0": 0, "som-1": 0, "som-2": 2, "som-3": 3,
		"command-no-iv": 3, "command-no-crc": 7, "command-empty": 11, "command-cut": 7, "command-bit7": 2,
		"ack-short": 7, "ack-shorter": 3, "ack-long": 11,
		"resend-short": 8, "resend-empty": 16,
		"data-keepalive-cut": 3,
		"fragment-short":     6, "fragment-empty": 15, "fragment-odd": 6,
		"function-e": 2,
		"e2o-short":  0, "e2o-empty": 0,
	}
	for _, c := range golden.Load(t, "testdata") {
		wire := len(c.Data)
		if c.Param("wire") != "" {
			wire++
		}
		s := UDP
		if c.Param("kind") == "e2o" {
			s = E2O
		}
		errs := read(s, c.Data, wire, nil).Errs()
		off, bad := want[c.Name]
		if bad != (len(errs) > 0) {
			t.Errorf("%s: faults %v, expected one: %v", c.Name, errs, bad)
		} else if bad && errs[0].Off != off {
			t.Errorf("%s: %v, want offset %d", c.Name, errs[0], off)
		}
	}
}

func TestInfo(t *testing.T) {
	for _, c := range []struct{ hex, want string }{
		{"15f2 02 01020304 05060708 090a0b0c0d0e0f", "Command 15f2 · 7 bytes encrypted"},
		{"15f2 02 01020304 05060708 09", "Command 15f2 · 1 byte encrypted"},
		{"15f2 02 01020304 05060708", "Command 15f2 · nothing behind the header"},
		{"15f2 02 01020304", "Command 15f2 · cut after 7 bytes"},
		{"15f2 77 cb007173 24499eb8", "NAck 15f2 · you are 203.0.113.115"},
		{"15f2 25 cb007173 24499eb8", "Ack 15f2 · you are 203.0.113.115"},
		{"15f2 25 cb007173", "Ack 15f2 · you are 203.0.113.115"},
		{"15f2 25 cb007173 24499eb8 0102", "Ack 15f2 · you are 203.0.113.115 · 2 bytes too many"},
		{"15f2 25 cb0071", "Ack 15f2 · cut after 6 bytes"},
		{"15f2 03 01 24499eb8 c6336407 6bb61fda 0102", "Resend 15f2 · to 198.51.100.7"},
		{"15f2 03 02 24499eb8 c6336407 6bb61fda 0102", "Resend 15f2 · to 198.51.100.7 · count 2"},
		{"15f2 03 01 24499eb8 c6336407", "Resend 15f2 · cut after 12 bytes"},
		{"e91e 1f 1674 03 02 00", "Fragment 3 of the answer to 1674"},
		{"e91e 1f 1674 88 02 00", "Last fragment (8) of the answer to 1674"},
		{"e91e 1f 1674", "Fragment e91e · cut after 5 bytes"},
		{"0a1b 0d", "Data keep-alive"},
		{"0a1b 4d 0102", "Data 0a1b · 2 bytes encrypted"},
		{"0a1b 40 0102", "Function 0 0a1b · 2 bytes unknown"},
		{"0a1b cd 0102", "Data 0a1b · 2 bytes encrypted · bit 7 set"},
		{"0a1b", "Start of Message cut after 2 bytes"},
		{"0a", "Start of Message cut after 1 byte"},
		{"", "Empty datagram"},
	} {
		g, err := golden.Parse(c.hex, "# x\n"+c.hex+"\n")
		if err != nil {
			t.Fatal(err)
		}
		if got := Info(g.Data); got != c.want {
			t.Errorf("%s: %q, want %q", c.hex, got, c.want)
		}
	}
	if got := InfoE2O([]byte{0x1a, 0x2b, 0x3c, 0x4d, 5}); got != "Gateway · connection 1a2b3c4d · 1 byte encrypted" {
		t.Error(got)
	}
	if got := InfoE2O([]byte{0x1a}); got != "Gateway · cut after 1 byte" {
		t.Error(got)
	}
}

func TestFuncName(t *testing.T) {
	for fn, want := range map[byte]string{0x02: "Command", 0x73: "Resend", 0x05: "Ack", 0xf7: "NAck", 0x5d: "Data", 0x0f: "Fragment", 0x00: "", 0x01: "", 0x0e: ""} {
		if got := FuncName(fn); got != want {
			t.Errorf("FuncName(%#02x) = %q, want %q", fn, got, want)
		}
	}
}

// Every Spec a tree uses is in the catalogue, and every one is written as it must be.
func TestSpecs(t *testing.T) {
	listed := map[*field.Spec]bool{&specRoot: true, field.Silent: true, field.SilentBits: true}
	names := map[string]bool{}
	for _, s := range append(append([]*field.Spec{}, UDP.Specs...), E2O.Specs...) {
		listed[s] = true
		if names[s.Name] {
			t.Errorf("%s is listed twice", s.Name)
		}
		names[s.Name] = true
		if !strings.HasPrefix(s.Name, "skype.") || s.Label == "" || !strings.HasSuffix(strings.TrimRight(s.Doc, "”"), ".") {
			t.Errorf("%s: label %q, sentence %q", s.Name, s.Label, s.Doc)
		}
		if len(s.Cite) == 0 && s.Trust != field.Unknown {
			t.Errorf("%s cites nobody", s.Name)
		}
		ours := map[uint64]int{}
		for _, r := range s.Readings {
			if r.Says == "" || r.Cite.Key == "" {
				t.Errorf("%s: an empty reading", s.Name)
			}
			if r.Ours {
				for _, v := range append([]uint64{^uint64(0)}, r.Values...)[min(1, len(r.Values)):] {
					ours[v]++
				}
			}
		}
		for v, n := range ours {
			if n != 1 {
				t.Errorf("%s: %d verdicts of ours on %#x", s.Name, n, v)
			}
		}
		if len(s.Readings) > 0 && len(ours) == 0 {
			t.Errorf("%s: readings without a verdict of ours", s.Name)
		}
	}
	for _, c := range golden.Load(t, "testdata") {
		for _, s := range []*dissect.Dissector{UDP, E2O} {
			field.Walk(&read(s, c.Data, len(c.Data), nil).Root, func(n *field.Node, _ int) bool {
				if !listed[n.Spec] {
					t.Errorf("%s uses %s, which is not listed", c.Name, n.Spec.Name)
				}
				return true
			})
		}
	}
}

func fuzz(f *testing.F, s *dissect.Dissector) {
	for _, b := range golden.Seeds(f, "testdata") {
		f.Add(b, uint16(len(b)))
	}
	f.Fuzz(func(t *testing.T, b []byte, wire uint16) {
		d := read(s, b, int(wire), &dissect.Context{Dst: netip.MustParseAddrPort("192.168.1.2:1")})
		if err := d.Check(); err != nil {
			t.Fatal(err)
		}
		for _, e := range d.Errs() {
			if e.Off < 0 || e.Off > int64(len(b)) || e.What == "" {
				t.Fatalf("a fault outside: %v", e)
			}
		}
		if i := Info(b) + InfoE2O(b); !utf8.ValidString(i) {
			t.Fatalf("%q is not UTF-8", i)
		}
	})
}

func FuzzUDP(f *testing.F) { fuzz(f, UDP) }
func FuzzE2O(f *testing.F) { fuzz(f, E2O) }

func BenchmarkInfo(b *testing.B) {
	seeds := golden.Seeds(b, "testdata")
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		Info(seeds[i%len(seeds)])
		i++
	}
}

// A person may read any flow as one to a gateway; the tree says when no gateway's port is in it.
func TestGatewayPort(t *testing.T) {
	for ports, want := range map[string]bool{"1024 12340": false, "12340 1024": false, "1024 1025": true, "": false} {
		c := &dissect.Context{}
		if src, dst, ok := strings.Cut(ports, " "); ok {
			c.Src, c.Dst = netip.MustParseAddrPort("192.0.2.1:"+src), netip.MustParseAddrPort("198.51.100.1:"+dst)
		}
		d := read(E2O, []byte{1, 2, 3, 4, 5}, 5, c)
		if got := strings.Contains(d.Find("skype.e2o").Note, "12340"); got != want {
			t.Errorf("ports %q: remark %v, want %v", ports, got, want)
		}
	}
}
