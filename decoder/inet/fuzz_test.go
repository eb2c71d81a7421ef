package inet_test

import (
	"testing"
	"unicode/utf8"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
	"somscope/decoder/inet"
)

// fuzzLinks is every link type that leads anywhere, gopacket's included.
var fuzzLinks = []uint16{inet.LinkEthernet, inet.LinkNull, inet.LinkPPP, 10, inet.LinkRawBSD, inet.LinkRawBSD2, inet.LinkPPPHDLC, inet.LinkPPPoE,
	inet.LinkRaw, inet.LinkDot11, inet.LinkLoop, inet.LinkSLL, inet.LinkPFLog, inet.LinkPrism, inet.LinkRadiotap, inet.LinkPPPWithID,
	inet.LinkPPI, inet.LinkUSB, inet.LinkIPv4, inet.LinkIPv6, inet.LinkSLL2, 147}

// seed adds a packet of each kind: those we build, and of real captures, when
// there are any, one of each sequence of layers.
func seed(f *testing.F) {
	index := map[uint16]uint8{}
	for i, l := range fuzzLinks {
		index[l] = uint8(i)
	}
	for _, p := range samples(f) {
		f.Add(index[p.link], uint16(0), p.data)
	}
	for _, pay := range []string{
		"\x01\x01\x06\x00" + string(make([]byte, 232)) + "\x63\x82\x53\x63\x35\x01\x01\xff", // DHCP
		"\x01\x01\x00\x14" + string(make([]byte, 16)),                                       // RADIUS
		"\x08\x00\x00\x00\x00\x00\x01\x00" + string(make([]byte, 14)),                       // VXLAN
		"\x02\x00\x65\x58\x00\x00\x01\x00\x00\x00\x00\x01abcd" + string(make([]byte, 14)),   // Geneve
		"\x23" + string(make([]byte, 47)),                                                   // NTP
		"\x01\x00\x00\x01\x00\x01\x00\x04abcd",                                              // DHCPv6
	} {
		for _, port := range []uint16{67, 1812, 4789, 6081, 123, 546} {
			f.Add(uint8(0), uint16(0), set(udpPacket(f, 4000, 1, []byte(pay)), atTrans+2, byte(port>>8), byte(port)))
		}
	}
	if captureDir() == "" {
		return
	}
	seen := map[string]bool{}
	for _, p := range packets(f) {
		i, ok := index[p.link]
		if !ok || len(p.data) > 1024 || in(p.file, "derived", "container") {
			continue
		}
		key := ""
		d := p.dissect()
		for _, k := range d.Root.Kids {
			key += k.Spec.Name + " "
		}
		if !seen[key] {
			seen[key] = true
			f.Add(i, uint16(p.wire-len(p.data)), p.data)
		}
	}
}

func FuzzSummarize(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, link uint8, cut uint16, data []byte) {
		l := fuzzLinks[int(link)%len(fuzzLinks)]
		var s inet.Summary
		inet.Summarize(&s, l, data, len(data)+int(cut))
		if s.PayOff < 0 || s.PayLen < 0 || s.PayOff+s.PayLen > len(data) || s.PayWire < s.PayLen || s.PayWire > len(data)+int(cut) {
			t.Fatalf("payload %d+%d of %d in %d bytes", s.PayOff, s.PayLen, s.PayWire, len(data))
		}
		if s.Flags&inet.HasPorts != 0 && s.Flags&inet.HasIP == 0 {
			t.Fatalf("ports without addresses: %+v", s)
		}
		if info := inet.Info(&s, data); !utf8.ValidString(info) {
			t.Fatalf("Info is not UTF-8: %q", info)
		}
	})
}

func FuzzDissect(f *testing.F) {
	seed(f)
	listed := map[*field.Spec]bool{specPacket: true, field.Silent: true, field.SilentBits: true}
	for _, s := range inet.Specs {
		listed[s] = true
	}
	f.Fuzz(func(t *testing.T, link uint8, cut uint16, data []byte) {
		l := fuzzLinks[int(link)%len(fuzzLinks)]
		wire := len(data) + int(cut)
		var s inet.Summary
		inet.Summarize(&s, l, data, wire)
		d := dissect.Begin(specPacket, data, wire, 1, 0)
		offered := 0
		inet.Dissect(d, l, func(d *dissect.D, _ *dissect.Context, _ uint8) bool {
			if offered++; d.Pos() != s.PayOff || d.Left() != s.PayLen {
				t.Fatalf("offered %d bytes at %d, Summarize says %d at %d", d.Left(), d.Pos(), s.PayLen, s.PayOff)
			}
			return false
		})
		out := d.Done()
		if err := out.Check(); err != nil {
			t.Fatal(err)
		}
		if offered > 1 {
			t.Fatalf("offered %d times", offered)
		}
		field.Walk(&out.Root, func(n *field.Node, _ int) bool {
			if !listed[n.Spec] {
				t.Fatalf("%s is not in Specs", n.Spec.Name)
			}
			return true
		})
	})
}
