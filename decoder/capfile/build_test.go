package capfile

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"somscope/decoder/field"
)

// A maker writes tiny capture files by hand, in either byte order.
type maker struct {
	o binary.AppendByteOrder
	b []byte
}

var (
	le = binary.LittleEndian
	be = binary.BigEndian
)

func (m *maker) u16(v ...uint16) *maker {
	for _, x := range v {
		m.b = m.o.AppendUint16(m.b, x)
	}
	return m
}

func (m *maker) u32(v ...uint32) *maker {
	for _, x := range v {
		m.b = m.o.AppendUint32(m.b, x)
	}
	return m
}

func (m *maker) u64(v ...uint64) *maker {
	for _, x := range v {
		m.b = m.o.AppendUint64(m.b, x)
	}
	return m
}

func (m *maker) raw(s string) *maker {
	m.b = append(m.b, s...)
	return m
}

func (m *maker) pad() *maker {
	for len(m.b)%4 != 0 {
		m.b = append(m.b, 0)
	}
	return m
}

// pcapHead appends the header of a classic pcap file.
func (m *maker) pcapHead(magic uint32, minor uint16, snap, network uint32) *maker {
	return m.u32(magic).u16(2, minor).u32(0, 0, snap, network)
}

// rec appends a record; extra is what the modified variant has more.
func (m *maker) rec(sec, frac uint32, data string, wire uint32, extra ...uint32) *maker {
	return m.u32(sec, frac, uint32(len(data)), wire).u32(extra...).raw(data)
}

// block appends a pcapng block with the body that fill writes.
func (m *maker) block(typ uint32, fill func(m *maker)) *maker {
	body := maker{o: m.o}
	fill(&body)
	body.pad()
	n := uint32(len(body.b) + 12)
	m.u32(typ, n)
	m.b = append(m.b, body.b...)
	return m.u32(n)
}

// opt appends an option of a block body.
func (m *maker) opt(code uint16, v string) *maker {
	return m.u16(code, uint16(len(v))).raw(v).pad()
}

func (m *maker) shb(opts ...func(m *maker)) *maker {
	return m.block(typeSHB, func(m *maker) {
		m.u32(orderMagic).u16(1, 0).u64(^uint64(0))
		for _, o := range opts {
			o(m)
		}
	})
}

func (m *maker) idb(link uint16, snap uint32, opts ...func(m *maker)) *maker {
	return m.block(typeIDB, func(m *maker) {
		m.u16(link, 0).u32(snap)
		for _, o := range opts {
			o(m)
		}
	})
}

func (m *maker) epb(iface uint32, t uint64, data string, wire uint32, opts ...func(m *maker)) *maker {
	return m.block(typeEPB, func(m *maker) {
		m.u32(iface, uint32(t>>32), uint32(t), uint32(len(data)), wire).raw(data).pad()
		for _, o := range opts {
			o(m)
		}
	})
}

func (m *maker) spb(data string, wire uint32) *maker {
	return m.block(typeSPB, func(m *maker) { m.u32(wire).raw(data) })
}

func both(t *testing.T, test func(t *testing.T, o binary.AppendByteOrder)) {
	t.Run("little-endian", func(t *testing.T) { test(t, le) })
	t.Run("big-endian", func(t *testing.T) { test(t, be) })
}

// scan reads a hand-made file, checks that windows and looking back agree, and
// that every tree owns every byte.
func scan(t *testing.T, b []byte) (*File, []Record, error) {
	t.Helper()
	src := bytes.NewReader(b)
	f, recs, err := scanAll(src, 0)
	if f == nil {
		if err == nil {
			t.Fatal("neither a file nor an error")
		}
		return nil, nil, err
	}
	checkWindows(t, src, recs, err)
	checkLookingBack(t, f, src, recs)
	checkTrees(t, f, recs, true)
	return f, recs, err
}

// faultOf makes sure that an error is a whole *field.Error.
func faultOf(t *testing.T, err error) *field.Error {
	t.Helper()
	e, ok := err.(*field.Error)
	if !ok {
		t.Fatalf("not a *field.Error: %v", err)
	}
	if e.What == "" || strings.HasSuffix(e.What, ".") || e.In == "" || e.Err == nil || e.Off < 0 {
		t.Fatalf("an incomplete error: %#v", e)
	}
	return e
}
