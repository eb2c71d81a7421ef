package synth

import (
	"encoding/binary"
	"net/netip"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// The interfaces of the file, in order.
const (
	onCard = iota
	onTunnel
	onAny
	onLoop
	onModem
)

// links: many headers and what can be wrong with them.
func links() (*world, []byte) {
	w := newWorld("2006-12-20 10:02:17.500000", 0x6c696e6b)
	pc, router := local(machineIP), gate(routerIP)
	server := w.remote("198.51.100.80", 24*time.Millisecond)
	hop := w.remote("203.0.113.1", 9*time.Millisecond)
	pc6, router6 := local("2001:db8:1::2"), gate("2001:db8:1::1")
	server6 := w.remote("2001:db8:80::80", 26*time.Millisecond)
	pc.id, pc6.id = 0x0a11, 1

	put := func(at time.Duration, on int, link layers.LinkType, comment string, data []byte) {
		w.at(at, func() { w.keep(packet{data: data, link: link, iface: on, comment: comment}) })
	}
	eth := func(from, to *host, kind layers.EthernetType, ls ...gopacket.SerializableLayer) []byte {
		e := &layers.Ethernet{SrcMAC: from.mac[:], DstMAC: to.mac[:], EthernetType: kind}
		return serialize(append([]gopacket.SerializableLayer{e}, ls...)...)
	}
	echo := func(from, to *host, reply bool, seq uint16) []gopacket.SerializableLayer {
		body := gopacket.Payload("abcdefghijklmnopqrstuvwabcdefghi")
		if from.ip.Is6() {
			kind := layers.CreateICMPv6TypeCode(layers.ICMPv6TypeEchoRequest, 0)
			if reply {
				kind = layers.CreateICMPv6TypeCode(layers.ICMPv6TypeEchoReply, 0)
			}
			net := ip(from, to, layers.IPProtocolICMPv6)
			c := &layers.ICMPv6{TypeCode: kind}
			c.SetNetworkLayerForChecksum(net)
			return []gopacket.SerializableLayer{net, c, &layers.ICMPv6Echo{Identifier: 7, SeqNumber: seq}, body}
		}
		kind := layers.ICMPv4TypeCode(0)
		if !reply {
			kind = layers.CreateICMPv4TypeCode(layers.ICMPv4TypeEchoRequest, 0)
		}
		return []gopacket.SerializableLayer{ip(from, to, layers.IPProtocolICMPv4), &layers.ICMPv4{TypeCode: kind, Id: 7, Seq: seq}, body}
	}
	before := func(l gopacket.SerializableLayer, ls []gopacket.SerializableLayer) []gopacket.SerializableLayer {
		return append([]gopacket.SerializableLayer{l}, ls...)
	}

	// The card: a VLAN tag, then two of them.
	tag := &layers.Dot1Q{VLANIdentifier: 20, Priority: 5, Type: layers.EthernetTypeIPv4}
	put(0, onCard, 1, "A VLAN tag stands between the addresses and the type.", eth(pc, router, layers.EthernetTypeDot1Q, before(tag, echo(pc, router, false, 1))...))
	put(time.Millisecond, onCard, 1, "", eth(router, pc, layers.EthernetTypeDot1Q, before(tag, echo(router, pc, true, 1))...))
	outer := &layers.Dot1Q{VLANIdentifier: 100, Type: layers.EthernetTypeDot1Q}
	inner := &layers.Dot1Q{VLANIdentifier: 20, Type: layers.EthernetTypeIPv6}
	put(20*time.Millisecond, onCard, 1, "Two tags: the provider's and the customer's.",
		eth(pc6, router6, layers.EthernetTypeQinQ, before(outer, before(inner, echo(pc6, server6, false, 1)))...))
	put(46*time.Millisecond, onCard, 1, "", eth(router6, pc6, layers.EthernetTypeQinQ, before(outer, before(inner, echo(server6, pc6, true, 1)))...))

	// Who is the router? Over IPv6.
	solicited := &host{ip: netip.MustParseAddr("ff02::1:ff00:1"), mac: [6]byte{0x33, 0x33, 0xff, 0, 0, 1}}
	asker := &host{ip: pc6.ip, mac: pc6.mac, ttl: 255}
	teller := &host{ip: router6.ip, mac: router6.mac, ttl: 255}
	neighbour := func(from, to *host, kind uint8, l gopacket.SerializableLayer) []byte {
		net := ip(from, to, layers.IPProtocolICMPv6)
		c := &layers.ICMPv6{TypeCode: layers.CreateICMPv6TypeCode(kind, 0)}
		c.SetNetworkLayerForChecksum(net)
		return eth(from, to, layers.EthernetTypeIPv6, net, c, l)
	}
	put(60*time.Millisecond, onCard, 1, "", neighbour(asker, solicited, layers.ICMPv6TypeNeighborSolicitation,
		&layers.ICMPv6NeighborSolicitation{TargetAddress: router6.ip.AsSlice(), Options: layers.ICMPv6Options{{Type: layers.ICMPv6OptSourceAddress, Data: pc6.mac[:]}}}))
	put(61*time.Millisecond, onCard, 1, "", neighbour(teller, asker, layers.ICMPv6TypeNeighborAdvertisement,
		&layers.ICMPv6NeighborAdvertisement{Flags: 0xe0, TargetAddress: router6.ip.AsSlice(), Options: layers.ICMPv6Options{{Type: layers.ICMPv6OptTargetAddress, Data: router6.mac[:]}}}))

	// A datagram of 3000 bytes in three fragments.
	long := serialize(udp(pc, 40001, server, 9, w.rng.bytes(3000))...)
	for i, at := 20, 0; i < len(long); i, at = i+1480, at+1 {
		piece := long[i:min(i+1480, len(long))]
		h := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolUDP, Id: 0x0b77, FragOffset: uint16((i - 20) / 8), SrcIP: pc.ip.AsSlice(), DstIP: server.ip.AsSlice()}
		comment := ""
		if i+1480 < len(long) {
			h.Flags = layers.IPv4MoreFragments
		}
		if at == 1 {
			comment = "A later fragment: no ports here, only an offset."
		}
		put(time.Duration(100+at)*time.Millisecond, onCard, 1, comment, eth(pc, router, layers.EthernetTypeIPv4, h, gopacket.Payload(piece)))
	}

	// A traceroute probe dies on its way; the router quotes it.
	probe := udp(&host{ip: pc.ip, ttl: 1, id: 0x0c01}, 40002, server, 33435, w.rng.bytes(12))
	quoted := serialize(probe...)
	put(200*time.Millisecond, onCard, 1, "", eth(pc, router, layers.EthernetTypeIPv4, gopacket.Payload(quoted)))
	w.at(209*time.Millisecond, func() {
		w.point("quote")
		expired := &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(layers.ICMPv4TypeTimeExceeded, 0)}
		w.keep(packet{link: 1, comment: "The error message holds the first bytes of the packet that caused it.",
			data: eth(router, pc, layers.EthernetTypeIPv4, ip(hop, pc, layers.IPProtocolICMPv4), expired, gopacket.Payload(quoted[:28]))})
	})

	// Checksums: one the card was still to compute, one that a bad line spoiled.
	offloaded := eth(pc, router, layers.EthernetTypeIPv4, udp(pc, 40003, server, 7, []byte("the card will finish the checksum"))...)
	copy(offloaded[14+20+6:], pseudoSum(offloaded[14:]))
	put(300*time.Millisecond, onCard, 1, "Captured before the network card computed the checksum.", offloaded)
	spoiled := eth(router, pc, layers.EthernetTypeIPv4, udp(server, 7, pc, 40003, []byte("one bit of this was turned on the way"))...)
	spoiled[14+28+9] ^= 0x10
	put(325*time.Millisecond, onCard, 1, "One bit was turned on the way: the checksum does not fit.", spoiled)

	// TCP over IPv6 with all its options, and an Ethernet frame of the old kind.
	c := w.dial(pc6, 40004, server6, 80)
	w.at(400*time.Millisecond, func() { c.open(func() { c.segment(0, "FA", nil) }) })
	group := &host{ip: netip.MustParseAddr("233.252.0.1"), mac: [6]byte{0x01, 0x00, 0x5e, 0x7c, 0x00, 0x01}} // RFC 6676
	alert := &layers.IPv4{Version: 4, TTL: 1, TOS: 0xc0, Protocol: layers.IPProtocolIGMP, SrcIP: pc.ip.AsSlice(), DstIP: group.ip.AsSlice(),
		Options: []layers.IPv4Option{{OptionType: 148, OptionLength: 4, OptionData: []byte{0, 0}}}}
	put(500*time.Millisecond, onCard, 1, "A router alert option, and IGMP behind it.",
		eth(pc, group, layers.EthernetTypeIPv4, alert, gopacket.Payload(join([]byte{0x16, 0, 0x00, 0x02}, group.ip.AsSlice()))))

	// A DSL line: PPP over Ethernet, and what a dial-up modem shows of PPP.
	ppp := func(ls []gopacket.SerializableLayer) []byte { return join([]byte{0x00, 0x21}, serialize(ls...)) }
	session := ppp(udp(pc, 40005, server, 53, serialize(&layers.DNS{ID: 0x1234, RD: true, Questions: []layers.DNSQuestion{{Name: []byte("www.example.com"), Type: layers.DNSTypeAAAA, Class: layers.DNSClassIN}}})))
	put(600*time.Millisecond, onCard, 1, "PPP over Ethernet, as a DSL line carries it.",
		eth(pc, router, layers.EthernetTypePPPoESession, gopacket.Payload(join([]byte{0x11, 0, 0x0c, 0x1f}, be16(uint16(len(session))), session))))
	put(620*time.Millisecond, onModem, 9, "A dial-up link: PPP with its address and control bytes.", join([]byte{0xff, 0x03}, ppp(echo(pc, server, false, 2))))

	// A tunnel has no link header at all; a cooked capture has an invented one.
	put(700*time.Millisecond, onTunnel, 101, "", serialize(echo(pc, server, false, 3)...))
	put(725*time.Millisecond, onTunnel, 101, "Bare IP: the version says which.", serialize(echo(pc6, server6, false, 3)...))
	cooked := func(kind uint16, from *host, proto layers.EthernetType, body []byte) []byte {
		return join(be16(kind), be16(1), be16(6), from.mac[:], []byte{0, 0}, be16(uint16(proto)), body)
	}
	put(750*time.Millisecond, onAny, 113, "A capture on all interfaces at once has a header that no wire carries.", cooked(4, pc, layers.EthernetTypeIPv4, serialize(echo(pc, router, false, 4)...)))
	put(751*time.Millisecond, onAny, 113, "", cooked(0, router, layers.EthernetTypeIPv4, serialize(echo(router, pc, true, 4)...)))
	self := &host{ip: netip.MustParseAddr("127.0.0.1"), ttl: 64}
	put(800*time.Millisecond, onLoop, 0, "The loopback's header is a number in the machine's own byte order.", join(le(uint32(2)), serialize(udp(self, 40006, self, 8125, []byte("example:1|c"))...)))

	w.run()
	return w, w.linksFile()
}

// pseudoSum is what stands in the checksum of a datagram that the card is
// still to complete: the folded sum of the pseudo header.
func pseudoSum(ip4 []byte) []byte {
	sum := uint32(ip4[9])
	for i := 12; i < 20; i += 2 {
		sum += uint32(binary.BigEndian.Uint16(ip4[i:]))
	}
	sum += uint32(binary.BigEndian.Uint16(ip4[24:]))
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return be16(uint16(sum))
}

// linksFile has five interfaces with different link types and clocks, a
// packet that the snap length cut, one without a time, and a block of nobody's.
func (w *world) linksFile() []byte {
	b := section(text(optApplication, "Somscope synth"), text(optComment, "A synthetic capture of many link types."))
	ticks := []time.Duration{time.Microsecond, time.Nanosecond, time.Microsecond, time.Millisecond, time.Microsecond}
	for i, f := range []struct {
		link layers.LinkType
		name string
		res  byte
	}{{1, "eth0", 6}, {101, "tun0", 9}, {113, "any", 6}, {0, "lo0", 3}, {9, "ppp0", 6}} {
		opts := []option{text(optIfName, f.name)}
		if ticks[i] != time.Microsecond {
			opts = append(opts, option{optIfTSResol, []byte{f.res}})
		}
		b = append(b, iface(f.link, 0, opts...)...)
	}
	for _, p := range w.packets {
		b = append(b, w.enhanced(p, ticks[p.iface])...)
	}
	// The last packets have blocks of other kinds.
	cut := w.packets[0]
	cut.at = w.packets[len(w.packets)-1].at + 20*time.Millisecond
	whole := len(cut.data)
	cut.data = cut.data[:40]
	cut.comment = "The snap length cut this one: 40 bytes were kept."
	short := w.enhanced(cut, ticks[0])
	binary.LittleEndian.PutUint32(short[24:], uint32(whole)) // the length on the wire
	b = append(b, short...)
	b = append(b, block(blockSimple, join(le(uint32(whole)), w.packets[0].data))...)
	b = append(b, block(blockCustom, join(le(uint32(32473)), []byte("a block of one's own")))...) // the example enterprise of RFC 5612
	cut.data = w.packets[0].data
	w.packets = append(w.packets, cut, cut)
	return b
}
