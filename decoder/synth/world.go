package synth

import (
	"container/heap"
	"net/netip"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// A world is one simulation. Whoever wants something to happen later says so
// with after; run lets things happen in the order of their time. What passes
// the client's network card is kept in packets.
type world struct {
	start   time.Time
	now     time.Duration // since start
	queue   events
	seq     int
	rng     random
	packets []packet
	marks   map[string]int // name of a packet that a permalink points at -> its place in packets
	mark    string         // for the next packet
	nodes   []*node        // that were made, in that order
	voices  []*Voice       // what is known of RTP in it
	spells  []Spell        // what is known of an encrypted call in it
}

// A packet is what the capture keeps.
type packet struct {
	at      time.Duration
	data    []byte
	link    layers.LinkType
	iface   int    // of a pcapng file
	comment string // of a pcapng file
}

func newWorld(start string, seed uint64) *world {
	t, err := time.Parse("2006-01-02 15:04:05.000000", start)
	if err != nil {
		panic(err)
	}
	return &world{start: t, rng: random(seed), marks: map[string]int{}}
}

// after lets f happen d later.
func (w *world) after(d time.Duration, f func()) {
	w.seq++
	heap.Push(&w.queue, event{w.now + d, w.seq, f})
}

// at lets f happen d after the start, and a bit, for nothing happens at a full second.
func (w *world) at(d time.Duration, f func()) {
	w.after(d-w.now+w.rng.between(0, 900*time.Microsecond), f)
}

// run lets everything happen.
func (w *world) run() {
	for len(w.queue) > 0 {
		e := heap.Pop(&w.queue).(event)
		w.now = e.at
		e.do()
	}
}

// point gives the next packet a name, so that a permalink can be made of it.
// A name that is taken stays where it is.
func (w *world) point(name string) { w.mark = name }

// keep puts a packet into the capture, a few microseconds after now at the
// earliest, so that no two packets have the same time.
func (w *world) keep(p packet) {
	p.at = w.now
	if n := len(w.packets); n > 0 && p.at < w.packets[n-1].at+time.Microsecond {
		p.at = w.packets[n-1].at + w.rng.between(2*time.Microsecond, 9*time.Microsecond)
	}
	if w.mark != "" {
		if _, taken := w.marks[w.mark]; !taken {
			w.marks[w.mark] = len(w.packets)
		}
		w.mark = ""
	}
	w.packets = append(w.packets, p)
}

type event struct {
	at  time.Duration
	seq int
	do  func()
}

type events []event

func (e events) Len() int      { return len(e) }
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e events) Less(i, j int) bool {
	if e[i].at != e[j].at {
		return e[i].at < e[j].at
	}
	return e[i].seq < e[j].seq
}
func (e *events) Push(x any) { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	old := *e
	x := old[len(old)-1]
	*e = old[:len(old)-1]
	return x
}

// random is SplitMix64 (Steele, Lea & Flood 2014): of our own, so that no
// release of Go can change the samples.
type random uint64

func (r *random) u64() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (r *random) u32() uint32 { return uint32(r.u64() >> 32) }
func (r *random) u16() uint16 { return uint16(r.u64() >> 48) }

// n is a number from 0 to n-1.
func (r *random) n(n int) int { return int(r.u64() % uint64(n)) }

func (r *random) between(a, b time.Duration) time.Duration {
	return a + time.Duration(r.u64()%uint64(b-a+1))
}

func (r *random) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.u64() >> 56)
	}
	return b
}

// A host is one end of a conversation, as seen from the client's network card.
type host struct {
	ip   netip.Addr
	mac  [6]byte
	ttl  uint8         // of its packets when they pass the card
	away time.Duration // there and back
	id   uint16        // IPv4 identification of its next datagram; 0 when it sends none
	far  bool          // its packets come in from the wire
	tick uint32        // its TCP timestamp clock at the start
}

// mac is a hardware address of the block for documentation, RFC 9542.
func mac(n byte) [6]byte { return [6]byte{0x00, 0x00, 0x5e, 0x00, 0x53, n} }

// local is the machine the capture was taken on, gate the router it stands behind.
func local(ip string) *host {
	return &host{ip: netip.MustParseAddr(ip), mac: mac(0x02), ttl: 64, tick: 0x00d5f3a0}
}

func gate(ip string) *host {
	return &host{ip: netip.MustParseAddr(ip), mac: mac(0x01), ttl: 64, away: 600 * time.Microsecond, far: true, id: 0x3100}
}

// remote is a host behind the router: its packets carry the router's hardware address.
func (w *world) remote(ip string, away time.Duration) *host {
	return &host{ip: netip.MustParseAddr(ip), mac: mac(0x01), ttl: uint8(44 + w.rng.n(72)), away: away, far: true, id: w.rng.u16() | 1, tick: w.rng.u32() >> 4}
}

// lag is the time an answer of h takes, with the jitter of a DSL line.
func (w *world) lag(h *host) time.Duration {
	return h.away + w.rng.between(0, h.away/8+200*time.Microsecond)
}

// ethernet writes a frame. Frames that the machine sends are captured before
// the card pads them; those that come in have been padded to 60 bytes.
func (w *world) ethernet(from, to *host, ls ...gopacket.SerializableLayer) {
	kind := layers.EthernetTypeIPv4
	if from.ip.Is6() {
		kind = layers.EthernetTypeIPv6
	}
	w.frame(from.mac, to.mac, kind, from.far, ls...)
}

func (w *world) frame(from, to [6]byte, kind layers.EthernetType, padded bool, ls ...gopacket.SerializableLayer) {
	body := serialize(ls...)
	eth := &layers.Ethernet{SrcMAC: from[:], DstMAC: to[:], EthernetType: kind}
	data := serialize(eth, gopacket.Payload(body))
	if !padded {
		data = data[:14+len(body)]
	}
	w.keep(packet{data: data, link: layers.LinkTypeEthernet})
}

// serialize writes layers with right lengths and checksums.
func serialize(ls ...gopacket.SerializableLayer) []byte {
	b := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, ls...); err != nil {
		panic(err) // a mistake in a story
	}
	return append([]byte(nil), b.Bytes()...)
}

// ip is the header in front of a transport. A host without a counter of its
// own sends what it will not have fragmented without an identification, as
// Linux does.
func ip(from, to *host, proto layers.IPProtocol) network {
	id := from.id
	if id != 0 {
		from.id++
	}
	return header(from, to, proto, id, id == 0)
}

// header is an IP header with that identification, which IPv6 has no place for.
func header(from, to *host, proto layers.IPProtocol, id uint16, whole bool) network {
	if from.ip.Is6() {
		return &layers.IPv6{Version: 6, HopLimit: from.ttl, NextHeader: proto, SrcIP: from.ip.AsSlice(), DstIP: to.ip.AsSlice()}
	}
	h := &layers.IPv4{Version: 4, TTL: from.ttl, Protocol: proto, Id: id, SrcIP: from.ip.AsSlice(), DstIP: to.ip.AsSlice()}
	if whole {
		h.Flags = layers.IPv4DontFragment
	}
	return h
}

type network interface {
	gopacket.SerializableLayer
	gopacket.NetworkLayer
}

// udp is the layers of a datagram.
func udp(from *host, sport uint16, to *host, dport uint16, payload []byte) []gopacket.SerializableLayer {
	net := ip(from, to, layers.IPProtocolUDP)
	u := &layers.UDP{SrcPort: layers.UDPPort(sport), DstPort: layers.UDPPort(dport)}
	u.SetNetworkLayerForChecksum(net)
	return []gopacket.SerializableLayer{net, u, gopacket.Payload(payload)}
}

// send puts a datagram on the wire now.
func (w *world) send(from *host, sport uint16, to *host, dport uint16, payload []byte) {
	w.ethernet(from, to, udp(from, sport, to, dport, payload)...)
}
