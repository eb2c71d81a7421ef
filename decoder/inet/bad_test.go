package inet_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"somscope/decoder/field"
	"somscope/decoder/inet"
)

// Offsets of headers within the packets that the tests build.
const (
	atIP    = 14
	atTrans = 34
)

// set returns the packet with bytes replaced from off on.
func set(p []byte, off int, b ...byte) []byte {
	out := append([]byte{}, p...)
	copy(out[off:], b)
	return out
}

// Each lie about a length leaves what could be read, says so at the field that
// lies, and marks the summary.
func TestLengthsThatLie(t *testing.T) {
	udp := udpPacket(t, 4000, 4001, []byte("0123456789abcdefghij"))
	udp6 := udp6Packet(t, []byte("0123456789abcdefghij"))
	tcp := tcpPacket(t, []byte("hello"))
	opts := func(o ...byte) []byte { // an IPv4 packet of 24 bytes of header and no payload
		b := append(append([]byte{}, udp[:atTrans]...), o...)
		return set(set(b, atIP, 0x46), atIP+2, 0, 24, 0, 0, 0, 0, 64, 253, 0, 0)
	}
	for _, c := range []struct {
		name  string
		data  []byte
		wire  int // 0: as long as data
		in    string
		off   int64
		err   error
		flags inet.SummaryFlags
		have  string // a field that must have been read all the same
	}{
		{"IPv4 header shorter than 20", set(udp, atIP, 0x44), 0, "ip.hdr_len", atIP, field.ErrShort, inet.HasIP | inet.Broken, "ip.dst"},
		{"IPv4 total length less than its header", set(udp, atIP+2, 0, 19), 0, "ip.len", atIP + 2, field.ErrShort, inet.HasIP | inet.Broken, "ip.dst"},
		{"IPv4 total length beyond the packet", set(udp, atIP+2, 0x05, 0xDC), 0, "ip.len", atIP + 2, field.ErrShort, inet.HasIP | inet.HasPorts | inet.Broken, "udp.dstport"},
		{"IPv4 version 5", set(udp, atIP, 0x55), 0, "ip.version", atIP, field.ErrFormat, inet.Broken, "eth.type"},
		{"IPv4 header cut", udp[:atIP+10], 0, "ip.checksum", atIP + 10, field.ErrShort, inet.Broken, "ip.proto"},
		{"IPv4 header cut by the capture", udp[:atIP+10], len(udp), "ip.checksum", atIP + 10, field.ErrSnapped, 0, "ip.proto"},
		{"IPv4 option overruns", opts(7, 39, 4, 0), 0, "ip.opt.len", atTrans + 1, field.ErrShort, inet.HasIP, "ip.opt.ptr"},
		{"IPv4 option of length 0", opts(7, 0, 4, 0), 0, "ip.opt.len", atTrans + 1, field.ErrShort, inet.HasIP, "ip.opt.type"},
		{"IPv4 options beyond the packet", set(udp[:atTrans+2], atIP, 0x4F, 0, 0, 60), 0, "ip.len", atIP + 2, field.ErrShort, inet.HasIP | inet.Broken, "ip.dst"},
		{"UDP length of 7", set(udp, atTrans+4, 0, 7), 0, "udp.length", atTrans + 4, field.ErrShort, inet.HasIP | inet.HasPorts | inet.Broken, "udp.checksum"},
		{"UDP length of 0", set(udp, atTrans+4, 0, 0), 0, "udp.length", atTrans + 4, field.ErrShort, inet.HasIP | inet.HasPorts | inet.Broken, "udp.checksum"},
		{"UDP length beyond the packet", set(udp, atTrans+4, 0xFF, 0xFF), 0, "udp.length", atTrans + 4, field.ErrShort, inet.HasIP | inet.HasPorts | inet.Broken, "udp.checksum"},
		{"UDP header cut", set(udp[:atTrans+6], atIP+2, 0, 26), 0, "udp.checksum", atTrans + 6, field.ErrShort, inet.HasIP | inet.HasPorts | inet.Broken, "udp.length"},
		{"UDP header cut by the capture", udp[:atTrans+6], len(udp), "udp.checksum", atTrans + 6, field.ErrSnapped, inet.HasIP | inet.HasPorts, "udp.length"},
		{"TCP data offset of 4", set(tcp, atTrans+12, 0x40), 0, "tcp.hdr_len", atTrans + 12, field.ErrShort, inet.HasIP | inet.HasPorts | inet.Broken, "tcp.checksum"},
		{"TCP data offset beyond the segment", set(tcp, atTrans+12, 0xF0), 0, "tcp.hdr_len", atTrans + 12, field.ErrShort, inet.HasIP | inet.HasPorts | inet.Broken, "tcp.checksum"},
		{"TCP option overruns", set(tcp, atTrans+20, 5, 41), 0, "tcp.option_len", atTrans + 21, field.ErrShort, inet.HasIP | inet.HasPorts, "tcp.option_kind"},
		{"TCP option of length 1", set(tcp, atTrans+20, 5, 1), 0, "tcp.option_len", atTrans + 21, field.ErrShort, inet.HasIP | inet.HasPorts, "tcp.option_kind"},
		{"TCP header cut", set(tcp[:atTrans+10], atIP+2, 0, 30), 0, "tcp.ack", atTrans + 8, field.ErrShort, inet.HasIP | inet.HasPorts | inet.Broken, "tcp.seq"},
		{"IPv6 payload length beyond the packet", set(udp6, atIP+4, 0xFF, 0xFF), 0, "ipv6.plen", atIP + 4, field.ErrShort, inet.HasIP | inet.HasPorts | inet.Broken, "udp.dstport"},
		{"IPv6 version 4", set(udp6, atIP, 0x40), 0, "ipv6.version", atIP, field.ErrFormat, inet.Broken, "eth.type"},
		{"IPv6 extension beyond the packet", set(set(udp6, atIP+6, 60), atIP+40, 17, 200), 0, "ipv6.ext.len", atIP + 41, field.ErrShort, inet.HasIP | inet.Broken, "ipv6.ext.nxt"},
		{"authentication header of length 0", set(set(udp6, atIP+6, 51), atIP+40, 17, 0), 0, "ah.length", atIP + 41, field.ErrShort, inet.HasIP | inet.Broken, "ah.next_header"},
		{"Ethernet header cut", udp[:9], 0, "eth.src", 6, field.ErrShort, inet.Broken, "eth.dst"},
		{"802.3 length beyond the frame", set(udp, 12, 0x05, 0x00), 0, "eth.len", 12, field.ErrShort, inet.Broken, "llc.dsap"},
		{"Ethernet type 1510", set(udp, 12, 0x05, 0xE6), 0, "eth.type", 12, field.ErrFormat, 0, "eth.src"},
	} {
		t.Run(c.name, func(t *testing.T) {
			wire := c.wire
			if wire == 0 {
				wire = len(c.data)
			}
			d := dissection(inet.LinkEthernet, c.data, wire)
			if err := d.Check(); err != nil {
				t.Error(err)
			}
			var found *field.Error
			for _, e := range d.Errs() {
				if found == nil || e.In == c.in {
					found = e
				}
			}
			if found == nil || found.In != c.in || found.Off != c.off || !errors.Is(found, c.err) {
				t.Errorf("fault = %v (%v), want one in %s at offset %d, %v", found, errors.Unwrap(found), c.in, c.off, c.err)
			}
			if d.Find(c.have) == nil {
				t.Errorf("%s is not read", c.have)
			}
			var s inet.Summary
			inet.Summarize(&s, inet.LinkEthernet, c.data, wire)
			if s.Flags != c.flags {
				t.Errorf("summary flags = %04b, want %04b", s.Flags, c.flags)
			}
			if s.PayOff+s.PayLen > len(c.data) {
				t.Errorf("the payload %d+%d runs past %d bytes", s.PayOff, s.PayLen, len(c.data))
			}
		})
	}
}

// What is cut by the capture is no fault of the sender's: the lengths get a
// remark, and reading stops with ErrSnapped.
func TestSnappedIsNotShort(t *testing.T) {
	whole := udpPacket(t, 4000, 4001, make([]byte, 400))
	for n := 1; n < len(whole); n++ {
		d := dissection(inet.LinkEthernet, whole[:n], len(whole))
		for _, e := range d.Errs() {
			if !errors.Is(e, field.ErrSnapped) {
				t.Fatalf("cut by the capture at %d: %v (%v)", n, e, e.Err)
			}
		}
		var s inet.Summary
		inet.Summarize(&s, inet.LinkEthernet, whole[:n], len(whole))
		if s.Flags&inet.Broken != 0 {
			t.Fatalf("cut by the capture at %d: broken", n)
		}
		if n > atTrans+8 && (s.PayLen != n-atTrans-8 || s.PayWire != 400) {
			t.Fatalf("cut by the capture at %d: payload %d of %d", n, s.PayLen, s.PayWire)
		}
		d = dissection(inet.LinkEthernet, whole[:n], n)
		if len(d.Errs()) == 0 {
			t.Fatalf("cut by the sender at %d: no fault", n)
		}
		for _, e := range d.Errs() {
			if errors.Is(e, field.ErrSnapped) {
				t.Fatalf("cut by the sender at %d: %v says the capture did it", n, e)
			}
		}
		inet.Summarize(&s, inet.LinkEthernet, whole[:n], n)
		if s.Flags&inet.Broken == 0 {
			t.Fatalf("cut by the sender at %d: not broken", n)
		}
	}
}

// samples is one packet of each kind, with its link type.
func samples(t testing.TB) map[string]packet {
	out := map[string]packet{}
	add := func(name string, link uint16, data []byte) {
		out[name] = packet{file: name, n: 1, link: link, data: data, wire: len(data)}
	}
	udp, tcp, udp6 := udpPacket(t, 33000, 53, dnsQuestion), tcpPacket(t, []byte("GET / HTTP/1.1\r\nHost: ui.skype.com\r\n\r\n")), udp6Packet(t, []byte("payload"))
	add("UDP", inet.LinkEthernet, udp)
	add("TCP", inet.LinkEthernet, tcp)
	add("IPv6", inet.LinkEthernet, udp6)
	ip := ip4(layers.IPProtocolICMPv4)
	add("ICMP error", inet.LinkEthernet, serialize(t, eth(layers.EthernetTypeIPv4), ip,
		&layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(3, 3)}, gopacket.Payload(udp[atIP:atIP+28])))
	add("ping", inet.LinkEthernet, serialize(t, eth(layers.EthernetTypeIPv4), ip,
		&layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(8, 0), Id: 7, Seq: 9}, gopacket.Payload("abcdefgh")))
	add("ARP", inet.LinkEthernet, serialize(t, eth(layers.EthernetTypeARP), &layers.ARP{AddrType: 1, Protocol: 0x0800, HwAddressSize: 6,
		ProtAddressSize: 4, Operation: 1, SourceHwAddress: macA, SourceProtAddress: ipA, DstHwAddress: make([]byte, 6), DstProtAddress: ipB}))
	add("QinQ", inet.LinkEthernet, join(udp[:12], unhex(t, "88a8 6064 8100 e00a 0800"), udp[14:]))
	add("old QinQ", inet.LinkEthernet, join(udp[:12], unhex(t, "9100 0064 8100 000a 0800"), udp[14:]))
	add("MPLS", inet.LinkEthernet, join(udp[:12], unhex(t, "8847 0001 2040 0001 3140"), udp[14:]))
	add("SNAP", inet.LinkEthernet, join(udp[:12], []byte{0, byte(8 + len(udp) - 14)}, unhex(t, "aaaa 0300 0000 0800"), udp[14:]))
	add("PPPoE", inet.LinkEthernet, join(udp[:12], unhex(t, "8864 1100 0001"), []byte{0, byte(2 + len(udp) - 14)}, unhex(t, "0021"), udp[14:]))
	add("SLL", inet.LinkSLL, join(unhex(t, "0004 0001 0006 0200 5e00 5301 0000 0800"), udp[14:]))
	add("SLL2", inet.LinkSLL2, join(unhex(t, "0800 0000 0000 0002 0001 0406 0200 5e00 5301 0000"), udp[14:]))
	add("NULL little", inet.LinkNull, join(unhex(t, "02000000"), udp[14:]))
	add("NULL big", inet.LinkNull, join(unhex(t, "00000002"), udp[14:]))
	add("LOOP", inet.LinkLoop, join(unhex(t, "00000002"), udp[14:]))
	for _, f := range []string{"0a", "17", "18", "1c", "1e"} {
		add("NULL IPv6 "+f, inet.LinkNull, join(unhex(t, f+"000000"), udp6[14:]))
	}
	for _, l := range []uint16{12, 14, 101} {
		add(fmt.Sprintf("raw %d", l), l, udp[14:])
		add(fmt.Sprintf("raw %d IPv6", l), l, udp6[14:])
	}
	add("raw IPv4", inet.LinkIPv4, udp[14:])
	add("raw IPv6", inet.LinkIPv6, udp6[14:])
	add("PPP", inet.LinkPPP, join(unhex(t, "ff03 0021"), udp[14:]))
	add("PPP short", inet.LinkPPP, join(unhex(t, "21"), udp[14:]))
	add("PPP IPv6", inet.LinkPPPHDLC, join(unhex(t, "ff03 0057"), udp6[14:]))
	add("Cisco HDLC", inet.LinkPPPHDLC, join(unhex(t, "0f00 0800"), udp[14:]))
	add("PPP direction", inet.LinkPPPWithID, join(unhex(t, "01 ff03 0021"), udp[14:]))
	add("PPPoE link", inet.LinkPPPoE, join(unhex(t, "1100 0001"), []byte{0, byte(2 + len(udp) - 14)}, unhex(t, "0021"), udp[14:]))
	return out
}

func join(parts ...[]byte) (out []byte) {
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// Every link type leads to the same UDP datagram, in both faces.
func TestEveryLinkLeadsToTheDatagram(t *testing.T) {
	for name, p := range samples(t) {
		switch name {
		case "TCP", "ICMP error", "ping", "ARP":
			continue
		}
		d, s := p.dissect(), summarize(p)
		if err := d.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if es := d.Errs(); len(es) > 0 {
			t.Errorf("%s: %v", name, es)
		}
		sum := d.Find("udp.checksum")
		if sum == nil || sum.Note != "right" {
			t.Errorf("%s: no UDP with a right checksum in the tree", name)
			continue
		}
		port := uint16(number(d.Find("udp.srcport")))
		if s.Flags != inet.HasIP|inet.HasPorts || s.SrcPort != port || s.Transport != 17 || s.PayLen == 0 {
			t.Errorf("%s: summary %+v", name, s)
		}
		if d.Find("unknown") != nil && d.Find("dns") != nil || d.Find("frame.trailer") != nil {
			t.Errorf("%s: bytes are left over", name)
		}
	}
}

// Whatever the sample, and wherever it is cut, by the sender or by the capture.
func TestCutAfterEveryByte(t *testing.T) {
	all := samples(t)
	if dir := captureDir(); dir != "" {
		seen := map[string]bool{}
		for _, p := range packets(t) { // one packet of each kind of tree
			if len(p.data) > 700 || in(p.file, "derived", "container") {
				continue
			}
			key := ""
			d := p.dissect()
			for _, k := range d.Root.Kids {
				key += k.Spec.Name + " "
			}
			if !seen[key] {
				seen[key] = true
				all[p.file+" "+key] = p
			}
		}
	}
	for name, p := range all {
		for n := 0; n <= len(p.data); n++ {
			for _, wire := range []int{n, len(p.data) + 100} {
				d := dissection(p.link, p.data[:n], wire)
				if err := d.Check(); err != nil {
					t.Fatalf("%s cut at %d of wire %d: %v", name, n, wire, err)
				}
				var s inet.Summary
				inet.Summarize(&s, p.link, p.data[:n], wire)
				if s.PayOff < 0 || s.PayLen < 0 || s.PayOff+s.PayLen > n || s.PayWire < s.PayLen {
					t.Fatalf("%s cut at %d of wire %d: payload %d+%d of %d", name, n, wire, s.PayOff, s.PayLen, s.PayWire)
				}
				inet.Info(&s, p.data[:n])
			}
		}
	}
}
