package decoder

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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

// The truth about a flow.
type truth uint8

const (
	notSkype truth = iota
	isSkype
	unsure // nobody knows; it is counted nowhere
)

// A tried is a capture with the truth about its flows, and a book for the detectors.
type tried struct {
	name  string
	c     *Capture
	book  *detect.Book
	truth []truth
	e2o   []bool // a call to a telephone
}

// try reads a capture for the detectors and for Somscope. It returns nil when it cannot be read.
func try(t *testing.T, file string) *tried {
	t.Helper()
	rel, err := filepath.Rel(captures.Dir(t), file)
	if err != nil {
		t.Fatal(err)
	}
	x := &tried{name: rel, book: detect.NewBook()}
	table := flow.NewTable()
	captures.Each(t, file, func(n uint32, r *capfile.Record, s *inet.Summary, payload []byte) {
		id, reverse := table.Add(n, r.Time, r.NoTime, r.OrigLen, s, payload)
		if id == index.NoFlow || s.Flags&inet.HasPorts == 0 {
			return
		}
		var flags uint8
		if s.Transport == flow.TCP && s.SegOff > 0 {
			flags = r.Data[s.SegOff+13]
		}
		x.book.Add(id, table.At(id).Key, n, r.Time, r.NoTime, reverse, flags, payload, s.PayWire)
	})
	if note := x.book.Note(); note != "" {
		t.Errorf("%s: %s", rel, note)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if x.c, err = Open(bytes.NewReader(data), rel); err != nil {
		t.Fatalf("%s: %v", rel, err)
	}
	readAll(t, x.c)
	x.c.DeepAll()
	if x.c.FlowLen() != table.Len() {
		t.Fatalf("%s: %d flows, and %d beside it", rel, x.c.FlowLen(), table.Len())
	}
	x.truth, x.e2o = make([]truth, table.Len()), make([]bool, table.Len())
	x.know(t, file)
	return x
}

// udpPorts are the ports of the clients whose captures are known, by how the names of the files
// begin: other cuts of the same captures have the same client.
var udpPorts = []struct {
	name string
	port uint16
}{
	{"SkypeIRC", 35990},
	{"skype_udp", 35990},
	{"skype-mac-2015", 13021},
}

func udpPort(file string) uint16 {
	for _, x := range udpPorts {
		if strings.HasPrefix(filepath.Base(file), x.name) {
			return x.port
		}
	}
	return 0
}

// know fills in the truth, from what the captures are known to hold and without our own rules.
func (x *tried) know(t *testing.T, file string) {
	t.Helper()
	if raw, err := os.ReadFile(strings.TrimSuffix(file, filepath.Ext(file)) + ".truth.json"); err == nil {
		x.told(t, raw)
		return
	}
	port := udpPort(x.name)
	if port == 0 {
		return // nothing in it is Skype of the peer-to-peer years
	}
	type place struct {
		addr inet.Addr
		port uint16
	}
	probed := map[place]uint32{} // a peer's end and the first packet to or from it
	hosts := map[inet.Addr]bool{}
	for i := range uint32(len(x.truth)) {
		f := x.c.Flow(i)
		if f.Transport != flow.UDP || f.PortA != port && f.PortB != port {
			continue
		}
		x.truth[i] = isSkype
		peer := place{f.B, f.PortB}
		if f.PortB == port {
			peer = place{f.A, f.PortA}
		}
		if first, ok := probed[peer]; !ok || f.First < first {
			probed[peer] = f.First
		}
		hosts[peer.addr] = true
	}
	for i := range uint32(len(x.truth)) {
		f := x.c.Flow(i)
		talk := x.book.Of(i)
		if f.Transport != flow.TCP || talk == nil || len(talk.Packets) == 0 {
			continue
		}
		first := talk.Packets[0]
		starts := func(what string) bool { return bytes.HasPrefix(first.Head, []byte(what)) }
		asked, ok := probed[place{f.B, f.PortB}]
		switch {
		case starts("\x16\x03\x01\x00\x00"), // the empty record that opens a login
			first.Len == 5 && starts("\x17\x03\x01\x00\x00"),                          // its answer, where the capture begins between them
			first.Len == 72 && starts("\x80\x46\x01\x03\x01\x00\x2d\x00\x00\x00\x10"), // the false hello
			starts("GET http://ui.skype.com/ui/"):
			x.truth[i] = isSkype
		case port == 35990 && ok && asked < first.Packet && first.Len == 14:
			x.truth[i] = isSkype // the hello of a super node after its probe
		case f.PortB == port:
			x.truth[i] = isSkype // a peer connects to the port on which only Skype listens
		case hosts[f.B] || port == 13021 && f.PortB > 1023 && !text(first.Head) && !starts("\x16\x03"):
			// To a host of Skype's, or to somebody's high port from a host that runs Skype, and
			// the bytes look random: nothing that does not ask our own rules can tell.
			x.truth[i] = unsure
		}
	}
}

// text reports whether a payload begins with printable bytes.
func text(p []byte) bool {
	for _, b := range p[:min(len(p), 8)] {
		if b < ' ' || b > '~' {
			return false
		}
	}
	return true
}

// told takes the truth from the file beside a made-up capture.
func (x *tried) told(t *testing.T, raw []byte) {
	t.Helper()
	var file struct {
		Port  uint16 `json:"skype_port"`
		Flows []struct{ Kind, A, B string }
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	known := map[string]string{}
	for _, f := range file.Flows {
		known[f.A+" "+f.B] = f.Kind
		known[f.B+" "+f.A] = f.Kind
	}
	n := 0
	for id := range uint32(len(x.truth)) {
		a, b := x.c.FlowEnds(id)
		f := x.c.Flow(id)
		switch kind := known[a+" "+b]; kind {
		case "E2E", "E2O", "ping":
			x.truth[id], x.e2o[id] = isSkype, kind == "E2O"
			n++
		case "trap":
			n++
		case "":
			if f.Transport == flow.UDP && (f.PortA == file.Port || f.PortB == file.Port) {
				x.truth[id] = isSkype // the probes before the call
			}
		default:
			t.Errorf("%s: a flow of kind %q", x.name, kind)
		}
	}
	if n != len(file.Flows) {
		t.Errorf("%s: %d of the %d flows of its truth are there", x.name, n, len(file.Flows))
	}
}

// A score counts what somebody says of flows.
type score struct{ found, missed, false int }

func (s *score) add(what truth, says bool) {
	switch {
	case what == isSkype && says:
		s.found++
	case what == isSkype:
		s.missed++
	case what == notSkype && says:
		s.false++
	}
}

func (s *score) sum(o score) {
	s.found += o.found
	s.missed += o.missed
	s.false += o.false
}

// String is "found missed false", or a dot when there is nothing to find and nothing was.
func (s score) String() string {
	if s == (score{}) {
		return "."
	}
	return fmt.Sprintf("%d %d %d", s.found, s.missed, s.false)
}

// The kinds of flow that are told apart for Somscope.
const (
	kindUDP = iota
	kindE2O
	kindTCP
	kinds
)

// A result is one line of the report.
type result struct {
	name      string
	flows     int
	skype     int
	unsure    int
	claimed   int // of those, called Skype by Somscope
	own       [kinds]score
	detectors []score // in the order of detect.Detectors
	elsewhere []int   // Skype's flows over a transport that they do not look at
}

func (r *result) add(o *result) {
	r.flows += o.flows
	r.skype += o.skype
	r.unsure += o.unsure
	r.claimed += o.claimed
	for i := range r.own {
		r.own[i].sum(o.own[i])
	}
	for i := range r.detectors {
		r.detectors[i].sum(o.detectors[i])
		r.elsewhere[i] += o.elsewhere[i]
	}
}

// detector is the score of a detector by its name.
func (r *result) detector(t *testing.T, name string) score {
	t.Helper()
	for i, d := range detect.Detectors {
		if d.Name == name {
			return r.detectors[i]
		}
	}
	t.Fatalf("there is no detector %s", name)
	return score{}
}

// sure reports whether Somscope calls a flow Skype with a word that means it.
func sure(c *Capture, id uint32) bool {
	w := c.Verdict(id).Word
	return IsSkype(c.Class(id)) && (w == classify.Certain || w == classify.Strong)
}

// judge asks Somscope and all detectors about each flow.
func (x *tried) judge(t *testing.T) *result {
	t.Helper()
	r := &result{name: x.name, flows: len(x.truth), detectors: make([]score, len(detect.Detectors)), elsewhere: make([]int, len(detect.Detectors))}
	for id := range uint32(len(x.truth)) {
		what := x.truth[id]
		switch what {
		case isSkype:
			r.skype++
		case unsure:
			r.unsure++
		}
		says := sure(x.c, id)
		if says && what == unsure {
			r.claimed++
		}
		r.own[x.kind(id)].add(what, says)
		if says != (what == isSkype) && what != unsure {
			v := x.c.Verdict(id)
			t.Errorf("%s: flow %d is Skype: %v, and Somscope says %v, %q: %s", x.name, id+1, what == isSkype, x.c.Class(id), v.Word, v.Sentence)
		}
		results := x.book.Run(id) // nil when the flow is neither UDP nor TCP
		for i, d := range detect.Detectors {
			if what == isSkype && !d.Sees(x.c.Flow(id).Transport) {
				r.elsewhere[i]++
				continue
			}
			r.detectors[i].add(what, results != nil && results[i].Says == detect.Yes)
		}
	}
	return r
}

// kind is the kind a flow is counted under.
func (x *tried) kind(id uint32) int {
	switch {
	case x.c.Flow(id).Transport == flow.TCP:
		return kindTCP
	case x.e2o[id]:
		return kindE2O
	}
	return kindUDP
}

// accuracyFolders are those of which the truth is known.
var accuracyFolders = []string{"skype/*", "synthetic/*", "negative/*", "rtp/*", "links/*"}

// TestAccuracy prints what Somscope and each emulated detector find of the flows of which the
// truth is known, and holds that Somscope finds all and none else. See it with -v.
func TestAccuracy(t *testing.T) {
	captures.Dir(t) // or all is left out
	var results []*result
	by := map[string]*result{}
	total := &result{name: "sum", detectors: make([]score, len(detect.Detectors)), elsewhere: make([]int, len(detect.Detectors))}
	for _, pattern := range accuracyFolders {
		for _, file := range captures.Glob(t, pattern) {
			r := try(t, file).judge(t)
			results = append(results, r)
			by[r.name] = r
			total.add(r)
		}
	}
	t.Log("\n" + report(results, total))

	// What is there to be found, so that nothing passes because there was nothing.
	for name, want := range map[string][kinds]int{
		"skype/SkypeIRC-part1.pcap":              {67, 0, 6}, // three logins, a super node, a peer that connects, the update request
		"skype/skype-mac-2015a.pcap":             {144, 0, 31},
		"skype/skype_udp.pcap":                   {1, 0, 0},
		"skype/skype-conference-call-part1.pcap": {0, 0, 0},
		"synthetic/call-e2o-g729.pcap":           {1, 1, 0},
		"synthetic/conference-host-isac.pcap":    {2, 0, 0},
		"synthetic/ping-only.pcap":               {4, 0, 0},
		"synthetic/traps.pcap":                   {0, 0, 0},
	} {
		r := by[name]
		if r == nil {
			t.Errorf("%s is not there", name)
			continue
		}
		for i, n := range want {
			if got := r.own[i]; got != (score{found: n}) {
				t.Errorf("%s: found, missed and false are %v, want %d 0 0", name, got, n)
			}
		}
	}

	// What the published rules are known for; loosely, for these are not ours to mend.
	irc, mac := by["skype/SkypeIRC-part1.pcap"], by["skype/skype-mac-2015a.pcap"]
	for _, c := range []struct {
		in                    *result
		name                  string
		least, most, falseMax int
	}{
		{irc, "ndpi-2023", 15, 20, 0}, // nDPI itself: 17
		{irc, "ndpi-2015-udp", 67, 67, 0},
		{irc, "l7-skypetoskype", 67, 67, 2},
		{irc, "hunter-udp", 40, 50, 0},
		{irc, "hunter-tcp", 3, 3, 0},
		{irc, "ehlert-hello", 3, 3, 0},
		{irc, "ehlert-udp", 0, 1, 0},
		{irc, "needle-nack", 1, 1, 0},
		{irc, "et-2001595", 1, 1, 0},
		{irc, "openappid", 1, 1, 0},
		{irc, "et-2002157", 0, 0, 0}, // this client names no User-Agent
		{irc, "bon-both", 0, 0, 0},   // no call, nothing found
		{irc, "wireshark", 67, 67, 40},
		{mac, "ndpi-2023", 144, 144, 0},
		{mac, "ehlert-hello", 8, 10, 0}, // those that were answered
		{mac, "hunter-udp", 0, 0, 0},    // nothing was answered
		{mac, "bon-pbc-host", 0, 0, 0},  // 144 flows, none of 11 packets
		{by["synthetic/call-e2o-g729.pcap"], "bon-both", 1, 1, 0},
		{total, "ndpi-now", 0, 0, 0},
		{total, "needle-nack", 1, 10, 0},
		{total, "ehlert-hello", 3, 20, 0},
		{total, "bon-both", 1, 20, 0},
	} {
		if c.in == nil {
			continue // said above
		}
		if s := c.in.detector(t, c.name); s.found < c.least || s.found > c.most || s.false > c.falseMax {
			t.Errorf("%s: %s has %v, want %d to %d found and at most %d false", c.in.name, c.name, s, c.least, c.most, c.falseMax)
		}
	}
	// The filter for telephone calls is noise, and Wireshark's heuristic would have been.
	for _, name := range []string{"l7-skypeout", "wireshark"} {
		if s := total.detector(t, name); s.false < 40 {
			t.Errorf("%s is false only %d times", name, s.false)
		}
	}
}

// report writes the tables.
func report(results []*result, total *result) string {
	var b strings.Builder
	all := append(results[:len(results):len(results)], total)
	b.WriteString("Somscope, certain or strong: flows found, missed and false, of UDP between clients, of calls to telephones and of TCP.\n\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "file\tflows\tSkype\tUDP\tE2O\tTCP\tnobody knows\t")
	for _, r := range all {
		doubt := "."
		if r.unsure > 0 {
			doubt = fmt.Sprintf("%d, and Somscope takes %d for it", r.unsure, r.claimed)
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%v\t%v\t%v\t%s\t\n", r.name, r.flows, r.skype, r.own[kindUDP], r.own[kindE2O], r.own[kindTCP], doubt)
	}
	w.Flush()

	b.WriteString("\nThe published detectors, in sum over all files: flows found, missed and false, and Skype's flows over a transport that they do not look at.\n\n")
	w = tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tfound\tmissed\tfalse\tnot looked at\t  who")
	own := score{}
	for _, s := range total.own {
		own.sum(s)
	}
	fmt.Fprintf(w, "\t%d\t%d\t%d\t.\t  Somscope\n", own.found, own.missed, own.false)
	for i, d := range detect.Detectors {
		s := total.detectors[i]
		fmt.Fprintf(w, "%d\t%d\t%d\t%d\t%d\t  %s\n", i+1, s.found, s.missed, s.false, total.elsewhere[i], d.Title)
	}
	w.Flush()

	b.WriteString("\nThe same by file, found+false; a file that is not here has no Skype, and no detector found any.\n\n")
	w = tabwriter.NewWriter(&b, 0, 0, 1, ' ', tabwriter.AlignRight)
	for i := range detect.Detectors {
		fmt.Fprintf(w, "%d\t", i+1)
	}
	fmt.Fprintln(w, "of\t  file")
	for _, r := range results {
		said := r.skype
		for _, s := range r.detectors {
			said += s.false
		}
		if said == 0 {
			continue
		}
		for _, s := range r.detectors {
			cell := "."
			if s.found+s.false > 0 {
				cell = fmt.Sprintf("%d+%d", s.found, s.false)
			}
			fmt.Fprintf(w, "%s\t", cell)
		}
		fmt.Fprintf(w, "%d\t  %s\n", r.skype, r.name)
	}
	w.Flush()
	return b.String()
}

// What a flow's page shows comes from reading that flow and its neighbours again. It has to be
// what the detectors say who have seen the whole file.
func TestDetectSeesEnough(t *testing.T) {
	for _, name := range []string{"skype/SkypeIRC-part1.pcap", "skype/skype-mac-2015a.pcap", "synthetic/conference-host-isac.pcap"} {
		x := try(t, filepath.Join(captures.Dir(t), name))
		for id := range uint32(len(x.truth)) {
			if x.truth[id] != isSkype {
				continue
			}
			got, book, note, err := x.c.Detect(id)
			if err != nil || note != "" || len(got) != len(detect.Detectors) {
				t.Fatalf("%s: flow %d: %d results, %q, %v", name, id+1, len(got), note, err)
			}
			for i, want := range x.book.Run(id) {
				if got[i].Says != want.Says || got[i].Why != want.Why {
					t.Errorf("%s: flow %d: %s says %v, %s; with the whole file %v, %s", name, id+1, want.Detector.Name, got[i].Says, got[i].Why, want.Says, want.Why)
				}
			}
			if (book.Chi(id) == nil) != (x.book.Chi(id) == nil) {
				t.Errorf("%s: flow %d has a statistic here and none there", name, id+1)
			}
		}
	}
}
