package oracle

import (
	"path/filepath"
	"testing"

	"somscope/decoder/capfile"
	"somscope/decoder/crc"
	"somscope/decoder/inet"
	"somscope/decoder/internal/captures"
)

// collect files the messages of the flows that a client's UDP port takes part in.
func collect(tb testing.TB, file string, port uint16) (list []Message) {
	tb.Helper()
	flows := map[ends]uint32{}
	captures.Each(tb, file, func(n uint32, rec *capfile.Record, s *inet.Summary, payload []byte) {
		if s.Transport != 17 || s.SrcPort != port && s.DstPort != port {
			return
		}
		m, ok := Parse(payload, s.PayWire)
		if !ok {
			return
		}
		m.Packet, m.Time, m.NoTime = n, rec.Time, rec.NoTime
		m.Src, m.Dst = End{s.Src, s.SrcPort}, End{s.Dst, s.DstPort}
		a, b := m.Src, m.Dst
		if a.Port != port {
			a, b = b, a
		}
		k := ends{a, b}
		if _, ok := flows[k]; !ok {
			flows[k] = uint32(len(flows))
		}
		m.Flow = flows[k]
		list = append(list, m)
	})
	return list
}

func readAll(list []Message) *Reader {
	r := New()
	for _, m := range list {
		r.Add(m)
	}
	r.Seal()
	for !r.Step(1000) {
	}
	return r
}

// skypeIRC reads the first part of the public SkypeIRC capture.
func skypeIRC(tb testing.TB) ([]Message, *Reader) {
	list := collect(tb, filepath.Join(captures.Dir(tb), "skype", "SkypeIRC-part1.pcap"), 35990)
	return list, readAll(list)
}

// TestSkypeIRC counts what is read of the texts that published measurements of the capture
// list, and what goes beyond them.
func TestSkypeIRC(t *testing.T) {
	list, r := skypeIRC(t)
	if len(list) != 235 {
		t.Fatalf("%d messages, want 235", len(list))
	}
	c := r.Counts()
	want := Counts{Commands: 157, Fragments: 54, Confirmed: 83, Resends: 1, Equal: 62, Classes: 11}
	if c != want {
		t.Errorf("counts %+v, want %+v", c, want)
	}
	templates, lengths := map[string]int{}, map[int32]int{}
	for _, m := range list {
		switch x := r.Result(m.Packet); x.Kind {
		case Confirmed:
			if m.Func == fnCommand {
				templates[x.Template]++
			}
			if crc.Sum(x.Plain) != m.CRC || len(x.Plain) != int(m.Text) {
				t.Errorf("packet %d: the text does not fit", m.Packet+1)
			}
			if x.Tried == 0 || x.Tried > 1<<16 || x.How == "" {
				t.Errorf("packet %d: %d tried, %q", m.Packet+1, x.Tried, x.How)
			}
		case Equal:
			lengths[m.Text]++
			if x.Class == 0 || x.Plain != nil || x.How == "" {
				t.Errorf("packet %d: %+v", m.Packet+1, x)
			}
		}
	}
	for name, n := range map[string]int{
		NameProbe: 15, NamePing: 17, NameAccept: 1, NameNobody: 30, NamePong: 15, NameNodes: 2, NameEvent: 2, NameRedirect: 1,
	} {
		if templates[name] != n {
			t.Errorf("%s: %d read, want %d", name, templates[name], n)
		}
	}
	// Retransmissions count with what they repeat.
	for text, n := range map[int32]int{335: 20, 19: 18, 20: 18, 10: 4, 16: 2} {
		if lengths[text] != n {
			t.Errorf("texts of %d bytes: %d equal, want %d", text, lengths[text], n)
		}
	}
}

func TestSkypeIRCClasses(t *testing.T) {
	_, r := skypeIRC(t)
	type key struct{ n, text, ridAt, peers int }
	got := map[key]bool{}
	var last int
	for i, c := range r.Classes() {
		got[key{len(c.Members), c.Len, c.RidAt, len(c.Peers)}] = true
		if i > 0 && len(c.Members) > last {
			t.Errorf("class %d has more members than the one before", c.Number)
		}
		last = len(c.Members)
		if one, ok := r.Class(c.Number); !ok || one.How != c.How || len(one.Members) != last {
			t.Errorf("class %d is not found by its number", c.Number)
		}
		for _, p := range c.Members {
			x := r.Result(p)
			if x == nil || x.Class != c.Number || x.Retransmits != 0 || x.Kind != c.Kind {
				t.Errorf("class %d, packet %d: %+v", c.Number, p+1, x)
			}
		}
		if (c.Kind == Confirmed) != (c.Plain != nil) || (c.Kind == Confirmed) != (c.Name != "") {
			t.Errorf("class %d: %+v", c.Number, c)
		}
	}
	for _, k := range []key{
		{16, 19, 2, 16}, {16, 20, 2, 16}, {12, 335, -1, 12}, {8, 335, -1, 8}, {2, 10, 2, 2}, {2, 16, 4, 1}, {2, 11, 3, 2},
		{15, 7, 3, 15}, {17, 7, 3, 9}, {30, 7, 2, 30}, {15, 15, 3, 7},
	} {
		if !got[k] {
			t.Errorf("no class of %+v", k)
		}
		delete(got, k)
	}
	for k := range got {
		t.Errorf("unexpected class %+v", k)
	}
}

// TestSkypeIRCLinks holds who answers whom.
func TestSkypeIRCLinks(t *testing.T) {
	list, r := skypeIRC(t)
	var answered, doubtful, again, fragments int
	for _, m := range list {
		x := r.Result(m.Packet)
		if len(x.Answers) > 1 {
			t.Errorf("packet %d answers %d others", m.Packet+1, len(x.Answers))
		}
		for _, l := range x.Answers {
			answered++
			if l.Doubt != "" {
				doubtful++
			}
			if l.Packet >= m.Packet || l.Proof == "" {
				t.Errorf("packet %d answers %+v", m.Packet+1, l)
			}
			back := false
			for _, b := range r.Result(l.Packet).AnsweredBy {
				back = back || b.Packet == m.Packet && b.Proof == l.Proof && b.Doubt == l.Doubt
			}
			if !back {
				t.Errorf("packet %d is not linked back from %d", m.Packet+1, l.Packet+1)
			}
		}
		if x.Retransmits != 0 {
			again++
			if x.Twice {
				t.Errorf("packet %d has another IV than what it retransmits", m.Packet+1)
			}
		}
		if m.Func == fnFragment {
			fragments++
			if !x.Whole || len(x.Fragments) != 9 {
				t.Errorf("packet %d: fragments %v, whole %v", m.Packet+1, x.Fragments, x.Whole)
			}
		}
	}
	// 23 Acks and NAcks, 54 fragments, 49 replies read, and six that only came in time.
	if answered != 132 || doubtful != 6 || again != 6 || fragments != 54 {
		t.Errorf("%d answers, %d of them doubtful, %d retransmissions, %d fragments", answered, doubtful, again, fragments)
	}
	resend, nack, command := r.Result(215), r.Result(214), r.Result(213)
	if resend.Resends != 214 || resend.Token != 215 || command.ResentBy != 216 || nack.Token != 216 {
		t.Errorf("the resend: %+v, the NAck: %+v, the command: %+v", resend, nack, command)
	}
	if resend.Kind != Confirmed || string(resend.Plain) != string(command.Plain) {
		t.Errorf("the resend is not read with its command: %+v", resend)
	}
}

func TestSkypeIRCPublic(t *testing.T) {
	list, r := skypeIRC(t)
	var told uint32
	for _, m := range list {
		if m.Func == fnNAck {
			told = m.Told
			break
		}
	}
	p, ok := r.Public(list[0].Src.Addr)
	if !ok || p.IP != told || p.Votes != 36 || p.Else != 0 || p.Peers < 15 || len(p.Proof) != 8 {
		t.Errorf("the client: %+v %v", p, ok)
	}
	for _, m := range list {
		if m.Src.Port == 35990 {
			// Two peers were told their address by the client, the others are their own.
			if p, ok := r.Public(m.Dst.Addr); !ok || p.IP != v4(m.Dst.Addr) || p.Else != 0 {
				t.Errorf("a peer: %+v %v", p, ok)
			}
		}
	}
}

// TestFlippedBit changes one bit of each checksum in turn: nothing is read of that message, and
// it is in no class.
func TestFlippedBit(t *testing.T) {
	list, whole := skypeIRC(t)
	for i := range list {
		was := whole.Result(list[i].Packet)
		if was.Kind == Unread || was.Retransmits != 0 || len(was.Again) > 0 {
			continue
		}
		flipped := append([]Message(nil), list...)
		flipped[i].CRC ^= 1 << (i % 32)
		r := readAll(flipped)
		if x := r.Result(list[i].Packet); x.Kind != Unread || x.Class != 0 || x.Plain != nil {
			t.Errorf("packet %d with another checksum: %v %q, class %d", list[i].Packet+1, x.Kind, x.Template, x.Class)
		}
		if i%7 != 0 {
			continue
		}
		for j := range list {
			a, b := whole.Result(list[j].Packet), r.Result(list[j].Packet)
			if i != j && list[j].Func != fnResend && a.Kind != b.Kind && a.Kind == Confirmed && a.Template != NameRedirect {
				t.Errorf("packet %d changed: packet %d is no longer read", list[i].Packet+1, list[j].Packet+1)
			}
		}
	}
}

// Three sends of one search, and a probe that is accepted, in five packets.
func TestSkypeUDP(t *testing.T) {
	list := collect(t, filepath.Join(captures.Dir(t), "skype", "skype_udp.pcap"), 35990)
	r := readAll(list)
	if c := r.Counts(); len(list) != 5 || c.Confirmed != 2 {
		t.Errorf("%d messages, %+v", len(list), c)
	}
	if x := r.Result(4); x.Template != NameAccept || len(x.Answers) != 1 || x.Answers[0].Packet != 3 {
		t.Errorf("the answer: %+v", x)
	}
	if x := r.Result(2); x.Retransmits != 1 || len(r.Result(0).Again) != 2 {
		t.Errorf("the third send: %+v", x)
	}
}

// In 2015 nobody answers: the pings are read, and of the other texts the short ones are shown to
// be the same but for the request id and one, two and three bytes of padding.
func TestSkype2015(t *testing.T) {
	list := collect(t, filepath.Join(captures.Dir(t), "skype", "skype-mac-2015a.pcap"), 13021)
	r := readAll(list)
	c := r.Counts()
	if len(list) != 152 || c.Confirmed != 15 || c.Equal != 0 || c.Inferred != 0 || c.Classes != 1 {
		t.Errorf("%d messages, %+v", len(list), c)
	}
	holes := map[int]int{}
	for _, k := range r.Nears() {
		holes[k.HoleLen] = len(k.Members)
		if k.HoleAt+k.HoleLen != k.Len || k.RidAt != 3 || len(k.Peers) != len(k.Members) {
			t.Errorf("%+v", k)
		}
		for _, p := range k.Members {
			if x := r.Result(p); x.Kind != Unread || x.Class != 0 || x.Near != k.Number || x.How != k.How {
				t.Errorf("packet %d: %+v", p+1, x)
			}
		}
	}
	if holes[1] != 12 || holes[2] != 10 || holes[3] != 11 || len(holes) != 3 {
		t.Errorf("padded texts %v", holes)
	}
	for _, m := range list {
		if x := r.Result(m.Packet); len(x.Answers)+len(x.AnsweredBy) > 0 {
			t.Errorf("packet %d has an answer: %+v", m.Packet+1, x)
		}
	}
}

// The three big searches ask the same but for one byte.
func TestSkypeIRCNear(t *testing.T) {
	_, r := skypeIRC(t)
	list := r.Nears()
	if len(list) != 1 || len(list[0].Members) != 3 || list[0].Len != 36 || list[0].RidAt != 2 || list[0].HoleAt != 21 || list[0].HoleLen != 1 {
		t.Errorf("%+v", list)
	}
}
