package inet_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"somscope/decoder/field"
	"somscope/decoder/inet"
)

// pseudo is the sum of the pseudo header between ipA and ipB, folded: the
// plainest way to compute it, to hold the other one against.
func pseudo(proto, length int) uint16 {
	n := 0
	for i := 0; i < 4; i += 2 {
		n += int(ipA[i])<<8 + int(ipA[i+1]) + int(ipB[i])<<8 + int(ipB[i+1])
	}
	n += proto + length
	return uint16((n-1)%65535 + 1)
}

func TestChecksums(t *testing.T) {
	pay := []byte("0123456789abcdefghij")
	udp, tcp := udpPacket(t, 4000, 4001, pay), tcpPacket(t, pay)
	const udpAt, tcpAt = atTrans + 6, atTrans + 16
	put := func(p []byte, at int, v uint16) []byte { return set(p, at, byte(v>>8), byte(v)) }
	ulen, tlen := len(udp)-atTrans, len(tcp)-atTrans
	ping := samples(t)["ping"].data
	udp6 := udp6Packet(t, pay)
	const offload = "checksum offload"
	for _, c := range []struct {
		name, field string
		data        []byte
		cut         int    // bytes the capture cut
		note        string // part of it, or
		want        string // of the fault
	}{
		{name: "UDP right", field: "udp.checksum", data: udp, note: "right"},
		{name: "TCP right", field: "tcp.checksum", data: tcp, note: "right"},
		{name: "IPv4 right", field: "ip.checksum", data: udp, note: "right"},
		{name: "ICMP right", field: "icmp.checksum", data: ping, note: "right"},
		{name: "UDP over IPv6 right", field: "udp.checksum", data: udp6, note: "right"},
		{name: "UDP wrong", field: "udp.checksum", data: put(udp, udpAt, be(udp, udpAt)+1), want: hex4(be(udp, udpAt))},
		{name: "UDP payload changed", field: "udp.checksum", data: set(udp, atTrans+8, '1'), want: hex4(be(udp, udpAt) - 0x100)},
		{name: "TCP wrong", field: "tcp.checksum", data: put(tcp, tcpAt, be(tcp, tcpAt)^0x4000), want: hex4(be(tcp, tcpAt))},
		{name: "IPv4 wrong", field: "ip.checksum", data: put(udp, atIP+10, be(udp, atIP+10)+1), want: hex4(be(udp, atIP+10))},
		{name: "ICMP wrong", field: "icmp.checksum", data: put(ping, atTrans+2, be(ping, atTrans+2)+1), want: hex4(be(ping, atTrans+2))},
		{name: "UDP not used", field: "udp.checksum", data: put(udp, udpAt, 0), note: "not used"},
		{name: "UDP zero over IPv6", field: "udp.checksum", data: put(udp6, 60, 0), note: "only a tunnel"},
		{name: "UDP half", field: "udp.checksum", data: put(udp, udpAt, pseudo(17, ulen)), note: offload},
		{name: "UDP half, complemented", field: "udp.checksum", data: put(udp, udpAt, ^pseudo(17, ulen)), note: offload},
		{name: "TCP zero", field: "tcp.checksum", data: put(tcp, tcpAt, 0), note: offload},
		{name: "TCP half", field: "tcp.checksum", data: put(tcp, tcpAt, pseudo(6, tlen)), note: offload},
		{name: "TCP half, complemented", field: "tcp.checksum", data: put(tcp, tcpAt, ^pseudo(6, tlen)), note: offload},
		{name: "TCP half without length", field: "tcp.checksum", data: put(tcp, tcpAt, pseudo(6, 0)), note: offload},
		{name: "TCP half without length, complemented", field: "tcp.checksum", data: put(tcp, tcpAt, ^pseudo(6, 0)), note: offload},
		{name: "IPv4 zero", field: "ip.checksum", data: put(udp, atIP+10, 0), note: offload},
		{name: "UDP cut by the capture", field: "udp.checksum", data: udp, cut: 5, note: "cannot be checked: the capture cut the packet"},
		{name: "TCP cut by the capture", field: "tcp.checksum", data: tcp, cut: 1, note: "cannot be checked: the capture cut the packet"},
		{name: "UDP first fragment", field: "udp.checksum", data: set(udp, atIP+6, 0x20, 0), note: "cannot be checked: it covers all fragments"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := dissection(inet.LinkEthernet, c.data[:len(c.data)-c.cut], len(c.data))
			if err := d.Check(); err != nil {
				t.Error(err)
			}
			n := d.Find(c.field)
			if n == nil {
				t.Fatalf("no %s", c.field)
			}
			if c.want != "" {
				if n.Err == nil || !errors.Is(n.Err, field.ErrChecksum) || !strings.Contains(n.Err.What, c.want) {
					t.Errorf("fault = %v, note %q, want %s", n.Err, n.Note, c.want)
				}
				return
			}
			if n.Err != nil || !strings.Contains(n.Note, c.note) {
				t.Errorf("note = %q, fault %v, want %q", n.Note, n.Err, c.note)
			}
		})
	}
}

// A UDP checksum that comes out as zero is sent as ffff. (RFC 768)
func TestUDPChecksumOfZeroIsSentAsOnes(t *testing.T) {
	p := udpPacket(t, 4000, 4001, []byte{0, 0})
	sum := be(p, atTrans+6)
	p = set(p, atTrans+8, byte(sum>>8), byte(sum)) // now the sum without checksum is ffff
	right := set(p, atTrans+6, 0xFF, 0xFF)
	if n := dissection(inet.LinkEthernet, right, len(right)).Find("udp.checksum"); n.Note != "right" {
		t.Errorf("ffff: note %q, fault %v", n.Note, n.Err)
	}
	wrong := set(p, atTrans+6, 0x12, 0x34)
	if n := dissection(inet.LinkEthernet, wrong, len(wrong)).Find("udp.checksum"); n.Err == nil || !strings.Contains(n.Err.What, "0xffff") {
		t.Errorf("1234: note %q, fault %v", n.Note, n.Err)
	}
}

func TestOtherChecksums(t *testing.T) {
	ip := ip6(layers.IPProtocolICMPv6)
	icmp := &layers.ICMPv6{TypeCode: layers.CreateICMPv6TypeCode(128, 0)}
	icmp.SetNetworkLayerForChecksum(ip)
	p := serialize(t, eth(layers.EthernetTypeIPv6), ip, icmp, gopacket.Payload("\x00\x07\x00\x09abcdefgh"))
	if n := dissection(inet.LinkEthernet, p, len(p)).Find("icmpv6.checksum"); n == nil || n.Note != "right" {
		t.Errorf("ICMPv6: %+v", n)
	}
	p[len(p)-1] ^= 1
	if n := dissection(inet.LinkEthernet, p, len(p)).Find("icmpv6.checksum"); n.Err == nil {
		t.Errorf("ICMPv6, changed: note %q", n.Note)
	}
	igmp := unhex(t, "16 00 f9fd 00000000")
	igmp[4], igmp[5], igmp[6], igmp[7] = 224, 0, 0, 251
	sum := 0x1600 + 0xE000 + 0x00FB
	sum = ^(sum&0xFFFF + sum>>16)
	igmp[2], igmp[3] = byte(sum>>8), byte(sum)
	p = serialize(t, eth(layers.EthernetTypeIPv4), ip4(layers.IPProtocolIGMP), gopacket.Payload(igmp))
	if n := dissection(inet.LinkEthernet, p, len(p)).Find("igmp.checksum"); n == nil || n.Note != "right" {
		t.Errorf("IGMP: %+v", n)
	}
}

func be(p []byte, at int) uint16 { return uint16(p[at])<<8 | uint16(p[at+1]) }

func hex4(n uint16) string {
	const digits = "0123456789abcdef"
	return "0x" + string([]byte{digits[n>>12], digits[n>>8&15], digits[n>>4&15], digits[n&15]})
}
