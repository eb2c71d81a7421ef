package classify

import (
	"bytes"

	"somscope/decoder/flow"
)

// datagramLayout names what a first datagram of 12 bytes or more is by fixed bytes and lengths that
// agree. All of it together is so much that the dice of Skype would hardly ever do it: two bytes at
// the least, and mostly four.
func datagramLayout(f *flow.Flow, b []byte, n, dir int) string {
	o, on := &f.Lead[1-dir], int(f.LeadLen[1-dir]) // the first of the other direction
	at := func(port uint16) bool { return f.PortA == port || f.PortB == port }
	length := int(b[2])<<8 | int(b[3])
	switch b[0] {
	case 0x00:
		if b[1] == 3 && on == 4 && n <= 516 && o[0] == 0 && o[1] == 4 && o[2] == b[2] && o[3] == b[3] {
			return "TFTP" // a block and its acknowledgement
		}
	case 0x02:
		if on >= 12 && o[0] == 2 && b[3] == 0 && b[4] != 0 && bytes.Equal(b[3:7], o[3:7]) {
			return "QQ" // the answer repeats command and number
		}
	case 0x08:
		if b[1]|b[2]|b[3] == 0 && b[7] == 0 && n >= 22 && (at(4789) || at(8472)) {
			return "VXLAN"
		}
	case 0x30, 0x32, 0x34, 0x36:
		if length == n-8 && (b[1] <= 2 || b[1] >= 0xfe) {
			return "GTP"
		}
	case 0x38: // what resets the connection, without a signature or with one
		if on >= 14 && o[0] == 0x40 && n == 14 && b[9] == 0 && be32(b[10:]) == 0 {
			return "OpenVPN"
		}
	case 0x60:
		if b[1]|b[2]|b[3] == 0 && int(b[4])<<8|int(b[5]) == n-40 {
			return "Teredo"
		}
	case 0x81:
		if b[1] <= 0x0b && length == n {
			return "BACnet"
		}
	case 0xc8:
		if b[1] == 2 && length == n {
			return "L2TP"
		}
	case 0xe3, 0xc5:
		if edonkey(b, n) {
			return "eDonkey"
		}
	case 0xe4, 0xe5:
		if kad(b, n) {
			return "Kad"
		}
	case 0xf7:
		if int(b[2])|int(b[3])<<8 == n {
			return "Warcraft III"
		}
	case '<':
		if i := bytes.IndexByte(b, '>'); i >= 2 && i <= 4 && digits(b[1:i]) {
			return "syslog"
		}
	case 'H':
		if string(b[:7]) == "HTTP/1." {
			return "SSDP"
		}
	}
	switch {
	case b[0]&0xf0 == 0x40 && b[0]&15 <= 8 && b[1] <= 4 && on >= 4 && o[0]&0xf0 == 0x60 && o[2] == b[2] && o[3] == b[3]:
		return "CoAP" // an acknowledgement repeats the id of its message
	case b[0] == 0x40 && length == n-4 && on > 4 && o[0] == 0x40 && o[1] == b[1] && int(o[2])<<8|int(o[3]) == on-4:
		return "TURN channels"
	case be32(b[4:]) == 1<<16 && b[2]|b[3] == 0 && plainWord(b[8:]):
		return "memcached"
	case b[1] == 0xbe && b[0] >= 0xf0 && b[0] <= 0xf8 && b[3] <= 1 && n >= 16 && (on == 0 || o[1] == 0xbe && o[0] >= 0xf0):
		return "TeamSpeak 2"
	case b[0]&0x80 != 0 && b[2]|b[3]|b[8]|b[9] == 0 && b[10] == 6 && b[11] == 1:
		return "IAX2"
	case len(b) == 16 && (string(b[9:16]) == "\x00\xff\xff\x00\xfe\xfe\xfe" && b[0] <= 2 || string(b[1:9]) == "\x00\xff\xff\x00\xfe\xfe\xfe\xfe"):
		return "RakNet"
	case be32(b[4:]) == 0 && be32(b[8:]) == 2 && len(b) == 16 && be32(b[12:])>>8 == 100000>>8 && n >= 40:
		return "Sun RPC"
	case b[0]&0xc0 == 0xc0 && n >= 1000 && b[5] <= 20 && (be32(b[1:]) == 1 || be32(b[1:]) == 0x6b3343cf || be32(b[1:])>>8 == 0xff0000):
		return "QUIC"
	}
	return ""
}

// kad reports a message of eMule's distributed hash table, by its opcode and its length.
func kad(b []byte, n int) bool {
	if b[0] == 0xe5 { // the same, packed
		return b[2] == 0x78 && (b[3] == 0x01 || b[3] == 0x5e || b[3] == 0x9c || b[3] == 0xda)
	}
	if b[1] == 0x20 || b[1] == 0x21 {
		return n == 35 && (b[2] == 0x02 || b[2] == 0x04 || b[2] == 0x0b)
	}
	if flow.Shape(b, n) != flow.Odd {
		return false // two bytes are too little to say so of what may be a Command
	}
	switch b[1] {
	case 0x28, 0x29:
		return n >= 19 && (n-19)%25 == 0
	case 0x10, 0x18:
		return n == 27
	case 0x11, 0x19:
		return n >= 22 && n < 64
	}
	return false
}

// edonkey reports a datagram to a server or to a source of eDonkey.
func edonkey(b []byte, n int) bool {
	if b[0] == 0xc5 {
		return b[1] == 0x90 && n >= 18 && n <= 22 && n&1 == 0
	}
	return flow.Shape(b, n) == flow.Odd && (b[1] == 0x9a && (n-2)&15 == 0 || b[1] == 0x9b && n >= 25 || b[1] == 0x98 && plainWord(b[5:]))
}

// plainWord reports that a word of a text begins there.
func plainWord(b []byte) bool {
	for _, c := range b[:min(3, len(b))] {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return len(b) >= 3
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// The hello that Google's clients put before a connection on port 443, and its answer: constant,
// and of the same lengths as those of Skype.
const (
	leadTalk   = "\x80\x46\x01\x03\x01\x00\x2d\x00\x00\x00\x10\x01\x00\x80\x03\x00"
	leadTalked = "\x16\x03\x01\x00\x4a\x02\x00\x00\x46\x03\x01\x42\x85\x45\xa7\x27"
)

// streamLayout is datagramLayout for the first payload of a direction over TCP.
func streamLayout(f *flow.Flow, b []byte, n, dir int) string {
	if len(b) < 3 {
		return ""
	}
	o, on := &f.Lead[1-dir], int(f.LeadLen[1-dir])
	switch {
	case string(b) == leadTalk && n == leadHelloSize && (on == 0 || string(o[:]) == leadTalked), string(b) == leadTalked && n == leadServerSize && string(o[:]) == leadTalk:
		return "Google Talk's false TLS"
	case b[0] == 5 && n == 2+int(b[1]) && b[1] <= 8 && on == 2 && o[0] == 5:
		return "SOCKS"
	case len(b) < 9:
		return ""
	case b[0] == 4 && b[1] <= 2 && n >= 9 && on == 8 && o[0] == 0 && o[1] >= 0x5a && o[1] <= 0x5d:
		return "SOCKS"
	case b[0] == 0x2a && b[1] >= 1 && b[1] <= 5 && int(b[4])<<8|int(b[5]) <= n-6 && (on < 6 || o[0] == 0x2a):
		return "AIM or ICQ"
	case (b[0] == 0xe3 || b[0] == 0xc5) && n >= 12 && b[3]|b[4] == 0 && int(b[1])|int(b[2])<<8 == n-5:
		return "eDonkey"
	case be32(b[4:]) == 0x1a2b3c4d && int(b[0])<<8|int(b[1]) == n:
		return "PPTP"
	case int(b[0])|int(b[1])<<8|int(b[2])<<16 == n-4 && b[3] == 0 && b[4] == 10 && b[5] >= '3' && b[5] <= '9' && b[6] == '.':
		return "MySQL"
	case int(be32(b)) == n && be32(b[4:]) == 0x30000:
		return "PostgreSQL"
	case b[0] == 0x30 && int(b[1]) == n-2 && b[2] == 2 && b[3] >= 1 && b[3] <= 4 && b[4+b[3]]&0xe0 == 0x60:
		return "LDAP"
	case b[0] == 0x10 && string(b[4:8]) == "MQTT":
		return "MQTT"
	case b[0] == 3 && n >= 1300 && be32(b[5:]) == 0:
		return "RTMP"
	case n == 16 && len(b) == 16 && b[0] == 0 && b[1] == 14 && b[2] == 0x38 && b[11] == 0 && be32(b[12:]) == 0:
		return "OpenVPN"
	}
	return ""
}

// guessDatagram is guess for a port together with a few bytes, and for what question and answer
// have in common.
func guessDatagram(f *flow.Flow, dir int, at func(ports ...uint16) bool) string {
	b, n := &f.Lead[dir], int(f.LeadLen[dir])
	o, on := &f.Lead[1-dir], int(f.LeadLen[1-dir])
	length := int(b[2])<<8 | int(b[3])
	switch {
	case at(5683, 5684) && b[0]>>6 == 1 && b[0]&15 <= 8:
		return "CoAP"
	case b[0] >= 0x40 && b[0] <= 0x4f && length <= n-4 && length+8 > n && (on == 0 || o[0] == b[0] && int(o[2])<<8|int(o[3]) <= on-4):
		return "TURN channels"
	case at(4500) && n >= 20 && b[4]|b[5] == 0 && be32(b[:]) != 0:
		return "ESP"
	case at(69) && b[0] == 0 && b[1] >= 1 && b[1] <= 5:
		return "TFTP"
	case at(88) && b[0] >= 0x6a && b[0] <= 0x7e:
		return "Kerberos"
	case at(520) && b[0] <= 2 && b[1] <= 2 && b[2]|b[3] == 0:
		return "RIP"
	case at(2055, 4739, 9995, 9996) && b[0] == 0 && (b[1] == 5 || b[1] == 9 || b[1] == 10):
		return "NetFlow"
	case at(3784) && n == 24 && b[0]>>5 == 1 && b[3] == 24:
		return "BFD"
	case at(4569) && b[0]&0x80 != 0 && n >= 12:
		return "IAX2"
	case at(1718, 1719) && n >= 8 && on >= 8 && o[2] == b[2] && o[3] == b[3] && o[0] != b[0]:
		return "H.225"
	case at(6081) && b[2] == 0x65 && b[3] == 0x58:
		return "Geneve"
	case at(6343) && be32(b[:]) == 5:
		return "sFlow"
	case at(8801) && (b[0] == 5 || b[0] == 1):
		return "Zoom"
	}
	return ""
}
