package main

import (
	"math"
	"strconv"

	"somscope/decoder"
	"somscope/decoder/media"
	"somscope/wasm/sheet"
)

// The words of JSON for what a stream is, and for how its codec is known.
var (
	voiceKinds = [...]string{decoder.VoiceRTP: "rtp", decoder.VoiceSkype: "skype", decoder.VoiceE2O: "skype.e2o", decoder.VoiceFile: "frames"}
	codecHows  = [...]string{decoder.CodecUnknown: "unknown", decoder.CodecGuessed: "guessed", decoder.CodecStatic: "static", decoder.CodecSDP: "sdp", decoder.CodecFile: "file", decoder.CodecUser: "user"}
)

const noVoice = "no stream of voice was found"

// streams prints the streams of voice.
func streams(p *printer, c *decoder.Capture, o options) error {
	part := p.deepen(c, true)
	list := c.Voices()
	if len(list) == 0 {
		p.complain("%s", noVoice)
	}
	var w columns
	w.floor(digits(uint64(len(list))), 5, 21, 21, 12, 4, 1, 6, 10, 6)
	for _, v := range list {
		r := c.VoiceReport(v.Number)
		if o.json {
			j := begin(p.line)
			appendVoice(&j, v, r)
			p.line = j.end()
			if err := p.end(); err != nil {
				return err
			}
			continue
		}
		when := "-"
		if v.End >= v.Begin {
			when = c.When(decoder.SinceStart, v.Begin)
		}
		row := sheet.Row(v, r, when)
		var cells []cell
		for i, s := range row {
			switch i {
			case 0, 5, 6, 7, 8, 9:
				cells = append(cells, right(plain(s)))
			default:
				cells = append(cells, left(orDash(plain(s))))
			}
		}
		p.line = w.append(p.line, cells...)
		if err := p.end(); err != nil {
			return err
		}
	}
	return part
}

// appendVoice writes what is known of a stream.
func appendVoice(j *object, v *decoder.Voice, r *media.Report) {
	j.number("stream", int64(v.Number))
	j.text("kind", voiceKinds[v.Kind])
	j.number("flow", int64(v.Flow))
	j.word("from", v.From)
	j.word("to", v.To)
	j.number("first", int64(v.First))
	j.number("last", int64(v.Last))
	j.number("packets", int64(v.Packets))
	j.number("bytes", v.Bytes)
	timed := v.End >= v.Begin && v.Kind != decoder.VoiceFile
	j.time("begin", v.Begin, timed)
	j.time("end", v.End, timed)
	j.text("codec", sheet.CodecOf(v, r))
	j.text("what", sheet.What(v))
	j.each("types", len(v.Codecs), func(j *object, i int) {
		x := &v.Codecs[i]
		if v.Kind == decoder.VoiceRTP {
			j.number("type", int64(x.Type))
		}
		j.number("packets", int64(x.Packets))
		name := x.Name
		if x.Codec != nil {
			name = x.Codec.Name
		}
		j.word("codec", name)
		j.text("known", codecHows[x.How])
		j.word("why", x.Why)
		j.word("doubt", x.Doubt)
	})
	if len(v.Words) > 0 {
		j.texts("contradictions", v.Words)
	}
	if s := v.RTP; s != nil {
		j.number("ssrc", int64(s.SSRC))
		j.number("expected", s.Expected)
		j.number("lost", s.Lost)
		j.number("missing", s.Missing)
		j.number("late", int64(s.Late))
		j.number("copies", int64(s.Again))
		j.number("jumps", int64(s.Jumps))
		j.number("clock", int64(s.Clock))
		if s.Clock > 0 {
			j.real("jitter_ms", s.Jitter/1e6)
			j.real("max_jitter_ms", s.MaxJitter/1e6)
			j.real("mean_jitter_ms", s.MeanJitter/1e6)
		}
	}
	if r == nil {
		return
	}
	j.each("segments", len(r.Segments[0])+len(r.Segments[1]), func(j *object, i int) {
		dir := 0
		if i >= len(r.Segments[0]) {
			dir, i = 1, i-len(r.Segments[0])
		}
		s := &r.Segments[dir][i]
		j.truth("back", s.Back)
		j.text("kind", s.Kind.String())
		j.time("from", s.From, true)
		j.time("to", s.To, true)
		j.number("messages", int64(s.Messages))
		j.real("mean", s.Mean)
		j.real("dev", s.Dev)
		j.real("pace_ms", s.Gap)
		j.real("rate", s.Rate)
		j.real("missing", s.Missing)
		j.each("fits", len(s.Fits), func(j *object, i int) {
			f := &s.Fits[i]
			j.text("point", f.String())
			j.real("share", f.Share)
			j.real("size", f.Size)
			j.texts("why", f.Why)
			j.word("doubt", f.Doubt)
		})
		j.word("says", s.Says)
	})
}

// real is a number with at most four decimals, or null for what is none.
func (o *object) real(name string, v float64) {
	o.key(name)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		o.b = append(o.b, "null"...)
		return
	}
	o.b = strconv.AppendFloat(o.b, math.Round(v*1e4)/1e4, 'f', -1, 64)
}
