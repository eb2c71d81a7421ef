package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"somscope/decoder/capfile"
	"somscope/decoder/field"
	"somscope/decoder/synth"
	"somscope/wasm/proto"
)

// A worker is the engine with a script around it that does what engine.js does.
type worker struct {
	*engine
	t     *testing.T
	file  []byte
	got   []*proto.Reply
	exit  int
	keeps int           // files that are kept
	delay time.Duration // that reading them takes, each time
	id    uint32
}

// lazy is a file on a slow disk.
type lazy struct {
	*bytes.Reader
	delay time.Duration
}

func (l lazy) ReadAt(p []byte, off int64) (int, error) {
	time.Sleep(l.delay)
	return l.Reader.ReadAt(p, off)
}

func newWorker(t *testing.T) *worker {
	w := &worker{t: t}
	w.engine = newEngine(host{
		post: func(b []byte) {
			r, err := proto.ParseReply(bytes.Clone(b))
			if err != nil {
				t.Fatal(err)
			}
			w.got = append(w.got, r)
		},
		blob: func() capfile.Source { return bytes.NewReader(w.file) },
		keep: func() (capfile.Source, func()) {
			w.keeps++
			return lazy{bytes.NewReader(w.file), w.delay}, func() { w.keeps-- }
		},
		memory: func() uint64 { return 42 },
		exit:   func(code int) { w.exit = code },
	})
	return w
}

// ask sends a request and returns what was answered to it.
func (w *worker) ask(q proto.Request) *proto.Reply {
	w.t.Helper()
	w.id++
	q.ID = w.id
	w.receive(q.Append(nil))
	for i := len(w.got) - 1; i >= 0; i-- {
		if w.got[i].ID == q.ID {
			return w.got[i]
		}
	}
	w.t.Fatalf("no answer to %+v", q)
	return nil
}

// open opens a file and reads it to its end, in pieces.
func (w *worker) open(file []byte, window uint32) *proto.Reply {
	w.t.Helper()
	w.file = file
	r := w.ask(proto.Request{Open: &proto.Open{Name: "test.pcap", Window: window}})
	for at := 0; w.want() == wantFeed; at += 10000 {
		if at >= len(file) {
			w.guard(0, w.finish)
			break
		}
		w.guard(0, func() { w.feed(file[at:min(at+10000, len(file))]) })
	}
	for w.want() == wantStep {
		w.guard(0, func() { w.step(time.Millisecond) })
	}
	return r
}

// last is the newest report of progress.
func (w *worker) last() *proto.Progress {
	for i := len(w.got) - 1; i >= 0; i-- {
		if p := w.got[i].Progress; p != nil {
			return p
		}
	}
	w.t.Fatal("no progress was reported")
	return nil
}

func generated(n int) []byte {
	var b bytes.Buffer
	if err := synth.Load(&b, n); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func (w *worker) cells(q proto.RowsAsk) [][]string {
	w.t.Helper()
	r := w.ask(proto.Request{Rows: &q})
	if r.Rows == nil {
		w.t.Fatalf("%+v", r)
	}
	p := r.Rows
	if len(p.Ends)%int(p.Cols) != 0 || len(p.Marks) != len(p.Ends)/int(p.Cols) {
		w.t.Fatalf("%d cells, %d columns, %d marks", len(p.Ends), p.Cols, len(p.Marks))
	}
	var rows [][]string
	start := uint32(0)
	for i, end := range p.Ends {
		if i%int(p.Cols) == 0 {
			rows = append(rows, nil)
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], string(p.Text[start:end]))
		start = end
	}
	return rows
}

func TestHello(t *testing.T) {
	w := newWorker(t)
	w.hello()
	h := w.got[0].Hello
	if h == nil || len(h.Specs) < 100 {
		t.Fatalf("%+v", w.got[0])
	}
	layers, skype := 0, 0
	for _, s := range h.Specs {
		if s.Layer {
			layers++
		}
		if s.Skype {
			skype++
		}
		if s.TrustWord != field.Trust(s.Trust).String() {
			t.Errorf("%s: trust %d, %s", s.Name, s.Trust, s.TrustWord)
		}
	}
	if layers < 10 || skype < 10 || skype == len(h.Specs) {
		t.Errorf("%d layers, %d of Skype", layers, skype)
	}
	t.Logf("Hello: %d Specs in %d bytes", len(h.Specs), len(w.got[0].Append(nil)))
}

func TestServe(t *testing.T) {
	w := newWorker(t)
	if r := w.ask(proto.Request{Rows: &proto.RowsAsk{N: 10}}); r.Err == nil {
		t.Error("rows without a file")
	}
	file := generated(3000)
	r := w.open(file, 0)
	if o := r.Opened; o == nil || o.Name != "test.pcap" || o.Size != int64(len(file)) || len(o.Hash) != 12 || o.Format != "pcap, little-endian, microseconds" {
		t.Fatalf("%+v", r)
	}
	p := w.last()
	if !p.Done || p.Packets != 3000 || p.Problem != nil || p.Cancelled || p.Heap != 42 || p.Read != p.Size || p.Generation == 0 {
		t.Errorf("%+v", p)
	}
	if first := w.got[2].Progress; first == nil || first.Done || first.Packets == 0 {
		t.Errorf("the first piece was not reported: %+v", w.got[2])
	}

	rows := w.cells(proto.RowsAsk{From: 2990, N: 100, Clock: proto.UTC})
	if len(rows) != 10 || rows[9][0] != "3000" || !strings.HasPrefix(rows[9][1], "2006-08-25 19:31:") || rows[9][2] == "" || rows[9][6] == "" {
		t.Errorf("%q", rows)
	}
	if rows := w.cells(proto.RowsAsk{N: 1 << 31}); len(rows) != maxRows {
		t.Errorf("%d rows in one page", len(rows))
	}
	flows := w.cells(proto.RowsAsk{Table: proto.Flows, N: 5, Sort: 4, Down: true})
	if len(flows) != 5 || flows[0][4] < flows[4][4] || flows[0][7] == "" {
		t.Errorf("%q", flows)
	}
	blocks := w.cells(proto.RowsAsk{Table: proto.Blocks, N: 5})
	if len(blocks) != 1 || blocks[0][3] == "" {
		t.Errorf("%q", blocks)
	}
	if r := w.ask(proto.Request{Rows: &proto.RowsAsk{Table: 9, N: 5}}); r.Rows == nil || len(r.Rows.Ends) != 0 {
		t.Errorf("a list that does not exist: %+v", r)
	}

	tree := w.ask(proto.Request{Dissect: &proto.Dissect{Packet: 7}}).Tree
	if tree == nil || tree.Packet != 7 || tree.Title != "Packet 7" || tree.Flow == 0 || len(tree.Buffers) < 2 || len(tree.Nodes) < 20 {
		t.Fatalf("%+v", tree)
	}
	if b := tree.Buffers[0]; !bytes.Equal(b.Data, file[b.FileOff:b.FileOff+int64(len(b.Data))]) {
		t.Error("the packet is not where the tree says")
	}
	if tree.Nodes[0].Depth != 0 || tree.Owned == 0 || tree.Owned >= 1000 { // its payload is noise
		t.Errorf("depth %d, owned %d", tree.Nodes[0].Depth, tree.Owned)
	}
	for i, n := range tree.Nodes[1:] {
		if n.Depth == 0 || n.Depth > tree.Nodes[i].Depth+1 || !utf8.ValidString(n.Text+n.Note+n.Err) {
			t.Errorf("node %d: %+v", i+1, n)
		}
	}
	block := w.ask(proto.Request{Block: &proto.Block{}}).Tree
	if block == nil || block.Packet != 0 || block.Title == "" {
		t.Errorf("%+v", block)
	}
	flow := w.ask(proto.Request{Flow: &proto.FlowAsk{Flow: tree.Flow}}).Flow
	if flow == nil || flow.Flow != tree.Flow || flow.A == "" || flow.First == 0 || flow.Sentence == "" || len(flow.Lines) < 3 || flow.As != proto.Auto {
		t.Errorf("%+v", flow)
	}
	before := w.last().Generation
	flow = w.ask(proto.Request{Treat: &proto.Treat{Flow: tree.Flow, As: proto.SkypeUDP}}).Flow
	if flow == nil || flow.As != proto.SkypeUDP || flow.Class != "skype.udp" {
		t.Errorf("%+v", flow)
	}
	if p := w.last(); p.Generation <= before || p.SkypeFlows == 0 {
		t.Errorf("nobody was told that rows have changed: %+v", p)
	}
	for _, q := range []proto.Request{
		{Dissect: &proto.Dissect{}}, {Dissect: &proto.Dissect{Packet: 3001}}, {Block: &proto.Block{Index: 1}},
		{Flow: &proto.FlowAsk{}}, {Flow: &proto.FlowAsk{Flow: 1 << 31}}, {Treat: &proto.Treat{Flow: 0}}, {Treat: &proto.Treat{Flow: 1, As: 9}}, {},
	} {
		if r := w.ask(q); r.Err == nil || r.Err.What == "" {
			t.Errorf("%+v: %+v", q, r)
		}
	}
}

func TestWindow(t *testing.T) {
	file := generated(200)
	want := ""
	for _, window := range []uint32{0, 1, 7, 4096} {
		w := newWorker(t)
		w.open(file, window)
		got := ""
		for _, r := range w.cells(proto.RowsAsk{N: 500}) {
			got += strings.Join(r, "|") + "\n"
		}
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("a window of %d gives other rows", window)
		}
	}
}

func TestPacked(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(generated(3000))
	z.Close()
	w := newWorker(t)
	w.open(b.Bytes(), 0)
	if p := w.last(); !p.Done || p.Packets != 3000 || p.Problem != nil || p.Read != p.Size || p.Size != int64(b.Len()) {
		t.Errorf("%+v", p)
	}
	if rows := w.cells(proto.RowsAsk{From: 1500, N: 1}); rows[0][2] == "" {
		t.Errorf("%q", rows)
	}
}

func TestCancel(t *testing.T) {
	w := newWorker(t)
	w.file = generated(3000)
	w.ask(proto.Request{Open: &proto.Open{}})
	w.feed(w.file[:100000])
	p := w.ask(proto.Request{Cancel: &proto.Cancel{}}).Progress
	if p == nil || !p.Done || !p.Cancelled || p.Problem != nil || p.Packets == 0 || w.want() == wantFeed {
		t.Fatalf("%+v", p)
	}
	w.feed(w.file[100000:])
	if rows := w.cells(proto.RowsAsk{N: 500}); len(rows) == 0 || uint32(len(rows)) != p.Packets {
		t.Errorf("%d rows of %d packets", len(rows), p.Packets)
	}
}

func TestFault(t *testing.T) {
	w := newWorker(t)
	w.open(generated(100), 0)
	c := w.ask(proto.Request{Fault: &proto.Fault{Packet: 17}}).Crash
	if c == nil || c.Packet != 17 || c.What == "" || !strings.Contains(c.Log, "serve.go") || c.Fatal {
		t.Errorf("%+v", c)
	}
	if rows := w.cells(proto.RowsAsk{N: 10}); len(rows) != 10 {
		t.Error("the engine does not go on")
	}
	w.receive((&proto.Request{ID: 9, Fault: &proto.Fault{Packet: 18, Fatal: true}}).Append(nil))
	if w.exit != 3 || w.looking != 18 {
		t.Errorf("exit %d, looking at %d", w.exit, w.looking)
	}
	w.receive([]byte{0xFF})
	if r := w.got[len(w.got)-1]; r.Err == nil {
		t.Errorf("%+v", r)
	}
}

// A file whose reading panics: what was read before stays.
type trap struct {
	capfile.Source
	set bool
}

func (s *trap) ReadAt(p []byte, off int64) (int, error) {
	if s.set {
		panic("trap")
	}
	return s.Source.ReadAt(p, off)
}

func TestCrashWhileReading(t *testing.T) {
	w := newWorker(t)
	src := &trap{Source: bytes.NewReader(generated(3000))}
	w.host.blob = func() capfile.Source { return src }
	w.ask(proto.Request{Open: &proto.Open{Window: 4096}})
	w.guard(0, func() { w.step(0) })
	src.set = true
	w.guard(0, func() { w.step(time.Second) })
	var crash *proto.Crash
	for _, r := range w.got {
		if r.Crash != nil {
			crash = r.Crash
		}
	}
	if crash == nil || crash.What != "trap" {
		t.Fatalf("%+v", crash)
	}
	p := w.last()
	if !p.Done || p.Problem == nil || p.Problem.Kind != "crash" || p.Packets == 0 {
		t.Errorf("%+v", p)
	}
	src.set = false
	if rows := w.cells(proto.RowsAsk{N: 5}); len(rows) != 5 {
		t.Error("what was read is lost")
	}
}

// What a person reads when a file cannot be opened, or not to its end.
func TestProblems(t *testing.T) {
	le := binary.LittleEndian
	whole := generated(10)
	giant := bytes.Clone(whole)
	le.PutUint32(giant[24+8:], 0xFFFFFFF0)
	for name, c := range map[string]struct {
		file []byte
		kind string
		says []string
	}{
		"nothing":           {nil, "empty", []string{"empty"}},
		"a text":            {[]byte(strings.Repeat("no capture\n", 50)), "text", []string{"text file"}},
		"a JPEG":            {[]byte("\xff\xd8\xff\xe0\x00\x10JFIF"), "format", []string{"JPEG"}},
		"a short header":    {whole[:20], "short", []string{"offset 20"}},
		"cut in a record":   {whole[:len(whole)-1], "short", []string{"9 packets", "offset"}},
		"a record of 4 GiB": {giant, "limit", []string{"offset 24", "No packet"}},
	} {
		w := newWorker(t)
		r := w.open(c.file, 0)
		p := r.Err
		if p == nil {
			p = w.last().Problem
		}
		if p == nil || p.Kind != c.kind || !strings.HasSuffix(p.What, ".") {
			t.Errorf("%s: %+v", name, p)
			continue
		}
		t.Log(name, "-", p.What, p.Hint)
		for _, s := range c.says {
			if !strings.Contains(p.What, s) {
				t.Errorf("%s: no %q in %q", name, s, p.What)
			}
		}
	}
	w := newWorker(t)
	w.file = whole
	w.ask(proto.Request{Open: &proto.Open{}})
	w.feed(whole[:1000])
	w.guard(0, func() { w.failed("the file was changed") })
	if p := w.last(); !p.Done || p.Problem == nil || !strings.Contains(p.Problem.What, "the file was changed") || p.Packets == 0 {
		t.Errorf("%+v", p)
	}
	if p := refusal(errors.New("gone"), 5); p.What == "" || p.Hint == "" || p.Kind != "gone" {
		t.Errorf("%+v", p)
	}
	w.host.blob = func() capfile.Source { return taken{bytes.NewReader(whole)} }
	if p := w.ask(proto.Request{Open: &proto.Open{}}).Err; p == nil || p.Kind != "gone" || !strings.Contains(p.What, "taken away") {
		t.Errorf("%+v", p)
	}
}

// A taken file cannot be read.
type taken struct{ *bytes.Reader }

func (taken) ReadAt([]byte, int64) (int, error) { return 0, errGone }

// Every sentence about the real broken files ends, and names an offset.
func TestProblemsOfRealFiles(t *testing.T) {
	dir := os.Getenv("SOMSCOPE_CAPTURES")
	if dir == "" {
		t.Skip("SOMSCOPE_CAPTURES is not set: the tests on real captures are left out")
	}
	paths, _ := filepath.Glob(filepath.Join(dir, "malformed", "*"))
	for _, more := range []string{"derived/SkypeIRC-part1-cut.pcap", "derived/SkypeIRC-part1.pcap.lz4", "container/lpi_test.erf.gz", "container/le-test901.pcapng", "container/lpi_test.erf.gz"} {
		paths = append(paths, filepath.Join(dir, more))
	}
	for _, path := range paths {
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		w := newWorker(t)
		p := w.open(file, 0).Err
		if p == nil {
			p = w.last().Problem
		}
		if p == nil {
			continue
		}
		t.Logf("%s: %s [%s, %d] %s", filepath.Base(path), p.What, p.Kind, p.Off, p.Hint)
		if !strings.HasSuffix(p.What, ".") || p.Off < 0 {
			t.Errorf("%s: %+v", path, p)
		}
	}
}

// The rehearsal ends, is quiet, and is about the right things: its capture is
// whole and has packets of the kinds that matter.
func TestRehearsal(t *testing.T) {
	w := newWorker(t)
	r := newRehearsal(w.engine)
	var crash *proto.Reply
	packets, flows := uint32(0), uint32(0)
	r.stage.host.post = func(b []byte) {
		m, err := proto.ParseReply(b)
		if err != nil {
			t.Fatal(err)
		}
		if m.Crash != nil || m.Err != nil || m.Progress != nil && m.Progress.Problem != nil {
			crash = m
		}
		if p := m.Progress; p != nil {
			packets, flows = max(packets, p.Packets), max(flows, p.Flows)
		}
	}
	steps := 1
	for ; r.step(); steps++ {
		if steps > 10_000 {
			t.Fatal("the rehearsal does not end")
		}
	}
	if crash != nil {
		t.Errorf("%+v", crash)
	}
	if packets != rehearsalPackets || flows != 64 || len(w.got) != 0 || w.capture != nil {
		t.Errorf("%d packets, %d flows, %d replies", packets, flows, len(w.got))
	}
}
