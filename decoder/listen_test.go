package decoder

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"time"
)

// oggPage is a page of packets that are shorter than 255 bytes.
func oggPage(flags byte, granule int64, number uint32, packets ...[]byte) []byte {
	p := append([]byte("OggS\x00"), flags)
	le := binary.LittleEndian
	p = le.AppendUint64(p, uint64(granule))
	p = le.AppendUint32(p, 7)
	p = le.AppendUint32(p, number)
	p = append(p, 0, 0, 0, 0, byte(len(packets)))
	for _, x := range packets {
		p = append(p, byte(len(x)))
	}
	p = append(p, slices.Concat(packets...)...)
	crc := uint32(0)
	for _, b := range p {
		crc ^= uint32(b) << 24
		for range 8 {
			over := crc >> 31
			crc = crc<<1 ^ 0x04c11db7*over
		}
	}
	le.PutUint32(p[22:], crc)
	return p
}

// An Ogg file of Opus is as long as its head and its last page say, and where a page is missing
// there is silence of its length, told as lost.
func TestListenOgg(t *testing.T) {
	silence := []byte{0xf8, 0xff, 0xfe} // 20 ms
	const skip, pages, each, last = 312, 6, 10, 500
	var whole, holed []byte
	for i := range pages + 2 {
		var p []byte
		switch n := int64(i-1) * each * 960; i {
		case 0:
			p = oggPage(2, 0, 0, append([]byte("OpusHead\x01\x01"), skip&255, skip>>8, 0x80, 0xbb, 0, 0, 0, 0, 0))
		case 1:
			p = oggPage(0, 0, 1, []byte("OpusTags\x00\x00\x00\x00\x00\x00\x00\x00"))
		case pages + 1:
			p = oggPage(4, n-960+last, uint32(i), slices.Repeat([][]byte{silence}, each)...)
		default:
			p = oggPage(0, n, uint32(i), slices.Repeat([][]byte{silence}, each)...)
		}
		whole = append(whole, p...)
		if i != 4 {
			holed = append(holed, p...)
		}
	}
	const want = pages*each*960 - skip - 960 + last
	for name, file := range map[string][]byte{"whole": whole, "a page is missing": holed} {
		c, err := OpenWith(&source{file}, name, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for done := false; !done; {
			_, err := c.Step(time.Second)
			done = err != nil
		}
		c.DeepAll()
		l, err := c.Listen(1)
		if err != nil {
			t.Fatal(err)
		}
		if n := l.Total(); n < want || n > want+skip+960 {
			t.Errorf("%s: %d samples are announced, %d come", name, n, want)
		}
		pcm, marks, l := heard(t, c, 1)
		if len(pcm) != want || l.Total() != want || !l.Whole() || l.Note() != "" {
			t.Errorf("%s: %d samples, said %d, want %d: %s", name, len(pcm), l.Total(), want, l.Note())
		}
		at, lost := 0, 0
		for _, m := range marks {
			if m.At != at {
				t.Errorf("%s: packet %d is at %d, want %d", name, m.Packet, m.At, at)
			}
			at += m.Len
			if m.Packet == 0 {
				lost += m.Len
			}
		}
		if at != want || lost != 0 && name == "whole" || lost != each*960 && name != "whole" {
			t.Errorf("%s: marks of %d samples, %d of them lost", name, at, lost)
		}
	}
}

// A packet that comes when its place has been filled is told of, once; a copy of one that was heard
// is not.
func TestListenLate(t *testing.T) {
	file := rtpFile(600, 1, 160, nil)
	head, list := file[:24], packetList(file)
	late := slices.Clone(list)
	x := late[40]
	late = slices.Insert(slices.Delete(late, 40, 41), 140, x, x, late[100])
	for name, c := range map[string]struct {
		list [][]byte
		note string
	}{
		"in order": {list, ""},
		"late":     {late, "1 packet came too late to be heard"},
	} {
		pcm, _, l := heard(t, deepOf(t, slices.Concat(head, bytes.Join(c.list, nil))), 1)
		if (c.note == "") != (l.Note() == "") || !strings.HasPrefix(l.Note(), c.note) {
			t.Errorf("%s: %q", name, l.Note())
		}
		if n := 303 * 160; len(pcm) < n-320 || len(pcm) > n {
			t.Errorf("%s: %d samples", name, len(pcm))
		}
	}
}

// packetList cuts a capture into its records.
func packetList(file []byte) (list [][]byte) {
	for p := file[24:]; len(p) > 0; {
		n := 16 + int(binary.LittleEndian.Uint32(p[8:]))
		list, p = append(list, p[:n:n]), p[n:]
	}
	return list
}

// Packets whose timestamp never moves are heard one after the other, and no jump is told of.
func TestListenStill(t *testing.T) {
	for name, each := range map[string]int{"always": 1 << 20, "for a while": 50} {
		c := deepOf(t, rtpFile(400, 1, 160, func(p []byte, i int) []byte {
			binary.BigEndian.PutUint32(p[4:], uint32(1000+i/each*each*160))
			return p
		}))
		pcm, _, l := heard(t, c, 1)
		if n := c.Voice(1).RTP.Packets * 160; len(pcm) < n || len(pcm) > n+8*160 {
			t.Errorf("%s: %d samples of %d", name, len(pcm), n)
		}
		if note := l.Note(); !strings.HasPrefix(note, "The timestamp stands still in ") || strings.Contains(note, "jump") {
			t.Errorf("%s: %q", name, note)
		}
	}
}
