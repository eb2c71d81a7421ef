package oracle

import (
	"math/rand/v2"
	"strings"
	"testing"

	"somscope/decoder/crc"
)

func TestResend(t *testing.T) {
	var tp tape
	p, id := tp.say(client, peer, known[0].text, 3, 0)
	nack := tp.ack(peer, client, fnNAck, id, v4(client.Addr))
	token := tp.list[len(tp.list)-1].Token
	good := tp.list[0]
	good.Func, good.Token = fnResend, token
	resend := tp.add(good)
	bad := good
	bad.CRC ^= 1
	wrong := tp.add(bad)
	bad = good
	bad.Token++
	late := tp.add(bad)
	reply, _ := tp.say(peer, client, known[2].text, 3, id)
	r := tp.read()
	if x := r.Result(resend); x.Resends != p+1 || x.Token != nack+1 || x.Kind != Confirmed || x.Template != NameProbe || !strings.Contains(x.How, "repeats packet 6") {
		t.Errorf("the Resend: %+v", x)
	}
	if x := r.Result(wrong); x.Resends != 0 || x.Kind != Unread {
		t.Errorf("one with another checksum: %+v", x)
	}
	if x := r.Result(late); x.Resends != p+1 || x.Token != 0 {
		t.Errorf("one with another token: %+v", x)
	}
	if x := r.Result(p); x.ResentBy != resend+1 || len(x.AnsweredBy) != 1 || x.AnsweredBy[0].Packet != nack {
		t.Errorf("the Command: %+v", x)
	}
	if x := r.Result(reply); len(x.Answers) != 1 || x.Answers[0].Packet != late {
		t.Errorf("the reply: %+v", x)
	}
}

// A Resend whose Command is not in the capture is read by itself.
func TestResendAlone(t *testing.T) {
	var tp tape
	b := withRid(known[0].text, 3, 0x4000)
	p := tp.add(Message{Src: client, Dst: peer, Func: fnResend, ID: 0x4001, CRC: crc.Sum(b), Text: 7})
	if x := tp.read().Result(p); x.Kind != Confirmed || x.Resends != 0 {
		t.Errorf("%+v", x)
	}
}

func TestFragments(t *testing.T) {
	var tp tape
	asked, id := tp.say(client, peer, "a search for somebody with many namesakes", -1, 0)
	part := func(own uint16, place uint8, sum uint32) uint32 {
		return tp.add(Message{Src: peer, Dst: client, Func: fnFragment, ID: own, Reply: id, Place: place, CRC: sum, Text: 1340})
	}
	one := part(7, 1, 11)
	zero := part(7, 0, 10)
	double := part(7, 0, 10)
	last := part(7, 0x82, 12)
	half := part(9, 0x81, 13)
	other := part(7, 1, 99) // the same id for another message
	r := tp.read()
	for _, p := range []uint32{one, zero, double, last} {
		x := r.Result(p)
		if !x.Whole || len(x.Fragments) != 3 || x.Fragments[0] != zero+1 || x.Fragments[1] != one+1 || x.Fragments[2] != last+1 {
			t.Errorf("%+v", x)
		}
		if len(x.Answers) != 1 || x.Answers[0].Packet != asked {
			t.Errorf("answers %+v", x.Answers)
		}
	}
	if x := r.Result(double); x.Retransmits != zero+1 || !x.Twice {
		t.Errorf("the double: %+v", x)
	}
	if x := r.Result(half); x.Whole || len(x.Fragments) != 2 || x.Fragments[0] != 0 || x.Fragments[1] != half+1 {
		t.Errorf("half of a message: %+v", x)
	}
	if x := r.Result(other); x.Whole || len(x.Fragments) != 2 {
		t.Errorf("another message: %+v", x)
	}
	if x := r.Result(asked); len(x.AnsweredBy) != 6 {
		t.Errorf("the question: %+v", x.AnsweredBy)
	}
}

// What nothing but the time joins is said to be doubtful, and nothing is joined twice.
func TestByTime(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	var tp tape
	a, _ := tp.say(client, peer, randomText(rng, 30), -1, 0)
	b, _ := tp.say(client, peer, randomText(rng, 31), -1, 0)
	x1, _ := tp.say(peer, client, randomText(rng, 90), -1, 0)
	x2, _ := tp.say(peer, client, randomText(rng, 91), -1, 0)
	x3, _ := tp.say(peer, client, randomText(rng, 92), -1, 0)
	for range 200 {
		tp.ack(other, peer, fnAck, 0, 1)
	}
	late, _ := tp.say(client, peer, randomText(rng, 30), -1, 0)
	r := tp.read()
	for p, want := range map[uint32]uint32{x1: b, x2: a} {
		x := r.Result(p)
		if len(x.Answers) != 1 || x.Answers[0].Packet != want || !strings.Contains(x.Answers[0].Doubt, "only the time speaks for it") {
			t.Errorf("packet %d: %+v", p, x.Answers)
		}
	}
	if !strings.Contains(r.Result(x1).Answers[0].Doubt, "other questions") || strings.Contains(r.Result(x2).Answers[0].Doubt, "other questions") {
		t.Error("the doubt about other questions is in the wrong place")
	}
	for _, p := range []uint32{x3, late} {
		if x := r.Result(p); len(x.Answers) != 0 {
			t.Errorf("packet %d: %+v", p, x.Answers)
		}
	}
}

func TestPublic(t *testing.T) {
	var tp tape
	lan := client
	lan.Addr.Lo = 0xFFFF_0A000001
	for n := range 10 {
		tp.ack(end(uint32(50+n%7), 1), lan, fnAck, uint16(n), 0xC6336407)
	}
	tp.ack(other, lan, fnNAck, 1, 0xC6336408)
	r := tp.read()
	if p, ok := r.Public(lan.Addr); !ok || p.IP != 0xC6336407 || p.Votes != 10 || p.Peers != 7 || p.Else != 1 || len(p.Proof) != 8 {
		t.Errorf("%+v %v", p, ok)
	}
	if p, ok := r.Public(peer.Addr); !ok || p.IP != v4(peer.Addr) || p.Votes != 0 {
		t.Errorf("a host with an address of its own: %+v %v", p, ok)
	}
	for _, a := range []uint64{0x0A000002, 0xC0A80001, 0x7F000001, 0xAC100001, 0x64400001, 0xE0000001, 0xA9FE0001, 0} {
		e := lan
		e.Addr.Lo = 0xFFFF_00000000 | a
		if p, ok := r.Public(e.Addr); ok {
			t.Errorf("%x has the public address %+v", a, p)
		}
	}
}
