package skype

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"
	"testing"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
	"somscope/decoder/internal/golden"
)

var contextWords = map[string]ListContext{
	"": NoContext, "login": ListLogin1, "hostcache": ListHostCache, "chat": ListChat, "slot": ListSlot,
	"session": ListSession1, "pong": ListPong, "redirect": ListRedirect,
}

func readListOf(b []byte, ctx ListContext) *field.Dissection {
	d := dissect.Begin(&specRoot, b, len(b), 1, -1)
	ReadList(d, ctx)
	return d.Done()
}

func TestLists(t *testing.T) {
	golden.RunCases(t, "testdata/list", func(t *testing.T, c *golden.Case) *field.Dissection {
		ctx, ok := contextWords[c.Param("context")]
		if !ok {
			t.Fatalf("no context %q", c.Param("context"))
		}
		d := readListOf(c.Data, ctx)
		listed(t, d)
		return d
	})
}

// Where a list is wrong, the fault says at which byte.
func TestListFaults(t *testing.T) {
	want := map[string]int64{
		"unknown-type": 5, "no-list": 0, "nothing": 1, "count": 1, "count-close": 1, "count-short": 12, "words-overflow": 9,
		"blob": 6, "string": 4, "address": 8, "number-long": 4, "number-wide": 4, "deep": 4 * MaxListDepth, "packed-bare": 1,
	}
	for _, c := range golden.Load(t, "testdata/list") {
		errs := readListOf(c.Data, contextWords[c.Param("context")]).Errs()
		off, bad := want[c.Name]
		if bad != (len(errs) > 0) {
			t.Errorf("%s: faults %v, expected one: %v", c.Name, errs, bad)
		} else if bad && errs[0].Off != off {
			t.Errorf("%s: %v, want offset %d", c.Name, errs[0], off)
		}
	}
}

// A list leaves alone what stands behind it, and says whether it could be read.
func TestListEnds(t *testing.T) {
	d := dissect.Begin(&specRoot, []byte{0x41, 1, 0, 5, 9, 0xaa, 0xbb}, 7, 1, -1)
	ReadList(d, NoContext)
	if !d.OK() || d.Left() != 2 {
		t.Errorf("ok %v, %d left", d.OK(), d.Left())
	}
	listed(t, d.Done())
	d = dissect.Begin(&specRoot, []byte{0x41, 1, 9, 5, 9, 0xaa, 0xbb}, 7, 1, -1)
	ReadList(d, NoContext)
	if d.OK() {
		t.Error("an unknown type was read")
	}
	listed(t, d.Done())
}

// Hostile lists end at once: they cost what is there, not what they claim.
func TestHostileLists(t *testing.T) {
	deep := bytes.Repeat([]byte{0x41, 0x01, 0x05, 0x00}, 10000)
	many := append([]byte{0x41, 0xff, 0xff, 0xff, 0xff, 0x0f}, bytes.Repeat([]byte{0, 1, 2}, 30000)...)
	words := append([]byte{0x41, 1, 6, 0, 0xff, 0xff, 0xff, 0x07}, make([]byte, 100000)...)
	honest := append([]byte{0x41, 1, 6, 0, 0xa0, 0x8d, 0x06}, make([]byte, 100000)...)
	blob := []byte{0x41, 1, 4, 0, 0xff, 0xff, 0xff, 0xff, 0x0f}
	for name, b := range map[string][]byte{"deep": deep, "many": many, "words": words, "honest": honest, "blob": blob} {
		d := readListOf(b, NoContext)
		listed(t, d)
		if len(d.Errs()) == 0 {
			t.Errorf("%s: no fault", name)
		}
		if name == "deep" && d.Errs()[0].Err != field.ErrLimit {
			t.Errorf("%s: %v", name, d.Errs()[0])
		}
	}
}

// A capture that cut a list is not accused of lying.
func TestListCut(t *testing.T) {
	b := []byte{0x41, 0x05, 0, 1, 2, 0}
	d := dissect.Begin(&specRoot, b, 40, 1, -1)
	ReadList(d, NoContext)
	tree := d.Done()
	listed(t, tree)
	errs := tree.Errs()
	if len(errs) != 1 || errs[0].Err != field.ErrSnapped {
		t.Errorf("%v", errs)
	}
}

func TestContextsAreWritten(t *testing.T) {
	for c, table := range listTables {
		if table.spec == nil {
			t.Errorf("context %d has no Spec", c)
		}
		if len(table.objects) > 0 && table.name == "" {
			t.Errorf("context %d has no name", c)
		}
		for _, o := range table.objects {
			if o.name == "" || o.typ > objWords && o.typ != objAny {
				t.Errorf("context %d: object %d: name %q, type %d", c, o.id, o.name, o.typ)
			}
			if s, ok := table.spec.Enum.Name(uint64(o.id)); !ok || !strings.Contains(s, o.name) {
				t.Errorf("context %d: object %d is %q in its Spec", c, o.id, s)
			}
		}
	}
	if ListContext(200).table() != &listTables[NoContext] {
		t.Error("an unknown context has ids")
	}
}

func FuzzList(f *testing.F) {
	for i, b := range golden.Seeds(f, "testdata/list") {
		f.Add(b, uint8(i))
	}
	f.Fuzz(func(t *testing.T, b []byte, ctx uint8) {
		listed(t, readListOf(b, ListContext(ctx)))
	})
}

// BenchmarkReadList reads a list of 200 addresses, as a host cache has.
func BenchmarkReadList(b *testing.B) {
	list := []byte{0x41, 0xc8, 0x01}
	for i := range 200 {
		list = append(list, 2, 0, 192, 0, 2, byte(i))
		list = binary.BigEndian.AppendUint16(list, 33033)
	}
	b.SetBytes(int64(len(list)))
	b.ReportAllocs()
	for b.Loop() {
		d := dissect.Begin(&specRoot, list, len(list), 1, -1)
		ReadList(d, ListSlot)
		if d.Done() == nil || !d.OK() {
			b.Fatal("not read")
		}
	}
}

func readCommandsOf(t *testing.T, c *golden.Case) *field.Dissection {
	x := CommandContext{Partial: c.Param("partial") != ""}
	if id := c.Param("id"); id != "" {
		n, err := strconv.ParseUint(id, 16, 16)
		if err != nil {
			t.Fatal(err)
		}
		x.ID, x.HasID = uint16(n), true
	}
	d := dissect.Begin(&specRoot, c.Data, len(c.Data), 1, -1)
	ReadCommands(d, x)
	return d.Done()
}

func TestCommands(t *testing.T) {
	golden.RunCases(t, "testdata/cmd", func(t *testing.T, c *golden.Case) *field.Dissection {
		d := readCommandsOf(t, c)
		listed(t, d)
		return d
	})
}

func TestCommandFaults(t *testing.T) {
	want := map[string]int64{"lies": 3, "short": 1, "bad-list": 6}
	for _, c := range golden.Load(t, "testdata/cmd") {
		errs := readCommandsOf(t, c).Errs()
		off, bad := want[c.Name]
		if bad != (len(errs) > 0) {
			t.Errorf("%s: faults %v, expected one: %v", c.Name, errs, bad)
		} else if bad && errs[0].Off != off {
			t.Errorf("%s: %v, want offset %d", c.Name, errs[0], off)
		}
	}
}

func TestCommandTable(t *testing.T) {
	last := uint32(0)
	for _, k := range commands {
		if k.number <= last && last != 0 {
			t.Errorf("command %d is out of order", k.number)
		}
		last = k.number
		if k.flags == 0 || k.flags > 7 || (k.doc == "") != (k.trust == field.Unknown) || k.doc != "" && k.name == "" {
			t.Errorf("command %d: %+v", k.number, k)
		}
		if k.name != "" && (CommandName(k.number, k.flags) != k.name || specCmdNumber.Enum.Text(uint64(k.number)) != k.name) {
			t.Errorf("command %d is called %q", k.number, CommandName(k.number, k.flags))
		}
		if CommandName(k.number, k.flags^7) != "" {
			t.Errorf("command %d has a name with other flags", k.number)
		}
	}
	for _, c := range []struct {
		number uint32
		flags  uint8
		want   string
	}{{27, 2, "Probe"}, {28, 3, "Accept"}, {35, 2, "Ping"}, {36, 3, "Pong"}, {27, 3, ""}, {1000, 2, ""}} {
		if got := CommandName(c.number, c.flags); got != c.want {
			t.Errorf("CommandName(%d, %d) = %q, want %q", c.number, c.flags, got, c.want)
		}
	}
}

func FuzzCommands(f *testing.F) {
	for _, b := range golden.Seeds(f, "testdata/cmd") {
		f.Add(b, uint16(0x1234), true, false)
	}
	f.Fuzz(func(t *testing.T, b []byte, id uint16, has, partial bool) {
		d := dissect.Begin(&specRoot, b, len(b), 1, -1)
		ReadCommands(d, CommandContext{ID: id, HasID: has, Partial: partial})
		listed(t, d.Done())
		infoText(b, "x")
	})
}
