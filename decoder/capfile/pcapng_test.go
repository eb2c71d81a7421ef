package capfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"

	"somscope/decoder/field"
)

// Every block and every standard option, in both byte orders.
func TestPcapngBlocks(t *testing.T) {
	both(t, func(t *testing.T, o binary.AppendByteOrder) {
		m := &maker{o: o}
		u64 := func(v uint64) string { return string(o.AppendUint64(nil, v)) }
		u32 := func(v uint32) string { return string(o.AppendUint32(nil, v)) }
		stamp := func(v uint64) string { return u32(uint32(v>>32)) + u32(uint32(v)) }
		m.shb(func(m *maker) {
			m.opt(2, "PC").opt(3, "BeOS").opt(4, "capture 1.0").opt(1, "first remark").opt(1, "second remark")
			m.opt(2988, u32(32473)+"custom text").opt(2989, u32(32473)+"\x01\x02").opt(19372, u32(32473)+"x").opt(19373, u32(32473)+"y")
			m.opt(0x8001, "local").opt(77, "new").opt(0, "")
		})
		m.idb(1, 96, func(m *maker) {
			m.opt(2, "eth0").opt(3, "first card").opt(4, "\xc0\x00\x02\x01\xff\xff\xff\x00")
			m.opt(5, "\x20\x01\x0d\xb8"+strings.Repeat("\x00", 11)+"\x01\x40").opt(6, "\x02\x00\x5e\x00\x53\x01").opt(7, "\x02\x00\x5e\xff\xfe\x00\x53\x01")
			m.opt(8, u64(100_000_000)).opt(9, "\x09").opt(10, string(o.AppendUint16(o.AppendUint16(nil, 60), 0xffc4))).opt(11, "\x00udp port 53").opt(12, "Plan 9")
			m.opt(13, "\x04").opt(14, u64(uint64(1000))).opt(15, "NE2000").opt(16, u64(1)).opt(17, u64(2)).opt(0, "")
		})
		m.idb(101, 0, func(m *maker) { m.opt(9, "\x8a").opt(11, "\x01\x06\x00\x00\x00") })
		m.epb(0, 5_000_000_007, "packet", 60, func(m *maker) {
			m.opt(1, "a remark").opt(2, u32(1<<31|1<<24|1<<11|4<<5|2<<2|2)).opt(3, "\x02\xde\xad\xbe\xef").opt(4, u64(3)).opt(5, u64(0xabcdef))
			m.opt(6, u32(2)).opt(7, "\x02"+u64(2)).opt(7, "\x00\x09").opt(8, u32(1234)+u32(5)).opt(0, "")
		})
		m.epb(1, 1025, "binary", 6)
		m.spb("simple", 6)
		m.block(typePB, func(m *maker) {
			m.u16(1, 0xffff).u32(0, 2048, 3, 3).raw("old").pad().opt(2, u32(1)).opt(3, "\x01\x55").opt(0, "")
		})
		m.block(typeNRB, func(m *maker) {
			m.opt(1, "\xc0\x00\x02\x01host.example\x00alias.example\x00").opt(2, "\x20\x01\x0d\xb8"+strings.Repeat("\x00", 11)+"\x01six.example\x00")
			m.opt(3, "\x02\x00\x5e\x00\x53\x01card\x00").opt(4, "\x02\x00\x5e\xff\xfe\x00\x53\x01wide\x00").opt(99, "later").opt(0, "")
			m.opt(2, "dns.example").opt(3, "\xc0\x00\x02\x35").opt(4, "\x20\x01\x0d\xb8"+strings.Repeat("\x00", 11)+"\x35").opt(0, "")
		})
		m.block(typeISB, func(m *maker) {
			m.u32(0, 0, 9).opt(2, stamp(1_000_000_000)).opt(3, stamp(2_000_000_000)).opt(4, u64(10)).opt(5, u64(1)).opt(6, u64(9)).opt(7, u64(2)).opt(8, u64(7)).opt(0, "")
		})
		m.block(typeDSB, func(m *maker) { m.u32(0x544c534b, 6).raw("CLIENT").pad().opt(1, "keys").opt(0, "") })
		m.block(typeCB, func(m *maker) { m.u32(32473).raw("vendor data") })
		m.block(typeDCB, func(m *maker) { m.u32(32473) })
		m.block(typeJournal, func(m *maker) { m.raw("MESSAGE=hello\nPRIORITY=6\n") })
		m.block(0x0204, func(m *maker) { m.raw("event") })
		m.block(0x12345678, func(m *maker) { m.raw("what") })
		m.block(0x80000001, func(m *maker) {})
		m.block(0x204, func(m *maker) {})

		f, recs, err := scan(t, m.b)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range recs {
			at := fmt.Sprint(r.Time)
			if r.NoTime {
				at = "-"
			}
			got = append(got, fmt.Sprintf("%s %s %d %d %d", at, r.Data, r.OrigLen, r.LinkType, r.Iface))
		}
		want := []string{"1005000000007 packet 60 1 0", "1000976562 binary 6 101 1", "- simple 6 1 0", "2000000000 old 3 101 1"}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("packets\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if fmt.Sprint(f.LinkTypes()) != "[1 101]" {
			t.Errorf("link types %v", f.LinkTypes())
		}
		got = nil
		for _, b := range f.Blocks() {
			got = append(got, b.Kind+": "+b.Text)
		}
		order := map[binary.AppendByteOrder]string{le: "little-endian", be: "big-endian"}[o]
		want = []string{
			`Section Header Block: version 1.0, ` + order + `, PC, BeOS, capture 1.0, "first remark"`,
			`Interface Description Block: interface 0, eth0, Ethernet, snap length 96, times in 1 ns, +1000 s, filter "udp port 53"`,
			`Interface Description Block: interface 1, raw IP, times in 2^-10 s`,
			`Name Resolution Block: 3 names, 192.0.2.1 host.example, 192.0.2.1 alias.example, 2001:db8::1 six.example`,
			`Interface Statistics Block: interface 0, 10 received, 1 dropped by the interface, 2 dropped by the system`,
			`Decryption Secrets Block: TLS key log, 6 bytes, "keys"`,
			`Custom Block: Private Enterprise Number 32473, 12 bytes of data`,
			`Custom Block: Private Enterprise Number 32473, 0 bytes of data, not to be copied`,
			`systemd Journal Export Block: MESSAGE=hello PRIORITY=6 `,
			`Sysdig Event Block: 8 bytes`,
			`block of unknown type 0x12345678: 4 bytes`,
			`block of local type 0x80000001: 0 bytes`,
			`Sysdig Event Block: 0 bytes`,
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("blocks\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if f.Title() != "pcapng, "+order {
			t.Error(f.Title())
		}

		// No node of these trees has a fault, and the values are right in either order.
		values := map[string]string{
			"pcapng.shb.sectionlength": "-1 bytes", "pcapng.opt.comment": "first remark", "pcapng.shb.os": "BeOS", "pcapng.opt.pen": "32473",
			"pcapng.idb.linktype": "1 Ethernet", "pcapng.idb.snaplen": "96 bytes", "pcapng.idb.speed": "100000000 bit/s", "pcapng.idb.tsresol.exponent": "9",
			"pcapng.idb.tzone.offset": "60 min", "pcapng.idb.tzone.dst": "-60 min", "pcapng.idb.tsoffset": "1000 s", "pcapng.idb.filter": "udp port 53",
			"pcapng.idb.ip4": "192.0.2.1", "pcapng.idb.ip4.mask": "255.255.255.0", "pcapng.idb.ip6": "2001:db8::1", "pcapng.idb.ip6.prefix": "64 bits", "pcapng.idb.mac": "02:00:5e:00:53:01",
			"pcapng.epb.flags.direction": "2 outbound", "pcapng.epb.flags.reception": "2 multicast", "pcapng.epb.flags.fcslen": "4 bytes", "pcapng.epb.flags.tso": "set",
			"pcapng.epb.flags.symbol": "set", "pcapng.epb.flags.crc": "set", "pcapng.epb.flags.preamble": "not set", "pcapng.epb.dropcount": "3 packets", "pcapng.epb.packetid": "0x0000000000abcdef",
			"pcapng.epb.queue": "2", "pcapng.epb.verdict": "2", "pcapng.epb.process": "1234", "pcapng.epb.thread": "5", "pcapng.epb.hash.kind": "2 CRC32", "pcapng.caplen": "6 bytes", "pcapng.len": "60 bytes",
			"pcapng.time": "1970-01-01T00:16:45.000000007Z", "pcapng.pb.drops": "65535",
			"pcapng.nrb.ip": "192.0.2.1", "pcapng.nrb.name": "host.example", "pcapng.nrb.mac": "02:00:5e:00:53:01", "pcapng.nrb.dns6": "2001:db8::35", "pcapng.nrb.dnsname": "dns.example",
			"pcapng.isb.starttime": "1970-01-01T00:16:41.000000000Z", "pcapng.isb.ifrecv": "10 packets", "pcapng.isb.usrdeliv": "7 packets",
			"pcapng.dsb.type": "0x544c534b TLS key log", "pcapng.cb.pen": "32473", "pcapng.journal.entry": "MESSAGE=hello\nPRIORITY=6\n",
		}
		seen := map[string]string{}
		collect := func(d *field.Dissection) {
			if errs := d.Errs(); len(errs) > 0 {
				t.Errorf("%s: %v", d.Root.Spec.Name, errs)
			}
			field.Walk(&d.Root, func(n *field.Node, _ int) bool {
				if _, ok := seen[n.Spec.Name]; !ok {
					seen[n.Spec.Name] = n.Text()
				}
				return true
			})
		}
		for i := range f.Blocks() {
			d, err := f.DissectBlock(i)
			if err != nil {
				t.Fatal(err)
			}
			collect(d)
		}
		for i := range recs {
			d := beginPacket(recs[i])
			f.DissectRecord(d, recs[i].Off)
			d.Unknown(d.Left())
			collect(d.Done())
		}
		for name, w := range values {
			if name == "pcapng.time" || name == "pcapng.caplen" || name == "pcapng.len" || seen[name] == w {
				continue
			}
			t.Errorf("%s is %q, want %q", name, seen[name], w)
		}
		d := beginPacket(recs[0])
		f.DissectRecord(d, recs[0].Off)
		tree := d.Done()
		for _, name := range []string{"pcapng.time", "pcapng.caplen", "pcapng.len"} {
			if g := tree.Find(name).Text(); g != values[name] {
				t.Errorf("%s is %q, want %q", name, g, values[name])
			}
		}
		// Every Spec of the format turned up, so none is dead.
		for _, s := range pcapngSpecs {
			if _, ok := seen[s.Name]; !ok && s != anyTable.code {
				t.Errorf("%s is in Specs, but no tree has it", s.Name)
			}
		}
	})
}

// Sections have byte orders and interfaces of their own, also when looked back at.
func TestPcapngSections(t *testing.T) {
	m := &maker{o: le}
	m.shb().idb(1, 0).epb(0, 1, "one", 3)
	m.o = be
	m.shb().idb(101, 0).idb(113, 2).epb(1, 2, "tw", 3).epb(0, 3, "three", 5)
	m.o = le
	m.shb().epb(0, 4, "lost", 4).idb(0, 3).spb("fou", 4).epb(1, 5, "lost", 4)
	f, recs, err := scan(t, m.b)
	e := faultOf(t, err)
	if !strings.Contains(e.What, "names interface 0") || !strings.Contains(e.What, "and 1 more") {
		t.Error(err)
	}
	var got []string
	for _, r := range recs {
		got = append(got, fmt.Sprintf("%s/%d/%d", r.Data, r.LinkType, r.Iface))
	}
	if s := strings.Join(got, " "); s != "one/1/0 tw/113/1 three/101/0 fou/0/0" {
		t.Error(s)
	}
	if fmt.Sprint(f.LinkTypes()) != "[1 101 113 0]" {
		t.Error(f.LinkTypes())
	}
	bad := 0
	for _, b := range f.Blocks() {
		if b.Bad {
			bad++
		}
	}
	if bad != 2 {
		t.Errorf("%d bad blocks", bad)
	}
}

func TestPcapngBad(t *testing.T) {
	whole := func() *maker {
		return (&maker{o: le}).shb().idb(1, 96, func(m *maker) { m.opt(2, "eth0") }).epb(0, 1, "good", 4)
	}
	n := int64(len(whole().b))
	frame := func(typ, size uint32, body string, last uint32) []byte {
		return whole().u32(typ, size).raw(body).u32(last).epb(0, 2, "after", 5).b
	}
	cut := whole().epb(0, 2, "cut off", 7).b
	version := func(major, minor uint16) []byte {
		return whole().block(typeSHB, func(m *maker) { m.u32(orderMagic).u16(major, minor).u64(0) }).b
	}
	for _, c := range []struct {
		name    string
		b       []byte
		packets int
		off     int64
		is      error
		say     string
	}{
		{"length 0", frame(typeEPB, 0, "", 0), 1, n, field.ErrFormat, "length of 0 bytes"},
		{"length 8", frame(typeNRB, 8, "", 8), 1, n, field.ErrFormat, "length of 8 bytes"},
		{"odd length", frame(typeEPB, 35, strings.Repeat("x", 23), 35), 1, n, field.ErrFormat, "no multiple of 4"},
		{"4 GiB", frame(typeEPB, 0xfffffffc, "", 0), 1, n, field.ErrLimit, "4294967292"},
		{"4 GiB of a custom block", frame(typeCB, 0xfffffffc, "", 0), 1, n, field.ErrLimit, "Custom Block claims a length of 4294967292"},
		{"wrong length at the end", frame(typeNRB, 16, "\x00\x00\x00\x00", 20), 1, n, field.ErrFormat, "16 at its start and 20 at its end"},
		{"cut in the frame", cut[:n+6], 1, n, field.ErrShort, "needs 12 bytes, 6 are there"},
		{"cut in the data", cut[:len(cut)-7], 1, n, field.ErrShort, "inside a block"},
		{"cut in the last length", cut[:len(cut)-1], 1, n, field.ErrShort, "inside a block"},
		{"second section of version 2.0", version(2, 0), 1, n, field.ErrUnsupported, "version 2.0"},
		{"second section of version 1.1", version(1, 1), 1, n, field.ErrUnsupported, "version 1.1"},
		{"byte-order magic", whole().u32(typeSHB, 28, 0x11223344, 1, 0, 0, 28).b, 1, n, field.ErrFormat, "0x44332211"},
		{"first byte-order magic", (&maker{o: le}).u32(typeSHB, 28, 0x11223344, 1, 0, 0, 28).b, 0, 0, field.ErrFormat, "0x44332211"},
		{"short section header", frame(typeSHB, 16, "\x4d\x3c\x2b\x1a", 16), 1, n, field.ErrShort, "at least 28"},
		{"short interface", frame(typeIDB, 16, "\x01\x00\x00\x00", 16), 1, n, field.ErrShort, "at least 20"},
		{"cut first block", (&maker{o: le}).shb().b[:20], 0, 20, field.ErrShort, "Section Header Block"},

		// The block makes no sense but its length does: what follows is read.
		{"short packet", frame(typeEPB, 20, "\x00\x00\x00\x00\x00\x00\x00\x00", 20), 2, n, field.ErrShort, "at least 32"},
		{"short simple packet", frame(typeSPB, 12, "", 12), 2, n, field.ErrShort, "at least 16"},
		{"no such interface", whole().epb(7, 2, "lost", 4).epb(0, 2, "after", 5).b, 2, n, field.ErrFormat, "names interface 7, but its section has described 1 interface"},
		{"more data than the block", whole().block(typeEPB, func(m *maker) { m.u32(0, 0, 2, 100, 100).raw("abcd") }).epb(0, 2, "after", 5).b, 2, n, field.ErrShort, "claims 100 captured bytes, but has room for 4"},
		{"more simple data than the block", whole().spb("abcd", 60).epb(0, 2, "after", 5).b, 2, n, field.ErrShort, "claims 60 captured bytes, but has room for 4"},
		{"statistics of no interface", whole().block(typeISB, func(m *maker) { m.u32(4, 0, 0) }).epb(0, 2, "after", 5).b, 2, n, field.ErrFormat, "interface 4"},
		{"an option that overruns", whole().idb(1, 0, func(m *maker) { m.u16(9, 400) }).epb(1, 2, "after", 5).b, 2, n, field.ErrFormat, "option 9 claims 400 bytes, 0 are there"},
		{"names that overrun", whole().block(typeNRB, func(m *maker) { m.u16(1, 100).raw("abcd") }).epb(0, 2, "after", 5).b, 2, n, field.ErrFormat, "a name record claims 100 bytes, 4 are there"},
		{"secrets that overrun", whole().block(typeDSB, func(m *maker) { m.u32(1, 1<<31).raw("abcd") }).epb(0, 2, "after", 5).b, 2, n, field.ErrFormat, "2147483648"},
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
			found := false
			for i, b := range f.Blocks() {
				if !b.Bad {
					continue
				}
				found = b.Off == c.off
				if d, err := f.DissectBlock(i); err != nil || len(d.Errs()) == 0 {
					t.Errorf("the tree of the bad block shows no fault: %v", err)
				}
			}
			if !found {
				t.Errorf("the place is not among the blocks: %+v", f.Blocks())
			}
		})
	}
}

// A packet option that overruns spoils its own tree and nothing else.
func TestPcapngOptionOverrun(t *testing.T) {
	m := (&maker{o: be}).shb().idb(1, 0).epb(0, 2, "data", 4, func(m *maker) { m.u16(1, 400).raw("abcd") }).epb(0, 3, "next", 4, func(m *maker) { m.opt(1, "no end mark") })
	f, recs, err := scan(t, m.b)
	if err != nil || len(recs) != 2 {
		t.Fatalf("%d packets, %v", len(recs), err)
	}
	for i, faults := range []int{1, 0} {
		d := beginPacket(recs[i])
		f.DissectRecord(d, recs[i].Off)
		tree := d.Done()
		if len(tree.Errs()) != faults {
			t.Errorf("packet %d: %v", i+1, tree.Errs())
		}
	}
}

// The time of a packet is exact: against arithmetic without limits.
func TestClock(t *testing.T) {
	offsets := []int64{0, 1, -1, 1000, -5_000_000_000, 1 << 40, math.MaxInt64, math.MinInt64}
	stamps := []uint64{0, 1, 2, 999, 1024, 1025, 1156534266654692, 1156534266654692123, 1<<31 - 1, 1 << 32, 1<<62 - 1, 1 << 63, math.MaxUint64}
	one := big.NewInt(1)
	for resol := range 256 {
		unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(resol)), nil)
		if resol&0x80 != 0 {
			unit.Lsh(one, uint(resol&0x7f))
		}
		for _, off := range offsets {
			c := newClock(uint8(resol), off)
			for _, ts := range stamps {
				want := new(big.Int).Mul(new(big.Int).SetUint64(ts), big.NewInt(1e9))
				want.Div(want, unit)
				want.Add(want, new(big.Int).Mul(big.NewInt(off), big.NewInt(1e9)))
				got, ok := c.ns(ts)
				if ok != (want.IsInt64() && want.CmpAbs(big.NewInt(9223372035_000000000)) < 0) && want.CmpAbs(big.NewInt(9223372030_000000000)) < 0 {
					t.Fatalf("resol %#x, offset %d, stamp %d: ok is %v", resol, off, ts, ok)
				}
				if ok && got != want.Int64() {
					t.Fatalf("resol %#x, offset %d, stamp %d: %d, want %s", resol, off, ts, got, want)
				}
			}
		}
	}
}

// A time that 64 bits cannot hold is no time, not a wrong one.
func TestTimeOutOfRange(t *testing.T) {
	m := (&maker{o: le}).shb().idb(1, 0, func(m *maker) { m.opt(9, "\x00") }).epb(0, 1<<60, "far", 3).epb(0, 7, "near", 4)
	_, recs, err := scan(t, m.b)
	if err != nil || len(recs) != 2 || !recs[0].NoTime || recs[0].Time != 0 || recs[1].NoTime || recs[1].Time != 7e9 {
		t.Fatalf("%+v, %v", recs, err)
	}
}

// Blocks beyond the limit are counted, not kept.
func TestManyBlocks(t *testing.T) {
	m := (&maker{o: le}).shb().idb(1, 0)
	for range MaxBlocks + 5 {
		m.block(0x77, func(*maker) {})
	}
	m.epb(0, 1, "end", 3)
	f, recs, err := scanAll(bytes.NewReader(m.b), 0)
	if err != nil || len(recs) != 1 || len(f.Blocks()) != MaxBlocks || f.BlockCount() != MaxBlocks+7 {
		t.Fatalf("%d packets, %d blocks of %d, %v", len(recs), len(f.Blocks()), f.BlockCount(), err)
	}
	if _, err := f.DissectBlock(MaxBlocks); err == nil {
		t.Error("a block that was not kept has a tree")
	}
}

func TestManyInterfaces(t *testing.T) {
	m := (&maker{o: le}).shb()
	for range maxIfaces + 1 {
		m.idb(1, 0)
	}
	_, _, err := scanAll(bytes.NewReader(m.b), 0)
	if !errors.Is(err, field.ErrLimit) {
		t.Error(err)
	}
	m = &maker{o: be}
	for range maxSections + 1 {
		m.shb()
	}
	if _, _, err = scanAll(bytes.NewReader(m.b), 0); !errors.Is(err, field.ErrLimit) {
		t.Error(err)
	}
}
