package inet

import (
	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// app names a transport payload that the caller has not claimed, by the same
// recognisers as the index pass. What they do not know stays unknown.
func (w walk) app(d *dissect.D, transport uint8, src, dst uint16) {
	b := d.Peek(d.Left())
	if !d.OK() || len(b) == 0 {
		return
	}
	var p Proto
	if transport == ipTCP {
		p = appTCP(src, dst, b)
	} else {
		p = appUDP(src, dst, b)
	}
	switch p {
	case ProtoDNS:
		if transport == ipTCP {
			w.dnsOverTCP(d)
			return
		}
		dns(d, specDNS)
	case ProtoMDNS:
		dns(d, specMDNS)
	case ProtoLLMNR:
		dns(d, specLLMNR)
	case ProtoSTUN:
		stun(d)
	case ProtoTLS:
		tls(d)
	case ProtoHTTP, ProtoSSDP, ProtoSIP, ProtoRTSP, ProtoGnutella:
		textLines(d, textSpec(p), true)
	case ProtoIRC, ProtoFTP, ProtoSMTP, ProtoPOP, ProtoIMAP, ProtoSSH, ProtoSyslog:
		textLines(d, textSpec(p), false)
	default:
		if w.gopacketApp(d, p) {
			return
		}
		if s := plainSpec(p); s != nil {
			d.Rest(s)
		}
	}
}

func textSpec(p Proto) *field.Spec {
	switch p {
	case ProtoHTTP:
		return specHTTP
	case ProtoSSDP:
		return specSSDP
	case ProtoSIP:
		return specSIP
	case ProtoRTSP:
		return specRTSP
	case ProtoGnutella:
		return specGnutella
	case ProtoIRC:
		return specIRC
	case ProtoFTP:
		return specFTP
	case ProtoSMTP:
		return specSMTP
	case ProtoPOP:
		return specPOP
	case ProtoIMAP:
		return specIMAP
	case ProtoSyslog:
		return specSyslog
	}
	return specSSH
}

// dnsOverTCP reads messages with their lengths, as many as the segment holds whole.
func (w walk) dnsOverTCP(d *dissect.D) {
	for d.OK() && d.Left() > 2 {
		n := int(be16(d.Peek(2), 0))
		if n < 12 || n > d.Left()-2 {
			if n >= 12 {
				d.U16(specDNSLength)
				d.Note("the rest is in later segments")
				dns(d, specDNS)
			}
			return
		}
		d.U16(specDNSLength)
		d.Within(n, func(d *dissect.D) { dns(d, specDNS) })
	}
}

// plainSpec names a payload that is recognised but not taken apart.
func plainSpec(p Proto) *field.Spec {
	for i := range plainSpecs {
		if plainSpecs[i].Name == p.Name() {
			return plainSpecs[i]
		}
	}
	return nil
}

var plainSpecs = []*field.Spec{
	{Name: "nbns", Label: "NetBIOS names", Show: field.Raw, Trust: field.Inferred, Cite: []field.Cite{{Key: "rfc1002", Where: "§4.2"}},
		Doc: "Windows machines of old ask each other for names, in a form like that of DNS."},
	{Name: "nbdgm", Label: "NetBIOS datagram", Show: field.Raw, Trust: field.Inferred, Cite: []field.Cite{{Key: "rfc1002", Where: "§4.4"}},
		Doc: "A message between Windows machines of old."},
	{Name: "snmp", Label: "SNMP", Show: field.Raw, Trust: field.Inferred, Cite: []field.Cite{{Key: "rfc3416"}},
		Doc: "A device is asked for its state."},
	{Name: "isakmp", Label: "IKE", Show: field.Raw, Trust: field.Inferred, Cite: []field.Cite{{Key: "rfc7296", Where: "§3.1"}},
		Doc: "Two ends agree on keys for IPsec."},
	{Name: "tftp", Label: "TFTP", Show: field.Raw, Trust: field.Inferred, Cite: []field.Cite{{Key: "rfc1350"}},
		Doc: "A simple file transfer."},
	{Name: "l2tp", Label: "L2TP", Show: field.Raw, Trust: field.Inferred, Cite: []field.Cite{{Key: "rfc2661", Where: "§3.1"}},
		Doc: "A tunnel for PPP."},
	{Name: "telnet", Label: "Telnet", Show: field.Raw, Trust: field.Inferred, Cite: []field.Cite{{Key: "rfc854"}},
		Doc: "Keys and letters of a remote terminal, in clear."},
	{Name: "bittorrent", Label: "BitTorrent", Show: field.Raw, Trust: field.Inferred, Cite: []field.Cite{{Key: "somscope"}},
		Doc: "The greeting of a file-sharing program, recognised by its first words."},
}
