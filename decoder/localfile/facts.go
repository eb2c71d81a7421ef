package localfile

import (
	"fmt"
	"net/netip"
	"sort"
	"strings"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
	"somscope/decoder/skype"
)

// A Buddy is one record of SyncSet/u.
type Buddy struct {
	Name   string  // as the account is called
	Tag    string  // as the element is called
	Number uint32  // the four-byte number
	Bytes  [4]byte // the same, in the order of its digits
	Small  int64   // the number behind the colon
	Good   bool    // Number and Small are what the file says
	Fault  string  // why not, with the offset

	Piece int
	Off   int64 // of the text in the file
}

// Buddies lists the buddies of a config.xml, in the order of the file, at most MaxBuddies of them.
func (f *File) Buddies() ([]Buddy, error) {
	var list []Buddy
	for i := range f.recs {
		r := &f.recs[i]
		if r.kind != Element || r.know < 0 || known[r.know].form != asBuddy || &known[r.know].spec != specBuddy {
			continue
		}
		if len(list) == MaxBuddies {
			break
		}
		b := Buddy{Tag: f.names[r.name], Piece: i, Off: r.off}
		b.Name, _ = plainName(b.Tag)
		text, err := f.text(i, maxText)
		if err != nil {
			return list, err
		}
		if b.Off, err = f.textOff(i); err != nil {
			return list, err
		}
		if number, small, ok := strings.Cut(strings.TrimSpace(text), ":"); ok && len(number) == 8 {
			good := true
			for k := range 8 {
				v := digit(number[k])
				good = good && v >= 0
				b.Number = b.Number<<4 | uint32(max(v, 0))
			}
			n, ok := numberAlone(small)
			b.Small, b.Good = int64(n), good && ok
		}
		b.Bytes = [4]byte{byte(b.Number >> 24), byte(b.Number >> 16), byte(b.Number >> 8), byte(b.Number)}
		if !b.Good {
			b.Number, b.Small, b.Bytes = 0, 0, [4]byte{}
			b.Fault = "the record is no number of eight hexadecimal digits, a colon and a small number"
			if e, err := f.fault(i); err == nil && e != nil {
				b.Fault = e.Error()
			}
		}
		list = append(list, b)
	}
	return list, nil
}

// Bounds of the tables.
const (
	MaxBuddies = 100000
	MaxNodes   = 4096 // entries of host caches; the papers say that there are 200 at most
)

func numberAlone(s string) (decimal, bool) {
	if s == "" || space(s[0]) || space(s[len(s)-1]) {
		return 0, false
	}
	return number(s)
}

// textOff is where the text of an element begins in the file.
func (f *File) textOff(i int) (int64, error) {
	r := &f.recs[i]
	b, err := f.read(r.off, min(r.len, maxText))
	if err != nil {
		return r.off, err
	}
	u := fold(nil, b, r.enc)
	lo, hi, _ := inner(u)
	for lo < hi && space(u[lo]) {
		lo++
	}
	return r.off + int64(lo*r.enc.width()), nil
}

// A Node is one entry of a host cache.
type Node struct {
	skype.Host
	N     int   // from 0, over all parts of the host cache
	Piece int   // the element that holds it
	Off   int64 // of its digits in the file
	Len   int64 // of them, in bytes of the file
}

// Nodes lists the entries of the host cache. note says in a sentence what is missing or wrong; ""
// when all is there.
func (f *File) Nodes() (list []Node, note string, err error) {
	if f.noded {
		return f.nodes, f.nodeNote, nil
	}
	for i := range f.recs {
		r := &f.recs[i]
		if r.kind != Element || r.know < 0 || known[r.know].form != asList {
			continue
		}
		part, why, err := f.listNodes(i)
		if err != nil {
			return list, note, err
		}
		if note == "" {
			note = why
		}
		for _, n := range part {
			if len(list) == MaxNodes {
				note = fmt.Sprintf("more than %d supernodes are not listed", MaxNodes)
				break
			}
			n.N = len(list)
			list = append(list, n)
		}
	}
	if f.done {
		f.nodes, f.nodeNote, f.noded = list, note, true
	}
	return list, note, nil
}

// listNodes reads the entries of one host cache element.
func (f *File) listNodes(i int) (list []Node, note string, err error) {
	r := &f.recs[i]
	const most = 512 << 10 // bytes of the file: some 7000 entries
	raw, err := f.read(r.off, min(r.len, most))
	if err != nil {
		return nil, "", err
	}
	w := r.enc.width()
	mark := 0
	if strings.HasPrefix(string(raw[:min(4, len(raw))]), r.enc.bom()) {
		mark = len(r.enc.bom())
	}
	u := fold(nil, raw[mark:], r.enc)
	lo, hi, _ := inner(u)
	// The digits as bytes, and the place of the first digit of each.
	var data []byte
	var place []int
	half := -1
	for k := lo; k < hi; k++ {
		switch v := digit(u[k]); {
		case v < 0 && space(u[k]):
			continue
		case v < 0:
			note = fmt.Sprintf("what stands at offset %d is no hexadecimal digit", r.off+int64(mark+k*w))
			hi = k
		case half < 0:
			half = v
			place = append(place, k)
		default:
			data = append(data, byte(half<<4|v))
			half = -1
		}
	}
	if half >= 0 && note == "" {
		note = fmt.Sprintf("the digits are odd in number: the one at offset %d has no partner", r.off+int64(mark+place[len(place)-1]*w))
	}
	if r.len > most {
		note = fmt.Sprintf("the host cache has %d bytes, of which %d are read", r.len, most)
	}
	if len(data) == 0 {
		return nil, note, nil
	}
	where := func(k int) int64 { // of byte k of data in the file
		if k < len(place) {
			return r.off + int64(mark+place[k]*w)
		}
		return r.off + int64(mark+hi*w)
	}
	ctx := hostContext(data)
	promised, at := uint64(1), 0
	if ctx == skype.ListHostCache { // the head of the list; its objects follow in portions
		promised, at = listHead(data)
		switch {
		case note != "" || promised > 0 || at < len(data):
		case data[0] == 0x42:
			note = fmt.Sprintf("the list at offset %d is packed, and stays so", where(0))
		case data[0] != 0x41:
			note = fmt.Sprintf("what the digits at offset %d spell is no object list", where(0))
		}
	}
	for at < len(data) && uint64(len(list)) < promised && len(list) <= MaxNodes {
		d := dissect.Begin(&specSpelled, data[at:], len(data)-at, 0, -1)
		if ctx == skype.ListHostCache {
			skype.ReadObjects(d, ctx, int(min(promised-uint64(len(list)), 256)))
		} else {
			skype.ReadList(d, ctx)
		}
		used, ok := d.Pos(), d.OK()
		t := d.Done()
		for _, h := range skype.Hosts(&t.Root) {
			from, to := at+h.Range.FirstByte(), at+h.Range.LastByte()
			h.Range.Off += 8 * at
			list = append(list, Node{Host: h, Piece: i, Off: where(from), Len: where(to) - where(from)})
		}
		if !ok {
			if errs := t.Errs(); len(errs) > 0 && note == "" {
				note = fmt.Sprintf("%s (offset %d)", errs[0].What, where(at+int(errs[0].Off)))
			}
			break
		}
		if at += used; used == 0 {
			break
		}
	}
	if note == "" && ctx == skype.ListHostCache && uint64(len(list)) < promised {
		note = fmt.Sprintf("%d supernodes are promised at offset %d, %d are there", promised, where(1), len(list))
	}
	return list, note, nil
}

// listHead reads what is in front of the objects of a list.
func listHead(b []byte) (count uint64, n int) {
	d := dissect.Begin(&specSpelled, b, len(b), 0, -1)
	d.Bytes(&specOpaque, 1)
	count = d.Varint(&specListed)
	if b[0] != 0x41 || !d.OK() {
		return 0, len(b)
	}
	return count, d.Pos()
}

// A Disabled is one name in DisableCodecs.
type Disabled struct {
	Name   string
	Codecs []string // that it means, by the names that package codec has for them
	Sure   bool     // it is one of their names, not just the beginning of one
	Piece  int
}

// Facts are what a file tells of a client, for comparison with a capture.
type Facts struct {
	Account      string // name of the account that logged in last, or ""
	AccountPiece int

	ListeningPort uint16 // 0 when it is not told
	PortPiece     int

	Public      []netip.AddrPort // addresses at which others saw the client
	PublicPiece int
	Local       netip.Addr // the address the machine had last
	LocalPiece  int
	Supernode   netip.AddrPort // it was last connected to
	SuperPiece  int

	Disabled []Disabled

	LastSync  int64 // seconds since 1970, 0 when it is not told
	SyncPiece int
	LastUsed  int64
	UsedPiece int
	Written   int64 // when the file was written, by its own account
	RootPiece int

	In, Out           []int64 // bandwidth history, unit unknown
	InPiece, OutPiece int
}

// Facts gathers them. Pieces are -1 where a fact is not told.
func (f *File) Facts() (Facts, error) {
	x := Facts{AccountPiece: -1, PortPiece: -1, PublicPiece: -1, LocalPiece: -1, SuperPiece: -1, SyncPiece: -1, UsedPiece: -1, RootPiece: -1, InPiece: -1, OutPiece: -1}
	if !f.kind.Skype() || f.kind == Records {
		return x, nil
	}
	for i := range f.recs {
		r := &f.recs[i]
		if r.know < 0 || r.kind != Element && (r.kind != OpenTag || r.know != 0) {
			continue
		}
		spec := &known[r.know].spec
		if r.know == 0 {
			b, err := f.read(r.off, min(r.len, maxText))
			if err != nil {
				return x, err
			}
			if _, after, ok := strings.Cut(decode(b, r.enc), `timestamp="`); ok && x.RootPiece < 0 {
				s, _, _ := strings.Cut(after, `"`)
				s, _, _ = strings.Cut(s, ".")
				if v, ok := number(s); ok && v.when() {
					x.Written, x.RootPiece = int64(v), i
				}
			}
			continue
		}
		if len(spec.Name) < 6 || factSpecs[spec.Name] == 0 {
			continue
		}
		text, err := f.text(i, 64<<10)
		if err != nil {
			return x, err
		}
		text = strings.TrimSpace(text)
		x.take(factSpecs[spec.Name], text, i)
	}
	return x, nil
}

// factSpecs are the fields that tell facts.
var factSpecs = map[string]int{
	"local.account.default": 1, "local.ui.lastlogin": 1, "local.port": 2, "local.nat.public": 3, "local.lastip": 4, "local.supernode": 5,
	"local.disablecodecs": 6, "local.storage.sync": 7, "local.account.used": 8, "local.bandwidth.in": 9, "local.bandwidth.out": 10,
}

// take notes one fact. What is told twice counts the first time.
func (x *Facts) take(what int, text string, i int) {
	v, isNumber := number(text)
	switch what {
	case 1:
		if x.AccountPiece < 0 && text != "" {
			x.Account, x.AccountPiece = clip(text, shortValue), i
		}
	case 2:
		if isNumber && v > 0 && v <= 0xffff && x.PortPiece < 0 {
			x.ListeningPort, x.PortPiece = uint16(v), i
		}
	case 3:
		for _, s := range strings.Fields(text) {
			if a, err := netip.ParseAddrPort(s); err == nil && a.Addr().Is4() && len(x.Public) < maxListed {
				x.Public, x.PublicPiece = append(x.Public, a), i
			}
		}
	case 4:
		if isNumber && v > 0 && v <= 0xffffffff && x.LocalPiece < 0 {
			x.Local, x.LocalPiece = v.ip(), i
		}
	case 5:
		if a, err := netip.ParseAddrPort(text); err == nil && x.SuperPiece < 0 {
			x.Supernode, x.SuperPiece = a, i
		}
	case 6:
		for _, name := range strings.FieldsFunc(text, func(r rune) bool { return r < 0x80 && parting(byte(r)) }) {
			if len(x.Disabled) == maxListed {
				return
			}
			d := Disabled{Name: clip(name, 40), Piece: i}
			found, sure := Codecs(name)
			for _, c := range found {
				d.Codecs = append(d.Codecs, c.Name)
			}
			d.Sure = sure
			x.Disabled = append(x.Disabled, d)
		}
	case 7:
		if isNumber && v.when() && v > 0 && x.SyncPiece < 0 {
			x.LastSync, x.SyncPiece = int64(v), i
		}
	case 8:
		if isNumber && v.when() && v > 0 && x.UsedPiece < 0 {
			x.LastUsed, x.UsedPiece = int64(v), i
		}
	case 9, 10:
		var list []int64
		for _, s := range strings.Split(text, ",") {
			if v, ok := number(s); ok && len(list) < maxListed {
				list = append(list, int64(v))
			}
		}
		if what == 9 && x.InPiece < 0 {
			x.In, x.InPiece = list, i
		} else if what == 10 && x.OutPiece < 0 {
			x.Out, x.OutPiece = list, i
		}
	}
}

// A Match is how a buddy stands in two files.
type Match uint8

const (
	Differs Match = iota // in both, with different numbers
	Same                 // in both, with the same number
	Unclear              // in both, but one of the numbers cannot be read
	OnlyA
	OnlyB
)

var matchWords = [...]string{"differs", "same", "unclear", "only in the first", "only in the second"}

func (m Match) String() string {
	if int(m) < len(matchWords) {
		return matchWords[m]
	}
	return ""
}

// A Pair is one buddy in two files.
type Pair struct {
	Name  string
	Match Match
	A, B  *Buddy // nil where the file does not have it
}

// A Comparison is the buddies of two files side by side.
type Comparison struct {
	Pairs                        []Pair // by name
	Both, Differs, Same, Unclear int
	OnlyA, OnlyB                 int
	SmallDiffers                 int // in both, and the small numbers are different
	AccountA, AccountB           string
	Says                         string // what the data say about the article's claim
	Cite                         []field.Cite
}

// Compare sets the buddies of two files side by side. The article says that the four-byte number
// of a buddy is different in two clients; Says holds that against the data, with the count.
func Compare(a, b *File) (*Comparison, error) {
	listA, err := a.Buddies()
	if err != nil {
		return nil, err
	}
	listB, err := b.Buddies()
	if err != nil {
		return nil, err
	}
	fa, err := a.Facts()
	if err != nil {
		return nil, err
	}
	fb, err := b.Facts()
	if err != nil {
		return nil, err
	}
	c := &Comparison{AccountA: fa.Account, AccountB: fb.Account, Cite: bySeed}
	at := map[string]int{}
	for i := range listA {
		if _, twice := at[listA[i].Name]; !twice {
			at[listA[i].Name] = len(c.Pairs)
		}
		c.Pairs = append(c.Pairs, Pair{Name: listA[i].Name, Match: OnlyA, A: &listA[i]})
	}
	for i := range listB {
		y := &listB[i]
		k, ok := at[y.Name]
		if !ok || c.Pairs[k].B != nil {
			c.Pairs = append(c.Pairs, Pair{Name: y.Name, Match: OnlyB, B: y})
			continue
		}
		p := &c.Pairs[k]
		p.B = y
		switch {
		case !p.A.Good || !y.Good:
			p.Match = Unclear
		case p.A.Number == y.Number:
			p.Match = Same
		default:
			p.Match = Differs
		}
		if p.A.Good && y.Good && p.A.Small != y.Small {
			c.SmallDiffers++
		}
	}
	for _, p := range c.Pairs {
		switch p.Match {
		case Differs:
			c.Differs++
		case Same:
			c.Same++
		case Unclear:
			c.Unclear++
		case OnlyA:
			c.OnlyA++
		case OnlyB:
			c.OnlyB++
		}
	}
	c.Both = c.Differs + c.Same + c.Unclear
	sort.SliceStable(c.Pairs, func(i, j int) bool { return c.Pairs[i].Name < c.Pairs[j].Name })
	c.Says = c.says()
	return c, nil
}

// says holds the article's claim against the counts.
func (c *Comparison) says() string {
	const claim = "The article says that a buddy's four-byte number differs between two clients"
	n := c.Differs + c.Same
	var s string
	switch {
	case n == 0:
		return claim + "; these files have no buddy in common whose numbers can be compared, so they do not say."
	case c.Same == 0:
		s = fmt.Sprintf("%s; so it does for %d of %d in these files", claim, c.Differs, n)
	case c.Differs == 0:
		s = fmt.Sprintf("%s; in these files it does for none of %d, against the claim", claim, n)
	default:
		s = fmt.Sprintf("%s; in these files it does for %d of %d, and for %d it is the same: the claim does not hold for all", claim, c.Differs, n, c.Same)
	}
	if c.Unclear > 0 {
		s += fmt.Sprintf(" (%d more cannot be read)", c.Unclear)
	}
	switch {
	case c.AccountA == "" || c.AccountB == "":
		s += ". Whose files they are is not told, so one account on two machines and two accounts look alike."
	case c.AccountA == c.AccountB:
		s += ". Both files are of one account. What the number is made of stays unknown."
	default:
		s += ". The files are of two accounts, which the article's words may or may not mean. What the number is made of stays unknown."
	}
	return s
}
