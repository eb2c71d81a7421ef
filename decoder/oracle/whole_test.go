package oracle

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"somscope/decoder/crc"
)

// made is a capture of n messages as clients send them: probes, pings, searches, publications and
// their answers, between a few hosts.
func made(n int) []Message {
	rng := rand.New(rand.NewPCG(17, 18))
	var tp tape
	search, record := randomText(rng, 19), randomText(rng, 335)
	for len(tp.list) < n {
		to := end(10+rng.Uint32N(200), 4000)
		switch rng.IntN(6) {
		case 0:
			_, id := tp.say(client, to, known[0].text, 3, 0)
			tp.say(to, client, known[2].text, 3, id)
		case 1:
			tp.pinged(client, to, v4(client.Addr), client.Port)
		case 2:
			_, id := tp.say(client, to, search, 2, 0)
			tp.say(to, client, known[3].text, 2, id)
		case 3:
			_, id := tp.say(client, to, record, -1, 0)
			tp.ack(to, client, fnAck, id, v4(client.Addr))
		case 4:
			p, _ := tp.say(client, to, search, 2, 0)
			tp.again(p)
		case 5:
			tp.say(client, to, randomText(rng, 36), -1, 0)
			tp.say(to, client, randomText(rng, 600), -1, 0)
		}
	}
	return tp.list[:n]
}

// all is what a Reader knows, for comparing.
func all(r *Reader, list []Message) string {
	s := fmt.Sprintf("%+v", r.Counts())
	for _, m := range list {
		s += fmt.Sprintf("\n%+v", r.Result(m.Packet))
	}
	for _, c := range r.Classes() {
		s += fmt.Sprintf("\n%+v", c)
	}
	return s
}

// consistent holds what must be true of every Reader, whatever it was given.
func consistent(t *testing.T, r *Reader, list []Message) {
	t.Helper()
	sums := map[uint32]Message{}
	for _, m := range list {
		if _, ok := sums[m.Packet]; !ok {
			sums[m.Packet] = m
		}
	}
	var read, inferred, equal int
	for p, m := range sums {
		x := r.Result(p)
		if x == nil {
			continue
		}
		if m.Func == fnCommand || m.Func == fnFragment {
			switch x.Kind {
			case Confirmed:
				read++
			case Inferred:
				inferred++
			case Equal:
				equal++
			}
		}
		if (x.Plain != nil) != (x.Kind == Confirmed || x.Kind == Inferred) {
			t.Errorf("packet %d: %v and the text %x", p, x.Kind, x.Plain)
		}
		if x.Plain != nil && (crc.Sum(x.Plain) != m.CRC || len(x.Plain) != int(m.Text) || x.Template == "" || x.How == "") {
			t.Errorf("packet %d: a text that does not fit: %+v", p, x)
		}
		if x.Kind == Confirmed && (x.Tried == 0 || x.Tried > most) {
			t.Errorf("packet %d: confirmed with %d tried", p, x.Tried)
		}
		if x.Kind == Equal && x.Class == 0 {
			t.Errorf("packet %d is equal to nobody", p)
		}
		if x.Near != 0 && (x.Kind != Unread || x.Class != 0) {
			t.Errorf("packet %d is near others: %+v", p, x)
		}
		if len(x.Answers) > 1 || len(x.Again) > maxList || len(x.AnsweredBy) > maxList || len(x.Agree) > 8 {
			t.Errorf("packet %d: long lists: %+v", p, x)
		}
		for _, l := range x.Answers {
			if l.Packet >= p || l.Proof == "" || r.Result(l.Packet) == nil {
				t.Errorf("packet %d answers %+v", p, l)
			}
		}
	}
	c := r.Counts()
	if c.Confirmed != read || c.Inferred != inferred || c.Equal != equal {
		t.Errorf("%+v, found %d, %d, %d", c, read, inferred, equal)
	}
	for _, k := range r.Classes() {
		if len(k.Members) < 2 || !slices.IsSorted(k.Members) || len(k.Peers) == 0 || k.How == "" {
			t.Errorf("%+v", k)
		}
		for _, p := range k.Members {
			if x := r.Result(p); x == nil || x.Class != k.Number || x.Retransmits != 0 {
				t.Errorf("packet %d in class %d: %+v", p, k.Number, x)
			}
		}
	}
}

// What is found does not depend on the length of the steps.
func TestStepLength(t *testing.T) {
	list := made(300)
	want := ""
	for _, n := range []int{1, 7, 1000, 1 << 30} {
		r := New()
		for _, m := range list {
			r.Add(m)
		}
		r.Seal()
		for !r.Step(n) {
		}
		consistent(t, r, list)
		if got := all(r, list); want == "" {
			want = got
		} else if got != want {
			t.Errorf("steps of %d find other things", n)
		}
	}
}

// Results may be asked for at any time, and what was confirmed stays so.
func TestGrows(t *testing.T) {
	list := made(200)
	r := New()
	for _, m := range list {
		r.Add(m)
		r.Result(m.Packet)
		r.Public(m.Dst.Addr)
	}
	r.Seal()
	was := map[uint32]string{}
	for n := 0; !r.Step(50); n++ {
		if n%100 != 0 {
			continue
		}
		for _, m := range list {
			x := r.Result(m.Packet)
			if w := was[m.Packet]; w != "" && w != string(x.Plain) {
				t.Fatalf("packet %d: the text changed", m.Packet)
			}
			was[m.Packet] = string(x.Plain)
		}
		r.Counts()
		r.Classes()
	}
}

// Without times, with packets twice, and in any order, fewer things are known, but no wrong ones.
func TestDisorder(t *testing.T) {
	list := made(2000)
	whole := readAll(list)
	consistent(t, whole, list)

	noTimes := slices.Clone(list)
	for i := range noTimes {
		noTimes[i].Time, noTimes[i].NoTime = 0, true
	}
	r := readAll(noTimes)
	consistent(t, r, noTimes)
	if a, b := whole.Counts(), r.Counts(); a.Confirmed != b.Confirmed || a.Equal != b.Equal {
		t.Errorf("without times %+v, with times %+v", b, a)
	}

	var twice []Message
	for i, m := range list {
		m.Packet = uint32(2 * i)
		twice = append(twice, m)
		m.Packet++
		twice = append(twice, m)
	}
	r = readAll(twice)
	consistent(t, r, twice)
	if a, b := whole.Counts(), r.Counts(); 2*a.Confirmed != b.Confirmed || 2*a.Equal != b.Equal || a.Classes != b.Classes {
		t.Errorf("each packet twice %+v, once %+v", b, a)
	}
	if x := r.Result(twice[1].Packet); !x.Twice || x.Retransmits != twice[0].Packet+1 {
		t.Errorf("the second of two: %+v", x)
	}

	rng := rand.New(rand.NewPCG(19, 20))
	for range 5 {
		mixed := slices.Clone(list)
		rng.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		for i := range mixed {
			mixed[i].Packet = uint32(i)
		}
		consistent(t, readAll(mixed), mixed)
	}

	backwards := slices.Clone(list)
	for i := range backwards {
		backwards[i].Time = -backwards[i].Time
	}
	consistent(t, readAll(backwards), backwards)
}

// With every checksum changed, nothing is found, however much there was.
func TestFlippedBits(t *testing.T) {
	for bit := range 32 {
		list := made(400)
		rng := rand.New(rand.NewPCG(uint64(bit), 3))
		for i := range list {
			list[i].CRC ^= 1<<bit | rng.Uint32()
		}
		r := readAll(list)
		consistent(t, r, list)
		if c := r.Counts(); c.Confirmed != 0 || c.Equal != 0 || c.Inferred != 0 {
			t.Errorf("bit %d: %+v", bit, c)
		}
	}
}

func TestParse(t *testing.T) {
	full := func(fn byte, n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(i)
		}
		b[2] = fn
		return b
	}
	resend := full(0x63, 23)
	resend[3] = 1
	fragment := full(0x3F, 40)
	fragment[6] = 2
	for _, c := range []struct {
		name string
		in   []byte
		wire int
		want Message
		ok   bool
	}{
		{"Command", full(2, 18), 18, Message{Func: 2, ID: 1, IV: 0x03040506, CRC: 0x0708090A, Text: 7}, true},
		{"Command, cut by the capture", full(2, 18), 346, Message{Func: 2, ID: 1, IV: 0x03040506, CRC: 0x0708090A, Text: 335}, true},
		{"Command without a text", full(2, 11), 11, Message{}, false},
		{"Command whose header was cut", full(2, 10), 30, Message{}, false},
		{"random bits", full(0x72, 18), 18, Message{Func: 2, ID: 1, IV: 0x03040506, CRC: 0x0708090A, Text: 7}, true},
		{"top bit", full(0x82, 18), 18, Message{}, false},
		{"Resend", resend, 23, Message{Func: 3, ID: 1, Token: 0x04050607, Told: 0x08090A0B, CRC: 0x0C0D0E0F, Text: 7}, true},
		{"Resend of two", full(0x63, 23), 23, Message{}, false},
		{"Resend without a text", resend[:16], 16, Message{}, false},
		{"Ack", full(0x25, 11), 11, Message{Func: 5, ID: 1, Told: 0x03040506, Token: 0x0708090A}, true},
		{"NAck", full(0x77, 11), 11, Message{Func: 7, ID: 1, Told: 0x03040506, Token: 0x0708090A}, true},
		{"NAck of twelve bytes", full(0x77, 12), 12, Message{}, false},
		{"NAck that was cut", full(0x77, 8), 11, Message{}, false},
		{"data", full(0x1D, 3), 3, Message{Func: 13, ID: 1}, true},
		{"Fragment", fragment, 1355, Message{Func: 15, ID: 1, Reply: 0x0304, Place: 5, IV: 0x0708090A, CRC: 0x0B0C0D0E, Text: 1340}, true},
		{"Fragment of something else", full(0x3F, 40), 40, Message{}, false},
		{"another function", full(0, 40), 40, Message{}, false},
		{"two bytes", []byte{1, 2}, 2, Message{}, false},
		{"nothing", nil, 0, Message{}, false},
		{"a wrong length", full(2, 18), -5, Message{Func: 2, ID: 1, IV: 0x03040506, CRC: 0x0708090A, Text: 7}, true},
	} {
		if got, ok := Parse(c.in, c.wire); ok != c.ok || got != c.want {
			t.Errorf("%s: %+v %v, want %+v %v", c.name, got, ok, c.want, c.ok)
		}
	}
}

// FuzzReader feeds datagrams of which the fuzzer chooses ends, times and bytes.
func FuzzReader(f *testing.F) {
	var seed []byte
	for _, m := range made(60) {
		// How each datagram is written is read below.
		b := []byte{byte(m.Src.Addr.Lo), byte(m.Dst.Addr.Lo), 1, 11 + 7, byte(m.ID >> 8), byte(m.ID), m.Func, 0, 0, 0, 0}
		b = binary.BigEndian.AppendUint32(b, m.CRC)
		b = append(b, make([]byte, 7)...)
		seed = append(seed, b...)
	}
	f.Add(seed)
	f.Add(make([]byte, 200))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := New()
		var list []Message
		for packet := uint32(0); len(data) >= 4 && packet < 500; packet++ {
			head, n := data[:4], int(data[3])
			data = data[4:]
			n = min(n, len(data))
			m, ok := Parse(data[:n], n+int(head[2]>>4))
			data = data[n:]
			if !ok {
				continue
			}
			m.Packet = packet
			m.Time, m.NoTime = int64(packet)*int64(head[2])*1e7, head[2] == 0
			m.Flow = uint32(head[0]^head[1]) & 7
			m.Src, m.Dst = end(uint32(head[0]&15), 1000), end(uint32(head[1]&15), 1000)
			if m.Func != fnData {
				list = append(list, m)
			}
			r.Add(m)
		}
		r.Seal()
		for steps := 0; !r.Step(5000); steps++ {
			if steps > 5000 {
				t.Fatal("no end")
			}
		}
		consistent(t, r, list)
	})
}

// BenchmarkReader is what a message costs, beside what it costs to take the checksum of a text
// of its length.
func BenchmarkReader(b *testing.B) {
	const n = 10000
	list := made(n)
	texts := make([]byte, 1500)
	b.Run("checksum", func(b *testing.B) {
		var sum uint32
		for b.Loop() {
			for i := range list {
				sum ^= crc.Sum(texts[:list[i].Text])
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/message")
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			readAll(list)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/message")
	})
	b.Run("parse", func(b *testing.B) {
		payload := make([]byte, 346)
		payload[2] = 2
		for b.Loop() {
			if _, ok := Parse(payload, len(payload)); !ok {
				b.Fatal("not parsed")
			}
		}
	})
}
