package sheet

import (
	"fmt"
	"net/netip"
	"sort"
	"strconv"
	"strings"
	"time"

	"somscope/decoder"
	"somscope/decoder/field"
	"somscope/decoder/localfile"
	"somscope/wasm/chart"
	"somscope/wasm/proto"
)

// hidden stands for what tells one person or machine from all others, until it is asked for.
const hidden = "•••"

// Profile writes the sheet about Skype's own files on the shelf: what each is, the buddies and
// supernodes in them, two clients side by side, and all held against the capture, which is nil
// when none is open. bare shows names and addresses.
func Profile(s *decoder.Shelf, c *decoder.Capture, bare bool, env Env) *proto.Sheet {
	w := &writer{&proto.Sheet{Done: env.Done}, env}
	p := &profile{w, s, bare}
	w.Title = "Skype's own files"
	w.Lead = count(int64(len(s.Files)), "file") + " on the shelf"
	if c != nil {
		w.Lead += ", beside the capture " + c.Name()
	}
	w.Lead += "."
	if !bare {
		w.dim("Names, credentials and addresses of these files are starred out, here and wherever the files are shown, copied or saved. A capture's own packets are not: where the two are held together, its addresses stand in the clear.")
	}
	p.files()
	if c != nil {
		p.together(c.Together(s))
	}
	p.two()
	for i, f := range s.Files {
		p.buddies(i, f)
	}
	for i, f := range s.Files {
		p.settings(i, f)
	}
	for i, f := range s.Files { // last, because they are long
		p.nodes(i, f, c)
	}
	return w.Sheet
}

type profile struct {
	*writer
	s    *decoder.Shelf
	bare bool
}

// secret is what may be shown of a private text.
func (p *profile) secret(s string) string {
	if p.bare || s == "" {
		return s
	}
	return hidden
}

// unaddressed is a text in which addresses are hidden: what the capture says of a file's address is
// the address as well.
func (p *profile) unaddressed(s string) string {
	if p.bare {
		return s
	}
	words := strings.Split(s, " ")
	for i, w := range words {
		host := strings.TrimRight(w, ".,;:")
		if a, _, ok := strings.Cut(host, ":"); ok && strings.Count(a, ".") == 3 {
			host = a
		}
		if _, err := netip.ParseAddr(host); err == nil {
			words[i] = hidden + w[len(host):]
		}
	}
	return strings.Join(words, " ")
}

func pieceDo(file, piece int) string {
	if piece <= 0 {
		return ""
	}
	return "piece:" + strconv.Itoa(file) + ":" + strconv.Itoa(piece)
}

// private adds a cell whose text is only for those who ask.
func (p *profile) private(t *table, text, key, do string) {
	c := proto.Cell{Text: p.secret(text), Do: do, Key: key}
	if !p.bare {
		c.Key = ""
	}
	t.Cells = append(t.Cells, c)
}

// number adds a number with a key that sorts it as one.
func (t *table) number(n int64, do string) {
	t.Cells = append(t.Cells, proto.Cell{Text: thousands(n), Do: do, Num: true, Key: sortable(n)})
}

// sortable writes a number so that texts sort as numbers do.
func sortable(n int64) string {
	return fmt.Sprintf("%020d", uint64(n)+1<<63)
}

func addrKey(a netip.AddrPort) string {
	b := a.Addr().As16()
	return fmt.Sprintf("%x%05d", b, a.Port())
}

func when(unix int64) string {
	if unix <= 0 {
		return "-"
	}
	return time.Unix(unix, 0).UTC().Format("2006-01-02 15:04:05Z")
}

// files is the shelf itself.
func (p *profile) files() {
	p.head("On the shelf")
	t := newTable("", "No.", "File", "What it is", "Bytes", "Faults")
	for i, f := range p.s.Files {
		n := strconv.Itoa(i + 1)
		t.linkNum(n, pieceDo(i+1, 1))
		t.link(f.Name(), pieceDo(i+1, 1))
		what := f.Says()
		if k := f.Kind(); k == localfile.Config || k == localfile.Shared {
			what = k.String() + ": " + what
		}
		t.cell(what)
		t.number(f.Size(), "")
		faults, more := f.Faults()
		if len(faults) == 0 {
			t.cell("-")
		} else {
			x := &faults[0]
			text := Sentence(x.Err.What) + " (offset " + thousands(x.Err.Off) + ")"
			if k := len(faults) - 1 + more; k > 0 {
				text += " And " + count(int64(k), "other") + "."
			}
			t.link(text, pieceDo(i+1, x.Piece+1))
		}
	}
	p.table(t)
}

// together holds the files against the capture.
func (p *profile) together(list []decoder.Finding) {
	p.head("Held against the capture")
	if len(list) == 0 {
		p.dim("Nothing in these files can be compared with a capture.")
		return
	}
	var so [4]int64
	for i := range list {
		so[list[i].How&3]++
	}
	sum := "Of " + count(int64(len(list)), "point") + " " + thousands(so[decoder.Agrees]) + " agree, " + thousands(so[decoder.Contradicts]) + " contradict, " +
		thousands(so[decoder.Unsure]) + " could be, and " + thousands(so[decoder.Silent]) + " cannot be compared."
	switch {
	case so[decoder.Contradicts] > 0:
		sum += " What contradicts is listed first: a file may be another client's, or of another day."
	case so[decoder.Agrees] > 0:
		sum += " Nothing speaks against these being files of a client in the capture."
	}
	p.text(sum)
	sort.SliceStable(list, func(i, j int) bool { return ranks(&list[i]) < ranks(&list[j]) })
	t := newTable("", "About", "The file says", "The capture says", "So", "In words", "Where")
	marks := [...]uint8{decoder.Silent: 0, decoder.Agrees: 1, decoder.Contradicts: 2, decoder.Unsure: 3}
	var cite []field.Cite
	for i := range list {
		x := &list[i]
		about := x.About
		if len(p.s.Files) > 1 {
			about += " (" + p.s.Files[x.File-1].Name() + strings.NewReplacer(" (", ", ", ")", "").Replace(p.which(x.File-1)) + ")"
		}
		t.link(about, pieceDo(x.File, x.Piece))
		personal := x.About != "DisableCodecs" && x.About != "Listening port" && x.About != "Time of the file" && x.About != "Host cache"
		says := x.Says
		if personal {
			says = p.secret(says)
		}
		t.cell(says)
		t.cell(p.unaddressed(x.Capture))
		t.Cells = append(t.Cells, proto.Cell{Text: x.How.String(), Mark: marks[x.How&3]})
		t.cell(p.unaddressed(x.Text))
		switch {
		case len(x.Streams) > 0:
			t.link("stream "+strconv.Itoa(int(x.Streams[0])), "stream:"+strconv.Itoa(int(x.Streams[0])))
		case len(x.Packets) > 0:
			t.link("packet "+thousands(int64(x.Packets[0])+1), packetDo(x.Packets[0]+1))
		case len(x.Flows) > 0:
			t.link("flow "+thousands(int64(x.Flows[0])+1), "flow:"+strconv.Itoa(int(x.Flows[0])+1))
		default:
			t.cell("-")
		}
		for _, k := range x.Cite {
			known := false
			for _, c := range cite {
				known = known || c == k
			}
			if !known {
				cite = append(cite, k)
			}
		}
	}
	t.Cites = cites(cite)
	p.table(t)
	if !p.env.Done {
		p.dim("The second look at the capture is not done yet; some of this may change.")
	}
}

// ranks orders findings: what contradicts first, then what tells most of a client.
func ranks(x *decoder.Finding) int {
	r := 8
	for i, about := range []string{"Listening port", "Public address", "Address of the machine", "Host cache", "Last supernode", "DisableCodecs"} {
		if x.About == about {
			r = i
		}
	}
	if x.How != decoder.Contradicts {
		r += 10
	}
	return r
}

// two sets the buddies of the first two config.xml side by side.
func (p *profile) two() {
	var at []int
	for i, f := range p.s.Files {
		if f.Kind() == localfile.Config {
			at = append(at, i)
		}
	}
	if len(at) < 2 {
		return
	}
	a, b := p.s.Files[at[0]], p.s.Files[at[1]]
	x, err := localfile.Compare(a, b)
	p.head("Two clients, one buddy")
	if err != nil {
		p.fault("The files could not be read again: " + err.Error() + ".")
		return
	}
	p.text(x.Says, x.Cite...)
	t := newTable("", "Buddy", "In the first", "In the second", "So")
	t.Sort, t.Name = true, "clients"
	marks := [...]uint8{localfile.Differs: 1, localfile.Same: 2, localfile.Unclear: 3, localfile.OnlyA: 0, localfile.OnlyB: 0}
	side := func(file int, y *localfile.Buddy) {
		if y == nil {
			t.cell("-")
			return
		}
		t.link(number(y), pieceDo(file+1, y.Piece+1))
	}
	for i := range x.Pairs {
		k := &x.Pairs[i]
		p.private(t, k.Name, k.Name, "")
		side(at[0], k.A)
		side(at[1], k.B)
		t.Cells = append(t.Cells, proto.Cell{Text: k.Match.String(), Mark: marks[k.Match]})
	}
	p.table(t)
	p.dim("First: " + a.Name() + p.which(at[0]) + ", second: " + b.Name() + p.which(at[1]) + ". In both: " + thousands(int64(x.Both)) + "; different: " + thousands(int64(x.Differs)) + "; the same: " + thousands(int64(x.Same)) +
		"; only in the first: " + thousands(int64(x.OnlyA)) + "; only in the second: " + thousands(int64(x.OnlyB)) + ".")
	if len(at) > 2 {
		p.dim("Of " + thousands(int64(len(at))) + " config.xml on the shelf the first two are compared.")
	}
}

// number writes a buddy's record.
func number(b *localfile.Buddy) string {
	if !b.Good {
		return b.Fault
	}
	return fmt.Sprintf("%08x : %d", b.Number, b.Small)
}

// buddies is the table of one file.
func (p *profile) buddies(i int, f *localfile.File) {
	list, err := f.Buddies()
	if err != nil {
		p.fault("The buddies of " + f.Name() + " could not be read: " + err.Error() + ".")
	}
	if len(list) == 0 {
		return
	}
	p.head("Buddies in " + f.Name() + p.which(i))
	p.text("Each record is a four-byte number and a small one. What they mean nobody has said; the article says that the number differs between two clients for the same buddy.", field.Cite{Key: "seed"})
	t := newTable("", "Buddy", "Four-byte number", "As bytes", "As a decimal", "Small number", "Row")
	t.Sort, t.Name = true, "buddies"
	for k := range list {
		b := &list[k]
		p.private(t, b.Name, strings.ToLower(b.Name), "")
		if b.Good {
			t.cell(fmt.Sprintf("%08x", b.Number))
			t.cell(fmt.Sprintf("% x", b.Bytes[:]))
			t.Cells = append(t.Cells, proto.Cell{Text: strconv.FormatUint(uint64(b.Number), 10), Num: true, Key: sortable(int64(b.Number))})
			t.number(b.Small, "")
		} else {
			t.Cells = append(t.Cells, proto.Cell{Text: Sentence(b.Fault), Mark: 2})
			t.cell("-")
			t.cell("-")
			t.cell("-")
		}
		t.number(int64(b.Piece)+1, pieceDo(i+1, b.Piece+1))
	}
	p.table(t)
}

// which tells files of one name apart.
func (p *profile) which(i int) string {
	for k, f := range p.s.Files {
		if k != i && f.Name() == p.s.Files[i].Name() {
			return " (file " + strconv.Itoa(i+1) + ")"
		}
	}
	return ""
}

// nodes is the host cache of one file.
func (p *profile) nodes(i int, f *localfile.File, c *decoder.Capture) {
	list, note, err := f.Nodes()
	if err != nil {
		p.fault("The host cache of " + f.Name() + " could not be read: " + err.Error() + ".")
	}
	if len(list) == 0 && note == "" {
		return
	}
	p.head("Host cache of " + f.Name() + p.which(i))
	p.text("The supernodes that the client knew: where it would knock first the next time. Published are their addresses and ports; that the two numbers are times, and what the others may be, is read from the values.",
		field.Cite{Key: "bs04", Where: "§2.2"}, field.Cite{Key: "hc09"})
	if note != "" {
		p.fault(Sentence(note))
	}
	flows := map[netip.AddrPort]uint32{}
	if c != nil {
		for id := range uint32(c.FlowLen()) {
			a, b := c.Flow(id).Ends()
			for _, end := range []netip.AddrPort{a, b} {
				if _, ok := flows[end]; !ok {
					flows[end] = id
				}
			}
		}
	}
	cols := []string{"No.", "Address", "Port", "Class", "First", "Last", "Failures or flag"}
	if c != nil {
		cols = append(cols, "In the capture")
	}
	t := newTable("", cols...)
	t.Sort, t.Name = true, "nodes"
	begin := 0 // the first entry in the same piece
	for k := range list {
		n := &list[k]
		if n.Piece != list[begin].Piece {
			begin = k
		}
		t.number(int64(n.N)+1, pieceDo(i+1, n.Piece+1)+":skype.file.port~"+strconv.Itoa(k-begin))
		p.private(t, n.Addr.Addr().String(), addrKey(n.Addr), "")
		p.private(t, strconv.Itoa(int(n.Addr.Port())), sortable(int64(n.Addr.Port())), "")
		t.number(int64(n.Class), "")
		t.Cells = append(t.Cells, proto.Cell{Text: when(n.First), Key: sortable(n.First)}, proto.Cell{Text: when(n.Last), Key: sortable(n.Last)})
		t.number(int64(n.Fails), "")
		if c == nil {
			continue
		}
		if id, ok := flows[n.Addr]; ok {
			t.Cells = append(t.Cells, proto.Cell{Text: "flow " + thousands(int64(id)+1), Do: "flow:" + strconv.Itoa(int(id)+1), Mark: 1, Key: sortable(int64(id) + 1)})
		} else {
			t.Cells = append(t.Cells, proto.Cell{Key: sortable(0)})
		}
	}
	p.table(t)
}

// settings are the other facts of a file, with its bandwidth history drawn.
func (p *profile) settings(i int, f *localfile.File) {
	x, err := f.Facts()
	if err != nil {
		return
	}
	t := newTable("", "Setting", "Value", "Row")
	row := func(label, value string, piece int) {
		if piece >= 0 && value != "" {
			t.cell(label)
			t.cell(value)
			t.number(int64(piece)+1, pieceDo(i+1, piece+1))
		}
	}
	row("Account", p.secret(x.Account), x.AccountPiece)
	if x.ListeningPort != 0 {
		row("Listening port", strconv.Itoa(int(x.ListeningPort)), x.PortPiece)
	}
	var public []string
	for _, a := range x.Public {
		public = append(public, a.String())
	}
	row("Public addresses seen by others", p.secret(strings.Join(public, " ")), x.PublicPiece)
	if x.Local.IsValid() {
		row("Address of the machine", p.secret(x.Local.String()), x.LocalPiece)
	}
	if x.Supernode.IsValid() {
		row("Supernode", p.secret(x.Supernode.String()), x.SuperPiece)
	}
	for _, d := range x.Disabled {
		text := d.Name
		if len(d.Codecs) > 0 {
			text += ": " + strings.Join(d.Codecs, ", ")
		} else {
			text += ": nobody has said which codec that is"
		}
		row("Codec turned off", text, d.Piece)
	}
	row("Buddies last fetched", when(x.LastSync), x.SyncPiece)
	row("Last used", when(x.LastUsed), x.UsedPiece)
	row("Written", when(x.Written), x.RootPiece)
	if len(t.Cells) == 0 && len(x.In) == 0 && len(x.Out) == 0 {
		return
	}
	p.head("Settings in " + f.Name() + p.which(i))
	p.table(t)
	if len(x.In) == 0 && len(x.Out) == 0 {
		return
	}
	for k, list := range [][]int64{x.In, x.Out} {
		if len(list) == 0 {
			continue
		}
		way := [...]string{"in", "out"}[k]
		text := "Bandwidth history, " + way + ", in the order of the file; what each value counts, and when, nobody has said."
		d := &chart.Bars{Name: text, Unit: "as written", Along: "place in the list"}
		for at, v := range list {
			d.Bins = append(d.Bins, chart.Bin{From: float64(at) + .5, To: float64(at) + 1.5, N: float64(v), Text: thousands(v)})
		}
		p.draw(text, d.Draw(p.env.Width), field.Cite{Key: "js"})
	}
}
