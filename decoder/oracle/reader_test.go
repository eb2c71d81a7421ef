package oracle

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"somscope/decoder/crc"
)

// A tape records messages one after the other, a tenth of a second apart.
type tape struct {
	list []Message
	ids  map[End]uint16
}

func (t *tape) add(m Message) uint32 {
	m.Packet = uint32(len(t.list))*3 + 5
	m.Time = int64(len(t.list)) * second / 10
	m.Flow = uint32(m.Src.Port) + uint32(m.Dst.Port) + uint32(m.Src.Addr.Lo+m.Dst.Addr.Lo)
	t.list = append(t.list, m)
	return m.Packet
}

// say sends a text; its request id, where ridAt is not -1, is put into it. It returns the packet
// and the id of the message.
func (t *tape) say(from, to End, text string, ridAt int, question uint16) (packet uint32, id uint16) {
	if t.ids == nil {
		t.ids = map[End]uint16{}
	}
	t.ids[from] += 2
	id = 0x1000*uint16(from.Addr.Lo) + t.ids[from]
	rid := id - 1
	if question != 0 {
		rid = question - 1
	}
	b := withRid(text, ridAt, rid)
	return t.add(Message{Src: from, Dst: to, Func: fnCommand, ID: id, IV: uint32(len(t.list)) * 77, CRC: crc.Sum(b), Text: int32(len(b))}), id
}

func (t *tape) ack(from, to End, fn uint8, id uint16, told uint32) uint32 {
	return t.add(Message{Src: from, Dst: to, Func: fn, ID: id, Told: told, Token: uint32(len(t.list)) * 99})
}

// again sends the message of a packet once more.
func (t *tape) again(packet uint32) uint32 {
	for _, m := range t.list {
		if m.Packet == packet {
			m.IV += 5
			return t.add(m)
		}
	}
	panic("no such packet")
}

func (t *tape) read() *Reader { return readAll(t.list) }

var (
	client = end(1, 35990)
	peer   = end(2, 4000)
	other  = end(3, 4001)
)

func TestForms(t *testing.T) {
	for k := range known {
		f := &known[k]
		var tp tape
		var q uint16
		var asked, packet uint32
		if f.role == reply {
			asked, q = tp.say(peer, client, "some question nobody knows", -1, 0)
		}
		packet, _ = tp.say(client, peer, f.text, f.ridAt, q)
		r := tp.read()
		x := r.Result(packet)
		if x.Kind != Confirmed || x.Template != f.name || x.RidAt != f.ridAt || crc.Sum(x.Plain) != tp.list[len(tp.list)-1].CRC || x.Tried == 0 || x.Tried > 8 {
			t.Errorf("%s: %+v", f.name, x)
		}
		if f.role != reply {
			continue
		}
		if len(x.Answers) != 1 || x.Answers[0].Packet != asked || x.Answers[0].Doubt != "" {
			t.Errorf("%s answers %+v", f.name, x.Answers)
		}
	}
}

// The request id goes below zero as the counter goes round.
func TestRidWraps(t *testing.T) {
	var tp tape
	p := tp.add(Message{Src: client, Dst: peer, Func: fnCommand, ID: 0, CRC: crc.Sum([]byte("\x04\xDA\x01\xFF\xFF\x42\x15")), Text: 7})
	if x := tp.read().Result(p); x.Template != NameProbe {
		t.Errorf("%+v", x)
	}
}

func TestSweep(t *testing.T) {
	for _, c := range []struct {
		text  string
		ridAt int
		reply bool
		name  string
	}{
		{"\x04\xAA\x07\x00\x00\x42\x15", 3, false, NameEmpty},
		{"\x04\xAB\x07\x00\x00\x42\x15", 3, true, NameEmpty},
		{"\x04\x32\x00\x00\x41\x00", 2, false, NameEmpty},
		{"\x02\x61\x42\x15", -1, false, NameEmpty},
		{"\x02\xC9\x02\x41\x00", -1, false, NameEmpty},
		{"\x05\xB3\x05\x00\x00\x42\x3C\x25", 3, true, NameEmpty},
		{"\x07\x83\xC5\x02\x00\x00\x41\x01\x00\x2E\x01", 4, true, NameEvent},
		{"\x08\x83\xC5\x02\x00\x00\x41\x01\x00\x2E\x81\x03", 4, true, NameEvent},
		{"\x04\x9A\x02\x00\x00\x42\x15\x02\xC9\x02\x42\x15", 3, false, NameTwo},
	} {
		var tp tape
		var q uint16
		_, q = tp.say(peer, client, "some question nobody knows", -1, 0)
		if !c.reply {
			q = 0
		}
		p, _ := tp.say(client, peer, c.text, c.ridAt, q)
		r := tp.read()
		x := r.Result(p)
		if x.Kind != Confirmed || x.Template != c.name || string(x.Plain) != string(withRid(c.text, c.ridAt, r.reads[r.at(1).read-1].rid)) || x.RidAt != c.ridAt {
			t.Errorf("%x: %v %q %x, request id at %d", c.text, x.Kind, x.Template, x.Plain, x.RidAt)
		}
		if x.Tried < 16 || x.Tried > 100000 {
			t.Errorf("%x: %d tried", c.text, x.Tried)
		}
	}
}

// A reply whose question is not there may have any request id.
func TestOrphan(t *testing.T) {
	var tp tape
	p, _ := tp.say(peer, client, known[2].text, 3, 0x4321)
	tp.ack(other, client, fnAck, 1, 0xC6336401)
	pong, _ := tp.say(other, client, pongHead+address(0xC6336401, client.Port), 3, 0x2345)
	r := tp.read()
	if x := r.Result(p); x.Kind != Confirmed || x.Template != NameAccept || x.Tried != 1<<16 || x.SolvedAt != 3 || x.SolvedLen != 2 || x.Plain[3] != 0x43 || len(x.Answers) != 0 {
		t.Errorf("accept: %+v", x)
	}
	if x := r.Result(pong); x.Kind != Confirmed || x.Template != NamePong || x.Plain[4] != 0x44 {
		t.Errorf("pong: %+v", x)
	}
}

// pinged is a ping and a pong that tells ip and port.
func (t *tape) pinged(from, to End, ip uint32, port uint16) (ping, pong uint32) {
	ping, id := t.say(from, to, known[1].text, 3, 0)
	pong, _ = t.say(to, from, pongHead+address(ip, port), pongRidAt, id)
	return ping, pong
}

func TestPongs(t *testing.T) {
	lan := End{Addr: client.Addr, Port: client.Port}
	lan.Addr.Lo = 0xFFFF_0A000001
	const public = 0xC6336407

	t.Run("own address", func(t *testing.T) {
		var tp tape
		_, p := tp.pinged(client, peer, v4(client.Addr), client.Port)
		if x := tp.read().Result(p); x.Kind != Confirmed || x.SolvedLen != 0 {
			t.Errorf("%+v", x)
		}
	})
	t.Run("reported address", func(t *testing.T) {
		var tp tape
		tp.ack(other, lan, fnNAck, 9, public)
		_, p := tp.pinged(lan, peer, public, lan.Port)
		r := tp.read()
		if x := r.Result(p); x.Kind != Confirmed || x.Agreeing != 1 || len(x.Agree) != 1 {
			t.Errorf("%+v", x)
		}
		if pub, ok := r.Public(lan.Addr); !ok || pub.IP != public || pub.Votes != 2 || pub.Peers != 2 || pub.Else != 0 {
			t.Errorf("%+v", pub)
		}
	})
	t.Run("changed port", func(t *testing.T) {
		var tp tape
		tp.ack(other, lan, fnAck, 9, public)
		_, p := tp.pinged(lan, peer, public, 7777)
		_, p2 := tp.pinged(lan, other, public, 7777)
		r := tp.read()
		if x := r.Result(p); x.Kind != Confirmed || x.SolvedAt != 13 || x.SolvedLen != 2 || x.Tried != 1<<16 || !bytes.HasSuffix(x.Plain, []byte("\x61\x1E")) {
			t.Errorf("%+v", x)
		}
		if x := r.Result(p2); x.Kind != Confirmed || x.SolvedLen != 0 || x.Tried > 8 {
			t.Errorf("the second: %+v", x)
		}
	})
	t.Run("nobody reports", func(t *testing.T) {
		var tp tape
		_, p := tp.pinged(lan, peer, public, lan.Port)
		r := tp.read()
		x := r.Result(p)
		if x.Kind != Inferred || x.SolvedAt != 9 || x.SolvedLen != 4 || x.Tried < 1<<32 || x.Agreeing != 1 {
			t.Errorf("%+v", x)
		}
		if _, ok := r.Public(lan.Addr); ok {
			t.Error("an inferred pong is a vote")
		}
	})
	t.Run("two agree", func(t *testing.T) {
		var tp tape
		_, p := tp.pinged(lan, peer, public, lan.Port)
		_, p2 := tp.pinged(lan, other, public, lan.Port)
		r := tp.read()
		// They show that the texts are equal, not what they are.
		for _, p := range []uint32{p, p2} {
			if x := r.Result(p); x.Kind != Inferred || x.Agreeing != 2 || len(x.Agree) != 2 || x.Class == 0 {
				t.Errorf("%+v", x)
			}
		}
	})
	t.Run("told to a neighbour", func(t *testing.T) {
		var tp tape
		next := lan
		next.Addr.Lo++
		tp.ack(other, next, fnAck, 9, public)
		_, p := tp.pinged(lan, peer, public, lan.Port)
		if x := tp.read().Result(p); x.Kind != Confirmed || x.SolvedLen != 4 || x.Agreeing != 1 {
			t.Errorf("%+v", x)
		}
	})
	t.Run("reports say otherwise", func(t *testing.T) {
		var tp tape
		tp.ack(other, lan, fnAck, 9, public)
		_, p := tp.pinged(lan, peer, public+1, lan.Port)
		if x := tp.read().Result(p); x.Kind != Unread {
			t.Errorf("%+v", x)
		}
	})
}

func TestRedirect(t *testing.T) {
	order := []int{3, 0, 4, 1, 2}
	for _, c := range []struct {
		name          string
		before, after int // contacts before and after, of which the redirect has five
		from          int // the first of the five among them all
		ok            bool
	}{
		{"the next five", 0, 5, 0, true},
		{"five of the next eight", 0, 8, 3, true},
		{"three of the next, two known", 2, 4, 0, true},
		{"five of the next twelve", 0, 12, 6, true},
		{"one never contacted", 0, 4, 0, false},
		{"too far away", 0, 40, 30, false},
	} {
		var tp tape
		var all []string
		contact := func(n uint32) {
			e := end(100+n, uint16(5000+n))
			all = append(all, address(v4(e.Addr), e.Port))
			tp.say(client, e, known[0].text, 3, 0)
		}
		for n := range c.before {
			contact(uint32(n))
		}
		asked, id := tp.say(client, peer, known[0].text, 3, 0)
		at := len(tp.list)
		tp.add(Message{})
		for n := range c.after {
			contact(uint32(c.before + n))
		}
		for len(all) < 5 {
			all = append(all, address(0xC6336400, 1))
		}
		text := redirectHead
		for _, k := range order {
			text += all[c.from+k]
		}
		b := withRid(text, redirectRidAt, id-1)
		m := &tp.list[at]
		p := m.Packet
		*m = Message{Packet: p, Time: m.Time, Flow: tp.list[at-1].Flow, Src: peer, Dst: client, Func: fnCommand, ID: 99, CRC: crc.Sum(b), Text: int32(len(b))}
		x := tp.read().Result(p)
		if ok := x.Kind == Confirmed; ok != c.ok || ok && (string(x.Plain) != string(b) || x.Template != NameRedirect || x.Tried < 100 || x.Answers[0].Packet != asked) {
			t.Errorf("%s: %+v", c.name, x)
		}
	}
}

func randomText(rng *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return string(b)
}

func TestAddLeavesOut(t *testing.T) {
	r := New()
	m := Message{Src: client, Dst: peer, Func: fnCommand, Packet: 5, Text: 7}
	r.Add(m)
	r.Add(m) // the same packet
	m.Packet = 4
	r.Add(m)
	m.Packet, m.Func = 6, fnData
	r.Add(m)
	if r.Step(100) {
		t.Error("done before Seal")
	}
	if done, all := r.Progress(); done != 0 || all != 1 {
		t.Errorf("progress %d of %d", done, all)
	}
	m.Packet, m.Func = 7, fnCommand
	for _, text := range []int32{-1, 0, 1 << 30} {
		m.Packet, m.Text = m.Packet+1, text
		r.Add(m)
	}
	r.Seal()
	m.Packet, m.Text = m.Packet+1, 7
	r.Add(m)
	if c := r.Counts(); c.Commands != 1 || c.Left != 6 {
		t.Errorf("%+v", c)
	}
	if r.Result(4) != nil || r.Result(6) != nil || r.Result(5) == nil {
		t.Error("results of the wrong packets")
	}
	last := 0
	for !r.Step(1) {
		done, all := r.Progress()
		if done < last || done > all {
			t.Fatalf("progress %d of %d after %d", done, all, last)
		}
		last = done
	}
	if done, all := r.Progress(); done != 1 || all != 1 {
		t.Errorf("progress %d of %d in the end", done, all)
	}
	if !r.Step(0) {
		t.Error("done, and then not")
	}
}

func TestEmpty(t *testing.T) {
	r := New()
	r.Seal()
	for !r.Step(100000) {
	}
	if c := r.Counts(); c != (Counts{}) || r.Result(0) != nil || len(r.Classes()) != 0 {
		t.Errorf("%+v", c)
	}
	if _, ok := r.Class(1); ok {
		t.Error("a class of nothing")
	}
}

func TestKind(t *testing.T) {
	if Unread.String() != "" || Confirmed.String() != "confirmed" || Inferred.String() != "inferred" || Equal.String() != "equal" || Kind(9).String() != "" {
		t.Error("words")
	}
}

func TestLengthOf(t *testing.T) {
	seen := 0
	for n := range sweepAll {
		text, ridAt, _, ok := candidate(n)
		if !ok {
			continue
		}
		seen++
		if len(text) != lengthOf(n) {
			t.Fatalf("candidate %d: %d bytes %x, said to be %d", n, len(text), text, lengthOf(n))
		}
		if ridAt >= 0 && text[ridAt:ridAt+2] != "\x00\x00" {
			t.Fatalf("candidate %d: %x has its request id not at %d", n, text, ridAt)
		}
	}
	if seen < 50000 {
		t.Errorf("%d candidates only", seen)
	}
}
