package skype

// Info says in half a line what a datagram between clients is: "NAck 15f2 · you are
// 203.0.113.115". payload is the UDP payload as captured.
func Info(payload []byte) string {
	if len(payload) < 3 {
		if len(payload) == 0 {
			return "Empty datagram"
		}
		return "Start of Message cut after " + count(len(payload), "byte")
	}
	m := message{id: uint16(payload[0])<<8 | uint16(payload[1]), fn: payload[2] & 0x0f}
	s := ""
	if f := lookup(m.fn); f != nil {
		s = f.info(m, payload)
	} else {
		s = "Function " + hex16(uint16(m.fn))[3:] + " " + hex16(m.id) + " · " + count(len(payload)-3, "byte") + " unknown"
	}
	if payload[2]&0x80 != 0 {
		s += " · bit 7 set"
	}
	return s
}
