package decoder

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"somscope/decoder/capfile"
	"somscope/decoder/classify"
	"somscope/decoder/detect"
	"somscope/decoder/flow"
	"somscope/decoder/index"
	"somscope/decoder/inet"
	"somscope/decoder/internal/captures"
)

// A stranger is a protocol that is not Skype's, and what it puts on the wire.
type stranger struct {
	name string
	// named are the names of which one is to be given to at least share percent of its flows;
	// without names it can only be said what it is not.
	named string // separated by |
	share int
	speak func(w *wild)
}

// strangers is every protocol that is tried. Formats are from their RFCs and public descriptions.
var strangers = slices.Concat(swarms, voices, games, services, streams, diceThrowers)

// A wild is a network in which other programs speak. Everything comes out of one seed.
type wild struct {
	rng   *rand.Rand
	me    uint32 // the host whose programs speak
	now   uint32 // µs since the beginning
	gap   uint32 // µs from one packet to the next, about
	ports uint16 // the last local port given out
	who   string // the protocol that speaks
	list  []wildRecord
	flows map[wildFlow]string
}

type wildRecord struct {
	at   uint32
	data []byte // a record of a pcap
}

// A wildFlow is a conversation, the smaller end first.
type wildFlow struct {
	a, b   uint32
	pa, pb uint16
	tcp    bool
}

func wildKey(tcp bool, a uint32, pa uint16, b uint32, pb uint16) wildFlow {
	if b < a || b == a && pb < pa {
		a, b, pa, pb = b, a, pb, pa
	}
	return wildFlow{a, b, pa, pb, tcp}
}

func newWild(seed uint64) *wild {
	return &wild{rng: rand.New(rand.NewPCG(seed, 0x6e6567)), me: 0xc0a80115, gap: 20_000, ports: 1100, flows: map[wildFlow]string{}}
}

// say lets a protocol speak, from the beginning of the capture on.
func (w *wild) say(s *stranger) {
	w.who, w.now, w.gap = s.name, w.rng.Uint32N(400_000), 20_000
	s.speak(w)
}

func (w *wild) put(tcp bool, a uint32, pa uint16, b uint32, pb uint16, seq uint32, flags byte, pay []byte) {
	w.now += w.gap/2 + w.rng.Uint32N(w.gap+1)
	w.list = append(w.list, wildRecord{w.now, frame(tcp, a, b, pa, pb, seq, flags, w.now, pay)})
	k := wildKey(tcp, a, pa, b, pb)
	if w.flows[k] == "" {
		w.flows[k] = w.who
	}
}

// file is the capture of all that was said.
func (w *wild) file() []byte {
	slices.SortStableFunc(w.list, func(a, b wildRecord) int { return cmp.Compare(a.at, b.at) })
	file := bytes.Clone(load(1)[:24])
	for _, r := range w.list {
		file = append(file, r.data...)
	}
	return file
}

// of is the protocol of a flow of a capture, or "".
func (w *wild) of(f *flow.Flow) string {
	a, _ := f.A.V4()
	b, _ := f.B.V4()
	return w.flows[wildKey(f.Transport == flow.TCP, a, f.PortA, b, f.PortB)]
}

func (w *wild) dice(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(w.rng.Uint32())
	}
	return b
}

// n is a number from lo to hi.
func (w *wild) n(lo, hi int) int       { return lo + w.rng.IntN(hi-lo+1) }
func (w *wild) u16() uint16            { return uint16(w.rng.Uint32()) }
func (w *wild) u32() uint32            { return w.rng.Uint32() }
func (w *wild) some(lo, hi int) []byte { return w.dice(w.n(lo, hi)) }

// peer is a host somewhere.
func (w *wild) peer() uint32 {
	for {
		a := w.u32()
		if net := a >> 24; net >= 11 && net <= 220 && net != 127 && net != 172 && net != 192 && net != 169 {
			return a
		}
	}
}

// high is the port of a peer.
func (w *wild) high() uint16 { return uint16(w.n(6900, 64000)) }

// local is a port of this host that nobody had before.
func (w *wild) local() uint16 { w.ports++; return w.ports }

// A chat is a UDP conversation.
type chat struct {
	w       *wild
	me, far uint32
	mine    uint16
	port    uint16
}

func (w *wild) udp(mine uint16, far uint32, port uint16) *chat {
	return &chat{w, w.me, far, mine, port}
}

func (c *chat) out(parts ...any) { c.w.put(false, c.me, c.mine, c.far, c.port, 0, 0, pack(parts...)) }
func (c *chat) in(parts ...any)  { c.w.put(false, c.far, c.port, c.me, c.mine, 0, 0, pack(parts...)) }

// swarm lets one port of this host speak to so many peers.
func (w *wild) swarm(peers int, speak func(c *chat, i int)) {
	mine := w.local()
	for i := range peers {
		speak(w.udp(mine, w.peer(), w.high()), i)
	}
}

// A line is a TCP conversation, with its handshake.
type line struct {
	chat
	seq [2]uint32
}

func (w *wild) tcp(port uint16) *line {
	l := &line{chat: chat{w, w.me, w.peer(), w.local(), port}, seq: [2]uint32{w.u32(), w.u32()}}
	w.put(true, l.me, l.mine, l.far, l.port, l.seq[0], 2, nil)
	w.put(true, l.far, l.port, l.me, l.mine, l.seq[1], 0x12, nil)
	l.seq[0]++
	l.seq[1]++
	w.put(true, l.me, l.mine, l.far, l.port, l.seq[0], 0x10, nil)
	return l
}

func (l *line) send(dir int, pay []byte) {
	for len(pay) > 0 {
		p := pay[:min(len(pay), 1400)]
		if dir == 0 {
			l.w.put(true, l.me, l.mine, l.far, l.port, l.seq[0], 0x18, p)
		} else {
			l.w.put(true, l.far, l.port, l.me, l.mine, l.seq[1], 0x18, p)
		}
		l.seq[dir] += uint32(len(p))
		pay = pay[len(p):]
	}
}

func (l *line) out(parts ...any) { l.send(0, pack(parts...)) }
func (l *line) in(parts ...any)  { l.send(1, pack(parts...)) }

// pack puts bytes together: an int is one byte, larger numbers are in network order.
func pack(parts ...any) []byte {
	var b []byte
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			b = append(b, byte(p))
		case byte:
			b = append(b, p)
		case uint16:
			b = binary.BigEndian.AppendUint16(b, p)
		case uint32:
			b = binary.BigEndian.AppendUint32(b, p)
		case uint64:
			b = binary.BigEndian.AppendUint64(b, p)
		case string:
			b = append(b, p...)
		case []byte:
			b = append(b, p...)
		default:
			panic(fmt.Sprintf("%T", p))
		}
	}
	return b
}

func le16(n int) []byte  { return binary.LittleEndian.AppendUint16(nil, uint16(n)) }
func le32(n int) []byte  { return binary.LittleEndian.AppendUint32(nil, uint32(n)) }
func zeros(n int) []byte { return make([]byte, n) }

// accused counts what is said of the flows of a protocol.
type accused struct {
	flows, packets int
	words          map[string]int // "no", "weak" ...; "-" for none
	looks          map[string]int
	best           classify.Verdict // the one nearest to Skype
	detectors      []int            // that call a flow Skype
}

// trial looks at a capture of strangers and returns what is said, by protocol. No flow of theirs
// may be called Skype's.
func trial(t *testing.T, w *wild, c *Capture, what string) map[string]*accused {
	t.Helper()
	all := map[string]*accused{}
	for id := range uint32(c.FlowLen()) {
		f := c.Flow(id)
		who := w.of(f)
		if who == "" {
			continue
		}
		a := all[who]
		if a == nil {
			a = &accused{words: map[string]int{}, looks: map[string]int{}, detectors: make([]int, len(detect.Detectors))}
			a.best.Score = -1000
			all[who] = a
		}
		v := c.Verdict(id)
		a.flows++
		a.packets += int(f.Packets[0] + f.Packets[1])
		a.words[cmp.Or(v.Word, "-")]++
		a.looks[cmp.Or(v.Looks, "-")]++
		if v.Score > a.best.Score {
			a.best = v
		}
		if IsSkype(c.Class(id)) || v.Word == classify.Certain || v.Word == classify.Strong {
			if a.words[v.Word] <= 2 {
				x, y := c.FlowEnds(id)
				t.Errorf("%s: %s: flow %d, %s - %s, is %s (%v): %s%s", what, who, id+1, x, y, v.Word, c.Class(id), v.Sentence, reasonsOf(v))
			}
		}
	}
	return all
}

// reasonsOf lists what spoke.
func reasonsOf(v classify.Verdict) string {
	s := ""
	for _, e := range v.Evidence {
		s += fmt.Sprintf("\n\t%+d %s: %s", e.Weight, e.Rule.Name, e.Detail)
	}
	return s
}

// tally is a count by word, the most frequent first.
func tally(m map[string]int, most int) string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(m[b], m[a]), cmp.Compare(a, b)) })
	s := ""
	for i, k := range keys {
		if i == most {
			return s + fmt.Sprintf(", %d more", len(keys)-most)
		}
		if i > 0 {
			s += ", "
		}
		s += fmt.Sprintf("%d %s", m[k], k)
	}
	return s
}

// rightly counts the flows that have one of the names.
func (a *accused) rightly(s *stranger) int {
	n := 0
	for looks, k := range a.looks {
		for _, name := range strings.Split(s.named, "|") {
			if strings.Contains(looks, name) {
				n += k
				break
			}
		}
	}
	return n
}

// seedOf makes what a protocol says depend on nothing but its name.
func seedOf(name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return h.Sum64()
}

// TestStrangers lets each protocol speak alone. None may be taken for Skype, and those that can be
// told have their names. With -v it prints the table.
func TestStrangers(t *testing.T) {
	var b strings.Builder
	out := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "\nprotocol\tflows\tpackets\twords\tmost\tnames\tdetectors that call some of it Skype")
	said := make([]int, len(detect.Detectors))
	flows, weak, right, nameable := 0, 0, 0, 0
	dir := t.TempDir()
	for i := range strangers {
		s := &strangers[i]
		w := newWild(seedOf(s.name))
		w.say(s)
		file := w.file()
		c := deepen(t, file)
		a := trial(t, w, c, "alone")[s.name]
		if a == nil || a.packets < 100 {
			t.Errorf("%s says too little", s.name)
			continue
		}
		for id := range uint32(c.FlowLen()) {
			if w.of(c.Flow(id)) == "" {
				t.Errorf("%s: flow %d belongs to nobody", s.name, id+1)
				break
			}
		}
		emulate(t, filepath.Join(dir, "s.pcap"), file, w, map[string]*accused{s.name: a})
		who := map[string]int{}
		for k, n := range a.detectors {
			said[k] += n
			if n > 0 {
				who[detect.Detectors[k].Name] = n
			}
		}
		n := a.rightly(s)
		if s.named != "" && n*100 < a.flows*s.share {
			t.Errorf("%s: only %d of %d flows are named %s: %s", s.name, n, a.flows, s.named, tally(a.looks, 4))
		}
		flows += a.flows
		weak += a.words[classify.Weak]
		if s.named != "" {
			nameable += a.flows
			right += n
		}
		fmt.Fprintf(out, "%s\t%d\t%d\t%s\t%d\t%s\t%s\n", s.name, a.flows, a.packets, tally(a.words, 5), a.best.Score, tally(a.looks, 3), tally(who, 30))
	}
	out.Flush()
	fmt.Fprintf(&b, "\n%d protocols, %d flows: %d with weak signs of Skype; %d of %d that can be named are.\n", len(strangers), flows, weak, right, nameable)
	for k, d := range detect.Detectors {
		fmt.Fprintf(&b, "%6d  %s\n", said[k], d.Title)
	}
	t.Log(b.String())
}

// emulate asks the published detectors about a file.
func emulate(t *testing.T, path string, file []byte, w *wild, all map[string]*accused) {
	t.Helper()
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	book, table := detect.NewBook(), flow.NewTable()
	if err := captures.Each(t, path, func(n uint32, r *capfile.Record, s *inet.Summary, payload []byte) {
		id, reverse := table.Add(n, r.Time, r.NoTime, r.OrigLen, s, payload)
		if id == index.NoFlow || s.Flags&inet.HasPorts == 0 {
			return
		}
		var flags uint8
		if s.Transport == flow.TCP && s.SegOff > 0 {
			flags = r.Data[s.SegOff+13]
		}
		book.Add(id, table.At(id).Key, n, r.Time, r.NoTime, reverse, flags, payload, s.PayWire)
	}); err != nil {
		t.Fatal(err)
	}
	for id := range uint32(table.Len()) {
		a := all[w.of(table.At(id))]
		if a == nil {
			continue
		}
		for k, r := range book.Run(id) {
			if r.Says == detect.Yes {
				a.detectors[k]++
			}
		}
	}
}

// TestStrangersTogether puts all protocols into one file, on many hosts and on one.
func TestStrangersTogether(t *testing.T) {
	for _, hosts := range []int{1, 40} {
		t.Run(fmt.Sprintf("%d-hosts", hosts), func(t *testing.T) {
			w := newWild(77)
			for i := range strangers {
				w.me = 0xc0a80110 + uint32(i%hosts)
				w.say(&strangers[i])
			}
			c := deepen(t, w.file())
			all := trial(t, w, c, "together")
			if len(all) != len(strangers) {
				t.Errorf("%d protocols of %d are there", len(all), len(strangers))
			}
			for i := range strangers {
				s := &strangers[i]
				if a := all[s.name]; a != nil && s.named != "" && a.rightly(s)*100 < a.flows*s.share {
					t.Errorf("%s: only %d of %d flows are named %s: %s", s.name, a.rightly(s), a.flows, s.named, tally(a.looks, 4))
				}
			}
		})
	}
}

// TestStrangersAmongSkype lets them speak on the host of a sample that has Skype. What was Skype
// before is so still, and nothing else has become it.
func TestStrangersAmongSkype(t *testing.T) {
	for _, name := range []string{"probe", "login", "call", "conference", "firewall", "relay", "telephone", "transfer", "codecs"} {
		t.Run(name, func(t *testing.T) {
			before := deepen(t, shelf(t, name))
			amongSkype(t, before, shelf(t, name))
		})
	}
}

// TestStrangersAmongCaptures is the same with real captures.
func TestStrangersAmongCaptures(t *testing.T) {
	for _, name := range []string{"skype/SkypeIRC-part1.pcap", "skype/skype-mac-2015a.pcap"} {
		data, err := os.ReadFile(filepath.Join(captures.Dir(t), name))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(name), func(t *testing.T) { amongSkype(t, deepen(t, data), data) })
	}
}

func amongSkype(t *testing.T, before *Capture, file []byte) {
	type ends struct{ a, b string }
	skype := map[ends]string{}
	hosts := map[inet.Addr]int{}
	for id := range uint32(before.FlowLen()) {
		if IsSkype(before.Class(id)) {
			a, b := before.FlowEnds(id)
			skype[ends{a, b}] = before.Verdict(id).Word
			hosts[before.Flow(id).A]++
			hosts[before.Flow(id).B]++
		}
	}
	var host inet.Addr
	for a, n := range hosts {
		if n > hosts[host] || n == hosts[host] && compareAddr(a, host) < 0 {
			host = a
		}
	}
	w := newWild(5)
	var ok bool
	if w.me, ok = host.V4(); !ok || len(skype) == 0 {
		t.Fatal("there is no Skype in the sample")
	}
	w.ports = 20000
	for i := range strangers {
		w.say(&strangers[i])
	}
	// The sample's own packets begin with the strangers' first.
	start := int64(0)
	if _, err := capfile.Scan(bytes.NewReader(file), 1<<16, func(r *capfile.Record) bool {
		if start == 0 {
			start = r.Time
		}
		at := uint32(max(0, r.Time-start) / 1000)
		const base = 1156534266
		head := make([]byte, 16, 16+len(r.Data))
		binary.LittleEndian.PutUint32(head, base+at/1e6)
		binary.LittleEndian.PutUint32(head[4:], at%1e6)
		binary.LittleEndian.PutUint32(head[8:], uint32(len(r.Data)))
		binary.LittleEndian.PutUint32(head[12:], r.OrigLen)
		w.list = append(w.list, wildRecord{at, append(head, r.Data...)})
		return true
	}); err != nil {
		t.Fatal(err)
	}
	c := deepen(t, w.file())
	trial(t, w, c, "among")
	for id := range uint32(c.FlowLen()) {
		if w.of(c.Flow(id)) != "" {
			continue
		}
		a, b := c.FlowEnds(id)
		was, is := skype[ends{a, b}], IsSkype(c.Class(id))
		if v := c.Verdict(id); is != (was != "") || is && v.Word != was {
			t.Errorf("flow %s - %s was %q and is %q: %s%s", a, b, was, v.Word, v.Sentence, reasonsOf(v))
		}
		delete(skype, ends{a, b})
	}
	for e := range skype {
		t.Errorf("flow %s - %s is gone", e.a, e.b)
	}
}
