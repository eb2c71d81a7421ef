package inet_test

import (
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"somscope/decoder/inet"
)

// mix is packets as a capture has them: real ones where there are any, else
// the samples in turn.
func mix(b *testing.B) (ps []packet) {
	if captureDir() != "" {
		for _, p := range packets(b) {
			if p.link == inet.LinkEthernet && in(p.file, "skype/", "synthetic/", "rtp/") {
				ps = append(ps, p)
			}
		}
		return ps
	}
	for i := 0; i < 2000; i++ {
		for _, name := range []string{"UDP", "TCP", "IPv6", "ARP", "ping"} {
			ps = append(ps, samples(b)[name])
		}
		if i == 200 {
			break
		}
	}
	return ps
}

// BenchmarkSummarize is the index pass's share of a packet, and beside it what
// gopacket's parser with reused layers takes for the same packets.
func BenchmarkSummarize(b *testing.B) {
	ps := mix(b)
	n := 0
	for i := range ps {
		n += len(ps[i].data)
	}
	var s inet.Summary
	var ports int
	b.SetBytes(int64(n))
	b.ReportAllocs()
	for b.Loop() {
		for i := range ps {
			p := &ps[i]
			inet.Summarize(&s, p.link, p.data, p.wire)
			ports += int(s.SrcPort)
		}
	}
	ours := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / float64(len(ps))

	var eth layers.Ethernet
	var ip4 layers.IPv4
	var ip6 layers.IPv6
	var udp layers.UDP
	var tcp layers.TCP
	var arp layers.ARP
	var pay gopacket.Payload
	parser := gopacket.NewDecodingLayerParser(layers.LayerTypeEthernet, &eth, &ip4, &ip6, &udp, &tcp, &arp, &pay)
	parser.IgnoreUnsupported = true
	var found []gopacket.LayerType
	const rounds = 3
	start := time.Now()
	for r := 0; r < rounds; r++ {
		for i := range ps {
			_ = parser.DecodeLayers(ps[i].data, &found)
		}
	}
	theirs := float64(time.Since(start).Nanoseconds()) / rounds / float64(len(ps))
	b.ReportMetric(ours, "ns/packet")
	b.ReportMetric(theirs, "gopacket-ns/packet")
	b.ReportMetric(theirs/ours, "x-faster")
	if ports == 0 {
		b.Fatal("nothing was read")
	}
}

func TestSummarizeAllocatesNothing(t *testing.T) {
	all := samples(t)
	ip := ip4(4)
	inner := udpPacket(t, 4000, 53, dnsQuestion)[atIP:]
	all["IP in IP"] = packet{link: 1, data: serialize(t, eth(layers.EthernetTypeIPv4), ip, gopacket.Payload(inner))}
	for name, p := range all {
		var s inet.Summary
		if n := testing.AllocsPerRun(20, func() { inet.Summarize(&s, p.link, p.data, p.wire) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkDissect(b *testing.B) {
	ps := mix(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		ps[i%len(ps)].dissect()
		i++
	}
}
