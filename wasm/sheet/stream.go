package sheet

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"somscope/decoder"
	"somscope/decoder/codec"
	"somscope/decoder/field"
	"somscope/decoder/media"
	"somscope/decoder/rtp"
	"somscope/wasm/chart"
	"somscope/wasm/proto"
)

// Stream writes the sheet of a stream. r is its report when it is encrypted, or nil.
func Stream(v *decoder.Voice, r *media.Report, env Env) *proto.Sheet {
	w := &writer{&proto.Sheet{Stream: v.Number, Flow: v.Flow, Done: env.Done}, env}
	w.Title = "Stream " + strconv.FormatUint(uint64(v.Number), 10) + ": " + kinds[v.Kind]
	w.tools(v)
	switch {
	case encrypted(v):
		w.call(v, r)
	case v.Kind == decoder.VoiceFile:
		w.file(v)
	default:
		w.rtp(v)
	}
	return w.Sheet
}

// tools are what can be done with a stream.
func (w *writer) tools(v *decoder.Voice) {
	var list []proto.Tool
	if Playable(v) {
		list = append(list, proto.Tool{Text: "Listen", Do: "listen:" + strconv.FormatUint(uint64(v.Number), 10)})
	}
	if v.First > 0 {
		list = append(list, proto.Tool{Text: "First packet", Do: packetDo(v.First)})
	}
	if v.Flow > 0 {
		list = append(list, proto.Tool{Text: "Flow " + strconv.FormatUint(uint64(v.Flow), 10), Do: "flow:" + strconv.FormatUint(uint64(v.Flow), 10)})
	}
	if len(list) > 0 {
		w.part(proto.Part{Kind: proto.PartTools, Tools: list})
	}
	if why := mute(v); why != "" {
		w.dim(why)
	}
}

func (w *writer) rtp(v *decoder.Voice) {
	s := v.RTP
	name := CodecOf(v, nil)
	w.Title += ", " + name
	w.Lead = count(int64(v.Packets), "packet") + " of " + strings.TrimSuffix(name, "?")
	if strings.Contains(name, ",") {
		w.Lead += ","
	}
	if long := v.End - v.Begin; long > 0 {
		w.Lead += " in " + Span(long)
	}
	w.Lead += " from " + v.From + " to " + v.To
	switch {
	case s == nil:
	case s.Missing == 0:
		w.Lead += "; none lost"
	default:
		w.Lead += "; " + thousands(s.Missing) + " of " + thousands(int64(v.Packets)-int64(s.Again)+s.Missing) + " lost (" + percent(lostShare(v)) + ")"
		switch {
		case s.Again == 1:
			w.Lead += ", 1 copy not counted"
		case s.Again > 1:
			w.Lead += ", " + thousands(int64(s.Again)) + " copies not counted"
		}
	}
	w.Lead += "."
	w.codecs(v)
	if s == nil {
		return
	}
	w.keys(v, s)
	w.overTime(v, s)
	w.facts(v, s)
	w.lengths(s)
	w.meaning()
}

// keys lists the keys that were pressed.
func (w *writer) keys(v *decoder.Voice, s *rtp.Stream) {
	if len(v.Keys) == 0 {
		return
	}
	clock := 0
	for i := range v.Codecs {
		if x := &v.Codecs[i]; x.Codec != nil && x.Codec.ID == codec.TelephoneEvent {
			clock = x.Clock()
		}
	}
	w.head("Keys pressed")
	text := "Keys pressed:"
	t := newTable("The keys in order, each by the first of its packets", "Key", "At s", "Lasts ms", "Packet")
	for i := range v.Keys {
		k := &v.Keys[i]
		text += " " + k.Key
		t.cell(k.Key)
		if k.NoTime {
			t.num("-")
		} else {
			t.num(seconds(w.env.since(k.Time)))
		}
		if clock > 0 {
			t.num(fixed(float64(k.Ticks)*1000/float64(clock), 0))
		} else {
			t.num("-")
		}
		t.linkNum(thousands(int64(k.Packet)), packetDo(k.Packet))
	}
	if first := &v.Keys[0]; !first.NoTime {
		text += ", the first at " + seconds(w.env.since(first.Time)) + " s"
	}
	w.text(text+".", field.Cite{Key: "rfc4733", Where: "§2.3"})
	w.table(t)
}

// lostShare is the share of a stream's packets that never came.
func lostShare(v *decoder.Voice) float64 {
	all := float64(v.Packets-v.RTP.Again) + float64(v.RTP.Missing)
	if all <= 0 {
		return 0
	}
	return float64(v.RTP.Missing) / all
}

var hows = [...]string{
	decoder.CodecUnknown: "nobody says it",
	decoder.CodecGuessed: "a guess",
	decoder.CodecStatic:  "fixed by RFC 3551",
	decoder.CodecSDP:     "SDP",
	decoder.CodecFile:    "the file",
	decoder.CodecUser:    "you",
}

// codecs says how the codec is known, what contradicts that, and lets another one be chosen.
func (w *writer) codecs(v *decoder.Voice) {
	w.head("Codec")
	for _, s := range v.Words {
		w.fault(Sentence(s))
	}
	if x := main(v); x != nil {
		w.codecWords(v, x)
	}
	if len(v.Codecs) > 1 {
		t := newTable("Every payload type of the stream", "Type", "Packets", "Codec", "Known by", "Why")
		for i := range v.Codecs {
			x := &v.Codecs[i]
			t.num(strconv.Itoa(int(x.Type)))
			t.num(thousands(int64(x.Packets)))
			switch {
			case x.Codec != nil:
				t.cell(x.Codec.Title)
			case x.Name != "":
				t.cell(x.Name)
			default:
				t.cell("unknown")
			}
			t.cell(hows[x.How])
			t.cell(Sentence(x.Why))
		}
		w.table(t)
	}
	if v.Kind != decoder.VoiceRTP {
		return
	}
	do := "codec:" + strconv.FormatUint(uint64(v.Number), 10) + ":"
	p := proto.Part{Kind: proto.PartChoice, Text: "Read as", Tools: []proto.Tool{{Text: "what the capture says", Do: do}}}
	for i, c := range codec.Table {
		p.Tools = append(p.Tools, proto.Tool{Text: c.Title, Do: do + c.Name})
		if x := main(v); x != nil && x.How == decoder.CodecUser && x.Codec != nil && x.Codec.ID == c.ID {
			p.On = uint32(i) + 1
		}
	}
	w.part(p)
}

// codecWords says what the commonest payload type is.
func (w *writer) codecWords(v *decoder.Voice, x *decoder.VoiceCodec) {
	what := "Payload type " + strconv.Itoa(int(x.Type))
	if v.Kind == decoder.VoiceFile {
		what = "The file"
	}
	why := ""
	if x.Why != "" {
		why = ": " + clause(x.Why)
	}
	switch {
	case x.Codec == nil && x.Name != "":
		w.text(fmt.Sprintf("%s is called “%s”%s. That is none of the codecs that are known here, so its bytes stay unexplained.", what, x.Name, why))
	case x.Codec == nil:
		w.text(fmt.Sprintf("Nobody says what payload type %d is: it is none that RFC 3551 fixes, no SDP of the capture explains it, and its lengths and timestamps fit no codec that is known here.", x.Type),
			field.Cite{Key: "rfc3551", Where: "§6"})
	case x.How == decoder.CodecGuessed:
		w.text(fmt.Sprintf("%s is taken for %s. That is a guess%s.", what, x.Codec.Title, why))
	case x.How == decoder.CodecStatic:
		w.text(fmt.Sprintf("%s is %s%s.", what, x.Codec.Title, why), field.Cite{Key: "rfc3551", Where: "§6"})
	case v.Kind == decoder.VoiceFile:
		if x.Why != "" {
			why = " (" + clause(x.Why) + ")"
		}
		w.text(fmt.Sprintf("%s holds frames of %s%s.", what, x.Codec.Title, why))
	default:
		w.text(fmt.Sprintf("%s is %s%s.", what, x.Codec.Title, why))
	}
	if x.Doubt != "" {
		w.dim("Doubt: " + clause(x.Doubt) + ".")
	}
	if x.How == decoder.CodecGuessed && len(x.Likely) > 1 {
		t := newTable("All that fits, best first", "Codec", "Why")
		for _, l := range x.Likely {
			if l.Codec != nil {
				t.cell(l.Codec.Title)
				t.cell(Sentence(l.Why))
			}
		}
		w.table(t)
	}
	if c := x.Codec; c != nil {
		if c.Doc != "" {
			w.text(Sentence(c.Doc), c.Cite...)
		}
		if len(c.Disable) > 0 {
			w.dim("A Skype client leaves this codec out when DisableCodecs of its configuration names " + strings.Join(c.Disable, " or ") + ".")
		}
	}
}

// facts is the table of what was counted.
func (w *writer) facts(v *decoder.Voice, s *rtp.Stream) {
	w.head("Counted")
	t := newTable("", "Fact", "Value")
	t.fact("SSRC", fmt.Sprintf("0x%08x", s.SSRC))
	var types []string
	for _, x := range s.Types {
		types = append(types, fmt.Sprintf("%d (%s)", x.Value, count(int64(x.Times), "packet")))
	}
	t.fact("Payload types", strings.Join(types, ", "))
	t.cell("First packet")
	t.link(thousands(int64(v.First)), packetDo(v.First))
	t.cell("Last packet")
	t.link(thousands(int64(v.Last)), packetDo(v.Last))
	t.fact("Sequence numbers", fmt.Sprintf("%d to %d", s.FirstSeq, s.LastSeq))
	stamps := fmt.Sprintf("%d to %d", s.FirstTS, s.LastTS)
	if s.Step > 0 {
		stamps += ", by " + thousands(int64(s.Step)) + " a packet"
		if s.Clock > 0 {
			stamps += " (" + fixed(float64(s.Step)*1000/float64(s.Clock), 1) + " ms)"
		}
	}
	t.fact("Timestamps", stamps)
	t.fact("Packets", thousands(int64(v.Packets)))
	t.fact("Expected", thousands(s.Expected))
	never := thousands(s.Missing)
	if s.Missing > 0 {
		never += " (" + percent(lostShare(v)) + ")"
	}
	t.fact("Never came", never)
	lost := thousands(s.Lost)
	if s.Expected > 0 && s.Lost != 0 {
		lost += " (" + fixed(float64(s.Lost)*100/float64(s.Expected), 1) + " %)"
	}
	t.fact("Lost as RFC 3550 counts", lost)
	t.fact("Late", thousands(int64(s.Late)))
	t.fact("Copies", thousands(int64(s.Again)))
	t.fact("New beginnings of the sequence", thousands(int64(s.Jumps)))
	t.fact("With the marker bit", thousands(int64(s.Markers)))
	t.fact("Payload", count(v.Bytes, "byte"))
	if long := v.End - v.Begin; long > 0 && v.Packets > 1 {
		t.fact("Payload rate", fixed(bitRate(v, long), 1)+" kbit/s")
		t.fact("Pace", fixed(float64(v.Packets-1)*1e9/float64(long), 1)+" packets/s")
	}
	if x := main(v); x != nil && x.Codec != nil && x.Codec.ID == codec.L16 {
		t.fact("Sampling rate", thousands(int64(samplingRate(x)))+" Hz")
	}
	if s.Clock > 0 {
		t.fact("Clock of the timestamps", thousands(int64(s.Clock))+" Hz")
		t.fact("Jitter, mean", Millis(s.MeanJitter))
		t.fact("Jitter, largest", Millis(s.MaxJitter))
		t.fact("Jitter, at the end", Millis(s.Jitter))
	} else {
		t.fact("Jitter", "not known: nobody says how fast the clock of the timestamps runs")
	}
	w.table(t)
	if s.Aside > 0 && s.Clock > 0 {
		w.text("All packets of one key repeat the timestamp of its beginning while time goes on, and comfort noise comes when the noise changes: "+count(int64(s.Aside), "such packet")+" of this stream "+isAre(s.Aside)+" left out of the jitter.",
			field.Cite{Key: "rfc4733", Where: "§2.2.1"}, field.Cite{Key: "rfc3550", Where: "§A.8"})
	}
	if s.Rate > 0 {
		w.dim("Held against the times of arrival, the timestamps grow by "+fixed(s.Rate, 0)+" a second.", field.Cite{Key: "somscope"})
	}
	if s.Jumps > 0 {
		w.text("Where the sequence number leaps by 3,000 or more, or falls back by more than 100, and goes on from there, the sender is taken to have begun anew; nothing is counted as lost in between. This stream did so "+count(int64(s.Jumps), "time")+".",
			field.Cite{Key: "rfc3550", Where: "§A.1"})
	}
	if s.Odd > 0 {
		w.text(count(int64(s.Odd), "packet")+" came with a sequence number that fits neither what was before nor what followed, as of a damaged packet or of a stranger; the counts of loss leave them out.",
			field.Cite{Key: "rfc3550", Where: "§A.1"})
	}
}

// samplingRate is how many samples a second the frames of a payload type stand for; 0 when it
// varies or is not known.
func samplingRate(x *decoder.VoiceCodec) int {
	if x.Codec.ID == codec.L16 {
		return x.Clock()
	}
	return x.Codec.Rate
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// bitRate is the rate of a stream's payload, kbit/s: that of all packets but the last, which has
// no gap behind it.
func bitRate(v *decoder.Voice, long int64) float64 {
	part := float64(v.Packets-1) / float64(v.Packets)
	return float64(v.Bytes) * 8 * part / (float64(long) / 1e9) / 1000
}

// covered is how much of slice i was covered by the stream, in seconds, or NaN when it is less
// than a quarter of the slice, of which no rate is told.
func covered(i, n int, every, long int64) float64 {
	part := every
	if i == n-1 {
		if part = long - int64(i)*every; n > 1 && part*4 < every {
			return math.NaN()
		}
		part = min(part, every)
	}
	if part <= 0 {
		return math.NaN()
	}
	return float64(part) / 1e9
}

// overTime draws what happened when.
func (w *writer) overTime(v *decoder.Voice, s *rtp.Stream) {
	w.head("Over time")
	if v.End < v.Begin || s.Every <= 0 || len(s.Seconds) == 0 {
		w.dim("The packets have no times, so nothing can be said of when they came.")
		return
	}
	every := float64(s.Every) / 1e9
	rate := chart.Series{Name: "payload", Wide: every}
	jitter := chart.Series{Name: "jitter", Wide: every}
	gap := chart.Series{Name: "longest gap", Wide: every}
	var marks []chart.Mark
	var hits []chart.Hit
	n := len(s.Seconds)
	for i := range s.Seconds {
		x := &s.Seconds[i]
		at := w.env.since(s.Start) + float64(i)*every
		part := covered(i, n, s.Every, s.End-s.Start)
		kbit := float64(x.Bytes) * 8 / 1000 / part
		rate.Points = append(rate.Points, chart.Point{X: at, Y: kbit})
		j, g := float64(x.Jitter)/1e6, float64(x.MaxGap)/1e6
		if x.Packets == 0 {
			j, g = math.NaN(), math.NaN()
		}
		jitter.Points = append(jitter.Points, chart.Point{X: at, Y: j})
		gap.Points = append(gap.Points, chart.Point{X: at, Y: g})
		do := ""
		if x.Packets > 0 {
			do = packetDo(x.First + 1)
		}
		if x.Lost > 0 {
			marks = append(marks, chart.Mark{From: at, To: min(at+every, w.env.since(s.End)), X: min(at+every/2, w.env.since(s.End)), N: int(x.Lost), Class: "lost", Do: do})
		}
		if x.Late > 0 {
			marks = append(marks, chart.Mark{From: at, To: min(at+every, w.env.since(s.End)), X: min(at+every/2, w.env.since(s.End)), N: int(x.Late), Class: "late", Do: do})
		}
		text := fmt.Sprintf("%s to %s s: %s, %s", seconds(at), seconds(at+every), count(int64(x.Packets), "packet"), count(int64(x.Bytes), "byte"))
		if x.Lost > 0 {
			text += ", " + thousands(int64(x.Lost)) + " lost"
		}
		if x.Late > 0 {
			text += ", " + thousands(int64(x.Late)) + " late"
		}
		if s.Clock > 0 && x.Packets > 0 {
			text += ", jitter up to " + Millis(float64(x.Jitter))
		}
		hits = append(hits, chart.Hit{From: at, To: at + every, Text: text, Do: do})
	}
	from, to := w.env.since(s.Start), w.env.since(s.End)
	w.time("Payload in each "+piece(s.Every)+"; strokes below are packets lost somewhere in it, dots packets that came late.",
		&chart.Time{Unit: "kbit/s", Series: []chart.Series{rate}, Marks: marks, Hits: hits, From: from, To: to})
	second := &chart.Time{Unit: "ms", Series: []chart.Series{jitter, gap}, Marks: marks, Hits: hits, From: from, To: to}
	caption := "Largest jitter in each " + piece(s.Every) + ", and the longest gap between two packets."
	if s.Clock == 0 {
		second.Series = second.Series[1:]
		caption = "The longest gap between two packets in each " + piece(s.Every) + "."
	}
	w.time(caption, second)

	w.fold("What came when, as a table")
	t := newTable("", "From s", "Packets", "Lost", "Late", "kbit/s", "Jitter ms", "Longest gap ms", "First packet")
	for i, step := 0, rowsOf(n); i < n; i += step {
		var sum rtp.Second
		var bytes, lasts float64
		first := uint32(0)
		for j := i; j < min(i+step, n); j++ {
			x := &s.Seconds[j]
			if sum.Packets == 0 && x.Packets > 0 {
				first = x.First + 1
			}
			sum.Packets += x.Packets
			sum.Lost += x.Lost
			sum.Late += x.Late
			sum.Jitter = max(sum.Jitter, x.Jitter)
			sum.MaxGap = max(sum.MaxGap, x.MaxGap)
			if part := covered(j, n, s.Every, s.End-s.Start); part > 0 {
				bytes += float64(x.Bytes)
				lasts += part
			}
		}
		t.num(seconds(w.env.since(s.Start) + float64(i)*every))
		t.num(thousands(int64(sum.Packets)))
		t.num(thousands(int64(sum.Lost)))
		t.num(thousands(int64(sum.Late)))
		t.num(fixed(bytes*8/1000/lasts, 1))
		if s.Clock > 0 && sum.Packets > 0 {
			t.num(fixed(float64(sum.Jitter)/1e6, 2))
		} else {
			t.num("-")
		}
		t.num(fixed(float64(sum.MaxGap)/1e6, 1))
		if first > 0 {
			t.linkNum(thousands(int64(first)), packetDo(first))
		} else {
			t.num("-")
		}
	}
	w.table(t)
}

// lengths draws how long the payloads are, when they are not all the same.
func (w *writer) lengths(s *rtp.Stream) {
	w.head("Payload lengths")
	switch len(s.Lengths) {
	case 0:
		w.dim("No packet has a payload.")
		return
	case 1:
		w.text("All payloads are " + count(int64(s.Lengths[0].Value), "byte") + " long.")
		return
	}
	c := &chart.Bars{Unit: "packets", Along: "bytes of payload"}
	t := newTable("Payload lengths, commonest first", "Bytes", "Packets")
	for _, x := range s.Lengths {
		c.Bins = append(c.Bins, chart.Bin{From: float64(x.Value) - .5, To: float64(x.Value) + .5, N: float64(x.Times),
			Text: count(int64(x.Value), "byte") + ": " + count(int64(x.Times), "packet")})
		t.num(thousands(int64(x.Value)))
		t.num(thousands(int64(x.Times)))
	}
	c.Name = "How often payloads of each length came"
	w.draw("How often payloads of each length came.", c.Draw(w.env.Width))
	w.fold("The lengths as a table")
	w.table(t)
}

// meaning says what the words of the table mean.
func (w *writer) meaning() {
	w.fold("What loss and jitter mean here")
	w.text("Expected is the highest sequence number less the first one, plus 1, with its overflows counted. What RFC 3550 calls lost is that less what came, copies counted as packets that came, so that it can be below zero; a sequence number that never came at all is counted on its own.",
		field.Cite{Key: "rfc3550", Where: "§A.3"})
	w.text("Jitter compares the time between two packets with the time between their timestamps. The difference would be 0 on a perfect network; jitter is its running average, in which each new difference weighs a sixteenth. It says nothing about how long packets travel, only how unevenly, and so how many of them a receiver must hold back to play without pauses.",
		field.Cite{Key: "rfc3550", Where: "§6.4.1, §A.8"})
	w.text("Late is a packet that came after one with a higher sequence number, which means that the network changed their order or that a repeater sent it again.")
}

// file is the sheet of bare frames.
func (w *writer) file(v *decoder.Voice) {
	name := CodecOf(v, nil)
	w.Title += " of " + name
	w.Lead = count(int64(v.Packets), "frame") + " of " + name
	long := fileLasts(v)
	if long > 0 {
		w.Lead += ", " + Span(long) + " of sound"
	}
	w.Lead += "; the file holds nothing else."
	w.codecs(v)
	w.head("Counted")
	t := newTable("", "Fact", "Value")
	t.fact("Codec", name)
	t.fact("Frames", thousands(int64(v.Packets)))
	t.fact("Bytes of frames", thousands(v.Bytes))
	if long > 0 {
		t.fact("Length", Span(long))
		t.fact("Rate", fixed(float64(v.Bytes)*8/(float64(long)/1e9)/1000, 1)+" kbit/s")
	}
	if x := main(v); x != nil && x.Codec != nil {
		if x.Codec.Frame > 0 {
			t.fact("A frame lasts", fixed(float64(x.Codec.Frame.Microseconds())/1000, 1)+" ms")
		}
		if x.Codec.Bytes > 0 {
			t.fact("A frame has", count(int64(x.Codec.Bytes), "byte"))
		}
		if rate := samplingRate(x); rate > 0 {
			t.fact("Sampling rate", thousands(int64(rate))+" Hz")
		}
		t.fact("Published rate in kbit/s", x.Codec.Kbits)
	}
	w.table(t)
}
