//go:build js && wasm

package main

import (
	"strconv"

	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// A list shows one of the engine's tables, of any length. It holds windows of
// rows near what is visible, asks for those that are missing, and paints what it
// has: a row whose text is not here yet shows its number, so nothing is blank.
type list struct {
	table  proto.Table
	tab    view.Tab
	time   int  // column of the time, 0 for none
	grid   node // the scrolled element, which holds the focus
	rows   node
	space  node
	name   string // id of rows
	pool   pool
	scroll view.Scroller
	cursor int  // row of the selection, -1 for none
	adrift bool // the selection is to be brought into view when the list has a height
	pages  map[uint32]*page
	asked  map[uint32]uint32 // page to the age it was asked for in
	age    uint32            // grows when rows may have changed; pages of an earlier age are asked for anew
	era    uint32            // grows when all rows are dropped; what was asked for before is dropped, too
	down   bool              // the last movement was downwards
	tall   float64           // height given to space
	view   float64           // CSS pixels that show rows
	head   float64           // of them above, for the head
	rowH   float64
	settle int32                                        // alarm that puts the scroll bar right
	digits int32                                        // of the last row's number
	wide   int32                                        // of the widest time seen, in columns of the font
	late   bool                                         // some of what is visible is not here yet, or of an earlier age
	says   struct{ rows, state, picked, active string } // attributes as last written
}

// A page is a window of rows as it came, with ends also in UTF-16 units.
type page struct {
	n     int
	text  []byte
	ends  []uint32
	units []int32
	marks []proto.RowMark
	age   uint32
	stamp int32
}

const (
	pageRows = 200 // rows a question
	keep     = 24  // pages kept
	flight   = 3   // questions at a time
)

var (
	lists  [view.Tabs + 1]*list // the list of a view; those without one point to that of packets. The last is the one of the tab File that is not shown
	stamps int32                // of pages, so that the painter sees new text
	nul    = []byte{}
)

func newList(tab view.Tab, table proto.Table, id string, cols int32) *list {
	l := &list{table: table, tab: tab, grid: el(id), rows: el(id + "-rows"), space: el(id + "-space"), name: id + "-rows", cursor: -1}
	l.pool = pool{layer: l.rows, kind: gridRows, cols: cols}
	l.time = [...]int{1, 6, 0, 8, 0}[table]
	l.forget()
	lists[tab] = l
	subscribe(onRows|onPick|onTab|onSize|onFile|onProgress|onTree|onStory|onShelf, func(what topic) {
		if s.Tab != l.tab || lists[l.tab] != l || !s.full() {
			return
		}
		if what&(onSize|onTab|onFile|onShelf) != 0 {
			l.measure()
		}
		if l.adrift && l.view > 0 {
			l.adrift = false
			l.find()
		}
		l.paint()
	})
	return l
}

// forget drops all rows: another file.
func (l *list) forget() {
	l.drop()
	l.cursor, l.adrift = -1, false
	l.scroll.Top = 0
	l.scroll.Seen(0)
	l.pool.layer = l.rows
	if l.view > 0 {
		l.put()
	}
}

// drop forgets what the rows say, but not which is chosen.
func (l *list) drop() {
	l.pages, l.asked = map[uint32]*page{}, map[uint32]uint32{}
	l.age++
	l.era++
}

// stale keeps the rows on screen and asks for them anew.
func (l *list) stale() { l.age++ }

func (l *list) total() int {
	p := &s.Progress
	switch l.table {
	case proto.Flows:
		return int(p.Flows)
	case proto.Blocks:
		return int(p.Blocks)
	case proto.Streams:
		return int(p.Deep.Voices)
	case proto.Pieces:
		return int(s.local().Pieces)
	}
	return int(p.Packets)
}

// measure takes the sizes of the window.
func (l *list) measure() {
	b := l.grid.box()
	if b.viewH == 0 {
		return
	}
	row := l.picked()
	seen := row >= 0 && l.scroll.Visible(row)
	l.head = l.grid.px("--head")
	l.view = max(0, b.viewH-l.head)
	l.rowH = l.grid.px("--row")
	l.fit()
	if seen { // taller rows or a lower window must not take it away
		l.show(row)
	}
}

// fit takes the number of rows. It reads nothing from the document: that would
// make the browser lay it out in between.
func (l *list) fit() {
	rowH := l.rowH
	before := l.scroll.RowH
	l.scroll.Resize(l.total(), rowH, l.view)
	if t := l.scroll.Space(); t != l.tall || before != rowH {
		l.tall = t
		l.space.style("height", view.Fixed(t, 1)+"px")
		l.put()
	}
}

// put sets the scroll bar to where the list is.
func (l *list) put() { l.scroll.Seen(l.grid.scroll(l.scroll.Bar())) }

// scrolled hears of the scroll bar.
func (l *list) scrolled() {
	before := l.scroll.Top
	l.scroll.Moved(l.grid.box().scrollTop)
	if l.scroll.Top == before {
		return
	}
	l.down = l.scroll.Top > before
	l.paint()
	cancel(l.settle)
	l.settle = after(200, l.rest)
}

// rest puts the scroll bar right when all is quiet.
func (l *list) rest() {
	if bar, ok := l.scroll.Settle(); ok {
		l.scroll.Seen(l.grid.scroll(bar))
	}
}

// show brings the selected row into view.
func (l *list) show(row int) {
	if l.scroll.Show(row) {
		l.put()
	}
}

// centre brings the selection into view with its neighbours, when the list is
// painted next: now it may be hidden, and have no height to scroll in.
func (l *list) centre() {
	if row := l.picked(); row >= 0 {
		l.cursor = row
	}
	l.adrift = true
	changed(onRows | onSize)
}

func (l *list) find() {
	l.fit()
	if row := l.picked(); row >= 0 {
		l.cursor = row
		if l.scroll.Centre(row) {
			l.put()
		}
	}
}

// picked is the row of the selection as far as it is known, -1 when it is not.
func (l *list) picked() int {
	switch l.table {
	case proto.Packets:
		return int(s.Packet) - 1
	case proto.Blocks:
		return int(s.Block) - 1
	case proto.Streams:
		return int(s.Stream) - 1
	case proto.Pieces:
		return int(s.Piece) - 1
	}
	if s.Sort == 0 && s.Flow != 0 {
		if s.Down {
			return l.total() - int(s.Flow)
		}
		return int(s.Flow) - 1
	}
	for at, p := range l.pages {
		for i := range p.marks {
			if p.marks[i].ID == s.Flow && p.age == l.age {
				return int(at)*pageRows + i
			}
		}
	}
	return l.cursor
}

func (l *list) id() uint32 {
	switch l.table {
	case proto.Flows:
		return s.Flow
	case proto.Blocks:
		return s.Block - 1 // as the rows count them
	case proto.Streams:
		return s.Stream
	case proto.Pieces:
		return s.Piece
	}
	return s.Packet
}

func (l *list) paint() {
	if n := l.total(); n != l.scroll.Rows {
		l.fit()
	}
	first, n := l.scroll.Window()
	l.pool.reset()
	id := l.id()
	active := ""
	l.late = false
	for row := first; row < first+n; row++ {
		p := l.pages[uint32(row/pageRows)]
		i := row % pageRows
		if p == nil || i >= p.n {
			l.late = true
			l.blank(row)
			continue
		}
		l.late = l.late || p.age != l.age
		c := i * int(l.pool.cols)
		from, at := uint32(0), int32(0)
		if c > 0 {
			from, at = p.ends[c-1], p.units[c-1]
		}
		for k := c; k < c+int(l.pool.cols); k++ {
			l.pool.cell(p.text[from:p.ends[k]], p.units[k]-at)
			from, at = p.ends[k], p.units[k]
		}
		m := &p.marks[i]
		flags := int32(0)
		if m.Skype {
			flags |= rowSkype
		}
		if m.Bad {
			flags |= rowBad
		}
		if l.table == proto.Packets {
			flags |= packetMarks(m)
		}
		if m.Known {
			flags |= rowKnown
		}
		if m.ID == id {
			flags |= rowOn
			l.cursor = row
			active = l.name
		}
		l.pool.row(p.stamp, flags, 0, 0, 0, 0)
	}
	l.pool.paint(first, l.scroll.RowH, l.view, l.scroll.Top)
	if active != "" {
		active += "-" + strconv.Itoa(l.cursor%int(max(l.pool.size, 1)))
	}
	l.tell(active)
	l.fetch(first, n)
}

// blank adds a row that is not here yet: its number, where that is known.
func (l *list) blank(row int) {
	if l.table == proto.Packets {
		t := strconv.Itoa(row + 1)
		l.pool.cell([]byte(t), int32(len(t)))
	} else {
		l.pool.cell(nul, 0)
	}
	for range l.pool.cols - 1 {
		l.pool.cell(nul, 0)
	}
	flags := int32(rowLater)
	if l.table == proto.Packets && uint32(row)+1 == s.Packet {
		flags |= rowOn
	}
	l.pool.row(0, flags, 0, 0, 0, 0)
}

// tell writes the attributes that say what the list is: for those who do not
// see it, and for tests.
func (l *list) tell(active string) {
	p := &s.Progress
	state := "reading"
	done := p.Done || l.table == proto.Pieces
	switch {
	case done && l.late:
		state = "asking" // what is shown may be about to change
	case done:
		state = "done"
	}
	rows, picked := strconv.Itoa(l.total()), ""
	if n := [...]uint32{s.Packet, s.Flow, s.Block, s.Stream, s.Piece}[l.table]; n != 0 {
		picked = num(n)
	}
	if state != l.says.state {
		l.grid.attr("data-state", state)
	}
	if rows != l.says.rows {
		l.grid.attr("data-rows", rows)
		l.grid.attr("aria-rowcount", strconv.Itoa(l.total()+1))
	}
	if picked != l.says.picked {
		l.grid.attr("data-"+[...]string{"packet", "flow", "block", "stream", "piece"}[l.table], picked)
	}
	if active != l.says.active {
		if active == "" {
			l.grid.unattr("aria-activedescendant")
		} else {
			l.grid.attr("aria-activedescendant", active)
		}
	}
	l.says.state, l.says.rows, l.says.picked, l.says.active = state, rows, picked, active
}

// fetch asks for what is visible and missing, then for what comes next.
func (l *list) fetch(first, n int) {
	total := l.total()
	if n <= 0 || total == 0 {
		return
	}
	a, b := first/pageRows, (first+n-1)/pageRows
	for at := a; at <= b; at++ {
		l.want(at, total)
	}
	if l.down {
		l.want(b+1, total)
	} else {
		l.want(a-1, total)
	}
	for len(l.pages) > keep {
		far, worst := uint32(0), -1
		for at := range l.pages {
			if d := max(int(at)-b, a-int(at)); d > worst {
				far, worst = at, d
			}
		}
		delete(l.pages, far)
	}
}

func (l *list) want(at, total int) {
	from := at * pageRows
	if at < 0 || from >= total || len(l.asked) >= flight {
		return
	}
	n := min(pageRows, total-from)
	k := uint32(at)
	if p := l.pages[k]; p != nil && p.age == l.age && p.n >= n {
		return
	}
	if _, on := l.asked[k]; on {
		return
	}
	age, era := l.age, l.era
	l.asked[k] = age
	asked := l.asked
	ask(askRows, &proto.Request{Rows: &proto.RowsAsk{Table: l.table, From: uint32(from), N: uint32(n), Clock: s.Clock, Sort: s.Sort, Down: s.Down, File: s.Local, Bare: s.Bare}}, func(r *proto.Reply) {
		delete(asked, k)
		if era != l.era { // of another file, or with values that are not to be shown any more
			return
		}
		if r.Rows == nil || !l.accept(k, age, r.Rows) {
			if r.Err != nil {
				notify(sentence(r.Err), false)
			}
			return
		}
		changed(onRows)
	})
}

// accept keeps a page, unless it does not hold together.
func (l *list) accept(at, age uint32, r *proto.RowPage) bool {
	n := len(r.Marks)
	if r.Cols != uint32(l.pool.cols) || len(r.Ends) != n*int(r.Cols) {
		return false
	}
	end := uint32(0)
	for _, e := range r.Ends {
		if e < end || int(e) > len(r.Text) {
			return false
		}
		end = e
	}
	if digits := int32(len(num(r.Total))); digits != l.digits {
		l.digits = digits
		l.grid.style("--no", strconv.Itoa(int(digits)+2)+"ch") // the last row's number must fit
	}
	units := view.UTF16Ends(r.Text, r.Ends, make([]int32, 0, len(r.Ends)))
	if l.time > 0 {
		l.widen(units)
	}
	stamps++
	l.pages[at] = &page{n: n, text: r.Text, ends: r.Ends, units: units, marks: r.Marks, age: age, stamp: stamps}
	return true
}

// widen makes room for the widest time that was seen on this clock.
func (l *list) widen(units []int32) {
	wide := l.wide
	for i := l.time; i < len(units); i += int(l.pool.cols) {
		wide = max(wide, units[i]-units[i-1])
	}
	if wide != l.wide {
		l.wide = wide
		l.grid.style("--time", strconv.Itoa(int(wide)+1)+"ch")
	}
}

// mark is what row i is, nil when it is not here.
func (l *list) mark(row int) *proto.RowMark {
	if p := l.pages[uint32(row/pageRows)]; p != nil && row%pageRows < p.n {
		return &p.marks[row%pageRows]
	}
	return nil
}

// pick selects a row.
func (l *list) pick(row int, push bool) {
	l.cursor = row
	switch l.table {
	case proto.Packets:
		showPacket(uint32(row)+1, push)
	case proto.Blocks:
		showBlock(uint32(row)+1, push)
	case proto.Flows:
		if m := l.mark(row); m != nil {
			pickFlow(m.ID, push)
		}
	case proto.Streams:
		pickStream(uint32(row)+1, push)
	case proto.Pieces:
		pickPiece(uint32(row)+1, push)
	}
	l.show(row)
}

// click selects the row under the pointer.
func (l *list) click(y float64) {
	b := l.grid.box()
	if row := l.scroll.RowAt(y - b.top - l.head); row >= 0 {
		l.pick(row, true)
	}
}

// key moves the selection; it reports whether the key meant anything.
func (l *list) key(key string) bool {
	at := l.cursor
	if at >= l.total() {
		at = -1
	}
	row, ok := view.Step(at, l.total(), l.scroll.Fits(), key)
	if ok {
		l.pick(row, false)
	}
	return ok
}
