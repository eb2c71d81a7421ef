package classify

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"somscope/decoder/capfile"
	"somscope/decoder/flow"
	"somscope/decoder/inet"
	"somscope/decoder/internal/captures"
)

// A shot is one packet as the table is told of it.
type shot struct {
	time    int64
	noTime  bool
	wire    uint32
	sum     inet.Summary
	payload []byte
}

func shots(t *testing.T, file string) (list []shot) {
	t.Helper()
	captures.Each(t, filepath.Join(captures.Dir(t), file), func(n uint32, r *capfile.Record, s *inet.Summary, payload []byte) {
		list = append(list, shot{r.Time, r.NoTime, r.OrigLen, *s, slices.Clone(payload)})
	})
	return list
}

func tableOf(list []shot) *flow.Table {
	tab := flow.NewTable()
	for n := range list {
		s := &list[n]
		tab.Add(uint32(n), s.time, s.noTime, s.wire, &s.sum, s.payload)
	}
	return tab
}

// ports are the ends whose UDP flows are Skype's in the captures used here.
func isPort(f *flow.Flow) bool {
	for side := range 2 {
		if a, port := f.Side(side); port == 35990 && a.Netip().String() == "192.168.1.2" || port == 13021 && a.Netip().String() == "192.168.1.34" {
			return true
		}
	}
	return false
}

// taken counts the UDP flows taken for Skype that are, and reports those that are not.
func taken(t *testing.T, tab *flow.Table) (right, wrong int) {
	t.Helper()
	v := Run(tab)
	for id := range uint32(tab.Len()) {
		d := checked(t, v, id)
		switch f := tab.At(id); {
		case f.Transport != flow.UDP || d.Class < SkypeUDP:
		case isPort(f):
			right++
		default:
			if wrong++; wrong < 4 {
				t.Errorf("flow %d is called %s: %s", id, d.Word, d.Sentence)
			}
		}
	}
	return right, wrong
}

func TestMangledCaptures(t *testing.T) {
	old, young := shots(t, "skype/SkypeIRC-part1.pcap"), shots(t, "skype/skype-mac-2015a.pcap")
	var others []shot
	for _, f := range []string{"skype/skype-conference-call-part1.pcap", "negative/gnutella.pcap", "negative/quic.pcap", "negative/viber.pcap", "synthetic/traps.pcap", "rtp/sip-rtp-l16.pcap"} {
		others = append(others, shots(t, f)...)
	}
	each := func(list []shot, change func(n int, s *shot)) []shot {
		list = slices.Clone(list)
		for n := range list {
			change(n, &list[n])
		}
		return list
	}
	reversed := slices.Clone(old)
	slices.Reverse(reversed)
	for _, c := range []struct {
		name  string
		list  []shot
		least int
	}{
		{"as it is", old, 67},
		{"merged", slices.Concat(others, old, young), 67 + 144},
		{"merged, the clock going backwards", slices.Concat(young, old, others), 67 + 144},
		{"reversed", reversed, 67},
		{"without times", each(old, func(_ int, s *shot) { s.noTime, s.time = true, 0 }), 67},
		{"all at one time", each(old, func(_ int, s *shot) { s.time = 1 }), 67},
		{"cut to 26 bytes of payload", each(old, func(_ int, s *shot) { s.payload = s.payload[:min(26, len(s.payload))] }), 67},
		{"cut to 9 bytes of payload", each(old, func(_ int, s *shot) { s.payload = s.payload[:min(9, len(s.payload))] }), 0},
		{"every packet its own peer port", each(old, func(n int, s *shot) {
			if s.sum.SrcPort == 35990 {
				s.sum.DstPort = uint16(n)
			} else if s.sum.DstPort == 35990 {
				s.sum.SrcPort = uint16(n)
			}
		}), 200},
		{"the others cut and without times", each(others, func(_ int, s *shot) {
			s.noTime, s.payload = true, s.payload[:min(26, len(s.payload))]
		}), 0},
		{"the others, every packet its own flow", each(others, func(n int, s *shot) { s.sum.SrcPort, s.sum.DstPort = uint16(n), uint16(n>>16+1) }), 0},
		{"the others, all on one port", each(others, func(n int, s *shot) { s.sum.SrcPort = 35990 }), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if right, _ := taken(t, tableOf(c.list)); right < c.least {
				t.Errorf("%d flows of Skype were found, want %d", right, c.least)
			}
		})
	}
}

// TestNames holds what the flows of other programs are called.
func TestNames(t *testing.T) {
	for file, want := range map[string]struct {
		names    map[string]int
		nameless int // UDP flows with payload that have no name
	}{
		"negative/bittorrent_utp.pcap":                  {map[string]int{"BitTorrent's DHT": 1, "BitTorrent's uTP": 1}, 0},
		"negative/dns_long_domainname.pcap":             {map[string]int{"DNS": 1}, 0},
		"negative/dnscrypt_skype_false_positive.pcapng": {map[string]int{"DNSCrypt": 1}, 0},
		"negative/gnutella.pcap":                        {map[string]int{"Gnutella": 600}, 0},
		"negative/knxip.pcapng":                         {map[string]int{"KNXnet/IP": 2}, 0},
		"negative/quic.pcap":                            {map[string]int{"QUIC": 10}, 0},
		"negative/stun_msteams_unidir.pcapng":           {map[string]int{"STUN and RTCP": 1}, 0},
		"negative/teamspeak3.pcap":                      {map[string]int{"TeamSpeak 3": 1}, 1},
		"negative/viber.pcap":                           {map[string]int{"Viber": 8, "TLS": 7, "DNS": 8}, 0},
		"skype/skype-conference-call-part1.pcap":        {map[string]int{"STUN, RTP and RTCP": 1}, 0},
		"skype/skype-mac-2015a.pcap":                    {map[string]int{"TLS": 7, "DNS": 30, "SSDP": 6}, 5},
		"skype/SkypeIRC-part1.pcap":                     {map[string]int{"IRC": 1, "DNS": 2, "DCE/RPC (pop-up messages)": 2}, 30},
		"rtp/sip-rtp-l16.pcap":                          {map[string]int{"RTP": 4}, 4},
	} {
		tab := load(t, filepath.Join(captures.Dir(t), file))
		v := Run(tab)
		names, nameless := map[string]int{}, 0
		for id := range uint32(tab.Len()) {
			f, d := tab.At(id), checked(t, v, id)
			names[d.Looks]++
			if d.Looks == "" && d.Class == Other && f.Transport == flow.UDP {
				nameless++
			}
		}
		for name, n := range want.names {
			if names[name] < n {
				t.Errorf("%s: %d flows are called %s, want %d", file, names[name], name, n)
			}
		}
		if nameless > want.nameless {
			t.Errorf("%s: %d flows have no name, want at most %d: %v", file, nameless, want.nameless, fmt.Sprint(names))
		}
	}
}
