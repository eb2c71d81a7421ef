package synth

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"somscope/decoder/internal/golden"
)

const content = "../../site/content"

// TestTheShelfIsWhatTheStoriesTell compares the committed samples with the
// stories byte by byte; -update writes them anew.
func TestTheShelfIsWhatTheStoriesTell(t *testing.T) {
	all := Stories()
	check := func(file string, want []byte) {
		path := filepath.Join(content, file)
		if golden.Update() {
			if err := os.WriteFile(path, want, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what its story tells (go test ./decoder/synth -update writes it)", path)
		}
	}
	for _, s := range all {
		check(s.File, s.Bytes())
	}
	check("samples.json", Shelf(all))
	profile := Profile()
	if golden.Update() {
		if err := os.MkdirAll(filepath.Join(content, "samples", "profile"), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range profile {
		check("samples/profile/"+p.Name, p.Bytes())
	}
	for pattern, want := range map[string]int{"*.*": len(all), "profile/*": len(profile)} {
		kept, err := filepath.Glob(filepath.Join(content, "samples", filepath.FromSlash(pattern)))
		if err != nil || len(kept) != want {
			t.Errorf("%d files on the shelf fit %s, expected %d (%v)", len(kept), pattern, want, err)
		}
	}
}

func TestStoriesAreTheSameEachTime(t *testing.T) {
	a, b := Stories(), Stories()
	for i := range a {
		if !bytes.Equal(a[i].Bytes(), b[i].Bytes()) {
			t.Errorf("%s differs when told twice", a[i].Name)
		}
	}
}

func TestShelf(t *testing.T) {
	var list []struct {
		Name, File, Title, Sentence, Date, Look string
		Size, Packets                           int
		Local                                   []struct{ File, Name string }
	}
	if err := json.Unmarshal(Shelf(Stories()), &list); err != nil {
		t.Fatal(err)
	}
	link := regexp.MustCompile(`^#sample=([a-z]+)&n=([0-9]+)&at=[a-z0-9.]+$`)
	for _, s := range list {
		m := link.FindStringSubmatch(s.Look)
		if s.Name == "profile" { // it leads to the files, not to a packet
			if s.Look != "#sample=profile&tab=profile" || s.Title == "" || len(s.Local) != len(Profile()) {
				t.Errorf("%+v", s)
			}
			continue
		}
		if m == nil || m[1] != s.Name {
			t.Errorf("%s: look %q", s.Name, s.Look)
		}
		year, limit := "2006-", 100_000
		switch s.Name {
		case "opus": // it was not there before 2012
			year = "2013-"
		case "codecs": // three codecs need some seconds each to be told apart, and noise cannot be packed
			limit = 200_000
		}
		if s.Title == "" || !strings.HasSuffix(s.Sentence, ".") || !strings.HasPrefix(s.Date, year) || s.Packets == 0 {
			t.Errorf("%s: %+v", s.Name, s)
		}
		if s.Size > limit {
			t.Errorf("%s: %d bytes, at most %d belong on the shelf", s.Name, s.Size, limit)
		}
	}
	if len(list) < 14 {
		t.Errorf("%d stories", len(list))
	}
}

// told runs a story and keeps its world.
func told(t *testing.T, name string) *world {
	t.Helper()
	for _, s := range stories {
		if s.name == name {
			w, _ := s.tell()
			return w
		}
	}
	t.Fatalf("no story %s", name)
	return nil
}

// TestEveryAddressIsForDocumentation looks at all addresses of all packets.
func TestEveryAddressIsForDocumentation(t *testing.T) {
	var allowed []netip.Prefix
	for _, p := range []string{"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "192.168.0.0/16", "127.0.0.0/8",
		"233.252.0.0/24", "2001:db8::/32", "ff02::/16"} {
		allowed = append(allowed, netip.MustParsePrefix(p))
	}
	for _, s := range stories {
		for i, p := range told(t, s.name).packets {
			g := gopacket.NewPacket(p.data, p.link, gopacket.Default)
			for _, l := range g.Layers() {
				var ends [][]byte
				switch l := l.(type) {
				case *layers.IPv4:
					ends = [][]byte{l.SrcIP, l.DstIP}
				case *layers.IPv6:
					ends = [][]byte{l.SrcIP, l.DstIP}
				case *layers.ARP:
					ends = [][]byte{l.SourceProtAddress, l.DstProtAddress}
				case *layers.Ethernet:
					for _, m := range [][]byte{l.SrcMAC, l.DstMAC} {
						if m[0]&1 == 0 && !bytes.HasPrefix(m, []byte{0, 0, 0x5e, 0, 0x53}) {
							t.Errorf("%s: packet %d: hardware address %x", s.name, i+1, m)
						}
					}
				}
				for _, e := range ends {
					a, _ := netip.AddrFromSlice(e)
					ok := false
					for _, p := range allowed {
						ok = ok || p.Contains(a.Unmap())
					}
					if !ok {
						t.Errorf("%s: packet %d: address %v", s.name, i+1, a)
					}
				}
			}
		}
	}
}

// TestChecksumsAreRight computes them anew, but for the two that are wrong on purpose.
func TestChecksumsAreRight(t *testing.T) {
	for _, s := range stories {
		wrong := 0
		for i, p := range told(t, s.name).packets {
			g := gopacket.NewPacket(p.data, p.link, gopacket.Default)
			if g.ErrorLayer() != nil && s.name != "links" && s.name != "lookalikes" {
				t.Errorf("%s: packet %d: %v", s.name, i+1, g.ErrorLayer().Error())
			}
			l := g.TransportLayer()
			if l == nil {
				continue
			}
			again := append([]byte(nil), l.LayerContents()...)
			again = append(again, l.LayerPayload()...)
			src, dst := g.NetworkLayer().NetworkFlow().Endpoints()
			proto := byte(17)
			if l.LayerType() == layers.LayerTypeTCP {
				proto = 6
			}
			sum := uint32(proto) + uint32(len(again))
			for _, b := range [][]byte{src.Raw(), dst.Raw(), append(again, 0)} {
				for i := 0; i+1 < len(b); i += 2 {
					sum += uint32(binary.BigEndian.Uint16(b[i:]))
				}
			}
			for sum > 0xffff {
				sum = sum>>16 + sum&0xffff
			}
			if sum != 0xffff {
				wrong++
				if s.name != "links" {
					t.Errorf("%s: packet %d: the checksum is wrong", s.name, i+1)
				}
			}
		}
		if s.name == "links" && wrong != 2 {
			t.Errorf("links: %d wrong checksums, 2 are meant", wrong)
		}
	}
}

// datagram is a UDP packet of a world, as gopacket reads it.
type datagram struct {
	n        int // from 1
	at       time.Duration
	src, dst netip.AddrPort
	body     []byte
}

func datagrams(w *world) []datagram {
	var all []datagram
	for i, p := range w.packets {
		g := gopacket.NewPacket(p.data, p.link, gopacket.Default)
		u, ok := g.Layer(layers.LayerTypeUDP).(*layers.UDP)
		ip, ok4 := g.Layer(layers.LayerTypeIPv4).(*layers.IPv4)
		if !ok || !ok4 {
			continue
		}
		s, _ := netip.AddrFromSlice(ip.SrcIP)
		d, _ := netip.AddrFromSlice(ip.DstIP)
		all = append(all, datagram{i + 1, p.at, netip.AddrPortFrom(s.Unmap(), uint16(u.SrcPort)), netip.AddrPortFrom(d.Unmap(), uint16(u.DstPort)), u.Payload})
	}
	return all
}

var public = []byte{203, 0, 113, 115}

// TestProbeHoldsToTheProtocol follows the messages of the probe story.
func TestProbeHoldsToTheProtocol(t *testing.T) {
	w := told(t, "probe")
	type sent struct {
		at   []time.Duration
		crc  []byte
		ivs  map[string]bool
		size int
	}
	asked := map[uint16]*sent{}
	var ids []uint16
	kinds := map[[2]int]int{} // function and size -> count, incoming
	var nack, resend []byte
	for _, d := range datagrams(w) {
		out := d.src.Port() == skypePort && d.src.Addr().IsPrivate()
		in := d.dst.Port() == skypePort
		if !out && !in {
			continue
		}
		b := d.body
		id, fn := binary.BigEndian.Uint16(b), b[2]&0x0f
		if b[2]&0x80 != 0 || fn == fnCommand && b[2] != fnCommand {
			t.Errorf("packet %d: function byte %02x", d.n, b[2])
		}
		switch {
		case out && fn == fnCommand:
			s := asked[id]
			if s == nil {
				s = &sent{crc: b[7:11], ivs: map[string]bool{}, size: len(b)}
				asked[id] = s
				ids = append(ids, id)
			}
			if !bytes.Equal(s.crc, b[7:11]) || s.ivs[string(b[3:7])] || len(b) != s.size {
				t.Errorf("packet %d: a retransmission keeps its CRC and changes its IV", d.n)
			}
			s.ivs[string(b[3:7])] = true
			s.at = append(s.at, d.at)
			probe := skypeCRC(plain(cmdProbe, id-1, listEmpty))
			ping := skypeCRC(plain(cmdPing, id-1, listEmpty))
			if crc := binary.BigEndian.Uint32(b[7:]); crc != probe && crc != ping {
				t.Errorf("packet %d: the CRC is that of neither a probe nor a ping", d.n)
			}
		case in:
			kinds[[2]int{int(fn), len(b)}]++
			if fn == fnNAck {
				nack = b
				if !bytes.Equal(b[3:7], public) || asked[id] == nil {
					t.Errorf("packet %d: NAck %x", d.n, b)
				}
			}
		case fn == fnResend:
			resend = b
		}
	}
	for i := 1; i < len(ids); i++ {
		if ids[i] != ids[i-1]+2 {
			// Ids taken by TCP messages lie between.
			if ids[i] <= ids[i-1] || ids[i]-ids[i-1] > 6 || (ids[i]-ids[i-1])%2 != 0 {
				t.Errorf("ids %04x then %04x", ids[i-1], ids[i])
			}
		}
	}
	thrice := 0
	for id, s := range asked {
		if len(s.at) > 3 {
			t.Errorf("%04x was sent %d times", id, len(s.at))
		}
		if len(s.at) > 1 {
			if gap := s.at[1] - s.at[0]; gap < 2030*time.Millisecond || gap > 2081*time.Millisecond {
				t.Errorf("%04x: first gap %v", id, gap)
			}
		}
		if len(s.at) > 2 {
			thrice++
			if gap := s.at[2] - s.at[1]; gap < 4*time.Second || gap > 4041*time.Millisecond {
				t.Errorf("%04x: second gap %v", id, gap)
			}
		}
	}
	if thrice < 1 {
		t.Error("no request was sent three times")
	}
	if nack == nil || resend == nil {
		t.Fatal("no NAck, no resend")
	}
	if first := asked[binary.BigEndian.Uint16(resend)]; first == nil || len(resend) != first.size+5 ||
		!bytes.Equal(resend[:2], nack[:2]) || resend[3] != 1 || !bytes.Equal(resend[4:8], nack[7:11]) ||
		!bytes.Equal(resend[8:12], []byte{198, 51, 100, 9}) || !bytes.Equal(resend[12:16], first.crc) {
		t.Errorf("resend %x after NAck %x", resend, nack)
	}
	for want, n := range map[[2]int]int{{fnNAck, 11}: 1, {fnCommand, 51}: 2, {fnCommand, 18}: 3 /* accepted by two; asked by a stranger */, {fnCommand, 26}: 18} {
		if kinds[want] != n {
			t.Errorf("%d messages of function %x and %d bytes came in, want %d", kinds[want], want[0], want[1], n)
		}
	}
}

// TestTheRedirectIsFollowed: the five nodes of the first redirect are the next
// ones that the client speaks with, beside one of the second.
func TestTheRedirectIsFollowed(t *testing.T) {
	w := told(t, "probe")
	met, next := map[netip.AddrPort]bool{}, map[netip.AddrPort]bool{}
	for _, d := range datagrams(w) {
		switch {
		case d.src.Port() != skypePort:
		case d.n <= w.marks["redirect"]+1:
			met[d.dst] = true
		case !met[d.dst]:
			next[d.dst] = true
		}
	}
	for _, a := range []string{"192.0.2.77:57322", "198.51.100.203:1337", "192.0.2.140:12890", "198.51.100.64:49217", "198.51.100.31:40022"} {
		if !next[netip.MustParseAddrPort(a)] {
			t.Errorf("%s was named and is not asked", a)
		}
	}
	if len(next) > 7 {
		t.Errorf("%d nodes are asked after the redirect", len(next))
	}
}

// TestVectors are the published checksums of known texts.
func TestVectors(t *testing.T) {
	for _, c := range []struct {
		text []byte
		want uint32
	}{
		{nil, 0xffffffff},
		{[]byte("123456789"), 0x340bc6d9},
		{plain(cmdProbe, 0x1233, listEmpty), 0x6bb61fda},
		{plain(cmdAccept, 0x1233, listEmpty), 0x48c349bf},
		{plain(cmdPing, 0x1233, listEmpty), 0x234e6f66},
		{plain(cmdFound, 0x1233, listNothing), 0xe219959f},
		{(&client{public: [4]byte{192, 0, 2, 10}, mapped: 35990}).pong(0x1233), 0x72777de0},
	} {
		if got := skypeCRC(c.text); got != c.want {
			t.Errorf("%x: %08x, want %08x", c.text, got, c.want)
		}
	}
}

func TestLoginHoldsToTheProtocol(t *testing.T) {
	w := told(t, "login")
	acks, published := map[netip.AddrPort]bool{}, map[uint32]map[uint16]bool{}
	indexes := map[uint16][]byte{}
	for _, d := range datagrams(w) {
		b := d.body
		if d.dst.Port() == skypePort && b[2]&0x0f == fnAck {
			acks[d.src] = true
			if len(b) != 11 || !bytes.Equal(b[3:7], public) {
				t.Errorf("packet %d: Ack %x", d.n, b)
			}
		}
		if len(b) == 346 {
			crc := binary.BigEndian.Uint32(b[7:])
			if published[crc] == nil {
				published[crc] = map[uint16]bool{}
			}
			published[crc][binary.BigEndian.Uint16(b)] = true
		}
		if b[2]&0x0f == fnFragment {
			id := binary.BigEndian.Uint16(b)
			indexes[id] = append(indexes[id], b[5])
			if last := b[5]&0x80 != 0; last != (len(b) < 1355) || b[6] != fnCommand {
				t.Errorf("packet %d: fragment %x, %d bytes", d.n, b[:8], len(b))
			}
		}
	}
	copies := map[int]int{}
	for _, ids := range published {
		copies[len(ids)]++
	}
	if len(acks) != 9 || len(copies) != 2 || copies[9] != 1 || copies[4] != 1 {
		t.Errorf("%d peers acknowledged; a text was sent %v times", len(acks), copies)
	}
	if len(indexes) != 2 {
		t.Errorf("%d messages in fragments", len(indexes))
	}
	for id, list := range indexes {
		if !bytes.Equal(list, []byte{0, 1, 2, 3, 4, 5, 6, 7, 0x88}) {
			t.Errorf("fragments of %04x: %x", id, list)
		}
	}
	l3 := conversations(w)[1064].segments[2].body
	if len(l3) != 451 || !bytes.HasPrefix(l3, []byte{0x16, 3, 1, 0, 0xcd, 0x41, 3, 0, 9, 0x80, 0x40, 4, 8, 0xc0, 1}) ||
		!bytes.Equal(l3[207:214], []byte{0, 0x0c, 1, 0x17, 3, 1, 0}) {
		t.Errorf("third message of the login: %d bytes, %x", len(l3), l3[:20])
	}
}

func TestCallTalksBothWays(t *testing.T) {
	w := told(t, "call")
	var voice, empty [2]int
	var at [2][]time.Duration
	for _, d := range datagrams(w) {
		if d.src.Port() != skypePort && d.dst.Port() != skypePort || d.body[2]&0x0f != fnData {
			continue
		}
		side := 0
		if d.dst.Port() == skypePort {
			side = 1
		}
		if len(d.body) == 3 {
			empty[side]++
			continue
		}
		voice[side]++
		at[side] = append(at[side], d.at)
	}
	if voice[0] < 300 || voice[1] < 300 || voice[1] >= voice[0] || empty[0] < 15 || empty[1] < 15 {
		t.Errorf("voice %v, keep-alives %v", voice, empty)
	}
	pauses := 0
	for i := 1; i < len(at[0]); i++ {
		if gap := at[0][i] - at[0][i-1]; gap > time.Second {
			pauses++
		} else if gap < 20*time.Millisecond || gap > 40*time.Millisecond {
			t.Errorf("a gap of %v", gap)
		}
	}
	if pauses != 1 {
		t.Errorf("%d pauses, one was held", pauses)
	}
}

func TestTelephoneKeepsItsConnectionID(t *testing.T) {
	ids := map[bool]map[string]int{true: {}, false: {}}
	fifth := map[bool]map[byte]bool{true: {}, false: {}}
	twice, before := map[bool]int{}, map[bool][]byte{}
	for _, d := range datagrams(told(t, "telephone")) {
		if d.src.Port() == 12340 || d.dst.Port() == 12340 {
			out := d.dst.Port() == 12340
			ids[out][string(d.body[:4])]++
			fifth[out][d.body[4]] = true
			if bytes.Equal(before[out], d.body) {
				twice[out]++
			}
			before[out] = d.body
			if len(d.body) != 29 {
				t.Errorf("packet %d: %d bytes", d.n, len(d.body))
			}
		}
	}
	for out, m := range ids {
		if len(m) != 2 {
			t.Errorf("outgoing %v: %d connection ids, want one for ringing and one for the call", out, len(m))
		}
		if len(fifth[out]) < 100 {
			t.Errorf("outgoing %v: the byte after the id has %d values", out, len(fifth[out]))
		}
		if twice[out] < 4 {
			t.Errorf("outgoing %v: %d datagrams were sent twice", out, twice[out])
		}
	}
}

// TestTheTrapIsATrap: the third byte of RTP has the nibble of voice data.
func TestTheTrapIsATrap(t *testing.T) {
	w := told(t, "lookalikes")
	n, thirds := 0, map[byte]int{}
	for _, d := range datagrams(w) {
		if d.src.Port() == 7078 && d.dst.Port() == 18436 {
			n++
			thirds[d.body[2]]++
		}
		if d.src.Port() == 161 && (d.body[2] != 0x02 || len(d.body) < 16) {
			t.Errorf("packet %d: SNMP begins %x", d.n, d.body[:4])
		}
		if d.src.Addr() == netip.MustParseAddr("192.0.2.53") && d.body[2] != 0x85 {
			t.Errorf("packet %d: DNS flags %x", d.n, d.body[2])
		}
	}
	if thirds[0x5d] < 200 || thirds[0x5c] == 0 || n != thirds[0x5c]+thirds[0x5d] {
		t.Errorf("third bytes %v of %d", thirds, n)
	}
	if b := datagramAt(w, "trap"); b[2] != 0x5d || b[0] != 0x80 {
		t.Errorf("the permalink shows %x", b[:4])
	}
}

func datagramAt(w *world, mark string) []byte {
	for _, d := range datagrams(w) {
		if d.n == w.marks[mark]+1 {
			return d.body
		}
	}
	return nil
}

// TestPermalinksPointAtWhatTheyPromise looks at the marked packets.
func TestPermalinksPointAtWhatTheyPromise(t *testing.T) {
	for story, fn := range map[string]byte{"probe": fnNAck, "login": fnCommand, "call": fnData, "relay": fnData, "conference": fnData, "transfer": fnData, "codecs": fnData} {
		w := told(t, story)
		for _, s := range stories {
			if s.name != story {
				continue
			}
			if b := datagramAt(w, s.mark); b == nil || b[2]&0x0f != fn {
				t.Errorf("%s: packet %d is %.4x", story, w.marks[s.mark]+1, b)
			}
		}
	}
}

func TestTimesRise(t *testing.T) {
	for _, s := range stories {
		w := told(t, s.name)
		for i := 1; i < len(w.packets); i++ {
			if w.packets[i].at < w.packets[i-1].at {
				t.Errorf("%s: packet %d goes back in time", s.name, i+1)
			}
		}
	}
}
