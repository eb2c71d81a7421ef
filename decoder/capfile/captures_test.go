package capfile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// The captures named by SOMSCOPE_CAPTURES, with what tshark says of them
// beside them in expected/.

func capturesDir(t testing.TB) string {
	dir := os.Getenv("SOMSCOPE_CAPTURES")
	if dir == "" {
		t.Skip("SOMSCOPE_CAPTURES is not set: the tests on real captures are left out")
	}
	return dir
}

type expected struct {
	Packets    int      `json:"packets"`
	LinkTypes  []uint16 `json:"link_types"`
	TsharkExit int      `json:"tshark_exit"`
	Messages   []string `json:"tshark_messages"`
}

type expectedPacket struct {
	time   string // seconds and nanoseconds, "" for none
	capLen int
	len    int
	iface  string
}

func readExpected(t *testing.T, dir, name string) (expected, []expectedPacket) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "expected", name, "info.json"))
	if err != nil {
		t.Fatal(err)
	}
	var e expected
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, "expected", name, "packets.tsv"))
	if errors.Is(err, fs.ErrNotExist) {
		return e, nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []expectedPacket
	sc := bufio.NewScanner(f)
	sc.Scan() // the head line
	for sc.Scan() {
		col := strings.Split(sc.Text(), "\t")
		p := expectedPacket{time: col[1], iface: col[4]}
		p.capLen, _ = strconv.Atoi(col[2])
		p.len, _ = strconv.Atoi(col[3])
		if p.time == "" && p.iface == "" {
			continue // a custom block, which tshark lists as a frame
		}
		rows = append(rows, p)
	}
	return e, rows
}

// captureFiles lists the captures below dir, by their path within it.
func captureFiles(t testing.TB, dir string) []string {
	t.Helper()
	var names []string
	for _, sub := range []string{"container", "derived", "malformed", "links", "skype", "rtp", "negative", "synthetic"} {
		list, err := os.ReadDir(filepath.Join(dir, sub))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			if strings.Contains(e.Name(), ".truth.") || strings.HasSuffix(e.Name(), ".md") || strings.HasSuffix(e.Name(), ".json") {
				continue
			}
			names = append(names, sub+"/"+e.Name())
		}
	}
	if len(names) < 50 {
		t.Fatalf("only %d captures found in %s", len(names), dir)
	}
	return names
}

func load(t testing.TB, dir, name string) Source {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b)
}

// unpacked is src, or what it unpacks to.
func unpacked(src Source) (Source, error) {
	u, err := Unpack(src, 0)
	if u == nil {
		return src, err
	}
	for {
		if done, err := u.Step(100000); done {
			return u.Source(), err
		}
	}
}

func nanos(ns int64) string {
	sign := ""
	if ns < 0 {
		sign, ns = "-", -ns
	}
	return fmt.Sprintf("%s%d.%09d", sign, ns/1e9, ns%1e9)
}

// copied is a Record whose Data outlives the call.
func copied(r *Record) Record {
	c := *r
	c.Data = bytes.Clone(r.Data)
	return c
}

func scanAll(src Source, window int) (*File, []Record, error) {
	var all []Record
	f, err := Scan(src, window, func(r *Record) bool {
		all = append(all, copied(r))
		return true
	})
	return f, all, err
}

func sameRecord(a, b Record) error {
	if a.Off != b.Off || a.Time != b.Time || a.NoTime != b.NoTime || a.OrigLen != b.OrigLen || a.LinkType != b.LinkType || a.Iface != b.Iface || !bytes.Equal(a.Data, b.Data) {
		a.Data, b.Data = a.Data[:min(len(a.Data), 4)], b.Data[:min(len(b.Data), 4)]
		return fmt.Errorf("%+v and %+v", a, b)
	}
	return nil
}

// Every capture gives what tshark says: count, times, lengths, link types; or
// an error at the same place. With every window, and by looking back.
func TestCaptures(t *testing.T) {
	dir := capturesDir(t)
	wantErr := map[string]struct {
		off int64
		is  error
		say string
	}{
		"container/le-test901.pcapng":                     {0x1e0, field.ErrUnsupported, "version 2.0"},
		"container/lpi_test.erf.gz":                       {0, field.ErrUnsupported, "ERF"},
		"derived/SkypeIRC-part1-cut.pcap":                 {232600, field.ErrShort, "ends inside a record"},
		"derived/SkypeIRC-part1.pcap.lz4":                 {0, field.ErrUnsupported, "lz4"},
		"malformed/empty-0-bytes.pcap":                    {0, field.ErrFormat, "empty"},
		"malformed/linktype-reserved-field-not-zero.pcap": {20, field.ErrUnsupported, "0x00300000"},
		"malformed/not-a-capture.pcap":                    {0, field.ErrFormat, "a text file"},
		"malformed/pcapng-invalid-vers-1.pcapng":          {0, field.ErrUnsupported, "version 0.1"},
	}
	for _, name := range captureFiles(t, dir) {
		t.Run(name, func(t *testing.T) {
			want, rows := readExpected(t, dir, name)
			src, err := unpacked(load(t, dir, name))
			var f *File
			var got []Record
			if err == nil {
				f, got, err = scanAll(src, 0)
			}
			if w, ok := wantErr[name]; ok {
				var e *field.Error
				if !errors.As(err, &e) || !errors.Is(err, w.is) || e.Off != w.off || !strings.Contains(e.What, w.say) {
					t.Fatalf("error %v, want %q at %d", err, w.say, w.off)
				}
				if f == nil {
					return
				}
			} else if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(rows) {
				t.Fatalf("%d packets, want %d", len(got), len(rows))
			}
			for i, w := range rows {
				g := got[i]
				at := nanos(g.Time)
				if g.NoTime {
					at = ""
				}
				iface := strconv.Itoa(int(g.Iface))
				if f.Format() == "pcap" {
					iface = w.iface // tshark shows none, or 0
				}
				if at != w.time || len(g.Data) != w.capLen || int(g.OrigLen) != w.len || iface != w.iface {
					t.Fatalf("packet %d is %s %d of %d bytes on %s, want %+v", i+1, at, len(g.Data), g.OrigLen, iface, w)
				}
			}
			links := f.LinkTypes()
			if name == "container/le-test901.pcapng" {
				want.LinkTypes = want.LinkTypes[:1] // what follows the error is not read
			}
			if want.LinkTypes != nil && fmt.Sprint(links) != fmt.Sprint(want.LinkTypes) {
				t.Errorf("link types %v, want %v", links, want.LinkTypes)
			}
			if err == nil && f.Fed() != src.Size() {
				t.Errorf("understood %d bytes of %d", f.Fed(), src.Size())
			}
			checkWindows(t, src, got, err)
			checkLookingBack(t, f, src, got)
			// In test008 the addresses of the interfaces are of a wrong length on purpose.
			checkTrees(t, f, got, strings.HasSuffix(name, "test008.pcapng"))
		})
	}
}

// checkWindows reads the same bytes in other pieces.
func checkWindows(t *testing.T, src Source, want []Record, wantErr error) {
	t.Helper()
	for _, window := range []int{1, 7, 4096} {
		if window == 1 && src.Size() > 400_000 {
			continue
		}
		i := 0
		_, err := Scan(src, window, func(r *Record) bool {
			if i < len(want) {
				if err := sameRecord(*r, want[i]); err != nil {
					t.Fatalf("window %d, packet %d: %v", window, i+1, err)
				}
			}
			i++
			return true
		})
		if i != len(want) || fmt.Sprint(err) != fmt.Sprint(wantErr) {
			t.Fatalf("window %d: %d packets and %v, want %d and %v", window, i, err, len(want), wantErr)
		}
	}
}

// checkLookingBack reads every record again by its offset, in order and backwards.
func checkLookingBack(t *testing.T, f *File, src Source, want []Record) {
	t.Helper()
	offs := make([]int64, len(want))
	for i := range want {
		offs[i] = want[i].Off
	}
	n := 0
	err := f.Records(offs, func(i int, r *Record) bool {
		if err := sameRecord(*r, want[i]); err != nil {
			t.Fatalf("packet %d again: %v", i+1, err)
		}
		n++
		return true
	})
	if err != nil || n != len(want) {
		t.Fatalf("%d records again, %v", n, err)
	}
	for i := len(want) - 1; i >= 0; i-- {
		var r Record
		if err := f.Record(want[i].Off, &r); err != nil {
			t.Fatal(err)
		}
		if err := sameRecord(r, want[i]); err != nil {
			t.Fatalf("packet %d backwards: %v", i+1, err)
		}
	}
}

var specPacket = &field.Spec{Name: "packet", Label: "Packet", Doc: "A packet."}

func beginPacket(r Record) *dissect.D {
	return dissect.Begin(specPacket, r.Data, int(r.OrigLen), 1, -1)
}

// checkTrees dissects every block and the records of the first packets.
func checkTrees(t *testing.T, f *File, recs []Record, faulty bool) {
	t.Helper()
	known := map[*field.Spec]bool{field.Silent: true, field.SilentBits: true, specPacket: true}
	for _, s := range f.Specs() {
		known[s] = true
	}
	check := func(d *field.Dissection) {
		t.Helper()
		if err := d.Check(); err != nil {
			t.Fatal(err)
		}
		field.Walk(&d.Root, func(n *field.Node, _ int) bool {
			if !known[n.Spec] {
				t.Fatalf("%s is not in Specs", n.Spec.Name)
			}
			return true
		})
	}
	for i, b := range f.Blocks() {
		d, err := f.DissectBlock(i)
		if err != nil {
			t.Fatalf("block %d: %v", i, err)
		}
		check(d)
		if !b.Bad && len(d.Errs()) > 0 && !faulty {
			t.Errorf("block %d (%s at %d) has faults: %v", i, b.Kind, b.Off, d.Errs())
		}
		if d.Buffers[0].FileOff != b.Off {
			t.Errorf("block %d lies at %d, not at %d", i, d.Buffers[0].FileOff, b.Off)
		}
	}
	for i := range recs[:min(len(recs), 300)] {
		r := &recs[i]
		d := beginPacket(*r)
		f.DissectRecord(d, r.Off)
		d.Unknown(d.Left())
		tree := d.Done()
		check(tree)
		if len(tree.Buffers) != 2 || tree.Buffers[1].FileOff != r.Off {
			t.Fatalf("packet %d has no record beside it", i+1)
		}
		if r.NoTime {
			continue
		}
		name := "pcapng.time"
		if f.Format() == "pcap" {
			name = "pcap.rec.time"
		}
		if at := tree.Find(name); at == nil || at.Value != field.Time(r.Time) {
			t.Fatalf("packet %d: the tree has another time than the record", i+1)
		}
	}
}

// bareTree dissects a block without a file around it.
func bareTree(c *pcapng, b []byte) *field.Dissection {
	d := dissect.Begin(c.rootSpec(b, Block{}), b, len(b), 0, 0)
	c.tree(d, 0)
	return d.Done()
}
