package inet_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
	"somscope/decoder/inet"
)

func TestEveryPacketKeepsTheInvariants(t *testing.T) {
	listed := map[string]bool{"packet": true, "unknown": true, "unknown.bits": true}
	for _, s := range inet.Specs {
		listed[s.Name] = true
	}
	bad := 0
	for _, p := range packets(t) {
		d := p.dissect()
		if err := d.Check(); err != nil {
			t.Errorf("%s packet %d: %v", p.file, p.n, err)
			bad++
		}
		field.Walk(&d.Root, func(n *field.Node, _ int) bool {
			if !listed[n.Spec.Name] {
				t.Errorf("%s packet %d: %s is not in Specs", p.file, p.n, n.Spec.Name)
				bad++
			}
			return true
		})
		if bad > 20 {
			t.FailNow()
		}
	}
}

func TestSpecsAreCompleteAndUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range inet.Specs {
		if s.Name == "" || s.Name != strings.ToLower(s.Name) || strings.ContainsAny(s.Name, " /") {
			t.Errorf("%q is no name for a Spec", s.Name)
		}
		if seen[s.Name] {
			t.Errorf("%s is there twice", s.Name)
		}
		seen[s.Name] = true
		if s.Label == "" || !unicode.IsUpper(rune(s.Label[0])) && !unicode.IsDigit(rune(s.Label[0])) {
			t.Errorf("%s has the label %q", s.Name, s.Label)
		}
		if !strings.HasSuffix(s.Doc, ".") || strings.Contains(s.Doc, ". ") || len(s.Doc) < 8 {
			t.Errorf("%s: the doc is not one sentence: %q", s.Name, s.Doc)
		}
		if len(s.Cite) == 0 && !strings.HasPrefix(s.Name, "gopacket.") {
			t.Errorf("%s cites nothing", s.Name)
		}
	}
	if len(seen) < 300 {
		t.Errorf("only %d specs", len(seen))
	}
}

func TestProtocolNamesAreUnique(t *testing.T) {
	seen := map[string]inet.Proto{}
	for p := inet.Proto(0); p < 255; p++ {
		name := p.Name()
		if p > 0 && name == inet.ProtoNone.Name() {
			break
		}
		if other, ok := seen[name]; ok || name == "" || p.Title() == "" {
			t.Errorf("%d is named %q, title %q, as is %d", p, name, p.Title(), other)
		}
		seen[name] = p
		if q, ok := inet.ProtoByName(name); !ok || q != p {
			t.Errorf("ProtoByName(%q) = %d, want %d", name, q, p)
		}
	}
	if len(seen) < 50 {
		t.Errorf("only %d protocols", len(seen))
	}
}

// Real captures of well-behaved hosts have few faults. Those that our own
// reading finds must be true ones, so they are counted and looked at.
func TestFaultsAreRare(t *testing.T) {
	faults, total := map[string]int{}, 0
	for _, p := range packets(t) {
		if in(p.file, "malformed", "derived", "container") {
			continue
		}
		total++
		for _, e := range p.dissect().Errs() {
			if errors.Is(e, field.ErrSnapped) {
				continue
			}
			faults[p.file+" "+e.In+": "+class(e)]++
		}
	}
	n := 0
	for k, c := range faults {
		t.Logf("%5d %s", c, k)
		n += c
	}
	if n > total/50 {
		t.Errorf("%d faults in %d packets", n, total)
	}
}

func class(e *field.Error) string {
	return fmt.Sprintf("%v (%s)", e.Err, strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, e.What))
}

// The payload that Dissect offers is the one Summarize found.
func TestThePayloadIsOfferedOnce(t *testing.T) {
	for _, p := range packets(t) {
		var s inet.Summary
		inet.Summarize(&s, p.link, p.data, p.wire)
		calls := 0
		d := dissect.Begin(specPacket, p.data, p.wire, 1, 0)
		inet.Dissect(d, p.link, func(d *dissect.D, c *dissect.Context, transport uint8) bool {
			calls++
			if d.Pos() != s.PayOff || d.Left() != s.PayLen || transport != s.Transport {
				t.Errorf("%s packet %d: offered %d bytes at %d over %d, Summarize says %d at %d over %d",
					p.file, p.n, d.Left(), d.Pos(), transport, s.PayLen, s.PayOff, s.Transport)
			}
			if c.Src.Addr() != s.Src.Netip() || c.Dst.Addr() != s.Dst.Netip() || c.Src.Port() != s.SrcPort || c.Dst.Port() != s.DstPort {
				t.Errorf("%s packet %d: offered %v to %v", p.file, p.n, c.Src, c.Dst)
			}
			return false
		})
		if err := d.Done().Check(); err != nil {
			t.Errorf("%s packet %d: %v", p.file, p.n, err)
		}
		want := 0
		if (s.Transport == 6 || s.Transport == 17) && s.PayLen > 0 {
			want = 1
		}
		if calls != want {
			t.Errorf("%s packet %d: offered %d times, want %d (%+v)", p.file, p.n, calls, want, s)
		}
		if t.Failed() {
			return
		}
	}
}

// A payload that the caller claims is his alone, and what he leaves is unknown.
func TestTheCallerMayClaimThePayload(t *testing.T) {
	mine := &field.Spec{Name: "mine", Label: "Mine", Doc: "Claimed by the test."}
	pkt := udpPacket(t, 53, 53, dnsQuestion)
	d := dissect.Begin(specPacket, pkt, len(pkt), 1, 0)
	inet.Dissect(d, inet.LinkEthernet, func(d *dissect.D, _ *dissect.Context, _ uint8) bool {
		d.U16(mine)
		return true
	})
	out := d.Done()
	if err := out.Check(); err != nil {
		t.Fatal(err)
	}
	if out.Find("mine") == nil || out.Find("dns") != nil || out.Find("unknown") == nil {
		t.Error("the claimed payload was given to somebody else too")
	}
}
