package detect

import (
	"net"
	"strings"
	"testing"

	"somscope/decoder/capfile"
	"somscope/decoder/flow"
	"somscope/decoder/index"
	"somscope/decoder/inet"
	"somscope/decoder/internal/captures"
)

// load reads a capture into a book.
func load(t *testing.T, file string) (*Book, *flow.Table) {
	t.Helper()
	b, tab := NewBook(), flow.NewTable()
	captures.Each(t, file, func(n uint32, r *capfile.Record, s *inet.Summary, payload []byte) {
		id, reverse := tab.Add(n, r.Time, r.NoTime, r.OrigLen, s, payload)
		if id == index.NoFlow || s.Flags&inet.HasPorts == 0 {
			return
		}
		var flags uint8
		if s.Transport == flow.TCP && s.SegOff > 0 {
			flags = r.Data[s.SegOff+13]
		}
		b.Add(id, tab.At(id).Key, n, r.Time, r.NoTime, reverse, flags, payload, s.PayWire)
	})
	return b, tab
}

// says is what a detector makes of a flow.
func says(b *Book, id uint32, name string) Says {
	for _, d := range Detectors {
		if d.Name == name {
			if c := b.Of(id); c != nil {
				return d.ask(b, c).Says
			}
		}
	}
	return Silent
}

// The emulation of nDPI's last rule takes 187 of the 190 flows that nDPI itself takes. It takes two
// more, long probes whose fourth message is the first to fit: nDPI gives these up at the
// refusal of 11 bytes, which its description does not tell. And nDPI takes one that goes to a
// group, which its description leaves out, and two by its rule for STUN.
func TestNDPIAgrees(t *testing.T) {
	for _, c := range []struct {
		pattern              string
		skype, found, differ int
	}{
		{"skype/SkypeIRC-part1.pcap", 17, 17, 1},
		{"skype/skype-mac-2015a.pcap", 144, 144, 0},
		{"skype/skype_udp.pcap", 1, 1, 0},
		{"skype/skype-conference-call-part1.pcap", 1, 0, 1}, // STUN
		{"synthetic/*", 25, 25, 1},
		{"negative/*", 2, 0, 2}, // STUN and KNX
		{"rtp/*", 0, 0, 0},
	} {
		skype, found, differ := 0, 0, 0
		for _, file := range captures.Glob(t, c.pattern) {
			b, tab := load(t, file)
			names := map[string]string{}
			for _, r := range captures.Table(t, file, "ndpi.tsv") {
				if r["protocol"] == "17" {
					x, y := net.JoinHostPort(r["src_ip"], r["src_port"]), net.JoinHostPort(r["dst_ip"], r["dst_port"])
					names[x+" "+y], names[y+" "+x] = r["ndpi_proto"], r["ndpi_proto"]
				}
			}
			for id := range uint32(tab.Len()) {
				f := tab.At(id)
				if f.Transport != flow.UDP {
					continue
				}
				x, y := f.Ends()
				theirs := strings.Contains(names[x.String()+" "+y.String()], "Skype_TeamsCall") ||
					names[x.String()+" "+y.String()] == "Skype_Teams.Skype_Teams"
				ours := says(b, id, "ndpi-2023") == Yes
				if theirs {
					skype++
				}
				if theirs && ours {
					found++
				}
				if theirs != ours {
					differ++
				}
			}
		}
		if skype != c.skype || found != c.found || differ != c.differ {
			t.Errorf("%s: nDPI takes %d flows, the emulation %d of them, and %d differ; want %d, %d and %d", c.pattern, skype, found, differ, c.skype, c.found, c.differ)
		}
	}
}

// What each rule finds of the 67 UDP flows of a real client.
func TestSkypeIRC(t *testing.T) {
	b, tab := load(t, captures.Glob(t, "skype/SkypeIRC-part1.pcap")[0])
	got := map[string]int{}
	n := 0
	for id := range uint32(tab.Len()) {
		if f := tab.At(id); f.Transport != flow.UDP || f.PortA != 35990 && f.PortB != 35990 {
			continue
		}
		n++
		for _, r := range b.Run(id) {
			if r.Says == Yes {
				got[r.Detector.Name]++
			}
		}
	}
	if n != 67 {
		t.Errorf("%d flows of the client", n)
	}
	for name, want := range map[string]int{
		"l7-skypetoskype": 67, "ndpi-2015-udp": 67, "wireshark": 67,
		"ndpi-2023":   18, // byte 0 is that of a counter, which the rule does not know
		"needle-nack": 1,  // there is one NAck to the client
		"ehlert-udp":  0,  // the one long probe is answered with a redirect of 51 bytes
		"bon-pbc":     3,  // the three answers in fragments; all else is shorter than 11 packets
		"bon-csc":     0, "bon-both": 0, "ndpi-now": 0,
	} {
		if got[name] != want {
			t.Errorf("%s finds %d of 67 flows, want %d", name, got[name], want)
		}
	}
	if n := got["hunter-udp"]; n < 40 || n > 50 {
		t.Errorf("Skype-Hunter finds %d flows: those that were answered", n)
	}
}

// A conference of 2017 is RTP, and every packet of it has function d to whoever looks at byte 2.
func TestConferenceFoolsFunctionD(t *testing.T) {
	b, _ := load(t, captures.Glob(t, "skype/skype-conference-call-part1.pcap")[0])
	c := b.Of(0)
	rtp, data := 0, 0
	for i := range c.Packets {
		p := &c.Packets[i]
		if len(p.Head) < 12 || p.Head[0] != 0x90 || p.Head[1] != 0x68 {
			continue
		}
		rtp++
		if bonKind(c, p, nil) == kindData && tstatKind(p, nil) == kindData {
			data++
		}
	}
	if rtp < 25 || data != rtp {
		t.Errorf("%d of %d RTP packets are taken for data between clients", data, rtp)
	}
	for _, r := range b.Run(0) {
		if r.Says == Yes && r.Detector.Name != "wireshark" && r.Detector.Name != "l7-skypeout" {
			t.Errorf("%s takes it for Skype: %s", r.Detector.Name, r.Why)
		}
	}
}
