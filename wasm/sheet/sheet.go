package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"

	"somscope/decoder/field"
	"somscope/wasm/chart"
	"somscope/wasm/proto"
)

// An Env is what a sheet must know beside its subject.
type Env struct {
	Zero  int64 // ns since 1970 of the file's first packet that has a time
	Width int   // of drawings, CSS pixels; 0 for a usual one
	Done  bool  // the second look is done
}

// since is a moment as seconds since the file's first packet.
func (e Env) since(ns int64) float64 { return float64(ns-e.Zero) / 1e9 }

// A writer is a sheet that is being written.
type writer struct {
	*proto.Sheet
	env Env
}

func (w *writer) part(p proto.Part) { w.Parts = append(w.Parts, p) }

func (w *writer) head(s string) { w.part(proto.Part{Kind: proto.PartHead, Text: s}) }
func (w *writer) fold(s string) { w.part(proto.Part{Kind: proto.PartFold, Text: s}) }

func (w *writer) text(s string, cite ...field.Cite) {
	w.part(proto.Part{Kind: proto.PartText, Text: s, Cites: cites(cite)})
}

func (w *writer) dim(s string, cite ...field.Cite) {
	w.part(proto.Part{Kind: proto.PartDim, Text: s, Cites: cites(cite)})
}

func (w *writer) fault(s string) { w.part(proto.Part{Kind: proto.PartFault, Text: s}) }

func (w *writer) draw(s string, d *proto.Drawing, cite ...field.Cite) {
	w.part(proto.Part{Kind: proto.PartDraw, Text: s, Draw: d, Cites: cites(cite)})
}

func (w *writer) time(s string, t *chart.Time, cite ...field.Cite) {
	t.Name = s
	w.draw(s, t.Draw(w.env.Width), cite...)
}

// A table is one that is being written.
type table struct{ proto.Part }

func newTable(caption string, cols ...string) *table {
	return &table{proto.Part{Kind: proto.PartTable, Text: caption, Cols: cols}}
}

func (t *table) cell(s string)     { t.Cells = append(t.Cells, proto.Cell{Text: s}) }
func (t *table) num(s string)      { t.Cells = append(t.Cells, proto.Cell{Text: s, Num: true}) }
func (t *table) link(s, do string) { t.Cells = append(t.Cells, proto.Cell{Text: s, Do: do}) }
func (t *table) linkNum(s, do string) {
	t.Cells = append(t.Cells, proto.Cell{Text: s, Do: do, Num: true})
}

// fact is a row of two cells.
func (t *table) fact(label, value string) {
	if value != "" {
		t.cell(label)
		t.cell(value)
	}
}

func (w *writer) table(t *table) {
	if len(t.Cells) > 0 {
		w.part(t.Part)
	}
}

func cites(list []field.Cite) []proto.Cite {
	var out []proto.Cite
	for _, c := range list {
		out = append(out, proto.Cite{Key: c.Key, Where: c.Where})
	}
	return out
}

func packetDo(n uint32) string {
	if n == 0 {
		return ""
	}
	return "packet:" + strconv.FormatUint(uint64(n), 10)
}

// thousands writes a number with commas: 1,234,567.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(s) - 3; i > first; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func count(n int64, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return thousands(n) + " " + unit + "s"
}

// fixed writes a number with so many decimals, "-" when it is none.
func fixed(v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "-"
	}
	if math.Abs(v) < 1e15 && decimals == 0 {
		return thousands(int64(math.Round(v)))
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// percent writes a share: "4.1 %", "62 %", and never 0 or 100 for what is not quite.
func percent(part float64) string {
	switch {
	case math.IsNaN(part):
		return "-"
	case part > 0 && part < .001:
		return "< 0.1 %"
	case part < 1 && part > .999:
		return "> 99.9 %"
	case part > 0 && part < .0995 || part > .9949 && part < 1:
		return fixed(part*100, 1) + " %"
	}
	return fixed(part*100, 0) + " %"
}

// Millis writes nanoseconds as milliseconds with as many digits as help: "3.1 ms", "0.24 ms".
func Millis(ns float64) string {
	ms := ns / 1e6
	switch a := math.Abs(ms); {
	case a == 0:
		return "0 ms"
	case a < .995:
		return fixed(ms, 2) + " ms"
	case a < 99.5:
		return fixed(ms, 1) + " ms"
	}
	return fixed(ms, 0) + " ms"
}

// Span writes nanoseconds for people: "30 ms", "8.5 s", "3 min 20 s".
func Span(ns int64) string {
	d := time.Duration(ns)
	switch {
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	case d < 100*time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
	s := d.Round(time.Second).String()
	s = strings.ReplaceAll(s, "h", " h ")
	s = strings.ReplaceAll(s, "m", " min ")
	return strings.ReplaceAll(s, "s", " s")
}

// piece names a length of time after "each".
func piece(ns int64) string {
	if ns == 1e9 {
		return "second"
	}
	return Span(ns)
}

// seconds writes a moment or a length in seconds for a table.
func seconds(s float64) string { return fixed(s, 2) }

// Sentence makes one of a clause: a capital and a full stop.
func Sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	if s[0] >= 'a' && s[0] <= 'z' && (len(s) == 1 || s[1] < 'A' || s[1] > 'Z') { // iLBC stays
		s = string(s[0]-32) + s[1:]
	}
	if !strings.ContainsAny(s[len(s)-1:], ".!?") {
		s += "."
	}
	return s
}

// clause takes the full stop off.
func clause(s string) string { return strings.TrimSuffix(strings.TrimSpace(s), ".") }

// maxRows is how many rows a table beside a drawing has at most; more pieces are put together.
const maxRows = 60

// rowsOf says how many pieces make a row, so that there are at most maxRows.
func rowsOf(n int) int { return max(1, (n+maxRows-1)/maxRows) }
