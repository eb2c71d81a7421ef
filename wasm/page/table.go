//go:build js && wasm

package main

import (
	"strconv"
	"strings"

	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// Tables that can be sorted, filtered and saved. What the user has made of one stays when the
// engine sends it anew.

// A grid is such a table on the page.
type grid struct {
	view.Table
	name, key   string // of the user's file, and of its elements
	table, tell node
	more        node
}

var grids = map[string]*grid{} // by name

// sortable begins a table that can be sorted; fillTables fills it when it is in the page.
// Its name is given back; no other table of the page, those before it in taken, has the same.
func sortable(b *builder, p *proto.Part, taken []string) string {
	name := p.Name
	for _, t := range taken {
		if t == name {
			name = p.Name + "-" + strconv.Itoa(len(taken)+1)
		}
	}
	g := grids[name]
	if g == nil {
		g = &grid{name: name, key: "grid-" + strconv.Itoa(len(grids))}
		grids[name] = g
	}
	g.Set(p)
	b.put("<p.sheet-tools|<label|@for=$|$|>|<input|@id=$|@type=text|@autocomplete=off|@spellcheck=false|@data-filter=$|@value=$|@aria-describedby=$|>"+
		"|<span.dim|@id=$|@role=status|>|<button.button|@type=button|@data-do=$|Save CSV|>|>"+
		"|<div.sheet-wide|@tabindex=0|@role=group|@aria-label=$|<table.table|@id=$|>|>|<p.sheet-tools|@id=$|>",
		g.key+"-find", "Filter "+p.Name, g.key+"-find", name, g.Filter, g.key+"-tell", g.key+"-tell", "tsave:"+name, p.Text, g.key, g.key+"-more")
	return name
}

// fillTables writes the rows of tables that have come into the page.
func fillTables(names []string) {
	for _, name := range names {
		g := grids[name]
		g.table, g.tell, g.more = el(g.key), el(g.key+"-tell"), el(g.key+"-more")
		g.fill()
	}
}

func (g *grid) fill() {
	p, b := g.Part, &builder{}
	rows, from, to := g.Shown()
	b.el("caption", "", p.Text).open("thead", "").open("tr", "")
	for i, h := range p.Cols {
		class := ""
		if i < len(p.Cells) && p.Cells[i].Num {
			class = "num"
		}
		b.open("th", class).attr("scope", "col")
		if g.Col == i+1 {
			way := "ascending"
			if g.Down {
				way = "descending"
			}
			b.attr("aria-sort", way)
		}
		b.button("sort", "tsort:"+g.name+":"+strconv.Itoa(i), h).close()
	}
	b.close().close().open("tbody", "")
	n := len(p.Cols)
	for _, r := range rows {
		b.open("tr", "")
		for i := range n {
			sheetCell(b, &p.Cells[r*n+i])
		}
		b.close()
	}
	b.close().into(g.table)

	match := len(g.Rows())
	g.tell.text(view.Count(uint64(match)) + " of " + view.Count(uint64(g.All())))
	b = &builder{}
	if g.Pages() > 1 {
		b.put("<button.button|@type=button|@data-do=$|Previous rows|>|<span|$|>|<button.button|@type=button|@data-do=$|Next rows|>",
			"tpage:"+g.name+":0", "Rows "+view.Count(uint64(from))+" to "+view.Count(uint64(to))+" of "+view.Count(uint64(match)), "tpage:"+g.name+":2")
	}
	b.into(g.more)
}

// actTable does what a control of a table says: "tsort:nodes:2".
func actTable(word, arg string) {
	name, rest, _ := strings.Cut(arg, ":")
	g := grids[name]
	if g == nil || g.Part == nil {
		return
	}
	n, _ := view.ParseNumber(rest)
	switch word {
	case "tsort":
		g.Sort(int(n))
	case "tpage":
		g.Turn(int(n) - 1)
	case "tsave":
		saveText(name+".csv", g.CSV())
		say(view.Plural(len(g.Rows()), "row") + " saved")
		return
	}
	g.fill()
}

func filterTable(name, text string) {
	if g := grids[name]; g != nil && g.Part != nil {
		g.Find(text)
		g.fill()
	}
}
