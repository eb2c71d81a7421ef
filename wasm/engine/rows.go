package main

import (
	"strconv"
	"strings"
	"time"

	"somscope/decoder"
	"somscope/wasm/proto"
)

// rows answers with a page of one of the lists as text.
func (e *engine) rows(q *proto.RowsAsk) *proto.RowPage {
	c := e.capture
	p := &page{RowPage: proto.RowPage{Table: q.Table, From: q.From}}
	from, n := int(min(q.From, 1<<31-1)), int(min(q.N, maxRows))
	clock := decoder.Clock(q.Clock)
	switch q.Table {
	case proto.Packets:
		p.Total, p.Cols = uint32(c.Len()), 7
		for _, r := range c.Rows(from, n, clock) {
			p.num(uint64(r.Packet))
			p.cell(r.When)
			p.cell(r.Src)
			p.cell(r.Dst)
			p.cell(r.Title)
			p.num(uint64(r.Len))
			p.cell(r.Info)
			p.Marks = append(p.Marks, proto.RowMark{ID: r.Packet, Flow: r.Flow, Skype: r.Skype || r.Voice, Bad: r.Bad, Read: uint8(r.Known.Kind)})
		}
	case proto.Flows:
		p.Total, p.Cols = uint32(c.FlowLen()), 10
		order := decoder.FlowOrder{By: decoder.FlowColumn(q.Sort), Down: q.Down}
		for _, r := range c.FlowRows(from, n, clock, order) {
			p.num(uint64(r.Flow))
			p.cell(r.Transport)
			p.cell(r.A)
			p.cell(r.B)
			p.num(r.Packets)
			p.num(r.Bytes)
			p.cell(r.When)
			title := classTitle(r.Class, r.Treated)
			if r.Looks != "" && r.Treated == decoder.Auto && !r.Skype {
				title = "Not Skype: " + r.Looks
			}
			p.cell(title)
			p.cell(strings.TrimSpace(r.Word + " " + strconv.Itoa(r.Score)))
			p.cell(r.Why)
			_, known := c.FlowHint(r.Flow-1, e.profiles)
			p.Marks = append(p.Marks, proto.RowMark{ID: r.Flow, Flow: r.Flow, Skype: r.Skype, Known: known})
		}
	case proto.Blocks:
		blocks := c.Blocks()
		p.Total, p.Cols = uint32(len(blocks)), 5
		for i := from; i < len(blocks) && i < from+n; i++ {
			b := &blocks[i]
			p.num(uint64(i) + 1)
			p.num(uint64(b.Off))
			p.num(uint64(b.Len))
			p.cell(b.Kind)
			p.cell(b.Text)
			p.Marks = append(p.Marks, proto.RowMark{ID: uint32(i), Bad: b.Bad})
		}
	case proto.Streams:
		p.streams(c, from, n, clock)
	}
	return &p.RowPage
}

// page is a RowPage being written.
type page struct{ proto.RowPage }

// cell adds text. What comes out of a file may be anything; the page gets UTF-8.
func (p *page) cell(s string) {
	p.Text = append(p.Text, strings.ToValidUTF8(s, "\uFFFD")...)
	p.Ends = append(p.Ends, uint32(len(p.Text)))
}

func (p *page) num(n uint64) {
	p.Text = strconv.AppendUint(p.Text, n, 10)
	p.Ends = append(p.Ends, uint32(len(p.Text)))
}

// duration writes nanoseconds for people: "12.4 s", "3 min 20 s".
func duration(ns int64) string {
	d := time.Duration(ns)
	switch {
	case d < time.Millisecond:
		return strconv.FormatInt(d.Microseconds(), 10) + " µs"
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	case d < 100*time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
	d = d.Round(time.Second)
	s := d.String()
	s = strings.ReplaceAll(s, "h", " h ")
	s = strings.ReplaceAll(s, "m", " min ")
	return strings.ReplaceAll(s, "s", " s")
}
