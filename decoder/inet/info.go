package inet

import (
	"bytes"
	"net/netip"
	"strings"
)

// Info is the packet in a few words, for a list of packets: "A? ui.skype.com",
// "who has 192.168.1.1? tell 192.168.1.2". s is what Summarize said of data.
func Info(s *Summary, data []byte) string {
	if s.Flags&Broken != 0 {
		if t := transportInfo(s, data); t != "" {
			return "broken lengths · " + t
		}
		return "broken lengths"
	}
	if s.Flags&HasIP == 0 {
		return linkInfo(s, data)
	}
	return transportInfo(s, data)
}

func linkInfo(s *Summary, data []byte) string {
	if s.Proto == ProtoARP {
		return arpInfo(data)
	}
	return ""
}

// arpInfo finds the ARP message by its own header, which begins 0001 0800 06 04
// on Ethernet, so that the link layer need not be read again.
func arpInfo(data []byte) string {
	i := bytes.Index(data, []byte{0x08, 0x00, 6, 4})
	if i < 2 || len(data) < i+26 {
		return ""
	}
	p := data[i-2:]
	mac := uint64(be16(p, 8))<<32 | uint64(be32(p, 10))
	return arpText(be16(p, 6), macText(mac), netip.AddrFrom4([4]byte(p[14:18])), netip.AddrFrom4([4]byte(p[24:28])))
}

func transportInfo(s *Summary, data []byte) string {
	if s.Flags&Fragment != 0 && s.Flags&HasPorts == 0 {
		return "fragment of " + strings.ToUpper(TransportName(s.Transport))
	}
	if s.PayOff+s.PayLen > len(data) {
		return ""
	}
	pay := data[s.PayOff : s.PayOff+s.PayLen]
	t := ""
	switch s.Transport {
	case ipTCP:
		t = tcpInfo(s, data, pay)
	case ipUDP, ipUDPLite:
		if t = appInfo(s, pay); t == "" {
			t = plural(s.PayWire, "byte")
		}
	case ipICMP:
		t = icmpInfo(pay)
	case ipICMPv6:
		t = icmpv6Info(pay)
	case ipIGMP:
		if len(pay) > 0 {
			t = igmpTypes.Text(uint64(pay[0]))
		}
	case ipIPv4, ipIPv6:
		t = tunnelInfo(s, pay)
	default:
		if s.PayWire > 0 {
			t = plural(s.PayWire, "byte")
		}
	}
	if s.Flags&Fragment != 0 {
		t += " · first fragment"
	}
	return t
}

// tunnelInfo speaks of the packet within the packet.
func tunnelInfo(s *Summary, pay []byte) string {
	var in Summary
	Summarize(&in, LinkRaw, pay, max(len(pay), s.PayWire))
	if in.Flags&HasIP == 0 {
		return ""
	}
	return "carries " + endpoint(in.Src, in.SrcPort, in.Flags) + " → " + endpoint(in.Dst, in.DstPort, in.Flags) +
		" " + in.Proto.Title() + " " + Info(&in, pay)
}

func endpoint(a Addr, port uint16, f SummaryFlags) string {
	if f&HasPorts != 0 {
		return netip.AddrPortFrom(a.Netip(), port).String()
	}
	return a.Netip().String()
}

func tcpInfo(s *Summary, data, pay []byte) string {
	if t := appInfo(s, pay); t != "" {
		return t
	}
	// The header lies before the payload; its length is in the header, so look back for it.
	for hdr := 20; hdr <= 60 && hdr <= s.PayOff; hdr += 4 {
		h := data[s.PayOff-hdr : s.PayOff]
		if int(h[12]>>4)*4 == hdr && be16(h, 0) == s.SrcPort && be16(h, 2) == s.DstPort {
			flags := be16(h, 12) & 0x1FF
			t := tcpFlagText(flags) + " seq " + utoa(uint64(be32(h, 4)))
			if flags&0x10 != 0 {
				t += " ack " + utoa(uint64(be32(h, 8)))
			}
			return t + " len " + utoa(uint64(s.PayWire))
		}
	}
	return plural(s.PayWire, "byte")
}

// appInfo is what the application's message says.
func appInfo(s *Summary, pay []byte) string {
	switch s.Proto {
	case ProtoDNS:
		if s.Transport == ipTCP && len(pay) > 2 {
			pay = pay[2:]
		}
		return dnsInfo(pay, false)
	case ProtoMDNS, ProtoLLMNR:
		return dnsInfo(pay, s.Proto == ProtoMDNS)
	case ProtoTLS:
		return tlsInfo(pay)
	case ProtoSTUN:
		if len(pay) >= 2 {
			return stunTypes.Text(uint64(be16(pay, 0)))
		}
	case ProtoHTTP, ProtoSSDP, ProtoSIP, ProtoRTSP, ProtoIRC, ProtoFTP, ProtoSMTP, ProtoPOP, ProtoIMAP, ProtoSSH, ProtoGnutella, ProtoSyslog:
		line, _, _ := bytes.Cut(pay, []byte("\n"))
		line = redact(bytes.TrimRight(line, "\r"))
		if s.Proto == ProtoSIP {
			line = faceless(line)
		}
		if printable(line) {
			return clip(strings.ToValidUTF8(strings.Map(visible, string(line)), "\uFFFD"), 120)
		}
	}
	return ""
}

// visible drops control codes from a line.
func visible(r rune) rune {
	if r < ' ' || r == 0x7F {
		return -1
	}
	return r
}

func tlsInfo(pay []byte) string {
	if len(pay) < 6 {
		return ""
	}
	if pay[0] == 0x80 {
		return "client hello in the form of SSL 2"
	}
	t := tlsTypes.Text(uint64(pay[0]))
	if pay[0] == 0x16 && tlsHandshakes.Text(uint64(pay[5])) != "" {
		t = tlsHandshakes.Text(uint64(pay[5]))
		if name := serverName(pay); name != "" {
			t += " · " + name
		}
	}
	if v := tlsVersions.Text(uint64(be16(pay, 1))); v != "" {
		return v + " " + t
	}
	return t
}

// serverName is the name that a client's hello asks for, or "".
func serverName(pay []byte) string {
	if len(pay) < 44 || pay[5] != 1 {
		return ""
	}
	at := 43 // record, handshake, version, random
	skip := func(width int) bool {
		if at+width > len(pay) {
			return false
		}
		n := int(pay[at])
		if width == 2 {
			n = int(be16(pay, at))
		}
		at += width + n
		return at <= len(pay)
	}
	if !skip(1) || !skip(2) || !skip(1) || at+2 > len(pay) {
		return ""
	}
	at += 2
	for at+4 <= len(pay) {
		t, n := be16(pay, at), int(be16(pay, at+2))
		at += 4
		if at+n > len(pay) {
			return ""
		}
		if t == 0 && n >= 5 && pay[at+2] == 0 {
			name := pay[at+5 : at+n]
			if len(name) == int(be16(pay, at+3)) && len(name) <= 255 && printable(name) {
				return strings.ToValidUTF8(string(name), "\uFFFD")
			}
		}
		at += n
	}
	return ""
}

func icmpInfo(p []byte) string {
	if len(p) < 4 {
		return ""
	}
	t := icmpTypes.Text(uint64(p[0]))
	if t == "" {
		return "type " + utoa(uint64(p[0]))
	}
	if c := icmpCodeText(p[0], p[1]); c != "" {
		t += ": " + c
	}
	if len(p) < 8 {
		return t
	}
	switch p[0] {
	case 0, 8:
		t += " id " + utoa(uint64(be16(p, 4))) + " seq " + utoa(uint64(be16(p, 6)))
	case 3, 4, 5, 11, 12:
		t += quoteInfo(p[8:])
	}
	return t
}

func icmpv6Info(p []byte) string {
	if len(p) < 4 {
		return ""
	}
	t := icmpv6Types.Text(uint64(p[0]))
	if t == "" {
		return "type " + utoa(uint64(p[0]))
	}
	if c := icmpv6CodeText(p[0], p[1]); c != "" {
		t += ": " + c
	}
	if len(p) < 8 {
		return t
	}
	switch p[0] {
	case 128, 129:
		t += " id " + utoa(uint64(be16(p, 4))) + " seq " + utoa(uint64(be16(p, 6)))
	case 1, 2, 3, 4:
		t += quoteInfo(p[8:])
	case 135, 136:
		if len(p) >= 24 {
			t += " " + netip.AddrFrom16([16]byte(p[8:24])).String()
		}
	}
	return t
}

// quoteInfo says which packet an error message speaks of.
func quoteInfo(p []byte) string {
	var in Summary
	Summarize(&in, LinkRaw, p, 1<<16)
	if in.Flags&HasIP == 0 {
		return ""
	}
	return " · " + strings.ToUpper(TransportName(in.Transport)) + " " +
		endpoint(in.Src, in.SrcPort, in.Flags) + " → " + endpoint(in.Dst, in.DstPort, in.Flags)
}

func plural(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return utoa(uint64(max(n, 0))) + " " + unit + "s"
}
