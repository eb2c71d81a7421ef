package inet

import (
	"errors"
	"hash/crc32"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// This file is the border to google/gopacket, which knows far more layers than
// we annotate. We let it decode one layer at a time, so that it never loops or
// recurses on its own, and take from it just the layer's type and how many
// bytes are its header. What it says is checked against the bytes it was given.
//
// Only the layers in the table below are decoded. The others are left out
// because they are ours already, or because a packet can make their decoder run
// on: OSPF and sFlow repeat or allocate by a count in the packet that may be
// four thousand million, GTP can go in circles and prints.

// foreignLayers is the table: one line per layer type that gopacket may decode.
var foreignLayers = []struct {
	t    gopacket.LayerType
	spec *field.Spec
}{
	{layers.LayerTypeGRE, foreign("gre", "GRE", "Generic Routing Encapsulation carries one network protocol within another")},
	{layers.LayerTypeVXLAN, foreign("vxlan", "VXLAN", "A virtual Ethernet network carried over UDP")},
	{layers.LayerTypeGeneve, foreign("geneve", "Geneve", "A virtual network carried over UDP")},
	{layers.LayerTypeEtherIP, foreign("etherip", "EtherIP", "Ethernet frames carried over IP")},
	{layers.LayerTypeERSPANII, foreign("erspan", "ERSPAN", "Frames mirrored by a switch and carried over GRE")},
	{layers.LayerTypeIPSecESP, foreign("ipsecesp", "IPsec ESP", "An encrypted packet of IPsec")},
	{layers.LayerTypeVRRP, foreign("vrrp", "VRRP", "Routers agree which of them serves a shared address")},
	{layers.LayerTypeSTP, foreign("stp", "Spanning Tree", "Switches agree on a network without loops")},
	{layers.LayerTypeLinkLayerDiscovery, foreign("lldp", "LLDP", "A device tells its neighbours what it is")},
	{layers.LayerTypeEAPOL, foreign("eapol", "EAPOL", "A login to the network, 802.1X")},
	{layers.LayerTypeEAPOLKey, foreign("eapolkey", "EAPOL key", "Keys of a wireless network are agreed upon")},
	{layers.LayerTypeEAP, foreign("eap", "EAP", "A step of a login to the network")},
	{layers.LayerTypeEthernetCTP, foreign("ethernetctp", "Ethernet test", "A frame that tests the network")},
	{layers.LayerTypeEthernetCTPForwardData, foreign("ethernetctpforwarddata", "Ethernet test, forward", "A frame that tests the network, to be passed on")},
	{layers.LayerTypeEthernetCTPReply, foreign("ethernetctpreply", "Ethernet test, reply", "A frame that tests the network, coming back")},
	{layers.LayerTypeDHCPv4, foreign("dhcpv4", "DHCP", "A machine asks for an address and is given one")},
	{layers.LayerTypeDHCPv6, foreign("dhcpv6", "DHCPv6", "A machine asks for an IPv6 address or other settings")},
	{layers.LayerTypeNTP, foreign("ntp", "NTP", "A clock is set by another one")},
	{layers.LayerTypeRADIUS, foreign("radius", "RADIUS", "A server is asked whether a user may come in")},
	{layers.LayerTypePFLog, foreign("pflog", "Firewall log", "The OpenBSD firewall says what it did with the packet")},
	{layers.LayerTypePrismHeader, foreign("prism", "Prism header", "How a wireless frame was received")},
	{layers.LayerTypeFDDI, foreign("fddi", "FDDI", "A frame of a ring network of optical fibre")},
	{layers.LayerTypeUSB, foreign("usb", "USB", "A transfer on the USB bus of the capturing machine")},
	{layers.LayerTypeUSBRequestBlockSetup, foreign("usbrequestblocksetup", "USB setup", "The request of a USB control transfer")},
	{layers.LayerTypeUSBControl, foreign("usbcontrol", "USB control", "A USB control transfer")},
	{layers.LayerTypeUSBInterrupt, foreign("usbinterrupt", "USB interrupt", "A USB interrupt transfer")},
	{layers.LayerTypeUSBBulk, foreign("usbbulk", "USB bulk", "A USB bulk transfer")},
	{layers.LayerTypeRadioTap, foreign("radiotap", "Radiotap", "How a wireless frame was received: rate, channel, signal")},
	{layers.LayerTypeDot11, foreign("dot11", "802.11", "The header of a wireless frame")},
	{layers.LayerTypeDot11Ctrl, foreign("dot11ctrl", "802.11 control", "A control frame of a wireless network")},
	{layers.LayerTypeDot11CtrlCTS, foreign("dot11ctrlcts", "802.11 clear to send", "A station may send")},
	{layers.LayerTypeDot11CtrlRTS, foreign("dot11ctrlrts", "802.11 request to send", "A station wants to send")},
	{layers.LayerTypeDot11CtrlAck, foreign("dot11ctrlack", "802.11 acknowledgment", "A frame has arrived")},
	{layers.LayerTypeDot11CtrlBlockAck, foreign("dot11ctrlblockack", "802.11 block acknowledgment", "Several frames have arrived")},
	{layers.LayerTypeDot11CtrlBlockAckReq, foreign("dot11ctrlblockackreq", "802.11 block acknowledgment request", "A station asks which frames have arrived")},
	{layers.LayerTypeDot11CtrlPowersavePoll, foreign("dot11ctrlpowersavepoll", "802.11 power-save poll", "A sleeping station asks for its frames")},
	{layers.LayerTypeDot11CtrlCFEnd, foreign("dot11ctrlcfend", "802.11 contention-free end", "The time without contention is over")},
	{layers.LayerTypeDot11Data, foreign("dot11data", "802.11 data", "A data frame of a wireless network")},
	{layers.LayerTypeDot11DataNull, foreign("dot11datanull", "802.11 empty data", "A data frame without data")},
	{layers.LayerTypeDot11DataQOSData, foreign("dot11dataqosdata", "802.11 QoS data", "A data frame with a priority")},
	{layers.LayerTypeDot11DataQOSNull, foreign("dot11dataqosnull", "802.11 empty QoS data", "A data frame with a priority and without data")},
	{layers.LayerTypeDot11WEP, foreign("dot11wep", "802.11 encrypted data", "The encrypted contents of a wireless frame")},
	{layers.LayerTypeDot11MgmtBeacon, foreign("dot11mgmtbeacon", "802.11 beacon", "An access point announces its network")},
	{layers.LayerTypeDot11MgmtProbeReq, foreign("dot11mgmtprobereq", "802.11 probe request", "A station looks for networks")},
	{layers.LayerTypeDot11MgmtProbeResp, foreign("dot11mgmtproberesp", "802.11 probe response", "An access point answers a station")},
	{layers.LayerTypeDot11MgmtAssociationReq, foreign("dot11mgmtassociationreq", "802.11 association request", "A station wants to join a network")},
	{layers.LayerTypeDot11MgmtAssociationResp, foreign("dot11mgmtassociationresp", "802.11 association response", "An access point lets a station in or not")},
	{layers.LayerTypeDot11MgmtReassociationReq, foreign("dot11mgmtreassociationreq", "802.11 reassociation request", "A station moves to another access point")},
	{layers.LayerTypeDot11MgmtReassociationResp, foreign("dot11mgmtreassociationresp", "802.11 reassociation response", "An access point takes a station over or not")},
	{layers.LayerTypeDot11MgmtAuthentication, foreign("dot11mgmtauthentication", "802.11 authentication", "A step of the login to a wireless network")},
	{layers.LayerTypeDot11MgmtDeauthentication, foreign("dot11mgmtdeauthentication", "802.11 deauthentication", "A station is logged out")},
	{layers.LayerTypeDot11MgmtDisassociation, foreign("dot11mgmtdisassociation", "802.11 disassociation", "A station leaves a network")},
	{layers.LayerTypeDot11MgmtAction, foreign("dot11mgmtaction", "802.11 action", "A management frame of a wireless network")},
	{layers.LayerTypeDot11InformationElement, foreign("dot11informationelement", "802.11 information element", "One property of a wireless network")},
}

func foreign(name, label, what string) *field.Spec {
	return &field.Spec{
		Name:  "gopacket." + name,
		Label: label,
		Doc:   what + "; name and length are from the gopacket library, the inner fields are not taken apart.",
		Show:  field.Raw,
		Trust: field.Measured,
	}
}

func foreignSpec(t gopacket.LayerType) *field.Spec {
	for i := range foreignLayers {
		if foreignLayers[i].t == t {
			return foreignLayers[i].spec
		}
	}
	return nil
}

const (
	maxForeign   = 48 // gopacket layers in a row
	maxCrossings = 4  // times that a tunnel may lead from gopacket back to us
)

// gopacketLink reads a link type that is not ours.
func (w walk) gopacketLink(d *dissect.D, link uint16) bool {
	in := d.Peek(d.Left())
	switch link {
	case LinkDot11:
		// The library takes the last four bytes for the frame check sequence,
		// which most captures do not hold.
		if n := len(in) - 4; n < 0 || crc32.ChecksumIEEE(in[:n]) != le32(in[n:]) {
			in = append(append(make([]byte, 0, len(in)+4), in...), 0, 0, 0, 0)
		}
		w.wireless(d, layers.LayerTypeDot11, in)
	case LinkRadiotap:
		w.wireless(d, layers.LayerTypeRadioTap, in)
	case LinkPrism:
		w.foreign(d, layers.LayerTypePrismHeader, in, 0)
	case LinkPFLog:
		w.foreign(d, layers.LayerTypePFLog, in, 0)
	case LinkUSB:
		w.foreign(d, layers.LayerTypeUSB, in, 0)
	case 10:
		w.foreign(d, layers.LayerTypeFDDI, in, 0)
	case LinkPPI:
		w.ppi(d)
	default:
		return false
	}
	return true
}

// wireless reads an 802.11 frame, which may end with its check sequence.
func (w walk) wireless(d *dissect.D, t gopacket.LayerType, in []byte) {
	w.foreign(d, t, in, 0)
	d.Unknown(d.Left())
}

// wirelessFCS reads the frame check sequence of the 802.11 frame at start, when
// that is what is left.
func wirelessFCS(d *dissect.D, start int) {
	if !d.OK() || d.Left() != 4 {
		return
	}
	want := crc32.ChecksumIEEE(d.Slice(start, d.Pos()))
	if got := d.LE32(specWLANFCS); got == want {
		d.Note("right")
	} else {
		d.Fault(field.ErrChecksum, "should be 0x%08x", want)
	}
}

func le32(b []byte) uint32 {
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// gopacketEther reads what an EtherType stands for that is not ours.
func (w walk) gopacketEther(d *dissect.D, t uint16) {
	if next := layers.EthernetType(t).LayerType(); foreignSpec(next) != nil {
		w.foreign(d, next, d.Peek(d.Left()), 0)
	}
}

// gopacketIP reads what an IP protocol number stands for that is not ours.
func (w walk) gopacketIP(d *dissect.D, proto uint8) {
	if next := layers.IPProtocol(proto).LayerType(); foreignSpec(next) != nil {
		w.foreign(d, next, d.Peek(d.Left()), 0)
	}
}

func (w walk) gopacketSTP(d *dissect.D) { w.foreign(d, layers.LayerTypeSTP, d.Peek(d.Left()), 0) }

// gopacketApp reads an application's message.
func (w walk) gopacketApp(d *dissect.D, p Proto) bool {
	t, ok := foreignApps[p]
	if !ok {
		return false
	}
	w.foreign(d, t, d.Peek(d.Left()), 0)
	return true
}

var foreignApps = map[Proto]gopacket.LayerType{
	ProtoDHCP:   layers.LayerTypeDHCPv4,
	ProtoDHCPv6: layers.LayerTypeDHCPv6,
	ProtoNTP:    layers.LayerTypeNTP,
	ProtoRADIUS: layers.LayerTypeRADIUS,
	ProtoVXLAN:  layers.LayerTypeVXLAN,
	ProtoGeneve: layers.LayerTypeGeneve,
}

// foreign names one layer of type t and what follows it. in is what gopacket
// gets to see: the bytes to be read, and sometimes a made-up check sequence
// after them. What it cannot read is left for the caller to call unknown.
func (w walk) foreign(d *dissect.D, t gopacket.LayerType, in []byte, depth int) {
	spec := foreignSpec(t)
	if spec == nil || !d.OK() || d.Left() == 0 {
		return
	}
	if depth >= maxForeign {
		d.HeadFault(field.ErrLimit, "more than %d layers in a row", maxForeign)
		return
	}
	if t == layers.LayerTypeDot11 && d.Cut() && len(in) == d.Left() {
		// The library takes the last four bytes off, but here they are data.
		in = append(append(make([]byte, 0, len(in)+4), in...), 0, 0, 0, 0)
	}
	made := len(in) - d.Left() // bytes at the end of in that are not the packet's
	head, payload, next, err := stepForeign(t, in)
	if err != nil {
		n := d.Left()
		d.Bytes(spec, n)
		d.Fault(shortOrCut(d), "gopacket could not read it: %v", err)
		return
	}
	if t == layers.LayerTypeDot11 && made == 0 {
		defer wirelessFCS(d, d.Pos())
	}
	d.Bytes(spec, min(head, d.Left()))
	if len(payload) == 0 || d.Left() == 0 {
		return
	}
	after := max(0, len(in)-head-len(payload)-made) // the frame check sequence, for one
	d.Within(max(0, min(len(payload), d.Left()-after)), func(d *dissect.D) { w.afterForeign(d, next, payload, depth) })
}

// afterForeign goes on after a layer of gopacket: in our own code where we have
// any, within limits, or in the library again.
func (w walk) afterForeign(d *dissect.D, next gopacket.Decoder, payload []byte, depth int) {
	t, own := w.ours(next)
	if own == nil {
		w.foreign(d, t, payload, depth+1)
		return
	}
	in := w.below()
	if in.tunnels++; in.tunnels > maxCrossings {
		d.HeadFault(field.ErrLimit, "more than %d tunnels within each other", maxCrossings)
		return
	}
	own(in, d)
}

// ours is our own code for a decoder that gopacket wants next, or nil and the
// layer type it stands for.
func (w walk) ours(next gopacket.Decoder) (gopacket.LayerType, func(walk, *dissect.D)) {
	var t gopacket.LayerType
	switch n := next.(type) {
	case gopacket.LayerType:
		t = n
	case layers.EthernetType:
		return 0, func(w walk, d *dissect.D) { w.etherType(d, uint16(n)); w.rest(d) }
	case layers.LinkType:
		return 0, func(w walk, d *dissect.D) { w.link(d, uint16(n)); w.rest(d) }
	case layers.IPProtocol:
		return 0, func(w walk, d *dissect.D) { w.gopacketIP(d, uint8(n)) }
	case layers.PPPType:
		return 0, func(w walk, d *dissect.D) { w.pppPayload(d, uint16(n)); w.rest(d) }
	default:
		return 0, nil
	}
	switch t {
	case layers.LayerTypeEthernet:
		return t, func(w walk, d *dissect.D) { w.ethernet(d) }
	case layers.LayerTypeIPv4, layers.LayerTypeIPv6:
		return t, func(w walk, d *dissect.D) { w.rawIP(d); w.rest(d) }
	case layers.LayerTypeARP:
		return t, func(w walk, d *dissect.D) { w.arp(d); w.rest(d) }
	case layers.LayerTypeDot1Q:
		return t, func(w walk, d *dissect.D) { w.vlan(d, etherVLAN); w.rest(d) }
	case layers.LayerTypeMPLS:
		return t, func(w walk, d *dissect.D) { w.mpls(d); w.rest(d) }
	case layers.LayerTypePPP:
		return t, func(w walk, d *dissect.D) { w.ppp(d); w.rest(d) }
	case layers.LayerTypePPPoE:
		return t, func(w walk, d *dissect.D) { w.pppoe(d); w.rest(d) }
	case layers.LayerTypeLLC:
		return t, func(w walk, d *dissect.D) { w.llc(d); w.rest(d) }
	}
	return t, nil
}

var errForeign = errors.New("its ranges do not fit the bytes")

// stepForeign lets gopacket decode one layer of in. It returns how many bytes at
// its start are the layer, the bytes of the next one, and which that is.
func stepForeign(t gopacket.LayerType, in []byte) (head int, payload []byte, next gopacket.Decoder, err error) {
	defer func() {
		if r := recover(); r != nil {
			head, payload, next, err = 0, nil, nil, errors.New("its decoder gave up")
		}
	}()
	b := &builder{}
	if err := t.Decode(in, b); err != nil {
		return 0, nil, nil, err
	}
	if b.layer == nil {
		return 0, nil, nil, errForeign
	}
	contents := b.layer.LayerContents()
	payload = b.layer.LayerPayload()
	head = len(contents)
	if head > len(in) || head > 0 && &contents[0] != &in[0] {
		return 0, nil, nil, errForeign
	}
	if len(payload) == 0 {
		if head == 0 {
			head = len(in)
		}
		return head, nil, nil, nil
	}
	// Where does the payload lie? Some layers claim all bytes for themselves and
	// again for their payload; one copies the payload.
	at := -1
	for i := range in {
		if &in[i] == &payload[0] {
			at = i
			break
		}
	}
	switch {
	case at >= 0 && at+len(payload) <= len(in):
		head = at
	case at < 0 && t == layers.LayerTypeRadioTap && head+len(payload) >= len(in):
	default:
		payload, b.next = nil, nil
	}
	return head, payload, b.next, nil
}

// A builder takes from gopacket the layer it has decoded and the one it wants
// next, and stops there.
type builder struct {
	layer gopacket.Layer
	next  gopacket.Decoder
	opts  gopacket.DecodeOptions
}

func (b *builder) AddLayer(l gopacket.Layer) {
	if b.layer == nil {
		b.layer = l
	}
}

func (b *builder) NextDecoder(next gopacket.Decoder) error {
	if b.next == nil {
		b.next = next
	}
	return nil
}

func (b *builder) SetTruncated()                                 {}
func (b *builder) SetLinkLayer(gopacket.LinkLayer)               {}
func (b *builder) SetNetworkLayer(gopacket.NetworkLayer)         {}
func (b *builder) SetTransportLayer(gopacket.TransportLayer)     {}
func (b *builder) SetApplicationLayer(gopacket.ApplicationLayer) {}
func (b *builder) SetErrorLayer(gopacket.ErrorLayer)             {}
func (b *builder) DumpPacketData()                               {}
func (b *builder) DecodeOptions() *gopacket.DecodeOptions        { return &b.opts }

// The header of per-packet information, all little-endian:
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+---------------+---------------+-------------------------------+
//	|    Version    |     Flags     |            Length             |
//	+---------------+---------------+-------------------------------+
//	|                           Link type                           |
//	+-------------------------------+-------------------------------+
//	|          Field type           |          Field length         |  Field data ...
//	+-------------------------------+-------------------------------+
//
// LINKTYPE_PPI in the registry at tcpdump.org.
func (w walk) ppi(d *dissect.D) {
	link := uint32(0)
	ok := false
	d.Group(specPPI, func(d *dissect.D) {
		d.U8(specPPIVersion)
		d.U8(specPPIFlags)
		n := int(d.LE16(specPPILen))
		link = d.LE32(specPPILink)
		if !d.OK() {
			return
		}
		if n < 8 || n-8 > d.Left() {
			d.HeadFault(shortOrCut(d), "a header of %d bytes does not fit", n)
			return
		}
		ok = true
		d.Within(n-8, func(d *dissect.D) {
			for d.OK() && d.Left() >= 4 {
				d.Group(specPPIField, func(d *dissect.D) {
					d.LE16(specPPIFieldType)
					n := int(d.LE16(specPPIFieldLen))
					d.Bytes(specPPIFieldData, n)
				})
			}
		})
	})
	if w.tunnels++; ok && w.tunnels <= maxCrossings && link < 1<<16 {
		w.link(d, uint16(link))
	}
	d.Unknown(d.Left())
}

var citePPI = []field.Cite{{Key: "linktypes", Where: "LINKTYPE_PPI"}}

var specPPI = &field.Spec{
	Name: "ppi", Label: "Per-packet information", Cite: citePPI,
	Doc: "A header written by the capturing machine, with notes about the frame after it.",
}

var specPPIVersion = &field.Spec{
	Name: "ppi.version", Label: "Version", Cite: citePPI,
	Doc: "The version of the header, 0.",
}

var specPPIFlags = &field.Spec{
	Name: "ppi.flags", Label: "Flags", Show: field.Bin, Cite: citePPI,
	Doc: "Bit 0 says that fields are padded to 32 bits.",
}

var specPPILen = &field.Spec{
	Name: "ppi.length", Label: "Length", Unit: "bytes", Cite: citePPI,
	Doc: "The length of this header with its fields.",
}

var specPPILink = &field.Spec{
	Name: "ppi.dlt", Label: "Link type", Cite: citePPI,
	Doc: "The link type of the frame that follows.",
}

var specPPIField = &field.Spec{
	Name: "ppi.field", Label: "Field", Cite: citePPI,
	Doc: "One note about the frame.",
}

var specPPIFieldType = &field.Spec{
	Name: "ppi.field_type", Label: "Type", Cite: citePPI,
	Doc:  "What the field holds.",
	Enum: field.Enum{{V: 2, S: "802.11 common"}, {V: 3, S: "802.11n MAC"}, {V: 4, S: "802.11n MAC and PHY"}, {V: 5, S: "spectrum"}, {V: 6, S: "process"}, {V: 7, S: "capture"}},
}

var specPPIFieldLen = &field.Spec{
	Name: "ppi.field_len", Label: "Length", Unit: "bytes", Cite: citePPI,
	Doc: "The length of the field's data.",
}

var specPPIFieldData = &field.Spec{
	Name: "ppi.field_data", Label: "Data", Show: field.Raw, Cite: citePPI,
	Doc: "Signal, rate and the like.",
}

var specWLANFCS = &field.Spec{
	Name: "wlan.fcs", Label: "Frame check sequence", Show: field.Hex, Trust: field.Inferred, Cite: []field.Cite{{Key: "somscope"}},
	Doc: "Four bytes after a wireless frame are its CRC-32, if the capture holds it.",
}

var gopacketSpecs = append(specsOfForeign(), specPPI, specPPIVersion, specPPIFlags, specPPILen, specPPILink, specPPIField, specPPIFieldType,
	specPPIFieldLen, specPPIFieldData, specWLANFCS)

func specsOfForeign() []*field.Spec {
	var all []*field.Spec
	for i := range foreignLayers {
		all = append(all, foreignLayers[i].spec)
	}
	return all
}
