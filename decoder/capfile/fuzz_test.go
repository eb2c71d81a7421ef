package capfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"somscope/decoder/field"
)

// seeds adds tiny files of every kind, and small real ones where there are any.
func seeds(f *testing.F) {
	for _, o := range []binary.AppendByteOrder{le, be} {
		for _, magic := range []uint32{magicMicro, magicNano, magicModified} {
			m := &maker{o: o}
			m.pcapHead(magic, 4, 96, 1)
			var extra []uint32
			if magic == magicModified {
				extra = []uint32{1, 2}
			}
			f.Add(m.rec(1, 2, "packet", 60, extra...).rec(3, 4, "", 0, extra...).b)
			f.Add(m.u32(1, 2, 0xfffffff0, 0).b)
		}
		f.Add((&maker{o: o}).pcapHead(magicMicro, 3, 96, 1).u32(1, 2, 9, 4).raw("abcd").b)
		m := (&maker{o: o}).shb(func(m *maker) { m.opt(2, "PC").opt(2988, "\x00\x00\x00\x01text").opt(0, "") })
		m.idb(1, 4, func(m *maker) {
			m.opt(2, "eth0").opt(9, "\x8a").opt(14, "\x00\x00\x00\x00\x00\x00\x00\x01").opt(11, "\x00udp")
		})
		m.epb(0, 1<<40, "abcde", 9, func(m *maker) { m.opt(2, "\x01\x02\x03\x04").opt(3, "\x02abcd").opt(7, "\x01abcdefgh") })
		m.spb("abcd", 9).block(typePB, func(m *maker) { m.u16(0, 1).u32(0, 1, 3, 3).raw("old") })
		m.block(typeNRB, func(m *maker) { m.opt(1, "\x01\x02\x03\x04a\x00b\x00").opt(0, "").opt(3, "\x01\x02\x03\x04") })
		m.block(typeISB, func(m *maker) { m.u32(0, 0, 1).opt(4, "\x00\x00\x00\x00\x00\x00\x00\x01") })
		m.block(typeDSB, func(m *maker) { m.u32(0x544c534b, 4).raw("keys") }).block(typeCB, func(m *maker) { m.u32(1).raw("x") })
		m.block(typeJournal, func(m *maker) { m.raw("A=B\n") }).epb(3, 1, "no", 2).block(99, func(*maker) {}).shb()
		f.Add(m.b)
	}
	f.Add(gz(f, []byte("abc")))
	f.Add(zst(f, []byte("abc")))
	dir := os.Getenv("SOMSCOPE_CAPTURES")
	if dir == "" {
		return
	}
	for _, name := range captureFiles(f, dir) {
		if st, err := os.Stat(filepath.Join(dir, name)); err == nil && st.Size() < 3000 {
			b, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
		}
	}
}

// Whatever the bytes: packets lie inside the file and in its order, pieces of
// any size give the same, looking back gives the same, and errors are whole.
func FuzzFeed(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		src := bytes.NewReader(b)
		file, recs, err := scanAll(src, len(b)+1)
		if err != nil {
			faultOf(t, err)
		}
		if file == nil {
			return
		}
		last := int64(-1)
		for _, r := range recs {
			if r.Off <= last || r.Off+int64(len(r.Data)) > int64(len(b)) || r.LinkType != linkOpus && !bytes.Contains(b[r.Off:], r.Data) || r.NoTime && r.Time != 0 {
				t.Fatalf("%+v after %d of %d", r, last, len(b))
			}
			last = r.Off
		}
		if file.Fed() > int64(len(b)) {
			t.Fatalf("understood %d bytes of %d", file.Fed(), len(b))
		}
		for _, window := range []int{1, 7} {
			_, again, err2 := scanAll(src, window)
			if len(again) != len(recs) || fmt.Sprint(err2) != fmt.Sprint(err) {
				t.Fatalf("window %d: %d packets and %v, not %d and %v", window, len(again), err2, len(recs), err)
			}
			for i := range recs {
				if err := sameRecord(again[i], recs[i]); err != nil {
					t.Fatal(err)
				}
			}
		}
		for i := range recs {
			var r Record
			if err := file.Record(recs[i].Off, &r); err != nil {
				t.Fatal(err)
			}
			if err := sameRecord(r, recs[i]); err != nil {
				t.Fatal(err)
			}
			if i < 20 {
				d := beginPacket(r)
				file.DissectRecord(d, r.Off)
				if err := d.Done().Check(); err != nil {
					t.Fatal(err)
				}
			}
		}
		var r Record
		for off := int64(0); off < min(int64(len(b)), 300); off++ { // where no record may be
			if file.Record(off, &r) == nil && r.Off != off {
				t.Fatalf("a record at %d says it is at %d", off, r.Off)
			}
		}
	})
}

// Every block has a tree that owns each of its bytes once.
func FuzzBlocks(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		file, _, _ := scanAll(bytes.NewReader(b), 0)
		if file == nil {
			return
		}
		for i, blk := range file.Blocks() {
			if i > 50 {
				break
			}
			d, err := file.DissectBlock(i)
			if err != nil {
				t.Fatalf("%+v: %v", blk, err)
			}
			if err := d.Check(); err != nil {
				t.Fatalf("%+v: %v", blk, err)
			}
			if blk.Off < 0 || blk.Len < 0 || blk.Off+blk.Len > int64(len(b)) || strings.ToValidUTF8(blk.Text, "?") != blk.Text || blk.Kind == "" {
				t.Fatalf("%+v", blk)
			}
		}
		for _, typ := range []uint32{typeSHB, typeIDB, typePB, typeSPB, typeNRB, typeISB, typeEPB, typeDSB, typeCB, typeJournal, 77} {
			bare := &pcapng{firstBig: len(b)%2 == 1}
			data := (&maker{o: order(bare.firstBig).(binary.AppendByteOrder)}).block(typ, func(m *maker) { m.b = append(m.b, b[:min(len(b), 500)]...) }).b
			tree := bareTree(bare, data)
			if err := tree.Check(); err != nil {
				t.Fatalf("type %#x: %v", typ, err)
			}
		}
	})
}

// Nothing is unpacked beyond the budget, and nothing hangs.
func FuzzUnpack(f *testing.F) {
	seeds(f)
	raw := sample()[:3000]
	f.Add(gz(f, raw))
	f.Add(zst(f, raw))
	f.Add(append(gz(f, raw), gz(f, raw)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		const budget = 1 << 16
		u, err := Unpack(bytes.NewReader(b), budget)
		if u == nil {
			if err != nil {
				faultOf(t, err)
			}
			return
		}
		for steps := 0; ; steps++ {
			done, err := u.Step(5000)
			if u.Source().Size() > budget {
				t.Fatalf("%d bytes", u.Source().Size())
			}
			if !done && steps > budget/5000+2 {
				t.Fatal("it does not end")
			}
			if done {
				if err != nil {
					if e := faultOf(t, err); e.Err != field.ErrLimit && e.Off > int64(len(b)) {
						t.Fatal(e)
					}
				}
				return
			}
		}
	})
}
