package inet_test

import (
	"bufio"
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"somscope/decoder/field"
	"somscope/decoder/inet"
)

func summarize(p packet) (s inet.Summary) {
	inet.Summarize(&s, p.link, p.data, p.wire)
	return s
}

// Summarize and Dissect are two readers of the same headers.
func TestSummaryAgreesWithTheTree(t *testing.T) {
	bad := 0
	for _, p := range packets(t) {
		s := summarize(p)
		d := p.dissect()
		fail := func(what string, got, want any) {
			t.Errorf("%s packet %d: %s is %v in the summary, %v in the tree", p.file, p.n, what, got, want)
			bad++
		}
		ip := first(&d.Root, "ip", "ipv6")
		if ip == nil || in(p.file, "links/http_PPI", "links/arp-who", "links/ieee802") {
			if ip == nil && s.Flags&inet.HasIP != 0 {
				fail("IP", true, nil)
			}
			continue
		}
		src, dst := child(ip, "ip.src", "ipv6.src"), child(ip, "ip.dst", "ipv6.dst")
		if has := s.Flags&inet.HasIP != 0; has != (dst != nil) {
			fail("HasIP", has, dst != nil)
		} else if has {
			if a, _ := src.Value.IP(); a != s.Src.Netip() {
				fail("source", s.Src.Netip(), a)
			}
			if a, _ := dst.Value.IP(); a != s.Dst.Netip() {
				fail("destination", s.Dst.Netip(), a)
			}
		}
		if tr := outermost(&d.Root); tr != nil && s.Transport != 1 && s.Transport != 58 {
			sp, dp := child(tr, "udp.srcport", "tcp.srcport"), child(tr, "udp.dstport", "tcp.dstport")
			if has := s.Flags&inet.HasPorts != 0; has != (dp != nil) {
				fail("HasPorts", has, dp != nil)
			} else if has {
				a, _ := sp.Value.Num()
				b, _ := dp.Value.Num()
				if uint16(a) != s.SrcPort || uint16(b) != s.DstPort {
					fail("ports", []uint16{s.SrcPort, s.DstPort}, []uint64{a, b})
				}
			}
		}
		frag := d.Find("ip.fragment") != nil || d.Find("ipv6.fragment") != nil
		if mf := d.Find("ip.flags.mf"); mf != nil {
			n, _ := mf.Value.Num()
			frag = frag || n == 1
		}
		if mf := d.Find("ipv6.fraghdr.more"); mf != nil {
			n, _ := mf.Value.Num()
			frag = frag || n == 1
		}
		if got := s.Flags&inet.Fragment != 0; got != frag && s.Transport != 1 && s.Transport != 4 && s.Transport != 41 && s.Transport != 47 {
			fail("Fragment", got, frag)
		}
		if bad > 20 {
			t.FailNow()
		}
	}
}

// first is the first of the root's groups with one of the names.
func first(root *field.Node, names ...string) *field.Node {
	for i := range root.Kids {
		for _, n := range names {
			if root.Kids[i].Spec.Name == n {
				return &root.Kids[i]
			}
		}
	}
	return nil
}

// outermost is the transport of the first IP header, unless a tunnel comes before it.
func outermost(root *field.Node) *field.Node {
	ips := 0
	for i := range root.Kids {
		switch n := root.Kids[i].Spec.Name; {
		case n == "ip" || n == "ipv6":
			if ips++; ips > 1 {
				return nil
			}
		case strings.HasPrefix(n, "gopacket."):
			return nil
		case n == "udp" || n == "tcp":
			return &root.Kids[i]
		}
	}
	return nil
}

func child(n *field.Node, names ...string) *field.Node {
	for i := range n.Kids {
		for _, name := range names {
			if n.Kids[i].Spec.Name == name {
				return &n.Kids[i]
			}
		}
	}
	return nil
}

// gopacket as second opinion: addresses, ports, and the payload's place.
func TestSummaryAgreesWithGopacket(t *testing.T) {
	compared, payloads, bad := 0, 0, 0
	for _, p := range packets(t) {
		var dec gopacket.Decoder
		switch p.link {
		case inet.LinkEthernet:
			dec = layers.LinkTypeEthernet
		case inet.LinkNull:
			dec = layers.LinkTypeNull
		case inet.LinkSLL:
			dec = layers.LinkTypeLinuxSLL
		case inet.LinkRaw, inet.LinkRawBSD:
			dec = layers.LinkTypeRaw
		default:
			continue
		}
		s := summarize(p)
		g := gopacket.NewPacket(p.data, dec, gopacket.DecodeOptions{NoCopy: true})
		fail := func(what string, got, want any) {
			t.Errorf("%s packet %d: %s is %v, gopacket says %v", p.file, p.n, what, got, want)
			bad++
		}
		if bad > 20 {
			t.FailNow()
		}
		net := g.NetworkLayer()
		if net == nil || s.Flags&inet.Broken != 0 {
			continue
		}
		var src, dst netip.Addr
		ips := 0
		for _, l := range g.Layers() {
			switch l := l.(type) {
			case *layers.IPv4:
				if ips == 0 {
					src, _ = netip.AddrFromSlice(l.SrcIP.To4())
					dst, _ = netip.AddrFromSlice(l.DstIP.To4())
				}
				ips++
			case *layers.IPv6:
				if ips == 0 {
					src, _ = netip.AddrFromSlice(l.SrcIP.To16())
					dst, _ = netip.AddrFromSlice(l.DstIP.To16())
				}
				ips++
			}
		}
		compared++
		if s.Src.Netip() != src || s.Dst.Netip() != dst {
			fail("address", []netip.Addr{s.Src.Netip(), s.Dst.Netip()}, []netip.Addr{src, dst})
		}
		if ips > 1 || s.Flags&inet.Fragment != 0 {
			continue // it takes the transport of the inner packet, we that of the outer
		}
		var sp, dp uint16
		var pay []byte
		switch l := g.TransportLayer().(type) {
		case *layers.UDP:
			sp, dp, pay = uint16(l.SrcPort), uint16(l.DstPort), l.LayerPayload()
		case *layers.TCP:
			sp, dp, pay = uint16(l.SrcPort), uint16(l.DstPort), l.LayerPayload()
		default:
			continue
		}
		if s.SrcPort != sp || s.DstPort != dp {
			fail("port", []uint16{s.SrcPort, s.DstPort}, []uint16{sp, dp})
		}
		if s.PayLen != len(pay) || s.PayLen > 0 && &p.data[s.PayOff] != &pay[0] {
			fail("payload", s.PayLen, len(pay))
		}
		payloads++
	}
	if compared < 30000 || payloads < 30000 {
		t.Errorf("only %d packets and %d payloads were compared", compared, payloads)
	}
}

// tshark as third opinion: the conversations over the outermost IP header.
func TestConversationsAreThoseOfTshark(t *testing.T) {
	dir := captures(t)
	type dir2 = [2]netip.AddrPort
	files := map[string]map[dir2]int{} // packets per direction
	key := func(file string, transport uint8) string { return file + " " + strconv.Itoa(int(transport)) }
	for _, p := range packets(t) {
		s := summarize(p)
		src, dst := s.Src.Netip(), s.Dst.Netip()
		for transport, name := range map[uint8]string{6: "tcp", 17: "udp"} {
			sp, dp := s.SrcPort, s.DstPort
			if s.Transport != transport || s.Flags&inet.HasPorts == 0 {
				// tshark also counts what is quoted or tunnelled: by its ports, but by the outermost addresses.
				if s.Flags&inet.HasPorts != 0 {
					continue
				}
				d := p.dissect()
				a, b := d.Find(name+".srcport"), d.Find(name+".dstport")
				if a == nil || b == nil {
					continue
				}
				sp, dp = uint16(number(a)), uint16(number(b))
				if s.Flags&inet.HasIP == 0 {
					src, _ = d.Find("ip.src").Value.IP()
					dst, _ = d.Find("ip.dst").Value.IP()
				}
			}
			k := key(p.file, transport)
			if files[k] == nil {
				files[k] = map[dir2]int{}
			}
			files[k][dir2{netip.AddrPortFrom(src, sp), netip.AddrPortFrom(dst, dp)}]++
		}
	}
	compared := 0
	seen := map[string]bool{}
	for _, p := range packets(t) {
		if seen[p.file] {
			continue
		}
		seen[p.file] = true
		for name, transport := range map[string]uint8{"udp.tsv": 17, "tcp.tsv": 6} {
			for _, row := range tsv(t, filepath.Join(dir, "expected", p.file, name)) {
				a, errA := netip.ParseAddr(row["addr_a"])
				b, errB := netip.ParseAddr(row["addr_b"])
				if errA != nil || errB != nil {
					continue
				}
				ap := netip.AddrPortFrom(a, uint16(num(t, row["port_a"])))
				bp := netip.AddrPortFrom(b, uint16(num(t, row["port_b"])))
				m := files[key(p.file, transport)]
				ab, ba := m[dir2{ap, bp}], m[dir2{bp, ap}]
				if ap == bp {
					ba = 0
				}
				if ab != num(t, row["packets_ab"]) || ba != num(t, row["packets_ba"]) {
					t.Errorf("%s %s %v - %v: %d and %d packets, tshark says %s and %s", p.file, name, ap, bp, ab, ba, row["packets_ab"], row["packets_ba"])
				}
				compared++
			}
		}
	}
	if compared < 1000 {
		t.Errorf("only %d conversations were compared", compared)
	}
}

// The innermost protocol, where tshark and we have a name for it.
func TestProtocolsAreThoseOfTshark(t *testing.T) {
	dir := captures(t)
	want := map[string]map[int]string{}
	shared := map[string]bool{}
	for _, n := range []string{"arp", "icmp", "icmpv6", "igmp", "dns", "mdns", "llmnr", "nbns", "dhcp", "dhcpv6", "ntp", "ssdp", "snmp",
		"stun", "sip", "tls", "http", "irc", "esp", "gre", "tcp", "udp", "lldp", "aoe", "loop", "pppoed", "sctp", "nbdgm", "rtsp"} {
		shared[n] = true
	}
	type pair struct{ ours, theirs string }
	diff := map[pair]int{}
	same, total, falseTLS := map[string]int{}, 0, 0
	for _, p := range packets(t) {
		if want[p.file] == nil {
			want[p.file] = map[int]string{}
			for _, row := range tsv(t, filepath.Join(dir, "expected", p.file, "packets.tsv")) {
				want[p.file][num(t, row["frame"])] = row["protocols"]
			}
		}
		// Custom blocks are frames to tshark and not to us: those files do not line up.
		if in(p.file, "container", "malformed", "derived") {
			continue
		}
		theirs := innermost(want[p.file][p.n])
		if !shared[theirs] {
			continue
		}
		total++
		sum := summarize(p)
		ours := sum.Proto.Name()
		pay := p.data[sum.PayOff : sum.PayOff+sum.PayLen]
		switch {
		case ours == theirs:
			same[ours]++
		case sum.Flags&inet.Fragment != 0, ours == "vxlan", ours == "gre", ours == "wlan", sum.Transport == 41:
			// tshark puts fragments together and looks into these tunnels.
		case ours == "tcp" && theirs == "http" && !bytes.Contains(pay[:min(20, len(pay))], []byte("HTTP/")),
			ours == "tcp" && theirs == "tls" && (len(pay) < 2 || pay[0] < 0x14 || pay[0] > 0x17 || pay[1] != 3),
			theirs == "tcp" && (ours == "tls" || ours == "http" || ours == "gnutella"):
			// It puts segments together and gives the name to the last one.
		case ours == "tcp" && theirs == "tls" && in(p.file, "skype/"):
			falseTLS++
		default:
			diff[pair{ours, theirs}]++
		}
	}
	for k, n := range diff {
		t.Logf("%5d ours %s, theirs %s", n, k.ours, k.theirs)
	}
	for _, n := range []string{"arp", "icmp", "icmpv6", "igmp", "dns", "mdns", "llmnr", "nbns", "dhcp", "ssdp", "stun", "sip", "tls", "http", "irc"} {
		wrong := 0
		for k, c := range diff {
			if k.theirs == n {
				wrong += c
			}
		}
		if same[n] == 0 || wrong > 0 {
			t.Errorf("%s: %d as tshark says, %d not", n, same[n], wrong)
		}
	}
	if total < 30000 {
		t.Errorf("only %d packets were compared", total)
	}
	// Skype's imitation of TLS (handshakes of length 0 or of no known type) is none.
	if falseTLS < 10 {
		t.Errorf("%d segments of false TLS are not called TLS, want 10 or more", falseTLS)
	}
}

// innermost is the last protocol of tshark's list that is no mere data, and
// for an error message the message, not its quote.
func innermost(list string) string {
	ps := strings.Split(list, ":")
	for i, p := range ps {
		if p == "icmp" || p == "icmpv6" {
			return ps[i]
		}
	}
	for i := len(ps) - 1; i >= 0; i-- {
		switch p := ps[i]; {
		case p == "data", strings.HasPrefix(p, "data-text"), p == "xml", p == "media", strings.HasPrefix(p, "image-"), p == "f5ethtrailer",
			strings.HasPrefix(p, "x509"), strings.HasPrefix(p, "pkix"), strings.HasPrefix(p, "pkcs"), p == "ocsp", p == "sdp", p == "json",
			p == "mime_multipart", p == "urlencoded-form":
		default:
			return p
		}
	}
	return ""
}

func tsv(t *testing.T, path string) (rows []map[string]string) {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	var head []string
	for sc.Scan() {
		cols := strings.Split(sc.Text(), "\t")
		if head == nil {
			head = cols
			continue
		}
		row := map[string]string{}
		for i, c := range cols {
			if i < len(head) {
				row[head[i]] = c
			}
		}
		rows = append(rows, row)
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

func num(t *testing.T, s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func number(n *field.Node) uint64 {
	v, _ := n.Value.Num()
	return v
}
