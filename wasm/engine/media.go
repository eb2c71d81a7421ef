package main

import (
	"strconv"

	"somscope/decoder"
	"somscope/wasm/proto"
	"somscope/wasm/sheet"
)

const waitForIt = "Wait for the second look to end."

// media answers with all about a stream of voice, counted from 1.
func (e *engine) media(id uint32, q *proto.MediaAsk) {
	v := e.capture.Voice(q.Stream)
	if v == nil {
		e.noStream(id, q.Stream)
		return
	}
	e.send(&proto.Reply{ID: id, Sheet: sheet.Stream(v, e.capture.VoiceReport(q.Stream), e.env(q.Width))})
}

// env is what a sheet must know of the file.
func (e *engine) env(width uint32) sheet.Env {
	c := e.capture
	return sheet.Env{Zero: c.Progress().First, Width: int(min(width, 1<<20)), Done: c.DeepState() == decoder.DeepDone}
}

// noStream says that there is no stream of that number, or not yet.
func (e *engine) noStream(id, number uint32) {
	c := e.capture
	n := len(c.Voices())
	p := &proto.Problem{Off: -1, Kind: "limit", What: "Stream " + strconv.FormatUint(uint64(number), 10) + " does not exist: there are " + strconv.Itoa(n) + "."}
	switch {
	case c.DeepState() != decoder.DeepDone:
		p.What, p.Hint = "Stream "+strconv.FormatUint(uint64(number), 10)+" has not been found yet.", waitForIt
	case n == 0:
		p.What = "No stream of voice was found in this file."
	case n == 1:
		p.What = "Stream " + strconv.FormatUint(uint64(number), 10) + " does not exist: there is one."
	}
	e.send(&proto.Reply{ID: id, Err: p})
}

// codec has a stream read as another codec, and answers with its sheet as it is then.
func (e *engine) codec(id uint32, q *proto.CodecAsk) {
	v := e.capture.Voice(q.Stream)
	if v == nil {
		e.noStream(id, q.Stream)
		return
	}
	if !e.capture.TreatCodec(q.Stream, q.Codec) {
		p := &proto.Problem{Off: -1, Kind: "limit", What: "There is no codec “" + q.Codec + "”."}
		if v.Kind != decoder.VoiceRTP {
			p.What = "Only a stream of RTP can be read as another codec."
		}
		e.send(&proto.Reply{ID: id, Err: p})
		return
	}
	e.media(id, &proto.MediaAsk{Stream: q.Stream, Width: q.Width})
	e.progress() // rows and trees have changed
}

// streams writes rows of the list of streams.
func (p *page) streams(c *decoder.Capture, from, n int, clock decoder.Clock) {
	list := c.Voices()
	p.Total, p.Cols = uint32(len(list)), uint32(len(sheet.Columns))
	for i := from; i < len(list) && i < from+n; i++ {
		v := list[i]
		for _, s := range sheet.Row(v, c.VoiceReport(v.Number), c.When(clock, v.Begin)) {
			p.cell(s)
		}
		p.Marks = append(p.Marks, proto.RowMark{ID: v.Number, Flow: v.Flow, Skype: v.Kind == decoder.VoiceSkype || v.Kind == decoder.VoiceE2O})
	}
}
