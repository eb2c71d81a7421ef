package main

import (
	"encoding/hex"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"somscope/decoder"
	"somscope/decoder/classify"
	"somscope/decoder/flow"
	"somscope/decoder/inet"
	"somscope/wasm/proto"
)

// flow answers with all about a flow, counted from 1.
func (e *engine) flow(id, number uint32) {
	c := e.capture
	if number == 0 || int64(number) > int64(c.FlowLen()) {
		e.noFlow(id, number)
		return
	}
	n := number - 1
	f, v, class, as := c.Flow(n), c.Verdict(n), c.Class(n), c.Treated(n)
	m := &proto.FlowInfo{
		Flow:      number,
		Transport: inet.TransportName(f.Transport),
		Packets:   f.Packets,
		Bytes:     f.Bytes,
		First:     f.First + 1,
		Class:     class.String(),
		Score:     int32(v.Score),
		As:        proto.As(as),
		Sentence:  v.Sentence,
		Lines:     append(lines(f), talkLines(c, n)...),
	}
	m.A, m.B = c.FlowEnds(n)
	if l, ok := e.hint(n); ok {
		m.Lines = append(m.Lines, l)
	}
	for _, v := range c.Voices() {
		if v.Flow == number && len(m.Streams) < 32 {
			m.Streams = append(m.Streams, v.Number)
		}
	}
	m.Verdict = classTitle(class, decoder.Auto)
	switch {
	case as != decoder.Auto:
		m.Verdict += ": you say so"
	case v.Word != "" && decoder.IsSkype(class):
		m.Verdict += ": " + v.Word
	case v.Word == classify.Weak:
		m.Verdict += ": weak signs of Skype"
	case v.Looks != "":
		m.Verdict += ": " + v.Looks
	}
	for i := range v.Evidence {
		x := &v.Evidence[i]
		p := proto.Evidence{
			Rule:   x.Rule.Name,
			Label:  x.Rule.Label,
			Doc:    x.Rule.Doc,
			For:    x.Weight > 0,
			Weight: int32(x.Weight),
			Detail: x.Detail,
			Cites:  cites(x.Cites),
		}
		for _, packet := range x.Packets {
			p.Packets = append(p.Packets, packet+1)
		}
		slices.Sort(p.Packets)
		m.Evidence = append(m.Evidence, p)
	}
	e.send(&proto.Reply{ID: id, Flow: m})
}

var classTitles = [...]string{
	classify.Undecided: "Undecided",
	classify.Other:     "Not Skype",
	classify.SkypeUDP:  "Skype between clients",
	classify.SkypeE2O:  "Skype to a telephone gateway",
	classify.SkypeTCP:  "Skype over TCP",
}

// classTitle is a class for people, with a mark when the user has decided.
func classTitle(class classify.Class, as decoder.As) string {
	s := classTitles[classify.Undecided]
	if int(class) < len(classTitles) {
		s = classTitles[class]
	}
	if as != decoder.Auto {
		s += " (your choice)"
	}
	return s
}

// lines are the features of a flow as label and text.
func lines(f *flow.Flow) []proto.Line {
	var out []proto.Line
	add := func(label, text string) { out = append(out, proto.Line{Label: label, Text: text}) }
	both := func(a, b uint64, unit string) string {
		return "A to B " + count(a, unit) + ", B to A " + count(b, unit)
	}
	if f.Timed() {
		add("Duration", duration(f.Duration()))
	}
	add("Packets", both(f.Packets[0], f.Packets[1], "packet"))
	add("Bytes on the wire", both(f.Bytes[0], f.Bytes[1], "byte"))
	for dir, way := range []string{"A to B", "B to A"} {
		if n := int(f.LeadLen[dir]); n > 0 {
			text := spaced(f.Lead[dir][:min(n, flow.LeadSize)])
			if n > flow.LeadSize {
				text += " …"
			}
			add("First payload, "+way, count(uint64(n), "byte")+": "+text)
		}
	}
	x := f.Features()
	if x == nil {
		return out
	}
	add("Datagrams with payload", both(uint64(x.Payloads[0]), uint64(x.Payloads[1]), "datagram"))
	if fits := x.Fits(); fits > 0 {
		add("Fit a layout of Skype", strconv.FormatUint(uint64(fits), 10)+" of "+strconv.FormatUint(uint64(x.Payloads[0]+x.Payloads[1]), 10))
	}
	var nibbles []string
	for i, n := range x.Nibbles {
		if n > 0 {
			nibbles = append(nibbles, strconv.FormatInt(int64(i), 16)+": "+strconv.FormatUint(uint64(n), 10))
		}
	}
	if nibbles != nil {
		add("Low half of byte 2", strings.Join(nibbles, ", "))
	}
	for dir, who := range []string{"A", "B"} {
		if x.ToldAgree[dir] > 0 {
			told := x.Told[dir]
			a := netip.AddrFrom4([4]byte{byte(told >> 24), byte(told >> 16), byte(told >> 8), byte(told)})
			add("Address that "+who+" reports", a.String())
		}
	}
	return out
}

func spaced(b []byte) string {
	s := make([]byte, 0, 3*len(b))
	for i, x := range b {
		if i > 0 {
			s = append(s, ' ')
		}
		s = hex.AppendEncode(s, []byte{x})
	}
	return string(s)
}

func count(n uint64, unit string) string {
	s := thousands(n) + " " + unit
	if n != 1 {
		s += "s"
	}
	return s
}
