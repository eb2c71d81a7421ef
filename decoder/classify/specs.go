package classify

import "somscope/decoder/field"

// A spec says where a protocol that is not Skype's is specified. Those without one here have no
// public specification, or none that we can name.
type spec struct {
	name, key, where string
}

var specs = []spec{
	{"BFD", "rfc5880", "§4.1"},
	{"CoAP", "rfc7252", "§3"},
	{"DHCP", "rfc2131", "§2"},
	{"DHCPv6", "rfc8415", "§8"},
	{"DNS", "rfc1035", "§4.1.1"},
	{"DTLS", "rfc9147", "§4"},
	{"ESP", "rfc4303", "§2"},
	{"Geneve", "rfc8926", "§3.4"},
	{"HTTP", "rfc9112", "§2.1"},
	{"IAX2", "rfc5456", "§8.1"},
	{"IKE", "rfc7296", "§3.1"},
	{"IMAP", "rfc3501", "§7.1"},
	{"IRC", "rfc1459", "§2.3"},
	{"IRC or FTP", "rfc1459", "§2.3"},
	{"IRC or FTP", "rfc959", "§4.1"},
	{"Kerberos", "rfc4120", "§5"},
	{"L2TP", "rfc2661", "§3.1"},
	{"LDAP", "rfc4511", "§4.1.1"},
	{"MGCP", "rfc3435", "§3.2"},
	{"NAT-PMP", "rfc6886", "§3"},
	{"NTP", "rfc5905", "§7.3"},
	{"NetBIOS datagrams", "rfc1002", "§4.4"},
	{"NetBIOS names", "rfc1002", "§4.2"},
	{"NetBIOS sessions", "rfc1002", "§4.3"},
	{"NetFlow", "rfc3954", "§5.1"},
	{"POP3", "rfc1939", "§3"},
	{"PPTP", "rfc2637", "§2"},
	{"QUIC", "rfc9000", "§17.2"},
	{"RADIUS", "rfc2865", "§3"},
	{"RIP", "rfc2453", "§4"},
	{"RTCP", "rfc3550", "§6.4"},
	{"RTSP", "rfc2326", "§6.1"},
	{"SIP", "rfc3261", "§7.1"},
	{"SMTP", "rfc5321", "§4.1.1"},
	{"SMTP or FTP", "rfc5321", "§4.2"},
	{"SMTP or FTP", "rfc959", "§4.2"},
	{"SNMP or LDAP", "rfc3416", "§3"},
	{"SNMP or LDAP", "rfc4511", "§4.1.1"},
	{"SOCKS", "rfc1928", "§3"},
	{"SSH", "rfc4253", "§4.2"},
	{"STUN", "rfc8489", "§5"},
	{"Sun RPC", "rfc5531", "§9"},
	{"TFTP", "rfc1350", "§5"},
	{"TLS", "rfc5246", "§6.2.1 and appendix E.2"},
	{"TURN channels", "rfc8656", "§12.4"},
	{"Teredo", "rfc4380", "§5.1.1"},
	{"VNC", "rfc6143", "§7.1.1"},
	{"VXLAN", "rfc7348", "§5"},
	{"XMPP", "rfc6120", "§4.2"},
	{"XMPP or XML", "rfc6120", "§4.2"},
}

// citesOf are the specifications of a protocol by the name we give it, and after them more.
func citesOf(name string, more []field.Cite) []field.Cite {
	var out []field.Cite
	for i := range specs {
		if s := &specs[i]; s.name == name {
			out = append(out, field.Cite{Key: s.key, Where: s.where})
		}
	}
	return append(out, more...)
}

// Cites is every citation that evidence can have.
func Cites() []field.Cite {
	var all []field.Cite
	for _, r := range Rules {
		all = append(all, r.Cites...)
	}
	for i := range specs {
		all = append(all, field.Cite{Key: specs[i].key, Where: specs[i].where})
	}
	return all
}
