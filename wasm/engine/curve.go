package main

import (
	"strconv"

	"somscope/wasm/proto"
	"somscope/wasm/sheet"
)

// curve answers with what the naive Bayes classifier believes of a flow, counted from 1, window
// by window. It reads the flow again.
func (e *engine) curve(id uint32, q *proto.CurveAsk) {
	c := e.capture
	if q.Flow == 0 || int64(q.Flow) > int64(c.FlowLen()) {
		e.noFlow(id, q.Flow)
		return
	}
	_, book, note, err := c.Detect(q.Flow - 1)
	if err != nil {
		e.trouble(id, "Flow "+strconv.FormatUint(uint64(q.Flow), 10), err)
		return
	}
	n := q.Flow - 1
	e.send(&proto.Reply{ID: id, Sheet: sheet.Belief(q.Flow, book.Bayes(n), book.Of(n), note, e.env(q.Width))})
}
