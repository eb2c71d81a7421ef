package classify

import (
	"fmt"
	"net/netip"

	"somscope/decoder/crc"
	"somscope/decoder/flow"
)

// A known is a plaintext of seven bytes in which only the request's number is open.
type known struct {
	head, tail [3]byte // around the two bytes of the number; used are headN and 5-headN bytes
	headN      int
	reply      bool // the number is that of the message from the other side
	says       string
}

// The templates of 18-byte Commands: length, command number, request number (the id of the
// request minus one), an empty packed list. Measured on the SkypeIRC capture: 22, 29, 3 and
// 33 of the 18-byte Commands in it.
var knowns = []known{
	{[3]byte{0x04, 0xda, 0x01}, [3]byte{0x42, 0x15}, 3, false, "“may I connect?”"},
	{[3]byte{0x04, 0x9a, 0x02}, [3]byte{0x42, 0x15}, 3, false, "a ping"},
	{[3]byte{0x04, 0xe3, 0x01}, [3]byte{0x42, 0x15}, 3, true, "“yes, connect”"},
	{[3]byte{0x05, 0x7b}, [3]byte{0x42, 0x3c, 0x25}, 2, true, "“nothing found”"},
}

// solve finds the known plaintext of the first Command of a direction.
func solve(c *Case, dir int) *known {
	lead := &c.F.Lead[dir]
	if c.F.LeadLen[dir] != 18 || lead[2] != 0x02 {
		return nil
	}
	want := be32(lead[7:])
	for i := range knowns {
		k := &knowns[i]
		from := lead
		if k.reply {
			from = &c.F.Lead[1-dir]
			if flow.Shape(from[:], int(c.F.LeadLen[1-dir])) != flow.Command {
				continue
			}
		}
		rid := uint16(from[0])<<8 + uint16(from[1]) - 1
		var plain [7]byte
		n := copy(plain[:], k.head[:k.headN])
		plain[n], plain[n+1] = byte(rid>>8), byte(rid)
		copy(plain[n+2:], k.tail[:5-k.headN])
		if crc.Sum(plain[:]) == want {
			return k
		}
	}
	return nil
}

func commandCRC(c *Case) int {
	if solve(c, 0) != nil || solve(c, 1) != nil {
		return 10
	}
	return 0
}

func tellCommandCRC(c *Case, e *Evidence) {
	for dir := range 2 {
		k := solve(c, dir)
		if k == nil {
			continue
		}
		at := c.F.First
		for _, m := range c.X.Messages() {
			if int(m.Dir) == dir {
				at = m.Packet
				break
			}
		}
		if e.Detail != "" {
			e.Detail += ", and "
		}
		e.Detail += fmt.Sprintf("the checksum in %s is that of %s", packet(at), k.says)
		e.Packets = append(e.Packets, at)
	}
}

func nackResend(c *Case) int {
	if c.X.NAckResends > 0 {
		return 10
	}
	return 0
}

func tellNAckResend(c *Case, e *Evidence) {
	at := c.X.NAckResendAt
	e.Detail = fmt.Sprintf("the NAck in %s and the resend in %s agree in id and token", packet(at[0]), packet(at[1]))
	e.Packets = at[:]
}

// consensusSide is the side whose address several peers, this flow's among them, agree on; -1 when none.
func consensusSide(c *Case) int {
	for side, p := range c.ports {
		if p == nil || !p.toldPeers || p.toldBy < 2 || p.toldBy*2 <= p.toldFlows {
			continue
		}
		if told, ok := toldTo(c.X, side); ok && told == p.told {
			return side
		}
	}
	return -1
}

func consensus(c *Case) int {
	if consensusSide(c) >= 0 {
		return 9
	}
	return 0
}

func tellConsensus(c *Case, e *Evidence) {
	p := c.ports[consensusSide(c)]
	e.Detail = fmt.Sprintf("%d of %d conversations that report an address to this port report %s", p.toldBy, p.toldFlows, ip4(p.told))
	e.Packets = append(e.Packets, p.toldAt[:p.toldAtFull]...)
}

func ip4(a uint32) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a)})
}

func retransmission(c *Case) int {
	x := c.X
	if x.Retransmitted == 0 {
		return 0
	}
	// Three sends at most belong to a message; a header that never changes is something else.
	different := x.StepTwo[0] + x.StepTwo[1] + x.StepOther[0] + x.StepOther[1] + 1
	if x.Retransmitted > 4*different {
		return 0
	}
	for _, ms := range x.RetransmitMs {
		if ms >= 1000 && ms <= 9000 {
			return 9
		}
	}
	return 6
}

func tellRetransmission(c *Case, e *Evidence) {
	x := c.X
	e.Packets = x.RetransmitAt[:]
	e.Detail = fmt.Sprintf("%s repeats %s with the same id and checksum and a new IV", packet(x.RetransmitAt[1]), packet(x.RetransmitAt[0]))
	if x.RetransmitMs[0] >= 0 {
		e.Detail += fmt.Sprintf(" %.2f s later", float64(x.RetransmitMs[0])/1000)
	}
	if x.Retransmitted == 1 {
		e.Packets = x.RetransmitAt[:2]
		return
	}
	if x.RetransmitMs[1] >= 0 {
		e.Detail += fmt.Sprintf(", and again after %.2f s", float64(x.RetransmitMs[1])/1000)
	}
	if n := x.Retransmitted - 2; n > 0 {
		e.Detail += fmt.Sprintf("; %d more", n)
	}
}

// ownSide is the side that is told exactly the address in its own IP header; -1 when none.
func ownSide(c *Case) int {
	for side := range 2 {
		a, _ := c.F.Side(side)
		if told, ok := toldTo(c.X, side); ok {
			if own, v4 := a.V4(); v4 && own == told {
				return side
			}
		}
	}
	return -1
}

func ownAddress(c *Case) int {
	if ownSide(c) >= 0 {
		return 9
	}
	return 0
}

func tellOwnAddress(c *Case, e *Evidence) {
	side := ownSide(c)
	at := c.X.ToldPacket[1-side]
	e.Detail = fmt.Sprintf("%s tells %s its address, which is the one it is sent to", packet(at), ip4(c.X.Told[1-side]))
	e.Packets = []uint32{at}
}

func resendFits(c *Case) int {
	if c.X.Kinds[flow.Resend] == 0 {
		return 0
	}
	for dir := range 2 {
		peer, _ := c.F.Side(1 - dir)
		if a, ok := peer.V4(); ok && a == c.X.ResendTo[dir] && a != 0 {
			return 8
		}
	}
	if c.X.ResendCRC > 0 {
		return 8
	}
	return 0
}

func tellResendFits(c *Case, e *Evidence) {
	e.Detail = "a resend has the id and the checksum of the message it repeats"
	for dir := range 2 {
		peer, _ := c.F.Side(1 - dir)
		if a, ok := peer.V4(); ok && a == c.X.ResendTo[dir] {
			e.Detail = fmt.Sprintf("a resend to %s names that address", ip4(a))
			if c.X.ResendCRC > 0 {
				e.Detail += " and has the id and checksum of the message it repeats"
			}
		}
	}
	e.Packets = kindPackets(c, flow.Resend)
}

// kindPackets are the packets of a kind among the opening of the flow.
func kindPackets(c *Case, kinds ...flow.Kind) []uint32 {
	var list []uint32
	for _, m := range c.X.Messages() {
		for _, k := range kinds {
			if m.Kind == k && len(list) < 8 {
				list = append(list, m.Packet)
			}
		}
	}
	return list
}

func fragments(c *Case) int {
	x := c.X
	switch {
	case x.FragmentsInOrder >= 2 && x.FragmentAnswers >= 2:
		return 9
	case x.FragmentsInOrder >= 2:
		return 8
	case x.FragmentsInOrder == 1 || x.FragmentAnswers > 0:
		return 6
	}
	return 0
}

func tellFragments(c *Case, e *Evidence) {
	x := c.X
	e.Detail = fmt.Sprintf("%d fragments, %d of them right behind the one before", x.Kinds[flow.Fragment], x.FragmentsInOrder)
	if x.FragmentAnswers > 0 {
		e.Detail += fmt.Sprintf("; %d name the id of a question from the other side", x.FragmentAnswers)
	}
	e.Packets = append(e.Packets, x.FragmentAt[:min(int(x.Kinds[flow.Fragment]), len(x.FragmentAt))]...)
}

func dataFrames(c *Case) int {
	x := c.X
	n := x.Kinds[flow.Data]
	if n < 16 || !c.whole || !randomBits(x) {
		return 0
	}
	w := 3
	if n >= 40 {
		w = 6
	}
	if x.Payloads[0] >= 8 && x.Payloads[1] >= 8 {
		w++
	}
	if x.Kinds[flow.Command] > 0 {
		w++
	}
	return min(w, 8)
}

func tellDataFrames(c *Case, e *Evidence) {
	x := c.X
	e.Detail = fmt.Sprintf("%d of %d datagrams are Data with random bits spread over all values", x.Kinds[flow.Data], c.n)
	if x.Payloads[0] >= 8 && x.Payloads[1] >= 8 {
		e.Detail += ", both ways"
	}
	if x.Kinds[flow.Command] > 0 {
		e.Detail += ", with a Command among them"
	}
	e.Packets = kindPackets(c, flow.Data)
}

func functionBytes(c *Case) int {
	if !c.whole || c.fits < 2 {
		return 0
	}
	most := uint32(8)
	if commandsOnly(c.X) { // one byte, however often
		most = 3
	}
	return int(min(c.bits/8, most))
}

func tellFunctionBytes(c *Case, e *Evidence) {
	x := c.X
	e.Detail = fmt.Sprintf("%d of %d datagrams fit a layout of Skype", c.fits, c.n)
	sep := ": "
	for _, k := range []struct {
		kind flow.Kind
		name string
	}{
		{flow.Command, "Command"}, {flow.Resend, "Resend"}, {flow.Ack, "Ack"}, {flow.NAck, "NAck"},
		{flow.Data, "Data"}, {flow.Fragment, "Fragment"},
	} {
		if n := x.Kinds[k.kind]; n > 0 {
			e.Detail += fmt.Sprintf("%s%d %s", sep, n, k.name)
			sep = ", "
		}
	}
	e.Packets = kindPackets(c, flow.Command, flow.Resend, flow.Ack, flow.NAck, flow.Data, flow.Fragment)
}

// portHolds reports that a port's flows look like one program that speaks Skype.
func portHolds(p *port) bool {
	return p != nil && p.fit*20 >= (p.fit+p.odd)*17 && // 85 %
		(p.commands < 4 || p.sameID*2 < p.commands) && (p.compared < 16 || p.equal*4 < p.compared)
}

func portBytes(c *Case) int {
	if !c.whole || !portHolds(c.home) || c.home.fit < 2 {
		return 0
	}
	most := uint32(8)
	if !c.usual() {
		most = 2
	}
	return int(min(c.home.bits/6, most))
}

func tellPortBytes(c *Case, e *Evidence) {
	p := c.home
	a, number := c.F.Side(c.homeSide)
	e.Detail = fmt.Sprintf("%d of %d conversations of %s have the layouts of Skype", p.fit, p.fit+p.odd, netip.AddrPortFrom(a.Netip(), number))
	e.Packets = append(e.Packets, p.shown[:p.shownN]...)
}

// steps counts the ids that go up by two, in this flow and over the flows of one port.
func steps(c *Case) (two, all uint32, p *port) {
	x := c.X
	two = x.StepTwo[0] + x.StepTwo[1]
	all = two + x.StepOther[0] + x.StepOther[1]
	for side, q := range c.ports {
		if q != nil && q.stepsTwo > 0 && (p == nil || q.stepsTwo > p.stepsTwo) && c.F.LeadLen[side] > 0 {
			p = q
		}
	}
	if p != nil && p.commands > 0 {
		two += p.stepsTwo
		all += p.commands - 1
	}
	return two, all, p
}

func stepTwo(c *Case) int {
	if !c.whole || c.X.Kinds[flow.Command] == 0 || byOne(c) {
		return 0
	}
	two, all, _ := steps(c)
	if two == 0 || two*5 < all {
		return 0
	}
	return int(min(3*two, 8))
}

// byOne reports that the ids of the flow, or of its port, count by one rather than by two.
func byOne(c *Case) bool {
	if x := c.X; uint32(x.StepOne) > x.StepTwo[0]+x.StepTwo[1] {
		return true
	}
	for _, p := range c.ports {
		if p != nil && p.stepsOne*2 > p.stepsTwo+p.insideTwo {
			return true
		}
	}
	return false
}

func tellStepTwo(c *Case, e *Evidence) {
	two, all, p := steps(c)
	e.Detail = fmt.Sprintf("%d of %d steps from one Command's id to the next are exactly two", two, all)
	if two < all {
		e.Detail += ", where chance would make one in 65,536 so; messages between, to this peer or others, take the ids that are missing"
	}
	if p != nil {
		e.Packets = p.stepAt[:]
	} else {
		e.Packets = kindPackets(c, flow.Command)
	}
}

func ackID(c *Case) int {
	if c.X.Answered > 0 {
		return 7
	}
	return 0
}

func tellAckID(c *Case, e *Evidence) {
	at := c.X.AnsweredAt
	e.Detail = fmt.Sprintf("%s repeats the id of %s", packet(at[1]), packet(at[0]))
	if n := c.X.Answered - 1; n > 0 {
		e.Detail += fmt.Sprintf("; %d more do so", n)
	}
	e.Packets = at[:]
}

func portShared(c *Case) int {
	if !c.whole {
		return 0
	}
	for _, p := range c.ports {
		if p != nil && portHolds(p) && (p.sure > 1 || p.sure == 1 && p.sureAt != c.F.First) {
			return 6
		}
	}
	return 0
}

func tellPortShared(c *Case, e *Evidence) {
	for side, p := range c.ports {
		if p != nil && p.sure > 0 && portHolds(p) {
			a, number := c.F.Side(side)
			e.Detail = fmt.Sprintf("%d of the conversations of %s are certainly Skype by themselves", p.sure, netip.AddrPortFrom(a.Netip(), number))
			e.Packets = []uint32{p.sureAt}
			return
		}
	}
}

// probePair finds a Command and the Command that answers it.
func probePair(c *Case) (q, a flow.Message, ok bool) {
	list := c.X.Messages()
	if commandsOnly(c.X) && len(list) == len(c.X.Opening) && !manySizes(list) {
		return q, a, false
	}
	for i, q := range list {
		if q.Kind != flow.Command {
			continue
		}
		for _, a := range list[i+1:] {
			if a.Dir == q.Dir || a.Kind != flow.Command {
				continue
			}
			if probeSize(a.Len) && a.Ms-q.Ms <= 10000 {
				return q, a, true
			}
			break
		}
	}
	return q, a, false
}

// probeSize reports that a Command has a size of a probe's.
func probeSize(n uint16) bool { return n == 18 || n == 26 || n == 51 || n == 53 }

// manySizes reports that at least half of the messages have a size of a probe's.
func manySizes(list []flow.Message) bool {
	n := 0
	for _, m := range list {
		if probeSize(m.Len) {
			n++
		}
	}
	return n*2 >= len(list)
}

func probe(c *Case) int {
	if _, _, ok := probePair(c); ok && c.whole && c.usual() {
		return 4
	}
	return 0
}

func tellProbe(c *Case, e *Evidence) {
	q, a, _ := probePair(c)
	e.Detail = fmt.Sprintf("a Command of %d bytes in %s, answered with %d bytes in %s", q.Len, packet(q.Packet), a.Len, packet(a.Packet))
	e.Packets = []uint32{q.Packet, a.Packet}
}

func first18(c *Case) int {
	if beginsWith18(c) && c.whole && c.usual() {
		return 2
	}
	return 0
}

func beginsWith18(c *Case) bool {
	m := c.X.Messages()
	return len(m) > 0 && m[0].Kind == flow.Command && m[0].Len == 18
}

func tellFirst18(c *Case, e *Evidence) {
	at := c.X.Messages()[0].Packet
	e.Detail = fmt.Sprintf("the first Command, in %s, has 18 bytes", packet(at))
	e.Packets = []uint32{at}
}
