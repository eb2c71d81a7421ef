package view

import (
	"strings"

	"somscope/wasm/proto"
)

// A Table is a table of a sheet as the user has it: sorted, filtered, a page of it. The zero
// Table shows all rows as they came.
type Table struct {
	Part   *proto.Part // whose rows they are
	Filter string      // what a cell of each row shown contains
	Col    int         // sorted by, from 1; 0: as they came
	Down   bool
	Page   int // from 0

	lower []string // the text of each row, in small letters
	rows  []int    // those that are shown, in order
	done  bool     // rows is up to date
}

// PageRows is how many rows of a table are drawn at once.
const PageRows = 200

// Set gives the table other rows; how they are sorted and filtered stays.
func (t *Table) Set(p *proto.Part) {
	if t.Part != p {
		t.Part, t.lower, t.done = p, nil, false
		t.Col = min(t.Col, len(p.Cols))
	}
}

// All is the number of rows that there are.
func (t *Table) All() int {
	if t.Part == nil || len(t.Part.Cols) == 0 {
		return 0
	}
	return len(t.Part.Cells) / len(t.Part.Cols)
}

// Sort sorts by a column, from 0; a second time the other way round.
func (t *Table) Sort(col int) {
	if t.Part == nil || col < 0 || col >= len(t.Part.Cols) {
		return
	}
	t.Down = t.Col == col+1 && !t.Down
	t.Col, t.Page, t.done = col+1, 0, false
}

// Find shows only rows that contain a text, whatever its case.
func (t *Table) Find(text string) {
	if text = lower(text); text != t.Filter {
		t.Filter, t.Page, t.done = text, 0, false
	}
}

// Rows lists the rows that are shown, by their number from 0, in order.
func (t *Table) Rows() []int {
	if t.done {
		return t.rows
	}
	t.done = true
	all, cols := t.All(), 0
	if all > 0 {
		cols = len(t.Part.Cols)
	}
	if t.Filter != "" && t.lower == nil {
		t.lower = make([]string, all)
		for i := range t.lower {
			var b []byte
			for _, c := range t.Part.Cells[i*cols : (i+1)*cols] {
				b = append(append(b, c.Text...), 0) // so that no match spans two cells
			}
			t.lower[i] = lower(string(b))
		}
	}
	t.rows = t.rows[:0]
	for i := range all {
		if t.Filter == "" || strings.Contains(t.lower[i], t.Filter) {
			t.rows = append(t.rows, i)
		}
	}
	if t.Col > 0 {
		cells, at := t.Part.Cells, t.Col-1
		Stable(t.rows, func(a, b int) int {
			c := compare(&cells[a*cols+at], &cells[b*cols+at])
			if t.Down {
				return -c
			}
			return c
		})
	}
	return t.rows
}

// Pages is how many pages the rows shown fill.
func (t *Table) Pages() int { return (len(t.Rows()) + PageRows - 1) / PageRows }

// Turn goes to another page.
func (t *Table) Turn(by int) { t.Page = max(0, min(t.Page+by, t.Pages()-1)) }

// Shown lists the rows of the page in front, and says which they are of those
// that match, from 1.
func (t *Table) Shown() (rows []int, from, to int) {
	all := t.Rows()
	a := min(t.Page*PageRows, len(all))
	z := min(a+PageRows, len(all))
	return all[a:z], a + 1, z
}

// compare orders two cells: by their keys, or as people order texts, numbers in
// them by their value.
func compare(a, b *proto.Cell) int {
	if a.Key != "" || b.Key != "" {
		return strings.Compare(a.Key, b.Key)
	}
	return natural(a.Text, b.Text, a.Num && b.Num)
}

// natural compares texts; runs of digits in them are numbers, in which commas
// stand for nothing when grouped is set. The case of letters does not count.
func natural(a, b string, grouped bool) int {
	i, k := 0, 0
	for i < len(a) && k < len(b) {
		if digit(a[i]) && digit(b[k]) {
			x, i2 := digits(a, i, grouped)
			y, k2 := digits(b, k, grouped)
			if len(x) != len(y) {
				return len(x) - len(y)
			}
			if x != y {
				return strings.Compare(x, y)
			}
			i, k = i2, k2
			continue
		}
		x, y := small(a[i]), small(b[k])
		if x != y {
			return int(x) - int(y)
		}
		i++
		k++
	}
	return (len(a) - i) - (len(b) - k)
}

// digits is the number that begins at i, without zeros before it, and where it ends.
func digits(t string, i int, grouped bool) (string, int) {
	var b []byte
	for ; i < len(t) && (digit(t[i]) || grouped && t[i] == ','); i++ {
		if digit(t[i]) && (len(b) > 0 || t[i] != '0') {
			b = append(b, t[i])
		}
	}
	return string(b), i
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func small(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// CSV writes the head and the rows that are shown, of all pages, as RFC 4180 has it, every cell
// in quotes. A cell that a spreadsheet would run as a formula gets an apostrophe before it.
func (t *Table) CSV() string {
	if t.Part == nil {
		return ""
	}
	var b []byte
	cols := len(t.Part.Cols)
	for i, c := range t.Part.Cols {
		b = appendCSV(b, c, i == 0)
	}
	b = append(b, "\r\n"...)
	for _, r := range t.Rows() {
		for i := range cols {
			b = appendCSV(b, t.Part.Cells[r*cols+i].Text, i == 0)
		}
		b = append(b, "\r\n"...)
	}
	return string(b)
}

func appendCSV(b []byte, cell string, first bool) []byte {
	if !first {
		b = append(b, ',')
	}
	if cell != "" && strings.IndexByte("=+-@\t\r", cell[0]) >= 0 {
		cell = "'" + cell
	}
	b = append(b, '"')
	for i := range len(cell) {
		if cell[i] == '"' {
			b = append(b, '"')
		}
		b = append(b, cell[i])
	}
	return append(b, '"')
}

// LooksLocal guesses from a file's name that it is one of Skype's own files and no capture. Only
// what the screen shows while the file is looked at depends on it.
func LooksLocal(name string) bool {
	name = lower(name)
	return strings.Contains(name, ".xml") || strings.Contains(name, ".db") || strings.HasPrefix(name, "config") || strings.HasPrefix(name, "shared")
}

// lower writes letters small: those of Latin, Greek and Cyrillic that have a small one at a fixed
// distance. The tables of package unicode know all, and weigh more than the rest of this file.
func lower(t string) string {
	b := make([]byte, 0, len(t))
	for _, r := range t {
		switch {
		case r >= 'A' && r <= 'Z', r >= 'À' && r <= 'Þ' && r != '×', r >= 'Α' && r <= 'Ω', r >= 'А' && r <= 'Я':
			r += 32
		case r >= 'Ѐ' && r <= 'Џ':
			r += 80
		}
		b = append(b, string(r)...)
	}
	return string(b)
}
