package synth

import (
	"net/netip"
	"strconv"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// resolve asks the router for the IPv4 address of a name; without an address
// the answer is that there is no such name.
func (w *world) resolve(from, server *host, name, address string, then func()) {
	id, port := w.rng.u16(), 32768+w.rng.u16()%8000
	q := layers.DNSQuestion{Name: []byte(name), Type: layers.DNSTypeA, Class: layers.DNSClassIN}
	ask := &layers.DNS{ID: id, RD: true, Questions: []layers.DNSQuestion{q}}
	w.send(from, port, server, 53, serialize(ask))
	w.after(w.lag(server)+w.rng.between(18*time.Millisecond, 60*time.Millisecond), func() {
		say := &layers.DNS{ID: id, QR: true, RD: true, RA: true, Questions: []layers.DNSQuestion{q}}
		if address == "" {
			say.ResponseCode = layers.DNSResponseCodeNXDomain
		} else {
			say.Answers = []layers.DNSResourceRecord{{Name: []byte(name), Type: layers.DNSTypeA, Class: layers.DNSClassIN,
				TTL: 3600, IP: netip.MustParseAddr(address).AsSlice()}}
		}
		w.send(server, 53, from, port, serialize(say))
		if then != nil {
			w.after(w.rng.between(200*time.Microsecond, time.Millisecond), then)
		}
	})
}

// whoHas asks for a hardware address on the local network, and gets it.
func (w *world) whoHas(from, of *host) {
	arp := func(op uint16, s, d *host, target [6]byte) *layers.ARP {
		return &layers.ARP{AddrType: layers.LinkTypeEthernet, Protocol: layers.EthernetTypeIPv4, HwAddressSize: 6, ProtAddressSize: 4,
			Operation: op, SourceHwAddress: s.mac[:], SourceProtAddress: s.ip.AsSlice(), DstHwAddress: target[:], DstProtAddress: d.ip.AsSlice()}
	}
	all := [6]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	w.frame(from.mac, all, layers.EthernetTypeARP, from.far, arp(layers.ARPRequest, from, of, [6]byte{}))
	w.after(w.rng.between(150*time.Microsecond, 400*time.Microsecond), func() {
		w.frame(of.mac, from.mac, layers.EthernetTypeARP, of.far, arp(layers.ARPReply, of, from, from.mac))
	})
}

// setClock asks a time server.
func (w *world) setClock(from, server *host) {
	stamp := func(d time.Duration) layers.NTPTimestamp {
		t := w.start.Add(d)
		return layers.NTPTimestamp(uint64(t.Unix()+2208988800)<<32 | uint64(t.Nanosecond())<<32/1e9)
	}
	ask := &layers.NTP{Version: 4, Mode: 3, Poll: 6, Precision: -20, RootDelay: 0x0512, RootDispersion: 0x0a3c, Stratum: 3,
		ReferenceID: 0xc000021e, ReferenceTimestamp: stamp(w.now - 64*time.Second), TransmitTimestamp: stamp(w.now)}
	w.send(from, 123, server, 123, serialize(ask))
	sent := w.now
	w.after(w.lag(server), func() {
		say := &layers.NTP{Version: 4, Mode: 4, Poll: 6, Precision: -19, Stratum: 2, RootDelay: 0x0100, RootDispersion: 0x0200,
			ReferenceID: 0xc6336401, ReferenceTimestamp: stamp(sent - 300*time.Second), OriginTimestamp: stamp(sent),
			ReceiveTimestamp: stamp(sent + server.away/2), TransmitTimestamp: stamp(sent + server.away/2 + 40*time.Microsecond)}
		w.send(server, 123, from, 123, serialize(say))
	})
}

// unreachable is a router's or host's word that a datagram met a closed port;
// it quotes the datagram's headers and first eight bytes.
func (w *world) unreachable(by *host, quoted []byte) {
	w.complain(by, layers.CreateICMPv4TypeCode(layers.ICMPv4TypeDestinationUnreachable, layers.ICMPv4CodePort), quoted)
}

// complain is an error message about a datagram.
func (w *world) complain(by *host, kind layers.ICMPv4TypeCode, quoted []byte) {
	w.after(w.lag(by), func() {
		me := &host{ip: netip.AddrFrom4([4]byte(quoted[12:16])), mac: mac(0x02)}
		icmp := &layers.ICMPv4{TypeCode: kind}
		w.ethernet(by, me, ip(by, me, layers.IPProtocolICMPv4), icmp, gopacket.Payload(quoted[:28]))
	})
}

// web asks ui.skype.com a question of one keyword: "installed" after the first
// start, "getlatestversion" after each. The answer is the number of a version.
func (w *world) web(from *host, port uint16, server *host, keyword string, then func()) {
	query := ""
	if keyword == "getlatestversion" {
		query = "?ver=1.2.0.18&uhash="
		for range 32 {
			query += strconv.FormatUint(uint64(w.rng.n(16)), 16)
		}
	}
	c := w.dial(from, port, server, 80)
	c.open(func() {
		c.talk([]turn{
			{out: true, mark: "http", data: []byte("GET http://ui.skype.com/ui/2/1.2.0.18/en/" + keyword + query + " HTTP/1.1\r\n" +
				"connection: Keep-Alive\r\nhost: ui.skype.com\r\n\r\n")},
			{wait: 15 * time.Millisecond, data: []byte("HTTP/1.1 200 OK\r\nDate: " + w.start.Add(w.now).Format("Mon, 02 Jan 2006 15:04:05") + " GMT\r\n" +
				"Server: Example\r\nCache-control: no-cache, must revalidate\r\nContent-Length: 8\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n\r\n1.2.0.18")},
		}, func() {
			w.after(2*time.Millisecond, c.close)
			if then != nil {
				w.after(8*time.Millisecond, then)
			}
		})
	})
}

// trace probes the way to a host as traceroute does, with datagrams that live
// longer and longer; the routers on the way complain in turn, at last the host.
func (w *world) trace(from, target *host, hops []*host) {
	sport := 33000 + w.rng.u16()%400
	for ttl := 1; ttl <= len(hops)+1; ttl++ {
		w.after(time.Duration(ttl-1)*90*time.Millisecond, func() {
			now := w.start.Add(w.now)
			probe := *from
			probe.ttl, probe.id = uint8(ttl), 0x4d00+uint16(ttl)
			datagram := udp(&probe, sport, target, 33434+uint16(ttl),
				join([]byte{byte(ttl), byte(ttl), 0, 0}, le(uint32(now.Unix()), uint32(now.Nanosecond()/1000)), make([]byte, 24)))
			w.ethernet(from, target, datagram...)
			quoted := serialize(datagram...)
			by, kind := target, layers.CreateICMPv4TypeCode(layers.ICMPv4TypeDestinationUnreachable, layers.ICMPv4CodePort)
			if ttl <= len(hops) {
				by, kind = hops[ttl-1], layers.CreateICMPv4TypeCode(layers.ICMPv4TypeTimeExceeded, layers.ICMPv4CodeTTLExceeded)
			}
			w.complain(by, kind, quoted)
		})
	}
}
