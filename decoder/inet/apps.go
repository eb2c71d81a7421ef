package inet

import "encoding/binary"

// appUDP names what a UDP payload is, by a look at its first bytes and, where
// those say little, by the port as well. A port alone never decides. ProtoNone
// means that nobody has claimed it. RTP is not guessed: two bits do not
// make a voice.
func appUDP(src, dst uint16, p []byte) Proto {
	// The magic cookie stands for itself, on any port. (RFC 5389 §6)
	if len(p) >= 20 && p[0]&0xC0 == 0 && binary.BigEndian.Uint32(p[4:]) == stunCookie {
		return ProtoSTUN
	}
	if a := appUDPPort(dst, p); a != ProtoNone {
		return a
	}
	return appUDPPort(src, p)
}

func appUDPPort(port uint16, p []byte) Proto {
	if port > 8472 {
		return ProtoNone
	}
	switch port {
	case 53:
		if looksDNS(p) {
			return ProtoDNS
		}
	case 67, 68:
		if len(p) >= 236 && (p[0] == 1 || p[0] == 2) && p[2] <= 16 {
			return ProtoDHCP
		}
	case 69:
		if len(p) >= 4 && p[0] == 0 && p[1] >= 1 && p[1] <= 6 {
			return ProtoTFTP
		}
	case 123:
		if len(p) >= 48 && p[0]>>3&7 >= 1 && p[0]>>3&7 <= 4 {
			return ProtoNTP
		}
		if len(p) >= 12 && p[0]&7 >= 6 && p[0]>>3&7 >= 1 { // control and private messages
			return ProtoNTP
		}
	case 137:
		if looksDNS(p) {
			return ProtoNBNS
		}
	case 138:
		if len(p) >= 14 && p[0] >= 0x10 && p[0] <= 0x16 {
			return ProtoNBDGM
		}
	case 161, 162:
		if len(p) >= 8 && p[0] == 0x30 {
			return ProtoSNMP
		}
	case 500:
		if len(p) >= 28 && int64(binary.BigEndian.Uint32(p[24:])) == int64(len(p)) {
			return ProtoISAKMP
		}
	case 514:
		if len(p) >= 4 && p[0] == '<' && p[1] >= '0' && p[1] <= '9' {
			return ProtoSyslog
		}
	case 546, 547:
		if len(p) >= 4 && p[0] >= 1 && p[0] <= 13 {
			return ProtoDHCPv6
		}
	case 1645, 1646, 1812, 1813:
		if len(p) >= 20 && int(binary.BigEndian.Uint16(p[2:])) <= len(p) && int(binary.BigEndian.Uint16(p[2:])) >= 20 {
			return ProtoRADIUS
		}
	case 1701:
		if len(p) >= 6 && p[1]&15 == 2 {
			return ProtoL2TP
		}
	case 1900:
		if starts(p, "M-SEARCH ") || starts(p, "NOTIFY ") || starts(p, "HTTP/1.") {
			return ProtoSSDP
		}
	case 3478, 3479: // STUN as it was before the cookie. (RFC 3489 §11.1)
		if len(p) >= 20 && p[0] <= 1 && int(binary.BigEndian.Uint16(p[2:])) == len(p)-20 {
			return ProtoSTUN
		}
	case 4789, 8472:
		if len(p) >= 8 && p[0]&0x08 != 0 && p[7] == 0 {
			return ProtoVXLAN
		}
	case 5060, 5061:
		if looksSIP(p) {
			return ProtoSIP
		}
	case 5353:
		if looksDNS(p) {
			return ProtoMDNS
		}
	case 5355:
		if looksDNS(p) {
			return ProtoLLMNR
		}
	case 6081:
		if len(p) >= 8 && p[0]>>6 == 0 && p[7] == 0 {
			return ProtoGeneve
		}
	}
	return ProtoNone
}

// appTCP names what a TCP segment begins with. It sees one segment, so the
// middle of a message has no name.
func appTCP(src, dst uint16, p []byte) Proto {
	switch c := p[0]; {
	case c >= 0x14 && c <= 0x17:
		if looksTLS(p) {
			return ProtoTLS
		}
	case c == 0x13:
		if starts(p, "\x13BitTorrent protocol") {
			return ProtoBitTorrent
		}
	case c == 0x80:
		if looksSSL2(p) {
			return ProtoTLS
		}
	case c >= 'A' && c <= 'Z':
		if a := appTCPText(p); a != ProtoNone {
			return a
		}
	}
	if a := appTCPPort(dst, p); a != ProtoNone {
		return a
	}
	return appTCPPort(src, p)
}

func appTCPText(p []byte) Proto {
	switch p[0] {
	case 'H':
		if starts(p, "HTTP/1.") || starts(p, "HEAD ") {
			return ProtoHTTP
		}
	case 'G':
		if starts(p, "GNUTELLA ") {
			return ProtoGnutella
		}
		if starts(p, "GET ") {
			return ProtoHTTP
		}
	case 'R':
		if starts(p, "RTSP/1.") {
			return ProtoRTSP
		}
		if starts(p, "REGISTER sip:") {
			return ProtoSIP
		}
	case 'S':
		if starts(p, "SSH-") {
			return ProtoSSH
		}
		if starts(p, "SIP/2.0 ") {
			return ProtoSIP
		}
	case 'P':
		if starts(p, "POST ") || starts(p, "PUT ") || starts(p, "PATCH ") {
			return ProtoHTTP
		}
	case 'D', 'O', 'C', 'T':
		if starts(p, "DELETE /") || starts(p, "OPTIONS ") || starts(p, "CONNECT ") || starts(p, "TRACE ") {
			if looksSIP(p) {
				return ProtoSIP
			}
			if looksRTSP(p) {
				return ProtoRTSP
			}
			return ProtoHTTP
		}
		if starts(p, "DESCRIBE rtsp:") {
			return ProtoRTSP
		}
	case 'I':
		if starts(p, "INVITE sip:") {
			return ProtoSIP
		}
	}
	return ProtoNone
}

func appTCPPort(port uint16, p []byte) Proto {
	switch port {
	case 21:
		if isText(p) {
			return ProtoFTP
		}
	case 23:
		if p[0] == 0xFF || isText(p) {
			return ProtoTelnet
		}
	case 25, 587:
		if isText(p) {
			return ProtoSMTP
		}
	case 53:
		if len(p) >= 14 && int(binary.BigEndian.Uint16(p)) >= 12 && looksDNS(p[2:]) {
			return ProtoDNS
		}
	case 110:
		if isText(p) {
			return ProtoPOP
		}
	case 143:
		if isText(p) {
			return ProtoIMAP
		}
	case 6660, 6661, 6662, 6663, 6664, 6665, 6666, 6667, 6668, 6669, 7000:
		if isText(p) {
			return ProtoIRC
		}
	}
	return ProtoNone
}

func starts(p []byte, s string) bool { return len(p) >= len(s) && string(p[:len(s)]) == s }

// isText reports whether the first bytes could be a line of text.
func isText(p []byte) bool {
	if len(p) > 8 {
		p = p[:8]
	}
	for _, c := range p {
		if c < ' ' && c != '\r' && c != '\n' && c != '\t' && c > 3 || c == 0x7F || c == 0 {
			return false
		}
	}
	return true
}

// looksDNS checks the header of a DNS message: a known opcode and response
// code, and no more entries than the bytes could hold. (RFC 1035 §4.1.1)
func looksDNS(p []byte) bool {
	if len(p) < 12 {
		return false
	}
	if op := p[2] >> 3 & 15; op > 6 && op != 8 && op != 15 { // 8 and 15 are NetBIOS refreshes
		return false
	}
	qd, an := int(binary.BigEndian.Uint16(p[4:])), int(binary.BigEndian.Uint16(p[6:]))
	ns, ar := int(binary.BigEndian.Uint16(p[8:])), int(binary.BigEndian.Uint16(p[10:]))
	return qd+an+ns+ar > 0 && 5*qd <= len(p)-12+5 && qd <= 64 && an <= 1024 && ns <= 1024 && ar <= 1024
}

// looksTLS checks the header of a TLS record, and for a handshake in clear the
// header of its message too: a record that says it is a handshake of no
// length, or of no known type, is what Skype's imitation sends. (RFC 5246 §6.2.1, §7.4)
func looksTLS(p []byte) bool {
	if len(p) < 6 || p[1] != 3 || p[2] > 4 {
		return false
	}
	n := int(binary.BigEndian.Uint16(p[3:]))
	if n == 0 || n > 1<<14+2048 {
		return false
	}
	switch p[0] {
	case 0x14: // change cipher spec: one byte of 1
		return n == 1 && p[5] == 1
	case 0x15: // alert: level and description, or encrypted
		return n == 2 && (p[5] == 1 || p[5] == 2) || n >= 16 && n <= 256
	case 0x16:
		switch p[5] {
		case 0, 1, 2, 3, 4, 5, 6, 8, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23, 24, 25, 67:
			// The message may run on in the next record, but a hello does not.
			if len(p) >= 9 && p[5] <= 2 {
				m := int(p[6])<<16 | int(p[7])<<8 | int(p[8])
				return m+4 <= n || m > 1<<14-4
			}
			return true
		}
		// An encrypted "finished" of any type stands alone and is short.
		return n >= 32 && n <= 96 && len(p) == 5+n
	}
	return true // application data
}

// looksSSL2 recognises the hello in the format of SSL 2 that early TLS clients
// sent: its three lengths must add up. (RFC 5246 Appendix E.2)
func looksSSL2(p []byte) bool {
	if len(p) < 11 || p[2] != 1 || p[3] != 3 || p[4] > 3 {
		return false
	}
	sum := int(binary.BigEndian.Uint16(p[5:])) + int(binary.BigEndian.Uint16(p[7:])) + int(binary.BigEndian.Uint16(p[9:]))
	return int(p[1])+int(p[0]&0x7F)<<8 == 9+sum
}

var sipMethods = [...]string{"INVITE ", "ACK ", "BYE ", "CANCEL ", "REGISTER ", "OPTIONS ", "SUBSCRIBE ",
	"NOTIFY ", "MESSAGE ", "REFER ", "INFO ", "PRACK ", "UPDATE ", "PUBLISH "}

// looksSIP recognises a status line or a request line of SIP. (RFC 3261 §7)
func looksSIP(p []byte) bool {
	if starts(p, "SIP/2.0 ") {
		return true
	}
	for _, m := range &sipMethods {
		if starts(p, m) {
			p = p[len(m):]
			return starts(p, "sip:") || starts(p, "sips:") || starts(p, "tel:")
		}
	}
	return false
}

func looksRTSP(p []byte) bool {
	for i := 0; i+5 <= len(p) && i < 12; i++ {
		if string(p[i:i+5]) == "rtsp:" {
			return true
		}
	}
	return starts(p, "OPTIONS * RTSP")
}
