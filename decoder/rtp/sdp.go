package rtp

import (
	"net/netip"
	"strconv"
	"strings"
)

// An Offer is one medium that a party says it wants to receive.
type Offer struct {
	Kind  string         // "audio", "video"
	At    netip.AddrPort // where; the address is invalid when SDP names a host; port 0 refuses the medium
	Proto string         // "RTP/AVP"
	Types []Map
	Ptime int      // ms, 0 unsaid
	RTCP  uint16   // port of RTCP, 0 for the usual one
	Muxed bool     // a=rtcp-mux
	Wrong []string // what makes no sense in it, a sentence each

	portless bool // its port is missing or no number, and so reads as 0
}

// A Map is one payload type of an Offer.
type Map struct {
	Type     uint8
	Name     string // encoding name, "" when only the number is given
	Clock    int
	Channels int // 0 unsaid
	Fmtp     string
}

// Bounds of what is read of one SDP.
const (
	maxOffers = 64
	maxTypes  = 128
	maxLines  = 4000
	maxWrong  = 40
)

// An sdpFault is what makes no sense in a line of SDP.
type sdpFault struct {
	off  int // of the line, bytes from the start of the SDP
	what string
}

// A sdpReader reads SDP line by line. It never stops: what it does not understand it passes
// over. (RFC 8866 §5)
type sdpReader struct {
	from   netip.Addr
	cut    bool
	offers []Offer
	faults []sdpFault

	at      int // offset of the line being read
	session place
	media   place
	mediaAt int       // offset of the last m= line
	listed  bool      // the medium's formats are payload types
	seen    [128]bool // types of the medium
	mapped  [128]bool // those with an rtpmap
	ptime   int       // of the session
}

// A place is what a c= line says.
type place struct {
	said bool
	addr netip.Addr // invalid for a host's name
}

// readSDP reads a description; from stands in for an address that no line gives. Where the
// description is cut, its last line is not read, and nothing is said to be missing.
func readSDP(p []byte, from netip.Addr, cut bool) *sdpReader {
	r := &sdpReader{from: from, cut: cut}
	for n, off := 0, 0; off < len(p) && n < maxLines; n++ {
		size := lineLen(p[off:])
		r.at = off
		if cut && p[off+size-1] != '\n' {
			break
		}
		r.line(strings.TrimRight(string(p[off:off+size]), "\r\n"))
		off += size
	}
	r.endMedia()
	return r
}

// lineLen is the length of the first line with its end: LF or CRLF, or all there is.
func lineLen(p []byte) int {
	for i, c := range p {
		if c == '\n' {
			return i + 1
		}
	}
	return len(p)
}

// wrong notes what makes no sense: at the line off, and in the medium being read.
func (r *sdpReader) wrong(off int, what string) {
	if len(r.faults) >= maxWrong {
		return
	}
	r.faults = append(r.faults, sdpFault{off, what})
	if n := len(r.offers); n > 0 {
		r.offers[n-1].Wrong = append(r.offers[n-1].Wrong, what)
	}
}

func (r *sdpReader) offer() *Offer {
	if len(r.offers) == 0 {
		return nil
	}
	return &r.offers[len(r.offers)-1]
}

func (r *sdpReader) line(s string) {
	if len(s) < 2 || s[1] != '=' {
		return
	}
	value := s[2:]
	switch s[0] {
	case 'v':
		if value != "0" {
			r.wrong(r.at, "The version of SDP is 0, not "+clip(value)+".")
		}
	case 'c':
		r.connection(value)
	case 'm':
		r.endMedia()
		r.medium(value)
	case 'a':
		r.attribute(value)
	}
}

// connection reads "IN IP4 192.0.2.1", and of a group "IN IP4 224.2.1.1/127".
func (r *sdpReader) connection(s string) {
	p := place{said: true}
	if f := strings.Fields(s); len(f) == 3 && f[0] == "IN" && (f[1] == "IP4" || f[1] == "IP6") {
		host, _, _ := strings.Cut(f[2], "/")
		a, err := netip.ParseAddr(host)
		switch {
		case err == nil && a.Is4() == (f[1] == "IP4"):
			p.addr = a.WithZone("")
		case err == nil:
			p.addr = a.WithZone("")
			r.wrong(r.at, "The address "+clip(f[2])+" is not of the family "+f[1]+".")
		case strings.Trim(host, "0123456789.") == "":
			r.wrong(r.at, clip(f[2])+" is no address.")
		}
	} else {
		r.wrong(r.at, "A connection is three words: IN, IP4 or IP6, and an address.")
	}
	if len(r.offers) == 0 {
		r.session = p
	} else {
		r.media = p
	}
}

// medium reads "audio 6000 RTP/AVP 97 0 8".
func (r *sdpReader) medium(s string) {
	if len(r.offers) >= maxOffers {
		return
	}
	f := strings.Fields(s)
	r.offers = append(r.offers, Offer{Ptime: r.ptime})
	r.media, r.seen, r.mapped = place{}, [128]bool{}, [128]bool{}
	r.mediaAt = r.at
	r.listed = false
	o := r.offer()
	if len(r.offers) == 1 {
		for _, f := range r.faults { // those of the session
			o.Wrong = append(o.Wrong, f.what)
		}
	}
	if len(f) > 0 {
		o.Kind = f[0]
	}
	port := 0
	o.portless = len(f) < 2
	if len(f) > 1 {
		first, count, many := strings.Cut(f[1], "/")
		n, ok := number(first, 65535)
		if !ok {
			o.portless = true
			r.wrong(r.at, clip(f[1])+" is no port.")
		}
		if k, ok := number(count, 65535); many && (!ok || k == 0) {
			r.wrong(r.at, clip(count)+" is no number of ports.")
		}
		port = n
	}
	o.At = netip.AddrPortFrom(netip.Addr{}, uint16(port))
	if len(f) > 2 {
		o.Proto = f[2]
		r.listed = strings.Contains(strings.ToUpper(o.Proto), "RTP/")
	}
	if len(f) < 4 {
		r.wrong(r.at, "The medium names no payload types.")
		return
	}
	if !r.listed {
		return
	}
	for _, t := range f[3:] {
		n, ok := number(t, 127)
		switch {
		case !ok:
			r.wrong(r.at, clip(t)+" is no payload type: those are numbers from 0 to 127.")
		case r.seen[n]:
			r.wrong(r.at, "Payload type "+itoa(n)+" is listed twice.")
		case len(o.Types) < maxTypes:
			r.seen[n] = true
			o.Types = append(o.Types, Map{Type: uint8(n)})
		}
	}
}

// endMedia ends the medium being read: what only its last line can tell.
func (r *sdpReader) endMedia() {
	o := r.offer()
	if o == nil {
		return
	}
	p := r.media
	if !p.said {
		p = r.session
	}
	if !p.said {
		if (o.At.Port() != 0 || o.portless) && !r.cut {
			r.wrong(r.mediaAt, "No line says at which address the medium is to arrive.")
		}
		p.addr = r.from
	}
	o.At = netip.AddrPortFrom(p.addr, o.At.Port())
	for _, m := range o.Types {
		if m.Type >= 96 && !r.mapped[m.Type] && (o.At.Port() != 0 || o.portless) && !r.cut {
			r.wrong(r.mediaAt, "Nothing says what payload type "+itoa(int(m.Type))+" is.")
		}
	}
}

func (r *sdpReader) attribute(s string) {
	name, value, _ := strings.Cut(s, ":")
	o := r.offer()
	switch name {
	case "ptime":
		n, fault := ptime(value)
		if fault != "" {
			r.wrong(r.at, fault)
			return
		}
		if o != nil {
			o.Ptime = n
		} else {
			r.ptime = n
		}
	case "rtcp-mux":
		if o != nil {
			o.Muxed = true
		}
	case "rtcp":
		if o == nil {
			return
		}
		port, _, _ := strings.Cut(value, " ")
		n, ok := number(port, 65535)
		if !ok || n == 0 {
			r.wrong(r.at, clip(port)+" is no port for RTCP.")
			return
		}
		o.RTCP = uint16(n)
	case "rtpmap":
		r.rtpmap(o, value)
	case "fmtp":
		r.fmtp(o, value)
	}
}

// ptime reads the length of a packet in ms: "20".
func ptime(s string) (ms int, fault string) {
	s = strings.TrimSpace(s)
	n, ok := number(s, 1<<30)
	if !ok { // some write a fraction
		if f, err := strconv.ParseFloat(s, 64); err == nil && f > 0 && f <= 1000 {
			return max(1, int(f+0.5)), ""
		}
		return 0, "The length of a packet is a number of milliseconds, not " + clip(s) + "."
	}
	if n == 0 || n > 1000 {
		return 0, "A packet of " + itoa(n) + " ms makes no sense."
	}
	return n, ""
}

// payloadType reads the number in front of an attribute's value, and says what is wrong with it.
func (r *sdpReader) payloadType(o *Offer, what, s string) (m *Map, rest string) {
	num, rest, _ := strings.Cut(strings.TrimSpace(s), " ")
	n, ok := number(num, 127)
	if !ok {
		r.wrong(r.at, "An "+what+" begins with a payload type from 0 to 127, not with "+clip(num)+".")
		return nil, ""
	}
	if o == nil {
		r.wrong(r.at, "The "+what+" of payload type "+itoa(n)+" stands before any medium.")
		return nil, ""
	}
	for i := range o.Types {
		if int(o.Types[i].Type) == n {
			return &o.Types[i], strings.TrimSpace(rest)
		}
	}
	if r.listed {
		r.wrong(r.at, "The medium does not list payload type "+itoa(n)+", of which this "+what+" speaks.")
	}
	return nil, ""
}

// rtpmap reads "97 iLBC/8000", and with channels "11 L16/44100/2".
func (r *sdpReader) rtpmap(o *Offer, value string) {
	m, rest := r.payloadType(o, "rtpmap", value)
	if m == nil {
		return
	}
	if r.mapped[m.Type] {
		r.wrong(r.at, "A second rtpmap for payload type "+itoa(int(m.Type))+"; the first one counts.")
		return
	}
	r.mapped[m.Type] = true
	name, rate, _ := strings.Cut(rest, "/")
	rate, channels, many := strings.Cut(rate, "/")
	m.Name = name
	if name == "" {
		r.wrong(r.at, "The rtpmap of payload type "+itoa(int(m.Type))+" names no codec.")
	}
	clock, ok := number(rate, 1<<30)
	if !ok || clock == 0 {
		r.wrong(r.at, "The rtpmap of payload type "+itoa(int(m.Type))+" gives no clock rate.")
	} else {
		m.Clock = clock
	}
	if many {
		n, ok := number(channels, 255)
		if !ok || n == 0 {
			r.wrong(r.at, clip(channels)+" is no number of channels.")
		} else {
			m.Channels = n
		}
	}
	if s := staticTypes.Text(uint64(m.Type)); s != "" && name != "" {
		if fixed, _, _ := strings.Cut(s, " "); !strings.EqualFold(fixed, name) {
			r.wrong(r.at, "Payload type "+itoa(int(m.Type))+" is "+fixed+" for everybody, and cannot be "+clip(name)+".")
		}
	}
}

// fmtp reads "97 mode=20".
func (r *sdpReader) fmtp(o *Offer, value string) {
	m, rest := r.payloadType(o, "fmtp", value)
	if m == nil {
		return
	}
	if m.Fmtp != "" {
		rest = m.Fmtp + ";" + rest
	}
	if len(rest) <= 1000 {
		m.Fmtp = rest
	}
}

// number reads a decimal number of at most most; signs and anything else are refused.
func number(s string, most int) (n int, ok bool) {
	if s == "" || len(s) > 10 {
		return 0, false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	if n > most {
		return 0, false
	}
	return n, true
}

// clip keeps words of a packet short and printable for a sentence.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return strconv.Quote(s)
}
