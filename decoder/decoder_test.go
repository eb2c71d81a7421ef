package decoder

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"somscope/decoder/classify"
	"somscope/decoder/field"
	"somscope/decoder/skype"
)

// A pcap is a classic capture file being written, little-endian, Ethernet.
type pcap struct{ bytes.Buffer }

func newPcap() *pcap {
	p := &pcap{}
	for _, v := range []any{uint32(0xa1b2c3d4), uint16(2), uint16(4), uint32(0), uint32(0), uint32(65535), uint32(1)} {
		binary.Write(p, binary.LittleEndian, v)
	}
	return p
}

func (p *pcap) packet(us int64, data []byte, wire int) *pcap {
	for _, v := range []uint32{uint32(us / 1e6), uint32(us % 1e6), uint32(len(data)), uint32(wire)} {
		binary.Write(p, binary.LittleEndian, v)
	}
	p.Write(data)
	return p
}

// udp is an Ethernet frame with a datagram from host a to host b of 192.0.2.0/24.
func udp(a, b byte, src, dst uint16, payload string) []byte {
	f := []byte("\x02\x00\x00\x00\x00\x02\x02\x00\x00\x00\x00\x01\x08\x00" +
		"\x45\x00\x00\x00\x00\x00\x00\x00\x40\x11\x00\x00\xc0\x00\x02\x00\xc0\x00\x02\x00" +
		"\x00\x00\x00\x00\x00\x00\x00\x00" + payload)
	be := binary.BigEndian
	be.PutUint16(f[16:], uint16(28+len(payload)))
	f[29], f[33] = a, b
	be.PutUint16(f[34:], src)
	be.PutUint16(f[36:], dst)
	be.PutUint16(f[38:], uint16(8+len(payload)))
	return f
}

const arp = "\xff\xff\xff\xff\xff\xff\x02\x00\x00\x00\x00\x01\x08\x06" +
	"\x00\x01\x08\x00\x06\x04\x00\x01\x02\x00\x00\x00\x00\x01\xc0\x00\x02\x01\x00\x00\x00\x00\x00\x00\xc0\x00\x02\x02"

// nack is id 15f2, function 7 with random bits 7, 192.0.2.1, a token.
const nack = "\x15\xf2\x77\xc0\x00\x02\x01\x24\x49\x9e\xb8"

func small() []byte {
	p := newPcap()
	p.packet(1156534266_654692, udp(1, 2, 35990, 33033, "\x15\xf2\x02\xe2\xb4\x59\xe6\x64\x4a\x65\x4d0123456789"), 63)
	p.packet(1156534266_704692, udp(2, 1, 33033, 35990, nack), 53)
	p.packet(1156534267_000001, []byte(arp), len(arp))
	p.packet(1156534266_000000, udp(1, 2, 35990, 33033, "cut")[:40], 1000)
	return p.Bytes()
}

func open(t testing.TB, file []byte, o Options) *Capture {
	t.Helper()
	c, err := OpenWith(bytes.NewReader(file), "test.pcap", o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// readAll steps to the end and returns what ended it, nil at a clean end.
func readAll(t testing.TB, c *Capture) error {
	t.Helper()
	for range 1 << 24 {
		if _, err := c.Step(time.Second); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
	t.Fatal("Step does not end")
	return nil
}

func TestRows(t *testing.T) {
	c := open(t, small(), Options{})
	if err := readAll(t, c); err != nil {
		t.Fatal(err)
	}
	rows := c.Rows(0, 10, SinceStart)
	if len(rows) != 4 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, want := range []Summary{
		{Packet: 1, When: "0.000000", Src: "192.0.2.1:35990", Dst: "192.0.2.2:33033", Proto: "udp", Len: 63, Flow: 1},
		{Packet: 2, When: "0.050000", Src: "192.0.2.2:33033", Dst: "192.0.2.1:35990", Proto: "udp", Len: 53, Flow: 1, Reverse: true},
		{Packet: 3, When: "0.345309", Src: "02:00:00:00:00:01", Dst: "ff:ff:ff:ff:ff:ff", Proto: "arp", Len: 42},
		{Packet: 4, When: "-0.654692", Src: "192.0.2.1:35990", Dst: "192.0.2.2:33033", Proto: "udp", Len: 1000, Flow: 1},
	} {
		got := rows[i]
		if got.Proto == skype.UDP.Name { // whether the evidence suffices is for classify to say
			got.Proto = "udp"
		}
		if got.Packet != want.Packet || got.When != want.When || got.Src != want.Src || got.Dst != want.Dst ||
			got.Proto != want.Proto || got.Len != want.Len || got.Flow != want.Flow || got.Reverse != want.Reverse {
			t.Errorf("row %d:\ngot  %+v\nwant %+v", i, got, want)
		}
	}
	p := c.Progress()
	if p.Packets != 4 || p.Flows != 1 || p.First != 1156534266_654692000 || p.Early != 1156534266e9 || p.Late != 1156534267_000001000 || !p.Done || p.Blocks != 1 {
		t.Errorf("%+v", p)
	}
	if got := c.Rows(3, 500, Delta); len(got) != 1 || got[0].When != "-1.000001" {
		t.Errorf("last row: %+v", got)
	}
	for _, at := range [][2]int{{4, 1}, {-1, 1}, {0, 0}, {1 << 30, 500}} {
		if got := c.Rows(at[0], at[1], UTC); got != nil {
			t.Errorf("Rows%v: %v", at, got)
		}
	}
}

func TestClocks(t *testing.T) {
	var s span
	s.add(1156534266_654692000)
	for _, c := range []struct {
		clock     Clock
		t, before int64
		want      string
	}{
		{SinceStart, 1156534266_654692000, 0, "0.000000"},
		{SinceStart, 1156534265_654691000, 0, "-1.000001"},
		{Delta, 1000, 2000, "-0.000001"},
		{Delta, -1 << 63, 1<<63 - 1, "-18446744073.709551"},
		{UTC, 1156534266_654692000, 0, "2006-08-25 19:31:06.654692000"},
		{Epoch, 1156534266_654692000, 0, "1156534266.654692"},
		{Epoch, -1000, 0, "-0.000001"},
	} {
		if got := string(s.append(nil, c.clock, c.t, c.before)); got != c.want {
			t.Errorf("clock %d, %d: got %s, want %s", c.clock, c.t, got, c.want)
		}
	}
	s.add(1156534266_654692001) // finer than a microsecond
	if got := string(s.append(nil, SinceStart, 1156534266_654692001, 0)); got != "0.000000001" {
		t.Errorf("got %s", got)
	}
}

func TestTreat(t *testing.T) {
	c := open(t, small(), Options{})
	if err := readAll(t, c); err != nil {
		t.Fatal(err)
	}
	before := c.Progress().Generation
	if c.Treat(1, SkypeUDP) || c.Treat(0, 9) {
		t.Error("a flow or an opinion that does not exist was accepted")
	}
	for _, step := range []struct {
		as    As
		proto string
		class classify.Class
	}{
		{SkypeUDP, "skype.udp", classify.SkypeUDP},
		{SkypeE2O, "skype.e2o", classify.SkypeE2O},
		{NotSkype, "udp", classify.Other},
	} {
		if !c.Treat(0, step.as) || c.Treated(0) != step.as || c.Class(0) != step.class {
			t.Fatalf("%d: class %d", step.as, c.Class(0))
		}
		row := c.Rows(1, 1, UTC)[0]
		if row.Proto != step.proto || row.Skype != (step.as != NotSkype) {
			t.Errorf("%d: row %+v", step.as, row)
		}
		d, err := c.Dissect(1)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Check(); err != nil {
			t.Error(err)
		}
		for _, name := range []string{"skype.udp", "skype.e2o"} {
			if has := hasPrefix(d, name); has != (name == step.proto) {
				t.Errorf("%d: %s in the tree: %v", step.as, name, has)
			}
		}
		p := c.Progress()
		if want := map[bool]uint32{true: 1}[step.as != NotSkype]; p.SkypeFlows != want || p.SkypePackets != 3*want || (p.SkypeFirst > 0) != (want > 0) {
			t.Errorf("%d: %+v", step.as, p)
		}
	}
	if !c.Treat(0, Auto) || c.Treated(0) != Auto {
		t.Error("the evidence was not given back its say")
	}
	if c.Progress().Generation <= before {
		t.Error("the generation did not grow")
	}
}

func hasPrefix(d *field.Dissection, name string) bool {
	found := false
	field.Walk(&d.Root, func(n *field.Node, _ int) bool {
		found = found || n.Spec.Name == name || strings.HasPrefix(n.Spec.Name, name+".")
		return true
	})
	return found
}

func TestDissect(t *testing.T) {
	file := small()
	c := open(t, file, Options{})
	if err := readAll(t, c); err != nil {
		t.Fatal(err)
	}
	known := map[*field.Spec]bool{}
	for _, s := range Catalogue() {
		known[s] = true
	}
	for i := range uint32(4) {
		d, err := c.Dissect(i)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Check(); err != nil {
			t.Errorf("packet %d: %v", i+1, err)
		}
		if d.Packet != i+1 || len(d.Buffers) < 2 {
			t.Fatalf("packet %d: number %d, %d buffers", i+1, d.Packet, len(d.Buffers))
		}
		// Both buffers are where they say they are.
		for _, b := range d.Buffers[:2] {
			if !bytes.Equal(file[b.FileOff:b.FileOff+int64(len(b.Data))], b.Data) {
				t.Errorf("packet %d: buffer %q is not at offset %d", i+1, b.Name, b.FileOff)
			}
		}
		field.Walk(&d.Root, func(n *field.Node, _ int) bool {
			if !known[n.Spec] {
				t.Errorf("packet %d: %s is not in the catalogue", i+1, n.Spec.Name)
			}
			return true
		})
	}
	if _, err := c.Dissect(4); err == nil {
		t.Error("packet 5 exists")
	}
	if len(c.Blocks()) != 1 {
		t.Fatalf("%d blocks", len(c.Blocks()))
	}
	d, err := c.Block(0)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Check(); err != nil {
		t.Error(err)
	}
	if _, err := c.Block(1); err == nil {
		t.Error("block 1 exists")
	}
}

func TestCatalogue(t *testing.T) {
	names := map[string]*field.Spec{}
	for _, s := range Catalogue() {
		if s.Name == "" || s.Label == "" || s.Doc == "" {
			t.Errorf("%q has no name, label or sentence", s.Name)
		}
		if !strings.HasSuffix(strings.TrimSuffix(s.Doc, "”"), ".") {
			t.Errorf("%s: its sentence has no end: %q", s.Name, s.Doc)
		}
		names[s.Name] = s
	}
	for _, name := range []string{"udp", "eth", "ip", "skype.udp"} {
		if s := names[name]; s == nil || !IsLayer(s) {
			t.Errorf("%s is missing, or no layer", name)
		}
	}
	for _, name := range []string{"packet", "ip.src", "unknown"} {
		if s := names[name]; s == nil || IsLayer(s) {
			t.Errorf("%s is missing, or a layer", name)
		}
	}
	if !reflect.DeepEqual(Catalogue(), Catalogue()) {
		t.Error("the order changes")
	}
}

func TestFingerprint(t *testing.T) {
	// printf '\0\0\0\0\0\0\0\3abc' | sha256sum
	got, err := Fingerprint(bytes.NewReader([]byte("abc")))
	if want := "c3494ca1a2cf"; err != nil || got != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	big := make([]byte, 300<<10)
	a, _ := Fingerprint(bytes.NewReader(big))
	for _, at := range []int{0, 16<<10 - 1, 150 << 10, 300<<10 - 1} {
		big[at] = 1
		b, _ := Fingerprint(bytes.NewReader(big))
		if a == b {
			t.Errorf("byte %d makes no difference", at)
		}
		big[at] = 0
	}
}

func TestCutFile(t *testing.T) {
	file := small()
	for n := range file {
		c, err := Open(bytes.NewReader(file[:n]), "")
		if err != nil {
			var e *field.Error
			if !errors.As(err, &e) || n >= 24 {
				t.Errorf("%d bytes: %v", n, err)
			}
			continue
		}
		err = readAll(t, c)
		whole := 0
		for i := 24; i+16 <= n; whole++ {
			i += 16 + int(binary.LittleEndian.Uint32(file[i+8:]))
			if i > n {
				break
			}
		}
		if c.Len() != whole {
			t.Errorf("%d bytes: %d packets, want %d", n, c.Len(), whole)
		}
		var e *field.Error
		if err != nil && (!errors.As(err, &e) || !errors.Is(err, field.ErrShort) || e.Off > int64(n)) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

func TestStop(t *testing.T) {
	c := open(t, load(10_000), Options{Window: 100_000})
	c.Step(0)
	n := c.Len()
	if n == 0 || n == 10_000 {
		t.Fatalf("%d packets after one step", n)
	}
	c.Stop(nil)
	if _, err := c.Step(time.Second); err != io.EOF || c.Len() != n || !c.Progress().Done {
		t.Errorf("%v, %d packets", err, c.Len())
	}
	if rows := c.Rows(n-1, 5, UTC); len(rows) != 1 || rows[0].Src == "" {
		t.Errorf("what was read is lost: %v", rows)
	}
}

// gone is a file that is taken away.
type gone struct {
	*bytes.Reader
	away bool
}

func (g *gone) ReadAt(p []byte, off int64) (int, error) {
	if g.away {
		return 0, errors.New("gone")
	}
	return g.Reader.ReadAt(p, off)
}

func TestFileTakenAway(t *testing.T) {
	src := &gone{Reader: bytes.NewReader(small())}
	c, err := Open(src, "")
	if err != nil {
		t.Fatal(err)
	}
	readAll(t, c)
	src.away = true
	rows := c.Rows(0, 4, UTC)
	if len(rows) != 4 || rows[1].Err == nil || rows[1].Src != "192.0.2.2:33033" || !rows[1].Bad {
		t.Errorf("%+v", rows)
	}
	if _, err := c.Dissect(0); err == nil {
		t.Error("a packet was read from nowhere")
	}
	src.away = false
	if rows := c.Rows(0, 4, UTC); rows[1].Err != nil {
		t.Error("the file does not come back")
	}
}

// describe is all that can be seen of a capture from outside.
func describe(c *Capture, err error) string {
	var b strings.Builder
	p := c.Progress()
	p.Generation = 0
	fmt.Fprintf(&b, "%s %s %+v %v\n", c.Format(), c.Hash(), p, err)
	for _, r := range c.Rows(0, c.Len(), Epoch) {
		fmt.Fprintf(&b, "%+v\n", r)
	}
	for _, f := range c.FlowRows(0, c.FlowLen(), Epoch, FlowOrder{}) {
		fmt.Fprintf(&b, "%+v\n", f)
	}
	for _, x := range c.Blocks() {
		fmt.Fprintf(&b, "%+v\n", x)
	}
	return b.String()
}

func TestFlowOrder(t *testing.T) {
	c := open(t, load(3000), Options{})
	readAll(t, c)
	n := c.FlowLen()
	scores := c.verdicts.Scores()
	keys := map[FlowColumn]func(a, b FlowSummary) bool{ // in order
		ByNumber:  func(a, b FlowSummary) bool { return a.Flow < b.Flow },
		ByPackets: func(a, b FlowSummary) bool { return a.Packets < b.Packets || a.Packets == b.Packets && a.Flow < b.Flow },
		ByBytes:   func(a, b FlowSummary) bool { return a.Bytes <= b.Bytes },
		ByClass:   func(a, b FlowSummary) bool { return a.Class <= b.Class },
		ByScore:   func(a, b FlowSummary) bool { return a.Score <= b.Score },
	}
	for by, ok := range keys {
		rows := c.FlowRows(0, n, UTC, FlowOrder{By: by})
		down := c.FlowRows(0, n, UTC, FlowOrder{By: by, Down: true})
		seen := map[uint32]bool{}
		for i := range rows {
			seen[rows[i].Flow] = true
			if v := c.Verdict(rows[i].Flow - 1); v.Score != rows[i].Score || scores[rows[i].Flow-1] != v.Score {
				t.Fatalf("flow %d: score %d, its verdict says %d", rows[i].Flow, rows[i].Score, v.Score)
			}
			if i > 0 && !ok(rows[i-1], rows[i]) {
				t.Fatalf("column %d: %+v before %+v", by, rows[i-1], rows[i])
			}
			if i > 0 && by != ByPackets && !ok(down[i], down[i-1]) {
				t.Fatalf("column %d down: %+v before %+v", by, down[i-1], down[i])
			}
		}
		if len(seen) != n {
			t.Errorf("column %d: %d of %d flows", by, len(seen), n)
		}
	}
}

// FuzzOpen reads anything as a file and asks all there is to ask of it.
func FuzzOpen(f *testing.F) {
	f.Add(small(), uint16(0))
	f.Add(small()[:100], uint16(7))
	f.Add([]byte("\n\r\r\n\x1c\x00\x00\x00\x4d\x3c\x2b\x1a\x01\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\x1c\x00\x00\x00"+
		"\x01\x00\x00\x00\x14\x00\x00\x00\x01\x00\x00\x00\x00\x00\x01\x00\x14\x00\x00\x00"), uint16(1))
	if dir := os.Getenv("SOMSCOPE_CAPTURES"); dir != "" {
		paths, _ := filepath.Glob(filepath.Join(dir, "*", "*"))
		for _, path := range paths {
			if file, err := os.ReadFile(path); err == nil && len(file) < 3000 {
				f.Add(file, uint16(4096))
			}
		}
	}
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"), uint16(3))
	f.Fuzz(func(t *testing.T, file []byte, window uint16) {
		if len(file) > 1<<16 {
			return
		}
		c, err := OpenWith(bytes.NewReader(file), "fuzz", Options{Window: int(window)})
		if err != nil {
			var e *field.Error
			if !errors.As(err, &e) {
				t.Fatalf("refused without an offset: %v", err)
			}
			return
		}
		readAll(t, c)
		if rows := c.Rows(0, c.Len(), UTC); len(rows) != c.Len() {
			t.Fatalf("%d rows of %d", len(rows), c.Len())
		}
		for i := range min(c.FlowLen(), 20) {
			c.Treat(uint32(i), As(i%4))
		}
		c.FlowRows(0, 100, Delta, FlowOrder{By: ByScore, Down: true})
		for i := range min(c.Len(), 200) {
			d, err := c.Dissect(uint32(i))
			if err != nil {
				t.Fatalf("packet %d: %v", i+1, err)
			}
			if err := d.Check(); err != nil {
				t.Fatalf("packet %d: %v", i+1, err)
			}
		}
		for i := range min(len(c.Blocks()), 200) {
			d, err := c.Block(i)
			if err != nil {
				t.Fatalf("block %d: %v", i, err)
			}
			if err := d.Check(); err != nil {
				t.Fatalf("block %d: %v", i, err)
			}
		}
	})
}
