package classify

import "testing"

// TestLayouts has for each layout of another protocol a conversation that has it, and one that
// comes near and has no name.
func TestLayouts(t *testing.T) {
	for _, c := range []struct {
		name, yes, no string
		answer        string // of both
	}{
		{"Kad", "e421 02 +32", "e421 02 +33", ""},
		{"Kad", "e429 00 +16", "e429 00 +17", ""},
		{"eDonkey", "c590 02 +15", "c590 02 +14", ""},
		{"BACnet", "810a0011 +13", "810a0012 +13", ""},
		{"GTP", "30ff0010 +20", "30ff0011 +20", ""},
		{"L2TP", "c8020014 +16", "c8020015 +16", ""},
		{"Teredo", "60000000 0000 +34", "60000000 0001 +34", ""},
		{"Warcraft III", "f72f1400 +16", "f72f1500 +16", ""},
		{"TFTP", "00030201 +30", "00030202 +30", "00040201"},
		{"QQ", "020c0d0016 0201 +20", "020c0d0016 0202 +20", "0201000016 0201 +20"},
		{"CoAP", "44010201 +20", "44010202 +20", "64450201 +20"},
		{"TURN channels", "40000218 +536", "40000318 +536", "40000012 +18"},
		{"memcached", "0201 0000 0001 0000 67657420", "0201 0000 0001 0000 07657420", ""},
		{"TeamSpeak 2", "f4be0300 +20", "f4bf0300 +20", ""},
		{"IAX2", "8101 0000 00000003 0000 0601 +4", "8101 0000 00000003 0100 0601 +4", ""},
		{"RakNet", "01 +8 00ffff00fefefefe +8", "01 +8 00ffff00fefefdfe +8", ""},
		{"Sun RPC", "+4 00000000 00000002 000186a3 +24", "+4 00000000 00000003 000186a3 +24", ""},
		{"QUIC", "c3 00000001 08 +1200", "c3 00000009 08 +1200", ""},
		{"syslog", "3c3133343e 41756720323520", "3c3133583e 41756720323520", ""},
		{"a game server's query", "ffffffff 55 ffffffff", "ffffffff 15 ffffffff", ""},
		{"OpenVPN", "38 +8 00 00000000", "38 +8 00 00000001", "40 +25"},
	} {
		for i, line := range []string{c.yes, c.no} {
			lines := []string{"> 0 0 " + line}
			if c.answer != "" {
				lines = append(lines, "< 0 9 "+c.answer)
			}
			if d := verdict(t, newTalk().say(lines...), 0); (d.Looks == c.name) != (i == 0) {
				t.Errorf("%s: %s is called %q: %s", c.name, line, d.Looks, d.Sentence)
			}
		}
	}
	for _, c := range []struct{ name, yes, no, answer string }{
		{"Google Talk's false TLS", "80460103 01002d00 00001001 00800300 +56", "80460103 01002d00 00001001 00800301 +56", ""},
		{"AIM or ICQ", "2a01 +2 0004 00000001", "2a01 +2 0005 00000001", ""},
		{"eDonkey", "e3 0f000000 +15", "e3 10000000 +15", ""},
		{"PPTP", "0010 0001 1a2b3c4d +8", "0010 0001 1a2b3c4c +8", ""},
		{"MySQL", "10000000 0a 352e30 +12", "11000000 0a 352e30 +12", ""},
		{"SOCKS", "050100", "050200", "0500"},
		{"LDAP", "300c 020101 600702010304 008000", "300d 020101 600702010304 008000", ""},
		{"OpenVPN", "000e 38 +8 00 00000000", "000e 38 +8 00 00000001", ""},
		{"PostgreSQL", "00000010 00030000 +8", "00000011 00030000 +8", ""},
		{"RTMP", "03 +4 00000000 +1400", "03 +4 00000001 +1400", ""},
		{"MQTT", "100e0004 4d515454 +8", "100e0004 4d515455 +8", ""},
	} {
		for i, line := range []string{c.yes, c.no} {
			lines := []string{"> " + line}
			if c.answer != "" {
				lines = append(lines, "< "+c.answer)
			}
			if d := verdict(t, stream(lines...), 0); (d.Looks == c.name) != (i == 0) {
				t.Errorf("%s: %s is called %q: %s", c.name, line, d.Looks, d.Sentence)
			}
		}
	}
}
