package classify

import (
	"encoding/binary"
	"fmt"
	"maps"
	"net/netip"
	"testing"

	"somscope/decoder/flow"
)

func TestLearn(t *testing.T) {
	supernode := stream("> +14", "< +73", "> +25")
	random := stream("> +60", "< +73")
	command := newTalk().say("> 0 0 7000 02 +20")
	at := []uint32{0, 1}
	for _, c := range []struct {
		name   string
		of     *talk
		l      Learned
		before string
		after  string
		rule   string
	}{
		{"nothing", random, Learned{}, "", "", ""},
		{"a login", stream("> 1603010000", "< 1703010000"), Learned{Talk: "login", TalkSure: true, TalkWhy: "a sealed key follows", TalkAt: at}, Certain, Certain, "login-records"},
		{"an event server, half of it seen", stream("> 1603010000"), Learned{Talk: "event", TalkSure: true}, Strong, Certain, "login-records"},
		{"a login that only fits", random, Learned{Talk: "login"}, "", Strong, "login-records"},
		{"false HTTPS", stream("> " + helloSkype), Learned{Talk: "false-https", TalkSure: true}, Strong, Certain, "false-https-read"},
		{"a hello of 72 bytes that is another one", stream("> " + helloSkype), Learned{Looked: true}, Strong, No, "other-protocol"},
		{"a ServerHello of that clock that is another one", stream("> +60", "< "+serverSkype), Learned{Looked: true}, Certain, No, "other-protocol"},
		{"a supernode", random, Learned{Talk: "supernode", TalkSure: true, TalkWhy: "the command reads as 30", TalkAt: at}, "", Strong, "keystream-reuse"},
		{"a supernode that only fits", random, Learned{Talk: "supernode"}, "", Weak, "keystream-reuse"},
		{"a supernode after its probe", supernode, Learned{Talk: "supernode", TalkSure: true, Probed: [2]uint32{1, 2}}, Weak, Certain, "supernode-after-probe"},
		{"a supernode after a probe without an answer", supernode, Learned{Talk: "supernode", TalkSure: true, Probed: [2]uint32{1, 0}}, Weak, Strong, "supernode-after-probe"},
		{"port 80", random, Learned{Talk: "port-80", TalkSure: true}, "", Strong, "keystream-reuse"},
		{"only the probe", random, Learned{Probed: [2]uint32{1, 2}}, "", Weak, "supernode-after-probe"},
		{"the probe and fourteen bytes", supernode, Learned{Probed: [2]uint32{1, 2}}, Weak, Weak, "supernode-after-probe"},
		{"the probe, and then SSH", stream("> 5353482d322e302d4f70656e535348"), Learned{Probed: [2]uint32{1, 2}}, No, No, ""},
		{"an update", stream("> 474554202f75692f322f312e322e302e31382f656e2f 676574"), Learned{Talk: "update", TalkSure: true}, Weak, Certain, "update-request"},
		{"no update after all", stream("> 474554202f75692f322f312e322e302e31382f656e2f 676574"), Learned{}, Weak, No, "other-protocol"},
		{"a later client whose padding shows", random, Learned{Talk: "modern", TalkSure: true, TalkWhy: "padding shows"}, "", Strong, "modern-stream"},
		{"a later client", random, Learned{Talk: "modern"}, "", Weak, "modern-stream"},
		{"a later client at a known server", random, Learned{Talk: "modern", ServerSpoke: "the same server spoke false HTTPS in packet 3"}, "", Weak, "modern-stream"},
		{"one message read", command, Learned{Read: 1, ReadAs: "a probe", ReadAt: at[:1]}, "", Certain, "messages-read"},
		{"messages read", command, Learned{Read: 12, ReadAt: []uint32{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}, "", Certain, "messages-read"},
		{"a copy", command, Learned{EqualTo: 1, EqualAt: at[:1]}, "", Strong, "proven-equal"},
		{"answers", command, Learned{Linked: 3, LinkedAt: at[:1]}, "", Strong, "linked"},
	} {
		v := Run(c.of.Table)
		if d := checked(t, v, 0); d.Word != c.before {
			t.Errorf("%s: %q before, want %q: %s", c.name, d.Word, c.before, d.Sentence)
		}
		for range 2 { // saying it again changes nothing
			v.Learn(map[uint32]*Learned{0: &c.l})
			d := checked(t, v, 0)
			spoke := c.rule == ""
			for _, e := range d.Evidence {
				spoke = spoke || e.Rule.Name == c.rule
			}
			if d.Word != c.after || !spoke {
				t.Errorf("%s: %q afterwards, want %q by %s: %s", c.name, d.Word, c.after, c.rule, d.Sentence)
			}
			if got := v.Scores()[0]; got != d.Score {
				t.Errorf("%s: scores %d and %d", c.name, got, d.Score)
			}
		}
	}
}

// What is learned of one flow counts for the others of its port, and ceases to when it is taken back.
func TestLearnTellsNeighbours(t *testing.T) {
	tab := newTalk().say("> 0 0 7000 02 +20", "> 1 9 7300 02 +20", "> 2 12 7700 02 +29")
	v := Run(tab.Table)
	before := [3]Verdict{}
	for id := range before {
		if before[id] = checked(t, v, uint32(id)); before[id].Word == Certain {
			t.Fatalf("flow %d is certain already", id)
		}
	}
	v.Learn(map[uint32]*Learned{1: {Read: 2, ReadAt: []uint32{1}}})
	for id := range uint32(3) {
		d := checked(t, v, id)
		shared := false
		for _, e := range d.Evidence {
			shared = shared || e.Rule.Name == "port-shared"
		}
		if d.Class != SkypeUDP || shared != (id != 1) {
			t.Errorf("flow %d, port shared %v: %s", id, shared, d.Sentence)
		}
	}
	v.Learn(map[uint32]*Learned{1: {}})
	for id := range before {
		if d := checked(t, v, uint32(id)); fmt.Sprint(d) != fmt.Sprint(before[id]) {
			t.Errorf("flow %d: %s, before: %s", id, d.Sentence, before[id].Sentence)
		}
	}
	// A flow that does not exist, and verdicts on nothing, are no reason to fall over.
	v.Learn(map[uint32]*Learned{99: {Read: 1}})
	(*Verdicts)(nil).Learn(map[uint32]*Learned{0: {Read: 1}})
	new(Verdicts).Learn(map[uint32]*Learned{0: {Read: 1}})
}

// Verdicts stay good for the flows they know of while the table grows.
func TestGrownTable(t *testing.T) {
	tab := newTalk().say("> 0 0 "+probe1234, "> 1 9 +40")
	v := Run(tab.Table)
	for i := range 2000 {
		tab.send(int64(10+i), netip.AddrPortFrom(client.Addr(), uint16(i)), peers[i%40], tab.random(30))
	}
	for id := range uint32(tab.Len()) {
		d := v.Verdict(id)
		if id < 2 {
			checked(t, v, id)
		} else if d.Class != Undecided || d.Sentence == "" {
			t.Fatalf("flow %d: %+v", id, d)
		}
	}
	v.Learn(map[uint32]*Learned{1: {Read: 1, ReadAt: []uint32{1}}, 1500: {Read: 1}})
	if n := len(v.Scores()); n != tab.Len() {
		t.Errorf("%d scores", n)
	}
}

// A call to a telephone profits from what is learned about the client's port.
func TestLearnTellsCalls(t *testing.T) {
	tab := newTalk()
	for i := range 100 {
		tab.send(int64(20*i), client, peers[0], tab.bytes("8d31c75a +25"))
	}
	tab.say("> 1 9 7300 02 +20")
	v := Run(tab.Table)
	if d := checked(t, v, 0); d.Word != Weak {
		t.Fatalf("%q: %s", d.Word, d.Sentence)
	}
	v.Learn(map[uint32]*Learned{1: {Read: 1, ReadAt: []uint32{100}}})
	if d := checked(t, v, 0); d.Class != SkypeE2O || d.Word != Strong {
		t.Errorf("%v, %q: %s", d.Class, d.Word, d.Sentence)
	}
}

// FuzzVerdicts makes tables and facts of bytes and judges everything.
func FuzzVerdicts(f *testing.F) {
	for _, tab := range []string{"", "\x00\x01\x02\x03", "hello, world: this is about thirty bytes of text"} {
		f.Add([]byte(tab), uint64(1))
	}
	f.Add([]byte("\x05\x00\x12\x00\x16\x03\x01\x00\x00\x05\x01\x12\x00\x17\x03\x01\x00\x00"), uint64(7))
	f.Add(slicesOf(18, "\x12\x34\x02\x11\x22\x33\x44\x6b\xb6\x1f\xda1234567"), uint64(3))
	f.Add(slicesOf(29, "\x8d\x31\xc7\x5aabcdefghijklmnopqrstuvwxy"), uint64(9))
	f.Fuzz(func(t *testing.T, b []byte, seed uint64) {
		tab := newTalk()
		facts := map[uint32]*Learned{}
		next := func() byte {
			if len(b) == 0 {
				return 0
			}
			x := b[0]
			b = b[1:]
			return x
		}
		for n := 0; len(b) > 0 && n < 300; n++ {
			size, how, ends, ms := int(next()), next(), next(), next()
			payload := b[:min(size, len(b))]
			b = b[len(payload):]
			tab.transport = flow.UDP
			if how&2 != 0 {
				tab.transport = flow.TCP
			} else if how&0xfc == 0xfc {
				tab.transport = 1
			}
			src := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, ends & 3}), []uint16{35990, 12340, 33033, 443}[how>>2&3])
			dst := netip.AddrPortFrom(netip.AddrFrom4([4]byte{212, 72, 49, 140 + ends>>2&3}), []uint16{35990, 12340, 33033, 53}[how>>4&3])
			if how&1 != 0 {
				src, dst = dst, src
			}
			for k := range 1 + int(ends>>4)*3 { // the same again, with another ending
				p := append([]byte(nil), payload...)
				if ends&8 != 0 && len(p) > 4 {
					binary.BigEndian.PutUint32(p[len(p)-4:], uint32(k)*0x9e3779b9+uint32(seed))
				}
				tab.send(int64(ms)*10+int64(k)*int64(seed%40), src, dst, p)
			}
		}
		v := Run(tab.Table)
		for id := range uint32(tab.Len()) {
			checked(t, v, id)
			x := uint32(seed >> (id % 31))
			facts[id] = &Learned{Talk: []string{"", "login", "event", "false-https", "supernode", "port-80", "update", "modern"}[x&7],
				TalkSure: x&8 != 0, Probed: [2]uint32{x >> 4 & 1, x >> 5 & 1}, Read: x >> 6 & 1, EqualTo: x >> 7 & 3, Linked: x >> 9 & 1}
		}
		v.Learn(facts)
		scores := v.Scores()
		for id := range uint32(tab.Len()) {
			if d := checked(t, v, id); d.Score != scores[id] {
				t.Errorf("flow %d: scores %d and %d", id, d.Score, scores[id])
			}
		}
		maps.DeleteFunc(facts, func(id uint32, _ *Learned) bool { return id&1 == 0 })
		for id := range facts {
			facts[id] = new(Learned)
		}
		v.Learn(facts)
		for id := range uint32(tab.Len()) {
			checked(t, v, id)
		}
	})
}

// slicesOf is a step of the fuzz target with a payload.
func slicesOf(n int, payload string) []byte {
	return append([]byte{byte(n), 0, 0x32, 1}, payload...)
}
