package decoder

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"somscope/decoder/field"
	"somscope/decoder/index"
	"somscope/decoder/oracle"
)

// deepen opens a file and looks at it twice.
func deepen(tb testing.TB, file []byte) *Capture {
	tb.Helper()
	c := feedAll(tb, file)
	c.DeepAll()
	if p := c.DeepProgress(); p.State != DeepDone || p.Permille != 1000 || c.DeepErr() != nil {
		tb.Fatalf("%+v, %v", p, c.DeepErr())
	}
	return c
}

// shelf reads a sample of the site.
func shelf(tb testing.TB, name string) []byte {
	tb.Helper()
	files, _ := filepath.Glob("../site/content/samples/" + name + ".pcap*")
	if len(files) != 1 {
		tb.Fatalf("%d samples %s", len(files), name)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// TestDeepSteps does the second look in the smallest steps, between questions, and finds the
// same as in one go.
func TestDeepSteps(t *testing.T) {
	file := shelf(t, "login")
	whole := deepen(t, file)
	c := feedAll(t, file)
	steps := 0
	for !c.Deepen(0) {
		steps++
		i := uint32(steps % c.Len())
		if _, err := c.Dissect(i); err != nil {
			t.Fatal(err)
		}
		c.Rows(int(i), 10, SinceStart)
		c.Verdict(uint32(steps % c.FlowLen()))
		c.Classes()
		c.Story()
	}
	if steps < 5 {
		t.Errorf("only %d steps", steps)
	}
	a, b := whole.DeepProgress(), c.DeepProgress()
	if a != b {
		t.Errorf("in one go %+v\nin steps  %+v", a, b)
	}
	for i := range uint32(c.Len()) {
		x, y := whole.Known(i), c.Known(i)
		if x.Kind != y.Kind || x.Class != y.Class || len(x.Answers) != len(y.Answers) {
			t.Errorf("packet %d: %+v and %+v", i+1, x, y)
		}
	}
}

// TestBrokenChecksum flips one bit of a checksum, and the claim about the message disappears.
func TestBrokenChecksum(t *testing.T) {
	file := shelf(t, "probe")
	c := deepen(t, file)
	broken := 0
	for i := range uint32(c.Len()) {
		if c.Known(i).Kind != oracle.Confirmed || broken >= 12 {
			continue
		}
		m, ok := c.Message(i)
		if !ok || m.Func != 2 {
			continue
		}
		row := c.packets.At(i)
		record := file[row.Off:][:16+int(row.CapLen)]
		at := bytes.Index(record, binary.BigEndian.AppendUint32(nil, m.CRC))
		if at < 0 {
			t.Fatalf("packet %d: its checksum is not in it", i+1)
		}
		other := bytes.Clone(file)
		other[int(row.Off)+at+1] ^= 0x10
		d := deepen(t, other)
		if k := d.Known(i); k.Kind == oracle.Confirmed {
			t.Errorf("packet %d is still read with a wrong checksum: %+v", i+1, k)
		}
		if tree, err := d.Dissect(i); err != nil || tree.Check() != nil {
			t.Error(err, tree.Check())
		}
		if n, m := c.DeepProgress().Counts.Confirmed, d.DeepProgress().Counts.Confirmed; m > n-1 {
			t.Errorf("packet %d: %d read, with a wrong checksum %d", i+1, n, m)
		}
		broken++
	}
	if broken == 0 {
		t.Fatal("nothing was read")
	}
}

// TestTreatAgain: what the user says of a flow is looked at again.
func TestTreatAgain(t *testing.T) {
	c := deepen(t, shelf(t, "probe"))
	read := c.DeepProgress().Counts.Confirmed
	if read == 0 {
		t.Fatal("nothing was read")
	}
	for id := range uint32(c.FlowLen()) {
		c.Treat(id, NotSkype)
	}
	c.DeepAll()
	if p := c.DeepProgress(); p.Counts.Confirmed != 0 || p.State != DeepDone {
		t.Errorf("%+v", p)
	}
	for id := range uint32(c.FlowLen()) {
		c.Treat(id, Auto)
	}
	c.DeepAll()
	if p := c.DeepProgress(); p.Counts.Confirmed != read {
		t.Errorf("%d read, then %d", read, p.Counts.Confirmed)
	}
}

// frame wraps a payload in Ethernet, IPv4 and UDP or TCP, as a pcap record.
func frame(tcp bool, src, dst uint32, sport, dport uint16, seq uint32, flags byte, usec uint32, pay []byte) []byte {
	head := 8
	if tcp {
		head = 20
	}
	n := 14 + 20 + head + len(pay)
	b := make([]byte, 16+n)
	le, be := binary.LittleEndian, binary.BigEndian
	le.PutUint32(b, 1156534266+usec/1e6)
	le.PutUint32(b[4:], usec%1e6)
	le.PutUint32(b[8:], uint32(n))
	le.PutUint32(b[12:], uint32(n))
	p := b[16:]
	p[12], p[13] = 8, 0
	p = p[14:]
	p[0], p[8], p[9] = 0x45, 64, 17
	if tcp {
		p[9] = 6
	}
	be.PutUint16(p[2:], uint16(20+head+len(pay)))
	be.PutUint32(p[12:], src)
	be.PutUint32(p[16:], dst)
	p = p[20:]
	be.PutUint16(p, sport)
	be.PutUint16(p[2:], dport)
	if tcp {
		be.PutUint32(p[4:], seq)
		p[12], p[13] = 0x50, flags
	} else {
		be.PutUint16(p[4:], uint16(8+len(pay)))
	}
	copy(p[head:], pay)
	return b
}

// TestDeepBad looks twice at what is made to hurt.
func TestDeepBad(t *testing.T) {
	header := load(1)[:24]
	rng := rand.New(rand.NewPCG(11, 12))
	noise := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rng.Uint32())
		}
		return b
	}
	const me, peer = 0xc0a80102, 0xc6336400
	probe := func(i int) []byte { // a Command of 18 bytes
		b := noise(18)
		binary.BigEndian.PutUint16(b, uint16(2*i))
		b[2] = 2
		return b
	}
	cases := map[string]func() []byte{
		"every flow is one packet": func() []byte {
			file := bytes.Clone(header)
			for i := range 50_000 {
				file = append(file, frame(false, me, peer+uint32(i), 35990, uint16(1024+i), 0, 0, uint32(i)*1000, probe(i))...)
			}
			return file
		},
		"a flow of random bytes": func() []byte {
			file := bytes.Clone(header)
			for i := range 20 {
				file = append(file, frame(false, me, peer+uint32(i), 35990, 33033, 0, 0, uint32(i)*1000, probe(i))...)
			}
			seq := uint32(4_000_000_000)
			file = append(file, frame(true, me, peer, 1044, 33033, seq-1, 2, 500_000, nil)...)
			for i := range 20_000 {
				pay := noise(1400)
				file = append(file, frame(true, me, peer, 1044, 33033, seq, 0x18, uint32(600_000+i*100), pay)...)
				seq += 1400
			}
			return file
		},
		"segments that overlap and contradict": func() []byte {
			file := bytes.Clone(header)
			for i := range 20 {
				file = append(file, frame(false, me, peer+uint32(i), 35990, 33033, 0, 0, uint32(i)*1000, probe(i))...)
			}
			for i := range 3000 {
				dir := rng.IntN(2)
				s, d, sp, dp := uint32(me), uint32(peer), uint16(1044), uint16(33033)
				if dir == 1 {
					s, d, sp, dp = d, s, dp, sp
				}
				file = append(file, frame(true, s, d, sp, dp, rng.Uint32N(5000), byte(rng.Uint32()), uint32(i*1000), noise(rng.IntN(200)))...)
			}
			return file
		},
		"messages of every function": func() []byte {
			file := bytes.Clone(header)
			for i := range 5000 {
				b := noise(3 + rng.IntN(60))
				b[2] &= 0x7f
				file = append(file, frame(false, me, peer+uint32(i%7), 35990, 33033, 0, 0, uint32(i*500), b)...)
			}
			return file
		},
		"one message again and again": func() []byte {
			file := bytes.Clone(header)
			b := probe(1)
			for i := range 30_000 {
				binary.BigEndian.PutUint32(b[3:], rng.Uint32())
				file = append(file, frame(false, me, peer+uint32(i%50), 35990, 33033, 0, 0, uint32(i*700), b)...)
			}
			return file
		},
	}
	for name, make := range cases {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			file := make()
			c := feedAll(t, file)
			slowest := time.Duration(0)
			for {
				start := time.Now()
				done := c.Deepen(0)
				slowest = max(slowest, time.Since(start))
				if done {
					break
				}
			}
			if err := c.DeepErr(); err != nil {
				t.Fatal(err)
			}
			t.Logf("%d packets, slowest step %v, %+v", c.Len(), slowest, c.DeepProgress())
			for i := 0; i < c.Len(); i += 1 + c.Len()/50 {
				tree, err := c.Dissect(uint32(i))
				if err != nil {
					t.Fatal(err)
				}
				if err := tree.Check(); err != nil {
					t.Fatalf("packet %d: %v", i+1, err)
				}
			}
			for id := range uint32(c.FlowLen()) {
				if id%1000 == 0 {
					if _, _, _, err := c.Detect(id); err != nil {
						t.Fatal(err)
					}
				}
			}
			s := c.Story()
			if s == nil || len(s.Phases) > 2000 {
				t.Errorf("story: %+v", s)
			}
		})
	}
}

// BenchmarkDeep looks a second time at the samples of the shelf, all in one go. ns/packet is
// per packet of the file; x_index is the time as a multiple of the index pass over the same file.
func BenchmarkDeep(b *testing.B) {
	for _, name := range []string{"probe", "login", "call"} {
		b.Run(name, func(b *testing.B) {
			file := shelf(b, name)
			var packets int
			for b.Loop() {
				packets = deepen(b, file).Len()
			}
			total := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
			const rounds = 20
			start := time.Now()
			for range rounds {
				feedAll(b, file)
			}
			index := float64(time.Since(start).Nanoseconds()) / rounds
			b.ReportMetric((total-index)/float64(packets), "ns/packet")
			b.ReportMetric((total-index)/index, "x_index")
		})
	}
}

// notes gathers the remarks of a tree.
func notes(d *field.Dissection) string {
	all := ""
	field.Walk(&d.Root, func(n *field.Node, _ int) bool {
		all += n.Note + "\n"
		return true
	})
	return all
}

// TestRetransmissionDiffers: a segment that comes again with other bytes says so.
func TestRetransmissionDiffers(t *testing.T) {
	file := shelf(t, "login")
	c := deepen(t, file)
	found := false
	for i := range uint32(c.Len()) {
		tree, err := c.Dissect(i)
		if err != nil {
			t.Fatal(err)
		}
		if all := notes(tree); !strings.Contains(all, "a retransmission: all of it had come before") {
			continue
		} else if strings.Contains(all, "differ from those that came first") {
			t.Errorf("packet %d differs from itself: %s", i+1, all)
		}
		found = true
		other := bytes.Clone(file)
		at := tree.Buffers[0].FileOff + int64(len(tree.Buffers[0].Data)) - 1
		other[at] ^= 0x55
		d := deepen(t, other)
		if tree, err = d.Dissect(i); err != nil || tree.Check() != nil {
			t.Fatal(err, tree.Check())
		}
		if all := notes(tree); !strings.Contains(all, "differ from those that came first") {
			t.Errorf("packet %d: nobody notices that it differs: %s", i+1, all)
		}
	}
	if !found {
		t.Error("the sample has no retransmission any more")
	}
}

// TestSeedAddress: who was refused did not know its address, who was understood did, and what
// the user enters is marked as such.
func TestSeedAddress(t *testing.T) {
	const known = 0xcb007173 // 203.0.113.115, which the peers of the samples report
	refused, understood, told := 0, 0, 0
	for _, name := range []string{"probe", "login"} {
		c := deepen(t, shelf(t, name))
		for i := range uint32(c.Len()) {
			m, ok := c.Message(i)
			f := c.Facts(i)
			if !ok || f == nil || m.Func != 2 || c.packets.At(i).Flags&index.Reverse != 0 {
				continue
			}
			nack := false
			for _, l := range f.AnsweredBy {
				a, _ := c.Message(l.Packet - 1)
				nack = nack || a.Func == 7
			}
			switch x := f.From; {
			case nack:
				refused++
				if x.IP != 0 || !x.Doubt || !strings.Contains(x.How, "NAck") {
					t.Errorf("%s, packet %d was refused: %+v", name, i+1, x)
				}
				host := c.flows.At(c.packets.At(i).Flow).A.Netip()
				c.SetPublic(host, netip.MustParseAddr("203.0.113.77"))
				if x := c.Facts(i).From; x.IP != 0xcb00714d || !x.User || !x.Doubt || !strings.Contains(x.How, "NAck") {
					t.Errorf("%s, packet %d with an address of the user's: %+v", name, i+1, x)
				}
				c.SetPublic(host, netip.Addr{})
			case x.Doubt && x.IP == known && strings.Contains(x.How, "could decrypt"):
				understood++
			case !x.Doubt && x.IP == known:
				told++
			}
		}
	}
	if refused == 0 || understood == 0 || told < 20 {
		t.Errorf("%d refused, %d understood, %d told", refused, understood, told)
	}
}
