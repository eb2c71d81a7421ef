package inet_test

import (
	"bytes"
	"encoding/binary"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/gopacket/pcapgo"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
	"somscope/decoder/inet"
)

// A packet of a real capture.
type packet struct {
	file string // relative to the folder of captures
	n    int    // from 1
	link uint16
	data []byte
	wire int
}

func captureDir() string { return os.Getenv("SOMSCOPE_CAPTURES") }

// captures is the folder of real captures; the test is skipped without one.
func captures(t testing.TB) string {
	dir := captureDir()
	if dir == "" {
		t.Skip("SOMSCOPE_CAPTURES is not set: it names a folder of real captures")
	}
	return dir
}

var all []packet

// packets reads every capture of the folder once, through pcapgo.
func packets(t testing.TB) []packet {
	dir := captures(t)
	if all != nil {
		return all
	}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		switch filepath.Ext(path) {
		case ".pcap", ".cap", ".pcapng":
		default:
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		all = append(all, readCapture(filepath.ToSlash(rel), b)...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 1000 {
		t.Fatalf("only %d packets below %s", len(all), dir)
	}
	return all
}

func readCapture(name string, b []byte) (ps []packet) {
	add := func(link uint16, data []byte, wire int) {
		ps = append(ps, packet{name, len(ps) + 1, link, bytes.Clone(data), max(wire, len(data))})
	}
	if len(b) >= 4 && binary.BigEndian.Uint32(b) == 0x0A0D0D0A {
		opts := pcapgo.DefaultNgReaderOptions
		opts.WantMixedLinkType = true
		r, err := pcapgo.NewNgReader(bytes.NewReader(b), opts)
		if err != nil {
			return nil
		}
		for {
			data, ci, err := r.ReadPacketData()
			if err != nil {
				return ps
			}
			i, err := r.Interface(ci.InterfaceIndex)
			if err != nil {
				return ps
			}
			add(uint16(i.LinkType), data, ci.Length)
		}
	}
	if len(b) < 24 {
		return nil
	}
	// The record walk is our own here: pcapgo knows no link type above 255.
	order := binary.ByteOrder(binary.LittleEndian)
	head := 16
	switch binary.BigEndian.Uint32(b) {
	case 0xA1B2C3D4, 0xA1B23C4D:
		order = binary.BigEndian
	case 0xD4C3B2A1, 0x4D3CB2A1:
	case 0x34CDB2A1:
		head = 24
	default:
		return nil
	}
	link := uint16(order.Uint32(b[20:]))
	for b = b[24:]; len(b) >= head; {
		n := int(order.Uint32(b[8:]))
		if n > len(b)-head {
			break
		}
		add(link, b[head:head+n], int(order.Uint32(b[12:])))
		b = b[head+n:]
	}
	return ps
}

var specPacket = &field.Spec{Name: "packet", Label: "Packet", Doc: "One packet as captured."}

func dissection(link uint16, data []byte, wire int) *field.Dissection {
	d := dissect.Begin(specPacket, data, wire, 1, 0)
	inet.Dissect(d, link, nil)
	return d.Done()
}

func (p packet) dissect() *field.Dissection { return dissection(p.link, p.data, p.wire) }

func in(file string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(file, p) {
			return true
		}
	}
	return false
}
