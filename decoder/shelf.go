package decoder

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"somscope/decoder/classify"
	"somscope/decoder/codec"
	"somscope/decoder/field"
	"somscope/decoder/flow"
	"somscope/decoder/inet"
	"somscope/decoder/localfile"
)

// A Shelf is what is open of Skype's own files. Files and what they tell are numbered from 1.
type Shelf struct {
	Files []*localfile.File
	exact map[netip.AddrPort]Hint
	hosts map[netip.Addr]Hint
}

// A Hint says that an address stands in the host cache of a file.
type Hint struct {
	File  int // on the shelf, from 1
	Name  string
	Node  int // in the host cache, from 1
	Piece int // of the file, from 1
	Port  uint16
	Last  int64 // seconds since 1970 when it was last seen, 0 when that is not told
	Exact bool  // address and port; false: the address only
}

// NewShelf looks at what is in the files.
func NewShelf(files []*localfile.File) *Shelf {
	s := &Shelf{Files: files, exact: map[netip.AddrPort]Hint{}, hosts: map[netip.Addr]Hint{}}
	for i, f := range files {
		nodes, _, _ := f.Nodes() // what is wrong with them the file itself says
		for k := range nodes {
			n := &nodes[k]
			h := Hint{File: i + 1, Name: f.Name(), Node: n.N + 1, Piece: n.Piece + 1, Port: n.Addr.Port(), Last: n.Last}
			if _, ok := s.hosts[n.Addr.Addr()]; !ok {
				s.hosts[n.Addr.Addr()] = h
			}
			h.Exact = true
			if _, ok := s.exact[n.Addr]; !ok {
				s.exact[n.Addr] = h
			}
		}
	}
	return s
}

// Hint says whether an end stands in a host cache, with its port if possible. Port 0 asks for the
// address alone.
func (s *Shelf) Hint(a netip.AddrPort) (h Hint, ok bool) {
	if s == nil {
		return Hint{}, false
	}
	if h, ok = s.exact[a]; ok {
		return h, true
	}
	h, ok = s.hosts[a.Addr()]
	return h, ok
}

// String says it in a clause: "in the host cache of shared.xml (entry 17), last seen 2006-08-25 19:40 UTC".
func (h Hint) String() string {
	t := fmt.Sprintf("in the host cache of %s (entry %d", h.Name, h.Node)
	if !h.Exact {
		t += fmt.Sprintf(", there with port %d", h.Port)
	}
	t += ")"
	if h.Last > 0 {
		t += ", last seen " + minute(h.Last)
	}
	return t
}

func minute(unix int64) string { return time.Unix(unix, 0).UTC().Format("2006-01-02 15:04") + " UTC" }

// FlowHint says whether an end of a flow, counted from 0, stands in a host cache.
func (c *Capture) FlowHint(id uint32, s *Shelf) (Hint, bool) {
	if s == nil || len(s.hosts) == 0 {
		return Hint{}, false
	}
	a, b := c.flows.At(id).Ends()
	for _, end := range []netip.AddrPort{b, a} {
		if h, ok := s.Hint(end); ok {
			return h, true
		}
	}
	return Hint{}, false
}

// An Agreement is how a file and a capture stand to each other in one point.
type Agreement uint8

const (
	Silent Agreement = iota // one of them does not say
	Agrees
	Contradicts
	Unsure // it could be
)

var agreementWords = [...]string{"cannot be compared", "agrees", "contradicts", "unsure"}

func (a Agreement) String() string { return agreementWords[a&3] }

// A Finding is one point in which a file and the capture are held against each other.
type Finding struct {
	About   string // "Listening port"
	File    int    // on the shelf, from 1
	Piece   int    // of the file, from 1; 0 for none
	Says    string // what the file says
	Capture string // what the capture says
	How     Agreement
	Text    string // one sentence
	Flows   []uint32
	Packets []uint32 // from 0, at most 8
	Streams []uint32 // of voice, from 1
	Cite    []field.Cite
}

// A clientEnd is an end from which Skype spoke over UDP.
type clientEnd struct {
	end   netip.AddrPort
	flows []uint32
}

// clients are the ends that speak Skype over UDP with most others, at most 8, busiest first.
func (c *Capture) clients() []clientEnd {
	count := map[netip.AddrPort]*clientEnd{}
	for id := range uint32(c.flows.Len()) {
		if class := c.Class(id); class != classify.SkypeUDP && class != classify.SkypeE2O {
			continue
		}
		a, _ := c.flows.At(id).Ends() // who opens it
		x := count[a]
		if x == nil {
			x = &clientEnd{end: a}
			count[a] = x
		}
		if len(x.flows) < 1<<16 {
			x.flows = append(x.flows, id)
		}
	}
	var out []clientEnd
	for len(out) < 8 {
		var best *clientEnd
		for _, x := range count {
			if best == nil || len(x.flows) > len(best.flows) || len(x.flows) == len(best.flows) && x.end.Compare(best.end) < 0 {
				best = x
			}
		}
		// A peer that knocks by itself opens one flow or two.
		if best == nil || len(out) > 0 && len(best.flows)*4 < len(out[0].flows) {
			break
		}
		out = append(out, *best)
		delete(count, best.end)
	}
	return out
}

// Together holds the files on the shelf against the capture, point by point. What depends on the
// second look is there when that is done.
func (c *Capture) Together(s *Shelf) []Finding {
	var out []Finding
	clients := c.clients()
	for i, f := range s.Files {
		facts, err := f.Facts()
		if err != nil {
			continue
		}
		n := i + 1
		add := func(x Finding, piece int) {
			x.File, x.Piece = n, piece+1
			out = append(out, x)
		}
		if nodes, _, _ := f.Nodes(); len(nodes) > 0 {
			add(c.cached(n, nodes, s), nodes[0].Piece)
		}
		if facts.ListeningPort != 0 {
			add(c.port(facts.ListeningPort, clients), facts.PortPiece)
		}
		if len(facts.Public) > 0 {
			add(c.publics(facts.Public, clients), facts.PublicPiece)
		}
		if facts.Local.IsValid() {
			add(local(facts.Local, clients), facts.LocalPiece)
		}
		if facts.Supernode.IsValid() {
			add(c.supernode(facts.Supernode), facts.SuperPiece)
		}
		if len(facts.Disabled) > 0 {
			for k := range facts.Disabled {
				add(c.disabled(&facts.Disabled[k]), facts.Disabled[k].Piece)
			}
		}
		if facts.Written != 0 {
			if x, ok := c.written(facts.Written); ok {
				add(x, facts.RootPiece)
			}
		}
	}
	return out
}

// cached looks for the entries of a host cache among the conversations.
func (c *Capture) cached(file int, nodes []localfile.Node, s *Shelf) Finding {
	x := Finding{About: "Host cache", Says: plural(uint64(len(nodes)), "supernode"), Cite: []field.Cite{{Key: "bs04", Where: "§2.2"}, {Key: "seed"}}}
	seen := map[netip.AddrPort]bool{}
	alone := map[netip.Addr]bool{}
	for id := range uint32(c.flows.Len()) {
		h, ok := c.FlowHint(id, s)
		if !ok || h.File != file {
			continue
		}
		a, b := c.flows.At(id).Ends()
		for _, end := range []netip.AddrPort{a, b} {
			if e, ok := s.exact[end]; ok && e.File == file {
				seen[end] = true
			} else if e, ok := s.hosts[end.Addr()]; ok && e.File == file {
				alone[end.Addr()] = true
			}
		}
		if len(x.Flows) < 200 {
			x.Flows = append(x.Flows, id)
		}
	}
	for end := range seen {
		delete(alone, end.Addr())
	}
	x.Capture = fmt.Sprintf("%d of them spoken to", len(seen))
	switch {
	case len(seen) > 0:
		x.How = Agrees
		x.Text = fmt.Sprintf("The capture has conversations with %d of the %d addresses in the cache", len(seen), len(nodes))
		if len(alone) > 0 {
			x.Text += fmt.Sprintf(", and with %s more at other ports", plural(uint64(len(alone)), "host"))
		}
		x.Text += ": this is where the client looked for its supernode, or whom it has learnt of since."
	case len(alone) > 0:
		x.How, x.Capture = Unsure, plural(uint64(len(alone)), "host")+" of them, at other ports"
		x.Text = "Hosts of the cache speak in the capture, but at other ports than the cache has."
	default:
		x.How = Unsure
		x.Text = "No address of the cache speaks in the capture: the file may be another client's, or of another day."
	}
	return x
}

// port holds the listening port against the ports that clients use.
func (c *Capture) port(port uint16, clients []clientEnd) Finding {
	x := Finding{About: "Listening port", Says: fmt.Sprint(port), Cite: []field.Cite{{Key: "bs04", Where: "§2.1"}}}
	var ports []string
	for i := range clients {
		k := &clients[i]
		if k.end.Port() == port {
			x.How, x.Capture = Agrees, k.end.String()
			x.Flows = first(k.flows, 8)
			x.Text = fmt.Sprintf("%s opens %s of Skype over UDP from this port: the file names the client.", k.end, plural(uint64(len(k.flows)), "conversation"))
			return x
		}
		ports = append(ports, k.end.String())
	}
	if len(ports) == 0 {
		x.Capture = "no client speaks Skype over UDP"
		x.Text = "Nobody in the capture speaks Skype over UDP, so there is no port to compare."
		return x
	}
	// Another way in: somebody knocked at that port.
	for id := range uint32(c.flows.Len()) {
		f := c.flows.At(id)
		if f.Transport == flow.UDP && IsSkype(c.Class(id)) && f.PortB == port {
			x.How, x.Capture, x.Flows = Unsure, f.B.Netip().String(), []uint32{id}
			x.Text = "Nobody opens conversations from this port, but one is spoken to at it."
			return x
		}
	}
	x.How, x.Capture = Contradicts, strings.Join(ports, ", ")
	x.Text = "The clients in the capture use other ports: the file is another client's, or the port was changed."
	x.Flows = first(clients[0].flows, 8)
	return x
}

// publics holds ContraProbeResults against the public address that peers report.
func (c *Capture) publics(told []netip.AddrPort, clients []clientEnd) Finding {
	x := Finding{About: "Public address", Cite: []field.Cite{{Key: "pom"}, {Key: "cap"}}}
	var says []string
	for _, a := range told {
		says = append(says, a.String())
	}
	x.Says = strings.Join(says, " ")
	if c.DeepState() != DeepDone || c.deep.reader == nil {
		x.Text, x.Capture = "The second look is not done yet.", "not known yet"
		return x
	}
	for i := range clients {
		a, ok := inetAddr(clients[i].end.Addr())
		if !ok {
			continue
		}
		p, ok := c.deep.reader.Public(a)
		if !ok || p.Votes == 0 {
			continue
		}
		ip := netip.AddrFrom4([4]byte{byte(p.IP >> 24), byte(p.IP >> 16), byte(p.IP >> 8), byte(p.IP)})
		x.Capture = fmt.Sprintf("%s, as %s from %s report", ip, plural(uint64(p.Votes), "answer"), plural(uint64(p.Peers), "peer"))
		x.Packets = p.Proof
		x.How = Contradicts
		for _, t := range told {
			if t.Addr() == ip {
				x.How = Agrees
			}
		}
		if x.How == Agrees {
			x.Text = fmt.Sprintf("File and peers say the same of %s.", clients[i].end.Addr())
			return x
		}
		x.Text = fmt.Sprintf("Peers see %s at %s; the file has another address, so it is another client's, or the network has given out a new one.", clients[i].end.Addr(), ip)
	}
	if x.Capture == "" {
		x.Capture = "nobody reports one"
		x.Text = "No answer in the capture tells a client its public address."
	}
	return x
}

// local holds the address that the machine had last against the clients'.
func local(ip netip.Addr, clients []clientEnd) Finding {
	x := Finding{About: "Address of the machine", Says: ip.String(), Cite: []field.Cite{{Key: "somscope"}}}
	var all []string
	for i := range clients {
		all = append(all, clients[i].end.Addr().String())
		if clients[i].end.Addr() == ip {
			x.How, x.Capture, x.Flows = Agrees, ip.String(), first(clients[i].flows, 8)
			x.Text = "A client in the capture has this address."
			return x
		}
	}
	x.Capture = strings.Join(all, ", ")
	if len(all) == 0 {
		x.Capture = "no client speaks Skype over UDP"
		x.Text = "There is no client to compare."
		return x
	}
	x.How = Contradicts
	x.Text = "The clients in the capture have other addresses; a machine gets a new one when it changes its network."
	return x
}

// supernode looks for the supernode that the client was connected to last.
func (c *Capture) supernode(end netip.AddrPort) Finding {
	x := Finding{About: "Last supernode", Says: end.String(), Cite: []field.Cite{{Key: "bs04", Where: "§2.2"}}}
	for id := range uint32(c.flows.Len()) {
		if a, b := c.flows.At(id).Ends(); (a == end || b == end) && len(x.Flows) < 8 {
			x.Flows = append(x.Flows, id)
		}
	}
	if len(x.Flows) == 0 {
		x.How, x.Capture = Unsure, "not spoken to"
		x.Text = "Nobody in the capture speaks to it: the client may have found another one first."
		return x
	}
	x.How, x.Capture = Agrees, plural(uint64(len(x.Flows)), "conversation")
	x.Text = "The capture has conversations with it."
	if s := c.Story(); s != nil {
		for i := range s.Roles {
			if r := &s.Roles[i]; r.Host == end.Addr().String() && r.Kind != "client" {
				x.Text = "The capture has conversations with it; there it is a " + r.Kind
				if r.State != "" {
					x.Text += " (" + r.State + ")"
				}
				x.Text += "."
				break
			}
		}
	}
	return x
}

// disabled holds a name of DisableCodecs against what the calls look like.
func (c *Capture) disabled(d *localfile.Disabled) Finding {
	x := Finding{About: "DisableCodecs", Says: d.Name, Cite: []field.Cite{{Key: "bon", Where: "§3"}, {Key: "seed"}}}
	if len(d.Codecs) == 0 {
		x.Capture = "-"
		x.Text = "Nobody has said which codec this name means."
		return x
	}
	titles := ""
	off := map[string]bool{}
	for _, name := range d.Codecs {
		off[name] = true
		if k := codec.ByName(name); k != nil {
			if titles != "" {
				titles += " or "
			}
			titles += k.Title
		}
	}
	calls, against, some := 0, 0, 0
	for _, v := range c.Voices() {
		r := c.VoiceReport(v.Number)
		if r == nil {
			continue
		}
		calls++
		most, any := 0.0, 0.0
		for _, dir := range r.Segments {
			for i := range dir {
				share := 0.0
				for _, f := range dir[i].Fits {
					if off[f.ID] {
						share += f.Share
					}
				}
				any = max(any, share)
				if len(dir[i].Fits) > 0 && off[dir[i].Fits[0].ID] {
					most = max(most, share)
				}
			}
		}
		if any > 0 {
			x.Streams = append(x.Streams, v.Number)
		}
		switch {
		case most >= .9:
			against++
		case any >= .1:
			some++
		}
	}
	switch {
	case calls == 0:
		x.Capture = "no encrypted call"
		x.Text = "It turns off " + titles + "; the capture has no encrypted call to hold that against."
	case against > 0:
		x.How, x.Capture = Contradicts, fmt.Sprintf("%s that fit it best", plural(uint64(against), "call"))
		x.Text = "It turns off " + titles + ", yet sizes and gaps of a call fit that best: the file is another client's, the far end chose, or the fit is wrong."
	case some > 0:
		x.How, x.Capture = Unsure, fmt.Sprintf("%s that may be of it", plural(uint64(some), "call"))
		x.Text = "It turns off " + titles + "; a call may be of it, and of others as well."
	default:
		x.How, x.Capture = Agrees, "no call fits it"
		x.Text = "It turns off " + titles + ", and no call looks like it."
	}
	return x
}

// written holds the time of the file against that of the capture.
func (c *Capture) written(at int64) (Finding, bool) {
	p := c.Progress()
	if p.Late == 0 || p.Late < p.Early {
		return Finding{}, false
	}
	x := Finding{About: "Time of the file", Says: minute(at), Capture: minute(p.Early/1e9) + " to " + minute(p.Late/1e9), Cite: []field.Cite{{Key: "somscope"}}}
	away := at - p.Late/1e9
	if at < p.Early/1e9 {
		away = p.Early/1e9 - at
	}
	switch {
	case away <= 0:
		x.How, x.Text = Agrees, "The file was written while the capture was taken."
	case away < 7*86400:
		x.How, x.Text = Agrees, "The file was written within a week of the capture."
	default:
		x.How, x.Text = Unsure, fmt.Sprintf("File and capture are %d days apart: what the client knew may have changed.", away/86400)
	}
	return x, true
}

func first(list []uint32, n int) []uint32 { return list[:min(n, len(list))] }

func inetAddr(a netip.Addr) (inet.Addr, bool) {
	if !a.Is4() {
		return inet.Addr{}, false
	}
	b := a.As4()
	return inet.Addr{Lo: 0xffff<<32 | uint64(b[0])<<24 | uint64(b[1])<<16 | uint64(b[2])<<8 | uint64(b[3])}, true
}
