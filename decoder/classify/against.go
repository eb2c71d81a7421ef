package classify

import (
	"fmt"

	"somscope/decoder/flow"
)

func rtp(c *Case) int {
	n := c.X.Sequence
	if n >= 2 && n*3 >= c.n || n >= 8 && n*10 >= c.n {
		return -10
	}
	return 0
}

func tellRTP(c *Case, e *Evidence) {
	e.Detail = fmt.Sprintf("%d of %d datagrams continue an RTP stream", c.X.Sequence, c.n)
	e.Packets = []uint32{c.X.ForeignPacket}
}

// stranger is the foreign protocol most datagrams fit.
func stranger(c *Case) (which flow.Foreign, n uint32) {
	for k, m := range c.X.Foreign {
		if m > n {
			which, n = flow.Foreign(k), m
		}
	}
	return which, n
}

func foreign(c *Case) int {
	if c.kind == onTCP {
		if otherHello(c) {
			return -10
		}
		if name, _ := firstBytes(c.F); name != "" && !(name == "HTTP" && (c.L == nil && updateLead(c.F) || talks(c, "update"))) {
			return -10
		}
		return 0
	}
	k, n := stranger(c)
	switch {
	case n > 0 && (k == flow.STUN && n >= 2 || n*2 >= c.n): // STUN keeps company with what it opens the way for
		return -10
	case n*8 >= c.n && n > 0:
		return -6
	}
	if name, _ := firstBytes(c.F); name != "" {
		return -10
	}
	return 0
}

func tellForeign(c *Case, e *Evidence) {
	if k, n := stranger(c); n > 0 && c.kind != onTCP {
		e.Detail = fmt.Sprintf("%d of %d datagrams fit %s", n, c.n, k)
		e.Cites = citesOf(k.String(), e.Cites)
		e.Packets = []uint32{c.X.ForeignPacket}
		return
	}
	if otherHello(c) {
		e.Detail = "a hello begins like the false one of Skype and does not go on like it, as those of TLS may do by chance"
		e.Cites = citesOf("TLS", e.Cites)
		e.Packets = []uint32{c.F.First}
		return
	}
	name, dir := firstBytes(c.F)
	e.Cites = citesOf(name, e.Cites)
	e.Detail = fmt.Sprintf("the first payload from %s begins as %s does", [2]string{"A", "B"}[dir], name)
	e.Packets = []uint32{c.F.First}
}

func misfit(c *Case) int {
	switch {
	case c.n == 0:
		return 0
	case c.odd*2 >= c.n:
		return -8
	case c.odd*5 >= c.n:
		return -5
	}
	return 0
}

func tellMisfit(c *Case, e *Evidence) {
	e.Detail = fmt.Sprintf("%d of %d datagrams fit no layout of Skype", c.odd, c.n)
	e.Packets = kindPackets(c, flow.Odd)
}

func group(c *Case) int {
	for side := range 2 {
		a, _ := c.F.Side(side)
		if v4, ok := a.V4(); ok && (v4>>28 == 0xe || v4 == 0xffffffff) || !ok && a.Hi>>56 == 0xff {
			return -8
		}
	}
	return 0
}

func tellGroup(c *Case, e *Evidence) {
	_, b := c.F.Ends()
	e.Detail = fmt.Sprintf("%s stands for many hosts", b.Addr())
	e.Packets = []uint32{c.F.First}
}

func ipv6(c *Case) int {
	if _, ok := c.F.A.V4(); !ok {
		return -8
	}
	return 0
}

func tellIPv6(c *Case, e *Evidence) {
	e.Detail = "the conversation is over IPv6"
	e.Packets = []uint32{c.F.First}
}

func constantID(c *Case) int {
	if same := c.X.SameID; same >= 3 && same*2 >= c.n {
		return -6
	}
	return 0
}

func tellConstantID(c *Case, e *Evidence) {
	e.Detail = fmt.Sprintf("the first two bytes are those of the datagram before in %d of %d", c.X.SameID, c.n)
	e.Packets = opening(c)
}

func stepOne(c *Case) int {
	if c.X.StepOne >= 3 {
		return -4
	}
	return 0
}

func tellStepOne(c *Case, e *Evidence) {
	x := c.X
	e.Detail = fmt.Sprintf("most of %d steps from one Command's id to the next are exactly one", x.StepTwo[0]+x.StepTwo[1]+x.StepOther[0]+x.StepOther[1])
	e.Packets = kindPackets(c, flow.Command)
}

func acksOfNothing(c *Case) int {
	if x := c.X; unasked(x) && x.Kinds[flow.Ack]+x.Kinds[flow.NAck] >= 2 {
		return -5
	}
	return 0
}

func tellAcksOfNothing(c *Case, e *Evidence) {
	x := c.X
	e.Detail = fmt.Sprintf("%d datagrams have the layout of an Ack or NAck, and none repeats the id of one of %d Commands", x.Kinds[flow.Ack]+x.Kinds[flow.NAck], x.Kinds[flow.Command])
	e.Packets = kindPackets(c, flow.Ack, flow.NAck)
}

func opening(c *Case) []uint32 {
	var list []uint32
	for _, m := range c.X.Messages() {
		list = append(list, m.Packet)
	}
	return list
}

func repeating(c *Case) int {
	if c.X.Compared >= 16 && c.X.Repeats*4 >= c.X.Compared {
		return -6
	}
	if h := c.home; h != nil && h.compared >= 16 && h.equal*4 >= h.compared {
		return -6
	}
	return 0
}

func tellRepeating(c *Case, e *Evidence) {
	same, all := c.X.Repeats, c.X.Compared
	if all < 16 || same*4 < all {
		same, all = c.home.equal, c.home.compared
	}
	e.Detail = fmt.Sprintf("%d of %d bytes equal those before them, where chance gives one in 256", same, all)
	e.Packets = opening(c)
}

func readable(c *Case) int {
	switch {
	case c.kind == onTCP:
		if plainStart(c) >= 0 {
			return -6
		}
	case legible(c):
		return -6
	}
	return 0
}

// plainStart is the direction of a TCP conversation that begins with text or zeros, where
// something else than Skype's own clear beginnings is to be seen; -1 for none.
func plainStart(c *Case) int {
	f := c.F
	if client, _, _ := falseTLS(f); client >= 0 || falseServer(f) || falseClient(f) || updateLead(f) || talks(c, "login", "event", "false-https", "update") {
		return -1
	}
	for dir := range 2 {
		if plain(f.Lead[dir][:min(int(f.LeadLen[dir]), flow.LeadSize)]) {
			return dir
		}
	}
	return -1
}

func tellReadable(c *Case, e *Evidence) {
	e.Detail = "behind the third byte of the first payload there is text, or there are zeros"
	if c.kind == onTCP {
		e.Detail = "the conversation begins with text or with zeros"
	}
	e.Packets = []uint32{c.F.First}
}

// uniform asks whether sixteen values are spread as chance does: chi-square with 15 degrees of
// freedom stays below 37.7 in 999 of 1000 cases. Skype's six functions give four digits.
func uniform(c *Case) int {
	if chi, n := chiSquare(c); n >= 48 && chi < 37.7 {
		return -6
	}
	return 0
}

func chiSquare(c *Case) (chi float64, n uint32) {
	for _, k := range c.X.Nibbles {
		n += k
	}
	want := float64(n) / 16
	for _, k := range c.X.Nibbles {
		d := float64(k) - want
		chi += d * d / want
	}
	return chi, n
}

func tellUniform(c *Case, e *Evidence) {
	chi, n := chiSquare(c)
	e.Detail = fmt.Sprintf("the low half of byte 2 is spread like dice over %d datagrams (chi-square %.0f for 15 degrees of freedom)", n, chi)
	e.Packets = opening(c)
}

func lengthField(c *Case) int {
	switch n := c.X.LengthAt2; {
	case n >= 5 && n*5 >= c.n*4:
		return -8
	case n >= 3 && n*2 >= c.n:
		return -5
	}
	return 0
}

func tellLengthField(c *Case, e *Evidence) {
	e.Detail = fmt.Sprintf("bytes 2 and 3 follow the length in %d of %d datagrams", c.X.LengthAt2, c.n)
	e.Packets = opening(c)
}

func bit7(c *Case) int {
	if c.X.Bit7 > 0 && c.X.Bit7*20 >= c.n {
		return -4
	}
	return 0
}

func tellBit7(c *Case, e *Evidence) {
	e.Detail = fmt.Sprintf("bit 7 of byte 2 is set in %d of %d datagrams", c.X.Bit7, c.n)
	for _, m := range c.X.Messages() {
		if m.Func&0x80 != 0 {
			e.Packets = append(e.Packets, m.Packet)
		}
	}
}

func fixedBits(c *Case) int {
	if n := c.X.Kinds[flow.Data]; n >= 4 && n*2 >= c.n && !randomBits(c.X) {
		return -4
	}
	return 0
}

func tellFixedBits(c *Case, e *Evidence) {
	e.Detail = fmt.Sprintf("the random bits of %d datagrams with function d are unevenly spread", c.X.Kinds[flow.Data])
	e.Packets = kindPackets(c, flow.Data)
}

// services are UDP ports of well-known services, in order of number. 80 and 443 are left out:
// Skype used them.
var services = []struct {
	port uint16
	name string
}{
	{53, "DNS"}, {67, "DHCP"}, {68, "DHCP"}, {69, "TFTP"}, {88, "Kerberos"}, {111, "portmapper"}, {123, "NTP"},
	{137, "NetBIOS names"}, {138, "NetBIOS datagrams"}, {161, "SNMP"}, {162, "SNMP traps"}, {177, "XDMCP"},
	{389, "LDAP"}, {427, "SLP"}, {500, "IKE"}, {514, "syslog"}, {520, "RIP"}, {623, "IPMI"}, {1194, "OpenVPN"},
	{1434, "SQL browser"}, {1645, "RADIUS"}, {1646, "RADIUS"}, {1701, "L2TP"}, {1812, "RADIUS"}, {1813, "RADIUS"},
	{1900, "SSDP"}, {2049, "NFS"}, {2152, "GTP"}, {3478, "STUN"}, {3671, "KNX"}, {3702, "WS-Discovery"}, {4500, "IPsec"},
	{4789, "VXLAN"}, {5060, "SIP"}, {5061, "SIP"}, {5353, "mDNS"}, {5355, "LLMNR"}, {5683, "CoAP"}, {51820, "WireGuard"},
}

func service(port uint16) string {
	lo, hi := 0, len(services)
	for lo < hi {
		mid := (lo + hi) / 2
		if services[mid].port < port {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(services) && services[lo].port == port {
		return services[lo].name
	}
	return ""
}

func servicePort(c *Case) int {
	if service(c.F.PortA) != "" || service(c.F.PortB) != "" {
		return -4
	}
	return 0
}

func tellServicePort(c *Case, e *Evidence) {
	port := c.F.PortB
	if service(port) == "" {
		port = c.F.PortA
	}
	e.Detail = fmt.Sprintf("port %d belongs to %s", port, service(port))
	e.Packets = []uint32{c.F.First}
}

const year2015 = 1420070400e9 // ns, 2015-01-01 UTC

// era is silent where exact bytes prove that an old client was still at work.
func era(c *Case) int {
	if c.kind == onTCP && (loginOpening(c) >= weightProof || falseServer(c.F)) {
		return 0
	}
	if c.F.Timed() && c.F.Start >= year2015 {
		return -1
	}
	return 0
}

func tellEra(c *Case, e *Evidence) {
	e.Detail = "by its clock the capture was made in 2015 or later"
	e.Packets = []uint32{c.F.First}
}

// hosts are addresses that Skype ran or built in as first supernodes, as printed in papers.
var hosts = []struct {
	addr uint32
	what string
}{
	{66<<24 | 235<<16 | 180<<8 | 9, "a bootstrap supernode of 2004"},
	{66<<24 | 235<<16 | 181<<8 | 9, "a bootstrap supernode of 2004"},
	{80<<24 | 161<<16 | 91<<8 | 25, "a bootstrap supernode of 2004"},
	{80<<24 | 160<<16 | 91<<8 | 12, "a bootstrap supernode of 2004"},
	{64<<24 | 246<<16 | 49<<8 | 60, "a bootstrap supernode of 2004"},
	{64<<24 | 246<<16 | 49<<8 | 61, "a bootstrap supernode of 2004"},
	{64<<24 | 246<<16 | 48<<8 | 23, "a bootstrap supernode of 2004"},
	{80<<24 | 160<<16 | 91<<8 | 11, "a login server of 2004"},
	{195<<24 | 215<<16 | 8<<8 | 141, "a login server of 2006"},
	{212<<24 | 72<<16 | 49<<8 | 141, "a login server of 2006"},
	{195<<24 | 215<<16 | 8<<8 | 142, "an event server of 2006"},
	{212<<24 | 72<<16 | 49<<8 | 142, "an event server of 2006"},
	{212<<24 | 72<<16 | 49<<8 | 143, "a supernode built into the program of 2006"},
}

func host(c *Case) int {
	for side := range 2 {
		a, _ := c.F.Side(side)
		v4, ok := a.V4()
		if !ok {
			continue
		}
		for i := range hosts {
			if hosts[i].addr == v4 {
				return i
			}
		}
	}
	return -1
}

// judgeable reports that there is a payload which could be Skype's.
func judgeable(c *Case) bool {
	if c.kind == onTCP {
		return c.F.LeadLen[0]|c.F.LeadLen[1] != 0
	}
	return c.fits > 0
}

func knownAddress(c *Case) int {
	if judgeable(c) && host(c) >= 0 {
		return 1
	}
	return 0
}

func tellKnownAddress(c *Case, e *Evidence) {
	h := hosts[host(c)]
	e.Detail = fmt.Sprintf("%s was %s", ip4(h.addr), h.what)
	e.Packets = []uint32{c.F.First}
}

func knownPort(c *Case) int {
	for _, p := range [...]uint16{c.F.PortA, c.F.PortB} {
		if (p == 33033 || p == 12350) && judgeable(c) {
			return 1
		}
	}
	return 0
}

func tellKnownPort(c *Case, e *Evidence) {
	p := c.F.PortB
	if p != 33033 && p != 12350 {
		p = c.F.PortA
	}
	e.Detail = fmt.Sprintf("one end uses port %d", p)
	e.Packets = []uint32{c.F.First}
}
