package inet_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"somscope/decoder/field"
	"somscope/decoder/inet"
)

// outline writes the fields below the first node of that name as
// "name=value", those with a note as "name=value (note)".
func outline(d *field.Dissection, name string) string {
	var parts []string
	top := d.Find(name)
	if top == nil {
		return "no " + name
	}
	field.Walk(top, func(n *field.Node, depth int) bool {
		if depth == 0 {
			return true
		}
		s := n.Spec.Name
		if t := n.Text(); t != "" {
			s += "=" + t
		}
		if n.Note != "" {
			s += " (" + n.Note + ")"
		}
		parts = append(parts, s)
		return true
	})
	return strings.Join(parts, "; ")
}

func contains(t *testing.T, got string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(got, w) {
			t.Errorf("no %q in\n%s", w, got)
		}
	}
}

func tree(t *testing.T, link uint16, data []byte) *field.Dissection {
	t.Helper()
	d := dissection(link, data, len(data))
	if err := d.Check(); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestIPv4ToTheBit(t *testing.T) {
	p := udpPacket(t, 4000, 4001, []byte("x"))
	p = set(p, atIP+1, 0xB9)      // expedited forwarding, capable (1)
	p = set(p, atIP+6, 0x80|0x40) // reserved bit and don't fragment
	contains(t, outline(tree(t, 1, p), "ip"), "ip.version=4", "ip.hdr_len=5 × 4 bytes (20 bytes)", "ip.dsfield.dscp=46 expedited forwarding",
		"ip.dsfield.ecn=1 capable (1)", "ip.len=29 bytes", "ip.flags.rb=set", "ip.flags.df=set", "ip.flags.mf=not set", "ip.ttl=64 hops",
		"ip.proto=17 UDP", "ip.src=192.0.2.1", "ip.dst=198.51.100.2")
	// A later fragment has no transport header.
	f := set(p, atIP+6, 0x20, 0xB9)
	d := tree(t, 1, f)
	contains(t, outline(d, "packet"), "ip.flags.mf=set", "ip.frag_offset=185 × 8 bytes (byte 1480)", "ip.fragment (fragment data, not reassembled)")
	if d.Find("udp") != nil {
		t.Error("a later fragment is read as UDP")
	}
	var s inet.Summary
	inet.Summarize(&s, 1, f, len(f))
	if s.Flags != inet.HasIP|inet.Fragment || s.PayLen != 0 || s.Transport != 17 {
		t.Errorf("summary of a later fragment: %+v", s)
	}
	// The first one has.
	inet.Summarize(&s, 1, set(p, atIP+6, 0x20, 0), len(p))
	if s.Flags != inet.HasIP|inet.HasPorts|inet.Fragment || s.PayLen != 1 {
		t.Errorf("summary of the first fragment: %+v", s)
	}
}

// A total length of 0 is a segment that the network card cuts up.
func TestSegmentationOffload(t *testing.T) {
	p := set(tcpPacket(t, make([]byte, 3000)), atIP+2, 0, 0)
	var s inet.Summary
	inet.Summarize(&s, 1, p, len(p))
	if s.Flags != inet.HasIP|inet.HasPorts || s.PayLen != 3000 || s.PayWire != 3000 {
		t.Errorf("summary: %+v", s)
	}
	d := tree(t, 1, p)
	contains(t, outline(d, "ip"), "ip.len=0 bytes (left open")
	if n := d.Find("unknown"); n == nil || n.Range.Len != 8*3000 {
		t.Errorf("the payload is %+v", n)
	}
	p6 := set(udp6Packet(t, []byte("payload")), atIP+4, 0, 0)
	inet.Summarize(&s, 1, p6, len(p6))
	if s.Flags != inet.HasIP|inet.HasPorts || s.PayLen != 7 {
		t.Errorf("summary of IPv6: %+v", s)
	}
	if es := tree(t, 1, p6).Errs(); len(es) > 0 {
		t.Error(es)
	}
}

func TestIPv4Options(t *testing.T) {
	for _, c := range []struct{ name, options, want string }{
		{"none but padding", "00000000", "ip.opt=end of options; ip.opt.type=0 end of options; ip.opt.type.copy=not set; ip.opt.type.class=0 control; ip.opt.type.number=0; ip.opt.padding"},
		{"router alert", "94040000", "ip.opt.type.copy=set; ip.opt.type.class=0 control; ip.opt.type.number=20; ip.opt.len=4 bytes; ip.opt.ra=0 every router looks at the packet"},
		{"record route", "01070b08 c0000209 00000000", "ip.opt=no operation; ip.opt.type=1 no operation"},
		{"record route, addresses", "01070b08 c0000209 00000000", "ip.opt.len=11 bytes; ip.opt.ptr=8 bytes; ip.opt.addr=192.0.2.9; ip.opt.addr=0.0.0.0"},
		{"strict source route", "01890b08 c0000209 00000000", "ip.opt=strict source route"},
		{"timestamps", "440c0541 c0000209 000003e8", "ip.opt.ptr=5 bytes; ip.opt.ts=0x41; ip.opt.overflow=4 routers; ip.opt.flag=1 addresses and times; ip.opt.addr=192.0.2.9; ip.opt.time_stamp=1000 ms"},
		{"bare timestamps", "440c0500 000003e8 000007d0", "ip.opt.flag=0 times only; ip.opt.time_stamp=1000 ms; ip.opt.time_stamp=2000 ms"},
		{"stream", "88041234", "ip.opt.sid=4660"},
		{"unknown", "9e041234", "ip.opt=option 158; ip.opt.type=158"},
	} {
		o := unhex(t, c.options)
		p := udpPacket(t, 4000, 4001, []byte("x"))
		p = join(p[:atTrans], o, p[atTrans:])
		p[atIP] = 0x40 | byte(5+len(o)/4)
		p[atIP+3] += byte(len(o))
		p = set(p, atIP+10, 0, 0)
		d := tree(t, 1, p)
		t.Run(c.name, func(t *testing.T) { contains(t, outline(d, "ip"), c.want) })
		if d.Find("udp") == nil || len(d.Errs()) > 0 {
			t.Errorf("%s: no UDP after it, or %v", c.name, d.Errs())
		}
	}
}

func TestTCPToTheBit(t *testing.T) {
	p := tcpPacket(t, nil)
	contains(t, outline(tree(t, 1, p), "tcp"), "tcp.srcport=1024", "tcp.dstport=80 HTTP", "tcp.seq=1000", "tcp.ack=2000", "tcp.hdr_len=10 × 4 bytes (40 bytes)",
		"tcp.flags.syn=set", "tcp.flags.ack=set", "tcp.flags.fin=not set", "tcp.options.mss_val=1460 bytes",
		"tcp.options.wscale.shift=7 (the window is multiplied by 128)", "tcp.option=SACK permitted",
		"tcp.options.timestamp.tsval=1; tcp.options.timestamp.tsecr=2")
	if d := tree(t, 1, p); d.Find("tcp").Text() != "1024 → 80 [SYN, ACK]" {
		t.Errorf("head: %s", d.Find("tcp").Text())
	}
	for i, name := range []string{"ae", "cwr", "ece", "urg", "ack", "push", "reset", "syn", "fin"} {
		bits := uint16(0x100) >> uint(i)
		d := tree(t, 1, set(p, atTrans+12, 0xA0|byte(bits>>8), byte(bits)))
		field.Walk(d.Find("tcp.flags"), func(n *field.Node, depth int) bool {
			if strings.HasPrefix(n.Spec.Name, "tcp.flags.") && n.Spec.Name != "tcp.flags.res" && (n.Text() == "set") != (n.Spec.Name == "tcp.flags."+name) {
				t.Errorf("with only %s set, %s is %s", name, n.Spec.Name, n.Text())
			}
			return true
		})
	}
	for _, c := range []struct{ options, want string }{
		{"0101050a 00000001 00000002", "tcp.options.sack_le=1; tcp.options.sack_re=2"},
		{"22060102 03040000", "tcp.options.tfo.cookie"},
		{"1e030100 00000000", "tcp.option=end of options"},
		{"1e041001 00000000", "tcp.options.mptcp.subtype=1 join; tcp.options.mptcp.rest=0"},
		{"fd040102 01010101", "tcp.option=experiment"},
		{"63040102 01010101", "tcp.option=option 99"},
		{"13120102030405060708090a0b0c0d0e0f100000", "tcp.options.md5.digest"},
	} {
		o := unhex(t, c.options)
		q := join(p[:atTrans+20], o)
		q[atTrans+12] = byte(5+len(o)/4) << 4
		q = set(q, atIP+2, 0, byte(len(q)-atIP))
		contains(t, outline(tree(t, 1, q), "tcp.options"), c.want)
	}
}

func TestErrorsQuoteThePacket(t *testing.T) {
	d := tree(t, 1, samples(t)["ICMP error"].data)
	contains(t, outline(d, "icmp"), "icmp.type=3 destination unreachable; icmp.code=3 (port)", "icmp.quoted", "ip.src=192.0.2.1",
		"ip.len=58 bytes (the quote holds 28 of these bytes)", "udp.srcport=33000", "udp.length=38 bytes (the quote holds 8 of these bytes)",
		"(cannot be checked: it is a quote)")
	if es := d.Errs(); len(es) > 0 {
		t.Errorf("a quote is cut on purpose: %v", es)
	}
	if top := first(&d.Root, "udp"); top != nil {
		t.Error("the quoted UDP stands beside the real layers")
	}
	// TCP is quoted for eight bytes.
	tcp := tcpPacket(t, nil)
	p := serialize(t, eth(layers.EthernetTypeIPv4), ip4(layers.IPProtocolICMPv4), &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(11, 0)},
		gopacket.Payload(tcp[atIP:atIP+28]))
	d = tree(t, 1, p)
	contains(t, outline(d, "icmp"), "icmp.type=11 time exceeded", "tcp=1024 → 80 (the quote ends here)", "tcp.seq=1000")
	if es := d.Errs(); len(es) > 0 {
		t.Error(es)
	}
}

func TestIPv6InIPv4(t *testing.T) {
	for _, p := range packets(t) {
		if in(p.file, "links/6in4") {
			if d := p.dissect(); d.Find("ip") == nil || d.Find("ipv6") == nil {
				t.Errorf("%s packet %d: no IPv6 in IPv4", p.file, p.n)
			}
		}
	}
}

func TestIPv6Extensions(t *testing.T) {
	udp := udp6Packet(t, []byte("payload"))
	build := func(first byte, ext string) []byte {
		e := unhex(t, ext)
		p := join(udp[:atIP+40], e, udp[atIP+40:])
		p[atIP+6] = first
		p[atIP+5] += byte(len(e))
		return p
	}
	for _, c := range []struct {
		name  string
		first byte
		ext   string
		want  string
		sum   string
	}{
		{"hop by hop", 0, "1100 0502 0000 0100", "ipv6.opt=router alert; ipv6.opt.type=5 router alert; ipv6.opt.type.action=0 skip the option; ipv6.opt.type.change=not set; ipv6.opt.type.rest=5; ipv6.opt.length=2 bytes; ipv6.opt.router_alert=0 multicast listener discovery; ipv6.opt=padding", "right"},
		{"destination options", 60, "1100 c204 0001 0000", "ipv6.opt.jumbo=65536 bytes", "right"},
		{"routing, done", 43, "1102 0000 00000000 20010db8000000000000000000000009", "ipv6.routing.segleft=0; ipv6.routing.data; ipv6.routing.addr=2001:db8::9", "right"},
		{"routing", 43, "1102 0401 00000000 20010db8000000000000000000000009", "ipv6.routing.type=4 segment routing; ipv6.routing.segleft=1; ipv6.routing.srh.last_entry=0", "cannot be checked: a routing header replaces the address it covers"},
		{"atomic fragment", 44, "1100 0000 00000007", "ipv6.fraghdr.offset=0 × 8 bytes; ipv6.fraghdr.reserved_bits=00; ipv6.fraghdr.more=not set; ipv6.fraghdr.ident=0x00000007", "right"},
		{"first fragment", 44, "1100 0001 00000007", "ipv6.fraghdr.more=set", "cannot be checked: it covers all fragments together"},
		{"authentication", 51, "1104 0000 00000001 00000002 010203040506070809101112", "ah.spi=0x00000001; ah.sequence=2; ah.icv", "right"},
		{"a chain", 0, "3c00 0104 00000000 1100 0104 00000000", "ipv6.ext.nxt=60 IPv6 destination options", "right"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := build(c.first, c.ext)
			d := tree(t, 1, p)
			contains(t, outline(d, "packet"), c.want)
			if n := d.Find("udp.checksum"); n == nil || n.Note != c.sum {
				t.Errorf("checksum: %+v, want %q", n, c.sum)
			}
			var s inet.Summary
			inet.Summarize(&s, 1, p, len(p))
			if s.Transport != 17 || s.SrcPort != 4000 || s.PayLen != 7 || s.Flags&inet.Broken != 0 {
				t.Errorf("summary: %+v", s)
			}
		})
	}
	d := tree(t, 1, build(44, "1100 0008 00000007"))
	contains(t, outline(d, "packet"), "ipv6.fraghdr.offset=1 × 8 byte", "ipv6.fragment (fragment data, not reassembled)")
}

func TestNeighbourDiscovery(t *testing.T) {
	ip := ip6(layers.IPProtocolICMPv6)
	build := func(typ uint8, body string) *field.Dissection {
		icmp := &layers.ICMPv6{TypeCode: layers.CreateICMPv6TypeCode(typ, 0)}
		icmp.SetNetworkLayerForChecksum(ip)
		return tree(t, 1, serialize(t, eth(layers.EthernetTypeIPv6), ip, icmp, gopacket.Payload(unhex(t, body))))
	}
	const a = "20010db8000000000000000000000009"
	contains(t, outline(build(135, "00000000"+a+"0101 02005e005301"), "icmpv6"), "icmpv6.nd.target_address=2001:db8::9",
		"icmpv6.opt=source link-layer address", "icmpv6.opt.linkaddr=02:00:5e:00:53:01")
	contains(t, outline(build(136, "60000000"+a), "icmpv6"), "icmpv6.nd.na.flag.r=not set; icmpv6.nd.na.flag.s=set; icmpv6.nd.na.flag.o=set")
	contains(t, outline(build(134, "40c8 0708 00000000 00000000 0304 40c0 00015180 00003840 00000000"+a+"0501 0000 000005dc"), "icmpv6"),
		"icmpv6.nd.ra.cur_hop_limit=64 hops", "icmpv6.nd.ra.flag.m=set; icmpv6.nd.ra.flag.o=set; icmpv6.nd.ra.flag.h=not set; icmpv6.nd.ra.flag.prf=1 high",
		"icmpv6.opt.prefix.length=64 bits", "icmpv6.opt.prefix=2001:db8::9", "icmpv6.opt.mtu=1500 bytes")
	d := build(133, "00000000 0100 0000 0000 0000")
	if es := d.Errs(); len(es) != 1 || es[0].In != "icmpv6.opt.length" || es[0].Off != atIP+40+9 {
		t.Errorf("an option of length 0: %v", es)
	}
	quote := udp6Packet(t, []byte("payload"))[atIP : atIP+48]
	contains(t, outline(build(1, fmt.Sprintf("00000000 %x", quote)), "icmpv6"), "icmpv6.type=1 destination unreachable", "icmp.quoted", "udp.dstport=4001")
}

// IP in IP in IP is followed for a while and no further, and so are error
// messages that quote error messages.
func TestNestingEnds(t *testing.T) {
	inner := udpPacket(t, 4000, 4001, []byte("x"))[atIP:]
	for i := 0; i < 40; i++ {
		ip := ip4(4)
		inner = serialize(t, ip, gopacket.Payload(inner))
	}
	d := tree(t, inet.LinkRaw, inner)
	es := d.Errs()
	if len(es) != 1 || !errors.Is(es[0], field.ErrLimit) {
		t.Errorf("40 IP headers: %v", es)
	}
	var s inet.Summary
	inet.Summarize(&s, inet.LinkRaw, inner, len(inner))
	if s.Transport != 4 || s.Proto != inet.ProtoIPv4 {
		t.Errorf("40 IP headers: %+v", s)
	}
	quote := udpPacket(t, 4000, 4001, []byte("x"))[atIP:]
	for i := 0; i < 40; i++ {
		quote = serialize(t, ip4(1), &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(3, 1)}, gopacket.Payload(quote))
	}
	d = tree(t, inet.LinkRaw, quote)
	if es := d.Errs(); len(es) != 1 || !errors.Is(es[0], field.ErrLimit) {
		t.Errorf("40 quotes: %v", es)
	}
	// VXLAN carries Ethernet, which carries VXLAN ...
	p := udpPacket(t, 4000, 4001, []byte("x"))
	for i := 0; i < 12; i++ {
		p = udpPacket(t, 4000, 4789, join(unhex(t, "08000000 00000100"), p))
	}
	d = tree(t, 1, p)
	if es := d.Errs(); len(es) != 1 || !errors.Is(es[0], field.ErrLimit) {
		t.Errorf("12 tunnels: %v", es)
	}
	// GRE carries IP, which carries GRE ...
	p = udpPacket(t, 4000, 4001, []byte("x"))[atIP:]
	for i := 0; i < 12; i++ {
		p = serialize(t, ip4(47), gopacket.Payload(join(unhex(t, "00000800"), p)))
	}
	d = tree(t, inet.LinkRaw, p)
	if es := d.Errs(); len(es) != 1 || !errors.Is(es[0], field.ErrLimit) {
		t.Errorf("12 times GRE: %v", es)
	}
}

func TestTagsToTheBit(t *testing.T) {
	d := tree(t, 1, samples(t)["QinQ"].data)
	contains(t, outline(d, "packet"), "vlan=100 (service tag, 802.1ad)", "vlan.priority=3 critical applications; vlan.dei=not set; vlan.id=100",
		"vlan=10 (customer tag, 802.1Q)", "vlan.priority=7 network control", "vlan.etype=0x0800 IPv4")
	d = tree(t, 1, samples(t)["MPLS"].data)
	contains(t, outline(d, "packet"), "mpls=label 18; mpls.entry=0x00012040; mpls.label=18; mpls.exp=0; mpls.bottom=not set; mpls.ttl=64 hops",
		"mpls.label=19; mpls.exp=0; mpls.bottom=set")
}

func TestTrailers(t *testing.T) {
	short := udpPacket(t, 4000, 4001, []byte("x"))[:43] // without its padding
	padded := append(append([]byte{}, short...), make([]byte, 60-len(short))...)
	d := tree(t, 1, padded)
	if n := d.Find("eth.padding"); n == nil || n.Range.Len != 8*(60-len(short)) {
		t.Errorf("padding: %+v", n)
	}
	dirty := set(padded, len(short), 'x')
	if n := tree(t, 1, dirty).Find("eth.trailer"); n == nil {
		t.Error("padding with something in it is no trailer")
	}
	// With the frame check sequence; the CRC of a frame followed by its CRC is this one.
	fcs := crc32le(padded)
	d = tree(t, 1, append(append([]byte{}, padded...), fcs...))
	contains(t, outline(d, "packet"), "eth.padding", "eth.fcs", "(right)")
	if n := tree(t, inet.LinkRaw, padded[14:]).Find("frame.trailer"); n == nil {
		t.Error("what follows a raw packet is not called a trailer")
	}
}

// Wireless frames come from gopacket; what it takes for the check sequence is
// one, except where the capture cut the frame before it.
func TestWirelessFrames(t *testing.T) {
	right := 0
	for _, p := range packets(t) {
		if p.link != inet.LinkRadiotap && p.link != inet.LinkPPI && p.link != inet.LinkDot11 {
			continue
		}
		d := p.dissect()
		if d.Find("gopacket.dot11") == nil {
			t.Errorf("%s packet %d: no 802.11", p.file, p.n)
		}
		if n := d.Find("wlan.fcs"); n != nil && n.Note == "right" {
			right++
		}
		if a := d.Find("arp"); a != nil && (d.Find("arp.dst.proto_ipv4") == nil || len(d.Errs()) > 0) {
			t.Errorf("%s packet %d: ARP is not whole: %v", p.file, p.n, d.Errs())
		}
	}
	if right < 10 {
		t.Errorf("%d check sequences are right, want 10 or more", right)
	}
}

// crc32le is the CRC-32 of Ethernet, bit by bit, low byte first.
func crc32le(p []byte) []byte {
	crc := ^uint32(0)
	for _, c := range p {
		crc ^= uint32(c)
		for i := 0; i < 8; i++ {
			if crc&1 != 0 {
				crc = crc>>1 ^ 0xEDB88320
			} else {
				crc >>= 1
			}
		}
	}
	crc = ^crc
	return []byte{byte(crc), byte(crc >> 8), byte(crc >> 16), byte(crc >> 24)}
}
