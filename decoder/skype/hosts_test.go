package skype

import (
	"net/netip"
	"testing"
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/internal/golden"
)

// cacheOf is a host cache of n entries, the shape of which is that of hostcache.txt.
func cacheOf(n int) []byte {
	b := []byte{0x41, byte(n&0x7f | 0x80), byte(n >> 7)}
	for i := range n {
		b = append(b, 5, 0, 0x41, 5, 2, 0, 192, 0, 2, byte(i), 0x81, 0x09, 0, 1, 4, 0, 2, 0xb9, 0x81, 0xed, 0xce, 4,
			0, 3, 0xba, 0x81, 0xed, 0xce, 4, 0, 4, 7)
	}
	return b
}

func TestHosts(t *testing.T) {
	for _, c := range golden.Load(t, "testdata/list") {
		if c.Name != "hostcache" {
			continue
		}
		got := Hosts(&readListOf(c.Data, ListHostCache).Root)
		if len(got) != 2 || !got[0].Whole() || !got[1].Whole() {
			t.Fatalf("%+v", got)
		}
		if h := got[1]; h.Addr != netip.MustParseAddrPort("198.51.100.20:443") || h.Class != 2 || h.First != 1237521211 || h.Last != 1239100000 || h.Fails != 0 ||
			h.Range.FirstByte() != 0x24 || h.Range.LastByte() != 0x42 {
			t.Errorf("%+v", h)
		}
	}
	one := cacheOf(1)[5:] // the entry alone
	if got := Hosts(&readListOf(one, ListHost).Root); len(got) != 1 || got[0].Fails != 7 || got[0].Last != 1239105722 {
		t.Errorf("a bare entry: %+v", got)
	}
	// An entry that lacks its address is none; one that lacks another object is not whole.
	odd := []byte{0x41, 2, 5, 0, 0x41, 1, 0, 1, 4, 5, 0, 0x41, 2, 2, 0, 192, 0, 2, 1, 0, 80, 6, 1, 1, 9}
	if got := Hosts(&readListOf(odd, ListHostCache).Root); len(got) != 1 || got[0].Whole() || got[0].Has != 1 {
		t.Errorf("%+v", got)
	}
	if got := Hosts(&readListOf(cacheOf(3), NoContext).Root); len(got) != 0 {
		t.Errorf("a list of nobody's has hosts: %+v", got)
	}
}

// A list that is too long for one tree is read by and by.
func TestReadObjects(t *testing.T) {
	b := cacheOf(300)[3:]
	var hosts []Host
	for at := 0; at < len(b); {
		d := dissect.Begin(&specRoot, b[at:], len(b)-at, 1, -1)
		n := ReadObjects(d, ListHostCache, 128)
		at += d.Pos()
		tree := d.Done()
		listed(t, tree)
		hosts = append(hosts, Hosts(&tree.Root)...)
		if n == 0 {
			t.Fatalf("stuck at %d", at)
		}
	}
	if len(hosts) != 300 || hosts[299].Addr.Addr().As4()[3] != 299&0xff {
		t.Errorf("%d hosts", len(hosts))
	}
	d := dissect.Begin(&specRoot, []byte{0, 1, 5, 9, 9, 9}, 6, 1, -1)
	if n := ReadObjects(d, NoContext, 5); n != 1 || d.OK() {
		t.Errorf("%d objects, ok %v", n, d.OK())
	}
	listed(t, d.Done())
}

func FuzzHostCache(f *testing.F) {
	f.Add(cacheOf(2))
	for _, b := range golden.Seeds(f, "testdata/list") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d := readListOf(b, ListHostCache)
		listed(t, d)
		for _, h := range Hosts(&d.Root) {
			if h.Has&1 == 0 || h.Range.Len <= 0 {
				t.Errorf("%+v", h)
			}
		}
	})
}

// BenchmarkObjects compares the decoder of object lists with a loop that only steps over them,
// so that its speed can be told on any machine: "x" is how many times slower it is.
func BenchmarkObjects(b *testing.B) {
	list := cacheOf(200)
	plain := func() (n int) {
		for i := 3; i < len(list); { // type, id, then what the type says; all ids are of one byte
			switch typ := list[i]; typ {
			case 5:
				i += 4
			case 2:
				i += 8
			default:
				for i += 2; list[i] >= 0x80; i++ {
				}
				i++
			}
			n++
		}
		return n
	}
	if plain() != 1200 {
		b.Fatal(plain())
	}
	b.SetBytes(int64(len(list)))
	b.ReportAllocs()
	for b.Loop() {
		d := dissect.Begin(&specRoot, list, len(list), 1, -1)
		ReadList(d, ListHostCache)
		if d.Done() == nil || !d.OK() {
			b.Fatal("not read")
		}
	}
	took := float64(b.Elapsed()) / float64(b.N)
	const rounds = 20000
	start := time.Now()
	for range rounds {
		plain()
	}
	if floor := float64(time.Since(start)) / rounds; floor > 0 {
		b.ReportMetric(took/floor, "x")
	}
}
