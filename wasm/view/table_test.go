package view

import (
	"encoding/csv"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"somscope/wasm/proto"
)

func people() *proto.Part {
	p := &proto.Part{Kind: proto.PartTable, Cols: []string{"Name", "Number", "Seen", "Says"}, Sort: true, Name: "people"}
	for _, r := range [][4]string{
		{"dora", "1,024", "b", "plain"},
		{"Carl", "9", "c", "a \"word\", and more"},
		{"anna", "10", "a", "=SUM(A1)"},
		{"bert", "9", "a", "two\nlines"},
	} {
		p.Cells = append(p.Cells, proto.Cell{Text: r[0]}, proto.Cell{Text: r[1], Num: true}, proto.Cell{Text: "x", Key: r[2]}, proto.Cell{Text: r[3]})
	}
	return p
}

func names(t *Table) string {
	var all []string
	for _, r := range t.Rows() {
		all = append(all, t.Part.Cells[int(r)*len(t.Part.Cols)].Text)
	}
	return strings.Join(all, " ")
}

func TestTable(t *testing.T) {
	x := &Table{}
	x.Set(people())
	for _, c := range []struct {
		do   func()
		want string
	}{
		{func() {}, "dora Carl anna bert"},
		{func() { x.Sort(0) }, "anna bert Carl dora"},
		{func() { x.Sort(0) }, "dora Carl bert anna"},
		{func() { x.Sort(1) }, "Carl bert anna dora"}, // 9 before 10 before 1,024, and equal ones as they came
		{func() { x.Sort(1) }, "dora anna Carl bert"},
		{func() { x.Sort(2) }, "anna bert dora Carl"}, // by the key, not by the text
		{func() { x.Sort(9) }, "anna bert dora Carl"},
		{func() { x.Find("AR") }, "Carl"},
		{func() { x.Find("9x") }, ""}, // never over two cells
		{func() { x.Set(people()) }, ""},
		{func() { x.Find("") }, "anna bert dora Carl"},
	} {
		c.do()
		if got := names(x); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	if got := names(&Table{}); got != "" {
		t.Errorf("no table has the rows %q", got)
	}
}

func TestTableCSV(t *testing.T) {
	x := &Table{}
	x.Set(people())
	x.Sort(0)
	x.Find("a")
	got := x.CSV()
	want := strings.ReplaceAll("'Name','Number','Seen','Says'\r\n'anna','10','x','’=SUM(A1)'\r\n'Carl','9','x','a ''word'', and more'\r\n'dora','1,024','x','plain'\r\n", "'", `"`)
	if want = strings.ReplaceAll(want, "’", "'"); got != want {
		t.Errorf("got\n%q, want\n%q", got, want)
	}
	x.Find("")
	all, err := csv.NewReader(strings.NewReader(x.CSV())).ReadAll()
	if err != nil || len(all) != 5 || !reflect.DeepEqual(all[2], []string{"bert", "9", "x", "two\nlines"}) {
		t.Errorf("another reader of CSV finds %q, %v", all, err)
	}
	if x.Part = nil; x.CSV() != "" {
		t.Error("no table has a CSV file")
	}
}

func TestTablePages(t *testing.T) {
	p := &proto.Part{Cols: []string{"No."}}
	for i := range 5000 {
		p.Cells = append(p.Cells, proto.Cell{Text: fmt.Sprint(i + 1), Num: true})
	}
	x := &Table{}
	x.Set(p)
	rows, from, to := x.Shown()
	if len(rows) != PageRows || from != 1 || to != PageRows || x.Pages() != 25 {
		t.Errorf("the first page has %d rows, %d to %d of %d pages", len(rows), from, to, x.Pages())
	}
	x.Turn(99)
	if rows, from, to = x.Shown(); from != 4801 || to != 5000 || rows[199] != 4999 {
		t.Errorf("the last page is %d to %d", from, to)
	}
	x.Find("77")
	if _, from, to = x.Shown(); from != 1 || to > PageRows || x.Page != 0 {
		t.Errorf("after filtering it stands at %d to %d", from, to)
	}
	x.Find("no such row")
	if rows, _, to = x.Shown(); len(rows) != 0 || to != 0 || x.Pages() != 0 {
		t.Errorf("nothing matches, and %d rows are shown", len(rows))
	}
	x.Turn(1)
	if x.Page != 0 {
		t.Errorf("page %d of nothing", x.Page)
	}
}

func TestNatural(t *testing.T) {
	for _, c := range [][2]string{{"192.0.2.9", "192.0.2.10"}, {"a2", "A10"}, {"", "a"}, {"a", "ab"}, {"9", "010"}, {"a", "B"}} {
		if natural(c[0], c[1], false) >= 0 || natural(c[1], c[0], false) <= 0 {
			t.Errorf("%q does not come before %q", c[0], c[1])
		}
	}
	if natural("7", "007", false) != 0 {
		t.Error("zeros before a number count")
	}
}

func TestLooksLocal(t *testing.T) {
	for name, want := range map[string]bool{"config.xml": true, "Shared.XML": true, "user256.dbb": true, "main.db": true, "shared (1)": true, "call.pcap": false, "trace.pcapng.gz": false, "": false} {
		if LooksLocal(name) != want {
			t.Errorf("%q looks local: %v", name, !want)
		}
	}
}

func TestTabs(t *testing.T) {
	var seen []Tab
	for t, ok := TabPackets, true; ok; ok = t != TabPackets {
		seen = append(seen, t)
		t = t.Beside(1, true, true)
	}
	if len(seen) != int(Tabs) {
		t.Errorf("arrows go through %v", seen)
	}
	if got := TabMedia.Beside(1, true, false); got != TabFile {
		t.Errorf("without a shelf %v comes after media", got)
	}
	if got := TabFile.Beside(1, false, true); got != TabProfile {
		t.Errorf("without a capture %v comes after file", got)
	}
	if got := TabFile.Beside(-1, false, false); got != TabFile {
		t.Errorf("with nothing open %v comes before file", got)
	}
}
