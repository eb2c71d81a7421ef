package classify

import (
	"bytes"
	"strings"

	"somscope/decoder/flow"
)

// A sign is how the first payload of a conversation begins in another protocol.
type sign struct {
	begins string // first bytes
	name   string
}

// textSigns are first words, of UDP and TCP alike, longest first where one begins another.
var textSigns = []sign{
	{"M-SEARCH * HTTP", "SSDP"}, {"NOTIFY * HTTP", "SSDP"},
	{"INVITE sip:", "SIP"}, {"REGISTER sip:", "SIP"}, {"OPTIONS sip:", "SIP"}, {"SUBSCRIBE sip:", "SIP"},
	{"NOTIFY sip:", "SIP"}, {"MESSAGE sip:", "SIP"}, {"ACK sip:", "SIP"}, {"BYE sip:", "SIP"}, {"CANCEL sip:", "SIP"}, {"SIP/2.0 ", "SIP"},
	{"GNUTELLA", "Gnutella"}, {"GND", "Gnutella"}, {"\x13BitTorrent prot", "BitTorrent"},
	{"d1:ad2:id20:", "BitTorrent's DHT"}, {"d1:rd2:id20:", "BitTorrent's DHT"}, {"d2:ip", "BitTorrent's DHT"}, {"d1:e", "BitTorrent's DHT"},
	{"TS3INIT1", "TeamSpeak 3"}, {"r6fnvWj8", "DNSCrypt"}, {"TS\xf0\x9f\x92\xac", "Tailscale"}, {"{\"host_int\"", "Dropbox"},
	{"$SR ", "Direct Connect"}, {"$Lock ", "Direct Connect"}, {"$MyNick ", "Direct Connect"},
	{"RQNT ", "MGCP"}, {"CRCX ", "MGCP"}, {"MDCX ", "MGCP"}, {"DLCX ", "MGCP"}, {"NTFY ", "MGCP"}, {"AUEP ", "MGCP"}, {"RSIP ", "MGCP"},
}

// streamSigns are first bytes over TCP.
var streamSigns = []sign{
	{"GET ", "HTTP"}, {"POST ", "HTTP"}, {"HEAD ", "HTTP"}, {"PUT ", "HTTP"}, {"OPTIONS ", "HTTP"}, {"CONNECT ", "HTTP"},
	{"DELETE ", "HTTP"}, {"PROPFIND ", "HTTP"}, {"HTTP/1.", "HTTP"}, {"HTTP/0.", "HTTP"}, {"ICY ", "HTTP"}, {"PRI * HTTP/2", "HTTP"},
	{"SSH-", "SSH"}, {"220 ", "SMTP or FTP"}, {"220-", "SMTP or FTP"}, {"EHLO ", "SMTP"}, {"HELO ", "SMTP"},
	{"+OK", "POP3"}, {"* OK", "IMAP"}, {"RFB 00", "VNC"}, {"RTSP/1.", "RTSP"}, {"DESCRIBE rtsp", "RTSP"},
	{"NICK ", "IRC"}, {"USER ", "IRC or FTP"}, {"PASS ", "IRC"}, {"PRIVMSG ", "IRC"}, {"PING :", "IRC"}, {"PONG :", "IRC"}, {"NOTICE AUTH", "IRC"}, {"JOIN #", "IRC"},
	{"ISON ", "IRC"}, {"WHO ", "IRC"}, {"WHOIS ", "IRC"}, {"MODE ", "IRC"}, {"QUIT :", "IRC"},
	{"VER ", "MSN Messenger"}, {"USR 1 ", "MSN Messenger"}, {"ANS 1 ", "MSN Messenger"}, {"YMSG", "Yahoo Messenger"}, {"<?xml ", "XMPP or XML"}, {"<stream:", "XMPP"},
	{"GIV ", "Gnutella"}, {"\x05\x00\x0b\x03", "DCE/RPC"}, {"\x05\x00\x00\x03", "DCE/RPC"}, {"\x81\x00\x00", "NetBIOS sessions"}, {"\x03\x00\x00", "RDP or ISO over TCP"},
}

// The first bytes of the signs as bits, for most conversations begin with none of them.
var textFirst, streamFirst = firsts(textSigns), firsts(streamSigns)

func firsts(signs []sign) (set [4]uint64) {
	for i := range signs {
		b := signs[i].begins[0]
		set[b>>6] |= 1 << (b & 63)
	}
	return set
}

// firstBytes names what the first payload of either direction begins like, and the direction;
// "" when that is nothing known. It looks at bytes, and at lengths that they hold, and asks for
// a port only together with both.
func firstBytes(f *flow.Flow) (name string, dir int) {
	for dir := range 2 {
		n := int(f.LeadLen[dir])
		if n == 0 {
			continue
		}
		b := f.Lead[dir][:min(n, flow.LeadSize)]
		if name = signOf(textSigns, &textFirst, b); name == "" {
			if f.Transport == flow.TCP {
				name = streamBytes(f, b, n, dir)
			} else {
				name = datagramBytes(f, b, n, dir)
			}
		}
		if name != "" {
			return name, dir
		}
	}
	return "", 0
}

func signOf(signs []sign, first *[4]uint64, b []byte) string {
	if first[b[0]>>6]>>(b[0]&63)&1 == 0 {
		return ""
	}
	for i := range signs {
		if s := &signs[i]; len(b) >= min(len(s.begins), flow.LeadSize) && b[0] == s.begins[0] && string(b[:min(len(s.begins), len(b))]) == s.begins {
			return s.name
		}
	}
	return ""
}

func streamBytes(f *flow.Flow, b []byte, n, dir int) string {
	if name := streamLayout(f, b, n, dir); name != "" {
		return name
	}
	switch {
	case tls(f, b, n, dir):
		return "TLS"
	case len(b) >= 12 && b[0] == 0x06 && b[1] == 0x10 && b[2] >= 2 && b[2] <= 9 && int(b[4])<<8|int(b[5]) <= n && b[4]|b[5] != 0:
		return "KNXnet/IP"
	case len(b) >= 9 && b[0] == 0 && b[4] == 0xff && string(b[5:8]) == "SMB" || len(b) >= 8 && b[0] == 0 && string(b[4:8]) == "\xfeSMB":
		return "SMB"
	case len(b) >= 12 && f.PortA != f.PortB && (f.PortA == 53 || f.PortB == 53) && int(b[0])<<8|int(b[1]) == n-2 && b[6] == 0 && b[7] == 1:
		return "DNS"
	}
	return signOf(streamSigns, &streamFirst, b)
}

// tls reports that a record of TLS begins there, with a message that fills it. What Skype puts
// in its place has an empty record, a clock that stands still, or the one hello in SSLv2's form.
func tls(f *flow.Flow, b []byte, n, dir int) bool {
	if len(b) < 9 {
		return false
	}
	if b[0] == 0x80 && b[2] == 1 && (b[3] == 3 && b[4] <= 3 || b[3] == 0 && b[4] == 2) && int(b[1])+2 <= n {
		return string(b[:min(len(b), len(leadHello))]) != leadHello
	}
	size := int(b[3])<<8 | int(b[4])
	if b[1] != 3 || b[2] > 4 || size == 0 || size > 1<<14+2048 || falseServer(f) {
		return false
	}
	switch b[0] {
	case 0x16:
		inner := int(b[6])<<16 | int(b[7])<<8 | int(b[8])
		return (b[5] == 1 || b[5] == 2) && size > 40 && (inner == size-4 || inner < size-4)
	case 0x15:
		return size == 2 && b[5] <= 2
	case 0x17: // from the middle; Skype's login servers write the same there
		other := &f.Lead[1-dir]
		return size >= 20 && !loginPort(f.PortA) && !loginPort(f.PortB) && (f.LeadLen[1-dir] == 0 ||
			other[0] >= 0x15 && other[0] <= 0x17 && other[1] == 3 && other[2] <= 4 && other[3]|other[4] != 0)
	}
	return false
}

// loginPort reports that Skype's login and event servers listened on a port.
func loginPort(p uint16) bool { return p == 33033 || p == 12350 || p == 13392 }

func datagramBytes(f *flow.Flow, b []byte, n, dir int) string {
	if len(b) < 4 {
		return ""
	}
	at := func(port uint16) bool { return f.PortA == port || f.PortB == port }
	switch {
	case b[1]|b[2]|b[3] == 0 && (b[0] == 1 && n == 148 || b[0] == 2 && n == 92 || b[0] == 3 && n == 64):
		return "WireGuard"
	case b[1]|b[2]|b[3] == 0 && b[0] == 4 && n >= 32 && n&15 == 0 && len(b) >= 16 && b[14]|b[15] == 0:
		return "WireGuard"
	case utp(f, dir):
		return "BitTorrent's uTP"
	case be32(b) == 0xffffffff && len(b) > 4 && b[4] >= 'A' && b[4] <= 'z':
		return "a game server's query"
	case len(b) < 12:
		return ""
	case b[0]&0xc9 == 0x09 && b[9] == 'Q' && b[10] == '0':
		return "QUIC"
	case string(b[:12]) == "\x00\x00\x04\x17\x27\x10\x19\x80\x00\x00\x00\x00" && n == 16:
		return "a BitTorrent tracker"
	case n >= 20 && int(b[2])<<8|int(b[3]) == n-20 && b[0] <= 1 && (b[1] == 1 || b[1] == 0x11 || b[1] == 2) && (b[0] != 0 || b[1] != 0x11):
		return "STUN"
	case len(b) == 16 && n >= 23 && b[8] == 0xff && b[15] == 0:
		return "Gnutella"
	case n == 48 && at(123) && b[0]>>3&7 >= 1 && b[0]>>3&7 <= 4 && b[0]&7 >= 1 && b[0]&7 <= 5 && b[1] <= 16:
		return "NTP"
	case n >= 236 && (at(67) || at(68)) && (b[0] == 1 || b[0] == 2) && b[1] == 1 && b[2] == 6:
		return "DHCP"
	case at(137) && n >= 50 && b[6] == 0 && b[4] == 0:
		return "NetBIOS names"
	case at(138) && (b[0] == 0x10 || b[0] == 0x11) && n >= 82:
		return "NetBIOS datagrams"
	case b[0] == 4 && b[1] == 0 && b[4] == 0x10 && b[5]|b[6]|b[7] == 0 && n >= 80:
		return "DCE/RPC (pop-up messages)"
	case (at(500) || at(4500)) && n >= 28 && len(b) == 16 && bytes.Equal(b[8:16], make([]byte, 8)):
		return "IKE"
	case n > 14 && n < 200 && b[0] == 0x38 && f.LeadLen[1-dir] >= 14 && f.Lead[1-dir][0] == 0x40:
		return "OpenVPN"
	}
	return datagramLayout(f, b, n, dir)
}

// utp reports that both sides begin with a header of version 1 of uTP: type and version,
// extension, connection ids that are equal or differ by one; or one side with its SYN.
func utp(f *flow.Flow, dir int) bool {
	a, b := &f.Lead[0], &f.Lead[1]
	fits := func(dir int) bool {
		h := &f.Lead[dir]
		return f.LeadLen[dir] >= 20 && h[0]&15 == 1 && h[0]>>4 <= 4 && h[1] <= 2
	}
	if f.LeadLen[0] == 0 || f.LeadLen[1] == 0 {
		h := &f.Lead[dir]
		return fits(dir) && h[0] == 0x41 && be32(h[8:]) == 0
	}
	d := (int(a[2])<<8 | int(a[3])) - (int(b[2])<<8 | int(b[3]))
	return fits(0) && fits(1) && d >= -1 && d <= 1
}

// plain reports that bytes which Skype would fill with dice are text or mostly zeros.
func plain(b []byte) bool {
	if len(b) < 8 {
		return false
	}
	zeros, letters := 0, 0
	for _, x := range b {
		if x == 0 {
			zeros++
		} else if x >= 0x20 && x < 0x7f || x == '\r' || x == '\n' || x == '\t' {
			letters++
		}
	}
	return zeros >= 4 || letters >= len(b)-1
}

// guess names a UDP flow that is not Skype by less than firstBytes asks for: a port together
// with a few bytes, or a habit. It is good for a name, not for a reason.
func guess(f *flow.Flow) string {
	at := func(ports ...uint16) bool {
		for _, p := range ports {
			if f.PortA == p || f.PortB == p {
				return true
			}
		}
		return false
	}
	for dir := range 2 {
		n := int(f.LeadLen[dir])
		if n < 2 {
			continue
		}
		b, other := &f.Lead[dir], &f.Lead[1-dir]
		switch {
		case n >= 23 && (b[8] == 0xff && b[15] <= 3 && (f.LeadLen[1-dir] == 0 || *b == *other) || f.LeadLen[1-dir] >= 23 && *b == *other && bytes.Count(b[:], []byte{0}) <= 2):
			return "Gnutella" // an answer repeats the sixteen bytes of its question
		case at(3702) && string(b[:5]) == "<?xml":
			return "WS-Discovery"
		case at(5351) && b[0] == 0 && (n == 2 || n == 12):
			return "NAT-PMP"
		case at(546, 547) && b[0] >= 1 && b[0] <= 13:
			return "DHCPv6"
		case at(5353, 5355) && n >= 12 && b[2]&0x78 == 0 && b[4]|b[6]|b[8]|b[10] == 0:
			return "DNS"
		case at(5243, 7985, 7987, 9785) && n >= 4 && b[3] == 0 && b[2] <= 0x20:
			return "Viber"
		case guessDatagram(f, dir, at) != "":
			return guessDatagram(f, dir, at)
		case at(443) && (b[0] == 0x0c || b[0] == 0x0d) && (f.LeadLen[1-dir] == 0 || other[0]&0xf2 == 0):
			return "QUIC"
		case at(1645, 1646, 1812, 1813) && int(b[2])<<8|int(b[3]) == n:
			return "RADIUS"
		}
	}
	return ""
}

func guessStream(f *flow.Flow) string {
	for dir := range 2 {
		b, n := &f.Lead[dir], f.LeadLen[dir]
		if n >= 8 && uint16(b[0])|uint16(b[1])<<8 == n && (f.PortA == 4244 || f.PortB == 4244 || f.PortA == 5242 || f.PortB == 5242) {
			return "Viber"
		}
	}
	return ""
}

// An alias is what the flows of one end are by their first bytes: a port belongs to one
// program, and so the flows of which nothing is known are the same.
type alias struct {
	name     string
	n, other uint32
}

// alias is the name of what else speaks on an end of the flow. The table of names is made when the first name is asked for.
func (v *Verdicts) alias(f *flow.Flow) string {
	if v.names == nil {
		v.names = new(ends)
		for id, class := range v.classes {
			f := v.table.At(uint32(id))
			if class != Other || f.Transport != flow.UDP || f.LeadLen[0]|f.LeadLen[1] == 0 {
				continue
			}
			name, _ := firstBytes(f)
			if name == "" {
				name = guess(f)
			}
			if name == "" {
				continue
			}
			for side := range 2 {
				i, isNew := v.names.add(f.Side(side))
				if isNew {
					v.aliases = append(v.aliases, alias{name: name})
				}
				if a := &v.aliases[i]; a.name == name {
					a.n++
				} else {
					a.other++
				}
			}
		}
	}
	for side := range 2 {
		if i := v.names.find(f.Side(side)); i >= 0 {
			if a := &v.aliases[i]; a.n >= 4 && a.other*8 <= a.n {
				return a.name
			}
		}
	}
	return ""
}

// looks names what a flow is when it is not Skype, as far as bytes tell: several names when
// several protocols share it.
func (v *Verdicts) looks(c *Case, class Class) string {
	var names []string
	add := func(name string) {
		for i, n := range names {
			if n == name || n == "DNS" && name == "NetBIOS names" {
				names[i] = name
				return
			}
		}
		if name != "" && len(names) < 4 {
			names = append(names, name)
		}
	}
	if c.kind == onUDP {
		// RTCP is the last of them, and RTP belongs before it.
		for k, n := range c.X.Foreign {
			if flow.Foreign(k) == flow.RTCP && rtp(c) != 0 {
				add("RTP")
			}
			if n > 0 && (n*2 >= c.n || n >= 3 && n*32 >= c.n || n >= 2 && flow.Foreign(k) == flow.STUN) {
				add(flow.Foreign(k).String())
			}
		}
	}
	if name, _ := firstBytes(c.F); !(name == "HTTP" && updateLead(c.F) && c.L == nil) {
		add(name)
	}
	if otherHello(c) {
		add("TLS")
	}
	if len(names) == 0 && class == Other {
		switch c.kind {
		case onTCP:
			add(guessStream(c.F))
		case onUDP:
			if add(guess(c.F)); len(names) == 0 && c.n > 0 {
				add(v.alias(c.F))
			}
		}
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
