package classify

import (
	"math/bits"

	"somscope/decoder/flow"
	"somscope/decoder/inet"
)

// Verdicts is what Run found. The zero value knows no flow.
type Verdicts struct {
	table   *flow.Table
	classes []Class
	ports   []*[portPage]port
	ends    ends // of ports, by their place there

	candidates []candidate
	facts      map[uint32]*Learned // what Learn was told

	names   *ends // with a name by the first bytes; nil until one is asked for
	aliases []alias

	scratch struct { // of Word, used again
		c *Case
		x *flow.Features
	}
}

// A port is what is known of one UDP address and port over all its flows. A port belongs to
// one program, so what is seen on it speaks for all its flows. There is one for each end of
// a flow with a datagram that fits a layout of Skype.
type port struct {
	fit, odd uint32 // flows whose datagrams fit, and whose do not
	typical  uint32 // of those that fit, with sizes or functions as Skype has them
	bits     uint32 // pinned down by the datagrams that fit, see flow.Chance; capped per flow
	shown    [8]uint32
	shownN   uint8

	// The ids and IVs of the first commands sent from here, over flows in order of appearance.
	lastID, lastIV   uint32
	lastPacket       uint32
	commands         uint32
	sameID, stepsTwo uint32
	stepsOne         uint32 // of one, and more of them within flows than other steps
	insideTwo        uint32 // steps of two within flows
	stepAt           [2]uint32
	compared, equal  uint32

	// The address that peers report to this end: a majority vote first, then a count.
	told       uint32
	votes      int32
	toldBy     uint32 // flows that report it
	toldFlows  uint32 // flows that report any
	toldPeer   inet.Addr
	toldPeers  bool // at least two different peers do
	toldAt     [8]uint32
	toldAtFull uint8

	sure   uint32 // flows that are certainly Skype by what they hold themselves
	sureAt uint32
}

// A candidate is a flow that may be Skype, and the places of its ports in Verdicts.ports.
type candidate struct {
	id    uint32
	ports [2]int32
	score int16 // by what it holds itself
	kind  uint8
	sure  bool // certainly Skype by what it holds itself
}

// portPage is how many ports lie together. Pages keep the ports where they are when there come
// more of them.
const portPage = 64

// A Case is one flow before the rules.
type Case struct {
	F *flow.Flow
	X *flow.Features
	L *Learned // what the second look found, or nil

	kind uint8 // onUDP, onE2O or onTCP; 0 for another transport

	n, fits, odd uint32   // datagrams with payload; of those, that fit a layout, that do not
	whole        bool     // the flow's datagrams fit and look as Skype's do: ids change, bytes do not repeat
	bits         uint32   // pinned down by them
	ports        [2]*port // of A and B; nil when no flow there fits
	home         *port    // the one with more flows: the client's, when it can be told
	homeSide     int
}

// Run judges all flows of a table. It may be called again when the table has grown.
func Run(t *flow.Table) *Verdicts {
	v := &Verdicts{table: t, classes: make([]Class, t.Len())}
	var tmp flow.Features
	c := new(Case)

	// First the flows with a datagram that fits, and what they say about their ports.
	for id := range uint32(t.Len()) {
		f := t.At(id)
		if f.Transport != flow.UDP {
			v.classes[id] = v.first(c, f, &tmp)
			continue
		}
		if f.LeadLen[0]|f.LeadLen[1] == 0 {
			continue
		}
		if !fitsAny(f) && !gatewayLayout(f.Features()) {
			v.classes[id] = Other
			continue
		}
		c.look(f, &tmp)
		v.candidates = append(v.candidates, candidate{id: id, ports: [2]int32{v.learn(c, 0), v.learn(c, 1)}})
	}
	if len(v.candidates) == 0 {
		return v
	}
	// Then the flows that do not fit but share a port with one that does. Most share none, which
	// the number of the port tells in most cases without a look into a larger table.
	var numbers [1 << 16 / 64]uint64
	for _, e := range v.ends.keys {
		numbers[e.port>>6] |= 1 << (e.port & 63)
	}
	for id, class := range v.classes {
		f := t.At(uint32(id))
		if class != Other || f.Transport != flow.UDP {
			continue
		}
		for side := range 2 {
			a, number := f.Side(side)
			if numbers[number>>6]>>(number&63)&1 == 0 {
				continue
			}
			if p := v.port(a, number); p != nil {
				p.odd++
			}
		}
	}
	for i := range v.candidates {
		v.countTold(t.At(v.candidates[i].id), &tmp)
	}
	// Then what each candidate is by itself, and at last by its neighbours on the same port.
	for i := range v.candidates {
		x := &v.candidates[i]
		v.openAt(c, t.At(x.id), &tmp, x.ports)
		if x.weigh(c); x.sure {
			v.portAt(x.ports[0]).count(true, c.F.First)
			v.portAt(x.ports[1]).count(true, c.F.First)
		}
	}
	for i := range v.candidates {
		x := &v.candidates[i]
		v.classes[x.id] = class(x.kind, int(x.score)+v.near(x, c, &tmp))
	}
	return v
}

// weigh judges a candidate by what it holds itself.
func (x *candidate) weigh(c *Case) {
	score, best := 0, 0
	for _, r := range rulesOn[c.kind] {
		if r.Near {
			continue
		}
		w := r.Test(c)
		score += w
		best = max(best, w)
	}
	x.score, x.kind = int16(score), c.kind
	x.sure = c.kind == onUDP && score >= scoreCertain && best >= weightProof
}

// near is what a candidate's neighbours add to its score.
func (v *Verdicts) near(x *candidate, c *Case, tmp *flow.Features) (score int) {
	if v.portAt(x.ports[0]).sure|v.portAt(x.ports[1]).sure == 0 {
		return 0
	}
	v.openAt(c, v.table.At(x.id), tmp, x.ports)
	for _, r := range rulesOn[c.kind] {
		if r.Near {
			score += r.Test(c)
		}
	}
	return score
}

// first judges a flow of another transport than UDP by its first payloads.
func (v *Verdicts) first(c *Case, f *flow.Flow, tmp *flow.Features) Class {
	if f.Transport != flow.TCP {
		return Other
	}
	if f.LeadLen[0]|f.LeadLen[1] == 0 {
		return Undecided
	}
	v.open(c, f, tmp)
	score, _ := weigh(c)
	return class(c.kind, score)
}

// Class is the class of a flow, by its number in the table.
func (v *Verdicts) Class(id uint32) Class {
	if int64(id) >= int64(len(v.classes)) {
		return Undecided
	}
	return v.classes[id]
}

// Scores are the scores that Verdict gives to all flows, for sorting by them:
// without the words, and without allocating for each.
func (v *Verdicts) Scores() []int {
	if v == nil || v.table == nil {
		return nil
	}
	scores := make([]int, v.table.Len())
	c, tmp := new(Case), new(flow.Features)
	for id := range scores {
		v.open(c, v.table.At(uint32(id)), tmp)
		scores[id], _ = weigh(c)
	}
	return scores
}

func weigh(c *Case) (score, best int) {
	for _, r := range rulesOn[c.kind] {
		w := r.Test(c)
		score += w
		best = max(best, w)
	}
	return score, best
}

func fitsAny(f *flow.Flow) bool {
	if x := f.Features(); x != nil {
		return x.Fits() > 0
	}
	for dir := range f.Lead {
		if n := int(f.LeadLen[dir]); n > 0 && flow.Shape(f.Lead[dir][:], n) != flow.Odd {
			return true
		}
	}
	return false
}

func (v *Verdicts) port(a inet.Addr, p uint16) *port {
	if i := v.ends.find(a, p); i >= 0 {
		return v.portAt(i)
	}
	return nil
}

func (v *Verdicts) newPort(a inet.Addr, p uint16) (place int32) {
	place, isNew := v.ends.add(a, p)
	if isNew && int(place)/portPage == len(v.ports) {
		v.ports = append(v.ports, new([portPage]port))
	}
	return place
}

func (v *Verdicts) portAt(place int32) *port { return &v.ports[place/portPage][place%portPage] }

var noFeatures flow.Features // never written to

// look gathers what the flow itself says.
func (c *Case) look(f *flow.Flow, tmp *flow.Features) {
	if f.Transport != flow.UDP {
		*c = Case{F: f, X: &noFeatures}
		if f.Transport == flow.TCP {
			c.kind = onTCP
		}
		return
	}
	x := f.Learn(tmp)
	*c = Case{F: f, X: x, kind: onUDP, n: x.Payloads[0] + x.Payloads[1], fits: x.Fits(), odd: x.Kinds[flow.Odd]}
	for k, n := range x.Kinds {
		switch flow.Kind(k) {
		case flow.Data:
			if !randomBits(x) {
				continue // a constant that happens to end in d
			}
		case flow.Ack, flow.NAck:
			if unasked(x) {
				continue
			}
		}
		c.bits += min(n, 1<<16) * uint32(flow.Chance[k])
	}
	if gatewayLayout(f.Features()) {
		c.kind = onE2O
	}
	c.whole = c.fits > 0 && c.odd*10 <= c.n && x.Strangers()*4 < c.n &&
		(c.n < 4 || x.SameID*2 < c.n && x.LengthAt2*2 < c.n) && (x.Compared < 16 || x.Repeats*4 < x.Compared) && !legible(c)
}

// open is look, with the ports.
func (v *Verdicts) open(c *Case, f *flow.Flow, tmp *flow.Features) {
	if f.Transport != flow.UDP {
		c.look(f, tmp)
		c.L = v.facts[f.ID]
		return
	}
	v.openAt(c, f, tmp, [2]int32{v.ends.find(f.A, f.PortA), v.ends.find(f.B, f.PortB)})
}

// openAt is open when the places of the ports are known; -1 is none.
func (v *Verdicts) openAt(c *Case, f *flow.Flow, tmp *flow.Features, ports [2]int32) {
	c.look(f, tmp)
	c.L = v.facts[f.ID]
	for side, i := range ports {
		if i >= 0 {
			c.ports[side] = v.portAt(i)
		}
	}
	c.home = c.ports[0]
	if b := c.ports[1]; b != nil && (c.home == nil || b.fit > c.home.fit) {
		c.home, c.homeSide = b, 1
	}
}

// learn tells the port at one side of a flow what the flow holds. Flows come in the order of
// their first packets. It returns the port's place.
func (v *Verdicts) learn(c *Case, side int) (place int32) {
	a, number := c.F.Side(side)
	place = v.newPort(a, number)
	p := v.portAt(place)
	switch {
	case c.whole:
		p.fit++
		p.bits += min(c.bits, 24)
		if typical(c) {
			p.typical++
		}
		if side == 0 { // a flow's steps count once, at the end that asked first
			p.stepsOne += uint32(c.X.StepOne)
			p.insideTwo += c.X.StepTwo[0] + c.X.StepTwo[1]
		}
		if int(p.shownN) < len(p.shown) {
			p.shown[p.shownN] = c.F.First
			p.shownN++
		}
	case sameHead(c.X):
		// As calls to a telephone are: they may share the port of a client.
	default:
		p.odd++
	}
	if lead := &c.F.Lead[side]; c.whole && flow.Shape(lead[:], int(c.F.LeadLen[side])) == flow.Command {
		id, iv := uint32(lead[0])<<8|uint32(lead[1]), be32(lead[3:])
		if p.commands > 0 {
			switch uint16(id - p.lastID) {
			case 0:
				p.sameID++
			case 2:
				if p.stepsTwo == 0 {
					p.stepAt = [2]uint32{p.lastPacket, c.F.First}
				}
				p.stepsTwo++
			default:
				if flow.CountsByOne(uint16(p.lastID), uint16(id)) {
					p.stepsOne++
				}
			}
			p.compared += 4
			for x, i := iv^p.lastIV, 0; i < 4; i++ {
				if x>>(8*i)&0xff == 0 {
					p.equal++
				}
			}
		}
		p.commands++
		p.lastID, p.lastIV, p.lastPacket = id, iv, c.F.First
	}
	// An address told by the other side is about this one.
	if told, ok := toldTo(c.X, side); ok {
		switch {
		case p.votes == 0:
			p.told, p.votes = told, 1
		case p.told == told:
			p.votes++
		default:
			p.votes--
		}
		p.toldFlows++
	}
	return place
}

func (v *Verdicts) countTold(f *flow.Flow, tmp *flow.Features) {
	x := f.Learn(tmp)
	for side := range 2 {
		told, ok := toldTo(x, side)
		if !ok {
			continue
		}
		a, number := f.Side(side)
		p := v.port(a, number)
		if p == nil || p.told != told {
			continue
		}
		peer, _ := f.Side(1 - side)
		if p.toldBy++; p.toldBy == 1 {
			p.toldPeer = peer
		} else if p.toldPeer != peer {
			p.toldPeers = true
		}
		if int(p.toldAtFull) < len(p.toldAt) {
			p.toldAt[p.toldAtFull] = x.ToldPacket[1-side]
			p.toldAtFull++
		}
	}
}

// toldTo is the address that the other side's Acks and NAcks report to a side: always the same
// one, and one that a host can have.
func toldTo(x *flow.Features, side int) (addr uint32, ok bool) {
	from := 1 - side
	a := x.Told[from]
	net := a >> 24
	return a, x.ToldAgree[from] > x.ToldOther[from] && net >= 1 && net <= 223 && net != 127
}

// unasked reports that a flow's Acks answer none of the Commands that were there to be answered.
func unasked(x *flow.Features) bool {
	n := x.Kinds[flow.Ack] + x.Kinds[flow.NAck]
	return n > 0 && x.Answered == 0 && x.Kinds[flow.Command] >= n
}

// commandsOnly reports that of all functions nothing but Commands is there.
func commandsOnly(x *flow.Features) bool { return x.Fits() == x.Kinds[flow.Command] }

// typical reports that a flow has more of Skype than the one byte that makes a Command: a size
// that is common, or another function.
func typical(c *Case) bool {
	if !commandsOnly(c.X) && !unasked(c.X) {
		return true
	}
	_, _, ok := probePair(c)
	return ok || beginsWith18(c)
}

// usual reports that the flow is one of a port whose flows are typical, or of one that has too
// few to tell. Of a program that puts 02 in the third byte of whatever it sends, one flow in
// six is typical by chance.
func (c *Case) usual() bool {
	for _, p := range c.ports {
		if p != nil && p.fit >= 4 && p.typical*3 < p.fit {
			return false
		}
	}
	return true
}

// sameHead reports that most datagrams begin with the same four bytes as the one before.
func sameHead(x *flow.Features) bool {
	n := x.Payloads[0] + x.Payloads[1]
	return n >= 4 && x.SameHead*10 >= (n-2)*8
}

// legible reports that the first payloads, where Skype has random bytes, are text or mostly zeros.
func legible(c *Case) bool {
	for dir := range 2 {
		n := int(c.F.LeadLen[dir])
		lead := c.F.Lead[dir][:min(n, flow.LeadSize)]
		k := flow.Shape(lead, n)
		if k != flow.Command && k != flow.Data || len(lead) < 11 {
			continue
		}
		zeros, letters := 0, 0
		for _, b := range lead[3:] {
			if b == 0 {
				zeros++
			} else if b >= 0x20 && b < 0x7f {
				letters++
			}
		}
		if zeros >= 3 || letters >= len(lead)-4 {
			return true
		}
	}
	return false
}

// randomBits reports that bits 6..4 of Data take many values, as far as there is Data to tell.
func randomBits(x *flow.Features) bool {
	var seen uint8
	if x.Stats != nil {
		for v, n := range x.Stats.RandomBits {
			if n > 0 {
				seen |= 1 << v
			}
		}
	} else {
		for _, m := range x.Messages() {
			if m.Kind == flow.Data {
				seen |= 1 << (m.Func >> 4 & 7)
			}
		}
	}
	switch n := x.Kinds[flow.Data]; {
	case n < 4:
		return true
	case n < 16:
		return bits.OnesCount8(seen) >= 2
	case n < 40:
		return bits.OnesCount8(seen) >= 5
	}
	// Expect an eighth of each value; a share below a 32nd or above a third is no chance at 40.
	if x.Stats == nil {
		return false
	}
	var sum uint32
	for _, n := range x.Stats.RandomBits {
		sum += n
	}
	for _, n := range x.Stats.RandomBits {
		if n*32 < sum && sum >= 160 || n*3 > sum {
			return false
		}
	}
	return bits.OnesCount8(seen) >= 6
}

func be32(b []byte) uint32 {
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}
