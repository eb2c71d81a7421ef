package synth

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// A segment is one with payload of a TCP conversation.
type segment struct {
	n    int // packet, from 1
	at   time.Duration
	out  bool // sent by the captured machine
	seq  uint32
	body []byte
}

// conversations are those over TCP by the machine's port. flags keeps those of
// every segment, the machine's in upper case.
type conversation struct {
	far      netip.AddrPort
	segments []segment
	flags    []string
}

func conversations(w *world) map[uint16]*conversation {
	all := map[uint16]*conversation{}
	for i, p := range w.packets {
		g := gopacket.NewPacket(p.data, p.link, gopacket.Default)
		tcp, ok := g.Layer(layers.LayerTypeTCP).(*layers.TCP)
		ip, ok4 := g.Layer(layers.LayerTypeIPv4).(*layers.IPv4)
		if !ok || !ok4 {
			continue
		}
		out := ip.SrcIP.IsPrivate() || ip.SrcIP.String() == publicIP
		near, far, host := uint16(tcp.SrcPort), uint16(tcp.DstPort), ip.DstIP
		if !out {
			near, far, host = far, near, ip.SrcIP
		}
		c := all[near]
		if c == nil {
			a, _ := netip.AddrFromSlice(host)
			c = &conversation{far: netip.AddrPortFrom(a.Unmap(), far)}
			all[near] = c
		}
		flag := ""
		for _, f := range []struct {
			set bool
			c   string
		}{{tcp.SYN, "S"}, {tcp.FIN, "F"}, {tcp.RST, "R"}} {
			if f.set {
				flag = f.c
			}
		}
		if !out {
			flag = strings.ToLower(flag)
		}
		c.flags = append(c.flags, flag)
		if len(tcp.Payload) > 0 {
			c.segments = append(c.segments, segment{i + 1, p.at, out, tcp.Seq, tcp.Payload})
		}
	}
	return all
}

// sizes writes the payloads of a conversation as the papers do: 14 14s 25.
func (c *conversation) sizes() string {
	var list []string
	for _, s := range c.segments {
		mark := "s"
		if s.out {
			mark = ""
		}
		list = append(list, fmt.Sprint(len(s.body), mark))
	}
	return strings.Join(list, " ")
}

// side puts together what one end said.
func (c *conversation) side(out bool) []byte {
	var b []byte
	var first uint32
	for _, s := range c.segments {
		if s.out != out {
			continue
		}
		if b == nil {
			first = s.seq
		}
		if at := int(s.seq - first); at == len(b) { // else it was sent again
			b = append(b, s.body...)
		}
	}
	return b
}

// obfuscated are the conversations that begin with the hello of 14 bytes, by
// story and port, and how many bytes stand before the hello of either side.
var obfuscated = []struct {
	story  string
	port   uint16
	before [2]int // client, node
}{
	{"probe", 1051, [2]int{}},
	{"login", 1062, [2]int{}}, {"login", 1063, [2]int{}}, {"login", 1068, [2]int{}},
	{"firewall", 1034, [2]int{}}, {"firewall", 1037, [2]int{72, 79}},
	{"call", 1076, [2]int{}}, {"call", 1077, [2]int{}},
	{"relay", 1101, [2]int{}}, {"relay", 1102, [2]int{}}, {"relay", 1103, [2]int{}},
	{"conference", 1131, [2]int{}}, {"conference", 1132, [2]int{}}, {"conference", 1133, [2]int{}},
	{"transfer", 1151, [2]int{}}, {"transfer", 1152, [2]int{}},
}

// TestKeystreamIsUsedTwice reads the beginning of every obfuscated conversation
// the way anyone can: XOR of two stretches hidden by the same keystream. What
// comes out is the beginning of a message: a length that fits, for a data
// message a sequence number, the length of a command, and its number; a request
// carries its sequence number less one.
func TestKeystreamIsUsedTwice(t *testing.T) {
	for _, o := range obfuscated {
		c := conversations(told(t, o.story))[o.port]
		if c == nil {
			t.Errorf("%s: no conversation from port %d", o.story, o.port)
			continue
		}
		for side, role := range []byte{1, 3} {
			b := c.side(side == 0)[o.before[side]:]
			known := []byte{0, 1, 0, 0, 0, 1, 0, 0, 0, role}
			got := make([]byte, 10)
			for i := range min(10, len(b)-14) {
				got[i] = b[4+i] ^ known[i] ^ b[14+i]
			}
			if side == 1 {
				// Two bytes of the hello are unknown. Behind them stands an acknowledgement of
				// the client's number, another message, or padding in which each byte follows
				// from the one before.
				padding := len(c.segments[1].body) > o.before[1]+14 || o.before[1] > 0
				for i := 3; padding && i < 9; i++ {
					if got[i] != 205*got[i-1]+113 {
						t.Errorf("%s %d: the padding is %x", o.story, o.port, got)
						break
					}
				}
				continue
			}
			if got[0] == 3 && got[1] == 3 { // padding of two bytes first, on port 80
				copy(got, got[2:])
				got[0] &= 0x7f
				if got[0] != 26 || !bytes.Equal(got[4:6], cmdHello) {
					t.Errorf("%s %d: %x", o.story, o.port, got)
				}
				continue
			}
			long := 0
			if got[0]&0x80 != 0 {
				long = 1
			}
			size := int(got[0]&0x7f) + long*int(got[1])<<7
			if size&1 != 0 || 14+1+long+size/2 > len(b) {
				t.Errorf("%s %d: a length of %d in %d bytes", o.story, o.port, size, len(b))
				continue
			}
			m := got[1+long:]
			cmd := m[3:5]
			switch {
			case bytes.Equal(cmd, cmdHello):
				if rid := binary.BigEndian.Uint16(m[5:]); binary.BigEndian.Uint16(m) != rid+1 {
					t.Errorf("%s %d: sequence number and request id in %x", o.story, o.port, got)
				}
			case bytes.Equal(cmd, cmdNews) && m[5] == 0x42:
			default:
				t.Errorf("%s %d: %x", o.story, o.port, got)
			}
		}
	}
}

// TestHelloOfBothSides: what is hidden is what has been published, and both
// hellos begin the keystream that the messages use again.
func TestHelloOfBothSides(t *testing.T) {
	w := &world{rng: 7}
	c := &client{w: w, id: 0x1606}
	x := c.wire(&node{id: 0x2000})
	for side, b := range [][]byte{x.knock(), x.welcome()} {
		s := []*stream{x.up, x.down}[side]
		hello := make([]byte, 10)
		for i := range hello {
			hello[i] = b[4+i] ^ s.keys[i]
		}
		want := []byte{0, 1, 0, 0, 0, 1, 0, 0, 0, byte(1 + 2*side)}
		if side == 1 {
			copy(want, be16(x.heard))
		}
		if len(b) != 14 || !bytes.Equal(hello, want) || s.pos != 0 {
			t.Errorf("side %d: %x hides %x", side, b, hello)
		}
	}
	for _, size := range []int{8, 10, 14, 15, 64, 66, 77, 97, 130, 134, 208, 528, 946, 1444} {
		cmd := cmdNews
		if size%2 == 0 && size > 9 {
			cmd = cmdHello
		}
		msg := x.say(size, cmd)
		for i := range msg {
			msg[i] ^= x.up.keys[x.up.pos-size+i]
		}
		n, k := binary.Uvarint(msg)
		length, j := binary.Uvarint(msg[k+2:])
		body := msg[k+2+j:]
		if len(msg) != size || n&1 != 0 || int(n>>1) != size-k || !bytes.HasPrefix(body, cmd) || int(length) != len(body)-len(cmd) {
			t.Errorf("a message of %d bytes is %x", size, msg)
		}
	}
	ok := x.ok()
	for i := range ok {
		ok[i] ^= x.up.keys[x.up.pos-4+i]
	}
	if !bytes.Equal(ok, join([]byte{7, 1}, be16(x.heard))) {
		t.Errorf("an acknowledgement is %x", ok)
	}
}

// TestSizesOverTCP: who says how much, in the order of the papers.
func TestSizesOverTCP(t *testing.T) {
	for _, c := range []struct {
		story string
		port  uint16
		want  string // how the conversation begins; the whole of it with a full stop
	}{
		{"probe", 1051, "14 73s 25 587s 16 4s 97 4s 97 4s 97 4s."},
		{"login", 1062, "14 73s 25 339s."},
		{"login", 1063, "14 73s 25 587s 16 4s 587s."}, // the 587 come twice
		{"login", 1068, "14 73s 25 587s 16 4s 97 4s."},
		{"login", 1064, "5 5s 451 232s 18 67s."},
		{"login", 1066, "5 5s 260 16s 68 25s 21."},
		{"firewall", 1034, "16 45s 14 583s 16 4s."},
		{"firewall", 1037, "72 93s 14 46s 25 578s 16 4s 97 4s 97 4s 97 4s."},
		{"call", 1076, "14 73s 25 587s 16 4s."},
		{"call", 1077, "14 14s 77 4s 4 528s 4 946s 479 4s"},
		{"relay", 1101, "14 73s 25 587s 16 4s 208 1086s 141 1250s 133 10s 125s 1444 393 8s 23 4s."},
		{"relay", 1102, "14 14s 15 16 4s 569s 946 479s 228 14 19 19 19 19 19 19 19 19."},
		{"relay", 1103, "14 14s 15 16 4s."},
		{"conference", 1132, "14 14s 77 4s 4 528s 4 946s 479 17 14s."},
		{"conference", 1133, "14 14s 77 4s 4 528s 4 946s 479 17 14s."},
		{"transfer", 1152, "14 14s 77 4s 4 528s 4 946s 479 17 14s."},
		{"telephone", 1090, "5 5s 420 188s."},
	} {
		talk := conversations(told(t, c.story))[c.port]
		if talk == nil {
			t.Errorf("%s: no conversation from port %d", c.story, c.port)
			continue
		}
		if got := talk.sizes() + "."; !strings.HasPrefix(got, c.want) {
			t.Errorf("%s, port %d: %s, want %s", c.story, c.port, got, c.want)
		}
	}
	call := conversations(told(t, "call"))[1077].sizes()
	if !strings.HasSuffix(call, " 17 14s") {
		t.Errorf("the call ends %s", call)
	}
}

// TestFalseTLSAddsUp: every record has the length it claims, and the checksum
// of what is encrypted stands behind it, XOR the number of such records before.
func TestFalseTLSAddsUp(t *testing.T) {
	for story, ports := range map[string][]uint16{"login": {1064, 1066}, "telephone": {1090}} {
		for _, port := range ports {
			c := conversations(told(t, story))[port]
			sealed := 0
			for _, out := range []bool{true, false} {
				b := c.side(out)
				before := uint16(0)
				if want := map[bool][]byte{true: {0x16, 3, 1, 0, 0}, false: {0x17, 3, 1, 0, 0}}[out]; !bytes.HasPrefix(b, want) {
					t.Errorf("%s %d begins %x", story, port, b[:5])
				}
				for b = b[5:]; len(b) > 0; {
					n := int(binary.BigEndian.Uint16(b[3:]))
					body := b[5 : 5+n]
					switch b[0] {
					case 0x16:
						if n != 205 || !bytes.HasPrefix(body, []byte{0x41, 3, 0, 9, 0x80, 0x40, 4, 8, 0xc0, 1}) || !bytes.Equal(body[202:], []byte{0, 0x0c, 1}) {
							t.Errorf("%s %d: the list in clear is %x", story, port, body)
						}
					case 0x17:
						sealed++
						before++
						if sum := skypeCRC(body[:n-2]); binary.LittleEndian.Uint16(body[n-2:]) != uint16(sum)^(before-1) {
							t.Errorf("%s %d: a record of %d bytes has the wrong checksum", story, port, n)
						}
					default:
						t.Errorf("%s %d: a record of type %x", story, port, b[0])
					}
					b = b[5+n:]
				}
			}
			if sealed < 2 {
				t.Errorf("%s %d: %d encrypted records", story, port, sealed)
			}
		}
	}
}

// TestWebRequests: after the first start two questions, later one.
func TestWebRequests(t *testing.T) {
	for story, want := range map[string][]string{"probe": {"getlatestversion"}, "login": {"installed", "getlatestversion"}, "firewall": {"getlatestversion"}, "call": {"getlatestversion"}, "relay": nil} {
		var got []string
		all := conversations(told(t, story))
		for port := range uint16(1200) {
			c := all[port]
			if c == nil || c.far != netip.MustParseAddrPort("198.51.100.131:80") {
				continue
			}
			ask, say := string(c.side(true)), string(c.side(false))
			word, _, _ := strings.Cut(strings.TrimPrefix(ask, "GET http://ui.skype.com/ui/2/1.2.0.18/en/"), " ")
			word, query, _ := strings.Cut(word, "?")
			got = append(got, word)
			if word == "getlatestversion" && (len(ask) != 166 || !strings.HasPrefix(query, "ver=1.2.0.18&uhash=") || len(query) != 19+32) {
				t.Errorf("%s: %d bytes ask %q", story, len(ask), ask)
			}
			if !strings.HasPrefix(say, "HTTP/1.1 200 OK\r\n") || !strings.Contains(say, "Content-Length: 8\r\n") || !strings.HasSuffix(say, "\r\n\r\n1.2.0.18") {
				t.Errorf("%s: the answer is %q", story, say)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s asks %q, want %q", story, got, want)
		}
	}
}

// TestASegmentComesTwice: the supernode's long answer, 210 to 230 ms later.
func TestASegmentComesTwice(t *testing.T) {
	var long []segment
	for _, s := range conversations(told(t, "login"))[1063].segments {
		if len(s.body) == 587 {
			long = append(long, s)
		}
	}
	if len(long) != 2 || long[0].seq != long[1].seq || !bytes.Equal(long[0].body, long[1].body) || long[1].at-long[0].at < 210*time.Millisecond {
		t.Errorf("%d answers of 587 bytes", len(long))
	}
}

// TestRefreshEveryMinute: 97 bytes, and 4 back, a minute after the connection
// was made and after the one before.
func TestRefreshEveryMinute(t *testing.T) {
	for _, c := range []struct {
		story string
		port  uint16
		n     int
	}{{"probe", 1051, 3}, {"login", 1068, 1}, {"firewall", 1037, 3}} {
		list := conversations(told(t, c.story))[c.port].segments
		list = list[len(list)-2*c.n-1:]
		for i := 1; i < len(list); i += 2 {
			before := list[max(0, i-2)]
			if gap := list[i].at - before.at; len(list[i].body) != 97 || !list[i].out || len(list[i+1].body) != 4 || gap < 59500*time.Millisecond || gap > 61*time.Second {
				t.Errorf("%s: %d bytes after %v", c.story, len(list[i].body), gap)
			}
		}
	}
}

// TestSupernodeLost: the second supernode of the login leaves, and within a
// second or two the client has another that accepted.
func TestSupernodeLost(t *testing.T) {
	all := conversations(told(t, "login"))
	if left := strings.Join(all[1063].flags, ""); left != "SsfF" {
		t.Errorf("the second supernode: %q", left)
	}
	before, next := all[1063].segments, all[1068].segments
	if gap := next[0].at - before[0].at; gap < 45*time.Second || gap > 48*time.Second {
		t.Errorf("the third supernode comes %v after the second", gap)
	}
}

// TestFirewallTriesOneDoorAfterTheOther follows the attempts to get out.
func TestFirewallTriesOneDoorAfterTheOther(t *testing.T) {
	w := told(t, "firewall")
	tries := map[netip.AddrPort]int{}
	for _, d := range datagrams(w) {
		if d.dst.Port() == skypePort {
			t.Errorf("packet %d: somebody answers over UDP", d.n)
		}
		if d.src.Port() == skypePort {
			tries[d.dst]++
			if id := binary.BigEndian.Uint16(d.body); len(d.body) != 18 || binary.BigEndian.Uint32(d.body[7:]) != skypeCRC(plain(cmdProbe, id-1, listEmpty)) {
				t.Errorf("packet %d is no probe", d.n)
			}
		}
	}
	if len(tries) != 3 {
		t.Errorf("probes %v", tries)
	}
	all := conversations(w)
	for port, c := range map[uint16]struct {
		far   int
		flags string
	}{1030: {57322, "S S S"}, 1031: {40022, "S S S"}, 1032: {12890, "S S S"}, 1033: {80, "S r"}, 1035: {33033, "S S S"}} {
		if got := all[port]; int(got.far.Port()) != c.far || strings.Join(got.flags, " ") != c.flags || tries[got.far] != 3 && c.far > 1024 && c.far != 33033 {
			t.Errorf("port %d: %v, %v", port, got.far, got.flags)
		}
	}
	if c := all[1034]; c.far.Port() != 80 || strings.TrimSpace(strings.Join(c.flags, "")) != "SsfF" {
		t.Errorf("the first supernode: %v %q", c.far, c.flags)
	}

	// Port 80: the nibbles that version 1.4 shows (Ehlert & Petgang 2006, §5.2.2) follow from the keystream.
	first := all[1034].segments[0].body
	if len(first) != 16 || first[4]>>4 != first[14]>>4 || first[5]>>4 != first[15]>>4 {
		t.Errorf("port 80 begins %x", first)
	}
	// Port 443: what never changes.
	hello, answer := all[1037].segments[0].body, all[1037].segments[1].body
	if len(hello) != 72 || !bytes.HasPrefix(hello, []byte{0x80, 70, 1, 3, 1, 0, 45, 0, 0, 0, 16}) {
		t.Errorf("port 443 begins %x", hello)
	}
	when := time.Unix(int64(binary.BigEndian.Uint32(answer[11:])), 0).UTC()
	if len(answer) != 79+14 || !bytes.HasPrefix(answer, []byte{0x16, 3, 1, 0, 74, 2, 0, 0, 70, 3, 1}) || answer[43] != 32 || when.String() != "2004-01-31 17:23:18 +0000 UTC" {
		t.Errorf("port 443 answers %v: %x", when, answer)
	}
}

// TestCopiesDifferInTheRequestID: the checksums of the searches are those of one
// text, and differ by what the request ids differ: the checksum is affine.
func TestCopiesDifferInTheRequestID(t *testing.T) {
	zero := func(b []byte) uint32 { return skypeCRC(b) ^ skypeCRC(make([]byte, len(b))) }
	w := told(t, "login")
	searches := map[uint16]uint32{}
	pongs := map[uint16]bool{}
	asked := map[netip.AddrPort]int{}
	events := [2]int{}
	last := map[netip.AddrPort]uint16{} // id of the latest question to a node
	for _, d := range datagrams(w) {
		b := d.body
		switch {
		case d.src.Port() == skypePort && b[2] == fnCommand:
			id := binary.BigEndian.Uint16(b)
			last[d.dst] = id
			if len(b) == 31 {
				searches[id] = binary.BigEndian.Uint32(b[7:])
			}
			if len(b) == 18 && binary.BigEndian.Uint32(b[7:]) == skypeCRC(plain(cmdPing, id-1, listEmpty)) {
				asked[d.dst]++
				pongs[id] = false
			}
			if len(b) == 27 && d.dst.Port() == 12350 {
				events[0]++
			}
		case d.dst.Port() == skypePort && b[2] == fnCommand && len(b) == 26:
			crc := binary.BigEndian.Uint32(b[7:])
			for id := range pongs {
				told := join([]byte{12, 0xa3, 2}, be16(id-1), []byte{0x42, 0xfc, 0xdf, 0x1c, 115, 113, 0, 203, 0x96, 0x8c})
				if crc == skypeCRC(told) {
					pongs[id] = true
				}
			}
		case d.src.Port() == 12350 && len(b) == 22:
			if binary.BigEndian.Uint32(b[7:]) == skypeCRC(join([]byte{7, 0x83, 0xc5, 2}, be16(last[d.src]-1), []byte{0x41, 1, 0, 0x2e, 0})) {
				events[1]++
			}
		}
	}
	if len(searches) != 4 {
		t.Errorf("%d searches", len(searches))
	}
	var first uint16
	for id := range searches {
		first = max(first, id)
	}
	for id, crc := range searches {
		diff := make([]byte, 20)
		binary.BigEndian.PutUint16(diff[2:], (first-1)^(id-1))
		if crc^searches[first] != zero(diff) {
			t.Errorf("searches %04x and %04x are not copies", first, id)
		}
	}
	five := 0
	for _, n := range asked {
		if n >= 5 {
			five++
		}
	}
	for id, ok := range pongs {
		if !ok {
			t.Errorf("nobody told the asker of %04x its address", id)
		}
	}
	if five != 3 || events != [2]int{2, 2} {
		t.Errorf("%d nodes were asked five times, %v messages with the event server", five, events)
	}
}

// TestTheWayIsMeasured: 36 bytes to ports that count up, with a growing time to
// live, and the routers that complain.
func TestTheWayIsMeasured(t *testing.T) {
	w := told(t, "login")
	probes, complaints := map[netip.Addr][]uint8{}, 0
	for _, p := range w.packets {
		g := gopacket.NewPacket(p.data, p.link, gopacket.Default)
		ip, _ := g.Layer(layers.LayerTypeIPv4).(*layers.IPv4)
		if u, ok := g.Layer(layers.LayerTypeUDP).(*layers.UDP); ok && u.DstPort > 33434 && u.DstPort < 33600 {
			a, _ := netip.AddrFromSlice(ip.DstIP.To4())
			probes[a] = append(probes[a], ip.TTL)
			if len(u.Payload) != 36 || u.Payload[1] != ip.TTL || u.Payload[2] != 0 || int(u.DstPort) != 33434+int(ip.TTL) {
				t.Errorf("a probe of the way is %x", u.Payload)
			}
		}
		if g.Layer(layers.LayerTypeICMPv4) != nil {
			complaints++
		}
	}
	if len(probes) != 2 || complaints != 6 {
		t.Errorf("%d ways, %d error messages", len(probes), complaints)
	}
	for a, list := range probes {
		if !bytes.Equal(list, []byte{1, 2, 3}) {
			t.Errorf("%v: times to live %v", a, list)
		}
	}
}
