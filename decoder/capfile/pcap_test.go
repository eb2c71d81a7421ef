package capfile

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"somscope/decoder/field"
)

func TestPcapVariants(t *testing.T) {
	both(t, func(t *testing.T, o binary.AppendByteOrder) {
		order := map[binary.AppendByteOrder]string{le: "little-endian", be: "big-endian"}[o]
		for _, c := range []struct {
			magic uint32
			title string
			frac  uint32
			ns    int64
			extra []uint32
		}{
			{magicMicro, "pcap, " + order + ", microseconds", 999_999, 1_999_999_000, nil},
			{magicNano, "pcap, " + order + ", nanoseconds", 999_999_999, 1_999_999_999, nil},
			{magicModified, "modified pcap, " + order + ", microseconds", 7, 1_000_007_000, []uint32{3, 0x08000000}},
		} {
			m := &maker{o: o}
			m.pcapHead(c.magic, 4, 65535, 1).rec(1, c.frac, "abc", 3, c.extra...).rec(1<<32-1, 0, "", 90, c.extra...)
			f, recs, err := scan(t, m.b)
			if err != nil {
				t.Fatal(err)
			}
			if f.Title() != c.title || f.Format() != "pcap" {
				t.Errorf("%q, want %q", f.Title(), c.title)
			}
			if len(recs) != 2 || recs[0].Time != c.ns || string(recs[0].Data) != "abc" || recs[0].OrigLen != 3 || recs[0].LinkType != 1 || recs[0].Off != 24 {
				t.Errorf("%s: %+v", c.title, recs)
			}
			if recs[1].Time != (1<<32-1)*1e9 || recs[1].OrigLen != 90 || len(recs[1].Data) != 0 {
				t.Errorf("%s: %+v", c.title, recs[1])
			}
			if len(f.Blocks()) != 1 || f.Blocks()[0].Kind != "pcap file header" || !strings.Contains(f.Blocks()[0].Text, "Ethernet") {
				t.Errorf("blocks %+v", f.Blocks())
			}
		}
	})
}

// Before version 2.3 the two lengths stood in the other order; of 2.3 both exist.
func TestPcapLengthOrder(t *testing.T) {
	for _, c := range []struct {
		minor         uint16
		first, second uint32
	}{{2, 9, 4}, {3, 9, 4}, {3, 4, 9}, {4, 4, 9}} {
		m := &maker{o: le}
		m.pcapHead(magicMicro, c.minor, 65535, 1).u32(1, 2, c.first, c.second).raw("abcd").u32(1, 3, c.first, c.second).raw("efgh")
		_, recs, err := scan(t, m.b)
		if err != nil || len(recs) != 2 || string(recs[1].Data) != "efgh" || recs[1].OrigLen != 9 {
			t.Errorf("version 2.%d: %+v, %v", c.minor, recs, err)
		}
	}
}

// The FCS length and the reserved bit above do not disturb the link type.
func TestPcapNetworkField(t *testing.T) {
	for _, network := range []uint32{0x24000001, 0x20000001, 0x08000001} {
		m := &maker{o: be}
		f, _, err := scan(t, m.pcapHead(magicMicro, 4, 65535, network).b)
		if err != nil || f.LinkTypes()[0] != 1 {
			t.Fatalf("%08x: %v", network, err)
		}
		d, err := f.DissectBlock(0)
		if err != nil {
			t.Fatal(err)
		}
		if n, _ := d.Find("pcap.fcslen").Value.Num(); n != uint64(network>>28) {
			t.Errorf("%08x: FCS length %d", network, n)
		}
		if bad := d.Find("pcap.r").Err != nil; bad != (network>>27&1 == 1) {
			t.Errorf("%08x: the reserved bit is faulty: %v", network, bad)
		}
	}
}

func TestPcapBad(t *testing.T) {
	whole := func() *maker {
		m := &maker{o: le}
		return m.pcapHead(magicMicro, 4, 100, 1).rec(1, 2, "abcd", 4)
	}
	for _, c := range []struct {
		name    string
		b       []byte
		packets int
		off     int64
		is      error
		say     string
	}{
		{"cut in the file header", whole().b[:20], 0, 20, field.ErrShort, "inside its header"},
		{"cut in a record header", whole().b[:30], 0, 24, field.ErrShort, "needs 16 bytes, 6 are there"},
		{"cut in the data", whole().b[:42], 0, 24, field.ErrShort, "needs 20 bytes, 18 are there"},
		{"cut in the second record", whole().rec(1, 2, "abcd", 4).b[:63], 1, 44, field.ErrShort, "needs 20 bytes, 19 are there"},
		{"claim of 4 GiB", whole().u32(1, 2, 0xfffffff0, 60).raw("abc").b, 1, 44, field.ErrLimit, "4294967280"},
		{"claim above the snap length", whole().u32(1, 2, 300_000, 300_000).raw("abc").b, 1, 44, field.ErrLimit, "snap length is 100"},
		{"version 1", (&maker{o: le}).u32(magicMicro).u16(1, 4).u32(0, 0, 65535, 1).b, 0, 4, field.ErrUnsupported, "version 1.4"},
		{"version 2.5", (&maker{o: be}).u32(magicMicro).u16(2, 5).u32(0, 0, 65535, 1).b, 0, 4, field.ErrUnsupported, "version 2.5"},
		{"reserved bits", (&maker{o: be}).pcapHead(magicMicro, 4, 65535, 0x00010001).b, 0, 20, field.ErrUnsupported, "0x00010000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, recs, err := scan(t, c.b)
			e := faultOf(t, err)
			if len(recs) != c.packets || e.Off != c.off || !errors.Is(err, c.is) || !strings.Contains(e.What, c.say) {
				t.Fatalf("%d packets, %v at %d; want %d, %q at %d", len(recs), err, e.Off, c.packets, c.say, c.off)
			}
			if f == nil {
				return
			}
			if f.Fed() != c.off {
				t.Errorf("understood up to %d, want %d", f.Fed(), c.off)
			}
			last := f.Blocks()[len(f.Blocks())-1]
			if !last.Bad || last.Off != c.off || last.Off+last.Len > int64(len(c.b)) {
				t.Errorf("the unreadable place is not among the blocks: %+v", last)
			}
			d, err := f.DissectBlock(len(f.Blocks()) - 1)
			if err != nil || len(d.Errs()) == 0 {
				t.Errorf("its tree shows no fault: %v", err)
			}
			if err := f.Feed([]byte{1}, nil); err != e {
				t.Errorf("Feed after the error: %v", err)
			}
			if err := f.Finish(); err != e {
				t.Errorf("Finish after the error: %v", err)
			}
		})
	}
}

// A packet longer than the snap length is believed up to 256 KiB, and longer
// ones when the snap length allows them.
func TestPcapLongPackets(t *testing.T) {
	long := strings.Repeat("x", 200_000)
	m := &maker{o: le}
	_, recs, err := scan(t, m.pcapHead(magicMicro, 4, 100, 1).rec(1, 2, long, 200_000).rec(1, 2, long, 200_000).b)
	if err != nil || len(recs) != 2 {
		t.Errorf("%d packets, %v", len(recs), err)
	}
	long += long
	m = &maker{o: be}
	_, recs, err = scan(t, m.pcapHead(magicMicro, 4, 500_000, 1).rec(1, 2, long, 400_000).rec(1, 2, "a", 1).b)
	if err != nil || len(recs) != 2 || string(recs[0].Data) != long {
		t.Errorf("%d packets, %v", len(recs), err)
	}
}

func TestRecordWhereNoneIs(t *testing.T) {
	m := &maker{o: le}
	f, _, err := scan(t, m.pcapHead(magicMicro, 4, 100, 1).rec(1, 2, "abcd", 4).b)
	if err != nil {
		t.Fatal(err)
	}
	var r Record
	for _, off := range []int64{-1, 0, 10, 28, 43, 44, 1 << 40} {
		if f.Record(off, &r) == nil {
			t.Errorf("a record at %d: %+v", off, r)
		}
	}
}
