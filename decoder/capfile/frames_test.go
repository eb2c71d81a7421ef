package capfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// openRaw reads a raw file in windows of one size.
func openRaw(t testing.TB, b []byte, as string, window int) (*File, []Record, error) {
	t.Helper()
	f, err := OpenAs(bytes.NewReader(b), as)
	if err != nil {
		return nil, nil, err
	}
	var all []Record
	on := func(r *Record) { all = append(all, copied(r)) }
	for off := 0; off < len(b); off += window {
		if err := f.Feed(b[off:min(off+window, len(b))], on); err != nil {
			return f, all, err
		}
	}
	return f, all, f.Finish()
}

// raw reads a raw file and holds it to everything that must hold for one: pieces of any size
// give the same, looking back gives the same, records and blocks have whole trees.
func raw(t testing.TB, b []byte, as string) (*File, []Record, error) {
	t.Helper()
	f, recs, err := openRaw(t, b, as, len(b)+1)
	if f == nil {
		return nil, nil, err
	}
	for _, window := range []int{1, 2, 7, 50, 4096} {
		if window < len(b)/20000 {
			continue
		}
		g, again, err2 := openRaw(t, b, as, window)
		if fmt.Sprint(err) != fmt.Sprint(err2) || len(again) != len(recs) || fmt.Sprint(g.Blocks()) != fmt.Sprint(f.Blocks()) {
			t.Fatalf("window %d: %d packets, %v, %v; not %d, %v, %v", window, len(again), err2, g.Blocks(), len(recs), err, f.Blocks())
		}
		for i := range recs {
			if err := sameRecord(again[i], recs[i]); err != nil {
				t.Fatal(err)
			}
		}
	}
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
	last, lastTime := int64(-1), int64(0)
	for i := range recs {
		r := &recs[i]
		if r.Off <= last || r.Time < lastTime || r.NoTime || int(r.OrigLen) != len(r.Data) || r.LinkType != f.LinkTypes()[0] {
			t.Fatalf("packet %d: %+v after %d", i, r, last)
		}
		last, lastTime = r.Off, r.Time
		var back Record
		if err := f.Record(r.Off, &back); err != nil {
			t.Fatal(err)
		}
		if err := sameRecord(back, *r); err != nil {
			t.Fatalf("packet %d: %v", i, err)
		}
		if i > 40 && i < len(recs)-10 {
			continue
		}
		d := beginPacket(*r)
		f.DissectRecord(d, r.Off)
		d.Unknown(d.Left())
		tree := d.Done()
		check(tree)
		if len(tree.Errs()) > 0 && err == nil {
			t.Fatalf("packet %d: %v", i, tree.Errs())
		}
		if at := tree.Find("rawfile.time"); at == nil || at.Value != field.Dur(time.Duration(r.Time)) {
			t.Fatalf("packet %d: the tree has another time than the record", i)
		}
	}
	if last >= 0 {
		var back Record
		if f.Record(last+1, &back) == nil {
			t.Fatalf("a packet begins at %d", last+1)
		}
	}
	for i, blk := range f.Blocks() {
		d, err := f.DissectBlock(i)
		if err != nil {
			t.Fatalf("%+v: %v", blk, err)
		}
		check(d)
		if blk.Off < 0 || blk.Len < 0 || blk.Off+blk.Len > int64(len(b)) || blk.Kind == "" || strings.HasSuffix(blk.Text, ".") {
			t.Fatalf("%+v of %d bytes", blk, len(b))
		}
	}
	return f, recs, err
}

// says holds an error to its sentinel, offset and words.
func says(t *testing.T, err error, is error, off int64, words string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want %q", words)
		return
	}
	e := faultOf(t, err)
	if !errors.Is(e, is) || e.Off != off || !strings.Contains(e.What, words) {
		t.Errorf("%v (%v), want %q at %d", e, e.Err, words, off)
	}
}

func TestILBCFile(t *testing.T) {
	frame := strings.Repeat("0123456789", 5)
	f, recs, err := raw(t, []byte("#!iLBC30\n"+frame+frame+frame), "")
	if err != nil || len(recs) != 3 || recs[2].Off != 109 || recs[2].Time != 60e6 || len(recs[2].Data) != 50 || recs[0].LinkType != FrameLink+7 {
		t.Errorf("%+v, %v", recs, err)
	}
	if f.Title() != "iLBC frames of 30 ms" || f.Format() != "ilbc" {
		t.Error(f.Title())
	}
	f, recs, err = raw(t, []byte("#!iLBC20\n"+frame), "") // 38 and 12 bytes
	if len(recs) != 1 || recs[0].LinkType != FrameLink+6 || len(f.Blocks()) != 2 {
		t.Errorf("%+v, %v", recs, f.Blocks())
	}
	says(t, err, field.ErrShort, 47, "the file ends inside a frame: it needs 38 bytes, 12 are there")
	if _, recs, err = raw(t, []byte("#!iLBC20\n"), ""); err != nil || len(recs) != 0 {
		t.Error(recs, err)
	}
	_, _, err = raw(t, []byte("#!iLBC25\nabc"), "")
	says(t, err, field.ErrUnsupported, 0, "neither #!iLBC20 nor #!iLBC30")
}

func TestBareFiles(t *testing.T) {
	ramp := make([]byte, 330)
	for i := range ramp {
		ramp[i] = byte(i) | 0x80
	}
	for _, c := range []struct {
		as    string
		n     int
		sizes string
		link  uint16
		lasts int64 // ms a packet
		err   string
		over  int // bytes left over
	}{
		{"pcmu", 330, "[160 160 10]", 1, 20, "", 0},
		{"pcma", 320, "[160 160]", 2, 20, "", 0},
		{"pcma", 1, "[1]", 2, 20, "", 0},
		{"g722", 161, "[160 1]", 3, 20, "", 0},
		{"l16", 323, "[320 3]", 4, 20, "", 0},
		{"g729", 30, "[10 10 10]", 5, 10, "", 0},
		{"g729", 22, "[10 10 2]", 5, 10, "", 0},
		{"g729", 25, "[10 10]", 5, 10, "it needs 10 bytes, 5 are there", 5},
		{"ilbc20", 77, "[38 38]", 6, 20, "it needs 38 bytes, 1 are there", 1},
		{"ilbc30", 100, "[50 50]", 7, 30, "", 0},
	} {
		f, recs, err := raw(t, ramp[:c.n], c.as)
		var sizes []int
		for i, r := range recs {
			sizes = append(sizes, len(r.Data))
			if r.Time != int64(i)*c.lasts*1e6 || r.LinkType != FrameLink+c.link {
				t.Errorf("%s: %+v", c.as, r)
			}
		}
		if fmt.Sprint(sizes) != c.sizes || (err == nil) != (c.err == "") {
			t.Errorf("%s, %d bytes: %v, %v", c.as, c.n, sizes, err)
		} else if err != nil {
			says(t, err, field.ErrShort, int64(c.n-c.over), c.err)
		}
		if f == nil {
			t.Fatal(err)
		}
		if b := f.Blocks()[0]; b.Kind != "Bare frames" || !strings.Contains(b.Text, "as you say") {
			t.Errorf("%+v", b)
		}
		rate, channels := f.FrameParams()
		if want := c.as == "l16"; want != (rate == 8000 && channels == 1) || !want && rate+channels != 0 {
			t.Errorf("%s: %d Hz, %d channels", c.as, rate, channels)
		}
	}
	_, err := OpenAs(bytes.NewReader(ramp), "gsm")
	says(t, err, field.ErrUnsupported, 0, "“gsm” is no codec")
	_, err = OpenAs(bytes.NewReader(nil), "pcmu")
	says(t, err, field.ErrFormat, 0, "the file is empty")
	_, err = OpenAs(strings.NewReader("#!iLBC30\n"), "ilbc30")
	says(t, err, field.ErrFormat, 0, "the mark of ilbc")
	_, err = OpenAs(bytes.NewReader(ramp), "")
	says(t, err, field.ErrFormat, 0, "bare frames of G.711, G.729 or iLBC")
}

// silk writes a SILK file of packets with the given lengths.
func silk(lead string, end bool, lengths ...int) []byte {
	b := []byte(lead + "#!SILK_V3")
	for i, n := range lengths {
		b = binary.LittleEndian.AppendUint16(b, uint16(n))
		b = append(b, bytes.Repeat([]byte{byte(i)}, n)...)
	}
	if end {
		b = append(b, 0xff, 0xff)
	}
	return b
}

func TestSILKFile(t *testing.T) {
	f, recs, err := raw(t, silk("", true, 20, 0, 33), "")
	if err != nil || len(recs) != 3 || recs[2].Off != 33 || recs[2].Time != 40e6 || len(recs[1].Data) != 0 || len(recs[2].Data) != 33 || recs[0].LinkType != FrameLink+9 {
		t.Errorf("%+v, %v", recs, err)
	}
	if b := f.Blocks(); len(b) != 2 || b[1].Kind != "End mark" {
		t.Errorf("%+v", b)
	}
	if _, recs, err = raw(t, silk("\x02", false, 20, 21), ""); err != nil || len(recs) != 2 || recs[0].Off != 10 {
		t.Errorf("%+v, %v", recs, err)
	}
	b := silk("", false, 20, 21)
	_, recs, err = raw(t, b[:len(b)-1], "")
	if len(recs) != 1 {
		t.Errorf("%+v", recs)
	}
	says(t, err, field.ErrShort, 31, "the file ends inside a frame: it needs 23 bytes, 22 are there")
	f, recs, err = raw(t, append(silk("", true, 20), "after"...), "")
	if len(recs) != 1 || !f.Blocks()[2].Bad {
		t.Errorf("%+v, %v", recs, f.Blocks())
	}
	says(t, err, field.ErrFormat, 33, "5 bytes follow the end mark")
	f, recs, err = raw(t, silk("", false, 20, 6000), "")
	if len(recs) != 1 || f.Blocks()[1].Kind != "Unreadable" {
		t.Errorf("%+v, %v", recs, f.Blocks())
	}
	says(t, err, field.ErrLimit, 31, "a packet claims 6000 bytes, more than the 5120 of the longest")
	_, _, err = raw(t, []byte("#!SILK\nabc"), "")
	says(t, err, field.ErrUnsupported, 0, "another version than 3")

	var many []int // looking back starts from marks
	for i := range 1500 {
		many = append(many, i%90)
	}
	if _, recs, err = raw(t, silk("", true, many...), ""); err != nil || len(recs) != 1500 || recs[1499].Time != 1499*20e6 {
		t.Errorf("%d packets, %v", len(recs), err)
	}
}

// An oggMaker writes pages.
type oggMaker struct {
	b      []byte
	serial uint32
	number uint32
	table  *[256]uint32
}

// page appends a page with a segment table and data.
func (m *oggMaker) page(flags byte, granule int64, table []byte, data []byte) *oggMaker {
	if m.table == nil {
		m.table = oggTable()
	}
	p := append([]byte("OggS\x00"), flags)
	p = binary.LittleEndian.AppendUint64(p, uint64(granule))
	p = binary.LittleEndian.AppendUint32(p, m.serial)
	p = binary.LittleEndian.AppendUint32(p, m.number)
	p = append(p, 0, 0, 0, 0, byte(len(table)))
	p = append(append(p, table...), data...)
	binary.LittleEndian.PutUint32(p[22:], oggSum(p, m.table))
	m.b = append(m.b, p...)
	m.number++
	return m
}

// packets appends a page of whole packets.
func (m *oggMaker) packets(flags byte, granule int64, packets ...[]byte) *oggMaker {
	var table, data []byte
	for _, p := range packets {
		for n := len(p); ; n -= 255 {
			table = append(table, byte(min(n, 255)))
			if n < 255 {
				break
			}
		}
		data = append(data, p...)
	}
	return m.page(flags, granule, table, data)
}

func testHead(channels byte) []byte {
	return append([]byte("OpusHead\x01"), channels, 0x38, 0x01, 0x80, 0xbb, 0, 0, 0, 0, 0)
}

func testTags() []byte {
	return []byte("OpusTags\x06\x00\x00\x00nobody\x02\x00\x00\x00\x05\x00\x00\x00A=one\x00\x00\x00\x00")
}

// opusPacket is n bytes whose first says 20 ms of SILK.
func opusPacket(n int, fill byte) []byte {
	b := bytes.Repeat([]byte{fill}, n)
	b[0] = 0x48
	return b
}

func TestOggOpus(t *testing.T) {
	m := &oggMaker{serial: 7}
	m.packets(2, 0, testHead(1)).packets(0, 0, testTags())
	first := len(m.b)
	m.packets(0, 2880, opusPacket(30, 1), opusPacket(255, 2), opusPacket(510, 3))
	long := opusPacket(700, 4) // over three pages
	m.page(0, 4800, []byte{10, 255}, append(opusPacket(10, 5), long[:255]...))
	m.page(1, -1, []byte{255}, long[255:510])
	m.page(1, 5760, []byte{190, 20}, append(append([]byte{}, long[510:]...), opusPacket(20, 6)...))
	m.packets(4, 6720, opusPacket(40, 7))
	f, recs, err := raw(t, m.b, "")
	if err != nil || len(recs) != 7 {
		t.Fatalf("%d packets, %v", len(recs), err)
	}
	for i, want := range []int{30, 255, 510, 10, 700, 20, 40} {
		if len(recs[i].Data) != want || recs[i].Time != int64(i)*20e6 || recs[i].LinkType != FrameLink+10 {
			t.Errorf("packet %d: %d bytes at %d", i, len(recs[i].Data), recs[i].Time)
		}
	}
	if !bytes.Equal(recs[4].Data, long) || recs[0].Off != int64(first+27+6) {
		t.Errorf("the long packet is not put together, or the first lies at %d", recs[0].Off)
	}
	if b := f.Blocks(); len(b) != 2 || b[0].Kind != "OpusHead" || b[1].Kind != "OpusTags" || b[0].Text != "1 channel, 312 samples to be skipped, made from 48000 Hz" {
		t.Errorf("%+v", b)
	}
	if rate, channels := f.FrameParams(); rate != 0 || channels != 1 || f.Title() != "Ogg Opus, 1 channel" {
		t.Error(rate, channels, f.Title())
	}
	tree, _ := f.DissectBlock(1)
	if n := tree.Find("opustags.text"); n == nil || n.Text() != "A=one" || len(tree.Errs()) > 0 {
		t.Error(tree.Errs())
	}
	d := beginPacket(recs[4])
	f.DissectRecord(d, recs[4].Off)
	if tree = d.Done(); len(tree.Buffers) != 4 || tree.Buffers[2].FileOff <= tree.Buffers[1].FileOff {
		t.Errorf("%d buffers", len(tree.Buffers))
	}
}

// Bad pages: what can be read stays.
// What is decoded and not heard, and where missing pages belong; a second reading of a record says
// the same time as the first.
func TestOggTrims(t *testing.T) {
	at := func(c byte) []byte { return opusPacket(30, c) }
	head := func() *oggMaker {
		return (&oggMaker{serial: 7}).packets(2, 0, testHead(1)).packets(0, 0, testTags())
	}
	const skip = 0x138
	lost := func(m *oggMaker) *oggMaker { m.number += 2; return m }
	second := func(m *oggMaker) *oggMaker {
		m.serial, m.number = 8, 0
		return m.packets(2, 0, testHead(1)).packets(0, 0, testTags())
	}
	for name, x := range map[string]struct {
		m     *oggMaker
		times []int64 // in packets of 20 ms
		trims []Trim
	}{
		"whole":        {head().packets(0, 1920, at(1), at(2)).packets(4, 3840, at(3), at(4)), []int64{0, 1, 2, 3}, []Trim{{0, skip}}},
		"trimmed":      {head().packets(0, 1920, at(1), at(2)).packets(4, 3000, at(3), at(4)), []int64{0, 1, 2, 3}, []Trim{{0, skip}, {3000, 840}}},
		"one page":     {head().packets(4, 1000, at(1), at(2)), []int64{0, 1}, []Trim{{0, skip}, {1000, 920}}},
		"a later part": {head().packets(0, 961920, at(1), at(2)).packets(4, 963840, at(3), at(4)), []int64{0, 1, 2, 3}, []Trim{{0, skip}}},
		"a hole":       {lost(head().packets(0, 1920, at(1), at(2))).packets(4, 9000, at(3), at(4)), []int64{0, 1, 7, 8}, []Trim{{0, skip}}},
		"a later hole": {lost(head().packets(0, 961920, at(1), at(2))).packets(4, 969600, at(3), at(4)), []int64{0, 1, 8, 9}, []Trim{{0, skip}}},
		"its begin":    {lost(head()).packets(4, 9600, at(3), at(4)), []int64{8, 9}, []Trim{{0, skip}}},
		"absurd":       {lost(head().packets(0, 1920, at(1), at(2))).packets(4, 1<<60, at(3), at(4)), []int64{0, 1, 2, 3}, []Trim{{0, skip}}},
		"a chain":      {second(head().packets(4, 1000, at(1), at(2))).packets(4, 1000, at(1), at(2)), []int64{0, 1, 2, 3}, []Trim{{0, skip}, {1000, 920}, {1920, skip}, {2920, 920}}},
	} {
		f, recs, _ := raw(t, x.m.b, "")
		if len(recs) != len(x.times) {
			t.Errorf("%s: %d packets", name, len(recs))
			continue
		}
		first := recs[0].Time
		for i, r := range recs {
			want := x.times[i] * 20e6
			if name == "a hole" && i > 1 { // the last page says when it ends
				want = int64(9000-1920+960*(i-2)) * 1e9 / opusRate
			}
			var again Record
			if err := f.Record(r.Off, &again); err != nil || again.Time != r.Time || r.Time != want {
				t.Errorf("%s: packet %d is at %d ns (of %d) and %d, want %d: %v", name, i+1, r.Time, first, again.Time, want, err)
			}
		}
		if !slices.Equal(f.Trims(), x.trims) {
			t.Errorf("%s: %v, want %v", name, f.Trims(), x.trims)
		}
	}
}

func TestOggFaults(t *testing.T) {
	start := func() *oggMaker {
		return (&oggMaker{serial: 7}).packets(2, 0, testHead(2)).packets(0, 0, testTags()).packets(0, 960, opusPacket(30, 1))
	}
	m := start()
	at := len(m.b)
	m.packets(0, 1920, opusPacket(30, 2)).packets(4, 2880, opusPacket(30, 3))
	whole := m.b

	b := bytes.Clone(whole)
	b[at+40] ^= 1
	f, recs, err := raw(t, b, "")
	if len(recs) != 3 {
		t.Errorf("%d packets", len(recs))
	}
	says(t, err, field.ErrChecksum, int64(at), "the checksum of page 3 is wrong")
	if blk := f.Blocks()[2]; !blk.Bad || blk.Off != int64(at) {
		t.Errorf("%+v", blk)
	}

	_, recs, err = raw(t, append(bytes.Clone(whole[:at]), whole[at+58:]...), "") // a page is missing
	if len(recs) != 2 || recs[1].Time != 40e6 {                                  // what it held is not closed up
		t.Errorf("%+v", recs)
	}
	says(t, err, field.ErrShort, int64(at), "page 4 follows where page 3 should")

	b = append(append(bytes.Clone(whole[:at]), "OggSnoise Og"...), whole[at:]...)
	_, recs, err = raw(t, b, "")
	if len(recs) != 3 {
		t.Errorf("%d packets", len(recs))
	}
	says(t, err, field.ErrFormat, int64(at), "12 bytes are no Ogg page and are left out")

	_, recs, err = raw(t, append(bytes.Clone(whole), "trailing"...), "")
	if len(recs) != 3 {
		t.Errorf("%d packets", len(recs))
	}
	says(t, err, field.ErrFormat, int64(len(whole)), "8 bytes are no Ogg page")

	_, recs, err = raw(t, whole[:len(whole)-3], "")
	if len(recs) != 2 {
		t.Errorf("%d packets", len(recs))
	}
	says(t, err, field.ErrShort, int64(at+58), "the file ends inside a page: it needs 58 bytes, 55 are there")

	m = start().packets(4, 2880, opusPacket(30, 2), opusPacket(30, 3)) // the first of two is whole
	f, recs, err = raw(t, m.b[:len(m.b)-1], "")
	if len(recs) != 2 || recs[1].Time != 20e6 {
		t.Errorf("%+v, %v", recs, f.Blocks())
	}
	says(t, err, field.ErrShort, int64(at), "the file ends inside a page: it needs 89 bytes, 88 are there")

	m = start().page(0, -1, []byte{255}, opusPacket(255, 9)) // begun, and never ended
	_, recs, err = raw(t, m.b, "")
	if len(recs) != 1 {
		t.Errorf("%d packets", len(recs))
	}
	says(t, err, field.ErrShort, int64(at+28), "a packet that begins here has no end: the file ends")

	_, recs, err = raw(t, m.packets(4, 1920, opusPacket(31, 4)).b, "")
	if len(recs) != 2 || len(recs[1].Data) != 31 {
		t.Errorf("%+v", recs)
	}
	says(t, err, field.ErrShort, int64(at+28), "the next page does not go on with it")

	m = start().page(1, 1920, []byte{200, 30}, append(opusPacket(200, 1), opusPacket(30, 2)...)) // goes on with nothing
	_, recs, err = raw(t, m.b, "")
	if len(recs) != 2 || len(recs[1].Data) != 30 {
		t.Errorf("%+v", recs)
	}
	says(t, err, field.ErrShort, int64(at+29), "the rest of a packet, 200 bytes, whose beginning is missing")

	m = start().page(0, 1920, []byte{0, 30}, opusPacket(30, 2))
	_, recs, err = raw(t, m.b, "")
	if len(recs) != 2 {
		t.Errorf("%+v", recs)
	}
	says(t, err, field.ErrFormat, int64(at+29), "a packet without any byte")

	m = start()
	m.serial = 99 // another stream between
	m.packets(2, 0, []byte("fishead"))
	m.serial, m.number = 7, 3
	m.page(0, 960, nil, nil).packets(4, 1920, opusPacket(30, 2))
	f, recs, err = raw(t, m.b, "")
	if len(recs) != 2 || err != nil || len(f.Blocks()) != 4 || !strings.Contains(f.Blocks()[2].Text, "another stream") || f.Blocks()[3].Text != "without any packet" {
		t.Errorf("%+v, %v, %v", recs, err, f.Blocks())
	}

	m.serial, m.number = 8, 0 // a second stream chained to the first
	m.packets(2, 0, testHead(1)).packets(0, 0, testTags()).packets(4, 960, opusPacket(33, 1))
	f, recs, err = raw(t, m.b, "")
	if len(recs) != 3 || err != nil || recs[2].Time != 40e6 || len(f.Blocks()) != 6 {
		t.Errorf("%+v, %v, %v", recs, err, f.Blocks())
	}

	m = (&oggMaker{}).packets(2, 0, testHead(1)).packets(0, 0, []byte("something else")).packets(0, 960, opusPacket(30, 1))
	_, recs, err = raw(t, m.b, "")
	if len(recs) != 1 {
		t.Errorf("%+v", recs)
	}
	says(t, err, field.ErrFormat, int64(len((&oggMaker{}).packets(2, 0, testHead(1)).b)+28), "a packet OpusTags should be here")
}

// Header packets that lie, and such as are spread over pages.
func TestOpusHeaders(t *testing.T) {
	long := append([]byte("OpusTags\x06\x00\x00\x00nobody\x01\x00\x00\x00"), binary.LittleEndian.AppendUint32(nil, 600)...)
	long = append(long, bytes.Repeat([]byte("x"), 600)...)
	m := (&oggMaker{}).packets(2, 0, append(testHead(2)[:18], 1, 2, 0, 0, 1)).page(0, -1, []byte{255, 255}, long[:510]).
		page(1, 0, []byte{byte(len(long) - 510)}, long[510:]).packets(0, 960, opusPacket(30, 1))
	f, recs, err := raw(t, m.b, "")
	if err != nil || len(recs) != 1 || len(f.Blocks()) != 2 {
		t.Fatalf("%+v, %v", f.Blocks(), err)
	}
	head, _ := f.DissectBlock(0)
	tags, _ := f.DissectBlock(1)
	if n := head.Find("opushead.coupled"); n == nil || len(head.Errs()) > 0 {
		t.Error(head.Errs())
	}
	if n := tags.Find("opustags.text"); n == nil || len(n.Text()) != 600 || len(tags.Errs()) > 0 || len(tags.Buffers) != 2 {
		t.Error(tags.Errs())
	}
	for _, tags := range []string{
		"OpusTags\xff\xff\xff\xffnobody",
		"OpusTags\x00\x00\x00\x00\xff\xff\xff\xff\x02\x00\x00\x00ab\x09\x00\x00\x00c",
		"OpusTags",
	} {
		m := (&oggMaker{}).packets(2, 0, testHead(1)[:11]).packets(0, 0, []byte(tags))
		f, _, err := raw(t, m.b, "")
		if err != nil {
			t.Fatal(err)
		}
		for i := range f.Blocks() {
			if d, _ := f.DissectBlock(i); len(d.Errs()) == 0 {
				t.Errorf("%q: block %d has no fault", tags, i)
			}
		}
	}
}

// Sound that is not read is refused by name.
func TestSoundStrangers(t *testing.T) {
	for what, words := range map[string]string{
		"#!AMR\n\x3c":          "an AMR recording",
		"#!AMR-WB\n\x3c":       "an AMR recording",
		"\x02#!SILK\n":         "another version than 3",
		"fLaC\x00\x00":         "a FLAC sound",
		".snd\x00\x00\x00":     "an AU sound",
		"OggS\x00\x02\x00\x00": "an Ogg file without Opus",
		string((&oggMaker{}).packets(2, 0, []byte("\x01vorbis..")).b): "an Ogg file of Vorbis",
		string((&oggMaker{}).packets(2, 0, []byte("Speex   1.2")).b):  "an Ogg file of Speex",
		string((&oggMaker{}).packets(2, 0, []byte("\x7fFLAC")).b):     "an Ogg file without Opus",
	} {
		_, err := Open(strings.NewReader(what))
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%.10q: %v", what, err)
			continue
		}
		faultOf(t, err)
	}
}

// Real files of frames.
func TestRealFrames(t *testing.T) {
	dir := filepath.Join(capturesDir(t), "codec")
	for _, c := range []struct {
		name, as string
		n, last  int
		link     uint16
	}{{"ilbc30-frames.lbc", "", 142, 50, 7}, {"g729a-frames.g729", "g729", 424, 10, 5}, {"pcma.al", "pcma", 354, 160, 2}} {
		b, err := os.ReadFile(filepath.Join(dir, c.name))
		if err != nil {
			t.Fatal(err)
		}
		_, recs, err := raw(t, b, c.as)
		if err != nil || len(recs) != c.n || len(recs[c.n-1].Data) != c.last || recs[0].LinkType != FrameLink+c.link {
			t.Errorf("%s: %d frames, %v", c.name, len(recs), err)
		}
	}
}

// Whatever the bytes: what raw checks holds for them.
func FuzzFrames(f *testing.F) {
	m := (&oggMaker{serial: 7}).packets(2, 0, testHead(1)).packets(0, 0, testTags()).packets(0, 2880, opusPacket(30, 1), opusPacket(255, 2))
	f.Add(uint8(0), bytes.Clone(m.b))
	f.Add(uint8(0), bytes.Clone(m.page(0, -1, []byte{9, 255}, append(opusPacket(9, 1), opusPacket(255, 2)...)).page(1, 5000, []byte{4}, []byte("rest")).b))
	f.Add(uint8(0), silk("\x02", true, 20, 30))
	f.Add(uint8(0), append(silk("", true, 20), "more"...))
	f.Add(uint8(0), []byte("#!iLBC20\n"+strings.Repeat("x", 80)))
	for i := range bareKinds {
		f.Add(uint8(i+1), bytes.Repeat([]byte("\xd5\x55abc"), 40))
	}
	f.Fuzz(func(t *testing.T, which uint8, b []byte) {
		as := ""
		if n := int(which) % (len(bareKinds) + 1); n > 0 {
			as = bareKinds[n-1].as
		}
		if as == "" && !isSILK(b) && !isILBC(b) && !isOggOpus(b[:min(len(b), headLen)]) {
			return
		}
		file, _, err := raw(t, b, as)
		if err != nil {
			faultOf(t, err)
		}
		if file == nil {
			return
		}
		var r Record
		for off := int64(0); off < min(int64(len(b)), 300); off++ { // where no packet may be
			if file.Record(off, &r) == nil && r.Off != off {
				t.Fatalf("a packet at %d says it is at %d", off, r.Off)
			}
		}
		d := dissect.Begin(specPacket, nil, 0, 1, -1)
		file.DissectRecord(d, int64(len(b))/2)
		if err := d.Done().Check(); err != nil {
			t.Fatal(err)
		}
	})
}

// An hour of Opus is listed in a blink.
func BenchmarkOgg(b *testing.B) {
	m := (&oggMaker{}).packets(2, 0, testHead(1)).packets(0, 0, testTags())
	for range 600 {
		var page [][]byte
		for range 50 {
			page = append(page, opusPacket(60, 1))
		}
		m.packets(0, 0, page...)
	}
	b.SetBytes(int64(len(m.b)))
	b.ReportAllocs()
	for b.Loop() {
		f, err := Open(bytes.NewReader(m.b))
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		if err := f.Feed(m.b, func(*Record) { n++ }); err != nil || n != 30000 {
			b.Fatal(n, err)
		}
	}
}
