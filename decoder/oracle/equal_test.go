package oracle

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestEqual(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, ridAt := range []int{2, 3, 4} {
		var tp tape
		text := randomText(rng, 19)
		var copies []uint32
		for n := range 4 {
			p, _ := tp.say(client, end(uint32(50+n), 5000), text, ridAt, 0)
			copies = append(copies, p)
			tp.say(client, end(uint32(50+n), 5000), randomText(rng, 19), ridAt, 0)
		}
		again := tp.again(copies[0])
		r := tp.read()
		list := r.Classes()
		if len(list) != 1 || len(list[0].Members) != 4 || list[0].RidAt != ridAt || list[0].Kind != Equal || len(list[0].Peers) != 4 || list[0].Len != 19 {
			t.Fatalf("request id at %d: %+v", ridAt, list)
		}
		if want := []string{"below 16", "from 16 to 2047", "2048 or more"}[ridAt-2]; !strings.Contains(list[0].How, want) {
			t.Errorf("how: %s", list[0].How)
		}
		for i, p := range copies {
			if x := r.Result(p); x.Kind != Equal || x.Class != 1 || list[0].Members[i] != p {
				t.Errorf("%+v", x)
			}
		}
		if x := r.Result(again); x.Kind != Equal || x.Class != 1 || x.Retransmits != copies[0]+1 || x.Twice {
			t.Errorf("again: %+v", x)
		}
		if c := r.Counts(); c.Equal != 5 || c.Classes != 1 {
			t.Errorf("%+v", c)
		}
	}
}

// Copies of a reply show which questions they answer, unless other questions fit as well: the
// request ids of two runs of questions may differ alike.
func TestEqualReplies(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	var tp tape
	text := randomText(rng, 30)
	want := map[uint32]uint32{}
	for n := range 6 {
		if n == 3 {
			text = randomText(rng, 30)
		}
		to := end(uint32(70+n%3), 5000)
		asked, q := tp.say(client, to, randomText(rng, 25), -1, 0)
		if n >= 3 {
			for range n {
				tp.say(client, end(99, 99), randomText(rng, 25), -1, 0)
			}
		}
		tp.say(client, to, randomText(rng, 26), -1, 0)
		p, _ := tp.say(to, client, text, 3, q)
		want[p] = 0
		if n >= 3 {
			want[p] = asked
		}
	}
	r := tp.read()
	for p, asked := range want {
		x := r.Result(p)
		if x.Kind != Equal || len(x.Answers) != 1 || x.Answers[0].Doubt == "" && x.Answers[0].Packet != asked || (x.Answers[0].Doubt == "") != (asked != 0) {
			t.Errorf("packet %d should answer %d: %+v", p, asked, x)
		}
	}
	if list := r.Classes(); len(list) != 2 || len(list[0].Peers) != 3 || list[0].Peers[0] != end(70, 5000) {
		t.Errorf("%+v", list)
	}
}

func TestExactCopies(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	var tp tape
	text := randomText(rng, 335)
	for n := range 5 {
		p, id := tp.say(client, end(uint32(50+n), 5000), text, -1, 0)
		tp.again(p)
		tp.ack(end(uint32(50+n), 5000), client, fnAck, id, v4(client.Addr))
	}
	r := tp.read()
	if list := r.Classes(); len(list) != 1 || len(list[0].Members) != 5 || list[0].RidAt != -1 || len(list[0].Peers) != 5 {
		t.Errorf("%+v", list)
	}
	if c := r.Counts(); c.Equal != 10 {
		t.Errorf("%+v", c)
	}
	for i, m := range tp.list {
		if x := r.Result(m.Packet); m.Func == fnAck && (len(x.Answers) != 1 || x.Answers[0].Packet != tp.list[i-1].Packet) {
			t.Errorf("the Ack of packet %d: %+v", m.Packet, x)
		}
	}
}

// The same datagram on both sides of an address translator is no copy of itself.
func TestMirrored(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	var tp tape
	for n := range 3 {
		to := end(uint32(50+n), 5000)
		tp.say(client, to, randomText(rng, 30), 3, 0)
		m := tp.list[len(tp.list)-1]
		m.Src = end(9, 61000)
		tp.add(m)
	}
	if c := tp.read().Counts(); c.Equal != 0 || c.Classes != 0 {
		t.Errorf("%+v", c)
	}
}

// Bytes that differ at one place make no text equal, but the rest is.
func TestNear(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	for _, c := range []struct{ text, ridAt, at, hole int }{
		{15, 3, 14, 1}, {16, 3, 14, 2}, {17, 3, 14, 3}, {36, 2, 21, 1}, {36, 4, 21, 2}, {200, 2, 0, 2}, {40, -1, 20, 1},
	} {
		var tp tape
		text := randomText(rng, c.text)
		for n := range 12 {
			b := []byte(text)
			copy(b[c.at:], randomText(rng, c.hole))
			to := end(uint32(50+n), 5000)
			tp.say(client, to, string(b), c.ridAt, 0)
			tp.say(client, to, randomText(rng, c.text+1), c.ridAt, 0)
		}
		r := tp.read()
		list := r.Nears()
		if len(list) != 1 || len(list[0].Members) != 12 || list[0].HoleAt != c.at || list[0].HoleLen != c.hole || list[0].RidAt != c.ridAt || list[0].Len != c.text {
			t.Errorf("%+v: %+v", c, list)
			continue
		}
		if x := r.Result(list[0].Members[5]); x.Near != list[0].Number || x.Class != 0 || x.Kind != Unread || x.How == "" {
			t.Errorf("%+v: %+v", c, x)
		}
		if c := r.Counts(); c.Equal != 0 || c.Confirmed != 0 || c.Classes != 0 {
			t.Errorf("%+v", c)
		}
	}
}

// Three bytes of padding leave eight bits, which a stranger of the same length has by chance once
// in 256 times: nothing is said then.
func TestNearStranger(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	var tp tape
	text := randomText(rng, 14)
	for n := range 12 {
		tp.say(client, end(uint32(50+n), 5000), text+randomText(rng, 3), 3, 0)
	}
	tp.say(client, end(80, 5000), randomText(rng, 17), 3, 0)
	if list := tp.read().Nears(); len(list) != 0 {
		t.Errorf("%+v", list)
	}
}

func TestUnlikely(t *testing.T) {
	for _, c := range []struct {
		n, size uint32
		bits    int
		want    bool
	}{
		{157, 2, 32, true},     // 3e-6 pairs
		{2900, 2, 32, true},    // 0.00098
		{3000, 2, 32, false},   // 0.00105
		{400000, 2, 32, false}, // 19
		{400000, 3, 32, true},  // 0.0006
		{12, 12, 24, true},
		{11, 11, 8, true},
		{200, 3, 24, true},
		{400, 3, 8, false},
		{400000, 1600, 8, false}, // what random texts give
		{5, 1, 32, false},
		{1, 2, 32, false},
	} {
		if got := unlikely(c.n, c.size, c.bits, 1); got != c.want {
			t.Errorf("%d of %d in %d bits: %v", c.size, c.n, c.bits, got)
		}
	}
}

// Among very many messages a pair is believed when its copies stand close together.
func TestPairsInAFlood(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	var tp tape
	var near, far [2]uint32
	send := func(sum uint32) uint32 {
		return tp.add(Message{Src: client, Dst: end(uint32(len(tp.list)), 9), Func: fnCommand, ID: uint16(len(tp.list)), CRC: sum, Text: 50})
	}
	far[0] = send(1)
	for n := range 100000 {
		if n == 5000 {
			near[0] = send(2)
			near[1] = send(2)
		}
		send(rng.Uint32())
	}
	far[1] = send(1)
	r := tp.read()
	if x := r.Result(near[1]); x.Kind != Equal {
		t.Errorf("copies that stand together: %+v", x)
	}
	if x := r.Result(far[1]); x.Kind != Unread {
		t.Errorf("copies that do not: %+v", x)
	}
	if c := r.Counts(); c.Equal != 2 || c.Classes != 1 {
		t.Errorf("%+v", c)
	}
}
