package rtp_test

import (
	"net/netip"
	"testing"
	"unicode/utf8"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
	"somscope/decoder/internal/golden"
	"somscope/decoder/rtp"
)

var listed = func() map[*field.Spec]bool {
	all := map[*field.Spec]bool{specRoot: true, field.Silent: true, field.SilentBits: true}
	for _, s := range rtp.Specs {
		all[s] = true
	}
	return all
}()

// hold checks what must hold of every tree.
func hold(t *testing.T, d *field.Dissection) {
	t.Helper()
	if err := d.Check(); err != nil {
		t.Fatal(err)
	}
	field.Walk(&d.Root, func(n *field.Node, _ int) bool {
		if !listed[n.Spec] {
			t.Fatalf("%s is not in Specs", n.Spec.Name)
		}
		return true
	})
}

func seed(f *testing.F, kind string) {
	for _, c := range golden.Load(f, "testdata") {
		if c.Param("kind") == kind {
			f.Add(c.Data, uint16(0))
			f.Add(c.Data[:len(c.Data)/2], uint16(len(c.Data)))
		}
	}
}

func FuzzRTP(f *testing.F) {
	seed(f, "rtp")
	f.Fuzz(func(t *testing.T, p []byte, cut uint16) {
		wire := len(p) + int(cut)
		h, ok := rtp.Parse(p, wire)
		if ok && (h.PayOff < 12 || h.PayEnd < h.PayOff || h.PayEnd > wire) {
			t.Fatalf("payload %d to %d of %d", h.PayOff, h.PayEnd, wire)
		}
		d := dissectKind("rtp", p, wire, nil)
		hold(t, d)
		if ok && cut == 0 {
			if n := len(d.Errs()); n != 0 && d.Find("rtp.ext") == nil {
				t.Fatalf("Parse takes it, the tree says %v", d.Errs())
			}
			from, to := -1, -1
			if n := d.Find("rtp.payload"); n != nil {
				from, to = n.Range.FirstByte(), n.Range.LastByte()
			}
			if h.PayEnd > h.PayOff && (from != h.PayOff || to != h.PayEnd) {
				t.Fatalf("Parse: payload %d to %d, the tree: %d to %d", h.PayOff, h.PayEnd, from, to)
			}
		}
		s := rtp.InfoRTP(p, wire, &rtp.Media{Lost: 2})
		if !utf8.ValidString(s) || ok != (s != "") {
			t.Fatalf("Info %q", s)
		}
	})
}

func FuzzRTCP(f *testing.F) {
	seed(f, "rtcp")
	f.Fuzz(func(t *testing.T, p []byte, cut uint16) {
		wire := len(p) + int(cut)
		hold(t, dissectKind("rtcp", p, wire, nil))
		is := rtp.IsRTCP(p, wire)
		if _, ok := rtp.Parse(p, wire); is && ok {
			t.Fatal("both RTP and RTCP")
		}
		if s := rtp.InfoRTCP(p, wire); !utf8.ValidString(s) || is && s == "" {
			t.Fatalf("Info %q", s)
		}
	})
}

func FuzzSIP(f *testing.F) {
	seed(f, "sip")
	from := netip.MustParseAddr("192.0.2.99")
	f.Fuzz(func(t *testing.T, p []byte, cut uint16) {
		wire := len(p) + int(cut)
		d := dissectKind("sip", p, wire, nil)
		hold(t, d)
		for _, o := range rtp.ReadSIP(p, from) {
			for _, m := range o.Types {
				if m.Type > 127 || m.Clock < 0 || m.Channels < 0 {
					t.Fatalf("%+v", m)
				}
			}
			if o.Ptime < 0 || o.Ptime > 1000 {
				t.Fatalf("ptime %d", o.Ptime)
			}
			for _, w := range o.Wrong {
				if !utf8.ValidString(w) || w == "" {
					t.Fatalf("%q", w)
				}
			}
		}
		s := rtp.InfoSIP(p)
		if !utf8.ValidString(s) || (s != "") != rtp.IsSIP(p) {
			t.Fatalf("Info %q", s)
		}
	})
}

// A payload's dissector that fails does not take the padding along.
func TestPayloadIsFenced(t *testing.T) {
	p := []byte{0xA0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 0, 0, 3}
	m := &rtp.Media{Payload: func(d *dissect.D) { d.U64(specRoot) }}
	d := dissectKind("rtp", p, len(p), m)
	if err := d.Check(); err != nil {
		t.Fatal(err)
	}
	if n := d.Find("rtp.padding.count"); n == nil || n.Err != nil || n.Text() != "3 bytes" {
		t.Errorf("the padding: %+v", n)
	}
	if errs := d.Errs(); len(errs) != 1 || errs[0].Off != 12 {
		t.Errorf("faults %v, want one at 12", errs)
	}
}
