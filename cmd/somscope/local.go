package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"syscall"
	"time"

	"somscope/decoder/capfile"
	"somscope/decoder/field"
	"somscope/decoder/localfile"
)

// locals runs a command on files that Skype kept.
func (cmd command) locals(o options, files []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var list []*localfile.File
	for _, file := range files {
		src, name, done, err := open(file, stdin)
		if err != nil {
			fmt.Fprintf(stderr, "somscope: %v\n", err)
			return wrongUsage
		}
		defer done()
		f, err := localfile.Open(src, name)
		if err != nil {
			fmt.Fprintf(stderr, "somscope: %s: %s\n", name, refusal(err))
			return wrongUsage
		}
		list = append(list, f)
	}
	p := &printer{out: bufio.NewWriterSize(stdout, 64<<10), errs: stderr, name: files[0]}
	return p.finish(cmd.local(p, list, o))
}

// finish flushes what was printed and turns an error into an exit status.
func (p *printer) finish(err error) int {
	if err == nil {
		err = p.out.Flush()
	} else {
		p.out.Flush()
	}
	switch {
	case err == nil, errors.Is(err, syscall.EPIPE): // the reader has seen enough
		return allRead
	case errors.Is(err, errUsage):
		return wrongUsage
	case !errors.Is(err, errPart):
		p.complain("%v", err)
	}
	return partlyRead
}

// isLocal reports whether src is one of Skype's own files, or XML at least.
func isLocal(src capfile.Source, name string) bool {
	head := make([]byte, min(4096, src.Size()))
	n, err := src.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	return localfile.Sniff(head[:n], name) != localfile.None
}

// dumpLocal prints the annotated bytes of one piece of a file, or of all.
func dumpLocal(p *printer, src capfile.Source, o options) error {
	f, err := localfile.Open(src, p.name)
	if err != nil {
		p.complain("%s", explain(err))
		return errPart
	}
	if o.block != 0 {
		p.complain("this is no capture, so it has no blocks; -packet N shows piece N")
		return errUsage
	}
	from, to := uint(1), uint(f.Len())
	if o.packet != 0 {
		if o.packet > to {
			p.complain("there is no piece %d, the file has %d", o.packet, to)
			return errUsage
		}
		from, to = o.packet, o.packet
	}
	if !o.json {
		if err := p.write(f.Kind().String(), ": ", f.Says(), "\n"); err != nil {
			return err
		}
	}
	for n := from; n <= to; n++ {
		x, err := f.Piece(int(n - 1))
		if err != nil {
			return err
		}
		tree, err := f.Dissect(int(n - 1))
		if err != nil {
			return err
		}
		if !o.private {
			x = x.Hide()
			tree.Redact()
		}
		if n > from && !o.json {
			p.out.WriteByte('\n')
		}
		title := fmt.Sprintf("piece %d: %s", n, x.Kind)
		if x.Kind == localfile.Slot || x.Kind == localfile.Loose {
			title = fmt.Sprintf("piece %d: %s", n, x.Path)
		} else if x.Path != "" {
			title += " " + plain(x.Path)
		}
		if err := p.tree(tree, title, o.json); err != nil {
			return err
		}
	}
	faults, more := f.Faults()
	for _, x := range faults {
		if n := uint(x.Piece) + 1; n >= from && n <= to {
			p.complain("piece %d: %s", n, explain(x.Err))
			err = errPart
		}
	}
	if more > 0 {
		p.complain("and %d faults more", more)
	}
	return err
}

// nodes prints the host caches of files.
func nodes(p *printer, files []*localfile.File, o options) error {
	t := table{p: p, o: o, several: len(files) > 1}
	t.head("n", "address", "class", "first", "last", "fails", "off", "len")
	t.w.floor(3, 21, 5, 20, 20, 5)
	var part error
	for _, f := range files {
		p.name = f.Name()
		list, note, err := f.Nodes()
		if err != nil {
			return err
		}
		for _, n := range list {
			address := n.Addr.String()
			if o.redact {
				address = "x"
			}
			j := begin(p.line)
			j.text("file", f.Name())
			j.number("n", int64(n.N+1))
			j.text("address", address)
			known := func(name string, bit uint8, v int64) string {
				if n.Has>>bit&1 == 0 {
					j.key(name)
					j.b = append(j.b, "null"...)
					return ""
				}
				j.number(name, v)
				return strconv.FormatInt(v, 10)
			}
			class := known("class", 1, int64(n.Class))
			first := clockOf(&j, "first", n.First, n.Has>>2&1 != 0)
			last := clockOf(&j, "last", n.Last, n.Has>>3&1 != 0)
			fails := known("fails", 4, int64(n.Fails))
			j.number("off", n.Off)
			j.number("len", n.Len)
			if err := t.row(f, j.end(), strconv.Itoa(n.N+1), address, class, first, last, fails, strconv.FormatInt(n.Off, 10), strconv.FormatInt(n.Len, 10)); err != nil {
				return err
			}
		}
		switch {
		case note != "":
			p.complain("%s", note)
			part = errPart
		case len(list) == 0:
			text := fmt.Sprintf("no host cache in it; it is taken for %s", f.Kind())
			if faults, _ := f.Faults(); len(faults) > 0 { // it may stand where reading ended
				text = fmt.Sprintf("no host cache in what was read of it: %s", explain(faults[0].Err))
				part = errPart
			}
			p.complain("%s", text)
		}
	}
	return part
}

// clockOf writes a time in seconds since 1970, and returns it for a table.
func clockOf(j *object, name string, s int64, known bool) string {
	j.key(name)
	if !known {
		j.b = append(j.b, "null"...)
		return ""
	}
	t := time.Unix(s, 0).UTC().Format(time.RFC3339)
	j.b = field.AppendJSONString(j.b, t)
	return t
}

// buddies prints the buddies of files: those of two files side by side.
func buddies(p *printer, files []*localfile.File, o options) error {
	if len(files) == 2 {
		return sideBySide(p, files[0], files[1], o)
	}
	t := table{p: p, o: o, several: len(files) > 1}
	t.head("name", "number", "bytes", "small", "off")
	t.w.floor(24, 10, 8, 5)
	var part error
	for _, f := range files {
		p.name = f.Name()
		list, err := f.Buddies()
		if err != nil {
			return err
		}
		for i := range list {
			b := &list[i]
			name := b.Name
			if o.redact {
				name = "x"
			}
			j := begin(p.line)
			j.text("file", f.Name())
			j.text("name", name)
			record(&j, b)
			if err := t.row(f, j.end(), name, numberOf(b), bytesOf(b), smallOf(b), strconv.FormatInt(b.Off, 10)); err != nil {
				return err
			}
		}
		for i := range list {
			if b := &list[i]; !b.Good {
				p.complain("piece %d: %s", b.Piece+1, b.Fault)
				part = errPart
			}
		}
		if len(list) == 0 {
			p.complain("no buddies in it; it is taken for %s", f.Kind())
		}
	}
	return part
}

// record writes what a file says of a buddy.
func record(j *object, b *localfile.Buddy) {
	if b.Good {
		j.number("number", int64(b.Number))
		j.text("bytes", bytesOf(b))
		j.number("small", b.Small)
	} else {
		j.text("fault", b.Fault)
	}
	j.number("piece", int64(b.Piece+1))
	j.number("off", b.Off)
}

func numberOf(b *localfile.Buddy) string {
	if b == nil || !b.Good {
		return ""
	}
	return strconv.FormatUint(uint64(b.Number), 10)
}

func bytesOf(b *localfile.Buddy) string {
	if b == nil || !b.Good {
		return ""
	}
	return fmt.Sprintf("%x", b.Bytes)
}

func smallOf(b *localfile.Buddy) string {
	if b == nil || !b.Good {
		return ""
	}
	return strconv.FormatInt(b.Small, 10)
}

// sideBySide prints the buddies of two files, and what they say of the article's claim.
func sideBySide(p *printer, a, b *localfile.File, o options) error {
	c, err := localfile.Compare(a, b)
	if err != nil {
		return err
	}
	t := table{p: p, o: o}
	t.head("name", "match", "bytes1", "small1", "bytes2", "small2")
	t.w.floor(24, 18, 8, 6, 8, 6)
	for i := range c.Pairs {
		x := &c.Pairs[i]
		name := x.Name
		if o.redact {
			name = "x"
		}
		j := begin(p.line)
		j.text("name", name)
		j.text("match", x.Match.String())
		for k, b := range []*localfile.Buddy{x.A, x.B} {
			j.key([]string{"first", "second"}[k])
			if b == nil {
				j.b = append(j.b, "null"...)
				continue
			}
			one := begin(j.b)
			record(&one, b)
			j.b = one.end()
		}
		if err := t.row(nil, j.end(), name, x.Match.String(), bytesOf(x.A), smallOf(x.A), bytesOf(x.B), smallOf(x.B)); err != nil {
			return err
		}
	}
	switch {
	case o.json:
		j := begin(p.line)
		for _, n := range []struct {
			name string
			n    int
		}{{"both", c.Both}, {"differs", c.Differs}, {"same", c.Same}, {"unclear", c.Unclear}, {"only_first", c.OnlyA}, {"only_second", c.OnlyB}} {
			j.number(n.name, int64(n.n))
		}
		j.text("says", c.Says)
		j.texts("cite", cites(c.Cite))
		p.line = j.end()
		err = p.end()
	case !o.csv && len(c.Pairs) > 0:
		err = p.write("\n", c.Says)
	}
	if len(c.Pairs) == 0 {
		p.complain("no buddies in these files; they are taken for %s and %s", a.Kind(), b.Kind())
	}
	return err
}

// A table is printed as aligned columns, as CSV (RFC 4180), or as JSON.
type table struct {
	p       *printer
	o       options
	several bool // the file is a column
	w       columns
	names   []string
}

func (t *table) head(names ...string) { t.names = names }

// row prints a line; json is the same as a JSON document.
func (t *table) row(f *localfile.File, json []byte, cells ...string) error {
	p := t.p
	if t.o.json {
		p.line = json
		return p.end()
	}
	p.line = p.line[:0]
	names := t.names
	if t.several {
		cells = append([]string{f.Name()}, cells...)
		names = append([]string{"file"}, names...)
	}
	if t.o.csv {
		w := csv.NewWriter(p.out)
		if t.names != nil {
			w.Write(names)
			t.names = nil
		}
		w.Write(cells)
		w.Flush()
		return w.Error()
	}
	var list []cell
	for i, c := range cells {
		c = orDash(plain(c))
		if i > 0 && c[0] >= '0' && c[0] <= '9' && len(c) < 12 {
			list = append(list, right(c))
		} else {
			list = append(list, left(c))
		}
	}
	p.line = t.w.append(p.line, list...)
	return p.end()
}
