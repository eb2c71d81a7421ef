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

// reply answers dnsQuestion; its answers are written by the caller.
func reply(answers byte, records string) []byte {
	return []byte("\x12\x34\x81\x80\x00\x01\x00" + string(rune(answers)) + "\x00\x00\x00\x00\x02ui\x05skype\x03com\x00\x00\x01\x00\x01" + records)
}

const atDNS = 42 // of the message in a packet of udpPacket

func dnsTree(t *testing.T, msg []byte) *field.Dissection {
	t.Helper()
	return tree(t, 1, udpPacket(t, 53, 2128, msg))
}

func TestDNSRecords(t *testing.T) {
	const fixed = "\x00\x01\x00\x00\x00\x3c" // class, TTL
	for _, c := range []struct{ name, record, want string }{
		{"A", "\xc0\x0c\x00\x01" + fixed + "\x00\x04\xc0\x00\x02\x07", "dns.rr=A ui.skype.com: 192.0.2.7; dns.resp.name=ui.skype.com (goes on at byte 12 of the message); dns.resp.type=1 A; dns.resp.class=1 Internet; dns.resp.ttl=60 seconds; dns.resp.len=4 bytes; dns.a=192.0.2.7"},
		{"AAAA", "\xc0\x0c\x00\x1c" + fixed + "\x00\x10\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01", "dns.aaaa=2001:db8::1"},
		{"CNAME", "\xc0\x0c\x00\x05" + fixed + "\x00\x06\x03www\xc0\x0f", "dns.cname=www.skype.com (goes on at byte 15 of the message)"},
		{"NS", "\xc0\x0f\x00\x02" + fixed + "\x00\x05\x02ns\xc0\x0f", "dns.ns=ns.skype.com"},
		{"PTR", "\xc0\x0c\x00\x0c" + fixed + "\x00\x02\xc0\x0f", "dns.ptr.domain_name=skype.com"},
		{"MX", "\xc0\x0f\x00\x0f" + fixed + "\x00\x07\x00\x0a\x02mx\xc0\x0f", "dns.mx.preference=10; dns.mx.mail_exchange=mx.skype.com"},
		{"TXT", "\xc0\x0c\x00\x10" + fixed + "\x00\x08\x02hi\x04abcd", "dns.txt.length=2 bytes; dns.txt=hi; dns.txt.length=4 bytes; dns.txt=abcd"},
		{"SRV", "\xc0\x0c\x00\x21" + fixed + "\x00\x08\x00\x01\x00\x02\x13\xc4\xc0\x0f", "dns.srv.priority=1; dns.srv.weight=2; dns.srv.port=5060; dns.srv.target=skype.com"},
		{"SOA", "\xc0\x0c\x00\x06" + fixed + "\x00\x18\xc0\x0f\xc0\x0c\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00\x04\x00\x00\x00\x05", "dns.soa.mname=skype.com (goes on at byte 15 of the message); dns.soa.rname=ui.skype.com"},
		{"OPT", "\x00\x00\x29\x10\x00\x00\x00\x80\x00\x00\x08\x00\x0a\x00\x04abcd", "dns.rr.udp_payload_size=4096 bytes; dns.resp.ext_rcode=0; dns.resp.edns0_version=0; dns.resp.z=0x8000; dns.resp.z.do=set"},
		{"unknown type", "\xc0\x0c\xff\x01" + fixed + "\x00\x02ab", "dns.rr=TYPE65281 ui.skype.com"},
		{"root", "\x00\x00\x02" + fixed + "\x00\x01\x00", "dns.resp.name=.; dns.resp.type=2 NS"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := dnsTree(t, reply(1, c.record))
			contains(t, outline(d, "dns"), c.want, "dns.id=0x1234", "dns.flags.response=set", "dns.flags.recavail=set", "dns.qry.name=ui.skype.com", "dns.qry.type=1 A")
			if es := d.Errs(); len(es) > 0 {
				t.Error(es)
			}
			if strings.Contains(outline(d, "packet"), "unknown") {
				t.Errorf("bytes are left over: %s", outline(d, "packet"))
			}
		})
	}
}

// Names that lie: each gives a fault at its place, and the rest of the packet.
func TestDNSNamesThatLie(t *testing.T) {
	head := "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
	long := strings.Repeat("\x3f"+strings.Repeat("a", 63), 5) + "\x00"
	for _, c := range []struct {
		name, msg string
		off       int64
		err       error
	}{
		{"a pointer to itself", head + "\xc0\x0c\x00\x01\x00\x01", 12, field.ErrFormat},
		{"a pointer forward", head + "\xc0\x20\x00\x01\x00\x01", 12, field.ErrFormat},
		{"a circle of pointers", head + "\x01a\xc0\x0c\x00\x01\x00\x01", 12, field.ErrFormat},
		{"a label beyond the message", head + "\x3fabcd", 12, field.ErrShort},
		{"a pointer cut in two", head + "\x01a\x01b\x01c\xc0", 12, field.ErrShort},
		{"no end", head + "\x01a\x01b\x01c", 12, field.ErrShort},
		{"too long", head + long + "\x00\x01\x00\x01", 12, field.ErrFormat},
		{"a label of kind 10", head + "\x80aa\x00\x01\x00\x01", 12, field.ErrFormat},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := dnsTree(t, []byte(c.msg))
			for _, e := range d.Errs() {
				if e.In == "dns.qry.name" && e.Off == atDNS+c.off && errors.Is(e, c.err) {
					return
				}
			}
			t.Errorf("faults = %v, want one in dns.qry.name at offset %d, %v", d.Errs(), atDNS+c.off, c.err)
		})
	}
	// A record that claims more data than there are.
	d := dnsTree(t, reply(1, "\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\xff\xff\xc0\x00\x02\x07"))
	if es := d.Errs(); len(es) != 1 || es[0].In != "dns.resp.len" || es[0].Off != atDNS+12+18+10 {
		t.Errorf("a record of 65535 bytes: %v", es)
	}
	// Counts are no reason to loop.
	d = dnsTree(t, []byte("\x12\x34\x81\x80\x00\x00\x04\x00\x00\x00\x00\x00\x00"))
	if err := d.Check(); err != nil {
		t.Error(err)
	}
}

func TestDNSOverTCPAndMulticast(t *testing.T) {
	ip := ip4(layers.IPProtocolTCP)
	tcp := &layers.TCP{SrcPort: 2000, DstPort: 53, ACK: true, PSH: true}
	tcp.SetNetworkLayerForChecksum(ip)
	p := serialize(t, eth(layers.EthernetTypeIPv4), ip, tcp, gopacket.Payload(join([]byte{0, byte(len(dnsQuestion))}, dnsQuestion)))
	contains(t, outline(tree(t, 1, p), "packet"), "dns.length=30 bytes", "dns=A ui.skype.com?")
	m := set(dnsQuestion, len(dnsQuestion)-2, 0x80, 1)
	contains(t, outline(tree(t, 1, udpPacket(t, 5353, 5353, m)), "mdns"), "dns.qry.qu=set", "dns.qry.class=1 Internet")
}

func TestInfo(t *testing.T) {
	tlsHello := unhex(t, `16 0301 0045 01 000041 0303 0000000000000000000000000000000000000000000000000000000000000000 00 0002 002f 01 00
		0016 0000 0012 0010 00 000d 7777772e736b7970652e636f6d`)
	tcpWith := func(dst layers.TCPPort, pay string) []byte {
		ip := ip4(layers.IPProtocolTCP)
		tcp := &layers.TCP{SrcPort: 2000, DstPort: dst, ACK: true, PSH: true, Seq: 5, Ack: 6}
		tcp.SetNetworkLayerForChecksum(ip)
		return serialize(t, eth(layers.EthernetTypeIPv4), ip, tcp, gopacket.Payload(pay))
	}
	all := samples(t)
	for _, c := range []struct {
		name  string
		data  []byte
		proto string
		info  string
	}{
		{"DNS question", udpPacket(t, 2128, 53, dnsQuestion), "dns", "A ui.skype.com?"},
		{"DNS answer", udpPacket(t, 53, 2128, reply(2, "\xc0\x0c\x00\x05\x00\x01\x00\x00\x00\x3c\x00\x06\x03www\xc0\x0f\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x07")), "dns", "A ui.skype.com: www.skype.com, 192.0.2.7"},
		{"DNS no such name", udpPacket(t, 53, 2128, set(reply(0, ""), 3, 0x83)), "dns", "A ui.skype.com: no such name"},
		{"ARP", all["ARP"].data, "arp", "who has 198.51.100.2? tell 192.0.2.1"},
		{"ping", all["ping"].data, "icmp", "echo request id 7 seq 9"},
		{"ICMP error", all["ICMP error"].data, "icmp", "destination unreachable: port · UDP 192.0.2.1:33000 → 198.51.100.2:53"},
		{"SYN", tcpPacket(t, nil), "tcp", "[SYN, ACK] seq 1000 ack 2000 len 0"},
		{"data", tcpWith(4000, "\x00\x01\x02"), "tcp", "[PSH, ACK] seq 5 ack 6 len 3"},
		{"HTTP", tcpWith(80, "GET http://ui.skype.com/ui/2 HTTP/1.1\r\nHost: x\r\n\r\n"), "http", "GET http://ui.skype.com/ui/2 HTTP/1.1"},
		{"IRC", tcpWith(6667, "PRIVMSG #a :\x02hi\x02\r\n"), "irc", "PRIVMSG #a :hi"},
		{"TLS", tcpWith(443, string(tlsHello)), "tls", "TLS 1.0 client hello · www.skype.com"},
		{"Skype's TLS", tcpWith(443, "\x16\x03\x01\x00\x00"), "tcp", "[PSH, ACK] seq 5 ack 6 len 5"},
		{"UDP", udpPacket(t, 4000, 4001, []byte("0123456789")), "udp", "10 bytes"},
		{"UDP length of 7", set(udpPacket(t, 4000, 4001, []byte("0123456789")), atTrans+4, 0, 7), "udp", "broken lengths · 0 bytes"},
		{"later fragment", set(udpPacket(t, 4000, 4001, []byte("0123456789")), atIP+6, 0x20, 9), "ip", "fragment of UDP"},
		{"first fragment", set(udpPacket(t, 4000, 4001, []byte("0123456789")), atIP+6, 0x20, 0), "udp", "10 bytes · first fragment"},
		{"IP in IP", serialize(t, eth(layers.EthernetTypeIPv4), ip4(4), gopacket.Payload(udpPacket(t, 4000, 4001, []byte("0123456789"))[atIP:atIP+38])), "udp",
			"carries 192.0.2.1:4000 → 198.51.100.2:4001 UDP 10 bytes"},
		{"nothing", nil, "eth", "broken lengths"},
	} {
		var s inet.Summary
		inet.Summarize(&s, 1, c.data, len(c.data))
		if got := inet.Info(&s, c.data); got != c.info || s.Proto.Name() != c.proto {
			t.Errorf("%s: %s %q, want %s %q", c.name, s.Proto.Name(), got, c.proto, c.info)
		}
	}
	d := tree(t, 1, tcpWith(443, string(tlsHello)))
	contains(t, outline(d, "tls"), "tls.record.version=0x0301 TLS 1.0", "tls.handshake.type=1 client hello", "tls.handshake.version=0x0303 TLS 1.2",
		"tls.handshake.ciphersuite=0x002f", "tls.handshake.extension=server name www.skype.com", "tls.handshake.extensions_server_name=www.skype.com")
	if es := d.Errs(); len(es) > 0 {
		t.Error(es)
	}
}

// STUN hides the address behind its cookie, for the sake of meddling routers.
func TestSTUN(t *testing.T) {
	msg := unhex(t, "0101 000c 2112a442 000102030405060708090a0b 0020 0008 0001 a147 e112a643")
	d := tree(t, 1, udpPacket(t, 3478, 4000, msg))
	contains(t, outline(d, "stun"), "stun.type=0x0101 binding response", "stun.cookie=0x2112a442", "stun.attribute=hidden mapped address 192.0.2.1:32853")
	// The same message on another port is recognised by the cookie alone.
	if tree(t, 1, udpPacket(t, 4001, 4000, msg)).Find("stun") == nil {
		t.Error("STUN is not recognised by its cookie")
	}
}
