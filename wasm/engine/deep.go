package main

import (
	"net/netip"
	"strconv"

	"somscope/decoder"
	"somscope/decoder/detect"
	"somscope/decoder/oracle"
	"somscope/decoder/story"
	"somscope/wasm/proto"
)

func deepMessage(c *decoder.Capture) proto.Deep {
	p := c.DeepProgress()
	return proto.Deep{
		State:     uint8(p.State),
		Part:      p.Part,
		Permille:  uint32(p.Permille),
		Messages:  uint32(p.Counts.Commands + p.Counts.Fragments + p.Counts.Resends),
		Confirmed: uint32(p.Counts.Confirmed + p.Counts.Resends),
		Inferred:  uint32(p.Counts.Inferred),
		Equal:     uint32(p.Counts.Equal),
		Classes:   uint32(p.Counts.Classes),
		Streams:   uint32(p.Streams),
		Phases:    uint32(p.Phases),
		Voices:    uint32(p.Voices),
		Note:      p.Note,
	}
}

// links are the packets that belong to packet i, counted from 0.
func (e *engine) links(i uint32) []proto.Link {
	var list []proto.Link
	if f := e.capture.Facts(i); f != nil {
		add := func(kind string, packet uint32, text string, doubt bool) {
			if packet != 0 && len(list) < 100 {
				list = append(list, proto.Link{Kind: kind, Packet: packet, Text: text, Doubt: doubt})
			}
		}
		for _, l := range f.Answers {
			add("answers", l.Packet, because(l.Proof, l.Doubt), l.Doubt != "")
		}
		for _, l := range f.AnsweredBy {
			add("answered by", l.Packet, because(l.Proof, l.Doubt), l.Doubt != "")
		}
		add("retransmits", f.Retransmits, "the same id and checksum, another IV", false)
		for _, n := range f.Again {
			add("again", n, "the same id and checksum, another IV", false)
		}
		add("resends", f.Resends, "the same id and checksum", false)
		add("resent by", f.ResentBy, "the same id and checksum", false)
		add("token", f.Token, "the same token", false)
		for at, n := range f.Fragments {
			if n != i+1 {
				add("fragment", n, "fragment "+strconv.Itoa(at)+" of the same answer", false)
			}
		}
	}
	return list
}

func because(proof, doubt string) string {
	if doubt != "" {
		return doubt
	}
	return proof
}

// story answers with what happened, as far as it is known.
func (e *engine) story() *proto.Story {
	c := e.capture
	m := &proto.Story{Done: c.DeepState() == decoder.DeepDone}
	p := c.Progress()
	m.Begin, m.End = p.Early, p.Late
	s := c.Story()
	if s == nil {
		return m
	}
	m.Note = s.Note
	for i := range s.Phases {
		x := &s.Phases[i]
		q := proto.Phase{
			Kind: x.Kind, Title: x.Title, Text: x.Text, Doubt: x.Doubt,
			From: x.From, To: x.To, Timed: x.Timed,
			Who: x.Who, Packets: people(x.Packets), All: uint32(x.All), Flows: people(x.Flows),
			Confidence: x.Confidence, Cites: cites(x.Cite), Media: x.Media,
		}
		if !x.Media {
			q.Text += e.cached(x.Flows)
		}
		if x.Timed {
			q.When = seconds(x.From-p.First) + " s"
			if x.To > x.From {
				q.When = seconds(x.From-p.First) + " – " + seconds(x.To-p.First) + " s"
			}
		}
		m.Phases = append(m.Phases, q)
	}
	for i := range s.Roles {
		x := &s.Roles[i]
		q := proto.Role{
			Host: x.Host, Port: uint32(x.Port), Kind: x.Kind, State: x.State, Text: x.Text,
			Confidence: x.Word, Flows: people(x.Flows), Packets: people(x.Packets),
		}
		for _, w := range x.Why {
			q.Why = append(q.Why, proto.Why{Text: w.Text, Weak: w.Weak, Packets: people(w.Packets), Cites: cites(w.Cite)})
		}
		if a, err := netip.ParseAddr(x.Host); err == nil {
			if h, ok := e.profiles.Hint(netip.AddrPortFrom(a, x.Port)); ok {
				q.Why = append(q.Why, proto.Why{Text: "It stands " + h.String() + ".", Weak: true, Cites: []proto.Cite{{Key: "bs04", Where: "§2.2"}}})
			}
		}
		m.Roles = append(m.Roles, q)
	}
	for _, l := range s.Links {
		m.Links = append(m.Links, storyLink(&l))
	}
	return m
}

func storyLink(l *story.RoleLink) proto.RoleLink {
	return proto.RoleLink{A: uint32(l.A), B: uint32(l.B), Label: l.Label, Flows: people(l.Flows), TCP: l.TCP, UDP: l.UDP}
}

// seconds writes nanoseconds as seconds with as many digits as help.
func seconds(ns int64) string {
	return strconv.FormatFloat(float64(ns)/1e9, 'f', 2, 64)
}

// people counts as people do: from 1.
func people(list []uint32) []uint32 {
	var out []uint32
	for _, n := range list {
		out = append(out, n+1)
	}
	return out
}

// maxCopies is how many messages of a class are listed.
const maxCopies = 500

// equal answers with a class of equal messages, from 1, or with the list of classes.
func (e *engine) equal(id, number uint32) {
	c := e.capture
	m := &proto.EqualInfo{Class: number, Done: c.DeepState() == decoder.DeepDone}
	classes := c.Classes()
	for i := range classes {
		k := &classes[i]
		if number == 0 && len(m.Classes) < 2000 {
			m.Classes = append(m.Classes, proto.EqualRow{
				Class: k.Number, Copies: uint32(len(k.Members)), Peers: uint32(len(k.Peers)), Len: uint32(k.Len),
				Kind: k.Kind.String(), Title: decoder.ClassTitle(k), First: k.Members[0] + 1,
			})
		}
		if k.Number == number {
			e.oneClass(m, k)
		}
	}
	switch {
	case number == 0:
		m.Title = "Classes of equal messages"
		m.Text = "Messages of one class have the same text, proven by their checksums although nobody can read most of them."
	case m.Title == "" && !m.Done:
		e.send(&proto.Reply{ID: id, Err: &proto.Problem{Off: -1, Kind: "limit", What: "The messages have not all been compared yet.", Hint: "Wait for the second look to end."}})
		return
	case m.Title == "":
		e.send(&proto.Reply{ID: id, Err: &proto.Problem{Off: -1, Kind: "limit", What: "Class " + strconv.FormatUint(uint64(number), 10) + " does not exist: there are " + strconv.Itoa(len(classes)) + "."}})
		return
	}
	e.send(&proto.Reply{ID: id, Equal: m})
}

func (e *engine) oneClass(m *proto.EqualInfo, k *oracle.Class) {
	c := e.capture
	m.Title = decoder.ClassTitle(k)
	m.Text, m.Header = decoder.ClassText(k)
	m.How, m.Kind, m.Plain = k.How, k.Kind.String(), k.Plain
	for _, p := range k.Peers {
		m.Peers = append(m.Peers, netip.AddrPortFrom(p.Addr.Netip(), p.Port).String())
	}
	for _, n := range k.Members {
		if len(m.Copies) == maxCopies {
			break
		}
		row := c.Rows(int(n), 1, decoder.SinceStart)
		if len(row) == 0 {
			continue
		}
		x := proto.Copy{Packet: n + 1, When: row[0].When, From: row[0].Src, To: row[0].Dst}
		if g, ok := c.Message(n); ok {
			x.ID, x.CRC = digits(uint64(g.ID), 4), digits(uint64(g.CRC), 8)
		}
		m.Copies = append(m.Copies, x)
	}
}

// digits writes a number in hexadecimal, so many digits wide.
func digits(v uint64, width int) string {
	s := strconv.FormatUint(v, 16)
	for len(s) < width {
		s = "0" + s
	}
	return s
}

// detect answers with what the published detectors say of a flow, from 1.
func (e *engine) detect(id, number uint32) {
	c := e.capture
	if number == 0 || int64(number) > int64(c.FlowLen()) {
		e.noFlow(id, number)
		return
	}
	results, book, note, err := c.Detect(number - 1)
	if err != nil {
		e.trouble(id, "Flow "+strconv.FormatUint(uint64(number), 10), err)
		return
	}
	m := &proto.DetectInfo{Flow: number, Note: note, Chi: chi(book.Chi(number - 1))}
	for _, r := range results {
		d := r.Detector
		m.Results = append(m.Results, proto.DetectRow{
			Name: d.Name, Title: d.Title, Year: uint32(d.Year), Says: uint8(r.Says), Why: r.Why,
			Doc: d.Doc, Weakness: d.Weakness, Packets: people(r.Packets), Cites: cites(d.Cites),
		})
	}
	e.send(&proto.Reply{ID: id, Detect: m})
}

// public sets the address of a host for the seed, and answers with the tree as it is then.
func (e *engine) public(id uint32, q *proto.PublicAsk) {
	host, err := netip.ParseAddr(q.Host)
	if err != nil {
		e.send(&proto.Reply{ID: id, Err: &proto.Problem{Off: -1, Kind: "format", What: "“" + q.Host + "” is no address."}})
		return
	}
	var public netip.Addr
	if q.Public != "" {
		if public, err = netip.ParseAddr(q.Public); err != nil || !public.Unmap().Is4() {
			e.send(&proto.Reply{ID: id, Err: &proto.Problem{Off: -1, Kind: "format", What: "“" + q.Public + "” is no IPv4 address.", Hint: "Write it as in 192.0.2.10."}})
			return
		}
	}
	e.capture.SetPublic(host, public)
	e.dissect(id, q.Packet)
}

// talkLines say what a TCP conversation turned out to be.
func talkLines(c *decoder.Capture, flow uint32) []proto.Line {
	var out []proto.Line
	t := c.Talk(flow)
	if t != nil {
		out = append(out, proto.Line{Label: "Conversation", Text: t.Says})
		if t.Why != "" {
			out = append(out, proto.Line{Label: "Shown by", Text: t.Why})
		}
		if t.Doubt != "" {
			out = append(out, proto.Line{Label: "Doubt", Text: t.Doubt})
		}
	}
	s := c.Stream(flow)
	if s == nil {
		return out
	}
	for i, who := range []string{"A", "B"} {
		side := &s.Sides[i]
		text := count(uint64(side.Whole), "byte")
		if n := len(side.Data); int64(n) < side.Whole {
			text += ", the first " + thousands(uint64(n)) + " of them kept"
		}
		if side.AgainN > 0 {
			text += ", " + count(uint64(side.AgainN), "retransmission")
		}
		if side.Early > 0 {
			text += ", " + count(uint64(side.Early), "packet") + " out of order"
		}
		if n := len(side.Differ); n > 0 {
			text += ", " + count(uint64(n), "packet") + " that repeat bytes differently"
		}
		if n := len(side.Gaps); n > 0 {
			text += ", " + count(uint64(n), "gap")
		}
		out = append(out, proto.Line{Label: "Stream of " + who, Text: text})
	}
	return out
}

func chi(x *detect.Chi) *proto.Chi {
	if x == nil {
		return nil
	}
	return &proto.Chi{
		Steps: x.Steps, Values: x.Values, Packets: people(x.Packets), Counts: x.Counts,
		Bound: x.Bound, Least: x.Least, Words: x.Words,
	}
}
