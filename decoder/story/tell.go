package story

import (
	"cmp"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strings"

	"somscope/decoder/internal/order"
)

// Tell makes the story. It takes time in proportion to the events, give or take a logarithm,
// and keeps nothing of in.
func Tell(in *Input) *Story {
	t := New(in)
	for !t.Step() {
	}
	return t.Story()
}

// A Teller makes a story in steps, for those who must not be away for long. No step takes more
// than a small part of the whole.
type Teller struct {
	t     teller
	stage int
	story *Story
}

// New begins a story. in must stay as it is until the last step.
func New(in *Input) *Teller {
	return &Teller{t: teller{in: in, byID: map[uint32]int32{}, byHost: map[string]int32{}}}
}

// Step does some of the work and reports whether all of it is done.
func (x *Teller) Step() (done bool) {
	t := &x.t
	if x.story != nil {
		return true
	}
	switch k := x.stage - 5; {
	case x.stage == 0:
		t.index()
	case x.stage == 1:
		t.chooseClients()
	case x.stage == 2:
		t.pair()
	case x.stage == 3:
		t.gatherTCP()
	case x.stage == 4:
		t.findRuns()
	case k < len(Kinds):
		t.kind = Kinds[k]
		t.kind.tell(t)
	default:
		t.bound()
		s := &Story{Phases: t.phases}
		t.roles(s)
		s.Note = t.note()
		x.story, x.t = s, teller{}
	}
	x.stage++
	return x.story != nil
}

// Story is the story when the last step is done, and nil before.
func (x *Teller) Story() *Story { return x.story }

// note says what was left out.
func (t *teller) note() string {
	var notes []string
	if t.in.Cut != "" {
		notes = append(notes, sentence(t.in.Cut))
	}
	if t.lost > 0 {
		notes = append(notes, sentence(fmt.Sprintf("%s of the kinds that occur most are left out, the smallest ones", plural(t.lost, "phase"))))
	}
	if t.rolesLost > 0 {
		notes = append(notes, sentence(fmt.Sprintf("%s with little to tell are not among the roles", plural(t.rolesLost, "host"))))
	}
	return strings.Join(notes, " ")
}

// A teller is a story in the making.
type teller struct {
	in     *Input
	convs  []conv
	byID   map[uint32]int32 // from flow id to conv
	hosts  []host
	byHost map[string]int32

	order []int32 // clients, most important first
	exch  []exchange
	of    []int32 // by event: its exchange plus 1
	next  []int32 // by event: the next one of its exchange plus 1

	tcp   []talk // by conv; the zero talk for others
	super map[string][]int32
	runs  []run
	pung  *pings        // made by the method pings when first asked
	media map[pair]bool // client and far end of a call or transfer

	phone     map[int32]bool // made by the method phoneAsks when first asked
	last      int64          // made by the method until when first asked
	kind      *Kind
	phases    []Phase
	lost      int // phases
	rolesLost int
}

// A pair is a client and a far end, both into hosts.
type pair struct{ near, far int32 }

// A conv is a flow with its events, seen from its client.
type conv struct {
	f    *Flow
	ev   []int32
	side uint8 // the client's: 0 is A
	near int32 // the client, into hosts
	far  int32
}

// A host is an end of a flow.
type host struct {
	name    string
	private bool
	client  bool
	shy     bool // a client that no Skype datagram came to, though it sent some to many
	convs   []int32
	told    uint32 // its public address, as most peers report it
	votes   int
	skype   bool // an end of a flow that is Skype's
	ev      []int32
}

// out reports whether the event was sent by the conversation's client.
func (c *conv) out(e *Event) bool { return e.Reverse == (c.side == 1) }

func (c *conv) farPort() uint16 {
	if c.side == 0 {
		return c.f.PortB
	}
	return c.f.PortA
}

func (c *conv) nearPort() uint16 {
	if c.side == 0 {
		return c.f.PortA
	}
	return c.f.PortB
}

// farEnd is the far address and port.
func (c *conv) farEnd() string {
	if c.side == 0 {
		return c.f.B
	}
	return c.f.A
}

func (c *conv) skype() bool {
	return strings.HasPrefix(c.f.Class, "skype.") || c.f.TCP && c.f.Talk != "" && c.f.Word != "no"
}

func (c *conv) udp() bool { return !c.f.TCP && c.f.Class == "skype.udp" }

func (t *teller) host(name string) int32 {
	if i, ok := t.byHost[name]; ok {
		return i
	}
	i := int32(len(t.hosts))
	t.byHost[name] = i
	h := host{name: name}
	if a, err := netip.ParseAddr(name); err == nil {
		h.private = a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsLoopback()
	}
	t.hosts = append(t.hosts, h)
	return i
}

// index sorts the events into their flows.
func (t *teller) index() {
	t.convs = make([]conv, 0, len(t.in.Flows))
	for i := range t.in.Flows {
		f := &t.in.Flows[i]
		if _, twice := t.byID[f.ID]; twice {
			continue
		}
		n := int32(len(t.convs))
		t.byID[f.ID] = n
		c := conv{f: f, near: t.host(f.HostA), far: t.host(f.HostB)}
		t.convs = append(t.convs, c)
		for _, h := range []int32{c.near, c.far} {
			t.hosts[h].convs = append(t.hosts[h].convs, n)
			if c.skype() {
				t.hosts[h].skype = true
			}
		}
	}
	sizes := make([]int32, len(t.convs))
	place := make([]int32, len(t.in.Events)) // conv plus 1
	for i := range t.in.Events {
		if n, ok := t.byID[t.in.Events[i].Flow]; ok {
			sizes[n]++
			place[i] = n + 1
		}
	}
	all := make([]int32, 0, len(t.in.Events))
	for n := range t.convs {
		from := len(all)
		all = all[:from+int(sizes[n])]
		t.convs[n].ev = all[from:from:len(all)]
	}
	for i, n := range place {
		if n > 0 {
			c := &t.convs[n-1]
			c.ev = append(c.ev, int32(i))
		}
	}
}

// chooseClients finds the hosts whose story this is: so few that every flow has one of them at
// an end. A host with a private address comes before others, for it stands where the capture was
// made; then the one that speaks with most others; then the one that opens more flows.
func (t *teller) chooseClients() {
	peers := make([]int, len(t.hosts))
	opened := make([]int, len(t.hosts))
	seen := map[pair]bool{}
	for i := range t.convs {
		c := &t.convs[i]
		if !c.skype() {
			continue
		}
		opened[c.near]++
		both := pair{min(c.near, c.far), max(c.near, c.far)}
		if !seen[both] {
			seen[both] = true
			peers[c.near]++
			peers[c.far]++
		}
	}
	all := make([]int32, len(t.hosts))
	for i := range all {
		all[i] = int32(i)
	}
	truth := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	order.Stable(all, func(a, b int32) int {
		return cmp.Or(
			cmp.Compare(truth(t.hosts[b].private), truth(t.hosts[a].private)),
			cmp.Compare(peers[b], peers[a]),
			cmp.Compare(opened[b], opened[a]),
			cmp.Compare(a, b))
	})
	for _, h := range all {
		for _, n := range t.hosts[h].convs {
			c := &t.convs[n]
			if c.skype() && !t.hosts[c.near].client && !t.hosts[c.far].client {
				t.hosts[h].client = true
				t.order = append(t.order, h)
				break
			}
		}
	}
	for i := range t.convs {
		c := &t.convs[i]
		a, b := &t.hosts[c.near], &t.hosts[c.far]
		if b.client && !a.client || !a.client && !b.client && b.private && !a.private {
			c.near, c.far, c.side = c.far, c.near, 1
		}
	}
	for _, h := range t.order {
		x := &t.hosts[h]
		for _, n := range x.convs {
			if c := &t.convs[n]; c.near == h {
				x.ev = append(x.ev, c.ev...)
			}
		}
		slices.Sort(x.ev)
	}
}

// name is a client for a sentence.
func (t *teller) name(h int32) string {
	if t.hosts[h].client {
		return "the client " + t.hosts[h].name
	}
	return t.hosts[h].name
}

// time is when an event was; 0 when it has no time.
func (t *teller) time(i int32) int64 {
	if e := &t.in.Events[i]; !e.NoTime {
		return e.Time
	}
	return 0
}

// began is the packet with which an event began, and its time: for the beginning of a connection
// the SYN, where it was captured.
func (t *teller) began(i int32) (packet uint32, at int64) {
	e := &t.in.Events[i]
	packet, at = e.Packet, t.time(i)
	if e.Began != 0 {
		if packet = e.Began - 1; !e.NoTime {
			at = e.BeganAt
		}
	}
	return packet, at
}

// until is when the capture ended, as far as known.
func (t *teller) until() int64 {
	if t.last == 0 {
		t.last = t.in.Until
		for i := range t.in.Events {
			t.last = max(t.last, t.time(int32(i)))
		}
		for i := range t.in.Flows {
			if f := &t.in.Flows[i]; f.Start <= f.End {
				t.last = max(t.last, f.End)
			}
		}
	}
	return t.last
}

// A draft is a phase in the making.
type draft struct {
	t       *teller
	p       Phase
	packets []uint32
	more    int // packets that are not listed
	who     []int32
	flows   []uint32
	lo, hi  int64
}

// begin begins a phase of the kind at work; h is its client, or -1.
func (t *teller) begin(h int32) *draft {
	d := &draft{t: t, lo: math.MaxInt64, hi: math.MinInt64}
	d.p.Kind, d.p.Title, d.p.Cite = t.kind.Name, t.kind.Title, t.kind.Cite
	if h >= 0 {
		d.who = append(d.who, h)
	}
	return d
}

// event adds an event, its flow and its hosts.
func (d *draft) event(i int32) {
	e := &d.t.in.Events[i]
	d.packets = append(d.packets, e.Packet)
	if !e.NoTime {
		d.moment(e.Time)
	}
	if e.Began != 0 {
		packet, at := d.t.began(i)
		if d.packets = append(d.packets, packet); !e.NoTime {
			d.moment(at)
		}
	}
	if n, ok := d.t.byID[e.Flow]; ok {
		d.conv(n)
	}
}

func (d *draft) conv(n int32) {
	c := &d.t.convs[n]
	if k := len(d.flows); k == 0 || d.flows[k-1] != c.f.ID {
		d.flows = append(d.flows, c.f.ID)
		d.who = append(d.who, c.near, c.far)
	}
}

func (d *draft) moment(ns int64) { d.lo, d.hi = min(d.lo, ns), max(d.hi, ns) }

// exchange adds all events of an exchange.
func (d *draft) exchange(x int32) {
	for i := d.t.exch[x].head; i > 0; i = d.t.next[i-1] {
		d.event(i - 1)
	}
}

// emit ends the phase. Without a packet it is none.
func (d *draft) emit(confidence, text, doubt string) {
	slices.Sort(d.packets)
	d.packets = slices.Compact(d.packets)
	if len(d.packets) == 0 {
		return
	}
	p := &d.p
	p.First = d.packets[0]
	p.All = len(d.packets) + d.more
	if len(d.packets) > maxPackets { // the beginning, and how it ends
		copy(d.packets[maxPackets-maxProof:], d.packets[len(d.packets)-maxProof:])
		d.packets = d.packets[:maxPackets]
	}
	p.Packets = slices.Clone(d.packets)
	if p.Timed = d.lo <= d.hi; p.Timed {
		p.From, p.To = d.lo, d.hi
	}
	slices.Sort(d.flows)
	d.flows = slices.Compact(d.flows)
	p.Flows = slices.Clone(d.flows[:min(len(d.flows), maxFlows)])
	seen := map[int32]bool{}
	for pass := range 2 { // clients first
		for _, h := range d.who {
			if !seen[h] && len(p.Who) < maxWho && (pass == 1 || d.t.hosts[h].client) {
				seen[h] = true
				p.Who = append(p.Who, d.t.hosts[h].name)
			}
		}
	}
	p.Confidence, p.Text, p.Doubt = confidence, sentence(text), sentence(doubt)
	d.t.phases = append(d.t.phases, *p)
}

// ends lists far ends for a sentence: the names of up to three, else how many there are.
func (t *teller) ends(convs []int32, what string) string {
	var names []string
	seen := map[int32]bool{}
	for _, n := range convs {
		c := &t.convs[n]
		if !seen[c.far] {
			seen[c.far] = true
			names = append(names, c.farEnd())
		}
	}
	if len(names) <= 3 {
		return list(names...)
	}
	return plural(len(names), what)
}

// bound cuts the story down to MaxPhases, and sorts it.
func (t *teller) bound() {
	per := map[string]int{}
	for i := range t.phases {
		per[t.phases[i].Kind]++
	}
	level := maxOfKind
	for ; level > 1; level-- {
		sum := 0
		for _, n := range per {
			sum += min(n, level)
		}
		if sum <= MaxPhases {
			break
		}
	}
	byKind := map[string][]int{}
	for i := range t.phases {
		k := t.phases[i].Kind
		byKind[k] = append(byKind[k], i)
	}
	drop := map[int]bool{}
	for _, is := range byKind {
		if len(is) <= level {
			continue
		}
		order.Stable(is, func(a, b int) int { return cmp.Compare(t.phases[b].All, t.phases[a].All) })
		for _, i := range is[level:] {
			drop[i] = true
		}
	}
	t.lost += len(drop)
	keep := make([]Phase, 0, len(t.phases)-len(drop))
	for i := range t.phases {
		if !drop[i] {
			keep = append(keep, t.phases[i])
		}
	}
	order.Stable(keep, func(a, b Phase) int { return cmp.Compare(a.First, b.First) })
	t.phases = keep
}

// groups calls on for runs of items, of one client each, in which one follows the other within
// groupGap; when there are too many runs, gaps may be longer. An item is told by its client, its
// time and its packet; items come in any order.
func (t *teller) groups(items []item, on func(near int32, is []int32)) {
	items = inOrder(items)
	gap := groupGap
	split := func(i int) bool {
		return i == 0 || items[i].near != items[i-1].near || clock(items[i-1].end, items[i].at) > gap
	}
	for ; gap < math.MaxInt64/8; gap *= 4 {
		n := 0
		for i := range items {
			if split(i) {
				n++
			}
		}
		if n <= maxOfKind {
			break
		}
	}
	told := 0
	for i := 0; i < len(items); {
		j := i + 1
		for j < len(items) && !split(j) {
			j++
		}
		if told++; told <= maxOfKind {
			is := make([]int32, 0, j-i)
			for _, x := range items[i:j] {
				is = append(is, x.i)
			}
			on(items[i].near, is)
		} else {
			t.lost++
		}
		i = j
	}
}

// inOrder sorts items by client, packet and place, in as many small sorts as there are clients.
func inOrder(items []item) []item {
	keys := map[int32][]uint64{}
	var nears []int32
	for i, x := range items {
		if keys[x.near] == nil {
			nears = append(nears, x.near)
		}
		keys[x.near] = append(keys[x.near], uint64(x.packet)<<32|uint64(i))
	}
	slices.Sort(nears)
	sorted := make([]item, 0, len(items))
	for _, h := range nears {
		slices.Sort(keys[h])
		for _, k := range keys[h] {
			sorted = append(sorted, items[uint32(k)])
		}
	}
	return sorted
}

// An item is something that groups puts together.
type item struct {
	i       int32
	near    int32
	packet  uint32
	at, end int64
}
