package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"somscope/decoder"
	"somscope/decoder/sound"
	"somscope/wasm/sheet"
)

// listen writes the sound of a stream to a WAV file.
func listen(p *printer, c *decoder.Capture, o options) error {
	part := p.deepen(c, true)
	v, err := p.stream(c, o)
	if err != nil {
		return err
	}
	l, err := c.Listen(v.Number)
	if err != nil {
		p.complain("stream %d: %s", v.Number, sheet.Sentence(err.Error()))
		return errPart // the command was right
	}
	wav := sound.WAVHeader(l.Rate(), l.Channels(), 0)
	head := len(wav)
	lost := 0
	for done := false; !done; {
		pcm, marks, end := l.Step(time.Second)
		done = end
		for _, s := range pcm {
			wav = binary.LittleEndian.AppendUint16(wav, uint16(s))
		}
		for _, m := range marks {
			if m.Packet == 0 {
				lost += m.Len
			}
		}
	}
	copy(wav, sound.WAVHeader(l.Rate(), l.Channels(), len(wav)-head))
	samples := (len(wav) - head) / 2 / l.Channels()
	if note := l.Note(); note != "" {
		p.complain("stream %d: %s", v.Number, note)
	}
	if !l.Whole() {
		part = errPart
	}
	if o.out == "-" {
		if _, err := p.out.Write(wav); err != nil {
			return err
		}
		return part
	}
	if err := os.WriteFile(o.out, wav, 0o644); err != nil {
		var e *fs.PathError
		if errors.As(err, &e) {
			err = fmt.Errorf("%s cannot be written: %w", o.out, e.Err)
		}
		return err
	}
	seconds := float64(samples) / float64(l.Rate())
	if o.json {
		j := begin(p.line)
		j.number("stream", int64(v.Number))
		j.text("file", o.out)
		j.text("codec", sheet.CodecOf(v, nil))
		j.number("rate", int64(l.Rate()))
		j.number("channels", int64(l.Channels()))
		j.number("samples", int64(samples))
		j.number("concealed", int64(lost))
		j.real("seconds", seconds)
		p.line = j.end()
		if err := p.end(); err != nil {
			return err
		}
		return part
	}
	line := fmt.Sprintf("%s: %.1f s of %s at %d Hz", o.out, seconds, sheet.CodecOf(v, nil), l.Rate())
	if l.Channels() > 1 {
		line += fmt.Sprintf(", %d channels", l.Channels())
	}
	if lost > 0 {
		line += fmt.Sprintf("; %.2f s stand for packets that were lost", float64(lost)/float64(l.Rate()))
	}
	if err := p.write(line); err != nil {
		return err
	}
	return part
}
