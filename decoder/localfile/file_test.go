package localfile

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"somscope/decoder/field"
	"somscope/decoder/skype"
)

func TestSniff(t *testing.T) {
	noise := make([]byte, 4096)
	rand.New(rand.NewSource(1)).Read(noise)
	for _, c := range []struct {
		head []byte
		name string
		want Kind
	}{
		{[]byte("<?xml version"), "", OtherXML},
		{[]byte("\xef\xbb\xbf\r\n <config>"), "", OtherXML},
		{wideText("\uFEFF<?xml", binary.LittleEndian), "", OtherXML},
		{wideText("<config/>", binary.BigEndian), "", OtherXML},
		{[]byte("\x00\x00lost bytes<?xml version='1.0'?>"), "", OtherXML},
		{[]byte("l33l\x10"), "", Records},
		{[]byte("SQLite format 3\x00\x10"), "anything", Database},
		{noise, "t2.log", Log},
		{noise, "t2.bin", None},
		{bytes.Repeat([]byte("a line of a log\n"), 200), "t2.log", None},
		{[]byte("< 3 > 2"), "", None},
		{[]byte("\xd4\xc3\xb2\xa1\x02\x00\x04\x00"), "", None},
		{nil, "config.xml", None},
	} {
		if got := Sniff(c.head, c.name); got != c.want {
			t.Errorf("%.12q, %q: %v, want %v", c.head, c.name, got, c.want)
		}
	}
	for name, b := range map[string][]byte{"empty": nil, "a capture": []byte("\xd4\xc3\xb2\xa1\x02\x00\x04\x00")} {
		_, err := Open(memory(b), name)
		var e *field.Error
		if !errors.As(err, &e) || !errors.Is(err, field.ErrFormat) || e.What == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	f := opened(t, noise, "t2.log")
	if f.Kind() != Log || f.Len() != 1 || !strings.Contains(f.Says(), "may be") {
		t.Errorf("%v: %s", f.Kind(), f.Says())
	}
}

// Whose file it is, the elements tell, not the name.
func TestKinds(t *testing.T) {
	for text, want := range map[string]Kind{
		"<config version='1.0' serial='1' timestamp='2'/>":                                                    OtherSkype,
		"<config><Lib><Connection><ListeningPort>1</ListeningPort></Connection></Lib></config>":               Shared,
		"<config><Lib><CentralStorage><SyncSet><u/></SyncSet></CentralStorage></Lib></config>":                Config,
		"<config><Lib><Account><Credentials>00</Credentials></Account></Lib></config>":                        Config,
		"<config><DisableCodecs>ISAC</DisableCodecs></config>":                                                Config,
		"<config><UI><General><LastLogin>x</LastLogin></General></UI></config>":                               OtherSkype,
		"<config><database><user>x</user></database></config>":                                                OtherXML,
		"<configuration><Lib><Connection/></Lib></configuration>":                                             OtherXML,
		"<project><config><Lib><Connection><HostCache>4100</HostCache></Connection></Lib></config></project>": OtherXML,
	} {
		f := opened(t, []byte(text), "x.xml")
		if f.Kind() != want {
			t.Errorf("%s: %v, want %v", text, f.Kind(), want)
		}
		if p, err := f.Piece(0); err != nil || want == OtherXML && (!strings.Contains(f.Says(), "not Skype's") || p.Spec == &specElementUnknown) {
			t.Errorf("%s: %s, %+v, %v", text, f.Says(), p, err)
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		in, want string
		changed  bool
	}{
		{"echo123", "echo123", false}, {"_.2B15550100", "+15550100", true}, {"_1", "1", true}, {"_4example", "4example", true},
		{"_x", "_x", false}, {"a_.40b_.2e", "a@b.", true}, {"a_.4", "a_.4", false}, {"a_.GGb", "a_.GGb", false},
		{"_.C3_.A4", "ä", true}, {"_.FF", "\uFFFD", true}, {"", "", false}, {"_", "_", false},
	} {
		if got, changed := plainName(c.in); got != c.want || changed != c.changed {
			t.Errorf("%q: %q, %v", c.in, got, changed)
		}
	}
}

func TestReferences(t *testing.T) {
	for s, want := range map[string]string{"&lt;": "<", "&amp;": "&", "&quot;": "\"", "&apos;": "'", "&gt;": ">", "&#65;": "A", "&#x1D11E;": "𝄞"} {
		if got, ok := reference(s); !ok || got != want {
			t.Errorf("%s: %q", s, got)
		}
	}
	for _, s := range []string{"&c;", "&#0;", "&#xD800;", "&#x110000;", "&#99999999999;", "&#;", "&#x;", "&LT;"} {
		if got, ok := reference(s); ok {
			t.Errorf("%s: %q", s, got)
		}
	}
}

// fault tells what is wrong with a file, as "offset what".
func faultsOf(t *testing.T, f *File) (list []string) {
	t.Helper()
	if err := f.Check(10000); err != nil {
		t.Fatal(err)
	}
	faults, _ := f.Faults()
	for _, x := range faults {
		list = append(list, fmt.Sprintf("%d %s", x.Err.Off, x.Err.What))
	}
	return list
}

func host(text string) string {
	return "<config serial='1' timestamp='1'><Lib><Connection><HostCache>" + text + "</HostCache></Connection></Lib></config>"
}

const one = "4101050041050200C000020A81090001040002B981EDCE040003B981EDCE04000400" // a host cache of one supernode

// Each wrong file has a sentence and an offset, and what was readable stays.
func TestFaults(t *testing.T) {
	at := strings.Index(host(""), "</HostCache>")
	deep := strings.Repeat("41010500", 10000)
	for _, c := range []struct {
		name, text string
		off        int
		what       string
		nodes      int
	}{
		{"odd", host(one + "F"), at + len(one), "odd number", 1},
		{"not hex", host(one + " zz"), at + len(one) + 1, "no hexadecimal digit", 1},
		{"count", host("4102" + one[4:]), at + len(one), "promised", 1},
		{"count, much", host("41FFFFFFFF0F" + one[4:]), at + 2, "objects have at least", 1},
		{"unknown type", host("4101070000"), at + 4, "no type 7", 0},
		{"no list", host("00112233"), at, "begins with 41", 0},
		{"behind", host(one + "00FF"), at + len(one), "behind the end", 1},
		{"deep list", host(deep), at + 8*skype.MaxListDepth, "nested deeper", 0},
		{"deep xml", strings.Repeat("<a>", 10000), 3 * MaxDepth, "nested deeper", 0},
		{"nul", "<config><Lib><x>a\x00b</x></Lib></config>", 17, "zero character", 0},
		{"not UTF-8", "<config serial='1' timestamp='1'><Lib><x>a\xffb</x></Lib></config>", 42, "no character", 0},
		{"comment", "<a><!-- <b>", 3, "does not end", 0},
		{"tag", "<a><b c='d", 3, "does not end", 0},
		{"stray end", "<a></b></a>", 3, "not open", 0},
		{"crossed", "<a><b><c>1</c></a>", 14, "still open", 0},
		{"behind the root", "<a></a> what", 7, "outside", 0},
		{"cut", "<a><b>1", 7, "ends within", 0},
		{"cdata", "<a><![CDATA[ x", 3, "does not end", 0},
	} {
		f := opened(t, []byte(c.text), "x.xml")
		list := faultsOf(t, f)
		want := fmt.Sprint(c.off)
		if !slices.ContainsFunc(list, func(s string) bool { return strings.HasPrefix(s, want+" ") && strings.Contains(s, c.what) }) {
			t.Errorf("%s: %q, want %s %s", c.name, list, want, c.what)
		}
		nodes, note, err := f.Nodes()
		if err != nil || len(nodes) != c.nodes || strings.Contains(c.text, "<HostCache") && c.name != "behind" && note == "" {
			t.Errorf("%s: %d nodes, %q, %v", c.name, len(nodes), note, err)
		}
	}
}

// One digit more or less of a host cache shows in the tree.
func TestOneDigit(t *testing.T) {
	f := opened(t, []byte(host(one)), "")
	nodes, note, err := f.Nodes()
	if err != nil || note != "" || len(nodes) != 1 || nodes[0].Addr != netip.MustParseAddrPort("192.0.2.10:33033") || nodes[0].First != 1239105721 || !nodes[0].Whole() {
		t.Fatalf("%+v, %q, %v", nodes, note, err)
	}
	at := strings.Index(host(one), "C000020A")
	if nodes[0].Off != int64(at)-8 || nodes[0].Len != 60 {
		t.Errorf("the node is at %d for %d bytes; its address stands at %d", nodes[0].Off, nodes[0].Len, at)
	}
	b := []byte(host(one))
	b[at+7] = 'B'
	if nodes, _, _ := opened(t, b, "").Nodes(); nodes[0].Addr.Addr().String() != "192.0.2.11" {
		t.Errorf("%+v", nodes)
	}
	// The tree leads back to the two digits.
	d, err := f.Dissect(f.Find("Lib/Connection/HostCache"))
	if err != nil {
		t.Fatal(err)
	}
	n := d.Find("skype.file.ip")
	for i := range 4 {
		r, ok := d.Buffers[n.Range.Buf].Source(n.Range.FirstByte() + i)
		if !ok || d.Buffers[0].FileOff+int64(r.FirstByte()) != int64(at+2*i) || r.Len != 16 {
			t.Errorf("byte %d stems from %+v", i, r)
		}
	}
	if k := f.FileOffset(int64(at)); k != f.Find("Lib/Connection/HostCache") || f.FileOffset(-1) != -1 || f.FileOffset(1<<40) != -1 {
		t.Errorf("offset %d is in piece %d", at, k)
	}
}

// In files of UTF-16, with and without a mark, places are those of bytes, not of characters.
func TestWidePlaces(t *testing.T) {
	text := "<config serial='1' timestamp='1'><Lib><Connection><HostCache>" + one + "</HostCache></Connection><CentralStorage><SyncSet><u><\u00e4my>  0badf00d:1</\u00e4my></u></SyncSet></CentralStorage></Lib></config>"
	for _, mark := range []string{"", "\uFEFF"} {
		for name, order := range map[string]binary.AppendByteOrder{"low byte first": binary.LittleEndian, "high byte first": binary.BigEndian} {
			b := wideText(mark+text, order)
			f := opened(t, b, "")
			nodes, note, err := f.Nodes()
			if err != nil || note != "" || len(nodes) != 1 {
				t.Fatalf("%s: %+v, %q, %v", name, nodes, note, err)
			}
			if n := nodes[0]; !bytes.Equal(b[n.Off:n.Off+n.Len], wideText(one[8:], order)) {
				t.Errorf("%s: the node is said to be at %d for %d bytes", name, n.Off, n.Len)
			}
			list, err := f.Buddies()
			if err != nil || len(list) != 1 || !list[0].Good || list[0].Name != "\u00e4my" {
				t.Fatalf("%s: %+v, %v", name, list, err)
			}
			if record := wideText("0badf00d:1", order); !bytes.HasPrefix(b[list[0].Off:], record) {
				t.Errorf("%s: the record is said to be at %d, it is at %d", name, list[0].Off, bytes.Index(b, record))
			}
		}
	}
}

// A host cache in parts, in blanks, and of no end.
func TestNodes(t *testing.T) {
	nodes, note, err := opened(t, sample(t, "parts.xml"), "").Nodes()
	if err != nil || note != "" || len(nodes) != 2 || nodes[1].N != 1 || nodes[1].Fails != 1 || nodes[0].Piece == nodes[1].Piece {
		t.Errorf("%+v, %q, %v", nodes, note, err)
	}
	if nodes, note, err = opened(t, sample(t, "shared.xml"), "").Nodes(); err != nil || note != "" || len(nodes) != 2 {
		t.Errorf("%+v, %q, %v", nodes, note, err)
	}
	var many strings.Builder
	many.WriteString("41B0EA01") // 30000
	for range 30000 {
		many.WriteString(one[4:])
	}
	f := opened(t, []byte(host(many.String())), "")
	if nodes, note, err = f.Nodes(); err != nil || note == "" || len(nodes) == 0 || len(nodes) > MaxNodes {
		t.Errorf("%d nodes, %q, %v", len(nodes), note, err)
	}
}

func TestBuddies(t *testing.T) {
	f := opened(t, sample(t, "config.xml"), "")
	list, err := f.Buddies()
	if err != nil || len(list) != 3 {
		t.Fatalf("%+v, %v", list, err)
	}
	if b := list[1]; b.Name != "+15550100" || b.Tag != "_.2B15550100" || b.Number != 0x0badf00d || b.Bytes != [4]byte{0x0b, 0xad, 0xf0, 0x0d} || b.Small != 1 || !b.Good ||
		string(sample(t, "config.xml")[b.Off:b.Off+8]) != "0badf00d" {
		t.Errorf("%+v", b)
	}
	for text, small := range map[string]string{"12345678:1": "", "1234567:1": "digits", "123456789:1": "digits", "1234567x:1": "digits", "12345678": "colon", "12345678:": "colon", "12345678:x": "number", "12345678: 1 2": "number", "": "number", ":1": "missing"} {
		doc := "<config><Lib><CentralStorage><SyncSet><u><x>" + text + "</x></u></SyncSet></CentralStorage></Lib></config>"
		f := opened(t, []byte(doc), "")
		list, err := f.Buddies()
		if err != nil || len(list) != 1 || list[0].Good != (small == "") || !strings.Contains(list[0].Fault, small) || small != "" && list[0].Number != 0 {
			t.Errorf("%q: %+v, %v", text, list, err)
		}
	}
}

func configOf(account string, buddies ...string) []byte {
	var b strings.Builder
	b.WriteString("<config serial='1' timestamp='1'><Lib><CentralStorage><SyncSet><u>")
	for _, x := range buddies {
		name, record, _ := strings.Cut(x, "=")
		b.WriteString("<" + name + ">" + record + "</" + name + ">")
	}
	b.WriteString("</u></SyncSet></CentralStorage></Lib>")
	if account != "" {
		b.WriteString("<UI><General><LastLogin>" + account + "</LastLogin></General></UI>")
	}
	b.WriteString("</config>")
	return []byte(b.String())
}

func TestCompare(t *testing.T) {
	a := []string{"amy=00000001:1", "bea=00000002:1", "cat=0000000x:1", "dan=00000004:1"}
	for _, c := range []struct {
		name         string
		a, b         []byte
		says         []string
		differs, one int
	}{
		{"all differ", configOf("me", a[:2]...), configOf("me", "amy=00000009:2", "bea=00000008:1"), []string{"so it does for 2 of 2", "one account"}, 2, 0},
		{"none differs", configOf("me", a[:2]...), configOf("you", a[:2]...), []string{"none of 2, against the claim", "two accounts"}, 0, 0},
		{"some", configOf("", a...), configOf("you", "amy=00000009:2", "bea=00000002:1", "cat=00000003:1", "eve=00000001:1"), []string{"for 1 of 2", "for 1 it is the same", "1 more cannot be read", "not told"}, 1, 2},
		{"nothing in common", configOf("me", "amy=00000001:1"), configOf("you", "bea=00000001:1"), []string{"no buddy in common"}, 0, 2},
	} {
		x, err := Compare(opened(t, c.a, ""), opened(t, c.b, ""))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range c.says {
			if !strings.Contains(x.Says, s) {
				t.Errorf("%s: %q lacks %q", c.name, x.Says, s)
			}
		}
		if x.Differs != c.differs || x.OnlyA+x.OnlyB != c.one || x.Both != x.Differs+x.Same+x.Unclear || len(x.Pairs) != x.Both+x.OnlyA+x.OnlyB {
			t.Errorf("%s: %+v", c.name, x)
		}
		if !slices.IsSortedFunc(x.Pairs, func(a, b Pair) int { return strings.Compare(a.Name, b.Name) }) {
			t.Errorf("%s: not in order", c.name)
		}
	}
}

func TestFacts(t *testing.T) {
	x, err := opened(t, sample(t, "shared.xml"), "").Facts()
	if err != nil || x.ListeningPort != 35990 || len(x.Public) != 2 || x.Public[0] != netip.MustParseAddrPort("203.0.113.77:35990") ||
		x.Local != netip.MustParseAddr("192.168.7.2") || x.Supernode != netip.MustParseAddrPort("198.51.100.23:2183") ||
		!slices.Equal(x.In, []int64{12, 3400, -1}) || !slices.Equal(x.Out, []int64{9, 2100}) || x.Written != 1239108000 || x.AccountPiece != -1 {
		t.Errorf("%+v, %v", x, err)
	}
	x, err = opened(t, sample(t, "config.xml"), "").Facts()
	if err != nil || x.Account != "example.bob" || x.LastSync != 1151230000 || x.LastUsed != 1151234507 || len(x.Disabled) != 5 {
		t.Fatalf("%+v, %v", x, err)
	}
	if d := x.Disabled[1]; d.Name != "iLBC" || !d.Sure || !slices.Equal(d.Codecs, []string{"ilbc20", "ilbc30"}) {
		t.Errorf("%+v", d)
	}
	if d := x.Disabled[3]; d.Sure || !slices.Equal(d.Codecs, []string{"ipcmwb"}) {
		t.Errorf("%+v", d)
	}
	if d := x.Disabled[4]; d.Sure || d.Codecs != nil {
		t.Errorf("%+v", d)
	}
}

// What names somebody can be hidden everywhere.
func TestHide(t *testing.T) {
	secrets := map[string][]string{
		"config.xml":     {"example.alice", "15550100", "4example", "1f2e3d4c", "example.bob", "A1B2C3D4", "badf00d"},
		"shared.xml":     {"192.0.2.10", "C000020A", "C6336414", "203.0.113.77", "198.51.100", "3232237314", "192.168.7.2", "0011223344556677", "00000000004c"},
		"chatmsg256.dbb": {"example.alice", "Alice", "invented message", "Yes.", "Noise"},
	}
	for name, words := range secrets {
		b := records()
		if strings.HasSuffix(name, ".xml") {
			b = sample(t, name)
		}
		f := opened(t, b, name)
		var out strings.Builder
		var raw []byte
		for i := range f.Len() {
			p, err := f.Piece(i)
			if err != nil {
				t.Fatal(err)
			}
			p = p.Hide()
			fmt.Fprintf(&out, "%s %s %s\n", p.Path, p.Name, p.Value)
			d, err := f.Dissect(i)
			if err != nil {
				t.Fatal(err)
			}
			d.Redact()
			if err := d.Check(); err != nil {
				t.Error(err)
			}
			field.Dump(&out, d)
			for _, b := range d.Buffers {
				raw = append(raw, b.Data...)
			}
			raw = d.AppendJSON(raw)
		}
		for _, w := range words {
			if strings.Contains(out.String(), w) || bytes.Contains(raw, []byte(w)) {
				t.Errorf("%s: %q is not hidden", name, w)
			}
		}
		if !strings.Contains(out.String(), "redacted") {
			t.Errorf("%s: nothing is hidden", name)
		}
	}
}

// Slots have the size that the marks show, whatever the name says.
func TestSlots(t *testing.T) {
	b := records()
	for name, want := range map[string]string{
		"chatmsg256.dbb": "as the name says", `C:\x\user256.DBB`: `kind "user"`, "noname": "as the marks stand", "chatmsg1024.dbb": "by the name they would have 1032",
	} {
		f := opened(t, b, name)
		if !strings.Contains(f.Says(), want) || !strings.Contains(f.Says(), "264 bytes") || f.Len() != 7 {
			t.Errorf("%s: %s, %d pieces", name, f.Says(), f.Len())
		}
	}
	f := opened(t, b[:264], "x")
	if f.Len() != 1 || !strings.Contains(f.Says(), "264 bytes") {
		t.Errorf("%s", f.Says())
	}
	if f := opened(t, []byte("l33l"), "msg256.dbb"); f.Len() != 1 {
		t.Errorf("%d pieces", f.Len())
	}
}

// The table can be read from both ends.
func TestKnown(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Specs {
		if seen[s.Name] || !strings.HasPrefix(s.Name, "local.") || s.Label == "" || !strings.HasSuffix(s.Doc, ".") {
			t.Errorf("%+v", s)
		}
		if s.Trust != field.Unknown && len(s.Cite) == 0 {
			t.Errorf("%s: who says so?", s.Name)
		}
		seen[s.Name] = true
	}
	root := plant()
	for i := range known {
		e := &known[i]
		if strings.HasPrefix(e.path, "**/") {
			if anywhere(e.path[3:]) != i {
				t.Errorf("%s is not found", e.path)
			}
			continue
		}
		b := root
		for name := range strings.SplitSeq(e.path, "/") {
			if name != "" {
				b = b.step(strings.ReplaceAll(name, "*", "7"))
			}
		}
		if b == nil || b.entry != i {
			t.Errorf("%s is not found", e.path)
		}
	}
	for fact := range factSpecs {
		if !seen[fact] {
			t.Errorf("no field is called %s", fact)
		}
	}
	var sources, glossary map[string]any
	for file, to := range map[string]*map[string]any{"sources": &sources, "glossary": &glossary} {
		b, err := os.ReadFile("../../site/content/" + file + ".json")
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, to); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range append(slices.Clone(Specs), skype.ObjectSpecs...) {
		for _, c := range s.Cite {
			if sources[c.Key] == nil {
				t.Errorf("%s cites %q", s.Name, c.Key)
			}
		}
		if s.Term != "" && glossary[s.Term] == nil {
			t.Errorf("%s: no term %q", s.Name, s.Term)
		}
	}
}

// Trees hold only what is in the catalogue.
func TestSpecsAreListed(t *testing.T) {
	listed := map[*field.Spec]bool{field.Silent: true, field.SilentBits: true}
	for _, s := range append(slices.Clone(Specs), skype.ObjectSpecs...) {
		listed[s] = true
	}
	for _, b := range [][]byte{sample(t, "config.xml"), sample(t, "shared.xml"), sample(t, "bent.xml"), sample(t, "other.xml"), records()} {
		f := opened(t, b, "")
		for i := range f.Len() {
			d, _ := f.Dissect(i)
			field.Walk(&d.Root, func(n *field.Node, _ int) bool {
				if !listed[n.Spec] {
					t.Errorf("%s is not listed", n.Spec.Name)
				}
				return true
			})
		}
	}
}

// A generated is a large file that exists nowhere: a head, a line many times, and a foot.
type generated struct {
	head, line, foot string
	times            int64
}

func (g *generated) Size() int64 {
	return int64(len(g.head)) + g.times*int64(len(g.line)) + int64(len(g.foot))
}

func (g *generated) ReadAt(b []byte, off int64) (n int, err error) {
	for n < len(b) {
		at := off + int64(n)
		var from string
		switch end := int64(len(g.head)) + g.times*int64(len(g.line)); {
		case at < int64(len(g.head)):
			from = g.head[at:]
		case at < end:
			from = g.line[(at-int64(len(g.head)))%int64(len(g.line)):]
		case at < g.Size():
			from = g.foot[at-end:]
		default:
			return n, io.EOF
		}
		n += copy(b[n:], from)
	}
	return n, nil
}

// 200 MB end in bounded time and space, whatever they consist of.
func TestHuge(t *testing.T) {
	if testing.Short() {
		t.Skip("it reads 700 MB")
	}
	before := runtime.MemStats{}
	for _, c := range []struct {
		name             string
		head, line, foot string
		most             int // pieces
	}{
		{"elements", "<config serial='1' timestamp='1'><Lib>", "<a>1</a>\n", "</Lib></config>", MaxPieces + 1},
		{"one text", "<config serial='1' timestamp='1'><Lib><HostCache>", "4105", "</HostCache></Lib></config>", 8},
		{"one tag", "<config serial='1' timestamp='1'><Lib ", "a='1' ", "/></config>", 500},
		{"brackets", "<config>", "< < <<", "", 500},
		{"names", "<config>", "<a", "", MaxPieces + 1},
		{"quotes", "<config>", "<a b='\">", "", MaxPieces + 1},
		{"zeros", "<config>", "\x00\x00\x00", "", 500},
		{"references", "<config><x>", "&lol9;", "</x></config>", 8},
		{"comment", "<config><!--", "<x> ", "", 500},
		{"wide", "<\x00c\x00>\x00", "<\x00a\x00>\x00b\x00", "", MaxPieces + 1},
	} {
		runtime.GC()
		runtime.ReadMemStats(&before)
		size := int64(200 << 20)
		if c.name != "elements" && c.name != "one text" {
			size = 40 << 20 // the others are as slow as their length
		}
		g := &generated{c.head, c.line, c.foot, size / int64(len(c.line))}
		start := time.Now()
		f, err := Open(g, "huge.xml")
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		took := time.Since(start)
		var after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&after)
		faults, more := f.Faults()
		t.Logf("%s: %v, %d pieces, %d faults, %d kB kept", c.name, took.Round(time.Millisecond), f.Len(), len(faults)+more, (int64(after.HeapAlloc)-int64(before.HeapAlloc))>>10)
		if took > time.Minute || int64(after.HeapAlloc)-int64(before.HeapAlloc) > 64<<20 || f.Len() > c.most {
			t.Errorf("%s: that is too much", c.name)
		}
		if c.name != "one text" && c.name != "references" && len(faults) == 0 {
			t.Errorf("%s: nothing is said", c.name)
		}
		at := int64(0)
		for i := range f.recs {
			if f.recs[i].off != at {
				t.Fatalf("%s: piece %d is at %d, not at %d", c.name, i, f.recs[i].off, at)
			}
			at += f.recs[i].len
		}
		if at != g.Size() {
			t.Errorf("%s: %d of %d bytes are in pieces", c.name, at, g.Size())
		}
		for _, i := range []int{0, f.Len() / 2, f.Len() - 1} {
			d, err := f.Dissect(i)
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Check(); err != nil {
				t.Errorf("%s: piece %d: %v", c.name, i, err)
			}
			if _, err := f.Piece(i); err != nil {
				t.Error(err)
			}
		}
		runtime.KeepAlive(f)
	}
}

// A billion laughs stay one reference.
func TestLaughs(t *testing.T) {
	var b strings.Builder
	b.WriteString("<?xml version='1.0'?><!DOCTYPE config [<!ENTITY a \"ha\">")
	for c := 'b'; c < 'k'; c++ {
		fmt.Fprintf(&b, "<!ENTITY %c \"%s\">", c, strings.Repeat("&"+string(c-1)+";", 10))
	}
	b.WriteString("]><config serial='1' timestamp='1'><Lib><x>&j;</x></Lib></config>")
	f := opened(t, []byte(b.String()), "config.xml")
	list := faultsOf(t, f)
	if len(list) != 2 || !strings.Contains(list[0], "entities are declared") || !strings.Contains(list[1], "never") && !strings.Contains(list[1], "none is ever expanded") {
		t.Errorf("%q", list)
	}
	p, err := f.Piece(f.Find("Lib/x"))
	if err != nil || p.Value != "&j;" || f.Kind() != OtherSkype {
		t.Errorf("%+v, %v", p, err)
	}
}

// A reader that fails is told of, and what was read stays.
func TestReadFails(t *testing.T) {
	f, err := Start(&failing{memory(append([]byte(host(one)), make([]byte, 3<<20)...)), 1 << 20}, "shared.xml")
	if err != nil {
		t.Fatal(err)
	}
	f.window, f.xml.room = 1<<19, 1<<19
	for done := false; !done && err == nil; {
		done, err = f.Step(1 << 18)
	}
	if !errors.Is(err, errGone) || f.Len() < 5 {
		t.Errorf("%v, %d pieces", err, f.Len())
	}
}

var errGone = errors.New("the disk is gone")

type failing struct {
	Source
	from int64
}

func (f *failing) ReadAt(b []byte, off int64) (int, error) {
	if off+int64(len(b)) > f.from {
		return 0, errGone
	}
	return f.Source.ReadAt(b, off)
}

// To look at thousands of pieces a browser is asked for few readings: each takes it long.
func TestFewReadings(t *testing.T) {
	text := "<config serial='1' timestamp='1'><Lib><BCM>" + strings.Repeat("<_1>00112233445566778899AABBCCDDEEFF</_1>\n", 5000) + "</BCM></Lib></config>"
	src := &counted{Source: memory([]byte(text))}
	f, err := Open(src, "shared.xml")
	if err != nil {
		t.Fatal(err)
	}
	opening := src.n
	if err := f.Check(4000); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Pieces(0, 60); err != nil {
		t.Fatal(err)
	}
	if n := src.n - opening; n > 10 {
		t.Errorf("%d readings of %d bytes", n, len(text))
	}
	// Whatever is read ahead, a piece holds its own bytes.
	for _, i := range []int{f.Len() - 1, 2, f.Len() / 2, 3} {
		d, err := f.Dissect(i)
		if r := &f.recs[i]; err != nil || string(d.Buffers[0].Data) != text[r.off:r.off+r.len] {
			t.Errorf("piece %d: %v", i, err)
		}
		d.Redact()
	}
}

type counted struct {
	Source
	n int
}

func (c *counted) ReadAt(b []byte, off int64) (int, error) {
	c.n++
	return c.Source.ReadAt(b, off)
}
