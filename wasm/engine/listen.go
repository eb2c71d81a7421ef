package main

import (
	"encoding/binary"
	"strings"
	"time"

	"somscope/decoder"
	"somscope/wasm/proto"
	"somscope/wasm/sheet"
)

// hearTurn is how long a turn of decoding may take before messages are let in.
const hearTurn = 8 * time.Millisecond

// An ear is a stream that is being made to be heard, piece by piece.
type ear struct {
	capture   *decoder.Capture // that it belongs to
	listening *decoder.Listening
	stream    uint32 // from 1
	title     string
	from      int    // sample of a channel at which the next piece begins
	pcm       []byte // of that piece
	marks     []proto.Mark
}

// listen begins to decode a stream, counted from 1, or ends that with 0. It is answered by a
// Sound that has no samples yet; they follow without being asked for.
func (e *engine) listen(id uint32, q *proto.ListenAsk) {
	e.ear = ear{}
	if q.Stream == 0 {
		e.send(&proto.Reply{ID: id, Sound: &proto.Sound{Done: true}})
		return
	}
	v := e.capture.Voice(q.Stream)
	if v == nil {
		e.noStream(id, q.Stream)
		return
	}
	l, err := e.capture.Listen(q.Stream)
	if err != nil {
		e.send(&proto.Reply{ID: id, Err: &proto.Problem{Off: -1, Kind: "unsupported", What: sheet.Sentence(err.Error())}})
		return
	}
	title := sheet.CodecOf(v, nil)
	if v.From != "" {
		title += " · " + v.From + " → " + v.To
	}
	e.ear = ear{capture: e.capture, listening: l, stream: q.Stream, title: strings.ToValidUTF8(title, "\uFFFD")}
	e.send(&proto.Reply{ID: id, Sound: e.ear.piece()})
}

// hearing reports whether a stream of the open file is being decoded.
func (e *engine) hearing() bool { return e.ear.listening != nil && e.ear.capture == e.capture }

// hear decodes on for about so long, at most hearTurn, and sends a piece when it is a second
// long or the last. It reports whether there is more.
func (e *engine) hear(budget time.Duration) (more bool) {
	if !e.hearing() {
		e.ear = ear{}
		return false
	}
	x := &e.ear
	ok := false
	defer func() {
		if !ok { // a fault of ours, which the guard tells of
			s := x.piece()
			s.Done, s.Note = true, "A fault in Somscope ended the decoding here; it is not in your file."
			e.ear = ear{}
			e.send(&proto.Reply{Sound: s})
		}
	}()
	pcm, marks, done := x.listening.Step(min(budget, hearTurn))
	for _, s := range pcm {
		x.pcm = binary.LittleEndian.AppendUint16(x.pcm, uint16(s))
	}
	for _, m := range marks {
		x.marks = append(x.marks, proto.Mark{At: uint32(m.At), Packet: m.Packet, Len: uint32(m.Len)})
	}
	ok = true
	frame := 2 * x.listening.Channels()
	if !done && len(x.pcm) < frame*x.listening.Rate() {
		return true
	}
	s := x.piece()
	s.PCM, s.Marks = x.pcm, x.marks
	if s.Done = done; done {
		s.Note = strings.ToValidUTF8(x.listening.Note(), "\uFFFD")
	}
	x.from += len(x.pcm) / frame
	e.send(&proto.Reply{Sound: s})
	x.pcm, x.marks = x.pcm[:0], x.marks[:0]
	if done {
		e.ear = ear{}
	}
	return !done
}

// piece is the next piece without its samples.
func (x *ear) piece() *proto.Sound {
	l := x.listening
	return &proto.Sound{Stream: x.stream, Rate: uint32(l.Rate()), Channels: uint32(l.Channels()), From: uint32(x.from), Total: uint32(l.Total()), Title: x.title}
}
