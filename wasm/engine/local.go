package main

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"somscope/decoder"
	"somscope/decoder/capfile"
	"somscope/decoder/field"
	"somscope/decoder/localfile"
	"somscope/wasm/proto"
	"somscope/wasm/sheet"
)

// Bounds of the shelf.
const (
	maxLocal   = 32                    // files on it
	localStep  = 256 << 10             // bytes of a file listed at a time
	atOnce     = 50 * time.Millisecond // spent on a file before anybody else is served
	localCheck = 4_000                 // pieces whose content is looked at for faults when a file is opened
)

// A local is one of Skype's own files on the shelf.
type local struct {
	file *localfile.File
	hash string
	drop func() // lets the browser forget the file
}

// An arrival is a file of Skype's that is being read.
type arrival struct {
	local
	id    uint32 // of the request
	done  bool
	shown bool // it is on the shelf already, and grows there
}

// serveLocal serves what can be asked without a capture, and reports whether it did.
func (e *engine) serveLocal(q *proto.Request) bool {
	switch {
	case q.Piece != nil:
		e.piece(q.ID, q.Piece)
	case q.Profile != nil:
		e.profile(q.ID, q.Profile)
	case q.Shut != nil:
		e.shut(q.ID, q.Shut.File)
	case q.Rows != nil && q.Rows.Table == proto.Pieces:
		f := e.localFile(q.ID, q.Rows.File)
		if f == nil {
			return true
		}
		p := &page{RowPage: proto.RowPage{Table: proto.Pieces, From: q.Rows.From}}
		if err := p.pieces(f, int(min(q.Rows.From, 1<<31-1)), int(min(q.Rows.N, maxRows)), q.Rows.Bare); err != nil {
			e.trouble(q.ID, f.Name(), err)
			return true
		}
		e.send(&proto.Reply{ID: q.ID, Rows: &p.RowPage})
	default:
		return false
	}
	return true
}

// isLocal reports whether a file that is no capture is one of Skype's own, or XML.
func isLocal(src capfile.Source, name string) bool {
	head := make([]byte, min(4096, max(0, src.Size())))
	n, _ := src.ReadAt(head, 0)
	return localfile.Sniff(head[:n], name) != localfile.None
}

// openLocal begins to read one of Skype's own files; deliver puts it on the shelf.
func (e *engine) openLocal(id uint32, q *proto.Open) {
	if len(e.shelf) >= maxLocal {
		e.send(&proto.Reply{ID: id, Err: &proto.Problem{Off: -1, Kind: "limit", What: "The shelf is full: it holds " + strconv.Itoa(maxLocal) + " files.", Hint: "Take one off."}})
		return
	}
	for e.arrival != nil { // the one before is read to its end first
		e.deliver(time.Second)
	}
	src, drop := e.host.keep()
	f, err := localfile.Start(src, q.Name)
	if err == nil {
		var hash string
		if hash, err = decoder.Fingerprint(src); err == nil {
			e.arrival = &arrival{local: local{file: f, hash: hash, drop: drop}, id: id}
			e.deliver(atOnce) // most are small
			return
		}
	}
	drop()
	e.send(&proto.Reply{ID: id, Err: refusal(err, src.Size())})
}

// deliver reads on in a file of Skype's, for about so long.
func (e *engine) deliver(budget time.Duration) {
	a := e.arrival
	ok := false
	defer func() {
		if !ok && a.shown { // what is listed stays
			e.arrival = nil
		} else if !ok { // a fault of ours, which the guard tells of
			e.arrival = nil
			a.drop()
			e.send(&proto.Reply{ID: a.id, Err: &proto.Problem{Off: a.file.Read(), Kind: "crash", What: "A fault in Somscope ended the reading of this file; it is not in your file."}})
		}
	}()
	var err error
	for start := time.Now(); err == nil && !a.done; {
		a.done, err = a.file.Step(localStep)
		if time.Since(start) >= budget {
			break
		}
	}
	if err == nil && a.done {
		err = a.file.Check(localCheck)
	}
	ok = true
	switch {
	case err != nil && !a.shown:
		e.arrival = nil
		a.drop()
		e.send(&proto.Reply{ID: a.id, Err: refusal(err, a.file.Size())})
	case !a.shown: // what is listed can be looked at while the rest is read
		a.shown = true
		e.shelf = append(e.shelf, &a.local)
		if a.done {
			e.arrival = nil
		}
		e.reshelve()
		e.send(&proto.Reply{ID: a.id, Opened: &proto.Opened{Name: a.file.Name(), Size: a.file.Size(), Format: a.file.Kind().String(), Hash: a.hash, Local: uint32(len(e.shelf))}})
		e.sendShelf(0)
	case a.done || err != nil:
		e.arrival = nil
		e.reshelve()
		e.sendShelf(0)
	}
}

// reshelve looks anew at what the files on the shelf tell.
func (e *engine) reshelve() {
	var files []*localfile.File
	for _, x := range e.shelf {
		files = append(files, x.file)
	}
	e.profiles = decoder.NewShelf(files)
}

func (e *engine) sendShelf(id uint32) {
	m := &proto.Shelf{}
	for _, x := range e.shelf {
		f := x.file
		q := proto.LocalFile{Name: f.Name(), Kind: f.Kind().String(), Title: f.Says(), Size: f.Size(), Hash: x.hash, Pieces: uint32(f.Len())}
		if list, err := f.Buddies(); err == nil {
			q.Buddies = uint32(len(list))
		}
		if list, _, err := f.Nodes(); err == nil {
			q.Nodes = uint32(len(list))
		}
		if faults, more := f.Faults(); len(faults) > 0 {
			x := &faults[0]
			q.Problem = &proto.Problem{What: sheet.Sentence(x.Err.What), Off: x.Err.Off, Kind: "format"}
			if n := len(faults) - 1 + more; n > 0 {
				q.Problem.What += " There are " + strconv.Itoa(n) + " more such places."
			}
		}
		m.Files = append(m.Files, q)
	}
	e.send(&proto.Reply{ID: id, Shelf: m})
}

// localFile is a file of the shelf by its number from 1, or nil after telling that there is none.
func (e *engine) localFile(id, number uint32) *localfile.File {
	if number == 0 || int64(number) > int64(len(e.shelf)) {
		e.send(&proto.Reply{ID: id, Err: &proto.Problem{Off: -1, Kind: "limit", What: "There is no file " + strconv.FormatUint(uint64(number), 10) + " on the shelf: it holds " + strconv.Itoa(len(e.shelf)) + "."}})
		return nil
	}
	return e.shelf[number-1].file
}

// shut takes a file off the shelf.
func (e *engine) shut(id, number uint32) {
	if e.localFile(id, number) == nil {
		return
	}
	if a := e.arrival; a != nil && &a.local == e.shelf[number-1] {
		e.arrival = nil // nobody waits for the rest
	}
	e.shelf[number-1].drop()
	e.shelf = slices.Delete(e.shelf, int(number-1), int(number))
	e.reshelve()
	e.sendShelf(id)
	if e.capture != nil {
		e.progress() // flows and roles know one file less
	}
}

// piece answers with the tree of a piece of a file on the shelf, both counted from 1.
func (e *engine) piece(id uint32, q *proto.PieceAsk) {
	f := e.localFile(id, q.File)
	if f == nil {
		return
	}
	name := "Row " + strconv.FormatUint(uint64(q.Piece), 10)
	if q.Piece == 0 || int64(q.Piece) > int64(f.Len()) {
		e.send(&proto.Reply{ID: id, Err: &proto.Problem{Off: -1, Kind: "limit", What: name + " does not exist: the file has " + strconv.Itoa(f.Len()) + "."}})
		return
	}
	d, err := f.Dissect(int(q.Piece - 1))
	if err != nil {
		e.trouble(id, name, err)
		return
	}
	if !q.Bare {
		d.Redact()
	}
	t := e.flatten(d)
	t.Packet, t.File, t.Piece = 0, q.File, q.Piece
	t.Title = name
	e.send(&proto.Reply{ID: id, Tree: t})
}

// pieces writes rows of the list of pieces.
func (p *page) pieces(f *localfile.File, from, n int, bare bool) error {
	p.Total, p.Cols = uint32(f.Len()), 6
	to := min(from+n, f.Len())
	if from >= to {
		return nil
	}
	list, err := f.Pieces(from, to)
	for i := range list {
		x := list[i]
		if !bare {
			x = x.Hide()
		}
		p.num(uint64(x.N) + 1)
		p.num(uint64(x.Off))
		p.num(uint64(x.Len))
		p.cell(strings.Repeat("  ", min(x.Depth, 12)) + x.Path)
		p.cell(x.Value)
		p.cell(x.What)
		p.Marks = append(p.Marks, proto.RowMark{ID: uint32(x.N) + 1, Skype: x.Spec != nil && x.Spec.Trust != field.Unknown, Bad: x.Bad})
	}
	return err
}

// profile answers with all that the files on the shelf say.
func (e *engine) profile(id uint32, q *proto.ProfileAsk) {
	env := sheet.Env{Width: int(min(q.Width, 1<<20)), Done: true}
	if e.capture != nil {
		env = e.env(q.Width)
	}
	if e.profiles == nil {
		e.reshelve()
	}
	e.send(&proto.Reply{ID: id, Sheet: sheet.Profile(e.profiles, e.capture, q.Bare, env)})
}

// cached says which hosts of some flows, counted from 0, stand in a host cache: a sentence with a
// blank in front, or "".
func (e *engine) cached(flows []uint32) string {
	var list []decoder.Hint
	for _, id := range flows {
		if h, ok := e.capture.FlowHint(id, e.profiles); ok && !slices.Contains(list, h) {
			list = append(list, h)
		}
	}
	switch n := len(list); {
	case n == 0:
		return ""
	case n == 1:
		return " One of its hosts stands " + list[0].String() + "."
	default:
		t := " " + strconv.Itoa(n) + " of its hosts stand in the host cache of " + list[0].Name + " (entries "
		for i, h := range list[:min(n, 12)] {
			if i > 0 {
				t += ", "
			}
			t += strconv.Itoa(h.Node)
		}
		if n > 12 {
			t += " …"
		}
		return t + ")."
	}
}

// hint says in a line that an end of a flow, counted from 0, stands in a host cache.
func (e *engine) hint(flow uint32) (proto.Line, bool) {
	h, ok := e.capture.FlowHint(flow, e.profiles)
	if !ok {
		return proto.Line{}, false
	}
	return proto.Line{Label: "Host cache", Text: "An end of it is " + h.String() + "."}, true
}
