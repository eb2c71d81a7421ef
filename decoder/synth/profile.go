package synth

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
)

// A ProfileFile is one of the files that the invented client of the story "login" keeps on its
// machine, or that its owner's second machine keeps.
type ProfileFile struct {
	Name string // "shared.xml"; below site/content/samples/profile
	What string // what it shows, a sentence
	data []byte
}

// Bytes are the file. The slice is the profile's own.
func (p *ProfileFile) Bytes() []byte { return p.data }

// profileNodes is how many supernodes the host cache holds: as many as Skype keeps at most.
const profileNodes = 200

// buddy is a line of a config.xml: the numbers are those of the first and of the second machine,
// 0 where the buddy is not known.
type buddy struct {
	tag           string
	first, second uint32
	small         int
}

// Profile makes the files that belong to the capture of the story "login": its client listens at
// the port and has the public address that they name, and the supernodes it tries first are in the
// host cache. They were written some minutes before the capture begins. Names and numbers are
// invented, addresses those set aside for documentation.
func Profile() []ProfileFile {
	w, _ := login()
	r := random(0x70726f66)
	written := w.start.Unix() - 1130 // the end of the session before
	seen := map[netip.AddrPort]bool{}
	var hosts []netip.AddrPort
	add := func(a netip.AddrPort) {
		if !seen[a] && len(hosts) < profileNodes {
			seen[a] = true
			hosts = append(hosts, a)
		}
	}
	for _, n := range w.nodes {
		if n.port != 12350 { // the event server is no supernode
			add(netip.AddrPortFrom(n.ip, n.port))
		}
	}
	known := len(hosts)
	nets := [][3]byte{{192, 0, 2}, {198, 51, 100}, {203, 0, 113}}
	for len(hosts) < profileNodes {
		n := nets[r.n(len(nets))]
		port := uint16(1024 + r.n(64000))
		switch r.n(8) {
		case 0:
			port = 33033
		case 1:
			port = 443
		case 2:
			port = 80
		}
		add(netip.AddrPortFrom(netip.AddrFrom4([4]byte{n[0], n[1], n[2], byte(1 + r.n(254))}), port))
	}
	for i := len(hosts) - 1; i > 0; i-- { // those of the capture stand somewhere among the others
		j := r.n(i + 1)
		hosts[i], hosts[j] = hosts[j], hosts[i]
	}
	cache := append([]byte{0x41}, varint(profileNodes)...)
	for i, a := range hosts {
		first := written - int64(r.n(9*86400))
		last := first + int64(r.n(3600))
		if i%7 == 0 {
			last = first
		}
		class, fails := byte(4), byte(0)
		if r.n(4) == 0 {
			class = 2
		}
		if r.n(20) == 0 {
			fails = byte(1 + r.n(3))
		}
		ip := a.Addr().As4()
		cache = join(cache, []byte{5, 0, 0x41, 5, 2, 0}, ip[:], be16(a.Port()),
			[]byte{0, 1, class, 0, 2}, varint(uint64(first)), []byte{0, 3}, varint(uint64(min(last, written))), []byte{0, 4, fails})
	}
	home := w.nodes[1]

	buddies := []buddy{
		{"echo123", r.u32(), r.u32(), 1},
		{"heron.example", r.u32(), r.u32(), 1},
		{"ida_example", r.u32(), r.u32(), 2},
		{"jackdaw-example", r.u32(), r.u32(), 1},
		{"kestrel.example", r.u32(), r.u32(), 3},
		{"linnet_example", r.u32(), 0, 1},
		{"_.2B15550142", r.u32(), r.u32(), 1},
		{"_7swifts.example", r.u32(), r.u32(), 2},
		{"magpie.example", 0, r.u32(), 1},
	}
	const account = "wren.example"
	return []ProfileFile{
		{"config.xml", "The settings of the account on the captured machine, with eight buddies.", profileConfig(&r, account, buddies, false, written)},
		{"config-second.xml", "The settings of the same account on another machine: the same buddies but for two, with other numbers, and codecs disabled by hand.", profileConfig(&r, account, buddies, true, written-86400)},
		{"shared.xml", fmt.Sprintf("The settings of the installation: its port, its public address, and 200 supernodes, %d of which the capture shows.", known), profileShared(&r, cache, netip.AddrPortFrom(home.ip, home.port), written)},
		{"chatmsg256.dbb", "Five slots with messages of a chat; in two of them is still the end of an older, longer message.", profileChat(written)},
	}
}

func profileConfig(r *random, account string, list []buddy, second bool, written int64) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "<?xml version=\"1.0\"?>\n<config version=\"1.0\" serial=\"%d\" timestamp=\"%d.%02d\">\n", 40+r.n(200), written, r.n(100))
	fmt.Fprintf(&b, "  <Lib>\n    <Account>\n      <Credentials2>%X</Credentials2>\n      <LastPartnerId>0</LastPartnerId>\n      <LastUsed>%d</LastUsed>\n      <LocalData>0</LocalData>\n    </Account>\n", r.bytes(192), written-64)
	fmt.Fprintf(&b, "    <CentralStorage>\n      <LastBackoff>0</LastBackoff>\n      <LastFailure>0</LastFailure>\n      <LastSync>%d</LastSync>\n      <NeedSync>0</NeedSync>\n      <SyncSet>\n        <u>\n", written-3120)
	for _, x := range list {
		n := x.first
		if second {
			n = x.second
		}
		if n != 0 {
			fmt.Fprintf(&b, "          <%s>%08x:%d</%s>\n", x.tag, n, x.small, x.tag)
		}
	}
	b.WriteString("        </u>\n      </SyncSet>\n    </CentralStorage>\n    <Chat>\n      <History>2</History>\n    </Chat>\n")
	if second {
		b.WriteString("    <VoiceEng>\n      <DisableCodecs>ISAC ILBC</DisableCodecs>\n    </VoiceEng>\n")
	}
	fmt.Fprintf(&b, "  </Lib>\n  <UI>\n    <Language>en</Language>\n    <General>\n      <AutoStart>1</AutoStart>\n      <LastLogin>%s</LastLogin>\n    </General>\n  </UI>\n</config>\n", account)
	return []byte(b.String())
}

func profileShared(r *random, cache []byte, super netip.AddrPort, written int64) []byte {
	var b strings.Builder
	probe := written / 4096 * 4096
	local := binary.BigEndian.Uint32(netip.MustParseAddr(machineIP).AsSlice())
	in, out := make([]string, 24), make([]string, 24)
	for i := range in {
		in[i], out[i] = fmt.Sprint(400+r.n(900)+2400*(i%8/6)), fmt.Sprint(300+r.n(700)+2100*(i%8/6))
	}
	fmt.Fprintf(&b, "<?xml version=\"1.0\"?>\n<config version=\"1.0\" serial=\"%d\" timestamp=\"%d.%02d\">\n", 40+r.n(200), written, r.n(100))
	fmt.Fprintf(&b, "  <Lib>\n    <BackboneInited>1</BackboneInited>\n    <Connection>\n      <Bandwidth>\n        <CurSlotLength>1800</CurSlotLength>\n        <InHistory>%s</InHistory>\n        <OutHistory>%s</OutHistory>\n      </Bandwidth>\n",
		strings.Join(in, ","), strings.Join(out, ","))
	fmt.Fprintf(&b, "      <Firewall>\n        <TcpInHistory>-1</TcpInHistory>\n        <UdpInHistory>%d</UdpInHistory>\n        <UdpOutHistory>%d</UdpOutHistory>\n      </Firewall>\n", int32(r.u32()), int32(r.u32()))
	fmt.Fprintf(&b, "      <HostCache>%X</HostCache>\n      <LastIP>%d</LastIP>\n      <ListeningPort>%d</ListeningPort>\n", cache, local, skypePort)
	fmt.Fprintf(&b, "      <NatTracker>\n        <ContraProbeResults>203.0.113.115:%d 203.0.113.115:%d</ContraProbeResults>\n        <PreviousNatType>3</PreviousNatType>\n        <ProbeResults>\n          <_%d>%X</_%d>\n        </ProbeResults>\n      </NatTracker>\n",
		skypePort, skypePort+11, probe, r.bytes(48), probe)
	fmt.Fprintf(&b, "      <Port>%d</Port>\n      <Supernode>%v</Supernode>\n    </Connection>\n", skypePort, super)
	props := join([]byte{0x41, 3, 0, 1, 2, 3, 4}, []byte("wren\x00"), []byte{4, 9, 8}, r.bytes(8))
	fmt.Fprintf(&b, "    <Localnode>\n      <NodeID>%X</NodeID>\n    </Localnode>\n    <PropsManager>\n      <PermaProps>%X</PermaProps>\n    </PropsManager>\n", r.bytes(8), props)
	fmt.Fprintf(&b, "    <SD>\n      <NodeTokens>42%X</NodeTokens>\n    </SD>\n  </Lib>\n  <UI>\n    <General>\n      <ClientID>{00000000-0000-4000-8000-%012x}</ClientID>\n    </General>\n  </UI>\n</config>\n", r.bytes(20), r.u64()>>16)
	return []byte(b.String())
}

// profileChat is a chatmsg256.dbb: slots of 264 bytes, in which a record overwrites only as much of
// the one before as it needs.
func profileChat(written int64) []byte {
	const slot, head = 264, 12
	str := func(id uint32, s string) []byte { return join([]byte{3}, varint(uint64(id)), []byte(s), []byte{0}) }
	when := func(ago int64) []byte { return join([]byte{0}, varint(485), varint(uint64(written-ago))) }
	const chat = "#wren.example/$heron.example;4d1f0c2a91e7b356"
	type message struct {
		slot    int
		author  string
		shown   string
		ago     int64
		members bool
		text    string
	}
	file := make([]byte, 5*slot)
	for i, m := range []message{
		{0, "wren.example", "Wren", 86000, false, "Are you there? The call broke off, and I could not hear the end of it."},
		{1, "heron.example", "Heron", 85900, false, "Yes. My line was cut, the router says it changed its address again."},
		{2, "wren.example", "Wren", 85600, false, "Try it with another port, mine has been 35990 ever since I installed it."},
		{3, "heron.example", "Heron", 85400, true, "Now it works."},
		{4, "heron.example", "Heron", 4100, false, "Good evening! Shall I call you at eight?"},
		{1, "wren.example", "Wren", 3900, false, "Yes, please."},
		{2, "heron.example", "Heron", 3800, false, "Done."},
	} {
		objects := [][]byte{str(480, chat), when(m.ago), str(488, m.author), str(492, m.shown)}
		if m.members {
			objects = append(objects, str(3160, "wren.example heron.example"))
		}
		objects = append(objects, str(508, m.text))
		list := join(append([][]byte{{0x41, byte(len(objects))}}, objects...)...)
		at := file[m.slot*slot:]
		copy(at, "l33l")
		binary.LittleEndian.PutUint32(at[4:], uint32(4+len(list)))
		binary.LittleEndian.PutUint32(at[8:], uint32(1201+3*i))
		copy(at[head:slot], list)
	}
	return file
}
