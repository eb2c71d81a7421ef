package inet_test

import (
	"encoding/hex"
	"net"
	"strings"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// unhex turns "45 00 ..." into bytes.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var (
	macA = net.HardwareAddr{2, 0, 0x5e, 0, 0x53, 1}
	macB = net.HardwareAddr{2, 0, 0x5e, 0, 0x53, 2}
	ipA  = net.IP{192, 0, 2, 1}
	ipB  = net.IP{198, 51, 100, 2}
	ip6A = net.ParseIP("2001:db8::1")
	ip6B = net.ParseIP("2001:db8::2")
)

// serialize writes layers with right lengths and checksums.
func serialize(t testing.TB, ls ...gopacket.SerializableLayer) []byte {
	t.Helper()
	buf := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, ls...); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func eth(t layers.EthernetType) *layers.Ethernet {
	return &layers.Ethernet{SrcMAC: macA, DstMAC: macB, EthernetType: t}
}

func ip4(p layers.IPProtocol) *layers.IPv4 {
	return &layers.IPv4{Version: 4, TTL: 64, Id: 7, Protocol: p, SrcIP: ipA, DstIP: ipB}
}

func ip6(p layers.IPProtocol) *layers.IPv6 {
	return &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: p, SrcIP: ip6A, DstIP: ip6B}
}

func udpPacket(t testing.TB, src, dst layers.UDPPort, payload []byte) []byte {
	ip := ip4(layers.IPProtocolUDP)
	udp := &layers.UDP{SrcPort: src, DstPort: dst}
	udp.SetNetworkLayerForChecksum(ip)
	return serialize(t, eth(layers.EthernetTypeIPv4), ip, udp, gopacket.Payload(payload))
}

func tcpLayer(ip gopacket.NetworkLayer) *layers.TCP {
	tcp := &layers.TCP{SrcPort: 1024, DstPort: 80, Seq: 1000, Ack: 2000, SYN: true, ACK: true, Window: 8192, Options: []layers.TCPOption{
		{OptionType: layers.TCPOptionKindMSS, OptionLength: 4, OptionData: []byte{5, 0xB4}},
		{OptionType: layers.TCPOptionKindNop},
		{OptionType: layers.TCPOptionKindWindowScale, OptionLength: 3, OptionData: []byte{7}},
		{OptionType: layers.TCPOptionKindSACKPermitted, OptionLength: 2},
		{OptionType: layers.TCPOptionKindTimestamps, OptionLength: 10, OptionData: []byte{0, 0, 0, 1, 0, 0, 0, 2}},
	}}
	tcp.SetNetworkLayerForChecksum(ip)
	return tcp
}

func tcpPacket(t testing.TB, payload []byte) []byte {
	ip := ip4(layers.IPProtocolTCP)
	return serialize(t, eth(layers.EthernetTypeIPv4), ip, tcpLayer(ip), gopacket.Payload(payload))
}

func udp6Packet(t testing.TB, payload []byte) []byte {
	ip := ip6(layers.IPProtocolUDP)
	udp := &layers.UDP{SrcPort: 4000, DstPort: 4001}
	udp.SetNetworkLayerForChecksum(ip)
	return serialize(t, eth(layers.EthernetTypeIPv6), ip, udp, gopacket.Payload(payload))
}

// dnsQuestion asks for ui.skype.com, type A.
var dnsQuestion = []byte("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x02ui\x05skype\x03com\x00\x00\x01\x00\x01")
