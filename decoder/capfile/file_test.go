package capfile

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"somscope/decoder/field"
)

// endless is a capture of any size: a header and one record over and over.
type endless struct {
	head, rec []byte
	n         int64
}

func (e *endless) Size() int64 { return int64(len(e.head)) + e.n*int64(len(e.rec)) }

func (e *endless) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) && off < e.Size() {
		k := 0
		if off < int64(len(e.head)) {
			k = copy(p[n:], e.head[off:])
		} else {
			k = copy(p[n:], e.rec[(off-int64(len(e.head)))%int64(len(e.rec)):])
		}
		n += k
		off += int64(k)
	}
	n = int(min(int64(n), int64(n)-(off-e.Size())))
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Offsets go beyond 32 bits, forwards and looking back.
func TestBeyond4GiB(t *testing.T) {
	if testing.Short() {
		t.Skip("walks 6 GB")
	}
	m := &maker{o: le}
	head := (&maker{o: le}).pcapHead(magicMicro, 4, 200_000, 1).b
	ng := (&maker{o: be}).shb().idb(1, 0)
	for _, src := range []*endless{
		{head: head, rec: m.rec(5, 6, strings.Repeat("x", 150_000), 150_000).b, n: 40_000},
		{head: ng.b, rec: (&maker{o: be}).epb(0, 7, strings.Repeat("x", 150_000), 150_000).b, n: 40_000},
	} {
		var last, n int64
		f, err := Scan(src, 0, func(r *Record) bool {
			last = r.Off
			n++
			return len(r.Data) == 150_000
		})
		if err != nil || n != src.n || last != src.Size()-int64(len(src.rec)) || f.Fed() != src.Size() {
			t.Fatalf("%d packets, the last at %d, %v", n, last, err)
		}
		var r Record
		if err := f.Record(last, &r); err != nil || r.Off != last || len(r.Data) != 150_000 || r.Time == 0 {
			t.Fatalf("looking back at %d: %v", last, err)
		}
		if cap(f.cache.scratch) > 1<<20 || len(f.blocks) > 2 {
			t.Errorf("%d bytes of scratch, %d blocks", cap(f.cache.scratch), len(f.blocks))
		}
	}
}

func TestScanStops(t *testing.T) {
	m := (&maker{o: le}).pcapHead(magicMicro, 4, 100, 1)
	for range 100 {
		m.rec(1, 2, "abcd", 4)
	}
	n := 0
	f, err := Scan(bytes.NewReader(m.b), 0, func(*Record) bool { n++; return n < 3 })
	if err != nil || n != 3 || f == nil {
		t.Fatalf("%d packets, %v", n, err)
	}
	n = 0
	f.Records([]int64{24, 44, 64}, func(i int, r *Record) bool { n++; return false })
	if n != 1 {
		t.Errorf("Records went on after false: %d", n)
	}
	if err := f.Records([]int64{24, 1 << 40, 64}, func(int, *Record) bool { return true }); !errors.Is(err, field.ErrShort) {
		t.Errorf("Records of an offset behind the end: %v", err)
	}
}

func TestNothingFed(t *testing.T) {
	f, err := Open(bytes.NewReader((&maker{o: le}).shb().b))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Feed(nil, nil); err != nil {
		t.Error(err)
	}
	if err := f.Finish(); err != nil || f.Fed() != 0 {
		t.Errorf("Finish with nothing fed: %v", err)
	}
	if _, err := f.DissectBlock(0); err == nil {
		t.Error("a block before anything was fed")
	}
	var r Record
	if err := f.Record(0, &r); err == nil {
		t.Error("a record before anything was fed")
	}
	d := beginPacket(Record{Data: []byte("abc"), OrigLen: 3})
	f.DissectRecord(d, 0)
	tree := d.Done()
	if len(tree.Errs()) != 1 || tree.Check() != nil {
		t.Errorf("the tree of a record that is not there: %v", tree.Errs())
	}
}

// A file without a packet, and one that unpacks to nothing.
func TestEmpty(t *testing.T) {
	f, recs, err := scan(t, (&maker{o: le}).pcapHead(magicMicro, 4, 100, 1).b)
	if err != nil || len(recs) != 0 || len(f.Blocks()) != 1 {
		t.Errorf("a header alone: %d packets, %v", len(recs), err)
	}
	src, err := unpacked(bytes.NewReader(gz(t, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(src); err == nil || !strings.Contains(err.Error(), "holds nothing") {
		t.Error(err)
	}
}

// What a reader sees of every Spec is complete.
func TestSpecs(t *testing.T) {
	names := map[string]bool{}
	for _, s := range Specs {
		if names[s.Name] {
			t.Errorf("%s is listed twice", s.Name)
		}
		names[s.Name] = true
		if s.Label == "" || !strings.HasSuffix(s.Doc, ".") || strings.Count(s.Doc, ". ") > 0 || len(s.Cite) == 0 {
			t.Errorf("%s: %q %q %v", s.Name, s.Label, s.Doc, s.Cite)
		}
		first, _, _ := strings.Cut(s.Name, ".")
		if s.Name != strings.ToLower(s.Name) || !strings.Contains(" pcap pcapng rawfile ilbcfile silkfile bare ogg opushead opustags ", " "+first+" ") {
			t.Error(s.Name)
		}
		for _, c := range s.Cite {
			if !strings.Contains(" pcap pcapng linktypes somscope rfc3533 rfc3952 rfc7845 ", " "+c.Key+" ") {
				t.Errorf("%s cites %s", s.Name, c.Key)
			}
		}
	}
}
